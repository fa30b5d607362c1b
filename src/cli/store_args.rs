//! What can be typed for the commands around the review queue. Knows nothing of what they do.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::args::KnowledgeArgs;
use crate::{date::Date, queue::parse_share};

/// Where the queue is kept.
#[derive(Debug, Args)]
pub(super) struct StoreArgs {
    /// File of the store
    #[arg(long, value_name = "FILE", default_value = "ivus-queue.db")]
    pub(super) store: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(super) enum QueueCommand {
    /// Bring reports in, in all forms that `ivus batch` reads
    #[command(long_about = "\
Bring reports in, in all forms that `ivus batch` reads: documents, tables (CSV, JSONL), messages (HL7 v2, FHIR), folders. A \
report is known by its id and site: the same text and date again is the same report, another text a new version, on which a \
coder decides anew. The running server shows them at once.

The columns `site` (or `care_site_id`, `facility`) and `physician` (or `provider_id`, `provider`) are taken along.

Exit status: 0 done; 2 nothing could be done; 3 done, but some records failed.

Example:
  ivus queue import notes.csv --site North --store queue.db")]
    Import(QueueImportArgs),
    /// List where reports stand
    List(QueueListArgs),
    /// Take the decisions out: JSONL, CSV, FHIR, HL7 charges, or gold labels
    #[command(long_about = "\
Take the decisions in force out. Each report is noted in the audit log as exported.

  jsonl  one object a report: its id, site, physician and date, where it stands, and each decision with its class (Accepted, \
Edited, Added, Direct, Rejected), code, vessel, reason, who and when
  csv    one row a decision
  fhir   one FHIR R4 Bundle a report and line, with a ChargeItem for each code that was used: billable when the report is \
finished, planned before
  dft    HL7 2.5.1 DFT^P03, one message a finished report, one FT1 a code; the patient is left to whoever takes the message, \
who knows the report by FT1-23
  gold   NAME.txt and NAME.json in the folder --out, of finished reports, as `ivus eval` reads them

JSONL and CSV tell with `stale` what was decided on an older text; the other forms leave it out.

Exit status: 0 done; 2 nothing could be done; 3 done, but some reports cannot leave in this form.

Examples:
  ivus queue export --store queue.db > decisions.jsonl
  ivus queue export --format gold --out decided/ --store queue.db && ivus eval decided/")]
    Export(QueueExportArgs),
    /// Draw a sample of reports for an audit; the same seed draws the same sample
    #[command(long_about = "\
Draw a sample of reports for an audit: of each physician, site or coder some per cent, rounded up, at least one. Reports are \
drawn by a digest of seed, site and id, so the same seed draws the same sample from the same reports again, on any machine. \
The draw is noted in the audit log.

Example:
  ivus queue sample --per physician --percent 10 --seed 7 --store queue.db")]
    Sample(QueueSampleArgs),
    /// Tokens of programs that send reports to the running server
    #[command(
        subcommand,
        long_about = "\
Tokens of programs that send reports to the running server by `POST /intake`. A token is printed once, when it is made; the \
store keeps its digest alone.

Examples:
  ivus queue token add dictation --site North --store queue.db
  curl -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: text/csv' --data-binary @notes.csv http://127.0.0.1:8080/intake
  ivus queue token revoke dictation --store queue.db"
    )]
    Token(TokenCommand),
    /// Users: who they are, a new link for a password, a second factor taken away
    #[command(
        subcommand,
        long_about = "\
Users of the queue. They are added and changed in the browser under People; here is what helps when nobody is left who could do \
it there, such as when the only administrator forgot the password or lost the device. Whoever may open the store's file may; \
each use is noted in the audit log.

