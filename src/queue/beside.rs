//! What a text puts beside each vessel it names: findings and numbers. For comparing a question with the report it is about,
//! so it reads sentence by sentence and asks nothing about IVUS.

#![expect(
    clippy::string_slice,
    reason = "spans come from matches in the folded text and lie on character boundaries"
)]

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;

use crate::{
    lexicon::{Lexicon, Polarity},
    mention::{self, Atom, Side, UnitMentions},
    segment,
    text::{Folded, Span},
};

/// A vessel or group of vessels by its id, with its side.
type Place = (String, Side);

/// One vessel as it is named, with all that the name may mean.
type Name = BTreeSet<Place>;

/// A finding or number, and the vessels it stands beside; none when no vessel is named near it.
#[derive(Debug)]
struct Saying {
    what: String,
    of: Vec<Name>,
}

/// What a text says of vessels.
#[derive(Debug, Default)]
pub(super) struct Sayings {
    names: Vec<Name>,
    said: Vec<Saying>,
}

impl Sayings {
    /// Reads a text.
    pub(super) fn of(lexicon: &Lexicon, text: &str) -> Self {
        let (folded, hits) = lexicon.find(Folded::new(text));
        let segmented = segment::segment(text, &folded, &hits, lexicon);
        let units = mention::mentions(&folded, &segmented, &hits, lexicon);
        let mut sayings = Self::default();
        // The vessels that a sentence without a name of its own goes on about, and the part of the text they stand in.
        let mut before: (Vec<Name>, usize) = (Vec::new(), 0);
        for unit in &units {
            let lists = lists(unit, lexicon);
            if before.1 != unit.unit.block {
                before = (Vec::new(), unit.unit.block);
            }
            for (at, what) in told(folded.text(), unit, lexicon) {
                let of = match lists.as_slice() {
                    [] => before.0.clone(),
                    some => nearest(folded.text(), at, some),
                };
                sayings.said.push(Saying { what, of });
            }
            if let Some((_, names)) = lists.last() {
                before.0.clone_from(names);
            }
            sayings
                .names
                .extend(lists.into_iter().flat_map(|(_, names)| names));
        }
        sayings
    }

    /// Whether each vessel that is named here is named, with its side, in `record`.
    pub(super) fn names_stand_in(&self, record: &Self) -> bool {
        self.names
            .iter()
            .all(|name| record.names.iter().any(|known| is_same(name, known)))
    }

    /// Whether each finding and number stands in `record`, beside the same vessel when it stands beside one here.
    pub(super) fn stand_in(&self, record: &Self) -> bool {
        let known = |what: &str, name: Option<&Name>| {
            let mut same = record.said.iter().filter(|s| s.what == what);
            same.any(|s| name.is_none_or(|n| s.of.iter().any(|of| is_same(n, of))))
        };
        self.said.iter().all(|saying| match saying.of.as_slice() {
            [] => known(&saying.what, None),
            of => of.iter().all(|name| known(&saying.what, Some(name))),
        })
    }
}

/// Whether a name can mean a vessel that is known; a name without its side can mean either side.
fn is_same(name: &Name, known: &Name) -> bool {
    name.iter().any(|(id, side)| {
        let fits = |(other, its): &Place| id == other && (side == its || *side == Side::Unknown);
        known.iter().any(fits)
    })
}

/// The vessels that are named together, list by list, with where they stand.
fn lists(unit: &UnitMentions, lexicon: &Lexicon) -> Vec<(Span, Vec<Name>)> {
    let mut lists: Vec<(Span, Vec<Name>)> = Vec::new();
    for list in &unit.lists {
        let names = list.atoms.iter().flat_map(|atom| names(atom, lexicon));
        lists.push((list.span, names.collect()));
    }
    lists.retain(|(_, names)| !names.is_empty());
    lists.sort_by_key(|(span, _)| span.start);
    lists
}

