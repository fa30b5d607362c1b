//! Whether confidence means what it says: how often the units are exact at each confidence and disposition.

use std::{cmp::Ordering, collections::BTreeMap};

use serde::Serialize;

use super::{compared::Compared, measures::ratio};

/// The reports of one confidence and disposition.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CalibrationRow {
    /// Of the least sure line: `high`, `medium` or `low`; `high` when there is no line.
    pub confidence: String,
    /// `ready`, `query`, `review` or `no_ivus`.
    pub disposition: String,
    /// Whether the units of such a report may be taken over without a coder's look.
    pub automatic: bool,
    /// How many reports.
    pub reports: usize,
    /// Those with exact units.
    pub exact: usize,
    /// Those with more units than the labels.
    pub over_coded: usize,
    /// Those with fewer.
    pub under_coded: usize,
    /// The share of exact ones.
    pub share: f64,
}

/// Counts by confidence and disposition.
#[derive(Clone, Debug, Default)]
pub(super) struct Calibration {
    rows: BTreeMap<(usize, usize), CalibrationRow>,
}

impl Calibration {
    pub(super) fn add(&mut self, report: &Compared<'_>) {
        let (confidence, disposition) =
            (report.found.confidence(), &report.found.coding.disposition);
        let place = |names: &[&str], name: &str| {
            names.iter().position(|n| *n == name).unwrap_or(names.len())
        };
        let at = (
            place(&["high", "medium", "low"], confidence),
            place(&["ready", "query", "review", "no_ivus"], disposition),
        );
        let row = self.rows.entry(at).or_insert_with(|| CalibrationRow {
            confidence: confidence.to_owned(),
            disposition: disposition.clone(),
            automatic: report.found.is_sure(),
            reports: 0,
            exact: 0,
            over_coded: 0,
            under_coded: 0,
            share: 0.0,
        });
        row.reports += 1;
        row.exact += usize::from(report.is_exact());
        match report.compare_totals() {
            Ordering::Greater => row.over_coded += 1,
            Ordering::Less => row.under_coded += 1,
            Ordering::Equal => {}
        }
    }

    /// The rows, surest first.
    pub(super) fn rows(&self) -> Vec<CalibrationRow> {
        let rows = self.rows.values().cloned();
        rows.map(|r| CalibrationRow {
            share: (ratio(r.exact, r.reports) * 1e4).round() / 1e4,
            ..r
        })
        .collect()
    }
}
