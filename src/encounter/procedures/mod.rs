//! Procedures other than IVUS: what was treated where, which studies were made, filter work and foreign bodies. Says what
//! the text tells; which codes that amounts to is decided in `codes`.
//!
//! One way: the acts that clauses tell of (`acts`, each judged by `reading`, `status`, `devices`), the place of each
//! (`places`), what the report tells of the technique as a whole (`told`), one procedure for each vessel (`found`), and
//! last what else decides the code (`studies`, `traits`). `filters`, `foreign` and `circuit` answer questions of their own.

mod acts;
mod circuit;
mod coronary;
mod devices;
mod filters;
mod foreign;
mod found;
mod places;
mod reading;
mod shunt;
mod sizes;
mod status;
mod studies;
#[cfg(test)]
mod tests;
mod thoracic;
mod told;
mod traits;

use super::{
    Procedure, Site,
    reader::{Context, Record},
};
use crate::{
    context::Status,
    lexicon::{Device, Technique},
    mention::{Side, Word},
    text::{Evidence, Role as Mark, holds},
};
use acts::Act;

pub(super) use foreign::{may_be_pulled_out, may_be_titled};
use found::{Found, is_filter_work};
use places::{Place, is_study};
pub(super) use reading::{Need, names_clot};
use told::Told;
use traits::{Traits, record_says};

/// The procedures of the session.
pub(super) fn procedures(context: &Context<'_>, records: &[Record<'_>]) -> Vec<Procedure> {
    let acts = acts::acts(context, records);
    let places = places::places(context, records, &acts);
    let told = Told::new(context, records, &acts, &places);
    let caval = works_on_a_caval_filter(context, records);
    let mut found = Found::new(context);
    for (act, place) in acts.iter().zip(&places) {
        if coronary::is_coronary(context, records, act, place) {
            continue;
        }
        match act.technique {
            technique if is_filter_work(technique) => {
                if caval {
                    found.add(technique, None, act.status, evidence(context, act));
                }
            }
            Technique::ForeignBodyRetrieval
            | Technique::PacemakerRemoval
            | Technique::SinusReducer
            | Technique::FistulaCreation => {
                found.add(act.technique, None, act.status, evidence(context, act));
            }
            Technique::Filter | Technique::Circuit => {}
            technique if is_study(technique) => {
                study(context, &records[act.record], act, place, &mut found);
            }
            _ => treatment(
                context,
                &records[act.record],
                (act, place),
                &told,
                &mut found,
            ),
        }
    }
    let filters = records.iter().filter(|_| caval);
    let others = filters
        .flat_map(|r| filters::work(context, r))
        .chain(foreign::foreign_bodies(context, records));
    for work in others {
        let evidence = context.evidence(work.word, Mark::Procedure);
        found.add(work.technique, None, work.status, evidence);
    }
    if let Some(span) = circuit::circuit(context, records, &acts, &places) {
        let evidence = context.evidence(span, Mark::Procedure);
        found.add(Technique::Circuit, None, Status::Performed, evidence);
        if let Some(word) = circuit::clot_work(context, records, &acts) {
            let evidence = context.evidence(word, Mark::Procedure);
            found.add(Technique::Thrombectomy, None, Status::Performed, evidence);
        }
    }
    if let Some(span) = shunt::revised(context, records, &acts) {
        let evidence = context.evidence(span, Mark::Procedure);
        found.add(Technique::ShuntRevision, None, Status::Performed, evidence);
    }
    let mut list = found.list;
    studies::sides_of_films(context, records, &mut list);
    let traits = Traits::new(context, records);
    for procedure in list
        .iter_mut()
        .filter(|p| p.status == Status::Performed && !is_study(p.technique))
    {
        let more = traits.of(procedure);
        procedure.traits.extend(more);
    }
    list
}

