//! Cells of the published files, read with errors that name the file, the row, the code and the cure.

use rust_decimal::Decimal;

use crate::{
    codes::read_decimal,
    date::Date,
    error::{Error, Result},
};

/// One row of a published file.
pub(super) struct Cells<'a> {
    pub(super) file: &'a str,
    pub(super) line: usize,
    pub(super) row: Vec<&'a str>,
}

impl<'a> Cells<'a> {
    /// The cell at a position, without white space around it; empty when the row is shorter.
    pub(super) fn at(&self, position: usize) -> &'a str {
        self.row.get(position).map_or("", |c| c.trim())
    }

    /// An error about the row. It names the code when there is one, no other cell: the rest may be descriptors.
    pub(super) fn fault(&self, cure: impl Into<String>) -> Error {
        let code = (0..2).map(|n| self.at(n)).find(|c| is_code(c));
        Error::lexicon(self.file, self.line, code.unwrap_or_default(), cure)
    }

    /// A code: five capitals or digits.
    pub(super) fn code(&self, position: usize, what: &str) -> Result<&'a str> {
        let cell = self.at(position);
        if is_code(cell) {
            Ok(cell)
        } else {
            Err(self.fault(format!(
                "{what} is not a code of five letters or digits; the row is damaged"
            )))
        }
    }

    /// A number that must be there.
    pub(super) fn number(&self, position: usize, what: &str) -> Result<Decimal> {
        read_decimal(self.at(position))
            .ok_or_else(|| self.fault(format!("{what} is not a number; the row is damaged")))
    }

    /// A whole number that must be there.
    pub(super) fn whole(&self, position: usize, what: &str) -> Result<u32> {
        let cell = self.at(position);
        cell.parse()
            .map_err(|_| self.fault(format!("{what} is not a whole number; the row is damaged")))
    }

    /// A date written `YYYYMMDD`; `None` when the cell says that there is none (blank or `*`).
    pub(super) fn date(&self, position: usize, what: &str) -> Result<Option<Date>> {
        let cell = self.at(position);
        if matches!(cell, "" | "*") {
            return Ok(None);
        }
        let whole = (cell.len() == 8)
            .then(|| cell.parse::<u32>().ok())
            .flatten();
        let date = whole.and_then(|n| {
            let part = |n: u32| u8::try_from(n).ok();
            Date::new(
                u16::try_from(n / 10_000).ok()?,
                part(n / 100 % 100)?,
                part(n % 100)?,
            )
        });
        date.map(Some).ok_or_else(|| {
            self.fault(format!(
                "{what} is not a date written YYYYMMDD; the row is damaged"
            ))
        })
    }

    /// A date written as year and number of the day (`2024183`); `None` when blank or zero.
    pub(super) fn year_day(&self, position: usize, what: &str) -> Result<Option<Date>> {
        let cell = self.at(position);
        if matches!(cell, "" | "*" | "0") {
            return Ok(None);
        }
        let whole = (cell.len() == 7)
            .then(|| cell.parse::<u32>().ok())
            .flatten();
        let date = whole.and_then(|n| {
            Date::of_year_day(u16::try_from(n / 1000).ok()?, u16::try_from(n % 1000).ok()?)
        });
        date.map(Some).ok_or_else(|| {
            self.fault(format!(
                "{what} is not a date written YYYYDDD (year and day of the year); the row is damaged"
            ))
        })
    }
}

/// Five capitals or digits.
pub(super) fn is_code(cell: &str) -> bool {
    cell.len() == 5
        && cell
            .bytes()
            .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}

/// A published file with separated cells: its rows, numbered as a text editor numbers lines.
pub(super) fn rows(file: &str, text: &str) -> Result<Vec<(usize, csv::StringRecord)>> {
    let tabs = text.lines().take(12).filter(|l| l.contains('\t')).count();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(if tabs > 1 { b'\t' } else { b',' })
        .from_reader(text.as_bytes());
    let mut records = Vec::new();
    let mut lines = Lines {
        text,
        byte: 0,
        line: 1,
    };
    for record in reader.records() {
        let record = record.map_err(|e| {
            let line = lines.at(e.position());
            Error::lexicon(
                file,
                line,
                "",
                "the row cannot be read; the file is damaged",
            )
        })?;
        records.push((lines.at(record.position()), record));
    }
    Ok(records)
}

/// Counts lines up to rising positions. The reader's own count is one short where lines end in CR LF: it takes the LF for
/// the start of the next row.
struct Lines<'a> {
    text: &'a str,
    byte: usize,
    line: usize,
}

impl Lines<'_> {
    fn at(&mut self, position: Option<&csv::Position>) -> usize {
        let bytes = self.text.as_bytes();
        let mut to = position.map_or(self.byte, |p| {
            usize::try_from(p.byte()).unwrap_or(usize::MAX)
        });
        while matches!(bytes.get(to), Some(b'\r' | b'\n')) {
            to += 1;
        }
        let passed = self.text.get(self.byte..to).unwrap_or_default();
        self.line += passed.matches('\n').count();
        self.byte = self.byte.max(to);
        self.line
    }
}
