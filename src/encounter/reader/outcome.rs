//! What the whole report comes to, once it is read: contradictions settled, names short of a segment set apart.

use super::{
    super::{
        Access, Basis, DateSource, Encounter, Finding, Interrogation, IvusState, Lesion, Lesson,
        Site, Strength, access, lesions, necessity, procedures, second, variants,
    },
    Context, Detail, Mode, Reader, correction,
};
use crate::{
    context::Status,
    lexicon::{Action, Grammar, Ivus, Modality},
    mention::{Atom, Side, SideBasis, Word},
    segment::Layout,
    text::{Evidence, Role as Mark, Span},
};

/// Below this likelihood of a vessel to count, IVUS that is tied to no vessel is held for talk of it. Of 26 labelled reports of that
/// kind 23 tell that IVUS was not done; the three others lay above 0.95.
const DOUBTED: f32 = 0.5;

impl Reader<'_> {
    pub(super) fn finish(mut self) -> Encounter {
        let context = self.context;
        let (mut countable, mut lesson) = (None, Lesson::default());
        if context.detail == Detail::Full {
            countable = second::countable_report(context);
            lesson = second::lesson(context, &self.records);
        }
        if let Some(likely) = countable {
            let why = format!(
                "the report holds a vessel to count with {likely:.2}, says the second reader"
            );
            self.trace.push((Span::new(0, 0), why));
        }
        let (mut lesions, told) = self.follow_lesions();
        correction::correct_vessels(context, &mut self.interrogations);
        correction::correct_readings(context, &mut self.interrogations);
        self.take_back();
        settle(&mut self.interrogations, context);
        let vague = set_vague_apart(&mut self.interrogations, context);
        if self.weigh() {
            lesions = self.lesions(&mut Vec::new());
        }
        necessity::assign(context, &self.records, &mut self.interrogations);
        let access: Vec<Access> = access::access(context, &self.records);
        let variants = variants::variants(context, &self.records);
        let procedures = procedures::procedures(context, &self.records);
        let (ivus, ivus_evidence) = self.state();
        let pullbacks = self.silent_stretches();
        let mut encounter = Encounter {
            misheard: context.folded.is_misheard(),
            ivus,
            ivus_evidence,
            interrogations: self.interrogations,
            coronary: self.coronary,
            lookalikes: self.lookalikes,
            lesions,
            access,
            moves: self.moves,
            variants,
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
            doubted: self.doubted,
            vague,
            agreed: self.agreed,
            countable,
            one_lesion: None,
            lesson,
            trace: self
                .trace
                .into_iter()
                .map(|(s, why)| (context.source(s), why))
                .chain(told)
                .collect(),
        };
        correction::apply(context, &mut encounter);
        // Nothing hangs on it where nothing was entered, reached or looked at.
        let is_asked = encounter.ivus != IvusState::Absent
            || encounter.ivus_evidence.is_some()
            || !encounter.interrogations.is_empty()
            || !encounter.access.is_empty()
            || !encounter.moves.is_empty();
        if encounter.performed().count() > 1 {
            encounter.one_lesion = second::one_lesion(context);
        }
        if is_asked && context.detail == Detail::Brief {
            encounter.countable = second::countable_report(context);
        }
        encounter
    }

    /// The lesions, with the vessels of a lesion that IVUS followed looked at; and why, for the trace.
    fn follow_lesions(&mut self) -> (Vec<Lesion>, Vec<(Span, String)>) {
        let mut lesion_sites = Vec::new();
        let lesions = self.lesions(&mut lesion_sites);
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
                new.findings.push(lesion_finding(evidence));
            }
        }
        (lesions, told)
    }

    /// The lesions, as a finding of every vessel that they run through; those that no other words tell of go to `looked_at`.
    fn lesions(&mut self, looked_at: &mut Vec<(Site, Evidence)>) -> Vec<Lesion> {
        let context = self.context;
        let lesions = lesions::lesions(context, &self.records, &self.interrogations, looked_at);
        for lesion in &lesions {
            for i in self.interrogations.iter_mut().filter(|i| {
                i.status == Status::Performed
                    && i.findings.is_empty()
                    && lesion.sites.contains(&i.site.whole(context.lexicon))
            }) {
                i.findings.push(lesion_finding(lesion.evidence.clone()));
            }
        }
        lesions
    }

    /// Whether an act is the heading of a section that nobody filled: no reading, and blanks or no finding.
    fn is_empty_section(&self, act: Span) -> bool {
        let context = self.context;
        let Some(heading) = context
            .unit_of(act)
            .filter(|u| u.unit.layout == Layout::Heading)
        else {
            return false;
        };
        let section = heading.unit.section;
        let first = context.units.partition_point(|u| u.unit.section < section);
        let mut below = context.units[first..]
            .iter()
            .take_while(|u| u.unit.section == section)
            .filter(|u| u.unit.layout != Layout::Heading);
        below.all(|u| {
            let text = &context.text()[u.unit.span.start..u.unit.span.end];
            let found = u.words.iter().any(|w| w.finding().is_some());
            u.measures.is_empty() && (text.contains("__") || !found)
        })
    }

    /// Takes back what an addendum says was not looked at.
    fn take_back(&mut self) {
        // "Every R is to be read as L. Nothing was done on the right": what was told of the right was done on the left.
        if !self.retracted.is_empty()
            && let Some((wrong, ..)) = correction::corrected(self.context)
        {
            self.retracted.retain(|side| *side != wrong);
        }
        self.interrogations
            .retain(|i| i.status != Status::Performed || !self.retracted.contains(&i.site.side));
        // "IVUS catheter to the cava", and in a table of what was recorded "IVC | no": the table has the word.
        let (denied, looks) = (&self.answered_no, &mut self.interrogations);
        looks.retain(|i| {
            i.status != Status::Performed || !i.findings.is_empty() || !denied.contains(&i.site)
        });
        let measured = |i: &Interrogation| i.status == Status::Performed && !i.findings.is_empty();
        self.withdrawn |= self.given_up && !self.interrogations.iter().any(measured);
        self.withdrawn |= self.unseen.is_some_and(|at| self.saw_nothing(at));
        // What is told before it was of another day.
        self.withdrawn |= self.none_today.is_some_and(|at| {
            let at = self.context.source(at);
            let mut looks = self.interrogations.iter();
            looks.all(|i| {
                i.status != Status::Performed || i.evidence.primary().span.start < at.start
            })
        });
        if self.withdrawn {
            for i in &mut self.interrogations {
                if i.status == Status::Performed {
                    i.status = Status::Negated;
                }
            }
            self.tentative.clear();
        }
        if self.exclusive {
            let context = self.context;
            self.interrogations.retain(|i| {
                let mut marks = i.evidence.marks().iter();
                i.status != Status::Performed || marks.any(|m| context.is_added(m.span))
            });
        }
    }

    /// Whether nothing was looked at where a clause says that no IVUS catheter came into the patient or gave a picture: nothing was
    /// measured before it, and no IVUS is told of after it.
    fn saw_nothing(&self, at: Span) -> bool {
        const AGAIN: [&str; 7] = [
            "second",
            "another catheter",
            "another probe",
            "replacement",
            "spare",
            "borrowed",
            "new catheter",
        ];
        let context = self.context;
        let here = context.source(at);
        let looked = || {
            self.interrogations
                .iter()
                .filter(|i| i.status == Status::Performed)
        };
        let start = |i: &Interrogation| i.evidence.primary().span.start;
        let before = looked().any(|i| {
            start(i) < here.start
                && i.findings
                    .iter()
                    .any(|f| f.value.is_some() && f.evidence.primary().span.start < here.start)
        });
        let told_again = |span: Span| {
            span.start > at.end
                && context.unit_of(span).is_some_and(|u| {
                    let found = u.words.iter().any(|w| w.finding().is_some());
                    !u.lists.is_empty() || !u.measures.is_empty() || found
                })
        };
        let after = self.acts.iter().any(|(span, a, m)| {
            *m == Mode::Live && a.status == Status::Performed && told_again(*span)
        });
        let units = context.units;
        let first = units.partition_point(|u| u.unit.span.start < at.end);
        let block = context.unit_of(at).map(|u| u.unit.block);
        let mut rest = units[first..]
            .iter()
            .take_while(|u| Some(u.unit.block) == block)
            .map(|u| &context.lower()[u.unit.span.start..u.unit.span.end]);
        let again = looked().any(|i| start(i) > here.end)
            && rest.any(|told| AGAIN.iter().any(|w| told.contains(w)));
        !before && !after && !again
    }

    /// Whether IVUS is told of with a verb of what was done: "IVUS was performed", "the probe was advanced over the wire".
    fn is_told_as_done(&self) -> bool {
        let context = self.context;
        let verb = |w: &Word| {
            w.any_action(&[
                Action::Place,
                Action::Pullback,
                Action::Image,
                Action::Show,
                Action::Perform,
            ])
        };
        self.acts.iter().any(|(span, asserted, mode)| {
            *mode == Mode::Live
                && asserted.status == Status::Performed
                && context
                    .unit_of(*span)
                    .is_some_and(|u| u.words.iter().any(verb))
        })
    }

    /// A pullback's silent vessels: those that nothing else tells of.
    fn silent_stretches(&mut self) -> Vec<(Vec<Site>, Span)> {
        let lexicon = self.context.lexicon;
        std::mem::take(&mut self.pullbacks)
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
            .collect()
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
            .filter(|(span, ..)| !self.is_empty_section(*span))
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
        // Nothing was looked at, and somewhere the report says that IVUS was not done or did not succeed.
        let denied = self.acts.iter().any(|(_, a, m)| {
            matches!(m, Mode::Live | Mode::Summary)
                && matches!(a.status, Status::Negated | Status::Attempted)
        });
        if let Some((span, ..)) = live
            && (self.attempted || denied || self.withdrawn)
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
                .filter_map(Atom::vessel)
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
            // The first reader found no vessel, and the second does not believe that there is one.
            let doubted = !self.is_told_as_done()
                && second::countable_report(context).is_some_and(|likely| likely < DOUBTED);
            let state = if doubted {
                IvusState::NotPerformed
            } else {
                IvusState::Performed
            };
            return (state, Some(context.evidence(*span, Mark::Ivus)));
        }
        // Told as done where nothing done is looked for: under reasons, codes or supplies.
        let elsewhere = self.acts.iter().find(|(span, a, m)| {
            matches!(m, Mode::Reason | Mode::Off)
                && a.status == Status::Performed
                && context.unit_of(*span).is_some_and(|u| {
                    u.words.iter().any(|w| w.is_grammar(Grammar::Aux))
                        && u.words.iter().any(|w| {
                            w.any_action(&[Action::Place, Action::Pullback, Action::Image])
                        })
                })
        });
        if let Some((span, ..)) = elsewhere {
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
            None if context.facts.strong => (
                IvusState::NotPerformed,
                context
                    .units
                    .iter()
                    .flat_map(|u| &u.words)
                    .find(|w| matches!(w.ivus(), Some(Ivus::Modality | Ivus::Device)))
                    .map(|w| context.evidence(w.span, Mark::Ivus)),
            ),
            _ => (IvusState::Absent, None),
        }
    }
}

