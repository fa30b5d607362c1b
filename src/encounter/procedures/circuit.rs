//! Whether the session is about a dialysis circuit.

use super::{
    super::{
        reader::{Context, Mode, Record},
        scene::Role,
    },
    acts::Act,
    places::{Place, is_study},
};
use crate::{
    context::Status,
    lexicon::{Action, System, Technique, VesselId},
    mention::{Atom, Word},
    text::Span,
};

/// Words that say the session is about a dialysis circuit: it was studied, entered, or is in the title.
pub(super) fn circuit(
    context: &Context<'_>,
    records: &[Record<'_>],
    acts: &[Act],
    places: &[Place],
) -> Option<Span> {
    let studied = acts
        .iter()
        .find(|a| a.technique == Technique::Fistulography && a.status == Status::Performed);
    let act = studied.or_else(|| treated(context, acts, places));
    act.map(|a| a.word)
        .or_else(|| records.iter().find_map(|r| named(context, r)))
}

fn is_access(context: &Context<'_>, vessel: VesselId) -> bool {
    context.lexicon.vessel(vessel).system == System::Access
}

/// A treatment of a vessel of the circuit.
fn treated<'a>(context: &Context<'_>, acts: &'a [Act], places: &[Place]) -> Option<&'a Act> {
    // "Venous outflow" is said of other veins, too.
    let outflow = context.lexicon.vessel_id("av-outflow-vein");
    let own = |v: VesselId| is_access(context, v) && outflow != Some(v);
    let treats = |a: &Act, p: &Place| {
        a.status == Status::Performed
            && p.stated
            && !is_study(a.technique)
            && p.sites.iter().any(|(s, _)| own(s.vessel))
    };
    let mut told = acts.iter().zip(places);
    told.find(|(a, p)| treats(a, p)).map(|(a, _)| a)
}

/// The circuit named in a title, entered, or worked on.
fn named(context: &Context<'_>, record: &Record<'_>) -> Option<Span> {
    let title = record.mode == Mode::Claim;
    if !title && record.mode != Mode::Live {
        return None;
    }
    for (list, role) in record.clause.lists.iter().zip(&record.roles) {
        let mut vessels = list.atoms.iter().filter_map(Atom::vessel);
        let entered = title || matches!(role, Role::Access(_));
        if entered && vessels.any(|v| is_access(context, v)) {
            return Some(list.span);
        }
    }
    // "The fistula was punctured", "thrombectomy of the graft".
    let is = |w: &Word, technique| w.procedure().is_some_and(|p| p.technique == technique);
    let works = |w: &Word| {
        w.is_action(Action::Access) || w.finding().is_some() || is(w, Technique::Thrombectomy)
    };
    let words = record.clause.words;
    let word = words.iter().find(|w| is(w, Technique::Circuit))?;
    (title || words.iter().any(works)).then_some(word.span)
}
