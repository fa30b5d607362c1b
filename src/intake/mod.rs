//! Brings what large runs are fed into one form, the record: folders and files of plain text, documents (RTF, DOCX, PDF,
//! C-CDA), CSV and JSONL tables, also packed with gzip or zstd. What cannot be read becomes a fault with its place and cause, never with text of a report.

mod anchors;
mod ccda;
mod cells;
mod columns;
mod document;
mod docx;
mod embedded;
mod fhir;
mod hl7;
mod layout;
mod letters;
mod lines;
mod links;
mod list;
mod messages;
mod names;
mod narrative;
mod object;
mod open;
mod order;
mod parquet;
mod pdf;
mod pick;
mod pieces;
mod quoting;
mod rtf;
mod sniff;
mod table;
mod telling;
mod version;
mod xml;

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    path::Path,
    sync::{Arc, atomic::Ordering},
};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::{date::Date, error::Error};

pub use crate::text::Standing as Status;
pub use columns::Columns;
pub use document::{document, document_of};
pub use embedded::PdfReader;
use links::Links;
pub use list::{Listed, Listing};
pub use messages::read_messages;
pub(crate) use names::{Join, Name, Names};
pub(crate) use order::Sent;
pub use pdf::VERB as PDF_VERB;
pub use pieces::Concat;
pub use sniff::Format;
pub use telling::{Telling, settle, tell, tell_message};

/// The most bytes one report may have; longer ones are faults, so that one broken file cannot take all memory.
pub const MAX_BYTES: usize = 64 << 20;

/// The most bytes the text of one report may have. The longest of the public reports has 31 kB; a text of nothing but looks at vessels
/// takes some 130 times its length in memory to read (docs/performance.md).
pub const MAX_TEXT: usize = 4 << 20;

/// The kind of fault of what was there before.
pub(crate) const DUPLICATE: &str = "duplicate";

/// One report from any source. `Debug` shows id and length only.
#[derive(Clone)]
pub struct Record {
    /// The id in output.
    pub id: String,
    /// Where it came from: a file, or a file and its line or row (`notes.csv:17`).
    pub place: String,
    /// The text.
    pub text: String,
    /// The date of service that came with it.
    pub date: Option<Date>,
    /// Who wrote it, as the source names them: a name or an id.
    pub author: Option<String>,
    /// How far it had come when it was sent.
    pub status: Option<Status>,
    /// What has to be known of it besides: that addenda were joined, that a later message replaced it.
    pub notes: Vec<String>,
    /// The columns that are no id, text or date.
    pub passthrough: Map<String, Value>,
    /// Those of them that leave as they were written in JSON, since a number in them has no value of its own here.
    pub verbatim: BTreeMap<String, String>,
}

impl Record {
    /// Whether a later message of the same input told the document anew, so that this one counts no more.
    #[must_use]
    pub fn is_superseded(&self) -> bool {
        self.notes.iter().any(|n| n == links::SENT_AGAIN)
    }

    /// A digest of all that can change what is made of the record.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        self.placed(&self.content())
    }

    /// The same from the digest of its content, where that is known.
    pub(crate) fn placed(&self, content: &[u8; 32]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(content);
        hash.update(&self.place);
        hash.finalize().into()
    }

    /// The same without its place: equal when a record is there twice.
    #[must_use]
    pub fn content(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        let date = self.date.map(|d| d.to_string()).unwrap_or_default();
        let rest = Value::Object(self.passthrough.clone()).to_string();
        let author = self.author.as_deref().unwrap_or_default();
        let status = self.status.map_or("", Status::word);
        let notes = self.notes.join("\n");
        for part in [&self.id, &date, author, status, &notes, &rest, &self.text] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        for (name, written) in &self.verbatim {
            for part in [name, written] {
                hash.update((part.len() as u64).to_le_bytes());
                hash.update(part);
            }
        }
        hash.finalize().into()
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("id", &self.id)
            .field("bytes", &self.text.len())
            .finish_non_exhaustive()
    }
}

