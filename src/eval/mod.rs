//! Scores the program against gold labels (`gold-schema.md`): the measures of the project's score script, figures by step
//! and by rule, whether confidence means what it says, and every report that differs with the words on both sides.

mod baseline;
mod boost;
mod calibration;
mod compared;
mod confusion;
mod differences;
mod fit;
mod found;
mod gold;
mod measures;
mod rules;
mod steps;

pub use baseline::{Baseline, Change, Changes, Scored};
pub use calibration::CalibrationRow;
pub use confusion::ConfusionRow;
pub use differences::{Difference, Kind, Told};
pub use fit::Lessons;
pub use gold::{Agreement, Case, Units, cases};
pub use measures::Measure;
pub use rules::RuleRow;
pub use steps::{BlameRow, StepRow};

use crate::{lexicon::Lexicon, render::Reading};
use compared::Compared;
use found::Found;
use gold::Keys;

/// The sums over all reports.
#[derive(Clone, Debug, Default)]
pub struct Evaluation {
    sums: measures::Sums,
    steps: steps::Steps,
    rules: rules::Rules,
    confusion: confusion::Confusion,
    calibration: calibration::Calibration,
    differences: Vec<Difference>,
    results: Vec<Scored>,
}

impl Evaluation {
    /// Compares a report with its labels; `reading` is `None` when the report could not be read.
    pub fn add(&mut self, lexicon: &Lexicon, case: &Case, reading: Option<&Reading>) {
        let found = reading.and_then(|r| Some((r, Found::of(&r.document)?)));
        if let Some((reading, found)) = found {
            self.add_found(lexicon, case, &reading.report.text, &found);
        } else {
            self.sums.reports += 1;
            self.sums.missing += 1;
            let nothing = differences::told("no prediction", None);
            self.push(case, Kind::NoPrediction, vec![nothing]);
        }
    }

    fn add_found(&mut self, lexicon: &Lexicon, case: &Case, text: &str, found: &Found) {
        let keys = Keys { lexicon };
        let report = Compared::new(&case.gold, found, text, &keys);
        let id = case.source.id();
        self.sums.reports += 1;
        self.sums.add(&report);
        self.steps.add(&id, &report);
        self.rules.add(&id, &report);
        self.confusion.add(&id, &report);
        self.calibration.add(&report);
        let differences = differences::differences(&report);
        self.results.push(Scored {
            id,
            units: report.units.0,
            supported: report.units.1,
            exact: report.is_exact(),
            confidence: found.confidence().to_owned(),
            disposition: found.coding.disposition.clone(),
            differences: differences.iter().map(|d| d.what.clone()).collect(),
        });
        if !differences.is_empty() {
            self.push(case, differences::kind(&report), differences);
        }
    }

    /// The measures, in the order and with the names of the score script.
    #[must_use]
    pub fn measures(&self) -> Vec<Measure> {
        self.sums.measures()
    }

    /// How many reports were scored, and how many of them could not be read.
    #[must_use]
    pub fn reports(&self) -> (usize, usize) {
        (self.sums.reports, self.sums.missing)
    }

    /// What can be said of each step of the reading, in its order.
    #[must_use]
    pub fn steps(&self) -> Vec<StepRow> {
        self.steps.rows()
    }

    /// Reports with other units than the labels, by the first step that differs.
    #[must_use]
    pub fn blame(&self) -> Vec<BlameRow> {
        self.steps.blame()
    }

    /// How often each rule fired, and how often rightly.
    #[must_use]
    pub fn rules(&self) -> Vec<RuleRow> {
        self.rules.rows()
    }

    /// Which vessel was told in the place of which; cells that differ first.
    #[must_use]
    pub fn confusion(&self) -> Vec<ConfusionRow> {
        self.confusion.rows()
    }

    /// How often units are exact at each confidence and disposition, surest first.
    #[must_use]
    pub fn calibration(&self) -> Vec<CalibrationRow> {
        self.calibration.rows()
    }

    /// What each report came to, in order of path, for a later run to be compared with.
    #[must_use]
    pub fn results(&self) -> &[Scored] {
        &self.results
    }

    /// The reports that differ: over-coded first, then under-coded, then the others, each in order of path.
    #[must_use]
    pub fn differences(&self) -> Vec<&Difference> {
        let mut all: Vec<&Difference> = self.differences.iter().collect();
        all.sort_by_key(|d| d.kind);
        all
    }

