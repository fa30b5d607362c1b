//! What a clause of the description adds: vessels IVUS looked at, came to rest in, or passed. One function for each
//! role a list of vessels can have.

use super::{
    super::{
        Site, Strength, access,
        findings::{self, Reading},
        scene::{Frame, Mover, Role, View},
        table::{Columns, SideColumns},
    },
    Mode, Reader,
    clause::{
        assert_ivus, covers, imaging_after, is_adjective, is_ticked, named_by_the_way, row_status,
    },
};
use crate::{
    context::{Assertion, Status, assert_act},
    lexicon::{Action, Category, Device, Extent, Grammar, Ivus, Necessity, SideWord, System},
    mention::{Side, SideBasis, VesselList},
    segment::{Layout, SectionKind},
    text::{Role as Mark, Span},
};

/// A vessel with its side, its words, and where the side comes from.
type Named = (Site, Span, SideBasis);

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

impl Telling<'_> {
    /// The readings of one list.
    fn of(&self, list: usize) -> Vec<&Reading> {
        self.readings
            .iter()
            .filter(|r| r.list == Some(list))
            .collect()
    }

    /// The list after one, where what is said of the first ends.
    fn after(&self, list: usize) -> Option<&VesselList> {
        self.view.clause.lists.get(list + 1)
    }
}

/// What a clause leaves behind for the next one.
#[derive(Default)]
struct Left {
    focus: Vec<Named>,
    resting: bool,
    taken: bool,
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
        let mut left = Left::default();
        for (l, role) in roles.iter().enumerate() {
            let list = &view.clause.lists[l];
            let sites = self.sites(list);
            let refused = || row_status(view, list, telling.after(l), self.context.lexicon);
            if sites.len() == 1 && refused().is_none() {
                self.named.clone_from(&sites);
            }
            match *role {
                Role::Ivus(span) => self.governed(&telling, l, sites, span, &mut left),
                Role::Subject => self.subject(&telling, l, sites, &mut left),
                Role::Target(mover, span) => {
                    self.target(&telling, l, &sites, (mover, span), &mut left);
                }
                Role::Passed(Mover::Ivus, span) => {
                    let passed = sites.iter().map(|(s, ..)| (*s, self.context.source(span)));
                    self.passed.extend(passed);
                    // "The run went over the left common iliac vein; it measured …": read in the same sentence or not at all.
                    if !sites.is_empty() && frame.is_ivus() {
                        left.focus = sites;
                        left.resting = true;
                        self.named_in = Some(n);
                    }
                }
                Role::Treated(_) if !sites.is_empty() && left.focus.is_empty() => {
                    left.focus = sites;
                }
                _ => {}
            }
        }
        self.inside_that(&telling, &mut left);
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

    /// The readings a table row gives for IVUS, and what its box or column says of the look.
    fn row(
        &mut self,
        view: &View<'_>,
        mut readings: Vec<Reading>,
    ) -> (Vec<Reading>, Option<Status>) {
        let mut row = None;
        if view.unit.unit.layout == Layout::Row {
            if let Some(sides) = SideColumns::of_header(view) {
                self.side_columns = Some(sides);
            }
            if let Some(columns) = Columns::of_header(view) {
                self.columns = Some(columns);
            } else if let Some(columns) = &self.columns {
                readings.retain(|r| columns.is_ivus(view, r.span));
                row = Some(if columns.refuses(view) {
                    Status::Negated
                } else {
                    Status::Performed
                });
            }
            let text = &view.text[view.clause.span.start..view.clause.span.end];
            if row.is_none() && ["[x]", "[X]"].iter().any(|b| text.contains(b)) {
                row = Some(Status::Performed);
            }
        } else {
            self.columns = None;
            self.side_columns = None;
        }
        let plain = |w: &crate::mention::Word| w.modality().is_none() && w.device().is_none();
        if row.is_none()
            && view.unit.unit.layout != Layout::Prose
            && is_ticked(view)
            && view.clause.words.iter().all(plain)
        {
            row = Some(Status::Performed);
        }
        (readings, row)
    }

