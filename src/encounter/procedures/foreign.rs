//! Foreign bodies pulled out of a vessel, in words that are no phrase of the lexicon: a title that says so, or a snare that
//! took hold of a piece which the report tells as broken off or lost.

use memchr::memmem;

use super::{
    super::reader::{Context, Mode, Record},
    acts::is_title,
    filters::{FilterWork, status},
};
use crate::{
    context::assert_act,
    lexicon::{Device, Kind, Technique},
    text::{Span, holds},
};

/// How a title begins.
const TAKING: &[&str] = &["retrieval of ", "removal of ", "extraction of "];
/// Things that are no part of a patient.
const THINGS: &[&str] = &[
    "wire", "catheter", "tubing", "stent", "coil", "device", "line", "port", "tube", "segment",
    "piece", "lead",
];
/// Words of what should not be where it lies.
const ASTRAY: &[&str] = &[
    "fragment",
    "foreign body",
    "embolized",
    "embolised",
    "migrated",
    "fractured",
    "dislodged",
    "footplate",
    "lost ",
    "broken",
    "sheared",
    "retained",
    "severed",
];
/// Words that tell of a fragment at all.
const PIECES: &[&str] = &["fragment", "foreign body", "tubing"];
/// How a thing came to be lost: "the guidewire was let go".
const LOST: &[&str] = &[
    "let go",
    "left behind",
    "broke off",
    "broken off",
    "snapped",
    "sheared",
    "lost guidewire",
    "lost wire",
    "wire was lost",
    "retained wire",
    "retained guidewire",
    "retained catheter",
    "wire slipped into",
    "catheter slipped into",
    "stayed behind",
];
const OUT: &[&str] = &[
    "pulled out",
    "pulled into",
    "removed",
    "retrieved",
    "extracted",
    "captured",
    "withdrawn into",
    "drawn into",
    "drawn through",
    "brought out",
    "taken out",
    "came out",
    "folded into",
    "into the sheath",
    "out of the body",
];
/// "The snare caught the free end": of what, the report says elsewhere.
const GRIPS: &[&str] = &["caught", "grasped", "gripped", "seized", "engaged the free"];
/// Weaker words for the same, which need the piece to come out in the sentence too.
const CLOSES: &[&str] = &[
    "closed on",
    "closed over",
    "closed around",
    "closed round",
    "took",
    "held",
    "tightened",
];

/// The fragments and devices that were pulled out of a vessel, apart from the phrases of the lexicon.
pub(super) fn foreign_bodies<'c>(
    context: &'c Context<'_>,
    records: &'c [Record<'_>],
) -> impl Iterator<Item = FilterWork> + 'c {
    let takes = has(TAKING, context.own());
    records
        .iter()
        .filter_map(move |r| foreign_body(context, r, takes))
}

/// The one that a clause tells of; `takes` says that the report has the words of a title of such a removal.
fn foreign_body(context: &Context<'_>, record: &Record<'_>, takes: bool) -> Option<FilterWork> {
    if let Some(word) = takes.then(|| titled(context, record)).flatten() {
        return Some(FilterWork {
            technique: Technique::ForeignBodyRetrieval,
            word,
            status: assert_act(context.text(), &record.clause, word, context.lexicon).status,
        });
    }
    let lower = &context.lower()[record.clause.span.start..record.clause.span.end];
    if let Some(word) = brought_out(context, record, lower) {
        return Some(FilterWork {
            technique: Technique::ForeignBodyRetrieval,
            word,
            status: assert_act(context.text(), &record.clause, word, context.lexicon).status,
        });
    }
    if record.mode != Mode::Live {
        return None;
    }
    let snare = record
        .clause
        .of(Kind::Device)
        .iter()
        .find(|w| w.device() == Some(Device::Snare))?;
    let unit = context.units[record.unit].unit.span;
    let sentence = &context.lower()[unit.start..unit.end];
    let out = has(OUT, lower);
    let told = has(ASTRAY, lower) && out && !lower.contains("filter");
    let caught = has(GRIPS, lower) && whole(context);
    let drawn = has(CLOSES, lower) && has(OUT, sentence) && (whole(context) || is_lost(context));
    (told || caught || drawn).then(|| FilterWork {
        technique: Technique::ForeignBodyRetrieval,
        word: snare.span,
        status: status(context, record, snare),
    })
}

