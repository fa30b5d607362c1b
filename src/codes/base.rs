//! Codes that IVUS may be added to. Rows of `lexicons/codes/base.tsv`.

use super::row::{Confidence, Standing, in_force, required};
use crate::{date::Date, error::Result, lexicon::Table};

/// A code IVUS may be added to.
#[derive(Clone, Debug)]
pub struct BaseCode {
    /// The code number.
    pub code: String,
    /// The family it belongs to, in our own words.
    pub label: String,
    /// More about it; may be empty.
    pub note: String,
    /// Its days, source and confidence.
    pub standing: Standing,
}

impl BaseCode {
    /// Whether the code was a base on a day. The first days of the list are lower bounds, so that a code older than the
    /// list is still a base; only an uncertain row keeps its first day.
    pub(crate) fn accepts(&self, on: Option<Date>) -> bool {
        let from = match self.standing.confidence {
            Confidence::Uncertain => self.standing.from,
            Confidence::OneSource | Confidence::Confirmed => None,
        };
        in_force(from, self.standing.until, on)
    }
}

const FILE: &str = include_str!("../../lexicons/codes/base.tsv");

pub(super) fn load() -> Result<Vec<BaseCode>> {
    let columns = [
        "code",
        "label",
        "from",
        "until",
        "source",
        "confidence",
        "note",
    ];
    let table = Table::parse("codes/base.tsv", FILE, &columns)?;
    let rows = table.rows.iter();
    rows.map(|row| {
        Ok(BaseCode {
            code: required(&table, row, "code")?,
            label: required(&table, row, "label")?,
            note: table.cell(row, "note").to_owned(),
            standing: Standing::read(&table, row)?,
        })
    })
    .collect()
}
