//! Builds the text of a document from its paragraphs and tables, so that every format lays out the same way: a paragraph is
//! a line, a row of a table is a line with tabs between its cells.

use super::{MAX_BYTES, document::Problem};

/// A row that is longer is no row of columns for the reader of the text.
const LONGEST_ROW: usize = 159;

/// How deep tables may stand in tables; what is deeper is laid out as part of the cell around it.
const DEEPEST: usize = 16;

/// A text in the making.
#[derive(Default)]
pub(super) struct Layout {
    text: String,
    rows: Vec<Row>,
    /// Rows opened below the deepest one that is kept.
    deeper: usize,
    bytes: usize,
}

#[derive(Default)]
struct Row {
    cells: Vec<String>,
    cell: String,
}

impl Layout {
    pub(super) fn push(&mut self, c: char) {
        self.bytes += c.len_utf8();
        self.open().push(c);
    }

    pub(super) fn push_str(&mut self, text: &str) {
        self.bytes += text.len();
        self.open().push_str(text);
    }

    /// Ends a paragraph.
    pub(super) fn line(&mut self) {
        self.bytes += 1;
        let open = self.open();
        open.truncate(open.trim_end_matches([' ', '\t']).len());
        open.push('\n');
    }

    /// Ends a paragraph where one has begun.
    pub(super) fn fresh_line(&mut self) {
        let open = self.open();
        if !open.is_empty() && !open.ends_with('\n') {
            self.line();
        }
    }

    /// Whether what was pushed last is white space, or nothing was.
    pub(super) fn is_spaced(&mut self) -> bool {
        self.open()
            .chars()
            .next_back()
            .is_none_or(char::is_whitespace)
    }

    pub(super) fn is_in_row(&self) -> bool {
        !self.rows.is_empty()
    }

    pub(super) fn open_row(&mut self) {
        if self.rows.len() < DEEPEST {
            self.rows.push(Row::default());
        } else {
            self.deeper += 1;
        }
    }

    pub(super) fn end_cell(&mut self) {
        if self.deeper > 0 {
            self.push('\t');
        } else if let Some(row) = self.rows.last_mut() {
            row.cells.push(std::mem::take(&mut row.cell));
        } else {
            self.push('\t');
        }
    }

    pub(super) fn end_row(&mut self) {
        if self.deeper > 0 {
            self.deeper -= 1;
            self.line();
            return;
        }
        let Some(Row { mut cells, cell }) = self.rows.pop() else {
            self.line();
            return;
        };
        cells.push(cell);
        let cells: Vec<&str> = cells.iter().map(|c| c.trim()).collect();
        let full = cells.iter().filter(|c| !c.is_empty()).count();
        let chars: usize = cells.iter().map(|c| c.chars().count() + 1).sum();
        if full == 0 {
            return;
        }
        let one_line = cells.iter().all(|c| !c.contains('\n'));
        self.fresh_line();
        if full == 1 || (!one_line && chars > LONGEST_ROW) {
            // A table that only frames the text.
            for cell in cells.iter().filter(|c| !c.is_empty()) {
                self.push_str(cell);
                self.line();
            }
        } else {
            let cells: Vec<String> = cells.iter().map(|c| one_line_of(c)).collect();
            self.push_str(cells.join("\t").trim_end());
            self.line();
        }
    }

    /// Refuses a text that is longer than any report, so that a small file cannot take all memory.
    pub(super) fn check(&self) -> Result<(), Problem> {
        if self.bytes > MAX_BYTES {
            Err(Problem::too_long())
        } else {
            Ok(())
        }
    }

    /// The text, without blank lines at its ends.
    pub(super) fn finish(mut self) -> String {
        self.deeper = 0;
        while self.is_in_row() {
            self.end_row();
        }
        let text = self.text.trim_matches(['\n', ' ', '\t']);
        if text.is_empty() {
            String::new()
        } else {
            format!("{text}\n")
        }
    }

    fn open(&mut self) -> &mut String {
        match self.rows.last_mut() {
            Some(row) => &mut row.cell,
            None => &mut self.text,
        }
    }
}

fn one_line_of(cell: &str) -> String {
    cell.split(['\n', '\t'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> String {
        let mut layout = Layout::default();
        layout.open_row();
        for cell in cells {
            layout.push_str(cell);
            layout.end_cell();
        }
        layout.end_row();
        layout.finish()
    }

    #[test]
    fn a_row_is_a_line_and_a_frame_is_none() {
        assert_eq!(row(&["Left CIV", "78%", ""]), "Left CIV\t78%\n");
        assert_eq!(row(&["Left\nCIV", "78%"]), "Left CIV\t78%\n");
        assert_eq!(
            row(&["FINDINGS:\nIVUS was done.", ""]),
            "FINDINGS:\nIVUS was done.\n"
        );
        let long = "IVUS was done. ".repeat(20);
        assert_eq!(
            row(&[&format!("A\n{long}"), "B"]),
            format!("A\n{}\nB\n", long.trim())
        );
    }
}
