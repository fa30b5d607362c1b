//! What the program read in each version, as JSON with what read it; and the suggestions a coder decides on.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Savepoint};
use serde_json::Value;

use super::{
    refusal::{Outcome, Refusal},
    reports::Version,
    time,
};
use crate::{
    analyzer::Analyzer,
    render::{Reading, Totals},
    text::Report,
};

/// One unit that is suggested for one vessel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// Its name in the store: code and vessel, `37253 left external-iliac-vein`.
    pub key: String,
    /// The code.
    pub code: String,
    /// The vessel with its side.
    pub vessel: String,
    /// `high`, `medium` or `low`.
    pub confidence: String,
    /// The number of its line in the analysis.
    pub line: usize,
}

/// What identifies all that shapes an analysis: program, lexicon, policy, payer, tables.
#[must_use]
pub fn engine(analyzer: &Analyzer) -> String {
    let origin = analyzer.codes().tables().origin.as_ref();
    format!(
        "{} {} {} {} {}",
        env!("CARGO_PKG_VERSION"),
        analyzer.lexicon().hash(),
        analyzer.policy().name,
        analyzer.payer().name,
        origin.map_or("built-in", |o| o.digest.as_str()),
    )
}

/// Reads a version.
#[must_use]
pub fn read(analyzer: &Analyzer, version: &Version) -> Reading {
    let mut report = Report::new(version.name.clone(), version.text.clone());
    report.source = Some(version.source.clone());
    report.service_date = version.date;
    report.standing = version.status;
    let analysis = analyzer.analyze(&report);
    let mut reading = Reading::new(analyzer, report, &analysis);
    if version.date.is_some() {
        reading.document.report.date_source = "metadata";
    }
    reading
}

/// The suggestions of a reading, one a unit, in order.
#[must_use]
pub fn suggestions(reading: &Reading) -> Vec<Suggestion> {
    let mut all = Vec::new();
    for (n, line) in reading.document.coding.lines.iter().enumerate() {
        for vessel in &line.vessels {
            all.push(Suggestion {
                key: format!("{} {vessel}", line.code),
                code: line.code.clone(),
                vessel: vessel.clone(),
                confidence: line.confidence.to_owned(),
                line: n,
            });
        }
    }
    all
}

/// The suggestions of a kept analysis by name.
fn keys(document: &str) -> Vec<String> {
    let document: Value = serde_json::from_str(document).unwrap_or_default();
    let mut keys = Vec::new();
    for line in document["coding"]["lines"].as_array().into_iter().flatten() {
        let code = line["code"].as_str().unwrap_or_default();
        for vessel in line["vessels"].as_array().into_iter().flatten() {
            keys.push(format!("{code} {}", vessel.as_str().unwrap_or_default()));
        }
    }
    keys
}

/// An analysis as the history shows it.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its key.
    pub id: i64,
    /// The number of the version it read.
    pub version: i64,
    /// What read it.
    pub engine: String,
    /// When.
    pub made_at: time::Moment,
    /// Suggestions that the analysis before did not have.
    pub more: Vec<String>,
    /// Suggestions that only the analysis before had.
    pub fewer: Vec<String>,
}

