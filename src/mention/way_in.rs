//! What tells of the way in alone: punctures, sheaths, and a way over the bifurcation to the other leg.

use super::{Atom, UnitMentions, VesselList, Word, sides::Side};
use crate::{
    lexicon::{Action, Device, Kind, Lexicon, Modality, SideWord},
    text::Span,
};

/// A way over the bifurcation to the other leg.
const OVER: [&str; 12] = [
    "crossover",
    "cross-over",
    "crossed over",
    "crossing over",
    "up and over",
    "up-and-over",
    "up & over",
    "over the bifurcation",
    "over the aortic bifurcation",
    "over the horn",
    "over the top",
    "contralateral approach",
];

/// What a side tells of when it is that of the way in.
const ENTRIES: [&str; 13] = [
    "groin",
    "femoral",
    "common femoral",
    "common fem",
    "cfa",
    "fem",
    "retrograde",
    "access",
    "approach",
    "puncture",
    "sheath",
    "side access",
    "sided access",
];

/// Words for a part of the body that a side may be told of, with the part.
const PLACES: [(&str, Part); 28] = [
    ("groin", Part::Leg),
    ("leg", Part::Leg),
    ("lower ext", Part::Leg),
    ("lower limb", Part::Leg),
    ("thigh", Part::Leg),
    ("calf", Part::Leg),
    ("foot", Part::Leg),
    ("heel", Part::Leg),
    ("toe", Part::Leg),
    ("great toe", Part::Leg),
    ("femoral", Part::Leg),
    ("common femoral", Part::Leg),
    ("cfa", Part::Leg),
    ("cfv", Part::Leg),
    ("cf", Part::Leg),
    ("arm", Part::Arm),
    ("upper ext", Part::Arm),
    ("upper arm", Part::Arm),
    ("upper limb", Part::Arm),
    ("forearm", Part::Arm),
    ("wrist", Part::Arm),
    ("radial", Part::Arm),
    ("brachial", Part::Arm),
    ("basilic", Part::Arm),
    ("hand", Part::Arm),
    ("ij", Part::Neck),
    ("jugular", Part::Neck),
    ("internal jugular", Part::Neck),
];

/// A part of the body: a side told of one is not that of a vessel of another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Leg,
    Arm,
    Neck,
    Abdomen,
}

impl Part {
    fn of(region: &str) -> Option<Self> {
        match region {
            "pelvis" | "lower-extremity" => Some(Self::Leg),
            "thorax" | "upper-extremity" => Some(Self::Arm),
            "neck" | "head" => Some(Self::Neck),
            "abdomen" => Some(Self::Abdomen),
            _ => None,
        }
    }

    /// Whether a side told of one part may be that of a vessel of another.
    fn lends(self, other: Self) -> bool {
        let upper = |p| matches!(p, Self::Arm | Self::Neck);
        self == other || (upper(self) && upper(other))
    }
}

/// Whether a unit tells of a puncture: by its words, or by a sheath or guidance under a heading of access.
pub(super) fn punctures(text: &str, unit: &UnitMentions, in_access: bool) -> bool {
    let told = &text[unit.unit.span.start..unit.unit.span.end];
    let opens = |w: &Word| {
        let sheath = matches!(w.device(), Some(Device::Sheath | Device::Needle));
        // "Access: R CFA retrograde, US guided, 6F".
        let guided = w.modality() == Some(Modality::AccessUltrasound);
        (sheath && (in_access || told.contains(" received "))) || (guided && in_access)
    };
    unit.of(&[Kind::Action, Kind::Device, Kind::Modality])
        .iter()
        .any(|w| w.is_action(Action::Access) || opens(w))
}

/// "The left common femoral artery sheath is the one from yesterday", in a report that told of the other side before.
pub(super) fn holds_sheath(text: &str, unit: &UnitMentions, told: &[SideWord]) -> bool {
    let held = |l: &VesselList| text[l.span.end..].starts_with(" sheath");
    let known = |w: &Word| w.side().is_some_and(|s| told.contains(&s));
    !told.is_empty() && unit.lists.iter().any(held) && !unit.words.iter().any(known)
}

fn one(word: SideWord) -> Option<Side> {
    match word {
        SideWord::Left => Some(Side::Left),
        SideWord::Right => Some(Side::Right),
        _ => None,
    }
}

