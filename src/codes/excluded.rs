//! Codes that include IVUS, cannot be its base, or are out of scope. Rows of `lexicons/codes/excluded.tsv`.

use super::row::{Standing, required};
use crate::{error::Result, lexicon::Table};

/// How a code keeps IVUS from being reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// It includes IVUS when done in the same session.
    Bundled,
    /// It is not on the list of base codes.
    NotOnList,
    /// It is no noncoronary intravascular ultrasound.
    OutOfScope,
}

/// A code that includes IVUS, when done in the same session, or otherwise stands against it.
#[derive(Clone, Debug)]
pub struct ExcludingCode {
    /// The code number.
    pub code: String,
    /// Our own label.
    pub label: String,
    /// What it has to do with IVUS.
    pub relation: Relation,
    /// The procedure of the encounter that stands for it; empty when none does.
    pub procedure: String,
    /// Whether an edit with this code can be opened for a distinct service (indicator 1).
    pub can_be_opened: bool,
    /// More about it; may be empty.
    pub note: String,
    /// Its days, source and confidence.
    pub standing: Standing,
}

const FILE: &str = include_str!("../../lexicons/codes/excluded.tsv");

pub(super) fn load() -> Result<Vec<ExcludingCode>> {
    const RELATIONS: &[(&str, Relation)] = &[
        ("bundled", Relation::Bundled),
        ("not on primary list", Relation::NotOnList),
        ("out of scope", Relation::OutOfScope),
    ];
    const INDICATORS: &[(&str, bool)] = &[("", false), ("0", false), ("1", true)];
    let columns = [
        "code",
        "label",
        "relation",
        "procedure",
        "indicator",
        "from",
        "until",
        "source",
        "confidence",
        "note",
    ];
    let table = Table::parse("codes/excluded.tsv", FILE, &columns)?;
    let rows = table.rows.iter();
    rows.map(|row| {
        Ok(ExcludingCode {
            code: required(&table, row, "code")?,
            label: required(&table, row, "label")?,
            relation: table.choice(row, "relation", RELATIONS)?,
            procedure: table.cell(row, "procedure").to_owned(),
            can_be_opened: table.choice(row, "indicator", INDICATORS)?,
            note: table.cell(row, "note").to_owned(),
            standing: Standing::read(&table, row)?,
        })
    })
    .collect()
}
