//! Reads the tab-separated files: a header row, one row per entry, lists in a cell joined by `; `, no quoting.

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
    cells: Vec<String>,
}

impl Table {
    /// Parses a file and checks that its columns are exactly `expected`, in that order.
    pub(crate) fn parse(file: &str, text: &str, expected: &[&str]) -> Result<Self> {
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
        for (line, text) in lines.filter(|(_, l)| !l.trim().is_empty()) {
            let cells: Vec<String> = text.split('\t').map(|c| c.trim().to_owned()).collect();
            if cells.len() != columns.len() {
                let cure = format!(
                    "the row has {} cells; it needs {}, separated by tabs",
                    cells.len(),
                    columns.len()
                );
                return Err(Error::lexicon(file, line, &cells[0], cure));
            }
            rows.push(Row { line, cells });
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
            .map_or("", |i| row.cells[i].as_str())
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
        Error::lexicon(&self.file, row.line, &row.cells[0], cure)
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
