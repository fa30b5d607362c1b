//! `ivus about`: what the program's judgement is made of.

use super::{Out, Outcome, args::PlainFormat};
use crate::lookup::made_of::MadeOf;

pub(super) fn run(format: PlainFormat, mut out: Out) -> anyhow::Result<Outcome> {
    let made = MadeOf::builtin();
    match format {
        PlainFormat::Json => out.line(&serde_json::to_string_pretty(&made)?)?,
        PlainFormat::Text => text(&made, &mut out)?,
    }
    out.finish()?;
    Ok(Outcome::Clean)
}

fn text(made: &MadeOf, out: &mut Out) -> anyhow::Result<()> {
    out.line(&format!("ivus {}, lexicon {}", made.version, made.lexicon))?;
    out.line("\nTables, with the newest day in them and how sure their sources are")?;
    for table in &made.tables {
        let sure: Vec<String> = table
            .confidence
            .iter()
            .map(|(sure, n)| format!("{n} {sure}"))
            .collect();
        out.line(&format!(
            "  {:<19} {:>5} rows  {:<10}  {}: {}",
            table.name,
            table.rows,
            table.newest.as_deref().unwrap_or("-"),
            table.what,
            sure.join(", ")
        ))?;
    }
    let (documentation, counting) = made.rules;
    out.line(&format!(
        "\nRules\n  {documentation} look at the documentation, {counting} at the count; {} rest on no named source\n  \
         {} documents are named by the numbered facts; `ivus rule ID` and `ivus code CODE` show which",
        made.without_source.len(),
        made.sources.len()
    ))?;
    let (reports, exact, first, last) = made.exact();
    out.line(&format!(
        "\nAccuracy\n  {} batches of invented reports, each seen for the first time, {first} to {last}:\n  \
         the units of {exact} of {reports} reports were exactly right; docs/accuracy.md has each batch",
        made.first_looks.len()
    ))?;
    out.line("\nLimits")?;
    for limit in made.limits {
        out.line(&format!("  - {limit}"))?;
    }
    Ok(())
}
