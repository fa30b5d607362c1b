//! Decisions of finished reports as files, limited to some of them.

use maud::{Markup, html};

use super::{answer::Answer, ask::Ask, layout};
use crate::queue::{
    Outcome, Refusal,
    board::Filter,
    leaving::{self, archive::Archive},
    time::{self, DAY},
};

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
    (
        "gold.zip",
        "gold labels, a text and its labels a report, which ivus eval and ivus lexicon fit read when it is unpacked",
    ),
];

/// The most reports in one file, which is made at once and within the time of a request.
const MOST: i64 = 5000;

/// What the files are limited to, as the address tells it.
const LIMITS: [&str; 6] = [
    "site",
    "physician",
    "from",
    "until",
    "done_from",
    "done_until",
];

fn filter(ask: &Ask<'_>) -> Outcome<Filter> {
    let own = |name: &str| ask.param(name).to_owned();
    let day = |name: &str| match ask.param(name) {
        "" => Ok(None),
        text => time::day(text)
            .map(Some)
            .ok_or_else(|| Refusal::invalid("a day is written as 2026-11-22")),
    };
    day("from").and(day("until"))?;
    Ok(Filter {
        state: "done".to_owned(),
        site: own("site"),
        physician: own("physician"),
        from: own("from"),
        until: own("until"),
        done_from: day("done_from")?,
        done_before: day("done_until")?.map(|begins| begins + DAY),
        ..Filter::default()
    })
}

/// The limits behind the `?`, with what goes before it.
fn address(ask: &Ask<'_>, path: &str, more: &[(&str, &str)]) -> String {
    let own = LIMITS.map(|name| (name, ask.param(name)));
    let parts: Vec<_> = more.iter().copied().chain(own).collect();
    let parts: Vec<_> = parts
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .collect();
    match serde_urlencoded::to_string(parts) {
        Ok(query) if !query.is_empty() => format!("{path}?{query}"),
        _ => path.to_owned(),
    }
}

/// The page.
pub(super) fn page(ask: &Ask<'_>) -> Outcome<Answer> {
    let (filter, wrong) = match filter(ask) {
        Ok(filter) => (filter, String::new()),
        Err(Refusal::Invalid(words)) => (
            Filter {
                state: "done".to_owned(),
                ..Filter::default()
            },
            words,
        ),
        Err(other) => return Err(other),
    };
    let (chosen, undated) = ask.desk().to_export(ask.actor(), &filter)?;
    let done = ask.desk().counts(ask.actor(), "done")?.done;
    let body = html! {
        h1 { "Export" }
        p { "The decisions in force of finished reports. Each report that leaves is noted in the audit log, with the form in which it left." }
        @if done == 0 {
            p.empty { "No report is finished yet. A report is finished on its own page, when each suggestion has a decision and no hold is open." }
        } @else if !ask.is_writing() {
            p.empty { "Nothing can be exported at the moment: what leaves is noted, and nothing is saved." }
        } @else {
            (limits(ask)?)
            (layout::wrong(&wrong))
            @if wrong.is_empty() { (files(ask, done, chosen, undated)) }
        }
        p.note {
            "No text of a report is in them but the words a FHIR charge rests on; the gold labels hold the whole texts. Decisions on an older \
            text leave as CSV and JSONL alone, marked as stale. At most " (MOST) " reports leave in one file; "
            code { "ivus queue export" } " knows no such limit."
        }
    };
    Ok(layout::page(ask, "Export", &body))
}

/// The files that can be had, or why none can.
fn files(ask: &Ask<'_>, done: i64, chosen: i64, undated: i64) -> Markup {
    let are = |n: i64| if n == 1 { "report is" } else { "reports are" };
    let by_finish = LIMITS[4..].iter().any(|name| !ask.param(name).is_empty());
    html! {
        p role="status" {
            @if chosen == done { (done) " " (are(done)) " finished" } @else { (chosen) " of " (done) " finished reports " (if chosen == 1 { "is" } else { "are" }) " chosen" }
            // The list knows nothing of when a report was finished.
            @if chosen > 0 && !by_finish { "; " a href=(address(ask, "/reports", &[("state", "done")])) { "show them" } }
            "."
            @if undated > 0 { " " (undated) " of them " (if undated == 1 { "has" } else { "have" }) " no date of service, and so no HL7 charge." }
        }
        @if chosen > MOST {
            p.wrong role="alert" { "These are more than leave in one file. Choose fewer, such as by the days on which they were finished." }
        } @else if chosen > 0 {
            ul { @for (name, words) in FORMS { li { a href=(address(ask, &format!("/export/{name}"), &[])) { (name) } ": " (words) } } }
        }
    }
}

