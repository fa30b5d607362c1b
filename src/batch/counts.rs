//! What is counted over the records of a run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    intake::Fault,
    render::{Reading, Totals},
};

/// Counts of records.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Of the reports that were read.
    pub reports: Totals,
    /// Reports by what they say of IVUS as a whole: `performed`, `not_performed`, `coronary_only`, `absent`.
    pub ivus: BTreeMap<String, u64>,
    /// Units by code.
    pub codes: BTreeMap<String, Units>,
    /// Reports in which a vessel was counted, by vessel with its side.
    pub vessels: BTreeMap<String, u64>,
    /// Reports by the worst of their flags: `info`, `warning`, `review`.
    pub severities: BTreeMap<String, u64>,
    /// Reports that were flagged, by rule.
    pub flags: BTreeMap<String, u64>,
    /// Reports in which a rule declined a vessel, by rule.
    pub declined: BTreeMap<String, u64>,
    /// Records that failed, by kind of fault.
    pub failures: BTreeMap<String, u64>,
}

/// Units of one code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Units {
    /// Those that were performed.
    pub performed: u64,
    /// Of these, those that the text supports today.
    pub supported: u64,
}

impl Counts {
    /// The counts of one report.
    pub(super) fn of(reading: &Reading) -> Self {
        let document = &reading.document;
        let coding = &document.coding;
        let mut codes: BTreeMap<String, Units> = BTreeMap::new();
        for line in &coding.lines {
            let units = codes.entry(line.code.clone()).or_default();
            units.performed += u64::from(line.units);
            units.supported += u64::from(line.units_supported);
        }
        let worst = ["review", "warning", "info"]
            .into_iter()
            .find(|s| document.flags.iter().any(|f| f.severity == *s));
        Self {
            reports: Totals::of(reading),
            ivus: once([document.encounter.ivus]),
            codes,
            vessels: once(
                coding
                    .lines
                    .iter()
                    .flat_map(|l| &l.vessels)
                    .map(String::as_str),
            ),
            severities: once(worst),
            flags: once(document.flags.iter().map(|f| f.rule.as_str())),
            declined: once(coding.not_counted.iter().map(|n| n.rule.as_str())),
            failures: BTreeMap::new(),
        }
    }

    pub(super) fn fail(&mut self, fault: &Fault) {
        *self.failures.entry(fault.kind.clone()).or_default() += 1;
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.reports += other.reports;
        for (code, more) in &other.codes {
            let units = self.codes.entry(code.clone()).or_default();
            units.performed += more.performed;
            units.supported += more.supported;
        }
        for (sum, more) in [
            (&mut self.ivus, &other.ivus),
            (&mut self.vessels, &other.vessels),
            (&mut self.severities, &other.severities),
            (&mut self.flags, &other.flags),
            (&mut self.declined, &other.declined),
            (&mut self.failures, &other.failures),
        ] {
            for (name, count) in more {
                *sum.entry(name.clone()).or_default() += count;
            }
        }
    }

    /// How many records failed, at all or in one form.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.failures.values().sum()
    }
}

/// Each name counted once, however often it comes.
fn once<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeMap<String, u64> {
    names.into_iter().map(|n| (n.to_owned(), 1)).collect()
}
