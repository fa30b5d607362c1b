//! Large runs: what goes in, what comes out, what becomes of damaged records, and what a stop leaves.

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};

use assert_cmd::Command;
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

pub(crate) const CANARY: &str = "quetzalcoatlus";

pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) fn batch(arguments: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_ivus"))
        .arg("batch")
        .args(arguments)
        .output()
        .unwrap();
    Ran {
        status: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Invented reports: some with a look, some without.
pub(crate) fn report(number: usize) -> String {
    let vessel = ["common iliac", "external iliac", "common femoral"][number % 3];
    if number.is_multiple_of(5) {
        format!("PROCEDURE: Venogram {number} of the left leg, {CANARY}. No stenosis was seen.\n")
    } else {
        format!(
            "DATE OF SERVICE: 05/02/2024\nFINDINGS: IVUS of the left {vessel} vein, {CANARY}, showed {}% area stenosis.\n",
            40 + number % 50
        )
    }
}

/// A JSONL file of reports.
pub(crate) fn jsonl(path: &Path, count: usize) -> String {
    let lines =
        (0..count).map(|n| json!({"id": format!("r{n}"), "text": report(n)}).to_string() + "\n");
    fs::write(path, lines.collect::<String>()).unwrap();
    path.display().to_string()
}

/// Every file below a folder with its bytes.
pub(crate) fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    walkdir::WalkDir::new(root)
        .into_iter()
        .map(|e| e.unwrap())
        .filter(|e| e.file_type().is_file())
        .map(|e| {
            let name = e.path().strip_prefix(root).unwrap().to_owned();
            (name, fs::read(e.path()).unwrap())
        })
        .collect()
}

pub(crate) fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect()
}

pub(crate) fn at(folder: &tempfile::TempDir, name: &str) -> String {
    folder.path().join(name).display().to_string()
}

#[test]
fn the_bytes_are_those_of_check_for_any_number_of_jobs() {
    let folder = tempfile::tempdir().unwrap();
    let reports = folder.path().join("in");
    fs::create_dir(&reports).unwrap();
    for n in 0..40 {
        fs::write(reports.join(format!("{n:02}.txt")), report(n)).unwrap();
    }
    let input = at(&folder, "in");
    let mut runs = Vec::new();
    for jobs in ["1", "2", "7"] {
        let out = at(&folder, &format!("out{jobs}"));
        let ran = batch(&[&input, "--out", &out, "--jobs", jobs, "--shard-size", "9"]);
        assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{}", ran.out);
        runs.push(files(Path::new(&out)));
    }
    assert!(runs[0] == runs[1] && runs[1] == runs[2]);
    let parts: Vec<u8> = runs[0]
        .iter()
        .filter(|(name, _)| name.to_string_lossy().starts_with("part-"))
        .flat_map(|(_, bytes)| bytes.clone())
        .collect();
    let check = |format: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ivus"));
        command.args(["check", "--exit-zero", "--format", format, &input]);
        command.output().unwrap().stdout
    };
    assert_eq!(parts, check("jsonl"));
    // The rows are those of `check` with one more cell, the status, which plain text does not tell.
    let rows = |bytes: &[u8]| -> Vec<Vec<String>> {
        let mut table = csv::ReaderBuilder::new();
        let mut table = table.has_headers(false).from_reader(bytes);
        let rows = table
            .records()
            .map(|r| r.unwrap().iter().map(str::to_owned).collect());
        rows.collect()
    };
    let mut checked = rows(&check("csv"));
    checked[0].push("report_status".to_owned());
    checked[1..]
        .iter_mut()
        .for_each(|row| row.push(String::new()));
    assert_eq!(rows(&runs[0][Path::new("queue.csv")]), checked);
    let summary: Value = serde_json::from_slice(&runs[0][Path::new("summary.json")]).unwrap();
    assert_eq!(
        (&summary["records"], &summary["complete"]),
        (&json!(40), &json!(true))
    );
    assert_eq!(summary["reports"]["no_ivus"], 8);
}