fn limits(ask: &Ask<'_>) -> Outcome<Markup> {
    let counts = ask.desk().counts(ask.actor(), "done")?;
    let chosen = |options: &[String], name: &str, label: &str| -> Markup {
        html! {
            label { (label)
                select name=(name) {
                    option value="" { "all" }
                    @for option in options { option value=(option) selected[option == ask.param(name)] { (option) } }
                }
            }
        }
    };
    let day = |name: &str, label: &str| -> Markup {
        html! { label { (label) input type="date" name=(name) value=(ask.param(name)); } }
    };
    Ok(html! {
        form.filter method="get" action="/export" role="search" aria-label="Which reports" {
            (chosen(&counts.physicians, "physician", "Physician"))
            (chosen(&counts.sites, "site", "Site"))
            (day("from", "Date of service from"))
            (day("until", "Until"))
            (day("done_from", "Finished from (UTC)"))
            (day("done_until", "Until"))
            button type="submit" { "Choose" }
            a href="/export" { "Reset" }
        }
    })
}

/// A file.
pub(super) fn file(ask: &Ask<'_>) -> Outcome<Answer> {
    let name = ask.part("form");
    let Some((name, _)) = FORMS.iter().find(|(n, _)| *n == name) else {
        return Err(Refusal::Unknown);
    };
    let filter = filter(ask)?;
    let (chosen, _) = ask.desk().to_export(ask.actor(), &filter)?;
    if chosen > MOST {
        return Err(Refusal::Invalid(format!(
            "{chosen} reports are chosen and at most {MOST} leave in one file; choose fewer, such as by the days on which they were finished"
        )));
    }
    let (kind, told) = written(ask, name, &filter)?;
    Ok(Answer::file(kind, told).download(name))
}

/// The media type and the bytes of a file.
fn written(ask: &Ask<'_>, name: &str, filter: &Filter) -> Outcome<(&'static str, Vec<u8>)> {
    let (desk, actor) = (ask.desk(), ask.actor());
    let json = |what: serde_json::Result<String>| {
        what.map_err(|_| Refusal::Fault("a report cannot be written as JSON".to_owned()))
    };
    let mut told = String::new();
    let kind = match name {
        "decisions.csv" => {
            told = leaving::csv::header();
            desk.export(actor, filter, name, |one| {
                told.push_str(&leaving::csv::rows(&one));
                Ok(())
            })?;
            "text/csv; charset=utf-8"
        }
        "decisions.jsonl" => {
            desk.export(actor, filter, name, |one| {
                told.push_str(&json(serde_json::to_string(&one))?);
                told.push('\n');
                Ok(())
            })?;
            "application/x-ndjson"
        }
        "decisions.hl7" => {
            desk.export(actor, filter, name, |one| {
                // A report without a date has no charge; the page tells how many there are.
                let message = leaving::dft::message(&one).ok().flatten();
                told.push_str(&message.unwrap_or_default());
                Ok(())
            })?;
            "x-application/hl7-v2+er7"
        }
        "gold.zip" => {
            let (mut archive, mut stems) = (Archive::default(), leaving::gold::Stems::default());
            desk.export_read(actor, filter, name, |one, version, reading| {
                let stem = stems.next(&one.report_id, version.report);
                match leaving::gold::labels(&one, reading, &stem) {
                    Some(labels) => archive.add(&stem, &version.text, &labels),
                    None => Ok(()),
                }
            })?;
            return Ok(("application/zip", archive.finish()?));
        }
        _ => {
            desk.export_read(actor, filter, name, |one, _, reading| {
                let bundle = leaving::bundle(&one, reading);
                told.push_str(&json(serde_json::to_string(&bundle))?);
                told.push('\n');
                Ok(())
            })?;
            "application/fhir+ndjson"
        }
    };
    Ok((kind, told.into_bytes()))
}