/// "… and the fragment was brought out folded", "broken tubing removed in one piece", in a report that tells of a snare.
fn brought_out(context: &Context<'_>, record: &Record<'_>, lower: &str) -> Option<Span> {
    const LOOPS: [&str; 4] = ["snare", "gooseneck", "retrieval basket", "forceps"];
    const PARTS: [&str; 5] = ["fragment", "foreign body", "tubing", "broken", "fractured"];
    const LEFT: [&str; 4] = [
        "brought out",
        "removed in ",
        "retrieved in ",
        "came out in ",
    ];
    if !matches!(record.mode, Mode::Live | Mode::Summary) || !LEFT.iter().any(|w| lower.contains(w))
    {
        return None;
    }
    let (at, piece) = PARTS.iter().find_map(|w| Some((lower.find(w)?, w)))?;
    let start = record.clause.span.start + at;
    let out = LEFT.iter().any(|w| lower[at..].contains(w));
    (out && whole(context) && has(&LOOPS, context.lower()))
        .then(|| Span::new(start, start + piece.len()))
}

/// Whether a text, in lower case, has the words of a title of such a removal at all: other reports are not asked.
pub(in crate::encounter) fn may_be_titled(text: &str) -> bool {
    TAKING.iter().any(|w| {
        let mut places = memmem::find_iter(text.as_bytes(), w);
        places.any(|at| is_foreign(&object(&text[at + w.len()..])))
    })
}

/// Whether a text, in lower case, has the words for a snare that took hold of such a thing: others are not asked.
pub(in crate::encounter) fn may_be_pulled_out(text: &str) -> bool {
    let told = |words| has(words, text);
    told(OUT) && (told(ASTRAY) || told(LOST) || told(PIECES)) || told(GRIPS) && told(PIECES)
}

fn has(list: &[&str], text: &str) -> bool {
    list.iter().any(|w| holds(text, w))
}

/// "Retrieval of a foreign body", "Removal of a lost guidewire" in the title.
fn titled(context: &Context<'_>, record: &Record<'_>) -> Option<Span> {
    if record.mode != Mode::Claim && !is_title(context, record) {
        return None;
    }
    let span = record.clause.span;
    let lower = &context.lower()[span.start..span.end];
    let verb = TAKING
        .iter()
        .find_map(|w| lower.find(w).map(|at| at + w.len()))?;
    let what = object(&lower[verb..]);
    let foreign = is_foreign(&what) && (what.contains("foreign body") || !what.contains("filter"));
    foreign.then(|| Span::new(span.start, span.start + verb - 1))
}

/// The few words that a text begins with.
fn object(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().take(6).collect();
    words.join(" ")
}

/// Whether the words of a title name a foreign body.
fn is_foreign(what: &str) -> bool {
    what.contains("foreign body") || (has(ASTRAY, what) && has(THINGS, what))
}

/// Whether the report tells of a fragment at all, and of no filter.
fn whole(context: &Context<'_>) -> bool {
    let text = context.lower();
    has(PIECES, text) && !text.contains("filter")
}

/// Whether a sentence of the report tells how a thing was lost, and none of a filter.
fn is_lost(context: &Context<'_>) -> bool {
    let text = context.lower();
    let sentence = |span: Span| {
        let said = &text[span.start..span.end];
        has(LOST, said) && has(THINGS, said)
    };
    !text.contains("filter") && context.units.iter().any(|u| sentence(u.unit.span))
}
