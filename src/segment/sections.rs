//! Headings: known ones by the lexicon, others by their look; and what kind of section each opens.

use super::lines::{Line, Shape};
use crate::{
    lexicon::{Action, Hit, Ivus, Label, Lexicon, Modality, Necessity},
    text::Span,
};

/// The kind of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum SectionKind {
    /// Before any heading.
    Header,
    Diagnosis,
    /// The list of what was done: a claim, not a description.
    Procedures,
    Planned,
    Consent,
    Exam,
    Indication,
    /// Why IVUS was used.
    Necessity,
    History,
    /// Family and social history, review of systems.
    Background,
    Comparison,
    People,
    Anesthesia,
    Narrative,
    Access,
    Catheter,
    Ivus,
    OtherModality,
    Findings,
    Intervention,
    Impression,
    Assessment,
    Plan,
    Complications,
    Bookkeeping,
    Codes,
    Addendum,
    Implants,
    Signature,
    /// A heading the lexicon does not know.
    Unknown,
}

impl SectionKind {
    /// Whether an inline heading of this kind ("Date: …") is over at the end of its line.
    pub(super) fn ends_with_line(self) -> bool {
        matches!(
            self,
            Self::Bookkeeping
                | Self::People
                | Self::Anesthesia
                | Self::Exam
                | Self::Complications
                | Self::Signature
        )
    }

    /// Whether an inline heading of this kind is over at the next blank line.
    pub(super) fn ends_with_paragraph(self) -> bool {
        !matches!(
            self,
            Self::Narrative
                | Self::Findings
                | Self::Ivus
                | Self::Addendum
                | Self::Unknown
                | Self::Header
        )
    }

    pub(crate) fn from_id(id: &str) -> Self {
        match id {
            "preop-diagnosis" | "postop-diagnosis" | "diagnosis" => Self::Diagnosis,
            "procedures-performed" => Self::Procedures,
            "procedures-planned" => Self::Planned,
            "consent" => Self::Consent,
            "exam" => Self::Exam,
            "indication" => Self::Indication,
            "necessity" => Self::Necessity,
            "history" => Self::History,
            "family-history" | "social-history" | "review-of-systems" | "allergies"
            | "medications" => Self::Background,
            "comparison" => Self::Comparison,
            "people" => Self::People,
            "anesthesia" => Self::Anesthesia,
            "narrative" => Self::Narrative,
            "access" => Self::Access,
            "catheter" => Self::Catheter,
            "ivus" => Self::Ivus,
            "other-modality-findings" => Self::OtherModality,
            "findings" => Self::Findings,
            "intervention" => Self::Intervention,
            "impression" => Self::Impression,
            "assessment" => Self::Assessment,
            "plan" => Self::Plan,
            "complications" => Self::Complications,
            "bookkeeping" | "contrast" | "radiation" => Self::Bookkeeping,
            "coding-block" => Self::Codes,
            "addendum" => Self::Addendum,
            "implants" => Self::Implants,
            "signature" | "attestation" => Self::Signature,
            _ => Self::Unknown,
        }
    }
}

/// A heading at the start of a logical line.
pub(super) struct Heading {
    pub(super) kind: SectionKind,
    pub(super) title: Span,
    /// Where the text after the heading starts.
    pub(super) rest: usize,
}

