//! What a clause says of the looks as a whole: told as one more, tried in vain, taken back by an addendum.

use std::cell::OnceCell;

use super::{
    super::{
        super::{Strength, scene::View},
        Mode, Reader,
    },
    Mover, Telling,
    unsaid::taken_back,
    vain::{Vain, is_down, vain},
};
use crate::{
    context::{Assertion, Status},
    lexicon::{Action, Category, Grammar, Necessity, SideWord},
    mention::Side,
    segment::SectionKind,
    text::{Role as Mark, Span, ends_in, holds},
};

/// What the words of a text tell of setbacks at all, so that each clause need not be asked.
#[derive(Default)]
pub(in crate::encounter::reader) struct Signs {
    /// IVUS is called by its name.
    study: OnceCell<bool>,
    /// A machine may have been down.
    down: OnceCell<bool>,
}

impl Telling<'_> {
    /// "So no IVUS was done today": said of the session, not of a vessel, a side or a second look.
    fn denies_the_session(&self, told: &str) -> bool {
        const NONE: [&str; 5] = [
            "no ivus",
            "no intravascular ultrasound",
            "ivus was not",
            "ivus not",
            "intravascular ultrasound was not",
        ];
        const TODAY: [&str; 6] = [
            "today",
            "this session",
            "this sitting",
            "this visit",
            "this occasion",
            "this procedure",
        ];
        const PART: [&str; 9] = [
            " after", " post", " again", " repeat", " further", " of the ", " on the ", " in the ",
            " other",
        ];
        let has = |words: &[&str]| words.iter().any(|w| told.contains(w));
        let clause = &self.view.clause;
        self.act.is_some_and(|(_, a)| a.status == Status::Negated)
            && clause.lists.is_empty()
            && clause.words.iter().all(|w| w.side().is_none())
            && has(&NONE)
            && has(&TODAY)
            && !has(&PART)
    }
}

