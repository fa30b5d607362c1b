//! The words of a whole report, as features of whether it holds vessels to count, of whether it says why IVUS was needed, and of
//! whether one lesion runs through several of its vessels.
//! A report of filter work, of IVUS planned or of IVUS that failed speaks in other words than one of a study; and a reason
//! stands in the sentence that names IVUS, or next to it.

use super::{
    super::reader::Context,
    features::{Feature, lower, tokens},
};
use crate::{
    lexicon::{Beginning, Ivus, Label},
    mention::{UnitMentions, Word},
    segment::SectionKind,
    text::{Span, runs},
};

/// How many sentences before one that names IVUS may give its reason.
const BEFORE: usize = 3;

/// Hands on the features of a report: each word, and each word of a sentence that names IVUS. One may come more than once.
pub(super) fn wording<F: Feature>(context: &Context<'_>, take: &mut impl FnMut(F)) {
    const ANYWHERE: Beginning = Beginning::new("word ");
    const BESIDE: Beginning = Beginning::new("ivus ");
    let weights = &context.lexicon.second;
    for (n, unit) in context.units.iter().enumerate() {
        // "ADDENDUM: Unable to determine. Electronically signed by …": what is said beside the matter changes nothing.
        let beside = unit.lists.is_empty() && !names_ivus(unit);
        if beside && context.kind(n) == SectionKind::Addendum {
            continue;
        }
        let names_ivus = names_ivus(unit);
        words(context, unit.unit.span, |word| {
            F::after(&ANYWHERE, word, weights)
                .into_iter()
                .for_each(&mut *take);
            if names_ivus {
                F::after(&BESIDE, word, weights)
                    .into_iter()
                    .for_each(&mut *take);
            }
        });
    }
}

/// Hands on each word of a report, as told of lesions. One may come more than once.
pub(super) fn lesions<F: Feature>(context: &Context<'_>, take: &mut impl FnMut(F)) {
    const ANYWHERE: Beginning = Beginning::new("lesion ");
    for unit in context.units {
        words(context, unit.unit.span, |word| {
            F::after(&ANYWHERE, word, &context.lexicon.second)
                .into_iter()
                .for_each(&mut *take);
        });
    }
}

/// Hands on the words in and around each sentence that names IVUS, with the sentence they stand in. One may come more than
/// once.
pub(super) fn reasoning<F: Feature>(context: &Context<'_>, take: &mut impl FnMut(F, Span)) {
    const PLACES: [Beginning; 3] = [
        Beginning::new("reason before "),
        Beginning::new("reason "),
        Beginning::new("reason after "),
    ];
    let weights = &context.lexicon.second;
    let units = context.units;
    for n in (0..units.len()).filter(|n| names_ivus(&units[*n])) {
        let around = n.saturating_sub(BEFORE)..units.len().min(n + 2);
        for (place, unit) in around.clone().zip(&units[around]) {
            let name = match place.cmp(&n) {
                std::cmp::Ordering::Less => &PLACES[0],
                std::cmp::Ordering::Equal => &PLACES[1],
                std::cmp::Ordering::Greater => &PLACES[2],
            };
            words(context, unit.unit.span, |word| {
                if let Some(feature) = F::after(name, word, weights) {
                    take(feature, unit.unit.span);
                }
            });
        }
    }
}

fn names_ivus(unit: &UnitMentions) -> bool {
    unit.words.iter().flat_map(Word::labels).any(|label| {
        matches!(
            label,
            Label::Ivus(Ivus::Modality | Ivus::Device | Ivus::Generic)
        )
    })
}

/// Hands on the words of a stretch of the text in lower case.
pub(super) fn words(context: &Context<'_>, span: Span, mut take: impl FnMut(&str)) {
    let text = context.folded.lower().get(span.start..span.end);
    let text = text.unwrap_or_default();
    if text.is_ascii() {
        runs(text).for_each(|(_, word)| take(word));
        return;
    }
    let mut small = String::new();
    for word in tokens(text) {
        if word.starts_with(char::is_alphabetic) {
            small.clear();
            lower(word, &mut small);
            take(&small);
        }
    }
}
