//! One result as feedback needs it: read from a line of JSONL, or from an analysis of the queue. Errors name no value.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Element, GAPS};

/// What one report tells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// The report's id, with its source; for the seeing of doubles alone.
    pub id: String,
    /// The physician; empty when not known.
    pub physician: String,
    /// The site; empty when not known.
    pub site: String,
    /// The date of service, ISO 8601.
    pub date: Option<String>,
    /// Whether IVUS of a vessel outside the heart was done.
    pub ivus: bool,
    /// Whether its sender took it back.
    pub withdrawn: bool,
    /// Whether each element is there, in order; `None` where it does not apply.
    pub elements: [Option<bool>; 5],
    /// Rules that flagged it, with how often.
    pub flags: BTreeMap<String, u64>,
    /// Vessels that rules declined.
    pub declined: Vec<(String, String)>,
    /// Units performed.
    pub performed: u64,
    /// Units the text supports.
    pub supported: u64,
    /// Each suggestion: its name, the rules of its line, its confidence.
    pub suggestions: Vec<(String, Vec<String>, String)>,
    /// What coders made of it; from the queue alone.
    pub decided: Option<Decided>,
}

/// What coders made of a report, by the decisions in force on its newest version.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decided {
    /// Whether the report is finished.
    pub finished: bool,
    /// The decisions.
    pub made: Vec<Made>,
}

/// A decision.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Made {
    /// The suggestion, or code and vessel of what was added.
    pub suggestion: String,
    /// `Accepted`, `Edited`, `Added`, `Direct` or `Rejected`.
    pub class: String,
    /// The vessel that is used.
    pub vessel: Option<String>,
    /// Why it was rejected.
    pub reason: Option<String>,
}

/// Why a line is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unusable;

#[derive(Deserialize)]
struct Line {
    report: Head,
    encounter: Encounter,
    coding: Coding,
    #[serde(default)]
    flags: Vec<Flag>,
    #[serde(default)]
    author: Option<String>,
    #[serde(default)]
    report_status: Option<String>,
    #[serde(default)]
    passthrough: Map<String, Value>,
}

#[derive(Deserialize)]
struct Head {
    id: String,
    source: Option<String>,
    date_of_service: Option<String>,
}

#[derive(Deserialize)]
struct Encounter {
    ivus: String,
    interrogations: Vec<Look>,
}

#[derive(Deserialize)]
struct Look {
    side: String,
    status: String,
}

#[derive(Deserialize)]
struct Coding {
    lines: Vec<Suggested>,
    not_counted: Vec<Declined>,
}

#[derive(Deserialize)]
struct Suggested {
    code: String,
    units: u64,
    units_supported: u64,
    vessels: Vec<String>,
    confidence: String,
    rules: Vec<String>,
}

#[derive(Deserialize)]
struct Declined {
    vessel: String,
    rule: String,
}

#[derive(Deserialize)]
struct Flag {
    rule: String,
}

impl Told {
    /// Reads a result: a line of `ivus batch` or `ivus check --format jsonl`, or an analysis of the queue.
    ///
    /// # Errors
    /// When it is none.
    pub fn of(json: &[u8]) -> Result<Self, Unusable> {
        // The parser's message may quote the line.
        let line: Line = serde_json::from_slice(json).map_err(|_| Unusable)?;
        let physician = cell(&line.passthrough, &["physician", "provider_id", "provider"]);
        let site = cell(&line.passthrough, &["site", "care_site_id", "facility"]);
        let mut flags: BTreeMap<String, u64> = BTreeMap::new();
        for flag in &line.flags {
            *flags.entry(flag.rule.clone()).or_default() += 1;
        }
        let ivus = line.encounter.ivus == "performed";
        let looks: Vec<&Look> = line
            .encounter
            .interrogations
            .iter()
            .filter(|l| l.status == "performed")
            .collect();
        let declined: Vec<(String, String)> = line
            .coding
            .not_counted
            .into_iter()
            .map(|d| (d.vessel, d.rule))
            .collect();
        // Nobody is measured by what no longer stands, or by a part of a report.
        let withdrawn = matches!(
            line.report_status.as_deref(),
            Some("withdrawn" | "addendum")
        ) || declined
            .iter()
            .any(|(_, rule)| matches!(rule.as_str(), "IVUS113" | "IVUS116"));
        let mut told = Self {
            id: format!(
                "{}\n{}\n{}",
                line.report.source.unwrap_or_default(),
                line.report.id,
                site.as_deref().unwrap_or_default()
            ),
            physician: physician.or(line.author).unwrap_or_default(),
            site: site.unwrap_or_default(),
            date: line.report.date_of_service.filter(|d| is_day(d)),
            ivus,
            withdrawn,
            elements: if ivus {
                elements(&looks, &flags)
            } else {
                [None; 5]
            },
            flags,
            declined,
            ..Self::default()
        };
        for line in line.coding.lines {
            told.performed += line.units;
            told.supported += line.units_supported;
            for vessel in line.vessels {
                told.suggestions.push((
                    format!("{} {vessel}", line.code),
                    line.rules.clone(),
                    line.confidence.clone(),
                ));
            }
        }
        Ok(told)
    }

