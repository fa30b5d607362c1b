//! One message: its delimiters, its character set, and its segments. Lenient where senders are: line ends of any kind, and
//! line ends inside a field, which belong to the field.
//!
//! The published parsers were tried: one refuses a message whose text has a line end in it, one panics on a hex escape
//! with a letter beyond ASCII, one decodes hex escapes wrongly; all keep a tree of every component, many times the text.

use encoding_rs::Encoding;

use super::{
    super::{Fault, embedded::PdfReader},
    escape::{self, Delimiters},
};
use crate::text::decode;

/// A message, decoded.
pub(super) struct Message {
    text: String,
    segments: Vec<std::ops::Range<usize>>,
    pub(super) delimiters: Delimiters,
    pub(super) charset: Option<&'static Encoding>,
    pub(super) pdf_reader: PdfReader,
}

/// One segment.
#[derive(Clone, Copy)]
pub(super) struct Segment<'a> {
    text: &'a str,
    message: &'a Message,
}

impl Message {
    /// Reads a message that begins with MSH.
    pub(super) fn parse(bytes: &[u8], place: &str, pdf_reader: &PdfReader) -> Result<Self, Fault> {
        let start = bytes.windows(3).position(|w| w == b"MSH").unwrap_or(0);
        let bytes = &bytes[start..];
        let head = bytes
            .split(|b| matches!(b, b'\r' | b'\n'))
            .next()
            .unwrap_or_default();
        let delimiters = Delimiters::of(head).ok_or_else(|| {
            let cause = "its MSH segment is cut short or names no usable delimiters";
            Fault::new(place, "bad-message", cause)
        })?;
        let declared = head
            .split(|b| *b == delimiters.field as u8)
            .nth(17)
            .unwrap_or_default();
        let charset = charset(declared, delimiters.repetition as u8);
        let text = decoded(bytes, charset);
        let segments = segments(&text, delimiters.field);
        Ok(Self {
            text,
            segments,
            delimiters,
            charset,
            pdf_reader: pdf_reader.clone(),
        })
    }

    /// All segments in order.
    pub(super) fn segments(&self) -> impl Iterator<Item = Segment<'_>> {
        self.segments.iter().map(|range| Segment {
            text: self.text.get(range.clone()).unwrap_or_default(),
            message: self,
        })
    }

    /// The first segment of a name.
    pub(super) fn first(&self, name: &str) -> Option<Segment<'_>> {
        self.segments().find(|s| s.is(name))
    }

    /// A component of the first segment of a name; blank when there is none.
    pub(super) fn told(&self, name: &str, field: usize, component: usize) -> String {
        self.first(name)
            .map_or_else(String::new, |s| s.component(field, component))
    }

    /// Text with its escapes resolved.
    pub(super) fn unescaped(&self, text: &str) -> String {
        escape::unescape(text, self.delimiters, self.charset)
    }
}

impl<'a> Segment<'a> {
    pub(super) fn is(&self, name: &str) -> bool {
        self.text.starts_with(name)
    }

    /// A field as it stands, numbered as the standard does; blank when there is none.
    pub(super) fn field(&self, number: usize) -> &'a str {
        let number = if self.is("MSH") { number - 1 } else { number };
        let field = self.message.delimiters.field;
        self.text.split(field).nth(number).unwrap_or_default()
    }

    /// A component of the first repetition of a field, its escapes resolved and its ends trimmed.
    pub(super) fn component(&self, field: usize, number: usize) -> String {
        let Delimiters {
            component,
            repetition,
            subcomponent,
            ..
        } = self.message.delimiters;
        let first = self.field(field).split(repetition).next();
        let part = first.unwrap_or_default().split(component).nth(number - 1);
        let part = part.unwrap_or_default().split(subcomponent).next();
        let part = part.unwrap_or_default().trim();
        // Two quotes stand for "deleted".
        if part == "\"\"" {
            String::new()
        } else {
            self.message.unescaped(part).trim().to_owned()
        }
    }
}

