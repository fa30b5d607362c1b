//! What is known of a vessel: its names, what counts as one with it under each policy and who says otherwise, where it
//! hangs in the tree, and the catheter order from the root.

use serde::Serialize;

use super::Library;
use crate::{
    codes::CountingStatement,
    lexicon::{Form, Label, Scope, SideWord, System, VesselId, lint},
    text::Folded,
};

/// What is known of a vessel.
#[derive(Debug, Serialize)]
pub(crate) struct VesselPage {
    pub(crate) id: String,
    pub(crate) name: String,
    /// The side that was asked for: `left`, `right`, or `none`.
    pub(crate) side: &'static str,
    /// How the words asked for name it: `abbreviation with L for left`.
    pub(crate) asked: String,
    /// `artery`, `vein`, `pulmonary`, `coronary`, `access` or `graft`.
    pub(crate) system: &'static str,
    /// `vessel`, `segment`, `landmark`, `unspecified` or `coronary`.
    pub(crate) scope: &'static str,
    pub(crate) region: String,
    /// Whether there is one on each side.
    pub(crate) sided: bool,
    /// The vessel it is a segment of.
    pub(crate) part_of: Option<String>,
    /// Its segments.
    pub(crate) segments: Vec<String>,
    pub(crate) names: Vec<Names>,
    /// The counting unit under each policy.
    pub(crate) counting: Vec<UnitTold>,
    /// What sources say about how it counts.
    pub(crate) statements: Vec<CountingStatement>,
    /// What it hangs from; several where the sides differ.
    pub(crate) parents: Vec<Edge>,
    pub(crate) children: Vec<Edge>,
    pub(crate) neighbours: Vec<String>,
}

/// The names of one form.
#[derive(Debug, Serialize)]
pub(crate) struct Names {
    /// `term, any case`, `abbreviation, this case only` …
    pub(crate) form: String,
    pub(crate) names: Vec<String>,
}

/// The counting unit under a policy.
#[derive(Debug, Serialize)]
pub(crate) struct UnitTold {
    pub(crate) policy: String,
    pub(crate) unit: String,
    /// The vessels of the unit on one side.
    pub(crate) members: Vec<String>,
    /// Vessels whose unit it joins when one of them is counted on its side.
    pub(crate) joins: Vec<String>,
}

/// An edge of the vessel tree.
#[derive(Debug, Serialize)]
pub(crate) struct Edge {
    pub(crate) vessel: String,
    /// `any`, `left` or `right`.
    pub(crate) side: String,
    /// `main`, `branch` …
    pub(crate) link: String,
    /// The family of vessels a catheter order is counted in.
    pub(crate) root_family: String,
    /// Order of the vessel from the root of its family; empty when the tree tells none.
    pub(crate) order_from_root: String,
    pub(crate) certainty: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) note: String,
}

impl Library {
    /// The vessels that words name, as in a report: an id, a name, an abbreviation with or without its side. Several when
    /// the words are ambiguous; none when they are not known.
    pub(crate) fn vessels(&self, words: &str) -> Vec<VesselPage> {
        let words = words.trim();
        let (side, id) = match words.split_once(' ') {
            Some((side @ ("left" | "right" | "none"), id)) => (side, id),
            _ => ("none", words),
        };
        if let Some(vessel) = self.lexicon.vessel_id(id) {
            let side = ["left", "right"].into_iter().find(|s| *s == side);
            return vec![self.vessel_page(vessel, side.unwrap_or("none"), "its id".to_owned())];
        }
        let folded = Folded::new(words);
        let hits = self.lexicon.matcher.find(&folded);
        let said = hits.iter().find_map(|h| match h.label {
            Label::Side(side) => Some(side_name(Some(side))),
            _ => None,
        });
        let mut found: Vec<VesselPage> = Vec::new();
        for hit in &hits {
            if let Label::Vessel {
                id,
                form,
                side,
                plural,
            } = hit.label
                && found.iter().all(|p| p.id != self.lexicon.vessel(id).id)
            {
                let side = match side_name(side) {
                    "none" => said.unwrap_or("none"),
                    side => side,
                };
                found.push(self.vessel_page(id, side, how(form, side, plural)));
            }
        }
        found
    }

    /// The ids and the full names of all vessels, for suggestions.
    pub(crate) fn vessel_names(&self) -> impl Iterator<Item = &str> {
        let vessels = self.lexicon.vessels.iter();
        vessels.flat_map(|v| [v.id.as_str(), v.name.as_str()])
    }

    /// Every vessel in the order of the lexicon.
    pub(crate) fn all_vessels(&self) -> Vec<VesselPage> {
        let count = u16::try_from(self.lexicon.vessels.len()).unwrap_or(u16::MAX);
        (0..count)
            .map(|n| self.vessel_page(VesselId(n), "none", String::new()))
            .collect()
    }