    /// Whether no element is missing.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        !self.elements.contains(&Some(false))
    }

    /// The month of service: `2024-05`.
    #[must_use]
    pub fn month(&self) -> Option<&str> {
        self.date.as_deref().and_then(|d| d.get(..7))
    }

    /// The rule that declined a vessel, if one did.
    pub(super) fn declined_by(&self, vessel: &str) -> Option<&str> {
        self.declined
            .iter()
            .find(|(v, _)| v == vessel)
            .map(|(_, rule)| rule.as_str())
    }

    /// The rules that declined a vessel, each once.
    pub(super) fn declining(&self) -> BTreeSet<&str> {
        self.declined.iter().map(|(_, r)| r.as_str()).collect()
    }
}

/// Whether each element is there. It is not there when a rule of its gaps flags the report.
fn elements(looks: &[&Look], flags: &BTreeMap<String, u64>) -> [Option<bool>; 5] {
    Element::ALL.map(|element| {
        let lacks = GAPS
            .iter()
            .any(|g| g.element == Some(element) && flags.contains_key(g.rule));
        // A text in which no vessel could be read leaves open what is said of vessels.
        let lacks = lacks || (element == Element::Vessel && flags.contains_key("IVUS019"));
        let applies = match element {
            Element::Vessel | Element::Movement => true,
            Element::Side => looks.iter().any(|l| l.side != "none"),
            Element::Necessity | Element::Findings => !looks.is_empty(),
        };
        (applies || lacks).then_some(!lacks)
    })
}

fn is_day(text: &str) -> bool {
    text.parse::<crate::date::Date>().is_ok()
}

/// The first of some columns that says something, in any case of letters.
fn cell(columns: &Map<String, Value>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| {
        let (_, value) = columns.iter().find(|(n, _)| n.eq_ignore_ascii_case(name))?;
        let text = match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        (!text.is_empty()).then_some(text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{analyzer::Analyzer, render::Reading, text::Report};

    fn told(text: &str) -> Told {
        let analyzer = Analyzer::builtin();
        let report = Report::new("1", text);
        let analysis = analyzer.analyze(&report);
        let document = Reading::new(&analyzer, report, &analysis).document;
        Told::of(&serde_json::to_vec(&document).unwrap()).unwrap()
    }

    #[test]
    fn elements_follow_the_flags_and_apply_where_they_can() {
        let full = told(
            "DATE: 05/02/2024\nThe venogram was equivocal, so IVUS was needed in the left common iliac vein. The IVUS \
             catheter was advanced into the left common iliac vein. IVUS of the left common iliac vein showed a lumen of \
             62 mm2.\n",
        );
        assert_eq!(full.elements, [Some(true); 5]);
        let bare = told("IVUS of the common iliac vein was performed.\n");
        assert_eq!(
            bare.elements,
            [
                Some(true),
                Some(false),
                Some(false),
                Some(false),
                Some(false)
            ]
        );
        let none = told("Chest film, two views.\n");
        assert_eq!((none.ivus, none.elements), (false, [None; 5]));
    }

    #[test]
    fn a_line_that_is_no_result_is_refused() {
        for bad in [&b"{}"[..], b"", b"[1]", b"{\"report\":{\"id\":7}}", b"\xff"] {
            assert_eq!(Told::of(bad), Err(Unusable));
        }
    }
}
