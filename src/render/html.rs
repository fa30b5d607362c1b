//! The HTML format: one self-contained page for a run, a summary table and then each report with its evidence marked.
//! No script, nothing loaded from elsewhere; report text is escaped.

use std::collections::BTreeSet;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{
    Page, Reading, SEVERITIES, Totals, declined, disposition_words, findings_words, ivus_words,
    line_numbers, placements, role_words, vessel_words,
};
use crate::render::{
    amounts::{AmountTotals, Amounts, Sum},
    json::Quote,
};

const STYLE: &str = include_str!("page.css");

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

/// The roles in the order of the legend, with the letter that stands at each mark. Where marks overlap the first counts.
const ROLES: [(&str, &str); 10] = [
    ("vessel", "V"),
    ("finding", "F"),
    ("necessity", "R"),
    ("lesion", "L"),
    ("ivus", "U"),
    ("movement", "M"),
    ("access", "A"),
    ("procedure", "P"),
    ("modifier", "C"),
    ("date", "D"),
];

/// Sides are shown with the vessels they belong to.
fn shown_role(role: &str) -> &str {
    if role == "side" { "vessel" } else { role }
}

fn legend() -> Markup {
    html! {
        p.legend {
            span.note { "Marked in the text: " }
            @for (role, letter) in ROLES {
                mark class=(format!("m {role}")) data-l=(letter) { (role_words(role)) }
                " "
            }
        }
    }
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

fn badge(disposition: &str) -> Markup {
    let (word, meaning) = disposition_words(disposition);
    html! { span class=(format!("badge {disposition}")) title=(meaning) { (word) } }
}

fn section(reading: &Reading, number: usize, content: Content, worth: Option<&Amounts>) -> Markup {
    let document = &reading.document;
    let engine = &document.engine;
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
                    @if content == Content::Check { (told(reading, number, worth)) }
                    @else { (looks(reading, number)) }
                    (around(reading, number, content))
                    @if content == Content::Check { (catheters(reading, number)) }
                }
                (marked_text(reading, number, content))
            }
        }
    }
}

/// Units, vessels, what was not counted, and flags.
fn told(reading: &Reading, number: usize, worth: Option<&Amounts>) -> Markup {
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
                                @if let Some(look) = look { " " (links(number, look.evidence.iter())) }
                            }
                            @if let Some(look) = look {
                                td.short[look.findings.is_empty()] {
                                    @if look.findings.is_empty() { "not stated" } @else { (findings_words(look)) }
                                }
                                td.short[look.necessity.state != "stated"] {
                                    (reason(look.necessity.state)) " " (links(number, look.necessity.evidence.iter()))
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
                        li { (flag.message) " " span.note { (flag.rule) " " (flag.name) } " " (links(number, flag.evidence.iter())) }
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
                        (group.reason) " " span.note { (group.rule) } " " (links(number, group.evidence.iter().copied()))
                    }
                }
            }
        }
    }
}

/// What the units are worth, and what is not known.
fn amounts(worth: &Amounts) -> Markup {
    let told = |amount: &Option<String>| amount.clone().unwrap_or_else(|| "unknown".to_owned());
    html! {
        h3 { "Amounts in US dollars" }
        p.note { (worth.words()) "." }
        table {
            thead { tr {
                th { "Code" } th.number { "One unit" } th.number { "Performed" } th.number { "Supported" }
                th.number { "A query could recover" }
            } }
            tbody {
                @for line in &worth.lines {
                    tr {
                        td.code { (line.code) }
                        td.number { (told(&line.each)) }
                        (sum_cells(&line.sum))
                    }
                }
                @if worth.lines.len() > 1 { tr { td { "all" } td {} (sum_cells(&worth.sum)) } }
            }
        }
        @for reason in worth.unknown() { p.note { "Unknown: " (reason) "." } }
    }
}

fn sum_cells(sum: &Sum) -> Markup {
    html! {
        @for amount in [&sum.performed, &sum.supported, &sum.recoverable] {
            td.number { (amount.as_deref().unwrap_or("unknown")) }
        }
    }
}

/// A sentence's start.
fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn reason(state: &str) -> &'static str {
    match state {
        "stated" => "stated",
        "general" => "only general",
        _ => "not stated",
    }
}

/// Every vessel the text ties to IVUS.
fn looks(reading: &Reading, number: usize) -> Markup {
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
                            td { (vessel_words(&super::key(look.side, &look.vessel))) " " (links(number, look.evidence.iter())) }
                            td { (look.status) }
                            td { (look.basis) }
                            td { (findings_words(look)) }
                            td { (reason(look.necessity.state)) " " (links(number, look.necessity.evidence.iter())) }
                        }
                    }
                }
            }
        }
    }
}

/// The catheter placements with their codes.
fn catheters(reading: &Reading, number: usize) -> Markup {
    let found = &reading.document.coding.catheter_placements;
    html! {
        @if !found.is_empty() {
            h3 { "Catheter placement" }
            ul {
                @for p in found {
                    li {
                        b { (p.code) } " " (placements::way(p)) ": " (placements::order(p)) " " (links(number, p.evidence.iter()))
                        @if let Some(held) = placements::held(p) { " " (capital(&held)) "." }
                        " " span class="note" { (capital(&p.reason)) "." }
                    }
                }
            }
        }
    }
}

