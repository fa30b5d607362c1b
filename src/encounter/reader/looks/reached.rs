//! A list a device was brought to: looked at by the IVUS catheter when images are told of.

use super::{
    super::{
        super::{
            Strength,
            access::{self, Brought},
            scene::{Role, View},
        },
        Mode, Reader,
        clause::imaging_after,
    },
    Left, Mover, Named, Telling,
};
use crate::{
    context::{Assertion, Status, assert_act},
    lexicon::Ivus,
    text::{Role as Mark, Span},
};

impl Reader<'_> {
    /// Reads a list that a device was brought to by the words at `verb`.
    pub(super) fn target(
        &mut self,
        telling: &Telling<'_>,
        l: usize,
        sites: &[Named],
        (mover, verb): (Mover, Span),
        left: &mut Left,
    ) {
        let context = self.context;
        let (view, list) = (telling.view, telling.list(l));
        let mover = if mover == Mover::Catheter && is_used_there(telling, l) {
            Mover::Ivus
        } else {
            mover
        };
        let asserted = assert_act(view.text, view.clause, verb, context.lexicon);
        let brought = Brought {
            mover,
            verb,
            asserted,
            through: access::through(context, view, telling.roles),
        };
        access::target(context, view, list, sites, brought, &mut self.moves);
        if mover == Mover::Ivus {
            self.ivus_reached(telling, l, sites, (verb, asserted.status), left);
        } else if asserted.status == Status::Performed && guides(telling, l, mover, verb) {
            if telling.frame.is_ivus() {
                left.rest_in(sites.to_vec());
            } else {
                self.guided = sites.to_vec();
            }
        }
        self.trace
            .push((list.span, "a device was brought there".to_owned()));
    }

    /// "The right renal artery was engaged with a guide. Contrast could not grade the webs. A 0.014 probe went in and came back.":
    /// the IVUS catheter goes where the guide is, when no other vessel is told of in between.
    pub(super) fn through_the_guide(&mut self, telling: &Telling<'_>, left: &mut Left) {
        if telling.mode != Mode::Live {
            return;
        }
        let done = telling
            .act
            .is_some_and(|(_, a)| a.status == Status::Performed);
        if done && telling.frame.is_ivus() && !self.guided.is_empty() {
            left.rest_in(std::mem::take(&mut self.guided));
            self.guided_at = Some(telling.unit);
        }
    }

    /// The IVUS catheter was brought to a list: a look when images are told of, else a place where it rests.
    fn ivus_reached(
        &mut self,
        telling: &Telling<'_>,
        l: usize,
        sites: &[Named],
        (verb, status): (Span, Status),
        left: &mut Left,
    ) {
        let context = self.context;
        let (view, list) = (telling.view, telling.list(l));
        let mine = telling.of(l);
        let done = status == Status::Performed;
        let inside = list.place.is_none();
        let looked = !mine.is_empty() || imaging_after(view, list);
        for (site, at, basis) in sites {
            let evidence = context
                .evidence(*at, Mark::Vessel)
                .with(context.source(verb), Mark::Movement);
            if !done {
                self.add(*site, status, Strength::Act, *basis, evidence, None);
            } else if looked && inside {
                let why = "the IVUS catheter was brought there and images are told of";
                self.trace.push((*at, why.to_owned()));
                let strength = Strength::Frame;
                self.add(*site, status, strength, *basis, evidence, telling.extra);
                self.attach(*site, status, &mine);
            }
        }
        if !done || !inside {
            return;
        }
        self.named_in = None;
        if !looked && follows_another(telling, l) {
            left.focus.extend_from_slice(sites);
        } else if !sites.is_empty() {
            left.focus = sites.to_vec();
            left.resting = !looked;
        }
        left.taken |= looked;
    }

    /// "The run went over the left common iliac vein; it measured …": read in the same sentence or not at all.
    pub(super) fn went_over(
        &mut self,
        telling: &Telling<'_>,
        sites: Vec<Named>,
        act: Span,
        left: &mut Left,
    ) {
        let act = self.context.source(act);
        self.passed.extend(sites.iter().map(|(s, ..)| (*s, act)));
        // "The probe was also run out along the left renal vein": perhaps to look at it.
        let view = telling.view;
        let along = || {
            let lists = view.clause.lists.iter();
            lists
                .take(1)
                .any(|l| view.lead(l.span.start).ends_with("along the"))
        };
        if telling.frame.is_ivus() && view.clause.lists.len() == 1 && along() {
            for named in &sites {
                if !self.is_known(named.0) {
                    self.read_apart(*named, &[]);
                }
            }
        }
        if !sites.is_empty() && telling.frame.is_ivus() {
            left.rest_in(sites);
            self.named_in = Some(telling.unit);
        }
    }

    /// "Probe into the posterior tibial (…), then the trunk (…), then the peroneal": brought there, too.
    pub(super) fn then_there(&mut self, telling: &Telling<'_>, l: usize, sites: &[Named]) {
        let context = self.context;
        let (view, list) = (telling.view, telling.list(l));
        let lists = &view.unit.lists;
        let unit = context.source(view.unit.unit.span);
        let moved = self
            .moves
            .iter()
            .any(|m| m.device == Mover::Ivus.name() && unit.contains(m.evidence.primary().span));
        let before = lists.iter().rfind(|o| o.span.end <= list.span.start);
        let Some(before) = before.filter(|_| moved) else {
            return;
        };
        let told = &view.lower[before.span.end..list.span.start];
        let next =
            told.len() < 80 && view.has_word_between(before.span.end, list.span.start, "then");
        if next && !goes_back(told) {
            let brought = Brought {
                mover: Mover::Ivus,
                verb: list.span,
                asserted: Assertion {
                    status: Status::Performed,
                    cue: None,
                },
                through: None,
            };
            access::target(context, view, list, sites, brought, &mut self.moves);
        }
    }
}

