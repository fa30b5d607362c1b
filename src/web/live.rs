//! The live check: a text that is typed or pasted, its evidence marked and what it lacks told while typing. Nothing is kept.
//! Whoever may not see codes gets words of the text, and neutral sentences and open questions of our own, nothing else.

use std::time::Instant;

use maud::{Markup, PreEscaped, html};

use super::{answer::Answer, ask::Ask, layout, told::LINE, words};
use crate::{
    queue::{
        Outcome, Refusal, Shown,
        gaps::{self, Gap},
        secret,
    },
    render::{
        Reading, SEVERITIES,
        html::{Content, Mark, badge, legend, links, marked_text, quotes},
        json::{FindingDoc, InterrogationDoc, Quote},
        vessel_words,
    },
};

/// The empty page.
#[expect(clippy::unnecessary_wraps, reason = "the type of all page functions")]
pub(super) fn page(ask: &Ask<'_>) -> Outcome<Answer> {
    Ok(draw(ask, "", &html! {}))
}

/// The page with a text that was sent without the script.
pub(super) fn checked(ask: &Ask<'_>) -> Outcome<Answer> {
    paced(ask)?;
    let text = ask.raw_field("text");
    Ok(draw(ask, text, &seen(ask, text)))
}

/// What the script puts beside the text.
pub(super) fn marks(ask: &Ask<'_>) -> Outcome<Answer> {
    paced(ask)?;
    Ok(Answer::page(seen(ask, ask.raw_field("text"))))
}

/// Refuses a session that looks too often. A script that does so waits for a second and looks again.
fn paced(ask: &Ask<'_>) -> Outcome<()> {
    let session = secret::digest(ask.session_token());
    if ask.server.pace.lets(session, Instant::now()) {
        return Ok(());
    }
    Err(Refusal::Wait(1))
}

fn draw(ask: &Ask<'_>, text: &str, told: &Markup) -> Answer {
    let body = html! {
        h1 { "Live check" }
        p.note { "Type, dictate or paste a report. What you write here is read as you pause, and is not kept." }
        form.live method="post" action="/check" data-live="/check/marks" {
            (layout::token(ask))
            div.live-text {
                label for="live" { "Text of the report" }
                textarea id="live" name="text" rows="24" spellcheck="false" autofocus { "\n" (text) }
                div.acts { button.main type="submit" { "Check" } button.quiet type="reset" { "Clear" } }
            }
            section id="seen" aria-label="What the program reads in it" aria-live="polite" { (told) }
        }
    };
    layout::page(ask, "Live check", &body)
}

/// What the program reads in a text, as far as the asker may see it.
fn seen(ask: &Ask<'_>, text: &str) -> Markup {
    if text.trim().is_empty() {
        return html! {};
    }
    // Browsers send line ends of their own in forms.
    let text = if text.contains('\r') {
        text.replace("\r\n", "\n")
    } else {
        text.to_owned()
    };
    let reading = ask.desk().look(text);
    let coded = Shown::to(ask.actor()) == Shown::Coded;
    let content = if coded {
        Content::Check
    } else {
        Content::Extract
    };
    let marks: Vec<Mark<'_>> = quotes(&reading, content)
        .into_iter()
        .map(Mark::plain)
        .collect();
    html! {
        @if coded { (coder(&reading)) } @else { (missing(&reading, &gaps::gaps(&reading.document.flags))) }
        h2 { "Read in the text" }
        (legend())
        (marked_text(&reading.report.text, &marks, LINE, false))
        @if !coded { (from_reader(&reading)) }
    }
}

/// What was not found, and what is to be made clear, for physicians.
pub(super) fn missing(reading: &Reading, gaps: &[Gap]) -> Markup {
    let is_read = reading.document.encounter.ivus == "performed";
    let (unclear, lacking): (Vec<&Gap>, Vec<&Gap>) =
        gaps.iter().partition(|g| g.wording.is_conflict());
    html! {
        @if !is_read || !lacking.is_empty() || unclear.is_empty() {
            h2 { "Not found in the text" }
            // That nothing is asked must not be taken for a description that holds all it should.
            @if !is_read { p { "No IVUS that was performed is read in this text." } }
            @else if gaps.is_empty() { p { "Nothing to ask about." } }
            (items(&lacking))
        }
        @if !unclear.is_empty() {
            h2 { "To be clarified" }
            (items(&unclear))
        }
    }
}

