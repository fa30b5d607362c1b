//! Words of the report on its pages: vessels with the words for their side, readings with what they are of, reasons with the
//! sentence around them. Nothing of it is worded by the program but what stands outside of the quotes.

use maud::{Markup, html};

use super::told::LINE;
use crate::render::{
    html::links,
    json::{FindingDoc, InterrogationDoc, Quote},
    passage,
};

/// Findings of a vessel that are shown on a suggestion.
const MOST_FINDINGS: usize = 6;
/// Sentences of a reason that are shown.
const MOST_REASONS: usize = 3;

/// The vessel of a look: “R CIV”, or “CIV” (side: “left”, line 4).
pub(super) fn place(text: &str, look: &InterrogationDoc) -> Markup {
    let named = passage::named(text, look);
    html! {
        @for (n, (name, _)) in named.names.iter().enumerate() { @if n > 0 { ", " } q { (name) } }
        @if named.names.is_empty() { span.note { "not found" } } @else { " " (links(LINE, named.names.iter().map(|(_, q)| *q))) }
        @if let Some(side) = named.side {
            " (side: " q { (side.text) } " " (links(LINE, [side])) ")"
        } @else if look.side == "unknown" { " " span.note { "(side not found)" } }
    }
}

/// What IVUS showed in a vessel, for coders: each reading in the words of the text, with the kind they are taken for where the
/// words alone do not tell it.
pub(super) fn showed(text: &str, look: &InterrogationDoc) -> Markup {
    let told: Vec<&FindingDoc> = look.findings.iter().filter(|f| is_own(look, f)).collect();
    let mut shown: Vec<Markup> = Vec::new();
    let mut known: Vec<String> = Vec::new();
    for finding in told {
        let kind = finding.kind.replace('-', " ");
        let tells = finding.value.is_none()
            || kind == "measurement"
            || finding.evidence.text.to_lowercase().contains(&kind);
        let drawn = html! {
            @if finding.negated { "no " }
            @if !tells { (kind) " " }
            (reading(text, &finding.evidence))
        };
        let drawn_words = drawn.clone().into_string();
        if !known.contains(&drawn_words) {
            known.push(drawn_words);
            shown.push(drawn);
        }
    }
    let more = shown.len().saturating_sub(MOST_FINDINGS);
    shown.truncate(MOST_FINDINGS);
    html! {
        @for (n, drawn) in shown.iter().enumerate() { @if n > 0 { ", " } (drawn) }
        @if more > 0 { ", " (more) " more" }
    }
}

/// Whether a finding tells something: a kind that is told with its value need not be told without it.
fn is_own(look: &InterrogationDoc, finding: &FindingDoc) -> bool {
    let measured = |f: &FindingDoc| {
        f.kind == finding.kind && f.negated == finding.negated && f.value.is_some()
    };
    finding.value.is_some() || !look.findings.iter().any(measured)
}

/// A reading as the text writes it. A number alone stands with what the column over it says.
fn reading(text: &str, quote: &Quote) -> Markup {
    let is_bare = !quote.text.is_empty()
        && quote
            .text
            .chars()
            .all(|c| c.is_ascii_digit() || ".,x ".contains(c));
    let head = is_bare.then(|| passage::head_of(text, passage::bytes(text, quote)));
    html! {
        q { (quote.text) }
        @if let Some(head) = head {
            @match head {
                Some(head) => { " (under " q { (head) } ")" }
                None => { " (a number alone)" }
            }
        }
    }
}

/// Readings in the words of the text with their lines, each once; what the text denies is told so.
pub(super) fn readings(text: &str, findings: &[&FindingDoc]) -> Markup {
    let mut told: Vec<&FindingDoc> = Vec::new();
    let same = |a: &FindingDoc, b: &FindingDoc| {
        a.evidence.text == b.evidence.text && a.negated == b.negated
    };
    for finding in findings {
        if !told.iter().any(|f| same(f, finding)) {
            told.push(finding);
        }
    }
    html! {
        @for (n, finding) in told.iter().enumerate() {
            @if n > 0 { ", " }
            @if finding.negated { "no " }
            (reading(text, &finding.evidence))
        }
        @if !told.is_empty() { " " (links(LINE, told.iter().map(|f| &f.evidence))) } @else { span.note { "not found" } }
    }
}

/// The sentences around the words for a reason, these marked in them.
pub(super) fn reasons(text: &str, quotes: &[Quote]) -> Markup {
    let mut told: Vec<(std::ops::Range<usize>, &Quote)> = Vec::new();
    for quote in quotes {
        let sentence = passage::sentence(text, passage::bytes(text, quote));
        if !told.iter().any(|(s, _)| *s == sentence) {
            told.push((sentence, quote));
        }
    }
    html! {
        @for (n, (sentence, quote)) in told.iter().take(MOST_REASONS).enumerate() {
            @if n > 0 { " " }
            @let cue = passage::bytes(text, quote);
            @let words = |at: std::ops::Range<usize>| text.get(at).unwrap_or_default();
            @let (before, after) = (words(sentence.start..cue.start), words(cue.end..sentence.end));
            @let cue = words(cue);
            q { (before) @if cue.len() < before.len() + after.len() { mark.m.necessity { (cue) } } @else { (cue) } (after) }
            @if goes_on(text, sentence.end) { " …" }
            " " (links(LINE, [*quote]))
        }
    }
}

/// Whether a sentence was cut for its length.
fn goes_on(text: &str, end: usize) -> bool {
    let whole = text
        .get(..end)
        .is_some_and(|t| t.ends_with(['.', '!', '?']));
    let next = text.get(end..).and_then(|t| t.chars().next());
    !whole && next.is_some_and(|c| !matches!(c, '\n' | '\r'))
}
