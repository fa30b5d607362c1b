//! Says how a file is to be read: by its first bytes, then by its name.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use super::{columns, open};
use crate::text::decode;

/// Bytes at the beginning of a file that are looked at.
const START: usize = 4096;

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Plain text: one report.
    Text,
    /// JSONL: a report a line.
    Lines,
    /// CSV: a report a row.
    Table,
    /// An RTF document: one report.
    Rtf,
    /// A Word document (DOCX): one report.
    Word,
    /// A clinical document in XML (C-CDA): one report.
    Clinical,
    /// A PDF document: one report.
    Pdf,
    /// Parquet: a report a row.
    Parquet,
    /// HL7 v2: messages.
    Hl7,
    /// FHIR: a resource or a Bundle.
    Resource,
    /// FHIR: a resource a line.
    Resources,
    /// A document that may hold a report in a form that is not read; the words say which ("an old Word document").
    Unread(&'static str),
}

impl Format {
    /// Whether the file holds a record a row.
    pub(super) fn is_table(self) -> bool {
        matches!(self, Self::Lines | Self::Table | Self::Parquet)
    }

    /// Whether the file holds messages, which may say something of those in other files.
    pub(super) fn is_messages(self) -> bool {
        matches!(self, Self::Hl7 | Self::Resource | Self::Resources)
    }
}

/// What the first bytes of a file tell.
const STARTS: &[(&[u8], Format)] = &[
    (b"%PDF-", Format::Pdf),
    (b"PK\x03\x04", Format::Word),
    (
        b"\xD0\xCF\x11\xE0",
        Format::Unread("an old Word document, or one with a password"),
    ),
    (b"{\\rtf", Format::Rtf),
    (b"PAR1", Format::Parquet),
];

/// What the first bytes of a packed file tell, when its name does not say that lines are in it.
const PACKED: &[(&[u8], Format)] = &[
    (
        b"\x1F\x8B",
        Format::Unread("a gzip archive that is neither CSV nor JSONL"),
    ),
    (
        b"\x28\xB5\x2F\xFD",
        Format::Unread("a zstd archive that is neither CSV nor JSONL"),
    ),
];

/// How a file is read; `None` when neither its first bytes nor its name tell a form that may hold a report.
pub(super) fn of(path: &Path) -> Option<Format> {
    found(path, &start(path), || unpacked(open::open(path)))
}

/// How bytes that are in no file are read; their name counts where they do not tell.
pub(super) fn of_bytes(name: &Path, content: &[u8]) -> Format {
    let start = content.get(..START).unwrap_or(content);
    let held = || unpacked(open::unpack(io::Cursor::new(content.to_vec())));
    found(name, start, held).unwrap_or_else(|| unknown(start))
}

fn found(path: &Path, start: &[u8], held: impl FnOnce() -> Vec<u8>) -> Option<Format> {
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    let packed = known(text, PACKED);
    let is_wide = text.starts_with(b"\xFF\xFE") || text.starts_with(b"\xFE\xFF");
    by_content(text)
        .or_else(|| match packed {
            None if !is_wide => messages(path, text),
            _ => messages(path, &held()),
        })
        .or_else(|| match by_name(path) {
            // A table counts before a name that says text, or nothing.
            None | Some(Format::Text) if packed.is_none() && is_table(text) => Some(Format::Table),
            named => named,
        })
        .or(packed)
}

/// Whether a text begins with the header of a table: the usual names of an id and of a text.
fn is_table(start: &[u8]) -> bool {
    let line = decode(start.get(..1024).unwrap_or(start));
    let line = line.trim_start_matches('\u{feff}').lines().next();
    let line = line.unwrap_or_default();
    [',', '\t', ';', '|'].into_iter().any(|separator| {
        let cells = line.split(separator).map(|c| c.trim().trim_matches('"'));
        columns::is_header(&cells.collect::<Vec<_>>())
    })
}

