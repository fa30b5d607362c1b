//! CSV with a header row and RFC 4180 quoting: cells may hold commas, quotes and line ends. Rows are split here in order
//! and decoded later, in parallel.

use std::{
    io::{self, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use csv::ByteRecord;
use serde_json::{Map, Value};

use super::{
    Columns, Fault, Item, Kind, MAX_BYTES, Record, changed, lines::cut_short, list::Listed,
    open::Reader, too_long,
};
use crate::text::decode;

/// What all rows of a table share.
struct Head {
    file: Listed,
    names: Vec<String>,
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
        let cells = self.cells()?;
        self.head
            .columns
            .record(cells, &place, || self.head.file.id_of(self.number))
    }

    /// The cells by column.
    pub(super) fn cells(&self) -> Result<Map<String, Value>, Fault> {
        let (found, wanted) = (self.cells.len(), self.head.names.len());
        if found != wanted {
            let cause = format!(
                "{found} cells where the header has {wanted}; quote cells with commas, quotes or line ends"
            );
            return Err(Fault::new(self.place(), "bad-row", cause));
        }
        let cells = self.cells.iter().map(|c| Value::String(decode(c)));
        Ok(self.head.names.iter().cloned().zip(cells).collect())
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
    let left = Arc::new(AtomicUsize::new(MAX_BYTES));
    let bounded = Bounded {
        reader,
        left: left.clone(),
    };
    let mut table = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(bounded);
    let names: Vec<String> = match table.byte_headers() {
        Ok(names) => names.iter().map(|n| decode(n).trim().to_owned()).collect(),
        Err(e) => return Box::new(std::iter::once(Item::fault(failed(&file, 1, e)))),
    };
    if let Some(fault) = columns.lacking(&names, &file.path.display().to_string()) {
        return Box::new(std::iter::once(Item::fault(fault)));
    }
    let head = Arc::new(Head {
        file,
        names,
        columns: columns.clone(),
    });
    let (mut done, mut number) = (false, 1);
    Box::new(std::iter::from_fn(move || {
        if done {
            return None;
        }
        left.store(MAX_BYTES, Ordering::Relaxed);
        let mut cells = ByteRecord::new();
        number += 1;
        match table.read_byte_record(&mut cells) {
            Ok(true) => Some(Item(Kind::Row(Row {
                cells,
                number,
                head: head.clone(),
            }))),
            Ok(false) => {
                done = true;
                let path = head.file.path.display().to_string();
                head.file.has_changed().then(|| Item::fault(changed(path)))
            }
            Err(e) => {
                done = true;
                Some(Item::fault(failed(&head.file, number, e)))
            }
        }
    }))
}

/// A table that cannot be read on from a row.
fn failed(file: &Listed, row: u64, error: csv::Error) -> Fault {
    let place = place(&file.path, row);
    match error.into_kind() {
        csv::ErrorKind::Io(e) if e.kind() == io::ErrorKind::FileTooLarge => too_long(place),
        csv::ErrorKind::Io(e) => cut_short(file, place, e),
        _ => Fault::new(
            place,
            "bad-row",
            "no CSV from here on; nothing more was read",
        ),
    }
}

/// A reader that gives up when one row goes on and on, as after a quote that is never closed.
struct Bounded {
    reader: Reader,
    left: Arc<AtomicUsize>,
}

impl Read for Bounded {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(into)?;
        let left = self.left.load(Ordering::Relaxed);
        let Some(left) = left.checked_sub(read) else {
            return Err(io::ErrorKind::FileTooLarge.into());
        };
        self.left.store(left, Ordering::Relaxed);
        Ok(read)
    }
}
