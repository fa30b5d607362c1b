//! Finds and reads reports: files, folders of `*.txt` at any depth, `-` for standard input. Knows nothing of what a
//! report says; an error names the file and never quotes it.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
};

use walkdir::WalkDir;

use crate::{
    error::{Error, Result},
    text::{Report, decode},
};

/// A place a report can be read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A file.
    File(PathBuf),
    /// Standard input.
    Stdin,
}

impl Source {
    /// The name by which the report is known in output: the file stem, or `stdin`.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Self::File(path) => path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            Self::Stdin => "stdin".to_owned(),
        }
    }

    /// Reads and decodes the report.
    ///
    /// # Errors
    /// When the file is missing, cannot be read, is empty, or is not plain text.
    pub fn read(&self) -> Result<Report> {
        let (path, bytes) = match self {
            Self::File(path) => (path.as_path(), fs::read(path)),
            Self::Stdin => {
                let mut bytes = Vec::new();
                let read = io::stdin().lock().read_to_end(&mut bytes);
                (Path::new("standard input"), read.map(|_| bytes))
            }
        };
        let bytes = bytes.map_err(|e| Error::read(path, e))?;
        let text = plain_text(path, &bytes)?;
        let mut report = Report::new(self.id(), text);
        if let Self::File(path) = self {
            report.source = Some(path.display().to_string());
        }
        Ok(report)
    }
}

/// The text of a file's bytes; `path` names it in errors.
///
/// # Errors
/// When it is empty or not plain text.
pub(crate) fn plain_text(path: &Path, bytes: &[u8]) -> Result<String> {
    if let Some(format) = document_format(bytes) {
        return Err(Error::binary(path, format));
    }
    let text = decode(bytes);
    if is_binary(&text) {
        return Err(Error::binary(path, "binary content"));
    }
    if text.trim().is_empty() {
        return Err(Error::empty(path));
    }
    Ok(text)
}

/// Whether a text is none: it holds a NUL, or more than one in ten of its characters cannot stand in a text.
fn is_binary(text: &str) -> bool {
    let odd = |c: &char| {
        *c == char::REPLACEMENT_CHARACTER || (c.is_control() && !c.is_ascii_whitespace())
    };
    text.contains('\0') || text.chars().filter(odd).count() * 10 > text.chars().count()
}

/// The reports that the arguments stand for, in order: a folder is replaced by its reports, sorted by path. An argument
/// that cannot be used leaves its error in its place, so that the others are still read.
#[must_use]
pub fn find(arguments: &[PathBuf]) -> Vec<Result<Source>> {
    let mut found = Vec::new();
    let mut stdin = false;
    for argument in arguments {
        if argument.as_os_str() == "-" {
            let again = std::mem::replace(&mut stdin, true);
            let twice =
                || Error::usage("\"-\" (standard input) can be read only once; name it once");
            found.push(if again {
                Err(twice())
            } else {
                Ok(Source::Stdin)
            });
        } else if argument.is_dir() {
            found.extend(folder(argument));
        } else {
            match fs::metadata(argument) {
                Ok(_) => found.push(Ok(Source::File(argument.clone()))),
                Err(e) => found.push(Err(Error::read(argument, e))),
            }
        }
    }
    found
}

/// The `*.txt` files of a folder, at any depth, sorted by path. Hidden files and folders are left out, links followed.
fn folder(root: &Path) -> Vec<Result<Source>> {
    let mut paths = Vec::new();
    let mut errors = Vec::new();
    let hidden = |name: &std::ffi::OsStr| name.as_encoded_bytes().starts_with(b".");
    let walk = WalkDir::new(root).follow_links(true);
    for entry in walk
        .into_iter()
        .filter_entry(|e| e.depth() == 0 || !hidden(e.file_name()))
    {
        match entry {
            Ok(entry) if entry.file_type().is_file() && is_report(entry.path()) => {
                paths.push(entry.into_path());
            }
            Ok(_) => {}
            Err(e) => {
                let path = e.path().unwrap_or(root).to_owned();
                errors.push(Err(match e.into_io_error() {
                    Some(e) => Error::read(path, e),
                    None => Error::report(path, "the link leads back to a folder above it"),
                }));
            }
        }
    }
    paths.sort();
    if paths.is_empty() && errors.is_empty() {
        errors.push(Err(Error::no_reports(root)));
    }
    errors.extend(paths.into_iter().map(|p| Ok(Source::File(p))));
    errors
}

/// Whether a file in a folder is taken for a report.
fn is_report(path: &Path) -> bool {
    path.extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("txt"))
}

/// What a file is by its first bytes, when it is a document but no plain text.
fn document_format(bytes: &[u8]) -> Option<&'static str> {
    const FORMATS: &[(&[u8], &str)] = &[
        (b"%PDF-", "a PDF document"),
        (b"PK\x03\x04", "a Word document or another zip archive"),
        (b"\xD0\xCF\x11\xE0", "an old Word document"),
        (b"{\\rtf", "an RTF document"),
        (b"\x1F\x8B", "a gzip archive"),
    ];
    FORMATS
        .iter()
        .find(|(magic, _)| bytes.starts_with(magic))
        .map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(bytes: &[u8]) -> Result<Report> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.txt");
        fs::write(&path, bytes).unwrap();
        Source::File(path).read()
    }

    #[test]
    fn a_report_is_known_by_its_file_stem() {
        let report = written(b"IVUS was done.").unwrap();
        assert_eq!(report.id.as_str(), "r");
        assert!(report.source.unwrap().ends_with("r.txt"));
    }

    #[test]
    fn what_is_no_text_is_refused_by_kind() {
        let utf16: Vec<u8> = "IVUS of the vein"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let marked: Vec<u8> = [0xFF, 0xFE].into_iter().chain(utf16.clone()).collect();
        for (bytes, kind) in [
            (&b""[..], "empty"),
            (b" \r\n\t", "empty"),
            (b"\xEF\xBB\xBF", "empty"),
            (b"IVUS\0\x01\x02", "binary"),
            (b"\x89PNG\r\n\x1A\n\x01\x02\x03\x81\x8D\x8F", "binary"),
            (b"%PDF-1.7 text", "binary"),
            (b"{\\rtf1 text}", "binary"),
        ] {
            assert_eq!(written(bytes).unwrap_err().kind(), kind, "{bytes:?}");
        }
        assert_eq!(written(&marked).unwrap().text, "IVUS of the vein");
        assert_eq!(written(&utf16).unwrap().text, "IVUS of the vein");
    }

    #[test]
    fn a_folder_stands_for_its_reports_at_any_depth_sorted() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("b/c")).unwrap();
        for name in ["z.txt", "b/c/a.TXT", "b/k.json", ".hidden.txt", "a.txt"] {
            fs::write(root.join(name), "x").unwrap();
        }
        let ids: Vec<String> = find(&[root.to_owned()])
            .into_iter()
            .map(|s| s.unwrap().id())
            .collect();
        assert_eq!(ids, ["a", "a", "z"]);
        fs::create_dir(root.join("empty")).unwrap();
        assert_eq!(
            find(&[root.join("empty")]).remove(0).unwrap_err().kind(),
            "no-reports"
        );
    }

    #[test]
    fn an_argument_that_fails_keeps_its_place() {
        let found = find(&["/no/such/file".into(), "-".into(), "-".into()]);
        let kinds: Vec<&str> = found
            .iter()
            .map(|f| f.as_ref().map_or_else(Error::kind, |_| "ok"))
            .collect();
        assert_eq!(kinds, ["missing", "ok", "usage"]);
    }
}
