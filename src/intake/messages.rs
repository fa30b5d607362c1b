//! Files of messages (HL7 v2, FHIR): their versions of documents, and the records these come to.

use std::{
    io::{self, Read},
    path::Path,
    sync::Arc,
};

use super::{
    Fault, Format, Item, Listed, MAX_BYTES, Record, changed,
    embedded::PdfReader,
    fhir, hl7,
    lines::{self, cut_short},
    links::Links,
    open,
    order::Position,
    too_long,
    version::Version,
};
use crate::{error::Error, text::decode};

pub(super) type Versions = Box<dyn Iterator<Item = Result<Version, Fault>>>;

/// Reads the message files of a listing ahead. What cannot be read is told when its turn comes.
pub(super) fn links<'a>(files: impl Iterator<Item = &'a Listed>, pdf_reader: &PdfReader) -> Links {
    let mut links = Links::default();
    for (file, at) in files.filter(|f| f.format.is_messages()).zip(0..) {
        for (version, n) in versions(file, pdf_reader).zip(0..) {
            if let Ok(version) = version {
                links.note(&version, (at, n));
            }
        }
    }
    links.settled()
}

/// The records of a message file, in order; `at` counts the message files.
pub(super) fn items(
    file: &Listed,
    at: u32,
    links: &Arc<Links>,
    pdf_reader: &PdfReader,
) -> impl Iterator<Item = Item> + use<> {
    let (file, links) = (file.clone(), links.clone());
    let path = file.path.display().to_string();
    let mut numbered = versions(&file, pdf_reader).zip(0..);
    let mut done = false;
    std::iter::from_fn(move || {
        loop {
            if done {
                return None;
            }
            let Some((version, n)) = numbered.next() else {
                done = true;
                return file.has_changed().then(|| Item::fault(changed(&path)));
            };
            let position: Position = (at, n);
            match version {
                Err(fault) => return Some(Item::fault(fault)),
                Ok(version) => {
                    if let Some(record) = links.settle(version, position) {
                        return Some(Item::ready(record));
                    }
                }
            }
        }
    })
}

/// The records and faults that the bytes of a message file come to: HL7 v2, or FHIR as one resource or one a line.
#[must_use]
pub fn read_messages(bytes: &[u8], format: Format) -> Vec<Result<Record, Fault>> {
    let file = Listed::in_memory(Path::new("memory"), format, bytes.into());
    let read = || versions(&file, &None).zip(0..);
    let mut links = Links::default();
    for (version, n) in read() {
        if let Ok(version) = version {
            links.note(&version, (0, n));
        }
    }
    let links = links.settled();
    let settled = read().filter_map(|(version, n)| match version {
        Ok(version) => links.settle(version, (0, n)),
        Err(fault) => Some(Err(fault)),
    });
    settled.collect()
}

/// The versions of documents in a file, in order.
pub(super) fn versions(file: &Listed, pdf_reader: &PdfReader) -> Versions {
    match file.open() {
        Ok(reader) => versions_of(reader, file, pdf_reader),
        Err(e) => {
            let error = Error::read(&file.path, e);
            Box::new(std::iter::once(Err(Fault::from_error(&file.path, &error))))
        }
    }
}

fn versions_of(reader: open::Reader, file: &Listed, pdf_reader: &PdfReader) -> Versions {
    match file.format {
        Format::Hl7 => Box::new(hl7::versions(reader, file.clone(), pdf_reader.clone())),
        Format::Resources => Box::new(resources(reader, file.clone(), pdf_reader.clone())),
        _ => Box::new(resource(reader, file, pdf_reader).into_iter()),
    }
}

/// A file that is one resource, or a few.
fn resource(
    reader: open::Reader,
    file: &Listed,
    pdf_reader: &PdfReader,
) -> Vec<Result<Version, Fault>> {
    let place = file.path.display().to_string();
    let mut bytes = Vec::new();
    match reader.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes) {
        Err(e) => return vec![Err(cut_short(file, place, e))],
        Ok(_) if bytes.len() > MAX_BYTES => return vec![Err(too_long(place))],
        Ok(_) => {}
    }
    let text = String::from_utf8(bytes).unwrap_or_else(|e| decode(e.as_bytes()));
    let found = fhir::versions(&text, &place, &file.stem(), pdf_reader);
    if found.is_empty() {
        let cause = "no DocumentReference, DiagnosticReport or Composition in it";
        return vec![Err(Fault::new(place, "no-report", cause))];
    }
    found
}

/// A file with a resource a line; lines of other kinds of resources are passed over.
fn resources(
    mut reader: open::Reader,
    file: Listed,
    pdf_reader: PdfReader,
) -> impl Iterator<Item = Result<Version, Fault>> {
    let mut waiting = Vec::new().into_iter();
    let mut number = 0;
    let mut done = false;
    std::iter::from_fn(move || {
        loop {
            if let Some(version) = waiting.next() {
                return Some(version);
            }
            if done {
                return None;
            }
            number += 1;
            let place = format!("{}:{number}", file.path.display());
            let read: io::Result<lines::Read> = lines::line(&mut reader);
            waiting = match read {
                Ok(lines::Read::End) => {
                    done = true;
                    Vec::new()
                }
                Ok(lines::Read::TooLong) => vec![Err(too_long(place))],
                Ok(lines::Read::Line(bytes)) => {
                    fhir::versions(&decode(&bytes), &place, &file.id_of(number), &pdf_reader)
                }
                Err(e) => {
                    done = true;
                    vec![Err(cut_short(&file, place, e))]
                }
            }
            .into_iter();
        }
    })
}
