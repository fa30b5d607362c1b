//! `ivus rule`: a rule's page, or the list of rules.

use anyhow::bail;
use serde_json::{Value, json};

use super::{
    Out, Outcome,
    args::{PlainFormat, RuleArgs},
    nearest,
};
use crate::{
    render::text::Colour,
    rules::{self, Rule},
};

pub(super) fn run(args: &RuleArgs, mut out: Out) -> anyhow::Result<Outcome> {
    match (&args.id, args.format) {
        (Some(id), format) => {
            let rule = find(id)?;
            match format {
                PlainFormat::Text => out.write(&page(rule, out.colour))?,
                PlainFormat::Json => out.line(&serde_json::to_string_pretty(&object(rule))?)?,
            }
        }
        (None, PlainFormat::Json) => {
            let all: Vec<Value> = rules::all().iter().map(|r| object(r)).collect();
            out.line(&serde_json::to_string_pretty(&all)?)?;
        }
        (None, PlainFormat::Text) if args.all => {
            let pages: Vec<String> = rules::all().iter().map(|r| page(r, out.colour)).collect();
            out.write(&pages.join(&format!("\n{}\n\n", "-".repeat(78))))?;
        }
        (None, PlainFormat::Text) => {
            for rule in rules::all() {
                out.line(&format!(
                    "{}  {:<8}  {:<28}  {}",
                    rule.id,
                    rule.severity.name(),
                    rule.name,
                    rule.summary
                ))?;
            }
        }
    }
    out.finish()?;
    Ok(Outcome::Clean)
}

fn find(id: &str) -> anyhow::Result<&'static Rule> {
    if let Some(rule) = rules::find(id) {
        return Ok(rule);
    }
    let wanted = id.to_ascii_lowercase();
    if let Some(rule) = rules::all()
        .iter()
        .find(|r| r.name == wanted || wanted.parse() == Ok(r.id.0))
    {
        return Ok(rule);
    }
    let names: Vec<String> = rules::all()
        .iter()
        .flat_map(|r| [r.id.to_string(), r.name.to_owned()])
        .collect();
    let near = nearest(id, names.iter().map(String::as_str));
    match near.as_slice() {
        [] => bail!("there is no rule \"{id}\"; `ivus rule` lists all rules"),
        near => bail!(
            "there is no rule \"{id}\"; did you mean {}? `ivus rule` lists all rules",
            near.join(" or ")
        ),
    }
}

fn page(rule: &Rule, colour: Colour) -> String {
    let bold = anstyle::Style::new().bold();
    let strong = |text: &str| match colour {
        Colour::Plain => text.to_owned(),
        Colour::Ansi => format!("{bold}{text}{bold:#}"),
    };
    let title = format!("{} {}", rule.id, rule.name);
    let does = rule.does();
    let mut text = format!(
        "{}\n{}; severity {}; {does}; since {}\n\n",
        strong(&title),
        rule.summary,
        rule.severity.name(),
        rule.since
    );
    for line in rule.docs().lines() {
        text.push_str(&if line.starts_with("## ") {
            strong(line)
        } else {
            line.to_owned()
        });
        text.push('\n');
    }
    text
}

fn object(rule: &Rule) -> Value {
    json!({
        "id": rule.id.to_string(),
        "name": rule.name,
        "summary": rule.summary,
        "severity": rule.severity.name(),
        "kind": if rule.is_coding() { "coding" } else { "documentation" },
        "since": rule.since,
        "docs": rule.docs(),
    })
}
