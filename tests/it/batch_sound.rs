//! Finished parts that something changed afterwards.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::batch::{CANARY, at, batch, files, jsonl};

const FORMS: &str = "parquet,omop,fhir,brat,doccano,x12";

/// A run of three parts in every form.
fn run(folder: &tempfile::TempDir, more: &[&str]) -> super::batch::Ran {
    let input = folder.path().join("in.jsonl");
    if !input.exists() {
        jsonl(&input, 8);
        let numbered = fs::read_to_string(&input).unwrap().replace("\"r", "\"");
        fs::write(&input, numbered).unwrap();
    }
    let (input, out) = (at(folder, "in.jsonl"), at(folder, "out"));
    let fixed = [
        &input,
        "--out",
        &out,
        "--shard-size",
        "3",
        "--write",
        FORMS,
        "--run-date",
        "2026-01-02",
    ];
    batch(&[&fixed[..], more].concat())
}

/// The files of the second part: its queue rows, its JSONL and one of each form.
fn second_part(out: &Path) -> Vec<PathBuf> {
    let names = files(out).into_keys();
    let part = names.filter(|n| {
        let name = n.to_string_lossy();
        let is_entry = name == "run/00001.json";
        (name.contains("part-00001") || name.starts_with("run/00001")) && !is_entry
    });
    part.collect()
}

#[test]
fn a_finished_part_that_differs_is_refused_and_can_be_done_again() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    assert_eq!(run(&folder, &[]).status, 0);
    let whole = files(&out);
    let part = second_part(&out);
    assert!(part.len() >= 7 + 6, "{part:?}");
    for name in &part {
        let path = out.join(name);
        let bytes = &whole[name];
        if bytes.is_empty() {
            continue;
        }
        // Of the same size, shorter, gone; in the middle and at the end.
        let mut other = bytes.clone();
        *other.last_mut().unwrap() ^= 1;
        for spoiled in [Some(&other[..]), Some(&bytes[1..]), None] {
            match spoiled {
                Some(spoiled) => fs::write(&path, spoiled).unwrap(),
                None => fs::remove_file(&path).unwrap(),
            }
            let ran = run(&folder, &["--resume"]);
            assert_eq!(ran.status, 2, "{}: {}", name.display(), ran.err);
            for words in ["not as the run wrote it", "00001", "run/00001.json"] {
                assert!(ran.err.contains(words), "{words}: {}", ran.err);
            }
            assert!(!ran.err.contains(CANARY), "{}", ran.err);
            fs::write(&path, bytes).unwrap();
        }
    }
    assert_eq!(run(&folder, &["--resume"]).status, 0);
    // A file more among those of brat is no part of the run either.
    let stray = out.join("brat/part-00001/stray.txt");
    fs::write(&stray, "x").unwrap();
    assert_eq!(run(&folder, &["--resume"]).status, 2);
    fs::remove_file(&stray).unwrap();

    fs::write(out.join("part-00001.jsonl"), "").unwrap();
    fs::remove_file(out.join("run/00001.json")).unwrap();
    assert_eq!(run(&folder, &["--resume"]).status, 0);
    assert!(files(&out) == whole, "other bytes");
}
