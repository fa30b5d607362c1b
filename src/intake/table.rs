//! Tables with a header row (CSV, tabs, semicolons) and RFC 4180 quoting: cells may hold commas, quotes and line ends. Rows
//! are split here in order and decoded later, in parallel. Where a quote too few or too many leaves open which row a line
//! belongs to, the rows in doubt are refused: reports are never mixed.

use std::{
    collections::VecDeque,
    io::{self, BufRead},
    path::Path,
    sync::Arc,
};

use csv::ByteRecord;
use serde_json::{Map, Value};

use super::{
    Columns, Fault, Item, Kind, MAX_BYTES, Record,
    anchors::Anchors,
    changed, columns,
    lines::{self, cut_short},
    list::Listed,
    open::Reader,
    quoting::{self, Dialect, Wrong},
    too_long,
};
use crate::text::decode;

/// Rows unlike those before them that are held until one comes that is like them.
const MOST_HELD: usize = 16;

/// Lines that a header may have.
const HEADER_LINES: usize = 64;

/// What all rows of a table share.
struct Head {
    file: Listed,
    names: Vec<String>,
    /// The column of the id.
    id: Option<usize>,
    columns: Arc<Columns>,
}

/// One row below the header.
pub(super) struct Row {
    cells: ByteRecord,
    /// Counted as spreadsheets do: the header is row 1.
    number: u64,
    head: Arc<Head>,
}

impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} bytes)", self.place(), self.bytes())
    }
}

impl Row {
    pub(super) fn bytes(&self) -> usize {
        self.cells.as_slice().len()
    }

    pub(super) fn place(&self) -> String {
        place(&self.head.file.path, self.number)
    }

    pub(super) fn load(self) -> Result<Record, Fault> {
        let place = self.place();
        let cells = self.cells();
        self.head
            .columns
            .record(cells, &place, || self.head.file.id_of(self.number))
    }

    /// The cells by column.
    pub(super) fn cells(&self) -> Map<String, Value> {
        let cells = self.cells.iter().map(|c| Value::String(decode(c)));
        self.head.names.iter().cloned().zip(cells).collect()
    }
}

fn place(path: &Path, row: u64) -> String {
    format!("{}:{row}", path.display())
}

/// The rows of a table, in order.
pub(super) fn rows(
    reader: Reader,
    file: Listed,
    columns: &Arc<Columns>,
) -> Box<dyn Iterator<Item = Item>> {
    let path = file.path.display().to_string();
    let once =
        |fault| -> Box<dyn Iterator<Item = Item>> { Box::new(std::iter::once(Item::fault(fault))) };
    let mut lines = Lines::new(reader);
    let (dialect, cells) = match header(&mut lines, &file, columns) {
        Ok(header) => header,
        Err(fault) => return once(fault),
    };
    let names = names(&cells);
    if let Some(fault) = columns.lacking(&names, &path) {
        return once(fault);
    }
    let tight = !cells.iter().skip(1).any(|c| c.starts_with(b" "));
    let anchors = columns.anchors(&names);
    let head = Arc::new(Head {
        file,
        names,
        id: anchors[0],
        columns: columns.clone(),
    });
    Box::new(Table {
        lines,
        head,
        dialect,
        tight,
        anchors: Anchors::new(anchors.into_iter().flatten()),
        held: VecDeque::new(),
        out: VecDeque::new(),
        number: 1,
        done: false,
    })
}

/// The names of the columns; those without one are told by their number, except the first of them.
fn names(cells: &ByteRecord) -> Vec<String> {
    let mut blank = 0;
    let names = cells.iter().enumerate().map(|(at, cell)| {
        let name = decode(cell).trim().to_owned();
        blank += usize::from(name.is_empty());
        if name.is_empty() && blank > 1 {
            format!("column {}", at + 1)
        } else {
            name
        }
    });
    names.collect()
}

