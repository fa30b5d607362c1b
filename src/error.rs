//! The one error type: what went wrong, where, and what to do. Never holds report text.

use std::{fmt, io, path::PathBuf};

/// An error with its place and cure. Its text names files, lines and ids, never words of a report.
#[derive(Debug)]
pub struct Error(Box<Kind>);

#[derive(Debug)]
enum Kind {
    Lexicon {
        file: String,
        line: usize,
        entry: String,
        cure: String,
    },
    Read {
        path: PathBuf,
        source: io::Error,
    },
    Write {
        path: PathBuf,
        source: io::Error,
    },
    Missing {
        path: PathBuf,
    },
    Empty {
        path: PathBuf,
    },
    Binary {
        path: PathBuf,
        format: &'static str,
    },
    NoReports {
        path: PathBuf,
    },
    Report {
        path: PathBuf,
        reason: String,
    },
    Altered {
        path: PathBuf,
        cure: String,
    },
    Internal {
        report: String,
    },
    Usage(String),
}

/// Shorthand for results of this crate.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A fault in a lexicon or table: `file:line`, the entry concerned, and what to change.
    pub fn lexicon(file: &str, line: usize, entry: &str, cure: impl Into<String>) -> Self {
        Self::of(Kind::Lexicon {
            file: file.to_owned(),
            line,
            entry: entry.to_owned(),
            cure: cure.into(),
        })
    }

    /// A file or folder that could not be read.
    pub fn read(path: impl Into<PathBuf>, source: io::Error) -> Self {
        let path = path.into();
        match source.kind() {
            io::ErrorKind::NotFound => Self::of(Kind::Missing { path }),
            _ => Self::of(Kind::Read { path, source }),
        }
    }

    /// A file that could not be written.
    pub fn write(path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::of(Kind::Write {
            path: path.into(),
            source,
        })
    }

    /// A file without any text.
    pub fn empty(path: impl Into<PathBuf>) -> Self {
        Self::of(Kind::Empty { path: path.into() })
    }

    /// A file that is not plain text; `format` says what it looks like ("a PDF document").
    pub fn binary(path: impl Into<PathBuf>, format: &'static str) -> Self {
        Self::of(Kind::Binary {
            path: path.into(),
            format,
        })
    }

    /// A folder in which no report was found.
    pub fn no_reports(path: impl Into<PathBuf>) -> Self {
        Self::of(Kind::NoReports { path: path.into() })
    }

    /// A file that was read but cannot be used, and why. The reason must not quote a report.
    pub fn report(path: impl Into<PathBuf>, reason: impl Into<String>) -> Self {
        Self::of(Kind::Report {
            path: path.into(),
            reason: reason.into(),
        })
    }

    /// A file that is no longer what the program wrote: what differs, and what to do.
    pub fn altered(path: impl Into<PathBuf>, cure: impl Into<String>) -> Self {
        Self::of(Kind::Altered {
            path: path.into(),
            cure: cure.into(),
        })
    }

    /// A fault of the program itself while it read a report.
    pub fn internal(report: impl Into<String>) -> Self {
        Self::of(Kind::Internal {
            report: report.into(),
        })
    }

    /// An option or argument that cannot be used.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::of(Kind::Usage(message.into()))
    }

    /// What kind of error it is, in one word, for programs that read our output.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &*self.0 {
            Kind::Lexicon { .. } => "lexicon",
            Kind::Read { .. } => "unreadable",
            Kind::Write { .. } => "unwritable",
            Kind::Missing { .. } => "missing",
            Kind::Empty { .. } => "empty",
            Kind::Binary { .. } => "binary",
            Kind::NoReports { .. } => "no-reports",
            Kind::Report { .. } => "unusable",
            Kind::Altered { .. } => "altered",
            Kind::Internal { .. } => "internal",
            Kind::Usage(_) => "usage",
        }
    }

    fn of(kind: Kind) -> Self {
        Self(Box::new(kind))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::Lexicon {
                file,
                line,
                entry,
                cure,
            } => {
                write!(f, "{file}:{line}: entry \"{entry}\": {cure}")
            }
            Kind::Read { path, source } => {
                write!(f, "{}: cannot be read: {source}", path.display())
            }
            Kind::Write { path, source } => {
                write!(f, "{}: cannot be written: {source}", path.display())
            }
            Kind::Missing { path } => write!(f, "{}: no such file or folder", path.display()),
            Kind::Empty { path } => write!(f, "{}: empty, there is no text in it", path.display()),
            Kind::Binary { path, format } => write!(
                f,
                "{}: not plain text but {format}; save the report as a text file",
                path.display()
            ),
            Kind::NoReports { path } => write!(
                f,
                "{}: no reports in this folder; reports are files that end in .txt",
                path.display()
            ),
            Kind::Report { path, reason } => write!(f, "{}: {reason}", path.display()),
            Kind::Altered { path, cure } => {
                write!(f, "{}: not as the run wrote it, {cure}", path.display())
            }
            Kind::Internal { report } => write!(
                f,
                "{report}: the program failed on this report; it was skipped (please tell the developers)"
            ),
            Kind::Usage(message) => f.write_str(message),
        }
    }
}

// The cause is part of what is shown, so that it is not told twice.
impl std::error::Error for Error {}
