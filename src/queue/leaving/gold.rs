//! A decided report as gold labels, for `ivus eval`: the text, and what a coder decided of it. Vessels and units are the
//! coder's; what a coder is not asked for is what the program reads, and is named as such under `as_read`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Exported, beside, standing};
use crate::queue::procedures::{self, Part};
use crate::render::{
    Reading,
    json::{InterrogationDoc, Quote},
};

/// Rejections that say that IVUS of the vessel was not done in this session; the others leave the vessel examined.
const NOT_EXAMINED: [&str; 6] = [
    "not_performed",
    "history_only",
    "coronary",
    "negated",
    "wrong_vessel",
    "wrong_side",
];

/// The labels of the first vessel's codes, today's and those before 2016.
const INITIAL: [&str; 2] = ["37252", "37250"];
/// Those of the further vessels.
const ADDITIONAL: [&str; 2] = ["37253", "37251"];

/// The labels of a finished report; `None` when it is not finished. `name` is the stem of its files.
#[must_use]
pub fn labels(one: &Exported, reading: &Reading, name: &str) -> Option<Value> {
    if one.status != "done" {
        return None;
    }
    let document = &reading.document;
    let used: Vec<&str> = standing(one)
        .filter(|d| d.class != "Rejected")
        .filter_map(|d| d.vessel.as_deref())
        .collect();
    let left_out: Vec<&str> = standing(one)
        .filter(|d| {
            d.class == "Edited"
                || d.reason
                    .as_deref()
                    .is_some_and(|r| NOT_EXAMINED.contains(&r))
        })
        .filter_map(|d| d.suggestion.split_once(' ').map(|(_, vessel)| vessel))
        .filter(|vessel| !used.contains(vessel))
        .collect();
    let mut vessels = Vec::new();
    let mut keys: Vec<String> = Vec::new();
    for look in &document.encounter.interrogations {
        let key = key(look);
        let examined = look.status == "performed" && !left_out.contains(&key.as_str());
        if (examined || used.contains(&key.as_str())) && !keys.contains(&key) {
            vessels.push(vessel(look));
            keys.push(key);
        }
    }
    for decision in standing(one).filter(|d| d.class != "Rejected") {
        let Some(key) = decision.vessel.clone().filter(|v| !keys.contains(v)) else {
            continue;
        };
        let (side, id) = key.split_once(' ').unwrap_or(("unknown", &key));
        let quote = decision
            .words
            .map_or("", |(start, end)| words(&reading.report.text, start, end));
        vessels.push(json!({"vessel": id, "side": side, "findings": false, "necessity": "missing", "quote": quote}));
        keys.push(key);
    }
    let units = |codes: [&str; 2]| {
        let of = |d: &&super::ExportedDecision| {
            d.class != "Rejected" && d.code.as_deref().is_some_and(|c| codes.contains(&c))
        };
        standing(one).filter(of).count()
    };
    let supported = |codes: [&str; 2]| {
        let lines = document.coding.lines.iter();
        let read: u32 = lines
            .filter(|l| codes.contains(&l.code.as_str()))
            .map(|l| l.units_supported)
            .sum();
        units(codes).min(read as usize)
    };
    let lesions: Vec<&Vec<String>> = document
        .encounter
        .lesions
        .iter()
        .filter(|l| l.contiguous)
        .map(|l| &l.vessels)
        .collect();
    let access: Vec<Value> = document
        .encounter
        .access
        .iter()
        .map(|a| json!({"vessel": a.vessel, "side": a.side}))
        .collect();
    let ivus = match document.encounter.ivus {
        _ if !vessels.is_empty() => "performed",
        "performed" => "not_performed",
        other => other,
    };
    let (base_codes, base_as_read) = base_codes(one, reading);
    let mut as_read = vec![
        "findings",
        "necessity",
        "one_lesion",
        "access",
        "units_supported",
    ];
    if base_as_read {
        as_read.push("base_codes");
    }
    Some(json!({
        "id": name,
        "style": "decided in the review queue",
        "date_of_service": document.report.date_of_service,
        "ivus": ivus,
        "vessels": vessels,
        "one_lesion": lesions,
        "access": access,
        "catheter_targets": targets(one),
        "base_codes": base_codes,
        "excluded_by": null,
        "units": {"initial": units(INITIAL), "additional": units(ADDITIONAL)},
        "units_supported": {"initial": supported(INITIAL), "additional": supported(ADDITIONAL)},
        "flags": [],
        "confidence": "medium",
        "why": "vessels and units as a coder decided them; the rest as the program read it",
        "as_read": as_read,
    }))
}

