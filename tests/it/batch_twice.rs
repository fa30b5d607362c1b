//! Records that stand twice in the input of a large run, in whatever parts.

use std::{fs, path::Path};

use serde_json::{Value, json};

use super::batch::{at, batch, files, lines, report};

/// 24 records in two files; five of them were there before: in the same part, in another part, in the other file.
fn input(folder: &tempfile::TempDir) -> String {
    let dir = folder.path().join("in");
    fs::create_dir(&dir).unwrap();
    let line = |n: usize| json!({"id": format!("r{n}"), "text": report(n)}).to_string() + "\n";
    let write = |name: &str, numbers: &[usize]| {
        let lines = numbers.iter().map(|n| line(*n)).collect::<String>();
        fs::write(dir.join(name), lines).unwrap();
    };
    write("a.jsonl", &[0, 1, 1, 2, 3, 4, 5, 0, 6, 7, 8, 9]);
    // The id of a record before with another text is another report.
    write("b.jsonl", &[10, 11, 5, 12, 13, 0, 14, 15, 16, 17, 10]);
    let amended = json!({"id": "r3", "text": format!("ADDENDUM. {}", report(3))});
    let path = dir.join("b.jsonl");
    fs::write(
        &path,
        format!("{}{amended}\n", fs::read_to_string(&path).unwrap()),
    )
    .unwrap();
    dir.display().to_string()
}

fn run(input: &str, out: &str, more: &[&str], status: i32) {
    let forms = ["--write", "fhir,brat,parquet", "--shard-size", "4"];
    let ran = batch(&[&[input, "--out", out][..], &forms, more].concat());
    assert_eq!(ran.status, status, "{more:?}: {}", ran.err);
}

#[test]
fn a_record_that_comes_twice_counts_once_in_whatever_parts() {
    let folder = tempfile::tempdir().unwrap();
    let input = input(&folder);
    let out = at(&folder, "whole");
    run(&input, &out, &["--jobs", "1"], 3);
    let whole = files(Path::new(&out));

    let told = lines(&Path::new(&out).join("errors.jsonl"));
    let told: Vec<(&str, &str, &str)> = told
        .iter()
        .map(|e| {
            let name = |key: &str| e[key].as_str().unwrap();
            (
                name("kind"),
                name("id"),
                name("place").rsplit('/').next().unwrap(),
            )
        })
        .collect();
    let twice = |id, place| ("duplicate", id, place);
    assert_eq!(
        told,
        [
            twice("r1", "a.jsonl:3"),
            twice("r0", "a.jsonl:8"),
            twice("r5", "b.jsonl:3"),
            twice("r0", "b.jsonl:6"),
            twice("r10", "b.jsonl:11"),
        ]
    );
    let summary: Value = serde_json::from_slice(&whole[Path::new("summary.json")]).unwrap();
    assert_eq!(
        (
            &summary["records"],
            &summary["failures"]["duplicate"],
            &summary["reports"]["reports"]
        ),
        (&json!(24), &json!(5), &json!(19))
    );
    let rows = String::from_utf8_lossy(&whole[Path::new("queue.csv")])
        .lines()
        .count();
    assert_eq!(rows, 1 + 19);
    for id in 0..=17 {
        let id = format!("\"id\":\"r{id}\"");
        let parts = whole
            .iter()
            .filter(|(n, _)| n.to_string_lossy().starts_with("part-"));
        let count: usize = parts
            .map(|(_, b)| String::from_utf8_lossy(b).matches(&id).count())
            .sum();
        assert_eq!(count, if id.contains("r3\"") { 2 } else { 1 }, "{id}");
    }

    let many = at(&folder, "many");
    run(&input, &many, &["--jobs", "7"], 3);
    assert!(
        files(Path::new(&many)) == whole,
        "other bytes with more jobs"
    );

    let stopped = at(&folder, "stopped");
    for limit in ["2", "7", "11", "22"] {
        run(
            &input,
            &stopped,
            &["--resume", "--limit", limit],
            if limit == "2" { 0 } else { 3 },
        );
    }
    run(&input, &stopped, &["--resume"], 3);
    assert!(
        files(Path::new(&stopped)) == whole,
        "other bytes after stops"
    );
}

#[test]
fn shares_that_are_joined_count_a_record_once() {
    let folder = tempfile::tempdir().unwrap();
    let input = input(&folder);
    let whole = at(&folder, "whole");
    run(&input, &whole, &[], 3);
    let joined = folder.path().join("joined");
    for share in ["1/3", "2/3", "3/3"] {
        let out = at(&folder, &share.replace('/', "-"));
        let forms = ["--write", "fhir,brat,parquet", "--shard-size", "4"];
        batch(&[&[&input, "--out", &out, "--shard", share][..], &forms].concat());
        for (name, bytes) in files(Path::new(&out)) {
            let to = joined.join(name);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::write(to, bytes).unwrap();
        }
    }
    let joined = joined.display().to_string();
    for _ in 0..2 {
        run(&input, &joined, &["--resume"], 3);
        assert!(
            files(Path::new(&joined)) == files(Path::new(&whole)),
            "other bytes"
        );
    }
}
