//! `ivus check`: suggestions, tally and flags, and for coders what the units are worth.

use super::{
    Out, Outcome,
    args::{AmountArgs, CheckArgs, Format, PaymentFactor, PaymentSite},
    run::{self, Printer, RULER, Trace},
};
use crate::{
    codes::{CodeBook, Factor, PriceBasis, Site},
    error::Result,
    render::{amounts::CoderDocument, csv, explain, fhir, html::Content, text, x12},
};

pub(super) fn run(args: &CheckArgs, mut out: Out) -> anyhow::Result<Outcome> {
    let (colour, explain) = (out.colour, args.explain);
    let printer = Printer {
        content: Content::Check,
        one: &|reading, amounts, format| {
            let document = CoderDocument {
                document: &reading.document,
                amounts,
            };
            Ok(match (format, amounts) {
                (Format::Text, _) => {
                    let why = reading.document.explanation.as_ref().filter(|_| explain);
                    let why = why.map_or_else(String::new, |e| explain::text(e, colour));
                    let worth = amounts.map_or_else(String::new, |a| text::amounts(a, colour));
                    text::check(reading, colour) + &why + &worth
                }
                (Format::Json, _) => serde_json::to_string_pretty(&document)?,
                (Format::Jsonl, _) => serde_json::to_string(&document)? + "\n",
                (Format::Csv, None) => csv::check(reading),
                (Format::Csv, Some(amounts)) => csv::check_with_amounts(reading, amounts),
                (Format::Fhir, _) => fhir::line(reading, fhir::Context::default()),
                (Format::X12, _) => x12::preview(reading),
                (Format::Html, _) => String::new(),
            })
        },
        columns: if args.amounts.site.is_some() {
            csv::AMOUNT_COLUMNS
        } else {
            csv::CHECK_COLUMNS
        },
        trace: if explain { Trace::Full } else { Trace::Brief },
        basis: &|codes| basis(&args.amounts, codes),
    };
    let summary = run::print(&args.reports, &mut out, &printer)?;
    if args.reports.format == Format::Text && summary.totals.reports() > 1 {
        let totals = &summary.totals;
        let worth = summary.amounts.words();
        out.write(&format!(
            "{RULER}{} reports: {}{}\n",
            totals.reports(),
            totals.words(),
            worth.map_or_else(String::new, |w| format!("; {w}"))
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

/// The amounts that the options ask for.
pub(super) fn basis(args: &AmountArgs, codes: &CodeBook) -> Result<Option<PriceBasis>> {
    let Some(site) = args.site else {
        return Ok(None);
    };
    let mut basis = PriceBasis::national(match site {
        PaymentSite::Facility => Site::Facility,
        PaymentSite::Office => Site::Office,
    });
    basis.factor = match args.factor {
        PaymentFactor::Standard => Factor::Standard,
        PaymentFactor::Qualifying => Factor::Qualifying,
    };
    match &args.locality {
        Some(words) => basis
            .in_locality(words, &codes.tables().localities)
            .map(Some),
        None => Ok(Some(basis)),
    }
}
