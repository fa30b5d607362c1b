//! What the reader holds in mind while going down a report, and how the words of a clause govern its vessels.

use std::cell::OnceCell;

use crate::{
    context::Clause,
    lexicon::{Action, Device, Extent, Form, Grammar, Ivus, Lexicon, Modality, Scope, System},
    mention::{Atom, Measure, Quantity, UnitMentions, VesselList, Word},
    text::Span,
};

/// Which study the text is telling about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    None,
    /// IVUS. `weak`: carried over a blank line. `coronary`: of coronary vessels.
    Ivus {
        weak: bool,
        coronary: bool,
    },
    Other(Modality),
    Treatment,
}

impl Frame {
    pub(super) fn is_ivus(self) -> bool {
        matches!(
            self,
            Self::Ivus {
                coronary: false,
                ..
            }
        )
    }
}

/// A device that can be moved to a vessel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mover {
    Ivus,
    Catheter,
    LongSheath,
    Sheath,
    Wire,
    Treatment,
    Needle,
}

impl Mover {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ivus => "ivus-catheter",
            Self::Catheter => "catheter",
            Self::LongSheath => "long-sheath",
            Self::Sheath => "sheath",
            Self::Wire => "wire",
            Self::Treatment => "treatment-device",
            Self::Needle => "needle",
        }
    }
}

/// What a list of vessels is to its clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// IVUS looked at it; the span is the act.
    Ivus(Span),
    /// A study other than IVUS looked at it.
    Other(Modality),
    /// The subject of a reading, or nothing governs it.
    Subject,
    /// A vessel that was entered.
    Access(Span),
    /// A device was brought there.
    Target(Mover, Span),
    /// A device came from there.
    Origin,
    /// A device went through.
    Passed(Mover, Span),
    /// Treated, or a treatment device lies there.
    Treated(Span),
    /// Named to tell a place.
    Landmark,
}

impl Role {
    /// The role as the second reader knows it.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Ivus(_) => "ivus",
            Self::Other(_) => "other",
            Self::Subject => "subject",
            Self::Access(_) => "access",
            Self::Target(Mover::Ivus, _) => "reached by ivus",
            Self::Target(..) => "reached",
            Self::Origin => "origin",
            Self::Passed(Mover::Ivus, _) => "passed by ivus",
            Self::Passed(..) => "passed",
            Self::Treated(_) => "treated",
            Self::Landmark => "landmark",
        }
    }

    /// The role in a few words, for the trace.
    pub(super) fn describe(self) -> String {
        match self {
            Self::Ivus(_) => "IVUS looked at it".to_owned(),
            Self::Other(modality) => format!("seen by another study ({modality:?})"),
            Self::Subject => "subject of a reading, or nothing governs it".to_owned(),
            Self::Access(_) => "entered".to_owned(),
            Self::Target(mover, _) => format!("{} brought there", mover.name()),
            Self::Origin => "a device came from there".to_owned(),
            Self::Passed(mover, _) => format!("{} passed through", mover.name()),
            Self::Treated(_) => "treated".to_owned(),
            Self::Landmark => "named to tell a place".to_owned(),
        }
    }
}

/// Facts about the whole report that settle single words.
#[derive(Clone, Copy, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says one thing of the report"
)]
pub(super) struct Facts {
    /// IVUS is named outright somewhere.
    pub(super) strong: bool,
    /// An "ultrasound catheter" is named somewhere.
    pub(super) generic: bool,
    /// Therapeutic ultrasound or intracardiac echo is used.
    pub(super) other_ultrasound: bool,
    /// Where the description first names IVUS outright: "ultrasound" told before is another one.
    pub(super) told_from: usize,
    /// The description names IVUS outright.
    pub(super) told: bool,
}

impl Facts {
    /// `told` says whether a unit is part of the description, no title, plan or history.
    pub(super) fn of(
        text: &str,
        units: &[UnitMentions],
        told: impl Fn(&UnitMentions) -> bool,
    ) -> Self {
        let words = || units.iter().flat_map(|u| &u.words);
        let outright = |w: &&Word| {
            matches!(
                w.ivus(),
                Some(Ivus::Modality | Ivus::Device | Ivus::Generic)
            )
        };
        let described = units
            .iter()
            .filter(|u| told(u))
            .flat_map(|u| &u.words)
            .find(outright);
        // "The probe was advanced into the anterior tibial artery": no other ultrasound is brought into a vessel.
        let other_ultrasound = words().any(|w| {
            matches!(
                w.modality(),
                Some(Modality::CardiacEcho | Modality::TherapyUltrasound)
            )
        });
        let entered = (described.is_none() && !other_ultrasound)
            .then(|| units.iter().filter(|u| told(u)).find(|u| enters(text, u)))
            .flatten();
        Self {
            strong: words().any(|w| matches!(w.ivus(), Some(Ivus::Modality | Ivus::Device))),
            generic: entered.is_some() || words().any(|w| w.ivus() == Some(Ivus::Generic)),
            other_ultrasound,
            told_from: described
                .map(|w| w.span.start)
                .or(entered.map(|u| u.unit.span.start))
                .unwrap_or(0),
            told: units
                .iter()
                .filter(|u| told(u))
                .flat_map(|u| &u.words)
                .any(|w| matches!(w.ivus(), Some(Ivus::Modality | Ivus::Device))),
        }
    }
}

/// Whether a unit says that an ultrasound probe was brought into a vessel.
fn enters(text: &str, unit: &UnitMentions) -> bool {
    let probe = |w: &&Word| {
        let word = &text[w.span.start..w.span.end];
        w.ivus() == Some(Ivus::Weak)
            && ["probe", "transducer", "crystal"]
                .iter()
                .any(|p| word.to_ascii_lowercase().ends_with(p))
    };
    let tokens = |from: usize, to: usize| text[from..to].split_whitespace().count();
    unit.words.iter().filter(probe).any(|p| {
        unit.words.iter().any(|w| {
            w.is_action(Action::Place)
                && w.span.start >= p.span.end
                && tokens(p.span.end, w.span.start) <= 3
                && unit.lists.iter().any(|l| {
                    l.span.start >= w.span.end
                        && matches!(l.prep, Some((Grammar::To, _)))
                        && tokens(w.span.end, l.span.start) <= 6
                })
        })
    })
}

