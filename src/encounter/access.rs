//! Where the vessel was entered, and where catheters were brought.

use super::{
    Access, Move, Site,
    reader::{Context, Mode, Record},
    scene::{Mover, Role, View},
};
use crate::{
    context::{Assertion, Status, assert_act},
    lexicon::{Lexicon, Scope, System},
    mention::VesselList,
    segment::SectionKind,
    text::{Role as Mark, Span},
};

/// Records a catheter's resting place. Wires, balloons, stents and short sheaths make none.
pub(super) fn target(context: &Context<'_>, view: &View<'_>, list: &VesselList, mover: Mover, verb: Span, asserted: Assertion, moves: &mut Vec<Move>) {
    if !matches!(mover, Mover::Ivus | Mover::Catheter | Mover::LongSheath) || view.is_coronary(list) {
        return;
    }
    let lexicon = context.lexicon;
    for (site, at, _) in context.sites(list) {
        if moves.iter().any(|m| m.site.whole(lexicon) == site.whole(lexicon) && m.status == asserted.status) {
            continue;
        }
        let evidence = context.evidence(at, Mark::Vessel).with(context.source(verb), Mark::Movement);
        moves.push(Move { device: mover.name(), action: "advance", site, status: asserted.status, evidence });
    }
}

/// The access sites of the report, in order.
pub(super) fn access(context: &Context<'_>, records: &[Record<'_>]) -> Vec<Access> {
    let lexicon = context.lexicon;
    let mut found: Vec<Access> = Vec::new();
    let mut spare: Vec<Access> = Vec::new();
    for record in records {
        let kind = context.kind(record.unit);
        let in_section = kind == SectionKind::Access && context.units[record.unit].unit.layout != crate::segment::Layout::Heading;
        if matches!(record.mode, Mode::Past | Mode::Plan | Mode::Off) {
            continue;
        }
        for (list, role) in record.clause.lists.iter().zip(&record.roles) {
            let cue = match role {
                Role::Access(span) => Some(*span),
                Role::Subject | Role::Origin if in_section => Some(list.span),
                Role::Origin => None,
                _ => continue,
            };
            let asserted = assert_act(context.text(), &record.clause, cue.unwrap_or(list.span), lexicon);
            if asserted.status != Status::Performed {
                continue;
            }
            for (site, at, _) in context.sites(list) {
                let Some(site) = entered(site, context) else { continue };
                let mut evidence = context.evidence(at, Mark::Access);
                if let Some(cue) = cue.filter(|c| *c != list.span) {
                    evidence.add(context.source(cue), Mark::Access);
                }
                let to = if cue.is_some() { &mut found } else { &mut spare };
                if !to.iter().any(|a: &Access| a.site.whole(lexicon) == site.whole(lexicon)) {
                    to.push(Access { site, evidence });
                }
            }
        }
    }
    if found.is_empty() { spare } else { found }
}

/// The vessel that an access word means: "femoral artery" in the groin is the common femoral; "the fistula" is the
/// fistula the report names.
fn entered(site: Site, context: &Context<'_>) -> Option<Site> {
    let lexicon = context.lexicon;
    let vessel = lexicon.vessel(site.vessel);
    let id = match vessel.id.as_str() {
        "femoral-artery-unspecified" => lexicon.vessel_id("common-femoral-artery")?,
        "jugular-vein-unspecified" => lexicon.vessel_id("internal-jugular-vein")?,
        "dialysis-circuit" => named_fistula(context, lexicon).unwrap_or(site.vessel),
        _ => site.vessel,
    };
    let system = lexicon.vessel(id).system;
    (system != System::Coronary && lexicon.vessel(id).scope != Scope::Landmark).then_some(Site { vessel: id, side: site.side })
}

/// The fistula or graft the report calls by name.
fn named_fistula(context: &Context<'_>, lexicon: &Lexicon) -> Option<crate::lexicon::VesselId> {
    const NAMED: &[&str] = &["radiocephalic-fistula", "brachiocephalic-fistula", "brachiobasilic-fistula", "av-graft"];
    context
        .units
        .iter()
        .flat_map(|u| &u.lists)
        .flat_map(|l| &l.atoms)
        .filter_map(super::super::mention::Atom::vessel)
        .find(|v| NAMED.contains(&lexicon.vessel(*v).id.as_str()))
}
