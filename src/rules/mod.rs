//! The judgements: one rule a file. Coding rules may only decline tally lines, with a reason; documentation rules see
//! the settled tally and may only add flags. A rule never compares dates, never reads the lexicon, and does not know
//! the other rules.

mod flag;
mod tally;

pub(crate) use flag::Flag;
pub use flag::Severity;
pub(crate) use tally::{Confidence, Source, Suggestion, Tally, Verdict, is_supported, open_lines, settle};

use crate::{
    codes::{CodeSet, Policy},
    encounter::{Encounter, Site},
    lexicon::Lexicon,
    mention::Side,
    text::Report,
};

/// A rule's permanent id: `IVUS003`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(pub u16);

impl std::fmt::Display for RuleId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "IVUS{:03}", self.0)
    }
}

/// What a rule does.
#[derive(Clone, Copy)]
pub(crate) enum Check {
    /// Declines tally lines. Ids 101–199, run in order of id.
    Coding(fn(&Case<'_>, &mut Tally)),
    /// Adds flags. Ids 001–099.
    Documentation(fn(&Case<'_>, &Tally, &mut Vec<Flag>)),
}

/// One judgement with its page.
pub struct Rule {
    /// The permanent id.
    pub id: RuleId,
    /// The condition, in kebab case.
    pub name: &'static str,
    /// The condition, in a few words.
    pub summary: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// The version that brought it.
    pub since: &'static str,
    docs: &'static str,
    pub(crate) check: Check,
}

impl Rule {
    /// The rule's page: Markdown, from its doc comment.
    #[must_use]
    pub fn docs(&self) -> String {
        self.docs.lines().map(|l| l.strip_prefix(' ').unwrap_or(l)).collect::<Vec<_>>().join("\n").trim().to_owned()
    }

    /// Whether the rule can decline units.
    #[must_use]
    pub fn is_coding(&self) -> bool {
        matches!(self.check, Check::Coding(_))
    }

    /// The `report` blocks under a heading of the page.
    #[must_use]
    pub fn examples(&self, heading: &str) -> Vec<String> {
        let docs = self.docs();
        let mut found = Vec::new();
        let mut here = false;
        let mut block: Option<Vec<&str>> = None;
        for line in docs.lines() {
            if let Some(lines) = &mut block {
                if line.starts_with("```") {
                    found.push(lines.join("\n"));
                    block = None;
                } else {
                    lines.push(line);
                }
            } else if let Some(title) = line.strip_prefix("## ") {
                here = title.trim() == heading;
            } else if here && line.starts_with("```report") {
                block = Some(Vec::new());
            }
        }
        found
    }
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.id, self.name)
    }
}

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
pub(crate) use declare_rule;

macro_rules! rules {
    ($($module:ident),* $(,)?) => {
        $(mod $module;)*
        static RULES: &[&Rule] = &[$(&$module::RULE),*];
    };
}
include!("list.rs");

/// All rules in order of id.
#[must_use]
pub fn all() -> &'static [&'static Rule] {
    RULES
}

/// The rule with an id such as `IVUS003` or a name such as `missing-findings`.
#[must_use]
pub fn find(id_or_name: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|r| r.id.to_string().eq_ignore_ascii_case(id_or_name) || r.name == id_or_name)
}

/// One report as the rules see it.
pub(crate) struct Case<'a> {
    pub(crate) report: &'a Report,
    pub(crate) encounter: &'a Encounter,
    pub(crate) codes: &'a CodeSet,
    pub(crate) policy: &'a Policy,
    names: &'a Lexicon,
}

impl<'a> Case<'a> {
    pub(crate) fn new(report: &'a Report, encounter: &'a Encounter, codes: &'a CodeSet, policy: &'a Policy, names: &'a Lexicon) -> Self {
        Self { report, encounter, codes, policy, names }
    }

    /// `"left common-iliac-vein"`.
    pub(crate) fn key(&self, site: Site) -> String {
        site.key(self.names)
    }

    /// `"left common iliac vein"`, for messages.
    pub(crate) fn name(&self, site: Site) -> String {
        let name = self.names.vessel(site.vessel).name.split(',').next().unwrap_or_default();
        match site.side {
            Side::Left | Side::Right => format!("{} {name}", site.side.name()),
            Side::None => name.to_owned(),
            Side::Unknown => format!("{name} (side not stated)"),
        }
    }

    /// The vessel's id, segments as the vessel they are part of.
    pub(crate) fn vessel(&self, site: Site) -> &'a str {
        &self.names.vessel(self.names.whole(site.vessel)).id
    }

    /// The site with its segment replaced by the whole vessel.
    pub(crate) fn whole(&self, site: Site) -> Site {
        site.whole(self.names)
    }
}
