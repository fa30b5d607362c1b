//! What a large run does when the world around it fails: every write, fsync and rename once, a full or read-only disk, a
//! closed pipe, input that changes, a fault of the program. Where the machine lacks what a test needs, the test says so.

use std::{
    collections::BTreeMap,
    fs,
    hash::{BuildHasher as _, Hasher as _, RandomState},
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::batch::{CANARY, at, batch, files, jsonl, lines, report};

const FORMS: [&str; 2] = ["--write", "parquet,fhir,brat,x12"];

fn ivus(arguments: &[&str]) -> Vec<String> {
    let fixed = [env!("CARGO_BIN_EXE_ivus"), "batch"];
    fixed
        .iter()
        .chain(arguments)
        .map(|a| (*a).to_owned())
        .collect()
}

fn skipped(test: &str, reason: &str) {
    // Past the capture of the test runner, so that it is seen.
    let _ = writeln!(std::io::stderr().lock(), "SKIPPED {test}: {reason}");
}

/// A run that was never disturbed.
fn whole(folder: &tempfile::TempDir, count: usize) -> (String, BTreeMap<PathBuf, Vec<u8>>) {
    let input = jsonl(&folder.path().join("in.jsonl"), count);
    let out = at(folder, "whole");
    let fixed = [input.as_str(), "--out", &out, "--shard-size", "3"];
    assert_eq!(batch(&[&fixed[..], &FORMS].concat()).status, 0);
    (input, files(Path::new(&out)))
}

fn is_result(name: &Path) -> bool {
    !name.starts_with("run")
}

#[cfg(target_os = "linux")]
#[test]
fn every_write_fsync_and_rename_may_fail_once() {
    let usable = Command::new("strace")
        .args(["-o", "/dev/null", "true"])
        .output();
    if !usable.is_ok_and(|o| o.status.success()) {
        return skipped(
            "every write, fsync and rename",
            "strace cannot be used here",
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let (input, whole) = whole(&folder, 5);
    let mut tried = BTreeMap::new();
    for (calls, fault) in [
        ("fsync,fdatasync", "EIO"),
        ("rename,renameat,renameat2", "ENOSPC"),
        ("write,pwrite64,writev", "ENOSPC"),
    ] {
        for nth in 1.. {
            let out = at(&folder, &format!("{}-{nth}", &calls[..5]));
            let log = at(&folder, "log");
            let mut arguments = ivus(&[&input, "--out", &out, "--shard-size", "3", "--jobs", "1"]);
            arguments.extend(FORMS.map(str::to_owned));
            // Writes to no file, such as those that wake a thread, are no writes of results.
            let ran = Command::new("strace")
                .args(["-f", "-y", "-o", &log, "-e", &format!("trace={calls}")])
                .args(["-e", &format!("inject={calls}:error={fault}:when={nth}")])
                .args(&arguments)
                .output()
                .unwrap();
            let log = fs::read_to_string(&log).unwrap();
            let Some(injected) = log.lines().find(|l| l.contains("INJECTED")) else {
                break;
            };
            *tried.entry(calls).or_insert(0) += 1;
            check(&ran, injected, &out, &whole);
            let resume = [&input, "--out", &out, "--shard-size", "3", "--resume"];
            let again = batch(&[&resume[..], &FORMS].concat());
            assert_eq!(again.status, 0, "{injected}: {}", again.err);
            assert!(files(Path::new(&out)) == whole, "{injected}: other bytes");
            fs::remove_dir_all(&out).unwrap();
        }
    }
    let _ = writeln!(std::io::stderr().lock(), "failed once each: {tried:?}");
    assert!(tried.values().all(|n| *n >= 10), "{tried:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn names_are_given_to_durable_files_and_are_durable_before_a_part_is_entered() {
    let usable = Command::new("strace")
        .args(["-o", "/dev/null", "true"])
        .output();
    if !usable.is_ok_and(|o| o.status.success()) {
        return skipped("order of fsync and rename", "strace cannot be used here");
    }
    let folder = tempfile::tempdir().unwrap();
    let input = jsonl(&folder.path().join("in.jsonl"), 8);
    let (out, log) = (at(&folder, "out"), at(&folder, "log"));
    let mut arguments = ivus(&[&input, "--out", &out, "--shard-size", "3", "--jobs", "1"]);
    arguments.extend(["--write", "parquet,fhir,brat,x12"].map(str::to_owned));
    let ran = Command::new("strace")
        .args(["-f", "-y", "-s", "4096", "-o", &log])
        .args(["-e", "trace=fsync,fdatasync,rename,renameat,renameat2"])
        .args(&arguments)
        .output()
        .unwrap();
    assert!(ran.status.success());
    let (mut synced, mut open) = (Vec::new(), Vec::<String>::new());
    let mut entered = 0;
    for line in fs::read_to_string(&log).unwrap().lines() {
        if line.contains("sync(") {
            let path = line.split(['<', '>']).nth(1).unwrap().to_owned();
            open.retain(|folder| *folder != path);
            synced.push(path);
        } else if line.contains("rename") {
            let names: Vec<&str> = line.split('"').collect();
            let (from, to) = (names[1], Path::new(names[3]));
            assert!(synced.iter().any(|s| s == from), "not durable: {line}");
            let name = to.file_name().unwrap().to_str().unwrap();
            let is_entry = name
                .strip_suffix(".json")
                .is_some_and(|n| n.parse::<u32>().is_ok());
            if is_entry || name == "manifest.json" {
                assert!(open.is_empty(), "{name} before the names in {open:?}");
                entered += 1;
            }
            open.push(to.parent().unwrap().display().to_string());
        }
    }
    assert_eq!(
        (entered, open.len()),
        (4, 0),
        "three parts and the manifest"
    );
}

/// After a fault the status tells it, and what has its own name is whole.
fn check(ran: &Output, injected: &str, out: &str, whole: &BTreeMap<PathBuf, Vec<u8>>) {
    let err = String::from_utf8_lossy(&ran.stderr);
    assert!(!err.contains(CANARY) && !err.contains("mistake"), "{err}");
    assert_eq!(ran.status.code(), Some(2), "{injected}: {err}");
    assert!(
        err.contains("cannot be written") || err.contains("os error"),
        "{injected}: {err}"
    );
    if !Path::new(out).exists() {
        return;
    }
    for (name, bytes) in files(Path::new(out)) {
        if is_result(&name) {
            assert!(
                whole.get(&name) == Some(&bytes) || is_summary(&name),
                "{injected}: {} is not whole",
                name.display()
            );
        }
    }
}

/// Written over the whole run; whole by itself even where the run is not.
fn is_summary(name: &Path) -> bool {
    [
        "errors.jsonl",
        "queue.csv",
        "summary.json",
        "summary.html",
        "manifest.json",
    ]
    .iter()
    .any(|n| name == Path::new(n))
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_with_2_and_the_run_goes_on_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let (input, whole) = whole(&folder, 60);
    let disk = Mounted::new(&folder, "size=256k");
    let Some(disk) = disk else {
        return skipped(
            "full disk",
            "there are no rights to mount a small file system",
        );
    };
    let out = disk.at("out");
    let fixed = [
        input.as_str(),
        "--out",
        &out,
        "--shard-size",
        "3",
        "--resume",
    ];
    let full = batch(&[&fixed[..], &FORMS].concat());
    assert_eq!(full.status, 2, "{}", full.err);
    assert!(full.err.contains("No space left"), "{}", full.err);
    for (name, bytes) in files(Path::new(&out)) {
        let known = whole.get(&name) == Some(&bytes) || !is_result(&name) || is_summary(&name);
        assert!(known, "{} is not whole", name.display());
    }
    disk.remount("size=64m");
    assert_eq!(batch(&[&fixed[..], &FORMS].concat()).status, 0);
    assert!(files(Path::new(&out)) == whole);
}

#[cfg(target_os = "linux")]
#[test]
fn read_only_output_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let input = jsonl(&folder.path().join("in.jsonl"), 2);
    let Some(disk) = Mounted::new(&folder, "size=1m") else {
        return skipped(
            "read-only output",
            "there are no rights to mount a file system",
        );
    };
    disk.remount("ro");
    let ran = batch(&[&input, "--out", &disk.at("out")]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("cannot be written"), "{}", ran.err);
}

/// A small file system in memory, gone at the end.
#[cfg(target_os = "linux")]
struct Mounted(PathBuf);

#[cfg(target_os = "linux")]
impl Mounted {
    fn new(folder: &tempfile::TempDir, options: &str) -> Option<Self> {
        let path = folder.path().join("disk");
        fs::create_dir(&path).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(&path)
            .output();
        mounted
            .is_ok_and(|m| m.status.success())
            .then_some(Self(path))
    }

    fn at(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    fn remount(&self, options: &str) {
        let done = Command::new("mount")
            .args(["-o", &format!("remount,{options}")])
            .arg(&self.0)
            .output()
            .unwrap();
        assert!(done.status.success());
    }
}

#[cfg(target_os = "linux")]
impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).output();
    }
}

/// The same as `scripts/crash-test` does with 100,000 reports and 50 kills, in small.
#[test]
fn kills_at_random_moments_lose_nothing_and_double_nothing() {
    const REPORTS: usize = 1500;
    const KILLS: u32 = 12;
    let folder = tempfile::tempdir().unwrap();
    let input = jsonl(&folder.path().join("in.jsonl"), REPORTS);
    // Ten come again in other parts: whether they were there before must outlive a kill, too.
    let text = fs::read_to_string(&input).unwrap();
    let again: Vec<&str> = text.lines().step_by(REPORTS / 10).collect();
    fs::write(&input, format!("{text}{}\n", again.join("\n"))).unwrap();
    let (calm, out) = (at(&folder, "calm"), at(&folder, "out"));
    let fixed = ["--shard-size", "100", "--jobs", "2", "--resume"];
    let start = Instant::now();
    assert_eq!(
        batch(&[&[&input, "--out", &calm][..], &fixed].concat()).status,
        3
    );
    let took = start.elapsed();
    let whole = files(Path::new(&calm));
    let ids: Vec<String> = (0..)
        .map_while(|n| whole.get(Path::new(&format!("part-{n:05}.jsonl"))))
        .flat_map(|part| std::str::from_utf8(part).unwrap().lines())
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["report"]["id"].to_string())
        .collect();
    let wanted = (0..REPORTS).map(|n| format!("\"r{n}\""));
    assert!(ids.into_iter().eq(wanted), "lost or double");

    let arguments = ivus(&[&[&input, "--out", &out][..], &fixed].concat());
    let (mut killed, mut finished) = (0, 0);
    // Some more than is due for one of the kills; a run that ends before is compared and begun anew.
    let longest = took * 3 / KILLS + Duration::from_millis(60);
    let mut dice = RandomState::new().build_hasher().finish();
    while killed < KILLS {
        dice = dice
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let mut run = Command::new(&arguments[0])
            .args(&arguments[1..])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(
            longest.mul_f64(f64::from(u32::try_from(dice >> 33).unwrap()) / f64::from(1_u32 << 31)),
        );
        if run.try_wait().unwrap().is_none() {
            killed += 1;
        }
        run.kill().unwrap();
        if let Some(status) = run.wait().unwrap().code() {
            assert_eq!(status, 3);
            assert!(
                files(Path::new(&out)) == whole,
                "other bytes after {killed} kills"
            );
            fs::remove_dir_all(&out).unwrap();
            finished += 1;
        }
    }
    assert_eq!(
        batch(&[&[&input, "--out", &out][..], &fixed].concat()).status,
        3
    );
    assert!(
        files(Path::new(&out)) == whole,
        "other bytes after {killed} kills"
    );
    println!(
        "{REPORTS} reports, {killed} kills at random, {} runs compared, 0 lost, 0 double",
        finished + 1
    );
}

