//! C-CDA notes to text: the narrative of each section below its title, tables as rows. What is coded for machines is not
//! read, except the id, the date of the service, the author and the status of the document.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::STANDARD};

use super::{
    MAX_BYTES, Status, columns,
    document::{self, Problem, Told},
    layout::Layout,
    sniff::{self, Format},
    xml::{self, Path, Piece, Tag, ends},
};
use crate::date::Date;

/// What a clinical document tells.
///
/// # Errors
/// When it is no clinical document, or its XML is damaged or too deep.
pub(super) fn told(bytes: &[u8], pdf_reader: Option<&std::path::Path>) -> Result<Told, Problem> {
    let mut note = Note::default();
    xml::walk(&xml::letters(bytes), |path, piece| note.take(path, &piece))?;
    if !note.is_clinical {
        let cause = "an XML document that is no clinical document, which is not read; save it as plain text";
        return Err(Problem::new("unknown-format", cause));
    }
    let packed = std::mem::take(&mut note.packed);
    let mut told = note.finish();
    if told.text.is_empty() && !packed.is_empty() {
        told.text = unpacked(&packed, pdf_reader)?;
    }
    Ok(told)
}

/// The text of a document that is packed in the note as base64.
fn unpacked(packed: &str, pdf_reader: Option<&std::path::Path>) -> Result<String, Problem> {
    let letters: Vec<u8> = packed
        .bytes()
        .filter(|b| !b.is_ascii_whitespace())
        .collect();
    let bytes = STANDARD
        .decode(letters)
        .map_err(|_| Problem::damaged("a clinical document whose packed content is no base64"))?;
    match sniff::by_content(&bytes).unwrap_or(Format::Text) {
        Format::Clinical => Err(Problem::too_deep("clinical documents")),
        format => Ok(document::told(format, &bytes, pdf_reader)?.text),
    }
}

/// The note so far.
#[derive(Default)]
struct Note {
    is_clinical: bool,
    layout: Layout,
    left_out: usize,
    /// White space that was read and not yet written: 0 none, 1 a space, 2 a line, 3 a blank line.
    gap: u8,
    /// The title of a section, until its text comes.
    title: String,
    packed: String,
    is_packed: bool,
    id: Option<String>,
    dates: BTreeSet<Date>,
    author: String,
    author_id: Option<String>,
    authors: usize,
    status: Option<Status>,
    signed: bool,
    patient: Option<String>,
    own: Option<Key>,
    /// What the note is to the documents told of now: `RPLC`.
    relation: Option<String>,
    replaces: Vec<Key>,
}

/// The number of a document: who gives it, and which.
pub(super) type Key = (String, String);

fn key(tag: &Tag<'_>) -> Option<Key> {
    let part = |name| {
        tag.attribute(name)
            .unwrap_or_default()
            .trim()
            .to_lowercase()
    };
    let key = (part("root"), part("extension"));
    (key != Key::default()).then_some(key)
}

/// The documents that a clinical document takes the place of; a draft takes no place.
pub(super) fn replaces(bytes: &[u8]) -> Vec<Key> {
    let wide = bytes.contains(&0);
    if !wide && memchr::memmem::find(bytes, b"relatedDocument").is_none() {
        return Vec::new();
    }
    let mut note = Note::default();
    let walked = xml::walk(&xml::letters(bytes), |path, piece| {
        if let Piece::Start(tag) = &piece {
            note.head(path, tag);
        }
        Ok(())
    });
    let counts = !matches!(note.status, Some(Status::Draft | Status::Withdrawn));
    if walked.is_ok() && note.is_clinical && counts {
        note.replaces
    } else {
        Vec::new()
    }
}

impl Note {
    fn take(&mut self, path: &Path, piece: &Piece<'_>) -> Result<(), Problem> {
        match piece {
            Piece::Start(_) if self.left_out > 0 => self.left_out += 1,
            Piece::End if self.left_out > 0 => self.left_out -= 1,
            Piece::Text(_) if self.left_out > 0 => {}
            Piece::Start(tag) => {
                self.head(path, tag);
                self.start(path, tag);
            }
            Piece::End => self.end(path),
            Piece::Text(text) => self.text(path, text),
        }
        if self.title.len() + self.packed.len() + self.author.len() > 2 * MAX_BYTES {
            return Err(Problem::too_long());
        }
        self.layout.check()
    }

    /// What the elements before the body tell.
    fn head(&mut self, path: &Path, tag: &Tag<'_>) {
        let names: Vec<&str> = path.iter().map(String::as_str).collect();
        match names[..] {
            ["ClinicalDocument"] => self.is_clinical = true,
            ["ClinicalDocument", "id"] => {
                let id = tag.attribute("extension").or_else(|| tag.attribute("root"));
                self.id = id.filter(|id| columns::is_id(id));
                self.own = key(tag);
            }
            ["ClinicalDocument", "recordTarget", "patientRole", "id"] if self.patient.is_none() => {
                let id = tag.attribute("extension");
                self.patient = id.filter(|id| columns::is_id(id));
            }
            [
                "ClinicalDocument",
                "relatedDocument",
                "parentDocument",
                "id",
            ] if self.relation.as_deref() == Some("RPLC") => {
                self.replaces.extend(key(tag));
            }
            ["ClinicalDocument", "author"] => self.authors += 1,
            ["ClinicalDocument", "author", "assignedAuthor", "id"] if self.authors == 1 => {
                let id = tag.attribute("extension").filter(|id| columns::is_id(id));
                self.author_id = self.author_id.take().or(id);
            }
            ["ClinicalDocument", "legalAuthenticator"] => self.signed = true,
            ["ClinicalDocument", "relatedDocument"] => {
                self.relation = tag.attribute("typeCode");
                if matches!(self.relation.as_deref(), Some("APND" | "RPLC")) {
                    self.status = self.status.or(Some(Status::Amended));
                }
            }
            ["ClinicalDocument", "statusCode"] => match tag.attribute("code").as_deref() {
                Some("active" | "new" | "held") => self.status = Some(Status::Draft),
                Some("aborted" | "cancelled" | "nullified" | "obsolete") => {
                    self.status = Some(Status::Withdrawn);
                }
                _ => {}
            },
            [
                "ClinicalDocument",
                "documentationOf",
                "serviceEvent",
                "effectiveTime",
            ]
            | [
                "ClinicalDocument",
                "documentationOf",
                "serviceEvent",
                "effectiveTime",
                "low",
            ] => self.date(tag),
            _ => {}
        }
    }

