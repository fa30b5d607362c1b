//! How often each rule fired, and how often rightly, where the labels can say.

use std::{cmp::Ordering, collections::BTreeMap};

use serde::Serialize;

use super::{
    compared::{Compared, vessel_of},
    gold::Keys,
};
use crate::rules;

/// The figures of one rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RuleRow {
    /// Its id.
    pub rule: String,
    /// Its name.
    pub name: String,
    /// How often it declined a vessel, set a flag or gave units.
    pub fired: usize,
    /// In how many reports.
    pub reports: usize,
    /// How often the labels agree.
    pub right: usize,
    /// How often they do not.
    pub wrong: usize,
    /// The reports in which they do not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub wrong_in: Vec<String>,
    /// How often they do not say.
    pub unsaid: usize,
    /// Reports whose labels list the flag by name. The list of the labels is a reading aid, not closed.
    pub labelled: usize,
    /// Of these, reports in which the rule fired.
    pub met: usize,
}

/// What the labels say of a rule that fired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Judged {
    Right,
    Wrong,
    Unsaid,
}

impl From<bool> for Judged {
    fn from(right: bool) -> Self {
        if right { Self::Right } else { Self::Wrong }
    }
}

/// Counts by rule.
#[derive(Clone, Debug, Default)]
pub(super) struct Rules {
    rows: BTreeMap<String, RuleRow>,
}

impl Rules {
    pub(super) fn add(&mut self, id: &str, report: &Compared<'_>) {
        let declined = report.found.coding.not_counted.iter();
        let flagged = report.found.flags.iter();
        let fired: Vec<(&str, &str, Judged)> = declined
            .map(|d| (d.rule.as_str(), d.vessel.as_str()))
            .map(|(rule, vessel)| (rule, vessel, of_declined(rule, vessel, report)))
            .chain(flagged.map(|f| {
                let vessel = f.vessel.as_deref().unwrap_or_default();
                (f.rule.as_str(), vessel, of_flag(&f.rule, vessel, report))
            }))
            .chain(given(report))
            .collect();
        for rule in rules::all() {
            let name = rule.id.to_string();
            let here: Vec<Judged> = fired
                .iter()
                .filter(|(r, ..)| *r == name)
                .map(|(.., judged)| *judged)
                .collect();
            let labelled = report.gold.flags.iter().any(|f| names(f, rule.name));
            let row = self.rows.entry(name.clone()).or_insert_with(|| RuleRow {
                rule: name,
                name: rule.name.to_owned(),
                ..RuleRow::default()
            });
            let count = |of: Judged| here.iter().filter(|j| **j == of).count();
            row.fired += here.len();
            row.reports += usize::from(!here.is_empty());
            row.right += count(Judged::Right);
            row.wrong += count(Judged::Wrong);
            row.unsaid += count(Judged::Unsaid);
            row.labelled += usize::from(labelled);
            row.met += usize::from(labelled && !here.is_empty());
            if here.contains(&Judged::Wrong) {
                row.wrong_in.push(id.to_owned());
            }
        }
    }

    /// The rows of all rules in order of id.
    pub(super) fn rows(&self) -> Vec<RuleRow> {
        self.rows.values().cloned().collect()
    }
}

/// The rules that gave units (IVUS190, IVUS191): right where the units of their code are those of the labels.
fn given<'a>(report: &Compared<'a>) -> Vec<(&'a str, &'a str, Judged)> {
    let (units, gold) = (report.units.0, report.gold_units.0);
    let lines = report.found.coding.lines.iter();
    let rules = lines.flat_map(|l| &l.rules).map(String::as_str);
    let judged = rules.filter_map(|rule| match rule {
        "IVUS190" => Some((rule, "", Judged::from(units.initial == gold.initial))),
        "IVUS191" => Some((rule, "", Judged::from(units.additional == gold.additional))),
        _ => None,
    });
    judged.collect()
}

/// Whether a flag of the labels ("missing-findings: left …") names a rule.
fn names(flag: &str, rule: &str) -> bool {
    let name = flag.split(':').next().unwrap_or_default().trim();
    name == rule || format!("no-{}", name.trim_start_matches("no-")) == rule
}

/// Whether a vessel was rightly left out.
fn of_declined(rule: &str, vessel: &str, report: &Compared<'_>) -> Judged {
    let site = report.keys.member(vessel);
    let units = report.gold_units.0.total();
    match rule {
        // Not looked at by the labels, or told as looked at elsewhere in the text.
        "IVUS101" | "IVUS102" | "IVUS105" | "IVUS108" | "IVUS109" => {
            Judged::from(!report.want.contains_key(&site) || report.got.contains_key(&site))
        }
        // Another study says nothing about IVUS beside it.
        "IVUS103" if units == 0 => Judged::Right,
        // A vessel counts once however often it is named.
        "IVUS104" if report.got.contains_key(&site) => Judged::Right,
        // The labels count units, not which vessels share one: judged by the sum.
        "IVUS106" => match report.compare_totals() {
            Ordering::Less => Judged::Wrong,
            Ordering::Equal => Judged::Right,
            Ordering::Greater => Judged::Unsaid,
        },
        "IVUS107" => in_one_lesion(&site, report.keys, &report.gold.one_lesion).into(),
        "IVUS110" => Judged::from(units == 0),
        "IVUS111" => Judged::from(units >= 6),
        _ => Judged::Unsaid,
    }
}

fn in_one_lesion(site: &str, keys: &Keys<'_>, lesions: &[Vec<String>]) -> bool {
    lesions.iter().flatten().any(|v| keys.member(v) == site)
}

/// Whether a flag was rightly set.
fn of_flag(rule: &str, vessel: &str, report: &Compared<'_>) -> Judged {
    let site = report.keys.member(vessel);
    let gold = report.want.get(&site);
    let listed = |name: &str| report.gold.flags.iter().any(|f| names(f, name));
    match rule {
        "IVUS003" if !vessel.is_empty() => Judged::from(gold.is_some_and(|v| !v.findings)),
        "IVUS004" | "IVUS005" if !vessel.is_empty() => {
            Judged::from(gold.is_some_and(|v| v.necessity != "stated"))
        }
        "IVUS008" if !vessel.is_empty() => {
            let unknown = format!("unknown {}", vessel_of(&site));
            Judged::from(report.want.contains_key(&unknown))
        }
        "IVUS012" => Judged::from(report.gold.base_codes.is_empty()),
        "IVUS013" => Judged::from(report.gold.date_of_service.is_none()),
        "IVUS017" if report.gold.excluded_by.is_some() => Judged::Right,
        _ => match rules::find(rule) {
            Some(rule) if listed(rule.name) => Judged::Right,
            _ => Judged::Unsaid,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_of_the_labels_name_rules() {
        for (flag, rule, expected) in [
            (
                "missing-findings: left common-iliac-vein",
                "missing-findings",
                true,
            ),
            ("no-date-of-service", "no-date-of-service", true),
            ("bundled: 37191", "bundled", true),
            ("missing-findings", "missing-necessity", false),
        ] {
            assert_eq!(names(flag, rule), expected, "{flag} {rule}");
        }
    }
}
