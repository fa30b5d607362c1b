//! Large runs: records in, shards out. Records are analysed in parallel and written in input order; what lies under a
//! final name is always whole; a run that stopped goes on where it was. Knows nothing of options and terminals.

mod counts;
mod draft;
mod feed;
mod flaws;
mod folder;
mod form;
mod joined;
mod known;
mod manifest;
mod output;
mod page;
mod parquet;
mod read;
mod rounds;
mod shard;
mod share;
mod summary;
mod superseded;
mod tree;
mod verify;

use std::path::PathBuf;

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::{
    analyzer::Analyzer,
    date::Date,
    error::{Error, Result},
    intake::{Columns, Items, Listing},
};
pub use counts::{Counts, Units};
use feed::{Feed, Task};
use folder::Folder;
pub use folder::{Head, Start};
pub use form::{Form, Forms};
use known::Known;
pub use rounds::{Look, Rounds};
use shard::{Closed, Shard, Whole};
pub use share::Share;
pub use summary::Summary;
pub use superseded::Superseded;
pub use verify::{Verified, verify};

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
    /// Which part of the input this run does; `None` for all of it.
    pub share: Option<Share>,
    /// What is written beside JSONL and queue rows.
    pub forms: Forms,
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Records read.
    pub records: u64,
    /// Of these, those that failed.
    pub failed: u64,
    /// Bytes of the input read, packed files as they are packed.
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
    let folder = Folder::open(&plan.out, plan.start, &plan.head, &plan.forms)?;
    let pool = pool(plan.jobs)?;
    pool.install(|| folder.check())?;
    let run = summary::Run {
        head: &plan.head,
        share: plan.share,
        forms: &plan.forms,
        skipped_files: plan.listing.skipped,
    };
    let reader = read::Reader {
        analyzer: plan.analyzer,
        date: plan.date,
        forms: &plan.forms,
    };
    let sizes = Sizes {
        shard: plan.shard_size,
        limit: plan.limit,
        share: plan.share,
    };
    let mut work = Work {
        progress: Progress::default(),
        watch,
    };
    let items = Items::new(plan.listing, plan.columns).with_pdf_reader(plan.pdf_reader.as_deref());
    let mut parts = Parts::Unaware;
    // The second time all parts know of those before them.
    for _ in 0..2 {
        if parts == Parts::Unaware {
            work.progress = Progress::default();
            parts = pool.in_place_scope(|workers| {
                let mut feed = Feed::new(items.again(), workers, reader);
                write(&folder, &mut feed, &mut work, &sizes)
            })?;
        }
    }
    summary::write(&folder, &run)
}

/// What the shards that were entered are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parts {
    /// As one run over all of the input makes them.
    Settled,
    /// Some were made by shares, which did not know of records that came before in another's share; their entries are taken back.
    Unaware,
}

/// Writes shard after shard.
fn write(
    folder: &Folder,
    feed: &mut Feed<'_, '_>,
    work: &mut Work<'_>,
    sizes: &Sizes,
) -> Result<Parts> {
    let mut shards = 0;
    let mut known = Known::new(folder)?;
    let mut parts = Parts::Settled;
    while !feed.is_done() {
        let size = sizes.of(shards);
        if size == 0 || work.watch.wants_stop() {
            return Ok(parts);
        }
        if !sizes.is_ours(shards) {
            if pass(feed, work, size) < sizes.shard {
                break;
            }
            shards += 1;
            continue;
        }
        let shard = match folder.committed(shards)? {
            Some(done) if done.whole && done.records <= size => Shard::again(done),
            // The limit ends within what is written already.
            Some(done) if done.records >= size => return Ok(parts),
            _ => Shard::new(folder, shards, feed.reader.forms)?,
        };
        let shard = fill(shard, feed, work, sizes, shards, &mut known)?;
        let full = shard.records() == sizes.shard || feed.is_done();
        let closed = shard.close(folder, if full { Whole::Yes } else { Whole::Cut })?;
        // A share knows its own parts alone, whoever wrote them.
        if closed == Closed::Unaware && sizes.share.is_none() {
            folder.forget(shards)?;
            parts = Parts::Unaware;
        }
        shards += 1;
    }
    if feed.is_done() {
        folder.write_end(shards)?;
    }
    Ok(parts)
}

/// Takes records in until the shard has its size or the input ends. While some are waited for and written, the next are read
/// and analysed already, those of the next shard too.
fn fill(
    mut shard: Shard,
    feed: &mut Feed<'_, '_>,
    work: &mut Work<'_>,
    sizes: &Sizes,
    number: usize,
    known: &mut Known,
) -> Result<Shard> {
    let (size, first) = (sizes.of(number), sizes.first(number));
    let task = shard.task();
    let mut taken = 0;
    let mut next = feed.open(size, first, task);
    while let Some(chunk) = next {
        taken += chunk.records;
        next = feed.begin(size - taken, first + taken as u64, task);
        if taken == size && task == Task::Analyse && sizes.is_ours(number + 1) {
            feed.run_ahead(sizes.of(number + 1), sizes.first(number + 1));
        }
        let (records, position) = (chunk.records as u64, chunk.position);
        let done = chunk
            .wait()
            .ok_or_else(|| Error::usage("a worker ended before its records were read"))?;
        let failed = shard.add(done, known)?;
        work.went_on(records, failed, position);
    }
    Ok(shard)
}

/// Passes by the records of a shard that another run does, and says how many there were.
fn pass(feed: &mut Feed<'_, '_>, work: &mut Work<'_>, size: usize) -> usize {
    let passed = feed.items.by_ref().take(size).count();
    work.went_on(0, 0, (feed.position)());
    passed
}

/// How a run is cut into shards.
struct Sizes {
    /// Records in a shard.
    shard: usize,
    /// Records after which the run stops.
    limit: Option<u64>,
    share: Option<Share>,
}

impl Sizes {
    /// The place in the run of the first record of a shard.
    fn first(&self, number: usize) -> u64 {
        number as u64 * self.shard as u64
    }

    /// How many records a shard may have.
    fn of(&self, number: usize) -> usize {
        let first = self.first(number);
        let left = self.limit.map_or(u64::MAX, |l| l.saturating_sub(first));
        self.shard.min(usize::try_from(left).unwrap_or(usize::MAX))
    }

    /// Whether this run does a shard.
    fn is_ours(&self, number: usize) -> bool {
        self.share.is_none_or(|share| share.has(number))
    }
}

/// How far the run has come, and who is told of it.
struct Work<'a> {
    progress: Progress,
    watch: &'a mut dyn Watch,
}

impl Work<'_> {
    fn went_on(&mut self, records: u64, failed: u64, position: u64) {
        self.progress.records += records;
        self.progress.failed += failed;
        self.progress.bytes = position;
        self.watch.progress(&self.progress);
    }
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