/// Where the segments are: a line that begins none belongs to the one before it.
fn segments(text: &str, field: char) -> Vec<std::ops::Range<usize>> {
    let begins = |line: &str| {
        let mut letters = line.chars();
        let name = letters.by_ref().take(3);
        let named = name
            .filter(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
            .count();
        named == 3 && letters.next() == Some(field)
    };
    let mut starts = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive(['\r', '\n']) {
        let shift = line.len() - line.trim_start_matches(['\u{B}', '\u{1C}']).len();
        if line.get(shift..).is_some_and(begins) {
            starts.push(at + shift);
        }
        at += line.len();
    }
    let ends = starts.iter().copied().skip(1).chain([text.len()]);
    let trimmed = |start: usize, end: usize| {
        let segment = text.get(start..end).unwrap_or_default();
        start
            ..start
                + segment
                    .trim_end_matches(['\r', '\n', '\u{B}', '\u{1C}'])
                    .len()
    };
    let ranges = starts.iter().zip(ends).map(|(s, e)| trimmed(*s, e));
    ranges.collect()
}

/// The character set that MSH-18 names, of its repetitions the last: the first is for letters without accents.
fn charset(declared: &[u8], repetition: u8) -> Option<&'static Encoding> {
    let name = declared
        .split(|b| *b == repetition)
        .rev()
        .map(|n| n.trim_ascii().to_ascii_uppercase())
        .find(|n| !n.is_empty())?;
    let label = match name.as_slice() {
        b"UNICODE UTF-8" | b"UTF8" => b"utf-8".to_vec(),
        // Not told apart from what the bytes tell.
        b"ASCII" | b"UNICODE" => return None,
        _ => match name.strip_prefix(b"8859/") {
            Some(part) => [b"iso-8859-", part].concat(),
            None => name,
        },
    };
    // Wide encodings would turn the delimiters into something else.
    Encoding::for_label(&label).filter(|e| e.is_ascii_compatible())
}

/// The text of a message. What its bytes tell counts more than what it says: senders often name a character set and send
/// another.
fn decoded(bytes: &[u8], charset: Option<&'static Encoding>) -> String {
    match charset {
        Some(charset) if std::str::from_utf8(bytes).is_err() => {
            match charset.decode_without_bom_handling_and_without_replacement(bytes) {
                Some(text) => text.into_owned(),
                None => decode(bytes),
            }
        }
        _ => decode(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(bytes: &[u8]) -> Message {
        Message::parse(bytes, "m:1", &None).unwrap()
    }

    #[test]
    fn any_delimiters_and_line_ends_are_read() {
        let message = parsed(b"\x0BMSH#*+?@#A#B\r\nPID#1##77*x+78\nOBX#1#TX###one\ntwo\n\n3\x1C\r");
        assert_eq!(message.told("PID", 3, 1), "77");
        assert_eq!(message.first("OBX").unwrap().field(5), "one\ntwo\n\n3");
        assert_eq!(message.told("MSH", 3, 1), "A");
        assert_eq!(message.told("ZZZ", 9, 9), "");
    }

    #[test]
    fn the_named_character_set_is_used_when_the_bytes_are_of_it() {
        let read = |set: &str, text: &[u8]| {
            let head = format!("MSH|^~\\&||||||||||||||||{set}\rOBX|1|TX|||");
            let message = parsed(&[head.as_bytes(), text].concat());
            message.told("OBX", 5, 1)
        };
        assert_eq!(read("8859/1", b"34 mm\xB2"), "34 mm²");
        assert_eq!(read("WINDOWS-1252", b"vein\x92s"), "vein’s");
        assert_eq!(read("ASCII~8859/15", b"\xA4"), "€");
        assert_eq!(read("UNICODE UTF-8", "mm²".as_bytes()), "mm²");
        assert_eq!(
            read("8859/1", "mm²".as_bytes()),
            "mm²",
            "says one, sends another"
        );
        assert_eq!(read("UNICODE UTF-8", b"34 mm\xB2"), "34 mm²");
        assert_eq!(read("UTF-16", b"34"), "34");
    }

    #[test]
    fn a_header_without_delimiters_is_a_fault() {
        for bytes in [
            &b"MSH"[..],
            b"MSH|",
            b"MSHA^~\\&|",
            b"MSH|^^^^|x",
            b"MSH||||",
        ] {
            let fault = Message::parse(bytes, "m:1", &None).err().unwrap();
            assert_eq!(fault.kind, "bad-message", "{bytes:?}");
        }
    }
}
