//! What differs between a report and its labels, in words, with the words of the report that led to it.

use std::cmp::Ordering;

use serde::Serialize;

use super::{
    compared::{Compared, Site},
    found::{Look, Words},
    gold::{Agreement, GoldVessel},
};

/// In which way a report differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// More units than the labels have.
    OverCoded,
    /// Fewer units.
    UnderCoded,
    /// The report could not be read.
    NoPrediction,
    /// As many units, but something else differs.
    Other,
}

/// A report that differs from its labels.
#[derive(Clone, Debug, Serialize)]
pub struct Difference {
    /// The report.
    pub id: String,
    /// Whether two good coders would agree on the labels.
    pub confidence: Agreement,
    /// In which way it differs.
    pub kind: Kind,
    /// What differs, each with the words that tell.
    pub differences: Vec<Told>,
}

/// One thing that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// What.
    pub what: String,
    /// The words of the report, or the rule and reason, that led to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
}

/// In which way the units differ; `Other` when they do not.
pub(super) fn kind(report: &Compared<'_>) -> Kind {
    match report.compare_totals() {
        Ordering::Greater => Kind::OverCoded,
        Ordering::Less => Kind::UnderCoded,
        Ordering::Equal => Kind::Other,
    }
}

/// All that differs in a report; empty when nothing does.
pub(super) fn differences(report: &Compared<'_>) -> Vec<Told> {
    let mut all = Vec::new();
    let (ivus, gold) = (&report.found.encounter.ivus, &report.gold.ivus);
    if ivus != gold {
        all.push(told(format!("ivus is {ivus}, gold {gold}"), None));
    }
    units(report, &mut all);
    for (site, look) in report.extra() {
        let words = look.evidence.first().map(quoted);
        all.push(told(format!("extra vessel {site}"), words));
    }
    for (site, vessel) in report.missed() {
        all.push(told(
            format!("missed vessel {site}"),
            gold_quote(report, vessel),
        ));
    }
    for (site, vessel) in &report.want {
        if let Some(look) = report.got.get(site) {
            documented(site, vessel, look, &mut all);
        }
    }
    all
}

fn units(report: &Compared<'_>, all: &mut Vec<Told>) {
    let ((got, supported), (want, want_supported)) = (report.units, report.gold_units);
    if got != want {
        let declined = report.found.coding.not_counted.iter();
        let reasons: Vec<String> = declined
            .filter(|n| !n.vessel.is_empty())
            .map(|n| format!("{} {}: {}", n.rule, n.vessel, n.reason))
            .collect();
        let evidence = (!reasons.is_empty()).then(|| format!("declined: {}", reasons.join("; ")));
        all.push(told(format!("units {got}, gold {want}"), evidence));
    }
    if supported != want_supported {
        let what = format!("supported units {supported}, gold {want_supported}");
        all.push(told(what, None));
    }
}

/// Findings and reason of a vessel that both sides name.
fn documented(site: &Site, vessel: &GoldVessel, look: &Look, all: &mut Vec<Told>) {
    let findings = !look.findings.is_empty();
    if findings != vessel.findings {
        let said = |f: bool| if f { "stated" } else { "not stated" };
        let what = format!(
            "findings of {site} {}, gold {}",
            said(findings),
            said(vessel.findings)
        );
        all.push(told(
            what,
            look.findings.first().map(|f| quoted(&f.evidence)),
        ));
    }
    let (state, right) = (look.necessity.state.as_str(), vessel.necessity.as_str());
    if (state == "stated") != (right == "stated") {
        let what = format!("necessity of {site} {state}, gold {right}");
        all.push(told(what, look.necessity.evidence.first().map(quoted)));
    }
}

/// The words by which the labels know a vessel, with their line when they stand in the report.
fn gold_quote(report: &Compared<'_>, vessel: &GoldVessel) -> Option<String> {
    let before = report
        .text
        .find(&vessel.quote)
        .and_then(|at| report.text.get(..at));
    let line = before.map_or(0, |before| before.matches('\n').count() + 1);
    (!vessel.quote.is_empty()).then(|| at_line(line, &vessel.quote))
}

pub(super) fn told(what: impl Into<String>, evidence: Option<String>) -> Told {
    Told {
        what: what.into(),
        evidence,
    }
}

fn quoted(words: &Words) -> String {
    at_line(words.line, &words.text)
}

fn at_line(line: usize, words: &str) -> String {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if line == 0 {
        format!("\"{words}\"")
    } else {
        format!("line {line} \"{words}\"")
    }
}
