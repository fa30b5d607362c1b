//! Goes down the report sentence by sentence, keeps the scene in mind, and collects what IVUS did to which vessel.

mod asides;
mod chronology;
mod clause;
mod correction;
mod frame;
mod looks;
mod mode;
mod outcome;
mod session;
mod sided;
mod weighed;

use std::{collections::BTreeSet, fmt::Write as _};

use super::{
    Basis, Encounter, Finding, Interrogation, Move, NecessityState, Site, Strength, findings,
    scene::{Facts, Frame, Known, Mover, Role, View, countable},
    table::{Asked, Columns, SideColumns, VesselColumns},
};
use crate::{
    context::{Assertion, Clause, Status, answers_no, assert_act, clauses},
    lexicon::{Category, Ivus, Kind, Lexicon, Modality, SideWord},
    mention::{Side, SideBasis, UnitMentions, VesselList},
    segment::{Layout, SectionKind, Segmented},
    text::{Evidence, Folded, Mark as SourceMark, Report, Role as Mark, Span},
};
pub(super) use clause::lookalike;
use clause::{assert_ivus, promote};
use frame::{title_frame, weaken};

pub(super) use mode::Mode;
pub(super) use session::dated;
pub(crate) use session::read;

/// How much of the reading is kept for people to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Why each vessel was taken or left.
    Brief,
    /// The scene and the role of each list, clause by clause, as well.
    Full,
}

/// A clause with what was decided about it, for the steps that follow.
pub(super) struct Record<'a> {
    pub(super) unit: usize,
    pub(super) clause: Clause<'a>,
    pub(super) mode: Mode,
    /// The frame in which the clause's readings stand.
    pub(super) frame: Frame,
    pub(super) roles: Vec<Role>,
    /// The IVUS act of the clause, with what the cues say of it.
    pub(super) act: Option<(Span, Assertion)>,
    /// The sites told of when the clause names none.
    pub(super) focus: Vec<Site>,
    /// What was in hand before the clause.
    pub(super) in_hand: Option<Mover>,
}

impl<'a> Record<'a> {
    /// The clause as it was when it was read.
    pub(super) fn view(&'a self, context: &'a Context<'a>) -> View<'a> {
        View {
            text: context.text(),
            lower: context.lower(),
            clause: &self.clause,
            unit: &context.units[self.unit],
            lexicon: context.lexicon,
            facts: context.facts,
            frame: self.frame,
            in_hand: self.in_hand,
            at_access: context.kind(self.unit) == SectionKind::Access,
            known: Known::default(),
        }
    }
}

/// The records of the sentence that begins at a place.
pub(super) fn sentence_from<'r, 'a>(records: &'r [Record<'a>], start: usize) -> &'r [Record<'a>] {
    let rest = &records[start..];
    let same = rest.iter().take_while(|r| r.unit == rest[0].unit);
    &rest[..same.count()]
}

/// A look that the first reader leaves to the second to decide.
struct Tentative {
    site: Site,
    side_basis: SideBasis,
    findings: Vec<Finding>,
    evidence: Evidence,
}

/// Everything a step of the reading may look at.
pub(super) struct Context<'a> {
    pub(super) report: &'a Report,
    pub(super) folded: &'a Folded,
    pub(super) segmented: &'a Segmented,
    pub(super) units: &'a [UnitMentions],
    pub(super) lexicon: &'a Lexicon,
    pub(super) facts: Facts,
    /// The bodies of the addenda of the whole report, in its own text.
    pub(super) addenda: &'a [Span],
    /// A section of the report gives a reason for the study.
    pub(super) indicated: bool,
    /// The year of the session, when the text gives it.
    pub(super) service_year: Option<u16>,
    /// What tells of other days in lines that begin with a date.
    pub(super) other_days: &'a [(Span, Mode)],
    pub(super) detail: Detail,
}

