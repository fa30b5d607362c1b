//! The measures of the project's score script, under its names: shares of reports, and precision and recall of what is
//! listed. Over-coding and under-coding are counted apart.

use std::{cmp::Ordering, collections::BTreeSet};

use super::compared::Compared;

/// One measure.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// Its name.
    pub name: &'static str,
    /// Its value, 0 to 1.
    pub value: f64,
    /// Numerator and denominator, or precision and recall.
    pub how: String,
}

/// True positives, false positives, false negatives.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Matches {
    tp: usize,
    fp: usize,
    fn_: usize,
}

impl Matches {
    fn add<T: Ord>(&mut self, (want, got): &(BTreeSet<T>, BTreeSet<T>)) {
        self.tp += want.intersection(got).count();
        self.fp += got.difference(want).count();
        self.fn_ += want.difference(got).count();
    }

    /// Precision, recall and their harmonic mean.
    fn rates(self) -> (f64, f64, f64) {
        let rate = |n: usize, of: usize| if of == 0 { 1.0 } else { ratio(n, of) };
        let (p, r) = (
            rate(self.tp, self.tp + self.fp),
            rate(self.tp, self.tp + self.fn_),
        );
        let mean = if p + r > 0.0 {
            2.0 * p * r / (p + r)
        } else {
            0.0
        };
        (p, r, mean)
    }
}

/// A share: how many of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) n: usize,
    pub(super) of: usize,
}

impl Share {
    pub(super) fn add(&mut self, hit: bool) {
        self.n += usize::from(hit);
        self.of += 1;
    }
}

/// The sums over all reports.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    pub(super) reports: usize,
    pub(super) missing: usize,
    units: usize,
    over: usize,
    under: usize,
    supported: usize,
    ivus: usize,
    with_ivus: Share,
    false_billing: Share,
    auto: Share,
    findings: Share,
    necessity: Share,
    base: Share,
    vessels: Matches,
    lesions: Matches,
    access: Matches,
    targets: Matches,
}

impl Sums {
    pub(super) fn add(&mut self, report: &Compared<'_>) {
        let exact = report.is_exact();
        self.units += usize::from(exact);
        self.ivus += usize::from(report.found.encounter.ivus == report.gold.ivus);
        self.supported += usize::from(report.units.1 == report.gold_units.1);
        match report.compare_totals() {
            Ordering::Greater => self.over += 1,
            Ordering::Less => self.under += 1,
            Ordering::Equal => {}
        }
        let positive = report.gold_units.0.total() > 0;
        if positive {
            self.with_ivus.add(exact);
        } else {
            self.false_billing.add(report.units.0.total() > 0);
        }
        if report.found.is_sure() {
            self.auto.add(exact);
        }
        self.vessels.add(&(
            report.want.keys().collect(),
            report.got.keys().collect::<BTreeSet<_>>(),
        ));
        for (site, vessel) in &report.want {
            if let Some(look) = report.got.get(site) {
                self.findings
                    .add(look.findings.is_empty() != vessel.findings);
                self.necessity
                    .add((look.necessity.state == "stated") == (vessel.necessity == "stated"));
            }
        }
        self.lesions.add(&report.lesions());
        self.access.add(&report.access());
        self.targets.add(&report.targets());
        let codes = &report.gold.base_codes;
        if positive && !codes.is_empty() {
            let told = &report.found.coding.base_procedures;
            self.base.add(told.iter().any(|b| codes.contains(b)));
        }
    }

    /// The measures, in the order and with the names of the score script.
    pub(super) fn measures(&self) -> Vec<Measure> {
        let of_all = |name, n| {
            share(
                name,
                Share {
                    n,
                    of: self.reports,
                },
            )
        };
        vec![
            of_all("units_exact", self.units),
            share("units_exact_with_ivus", self.with_ivus),
            share("false_billing", self.false_billing),
            of_all("over_coded", self.over),
            of_all("under_coded", self.under),
            of_all("units_supported_exact", self.supported),
            of_all("auto_coverage", self.auto.of),
            share("auto_units_exact", self.auto),
            of_all("ivus_status", self.ivus),
            f1("vessel_f1", self.vessels, true),
            share("findings_accuracy", self.findings),
            share("necessity_accuracy", self.necessity),
            f1("lesion_f1", self.lesions, true),
            f1("access_f1", self.access, false),
            f1("catheter_target_f1", self.targets, false),
            share("base_procedure_hit", self.base),
        ]
    }
}

fn share(name: &'static str, s: Share) -> Measure {
    Measure {
        name,
        value: ratio(s.n, s.of),
        how: format!("{}/{}", s.n, s.of),
    }
}

fn f1(name: &'static str, m: Matches, counts: bool) -> Measure {
    let (p, r, value) = m.rates();
    let tail = if counts {
        format!(" tp {} fp {} fn {}", m.tp, m.fp, m.fn_)
    } else {
        String::new()
    };
    Measure {
        name,
        value,
        how: format!("p {p:.3} r {r:.3}{tail}"),
    }
}

/// A quotient, 0 when there is nothing to divide by.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of reports and vessels are far below 2^52"
)]
pub(super) fn ratio(n: usize, of: usize) -> f64 {
    if of == 0 { 0.0 } else { n as f64 / of as f64 }
}
