//! Which words of a clause speak of IVUS. Most authors name IVUS once and write "ultrasound", "the catheter" or "imaged"
//! from then on, and the same words tell of a puncture under ultrasound or of another study.

use std::cell::OnceCell;

use super::{Mover, View};
use crate::{
    lexicon::{Action, Device, Ivus, Kind, Modality},
    mention::Word,
    text::ends_in,
};

/// What holds for a clause as a whole.
#[derive(Debug, Default)]
pub(in crate::encounter) struct Known {
    punctures: OnceCell<bool>,
    /// The place of the first IVUS word.
    ivus: OnceCell<Option<usize>>,
}

impl View<'_> {
    /// The first IVUS word of the clause.
    pub(in crate::encounter) fn ivus(&self) -> Option<&Word> {
        let words = self.clause.of(Kind::Ivus);
        let first = || words.iter().position(|w| self.is_ivus(w));
        self.known.ivus.get_or_init(first).map(|n| &words[n])
    }

    /// Whether a word speaks of IVUS here.
    pub(in crate::encounter) fn is_ivus(&self, word: &Word) -> bool {
        match word.ivus() {
            None => false,
            Some(Ivus::Modality | Ivus::Device) => true,
            Some(Ivus::Generic) => self.facts.told || !self.facts.other_ultrasound,
            Some(Ivus::Weak) => self.is_ultrasound_inside(word),
            Some(Ivus::Act) => self.is_ivus_act(word),
        }
    }

    /// Whether "ultrasound", "probe" is intravascular: the report uses IVUS, and neither a puncture nor another
    /// ultrasound is told of here.
    fn is_ultrasound_inside(&self, word: &Word) -> bool {
        if !(self.facts.strong || self.facts.generic) || word.span.start < self.facts.told_from {
            return false;
        }
        let words = self.clause.words;
        let external = words.iter().any(|w| {
            matches!(
                w.modality(),
                Some(
                    Modality::ExternalUltrasound
                        | Modality::CardiacEcho
                        | Modality::TherapyUltrasound
                        | Modality::AccessUltrasound
                )
            )
        });
        if external {
            return false;
        }
        let name = self.word(word);
        let plain = name.eq_ignore_ascii_case("ultrasound") || ends_in(name, " ultrasound");
        let told = self.frame.is_ivus();
        let enters = |w: &Word| {
            matches!(
                w.device(),
                Some(Device::Sheath | Device::LongSheath | Device::Needle)
            )
        };
        !(plain && (self.at_access || (!told && words.iter().any(enters))))
            && !((plain || !told) && self.punctures())
    }

    /// Whether "imaged", "interrogated", "pullback" is an act of IVUS: it is told of, in hand, or named beside it.
    fn is_ivus_act(&self, word: &Word) -> bool {
        let words = self.clause.words;
        let named =
            |w: &Word| !std::ptr::eq(w, word) && w.ivus().is_some() && w.ivus() != Some(Ivus::Act);
        (self.facts.strong || self.facts.generic)
            && (self.frame.is_ivus()
                || self.in_hand == Some(Mover::Ivus)
                || words.iter().any(named))
            && !words
                .iter()
                .any(|w| w.modality() == Some(Modality::Physiology))
    }

    /// Whether the clause tells of a puncture, so that "ultrasound" in it is external.
    pub(in crate::encounter) fn punctures(&self) -> bool {
        let known = &self.known.punctures;
        *known.get_or_init(|| self.clause.words.iter().any(|w| self.tells_puncture(w)))
    }

    /// "Right common femoral artery, 5F, ultrasound.": a vessel, a size and how it was found, without a verb.
    fn is_terse_puncture(&self, w: &Word) -> bool {
        let words = self.clause.words;
        let told = &self.lower[self.clause.span.start..self.clause.span.end];
        let french = |t: &str| {
            let t = t.trim_matches([',', '.', ';', '(', ')']);
            t.strip_suffix('f')
                .or(t.strip_suffix("fr"))
                .is_some_and(|n| !n.is_empty() && n.chars().all(|c| c.is_ascii_digit() || c == '.'))
        };
        w.ivus() == Some(Ivus::Weak)
            && (1..=2).contains(&self.clause.lists.len())
            && words.iter().all(|o| {
                o.is_vessel() || o.side().is_some() || o.grammar().is_some() || std::ptr::eq(o, w)
            })
            && told.split_whitespace().any(french)
    }

    fn tells_puncture(&self, w: &Word) -> bool {
        w.device() == Some(Device::Needle)
            || self.is_terse_puncture(w)
            || w.modality() == Some(Modality::AccessUltrasound)
            || (matches!(w.device(), Some(Device::Sheath))
                && self.has_word_between(self.clause.span.start, w.span.start, "entered"))
            || (w.is_action(Action::Access) && !self.begins(w, &["approach"]))
    }
}
