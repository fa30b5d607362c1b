//! Stent grafts of the thoracic aorta: by name, by the repair they belong to, or by their size.

use std::cell::LazyCell;

use super::{
    super::reader::{Context, Mode, Record},
    acts::Act,
};
use crate::{
    context::Status,
    lexicon::Technique,
    mention::{Measure, Word},
    text::{Span, holds},
};

/// Words for a repair of the chest.
const CHEST: &[&str] = &[
    "tevar",
    "thoracic endovascular",
    "thoracic endograft",
    "thoracic stent",
    "type b",
    "thoracic aorta",
    "thoracic aortic",
];
/// Words for a repair of the abdominal aorta, whose grafts have sizes like those of the chest.
const BELLY: &[&str] = &[
    "main body",
    "bifurcated",
    "gate",
    "contralateral limb",
    "evar ",
    "infrarenal aneurysm",
    "abdominal aortic aneurysm",
];
/// Nouns for the graft that name no kind.
const NOUNS: &[&str] = &[
    "graft",
    "endograft",
    "stent-graft",
    "grafts",
    "endografts",
    "stent-grafts",
    "device",
    "devices",
    "endoprosthesis",
    "prosthesis",
    "component",
    "piece",
];
/// What says that it was not put in.
const NOT: &[&str] = &[
    "would",
    "will be",
    "planned",
    "not ",
    "considered",
    "returned",
    " sheath",
    "delivery system",
    "intended to",
    "available",
];

/// Gives the grafts of a thoracic repair their kind, and adds one told only by its size.
pub(super) fn name_grafts(context: &Context<'_>, records: &[Record<'_>], acts: &mut Vec<Act>) {
    let lower = context.lower();
    let has = |words: &[&str]| words.iter().any(|w| holds(lower, w));
    let named = acts
        .iter()
        .any(|a| a.technique == Technique::ThoracicEndograft && a.status == Status::Performed);
    let chest = LazyCell::new(|| has(CHEST) && !has(BELLY));
    for act in acts.iter_mut() {
        let said = lower[act.word.start..act.word.end].trim();
        let general = matches!(
            said,
            "endograft" | "endovascular repair" | "aneurysm repair" | "endovascular aortic repair"
        );
        let next = lower[act.word.end..].trim_start_matches([' ', '-']);
        let grafts = act.technique == Technique::Endograft && general
            || act.technique == Technique::Stent
                && (said.contains("graft") || next.starts_with("graft"));
        // By its size, or since the clause is about the aorta: "stent grafting of the descending aorta".
        let wide = || {
            let record = &records[act.record];
            let mut atoms = record.clause.lists.iter().flat_map(|l| &l.atoms);
            aortic_size(context, record).is_some()
                || atoms.any(|a| {
                    a.vessel()
                        .is_some_and(|v| context.lexicon.vessel(v).is_a("thoracic-aorta"))
                })
        };
        if act.technique == Technique::Endograft && general && named
            || grafts && *chest && (wide() || act.technique == Technique::Endograft)
        {
            act.technique = Technique::ThoracicEndograft;
        }
    }
    let done = |a: &Act| {
        a.technique == Technique::ThoracicEndograft && a.status == Status::Performed && !a.claim
    };
    if !acts.iter().any(done)
        && let Some((record, word)) = sized(context, records)
        && *chest
    {
        let at = acts.partition_point(|a| a.record <= record);
        acts.insert(
            at,
            Act {
                technique: Technique::ThoracicEndograft,
                status: Status::Performed,
                claim: false,
                record,
                word,
                cue: None,
            },
        );
    }
}

/// "A 34 x 200 mm device was released": a graft that only its size tells.
fn sized(context: &Context<'_>, records: &[Record<'_>]) -> Option<(usize, Span)> {
    records.iter().enumerate().find_map(|(n, record)| {
        if record.mode != Mode::Live {
            return None;
        }
        let size = aortic_size(context, record)?;
        let lower = &context.lower()[record.clause.span.start..record.clause.span.end];
        let unit = context.units[record.unit].unit.span;
        let sentence = &context.lower()[unit.start..unit.end];
        let noun = |w: &str| NOUNS.contains(&w.trim_matches(|c: char| !c.is_alphanumeric()));
        let device = lower.split_whitespace().any(noun) || sentence.split_whitespace().any(noun);
        let refused = NOT.iter().any(|w| lower.contains(w));
        let other = record.clause.words.iter().any(is_balloon);
        (device && !refused && !other).then_some((n, size))
    })
}

fn is_balloon(word: &Word) -> bool {
    word.procedure()
        .is_some_and(|p| p.technique == Technique::Balloon)
}

/// The size of an aortic graft in a clause: as wide as an aorta and long.
fn aortic_size(context: &Context<'_>, record: &Record<'_>) -> Option<Span> {
    let span = record.clause.span;
    let wide =
        |m: &&Measure| (20.0..=50.0).contains(&m.value) && m.second.is_some_and(|s| s >= 20.0);
    let measures = context.units[record.unit].measures.iter();
    let mut own = measures.filter(|m| span.contains(m.span));
    let found = own.find(wide)?;
    // "34 x 34 x 200": both ends, then the length.
    let long = found.second.is_some_and(|s| s >= 60.0)
        || context.lower()[found.span.end..]
            .trim_start()
            .starts_with('x');
    long.then_some(found.span)
}
