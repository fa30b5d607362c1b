//! The leg codes of 2026 by territory, technique and lesion, as the sources tell them. Rows of `lexicons/codes/legs.tsv`;
//! reports are mapped to codes by `procedures.tsv`, which a test holds to these rows.

use serde::Serialize;

use super::row::{Standing, required};
use crate::{error::Result, lexicon::Table};

/// One leg code.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LegCode {
    pub(crate) code: String,
    /// `iliac`, `femoral-popliteal`, `tibial-peroneal` or `inframalleolar`.
    pub(crate) territory: String,
    /// `balloon`, `stent`, `atherectomy`, `atherectomy+stent` or `lithotripsy`.
    pub(crate) technique: String,
    /// `straightforward` (stenosis), `complex` (occlusion) or `any`.
    pub(crate) lesion: String,
    /// `initial`, `additional` or `add-on`.
    pub(crate) role: String,
    /// How many further vessels of the territory a leg may have.
    pub(crate) max_additional: u32,
    /// How the code's place was found; may be empty.
    pub(crate) note: String,
    #[serde(flatten)]
    pub(crate) standing: Standing,
}

impl LegCode {
    /// What the code is for, in our own words.
    pub(crate) fn label(&self) -> String {
        let lesion = match self.lesion.as_str() {
            "straightforward" => ", stenosis",
            "complex" => ", occlusion",
            _ => "",
        };
        let role = match self.role.as_str() {
            "initial" => ", first vessel",
            "additional" => ", further vessel",
            _ => ", on top of another code",
        };
        format!(
            "leg: {} {}{lesion}{role}",
            self.territory,
            self.technique.replace('+', " with ")
        )
    }
}

const FILE: &str = include_str!("../../lexicons/codes/legs.tsv");

pub(super) fn load() -> Result<Vec<LegCode>> {
    let columns = [
        "code",
        "territory",
        "technique",
        "lesion",
        "role",
        "max_additional",
        "from",
        "until",
        "source",
        "confidence",
        "note",
    ];
    let table = Table::parse("codes/legs.tsv", FILE, &columns)?;
    let rows = table.rows.iter();
    rows.map(|row| {
        Ok(LegCode {
            code: required(&table, row, "code")?,
            territory: required(&table, row, "territory")?,
            technique: required(&table, row, "technique")?,
            lesion: required(&table, row, "lesion")?,
            role: required(&table, row, "role")?,
            max_additional: table
                .cell(row, "max_additional")
                .parse()
                .map_err(|_| table.fault(row, "max_additional must be a whole number"))?,
            note: table.cell(row, "note").to_owned(),
            standing: Standing::read(&table, row)?,
        })
    })
    .collect()
}
