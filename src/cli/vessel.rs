//! `ivus vessel`: what is known of a vessel, or the list of vessels.

use anyhow::bail;
use serde_json::json;

use super::{
    Out, Outcome,
    args::{PlainFormat, VesselArgs},
    nearest,
};
use crate::lookup::Library;

pub(super) fn run(args: &VesselArgs, mut out: Out) -> anyhow::Result<Outcome> {
    let library = Library::builtin();
    let words = args.name.join(" ");
    if words.is_empty() {
        return list(&library, args.format, out);
    }
    let pages = library.vessels(&words);
    if pages.is_empty() {
        let near = nearest(&words, library.vessel_names());
        let hint = if near.is_empty() {
            ";".to_owned()
        } else {
            format!("; did you mean {}?", near.join(" or "))
        };
        bail!("no vessel is known as \"{words}\"{hint} `ivus vessel` lists all vessels");
    }
    match args.format {
        PlainFormat::Text => {
            let pages: Vec<String> = pages.iter().map(|p| p.text(out.colour)).collect();
            out.write(&pages.join(&format!("\n{}\n\n", "-".repeat(78))))?;
        }
        PlainFormat::Json => match pages.as_slice() {
            [page] => out.line(&serde_json::to_string_pretty(page)?)?,
            pages => out.line(&serde_json::to_string_pretty(pages)?)?,
        },
    }
    out.finish()?;
    Ok(Outcome::Clean)
}

fn list(library: &Library, format: PlainFormat, mut out: Out) -> anyhow::Result<Outcome> {
    let pages = library.all_vessels();
    match format {
        PlainFormat::Json => {
            let all: Vec<_> = pages
                .iter()
                .map(|p| json!({"id": p.id, "name": p.name, "system": p.system, "scope": p.scope, "sided": p.sided}))
                .collect();
            out.line(&serde_json::to_string_pretty(&all)?)?;
        }
        PlainFormat::Text => {
            for page in pages {
                out.line(&format!(
                    "{:<38}  {:<9}  {:<11}  {}",
                    page.id, page.system, page.scope, page.name
                ))?;
            }
        }
    }
    out.finish()?;
    Ok(Outcome::Clean)
}
