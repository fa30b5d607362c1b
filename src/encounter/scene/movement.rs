//! The role of a list that a device is moved to, through or from; the preposition says which.

use super::{Frame, Mover, Role, View, governor::Walk};
use crate::{
    lexicon::{Action, Grammar, Modality},
    mention::{VesselList, Word},
};

/// Whether a preposition ties a balloon or a stent to the vessel it works in.
fn works_in(prep: Option<Grammar>) -> bool {
    matches!(
        prep,
        Some(
            Grammar::In
                | Grammar::To
                | Grammar::At
                | Grammar::Of
                | Grammar::Through
                | Grammar::From,
        )
    )
}

impl View<'_> {
    /// A list that IVUS governs, with the words from IVUS to the list: looked at, or reached by the catheter.
    pub(super) fn by_ivus(&self, prep: Option<Grammar>, word: &Word, between: &[&Word]) -> Role {
        let name = self.small(word);
        let device =
            self.is_ivus_device(word) || name.contains("probe") || name.contains("transducer");
        let shows = between.iter().any(|w| {
            w.any_action(&[Action::Show, Action::Image, Action::Perform]) || w.finding().is_some()
        });
        // "assessed with an Eagle Eye along the right femoral artery"
        let shows = shows || self.is_means(word);
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

    /// "assessed with", "imaged using an": what was looked with, not what moves.
    fn is_means(&self, word: &Word) -> bool {
        let lead = self.lead(word.span.start);
        let lead = [" an", " a", " the"]
            .iter()
            .find_map(|a| lead.strip_suffix(a))
            .unwrap_or(lead);
        let mut verbs = self.clause.words.iter();
        [" with", " using", " by"].iter().any(|w| lead.ends_with(w))
            && verbs.any(|v| {
                v.is_action(Action::Image)
                    && v.span.end <= word.span.start
                    && self.distance(v.span.end, word.span.start) <= 2
            })
    }

    /// "a 6 F sheath in the left common femoral vein": a device without a verb.
    pub(super) fn by_device(&self, list: &VesselList, prep: Option<Grammar>, word: &Word) -> Role {
        let Some(mover) = self.mover(word) else {
            return Role::Subject;
        };
        let close = self.distance(word.span.end, list.span.start) <= 9;
        match (mover, prep) {
            (Mover::Treatment, prep) if works_in(prep) && close => Role::Treated(word.span),
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

    /// "selected the left internal iliac vein with a Cobra catheter".
    pub(super) fn selected(
        &self,
        verb: &Word,
        before: &[&Word],
        prep: Option<Grammar>,
        device: Option<&Word>,
    ) -> Role {
        if self.punctures() {
            return Role::Access(verb.span);
        }
        let mover = self.moved(device, before);
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

    /// "pulled back through the left common iliac vein": a look when it is the IVUS catheter that comes back.
    pub(super) fn pulled(&self, walk: &Walk<'_>, verb: &Word, before: &[&Word]) -> Role {
        let mover = self
            .moved(walk.device, before)
            .or(self.in_hand)
            .or(self.frame.is_ivus().then_some(Mover::Ivus));
        if mover != Some(Mover::Ivus) || self.frame == Frame::Other(Modality::Physiology) {
            // "With the sheath drawn back, the common femoral artery was 7.6 mm": a phrase of its own.
            let apart = walk.prep.is_none()
                && self.lead(verb.span.start).starts_with("with the ")
                && self.lower[verb.span.end..walk.list.span.start].contains(',');
            return if apart { Role::Subject } else { Role::Origin };
        }
        match walk.prep {
            Some(Grammar::Landmark | Grammar::At) => Role::Landmark,
            _ => Role::Ivus(verb.span),
        }
    }

    /// "advanced into the left common iliac vein". Nothing when the verb moves no device: what stands before it governs.
    pub(super) fn placed(
        &self,
        verb: &Word,
        before: &[&Word],
        prep: Option<Grammar>,
        device: Option<&Word>,
    ) -> Option<Role> {
        const CARRIED: [&str; 7] = [
            "advanc", "carri", "taken", "brought", "passed", "deliver", "took",
        ];
        let mover = self.placed_device(verb, before, device)?;
        Some(match (mover, prep) {
            (Mover::Treatment, prep) if works_in(prep) => Role::Treated(verb.span),
            (Mover::Sheath, Some(Grammar::In | Grammar::To)) if self.crosses() => {
                Role::Target(Mover::LongSheath, verb.span)
            }
            (Mover::Sheath, Some(Grammar::To)) if self.begins(verb, &CARRIED) => Role::Origin,
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
                if self.begins(verb, &["enter", "reach"]) =>
            {
                Role::Target(mover, verb.span)
            }
            _ => return None,
        })
    }

    /// What a verb of placing moves. Nothing when it is clot or another lesion that lies there.
    fn placed_device(&self, verb: &Word, before: &[&Word], device: Option<&Word>) -> Option<Mover> {
        let moves = |w: &Word| self.mover(w).is_some() && !self.is_instrument(w);
        let found = device.filter(|d| !self.is_instrument(d)).or_else(|| {
            let mut nearest = before.iter().rev().copied();
            nearest.find(|w| moves(w) || self.is_lesion(w))
        });
        let Some(found) = found else {
            return self.in_hand.filter(|_| self.means_the_one_in_hand(verb));
        };
        if self.is_lesion(found) && self.mover(found).is_none() {
            return None;
        }
        // "a catheter and a wire were advanced": the catheter counts.
        let pair = before
            .iter()
            .rev()
            .filter(|_| self.mover(found) != Some(Mover::Ivus))
            .filter(|o| o.span.end <= found.span.start && self.mover(o) == Some(Mover::Catheter))
            .find(|o| self.coordinated(o, found));
        self.mover(pair.copied().unwrap_or(found))
    }

    /// "It was advanced into": without a device the one in hand is meant, when nothing else is the subject.
    fn means_the_one_in_hand(&self, verb: &Word) -> bool {
        let lead = self.lead(verb.span.start);
        let mut words = lead.split_whitespace();
        let short = words.clone().count() <= 4 || words.any(|t| t == "it");
        let after = self.text[verb.span.end..].trim_start();
        short && !lead.contains("limb") && !after.starts_with("on ")
    }
}
