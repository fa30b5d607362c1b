//! What a list of vessels can be besides looked at: a row under a heading, a branch seen from its parent, a silent
//! stretch of a pullback.

use super::{
    super::{
        Move, Site, path_between,
        scene::{Mover, Role, View, countable},
    },
    Reader,
};
use crate::{
    context::Status,
    lexicon::{Action, Grammar, System},
    mention::{Measure, SideBasis, VesselList},
    segment::Layout,
    text::Span,
};

impl Reader<'_> {
    /// "IVUS performed of: IVC, LCIV, LEIV": names right after a heading that says what was looked at.
    pub(super) fn listed_under_act(&self, n: usize, view: &View<'_>) -> bool {
        let own = &view.unit.unit;
        let title = self.context.units[..n].iter().rev().find(|u| {
            !matches!(u.unit.layout, Layout::Item | Layout::Row) || u.unit.block != own.block
        });
        let Some(title) = title else { return false };
        let span = title.unit.span;
        let label = title.unit.layout == Layout::Prose
            && span.end - span.start < 60
            && !self.context.text()[span.start..span.end].ends_with('.');
        let heading =
            (title.unit.layout == Layout::Heading || label) && title.unit.section == own.section;
        // "Left femoral vein   -   -": nothing was read.
        let rest = view.clause.lists.last().map_or("", |l| {
            &view.text[l.span.end.min(view.clause.span.end)..view.clause.span.end]
        });
        let dashes =
            rest.contains(['-', '\u{2013}', '\u{2014}']) && !rest.contains(char::is_alphanumeric);
        if dashes {
            return false;
        }
        let text = &self.context.lower()[title.unit.span.start..title.unit.span.end];
        let asks = title
            .words
            .iter()
            .any(|w| w.any_action(&[Action::Image, Action::Perform]))
            || text.ends_with(" of")
            || text.contains("vessels")
            || text.contains("segments");
        heading
            && asks
            && view
                .clause
                .words
                .iter()
                .all(|w| !w.any_action(&[Action::Treat, Action::Place, Action::Access]))
    }

    /// "The guide engaged the right renal artery. … Right renal: plaque burden 83%": a vessel that a catheter was brought into
    /// and IVUS is told to have gone into, named by itself.
    fn was_entered(&self, list: &VesselList) -> bool {
        let lexicon = self.context.lexicon;
        let sites = self.context.sites(list);
        self.frame.is_ivus()
            && list.prep.is_none()
            && list.place.is_none()
            && !sites.is_empty()
            && sites.iter().all(|(site, ..)| {
                let moved = |m: &Move| m.site.whole(lexicon) == site.whole(lexicon);
                self.moves.iter().any(moved)
            })
    }

    /// A vessel that is often named only to tell a place, and that IVUS has not been brought to.
    pub(super) fn is_side_branch(&self, list: &VesselList) -> bool {
        const BRANCHES: &[&str] = &[
            "renal",
            "hepatic",
            "celiac",
            "mesenteric",
            "lumbar",
            "internal-iliac",
            "gonadal",
            "vertebral",
            "profunda",
            "thoracic-artery",
            "carotid",
            "azygos",
            "splenic",
        ];
        let lexicon = self.context.lexicon;
        let mut named = list
            .atoms
            .iter()
            .filter(|a| countable(a, lexicon))
            .peekable();
        named.peek().is_some()
            && named.all(|a| {
                a.vessel().is_some_and(|v| {
                    BRANCHES.iter().any(|b| lexicon.vessel(v).is_a(b))
                        && !self
                            .interrogations
                            .iter()
                            .any(|i| i.status == Status::Performed && i.site.vessel == v)
                })
            })
    }

    /// "hilar part 11 mm, at the SMA 5 mm": where in the vessel IVUS rests in, told after it was reached.
    pub(super) fn mark_places(&self, view: &View<'_>, roles: &mut [Role]) {
        // "The probe was drawn through the left renal vein. At the aorta 3.9 mm": where in the vein.
        let lexicon = self.context.lexicon;
        let vein = |s: &Site| lexicon.vessel(s.vessel).system == System::Vein;
        let in_vein = !self.focus.is_empty() && self.focus.iter().all(|f| vein(&f.0));
        if self.frame.is_ivus() && in_vein {
            for (list, role) in view.clause.lists.iter().zip(roles.iter_mut()) {
                let at = matches!(list.prep, Some((Grammar::At, _)));
                let sites = self.context.sites(list);
                let mut artery = sites
                    .iter()
                    .map(|s| lexicon.vessel(s.0.vessel).system == System::Artery);
                if at && *role == Role::Subject && !sites.is_empty() && artery.all(|a| a) {
                    *role = Role::Landmark;
                }
            }
        }
        let rests = self.resting && !self.focus.is_empty() && self.frame.is_ivus();
        let place = |l: &VesselList| {
            matches!(l.prep, Some((Grammar::At, _)))
                && self.is_side_branch(l)
                && !self
                    .context
                    .sites(l)
                    .iter()
                    .any(|(s, ..)| self.focus.iter().any(|f| f.0.vessel == s.vessel))
        };
        if rests && view.clause.lists.iter().all(place) {
            roles
                .iter_mut()
                .filter(|r| **r == Role::Subject)
                .for_each(|r| *r = Role::Landmark);
        }
    }

    /// A side branch named in a clause in which IVUS lies in its parent.
    pub(super) fn is_branch_seen_from_parent(
        &self,
        view: &View<'_>,
        list: &VesselList,
        roles: &[Role],
    ) -> bool {
        const BRANCHES: &[&str] = &[
            "renal",
            "hepatic-vein",
            "celiac",
            "mesenteric",
            "lumbar",
            "gonadal",
        ];
        let lexicon = self.context.lexicon;
        // "The catheter was advanced into the left renal artery. Within it there is a shelf at the ostium": entered.
        let entered = self.frame.is_ivus()
            && self.in_hand == Some(Mover::Ivus)
            && self.resting
            && list.place.is_none()
            && self
                .context
                .sites(list)
                .iter()
                .any(|(s, ..)| self.focus.iter().any(|f| f.0 == *s));
        if entered || is_told_from_inside(view, list) || self.was_entered(list) {
            return false;
        }
        let branch = || {
            list.atoms.iter().all(|a| {
                a.vessel()
                    .is_some_and(|v| BRANCHES.iter().any(|b| lexicon.vessel(v).is_a(b)))
            })
        };
        let parent = view.clause.lists.iter().zip(roles).any(|(l, r)| {
            !std::ptr::eq(l, list)
                && matches!(
                    r,
                    Role::Ivus(_) | Role::Subject | Role::Target(Mover::Ivus, _)
                )
                && l.atoms.iter().any(|a| {
                    a.vessel().is_some_and(|v| {
                        ["inferior-vena-cava", "aort"]
                            .iter()
                            .any(|p| lexicon.vessel(v).id.contains(p))
                    })
                })
        });
        let placed = || {
            list.place.is_some()
                || matches!(list.prep, Some((Grammar::At, _)))
                || (self.is_side_branch(list) && tells_origin(view))
        };
        let led = || {
            list.prep.is_some_and(|(p, _)| {
                matches!(
                    p,
                    Grammar::To | Grammar::From | Grammar::At | Grammar::Landmark
                )
            })
        };
        (branch() && ((parent && led()) || placed()))
            || (list.place.is_some() && parent)
            || (self.frame.is_ivus() && is_mouth_in_view(view, list))
    }

    /// A pullback with two named ends: the vessels between them that nobody names are flagged.
    pub(super) fn pullback(
        &mut self,
        view: &View<'_>,
        l: usize,
        sites: &[(Site, Span, SideBasis)],
        span: Span,
    ) {
        let lists = view.clause.lists;
        let list = &lists[l];
        if list.prep.map(|(p, _)| p) != Some(Grammar::To) || l == 0 {
            return;
        }
        let from = &lists[l - 1];
        if from.prep.map(|(p, _)| p) != Some(Grammar::From) {
            return;
        }
        let context = self.context;
        let starts = context.sites(from);
        if let (Some((a, ..)), Some((b, ..))) = (starts.first(), sites.first())
            && let Some(path) = path_between(*a, *b, context.lexicon)
            && path.len() > 2
        {
            self.pullbacks
                .push((path[1..path.len() - 1].to_vec(), context.source(span)));
        }
    }
}