/// Whether the report names a filter at all, and it is one of a vena cava: those of carotid arteries are another thing.
fn works_on_a_caval_filter(context: &Context<'_>, records: &[Record<'_>]) -> bool {
    let filter = |w: &Word| {
        w.device() == Some(Device::Filter)
            || w.procedure().is_some_and(|p| is_filter_work(p.technique))
    };
    records.iter().any(|r| r.clause.words.iter().any(filter)) && filters::is_caval(context, records)
}

/// Adds a study, at the vessels that its clause or title names.
fn study(
    context: &Context<'_>,
    record: &Record<'_>,
    act: &Act,
    place: &Place,
    found: &mut Found<'_>,
) {
    let technique = act.technique;
    let traits = studies::study_traits(context, record, act);
    if traits.contains(&"abdomen") {
        let evidence = evidence(context, act);
        found.add(Technique::Aortography, None, act.status, evidence);
    }
    let sites: Vec<Option<Site>> = if place.stated {
        place.sites.iter().map(|(s, _)| Some(*s)).collect()
    } else {
        vec![None]
    };
    for site in sites {
        found.add(technique, site, act.status, evidence(context, act));
        found.mark(technique, site, act.status, &traits);
    }
}

/// Adds a treatment, at the vessels the report tells of for it.
fn treatment(
    context: &Context<'_>,
    record: &Record<'_>,
    (act, place): (&Act, &Place),
    told: &Told<'_>,
    found: &mut Found<'_>,
) {
    let status = told.settled(act);
    for site in both_iliacs(context, act.technique, told.sites(act, place)) {
        let mut evidence = evidence(context, act);
        let mut named = place.sites.iter();
        if let Some((_, span)) = named.find(|(s, at)| Some(*s) == site && *at != act.word) {
            evidence.add(context.source(*span), Mark::Vessel);
        }
        let technique = of_the_chest(context, act.technique, site);
        found.add(technique, site, status, evidence);
        // "two stents, overlapping by 2 cm".
        if technique == Technique::Stent && record_says(context, record, &["overlap"]) {
            found.mark(technique, site, status, &["overlapping"]);
        }
    }
}

/// Kissing stents "raised into the aorta" lie in both common iliac arteries.
fn both_iliacs(
    context: &Context<'_>,
    technique: Technique,
    sites: Vec<Option<Site>>,
) -> Vec<Option<Site>> {
    const IN_PAIRS: [&str; 5] = [
        "kissing",
        "side by side",
        "simultaneous",
        "opened together",
        "inflated together",
    ];
    let lexicon = context.lexicon;
    let aorta = |s: &Option<Site>| s.is_some_and(|s| lexicon.vessel(s.vessel).is_a("aorta"));
    let balloons = matches!(
        technique,
        Technique::Stent | Technique::Balloon | Technique::Lithotripsy
    );
    let kissing = || IN_PAIRS.iter().any(|w| holds(context.lower(), w));
    match lexicon.vessel_id("common-iliac-artery") {
        Some(vessel) if balloons && !sites.is_empty() && sites.iter().all(aorta) && kissing() => {
            [Side::Left, Side::Right]
                .map(|side| Some(Site { vessel, side }))
                .to_vec()
        }
        _ => sites,
    }
}

fn evidence(context: &Context<'_>, act: &Act) -> Evidence {
    let mut evidence = context.evidence(act.word, Mark::Procedure);
    if let Some(cue) = act.cue {
        evidence.add(context.source(cue), Mark::Modifier);
    }
    evidence
}

/// An endograft in the arch or the descending aorta is a thoracic one, by whatever name.
fn of_the_chest(context: &Context<'_>, technique: Technique, site: Option<Site>) -> Technique {
    let chest = site.is_some_and(|s| {
        let vessel = context.lexicon.vessel(s.vessel);
        vessel.is_a("thoracic-aorta") || vessel.is_a("aortic-arch")
    });
    if chest && technique == Technique::Endograft {
        Technique::ThoracicEndograft
    } else {
        technique
    }
}