/// The base procedures, each as it was decided, else as it was read; and whether one is as it was read.
fn base_codes(one: &Exported, reading: &Reading) -> (Vec<String>, bool) {
    let (mut codes, mut as_read) = (Vec::new(), false);
    for offered in procedures::offered(reading) {
        if offered.part != Part::Base {
            continue;
        }
        let decided = beside(one).find(|d| d.suggestion == offered.key);
        as_read |= decided.is_none();
        let code = decided.map_or(Some(offered.code), |d| d.code.clone());
        codes.extend(code.filter(|c| !codes.contains(c)));
    }
    (codes, as_read)
}

/// The vessels of the catheter placements that coders used.
fn targets(one: &Exported) -> Vec<Value> {
    let used = beside(one).filter(|d| d.class != "Rejected");
    let target = |key: &str| {
        let (_, to) = key.split_once(" > ")?;
        let (side, vessel) = to.split(" #").next()?.split_once(' ')?;
        Some(json!({"vessel": vessel, "side": side}))
    };
    let mut all: Vec<Value> = Vec::new();
    for target in used.filter_map(|d| target(&d.suggestion)) {
        if !all.contains(&target) {
            all.push(target);
        }
    }
    all
}

/// Stems of files, each given away once: two sites may call reports by the same id.
#[derive(Debug, Default)]
pub struct Stems(BTreeSet<String>);

impl Stems {
    /// The stem of a report's files: its id where that can be a file's name and is free, else the queue's number.
    pub fn next(&mut self, id: &str, number: i64) -> String {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let fits = (1..=100).contains(&id.len()) && id.chars().all(plain);
        let own = fits.then(|| id.to_owned());
        let numbered = format!("report-{number}");
        let others = (2..).map(|n| format!("report-{number}-{n}"));
        let mut tried = own.into_iter().chain([numbered.clone()]).chain(others);
        // Where files are called without regard to case, as on many machines, two stems must differ by more.
        let found = tried.find(|stem| self.0.insert(stem.to_ascii_lowercase()));
        found.unwrap_or(numbered)
    }
}

fn key(look: &InterrogationDoc) -> String {
    format!("{} {}", look.side, look.vessel)
}

fn vessel(look: &InterrogationDoc) -> Value {
    let named = |q: &&Quote| q.role == "vessel";
    let quote = look.evidence.iter().find(named).or(look.evidence.first());
    json!({
        "vessel": look.vessel,
        "side": look.side,
        "findings": !look.findings.is_empty(),
        "necessity": look.necessity.state,
        "quote": quote.map_or("", |q| q.text.as_str()),
    })
}

/// Words by their code points.
fn words(text: &str, start: usize, end: usize) -> &str {
    let at = |n: usize| text.char_indices().nth(n).map_or(text.len(), |(i, _)| i);
    text.get(at(start)..at(end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_report_has_a_stem_of_its_own_that_can_be_a_file() {
        let mut stems = Stems::default();
        let mut next = |id: &str, number| stems.next(id, number);
        assert_eq!(next("case-1", 1), "case-1");
        assert_eq!(next("CASE-1", 2), "report-2");
        assert_eq!(next("../../etc/passwd", 3), "report-3");
        assert_eq!(next("report-4", 9), "report-4");
        assert_eq!(next("", 4), "report-4-2");
        assert_eq!(next(&"x".repeat(101), 5), "report-5");
    }
}
