//! Why something asked of the queue was not done. Never holds report text or a value that was sent.

use std::fmt;

use super::billing::Doubt;

/// Shorthand for results of the queue.
pub type Outcome<T> = std::result::Result<T, Refusal>;

/// Why something was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The role may not do it.
    Denied,
    /// There is no such thing, or none this user may see.
    Unknown,
    /// What was sent cannot be used; says what to change.
    Invalid(String),
    /// What is doubted, and can be confirmed.
    Doubts(Vec<Doubt>),
    /// Somebody else was faster; says what stands now.
    Conflict(Conflict),
    /// Too many attempts; try again after so many seconds.
    Wait(u64),
    /// Another process holds the store; try again soon.
    Busy,
    /// The store cannot be written, and why.
    ReadOnly(String),
    /// The store is damaged, full or cannot be read, and why. A [`super::Store`] tells it as [`Refusal::ReadOnly`], and is not
    /// written from then on.
    Broken(String),
    /// A fault of the store or the program; the words are for the log.
    Fault(String),
}

/// What stands in the way of a late save.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conflict {
    /// What happened.
    pub words: String,
    /// What was to be saved, in words.
    pub yours: String,
    /// What stands in the store now, in words, one line each.
    pub stands: Vec<String>,
}

impl Refusal {
    /// Input that cannot be used.
    pub fn invalid(words: impl Into<String>) -> Self {
        Self::Invalid(words.into())
    }

    /// A conflict told in one sentence.
    pub fn conflict(words: impl Into<String>) -> Self {
        Self::Conflict(Conflict {
            words: words.into(),
            ..Conflict::default()
        })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied => f.write_str("your role may not do this"),
            Self::Unknown => f.write_str("there is no such thing here"),
            Self::Invalid(words)
            | Self::ReadOnly(words)
            | Self::Broken(words)
            | Self::Fault(words) => f.write_str(words),
            Self::Doubts(_) => f.write_str("some of it has to be confirmed, or decided otherwise"),
            Self::Conflict(conflict) => f.write_str(&conflict.words),
            Self::Wait(seconds) => {
                write!(f, "too many attempts; try again in {seconds} seconds")
            }
            Self::Busy => f.write_str("the store is in use by another program; try again"),
        }
    }
}

impl std::error::Error for Refusal {}

/// Failures that say nothing of the disk: no memory, and locks that could not be had.
const PASSING: [i32; 4] = [
    rusqlite::ffi::SQLITE_IOERR_NOMEM,
    rusqlite::ffi::SQLITE_IOERR_BLOCKED,
    rusqlite::ffi::SQLITE_IOERR_LOCK,
    rusqlite::ffi::SQLITE_IOERR_RDLOCK,
];

impl From<rusqlite::Error> for Refusal {
    /// Keeps the number of the error alone: its words may quote a value.
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::{Error, ErrorCode};
        match &error {
            Error::QueryReturnedNoRows => Self::Unknown,
            Error::SqliteFailure(code, _) => match code.code {
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
                ErrorCode::ReadOnly => Self::ReadOnly(format!(
                    "the store cannot be written (SQLite {}): see to its rights",
                    code.extended_code
                )),
                ErrorCode::DiskFull => Self::Broken(format!(
                    "the disk of the store is full (SQLite {})",
                    code.extended_code
                )),
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Broken(format!(
                    "the file of the store is damaged (SQLite {})",
                    code.extended_code
                )),
                ErrorCode::SystemIoFailure if !PASSING.contains(&code.extended_code) => {
                    Self::Broken(format!(
                        "the disk of the store failed (SQLite {})",
                        code.extended_code
                    ))
                }
                _ => Self::Fault(format!("the store failed (SQLite {})", code.extended_code)),
            },
            _ => Self::Fault("the store holds a value of an unexpected kind".to_owned()),
        }
    }
}
