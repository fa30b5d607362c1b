//! Why a vessel of a clause is told as entered.

use super::super::{
    reader::{Context, Mode, Record},
    scene::{Role, is_usual_entry},
};
use super::notes;
use crate::{
    lexicon::{Action, Device, Grammar},
    mention::{Quantity, VesselList, Word},
    segment::SectionKind,
    text::Span,
};

/// How firmly the text says that a vessel was entered, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Firmness {
    /// The description says that it was entered.
    Told,
    /// A catheter was led in there: no second puncture beside one told of the same limb.
    Way,
    /// A title says so.
    Titled,
    /// A device came from there, and no puncture is told.
    Origin,
}

/// Why a list is one of access, with the words that say so.
pub(super) fn entry(
    context: &Context<'_>,
    record: &Record<'_>,
    n: usize,
    role: Role,
) -> Option<(Firmness, Option<Span>)> {
    let list = &record.clause.lists[n];
    let kind = context.kind(record.unit);
    let in_section = (kind == SectionKind::Access && notes::is_in_section(context, record))
        || notes::is_in_row(context, record, list);
    let titled = record.mode == Mode::Claim;
    if notes::is_aside(context, record, n) {
        return None;
    }
    if let Some(cue) = notes::entered_here(context, record, list) {
        return Some((Firmness::Told, Some(cue)));
    }
    if notes::is_noted(context, record, list, in_section) {
        return Some((Firmness::Told, Some(list.span)));
    }
    match role {
        Role::Access(span) if notes::is_landmark(context, record, span) => None,
        Role::Access(span) => {
            let firmness = if titled {
                Firmness::Titled
            } else {
                Firmness::Told
            };
            Some((firmness, Some(span)))
        }
        Role::Subject
            if (in_section && listed(context, record, n))
                || has_sheath_size(context, record, list) =>
        {
            Some((Firmness::Told, Some(list.span)))
        }
        Role::Subject | Role::Origin | Role::Passed(..) if is_way_in(context, record, list) => {
            Some((Firmness::Way, None))
        }
        // "From the right common femoral vein a long wire was led through the heart."
        Role::Subject
            if list.prep.is_some_and(|(p, _)| p == Grammar::From)
                && record.mode == Mode::Live
                && record.clause.words.iter().any(|w| w.device().is_some())
                && !record.clause.words.iter().any(Word::is_treatment_device) =>
        {
            Some((Firmness::Origin, None))
        }
        Role::Subject | Role::Other(_) | Role::Treated(_) if list.prep.is_none() => {
            punctured_later(context, record, n).map(|cue| (Firmness::Told, Some(cue)))
        }
        Role::Origin => {
            if let Some(cue) = kept_sheath(context, record, list) {
                return Some((Firmness::Told, Some(cue)));
            }
            Some((Firmness::Origin, None))
        }
        _ => None,
    }
}

/// "Through the left radial artery a pigtail was brought to the aorta", "a pigtail from the left radial artery was parked", "we
/// worked from the right internal jugular vein": the way in by a vessel that is punctured more often than anything else.
fn is_way_in(context: &Context<'_>, record: &Record<'_>, list: &VesselList) -> bool {
    const WORKED: [&str; 6] = [
        "worked from",
        "went in through",
        "went in from",
        "went in by",
        "went in at",
        "came in from",
    ];
    if record.mode != Mode::Live || !is_usual_entry(list, context.lexicon) {
        return false;
    }
    let clause = &record.clause;
    let before = context.lower()[clause.span.start..list.span.start].trim_end();
    let before = before.trim_end_matches(" the");
    let works = WORKED.iter().any(|w| before.ends_with(w));
    let from = list.prep.is_some_and(|(p, at)| {
        let way = matches!(p, Grammar::From | Grammar::Through);
        // "over", "along" a vessel are no way in.
        way && ["from", "through", "via"]
            .iter()
            .any(|w| context.lower()[at.start..at.end].starts_with(w))
    });
    let device = clause.words.iter().any(|w| {
        matches!(
            w.device(),
            Some(Device::Catheter | Device::Wire | Device::Sheath | Device::LongSheath)
        )
    });
    let brought = clause.words.iter().any(|w| w.is_action(Action::Place));
    let back = clause.words.iter().any(|w| w.is_action(Action::Pullback));
    works || (from && device && brought && !back && !record.frame.is_ivus())
}

/// Under a heading about access: a vessel that nothing was brought to, seen in, or done to.
fn listed(context: &Context<'_>, record: &Record<'_>, n: usize) -> bool {
    let list = &record.clause.lists[n];
    let text = context.text();
    let own = own_words(context, record, n);
    let busy = record.clause.words.iter().any(|w| {
        let acts = w.any_action(&[Action::Place, Action::Select, Action::Cross]);
        let treats = w.any_action(&[Action::Treat, Action::Show, Action::Fill])
            || w.device() == Some(Device::Stent)
            || w.device() == Some(Device::Balloon);
        (acts && (w.span.end <= list.span.start || own.contains(w.span)))
            || (treats && own.contains(w.span))
    });
    let finding = record.clause.words.iter().any(|w| {
        w.finding().is_some()
            && own.contains(w.span)
            && text[list.span.end..w.span.start].len() < 24
    });
    let of_other = list.prep.is_some_and(|(p, _)| {
        matches!(
            p,
            Grammar::Of | Grammar::In | Grammar::To | Grammar::At | Grammar::Landmark
        )
    });
    let elsewhere = busy && !french_after(context, record, list);
    let shown = finding && of_other;
    !elsewhere && !shown
}