/// Keeps a reading of a version; its key, and whether it is new.
pub(super) fn keep(
    tx: &Savepoint<'_>,
    version: i64,
    engine: &str,
    reading: &Reading,
) -> Outcome<(i64, bool)> {
    let known: Option<i64> = tx
        .prepare_cached("SELECT id FROM analyses WHERE version = ?1 AND engine = ?2")?
        .query_row((version, engine), |r| r.get(0))
        .optional()?;
    if let Some(id) = known {
        return Ok((id, false));
    }
    let document = serde_json::to_string(&reading.document)
        .map_err(|_| Refusal::Fault("an analysis cannot be written as JSON".to_owned()))?;
    tx.prepare_cached(
        "INSERT INTO analyses (version, engine, made_at, document) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute((version, engine, time::now(), document))?;
    Ok((tx.last_insert_rowid(), true))
}

/// The analyses of a report in order, each with how it differs from the one before.
pub(super) fn of_report(connection: &Connection, report: i64) -> Outcome<Vec<Kept>> {
    let mut statement = connection.prepare_cached(
        "SELECT a.id, v.number, a.engine, a.made_at, a.document FROM analyses a JOIN versions v ON v.id = a.version \
         WHERE v.report = ?1 ORDER BY a.id",
    )?;
    let mut rows = statement.query([report])?;
    let (mut all, mut before): (Vec<Kept>, Option<Vec<String>>) = (Vec::new(), None);
    while let Some(row) = rows.next()? {
        let now = keys(&row.get::<_, String>(4)?);
        let missing = |a: &[String], b: &[String]| -> Vec<String> {
            a.iter().filter(|k| !b.contains(k)).cloned().collect()
        };
        let (more, fewer) = before
            .as_ref()
            .map_or_else(Default::default, |b| (missing(&now, b), missing(b, &now)));
        all.push(Kept {
            id: row.get(0)?,
            version: row.get(1)?,
            engine: row.get(2)?,
            made_at: row.get(3)?,
            more,
            fewer,
        });
        before = Some(now);
    }
    Ok(all)
}

/// Codes and units performed of the analysis of a report that stands on the list.
pub(super) fn lines(connection: &Connection, report: i64) -> Outcome<Vec<(String, u32)>> {
    let mut statement = connection
        .prepare_cached("SELECT code, units FROM queue_lines WHERE report = ?1 ORDER BY code")?;
    let rows = statement.query_map([report], |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The kept JSON of an analysis.
pub(super) fn document(connection: &Connection, id: i64) -> Outcome<String> {
    let mut statement = connection.prepare_cached("SELECT document FROM analyses WHERE id = ?1")?;
    Ok(statement.query_row([id], |r| r.get(0))?)
}

/// What the list shows of a reading.
pub(super) struct Sketch {
    pub(super) date: Option<String>,
    pub(super) disposition: &'static str,
    pub(super) units: u32,
    pub(super) supported: u32,
    pub(super) priority: i64,
    pub(super) flags: Vec<(String, &'static str)>,
    /// Units performed by code.
    pub(super) lines: BTreeMap<String, u32>,
}

impl Sketch {
    pub(super) fn of(reading: &Reading) -> Self {
        let document = &reading.document;
        let (units, supported) = Totals::of(reading).units();
        let mut flags: Vec<(String, &'static str)> = document
            .flags
            .iter()
            .map(|f| (f.rule.clone(), f.severity))
            .collect();
        flags.sort();
        flags.dedup_by(|a, b| a.0 == b.0);
        let mut lines = BTreeMap::new();
        for line in &document.coding.lines {
            *lines.entry(line.code.clone()).or_default() += line.units;
        }
        Self {
            date: document.report.date_of_service.clone(),
            disposition: document.coding.disposition,
            units,
            supported,
            priority: priority(document.coding.disposition, units, supported),
            flags,
            lines,
        }
    }
}

/// Reports a coder must decide first, then those to ask the physician about, then the rest; among them those with most units
/// the text does not support, then those with most units.
fn priority(disposition: &str, units: u32, supported: u32) -> i64 {
    let step = match disposition {
        "review" => 3,
        "query" => 2,
        "ready" => 1,
        _ => 0,
    };
    let short = i64::from(units.saturating_sub(supported)).min(9);
    step * 100 + short * 10 + i64::from(units).min(9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_for_a_decision_comes_first() {
        let order = [
            priority("no_ivus", 0, 0),
            priority("ready", 3, 3),
            priority("query", 1, 1),
            priority("query", 3, 1),
            priority("review", 0, 0),
        ];
        assert!(order.is_sorted(), "{order:?}");
    }
}
