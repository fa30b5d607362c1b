//! Variants of anatomy that change the order of a catheter: rows of `variants.tsv`. Their cues are no terms of the
//! lexicon's tree, because they may stand inside the name of a vessel ("replaced right hepatic artery").

use std::{collections::BTreeMap, sync::OnceLock};

use aho_corasick::packed;
use memchr::memmem;

use super::{Table, VesselId};
use crate::error::Result;

/// Where a cue must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Placed {
    /// Anywhere in the sentence.
    Anywhere,
    /// Before the vessel it speaks of, or first in its name.
    Before,
}

/// A variant of anatomy.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    /// Cues in lower case.
    pub(crate) cues: Vec<String>,
    pub(crate) placed: Placed,
    /// The vessels it can speak of; every one when empty.
    pub(crate) reach: Vec<VesselId>,
    /// What it changes, in our own words.
    pub(crate) effect: String,
}

/// All variants.
#[derive(Clone, Debug)]
pub(crate) struct Variants {
    list: Vec<Variant>,
    /// Tells whether any cue stands in a text, many bytes at a time; none when there are too many for it, or the machine
    /// cannot.
    finder: OnceLock<Option<packed::Searcher>>,
}

impl Variants {
    /// The cues that stand anywhere in a text in lower case, each with its variant, in the order of the file.
    pub(crate) fn cues_in(&self, lower: &str) -> Vec<(&Variant, &String)> {
        let all = || {
            let variants = self.list.iter();
            variants.flat_map(|v| v.cues.iter().map(move |cue| (v, cue)))
        };
        let finder = || packed::Searcher::new(all().map(|(_, cue)| cue));
        let Some(finder) = self.finder.get_or_init(finder) else {
            let stands = |cue: &str| memmem::find(lower.as_bytes(), cue.as_bytes()).is_some();
            return all().filter(|(_, cue)| stands(cue)).collect();
        };
        let mut found = vec![false; all().count()];
        let mut at = 0;
        // Cues may overlap: where one begins each is looked for, and the next may begin right after.
        while let Some(next) = finder.find_in(lower.as_bytes(), (at..lower.len()).into()) {
            let rest = &lower.as_bytes()[next.start()..];
            for (found, (_, cue)) in found.iter_mut().zip(all()) {
                *found |= rest.starts_with(cue.as_bytes());
            }
            at = next.start() + 1;
        }
        let known = all().zip(found);
        known.filter_map(|(cue, is)| is.then_some(cue)).collect()
    }
}

/// Reads `variants.tsv`.
pub(super) fn variants(text: &str, ids: &BTreeMap<String, VesselId>) -> Result<Variants> {
    const PLACED: &[(&str, Placed)] = &[("anywhere", Placed::Anywhere), ("before", Placed::Before)];
    let columns = ["id", "cues", "placed", "reach", "effect", "source"];
    let table = Table::parse("variants.tsv", text, &columns)?;
    let mut found = Vec::new();
    for row in &table.rows {
        let reach = table
            .list(row, "reach")
            .into_iter()
            .map(|id| {
                ids.get(id).copied().ok_or_else(|| {
                    table.fault(row, format!("reach \"{id}\" is no id of vessels.tsv"))
                })
            })
            .collect::<Result<Vec<_>>>()?;
        let cues: Vec<String> = table
            .list(row, "cues")
            .into_iter()
            .map(str::to_ascii_lowercase)
            .collect();
        if cues.is_empty() {
            return Err(table.fault(row, "cues is empty; name the words of the variant"));
        }
        found.push(Variant {
            cues,
            placed: table.choice(row, "placed", PLACED)?,
            reach,
            effect: table.cell(row, "effect").to_owned(),
        });
    }
    Ok(Variants {
        list: found,
        finder: OnceLock::new(),
    })
}
