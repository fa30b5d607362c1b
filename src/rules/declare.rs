//! The form of a rule file: its doc comment is kept in the program and is its page.

/// Declares a rule: its doc comment is its page, kept in the program.
macro_rules! declare_rule {
    ($(#[doc = $doc:expr])* RULE = {
        id: $id:expr, name: $name:expr, summary: $summary:expr, severity: $severity:ident, since: $since:expr, check: $kind:ident($check:path) $(,)?
    }) => {
        $(#[doc = $doc])*
        pub(super) static RULE: crate::rules::Rule = crate::rules::Rule {
            id: crate::rules::RuleId($id),
            name: $name,
            summary: $summary,
            severity: crate::rules::Severity::$severity,
            since: $since,
            docs: concat!($($doc, "\n"),*),
            check: crate::rules::Check::$kind($check),
        };
    };
}
