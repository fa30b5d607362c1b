//! Goes down the report sentence by sentence, keeps the scene in mind, and collects what IVUS did to which vessel.

use std::fmt::Write as _;

use super::{
    Access, Basis, DateSource, Encounter, Finding, Interrogation, IvusState, Move, NecessityState,
    Site, Strength, access, findings, lesions, necessity, printed, procedures,
    scene::{Facts, Frame, Mover, Role, View, countable},
    table::Columns,
};
use crate::{
    context::{Assertion, Clause, Status, assert_act, clauses},
    date::Date,
    lexicon::{Action, Category, Extent, Form, Grammar, Ivus, Lexicon, Modality, Necessity},
    mention::{Side, SideBasis, UnitMentions, VesselList, dates, labelled},
    segment::{Layout, SectionKind, Segmented},
    text::{Evidence, Folded, Report, Role as Mark, Span},
};

/// How much of the reading is kept for people to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Why each vessel was taken or left.
    Brief,
    /// The scene and the role of each list, clause by clause, as well.
    Full,
}

/// How far a section's words can be trusted to tell what was done today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// A description of the procedure.
    Live,
    /// A summary: may name what was done, adds no readings of its own.
    Summary,
    /// A title or list of procedures.
    Claim,
    /// History, other days.
    Past,
    Plan,
    /// Indications: reasons, no acts.
    Reason,
    Off,
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
}

/// Everything a step of the reading may look at.
pub(super) struct Context<'a> {
    pub(super) report: &'a Report,
    pub(super) folded: &'a Folded,
    pub(super) segmented: &'a Segmented,
    pub(super) units: &'a [UnitMentions],
    pub(super) lexicon: &'a Lexicon,
    pub(super) facts: Facts,
    /// The year of the session, when the text gives it.
    pub(super) service_year: Option<u16>,
    pub(super) detail: Detail,
}

impl Context<'_> {
    pub(super) fn text(&self) -> &str {
        self.folded.text()
    }

    pub(super) fn kind(&self, unit: usize) -> SectionKind {
        self.segmented.sections[self.units[unit].unit.section].kind
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
    /// The unit that named the vessel in focus without a reading.
    named_in: Option<usize>,
    section: usize,
    block: usize,
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
    /// The columns of the table being read.
    columns: Option<Columns>,
    interrogations: Vec<Interrogation>,
    coronary: Vec<(Site, Evidence)>,
    acts: Vec<(Span, Assertion, Mode)>,
    moves: Vec<Move>,
    passed: Vec<(Site, Span)>,
    branches: Vec<(Site, Span)>,
    pullbacks: Vec<(Vec<Site>, Span)>,
    lookalikes: Vec<(&'static str, Span)>,
    trace: Vec<(Span, String)>,
}

/// Reads an encounter out of a report's mentions.
pub(crate) fn read(
    report: &Report,
    folded: &Folded,
    segmented: &Segmented,
    units: &[UnitMentions],
    lexicon: &Lexicon,
    detail: Detail,
) -> Encounter {
    let found_dates = dates(folded.text());
    let labels = labelled(folded.text(), &found_dates);
    let service_year = report
        .service_date
        .map(Date::year)
        .or_else(|| labels.first().map(|l| l.date.year()));
    let parts = split_encounters(units, &labels);
    let mut best: Option<Encounter> = None;
    let read_units = |units: &[UnitMentions]| {
        read_part(&Context {
            report,
            folded,
            segmented,
            units,
            lexicon,
            facts: Facts::of(units),
            service_year,
            detail,
        })
    };
    for part in &parts {
        let encounter = read_units(&units[part.clone()]);
        let performs = encounter.performed().next().is_some();
        // Of several encounters the one with IVUS is told; of several with IVUS the last.
        if best.is_none()
            || performs
            || (best
                .as_ref()
                .is_some_and(|b| b.performed().next().is_none()))
        {
            best = Some(encounter);
        }
    }
    let mut encounter = best.unwrap_or_else(|| read_units(units));
    if parts.len() > 1 {
        let start = units
            .get(parts[1].start)
            .map(|u| folded.to_source(&report.text, u.unit.span));
        encounter.second_session = start;
    }
    service_date(
        &mut encounter,
        report,
        folded,
        segmented,
        &found_dates,
        &labels,
        &parts,
        units,
    );
    encounter.printed = printed::codes(report, folded, units);
    encounter.blanks = printed::blanks(&report.text);
    encounter
}

/// The ranges of units that belong to one date of service each.
fn split_encounters(
    units: &[UnitMentions],
    labels: &[crate::mention::DateMention],
) -> Vec<std::ops::Range<usize>> {
    let mut cuts = vec![0];
    let mut last: Option<Date> = None;
    for label in labels {
        let Some(n) = units.iter().position(|u| {
            u.unit.span.start <= label.span.start && label.span.end <= u.unit.span.end + 2
        }) else {
            continue;
        };
        // Only a date that stands at the start of its line opens an encounter.
        let early = label.span.start.saturating_sub(units[n].unit.span.start) < 40;
        if last.is_some_and(|d| d != label.date) && early && n > 3 {
            let heading = (1..=2)
                .rev()
                .find(|back| n >= *back && units[n - back].unit.layout == Layout::Heading)
                .unwrap_or(0);
            cuts.push(n - heading);
        }
        if early {
            last = Some(label.date);
        }
    }
    cuts.push(units.len());
    cuts.windows(2)
        .map(|w| w[0]..w[1])
        .filter(|r| !r.is_empty())
        .collect()
}

#[expect(
    clippy::too_many_arguments,
    reason = "one look at everything a date may come from"
)]
fn service_date(
    encounter: &mut Encounter,
    report: &Report,
    folded: &Folded,
    segmented: &Segmented,
    found: &[crate::mention::DateMention],
    labels: &[crate::mention::DateMention],
    parts: &[std::ops::Range<usize>],
    units: &[UnitMentions],
) {
    if let Some(date) = report.service_date {
        encounter.service_date = Some(date);
        encounter.date_source = DateSource::Option;
        return;
    }
    // The part of the text the encounter was read from.
    let anchor = encounter
        .interrogations
        .first()
        .map_or(0, |i| i.evidence.primary().span.start);
    let part = parts
        .iter()
        .filter_map(|p| {
            Some(Span::new(
                units.get(p.start)?.unit.span.start,
                units.get(p.end.checked_sub(1)?)?.unit.span.end,
            ))
        })
        .find(|s| parts.len() > 1 && folded.to_source(&report.text, *s).end > anchor);
    let inside = |d: &&crate::mention::DateMention| part.is_none_or(|p| p.contains(d.span));
    // A date in the header that stands alone, or early in the text.
    let header_end = segmented
        .sections
        .first()
        .map_or(0, |s| s.body.end)
        .max(200);
    let alone = found.iter().filter(inside).find(|d| {
        let unit = units
            .iter()
            .find(|u| u.unit.span.start <= d.span.start && d.span.start < u.unit.span.end);
        d.span.start < header_end
            && unit.is_some_and(|u| {
                let rest =
                    (u.unit.span.end - u.unit.span.start).saturating_sub(d.span.end - d.span.start);
                rest < 60 && !u.words.iter().any(|w| w.is_grammar(Grammar::Aux))
            })
    });
    let chosen = labels.iter().find(inside).or(alone);
    match chosen {
        Some(mention) => {
            encounter.service_date = Some(mention.date);
            encounter.date_source = DateSource::Text;
            encounter.date_span = Some(folded.to_source(&report.text, mention.span));
        }
        None => encounter.date_source = DateSource::None,
    }
}

