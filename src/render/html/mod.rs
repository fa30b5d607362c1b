//! The HTML format: one self-contained page for a run, a summary table and then each report with its evidence marked.
//! No script, nothing loaded from elsewhere; report text is escaped.

use std::collections::BTreeSet;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{
    Reading, SEVERITIES, Totals, declined, disposition_words, findings_words, ivus_words,
    placements, vessel_words,
};
mod marks;

use crate::render::amounts::{AmountTotals, Amounts, Sum};

pub(crate) use marks::{Mark, legend, links, marked_text, quotes};

pub(crate) const STYLE: &str = include_str!("../page.css");

/// What the page tells of each report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Suggested units, flags and the encounter.
    Check,
    /// The encounter alone.
    Extract,
}

/// A report's part of the page: its row in the summary, and its section.
#[derive(Clone, Debug)]
pub struct Part {
    row: String,
    section: String,
}

/// Renders the part of one report; `number` counts the reports of the page from 1.
#[must_use]
pub fn part(reading: &Reading, number: usize, content: Content) -> Part {
    Part {
        row: summary_row(reading, number, content).into_string(),
        section: section(reading, number, content, None).into_string(),
    }
}

/// Renders the part of one report for coders, with what its units are worth.
#[must_use]
pub fn part_with_amounts(reading: &Reading, number: usize, worth: &Amounts) -> Part {
    Part {
        row: summary_row(reading, number, Content::Check).into_string(),
        section: section(reading, number, Content::Check, Some(worth)).into_string(),
    }
}

/// Joins the parts to a page.
#[must_use]
pub fn page(parts: &[Part], totals: &Totals, content: Content) -> String {
    page_with_amounts(parts, totals, content, None)
}

/// Joins the parts to a page, with what all units are worth.
#[must_use]
pub fn page_with_amounts(
    parts: &[Part],
    totals: &Totals,
    content: Content,
    worth: Option<&AmountTotals>,
) -> String {
    let title = match content {
        Content::Check => "IVUS coding review",
        Content::Extract => "IVUS in procedure reports",
    };
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { (title) }
                    p.note {
                        (parts.len()) @if parts.len() == 1 { " report" } @else { " reports" }
                        " read by ivus " (env!("CARGO_PKG_VERSION"))
                        @if content == Content::Check {
                            ": " (totals.words())
                            @if let Some(worth) = worth.and_then(AmountTotals::words) { "; " (worth) }
                            ". Suggestions for a coder, each with the words it rests on; the decision is the coder's."
                        }
                    }
                }
                main {
                    div.scroll {
                        table.summary {
                            thead { tr {
                                th { "Report" } th { "Date" }
                                @match content {
                                    Content::Check => {
                                        th { "Next step" }
                                        th.number title="units performed: first vessel + further vessels" { "Units" }
                                        th.number title="units the text supports as it stands" { "Supported" }
                                        th { "Confidence" } th { "Vessels counted" } th { "Flags" }
                                    }
                                    Content::Extract => { th { "IVUS" } th { "Vessels tied to IVUS" } }
                                }
                            } }
                            tbody { @for part in parts { (PreEscaped(&part.row)) } }
                        }
                    }
                    (legend())
                    @for part in parts { (PreEscaped(&part.section)) }
                }
            }
        }
    };
    markup.into_string()
}

fn summary_row(reading: &Reading, number: usize, content: Content) -> Markup {
    let document = &reading.document;
    let coding = &document.coding;
    let counted: Vec<String> = reading
        .counted()
        .iter()
        .map(|(v, _)| vessel_words(v))
        .collect();
    let totals = Totals::of(reading);
    let lowest = ["low", "medium", "high"]
        .into_iter()
        .find(|c| coding.lines.iter().any(|l| l.confidence == *c));
    let flags: BTreeSet<&str> = document
        .flags
        .iter()
        .filter(|f| f.severity != "info")
        .map(|f| f.name)
        .collect();
    html! {
        tr {
            td { a href=(format!("#r{number}")) { (document.report.id) } }
            td.date { (document.report.date_of_service.as_deref().unwrap_or("none found")) }
            @match content {
                Content::Check => {
                    td { (badge(coding.disposition)) }
                    td.number { (totals.units) }
                    td.number.short[totals.supported < totals.units] { (totals.supported) }
                    td { (lowest.unwrap_or("")) }
                    td { (counted.join(", ")) }
                    td { (flags.into_iter().collect::<Vec<_>>().join(", ")) }
                }
                Content::Extract => {
                    td { (ivus_words(document.encounter.ivus)) }
                    td {
                        @for (n, look) in document.encounter.interrogations.iter().enumerate() {
                            @if n > 0 { ", " }
                            (vessel_words(&super::key(look.side, &look.vessel)))
                            @if look.status != "performed" { " (" (look.status) ")" }
                        }
                    }
                }
            }
        }
    }
}

