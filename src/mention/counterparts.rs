//! Vessels told by the other side alone: "the right common iliac was 14 mm, the left one 8 mm", "the corresponding vein on the
//! right", "the same was repeated on the other side".

use super::{
    Atom, UnitMentions, VesselList,
    sides::{Side, SideBasis},
};
use crate::{
    lexicon::{Form, SideWord},
    segment::Layout,
    text::{Folded, Span, runs},
};

/// Adjectives and nouns for the vessel of the other side.
const MATCHING: [&str; 7] = [
    "identical",
    "corresponding",
    "equivalent",
    "homologous",
    "matching",
    "analogous",
    "selfsame",
];
const NOUNS: [&str; 9] = [
    "vein", "veins", "artery", "arteries", "vessel", "vessels", "segment", "segments", "stretch",
];
const TWINS: [&str; 4] = ["counterpart", "counterparts", "twin", "fellow"];
/// What says that all that was done is done once more.
const REPEATED: [&str; 8] = [
    "repeated",
    "repeat",
    "done",
    "performed",
    "carried",
    "undertaken",
    "followed",
    "applied",
];
/// Verbs that "the left" may be the subject of.
const VERBS: [&str; 14] = [
    "was", "is", "had", "has", "measured", "measures", "showed", "shows", "read", "reads", "gave",
    "came", "were", "only",
];
/// Units over which a vessel is remembered.
const NEAR: usize = 2;

/// Adds to each unit the vessel that it tells by the other side alone.
pub(super) fn add(folded: &Folded, units: &mut [UnitMentions]) {
    let mut last: Option<(usize, Vec<Atom>)> = None;
    // Whether the unit before holds a reading.
    let mut read = false;
    for (number, unit) in units.iter_mut().enumerate() {
        let near = last.as_ref().filter(|(n, _)| n + NEAR >= number);
        // Without a vessel there is none to tell of the other side.
        if (near.is_some() || !unit.lists.is_empty())
            && unit.unit.layout != Layout::Heading
            && let Some((span, at, plural)) = phrase(folded, unit)
        {
            let within = before(unit, span.start);
            let near = near.map(|(_, atoms)| atoms.clone());
            // "60 mm2. Right: 140 mm2." follows the reading of its twin.
            let known = within
                .or(near)
                .filter(|_| !span_is_side(unit, span) || read);
            if let Some(list) = known.and_then(|atoms| twin(&atoms, span, at, plural)) {
                let place = unit.lists.partition_point(|l| l.span.start < span.start);
                unit.lists.insert(place, list);
            }
        }
        read = !unit.measures.is_empty();
        if let Some(list) = unit.lists.last() {
            last = Some((number, list.atoms.clone()));
        }
    }
}

/// Whether the words are a side alone.
fn span_is_side(unit: &UnitMentions, span: Span) -> bool {
    unit.words
        .iter()
        .any(|w| w.span == span && w.side().is_some())
}

/// The names of the list that stands last before a place in a unit.
fn before(unit: &UnitMentions, at: usize) -> Option<Vec<Atom>> {
    let mut lists = unit.lists.iter().rev();
    lists.find(|l| l.span.end <= at).map(|l| l.atoms.clone())
}

/// The same vessels on the other side, when one side was told of them.
fn twin(atoms: &[Atom], span: Span, told: Option<Side>, plural: bool) -> Option<VesselList> {
    let sided: Vec<&Atom> = atoms
        .iter()
        .filter(|a| a.sides != [Side::None] && a.group.is_none())
        .collect();
    let [first, rest @ ..] = &sided[..] else {
        return None;
    };
    let &[here] = &first.sides[..] else {
        return None;
    };
    let there = here.other()?;
    let same = rest.iter().all(|a| a.sides == first.sides);
    if !same || (!plural && !rest.is_empty()) || told.is_some_and(|s| s != there) {
        return None;
    }
    let word = match there {
        Side::Left => SideWord::Left,
        _ => SideWord::Right,
    };
    let copy = |a: &&Atom| Atom {
        span,
        form: Form::Bare,
        side_word: Some((word, None)),
        sides: vec![there],
        side_basis: SideBasis::Stated,
        ..(*a).clone()
    };
    Some(VesselList {
        span,
        atoms: sided.iter().map(copy).collect(),
        prep: None,
        place: None,
    })
}

