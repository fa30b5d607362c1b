//! A list that nothing governs: looked at when a reading in an IVUS passage is its own.

use super::{
    super::{
        super::{Strength, findings::Reading, scene::View},
        Mode, Reader,
        clause::{is_adjective, named_by_the_way},
    },
    Frame, Left, Mover, Named, Telling,
};
use crate::{
    context::Status,
    lexicon::{Action, Category, Grammar, Targets},
    mention::{UnitMentions, VesselList, Word, crosses},
    segment::{Layout, SectionKind},
    text::Role as Mark,
};

impl Reader<'_> {
    /// Reads a list that nothing in its clause governs.
    pub(super) fn subject(
        &mut self,
        telling: &Telling<'_>,
        l: usize,
        sites: Vec<Named>,
        left: &mut Left,
    ) {
        let (view, list) = (telling.view, telling.list(l));
        let in_ivus = telling.frame.is_ivus();
        // "the vertebral takeoff", "the left renal origin": where, not what. "compressed by the right common iliac
        // artery", "the arch at the left carotid"; "the iliac stenoses": a name short of vessel and side takes up what
        // was told.
        let mouth = list.place.is_some() || has_open_mouths(view, list);
        let at_mouth = in_ivus && mouth && self.is_side_branch(list);
        if !self.was_reached(&sites)
            && (at_mouth || self.is_branch_seen_from_parent(view, list, telling.roles))
        {
            self.note_branches(&sites);
            return;
        }
        // "The right iliac artery pressed it to 4 mm": a reading of the vein below.
        let presses = !sites.is_empty() && crosses(view.text, list);
        // "The right innominate vein's mouth lay 4 mm below the end of the stricture": where that is.
        let lies = list.place.is_some_and(|p| {
            let after =
                view.lower[p.end.min(view.clause.span.end)..view.clause.span.end].trim_start();
            p.start >= list.span.end
                && ["lay ", "lies ", "lie ", "sits ", "sat "]
                    .iter()
                    .any(|w| after.starts_with(w))
        });
        // "good collateral through the profunda"
        let way = matches!(list.prep, Some((Grammar::Through, _)));
        if way
            || presses
            || was_not_entered(view, list)
            || lies
            || is_in_a_remark(view, list)
            || named_by_the_way(view, list)
            || (view.unit.unit.layout == Layout::Prose && is_adjective(view, list))
        {
            return;
        }
        if !in_ivus {
            self.outside_ivus(telling, l, sites, left);
            return;
        }
        let live = telling.mode == Mode::Live;
        let mine = telling.of(l);
        if let Some(status) = self.status_of_subject(telling, l, &mine) {
            self.read_in_frame(telling, &sites, status, &mine);
            if self.asked.is_some() && telling.row == Some(Status::Negated) {
                self.answered_no
                    .extend(sites.iter().map(|(site, ..)| *site));
            }
            if status == Status::Performed {
                self.then_there(telling, l, &sites);
            }
            left.taken |= !sites.is_empty();
            left.focus = sites;
            left.resting = false;
        } else if telling.mode == Mode::Summary {
            // The summary may give the readings of what the description named.
            for (site, ..) in &sites {
                self.attach(*site, Status::Performed, &mine);
            }
        } else if telling.heading {
            left.rest_in(sites);
        } else if live && !sites.is_empty() && (list.prep.is_none() || self.goes_on_to(view, list))
        {
            left.rest_in(sites);
            let next = is_next(view) || list.prep.is_some();
            self.named_in = (!next).then_some(telling.unit);
        }
    }

    /// Whether IVUS looked at a subject of an IVUS passage, or is said not to have. Nothing when nothing was read yet.
    fn status_of_subject(
        &self,
        telling: &Telling<'_>,
        l: usize,
        mine: &[&Reading],
    ) -> Option<Status> {
        let (view, list) = (telling.view, telling.list(l));
        if telling.heading
            || telling.mode != Mode::Live
            || view.is_coronary(list)
            || self.others_say_so(telling)
        {
            return None;
        }
        // "| R common iliac | yes | images archived | n/a |": the column that asks has the word.
        let answered = self.asked.is_some() && telling.row == Some(Status::Performed);
        let refused = telling
            .refused(l)
            .filter(|_| !answered)
            .or(telling.row.filter(|s| *s != Status::Performed));
        let read = || {
            !mine.is_empty()
                || telling.row == Some(Status::Performed)
                || self.listed_under_act(telling.unit, view)
                || is_recorded(view, list)
                || self.is_one_of_a_list(telling, list)
                || self.displayed(telling, list)
        };
        refused.or_else(|| read().then_some(Status::Performed))
    }

    /// "- Left gonadal vein: 9 mm with reflux. - Left renal vein: On IVUS 7 mm. - Left common iliac vein: On IVUS 140 mm2.": in a
    /// list whose other entries say so themselves, one that does not is of another study.
    fn others_say_so(&self, telling: &Telling<'_>) -> bool {
        const NEAR: usize = 8;
        let units = self.context.units;
        let own = &units[telling.unit].unit;
        if !matches!(telling.frame, Frame::Ivus { weak: true, .. }) || own.layout != Layout::Item {
            return false;
        }
        let lower = self.context.lower();
        let says = |u: &UnitMentions| {
            let told = &lower[u.unit.span.start..u.unit.span.end];
            ["ivus", "intravascular"].iter().any(|w| told.contains(w))
        };
        let from = telling.unit.saturating_sub(NEAR);
        let near = &units[from..units.len().min(telling.unit + NEAR)];
        let entries = || {
            near.iter()
                .filter(|u| u.unit.section == own.section && u.unit.layout == Layout::Item)
        };
        !says(&units[telling.unit])
            && entries()
                .filter(|u| says(u) && !u.lists.is_empty() && !u.measures.is_empty())
                .count()
                > 1
    }

    /// Notes a look that a reading in an IVUS passage tells of.
    pub(super) fn read_in_frame(
        &mut self,
        telling: &Telling<'_>,
        sites: &[Named],
        status: Status,
        mine: &[&Reading],
    ) {
        let strength = if matches!(telling.frame, Frame::Ivus { weak: true, .. }) {
            Strength::Weak
        } else {
            Strength::Frame
        };
        for (site, at, basis) in sites {
            self.trace
                .push((*at, "a reading in an IVUS passage".to_owned()));
            let evidence = self.context.evidence(*at, Mark::Vessel);
            self.add(*site, status, strength, *basis, evidence, telling.extra);
            let fits = |r: &&&Reading| {
                let sides = self.side_columns.as_ref();
                sides.is_none_or(|s| s.fits(telling.view, r.span, site.side))
            };
            let mine: Vec<&Reading> = mine.iter().filter(fits).copied().collect();
            self.attach(*site, status, &mine);
        }
    }

    /// A subject outside an IVUS passage: no look, but what follows may be told of it.
    fn outside_ivus(
        &mut self,
        telling: &Telling<'_>,
        l: usize,
        sites: Vec<Named>,
        left: &mut Left,
    ) {
        if sites.is_empty() {
            return;
        }
        // "The left external iliac vein was not recorded."
        let added = self.context.kind(telling.unit) == SectionKind::Addendum;
        if added && was_not_imaged(telling.view, telling.list(l)) {
            for (site, at, basis) in &sites {
                let evidence = self.context.evidence(*at, Mark::Vessel);
                let (status, strength) = (Status::Negated, Strength::Act);
                self.add(*site, status, strength, *basis, evidence, None);
            }
            return;
        }
        // Areas under "Findings" are of the vessels that IVUS was told to have looked at.
        let mine = telling.of(l);
        if telling.mode == Mode::Live
            && telling.frame == Frame::None
            && mine.iter().any(|r| r.is_area())
        {
            for named in &sites {
                if self.context.kind(telling.unit) == SectionKind::Findings
                    && self.is_claimed(named)
                {
                    let claimed = std::slice::from_ref(named);
                    self.read_in_frame(telling, claimed, Status::Performed, &mine);
                    self.told.insert(named.0.whole(self.context.lexicon));
                }
                self.attach(named.0, Status::Performed, &mine);
            }
        }
        // "Visions over the stiff wire. Aorta not opacified. - thoracic aorta: 22.4 mm": what came between may be no other study.
        if telling.mode == Mode::Live
            && telling.frame == Frame::None
            && self.in_hand == Some(Mover::Ivus)
            && self.context.kind(telling.unit) != SectionKind::Intervention
            && !mine.is_empty()
        {
            for named in &sites {
                if !self.is_known(named.0) {
                    self.read_apart(*named, &mine);
                }
            }
        }
        left.focus = sites;
        let why = "named outside an IVUS passage or without a reading";
        self.trace.push((telling.list(l).span, why.to_owned()));
    }

    /// "PROC: IVUS LCIV/LEIV. … FINDINGS: LCIV 41 mm2": the list of what was done says that IVUS looked at it.
    fn is_claimed(&self, (site, ..): &Named) -> bool {
        let whole = site.whole(self.context.lexicon);
        self.interrogations.iter().any(|i| {
            i.status == Status::Planned
                && i.strength == Strength::Claim
                && i.site.whole(self.context.lexicon) == whole
        })
    }

    /// "d. left common iliac artery, 7 mm2 / e. left external iliac artery": an entry with nothing but a vessel, after one with
    /// a reading.
    fn is_one_of_a_list(&self, telling: &Telling<'_>, list: &VesselList) -> bool {
        let view = telling.view;
        let text = &view.text[view.unit.unit.span.start..view.unit.unit.span.end];
        let bare = text.trim().trim_end_matches('.').len() == list.span.end - list.span.start;
        let before = telling.unit.checked_sub(1).map(|n| &self.context.units[n]);
        bare && view.unit.unit.layout == Layout::Item
            && before.is_some_and(|u| {
                u.unit.layout == Layout::Item
                    && u.unit.paragraph == view.unit.unit.paragraph
                    && !u.measures.is_empty()
                    && self.taken
            })
    }

    /// Whether a guide or the IVUS catheter stands in a vessel: its mouth is then seen from within.
    fn was_reached(&self, sites: &[Named]) -> bool {
        let [(site, ..)] = sites else { return false };
        self.moves
            .last()
            .is_some_and(|m| m.site == *site && m.status == Status::Performed)
    }

    /// "Then on up to the popliteal.", "Slowly back from there, into the subclavian.": a sentence without a verb that goes on to
    /// a vessel, with the IVUS catheter in hand.
    fn goes_on_to(&self, view: &View<'_>, list: &VesselList) -> bool {
        let mut verbs = view.clause.words.iter();
        self.in_hand == Some(Mover::Ivus)
            && matches!(list.prep, Some((Grammar::To, _)))
            && list.place.is_none()
            && view.unit.lists.len() == 1
            && view.distance(view.unit.unit.span.start, list.span.start) <= 7
            && view.distance(list.span.end, view.unit.unit.span.end) <= 1
            && !verbs
                .any(|w| w.is_treatment_device() || w.any_action(&[Action::Show, Action::Treat]))
    }

    /// "On its way back it displayed the common iliac and external iliac veins": the IVUS catheter in hand shows them.
    fn displayed(&self, telling: &Telling<'_>, list: &VesselList) -> bool {
        let view = telling.view;
        let words = view.clause.words;
        let verb = words.iter().rfind(|w| w.span.end <= list.span.start);
        self.in_hand == Some(Mover::Ivus)
            && list.prep.is_none()
            && list.place.is_none()
            && verb.is_some_and(|w| {
                (w.is_action(Action::Show) || view.begins(w, &["cover"]))
                    && view.distance(w.span.end, list.span.start) <= 2
                    && view.has_word_between(view.clause.span.start, w.span.start, "it")
            })
    }
}

