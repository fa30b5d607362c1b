//! Reads the tab-separated files: a header row, one row per entry, lists in a cell joined by `; `, no quoting.

use crate::error::{Error, Result};

/// A loaded file: its name and its rows. Its cells stay in the text of the file.
#[derive(Clone, Debug)]
pub(crate) struct Table<'t> {
    pub(crate) file: String,
    columns: Vec<&'t str>,
    pub(crate) rows: Vec<Row>,
    /// The cells of all rows, one row after the other.
    cells: Vec<&'t str>,
}

/// One row with the line it stands on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) line: usize,
    /// Its first cell in [`Table::cells`].
    first: usize,
}

impl<'t> Table<'t> {
    /// Parses a file and checks that its columns are exactly `expected`, in that order.
    pub(crate) fn parse(file: &str, text: &'t str, expected: &[&str]) -> Result<Self> {
        let mut lines = text
            .lines()
            .enumerate()
            .map(|(i, l)| (i + 1, l.trim_end_matches('\r')));
        let (_, header) = lines
            .next()
            .ok_or_else(|| Error::lexicon(file, 1, "", "the file is empty; add a header row"))?;
        let columns: Vec<&str> = header.trim_start_matches('\u{FEFF}').split('\t').collect();
        if columns != expected {
            let cure = format!(
                "the header must be these columns, tab-separated: {}",
                expected.join(", ")
            );
            return Err(Error::lexicon(file, 1, header, cure));
        }
        // Room for all rows at once: moving them to a larger place touches more memory than they take.
        let most = memchr::memchr_iter(b'\n', text.as_bytes()).count();
        let mut rows = Vec::with_capacity(most);
        let mut cells: Vec<&str> = Vec::with_capacity(most * columns.len());
        for (line, row) in lines.filter(|(_, l)| !l.trim().is_empty()) {
            let first = cells.len();
            cells.extend(row.split('\t').map(str::trim));
            let count = cells.len() - first;
            if count != columns.len() {
                let cure = format!(
                    "the row has {count} cells; it needs {}, separated by tabs",
                    columns.len()
                );
                return Err(Error::lexicon(file, line, cells[first], cure));
            }
            rows.push(Row { line, first });
        }
        Ok(Self {
            file: file.to_owned(),
            columns,
            rows,
            cells,
        })
    }

    /// The cell of a row in a named column; empty when the column does not exist.
    pub(crate) fn cell(&self, row: &Row, column: &str) -> &'t str {
        let column = self.columns.iter().position(|c| *c == column);
        let cell = column.and_then(|n| self.cells.get(row.first + n));
        cell.copied().unwrap_or_default()
    }

    /// The entries of a list cell.
    pub(crate) fn list(&self, row: &Row, column: &str) -> Vec<&'t str> {
        self.cell(row, column)
            .split(';')
            .map(str::trim)
            .filter(|s| !s.is_empty())
            .collect()
    }

    /// An error about a row: the file and line, the entry, and what to change.
    pub(crate) fn fault(&self, row: &Row, cure: impl Into<String>) -> Error {
        let entry = self.cells.get(row.first).copied().unwrap_or_default();
        Error::lexicon(&self.file, row.line, entry, cure)
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