/// The heading that logical line `n` starts with, if any.
pub(super) fn heading(
    text: &str,
    lines: &[Line],
    n: usize,
    hits: &[Hit],
    current: SectionKind,
    lexicon: &Lexicon,
) -> Option<Heading> {
    let line = &lines[n];
    let content = line.text(text);
    if line.shape == Shape::Row && !is_addendum_row(content) {
        return None;
    }
    let body = unruled(content);
    let lead = content.len() - body.len();
    let start = line.content.start + lead;
    let (label, rest, mark) = label(body);
    let mut trimmed = label.trim_end_matches(['*', '=', '#', '_', ' ', '~', '>', ']']);
    if trimmed.ends_with('-') {
        trimmed = trimmed.trim_end_matches(" ---").trim_end_matches(" --");
    }
    let trimmed = trimmed.trim();
    let rest = rest + body[rest..].len() - body[rest..].trim_start_matches(['*', '_', ' ']).len();
    let title = Span::new(start, start + trimmed.len());
    let whole = rest >= body.len();
    let in_list = mark != ':' && is_listed(lines, n, current);
    let inside = hits_in(hits, title);
    let names_vessel = inside
        .iter()
        .any(|h| matches!(h.label, Label::Vessel { .. } | Label::Group(_)));
    if current == SectionKind::History
        && let Some(now) = in_a_history(line, trimmed, mark, whole)
    {
        return now.then_some(Heading {
            kind: SectionKind::Unknown,
            title,
            rest: start + rest,
        });
    }
    // What is ticked is an answer, unless it is a label of its own.
    if in_list || (line.ticked && (mark != ':' || names_vessel)) {
        return None;
    }
    let entry = current == SectionKind::Ivus && is_reading(line, trimmed);
    if let Some(kind) = known(trimmed, lexicon).filter(|_| !entry) {
        let plain_words = mark == '.' && !trimmed.starts_with(char::is_uppercase);
        let kind = under(kind, current);
        // "Performed [x] yes" under an IVUS heading is a field of it.
        if current == SectionKind::Ivus && kind == SectionKind::Procedures && line.before_boxes {
            return None;
        }
        if !plain_words && (mark != ' ' || whole) {
            return Some(Heading {
                kind,
                title,
                rest: start + rest,
            });
        }
    }
    if is_addendum(trimmed) && (matches!(mark, ':' | '.') || whole) && line.shape != Shape::Item {
        return Some(Heading {
            kind: SectionKind::Addendum,
            title,
            rest: start + rest,
        });
    }
    let trimmed = if whole {
        before_brackets(trimmed)
    } else {
        trimmed
    };
    let words = trimmed.split_whitespace().take(10).count();
    if words == 0 || words > 9 || trimmed.len() > 72 {
        return None;
    }
    let kind = || unknown_kind(trimmed, inside, mark, current);
    if mark == ':' && !whole {
        // An inline label. A vessel's label is a row of a list; so is a label without a capital.
        let short = words <= 5 && trimmed.len() <= 44;
        // "ivus_reason:" is the field of a record.
        let capital = trimmed.starts_with(char::is_uppercase) || trimmed.contains('_');
        let kind = (short && capital && !trimmed.contains(',')).then(kind)?;
        let rest = start + rest;
        // "ADDENDUM / Loop review: the line on the cava …": still the addendum.
        let goes_on = current == SectionKind::Addendum && kind == SectionKind::Unknown;
        let kind = if goes_on { current } else { kind };
        let opens = kind == SectionKind::Ivus || !names_vessel;
        return opens.then_some(Heading { kind, title, rest });
    }
    if !whole || (line.shape == Shape::Item && mark != ':') {
        return None;
    }
    if trimmed.ends_with(['.', ',', ';']) {
        return None;
    }
    let capitals = in_capitals(trimmed);
    let lone = line.after_blank && lines.get(n + 1).is_some();
    let titled = titled(trimmed, lexicon).filter(|_| lone);
    let numbers = trimmed.bytes().filter(u8::is_ascii_digit).count();
    let reads = inside.iter().any(|h| matches!(h.label, Label::Finding(_))) && names_vessel;
    let is_heading = mark == ':'
        || titled.is_some()
        || (capitals && numbers <= 2 && !reads && (line.after_blank || words <= 4))
        || (lone
            && words <= 6
            && numbers <= 1
            && !reads
            && trimmed.starts_with(char::is_uppercase));
    is_heading.then(|| Heading {
        kind: titled.unwrap_or_else(kind),
        title,
        rest: start + rest,
    })
}

/// What a known heading opens below another: "Reason:" among IVUS findings is the reason for IVUS, under an addendum that for the
/// addendum.
fn under(kind: SectionKind, current: SectionKind) -> SectionKind {
    match (kind, current) {
        (SectionKind::Indication, SectionKind::Ivus) => SectionKind::Necessity,
        (SectionKind::Indication, SectionKind::Addendum) => current,
        _ => kind,
    }
}

/// "* stent: in-stent tissue, lumen 3.9 mm" among IVUS findings is a reading.
fn is_reading(line: &Line, label: &str) -> bool {
    let device = ["stent", "stents"]
        .iter()
        .any(|w| label.eq_ignore_ascii_case(w));
    line.shape == Shape::Item && (device || label.starts_with(char::is_lowercase))
}

