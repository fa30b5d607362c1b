//! `ivus check`: suggestions, tally and flags.

use super::{
    Out, Outcome,
    args::{CheckArgs, Format},
    run::{self, Printer, Trace},
};
use crate::render::{
    csv,
    html::Content,
    text::{self, Totals},
};

pub(super) fn run(args: &CheckArgs, mut out: Out) -> anyhow::Result<Outcome> {
    let colour = out.colour;
    let printer = Printer {
        content: Content::Check,
        one: &|reading, format| {
            Ok(match format {
                Format::Text => text::check(reading, colour),
                Format::Json => serde_json::to_string_pretty(&reading.document)?,
                Format::Jsonl => serde_json::to_string(&reading.document)? + "\n",
                Format::Csv => csv::check(reading),
                Format::Html => String::new(),
            })
        },
        header: csv::header(csv::CHECK_COLUMNS),
        trace: Trace::Brief,
    };
    let mut totals = Totals::default();
    let mut flagged = Outcome::Clean;
    let outcome = run::print(&args.reports, &mut out, &printer, |reading| {
        totals.add(reading);
        if reading.is_flagged() {
            flagged = Outcome::Flagged;
        }
    })?;
    if args.reports.format == Format::Text && totals.reports() > 1 {
        out.line(&format!("\n{}\n{}", "-".repeat(78), totals.words()))?;
    }
    out.finish()?;
    Ok(outcome.max(if args.reports.exit_zero {
        Outcome::Clean
    } else {
        flagged
    }))
}
