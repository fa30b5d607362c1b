//! `ivus batch`: any number of reports into a folder of results.

use std::{fs, path::Path};

use sha2::{Digest, Sha256};

use super::{
    Out, Outcome,
    args::{BatchArgs, FailOn, KnowledgeArgs},
    complain,
    onlooker::Onlooker,
    pdf, run,
};
use crate::{
    analyzer::Analyzer,
    batch::{self, Head, Plan, Start, Summary},
    intake::{Columns, Listing, hex},
};

pub(super) fn run(args: &BatchArgs, mut out: Out) -> anyhow::Result<Outcome> {
    let listing = Listing::of(&args.inputs, &args.out);
    let analyzer = run::analyzer(&args.knowledge)?;
    let mut onlooker = Onlooker::new(listing.plain_bytes())?;
    let plan = Plan {
        analyzer: &analyzer,
        head: head(args, &analyzer, &listing),
        listing,
        columns: Columns {
            id: args.id_col.clone(),
            text: args.text_col.clone(),
            date: args.date_col.clone(),
        },
        pdf_reader: pdf::reader(),
        date: args.date_of_service,
        out: args.out.clone(),
        start: if args.resume {
            Start::Resume
        } else {
            Start::New
        },
        jobs: args.jobs,
        shard_size: args.shard_size,
        limit: args.limit,
    };
    let summary = batch::run(plan, &mut onlooker)?;
    let stopped = onlooker.finish();
    out.line(&told(&summary, &args.out))?;
    out.finish()?;
    Ok(match stopped {
        Some(signal) if !summary.complete => {
            complain("stopped before the end; the same call with --resume goes on");
            Outcome::Stopped(signal)
        }
        _ => outcome(&summary, args.fail_on),
    })
}

/// What the results will depend on.
fn head(args: &BatchArgs, analyzer: &Analyzer, listing: &Listing) -> Head {
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
            "id {:?}, text {:?}, date {:?}, date of service {}, shard size {}",
            args.id_col,
            args.text_col,
            args.date_col,
            args.date_of_service.map_or_else(none, |d| d.to_string()),
            args.shard_size
        ),
        input: listing.fingerprint(),
    }
}

/// A policy's or profile's name; of a file its digest as well, since a file may change under its name.
fn named(typed: Option<&str>, name: &str) -> String {
    match typed.and_then(|t| fs::read(t).ok()) {
        Some(bytes) => format!("{name} {}", hex(&Sha256::digest(bytes))),
        None => name.to_owned(),
    }
}

/// The run in one line, and what to do next.
fn told(summary: &Summary, out: &Path) -> String {
    let left_out = match summary.skipped_files {
        0 => String::new(),
        n => format!("; {n} files of other kinds left out"),
    };
    let state = if summary.complete { "" } else { " so far" };
    format!(
        "{} records{state}, {} failed: {}{left_out}; results in {}",
        summary.records,
        summary.failed,
        summary.counts.reports.words(),
        out.display()
    )
}

fn outcome(summary: &Summary, fail_on: Option<FailOn>) -> Outcome {
    let reports = &summary.counts.reports;
    if reports.reports() == 0 {
        complain("no report could be read; errors.jsonl in the results says why");
        return Outcome::Failed;
    }
    if summary.failed > 0 {
        return Outcome::Partly;
    }
    let flagged = fail_on.is_some_and(|what| match what {
        FailOn::Flagged => reports.flagged() > 0,
        FailOn::Query => reports.to_query() > 0,
        FailOn::Review => reports.to_review() > 0,
    });
    if flagged {
        Outcome::Flagged
    } else {
        Outcome::Clean
    }
}
