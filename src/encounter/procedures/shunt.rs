//! Whether the session revises a portosystemic shunt that is there already.

use super::{
    super::reader::{Context, Mode, Record},
    acts::Act,
};
use crate::{
    context::Status,
    lexicon::Technique,
    text::{Span, holds},
};

/// Words for the shunt.
const SHUNT: &[&str] = &["tips", "portosystemic shunt"];
/// What is said of a shunt that is there: "TIPS revision", "the shunt was crossed", "through the shunt".
const THERE: &[&str] = &[
    "tips revision",
    "tips check",
    "tips dysfunction",
    "tips stenosis",
    "tips occlusion",
    "tips thrombosis",
    "tips evaluation",
    "tips extension",
    "tips in 20",
    "tips 20",
    "existing tips",
    "existing shunt",
    "indwelling tips",
    "indwelling shunt",
    "prior tips",
    "previous tips",
    "revision of tips",
    "revision of the tips",
    "revision of a tips",
    "revision of transjugular",
    "revision of the transjugular",
    "shunt revision",
    "shunt stenosis",
    "shunt dysfunction",
    "shunt was crossed",
    "tips was crossed",
    "shunt was entered",
    "tips was entered",
    "shunt was found with",
    "through the shunt",
    "through the tips",
    "status post tips",
    "s/p tips",
];
/// What is said where a shunt is made.
const MADE: &[&str] = &[
    "tips creation",
    "creation of",
    "new tips",
    "de novo",
    "colapinto",
    "rosch",
    "rösch",
    "needle pass",
    "needle throw",
    "throws",
    "parenchymal tract was dilated",
    "tract was dilated",
    "tract dilated",
];

/// The act that relines, lengthens or widens a shunt, if the report tells of a shunt that is there.
pub(super) fn revised(context: &Context<'_>, records: &[Record<'_>], acts: &[Act]) -> Option<Span> {
    let act = acts.iter().find(|a| {
        a.status == Status::Performed
            && !a.claim
            && records[a.record].mode == Mode::Live
            && matches!(
                a.technique,
                Technique::Stent | Technique::Balloon | Technique::Thrombectomy
            )
    })?;
    // Asked last: each looks through the whole text.
    let lower = context.lower();
    let has = |words: &[&str]| words.iter().any(|w| holds(lower, w));
    (has(SHUNT) && has(THERE) && !has(MADE)).then_some(act.word)
}