/// What is said of a list itself: up to the next list or the end of its sentence, which a size ("6 Fr.") may hide.
fn own_words(context: &Context<'_>, record: &Record<'_>, n: usize) -> Span {
    let text = context.text();
    let list = &record.clause.lists[n];
    let next = record
        .clause
        .lists
        .get(n + 1)
        .map_or(record.clause.span.end, |l| l.span.start);
    let rest = &text[list.span.end..next];
    let stop = rest.match_indices(". ").find(|(at, _)| {
        rest[at + 2..]
            .chars()
            .next()
            .is_some_and(|c| c.is_uppercase() || c.is_ascii_digit())
    });
    Span::new(
        list.span.end,
        stop.map_or(next, |(at, _)| list.span.end + at),
    )
}

/// "was scanned, found compressible, and punctured", "was opened through a small incision".
fn punctured_later(context: &Context<'_>, record: &Record<'_>, n: usize) -> Option<Span> {
    if record.mode != Mode::Live || record.frame.is_ivus() {
        return None;
    }
    let own = own_words(context, record, n);
    let text = context.text();
    let verb = |w: &&crate::mention::Word| {
        own.contains(w.span)
            && w.is_action(Action::Access)
            && [
                "punctured",
                "accessed",
                "cannulated",
                "exposed",
                "stuck",
                "entered",
                "needled",
            ]
            .contains(&text[w.span.start..w.span.end].to_ascii_lowercase().as_str())
            && text[own.start..w.span.start]
                .split_whitespace()
                .any(|t| matches!(t, "was" | "were"))
    };
    let punctured = record.clause.words.iter().find(verb).map(|w| w.span);
    let told = text[own.start..own.end].to_ascii_lowercase();
    let cut = ["incision", "cutdown", "cut-down"]
        .into_iter()
        .find_map(|w| {
            told.find(w)
                .map(|at| Span::new(own.start + at, own.start + at + w.len()))
        });
    punctured.or(cut.filter(|_| told.contains("through")))
}

/// "The right femoral sheath left by cardiology was upsized": an earlier puncture that is used.
fn kept_sheath(context: &Context<'_>, record: &Record<'_>, list: &VesselList) -> Option<Span> {
    let text = context.text();
    let sheath = record.clause.words.iter().find(|w| {
        w.span.start >= list.span.end
            && matches!(w.device(), Some(Device::Sheath | Device::LongSheath))
            && text[list.span.end..w.span.start].split_whitespace().count() <= 1
    })?;
    let after = text[sheath.span.end..record.clause.span.end].to_ascii_lowercase();
    [
        "upsized",
        "left by",
        "already in place",
        "left in place by",
        "was exchanged for",
    ]
    .iter()
    .any(|w| after.contains(w))
    .then_some(sheath.span)
}

/// "straight graft, brachial artery to axillary vein": what a graft joins was not entered.
pub(super) fn is_way_of_graft(
    context: &Context<'_>,
    record: &Record<'_>,
    list: &VesselList,
) -> bool {
    let before = &context.lower()[record.clause.span.start..list.span.start];
    !graft_in(context, list)
        && (record.clause.lists.iter().any(|l| graft_in(context, l))
            || (before.contains("graft")
                && (before.contains("access") || context.kind(record.unit) == SectionKind::Access)))
}

/// Whether a list names a dialysis graft.
pub(super) fn graft_in(context: &Context<'_>, list: &VesselList) -> bool {
    list.atoms
        .iter()
        .filter_map(crate::mention::Atom::vessel)
        .any(|v| context.lexicon.vessel(v).id == "av-graft")
}

/// "left femoral vein, 8 Fr": a vessel with a sheath size beside it.
fn has_sheath_size(context: &Context<'_>, record: &Record<'_>, list: &VesselList) -> bool {
    record.mode == Mode::Live
        && !record.frame.is_ivus()
        && french_after(context, record, list)
        && !record.clause.words.iter().any(|w| {
            let placed_elsewhere = w.span.start > list.span.end && list.prep.is_none();
            (w.any_action(&[Action::Place, Action::Select]) && !placed_elsewhere)
                || w.is_action(Action::Treat)
                || w.is_treatment_device()
        })
}

/// Whether a catheter size follows a vessel within a few words.
fn french_after(context: &Context<'_>, record: &Record<'_>, list: &VesselList) -> bool {
    let text = context.text();
    context.units[record.unit].measures.iter().any(|m| {
        m.quantity == Quantity::Other
            && m.span.start >= list.span.end
            && text[list.span.end..m.span.start].split_whitespace().count() <= 3
            && ["f", "fr", "french"].iter().any(|u| {
                text[m.span.start..m.span.end]
                    .to_ascii_lowercase()
                    .ends_with(u)
            })
    })
}

/// "was too small", "was not used": the site was given up.
pub(super) fn refused(context: &Context<'_>, record: &Record<'_>, list: &VesselList) -> bool {
    let next = record
        .clause
        .lists
        .iter()
        .find(|l| l.span.start >= list.span.end)
        .map_or(record.clause.span.end, |l| l.span.start);
    let rest = &context.lower()[list.span.end..next];
    [
        "too small",
        "was not entered",
        "not used for access",
        "was occluded and",
        "proved occluded",
        "could not be entered",
        "could not be punctured",
        "to permit access",
        "to allow access",
        "same access",
        "looped back",
        "was in spasm",
        "went into spasm",
        "could not be wired",
        "would not take",
        "could not be felt",
    ]
    .iter()
    .any(|w| rest.contains(w))
        || context.lower()[record.clause.span.start..list.span.start].contains("attempt with")
}