/// The form of messages, if the text begins like any.
fn messages(path: &Path, start: &[u8]) -> Option<Format> {
    if is_hl7(start) {
        return Some(Format::Hl7);
    }
    is_resource(start).then(|| match by_name(path) {
        Some(Format::Lines) => Format::Resources,
        _ => Format::Resource,
    })
}

/// Whether a file begins with a message or a batch of them, whichever delimiters it names.
fn is_hl7(start: &[u8]) -> bool {
    let skipped = start
        .iter()
        .take_while(|b| b.is_ascii_whitespace() || matches!(b, 0x0B | 0x1C));
    let start = start.get(skipped.count()..).unwrap_or_default();
    let named = matches!(start.get(..3), Some(b"MSH" | b"FHS" | b"BHS"));
    // The field delimiter and at least one more.
    named
        && start
            .get(3..5)
            .is_some_and(|d| d.iter().all(u8::is_ascii_punctuation) && d[0] != d[1])
}

/// The format that the first bytes of a file tell, whatever its name.
pub(super) fn by_content(start: &[u8]) -> Option<Format> {
    known(start, STARTS).or_else(|| markup(start))
}

/// What a document of markup is, by its first element.
fn markup(start: &[u8]) -> Option<Format> {
    // Before it is decoded: most files are plain text. UTF-16 begins with a mark or has NULs.
    let plain = start.trim_ascii_start().first()?;
    if !matches!(plain, b'<' | 0 | 0xFE | 0xFF) {
        return None;
    }
    let text = decode(start).to_ascii_lowercase();
    let text = text.trim_start();
    if text.starts_with("<!doctype html") || text.starts_with("<html") {
        return Some(Format::Unread("an HTML page"));
    }
    if !text.starts_with("<?xml") && !text.starts_with("<clinicaldocument") {
        return None;
    }
    let clinical = text.split('<').any(|tag| {
        let name = tag.split([' ', '>', '\t', '\r', '\n']).next();
        name.and_then(|n| n.rsplit(':').next()) == Some("clinicaldocument")
    });
    Some(if clinical {
        Format::Clinical
    } else {
        Format::Unread("an XML document that is no clinical document")
    })
}

/// How a file is read of which neither first bytes nor name tell anything: lines when it begins like an object, else text,
/// which is found to be none when it is read.
pub(super) fn of_unknown(path: &Path) -> Format {
    unknown(&start(path))
}

fn unknown(start: &[u8]) -> Format {
    let start = start.trim_ascii_start();
    let first = start.split(|b| *b == b'\n').next().unwrap_or_default();
    let behind = start.get(1..).unwrap_or_default().trim_ascii_start();
    match start.first() {
        Some(b'{') if first.trim_ascii() == b"{" => {
            Format::Unread("a JSON document that is neither an object a line nor a FHIR resource")
        }
        Some(b'{') => Format::Lines,
        Some(b'[') if behind.starts_with(b"{") => {
            Format::Unread("a JSON array instead of an object a line")
        }
        _ => Format::Text,
    }
}

/// What a file of a folder is that is passed by, when its name tells that it is no report.
pub(super) fn is_no_report(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.to_ascii_lowercase();
    // What systems leave in folders of data.
    [
        "thumbs.db",
        "desktop.ini",
        "_success",
        "_metadata",
        "_common_metadata",
    ]
    .contains(&name.as_str())
        || ["_committed_", "_started_"]
            .iter()
            .any(|s| name.starts_with(s))
}

/// Whether the name of a file tells that it is being written, or a spare copy: read beside the file itself it would be counted twice.
pub(super) fn is_unfinished(path: &Path) -> bool {
    const ENDS: &[&str] = &[
        "~",
        ".tmp",
        ".temp",
        ".part",
        ".partial",
        ".filepart",
        ".crdownload",
        ".swp",
        ".bak",
        ".old",
    ];
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.to_ascii_lowercase();
    ENDS.iter().any(|end| name.ends_with(end))
}

fn known(start: &[u8], starts: &[(&[u8], Format)]) -> Option<Format> {
    let known = starts.iter().find(|(magic, _)| start.starts_with(magic));
    known.map(|(_, format)| *format)
}

