//! Decisions as CSV, one row a decision; a report without one has a row of its own, so that none is lost.

use serde_json::Value;

use super::Exported;
use crate::render::csv::row;

/// The header row.
#[must_use]
pub fn header() -> String {
    row([
        "report_id",
        "site",
        "physician",
        "service_date",
        "status",
        "disposition",
        "version",
        "suggestion",
        "class",
        "code",
        "vessel",
        "reason",
        "note",
        "stale",
        "decided_by",
        "decided_at",
        "words_start",
        "words_end",
        "engine_version",
        "lexicon",
        "policy",
        "payer",
        "tables",
        "code_set",
        "part",
    ]
    .map(str::to_owned))
}

/// The rows of a report.
#[must_use]
pub fn rows(one: &Exported) -> String {
    let head = || {
        [
            one.report_id.clone(),
            one.site.clone(),
            one.physician.clone(),
            one.service_date.clone().unwrap_or_default(),
            one.status.clone(),
            one.disposition.clone(),
            one.version.to_string(),
        ]
    };
    let point = |n: Option<usize>| n.map(|n| n.to_string()).unwrap_or_default();
    if one.decisions.is_empty() && one.procedures.is_empty() {
        let none = std::iter::repeat_n(String::new(), 11);
        let cells = head().into_iter().chain(none).chain(engine(&one.engine));
        return row(cells.chain([String::new()]));
    }
    let rows = one.decisions.iter().map(|d| {
        let cells = [
            d.suggestion.clone(),
            d.class.clone(),
            d.code.clone().unwrap_or_default(),
            d.vessel.clone().unwrap_or_default(),
            d.reason.clone().unwrap_or_default(),
            d.note.clone(),
            if d.stale { "yes" } else { "no" }.to_owned(),
            d.decided_by.clone(),
            d.decided_at.clone(),
            point(d.words.map(|w| w.0)),
            point(d.words.map(|w| w.1)),
        ];
        let cells = head().into_iter().chain(cells).chain(engine(&d.engine));
        row(cells.chain(["unit".to_owned()]))
    });
    rows.chain(one.procedures.iter().map(|d| {
        let cells = [
            d.suggestion.clone(),
            d.class.clone(),
            d.code.clone().unwrap_or_default(),
            String::new(),
            d.reason.clone().unwrap_or_default(),
            d.note.clone(),
            if d.stale { "yes" } else { "no" }.to_owned(),
            d.decided_by.clone(),
            d.decided_at.clone(),
            String::new(),
            String::new(),
        ];
        let cells = head().into_iter().chain(cells).chain(engine(&d.engine));
        row(cells.chain([d.part.clone()]))
    }))
    .collect()
}

/// What made a reading, a cell each.
fn engine(told: &Value) -> [String; 6] {
    let cell = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    [
        cell(&told["version"]),
        cell(&told["lexicon"]),
        cell(&told["policy"]),
        cell(&told["payer"]),
        cell(&told["tables"]["digest"]),
        cell(&told["code_set"]),
    ]
}
