//! Whether a folder of results is what its manifest says: for whoever takes it from another machine, or out of an archive.
//! Changes nothing and needs neither the input nor the state of the run.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{BufRead, BufReader},
    path::{Component, Path},
};

use serde::Deserialize;

use super::{
    draft::Finished,
    flaws,
    folder::{entries, read_json},
    form::Form,
    manifest::{Manifest, Part},
};
use crate::error::{Error, Result};

/// What a look at a folder of results came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Parts that the manifest lists.
    pub parts: usize,
    /// Records of all parts, with those that failed.
    pub records: usize,
    /// Of these, those in the results.
    pub reports: usize,
    /// Files and folders that were compared with their digest.
    pub compared: usize,
    /// What is not as it should be, a sentence each; nothing of a report is in it.
    pub flaws: Vec<String>,
}

/// The counts of a summary.
#[derive(Deserialize)]
struct Told {
    records: usize,
    failed: usize,
}

/// Compares a folder of results with its manifest.
///
/// # Errors
/// When it holds no manifest, or one that cannot be read.
pub fn verify(folder: &Path) -> Result<Verified> {
    let path = folder.join("manifest.json");
    let manifest: Manifest = read_json(&path)?.ok_or_else(|| {
        Error::report(
            &path,
            "missing, so no run was finished here; name the --out folder of a run (of a drop folder, that of one round)",
        )
    })?;
    let mut look = Look {
        folder,
        verified: Verified::default(),
    };
    if !manifest.complete {
        look.say("the run is not complete; the call that began it goes on with --resume");
    }
    for part in &manifest.parts {
        look.part(part);
    }
    for joint in &manifest.files {
        look.compare(&joint.file, &joint.written());
    }
    if manifest.complete && manifest.shard.is_none() {
        look.gaps(&manifest.parts);
    }
    look.strangers(&manifest)?;
    look.sums();
    Ok(look.verified)
}

struct Look<'a> {
    folder: &'a Path,
    verified: Verified,
}

impl Look<'_> {
    fn say(&mut self, flaw: impl Into<String>) {
        self.verified.flaws.push(flaw.into());
    }

    /// Compares a file with what is told of it; says whether it is the same.
    fn compare(&mut self, file: &str, written: &Finished) -> bool {
        let within = |c: Component<'_>| matches!(c, Component::Normal(_));
        if !Path::new(file).components().all(within) {
            self.say("the manifest names a file outside the folder");
            return false;
        }
        self.verified.compared += 1;
        let flaw = flaws::find(&self.folder.join(file), written);
        if let Some(flaw) = flaw {
            self.say(format!("{file}: {flaw}"));
        }
        flaw.is_none()
    }

    fn part(&mut self, part: &Part) {
        self.verified.parts += 1;
        self.verified.records += part.records;
        self.verified.reports += part.reports;
        if self.compare(&part.file, &part.written()) {
            let lines = lines(&self.folder.join(&part.file));
            self.count(&part.file, lines, part.reports);
        }
        // The rows of NOTE_NLP are joined to one file; what they were joined from is of no use to anyone else.
        for form in part.forms.iter().filter(|f| f.form != Form::Omop) {
            self.compare(&form.file, &form.written());
        }
    }

    /// Compares the number of records in a file with what is told; once is enough for a file that differs anyway.
    fn count(&mut self, file: &str, found: Option<usize>, told: usize) {
        let known = format!("{file}: ");
        if self.verified.flaws.iter().any(|f| f.starts_with(&known)) {
            return;
        }
        match found {
            Some(found) if found == told => {}
            Some(found) => self.say(format!("{file}: has {found} records where {told} are told")),
            None => self.say(format!("{file}: it cannot be read whole")),
        }
    }

    /// The parts of a whole run follow each other.
    fn gaps(&mut self, parts: &[Part]) {
        for (number, part) in parts.iter().enumerate() {
            let name = format!("part-{number:05}.jsonl");
            if part.file != name {
                self.say(format!("{name}: the manifest does not list it"));
                return;
            }
        }
    }

    /// Parts that the manifest does not list, of an older run perhaps.
    fn strangers(&mut self, manifest: &Manifest) -> Result<()> {
        let parts = manifest.parts.iter();
        let forms = parts.clone().flat_map(|p| &p.forms).map(|f| &f.file);
        let listed: BTreeSet<&String> = parts.map(|p| &p.file).chain(forms).collect();
        let folders = Form::ALL.iter().filter_map(|f| f.folder()).map(Some);
        for below in [None].into_iter().chain(folders) {
            let folder = below.map_or_else(|| self.folder.to_owned(), |b| self.folder.join(b));
            if !folder.is_dir() {
                continue;
            }
            let mut names = entries(&folder)?;
            names.retain(|n| n.as_encoded_bytes().starts_with(b"part-"));
            names.sort();
            for name in names {
                let name = name.to_string_lossy();
                let file = below.map_or_else(|| name.to_string(), |b| format!("{b}/{name}"));
                if !listed.contains(&file) {
                    self.say(format!("{file}: the manifest does not list it"));
                }
            }
        }
        Ok(())
    }

    /// The files of the whole run hold as many records as its parts.
    fn sums(&mut self) {
        let (records, reports) = (self.verified.records, self.verified.reports);
        let summary = fs::read(self.folder.join("summary.json")).ok();
        let told = summary.and_then(|s| serde_json::from_slice::<Told>(&s).ok());
        self.count("summary.json", told.as_ref().map(|t| t.records), records);
        if let Some(told) = told {
            let errors = lines(&self.folder.join("errors.jsonl"));
            self.count("errors.jsonl", errors, told.failed);
        }
        let rows = rows(&self.folder.join("queue.csv"));
        self.count("queue.csv", rows, reports);
    }
}

/// How many lines a file has.
fn lines(path: &Path) -> Option<usize> {
    let mut file = BufReader::new(File::open(path).ok()?);
    let mut count = 0;
    loop {
        let read = file.fill_buf().ok()?;
        if read.is_empty() {
            return Some(count);
        }
        count += memchr::memchr_iter(b'\n', read).count();
        let length = read.len();
        file.consume(length);
    }
}

/// How many rows a table has below its header.
fn rows(path: &Path) -> Option<usize> {
    let mut table = csv::Reader::from_path(path).ok()?;
    let mut row = csv::ByteRecord::new();
    let mut count = 0;
    while table.read_byte_record(&mut row).ok()? {
        count += 1;
    }
    Some(count)
}
