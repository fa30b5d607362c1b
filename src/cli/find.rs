//! `ivus find`: full text over everything that can be looked up.

use super::{
    Out, Outcome,
    args::{FindArgs, PlainFormat},
    library, nearest,
};
use crate::lookup::{self, Index};

pub(super) fn run(args: &FindArgs, mut out: Out) -> anyhow::Result<Outcome> {
    let index = Index::new(&library(args.tables.as_deref())?);
    let words = args.words.join(" ");
    let ranked = index.search(&words, args.limit);
    match args.format {
        PlainFormat::Json => out.line(&serde_json::to_string_pretty(&ranked)?)?,
        PlainFormat::Text if ranked.is_empty() => {
            out.line(&format!("nothing found for \"{words}\""))?;
            let vocabulary = index.vocabulary();
            let mut near: Vec<&str> = Vec::new();
            for word in words.split_whitespace() {
                near.extend(nearest(word, vocabulary.iter().map(String::as_str)));
            }
            if !near.is_empty() {
                out.line(&format!("words near it: {}", near.join(", ")))?;
            }
        }
        PlainFormat::Text => out.write(&lookup::found(&ranked, out.colour))?,
    }
    let outcome = if ranked.is_empty() {
        Outcome::Flagged
    } else {
        Outcome::Clean
    };
    out.finish()?;
    Ok(outcome)
}
