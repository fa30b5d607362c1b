//! The judgements: one rule a file. Coding rules may only decline tally lines, with a reason; documentation rules see
//! the settled tally and may only add flags. A rule never compares dates, never reads the lexicon, and does not know
//! the other rules.

#[macro_use]
mod declare;
mod confidence;
mod flag;
mod ivus001_ivus_only_in_title;
mod ivus002_title_and_body_disagree;
mod ivus003_missing_findings;
mod ivus004_missing_necessity;
mod ivus005_general_necessity;
mod ivus006_no_access_site;
mod ivus007_no_catheter_movement;
mod ivus008_unspecified_side;
mod ivus009_unspecified_vessel;
mod ivus010_pullback_unnamed_vessels;
mod ivus011_claim_disagrees;
mod ivus012_no_base_procedure;
mod ivus013_no_date_of_service;
mod ivus014_unfilled_blank;
mod ivus015_second_encounter;
mod ivus016_more_than_six_units;
mod ivus017_bundled;
mod ivus018_weak_evidence;
mod ivus019_no_vessel_read;
mod ivus021_wording_in_doubt;
mod ivus101_not_performed;
mod ivus102_coronary_vessel;
mod ivus103_look_alike;
mod ivus104_same_vessel_again;
mod ivus105_unspecified_already_counted;
mod ivus106_same_counting_unit;
mod ivus107_contiguous_lesion;
mod ivus108_passed_not_imaged;
mod ivus109_side_branch;
mod ivus110_session_includes_ivus;
mod ivus111_over_unit_limit;
mod ivus112_draft_report;
mod ivus113_withdrawn_report;
mod ivus114_wording_of_none;
mod ivus115_unlike_a_look;
mod ivus116_addendum_alone;
mod ivus190_first_vessel;
mod ivus191_further_vessel;
mod needs;
mod tally;

pub(crate) use flag::Flag;
pub use flag::Severity;
pub(crate) use needs::Needs;
pub(crate) use tally::{
    Confidence, Line, Source, Tally, Verdict, is_supported, open_lines, settle,
};

