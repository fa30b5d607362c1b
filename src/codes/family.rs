//! The IVUS family: the codes of the first and of each further vessel, now and before 2016. Rows of
//! `lexicons/codes/ivus.tsv`.

use super::row::{Standing, required};
use crate::{error::Result, lexicon::Table};

/// What an IVUS code stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeRole {
    /// The first vessel.
    Initial,
    /// Each further vessel.
    Additional,
}

/// A code of the IVUS family with its ceiling.
#[derive(Clone, Debug)]
pub struct IvusCode {
    /// The code number.
    pub code: String,
    /// Our own label.
    pub label: String,
    /// First or further vessel.
    pub role: CodeRole,
    /// The imaging half that was reported beside the code before 2016.
    pub imaging: bool,
    /// The most units of one day.
    pub max_units: u32,
    /// Its days, source and confidence.
    pub standing: Standing,
}

const FILE: &str = include_str!("../../lexicons/codes/ivus.tsv");

pub(super) fn load() -> Result<Vec<IvusCode>> {
    const ROLES: &[(&str, (CodeRole, bool))] = &[
        ("initial", (CodeRole::Initial, false)),
        ("initial-imaging", (CodeRole::Initial, true)),
        ("additional", (CodeRole::Additional, false)),
        ("additional-imaging", (CodeRole::Additional, true)),
    ];
    let columns = [
        "code",
        "label",
        "role",
        "from",
        "until",
        "max_units",
        "source",
        "confidence",
    ];
    let table = Table::parse("codes/ivus.tsv", FILE, &columns)?;
    let rows = table.rows.iter();
    rows.map(|row| {
        let (role, imaging) = table.choice(row, "role", ROLES)?;
        Ok(IvusCode {
            code: required(&table, row, "code")?,
            label: required(&table, row, "label")?,
            role,
            imaging,
            max_units: table
                .cell(row, "max_units")
                .parse()
                .map_err(|_| table.fault(row, "max_units must be a whole number"))?,
            standing: Standing::read(&table, row)?,
        })
    })
    .collect()
}
