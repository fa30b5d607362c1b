//! `ivus code`: what is known of a code, or the list of codes.

use anyhow::bail;
use serde_json::json;

use super::{
    Out, Outcome,
    args::{CodeArgs, PlainFormat},
    library, nearest,
};
use crate::lookup::Library;

pub(super) fn run(args: &CodeArgs, mut out: Out) -> anyhow::Result<Outcome> {
    let library = library(args.tables.as_deref())?;
    let Some(code) = &args.code else {
        return list(&library, args.format, out);
    };
    let Some(page) = library.code(code, args.on) else {
        bail!("{}", unknown(&library, code));
    };
    match args.format {
        PlainFormat::Text => out.write(&page.text(out.colour))?,
        PlainFormat::Json => out.line(&serde_json::to_string_pretty(&page)?)?,
    }
    out.finish()?;
    Ok(Outcome::Clean)
}

fn list(library: &Library, format: PlainFormat, mut out: Out) -> anyhow::Result<Outcome> {
    let rows = library.codes().map(|c| (c, library.title(c)));
    match format {
        PlainFormat::Json => {
            let all: Vec<_> = rows
                .map(|(c, label)| json!({"code": c, "label": label}))
                .collect();
            out.line(&serde_json::to_string_pretty(&all)?)?;
        }
        PlainFormat::Text => {
            for (code, label) in rows {
                out.line(&format!("{code:<8}  {label}"))?;
            }
        }
    }
    out.finish()?;
    Ok(Outcome::Clean)
}

/// What to say of a code that nothing names.
fn unknown(library: &Library, code: &str) -> String {
    let mut near = nearest(code, library.codes());
    // A mistyped digit at the front weighs heavily in names, but not in numbers.
    if near.is_empty() {
        let typed = code.to_ascii_uppercase();
        let one_off = |c: &&str| strsim::damerau_levenshtein(c, &typed) == 1;
        near = library.codes().filter(one_off).take(3).collect();
    }
    let hint = if near.is_empty() {
        String::new()
    } else {
        format!("; did you mean {}?", near.join(" or "))
    };
    format!("nothing is known of code \"{code}\"{hint} `ivus code` lists all codes")
        .replace("\" `", "\"; `")
}
