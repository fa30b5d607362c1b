//! `ivus payer`: what a payer profile changes.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Out, Outcome, args::PlainFormat};
use crate::{
    error::Result,
    payer::Payer,
    rules::{self, RuleId},
};

pub(super) fn run(
    name: Option<&str>,
    format: PlainFormat,
    mut out: Out,
) -> anyhow::Result<Outcome> {
    match (name, format) {
        (Some(name), PlainFormat::Text) => out.write(&text(&Payer::named(name)?))?,
        (Some(name), PlainFormat::Json) => {
            out.line(&serde_json::to_string_pretty(&object(&Payer::named(
                name,
            )?))?)?;
        }
        (None, format) => {
            let all: Result<Vec<Payer>> = Payer::names().map(Payer::named).collect();
            match format {
                PlainFormat::Text => {
                    for payer in all? {
                        out.line(&format!("{:<14} {}", payer.name, payer.label))?;
                    }
                }
                PlainFormat::Json => {
                    let all: Vec<Value> = all?.iter().map(object).collect();
                    out.line(&serde_json::to_string_pretty(&all)?)?;
                }
            }
        }
    }
    out.finish()?;
    Ok(Outcome::Clean)
}

/// `IVUS007 no-catheter-movement`.
fn rule(id: RuleId) -> String {
    let name = rules::find(&id.to_string()).map_or("", |r| r.name);
    format!("{id} {name}")
}

fn text(payer: &Payer) -> String {
    let mut text = format!("{}: {}\n", payer.name, payer.label);
    let mut line = |head: &str, told: Vec<String>| {
        if !told.is_empty() {
            let _ = writeln!(text, "  {head:<22} {}", told.join(", "));
        }
    };
    let policy = payer.policy.iter();
    line(
        "counting policy",
        policy
            .map(|p| format!("{} ({})", p.name, p.label))
            .collect(),
    );
    line(
        "base codes added",
        payer.terms.added.iter().cloned().collect(),
    );
    line(
        "base codes removed",
        payer.terms.removed.iter().cloned().collect(),
    );
    let limits = payer.terms.limits.iter();
    line(
        "most units in a day",
        limits.map(|(c, n)| format!("{c}: {n}")).collect(),
    );
    line(
        "rules switched off",
        payer.off.iter().map(|r| rule(*r)).collect(),
    );
    let severity = payer.severity.iter();
    line(
        "rules weighed anew",
        severity
            .map(|(r, s)| format!("{}: {}", rule(*r), s.name()))
            .collect(),
    );
    text
}

fn object(payer: &Payer) -> Value {
    let severity = payer.severity.iter();
    let severity = severity.map(|(r, s)| (r.to_string(), Value::from(s.name())));
    json!({
        "name": payer.name,
        "label": payer.label,
        "policy": payer.policy.as_ref().map(|p| &p.name),
        "base": {"add": payer.terms.added, "remove": payer.terms.removed},
        "limits": payer.terms.limits,
        "rules": {"off": payer.off.iter().map(ToString::to_string).collect::<Vec<_>>()},
        "severity": severity.collect::<serde_json::Map<_, _>>(),
    })
}
