//! Learns the second reader from labelled reports: logistic regression with a quadratic penalty, by coordinate descent.
//! The same reports give the same weights, bit for bit.

use std::collections::{BTreeMap, BTreeSet};

use super::gold::{Case, Keys};
use crate::{analyzer::Analysis, encounter::Sighting, lexicon::Lexicon};

/// The share of the penalty against that of the errors. 0.1, 0.3, 1 and 3 were tried on held-out reports
/// (docs/accuracy.md).
const PENALTY: f64 = 1.0;

/// A feature that fewer reports have is left out: it says more of a report than of dictation, and may be a rare word of it.
const LEAST_REPORTS: usize = 3;

/// Rounds over all features; the weights move by less than their last printed digit long before.
const ROUNDS: usize = 300;

/// Vessels with their features, and whether the labels have them as looked at.
#[derive(Clone, Debug, Default)]
pub struct Lessons {
    rows: Vec<(usize, Sighting, bool)>,
    reports: usize,
}

impl Lessons {
    /// Adds the vessels of a report, read with `Analyzer::explain`.
    pub fn add(&mut self, lexicon: &Lexicon, case: &Case, analysis: &Analysis) {
        let keys = Keys { lexicon };
        let vessels = case.gold.vessels.iter();
        let looked: BTreeSet<String> = vessels
            .map(|v| keys.key(v.side.as_deref(), &v.vessel))
            .collect();
        for sighting in analysis.sightings() {
            let is_looked = looked.contains(&keys.member(&sighting.site));
            self.rows.push((self.reports, sighting.clone(), is_looked));
        }
        self.reports += 1;
    }

    /// How many reports and vessels there are to learn from.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        (self.reports, self.rows.len())
    }

    /// The weight of what every vessel has, and those of the features, in order of name.
    #[must_use]
    pub fn fit(&self) -> (f64, BTreeMap<&str, f64>) {
        let mut reports: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
        let mut rows: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (n, (report, sighting, _)) in self.rows.iter().enumerate() {
            for feature in &sighting.features {
                reports.entry(feature).or_default().insert(*report);
                rows.entry(feature).or_default().push(n);
            }
        }
        rows.retain(|feature, _| reports[feature].len() >= LEAST_REPORTS);
        let everyone: Vec<usize> = (0..self.rows.len()).collect();
        let mut margins = vec![0.0; self.rows.len()];
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
            slope += likely - f64::from(u8::from(self.rows[*row].2));
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

    fn lessons(rows: &[(&[&str], bool)]) -> Lessons {
        let row = |(n, (features, looked)): (usize, &(&[&str], bool))| {
            let features = features.iter().map(|f| (*f).to_owned()).collect();
            let site = "none aorta".to_owned();
            (n, Sighting { site, features }, *looked)
        };
        Lessons {
            rows: rows.iter().enumerate().map(row).collect(),
            reports: rows.len(),
        }
    }

    #[test]
    fn weights_point_where_the_labels_do_and_rare_features_have_none() {
        let looked: (&[&str], bool) = (&["ivus", "always"], true);
        let left: (&[&str], bool) = (&["plan", "always"], false);
        let rare: (&[&str], bool) = (&["ivus", "always", "rare"], true);
        let lessons = lessons(&[looked, looked, looked, left, left, left, rare]);
        let (_, weights) = lessons.fit();
        assert!(
            weights["ivus"] > 0.5 && weights["plan"] < -0.5,
            "{weights:?}"
        );
        assert!(!weights.contains_key("rare"));
        // At the least loss its slope is nothing: the weight is the sum of the errors of its rows.
        let (bias, weights) = lessons.fit();
        let margin = |features: &[&str]| bias + features.iter().map(|f| weights[f]).sum::<f64>();
        let likely = |m: f64| 1.0 / (1.0 + (-m).exp());
        let errors = 4.0 * (1.0 - likely(margin(looked.0)));
        assert!((weights["ivus"] - errors).abs() < 1e-3, "{errors}");
    }
}