    /// The unit of the last look, when that is told as one more ("also", "again").
    fn one_more(&mut self, view: &View<'_>, act: Option<(Span, Assertion)>) -> Option<Span> {
        let words = view.clause.words;
        let also = words.iter().any(|w| {
            w.is_grammar(Grammar::Also) || view.word(w).to_ascii_lowercase().ends_with(" again")
        });
        let moves = self.frame.is_ivus()
            && words
                .iter()
                .any(|w| w.any_action(&[Action::Image, Action::Place]));
        // "For completeness the pelvis was looked at as well. The IVUS catheter was advanced …": what follows is of it.
        let announced = self.extra.is_some_and(|told| {
            let units = self.context.units;
            let at = units.partition_point(|u| self.context.source(u.unit.span).start < told.start);
            units.get(at).is_some_and(|u| {
                u.unit.block == view.unit.unit.block
                    && u.words.iter().any(|w| w.is_necessity(Necessity::Vague))
            })
        });
        if (act.is_some() && !announced) || (moves && also) {
            // "was clean on ultrasound too": a reading like the one before, no look of its own.
            let alike = words.windows(2).any(|pair| {
                pair[1].is_grammar(Grammar::Also)
                    && view.is_ivus(&pair[0])
                    && words.iter().any(|w| w.finding().is_some())
            });
            self.extra = (also && !alike).then_some(self.context.source(view.unit.unit.span));
        }
        self.extra
    }

    /// Notes a look that was tried in vain, and a side an addendum takes back.
    fn setbacks(&mut self, telling: &Telling<'_>) {
        let context = self.context;
        let words = telling.view.clause.words;
        let tried = words
            .iter()
            .any(|w| w.has_category(context.lexicon, Category::Attempted));
        self.attempted |= tried
            && (telling.act.is_some() || self.frame.is_ivus() || self.in_hand == Some(Mover::Ivus));
        let text = &telling.view.text[telling.view.clause.span.start..telling.view.clause.span.end];
        // "IVUS was performed in the left common iliac vein and in no other vessel."
        let alone = || {
            ["no other vessel", "no other vein", "no other artery"]
                .iter()
                .any(|w| text.contains(w))
        };
        self.exclusive |= context.kind(telling.unit) == SectionKind::Addendum
            && alone()
            && telling
                .act
                .is_some_and(|(_, a)| a.status == Status::Performed);
        if context.kind(telling.unit) == SectionKind::Addendum
            && telling.view.clause.lists.is_empty()
            && telling
                .act
                .is_some_and(|(_, a)| a.status == Status::Negated)
        {
            self.retracted
                .extend(words.iter().filter_map(|w| match w.side() {
                    Some(SideWord::Left) => Some(Side::Left),
                    Some(SideWord::Right) => Some(Side::Right),
                    _ => None,
                }));
        }
    }

