//! The numbered facts of coding in words, each with the codes and rules it concerns, and the documents they were read
//! in. Rows of `lexicons/codes/facts.tsv` and `sources.tsv`.

use serde::Serialize;

use super::row::{Confidence, Standing, covers, required};
use crate::{error::Result, lexicon::Table};

/// One fact.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    /// Its permanent number.
    pub(crate) id: u16,
    /// What it is about, in one word: `units`, `base`, `catheters` …
    pub(crate) topic: String,
    /// The fact in a sentence or two.
    pub(crate) statement: String,
    /// Codes, ranges (`37254-37299`) and groups (`base`, `catheters`, `diagnoses`).
    pub(crate) codes: Vec<String>,
    /// The ids of the rules that rest on it: `IVUS012`.
    pub(crate) rules: Vec<String>,
    /// Where sources differ; empty where they agree.
    pub(crate) conflict: String,
    /// More about it; may be empty.
    pub(crate) note: String,
    /// Names of rows of `sources.tsv`.
    pub(crate) sources: Vec<String>,
    pub(crate) confidence: Confidence,
}

/// A document that facts were read in.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SourceRow {
    /// The short name that rows use.
    pub(crate) name: String,
    /// What it is, in words.
    pub(crate) document: String,
    /// Its year or years; empty when not known.
    pub(crate) year: String,
}

impl Fact {
    /// Whether the fact names a code, or a group the code belongs to.
    pub(crate) fn concerns(&self, code: &str, groups: &[&str]) -> bool {
        self.codes
            .iter()
            .any(|entry| groups.contains(&entry.as_str()) || covers(entry, code))
    }

    /// Whether a rule rests on the fact.
    pub(crate) fn backs(&self, rule: &str) -> bool {
        self.rules.iter().any(|r| r == rule)
    }
}

const FACTS: &str = include_str!("../../lexicons/codes/facts.tsv");
const SOURCES: &str = include_str!("../../lexicons/codes/sources.tsv");

pub(super) fn documents() -> Result<Vec<SourceRow>> {
    let table = Table::parse("codes/sources.tsv", SOURCES, &["name", "document", "year"])?;
    let rows = table.rows.iter();
    rows.map(|row| {
        Ok(SourceRow {
            name: required(&table, row, "name")?,
            document: required(&table, row, "document")?,
            year: table.cell(row, "year").to_owned(),
        })
    })
    .collect()
}

pub(super) fn load(documents: &[SourceRow]) -> Result<Vec<Fact>> {
    let columns = [
        "id",
        "topic",
        "statement",
        "codes",
        "rules",
        "conflict",
        "note",
        "source",
        "confidence",
    ];
    let table = Table::parse("codes/facts.tsv", FACTS, &columns)?;
    let owned = |list: Vec<&str>| list.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let rows = table.rows.iter();
    rows.map(|row| {
        let sources = owned(table.list(row, "source"));
        for source in &sources {
            if !documents.iter().any(|d| d.name == *source) {
                let cure =
                    format!("source \"{source}\" is no name of codes/sources.tsv; add it there");
                return Err(table.fault(row, cure));
            }
        }
        Ok(Fact {
            id: table
                .cell(row, "id")
                .parse()
                .map_err(|_| table.fault(row, "id must be a whole number"))?,
            topic: required(&table, row, "topic")?,
            statement: required(&table, row, "statement")?,
            codes: owned(table.list(row, "codes")),
            rules: owned(table.list(row, "rules")),
            conflict: table.cell(row, "conflict").to_owned(),
            note: table.cell(row, "note").to_owned(),
            sources,
            confidence: Standing::read(&table, row)?.confidence,
        })
    })
    .collect()
}
