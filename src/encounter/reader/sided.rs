//! Which words of the text tell the side of each vessel that IVUS looked at: those beside its name or in its sentence, else
//! the last ones before it, else the first ones after it. Says where a side was read, and changes none.

use std::collections::BTreeSet;

use super::Context;
use crate::{
    encounter::{Encounter, Interrogation},
    lexicon::SideWord,
    mention::{Side, SideBasis},
    text::{Role as Mark, Span},
};

/// So many words for sides are looked through on either side of a vessel.
const REACH: usize = 64;

/// Notes the words for the side of each vessel that has left or right.
pub(super) fn note(context: &Context<'_>, encounter: &mut Encounter) {
    if encounter.interrogations.is_empty() {
        return;
    }
    let words = context.units.iter().flat_map(|u| &u.words);
    let mut told: Vec<(Span, SideWord)> = words
        .filter_map(|w| Some((context.source(w.span), w.side()?)))
        .collect();
    told.sort_by_key(|(at, _)| *at);
    for look in &mut encounter.interrogations {
        look.side_words = of(context, look, &told);
    }
}

fn of(context: &Context<'_>, look: &Interrogation, told: &[(Span, SideWord)]) -> Vec<Span> {
    let own = match look.site.side {
        Side::Left => SideWord::Left,
        Side::Right => SideWord::Right,
        Side::None | Side::Unknown => return Vec::new(),
    };
    let named = |role: Mark| look.evidence.marks().iter().filter(move |m| m.role == role);
    let named: Vec<Span> = match named(Mark::Vessel).next() {
        Some(_) => named(Mark::Vessel).map(|m| m.span).collect(),
        None => named(Mark::Lesion).map(|m| m.span).collect(),
    };
    let mut found = Vec::new();
    let mut known = BTreeSet::new();
    for (n, vessel) in named.iter().enumerate() {
        let at = match in_sentence(context, *vessel, own, told) {
            Some((at, apart)) => apart.then_some(at),
            // "LCIV" tells its side itself.
            None if n == 0 && look.side_basis != SideBasis::Stated => elsewhere(*vessel, own, told),
            None => None,
        };
        found.extend(at.filter(|at| known.insert(*at)));
    }
    found
}

/// The nearest word for the side in the sentence of a vessel, one that names the side first, and whether it stands apart from
/// the name.
fn in_sentence(
    context: &Context<'_>,
    vessel: Span,
    own: SideWord,
    told: &[(Span, SideWord)],
) -> Option<(Span, bool)> {
    let sentence = context.source(context.unit_at(vessel)?.unit.span);
    let at = told.partition_point(|(t, _)| t.start < vessel.start);
    let near = &told[at.saturating_sub(REACH)..told.len().min(at + REACH)];
    let rank = |word: SideWord| match word {
        _ if word == own => Some(0),
        SideWord::Both => Some(0),
        SideWord::Contralateral | SideWord::Ipsilateral => Some(1),
        SideWord::Left | SideWord::Right => None,
    };
    let gap = |t: Span| {
        if t.end <= vessel.start {
            vessel.start - t.end
        } else {
            t.start.saturating_sub(vessel.end)
        }
    };
    let fitting = near.iter().filter(|(t, _)| sentence.contains(*t));
    let ranked = fitting.filter_map(|(t, word)| Some((rank(*word)?, gap(*t), *t)));
    let (.., at) = ranked.min()?;
    let apart = at.end <= vessel.start || vessel.end <= at.start;
    Some((at, apart))
}

/// The last word for the side before a vessel, as of a heading; else the first one after it.
fn elsewhere(vessel: Span, own: SideWord, told: &[(Span, SideWord)]) -> Option<Span> {
    let fits = |(at, word): &&(Span, SideWord)| {
        (*word == own || *word == SideWord::Both)
            && (at.end <= vessel.start || vessel.end <= at.start)
    };
    let at = told.partition_point(|(t, _)| t.start < vessel.start);
    let (before, after) = told.split_at(at);
    let before = before.iter().rev().take(REACH).find(fits);
    let found = before.or_else(|| after.iter().take(REACH).find(fits));
    found.map(|(at, _)| *at)
}
