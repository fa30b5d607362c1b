//! The seam for files that are one report each: the bytes of a file become what they tell, and that becomes a record.

use std::{
    collections::{BTreeMap, HashSet},
    fs,
    path::Path,
};

use rayon::prelude::*;
use serde_json::Map;

use super::{
    Fault, MAX_BYTES, Record, Status, ccda, changed, docx, links::REPLACED, list::Listed, pdf, rtf,
    sniff, sniff::Format, too_long, version::keep,
};
use crate::{
    date::Date,
    error::Error,
    input::{self, Source},
    text::{Report, decode},
};

/// What a document tells.
#[derive(Default)]
pub(super) struct Told {
    pub(super) text: String,
    /// Its own id, where it has one; else it is called by the file.
    pub(super) id: Option<String>,
    pub(super) date: Option<Date>,
    pub(super) author: Option<String>,
    pub(super) status: Option<Status>,
    /// The patient, by number.
    pub(super) patient: Option<String>,
    /// The number by which other documents name it.
    pub(super) key: Option<ccda::Key>,
}

/// The documents of a run that others take the place of.
pub(super) type Replaced = HashSet<ccda::Key>;

/// Reads clinical documents ahead for those that they take the place of. What cannot be read is told when its turn comes.
pub(super) fn replaced<'a>(files: impl ParallelIterator<Item = &'a Listed>) -> Replaced {
    let files = files.filter(|f| f.format == Format::Clinical && f.size <= MAX_BYTES as u64);
    let read = files.filter_map(|f| f.bytes().ok());
    read.flat_map_iter(|bytes| ccda::replaces(&bytes)).collect()
}

impl Told {
    pub(super) fn of_text(text: String) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }

    /// The record; `id` is what it is called where it has no id of its own.
    fn record(self, id: String, place: String) -> Record {
        let mut passthrough = Map::new();
        keep(
            &mut passthrough,
            "patient",
            self.patient.as_deref().unwrap_or_default(),
        );
        Record {
            id: self.id.unwrap_or(id),
            place,
            text: self.text,
            date: self.date,
            author: self.author,
            status: self.status,
            notes: Vec::new(),
            passthrough,
            verbatim: BTreeMap::new(),
        }
    }
}

/// Why a document gives no report. Never holds text of it.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) kind: &'static str,
    pub(super) cause: String,
}

impl Problem {
    pub(super) fn new(kind: &'static str, cause: impl Into<String>) -> Self {
        Self {
            kind,
            cause: cause.into(),
        }
    }

    /// A document that is not what it says it is; `what` says what is wrong with it.
    pub(super) fn damaged(what: &str) -> Self {
        Self::new("damaged", format!("{what}; open and save it anew"))
    }

    pub(super) fn cut_short(what: &str) -> Self {
        let cause = format!("the {what} ends in the middle; get the whole file");
        Self::new("cut-short", cause)
    }

    pub(super) fn too_deep(what: &str) -> Self {
        let cause =
            format!("{what} nested deeper than in any report; check that it is what it should be");
        Self::new("too-deep", cause)
    }

    pub(super) fn too_long() -> Self {
        let fault = too_long("");
        Self::new("too-long", fault.cause)
    }

    pub(super) fn at(self, place: &str) -> Fault {
        Fault::new(place, self.kind, self.cause)
    }
}

/// The report of a file when it is a document that is one report (RTF, DOCX, C-CDA, PDF); `None` when it is none, and may
/// be plain text. `pdf_reader` is the program that reads PDF documents, see [`super::Items::with_pdf_reader`].
///
/// # Errors
/// When it is such a document and gives no report.
pub fn document(path: &Path, pdf_reader: Option<&Path>) -> Result<Option<Report>, Error> {
    let format = sniff::of(path);
    let is_document = format.is_some_and(|format| {
        matches!(
            format,
            Format::Rtf | Format::Word | Format::Clinical | Format::Pdf
        )
    });
    let (Some(format), true) = (format, is_document) else {
        return Ok(None);
    };
    let known = fs::metadata(path).map_err(|e| Error::read(path, e))?;
    let file = Listed::new(path.to_owned(), format, &known);
    let record = load(&file, pdf_reader, None).map_err(|fault| match fault.kind.as_str() {
        "empty" => Error::empty(path),
        _ => Error::report(path, fault.cause),
    })?;
    let mut report = Report::new(record.id, record.text);
    report.source = Some(record.place);
    report.service_date = record.date;
    report.standing = record.status;
    Ok(Some(report))
}

