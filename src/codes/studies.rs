//! Codes of a session without treatment: its diagnostic studies and how far its catheters went.

use super::{
    CodeSet,
    placements::{SessionCode, placements},
    route::Selectivity,
};
use crate::{
    context::Status,
    encounter::{Encounter, Procedure},
    lexicon::{Lexicon, System, Technique},
    mention::Side,
};

/// The codes of every performed study.
#[expect(clippy::too_many_lines, reason = "one step for each family of codes")]
pub(super) fn studies(set: &CodeSet, encounter: &Encounter, lexicon: &Lexicon) -> Vec<String> {
    let mut codes = Vec::new();
    let done = |t: Technique| {
        encounter
            .procedures
            .iter()
            .filter(move |p| p.technique == t && p.status == Status::Performed)
    };
    let mut push = |technique: &str, territory: &str, traits: &[&str]| {
        if let Some(row) = set.procedures.single(technique, territory, traits)
            && !codes.contains(&row.code)
        {
            codes.push(row.code.clone());
        }
    };
    for (technique, fits) in [
        (Technique::Venography, is_limb_vein as fn(&str) -> bool),
        (Technique::Arteriography, is_limb_artery),
    ] {
        let all: Vec<&Procedure> = done(technique).collect();
        if all.is_empty() {
            continue;
        }
        let mut limb = Vec::new();
        let mut elsewhere = Vec::new();
        for procedure in &all {
            match procedure.site.map(|s| (s, lexicon.vessel(s.vessel))) {
                Some((site, vessel))
                    if fits(&vessel.region) && vessel.system != System::Pulmonary =>
                {
                    limb.push(site.side);
                }
                Some((site, vessel)) => elsewhere.push((site.side, organ(&vessel.id))),
                None => {}
            }
        }
        for organ in [
            "renal",
            "hepatic",
            "visceral",
            "carotid",
            "arch",
            "pulmonary",
        ] {
            let sides: Vec<Side> = elsewhere
                .iter()
                .filter(|(_, o)| *o == organ)
                .map(|(s, _)| *s)
                .collect();
            if !sides.is_empty() {
                push(
                    technique.name(),
                    organ,
                    both(sides.contains(&Side::Left) && sides.contains(&Side::Right)),
                );
            }
        }
        let aortogram = done(Technique::Aortography).next().is_some();
        if elsewhere.iter().any(|(_, o)| *o == "aorta")
            && technique == Technique::Arteriography
            && !aortogram
        {
            push("aortography", "abdominal", &[]);
        }
        if limb.is_empty() && elsewhere.iter().any(|(_, o)| *o != "cava" && *o != "aorta") {
            continue;
        }
        let said = |side: &str| all.iter().any(|p| p.traits.contains(&side));
        let has = |side: Side, word: &str| limb.contains(&side) || said(word);
        let (mut left, mut right) = (has(Side::Left, "left"), has(Side::Right, "right"));
        if !left && !right && technique == Technique::Venography {
            left = encounter.access.iter().any(|a| a.site.side == Side::Left);
            right = encounter.access.iter().any(|a| a.site.side == Side::Right);
        }
        push(
            technique.name(),
            "limb",
            both(said("both") || (left && right)),
        );
    }
    if done(Technique::Cavography).next().is_some() {
        let upper = done(Technique::Cavography).any(|p| {
            p.site
                .is_some_and(|s| lexicon.vessel(s.vessel).id == "superior-vena-cava")
                || p.traits.contains(&"superior")
        });
        push(
            "cavography",
            if upper { "superior" } else { "inferior" },
            &[],
        );
    }
    if done(Technique::Aortography).next().is_some() {
        let runoff = done(Technique::Aortography).any(|p| p.traits.contains(&"runoff"));
        let chest = done(Technique::Aortography).any(|p| {
            p.site
                .is_some_and(|s| lexicon.vessel(s.vessel).region == "thorax")
        });
        push(
            "aortography",
            if chest { "thoracic" } else { "abdominal" },
            if runoff { &["runoff"] } else { &[] },
        );
    }
    codes
}

fn both(yes: bool) -> &'static [&'static str] {
    if yes { &["both-sides"] } else { &[] }
}

fn is_limb_vein(region: &str) -> bool {
    matches!(
        region,
        "lower-extremity" | "upper-extremity" | "pelvis" | "foot"
    )
}

fn is_limb_artery(region: &str) -> bool {
    is_limb_vein(region)
}

/// The organ a vessel that is not of a limb belongs to, as studies are coded.
fn organ(id: &str) -> &'static str {
    const ORGANS: &[(&str, &str)] = &[
        ("aort", "aorta"),
        ("renal", "renal"),
        ("hepatic", "hepatic"),
        ("carotid", "carotid"),
        ("vertebral", "carotid"),
        ("celiac", "visceral"),
        ("mesenteric", "visceral"),
        ("splenic", "visceral"),
        ("pulmonary", "pulmonary"),
        ("cava", "cava"),
    ];
    if id == "aortic-arch" {
        return "arch";
    }
    ORGANS
        .iter()
        .find(|(part, _)| id.contains(part))
        .map_or("other", |(_, organ)| organ)
}

/// The codes of the catheter placements that no study holds; a puncture alone gives none.
pub(super) fn catheters(
    set: &CodeSet,
    encounter: &Encounter,
    studies: &[String],
    lexicon: &Lexicon,
) -> Vec<String> {
    let session: Vec<SessionCode> = studies
        .iter()
        .map(|code| SessionCode {
            code: code.clone(),
            site: None,
        })
        .collect();
    let mut codes = Vec::new();
    for placement in placements(set, encounter, &session, lexicon) {
        if placement.selectivity != Selectivity::Access
            && placement.bundled_by.is_none()
            && !codes.contains(&placement.code)
        {
            codes.push(placement.code);
        }
    }
    codes
}