/// A record that could not be used: which, where, and why. Never holds report text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The record's id, where it is known.
    pub id: Option<String>,
    /// The file, with the line where there is one.
    pub place: String,
    /// The kind of fault in one word, for programs.
    pub kind: String,
    /// What is wrong and what to do.
    pub cause: String,
}

impl Fault {
    /// A fault at a place.
    pub fn new(place: impl Into<String>, kind: &str, cause: impl Into<String>) -> Self {
        Self {
            id: None,
            place: place.into(),
            kind: kind.to_owned(),
            cause: cause.into(),
        }
    }

    /// The same fault of a record whose id is known.
    #[must_use]
    pub fn of(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// An error of this crate at a place.
    #[must_use]
    pub fn from_error(place: &Path, error: &Error) -> Self {
        Self::new(place.display().to_string(), error.kind(), error.to_string())
    }
}

/// One record before it is decoded: splitting the input is done in order, decoding in parallel.
#[derive(Debug)]
pub struct Item(Kind);

#[derive(Debug)]
enum Kind {
    File(Listed, Option<Arc<Path>>, Option<Arc<document::Replaced>>),
    Line(lines::Line),
    Row(table::Row),
    Cells(cells::Cells),
    Ready(Box<Record>),
    Fault(Fault),
}

impl Item {
    /// About how many bytes the record holds in memory once it is read.
    #[must_use]
    pub fn weight(&self) -> usize {
        match &self.0 {
            Kind::File(file, ..) => usize::try_from(file.size).unwrap_or(usize::MAX),
            Kind::Line(line) => line.bytes(),
            Kind::Row(row) => row.bytes(),
            Kind::Cells(cells) => cells.bytes(),
            Kind::Ready(record) => record.text.len(),
            Kind::Fault(_) => 0,
        }
    }

    /// Where the record is.
    #[must_use]
    pub fn place(&self) -> String {
        match &self.0 {
            Kind::File(file, ..) => file.path.display().to_string(),
            Kind::Line(line) => line.place(),
            Kind::Row(row) => row.place(),
            Kind::Cells(cells) => cells.place.clone(),
            Kind::Ready(record) => record.place.clone(),
            Kind::Fault(fault) => fault.place.clone(),
        }
    }

    /// Reads and decodes the record.
    ///
    /// # Errors
    /// When there is no usable report in it.
    pub fn load(self) -> Result<Record, Fault> {
        let record = match self.0 {
            Kind::File(file, reader, replaced) => {
                document::load(&file, reader.as_deref(), replaced.as_deref())
            }
            Kind::Line(line) => line.load(),
            Kind::Row(row) => row.load(),
            Kind::Cells(cells) => cells.load(),
            Kind::Ready(record) => Ok(*record),
            Kind::Fault(fault) => Err(fault),
        }?;
        if record.text.len() > MAX_TEXT {
            let cause = format!(
                "has a text of more than {} MiB, which no report has; check that it is one report, and that a quote or a cell before it ends",
                MAX_TEXT >> 20
            );
            return Err(Fault::new(record.place, "too-long", cause).of(record.id));
        }
        Ok(record)
    }

    fn fault(fault: Fault) -> Self {
        Self(Kind::Fault(fault))
    }

    fn cells(cells: cells::Cells) -> Self {
        Self(Kind::Cells(cells))
    }

    /// The cells of a row of a table, by column.
    fn into_cells(self) -> Result<Map<String, Value>, Fault> {
        match self.0 {
            Kind::Line(line) => line.cells(),
            Kind::Row(row) => Ok(row.cells()),
            Kind::Cells(cells) => Ok(cells.by_column),
            Kind::Fault(fault) => Err(fault),
            Kind::File(..) | Kind::Ready(_) => Ok(Map::new()),
        }
    }

