//! The seam for files that are one report each: the bytes of a file become what they tell, and that becomes a record.

use std::{fs, path::Path};

use serde_json::Map;

use super::{
    Fault, MAX_BYTES, Record, Status, ccda, changed, docx, list::Listed, pdf, rtf, sniff::Format,
    too_long,
};
use crate::{
    date::Date,
    error::Error,
    input::{self, Source},
    text::decode,
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
}

impl Told {
    pub(super) fn of_text(text: String) -> Self {
        Self {
            text,
            ..Self::default()
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

    fn at(self, place: &str) -> Fault {
        Fault::new(place, self.kind, self.cause)
    }
}

/// The one report of a file; `pdf_reader` is the program that reads PDF documents.
pub(super) fn load(file: &Listed, pdf_reader: Option<&Path>) -> Result<Record, Fault> {
    let place = file.path.display().to_string();
    let id = Source::File(file.path.clone()).id();
    if file.size > MAX_BYTES as u64 {
        return Err(too_long(place).of(id));
    }
    let told = read(file, pdf_reader).map_err(|fault| fault.of(&id))?;
    if file.has_changed() {
        return Err(changed(place).of(id));
    }
    Ok(Record {
        id: told.id.unwrap_or(id),
        place,
        text: told.text,
        date: told.date,
        author: told.author,
        status: told.status,
        passthrough: Map::new(),
    })
}

fn read(file: &Listed, pdf_reader: Option<&Path>) -> Result<Told, Fault> {
    let failed = |e: Error| Fault::from_error(&file.path, &e);
    let place = || file.path.display().to_string();
    if let Format::Unread(what) = file.format {
        return Err(unread(what).at(&place()));
    }
    let bytes = fs::read(&file.path).map_err(|e| failed(Error::read(&file.path, e)))?;
    if let Format::Text | Format::Lines | Format::Table = file.format {
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
        Format::Text | Format::Lines | Format::Table => Ok(Told::of_text(decode(bytes))),
        Format::Unread(what) => Err(unread(what)),
    }
}

/// A form that is not read. Left out silently, its report would be taken for one without IVUS.
fn unread(what: &str) -> Problem {
    let cause = format!("{what}, which is not read; save it as plain text");
    Problem::new("unknown-format", cause)
}