/// The clause being read with what is needed to judge it.
pub(super) struct View<'a> {
    pub(super) text: &'a str,
    pub(super) clause: &'a Clause<'a>,
    pub(super) unit: &'a UnitMentions,
    pub(super) lexicon: &'a Lexicon,
    pub(super) facts: Facts,
    pub(super) frame: Frame,
    pub(super) in_hand: Option<Mover>,
    /// Under a heading about access.
    pub(super) at_access: bool,
    /// What is asked of the clause for each of its lists, once it is known.
    pub(super) known: Known,
}

/// What holds for a clause as a whole.
#[derive(Debug, Default)]
pub(super) struct Known {
    punctures: OnceCell<bool>,
    /// The place of the first IVUS word.
    ivus: OnceCell<Option<usize>>,
}

impl View<'_> {
    /// Whether the clause tells of a puncture, so that "ultrasound" in it is external.
    pub(super) fn punctures(&self) -> bool {
        let known = &self.known.punctures;
        *known.get_or_init(|| self.clause.words.iter().any(|w| self.tells_puncture(w)))
    }

    fn tells_puncture(&self, w: &Word) -> bool {
        w.device() == Some(Device::Needle)
            || w.modality() == Some(Modality::AccessUltrasound)
            || (matches!(w.device(), Some(Device::Sheath))
                && self.has_word_between(self.clause.span.start, w.span.start, "entered"))
            || (w.is_action(Action::Access)
                && !self.word(w).to_ascii_lowercase().starts_with("approach"))
    }

    /// Whether a word stands between two places of the text.
    pub(super) fn has_word_between(&self, from: usize, to: usize, word: &str) -> bool {
        self.text[from..to]
            .split(|c: char| !c.is_alphanumeric())
            .any(|w| w.eq_ignore_ascii_case(word))
    }

    /// Whether the clause holds a phrase.
    pub(super) fn has_phrase(&self, phrase: &str) -> bool {
        self.text[self.clause.span.start..self.clause.span.end]
            .to_ascii_lowercase()
            .contains(phrase)
    }

    pub(super) fn word(&self, word: &Word) -> &str {
        &self.text[word.span.start..word.span.end]
    }

    /// Whether a word speaks of IVUS here.
    pub(super) fn is_ivus(&self, word: &Word) -> bool {
        let Some(kind) = word.ivus() else {
            return false;
        };
        let external = || {
            self.clause.words.iter().any(|w| {
                matches!(
                    w.modality(),
                    Some(
                        Modality::ExternalUltrasound
                            | Modality::CardiacEcho
                            | Modality::TherapyUltrasound
                            | Modality::AccessUltrasound
                    )
                )
            })
        };
        match kind {
            Ivus::Modality | Ivus::Device => true,
            Ivus::Generic => self.facts.told || !self.facts.other_ultrasound,
            Ivus::Weak => {
                let plain = self.word(word).eq_ignore_ascii_case("ultrasound")
                    || self.word(word).eq_ignore_ascii_case("with ultrasound")
                    || self
                        .word(word)
                        .to_ascii_lowercase()
                        .ends_with(" ultrasound");
                (self.facts.strong || self.facts.generic)
                    && !external()
                    && word.span.start >= self.facts.told_from
                    && !(plain && self.at_access)
                    && !(plain
                        && !self.frame.is_ivus()
                        && self.clause.words.iter().any(|w| {
                            matches!(
                                w.device(),
                                Some(Device::Sheath | Device::LongSheath | Device::Needle)
                            )
                        }))
                    && !(self.punctures() && (plain || !self.frame.is_ivus()))
            }
            Ivus::Act => {
                (self.facts.strong || self.facts.generic)
                    && (self.frame.is_ivus()
                        || self.in_hand == Some(Mover::Ivus)
                        || self.clause.words.iter().any(|w| {
                            !std::ptr::eq(w, word)
                                && w.ivus().is_some()
                                && w.ivus() != Some(Ivus::Act)
                        }))
                    && !self
                        .clause
                        .words
                        .iter()
                        .any(|w| w.modality() == Some(Modality::Physiology))
            }
        }
    }

    /// The first IVUS word of the clause.
    pub(super) fn ivus(&self) -> Option<&Word> {
        let words = self.clause.words;
        let first = || words.iter().position(|w| self.is_ivus(w));
        self.known.ivus.get_or_init(first).map(|n| &words[n])
    }

    /// What a device word moves.
    pub(super) fn mover(&self, word: &Word) -> Option<Mover> {
        if self.is_ivus(word) && word.ivus() != Some(Ivus::Act) {
            return Some(Mover::Ivus);
        }
        match word.device()? {
            Device::Catheter => {
                // "Visions PV catheter", "eye vus catheter".
                let named = self.clause.words.iter().any(|w| {
                    w.span.end + 1 == word.span.start
                        && self.is_ivus(w)
                        && w.ivus() != Some(Ivus::Act)
                });
                if named {
                    return Some(Mover::Ivus);
                }
                // "The catheter was placed in the ovarian vein, where injection filled …": no IVUS catheter.
                let injects = self.ivus().is_none()
                    && self.clause.words.iter().any(|w| {
                        w.is_action(Action::Fill) || w.modality() == Some(Modality::Angiography)
                    });
                let plain = !injects
                    && (self.word(word).eq_ignore_ascii_case("catheter")
                        || self.word(word).eq_ignore_ascii_case("the catheter"));
                let ours = plain
                    && (self.in_hand == Some(Mover::Ivus) || self.frame.is_ivus())
                    && !self.names_new_catheter(word);
                Some(if ours { Mover::Ivus } else { Mover::Catheter })
            }
            Device::LongSheath => Some(Mover::LongSheath),
            Device::Sheath => Some(Mover::Sheath),
            Device::Wire => Some(Mover::Wire),
            Device::Needle => Some(Mover::Needle),
            Device::Balloon
            | Device::Stent
            | Device::Filter
            | Device::Thrombectomy
            | Device::Atherectomy
            | Device::Snare => Some(Mover::Treatment),
        }
    }

    /// "over a wire", "through the sheath": what helps the movement is not what moves.
    fn is_instrument(&self, word: &Word) -> bool {
        const SKIP: &[&str] = &[
            "the",
            "a",
            "an",
            "this",
            "that",
            "same",
            "first",
            "second",
            "stiff",
            "left",
            "right",
            "existing",
            "new",
            "long",
            "short",
            "each",
            "his",
            "her",
            "fr",
            "french",
            "cm",
            "inch",
            "crossing",
            "buddy",
            "exchange",
            "supporting",
        ];
        if let Some(before) = self
            .clause
            .words
            .iter()
            .filter(|w| w.span.end <= word.span.start)
            .rev()
            .find(|w| !w.is_vessel() && w.side().is_none() && !w.is_grammar(Grammar::Partial))
            && self.text[before.span.end..word.span.start]
                .split_whitespace()
                .count()
                <= 5
            && (matches!(before.grammar(), Some(Grammar::Through | Grammar::From))
                || (before.is_grammar(Grammar::In) && word.device() == Some(Device::Wire)))
        {
            return true;
        }
        let before = self.text[self.clause.span.start..word.span.start].to_ascii_lowercase();
        for token in before.split_whitespace().rev().take(5) {
            if matches!(
                token,
                "over"
                    | "through"
                    | "via"
                    | "inside"
                    | "using"
                    | "beside"
                    | "alongside"
                    | "to"
                    | "into"
                    | "from"
                    | "thru"
            ) {
                return true;
            }
            if !SKIP.contains(&token)
                && !token.starts_with(|c: char| c.is_ascii_digit() || c == '.')
            {
                return false;
            }
        }
        false
    }

    /// "a 5 F catheter": a new one, not the one in hand.
    fn names_new_catheter(&self, word: &Word) -> bool {
        let before = self.text[self.clause.span.start..word.span.start].to_ascii_lowercase();
        let tail: Vec<&str> = before.split_whitespace().rev().take(4).collect();
        tail.iter().any(|t| {
            *t == "a"
                || *t == "fr"
                || *t == "french"
                || t.ends_with("fr")
                || (t.ends_with('f') && t.len() <= 3)
        })
    }

    /// The vessels of coronary lists are another service.
    pub(super) fn is_coronary(&self, list: &VesselList) -> bool {
        !list.atoms.is_empty()
            && list.atoms.iter().all(|a| {
                a.vessel()
                    .is_some_and(|v| self.lexicon.vessel(v).system == System::Coronary)
            })
    }

    /// "from the left anterior descending back to the aortic ostium": where a coronary run ends.
    fn is_coronary_ostium(&self, list: &VesselList) -> bool {
        !list.atoms.is_empty()
            && list.atoms.iter().all(|a| {
                a.vessel()
                    .is_some_and(|v| self.lexicon.vessel(v).id.split('-').any(|w| w == "aorta"))
            })
            && self.clause.lists.iter().any(|l| self.is_coronary(l))
    }

    /// Whether the clause tells of coronary vessels only.
    pub(super) fn tells_of_the_heart(&self) -> bool {
        let lists = self.clause.lists;
        lists.iter().any(|l| self.is_coronary(l))
            && lists
                .iter()
                .all(|l| self.is_coronary(l) || self.is_coronary_ostium(l))
    }

    /// The role of a list in this clause.
    pub(super) fn role(&self, list: &VesselList) -> Role {
        if self.is_coronary_ostium(list) {
            return Role::Landmark;
        }
        // "exchange on the femoral side": a way in.
        let side = list.place.is_some_and(|p| {
            p.start >= list.span.end && self.text[p.start..p.end].eq_ignore_ascii_case("side")
        });
        if side {
            return Role::Origin;
        }
        if self.tells_a_time(list) {
            return Role::Landmark;
        }
        let prep = list.prep.map(|(p, _)| p);
        if let Some(role) = self.tip(list) {
            return role;
        }
        let after = self.right_after(list);
        // "left popliteal access", "right femoral sheath", "left iliac venogram", "left renal IVUS".
        if let Some(word) = after {
            if self.is_ivus(word) && word.ivus() != Some(Ivus::Act) {
                return Role::Ivus(word.span);
            }
            if word.is_action(Action::Access) {
                return Role::Access(word.span);
            }
            if matches!(word.device(), Some(Device::Sheath | Device::Needle)) {
                return Role::Origin;
            }
            if word.modality() == Some(Modality::AccessUltrasound) && self.ivus().is_none() {
                return Role::Access(word.span);
            }
            if let Some(modality) = word.modality()
                && modality != Modality::Phrase
                && modality != Modality::AccessUltrasound
                && self
                    .ivus()
                    .is_none_or(|i| i.span.start > word.span.start || prep.is_none())
            {
                return Role::Other(modality);
            }
        }
        // "received a 5 F sheath".
        let sheath = self.clause.words.iter().find(|w| {
            w.span.start >= list.span.end
                && matches!(w.device(), Some(Device::Sheath | Device::LongSheath))
        });
        if let Some(word) = sheath
            && self.has_word_between(list.span.end, word.span.start, "received")
        {
            return Role::Access(word.span);
        }
        // "separate from the iliac lesion": told to say where it is not.
        let apart = prep == Some(Grammar::From)
            && list.prep.is_some_and(|(_, at)| {
                self.clause.words.iter().any(|w| {
                    w.is_extent(Extent::Separate)
                        && w.span.end <= at.start
                        && w.span.end + 2 >= at.start
                })
            });
        if prep == Some(Grammar::Landmark) || apart {
            return Role::Landmark;
        }
        // "redirected to the right brachiocephalic vein, which was also recorded"
        let after = self.text[list.span.end..self.clause.span.end].trim_start_matches([',', ' ']);
        if after.starts_with("which was")
            && let Some(role) = self
                .right_verb(list)
                .filter(|w| w.is_action(Action::Image))
                .and_then(|w| self.imaged(list, w))
        {
            return role;
        }
        let right = if prep.is_none() || prep == Some(Grammar::In) || prep == Some(Grammar::At) {
            self.right_verb(list)
        } else {
            None
        };
        if prep.is_none()
            && let Some(role) = right.and_then(|w| self.passive(list, w))
        {
            return role;
        }
        match self.left_role(list, prep) {
            // A sheath taken up to the cava or aorta came through another vessel.
            Role::Access(span) | Role::Target(Mover::Sheath, span)
                if self.is_central(list) && self.sheath_before(list, span) =>
            {
                Role::Target(Mover::LongSheath, span)
            }
            Role::Origin
                if prep == Some(Grammar::To)
                    && self.is_central(list)
                    && self.sheath_before(list, list.span) =>
            {
                Role::Target(Mover::LongSheath, list.span)
            }
            // "a gradient with the catheter of 1 mm Hg from external iliac vein to cava": where it was measured.
            Role::Target(_, span) if self.measures_pressure(span, list) => Role::Subject,
            role => role,
        }
    }

    /// Whether a pressure is told between a word and a list.
    fn measures_pressure(&self, span: Span, list: &VesselList) -> bool {
        let told = self.text[span.start.min(list.span.start)..list.span.start].to_ascii_lowercase();
        ["mm hg", "mmhg", "pressure", "gradient"]
            .iter()
            .any(|w| told.contains(w))
    }

    /// Whether a sheath is what a word before a list speaks of.
    fn sheath_before(&self, list: &VesselList, span: Span) -> bool {
        self.clause.words.iter().any(|w| {
            w.span.end <= list.span.start
                && matches!(w.device(), Some(Device::Sheath | Device::LongSheath))
                && self.text[w.span.start.min(span.start)..list.span.start]
                    .split_whitespace()
                    .count()
                    <= 14
        })
    }

    /// "a crossover sheath, tip in the right common femoral artery": where the end of what was told lies.
    fn tip(&self, list: &VesselList) -> Option<Role> {
        let before = self.text[self.clause.span.start..list.span.start].to_ascii_lowercase();
        let mut tokens = before
            .split_whitespace()
            .rev()
            .map(|t| t.trim_matches([',', ':']))
            .filter(|t| {
                ![
                    "the",
                    "in",
                    "at",
                    "its",
                    "of",
                    "lies",
                    "was",
                    "placed",
                    "positioned",
                ]
                .contains(t)
            });
        let tip = matches!(tokens.next(), Some("tip"));
        let device = self
            .clause
            .words
            .iter()
            .rfind(|w| w.span.end <= list.span.start && self.mover(w).is_some())
            .filter(|_| tip)?;
        Some(match self.mover(device)? {
            Mover::Sheath | Mover::LongSheath => Role::Target(Mover::LongSheath, device.span),
            mover @ (Mover::Catheter | Mover::Ivus) => Role::Target(mover, device.span),
            _ => return None,
        })
    }

    /// Whether a list names the aorta, a vena cava or pulmonary arteries: no sheath enters the body there.
    fn is_central(&self, list: &VesselList) -> bool {
        list.atoms.iter().filter_map(Atom::vessel).any(|v| {
            let vessel = self.lexicon.vessel(v);
            vessel.system == System::Pulmonary
                || vessel.id.contains("vena-cava")
                || vessel.id.contains("aort")
        })
    }

    /// "before the ovarian outflow was closed": the vessel of another act, told to say when.
    fn tells_a_time(&self, list: &VesselList) -> bool {
        let before = self.text[self.clause.span.start..list.span.start].to_ascii_lowercase();
        let mut tokens = before.split_whitespace().rev();
        let mut last = tokens.next();
        if matches!(last, Some("the" | "a" | "an")) {
            last = tokens.next();
        }
        let conjunction =
            matches!(last, Some("before" | "after" | "until" | "once")) && tokens.next().is_some();
        conjunction
            && self
                .clause
                .words
                .iter()
                .find(|w| w.span.start >= list.span.end)
                .is_some_and(|w| {
                    w.is_grammar(Grammar::Aux)
                        && self.text[list.span.end..w.span.start]
                            .split_whitespace()
                            .count()
                            <= 2
                })
    }

    /// The word that follows a list at once.
    fn right_after(&self, list: &VesselList) -> Option<&Word> {
        let word = self
            .clause
            .words
            .iter()
            .find(|w| w.span.start >= list.span.end)?;
        let gap = &self.text[list.span.end..word.span.start];
        let noun = gap.trim().trim_start_matches(['(', ')']);
        (noun.is_empty() || ["vein", "artery", "venous", "arterial", "graft"].contains(&noun))
            .then_some(word)
    }

    /// The verb a list is the subject of: an action after it with only function words between.
    fn right_verb(&self, list: &VesselList) -> Option<&Word> {
        let mut aux = false;
        for word in self
            .clause
            .words
            .iter()
            .filter(|w| w.span.start >= list.span.end)
        {
            if self.text[list.span.end..word.span.start]
                .split_whitespace()
                .count()
                > 6
            {
                return None;
            }
            if word.is_vessel()
                || word.finding().is_some() && !word.any_action(&[Action::Treat, Action::Image])
            {
                return None;
            }
            if word.is_grammar(Grammar::Aux) {
                aux = true;
                continue;
            }
            let acts = [
                Action::Access,
                Action::Treat,
                Action::Select,
                Action::Place,
                Action::Image,
                Action::Fill,
                Action::Cross,
                Action::Perform,
            ];
            if word.any_action(&acts) {
                return (aux
                    || self.text[list.span.end..word.span.start]
                        .trim_matches([':', ' ', '-', '|'])
                        .is_empty())
                .then_some(word);
            }
            if word.is_action(Action::Show) || word.modality().is_some() {
                return None;
            }
        }
        None
    }

    /// The role of a subject by its verb.
    fn passive(&self, list: &VesselList, verb: &Word) -> Option<Role> {
        let needle = self.punctures()
            || self
                .clause
                .words
                .iter()
                .any(|w| matches!(w.device(), Some(Device::Needle | Device::Sheath)))
            || self.clause.words.iter().any(|w| {
                w.ivus() == Some(Ivus::Weak)
                    && self.word(w).to_ascii_lowercase().contains("ultrasound")
            });
        if verb.is_action(Action::Access) {
            return Some(Role::Access(verb.span));
        }
        if verb.is_action(Action::Image) {
            return self.imaged(list, verb);
        }
        if verb.is_action(Action::Select)
            || (verb.is_action(Action::Place)
                && self.word(verb).to_ascii_lowercase().starts_with("enter"))
        {
            if needle {
                return Some(Role::Access(verb.span));
            }
            let by = self
                .clause
                .words
                .iter()
                .filter(|w| w.span.start > verb.span.end)
                .find_map(|w| self.mover(w));
            let mover = by.or_else(|| {
                self.clause
                    .words
                    .iter()
                    .filter(|w| w.span.end <= list.span.start)
                    .rev()
                    .find_map(|w| self.mover(w))
            });
            return Some(match mover {
                Some(Mover::Wire) => Role::Passed(Mover::Wire, verb.span),
                Some(m @ Mover::Ivus) => Role::Target(m, verb.span),
                // "The right common femoral vein was entered."
                None if self.in_hand.is_none()
                    && (!verb.is_action(Action::Select)
                        || self.word(verb).to_ascii_lowercase().starts_with("cannulat"))
                    && !self.frame.is_ivus() =>
                {
                    Role::Access(verb.span)
                }
                _ => Role::Target(Mover::Catheter, verb.span),
            });
        }
        if verb.is_action(Action::Cross) {
            return Some(Role::Passed(Mover::Wire, verb.span));
        }
        if verb.is_action(Action::Treat) {
            return Some(Role::Treated(verb.span));
        }
        if verb.is_action(Action::Fill) && self.ivus().is_none() {
            return Some(Role::Other(Modality::Angiography));
        }
        None
    }

    /// What "imaged", "interrogated", "evaluated" means here.
    fn imaged(&self, list: &VesselList, verb: &Word) -> Option<Role> {
        // "The graft covered the left subclavian artery": only a run or a probe looks at what it covers.
        if self.word(verb).to_ascii_lowercase().starts_with("cover") && self.ivus().is_none() {
            return None;
        }
        if let Some(word) = self.ivus() {
            let nearer_other = self.clause.words.iter().find(|w| {
                w.modality().is_some_and(|m| m != Modality::Phrase)
                    && w.span.start > verb.span.end
                    && (word.span.start > w.span.start || word.span.end <= list.span.start)
                    && !self.coordinated(word, w)
            });
            return match nearer_other.and_then(super::super::mention::Word::modality) {
                Some(modality)
                    if word.span.end <= list.span.start && list.span.end <= verb.span.start =>
                {
                    Some(Role::Other(modality))
                }
                Some(_) if word.span.start <= verb.span.end => None,
                _ => Some(Role::Ivus(verb.span)),
            };
        }
        if let Some(modality) = self
            .clause
            .words
            .iter()
            .find_map(|w| w.modality().filter(|m| *m != Modality::Phrase))
        {
            return Some(Role::Other(modality));
        }
        match self.frame {
            Frame::Ivus { .. } => Some(Role::Ivus(verb.span)),
            Frame::Other(m) => Some(Role::Other(m)),
            _ if self.facts.strong
                && self
                    .word(verb)
                    .to_ascii_lowercase()
                    .starts_with("interrogat") =>
            {
                Some(Role::Ivus(verb.span))
            }
            _ => None,
        }
    }

    /// "venography and IVUS": both studies share what follows.
    fn coordinated(&self, a: &Word, b: &Word) -> bool {
        let (first, second) = if a.span.start < b.span.start {
            (a, b)
        } else {
            (b, a)
        };
        let between = self.text[first.span.end..second.span.start].trim();
        [
            "and",
            "&",
            "/",
            "+",
            ",",
            "with",
            "plus",
            "then",
            ", and",
            "and then",
            "followed by",
            "and a",
            "and an",
            "and the",
        ]
        .contains(&between.to_ascii_lowercase().as_str())
    }

    /// The role of a list by what stands before it.
    #[expect(
        clippy::too_many_lines,
        reason = "one step for each class of word, from the vessel leftwards"
    )]
    fn left_role(&self, list: &VesselList, prep: Option<Grammar>) -> Role {
        let before: Vec<&Word> = self
            .clause
            .words
            .iter()
            .filter(|w| w.span.end <= list.span.start)
            .collect();
        let ivus_before = before.iter().rev().find(|w| self.is_ivus(w)).copied();
        let mut device: Option<&Word> = None;
        let mut shown = false;
        for (i, word) in before.iter().enumerate().rev() {
            if self.is_ivus(word) {
                return self.by_ivus(prep, word, &before[i..]);
            }
            if let Some(modality) = word.modality() {
                match modality {
                    Modality::Phrase => continue,
                    Modality::AccessUltrasound => return Role::Access(word.span),
                    _ => {}
                }
                if let Some(ivus) = ivus_before
                    && self.coordinated(ivus, word)
                {
                    return self.by_ivus(prep, ivus, &before[i..]);
                }
                let aside = self.is_aside(word);
                if aside && ivus_before.is_some() {
                    continue;
                }
                // "Venogram via a 5 F pigtail in the left common femoral vein": the catheter rests there.
                if let Some(device) = device
                    && self.mover(device) == Some(Mover::Catheter)
                    && prep == Some(Grammar::In)
                    && self.text[device.span.end..list.span.start]
                        .split_whitespace()
                        .count()
                        <= 3
                {
                    return Role::Target(Mover::Catheter, device.span);
                }
                return Role::Other(modality);
            }
            if word.is_action(Action::Show) {
                shown = true;
                continue;
            }
            if self.mover(word).is_some() {
                device = device.or(Some(word));
                continue;
            }
            if word.is_action(Action::Access) {
                // "Micropuncture of the left, crossover with a catheter, and a 6F sheath carried into the right".
                if let Some(sheath) = device
                    && matches!(self.mover(sheath), Some(Mover::Sheath | Mover::LongSheath))
                    && (matches!(prep, Some(Grammar::In | Grammar::To))
                        || self.has_word_between(sheath.span.end, list.span.start, "into"))
                    && self.crosses()
                {
                    return Role::Target(Mover::LongSheath, sheath.span);
                }
                // "access was obtained and the catheter advanced into": a verb of movement was met first.
                return Role::Access(word.span);
            }
            // "Selective runs confirmed …": a kind of angiography.
            let adjective = self.word(word).eq_ignore_ascii_case("selective")
                && !["cath", "cann", "access", "engag"].iter().any(|n| {
                    self.text[word.span.end..]
                        .trim_start()
                        .to_ascii_lowercase()
                        .starts_with(n)
                });
            if adjective {
                return Role::Other(Modality::Angiography);
            }
            if word.is_action(Action::Select) && !word.is_action(Action::Place) {
                return self.selected(word, &before[..i], prep, device);
            }
            if word.is_action(Action::Image) && !word.is_action(Action::Place) {
                if let Some(role) = self.imaged(list, word) {
                    return role;
                }
                continue;
            }
            if word.is_action(Action::Treat) {
                // "Stented left common iliac vein: lumen 58 mm2": what was done to it once.
                let adjective = self.word(word).to_ascii_lowercase().ends_with("stented")
                    && word.span.start == self.clause.span.start
                    && self.text[word.span.end..list.span.start].trim().is_empty();
                if adjective {
                    continue;
                }
                if ivus_before.is_some() && (shown || self.is_nominal(word)) {
                    continue;
                }
                return Role::Treated(word.span);
            }
            if word.is_action(Action::Pullback) {
                return self.pulled(word, &before[..i], prep, device);
            }
            if word.is_action(Action::Place) {
                // "access was taken in": the puncture is the subject.
                let subject = before[..i]
                    .iter()
                    .rev()
                    .find(|w| !w.is_grammar(Grammar::Aux));
                if subject.is_some_and(|w| w.is_action(Action::Access)) && device.is_none() {
                    return Role::Access(word.span);
                }
                if let Some(role) = self.placed(word, &before[..i], prep, device) {
                    return role;
                }
                continue;
            }
            // "over a crossing wire": what the wire is for.
            let purpose = self.word(word).eq_ignore_ascii_case("crossing")
                && before.get(i + 1).is_some_and(|w| self.mover(w).is_some());
            if purpose {
                continue;
            }
            if word.is_action(Action::Cross) {
                let mover = self.moved(device, &before[..i]);
                return Role::Passed(mover.unwrap_or(Mover::Wire), word.span);
            }
            if word.is_action(Action::Fill) {
                // "thrombus filled the left common femoral vein": clot fills it, no contrast.
                let mut others = before.iter().filter(|w| w.span != word.span);
                if !(self.frame.is_ivus() && others.any(|w| self.is_lesion(w))) {
                    return Role::Other(Modality::Angiography);
                }
            }
        }
        if let Some(word) = device
            && !shown
        {
            return self.by_device(list, prep, word);
        }
        // "Right basilic vein above the elbow, 21 gauge needle, ultrasound."
        if prep.is_none() && self.punctures() && self.ivus().is_none() && !self.frame.is_ivus() {
            return Role::Access(list.span);
        }
        Role::Subject
    }

    /// "seen on venogram", "by angiography": said by the way.
    fn is_aside(&self, word: &Word) -> bool {
        let before = self.text[self.clause.span.start..word.span.start]
            .trim_end()
            .to_ascii_lowercase();
        [
            " on",
            " by",
            " on the",
            " than",
            " with",
            " to",
            " than the",
            " from",
            " beyond",
        ]
        .iter()
        .any(|p| before.ends_with(p))
    }

    /// "after stenting", "stent deployment": a treatment told as a time or thing.
    /// "(before dilatation)", "after stenting": a treatment that only says when.
    pub(super) fn tells_when(&self, word: &Word) -> bool {
        let before = self.text[self.clause.span.start..word.span.start]
            .trim_end()
            .to_ascii_lowercase();
        [
            "after",
            "before",
            "following",
            "post",
            "pre",
            "prior to",
            "post-",
            "pre-",
        ]
        .iter()
        .any(|w| before.ends_with(w))
    }

    fn is_nominal(&self, word: &Word) -> bool {
        let before = self.text[self.clause.span.start..word.span.start]
            .trim_end()
            .to_ascii_lowercase();
        [
            "after",
            "before",
            "following",
            "post",
            "of",
            "pre",
            "prior to",
            "the",
            "for",
            "during",
            "guide",
            "guided",
            "to",
        ]
        .iter()
        .any(|p| before.ends_with(p))
            || self.word(word).to_ascii_lowercase().ends_with("ment")
    }

    fn by_ivus(&self, prep: Option<Grammar>, word: &Word, between: &[&Word]) -> Role {
        let device = matches!(word.ivus(), Some(Ivus::Device | Ivus::Generic))
            || self.word(word).to_ascii_lowercase().contains("probe")
            || self.word(word).to_ascii_lowercase().contains("transducer");
        let shows = between.iter().any(|w| {
            w.any_action(&[Action::Show, Action::Image, Action::Perform]) || w.finding().is_some()
        });
        match prep {
            // "IVUS from the IVC to the common femoral vein" is a range looked at; a catheter to it is a place reached.
            Some(Grammar::To)
                if !shows && (device || between.iter().any(|w| w.is_action(Action::Place))) =>
            {
                Role::Target(Mover::Ivus, word.span)
            }
            Some(Grammar::From) if device && !shows => Role::Origin,
            Some(Grammar::Through) if device && !shows => Role::Passed(Mover::Ivus, word.span),
            _ => Role::Ivus(word.span),
        }
    }

    fn by_device(&self, list: &VesselList, prep: Option<Grammar>, word: &Word) -> Role {
        let Some(mover) = self.mover(word) else {
            return Role::Subject;
        };
        let between = &self.text[word.span.end..list.span.start];
        let close = between.split_whitespace().count() <= 9;
        match (mover, prep) {
            (
                Mover::Treatment,
                Some(
                    Grammar::In
                    | Grammar::To
                    | Grammar::At
                    | Grammar::Of
                    | Grammar::Through
                    | Grammar::From,
                ),
            ) if close => Role::Treated(word.span),
            (Mover::Treatment, None) if close => Role::Subject,
            (_, Some(Grammar::To)) if close => Role::Target(mover, word.span),
            (Mover::Catheter | Mover::Ivus, Some(Grammar::In)) if close => {
                Role::Target(mover, word.span)
            }
            (Mover::Sheath | Mover::LongSheath, Some(Grammar::In)) if self.crosses() => {
                Role::Target(Mover::LongSheath, word.span)
            }
            (Mover::Sheath | Mover::Needle | Mover::LongSheath, Some(Grammar::In)) => {
                Role::Access(word.span)
            }
            (_, Some(Grammar::Through)) => Role::Passed(mover, word.span),
            (_, Some(Grammar::From)) => Role::Origin,
            _ => Role::Subject,
        }
    }

    /// What a verb moves: the device told after it, else the last one before it.
    fn moved(&self, device: Option<&Word>, before: &[&Word]) -> Option<Mover> {
        device
            .and_then(|w| self.mover(w))
            .or_else(|| before.iter().rev().find_map(|w| self.mover(w)))
    }

    fn selected(
        &self,
        verb: &Word,
        before: &[&Word],
        prep: Option<Grammar>,
        device: Option<&Word>,
    ) -> Role {
        let mover = self.moved(device, before);
        if self.punctures() {
            return Role::Access(verb.span);
        }
        match (mover, prep) {
            (Some(Mover::Wire), _) => Role::Passed(Mover::Wire, verb.span),
            (_, Some(Grammar::Through)) => {
                Role::Passed(mover.unwrap_or(Mover::Catheter), verb.span)
            }
            (_, Some(Grammar::From)) => Role::Origin,
            (Some(m @ Mover::Ivus), _) => Role::Target(m, verb.span),
            _ => Role::Target(Mover::Catheter, verb.span),
        }
    }

    fn pulled(
        &self,
        verb: &Word,
        before: &[&Word],
        prep: Option<Grammar>,
        device: Option<&Word>,
    ) -> Role {
        let mover = self
            .moved(device, before)
            .or(self.in_hand)
            .or(self.frame.is_ivus().then_some(Mover::Ivus));
        if mover != Some(Mover::Ivus) || self.frame == Frame::Other(Modality::Physiology) {
            return Role::Origin;
        }
        match prep {
            Some(Grammar::Landmark | Grammar::At) => Role::Landmark,
            _ => Role::Ivus(verb.span),
        }
    }

    fn placed(
        &self,
        verb: &Word,
        before: &[&Word],
        prep: Option<Grammar>,
        device: Option<&Word>,
    ) -> Option<Role> {
        let found = device.filter(|d| !self.is_instrument(d)).or_else(|| {
            before
                .iter()
                .rev()
                .find(|w| (self.mover(w).is_some() && !self.is_instrument(w)) || self.is_lesion(w))
                .copied()
        });
        if found.is_some_and(|w| self.is_lesion(w) && self.mover(w).is_none()) {
            return None;
        }
        // "a catheter and a wire were advanced": the catheter counts.
        let pair = found.and_then(|w| {
            before
                .iter()
                .rev()
                .filter(|o| o.span.end <= w.span.start && self.mover(o) == Some(Mover::Catheter))
                .find(|o| self.coordinated(o, w))
                .copied()
        });
        let mover = pair.or(found).and_then(|w| self.mover(w)).or_else(|| {
            // Without a device the one in hand is meant, when nothing else is the subject.
            let lead = self.text[self.clause.span.start..verb.span.start].to_ascii_lowercase();
            let short =
                lead.split_whitespace().count() <= 4 || lead.split_whitespace().any(|t| t == "it");
            let other =
                lead.contains("limb") || self.text[verb.span.end..].trim_start().starts_with("on ");
            if found.is_none() && short && !other {
                self.in_hand
            } else {
                None
            }
        });
        let mover = mover?;
        let carried = [
            "advanc", "carri", "taken", "brought", "passed", "deliver", "took",
        ]
        .iter()
        .any(|v| self.word(verb).to_ascii_lowercase().starts_with(v));
        let crosses = self.crosses();
        Some(match (mover, prep) {
            (
                Mover::Treatment,
                Some(
                    Grammar::To
                    | Grammar::In
                    | Grammar::At
                    | Grammar::Through
                    | Grammar::Of
                    | Grammar::From,
                ),
            ) => Role::Treated(verb.span),
            (Mover::Sheath, Some(Grammar::In | Grammar::To)) if crosses => {
                Role::Target(Mover::LongSheath, verb.span)
            }
            (Mover::Sheath, Some(Grammar::To)) if carried => Role::Origin,
            (Mover::Sheath | Mover::Needle, Some(Grammar::In | Grammar::To)) => {
                Role::Access(verb.span)
            }
            (_, Some(Grammar::Through)) => Role::Passed(mover, verb.span),
            (_, Some(Grammar::From)) => Role::Origin,
            (_, Some(Grammar::At)) => Role::Landmark,
            (_, Some(Grammar::To | Grammar::In)) | (Mover::Ivus, Some(Grammar::Of)) => {
                Role::Target(mover, verb.span)
            }
            (Mover::Ivus | Mover::Catheter, None | Some(Grammar::Of))
                if ["enter", "reach"]
                    .iter()
                    .any(|v| self.word(verb).to_ascii_lowercase().starts_with(v)) =>
            {
                Role::Target(mover, verb.span)
            }
            _ => return None,
        })
    }

    /// Whether the sentence so far tells that the other side was crossed to.
    fn crosses(&self) -> bool {
        let told = self.text[self.unit.unit.span.start..self.clause.span.end].to_ascii_lowercase();
        [
            "crossover",
            "across",
            "over the",
            "up and over",
            "contralateral",
            "cross-over",
            "over the top",
            "up-and-over",
        ]
        .iter()
        .any(|w| told.contains(w))
    }

    pub(super) fn is_lesion(&self, word: &Word) -> bool {
        word.finding()
            .is_some_and(|f| self.lexicon.findings[f as usize].lesion)
    }

    /// The measurements of the clause that can be readings: not device sizes, doses or pressures.
    pub(super) fn readings(&self) -> Vec<Measure> {
        let rows = self.unit.unit.layout == crate::segment::Layout::Row;
        self.unit
            .measures
            .iter()
            .filter(|m| self.clause.span.contains(m.span))
            .filter(|m| match m.quantity {
                Quantity::Length | Quantity::Area | Quantity::Percent | Quantity::Degrees => true,
                Quantity::Bare => m.second.is_some() || rows || self.bare_reading(m),
                Quantity::Other => false,
            })
            .filter(|m| !self.is_device_size(m) && !self.is_position(m))
            .copied()
            .collect()
    }

    /// "reference 190", "75 / 194": a number without a unit that reads as an area.
    fn bare_reading(&self, measure: &Measure) -> bool {
        let before = self.text[self.clause.span.start..measure.span.start]
            .trim_end()
            .to_ascii_lowercase();
        let after = self.text[measure.span.end..self.clause.span.end].trim_start();
        let named = self.clause.words.iter().any(|w| {
            w.span.end <= measure.span.start
                && self.text[w.span.end..measure.span.start]
                    .trim_matches([' ', ':', '=', '-'])
                    .is_empty()
                && w.finding()
                    .is_some_and(|f| self.lexicon.findings[f as usize].class == "measure")
        });
        // "CFV 148 mm2, EIV 139": the unit was given with the first.
        let beside = self.clause.lists.iter().any(|l| {
            l.span.end <= measure.span.start
                && self.text[l.span.end..measure.span.start]
                    .trim_matches([' ', ':', '='])
                    .is_empty()
        });
        let area = self
            .unit
            .measures
            .iter()
            .any(|m| m.quantity == Quantity::Area && m.span.end <= measure.span.start);
        measure.value >= 0.5
            && (named
                || (beside && area && measure.value >= 10.0)
                || before.ends_with("reference")
                || after.starts_with('/'))
    }

    /// "at 33 cm": a distance along the catheter, no diameter.
    fn is_position(&self, measure: &Measure) -> bool {
        measure.quantity == Quantity::Length
            && measure.value >= 50.0
            && self.text[self.clause.span.start..measure.span.start]
                .trim_end()
                .to_ascii_lowercase()
                .ends_with(" at")
    }

    /// The size of a balloon, stent or catheter: a long second number, or a device word beside it.
    fn is_device_size(&self, measure: &Measure) -> bool {
        if measure.quantity == Quantity::Percent
            || measure.quantity == Quantity::Area
            || measure.quantity == Quantity::Degrees
        {
            return false;
        }
        if measure.second.is_some_and(|s| s >= 38.0) {
            return true;
        }
        self.clause.words.iter().any(|w| {
            let device = w.is_treatment_device()
                || matches!(
                    w.device(),
                    Some(Device::Sheath | Device::LongSheath | Device::Catheter | Device::Wire)
                );
            if !device || w.ivus().is_some() {
                return false;
            }
            let gap = if w.span.start >= measure.span.end {
                &self.text[measure.span.end..w.span.start]
            } else if w.span.end <= measure.span.start {
                &self.text[w.span.end..measure.span.start]
            } else {
                return true;
            };
            let short = gap.split_whitespace().count() <= 3 && !gap.contains([',', ';', ':', '|']);
            let verbs = [
                " was", " were", " is", "area", "lumen", " measur", " to ", "at ", " of ",
            ];
            short && !verbs.iter().any(|v| gap.to_ascii_lowercase().contains(v))
        })
    }
}

/// Whether an atom names a vessel that can be counted.
pub(super) fn countable(atom: &Atom, lexicon: &Lexicon) -> bool {
    atom.vessel().is_some_and(|v| {
        let vessel = lexicon.vessel(v);
        let coronary = atom.form == Form::Misspelt && vessel.system == System::Coronary;
        !coronary && !matches!(vessel.scope, Scope::Landmark | Scope::Coronary)
    })
}