/// The format that a file's name tells, also under `.gz` and `.zst`.
fn by_name(path: &Path) -> Option<Format> {
    let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
    let packed = [".gz", ".zst"].iter().find_map(|e| name.strip_suffix(e));
    let (_, extension) = packed.unwrap_or(&name).rsplit_once('.')?;
    match extension {
        // What is not what its name says is read as text, or told to be none.
        "txt" | "rtf" | "doc" if packed.is_none() => Some(Format::Text),
        "csv" | "tsv" | "tab" => Some(Format::Table),
        "jsonl" | "ndjson" => Some(Format::Lines),
        "hl7" => Some(Format::Hl7),
        "parquet" if packed.is_none() => Some(Format::Parquet),
        "docx" | "docm" => Some(Format::Word),
        "pdf" => Some(Format::Pdf),
        "xml" | "cda" | "ccda" => Some(Format::Clinical),
        _ => None,
    }
}

fn is_resource(start: &[u8]) -> bool {
    let key = b"\"resourceType\"";
    start.trim_ascii_start().starts_with(b"{") && start.windows(key.len()).any(|w| w == key)
}

/// The first bytes of what is packed in a file; none when it cannot be unpacked.
fn unpacked(opened: io::Result<open::Reader>) -> Vec<u8> {
    let mut start = Vec::new();
    if let Ok(reader) = opened {
        let _ = reader.take(1024).read_to_end(&mut start);
    }
    start
}

/// The first bytes of a file; none when it cannot be read, which is told when it is read. A pipe is not opened: that would
/// wait for whoever writes to it.
fn start(path: &Path) -> Vec<u8> {
    let mut start = Vec::new();
    if !path.is_file() {
        return start;
    }
    if let Ok(file) = File::open(path) {
        let _ = file.take(START as u64).read_to_end(&mut start);
    }
    start
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_counts_before_the_name() {
        let folder = tempfile::tempdir().unwrap();
        let wide: Vec<u8> = "\u{feff}<?xml version=\"1.0\"?><ClinicalDocument>"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for (name, bytes, format) in [
            ("a.txt", &b"FINDINGS: IVUS"[..], Some(Format::Text)),
            ("a.txt", b"{\\rtf1 x}", Some(Format::Rtf)),
            ("a", b"\xEF\xBB\xBF{\\rtf1 x}", Some(Format::Rtf)),
            ("a.doc", b"PK\x03\x04", Some(Format::Word)),
            ("a.rtf", b"FINDINGS: IVUS", Some(Format::Text)),
            ("a.docx", b"FINDINGS: IVUS", Some(Format::Word)),
            ("a.dat", b"%PDF-1.7", Some(Format::Pdf)),
            (
                "a.dat",
                b"<?xml?><!-- x --><n:ClinicalDocument x=\"1\">",
                Some(Format::Clinical),
            ),
            ("a.txt", &wide, Some(Format::Clinical)),
            ("a.csv", b"id,text", Some(Format::Table)),
            ("a.tsv", b"id\ttext", Some(Format::Table)),
            ("a.txt", b"Note_ID\tnote_text\r\n1\tx", Some(Format::Table)),
            ("a", b"\"id\";\"text\"\n", Some(Format::Table)),
            ("a.txt", b"Text and id, left", Some(Format::Text)),
            ("a.csv.gz", b"\x1F\x8B", Some(Format::Table)),
            ("a.jsonl", b"{}", Some(Format::Lines)),
            ("a.md", b"IVUS", None),
            ("a.png", b"\x89PNG", None),
        ] {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            assert_eq!(of(&path), format, "{name} {bytes:?}");
        }
        for (name, bytes) in [
            ("a.gz", &b"\x1F\x8B"[..]),
            ("a.html", b"<!DOCTYPE html><p>IVUS"),
            ("a.xml", b"<?xml?><Bundle/>"),
            ("a.doc", b"\xD0\xCF\x11\xE0"),
        ] {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            assert!(matches!(of(&path), Some(Format::Unread(_))), "{name}");
        }
    }
}