#[test]
fn a_closed_pipe_changes_neither_results_nor_status() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.jsonl");
    fs::write(
        &input,
        json!({"id": "a", "text": report(1)}).to_string() + "\n{bad\n",
    )
    .unwrap();
    let input = input.display().to_string();
    let run = |out: &str, stdout: Stdio, stderr: Stdio| {
        let arguments = ivus(&[&input, "--out", out]);
        Command::new(&arguments[0])
            .args(&arguments[1..])
            .stdout(stdout)
            .stderr(stderr)
            .status()
            .unwrap()
            .code()
    };
    let closed = || {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        writer
    };
    let (open, shut) = (at(&folder, "open"), at(&folder, "shut"));
    assert_eq!(run(&open, Stdio::null(), Stdio::null()), Some(3));
    assert_eq!(run(&shut, closed().into(), closed().into()), Some(3));
    assert!(files(Path::new(&open)) == files(Path::new(&shut)));
}

#[test]
fn input_that_changes_while_it_is_read_is_listed() {
    let folder = tempfile::tempdir().unwrap();
    let input = jsonl(&folder.path().join("in.jsonl"), 2000);
    let out = at(&folder, "out");
    let arguments = ivus(&[&input, "--out", &out, "--shard-size", "50", "--jobs", "1"]);
    let mut run = Command::new(&arguments[0])
        .args(&arguments[1..])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while !Path::new(&out).join("part-00000.jsonl").exists() {
        assert!(run.try_wait().unwrap().is_none());
        std::thread::yield_now();
    }
    let mut file = fs::File::options().append(true).open(&input).unwrap();
    file.write_all(b"{\"id\": \"late\", \"text\": \"IVUS.\"}\n")
        .unwrap();
    assert_eq!(run.wait().unwrap().code(), Some(3));
    let errors = lines(&Path::new(&out).join("errors.jsonl"));
    assert_eq!((errors.len(), &errors[0]["kind"]), (1, &json!("changed")));
    let summary = fs::read(Path::new(&out).join("summary.json")).unwrap();
    let summary: Value = serde_json::from_slice(&summary).unwrap();
    println!(
        "changed while it was read: {} records, 1 of them told as changed",
        summary["records"]
    );
    // Nobody can go on with it as if nothing had happened.
    let ran = batch(&[&input, "--out", &out, "--shard-size", "50", "--resume"]);
    assert!(
        ran.status == 2 && ran.err.contains("the input"),
        "{}",
        ran.err
    );
}

