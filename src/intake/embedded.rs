//! Documents inside messages and resources: their bytes, told by what they are and not by what they are said to be.

use std::{borrow::Cow, fmt::Write as _, path::Path, sync::Arc};

use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::{Fault, Format, document, narrative, rtf, sniff};
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

/// The text of a cell of a table, which may hold an RTF document or a page of HTML in place of plain text.
pub(super) fn text_of_cell(cell: String, place: &str) -> Result<String, Fault> {
    let start = cell.trim_start_matches(|c: char| c == '\u{feff}' || c.is_whitespace());
    if start.starts_with("{\\rtf") {
        let told = rtf::text(letters_by_number(start).as_bytes());
        return told.map_err(|problem| problem.at(place));
    }
    if is_markup(start.as_bytes()) {
        return narrative::text_of(start, place);
    }
    Ok(cell)
}

/// The same RTF with letters beyond ASCII written by number: the cell was decoded with its table, so the encoding that the
/// document names for its bytes holds no more.
fn letters_by_number(rtf: &str) -> Cow<'_, str> {
    if rtf.is_ascii() {
        return Cow::Borrowed(rtf);
    }
    let mut written = String::with_capacity(rtf.len() * 2);
    for letter in rtf.chars() {
        if letter.is_ascii() {
            written.push(letter);
            continue;
        }
        written.push_str("{\\uc0");
        for unit in letter.encode_utf16(&mut [0; 2]) {
            // Numbers from 32768 on are written as negative ones.
            let _ = write!(written, "\\u{}", unit.cast_signed());
        }
        written.push('}');
    }
    Cow::Owned(written)
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

/// Elements that a page of HTML or a piece of one begins with.
const FIRST: &[&str] = &[
    "b",
    "blockquote",
    "body",
    "br",
    "center",
    "div",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "head",
    "html",
    "i",
    "li",
    "meta",
    "ol",
    "p",
    "pre",
    "section",
    "span",
    "strong",
    "style",
    "table",
    "title",
    "u",
    "ul",
];

/// Whether bytes begin like a page of HTML: with an element of it, closed and with nothing but attributes in it, so that "<p 0.05"
/// is none.
fn is_markup(start: &[u8]) -> bool {
    let start = start.get(..1024.min(start.len())).unwrap_or_default();
    let start = String::from_utf8_lossy(start).to_ascii_lowercase();
    if start.starts_with("<!doctype html") || start.starts_with("<html") {
        return true;
    }
    let tag = start.strip_prefix('<').and_then(|s| s.split_once('>'));
    let Some((tag, _)) = tag else { return false };
    let tag = tag.trim_end_matches('/');
    let (name, attributes) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
    FIRST.contains(&name) && (attributes.trim().is_empty() || attributes.contains('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_read_as_what_they_are() {
        for (cell, text) in [
            ("IVUS: <p 0.05, area < 50 %", "IVUS: <p 0.05, area < 50 %"),
            ("<p 0.05 in both arms>", "<p 0.05 in both arms>"),
            ("<b and c> of the left vein", "<b and c> of the left vein"),
            ("{\\b not rtf}", "{\\b not rtf}"),
            (
                "<div>IVUS of the<br>left vein, area <50 % &amp; more</div>",
                "IVUS of the\nleft vein, area <50 % & more",
            ),
            ("\u{feff} <P class=\"x\">one</P><p>two", "one\n\ntwo"),
            (
                "\n{\\rtf1\\ansi\\ansicpg1251 IVUS\\par Größe ≥ 3 \\u178? \u{1f600}}",
                "IVUS\nGröße ≥ 3 ² \u{1f600}",
            ),
        ] {
            let read = text_of_cell(cell.to_owned(), "n").unwrap();
            assert_eq!(read.trim(), text, "{cell}");
        }
        let cut = text_of_cell("{\\rtf1 canary".to_owned(), "n").unwrap_err();
        assert_eq!(cut.kind, "cut-short");
        assert!(!cut.cause.contains("canary"));
    }
}
