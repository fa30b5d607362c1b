//! Stents that a report tells only by vessel and size: "L CIV: 16 x 80", "Extension 16 x 80 with 2 cm overlap".

use super::{
    super::reader::{Context, Mode, Record},
    acts::Act,
    places,
};
use crate::{
    context::Status,
    lexicon::{Device, Kind, Technique},
    mention::{Measure, Word},
    segment::{Layout, SectionKind},
    text::{Span, holds},
};

/// No vessel is as long in cross section: so long is a device.
const LONG: f64 = 38.0;

/// Adds the stents that only their sizes tell, where the report names a stent of today and tells of none put in.
pub(super) fn bare(context: &Context<'_>, records: &[Record<'_>], acts: &mut Vec<Act>) {
    let stent = |a: &Act| a.technique == Technique::Stent;
    let told = |a: &Act| stent(a) && matches!(a.status, Status::Performed | Status::Negated);
    // "Stents: left common iliac vein 16 x 80; left external iliac vein 14 x 60": what follows a label is under it.
    let unit = |r: usize| &context.units[records[r].unit].unit;
    let labels =
        |a: &&Act| stent(a) && a.status == Status::Performed && is_label(context, records, a);
    let label = acts.iter().find(labels).map(|a| a.record);
    if label.is_none()
        && (acts.iter().any(told)
            || !holds(context.own(), "stent")
            || !records.iter().any(|r| names_stent(context, r)))
    {
        return;
    }
    let under = |n: &usize| {
        label.is_none_or(|l| *n > l && unit(*n).paragraph == unit(l).paragraph && *n < l + 12)
    };
    let sized = (0..records.len()).filter(under).filter_map(|n| {
        let act = |word| Act {
            technique: Technique::Stent,
            status: Status::Performed,
            claim: false,
            record: n,
            word,
            cue: None,
        };
        size(context, records, n).map(act)
    });
    let sized: Vec<Act> = sized.collect();
    // In report order, each behind what its clause told before; put in one by one they would be moved again and again.
    acts.extend(sized);
    acts.sort_by_key(|a| a.record);
}

/// Whether an act is all that its unit tells: "Stents:".
fn is_label(context: &Context<'_>, records: &[Record<'_>], act: &Act) -> bool {
    let unit = &context.units[records[act.record].unit].unit;
    !act.claim && (unit.layout == Layout::Heading || unit.span.end - unit.span.start < 24)
}

/// Whether a clause of the description, or a label of it, names a stent that lies there now.
fn names_stent(context: &Context<'_>, record: &Record<'_>) -> bool {
    const NOT: &[&str] = &[
        "no ",
        "not ",
        "without",
        "for stent",
        "stent siz",
        "old ",
        "prior",
        "before",
        "for a stent",
        "would",
        "if ",
        "[ ] stent",
        "( ) stent",
        "consider",
        "planned",
        "20",
    ];
    let span = record.clause.span;
    let lower = &context.lower()[span.start..span.end];
    let reason = matches!(
        context.kind(record.unit),
        SectionKind::History
            | SectionKind::Background
            | SectionKind::Indication
            | SectionKind::Necessity
            | SectionKind::Plan
            | SectionKind::Planned
            | SectionKind::Comparison
    );
    if reason
        || matches!(record.mode, Mode::Past | Mode::Plan | Mode::Reason)
        || !lower.contains("stent")
    {
        return false;
    }
    let is = |w: &str| matches!(w, "stent" | "stents" | "stented");
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    words.any(is) && !NOT.iter().any(|n| lower.contains(n))
}

/// The size of a device that a clause tells of with its vessel or as an extension, and of no other device.
fn size(context: &Context<'_>, records: &[Record<'_>], n: usize) -> Option<Span> {
    let record = &records[n];
    let clause = &record.clause;
    let other = |w: &Word| w.device().is_some_and(|d| d != Device::Stent);
    if record.mode != Mode::Live
        || !clause.of(Kind::Procedure).is_empty()
        || clause.words.iter().any(other)
    {
        return None;
    }
    let lower = &context.lower()[clause.span.start..clause.span.end];
    let extends = lower.starts_with("extension") || lower.contains("overlap");
    let named = !clause.lists.is_empty() || extends || places::label(context, records, n).is_some();
    if !named || lower.contains("sheath") {
        return None;
    }
    let device = |m: &&Measure| {
        clause.span.contains(m.span)
            && (4.0..=24.0).contains(&m.value)
            && m.second.is_some_and(|s| s >= LONG)
    };
    let measures = &context.units[record.unit].measures;
    measures.iter().find(device).map(|m| m.span)
}
