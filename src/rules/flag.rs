//! What a documentation rule adds: a message with the words that call for it.

use super::RuleId;
use crate::{encounter::Site, text::Evidence};

/// How much a flag weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know.
    Info,
    /// The text lacks something, or a query could help.
    Warning,
    /// A coder must decide before anything is billed.
    Review,
}

impl Severity {
    /// The name used in output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Review => "review",
        }
    }
}

/// A flag. It always has evidence.
#[derive(Clone, Debug)]
pub(crate) struct Flag {
    pub(crate) rule: RuleId,
    pub(crate) name: &'static str,
    pub(crate) severity: Severity,
    pub(crate) site: Option<Site>,
    pub(crate) message: String,
    pub(crate) evidence: Evidence,
}

impl Flag {
    /// A flag of `rule` about a vessel, or about the report as a whole.
    pub(crate) fn new(
        rule: &super::Rule,
        site: Option<Site>,
        message: String,
        evidence: Evidence,
    ) -> Self {
        Self {
            rule: rule.id,
            name: rule.name,
            severity: rule.severity,
            site,
            message,
            evidence,
        }
    }
}
