//! How sure a suggestion is: from stated facts of the vessel, and from signs that the report as a whole was read wrong.

use super::{
    Case,
    tally::{Confidence, Source, Tally},
};
use crate::{
    encounter::{Encounter, Interrogation, Strength},
    lexicon::System,
    mention::Side,
};

/// From here on the words of a report are like those of reports with one lesion in several vessels.
const ONE_LESION: f32 = 0.5;

/// Below this the second reader is not sure enough that every vessel named was rightly taken or left. Of 1 464 reports read with trees
/// and weights learnt without them, 706 stay sure and not to be reviewed, 701 of them exact; with 0.74 739, 731 of them exact
/// (docs/accuracy.md, "Calibration").
const AGREED: f32 = 0.78;

/// Below this the second reader is sure that a report holds no vessel to count. On labelled reports that it had not learnt
/// from (docs/design.md) it was right in nearly all of those.
const UNLIKE_COUNTABLE: f32 = 0.1;

/// The confidence of one line.
pub(super) fn confidence(case: &Case<'_>, tally: &Tally, l: usize) -> Confidence {
    let Source::Interrogation(n) = tally.lines[l].source else {
        return Confidence::Low;
    };
    let encounter: &Encounter = case.encounter;
    let i = &encounter.interrogations[n];
    if i.site.side == Side::Unknown
        || i.strength == Strength::Claim
        || encounter.second_session.is_some()
    {
        return Confidence::Low;
    }
    if is_doubtful(case) {
        Confidence::Medium
    } else {
        Confidence::High
    }
}

/// Signs that a report was read wrong.
fn is_doubtful(case: &Case<'_>) -> bool {
    let encounter = case.encounter;
    let looked: Vec<&Interrogation> = encounter.performed().collect();
    encounter.agreed < AGREED
        || encounter.misheard
        || has_lesion_in_doubt(case)
        || is_mixed(case, &looked)
        || has_odd_side(&looked)
        // The second reader alone took it, and the text tells nothing that was seen.
        || looked
            .iter()
            .any(|i| i.strength == Strength::Weak && i.findings.is_empty())
}

/// Whether the second reader holds it more likely than not that one lesion runs through several vessels, and none is read.
pub(super) fn has_lesion_in_doubt(case: &Case<'_>) -> bool {
    let lesions = &case.encounter.lesions;
    case.encounter.one_lesion >= Some(ONE_LESION) && !lesions.iter().any(|l| l.sites.len() > 1)
}

/// Arteries and veins in one study, and no dialysis access that would explain it.
fn is_mixed(case: &Case<'_>, looked: &[&Interrogation]) -> bool {
    let any = |system: System| looked.iter().any(|i| case.system(i.site) == system);
    any(System::Artery) && any(System::Vein) && !any(System::Access)
}

/// One vessel of one side among several of the other.
fn has_odd_side(looked: &[&Interrogation]) -> bool {
    let count = |side: Side| looked.iter().filter(|i| i.site.side == side).count();
    let (left, right) = (count(Side::Left), count(Side::Right));
    left.min(right) > 0 && left.min(right) * 3 <= left.max(right)
}

/// Whether the words of the report, as a whole, are those of reports without a vessel to count.
pub(super) fn speaks_of_none(case: &Case<'_>) -> bool {
    let countable = case.encounter.countable;
    countable.is_some_and(|c| c < UNLIKE_COUNTABLE) && !is_beside_the_heart(case)
}

/// "Eagle Eye in the LAD: 2.4 mm2. … Right common iliac artery: 14 mm2": two studies, and no doubt of the second.
fn is_beside_the_heart(case: &Case<'_>) -> bool {
    const SURE: f32 = 0.9;
    let encounter = case.encounter;
    let sure = |i: &Interrogation| {
        i.likely >= Some(SURE)
            && i.strength >= Strength::Frame
            && i.findings.iter().any(|f| f.value.is_some())
    };
    !encounter.coronary.is_empty() && encounter.performed().any(sure)
}
