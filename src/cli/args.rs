//! What can be typed: verbs, options, and their help. Knows nothing of what they do.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::{
    batch_args::BatchArgs,
    serve_args::ServeArgs,
    store_args::QueueCommand,
    upkeep_args::{AuditCommand, BackupArgs, DrillArgs, LockArgs, RestoreArgs},
};
use crate::date::Date;

const ABOUT: &str =
    "Count the vessels examined with intravascular ultrasound (IVUS) in procedure reports";

const LONG_ABOUT: &str = "\
Reads dictated procedure reports, counts the vessels that were examined with intravascular ultrasound (IVUS), suggests the \
units of CPT 37252 and 37253 (37250, 37251 before 2016), and says what the text lacks to support them. Every suggestion \
and every flag shows the words of the report that led to it. The decision stays with the coder.";

const AFTER: &str = "\
Exit status:
  0  nothing to look at
  1  at least one report needs a look (see `ivus check --help`)
  2  something failed, or an input could not be used

Examples:
  ivus check report.txt                          one report on the screen
  ivus check reports/ --format html > page.html  a folder, as a page to read or print
  ivus extract - --format json < report.txt      what was done, for another program
  ivus rule missing-findings                     what a rule means and how to fix it";

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "ivus", version, about = ABOUT, long_about = LONG_ABOUT, after_help = AFTER, max_term_width = 100)]
#[command(
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(super) command: Command,

    /// When to use colour: on a terminal, always, or never
    ///
    /// `auto` also respects the variables `NO_COLOR` and `CLICOLOR_FORCE`.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(super) color: Color,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Suggest units for reports and flag what their text lacks
    #[command(long_about = "\
Suggest units for reports and flag what their text lacks.

For each report: the units that were performed and those the text supports as it stands, each counted vessel with the \
words that led to it, vessels that were not counted and why, and flags with what to write instead.

Next step of a report:
  READY    nothing is left to ask or to decide
  QUERY    an addendum by the physician is needed, or could support more
  REVIEW   a coder must decide: a conflict, a doubt, or no base procedure
  NO IVUS  nothing to code

Exit status: 0 nothing flagged; 1 a flag above info, or a report to query or review; 2 an input failed.")]
    Check(CheckArgs),
    /// Read any number of reports into a folder; a run that stopped can go on
    #[command(long_about = "\
Read any number of reports into a folder of results; a run that stopped can go on.

Inputs are files and folders, which may be mixed; a file is known by its content, then by its name:
  one report     plain text, RTF, DOCX, PDF (where built with it), C-CDA notes
  tables         CSV or TSV with a header row, JSONL with one object a line (also .gz and .zst), Parquet; OMOP NOTE too
  messages       HL7 v2 (MDM, ORU), FHIR R4 (DocumentReference, DiagnosticReport, Composition, Bundle, NDJSON)
Records are analysed in parallel and written in input order; the results are the same bytes for any number of jobs.

In DIR:
  part-00000.jsonl …  one object a report, as `ivus check --format jsonl`, with the other columns under `passthrough`
  queue.csv           one row a report, as `ivus check --format csv`, and its status
  errors.jsonl        records that failed: id, place, kind, cause; never their text
  summary.json        counts of reports, units, flags and failures
  summary.html        the same as a page with pictures, to read or print
  manifest.json       the parts with their digests, and what they depend on; written last
  run/                the state of the run, for --resume