use crate::{
    codes::{CodeRole, CodeSet, Policy},
    context::Status,
    encounter::{Encounter, Interrogation, Site, Strength},
    lexicon::{Lexicon, System},
    mention::Side,
    text::{Span, Standing},
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
    /// Takes all units back, after the documentation was judged as if there were some; says why. Ids 101–199.
    Withholding(fn(&Case<'_>, &Tally) -> Option<&'static str>),
    /// Adds flags. Ids 001–099.
    Documentation(fn(&Case<'_>, &Tally, &mut Vec<Flag>)),
    /// Names what [`settle`] does with the lines that stay open. Ids 190–199.
    Allocation(CodeRole),
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
        self.docs
            .lines()
            .map(|l| l.strip_prefix(' ').unwrap_or(l))
            .collect::<Vec<_>>()
            .join("\n")
            .trim()
            .to_owned()
    }

    /// Whether the rule can decline or give units.
    #[must_use]
    pub fn is_coding(&self) -> bool {
        !matches!(self.check, Check::Documentation(_))
    }

    /// What the rule can do, in a phrase.
    #[must_use]
    pub fn does(&self) -> &'static str {
        match self.check {
            Check::Coding(_) => "can decline units",
            Check::Withholding(_) => "can take back all units",
            Check::Documentation(_) => "adds flags, changes no unit",
            Check::Allocation(_) => "gives units to what no rule declined",
        }
    }

    /// The `report` blocks under a heading of the page, with the standing that a block names (`report draft`).
    #[must_use]
    pub fn examples(&self, heading: &str) -> Vec<(Option<Standing>, String)> {
        let docs = self.docs();
        let mut found = Vec::new();
        let mut here = false;
        let mut block: Option<(Option<Standing>, Vec<&str>)> = None;
        for line in docs.lines() {
            if let Some((standing, lines)) = &mut block {
                if line.starts_with("```") {
                    found.push((*standing, lines.join("\n")));
                    block = None;
                } else {
                    lines.push(line);
                }
            } else if let Some(title) = line.strip_prefix("## ") {
                here = title.trim() == heading;
            } else if here && let Some(word) = line.strip_prefix("```report") {
                block = Some((Standing::named(word.trim()), Vec::new()));
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

static RULES: &[&Rule] = &[
    &ivus001_ivus_only_in_title::RULE,
    &ivus002_title_and_body_disagree::RULE,
    &ivus003_missing_findings::RULE,
    &ivus004_missing_necessity::RULE,
    &ivus005_general_necessity::RULE,
    &ivus006_no_access_site::RULE,
    &ivus007_no_catheter_movement::RULE,
    &ivus008_unspecified_side::RULE,
    &ivus009_unspecified_vessel::RULE,
    &ivus010_pullback_unnamed_vessels::RULE,
    &ivus011_claim_disagrees::RULE,
    &ivus012_no_base_procedure::RULE,
    &ivus013_no_date_of_service::RULE,
    &ivus014_unfilled_blank::RULE,
    &ivus015_second_encounter::RULE,
    &ivus016_more_than_six_units::RULE,
    &ivus017_bundled::RULE,
    &ivus018_weak_evidence::RULE,
    &ivus019_no_vessel_read::RULE,
    &ivus021_wording_in_doubt::RULE,
    &ivus101_not_performed::RULE,
    &ivus102_coronary_vessel::RULE,
    &ivus103_look_alike::RULE,
    &ivus104_same_vessel_again::RULE,
    &ivus105_unspecified_already_counted::RULE,
    &ivus106_same_counting_unit::RULE,
    &ivus107_contiguous_lesion::RULE,
    &ivus108_passed_not_imaged::RULE,
    &ivus109_side_branch::RULE,
    &ivus110_session_includes_ivus::RULE,
    &ivus111_over_unit_limit::RULE,
    &ivus112_draft_report::RULE,
    &ivus113_withdrawn_report::RULE,
    &ivus114_wording_of_none::RULE,
    &ivus115_unlike_a_look::RULE,
    &ivus116_addendum_alone::RULE,
    &ivus190_first_vessel::RULE,
    &ivus191_further_vessel::RULE,
];

/// All rules in order of id.
#[must_use]
pub fn all() -> &'static [&'static Rule] {
    RULES
}

/// Whether a rule gives units.
pub(crate) fn is_allocation(id: RuleId) -> bool {
    let mut rules = RULES.iter();
    rules.any(|r| r.id == id && matches!(r.check, Check::Allocation(_)))
}

/// The rule that gives units of a role.
pub(crate) fn allocation(role: CodeRole) -> Option<RuleId> {
    let mut rules = RULES.iter();
    let gives = |r: &&&Rule| matches!(r.check, Check::Allocation(of) if of == role);
    rules.find(gives).map(|r| r.id)
}

/// The rule with an id such as `IVUS003` or a name such as `missing-findings`.
#[must_use]
pub fn find(id_or_name: &str) -> Option<&'static Rule> {
    RULES
        .iter()
        .copied()
        .find(|r| r.id.to_string().eq_ignore_ascii_case(id_or_name) || r.name == id_or_name)
}

/// One report as the rules see it.
pub(crate) struct Case<'a> {
    pub(crate) encounter: &'a Encounter,
    pub(crate) codes: &'a CodeSet,
    pub(crate) policy: &'a Policy,
    names: &'a Lexicon,
    base_codes: &'a [String],
    titles: &'a [Span],
    needs: Needs,
    standing: Option<Standing>,
}

impl<'a> Case<'a> {
    pub(crate) fn new(
        encounter: &'a Encounter,
        codes: &'a CodeSet,
        policy: &'a Policy,
        names: &'a Lexicon,
    ) -> Self {
        Self {
            encounter,
            codes,
            policy,
            names,
            base_codes: &[],
            titles: &[],
            needs: Needs::default(),
            standing: None,
        }
    }

    /// The same case with how far the report has come.
    pub(crate) fn with_standing(mut self, standing: Option<Standing>) -> Self {
        self.standing = standing;
        self
    }

    /// How far the report has come, if that is known.
    pub(crate) fn standing(&self) -> Option<Standing> {
        self.standing
    }

    /// The same case with the codes of the procedures that were performed besides IVUS.
    pub(crate) fn with_base_codes(mut self, codes: &'a [String]) -> Self {
        self.base_codes = codes;
        self
    }

    /// The same case with the bodies of the sections that are titles or lists of procedures.
    pub(crate) fn with_titles(mut self, titles: &'a [Span]) -> Self {
        self.titles = titles;
        self
    }

    /// The same case with what a payer asks for.
    pub(crate) fn with_needs(mut self, needs: Needs) -> Self {
        self.needs = needs;
        self
    }

    /// The codes of the procedures that were performed besides IVUS.
    pub(crate) fn base_codes(&self) -> &'a [String] {
        self.base_codes
    }

    /// Whether words stand in a title or list of procedures.
    pub(crate) fn is_title(&self, span: Span) -> bool {
        self.titles.iter().any(|t| t.contains(span))
    }

    /// Vessels that only a title or list of procedures ties to IVUS.
    pub(crate) fn claims(&self) -> impl Iterator<Item = &'a Interrogation> {
        self.encounter
            .interrogations
            .iter()
            .filter(|i| i.status == Status::Planned && i.strength == Strength::Claim)
    }

    /// `"left common iliac vein"`, for messages.
    pub(crate) fn name(&self, site: Site) -> String {
        let name = self
            .names
            .vessel(site.vessel)
            .name
            .split(',')
            .next()
            .unwrap_or_default();
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

    /// Artery, vein or another system.
    pub(crate) fn system(&self, site: Site) -> System {
        self.names.vessel(site.vessel).system
    }

    /// The site with its segment replaced by the whole vessel.
    pub(crate) fn whole(&self, site: Site) -> Site {
        site.whole(self.names)
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, path::Path, sync::LazyLock};

    use super::*;
    use crate::analyzer::{Analysis, Analyzer};
    use crate::text::Report;

    static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::builtin);

    /// Flagged examples that the extraction cannot lead to yet. The test fails when one is no longer needed here.
    fn analyze(text: &str) -> Analysis {
        ANALYZER.analyze(&Report::new("example", text))
    }

    /// One report, so that a rule can be tried on an encounter that the extraction does not give.
    pub(super) struct Trial {
        report: Report,
        pub(super) analysis: Analysis,
        pub(super) base_codes: Vec<String>,
        pub(super) titles: Vec<Span>,
    }

    impl Trial {
        pub(super) fn of(text: &str) -> Self {
            Self {
                report: Report::new("trial", text),
                analysis: analyze(text),
                base_codes: Vec::new(),
                titles: Vec::new(),
            }
        }

        /// Where words stand in the report.
        pub(super) fn span(&self, words: &str) -> Span {
            let start = self
                .report
                .text
                .find(words)
                .expect("the words are in the report");
            Span::new(start, start + words.len())
        }

        /// What a documentation rule flags.
        pub(super) fn flags(&self, rule: &Rule) -> Vec<Flag> {
            let Analysis {
                encounter,
                tally,
                codes,
                ..
            } = &self.analysis;
            let case = Case::new(encounter, codes, ANALYZER.policy(), ANALYZER.lexicon())
                .with_base_codes(&self.base_codes)
                .with_titles(&self.titles);
            let mut flags = Vec::new();
            if let Check::Documentation(check) = rule.check {
                check(&case, tally, &mut flags);
            }
            flags
        }
    }

    fn fires(rule: &Rule, analysis: &Analysis) -> bool {
        match rule.check {
            Check::Coding(_) | Check::Withholding(_) => analysis.tally.lines.iter().any(
                |l| matches!(&l.verdict, Verdict::NotCounted { rule: by, .. } if *by == rule.id),
            ),
            Check::Documentation(_) => analysis.flags.iter().any(|f| f.rule == rule.id),
            Check::Allocation(_) => {
                let mut suggestions = analysis.tally.suggestions.iter();
                suggestions.any(|s| s.rules.contains(&rule.id))
            }
        }
    }

    #[test]
    fn every_example_does_what_its_heading_says() {
        let mut faults = Vec::new();
        for rule in all() {
            for (heading, expected) in [("Flagged", true), ("Accepted", false)] {
                let examples = rule.examples(heading);
                if examples.is_empty() {
                    faults.push(format!("{rule:?}: no example under {heading}"));
                }
                for (n, (standing, text)) in examples.iter().enumerate() {
                    let mut report = Report::new("example", text.as_str());
                    report.standing = *standing;
                    if fires(rule, &ANALYZER.analyze(&report)) != expected {
                        faults.push(format!("{rule:?}: example {} under {heading}", n + 1));
                    }
                }
            }
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    #[test]
    fn messages_are_sentences_about_a_vessel_or_the_report() {
        for rule in all() {
            for (_, text) in rule.examples("Flagged") {
                for flag in analyze(&text).flags {
                    let start = flag.message.chars().next().expect("a message has words");
                    assert!(
                        flag.message.contains(';'),
                        "{rule:?}: {:?} says what is wrong; what to do",
                        flag.rule
                    );
                    assert!(
                        start.is_lowercase()
                            || start.is_numeric()
                            || flag.message.starts_with("IVUS"),
                        "{rule:?}: {:?}",
                        flag.rule
                    );
                    assert!(!flag.message.ends_with('.'), "{rule:?}: {:?}", flag.rule);
                }
            }
        }
    }

    #[test]
    fn messages_do_not_repeat_the_report() {
        // Words that stand beside everything a rule may name, and nowhere else.
        let text = "DATE OF PROCEDURE: 05/02/2014\nPROCEDURES: Zebedee IVUS of the left renal vein Quillfeather.\n\
            TECHNIQUE: Zebedee Quillfeather ____ IVUS pullback was performed from the IVC to the left common femoral vein. \
            IVUS of the iliac vein Quillfeather was performed. A Quillfeather filter was placed.\nCODES: 37252 Quillfeather, 37253 x 9";
        let analysis = analyze(text);
        assert!(analysis.flags.len() > 5);
        for flag in &analysis.flags {
            assert!(
                !flag.message.contains("Quillfeather") && !flag.message.contains("Zebedee"),
                "{:?}",
                flag.rule
            );
        }
    }

    #[test]
    fn ids_are_unique_and_in_order() {
        assert!(all().windows(2).all(|w| w[0].id < w[1].id));
        let names: BTreeSet<&str> = all().iter().map(|r| r.name).collect();
        assert_eq!(names.len(), all().len());
    }

    #[test]
    fn documentation_rules_come_before_coding_rules() {
        for rule in all() {
            let range = if rule.is_coding() { 101..=199 } else { 1..=99 };
            assert!(range.contains(&rule.id.0), "{rule:?}");
        }
    }

    #[test]
    fn files_agree_with_ids_and_names_and_each_is_registered() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .filter(|f| f.starts_with("ivus"))
            .collect();
        let rules: BTreeSet<String> = all()
            .iter()
            .map(|r| format!("ivus{:03}_{}.rs", r.id.0, r.name.replace('-', "_")))
            .collect();
        assert_eq!(files, rules);
    }

    #[test]
    fn pages_have_their_headings_and_summaries_are_phrases() {
        for rule in all() {
            let docs = rule.docs();
            let headings: Vec<&str> = docs.lines().filter_map(|l| l.strip_prefix("## ")).collect();
            assert_eq!(
                headings,
                ["Why", "Flagged", "Accepted", "How to fix", "Sources"],
                "{rule:?}"
            );
            let first = rule.summary.split(' ').next().unwrap();
            assert!(
                first == "IVUS" || first.to_lowercase() == first,
                "{rule:?}: summary starts in lower case"
            );
            assert!(
                !rule.summary.ends_with('.'),
                "{rule:?}: summary ends without a full stop"
            );
            assert!(
                rule.name
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c == '-'),
                "{rule:?}: name in kebab case"
            );
        }
    }

    #[test]
    fn a_rule_is_found_by_id_and_by_name() {
        assert_eq!(find("ivus003").unwrap().name, "missing-findings");
        assert_eq!(find("missing-findings").unwrap().id, RuleId(3));
        assert!(find("IVUS999").is_none());
    }
}
