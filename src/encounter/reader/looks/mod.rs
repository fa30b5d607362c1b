//! What a clause of the description adds: vessels IVUS looked at, came to rest in, or passed.
//!
//! The lists of a clause are taken in order, and the role of each decides which file reads it: `governed` (an IVUS word
//! governs it), `subject` (nothing does), `reached` (a device was brought there). Then `unnamed` takes what the clause
//! says of a vessel named before. What is still to be read goes from clause to clause as the reader's focus.

mod crossed;
mod governed;
mod labelled;
mod reached;
mod row;
mod setbacks;
mod stented;
mod subject;
mod unnamed;
mod unsaid;
mod vain;

use super::{
    super::{
        Site,
        findings::{self, Reading},
        scene::{Frame, Mover, Role, View},
    },
    Mode, Reader,
    clause::row_status,
};
use crate::{
    context::{Assertion, Status},
    mention::{SideBasis, VesselList},
    segment::Layout,
    text::{Span, preceding},
};

pub(super) use labelled::Label;
pub(super) use setbacks::Signs;

/// A vessel with its side, its words, and where the side comes from.
pub(super) type Named = (Site, Span, SideBasis);

/// A clause of the description, with what was found out about it before its lists are read.
struct Telling<'v> {
    /// The unit of the clause.
    unit: usize,
    view: &'v View<'v>,
    roles: &'v [Role],
    /// The frame in which its readings stand.
    frame: Frame,
    act: Option<(Span, Assertion)>,
    mode: Mode,
    readings: Vec<Reading>,
    /// The row says that IVUS did not look, or that it did.
    row: Option<Status>,
    /// The unit of a look told as one more.
    extra: Option<Span>,
    heading: bool,
}

/// More words than these between a vessel and a number are no telegram.
const MOST_BETWEEN: usize = 3;

impl<'v> Telling<'v> {
    fn list(&self, l: usize) -> &'v VesselList {
        &self.view.clause.lists[l]
    }

    /// The readings of one list.
    fn of(&self, list: usize) -> Vec<&Reading> {
        self.readings
            .iter()
            .filter(|r| r.list == Some(list))
            .collect()
    }

    /// "IVUS: CIV stent area 168, EIV stent area 150": several vessels behind one act, each with a measure of its own.
    fn is_measured_like_others(&self) -> bool {
        let roles = self.roles;
        self.mode == Mode::Live
            && roles.len() > 1
            && roles.iter().all(|r| matches!(r, Role::Ivus(_)))
            && (0..roles.len()).all(|l| {
                let list = self.list(l);
                let beside = |r: &&Reading| {
                    r.is_measured()
                        && r.span.start >= list.span.end
                        && self.view.distance(list.span.end, r.span.start) <= MOST_BETWEEN
                };
                list.prep.is_none() && list.place.is_none() && self.of(l).iter().any(beside)
            })
    }

    /// "not imaged" said of a list itself, up to the next list.
    fn refused(&self, l: usize) -> Option<Status> {
        row_status(self.view, self.list(l), self.view.clause.lists.get(l + 1))
    }
}

/// What a clause leaves behind for the next one.
#[derive(Default)]
struct Left {
    /// The vessels that what follows is told of.
    focus: Vec<Named>,
    /// IVUS rests in them, and nothing was read there yet.
    resting: bool,
    /// A vessel was looked at.
    taken: bool,
}

impl Left {
    /// Nothing read yet: the next reading without a vessel is of these.
    fn rest_in(&mut self, sites: Vec<Named>) {
        self.focus = sites;
        self.resting = true;
    }
}

impl Reader<'_> {
    /// Reads a clause of the description or of a summary.
    pub(super) fn live(
        &mut self,
        n: usize,
        view: &View<'_>,
        roles: &[Role],
        frame: Frame,
        act: Option<(Span, Assertion)>,
        mode: Mode,
    ) {
        let (readings, row) = self.row(view, findings::readings(view, roles));
        let telling = Telling {
            unit: n,
            view,
            roles,
            frame,
            act,
            mode,
            readings,
            row,
            extra: self.one_more(view, act),
            heading: self.context.units[n].unit.layout == Layout::Heading,
        };
        self.setbacks(&telling);
        self.in_vain(&telling);
        if self.under_vessels(&telling) {
            return;
        }
        // "… engaged the left renal artery. No IVUS on that side."
        if telling.view.clause.lists.is_empty()
            && act.is_some_and(|(_, a)| a.status == Status::Negated)
        {
            let focus = &self.focus;
            self.tentative
                .retain(|t| focus.iter().all(|(site, ..)| t.site != *site));
        }
        if !view.clause.lists.is_empty() {
            self.guided.clear();
        }
        let mut left = self.lists(&telling);
        // "Right radial. LAD 80%. IVUS of the LAD: 2.9 mm2": the label is of no look at the heart.
        if !matches!(frame, Frame::Ivus { coronary: true, .. }) {
            self.labelled(&telling, &mut left);
        }
        if mode == Mode::Live {
            self.crossed(&telling);
            self.as_before(&telling, &mut left);
        }
        self.through_the_guide(&telling, &mut left);
        self.inside_that(&telling, &mut left);
        self.of_the_last_named(&telling, &mut left);
        self.in_the_stent(&telling, &mut left);
        self.mirrored(&telling);
        self.loose_readings(&telling, &mut left);
        self.pulled(&telling, &left);
        self.taken |= left.taken;
        if !left.focus.is_empty() {
            if !(left.resting && self.named_in == Some(n)) {
                self.named_in = None;
            }
            self.focus = left.focus;
            self.resting = left.resting;
        }
    }

    /// Reads the lists of a clause in order, each by its role.
    fn lists(&mut self, telling: &Telling<'_>) -> Left {
        let mut left = Left::default();
        for (l, role) in telling.roles.iter().enumerate() {
            let sites = self.sites(telling.list(l));
            if sites.len() == 1 && telling.refused(l).is_none() {
                self.named.clone_from(&sites);
            }
            match *role {
                // "3 mm of the stent in the aorta", "no strut in a renal vein": of a device that is left there.
                Role::Ivus(_) | Role::Subject | Role::Target(..)
                    if is_left_in(telling.view, telling.list(l)) => {}
                Role::Ivus(span) => self.governed(telling, l, sites, span, &mut left),
                Role::Subject => self.subject(telling, l, sites, &mut left),
                Role::Target(mover, span) => {
                    self.target(telling, l, &sites, (mover, span), &mut left);
                }
                Role::Passed(Mover::Ivus, span) => self.went_over(telling, sites, span, &mut left),
                Role::Treated(_) if !sites.is_empty() && left.focus.is_empty() => {
                    left.focus = sites;
                }
                _ => {}
            }
        }
        left
    }

    /// Keeps side branches that IVUS saw from their parent.
    fn note_branches(&mut self, sites: &[Named]) {
        let context = self.context;
        self.branches
            .extend(sites.iter().map(|(s, at, _)| (*s, context.source(*at))));
    }
}

/// "3 mm of the stent in the aorta": whether a list tells where a part of a device stands.
fn is_left_in(view: &View<'_>, list: &VesselList) -> bool {
    let before = preceding(view.lower, list.span.start, 32);
    let before = before.trim_end().trim_end_matches(" the");
    let part = before
        .trim_end_matches(" a")
        .strip_suffix(" in")
        .unwrap_or_default();
    let last = part.rsplit(' ').next().unwrap_or_default();
    [" of the stent in", " of stent in", " of the stent into"]
        .iter()
        .any(|w| before.ends_with(w))
        || ["strut", "struts", "hook", "hooks", "barb", "barbs"].contains(&last)
}