impl Context<'_> {
    pub(super) fn text(&self) -> &str {
        self.folded.text()
    }

    /// The text with its ASCII letters in lower case.
    pub(super) fn lower(&self) -> &str {
        self.folded.lower()
    }

    /// The text of the units that are read, in lower case: one encounter of several.
    pub(super) fn own(&self) -> &str {
        match self.units {
            [first, .., last] => &self.lower()[first.unit.span.start..last.unit.span.end],
            [one] => &self.lower()[one.unit.span.start..one.unit.span.end],
            [] => "",
        }
    }

    pub(super) fn kind(&self, unit: usize) -> SectionKind {
        self.segmented.sections[self.units[unit].unit.section].kind
    }

    /// Whether a span of the report lies in an addendum. They stand in order and apart.
    pub(super) fn is_added(&self, span: Span) -> bool {
        let n = self.addenda.partition_point(|a| a.end <= span.start);
        self.addenda.get(n).is_some_and(|a| a.contains(span))
    }

    /// The unit that holds a span. Units stand in order and apart, so the first that does not end before it is the only one
    /// that may.
    fn unit_of(&self, span: Span) -> Option<&UnitMentions> {
        let n = self.units.partition_point(|u| u.unit.span.end < span.end);
        self.units.get(n).filter(|u| u.unit.span.contains(span))
    }

    /// The unit that holds a span of the report.
    pub(super) fn unit_at(&self, span: Span) -> Option<&UnitMentions> {
        let n = self
            .units
            .partition_point(|u| self.source(u.unit.span).end < span.end);
        self.units
            .get(n)
            .filter(|u| self.source(u.unit.span).contains(span))
    }

    /// A folded span as a span of the report.
    pub(super) fn source(&self, span: Span) -> Span {
        self.folded.to_source(&self.report.text, span)
    }

    pub(super) fn evidence(&self, span: Span, role: Mark) -> Evidence {
        Evidence::new(self.source(span), role)
    }

    /// The sites of a list: one for each vessel and side; words for several vessels give none.
    pub(super) fn sites(&self, list: &VesselList) -> Vec<(Site, Span, SideBasis)> {
        let mut found = Vec::new();
        for atom in list.atoms.iter().filter(|a| countable(a, self.lexicon)) {
            for side in &atom.sides {
                if let Some(vessel) = atom.vessel() {
                    found.push((
                        Site {
                            vessel,
                            side: *side,
                        },
                        atom.span,
                        atom.side_basis,
                    ));
                }
            }
        }
        found
    }
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "each says one thing of the scene"
)]
struct Reader<'a> {
    context: &'a Context<'a>,
    records: Vec<Record<'a>>,
    frame: Frame,
    /// The frame a list inherits from its introduction or heading.
    intro: Option<Frame>,
    in_hand: Option<Mover>,
    /// The sites last looked at or reached, and whether IVUS rests there without a reading yet.
    focus: Vec<(Site, Span, SideBasis)>,
    resting: bool,
    /// The one vessel named last, whatever was done to it.
    named: Vec<(Site, Span, SideBasis)>,
    /// The unit that named the vessel in focus without a reading.
    named_in: Option<usize>,
    /// The vessel in which a guide was engaged before IVUS was told of, while no other is named.
    guided: Vec<(Site, Span, SideBasis)>,
    /// The vessel that the line or the paragraph is about.
    label: Option<looks::Label>,
    /// The unit that told of IVUS where the guide was.
    guided_at: Option<usize>,
    /// Vessels that a clause measures right after IVUS went where the guide was.
    read_by_guide: BTreeSet<Site>,
    /// Vessels that a sentence names alone, and that the next one reads.
    told: BTreeSet<Site>,
    /// The unit that is read.
    at: usize,
    section: usize,
    block: usize,
    /// The first unit that is neither a heading nor short: before it all may be titles.
    head: usize,
    /// What the clauses of the part may tell at all: the others are not asked.
    signs: looks::Signs,
    /// The frame of a report whose title says that it is an IVUS report.
    titled: Frame,
    /// The unit of the last IVUS act, when that was told as one more look.
    extra: Option<Span>,
    /// A look was tried and failed.
    attempted: bool,
    /// A vessel was taken in this block.
    taken: bool,
    /// Sides that an addendum says IVUS did not look at.
    retracted: Vec<Side>,
    /// Vessels of which the column of a table that asks says that they were not looked at.
    answered_no: Vec<Site>,
    /// An addendum takes all of IVUS back.
    withdrawn: bool,
    /// It was tried in vain, and nothing was recorded: counts where no vessel has a measure.
    given_up: bool,
    /// Where it is told that no IVUS catheter came into the patient, or that none gave a picture.
    unseen: Option<Span>,
    /// Where it is told that no IVUS was done in this session.
    none_today: Option<Span>,
    /// The sides that IVUS acts of the description name.
    act_sides: Vec<Side>,
    /// An addendum says that IVUS looked at nothing but what it names.
    exclusive: bool,
    /// The columns of the table being read.
    columns: Option<Columns>,
    /// Its column that says whether a vessel was looked at.
    asked: Option<Asked>,
    /// The sides of its columns.
    side_columns: Option<SideColumns>,
    /// The vessels of its columns.
    vessel_columns: Option<VesselColumns<looks::Named>>,
    /// The frame in which the first row of the table left the reading, when it is that of IVUS.
    table: Option<Frame>,
    interrogations: Vec<Interrogation>,
    /// The main mark of each finding of each interrogation.
    attached: BTreeSet<(usize, SourceMark)>,
    coronary: Vec<(Site, Evidence)>,
    acts: Vec<(Span, Assertion, Mode)>,
    /// One of them was done, as the description tells.
    begun: bool,
    moves: Vec<Move>,
    passed: Vec<(Site, Span)>,
    branches: Vec<(Site, Span)>,
    /// Vessels that were named in an IVUS passage and perhaps read in a later sentence.
    tentative: Vec<Tentative>,
    /// What the second reader is sure IVUS did not look at.
    doubted: Vec<(Site, Evidence)>,
    pullbacks: Vec<(Vec<Site>, Span)>,
    lookalikes: Vec<(&'static str, Span)>,
    /// How far the second reader agrees on all vessels at once.
    agreed: f32,
    trace: Vec<(Span, String)>,
}

