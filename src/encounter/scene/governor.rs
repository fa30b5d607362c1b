//! The role of a list by the nearest word before it that can govern: an IVUS act, another study, a verb, a device.

use super::{Frame, Mover, Role, View, is_usual_entry};
use crate::{
    lexicon::{Action, Grammar, Modality, Necessity},
    mention::{VesselList, Word},
    segment::Layout,
    text::ends_in,
};

/// What a word before a list can be to it: the first of these that it is.
#[derive(Clone, Copy)]
enum Class {
    Ivus,
    Study(Modality),
    /// "showed", "demonstrated".
    Shows,
    /// A device: it waits for its verb.
    Device,
    Accesses,
    /// "Selective runs confirmed …": a kind of angiography.
    SelectiveRun,
    Selects,
    Images,
    Treats,
    PullsBack,
    Places,
    Crosses,
    Fills,
    Other,
}

/// The way from a list leftwards, word by word, and what was met on it.
pub(super) struct Walk<'w> {
    pub(super) list: &'w VesselList,
    pub(super) prep: Option<Grammar>,
    /// The words before the list.
    before: Vec<&'w Word>,
    /// The IVUS word among them nearest to the list.
    ivus: Option<&'w Word>,
    /// The device met first.
    pub(super) device: Option<&'w Word>,
    /// A verb of showing was met.
    shown: bool,
}