With --write also, as asked for:
  queue/*.parquet     queue rows, counts as numbers and days as dates
  note_nlp.csv        the table NOTE_NLP of OMOP 5.4
  fhir/*.ndjson       one FHIR R4 bundle a report
  brat/, doccano/     the reports with their annotations
  x12/*.txt           a preview of 837P service lines, never a claim

Exit status: 0 done; 1 flagged, with --fail-on only; 2 nothing could be done; 3 done, but some records failed; \
130 or 143 stopped by a signal, and --resume goes on.

Examples:
  ivus batch reports/ notes.csv.gz --out results/ --id-col NoteID --text-col NoteText --date-col ServiceDate
  ivus batch note.csv --out results/ --write parquet,omop,fhir --run-date 2026-01-31
  ivus batch notes.jsonl --out share-3/ --shard 3/64     one of 64 machines
  ivus batch --watch incoming/ --out results/            a drop folder, until Ctrl-C")]
    Batch(Box<BatchArgs>),
    /// Open the review queue in the browser
    #[command(long_about = "\
Open the review queue in the browser: coders review reports before billing, each suggestion with the words it rests on.

Everything is kept in one file, the store, beside it its audit key (FILE.key: keep a copy of it elsewhere) and the noted head \
of the audit log (FILE.head). The first start prints a link with which the first administrator sets a password.

Pages are served on 127.0.0.1 without encryption; on any other address only with --cert and --key.

Exit status: 0 ended by a signal; 2 could not start.

Examples:
  ivus serve --demo                 a queue with invented reports, which is gone afterwards
  ivus serve --store /srv/ivus/queue.db
  ivus serve --addr 0.0.0.0:8443 --cert chain.pem --key key.pem")]
    Serve(ServeArgs),
    /// Bring reports into the queue, list it, or take decisions out
    #[command(subcommand)]
    Queue(QueueCommand),
    /// See whether the audit log is whole
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Copy the store while it is in use, and prove the copy
    #[command(long_about = "\
Copy the store while it is in use, and prove the copy: its pages are whole, and its audit log is unbroken. The audit key \
(FILE.key) is not copied: keep it elsewhere, since whoever has both can write a false log.

Exit status: 0 copied; 2 not copied.")]
    Backup(BackupArgs),
    /// Put a copy in the place of a store that is lost
    #[command(long_about = "\
Put a copy in the place of a store that is lost, and prove it. What is there is never written over: move it away first. The \
audit key that was made with the store is needed.

Exit status: 0 put back; 2 nothing was changed.")]
    Restore(RestoreArgs),
    /// Prove that a copy can be put back
    #[command(long_about = "\
Prove that a copy can be put back: it is put in an empty folder, proved, and compared with the store row by row (100 rows of \
each table, drawn at random).

Exit status: 0 it can; 2 it cannot.")]
    Drill(DrillArgs),
    /// Log everybody out of the queue and let nothing be saved
    #[command(long_about = "\
Log everybody out of the queue at once and let nothing be saved, imported or exported until the lock is taken away: for when an \
account or a machine may be in wrong hands. Reports can still be read after a new log-in, and copies can be made. A running \
server sees it with its next request. One row of the audit log tells of it, another of its end.

Exit status: 0 done; 2 not done.

Examples:
  ivus lock --store queue.db --reason 'a laptop is missing'
  ivus lock --store queue.db --end")]
    Lock(LockArgs),
    /// Print what was done, without codes and flags
    #[command(long_about = "\
Print what was done, without codes and flags: every vessel the text ties to IVUS (performed or not), lesions, access, \
catheter moves and procedures, with their evidence.

Exit status: 0 read; 2 an input failed.")]
    Extract(ExtractArgs),
    /// Score the program against gold labels
    #[command(long_about = "\
Score the program against gold labels. Labels of NAME.txt stand beside it in NAME.json, written by a coder from the text. \
Prints one line a measure; then what can be said of each step and each rule, and how often units are exact at each \
confidence; then every report that differs with the words on both sides: over-coded reports first, then under-coded \
ones, then the others.

To judge an edit, keep a run from before it and compare:

  ivus eval corpus/reports --format json > before.json
  ivus eval corpus/reports --baseline before.json

Exit status: 0 scored; 1 a report agrees less with its labels than in the baseline; 2 a report or its labels could not \
be read.")]
    Eval(EvalArgs),
    /// Make a page of how well reports are documented, from results of `ivus batch`
    #[command(long_about = "\
Make a page of how well reports are documented, from results of `ivus batch` or `ivus check --format jsonl`: for each physician, \
site and month how many reports name the vessels, their side, the way of the catheter, the reason for IVUS and what it showed; \
the most frequent gaps with examples of good wording; and for coders also units supported of those performed, lesions taken \
together, and rules. Every share has its counts and a 95 % interval (Wilson).

The physician is the column `physician` (else `provider_id`, `provider`, else the author of the document), the site the column \
`site` (else `care_site_id`, `facility`). A folder stands for its *.jsonl without errors.jsonl. What coders decided is shown by \
the page Feedback of `ivus serve`.

The page is one file that loads nothing, and holds no text of a report and no report's id.

Exit status: 0 done; 2 nothing could be done; 3 done, but some lines are no results.

Examples:
  ivus batch notes.csv --out results/ && ivus feedback results/ --out feedback.html
  ivus feedback results/ --for physicians --physician \"Dr. Alder\" --out alder.html")]
    Feedback(FeedbackArgs),
    /// Show what a rule means, or list all rules
    #[command(long_about = "\
Show what a rule means: what it flags and why, examples, how to fix the text, and sources. Without a rule, lists all.")]
    Rule(RuleArgs),
    /// Find the selective order and code of a catheter
    #[command(long_about = "\
Find the selective order and code of a catheter, from the punctured vessel to where its tip came to rest, and draw its way. \
Vessels are written as names, abbreviations or ids, with their side: \"left common iliac vein\", LCIV, \
\"left common-iliac-vein\".

The order counts branches from the aorta or vena cava when the catheter went through it, else from the vessel nearest it \
that the catheter reached. Steps at which only the name changes add nothing. docs/coding.md tells the method.

Exit status: 0 found; 2 a vessel is not known, or no way leads there.

Example:
  ivus route --from \"right CFV\" --to \"left external iliac vein\"")]
    Route(RouteArgs),
    /// Show what is known of a code, or list all codes
    #[command(long_about = "\
Show what is known of a code on a day: our own label, its days, unit limits, fees by year, what came before and after it, what \
it may be added to, what includes it, the codes it is not paid together with, modifiers, facts and publications with their \
sources and how sure they are, and the rules that use it. JSON holds every code pair, the text their groups. Procedure codes, diagnosis codes and modifiers alike. Without a code, lists all.

Exit status: 0 known; 2 nothing is known of the code, and the nearest ones are named.

Examples:
  ivus code 37253
  ivus code 37220 --on 2026-02-01     deleted, and what took its place
  ivus code I87.1 --format json
  ivus code 37252 --tables tables/    with fees, limits and pairs of `ivus tables import`")]
    Code(CodeArgs),
    /// Show what is known of a vessel, or list all vessels
    #[command(long_about = "\
Show what is known of a vessel: its names, what counts as one with it under each policy and who says otherwise, what it hangs \
from and carries in the vessel tree, and its catheter order. The name is read as in a report: an id, a name, or an \
abbreviation with or without its side. Without a name, lists all.

Exit status: 0 known; 2 no such vessel, and the nearest ones are named.

Examples:
  ivus vessel LCIV
  ivus vessel left common femoral vein")]
    Vessel(VesselArgs),
    /// Search codes, rules, vessels and facts for words
    #[command(long_about = "\
Search codes, rules, vessels, facts and publications for words, the best first. Endings do not count: retrieval finds \
retrieve. What is found can be looked up with `ivus code`, `ivus rule` and `ivus vessel`.

Exit status: 0 found; 1 nothing found.

Example:
  ivus find filter retrieval")]
    Find(FindArgs),
    /// Check the word lists, or look words up in them
    #[command(subcommand)]
    Lexicon(LexiconCommand),
    /// Show what a payer profile changes, or list the built-in profiles
    #[command(long_about = "\
Show what a payer profile changes, or list the built-in profiles. A profile is a TOML file; docs/payers.md explains its keys.

Exit status: 0 shown; 2 the profile is not known or has a fault, told with its line.

Examples:
  ivus payer
  ivus payer plan.toml
  ivus check --payer plan.toml reports/")]
    Payer {
        /// A profile's name or file
        #[arg(value_name = "PAYER")]
        name: Option<String>,

        /// Output format
        #[arg(long, value_enum, default_value_t = PlainFormat::Text)]
        format: PlainFormat,
    },
    /// Load this year's fees, limits and code pairs, or list what is loaded
    #[command(subcommand)]
    Tables(TablesCommand),
    /// Tell what the judgement is made of: tables, rules, sources, accuracy, limits
    #[command(long_about = "\
Tell what the judgement is made of: the dated tables with their rows, newest day and how sure their sources are; rules and \
documents; how accurate the program was on reports it saw for the first time, and when; and what it cannot do. All of it is \
counted from what is built in; JSON holds each batch and document.

Exit status: 0.")]
    About {
        /// Output format
        #[arg(long, value_enum, default_value_t = PlainFormat::Text)]
        format: PlainFormat,
    },
    /// Print the JSON schema of one report's output
    #[command(long_about = "\
Print the JSON schema of what `ivus check --format json` prints for one report. `ivus extract` prints the same without \
`coding` and `flags`.")]
    Schema,
    /// Print a completion script for a shell
    #[command(long_about = "\
Print a completion script for a shell. For bash, for instance:

  ivus completions bash > ~/.local/share/bash-completion/completions/ivus")]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page
    #[command(long_about = "\
Print the manual page in roff format, of the program or of one command:

  ivus man > ivus.1
  ivus man check | man -l -")]
    Man {
        /// A command, such as check
        command: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub(super) reports: ReportArgs,

    /// Also say why each unit was given or not
    ///
    /// For each unit: the rule, the reason in one sentence, the sources behind the rule with their years, and the words of
    /// the report. As text below the rest; in json and jsonl as `explanation`. No effect on csv and html.
    #[arg(long)]
    pub(super) explain: bool,

    #[command(flatten)]
    pub(super) amounts: AmountArgs,
}

/// What amounts are to be shown.
#[derive(Debug, Args)]
pub(super) struct AmountArgs {
    /// Add what Medicare's physician fee schedule allows for the units at this site, and what a query could recover
    ///
    /// National amounts for one date of service, before any reduction. The difference between the units performed and
    /// those the text supports is what an addendum could recover. Without a date of service, or where the fee of that
    /// date is not in the tables, the amount is unknown. For coders; no physician's page shows amounts.
    #[arg(long, value_enum, value_name = "SITE")]
    pub(super) site: Option<PaymentSite>,

    /// Adjust the amounts to a payment locality: state and number, such as CA-05
    #[arg(long, value_name = "LOCALITY", requires = "site")]
    pub(super) locality: Option<String>,

    /// Which conversion factor, in years with two (from 2026 on)
    #[arg(long, value_enum, value_name = "FACTOR", requires = "site", default_value_t = PaymentFactor::Standard)]
    pub(super) factor: PaymentFactor,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum PaymentSite {
    /// A hospital or surgery centre: the physician's part
    Facility,
    /// The physician's own office
    Office,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum PaymentFactor {
    /// For all but qualifying participants
    Standard,
    /// For qualifying participants of an advanced payment model
    Qualifying,
}

#[derive(Debug, Args)]
pub(super) struct ExtractArgs {
    #[command(flatten)]
    pub(super) reports: ReportArgs,

    /// Also say why each vessel was taken or left
    ///
    /// As text below the listing; in json and jsonl as `trace`. No effect on csv and html.
    #[arg(long)]
    pub(super) explain: bool,
}

/// The reports and how they are read and printed.
#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// Reports: text files, folders, or - for standard input
    ///
    /// A folder stands for the *.txt files in it, at any depth, sorted by path; hidden ones are left out. Without a PATH,
    /// standard input is read when something is piped in. A report is known by its file name without the extension.
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,

    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,

    /// Date of service of the reports; it decides which codes apply
    ///
    /// Stands in for the date in the text, for every report of the call.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) date_of_service: Option<Date>,

    #[command(flatten)]
    pub(super) knowledge: KnowledgeArgs,

    /// End with exit status 0 also when something is flagged
    #[arg(long)]
    pub(super) exit_zero: bool,
}

/// What the program is to know.
#[derive(Debug, Args)]
pub(super) struct KnowledgeArgs {
    /// Counting policy: sir, anatomic, or a policy file (TOML)
    ///
    /// Says which vessels count as one unit. `sir` follows the society grouping of leg vessels; `anatomic` counts every
    /// named vessel and side on its own.
    ///
    /// Without it, the policy of the payer profile is used, else `sir`.
    #[arg(long, value_name = "POLICY")]
    pub(super) policy: Option<String>,

    /// Payer profile: a name that `ivus payer` lists, or a profile file (TOML)
    ///
    /// Says what a payer wants beyond the code book: other base codes, limits or counting policy, documentation rules switched
    /// off or weighed anew.
    #[arg(long, value_name = "PAYER")]
    pub(super) payer: Option<String>,

    /// Folder with word lists (*.tsv) that replace the built-in ones of the same name
    #[arg(long, value_name = "DIR")]
    pub(super) lexicon: Option<PathBuf>,

    /// Folder with fees, limits and code pairs that `ivus tables import` has loaded
    ///
    /// On the days they cover they take the place of the built-in tables.
    #[arg(long, value_name = "DIR")]
    pub(super) tables: Option<PathBuf>,
}

/// Who reads a page of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Reader {
    /// All figures
    Coders,
    /// Documentation alone: no code, unit, rule or payer
    Physicians,
}

#[derive(Debug, Args)]
pub(super) struct FeedbackArgs {
    /// Results: JSONL files, folders of `ivus batch`, or `-`
    #[arg(value_name = "RESULTS", required = true)]
    pub(super) results: Vec<PathBuf>,

    /// File of the page; it is written over
    #[arg(long, value_name = "FILE")]
    pub(super) out: PathBuf,

    /// Who reads it
    #[arg(long = "for", value_enum, value_name = "WHOM", default_value_t = Reader::Coders)]
    pub(super) audience: Reader,

    /// Reports of this physician alone
    #[arg(long, value_name = "NAME")]
    pub(super) physician: Option<String>,

    /// Reports of this site alone
    #[arg(long, value_name = "NAME")]
    pub(super) site: Option<String>,

    /// First date of service
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) from: Option<Date>,

    /// Last date of service
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) until: Option<Date>,
}

#[derive(Debug, Args)]
pub(super) struct EvalArgs {
    /// Folder with NAME.txt and NAME.json, at any depth
    #[arg(value_name = "DIR")]
    pub(super) folder: PathBuf,

    /// Output format
    #[arg(long, value_enum, default_value_t = PlainFormat::Text)]
    pub(super) format: PlainFormat,

    /// Leave out reports on which good coders would disagree more
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = Level::Low)]
    pub(super) min_confidence: Level,

    /// Print the measures only, and what other options ask for
    #[arg(long)]
    pub(super) measures_only: bool,

    /// Also print which vessel was told in the place of which
    #[arg(long)]
    pub(super) confusion: bool,

    /// Print what changed since an earlier run, report by report
    ///
    /// FILE is the output of `ivus eval DIR --format json`, or of `ivus check DIR --format jsonl`.
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,

    #[command(flatten)]
    pub(super) knowledge: KnowledgeArgs,
}

#[derive(Debug, Args)]
pub(super) struct RuleArgs {
    /// A rule's id or name, such as IVUS101 or not-performed
    #[arg(value_name = "ID")]
    pub(super) id: Option<String>,

    /// Show all rules in full
    #[arg(long, conflicts_with = "id")]
    pub(super) all: bool,

    /// Output format
    #[arg(long, value_enum, default_value_t = PlainFormat::Text)]
    pub(super) format: PlainFormat,
}

#[derive(Debug, Args)]
pub(super) struct RouteArgs {
    /// The punctured vessel, with its side
    #[arg(long, value_name = "VESSEL")]
    pub(super) from: String,

    /// The vessel where the tip came to rest, with its side
    #[arg(long, value_name = "VESSEL")]
    pub(super) to: String,

    /// The puncture points with the flow: toward the foot in a leg artery
    #[arg(long)]
    pub(super) antegrade: bool,

    /// The catheter was in the aorta or vena cava first
    #[arg(long)]
    pub(super) root_entered: bool,

    /// The day whose codes apply; today's codes when left out
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) on: Option<Date>,

    /// Output format
    #[arg(long, value_enum, default_value_t = PlainFormat::Text)]
    pub(super) format: PlainFormat,
}

#[derive(Debug, Args)]
pub(super) struct CodeArgs {
    /// A code, such as 37253, I87.1 or the modifier 59
    #[arg(value_name = "CODE")]
    pub(super) code: Option<String>,

    /// The day to tell it of; the end of the tables when left out
    #[arg(long, value_name = "YYYY-MM-DD", requires = "code")]
    pub(super) on: Option<Date>,

    /// Folder with fees, limits and code pairs that `ivus tables import` has loaded
    #[arg(long, value_name = "DIR")]
    pub(super) tables: Option<PathBuf>,

    /// Output format
    #[arg(long, value_enum, default_value_t = PlainFormat::Text)]
    pub(super) format: PlainFormat,
}

#[derive(Debug, Args)]
pub(super) struct VesselArgs {
    /// A vessel's name, id or abbreviation
    #[arg(value_name = "NAME")]
    pub(super) name: Vec<String>,

    /// Output format
    #[arg(long, value_enum, default_value_t = PlainFormat::Text)]
    pub(super) format: PlainFormat,
}

#[derive(Debug, Args)]
pub(super) struct FindArgs {
    /// The words
    #[arg(value_name = "WORDS", required = true)]
    pub(super) words: Vec<String>,

    /// The most entries to print
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(super) limit: usize,

    /// Folder with fees, limits and code pairs that `ivus tables import` has loaded
    #[arg(long, value_name = "DIR")]
    pub(super) tables: Option<PathBuf>,

    /// Output format
    #[arg(long, value_enum, default_value_t = PlainFormat::Text)]
    pub(super) format: PlainFormat,
}

#[derive(Debug, Subcommand)]
pub(super) enum LexiconCommand {
    /// Load and check word lists, and print their counts
    #[command(long_about = "\
Load and check word lists, and print their counts: ids unique and sorted, no term twice in a file, every term matches \
itself, every example matches exactly what is in its [brackets].

Exit status: 0 no fault; 1 faults, one line each; 2 the lists cannot be loaded.")]
    Check {
        /// Folder with word lists (*.tsv) that replace the built-in ones; the built-in ones when left out
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
    },
    /// Learn the second reader from labelled reports, and print what it learnt
    #[command(long_about = "\
Learn the second reader from labelled reports, and print what it learnt, as two files hold it. second-reader.tsv: a word of the \
report, and how much it speaks for vessels to count or for a reason (positive) or against them. With --trees look-trees.tsv: \
trees that ask what stands around a vessel's name and end in how much that speaks for a look. A folder with these files is \
given to other commands with --lexicon. Labels stand beside NAME.txt in NAME.json; `ivus queue export --format gold` writes \
them from what coders decided. What fewer than three reports have is left out.

Score what was learnt on reports it was not learnt from: `ivus eval OTHER --lexicon DIR`.

Exit status: 0 done; 2 nothing could be learnt; 3 done, but some reports could not be read.

Examples:
  ivus lexicon fit corpus/reports > second-reader.tsv
  ivus lexicon fit corpus/reports --trees > look-trees.tsv")]
    Fit {
        /// Print the trees of looks at vessels, not the weights of whole reports
        #[arg(long)]
        trees: bool,

        /// Folders with NAME.txt and NAME.json, at any depth
        #[arg(value_name = "DIR", required = true)]
        folders: Vec<PathBuf>,
    },
    /// Say what the program knows of some words
    #[command(long_about = "\
Say what the program knows of some words: file and line, entry, class, and which form of the entry they are. Case counts, \
as in a report: abbreviations are known in their own case only.

Exit status: 0 known; 1 not known; 2 the lists cannot be loaded.

Example:
  ivus lexicon lookup left CIV")]
    Lookup {
        /// The words
        #[arg(value_name = "WORDS", required = true)]
        words: Vec<String>,

        /// Folder with word lists (*.tsv) that replace the built-in ones of the same name
        #[arg(long, value_name = "DIR")]
        lexicon: Option<PathBuf>,

        /// Output format
        #[arg(long, value_enum, default_value_t = PlainFormat::Text)]
        format: PlainFormat,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum TablesCommand {
    /// Read files as CMS publishes them into a tables folder
    #[command(long_about = "\
Read files as CMS publishes them into a tables folder: PPRRVU (csv or txt; fees), GPCI (csv or txt; localities), NCCI code \
pairs, MUE (unit limits) and add-on codes (base codes; csv or txt). Of each, the rows that concern IVUS are kept, without \
any description.

All files of a call are taken in, or none: a damaged or wrong file is refused with its row and the reason, and the tables in \
force stay as they were. What was replaced is told, table by table.

Exit status: 0 loaded; 2 refused.

Example:
  ivus tables import PPRRVU2025_Oct.csv GPCI2025.csv --tables tables/")]
    Import(ImportArgs),
    /// Show which files are loaded, for which days, and when
    #[command(long_about = "\
Show which files are loaded in a tables folder, for which days, and when.

Exit status: 0 shown; 2 the folder cannot be read.")]
    List {
        /// The tables folder
        #[arg(long, value_name = "DIR")]
        tables: PathBuf,

        /// Output format
        #[arg(long, value_enum, default_value_t = PlainFormat::Text)]
        format: PlainFormat,
    },
}

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// The published files, unpacked
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<PathBuf>,

    /// The tables folder; it is made when it does not exist
    #[arg(long, value_name = "DIR")]
    pub(super) tables: PathBuf,

    /// First day in force, where the name and heading of a file do not say it, or say another
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) from: Option<Date>,

    /// Last day in force
    ///
    /// Without it, fees and localities end with their year, and all end where a later file of their kind begins.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) until: Option<Date>,

    /// Which conversion factor a fee file from 2026 on is for, where its name does not say it
    #[arg(long, value_enum, value_name = "FACTOR")]
    pub(super) factor: Option<PaymentFactor>,

    /// Whose claims code pairs or limits are for, where the name and heading do not say it
    #[arg(long, value_enum, value_name = "SETTING")]
    pub(super) setting: Option<ClaimSetting>,

    /// Output format
    #[arg(long, value_enum, default_value_t = PlainFormat::Text)]
    pub(super) format: PlainFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ClaimSetting {
    /// Physicians and other practitioners
    Practitioner,
    /// Hospital outpatient departments
    Outpatient,
}

/// Output formats of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people, on a screen
    Text,
    /// One object; an array when several reports are asked for
    Json,
    /// One object a line, in input order
    Jsonl,
    /// For spreadsheets: one row a report (extract: one row a vessel)
    Csv,
    /// One page for a browser, to read or print
    Html,
    /// FHIR R4 bundles, one a line (check only)
    Fhir,
    /// Preview of 837P service lines, never a claim (check only)
    #[value(alias = "837p")]
    X12,
}

/// Output formats of everything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum PlainFormat {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Level {
    /// All reports
    Low,
    /// Without those of low confidence
    Medium,
    /// Only those of high confidence
    High,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}
