//! Which vessel was told in the place of which: gold site by found site.

use std::collections::BTreeMap;

use serde::Serialize;

use super::compared::{Compared, Site, vessel_of};

/// One cell: how often a gold site was told as a found site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConfusionRow {
    /// The site of the labels; none when the labels have no such look.
    pub gold: Option<String>,
    /// The site told; none when it was missed.
    pub found: Option<String>,
    /// How often.
    pub count: usize,
    /// The reports, when the two differ.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reports: Vec<String>,
}

/// Gold site and found site.
type Pair = (Option<Site>, Option<Site>);

/// Counts of gold site and found site, with the reports in which the two differ.
#[derive(Clone, Debug, Default)]
pub(super) struct Confusion {
    cells: BTreeMap<Pair, (usize, Vec<String>)>,
}

impl Confusion {
    /// Adds a report. A missed and an extra site are taken for one another when they are the same vessel on another side,
    /// else when they are on one side and the report has no closer pair; what is left stands alone.
    pub(super) fn add(&mut self, id: &str, report: &Compared<'_>) {
        for site in report.want.keys().filter(|s| report.got.contains_key(*s)) {
            self.count(Some(site.clone()), Some(site.clone()), None);
        }
        let mut missed: Vec<&Site> = report.missed().map(|(s, _)| s).collect();
        let mut extra: Vec<&Site> = report.extra().map(|(s, _)| s).collect();
        for alike in [other_side, other_vessel] {
            missed.retain(|gold| {
                let Some(at) = extra.iter().position(|found| alike(gold, found)) else {
                    return true;
                };
                let found = extra.remove(at);
                self.count(Some((*gold).clone()), Some(found.clone()), Some(id));
                false
            });
        }
        for gold in missed {
            self.count(Some(gold.clone()), None, Some(id));
        }
        for found in extra {
            self.count(None, Some(found.clone()), Some(id));
        }
    }

    fn count(&mut self, gold: Option<Site>, found: Option<Site>, report: Option<&str>) {
        let cell = self.cells.entry((gold, found)).or_default();
        cell.0 += 1;
        cell.1.extend(report.map(str::to_owned));
    }

    /// Cells that differ first, the most frequent first; then those that agree.
    pub(super) fn rows(&self) -> Vec<ConfusionRow> {
        let cells = self.cells.iter();
        let mut rows: Vec<ConfusionRow> = cells
            .map(|((gold, found), (count, reports))| ConfusionRow {
                gold: gold.clone(),
                found: found.clone(),
                count: *count,
                reports: reports.clone(),
            })
            .collect();
        rows.sort_by_key(|r| (r.gold == r.found, std::cmp::Reverse(r.count)));
        rows
    }
}

fn other_side(gold: &Site, found: &Site) -> bool {
    vessel_of(gold) == vessel_of(found)
}

/// Another vessel of the same side and kind: an artery is seldom taken for a vein.
fn other_vessel(gold: &Site, found: &Site) -> bool {
    let side = |s: &Site| s.split(' ').next().map(str::to_owned);
    let kind = |s: &Site| s.rsplit('-').next().map(str::to_owned);
    side(gold) == side(found) && kind(gold) == kind(found)
}
