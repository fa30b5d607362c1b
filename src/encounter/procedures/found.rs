//! The list of procedures as it grows: what is told twice of one vessel is one procedure with more words to show.

use std::{cell::OnceCell, cmp::Ordering};

use super::{
    super::{Procedure, Site, reader::Context},
    places::is_study,
};
use crate::{
    context::Status,
    lexicon::{System, Technique},
    text::Evidence,
};

/// A procedure told of again and again needs no more words than these.
const MOST_MARKS: usize = 24;

/// The procedures found so far, one for each technique, vessel and status.
pub(super) struct Found<'a> {
    context: &'a Context<'a>,
    pub(super) list: Vec<Procedure>,
    /// Arteries or veins, for what is told without a vessel.
    system: OnceCell<Option<System>>,
}

impl<'a> Found<'a> {
    pub(super) fn new(context: &'a Context<'a>) -> Self {
        Self {
            context,
            list: Vec::new(),
            system: OnceCell::new(),
        }
    }

    /// Adds a procedure, or its words to the one already told of.
    pub(super) fn add(
        &mut self,
        technique: Technique,
        site: Option<Site>,
        status: Status,
        evidence: Evidence,
    ) {
        let lexicon = self.context.lexicon;
        let whole = site.map(|s| s.whole(lexicon));
        let same = self.list.iter_mut().find(|p| {
            p.technique == technique
                && p.status == status
                && (p.site.map(|s| s.whole(lexicon)) == whole
                    || (status != Status::Performed && (whole.is_none() || p.site.is_none())))
        });
        if let Some(found) = same {
            if found.evidence.marks().len() < MOST_MARKS {
                found.evidence.extend(&evidence);
            }
            return;
        }
        let system = match site {
            Some(site) => Some(lexicon.vessel(site.vessel).system),
            None if is_study(technique) || is_filter_work(technique) => None,
            None => *self.system.get_or_init(|| system_by_words(self.context)),
        };
        let id = name(technique, system);
        self.list.push(Procedure {
            id,
            technique,
            site,
            system,
            traits: Vec::new(),
            status,
            evidence,
        });
    }

    /// Notes traits of a procedure added before.
    pub(super) fn mark(
        &mut self,
        technique: Technique,
        site: Option<Site>,
        status: Status,
        traits: &[&'static str],
    ) {
        let lexicon = self.context.lexicon;
        let whole = site.map(|s| s.whole(lexicon));
        if let Some(found) = self.list.iter_mut().find(|p| {
            p.technique == technique
                && p.status == status
                && p.site.map(|s| s.whole(lexicon)) == whole
        }) {
            for known in traits {
                if !found.traits.contains(known) {
                    found.traits.push(known);
                }
            }
        }
    }
}

pub(super) fn is_filter_work(technique: Technique) -> bool {
    matches!(
        technique,
        Technique::FilterInsertion | Technique::FilterReposition | Technique::FilterRetrieval
    )
}

/// `venous-stent`, `filter-insertion`.
fn name(technique: Technique, system: Option<System>) -> String {
    let plain = is_study(technique)
        || is_filter_work(technique)
        || matches!(
            technique,
            Technique::ForeignBodyRetrieval
                | Technique::PacemakerRemoval
                | Technique::SinusReducer
                | Technique::FistulaCreation
                | Technique::Endograft
                | Technique::ThoracicEndograft
                | Technique::AorticValve
                | Technique::RenalDenervation
                | Technique::ShuntRevision
        );
    let prefix = system.filter(|_| !plain).map(|s| match s {
        System::Vein => "venous-",
        System::Artery | System::Graft | System::Coronary => "arterial-",
        System::Pulmonary => "pulmonary-",
        System::Access => "dialysis-",
    });
    format!("{}{}", prefix.unwrap_or_default(), technique.name())
}

/// Arteries or veins by the report's words, where it names no vessel.
fn system_by_words(context: &Context<'_>) -> Option<System> {
    let lower = context.lower().as_bytes();
    let inside = |at: usize, word: &str| {
        let n = context
            .units
            .partition_point(|u| u.unit.span.end < at + word.len());
        let unit = context.units.get(n);
        unit.is_some_and(|u| u.unit.span.start <= at)
    };
    let count = |words: &[&str]| -> usize {
        let places = |word: &&str| {
            let found = memchr::memmem::find_iter(lower, word);
            found.filter(|at| inside(*at, word)).count()
        };
        words.iter().map(places).sum()
    };
    let veins = count(&["venous", "vein", "venogra", "dvt"]);
    let arteries = count(&["arter", "aort"]);
    match veins.cmp(&arteries) {
        Ordering::Greater => Some(System::Vein),
        Ordering::Less => Some(System::Artery),
        Ordering::Equal => None,
    }
}