impl View<'_> {
    /// The role of a list by what stands before it.
    pub(super) fn governed(&self, list: &VesselList, prep: Option<Grammar>) -> Role {
        let words = self.clause.words.iter();
        let before: Vec<&Word> = words.filter(|w| w.span.end <= list.span.start).collect();
        let mut walk = Walk {
            list,
            prep,
            ivus: before.iter().rev().find(|w| self.is_ivus(w)).copied(),
            before,
            device: None,
            shown: false,
        };
        for at in (0..walk.before.len()).rev() {
            if let Some(role) = self.governs(&mut walk, at) {
                return role;
            }
        }
        if let Some(device) = walk.device
            && !walk.shown
        {
            return self.by_device(list, prep, device);
        }
        // "Right basilic vein above the elbow, 21 gauge needle, ultrasound."
        let found = || {
            let told = &self.lower[self.unit.unit.span.start..self.unit.unit.span.end];
            let read = ["mm", "%", "percent", "sq"]
                .iter()
                .any(|u| told.contains(u));
            read || self.clause.words.iter().any(|w| w.finding().is_some())
        };
        let strong = matches!(self.frame, Frame::Ivus { weak: false, .. })
            || (self.frame.is_ivus() && found());
        if prep.is_none() && self.punctures() && self.ivus().is_none() && !strong {
            return Role::Access(list.span);
        }
        Role::Subject
    }

    /// The role that one word gives the list, or nothing: the word before it is asked next.
    fn governs(&self, walk: &mut Walk<'_>, at: usize) -> Option<Role> {
        let word = walk.before[at];
        let before = &walk.before[..at];
        match self.class(walk, at) {
            Class::Ivus
                if matches!(walk.prep, Some(Grammar::From | Grammar::Through))
                    && self.is_way(walk.list) =>
            {
                Some(Role::Origin)
            }
            Class::Ivus => Some(self.by_ivus(walk.prep, word, &walk.before[at..])),
            Class::Study(modality) => self.by_study(walk, at, modality),
            Class::Shows => {
                walk.shown = true;
                None
            }
            Class::Device => {
                walk.device = walk.device.or(Some(word));
                None
            }
            Class::Accesses => Some(self.by_access(walk, word)),
            Class::SelectiveRun => Some(Role::Other(Modality::Angiography)),
            Class::Selects => Some(self.selected(word, before, walk.prep, walk.device)),
            Class::Images => self.imaged(walk.list, word),
            Class::Treats => self.by_treatment(walk, word),
            Class::PullsBack => Some(self.pulled(walk, word, before)),
            Class::Places => self.by_placing(walk, word, before),
            Class::Crosses => {
                let mover = self.moved(walk.device, before);
                Some(Role::Passed(mover.unwrap_or(Mover::Wire), word.span))
            }
            Class::Fills => self.by_filling(walk, word),
            Class::Other => None,
        }
    }

    /// "8 x 15 mm at the artery crossing, area reduced by 35 %": a place, and no act; nor is "cross-section".
    fn is_a_place(&self, word: &Word) -> bool {
        const BEFORE: [&str; 6] = ["artery", "arterial", "vein", "venous", "the", "of"];
        let after = &self.lower[word.span.end..self.clause.span.end];
        let lead = self.lead(word.span.start).trim_end();
        let last = lead.rsplit(' ').next().unwrap_or_default();
        let noun = self.word(word).eq_ignore_ascii_case("crossing")
            && BEFORE.contains(&last)
            && (after.is_empty() || after.starts_with([',', '.', ';', ')']));
        noun || after.starts_with("-section")
    }

    /// "from the radial wire": how IVUS came, not where it looked.
    fn is_way(&self, list: &VesselList) -> bool {
        let after = &self.lower[list.span.end..self.clause.span.end];
        let next = after
            .split(|c: char| !c.is_alphabetic())
            .find(|w| !w.is_empty());
        next.is_some_and(|w| ["wire", "sheath", "puncture", "approach", "route"].contains(&w))
    }

    /// "in the stented right common iliac vein": what was done to the vessel once.
    fn is_stented(&self, list: &VesselList, word: &Word) -> bool {
        word.span.end + 1 == list.span.start
            && ends_in(self.word(word), "stented")
            && self.lead(word.span.start).ends_with("the")
    }

    /// "CIV stent area 168, EIV stent area 150": the device belongs to the name before it, as another does to this one.
    fn is_of_a_list_alike(&self, list: &VesselList, word: &Word) -> bool {
        let of = |l: &&VesselList| l.span.end + 1 == word.span.start;
        let named = self.clause.lists.iter().any(|l| of(&l));
        let device = &self.lower[word.span.start..word.span.end];
        let after = self.lower[list.span.end..self.clause.span.end].trim_start();
        named && word.is_treatment_device() && after.starts_with(device)
    }

    /// What a word can be to the list. A word may have several meanings; the firmest is taken.
    fn class(&self, walk: &Walk<'_>, at: usize) -> Class {
        let word = walk.before[at];
        let is = |action| word.is_action(action);
        if self.is_ivus(word) && !word.is_necessity(Necessity::Explicit) {
            Class::Ivus
        } else if let Some(modality) = word.modality() {
            Class::Study(modality)
        } else if is(Action::Show) {
            Class::Shows
        } else if self.mover(word).is_some() {
            if self.is_of_a_list_alike(walk.list, word) {
                Class::Other
            } else {
                Class::Device
            }
        } else if is(Action::Access) {
            Class::Accesses
        } else if self.is_selective_run(word) {
            Class::SelectiveRun
        } else if is(Action::Select) && !is(Action::Place) {
            Class::Selects
        } else if is(Action::Image) && !is(Action::Place) {
            Class::Images
        } else if is(Action::Treat) && !self.is_stented(walk.list, word) {
            Class::Treats
        } else if is(Action::Pullback) {
            Class::PullsBack
        } else if is(Action::Place) {
            Class::Places
        } else if self.says_what_a_wire_is_for(walk, at) {
            Class::Other
        } else if is(Action::Cross) && !self.is_a_place(word) {
            Class::Crosses
        } else if is(Action::Fill) && !self.fills_as_disease(word) {
            Class::Fills
        } else {
            Class::Other
        }
    }

    /// "Selective runs confirmed …": not "selective catheterization".
    fn is_selective_run(&self, word: &Word) -> bool {
        self.word(word).eq_ignore_ascii_case("selective") && {
            let after = self.lower[word.span.end..].trim_start();
            !["cath", "cann", "access", "engag"]
                .iter()
                .any(|n| after.starts_with(n))
        }
    }

    /// "over a crossing wire".
    fn says_what_a_wire_is_for(&self, walk: &Walk<'_>, at: usize) -> bool {
        let next = || walk.before.get(at + 1);
        self.word(walk.before[at]).eq_ignore_ascii_case("crossing")
            && next().is_some_and(|w| self.mover(w).is_some())
    }

    /// "left iliac venography of …": another study, unless IVUS shares the list or the study is told by the way.
    fn by_study(&self, walk: &Walk<'_>, at: usize, modality: Modality) -> Option<Role> {
        let word = walk.before[at];
        match modality {
            Modality::Phrase => return None,
            // "a Pioneer, whose ultrasound image in the distal SFA showed the lumen"
            Modality::AccessUltrasound
                if walk.ivus.is_some() && self.small(word).ends_with("image") =>
            {
                return Some(Role::Ivus(word.span));
            }
            Modality::AccessUltrasound => return Some(Role::Access(word.span)),
            _ => {}
        }
        if self.is_of_a_reason_before(walk, word)
            || (modality == Modality::CrossSectional && self.is_compared(walk.list, word))
        {
            return None;
        }
        if let Some(ivus) = walk.ivus {
            if self.coordinated(ivus, word) {
                return Some(self.by_ivus(walk.prep, ivus, &walk.before[at..]));
            }
            if self.is_aside(word) {
                return None;
            }
        }
        // "Venogram via a 5 F pigtail in the left common femoral vein": the catheter rests there.
        if let Some(device) = walk.device
            && self.mover(device) == Some(Mover::Catheter)
            && walk.prep == Some(Grammar::In)
            && self.distance(device.span.end, walk.list.span.start) <= 3
        {
            return Some(Role::Target(Mover::Catheter, device.span));
        }
        Some(Role::Other(modality))
    }

    /// "Well beyond what the CT had suggested, and the external iliac was smooth", "less than the 75 of the CT, the external …": in
    /// an IVUS passage CT is told to compare with, and a part of its own begins behind a comma.
    pub(in crate::encounter) fn is_compared(&self, list: &VesselList, study: &Word) -> bool {
        const MOST_WORDS: usize = 3;
        let after = self.lower.get(study.span.end..list.span.start);
        self.frame.is_ivus()
            && matches!(self.unit.unit.layout, Layout::Prose | Layout::Item)
            && list.prep.is_none()
            && after
                .and_then(|told| told.split_once(','))
                .is_some_and(|(verb, _)| {
                    !verb.contains([';', ':'])
                        && verb.split_whitespace().count() <= MOST_WORDS
                        && !verb.bytes().any(|b| b.is_ascii_digit())
                })
    }

    /// "Because the venogram could not be trusted, the left common iliac vein was …": a study of the part before, and a new subject.
    fn is_of_a_reason_before(&self, walk: &Walk<'_>, study: &Word) -> bool {
        const OPENERS: [&str; 7] = [
            "because ",
            "since ",
            "as ",
            "although ",
            "though ",
            "where ",
            "given that ",
        ];
        let told = &self.lower[self.clause.span.start..study.span.start];
        let told = told.trim_start_matches([',', ';', ' ']);
        let tail = &self.lower[study.span.end..walk.list.span.start];
        let subject = tail
            .rfind(", ")
            .is_some_and(|at| ["", "the", "each"].contains(&tail[at + 2..].trim()));
        walk.prep.is_none()
            && subject
            && self.ivus().is_some()
            && OPENERS.iter().any(|o| told.starts_with(o))
    }

    /// "access was obtained in"; no verb of movement was met before.
    fn by_access(&self, walk: &Walk<'_>, word: &Word) -> Role {
        // "Micropuncture of the left, crossover with a catheter, and a 6F sheath carried into the right".
        if let Some(sheath) = walk.device
            && matches!(self.mover(sheath), Some(Mover::Sheath | Mover::LongSheath))
            && (matches!(walk.prep, Some(Grammar::In | Grammar::To))
                || self.has_word_between(sheath.span.end, walk.list.span.start, "into"))
            && self.crosses()
        {
            return Role::Target(Mover::LongSheath, sheath.span);
        }
        Role::Access(word.span)
    }

    /// A treatment governs, unless it only tells the vessel's state or the time of a look.
    fn by_treatment(&self, walk: &Walk<'_>, word: &Word) -> Option<Role> {
        // "Stented left common iliac vein: lumen 58 mm2": what was done to it once.
        let gap = &self.text[word.span.end..walk.list.span.start];
        let adjective = word.span.start == self.clause.span.start
            && gap.trim().is_empty()
            && ends_in(self.word(word), "stented");
        let aside = || walk.ivus.is_some() && (walk.shown || self.is_nominal(word));
        (!adjective && !aside()).then_some(Role::Treated(word.span))
    }

    /// A verb of placing; in "access was taken in" the puncture is its subject.
    fn by_placing(&self, walk: &Walk<'_>, word: &Word, before: &[&Word]) -> Option<Role> {
        if let Some(ivus) = self.sees_a_wire(walk, word) {
            return Some(Role::Ivus(ivus.span));
        }
        let mut subjects = before.iter().rev().filter(|w| !w.is_grammar(Grammar::Aux));
        let punctured = subjects.next().is_some_and(|w| w.is_action(Action::Access));
        // "I entered the right common femoral vein and placed a catheter in …", with nothing in hand before it.
        let entered = || {
            self.begins(word, &["entered", "cannulated"])
                && walk.prep.is_none()
                && is_usual_entry(walk.list, self.lexicon)
                && !before.iter().any(|w| self.mover(w).is_some())
        };
        if (punctured && walk.device.is_none()) || entered() {
            return Some(Role::Access(word.span));
        }
        // "the IVUS catheter went back in and confirmed wall contact in the iliac vein"
        if walk.shown
            && walk.device.is_none()
            && walk.prep != Some(Grammar::From)
            && self.moved(None, before) == Some(Mover::Ivus)
        {
            return Some(Role::Ivus(word.span));
        }
        self.placed(word, before, walk.prep, walk.device)
    }

    /// "IVUS confirmed that the wire lay in the true lumen of the femoral artery": what it saw there.
    fn sees_a_wire<'w>(&self, walk: &Walk<'w>, verb: &Word) -> Option<&'w Word> {
        let ivus = walk.ivus?;
        let shown = self
            .words_between(ivus.span.end, verb.span.start)
            .any(|w| w.is_action(Action::Show));
        let wire = || {
            let mut words = self.words_between(ivus.span.end, verb.span.start);
            words.any(|w| self.mover(w) == Some(Mover::Wire))
        };
        let lumen = || {
            let gap = &self.lower[verb.span.end..walk.list.span.start];
            gap.contains("lumen") && !gap.contains(',')
        };
        (shown && wire() && lumen()).then_some(ivus)
    }

    /// Contrast fills a vessel; "thrombus filled the left common femoral vein": clot fills it, no contrast.
    fn by_filling(&self, walk: &Walk<'_>, word: &Word) -> Option<Role> {
        let mut others = walk.before.iter().filter(|w| w.span != word.span);
        let clot = self.frame.is_ivus() && others.any(|w| self.is_lesion(w));
        (!clot).then_some(Role::Other(Modality::Angiography))
    }

    /// "venography and IVUS": both studies share what follows.
    pub(super) fn coordinated(&self, a: &Word, b: &Word) -> bool {
        const JOINTS: [&str; 14] = [
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
        ];
        let (first, second) = if a.span.start < b.span.start {
            (a, b)
        } else {
            (b, a)
        };
        let between = self.text[first.span.end..second.span.start].trim();
        JOINTS.contains(&between.to_ascii_lowercase().as_str())
    }
}
