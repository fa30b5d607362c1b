//! What a run comes to: counts, the list of failures, the queue rows of all shards as one file, and last the manifest.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufReader, Read},
};

use serde::{Deserialize, Serialize};

use super::{
    folder::{Folder, Head},
    shard::{self, Commit},
};
use crate::{
    error::{Error, Result},
    intake::Fault,
    render::{Reading, Totals, csv},
};

/// Counts of records.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Of the reports that were read.
    pub reports: Totals,
    /// Reports that were flagged, by rule.
    pub flags: BTreeMap<String, u64>,
    /// Records that failed, by kind of fault.
    pub failures: BTreeMap<String, u64>,
}

impl Counts {
    pub(super) fn of(reading: &Reading) -> Self {
        let flags = reading.document.flags.iter();
        Self {
            reports: Totals::of(reading),
            flags: flags.map(|f| (f.rule.clone(), 1)).collect(),
            failures: BTreeMap::new(),
        }
    }

    pub(super) fn fail(&mut self, fault: &Fault) {
        *self.failures.entry(fault.kind.clone()).or_default() += 1;
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.reports += other.reports;
        for (sum, more) in [
            (&mut self.flags, &other.flags),
            (&mut self.failures, &other.failures),
        ] {
            for (name, count) in more {
                *sum.entry(name.clone()).or_default() += count;
            }
        }
    }

    /// How many records failed.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.failures.values().sum()
    }
}

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Version of the shape.
    pub schema_version: u32,
    /// Whether the end of the input was reached.
    pub complete: bool,
    /// Records read, with those that failed.
    pub records: u64,
    /// Of these, those that failed.
    pub failed: u64,
    /// Files in folders that hold no report in a known form.
    pub skipped_files: usize,
    /// What was found.
    #[serde(flatten)]
    pub counts: Counts,
    /// What the results depend on.
    pub engine: Head,
}

/// A result file and its digest.
#[derive(Serialize)]
struct Part {
    file: String,
    records: usize,
    bytes: u64,
    digest: String,
}

#[derive(Serialize)]
struct Manifest<'a> {
    schema_version: u32,
    complete: bool,
    head: &'a Head,
    parts: Vec<Part>,
}

/// Writes what belongs to the run as a whole, the manifest last. Every shard that was ever entered takes part, also when
/// this call stopped before it; `empty` says that there are no records at all.
pub(super) fn write(
    folder: &Folder,
    head: &Head,
    empty: bool,
    skipped_files: usize,
) -> Result<Summary> {
    let mut summary = Summary {
        schema_version: 1,
        complete: empty,
        records: 0,
        failed: 0,
        skipped_files,
        counts: Counts::default(),
        engine: head.clone(),
    };
    let mut parts = Vec::new();
    let (mut errors, mut queue) = (folder.draft()?, folder.draft()?);
    queue.write(csv::header(csv::CHECK_COLUMNS).as_bytes())?;
    let mut number = 0;
    while let Some(commit) = folder.committed(number)? {
        for fault in &commit.faults {
            let line = serde_json::to_vec(fault)
                .map_err(|e| Error::write(folder.result("errors.jsonl"), e.into()))?;
            errors.write(&line)?;
            errors.write(b"\n")?;
        }
        copy(folder, number, &mut queue)?;
        number += 1;
        summary.complete = commit.last;
        summary.records += commit.records as u64;
        summary.counts.add(&commit.counts);
        parts.push(part(commit));
    }
    summary.failed = summary.counts.failed();
    errors.finish(&folder.result("errors.jsonl"))?;
    queue.finish(&folder.result("queue.csv"))?;
    folder.write_json(&folder.result("summary.json"), &summary)?;
    folder.sync()?;
    let manifest = Manifest {
        schema_version: 1,
        complete: summary.complete,
        head,
        parts,
    };
    folder.write_json(&folder.result("manifest.json"), &manifest)?;
    folder.sync()?;
    Ok(summary)
}

fn part(commit: Commit) -> Part {
    Part {
        file: commit.file(),
        records: commit.records,
        bytes: commit.bytes,
        digest: commit.digest,
    }
}

/// Appends the queue rows of a shard.
fn copy(folder: &Folder, number: usize, to: &mut super::draft::Draft) -> Result<()> {
    let path = folder.state(&shard::rows(number));
    let told = |e| Error::read(&path, e);
    let mut rows = BufReader::new(File::open(&path).map_err(told)?);
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = rows.read(&mut buffer).map_err(told)?;
        if read == 0 {
            return Ok(());
        }
        to.write(&buffer[..read])?;
    }
}