    fn push(&mut self, case: &Case, kind: Kind, differences: Vec<Told>) {
        let (id, confidence) = (case.source.id(), case.gold.confidence);
        self.differences.push(Difference {
            id,
            confidence,
            kind,
            differences,
        });
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::analyzer::Analyzer;

    fn evaluate(text: &str, gold: &str) -> Evaluation {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.txt"), text).unwrap();
        fs::write(folder.path().join("a.json"), gold).unwrap();
        let analyzer = Analyzer::builtin();
        let (cases, _) = cases(folder.path(), Agreement::Low).unwrap();
        let case = cases.into_iter().next().unwrap().unwrap();
        let report = case.source().read().unwrap();
        let analysis = analyzer.analyze(&report);
        let mut evaluation = Evaluation::default();
        evaluation.add(
            analyzer.lexicon(),
            &case,
            Some(&Reading::new(&analyzer, report, &analysis)),
        );
        evaluation
    }

    const LEFT: &str = "FINDINGS: IVUS of the left common iliac vein showed 80% stenosis.\n";

    fn gold(vessels: &str, initial: u32) -> String {
        format!(
            r#"{{"ivus": "performed", "vessels": [{vessels}], "units": {{"initial": {initial}, "additional": 0}}}}"#
        )
    }

    fn blamed(evaluation: &Evaluation) -> Vec<&'static str> {
        evaluation.blame().iter().map(|b| b.what).collect()
    }

    #[test]
    fn more_units_than_gold_are_over_coding_and_told_with_their_words() {
        let gold = r#"{"ivus": "absent", "vessels": [], "units": {"initial": 0, "additional": 0}}"#;
        let evaluation = evaluate(LEFT, gold);
        let value = |name: &str| {
            evaluation
                .measures()
                .into_iter()
                .find(|m| m.name == name)
                .unwrap()
                .how
        };
        assert_eq!(value("false_billing"), "1/1");
        assert_eq!(value("over_coded"), "1/1");
        let difference = evaluation.differences()[0];
        assert_eq!(difference.kind, Kind::OverCoded);
        assert!(
            difference
                .differences
                .iter()
                .any(|d| d.what == "extra vessel left common-iliac-vein" && d.evidence.is_some())
        );
        assert_eq!(
            blamed(&evaluation),
            ["a vessel is told though no IVUS was done in vessels"]
        );
        let row = &evaluation.calibration()[0];
        assert_eq!((row.reports, row.exact, row.over_coded), (1, 0, 1));
    }

    #[test]
    fn a_wrong_side_is_one_confusion_and_the_step_that_made_it_is_named() {
        let vessel = r#"{"vessel": "common-iliac-vein", "side": "right", "findings": true}, {"vessel": "renal-vein", "side": "left"}"#;
        let evaluation = evaluate(LEFT, &gold(vessel, 2));
        let told: Vec<String> = evaluation
            .confusion()
            .into_iter()
            .map(|c| format!("{:?} {:?} {}", c.gold, c.found, c.count))
            .collect();
        assert_eq!(
            told,
            [
                r#"Some("left renal-vein") None 1"#,
                r#"Some("right common-iliac-vein") Some("left common-iliac-vein") 1"#
            ]
        );
        assert_eq!(blamed(&evaluation), ["a gold vessel is not known by name"]);
        let one = |what: &str| {
            let steps = evaluation.steps();
            let row = steps.iter().find(|s| s.what.contains(what)).unwrap();
            (row.n, row.of)
        };
        assert_eq!(one("word lists"), (1, 2));
        assert_eq!(one("any side"), (1, 1));
        assert_eq!(one("labelled side"), (0, 1));
        assert_eq!(one("told as performed"), (0, 0));
    }

    #[test]
    fn a_vessel_declined_against_the_labels_is_a_wrong_decision_of_its_rule() {
        let text = "FINDINGS: IVUS of the left common iliac vein showed 80% stenosis. IVUS of the right common iliac vein was not performed.\n";
        let vessel = |side: &str| {
            format!(r#"{{"vessel": "common-iliac-vein", "side": "{side}", "findings": true}}"#)
        };
        let not_performed = |gold: &str| {
            let evaluation = evaluate(text, gold);
            let row = evaluation
                .rules()
                .into_iter()
                .find(|r| r.rule == "IVUS101")
                .unwrap();
            (row.fired, row.right, row.wrong, row.wrong_in.len())
        };
        assert_eq!(not_performed(&gold(&vessel("left"), 1)), (1, 1, 0, 0));
        let both = format!("{}, {}", vessel("left"), vessel("right"));
        assert_eq!(not_performed(&gold(&both, 1)), (1, 0, 1, 1));
    }

    #[test]
    fn a_later_run_tells_what_it_fixed_and_broke() {
        let right = gold(
            r#"{"vessel": "common-iliac-vein", "side": "left", "findings": true}"#,
            1,
        );
        let good = evaluate(LEFT, &right);
        let bad = evaluate(
            "FINDINGS: The left common iliac vein showed 80% stenosis.\n",
            &right,
        );
        let compare = |before: &Evaluation, after: &Evaluation| {
            let baseline = Baseline::of(before);
            let changes = baseline.compare(after);
            (
                changes.fixed.len(),
                changes.broken.len(),
                changes.changed.len(),
                changes.is_empty(),
            )
        };
        assert_eq!(compare(&bad, &good), (1, 0, 0, false));
        assert_eq!(compare(&good, &bad), (0, 1, 0, false));
        assert_eq!(compare(&good, &good), (0, 0, 0, true));
    }
}
