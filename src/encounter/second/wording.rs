//! The words of a whole report, as features of whether it holds vessels to count: each word, and each word of a sentence that
//! names IVUS. A report of filter work, of IVUS planned or of IVUS that failed speaks in other words than one of a study.

use super::{
    super::reader::Context,
    features::{Feature, lower, tokens},
};
use crate::lexicon::{Ivus, Label};

/// Hands on the features of a report; a word may come more than once.
pub(super) fn wording<F: Feature>(context: &Context<'_>, take: &mut impl FnMut(F)) {
    let mut small = String::new();
    for unit in context.units {
        let names_ivus = unit.words.iter().flat_map(|w| &w.labels).any(|label| {
            matches!(
                label,
                Label::Ivus(Ivus::Modality | Ivus::Device | Ivus::Generic)
            )
        });
        let span = unit.unit.span;
        let text = context.text().get(span.start..span.end);
        let words = tokens(text.unwrap_or_default()).filter(|t| t.starts_with(char::is_alphabetic));
        for word in words {
            small.clear();
            lower(word, &mut small);
            take(F::of(&["word ", &small]));
            if names_ivus {
                take(F::of(&["ivus ", &small]));
            }
        }
    }
}
