//! The geographic practice cost indices (GPCI), as CSV or in columns of spaces.

use super::{
    cells::{self, Cells},
    layout::{Given, Release, Rows, Text},
};
use crate::{
    codes::{Confidence, Indices, Locality},
    date::Date,
    error::Result,
};

/// Reads all localities.
pub(super) fn parse(text: &Text, given: &Given) -> Result<Release> {
    let (from, until) = period(text, given)?;
    let spaced = !text
        .content
        .lines()
        .take(4)
        .any(|l| l.contains(",State,") || l.contains("\tState\t"));
    let mut found: Vec<Locality> = Vec::new();
    let mut take = |row: &Cells<'_>, indices: [usize; 3]| -> Result<()> {
        let locality = locality(row, text, from, until, indices)?;
        if found
            .iter()
            .any(|l| l.key() == locality.key() && l.mac == locality.mac)
        {
            return Err(row.fault("the locality stands twice in the file; the file is damaged"));
        }
        found.push(locality);
        Ok(())
    };
    if spaced {
        let columns = text
            .content
            .lines()
            .find(|l| l.contains("PW GPCI"))
            .unwrap_or_default();
        one_work_column(text, columns.matches("PW GPCI").count())?;
        for (n, line) in text.content.lines().enumerate().filter(|(_, l)| is_data(l)) {
            let row = Cells {
                file: &text.name,
                line: n + 1,
                row: columns_of(line),
            };
            take(&row, [4, 5, 6])?;
        }
    } else {
        let records = cells::rows(&text.name, &text.content)?;
        let header = records
            .iter()
            .find(|(_, r)| r.iter().any(|c| c.contains("PW GPCI")));
        let header: Vec<&str> = header.map(|(_, r)| r.iter().collect()).unwrap_or_default();
        one_work_column(
            text,
            header.iter().filter(|c| c.contains("PW GPCI")).count(),
        )?;
        let column = |words: &str| header.iter().position(|c| c.contains(words));
        let (Some(work), Some(practice), Some(malpractice)) =
            (column("PW GPCI"), column("PE GPCI"), column("MP GPCI"))
        else {
            return Err(text.fault("the header lacks one of the columns PW GPCI, PE GPCI, MP GPCI"));
        };
        for (line, record) in &records {
            let row = Cells {
                file: &text.name,
                line: *line,
                row: record.iter().collect(),
            };
            if is_data(row.at(0)) {
                take(&row, [work, practice, malpractice])?;
            }
        }
    }
    if found.is_empty() {
        return Err(text.fault("no row of a locality in it; the file is cut off or damaged"));
    }
    found.sort_by(|a, b| (&a.state, &a.number, &a.mac).cmp(&(&b.state, &b.number, &b.mac)));
    Ok(Release {
        read: found.len(),
        kept: found.len(),
        rows: Rows::Localities(found),
        from: Some(from),
        until: Some(until),
        fixed: given.until.is_some(),
        version: None,
        part: None,
    })
}

/// A row of data starts with the contractor's number; titles and footnotes do not.
fn is_data(line: &str) -> bool {
    line.trim_start().starts_with(|c: char| c.is_ascii_digit())
}

/// The cells of a line whose columns are set apart by spaces: only a name holds single spaces.
fn columns_of(line: &str) -> Vec<&str> {
    let mut words: Vec<&str> = line
        .split("  ")
        .map(str::trim)
        .filter(|w| !w.is_empty())
        .collect();
    // A long name may leave no room before the first index.
    if let Some(at) = words.get(3).and_then(|w| w.rfind(' '))
        && words.len() == 6
    {
        let (name, index) = words[3].split_at(at);
        words.splice(3..4, [name, index.trim()]);
    }
    words
}

fn one_work_column(text: &Text, count: usize) -> Result<()> {
    if count == 1 {
        return Ok(());
    }
    Err(text.fault(format!(
        "the header has {count} columns for the work index; keep the one that is in force (with or without the floor) and import it again"
    )))
}

fn locality(
    row: &Cells<'_>,
    text: &Text,
    from: Date,
    until: Date,
    [work, practice, malpractice]: [usize; 3],
) -> Result<Locality> {
    let digits = |position: usize, count: usize, what: &str| -> Result<String> {
        let cell = row.at(position);
        let plain = cell.bytes().all(|b| b.is_ascii_digit()) && (1..=count).contains(&cell.len());
        if !plain {
            return Err(row.fault(format!(
                "{what} is not a number of {count} digits; the row is damaged"
            )));
        }
        // Spreadsheets drop leading zeros.
        Ok(format!("{cell:0>count$}"))
    };
    let state = row.at(1);
    if state.len() != 2 || !state.bytes().all(|b| b.is_ascii_uppercase()) {
        return Err(row.fault("the state is not two capitals; the row is damaged"));
    }
    let index = |position: usize, what: &str| {
        let index = row.number(position, what)?;
        if index.is_zero() {
            return Err(row.fault(format!("{what} is zero; the row is damaged")));
        }
        // One file writes 1, the other 1.000.
        Ok(index.normalize())
    };
    Ok(Locality {
        mac: digits(0, 5, "the contractor")?,
        state: state.to_owned(),
        number: digits(2, 2, "the locality")?,
        name: row.at(3).trim_end_matches('*').trim().to_owned(),
        from,
        until: Some(until),
        indices: Indices {
            work: index(work, "the work index")?,
            practice: index(practice, "the practice expense index")?,
            malpractice: index(malpractice, "the malpractice index")?,
        },
        source: format!("CMS file {}", text.name),
        confidence: Confidence::OneSource,
    })
}

/// The year of the headings, from its first to its last day.
fn period(text: &Text, given: &Given) -> Result<(Date, Date)> {
    let header = text
        .content
        .lines()
        .find(|l| l.contains("PW GPCI"))
        .unwrap_or_default();
    let year = regex::Regex::new(r"(20\d\d) PW GPCI").ok().and_then(|r| {
        let found = r.captures(header)?.get(1)?;
        found.as_str().parse().ok()
    });
    let from = given
        .from
        .or_else(|| Date::new(year?, 1, 1))
        .ok_or_else(|| {
            text.fault("the header does not say which year it is for; give --from YYYY-MM-DD")
        })?;
    let until = given.until.or_else(|| Date::new(from.year(), 12, 31));
    until
        .filter(|u| from <= *u)
        .map(|u| (from, u))
        .ok_or_else(|| text.fault("its last day lies before its first; mend --from or --until"))
}
