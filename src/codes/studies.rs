//! Codes of a session without treatment: its diagnostic studies and how far its catheters went.

use super::CodeSet;
use crate::{
    context::Status,
    encounter::{Encounter, Procedure, Site, path_between},
    lexicon::{Lexicon, System, Technique},
    mention::Side,
};

/// The codes of every performed study.
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
                    limb.push(site.side)
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

/// The highest catheter position of each family of vessels.
pub(super) fn catheters(set: &CodeSet, encounter: &Encounter, lexicon: &Lexicon) -> Vec<String> {
    let mut highest: Vec<(&'static str, u32)> = Vec::new();
    // Renal and neck studies hold their catheter work.
    let studied = |s: Site| {
        let own = organ(&lexicon.vessel(s.vessel).id);
        matches!(own, "renal" | "carotid" | "arch")
            && encounter.procedures.iter().any(|p| {
                p.technique == Technique::Arteriography
                    && p.status == Status::Performed
                    && p.site
                        .is_some_and(|s| organ(&lexicon.vessel(s.vessel).id) == own)
            })
    };
    for target in encounter
        .moves
        .iter()
        .filter(|m| m.status == Status::Performed && !studied(m.site))
    {
        let Some((family, order)) = position(encounter, target.site, lexicon) else {
            continue;
        };
        let kin = |f: &str| {
            if f.starts_with("artery") || f == "aorta" {
                "artery"
            } else {
                f
            }
            .to_owned()
        };
        match highest.iter_mut().find(|(f, _)| kin(f) == kin(family)) {
            Some(known) if known.1 < order => *known = (family, order),
            Some(_) => {}
            None => highest.push((family, order)),
        }
    }
    let mut codes = Vec::new();
    for (family, order) in highest {
        let most = if family.starts_with("artery") { 3 } else { 2 };
        let variant = format!("order-{}", order.min(most));
        if let Some(row) = set.procedures.single("catheter", family, &[&variant]) {
            codes.push(row.code.clone());
        }
    }
    codes
}

/// The family and order of a catheter's resting place; `None` when it never left the vessels of its own puncture.
fn position(encounter: &Encounter, target: Site, lexicon: &Lexicon) -> Option<(&'static str, u32)> {
    let whole = target.whole(lexicon);
    let vessel = lexicon.vessel(whole.vessel);
    let root = |s: &Site| {
        matches!(
            lexicon.vessel(s.vessel).id.as_str(),
            "inferior-vena-cava" | "superior-vena-cava" | "right-atrium"
        ) || lexicon.vessel(s.vessel).id.contains("aort")
    };
    if root(&whole) {
        return Some((
            if vessel.system == System::Vein {
                "vein"
            } else {
                "aorta"
            },
            0,
        ));
    }
    // Along the punctured vessel no catheter code of its own; past the cava or aorta the order counts from there.
    let along = encounter
        .access
        .iter()
        .any(|a| path_between(a.site, whole, lexicon).is_some_and(|p| !p.iter().any(root)));
    if along {
        return None;
    }
    let tree = &lexicon.tree;
    let row = tree.rows.iter().find(|r| {
        tree.cell(r, "child") == vessel.id
            && matches!(tree.cell(r, "side"), s if s == "any" || s == whole.side.name())
    })?;
    let order = tree.cell(row, "order_from_root");
    let order = order
        .split(',')
        .find_map(|part| {
            part.trim()
                .strip_prefix(whole.side.name())
                .map_or(part, str::trim)
                .trim()
                .parse::<u32>()
                .ok()
        })
        .unwrap_or(1);
    Some(match tree.cell(row, "root_family") {
        "venous" => ("vein", order),
        "pulmonary" => (
            "pulmonary",
            if vessel.id.contains("lobar") {
                2
            } else {
                u32::from(vessel.id != "pulmonary-trunk")
            },
        ),
        "abdominal-pelvic-leg" => ("artery-below", order),
        "thoracic-brachiocephalic" => ("artery-above", order),
        _ => return None,
    })
}
