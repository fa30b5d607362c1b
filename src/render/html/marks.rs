//! The report's text as HTML, line by line, with the evidence marked by role: colour and letter. Escaped throughout.

use std::ops::Range;

use maud::{Markup, html};

use super::Content;
use crate::render::{Page, Reading, json::Quote, line_numbers, passage, role_words};

/// The roles in the order of the legend, with the letter that stands at each mark. Where marks overlap the first counts.
const ROLES: [(&str, &str); 11] = [
    ("vessel", "V"),
    ("side", "S"),
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

/// The sentence around the words for a reason, without a letter of its own: a word such as "because" gives none.
const SENTENCE: &str = "sentence";

pub(crate) fn legend() -> Markup {
    html! {
        p.legend {
            span.note { "Marked in the text: " }
            @for (role, letter) in ROLES {
                mark class={ "m " (role) } data-l=(letter) { (role_words(role)) }
                " "
            }
        }
    }
}

/// Links to the lines on which quotes stand.
pub(crate) fn links<'a>(anchor: &str, quotes: impl IntoIterator<Item = &'a Quote>) -> Markup {
    let lines = line_numbers(quotes);
    html! {
        @if !lines.is_empty() {
            span.lines {
                @for (n, line) in lines.iter().take(6).enumerate() {
                    @if n > 0 { " " }
                    a href={ "#" (anchor) (line) } title={ "line " (line) } { (line) }
                }
                @if lines.len() > 6 { " ..." }
            }
        }
    }
}

/// Words that are marked.
#[derive(Clone, Debug)]
pub(crate) struct Mark<'a> {
    /// The words.
    pub(crate) quote: &'a Quote,
    /// The anchor of what they are evidence for; the mark's letter leads there.
    pub(crate) of: Option<&'a str>,
}

impl<'a> Mark<'a> {
    /// A mark that leads nowhere.
    pub(crate) fn plain(quote: &'a Quote) -> Self {
        Self { quote, of: None }
    }
}

/// A stretch of a line with its role, and the anchor it leads to.
type Stretch<'a> = (Range<usize>, &'a str, Option<&'a str>);

/// The report's text, line by line, with the evidence marked. Each line is an anchor: `anchor` and its number. With `placed`
/// each line also says at which code point of the text it begins.
pub(crate) fn marked_text(text: &str, marks: &[Mark<'_>], anchor: &str, placed: bool) -> Markup {
    let page = Page::new(text);
    let mut stretches: Vec<Vec<Stretch<'_>>> = vec![Vec::new(); page.lines.len()];
    for mark in marks {
        for (line, at) in page.parts(mark.quote) {
            stretches[line - 1].push((at, mark.quote.role, mark.of));
        }
        if mark.quote.role == "necessity" {
            let sentence = passage::sentence(text, page.bytes(mark.quote));
            for (line, at) in page.parts_of(sentence) {
                stretches[line - 1].push((at, SENTENCE, mark.of));
            }
        }
    }
    for stretches in &mut stretches {
        // The same words are often evidence for several things.
        stretches.sort_unstable_by_key(|(at, role, of)| (at.start, at.end, *role, *of));
        stretches.dedup();
    }
    html! {
        div.text {
            @for (n, marks) in stretches.iter().enumerate() {
                div.line id={ (anchor) (n + 1) } data-at=[placed.then(|| page.point(n + 1))] {
                    span.n { (n + 1) }
                    span.t { (marked_line(page.line(n + 1), marks)) }
                }
            }
        }
    }
}

/// A piece of a line: where its words stand, its roles in the legend's order, and the anchors it leads to.
type Piece<'a> = (Range<usize>, Vec<&'a str>, Vec<&'a str>);

/// A line cut where marks begin and end; of overlapping marks the first in the legend's order is shown, all are named.
/// `marks` are in order.
fn marked_line(line: &str, marks: &[Stretch<'_>]) -> Markup {
    html! {
        @for (at, roles, of) in pieces(line.len(), marks) {
            @let words = line.get(at).unwrap_or_default();
            @if let Some(role) = roles.first() {
                @let letter = ROLES.iter().find(|(r, _)| r == role).map_or("", |(_, l)| *l);
                @let names: Vec<&str> = roles.iter().map(|r| role_words(r)).collect();
                @if let Some(first) = of.first() {
                    mark class={ "m " (role) } data-of=(of.join(" ")) title=(names.join(", ")) {
                        @if !letter.is_empty() {
                            a.letter href={ "#" (first) } aria-label={ (names.join(", ")) ": what it is evidence for" } { (letter) }
                        }
                        (words)
                    }
                } @else {
                    mark class={ "m " (role) } data-l=(letter) title=(names.join(", ")) { (words) }
                }
            } @else { (words) }
        }
    }
}

fn pieces<'a>(length: usize, marks: &[Stretch<'a>]) -> Vec<Piece<'a>> {
    let ends = marks.iter().flat_map(|(at, ..)| [at.start, at.end]);
    let mut cuts: Vec<usize> = ends.chain([0, length]).collect();
    cuts.sort_unstable();
    cuts.dedup();
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    for pair in cuts.windows(2) {
        let begun = marks.iter().take_while(|(at, ..)| at.start <= pair[0]);
        let over: Vec<&Stretch<'_>> = begun.filter(|(at, ..)| pair[1] <= at.end).collect();
        let covered = |role: &str| over.iter().any(|(_, r, _)| *r == role);
        let known = ROLES.iter().map(|(role, _)| *role).chain([SENTENCE]);
        let roles: Vec<&str> = known.filter(|r| covered(r)).collect();
        let mut of: Vec<&str> = over.iter().filter_map(|(.., of)| *of).collect();
        of.sort_unstable();
        of.dedup();
        match pieces.last_mut() {
            Some((at, last, lead)) if *last == roles && *lead == of => at.end = pair[1],
            _ => pieces.push((pair[0]..pair[1], roles, of)),
        }
    }
    pieces
}

/// Every quote of a document that is shown.
pub(crate) fn quotes(reading: &Reading, content: Content) -> Vec<&Quote> {
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
        let drawn =
            marked_line(line, &[(0..17, "access", None), (5..17, "vessel", None)]).into_string();
        assert_eq!(
            drawn,
            "<mark class=\"m access\" data-l=\"A\" title=\"access\">left </mark>\
             <mark class=\"m vessel\" data-l=\"V\" title=\"vessel, access\">&lt;iliac&gt; vein</mark> &amp; more"
        );
    }

    #[test]
    fn a_mark_leads_to_all_it_is_evidence_for() {
        let line = "left iliac vein";
        let drawn = marked_line(
            line,
            &[(0..15, "vessel", Some("u1")), (0..15, "vessel", Some("f0"))],
        )
        .into_string();
        assert!(drawn.contains("data-of=\"f0 u1\""), "{drawn}");
        assert!(drawn.contains("href=\"#f0\""), "{drawn}");
    }
}
