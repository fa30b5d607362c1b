//! What sources say about which vessels are one vessel: the systems that compete, beside the policies in
//! `lexicons/policies/`. Rows of `lexicons/codes/counting.tsv`.

use serde::Serialize;

use super::row::{Confidence, Standing, required};
use crate::{error::Result, lexicon::Table};

/// One statement.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CountingStatement {
    /// Who counts so: `society page`, `leg codes of 2026`, `forum practice` …
    pub(crate) system: String,
    /// Vessel ids.
    pub(crate) vessels: Vec<String>,
    pub(crate) statement: String,
    /// Who says otherwise; may be empty.
    pub(crate) disagreement: String,
    pub(crate) source: String,
    pub(crate) confidence: Confidence,
}

const FILE: &str = include_str!("../../lexicons/codes/counting.tsv");

pub(super) fn load() -> Result<Vec<CountingStatement>> {
    let columns = [
        "system",
        "vessels",
        "statement",
        "disagreement",
        "source",
        "confidence",
    ];
    let table = Table::parse("codes/counting.tsv", FILE, &columns)?;
    let rows = table.rows.iter();
    rows.map(|row| {
        let vessels = table.list(row, "vessels").into_iter();
        let standing = Standing::read(&table, row)?;
        Ok(CountingStatement {
            system: required(&table, row, "system")?,
            vessels: vessels.map(str::to_owned).collect(),
            statement: required(&table, row, "statement")?,
            disagreement: table.cell(row, "disagreement").to_owned(),
            source: standing.source,
            confidence: standing.confidence,
        })
    })
    .collect()
}
