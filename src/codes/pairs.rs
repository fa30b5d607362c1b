//! Codes that are not paid together: the procedure-to-procedure edits. Of a pair, column 1 is paid and column 2 is not,
//! unless the pair can be opened with a modifier for a distinct service. Facts are rows of `lexicons/codes/pairs.tsv`.

use std::sync::{Arc, LazyLock};

use super::{Confidence, Setting, date, in_force};
use crate::{
    date::Date,
    error::Result,
    lexicon::{Row, Table},
};

/// Whether a pair can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// 0: never.
    Never,
    /// 1: with a modifier, for a distinct service.
    WithModifier,
    /// 9: the question does not apply (an edit that was withdrawn from its first day).
    NotApplicable,
}

impl Opening {
    /// The digit of the CMS file.
    #[must_use]
    pub fn digit(self) -> u8 {
        match self {
            Self::Never => 0,
            Self::WithModifier => 1,
            Self::NotApplicable => 9,
        }
    }
}

/// Two codes in one setting and period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The code that is paid.
    pub column_1: String,
    /// The code that is not.
    pub column_2: String,
    /// Whether the pair can be opened.
    pub opening: Opening,
    /// Whose claims.
    pub setting: Setting,
    /// First day; unknown when `None`. A row that follows an ended one of the same pair begins after that one's end.
    pub from: Option<Date>,
    /// Last day; still in force, as far as is known, when `None`.
    pub until: Option<Date>,
    /// The reason CMS gives.
    pub rationale: String,
    /// Where the row comes from.
    pub source: String,
    /// How well it is backed.
    pub confidence: Confidence,
}

/// The columns of `pairs.tsv`.
pub(crate) const COLUMNS: &[&str] = &[
    "column_1",
    "column_2",
    "modifier",
    "setting",
    "from",
    "until",
    "rationale",
    "source",
    "confidence",
];

/// All pairs.
#[derive(Clone, Debug, Default)]
pub struct PairTable {
    rows: Arc<Vec<Pair>>,
    /// The rows in the order of their codes, for those who look for a pair.
    by_codes: Arc<Vec<u32>>,
}

static BUILTIN: LazyLock<PairTable> = LazyLock::new(|| {
    PairTable::parse(
        "codes/pairs.tsv",
        include_str!("../../lexicons/codes/pairs.tsv"),
    )
    .expect("the built-in table is loaded by the tests")
});

impl From<Vec<Pair>> for PairTable {
    fn from(rows: Vec<Pair>) -> Self {
        let mut by_codes: Vec<u32> = (0..).take(rows.len()).collect();
        by_codes.sort_by_key(|n| rows.get(*n as usize).map(Pair::codes));
        Self {
            rows: rows.into(),
            by_codes: by_codes.into(),
        }
    }
}

impl Pair {
    fn codes(&self) -> (&str, &str) {
        (&self.column_1, &self.column_2)
    }
}

impl PairTable {
    /// The table built into the program: every pair with an IVUS code, in both settings, as of July 2024.
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
        let mut rows = Vec::with_capacity(table.rows.len());
        for row in &table.rows {
            rows.push(pair(&table, row)?);
        }
        Ok(rows.into())
    }

    /// The rows as a file in our layout.
    pub(crate) fn to_tsv(&self) -> String {
        super::tsv(COLUMNS, &self.rows, |r| {
            vec![
                r.column_1.clone(),
                r.column_2.clone(),
                r.opening.digit().to_string(),
                r.setting.name().to_owned(),
                r.from.map(|d| d.to_string()).unwrap_or_default(),
                r.until.map(|d| d.to_string()).unwrap_or_default(),
                r.rationale.clone(),
                r.source.clone(),
                r.confidence.to_string(),
            ]
        })
    }

    /// Every row, in the order of the file.
    #[must_use]
    pub fn rows(&self) -> &[Pair] {
        &self.rows
    }

    /// The pairs in which a code stands in either column, of all periods.
    pub fn of<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a Pair> {
        self.rows
            .iter()
            .filter(move |p| p.column_1 == code || p.column_2 == code)
    }

    /// The pair of two codes, in this order, in a setting on a date; the newest when there is none.
    #[must_use]
    pub fn on(
        &self,
        column_1: &str,
        column_2: &str,
        setting: Setting,
        date: Option<Date>,
    ) -> Option<&Pair> {
        let codes = (column_1, column_2);
        let row = |n: &u32| self.rows.get(*n as usize);
        let before = |n: &u32| row(n).is_some_and(|p| p.codes() < codes);
        let from = self.by_codes.partition_point(before);
        let pairs = self.by_codes.get(from..).unwrap_or_default();
        let pairs = pairs.iter().filter_map(row);
        pairs
            .take_while(|p| p.codes() == codes)
            .find(|p| p.setting == setting && in_force(p.from, p.until, date))
    }
}