/// The header and how its cells are divided: the way in which the columns asked for are found.
fn header(
    lines: &mut Lines,
    file: &Listed,
    columns: &Columns,
) -> Result<(Dialect, ByteRecord), Fault> {
    let tabs = |e: &std::ffi::OsStr| e.eq_ignore_ascii_case("tsv") || e.eq_ignore_ascii_case("tab");
    let path = file.path.with_extension("");
    let packed = |e: &std::ffi::OsStr| e == "gz" || e == "zst";
    let extension = match file.path.extension() {
        Some(e) if packed(e) => path.extension(),
        own => own,
    };
    let mut separators = vec![b',', b'\t', b';', b'|'];
    if extension.is_some_and(tabs) {
        separators.swap(0, 1);
    }
    let mut taken: Vec<Vec<u8>> = Vec::new();
    loop {
        let line = match lines.next() {
            Ok(lines::Read::Line(line)) => line,
            Ok(lines::Read::TooLong) => return Err(too_long(place(&file.path, 1))),
            Ok(lines::Read::End) if taken.is_empty() => Vec::new(),
            Ok(lines::Read::End) => return Err(header_fault(file, None)),
            Err(e) => return Err(cut_short(file, place(&file.path, 1), e)),
        };
        // What spreadsheets are told the separator by: "sep=;".
        if let ([b's', b'e', b'p', b'=', separator], true) = (line.trim_ascii(), taken.is_empty()) {
            separators = vec![*separator];
            continue;
        }
        if let (true, [b's', b'e', b'p', b'=', b'\t', ..]) = (taken.is_empty(), &line[..]) {
            separators = vec![b'\t'];
            continue;
        }
        taken.push(line);
        let mut wrong = None;
        let mut first = None;
        let mut is_open = false;
        for separator in &separators {
            let dialect = Dialect {
                separator: *separator,
            };
            match header_cells(&taken, dialect) {
                Ok(Some(cells)) => {
                    if columns.lacking(&names(&cells), "").is_none() {
                        return Ok((dialect, cells));
                    }
                    first = first.or(Some((dialect, cells)));
                }
                Ok(None) => is_open = true,
                Err(e) => wrong = wrong.or(Some(e)),
            }
        }
        if is_open && first.is_none() && taken.len() < HEADER_LINES {
            continue;
        }
        return first.ok_or_else(|| header_fault(file, wrong));
    }
}

fn header_cells(lines: &[Vec<u8>], dialect: Dialect) -> Result<Option<ByteRecord>, Wrong> {
    let mut row = quoting::Row::new(dialect);
    let mut whole = false;
    for line in lines {
        whole = row.take(line)?;
    }
    Ok(whole.then_some(row.cells))
}

fn header_fault(file: &Listed, wrong: Option<Wrong>) -> Fault {
    let what = wrong.map_or("a quoted cell does not end", Wrong::words);
    let cause = format!("in the header {what}; nothing of the table was read");
    Fault::new(place(&file.path, 1), "bad-quotes", cause)
}

/// The lines of a table, some of them given back.
struct Lines {
    reader: Reader,
    /// An error that is told with the first line.
    failed: Option<io::Error>,
    again: VecDeque<Vec<u8>>,
    /// How many were taken and not given back.
    number: u64,
    end: u8,
}

impl Lines {
    fn new(mut reader: Reader) -> Self {
        let start = reader.fill_buf();
        let is_old_mac = |start: &[u8]| start.contains(&b'\r') && !start.contains(&b'\n');
        let old_mac = start.as_ref().is_ok_and(|start| is_old_mac(start));
        let failed = start.err();
        Self {
            reader,
            failed,
            again: VecDeque::new(),
            number: 0,
            end: if old_mac { b'\r' } else { b'\n' },
        }
    }

    fn next(&mut self) -> io::Result<lines::Read> {
        if let Some(failed) = self.failed.take() {
            return Err(failed);
        }
        let read = match self.again.pop_front() {
            Some(line) => lines::Read::Line(line),
            None => lines::until(&mut self.reader, self.end)?,
        };
        self.number += u64::from(!matches!(read, lines::Read::End));
        Ok(read)
    }

    fn give_back(&mut self, lines: Vec<Vec<u8>>) {
        self.number -= lines.len() as u64;
        for line in lines.into_iter().rev() {
            self.again.push_front(line);
        }
    }
}

