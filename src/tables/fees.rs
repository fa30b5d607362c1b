//! The physician fee schedule's relative values (PPRRVU), as CSV or in fixed width.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::{
    cells::{self, Cells, is_code},
    layout::{Given, Release, Rows, Text},
};
use crate::{
    codes::{CodeBook, Confidence, Factor, Fee, Indicators, RelativeValues},
    date::Date,
    error::{Error, Result},
};

/// The columns of the CSV file.
const WIDTH: usize = 31;

/// Where the CSV columns stand in the fixed-width file, which has the same in the same order.
const FIXED: [(usize, usize); WIDTH] = [
    (0, 5),
    (5, 7),
    (7, 57),
    (57, 58),
    (58, 59),
    (59, 65),
    (65, 72),
    (72, 74),
    (74, 81),
    (81, 83),
    (83, 89),
    (89, 96),
    (96, 102),
    (102, 103),
    (103, 106),
    (106, 109),
    (109, 112),
    (112, 115),
    (115, 116),
    (116, 117),
    (117, 118),
    (118, 119),
    (119, 120),
    (120, 132),
    (132, 140),
    (140, 143),
    (143, 144),
    (144, 147),
    (147, 157),
    (157, 164),
    (164, 171),
];

/// The length of a row of the fixed-width file.
const FIXED_LENGTH: usize = 171;

/// Whether a text is the fixed-width file: notices that start with HDR, then rows of one length.
pub(super) fn is_fixed_width(text: &str) -> bool {
    let mut rows = text.lines().skip_while(|l| l.starts_with("HDR"));
    text.starts_with("HDR")
        && rows
            .next()
            .is_some_and(|l| !l.contains('\t') && !l.contains(','))
}

/// Reads the rows of codes the program knows.
pub(super) fn parse(text: &Text, given: &Given, codes: &CodeBook) -> Result<Release> {
    let (from, until) = period(text, given)?;
    let factor = factor(text, given, from)?;
    let known = codes.known_codes();
    let mut seen = BTreeSet::new();
    let mut kept = Vec::new();
    let mut read = 0;
    let mut take = |row: &Cells<'_>| -> Result<()> {
        let fee = fee(row, text, from, until, factor)?;
        read += 1;
        if !seen.insert((fee.code.clone(), fee.modifier.clone())) {
            return Err(row.fault("the code stands twice in the file; the file is damaged"));
        }
        if known.contains(fee.code.as_str()) {
            kept.push(fee);
        }
        Ok(())
    };
    if is_fixed_width(&text.content) {
        fixed(text, &mut take)?;
    } else {
        separated(text, &mut take)?;
    }
    for code in ["37252", "37253"] {
        if from.year() >= 2016 && !seen.contains(&(code.to_owned(), String::new())) {
            return Err(text.fault(format!(
                "no row for {code}, which every fee schedule since 2016 has; this is not the whole file"
            )));
        }
    }
    kept.sort_by(|a, b| (&a.code, &a.modifier).cmp(&(&b.code, &b.modifier)));
    Ok(Release {
        read,
        kept: kept.len(),
        rows: Rows::Fees(factor, kept),
        from: Some(from),
        until: Some(until),
        fixed: given.until.is_some(),
        version: None,
        part: None,
    })
}