fn read_part(context: &Context<'_>) -> Encounter {
    let mut reader = Reader {
        context,
        records: Vec::new(),
        frame: Frame::None,
        intro: None,
        in_hand: None,
        focus: Vec::new(),
        resting: false,
        named_in: None,
        section: usize::MAX,
        block: 0,
        titled: title_frame(context),
        extra: None,
        attempted: false,
        taken: false,
        retracted: Vec::new(),
        columns: None,
        interrogations: Vec::new(),
        coronary: Vec::new(),
        acts: Vec::new(),
        moves: Vec::new(),
        passed: Vec::new(),
        branches: Vec::new(),
        pullbacks: Vec::new(),
        lookalikes: Vec::new(),
        trace: Vec::new(),
    };
    for n in 0..context.units.len() {
        reader.unit(n);
    }
    reader.finish()
}

impl<'a> Reader<'a> {
    fn mode(&self, n: usize) -> Mode {
        use SectionKind as K;
        let unit = &self.context.units[n];
        let kind = self.context.kind(n);
        if unit.unit.layout == Layout::Heading {
            return if kind == K::Ivus && n > 0 {
                Mode::Live
            } else {
                Mode::Claim
            };
        }
        match kind {
            K::Procedures | K::Exam => Mode::Claim,
            K::Diagnosis | K::Indication if !self.has_begun(n) => Mode::Reason,
            // Readings go on after the reason: in rows and items, and in prose after the sentence that gives it.
            K::Necessity if unit.unit.layout == Layout::Row || self.goes_on(n) => Mode::Live,
            K::Necessity => Mode::Reason,
            K::Planned | K::Consent | K::Plan => Mode::Plan,
            K::History | K::Background | K::Comparison => Mode::Past,
            K::People | K::Bookkeeping | K::Codes | K::Implants | K::Signature => Mode::Off,
            K::Impression | K::Assessment | K::Complications | K::Anesthesia => Mode::Summary,
            K::Header | K::Unknown if self.is_title(n) => Mode::Claim,
            _ => Mode::Live,
        }
    }

    /// Whether the description has begun under a heading for reasons: the vessel was entered.
    fn has_begun(&self, n: usize) -> bool {
        let section = self.context.units[n].unit.section;
        let text = self.context.text();
        self.context.units[..=n]
            .iter()
            .rev()
            .take_while(|u| u.unit.section == section)
            .any(|u| {
                let planned = u.words.iter().any(|w| {
                    w.has_category(self.context.lexicon, Category::Planned)
                        || w.has_category(self.context.lexicon, Category::Historical)
                });
                !planned
                    && u.words.windows(2).any(|pair| {
                        pair[0].is_grammar(Grammar::Aux)
                            && pair[1].is_action(Action::Access)
                            && text[pair[0].span.end..pair[1].span.start]
                                .split_whitespace()
                                .count()
                                <= 1
                    })
            })
    }

    /// Whether a unit under a reason for IVUS tells of IVUS again.
    fn goes_on(&self, n: usize) -> bool {
        let unit = &self.context.units[n];
        let studied = unit
            .words
            .iter()
            .any(|w| w.modality().is_some_and(|m| m != Modality::Phrase));
        let first = n.checked_sub(1).is_none_or(|p| {
            self.context.units[p].unit.section != unit.unit.section
                || self.context.units[p].unit.layout == Layout::Heading
        });
        self.frame.is_ivus()
            && !first
            && !studied
            && (unit.unit.layout == Layout::Prose
                || (!unit.lists.is_empty() && !unit.measures.is_empty()))
    }

    /// A line of the report's head that is a title: short, without a verb or a reading.
    fn is_title(&self, n: usize) -> bool {
        let unit = &self.context.units[n];
        let text = &self.context.text()[unit.unit.span.start..unit.unit.span.end];
        if n < 8
            && ["procedure ", "operation "].iter().any(|p| {
                text.get(..p.len())
                    .is_some_and(|t| t.eq_ignore_ascii_case(p))
            })
            && text.len() < 200
        {
            return true;
        }
        let early = n < 6
            || self.context.units[..n].iter().all(|u| {
                u.unit.layout == Layout::Heading
                    || self.context.text()[u.unit.span.start..u.unit.span.end].len() < 60
            });
        let verb = unit.words.iter().any(|w| {
            w.is_grammar(Grammar::Aux)
                || w.any_action(&[Action::Show, Action::Place, Action::Perform])
        });
        early
            && unit.unit.layout == Layout::Prose
            && !verb
            && unit.measures.is_empty()
            && text.len() < 160
            && !text.trim_end().ends_with('.')
    }

