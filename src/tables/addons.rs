//! The NCCI add-on code list: which codes an add-on code may be added to.

use super::{
    cells::{self, Cells},
    layout::{Given, Release, Rows, Text},
};
use crate::{
    codes::{AddOn, AddOnList, AddOnTable, CodeBook},
    date::Date,
    error::Result,
};

/// Where a needed column stands.
struct Columns {
    add_on: usize,
    add_on_end: usize,
    primary: usize,
    primary_end: usize,
    start: usize,
    end: usize,
}

/// Reads the rows of the IVUS codes.
pub(super) fn parse(text: &Text, given: &Given, codes: &CodeBook) -> Result<Release> {
    let from = given.from.or_else(|| quarter_in_name(text)).ok_or_else(|| {
        text.fault("the file's name does not say which quarter it is for (AOC_V2026Q1); give --from YYYY-MM-DD")
    })?;
    let records = cells::rows(&text.name, &text.content)?;
    let header = records
        .iter()
        .position(|(_, r)| r.iter().any(|c| same(c, "Add-On_Code")));
    let Some(header) = header else {
        return Err(text.fault("no header with a column Add-On_Code"));
    };
    let columns = columns(text, &records[header].1)?;
    let family: Vec<&str> = codes.family().iter().map(|c| c.code.as_str()).collect();
    let mut rows: Vec<AddOn> = Vec::new();
    let mut read = 0;
    for (line, record) in records.iter().skip(header + 1) {
        let row = Cells {
            file: &text.name,
            line: *line,
            row: record.iter().collect(),
        };
        read += 1;
        let code = row.code(columns.add_on, "the add-on code")?;
        // A first column other than the code would leave the error without one.
        if let Some(found) = add_on(&row, &columns, code, text)?
            && family.contains(&code)
        {
            rows.push(found);
        }
    }
    if !rows.iter().any(|r| r.code == "37252") {
        return Err(text.fault("no code that 37252 may be added to; this is not the whole list"));
    }
    rows.sort_by(|a, b| (&a.code, &a.base, a.from).cmp(&(&b.code, &b.base, b.from)));
    Ok(Release {
        read,
        kept: rows.len(),
        rows: Rows::AddOns(AddOnList {
            table: AddOnTable::from(rows),
            from,
        }),
        from: Some(from),
        until: None,
        fixed: false,
        version: None,
        part: None,
    })
}

/// The pairing of a row; `None` when the contractor names the base code, or the pairing ended before it began.
fn add_on(row: &Cells<'_>, columns: &Columns, code: &str, text: &Text) -> Result<Option<AddOn>> {
    let primary = row.at(columns.primary);
    if primary == "CCCCC" || primary.is_empty() {
        return Ok(None);
    }
    let base = row.code(columns.primary, "the primary code")?;
    let from = row
        .year_day(columns.start, "the edit's first day")?
        .ok_or_else(|| row.fault("the edit's first day is missing; the row is damaged"))?;
    let ends = [
        row.year_day(columns.add_on_end, "the add-on code's last day")?,
        row.year_day(columns.primary_end, "the primary code's last day")?,
        row.year_day(columns.end, "the edit's last day")?,
    ];
    let until = ends.into_iter().flatten().min();
    if until.is_some_and(|u| u < from) {
        return Ok(None);
    }
    Ok(Some(AddOn {
        code: code.to_owned(),
        base: base.to_owned(),
        from,
        until,
        source: format!("CMS file {}", text.name),
    }))
}

/// A heading, which in some releases ends in `_Julian`.
fn same(cell: &str, heading: &str) -> bool {
    let cell = cell.trim();
    let cell = cell.strip_suffix("_Julian").unwrap_or(cell);
    cell.eq_ignore_ascii_case(heading)
}

fn columns(text: &Text, header: &csv::StringRecord) -> Result<Columns> {
    let at = |heading: &str| {
        header
            .iter()
            .position(|c| same(c, heading))
            .ok_or_else(|| text.fault(format!("the header lacks the column {heading}")))
    };
    Ok(Columns {
        add_on: at("Add-On_Code")?,
        add_on_end: at("AOC_DelDT")?,
        primary: at("Primary_Code")?,
        primary_end: at("Primary_Code_DelDT")?,
        start: at("AOC_Edit_EffDT")?,
        end: at("AOC_Edit_DelDT")?,
    })
}

fn quarter_in_name(text: &Text) -> Option<Date> {
    let year = text.in_name(r"v(20\d\d)q[1-4]")?;
    let quarter: u8 = text.in_name(r"v20\d\dq([1-4])")?.parse().ok()?;
    Date::new(year.parse().ok()?, (quarter - 1) * 3 + 1, 1)
}
