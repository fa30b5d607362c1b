//! The commands that look after the store: audit log, copies, and putting one back.

use super::{
    Out, Outcome,
    store_args::StoreArgs,
    upkeep_args::{AuditCommand, BackupArgs, DrillArgs, LockArgs, RestoreArgs},
};
use crate::{
    analyzer::Analyzer,
    queue::{self, Actor, Desk, Refusal, Store, audit, secret::Key},
};

/// A desk over a store that is there, for commands that read no reports.
pub(super) fn desk(args: &StoreArgs) -> anyhow::Result<Desk> {
    Ok(Desk::new(
        Store::existing(&args.store)?,
        Analyzer::builtin(),
    ))
}

pub(super) fn audit(command: &AuditCommand, mut out: Out) -> anyhow::Result<Outcome> {
    match command {
        AuditCommand::Verify { head, store } => {
            let kept = match head {
                Some(text) => Some(audit::parse(text).ok_or_else(|| {
                    Refusal::invalid("--head: give it as `ivus audit head` printed it")
                })?),
                None => None,
            };
            let store = Store::existing(&store.store)?;
            let found = store.verify_audit(kept)?;
            let (line, outcome) = match found {
                Ok(rows) => (
                    format!("the audit log is whole: {rows} rows"),
                    Outcome::Clean,
                ),
                Err(broken) => (
                    format!(
                        "the audit log is broken at row {}: {}",
                        broken.seq, broken.words
                    ),
                    Outcome::Flagged,
                ),
            };
            out.line(&line)?;
            out.finish()?;
            Ok(outcome)
        }
        AuditCommand::Head { store } => {
            let head = Store::existing(&store.store)?.audit_head()?;
            out.line(&format!("{}:{}", head.seq, head.mac))?;
            out.finish()?;
            Ok(Outcome::Clean)
        }
    }
}

pub(super) fn backup(args: &BackupArgs, mut out: Out) -> anyhow::Result<Outcome> {
    let desk = desk(&args.store)?;
    let copied = desk.backup(&Actor::command(), &args.to)?;
    out.line(&format!(
        "{}: {} reports, {} decisions, audit log to row {}; proved",
        args.to.display(),
        copied.reports,
        copied.decisions,
        copied.head.seq
    ))?;
    out.line(&format!(
        "The audit key is not in it; keep a copy of {} elsewhere.",
        Key::path(&args.store.store).display()
    ))?;
    out.finish()?;
    Ok(Outcome::Clean)
}

pub(super) fn restore(args: &RestoreArgs, mut out: Out) -> anyhow::Result<Outcome> {
    let store = &args.store.store;
    let key = args.key.clone().unwrap_or_else(|| Key::path(store));
    let copied = queue::restore(&args.backup, store, &key)?;
    out.line(&format!(
        "{}: {} reports, {} decisions, audit log to row {}; proved",
        store.display(),
        copied.reports,
        copied.decisions,
        copied.head.seq
    ))?;
    out.finish()?;
    Ok(Outcome::Clean)
}

pub(super) fn drill(args: &DrillArgs, mut out: Out) -> anyhow::Result<Outcome> {
    let desk = desk(&args.store)?;
    let drill = desk.drill(&Actor::command(), &args.backup)?;
    out.line(&format!(
        "{}: can be put back: {} reports, {} decisions, audit log whole to row {}; {} rows are as in the store, \
         which is {} audit rows ahead",
        args.backup.display(),
        drill.copied.reports,
        drill.copied.decisions,
        drill.copied.head.seq,
        drill.compared,
        drill.behind
    ))?;
    out.finish()?;
    Ok(Outcome::Clean)
}

pub(super) fn lock(args: &LockArgs, mut out: Out) -> anyhow::Result<Outcome> {
    let desk = desk(&args.store)?;
    if args.end {
        desk.end_lock(&Actor::command())?;
        out.line("The lock is taken away.")?;
    } else {
        desk.lock(
            &Actor::command(),
            args.reason.as_deref().unwrap_or_default(),
        )?;
        out.line("Everybody is logged out, and nothing can be saved until `ivus lock --end`.")?;
    }
    out.finish()?;
    Ok(Outcome::Clean)
}
