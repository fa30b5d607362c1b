//! The preposition that governs a list of vessels, and the noun of place that makes the list only a place.

use super::{VesselList, glue::is_glue};
use crate::{
    lexicon::{Action, Extent, Grammar},
    mention::Word,
    text::Span,
};

/// Nouns of place: "at the origin of the renal artery", "the renal ostia", "the femoral side" are places, not the vessel.
const PLACES: &[&str] = &[
    "origin",
    "origins",
    "ostium",
    "ostia",
    "mouth",
    "mouths",
    "level",
    "takeoff",
    "take-off",
    "junction",
    "crossing",
    "orifice",
    "orifices",
    "confluence",
    "bifurcation",
    "margin",
    "edge",
    "side",
    "region",
    "height",
    "mark",
    "marks",
    "heel",
    "toe",
    "hood",
    "levels",
    "inflow",
    "inflows",
    "marker",
    "markers",
    "opening",
    "openings",
    "junctions",
];

/// Nouns for a piece of a vessel: "the distal third of the iliac vein" is the iliac vein.
const PARTS: &[&str] = &[
    "portion",
    "part",
    "segment",
    "segments",
    "third",
    "half",
    "length",
    "lumen",
    "wall",
    "rest",
    "remainder",
    "end",
    "beginning",
    "top",
    "bottom",
    "course",
    "origin",
    "origins",
    "ostium",
    "mouth",
];

fn is_one_of(list: &[&str], word: &str) -> bool {
    list.iter().any(|p| p.eq_ignore_ascii_case(word))
}

/// Whether a word is a noun of place.
pub(super) fn is_place(word: &str) -> bool {
    is_one_of(PLACES, word)
}

/// Finds the preposition in front of a list, over articles and nouns of place.
pub(super) fn govern(text: &str, words: &[Word], first: usize, unit: Span, list: &mut VesselList) {
    let mut at = list.span.start;
    let floor = unit.start;
    for back in (0..first).rev() {
        let word = &words[back];
        if word.span.end > at {
            continue;
        }
        let between = text[word.span.end.max(floor)..at].trim();
        let tokens: Vec<&str> = between.split_whitespace().collect();
        let glue = tokens.len() <= 4
            && tokens.iter().all(|t| {
                let t = t.trim_matches(['(', ')']);
                is_glue(t) || is_place(t) || t.is_empty()
            });
        // "Above that the SFA …", "beneath it the vein …": the preposition has its object.
        let object = tokens
            .first()
            .is_some_and(|t| ["that", "this", "it"].contains(&t.to_ascii_lowercase().as_str()))
            && tokens.len() > 1;
        if !glue || object {
            return;
        }
        if let Some(token) = tokens.iter().find(|t| is_place(t)) {
            let start = text[..at].rfind(token).unwrap_or(at);
            list.place = Some(Span::new(start, start + token.len()));
        }
        match word.grammar() {
            Some(Grammar::Of) if list.prep.is_none() => {
                list.prep = Some((Grammar::Of, word.span));
                // "origin of the", "level of the": look one step further back.
                let before = text[floor..word.span.start].trim_end();
                let noun = before.rsplit([' ', '(']).next().unwrap_or_default();
                if is_place(noun) {
                    list.place = Some(Span::new(
                        before.len() - noun.len() + floor,
                        before.len() + floor,
                    ));
                    at = before.len() - noun.len() + floor;
                    continue;
                } else if is_one_of(PARTS, noun) {
                    at = before.len() - noun.len() + floor;
                    continue;
                }
                return;
            }
            Some(
                prep @ (Grammar::Of
                | Grammar::In
                | Grammar::To
                | Grammar::From
                | Grammar::Through
                | Grammar::At
                | Grammar::Landmark
                | Grammar::With
                | Grammar::For),
            ) => {
                if prep != Grammar::Of || list.prep.is_none() {
                    list.prep = Some((prep, word.span));
                }
                return;
            }
            Some(Grammar::Partial) => at = word.span.start,
            _ => {
                // "introduced into", "turned to": a verb that holds its preposition.
                let verb = text[word.span.start..word.span.end].to_ascii_lowercase();
                if word.is_action(Action::Place)
                    && (verb.ends_with(" into") || verb.ends_with(" to"))
                {
                    list.prep = Some((Grammar::To, word.span));
                }
                // "the flap ends above the celiac artery": one term of extent that holds its preposition.
                let beside = word.is_extent(Extent::Separate)
                    && [" above", " proximal to"].iter().any(|w| verb.ends_with(w));
                if beside {
                    list.prep = Some((Grammar::Landmark, word.span));
                }
                return;
            }
        }
    }
}
