//! Goes through an XML document without calling ourselves: depth is bounded, a document's own entities are not expanded,
//! and nothing outside the document is ever fetched.

use std::borrow::Cow;

use encoding_rs::Encoding;
use quick_xml::{
    Reader, XmlVersion,
    errors::SyntaxError,
    escape::resolve_html5_entity,
    events::{BytesStart, Event},
};

use super::document::Problem;
use crate::text::decode;

/// How deep elements may stand in elements.
const DEEPEST: usize = 512;

/// A piece of a document, in order. Names are without their prefix.
pub(super) enum Piece<'a> {
    Start(&'a Tag<'a>),
    /// The end of the innermost element.
    End,
    Text(&'a str),
}

/// The start of an element.
pub(super) struct Tag<'a>(BytesStart<'a>);

impl Tag<'_> {
    /// The value of an attribute, named without its prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let mut attributes = self.0.attributes();
        let mut attributes = attributes.with_checks(false).flatten();
        let found = attributes.find(|a| a.key.local_name().as_ref() == name)?;
        let value = found.normalized_value(XmlVersion::Implicit1_0).ok()?;
        Some(value.into_owned())
    }
}

/// The names of the elements around a piece, from the outside in.
pub(super) type Path = Vec<String>;

/// Whether a path ends with these names.
pub(super) fn ends(path: &[String], names: &[&str]) -> bool {
    path.len() >= names.len() && path[path.len() - names.len()..].iter().eq(names)
}

/// Hands on the pieces of a document, each with the names of the elements around it, its own included.
pub(super) fn walk(
    text: &str,
    mut each: impl FnMut(&Path, Piece<'_>) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    let mut path = Path::new();
    let mut any = false;
    loop {
        let event = reader.read_event().map_err(|e| match e {
            // Markup that begins and does not end.
            quick_xml::Error::Syntax(e) if e != SyntaxError::InvalidBangMarkup => {
                Problem::cut_short("XML document")
            }
            _ => Problem::damaged("XML that is not well formed"),
        })?;
        match event {
            Event::Start(start) => {
                any = true;
                open(&mut path, start, &mut each)?;
            }
            Event::Empty(start) => {
                any = true;
                open(&mut path, start, &mut each)?;
                each(&path, Piece::End)?;
                path.pop();
            }
            Event::End(_) => {
                each(&path, Piece::End)?;
                path.pop();
            }
            Event::Text(text) => each(&path, Piece::Text(&text))?,
            Event::CData(text) => each(&path, Piece::Text(&text))?,
            Event::GeneralRef(entity) => {
                // The entities that a document declares for itself are not looked up: they are the way to a bomb.
                let c = entity.resolve_char_ref().ok().flatten().map(String::from);
                let c = c.or_else(|| resolve_html5_entity(&entity).map(str::to_owned));
                each(&path, Piece::Text(c.as_deref().unwrap_or("\u{FFFD}")))?;
            }
            Event::Eof if !path.is_empty() => return Err(Problem::cut_short("XML document")),
            Event::Eof if !any => return Err(Problem::damaged("no XML document")),
            Event::Eof => return Ok(()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

fn open(
    path: &mut Path,
    start: BytesStart<'_>,
    each: &mut impl FnMut(&Path, Piece<'_>) -> Result<(), Problem>,
) -> Result<(), Problem> {
    if path.len() >= DEEPEST {
        return Err(Problem::too_deep("elements"));
    }
    path.push(start.local_name().as_ref().to_owned());
    each(path, Piece::Start(&Tag(start)))
}

/// The letters of an XML document: by its mark, as UTF-8, or by the encoding it declares.
pub(super) fn letters(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes)
        && !text.contains('\0')
    {
        return Cow::Borrowed(text.trim_start_matches('\u{FEFF}'));
    }
    let head = String::from_utf8_lossy(bytes.get(..200).unwrap_or(bytes)).into_owned();
    let declared = head
        .split_once("encoding=")
        .and_then(|(_, rest)| rest.get(1..)?.split(['"', '\'']).next())
        .and_then(|label| Encoding::for_label(label.as_bytes()));
    match declared {
        Some(encoding) if !bytes.contains(&0) => encoding.decode(bytes).0,
        _ => Cow::Owned(decode(bytes)),
    }
}
