//! Output formats. A renderer prints an analysis; it decides nothing. Every format is made from the [`json::Document`]
//! of `contract.md`, so that all of them tell the same.

pub mod amounts;
pub mod brat;
pub mod csv;
pub mod doccano;
pub mod explain;
pub mod fhir;
pub mod html;
pub mod json;
pub mod notes;
pub mod omop;
pub(crate) mod passage;
pub(crate) mod placements;
pub mod route;
pub(crate) mod sheet;
pub mod text;
pub mod x12;

use std::{collections::BTreeSet, ops::Range};

use serde::{Deserialize, Serialize};

use crate::{
    analyzer::{Analysis, Analyzer},
    text::{Report, Span},
};
use json::{Document, FindingDoc, InterrogationDoc, Quote, Step};

/// An analysed report with all that a renderer needs.
#[derive(Debug)]
pub struct Reading {
    /// The report.
    pub report: Report,
    /// What was found in it.
    pub document: Document,
    /// Why each vessel was taken or left.
    pub trace: Vec<Step>,
}

impl Reading {
    /// Joins a report and its analysis.
    #[must_use]
    pub fn new(analyzer: &Analyzer, report: Report, analysis: &Analysis) -> Self {
        let document = json::document(analyzer, &report, analysis);
        let trace = json::trace(analyzer, &report, analysis);
        Self {
            report,
            document,
            trace,
        }
    }

    /// Joins a report and its analysis, with the reasons for each unit.
    #[must_use]
    pub fn explained(analyzer: &Analyzer, report: Report, analysis: &Analysis) -> Self {
        let explanation = explain::explain(analyzer, &report, analysis);
        let mut reading = Self::new(analyzer, report, analysis);
        reading.document.explanation = Some(explanation);
        reading
    }

    /// Whether a person should look at the report: a flag above info, or a disposition other than ready and no IVUS.
    #[must_use]
    pub fn is_flagged(&self) -> bool {
        !matches!(self.document.coding.disposition, "ready" | "no_ivus")
            || self.document.flags.iter().any(|f| f.severity != "info")
    }

    /// The counted vessels in order, once each, with their interrogation.
    pub(crate) fn counted(&self) -> Vec<(&str, Option<&InterrogationDoc>)> {
        let mut found: Vec<(&str, Option<&InterrogationDoc>)> = Vec::new();
        for vessel in self.document.coding.lines.iter().flat_map(|l| &l.vessels) {
            if !found.iter().any(|(v, _)| v == vessel) {
                let looks = &self.document.encounter.interrogations;
                let look = looks
                    .iter()
                    .find(|i| i.status == "performed" && key(i.side, &i.vessel) == *vessel);
                found.push((vessel, look));
            }
        }
        found
    }
}

/// How many reports of a run ended in which disposition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totals {
    reports: usize,
    flagged: usize,
    ready: usize,
    query: usize,
    review: usize,
    no_ivus: usize,
    units: u32,
    supported: u32,
}

impl Totals {
    /// The counts of one report.
    #[must_use]
    pub fn of(reading: &Reading) -> Self {
        let coding = &reading.document.coding;
        // Before 2016 the imaging part of a vessel has a code of its own; it is no further unit.
        let main = || coding.lines.iter().filter(|l| !l.code.starts_with('7'));
        let count = |disposition: &str| usize::from(coding.disposition == disposition);
        Self {
            reports: 1,
            flagged: usize::from(reading.is_flagged()),
            ready: count("ready"),
            query: count("query"),
            review: count("review"),
            no_ivus: count("no_ivus"),
            units: main().map(|l| l.units).sum(),
            supported: main().map(|l| l.units_supported).sum(),
        }
    }

    /// Whether a person should look at any of the reports.
    #[must_use]
    pub fn is_flagged(&self) -> bool {
        self.flagged > 0
    }

    /// How many reports a person should look at.
    #[must_use]
    pub fn flagged(&self) -> usize {
        self.flagged
    }

    /// How many reports support every unit.
    #[must_use]
    pub fn ready(&self) -> usize {
        self.ready
    }

    /// How many reports have no IVUS to code.
    #[must_use]
    pub fn without_ivus(&self) -> usize {
        self.no_ivus
    }

    /// Units performed and units supported.
    #[must_use]
    pub fn units(&self) -> (u32, u32) {
        (self.units, self.supported)
    }

    /// How many reports a coder must decide.
    #[must_use]
    pub fn to_review(&self) -> usize {
        self.review
    }

    /// How many reports need an addendum by the physician.
    #[must_use]
    pub fn to_query(&self) -> usize {
        self.query
    }

    /// How many reports were counted.
    #[must_use]
    pub fn reports(&self) -> usize {
        self.reports
    }

    /// The counts in one line.
    #[must_use]
    pub fn words(&self) -> String {
        format!(
            "{} ready, {} to query, {} to review, {} without IVUS to code; {} units performed, {} supported",
            self.ready, self.query, self.review, self.no_ivus, self.units, self.supported
        )
    }
}

