//! Where the vessel was entered, and where catheters were brought.

mod entry;
mod fistulas;
mod notes;

use super::{
    Access, Aim, Move, Site,
    reader::{Context, Mode, Record},
    scene::{Mover, Role, View},
};
use crate::{
    context::{Assertion, Status, assert_act},
    lexicon::{Lexicon, Scope, System, Vessel},
    mention::{Side, SideBasis, VesselList},
    text::{Role as Mark, Span},
};
use entry::{Firmness, entry, graft_in, is_way_of_graft, refused};

/// A movement of a device, as a clause tells it.
#[derive(Clone, Copy)]
pub(super) struct Brought {
    pub(super) mover: Mover,
    /// The words that tell of it.
    pub(super) verb: Span,
    pub(super) asserted: Assertion,
    /// The vessel it came through, when the clause says so.
    pub(super) through: Option<Site>,
}

/// Records a catheter's resting place. Wires, balloons, stents and short sheaths make none.
pub(super) fn target(
    context: &Context<'_>,
    view: &View<'_>,
    list: &VesselList,
    sites: &[(Site, Span, SideBasis)],
    brought: Brought,
    moves: &mut Vec<Move>,
) {
    let Brought {
        mover,
        verb,
        asserted,
        through,
    } = brought;
    if !matches!(mover, Mover::Ivus | Mover::Catheter | Mover::LongSheath) || view.is_coronary(list)
    {
        return;
    }
    let lexicon = context.lexicon;
    // "The celiac artery could not be engaged": tried at most.
    let lead = view.lead(verb.start.max(view.clause.span.start));
    let asserted = if ["could not be", "cannot be", "could not"]
        .iter()
        .any(|w| lead.ends_with(w))
        && asserted.status == Status::Performed
    {
        Assertion {
            status: Status::Attempted,
            ..asserted
        }
    } else {
        asserted
    };
    for (site, at, _) in sites {
        // "The gate was cannulated": a wire through the limb of an endograft.
        if mover == Mover::Catheter && lexicon.vessel(site.vessel).id == "iliac-limb-endograft" {
            continue;
        }
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
            through,
            status: asserted.status,
            evidence,
        });
    }
}

/// The vessel a clause says a device came through: "via the right femoral sheath", "from a left popliteal approach".
pub(super) fn through(context: &Context<'_>, view: &View<'_>, roles: &[Role]) -> Option<Site> {
    view.clause
        .lists
        .iter()
        .zip(roles)
        .filter(|(_, role)| matches!(role, Role::Origin | Role::Access(_) | Role::Passed(..)))
        .find_map(|(list, _)| context.sites(list).first().map(|s| s.0))
        .and_then(|site| entered(site, context))
}

/// Which way the words of a puncture say it points.
fn aim(context: &Context<'_>, record: &Record<'_>) -> Option<Aim> {
    let text = &context.lower()[record.clause.span.start..record.clause.span.end];
    match (text.contains("antegrade"), text.contains("retrograde")) {
        (true, false) => Some(Aim::Antegrade),
        (false, true) => Some(Aim::Retrograde),
        _ => None,
    }
}

