//! A label of one vessel and, further on in its line or paragraph, IVUS told without a vessel: "POPLITEAL: hazy on the angiogram;
//! IVUS: 4.2 mm", "Target: posterior tibial. IVUS 3.0 mm.", a vessel as a heading and the study below it.

use super::{
    super::{
        super::{Strength, findings::Reading, scene::View},
        Context, Mode, Reader,
    },
    Left, Named, Telling,
};
use crate::{
    context::{Assertion, Status},
    lexicon::{Action, Grammar},
    mention::VesselList,
    segment::{Layout, SectionKind},
    text::{Role as Mark, Span},
};

/// The vessel that a line or a paragraph is about.
#[derive(Clone)]
pub(in crate::encounter::reader) struct Label {
    sites: Vec<Named>,
    /// Its list.
    list: Span,
    section: usize,
    paragraph: usize,
    /// It is a line of its own: what stands below it is told of it.
    alone: bool,
    /// The text was telling of IVUS there.
    in_ivus: bool,
}

/// More vessels than these are no label of what follows.
const MOST: usize = 2;

/// How many lines below a vessel its own headings may stand.
const NEAR: usize = 4;

impl Reader<'_> {
    /// Keeps the label that a clause begins its line with, and drops the one before it when its line or paragraph is over.
    pub(in crate::encounter::reader) fn note_label(&mut self, n: usize, view: &View<'_>) {
        let context = self.context;
        let unit = &context.units[n].unit;
        // "Before:", "After stenting:", "Venogram: …", "IVUS: …" below a vessel go on with it.
        let kind = context.kind(n);
        let below = |l: &Label| {
            let goes_on = match kind {
                SectionKind::Unknown => l.in_ivus,
                SectionKind::Ivus | SectionKind::OtherModality => true,
                _ => false,
            };
            goes_on && unit.paragraph <= l.paragraph + NEAR
        };
        let holds = |l: &Label| {
            let same = l.section == unit.section && unit.layout != Layout::Heading;
            l.paragraph == unit.paragraph || (l.alone && (same || below(l)))
        };
        self.label.take_if(|l| !holds(l));
        let first = view.clause.lists.first();
        let label = first.filter(|l| labels(view, l));
        let Some(list) = label else {
            // What names another vessel on the way is told of that.
            let other = |l: &VesselList| {
                !self.sites(l).is_empty() && !matches!(l.prep, Some((Grammar::Landmark, _)))
            };
            if view.clause.lists.iter().any(other) {
                self.label = None;
            }
            return;
        };
        let sites = self.sites(list);
        let rest = &context.text()[list.span.end..unit.span.end];
        let next = context.units.get(n + 1);
        let ends = next.is_none_or(|u| u.unit.paragraph != unit.paragraph)
            && rest.trim_matches([':', '.', ' ']).is_empty();
        let known = (1..=MOST).contains(&sites.len());
        self.label = known.then(|| Label {
            sites,
            list: list.span,
            section: unit.section,
            paragraph: unit.paragraph,
            in_ivus: self.frame.is_ivus(),
            alone: unit.layout == Layout::Heading || ends,
        });
    }

    /// IVUS told without a vessel below or behind a label looks at what the label names, when something was read.
    pub(super) fn labelled(&mut self, telling: &Telling<'_>, left: &mut Left) {
        let (view, context) = (telling.view, self.context);
        let Some(label) = self.label.clone().or_else(|| self.told_of(telling)) else {
            return;
        };
        let own = view.clause.lists.iter().any(|l| l.span == label.list);
        let named = view.clause.lists.iter().any(|l| !self.sites(l).is_empty());
        if own || named || telling.heading || telling.mode != Mode::Live || left.taken {
            return;
        }
        let sites = label.sites;
        let read = read(telling, context);
        let (act, strength) = match telling.act {
            Some((act, asserted)) if is_done(telling, (act, asserted), &read) => {
                (Some(act), Strength::Act)
            }
            // "Common iliac vein / Before: 40 mm2 / After: 170 mm2"
            None if label.alone
                && (label.in_ivus || context.kind(telling.unit) == SectionKind::Ivus)
                && telling.frame.is_ivus() =>
            {
                (None, Strength::Frame)
            }
            _ => return,
        };
        if read.is_empty() {
            if act.is_some() {
                left.rest_in(sites);
                self.named_in = None;
            }
            return;
        }
        for (site, at, basis) in &sites {
            self.trace
                .push((*at, "the label of what IVUS is told of".to_owned()));
            let mut evidence = context.evidence(*at, Mark::Vessel);
            if let Some(act) = act {
                evidence.add(context.source(act), Mark::Ivus);
            }
            let status = Status::Performed;
            self.add(*site, status, strength, *basis, evidence, telling.extra);
            self.attach(*site, status, &read);
            self.told.insert(site.whole(context.lexicon));
        }
        left.taken = true;
        left.focus = sites;
        left.resting = false;
    }
}

