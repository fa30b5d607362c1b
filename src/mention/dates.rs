//! Dates as clinicians write them, and which of them is the date of service.

use std::cell::LazyCell;

use super::{
    date_forms::{self, MONTH_NAMES},
    date_patterns,
};
use crate::{
    date::Date,
    text::{Pattern, Span, next, preceding},
};

/// A date in the text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DateMention {
    pub(crate) span: Span,
    pub(crate) date: Date,
}

static LABEL: Pattern = Pattern::new(|| {
    r"(?i)(?:\bd\.?o\.?s\b\.?|\bdates?\s+of\s+(?:the\s+)?(?:service|procedure|surgery|operation|exam(?:ination)?|study|visit)|\b(?:procedure|service|surgery|operation|exam|study|visit|operative|op|proc)\s+date|\bdate(?:/time)?|\bperformed(?:\s+on)?|\bcompleted|\bvisit(?:\s+(?:of|no\.?|number|#))?(?:\s*(?:\d|one|two|three))?|\bexam|\b(?:current|present)\s+(?:procedure|session|study),|\bprocedure)(?:\s*\((?u:[^)]*)\))?\s*[:=|\-]?\s*(?:on\s+|was\s+|is\s+)?$".into()
});
static TOLD: Pattern = Pattern::new(|| {
    r"(?:treated|operated)(?:\s+\w+){0,2}\s+(?:on|yesterday,)$|\b(?:procedure|operation|examination|intervention)(?:\s+\w+){0,2}\s+on(?:\s+the)?$".into()
});

/// Every date of a folded text.
pub(crate) fn dates(text: &str) -> Vec<DateMention> {
    // Whether the text says that days stand first, or before a dot months; asked when there is a date to read.
    let told = |forms: &[&str]| forms.iter().any(|w| text.contains(w));
    let day_first = LazyCell::new(|| told(&["dd.mm", "dd/mm", "day/month", "day.month"]));
    let dots_month_first = LazyCell::new(|| told(&["mm.dd", "month.day"]));
    let mut found = Vec::new();
    let foreign = has_foreign_signs(text);
    let bytes = text.as_bytes();
    if foreign || has_numeric(bytes) {
        let forms = (!foreign).then(|| date_forms::numeric(text)).flatten();
        for written in forms.unwrap_or_else(|| date_patterns::numeric(text)) {
            let [a, b, c] = written.parts;
            let date = if written.year_first {
                make(a, b, c)
            } else {
                let y = if c < 100 { 2000 + c } else { c };
                // Dots are the European way, day first, unless the text says otherwise.
                let dots = written.dots && !*dots_month_first;
                let (first, second) = if dots || *day_first {
                    (make(y, b, a), make(y, a, b))
                } else {
                    (make(y, a, b), make(y, b, a))
                };
                first.or(second)
            };
            found.extend(date.map(|date| DateMention {
                span: written.span,
                date,
            }));
        }
    }
    if foreign || (has_digits(bytes, 4) && has_month(bytes)) {
        let forms = (!foreign).then(|| date_forms::named(text)).flatten();
        for written in forms.unwrap_or_else(|| date_patterns::named(text)) {
            let date = make(written.year, written.month, written.day);
            found.extend(date.map(|date| DateMention {
                span: written.span,
                date,
            }));
        }
    }
    found.sort_by_key(|d| d.span);
    found
}

/// Whether a text holds digits beyond ASCII, or letters beyond it that are the same as an ASCII one in another case: the
/// patterns know both.
pub(crate) fn has_foreign_signs(text: &str) -> bool {
    let foreign = |c: char| {
        !c.is_ascii()
            && (c.is_numeric() || matches!(c, '\u{17F}' | '\u{212A}'))
            && !matches!(c, '\u{B2}' | '\u{B3}' | '\u{B9}' | '\u{BC}'..='\u{BE}')
    };
    let mut from = 0;
    while let Some(at) = next(text.as_bytes(), from, |b| !b.is_ascii()) {
        let Some(sign) = text.get(at..).and_then(|rest| rest.chars().next()) else {
            return true;
        };
        if foreign(sign) {
            return true;
        }
        from = at + sign.len_utf8();
    }
    false
}

/// Whether a month is named before a number, with nothing between them but spaces, dots, commas and dashes: every date
/// in words has one so.
fn has_month(bytes: &[u8]) -> bool {
    let between = |b: &u8| !b.is_ascii_alphanumeric();
    let mut from = 0;
    let numbers = std::iter::from_fn(|| {
        let at = next(bytes, from, |b| b.is_ascii_digit())?;
        let digits = bytes.get(at..)?.iter();
        from = at + digits.take_while(|b| b.is_ascii_digit()).count();
        Some(at)
    });
    numbers.into_iter().any(|at| {
        let text = bytes.get(..at).unwrap_or_default();
        let gap = text.iter().rev().take_while(|b| between(b)).count();
        let text = text.get(..at - gap).unwrap_or_default();
        let letters = text.iter().rev().take_while(|b| b.is_ascii_alphabetic());
        let word = text
            .get(at - gap - letters.take(12).count()..)
            .unwrap_or_default();
        MONTH_NAMES.iter().any(|(name, _)| {
            let tail = word.len().checked_sub(name.len());
            tail.map(|from| &word[from..]).is_some_and(|tail| {
                let same = |n: usize| tail[n].to_ascii_lowercase() == name.as_bytes()[n];
                same(0) && same(1) && tail.eq_ignore_ascii_case(name.as_bytes())
            })
        })
    })
}