    /// A list that an IVUS word governs: looked at, unless the clause says otherwise.
    fn governed(
        &mut self,
        telling: &Telling<'_>,
        l: usize,
        sites: Vec<Named>,
        span: Span,
        left: &mut Left,
    ) {
        let context = self.context;
        let view = telling.view;
        let list = &view.clause.lists[l];
        if view.is_coronary(list) {
            self.coronary_looks(list, span);
            return;
        }
        let asserted = assert_ivus(view, span, context.lexicon);
        let status = if asserted.status == Status::Performed {
            row_status(view, list, telling.after(l), context.lexicon).unwrap_or(Status::Performed)
        } else {
            asserted.status
        };
        // "with the probe in the left renal artery the lumen was 3.1 mm2 at the ostium": what has an area is looked at.
        let read = telling.of(l).iter().any(|r| r.is_area());
        let branch = (!read && self.is_branch_seen_from_parent(view, list, telling.roles))
            || (list.place.is_some_and(|p| p.start >= list.span.end) && self.is_side_branch(list));
        if branch && status == Status::Performed && !telling.heading {
            self.branches
                .extend(sites.iter().map(|(s, at, _)| (*s, context.source(*at))));
        }
        // "IVUS again: 12 mm, jugular inflow not covered": the mouth of another vessel.
        let after = view.text[list.span.end..view.clause.span.end].trim_start();
        let mouth = list.span.start > span.end
            && ["inflow", "orifice", "mouth"]
                .iter()
                .any(|w| after.starts_with(w))
            && after.contains("cover");
        // "IVUS was wanted, as the edge was blurred by inflow from the jugular": a statement of its own between them.
        let between =
            |w: &&crate::mention::Word| w.span.start >= span.end && w.span.end <= list.span.start;
        let cause = view
            .clause
            .words
            .iter()
            .filter(between)
            .find(|w| w.is_necessity(Necessity::Cause));
        let reason = cause.is_some_and(|c| {
            matches!(list.prep, Some((Grammar::From, _)))
                && view
                    .clause
                    .words
                    .iter()
                    .filter(between)
                    .any(|w| w.is_grammar(Grammar::Aux) && w.span.start > c.span.start)
        });
        let in_passing = (telling.mode == Mode::Summary && telling.act.is_none())
            || is_supposed(view, list, span)
            || reason
            || mouth;
        if telling.heading || in_passing || branch {
            let why = "named in a heading, a summary or as a place: no look of its own";
            self.trace.push((list.span, why.to_owned()));
            if telling.heading {
                left.focus = sites;
                left.resting = true;
            }
            return;
        }
        if rests_there(view, list, span) {
            access::target(
                context,
                view,
                list,
                &sites,
                Mover::Ivus,
                span,
                asserted,
                access::through(context, view, telling.roles),
                &mut self.moves,
            );
        }
        let mine = telling.of(l);
        for (site, at, basis) in &sites {
            let mut evidence = context
                .evidence(*at, Mark::Vessel)
                .with(context.source(span), Mark::Ivus);
            if let Some(cue) = asserted.cue {
                evidence.add(context.source(cue), Mark::Modifier);
            }
            self.trace.push((*at, "IVUS governs the vessel".to_owned()));
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
        if status == Status::Performed {
            self.then_there(telling, l, &sites);
        }
        self.pullback(view, l, &sites, span);
        left.taken |= !sites.is_empty();
        left.focus.extend(sites);
        left.resting = false;
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

    /// A list that nothing governs: looked at when a reading in an IVUS passage is its own.
    fn subject(&mut self, telling: &Telling<'_>, l: usize, sites: Vec<Named>, left: &mut Left) {
        let context = self.context;
        let (view, frame, heading) = (telling.view, telling.frame, telling.heading);
        let list = &view.clause.lists[l];
        // "the vertebral takeoff", "the left renal origin": where, not what.
        if list.place.is_some() && self.is_side_branch(list) && frame.is_ivus() {
            self.branches
                .extend(sites.iter().map(|(s, at, _)| (*s, context.source(*at))));
            return;
        }
        // "compressed by the right common iliac artery", "the arch at the left carotid"; "the iliac stenoses": a name
        // short of vessel and side takes up what was told.
        if self.is_branch_seen_from_parent(view, list, telling.roles) {
            self.branches
                .extend(sites.iter().map(|(s, at, _)| (*s, context.source(*at))));
            return;
        }
        // "good collateral through the profunda"
        let way = matches!(list.prep, Some((Grammar::Through, _)));
        if way
            || named_by_the_way(view, list)
            || (view.unit.unit.layout == Layout::Prose && is_adjective(view, list))
        {
            return;
        }
        let mine = telling.of(l);
        let told = telling.row == Some(Status::Performed);
        let read = !mine.is_empty()
            || told
            || self.listed_under_act(telling.unit, view)
            || is_recorded(view, list)
            || self.displayed(telling, list);
        let refused = row_status(view, list, telling.after(l), context.lexicon)
            .or(telling.row.filter(|s| *s != Status::Performed));
        let live = telling.mode == Mode::Live;
        if frame.is_ivus()
            && !heading
            && !view.is_coronary(list)
            && (read || refused.is_some())
            && live
        {
            let status = refused.unwrap_or(Status::Performed);
            let strength = if matches!(frame, Frame::Ivus { weak: true, .. }) {
                Strength::Weak
            } else {
                Strength::Frame
            };
            for (site, at, basis) in &sites {
                self.trace
                    .push((*at, "a reading in an IVUS passage".to_owned()));
                let evidence = context.evidence(*at, Mark::Vessel);
                self.add(*site, status, strength, *basis, evidence, telling.extra);
                let fits = |r: &&&Reading| {
                    let sides = self.side_columns.as_ref();
                    sides.is_none_or(|s| s.fits(view, r.span, site.side))
                };
                let mine: Vec<&Reading> = mine.iter().filter(fits).copied().collect();
                self.attach(*site, status, &mine);
            }
            if status == Status::Performed {
                self.then_there(telling, l, &sites);
            }
            left.taken |= !sites.is_empty();
            left.focus = sites;
            left.resting = false;
        } else if frame.is_ivus() && telling.mode == Mode::Summary {
            // The summary may give the readings of what the description named.
            for (site, ..) in &sites {
                self.attach(*site, Status::Performed, &mine);
            }
        } else if frame.is_ivus() && list.prep.is_none() && !heading && live && !sites.is_empty() {
            // Nothing read yet: the next reading without a vessel is of this one.
            left.focus = sites;
            left.resting = true;
            self.named_in = Some(telling.unit);
        } else if heading && frame.is_ivus() {
            left.focus = sites;
            left.resting = true;
        } else if !sites.is_empty() && !frame.is_ivus() {
            // Areas under "Findings" are of the vessels that IVUS was told to have looked at.
            if live && frame == Frame::None && mine.iter().any(|r| r.is_area()) {
                for (site, ..) in &sites {
                    self.attach(*site, Status::Performed, &mine);
                }
            }
            left.focus = sites;
            let why = "named outside an IVUS passage or without a reading";
            self.trace.push((list.span, why.to_owned()));
        }
    }

    /// "Probe into the posterior tibial (…), then the trunk (…), then the peroneal": brought there, too.
    fn then_there(&mut self, telling: &Telling<'_>, l: usize, sites: &[Named]) {
        let context = self.context;
        let view = telling.view;
        let list = &view.clause.lists[l];
        let before = view
            .unit
            .lists
            .iter()
            .rfind(|o| o.span.end <= list.span.start);
        let unit = context.source(view.unit.unit.span);
        let moved = self
            .moves
            .iter()
            .any(|m| m.device == Mover::Ivus.name() && unit.contains(m.evidence.primary().span));
        let Some(before) = before.filter(|_| moved) else {
            return;
        };
        let told = view.text[before.span.end..list.span.start].to_ascii_lowercase();
        let next =
            told.len() < 80 && view.has_word_between(before.span.end, list.span.start, "then");
        if next && !goes_back(&told) {
            let asserted = Assertion {
                status: Status::Performed,
                cue: None,
            };
            access::target(
                context,
                view,
                list,
                sites,
                Mover::Ivus,
                list.span,
                asserted,
                None,
                &mut self.moves,
            );
        }
    }

    /// "On its way back it displayed the common iliac and external iliac veins": the IVUS catheter in hand shows them.
    fn displayed(&self, telling: &Telling<'_>, list: &VesselList) -> bool {
        let view = telling.view;
        let words = view.clause.words;
        let verb = words.iter().rfind(|w| w.span.end <= list.span.start);
        let covers = verb.is_some_and(|w| view.word(w).to_ascii_lowercase().starts_with("cover"));
        telling.frame.is_ivus()
            && self.in_hand == Some(Mover::Ivus)
            && list.prep.is_none()
            && list.place.is_none()
            && verb.is_some_and(|w| {
                (w.is_action(Action::Show) || covers)
                    && view.text[w.span.end..list.span.start]
                        .split_whitespace()
                        .count()
                        <= 2
                    && view.has_word_between(view.clause.span.start, w.span.start, "it")
            })
    }

    /// A list a device was brought to: looked at by the IVUS catheter when images are told of.
    fn target(
        &mut self,
        telling: &Telling<'_>,
        l: usize,
        sites: &[Named],
        (mover, span): (Mover, Span),
        left: &mut Left,
    ) {
        let context = self.context;
        let view = telling.view;
        let list = &view.clause.lists[l];
        // "The guide was brought to the left renal artery and IVUS run there": IVUS looks where the guide is.
        let there = telling.act.is_some_and(|(a, s)| {
            a.start >= list.span.end
                && s.status == Status::Performed
                && (view.has_word_between(a.end, view.clause.span.end, "there")
                    || pulls_back(view, a))
        });
        let mover = if there && mover == Mover::Catheter {
            Mover::Ivus
        } else {
            mover
        };
        let asserted = assert_act(view.text, view.clause, span, context.lexicon);
        access::target(
            context,
            view,
            list,
            sites,
            mover,
            span,
            asserted,
            access::through(context, view, telling.roles),
            &mut self.moves,
        );
        if mover == Mover::Ivus {
            let mine = telling.of(l);
            let done = asserted.status == Status::Performed;
            let looked = !mine.is_empty() || imaging_after(view, list);
            for (site, at, basis) in sites {
                let evidence = context
                    .evidence(*at, Mark::Vessel)
                    .with(context.source(span), Mark::Movement);
                if !done {
                    self.add(
                        *site,
                        asserted.status,
                        Strength::Act,
                        *basis,
                        evidence,
                        None,
                    );
                } else if looked && list.place.is_none() {
                    let why = "the IVUS catheter was brought there and images are told of";
                    self.trace.push((*at, why.to_owned()));
                    self.add(
                        *site,
                        Status::Performed,
                        Strength::Frame,
                        *basis,
                        evidence,
                        telling.extra,
                    );
                    self.attach(*site, Status::Performed, &mine);
                }
            }
            if done && list.place.is_none() {
                // "run in the right renal artery and in the accessory": both are read in what follows.
                let before = l.checked_sub(1).filter(|&b| {
                    !looked
                        && matches!(telling.roles[b], Role::Target(Mover::Ivus, _))
                        && view.text[view.clause.lists[b].span.end..list.span.start]
                            .split_whitespace()
                            .take(2)
                            .eq([
                                "and",
                                list.prep.map_or("", |(_, p)| &view.text[p.start..p.end]),
                            ])
                });
                self.named_in = None;
                if before.is_some() {
                    left.focus.extend_from_slice(sites);
                } else if !sites.is_empty() {
                    left.focus = sites.to_vec();
                    left.resting = !looked;
                }
                left.taken |= looked;
            }
        }
        self.trace
            .push((list.span, "a device was brought there".to_owned()));
    }

    /// "The guide was placed in the celiac artery. Ultrasound from inside that artery showed …": the vessel named last.
    fn inside_that(&mut self, telling: &Telling<'_>, left: &mut Left) {
        let Some((span, asserted)) = telling.act else {
            return;
        };
        let context = self.context;
        let lists = telling.view.clause.lists;
        let next = lists
            .iter()
            .find(|l| l.span.start >= span.end)
            .map_or(telling.view.clause.span.end, |l| l.span.start);
        let after = &telling.view.text[span.end..next];
        let first: Vec<&str> = after.split_whitespace().take(10).collect();
        let system = first.windows(2).find_map(|w| {
            let noun = w[1].trim_matches([',', '.', ';', ':']);
            let points = ["that", "this", "same"].contains(&w[0]);
            points.then_some(noun).and_then(|noun| match noun {
                "artery" => Some(Some(System::Artery)),
                "vein" => Some(Some(System::Vein)),
                "vessel" => Some(None),
                _ => None,
            })
        });
        let Some(system) = system.filter(|_| !after.contains("graft")) else {
            return;
        };
        if asserted.status != Status::Performed || telling.mode != Mode::Live {
            return;
        }
        for (site, at, basis) in self.named.clone() {
            if system.is_some_and(|s| context.lexicon.vessel(site.vessel).system != s) {
                continue;
            }
            self.trace
                .push((at, "the vessel that IVUS was used inside of".to_owned()));
            let evidence = context
                .evidence(at, Mark::Vessel)
                .with(context.source(span), Mark::Ivus);
            self.add(
                site,
                Status::Performed,
                Strength::Frame,
                basis,
                evidence,
                telling.extra,
            );
            left.focus.push((site, at, basis));
            left.resting = true;
        }
    }

    /// "The same three veins were then studied on the right": what was looked at on the other side.
    fn mirrored(&mut self, telling: &Telling<'_>) {
        let context = self.context;
        let view = telling.view;
        let text = view.text[view.clause.span.start..view.clause.span.end].to_ascii_lowercase();
        let Some(at) = text.find("same ") else { return };
        let several = text[at..]
            .split_whitespace()
            .take(4)
            .any(|w| ["veins", "arteries", "vessels", "segments"].contains(&w.trim_matches(',')));
        let same = Span::new(view.clause.span.start + at, view.clause.span.start + at + 4);
        let side = view
            .clause
            .words
            .iter()
            .filter(|w| w.span.start > same.start)
            .find_map(|w| match w.side() {
                Some(SideWord::Left) => Some((Side::Left, Side::Right)),
                Some(SideWord::Right) => Some((Side::Right, Side::Left)),
                _ => None,
            });
        let looks = telling.frame.is_ivus()
            && view.clause.words.iter().any(|w| {
                (w.any_action(&[Action::Image, Action::Perform]) && w.span.start > same.start)
                    || w.is_action(Action::Pullback)
            });
        let (Some((to, from)), true, true) = (side, several, looks && telling.mode == Mode::Live)
        else {
            return;
        };
        let known: Vec<Site> = self
            .interrogations
            .iter()
            .filter(|i| i.status == Status::Performed && i.site.side == from)
            .map(|i| i.site)
            .collect();
        for site in known {
            self.trace
                .push((same, "the same vessels on the other side".to_owned()));
            let evidence = context.evidence(same, Mark::Vessel);
            let site = Site { side: to, ..site };
            self.add(
                site,
                Status::Performed,
                Strength::Frame,
                SideBasis::Sentence,
                evidence,
                telling.extra,
            );
        }
    }

    /// Readings without a vessel of their own belong to what is in focus.
    fn loose_readings(&mut self, telling: &Telling<'_>, left: &mut Left) {
        let context = self.context;
        let view = telling.view;
        let lists = view.clause.lists;
        // "two separate lesions, normal artery between" reads several at once, and none of them.
        let several = lists.is_empty()
            && view
                .clause
                .words
                .iter()
                .any(|w| w.is_extent(Extent::Separate) || w.is_extent(Extent::Contiguous));
        let loose: Vec<&Reading> = telling
            .readings
            .iter()
            .filter(|r| r.list.is_none() && !several)
            .collect();
        let speaks = telling.roles.iter().all(|r| {
            matches!(
                r,
                Role::Landmark | Role::Subject | Role::Target(Mover::Ivus, _)
            )
        });
        if !telling.frame.is_ivus()
            || loose.is_empty()
            || left.taken
            || !speaks
            || telling.heading
            || telling.mode != Mode::Live
        {
            return;
        }
        // A vessel that was only named is read in the same sentence or not at all.
        if self.named_in.is_some_and(|u| u != telling.unit) {
            self.resting = false;
        }
        let ahead = if left.focus.is_empty() || !left.resting {
            self.focus.clone()
        } else {
            left.focus.clone()
        };
        for (site, at, basis) in ahead {
            let whole = site.whole(context.lexicon);
            let known = self
                .interrogations
                .iter()
                .any(|i| i.site.whole(context.lexicon) == whole && i.status == Status::Performed);
            if !(known || self.resting || left.resting) {
                continue;
            }
            if !known {
                let why = "the IVUS catheter rested there and a reading follows";
                self.trace.push((at, why.to_owned()));
                let mut evidence = context.evidence(at, Mark::Vessel);
                if let Some((span, _)) = telling.act {
                    evidence.add(context.source(span), Mark::Ivus);
                }
                self.add(
                    site,
                    Status::Performed,
                    Strength::Frame,
                    basis,
                    evidence,
                    telling.extra,
                );
            }
            self.attach(site, Status::Performed, &loose);
        }
        if left.focus.is_empty() {
            left.resting = false;
            self.resting = false;
        }
    }

    /// A pullback after the catheter came to rest images that vessel.
    fn pulled(&mut self, telling: &Telling<'_>, left: &Left) {
        let view = telling.view;
        let pulled = view.clause.words.iter().any(|w| {
            (view.is_ivus(w) && w.ivus() == Some(Ivus::Act))
                || (w.is_action(Action::Pullback) && telling.frame.is_ivus())
        });
        if !pulled
            || !self.resting
            || self.named_in.is_some()
            || !left.focus.is_empty()
            || left.taken
            || covers(view)
        {
            return;
        }
        for (site, at, basis) in self.focus.clone() {
            self.trace
                .push((at, "the pullback starts there".to_owned()));
            let evidence = self.context.evidence(at, Mark::Vessel);
            self.add(
                site,
                Status::Performed,
                Strength::Weak,
                basis,
                evidence,
                telling.extra,
            );
        }
        self.resting = false;
    }
}

/// Whether a vessel behind an IVUS word is only supposed: "The purpose of the ultrasound study: the band could have been
/// inflow from the internal iliac vein."
fn is_supposed(view: &View<'_>, list: &VesselList, span: Span) -> bool {
    const WORDS: [&str; 6] = [
        "could have been",
        "might have been",
        "may have been",
        "could be",
        "might be",
        "may be",
    ];
    let between =
        |w: &&crate::mention::Word| w.span.start >= span.end && w.span.end <= list.span.start;
    let mut words = view.clause.words.iter().filter(between);
    words.any(|w| {
        let rest = view.text[w.span.start..list.span.start].to_ascii_lowercase();
        WORDS.iter().any(|p| rest.starts_with(p))
    })
}

/// "ran the ultrasound catheter in the right common iliac vein", "IVUS catheter up to the IVC, slow pullback": a resting
/// place, too.
fn rests_there(view: &View<'_>, list: &VesselList, span: Span) -> bool {
    let words = view.clause.words;
    let before =
        |w: &&crate::mention::Word| w.span.end <= list.span.start && w.span.start >= span.start;
    // "IVUS catheter", "probe", "IVUS cath".
    let is_device = |w: &&crate::mention::Word| {
        matches!(w.ivus(), Some(Ivus::Device | Ivus::Generic | Ivus::Weak)) && view.is_ivus(w)
            || w.device() == Some(Device::Catheter)
    };
    let device = words.iter().filter(before).rfind(is_device);
    let moved = device
        .into_iter()
        .chain(
            words
                .iter()
                .filter(before)
                .find(|w| w.span == span && w.ivus().is_some_and(|i| i != Ivus::Act)),
        )
        .any(|device| reaches(view, list, device));
    moved || ran_in(view, list, span)
}

/// Whether the words between an IVUS device and a vessel say that it was brought there and nothing else.
fn reaches(view: &View<'_>, list: &VesselList, device: &crate::mention::Word) -> bool {
    let between = |s: Span| s.start >= device.span.end && s.end <= list.span.start;
    let words = || view.clause.words.iter().filter(|w| between(w.span));
    let placed = words().any(|w| w.is_action(Action::Place));
    let looked = words().any(|w| {
        w.any_action(&[
            Action::Image,
            Action::Show,
            Action::Pullback,
            Action::Perform,
        ])
    });
    let listed = view.clause.lists.iter().any(|l| between(l.span));
    let gap = view.text[device.span.end..list.span.start].to_ascii_lowercase();
    let back = goes_back(&gap);
    let tokens: Vec<&str> = gap.split_whitespace().collect();
    let tail = &tokens[tokens.len().saturating_sub(3)..];
    let into = tail.contains(&"into") || tail.contains(&"to");
    let named = device.ivus() != Some(Ivus::Modality);
    let near = (placed && tokens.len() <= 9) || (named && tokens.len() <= 4);
    !looked
        && !listed
        && !back
        && ((into && near) || (placed && tail.contains(&"in") && tokens.len() <= 9))
}

/// Whether words in lower case tell of a way back: a look on the way, no new place.
fn goes_back(told: &str) -> bool {
    ["back", "drawn", "pulled", "withdr", "return"]
        .iter()
        .any(|w| told.contains(w))
}

/// "ran the ultrasound catheter in the right common iliac vein".
fn ran_in(view: &View<'_>, list: &VesselList, span: Span) -> bool {
    let words = view.clause.words;
    let moved = list.prep.is_some_and(|(p, _)| p == Grammar::In)
        && words.iter().any(|w| {
            w.is_action(Action::Place)
                && w.span.end <= span.start
                && view.text[w.span.end..span.start].split_whitespace().count() <= 3
        });
    moved
        && words
            .iter()
            .any(|w| w.span == span && matches!(w.ivus(), Some(Ivus::Device | Ivus::Generic)))
}

/// "right femoral vein: acquired", "| scanned, not measured": an entry that says only that images were made.
fn is_recorded(view: &View<'_>, list: &VesselList) -> bool {
    let entry = matches!(view.unit.unit.layout, Layout::Item | Layout::Row);
    let after = view.text[list.span.end..view.clause.span.end].to_ascii_lowercase();
    let first = after
        .split(|c: char| !c.is_alphanumeric())
        .find(|t| !t.is_empty());
    entry
        && list.prep.is_none()
        && first.is_some_and(|w| {
            [
                "acquired",
                "recorded",
                "imaged",
                "scanned",
                "stored",
                "viewed",
                "interrogated",
            ]
            .contains(&w)
        })
}

/// "the guide was engaged in the left renal artery and the pullback done": no other vessel is told of.
fn pulls_back(view: &View<'_>, act: Span) -> bool {
    view.clause.lists.iter().all(|l| l.span.end <= act.start)
        && view
            .clause
            .words
            .iter()
            .any(|w| w.span == act && w.ivus() == Some(Ivus::Act))
}