/// "- March 2025: two stents" in a history is a day of it.
fn is_day(line: &Line, label: &str) -> bool {
    let years = label.bytes().rev().take_while(u8::is_ascii_digit).count();
    line.shape == Shape::Item && years == 4
}

/// Whether a line of a history goes over to the session itself, or is a day of the history; none when it is neither.
fn in_a_history(line: &Line, label: &str, mark: char, whole: bool) -> Option<bool> {
    if whole && is_of_now(label) {
        return Some(true);
    }
    (is_day(line, label) || is_its_day(label, mark)).then_some(false)
}

/// "CURRENT PROCEDURE, 10/16/2023" below what was copied from an earlier report.
fn is_of_now(line: &str) -> bool {
    const NOW: [&str; 4] = ["CURRENT ", "TODAY", "PRESENT ", "THIS "];
    const WHAT: [&str; 5] = ["PROCEDURE", "SESSION", "STUDY", "VISIT", "OPERATION"];
    in_capitals(line)
        && line.len() < 60
        && NOW.iter().any(|w| line.starts_with(w))
        && WHAT.iter().any(|w| line.contains(w))
}

/// "Date 10/02/2023. Left femoral approach." below "PREVIOUS PROCEDURE": the day of what is told of.
fn is_its_day(label: &str, mark: char) -> bool {
    let rest = label.get(..5).filter(|w| w.eq_ignore_ascii_case("date "));
    let day = |c: char| c.is_ascii_digit() || "/-.".contains(c);
    mark == '.' && rest.is_some_and(|w| label[w.len()..].chars().all(day))
}

/// "IVUS, first run (catheter brought to the cava, return to thigh)": of a long title what stands before the brackets.
fn before_brackets(title: &str) -> &str {
    let bare = title.strip_suffix(')').and_then(|t| t.split_once(" ("));
    match bare {
        Some((before, _)) if before.len() < 40 && title.len() > 55 => before,
        _ => title,
    }
}

/// A line without the signs that set it off: "--- ADDENDUM 23-Sep-2022, same surgeon ---", "** FINDINGS **".
fn unruled(line: &str) -> &str {
    let dashes = line.strip_prefix("--").map(|l| l.trim_start_matches('-'));
    let rest = dashes.unwrap_or(line);
    rest.trim_start_matches(['*', '=', '#', '_', ' ', '~', '<', '>', '['])
}

/// Whether a line is an entry of a list, which is no heading, whatever it says.
fn is_listed(lines: &[Line], n: usize, current: SectionKind) -> bool {
    let line = &lines[n];
    let beside = [n.checked_sub(1), Some(n + 1)]
        .into_iter()
        .flatten()
        .filter_map(|i| lines.get(i))
        // "4. INTRAVASCULAR ULTRASOUND / [x] done": a box that is ticked is an answer, no entry beside it.
        .any(|l| l.shape == Shape::Item && (line.ticked || !l.ticked));
    !line.before_boxes
        && ((line.shape == Shape::Item && beside)
            || (current == SectionKind::Procedures
                && (line.shape == Shape::Item || !line.after_blank)))
}

fn in_capitals(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_uppercase()) && !text.bytes().any(|b| b.is_ascii_lowercase())
}

/// "INTRAVASCULAR ULTRASOUND, 8.2F probe, both sides": a known heading in capitals before a comma.
fn titled(line: &str, lexicon: &Lexicon) -> Option<SectionKind> {
    let (title, _) = line.split_once(',').filter(|(t, _)| in_capitals(t))?;
    known(title, lexicon)
}

/// "ADDENDUM 02/20/2020, same surgeon: …", "CORRECTION, entered 12/12/2018."
fn is_addendum(label: &str) -> bool {
    let corrects = label
        .get(..10)
        .is_some_and(|t| t.eq_ignore_ascii_case("correction"));
    let rest = label.get(10..).unwrap_or_default();
    let dated = || {
        let number = |c: char| c.is_ascii_digit();
        rest.starts_with([',', '(']) || rest.trim_start().starts_with(number)
    };
    // "Attending attestation and correction, 6 Feb 2020"
    let small = || label.to_ascii_lowercase();
    let signed = || {
        small().contains("correction")
            && ["attest", "attending"].iter().any(|w| small().contains(w))
    };
    if (corrects && dated()) || (label.len() < 90 && signed()) {
        return true;
    }
    ["addendum", "amendment", "late entry"].iter().any(|w| {
        label
            .get(..w.len())
            .is_some_and(|t| t.eq_ignore_ascii_case(w))
    })
}

