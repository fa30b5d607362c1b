//! Diagnoses that go with vessels IVUS looks at: valid codes that fit, not codes a payer covers. Rows of
//! `lexicons/codes/diagnoses.tsv` and `diagnosis_families.tsv`.

use serde::Serialize;

use super::row::{Confidence, Standing, required};
use crate::{error::Result, lexicon::Table};

/// A family of diagnosis codes that begin alike.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct DiagnosisFamily {
    /// What its codes begin with.
    pub(crate) prefix: String,
    pub(crate) label: String,
    /// `venous`, `arterial`, `aorta`, `renal`, `dialysis` or `device`.
    pub(crate) system: String,
    /// How sure it is that such a diagnosis backs the need for IVUS.
    pub(crate) support: Confidence,
    #[serde(flatten)]
    pub(crate) standing: Standing,
}

/// A diagnosis code that can be reported.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Diagnosis {
    pub(crate) code: String,
    /// The prefix of its family.
    pub(crate) family: String,
    pub(crate) label: String,
    /// `left`, `right`, `both` or empty.
    pub(crate) side: String,
    /// `acute`, `chronic` or empty.
    pub(crate) course: String,
    /// Whether it leaves something open that a report could say.
    pub(crate) unspecified: bool,
    #[serde(flatten)]
    pub(crate) standing: Standing,
}

impl Diagnosis {
    /// The label with what else the code says: side and course.
    pub(crate) fn words(&self) -> String {
        let mut words = vec![self.label.as_str()];
        words.extend([self.side.as_str()].iter().filter(|w| !w.is_empty()));
        if !self.label.contains(&self.course) {
            words.push(&self.course);
        }
        if self.unspecified {
            words.push("leaves something open");
        }
        words.join(", ")
    }
}

const FAMILIES: &str = include_str!("../../lexicons/codes/diagnosis_families.tsv");
const CODES: &str = include_str!("../../lexicons/codes/diagnoses.tsv");

pub(super) fn families() -> Result<Vec<DiagnosisFamily>> {
    let columns = [
        "prefix",
        "label",
        "system",
        "from",
        "until",
        "support",
        "source",
        "confidence",
    ];
    let table = Table::parse("codes/diagnosis_families.tsv", FAMILIES, &columns)?;
    let rows = table.rows.iter();
    rows.map(|row| {
        Ok(DiagnosisFamily {
            prefix: required(&table, row, "prefix")?,
            label: required(&table, row, "label")?,
            system: required(&table, row, "system")?,
            support: table.choice(row, "support", Confidence::WORDS)?,
            standing: Standing::read(&table, row)?,
        })
    })
    .collect()
}

pub(super) fn codes(families: &[DiagnosisFamily]) -> Result<Vec<Diagnosis>> {
    let columns = [
        "code",
        "family",
        "label",
        "system",
        "side",
        "course",
        "unspecified",
        "from",
        "until",
        "source",
        "confidence",
    ];
    let table = Table::parse("codes/diagnoses.tsv", CODES, &columns)?;
    let rows = table.rows.iter();
    rows.map(|row| {
        let (code, family) = (
            required(&table, row, "code")?,
            required(&table, row, "family")?,
        );
        if !code.starts_with(&family) || !families.iter().any(|f| f.prefix == family) {
            let cure =
                format!("\"{family}\" is no family of this code in codes/diagnosis_families.tsv");
            return Err(table.fault(row, cure));
        }
        Ok(Diagnosis {
            code,
            family,
            label: required(&table, row, "label")?,
            side: table.cell(row, "side").to_owned(),
            course: table.cell(row, "course").to_owned(),
            unspecified: table.choice(row, "unspecified", &[("yes", true), ("no", false)])?,
            standing: Standing::read(&table, row)?,
        })
    })
    .collect()
}