    /// A record that had to be read to find it.
    fn ready(record: Result<Record, Fault>) -> Self {
        Self(match record {
            Ok(record) => Kind::Ready(Box::new(record)),
            Err(fault) => Kind::Fault(fault),
        })
    }
}

fn too_long(place: impl Into<String>) -> Fault {
    let cause = format!(
        "longer than {} MiB, which no report is; check that it is what it should be",
        MAX_BYTES >> 20
    );
    Fault::new(place, "too-long", cause)
}

fn changed(place: impl Into<String>) -> Fault {
    let cause = "changed while it was read; run again when nothing writes to it any more";
    Fault::new(place, "changed", cause)
}

/// Goes through the records of a listing, in order.
pub struct Items {
    files: Arc<Vec<Result<Listed, Fault>>>,
    /// How many of the files came so far.
    taken: usize,
    /// How many bytes of the input were read so far, and how many the files so far have together.
    read: (open::Count, u64),
    columns: Arc<Columns>,
    pdf_reader: Option<Arc<Path>>,
    open: Option<Box<dyn Iterator<Item = Item>>>,
    /// What the message files say of each other, read when the first of them comes.
    links: Option<Arc<Links>>,
    /// The clinical documents that others take the place of, read when the first of them comes.
    replaced: Option<Arc<document::Replaced>>,
    /// The notes whose pieces lie in several files, found when the first table comes.
    scattered: Option<Arc<pieces::Scattered>>,
    /// Those of them that were not read to their end yet.
    held: pieces::Held,
    /// How many tables came so far.
    tables: usize,
    /// How many message files came so far.
    messages: u32,
    /// The named columns that no line had so far, and the first file of lines.
    unseen: (lines::Unseen, Option<String>),
    /// What is told when all files were read.
    last: Vec<Fault>,
    /// Notes whose last pieces could not be read.
    left: VecDeque<Item>,
}

impl Items {
    /// The records of the listed files; tables are read by `columns`.
    #[must_use]
    pub fn new(listing: Listing, columns: Columns) -> Self {
        Self::over(Arc::new(listing.files), Arc::new(columns), None)
    }

    /// The same records from the first on.
    #[must_use]
    pub fn again(&self) -> Self {
        let (files, columns) = (self.files.clone(), self.columns.clone());
        Self::over(files, columns, self.pdf_reader.clone())
    }

    /// Tells how many bytes of the files were read so far, packed ones as they are packed.
    pub fn position(&self) -> impl Fn() -> u64 + use<> {
        let count = self.read.0.clone();
        move || count.load(Ordering::Relaxed)
    }

    fn over(
        files: Arc<Vec<Result<Listed, Fault>>>,
        columns: Arc<Columns>,
        pdf_reader: Option<Arc<Path>>,
    ) -> Self {
        Self {
            unseen: (lines::Unseen::of(&columns), None),
            last: Vec::new(),
            left: VecDeque::new(),
            files,
            taken: 0,
            read: (open::Count::default(), 0),
            columns,
            pdf_reader,
            open: None,
            links: None,
            replaced: None,
            scattered: None,
            held: pieces::Held::default(),
            tables: 0,
            messages: 0,
        }
    }

