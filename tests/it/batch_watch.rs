//! Drop folders: each file is taken once, a round that was stopped is gone on with, a signal ends the watch.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::{Child, Stdio},
};

use assert_cmd::Command;
use serde_json::Value;

use super::batch::{at, batch, lines, report};

/// The ids of the reports in a round.
fn ids(out: &str, round: usize) -> BTreeSet<String> {
    let part = Path::new(out).join(format!("round-{round:05}/part-00000.jsonl"));
    let id = |line: &Value| line["report"]["id"].as_str().unwrap().to_owned();
    lines(&part).iter().map(id).collect()
}

fn set(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|i| (*i).to_owned()).collect()
}

fn watching(drop: &str, out: &str) -> Child {
    std::process::Command::new(env!("CARGO_BIN_EXE_ivus"))
        .args(["batch", "--watch", drop, "--out", out, "--every", "1"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Waits until the watch has written a file; fails when it ended instead.
fn wait_for(run: &mut Child, path: &Path) {
    while !path.exists() {
        assert!(run.try_wait().unwrap().is_none(), "the watch ended");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[cfg(unix)]
fn signal(name: &str, run: &Child) {
    let sent = Command::new("sh")
        .args(["-c", &format!("kill -{name} {}", run.id())])
        .output()
        .unwrap();
    assert!(sent.status.success());
}

#[test]
fn each_file_is_taken_once_and_again_when_it_is_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (drop, out) = (at(&folder, "drop"), at(&folder, "out"));
    fs::create_dir(&drop).unwrap();
    let put = |name: &str, number: usize| {
        fs::write(Path::new(&drop).join(name), report(number)).unwrap();
    };
    let look = || {
        let ran = batch(&[
            "--watch",
            &drop,
            "--out",
            &out,
            "--every",
            "1",
            "--until-idle",
        ]);
        assert_eq!(ran.status, 0, "{}", ran.err);
        ran.out.lines().count()
    };
    assert_eq!(look(), 0, "there is nothing yet");
    put("a.txt", 1);
    put("b.txt", 2);
    put("half.txt.part", 3);
    assert_eq!(look(), 1);
    assert_eq!(ids(&out, 1), set(&["a", "b"]));
    assert_eq!(look(), 0, "nothing new");
    put("b.txt", 47);
    put("c.txt", 4);
    assert_eq!(look(), 1);
    assert_eq!(ids(&out, 2), set(&["b", "c"]));
    let ran = batch(&["--watch", "/no/such/folder", "--out", &out]);
    assert_eq!(ran.status, 2);
    let ran = batch(&["--watch", &drop, "--out", &out, "--resume"]);
    assert_eq!(ran.status, 2);
}

#[cfg(unix)]
#[test]
fn a_watch_takes_what_comes_and_ends_in_an_orderly_way_at_a_signal() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["INT", "TERM"] {
        let (drop, out) = (at(&folder, &format!("drop{name}")), at(&folder, name));
        fs::create_dir(&drop).unwrap();
        let mut run = watching(&drop, &out);
        fs::write(Path::new(&drop).join("a.txt"), report(1)).unwrap();
        wait_for(&mut run, &Path::new(&out).join("round-00001/manifest.json"));
        fs::write(Path::new(&drop).join("b.txt"), report(2)).unwrap();
        wait_for(&mut run, &Path::new(&out).join("round-00002/manifest.json"));
        let second = batch(&["--watch", &drop, "--out", &out, "--until-idle"]);
        assert_eq!(second.status, 2);
        assert!(second.err.contains("another process"), "{}", second.err);
        signal(name, &run);
        assert_eq!(
            run.wait().unwrap().code(),
            Some(0),
            "all that was taken is done"
        );
        assert_eq!((ids(&out, 1), ids(&out, 2)), (set(&["a"]), set(&["b"])));
    }
}

#[test]
fn a_round_that_was_killed_is_gone_on_with_and_one_whose_files_changed_is_done_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (drop, out) = (at(&folder, "drop"), at(&folder, "out"));
    fs::create_dir(&drop).unwrap();
    let text: String = (0..600)
        .map(|n| serde_json::json!({"id": n.to_string(), "text": report(n)}).to_string() + "\n")
        .collect();
    let input = Path::new(&drop).join("in.jsonl");
    fs::write(&input, &text).unwrap();
    let mut run = watching(&drop, &out);
    wait_for(&mut run, &Path::new(&out).join("round-00001/run/head.json"));
    run.kill().unwrap();
    run.wait().unwrap();
    let go_on = || {
        batch(&[
            "--watch",
            &drop,
            "--out",
            &out,
            "--every",
            "1",
            "--until-idle",
        ])
    };
    let ran = go_on();
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert_eq!(ids(&out, 1).len(), 600);

    // The same, but the file is another by the time the watch goes on.
    let out = at(&folder, "changed");
    let mut run = watching(&drop, &out);
    wait_for(&mut run, &Path::new(&out).join("round-00001/run/head.json"));
    run.kill().unwrap();
    run.wait().unwrap();
    fs::remove_file(Path::new(&out).join("round-00001/manifest.json")).ok();
    fs::write(
        &input,
        text + "{\"id\": \"new\", \"text\": \"IVUS of the left common iliac vein.\"}\n",
    )
    .unwrap();
    let ran = batch(&[
        "--watch",
        &drop,
        "--out",
        &out,
        "--every",
        "1",
        "--until-idle",
    ]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.err.contains("taken anew"), "{}", ran.err);
    assert_eq!(ids(&out, 2).len(), 601);
}

/// A document message: event, number, parent, the moment it was sent, text.
fn mdm(event: &str, id: &str, parent: &str, moment: &str, text: &str) -> String {
    let observation = match text {
        "" => String::new(),
        text => format!("OBX|1|TX|N||{text}||||||F\r"),
    };
    format!(
        "MSH|^~\\&|DICT|H|||{moment}||MDM^{event}|C{id}|P|2.5\rTXA|1|OP|TX|20240502||||||||{id}^DICT|{parent}||||AU\r{observation}"
    )
}

#[test]
fn what_a_later_round_does_to_an_earlier_one_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (drop, out) = (at(&folder, "drop"), at(&folder, "out"));
    fs::create_dir(&drop).unwrap();
    let round = |files: &[(&str, String)]| {
        for (name, text) in files {
            fs::write(Path::new(&drop).join(name), text).unwrap();
        }
        let ran = batch(&[
            "--watch",
            &drop,
            "--out",
            &out,
            "--every",
            "1",
            "--until-idle",
        ]);
        assert_eq!(ran.status, 0, "{}", ran.err);
        ran.err
    };
    let look = "IVUS of the left common iliac vein showed 78% stenosis.";
    let more = "IVUS of the right common iliac vein showed 60% stenosis.";
    let told = |n: usize| -> Vec<String> {
        let part = Path::new(&out).join(format!("round-{n:05}/part-00000.jsonl"));
        let lines = lines(&part);
        let head = |line: &Value| {
            let units = line["coding"]["lines"].as_array().unwrap().len();
            let status = line["report_status"].as_str().unwrap_or("-");
            format!(
                "{} {status} {units}",
                line["report"]["id"].as_str().unwrap()
            )
        };
        lines.iter().map(head).collect()
    };
    let superseded = || -> Vec<String> {
        let entries = lines(&Path::new(&out).join("superseded.jsonl"));
        let entry = |e: &Value| {
            format!(
                "{} {} {} by {} {}",
                e["id"].as_str().unwrap(),
                e["round"],
                e["how"].as_str().unwrap(),
                e["by"].as_str().unwrap(),
                e["by_round"]
            )
        };
        entries.iter().map(entry).collect()
    };
    let documents = ["A", "B", "C", "D"].map(|id| mdm("T02", id, "", "202405021200", look));
    let documents = documents.concat();
    round(&[
        ("1.hl7", documents),
        ("n.txt", report(1)),
        ("0.hl7", mdm("T11", "late", "", "202405021500", "")),
    ]);
    assert_eq!(told(1).len(), 6);
    assert!(!Path::new(&out).join("superseded.jsonl").exists());
    let err = round(&[
        ("2.hl7", mdm("T06", "A2", "A", "202405021300", more)),
        ("3.hl7", mdm("T11", "B", "", "202405021300", "")),
        ("4.hl7", mdm("T10", "C2", "C", "202405021300", more)),
        ("5.hl7", mdm("T02", "D", "", "202405021100", more)),
        ("6.hl7", mdm("T02", "late", "", "202405021200", look)),
        ("n.txt", report(2)),
    ]);
    assert!(err.contains("6 rows no longer tell the whole"), "{err}");
    assert_eq!(told(2)[..2], ["A2 addendum 0", "B withdrawn 0"]);
    let expected = [
        "D 2 sent-again by D 1",
        "n 1 sent-again by n 2",
        "A 1 addendum by A2 2",
        "B 1 cancelled by B 2",
        "C 1 replaced by C2 2",
        "late 2 cancelled by late 1",
    ];
    let set = |list: Vec<String>| list.into_iter().collect::<BTreeSet<_>>();
    assert_eq!(set(superseded()), set(expected.map(str::to_owned).into()));
    // The same call knows of it still, and tells it once.
    round(&[("7.hl7", mdm("T11", "C2", "", "202405021400", ""))]);
    let mut expected: Vec<String> = expected.map(str::to_owned).into();
    expected.push("C2 2 cancelled by C2 3".to_owned());
    assert_eq!(superseded().len(), expected.len());
    assert_eq!(set(superseded()), set(expected));
}

#[test]
fn two_looks_are_apart_also_when_a_round_lies_between() {
    use std::{io::BufRead, time::Duration};
    let folder = tempfile::tempdir().unwrap();
    let (drop, out) = (at(&folder, "drop"), at(&folder, "out"));
    fs::create_dir(&drop).unwrap();
    fs::write(Path::new(&drop).join("a.txt"), report(1)).unwrap();
    let mut run = std::process::Command::new(env!("CARGO_BIN_EXE_ivus"))
        .args(["batch", "--watch", &drop, "--out", &out, "--every", "3"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The first look follows these words.
    let mut words = std::io::BufReader::new(run.stderr.take().unwrap()).lines();
    assert!(words.next().unwrap().unwrap().contains("watching"));
    std::thread::sleep(Duration::from_millis(500));
    fs::write(Path::new(&drop).join("b.txt"), report(2)).unwrap();
    let lists = [1, 2].map(|n| Path::new(&out).join(format!("round-{n:05}.json")));
    wait_for(&mut run, &lists[1]);
    run.kill().unwrap();
    run.wait().unwrap();
    let [first, second] = lists.map(|l| fs::metadata(l).unwrap().modified().unwrap());
    assert!(second.duration_since(first).unwrap() >= Duration::from_millis(2900));
}
