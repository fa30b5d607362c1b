//! The CSV format, for spreadsheets: one row a report, or one row a vessel for the encounter alone. No cell can be taken
//! for a formula.

use crate::text::Standing;

use super::{Reading, amounts::Amounts, declined, findings_words, line_numbers};

/// The columns of [`check`].
pub const CHECK_COLUMNS: &[&str] = &[
    "id",
    "source",
    "date_of_service",
    "ivus",
    "disposition",
    "codes",
    "units_initial",
    "units_additional",
    "supported_initial",
    "supported_additional",
    "confidence",
    "vessels",
    "not_counted",
    "flags",
    "base_procedures",
    "catheter_placements",
    "access",
    "policy",
    "code_set",
];

/// The columns of [`queue`]: those of [`check`], then how far the report had come.
pub const QUEUE_COLUMNS: &[&str] = &[
    "id",
    "source",
    "date_of_service",
    "ivus",
    "disposition",
    "codes",
    "units_initial",
    "units_additional",
    "supported_initial",
    "supported_additional",
    "confidence",
    "vessels",
    "not_counted",
    "flags",
    "base_procedures",
    "catheter_placements",
    "access",
    "policy",
    "code_set",
    "report_status",
];

/// The columns of [`check_with_amounts`]: those of [`check`], then the amounts in US dollars.
pub const AMOUNT_COLUMNS: &[&str] = &[
    "id",
    "source",
    "date_of_service",
    "ivus",
    "disposition",
    "codes",
    "units_initial",
    "units_additional",
    "supported_initial",
    "supported_additional",
    "confidence",
    "vessels",
    "not_counted",
    "flags",
    "base_procedures",
    "catheter_placements",
    "access",
    "policy",
    "code_set",
    "site",
    "area",
    "amount_performed",
    "amount_supported",
    "amount_recoverable",
    "amount_unknown",
];

/// The columns of [`extract`].
pub const EXTRACT_COLUMNS: &[&str] = &[
    "id",
    "source",
    "date_of_service",
    "ivus",
    "vessel",
    "side",
    "status",
    "basis",
    "findings",
    "necessity",
    "lines",
];

/// The header row.
#[must_use]
pub fn header(columns: &[&str]) -> String {
    row(columns.iter().map(|c| (*c).to_owned()))
}

/// The row of a report.
#[must_use]
pub fn check(reading: &Reading) -> String {
    row(check_cells(reading))
}

/// The row of a report in a large run.
#[must_use]
pub fn queue(reading: &Reading) -> String {
    row(queue_cells(reading))
}

/// The cells of [`queue`], as they are: not yet made harmless for spreadsheets.
pub(crate) fn queue_cells(reading: &Reading) -> Vec<String> {
    let mut cells = check_cells(reading);
    let standing = reading.report.standing.map_or("", Standing::word);
    cells.push(standing.to_owned());
    cells
}

/// The row of a report with what its units are worth; an amount that is not known is blank.
#[must_use]
pub fn check_with_amounts(reading: &Reading, amounts: &Amounts) -> String {
    let amount = |amount: &Option<String>| match amount {
        Some(amount) if !amounts.lines.is_empty() => amount.clone(),
        _ => String::new(),
    };
    row(check_cells(reading).into_iter().chain([
        amounts.site.to_owned(),
        amounts.area.clone(),
        amount(&amounts.sum.performed),
        amount(&amounts.sum.supported),
        amount(&amounts.sum.recoverable),
        amounts.unknown().join("; "),
    ]))
}

