//! What the program read in each version, as JSON with what read it; and the suggestions a coder decides on.

use std::{collections::BTreeMap, fmt::Write as _};

use rusqlite::{Connection, OptionalExtension, Savepoint};
use serde_json::Value;

use super::{
    decisions::{self, Decision},
    refusal::{Outcome, Refusal},
    reports::{Version, source_name},
    time,
};
use crate::{
    analyzer::Analyzer,
    render::{Reading, Totals, json::InterrogationDoc},
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
    /// What the text lacks to support it: "no findings".
    pub lacks: Option<&'static str>,
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
    report.source = Some(source_name(&version.source).to_owned());
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
    let (units, supported) = Totals::of(reading).units();
    let looks = reading.counted();
    let look = |vessel: &str| looks.iter().find(|(v, _)| *v == vessel).and_then(|l| l.1);
    for (n, line) in reading.document.coding.lines.iter().enumerate() {
        for vessel in &line.vessels {
            all.push(Suggestion {
                key: format!("{} {vessel}", line.code),
                code: line.code.clone(),
                vessel: vessel.clone(),
                confidence: line.confidence.to_owned(),
                line: n,
                lacks: look(vessel).and_then(lacks).filter(|_| supported < units),
            });
        }
    }
    all
}

/// What a look lacks to support a unit, as far as payers ask for it all.
fn lacks(look: &InterrogationDoc) -> Option<&'static str> {
    match (look.findings.is_empty(), look.necessity.state == "stated") {
        (true, false) => Some("neither findings nor a reason for IVUS"),
        (true, true) => Some("no findings"),
        (false, false) => Some("no reason for IVUS"),
        (false, true) => None,
    }
}

/// What read a kept analysis, in words; digests by their first eight letters.
fn read_by(document: &Value) -> String {
    let engine = &document["engine"];
    let short = |digest: &str| {
        let hex = digest.strip_prefix("sha256:").unwrap_or(digest);
        hex.chars().take(8).collect::<String>()
    };
    let mut words = format!("ivus {}", engine["version"].as_str().unwrap_or("unknown"));
    for (name, told) in [
        ("policy", engine["policy"].as_str().map(str::to_owned)),
        ("lexicon", engine["lexicon"].as_str().map(short)),
        ("payer", engine["payer"].as_str().map(str::to_owned)),
        ("tables", engine["tables"]["digest"].as_str().map(short)),
    ] {
        if let Some(told) = told {
            let _ = write!(words, ", {name} {told}");
        }
    }
    words
}

/// How a reading differs from what was decided on its version: suggestions without a decision, and decisions to bill what is not
/// suggested any more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Otherwise {
    /// Suggested now, and not decided.
    pub more: Vec<String>,
    /// Decided to be billed, and suggested no longer.
    pub fewer: Vec<String>,
}

impl Otherwise {
    /// The difference; `before` are the suggestions that were decided on, where some may still be open.
    pub(super) fn of(now: &[String], on: &[&Decision], before: &[String]) -> Self {
        let billed = |d: &&&Decision| ["Accepted", "Edited", "Direct"].contains(&d.class.as_str());
        let decided = |key: &String| on.iter().any(|d| d.suggestion == *key);
        let more = now.iter().filter(|k| !decided(k) && !before.contains(k));
        let fewer = on
            .iter()
            .filter(billed)
            .filter(|d| !now.contains(&d.suggestion));
        Self {
            more: more.cloned().collect(),
            fewer: fewer.map(|d| d.suggestion.clone()).collect(),
        }
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.more.is_empty() && self.fewer.is_empty()
    }
}

/// How the reading that stands on the list differs from what was decided on its version.
pub(super) fn otherwise(connection: &Connection, report: i64) -> Outcome<Otherwise> {
    let (version, analysis, state): (i64, i64, String) = connection
        .prepare_cached("SELECT version, analysis, state FROM queue WHERE report = ?1")?
        .query_row([report], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
    let standing = decisions::in_force(connection, report)?;
    let on: Vec<&Decision> = standing.iter().filter(|d| d.version == version).collect();
    if on.is_empty() && state != "done" {
        return Ok(Otherwise::default());
    }
    let keys_of = |id: i64| -> Outcome<Vec<String>> {
        let document = serde_json::from_str(&document(connection, id)?);
        Ok(keys(&document.unwrap_or_default()))
    };
    let now = keys_of(analysis)?;
    // All of a finished report was decided; of one in work what was open before is open still.
    let before = match on.last() {
        _ if state == "done" => Vec::new(),
        Some(last) => keys_of(last.analysis)?,
        None => now.clone(),
    };
    Ok(Otherwise::of(&now, &on, &before))
}

/// The suggestions of a kept analysis by name.
fn keys(document: &Value) -> Vec<String> {
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
    /// What read it, as the store names it.
    pub engine: String,
    /// And in words: "ivus 0.1.0, policy sir, lexicon 0a1b2c3d".
    pub read_by: String,
    /// What it suggests.
    pub keys: Vec<String>,
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
        let document: Value = serde_json::from_str(&row.get::<_, String>(4)?).unwrap_or_default();
        let now = keys(&document);
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
            read_by: read_by(&document),
            keys: now.clone(),
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

/// What made a kept analysis, as its JSON tells it.
pub(super) fn engine_of(connection: &Connection, id: i64) -> Outcome<Value> {
    let mut statement = connection
        .prepare_cached("SELECT json_extract(document, '$.engine') FROM analyses WHERE id = ?1")?;
    let told: Option<String> = statement.query_row([id], |r| r.get(0))?;
    let told = told.and_then(|t| serde_json::from_str(&t).ok());
    Ok(told.unwrap_or_default())
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
