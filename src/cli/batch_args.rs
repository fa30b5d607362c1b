//! What can be typed after `ivus batch`.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
};

use clap::{Args, ValueEnum};

use super::args::KnowledgeArgs;
use crate::{
    batch::{Form, Share},
    date::Date,
    rules,
};

const RESULTS: &str = "Results";
const RUNNING: &str = "Running";
const DROP_FOLDER: &str = "Drop folder";
const COLUMNS: &str = "Columns of tables";
const PIECES: &str = "Notes cut in pieces";

#[derive(Debug, Args)]
pub(super) struct BatchArgs {
    /// Reports: text files, documents, messages, tables, folders
    ///
    /// A folder stands for the files in it, at any depth, sorted by path; hidden ones are left out.
    #[arg(value_name = "INPUT", required_unless_present_any = ["watch", "verify"])]
    pub(super) inputs: Vec<PathBuf>,

    /// Folder for the results; it is made when it does not exist
    #[arg(help_heading = RESULTS, long, value_name = "DIR", required_unless_present = "verify")]
    pub(super) out: Option<PathBuf>,

    /// Write these forms as well, several joined by commas
    ///
    /// JSONL and queue rows as CSV are always written.
    #[arg(help_heading = RESULTS, long,
        alias = "format",
        value_name = "FORM",
        value_enum,
        value_delimiter = ','
    )]
    pub(super) write: Vec<WriteForm>,

    /// Day the results bear: `nlp_date` in OMOP (needed there), the recorded time in FHIR (else the date of service)
    ///
    /// The day is not taken from the clock, so that the same input gives the same bytes.
    #[arg(help_heading = RESULTS, long, value_name = "YYYY-MM-DD")]
    pub(super) run_date: Option<Date>,

    /// First `note_nlp_id` in OMOP
    #[arg(help_heading = RESULTS, long, value_name = "N", default_value = "1")]
    pub(super) note_nlp_id_start: i64,

    /// End with exit status 1 when a report has one of these, several joined by commas
    ///
    /// `flagged`: a flag above info, or a report to query or review; `query`, `review`: a report to query, to review;
    /// `warning`: a flag that is a warning or for a coder to decide; a rule, such as IVUS003 or missing-findings: its flag.
    #[arg(help_heading = RESULTS, long, value_name = "WHAT", value_delimiter = ',')]
    pub(super) fail_on: Vec<FailOn>,

    /// Go on with the run in DIR, or begin one where there is none
    ///
    /// What was written is kept, and its input is read again to see that it is the same. Refused when the input, the lexicon,
    /// the tables, the options or the version of the program have changed since the run began.
    #[arg(help_heading = RUNNING, long)]
    pub(super) resume: bool,

    /// Reports analysed at the same time; one a core when left out
    #[arg(help_heading = RUNNING, long, value_name = "N", value_parser = at_least_one)]
    pub(super) jobs: Option<usize>,

    /// Records in a part
    #[arg(help_heading = RUNNING, long, value_name = "N", value_parser = at_least_one, default_value = "1000")]
    pub(super) shard_size: usize,

    /// Stop after the first N records of the input; --resume goes on from there
    #[arg(help_heading = RUNNING, long, value_name = "N")]
    pub(super) limit: Option<u64>,

    /// Do only one of several shares of the input, such as 3/64
    ///
    /// The share is every n-th part of --shard-size records; give each its own --out. The parts of all shares are those of
    /// one run: docs/batch.md tells how to join them.
    #[arg(help_heading = RUNNING, long, value_name = "N/OF")]
    pub(super) shard: Option<Share>,

    /// Watch a drop folder: take its files as they come, until SIGINT or SIGTERM
    ///
    /// Files that two looks saw alike become a round, with results of its own in round-00001, round-00002 … of --out. The
    /// files stay where they are; a file that is written anew is taken anew. A round that was stopped is gone on with by the
    /// same call.
    #[arg(help_heading = DROP_FOLDER, long, value_name = "DIR", conflicts_with_all = ["inputs", "resume", "limit", "shard"])]
    pub(super) watch: Option<PathBuf>,

    /// Seconds between two looks into the drop folder
    #[arg(help_heading = DROP_FOLDER, long, value_name = "SECONDS", default_value = "5", requires = "watch", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) every: u64,

    /// End when the drop folder holds nothing new
    #[arg(help_heading = DROP_FOLDER, long, requires = "watch")]
    pub(super) until_idle: bool,

    /// Compare the results of an earlier run in DIR with its manifest, and do nothing else
    ///
    /// Sizes, SHA-256, numbers of records, parts that are missing or too many. Exit status 0 when all is as the manifest says, 3
    /// when something differs, 2 when there is no manifest.
    #[arg(help_heading = RESULTS, long, value_name = "DIR", exclusive = true)]
    pub(super) verify: Option<PathBuf>,

    /// Column of a report's id; else `note_id`, `report_id` or `id`, else the file's name with the line
    #[arg(help_heading = COLUMNS, long, value_name = "NAME")]
    pub(super) id_col: Option<String>,

    /// Column of a report's text; else `note_text`, `report_text` or `text`
    #[arg(help_heading = COLUMNS, long, value_name = "NAME")]
    pub(super) text_col: Option<String>,

    /// Column of a report's date of service; else `note_date`, `date_of_service` or `service_date`, else the text's date
    #[arg(help_heading = COLUMNS, long, value_name = "NAME")]
    pub(super) date_col: Option<String>,

    /// Column of a report's author, who leaves as `author`; in a table of OMOP notes else `provider_id`
    #[arg(help_heading = COLUMNS, long, value_name = "NAME")]
    pub(super) author_col: Option<String>,

    /// Column that says how far a report has come: draft, final, amended, withdrawn or the words of HL7 and FHIR
    ///
    /// Drafts get documentation feedback and no units, withdrawn reports neither. A word that is not known is a failure of its
    /// record.
    #[arg(help_heading = COLUMNS, long, value_name = "NAME")]
    pub(super) status_col: Option<String>,

    /// Date of service of the reports that come without one in a column
    ///
    /// Stands in for the date in the text.
    #[arg(help_heading = COLUMNS, long, value_name = "YYYY-MM-DD")]
    pub(super) date_of_service: Option<Date>,

    /// Rows are pieces of notes: column that is the same in all pieces of a note
    ///
    /// The notes of one file are held in memory until its end, and those that go on in a later file until that one was read. A note
    /// with a missing or doubled piece fails.
    #[arg(help_heading = PIECES, long, value_name = "NAME", requires = "order_by")]
    pub(super) concat_by: Option<String>,

    /// Column of a piece's number, counted from 0 or 1 without gaps
    #[arg(help_heading = PIECES, long, value_name = "NAME", requires = "concat_by")]
    pub(super) order_by: Option<String>,

    /// What stands between the pieces of a note
    #[arg(help_heading = PIECES, long, value_enum, value_name = "WHAT", default_value = "nothing")]
    pub(super) concat_with: Between,

    #[command(flatten, next_help_heading = "Knowledge")]
    pub(super) knowledge: KnowledgeArgs,
}