pub(crate) fn badge(disposition: &str) -> Markup {
    let (word, meaning) = disposition_words(disposition);
    html! { span class=(format!("badge {disposition}")) title=(meaning) { (word) } }
}

fn section(reading: &Reading, number: usize, content: Content, worth: Option<&Amounts>) -> Markup {
    let document = &reading.document;
    let engine = &document.engine;
    let lines = format!("r{number}l");
    let marks: Vec<Mark<'_>> = quotes(reading, content)
        .into_iter()
        .map(Mark::plain)
        .collect();
    html! {
        section.report id=(format!("r{number}")) {
            h2 {
                (document.report.id) " "
                @if content == Content::Check { (badge(document.coding.disposition)) }
            }
            p.note {
                @match &document.report.date_of_service {
                    Some(date) => { "Date of service " (date) }
                    None => { "No date of service found" }
                }
                @if let Some(payer) = &engine.payer { ". Payer " (payer) }
                ". Policy " (engine.policy) ", code set " (engine.code_set)
                @if let Some(tables) = &engine.tables { ", tables " (tables.files.join(", ")) }
                "."
                @if let Some(source) = &document.report.source { " " (source) }
            }
            div.columns {
                div.told {
                    @if content == Content::Check { (told(reading, &lines, worth)) }
                    @else { (looks(reading, &lines)) }
                    (around(reading, &lines, content))
                    @if content == Content::Check { (catheters(reading, &lines)) }
                }
                (marked_text(&reading.report.text, &marks, &lines, false))
            }
        }
    }
}

/// Units, vessels, what was not counted, and flags.
fn told(reading: &Reading, lines: &str, worth: Option<&Amounts>) -> Markup {
    let document = &reading.document;
    let coding = &document.coding;
    let groups = declined(document);
    html! {
        p { (capital(ivus_words(document.encounter.ivus))) "; " (disposition_words(coding.disposition).1) "." }
        @if !coding.lines.is_empty() {
            h3 { "Suggested units" }
            table {
                thead { tr {
                    th { "Code" } th.number { "Performed" } th.number { "Supported" } th { "Confidence" } th { "Vessels" }
                } }
                tbody {
                    @for line in &coding.lines {
                        tr {
                            td.code { (line.code) }
                            td.number { (line.units) }
                            td.number.short[line.units_supported < line.units] { (line.units_supported) }
                            td { (line.confidence) }
                            td { (line.vessels.iter().map(|v| vessel_words(v)).collect::<Vec<_>>().join(", ")) }
                        }
                    }
                }
            }
            @if let Some(worth) = worth { (amounts(worth)) }
            h3 { "Vessels counted" }
            table {
                thead { tr { th { "Vessel" } th { "IVUS showed" } th { "Reason for IVUS" } } }
                tbody {
                    @for (vessel, look) in reading.counted() {
                        tr {
                            td {
                                (vessel_words(vessel))
                                @if let Some(look) = look { " " (links(lines, look.evidence.iter())) }
                            }
                            @if let Some(look) = look {
                                td.short[look.findings.is_empty()] {
                                    @if look.findings.is_empty() { "not stated" } @else { (findings_words(look)) }
                                }
                                td.short[look.necessity.state != "stated"] {
                                    (reason(look.necessity.state)) " " (links(lines, look.necessity.evidence.iter()))
                                }
                            } @else { td {} td {} }
                        }
                    }
                }
            }
        }
        @for (severity, title) in SEVERITIES {
            @let flags: Vec<_> = document.flags.iter().filter(|f| f.severity == severity).collect();
            @if !flags.is_empty() {
                h3 { (title) }
                ul class=(format!("flags {severity}")) {
                    @for flag in flags {
                        li { (flag.message) " " span.note { (flag.rule) " " (flag.name) } " " (links(lines, flag.evidence.iter())) }
                    }
                }
            }
        }
        @if !groups.is_empty() {
            h3 { "Not counted" }
            ul {
                @for group in &groups {
                    li {
                        @if !group.vessels.is_empty() {
                            (group.vessels.iter().map(|v| vessel_words(v)).collect::<Vec<_>>().join(", ")) ": "
                        }
                        (group.reason) " " span.note { (group.rule) } " " (links(lines, group.evidence.iter().copied()))
                    }
                }
            }
        }
    }
}

/// What the units are worth, and what is not known.
pub(crate) fn amounts(worth: &Amounts) -> Markup {
    let told = |amount: &Option<String>| amount.clone().unwrap_or_else(|| "unknown".to_owned());
    html! {
        h3 { "Amounts in US dollars" }
        p.note { (worth.words()) "." }
        div.scroll { table.rows {
            thead { tr {
                th { "Code" } th.number { "One unit" } th.number { "Performed" } th.number { "Supported" }
                th.number { "A query could recover" }
            } }
            tbody {
                @for line in &worth.lines {
                    tr {
                        td.code { (line.code) }
                        td.number data-l="One unit" { (told(&line.each)) }
                        (sum_cells(&line.sum))
                    }
                }
                @if worth.lines.len() > 1 { tr { td { "all" } td {} (sum_cells(&worth.sum)) } }
            }
        } }
        @for reason in worth.unknown() { p.note { "Unknown: " (reason) "." } }
    }
}

