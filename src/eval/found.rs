//! What a run found in a report, as far as it is scored. Read from the JSON of `contract.md`, so that a run of today and
//! a file of an earlier one are scored by the same code.

use serde::Deserialize;

use super::gold::Units;
use crate::render::json::Document;

/// What was found in one report.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Found {
    pub(super) report: Head,
    pub(super) encounter: Told,
    pub(super) coding: Coding,
    #[serde(default)]
    pub(super) flags: Vec<Flag>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Head {
    pub(super) id: String,
    pub(super) source: Option<String>,
    pub(super) date_of_service: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Told {
    pub(super) ivus: String,
    #[serde(default)]
    pub(super) interrogations: Vec<Look>,
    #[serde(default)]
    pub(super) lesions: Vec<Lesion>,
    #[serde(default)]
    pub(super) access: Vec<Place>,
    #[serde(default)]
    pub(super) catheter_moves: Vec<Place>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Look {
    pub(super) vessel: String,
    pub(super) side: String,
    pub(super) status: String,
    pub(super) basis: String,
    #[serde(default)]
    pub(super) findings: Vec<Reading>,
    pub(super) necessity: Necessity,
    #[serde(default)]
    pub(super) evidence: Vec<Words>,
}

impl Look {
    /// Whether IVUS looked at the vessel, rather than only passed it, or was denied or planned.
    pub(super) fn counts(&self) -> bool {
        self.status == "performed" && self.basis != "pullback"
    }
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Reading {
    pub(super) evidence: Words,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Necessity {
    pub(super) state: String,
    #[serde(default)]
    pub(super) evidence: Vec<Words>,
}

#[derive(Clone, Deserialize)]
pub(super) struct Words {
    pub(super) line: usize,
    pub(super) text: String,
}

// Where the words stand, not what they say: no report text reaches a log.
impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}", self.line)
    }
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Lesion {
    pub(super) vessels: Vec<String>,
    pub(super) contiguous: bool,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Place {
    pub(super) vessel: String,
    pub(super) side: String,
    #[serde(default = "performed")]
    pub(super) status: String,
}

fn performed() -> String {
    "performed".to_owned()
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Coding {
    #[serde(default)]
    pub(super) lines: Vec<Line>,
    #[serde(default)]
    pub(super) not_counted: Vec<Declined>,
    #[serde(default)]
    pub(super) base_procedures: Vec<String>,
    pub(super) disposition: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Line {
    pub(super) code: String,
    pub(super) units: u32,
    pub(super) units_supported: u32,
    pub(super) confidence: String,
    #[serde(default)]
    pub(super) rules: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Declined {
    pub(super) vessel: String,
    pub(super) rule: String,
    pub(super) reason: String,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Flag {
    pub(super) rule: String,
    pub(super) vessel: Option<String>,
}

impl Found {
    /// What the document of a report says; `None` only if the document were not what its schema says.
    pub(super) fn of(document: &Document) -> Option<Self> {
        serde_json::from_value(serde_json::to_value(document).ok()?).ok()
    }

    /// Units suggested and supported.
    pub(super) fn units(&self) -> (Units, Units) {
        let (mut units, mut supported) = (Units::default(), Units::default());
        for line in &self.coding.lines {
            match line.code.as_str() {
                "37252" | "37250" => {
                    units.initial += line.units;
                    supported.initial += line.units_supported;
                }
                "37253" | "37251" => {
                    units.additional += line.units;
                    supported.additional += line.units_supported;
                }
                _ => {}
            }
        }
        (units, supported)
    }

    /// The confidence of the least sure line; `high` when there is none.
    pub(super) fn confidence(&self) -> &'static str {
        let has = |level: &str| self.coding.lines.iter().any(|l| l.confidence == level);
        if has("low") {
            "low"
        } else if has("medium") {
            "medium"
        } else {
            "high"
        }
    }

    /// Whether the units could be taken over without a coder's look.
    pub(super) fn is_sure(&self) -> bool {
        self.confidence() == "high" && self.coding.disposition != "review"
    }
}
