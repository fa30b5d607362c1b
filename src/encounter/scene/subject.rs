//! The role of a list by the verb it is the subject of: "was punctured", "was stented", "was interrogated".

use super::{Frame, Mover, Role, View, is_usual_entry};
use crate::{
    lexicon::{Action, Device, Grammar, Ivus, Modality},
    mention::{VesselList, Word},
};

/// The acts a vessel can be the subject of.
const ACTS: [Action; 8] = [
    Action::Access,
    Action::Treat,
    Action::Select,
    Action::Place,
    Action::Image,
    Action::Fill,
    Action::Cross,
    Action::Perform,
];

impl View<'_> {
    /// "The left common femoral vein was punctured": a list no preposition governs, by its verb.
    pub(super) fn as_subject(&self, list: &VesselList, prep: Option<Grammar>) -> Option<Role> {
        if prep.is_some() {
            return None;
        }
        self.passive(list, self.verb_after(list)?)
    }

    /// "redirected to the right brachiocephalic vein, which was also recorded"
    pub(super) fn by_relative_clause(&self, list: &VesselList) -> Option<Role> {
        let after = self.text[list.span.end..self.clause.span.end].trim_start_matches([',', ' ']);
        if !after.starts_with("which was") {
            return None;
        }
        let verb = self
            .verb_after(list)
            .filter(|w| w.is_action(Action::Image))?;
        self.imaged(list, verb)
    }

    /// The verb a list is the subject of: an action after it with only function words between.
    fn verb_after(&self, list: &VesselList) -> Option<&Word> {
        let mut aux = false;
        let words = self.clause.words.iter();
        for word in words.filter(|w| w.span.start >= list.span.end) {
            if self.distance(list.span.end, word.span.start) > 6 {
                return None;
            }
            let reads =
                word.finding().is_some() && !word.any_action(&[Action::Treat, Action::Image]);
            if word.is_vessel() || reads {
                return None;
            }
            if word.is_grammar(Grammar::Aux) {
                aux = true;
                continue;
            }
            if word.any_action(&ACTS) {
                let gap = &self.text[list.span.end..word.span.start];
                let beside = || gap.trim_matches([':', ' ', '-', '|']).is_empty();
                return (aux || beside()).then_some(word);
            }
            if word.is_action(Action::Show) || word.modality().is_some() {
                return None;
            }
        }
        None
    }

    /// The role of a subject by its verb.
    fn passive(&self, list: &VesselList, verb: &Word) -> Option<Role> {
        if verb.is_action(Action::Access) {
            return Some(Role::Access(verb.span));
        }
        if verb.is_action(Action::Image) {
            return self.imaged(list, verb);
        }
        if verb.is_action(Action::Select)
            || (verb.is_action(Action::Place) && self.begins(verb, &["enter"]))
        {
            return Some(self.entered(list, verb));
        }
        if verb.is_action(Action::Cross) {
            return Some(Role::Passed(Mover::Wire, verb.span));
        }
        if verb.is_action(Action::Treat) {
            return Some(Role::Treated(verb.span));
        }
        (verb.is_action(Action::Fill) && self.ivus().is_none() && !self.fills_as_disease(verb))
            .then_some(Role::Other(Modality::Angiography))
    }

    /// "was entered", "was cannulated": with a needle through the skin, or with what is already inside.
    fn entered(&self, list: &VesselList, verb: &Word) -> Role {
        let words = self.clause.words;
        let needle = self.punctures()
            || words.iter().any(|w| {
                matches!(w.device(), Some(Device::Needle | Device::Sheath))
                    || (w.ivus() == Some(Ivus::Weak) && self.small(w).contains("ultrasound"))
            });
        if needle {
            return Role::Access(verb.span);
        }
        let mut after = words.iter().filter(|w| w.span.start > verb.span.end);
        let by = after.find_map(|w| self.mover(w)).or_else(|| {
            let before = words.iter().filter(|w| w.span.end <= list.span.start);
            before.rev().find_map(|w| self.mover(w))
        });
        match by {
            Some(Mover::Wire) => Role::Passed(Mover::Wire, verb.span),
            Some(m @ Mover::Ivus) => Role::Target(m, verb.span),
            // "The right common femoral vein was entered and a catheter brought to …": through the skin.
            None | Some(Mover::Catheter)
                if is_usual_entry(list, self.lexicon)
                    && self.begins(verb, &["enter", "cannulat"])
                    && !self.lower[verb.span.end..].starts_with(" with") =>
            {
                Role::Access(verb.span)
            }
            // "The right common femoral vein was entered."
            None if self.in_hand.is_none()
                && (!verb.is_action(Action::Select) || self.begins(verb, &["cannulat"]))
                && !self.frame.is_ivus() =>
            {
                Role::Access(verb.span)
            }
            _ => Role::Target(Mover::Catheter, verb.span),
        }
    }

    /// What "imaged", "interrogated", "evaluated" means here: the study named beside the verb, else the one told of.
    pub(super) fn imaged(&self, list: &VesselList, verb: &Word) -> Option<Role> {
        // "The graft covered the left subclavian artery": only a run or a probe looks at what it covers.
        if self.begins(verb, &["cover"]) && self.ivus().is_none() {
            return None;
        }
        if let Some(ivus) = self.ivus() {
            return match self.nearer_study(list, verb, ivus) {
                Some(modality)
                    if ivus.span.end <= list.span.start && list.span.end <= verb.span.start =>
                {
                    Some(Role::Other(modality))
                }
                Some(_) if ivus.span.start <= verb.span.end => None,
                _ => Some(Role::Ivus(verb.span)),
            };
        }
        let mut studies = self.clause.words.iter().filter_map(Word::modality);
        if let Some(modality) = studies.find(|m| *m != Modality::Phrase) {
            return Some(Role::Other(modality));
        }
        match self.frame {
            Frame::Ivus { .. } => Some(Role::Ivus(verb.span)),
            Frame::Other(m) => Some(Role::Other(m)),
            _ if self.facts.strong && self.begins(verb, &["interrogat"]) => {
                Some(Role::Ivus(verb.span))
            }
            _ => None,
        }
    }

    /// Another study named after a verb, nearer to it than IVUS and not told together with it.
    fn nearer_study(&self, list: &VesselList, verb: &Word, ivus: &Word) -> Option<Modality> {
        let nearer = self.clause.words.iter().find(|w| {
            w.modality().is_some_and(|m| m != Modality::Phrase)
                && w.span.start > verb.span.end
                && (ivus.span.start > w.span.start || ivus.span.end <= list.span.start)
                && !self.coordinated(ivus, w)
        });
        nearer.and_then(Word::modality)
    }
}
