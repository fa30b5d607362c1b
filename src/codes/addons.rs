//! The list of codes an IVUS code may be added to, as a loaded CMS add-on file gives it. Nothing of it is shipped: the
//! built-in list is `lexicons/codes/base.tsv`.

use super::{date, in_force};
use crate::{
    date::Date,
    error::Result,
    lexicon::{Row, Table},
};

/// An add-on code and one code it may be added to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddOn {
    /// The add-on code.
    pub code: String,
    /// The code it may be added to.
    pub base: String,
    /// First day.
    pub from: Date,
    /// Last day; still in force when `None`.
    pub until: Option<Date>,
    /// Where the row comes from.
    pub source: String,
}

/// The columns of `addons.tsv` in a tables folder.
pub(crate) const COLUMNS: &[&str] = &["code", "base", "from", "until", "source"];

/// A loaded add-on list.
#[derive(Clone, Debug, Default)]
pub struct AddOnTable {
    rows: Vec<AddOn>,
}

impl From<Vec<AddOn>> for AddOnTable {
    fn from(rows: Vec<AddOn>) -> Self {
        Self { rows }
    }
}

impl AddOnTable {
    /// The rows of a file in our layout.
    ///
    /// # Errors
    /// When a cell cannot be read.
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self> {
        let table = Table::parse(file, text, COLUMNS)?;
        let rows: Result<Vec<AddOn>> = table.rows.iter().map(|r| add_on(&table, r)).collect();
        Ok(Self { rows: rows? })
    }

    /// The rows as a file in our layout.
    pub(crate) fn to_tsv(&self) -> String {
        super::tsv(COLUMNS, &self.rows, |r| {
            vec![
                r.code.clone(),
                r.base.clone(),
                r.from.to_string(),
                r.until.map(|d| d.to_string()).unwrap_or_default(),
                r.source.clone(),
            ]
        })
    }

    /// Every row.
    #[must_use]
    pub fn rows(&self) -> &[AddOn] {
        &self.rows
    }

    /// Whether the list names a code as a base, on any date.
    #[must_use]
    pub fn names(&self, base: &str) -> bool {
        self.rows.iter().any(|r| r.base == base)
    }

    /// The codes that one of `codes` may be added to on a date (now, without one), each once.
    #[must_use]
    pub fn bases(&self, codes: &[&str], date: Option<Date>) -> Vec<&AddOn> {
        let mut found: Vec<&AddOn> = Vec::new();
        for row in &self.rows {
            if codes.contains(&row.code.as_str())
                && in_force(Some(row.from), row.until, date)
                && found.iter().all(|f| f.base != row.base)
            {
                found.push(row);
            }
        }
        found
    }
}

fn add_on(table: &Table<'_>, row: &Row) -> Result<AddOn> {
    let text = |column: &str| table.cell(row, column).to_owned();
    Ok(AddOn {
        code: text("code"),
        base: text("base"),
        from: date(table, row, "from")?
            .ok_or_else(|| table.fault(row, "from must be a date; write it as YYYY-MM-DD"))?,
        until: date(table, row, "until")?,
        source: text("source"),
    })
}