    fn unit(&mut self, n: usize) {
        let context = self.context;
        let unit = &context.units[n];
        let kind = context.kind(n);
        if unit.unit.section != self.section {
            self.section = unit.unit.section;
            self.extra = None;
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
                SectionKind::Necessity => self.frame,
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
        let mode = self.mode(n);
        for clause in clauses(context.text(), unit, context.service_year, context.lexicon) {
            self.clause(n, clause, mode);
        }
        let text = context.text()[unit.unit.span.start..unit.unit.span.end].trim_end();
        let next = context.text()[unit.unit.span.end..]
            .trim_start()
            .chars()
            .next();
        if text.ends_with(':') || next == Some(':') {
            self.intro = Some(self.frame);
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
            clause: clause_ref,
            unit,
            lexicon: context.lexicon,
            facts: context.facts,
            frame: self.frame,
            in_hand: self.in_hand,
            at_access: context.kind(n) == SectionKind::Access,
        };
        let act = view
            .ivus()
            .map(|w| (w.span, assert_ivus(&view, w.span, context.lexicon)));
        let mut roles: Vec<Role> = clause.lists.iter().map(|l| view.role(l)).collect();
        promote(&view, &mut roles, act);
        let performed = act.is_some_and(|(_, a)| a.status == Status::Performed);
        if let Some((span, assertion)) = act {
            let strong = clause.words.iter().any(|w| {
                w.span == span
                    && matches!(
                        w.ivus(),
                        Some(Ivus::Modality | Ivus::Device | Ivus::Generic)
                    )
            });
            if strong {
                self.acts.push((span, assertion, mode));
            }
        }
        for word in clause.words {
            if let Some(modality) = word.modality()
                && let Some(name) = lookalike(modality)
            {
                self.lookalikes.push((name, context.source(word.span)));
            }
        }
        // A step with IVUS among steps under the heading of another study.
        if performed && mode == Mode::Live && matches!(self.intro, Some(Frame::Other(_))) {
            self.intro = None;
        }
        let frame = self.reading_frame(
            &view,
            performed && matches!(mode, Mode::Live | Mode::Summary),
        );
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
        });
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

    /// The frame in which this clause's readings stand.
    fn reading_frame(&self, view: &View<'_>, performed: bool) -> Frame {
        let words = view.clause.words;
        let ivus = words.iter().find(|w| view.is_ivus(w));
        let other = words.iter().find(|w| {
            w.modality().is_some_and(|m| {
                !matches!(
                    m,
                    Modality::Phrase | Modality::AccessUltrasound | Modality::Physiology
                )
            })
        });
        let coronary = !view.clause.lists.is_empty()
            && view.clause.lists.iter().all(|l| view.is_coronary(l))
            || words
                .iter()
                .any(|w| w.modality() == Some(Modality::CoronaryIvus))
            || (view.clause.lists.is_empty()
                && matches!(self.frame, Frame::Ivus { coronary: true, .. }));
        match (ivus, other) {
            (Some(_), _) if performed => Frame::Ivus {
                weak: false,
                coronary,
            },
            (Some(_), _) => Frame::None,
            (None, Some(word)) => Frame::Other(word.modality().unwrap_or(Modality::Angiography)),
            // "no longer filled": contrast fills.
            (None, None)
                if words.iter().any(|w| w.is_action(Action::Fill))
                    && matches!(self.frame, Frame::Ivus { weak: true, .. }) =>
            {
                Frame::Other(Modality::Angiography)
            }
            (None, None) => {
                let treats = words
                    .iter()
                    .any(|w| w.is_action(Action::Treat) && w.finding().is_none());
                let rows = matches!(view.unit.unit.layout, Layout::Row);
                if treats
                    && !rows
                    && !view.clause.lists.iter().any(|l| {
                        !l.atoms.is_empty()
                            && l.prep.is_none()
                            && self.frame.is_ivus()
                            && reads_at_once(view, l)
                    })
                {
                    if self.frame.is_ivus() {
                        Frame::Treatment
                    } else {
                        self.frame
                    }
                } else {
                    self.frame
                }
            }
        }
    }

    /// The frame of the next clause.
    fn next_frame(
        &self,
        view: &View<'_>,
        roles: &[Role],
        frame: Frame,
        act: Option<(Span, Assertion)>,
    ) -> Frame {
        if let Some((_, assertion)) = act {
            return if assertion.status == Status::Performed {
                frame
            } else {
                Frame::None
            };
        }
        let words = view.clause.words;
        let moves = words.iter().any(|w| w.is_action(Action::Place));
        let device = words
            .iter()
            .any(super::super::mention::Word::is_treatment_device);
        if words
            .iter()
            .any(|w| w.is_action(Action::Treat) && w.finding().is_none())
            && frame == Frame::Treatment
            || (moves && device && !roles.iter().any(|r| matches!(r, Role::Ivus(_))))
        {
            return Frame::Treatment;
        }
        if roles.iter().any(|r| matches!(r, Role::Access(_))) && !self.frame.is_ivus() {
            return Frame::None;
        }
        // A reason or a limit of the other study, told in passing.
        let reason = words.first().is_some_and(|w| {
            w.is_necessity(Necessity::Purpose) || w.is_necessity(Necessity::Explicit)
        }) || (words.iter().any(|w| w.is_necessity(Necessity::Limit))
            && !words.iter().any(|w| w.is_action(Action::Show))
            && !view
                .unit
                .measures
                .iter()
                .any(|m| view.clause.span.contains(m.span)));
        if reason && self.frame.is_ivus() && matches!(frame, Frame::Other(_)) {
            return self.frame;
        }
        if let Frame::Other(_) = frame {
            // "on venogram" by the way does not end the IVUS passage.
            let subject = words.iter().find(|w| {
                w.modality()
                    .is_some_and(|m| m != Modality::Phrase && m != Modality::AccessUltrasound)
            });
            let aside = subject.is_some_and(|w| {
                let before = view.text[view.clause.span.start..w.span.start]
                    .trim_end()
                    .to_ascii_lowercase();
                !before.is_empty()
                    && [
                        " on",
                        " by",
                        " on the",
                        " than",
                        " than the",
                        " with",
                        " to the",
                        " from the",
                        " the earlier",
                    ]
                    .iter()
                    .any(|p| before.ends_with(p))
            });
            if aside && self.frame.is_ivus() {
                return self.frame;
            }
        }
        frame
    }