/// "ADDENDUM #1   10/06/2022 08:40": set off by spaces as a row is.
fn is_addendum_row(line: &str) -> bool {
    let rest = line.get(..8).filter(|w| w.eq_ignore_ascii_case("addendum"));
    rest.is_some_and(|w| !line[w.len()..].contains(char::is_alphabetic))
}

/// The label of a line (up to a colon, a full stop or a dash), where the rest starts, and the mark between them.
fn label(body: &str) -> (&str, usize, char) {
    for (i, c) in body.char_indices().take(90) {
        if !matches!(c, ':' | '.' | '-') {
            continue;
        }
        let next = body[i + c.len_utf8()..].chars().next();
        let spaced = next.is_none_or(|c| c.is_whitespace() || c == '*' || c == '_');
        match c {
            ':' if spaced || next == Some('*') => return (&body[..i], i + 1, ':'),
            '.' if spaced && next.is_some() => return (&body[..i], i + 1, '.'),
            '-' if spaced && body[..i].ends_with(' ') => return (&body[..i], i + 1, '-'),
            _ => {}
        }
    }
    (body, body.len(), ' ')
}

/// The kind of a known heading, with or without a number in front and words in brackets behind.
pub(super) fn known(label: &str, lexicon: &Lexicon) -> Option<SectionKind> {
    let bracketed = || label.split_once(" (").map(|(before, _)| before);
    let plain = label.contains('(').then(bracketed).flatten();
    // "Comments (carried over from the sheet of March)": of another day, whatever stands before the brackets.
    let lower = plain.map(|_| label.to_ascii_lowercase());
    let carried = |l: &String| BEFORE.iter().any(|w| w.contains(' ') && l.contains(w));
    if lower.as_ref().is_some_and(carried) {
        return Some(SectionKind::History);
    }
    let plain = plain.unwrap_or(label).trim();
    // "ADDENDUM 08/25/2022 09:12", "FINDINGS #2".
    let undated = label.trim_end_matches(|c: char| c.is_ascii_digit() || " /-:.,#".contains(c));
    let whole = label.trim();
    let others = [plain, undated].into_iter().filter(|w| *w != whole);
    [whole]
        .into_iter()
        .chain(others)
        .find_map(|words| lexicon.section_of(words))
        .map(SectionKind::from_id)
}

/// The kind of an unknown heading by the terms it holds. "If yes, reason:" among IVUS findings is the reason for IVUS.
fn unknown_kind(label: &str, inside: &[Hit], mark: char, current: SectionKind) -> SectionKind {
    match kind_by_terms(label, inside, mark) {
        SectionKind::Indication if current == SectionKind::Ivus => SectionKind::Necessity,
        kind => kind,
    }
}

/// Words of a heading over what is still to come.
const LATER: [&str; 9] = [
    "wanted",
    "intended",
    "aim of",
    "goal",
    "tomorrow",
    "next session",
    "next stage",
    "next visit",
    "next sitting",
];

/// Words of a heading over what was told or done before.
const BEFORE: [&str; 8] = [
    "carried over",
    "history",
    "background",
    "copied from",
    "copied forward",
    "carried forward",
    "pulled forward",
    "pasted from",
];

/// "PREVIOUS STUDIES", "Prior IVUS": a heading of what was done before, not "Prior to stenting".
fn is_earlier(tokens: &[&str]) -> bool {
    const WHEN: [&str; 5] = ["previous", "prior", "earlier", "old", "outside"];
    const WHAT: [&str; 9] = [
        "stud",
        "imaging",
        "procedure",
        "intervention",
        "ivus",
        "exam",
        "report",
        "record",
        "session",
    ];
    tokens.first().is_some_and(|t| WHEN.contains(t))
        && tokens
            .get(1)
            .is_some_and(|t| WHAT.iter().any(|w| t.starts_with(w)))
}

