//! A list that an IVUS word governs: looked at, unless the clause says otherwise.

use super::{
    super::{
        super::{
            Site, Strength,
            access::{self, Brought},
            scene::View,
        },
        Mode, Reader,
        clause::assert_ivus,
    },
    Left, Mover, Named, Telling,
    reached::goes_back,
};
use crate::{
    context::{Assertion, Status},
    lexicon::{Action, Device, Grammar, Ivus, Necessity},
    mention::{Side, VesselList, Word},
    text::{Role as Mark, Span},
};

impl Reader<'_> {
    /// Reads a list that the IVUS word at `span` governs.
    pub(super) fn governed(
        &mut self,
        telling: &Telling<'_>,
        l: usize,
        sites: Vec<Named>,
        span: Span,
        left: &mut Left,
    ) {
        let (view, list) = (telling.view, telling.list(l));
        if view.is_coronary(list) {
            self.coronary_looks(list, span);
            return;
        }
        let asserted = assert_ivus(view, span);
        let status = match asserted.status {
            Status::Performed => telling.refused(l).unwrap_or(Status::Performed),
            other => other,
        };
        let branch = self.is_only_seen(telling, l);
        if branch && status == Status::Performed && !telling.heading {
            self.note_branches(&sites);
        }
        if telling.heading
            || branch
            || is_in_passing(telling, list, span)
            || is_end_of_reach(view, list, asserted)
        {
            let why = "named in a heading, a summary or as a place: no look of its own";
            self.trace.push((list.span, why.to_owned()));
            if telling.heading {
                left.rest_in(sites);
            }
            return;
        }
        if rests_there(view, list, span) {
            let brought = Brought {
                mover: Mover::Ivus,
                verb: span,
                asserted,
                through: access::through(self.context, view, telling.roles),
            };
            access::target(self.context, view, list, &sites, brought, &mut self.moves);
        }
        self.looked_at(telling, l, &sites, (span, Assertion { status, ..asserted }));
        if status == Status::Performed {
            self.then_there(telling, l, &sites);
            if telling.is_measured_like_others() || lists_what_was_scanned(view, list, span) {
                let whole = sites.iter().map(|(s, ..)| s.whole(self.context.lexicon));
                self.told.extend(whole);
            }
        }
        self.pullback(view, l, &sites, span);
        left.taken |= !sites.is_empty();
        left.focus.extend(sites);
        left.resting = false;
    }

    /// Notes what an act did at the sites of a list, and what it showed there.
    fn looked_at(
        &mut self,
        telling: &Telling<'_>,
        l: usize,
        sites: &[Named],
        (act, asserted): (Span, Assertion),
    ) {
        let context = self.context;
        let mine = telling.of(l);
        for (site, at, basis) in sites {
            let mut evidence = context
                .evidence(*at, Mark::Vessel)
                .with(context.source(act), Mark::Ivus);
            if let Some(cue) = asserted.cue {
                evidence.add(context.source(cue), Mark::Modifier);
            }
            self.trace.push((*at, "IVUS governs the vessel".to_owned()));
            let status = asserted.status;
            self.add(
                *site,
                status,
                Strength::Act,
                *basis,
                evidence,
                telling.extra,
            );
            self.attach(*site, status, &mine);
        }
    }

    /// Coronary vessels are kept apart.
    fn coronary_looks(&mut self, list: &VesselList, span: Span) {
        let context = self.context;
        for atom in &list.atoms {
            if let Some(vessel) = atom.vessel() {
                let evidence = context
                    .evidence(atom.span, Mark::Vessel)
                    .with(context.source(span), Mark::Ivus);
                let side = Side::None;
                self.coronary.push((Site { vessel, side }, evidence));
            }
        }
    }

    /// Whether a list names a side branch that IVUS saw from its parent, or the mouth of one.
    fn is_only_seen(&self, telling: &Telling<'_>, l: usize) -> bool {
        let list = telling.list(l);
        // "with the probe in the left renal artery the lumen was 3.1 mm2 at the ostium": what has an area is looked at.
        let read = telling.of(l).iter().any(|r| r.is_area());
        (!read && self.is_branch_seen_from_parent(telling.view, list, telling.roles))
            || (list.place.is_some_and(|p| p.start >= list.span.end) && self.is_side_branch(list))
    }
}

/// "Scanned by IVUS and free of stenosis: the IVC, both common iliac and both external iliac veins."
fn lists_what_was_scanned(view: &View<'_>, list: &VesselList, act: Span) -> bool {
    let imaged = |w: &Word| {
        w.is_action(Action::Image)
            && w.span.end <= act.start
            && view.distance(w.span.end, act.start) <= 3
    };
    act.end <= list.span.start
        && view.clause.lists.len() == 1
        && view.text[act.end..list.span.start].contains(':')
        && view.clause.words.iter().any(imaged)
}

/// Whether a vessel behind an IVUS word is only spoken of: claimed by a summary without an act, supposed, the reason of
/// the study, the place where something else ends.
fn is_in_passing(telling: &Telling<'_>, list: &VesselList, act: Span) -> bool {
    (telling.mode == Mode::Summary && telling.act.is_none())
        || is_supposed(telling.view, list, act)
        || is_reason(telling.view, list, act)
        || is_mouth(telling.view, list, act)
        || is_a_mark(telling.view, list)
        || is_in_the_cause(telling.view, list, act)
}

/// "The probe would not go beyond the upper external iliac vein": it came there.
fn is_end_of_reach(view: &View<'_>, list: &VesselList, asserted: Assertion) -> bool {
    const BEYOND: [&str; 4] = ["beyond", "past", "further than", "farther than"];
    let cue = asserted
        .cue
        .filter(|c| asserted.status == Status::Attempted && c.end <= list.span.start);
    cue.is_some_and(|c| {
        let told = &view.lower[c.start..list.span.start];
        view.distance(c.end, list.span.start) <= 2 && BEYOND.iter().any(|b| told.contains(b))
    })
}

