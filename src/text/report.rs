//! A report: its id, its text, and what is known about it from outside the text.

use std::fmt;

use super::Span;
use crate::date::Date;

/// The name by which a report is known in output: the file stem.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReportId(String);

impl ReportId {
    /// An id from any text.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ReportId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One procedure report. The text is never changed; `Debug` shows id and length only, so that no report text
/// reaches a log or a panic message.
#[derive(Clone)]
pub struct Report {
    /// The id in output.
    pub id: ReportId,
    /// Where it came from (a path), if known.
    pub source: Option<String>,
    /// The text as decoded.
    pub text: String,
    /// Date of service given from outside the text.
    pub service_date: Option<Date>,
    /// How far it has come, if that is known.
    pub standing: Option<Standing>,
}

/// How far a report had come when it was sent. None is assumed of a source that tells none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Not yet signed: it may still change.
    Draft,
    /// Signed.
    Final,
    /// Changed or added to after it was signed.
    Amended,
    /// Added to a report that did not come with it: nothing may rest on it alone.
    Addendum,
    /// Taken back: nothing may rest on it.
    Withdrawn,
}

impl Standing {
    /// The standing in one word, as it leaves the program.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Final => "final",
            Self::Amended => "amended",
            Self::Addendum => "addendum",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The standing that such a word means.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        let all = [
            Self::Draft,
            Self::Final,
            Self::Amended,
            Self::Addendum,
            Self::Withdrawn,
        ];
        all.into_iter().find(|s| s.word() == word)
    }
}

impl Report {
    /// A report with an id and a text.
    pub fn new(id: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            id: ReportId::new(id),
            source: None,
            text: text.into(),
            service_date: None,
            standing: None,
        }
    }

    /// The words at `span`; empty when the span does not fit the text.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }
}

impl fmt::Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Report")
            .field("id", &self.id)
            .field("bytes", &self.text.len())
            .finish_non_exhaustive()
    }
}
