//! JSONL: one object a line. Splitting is done here in order; each line is parsed later, in parallel.

use std::{
    io::{self, BufRead},
    sync::Arc,
};

use serde_json::{Map, Value};

use super::{
    Columns, Fault, Item, Kind, MAX_BYTES, Record, changed, list::Listed, open::Reader, too_long,
};
use crate::{error::Error, text::decode};

/// One line that is not blank.
pub(super) struct Line {
    bytes: Vec<u8>,
    number: u64,
    file: Arc<Listed>,
    columns: Arc<Columns>,
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} bytes)", self.place(), self.bytes.len())
    }
}

impl Line {
    pub(super) fn bytes(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn place(&self) -> String {
        format!("{}:{}", self.file.path.display(), self.number)
    }

    pub(super) fn load(self) -> Result<Record, Fault> {
        let place = self.place();
        let cells = self.cells()?;
        self.columns
            .record(cells, &place, || self.file.id_of(self.number))
    }

    /// The object of the line.
    pub(super) fn cells(&self) -> Result<Map<String, Value>, Fault> {
        // The message of the JSON reader may quote the line, so only the column is told.
        serde_json::from_str(&decode(&self.bytes)).map_err(|e| {
            let cause = format!(
                "no JSON object (at column {}); one object a line is read",
                e.column()
            );
            Fault::new(self.place(), "bad-json", cause)
        })
    }
}

/// The lines of a file, in order.
pub(super) fn lines(
    mut reader: Reader,
    file: Listed,
    columns: &Arc<Columns>,
) -> impl Iterator<Item = Item> + use<> {
    let (file, columns) = (Arc::new(file), columns.clone());
    let mut number = 0;
    let mut done = false;
    std::iter::from_fn(move || {
        loop {
            if done {
                return None;
            }
            number += 1;
            let place = || format!("{}:{number}", file.path.display());
            match line(&mut reader) {
                Ok(Read::Line(bytes)) if bytes.trim_ascii().is_empty() => {}
                Ok(Read::Line(bytes)) => {
                    return Some(Item(Kind::Line(Line {
                        bytes,
                        number,
                        file: file.clone(),
                        columns: columns.clone(),
                    })));
                }
                Ok(Read::TooLong) => return Some(Item::fault(too_long(place()))),
                Ok(Read::End) => {
                    done = true;
                    let path = file.path.display().to_string();
                    return file.has_changed().then(|| Item::fault(changed(path)));
                }
                Err(e) => {
                    done = true;
                    return Some(Item::fault(cut_short(&file, place(), e)));
                }
            }
        }
    })
}

/// The rest of a file that cannot be read on.
pub(super) fn cut_short(file: &Listed, place: String, error: io::Error) -> Fault {
    let error = Error::read(&file.path, error);
    let cause = format!("{error}; nothing from here on was read");
    Fault::new(place, "cut-short", cause)
}

/// What the next line is.
pub(super) enum Read {
    Line(Vec<u8>),
    TooLong,
    End,
}

/// The next line without its end; of one that is too long nothing is kept.
pub(super) fn line(reader: &mut Reader) -> io::Result<Read> {
    let mut bytes = Vec::new();
    let (mut any, mut long) = (false, false);
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            break;
        }
        any = true;
        let end = buffer.iter().position(|b| *b == b'\n');
        let part = &buffer[..end.unwrap_or(buffer.len())];
        if bytes.len() + part.len() > MAX_BYTES {
            long = true;
            bytes = Vec::new();
        }
        if !long {
            bytes.extend_from_slice(part);
        }
        let used = end.map_or(part.len(), |e| e + 1);
        reader.consume(used);
        if end.is_some() {
            break;
        }
    }
    Ok(match (any, long) {
        (false, _) => Read::End,
        (_, true) => Read::TooLong,
        _ => Read::Line(bytes),
    })
}