/// "Next came the left common iliac vein.", "Then the left external iliac vein.": a sentence that does no more than go on to a
/// vessel, so that what follows is read there.
fn is_next(view: &View<'_>) -> bool {
    const STEPS: [&str; 9] = [
        "next", "then", "first", "second", "third", "last", "lastly", "finally", "further",
    ];
    let told = &view.lower[view.unit.unit.span.start..view.unit.unit.span.end];
    let mut words = told
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty());
    view.clause.lists.len() == 1 && words.clone().count() <= 12 && words.any(|w| STEPS.contains(&w))
}

/// "| L common femoral vein | 10 x 11 | normal, outflow anastomosis open |": named in the remark of another vessel's row.
fn is_in_a_remark(view: &View<'_>, list: &VesselList) -> bool {
    let row = view.unit.unit;
    let first = view.unit.lists.first();
    row.layout == Layout::Row
        && first.is_some_and(|f| {
            (f.span.end..f.span.end + 400).contains(&list.span.start)
                && view.text[row.span.start..f.span.start]
                    .trim_matches(['|', ' '])
                    .is_empty()
                && view.text[f.span.end..list.span.start].matches('|').count() > 1
        })
        && !view
            .unit
            .measures
            .iter()
            .any(|m| m.span.start >= list.span.end)
}