fn read_part(context: &Context<'_>) -> Encounter {
    let mut reader = Reader {
        context,
        records: Vec::with_capacity(context.units.len()),
        frame: Frame::None,
        intro: None,
        in_hand: None,
        focus: Vec::new(),
        resting: false,
        named: Vec::new(),
        named_in: None,
        guided: Vec::new(),
        label: None,
        guided_at: None,
        read_by_guide: BTreeSet::new(),
        told: BTreeSet::new(),
        at: 0,
        section: usize::MAX,
        block: 0,
        head: context
            .units
            .iter()
            .position(|u| {
                u.unit.layout != Layout::Heading && u.unit.span.end - u.unit.span.start >= 60
            })
            .unwrap_or(context.units.len()),
        signs: looks::Signs::default(),
        titled: title_frame(context),
        extra: None,
        attempted: false,
        taken: false,
        retracted: Vec::new(),
        answered_no: Vec::new(),
        exclusive: false,
        withdrawn: false,
        given_up: false,
        unseen: None,
        none_today: None,
        act_sides: Vec::new(),
        columns: None,
        asked: None,
        side_columns: None,
        vessel_columns: None,
        table: None,
        interrogations: Vec::new(),
        attached: BTreeSet::new(),
        coronary: Vec::new(),
        acts: Vec::new(),
        begun: false,
        moves: Vec::new(),
        passed: Vec::new(),
        branches: Vec::new(),
        tentative: Vec::new(),
        doubted: Vec::new(),
        pullbacks: Vec::new(),
        lookalikes: Vec::new(),
        agreed: 1.0,
        trace: Vec::new(),
    };
    for n in 0..context.units.len() {
        reader.unit(n);
    }
    reader.finish()
}

