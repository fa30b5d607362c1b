//! An addendum that says the report has the wrong side or vessel: what was told of one is taken to be of the other.

use super::{
    super::{Encounter, Interrogation, Site},
    Context,
};
use crate::{
    context::Status,
    lexicon::SideWord,
    mention::{Side, SideBasis, UnitMentions, VesselList},
    segment::SectionKind,
    text::{Evidence, Role as Mark, Span},
};

/// What stands right before the side that is right.
const RIGHTLY: &[&str] = &[
    "should read",
    "should be",
    "should say",
    "should have read",
    "should have said",
    "must read",
    "to read",
    "is the",
    "was the",
    "side is",
    "side was",
    "limb is",
    "limb was",
    "laterality is",
    "laterality was",
    "were on the",
    "was on the",
    "were all on the",
    "performed on the",
    "done on the",
    "corrected to",
    "changed to",
    "read as",
    "be taken as",
];

/// What follows a side that was told by mistake: "\"Right\" is a slip of the tongue in both places".
const MISTAKEN: &[&str] = &[
    "is a slip",
    "was a slip",
    "is a mistake",
    "was a mistake",
    "is an error",
    "was an error",
    "is wrong",
    "was wrong",
    "is incorrect",
    "was dictated in error",
    "was dictated by mistake",
    "was typed by mistake",
];

/// What follows the side that is right: "wherever it says left, right is to be read".
const MEANT: &[&str] = &[
    "is to be read",
    "is to be understood",
    "is to be taken",
    "must be read",
    "should be read",
    "should be substituted",
    "is meant",
    "was meant",
    "is intended",
    "was intended",
];

/// Gives every site the side an addendum corrects it to, when the report tells of the wrong side alone.
pub(super) fn apply(context: &Context<'_>, encounter: &mut Encounter) {
    if let Some(at) = transposed(context) {
        transpose(encounter, at);
        return;
    }
    let Some((from, to, at)) = corrected(context) else {
        return;
    };
    // The addendum's own words already tell the right side.
    let mixed = encounter.interrogations.iter().any(|i| {
        let before = i.evidence.primary().span.start < at.start;
        let stated = i.side_basis != SideBasis::Report;
        i.site.side == to && i.status == Status::Performed && before && stated
    });
    if mixed {
        return;
    }
    // What a title claims of the right side says no more than the look that is turned to it.
    let looks = |side: Side| -> Vec<Site> {
        let performed = encounter.interrogations.iter();
        let performed = performed.filter(|i| i.status == Status::Performed && i.site.side == side);
        performed.map(|i| i.site).collect()
    };
    let (known, turned) = (looks(to), looks(from));
    encounter.interrogations.retain_mut(|i| {
        let known_better = |s: &Site| s.vessel == i.site.vessel;
        if i.site.side == to && i.status != Status::Performed && turned.iter().any(known_better) {
            return false;
        }
        let open = i.site.side == Side::Unknown && i.evidence.primary().span.start < at.start;
        if i.site.side != from && !open {
            return true;
        }
        i.site.side = to;
        i.evidence.add(at, Mark::Side);
        !known.contains(&i.site)
    });
    let sites = encounter
        .lesions
        .iter_mut()
        .flat_map(|l| l.sites.iter_mut())
        .chain(encounter.access.iter_mut().map(|a| &mut a.site))
        .chain(encounter.moves.iter_mut().map(|m| &mut m.site))
        .chain(
            encounter
                .procedures
                .iter_mut()
                .filter_map(|p| p.site.as_mut()),
        );
    for site in sites.filter(|s| s.side == from) {
        site.side = to;
    }
}

/// The side that an addendum calls wrong, the right one, and where it says so.
pub(super) fn corrected(context: &Context<'_>) -> Option<(Side, Side, Span)> {
    let wrong = is_wrong_throughout(context);
    let units = context.units.iter().enumerate();
    let added = units.filter(|(n, _)| context.kind(*n) == SectionKind::Addendum);
    added
        .map(|(n, unit)| (unit, context.units.get(n + 1)))
        .find_map(|(unit, next)| {
            correction(context, unit, wrong).or_else(|| called_wrong(context, unit, next?))
        })
}

/// "The body of the report states RIGHT. This is a dictation error.": a sentence that ends with the side, and one that calls it
/// wrong.
fn called_wrong(
    context: &Context<'_>,
    unit: &UnitMentions,
    next: &UnitMentions,
) -> Option<(Side, Side, Span)> {
    const SAYS: [&str; 5] = ["states", "says", "reads", "gives", "has"];
    const WRONG: [&str; 7] = [
        "error",
        "mistake",
        "wrong",
        "incorrect",
        "slip",
        "not correct",
        "not right",
    ];
    let told = |u: &UnitMentions| &context.lower()[u.unit.span.start..u.unit.span.end];
    let said = told(unit).trim_end_matches(['.', '"', '\'', ' ']);
    let (lead, last) = said.rsplit_once([' ', '"'])?;
    let from = match last {
        "right" => Side::Right,
        "left" => Side::Left,
        _ => return None,
    };
    let says = SAYS
        .iter()
        .any(|w| lead.trim_end_matches(['"', ' ']).ends_with(w));
    let wrong = WRONG.iter().any(|w| told(next).contains(w));
    let bare = unit.lists.is_empty() && next.lists.is_empty();
    let at = unit.unit.span.start + lead.len() + 1;
    let at = Span::new(at, at + last.len());
    (says && wrong && bare).then_some((from, from.other()?, context.source(at)))
}

