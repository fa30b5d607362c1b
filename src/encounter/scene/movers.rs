//! What moves in a clause: which device a word names, and whether "the catheter" is the IVUS catheter.

use super::{Frame, Mover, View};
use crate::{
    lexicon::{Action, Device, Grammar, Ivus, Modality},
    mention::{Quantity, Word},
};

/// Words that may stand between "over" and the wire, "through" and the sheath.
const BETWEEN: [&str; 32] = [
    "groin",
    "femoral",
    "jugular",
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
    "filter",
    "flossed",
    "guide",
];

/// Words before a device that make it the way another device goes.
const WAYS: [&str; 16] = [
    "over",
    "down",
    "up",
    "along",
    "through",
    "via",
    "inside",
    "using",
    "beside",
    "alongside",
    "to",
    "into",
    "from",
    "thru",
    "followed",
    "following",
];

/// Ways of telling that the other side of the body was crossed to.
const CROSSINGS: [&str; 8] = [
    "crossover",
    "across",
    "over the",
    "up and over",
    "contralateral",
    "cross-over",
    "over the top",
    "up-and-over",
];

impl View<'_> {
    /// What a device word moves.
    pub(in crate::encounter) fn mover(&self, word: &Word) -> Option<Mover> {
        if self.is_ivus(word) && word.ivus() != Some(Ivus::Act) {
            return Some(Mover::Ivus);
        }
        Some(match word.device()? {
            Device::Catheter if self.is_ivus_catheter(word) => Mover::Ivus,
            Device::Catheter => Mover::Catheter,
            Device::LongSheath => Mover::LongSheath,
            Device::Sheath => Mover::Sheath,
            Device::Wire => Mover::Wire,
            Device::Needle => Mover::Needle,
            Device::Balloon
            | Device::Stent
            | Device::Filter
            | Device::Thrombectomy
            | Device::Atherectomy
            | Device::Snare => Mover::Treatment,
        })
    }

    /// Whether a catheter is the one that carries IVUS: named so, or the one in hand.
    fn is_ivus_catheter(&self, word: &Word) -> bool {
        let words = self.clause.words;
        // "Visions PV catheter", "eye vus catheter".
        let named = words.iter().any(|w| {
            w.span.end < word.span.start
                && self.is_ivus(w)
                && w.ivus() != Some(Ivus::Act)
                && self.is_gauge(w.span.end, word.span.start)
        });
        if named {
            return true;
        }
        let name = self.word(word);
        let plain =
            name.eq_ignore_ascii_case("catheter") || name.eq_ignore_ascii_case("the catheter");
        // "The catheter was placed in the ovarian vein, where injection filled …": no IVUS catheter, unless it measures.
        let measures = || {
            let mut read = self.unit.measures.iter();
            read.any(|m| self.clause.span.contains(m.span) && m.quantity == Quantity::Length)
        };
        let injects = || {
            self.ivus().is_none()
                && !measures()
                && words.iter().any(|w| {
                    w.is_action(Action::Fill) || w.modality() == Some(Modality::Angiography)
                })
        };
        // "We imaged with IVUS, the catheter brought to the subclavian artery".
        let told_before = || {
            self.ivus().is_some_and(|w| w.span.end < word.span.start)
                && self.lead(word.span.start).ends_with(" the")
        };
        plain
            && (self.in_hand == Some(Mover::Ivus) || self.frame.is_ivus() || told_before())
            && !injects()
            && !self.names_new_catheter(word)
    }

    /// Whether nothing but a size stands between two places: " ", " .014 ", " 8.2 Fr ".
    fn is_gauge(&self, from: usize, to: usize) -> bool {
        const UNITS: [&str; 5] = ["f", "fr", "french", "inch", "over-the-wire"];
        self.text[from..to].split_whitespace().all(|t| {
            let number = t.chars().all(|c| c.is_ascii_digit() || ".-\"".contains(c));
            number || UNITS.iter().any(|u| t.eq_ignore_ascii_case(u))
        })
    }

    /// "a 5 F catheter": a new one, not the one in hand.
    fn names_new_catheter(&self, word: &Word) -> bool {
        let before = self.lead(word.span.start);
        let mut tail = before.split_whitespace().rev().take(4).peekable();
        if tail
            .peek()
            .is_some_and(|t| ["the", "this", "same"].contains(t))
        {
            return false;
        }
        // "A 0.018 catheter went as far as the popliteal", right after IVUS was told of: sizes by which IVUS catheters are called.
        let strong = matches!(self.frame, Frame::Ivus { weak: false, .. });
        let sized = |t: &str| {
            let t = t.trim_end_matches("-inch");
            let inch = ["014", "018", "035"].iter().any(|s| t.ends_with(s));
            (strong && inch) || (self.frame.is_ivus() && t.starts_with("8.2"))
        };
        if before.split_whitespace().rev().take(3).any(sized) {
            return false;
        }
        tail.any(|t| {
            t == "a"
                || t == "fr"
                || t == "french"
                || t.ends_with("fr")
                || (t.ends_with('f') && t.len() <= 3)
        })
    }

    /// "over a wire", "through the sheath": what helps the movement is not what moves.
    pub(super) fn is_instrument(&self, word: &Word) -> bool {
        if self.stands_after_a_way(word) {
            return true;
        }
        // A way the lexicon does not know as a preposition, with little between it and the device.
        let before = self.lead(word.span.start);
        for token in before.split_whitespace().rev().take(5) {
            if WAYS.contains(&token) {
                return true;
            }
            let size = token.starts_with(|c: char| c.is_ascii_digit() || c == '.');
            if !BETWEEN.contains(&token) && !size {
                return false;
            }
        }
        false
    }

    /// Whether the last word before a device, names of vessels left out, says that something goes through it.
    fn stands_after_a_way(&self, word: &Word) -> bool {
        let words = self.clause.words.iter();
        words
            .filter(|w| w.span.end <= word.span.start)
            .rev()
            .find(|w| !w.is_vessel() && w.side().is_none() && !w.is_grammar(Grammar::Partial))
            .is_some_and(|before| {
                self.distance(before.span.end, word.span.start) <= 5
                    && !self.text[before.span.end..word.span.start].contains(',')
                    && (matches!(before.grammar(), Some(Grammar::Through | Grammar::From))
                        || (before.is_grammar(Grammar::In) && word.device() == Some(Device::Wire)))
            })
    }

    /// What a verb moves: the device told after it, else the last one before it.
    pub(super) fn moved(&self, device: Option<&Word>, before: &[&Word]) -> Option<Mover> {
        device.and_then(|w| self.mover(w)).or_else(|| {
            let mut moving = before.iter().rev().filter(|w| !self.is_instrument(w));
            moving.find_map(|w| self.mover(w))
        })
    }

    /// Whether the sentence so far tells that the other side was crossed to: a sheath then does not rest where it
    /// entered.
    pub(super) fn crosses(&self) -> bool {
        let told = &self.lower[self.unit.unit.span.start..self.clause.span.end];
        CROSSINGS.iter().any(|w| told.contains(w))
    }
}
