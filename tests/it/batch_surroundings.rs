//! Large runs in odd surroundings: tables that change, few open files, no home, a careless mask of rights.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use super::{
    batch::{CANARY, at, batch, files, jsonl, report},
    published::pprrvu,
};

fn import(folder: &Path, factor: &str) {
    let file = folder.join("PPRRVU2027_Jan_nonQPP.csv");
    fs::write(&file, pprrvu("January", factor)).unwrap();
    let imported = Command::new(env!("CARGO_BIN_EXE_ivus"))
        .args(["tables", "import", "--tables"])
        .args([&folder.join("tables"), &file])
        .output()
        .unwrap();
    assert!(
        imported.status.success(),
        "{}",
        String::from_utf8_lossy(&imported.stderr)
    );
}

#[test]
fn changed_tables_are_refused_when_a_run_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let input = jsonl(&folder.path().join("in.jsonl"), 8);
    let (out, tables) = (at(&folder, "out"), at(&folder, "tables"));
    import(folder.path(), "33.4009");
    let fixed = [input.as_str(), "--out", &out, "--shard-size", "3"];
    let with = [&fixed[..], &["--tables", &tables]].concat();
    assert_eq!(batch(&[&with[..], &["--limit", "4"]].concat()).status, 0);
    let before = files(Path::new(&out));
    let resume = |arguments: &[&str]| batch(&[arguments, &["--resume"]].concat());
    let mut refused = 0;
    let mut check = |what: &str, ran: super::batch::Ran| {
        assert_eq!(ran.status, 2, "{what}: {}", ran.err);
        assert!(ran.err.contains("the tables"), "{what}: {}", ran.err);
        assert!(
            files(Path::new(&out)) == before,
            "{what}: something was written"
        );
        refused += 1;
    };
    check("without them", resume(&fixed));
    fs::rename(&tables, at(&folder, "old")).unwrap();
    import(folder.path(), "30.0000");
    check("another factor", resume(&with));
    fs::remove_dir_all(&tables).unwrap();
    fs::rename(at(&folder, "old"), &tables).unwrap();
    assert_eq!(resume(&with).status, 0);
    println!("changed tables: {refused} of 2 changes refused");
}

/// Runs a shell with the program as `$0`.
#[cfg(unix)]
fn shell(script: &str, arguments: &[&str], without: &[&str]) -> Output {
    let mut command = Command::new("sh");
    command
        .args(["-c", script, env!("CARGO_BIN_EXE_ivus")])
        .args(arguments);
    for name in without {
        command.env_remove(name);
    }
    command.output().unwrap()
}

#[cfg(unix)]
const FORMS: [&str; 6] = [
    "--write",
    "parquet,fhir,brat,doccano,x12",
    "--shard-size",
    "20",
    "--jobs",
    "4",
];

/// A folder of one file a report, and what a run in ordinary surroundings makes of it.
#[cfg(unix)]
fn ordinary(
    folder: &tempfile::TempDir,
) -> (
    String,
    std::collections::BTreeMap<std::path::PathBuf, Vec<u8>>,
) {
    let input = folder.path().join("in");
    fs::create_dir(&input).unwrap();
    for n in 0..100 {
        fs::write(input.join(format!("{n:03}.txt")), report(n)).unwrap();
    }
    let (input, out) = (input.display().to_string(), at(folder, "ordinary"));
    let ran = batch(&[&[&input, "--out", &out][..], &FORMS].concat());
    assert_eq!(ran.status, 0, "{}", ran.err);
    (input, files(Path::new(&out)))
}

#[cfg(unix)]
#[test]
fn thirty_two_open_files_and_no_home_are_enough() {
    let folder = tempfile::tempdir().unwrap();
    let (input, wanted) = ordinary(&folder);
    for (name, script, without) in [
        ("few", "ulimit -n 32; exec \"$0\" batch \"$@\"", &[][..]),
        (
            "bare",
            "exec \"$0\" batch \"$@\"",
            &["HOME", "USER", "LANG", "TZ", "TMPDIR"],
        ),
    ] {
        let out = at(&folder, name);
        let ran = shell(
            script,
            &[&[&input, "--out", &out][..], &FORMS].concat(),
            without,
        );
        assert!(
            ran.status.success(),
            "{name}: {}",
            String::from_utf8_lossy(&ran.stderr)
        );
        assert!(files(Path::new(&out)) == wanted, "{name}: other bytes");
    }
    println!("100 files, 5 forms, 4 jobs: same bytes with 32 open files, and without HOME");
}

#[cfg(unix)]
#[test]
fn a_careless_mask_opens_nothing_to_others() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let (input, _) = ordinary(&folder);
    let out = at(&folder, "open");
    let script = "umask 000; exec \"$0\" batch \"$@\"";
    let ran = shell(
        script,
        &[&[&input, "--out", &out][..], &FORMS].concat(),
        &[],
    );
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    let (mut inside, mut folders) = (0, 0);
    for entry in walkdir::WalkDir::new(&out) {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        let path = entry.path().display();
        if entry.file_type().is_file() {
            assert_eq!(mode & 0o077, 0, "{path}: {mode:o}");
            inside += 1;
        } else {
            assert_eq!(mode & 0o022, 0, "{path}: {mode:o}");
            folders += 1;
        }
    }
    let lock = fs::metadata(Path::new(&out).join("run/lock")).unwrap();
    assert_eq!(lock.permissions().mode() & 0o777, 0o600);
    assert!(!String::from_utf8_lossy(&ran.stderr).contains(CANARY));
    println!(
        "umask 000: {inside} files for their owner alone, {folders} folders that others cannot write to"
    );
}
