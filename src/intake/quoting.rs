//! Cells of a row after RFC 4180, a line of the file at a time. Strict: a quote where none may stand is told and never guessed
//! around, since a quote too few or too many runs two reports together.

use csv::ByteRecord;

/// How cells are divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    pub(super) separator: u8,
}

impl Dialect {
    /// Tables with tabs are mostly written without quoting, so `5" sheath` in a cell that begins without a quote is text.
    fn lets_quotes_stand(self) -> bool {
        self.separator == b'\t'
    }
}

/// A quote where none may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// In a cell that does not begin with one.
    Inside,
    /// Followed by something else than the next cell or the next row.
    Closed,
}

impl Wrong {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Inside => "a quote stands in a cell that does not begin with one",
            Self::Closed => {
                "a quoted cell is followed by more than the next cell; a quote is missing, or one in the cell is not doubled"
            }
        }
    }
}

/// Where in a row the reader is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Start,
    Plain,
    Quoted,
    Closed,
}

/// A row in the making.
pub(super) struct Row {
    pub(super) cells: ByteRecord,
    cell: Vec<u8>,
    at: At,
    dialect: Dialect,
}

impl Row {
    pub(super) fn new(dialect: Dialect) -> Self {
        Self {
            cells: ByteRecord::new(),
            cell: Vec::new(),
            at: At::Start,
            dialect,
        }
    }

    /// The bytes of the row so far.
    pub(super) fn bytes(&self) -> usize {
        self.cells.as_slice().len() + self.cell.len()
    }

    /// Takes a line in, given without its `\n`, and says whether the row ends with it.
    pub(super) fn take(&mut self, line: &[u8]) -> Result<bool, Wrong> {
        // The line end of DOS, unless it stands in a quoted cell.
        let body = line.strip_suffix(b"\r").unwrap_or(line);
        let mut rest = body;
        while let Some((first, behind)) = rest.split_first() {
            rest = behind;
            match (self.at, *first) {
                (At::Quoted, b'"') => match behind.split_first() {
                    Some((b'"', behind)) => {
                        self.cell.push(b'"');
                        rest = behind;
                    }
                    _ => self.at = At::Closed,
                },
                (At::Quoted, byte) => {
                    let end = memchr::memchr(b'"', behind).unwrap_or(behind.len());
                    let (text, behind) = behind.split_at(end);
                    self.cell.push(byte);
                    self.cell.extend_from_slice(text);
                    rest = behind;
                }
                (_, byte) if byte == self.dialect.separator => self.end_cell(),
                (At::Closed, _) => return Err(Wrong::Closed),
                (At::Start, b'"') => self.at = At::Quoted,
                (At::Plain, b'"') if !self.dialect.lets_quotes_stand() => {
                    return Err(Wrong::Inside);
                }
                (At::Start | At::Plain, byte) => {
                    self.at = At::Plain;
                    let end = memchr::memchr2(b'"', self.dialect.separator, behind);
                    let (text, behind) = behind.split_at(end.unwrap_or(behind.len()));
                    self.cell.push(byte);
                    self.cell.extend_from_slice(text);
                    rest = behind;
                }
            }
        }
        if self.at == At::Quoted {
            self.cell.extend_from_slice(&line[body.len()..]);
            self.cell.push(b'\n');
            return Ok(false);
        }
        self.end_cell();
        Ok(true)
    }

    fn end_cell(&mut self) {
        self.cells.push_field(&self.cell);
        self.cell.clear();
        self.at = At::Start;
    }
}

/// The cells of a line taken alone, and whether a row can end with it.
pub(super) fn alone(line: &[u8], dialect: Dialect) -> Result<(ByteRecord, bool), Wrong> {
    let mut row = Row::new(dialect);
    let whole = row.take(line)?;
    Ok((row.cells, whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMAS: Dialect = Dialect { separator: b',' };

    fn cells(lines: &[&str]) -> Result<Option<Vec<String>>, Wrong> {
        let mut row = Row::new(COMMAS);
        let mut whole = false;
        for line in lines {
            whole = row.take(line.as_bytes())?;
        }
        let cells = row.cells.iter();
        let cells = cells.map(|c| String::from_utf8_lossy(c).into_owned());
        Ok(whole.then(|| cells.collect()))
    }

    #[test]
    fn cells_are_read_after_the_rfc_or_refused() {
        let some = |cells: &[&str]| Ok(Some(cells.iter().map(ToString::to_string).collect()));
        for (lines, read) in [
            (&["a,b\r"][..], some(&["a", "b"])),
            (&["a,,\"\""], some(&["a", "", ""])),
            (
                &["1,\"x, \"\"y\"\"\r", "z\""],
                some(&["1", "x, \"y\"\r\nz"]),
            ),
            (&["1,\"x", "2,\"\""], Ok(None)),
            (&["1,\"x", "2,\"y\""], Err(Wrong::Closed)),
            (&["1,\"x\" "], Err(Wrong::Closed)),
            (&["1,5\" sheath"], Err(Wrong::Inside)),
            (&["1, \"x\""], Err(Wrong::Inside)),
        ] {
            assert_eq!(cells(lines), read, "{lines:?}");
        }
        let tabs = Dialect { separator: b'\t' };
        let (cells, whole) = alone(b"1\t5\" sheath", tabs).unwrap();
        assert!(whole && cells.len() == 2);
    }
}
