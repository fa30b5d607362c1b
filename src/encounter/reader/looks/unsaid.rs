//! Which vessel an addendum takes back: not looked at after all, to be struck, its value from another study.

use crate::{mention::VesselList, text::Span};

/// The list that a clause of an addendum takes back, by its place among the clause's lists. `lower` is the text in lower case.
pub(super) fn taken_back(lower: &str, clause: Span, lists: &[VesselList]) -> Option<usize> {
    let told = &lower[clause.start..clause.end];
    if is_of_a_part(told) || lists.is_empty() {
        return None;
    }
    let named = |words: &[&str]| {
        let mut found = words
            .iter()
            .filter_map(|w| told.find(w).map(|at| (at, w.len())));
        found.next()
    };
    let before = |at: usize| lists.iter().rposition(|l| l.span.end <= clause.start + at);
    let after = |at: usize| lists.iter().position(|l| l.span.start >= clause.start + at);
    // "I did not look at the cava", "the probe never reached the cava"
    if let Some((at, length)) = named(&UNLOOKED) {
        let object = after(at + length)
            .filter(|n| is_near(&lower[clause.start + at + length..lists[*n].span.start]));
        return object.or_else(|| before(at));
    }
    let unseen = named(&UNSEEN).filter(|_| !is_of_another_study(told));
    if let Some((at, _)) = unseen.or_else(|| named(&UNCOUNTED)) {
        return before(at);
    }
    if let Some((at, _)) = named(&ELSEWHERE).filter(|_| is_value(told) && !is_confirmed(told)) {
        return before(at);
    }
    // "Please strike the cava from the list": what is to be done with the words, not with the vessel.
    let order = STRIKE.iter().find_map(|w| {
        let rest = told.trim_start();
        let rest = rest.strip_prefix("please ").unwrap_or(rest);
        rest.starts_with(w)
            .then(|| told.len() - rest.len() + w.len())
    });
    let order = order.filter(|_| !told.contains("stent") && !told.contains("sheath"))?;
    after(order).filter(|n| is_near(&lower[clause.start + order..lists[*n].span.start]))
}

/// Acts of looking that were not done: the vessel follows, or stands before when "it" does.
const UNLOOKED: [&str; 10] = [
    "not look at",
    "n't look at",
    "never looked at",
    "never reached",
    "did not reach",
    "didn't reach",
    "never got to",
    "not get as far as",
    "never got as far as",
    "never entered",
];

/// What is told of a vessel that was not looked at.
const UNSEEN: [&str; 18] = [
    "was not studied",
    "was not imaged",
    "were not imaged",
    "were not studied",
    "was not looked at",
    "were not looked at",
    "not looked at",
    "was not part of the run",
    "was not part of the pullback",
    "was not part of the study",
    "were not part of the run",
    "were not part of the pullback",
    "was not on the recording",
    "was not on the clip",
    "was not on the run",
    "was not scanned",
    "were not scanned",
    "was not reached",
];

/// What is told of a vessel that stands where it should not.
const UNCOUNTED: [&str; 7] = [
    "should not be listed",
    "should not be counted",
    "should not be named",
    "should not have been listed",
    "should not have been named",
    "should not have been counted",
    "should not stand",
];

/// What is told of a value that another study gave.
const ELSEWHERE: [&str; 25] = [
    "copied from",
    "was from the mr",
    "came from the mr",
    "comes from the mr",
    "was taken from the mr",
    "came from the duplex",
    "was taken from the duplex",
    "came from the preceding",
    "was taken from the planning",
    "is the ct value",
    "was the ct value",
    "is a ct value",
    "value is from ct",
    "value is from the ct",
    "was from the ct",
    "was from ct",
    "came from the ct",
    "comes from the ct",
    "was taken from the ct",
    "is from the venogram",
    "was from the venogram",
    "was taken from the venogram",
    "was taken from the angiogram",
    "came from the angiogram",
    "came from the venogram",
];

/// What an addendum asks to be done with a line.
const STRIKE: [&str; 6] = [
    "strike ",
    "remove ",
    "delete ",
    "take out ",
    "leave out ",
    "ignore ",
];

/// Whether few words stand between.
fn is_near(between: &str) -> bool {
    between.split_whitespace().count() <= 4 && !between.contains([',', ';'])
}

/// "was not looked at after the stent", "on the right side": of a part of what was told.
fn is_of_a_part(told: &str) -> bool {
    const PARTS: [&str; 9] = [
        " after ",
        " again",
        " second time",
        " before ",
        " repeat",
        " beyond ",
        " part of the v",
        " part of the a",
        " on the way",
    ];
    PARTS.iter().any(|p| told.contains(p))
}

/// "The caval diameter was copied from the CT", not "the indication was copied from my note".
fn is_value(told: &str) -> bool {
    const VALUES: [&str; 13] = [
        "value", "diameter", "area", "reading", "measure", "number", "figure", "mm", "line", "row",
        "finding", "caliber", "calibre",
    ];
    VALUES.iter().any(|w| told.contains(w))
}

/// "The external iliac vein was not studied by duplex".
fn is_of_another_study(told: &str) -> bool {
    const STUDIES: [&str; 7] = [
        "duplex", "venogra", "angiogra", "doppler", " by ct", " with ct", " by mr",
    ];
    STUDIES.iter().any(|w| told.contains(w))
}

/// "The CT value of the cava was confirmed by IVUS".
fn is_confirmed(told: &str) -> bool {
    ["confirm", "agree", "as well", " also ", "both"]
        .iter()
        .any(|w| told.contains(w))
}
