//! `ivus batch`: any number of reports into a folder of results.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::bail;
use sha2::{Digest, Sha256};

use super::{
    Out, Outcome,
    args::KnowledgeArgs,
    batch_args::{BatchArgs, Between, FailOn},
    complain, is_broken_pipe,
    onlooker::Onlooker,
    pdf, run, watch,
};
use crate::{
    analyzer::Analyzer,
    batch::{self, Form, Forms, Head, Plan, Start, Summary},
    intake::{Columns, Concat, Listing, hex},
};

pub(super) fn run(args: &BatchArgs, out: Out) -> anyhow::Result<Outcome> {
    if let Some(folder) = &args.verify {
        return verify(folder, out);
    }
    let forms = forms(args)?;
    match &args.watch {
        Some(watched) => watch::run(args, &forms, watched, out),
        None => once(args, &forms, out),
    }
}

/// One run over what was named.
fn once(args: &BatchArgs, forms: &Forms, mut out: Out) -> anyhow::Result<Outcome> {
    let listing = Listing::of(&args.inputs, args.results());
    let analyzer = run::analyzer(&args.knowledge)?;
    let mut onlooker = Onlooker::new(listing.bytes())?;
    let start = if args.resume {
        Start::Resume
    } else {
        Start::New
    };
    let plan = plan(
        args,
        forms,
        &analyzer,
        listing,
        args.results().to_owned(),
        start,
    );
    let summary = batch::run(plan, &mut onlooker)?;
    onlooker.clear();
    say(&mut out, &told(&summary, args.results()))?;
    Ok(match onlooker.signal() {
        Some(signal) if !summary.complete => {
            complain("stopped before the end; the same call with --resume goes on");
            Outcome::Stopped(signal)
        }
        _ => outcome(&summary, &args.fail_on),
    })
}

/// Compares a folder of results with its manifest.
fn verify(folder: &Path, mut out: Out) -> anyhow::Result<Outcome> {
    let verified = batch::verify(folder)?;
    for flaw in &verified.flaws {
        say(&mut out, flaw)?;
    }
    let found = match verified.flaws.len() {
        0 => "all as the manifest says".to_owned(),
        1 => "1 thing is not as the manifest says".to_owned(),
        n => format!("{n} things are not as the manifest says"),
    };
    let line = format!(
        "{}: {} parts, {} records, {} of them reports; {} files and folders compared: {found}",
        folder.display(),
        verified.parts,
        verified.records,
        verified.reports,
        verified.compared,
    );
    say(&mut out, &line)?;
    Ok(if verified.flaws.is_empty() {
        Outcome::Clean
    } else {
        Outcome::Partly
    })
}

/// Says how a run ended. Where nobody reads it any more, the exit status still tells.
pub(super) fn say(out: &mut Out, line: &str) -> anyhow::Result<()> {
    match out.line(line).and_then(|()| out.flush()) {
        Err(error) if !is_broken_pipe(&error) => Err(error),
        _ => Ok(()),
    }
}

/// What the options ask for, for one listing and one folder of results.
pub(super) fn plan<'a>(
    args: &BatchArgs,
    forms: &Forms,
    analyzer: &'a Analyzer,
    listing: Listing,
    out: PathBuf,
    start: Start,
) -> Plan<'a> {
    Plan {
        analyzer,
        head: head(args, analyzer, &listing, forms),
        listing,
        columns: Columns {
            id: args.id_col.clone(),
            text: args.text_col.clone(),
            date: args.date_col.clone(),
            author: args.author_col.clone(),
            status: args.status_col.clone(),
            concat: concat(args),
        },
        pdf_reader: pdf::reader(),
        date: args.date_of_service,
        out,
        start,
        jobs: args.jobs,
        shard_size: args.shard_size,
        limit: args.limit,
        share: args.shard,
        forms: forms.clone(),
    }
}

/// The forms asked for, each once.
fn forms(args: &BatchArgs) -> anyhow::Result<Forms> {
    let mut which: Vec<Form> = args.write.iter().filter_map(|w| w.form()).collect();
    which.sort_unstable();
    which.dedup();
    if which.contains(&Form::Omop) && args.run_date.is_none() {
        bail!(
            "--write omop needs --run-date: nlp_date may not be blank, and the clock would give other bytes each day"
        );
    }
    Ok(Forms {
        which,
        day: args.run_date,
        note_nlp_id: args.note_nlp_id_start,
    })
}