/// Every left or right that a unit tells, with its place and what follows it: also those inside of abbreviations.
fn sides(unit: &UnitMentions) -> Vec<(Span, Side)> {
    let words = unit.words.iter();
    let written = words.filter_map(|w| Some((w.span, one(w.side()?)?)));
    let atoms = unit.lists.iter().flat_map(|l| &l.atoms);
    let inside = atoms.filter_map(|a| match a.side_word {
        Some((side, None)) => Some((Span::new(a.span.start, a.span.start), one(side)?)),
        _ => None,
    });
    written.chain(inside).collect()
}

/// The few words that follow a place.
fn following(lower: &str, at: usize) -> &str {
    const SIGNS: usize = 24;
    let rest = &lower[at..];
    let end = rest.char_indices().nth(SIGNS).map_or(rest.len(), |c| c.0);
    rest[..end].trim_start_matches([' ', '-', ')', '.'])
}

/// Whether a text begins with a word, with a word boundary behind it.
fn begins(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|r| {
        let open = r.starts_with(|c: char| c.is_ascii_alphabetic());
        !open || r.starts_with('s') || word.ends_with(" ext")
    })
}

/// "Crossover from the right femoral artery": where the sides stand that tell only of the way in, and the side.
pub(super) fn leads_over(lower: &str, unit: &UnitMentions) -> Option<(Vec<usize>, Side)> {
    let mut ways: Vec<(Span, Side)> = sides(unit);
    let told = &lower[unit.unit.span.start..unit.unit.span.end];
    if ways.is_empty() || !OVER.iter().any(|w| told.contains(w)) {
        return None;
    }
    let reached = |at: Span| {
        let before = &lower[unit.unit.span.start..at.start];
        let before = before.trim_end();
        let before = before.strip_suffix(" the").unwrap_or(before);
        [" to", " into", " in", " down", " onto"]
            .iter()
            .any(|w| before.ends_with(w))
    };
    // "LCFA": the name begins with its side.
    let past = |at: Span| {
        if at.start == at.end {
            at.start + 1
        } else {
            at.end
        }
    };
    let enters = |at: Span| {
        let next = following(lower, past(at));
        ENTRIES.iter().any(|w| begins(next, w))
    };
    ways.retain(|(at, _)| enters(*at) && !reached(*at));
    let (_, side) = *ways.first()?;
    let alike = ways.iter().all(|(_, s)| *s == side);
    alike.then(|| (ways.iter().map(|(at, _)| at.start).collect(), side))
}

/// The sides that the report tells, each with the part of the body that it is told of, if any.
pub(super) struct Loose(Vec<(Side, Option<Part>)>);

impl Loose {
    pub(super) fn of(lower: &str, units: &[UnitMentions], lexicon: &Lexicon) -> Self {
        let mut found = Vec::new();
        for unit in units {
            for (at, side) in sides(unit) {
                let mut atoms = unit.lists.iter().flat_map(|l| &l.atoms);
                let owner = atoms.find(|a| match a.side_word {
                    Some((_, Some(s))) => s == at,
                    Some((_, None)) => a.span.start == at.start,
                    None => false,
                });
                let vessel = owner.and_then(Atom::vessel);
                let named = vessel.and_then(|v| Part::of(&lexicon.vessel(v).region));
                let place = || {
                    let next = following(lower, at.end);
                    PLACES.iter().find(|(w, _)| begins(next, w))
                };
                found.push((side, named.or_else(|| place().map(|(_, p)| *p))));
            }
        }
        found.dedup();
        Self(found)
    }

    /// Whether a side may pass from elsewhere to a vessel of this region.
    pub(super) fn allows(&self, region: &str, side: SideWord) -> bool {
        let (Some(part), Some(side)) = (Part::of(region), one(side)) else {
            return true;
        };
        let mut told = self.0.iter().filter(|(s, _)| *s == side).peekable();
        // Nothing tells of the side that a way over the bifurcation leads to.
        told.peek().is_none() || told.any(|(_, p)| p.is_none_or(|p| p.lends(part)))
    }

    /// The only side that the report tells of anything that may lend it to a vessel of this region.
    pub(super) fn only(&self, region: &str) -> Option<SideWord> {
        let part = Part::of(region)?;
        let told = |side: Side| {
            let mut told = self.0.iter().filter(|(s, _)| *s == side);
            told.any(|(_, p)| p.is_none_or(|p| p.lends(part)))
        };
        match (told(Side::Left), told(Side::Right)) {
            (true, false) => Some(SideWord::Left),
            (false, true) => Some(SideWord::Right),
            _ => None,
        }
    }
}