impl Reader<'_> {
    /// "The SFA looked 50% one way and 90% the other, so an Eagle Eye went in: 88%": the only vessel that the sentence names, as
    /// what it is about, before IVUS is told of.
    fn told_of(&self, telling: &Telling<'_>) -> Option<Label> {
        let (view, context) = (telling.view, self.context);
        let (act, _) = telling.act?;
        let mut lists = view.unit.lists.iter().filter(|l| !l.atoms.is_empty());
        let list = lists.next()?;
        let alone = lists.next().is_none();
        let place = list.prep.is_some() || list.place.is_some();
        let entered = || {
            let before = view.unit.words.iter().filter(|w| w.span.end <= act.start);
            let mut before = before.skip_while(|w| w.span.start < view.unit.unit.span.start);
            before.any(|w| w.any_action(&[Action::Access, Action::Treat]))
        };
        let sites = self.sites(list);
        let fits = alone && !place && list.span.end <= act.start && sites.len() == 1 && !entered();
        fits.then(|| Label {
            sites,
            list: list.span,
            section: context.units[telling.unit].unit.section,
            paragraph: view.unit.unit.paragraph,
            alone: false,
            in_ivus: false,
        })
    }
}

/// The readings of a clause that name no vessel. "IVUS to define the ends of the occlusion" says what it was for; "IVUS: no flap"
/// and "IVUS showed a web" answer.
fn read<'t>(telling: &'t Telling<'_>, context: &Context<'_>) -> Vec<&'t Reading> {
    let view = telling.view;
    let shows = |r: &Reading| {
        telling.act.is_some_and(|(act, _)| {
            r.span.start > act.end
                && (view.text[act.end..r.span.start].contains([':', '\u{2013}'])
                    || view
                        .words_between(act.end, r.span.start)
                        .any(|w| w.is_action(Action::Show)))
        })
    };
    let told = |r: &&Reading| r.list.is_none() && r.tells(context) && (r.is_measured() || shows(r));
    telling.readings.iter().filter(told).collect()
}

/// Whether the act of a clause was done. "IVUS for a possible flap: flap of 90 degrees" says what it was for, and what it showed.
fn is_done(telling: &Telling<'_>, (act, asserted): (Span, Assertion), read: &[&Reading]) -> bool {
    let view = telling.view;
    let answered = || {
        let colon = view.text[act.end..view.clause.span.end].find(':');
        colon.is_some_and(|at| {
            let mut read = read.iter();
            read.any(|r| r.is_measured() && r.span.start > act.end + at)
        })
    };
    match asserted.status {
        Status::Performed => true,
        Status::Planned => answered(),
        _ => false,
    }
}

/// Whether a list is the label of its line: it begins it, or stands behind one word and a colon ("Target: …"), and a colon, a
/// dash or nothing follows.
fn labels(view: &View<'_>, list: &VesselList) -> bool {
    let unit = view.unit.unit.span;
    if view.unit.lists.first().is_none_or(|l| l.span != list.span) {
        return false;
    }
    let before = view.lower[unit.start..list.span.start].trim();
    let begins = before.is_empty()
        || before.strip_suffix(':').is_some_and(|word| {
            let words = [
                "target",
                "target vessel",
                "vessel",
                "segment",
                "level",
                "site",
            ];
            words.contains(&word)
        });
    let after = view.text[list.span.end..unit.end].trim_start();
    let ends = after.trim_end_matches('.').is_empty()
        || [":", "- ", "-- ", "\u{2013} ", "\u{2014} "]
            .iter()
            .any(|mark| after.starts_with(mark));
    begins && ends
}
