//! `ivus tables`: loads this year's published tables into a folder, and lists what is loaded.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{
    Out, Outcome,
    args::{ClaimSetting, ImportArgs, PaymentFactor, PlainFormat, TablesCommand},
};
use crate::{
    codes::{Factor, Setting},
    tables::{self, Given, Imported, Report},
};

pub(super) fn run(command: TablesCommand, mut out: Out) -> anyhow::Result<Outcome> {
    match command {
        TablesCommand::Import(args) => {
            let report = tables::import(&args.files, &args.tables, &given(&args))?;
            match args.format {
                PlainFormat::Text => out.write(&import_text(&report))?,
                PlainFormat::Json => {
                    out.line(&serde_json::to_string_pretty(&import_json(&report)?)?)?;
                }
            }
        }
        TablesCommand::List { tables, format } => {
            let folder = tables::load(&tables)?;
            match format {
                PlainFormat::Text => {
                    out.write(&files_text(folder.imports()))?;
                    out.line("\nOn days that no file covers, the built-in tables are in force (docs/tables.md).")?;
                }
                PlainFormat::Json => {
                    let listed = json!({
                        "digest": folder.tables().origin.map(|o| o.digest),
                        "files": folder.imports(),
                    });
                    out.line(&serde_json::to_string_pretty(&listed)?)?;
                }
            }
        }
    }
    out.finish()?;
    Ok(Outcome::Clean)
}

fn given(args: &ImportArgs) -> Given {
    Given {
        from: args.from,
        until: args.until,
        factor: args.factor.map(|f| match f {
            PaymentFactor::Standard => Factor::Standard,
            PaymentFactor::Qualifying => Factor::Qualifying,
        }),
        setting: args.setting.map(|s| match s {
            ClaimSetting::Practitioner => Setting::Practitioner,
            ClaimSetting::Outpatient => Setting::Outpatient,
        }),
    }
}

fn import_text(report: &Report) -> String {
    let mut text = files_text(&report.files);
    text.push_str("\nRows of each table\n");
    for (kind, changes) in &report.changes {
        let _ = writeln!(
            text,
            "  {:<11} {} added, {} changed, {} ended on another day, {} removed, {} as before",
            kind.name(),
            changes.added,
            changes.changed,
            changes.ended,
            changes.removed,
            changes.same
        );
    }
    if !report.notes.is_empty() {
        text.push_str("\nTo check\n");
        for note in &report.notes {
            let _ = writeln!(text, "  - {note}");
        }
    }
    text
}

fn import_json(report: &Report) -> anyhow::Result<Value> {
    let changes = report.changes.iter().map(|(kind, c)| {
        let counts = json!({
            "added": c.added, "changed": c.changed, "ended": c.ended, "removed": c.removed, "same": c.same,
        });
        (kind.name().to_owned(), counts)
    });
    Ok(json!({
        "files": serde_json::to_value(&report.files)?,
        "changes": changes.collect::<serde_json::Map<_, _>>(),
        "notes": report.notes,
    }))
}

/// One line a file: table, name, days, rows, when it was loaded.
fn files_text(files: &[Imported]) -> String {
    let widest = files
        .iter()
        .map(|f| f.file.chars().count())
        .max()
        .unwrap_or(0);
    let mut text = format!(
        "{:<11} {:<13} {:<widest$}  {:<24}  {:>15}  loaded\n",
        "table", "for", "file", "in force", "rows kept"
    );
    for file in files {
        let days = match (&file.from, &file.until) {
            (Some(from), Some(until)) => format!("{from} to {until}"),
            (Some(from), None) => format!("from {from}"),
            _ => "each row its own days".to_owned(),
        };
        let rows = format!("{} of {}", file.rows_kept, file.rows_read);
        let _ = writeln!(
            text,
            "{:<11} {:<13} {:<widest$}  {days:<24}  {rows:>15}  {}",
            file.table, file.of, file.file, file.imported
        );
    }
    text
}
