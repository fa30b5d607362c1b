//! Vessel names and the lists they stand in: "common and external iliac veins", "right CIV/EIV/CFV".

use smallvec::smallvec;

use super::{
    Word,
    sides::{Side, SideBasis},
};
use crate::{
    lexicon::{Action, Form, Grammar, Label, Lexicon, SideWord, VesselId},
    text::Span,
};

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

/// Words that may stand between the parts of a list without ending it.
const GLUE: &[&str] = &[
    "the",
    "a",
    "an",
    "her",
    "his",
    "its",
    "their",
    "this",
    "that",
    "native",
    "entire",
    "whole",
    "rest",
    "remaining",
    "adjacent",
    "main",
    "upper",
    "lower",
    "middle",
    "mid-",
    "terminal",
    "of",
    "treated",
    "untreated",
    "stented",
    "dominant",
    "single",
    "second",
    "first",
    "third",
    "more",
    "most",
    "very",
    "small",
    "large",
    "tiny",
    "old",
    "new",
    "existing",
    "recipient",
    "neighboring",
    "patient's",
    "two",
    "three",
    "four",
    "all",
    "cranial",
    "caudal",
    "central",
    "peripheral",
    "ipsilateral",
    "thoracic",
    "lowest",
    "uppermost",
    "visible",
    "imaged",
    "long",
    "transposed",
    "previously",
    "whole",
    "respective",
    "same",
    "segment",
    "segments",
    "portion",
    "portions",
    "part",
    "distal",
    "proximal",
    "mid",
    "ostial",
    "juxtarenal",
    "infrarenal",
    "suprarenal",
    "occluded",
    "stenotic",
    "diseased",
    "compressed",
    "thrombosed",
    "narrowed",
    "next",
    "length",
    "vein",
    "artery",
    "veins",
    "arteries",
    "venous",
    "arterial",
];

/// Nouns that make the name before them a place: "the renal ostia", "the lower renal mark", "the femoral side".
const PLACES_AFTER: &[&str] = &[
    "origin", "origins", "ostium", "ostia", "mouth", "mouths", "takeoff", "take-off", "orifice",
    "orifices", "level", "levels", "inflow", "inflows", "mark", "marks", "marker", "markers",
    "side", "region", "opening", "openings",
];

/// Nouns of place: "at the origin of the renal artery" is a place, not the artery.
const PLACES: &[&str] = &[
    "origin",
    "origins",
    "ostium",
    "ostia",
    "mouth",
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
];

