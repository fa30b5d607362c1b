//! What is told only by the way: a study, a treatment or the vessel of another act that says when or where from, not
//! what was done.

use super::View;
use crate::{
    lexicon::Grammar,
    mention::{VesselList, Word},
    text::ends_in,
};

/// Words before a treatment that make it a time.
const TIMES: [&str; 6] = ["after", "before", "following", "post", "pre", "prior to"];

impl View<'_> {
    /// "before the ovarian outflow was closed": the vessel of another act, told to say when.
    pub(super) fn tells_a_time(&self, list: &VesselList) -> bool {
        let before = self.lead(list.span.start);
        let mut tokens = before.split_whitespace().rev();
        let mut last = tokens.next();
        if matches!(last, Some("the" | "a" | "an")) {
            last = tokens.next();
        }
        let conjunction =
            matches!(last, Some("before" | "after" | "until" | "once")) && tokens.next().is_some();
        let words = self.clause.words;
        let next = || words.iter().find(|w| w.span.start >= list.span.end);
        conjunction
            && next().is_some_and(|w| {
                w.is_grammar(Grammar::Aux) && self.distance(list.span.end, w.span.start) <= 2
            })
    }

    /// "seen on venogram", "by angiography": said by the way.
    pub(super) fn is_aside(&self, word: &Word) -> bool {
        let before = self.lead(word.span.start);
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

    /// "clot which fills the cava", "a cast: it filled the iliac vein": what fills is disease, not contrast.
    pub(in crate::encounter) fn fills_as_disease(&self, word: &Word) -> bool {
        const DISEASE: [&str; 11] = [
            "occlusion",
            "dissection",
            "scar",
            "clot",
            "thrombus",
            "thrombi",
            "cast",
            "tissue",
            "tumor",
            "plaque",
            "hyperplasia",
        ];
        const NONE: [&str; 8] = [
            "no", "without", "contrast", "dye", "defect", "defects", "removed", "cleared",
        ];
        if !self.begins(word, &["fill"]) || self.begins(word, &["filling"]) {
            return false;
        }
        let before = &self.lower[self.unit.unit.span.start..word.span.start];
        let near = || {
            let words = before.split(|c: char| !c.is_ascii_alphanumeric());
            words.rev().filter(|w| !w.is_empty()).take(5)
        };
        near().any(|w| DISEASE.contains(&w)) && !near().any(|w| NONE.contains(&w))
    }

    /// "(before dilatation)", "after stenting": a treatment that only says when.
    pub(in crate::encounter) fn tells_when(&self, word: &Word) -> bool {
        let before = self.lead(word.span.start);
        let hyphened = ["post-", "pre-"];
        TIMES.iter().chain(&hyphened).any(|w| before.ends_with(w))
    }

    /// "after stenting", "stent deployment": a treatment told as a time or thing.
    pub(super) fn is_nominal(&self, word: &Word) -> bool {
        let before = self.lead(word.span.start);
        let nouns = ["of", "the", "for", "during", "guide", "guided", "to"];
        TIMES.iter().chain(&nouns).any(|p| before.ends_with(p)) || ends_in(self.word(word), "ment")
    }
}
