//! Large runs: records in, shards out. Records are analysed in parallel and written in input order; what lies under a
//! final name is always whole; a run that stopped goes on where it was. Knows nothing of options and terminals.

mod draft;
mod folder;
mod read;
mod shard;
mod summary;

use std::path::PathBuf;

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::{
    analyzer::Analyzer,
    date::Date,
    error::{Error, Result},
    intake::{Columns, Items, Listing},
};
use folder::Folder;
pub use folder::{Head, Start};
use shard::{Reach, Shard};
pub use summary::{Counts, Summary};

/// Records analysed at a time: enough to keep all cores busy, few enough to hold in memory.
const CHUNK: usize = 256;

/// Bytes of report text analysed at a time; one longer report is a chunk of its own.
const CHUNK_BYTES: usize = 16 << 20;

/// What is to be done.
pub struct Plan<'a> {
    /// What reads the reports.
    pub analyzer: &'a Analyzer,
    /// The input.
    pub listing: Listing,
    /// The columns of tables.
    pub columns: Columns,
    /// The program that reads PDF documents (see [`Items::with_pdf_reader`]); without one they fail.
    pub pdf_reader: Option<PathBuf>,
    /// The date of service of records that come without one.
    pub date: Option<Date>,
    /// The folder the results are written to.
    pub out: PathBuf,
    /// A new run, or one that may go on.
    pub start: Start,
    /// What the results depend on.
    pub head: Head,
    /// How many records are analysed at the same time; `None` for one a core.
    pub jobs: Option<usize>,
    /// Records in a shard.
    pub shard_size: usize,
    /// Records after which the run stops, counted from the start of the input.
    pub limit: Option<u64>,
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Records read.
    pub records: u64,
    /// Of these, those that failed.
    pub failed: u64,
    /// Bytes of the records read.
    pub bytes: u64,
}

/// Who looks on: is told how far the run has come and may end it.
pub trait Watch {
    /// Is told after each chunk.
    fn progress(&mut self, progress: &Progress);

    /// Whether the run is to end after the shard in work.
    fn wants_stop(&self) -> bool;
}

/// Runs a plan.
///
/// # Errors
/// When the output cannot be written, is in use, or holds a run that this one does not continue.
pub fn run(plan: Plan<'_>, watch: &mut dyn Watch) -> Result<Summary> {
    let folder = Folder::open(&plan.out, plan.start, &plan.head)?;
    let pool = pool(plan.jobs)?;
    let skipped = plan.listing.skipped;
    let work = Work {
        analyzer: plan.analyzer,
        date: plan.date,
        pool: &pool,
    };
    let mut items = Items::new(plan.listing, plan.columns)
        .with_pdf_reader(plan.pdf_reader.as_deref())
        .peekable();
    let mut progress = Progress::default();
    let mut shards = 0;
    while items.peek().is_some() {
        let left = plan.limit.map_or(u64::MAX, |l| l - progress.records);
        let size = plan
            .shard_size
            .min(usize::try_from(left).unwrap_or(usize::MAX));
        if size == 0 || watch.wants_stop() {
            break;
        }
        let mut shard = match folder.committed(shards)? {
            Some(done) if done.whole && done.records <= size => Shard::again(done),
            // The limit ends within what is written already.
            Some(done) if done.records >= size => break,
            _ => Shard::new(&folder, shards)?,
        };
        while shard.records() < size {
            let chunk = read::chunk(&mut items, CHUNK.min(size - shard.records()));
            if chunk.is_empty() {
                break;
            }
            let bytes = chunk.iter().map(|i| i.weight() as u64).sum::<u64>();
            let failed = shard.add(&work, chunk)?;
            progress.records = shards as u64 * plan.shard_size as u64 + shard.records() as u64;
            progress.failed += failed;
            progress.bytes += bytes;
            watch.progress(&progress);
        }
        let last = items.peek().is_none();
        let whole = shard.records() == plan.shard_size || last;
        shard.close(&folder, Reach { whole, last })?;
        shards += 1;
    }
    let empty = shards == 0 && items.peek().is_none();
    summary::write(&folder, &plan.head, empty, skipped)
}

/// What the analysis of a chunk needs.
struct Work<'a> {
    analyzer: &'a Analyzer,
    date: Option<Date>,
    pool: &'a ThreadPool,
}

fn pool(jobs: Option<usize>) -> Result<ThreadPool> {
    ThreadPoolBuilder::new()
        .num_threads(jobs.unwrap_or(0))
        .build()
        .map_err(|e| {
            Error::usage(format!(
                "cannot start the workers: {e}; try a smaller --jobs"
            ))
        })
}
