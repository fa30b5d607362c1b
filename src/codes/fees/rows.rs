//! The rows of `fees.tsv`: read with their amounts checked, and written.

use rust_decimal::Decimal;

use super::{Factor, Fee, Indicators, RelativeValues, Site};
use crate::{
    codes::{Confidence, date, decimal},
    error::Result,
    lexicon::{Row, Table},
};

/// The columns of `fees.tsv`.
pub(super) const COLUMNS: &[&str] = &[
    "code",
    "modifier",
    "from",
    "until",
    "factor",
    "work",
    "pe_office",
    "pe_facility",
    "malpractice",
    "conversion_factor",
    "amount_office",
    "amount_facility",
    "status",
    "global",
    "multiple",
    "bilateral",
    "assistant",
    "co_surgeon",
    "team",
    "pc_tc",
    "opps",
    "asc",
    "source",
    "confidence",
    "note",
];

/// The cells of a row.
pub(super) fn cells(fee: &Fee) -> Vec<String> {
    let number = |n: Option<Decimal>| n.map(|n| n.to_string()).unwrap_or_default();
    let values = fee.values.as_ref();
    let Indicators {
        status,
        global,
        multiple,
        bilateral,
        assistant,
        co_surgeon,
        team,
        pc_tc,
        opps,
        asc,
    } = fee.indicators.clone();
    vec![
        fee.code.clone(),
        fee.modifier.clone(),
        fee.from.to_string(),
        fee.until.map(|d| d.to_string()).unwrap_or_default(),
        fee.factor.name().to_owned(),
        number(values.map(|v| v.work)),
        number(values.and_then(|v| v.pe_office)),
        number(values.and_then(|v| v.pe_facility)),
        number(values.map(|v| v.malpractice)),
        fee.conversion_factor.to_string(),
        number(fee.national(Site::Office)),
        number(fee.national(Site::Facility)),
        status,
        global,
        multiple,
        bilateral,
        assistant,
        co_surgeon,
        team,
        pc_tc,
        opps,
        asc,
        fee.source.clone(),
        fee.confidence.to_string(),
        fee.note.clone(),
    ]
}

/// A row, of which the amounts must be what its values give.
pub(super) fn fee(table: &Table<'_>, row: &Row) -> Result<Fee> {
    let text = |column: &str| table.cell(row, column).to_owned();
    let number = |column: &str| decimal(table, row, column);
    let values = match (number("work")?, number("malpractice")?) {
        (Some(work), Some(malpractice)) => Some(RelativeValues {
            work,
            pe_office: number("pe_office")?,
            pe_facility: number("pe_facility")?,
            malpractice,
        }),
        (None, None) => None,
        _ => {
            return Err(table.fault(
                row,
                "work and malpractice must both be given or both be blank",
            ));
        }
    };
    let fee = Fee {
        code: text("code"),
        modifier: text("modifier"),
        from: date(table, row, "from")?
            .ok_or_else(|| table.fault(row, "from must be a date; write it as YYYY-MM-DD"))?,
        until: date(table, row, "until")?,
        factor: table.choice(
            row,
            "factor",
            &[
                ("", Factor::Single),
                ("standard", Factor::Standard),
                ("qualifying", Factor::Qualifying),
            ],
        )?,
        conversion_factor: number("conversion_factor")?.ok_or_else(|| {
            table.fault(row, "conversion_factor must be a number such as 32.3465")
        })?,
        values,
        indicators: Indicators {
            status: text("status"),
            global: text("global"),
            multiple: text("multiple"),
            bilateral: text("bilateral"),
            assistant: text("assistant"),
            co_surgeon: text("co_surgeon"),
            team: text("team"),
            pc_tc: text("pc_tc"),
            opps: text("opps"),
            asc: text("asc"),
        },
        source: text("source"),
        confidence: table.choice(row, "confidence", Confidence::WORDS)?,
        note: text("note"),
    };
    // The amounts stand in the file for its readers; they must be what the values give.
    for (column, site) in [
        ("amount_office", Site::Office),
        ("amount_facility", Site::Facility),
    ] {
        let (stated, ours) = (number(column)?, fee.national(site));
        if stated != ours {
            let ours = ours.map_or_else(|| "blank".to_owned(), |a| a.to_string());
            return Err(table.fault(
                row,
                format!("{column} must be {ours}, as the row's values give"),
            ));
        }
    }
    Ok(fee)
}
