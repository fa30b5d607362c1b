//! `ivus queue`: reports in, where they stand, decisions out.

use std::path::Path;

use serde_json::{Map, Value};

use super::{
    Out, Outcome, complain, pdf, run, store,
    store_args::{QueueCommand, QueueExportArgs, QueueImportArgs, QueueListArgs, Standing},
};
use crate::{
    intake::{Columns, Items, Listing, Record, Status},
    queue::{Actor, Desk, Refusal, Store, Tally, board::Filter, reports::Incoming, time},
};

/// Reports that are brought in with one transaction, and bytes of their text.
const CHUNK: usize = 256;
const CHUNK_BYTES: usize = 16 << 20;

pub(super) fn run(command: &QueueCommand, out: Out) -> anyhow::Result<Outcome> {
    match command {
        QueueCommand::Import(args) => import(args, out),
        QueueCommand::List(args) => list(args, out),
        QueueCommand::Export(args) => export(args, out),
    }
}

fn import(args: &QueueImportArgs, mut out: Out) -> anyhow::Result<Outcome> {
    let listing = Listing::of(&args.inputs, Path::new(""));
    let left_out = listing.skipped;
    let columns = Columns {
        id: args.id_col.clone(),
        text: args.text_col.clone(),
        date: args.date_col.clone(),
        ..Columns::default()
    };
    let analyzer = run::analyzer(&args.knowledge)?;
    let desk = Desk::new(Store::open(&args.store.store)?, analyzer);
    let (mut tally, mut failed) = (Tally::default(), 0_usize);
    let (mut chunk, mut bytes) = (Vec::new(), 0);
    let items = Items::new(listing, columns).with_pdf_reader(pdf::reader().as_deref());
    for item in items {
        match item.load() {
            Ok(record) if record.status == Some(Status::Withdrawn) => {
                complain(&format!(
                    "{}: withdrawn by its sender; nothing may rest on it",
                    record.place
                ));
                failed += 1;
            }
            Ok(record) => {
                let place = record.place.clone();
                match incoming(args, record).checked() {
                    Ok(one) => {
                        bytes += one.text.len();
                        chunk.push(one);
                    }
                    Err(refusal) => {
                        complain(&format!("{place}: {refusal}"));
                        failed += 1;
                    }
                }
            }
            Err(fault) => {
                complain(&format!("{}: {}", fault.place, fault.cause));
                failed += 1;
            }
        }
        if chunk.len() == CHUNK || bytes > CHUNK_BYTES {
            tally += desk.import_all(&Actor::command(), std::mem::take(&mut chunk))?;
            bytes = 0;
        }
    }
    tally += desk.import_all(&Actor::command(), chunk)?;
    let more = if left_out > 0 {
        format!("; {left_out} files of other kinds left out")
    } else {
        String::new()
    };
    out.line(&format!(
        "{} new, {} with another text, {} known already, {failed} failed{more}",
        tally.new, tally.changed, tally.known
    ))?;
    out.finish()?;
    Ok(match (failed, tally == Tally::default()) {
        (0, _) => Outcome::Clean,
        (_, true) => Outcome::Failed,
        (_, false) => Outcome::Partly,
    })
}

/// A record as the queue takes it.
fn incoming(args: &QueueImportArgs, record: Record) -> Incoming {
    let site = cell(&record.passthrough, &["site", "care_site_id", "facility"]);
    let physician = cell(
        &record.passthrough,
        &["physician", "provider_id", "provider"],
    );
    Incoming {
        name: record.id,
        text: record.text,
        date: record.date,
        source: record.place,
        site: site.unwrap_or_else(|| args.site.clone()),
        physician: physician
            .or(record.author)
            .unwrap_or_else(|| args.physician.clone()),
    }
}

/// The first of some columns that says something, in any case of letters.
fn cell(columns: &Map<String, Value>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| {
        let (_, value) = columns.iter().find(|(n, _)| n.eq_ignore_ascii_case(name))?;
        let text = match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        (!text.is_empty()).then_some(text)
    })
}

fn filter(state: Standing) -> Filter {
    let state = match state {
        Standing::Open => "open",
        Standing::Held => "held",
        Standing::Done => "done",
        Standing::All => "",
    };
    Filter {
        state: state.to_owned(),
        ..Filter::default()
    }
}

fn list(args: &QueueListArgs, mut out: Out) -> anyhow::Result<Outcome> {
    let desk = store::desk(&args.store)?;
    let mut filter = Filter {
        disposition: args.disposition.clone(),
        ..filter(args.state)
    };
    let now = time::now();
    let mut left = args.limit;
    loop {
        let (rows, total) = desk.list(&Actor::command(), &filter)?;
        if filter.page == 1 {
            out.line(&format!("{total} reports"))?;
        }
        for row in rows.iter().take(left) {
            let whom = row.claimed_by.as_deref().or(row.assigned_to.as_deref());
            out.line(&format!(
                "{:>6}  {:<8} {:>2}/{:<2} {:<10} {:<12} {}{}",
                row.report,
                row.disposition,
                row.supported,
                row.units,
                row.date.as_deref().unwrap_or("-"),
                time::ago(row.received_at, now),
                row.name,
                whom.map_or_else(String::new, |w| format!("  ({w})"))
            ))?;
        }
        left = left.saturating_sub(rows.len());
        if left == 0 || rows.is_empty() {
            break;
        }
        filter.page += 1;
    }
    out.finish()?;
    Ok(Outcome::Clean)
}

fn export(args: &QueueExportArgs, mut out: Out) -> anyhow::Result<Outcome> {
    let desk = store::desk(&args.store)?;
    let mut failed = None;
    let done = desk.export(&Actor::command(), &filter(args.state), |one| {
        let line = serde_json::to_string(&one)
            .map_err(|_| Refusal::Fault("a report cannot be written as JSON".to_owned()))?;
        out.line(&line).map_err(|e| {
            failed = Some(e);
            Refusal::Fault("the output cannot be written".to_owned())
        })
    });
    if let Some(error) = failed {
        return Err(error);
    }
    done?;
    out.finish()?;
    Ok(Outcome::Clean)
}