impl<'a> Reader<'a> {
    fn unit(&mut self, n: usize) {
        let context = self.context;
        let unit = &context.units[n];
        let kind = context.kind(n);
        self.at = n;
        if unit.unit.section != self.section {
            self.section = unit.unit.section;
            self.extra = None;
            let goes_on = self.follows_closely(n);
            // "R FV imaged", and below it "PROCEDURE: … IVUS: stent 140 mm2": told anew, not on.
            if kind == SectionKind::Narrative && !goes_on {
                self.focus.clear();
                self.resting = false;
            }
            self.block = unit.unit.block;
            self.frame = match kind {
                SectionKind::Ivus => Frame::Ivus {
                    weak: false,
                    coronary: false,
                },
                SectionKind::OtherModality => Frame::Other(Modality::Angiography),
                SectionKind::Comparison | SectionKind::History => {
                    Frame::Other(Modality::CrossSectional)
                }
                SectionKind::Unknown => weaken(self.frame),
                // "Why IVUS: …" and then its table, or a list of what was examined.
                SectionKind::Necessity if self.names_ivus(n) => Frame::Ivus {
                    weak: true,
                    coronary: false,
                },
                SectionKind::Necessity => self.frame,
                // "IVUS / Rationale: … / Method: … / Left innominate vein: 14 mm": labels of one paragraph.
                SectionKind::Narrative if goes_on && self.frame.is_ivus() => weaken(self.frame),
                SectionKind::Findings if self.frame.is_ivus() => weaken(self.frame),
                SectionKind::Findings => self.titled,
                _ => Frame::None,
            };
            self.intro = matches!(kind, SectionKind::Ivus | SectionKind::OtherModality)
                .then_some(self.frame);
        }
        if unit.unit.block != self.block {
            self.extra = None;
            self.block = unit.unit.block;
            match (unit.unit.layout, self.intro) {
                (Layout::Item | Layout::Row, Some(frame)) => self.frame = frame,
                // A paragraph under the heading of IVUS that follows one on why the other study would not do.
                (Layout::Prose, _) if kind == SectionKind::Ivus && !self.frame.is_ivus() => {
                    self.frame = Frame::Ivus {
                        weak: true,
                        coronary: false,
                    };
                }
                (Layout::Prose, _) if kind != SectionKind::Ivus => {
                    // Carried over one blank line, and on only while readings go on.
                    let stale = matches!(self.frame, Frame::Ivus { weak: true, .. }) && !self.taken;
                    self.frame = if stale {
                        Frame::None
                    } else {
                        weaken(self.frame)
                    };
                    self.taken = false;
                    self.intro = None;
                }
                _ => {}
            }
        } else if matches!(unit.unit.layout, Layout::Item | Layout::Row)
            && let Some(frame) = self.intro
            && (n == 0 || context.units[n - 1].unit.paragraph != unit.unit.paragraph)
        {
            self.frame = frame;
        }
        let in_table = unit.unit.layout == Layout::Row
            && n > 0
            && context.units[n - 1].unit.layout == Layout::Row
            && context.units[n - 1].unit.section == unit.unit.section;
        if let (true, Some(frame)) = (in_table, self.table) {
            // What a row says of another study holds for that row.
            self.frame = frame;
        }
        let mode = self.mode(n);
        for clause in clauses(context.text(), unit, context.service_year, context.lexicon) {
            self.clause(n, clause, mode);
        }
        if !in_table {
            let opens = unit.unit.layout == Layout::Row && self.frame.is_ivus();
            self.table = opens.then_some(self.frame);
        }
        let text = context.text()[unit.unit.span.start..unit.unit.span.end].trim_end();
        let next = context.text()[unit.unit.span.end..]
            .trim_start()
            .chars()
            .next();
        if text.ends_with(':') || next == Some(':') {
            self.intro = Some(self.frame);
        } else if self.introduces(n) {
            self.intro = Some(Frame::Ivus {
                weak: !self.frame.is_ivus(),
                coronary: false,
            });
        } else if unit.unit.layout == Layout::Prose
            && !matches!(kind, SectionKind::Ivus | SectionKind::OtherModality)
        {
            self.intro = None;
        }
    }