/// What one name means: of "both" and the like each side is a name of its own.
fn names(atom: &Atom, lexicon: &Lexicon) -> Vec<Name> {
    let mut ids: Vec<String> = atom
        .candidates
        .iter()
        .map(|id| lexicon.vessel(*id).id.clone())
        .collect();
    ids.extend(
        atom.group
            .map(|g| format!("group {}", lexicon.groups[usize::from(g)].id)),
    );
    if ids.is_empty() {
        return Vec::new();
    }
    let of = |side: Side| ids.iter().map(|id| (id.clone(), side)).collect();
    match atom.sides.as_slice() {
        [] => vec![of(Side::Unknown)],
        sides => sides.iter().map(|side| of(*side)).collect(),
    }
}

/// The findings and numbers of a sentence with where they stand. Words that only name a measurement say nothing of a vessel.
fn told(text: &str, unit: &UnitMentions, lexicon: &Lexicon) -> Vec<(usize, String)> {
    let mut told = Vec::new();
    for word in &unit.words {
        if let Some(kind) = word.finding() {
            let kind = &lexicon.findings[usize::from(kind)];
            if matches!(kind.polarity, Polarity::Positive | Polarity::Good) {
                told.push((word.span.start, format!("finding {}", kind.id)));
            }
        }
    }
    let span = unit.unit.span;
    let dates = mention::dates(&text[span.start..span.end]);
    for (at, number) in numbers(&text[span.start..span.end]) {
        if !dates
            .iter()
            .any(|d| (d.span.start..d.span.end).contains(&at))
        {
            told.push((span.start + at, number));
        }
    }
    // "Sixty percent" has no digit and is a number all the same.
    for measure in &unit.measures {
        let own = &text[measure.span.start..measure.span.end];
        if !own.bytes().any(|b| b.is_ascii_digit()) {
            told.push((measure.span.start, number(&measure.value.to_string())));
        }
    }
    told
}

/// The numbers of a text, but for those of its lines.
fn numbers(text: &str) -> Vec<(usize, String)> {
    static NUMBERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)\blines?\s+\d+(?:\s*(?:-|to|and|,)\s*\d+)*|(\d+(?:[.,]\d+)?)").ok()
    });
    let found = NUMBERS.as_ref().map(|r| r.captures_iter(text));
    found
        .into_iter()
        .flatten()
        .filter_map(|c| c.get(1))
        .map(|n| (n.start(), number(n.as_str())))
        .collect()
}

/// A number by its value: "7.0", "7,0" and "7" are one.
fn number(digits: &str) -> String {
    let digits = digits.replace(',', ".");
    let short = if digits.contains('.') {
        digits.trim_end_matches('0').trim_end_matches('.')
    } else {
        digits.as_str()
    };
    format!("number {}", short.trim_start_matches('0'))
}

/// The vessels something at a place of a sentence is said of: those before and behind it, but for one that a comma or "and"
/// parts from it when the other one is not parted.
fn nearest(text: &str, at: usize, lists: &[(Span, Vec<Name>)]) -> Vec<Name> {
    static PARTS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?i)[,;|\n]|\b(?:and|but|while|whereas|with|then)\b").ok());
    let is_parted = |between: &str| PARTS.as_ref().is_some_and(|r| r.is_match(between));
    let before = lists.iter().rfind(|(span, _)| span.start <= at);
    let behind = lists.iter().find(|(span, _)| span.start > at);
    let before = before.map(|(span, names)| (is_parted(&text[span.end.min(at)..at]), names));
    let behind = behind.map(|(span, names)| (is_parted(&text[at..span.start]), names));
    match (before, behind) {
        (Some((false, names)), Some((true, _))) | (Some((true, _)), Some((false, names))) => {
            names.clone()
        }
        (before, behind) => {
            let both = before.into_iter().chain(behind);
            both.flat_map(|(_, names)| names.clone()).collect()
        }
    }
}
