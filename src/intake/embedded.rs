//! Documents inside messages and resources: their bytes, told by what they are and not by what they are said to be.

use std::{path::Path, sync::Arc};

use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::{Fault, Format, document, narrative, sniff};
use crate::{error::Error, input};

/// Base64 as senders write it: padded or not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The bytes that base64 stands for; line ends and blanks between are passed over.
pub(super) fn base64(written: &str, place: &str) -> Result<Vec<u8>, Fault> {
    let letters: Vec<u8> = written
        .bytes()
        .filter(|b| !b.is_ascii_whitespace())
        .collect();
    // The message of the decoder quotes letters of the text.
    BASE64.decode(letters).map_err(|_| {
        let cause = "its text is no Base64, or is cut short";
        Fault::new(place, "bad-encoding", cause)
    })
}

/// The program that reads PDF documents, if there is one.
pub type PdfReader = Option<Arc<Path>>;

/// The text of a document.
pub(super) fn text_of(bytes: &[u8], place: &str, pdf_reader: &PdfReader) -> Result<String, Fault> {
    let start = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Some(format) = format(start) {
        let told = document::told(format, bytes, pdf_reader.as_deref());
        let text = told.map_err(|problem| problem.at(place))?.text;
        if text.trim().is_empty() {
            return Err(Fault::new(place, "empty", "empty, there is no text in it"));
        }
        return Ok(text);
    }
    if is_markup(start.trim_ascii_start()) {
        return narrative::text_of(&crate::text::decode(bytes), place);
    }
    input::plain_text(place.as_ref(), bytes)
        .map_err(|e: Error| Fault::new(place, e.kind(), e.to_string()))
}

/// The form of a document that is no plain text.
fn format(start: &[u8]) -> Option<Format> {
    let head = start.get(..1024.min(start.len())).unwrap_or_default();
    match sniff::by_content(head) {
        Some(Format::Parquet) => Some(Format::Unread("a Parquet table")),
        _ if is_markup(head) => None,
        format => format,
    }
}

/// Whether bytes begin like a page of HTML.
fn is_markup(start: &[u8]) -> bool {
    let start = start.get(..64.min(start.len())).unwrap_or_default();
    let start = start.to_ascii_lowercase();
    [&b"<!doctype html"[..], b"<html", b"<div", b"<body", b"<p>"]
        .iter()
        .any(|mark| start.starts_with(mark))
}
