//! Reads reports and analyses them in parallel; hands them on in input order.

use std::{
    io::{self, IsTerminal},
    mem::ManuallyDrop,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
};

use anyhow::{anyhow, bail};
use rayon::prelude::*;

use super::{
    Out, Outcome,
    args::{Format, KnowledgeArgs, ReportArgs},
    complain, pdf,
};
use crate::{
    analyzer::Analyzer,
    codes::{CodeBook, Policy, PriceBasis},
    date::Date,
    error::{Error, Result},
    input::{self, Source},
    intake,
    lexicon::Lexicon,
    payer::Payer,
    render::{
        Reading, Totals,
        amounts::{AmountTotals, Amounts},
        csv,
        html::{self, Content},
        x12,
    },
    tables,
};

/// Reports analysed at a time: enough to keep all cores busy, few enough to hold in memory.
const CHUNK: usize = 256;

/// The analyzer that the options ask for.
pub(super) fn analyzer(knowledge: &KnowledgeArgs) -> Result<Analyzer> {
    let payer = knowledge.payer.as_deref().map(Payer::named).transpose()?;
    let own = payer.as_ref().and_then(|p| p.policy.clone());
    let policy = match (&knowledge.policy, own) {
        (Some(name), _) => Policy::named(name)?,
        (None, Some(policy)) => policy,
        (None, None) => Policy::sir(),
    };
    let lexicon = match &knowledge.lexicon {
        Some(folder) => Lexicon::from_folder(folder)?,
        None => Lexicon::builtin(),
    };
    let analyzer = Analyzer::new(lexicon, policy).with_payer(payer.unwrap_or_default());
    Ok(match &knowledge.tables {
        Some(folder) => analyzer.with_tables(tables::load(folder)?.tables()),
        None => analyzer,
    })
}

/// Reads and analyses one report. A fault of the program costs this report only.
pub(super) fn read(
    analyzer: &Analyzer,
    source: &Source,
    date: Option<Date>,
    trace: Trace,
) -> Result<Reading> {
    let mut report = match source {
        Source::File(path) => intake::document(path, pdf::reader().as_deref())?,
        Source::Stdin => None,
    }
    .map_or_else(|| source.read(), Ok)?;
    let told = report.service_date;
    report.service_date = told.or(date);
    let id = report.id.to_string();
    catch_unwind(AssertUnwindSafe(|| {
        let mut reading = match trace {
            Trace::Full => {
                let analysis = analyzer.explain(&report);
                Reading::explained(analyzer, report, &analysis)
            }
            Trace::Brief => {
                let analysis = analyzer.analyze(&report);
                Reading::new(analyzer, report, &analysis)
            }
        };
        if told.is_some() {
            reading.document.report.date_source = "metadata";
        }
        reading
    }))
    .map_err(|_| Error::internal(id))
}

/// Prints one report in a format, with its amounts when they were asked for.
type PrintOne<'a> =
    dyn Fn(&Reading, Option<&Amounts>, Format) -> anyhow::Result<String> + Sync + 'a;

/// What a verb prints of the reports.
pub(super) struct Printer<'a> {
    /// What the HTML page tells.
    pub(super) content: Content,
    /// One report in any other format.
    pub(super) one: &'a PrintOne<'a>,
    /// The columns of the CSV format.
    pub(super) columns: &'static [&'static str],
    /// Whether the reading is to be told clause by clause.
    pub(super) trace: Trace,
    /// The amounts to be shown, if any; an error when the tables cannot give them.
    pub(super) basis: &'a (dyn Fn(&CodeBook) -> Result<Option<PriceBasis>> + Sync),
}

/// How much of the reading is kept.
#[derive(Clone, Copy)]
pub(super) enum Trace {
    Brief,
    Full,
}

/// What became of a run.
pub(super) struct Summary {
    /// Failed when an input could not be used.
    pub(super) outcome: Outcome,
    /// The reports that were read.
    pub(super) totals: Totals,
    /// What their units are worth, when asked for.
    pub(super) amounts: AmountTotals,
}

