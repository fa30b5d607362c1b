//! Modifiers and what they do to the IVUS codes. Rows of `lexicons/codes/modifiers.tsv`.

use serde::Serialize;

use super::row::{Standing, required};
use crate::{error::Result, lexicon::Table};

/// A modifier beside the IVUS codes.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Modifier {
    #[serde(rename = "modifier")]
    pub(crate) code: String,
    /// When it may be used, in our own words.
    #[serde(rename = "use")]
    pub(crate) usage: String,
    /// Codes and ranges it is told of.
    pub(crate) codes: Vec<String>,
    #[serde(flatten)]
    pub(crate) standing: Standing,
}

const FILE: &str = include_str!("../../lexicons/codes/modifiers.tsv");

pub(super) fn load() -> Result<Vec<Modifier>> {
    let columns = [
        "modifier",
        "use",
        "codes",
        "from",
        "until",
        "source",
        "confidence",
    ];
    let table = Table::parse("codes/modifiers.tsv", FILE, &columns)?;
    let rows = table.rows.iter();
    rows.map(|row| {
        let codes = table.list(row, "codes").into_iter();
        Ok(Modifier {
            code: required(&table, row, "modifier")?,
            usage: required(&table, row, "use")?,
            codes: codes.map(str::to_owned).collect(),
            standing: Standing::read(&table, row)?,
        })
    })
    .collect()
}
