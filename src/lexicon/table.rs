//! Reads the tab-separated files: a header row, one row per entry, lists in a cell joined by `; `, no quoting.

use std::{ops::Range, sync::Arc};

use crate::error::{Error, Result};

/// A loaded file: its name and its rows.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) file: String,
    columns: Vec<String>,
    pub(crate) rows: Vec<Row>,
}

/// One row with the line it stands on.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) line: usize,
    /// The whole file, which all its rows share.
    text: Arc<str>,
    /// Where each cell stands in it.
    cells: Box<[Range<u32>]>,
}

impl Row {
    fn cell(&self, n: usize) -> &str {
        let place = self.cells.get(n).cloned().unwrap_or_default();
        let place = place.start as usize..place.end as usize;
        self.text.get(place).unwrap_or_default()
    }
}

impl Table {
    /// Parses a file and checks that its columns are exactly `expected`, in that order.
    pub(crate) fn parse(file: &str, text: &str, expected: &[&str]) -> Result<Self> {
        // Cells are counted in 32 bits.
        if u32::try_from(text.len()).is_err() {
            let cure = "the file holds 4 GiB or more; divide it";
            return Err(Error::lexicon(file, 1, "", cure));
        }
        let whole: Arc<str> = text.into();
        let text = &*whole;
        let mut lines = text
            .lines()
            .enumerate()
            .map(|(i, l)| (i + 1, l.trim_end_matches('\r')));
        let (_, header) = lines
            .next()
            .ok_or_else(|| Error::lexicon(file, 1, "", "the file is empty; add a header row"))?;
        let columns: Vec<String> = header
            .trim_start_matches('\u{FEFF}')
            .split('\t')
            .map(str::to_owned)
            .collect();
        if columns != expected {
            let cure = format!(
                "the header must be these columns, tab-separated: {}",
                expected.join(", ")
            );
            return Err(Error::lexicon(file, 1, header, cure));
        }
        let mut rows = Vec::new();
        let mut cells: Vec<&str> = Vec::with_capacity(columns.len());
        for (line, row) in lines.filter(|(_, l)| !l.trim().is_empty()) {
            cells.clear();
            cells.extend(row.split('\t').map(str::trim));
            if cells.len() != columns.len() {
                let cure = format!(
                    "the row has {} cells; it needs {}, separated by tabs",
                    cells.len(),
                    columns.len()
                );
                return Err(Error::lexicon(file, line, cells[0], cure));
            }
            rows.push(Row {
                line,
                text: Arc::clone(&whole),
                cells: cells.iter().map(|c| place(text, c)).collect(),
            });
        }
        Ok(Self {
            file: file.to_owned(),
            columns,
            rows,
        })
    }

    /// The cell of a row in a named column; empty when the column does not exist.
    pub(crate) fn cell<'a>(&self, row: &'a Row, column: &str) -> &'a str {
        self.columns
            .iter()
            .position(|c| c == column)
            .map_or("", |i| row.cell(i))
    }

    /// The entries of a list cell.
    pub(crate) fn list<'a>(&self, row: &'a Row, column: &str) -> Vec<&'a str> {
        self.cell(row, column)
            .split(';')
            .map(str::trim)
            .filter(|s| !s.is_empty())
            .collect()
    }

    /// An error about a row: the file and line, the entry, and what to change.
    pub(crate) fn fault(&self, row: &Row, cure: impl Into<String>) -> Error {
        Error::lexicon(&self.file, row.line, row.cell(0), cure)
    }

    /// Reads a cell as one of a fixed set of words.
    pub(crate) fn choice<T: Copy>(
        &self,
        row: &Row,
        column: &str,
        words: &[(&str, T)],
    ) -> Result<T> {
        let cell = self.cell(row, column);
        words
            .iter()
            .find(|(w, _)| *w == cell)
            .map(|(_, t)| *t)
            .ok_or_else(|| {
                let known: Vec<&str> = words.iter().map(|(w, _)| *w).collect();
                self.fault(
                    row,
                    format!(
                        "{column} \"{cell}\" is not known; use one of: {}",
                        known.join(", ")
                    ),
                )
            })
    }
}

/// Where a part of a text stands in it; the text has less than 4 GiB.
fn place(text: &str, part: &str) -> Range<u32> {
    let start = part.as_ptr() as usize - text.as_ptr() as usize;
    let number = |n: usize| u32::try_from(n).unwrap_or_default();
    number(start)..number(start + part.len())
}