/// Drops meanings that the surroundings rule out: "AT" in a line of capitals, "L" with no vessel after it.
pub(super) fn drop_doubtful(text: &str, mut words: Vec<Word>, capitals: bool) -> Vec<Word> {
    const LIMBS: &[&str] = &[
        "leg",
        "lower",
        "upper",
        "arm",
        "groin",
        "limb",
        "thigh",
        "calf",
        "neck",
        "side",
        "common",
        "external",
        "internal",
        "superficial",
        "iliac",
        "kidney",
        "&",
        "and",
        "hypogastric",
        "foot",
    ];
    // "the left main renal artery" is no coronary artery.
    for i in 0..words.len().saturating_sub(1) {
        let span = words[i].span;
        let name = &text[span.start..span.end];
        let main = name.len() > 5
            && name.is_char_boundary(4)
            && name[..4].eq_ignore_ascii_case("left")
            && name.to_ascii_lowercase().ends_with(" main");
        if main
            && words[i + 1].is_vessel()
            && text[span.end..words[i + 1].span.start].trim().is_empty()
        {
            words[i].span = Span::new(span.start, span.start + 4);
            words[i].labels = smallvec![Label::Side(SideWord::Left)];
        }
    }
    let vesselish = |w: &Word| w.is_vessel() || w.side().is_some() || w.group().is_some();
    let near = |from: usize, to: usize| {
        text[from..to]
            .trim_matches([',', '/', ' ', '(', '&', '.'])
            .is_empty()
    };
    for i in 0..words.len() {
        let span = words[i].span;
        // "both intact", "each of them": no sides.
        if ["both", "each", "either"]
            .iter()
            .any(|w| text[span.start..span.end].eq_ignore_ascii_case(w))
        {
            let rest = text[span.end..].trim_start();
            let after = words
                .get(i + 1)
                .filter(|w| gap(text, span.end, w.span.start).is_some());
            let named = after.is_some_and(|w| vesselish(w) || w.is_grammar(Grammar::Partial));
            // "in both arm positions"
            let posture = rest
                .split_whitespace()
                .nth(1)
                .is_some_and(|w| w.starts_with("position") || w.starts_with("maneuver"));
            if posture
                || !named
                    && !LIMBS.iter().any(|l| {
                        rest.get(..l.len())
                            .is_some_and(|r| r.eq_ignore_ascii_case(l))
                    })
            {
                words[i].labels.retain(|l| !matches!(l, Label::Side(_)));
            }
            continue;
        }
        if span.end - span.start > 2 && !text[span.start..span.end].eq_ignore_ascii_case("per") {
            continue;
        }
        let before = i
            .checked_sub(1)
            .map(|j| &words[j])
            .filter(|w| near(w.span.end, span.start));
        let after = words.get(i + 1).filter(|w| near(span.end, w.span.start));
        let rest = text[span.end..].trim_start_matches(['.', ')', ' ', '/']);
        let starts = |noun: &str| {
            rest.get(..noun.len())
                .is_some_and(|r| r.eq_ignore_ascii_case(noun))
        };
        if words[i].is_vessel() && capitals {
            let listed = before.is_some_and(|w| {
                (vesselish(w) && w.side() != Some(SideWord::Both)) || w.is_grammar(Grammar::And)
            }) || after.is_some_and(vesselish);
            if !listed && !starts("art") && !starts("vei") {
                words[i]
                    .labels
                    .retain(|l| !matches!(l, Label::Vessel { .. }));
            }
        } else if span.end - span.start == 1 && words[i].side().is_some() {
            let cell = text[..span.start].ends_with("| ") || text[span.end..].starts_with(" |");
            if !after.is_some_and(vesselish) && !LIMBS.iter().any(|l| starts(l)) && !cell {
                words[i].labels.retain(|l| !matches!(l, Label::Side(_)));
            }
        }
    }
    words.retain(|w| !w.labels.is_empty());
    words
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
            let rest = text[list.span.end..unit.end].trim_start();
            let noun = rest
                .split([' ', ',', '.', ';', ')', ':'])
                .next()
                .unwrap_or_default();
            if list.place.is_none() && PLACES_AFTER.contains(&noun.to_ascii_lowercase().as_str()) {
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

/// Whether a list starts at word `i`: a vessel, or a side or partial name with a vessel right after it.
fn starts_list(text: &str, words: &[Word], i: usize) -> bool {
    let word = &words[i];
    if word.is_vessel() || word.group().is_some() {
        return true;
    }
    if word.side().is_none() && !word.is_grammar(Grammar::Partial) {
        return false;
    }
    let mut j = i;
    while let Some(next) = words.get(j + 1) {
        if gap(text, words[j].span.end, next.span.start).is_none() {
            return false;
        }
        if next.is_vessel() || next.group().is_some() {
            return true;
        }
        if next.side().is_none()
            && !next.is_grammar(Grammar::Partial)
            && !next.is_grammar(Grammar::And)
        {
            return false;
        }
        j += 1;
    }
    false
}

/// "ended within the right common iliac vein, and the right external iliac vein was free": the second name is the
/// subject of a clause of its own, when the first is the object of a preposition.
fn opens_clause(text: &str, words: &[Word], start: usize, and: usize) -> bool {
    const PREPOSITIONS: &[Grammar] = &[
        Grammar::In,
        Grammar::To,
        Grammar::Through,
        Grammar::From,
        Grammar::At,
    ];
    let object = words[..start]
        .last()
        .and_then(Word::grammar)
        .is_some_and(|g| PREPOSITIONS.contains(&g));
    let next: Vec<&Word> = words[and + 1..]
        .iter()
        .take_while(|w| w.is_vessel() || w.side().is_some())
        .collect();
    let singular = next.last().is_some_and(|w| {
        ["was ", "is ", "has ", "had "]
            .iter()
            .any(|v| text[w.span.end..].trim_start().starts_with(v))
    });
    object && singular && text[..words[and].span.start].trim_end().ends_with(',')
}

/// What stands between two parts of a list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    Close,
    /// A comma, slash or bracket.
    Separator,
}

/// Reads the text between two words of a list; `None` when it ends the list.
fn gap(text: &str, from: usize, to: usize) -> Option<Gap> {
    let between = &text[from..to.max(from)];
    let mut separated = false;
    for token in between
        .split([' ', '(', ')', '-', '[', ']'])
        .filter(|t| !t.is_empty())
    {
        let token = token.trim_end_matches('.');
        let bare = token.trim_matches([',', '/', '+']);
        if token.contains([',', '/', '+']) {
            separated = true;
        }
        if !bare.is_empty() && !GLUE.iter().any(|g| g.eq_ignore_ascii_case(bare)) {
            return None;
        }
    }
    Some(if separated {
        Gap::Separator
    } else {
        Gap::Close
    })
}

fn read_list(
    text: &str,
    words: &[Word],
    start: usize,
    lexicon: &Lexicon,
) -> (Option<VesselList>, usize) {
    let mut atoms: Vec<Atom> = Vec::new();
    let mut side: Option<(SideWord, Option<Span>)> = None;
    let mut partials: Vec<Span> = Vec::new();
    let mut end = words[start].span.start;
    let mut i = start;
    let mut joined = true;
    while i < words.len() {
        let word = &words[i];
        if i > start {
            match gap(text, words[i - 1].span.end, word.span.start) {
                None => break,
                Some(Gap::Separator) => joined = true,
                Some(Gap::Close) => {}
            }
        }
        let named = word.is_vessel() || word.group().is_some();
        if named {
            if !joined
                && !atoms.is_empty()
                && side.is_none_or(|(_, at)| {
                    at.is_none_or(|s| s.start < atoms[atoms.len() - 1].span.end)
                })
            {
                // Two names with nothing between them ("cephalic arch vein") belong to two lists.
                let adjective = atoms.last().is_some_and(|a| a.form == Form::Bare);
                if !adjective {
                    break;
                }
            }
            let mut atom = atom(word);
            if atom.side_word.is_none() {
                atom.side_word = side;
            } else {
                side = atom.side_word;
            }
            for span in partials.drain(..) {
                if let Some(mut shared) = shared_head(text, span, &atom, lexicon) {
                    shared.side_word = shared.side_word.or(side);
                    atoms.push(shared);
                }
            }
            end = atom.span.end;
            atoms.push(atom);
            joined = false;
        } else if let Some(word_side) = word.side() {
            // A side after the names and before a new name starts that name; at the end it belongs to all.
            let more = starts_list(text, words, i);
            if atoms.is_empty() || (more && (joined || word_side != SideWord::Both)) {
                // "the right and the left common femoral arteries", "left then right".
                let both = atoms.is_empty()
                    && joined
                    && matches!(side, Some((other, _)) if other != word_side);
                side = Some((
                    if both { SideWord::Both } else { word_side },
                    Some(word.span),
                ));
                joined = joined && !atoms.is_empty();
            } else if joined && !more {
                break;
            } else {
                for atom in &mut atoms {
                    if atom.side_word.is_none() {
                        atom.side_word = Some((word_side, Some(word.span)));
                    }
                }
                i += 1;
                end = word.span.end;
                break;
            }
        } else if word.is_grammar(Grammar::And) && !word.is_vessel() {
            if opens_clause(text, words, start, i) {
                break;
            }
            joined = true;
        } else if word.is_grammar(Grammar::Partial) {
            partials.push(word.span);
        } else if word.is_grammar(Grammar::In) && !atoms.is_empty() && joined_side(text, words, i) {
            // "… on the left".
            let side = words[i + 1].side().map(|s| (s, Some(words[i + 1].span)));
            for atom in &mut atoms {
                atom.side_word = atom.side_word.or(side);
            }
            end = words[i + 1].span.end;
            i += 2;
            break;
        } else {
            break;
        }
        i += 1;
    }
    if atoms.is_empty() {
        return (None, i);
    }
    let first = words[start].span.start.min(atoms[0].span.start);
    (
        Some(VesselList {
            span: Span::new(first, end.max(atoms[atoms.len() - 1].span.end)),
            atoms,
            prep: None,
            place: None,
        }),
        i,
    )
}

/// Whether word `i` is "on" with a side right after it that no vessel follows.
fn joined_side(text: &str, words: &[Word], i: usize) -> bool {
    text[words[i].span.start..words[i].span.end].eq_ignore_ascii_case("on")
        && words.get(i + 1).is_some_and(|w| {
            w.side().is_some() && gap(text, words[i].span.end, w.span.start) == Some(Gap::Close)
        })
        && !starts_list(text, words, i + 1)
}

fn atom(word: &Word) -> Atom {
    let mut atom = Atom {
        span: word.span,
        candidates: Vec::new(),
        group: word.group(),
        form: Form::Full,
        plural: false,
        side_word: None,
        sides: Vec::new(),
        side_basis: SideBasis::Missing,
    };
    let mut best = None;
    if atom.group.is_some() {
        return atom;
    }
    for label in &word.labels {
        if let Label::Vessel {
            id,
            form,
            side,
            plural,
        } = label
        {
            let rank = match form {
                Form::Full => 0,
                Form::Abbreviation => 1,
                Form::Bare => 2,
                Form::Misspelt => 3,
            };
            if best.is_none_or(|b| rank < b) {
                best = Some(rank);
                atom.candidates.clear();
            }
            if best == Some(rank) {
                atom.candidates.push(*id);
                atom.form = *form;
                atom.plural = *plural;
                if let Some(side) = side {
                    atom.side_word = Some((*side, None));
                }
            }
        }
    }
    atom
}

/// The vessel of a shared head: "common" before "external iliac veins" is the common iliac vein.
fn shared_head(text: &str, partial: Span, next: &Atom, lexicon: &Lexicon) -> Option<Atom> {
    let word = text[partial.start..partial.end].to_ascii_lowercase();
    if ![
        "common",
        "external",
        "internal",
        "superficial",
        "deep",
        "anterior",
        "posterior",
        "superior",
        "inferior",
    ]
    .contains(&word.as_str())
    {
        return None;
    }
    let mut candidates = Vec::new();
    for id in &next.candidates {
        let name = &lexicon.vessel(*id).name;
        let (_, head) = name.split_once(' ')?;
        let wanted = format!("{word} {head}");
        let found = lexicon.vessels.iter().position(|v| v.name == wanted);
        candidates.extend(found.and_then(|n| u16::try_from(n).ok()).map(VesselId));
    }
    (!candidates.is_empty() && !candidates.iter().any(|c| next.candidates.contains(c))).then(|| {
        Atom {
            span: partial,
            candidates,
            ..next.clone()
        }
    })
}

/// Finds the preposition in front of a list, over articles and nouns of place.
fn govern(text: &str, words: &[Word], first: usize, unit: Span, list: &mut VesselList) {
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
                GLUE.iter().any(|g| g.eq_ignore_ascii_case(t))
                    || PLACES.iter().any(|p| p.eq_ignore_ascii_case(t))
                    || t.is_empty()
            });
        // "Above that the SFA …", "beneath it the vein …": the preposition has its object.
        let object = tokens
            .first()
            .is_some_and(|t| ["that", "this", "it"].contains(&t.to_ascii_lowercase().as_str()))
            && tokens.len() > 1;
        if !glue || object {
            return;
        }
        if let Some(token) = tokens
            .iter()
            .find(|t| PLACES.iter().any(|p| p.eq_ignore_ascii_case(t)))
        {
            let start = text[..at].rfind(token).unwrap_or(at);
            list.place = Some(Span::new(start, start + token.len()));
        }
        match word.grammar() {
            Some(Grammar::Of) if list.prep.is_none() => {
                list.prep = Some((Grammar::Of, word.span));
                // "origin of the", "level of the": look one step further back.
                let before = text[floor..word.span.start].trim_end();
                let noun = before.rsplit([' ', '(']).next().unwrap_or_default();
                let part = [
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
                if PLACES.iter().any(|p| p.eq_ignore_ascii_case(noun)) {
                    list.place = Some(Span::new(
                        before.len() - noun.len() + floor,
                        before.len() + floor,
                    ));
                    at = before.len() - noun.len() + floor;
                    continue;
                } else if part.iter().any(|p| p.eq_ignore_ascii_case(noun)) {
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
                return;
            }
        }
    }
}
