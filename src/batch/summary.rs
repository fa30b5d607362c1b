//! What a run comes to: counts, the files that join those of all shards, and last the manifest.

use serde::Serialize;

use super::{
    counts::Counts,
    folder::{Folder, Head},
    form::Forms,
    joined::Joined,
    manifest::{Joint, Manifest, Part},
    page,
    share::Share,
};
use crate::error::Result;

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
    /// Which share of the input it was, when it was not all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shard: Option<String>,
    /// Files in folders that by their names are no reports.
    pub skipped_files: usize,
    /// What was found.
    #[serde(flatten)]
    pub counts: Counts,
    /// What the results depend on.
    pub engine: Head,
}

/// What is known of a run beside its shards.
pub(super) struct Run<'a> {
    pub(super) head: &'a Head,
    pub(super) share: Option<Share>,
    pub(super) forms: &'a Forms,
    pub(super) skipped_files: usize,
}

/// Writes what belongs to the run as a whole, the manifest last. Every shard that was ever entered takes part, also when
/// this call stopped before it.
pub(super) fn write(folder: &Folder, run: &Run<'_>) -> Result<Summary> {
    let numbers = folder.entered()?;
    let mine = |part: &usize| run.share.is_none_or(|s| s.has(*part));
    let mut summary = Summary {
        schema_version: 1,
        complete: folder.end()?.is_some_and(|end| {
            (0..end)
                .filter(mine)
                .all(|n| numbers.binary_search(&n).is_ok())
        }),
        records: 0,
        failed: 0,
        shard: run.share.map(|s| s.to_string()),
        skipped_files: run.skipped_files,
        counts: Counts::default(),
        engine: run.head.clone(),
    };
    let mut parts = Vec::new();
    let mut joined = Joined::new(folder, run.forms)?;
    for number in numbers {
        let Some(commit) = folder.committed(number)? else {
            continue;
        };
        // A shard that a limit cut is not all there.
        summary.complete &= commit.whole;
        summary.records += commit.records as u64;
        summary.counts.add(&commit.counts);
        joined.add(folder, &commit)?;
        parts.push(Part::of(commit));
    }
    summary.failed = summary.counts.failed();
    let mut files = joined.finish(folder)?;
    let told = folder.write_json(&folder.result("summary.json"), &summary)?;
    files.push(Joint::of("summary.json", told));
    let mut html = folder.draft()?;
    html.write(page::page(&summary).as_bytes())?;
    let page = html.finish(&folder.result("summary.html"))?;
    files.push(Joint::of("summary.html", page));
    folder.sync()?;
    let manifest = Manifest {
        schema_version: 1,
        complete: summary.complete,
        shard: summary.shard.clone(),
        head: run.head.clone(),
        parts,
        files,
    };
    folder.write_json(&folder.result("manifest.json"), &manifest)?;
    folder.sync()?;
    Ok(summary)
}
