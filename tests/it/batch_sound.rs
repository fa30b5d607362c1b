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

#[test]
fn a_finished_folder_is_verified_against_its_manifest() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let verify = || batch(&["--verify", &out.display().to_string()]);
    assert_eq!(run(&folder, &["--limit", "4"]).status, 0);
    let ran = verify();
    assert!(
        ran.status == 3 && ran.out.contains("not complete"),
        "{}",
        ran.out
    );
    assert_eq!(run(&folder, &["--resume"]).status, 0);

    // The input and the state are not needed.
    fs::remove_file(folder.path().join("in.jsonl")).unwrap();
    fs::remove_dir_all(out.join("run")).unwrap();
    let whole = files(&out);
    let ran = verify();
    assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{}", ran.out);
    for words in [
        "3 parts",
        "8 records",
        "8 of them reports",
        "all as the manifest says",
    ] {
        assert!(ran.out.contains(words), "{words}: {}", ran.out);
    }
    assert_eq!(ran.out.lines().count(), 1);

    let spoil = |name: &Path, bytes: Option<&[u8]>, told: &str| {
        let path = out.join(name);
        match bytes {
            Some(bytes) => fs::write(&path, bytes).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        let ran = verify();
        let name = name.display();
        assert_eq!(ran.status, 3, "{name}: {}", ran.out);
        assert!(ran.out.contains(told), "{name}: {told}: {}", ran.out);
        assert!(!ran.out.contains(CANARY), "{name}: {}", ran.out);
    };
    let mut compared = 0;
    for (name, bytes) in &whole {
        if name == Path::new("manifest.json") || bytes.is_empty() {
            continue;
        }
        let mut other = bytes.clone();
        *other.last_mut().unwrap() ^= 1;
        let top = name.to_str().unwrap();
        // Of brat the folder of a part is told.
        let told = if top.starts_with("brat/part-") {
            &top[..15]
        } else {
            top
        };
        spoil(
            name,
            Some(&other),
            &format!("{told}: it has another content"),
        );
        spoil(name, None, told);
        fs::write(out.join(name), bytes).unwrap();
        compared += 1;
    }
    assert!(compared > 20, "{compared}");
    for extra in ["part-00003.jsonl", "fhir/part-00007.ndjson"] {
        let name = Path::new(extra);
        spoil(
            name,
            Some(b"x"),
            &format!("{extra}: the manifest does not list it"),
        );
        fs::remove_file(out.join(name)).unwrap();
    }

    let manifest = out.join("manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    let changed = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        fs::write(&manifest, text.replacen(from, to, 1)).unwrap();
        verify()
    };
    let ran = changed("\"reports\": 3", "\"reports\": 2");
    assert!(
        ran.status == 3 && ran.out.contains("has 3 records where 2 are told"),
        "{}",
        ran.out
    );
    let ran = changed("\"part-00001.jsonl\"", "\"../part-00001.jsonl\"");
    assert!(
        ran.status == 3 && ran.out.contains("outside the folder"),
        "{}",
        ran.out
    );
    fs::write(&manifest, "{").unwrap();
    assert_eq!(verify().status, 2);
    fs::remove_file(&manifest).unwrap();
    let ran = verify();
    assert!(
        ran.status == 2 && ran.err.contains("no run was finished here"),
        "{}",
        ran.err
    );
}