/// The cells of the row of a report, as they are: not yet made harmless for spreadsheets.
fn check_cells(reading: &Reading) -> Vec<String> {
    let document = &reading.document;
    let coding = &document.coding;
    // Before 2016 the imaging part of a vessel has a code of its own; it is no further unit.
    let main = || coding.lines.iter().filter(|l| !l.code.starts_with('7'));
    let initial = |code: &str| matches!(code, "37252" | "37250");
    let sum = |first: bool, of: fn(&super::json::LineDoc) -> u32| -> u32 {
        main().filter(|l| initial(&l.code) == first).map(of).sum()
    };
    let lowest = ["low", "medium", "high"]
        .into_iter()
        .find(|c| coding.lines.iter().any(|l| l.confidence == *c));
    let flags = document.flags.iter().map(|f| match &f.vessel {
        Some(vessel) => format!("{}: {vessel}", f.name),
        None => f.name.to_owned(),
    });
    let left = declined(document);
    let left = left
        .iter()
        .flat_map(|g| g.vessels.iter().map(|v| format!("{v} ({})", g.rule)));
    let placements = coding.catheter_placements.iter().map(|p| {
        let held = p
            .bundled_by
            .as_ref()
            .map_or_else(String::new, |b| format!(", in {b}"));
        format!("{} {} > {}, {}{held}", p.code, p.from, p.to, p.certainty)
    });
    let access = document
        .encounter
        .access
        .iter()
        .map(|a| super::key(a.side, &a.vessel));
    vec![
        document.report.id.clone(),
        document.report.source.clone().unwrap_or_default(),
        document.report.date_of_service.clone().unwrap_or_default(),
        document.encounter.ivus.to_owned(),
        coding.disposition.to_owned(),
        list(
            coding
                .lines
                .iter()
                .map(|l| format!("{} x{}", l.code, l.units)),
        ),
        sum(true, |l| l.units).to_string(),
        sum(false, |l| l.units).to_string(),
        sum(true, |l| l.units_supported).to_string(),
        sum(false, |l| l.units_supported).to_string(),
        lowest.unwrap_or_default().to_owned(),
        list(reading.counted().iter().map(|(v, _)| (*v).to_owned())),
        list(left),
        list(flags),
        list(coding.base_procedures.iter().cloned()),
        list(placements),
        list(access),
        document.engine.policy.clone(),
        document.engine.code_set.clone(),
    ]
}

/// The rows of a report's vessels; one row without a vessel when the text ties none to IVUS.
#[must_use]
pub fn extract(reading: &Reading) -> String {
    let document = &reading.document;
    let head = || {
        [
            document.report.id.clone(),
            document.report.source.clone().unwrap_or_default(),
            document.report.date_of_service.clone().unwrap_or_default(),
            document.encounter.ivus.to_owned(),
        ]
    };
    let looks = &document.encounter.interrogations;
    if looks.is_empty() {
        return row(head().into_iter().chain(std::iter::repeat_n(
            String::new(),
            EXTRACT_COLUMNS.len() - 4,
        )));
    }
    let rows = looks.iter().map(|i| {
        row(head().into_iter().chain([
            i.vessel.clone(),
            i.side.to_owned(),
            i.status.to_owned(),
            i.basis.to_owned(),
            findings_words(i),
            i.necessity.state.to_owned(),
            list(line_numbers(&i.evidence).iter().map(usize::to_string)),
        ]))
    });
    rows.collect()
}

fn list(entries: impl Iterator<Item = String>) -> String {
    entries.collect::<Vec<_>>().join("; ")
}

/// A row as CSV (RFC 4180), each cell such that no spreadsheet runs it.
pub(crate) fn row(cells: impl IntoIterator<Item = String>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let cells: Vec<String> = cells.into_iter().map(inert).collect();
    writer
        .write_record(&cells)
        .expect("writing to memory does not fail");
    let bytes = writer
        .into_inner()
        .expect("writing to memory does not fail");
    String::from_utf8(bytes).expect("the cells are text")
}

/// A cell that no spreadsheet runs: what could start a formula gets an apostrophe in front.
fn inert(cell: String) -> String {
    let formula = |c: char| {
        matches!(
            c,
            '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '\t' | '\r' | '\n'
        )
    };
    let first = cell
        .trim_start_matches([' ', '\u{a0}', '"', '\''])
        .chars()
        .next();
    if first.is_some_and(formula) {
        format!("'{cell}")
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_cannot_be_a_formula() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            (" @SUM(A1)", "' @SUM(A1)"),
            ("\tcmd", "'\tcmd"),
            ("left common-iliac-vein", "left common-iliac-vein"),
            ("", ""),
        ] {
            assert_eq!(inert(cell.to_owned()), written);
        }
    }
}