    fn vessel_page(&self, vessel: VesselId, side: &'static str, asked: String) -> VesselPage {
        let lexicon = &self.lexicon;
        let known = lexicon.vessel(vessel);
        let id = known.id.as_str();
        let whole = lexicon.vessel(lexicon.whole(vessel)).id.as_str();
        let name = |v: VesselId| lexicon.vessel(v).id.clone();
        let names = lint::names(&self.files, "vessels.tsv", id).into_iter();
        let policies = self.policies.iter();
        let statements = self.reference.counting.iter();
        VesselPage {
            id: id.to_owned(),
            name: known.name.clone(),
            side: if known.sided { side } else { "none" },
            asked,
            system: system_name(known.system),
            scope: scope_name(known.scope),
            region: known.region.clone(),
            sided: known.sided,
            part_of: known.part_of.map(name),
            segments: lexicon
                .vessels
                .iter()
                .filter(|v| v.part_of == Some(vessel))
                .map(|v| v.id.clone())
                .collect(),
            names: names.map(|(form, names)| Names { form, names }).collect(),
            counting: policies
                .filter(|_| known.scope != Scope::Coronary)
                .map(|policy| {
                    let unit = policy.unit(whole, &[]);
                    UnitTold {
                        policy: policy.name.clone(),
                        unit: unit.to_owned(),
                        members: policy
                            .members(unit)
                            .into_iter()
                            .map(str::to_owned)
                            .collect(),
                        joins: policy.hosts(whole).to_vec(),
                    }
                })
                .collect(),
            statements: statements
                .filter(|s| s.vessels.iter().any(|v| v == id || v == whole))
                .cloned()
                .collect(),
            parents: self.edges("child", id, "parent"),
            children: self.edges("parent", id, "child"),
            neighbours: known.neighbours.iter().map(|v| name(*v)).collect(),
        }
    }

    /// The edges of the tree with a vessel at one end, told by the vessel at the other.
    fn edges(&self, here: &str, id: &str, there: &str) -> Vec<Edge> {
        let Ok(tree) = self.lexicon.tree() else {
            return Vec::new();
        };
        let cell = |row, column: &str| tree.cell(row, column).to_owned();
        let rows = tree.rows.iter().filter(|r| tree.cell(r, here) == id);
        rows.filter(|r| !tree.cell(r, there).is_empty())
            .map(|r| Edge {
                vessel: cell(r, there),
                side: cell(r, "side"),
                link: cell(r, "link"),
                root_family: cell(r, "root_family"),
                order_from_root: cell(r, "order_from_root"),
                certainty: cell(r, "certainty"),
                note: cell(r, "note"),
            })
            .collect()
    }
}

fn side_name(side: Option<SideWord>) -> &'static str {
    match side {
        Some(SideWord::Left) => "left",
        Some(SideWord::Right) => "right",
        _ => "none",
    }
}

fn how(form: Form, side: &str, plural: bool) -> String {
    let form = match form {
        Form::Full => "a name",
        Form::Abbreviation => "an abbreviation",
        Form::Bare => "a bare form, which needs artery or vein from elsewhere",
        Form::Misspelt => "a misspelling",
    };
    let side = match side {
        "none" => String::new(),
        side => format!(", {side} side"),
    };
    let many = if plural { ", both sides" } else { "" };
    format!("{form}{side}{many}")
}

fn system_name(system: System) -> &'static str {
    match system {
        System::Artery => "artery",
        System::Vein => "vein",
        System::Pulmonary => "pulmonary",
        System::Coronary => "coronary",
        System::Access => "access",
        System::Graft => "graft",
    }
}

fn scope_name(scope: Scope) -> &'static str {
    match scope {
        Scope::Vessel => "vessel",
        Scope::Segment => "segment",
        Scope::Landmark => "landmark",
        Scope::Unspecified => "unspecified",
        Scope::Coronary => "coronary",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;

    static LIBRARY: LazyLock<Library> = LazyLock::new(Library::builtin);

    #[test]
    fn a_vessel_is_known_by_each_of_its_names() {
        for (words, side, id) in [
            ("LCIV", "left", "common-iliac-vein"),
            ("left common iliac vein", "left", "common-iliac-vein"),
            ("right common-iliac-vein", "right", "common-iliac-vein"),
            ("Common Iliac Vein", "none", "common-iliac-vein"),
            ("IVC", "none", "inferior-vena-cava"),
        ] {
            let pages = LIBRARY.vessels(words);
            assert_eq!(pages.len(), 1, "{words}");
            assert_eq!((pages[0].side, pages[0].id.as_str()), (side, id), "{words}");
        }
        assert!(LIBRARY.vessels("spleen of the knee").is_empty());
    }

    #[test]
    fn the_policies_and_those_who_disagree_are_told_side_by_side() {
        let page = &LIBRARY.vessels("left common femoral vein")[0];
        let units: Vec<(&str, &str)> = page
            .counting
            .iter()
            .map(|u| (u.policy.as_str(), u.unit.as_str()))
            .collect();
        assert_eq!(
            units,
            [
                ("sir", "external-iliac-common-femoral-vein"),
                ("anatomic", "common-femoral-vein")
            ]
        );
        assert!(
            page.statements[0]
                .disagreement
                .contains("count each named vessel")
        );
        assert_eq!(page.parents[0].vessel, "external-iliac-vein");
    }

    #[test]
    fn every_vessel_of_a_statement_is_known_and_every_vessel_has_a_page() {
        for row in &LIBRARY.reference.counting {
            for id in &row.vessels {
                assert!(LIBRARY.lexicon.vessel_id(id).is_some(), "{id}");
            }
        }
        for page in LIBRARY.all_vessels() {
            assert_eq!(LIBRARY.vessels(&page.id)[0].id, page.id);
            assert!(!page.text(crate::render::text::Colour::Plain).is_empty());
        }
    }
}
