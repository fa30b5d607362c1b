//! Which study the text is telling about, clause by clause, and which device is in hand.

use super::{
    super::{
        Interrogation,
        scene::{Frame, Mover, Role, View},
    },
    Context, Reader,
    clause::reads_at_once,
};
use crate::{
    context::{Assertion, Status, assert_act},
    lexicon::{Action, Ivus, Kind, Modality, Necessity},
    mention::{Measure, Quantity, VesselList, Word},
    segment::{Layout, SectionKind},
    text::{Span, ends_in},
};

impl Reader<'_> {
    /// The frame in which this clause's readings stand.
    pub(super) fn reading_frame(&self, view: &View<'_>, performed: bool) -> Frame {
        let named = view.clause.of(Kind::Modality).iter();
        let acts = view.clause.of(Kind::Action).iter();
        let ivus = view.ivus();
        let other = named.clone().find(|w| {
            w.modality().is_some_and(|m| {
                !matches!(
                    m,
                    Modality::Phrase | Modality::AccessUltrasound | Modality::Physiology
                )
            }) && !(self.frame.is_ivus() && is_bracketed(view, w))
        });
        let coronary = view.tells_of_the_heart()
            || named
                .clone()
                .any(|w| w.modality() == Some(Modality::CoronaryIvus))
            || (view.clause.lists.is_empty()
                && matches!(self.frame, Frame::Ivus { coronary: true, .. }));
        // "With the venogram inconclusive, IVUS was needed to measure the lumen.": one word of the list, and an act all the same.
        if ivus.is_none() && asks_for_ivus(view) {
            return Frame::Ivus {
                weak: true,
                coronary,
            };
        }
        match (ivus, other) {
            (Some(_), _) if performed => Frame::Ivus {
                weak: false,
                coronary,
            },
            (Some(_), _) => Frame::None,
            // "a shelf that lies in the plane of the angiogram": told to compare.
            (None, Some(word)) if self.frame.is_ivus() && compares(view, word) => self.frame,
            // "axillary vein -- 10.5 mm, normal, the angiographic narrowing was spasm": a reading of IVUS, and what it explains.
            (None, Some(word)) if self.frame.is_ivus() && is_read_before(view, word) => self.frame,
            (None, Some(word)) => Frame::Other(word.modality().unwrap_or(Modality::Angiography)),
            // "Femoral Angio-Seal, radial band": the study is over.
            (None, None)
                if acts
                    .clone()
                    .any(|w| w.is_action(Action::Close) && !is_for_later(view, w)) =>
            {
                Frame::None
            }
            // "no longer filled": contrast fills.
            (None, None)
                if acts
                    .clone()
                    .any(|w| w.is_action(Action::Fill) && !view.fills_as_disease(w))
                    && !view.has_phrase("no flow")
                    && matches!(self.frame, Frame::Ivus { weak: true, .. }) =>
            {
                Frame::Other(Modality::Angiography)
            }
            (None, None) => {
                // "Left common iliac vein (stented): lumen 70 mm2": what was done to it once.
                let aside = |w: &Word| {
                    let before = &view.text[view.clause.span.start..w.span.start];
                    // "In the stented right common iliac vein there was a layer of tissue"
                    let after = w.span.end + 1;
                    let of_vessel =
                        || list_at(view, after + 1).is_some_and(|l| l.span.start == after);
                    let stented = ends_in(view.word(w), "stented")
                        && (before.is_empty() || (before.ends_with("the ") && of_vessel()));
                    stented || before.ends_with('(') && view.text[w.span.end..].starts_with(')')
                };
                let treats = acts.clone().any(|w| {
                    w.is_action(Action::Treat)
                        && w.finding().is_none()
                        && !view.tells_when(w)
                        && !aside(w)
                        && !needs_none(view, w)
                });
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
                } else if let Frame::Ivus { weak, .. } = self.frame
                    && coronary
                {
                    Frame::Ivus {
                        weak,
                        coronary: true,
                    }
                } else if self.takes_up(view) || self.pulls_back(view) {
                    Frame::Ivus {
                        weak: true,
                        coronary,
                    }
                } else {
                    self.frame
                }
            }
        }
    }

    /// "Pullback anterior tibial to SFA.": of the IVUS catheter, whatever the sentence before compares it with.
    fn pulls_back(&self, view: &View<'_>) -> bool {
        const BACK: [&str; 3] = ["pullback ", "pull-back ", "pulled back "];
        let told = &view.lower[view.clause.span.start..];
        self.begun
            && !self.frame.is_ivus()
            && BACK.iter().any(|w| told.starts_with(w))
            && view.clause.lists.iter().any(|l| !l.atoms.is_empty())
            && !["pressure", "gradient"].iter().any(|w| view.has_phrase(w))
    }

    /// Whether a sentence takes up the readings of an IVUS study from which others led away: "The left common femoral vein was 129
    /// mm2 and equally unremarkable." An area is of IVUS wherever it stands after the study began; a diameter, unless another study
    /// is being told of.
    fn takes_up(&self, view: &View<'_>) -> bool {
        if self.acts.is_empty() || self.frame.is_ivus() {
            return false;
        }
        let looked = |i: &Interrogation| i.status == Status::Performed;
        let begun = self.interrogations.iter().any(looked)
            || self.moves.iter().any(|m| m.device == Mover::Ivus.name());
        let kind = self.context.kind(self.at);
        let apart = matches!(
            kind,
            SectionKind::OtherModality
                | SectionKind::Access
                | SectionKind::History
                | SectionKind::Comparison
        );
        if !begun || apart {
            return false;
        }
        let start = view.clause.span.start;
        let article = if view.lower[start..].starts_with("the ") {
            4
        } else {
            0
        };
        let read = |l: &VesselList| {
            let readings = view.readings();
            let after = |m: &&Measure| m.span.start >= l.span.end;
            let area = |m: &Measure| m.quantity == Quantity::Area;
            let length = |m: &Measure| m.quantity == Quantity::Length;
            // "PTA: L innominate 12 mm, L subclavian 10 mm": the sizes of balloons.
            let lengths =
                !matches!(self.frame, Frame::Other(_)) && kind != SectionKind::Intervention;
            readings
                .iter()
                .filter(after)
                .any(|m| area(m) || lengths && length(m))
        };
        let treats = || {
            // "Left gonadal vein: foam, then coils of 10 mm."
            let procedure = !view.unit.of(&[Kind::Procedure]).is_empty();
            let treat = |w: &Word| w.is_action(Action::Treat) && w.finding().is_none();
            let mut words = view.unit.words.iter();
            procedure || words.any(|w| w.is_treatment_device() || treat(w))
        };
        view.clause.lists.first().is_some_and(|l| {
            l.span.start == start + article
                && l.prep.is_none()
                && !l.atoms.is_empty()
                && !treats()
                && read(l)
        })
    }

    /// The frame of the next clause.
    pub(super) fn next_frame(
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
        // "Wanted to know whether it would take a stent, which the venogram could not answer.": why IVUS was opened.
        if self.frame.is_ivus() && asks(view) {
            return self.frame;
        }
        let acts = view.clause.of(Kind::Action).iter();
        let devices = view.clause.of(Kind::Device).iter();
        let moves = acts.clone().any(|w| w.is_action(Action::Place));
        let device = devices
            .clone()
            .any(|w| w.is_treatment_device() && !tells_a_place(view, w));
        if acts
            .clone()
            .any(|w| w.is_action(Action::Treat) && w.finding().is_none())
            && frame == Frame::Treatment
            || (moves
                && device
                && view.unit.unit.layout != Layout::Row
                && !roles.iter().any(|r| matches!(r, Role::Ivus(_))))
        {
            return Frame::Treatment;
        }
        // A vessel is entered: whatever an earlier paragraph told of is over.
        let over = !self.frame.is_ivus() || matches!(self.frame, Frame::Ivus { weak: true, .. });
        let elsewhere = roles.iter().any(|r| {
            matches!(r, Role::Access(_))
                || matches!(r, Role::Target(mover, _) if *mover != Mover::Ivus && self.frame.is_ivus())
        });
        // "Why IVUS: … Left popliteal 9F, right femoral 8F.": sheaths told by their size alone end nothing.
        let sizes = !roles.is_empty()
            && roles.iter().all(|r| matches!(r, Role::Access(_)))
            && view.clause.of(Kind::Action).is_empty()
            && devices.clone().next().is_none();
        if elsewhere && over && !(sizes && self.frame.is_ivus()) {
            return Frame::None;
        }
        // A reason or a limit of the other study, told in passing.
        let reason = words.first().is_some_and(|w| {
            w.is_necessity(Necessity::Purpose) || w.is_necessity(Necessity::Explicit)
        }) || view.lower[view.clause.span.start..].starts_with("why")
            || view.has_phrase("could not tell")
            || (words.iter().any(|w| w.is_necessity(Necessity::Limit))
                && !words.iter().any(|w| w.is_action(Action::Show))
                && !view
                    .unit
                    .measures
                    .iter()
                    .any(|m| view.clause.span.contains(m.span)));
        if reason && self.frame.is_ivus() && matches!(frame, Frame::Other(_)) {
            return self.frame;
        }
        // Under the heading of IVUS another study without a vessel is told of for a sentence: "used instead of contrast so as to
        // spare the kidneys". "Venography only." is a label.
        let is_label = || view.distance(view.clause.span.start, view.clause.span.end) < 5;
        if matches!(frame, Frame::Other(_))
            && self.frame.is_ivus()
            && view.clause.lists.is_empty()
            && !is_label()
            && self.context.kind(self.at) == SectionKind::Ivus
        {
            return self.frame;
        }
        // "so duplex was right": what IVUS has shown of the other study.
        if matches!(frame, Frame::Other(_))
            && self.frame.is_ivus()
            && view.clause.lists.is_empty()
            && judges(view)
        {
            return self.frame;
        }
        if let Frame::Other(_) = frame {
            // "on venogram" by the way does not end the IVUS passage.
            let subject = words.iter().find(|w| {
                w.modality()
                    .is_some_and(|m| m != Modality::Phrase && m != Modality::AccessUltrasound)
            });
            let aside = subject.is_some_and(|w| {
                let before = view.lower[view.clause.span.start..w.span.start].trim_end();
                !before.is_empty()
                    && [
                        " on",
                        " by",
                        " by the",
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
    pub(super) fn next_hand(&self, view: &View<'_>) -> Option<Mover> {
        let mut hand = self.in_hand;
        if hand == Some(Mover::Ivus) && asks(view) {
            return hand;
        }
        if asks_for_ivus(view) {
            hand = Some(Mover::Ivus);
        }
        for word in view.clause.of_any(&[Kind::Ivus, Kind::Device]) {
            if view.is_ivus(word)
                && assert_act(view.text, view.clause, word.span, self.context.lexicon).status
                    != Status::Performed
            {
                continue;
            }
            match view.mover(word) {
                Some(Mover::Treatment) if is_chosen(view, word) => {}
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
}

/// Whether a sentence tells what was to be learnt, not what was done.
fn asks(view: &View<'_>) -> bool {
    const ASKED: [&str; 10] = [
        "wanted to know",
        "wanted to see",
        "i wanted to know",
        "we wanted to know",
        "the question was",
        "my question was",
        "our question was",
        "question:",
        "to know whether",
        "to see whether",
    ];
    let told = &view.lower[view.clause.span.start..];
    ASKED.iter().any(|w| told.starts_with(w))
}

/// The last list that begins before a place. Lists stand in order.
fn list_at<'v>(view: &View<'v>, before: usize) -> Option<&'v VesselList> {
    let lists = view.clause.lists;
    lists[..lists.partition_point(|l| l.span.start < before)].last()
}

/// "so duplex was right", "the venogram had been wrong".
fn judges(view: &View<'_>) -> bool {
    const JUDGED: [&str; 5] = [
        " was right",
        " was wrong",
        " had been right",
        " had been wrong",
        " was misleading",
    ];
    JUDGED.iter().any(|w| view.has_phrase(w))
}

/// "IVUS was needed to measure the lumen": told in the description, and neither denied nor planned.
fn asks_for_ivus(view: &View<'_>) -> bool {
    let words = view.clause.words;
    let asks = |w: &Word| {
        w.is_necessity(Necessity::Explicit)
            && ["ivus was needed", "ivus was required"].contains(&view.small(w))
    };
    words.iter().any(asks) && words.iter().all(|w| w.modifier().is_none())
}

/// "before choosing a stent", "for balloon choice": what the study is for, and nothing in hand.
fn is_chosen(view: &View<'_>, device: &Word) -> bool {
    const CHOICES: [&str; 7] = [
        "choos", "choice", "chose", "select", "sizing", "plan", "pick",
    ];
    let chooses = |t: &str| CHOICES.iter().any(|c| t.starts_with(c));
    let after = &view.lower[device.span.end..view.clause.span.end];
    let after = after.split_whitespace().take(2).any(chooses);
    let before = view.lead(device.span.start);
    after || before.split_whitespace().rev().take(4).any(chooses)
}

/// "passed to the upper end of the stents", "over the filter wire": where something else goes.
fn tells_a_place(view: &View<'_>, device: &Word) -> bool {
    const PLACES: [&str; 10] = [
        " end of the",
        " ends of the",
        " edge of the",
        " top of the",
        " above the",
        " below the",
        " beyond the",
        " inside the",
        " through the",
        " over the",
    ];
    let before = view.lead(device.span.start).trim_end();
    // "left common iliac stent entered first": a vessel by the stent in it, and IVUS in hand.
    let entered = || {
        let after = &view.lower[device.span.end..view.clause.span.end];
        view.frame.is_ivus()
            && list_at(view, device.span.start).is_some_and(|l| l.span.end + 1 == device.span.start)
            && after
                .split_whitespace()
                .take(2)
                .any(|w| w.trim_end_matches('.') == "entered")
    };
    PLACES.iter().any(|p| before.ends_with(p)) || entered()
}

/// "did not need treatment", "nothing that needs treatment": a finding, and nothing was treated.
fn needs_none(view: &View<'_>, word: &Word) -> bool {
    let before = &view.lower[view.clause.span.start..word.span.start];
    // "calcified plaque, no treatment"
    if before.ends_with(" no ") && view.small(word).starts_with("treatment") {
        return true;
    }
    let needs = |t: &str| {
        ["need", "requir", "merit", "warrant", "call"]
            .iter()
            .any(|n| t.starts_with(n))
    };
    let tail: Vec<&str> = before.split_whitespace().rev().take(7).collect();
    tail.iter().any(|t| needs(t))
        && tail
            .iter()
            .any(|t| ["no", "not", "nothing", "none", "without"].contains(t))
}

/// Whether a line begins with a vessel and its reading, and names another study only after that.
fn is_read_before(view: &View<'_>, word: &Word) -> bool {
    let line = view.unit.unit.span;
    // "6 mm by venogram": the reading is of the other study.
    let source = [" by", " on", " at", " per"]
        .iter()
        .any(|w| view.lead(word.span.start).ends_with(w));
    !source
        && view.clause.lists.first().is_some_and(|l| {
            let mut readings = view.unit.measures.iter();
            l.span.start == line.start
                && l.prep.is_none()
                && reads_at_once(view, l)
                && readings.any(|m| m.span.start >= l.span.end && m.span.end <= word.span.start)
        })
}

/// "22.4 mm (CT: 18.5)": what another study said, beside a reading.
fn is_bracketed(view: &View<'_>, word: &Word) -> bool {
    let before = view.lead(word.span.start);
    let measured = view.unit.measures.iter();
    before.trim_end().ends_with('(') && measured.into_iter().any(|m| m.span.end <= word.span.start)
}

/// Whether another study is named only to compare with.
fn compares(view: &View<'_>, word: &Word) -> bool {
    let before = &view.lower[view.clause.span.start..word.span.start];
    let mut measures = view.unit.measures.iter();
    let read =
        measures.any(|m| view.clause.span.start <= m.span.start && m.span.end <= word.span.start);
    // "It is 2 mm, a collar which the dye had washed around": what another study made of it.
    let made_of_it = read && before.trim_end().ends_with(" which the");
    // "21 mm just past the subclavian; CT had said 17": told of the other study by the way.
    let after = &view.lower[word.span.end..view.clause.span.end];
    let had = [
        " had said",
        " had given",
        " had read",
        " had measured",
        " had called",
    ]
    .iter()
    .any(|w| after.starts_with(w));
    // "66 percent, well beyond what the CT had suggested": CT is not made in the session, so it ends no study of it.
    let by_the_way = word.modality() == Some(Modality::CrossSectional) && is_by_the_way(view, word);
    made_of_it
        || by_the_way
        || (had && view.clause.lists.is_empty())
        || is_distrusted(&view.lower[word.span.end..view.clause.span.end])
        || [
            " plane of the",
            " than the",
            " than on",
            " than on the",
            " than by",
            " unlike the",
            " known from the",
        ]
        .iter()
        .any(|p| before.trim_end().ends_with(p))
}

/// Whether CT is told of beside what IVUS shows: in a clause without a vessel, or after the vessel's reading and as what it is
/// compared with; not as where a reading comes from ("8 mm on CT").
fn is_by_the_way(view: &View<'_>, word: &Word) -> bool {
    const BEFORE: [&str; 14] = [
        "than the",
        "than",
        "of the",
        "what the",
        "what",
        "as the",
        "as",
        "the",
        "with the",
        "while the",
        "while",
        "against",
        "against the",
        "unlike",
    ];
    const SOURCES: [&str; 8] = [
        " on",
        " by",
        " per",
        " from",
        " on the",
        " by the",
        " from the",
        " in the",
    ];
    if !matches!(view.unit.unit.layout, Layout::Prose | Layout::Item) {
        return false;
    }
    let lead = view.lead(word.span.start).trim_end();
    if view.clause.lists.is_empty() {
        return true;
    }
    // Before it, or in a part of the sentence of their own.
    let before = |l: &VesselList| l.span.end <= word.span.start || view.is_compared(l, word);
    let compared = BEFORE.iter().any(|w| {
        lead.strip_suffix(w)
            .is_some_and(|l| l.is_empty() || l.ends_with(' '))
    });
    compared && !SOURCES.iter().any(|w| lead.ends_with(w)) && view.clause.lists.iter().all(before)
}

/// "Angiographic diameter is unreliable here", "venography underestimated it": told of the other study only to say why not by it.
fn is_distrusted(after: &str) -> bool {
    const VERDICTS: [&str; 14] = [
        "unreliable",
        "misleading",
        "deceptive",
        "deceiving",
        "inaccurate",
        "inconclusive",
        "insufficient",
        "not reliable",
        "not trusted",
        "not sufficient",
        "of no help",
        "of little help",
        "underestimat",
        "overestimat",
    ];
    const MOST: usize = 48;
    VERDICTS.iter().any(|v| {
        after
            .find(v)
            .is_some_and(|at| at <= MOST && !after[..at].contains([',', ';', '.']))
    })
}

/// The frame of the findings of a report titled as an IVUS report.
pub(super) fn title_frame(context: &Context<'_>) -> Frame {
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

pub(super) fn weaken(frame: Frame) -> Frame {
    match frame {
        Frame::Ivus { coronary, .. } => Frame::Ivus {
            weak: true,
            coronary,
        },
        Frame::Other(_) | Frame::None | Frame::Treatment => Frame::None,
    }
}

/// "plaque behind, fit for Perclose": a closure that the look is for.
fn is_for_later(view: &View<'_>, word: &Word) -> bool {
    let before = view.lower[view.clause.span.start..word.span.start].trim_end();
    [" for", " for a", " for the"]
        .iter()
        .any(|w| before.ends_with(w))
}
