//! Vena cava filters: put in, moved, taken out, or only there. Embolic-protection filters of arterial work are another
//! thing.

use super::{
    super::reader::{Context, Mode, Record},
    acts::is_title,
};
use crate::{
    context::{Status, assert_act},
    lexicon::{Device, System, Technique},
    mention::Word,
    segment::Layout,
    text::{Span, preceding},
};

/// What the words say was done with a filter.
pub(super) struct FilterWork {
    pub(super) technique: Technique,
    pub(super) word: Span,
    pub(super) status: Status,
}

const PUT_IN: &[&str] = &[
    "placed",
    "deployed",
    "released",
    "inserted",
    "implanted",
    "opened",
    "placement",
    "insertion",
    "deployment",
    "delivered",
    "positioned",
    "left in the cava",
    "put in",
    "done",
];
const TAKEN_OUT: &[&str] = &[
    "retriev",
    "remov",
    "captured",
    "snared",
    "collapsed",
    "sheathed",
    "extracted",
    "extraction",
    "came free",
    "recovered",
    "explant",
    "withdrawn into",
    "pulled into",
    "taken out",
    "delivered through",
    "came out",
];
/// What came out is not named again: "Snare on hook, second try. 11F over. Out in 1 piece."
const OUT_WHOLE: [&str; 6] = [
    "out in 1 piece",
    "out in one piece",
    "out in a single piece",
    "out as one piece",
    "out whole",
    "out intact",
];
/// So far back a filter may be named that comes out in a sentence without its name.
const NAMED_WITHIN: usize = 4096;
const MOVED: &[&str] = &["reposition"];
/// A filter told as a thing that is already there.
const THERE: &[&str] = &[
    "below the",
    "above the",
    "under the",
    "through the",
    "of the",
    "in the",
    "at the",
    "past the",
    "on the",
    "beneath the",
    "existing",
    "old",
    "prior",
    "previous",
    "former",
    "known",
    "old ivc",
    "indwelling",
    "retained",
    "permanent",
    "abandoned",
    "across the",
    "around the",
    "within the",
    "inside the",
    "past a",
    "through a",
];

/// "Through the cone of the filter, snared from the neck", "across the filter, and the wire was snared": a wire went through it.
fn is_passed(before: &str, after: &str) -> bool {
    const WIRES: [&str; 4] = ["wire was ", "wire is ", "wire then ", "glidewire was "];
    let after = after.trim_start_matches(", ");
    let wire = |w: &str| {
        after
            .split_once(w)
            .is_some_and(|(lead, rest)| lead.len() <= 24 && rest.starts_with("snared"))
    };
    (before.contains("through") && after.starts_with("snared")) || WIRES.iter().any(|w| wire(w))
}

/// "Filter-bearing cava", "scar after infected filter", "IVC filter thrombosis": a title with a filter that is there already.
fn is_old(before: &str, after: &str) -> bool {
    const AFTER: [&str; 14] = [
        "in place",
        "left in place",
        "in situ",
        "-bearing",
        "bearing",
        "-related",
        "related",
        "carrier",
        "thromb",
        "clot",
        "occlu",
        "fracture",
        "stenosis",
        "infection",
    ];
    const STATES: [&str; 11] = [
        "infected",
        "clotted",
        "thrombosed",
        "occluded",
        "fractured",
        "broken",
        "tilted",
        "embedded",
        "migrated",
        "penetrating",
        "removed",
    ];
    let mut words = before.split(' ').rev().filter(|w| !w.is_empty());
    let last = words.next().unwrap_or_default();
    let later = ["after", "following", "despite"];
    STATES.contains(&last)
        || later.contains(&last)
        || words.next().is_some_and(|w| later.contains(&w))
        || AFTER.iter().any(|w| after.starts_with(w))
}

