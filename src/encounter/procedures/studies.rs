//! The sides and the reach of a study: what its own clause says, else the limbs whose vessels the report reads.

use super::{
    super::{
        Procedure,
        reader::{Context, Mode, Record},
        scene::Role,
    },
    acts::Act,
    places::sites_of,
    traits::record_says,
};
use crate::{
    context::Status,
    lexicon::{SideWord, System, Technique},
    mention::Side,
};

/// The sides a study's clause names, and whether films of the legs followed.
pub(super) fn study_traits(
    context: &Context<'_>,
    record: &Record<'_>,
    act: &Act,
) -> Vec<&'static str> {
    let mut found = Vec::new();
    for word in record.clause.words {
        // A side that belongs to a vessel comes with the vessel, if that was studied.
        let of_vessel = record
            .clause
            .lists
            .iter()
            .any(|l| l.span.contains(word.span));
        match word.side().filter(|_| !of_vessel) {
            Some(SideWord::Left) => found.push("left"),
            Some(SideWord::Right) => found.push("right"),
            Some(SideWord::Both) => found.push("both"),
            _ => {}
        }
        if act.technique == Technique::Aortography
            && word
                .procedure()
                .is_some_and(|p| p.technique == Technique::Runoff)
        {
            found.push("runoff");
        }
    }
    if act.technique == Technique::Cavography
        && record_says(
            context,
            record,
            &[
                "superior vena cavogra",
                "superior venacavogra",
                "svc cavogra",
            ],
        )
    {
        found.push("superior");
    }
    if act.technique == Technique::Arteriography
        && record_says(context, record, &["abdomen", "abdominal aort"])
    {
        found.push("abdomen");
    }
    found
}

/// Studies told without a side take the sides of the limb vessels the report reads.
pub(super) fn sides_of_films(
    context: &Context<'_>,
    records: &[Record<'_>],
    list: &mut [Procedure],
) {
    for (technique, system) in [
        (Technique::Arteriography, System::Artery),
        (Technique::Venography, System::Vein),
    ] {
        let is_done = |p: &Procedure| p.technique == technique && p.status == Status::Performed;
        let sided = |p: &Procedure| {
            p.site
                .is_some_and(|s| matches!(s.side, Side::Left | Side::Right))
                || !p.traits.is_empty()
        };
        if list.iter().any(|p| is_done(p) && sided(p)) {
            continue;
        }
        if let Some(study) = list.iter_mut().find(|p| is_done(p)) {
            study.traits.extend(sides_read(context, records, system));
        }
    }
}

/// The sides of the limb vessels of a system that the description reads.
fn sides_read(
    context: &Context<'_>,
    records: &[Record<'_>],
    system: System,
) -> impl Iterator<Item = &'static str> {
    let mut found = [(Side::Left, "left", false), (Side::Right, "right", false)];
    for record in records.iter().filter(|r| r.mode == Mode::Live) {
        let lists = record.clause.lists.iter().zip(&record.roles);
        for (list, _) in lists.filter(|(_, r)| matches!(r, Role::Subject | Role::Other(_))) {
            for (site, _) in sites_of(context, record, list) {
                let vessel = context.lexicon.vessel(site.vessel);
                let limb = matches!(
                    vessel.region.as_str(),
                    "lower-extremity" | "pelvis" | "upper-extremity"
                );
                for (side, _, read) in &mut found {
                    *read |= limb && vessel.system == system && site.side == *side;
                }
            }
        }
    }
    let read = found.into_iter().filter(|(_, _, read)| *read);
    read.map(|(_, word, _)| word)
}