#[test]
fn tables_are_read_packed_and_plain_and_keep_their_other_columns() {
    let folder = tempfile::tempdir().unwrap();
    let csv = format!(
        "Note,Body,When,ward\r\nn1,\"{}\",5/2/2014,B\r\nn2,\"{}\",,C\r\n",
        report(1),
        report(2)
    );
    let packed = |bytes: &[u8]| {
        let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
        gz.write_all(bytes).unwrap();
        gz.finish().unwrap()
    };
    let (head, tail) = csv.as_bytes().split_at(60);
    let members = [packed(head), packed(tail)].concat();
    let marked: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(csv.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let frames = [head, tail]
        .map(|p| zstd::encode_all(p, 1).unwrap())
        .concat();
    for (name, bytes) in [
        ("plain.csv", csv.as_bytes()),
        ("gz.csv.gz", &members),
        ("zst.csv.zst", &frames),
        ("utf16.csv", &marked),
    ] {
        fs::write(folder.path().join(name), bytes).unwrap();
        let out = at(&folder, &format!("{name}.out"));
        let input = at(&folder, name);
        let columns = [
            "--id-col",
            "Note",
            "--text-col",
            "Body",
            "--date-col",
            "When",
        ];
        let ran = batch(&[&[input.as_str(), "--out", &out][..], &columns].concat());
        assert_eq!(ran.status, 0, "{name}: {}", ran.err);
        let told = lines(&Path::new(&out).join("part-00000.jsonl"));
        let heads: Vec<_> = told
            .iter()
            .map(|t| {
                (
                    &t["report"]["id"],
                    &t["report"]["date_source"],
                    &t["passthrough"]["ward"],
                )
            })
            .collect();
        assert_eq!(
            heads,
            [
                (&json!("n1"), &json!("metadata"), &json!("B")),
                (&json!("n2"), &json!("text"), &json!("C"))
            ],
            "{name}"
        );
        // The date of the column decides the codes.
        assert_eq!(told[0]["coding"]["lines"][0]["code"], "37250");
    }
}

#[test]
fn damaged_records_are_listed_without_their_text_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join("in").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    };
    let good = json!({"id": "good", "text": report(1)});
    write(
        "a.jsonl",
        format!("{good}\n{{\"id\": \"{CANARY}\n\n[1]\n").as_bytes(),
    );
    write(
        "b.csv",
        format!("id,text\n1,{CANARY},{CANARY}\n2,\"{}\"\n", report(2)).as_bytes(),
    );
    write("c.csv", format!("1,{CANARY}\n2,{CANARY}\n").as_bytes());
    let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
    gz.write_all(format!("{good}\n").repeat(2000).as_bytes())
        .unwrap();
    let gz = gz.finish().unwrap();
    write("d.jsonl.gz", &gz[..gz.len() / 2]);
    write("e.txt", b"");
    write("f.doc", &[b"\xD0\xCF\x11\xE0", CANARY.as_bytes()].concat());
    write("g.md", b"no report");
    write("h.csv", format!("id,text\n1,\"{CANARY}\n").as_bytes());
    let out = at(&folder, "out");
    let ran = batch(&[&at(&folder, "in"), "/no/such/file", "--out", &out]);
    assert_eq!(ran.status, 3, "{}", ran.err);
    let told: Vec<(String, String)> = lines(&Path::new(&out).join("errors.jsonl"))
        .iter()
        .map(|e| {
            let place = Path::new(e["place"].as_str().unwrap()).file_name().unwrap();
            (
                place.to_string_lossy().into_owned(),
                e["kind"].as_str().unwrap().to_owned(),
            )
        })
        .filter(|(place, _)| !place.starts_with("d.jsonl.gz"))
        .collect();
    let wanted = [
        ("f.doc", "unknown-format"),
        ("a.jsonl:2", "bad-json"),
        ("a.jsonl:4", "bad-json"),
        ("b.csv:2", "bad-row"),
        ("c.csv", "no-column"),
        ("e.txt", "empty"),
        ("file", "missing"),
    ];
    for (place, kind) in wanted {
        let entry = (place.to_owned(), kind.to_owned());
        assert!(told.contains(&entry), "{place} {kind} not in {told:?}");
    }
    let errors = fs::read_to_string(Path::new(&out).join("errors.jsonl")).unwrap();
    assert!(errors.contains("cut-short"), "{errors}");
    for text in [&errors, &ran.err, &ran.out] {
        assert!(!text.contains(CANARY), "{text}");
    }
    let summary: Value =
        serde_json::from_str(&fs::read_to_string(Path::new(&out).join("summary.json")).unwrap())
            .unwrap();
    assert_eq!(summary["skipped_files"], 0);
}