fn separated(text: &Text, take: &mut dyn FnMut(&Cells<'_>) -> Result<()>) -> Result<()> {
    let records = cells::rows(&text.name, &text.content)?;
    let header = records.iter().position(|(_, r)| r.get(0) == Some("HCPCS"));
    for (line, record) in records.iter().skip(header.map_or(0, |h| h + 1)) {
        let row = Cells {
            file: &text.name,
            line: *line,
            row: record.iter().collect(),
        };
        if row.row.len() != WIDTH {
            return Err(row.fault(format!(
                "the row has {} columns; a fee schedule row has {WIDTH}: the file is cut off or damaged",
                row.row.len()
            )));
        }
        take(&row)?;
    }
    Ok(())
}

fn fixed(text: &Text, take: &mut dyn FnMut(&Cells<'_>) -> Result<()>) -> Result<()> {
    let lines = text.content.lines().enumerate();
    for (n, line) in lines.filter(|(_, l)| !l.starts_with("HDR") && !l.trim().is_empty()) {
        let cut = |(start, end): (usize, usize)| line.get(start..end);
        let cells: Option<Vec<&str>> = FIXED.into_iter().map(cut).collect();
        match cells {
            Some(cells) if line.len() == FIXED_LENGTH => take(&Cells {
                file: &text.name,
                line: n + 1,
                row: cells,
            })?,
            _ => {
                let code = line.get(..5).filter(|c| is_code(c)).unwrap_or_default();
                let cure = format!(
                    "the row has {} characters; a fee schedule row has {FIXED_LENGTH}: the file is cut off or damaged",
                    line.chars().count()
                );
                return Err(Error::lexicon(&text.name, n + 1, code, cure));
            }
        }
    }
    Ok(())
}

fn fee(row: &Cells<'_>, text: &Text, from: Date, until: Date, factor: Factor) -> Result<Fee> {
    let code = row.code(0, "the first column")?;
    let practice = |position: usize, what: &str| -> Result<Option<Decimal>> {
        // The indicator beside it says that the service is not done at this site.
        if row.at(position + 1) == "NA" || row.at(position) == "NA" {
            return Ok(None);
        }
        row.number(position, what).map(Some)
    };
    let values = RelativeValues {
        work: row.number(5, "the work value")?,
        pe_office: practice(6, "the office practice expense")?,
        pe_facility: practice(8, "the facility practice expense")?,
        malpractice: row.number(10, "the malpractice value")?,
    };
    for (position, practice, what) in [
        (11, values.pe_office, "office"),
        (12, values.pe_facility, "facility"),
    ] {
        let Some(practice) = practice else { continue };
        let (stated, sum) = (
            row.number(position, &format!("the {what} total"))?,
            values.work + practice + values.malpractice,
        );
        if stated != sum {
            return Err(row.fault(format!(
                "the {what} total is {stated}, but its parts give {sum}; the row is damaged"
            )));
        }
    }
    let conversion_factor = row.number(24, "the conversion factor")?;
    if conversion_factor.is_zero() {
        return Err(row.fault("the conversion factor is zero; the row is damaged"));
    }
    let cell = |position: usize| row.at(position).to_owned();
    Ok(Fee {
        code: code.to_owned(),
        modifier: cell(1),
        from,
        until: Some(until),
        factor,
        conversion_factor,
        values: Some(values),
        indicators: Indicators {
            status: cell(3),
            global: cell(14),
            multiple: cell(18),
            bilateral: cell(19),
            assistant: cell(20),
            co_surgeon: cell(21),
            team: cell(22),
            pc_tc: cell(13),
            opps: String::new(),
            asc: String::new(),
        },
        source: format!("CMS file {}", text.name),
        confidence: Confidence::OneSource,
        note: String::new(),
    })
}

/// The quarters in which releases come out, by the names used in titles and file names.
const QUARTERS: [(&str, u8); 4] = [("jan", 1), ("apr", 4), ("jul", 7), ("oct", 10)];

/// The days a release is for: from its quarter to the end of the year, unless told otherwise. The notices in the
/// fixed-width file name a year of their own, which is not that of the fees.
fn period(text: &Text, given: &Given) -> Result<(Date, Date)> {
    let title = text.content.lines().take(5).find(|l| {
        let line = l.to_ascii_lowercase();
        line.contains("fee schedule") && line.contains("release")
    });
    let title = title.map(str::to_ascii_lowercase).unwrap_or_default();
    let year = regex::Regex::new(r"(20\d\d) national").ok().and_then(|r| {
        let found = r.captures(&title)?.get(1)?;
        Some(found.as_str().to_owned())
    });
    let year = year
        .or_else(|| text.in_name(r"pprrvu(20\d\d)"))
        .or_else(|| text.in_name(r"pprrvu(\d\d)[^\d]").map(|y| format!("20{y}")));
    let month = QUARTERS
        .iter()
        .find(|(name, _)| title.contains(name))
        .or_else(|| {
            let month = text.in_name(r"_(jan|apr|jul|oct)")?;
            QUARTERS.iter().find(|(name, _)| *name == month)
        });
    let known = year
        .and_then(|y| y.parse().ok())
        .zip(month)
        .and_then(|(y, (_, m))| Date::new(y, *m, 1));
    let from = given.from.or(known).ok_or_else(|| {
        text.fault("neither the heading nor the file's name says which quarter it is for; give --from YYYY-MM-DD")
    })?;
    let end = given.until.or_else(|| Date::new(from.year(), 12, 31));
    end.filter(|e| from <= *e)
        .map(|e| (from, e))
        .ok_or_else(|| text.fault("its last day lies before its first; mend --from or --until"))
}

/// Which conversion factor the file is for. From 2026 on there are two files a quarter.
fn factor(text: &Text, given: &Given, from: Date) -> Result<Factor> {
    if from.year() < 2026 {
        return Ok(Factor::Single);
    }
    let named = match text.in_name("(nonqpp|non-qpp|non_qpp|qpp)").as_deref() {
        Some("qpp") => Some(Factor::Qualifying),
        Some(_) => Some(Factor::Standard),
        None => None,
    };
    given.factor.or(named).ok_or_else(|| {
        text.fault(
            "from 2026 on there are two fee files, and the name does not say which this is; give --factor standard (nonQPP) or --factor qualifying (QPP)",
        )
    })
}