    fn clause(&mut self, n: usize, clause: Clause<'a>, mode: Mode) {
        let context = self.context;
        let unit = &context.units[n];
        let clause_ref = &clause;
        let view = View {
            text: context.text(),
            lower: context.lower(),
            clause: clause_ref,
            unit,
            lexicon: context.lexicon,
            facts: context.facts,
            frame: self.frame,
            in_hand: self.in_hand,
            at_access: context.kind(n) == SectionKind::Access,
            known: Known::default(),
        };
        let mut act = view.ivus().map(|w| (w.span, assert_ivus(&view, w.span)));
        if let Some((_, asserted)) = &mut act
            && self.is_answered_no(n)
        {
            asserted.status = Status::Negated;
        }
        let mut roles: Vec<Role> = clause.lists.iter().map(|l| view.role(l)).collect();
        promote(&view, &mut roles, act);
        self.mark_places(&view, &mut roles);
        let performed = act.is_some_and(|(_, a)| a.status == Status::Performed);
        if performed && mode == Mode::Live {
            for word in clause.words {
                let side = match word.side() {
                    Some(SideWord::Left) => Side::Left,
                    Some(SideWord::Right) => Side::Right,
                    _ => continue,
                };
                if !self.act_sides.contains(&side) {
                    self.act_sides.push(side);
                }
            }
        }
        if let Some((span, assertion)) = act {
            let strong = clause.words.iter().any(|w| {
                w.span == span
                    && matches!(
                        w.ivus(),
                        Some(Ivus::Modality | Ivus::Device | Ivus::Generic)
                    )
            });
            if strong {
                self.begun |= assertion.status == Status::Performed && mode == Mode::Live;
                self.acts.push((span, assertion, mode));
            }
        }
        for word in clause.of(Kind::Modality) {
            if let Some(modality) = word.modality()
                && let Some(name) = lookalike(modality)
            {
                self.lookalikes.push((name, context.source(word.span)));
            }
        }
        // A step with IVUS among steps under the heading of another study.
        if performed
            && mode == Mode::Live
            && matches!(self.intro, Some(Frame::Other(_) | Frame::None))
        {
            self.intro = None;
        }
        let frame = self.reading_frame(
            &view,
            performed && matches!(mode, Mode::Live | Mode::Summary),
        );
        self.note_label(n, &view);
        match mode {
            Mode::Live | Mode::Summary => self.live(n, &view, &roles, frame, act, mode),
            Mode::Claim | Mode::Plan | Mode::Past | Mode::Reason => {
                self.other_day(&view, &roles, mode);
            }
            Mode::Off => {}
        }
        let after = if matches!(mode, Mode::Live | Mode::Summary) {
            self.next_frame(&view, &roles, frame, act)
        } else {
            self.frame
        };
        let in_hand = view.in_hand;
        let hand = self.next_hand(&view);
        let focus = self.focus.iter().map(|f| f.0).collect();
        self.frame = after;
        if matches!(mode, Mode::Live) {
            self.in_hand = hand;
        }
        if context.detail == Detail::Full {
            self.note(n, &clause, mode, (frame, after), act, &roles);
        }
        self.records.push(Record {
            unit: n,
            clause,
            mode,
            frame,
            roles,
            act,
            focus,
            in_hand,
        });
    }

    /// "IVUS: NOT DONE. Console froze.": whether a heading is answered with a no on its own line or right below.
    fn is_answered_no(&self, n: usize) -> bool {
        const NOT: [&str; 12] = [
            "not done",
            "not performed",
            "not used",
            "not utilized",
            "not obtained",
            "not needed",
            "not required",
            "not available",
            "not applicable",
            "not part of",
            "deferred",
            "declined",
        ];
        let units = self.context.units;
        let heading = units[n].unit;
        let Some(below) = units.get(n + 1).map(|u| u.unit) else {
            return false;
        };
        // "INTRAVASCULAR ULTRASOUND used: ( ) yes (x) no": the boxes are entries of their own.
        let lower = self.context.lower();
        if lower[..heading.span.end].ends_with([':', '?']) {
            let boxes = lower[heading.span.end..].chars().take(24);
            let boxes: String = boxes.collect();
            if boxes.contains("yes") && answers_no(&format!(": {boxes}")) {
                return true;
            }
        }
        let told = || lower[below.span.start..below.span.end].trim_start();
        heading.layout == Layout::Heading
            && below.section == heading.section
            && below.layout != Layout::Heading
            && (NOT.iter().any(|w| told().starts_with(w))
                || answers_no(&format!(": {:.40}", told())))
    }

