//! The second reader: a linear model over what stands around each vessel's name, learnt from labelled reports. It holds an
//! opinion of each vessel apart from the rules of the first reader; where the two differ, rules and confidence weigh it.

mod features;

use std::{collections::BTreeMap, fmt};

use super::{
    Site,
    reader::{Context, Record},
    scene::countable,
};
use crate::{
    lexicon::{FeatureHash, Lexicon},
    mention::{Atom, VesselList},
};

/// What the second reader makes of a vessel.
#[derive(Clone, Copy)]
pub(super) struct Opinion<'a> {
    /// The vessel, whole.
    pub(super) site: Site,
    /// How likely it is, from 0 to 1, that IVUS looked at it.
    pub(super) likely: f32,
    /// The name that speaks most for it, by its record, list and atom.
    pub(super) best: (&'a Record<'a>, &'a VesselList, &'a Atom),
}

/// A vessel with the features of all places that name it: what the second reader learns from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The vessel, with its side: `"left common-iliac-vein"`.
    pub site: String,
    /// Sorted, each once.
    pub features: Vec<String>,
}

/// One name of a vessel.
struct Mention<'a> {
    site: Site,
    named: (&'a Record<'a>, &'a VesselList, &'a Atom),
}

fn mentions<'a>(context: &Context<'_>, records: &'a [Record<'a>]) -> Vec<Mention<'a>> {
    let lexicon = context.lexicon;
    let mut found = Vec::new();
    for record in records {
        for list in record.clause.lists {
            for atom in list.atoms.iter().filter(|a| countable(a, lexicon)) {
                let Some(vessel) = atom.vessel() else {
                    continue;
                };
                found.extend(atom.sides.iter().map(|side| Mention {
                    site: Site {
                        vessel: lexicon.whole(vessel),
                        side: *side,
                    },
                    named: (record, list, atom),
                }));
            }
        }
    }
    found
}

/// The opinion on each vessel that the text names, in order of site. None when nothing was learnt.
pub(super) fn opinions<'a>(context: &Context<'_>, records: &'a [Record<'a>]) -> Vec<Opinion<'a>> {
    let weights = &context.lexicon.second;
    if weights.is_empty() {
        return Vec::new();
    }
    let mut sites: BTreeMap<Site, (Vec<u64>, f32, Mention<'a>)> = BTreeMap::new();
    for mention in mentions(context, records) {
        let (record, list, atom) = mention.named;
        let mut hashes = Hashes(Vec::new());
        features::features(context, record, list, atom, &mut hashes);
        let mut own = hashes.0;
        own.sort_unstable();
        own.dedup();
        let score = weights.score(&own);
        match sites.get_mut(&mention.site) {
            Some((all, best, kept)) => {
                all.extend(own);
                if score > *best {
                    (*best, *kept) = (score, mention);
                }
            }
            None => {
                sites.insert(mention.site, (own, score, mention));
            }
        }
    }
    let opinion = |(site, (mut all, _, mention)): (Site, (Vec<u64>, f32, Mention<'a>))| {
        all.sort_unstable();
        all.dedup();
        Opinion {
            site,
            likely: 1.0 / (1.0 + (-weights.score(&all)).exp()),
            best: mention.named,
        }
    };
    sites.into_iter().map(opinion).collect()
}

/// The features of each vessel that the text names, in order of site.
pub(super) fn sightings(context: &Context<'_>, records: &[Record<'_>]) -> Vec<Sighting> {
    let mut sites: BTreeMap<Site, Names> = BTreeMap::new();
    for mention in mentions(context, records) {
        let (record, list, atom) = mention.named;
        let names = sites.entry(mention.site).or_default();
        features::features(context, record, list, atom, names);
    }
    let sighting = |(site, names): (Site, Names)| Sighting {
        site: key(site, context.lexicon),
        features: names.0.into_iter().collect(),
    };
    sites.into_iter().map(sighting).collect()
}

fn key(site: Site, lexicon: &Lexicon) -> String {
    site.key(lexicon)
}

struct Hashes(Vec<u64>);

impl features::Sink for Hashes {
    fn feature(&mut self, feature: fmt::Arguments<'_>) {
        self.0.push(FeatureHash::of(feature));
    }
}

#[derive(Default)]
struct Names(std::collections::BTreeSet<String>);

impl features::Sink for Names {
    fn feature(&mut self, feature: fmt::Arguments<'_>) {
        self.0.insert(feature.to_string());
    }
}