impl std::ops::AddAssign for Totals {
    fn add_assign(&mut self, other: Self) {
        self.reports += other.reports;
        self.flagged += other.flagged;
        self.ready += other.ready;
        self.query += other.query;
        self.review += other.review;
        self.no_ivus += other.no_ivus;
        self.units += other.units;
        self.supported += other.supported;
    }
}

/// A vessel with its side, as the JSON writes it.
fn key(side: &str, vessel: &str) -> String {
    format!("{side} {vessel}")
}

/// `left common-iliac-vein` in words: "left common iliac vein".
pub(crate) fn vessel_words(key: &str) -> String {
    let (side, id) = key.split_once(' ').unwrap_or(("", key));
    let mut name = id.replace('-', " ");
    for (prefix, words) in [("av ", "AV "), ("tips ", "TIPS ")] {
        if let Some(rest) = name.strip_prefix(prefix) {
            name = format!("{words}{rest}");
        }
    }
    if let Some(rest) = name.strip_suffix(" unspecified") {
        name = format!("{rest} (segment not stated)");
    }
    match side {
        "left" | "right" => format!("{side} {name}"),
        "unknown" => format!("{name} (side not stated)"),
        _ => name,
    }
}

/// What a disposition asks for, in plain words.
pub(crate) fn disposition_words(disposition: &str) -> (&'static str, &'static str) {
    match disposition {
        "ready" => ("READY", "nothing is left to ask or to decide"),
        "query" => ("QUERY", "ask the physician for an addendum"),
        "review" => ("REVIEW", "a coder must decide"),
        _ => ("NO IVUS", "nothing to code"),
    }
}

/// What the report says about IVUS as a whole, in plain words.
pub(crate) fn ivus_words(ivus: &str) -> &'static str {
    match ivus {
        "performed" => "IVUS was performed",
        "not_performed" => "IVUS is mentioned but was not performed in this session",
        "coronary_only" => "only coronary IVUS was performed, which has codes of its own",
        _ => "the report does not mention IVUS",
    }
}

/// What a mark is evidence of, in plain words.
pub(crate) fn role_words(role: &str) -> &'static str {
    match role {
        "ivus" => "IVUS",
        "vessel" => "vessel",
        "side" => "side",
        "movement" => "movement",
        "finding" => "finding",
        "necessity" => "reason for IVUS",
        "lesion" => "lesion",
        "access" => "access",
        "procedure" => "procedure",
        "date" => "date",
        "sentence" => "sentence of the reason",
        _ => "context",
    }
}

/// The severities from the worst down, each with the heading of its group.
pub(crate) const SEVERITIES: [(&str, &str); 3] = [
    ("review", "For a coder to decide"),
    ("warning", "Missing or unclear in the text"),
    ("info", "Good to know"),
];

/// The readings of a vessel in a few words: "area stenosis 78 %, no thrombus".
pub(crate) fn findings_words(look: &InterrogationDoc) -> String {
    let mut words: Vec<String> = Vec::new();
    for finding in &look.findings {
        // A kind that is told with its value need not be told without it.
        let measured = |f: &&FindingDoc| {
            f.kind == finding.kind && f.negated == finding.negated && f.value.is_some()
        };
        if finding.value.is_none() && look.findings.iter().any(|f| measured(&f)) {
            continue;
        }
        let value = match (finding.value, finding.unit) {
            (Some(value), Some(unit)) => format!("{value} {unit}"),
            (Some(value), None) => value.to_string(),
            _ => String::new(),
        };
        let kind = if finding.kind == "measurement" {
            String::new()
        } else {
            finding.kind.replace('-', " ")
        };
        let no = if finding.negated { "no " } else { "" };
        let said = format!("{no}{} {value}", kind.trim()).trim().to_owned();
        if !said.is_empty() && !words.contains(&said) {
            words.push(said);
        }
    }
    let more = words.len().saturating_sub(6);
    words.truncate(6);
    if more > 0 {
        words.push(format!("{more} more"));
    }
    words.join(", ")
}

/// Vessels that are not counted for one reason.
pub(crate) struct Declined<'a> {
    /// Empty for studies that are not IVUS.
    pub(crate) vessels: Vec<&'a str>,
    pub(crate) rule: &'a str,
    pub(crate) reason: &'a str,
    pub(crate) evidence: Vec<&'a Quote>,
}

/// The declined vessels by rule and reason, in order; look-alike studies of one kind as one.
pub(crate) fn declined(document: &Document) -> Vec<Declined<'_>> {
    let mut groups: Vec<Declined<'_>> = Vec::new();
    for entry in &document.coding.not_counted {
        let quote = entry.evidence.first();
        let same = |g: &Declined<'_>| {
            g.rule == entry.rule
                && g.reason == entry.reason
                && g.vessels.is_empty() == entry.vessel.is_empty()
        };
        let known = groups.iter().position(same);
        let at = known.unwrap_or_else(|| {
            groups.push(Declined {
                vessels: Vec::new(),
                rule: &entry.rule,
                reason: &entry.reason,
                evidence: Vec::new(),
            });
            groups.len() - 1
        });
        let group = &mut groups[at];
        if !entry.vessel.is_empty() && !group.vessels.contains(&entry.vessel.as_str()) {
            group.vessels.push(&entry.vessel);
        }
        group.evidence.extend(quote);
    }
    groups
}

