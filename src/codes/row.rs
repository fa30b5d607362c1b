//! What every row of a dated table has: the days it holds, where it comes from, and how sure it is.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    date::Date,
    error::{Error, Result},
    lexicon::{Row, Table},
};

/// How well a row is backed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub enum Confidence {
    /// Sources differ, or none says it outright.
    #[serde(rename = "uncertain")]
    Uncertain,
    /// One source says it.
    #[serde(rename = "one source")]
    OneSource,
    /// Two or more independent sources say it.
    #[serde(rename = "confirmed")]
    Confirmed,
}

impl Confidence {
    pub(super) const WORDS: &[(&str, Self)] = &[
        ("confirmed", Self::Confirmed),
        ("one source", Self::OneSource),
        ("uncertain", Self::Uncertain),
    ];

    /// The word the tables use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::OneSource => "one source",
            Self::Uncertain => "uncertain",
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where a row stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    InForce,
    /// Its last day is past.
    Ended,
    /// Its first day is to come.
    NotYet,
}

/// The days of a row, both included and open where nothing is known, its source and its confidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The first day, when known.
    pub from: Option<Date>,
    /// The last day, when there is one.
    pub until: Option<Date>,
    /// The documents, in words; several joined by `; `.
    pub source: String,
    /// How well they back it.
    pub confidence: Confidence,
}

impl Standing {
    /// Reads the columns `from`, `until`, `source` and `confidence`; a table without dates holds always.
    ///
    /// # Errors
    /// When a date is none, the last day lies before the first, the source is empty or the confidence is not known.
    pub(super) fn read(table: &Table<'_>, row: &Row) -> Result<Self> {
        let standing = Self {
            from: date(table, row, "from")?,
            until: date(table, row, "until")?,
            source: required(table, row, "source")?,
            confidence: table.choice(row, "confidence", Confidence::WORDS)?,
        };
        if let (Some(from), Some(until)) = (standing.from, standing.until)
            && until < from
        {
            return Err(table.fault(row, "until lies before from; exchange them"));
        }
        Ok(standing)
    }

    /// Whether the row holds on a day; without a day, whether it still does.
    pub(super) fn holds(&self, on: Option<Date>) -> bool {
        in_force(self.from, self.until, on)
    }

    /// Where the row stands on a day; without a day, at the end of the tables.
    pub(crate) fn state(&self, on: Option<Date>) -> State {
        match on {
            _ if self.holds(on) => State::InForce,
            Some(day) if self.from.is_some_and(|from| day < from) => State::NotYet,
            _ => State::Ended,
        }
    }
}

/// Whether a row is in force on a date; without a date, whether it still is.
pub(super) fn in_force(from: Option<Date>, until: Option<Date>, date: Option<Date>) -> bool {
    match date {
        Some(d) => from.is_none_or(|f| f <= d) && until.is_none_or(|u| d <= u),
        None => until.is_none(),
    }
}

/// A date cell; none when it is empty or the table has no such column.
pub(super) fn date(table: &Table<'_>, row: &Row, column: &str) -> Result<Option<Date>> {
    match table.cell(row, column) {
        "" => Ok(None),
        text => text
            .parse()
            .map(Some)
            .map_err(|e: Error| table.fault(row, format!("{column}: {e}"))),
    }
}

/// A cell that must not be empty.
pub(super) fn required(table: &Table<'_>, row: &Row, column: &str) -> Result<String> {
    match table.cell(row, column) {
        "" => Err(table.fault(row, format!("{column} is empty; fill it in"))),
        text => Ok(text.to_owned()),
    }
}

/// Whether `code` is the code `entry` or lies in its range (`37254-37299`).
pub(crate) fn covers(entry: &str, code: &str) -> bool {
    match entry.split_once('-') {
        Some((first, last)) => {
            code.len() == first.len() && code.len() == last.len() && (first..=last).contains(&code)
        }
        None => entry == code,
    }
}

/// The codes an entry stands for: itself, or every number of its range.
pub(crate) fn expand(entry: &str) -> Vec<String> {
    if let Some((first, last)) = entry.split_once('-')
        && let (Ok(a), Ok(b)) = (first.parse::<u32>(), last.parse::<u32>())
    {
        return (a..=b)
            .map(|n| format!("{n:0w$}", w = first.len()))
            .collect();
    }
    vec![entry.to_owned()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(row: &str) -> Result<Standing> {
        let text = format!("code\tfrom\tuntil\tsource\tconfidence\n{row}\n");
        let columns = ["code", "from", "until", "source", "confidence"];
        let table = Table::parse("codes/x.tsv", &text, &columns)?;
        Standing::read(&table, &table.rows[0])
    }

    #[test]
    fn a_row_holds_from_its_first_to_its_last_day() {
        let row = read("37220\t2011-01-01\t2025-12-31\tmanual\tconfirmed").unwrap();
        for (day, state) in [
            ("2010-12-31", State::NotYet),
            ("2011-01-01", State::InForce),
            ("2025-12-31", State::InForce),
            ("2026-01-01", State::Ended),
        ] {
            assert_eq!(row.state(day.parse().ok()), state, "{day}");
        }
        assert_eq!(row.state(None), State::Ended);
    }

    #[test]
    fn a_row_without_source_or_with_other_words_for_confidence_is_refused() {
        for (row, says) in [
            ("37220\t\t\t\tconfirmed", "source is empty"),
            (
                "37220\t\t\tmanual\thigh",
                "confidence \"high\" is not known",
            ),
            ("37220\t2026\t\tmanual\tconfirmed", "from"),
            (
                "37220\t2026-01-01\t2025-12-31\tmanual\tconfirmed",
                "until lies before from",
            ),
        ] {
            let error = read(row).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
            assert!(error.starts_with("codes/x.tsv:2"), "{error}");
        }
    }

    #[test]
    fn a_range_covers_its_ends_and_no_code_of_another_length() {
        assert!(covers("37254-37299", "37254") && covers("37254-37299", "37299"));
        assert!(!covers("37254-37299", "37300") && !covers("37254-37299", "3726"));
        assert!(covers("0238T", "0238T"));
        assert_eq!(expand("99155-99157"), ["99155", "99156", "99157"]);
        assert_eq!(expand("I87.1"), ["I87.1"]);
    }
}
