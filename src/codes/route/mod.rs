//! The way of a catheter from the punctured vessel to where it came to rest, its selective order, and its code.
//!
//! The method: walk from the puncture toward the root (aorta, vena cava). What lies on that way is not selective. Else the
//! order counts the branches from the vessel nearest the root that the catheter reached. Steps at which only the name
//! of a vessel changes add nothing. The tree says which do (`lexicons/tree.tsv`); nothing here knows the text.

mod settle;
mod special;
mod walk;

use super::catheters::{CatheterCode, Catheters};
use crate::{
    encounter::{Aim, Site},
    lexicon::{Lexicon, Scope, System},
    mention::Side,
};
use walk::{Walk, Way};

/// How sure an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Certainty {
    Low,
    Medium,
    High,
    Certain,
}

impl Certainty {
    const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Certain];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Certain => "certain",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.name() == name)
    }

    /// One step less sure, down to low.
    pub(crate) fn less(self) -> Self {
        match self {
            Self::Certain => Self::High,
            Self::High => Self::Medium,
            Self::Medium | Self::Low => Self::Low,
        }
    }
}

/// What was done before the catheter went to its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Before {
    /// The way decides.
    Nothing,
    /// The catheter was in the aorta or vena cava.
    RootEntered,
}

/// How selective a placement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Selectivity {
    /// The catheter stayed in the punctured vessel and its way to the root.
    Access,
    /// It came to the root.
    NonSelective,
    /// It entered a branch.
    Selective,
}

impl Selectivity {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::NonSelective => "non-selective",
            Self::Selective => "selective",
        }
    }
}

/// A vessel of a way with the order it stands for: none before the root or apex is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) site: Site,
    pub(crate) order: Option<u32>,
}

/// A way with its answer.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub(crate) from: Site,
    pub(crate) to: Site,
    /// The code; none inside a dialysis circuit, whose codes hold their catheters.
    pub(crate) code: Option<CatheterCode>,
    pub(crate) order: u32,
    pub(crate) selectivity: Selectivity,
    /// The vessels from the puncture to the resting place, both included.
    pub(crate) steps: Vec<Step>,
    /// The first branch entered; the root or the punctured vessel when none was.
    pub(crate) family: Site,
    /// The family of codes: `vein`, `artery-below` …
    pub(crate) scale: &'static str,
    pub(crate) certainty: Certainty,
    pub(crate) reason: String,
    /// What would change the code, when the way alone does not tell.
    pub(crate) advice: Option<&'static str>,
    /// Sources of the code, and of a known way that is the same.
    pub(crate) sources: Vec<String>,
}

/// Why there is no way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoRoute {
    /// The vessels belong to systems that a catheter does not cross between.
    Apart,
    /// A coronary vessel: another service.
    Coronary,
    /// The tree does not hold the vessel.
    Unplaced,
}

/// Finds the way between two vessels. A side that matters must be known: see [`safest`] for texts that leave it open.
pub(crate) fn route(
    from: Site,
    to: Site,
    aim: Option<Aim>,
    before: Before,
    catheters: &Catheters,
    lexicon: &Lexicon,
) -> Result<Route, NoRoute> {
    let punctured = from;
    let (from, to) = (from.whole(lexicon), to.whole(lexicon));
    for site in [from, to] {
        let vessel = lexicon.vessel(site.vessel);
        if vessel.system == System::Coronary || vessel.scope == Scope::Coronary {
            return Err(NoRoute::Coronary);
        }
    }
    let up = Way::of(from, lexicon)?;
    let down = Way::of(to, lexicon)?;
    let walk = Walk {
        from,
        to,
        up,
        down,
        aim,
        before,
        catheters,
        lexicon,
    };
    let mut route = walk.answer()?;
    // A fistula keeps its own name.
    if let Some(first) = route.steps.first_mut().filter(|s| s.site == from) {
        first.site = punctured;
    }
    route.from = punctured;
    Ok(route)
}

/// The way when the text leaves a side open: what every reading agrees on, else the least selective one, of low certainty.
pub(crate) fn safest(
    from: Site,
    to: Site,
    aim: Option<Aim>,
    before: Before,
    catheters: &Catheters,
    lexicon: &Lexicon,
) -> Result<Route, NoRoute> {
    let mut found: Vec<Route> = Vec::new();
    for from in readings(from, lexicon) {
        for to in readings(to, lexicon) {
            found.push(route(from, to, aim, before, catheters, lexicon)?);
        }
    }
    let same = found
        .windows(2)
        .all(|w| code_of(&w[0]) == code_of(&w[1]) && w[0].order == w[1].order);
    let open = found.len() > 1;
    let mut least = found
        .into_iter()
        .min_by_key(|r| (r.selectivity, r.order))
        .ok_or(NoRoute::Unplaced)?;
    if open {
        least.from = from;
        least.to = to;
        if same {
            least.certainty = least.certainty.min(Certainty::Medium);
        } else {
            least.certainty = Certainty::Low;
            least
                .reason
                .push_str("; a side is not stated, the least selective reading is taken");
        }
    }
    Ok(least)
}

fn code_of(route: &Route) -> Option<&str> {
    route.code.as_ref().map(|c| c.code.as_str())
}

fn readings(site: Site, lexicon: &Lexicon) -> Vec<Site> {
    if site.side == Side::Unknown && lexicon.vessel(site.vessel).sided {
        [Side::Left, Side::Right]
            .map(|side| Site { side, ..site })
            .to_vec()
    } else {
        vec![site]
    }
}

#[cfg(test)]
mod tests;