/// The words of a unit that stand for a vessel of the other side, the side they tell, and whether they may be several.
fn phrase(folded: &Folded, unit: &UnitMentions) -> Option<(Span, Option<Side>, bool)> {
    let text = folded.text();
    let start = unit.unit.span.start;
    if let Some((span, side)) = headed(text, unit) {
        return Some((span, side, false));
    }
    let told = &folded.lower()[start..unit.unit.span.end];
    let words: Vec<(Span, &str)> = runs(told)
        .map(|(s, w)| (Span::new(s.start + start, s.end + start), w))
        .collect();
    let sided = unit.words.iter().filter_map(|w| Some((w.span, w.side()?)));
    let sides: Vec<Option<Side>> = sided
        .filter_map(|(_, s)| match s {
            SideWord::Left => Some(Some(Side::Left)),
            SideWord::Right => Some(Some(Side::Right)),
            SideWord::Contralateral => Some(None),
            _ => None,
        })
        .collect();
    let free = |span: Span| {
        !unit
            .lists
            .iter()
            .any(|l| l.span.start < span.end && span.start < l.span.end)
    };
    let word = |i: usize| words.get(i).map_or("", |(_, w)| *w);
    for (i, (at, w)) in words.iter().enumerate() {
        let found = match *w {
            w if MATCHING.contains(&w) => matching(&word, i),
            w if TWINS.contains(&w) => Some((i, i, w.ends_with('s'))),
            "left" | "right" => one(text, &words, i),
            "same" => repeated(&word, i).or_else(|| matching(&word, i)),
            _ => None,
        };
        let Some((from, to, plural)) = found else {
            continue;
        };
        let span = Span::new(words[from].0.start, words[to].0.end);
        // The side is that of the words themselves, else of the unit.
        let own = match *w {
            "left" => Some(Some(Side::Left)),
            "right" => Some(Some(Side::Right)),
            _ => sides.iter().rev().copied().next(),
        };
        let own = own.or((TWINS.contains(w)).then_some(None));
        if let Some(side) = own
            && free(span)
            && at.start >= start
        {
            return Some((span, side, plural));
        }
    }
    None
}

/// "Opposite side: 140 mm2.", "Right: 140 mm2.": a side and its reading, and no name.
fn headed(text: &str, unit: &UnitMentions) -> Option<(Span, Option<Side>)> {
    if !unit.lists.is_empty() || unit.measures.is_empty() {
        return None;
    }
    let [first, ..] = &unit.words[..] else {
        return None;
    };
    let side = match first.side()? {
        SideWord::Left => Some(Side::Left),
        SideWord::Right => Some(Side::Right),
        SideWord::Contralateral => None,
        _ => return None,
    };
    let before = text[unit.unit.span.start..first.span.start].trim();
    // "Left limb 16 x 20" is a device, "left leg" a new place.
    let bare = [
        "left",
        "right",
        "l",
        "r",
        "opposite",
        "opposite side",
        "contralateral",
        "the other side",
    ];
    let name = text[first.span.start..first.span.end].to_ascii_lowercase();
    let alone = unit.words.iter().filter(|w| w.side().is_some()).count() == 1;
    if unit.unit.layout != Layout::Prose || !alone || !bare.contains(&name.as_str()) {
        return None;
    }
    let after = &text[first.span.end..unit.unit.span.end];
    let after = after.strip_prefix(" side").unwrap_or(after);
    let reading = after
        .strip_prefix([':', '='])
        .unwrap_or(after)
        .trim_start()
        .starts_with(|c: char| c.is_ascii_digit());
    let opens = before.is_empty() || [",", ";", "and", "The", "the"].contains(&before);
    (opens && reading).then_some((first.span, side))
}

/// "the corresponding vein", "the matching right iliac segment" names its vessel itself.
fn matching<'t>(word: &impl Fn(usize) -> &'t str, i: usize) -> Option<(usize, usize, bool)> {
    let next = word(i + 1);
    let to = if ["left", "right"].contains(&next) {
        i + 2
    } else {
        i + 1
    };
    NOUNS
        .contains(&word(to))
        .then(|| (i, to, word(to).ends_with('s')))
}

/// "The left one", "while the left was 8 mm", "that on the left".
fn one(text: &str, words: &[(Span, &str)], i: usize) -> Option<(usize, usize, bool)> {
    let word = |i: usize| words.get(i).map_or("", |(_, w)| *w);
    let near = |a: usize, b: usize| {
        words
            .get(a)
            .zip(words.get(b))
            .is_some_and(|((x, _), (y, _))| text.get(x.end..y.start).is_some_and(|t| t == " "))
    };
    if ["one", "ones"].contains(&word(i + 1)) && near(i, i + 1) {
        return Some((i, i + 1, word(i + 1) == "ones"));
    }
    let article = i > 0 && word(i - 1) == "the" && near(i - 1, i);
    if !article {
        return None;
    }
    // "that on the left", "the one on the left", "that of the right"
    if i >= 3 && ["on", "of"].contains(&word(i - 2)) && ["that", "one"].contains(&word(i - 3)) {
        return Some((i - 3, i, false));
    }
    let opens = text
        .get(..words[i - 1].0.start)
        .map(str::trim_end)
        .is_some_and(|b| {
            b.is_empty() || b.ends_with([',', ';', '.', ':', '\n', '\u{2013}', '\u{2014}'])
        })
        || (i >= 2 && ["while", "whereas", "and", "but", "than"].contains(&word(i - 2)));
    let after = text.get(words[i].0.end..).unwrap_or_default().trim_start();
    let verb = VERBS.contains(&word(i + 1)) && near(i, i + 1);
    let reading = after.starts_with(|c: char| c.is_ascii_digit());
    (opens && (verb || reading)).then(|| (i - 1, i, word(i + 1) == "were"))
}

/// "The same was repeated", "the same steps were done", "the same on the left".
fn repeated<'t>(word: &impl Fn(usize) -> &'t str, i: usize) -> Option<(usize, usize, bool)> {
    let again = (1..=5).any(|n| REPEATED.contains(&word(i + n)));
    let place =
        ["on", "for"].contains(&word(i + 1)) && ["the", "left", "right"].contains(&word(i + 2));
    (again || place).then_some((i, i, true))
}