#[cfg(unix)]
#[test]
fn pipes_and_sockets_are_told_and_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    fs::create_dir(&input).unwrap();
    fs::write(input.join("b.txt"), report(1)).unwrap();
    for pipe in [folder.path().join("named.csv"), input.join("a.hl7")] {
        let made = Command::new("mkfifo").arg(pipe).output().unwrap();
        assert!(made.status.success());
    }
    let _socket = std::os::unix::net::UnixListener::bind(input.join("c.sock")).unwrap();
    let out = at(&folder, "out");
    let ran = Command::new(env!("CARGO_BIN_EXE_ivus"))
        .args(["batch", &at(&folder, "in"), &at(&folder, "named.csv")])
        .args(["/dev/null", "--out", &out])
        .timeout(Duration::from_secs(60))
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(3), "none when it waited");
    let told: Vec<Value> = lines(&Path::new(&out).join("errors.jsonl"));
    let places: Vec<&str> = told.iter().map(|e| e["place"].as_str().unwrap()).collect();
    let wanted = [
        at(&folder, "in/a.hl7"),
        at(&folder, "in/c.sock"),
        at(&folder, "named.csv"),
        "/dev/null".to_owned(),
    ];
    assert_eq!(places, wanted);
    assert!(told.iter().all(|e| e["kind"] == "unusable"), "{told:?}");
    assert_eq!(lines(&Path::new(&out).join("part-00000.jsonl")).len(), 1);
}

#[test]
fn the_exit_status_tells_flags_only_when_asked_and_nothing_done() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("lacking.txt"),
        "DETAILS: IVUS of the left common iliac vein was performed.\n",
    )
    .unwrap();
    let input = at(&folder, "lacking.txt");
    for (number, (input, more, status)) in [
        (input.as_str(), &[][..], 0),
        (&input, &["--fail-on", "flagged"], 1),
        ("/no/such/file", &[], 2),
        ("-", &[], 2),
        (&input, &["--jobs", "0"], 2),
    ]
    .into_iter()
    .enumerate()
    {
        let out = at(&folder, &format!("out{number}"));
        let ran = batch(&[&[input, "--out", &out], more].concat());
        assert_eq!(ran.status, status, "{input} {more:?}: {}", ran.err);
    }
    // The output cannot be made where a file is.
    assert_eq!(batch(&[&input, "--out", &input]).status, 2);
}

#[test]
fn a_new_run_does_not_write_over_another() {
    let folder = tempfile::tempdir().unwrap();
    let input = jsonl(&folder.path().join("in.jsonl"), 3);
    let out = at(&folder, "out");
    assert_eq!(batch(&[&input, "--out", &out]).status, 0);
    let before = files(Path::new(&out));
    let ran = batch(&[&input, "--out", &out]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("--resume"), "{}", ran.err);
    assert!(before == files(Path::new(&out)));
}

/// A run of 60 records in shards of 7 that was never stopped.
fn whole(folder: &tempfile::TempDir) -> (String, BTreeMap<PathBuf, Vec<u8>>) {
    let input = jsonl(&folder.path().join("in.jsonl"), 60);
    let out = at(folder, "whole");
    assert_eq!(
        batch(&[&input, "--out", &out, "--shard-size", "7"]).status,
        0
    );
    (input, files(Path::new(&out)))
}