fn pair(table: &Table<'_>, row: &Row) -> Result<Pair> {
    let text = |column: &str| table.cell(row, column).to_owned();
    Ok(Pair {
        column_1: text("column_1"),
        column_2: text("column_2"),
        opening: table.choice(
            row,
            "modifier",
            &[
                ("0", Opening::Never),
                ("1", Opening::WithModifier),
                ("9", Opening::NotApplicable),
            ],
        )?,
        setting: table.choice(row, "setting", Setting::WORDS)?,
        from: date(table, row, "from")?,
        until: date(table, row, "until")?,
        rationale: text("rationale"),
        source: text("source"),
        confidence: table.choice(row, "confidence", Confidence::WORDS)?,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::codes::assert_periods;

    fn opening(column_1: &str, column_2: &str, date: &str) -> Option<Opening> {
        PairTable::builtin()
            .on(column_1, column_2, Setting::Practitioner, date.parse().ok())
            .map(|p| p.opening)
    }

    /// Facts 26 and 27: filter work, retrieval and two heart procedures take the IVUS codes in, and can be opened.
    #[test]
    fn filters_and_retrieval_take_ivus_in_but_can_be_opened() {
        for code in ["37191", "37192", "37193", "37197", "33275", "0645T"] {
            for ivus in ["37252", "37253"] {
                let found = opening(code, ivus, "2024-07-01");
                assert_eq!(found, Some(Opening::WithModifier), "{code} {ivus}");
            }
        }
        assert_eq!(
            opening("C9754", "37252", "2020-06-30"),
            Some(Opening::WithModifier)
        );
        assert_eq!(opening("C9754", "37252", "2020-07-01"), None);
    }

    /// Fact 28: what the first vessel's code takes in, and what the further vessel's code does not.
    #[test]
    fn the_first_vessel_takes_in_minor_work_that_the_further_ones_do_not() {
        for code in [
            "36000", "36005", "36410", "36500", "36600", "76942", "76998", "77002", "93978",
            "93979",
        ] {
            assert_eq!(
                opening("37252", code, "2024-07-01"),
                Some(Opening::WithModifier),
                "{code}"
            );
        }
        for code in [
            "36591", "36592", "76376", "76377", "99155", "99156", "99157",
        ] {
            assert_eq!(
                opening("37252", code, "2024-07-01"),
                Some(Opening::Never),
                "{code}"
            );
        }
        for code in ["36005", "36500", "36591", "36592", "77002", "93978"] {
            assert_eq!(opening("37253", code, "2024-07-01"), None, "{code}");
        }
    }

    /// Fact 29: three imaging pairs ended with 2017.
    #[test]
    fn pairs_with_three_imaging_codes_ended_with_2017() {
        for code in ["75893", "76000", "77001"] {
            assert_eq!(
                opening("37252", code, "2017-12-31"),
                Some(Opening::WithModifier),
                "{code}"
            );
            assert_eq!(opening("37252", code, "2018-01-01"), None, "{code}");
        }
    }

    /// Fact 31: the copy of July 2024 holds no first days.
    #[test]
    fn no_first_day_of_a_pair_is_known() {
        assert!(PairTable::builtin().rows().iter().all(|p| p.from.is_none()));
    }

    #[test]
    fn no_two_rows_of_a_pair_overlap_and_each_has_a_source() {
        let mut periods: BTreeMap<(&str, &str, Setting), Vec<&Pair>> = BTreeMap::new();
        for pair in PairTable::builtin().rows() {
            assert!(!pair.source.is_empty());
            let key = (pair.column_1.as_str(), pair.column_2.as_str(), pair.setting);
            periods.entry(key).or_default().push(pair);
        }
        for ((one, two, _), rows) in periods {
            // A row of unknown start begins after the end of the one before.
            let ends: Vec<Option<Date>> = rows.iter().map(|p| p.until).collect();
            let rising = ends
                .windows(2)
                .all(|w| w[0].is_some() && (w[1].is_none() || w[0] < w[1]));
            assert!(rising, "{one} {two}: two rows on one day");
            let dated = rows.iter().filter(|p| p.from.is_some());
            assert_periods(one, dated.map(|p| (p.from, p.until)), false);
        }
    }
}