#[cfg(debug_assertions)]
#[test]
fn a_fault_of_the_program_costs_one_record_and_tells_nothing_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let input = jsonl(&folder.path().join("in.jsonl"), 20);
    let out = at(&folder, "out");
    let arguments = ivus(&[
        &input,
        "--out",
        &out,
        "--shard-size",
        "7",
        "--write",
        "fhir,doccano",
    ]);
    let ran = Command::new(&arguments[0])
        .args(&arguments[1..])
        .env("IVUS_TEST_PANIC", "r8")
        .output()
        .unwrap();
    let err = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(3), "{err}");
    assert!(
        err.contains("made a mistake") && !err.contains(CANARY),
        "{err}"
    );
    let errors = lines(&Path::new(&out).join("errors.jsonl"));
    assert_eq!(
        (errors.len(), &errors[0]["id"], &errors[0]["kind"]),
        (1, &json!("r8"), &json!("internal"))
    );
    assert!(!errors[0].to_string().contains(CANARY));
    let parts = files(Path::new(&out));
    let count = |below: &str| {
        let parts = parts
            .iter()
            .filter(|(n, _)| n.to_string_lossy().starts_with(below));
        parts
            .map(|(_, b)| b.split(|b| *b == b'\n').count() - 1)
            .sum::<usize>()
    };
    assert_eq!(
        (count("part-"), count("fhir/"), count("doccano/")),
        (19, 19, 19)
    );
}

