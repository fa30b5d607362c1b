//! The second reader: trees over what stands around each vessel's name, learnt from labelled reports. It holds an opinion of
//! each vessel apart from the rules of the first reader; where the two differ, rules and confidence weigh it.

mod features;
mod wording;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Site,
    reader::{Context, Record},
    scene::{Mover, Role, countable},
};
use crate::{
    lexicon::{Beginning, Category, Features, Grammar, Learnt, Question, VesselId, Weights},
    mention::{Atom, VesselList},
    text::Span,
};
use features::{Feature, Met};

/// Below so many words that were learnt, a text is a note or a fragment of which its words say too little.
const LEAST_WORDS: usize = 60;

/// What the second reader makes of a vessel.
pub(super) struct Opinion<'a> {
    /// The vessel, whole.
    pub(super) site: Site,
    /// How likely it is, from 0 to 1, that IVUS looked at it.
    pub(super) likely: f32,
    /// Its names, of which there is one at least.
    names: Vec<Name<'a>>,
}

impl<'a> Opinion<'a> {
    /// Whether it is named only where something other than IVUS went or was done, in clauses that tell of no IVUS.
    pub(super) fn is_place_alone(&self) -> bool {
        self.names.iter().all(|(record, list, _)| {
            let lists = record.clause.lists;
            let at = lists.partition_point(|l| l.span.start < list.span.start);
            let role = record.roles.get(at);
            let elsewhere = match role {
                Some(Role::Target(mover, _) | Role::Passed(mover, _)) => *mover != Mover::Ivus,
                Some(Role::Treated(_) | Role::Origin) => true,
                _ => false,
            };
            elsewhere && record.act.is_none() && !record.frame.is_ivus()
        })
    }

    /// The name that speaks most for it, by its record, list and atom.
    pub(super) fn best(&self, context: &Context<'_>) -> Name<'a> {
        // Nothing hangs on the name of what is not believed.
        let all = if self.likely < 0.5 {
            1
        } else {
            self.names.len()
        };
        best(context, &self.names[..all])
    }
}

/// What the second reader learns from a report: all features sorted, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lesson {
    /// The vessels that the text names.
    pub sightings: Vec<Sighting>,
    /// Of whether there is a vessel to count.
    pub wording: Vec<String>,
    /// Of whether it is said why IVUS was needed.
    pub reasoning: Vec<String>,
    /// Of whether one lesion runs through several vessels.
    pub lesions: Vec<String>,
}

/// A vessel with the features of all places that name it: what the second reader learns from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The vessel, with its side: `"left common-iliac-vein"`.
    pub site: String,
    /// Sorted, each once.
    pub features: Vec<String>,
}

/// One name of a vessel: its record, list and atom.
pub(super) type Name<'a> = (&'a Record<'a>, &'a VesselList, &'a Atom);

/// Tells each name of a vessel that can be counted, in text order, with the vessel, whole, and the features of the name.
fn names<'a, F: Feature>(
    context: &Context<'_>,
    records: &'a [Record<'a>],
    mut tell: impl FnMut(Name<'a>, VesselId, &mut Vec<F>),
) {
    let lexicon = context.lexicon;
    let mut features = Vec::new();
    let mut met = Met::new();
    for record in records {
        let mut around = None;
        let denials = record.clause.words.iter();
        let denials = denials.filter(|w| w.has_category(lexicon, Category::Negated));
        let denied = denials.map(|w| w.span.end).max();
        for list in record.clause.lists {
            // "I did not record below the external": says nothing against the vessel by which the place is told.
            let only_end = matches!(list.prep, Some((Grammar::Landmark, _)))
                && denied.is_some_and(|end| end <= list.span.start);
            if only_end {
                continue;
            }
            for atom in list.atoms.iter().filter(|a| countable(a, lexicon)) {
                let Some(vessel) = atom.vessel() else {
                    continue;
                };
                let around = around.get_or_insert_with(|| met.words(context, record));
                let name = (record, list, atom);
                features.clear();
                met.features(context, name, around, &mut features);
                tell(name, lexicon.whole(vessel), &mut features);
            }
        }
    }
}

/// The features of a vessel that were learnt, and all names of it.
#[derive(Default)]
struct Weighed<'a> {
    features: Features,
    names: Vec<Name<'a>>,
}

/// The opinion on each vessel that the text names, in order of site. None when nothing was learnt.
pub(super) fn opinions<'a>(context: &Context<'_>, records: &'a [Record<'a>]) -> Vec<Opinion<'a>> {
    let weights = &context.lexicon.second;
    let mut sites: BTreeMap<Site, Weighed<'a>> = BTreeMap::new();
    let mut own = Features::default();
    names(context, records, |name, vessel, told| {
        own.clear();
        told.drain(..).for_each(|feature| own.insert(feature));
        for side in name.2.sides.iter().copied() {
            let known = sites.entry(Site { vessel, side }).or_default();
            known.features.join(&own);
            known.names.push(name);
        }
    });
    let opinion = |(site, known): (Site, Weighed<'a>)| {
        let (likely, names) = (weights.look(&known.features)?, known.names);
        Some(Opinion {
            site,
            likely,
            names,
        })
    };
    sites.into_iter().filter_map(opinion).collect()
}

