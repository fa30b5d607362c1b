//! What payers, contractors and authorities have published. Rows of `lexicons/codes/oversight.tsv`.

use serde::Serialize;

use super::row::{Confidence, required};
use crate::{error::Result, lexicon::Table};

/// One publication and what it says on IVUS.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Oversight {
    pub(crate) body: String,
    /// Its name or number; may be empty.
    pub(crate) document: String,
    pub(crate) topic: String,
    /// As published; not always a whole date.
    pub(crate) date: String,
    pub(crate) statement: String,
    pub(crate) source: String,
    pub(crate) confidence: Confidence,
}

const FILE: &str = include_str!("../../lexicons/codes/oversight.tsv");

pub(super) fn load() -> Result<Vec<Oversight>> {
    let columns = [
        "body",
        "document",
        "topic",
        "date",
        "statement",
        "source",
        "confidence",
    ];
    let table = Table::parse("codes/oversight.tsv", FILE, &columns)?;
    let rows = table.rows.iter();
    rows.map(|row| {
        Ok(Oversight {
            body: required(&table, row, "body")?,
            document: table.cell(row, "document").to_owned(),
            topic: required(&table, row, "topic")?,
            date: table.cell(row, "date").to_owned(),
            statement: required(&table, row, "statement")?,
            source: required(&table, row, "source")?,
            confidence: table.choice(row, "confidence", Confidence::WORDS)?,
        })
    })
    .collect()
}