Examples:
  ivus queue user list --store queue.db
  ivus queue user link ann --store queue.db
  ivus queue user no-factor ann --store queue.db"
    )]
    User(UserCommand),
}

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// List the users
    List {
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Make a link with which a user sets a password
    Link {
        /// Name of the user
        #[arg(value_name = "NAME")]
        name: String,

        #[command(flatten)]
        store: StoreArgs,
    },
    /// Take a user's second factor away
    NoFactor {
        /// Name of the user
        #[arg(value_name = "NAME")]
        name: String,

        #[command(flatten)]
        store: StoreArgs,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum TokenCommand {
    /// Make a token, and print it
    Add {
        /// Name of the program that sends
        #[arg(value_name = "NAME")]
        name: String,

        /// Site of all that it sends, whatever the reports tell
        #[arg(long, value_name = "NAME")]
        site: Option<String>,

        #[command(flatten)]
        store: StoreArgs,
    },
    /// List the tokens
    List {
        #[command(flatten)]
        store: StoreArgs,
    },
    /// Take a token back, at once
    Revoke {
        /// Name of the program
        #[arg(value_name = "NAME")]
        name: String,

        #[command(flatten)]
        store: StoreArgs,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Within {
    /// Each physician's reports
    Physician,
    /// Each site's reports
    Site,
    /// The reports each coder finished
    Coder,
    /// All reports
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SampleFormat {
    /// One line a report
    Text,
    /// One object a report
    Jsonl,
}

#[derive(Debug, Args)]
pub(super) struct QueueSampleArgs {
    /// Within what the share is drawn
    #[arg(long, value_enum, value_name = "GROUP", default_value_t = Within::Physician)]
    pub(super) per: Within,

    /// Share of each group, in per cent
    #[arg(long, value_name = "N", default_value = "10", value_parser = parse_share)]
    pub(super) percent: u32,

    /// A number; another one draws another sample
    #[arg(long, value_name = "N")]
    pub(super) seed: u64,

    /// Which reports: finished, open or all
    #[arg(long, value_enum, value_name = "STATE", default_value_t = Standing::Done)]
    pub(super) state: Standing,

    /// First date of service
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) from: Option<Date>,

    /// Last date of service
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) until: Option<Date>,

    /// Output format
    #[arg(long, value_enum, default_value_t = SampleFormat::Text)]
    pub(super) format: SampleFormat,

    #[command(flatten)]
    pub(super) store: StoreArgs,
}

#[derive(Debug, Args)]
pub(super) struct QueueImportArgs {
    /// Reports: text files, documents, messages, tables, folders
    #[arg(value_name = "PATH", required = true)]
    pub(super) inputs: Vec<PathBuf>,

    /// Column of a report's id
    #[arg(long, value_name = "NAME")]
    pub(super) id_col: Option<String>,

    /// Column of a report's text
    #[arg(long, value_name = "NAME")]
    pub(super) text_col: Option<String>,

    /// Column of a report's date of service
    #[arg(long, value_name = "NAME")]
    pub(super) date_col: Option<String>,

    /// Site of reports that come without one
    #[arg(long, value_name = "NAME")]
    pub(super) site: Option<String>,

    /// Physician of reports that come without one
    #[arg(long, value_name = "NAME")]
    pub(super) physician: Option<String>,

    #[command(flatten)]
    pub(super) store: StoreArgs,

    #[command(flatten)]
    pub(super) knowledge: KnowledgeArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Standing {
    /// Reports that wait
    Open,
    /// Reports with an open hold
    Held,
    /// Reports that are done
    Done,
    /// All reports
    All,
}

#[derive(Debug, Args)]
pub(super) struct QueueListArgs {
    /// Which reports
    #[arg(long, value_enum, value_name = "STATE", default_value_t = Standing::Open)]
    pub(super) state: Standing,

    /// Reports with this next step: ready, review, query or `no_ivus`
    #[arg(long, value_name = "STEP")]
    pub(super) disposition: Option<String>,

    /// The most reports to list
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub(super) limit: usize,

    #[command(flatten)]
    pub(super) store: StoreArgs,
}

#[derive(Debug, Args)]
pub(super) struct QueueExportArgs {
    /// Which reports
    #[arg(long, value_enum, value_name = "STATE", default_value_t = Standing::Done)]
    pub(super) state: Standing,

    /// Form
    #[arg(long, value_enum, value_name = "FORM", default_value_t = Leaving::Jsonl)]
    pub(super) format: Leaving,

    /// Folder of gold labels; it is made, and files in it are not written over
    #[arg(long, value_name = "DIR", required_if_eq("format", "gold"))]
    pub(super) out: Option<PathBuf>,

    /// Reports of this physician alone
    #[arg(long, value_name = "NAME")]
    pub(super) physician: Option<String>,

    /// Reports of this site alone
    #[arg(long, value_name = "NAME")]
    pub(super) site: Option<String>,

    /// Reports with this date of service or a later one
    #[arg(long, value_name = "DATE")]
    pub(super) from: Option<Date>,

    /// Reports with this date of service or an earlier one
    #[arg(long, value_name = "DATE")]
    pub(super) until: Option<Date>,

    /// Reports that were finished on this day (UTC) or later
    #[arg(long, value_name = "DATE")]
    pub(super) finished_from: Option<Date>,

    /// Reports that were finished on this day (UTC) or earlier
    #[arg(long, value_name = "DATE")]
    pub(super) finished_until: Option<Date>,

    #[command(flatten)]
    pub(super) store: StoreArgs,
}

/// The forms in which decisions leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Leaving {
    /// One object a report
    Jsonl,
    /// One row a decision
    Csv,
    /// One FHIR R4 Bundle a line
    Fhir,
    /// HL7 v2 DFT^P03
    Dft,
    /// Gold labels for `ivus eval`
    Gold,
}
