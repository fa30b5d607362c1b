//! A report's text as it was written, and positions in it. Knows nothing of medicine.

mod decode;
mod fold;
mod lines;
mod pattern;
mod report;
mod span;

pub use decode::decode;
pub(crate) use fold::{Folded, has_columns};
pub use lines::LineIndex;
pub(crate) use pattern::Pattern;
pub use report::{Report, ReportId, Standing};
pub use span::{Evidence, Mark, Role, Span};

/// Whether a text ends in a word of small letters, in any ASCII case.
pub(crate) fn ends_in(text: &str, word: &str) -> bool {
    let start = text.len().checked_sub(word.len());
    let end = start.and_then(|start| text.as_bytes().get(start..));
    end.is_some_and(|end| end.eq_ignore_ascii_case(word.as_bytes()))
}

/// The runs of ASCII letters of a text with their places.
pub(crate) fn runs(text: &str) -> impl Iterator<Item = (Span, &str)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let is_letter = |b: &u8| b.is_ascii_alphabetic();
        at += bytes.get(at..)?.iter().position(is_letter)?;
        let start = at;
        let rest = bytes.get(at..)?.iter();
        at += rest.take_while(|b| is_letter(b)).count();
        Some((Span::new(start, at), text.get(start..at)?))
    })
}