/// The name that speaks most for a look, taken alone; of several alike the first.
fn best<'a>(context: &Context<'_>, names: &[Name<'a>]) -> Name<'a> {
    let (first, others) = (names[0], &names[1..]);
    if others.is_empty() {
        return first;
    }
    let mut met = Met::new();
    let mut alone = |name: Name<'a>| {
        let mut told = Vec::new();
        let around = met.words(context, name.0);
        met.features(context, name, &around, &mut told);
        let mut own = Features::default();
        for feature in told {
            own.insert(feature);
        }
        context.lexicon.second.look(&own).unwrap_or_default()
    };
    let (mut most, mut found) = (alone(first), first);
    for name in others {
        let likely = alone(*name);
        if likely > most {
            (most, found) = (likely, *name);
        }
    }
    found
}

/// The features of each vessel that the text names, in order of site.
fn sightings(context: &Context<'_>, records: &[Record<'_>]) -> Vec<Sighting> {
    let mut sites: BTreeMap<Site, BTreeSet<String>> = BTreeMap::new();
    names(
        context,
        records,
        |name, vessel, features: &mut Vec<String>| {
            for side in name.2.sides.iter().copied() {
                let known = sites.entry(Site { vessel, side }).or_default();
                known.extend(features.iter().cloned());
            }
        },
    );
    let sighting = |(site, features): (Site, BTreeSet<String>)| Sighting {
        site: site.key(context.lexicon),
        features: features.into_iter().collect(),
    };
    sites.into_iter().map(sighting).collect()
}

/// How likely it is, from 0 to 1, that the report holds a vessel to count. None when nothing was learnt, or when the report has
/// too few words that were.
pub(super) fn countable_report(context: &Context<'_>) -> Option<f32> {
    let weights = &context.lexicon.second;
    if weights.is_empty() {
        return None;
    }
    let mut known = Features::default();
    wording::wording(context, &mut |feature| known.insert(feature));
    let likely = weights.likely(Question::Countable, &known);
    (known.len() >= LEAST_WORDS).then_some(likely)
}

/// How likely it is, from 0 to 1, that a report that tells of several vessels tells of one lesion in several of them. None when
/// nothing was learnt.
pub(super) fn one_lesion(context: &Context<'_>) -> Option<f32> {
    let weights = &context.lexicon.second;
    let mut known = Features::default();
    wording::lesions(context, &mut |feature| known.insert(feature));
    (known.len() > 0).then(|| weights.likely(Question::Lesion, &known))
}

/// How likely it is, from 0 to 1, that the report says why IVUS was needed, and the sentence that says so most. None when nothing
/// was learnt, or no sentence speaks for it.
pub(super) fn reason(context: &Context<'_>) -> Option<(f32, Span)> {
    let weights = &context.lexicon.second;
    let mut known = Features::default();
    let mut sentences: BTreeMap<Span, Features> = BTreeMap::new();
    wording::reasoning(context, &mut |feature: Learnt, sentence| {
        known.insert(feature);
        sentences.entry(sentence).or_default().insert(feature);
    });
    let likely = weights.likely(Question::Reason, &known);
    let weighed = sentences
        .into_iter()
        .map(|(span, features)| (weights.sum(&features), span));
    let best = weighed.max_by(|a, b| a.0.total_cmp(&b.0));
    let (_, span) = best.filter(|(weight, _)| *weight > 0.0)?;
    Some((likely, span))
}

/// What the second reader learns from a report.
pub(super) fn lesson(context: &Context<'_>, records: &[Record<'_>]) -> Lesson {
    let mut wording: BTreeSet<String> = BTreeSet::new();
    wording::wording(context, &mut |name| {
        wording.insert(name);
    });
    let mut reasoning: BTreeSet<String> = BTreeSet::new();
    wording::reasoning(context, &mut |name, _| {
        reasoning.insert(name);
    });
    let mut lesions: BTreeSet<String> = BTreeSet::new();
    wording::lesions(context, &mut |name| {
        lesions.insert(name);
    });
    Lesson {
        sightings: sightings(context, records),
        lesions: lesions.into_iter().collect(),
        wording: wording.into_iter().collect(),
        reasoning: reasoning.into_iter().collect(),
    }
}

impl Feature for Learnt {
    fn of(parts: &[&str], weights: &Weights) -> Option<Self> {
        weights.feature(parts)
    }

    fn after(beginning: &Beginning, word: &str, weights: &Weights) -> Option<Self> {
        weights.feature_of(beginning, word)
    }
}

impl Feature for String {
    fn of(parts: &[&str], _: &Weights) -> Option<Self> {
        Some(parts.concat())
    }

    fn after(beginning: &Beginning, word: &str, _: &Weights) -> Option<Self> {
        Some([beginning.text, word].concat())
    }
}