/// A table that is being read.
struct Table {
    lines: Lines,
    head: Arc<Head>,
    dialect: Dialect,
    /// Whether no space stands behind the separators of the header.
    tight: bool,
    anchors: Anchors,
    /// Rows that are sound in themselves; the next one tells whether they end where they seem to.
    held: VecDeque<(ByteRecord, u64)>,
    out: VecDeque<Item>,
    number: u64,
    done: bool,
}

/// What the lines from one on come to.
enum Taken {
    Row(ByteRecord),
    /// No row: its cells so far, its kind of fault, and what is wrong.
    Broken(ByteRecord, &'static str, String),
    /// A table that cannot be read on.
    Failed(io::Error),
}

impl Iterator for Table {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        while self.out.is_empty() && !self.done {
            self.step();
        }
        self.out.pop_front()
    }
}

impl Table {
    /// Takes the next row.
    fn step(&mut self) {
        let line = match self.lines.next() {
            Ok(lines::Read::Line(line)) if line.trim_ascii().is_empty() => return,
            Ok(lines::Read::End) => return self.end(),
            read => read,
        };
        self.number += 1;
        let first = self.lines.number;
        let taken = match line {
            Ok(lines::Read::Line(line)) => self.row(&line),
            Ok(_) => {
                let fault = too_long("");
                Taken::Broken(ByteRecord::new(), "too-long", fault.cause)
            }
            Err(e) => Taken::Failed(e),
        };
        match taken {
            Taken::Row(cells) => self.sound(cells),
            Taken::Broken(cells, kind, what) => self.broken(&cells, kind, &what, first),
            Taken::Failed(e) => {
                self.release();
                let fault = cut_short(&self.head.file, self.place(), e);
                self.out.push_back(Item::fault(fault));
                self.done = true;
            }
        }
    }

    /// The row that begins with a line.
    fn row(&mut self, line: &[u8]) -> Taken {
        let mut row = quoting::Row::new(self.dialect);
        let mut taken = row.take(line);
        // The lines from the first on that looks like a row of its own.
        let mut doubtful: Vec<Vec<u8>> = Vec::new();
        let mut since = 0;
        let broken = loop {
            match taken {
                Ok(true) => break None,
                Err(wrong) => break Some(("bad-quotes", wrong.words().to_owned())),
                Ok(false) if row.bytes() > MAX_BYTES => {
                    break Some(("too-long", too_long("").cause));
                }
                Ok(false) => {}
            }
            let line = match self.lines.next() {
                Ok(lines::Read::Line(line)) => line,
                Ok(lines::Read::TooLong) => break Some(("too-long", too_long("").cause)),
                Ok(lines::Read::End) => {
                    let what = "the table ends within a quoted cell; a quote is missing, or the file was cut";
                    break Some(("cut-short", what.to_owned()));
                }
                Err(e) => return Taken::Failed(e),
            };
            if !doubtful.is_empty() || self.is_row(&line, Some(&row.cells)) == Some(true) {
                if doubtful.is_empty() {
                    since = self.lines.number;
                }
                doubtful.push(line.clone());
            }
            taken = row.take(&line);
        };
        match broken {
            Some((kind, what)) => {
                self.lines.give_back(doubtful);
                Taken::Broken(row.cells, kind, what)
            }
            None if !doubtful.is_empty() => {
                let what = format!(
                    "a quoted cell holds what looks like further rows, from line {since} on; a quote may be missing"
                );
                Taken::Broken(row.cells, "bad-quotes", what)
            }
            None => self.counted(row.cells),
        }
    }

    /// A row with as many cells as the header.
    fn counted(&self, cells: ByteRecord) -> Taken {
        let (found, wanted) = (cells.len(), self.head.names.len());
        if found != wanted {
            let what = format!(
                "{found} cells where the header has {wanted}; quote cells with commas, quotes or line ends"
            );
            return Taken::Broken(cells, "bad-row", what);
        }
        if self.anchors.is_text(&cells) {
            let what = "words where the rows before have an id or a date, as of a line of the row above; quote cells with line ends";
            return Taken::Broken(cells, "bad-row", what.to_owned());
        }
        Taken::Row(cells)
    }

