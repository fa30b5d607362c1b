//! Which code followed which. Rows of `lexicons/codes/history.tsv`.

use serde::Serialize;

use super::row::{Confidence, date, required};
use crate::{date::Date, error::Result, lexicon::Table};

/// A code and one that took its place.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Succession {
    /// The code that is gone.
    pub(crate) code: String,
    /// The one that followed.
    pub(crate) successor: String,
    /// The last day of the old code.
    pub(crate) until: Option<Date>,
    /// The first day of the new one.
    pub(crate) from: Option<Date>,
    pub(crate) source: String,
    pub(crate) confidence: Confidence,
    /// How the two differ.
    pub(crate) note: String,
}

const FILE: &str = include_str!("../../lexicons/codes/history.tsv");

pub(super) fn load() -> Result<Vec<Succession>> {
    let columns = [
        "code",
        "successor",
        "until",
        "from",
        "source",
        "confidence",
        "note",
    ];
    let table = Table::parse("codes/history.tsv", FILE, &columns)?;
    let rows = table.rows.iter();
    rows.map(|row| {
        Ok(Succession {
            code: required(&table, row, "code")?,
            successor: required(&table, row, "successor")?,
            until: date(&table, row, "until")?,
            from: date(&table, row, "from")?,
            source: required(&table, row, "source")?,
            confidence: table.choice(row, "confidence", Confidence::WORDS)?,
            note: table.cell(row, "note").to_owned(),
        })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_ends_the_day_before_its_successor_begins() {
        let rows = load().unwrap();
        for row in &rows {
            let days = (
                row.until.unwrap().to_string(),
                row.from.unwrap().to_string(),
            );
            let expected = if row.code.starts_with("372") && row.code.as_str() < "37250" {
                ("2025-12-31", "2026-01-01")
            } else {
                ("2015-12-31", "2016-01-01")
            };
            assert_eq!((days.0.as_str(), days.1.as_str()), expected, "{}", row.code);
        }
        assert_eq!(rows.iter().filter(|r| r.successor == "37252").count(), 2);
    }
}
