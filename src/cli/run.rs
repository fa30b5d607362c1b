//! Reads reports and analyses them in parallel; hands them on in input order.

use std::{
    io::{self, IsTerminal},
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
};

use anyhow::bail;
use rayon::prelude::*;

use super::{
    Out, Outcome,
    args::{Format, KnowledgeArgs, ReportArgs},
    complain,
};
use crate::{
    analyzer::Analyzer,
    codes::Policy,
    date::Date,
    error::{Error, Result},
    input::{self, Source},
    lexicon::Lexicon,
    render::{
        Reading,
        html::{self, Content},
    },
};

/// Reports analysed at a time: enough to keep all cores busy, few enough to hold in memory.
const CHUNK: usize = 256;

/// From this many reports on, building the faster automaton pays.
const MANY: usize = 1000;

/// The analyzer that the options ask for.
pub(super) fn analyzer(knowledge: &KnowledgeArgs, reports: usize) -> Result<Analyzer> {
    let policy = Policy::named(&knowledge.policy)?;
    let lexicon = match &knowledge.lexicon {
        Some(folder) => Lexicon::from_folder(folder)?,
        None => Lexicon::builtin(),
    };
    let lexicon = if reports > MANY { lexicon.for_scanning() } else { lexicon };
    Ok(Analyzer::new(lexicon, policy))
}

/// Reads and analyses one report. A fault of the program costs this report only.
pub(super) fn read(
    analyzer: &Analyzer,
    source: &Source,
    date: Option<Date>,
    trace: Trace,
) -> Result<Reading> {
    let mut report = source.read()?;
    report.service_date = date;
    let id = report.id.to_string();
    catch_unwind(AssertUnwindSafe(|| {
        let analysis = match trace {
            Trace::Full => analyzer.explain(&report),
            Trace::Brief => analyzer.analyze(&report),
        };
        Reading::new(analyzer, report, &analysis)
    }))
    .map_err(|_| Error::internal(id))
}

/// What a format makes of the reports.
pub(super) struct Printer<'a> {
    pub(super) content: Content,
    /// The whole of a report in text, JSON and CSV; HTML is made here.
    pub(super) one: &'a (dyn Fn(&Reading, Format) -> anyhow::Result<String> + Sync),
    /// The first line of the CSV format.
    pub(super) header: String,
    /// Whether the reading is to be told clause by clause.
    pub(super) trace: Trace,
}

/// How much of the reading is kept.
#[derive(Clone, Copy)]
pub(super) enum Trace {
    Brief,
    Full,
}

/// Reads the reports that the options name and prints them. What cannot be read is said on standard error, and the rest
/// goes on. `seen` is told of every report in input order.
pub(super) fn print(
    args: &ReportArgs,
    out: &mut Out,
    printer: &Printer<'_>,
    mut seen: impl FnMut(&Reading),
) -> anyhow::Result<Outcome> {
    let sources = input::find(&paths(&args.paths)?);
    let analyzer = analyzer(&args.knowledge, sources.len())?;
    let several = sources.len() > 1;
    let mut outcome = Outcome::Clean;
    let mut parts = Vec::new();
    let mut first = true;
    match args.format {
        Format::Json if several => out.write("[")?,
        Format::Csv => out.write(&printer.header)?,
        _ => {}
    }
    for (chunk, sources) in sources.chunks(CHUNK).enumerate() {
        let pieces: Vec<_> = sources
            .par_iter()
            .enumerate()
            .map(|(n, source)| -> std::result::Result<_, String> {
                let source = source.as_ref().map_err(ToString::to_string)?;
                let reading = read(&analyzer, source, args.date_of_service, printer.trace)
                    .map_err(|e| e.to_string())?;
                let number = chunk * CHUNK + n + 1;
                let piece = match args.format {
                    Format::Html => Piece::Part(html::part(&reading, number, printer.content)),
                    format => {
                        Piece::Whole((printer.one)(&reading, format).map_err(|e| e.to_string())?)
                    }
                };
                Ok((reading, piece))
            })
            .collect();
        for piece in pieces {
            let (reading, piece) = match piece {
                Ok(done) => done,
                Err(message) => {
                    outcome = Outcome::Failed;
                    complain(&message);
                    continue;
                }
            };
            match piece {
                Piece::Part(part) => parts.push(part),
                Piece::Whole(text) => {
                    match args.format {
                        Format::Json if several => out.write(if first { "\n" } else { ",\n" })?,
                        Format::Text if !first => out.line(&format!("\n{}\n", "-".repeat(78)))?,
                        _ => {}
                    }
                    out.write(&text)?;
                }
            }
            first = false;
            seen(&reading);
        }
    }
    match args.format {
        Format::Json if several => out.write("\n]\n")?,
        Format::Html => out.write(&html::page(&parts, printer.content))?,
        _ => {}
    }
    Ok(outcome)
}

enum Piece {
    Whole(String),
    Part(html::Part),
}

/// The paths that were named, or standard input when something is piped in.
fn paths(named: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    if !named.is_empty() {
        return Ok(named.to_vec());
    }
    if io::stdin().is_terminal() {
        bail!("no report named; give a file, a folder, or - to read from standard input");
    }
    Ok(vec!["-".into()])
}
