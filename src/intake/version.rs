//! One version of a document, as a message or resource tells it, before later ones have had their say.

use serde_json::{Map, Value};

use super::{Fault, Status, columns::LONGEST_ID, names::Name, order::Sent};
use crate::date::Date;

/// What one message or resource tells of a document.
#[derive(Clone)]
pub(super) struct Version {
    /// What output calls the document: its number; made of file and position where it has none.
    pub(super) id: String,
    /// By what other messages speak of it.
    pub(super) name: Name,
    /// When it was sent.
    pub(super) sent: Option<Sent>,
    pub(super) place: String,
    pub(super) text: String,
    pub(super) date: Option<Date>,
    pub(super) author: Option<String>,
    pub(super) status: Option<Status>,
    pub(super) link: Link,
    /// What else is worth keeping: message, patient, visit.
    pub(super) passthrough: Map<String, Value>,
}

/// What a version does to a document that was sent earlier.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Link {
    /// It is the document, as it stands.
    Whole,
    /// It adds to another document.
    Appends(Name),
    /// It adds to a document that it does not name, unless it is a version of one.
    Adds,
    /// It is a later version of what adds to another document or replaces it.
    Edits(Name),
    /// It takes the place of another document.
    Replaces(Name),
    /// It takes the document back.
    Withdraws,
    /// It tells a new status of the document, without its text.
    Restates,
}

impl Link {
    /// The document that it speaks of beside its own.
    pub(super) fn other(&self) -> Option<&Name> {
        match self {
            Self::Appends(other) | Self::Edits(other) | Self::Replaces(other) => Some(other),
            _ => None,
        }
    }

    /// In one word; none for the document itself.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Whole => "",
            Self::Appends(_) | Self::Adds => "appends",
            Self::Edits(_) => "edits",
            Self::Replaces(_) => "replaces",
            Self::Withdraws => "withdraws",
            Self::Restates => "restates",
        }
    }
}

/// An id as it may leave the program: trimmed, of a sensible length, without control characters.
pub(super) fn usable_id(id: &str, place: &str) -> Result<Option<String>, Fault> {
    let id = id.trim();
    if id.chars().count() > LONGEST_ID || id.chars().any(char::is_control) {
        let cause = "its id is longer than 200 characters or has line ends in it";
        return Err(Fault::new(place, "bad-id", cause));
    }
    Ok((!id.is_empty()).then(|| id.to_owned()))
}

/// Enters what is there and not blank.
pub(super) fn keep(into: &mut Map<String, Value>, name: &str, value: &str) {
    let value = value.trim();
    if !value.is_empty() {
        into.insert(name.to_owned(), Value::String(value.to_owned()));
    }
}

/// The status of a document that was changed or takes the place of another: a draft stays one.
pub(super) fn changed(status: Option<Status>) -> Option<Status> {
    match status {
        Some(Status::Draft | Status::Withdrawn) => status,
        _ => Some(Status::Amended),
    }
}
