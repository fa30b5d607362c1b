//! A report's text as it was written, and positions in it. Knows nothing of medicine.

use memchr::memmem;

mod decode;
mod fold;
mod lines;
mod pattern;
mod report;
mod span;

pub use decode::decode;
pub(crate) use fold::{Folded, choices, has_columns, semicolon_rows};
pub use lines::LineIndex;
pub(crate) use pattern::Pattern;
pub use report::{Report, ReportId, Standing};
pub use span::{Evidence, Mark, Role, Span};

/// The text before `end`, no more than `reach` bytes of it.
pub(crate) fn preceding(text: &str, end: usize, reach: usize) -> &str {
    let from = (end.saturating_sub(reach)..=end).find(|n| text.is_char_boundary(*n));
    text.get(from.unwrap_or(end)..end).unwrap_or_default()
}

/// "9f", "8.5fr", "10 french": the size of a sheath, in small letters.
pub(crate) fn is_french(size: &str, unit: &str) -> bool {
    let digits = size.trim_end_matches(char::is_alphabetic);
    let number = digits
        .parse::<f32>()
        .is_ok_and(|n| (3.0..=26.0).contains(&n));
    let own = size.strip_prefix(digits).filter(|o| !o.is_empty());
    let unit = own.unwrap_or(unit);
    number && ["f", "fr", "french"].contains(&unit)
}

/// Whether a cell of a table, in small letters, says that there is nothing to tell: "", "--", "no", "n.d.", "not done".
pub(crate) fn says_undone(cell: &str) -> bool {
    const NONE: [&str; 17] = [
        "", "no", "n/e", "n.e", "n/i", "none", "n/a", "na", "nd", "n.d", "n/d", "n.a", "nr", "n.r",
        "skipped", "omitted", "deferred",
    ];
    // What a cell may deny instead of a look.
    const DISEASE: [&str; 8] = [
        "clot", "thromb", "scar", "web", "plaque", "flap", "narrow", "stenos",
    ];
    let cell = cell.trim().trim_end_matches('.');
    NONE.contains(&cell)
        || cell.starts_with("not ")
        || cell
            .chars()
            .all(|c| matches!(c, '-' | '\u{2013}' | '\u{2014}'))
        || cell.ends_with(", not done")
        // "under the sheath, no", but not "48 mm2, clot, no".
        || (!cell.bytes().any(|b| b.is_ascii_digit())
            && ([", not seen", "picture off", "camera off"]
                .iter()
                .any(|w| cell.ends_with(w))
                || (cell.ends_with(", no") && !DISEASE.iter().any(|d| cell.contains(d)))))
}

/// Whether a text holds a word, found as fast as the machine can: this is asked of whole reports.
pub(crate) fn holds(text: &str, word: &str) -> bool {
    memmem::find(text.as_bytes(), word.as_bytes()).is_some()
}

/// Whether a text ends in a word of small letters, in any ASCII case.
pub(crate) fn ends_in(text: &str, word: &str) -> bool {
    let start = text.len().checked_sub(word.len());
    let end = start.and_then(|start| text.as_bytes().get(start..));
    end.is_some_and(|end| end.eq_ignore_ascii_case(word.as_bytes()))
}

/// How many bytes are of a kind: summed as small numbers and without an early end, so that the machine looks at many at once.
pub(crate) fn count(bytes: &[u8], is: impl Fn(u8) -> bool + Copy) -> usize {
    let few = |bytes: &[u8]| bytes.iter().fold(0, |n: u8, b| n + u8::from(is(*b)));
    let stretches = bytes.chunks(usize::from(u8::MAX));
    stretches.map(|stretch| usize::from(few(stretch))).sum()
}

/// Whether some bytes in a row are of a kind. All are looked at and none ends it early, so that the machine looks at many at once.
pub(crate) fn any_run<const N: usize>(bytes: &[u8], is: impl Fn([u8; N]) -> bool + Copy) -> bool {
    let run = |w: &[u8]| u8::from(is(std::array::from_fn(|i| w[i])));
    bytes.windows(N).fold(0, |any, w| any | run(w)) > 0
}

/// The first place from `from` on with a byte of a kind. Stretches without one are passed by many bytes at a time.
pub(crate) fn next(bytes: &[u8], from: usize, is: impl Fn(u8) -> bool + Copy) -> Option<usize> {
    const STRETCH: usize = 32;
    let mut at = from;
    while let Some(stretch) = bytes.get(at..at + STRETCH) {
        if stretch.iter().fold(false, |any, b| any | is(*b)) {
            break;
        }
        at += STRETCH;
    }
    let rest = bytes.get(at..)?.iter();
    rest.copied().position(is).map(|n| at + n)
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
