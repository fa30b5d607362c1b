//! `ivus check`: suggestions, tally and flags.

use super::{
    Out, Outcome,
    args::{CheckArgs, Format},
    run::{self, Printer, RULER, Trace},
};
use crate::render::{csv, explain, html::Content, text};

pub(super) fn run(args: &CheckArgs, mut out: Out) -> anyhow::Result<Outcome> {
    let (colour, explain) = (out.colour, args.explain);
    let printer = Printer {
        content: Content::Check,
        one: &|reading, format| {
            Ok(match format {
                Format::Text => {
                    let why = reading.document.explanation.as_ref().filter(|_| explain);
                    let why = why.map_or_else(String::new, |e| explain::text(e, colour));
                    text::check(reading, colour) + &why
                }
                Format::Json => serde_json::to_string_pretty(&reading.document)?,
                Format::Jsonl => serde_json::to_string(&reading.document)? + "\n",
                Format::Csv => csv::check(reading),
                Format::Html => String::new(),
            })
        },
        columns: csv::CHECK_COLUMNS,
        trace: if explain { Trace::Full } else { Trace::Brief },
    };
    let summary = run::print(&args.reports, &mut out, &printer)?;
    if args.reports.format == Format::Text && summary.totals.reports() > 1 {
        let totals = &summary.totals;
        out.write(&format!(
            "{RULER}{} reports: {}\n",
            totals.reports(),
            totals.words()
        ))?;
    }
    out.finish()?;
    let flagged = summary.totals.is_flagged() && !args.reports.exit_zero;
    Ok(summary.outcome.max(if flagged {
        Outcome::Flagged
    } else {
        Outcome::Clean
    }))
}
