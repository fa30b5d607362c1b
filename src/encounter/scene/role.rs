//! The role of a list of vessels in its clause: the questions asked of the words around it, in their order.

use super::{Mover, Role, View, is_usual_entry};
use crate::{
    lexicon::{Action, Device, Extent, Form, Grammar, Ivus, Modality, System},
    mention::{Atom, VesselList, Word},
    segment::Layout,
    text::{Span, ends_in, is_french},
};

impl View<'_> {
    /// The role of a list in this clause. Words that make it a place or a time come first; then the noun right after
    /// it, the verb it is the subject of, and last whatever governs it from before.
    pub(in crate::encounter) fn role(&self, list: &VesselList) -> Role {
        let prep = list.prep.map(|(p, _)| p);
        self.place_or_time(list)
            .or_else(|| self.on_the_way(list))
            .or_else(|| self.tip(list))
            .or_else(|| self.by_next_noun(list, prep))
            .or_else(|| self.received(list))
            .or_else(|| self.sheathed(list))
            .or_else(|| self.sized(list))
            .or_else(|| self.at_the_origin(list))
            .or_else(|| self.is_landmark(list).then_some(Role::Landmark))
            .or_else(|| self.in_brackets(list))
            .or_else(|| self.seen_on_films(list))
            .or_else(|| self.by_relative_clause(list))
            .or_else(|| self.as_subject(list, prep))
            .unwrap_or_else(|| self.as_object(list, prep))
    }

    /// "On the catheter's way out of the left renal artery: 5.4 mm": seen by IVUS, when that is in hand.
    fn on_the_way(&self, list: &VesselList) -> Option<Role> {
        const WAYS: [&str; 5] = [
            "way out of",
            "way out through",
            "way back through",
            "way up through",
            "way down through",
        ];
        let (_, at) = list.prep?;
        let hand = self.frame.is_ivus() || self.in_hand == Some(Mover::Ivus);
        let told = &self.lower[self.clause.span.start..at.end];
        (hand && self.ivus().is_none() && WAYS.iter().any(|w| told.ends_with(w)))
            .then_some(Role::Ivus(at))
    }

    /// A list that is only where or when something else was done.
    fn place_or_time(&self, list: &VesselList) -> Option<Role> {
        if self.is_coronary_ostium(list) {
            return Some(Role::Landmark);
        }
        // "exchange on the femoral side": a way in.
        let side = list.place.is_some_and(|p| {
            p.start >= list.span.end && self.text[p.start..p.end].eq_ignore_ascii_case("side")
        });
        if side {
            return Some(Role::Origin);
        }
        if self.is_way_in(list) {
            return Some(Role::Origin);
        }
        // "down to the iliac junction": where something ends.
        let junction = list.place.is_some_and(|p| {
            p.start >= list.span.end
                && self.text[p.start..p.end].eq_ignore_ascii_case("junction")
                && matches!(
                    list.prep,
                    Some((Grammar::To | Grammar::From | Grammar::At, _))
                )
        });
        if junction {
            return Some(Role::Landmark);
        }
        // "We did IVUS, as in all our thigh grafts": of other patients.
        let lead = self.lead(list.span.start);
        let habit = [" all our", " all of our", " all my", " all such"]
            .iter()
            .any(|w| lead.ends_with(w));
        (habit || self.tells_a_time(list)).then_some(Role::Landmark)
    }

    /// "IVUS cath from L basilic -> L brachiocephalic": the vein it was put in at, when nothing was pulled back there.
    fn is_way_in(&self, list: &VesselList) -> bool {
        let rest = self.text[list.span.end..self.clause.span.end].trim_start();
        let rest = rest.trim_start_matches("v ").trim_start_matches("vein ");
        let pulled = |w: &Word| w.any_action(&[Action::Pullback, Action::Image, Action::Show]);
        matches!(list.prep, Some((Grammar::From, _)))
            && is_usual_entry(list, self.lexicon)
            && rest.starts_with("->")
            && !self.clause.words.iter().any(pulled)
    }

    /// "a crossover sheath, tip in the right common femoral artery": where the end of what was told lies.
    fn tip(&self, list: &VesselList) -> Option<Role> {
        const BETWEEN: [&str; 9] = [
            "the",
            "in",
            "at",
            "its",
            "of",
            "lies",
            "was",
            "placed",
            "positioned",
        ];
        let before = self.lead(list.span.start);
        let mut tokens = before
            .split_whitespace()
            .rev()
            .map(|t| t.trim_matches([',', ':']))
            .filter(|t| !BETWEEN.contains(t));
        if tokens.next() != Some("tip") {
            return None;
        }
        let words = self.clause.words.iter();
        let mut before = words.rev().filter(|w| w.span.end <= list.span.start);
        let (span, mover) = before.find_map(|w| Some((w.span, self.mover(w)?)))?;
        match mover {
            Mover::Sheath | Mover::LongSheath => Some(Role::Target(Mover::LongSheath, span)),
            Mover::Catheter | Mover::Ivus => Some(Role::Target(mover, span)),
            _ => None,
        }
    }

    /// "left popliteal access", "right femoral sheath", "left iliac venogram", "left renal IVUS".
    fn by_next_noun(&self, list: &VesselList, prep: Option<Grammar>) -> Option<Role> {
        let word = self.right_after(list)?;
        if self.is_ivus(word) && word.ivus() != Some(Ivus::Act) {
            return Some(Role::Ivus(word.span));
        }
        if word.is_action(Action::Access) {
            return Some(Role::Access(word.span));
        }
        if matches!(word.device(), Some(Device::Sheath | Device::Needle)) {
            return Some(Role::Origin);
        }
        match word.modality()? {
            Modality::Phrase => None,
            Modality::AccessUltrasound => self.ivus().is_none().then_some(Role::Access(word.span)),
            modality => self
                .ivus()
                .is_none_or(|i| i.span.start > word.span.start || prep.is_none())
                .then_some(Role::Other(modality)),
        }
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

    /// "received a 5 F sheath".
    fn received(&self, list: &VesselList) -> Option<Role> {
        let sheath = self.clause.words.iter().find(|w| {
            w.span.start >= list.span.end
                && matches!(w.device(), Some(Device::Sheath | Device::LongSheath))
        })?;
        self.has_word_between(list.span.end, sheath.span.start, "received")
            .then_some(Role::Access(sheath.span))
    }

    /// "Left femoral vein, 9F.", "R IJ, 10F, 90 cm.", "8F left femoral vein mid-thigh.": a way in, told by its sheath alone.
    fn sheathed(&self, list: &VesselList) -> Option<Role> {
        const BETWEEN: [&str; 16] = [
            "",
            "mid",
            "mid-thigh",
            "midthigh",
            "thigh",
            "distal",
            "proximal",
            "low",
            "high",
            "under",
            "us",
            "guided",
            "us-guided",
            "ultrasound",
            "ultrasound-guided",
            "with",
        ];
        // The only list of its clause.
        if list.prep.is_some() || self.clause.lists.len() > 1 {
            return None;
        }
        let tells = self.clause.words.iter().any(|w| {
            w.finding().is_some()
                || w.ivus().is_some()
                || w.any_action(&[Action::Treat, Action::Place, Action::Show, Action::Close])
                || w.is_treatment_device()
        });
        let first = self
            .clause
            .lists
            .first()
            .is_some_and(|l| l.span == list.span);
        if tells || !first {
            return None;
        }
        let before = self.lead(list.span.start).trim();
        let after = &self.lower[list.span.end..self.clause.span.end];
        let mut tokens = after
            .split([' ', ',', '(', '\n'])
            .map(|t| t.trim_end_matches(['.', ';', ')']))
            .skip_while(|t| BETWEEN.contains(t));
        let (size, unit) = (
            tokens.next().unwrap_or_default(),
            tokens.next().unwrap_or_default(),
        );
        let told_after = is_french(size, unit);
        let mut tokens = before.split(' ');
        let (size, unit) = (
            tokens.next().unwrap_or_default(),
            tokens.next().unwrap_or_default(),
        );
        let told_before = is_french(size, unit) && tokens.next().is_none();
        (told_after || told_before).then_some(Role::Access(list.span))
    }

    /// "R CFV 10F + L basilic 5F", "turned supine, right CFV 8 F, probe placed in …": a sheath's size and no more, between marks.
    fn sized(&self, list: &VesselList) -> Option<Role> {
        let lead = self.lead(list.span.start).trim_end();
        let opens = lead.is_empty() || lead.ends_with([',', ';', '+', ':', '>', '|']);
        let after = &self.lower[list.span.end..self.clause.span.end];
        let noun = |t: &&str| ["v.", "vein", "a.", "artery"].contains(t);
        let mut tokens = after
            .strip_prefix([' ', '.'])?
            .split_whitespace()
            .skip_while(noun);
        let clean = |t: &'_ str| t.trim_end_matches([',', ';', '.', ')']).len();
        let (size, unit) = (tokens.next()?, tokens.next().unwrap_or_default());
        let (own, next) = (&size[..clean(size)], &unit[..clean(unit)]);
        // "8F," or "8 F,"
        let whole = is_french(own, "")
            && (own.len() < size.len()
                || unit.is_empty()
                || unit.starts_with(['+', '(', '/', '-', '&']));
        let apart = is_french(own, next) && own.len() == size.len() && {
            let third = tokens.next().unwrap_or_default();
            next.len() < unit.len()
                || third.is_empty()
                || third.starts_with(['+', '(', '/', '-', '&'])
        };
        (opens && list.prep.is_none() && (whole || apart)).then_some(Role::Access(list.span))
    }

    /// "We imaged with IVUS, the catheter brought to the origin of the subclavian artery": the vessel it lies in, when that is the
    /// only one named and no branch by which heights are told.
    fn at_the_origin(&self, list: &VesselList) -> Option<Role> {
        let (prep, at) = list.prep?;
        let origin = prep == Grammar::Landmark && self.text[at.start..].starts_with("origin of");
        if !origin || self.clause.lists.len() > 1 || self.is_of_branches(list) {
            return None;
        }
        let before = || self.words_between(self.clause.span.start, at.start);
        let verb = before().filter(|w| w.is_action(Action::Place)).last()?;
        let carried = before().any(|w| {
            w.span.end <= verb.span.start
                && w.device().is_some()
                && self.mover(w) == Some(Mover::Ivus)
        });
        (carried && self.lead(at.start).ends_with(" to the"))
            .then_some(Role::Target(Mover::Ivus, verb.span))
    }

    /// "at the level of", or "separate from the iliac lesion": told to say where something is or is not.
    fn is_landmark(&self, list: &VesselList) -> bool {
        // "IVUS catheter over the wire to the renal veins": a height.
        let azygos = |a: &Atom| {
            a.vessel()
                .is_some_and(|v| self.lexicon.vessel(v).is_a("azygos"))
        };
        let beside = self.clause.lists.len() > 1;
        let height = || {
            matches!(list.prep, Some((Grammar::To, _)))
                && self.is_of_branches(list)
                && list
                    .atoms
                    .iter()
                    .all(|a| (a.plural && a.side_word.is_none()) || (beside && azygos(a)))
        };
        // "Cava, renal level down ..... 22 mm": a height too.
        let level = || {
            self.unit.unit.layout == Layout::Row
                && self.lower[list.span.end..self.clause.span.end]
                    .trim_start()
                    .starts_with("level")
                && self.is_of_branches(list)
        };
        self.stands_between(list)
            || self.is_length_into(list)
            || self.is_reached_from_a_branch(list)
            || height()
            || level()
            || self.is_left_free(list)
            || self.presses(list)
            || self.is_beyond(list)
            || self.is_where_it_begins(list)
            || list.prep.is_some_and(|(prep, at)| {
                (prep == Grammar::Landmark && !self.is_read_there(list, at))
                    || (ends_in(&self.text[at.start..at.end], "level of")
                        && self.is_of_branches(list))
                    || (prep == Grammar::From
                        && self.clause.words.iter().any(|w| {
                            w.is_extent(Extent::Separate)
                                && w.span.end <= at.start
                                && w.span.end + 2 >= at.start
                        }))
            })
    }

    /// "to the left side, where the left common iliac artery was 13 mm": a reading, told in a clause of its own.
    fn is_read_there(&self, list: &VesselList, at: Span) -> bool {
        const VERBS: [&str; 6] = [
            " measured ",
            " measures ",
            " was ",
            " is ",
            " were ",
            " are ",
        ];
        let after = &self.lower[list.span.end..self.clause.span.end];
        let digit = |t: &str| t.starts_with(|c: char| c.is_ascii_digit());
        // "At the origin of the common iliac there is a ring of calcium with a residual lumen of 3.1 x 3.4 mm"
        let origin = self.lower[at.start..at.end].contains("origin of")
            && self.frame.is_ivus()
            && self.clause.lists.len() == 1
            && !self.is_of_branches(list)
            && [" there is ", " there was ", " we saw ", " i saw "]
                .iter()
                .any(|v| after.starts_with(v))
            && !self.readings().is_empty();
        if origin {
            return true;
        }
        self.lower[at.start..at.end].starts_with("where")
            && VERBS
                .iter()
                .any(|v| after.strip_prefix(v).is_some_and(digit))
    }

    /// "full apposition, 2 mm into the aorta": how far a device reaches, when nothing is brought there.
    fn is_length_into(&self, list: &VesselList) -> bool {
        let Some((Grammar::To, at)) = list.prep else {
            return false;
        };
        let before = self.lower[self.clause.span.start..at.start].trim_end();
        let number = before.strip_suffix(" mm").unwrap_or_default();
        let number = number.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        // "the scar runs on, 8 mm into the external iliac": a lesion goes on there.
        number.ends_with(", ")
            && self.clause.words.iter().all(|w| {
                !w.any_action(&[Action::Place, Action::Pullback, Action::Image])
                    && !w.is_extent(Extent::Continue)
            })
    }

    /// "The celiac artery was engaged, and the ultrasound catheter was drawn back to the aorta": where a look at a branch ends.
    fn is_reached_from_a_branch(&self, list: &VesselList) -> bool {
        const BACK: [&str; 6] = [
            "drawn back",
            "pulled back",
            "brought back",
            "withdrawn",
            "pullback",
            "pulled",
        ];
        let Some((Grammar::To, at)) = list.prep else {
            return false;
        };
        let aorta = |a: &Atom| {
            a.vessel()
                .is_some_and(|v| self.lexicon.vessel(v).is_a("aorta"))
        };
        let before = self.lower[self.clause.span.start..at.start].trim_end();
        let branch = |l: &VesselList| {
            l.span.end <= at.start
                && l.prep.is_none_or(|(p, _)| p != Grammar::From)
                && l.atoms.iter().any(|a| {
                    a.vessel()
                        .is_some_and(|v| self.lexicon.vessel(v).region == "abdomen" && !aorta(a))
                })
        };
        !list.atoms.is_empty()
            && list.atoms.iter().all(aorta)
            && BACK.iter().any(|w| before.ends_with(w))
            && self.clause.lists.iter().any(branch)
    }

    /// "the hypogastric artery came off 52 mm below the bifurcation": the height of a branch.
    fn is_where_it_begins(&self, list: &VesselList) -> bool {
        const BEGINS: [&str; 6] = [
            " came off ",
            " comes off ",
            " arises ",
            " arose ",
            " takes off ",
            " took off ",
        ];
        const FROM: [&str; 4] = ["below", "above", "from", "past"];
        let after = &self.lower[list.span.end..self.clause.span.end];
        let told = BEGINS.iter().find_map(|w| after.strip_prefix(w));
        told.is_some_and(|t| {
            let mut words = t.split_whitespace();
            let number = words.next().is_some_and(|w| w.parse::<f32>().is_ok());
            let unit = words.next().is_some_and(|w| ["mm", "cm"].contains(&w));
            number && unit && words.next().is_some_and(|w| FROM.contains(&w))
        })
    }

    /// "Subclavian, after vertebral: 7.1 mm", "Distance lesion end to vertebral ostium 9 mm": a branch that tells where.
    fn is_beyond(&self, list: &VesselList) -> bool {
        const PLACES: [&str; 4] = [", after", ", before", ", past", ", beyond"];
        let lead = self.lead(list.span.start);
        let bare = list.atoms.iter().all(|a| a.form == Form::Bare);
        let labelled = || {
            let lead = lead.strip_suffix(" the").unwrap_or(lead);
            PLACES.iter().any(|w| lead.ends_with(w))
                && self.lower[list.span.end..self.clause.span.end].starts_with(':')
        };
        let distance = || {
            lead.starts_with("distance ")
                && matches!(list.prep, Some((Grammar::To | Grammar::From, _)))
        };
        bare && (labelled() || distance())
    }

    /// "Mild indentation from the right common iliac artery": what pressed on the vein that was looked at.
    fn presses(&self, list: &VesselList) -> bool {
        const MARKS: [&str; 12] = [
            "indentation",
            "indented",
            "impression",
            "imprint",
            "impingement",
            "impinged",
            "effacement",
            "effaced",
            "notching",
            "dent",
            "pulsation",
            "pulsations",
        ];
        let lead = self.lead(list.span.start);
        let lead = lead.trim_end_matches(" the").trim_end_matches(" overlying");
        let told = ["from", "by"].iter().find_map(|w| lead.strip_suffix(w));
        let last = told.and_then(|t| t.split_whitespace().next_back());
        last.is_some_and(|w| MARKS.contains(&w))
    }

    /// "IVUS repeated, 7.3 mm, vertebral not covered", "clear of the left renal": a branch beside what was stented.
    fn is_left_free(&self, list: &VesselList) -> bool {
        const AFTER: [&str; 8] = [
            "not covered",
            "not jailed",
            "not crossed",
            "uncovered",
            "was not covered",
            "were not covered",
            "is not covered",
            "not overstented",
        ];
        let after = self.lower[list.span.end..self.clause.span.end].trim_start();
        let mouth = ["origin ", "ostium ", "orifice ", "takeoff ", "mouth "];
        let after = mouth
            .iter()
            .find_map(|w| after.strip_prefix(w))
            .unwrap_or(after);
        let words = self.clause.words.iter();
        let none_looked = words
            .filter(|w| w.span.start >= list.span.end)
            .all(|w| w.ivus().is_none());
        none_looked && list.prep.is_none() && AFTER.iter().any(|w| after.starts_with(w))
    }

    /// "measuring the graft for a balloon (vein grafts run 3 to 6 mm on duplex)": another study, told by the way.
    fn in_brackets(&self, list: &VesselList) -> Option<Role> {
        let span = self.clause.span;
        let open = self.text[span.start..list.span.start].rfind(['(', ')'])? + span.start;
        let close = self.text[list.span.end..span.end].find(')')? + list.span.end;
        if !self.text[open..].starts_with('(') {
            return None;
        }
        let mut inside = self.words_between(open, close);
        inside.find_map(Word::modality).map(Role::Other)
    }

    /// "the common femoral and the profunda are fine on the angiogram": what the sentence itself says they were seen on.
    fn seen_on_films(&self, list: &VesselList) -> Option<Role> {
        let after = &self.lower[list.span.end..self.clause.span.end];
        // "posterior tibial and peroneal to the ankle, unchanged": runoff.
        let runs = [" to the ankle", " to the foot", " to foot", " to ankle"];
        if runs.iter().any(|r| after.starts_with(r)) && self.ivus().is_none() {
            return Some(Role::Other(Modality::Angiography));
        }
        let told = &after[..after.find([',', ';', '(']).unwrap_or(after.len())];
        let end = list.span.end + told.len();
        let next = self
            .clause
            .lists
            .iter()
            .find(|l| l.span.start >= list.span.end);
        if next.is_some_and(|l| l.span.start < end)
            || !told.starts_with(" is ") && !told.starts_with(" are ")
        {
            return None;
        }
        let mut words = self.words_between(list.span.end, end);
        let film = words.find(|w| w.modality() == Some(Modality::Angiography))?;
        let before = self.lead(film.span.start).trim_end_matches(" the");
        let on = [" on", " by"].iter().any(|p| before.ends_with(p));
        on.then_some(Role::Other(Modality::Angiography))
    }

    /// "Right common iliac vein: 15 mm (venogram).", "right common iliac vein 15 mm, venogram.": where the only reading comes from.
    pub(in crate::encounter) fn is_measured_on_another(&self, list: &VesselList) -> bool {
        let next = self
            .clause
            .lists
            .iter()
            .find(|l| l.span.start >= list.span.end);
        let end = next.map_or(self.clause.span.end, |l| l.span.start);
        let words = || self.words_between(list.span.end, end);
        let source = words().find(|w| {
            let alone = w
                .modality()
                .is_some_and(|m| !matches!(m, Modality::Phrase | Modality::AccessUltrasound));
            let before = self.lower[list.span.end..w.span.start].trim_end();
            let after = &self.lower[w.span.end..end];
            let bracketed = before.ends_with('(') && after.starts_with(')');
            let last = before.ends_with(',') && [".", ";", ""].contains(&after.trim_end());
            alone && (bracketed || last)
        });
        source.is_some_and(|source| {
            let mut measures = self.unit.measures.iter();
            let mut read = measures
                .by_ref()
                .filter(|m| m.span.start >= list.span.end && m.span.end <= source.span.start);
            let once = read.next().is_some() && read.next().is_none();
            once && !words().any(|w| self.is_ivus(w))
        })
    }

    /// "flattened between L5 and the right common iliac artery", "8 mm between frame and aorta": the second of two ends, of which
    /// the first is no vessel.
    fn stands_between(&self, list: &VesselList) -> bool {
        const MOST: usize = 6;
        let mut words = self.lead(list.span.start).split_whitespace().rev();
        let articles = ["the", "its", "a", "right", "left"];
        let mut end = words.by_ref().skip_while(|w| articles.contains(w));
        if end.next() != Some("and") {
            return false;
        }
        let Some(at) = words.take(MOST).position(|w| w == "between") else {
            return false;
        };
        let lists = self.clause.lists.iter();
        let from = list.span.start;
        at > 0
            && lists
                .filter(|l| l.span.end <= from)
                .all(|l| self.distance(l.span.end, from) > at + 1)
    }

    /// Whether a list names only branches by which heights are told: "to the level of the renal arteries".
    pub(in crate::encounter) fn is_of_branches(&self, list: &VesselList) -> bool {
        const BRANCHES: [&str; 7] = [
            "lumbar",
            "renal",
            "hepatic",
            "celiac",
            "mesenteric",
            "internal-iliac",
            "azygos",
        ];
        let branch = |v| {
            let vessel = self.lexicon.vessel(v);
            BRANCHES.iter().any(|b| vessel.is_a(b))
        };
        let mut vessels = list.atoms.iter().filter_map(Atom::vessel).peekable();
        vessels.peek().is_some() && vessels.all(branch)
    }

    /// The role of a list by what stands before it, set right where that word cannot mean it.
    fn as_object(&self, list: &VesselList, prep: Option<Grammar>) -> Role {
        match self.governed(list, prep) {
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

    /// Whether a list names the aorta, a vena cava or pulmonary arteries: no sheath enters the body there.
    fn is_central(&self, list: &VesselList) -> bool {
        list.atoms.iter().filter_map(Atom::vessel).any(|v| {
            let vessel = self.lexicon.vessel(v);
            vessel.system == System::Pulmonary
                || vessel.id.contains("vena-cava")
                || vessel.id.contains("aort")
        })
    }

    /// Whether a sheath is what a word before a list speaks of.
    fn sheath_before(&self, list: &VesselList, span: Span) -> bool {
        self.clause.words.iter().any(|w| {
            w.span.end <= list.span.start
                && matches!(w.device(), Some(Device::Sheath | Device::LongSheath))
                && self.distance(w.span.start.min(span.start), list.span.start) <= 14
        })
    }

    /// Whether a pressure is told between a word and a list.
    fn measures_pressure(&self, span: Span, list: &VesselList) -> bool {
        let told = &self.lower[span.start.min(list.span.start)..list.span.start];
        ["mm hg", "mmhg", "pressure", "gradient"]
            .iter()
            .any(|w| told.contains(w))
    }
}