/// The numbers of the lines on which quotes stand, each once, ascending.
fn line_numbers<'a>(quotes: impl IntoIterator<Item = &'a Quote>) -> Vec<usize> {
    let lines: BTreeSet<usize> = quotes.into_iter().map(|q| q.line).collect();
    lines.into_iter().collect()
}

/// A report's lines, and where quotes stand in them.
struct Page<'a> {
    text: &'a str,
    /// The lines without their ends.
    lines: Vec<Span>,
    /// The byte of each code point, and the end; none in a text of ASCII, where they are the same.
    points: Option<Vec<usize>>,
}

impl<'a> Page<'a> {
    fn new(text: &'a str) -> Self {
        let mut lines = Vec::new();
        let mut start = 0;
        let bytes = text.as_bytes();
        for i in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            let b = bytes[i];
            if b == b'\n' || (b == b'\r' && bytes.get(i + 1) != Some(&b'\n')) {
                let end = if b == b'\n' && i > start && bytes[i - 1] == b'\r' {
                    i - 1
                } else {
                    i
                };
                lines.push(Span::new(start, end));
                start = i + 1;
            }
        }
        if start < text.len() {
            lines.push(Span::new(start, text.len()));
        }
        let points = || text.char_indices().map(|(i, _)| i).chain([text.len()]);
        let points = (!text.is_ascii()).then(|| points().collect());
        Self {
            text,
            lines,
            points,
        }
    }

    /// The text of a line, numbered from 1.
    fn line(&self, number: usize) -> &'a str {
        number
            .checked_sub(1)
            .and_then(|n| self.lines.get(n))
            .and_then(|s| self.text.get(s.start..s.end))
            .unwrap_or_default()
    }

    /// The code point at which a line begins, numbered from 1.
    fn point(&self, number: usize) -> usize {
        let start = number.checked_sub(1).and_then(|n| self.lines.get(n));
        let start = start.map_or(self.text.len(), |s| s.start);
        let points = self.points.as_ref();
        points.map_or(start, |points| points.partition_point(|p| *p < start))
    }

    /// The stretches of a quote, line by line: the line's number and the bytes within it.
    fn parts(&self, quote: &Quote) -> Vec<(usize, Range<usize>)> {
        self.parts_of(self.bytes(quote))
    }

    /// The bytes of a quote.
    fn bytes(&self, quote: &Quote) -> Range<usize> {
        let byte = |point: usize| match &self.points {
            Some(points) => points.get(point).copied().unwrap_or(self.text.len()),
            None => point.min(self.text.len()),
        };
        byte(quote.start)..byte(quote.end)
    }

    /// The stretches of some bytes, line by line.
    fn parts_of(&self, bytes: Range<usize>) -> Vec<(usize, Range<usize>)> {
        let Range { start, end } = bytes;
        let first = self.lines.partition_point(|l| l.end < start);
        let lines = self
            .lines
            .iter()
            .enumerate()
            .skip(first)
            .take_while(|(_, l)| l.start < end.max(start + 1));
        lines
            .map(|(n, l)| {
                let line = self.line(n + 1);
                let (from, to) = (
                    start.max(l.start) - l.start,
                    end.min(l.end).max(l.start) - l.start,
                );
                // White space that a wrapped quote takes along at a line's start is no evidence.
                let indent = line
                    .get(from..to)
                    .map_or(0, |s| s.len() - s.trim_start().len());
                (n + 1, from + indent..to)
            })
            .filter(|(_, r)| r.start < r.end)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vessels_are_told_in_words() {
        for (key, words) in [
            ("left common-iliac-vein", "left common iliac vein"),
            ("none inferior-vena-cava", "inferior vena cava"),
            ("unknown renal-artery", "renal artery (side not stated)"),
            (
                "right iliac-vein-unspecified",
                "right iliac vein (segment not stated)",
            ),
            ("left av-graft", "left AV graft"),
        ] {
            assert_eq!(vessel_words(key), words);
        }
    }

    #[test]
    fn a_wrapped_quote_is_one_part_on_each_line() {
        let text = "é the left common\r\n   iliac vein\n";
        let page = Page::new(text);
        let start = text.chars().position(|c| c == 'l').unwrap();
        let end = text.chars().count() - 1;
        let quote = Quote {
            start,
            end,
            line: 1,
            column: 7,
            text: String::new(),
            role: "vessel",
        };
        let words: Vec<&str> = page
            .parts(&quote)
            .iter()
            .map(|(n, r)| page.line(*n).get(r.clone()).unwrap())
            .collect();
        assert_eq!(words, ["left common", "iliac vein"]);
        assert_eq!(page.lines.len(), 2);
    }
}
