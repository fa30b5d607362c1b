//! What the report tells of each technique as a whole: a title against the description, a vessel named once against acts
//! that name none.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
};

use super::{
    super::{
        Site,
        reader::{Context, Record},
    },
    acts::Act,
    places::{self, Place},
};
use crate::{
    context::Status,
    lexicon::{Scope, Technique},
    mention::Side,
};

/// What the report tells of each technique as a whole.
pub(super) struct Told<'a> {
    context: &'a Context<'a>,
    records: &'a [Record<'a>],
    acts: &'a [Act],
    places: &'a [Place],
    /// The techniques of the description, by status.
    described: BTreeSet<(Technique, Status)>,
    /// The sites that clauses or titles state.
    stated: BTreeMap<(Technique, Status), Vec<Site>>,
    /// The vessel that most of the report is about, for what is told of none.
    fallback: OnceCell<Option<Site>>,
}

impl<'a> Told<'a> {
    pub(super) fn new(
        context: &'a Context<'a>,
        records: &'a [Record<'a>],
        acts: &'a [Act],
        places: &'a [Place],
    ) -> Self {
        let described = acts
            .iter()
            .filter(|a| !a.claim)
            .map(|a| (a.technique, a.status))
            .collect();
        let mut stated: BTreeMap<(Technique, Status), Vec<Site>> = BTreeMap::new();
        for (act, place) in acts.iter().zip(places).filter(|(_, p)| p.stated) {
            let known = stated.entry((act.technique, act.status)).or_default();
            for (site, _) in &place.sites {
                if !known.contains(site) {
                    known.push(*site);
                }
            }
        }
        Self {
            context,
            records,
            acts,
            places,
            described,
            stated,
            fallback: OnceCell::new(),
        }
    }

    /// The status of an act, with what the description says against its title.
    pub(super) fn settled(&self, act: &Act) -> Status {
        let told = |status: Status| self.described.contains(&(act.technique, status));
        let denied = act.claim
            && act.status == Status::Performed
            && told(Status::Negated)
            && !told(Status::Performed);
        if denied { Status::Negated } else { act.status }
    }

    /// The sites that an act adds; `None` alone when no vessel is known.
    pub(super) fn sites(&self, act: &Act, place: &Place) -> Vec<Option<Site>> {
        let lexicon = self.context.lexicon;
        let others = self
            .stated
            .get(&(act.technique, act.status))
            .map(Vec::as_slice)
            .unwrap_or_default();
        let sites: Vec<Site> = place
            .sites
            .iter()
            .map(|(s, _)| *s)
            .filter(|s| !self.yields(*s, others))
            .collect();
        if place.stated {
            let mut named = others.iter().filter(|o| !self.is_vague(**o));
            return if sites.is_empty() {
                named.next().map(|s| Some(*s)).into_iter().collect()
            } else {
                sites.into_iter().map(Some).collect()
            };
        }
        // A vessel that is only inferred tells the territory; it makes no further vessel beside another.
        let known = sites
            .iter()
            .find(|s| others.iter().any(|o| o.whole(lexicon) == s.whole(lexicon)))
            .or(others.first());
        match known {
            Some(known) => vec![Some(*known)],
            None => self.inferred(act),
        }
    }

    /// The sites of the first act of the same kind that has any, else the vessel the report is about.
    fn inferred(&self, act: &Act) -> Vec<Option<Site>> {
        let first = self.acts.iter().zip(self.places).find(|(a, p)| {
            a.technique == act.technique && a.status == act.status && !p.sites.is_empty()
        });
        if let Some((_, place)) = first {
            return place.sites.iter().map(|(s, _)| Some(*s)).collect();
        }
        let fallback = || places::dominant(self.context, self.records);
        vec![*self.fallback.get_or_init(fallback)]
    }

    /// Whether a name leaves the segment open.
    fn is_vague(&self, site: Site) -> bool {
        self.context.lexicon.vessel(site.vessel).scope == Scope::Unspecified
    }

    /// "iliac vein" in the title gives way to the common iliac vein of the description.
    fn yields(&self, site: Site, others: &[Site]) -> bool {
        let system = |s: Site| self.context.lexicon.vessel(s.vessel).system;
        self.is_vague(site)
            && others.iter().any(|o| {
                !self.is_vague(*o)
                    && (o.side == site.side || site.side == Side::Unknown)
                    && system(*o) == system(site)
            })
    }
}
