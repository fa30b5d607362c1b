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
