//! Vessel names and the lists they stand in: "common and external iliac veins", "right CIV/EIV/CFV".
//!
//! `doubtful` drops what only looks like a name, `names` reads a list from its first word on, over what `glue` allows
//! between names, and `preposition` finds what governs it.

mod doubtful;
mod glue;
mod names;
mod preposition;

use super::{
    Word,
    sides::{Side, SideBasis},
};
use crate::{
    lexicon::{Form, Grammar, Lexicon, SideWord, VesselId},
    text::Span,
};
pub(super) use doubtful::drop_doubtful;
use names::{read_list, starts_list};
use preposition::govern;

/// The preposition that governs a list of vessels.
pub(crate) type Prep = Grammar;

/// One vessel, or one word for several, in a list.
#[derive(Clone, Debug)]
pub(crate) struct Atom {
    pub(crate) span: Span,
    /// What the name may be; one after the system is known.
    pub(crate) candidates: Vec<VesselId>,
    /// The group it names, for "iliofemoral" or "central veins".
    pub(crate) group: Option<u16>,
    pub(crate) form: Form,
    pub(crate) plural: bool,
    /// The side word that stands with it.
    pub(crate) side_word: Option<(SideWord, Option<Span>)>,
    pub(crate) sides: Vec<Side>,
    pub(crate) side_basis: SideBasis,
}

impl Atom {
    /// The vessel, once resolved; `None` for a group.
    pub(crate) fn vessel(&self) -> Option<VesselId> {
        self.candidates.first().copied()
    }
}

/// Vessels named together.
#[derive(Clone, Debug)]
pub(crate) struct VesselList {
    pub(crate) span: Span,
    pub(crate) atoms: Vec<Atom>,
    /// The preposition in front, and where it stands.
    pub(crate) prep: Option<(Prep, Span)>,
    /// A noun of place between preposition and vessel: "the origin of the", "level of the".
    pub(crate) place: Option<Span>,
}

/// The lists of vessels in a unit.
pub(super) fn lists(text: &str, words: &[Word], unit: Span, lexicon: &Lexicon) -> Vec<VesselList> {
    let mut lists: Vec<VesselList> = Vec::new();
    let mut i = 0;
    while i < words.len() {
        if !starts_list(text, words, i) {
            i += 1;
            continue;
        }
        let (list, next) = read_list(text, words, i, lexicon);
        if let Some(mut list) = list {
            govern(text, words, i, unit, &mut list);
            // "the right innominate vein's mouth"
            let after = &text[list.span.end..unit.end];
            let after = after
                .strip_prefix("'s ")
                .or(after.strip_prefix("\u{2019}s "));
            let rest = after.unwrap_or(&text[list.span.end..unit.end]).trim_start();
            let noun = rest
                .split([' ', ',', '.', ';', ')', ':'])
                .next()
                .unwrap_or_default();
            let takes_off = noun.eq_ignore_ascii_case("take")
                && rest
                    .get(4..8)
                    .is_some_and(|n| n.eq_ignore_ascii_case(" off"));
            if list.place.is_none() && (takes_off || preposition::is_place(noun)) {
                let start = unit.end - rest.len();
                let place = Some(Span::new(start, start + noun.len()));
                // "round in the common iliacs, internal iliac origins not covered": only the last name is a place.
                if let Some(last) = split_before_last(text, words, &mut list) {
                    lists.push(list);
                    list = last;
                }
                list.place = place;
            }
            lists.push(list);
        }
        i = next.max(i + 1);
    }
    lists
}

/// Takes the last name out of a list of two that only a comma joins.
fn split_before_last(text: &str, words: &[Word], list: &mut VesselList) -> Option<VesselList> {
    let [first, .., last] = &list.atoms[..] else {
        return None;
    };
    let start = last
        .side_word
        .and_then(|(_, at)| at)
        .filter(|at| at.start > first.span.end)
        .map_or(last.span.start, |at| at.start);
    let coordinated = words.iter().any(|w| {
        w.is_grammar(Grammar::And) && w.span.start >= first.span.end && w.span.end <= start
    });
    let comma = text[first.span.start..start].trim_end().ends_with(',');
    if coordinated || !comma {
        return None;
    }
    let last = list.atoms.pop()?;
    let end = list.atoms.last().map_or(start, |a| a.span.end);
    let split = VesselList {
        span: Span::new(start, list.span.end),
        atoms: vec![last],
        prep: None,
        place: None,
    };
    list.span = Span::new(list.span.start, end);
    Some(split)
}
