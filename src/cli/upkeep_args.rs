//! What can be typed for the commands that keep the queue's store safe: its audit log, copies of it, and the lock. Knows nothing
//! of what they do.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::store_args::StoreArgs;

#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Go through the whole audit log and name the first row that is not as it was written
    #[command(long_about = "\
Go through the whole audit log and name the first row that is not as it was written. Rows that were cut off at the end, or a \
whole store that was put back, show against the head that is noted beside the store (FILE.head), or against one that was \
kept elsewhere: print it with `ivus audit head` from time to time.

Exit status: 0 whole; 1 broken; 2 could not be read.")]
    Verify {
        /// A head that was kept elsewhere, as `ivus audit head` printed it
        #[arg(long, value_name = "HEAD")]
        head: Option<String>,

        #[command(flatten)]
        store: StoreArgs,
    },
    /// Print the number and digest of the last row, to be kept elsewhere
    Head {
        #[command(flatten)]
        store: StoreArgs,
    },
}

#[derive(Debug, Args)]
pub(super) struct BackupArgs {
    /// File of the copy; it must not exist
    #[arg(value_name = "FILE")]
    pub(super) to: PathBuf,

    #[command(flatten)]
    pub(super) store: StoreArgs,
}

#[derive(Debug, Args)]
pub(super) struct RestoreArgs {
    /// The copy
    #[arg(value_name = "FILE")]
    pub(super) backup: PathBuf,

    /// The audit key that was made with the store; else FILE.key beside the store
    #[arg(long, value_name = "FILE")]
    pub(super) key: Option<PathBuf>,

    #[command(flatten)]
    pub(super) store: StoreArgs,
}

#[derive(Debug, Args)]
pub(super) struct DrillArgs {
    /// The copy
    #[arg(value_name = "FILE")]
    pub(super) backup: PathBuf,

    #[command(flatten)]
    pub(super) store: StoreArgs,
}

#[derive(Debug, Args)]
pub(super) struct LockArgs {
    /// Why; it stands in the audit log and on every page
    #[arg(long, value_name = "WORDS", required_unless_present = "end")]
    pub(super) reason: Option<String>,

    /// Take the lock away
    #[arg(long, conflicts_with = "reason")]
    pub(super) end: bool,

    #[command(flatten)]
    pub(super) store: StoreArgs,
}
