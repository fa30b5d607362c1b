//! The procedure-to-procedure edits (PTP), in up to four files a setting.

use super::{
    cells::{self, Cells},
    layout::{Given, Release, Rows, Text},
};
use crate::{
    codes::{CodeBook, Confidence, Opening, Pair, Setting},
    error::Result,
};

/// Reads the pairs in which a code of the IVUS family stands.
pub(super) fn parse(text: &Text, given: &Given, codes: &CodeBook) -> Result<Release> {
    let named = match text.in_name("cci(pra|oph)").as_deref() {
        Some("pra") => Some(Setting::Practitioner),
        Some(_) => Some(Setting::Outpatient),
        None => None,
    };
    let setting = given.setting.or(named).ok_or_else(|| {
        text.fault(
            "the file's name says neither practitioner (ccipra…) nor hospital (ccioph…); give --setting practitioner or outpatient",
        )
    })?;
    let records = cells::rows(&text.name, &text.content)?;
    let family: Vec<&str> = codes.family().iter().map(|c| c.code.as_str()).collect();
    let mut kept = Vec::new();
    let mut read = 0;
    let mut started = false;
    for (line, record) in &records {
        let row = Cells {
            file: &text.name,
            line: *line,
            row: record.iter().collect(),
        };
        // The stacked header ends where the first row of two codes stands.
        started = started || (cells::is_code(row.at(0)) && cells::is_code(row.at(1)));
        if !started {
            continue;
        }
        let pair = pair(&row, text, setting)?;
        read += 1;
        if family.contains(&pair.column_1.as_str()) || family.contains(&pair.column_2.as_str()) {
            kept.push(pair);
        }
    }
    if read == 0 {
        return Err(text.fault("no row of two codes in it; the file is cut off or damaged"));
    }
    kept.sort_by(|a, b| {
        (&a.column_1, &a.column_2, a.from).cmp(&(&b.column_1, &b.column_2, b.from))
    });
    Ok(Release {
        read,
        kept: kept.len(),
        rows: Rows::Pairs(setting, kept),
        from: None,
        until: None,
        fixed: false,
        version: text.in_name(r"[-_ ](v\d{3})"),
        part: text.in_name(r"[-_ ](f\d)"),
    })
}

fn pair(row: &Cells<'_>, text: &Text, setting: Setting) -> Result<Pair> {
    if row.row.len() < 6 {
        return Err(row.fault(format!(
            "the row has {} columns; a row of pairs has at least 6: the file is cut off or damaged",
            row.row.len()
        )));
    }
    let opening = match row.at(5) {
        "0" => Opening::Never,
        "1" => Opening::WithModifier,
        "9" => Opening::NotApplicable,
        _ => return Err(row.fault("the modifier indicator is not 0, 1 or 9; the row is damaged")),
    };
    let from = row
        .date(3, "the effective date")?
        .ok_or_else(|| row.fault("the effective date is missing; the row is damaged"))?;
    Ok(Pair {
        column_1: row.code(0, "column 1")?.to_owned(),
        column_2: row.code(1, "column 2")?.to_owned(),
        opening,
        setting,
        from: Some(from),
        until: row.date(4, "the deletion date")?,
        rationale: row.at(6).to_owned(),
        source: format!("CMS file {}", text.name),
        confidence: Confidence::OneSource,
    })
}
