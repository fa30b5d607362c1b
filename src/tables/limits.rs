//! The medically unlikely edits (MUE), one file a setting.

use std::collections::BTreeSet;

use super::{
    cells::{self, Cells},
    layout::{Given, Release, Rows, Text},
};
use crate::{
    codes::{Adjudication, CodeBook, Confidence, Limit, Setting},
    date::Date,
    error::Result,
};

/// Reads the rows of codes the program knows.
pub(super) fn parse(text: &Text, given: &Given, codes: &CodeBook) -> Result<Release> {
    let from = given.from.or_else(|| date_in_name(text)).ok_or_else(|| {
        text.fault("the file's name does not say from when it is in force (Eff_MM-DD-YYYY); give --from YYYY-MM-DD")
    })?;
    let records = cells::rows(&text.name, &text.content)?;
    // The heading of the first column may hold a line break; the csv reader keeps it in one cell.
    let header = records
        .iter()
        .position(|(_, r)| r.iter().any(|c| c.contains("MUE Values")));
    let Some(header) = header else {
        return Err(text.fault("no header with a column \"… MUE Values\""));
    };
    let setting = given.setting.or_else(|| setting(&records[header].1)).ok_or_else(|| {
        text.fault("the header names neither practitioners nor outpatient hospitals; only these files are used")
    })?;
    let known = codes.known_codes();
    let mut seen = BTreeSet::new();
    let mut kept = Vec::new();
    for (line, record) in records.iter().skip(header + 1) {
        let row = Cells {
            file: &text.name,
            line: *line,
            row: record.iter().collect(),
        };
        let limit = limit(&row, text, setting, from)?;
        if !seen.insert(limit.code.clone()) {
            return Err(row.fault("the code stands twice in the file; the file is damaged"));
        }
        if known.contains(limit.code.as_str()) {
            kept.push(limit);
        }
    }
    if from.year() >= 2016 && !(seen.contains("37252") && seen.contains("37253")) {
        return Err(text.fault("no row for 37252 or 37253; this is not the whole file"));
    }
    kept.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(Release {
        read: seen.len(),
        kept: kept.len(),
        rows: Rows::Limits(setting, kept),
        from: Some(from),
        until: given.until,
        fixed: given.until.is_some(),
        version: None,
        part: None,
    })
}

fn limit(row: &Cells<'_>, text: &Text, setting: Setting, from: Date) -> Result<Limit> {
    let adjudication = match row.at(2).chars().next() {
        Some('1') => Adjudication::Line,
        Some('2') => Adjudication::DayAbsolute,
        Some('3') => Adjudication::DayAppealable,
        _ => {
            return Err(
                row.fault("the adjudication indicator is not 1, 2 or 3; the row is damaged")
            );
        }
    };
    Ok(Limit {
        code: row.code(0, "the first column")?.to_owned(),
        setting,
        max_units: row.whole(1, "the limit")?,
        adjudication: Some(adjudication),
        rationale: row.at(3).to_owned(),
        from,
        until: None,
        source: format!("CMS file {}", text.name),
        confidence: Confidence::OneSource,
        note: String::new(),
    })
}

fn setting(header: &csv::StringRecord) -> Option<Setting> {
    let heading = header.iter().find(|c| c.contains("MUE Values"))?;
    if heading.contains("Practitioner") {
        Some(Setting::Practitioner)
    } else if heading.contains("Outpatient") {
        Some(Setting::Outpatient)
    } else {
        None
    }
}

fn date_in_name(text: &Text) -> Option<Date> {
    let date = text.in_name(r"eff[_-](\d\d[_-]\d\d[_-]\d{4})")?;
    let mut parts = date.split(['_', '-']);
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}
