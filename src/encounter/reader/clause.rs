//! Small questions to one clause about one list of vessels.

use super::super::scene::{Role, View};
use crate::{
    context::{Assertion, Status, assert_act},
    lexicon::{Action, Category, Form, Grammar, Ivus, Modality},
    mention::{SideBasis, VesselList},
    segment::Layout,
    text::Span,
};

/// A subject whose clause names IVUS after it ("the left CIV was narrowed by 80% on IVUS") is looked at by IVUS.
pub(super) fn promote(view: &View<'_>, roles: &mut [Role], act: Option<(Span, Assertion)>) {
    let Some((span, _)) = act else { return };
    // "Whether the stent would cover the vertebral could only be told by IVUS": what is asked.
    if view.lower[view.clause.span.start..].starts_with("whether ") {
        return;
    }
    // "used for orientation of the IVUS" does not look at anything.
    let before = view.lower[view.clause.span.start..span.start].trim_end();
    if [
        " of",
        " of the",
        " for",
        " for the",
        " from",
        " from the",
        " before",
        " after",
        " without",
    ]
    .iter()
    .any(|p| before.ends_with(p))
    {
        return;
    }
    // "measured with an IVUS catheter": the catheter is the means, not what moves.
    let means = [
        " with",
        " with an",
        " with a",
        " with the",
        " by",
        " by an",
        " using",
        " using an",
        " using the",
        " via",
    ]
    .iter()
    .any(|p| before.ends_with(p));
    let device_moves = !means
        && view
            .clause
            .words
            .iter()
            .any(|w| w.span == span && view.is_ivus_device(w));
    for (list, role) in view.clause.lists.iter().zip(roles.iter_mut()) {
        if *role == Role::Subject && list.span.end <= span.start && !device_moves {
            *role = Role::Ivus(span);
        }
    }
}

/// A vessel named as an agent or a place of another subject.
pub(super) fn named_by_the_way(view: &View<'_>, list: &VesselList) -> bool {
    match list.prep {
        Some((Grammar::With, _)) => true,
        Some((Grammar::At, at)) => {
            let before = &view.text[view.clause.span.start..at.start];
            let told =
                view.clause.words.iter().any(|w| {
                    w.span.end <= at.start && (w.finding().is_some() || w.ivus().is_some())
                });
            let row = view.unit.unit.layout == Layout::Row;
            before.split_whitespace().count() >= if row { 1 } else { 2 }
                && !told
                && !view
                    .unit
                    .measures
                    .iter()
                    .any(|m| m.span.end <= at.start && m.span.start >= view.clause.span.start)
        }
        _ => false,
    }
}

/// Whether a list is an adjective without a side of its own, with the thing it tells of right after it.
pub(super) fn is_adjective(view: &View<'_>, list: &VesselList) -> bool {
    let bare = list.atoms.iter().all(|a| {
        a.form == Form::Bare
            && a.side_basis > SideBasis::Stated
            && a.side_basis != SideBasis::Unsided
    });
    let next = view
        .clause
        .words
        .iter()
        .find(|w| w.span.start >= list.span.end);
    let beside = next.is_some_and(|w| {
        view.is_lesion(w) && view.text[list.span.end..w.span.start].trim().is_empty()
    });
    bare && beside && !list.atoms.is_empty()
}

/// Whether a list's first word after it is a reading.
pub(super) fn reads_at_once(view: &View<'_>, list: &VesselList) -> bool {
    let word = view
        .clause
        .words
        .iter()
        .find(|w| w.span.start >= list.span.end && !w.is_grammar(Grammar::Aux));
    let number = view
        .unit
        .measures
        .iter()
        .find(|m| m.span.start >= list.span.end);
    match (word, number) {
        (Some(w), Some(m)) => m.span.start < w.span.start || w.finding().is_some(),
        (Some(w), None) => w.finding().is_some(),
        (None, Some(_)) => true,
        (None, None) => false,
    }
}

/// What the cues of a clause say of an IVUS act; in a table a cue in a cell of its own speaks of that cell's column.
pub(super) fn assert_ivus(view: &View<'_>, act: Span) -> Assertion {
    let asserted = assert_act(view.text, view.clause, act, view.lexicon);
    let apart = asserted
        .cue
        .is_some_and(|cue| view.text[act.end.min(cue.end)..act.start.max(cue.start)].contains('|'));
    let told = view
        .unit
        .measures
        .iter()
        .any(|m| m.span.start >= view.clause.span.start && m.span.end <= view.clause.span.end);
    // "could only be told by IVUS of the axillary artery, which we did"
    let after = &view.lower[act.end..view.clause.span.end];
    let did = asserted.status == Status::Planned
        && [
            ", which we did",
            ", which was done",
            ", and so we did",
            ", and it did",
            ", which it did",
            ", and we did",
            ", which i did",
        ]
        .iter()
        .any(|w| after.contains(w));
    if did || (view.unit.unit.layout == Layout::Row && apart && told) {
        Assertion {
            status: Status::Performed,
            cue: None,
        }
    } else {
        asserted
    }
}

/// Whether a ticked box stands before the unit, or ends its entry: "SVC [x]".
pub(super) fn is_ticked(view: &View<'_>) -> bool {
    let unit = view.unit.unit;
    let before = view.text[..unit.span.start].trim_end();
    let told = view.text[unit.span.start..unit.span.end].trim_end();
    let entry = unit.layout == Layout::Item;
    ["[x]", "[X]", "(x)", "(X)", "( x )", "\u{2611}", "\u{2612}"]
        .iter()
        .any(|b| before.ends_with(b) || (entry && told.ends_with(b)))
}