#[test]
fn a_run_that_a_limit_stopped_goes_on_to_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let (input, whole) = whole(&folder);
    let out = at(&folder, "out");
    let go = |limit: &str| {
        let more = ["--shard-size", "7", "--resume", "--limit", limit];
        batch(&[&[input.as_str(), "--out", &out][..], &more].concat())
    };
    let count = || {
        let parts = files(Path::new(&out));
        let parts = parts
            .iter()
            .filter(|(n, _)| n.to_string_lossy().starts_with("part-"));
        parts
            .map(|(_, b)| String::from_utf8_lossy(b).lines().count())
            .sum::<usize>()
    };
    // Within a part, at its end, and back before what is written already.
    for (limit, there) in [
        ("10", 10),
        ("12", 12),
        ("14", 14),
        ("3", 14),
        ("0", 14),
        ("33", 33),
    ] {
        let ran = go(limit);
        assert_eq!((ran.status, count()), (0, there), "{limit}: {}", ran.err);
        let summary = fs::read(Path::new(&out).join("summary.json")).unwrap();
        let summary: Value = serde_json::from_slice(&summary).unwrap();
        assert_eq!(
            (&summary["records"], &summary["complete"]),
            (&json!(there), &json!(false))
        );
    }
    for _ in 0..2 {
        assert_eq!(go("1000").status, 0);
        assert!(files(Path::new(&out)) == whole);
    }
}

#[test]
fn a_killed_run_goes_on_to_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let (input, whole) = whole(&folder);
    let out = at(&folder, "out");
    let arguments = [
        "batch",
        &input,
        "--out",
        &out,
        "--shard-size",
        "7",
        "--resume",
    ];
    let mut killed = 0;
    for parts in 0..8 {
        let mut run = std::process::Command::new(env!("CARGO_BIN_EXE_ivus"))
            .args(arguments)
            .args(["--jobs", "1"])
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let entry = Path::new(&out).join(format!("part-{parts:05}.jsonl"));
        while !entry.exists() && run.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        killed += usize::from(run.try_wait().unwrap().is_none());
        run.kill().unwrap();
        run.wait().unwrap();
    }
    assert!(killed > 0, "no run was killed at work");
    // What a kill in the middle of a write leaves.
    fs::write(Path::new(&out).join("run/.passing-left"), "half").unwrap();
    let ran = batch(&arguments[1..]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(files(Path::new(&out)) == whole);
}

#[test]
fn a_run_does_not_go_on_when_something_changed() {
    let folder = tempfile::tempdir().unwrap();
    let input = jsonl(&folder.path().join("in.jsonl"), 20);
    let out = at(&folder, "out");
    let start = [input.as_str(), "--out", &out, "--shard-size", "7"];
    assert_eq!(batch(&[&start[..], &["--limit", "10"]].concat()).status, 0);
    let before = files(Path::new(&out));
    let refused = |arguments: &[&str], reason: &str| {
        let ran = batch(arguments);
        assert_eq!(ran.status, 2, "{arguments:?}: {}", ran.err);
        assert!(ran.err.contains(reason), "{reason}: {}", ran.err);
        assert!(
            before == files(Path::new(&out)),
            "{reason}: something was written"
        );
    };
    let resume = [&start[..], &["--resume"]].concat();
    let with = |more: &[&'static str]| [&resume[..], more].concat();
    refused(&with(&["--policy", "anatomic"]), "the counting policy");
    refused(&with(&["--text-col", "text"]), "the options");
    refused(&with(&["--date-of-service", "2015-01-01"]), "the options");
    let words = folder.path().join("words");
    fs::create_dir(&words).unwrap();
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("lexicons/abbreviations.tsv");
    let list = fs::read_to_string(list).unwrap();
    let (shorter, _) = list.trim_end().rsplit_once('\n').unwrap();
    fs::write(words.join("abbreviations.tsv"), format!("{shorter}\n")).unwrap();
    let words = words.display().to_string();
    refused(
        &[&resume[..], &["--lexicon", &words]].concat(),
        "the lexicon",
    );

    let head = Path::new(&out).join("run/head.json");
    let text = fs::read_to_string(&head).unwrap();
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    fs::write(&head, text.replace(&version, "\"version\": \"0.0.1\"")).unwrap();
    assert!(batch(&resume).err.contains("the version"));
    fs::write(&head, "{").unwrap();
    assert!(batch(&resume).err.contains("damaged"));
    fs::write(&head, &text).unwrap();

    let known = fs::metadata(&input).unwrap().modified().unwrap();
    let records = fs::read_to_string(&input).unwrap();
    jsonl(Path::new(&input), 21);
    refused(&resume, "the input");
    // The same size and time, but another text in a part that is written already.
    fs::write(&input, records.replacen("PROCEDURE", "PROCEDURF", 1)).unwrap();
    let file = fs::File::options().write(true).open(&input).unwrap();
    file.set_modified(known).unwrap();
    refused(&resume, "the input of this part");
    fs::write(&input, &records).unwrap();
    file.set_modified(known).unwrap();
    assert_eq!(batch(&resume).status, 0);
    fs::remove_file(Path::new(&out).join("part-00001.jsonl")).unwrap();
    assert!(batch(&resume).err.contains("part-00001.jsonl"));
}

#[test]
fn a_second_process_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let input = jsonl(&folder.path().join("in.jsonl"), 3);
    let out = at(&folder, "out");
    fs::create_dir_all(Path::new(&out).join("run")).unwrap();
    let held = fs::File::create(Path::new(&out).join("run/lock")).unwrap();
    held.lock().unwrap();
    let ran = batch(&[&input, "--out", &out]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("another process"), "{}", ran.err);
    assert_eq!(files(Path::new(&out)).len(), 1, "the lock alone");
    drop(held);
    assert_eq!(batch(&[&input, "--out", &out]).status, 0);
}