impl Reader<'_> {
    /// The unit of the last look, when that is told as one more ("also", "again"): such a look needs a reason of its own.
    pub(super) fn one_more(
        &mut self,
        view: &View<'_>,
        act: Option<(Span, Assertion)>,
    ) -> Option<Span> {
        let words = view.clause.words;
        let also = || {
            words
                .iter()
                .any(|w| w.is_grammar(Grammar::Also) || ends_in(view.word(w), " again"))
        };
        // "on the way back out the left subclavian vein was 11 mm": by the way, too.
        let told = || view.lower[view.clause.span.start..view.clause.span.end].trim_start();
        if self.frame.is_ivus() && told().starts_with("on the way ") {
            self.extra = Some(self.context.source(view.unit.unit.span));
            return self.extra;
        }
        let moves = self.frame.is_ivus()
            && words
                .iter()
                .any(|w| w.any_action(&[Action::Image, Action::Place]));
        if (act.is_some() && !self.is_announced(view)) || (moves && also()) {
            // "was clean on ultrasound too": a reading like the one before, no look of its own.
            let alike = words.windows(2).any(|pair| {
                pair[1].is_grammar(Grammar::Also)
                    && view.is_ivus(&pair[0])
                    && words.iter().any(|w| w.finding().is_some())
            });
            self.extra = (also() && !alike).then_some(self.context.source(view.unit.unit.span));
        }
        self.extra
    }

    /// "For completeness the pelvis was looked at as well. The IVUS catheter was advanced …": what follows is of it.
    fn is_announced(&self, view: &View<'_>) -> bool {
        self.extra.is_some_and(|told| {
            let units = self.context.units;
            let at = units.partition_point(|u| self.context.source(u.unit.span).start < told.start);
            units.get(at).is_some_and(|u| {
                u.unit.block == view.unit.unit.block
                    && u.words.iter().any(|w| w.is_necessity(Necessity::Vague))
            })
        })
    }

    /// "A try was made to lead the probe to the celiac. It buckled and gave no picture": where the IVUS catheter was told to have
    /// come to rest, with no reading yet, nothing was looked at.
    pub(super) fn in_vain(&mut self, telling: &Telling<'_>) {
        let context = self.context;
        let view = telling.view;
        let near = self.resting && telling.mode == Mode::Live && view.clause.lists.is_empty();
        let failed = || {
            let mut words = view.clause.words.iter();
            words.any(|w| w.has_category(context.lexicon, Category::Attempted))
        };
        let unit = view.unit.unit.span;
        let Some(before) = telling.unit.checked_sub(1).filter(|_| near && failed()) else {
            return;
        };
        let before = context.source(context.units[before].unit.span);
        if !is_given_up(&view.lower[unit.start..unit.end]) {
            return;
        }
        let left = std::mem::take(&mut self.focus);
        let (mut gone, mut kept) = (Vec::new(), Vec::new());
        for named in left {
            let known = self.is_known(named.0) || !before.contains(context.source(named.1));
            if known { &mut kept } else { &mut gone }.push(named);
        }
        self.focus = kept;
        for (site, at, basis) in gone {
            self.moves
                .retain(|m| m.site != site || !before.contains(m.evidence.primary().span));
            let evidence = context.evidence(at, Mark::Vessel);
            let (status, strength) = (Status::Attempted, Strength::Act);
            self.add(site, status, strength, basis, evidence, None);
        }
        self.resting &= !self.focus.is_empty();
    }

    /// Notes where a clause says that no IVUS catheter came into the patient or gave a picture, and that the machine was down.
    fn note_vain(&mut self, telling: &Telling<'_>, told: &str) {
        let of_ivus = telling.act.is_some()
            || self.frame.is_ivus()
            || self.in_hand == Some(Mover::Ivus)
            || self.attempted;
        let own = || is_down(self.context.own());
        let down = || *self.signs.down.get_or_init(own);
        let Some(vain) = of_ivus.then(|| vain(told, down())).flatten() else {
            return;
        };
        self.attempted = true;
        if vain == Vain::Unseen {
            self.unseen = Some(telling.view.clause.span);
        }
    }

    /// Whether a clause tells of somebody else; asked where the part calls the study by its name.
    fn is_of_another(&self, told: &str) -> bool {
        let named = || names_the_study(self.context.own());
        *self.signs.study.get_or_init(named) && is_foreign(told)
    }

    /// Notes a look that was tried in vain, and what an addendum takes back.
    pub(super) fn setbacks(&mut self, telling: &Telling<'_>) {
        let context = self.context;
        let words = telling.view.clause.words;
        let tried = || {
            words
                .iter()
                .any(|w| w.has_category(context.lexicon, Category::Attempted))
        };
        self.attempted |=
            (telling.act.is_some() || self.frame.is_ivus() || self.in_hand == Some(Mover::Ivus))
                && tried();
        let span = telling.view.clause.span;
        let told = &telling.view.lower[span.start..span.end];
        self.note_vain(telling, told);
        // "No image was obtained from either probe in any vessel."
        self.withdrawn |= told.contains("no i")
            && ["no image was", "no images were", "no ivus image"]
                .iter()
                .any(|w| told.contains(w))
            && ["in any vessel", "of any vessel", "at any time"]
                .iter()
                .any(|w| told.contains(w));
        if telling.mode == Mode::Live && telling.denies_the_session(told) {
            self.none_today = Some(span);
        }
        self.given_up |= tells_nothing_kept(told, self.attempted);
        self.withdrawn |= self.is_of_another(told);
        if context.kind(telling.unit) != SectionKind::Addendum {
            return;
        }
        self.withdrawn |= withdraws(told);
        // "Line 'REIV 13 mm clean' is an error of entry."
        let wrong = [
            "is an error",
            "was an error",
            "are an error",
            "were an error",
            "are errors",
            "entered in error",
            "was an entry error",
            "should be struck",
            "should be deleted",
            "should be disregarded",
            "is struck",
            "is withdrawn",
            "are withdrawn",
            "does not belong to this",
            "do not belong to this",
            "copied forward",
            "pulled forward from",
            "from the template",
            "clinic template",
        ];
        // "I misspoke when I said external iliac", "please disregard the external iliac".
        let retracts = ["misspoke when i said ", "please disregard "]
            .iter()
            .any(|w| told.contains(w))
            && !told.contains(" not ");
        let all = telling.view.clause.lists;
        let lists = if retracts || wrong.iter().any(|w| told.contains(w)) {
            all
        } else {
            taken_back(telling.view.lower, span, all).map_or(&[][..], |n| &all[n..=n])
        };
        let sites: Vec<_> = lists.iter().flat_map(|l| context.sites(l)).collect();
        for (site, at, basis) in sites {
            let evidence = context.evidence(at, Mark::Vessel);
            let (status, strength) = (Status::Negated, Strength::Act);
            self.add(site, status, strength, basis, evidence, None);
        }
        // "Nothing on the right was entered or imaged."
        let none = ["nothing ", "no ultrasound ", "no probe ", "no ivus "];
        let side = words.iter().filter_map(|w| match w.side() {
            Some(SideWord::Left) => Some(Side::Left),
            Some(SideWord::Right) => Some(Side::Right),
            _ => None,
        });
        // "The right limb was not accessed and not imaged at any time."
        let untouched = ["limb was not", "leg was not", "side was not"]
            .iter()
            .any(|w| told.contains(w))
            && ["imaged", "examined", "studied", "looked at", "recorded"]
                .iter()
                .any(|w| told.contains(w))
            && side.clone().count() == 1;
        if (untouched || none.iter().any(|w| told.starts_with(w)))
            && telling.view.clause.lists.is_empty()
        {
            self.retracted.extend(side.clone());
        }
        let Some((_, asserted)) = telling.act else {
            return;
        };
        // "IVUS was performed in the left common iliac vein and in no other vessel."
        let text = &telling.view.text[telling.view.clause.span.start..telling.view.clause.span.end];
        self.exclusive |= asserted.status == Status::Performed
            && [
                "no other vessel",
                "no other vein",
                "no other artery",
                "nothing else",
            ]
            .iter()
            .any(|w| text.contains(w));
        // "IVUS was not performed on the right": a side without a vessel.
        if asserted.status == Status::Negated && telling.view.clause.lists.is_empty() {
            self.retracted.extend(side);
        }
    }
}

