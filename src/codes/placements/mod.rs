//! The catheter placements of a session: each resting place given to its puncture, one code for each family of a
//! puncture, and what else of the session holds the catheter work.

mod bundled;
mod targets;

use super::{
    CatheterUse, CodeSet,
    route::{Before, Certainty, Route, Selectivity, Step, safest},
};
use crate::{
    encounter::{Access, Encounter, Site},
    lexicon::{Lexicon, Technique},
    text::Evidence,
};
pub(crate) use bundled::SessionCode;
use targets::{Target, Told};

/// A catheter placement with its code.
#[derive(Clone, Debug)]
pub(crate) struct Placement {
    pub(crate) code: String,
    pub(crate) from: Site,
    pub(crate) to: Site,
    pub(crate) order: u32,
    pub(crate) selectivity: Selectivity,
    pub(crate) steps: Vec<Step>,
    /// The code of the session that holds this catheter work.
    pub(crate) bundled_by: Option<String>,
    pub(crate) certainty: Certainty,
    pub(crate) reason: String,
    pub(crate) evidence: Evidence,
}

/// A way that was taken, with what led to it.
struct Taken<'a> {
    route: Route,
    target: Target<'a>,
    access: &'a Access,
}

/// Works out the placements; `session` are the codes of what else was done.
pub(crate) fn placements(
    set: &CodeSet,
    encounter: &Encounter,
    session: &[SessionCode],
    lexicon: &Lexicon,
) -> Vec<Placement> {
    let targets = targets::targets(encounter, lexicon);
    let mut punctures: Vec<Vec<Taken<'_>>> = encounter.access.iter().map(|_| Vec::new()).collect();
    for target in targets {
        if let Some((n, route)) = targets::assign(set, encounter, &target, lexicon) {
            punctures[n].push(Taken {
                route,
                target,
                access: &encounter.access[n],
            });
        }
    }
    let mut found = Vec::new();
    for mut taken in punctures {
        root_first(set, &mut taken, lexicon);
        for (taken, further) in keep(taken, lexicon) {
            found.extend(placement(set, encounter, session, &taken, further, lexicon));
        }
    }
    found
}

/// A side branch of the punctured way that was entered after the root is counted from the root.
fn root_first(set: &CodeSet, taken: &mut [Taken<'_>], lexicon: &Lexicon) {
    let root = taken
        .iter()
        .filter(|t| t.route.selectivity == Selectivity::NonSelective)
        .map(|t| t.target.at)
        .min();
    let Some(root) = root else { return };
    for one in taken.iter_mut() {
        if one.route.selectivity != Selectivity::Selective || one.target.at < root {
            continue;
        }
        let (from, to) = (one.route.from, one.route.to);
        let after = safest(
            from,
            to,
            one.access.aim,
            Before::RootEntered,
            set.catheters(),
            lexicon,
        );
        if let Ok(mut after) = after
            && after.order > one.route.order
        {
            after.certainty = after.certainty.min(one.route.certainty);
            one.route = after;
        }
    }
}

/// Whether a kept way is the one of its family or one more branch of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Further {
    No,
    Yes,
}

