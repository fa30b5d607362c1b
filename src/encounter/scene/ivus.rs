//! Which words of a clause speak of IVUS. Most authors name IVUS once and write "ultrasound", "the catheter" or "imaged"
//! from then on, and the same words tell of a puncture under ultrasound or of another study.

use std::cell::OnceCell;

use super::{Frame, Mover, View, facts::is_carried};
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
            Some(Ivus::Modality | Ivus::Device) => !self.facts.echo,
            Some(Ivus::Generic) => {
                (self.facts.told || !self.facts.other_ultrasound) && !self.is_of_light(word)
            }
            Some(Ivus::Weak) => self.is_ultrasound_inside(word),
            Some(Ivus::Act) => self.is_ivus_act(word),
        }
    }

    /// "Intravascular imaging: OCT pullback of the right femoral artery": perhaps light, not sound.
    fn is_of_light(&self, word: &Word) -> bool {
        let name = self.small(word);
        self.facts.light && !name.contains("ultraso") && !name.contains("sono")
    }

    /// Whether a word names the IVUS catheter or a part of it, not the study: "ultrasound catheter", but not "seen from within".
    pub(in crate::encounter) fn is_ivus_device(&self, word: &Word) -> bool {
        const PARTS: [&str; 6] = ["catheter", "probe", "transducer", "core", "tip", "sled"];
        let name = self.small(word);
        match word.ivus() {
            Some(Ivus::Device) => true,
            Some(Ivus::Generic) => PARTS.iter().any(|p| name.contains(p)),
            _ => false,
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
        if is_carried(&self.text[word.span.end..self.clause.span.end]) {
            return true;
        }
        let name = self.word(word);
        let plain = name.eq_ignore_ascii_case("ultrasound") || ends_in(name, " ultrasound");
        // "Second puncture, right common femoral, 8F, and the same probe brought up to the right common"
        let again = self.lead(word.span.start).trim_end().ends_with("the same");
        let carried = || {
            let mut words = self.clause.words.iter();
            words.any(|w| w.is_action(Action::Place) && w.span.start == word.span.end + 1)
        };
        if !plain && again && carried() {
            return true;
        }
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
        let named = |w: &Word| {
            !std::ptr::eq(w, word)
                && w.ivus().is_some_and(|i| i != Ivus::Act)
                && !(w.ivus() == Some(Ivus::Generic) && self.is_of_light(w))
        };
        (self.facts.strong || self.facts.generic)
            && (self.frame.is_ivus()
                || self.in_hand == Some(Mover::Ivus)
                || words.iter().any(named)
                || self.tells_pullback(word))
            && !words
                .iter()
                .any(|w| w.modality() == Some(Modality::Physiology))
    }

    /// "One slow pullback was recorded from the cava down": no other catheter is drawn back so, unless a pressure is measured or
    /// the clause names it.
    fn tells_pullback(&self, word: &Word) -> bool {
        const HOW: [&str; 6] = [
            "slow",
            "manual",
            "motor",
            "automat",
            "continuous",
            "constant-speed",
        ];
        const RECORDED: [&str; 5] = [
            " was recorded",
            " was filmed",
            " was stored",
            " was run",
            " recorded",
        ];
        const PRESSURE: [&str; 5] = ["pressure", "gradient", "mmhg", "mm hg", "contrast"];
        let name = self.small(word);
        let after = &self.lower[word.span.end..self.clause.span.end];
        let how = HOW.iter().any(|h| name.starts_with(h))
            || RECORDED.iter().any(|r| after.starts_with(r));
        name.contains("pull")
            && how
            && self.frame != Frame::Treatment
            && !PRESSURE.iter().any(|p| self.has_phrase(p))
            && !self.clause.words.iter().any(|w| w.device().is_some())
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