    /// The day of a service; a month or a year alone is no day, and is left to the text.
    fn date(&mut self, tag: &Tag<'_>) {
        let value = tag.attribute("value").unwrap_or_default();
        if let Some(date) = columns::day(value.trim()) {
            self.dates.insert(date);
        }
    }

    fn start(&mut self, path: &Path, tag: &Tag<'_>) {
        if ends(path, &["nonXMLBody", "text"]) {
            let how = tag.attribute("representation").unwrap_or_default();
            self.is_packed = how.eq_ignore_ascii_case("B64");
        }
        if !is_narrative(path) {
            return;
        }
        match path.last().map(String::as_str).unwrap_or_default() {
            "text" => self.heading(),
            "content" if tag.attribute("revised").as_deref() == Some("delete") => {
                self.left_out = 1;
            }
            "br" => {
                self.gap = 0;
                self.layout.line();
            }
            "item" => {
                self.block();
                self.layout.push_str("- ");
            }
            "tr" => {
                self.block();
                self.layout.open_row();
            }
            "paragraph" | "list" | "table" | "caption" => self.block(),
            _ => {}
        }
    }

    fn end(&mut self, path: &Path) {
        if ends(path, &["section", "title"]) && !path.iter().any(|n| n == "text") {
            // A section may have a title and, instead of a text, sections of its own.
            self.heading();
        }
        if !is_narrative(path) {
            return;
        }
        match path.last().map(String::as_str).unwrap_or_default() {
            "text" => {
                self.block();
                self.layout.line();
            }
            "td" | "th" => {
                self.gap = 0;
                self.layout.end_cell();
            }
            "tr" => {
                self.gap = 0;
                self.layout.end_row();
            }
            "paragraph" | "list" | "table" | "caption" | "item" => self.block(),
            _ => {}
        }
    }

    fn text(&mut self, path: &Path, text: &str) {
        if ends(path, &["section", "title"]) {
            self.title.push_str(text);
        } else if is_narrative(path) {
            self.flow(text);
        } else if ends(path, &["nonXMLBody", "text"]) {
            if self.is_packed {
                self.packed.push_str(text);
            } else {
                self.layout.push_str(text);
            }
        } else if self.authors == 1 && is_author_name(path) && !text.trim().is_empty() {
            if !self.author.is_empty() {
                self.author.push(' ');
            }
            self.author.push_str(text.trim());
        }
    }

    /// The title of the section as a heading.
    fn heading(&mut self) {
        let title = std::mem::take(&mut self.title);
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        if !title.is_empty() {
            self.block();
            self.layout.push_str(title.trim_end_matches(':'));
            self.layout.push(':');
            self.layout.line();
        }
    }

    /// Begins or ends a block.
    fn block(&mut self) {
        self.gap = 0;
        self.layout.fresh_line();
    }

    /// Text of the narrative: white space of the XML is folded, but a line stays a line.
    fn flow(&mut self, text: &str) {
        let only_space = text.trim().is_empty();
        let mut lines = 0;
        for c in text.chars() {
            // A space that cannot be broken is text.
            if c.is_whitespace() && c != '\u{A0}' {
                lines += u8::from(c == '\n' && lines < 2);
                let gap = if only_space || self.layout.is_in_row() {
                    1
                } else {
                    lines + 1
                };
                self.gap = self.gap.max(gap);
                continue;
            }
            lines = 0;
            let gap = std::mem::take(&mut self.gap);
            if !self.layout.is_spaced() {
                match gap {
                    0 => {}
                    1 => self.layout.push(' '),
                    gap => (1..gap).for_each(|_| self.layout.line()),
                }
            }
            self.layout.push(c);
        }
    }

    fn finish(self) -> Told {
        let author = Some(self.author).filter(|a| !a.is_empty() && a.chars().count() <= 200);
        let signed = self.signed.then_some(Status::Final);
        let mut dates = self.dates.iter().copied();
        Told {
            text: self.layout.finish(),
            id: self.id,
            // Services on several days: the text says which.
            date: dates.next().filter(|_| self.dates.len() == 1),
            author: author.or(self.author_id),
            status: self.status.or(signed),
            patient: self.patient,
            key: self.own,
        }
    }
}

/// Whether a path lies in the text of a section.
fn is_narrative(path: &[String]) -> bool {
    path.windows(2)
        .any(|pair| pair[0] == "section" && pair[1] == "text")
}

fn is_author_name(path: &[String]) -> bool {
    let names: Vec<&str> = path.iter().map(String::as_str).collect();
    let Some(rest) = names.strip_prefix(&[
        "ClinicalDocument",
        "author",
        "assignedAuthor",
        "assignedPerson",
        "name",
    ]) else {
        return false;
    };
    matches!(rest, [] | ["given" | "family"])
}

#[cfg(test)]
mod tests;
