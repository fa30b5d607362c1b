//! The most units of a code that pass in one day: the medically unlikely edits, per setting. Facts are rows of
//! `lexicons/codes/limits.tsv`.

use std::sync::{Arc, LazyLock};

use super::{Confidence, date, in_force};
use crate::{
    date::Date,
    error::Result,
    lexicon::{Row, Table},
};

/// Whose claims an edit is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Setting {
    /// Physicians and other practitioners.
    Practitioner,
    /// Hospital outpatient departments.
    Outpatient,
    /// The source does not say.
    NotStated,
}

impl Setting {
    /// The name used in the tables and in output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Practitioner => "practitioner",
            Self::Outpatient => "outpatient",
            Self::NotStated => "not-stated",
        }
    }

    pub(super) const WORDS: &'static [(&'static str, Self)] = &[
        ("practitioner", Self::Practitioner),
        ("outpatient", Self::Outpatient),
        ("not-stated", Self::NotStated),
    ];
}

/// How an edit is applied (the adjudication indicator, "MAI").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adjudication {
    /// 1: each claim line by itself.
    Line,
    /// 2: all lines of a day together; from policy, and not to be overcome.
    DayAbsolute,
    /// 3: all lines of a day together; more can be appealed with records.
    DayAppealable,
}

impl Adjudication {
    /// The digit of the CMS file.
    #[must_use]
    pub fn digit(self) -> u8 {
        match self {
            Self::Line => 1,
            Self::DayAbsolute => 2,
            Self::DayAppealable => 3,
        }
    }

    /// What the digit means, in our words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Line => "each claim line by itself",
            Self::DayAbsolute => "all lines of a day together, no appeal",
            Self::DayAppealable => "all lines of a day together, more can be appealed",
        }
    }
}

/// The limit of one code in one setting and period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The code number.
    pub code: String,
    /// Whose claims.
    pub setting: Setting,
    /// The most units.
    pub max_units: u32,
    /// How it is applied; `None` where the source does not say.
    pub adjudication: Option<Adjudication>,
    /// The reason CMS gives.
    pub rationale: String,
    /// First day it was seen in force.
    pub from: Date,
    /// Last day; still in force, as far as is known, when `None`.
    pub until: Option<Date>,
    /// Where the row comes from.
    pub source: String,
    /// How well it is backed.
    pub confidence: Confidence,
    /// What else there is to say.
    pub note: String,
}

/// The columns of `limits.tsv`.
pub(crate) const COLUMNS: &[&str] = &[
    "code",
    "setting",
    "max_units",
    "indicator",
    "rationale",
    "from",
    "until",
    "source",
    "confidence",
    "note",
];

/// All limits.
#[derive(Clone, Debug, Default)]
pub struct LimitTable {
    rows: Arc<[Limit]>,
}

static BUILTIN: LazyLock<LimitTable> = LazyLock::new(|| {
    LimitTable::parse(
        "codes/limits.tsv",
        include_str!("../../lexicons/codes/limits.tsv"),
    )
    .expect("the built-in table is loaded by the tests")
});

impl From<Vec<Limit>> for LimitTable {
    fn from(rows: Vec<Limit>) -> Self {
        Self { rows: rows.into() }
    }
}

impl LimitTable {
    /// The table built into the program: IVUS and catheter codes as of mid-2024.
    #[must_use]
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// The rows of a file in our layout.
    ///
    /// # Errors
    /// When a cell cannot be read.
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self> {
        let table = Table::parse(file, text, COLUMNS)?;
        let rows: Result<Arc<[Limit]>> = table.rows.iter().map(|r| limit(&table, r)).collect();
        Ok(Self { rows: rows? })
    }

    /// The rows as a file in our layout.
    pub(crate) fn to_tsv(&self) -> String {
        super::tsv(COLUMNS, &self.rows, |r| {
            vec![
                r.code.clone(),
                r.setting.name().to_owned(),
                r.max_units.to_string(),
                r.adjudication
                    .map(|a| a.digit().to_string())
                    .unwrap_or_default(),
                r.rationale.clone(),
                r.from.to_string(),
                r.until.map(|d| d.to_string()).unwrap_or_default(),
                r.source.clone(),
                r.confidence.to_string(),
                r.note.clone(),
            ]
        })
    }

    /// Every row, in the order of the file.
    #[must_use]
    pub fn rows(&self) -> &[Limit] {
        &self.rows
    }

    /// The limits of a code in all settings and periods.
    pub fn of<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a Limit> {
        self.rows.iter().filter(move |l| l.code == code)
    }

    /// The limit of a code in a setting on a date; the newest when there is none.
    #[must_use]
    pub fn on<'a>(
        &'a self,
        code: &'a str,
        setting: Setting,
        date: Option<Date>,
    ) -> Option<&'a Limit> {
        self.of(code)
            .find(|l| l.setting == setting && in_force(Some(l.from), l.until, date))
    }
}

fn limit(table: &Table<'_>, row: &Row) -> Result<Limit> {
    let text = |column: &str| table.cell(row, column).to_owned();
    Ok(Limit {
        code: text("code"),
        setting: table.choice(row, "setting", Setting::WORDS)?,
        max_units: text("max_units")
            .parse()
            .map_err(|_| table.fault(row, "max_units must be a whole number"))?,
        adjudication: table.choice(
            row,
            "indicator",
            &[
                ("", None),
                ("1", Some(Adjudication::Line)),
                ("2", Some(Adjudication::DayAbsolute)),
                ("3", Some(Adjudication::DayAppealable)),
            ],
        )?,
        rationale: text("rationale"),
        from: date(table, row, "from")?
            .ok_or_else(|| table.fault(row, "from must be a date; write it as YYYY-MM-DD"))?,
        until: date(table, row, "until")?,
        source: text("source"),
        confidence: table.choice(row, "confidence", Confidence::WORDS)?,
        note: text("note"),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::codes::assert_periods;

    /// Fact 3: 1, absolute for the day; 5, which can be appealed; both settings alike.
    #[test]
    fn one_first_and_five_further_vessels_pass_in_a_day() {
        for setting in [Setting::Practitioner, Setting::Outpatient] {
            for (code, units, adjudication) in [
                ("37252", 1, Adjudication::DayAbsolute),
                ("37253", 5, Adjudication::DayAppealable),
            ] {
                let limit = LimitTable::builtin().on(code, setting, None).unwrap();
                assert_eq!(
                    (limit.max_units, limit.adjudication),
                    (units, Some(adjudication))
                );
            }
        }
    }

    #[test]
    fn no_two_rows_of_a_code_and_setting_overlap_and_each_has_a_source() {
        let mut periods: BTreeMap<(&str, Setting), Vec<_>> = BTreeMap::new();
        for limit in LimitTable::builtin().rows() {
            assert!(!limit.source.is_empty(), "{}", limit.code);
            let rows = periods.entry((&limit.code, limit.setting)).or_default();
            rows.push((Some(limit.from), limit.until));
        }
        for ((code, _), rows) in periods {
            assert_periods(code, rows.into_iter(), false);
        }
    }

    #[test]
    fn what_was_not_seen_on_a_date_is_not_known() {
        let date = "2019-01-01".parse().ok();
        assert!(
            LimitTable::builtin()
                .on("37252", Setting::Practitioner, date)
                .is_none()
        );
    }
}
