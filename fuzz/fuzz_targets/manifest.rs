//! Any bytes in the place of a file of a run's state make the run refuse to go on, or it comes to the same parts; they never
//! make it write outside its folder.

#![no_main]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process,
    sync::LazyLock,
};

use ivus::{
    Analyzer, Error,
    batch::{self, Forms, Head, Plan, Progress, Start, Summary, Watch},
    intake::{Columns, Listing},
};
use libfuzzer_sys::fuzz_target;

static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::builtin);

/// The folder with the input; the files of a finished run of two parts; those of its state.
static RUN: LazyLock<(PathBuf, Files, Vec<PathBuf>)> = LazyLock::new(|| {
    let folder = env::temp_dir().join(format!("ivus-fuzz-manifest-{}", process::id()));
    fs::create_dir_all(&folder).expect("the folder for temporary files can be written");
    let input = "{\"id\": \"a\", \"text\": \"IVUS of the left common iliac vein.\"}\n\
                 {\"id\": \"b\", \"text\": \"Chest film.\"}\n{\"id\": \"c\"}\n";
    fs::write(folder.join("in.jsonl"), input).expect("the input can be written");
    run(&folder).expect("the first run succeeds");
    let files = read(&folder.join("out"));
    let state = files.iter().map(|(name, _)| name.clone());
    let state = state.filter(|n| n.starts_with("run") && !n.ends_with("lock"));
    let state: Vec<PathBuf> = state.chain([PathBuf::from("manifest.json")]).collect();
    (folder, files, state)
});

type Files = Vec<(PathBuf, Vec<u8>)>;

/// The files below a folder, by their names in it.
fn read(folder: &Path) -> Files {
    let mut files = Vec::new();
    let mut pending = vec![folder.to_owned()];
    while let Some(at) = pending.pop() {
        for entry in fs::read_dir(&at).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                pending.push(path);
            } else if let (Ok(name), Ok(bytes)) = (path.strip_prefix(folder), fs::read(&path)) {
                files.push((name.to_owned(), bytes));
            }
        }
    }
    files.sort();
    files
}

struct Nobody;

impl Watch for Nobody {
    fn progress(&mut self, _: &Progress) {}

    fn wants_stop(&self) -> bool {
        false
    }
}

fn run(folder: &Path) -> Result<Summary, Error> {
    let out = folder.join("out");
    let plan = Plan {
        analyzer: &ANALYZER,
        listing: Listing::of(&[folder.join("in.jsonl")], &out),
        columns: Columns::default(),
        pdf_reader: None,
        date: None,
        out,
        start: Start::Resume,
        head: Head {
            version: "1".to_owned(),
            lexicon: "x".to_owned(),
            policy: "x".to_owned(),
            payer: "x".to_owned(),
            tables: "x".to_owned(),
            options: "x".to_owned(),
            input: "x".to_owned(),
        },
        jobs: Some(1),
        shard_size: 2,
        limit: None,
        share: None,
        forms: Forms::default(),
    };
    batch::run(plan, &mut Nobody)
}

fuzz_target!(|bytes: &[u8]| {
    let Some((pick, rest)) = bytes.split_first() else {
        return;
    };
    let (folder, files, state) = &*RUN;
    let out = folder.join("out");
    for (name, bytes) in files {
        fs::write(out.join(name), bytes).expect("the run can be put back");
    }
    let changed = &state[usize::from(*pick) % state.len()];
    fs::write(out.join(changed), rest).expect("the state can be written");
    match run(folder) {
        Ok(_) => {
            for (name, bytes) in files {
                let is_part = name.to_string_lossy().starts_with("part-");
                let same = || fs::read(out.join(name)).is_ok_and(|b| b == *bytes);
                assert!(!is_part || same(), "{} changed", name.display());
            }
        }
        Err(error) => assert!(error.to_string().len() < 1000, "an error quotes no state"),
    }
    let beside = fs::read_dir(folder).expect("the folder is there").count();
    assert_eq!(beside, 2, "something was written outside the results");
    // What one try leaves under new names must not meet the next.
    for (name, _) in read(&out) {
        if !files.iter().any(|(known, _)| *known == name) {
            let _ = fs::remove_file(out.join(name));
        }
    }
});
