//! `ivus queue`: reports in, where they stand, decisions out.

use std::{fs, path::Path};

use serde_json::Value;

use super::{
    Out, Outcome, complain, pdf, run, store,
    store_args::{
        Leaving, QueueCommand, QueueExportArgs, QueueImportArgs, QueueListArgs, QueueSampleArgs,
        SampleFormat, Standing, Within,
    },
    token, user,
};
use crate::{
    date::Date,
    error::Error,
    intake::{Columns, Items, Listing},
    queue::{
        Actor, Desk, Draw, Per, Refusal, Store, Tally, board::Filter, leaving, reports::Incoming,
        time,
    },
};

/// Reports that are brought in with one transaction, and bytes of their text.
const CHUNK: usize = 256;
const CHUNK_BYTES: usize = 16 << 20;

pub(super) fn run(command: &QueueCommand, out: Out) -> anyhow::Result<Outcome> {
    match command {
        QueueCommand::Import(args) => import(args, out),
        QueueCommand::List(args) => list(args, out),
        QueueCommand::Export(args) => export(args, out),
        QueueCommand::Sample(args) => sample(args, out),
        QueueCommand::Token(command) => token::run(command, out),
        QueueCommand::User(command) => user::run(command, out),
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
    let site = args.site.as_deref().unwrap_or_default();
    let physician = args.physician.as_deref().unwrap_or_default();
    let analyzer = run::analyzer(&args.knowledge)?;
    let desk = Desk::new(Store::open(&args.store.store)?, analyzer);
    let (mut tally, mut failed) = (Tally::default(), 0_usize);
    let (mut chunk, mut bytes) = (Vec::new(), 0);
    let items = Items::new(listing, columns).with_pdf_reader(pdf::reader().as_deref());
    for item in items {
        match item.load() {
            // What counts of it comes later.
            Ok(record) if record.is_superseded() => {}
            Ok(record) => {
                let place = record.place.clone();
                match Incoming::of(record, site, physician).checked() {
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
    out.line(&format!(
        "{}, {failed} failed{}",
        told(tally),
        more(tally, left_out)
    ))?;
    out.finish()?;
    Ok(match (failed, tally == Tally::default()) {
        (0, _) => Outcome::Clean,
        (_, true) => Outcome::Failed,
        (_, false) => Outcome::Partly,
    })
}

fn told(tally: Tally) -> String {
    format!(
        "{} new, {} with another text, {} known already",
        tally.new, tally.changed, tally.known
    )
}

/// What there is to tell besides, if anything.
fn more(tally: Tally, left_out: usize) -> String {
    let parts = [
        (tally.withdrawn, "withdrawn by their sender"),
        (tally.absent, "withdrawn by their sender and not taken in"),
        (left_out, "files of the system left out"),
    ];
    let told = parts.iter().filter(|(n, _)| *n > 0);
    told.map(|(n, words)| format!("; {n} {words}"))
        .collect::<Vec<_>>()
        .concat()
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
        disposition: args.disposition.clone().unwrap_or_default(),
        ..filter(args.state)
    };
    let now = time::now();
    let mut left = args.limit;
    let hidden = loop {
        let (rows, total) = desk.list(&Actor::command(), &filter)?;
        let all = usize::try_from(total).unwrap_or(usize::MAX);
        let hidden = all.saturating_sub(args.limit);
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
            break hidden;
        }
        filter.page += 1;
    };
    if hidden > 0 {
        let words = format!(
            "and {hidden} more; --limit {} shows all",
            args.limit + hidden
        );
        out.line(&words)?;
    }
    out.finish()?;
    Ok(Outcome::Clean)
}

/// What cannot be written stops an export; its own error is told, not that of the store.
struct Writing {
    out: Out,
    failed: Option<anyhow::Error>,
    /// Reports that cannot leave in this form.
    left: usize,
}

impl Writing {
    fn text(&mut self, text: &str) -> Result<(), Refusal> {
        let done = self.out.write(text);
        self.noted(done)
    }

    fn noted(&mut self, done: anyhow::Result<()>) -> Result<(), Refusal> {
        done.map_err(|error| {
            self.failed = Some(error);
            Refusal::Fault("the output cannot be written".to_owned())
        })
    }

    fn left(&mut self, id: &str, why: &str) {
        complain(&format!("report {id} {why}"));
        self.left += 1;
    }
}

/// The reports that an export is limited to.
fn limited(args: &QueueExportArgs) -> Filter {
    let day = |day: Option<Date>| day.map(|d| d.to_string()).unwrap_or_default();
    Filter {
        physician: args.physician.clone().unwrap_or_default(),
        site: args.site.clone().unwrap_or_default(),
        from: day(args.from),
        until: day(args.until),
        done_from: time::day(&day(args.finished_from)),
        done_before: time::day(&day(args.finished_until)).map(|begins| begins + time::DAY),
        ..filter(args.state)
    }
}

fn export(args: &QueueExportArgs, out: Out) -> anyhow::Result<Outcome> {
    if args.state != Standing::Done && matches!(args.format, Leaving::Dft | Leaving::Gold) {
        let words = "charges and gold labels leave for finished reports alone; leave --state out";
        return Err(Error::usage(words).into());
    }
    let desk = store::desk(&args.store)?;
    let chosen = limited(args);
    let form = match args.format {
        Leaving::Jsonl => "jsonl",
        Leaving::Csv => "csv",
        Leaving::Fhir => "fhir",
        Leaving::Dft => "dft",
        Leaving::Gold => "gold",
    };
    let mut to = Writing {
        out,
        failed: None,
        left: 0,
    };
    let done = match args.format {
        Leaving::Jsonl | Leaving::Csv | Leaving::Dft => {
            if args.format == Leaving::Csv {
                to.out.write(&leaving::csv::header())?;
            }
            desk.export(&Actor::command(), &chosen, form, |one| {
                match args.format {
                    Leaving::Csv => return to.text(&leaving::csv::rows(&one)),
                    Leaving::Dft => match leaving::dft::message(&one) {
                        Ok(message) => return to.text(&message.unwrap_or_default()),
                        Err(why) => to.left(&one.report_id, why),
                    },
                    _ => return to.text(&json_line(&one)?),
                }
                Ok(())
            })
        }
        Leaving::Fhir => desk.export_read(&Actor::command(), &chosen, form, |one, _, reading| {
            to.text(&json_line(&leaving::bundle(&one, reading))?)
        }),
        Leaving::Gold => {
            let folder = args.out.clone().unwrap_or_default();
            fs::create_dir_all(&folder).map_err(|e| Error::write(&folder, e))?;
            let mut stems = leaving::gold::Stems::default();
            desk.export_read(&Actor::command(), &chosen, form, |one, version, reading| {
                let stem = stems.next(&one.report_id, version.report);
                let Some(labels) = leaving::gold::labels(&one, reading, &stem) else {
                    return Ok(());
                };
                match write_gold(&folder, &stem, &version.text, &labels) {
                    Ok(true) => Ok(()),
                    Ok(false) => {
                        to.left(&stem, "is there already; its files were left as they are");
                        Ok(())
                    }
                    Err(error) => to.noted(Err(error)),
                }
            })
        }
    };
    if let Some(error) = to.failed {
        return Err(error);
    }
    done?;
    to.out.finish()?;
    Ok(if to.left > 0 {
        Outcome::Partly
    } else {
        Outcome::Clean
    })
}

fn json_line(what: &impl serde::Serialize) -> Result<String, Refusal> {
    let line = serde_json::to_string(what)
        .map_err(|_| Refusal::Fault("a report cannot be written as JSON".to_owned()))?;
    Ok(line + "\n")
}

/// Writes a report and its labels side by side; whether there was room for them.
fn write_gold(folder: &Path, stem: &str, text: &str, labels: &Value) -> anyhow::Result<bool> {
    let files = [
        (folder.join(format!("{stem}.txt")), text.to_owned()),
        (
            folder.join(format!("{stem}.json")),
            serde_json::to_string_pretty(labels)? + "\n",
        ),
    ];
    if files.iter().any(|(path, _)| path.exists()) {
        return Ok(false);
    }
    for (path, content) in files {
        fs::write(&path, content).map_err(|e| Error::write(&path, e))?;
    }
    Ok(true)
}

fn sample(args: &QueueSampleArgs, mut out: Out) -> anyhow::Result<Outcome> {
    let desk = store::desk(&args.store)?;
    let state = match args.state {
        Standing::Done => "done",
        Standing::All => "",
        Standing::Open | Standing::Held => "open",
    };
    let day = |d: Option<Date>| d.map(|d| d.to_string()).unwrap_or_default();
    let draw = Draw {
        per: match args.per {
            Within::Physician => Per::Physician,
            Within::Site => Per::Site,
            Within::Coder => Per::Coder,
            Within::All => Per::All,
        },
        share: args.percent,
        seed: args.seed,
        state: state.to_owned(),
        from: day(args.from),
        until: day(args.until),
    };
    let sample = desk.sample(&Actor::command(), &draw)?;
    let mut group = None;
    for one in &sample {
        match args.format {
            SampleFormat::Jsonl => out.line(&serde_json::to_string(one)?)?,
            SampleFormat::Text => {
                if group != Some(&one.group) {
                    group = Some(&one.group);
                    let many = sample.iter().filter(|o| o.group == one.group).count();
                    let name = if one.group.is_empty() {
                        "all"
                    } else {
                        &one.group
                    };
                    out.line(&format!("{name}: {many} of {}", one.of))?;
                }
                let date = one.service_date.as_deref().unwrap_or("-");
                out.line(&format!("{:>8}  {date:<10}  {}", one.report, one.report_id))?;
            }
        }
    }
    if sample.is_empty() && args.format == SampleFormat::Text {
        out.line("no report is like this")?;
    }
    out.finish()?;
    Ok(Outcome::Clean)
}