    /// Whether no blank line stands before a unit.
    fn follows_closely(&self, n: usize) -> bool {
        let Some(before) = n.checked_sub(1).map(|b| &self.context.units[b]) else {
            return false;
        };
        let context = self.context;
        let start = context.source(context.units[n].unit.span).start;
        let end = context.source(before.unit.span).end;
        let gap = context.report.text.get(end..start);
        gap.is_some_and(|g| g.bytes().filter(|b| *b == b'\n').count() < 2)
    }

    /// Whether a unit is a heading that names IVUS and denies nothing.
    fn names_ivus(&self, n: usize) -> bool {
        let unit = &self.context.units[n];
        let lexicon = self.context.lexicon;
        unit.unit.layout == Layout::Heading
            && {
                let told = &self.context.lower()[unit.unit.span.start..unit.unit.span.end];
                told.contains("ivus") || told.contains("intravascular ultrasound")
            }
            && !unit
                .words
                .iter()
                .any(|w| w.has_category(lexicon, Category::Negated))
    }

    /// Notes the scene of a clause and the role of each list in it. Holds no words of the report.
    fn note(
        &mut self,
        n: usize,
        clause: &Clause<'_>,
        mode: Mode,
        frames: (Frame, Frame),
        act: Option<(Span, Assertion)>,
        roles: &[Role],
    ) {
        let context = self.context;
        let mut scene = format!(
            "{:?} section, {:?} layout, read as {mode:?}; frame {:?}",
            context.kind(n),
            context.units[n].unit.layout,
            frames.0
        );
        if frames.0 != frames.1 {
            let _ = write!(scene, ", then {:?}", frames.1);
        }
        if let Some(device) = self.in_hand {
            let _ = write!(scene, "; in hand: {}", device.name());
        }
        if let Some((_, assertion)) = act {
            let _ = write!(scene, "; IVUS {}", assertion.status.name());
        }
        self.trace.push((clause.span, scene));
        for (list, role) in clause.lists.iter().zip(roles) {
            let names: Vec<String> = context
                .sites(list)
                .iter()
                .map(|(s, _, basis)| format!("{} (side: {basis:?})", s.key(context.lexicon)))
                .collect();
            let preposition = list.prep.map_or_else(String::new, |(p, _)| {
                format!(" after a word of the class {p:?}")
            });
            self.trace.push((
                list.span,
                format!("{}{preposition}: {}", names.join(", "), role.describe()),
            ));
        }
    }

    /// Titles, plans, history: what they tie IVUS to is kept with its status.
    fn other_day(&mut self, view: &View<'_>, roles: &[Role], mode: Mode) {
        let context = self.context;
        for (list, role) in view.clause.lists.iter().zip(roles) {
            let Role::Ivus(span) = *role else { continue };
            if view.is_coronary(list) {
                continue;
            }
            let asserted = assert_act(view.text, view.clause, span, context.lexicon);
            let status = match (mode, asserted.status) {
                (_, Status::Negated) => Status::Negated,
                (_, Status::Historical) | (Mode::Past, _) => Status::Historical,
                _ => Status::Planned,
            };
            for (site, at, basis) in context.sites(list) {
                let evidence = context
                    .evidence(at, Mark::Vessel)
                    .with(context.source(span), Mark::Ivus);
                let strength = if mode == Mode::Claim {
                    Strength::Claim
                } else {
                    Strength::Act
                };
                self.add(site, status, strength, basis, evidence, None);
            }
        }
    }