    /// The device that "it" and "the catheter" mean from here on.
    fn next_hand(&self, view: &View<'_>) -> Option<Mover> {
        let mut hand = self.in_hand;
        for word in view.clause.words {
            if view.is_ivus(word)
                && assert_act(view.text, view.clause, word.span, self.context.lexicon).status
                    != Status::Performed
            {
                continue;
            }
            match view.mover(word) {
                Some(
                    mover @ (Mover::Ivus | Mover::Catheter | Mover::LongSheath | Mover::Treatment),
                ) => hand = Some(mover),
                Some(Mover::Wire) if hand != Some(Mover::Ivus) && hand != Some(Mover::Catheter) => {
                    hand = Some(Mover::Wire);
                }
                _ => {}
            }
        }
        hand
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

    #[expect(clippy::too_many_lines, reason = "one arm for each role of a list")]
    fn live(
        &mut self,
        n: usize,
        view: &View<'_>,
        roles: &[Role],
        frame: Frame,
        act: Option<(Span, Assertion)>,
        mode: Mode,
    ) {
        let context = self.context;
        let lists = view.clause.lists;
        let mut readings = findings::readings(view, roles);
        let (mut refused_row, mut told_row) = (false, false);
        if view.unit.unit.layout == Layout::Row {
            if let Some(columns) = Columns::of_header(view) {
                self.columns = Some(columns);
            } else if let Some(columns) = &self.columns {
                readings.retain(|r| columns.is_ivus(view, r.span));
                refused_row = columns.refuses(view);
                told_row = !refused_row;
            }
            told_row |= ["[x]", "[X]"]
                .iter()
                .any(|b| view.text[view.clause.span.start..view.clause.span.end].contains(b));
        } else {
            self.columns = None;
        }
        let readings = readings;
        told_row |= view.unit.unit.layout != Layout::Prose
            && is_ticked(view)
            && view
                .clause
                .words
                .iter()
                .all(|w| w.modality().is_none() && w.device().is_none());
        let also = view.clause.words.iter().any(|w| {
            w.is_grammar(Grammar::Also) || view.word(w).to_ascii_lowercase().ends_with(" again")
        });
        let looks = act.is_some()
            || (self.frame.is_ivus()
                && view
                    .clause
                    .words
                    .iter()
                    .any(|w| w.any_action(&[Action::Image, Action::Place])));
        if looks && (act.is_some() || also) {
            self.extra = also.then_some(context.source(view.unit.unit.span));
        }
        let extra = self.extra;
        let tried = view
            .clause
            .words
            .iter()
            .any(|w| w.has_category(context.lexicon, Category::Attempted));
        self.attempted |=
            tried && (act.is_some() || self.frame.is_ivus() || self.in_hand == Some(Mover::Ivus));
        if context.kind(n) == SectionKind::Addendum
            && lists.is_empty()
            && act.is_some_and(|(_, a)| a.status == Status::Negated)
        {
            for word in view.clause.words {
                match word.side() {
                    Some(crate::lexicon::SideWord::Left) => self.retracted.push(Side::Left),
                    Some(crate::lexicon::SideWord::Right) => self.retracted.push(Side::Right),
                    _ => {}
                }
            }
        }
        let mut focus: Vec<(Site, Span, SideBasis)> = Vec::new();
        let mut resting = false;
        let mut taken = false;
        let heading = context.units[n].unit.layout == Layout::Heading;
        for (l, (list, role)) in lists.iter().zip(roles).enumerate() {
            let sites = self.sites(list);
            let mine: Vec<&findings::Reading> =
                readings.iter().filter(|r| r.list == Some(l)).collect();
            match *role {
                Role::Ivus(span) => {
                    if view.is_coronary(list) {
                        for atom in &list.atoms {
                            if let Some(vessel) = atom.vessel() {
                                let evidence = context
                                    .evidence(atom.span, Mark::Vessel)
                                    .with(context.source(span), Mark::Ivus);
                                self.coronary.push((
                                    Site {
                                        vessel,
                                        side: Side::None,
                                    },
                                    evidence,
                                ));
                            }
                        }
                        continue;
                    }
                    let asserted = assert_ivus(view, span, context.lexicon);
                    let own = row_status(view, list, lists.get(l + 1), context.lexicon);
                    let status = if asserted.status == Status::Performed {
                        own.unwrap_or(Status::Performed)
                    } else {
                        asserted.status
                    };
                    let in_passing = mode == Mode::Summary && act.is_none();
                    let branch = self.is_branch_seen_from_parent(view, list, roles);
                    let branch = branch
                        || (list.place.is_some_and(|p| p.start >= list.span.end)
                            && self.is_side_branch(list));
                    if branch && status == Status::Performed && !heading {
                        self.branches
                            .extend(sites.iter().map(|(s, at, _)| (*s, context.source(*at))));
                    }
                    if heading || in_passing || branch {
                        self.trace.push((
                            list.span,
                            "named in a heading, a summary or as a place: no look of its own"
                                .to_owned(),
                        ));
                        if heading {
                            focus.clone_from(&sites);
                            resting = true;
                        }
                        continue;
                    }
                    // "ran the ultrasound catheter in the right common iliac vein": a resting place, too.
                    let moved = list.prep.is_some_and(|(p, _)| p == Grammar::In)
                        && view.clause.words.iter().any(|w| {
                            w.is_action(Action::Place)
                                && w.span.end <= span.start
                                && view.text[w.span.end..span.start].split_whitespace().count() <= 3
                        });
                    if moved
                        && view.clause.words.iter().any(|w| {
                            w.span == span && matches!(w.ivus(), Some(Ivus::Device | Ivus::Generic))
                        })
                    {
                        access::target(
                            context,
                            view,
                            list,
                            &sites,
                            Mover::Ivus,
                            span,
                            asserted,
                            &mut self.moves,
                        );
                    }
                    for (site, at, basis) in &sites {
                        let mut evidence = context
                            .evidence(*at, Mark::Vessel)
                            .with(context.source(span), Mark::Ivus);
                        if let Some(cue) = asserted.cue {
                            evidence.add(context.source(cue), Mark::Modifier);
                        }
                        self.trace.push((*at, "IVUS governs the vessel".to_owned()));
                        self.add(*site, status, Strength::Act, *basis, evidence, extra);
                        self.attach(context, *site, status, &mine);
                    }
                    self.pullback(view, l, &sites, span);
                    taken |= !sites.is_empty();
                    focus.extend(sites);
                    resting = false;
                }
                // "the vertebral takeoff", "the left renal origin": where, not what.
                Role::Subject
                    if list.place.is_some() && self.is_side_branch(list) && frame.is_ivus() =>
                {
                    self.branches
                        .extend(sites.iter().map(|(s, at, _)| (*s, context.source(*at))));
                }
                // "compressed by the right common iliac artery", "the arch at the left carotid": not what was read.
                Role::Subject if named_by_the_way(view, list) => {}
                Role::Subject => {
                    let read = !mine.is_empty() || told_row || self.listed_under_act(n, view);
                    // "the iliac stenoses": a name short of vessel and side takes up what was told.
                    if view.unit.unit.layout == Layout::Prose && is_adjective(view, list) {
                        continue;
                    }
                    let refused = row_status(view, list, lists.get(l + 1), context.lexicon)
                        .or(refused_row.then_some(Status::Negated));
                    if frame.is_ivus()
                        && !heading
                        && !view.is_coronary(list)
                        && (read || refused.is_some())
                        && mode == Mode::Live
                    {
                        let status = refused.unwrap_or(Status::Performed);
                        let weak = matches!(frame, Frame::Ivus { weak: true, .. });
                        for (site, at, basis) in &sites {
                            self.trace
                                .push((*at, "a reading in an IVUS passage".to_owned()));
                            let evidence = context.evidence(*at, Mark::Vessel);
                            self.add(
                                *site,
                                status,
                                if weak {
                                    Strength::Weak
                                } else {
                                    Strength::Frame
                                },
                                *basis,
                                evidence,
                                extra,
                            );
                            self.attach(context, *site, status, &mine);
                        }
                        taken |= !sites.is_empty();
                        focus.clone_from(&sites);
                        resting = false;
                    } else if frame.is_ivus() && mode == Mode::Summary {
                        // The summary may give the readings of what the description named.
                        for (site, ..) in &sites {
                            self.attach(context, *site, Status::Performed, &mine);
                        }
                    } else if frame.is_ivus()
                        && list.prep.is_none()
                        && !heading
                        && mode == Mode::Live
                        && !sites.is_empty()
                    {
                        // Nothing read yet: the next reading without a vessel is of this one.
                        focus.clone_from(&sites);
                        resting = true;
                        self.named_in = Some(n);
                    } else if heading && frame.is_ivus() {
                        focus.clone_from(&sites);
                        resting = true;
                    } else if !sites.is_empty() && !frame.is_ivus() {
                        focus.clone_from(&sites);
                        self.trace.push((
                            list.span,
                            "named outside an IVUS passage or without a reading".to_owned(),
                        ));
                    }
                }
                Role::Target(mover, span) => {
                    // "The guide was brought to the left renal artery and IVUS run there": IVUS looks where the guide is.
                    let there = act.is_some_and(|(a, s)| {
                        a.start >= list.span.end
                            && s.status == Status::Performed
                            && view.has_word_between(a.end, view.clause.span.end, "there")
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
                        &sites,
                        mover,
                        span,
                        asserted,
                        &mut self.moves,
                    );
                    if mover == Mover::Ivus
                        && asserted.status == Status::Performed
                        && list.place.is_none()
                    {
                        let (site_read, images) = (!mine.is_empty(), imaging_after(view, list));
                        for (site, at, basis) in &sites {
                            if site_read || images {
                                self.trace.push((
                                    *at,
                                    "the IVUS catheter was brought there and images are told of"
                                        .to_owned(),
                                ));
                                let evidence = context
                                    .evidence(*at, Mark::Vessel)
                                    .with(context.source(span), Mark::Movement);
                                self.add(
                                    *site,
                                    Status::Performed,
                                    Strength::Frame,
                                    *basis,
                                    evidence,
                                    extra,
                                );
                                self.attach(context, *site, Status::Performed, &mine);
                            }
                        }
                        if !sites.is_empty() {
                            focus.clone_from(&sites);
                            resting = !(site_read || images);
                        }
                        taken |= site_read || images;
                    } else if mover == Mover::Ivus {
                        for (site, at, basis) in &sites {
                            if asserted.status != Status::Performed {
                                let evidence = context
                                    .evidence(*at, Mark::Vessel)
                                    .with(context.source(span), Mark::Movement);
                                self.add(
                                    *site,
                                    asserted.status,
                                    Strength::Act,
                                    *basis,
                                    evidence,
                                    None,
                                );
                            }
                        }
                    }
                    self.trace
                        .push((list.span, "a device was brought there".to_owned()));
                }
                Role::Passed(Mover::Ivus, span) => {
                    for (site, ..) in &sites {
                        self.passed.push((*site, context.source(span)));
                    }
                    // "The run went over the left common iliac vein; it measured …": read in the same sentence or not at all.
                    if !sites.is_empty() && frame.is_ivus() {
                        focus = sites;
                        resting = true;
                        self.named_in = Some(n);
                    }
                }
                Role::Treated(_) if !sites.is_empty() && focus.is_empty() => {
                    focus.clone_from(&sites);
                }
                _ => {}
            }
        }
        // Readings without a vessel of their own belong to what is in focus.
        // "two separate lesions, normal artery between" reads several at once, and none of them.
        let several = lists.is_empty()
            && view
                .clause
                .words
                .iter()
                .any(|w| w.is_extent(Extent::Separate) || w.is_extent(Extent::Contiguous));
        let loose: Vec<&findings::Reading> = readings
            .iter()
            .filter(|r| r.list.is_none() && !several)
            .collect();
        let speaks = lists.iter().zip(roles).all(|(_, r)| {
            matches!(
                r,
                Role::Landmark | Role::Subject | Role::Target(Mover::Ivus, _)
            )
        });
        if frame.is_ivus()
            && !loose.is_empty()
            && !taken
            && speaks
            && !heading
            && mode == Mode::Live
        {
            // A vessel that was only named is read in the same sentence or not at all.
            if self.named_in.is_some_and(|u| u != n) {
                self.resting = false;
            }
            let ahead = if focus.is_empty() || !resting {
                self.focus.clone()
            } else {
                focus.clone()
            };
            for (site, at, basis) in ahead {
                let known = self.interrogations.iter().any(|i| {
                    i.site.whole(context.lexicon) == site.whole(context.lexicon)
                        && i.status == Status::Performed
                });
                if known || self.resting || resting {
                    if !known {
                        self.trace.push((
                            at,
                            "the IVUS catheter rested there and a reading follows".to_owned(),
                        ));
                        let mut evidence = context.evidence(at, Mark::Vessel);
                        if let Some((span, _)) = act {
                            evidence.add(context.source(span), Mark::Ivus);
                        }
                        self.add(
                            site,
                            Status::Performed,
                            Strength::Frame,
                            basis,
                            evidence,
                            extra,
                        );
                    }
                    self.attach(context, site, Status::Performed, &loose);
                }
            }
            if focus.is_empty() {
                resting = false;
                self.resting = false;
            }
        }
        // A pullback after the catheter came to rest images that vessel.
        let pulled = view.clause.words.iter().any(|w| {
            (view.is_ivus(w) && w.ivus() == Some(Ivus::Act))
                || (w.is_action(Action::Pullback) && frame.is_ivus())
        });
        if pulled && self.resting && focus.is_empty() && !taken && !covers(view) {
            for (site, at, basis) in self.focus.clone() {
                self.trace
                    .push((at, "the pullback starts there".to_owned()));
                let evidence = context.evidence(at, Mark::Vessel);
                self.add(
                    site,
                    Status::Performed,
                    Strength::Weak,
                    basis,
                    evidence,
                    extra,
                );
            }
            self.resting = false;
        }
        self.taken |= taken;
        if !focus.is_empty() {
            if !(resting && self.named_in == Some(n)) {
                self.named_in = None;
            }
            self.focus = focus;
            self.resting = resting;
        }
    }

    /// "IVUS performed of: IVC, LCIV, LEIV": names right after a heading that says what was looked at.
    fn listed_under_act(&self, n: usize, view: &View<'_>) -> bool {
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
        let text =
            self.context.text()[title.unit.span.start..title.unit.span.end].to_ascii_lowercase();
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

    /// A vessel that is often named only to tell a place, and that IVUS has not been brought to.
    fn is_side_branch(&self, list: &VesselList) -> bool {
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
            "azygos",
        ];
        let lexicon = self.context.lexicon;
        list.atoms.iter().all(|a| {
            a.vessel().is_some_and(|v| {
                BRANCHES.iter().any(|b| lexicon.vessel(v).id.contains(b))
                    && !self
                        .interrogations
                        .iter()
                        .any(|i| i.status == Status::Performed && i.site.vessel == v)
            })
        })
    }

    /// A side branch named in a clause in which IVUS lies in its parent.
    fn is_branch_seen_from_parent(
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
            "hypogastric",
            "gonadal",
        ];
        let lexicon = self.context.lexicon;
        let branch = list.atoms.iter().all(|a| {
            a.vessel()
                .is_some_and(|v| BRANCHES.iter().any(|b| lexicon.vessel(v).id.contains(b)))
        });
        let parent = view.clause.lists.iter().zip(roles).any(|(l, r)| {
            !std::ptr::eq(l, list)
                && matches!(
                    r,
                    Role::Ivus(_) | Role::Subject | Role::Target(Mover::Ivus, _)
                )
                && l.atoms.iter().any(|a| {
                    a.vessel().is_some_and(|v| {
                        ["inferior-vena-cava", "aorta"]
                            .iter()
                            .any(|p| lexicon.vessel(v).id.contains(p))
                    })
                })
        });
        let told = view.text[view.clause.span.start..view.clause.span.end].to_ascii_lowercase();
        let origins = [
            "origin",
            "ostia",
            "ostium",
            "orifice",
            "takeoff",
            "mouth",
            "seen from",
        ]
        .iter()
        .any(|w| told.contains(w));
        let placed = list.place.is_some()
            || matches!(list.prep, Some((Grammar::At, _)))
            || (origins && self.is_side_branch(list));
        branch
            && (placed
                || (parent
                    && list.prep.is_some_and(|(p, _)| {
                        matches!(
                            p,
                            Grammar::To | Grammar::From | Grammar::At | Grammar::Landmark
                        )
                    })))
            || (list.place.is_some() && parent)
    }

    /// A pullback with two named ends: the vessels between them that nobody names are flagged.
    fn pullback(
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
            && let Some(path) = super::path_between(*a, *b, context.lexicon)
            && path.len() > 2
        {
            self.pullbacks
                .push((path[1..path.len() - 1].to_vec(), context.source(span)));
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
            }
        }
        sites
    }

