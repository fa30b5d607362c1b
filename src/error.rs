//! The one error type: what went wrong, where, and what to do. Never holds report text.

use std::{fmt, io, path::PathBuf};

/// An error with its place and cure. Its text names files, lines and ids, never words of a report.
#[derive(Debug)]
pub struct Error(Box<Kind>);

#[derive(Debug)]
enum Kind {
    Lexicon { file: String, line: usize, entry: String, cure: String },
    Read { path: PathBuf, source: io::Error },
    Report { path: PathBuf, reason: String },
    Usage(String),
}

/// Shorthand for results of this crate.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A fault in a lexicon or table: `file:line`, the entry concerned, and what to change.
    pub fn lexicon(file: &str, line: usize, entry: &str, cure: impl Into<String>) -> Self {
        Self(Box::new(Kind::Lexicon { file: file.to_owned(), line, entry: entry.to_owned(), cure: cure.into() }))
    }

    /// A file or folder that could not be read.
    pub fn read(path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self(Box::new(Kind::Read { path: path.into(), source }))
    }

    /// A file that was read but holds no report (empty, binary, no reports in a folder).
    pub fn report(path: impl Into<PathBuf>, reason: impl Into<String>) -> Self {
        Self(Box::new(Kind::Report { path: path.into(), reason: reason.into() }))
    }

    /// An option or argument that cannot be used.
    pub fn usage(message: impl Into<String>) -> Self {
        Self(Box::new(Kind::Usage(message.into())))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::Lexicon { file, line, entry, cure } => write!(f, "{file}:{line}: entry \"{entry}\": {cure}"),
            Kind::Read { path, source } => write!(f, "{}: cannot be read: {source}", path.display()),
            Kind::Report { path, reason } => write!(f, "{}: {reason}", path.display()),
            Kind::Usage(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.0 {
            Kind::Read { source, .. } => Some(source),
            _ => None,
        }
    }
}