/// Reads the reports that the options name and prints them in input order. What cannot be read is said on standard error,
/// and the rest goes on.
pub(super) fn print(
    args: &ReportArgs,
    out: &mut Out,
    printer: &Printer<'_>,
) -> anyhow::Result<Summary> {
    let sources = input::find(&paths(&args.paths)?);
    // The program ends once all is printed: the system takes memory back at once, faster than it is handed back piece by piece.
    let analyzer = ManuallyDrop::new(analyzer(&args.knowledge)?);
    let basis = (printer.basis)(analyzer.codes())?;
    let render = |number: usize, source: &Result<Source>| -> anyhow::Result<Rendered> {
        // The errors of this crate say all there is to say in one line.
        let source = source.as_ref().map_err(|e| anyhow!("{e}"))?;
        let reading = read(&analyzer, source, args.date_of_service, printer.trace)?;
        let amounts = basis
            .as_ref()
            .map(|b| Amounts::of(&reading.document, analyzer.codes(), b));
        let piece = match (args.format, &amounts) {
            (Format::Html, Some(amounts)) => {
                Piece::Part(html::part_with_amounts(&reading, number, amounts))
            }
            (Format::Html, None) => Piece::Part(html::part(&reading, number, printer.content)),
            (format, amounts) => Piece::Whole((printer.one)(&reading, amounts.as_ref(), format)?),
        };
        Ok(Rendered {
            piece,
            totals: Totals::of(&reading),
            amounts,
        })
    };
    let mut summary = Summary {
        outcome: Outcome::Clean,
        totals: Totals::default(),
        amounts: AmountTotals::default(),
    };
    let mut page = Vec::new();
    let mut frame = Frame {
        format: args.format,
        several: sources.len() > 1,
        pieces: 0,
    };
    frame.open(out, printer)?;
    for (chunk, sources) in sources.chunks(CHUNK).enumerate() {
        let numbered = |(n, source)| render(chunk * CHUNK + n + 1, source);
        // One report alone is read before a thread would have started.
        let pieces: Vec<_> = if sources.len() == 1 {
            sources.iter().enumerate().map(numbered).collect()
        } else {
            sources.par_iter().enumerate().map(numbered).collect()
        };
        for piece in pieces {
            match piece {
                Ok(rendered) => {
                    summary.totals += rendered.totals;
                    if let Some(amounts) = &rendered.amounts {
                        summary.amounts.add(amounts);
                    }
                    match rendered.piece {
                        Piece::Part(part) => page.push(part),
                        Piece::Whole(text) => frame.add(out, &text)?,
                    }
                }
                Err(error) => {
                    summary.outcome = Outcome::Failed;
                    complain(&format!("{error:#}"));
                }
            }
        }
    }
    match args.format {
        Format::Html => out.write(&html::page_with_amounts(
            &page,
            &summary.totals,
            printer.content,
            Some(&summary.amounts),
        ))?,
        _ => frame.close(out)?,
    }
    Ok(summary)
}

/// One report, printed, with what it adds to the summary.
struct Rendered {
    piece: Piece,
    totals: Totals,
    amounts: Option<Amounts>,
}

/// What is printed of one report.
enum Piece {
    Whole(String),
    /// Of an HTML page, which can be put together only at the end.
    Part(html::Part),
}

/// What stands around and between the reports of a format.
struct Frame {
    format: Format,
    several: bool,
    pieces: usize,
}

impl Frame {
    fn open(&self, out: &mut Out, printer: &Printer<'_>) -> anyhow::Result<()> {
        match self.format {
            Format::Json if self.several => out.write("["),
            Format::Csv => out.write(&csv::header(printer.columns)),
            Format::X12 => out.write(x12::HEADER),
            _ => Ok(()),
        }
    }

    fn add(&mut self, out: &mut Out, piece: &str) -> anyhow::Result<()> {
        match self.format {
            Format::Json if self.several => {
                out.write(if self.pieces > 0 { ",\n" } else { "\n" })?;
            }
            Format::Text if self.pieces > 0 => out.write(RULER)?,
            _ => {}
        }
        self.pieces += 1;
        out.write(piece)
    }

    fn close(&self, out: &mut Out) -> anyhow::Result<()> {
        match self.format {
            Format::Json if self.several => out.write("\n]\n"),
            Format::Json if self.pieces > 0 => out.write("\n"),
            _ => Ok(()),
        }
    }
}

/// What stands between reports in the text format.
pub(super) const RULER: &str =
    "\n------------------------------------------------------------------------------\n\n";

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