/// What stands around the IVUS study: lesions, access, catheters and procedures, and what they amount to.
fn around(reading: &Reading, number: usize, content: Content) -> Markup {
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
        @if p.status != "performed" { " (" (p.status) ")" } " " (links(number, p.evidence.iter()))
    }).collect()));
    rows.push(("Lesions", encounter.lesions.iter().map(|l| html! {
        (l.vessels.iter().map(|v| vessel_words(v)).collect::<Vec<_>>().join(", "))
        @if l.contiguous { ": one contiguous lesion" } @else { ": not contiguous" } " " (links(number, l.evidence.iter()))
    }).collect()));
    rows.push((
        "Access",
        encounter
            .access
            .iter()
            .map(|a| {
                html! {
                    (name(a.side, &a.vessel)) " " (links(number, a.evidence.iter()))
                }
            })
            .collect(),
    ));
    rows.push(("Catheters", encounter.catheter_moves.iter().map(|m| html! {
        (m.device.replace('-', " ").replace("ivus", "IVUS")) " to " (name(m.side, &m.vessel))
        @if m.status != "performed" { " (" (m.status) ")" } " " (links(number, m.evidence.iter()))
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

/// Links to the lines on which quotes stand.
fn links<'a>(number: usize, quotes: impl IntoIterator<Item = &'a Quote>) -> Markup {
    let lines = line_numbers(quotes);
    html! {
        @if !lines.is_empty() {
            span.lines {
                @for (n, line) in lines.iter().take(6).enumerate() {
                    @if n > 0 { " " }
                    a href=(format!("#r{number}l{line}")) title=(format!("line {line}")) { (line) }
                }
                @if lines.len() > 6 { " ..." }
            }
        }
    }
}

/// The report's text, line by line, with the evidence marked.
fn marked_text(reading: &Reading, number: usize, content: Content) -> Markup {
    let page = Page::new(&reading.report.text);
    let mut marks: Vec<Vec<(std::ops::Range<usize>, &str)>> = vec![Vec::new(); page.lines.len()];
    for quote in quotes(reading, content) {
        for (line, at) in page.parts(quote) {
            marks[line - 1].push((at, shown_role(quote.role)));
        }
    }
    html! {
        div.text {
            @for (n, marks) in marks.iter().enumerate() {
                div.line id=(format!("r{number}l{}", n + 1)) {
                    span.n { (n + 1) }
                    span.t { (marked_line(page.line(n + 1), marks)) }
                }
            }
        }
    }
}

/// A line cut where marks begin and end; of overlapping marks the first in the legend's order is shown, all are named.
fn marked_line(line: &str, marks: &[(std::ops::Range<usize>, &str)]) -> Markup {
    let mut cuts: BTreeSet<usize> = marks
        .iter()
        .flat_map(|(at, _)| [at.start, at.end])
        .collect();
    cuts.extend([0, line.len()]);
    let cuts: Vec<usize> = cuts.into_iter().collect();
    let mut pieces: Vec<(String, Vec<&str>)> = Vec::new();
    for pair in cuts.windows(2) {
        let words = line.get(pair[0]..pair[1]).unwrap_or_default();
        let covers = |role: &str| {
            marks
                .iter()
                .any(|(at, r)| *r == role && at.start <= pair[0] && pair[1] <= at.end)
        };
        let roles: Vec<&str> = ROLES
            .iter()
            .map(|(r, _)| *r)
            .filter(|r| covers(r))
            .collect();
        match pieces.last_mut() {
            Some((text, last)) if *last == roles => text.push_str(words),
            _ => pieces.push((words.to_owned(), roles)),
        }
    }
    html! {
        @for (words, roles) in &pieces {
            @if let Some(role) = roles.first() {
                @let letter = ROLES.iter().find(|(r, _)| r == role).map_or("", |(_, l)| *l);
                @let names: Vec<&str> = roles.iter().map(|r| role_words(r)).collect();
                mark class=(format!("m {role}")) data-l=(letter) title=(names.join(", ")) { (words) }
            } @else { (words) }
        }
    }
}

/// Every quote of a document that is shown.
fn quotes(reading: &Reading, content: Content) -> Vec<&Quote> {
    let (encounter, coding) = (&reading.document.encounter, &reading.document.coding);
    let mut all: Vec<&Quote> = Vec::new();
    for look in &encounter.interrogations {
        all.extend(&look.evidence);
        all.extend(look.findings.iter().map(|f| &f.evidence));
        all.extend(&look.necessity.evidence);
    }
    all.extend(encounter.lesions.iter().flat_map(|l| &l.evidence));
    all.extend(encounter.access.iter().flat_map(|a| &a.evidence));
    all.extend(encounter.catheter_moves.iter().flat_map(|m| &m.evidence));
    all.extend(encounter.procedures.iter().flat_map(|p| &p.evidence));
    if content == Content::Check {
        all.extend(coding.lines.iter().flat_map(|l| &l.evidence));
        all.extend(coding.not_counted.iter().flat_map(|n| &n.evidence));
        all.extend(coding.catheter_placements.iter().flat_map(|p| &p.evidence));
        all.extend(reading.document.flags.iter().flat_map(|f| &f.evidence));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_marks_are_cut_and_the_text_is_escaped() {
        let line = "left <iliac> vein & more";
        let drawn = marked_line(line, &[(0..17, "access"), (5..17, "vessel")]).into_string();
        assert_eq!(
            drawn,
            "<mark class=\"m access\" data-l=\"A\" title=\"access\">left </mark>\
             <mark class=\"m vessel\" data-l=\"V\" title=\"vessel, access\">&lt;iliac&gt; vein</mark> &amp; more"
        );
    }
}
