//! From a record to what is written of it. A fault of the program costs the record it happened on, not the run.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
};

use serde::{
    Serialize, Serializer,
    ser::{Error as _, SerializeMap},
};
use serde_json::{Map, Value, value::RawValue};
use sha2::{Digest as _, Sha256};

use super::{
    CHUNK_BYTES, Counts,
    form::{Forms, Made, Piece},
};
use crate::{
    analyzer::Analyzer,
    date::Date,
    intake::{DUPLICATE, Fault, Item, Record, Status},
    render::{Reading, csv, json::Document},
    text::Report,
};

/// What reading and analysing a record takes.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) analyzer: &'a Analyzer,
    pub(super) date: Option<Date>,
    pub(super) forms: &'a Forms,
}

/// A SHA-256.
pub(super) type Digest = [u8; 32];

/// What tells a record from others.
pub(super) struct Seen {
    /// Of all that was read for it, its place too.
    pub(super) record: Digest,
    /// The same without its place: equal when a record is there twice. None when it could not be read.
    pub(super) content: Option<Digest>,
    /// Whether its file was found to be one of those before, so that it was not read.
    pub(super) is_twice: bool,
}

/// One record, read.
pub(super) struct Read {
    pub(super) seen: Seen,
    pub(super) written: Result<Written, Fault>,
}

/// What is written of one record.
pub(super) struct Written {
    pub(super) id: String,
    pub(super) place: String,
    pub(super) json: Vec<u8>,
    pub(super) row: String,
    /// In each of the forms asked for; what is missing is among the faults.
    pub(super) pieces: Vec<Option<Piece>>,
    pub(super) faults: Vec<Fault>,
    pub(super) counts: Counts,
}

/// A line of the JSONL: a report's document and what came with it.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    document: &'a Document,
    #[serde(skip_serializing_if = "Option::is_none")]
    author: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    report_status: Option<Status>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    notes: &'a [String],
    #[serde(skip_serializing_if = "Passed::is_empty")]
    passthrough: Passed<'a>,
}

/// The other columns, numbers as they were written.
struct Passed<'a> {
    cells: &'a Map<String, Value>,
    verbatim: &'a BTreeMap<String, String>,
}

impl Passed<'_> {
    fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }
}

impl Serialize for Passed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.cells.len()))?;
        for (name, cell) in self.cells {
            match self.verbatim.get(name) {
                Some(written) => {
                    let written = RawValue::from_string(written.clone());
                    map.serialize_entry(name, &written.map_err(S::Error::custom)?)?;
                }
                None => map.serialize_entry(name, cell)?,
            }
        }
        map.end()
    }
}

/// The next records, as many as may be in memory together; at least one when there is one.
pub(super) fn chunk(items: &mut impl Iterator<Item = Item>, most: usize) -> Vec<Item> {
    let (mut chunk, mut bytes) = (Vec::new(), 0_usize);
    while chunk.len() < most && bytes < CHUNK_BYTES {
        let Some(item) = items.next() else { break };
        bytes = bytes.saturating_add(item.weight());
        chunk.push(item);
    }
    chunk
}

/// Reads a record and analyses it; `number` is its place in the run, from 0.
pub(super) fn read(reader: &Reader<'_>, item: Item, number: u64) -> Read {
    let (seen, record) = load(item);
    let written = record.and_then(|record| {
        let (id, place) = (record.id.clone(), record.place.clone());
        guarded(&place, || analyse(reader, record, number))
            .and_then(|written| written)
            .map_err(|fault| fault.of(id))
    });
    Read { seen, written }
}

/// Reads a record that was analysed before, to see whether it is the same still.
pub(super) fn seen(item: Item) -> Seen {
    load(item).0
}

fn load(item: Item) -> (Seen, Result<Record, Fault>) {
    let place = item.place();
    match guarded(&place, || item.load()).and_then(|loaded| loaded) {
        Ok(record) => {
            let content = record.content();
            let seen = Seen {
                record: record.placed(&content),
                content: Some(content),
                is_twice: false,
            };
            (seen, Ok(record))
        }
        Err(fault) => {
            let told = format!("{}\n{}", fault.kind, fault.place);
            let seen = Seen {
                record: Sha256::digest(told).into(),
                content: None,
                is_twice: fault.kind == DUPLICATE,
            };
            (seen, Err(fault))
        }
    }
}

fn analyse(reader: &Reader<'_>, record: Record, number: u64) -> Result<Written, Fault> {
    fail_when_told(&record);
    let analyzer = reader.analyzer;
    let mut report = Report::new(record.id, record.text);
    report.source = Some(record.place.clone());
    report.service_date = record.date.or(reader.date);
    report.standing = record.status;
    let analysis = analyzer.analyze(&report);
    let mut reading = Reading::new(analyzer, report, &analysis);
    if record.date.is_some() {
        reading.document.report.date_source = "metadata";
    }
    let line = Line {
        document: &reading.document,
        author: record.author.as_deref(),
        report_status: record.status,
        notes: &record.notes,
        passthrough: Passed {
            cells: &record.passthrough,
            verbatim: &record.verbatim,
        },
    };
    let mut json = serde_json::to_vec(&line).map_err(|_| {
        Fault::new(
            &record.place,
            "internal",
            "its result cannot be written as JSON",
        )
    })?;
    json.push(b'\n');
    let (pieces, faults) = reader.forms.pieces(&Made {
        reading: &reading,
        author: record.author.as_deref(),
        passthrough: &record.passthrough,
        place: &record.place,
        number,
    });
    Ok(Written {
        id: reading.report.id.to_string(),
        place: record.place,
        json,
        row: csv::queue(&reading),
        pieces,
        faults: faults
            .into_iter()
            .map(|f| f.of(reading.report.id.as_str()))
            .collect(),
        counts: Counts::of(&reading),
    })
}

/// In builds for tests, a fault of the program on the record that `IVUS_TEST_PANIC` names, its text in the message.
fn fail_when_told(record: &Record) {
    #[cfg(debug_assertions)]
    assert!(
        std::env::var_os("IVUS_TEST_PANIC").is_none_or(|id| id != *record.id),
        "{}",
        record.text
    );
    let _ = record;
}

/// Turns a panic into a fault of the record.
fn guarded<T>(place: &str, act: impl FnOnce() -> T) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(act)).map_err(|_| {
        let cause =
            "the program failed on this report; it was skipped (please tell the developers)";
        Fault::new(place, "internal", cause)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_costs_one_record_and_tells_nothing_of_it() {
        let fault = guarded::<()>("a.csv:3", || panic!("canary")).unwrap_err();
        assert_eq!(
            (fault.place.as_str(), fault.kind.as_str()),
            ("a.csv:3", "internal")
        );
        assert!(!format!("{fault:?}").contains("canary"));
    }
}