/// "Line 4b should read LEFT external iliac vein": what was told of a vessel on the other side is of this one.
pub(super) fn correct_vessels(context: &Context<'_>, looks: &mut [Interrogation]) {
    const CUES: [&str; 12] = [
        "should read",
        "must read",
        "must be read as",
        "be read as",
        "should say",
        "should be",
        "should have read",
        "should have said",
        "was the",
        "were the",
        "is the",
        "are the",
    ];
    const ABOUT: [&str; 10] = [
        "is the left one",
        "is the right one",
        "was the left one",
        "was the right one",
        "should",
        "laterality",
        "error of side",
        "wrong side",
        "side error",
        "slip",
    ];
    let added = || {
        let units = context.units.iter().enumerate();
        units.filter(|(n, _)| context.kind(*n) == SectionKind::Addendum)
    };
    let told = |u: &UnitMentions| &context.lower()[u.unit.span.start..u.unit.span.end];
    if !added().any(|(_, u)| ABOUT.iter().any(|w| told(u).contains(w))) {
        return;
    }
    for (_, unit) in added() {
        let rightly = |list: &VesselList| {
            let before = &context.lower()[unit.unit.span.start..list.span.start];
            let before = before.trim_end_matches([' ', '"', '\'', ':']);
            CUES.iter().any(|w| before.ends_with(w))
        };
        // "The external iliac vein that was measured is the LEFT one."
        let one = |list: &VesselList| {
            let after = &context.lower()[list.span.end..unit.unit.span.end];
            let sides = [
                (" is the left one", Side::Left),
                (" is the right one", Side::Right),
                (" was the left one", Side::Left),
                (" was the right one", Side::Right),
            ];
            let told = sides.into_iter().find(|(w, _)| after.contains(w));
            told.map(|(_, side)| side).filter(|_| unit.lists.len() == 1)
        };
        for list in &unit.lists {
            let said = one(list);
            if said.is_none() && !rightly(list) {
                continue;
            }
            for (named, at, basis) in context.sites(list) {
                let at = context.source(at);
                let right = said.map_or(named, |side| Site { side, ..named });
                let basis = said.map_or(basis, |_| SideBasis::Stated);
                // What the correcting sentence itself tells of the right side is the same look.
                let sentence = context.source(unit.unit.span);
                let is_right =
                    |i: &Interrogation| i.site == right && i.evidence.primary().span < sentence;
                if basis != SideBasis::Stated || looks.iter().any(is_right) {
                    continue;
                }
                let wrong = right.side.other();
                for look in looks.iter_mut().filter(|i| {
                    i.site.vessel == right.vessel
                        && Some(i.site.side) == wrong
                        && i.evidence.primary().span < at
                }) {
                    look.site = right;
                    look.evidence.add(at, Mark::Side);
                }
            }
        }
    }
}

/// "The 133 mm2 loop is the right common femoral vein": an addendum that says of which vessel a reading was. The look that has
/// it, when there is one alone, is of that vessel.
pub(super) fn correct_readings(context: &Context<'_>, looks: &mut [Interrogation]) {
    const CUES: [&str; 5] = [
        "is the",
        "was the",
        "is clearly the",
        "was clearly the",
        "is in fact the",
    ];
    let units = context.units.iter().enumerate();
    for (_, unit) in units.filter(|(n, _)| context.kind(*n) == SectionKind::Addendum) {
        let [measure] = unit.measures[..] else {
            continue;
        };
        let Some(list) = unit.lists.iter().find(|l| l.span.start >= measure.span.end) else {
            continue;
        };
        let before = context.lower()[measure.span.end..list.span.start].trim_end();
        let [(right, at, SideBasis::Stated)] = context.sites(list)[..] else {
            continue;
        };
        let at = context.source(at);
        let first = |i: &Interrogation| i.evidence.primary().span < at;
        let reads = |i: &Interrogation| {
            let mut values = i.findings.iter().filter_map(|f| f.value);
            values.any(|v| (v - measure.value).abs() < 1e-6)
        };
        let known = looks.iter().any(|i| i.site == right && first(i));
        // One vessel is mistaken for another of its side, or for that of the other side.
        let alike = |i: &Interrogation| i.site.side == right.side || i.site.vessel == right.vessel;
        let mut told = looks
            .iter_mut()
            .filter(|i| i.status == Status::Performed && alike(i) && first(i) && reads(i));
        if let (Some(look), None) = (told.next(), told.next())
            && !known
            && CUES.iter().any(|c| before.ends_with(c))
        {
            look.site = right;
            look.evidence.add(at, Mark::Side);
        }
    }
}