fn items(gaps: &[&Gap]) -> Markup {
    html! {
        ul.gaps {
            @for gap in gaps {
                li {
                    b { (gap.wording.title) } ". " (gap.told())
                    @if !gap.quotes.is_empty() && !gap.wording.is_of_report() {
                        ": "
                        @for (n, quote) in gap.quotes.iter().take(4).enumerate() {
                            @if n > 0 { ", " }
                            q { (quote.text) } " " (links(LINE, [quote]))
                        }
                        @if gap.quotes.len() > 4 { " …" }
                    }
                    ". " span.note { (gap.wording.question) }
                }
            }
        }
    }
}

/// What a coder sees of it.
fn coder(reading: &Reading) -> Markup {
    let document = &reading.document;
    html! {
        h2 { "Suggested units " (badge(document.coding.disposition)) }
        @if document.coding.lines.is_empty() { p { "No unit is suggested." } }
        ul {
            @for line in &document.coding.lines {
                li {
                    b.code { (line.code) } ": " (line.units) " performed, "
                    span.short[line.units_supported < line.units] { (line.units_supported) " supported" } "; "
                    (line.vessels.iter().map(|v| vessel_words(v)).collect::<Vec<_>>().join(", "))
                }
            }
        }
        @for (severity, title) in SEVERITIES {
            @let flags: Vec<_> = document.flags.iter().filter(|f| f.severity == severity).collect();
            @if !flags.is_empty() {
                h3 { (title) }
                ul class=(format!("flags {severity}")) {
                    @for flag in flags {
                        li { (flag.message) " " span.note { (flag.rule) " " (flag.name) } " " (links(LINE, flag.evidence.iter())) }
                    }
                }
            }
        }
    }
}

/// What a report tells of each vessel, in its own words alone. Vessels that one passage tells of together are one row.
pub(super) fn from_reader(reading: &Reading) -> Markup {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for look in &reading.document.encounter.interrogations {
        let row = Row::of(&reading.report.text, look);
        if !rows.iter().any(|r| r.tells(&row)) {
            rows.push(row);
        }
    }
    html! {
        @if !rows.is_empty() {
            h3 { "IVUS, in the words of the text" }
            div.scroll { table.rows {
                thead { tr { th { "Where" } th { "IVUS" } th { "What it showed" } th { "Why" } } }
                tbody {
                    @for row in &rows {
                        tr {
                            td data-l="Where" { (row.place) }
                            td data-l="IVUS" { (row.status.replace("negated", "not performed")) }
                            td data-l="What it showed" {
                                @if row.showed.is_empty() && row.is_of_lesion { span.note { "described together" } }
                                @else { (words::readings(&reading.report.text, &row.showed)) }
                            }
                            td data-l="Why" {
                                @if row.why.is_empty() { span.note { "not found" } }
                                @else { (words::reasons(&reading.report.text, row.why)) }
                            }
                        }
                    }
                }
            } }
        }
    }
}

/// What the text tells of one vessel.
struct Row<'a> {
    place: PreEscaped<String>,
    status: &'a str,
    showed: Vec<&'a FindingDoc>,
    is_of_lesion: bool,
    why: &'a [Quote],
}

impl<'a> Row<'a> {
    fn of(text: &str, look: &'a InterrogationDoc) -> Self {
        let showed = look.findings.iter();
        Self {
            place: words::place(text, look),
            status: look.status,
            showed: showed.filter(|f| f.evidence.role != "lesion").collect(),
            is_of_lesion: look.findings.iter().any(|f| f.evidence.role == "lesion"),
            why: &look.necessity.evidence,
        }
    }

    /// Whether another row would say the same.
    fn tells(&self, other: &Self) -> bool {
        let at = |findings: &[&FindingDoc]| -> Vec<(usize, usize)> {
            let quotes = findings.iter().map(|f| &f.evidence);
            quotes.map(|q| (q.start, q.end)).collect()
        };
        self.place.0 == other.place.0
            && self.status == other.status
            && at(&self.showed) == at(&other.showed)
    }
}