/// "The plantar was too small for the probe": nothing could look at it from within.
fn is_unfit(after: &str) -> bool {
    const UNFIT: [&str; 8] = [
        "small",
        "narrow",
        "tight",
        "tortuous",
        "angulated",
        "thin",
        "stenotic",
        "steep",
    ];
    const PROBES: [&str; 5] = ["probe", "catheter", "ivus", "transducer", "ultrasound"];
    /// Signs within which it is said.
    const NEAR: usize = 80;
    let near: String = after.chars().take(NEAR).collect();
    let near = near.to_ascii_lowercase();
    let clause = near.split([',', ';', '.', '(']).next().unwrap_or_default();
    let words: Vec<&str> = clause.split_whitespace().collect();
    let too = words
        .windows(2)
        .position(|w| w[0] == "too" && UNFIT.contains(&w[1]));
    let is_said = |verb: &&str| ["was", "were", "is", "are", "proved", "seemed"].contains(verb);
    too.is_some_and(|at| {
        words[..at].iter().take(2).any(is_said)
            && words.get(at + 2).is_some_and(|w| ["for", "to"].contains(w))
            && words[at + 2..].iter().any(|w| PROBES.contains(w))
    })
}

/// "not evaluated", "not imaged" said of a list itself.
pub(super) fn row_status(
    view: &View<'_>,
    list: &VesselList,
    next: Option<&VesselList>,
) -> Option<Status> {
    // "IMA not seen", "ivus_aorta: not recorded"
    let after = view.text[list.span.end..view.clause.span.end].trim_start();
    let said = after.trim_start_matches([':', '-', '.', ' ']);
    if [
        "not seen",
        "not recorded",
        "not visualized",
        "not visualised",
        "not identified",
    ]
    .iter()
    .any(|w| said.starts_with(w))
    {
        return Some(Status::Negated);
    }
    if view.is_measured_on_another(list) || is_unfit(after) {
        return Some(Status::Negated);
    }
    // A row whose last cell says so, and what lay outside the recording.
    let outside = [
        "was below the start",
        "was above the start",
        "lay below the start",
        "was out of range",
        "was not part of the run",
    ];
    let empty = view.unit.measures.is_empty();
    let row = view.unit.unit.layout == Layout::Row && next.is_none() && empty;
    let undone = row
        && ["n/d", "not done", "n.d.", "| nd"]
            .iter()
            .any(|w| after.trim_end_matches(['|', ' ', '\n']).ends_with(w));
    // "| [ ] |": a box that nobody ticked.
    let boxed = view.unit.unit.layout == Layout::Row && next.is_none();
    let unticked = boxed && after.contains("[ ]") && !after.to_ascii_lowercase().contains("[x]");
    if undone || unticked || outside.iter().any(|w| after.starts_with(w)) {
        return Some(Status::Negated);
    }
    // "left common iliac vein: ____ mm": a blank that nobody filled.
    let label = after.strip_prefix(':').map_or("", str::trim_start);
    if label.starts_with("__") && view.unit.measures.is_empty() {
        return Some(Status::Negated);
    }
    let end = next.map_or(view.clause.span.end, |l| l.span.start);
    let cell = if view.unit.unit.layout == Layout::Row && !view.unit.measures.is_empty() {
        view.text[list.span.end..end].find('|')
    } else {
        None
    };
    let end = cell.map_or(end, |i| list.span.end + i);
    view.clause
        .words
        .iter()
        .filter(|w| w.span.start >= list.span.end && w.span.start < end)
        .find_map(|w| {
            let modifier = view.lexicon.modifiers[w.modifier()? as usize];
            if view.small(w).contains("treat") {
                return None;
            }
            // "untouched by the dissection": what IVUS saw.
            if view.small(w) == "untouched" && view.lower[w.span.end..].starts_with(" by ") {
                return None;
            }
            let acts = modifier.direction == crate::lexicon::Direction::Backward
                || modifier.category == Category::Attempted;
            match modifier.category {
                Category::Negated if acts => Some(Status::Negated),
                Category::Attempted => Some(Status::Attempted),
                _ => None,
            }
        })
}

/// Whether the words after a list tell of imaging: "and imaging was performed", "with pullback", "showing".
pub(super) fn imaging_after(view: &View<'_>, list: &VesselList) -> bool {
    // "into the aorta and the iliac arteries were imaged": the verb is of the vessels right before it.
    let next = view
        .clause
        .lists
        .iter()
        .find(|l| l.span.start >= list.span.end && l.prep.is_none());
    let theirs = |w: &crate::mention::Word| {
        w.is_action(Action::Image)
            && next.is_some_and(|l| {
                l.span.end <= w.span.start
                    && ["was", "were"].contains(&view.text[l.span.end..w.span.start].trim())
            })
    };
    view.clause
        .words
        .iter()
        .filter(|w| w.span.start >= list.span.end && !theirs(w))
        .any(|w| {
            w.any_action(&[Action::Show, Action::Image])
                || (view.is_ivus(w) && w.ivus() == Some(Ivus::Act))
                || w.is_action(Action::Pullback)
        })
        && !covers(view)
}

/// Whether the clause lists what was imaged: "covering the …".
pub(super) fn covers(view: &View<'_>) -> bool {
    view.clause
        .words
        .iter()
        .any(|w| view.small(w).starts_with("cover"))
}

pub(in crate::encounter) fn lookalike(modality: Modality) -> Option<&'static str> {
    match modality {
        Modality::CardiacEcho => Some("intracardiac or other echocardiography"),
        Modality::Optical => Some("optical coherence tomography"),
        Modality::TherapyUltrasound => Some("ultrasound-assisted lysis"),
        Modality::Lithotripsy => Some("intravascular lithotripsy"),
        Modality::ExternalUltrasound => Some("duplex or other external ultrasound"),
        Modality::AccessUltrasound => Some("ultrasound-guided access"),
        _ => None,
    }
}