#[test]
fn the_status_tells_what_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let lacking = folder.path().join("lacking.txt");
    fs::write(
        &lacking,
        "DETAILS: IVUS of the left common iliac vein was performed.\n",
    )
    .unwrap();
    let none = folder.path().join("none.txt");
    fs::write(&none, "PROCEDURE: Chest film.\n").unwrap();
    for (number, (input, asked, status)) in [
        (&lacking, "IVUS003", 1),
        (&lacking, "missing-findings", 1),
        (&lacking, "warning", 1),
        (&lacking, "IVUS015,review", 1),
        (&lacking, "IVUS015", 0),
        (&none, "flagged,warning,review,query", 0),
        (&none, "IVUS999", 2),
        (&none, "IVUS101", 2),
    ]
    .into_iter()
    .enumerate()
    {
        let out = at(&folder, &format!("out{number}"));
        let ran = batch(&[
            &input.display().to_string(),
            "--out",
            &out,
            "--fail-on",
            asked,
        ]);
        assert_eq!(ran.status, status, "{asked}: {}", ran.err);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_shows_how_far_the_run_is_of_packed_input_too() {
    let folder = tempfile::tempdir().unwrap();
    let input = jsonl(&folder.path().join("in.jsonl"), 600);
    let packed = folder.path().join("in.jsonl.zst");
    let bytes = zstd::encode_all(&fs::read(&input).unwrap()[..], 1).unwrap();
    fs::write(&packed, bytes).unwrap();
    let packed = packed.display().to_string();
    for (number, input) in [input, packed].into_iter().enumerate() {
        shows_progress(&input, &at(&folder, &format!("out{number}")));
    }
}

#[cfg(target_os = "linux")]
fn shows_progress(input: &str, out: &str) {
    let command = ivus(&[input, "--out", out]).join(" ");
    let Ok(ran) = Command::new("script")
        .args(["-qec", &command, "/dev/null"])
        .env("TERM", "xterm")
        .stdin(Stdio::null())
        .output()
    else {
        return skipped("progress on a terminal", "script is not there");
    };
    let shown = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{shown}");
    for words in ["records", "%", "/s", "left", "600 records, 0 failed"] {
        assert!(shown.contains(words), "{words} not in {shown}");
    }
    assert!(!shown.contains(CANARY));
}

#[test]
fn the_summary_page_loads_nothing_and_tells_the_counts() {
    let folder = tempfile::tempdir().unwrap();
    let input = jsonl(&folder.path().join("in.jsonl"), 30);
    let out = at(&folder, "out");
    assert_eq!(batch(&[&input, "--out", &out]).status, 0);
    let page = fs::read_to_string(Path::new(&out).join("summary.html")).unwrap();
    for absent in [
        "<script", "http:", "https:", "<img", "<link", "@import", "url(", CANARY,
    ] {
        assert!(!page.contains(absent), "{absent}");
    }
    let summary = fs::read_to_string(Path::new(&out).join("summary.json")).unwrap();
    let summary: Value = serde_json::from_str(&summary).unwrap();
    for rule in summary["flags"].as_object().unwrap().keys() {
        assert!(page.contains(rule), "{rule}");
    }
    for vessel in ["left common iliac vein", "left external iliac vein"] {
        assert!(page.contains(vessel), "{vessel}");
    }
    assert_eq!(page.matches("<svg").count(), page.matches("</svg>").count());
    assert!(page.contains("37252"));
}
