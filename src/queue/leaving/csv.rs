//! Decisions as CSV, one row a decision; a report without one has a row of its own, so that none is lost.

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
    if one.decisions.is_empty() {
        return row(head()
            .into_iter()
            .chain(std::iter::repeat_n(String::new(), 9)));
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
        ];
        row(head().into_iter().chain(cells))
    });
    rows.collect()
}