fn kind_by_terms(label: &str, inside: &[Hit], mark: char) -> SectionKind {
    let has = |want: fn(&Label) -> bool| inside.iter().any(|h| want(&h.label));
    let lower = label.to_ascii_lowercase();
    let reason = has(|l| {
        matches!(
            l,
            Label::Necessity(Necessity::Purpose | Necessity::Result | Necessity::Explicit)
        )
    }) || ["why", "indic", "need"].iter().any(|w| lower.contains(w));
    let weak = has(|l| matches!(l, Label::Ivus(Ivus::Weak)))
        && [
            "reading", "finding", "result", "run", "study", "pass", "pullback", "show", "saw",
        ]
        .iter()
        .any(|w| lower.contains(w));
    let ivus = weak
        || has(|l| {
            matches!(
                l,
                Label::Ivus(Ivus::Modality | Ivus::Device | Ivus::Generic)
            )
        });
    // At the start of a word: a "discharge" is no charge.
    let tokens: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|t| !t.is_empty())
        .collect();
    let titled = |words: &[&str]| {
        let begins = |t: &str, w: &str| {
            // Most words are told apart by their first letter.
            t.as_bytes().first() == w.as_bytes().first() && t.starts_with(w)
        };
        tokens.iter().any(|t| words.iter().any(|w| begins(t, w)))
            || words.iter().any(|w| w.contains(' ') && lower.contains(w))
    };
    // "To the nurse in charge:", "Dear colleague:" open a letter.
    if lower.starts_with("to the ") || lower.starts_with("dear ") {
        return SectionKind::Unknown;
    }
    // "Why needed beyond venography": of what is meant but IVUS.
    let beyond = ["beyond ", "besides ", "in addition to ", "on top of "];
    let more = || beyond.iter().any(|w| lower.contains(w));
    if is_earlier(&tokens) {
        return SectionKind::History;
    }
    if ivus && reason || (reason || lower.starts_with("why")) && more() {
        SectionKind::Necessity
    } else if mark == ':'
        && titled(&["procedure", "operation"])
        && !titled(&[
            "descri",
            "detail",
            "course",
            "narrative",
            "date",
            "report",
            "note",
            "technique",
            "in full",
        ])
    {
        SectionKind::Procedures
    } else if ivus {
        SectionKind::Ivus
    } else if has(
        |l| matches!(l, Label::Modality(m) if *m != Modality::Phrase && *m != Modality::AccessUltrasound),
    ) {
        SectionKind::OtherModality
    } else if titled(&LATER) {
        SectionKind::Planned
    } else if titled(&BEFORE) {
        SectionKind::History
    } else if reason && titled(&["indication", "reason", "why"]) {
        SectionKind::Indication
    } else if titled(&["addend", "correction", "amend"]) {
        SectionKind::Addendum
    } else if titled(&["plan", "recommend", "follow"]) {
        SectionKind::Plan
    } else if titled(&["code", "charge", "billing", "cpt"]) {
        SectionKind::Codes
    } else if titled(&["equipment", "inventory", "supplies"]) {
        SectionKind::Implants
    } else if titled(&["finding", "reading", "result", "measurement"]) {
        SectionKind::Findings
    } else if has(|l| matches!(l, Label::Action(Action::Access)))
        // "ACCESS CENTER NOTE" names who writes.
        && !["center", "centre", "clinic", " note", " report"]
            .iter()
            .any(|w| lower.contains(w))
    {
        SectionKind::Access
    } else if titled(&["before", "after", "pre", "post"]) && tokens.len() <= 3 {
        // "Before treatment:", "Post stent:": when, and of the same study.
        SectionKind::Unknown
    } else if has(|l| matches!(l, Label::Action(Action::Treat)))
        || lower.starts_with("intervention")
        || lower.starts_with("treatment")
    {
        SectionKind::Intervention
    } else if titled(&["date"]) {
        SectionKind::Bookkeeping
    } else {
        SectionKind::Unknown
    }
}

/// The hits that lie in a span.
pub(super) fn hits_in(hits: &[Hit], span: Span) -> &[Hit] {
    let from = hits.partition_point(|h| h.span.start < span.start);
    let to = hits.partition_point(|h| h.span.start < span.end);
    &hits[from..to.max(from)]
}
