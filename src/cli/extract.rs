//! `ivus extract`: the encounter alone, and with `--explain` why each vessel was taken or left.

use super::{
    Out, Outcome,
    args::{ExtractArgs, Format},
    run::{self, Printer, Trace},
};
use crate::render::{csv, html::Content, text};

pub(super) fn run(args: &ExtractArgs, mut out: Out) -> anyhow::Result<Outcome> {
    if matches!(args.reports.format, Format::Fhir | Format::X12) {
        anyhow::bail!("this format tells codes, which extract leaves out; use `ivus check`");
    }
    let (colour, explain) = (out.colour, args.explain);
    let printer = Printer {
        content: Content::Extract,
        one: &|reading, _, format| {
            let document = reading
                .document
                .extract(explain.then_some(reading.trace.as_slice()));
            Ok(match format {
                Format::Text if explain => {
                    text::extract(reading, colour) + &text::trace(reading, colour)
                }
                Format::Text => text::extract(reading, colour),
                Format::Json => serde_json::to_string_pretty(&document)?,
                Format::Jsonl => serde_json::to_string(&document)? + "\n",
                Format::Csv => csv::extract(reading),
                Format::Html | Format::Fhir | Format::X12 => String::new(),
            })
        },
        columns: csv::EXTRACT_COLUMNS,
        trace: if explain { Trace::Full } else { Trace::Brief },
        basis: &|_| Ok(None),
    };
    let summary = run::print(&args.reports, &mut out, &printer)?;
    out.finish()?;
    Ok(summary.outcome)
}
