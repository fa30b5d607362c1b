//! Which code of the session holds a catheter placement: rows of `codes/bundling.tsv` and how far each reaches.

use super::super::{
    CodeSet,
    catheters::{Bundling, CatheterCode, Includes, Reach},
    route::{Route, Selectivity},
};
use crate::{
    encounter::{Site, way_to_root},
    lexicon::{Lexicon, System},
    mention::Side,
};

/// A code of the session and the vessel it was earned in, when that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SessionCode {
    pub(crate) code: String,
    pub(crate) site: Option<Site>,
}

/// The code that holds the catheter work of a way: the first of the session that does.
pub(super) fn holder(
    set: &CodeSet,
    session: &[SessionCode],
    route: &Route,
    code: &CatheterCode,
    lexicon: &Lexicon,
) -> Option<String> {
    let holds = |s: &&SessionCode| {
        set.catheters()
            .bundling(&s.code)
            .any(|b| includes(b, route, code) && reaches(b, s, route, lexicon))
    };
    session.iter().find(holds).map(|s| s.code.clone())
}

fn includes(row: &Bundling, route: &Route, code: &CatheterCode) -> bool {
    match row.includes {
        Includes::All => true,
        Includes::NonSelective => route.selectivity != Selectivity::Selective,
        Includes::Access => code.family == "limb-vein",
        Includes::Nothing => false,
    }
}

fn reaches(row: &Bundling, held: &SessionCode, route: &Route, lexicon: &Lexicon) -> bool {
    let through = |names: &[&str]| {
        way_to_root(route.to, lexicon).iter().any(|r| {
            let id = &lexicon.vessel(r.site.vessel).id;
            names.iter().any(|n| id.contains(n))
        })
    };
    let region = |site: Site| lexicon.vessel(site.vessel).region.as_str();
    let side = held.site.map(|s| s.side);
    let artery = matches!(route.scale, "artery-below" | "aorta" | "limb-artery");
    match row.reach {
        Reach::Session => true,
        Reach::TreatedLeg => {
            let same_leg = side.is_none_or(|s| s == route.to.side || s == Side::Unknown);
            let of_leg = through(&["common-iliac-artery", "iliac-artery-unspecified", "graft"]);
            artery && (route.selectivity != Selectivity::Selective || (of_leg && same_leg))
        }
        Reach::DialysisCircuit => {
            let circuit = |s: Site| lexicon.vessel(s.vessel).system == System::Access;
            circuit(route.from)
                || circuit(route.to)
                || (lexicon.vessel(route.from.vessel).system == System::Vein
                    && region(route.from) == "upper-extremity")
        }
        Reach::Neck => {
            through(&[
                "carotid",
                "vertebral",
                "subclavian",
                "brachiocephalic-artery",
            ]) || (route.scale == "aorta" && route.selectivity == Selectivity::NonSelective)
        }
        Reach::SameSideCarotid => through(&["carotid"]) && side.is_none_or(|s| s == route.to.side),
        Reach::Renal => through(&["renal-artery"]),
        Reach::Arm => {
            region(route.to) == "upper-extremity" || region(route.from) == "upper-extremity"
        }
    }
}
