//! Variants of anatomy that change the order of a catheter: rows of `variants.tsv`. Their cues are no terms of the
//! lexicon's tree, because they may stand inside the name of a vessel ("replaced right hepatic artery").

use std::collections::BTreeMap;

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

/// Reads `variants.tsv`.
pub(super) fn variants(text: &str, ids: &BTreeMap<String, VesselId>) -> Result<Vec<Variant>> {
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
    Ok(found)
}
