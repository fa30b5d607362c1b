//! Medicare's payment localities and by how much each differs from the nation. Facts are rows of
//! `lexicons/codes/localities.tsv`.

use std::sync::{Arc, LazyLock};

use super::{Confidence, Indices, date, decimal, in_force};
use crate::{
    date::Date,
    error::{Error, Result},
    lexicon::{Row, Table},
};

/// One locality in one period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locality {
    /// Five digits of the Medicare contractor.
    pub mac: String,
    /// Two letters of the state.
    pub state: String,
    /// Two digits within the contractor's area.
    pub number: String,
    /// The name CMS gives.
    pub name: String,
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Option<Date>,
    /// The indices.
    pub indices: Indices,
    /// Where the row comes from.
    pub source: String,
    /// How well it is backed.
    pub confidence: Confidence,
}

/// The columns of `localities.tsv`.
pub(crate) const COLUMNS: &[&str] = &[
    "mac",
    "state",
    "number",
    "name",
    "from",
    "until",
    "work",
    "pe",
    "malpractice",
    "source",
    "confidence",
];

impl Locality {
    /// How it is named on the command line: state and number, `CA-05`.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}-{}", self.state, self.number)
    }

    fn is_named(&self, words: &str) -> bool {
        self.key().eq_ignore_ascii_case(words)
            || format!("{}-{}", self.mac, self.number) == words
            || self.name.eq_ignore_ascii_case(words)
    }
}

/// All localities.
#[derive(Clone, Debug, Default)]
pub struct LocalityTable {
    rows: Arc<[Locality]>,
}

static BUILTIN: LazyLock<LocalityTable> = LazyLock::new(|| {
    LocalityTable::parse(
        "codes/localities.tsv",
        include_str!("../../lexicons/codes/localities.tsv"),
    )
    .expect("the built-in table is loaded by the tests")
});

impl From<Vec<Locality>> for LocalityTable {
    fn from(rows: Vec<Locality>) -> Self {
        Self { rows: rows.into() }
    }
}

impl LocalityTable {
    /// The table built into the program: 2025.
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
        let rows: Result<Arc<[Locality]>> =
            table.rows.iter().map(|r| locality(&table, r)).collect();
        Ok(Self { rows: rows? })
    }

    /// The rows as a file in our layout.
    pub(crate) fn to_tsv(&self) -> String {
        super::tsv(COLUMNS, &self.rows, |r| {
            vec![
                r.mac.clone(),
                r.state.clone(),
                r.number.clone(),
                r.name.clone(),
                r.from.to_string(),
                r.until.map(|d| d.to_string()).unwrap_or_default(),
                r.indices.work.to_string(),
                r.indices.practice.to_string(),
                r.indices.malpractice.to_string(),
                r.source.clone(),
                r.confidence.to_string(),
            ]
        })
    }

    /// Every row, in the order of the file.
    #[must_use]
    pub fn rows(&self) -> &[Locality] {
        &self.rows
    }

    /// The locality with a key (`CA-05`), contractor and number (`01112-05`) or name, on a date.
    #[must_use]
    pub fn on(&self, words: &str, date: Date) -> Option<&Locality> {
        self.rows
            .iter()
            .find(|l| l.is_named(words) && in_force(Some(l.from), l.until, Some(date)))
    }

    /// The key of a locality of any period.
    ///
    /// # Errors
    /// When no locality is called so; says how to name one, and which stand in the state.
    pub fn find(&self, words: &str) -> Result<String> {
        if let Some(found) = self.rows.iter().find(|l| l.is_named(words)) {
            return Ok(found.key());
        }
        let state = words.split('-').next().unwrap_or_default();
        let mut near: Vec<String> = self
            .rows
            .iter()
            .filter(|l| l.state.eq_ignore_ascii_case(state))
            .map(|l| format!("{} ({})", l.key(), l.name))
            .collect();
        near.dedup();
        let near = if near.is_empty() {
            "give state and number, for example CA-05".to_owned()
        } else {
            format!("the state has {}", near.join(", "))
        };
        Err(Error::usage(format!(
            "locality \"{words}\" is not known; {near}"
        )))
    }
}

fn locality(table: &Table<'_>, row: &Row) -> Result<Locality> {
    let text = |column: &str| table.cell(row, column).to_owned();
    let index = |column: &str| {
        decimal(table, row, column)?
            .ok_or_else(|| table.fault(row, format!("{column} must be a number such as 1.042")))
    };
    Ok(Locality {
        mac: text("mac"),
        state: text("state"),
        number: text("number"),
        name: text("name"),
        from: date(table, row, "from")?
            .ok_or_else(|| table.fault(row, "from must be a date; write it as YYYY-MM-DD"))?,
        until: date(table, row, "until")?,
        indices: Indices {
            work: index("work")?,
            practice: index("pe")?,
            malpractice: index("malpractice")?,
        },
        source: text("source"),
        confidence: table.choice(row, "confidence", Confidence::WORDS)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locality_is_found_by_state_contractor_or_name() {
        let table = LocalityTable::builtin();
        for words in ["CA-18", "ca-18", "01182-18"] {
            assert_eq!(table.find(words).unwrap(), "CA-18");
        }
        assert_eq!(table.find("houston").unwrap(), "TX-18");
        let date = "2025-05-02".parse().unwrap();
        assert_eq!(
            table
                .on("TX-18", date)
                .unwrap()
                .indices
                .malpractice
                .to_string(),
            "1.409"
        );
        assert!(table.on("TX-18", "2024-05-02".parse().unwrap()).is_none());
    }

    #[test]
    fn an_unknown_locality_names_those_of_the_state() {
        let told = LocalityTable::builtin()
            .find("AZ-07")
            .unwrap_err()
            .to_string();
        assert_eq!(
            told,
            "locality \"AZ-07\" is not known; the state has AZ-00 (ARIZONA)"
        );
        let told = LocalityTable::builtin()
            .find("nowhere")
            .unwrap_err()
            .to_string();
        assert!(
            told.ends_with("give state and number, for example CA-05"),
            "{told}"
        );
    }

    #[test]
    fn each_key_and_name_means_one_locality() {
        let rows = LocalityTable::builtin().rows();
        for (n, a) in rows.iter().enumerate() {
            for b in rows.iter().skip(n + 1) {
                assert!(
                    a.key() != b.key() && a.name != b.name,
                    "{} and {}",
                    a.key(),
                    b.key()
                );
            }
        }
    }
}