/// "Gave up on IVUS; nothing recorded, nothing interpreted", after a try; "nothing but snow" and "no images were got", whatever the
/// probe is called before: they are told of no other study.
fn tells_nothing_kept(told: &str, tried: bool) -> bool {
    const TRIED: [&str; 6] = [
        "gave up on i",
        "nothing recorded",
        "nothing was recorded",
        "nothing interpreted",
        "no picture at all",
        "still no picture",
    ];
    const ALONE: [&str; 3] = ["nothing but snow", "no images were got", "no image was got"];
    let has = |words: &[&str]| words.iter().any(|w| told.contains(w));
    has(&ALONE) || (tried && has(&TRIED))
}

/// "It buckled in the stump and gave no picture": a sentence in lower case that goes on about the probe, and tells of no second try
/// that went better.
fn is_given_up(told: &str) -> bool {
    const SUBJECTS: [&str; 6] = [
        "it ",
        "this ",
        "the probe ",
        "the catheter ",
        "the transducer ",
        "the ivus ",
    ];
    const BETTER: [&str; 9] = [
        " but ", " until", " then ", " after ", " second ", " again", "finally", "at first",
        "once ",
    ];
    SUBJECTS.iter().any(|s| told.starts_with(s)) && !BETTER.iter().any(|b| told.contains(b))
}

/// Names of the study in lower case.
const NAMES: [&str; 2] = ["ivus", "intravascular ultrasound"];

/// Whether a text in lower case calls the study by its name.
fn names_the_study(text: &str) -> bool {
    NAMES.iter().any(|n| holds(text, n))
}

/// "The paragraph on IVUS belongs to the next patient on the list": told of somebody else, wherever it stands. Takes a clause in
/// lower case.
fn is_foreign(told: &str) -> bool {
    const WHOSE: [&str; 8] = [
        "belongs to the next",
        "belongs to the previous",
        "belong to the next",
        "belong to the previous",
        "belongs to another patient",
        "belong to another patient",
        "pasted here by mistake",
        "pasted here in error",
    ];
    let may = told.contains("belong") || told.contains("pasted here");
    may && names_the_study(told) && WHOSE.iter().any(|f| told.contains(f))
}

/// "The IVUS paragraph above does not belong to this case", "No IVUS catheter was opened": all that was told of IVUS is taken back.
/// Takes a clause in lower case.
fn withdraws(told: &str) -> bool {
    const FOREIGN: [&str; 11] = [
        "pasted here",
        "pasted in by mistake",
        "does not belong",
        "do not belong",
        "belongs to another",
        "belong to another",
        "carried forward",
        "copied forward",
        "from another patient",
        "from a different patient",
        "template error",
    ];
    const NEVER: [&str; 8] = [
        "no ivus catheter was",
        "no ivus was",
        "no ivus run was",
        "no intravascular ultrasound was",
        "ivus was not performed in this",
        "ivus was not performed during this",
        "ivus was not used in this",
        "ivus was never",
    ];
    // "No IVUS was performed after the stent", "of the right side": of a part.
    const PARTS: [&str; 11] = [
        " below ", " above ", " beyond ", " after ", " before ", " of the ", " on the ",
        " in the ", " right", " left", " repeat",
    ];
    let never = || {
        NEVER.iter().any(|n| {
            told.find(n)
                .is_some_and(|at| !PARTS.iter().any(|p| told[at..].contains(p)))
        })
    };
    names_the_study(told) && (FOREIGN.iter().any(|f| told.contains(f)) || never())
}
