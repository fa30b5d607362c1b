//! The forms of dates as patterns, for texts with signs beyond ASCII where they matter.

use regex::Captures;

use super::date_forms::{MONTH_NAMES, Named, Numeric};
use crate::text::{Pattern, Span};

const MONTHS: &str = "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";

static NUMERIC: Pattern = Pattern::new(|| {
    r"\b(\d{4})([-/.])(\d{1,2})[-/.](\d{1,2})\b|\b(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4}|\d{2})\b|\b(\d{1,2}) ([-/.]) (\d{1,2}) [-/.] (\d{4})\b"
        .into()
});
static WORDS: Pattern = Pattern::new(|| {
    format!(
        r"(?i)\b(?:({MONTHS})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})|(\d{{1,2}})(?:st|nd|rd|th)?[\s-]*(?:of\s+)?({MONTHS})\.?,?[\s-]*(\d{{4}})|(\d{{4}})[\s-]({MONTHS})\.?[\s-](\d{{1,2}}))\b"
    )
});

/// As [`super::date_forms::numeric`]; digits beyond ASCII are no number.
pub(super) fn numeric(text: &str) -> Vec<Numeric> {
    let read = |c: Captures<'_>| {
        let year_first = c.get(1).is_some();
        let forms = [[1, 3, 4], [5, 7, 8], [9, 11, 12]];
        let groups = forms.into_iter().find(|f| c.get(f[0]).is_some())?;
        let [a, b, d] = groups.map(|n| number(&c, n));
        Some(Numeric {
            span: whole(&c)?,
            parts: [a?, b?, d?],
            year_first,
            dots: c.get(groups[0] + 1)?.as_str() == ".",
        })
    };
    let found = NUMERIC.for_text(text).captures_iter(text);
    found.filter_map(read).collect()
}

/// As [`super::date_forms::named`]; digits beyond ASCII are no number.
pub(super) fn named(text: &str) -> Vec<Named> {
    let read = |c: Captures<'_>| {
        let forms = [[3, 1, 2], [6, 5, 4], [7, 8, 9]];
        let [year, month, day] = forms.into_iter().find(|f| c.get(f[0]).is_some())?;
        let name = c.get(month)?.as_str().to_ascii_lowercase();
        let known = MONTH_NAMES.iter().find(|(n, _)| *n == name);
        Some(Named {
            span: whole(&c)?,
            year: number(&c, year)?,
            // A letter beyond ASCII that is the same as one of it: no month.
            month: known.map_or(0, |(_, month)| *month),
            day: number(&c, day)?,
        })
    };
    let found = WORDS.for_text(text).captures_iter(text);
    found.filter_map(read).collect()
}

fn number(captures: &Captures<'_>, group: usize) -> Option<u16> {
    captures.get(group)?.as_str().parse().ok()
}

fn whole(captures: &Captures<'_>) -> Option<Span> {
    let whole = captures.get(0)?;
    Some(Span::new(whole.start(), whole.end()))
}