    /// The sites of a list; a side that the text does not state with the vessel is that of the same vessel looked at
    /// before, when only one was.
    fn sites(&self, list: &VesselList) -> Vec<(Site, Span, SideBasis)> {
        let lexicon = self.context.lexicon;
        let mut sites = self.context.sites(list);
        // "the external iliac vein on that side": the side told last.
        let after = self.context.text()[list.span.end..].trim_start();
        let says_that_side = [
            "on that side",
            "on this side",
            "on the same side",
            "of that side",
        ]
        .iter()
        .any(|w| after.starts_with(w));
        for (site, _, basis) in &mut sites {
            if *basis < SideBasis::Passage || *basis == SideBasis::Unsided || says_that_side {
                continue;
            }
            if *basis == SideBasis::Passage && self.is_under_a_side(list) {
                continue;
            }
            let whole = lexicon.whole(site.vessel);
            let mut known: Vec<Side> = self
                .interrogations
                .iter()
                .filter(|i| i.status == Status::Performed && lexicon.whole(i.site.vessel) == whole)
                .map(|i| i.site.side)
                .collect();
            known.dedup();
            if let [one] = known[..]
                && one != Side::Unknown
            {
                site.side = one;
                *basis = SideBasis::Passage;
            } else if *basis == SideBasis::Missing
                && let [one] = self.act_sides[..]
            {
                // "IVUS of the left tibial vessels was used": the one side IVUS is told of.
                site.side = one;
                *basis = SideBasis::Report;
            }
        }
        sites
    }

    /// "Right side. CIV 148, EIV 141.": a sentence of a side alone stands before the list in its paragraph, as a heading would.
    fn is_under_a_side(&self, list: &VesselList) -> bool {
        const NEAR: usize = 12;
        const MOST_BYTES: usize = 24;
        let units = self.context.units;
        let own = units.partition_point(|u| u.unit.span.end <= list.span.start);
        let Some(paragraph) = units.get(own).map(|u| u.unit.paragraph) else {
            return false;
        };
        let before = units[..own].iter().rev().take(NEAR);
        let mut near = before.take_while(|u| u.unit.paragraph == paragraph);
        near.find(|u| u.words.iter().any(|w| w.side().is_some()))
            .is_some_and(|u| {
                let span = u.unit.span;
                u.lists.is_empty() && u.measures.is_empty() && span.end - span.start <= MOST_BYTES
            })
    }

    fn attach(&mut self, site: Site, status: Status, readings: &[&findings::Reading]) {
        let context = self.context;
        let whole = site.whole(context.lexicon);
        if let Some((n, found)) = self
            .interrogations
            .iter_mut()
            .enumerate()
            .find(|(_, i)| i.status == status && i.site.whole(context.lexicon) == whole)
        {
            for reading in readings {
                let finding: Finding = reading.finding(context);
                if self.attached.insert((n, finding.evidence.primary())) {
                    found.findings.push(finding);
                }
            }
        }
    }

    fn add(
        &mut self,
        site: Site,
        status: Status,
        strength: Strength,
        side_basis: SideBasis,
        evidence: Evidence,
        extra: Option<Span>,
    ) {
        let lexicon = self.context.lexicon;
        let whole = site.whole(lexicon);
        if let Some(found) = self
            .interrogations
            .iter_mut()
            .find(|i| i.status == status && i.site.whole(lexicon) == whole)
        {
            let segment = |v| lexicon.vessel(v).scope == crate::lexicon::Scope::Segment;
            if found.site.vessel != site.vessel
                && segment(found.site.vessel)
                && segment(site.vessel)
                && found.segments.iter().all(|(v, _)| *v != site.vessel)
            {
                found.segments.push((site.vessel, evidence.clone()));
            }
            found.strength = found.strength.max(strength);
            found.side_basis = found.side_basis.min(side_basis);
            found.evidence.extend(&evidence);
            found.extra = found.extra.and(extra);
            return;
        }
        self.interrogations.push(Interrogation {
            site,
            status,
            basis: Basis::Stated,
            strength,
            side_basis,
            side_words: Vec::new(),
            findings: Vec::new(),
            necessity: NecessityState::Missing,
            necessity_evidence: None,
            evidence,
            extra,
            segments: Vec::new(),
            likely: None,
        });
    }
}