#[test]
fn results_of_no_known_run_are_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let input = jsonl(&folder.path().join("in.jsonl"), 3);
    fs::write(folder.path().join("part-00000.jsonl"), "").unwrap();
    let here = folder.path().display().to_string();
    for more in [&[][..], &["--resume"]] {
        let ran = batch(&[&[input.as_str(), "--out", &here], more].concat());
        assert_eq!(ran.status, 2);
        assert!(ran.err.contains("name another folder"), "{}", ran.err);
    }
}

#[cfg(unix)]
#[test]
fn a_signal_ends_a_run_in_an_orderly_way() {
    let folder = tempfile::tempdir().unwrap();
    let input = jsonl(&folder.path().join("in.jsonl"), 400);
    let whole = at(&folder, "whole");
    assert_eq!(
        batch(&[&input, "--out", &whole, "--shard-size", "7"]).status,
        0
    );
    for (signal, status) in [("INT", 130), ("TERM", 143)] {
        let out = at(&folder, signal);
        let arguments = [&input, "--out", &out, "--shard-size", "7", "--resume"];
        let mut run = std::process::Command::new(env!("CARGO_BIN_EXE_ivus"))
            .arg("batch")
            .args(arguments)
            .args(["--jobs", "1"])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        while !Path::new(&out).join("part-00000.jsonl").exists() {
            std::thread::yield_now();
        }
        let sent = Command::new("sh")
            .args(["-c", &format!("kill -{signal} {}", run.id())])
            .output()
            .unwrap();
        assert!(sent.status.success());
        assert_eq!(run.wait().unwrap().code(), Some(status));
        let there = files(Path::new(&out));
        assert!(there.contains_key(Path::new("manifest.json")));
        let passing = |name: &&PathBuf| name.to_string_lossy().contains("passing");
        assert_eq!(there.keys().find(passing), None);
        assert_eq!(batch(&arguments).status, 0);
        assert!(
            files(Path::new(&out)) == files(Path::new(&whole)),
            "{signal}"
        );
    }
}

#[test]
fn a_write_that_fails_leaves_a_run_that_can_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let input = jsonl(&folder.path().join("in.jsonl"), 3);
    // A folder stands where a result should: the rename fails.
    let out = at(&folder, "out");
    fs::create_dir_all(Path::new(&out).join("summary.json/x")).unwrap();
    let ran = batch(&[&input, "--out", &out]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("summary.json"), "{}", ran.err);
    assert!(
        !Path::new(&out).join("manifest.json").exists(),
        "the manifest comes last"
    );
    fs::remove_dir_all(Path::new(&out).join("summary.json")).unwrap();
    assert_eq!(batch(&[&input, "--out", &out, "--resume"]).status, 0);
}