    /// Whether a line, taken alone, looks like the beginning of a row; `None` where nothing tells.
    fn is_row(&self, line: &[u8], or: Option<&ByteRecord>) -> Option<bool> {
        let Ok((cells, whole)) = quoting::alone(line, self.dialect) else {
            return Some(false);
        };
        let wanted = self.head.names.len();
        let counts = if whole {
            cells.len() == wanted
        } else {
            cells.len() < wanted
        };
        let spaced = self.tight && cells.iter().skip(1).any(|c| c.starts_with(b" "));
        if wanted < 2 || !counts || spaced {
            return Some(false);
        }
        self.anchors.fits(&cells, or)
    }

    /// Holds a row until the next one shows that it ends where it seems to.
    fn sound(&mut self, cells: ByteRecord) {
        if self.anchors.fits(&cells, None) != Some(false) {
            self.release();
            self.anchors.learn(&cells);
        } else if self.held.len() >= MOST_HELD {
            self.release();
        }
        self.held.push_back((cells, self.number));
    }

    /// Lets the rows that were held go.
    fn release(&mut self) {
        for (cells, number) in std::mem::take(&mut self.held) {
            self.anchors.learn(&cells);
            self.out.push_back(Item(Kind::Row(Row {
                cells,
                number,
                head: self.head.clone(),
            })));
        }
    }

    /// Tells what is no row, and goes on where the next row begins.
    fn broken(&mut self, cells: &ByteRecord, kind: &str, what: &str, first: u64) {
        let fits = self.anchors.fits(cells, None) != Some(false);
        if fits {
            self.release();
        } else {
            // Lines that belong to the row above, which then seemed to end too early.
            for (cells, number) in std::mem::take(&mut self.held) {
                let cause = "what follows it is no row of the table, so where it ends is not certain; quote cells with line ends";
                let fault = Fault::new(place(&self.head.file.path, number), "bad-row", cause);
                let fault = self.named(fault, &cells);
                self.out.push_back(Item::fault(fault));
            }
        }
        // A row with too many or too few cells ends where it ends.
        let failed = if fits && kind == "bad-row" {
            None
        } else {
            self.seek(cells)
        };
        let last = self.lines.number.max(first);
        let lines = if last > first {
            format!("lines {first} to {last} of the file were left out")
        } else {
            format!("line {first} of the file was left out")
        };
        let cause = format!("{what}; {lines}");
        let mut fault = Fault::new(self.place(), kind, cause);
        if fits {
            fault = self.named(fault, cells);
        }
        self.out.push_back(Item::fault(fault));
        if let Some(e) = failed {
            let fault = cut_short(&self.head.file, self.place(), e);
            self.out.push_back(Item::fault(fault));
            self.done = true;
        }
    }

    /// Passes by the lines before the next one that looks like a row.
    fn seek(&mut self, cells: &ByteRecord) -> Option<io::Error> {
        loop {
            match self.lines.next() {
                Ok(lines::Read::Line(line)) if self.is_row(&line, Some(cells)) != Some(false) => {
                    self.lines.give_back(vec![line]);
                    return None;
                }
                Ok(lines::Read::Line(_) | lines::Read::TooLong) => {}
                Ok(lines::Read::End) => return None,
                Err(e) => return Some(e),
            }
        }
    }

    /// A fault with the id of its row, where there is one.
    fn named(&self, fault: Fault, cells: &ByteRecord) -> Fault {
        let id = self.head.id.and_then(|id| cells.get(id)).map(decode);
        match id.map(|id| id.trim().to_owned()) {
            Some(id) if columns::is_id(&id) => fault.of(id),
            _ => fault,
        }
    }

    fn end(&mut self) {
        self.release();
        self.done = true;
        if self.head.file.has_changed() {
            let path = self.head.file.path.display().to_string();
            self.out.push_back(Item::fault(changed(path)));
        }
    }

    fn place(&self) -> String {
        place(&self.head.file.path, self.number)
    }
}