/// The report in the bytes of a document, known by its first bytes (RTF, DOCX, C-CDA; else plain text). `id` names it where
/// it has no id of its own.
///
/// # Errors
/// When there is no report in it. PDF documents are not read here: see [`document`].
pub fn document_of(id: &str, bytes: &[u8]) -> Result<Record, Fault> {
    let fault = |problem: Problem| problem.at(id).of(id);
    if bytes.len() > MAX_BYTES {
        return Err(too_long(id).of(id));
    }
    let told = if let Some(format) = sniff::by_content(bytes) {
        told(format, bytes, None).map_err(fault)?
    } else {
        let plain = input::plain_text(Path::new(id), bytes);
        let failed = |e: Error| Fault::from_error(Path::new(id), &e).of(id);
        Told::of_text(plain.map_err(failed)?)
    };
    if told.text.trim().is_empty() {
        let cause = "empty, there is no text in it";
        return Err(Fault::new(id, "empty", cause).of(id));
    }
    Ok(told.record(id.to_owned(), id.to_owned()))
}

/// The one report of a file; `pdf_reader` is the program that reads PDF documents.
pub(super) fn load(
    file: &Listed,
    pdf_reader: Option<&Path>,
    replaced: Option<&Replaced>,
) -> Result<Record, Fault> {
    let place = file.path.display().to_string();
    let id = Source::File(file.path.clone()).id();
    if file.size > MAX_BYTES as u64 {
        return Err(too_long(place).of(id));
    }
    let told = read(file, pdf_reader).map_err(|fault| fault.of(&id))?;
    if file.has_changed() {
        return Err(changed(place).of(id));
    }
    let is_replaced =
        replaced
            .zip(told.key.as_ref())
            .is_some_and(|(replaced, (root, extension))| {
                let whole = (root.clone(), extension.clone());
                let short = (String::new(), extension.clone());
                replaced.contains(&whole) || (!extension.is_empty() && replaced.contains(&short))
            });
    let mut record = told.record(id, place);
    if is_replaced {
        record.status = Some(Status::Withdrawn);
        record.notes.push(REPLACED.to_owned());
    }
    Ok(record)
}

fn read(file: &Listed, pdf_reader: Option<&Path>) -> Result<Told, Fault> {
    let failed = |e: Error| Fault::from_error(&file.path, &e);
    let place = || file.path.display().to_string();
    if let Format::Unread(what) = file.format {
        return Err(unread(what).at(&place()));
    }
    let bytes = file
        .bytes()
        .map_err(|e| failed(Error::read(&file.path, e)))?;
    if file.format == Format::Text {
        let text = input::plain_text(&file.path, &bytes).map_err(failed)?;
        return Ok(Told::of_text(text));
    }
    let told = told(file.format, &bytes, pdf_reader).map_err(|p| p.at(&place()))?;
    if told.text.trim().is_empty() {
        return Err(failed(Error::empty(&file.path)));
    }
    Ok(told)
}

/// What the bytes of a document tell. The text may be empty.
pub(super) fn told(
    format: Format,
    bytes: &[u8],
    pdf_reader: Option<&Path>,
) -> Result<Told, Problem> {
    match format {
        Format::Rtf => rtf::text(bytes).map(Told::of_text),
        Format::Word => docx::text(bytes).map(Told::of_text),
        Format::Clinical => ccda::told(bytes, pdf_reader),
        Format::Pdf => pdf::text(bytes, pdf_reader).map(Told::of_text),
        // The others are files of many records.
        Format::Text
        | Format::Lines
        | Format::Table
        | Format::Parquet
        | Format::Hl7
        | Format::Resource
        | Format::Resources => Ok(Told::of_text(decode(bytes))),
        Format::Unread(what) => Err(unread(what)),
    }
}

/// A form that is not read. Left out silently, its report would be taken for one without IVUS.
fn unread(what: &str) -> Problem {
    let cause = format!("{what}, which is not read; save it as plain text");
    Problem::new("unknown-format", cause)
}