    fn attach(
        &mut self,
        context: &Context<'_>,
        site: Site,
        status: Status,
        readings: &[&findings::Reading],
    ) {
        let whole = site.whole(context.lexicon);
        if let Some(found) = self
            .interrogations
            .iter_mut()
            .find(|i| i.status == status && i.site.whole(context.lexicon) == whole)
        {
            for reading in readings {
                let finding: Finding = reading.finding(context);
                if !found
                    .findings
                    .iter()
                    .any(|f| f.evidence.primary() == finding.evidence.primary())
                {
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
            findings: Vec::new(),
            necessity: NecessityState::Missing,
            necessity_evidence: None,
            evidence,
            extra,
            segments: Vec::new(),
        });
    }

    fn finish(mut self) -> Encounter {
        let context = self.context;
        let lexicon = context.lexicon;
        let mut lesion_sites = Vec::new();
        let lesions = lesions::lesions(
            context,
            &self.records,
            &self.interrogations,
            &mut lesion_sites,
        );
        let mut told = Vec::new();
        for (site, evidence) in lesion_sites {
            told.push((
                evidence.primary().span,
                "lies in the range of a lesion that IVUS followed".to_owned(),
            ));
            let before = self.interrogations.len();
            self.add(
                site,
                Status::Performed,
                Strength::Frame,
                SideBasis::Sentence,
                evidence.clone(),
                None,
            );
            if self.interrogations.len() > before
                && let Some(new) = self.interrogations.last_mut()
            {
                new.basis = Basis::Lesion;
                new.findings.push(Finding {
                    kind: "lesion".to_owned(),
                    negated: false,
                    value: None,
                    unit: None,
                    evidence,
                });
            }
        }
        self.interrogations
            .retain(|i| i.status != Status::Performed || !self.retracted.contains(&i.site.side));
        settle(&mut self.interrogations, context);
        let vague = set_vague_apart(&mut self.interrogations, context);
        necessity::assign(context, &self.records, &mut self.interrogations);
        let access: Vec<Access> = access::access(context, &self.records);
        let procedures = procedures::procedures(context, &self.records);
        let (ivus, ivus_evidence) = self.state();
        // A pullback's silent vessels: those that nothing else tells of.
        let pullbacks = std::mem::take(&mut self.pullbacks)
            .into_iter()
            .map(|(sites, span)| {
                let silent = sites
                    .into_iter()
                    .filter(|s| {
                        !self
                            .interrogations
                            .iter()
                            .any(|i| i.site.whole(lexicon) == s.whole(lexicon))
                    })
                    .collect();
                (silent, span)
            })
            .collect();
        Encounter {
            ivus,
            ivus_evidence,
            interrogations: self.interrogations,
            coronary: self.coronary,
            lookalikes: self.lookalikes,
            lesions,
            access,
            moves: self.moves,
            procedures,
            printed: Vec::new(),
            blanks: Vec::new(),
            service_date: None,
            date_source: DateSource::None,
            date_span: None,
            second_session: None,
            pullbacks,
            passed: self.passed,
            branches: self.branches,
            vague,
            trace: self
                .trace
                .into_iter()
                .map(|(s, why)| (context.source(s), why))
                .chain(told)
                .collect(),
        }
    }

    /// What the report says about IVUS as a whole.
    fn state(&self) -> (IvusState, Option<Evidence>) {
        let context = self.context;
        if let Some(i) = self
            .interrogations
            .iter()
            .find(|i| i.status == Status::Performed)
        {
            return (IvusState::Performed, Some(i.evidence.clone()));
        }
        if let Some((_, evidence)) = self.coronary.first() {
            return (IvusState::CoronaryOnly, Some(evidence.clone()));
        }
        let live = self
            .acts
            .iter()
            .find(|(_, a, m)| *m == Mode::Live && a.status == Status::Performed);
        let coronary = context
            .units
            .iter()
            .flat_map(|u| &u.words)
            .find(|w| w.modality() == Some(Modality::CoronaryIvus));
        if let Some(word) = coronary
            && live.is_none()
        {
            return (
                IvusState::CoronaryOnly,
                Some(context.evidence(word.span, Mark::Ivus)),
            );
        }
        if let Some((span, ..)) = live
            && self.attempted
        {
            return (
                IvusState::NotPerformed,
                Some(context.evidence(*span, Mark::Ivus)),
            );
        }
        if let Some((span, ..)) = live {
            let named: Vec<_> = context
                .units
                .iter()
                .flat_map(|u| &u.lists)
                .flat_map(|l| &l.atoms)
                .filter_map(super::super::mention::Atom::vessel)
                .collect();
            let heart = named
                .iter()
                .filter(|v| context.lexicon.vessel(**v).system == crate::lexicon::System::Coronary)
                .count();
            if heart > 0 && (heart >= 2 || heart == named.len()) {
                return (
                    IvusState::CoronaryOnly,
                    Some(context.evidence(*span, Mark::Ivus)),
                );
            }
            return (
                IvusState::Performed,
                Some(context.evidence(*span, Mark::Ivus)),
            );
        }
        match self.acts.first() {
            Some((span, ..)) if context.facts.strong => (
                IvusState::NotPerformed,
                Some(context.evidence(*span, Mark::Ivus)),
            ),
            _ => (IvusState::Absent, None),
        }
    }
}

/// The frame of the findings of a report titled as an IVUS report.
fn title_frame(context: &Context<'_>) -> Frame {
    let title = context
        .units
        .first()
        .filter(|u| u.unit.layout == Layout::Heading);
    let ivus = title.is_some_and(|u| {
        u.words
            .iter()
            .any(|w| matches!(w.ivus(), Some(Ivus::Modality | Ivus::Device)))
            && u.words.iter().all(|w| w.modality().is_none())
    });
    if ivus {
        Frame::Ivus {
            weak: true,
            coronary: false,
        }
    } else {
        Frame::None
    }
}

fn weaken(frame: Frame) -> Frame {
    match frame {
        Frame::Ivus { coronary, .. } => Frame::Ivus {
            weak: true,
            coronary,
        },
        Frame::Other(_) | Frame::None | Frame::Treatment => Frame::None,
    }
}

/// A subject whose clause names IVUS after it ("the left CIV was narrowed by 80% on IVUS") is looked at by IVUS.
fn promote(view: &View<'_>, roles: &mut [Role], act: Option<(Span, Assertion)>) {
    let Some((span, _)) = act else { return };
    // "used for orientation of the IVUS" does not look at anything.
    let before = view.text[view.clause.span.start..span.start]
        .trim_end()
        .to_ascii_lowercase();
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
            .any(|w| w.span == span && matches!(w.ivus(), Some(Ivus::Device | Ivus::Generic)));
    for (list, role) in view.clause.lists.iter().zip(roles.iter_mut()) {
        if *role == Role::Subject && list.span.end <= span.start && !device_moves {
            *role = Role::Ivus(span);
        }
    }
}

/// A vessel named as an agent or a place of another subject.
fn named_by_the_way(view: &View<'_>, list: &VesselList) -> bool {
    match list.prep {
        Some((Grammar::With, _)) => true,
        Some((Grammar::At, at)) => {
            let before = &view.text[view.clause.span.start..at.start];
            let told =
                view.clause.words.iter().any(|w| {
                    w.span.end <= at.start && (w.finding().is_some() || w.ivus().is_some())
                });
            before.split_whitespace().count() >= 2
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
fn is_adjective(view: &View<'_>, list: &VesselList) -> bool {
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
        w.finding().is_some() && view.text[list.span.end..w.span.start].trim().is_empty()
    });
    bare && beside && !list.atoms.is_empty()
}

/// Whether a list's first word after it is a reading.
fn reads_at_once(view: &View<'_>, list: &VesselList) -> bool {
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
fn assert_ivus(view: &View<'_>, act: Span, lexicon: &Lexicon) -> Assertion {
    let asserted = assert_act(view.text, view.clause, act, lexicon);
    let apart = asserted
        .cue
        .is_some_and(|cue| view.text[act.end.min(cue.end)..act.start.max(cue.start)].contains('|'));
    let told = view
        .unit
        .measures
        .iter()
        .any(|m| m.span.start >= view.clause.span.start && m.span.end <= view.clause.span.end);
    if view.unit.unit.layout == Layout::Row && apart && told {
        Assertion {
            status: Status::Performed,
            cue: None,
        }
    } else {
        asserted
    }
}

/// Whether a ticked box stands before the unit.
fn is_ticked(view: &View<'_>) -> bool {
    let before = view.text[..view.unit.unit.span.start].trim_end();
    ["[x]", "[X]", "(x)", "(X)", "( x )", "\u{2611}", "\u{2612}"]
        .iter()
        .any(|b| before.ends_with(b))
}

/// "not evaluated", "not imaged" said of a list itself.
fn row_status(
    view: &View<'_>,
    list: &VesselList,
    next: Option<&VesselList>,
    lexicon: &Lexicon,
) -> Option<Status> {
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
        .filter(|w| !view.word(w).to_ascii_lowercase().contains("treat"))
        .find_map(|w| {
            let modifier = lexicon.modifiers[w.modifier()? as usize];
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
fn imaging_after(view: &View<'_>, list: &VesselList) -> bool {
    view.clause
        .words
        .iter()
        .filter(|w| w.span.start >= list.span.end)
        .any(|w| {
            w.any_action(&[Action::Show, Action::Image])
                || (view.is_ivus(w) && w.ivus() == Some(Ivus::Act))
                || w.is_action(Action::Pullback)
        })
        && !covers(view)
}

/// Whether the clause lists what was imaged: "covering the …".
fn covers(view: &View<'_>) -> bool {
    view.clause
        .words
        .iter()
        .any(|w| view.word(w).to_ascii_lowercase().starts_with("cover"))
}

fn lookalike(modality: Modality) -> Option<&'static str> {
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

/// Takes out names that leave the segment open ("the iliac vein") when a segment of that side is told of.
fn set_vague_apart(
    interrogations: &mut Vec<Interrogation>,
    context: &Context<'_>,
) -> Vec<(Site, Evidence)> {
    let lexicon = context.lexicon;
    let performed: Vec<Site> = interrogations
        .iter()
        .filter(|i| i.status == Status::Performed)
        .map(|i| i.site)
        .collect();
    let is_vague = |i: &Interrogation| {
        let vessel = lexicon.vessel(i.site.vessel);
        let base = vessel.id.trim_end_matches("-unspecified");
        i.status == Status::Performed
            && (vessel.scope == crate::lexicon::Scope::Unspecified
                || (vessel.id == "aorta" && i.findings.is_empty()))
            && performed.iter().any(|s| {
                s.vessel != i.site.vessel
                    && (s.side == i.site.side || i.site.side == Side::Unknown)
                    && lexicon.vessel(s.vessel).id.ends_with(base)
            })
    };
    let vague = interrogations
        .iter()
        .filter(|i| is_vague(i))
        .map(|i| (i.site, i.evidence.clone()))
        .collect();
    interrogations.retain(|i| !is_vague(i));
    vague
}

/// Settles contradictions: an addendum wins over what it corrects; otherwise a performed look wins over "not imaged",
/// which then speaks of another pass; claims fade once a look is told.
fn settle(interrogations: &mut Vec<Interrogation>, context: &Context<'_>) {
    let lexicon = context.lexicon;
    let addenda: Vec<Span> = context
        .segmented
        .sections
        .iter()
        .filter(|s| s.kind == SectionKind::Addendum)
        .map(|s| context.folded.to_source(&context.report.text, s.body))
        .collect();
    let corrected: Vec<Site> = interrogations
        .iter()
        .filter(|i| {
            i.status == Status::Negated
                && addenda
                    .iter()
                    .any(|a| a.contains(i.evidence.primary().span))
        })
        .map(|i| i.site.whole(lexicon))
        .collect();
    interrogations
        .retain(|i| i.status != Status::Performed || !corrected.contains(&i.site.whole(lexicon)));
    let performed: Vec<Site> = interrogations
        .iter()
        .filter(|i| i.status == Status::Performed)
        .map(|i| i.site.whole(lexicon))
        .collect();
    interrogations
        .retain(|i| i.status == Status::Performed || !performed.contains(&i.site.whole(lexicon)));
}
