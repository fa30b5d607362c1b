//! Coronary work of the same session: it is no treatment of the vessels this program reads.

use super::{
    super::reader::{Context, Record},
    acts::Act,
    places::Place,
};
use crate::{
    lexicon::{System, Technique},
    mention::{Atom, VesselList},
};

/// So many clauses back the vessel of a treatment is looked for.
const BACK: usize = 6;

/// Whether an act without a vessel of its own is told of a coronary artery: "atherectomy of the left main", "one stent"
/// after the LAD.
pub(super) fn is_coronary(
    context: &Context<'_>,
    records: &[Record<'_>],
    act: &Act,
    place: &Place,
) -> bool {
    let opens = matches!(
        act.technique,
        Technique::Stent | Technique::Balloon | Technique::Atherectomy | Technique::Lithotripsy
    );
    if !opens {
        return false;
    }
    let own = named(context, &records[act.record]);
    if own.is_some() || place.stated {
        return own == Some(true) && !place.stated;
    }
    let unit = &context.units[records[act.record].unit].unit;
    let before = (act.record.saturating_sub(BACK)..act.record).rev();
    let near = before
        .take_while(|r| context.units[records[*r].unit].unit.paragraph == unit.paragraph)
        .find_map(|r| named(context, &records[r]));
    near == Some(true)
}

/// Whether the vessels a clause names are all coronary; `None` when it names none.
fn named(context: &Context<'_>, record: &Record<'_>) -> Option<bool> {
    let is_heart = |l: &VesselList| {
        let mut vessels = l.atoms.iter().filter_map(Atom::vessel);
        vessels.any(|v| context.lexicon.vessel(v).system == System::Coronary)
    };
    let lists = record.clause.lists;
    (!lists.is_empty()).then(|| lists.iter().all(is_heart))
}