/// The access sites of the report, in order.
pub(super) fn access(context: &Context<'_>, records: &[Record<'_>]) -> Vec<Access> {
    let lexicon = context.lexicon;
    let mut found: Vec<(Firmness, Access)> = Vec::new();
    for record in records {
        if matches!(record.mode, Mode::Past | Mode::Plan | Mode::Off) {
            continue;
        }
        for (n, (list, role)) in record.clause.lists.iter().zip(&record.roles).enumerate() {
            let Some((firmness, cue)) = entry(context, record, n, *role) else {
                continue;
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
            // "After consent for a possible stent, I accessed": what was weighed before.
            let aside = aside
                || asserted.cue.is_some_and(|c| {
                    let told = context.lower().get(c.end..list.span.start);
                    told.is_some_and(|t| [", i ", ", we "].iter().any(|w| t.contains(w)))
                });
            if asserted.status != Status::Performed && !aside
                || refused(context, record, list)
                || is_way_of_graft(context, record, list)
            {
                continue;
            }
            let joins = graft_in(context, list);
            for (site, at, _) in context.sites(list) {
                // "upper arm graft, brachial artery to axillary vein": what a graft joins was not entered.
                if joins && lexicon.vessel(site.vessel).system != System::Access {
                    continue;
                }
                let named = lexicon.vessel(site.vessel);
                let vein = named.system == System::Vein && named.region == "upper-extremity";
                let site = match lexicon.vessel_id("dialysis-circuit") {
                    Some(vessel) if vein && fistulas::is_name(context, at) => {
                        Site { vessel, ..site }
                    }
                    _ => site,
                };
                let Some(site) = entered(site, context) else {
                    continue;
                };
                let mut evidence = context.evidence(at, Mark::Access);
                if let Some(cue) = cue.filter(|c| *c != list.span) {
                    evidence.add(context.source(cue), Mark::Access);
                }
                let known = found.iter_mut().find(|(f, a)| {
                    (*f == Firmness::Told || *f == firmness)
                        && a.site.whole(lexicon) == site.whole(lexicon)
                });
                match known {
                    Some((_, known)) => known.aim = known.aim.or(aim(context, record)),
                    None => found.push((
                        firmness,
                        Access {
                            site,
                            aim: aim(context, record),
                            evidence,
                        },
                    )),
                }
            }
        }
    }
    settle(&found, lexicon)
}

/// Leaves what stands: the firmest sources, without what another puncture of the session explains.
fn settle(found: &[(Firmness, Access)], lexicon: &Lexicon) -> Vec<Access> {
    let vessel = |a: &Access| lexicon.vessel(a.site.vessel);
    let told: Vec<Access> = found
        .iter()
        .filter(|(f, _)| *f == Firmness::Told)
        .map(|(_, a)| a.clone())
        .collect();
    let stands = |firmness: Firmness, access: &Access| match firmness {
        Firmness::Told => true,
        Firmness::Way => !told.iter().any(|a| {
            vessel(a).system == vessel(access).system
                && vessel(a).region == vessel(access).region
                && a.site.side == access.site.side
        }),
        Firmness::Titled => !told.iter().any(|a| {
            vessel(a).system == vessel(access).system
                && (a.site.side == access.site.side || access.site.side == Side::Unknown)
        }),
        Firmness::Origin => false,
    };
    let mut kept: Vec<Access> = found
        .iter()
        .filter(|(f, a)| stands(*f, a))
        .map(|(_, a)| a.clone())
        .collect();
    if kept.is_empty() {
        let origin = found.iter().filter(|(f, _)| *f == Firmness::Origin);
        kept = origin.map(|(_, a)| a.clone()).collect();
    }
    // A sheath taken on into the cava, aorta, liver or lung came through another puncture.
    let carotid = |a: &Access| vessel(a).id.contains("carotid");
    let artery = |a: &Access| vessel(a).system == System::Artery && !carotid(a);
    if kept.iter().any(artery) {
        kept.retain(|a| !carotid(a));
    }
    if kept.iter().any(|a| !is_beyond(vessel(a))) {
        kept.retain(|a| !is_beyond(vessel(a)));
    }
    // A side that one mention leaves open is that of the same vessel told with its side.
    let sided: Vec<Site> = kept
        .iter()
        .map(|a| a.site)
        .filter(|s| s.side != Side::Unknown)
        .collect();
    kept.retain(|a| {
        // "IVUS from the femoral access" beside "right common femoral vein": the same puncture.
        let alike = |s: &Site| {
            let (named, own) = (lexicon.vessel(s.vessel), vessel(a));
            let femoral = |v: &Vessel| v.id.contains("femoral");
            s.vessel == a.site.vessel
                || (named.system == own.system && femoral(named) && femoral(own))
        };
        a.site.side != Side::Unknown || !sided.iter().any(alike)
    });
    // "the fistula was accessed" beside the vein that was punctured is the same site.
    let circuit = |a: &Access| vessel(a).system == System::Access;
    let arm_vein =
        |a: &Access| vessel(a).system == System::Vein && vessel(a).region == "upper-extremity";
    let other = kept.iter().any(|a| !circuit(a));
    if kept.iter().any(arm_vein) {
        kept.retain(|a| !circuit(a) || vessel(a).id == "av-graft");
    } else if other {
        kept.retain(|a| vessel(a).id != "dialysis-circuit");
    }
    kept
}

/// Whether a vessel is reached through another one where both are told of: the cava, visceral vessels, the subclavian.
fn is_beyond(vessel: &Vessel) -> bool {
    const BEYOND: [&str; 15] = [
        "cava",
        "aort",
        "portal",
        "atrium",
        "hepatic",
        "tips",
        "iliac",
        "renal",
        "mesenteric",
        "celiac",
        "subclavian",
        "brachiocephalic-vein",
        "axillary",
        "superficial-femoral",
        "tibioperoneal",
    ];
    vessel.system == System::Pulmonary || BEYOND.iter().any(|n| vessel.id.contains(n))
}

/// The vessel that an access word means: "femoral artery" in the groin is the common femoral; "the fistula" is the
/// fistula the report names.
fn entered(site: Site, context: &Context<'_>) -> Option<Site> {
    let lexicon = context.lexicon;
    let vessel = lexicon.vessel(site.vessel);
    let mut side = site.side;
    let id = match vessel.id.as_str() {
        "femoral-artery-unspecified" => lexicon.vessel_id("common-femoral-artery")?,
        "jugular-vein-unspecified" => lexicon.vessel_id("internal-jugular-vein")?,
        "dialysis-circuit" => {
            let (named, known) = fistulas::named(context, lexicon).unwrap_or((site.vessel, side));
            if side == Side::Unknown {
                side = known;
            }
            named
        }
        _ => site.vessel,
    };
    let system = lexicon.vessel(id).system;
    (system != System::Coronary && lexicon.vessel(id).scope != Scope::Landmark)
        .then_some(Site { vessel: id, side })
}

#[cfg(test)]
mod tests;
