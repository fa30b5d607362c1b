//! Decisions of finished reports as files.

use maud::html;

use super::{answer::Answer, ask::Ask, layout};
use crate::queue::{Outcome, Refusal, board::Filter, leaving};

/// The forms: name in the address, what it is.
const FORMS: &[(&str, &str)] = &[
    ("decisions.csv", "CSV, a row a decision, for a spreadsheet"),
    ("decisions.jsonl", "JSONL, an object a report"),
    (
        "decisions.fhir.ndjson",
        "FHIR R4, a Bundle a report with a ChargeItem for each code",
    ),
    (
        "decisions.hl7",
        "HL7 v2 DFT^P03, a message a report with a date of service",
    ),
];

/// The page.
pub(super) fn page(ask: &Ask<'_>) -> Outcome<Answer> {
    let done = ask.desk().counts(ask.actor(), "done")?.done;
    let body = html! {
        h1 { "Export" }
        p { "The decisions in force of finished reports. Each report that leaves is noted in the audit log." }
        @if done == 0 {
            p.empty { "No report is finished yet. A report is finished on its own page, when each suggestion has a decision and no hold is open." }
        } @else {
            p { (done) @if done == 1 { " report is" } @else { " reports are" } " finished; " a href="/reports?state=done" { "show them" } "." }
            ul {
                @for (name, words) in FORMS { li { a href=(format!("/export/{name}")) { (name) } ": " (words) } }
            }
        }
        p.note { "No text of a report is in them but the words a FHIR charge rests on. Gold labels, with the texts, leave by "
            code { "ivus queue export --format gold" } "." }
    };
    Ok(layout::page(ask, "Export", &body))
}

/// A file.
pub(super) fn file(ask: &Ask<'_>) -> Outcome<Answer> {
    let name = ask.part("form");
    let Some((name, _)) = FORMS.iter().find(|(n, _)| *n == name) else {
        return Err(Refusal::Unknown);
    };
    let filter = Filter {
        state: "done".to_owned(),
        ..Filter::default()
    };
    let mut told = String::new();
    let json = |what: serde_json::Result<String>| {
        what.map_err(|_| Refusal::Fault("a report cannot be written as JSON".to_owned()))
    };
    let (desk, actor) = (ask.desk(), ask.actor());
    let kind = match *name {
        "decisions.csv" => {
            told = leaving::csv::header();
            desk.export(actor, &filter, |one| {
                told.push_str(&leaving::csv::rows(&one));
                Ok(())
            })?;
            "text/csv; charset=utf-8"
        }
        "decisions.jsonl" => {
            desk.export(actor, &filter, |one| {
                told.push_str(&json(serde_json::to_string(&one))?);
                told.push('\n');
                Ok(())
            })?;
            "application/x-ndjson"
        }
        "decisions.hl7" => {
            desk.export(actor, &filter, |one| {
                // A report without a date has no charge; the command line names it.
                told.push_str(
                    &leaving::dft::message(&one)
                        .ok()
                        .flatten()
                        .unwrap_or_default(),
                );
                Ok(())
            })?;
            "x-application/hl7-v2+er7"
        }
        _ => {
            desk.export_read(actor, &filter, |one, _, reading| {
                told.push_str(&json(serde_json::to_string(&leaving::bundle(
                    &one, reading,
                )))?);
                told.push('\n');
                Ok(())
            })?;
            "application/fhir+ndjson"
        }
    };
    Ok(Answer::file(kind, told).download(name))
}
