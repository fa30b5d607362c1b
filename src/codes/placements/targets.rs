//! Where catheters came to rest, and the puncture each of them came through.

use super::super::{
    CodeSet,
    route::{Before, Certainty, Route, Selectivity, safest},
};
use crate::{
    context::Status,
    encounter::{Basis, Encounter, Site, Strength},
    lexicon::Lexicon,
    mention::Side,
    text::Evidence,
};

/// How a resting place is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// A catheter was placed there.
    Moved,
    /// A long sheath was.
    Sheath,
    /// IVUS looked there, which it does from inside.
    Looked,
}

/// A resting place of a catheter.
#[derive(Clone, Debug)]
pub(super) struct Target<'a> {
    pub(super) site: Site,
    pub(super) told: Told,
    /// The puncture the words name.
    pub(super) through: Option<Site>,
    /// Where it is told, for the order of events.
    pub(super) at: usize,
    pub(super) evidence: &'a Evidence,
}

/// The resting places of the session in the order in which they are told: moves, and looks at vessels no move names.
pub(super) fn targets<'a>(encounter: &'a Encounter, lexicon: &Lexicon) -> Vec<Target<'a>> {
    let mut found: Vec<Target<'a>> = Vec::new();
    for step in encounter
        .moves
        .iter()
        .filter(|m| m.status == Status::Performed)
    {
        found.push(Target {
            site: step.site,
            told: match step.device {
                "ivus-catheter" | "catheter" => Told::Moved,
                "long-sheath" => Told::Sheath,
                _ => continue,
            },
            through: step.through,
            at: step.evidence.primary().span.start,
            evidence: &step.evidence,
        });
    }
    for look in encounter.performed() {
        let named = found
            .iter()
            .any(|t| t.site.whole(lexicon) == look.site.whole(lexicon));
        if !named && look.basis == Basis::Stated && look.strength >= Strength::Frame {
            found.push(Target {
                site: look.site,
                told: Told::Looked,
                through: None,
                at: look.evidence.primary().span.start,
                evidence: &look.evidence,
            });
        }
    }
    found.sort_by_key(|t| t.at);
    found
}

/// One puncture by which a place can be reached.
struct Candidate {
    access: usize,
    route: Route,
}

/// The puncture a place was reached from, with the way; `None` when no puncture leads there.
pub(super) fn assign(
    set: &CodeSet,
    encounter: &Encounter,
    target: &Target<'_>,
    lexicon: &Lexicon,
) -> Option<(usize, Route)> {
    let mut candidates: Vec<Candidate> = Vec::new();
    for (access, entry) in encounter.access.iter().enumerate() {
        let way = safest(
            entry.site,
            target.site,
            entry.aim,
            Before::Nothing,
            set.catheters(),
            lexicon,
        );
        if let Ok(route) = way {
            candidates.push(Candidate { access, route });
        }
    }
    if let Some(through) = target.through
        && let Some(named) = named(encounter, &candidates, through, lexicon)
    {
        return Some(take(candidates, named));
    }
    let agree = candidates
        .windows(2)
        .all(|w| answer(&w[0].route) == answer(&w[1].route));
    let last_before = candidates
        .iter()
        .rposition(|c| told_at(encounter, c) <= target.at)
        .unwrap_or(0);
    if candidates.is_empty() {
        return None;
    }
    if agree {
        return Some(take(candidates, last_before));
    }
    // Nothing is contralateral unless the text says that the catheter crossed.
    let same_side: Vec<usize> = (0..candidates.len())
        .filter(|n| {
            let side = candidates[*n].route.from.side;
            side == target.site.side && side != Side::None && side != Side::Unknown
        })
        .collect();
    if let [own] = same_side[..] {
        let (access, mut route) = take(candidates, own);
        route.certainty = route.certainty.less();
        route
            .reason
            .push_str("; of several punctures the one of its side is taken");
        return Some((access, route));
    }
    let least = (0..candidates.len())
        .min_by_key(|n| (candidates[*n].route.selectivity, candidates[*n].route.order))?;
    let (access, mut route) = take(candidates, least);
    route.certainty = Certainty::Low;
    route.reason.push_str(
        "; the text does not say which puncture it came through, the least selective way is taken",
    );
    Some((access, route))
}

fn answer(route: &Route) -> (Option<&str>, u32, Selectivity) {
    let code = route.code.as_ref().map(|c| c.code.as_str());
    (code, route.order, route.selectivity)
}

fn told_at(encounter: &Encounter, candidate: &Candidate) -> usize {
    encounter.access[candidate.access]
        .evidence
        .primary()
        .span
        .start
}

fn take(mut candidates: Vec<Candidate>, n: usize) -> (usize, Route) {
    let one = candidates.swap_remove(n);
    (one.access, one.route)
}

/// The candidate whose puncture the words name: the same vessel and side, else the only one of that side.
fn named(
    encounter: &Encounter,
    candidates: &[Candidate],
    through: Site,
    lexicon: &Lexicon,
) -> Option<usize> {
    let entry = |c: &Candidate| encounter.access[c.access].site.whole(lexicon);
    let exact = candidates
        .iter()
        .position(|c| entry(c) == through.whole(lexicon));
    exact.or_else(|| {
        let sided = |c: &&Candidate| {
            entry(c).side == through.side && matches!(through.side, Side::Left | Side::Right)
        };
        let system = lexicon.vessel(through.vessel).region.as_str();
        let near = |c: &&Candidate| lexicon.vessel(entry(c).vessel).region == system;
        let mut fits = candidates.iter().filter(sided).filter(near);
        let first = fits.next()?;
        if fits.next().is_some() {
            return None;
        }
        candidates.iter().position(|c| c.access == first.access)
    })
}
