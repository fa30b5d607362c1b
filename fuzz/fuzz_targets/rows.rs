//! Any bytes taken for a table of reports (CSV, JSONL, Parquet, packed or not) give records or faults, the same ones twice, and
//! come to an end; faults are of our own words, with no more of the table than an id and the names of columns.

#![no_main]

use std::{panic, path::Path, sync::Once};

use ivus::intake::{Columns, Concat, Fault, Item, Items, Listing, Record};
use libfuzzer_sys::fuzz_target;

/// The name under which the bytes are read.
const NAMES: [&str; 4] = ["notes.csv", "notes.jsonl", "notes.parquet", "notes.csv.gz"];

/// How the columns are named: by their usual names, by options, as pieces of notes.
fn columns(how: u8) -> Columns {
    let named = |name: &str| Some(name.to_owned());
    match how % 3 {
        0 => Columns::default(),
        1 => Columns {
            id: named("note_id"),
            text: named("note_text"),
            date: named("note_date"),
            author: named("by"),
            status: named("state"),
            concat: None,
        },
        _ => Columns {
            concat: Some(Concat {
                by: "note_id".to_owned(),
                order: "line".to_owned(),
                between: "\n".to_owned(),
            }),
            ..Columns::default()
        },
    }
}

fn read(name: &str, how: u8, bytes: &[u8]) -> Vec<Result<Record, Fault>> {
    let listing = Listing::of_bytes(Path::new(name), bytes);
    let items = Items::new(listing, columns(how));
    // A row takes a byte at least; faults of the header and of columns that no row has come on top.
    items.take(bytes.len() + 10).map(Item::load).collect()
}

static HOOK: Once = Once::new();

/// The Parquet reader panics on some damaged files, which our own reader catches and tells as a fault. The fuzzer ends at any panic,
/// caught or not, so those are kept from it; one that is not caught still ends it.
fn let_parquet_panic() {
    let ends = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let is_parquet = info
            .location()
            .is_some_and(|l| l.file().contains("/parquet-"));
        if !is_parquet {
            ends(info);
        }
    }));
}

fuzz_target!(|bytes: &[u8]| {
    HOOK.call_once(let_parquet_panic);
    let Some((how, rest)) = bytes.split_first() else {
        return;
    };
    let name = NAMES[usize::from(*how) % NAMES.len()];
    let how = how / 4;
    let first = read(name, how, rest);
    assert!(first.len() < rest.len() + 10, "it does not end");
    let told = |read: &[Result<Record, Fault>]| -> Vec<String> {
        let each = read.iter().map(|read| match read {
            Ok(record) => {
                assert!(!record.text.trim().is_empty(), "a record without text");
                assert!(record.id.chars().count() <= 200, "an id that is a text");
                format!("{:?}", record.digest())
            }
            Err(fault) => {
                assert_ne!(fault.kind, "internal");
                assert!(
                    fault.cause.len() < 400 && fault.place.len() < 300,
                    "a fault quotes the table"
                );
                assert!(fault.id.as_ref().is_none_or(|id| id.chars().count() <= 200));
                format!("{fault:?}")
            }
        });
        each.collect()
    };
    assert_eq!(
        told(&first),
        told(&read(name, how, rest)),
        "other records the second time"
    );
});