/// "both hypogastric arteries with open mouths".
fn has_open_mouths(view: &View<'_>, list: &VesselList) -> bool {
    const MOUTHS: [&str; 5] = ["mouth", "ostium", "ostia", "orifice", "origin"];
    let after = view.lower[list.span.end..view.clause.span.end].trim_start();
    after.strip_prefix("with ").is_some_and(|rest| {
        let mut words = rest.split_whitespace().take(3);
        words.any(|w| MOUTHS.iter().any(|m| w.starts_with(m)))
    })
}

/// "With 8 mm I saw no call to put it in the subclavian": the act by which it would have come there was not done.
fn was_not_entered(view: &View<'_>, list: &VesselList) -> bool {
    let denies = |w: &Word| {
        let cue = w.modifier().map(|m| view.lexicon.modifiers[m as usize]);
        cue.is_some_and(|c| c.category == Category::Negated && c.targets == Targets::Acts)
    };
    let before = view
        .clause
        .words
        .iter()
        .filter(|w| w.span.end <= list.span.start);
    matches!(list.prep, Some((Grammar::In | Grammar::To, _)))
        && before.clone().any(denies)
        && !before.clone().any(|w| w.finding().is_some())
}

/// "was not recorded", "were not interrogated", right after a vessel; "graft ..... not viewed" as an entry.
fn was_not_imaged(view: &View<'_>, list: &VesselList) -> bool {
    const VERBS: [&str; 12] = [
        "viewed",
        "looked",
        "reached",
        "recorded",
        "imaged",
        "examined",
        "interrogated",
        "studied",
        "scanned",
        "evaluated",
        "assessed",
        "visualized",
    ];
    let after = &view.lower[list.span.end..view.clause.span.end];
    let mut words = after
        .split(|c: char| !c.is_alphabetic())
        .filter(|w| !w.is_empty());
    let told = match words.next() {
        Some("was" | "were") => words.next() == Some("not"),
        Some("not") => view.unit.unit.layout == Layout::Row,
        _ => false,
    };
    told && words.take(2).any(|w| VERBS.contains(&w))
}

/// "right femoral vein: acquired", "| scanned, not measured": an entry that says only that images were made.
fn is_recorded(view: &View<'_>, list: &VesselList) -> bool {
    const MADE: [&str; 7] = [
        "acquired",
        "recorded",
        "imaged",
        "scanned",
        "stored",
        "viewed",
        "interrogated",
    ];
    let line = view.unit.unit.layout == Layout::Prose
        && list.span.start == view.unit.unit.span.start
        && view.text[list.span.end..].starts_with(',');
    let entry = line || matches!(view.unit.unit.layout, Layout::Item | Layout::Row);
    let after = &view.lower[list.span.end..view.clause.span.end];
    let mut words = after
        .split(|c: char| !c.is_alphanumeric())
        .filter(|t| !t.is_empty());
    // "L peroneal: wire redirected, imaged also": a label, and what was done there.
    let labelled = after.trim_start().starts_with(':');
    let most = if labelled { 5 } else { 1 };
    entry && list.prep.is_none() && words.by_ref().take(most).any(|w| MADE.contains(&w))
}