/// A lesion, as what was found in a vessel.
fn lesion_finding(evidence: Evidence) -> Finding {
    Finding {
        kind: "lesion".to_owned(),
        negated: false,
        value: None,
        unit: None,
        evidence,
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
    // "Basilic vein, swing point: 2.2 mm": where a vein was turned into an access, its bend is a part of it.
    let is_bend = |i: &Interrogation| {
        let span = i.evidence.primary().span;
        let told = context
            .report
            .text
            .get(span.start..span.end)
            .unwrap_or_default();
        i.status == Status::Performed
            && told.to_ascii_lowercase().contains("swing")
            && performed.iter().any(|s| {
                let id = &lexicon.vessel(s.vessel).id;
                s.side == i.site.side && (id == "basilic-vein" || id == "cephalic-vein")
            })
    };
    let is_vague = |i: &Interrogation| is_vague(i) || is_bend(i);
    let vague = interrogations
        .iter()
        .filter(|i| is_vague(i))
        .map(|i| (i.site, i.evidence.clone()))
        .collect();
    interrogations.retain(|i| !is_vague(i));
    vague
}

/// "IVUS of the cava was not repeated", "was not looked at again after the stent": of one more look.
fn is_of_a_repeat(context: &Context<'_>, at: Span) -> bool {
    const MORE: [&str; 5] = [
        " again",
        "repeated",
        "a second time",
        "once more",
        "after the stent",
    ];
    context.unit_at(at).is_some_and(|u| {
        let told = &context.lower()[u.unit.span.start..u.unit.span.end];
        MORE.iter().any(|m| told.contains(m))
    })
}

/// What an addendum says was not looked at.
pub(super) fn taken_back<'i>(
    interrogations: &'i [Interrogation],
    context: &'i Context<'_>,
) -> impl Iterator<Item = Site> + 'i {
    interrogations
        .iter()
        .filter(|i| i.status == Status::Negated && context.is_added(i.evidence.primary().span))
        .filter(|i| !is_of_a_repeat(context, i.evidence.primary().span))
        .map(|i| i.site.whole(context.lexicon))
}

/// Whether what is said of one site is said of another: "no IVUS of the right iliac veins" is of none of them.
pub(super) fn covers(context: &Context<'_>, told: Site, site: Site) -> bool {
    let id = |s: Site| context.lexicon.vessel(s.vessel).id.as_str();
    let kind = id(told).strip_suffix("-unspecified");
    told == site || (told.side == site.side && kind.is_some_and(|k| id(site).ends_with(k)))
}

/// Settles contradictions: an addendum wins over what it corrects; otherwise a performed look wins over "not imaged",
/// which then speaks of another pass; claims fade once a look is told.
fn settle(interrogations: &mut Vec<Interrogation>, context: &Context<'_>) {
    let lexicon = context.lexicon;
    let corrected: Vec<Site> = taken_back(interrogations, context).collect();
    interrogations.retain(|i| {
        i.status != Status::Performed
            || !corrected
                .iter()
                .any(|c| covers(context, *c, i.site.whole(lexicon)))
    });
    let performed: Vec<Site> = interrogations
        .iter()
        .filter(|i| i.status == Status::Performed)
        .map(|i| i.site.whole(lexicon))
        .collect();
    interrogations
        .retain(|i| i.status == Status::Performed || !performed.contains(&i.site.whole(lexicon)));
}