/// "sizing and localization of the renal arteries were done with IVUS": branches looked for only to know a height.
fn is_a_mark(view: &View<'_>, list: &VesselList) -> bool {
    const SOUGHT: [&str; 10] = [
        "localization of",
        "localisation of",
        "location of",
        "localize",
        "localise",
        "locate",
        "locating",
        "marking of",
        "mark",
        "marking",
    ];
    let lead = view.lead(list.span.start).trim_end();
    let lead = lead.trim_end_matches(" both").trim_end_matches(" the");
    view.is_of_branches(list)
        && list.atoms.iter().all(|a| a.plural)
        && SOUGHT.iter().any(|w| lead.ends_with(w))
}

/// "Because closing the ovarian vein would be wrong if it drained the kidney, IVUS of the left renal vein was added.": why
/// another vessel was looked at.
fn is_in_the_cause(view: &View<'_>, list: &VesselList, act: Span) -> bool {
    const CAUSES: [&str; 4] = ["because ", "since ", "as ", "given that "];
    let clause = view.clause.span;
    let told = &view.lower[clause.start..];
    list.span.end < act.start
        && CAUSES.iter().any(|w| told.starts_with(w))
        && view.text[list.span.end..act.start].contains(", ")
        && view.clause.lists.iter().any(|l| {
            l.span.start >= act.end && matches!(l.prep, Some((Grammar::Of | Grammar::In, _)))
        })
}

/// "The purpose of the ultrasound study: the band could have been inflow from the internal iliac vein."
fn is_supposed(view: &View<'_>, list: &VesselList, act: Span) -> bool {
    const WORDS: [&str; 6] = [
        "could have been",
        "might have been",
        "may have been",
        "could be",
        "might be",
        "may be",
    ];
    let mut words = view.words_between(act.end, list.span.start);
    words.any(|w| {
        let rest = &view.lower[w.span.start..list.span.start];
        WORDS.iter().any(|p| rest.starts_with(p))
    })
}

/// "IVUS was wanted, as the edge was blurred by inflow from the jugular": a statement of its own between them.
fn is_reason(view: &View<'_>, list: &VesselList, act: Span) -> bool {
    let words = || view.words_between(act.end, list.span.start);
    let cause = || words().find(|w| w.is_necessity(Necessity::Cause));
    matches!(list.prep, Some((Grammar::From, _)))
        && cause().is_some_and(|c| {
            words().any(|w| w.is_grammar(Grammar::Aux) && w.span.start > c.span.start)
        })
}

/// "IVUS again: 12 mm, jugular inflow not covered": the mouth of another vessel.
fn is_mouth(view: &View<'_>, list: &VesselList, act: Span) -> bool {
    let after = view.text[list.span.end..view.clause.span.end].trim_start();
    list.span.start > act.end
        && ["inflow", "orifice", "mouth"]
            .iter()
            .any(|w| after.starts_with(w))
        && after.contains("cover")
}

/// "ran the ultrasound catheter in the right common iliac vein", "IVUS catheter up to the IVC, slow pullback": a resting
/// place, too.
fn rests_there(view: &View<'_>, list: &VesselList, act: Span) -> bool {
    let words = || view.words_between(act.start, list.span.start);
    // "IVUS catheter", "probe", "IVUS cath".
    let is_device = |w: &&Word| {
        matches!(w.ivus(), Some(Ivus::Device | Ivus::Generic | Ivus::Weak)) && view.is_ivus(w)
            || w.device() == Some(Device::Catheter)
    };
    let own = |w: &&Word| w.span == act && w.ivus().is_some_and(|i| i != Ivus::Act);
    let nearest = words().filter(is_device).last();
    nearest.is_some_and(|device| reaches(view, list, device))
        || words().find(own).is_some_and(|w| reaches(view, list, w))
        || is_run_in(view, list, act)
}

/// Whether the words between an IVUS device and a vessel say that it was brought there and nothing else.
fn reaches(view: &View<'_>, list: &VesselList, device: &Word) -> bool {
    let words = || view.words_between(device.span.end, list.span.start);
    let placed = words().any(|w| w.is_action(Action::Place));
    let looked = words().any(|w| {
        w.any_action(&[
            Action::Image,
            Action::Show,
            Action::Pullback,
            Action::Perform,
        ])
    });
    let listed = view
        .clause
        .lists
        .iter()
        .any(|l| l.span.start >= device.span.end && l.span.end <= list.span.start);
    let gap = &view.lower[device.span.end..list.span.start];
    let tokens: Vec<&str> = gap.split_whitespace().collect();
    let tail = &tokens[tokens.len().saturating_sub(3)..];
    let into = tail.contains(&"into") || tail.contains(&"to");
    let named = device.ivus() != Some(Ivus::Modality);
    let carried = placed && tokens.len() <= 9;
    !looked
        && !listed
        && !goes_back(gap)
        && ((into && (carried || (named && tokens.len() <= 4)))
            || (carried && tail.contains(&"in")))
}

/// "ran the ultrasound catheter in the right common iliac vein".
fn is_run_in(view: &View<'_>, list: &VesselList, act: Span) -> bool {
    let words = view.clause.words;
    list.prep.is_some_and(|(p, _)| p == Grammar::In)
        && words.iter().any(|w| {
            w.is_action(Action::Place)
                && w.span.end <= act.start
                && view.distance(w.span.end, act.start) <= 3
        })
        && words
            .iter()
            .any(|w| w.span == act && matches!(w.ivus(), Some(Ivus::Device | Ivus::Generic)))
}
