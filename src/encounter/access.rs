//! Where the vessel was entered, and where catheters were brought.

use super::{
    Access, Move, Site,
    reader::{Context, Mode, Record},
    scene::{Mover, Role, View},
};
use crate::{
    context::{Assertion, Status, assert_act},
    lexicon::{Action, Lexicon, Scope, System},
    mention::{Quantity, SideBasis, VesselList},
    segment::SectionKind,
    text::{Role as Mark, Span},
};

/// Records a catheter's resting place. Wires, balloons, stents and short sheaths make none.
#[expect(
    clippy::too_many_arguments,
    reason = "one fact with everything it needs"
)]
pub(super) fn target(
    context: &Context<'_>,
    view: &View<'_>,
    list: &VesselList,
    sites: &[(Site, Span, SideBasis)],
    mover: Mover,
    verb: Span,
    asserted: Assertion,
    moves: &mut Vec<Move>,
) {
    if !matches!(mover, Mover::Ivus | Mover::Catheter | Mover::LongSheath) || view.is_coronary(list)
    {
        return;
    }
    let lexicon = context.lexicon;
    for (site, at, _) in sites {
        if moves
            .iter()
            .any(|m| m.site.whole(lexicon) == site.whole(lexicon) && m.status == asserted.status)
        {
            continue;
        }
        let evidence = context
            .evidence(*at, Mark::Vessel)
            .with(context.source(verb), Mark::Movement);
        moves.push(Move {
            device: mover.name(),
            action: "advance",
            site: *site,
            status: asserted.status,
            evidence,
        });
    }
}

/// The access sites of the report, in order.
pub(super) fn access(context: &Context<'_>, records: &[Record<'_>]) -> Vec<Access> {
    let lexicon = context.lexicon;
    let mut found: Vec<Access> = Vec::new();
    let mut spare: Vec<Access> = Vec::new();
    for record in records {
        let kind = context.kind(record.unit);
        let in_section = kind == SectionKind::Access
            && context.units[record.unit].unit.layout != crate::segment::Layout::Heading;
        if matches!(record.mode, Mode::Past | Mode::Plan | Mode::Off) {
            continue;
        }
        for (list, role) in record.clause.lists.iter().zip(&record.roles) {
            let moves = record
                .clause
                .words
                .iter()
                .any(|w| w.any_action(&[Action::Place, Action::Select, Action::Cross]));
            let cue = match role {
                Role::Access(span) => Some(*span),
                Role::Subject
                    if (in_section && !moves) || has_sheath_size(context, record, list) =>
                {
                    Some(list.span)
                }
                Role::Origin => None,
                _ => continue,
            };
            let asserted = assert_act(
                context.text(),
                &record.clause,
                cue.unwrap_or(list.span),
                lexicon,
            );
            // "left brachial artery, cutdown not needed": the denial is of something else.
            let aside = asserted.cue.is_some_and(|c| {
                c.start >= list.span.end && context.text()[list.span.end..c.start].contains(',')
            });
            if asserted.status != Status::Performed && !aside || refused(context, record, list) {
                continue;
            }
            for (site, at, _) in context.sites(list) {
                let Some(site) = entered(site, context) else {
                    continue;
                };
                let mut evidence = context.evidence(at, Mark::Access);
                if let Some(cue) = cue.filter(|c| *c != list.span) {
                    evidence.add(context.source(cue), Mark::Access);
                }
                let to = if cue.is_some() {
                    &mut found
                } else {
                    &mut spare
                };
                if !to
                    .iter()
                    .any(|a: &Access| a.site.whole(lexicon) == site.whole(lexicon))
                {
                    to.push(Access { site, evidence });
                }
            }
        }
    }
    let mut found = if found.is_empty() { spare } else { found };
    // "the fistula was accessed" beside the vein that was punctured is the same site.
    if found
        .iter()
        .any(|a| lexicon.vessel(a.site.vessel).id != "dialysis-circuit")
    {
        found.retain(|a| lexicon.vessel(a.site.vessel).id != "dialysis-circuit");
    }
    found
}

/// "left femoral vein, 8 Fr": a vessel with a sheath size beside it.
fn has_sheath_size(context: &Context<'_>, record: &Record<'_>, list: &VesselList) -> bool {
    let text = context.text();
    record.mode == Mode::Live
        && !record.frame.is_ivus()
        && context.units[record.unit].measures.iter().any(|m| {
            m.quantity == Quantity::Other
                && m.span.start >= list.span.end
                && text[list.span.end..m.span.start].split_whitespace().count() <= 3
                && ["f", "fr", "french"].iter().any(|u| {
                    text[m.span.start..m.span.end]
                        .to_ascii_lowercase()
                        .ends_with(u)
                })
        })
        && !record.clause.words.iter().any(|w| {
            w.any_action(&[Action::Place, Action::Select, Action::Treat]) || w.is_treatment_device()
        })
}

/// "was too small", "was not used": the site was given up.
fn refused(context: &Context<'_>, record: &Record<'_>, list: &VesselList) -> bool {
    let rest = context.text()[list.span.end..record.clause.span.end].to_ascii_lowercase();
    [
        "too small",
        "was not entered",
        "not used for access",
        "was occluded and",
    ]
    .iter()
    .any(|w| rest.contains(w))
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
    (system != System::Coronary && lexicon.vessel(id).scope != Scope::Landmark).then_some(Site {
        vessel: id,
        side: site.side,
    })
}

/// The fistula or graft the report calls by name.
fn named_fistula(context: &Context<'_>, lexicon: &Lexicon) -> Option<crate::lexicon::VesselId> {
    const NAMED: &[&str] = &[
        "radiocephalic-fistula",
        "brachiocephalic-fistula",
        "brachiobasilic-fistula",
        "av-graft",
    ];
    context
        .units
        .iter()
        .flat_map(|u| &u.lists)
        .flat_map(|l| &l.atoms)
        .filter_map(super::super::mention::Atom::vessel)
        .find(|v| NAMED.contains(&lexicon.vessel(*v).id.as_str()))
}