/// What a clause tells of filters, apart from the phrases of the lexicon.
pub(super) fn work(context: &Context<'_>, record: &Record<'_>) -> Vec<FilterWork> {
    let mut found = Vec::new();
    // "Filter was therefore done in the bed with IVUS as the only guidance": told before the description begins.
    let guided = || {
        record
            .act
            .is_some_and(|(_, a)| a.status == Status::Performed)
    };
    if record.mode == Mode::Off
        || (record.mode == Mode::Reason && !guided())
        || (context.units[record.unit].unit.layout == Layout::Heading && record.unit >= 4)
    {
        return found;
    }
    for word in record
        .clause
        .words
        .iter()
        .filter(|w| w.device() == Some(Device::Filter))
    {
        let before = &context.lower()[record.clause.span.start..word.span.start];
        let after = &context.lower()[word.span.end..record.clause.span.end];
        // "A Denali was loaded, and under IVUS I watched the hook come out and released": by its own name it is one in hand.
        let told = &context.lower()[word.span.start..word.span.end];
        let branded = !["filter", "umbrella", "aln"]
            .iter()
            .any(|w| told.contains(w));
        let near_after: String = after
            .split_whitespace()
            .take(if branded { 36 } else { 9 })
            .collect::<Vec<_>>()
            .join(" ");
        let near_before: String = {
            let tokens: Vec<&str> = before.split_whitespace().collect();
            let near = tokens[tokens.len().saturating_sub(6)..].join(" ");
            // "a retrievable filter" was not taken out.
            near.replace("retrievable", "").replace("removable", "")
        };
        // "through a retained caval filter"
        let near_before = [" caval", " ivc", " vena cava", " cava", " infrarenal"]
            .iter()
            .find_map(|w| near_before.strip_suffix(w))
            .map_or(near_before.clone(), str::to_owned);
        // "The filter was neither moved nor removed."
        if ["was neither", "were neither", "is neither", "has neither"]
            .iter()
            .any(|w| near_after.starts_with(w))
        {
            continue;
        }
        // Stems are looked for at the start of words: "displaced" is not "placed".
        let has = |list: &[&str], text: &str| {
            list.iter()
                .any(|w| text.starts_with(w) || text.contains(&format!(" {w}")))
        };
        let technique = if has(MOVED, &near_after) || has(MOVED, &near_before) {
            Technique::FilterReposition
        } else if (has(TAKEN_OUT, &near_after) && !is_passed(&near_before, &near_after))
            || (has(TAKEN_OUT, &near_before)
                && !THERE
                    .iter()
                    .any(|t| near_before.ends_with(t) && !near_before.ends_with("of the")))
        {
            Technique::FilterRetrieval
        } else if has(PUT_IN, &near_after) || near_before.split(' ').any(|t| PUT_IN.contains(&t)) {
            if THERE.iter().any(|t| near_before.ends_with(t))
                && !near_before.contains("placement of")
                && !near_before.contains("insertion of")
            {
                continue;
            }
            Technique::FilterInsertion
        } else if (is_title(context, record)
            || context.units[record.unit].unit.layout == Layout::Heading)
            && !THERE.iter().any(|t| near_before.ends_with(t))
            && !is_old(&near_before, &near_after)
        {
            Technique::FilterInsertion
        } else {
            continue;
        };
        let told = status(context, record, word);
        let status = if is_talked_of(&near_before, &near_after) {
            Status::Planned
        } else {
            settled(told, &near_after)
        };
        found.push(FilterWork {
            technique,
            word: word.span,
            status,
        });
    }
    if found.is_empty() {
        found.extend(out_whole(context, record));
    }
    found
}

/// A filter that comes out in words that do not name it.
fn out_whole(context: &Context<'_>, record: &Record<'_>) -> Option<FilterWork> {
    let span = record.clause.span;
    let told = &context.lower()[span.start..span.end];
    let (at, cue) = OUT_WHOLE.iter().find_map(|w| Some((told.find(w)?, w)))?;
    let before = preceding(context.lower(), span.start + at, NAMED_WITHIN);
    let caught = ["hook", "snare", "retriev", "filter out"];
    let live = matches!(record.mode, Mode::Live | Mode::Summary);
    (live && before.contains("filter") && caught.iter().any(|w| before.contains(w))).then(|| {
        let start = span.start + at;
        FilterWork {
            technique: Technique::FilterRetrieval,
            word: Span::new(start, start + cue.len()),
            status: Status::Performed,
        }
    })
}

/// "We talked with him about filter removal as a separate procedure in two months": of another day.
fn is_talked_of(near_before: &str, near_after: &str) -> bool {
    const ABOUT: [&str; 6] = [
        "about",
        "regarding",
        "concerning",
        "discussed",
        "discuss",
        "discussing",
    ];
    const LATER: [&str; 5] = [
        "as a separate procedure",
        "at a later",
        "at another",
        "in the future",
        "at a separate",
    ];
    near_before
        .split_whitespace()
        .rev()
        .take(3)
        .any(|w| ABOUT.contains(&w))
        || LATER.iter().any(|w| near_after.contains(w))
}

/// What the words after a filter leave of an act: tried in vain, or done on another day.
fn settled(told: Status, near_after: &str) -> Status {
    match told {
        Status::Performed
            if [
                "could not",
                "cannot",
                "was not",
                "not be",
                "unable",
                "failed",
                "unsuccessful",
                "attempted",
            ]
            .iter()
            .any(|w| near_after.contains(w)) =>
        {
            Status::Attempted
        }
        Status::Performed
            if [
                "had been",
                "previously",
                "years ago",
                "months ago",
                "weeks ago",
                "elsewhere",
                "at another",
                "at an outside",
                "has been",
            ]
            .iter()
            .any(|w| near_after.contains(w)) =>
        {
            Status::Historical
        }
        told => told,
    }
}

pub(super) fn status(context: &Context<'_>, record: &Record<'_>, word: &Word) -> Status {
    match record.mode {
        Mode::Past => Status::Historical,
        Mode::Plan | Mode::Off => Status::Planned,
        Mode::Reason if record.act.is_none() => Status::Planned,
        _ => assert_act(context.text(), &record.clause, word.span, context.lexicon).status,
    }
}

/// Whether the filters of a report are vena cava filters: it names them so, or tells of veins and not of arteries treated
/// under a protection device.
pub(super) fn is_caval(context: &Context<'_>, records: &[Record<'_>]) -> bool {
    let text = context.text();
    let mut arteries = 0;
    let mut veins = 0;
    for record in records {
        for word in record
            .clause
            .words
            .iter()
            .filter(|w| w.device() == Some(Device::Filter))
        {
            let said = text[word.span.start..word.span.end].to_ascii_lowercase();
            if said != "filter" {
                return true;
            }
        }
        for atom in record.clause.lists.iter().flat_map(|l| &l.atoms) {
            if let Some(vessel) = atom.vessel() {
                match context.lexicon.vessel(vessel).system {
                    System::Artery => arteries += 1,
                    System::Vein => veins += 1,
                    _ => {}
                }
            }
        }
    }
    veins >= arteries
}