/// "In the left renal artery the mouth was 1.9 mm", "celiac .... ostium 4.8 mm, trunk 7.1 mm": told from inside, or an entry of its
/// own.
fn is_told_from_inside(view: &View<'_>, list: &VesselList) -> bool {
    const INSIDE: [&str; 6] = [
        "the mouth ",
        "the ostium ",
        "the origin ",
        "the lumen ",
        "the vessel ",
        "lumen ",
    ];
    const HEIGHTS: [&str; 5] = ["origin at", " above ", " below ", "arises", " from "];
    // A sentence without an end may have many lists: the readings are asked for last.
    let after = view.lower[list.span.end..view.clause.span.end].trim_start();
    let behind = |m: &Measure| m.span.start > list.span.end;
    let labelled = view.unit.unit.span.start + 1 >= list.span.start
        && list.prep.is_none()
        && !HEIGHTS.iter().any(|h| after.contains(h))
        && view.readings().into_iter().filter(behind).nth(1).is_some();
    let within = matches!(list.prep, Some((Grammar::In, _)))
        && INSIDE.iter().any(|w| after.starts_with(w))
        && !view.readings().is_empty();
    list.place.is_none() && (labelled || within)
}

/// "The mouth of the left innominate vein could be seen joining": of a vessel no more than where it begins.
fn is_mouth_in_view(view: &View<'_>, list: &VesselList) -> bool {
    const MOUTHS: [&str; 3] = ["mouth", "ostium", "orifice"];
    const SEEN: [&str; 6] = [
        "seen",
        "visible",
        "in view",
        "recognised",
        "recognized",
        "identified",
    ];
    let start = view.clause.span.start;
    let told = &view.lower[start..view.clause.span.end];
    // The mouth is what is seen, not where something was.
    let subject = |p: Span| {
        let before = view.lower[start.min(p.start)..p.start].trim();
        ["", "the", "and the", "only the"].contains(&before)
    };
    let mouth = |p: Span| {
        MOUTHS
            .iter()
            .any(|m| view.lower[p.start..p.end].starts_with(m))
    };
    list.place.is_some_and(|p| mouth(p) && subject(p))
        && view.clause.lists.len() == 1
        && view.readings().is_empty()
        && SEEN.iter().any(|w| told.contains(w))
}

/// Whether the clause tells where something begins or lies: "at the origin of", "was marked".
fn tells_origin(view: &View<'_>) -> bool {
    let told = &view.lower[view.clause.span.start..view.clause.span.end];
    // "into the superior mesenteric and drew it back to the mouth": how far it was drawn.
    let drawn = |at: usize| {
        let before = told[..at].trim_end();
        ["back to the", "back to its", "back up to the"]
            .iter()
            .any(|w| before.ends_with(w))
    };
    [
        "origin",
        "ostia",
        "ostium",
        "orifice",
        "takeoff",
        "coming off",
        "comes off",
        "came off",
        "come off",
        "arises",
        "arose",
        "mouth",
        "seen from",
        "marked",
        "located",
        "positions",
        "landmark",
    ]
    .iter()
    .any(|w| told.match_indices(w).any(|(at, _)| !drawn(at)))
}