/// How pieces of notes are put together, if rows are pieces.
fn concat(args: &BatchArgs) -> Option<Concat> {
    let between = match args.concat_with {
        Between::Nothing => "",
        Between::Line => "\n",
    };
    Some(Concat {
        by: args.concat_by.clone()?,
        order: args.order_by.clone()?,
        between: between.to_owned(),
    })
}

/// What the results will depend on.
fn head(args: &BatchArgs, analyzer: &Analyzer, listing: &Listing, forms: &Forms) -> Head {
    let KnowledgeArgs { policy, payer, .. } = &args.knowledge;
    let tables = analyzer.codes().tables().origin.as_ref();
    let none = || "none".to_owned();
    Head {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        lexicon: analyzer.lexicon().hash().to_owned(),
        policy: named(policy.as_deref(), &analyzer.policy().name),
        payer: named(payer.as_deref(), &analyzer.payer().name),
        tables: tables.map_or_else(|| "built-in".to_owned(), |o| o.digest.clone()),
        options: format!(
            "id {}, text {}, date {}, author {}, status {}, pieces {}, date of service {}, shard size {}, forms {}, run date {}, note_nlp_id {}",
            column(args.id_col.as_deref()),
            column(args.text_col.as_deref()),
            column(args.date_col.as_deref()),
            column(args.author_col.as_deref()),
            column(args.status_col.as_deref()),
            concat(args).map_or_else(none, |c| {
                let with = if c.between.is_empty() {
                    ""
                } else {
                    " with a line end"
                };
                format!("by \"{}\" in order of \"{}\"{with}", c.by, c.order)
            }),
            args.date_of_service.map_or_else(none, |d| d.to_string()),
            args.shard_size,
            forms
                .which
                .iter()
                .map(|f| f.name())
                .collect::<Vec<_>>()
                .join(" "),
            forms.day.map_or_else(none, |d| d.to_string()),
            forms.note_nlp_id,
        ),
        input: listing.fingerprint(),
    }
}

/// A column as the summary tells it.
fn column(name: Option<&str>) -> String {
    name.map_or_else(|| "as usual".to_owned(), |name| format!("\"{name}\""))
}

/// A policy's or profile's name; of a file its digest as well, since a file may change under its name.
fn named(typed: Option<&str>, name: &str) -> String {
    match typed.and_then(|t| fs::read(t).ok()) {
        Some(bytes) => format!("{name} {}", hex(&Sha256::digest(bytes))),
        None => name.to_owned(),
    }
}

/// The run in one line, and what to do next.
pub(super) fn told(summary: &Summary, out: &Path) -> String {
    let left_out = match summary.skipped_files {
        0 => String::new(),
        1 => "; 1 file of the system left out".to_owned(),
        n => format!("; {n} files of the system left out"),
    };
    // A record that one form cannot hold is in all other results.
    let partly = match summary.counts.failures.get("no-note-id") {
        None => String::new(),
        Some(n) => format!(" ({n} of them for OMOP alone)"),
    };
    let state = if summary.complete { "" } else { " so far" };
    format!(
        "{} records{state}, {} failed{partly}: {}{left_out}; results in {}",
        summary.records,
        summary.failed,
        summary.counts.reports.words(),
        out.display()
    )
}

pub(super) fn outcome(summary: &Summary, fail_on: &[FailOn]) -> Outcome {
    let reports = &summary.counts.reports;
    if summary.shard.is_some() && summary.records == 0 && summary.complete {
        complain("no record falls in this share; a smaller --shard-size makes more parts");
        return Outcome::Clean;
    }
    if reports.reports() == 0 {
        complain(match (summary.records, summary.complete) {
            (0, true) => "there is no report in the input: no file in a folder, no row in a table",
            (0, false) => {
                "no record was read: --limit allows none, or the run was stopped before the first"
            }
            _ => "no report could be read; errors.jsonl in the results says why",
        });
        return Outcome::Failed;
    }
    if summary.failed > 0 {
        return Outcome::Partly;
    }
    let counts = &summary.counts;
    let flagged = fail_on.iter().any(|what| match what {
        FailOn::Flagged => reports.flagged() > 0,
        FailOn::Query => reports.to_query() > 0,
        FailOn::Review => reports.to_review() > 0,
        FailOn::Warning => ["warning", "review"]
            .iter()
            .any(|s| counts.severities.contains_key(*s)),
        FailOn::Rule(id) => counts.flags.contains_key(id),
    });
    if flagged {
        Outcome::Flagged
    } else {
        Outcome::Clean
    }
}