    /// Names the program that reads PDF documents, which is run on each as `PROGRAM read-pdf`: the bytes in, the text out.
    #[must_use]
    pub fn with_pdf_reader(mut self, program: Option<&Path>) -> Self {
        self.pdf_reader = program.map(Arc::from);
        self
    }
}

impl Iterator for Items {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(open) = &mut self.open {
                if let Some(item) = open.next() {
                    return Some(item);
                }
                self.open = None;
            }
            let Some(file) = self.files.get(self.taken).cloned() else {
                return self.end();
            };
            self.taken += 1;
            // However much of the last one was read, it is done with.
            self.read.0.store(self.read.1, Ordering::Relaxed);
            let file = match file {
                Ok(file) => file,
                Err(fault) => return Some(Item::fault(fault)),
            };
            self.read.1 += file.size;
            match file.format {
                Format::Clinical => {
                    let rest = self.files[self.taken..].par_iter().flatten();
                    let replaced = self.replaced.get_or_insert_with(|| {
                        let files = rayon::iter::once(&file).chain(rest);
                        Arc::new(document::replaced(files))
                    });
                    let replaced = Some(replaced.clone());
                    self.read.0.store(self.read.1, Ordering::Relaxed);
                    return Some(Item(Kind::File(file, self.pdf_reader.clone(), replaced)));
                }
                Format::Text | Format::Rtf | Format::Word | Format::Pdf | Format::Unread(_) => {
                    self.read.0.store(self.read.1, Ordering::Relaxed);
                    return Some(Item(Kind::File(file, self.pdf_reader.clone(), None)));
                }
                Format::Hl7 | Format::Resource | Format::Resources => {
                    let rest = self.files[self.taken..].iter().flatten();
                    let reader = self.pdf_reader.clone();
                    let links = self.links.get_or_insert_with(|| {
                        let files = std::iter::once(&file).chain(rest);
                        Arc::new(messages::links(files, &reader))
                    });
                    let file = file.counted(&self.read.0);
                    let items = messages::items(&file, self.messages, links, &reader);
                    self.open = Some(Box::new(items));
                    self.messages += 1;
                }
                Format::Lines | Format::Table | Format::Parquet => {
                    if file.format == Format::Lines {
                        let path = || file.path.display().to_string();
                        self.unseen.1.get_or_insert_with(path);
                    }
                    let scattered = self.scattered(&file);
                    let file = file.counted(&self.read.0);
                    let beyond = pieces::Beyond {
                        scattered: &scattered,
                        held: &mut self.held,
                        table: self.tables,
                    };
                    self.tables += 1;
                    match rows(file, &self.columns, &self.unseen.0, beyond) {
                        Ok(rows) => self.open = Some(rows),
                        Err(fault) => return Some(Item::fault(fault)),
                    }
                }
            }
        }
    }
}

impl Items {
    /// The notes whose pieces lie in several files.
    fn scattered(&mut self, file: &Listed) -> Arc<pieces::Scattered> {
        let rest = self.files[self.taken..].iter().flatten();
        let concat = self.columns.concat.as_ref();
        let known = self.scattered.get_or_insert_with(|| {
            let files = std::iter::once(file).chain(rest);
            let tables = files.filter(|f| f.format.is_table()).cloned();
            Arc::new(concat.map_or_else(Default::default, |concat| {
                pieces::scattered(tables, concat, &self.columns)
            }))
        });
        known.clone()
    }

    /// What is told when all files were read.
    fn end(&mut self) -> Option<Item> {
        self.read.0.store(self.read.1, Ordering::Relaxed);
        if let Some(place) = self.unseen.1.take() {
            self.last = self.unseen.0.faults(&place);
        }
        if let Some(fault) = self.last.pop() {
            return Some(Item::fault(fault));
        }
        self.left.extend(self.held.rest(&self.columns));
        self.left.pop_front()
    }
}

/// The rows of a table, joined where they are pieces.
fn rows(
    file: Listed,
    columns: &Arc<Columns>,
    unseen: &lines::Unseen,
    beyond: pieces::Beyond<'_>,
) -> Result<Box<dyn Iterator<Item = Item>>, Fault> {
    let rows = single(file, columns, unseen)?;
    Ok(match &columns.concat {
        Some(concat) => Box::new(pieces::joined(rows, concat, columns, beyond)),
        None => rows,
    })
}

/// The rows of a table as they stand.
fn single(
    file: Listed,
    columns: &Arc<Columns>,
    unseen: &lines::Unseen,
) -> Result<Box<dyn Iterator<Item = Item>>, Fault> {
    let open = |file: &Listed| {
        let failed = |e| Fault::from_error(&file.path, &Error::read(&file.path, e));
        file.open().map_err(failed)
    };
    Ok(match file.format {
        Format::Parquet => parquet::rows(file, columns),
        Format::Lines => Box::new(lines::lines(open(&file)?, file, columns, unseen)),
        _ => table::rows(open(&file)?, file, columns),
    })
}

/// A digest as it is written: `sha256:` and its digits.
pub(crate) fn hex(digest: &[u8]) -> String {
    use std::fmt::Write as _;
    digest.iter().fold("sha256:".to_owned(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