/// Whether words in lower case tell of a way back: a look on the way, no new place.
pub(super) fn goes_back(told: &str) -> bool {
    ["back", "drawn", "pulled", "withdr", "return"]
        .iter()
        .any(|w| told.contains(w))
}

/// "The guide was brought to the left renal artery and IVUS run there": IVUS looks where the guide is.
fn is_used_there(telling: &Telling<'_>, l: usize) -> bool {
    let view = telling.view;
    let repeated = || {
        let after = &view.lower[telling.list(l).span.end..view.clause.span.end];
        [
            "run repeated",
            "run was repeated",
            "pullback repeated",
            "pullback was repeated",
        ]
        .iter()
        .any(|w| after.contains(w))
    };
    if telling.frame.is_ivus() && repeated() {
        return true;
    }
    telling.act.is_some_and(|(act, asserted)| {
        act.start >= telling.list(l).span.end
            && asserted.status == Status::Performed
            && (view.has_word_between(act.end, view.clause.span.end, "there")
                || is_pullback_of_all(view, act))
    })
}

/// "An RDC guide was engaged in the right renal artery. Pullback: five membranes": a guide stands where the IVUS catheter is
/// about to look.
fn guides(telling: &Telling<'_>, l: usize, mover: Mover, verb: Span) -> bool {
    let (view, list) = (telling.view, telling.list(l));
    let told = || &view.lower[view.clause.span.start..verb.end.max(verb.start)];
    mover == Mover::Catheter
        && list.place.is_none()
        && view.clause.lists.len() == 1
        && told()
            .split_whitespace()
            .any(|w| w.starts_with("guid") || w.starts_with("engag"))
}

/// "the guide was engaged in the left renal artery and the pullback done": no other vessel is told of.
fn is_pullback_of_all(view: &View<'_>, act: Span) -> bool {
    let mut words = view.clause.words.iter();
    view.clause.lists.iter().all(|l| l.span.end <= act.start)
        && words.any(|w| w.span == act && w.ivus() == Some(Ivus::Act))
}

/// "run in the right renal artery and in the accessory": both are read in what follows.
fn follows_another(telling: &Telling<'_>, l: usize) -> bool {
    let Some(before) = l.checked_sub(1) else {
        return false;
    };
    let (view, list) = (telling.view, telling.list(l));
    let gap = &view.text[telling.list(before).span.end..list.span.start];
    let preposition = list.prep.map_or("", |(_, p)| &view.text[p.start..p.end]);
    matches!(telling.roles[before], Role::Target(Mover::Ivus, _))
        && gap.split_whitespace().take(2).eq(["and", preposition])
}