/// Of one puncture: the deepest way of each family and its further branches; else the root; else the access alone.
fn keep<'a>(mut taken: Vec<Taken<'a>>, lexicon: &Lexicon) -> Vec<(Taken<'a>, Further)> {
    let Some(most) = taken.iter().map(|t| t.route.selectivity).max() else {
        return Vec::new();
    };
    taken.retain(|t| t.route.selectivity == most);
    if most != Selectivity::Selective {
        // The farthest stands for all: the first told of those that are as far.
        let far = taken.iter().map(|t| t.route.steps.len()).max();
        let kept = taken
            .into_iter()
            .find(|t| Some(t.route.steps.len()) == far || most == Selectivity::NonSelective);
        return kept.into_iter().map(|t| (t, Further::No)).collect();
    }
    // The deepest first, as they are told.
    taken.sort_by_key(|t| std::cmp::Reverse(t.route.order));
    let mut kept: Vec<(Taken<'a>, Further)> = Vec::new();
    for one in taken {
        let mut kin = kept.iter().filter(|(k, _)| same_family(k, &one)).peekable();
        if kin.peek().is_none() {
            kept.push((one, Further::No));
            continue;
        }
        let apart = kin.all(|(k, _)| {
            !passes(&k.route, one.route.to, lexicon) && !passes(&one.route, k.route.to, lexicon)
        });
        if apart && one.route.order >= 2 && one.target.told == Told::Moved {
            kept.push((one, Further::Yes));
        }
    }
    kept.sort_by_key(|(t, _)| t.target.at);
    kept
}

fn same_family(a: &Taken<'_>, b: &Taken<'_>) -> bool {
    a.route.family == b.route.family && a.route.scale == b.route.scale
}

/// Whether a way leads through a vessel, or ends in one that is the same to the order of catheters: external iliac and
/// common femoral, femoral and popliteal.
fn passes(route: &Route, site: Site, lexicon: &Lexicon) -> bool {
    route
        .steps
        .iter()
        .any(|s| s.site.whole(lexicon) == site.whole(lexicon) && s.order.is_some())
}

fn placement(
    set: &CodeSet,
    encounter: &Encounter,
    session: &[SessionCode],
    taken: &Taken<'_>,
    further: Further,
    lexicon: &Lexicon,
) -> Option<Placement> {
    let route = &taken.route;
    let mut code = route.code.clone()?;
    let mut reason = route.reason.clone();
    if further == Further::Yes {
        // Pulmonary and portal have no code for one more branch; veins take the same code again.
        match (route.scale, set.catheters().further(route.scale)) {
            (_, Some(more)) => code = more.clone(),
            ("vein", None) => {}
            _ => return None,
        }
        reason.push_str("; one more branch of a family that has a code");
    }
    if code.family == "limb-vein" && limb_venogram(encounter, lexicon) {
        let injected = set
            .catheters()
            .any_order(CatheterUse::Injection, "limb-vein");
        code = injected.cloned().unwrap_or(code);
        reason.push_str("; a limb venogram was injected there");
    } else if let Some(advice) = route.advice {
        reason.push_str("; ");
        reason.push_str(advice);
    }
    let mut certainty = route.certainty;
    match taken.target.told {
        Told::Moved => {}
        Told::Sheath => {
            certainty = certainty.less();
            reason.push_str("; a long sheath, no catheter, is told there");
        }
        Told::Looked => {
            certainty = certainty.less();
            reason
                .push_str("; IVUS looked there, the text does not say that a catheter was placed");
        }
    }
    let mut evidence = taken.target.evidence.clone();
    evidence.extend(&taken.access.evidence);
    for variant in &encounter.variants {
        let on_way = variant.vessels.is_empty()
            || route.steps.iter().any(|s| {
                s.order.is_some() && variant.vessels.contains(&lexicon.whole(s.site.vessel))
            });
        if on_way && certainty > Certainty::Low {
            certainty = Certainty::Low;
            reason.push_str("; a variant is told: ");
            reason.push_str(&variant.effect);
            evidence.extend(&variant.evidence);
        }
    }
    Some(Placement {
        bundled_by: bundled::holder(set, session, route, &code, lexicon),
        code: code.code,
        from: route.from,
        to: route.to,
        order: route.order,
        selectivity: route.selectivity,
        steps: route.steps.clone(),
        certainty,
        reason,
        evidence,
    })
}

/// Whether a venogram of a limb was done: contrast went through the punctured vein.
fn limb_venogram(encounter: &Encounter, lexicon: &Lexicon) -> bool {
    encounter.procedures.iter().any(|p| {
        p.technique == Technique::Venography
            && p.status == crate::context::Status::Performed
            && p.site.is_none_or(|s| {
                matches!(
                    lexicon.vessel(s.vessel).region.as_str(),
                    "lower-extremity" | "upper-extremity" | "pelvis" | "foot"
                )
            })
    })
}