/// Whether one or two digits stand between two of the signs that part dates, with digits around: cheaper to look for than
/// a date, and rare without one.
fn has_numeric(bytes: &[u8]) -> bool {
    let part = |at: usize| matches!(bytes.get(at), Some(b'-' | b'/' | b'.'));
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let space = |at: usize| bytes.get(at) == Some(&b' ');
    // "08 / 13 / 2025"
    let apart = |at: usize| space(at - 1) && digit(at - 2) && space(at + 1) && digit(at + 2);
    memchr::memchr3_iter(b'-', b'/', b'.', bytes).any(|at| {
        let close = at > 0
            && digit(at - 1)
            && digit(at + 1)
            && (2..=3).any(|n| part(at + n) && digit(at + n - 1) && digit(at + n + 1));
        close || (at > 1 && apart(at) && (4..=5).any(|n| part(at + n) && apart(at + n)))
    })
}

/// Whether so many digits stand in a row.
pub(crate) fn has_digits(bytes: &[u8], count: usize) -> bool {
    let mut from = 0;
    while let Some(at) = next(bytes, from, |b| b.is_ascii_digit()) {
        let row = bytes.get(at..).unwrap_or_default().iter();
        let row = row.take_while(|b| b.is_ascii_digit()).count();
        if row >= count {
            return true;
        }
        from = at + row;
    }
    false
}

/// The dates that a label names as the date of service ("Date of service: …"), in report order.
pub(crate) fn labelled(text: &str, dates: &[DateMention]) -> Vec<DateMention> {
    let labelled = |d: &&DateMention| {
        let mut from = d.span.start.saturating_sub(48);
        while !text.is_char_boundary(from) {
            from += 1;
        }
        let before = text[from..d.span.start].trim_end();
        let birth = before.to_ascii_lowercase();
        may_label(birth.as_bytes())
            && LABEL.for_text(before).is_match(before)
            && !birth.ends_with("birth:")
            && !birth.contains("dictated:")
            && !birth.contains("dictated on")
            && !birth.contains("date dictated")
            && !birth.contains("signed")
            && !is_of_an_earlier_one(text, d.span.start)
    };
    dates.iter().filter(labelled).copied().collect()
}

/// "PREVIOUS PROCEDURE, copied for continuity" in the line before: the day of that one.
fn is_of_an_earlier_one(text: &str, at: usize) -> bool {
    const EARLIER: [&str; 4] = [
        "previous procedure",
        "prior procedure",
        "earlier procedure",
        "previous report",
    ];
    const MOST: usize = 160;
    let told = preceding(text, at, MOST);
    let Some((before, _)) = told.rsplit_once('\n') else {
        return false;
    };
    let line = before.trim_end().rsplit('\n').next().unwrap_or_default();
    let line = line.trim_matches(|c: char| !c.is_alphanumeric());
    let line = line.to_ascii_lowercase();
    line.len() < 80 && !line.contains(':') && EARLIER.iter().any(|w| line.starts_with(w))
}

/// Whether words may hold a label of [`LABEL`]: how each of those begins stands somewhere. `false` is sure.
fn may_label(lower: &[u8]) -> bool {
    lower.windows(3).any(|three| match three {
        [b'd', b'o' | b'.', _] | [b'v', b'i', _] => true,
        three => matches!(three, b"dat" | b"per" | b"com" | b"exa" | b"pro"),
    })
}

/// How far before a date the words that tell of it may begin, in bytes.
const BEFORE: usize = 256;

/// The date a report without a label tells of in a sentence ("I treated her on …", "yesterday, …"), else its only date.
pub(crate) fn told(text: &str, dates: &[DateMention]) -> Option<DateMention> {
    let in_a_sentence = |d: &&DateMention| {
        let mut from = d.span.start.saturating_sub(BEFORE);
        while !text.is_char_boundary(from) {
            from += 1;
        }
        let before = text[from..d.span.start].trim_end().to_ascii_lowercase();
        ["on", "the", "yesterday,"]
            .iter()
            .any(|w| before.ends_with(w))
            && TOLD.for_text(&before).is_match(&before)
    };
    let only = || {
        let first = dates.first()?;
        dates.iter().all(|d| d.date == first.date).then_some(first)
    };
    dates.iter().find(in_a_sentence).or_else(only).copied()
}

fn make(y: u16, m: u16, d: u16) -> Option<Date> {
    Date::new(y, u8::try_from(m).ok()?, u8::try_from(d).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> String {
        dates(text)
            .first()
            .map_or_else(String::new, |d| d.date.to_string())
    }

    #[test]
    fn reads_the_usual_forms() {
        for text in [
            "2021-09-01",
            "09/01/2021",
            "9/1/21",
            "September 1, 2021",
            "1st of September, 2021",
            "1 Sept 2021",
            "01.09.2021",
            "2021/09/01",
            "Sep 1st, 2021",
            "1-Sep-2021",
            "01SEP2021",
            "2021 Sep 1",
        ] {
            assert_eq!(first(text), "2021-09-01", "{text}");
        }
        assert_eq!(first("21/01/2020"), "2020-01-21");
        assert_eq!(first("DOS: 12.05.2025 (mm.dd.yyyy)"), "2025-12-05");
        assert_eq!(first("a 16/100 stent"), "");
    }

    #[test]
    fn a_label_makes_a_date_the_date_of_service() {
        let text = "Seen 01/02/2020. Date of service: 03/04/2021. Stent 05/06/2022.";
        let found = labelled(text, &dates(text));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].date.to_string(), "2021-03-04");
    }
}