/// "Sides are transposed throughout this report": where an addendum says so.
fn transposed(context: &Context<'_>) -> Option<Span> {
    const TURNED: [&str; 5] = [
        "transposed",
        "reversed",
        "swapped",
        "interchanged",
        "the wrong way round",
    ];
    const SIDES: [&str; 4] = ["sides", "laterality", "left and right", "right and left"];
    let units = context.units.iter().enumerate();
    let mut added = units.filter(|(n, _)| context.kind(*n) == SectionKind::Addendum);
    let (_, unit) = added.find(|(_, u)| {
        let told = &context.lower()[u.unit.span.start..u.unit.span.end];
        u.lists.is_empty()
            && TURNED.iter().any(|w| told.contains(w))
            && SIDES.iter().any(|w| told.contains(w))
    })?;
    Some(context.source(unit.unit.span))
}

/// Turns left and right of all that was told before a place.
fn transpose(encounter: &mut Encounter, at: Span) {
    let turn = |side: Side| side.other().unwrap_or(side);
    let before = |evidence: &Evidence| evidence.primary().span.start < at.start;
    let known: Vec<_> = encounter
        .interrogations
        .iter()
        .filter(|i| !before(&i.evidence))
        .map(|i| i.site)
        .collect();
    for i in encounter
        .interrogations
        .iter_mut()
        .filter(|i| before(&i.evidence))
    {
        i.site.side = turn(i.site.side);
        i.evidence.add(at, Mark::Side);
    }
    encounter.interrogations.retain(|i| {
        before(&i.evidence) || !known.contains(&i.site) || i.status == Status::Performed
    });
    for lesion in encounter.lesions.iter_mut().filter(|l| before(&l.evidence)) {
        for site in &mut lesion.sites {
            site.side = turn(site.side);
        }
    }
    for access in encounter.access.iter_mut().filter(|a| before(&a.evidence)) {
        access.site.side = turn(access.site.side);
    }
    for moved in encounter.moves.iter_mut().filter(|m| before(&m.evidence)) {
        moved.site.side = turn(moved.site.side);
    }
    for procedure in encounter
        .procedures
        .iter_mut()
        .filter(|p| before(&p.evidence))
    {
        if let Some(site) = &mut procedure.site {
            site.side = turn(site.side);
        }
    }
}

/// "The treated limb is the RIGHT one. Wherever the report says left, it should read right": the wrong side, the right
/// side, and where that is said.
///
/// `wrong` says that an addendum calls the side of the whole report wrong, so that the wrong side need not be named.
fn correction(
    context: &Context<'_>,
    unit: &UnitMentions,
    wrong: bool,
) -> Option<(Side, Side, Span)> {
    let text = context.text();
    let told = text[unit.unit.span.start..unit.unit.span.end].to_ascii_lowercase();
    let about = [
        "side",
        "limb",
        "leg",
        "laterality",
        "wherever",
        "every",
        "report says",
        "left should",
        "right should",
        "should read",
        "everything",
    ]
    .iter()
    .any(|w| told.contains(w));
    let sides = || {
        unit.words.iter().filter_map(|w| match w.side() {
            Some(SideWord::Left) => Some((Side::Left, w.span)),
            Some(SideWord::Right) => Some((Side::Right, w.span)),
            _ => None,
        })
    };
    let slip = sides().find(|(_, span)| {
        let after = told[span.end - unit.unit.span.start..].trim_start_matches([' ', '"', '\'']);
        MISTAKEN.iter().any(|w| after.starts_with(w))
    });
    if let (Some((from, span)), true) = (slip, unit.lists.is_empty()) {
        return Some((from, from.other()?, context.source(span)));
    }
    let (to, span) = sides().find(|(_, span)| {
        let before = text[unit.unit.span.start..span.start].to_ascii_lowercase();
        let before = before.trim_end_matches([' ', '"', '\'', ':']);
        let after = told[span.end - unit.unit.span.start..].trim_start_matches([' ', '"', '\'']);
        RIGHTLY.iter().any(|w| before.ends_with(w)) || MEANT.iter().any(|w| after.starts_with(w))
    })?;
    let from = to.other()?;
    // A vessel told of on a side is no correction of the report.
    let vessels = !unit.lists.is_empty();
    let named = wrong || sides().any(|(s, _)| s == from);
    ((about || wrong) && !vessels && named).then(|| (from, to, context.source(span)))
}

/// "Laterality in this report is wrong throughout", "Two things are wrong. One, the side."
fn is_wrong_throughout(context: &Context<'_>) -> bool {
    const SIDE: [&str; 3] = ["laterality", "the side", "wrong side"];
    const WRONG: [&str; 4] = ["wrong", "incorrect", "in error", "mistaken"];
    let says = |words: &[&str]| {
        let mut units = context.units.iter().enumerate();
        units.any(|(n, u)| {
            let told = &context.lower()[u.unit.span.start..u.unit.span.end];
            context.kind(n) == SectionKind::Addendum && words.iter().any(|w| told.contains(w))
        })
    };
    says(&SIDE) && says(&WRONG)
}
