//! The list of what a run wrote. It is written last, so a folder that has one is the whole of what it tells.

use serde::{Deserialize, Serialize};

use super::{
    draft::Finished,
    folder::Head,
    shard::{Commit, FormPart},
};

/// The manifest of a run.
#[derive(Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) schema_version: u32,
    pub(super) complete: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) shard: Option<String>,
    pub(super) head: Head,
    pub(super) parts: Vec<Part>,
    /// The files that are of the run as a whole.
    pub(super) files: Vec<Joint>,
}

/// A part of the results.
#[derive(Serialize, Deserialize)]
pub(super) struct Part {
    pub(super) file: String,
    /// Records read, with those that failed.
    pub(super) records: usize,
    /// Those of them that are in it, a line each.
    pub(super) reports: usize,
    pub(super) bytes: u64,
    pub(super) digest: String,
    /// The same records in other forms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) forms: Vec<FormPart>,
}

/// A file that is of the run as a whole.
#[derive(Serialize, Deserialize)]
pub(super) struct Joint {
    pub(super) file: String,
    pub(super) bytes: u64,
    pub(super) digest: String,
}

impl Part {
    pub(super) fn of(commit: Commit) -> Self {
        Self {
            file: commit.file(),
            records: commit.records,
            reports: commit.counts.reports.reports(),
            bytes: commit.bytes,
            digest: commit.digest,
            forms: commit.forms,
        }
    }

    pub(super) fn written(&self) -> Finished {
        Finished {
            bytes: self.bytes,
            digest: self.digest.clone(),
        }
    }
}

impl Joint {
    pub(super) fn of(file: &str, written: Finished) -> Self {
        Self {
            file: file.to_owned(),
            bytes: written.bytes,
            digest: written.digest,
        }
    }

    pub(super) fn written(&self) -> Finished {
        Finished {
            bytes: self.bytes,
            digest: self.digest.clone(),
        }
    }
}
