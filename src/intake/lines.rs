//! JSONL: one object a line. Splitting is done here in order; each line is parsed later, in parallel.

use std::{
    cell::RefCell,
    io::{self, BufRead},
    rc::Rc,
    sync::Arc,
};

use serde_json::{Map, Value};

use super::{
    Columns, Fault, Item, Kind, MAX_BYTES, Record, changed,
    list::Listed,
    object::{self, Told},
    open::Reader,
    too_long,
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
        let Told { cells, verbatim } = self.told()?;
        let mut record = self
            .columns
            .record(cells, &place, || self.file.id_of(self.number))?;
        let passed = &record.passthrough;
        record.verbatim = verbatim;
        record.verbatim.retain(|name, _| passed.contains_key(name));
        Ok(record)
    }

    /// The object of the line.
    pub(super) fn cells(&self) -> Result<Map<String, Value>, Fault> {
        Ok(self.told()?.cells)
    }

    fn told(&self) -> Result<Told, Fault> {
        let is_text = |name: &str| self.columns.is_text(name);
        object::told(&decode(&self.bytes), is_text).map_err(|e| {
            // The message of the JSON reader may quote the line, so only the column is told.
            let cause = match e.kind {
                "too-deep" => "JSON nested deeper than in any report".to_owned(),
                "doubled-column" => {
                    "a name is there twice in the object; which is meant cannot be told".to_owned()
                }
                _ => format!(
                    "no JSON object (at column {}); one object a line is read",
                    e.column
                ),
            };
            Fault::new(self.place(), e.kind, cause)
        })
    }
}

/// The lines of a file, in order.
pub(super) fn lines(
    mut reader: Reader,
    file: Listed,
    columns: &Arc<Columns>,
    unseen: &Unseen,
) -> impl Iterator<Item = Item> + use<> {
    let (file, columns, unseen) = (Arc::new(file), columns.clone(), unseen.clone());
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
                    unseen.look(&bytes);
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

/// The named columns that no object had so far. Writers leave out what is null, so a row may lack them; that no row of a run
/// has one tells a name that was misspelt.
#[derive(Clone, Default)]
pub(super) struct Unseen(
    Rc<RefCell<Vec<&'static str>>>,
    Rc<Vec<(&'static str, String)>>,
);

impl Unseen {
    pub(super) fn of(columns: &Columns) -> Self {
        let named = columns.may_lack();
        let left = named.iter().map(|(what, _)| *what).collect();
        Self(Rc::new(RefCell::new(left)), Rc::new(named))
    }

    fn look(&self, line: &[u8]) {
        let mut left = self.0.borrow_mut();
        if left.is_empty() {
            return;
        }
        let is_there = |what: &&str| {
            let mut named = self.1.iter().filter(|(w, _)| w == what);
            named.any(|(_, name)| {
                let key = serde_json::to_string(name).unwrap_or_default();
                memchr::memmem::find(line, key.as_bytes()).is_some()
            })
        };
        left.retain(|what| !is_there(what));
    }

    /// What no row had, told once.
    pub(super) fn faults(&self, place: &str) -> Vec<Fault> {
        let left = std::mem::take(&mut *self.0.borrow_mut());
        let named = self.1.iter().filter(|(what, _)| left.contains(what));
        let named = named.map(|(what, name)| {
            let cause = format!("no object has \"{name}\" for the {what}; see --{what}-col");
            Fault::new(place, "no-column", cause)
        });
        named.collect()
    }
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
    until(reader, b'\n')
}

/// The same for lines with another end.
pub(super) fn until(reader: &mut Reader, end: u8) -> io::Result<Read> {
    let wanted = end;
    let mut bytes = Vec::new();
    let (mut any, mut long) = (false, false);
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            break;
        }
        any = true;
        let end = memchr::memchr(wanted, buffer);
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