fn sum_cells(sum: &Sum) -> Markup {
    html! {
        @for (column, amount) in [
            ("Performed", &sum.performed),
            ("Supported", &sum.supported),
            ("A query could recover", &sum.recoverable),
        ] {
            td.number data-l=(column) { (amount.as_deref().unwrap_or("unknown")) }
        }
    }
}

/// A sentence's start.
pub(crate) fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

pub(crate) fn reason(state: &str) -> &'static str {
    match state {
        "stated" => "stated",
        "general" => "only general",
        _ => "not stated",
    }
}

/// Every vessel the text ties to IVUS.
pub(crate) fn looks(reading: &Reading, lines: &str) -> Markup {
    let encounter = &reading.document.encounter;
    html! {
        p { (capital(ivus_words(encounter.ivus))) "." }
        @if !encounter.interrogations.is_empty() {
            h3 { "Vessels tied to IVUS" }
            table {
                thead { tr { th { "Vessel" } th { "Status" } th { "Known from" } th { "IVUS showed" } th { "Reason" } } }
                tbody {
                    @for look in &encounter.interrogations {
                        tr {
                            td { (vessel_words(&super::key(look.side, &look.vessel))) " " (links(lines, look.evidence.iter())) }
                            td { (look.status) }
                            td { (look.basis) }
                            td { (findings_words(look)) }
                            td { (reason(look.necessity.state)) " " (links(lines, look.necessity.evidence.iter())) }
                        }
                    }
                }
            }
        }
    }
}

/// The catheter placements with their codes.
fn catheters(reading: &Reading, lines: &str) -> Markup {
    let found = &reading.document.coding.catheter_placements;
    html! {
        @if !found.is_empty() {
            h3 { "Catheter placement" }
            ul {
                @for p in found {
                    li {
                        b { (p.code) } " " (placements::way(p)) ": " (placements::order(p)) " " (links(lines, p.evidence.iter()))
                        @if let Some(held) = placements::held(p) { " " (capital(&held)) "." }
                        " " span class="note" { (capital(&p.reason)) "." }
                    }
                }
            }
        }
    }
}

/// What stands around the IVUS study: lesions, access, catheters and procedures, and what they amount to.
pub(crate) fn around(reading: &Reading, lines: &str, content: Content) -> Markup {
    let (encounter, coding) = (&reading.document.encounter, &reading.document.coding);
    let name = |side: &str, vessel: &str| vessel_words(&super::key(side, vessel));
    let mut rows: Vec<(&str, Vec<Markup>)> = Vec::new();
    rows.push((
        "Base procedures",
        coding
            .base_procedures
            .iter()
            .map(|c| html! { (c) })
            .collect(),
    ));
    rows.push(("Procedures", encounter.procedures.iter().map(|p| html! {
        (p.procedure.replace('-', " "))
        @if let Some(site) = &p.site { ", " (vessel_words(site)) }
        " " (p.codes.join("/"))
        @if p.status != "performed" { " (" (p.status) ")" } " " (links(lines, p.evidence.iter()))
    }).collect()));
    rows.push(("Lesions", encounter.lesions.iter().map(|l| html! {
        (l.vessels.iter().map(|v| vessel_words(v)).collect::<Vec<_>>().join(", "))
        @if l.contiguous { ": one contiguous lesion" } @else { ": not contiguous" } " " (links(lines, l.evidence.iter()))
    }).collect()));
    rows.push((
        "Access",
        encounter
            .access
            .iter()
            .map(|a| {
                html! {
                    (name(a.side, &a.vessel)) " " (links(lines, a.evidence.iter()))
                }
            })
            .collect(),
    ));
    rows.push(("Catheters", encounter.catheter_moves.iter().map(|m| html! {
        (m.device.replace('-', " ").replace("ivus", "IVUS")) " to " (name(m.side, &m.vessel))
        @if m.status != "performed" { " (" (m.status) ")" } " " (links(lines, m.evidence.iter()))
    }).collect()));
    let coded = |term: &str| content == Content::Check || term != "Base procedures";
    rows.retain(|(term, told)| !told.is_empty() && coded(term));
    html! {
        @if !rows.is_empty() {
            h3 { "Around the IVUS study" }
            dl {
                @for (term, told) in &rows {
                    dt { (term) }
                    @for one in told { dd { (one) } }
                }
            }
        }
    }
}