/// Forms of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum WriteForm {
    /// One object a report; always written
    Jsonl,
    /// Queue rows as CSV; always written
    Csv,
    /// Queue rows as Parquet
    Parquet,
    /// The table `NOTE_NLP` of OMOP 5.4; needs --run-date and ids that are whole numbers
    Omop,
    /// FHIR R4 bundles: Procedure, `ChargeItem` planned, Task, Provenance
    Fhir,
    /// Text and annotations for brat; hold the reports
    Brat,
    /// JSONL for doccano; holds the reports
    Doccano,
    /// Preview of 837P service lines; never a claim
    #[value(alias = "837p")]
    X12,
}

impl BatchArgs {
    /// The folder for the results.
    pub(super) fn results(&self) -> &Path {
        let out = self.out.as_deref();
        out.expect("--out is asked for unless there is nothing to write")
    }
}

impl WriteForm {
    /// The form, unless it is written anyway.
    pub(super) fn form(self) -> Option<Form> {
        match self {
            Self::Jsonl | Self::Csv => None,
            Self::Parquet => Some(Form::Parquet),
            Self::Omop => Some(Form::Omop),
            Self::Fhir => Some(Form::Fhir),
            Self::Brat => Some(Form::Brat),
            Self::Doccano => Some(Form::Doccano),
            Self::X12 => Some(Form::X12),
        }
    }
}

fn at_least_one(typed: &str) -> Result<usize, String> {
    match typed.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err("give a whole number, 1 or more".to_owned()),
    }
}

/// What stands between the pieces of a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Between {
    /// Nothing: words are cut in two
    Nothing,
    /// A line end
    Line,
}

/// What ends a large run with exit status 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FailOn {
    /// A flag above info, or a report to query or review.
    Flagged,
    /// A report to query.
    Query,
    /// A report to review.
    Review,
    /// A flag above info.
    Warning,
    /// A flag of a rule, by its id.
    Rule(String),
}

impl FromStr for FailOn {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        Ok(match typed {
            "flagged" => Self::Flagged,
            "query" => Self::Query,
            "review" => Self::Review,
            "warning" => Self::Warning,
            rule => match rules::find(rule).filter(|r| !r.is_coding()) {
                Some(rule) => Self::Rule(rule.id.to_string()),
                None => {
                    return Err(
                        "give flagged, query, review, warning, or a documentation rule such as IVUS003".to_owned(),
                    );
                }
            },
        })
    }
}
