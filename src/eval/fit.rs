//! Learns the second reader from labelled reports; what it holds of a whole report by logistic regression with a quadratic
//! penalty, by coordinate descent.
//! The same reports give the same weights, bit for bit.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    boost::boost,
    gold::{Case, Keys},
};
use crate::{
    analyzer::Analysis,
    lexicon::{Lexicon, Question},
};

/// The share of the penalty against that of the errors. 0.1, 0.3, 1 and 3 were tried on held-out reports
/// (docs/accuracy.md).
const PENALTY: f64 = 1.0;

/// A feature of a vessel that fewer reports have is left out: it says more of a report than of dictation, and may be a rare
/// word of it.
const LEAST_REPORTS: usize = 3;

/// The same for a word of a whole report. Leaving out those of fewer than five kept held-out reports told apart as well as
/// taking those of two (docs/design.md).
const LEAST_REPORTS_OF_WORD: usize = 5;

/// Rounds over all features; the weights move by less than their last printed digit long before.
const ROUNDS: usize = 300;

/// What labelled reports teach, by question.
#[derive(Clone, Debug, Default)]
pub struct Lessons {
    /// Vessels, and whether the labels have them as looked at.
    looks: Rows,
    /// Reports, and whether the labels give them units.
    countable: Rows,
    /// Reports with vessels, and whether the labels have a reason stated for one of them.
    reasons: Rows,
    /// Reports with several vessels, and whether the labels have one lesion in several of them.
    lesions: Rows,
}

/// What was learnt of one question: the weight of what every row has, and those of the features, in order of name.
type Learnt<'a> = (f64, BTreeMap<&'a str, f64>);

impl Lessons {
    /// Adds a report, read with `Analyzer::explain`, and the vessels that it names.
    pub fn add(&mut self, lexicon: &Lexicon, case: &Case, analysis: &Analysis) {
        let keys = Keys { lexicon };
        let vessels = case.gold.vessels.iter();
        let looked: BTreeSet<String> = vessels
            .clone()
            .map(|v| keys.key(v.side.as_deref(), &v.vessel))
            .collect();
        // A name without a side may be of any side that was looked at: nothing is learnt from it then.
        let any: BTreeSet<String> = vessels
            .clone()
            .map(|v| keys.key(Some("unknown"), &v.vessel))
            .collect();
        let report = self.countable.0.len();
        let lesson = analysis.lesson();
        for sighting in &lesson.sightings {
            let site = keys.member(&sighting.site);
            let yes = looked.contains(&site);
            if yes || !any.contains(&site) {
                self.looks.0.push(Row {
                    report,
                    features: sighting.features.clone(),
                    yes,
                });
            }
        }
        self.countable.0.push(Row {
            report,
            features: lesson.wording.clone(),
            yes: case.gold.units.is_some_and(|u| u.total() > 0),
        });
        if !case.gold.vessels.is_empty() {
            self.reasons.0.push(Row {
                report,
                features: lesson.reasoning.clone(),
                yes: case.gold.vessels.iter().any(|v| v.necessity == "stated"),
            });
        }
        if case.gold.vessels.len() > 1 {
            self.lesions.0.push(Row {
                report,
                features: lesson.lesions.clone(),
                yes: !case.gold.one_lesion.is_empty(),
            });
        }
    }

    /// How many reports and vessels there are to learn from.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        (self.countable.0.len(), self.looks.0.len())
    }

    /// What the reports teach of looks: the nodes of the trees, as `look-trees.tsv` holds them.
    #[must_use]
    pub fn trees(&self) -> Vec<(String, String, String)> {
        boost(&self.looks.0, LEAST_REPORTS)
    }

    /// What the reports teach of a question.
    #[must_use]
    pub(crate) fn fit(&self, question: Question) -> Learnt<'_> {
        match question {
            Question::Countable => self.countable.fit(LEAST_REPORTS_OF_WORD),
            Question::Reason => self.reasons.fit(LEAST_REPORTS_OF_WORD),
            Question::Lesion => self.lesions.fit(LEAST_REPORTS_OF_WORD),
        }
    }
}

/// One thing to learn from.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) report: usize,
    pub(super) features: Vec<String>,
    pub(super) yes: bool,
}

#[derive(Clone, Debug, Default)]
struct Rows(Vec<Row>);

impl Rows {
    fn fit(&self, least_reports: usize) -> Learnt<'_> {
        let mut reports: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
        let mut rows: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (n, row) in self.0.iter().enumerate() {
            for feature in &row.features {
                reports.entry(feature).or_default().insert(row.report);
                rows.entry(feature).or_default().push(n);
            }
        }
        rows.retain(|feature, _| reports[feature].len() >= least_reports);
        let everyone: Vec<usize> = (0..self.0.len()).collect();
        let mut margins = vec![0.0; self.0.len()];
        let (mut bias, mut weights) = (0.0, vec![0.0; rows.len()]);
        for _ in 0..ROUNDS {
            self.step(&everyone, &mut bias, 0.0, &mut margins);
            for (rows, weight) in rows.values().zip(&mut weights) {
                self.step(rows, weight, PENALTY, &mut margins);
            }
        }
        (bias, rows.into_keys().zip(weights).collect())
    }

    /// One Newton step of one weight, with the largest curvature that the loss can have, so that it never overshoots.
    fn step(&self, rows: &[usize], weight: &mut f64, penalty: f64, margins: &mut [f64]) {
        if rows.is_empty() {
            return;
        }
        let mut slope = penalty * *weight;
        let mut curvature = penalty;
        for row in rows {
            let likely = 1.0 / (1.0 + (-margins[*row]).exp());
            slope += likely - f64::from(u8::from(self.0[*row].yes));
            curvature += 0.25;
        }
        let change = -slope / curvature;
        *weight += change;
        for row in rows {
            margins[*row] += change;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(told: &[(&[&str], bool)]) -> Rows {
        let row = |(report, (features, yes)): (usize, &(&[&str], bool))| Row {
            report,
            features: features.iter().map(|f| (*f).to_owned()).collect(),
            yes: *yes,
        };
        Rows(told.iter().enumerate().map(row).collect())
    }

    #[test]
    fn weights_point_where_the_labels_do_and_rare_features_have_none() {
        let looked: (&[&str], bool) = (&["ivus", "always"], true);
        let left: (&[&str], bool) = (&["plan", "always"], false);
        let rare: (&[&str], bool) = (&["ivus", "always", "rare"], true);
        let rows = rows(&[looked, looked, looked, left, left, left, rare]);
        let (_, weights) = rows.fit(3);
        assert!(
            weights["ivus"] > 0.5 && weights["plan"] < -0.5,
            "{weights:?}"
        );
        assert!(!weights.contains_key("rare"));
        // At the least loss its slope is nothing: the weight is the sum of the errors of its rows.
        let (bias, weights) = rows.fit(3);
        let margin = |features: &[&str]| bias + features.iter().map(|f| weights[f]).sum::<f64>();
        let likely = |m: f64| 1.0 / (1.0 + (-m).exp());
        let errors = 4.0 * (1.0 - likely(margin(looked.0)));
        assert!((weights["ivus"] - errors).abs() < 1e-3, "{errors}");
    }
}
