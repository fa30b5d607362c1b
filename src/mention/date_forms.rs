//! The forms in which clinicians write dates, read sign by sign: patterns for them take longer to make than most reports take
//! to read. The tests hold both beside each other.

use std::cell::Cell;

use crate::text::{Span, next};

/// A date in numbers as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Numeric {
    pub(super) span: Span,
    pub(super) parts: [u16; 3],
    /// The year stands first, with four digits.
    pub(super) year_first: bool,
    /// A dot stands after the first number.
    pub(super) dots: bool,
}

/// A date with the name of its month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) span: Span,
    pub(super) year: u16,
    pub(super) month: u16,
    pub(super) day: u16,
}

/// The names of the months with the number of each.
pub(super) const MONTH_NAMES: [(&str, u16); 24] = [
    ("jan", 1),
    ("january", 1),
    ("feb", 2),
    ("february", 2),
    ("mar", 3),
    ("march", 3),
    ("apr", 4),
    ("april", 4),
    ("may", 5),
    ("jun", 6),
    ("june", 6),
    ("jul", 7),
    ("july", 7),
    ("aug", 8),
    ("august", 8),
    ("sep", 9),
    ("sept", 9),
    ("september", 9),
    ("oct", 10),
    ("october", 10),
    ("nov", 11),
    ("november", 11),
    ("dec", 12),
    ("december", 12),
];

/// Dates such as "09/01/2021", "9.1.21", "9 / 1 / 2021" and "2021-09-01", in order and apart. `None` where letters beyond ASCII stand so close
/// that only the pattern knows.
pub(super) fn numeric(text: &str) -> Option<Vec<Numeric>> {
    let signs = Signs::of(text);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(number) = signs.next_number(at) {
        at = number.end;
        let alone = |date: &Numeric| signs.stands_alone(date.span);
        let close = signs.numeric(number).filter(alone);
        if let Some(date) = close.or_else(|| signs.spaced(number).filter(alone)) {
            at = date.span.end;
            found.push(date);
        }
    }
    signs.sure(found)
}

/// Dates such as "September 1, 2021", "1st of September 2021" and "2021 Sep 1", in order and apart. `None` as for [`numeric`].
pub(super) fn named(text: &str) -> Option<Vec<Named>> {
    let signs = Signs::of(text);
    let mut found: Vec<Named> = Vec::new();
    let mut at = 0;
    // Each begins with a number or with a word right before one; numbers are fewer than words.
    while let Some(number) = signs.next_number(at) {
        let last = found.last().map_or(0, |date| date.span.end);
        at = number.end;
        let alone = |date: &Named| signs.stands_alone(date.span);
        let word = signs.word_before(number.start).filter(|w| *w >= last);
        let month_first = word.and_then(|w| signs.month_first(w)).filter(alone);
        let number_first = || {
            let first = signs.day_first(number);
            first.or_else(|| signs.year_first(number)).filter(alone)
        };
        if let Some(date) = month_first.or_else(number_first) {
            at = date.span.end;
            found.push(date);
        }
    }
    signs.sure(found)
}

/// Digits in a row, at most four of them.
#[derive(Clone, Copy)]
struct Number {
    start: usize,
    end: usize,
    value: u16,
}

impl Number {
    /// Whether it has one digit or two.
    fn is_short(self) -> bool {
        self.end - self.start <= 2
    }

    fn is_year(self) -> bool {
        self.end - self.start == 4
    }
}

/// A text as its bytes.
struct Signs<'a> {
    bytes: &'a [u8],
    /// A sign beyond ASCII was met where it matters which one it is.
    unsure: Cell<bool>,
}

impl<'a> Signs<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            bytes: text.as_bytes(),
            unsure: Cell::new(false),
        }
    }

    fn sure<T>(&self, found: T) -> Option<T> {
        (!self.unsure.get()).then_some(found)
    }

    fn at(&self, at: usize) -> Option<u8> {
        self.bytes.get(at).copied()
    }

    fn is_digit(&self, at: usize) -> bool {
        self.at(at).is_some_and(|b| b.is_ascii_digit())
    }

    fn is_letter(&self, at: usize) -> bool {
        self.at(at).is_some_and(|b| b.is_ascii_alphabetic())
    }

    /// Whether a sign belongs to a word; asks for the pattern where it is beyond ASCII.
    fn is_word(&self, at: usize) -> bool {
        self.at(at).is_some_and(|b| {
            self.unsure.set(self.unsure.get() || !b.is_ascii());
            b.is_ascii_alphanumeric() || b == b'_'
        })
    }

    /// Whether no word goes on before or after a part of the text.
    fn stands_alone(&self, span: Span) -> bool {
        span.start.checked_sub(1).is_none_or(|at| !self.is_word(at)) && !self.is_word(span.end)
    }

    /// The digits that begin here, when they are four at the most.
    fn number(&self, start: usize) -> Option<Number> {
        let digits = self.bytes.get(start..)?.iter();
        let digits = digits.take(5).take_while(|b| b.is_ascii_digit());
        let (count, value) = digits.fold((0, 0), |(count, value), digit| {
            (count + 1, value * 10 + u32::from(digit - b'0'))
        });
        let value = u16::try_from(value).ok()?;
        matches!(count, 1..=4).then_some(Number {
            start,
            end: start + count,
            value,
        })
    }

    /// The next digits in a row, from a place that is not inside a row.
    fn next_number(&self, mut from: usize) -> Option<Number> {
        loop {
            from = next(self.bytes, from, |b| b.is_ascii_digit())?;
            if let Some(number) = self.number(from) {
                return Some(number);
            }
            while self.is_digit(from) {
                from += 1;
            }
        }
    }

    /// Where the letters begin that stand before a place, with nothing between but white space, or what may be, and a dot.
    fn word_before(&self, at: usize) -> Option<usize> {
        let before = |at: usize, is: fn(&u8) -> bool| {
            let signs = self.bytes.get(..at).unwrap_or_default().iter().rev();
            at - signs.take_while(|b| is(b)).count()
        };
        let gap = before(at, |b| matches!(b, b' ' | b'\t'..=b'\r') || !b.is_ascii());
        let dot = gap.checked_sub(1).filter(|dot| self.at(*dot) == Some(b'.'));
        let end = dot.unwrap_or(gap);
        let start = before(end, u8::is_ascii_alphabetic);
        (start < end && gap < at).then_some(start)
    }

    fn is_part(&self, at: usize) -> bool {
        matches!(self.at(at), Some(b'-' | b'/' | b'.'))
    }

    fn is_space(&self, at: usize) -> bool {
        self.at(at).is_some_and(|b| {
            self.unsure.set(self.unsure.get() || !b.is_ascii());
            matches!(b, b' ' | b'\t'..=b'\r')
        })
    }

    fn is_space_or_dash(&self, at: usize) -> bool {
        self.at(at) == Some(b'-') || self.is_space(at)
    }

    /// The place after one sign, where it stands.
    fn skip(&self, at: usize, sign: u8) -> usize {
        at + usize::from(self.at(at) == Some(sign))
    }

    fn numeric(&self, first: Number) -> Option<Numeric> {
        let second = self.number(first.end + 1).filter(|n| n.is_short())?;
        let third = self.number(second.end + 1)?;
        let parted = self.is_part(first.end) && self.is_part(second.end);
        let fits = if first.is_year() {
            third.is_short()
        } else {
            first.is_short() && matches!(third.end - third.start, 2 | 4)
        };
        (parted && fits).then_some(Numeric {
            span: Span::new(first.start, third.end),
            parts: [first, second, third].map(|n| n.value),
            year_first: first.is_year(),
            dots: self.at(first.end) == Some(b'.'),
        })
    }

    /// "9 / 1 / 2021": with one space on either side of each sign, and the whole year last.
    fn spaced(&self, first: Number) -> Option<Numeric> {
        let parted = |at: usize| {
            self.at(at) == Some(b' ') && self.is_part(at + 1) && self.at(at + 2) == Some(b' ')
        };
        let next = |before: Number| self.number(before.end + 3).filter(|_| parted(before.end));
        let second = next(first).filter(|n| n.is_short() && first.is_short())?;
        let third = next(second).filter(|n| n.is_year())?;
        Some(Numeric {
            span: Span::new(first.start, third.end),
            parts: [first, second, third].map(|n| n.value),
            year_first: false,
            dots: self.at(first.end + 1) == Some(b'.'),
        })
    }

    /// The month whose name the letters are that begin here, and where they end.
    fn month(&self, from: usize) -> Option<(u16, usize)> {
        // Most words are told from all names by their first letters.
        let first: &[u8; 3] = self.bytes.get(from..)?.first_chunk()?;
        let begins = matches!(
            &first.map(|b| b.to_ascii_lowercase()),
            b"jan"
                | b"feb"
                | b"mar"
                | b"apr"
                | b"may"
                | b"jun"
                | b"jul"
                | b"aug"
                | b"sep"
                | b"oct"
                | b"nov"
                | b"dec"
        );
        if !begins {
            return None;
        }
        let end = after(from, |at| self.is_letter(at));
        let name = self.bytes.get(from..end)?;
        let is = |(month, _): &&(&str, u16)| month.as_bytes().eq_ignore_ascii_case(name);
        let (_, number) = MONTH_NAMES.iter().find(is)?;
        Some((*number, end))
    }

    /// The place after "st", "nd", "rd" or "th".
    fn ordinal(&self, at: usize) -> usize {
        let ends = ["st", "nd", "rd", "th"];
        let there = self.bytes.get(at..at + 2).unwrap_or_default();
        let is = ends
            .iter()
            .any(|e| e.as_bytes().eq_ignore_ascii_case(there));
        at + if is { 2 } else { 0 }
    }

    /// "September 1st, 2021"
    fn month_first(&self, from: usize) -> Option<Named> {
        let (month, end) = self.month(from)?;
        let gap = self.skip(end, b'.');
        let day_at = after(gap, |at| self.is_space(at));
        let day = self
            .number(day_at)
            .filter(|n| n.is_short() && day_at > gap)?;
        let gap = self.skip(self.ordinal(day.end), b',');
        let year_at = after(gap, |at| self.is_space(at));
        let year = self
            .number(year_at)
            .filter(|n| n.is_year() && year_at > gap)?;
        Some(Named {
            span: Span::new(from, year.end),
            year: year.value,
            month,
            day: day.value,
        })
    }

    /// "1st of September, 2021", "01SEP2021"
    fn day_first(&self, day: Number) -> Option<Named> {
        let of = after(self.ordinal(day.end), |at| self.is_space_or_dash(at));
        let is_of = self
            .bytes
            .get(of..of + 2)
            .is_some_and(|w| w.eq_ignore_ascii_case(b"of"));
        let at = if is_of && self.is_space(of + 2) {
            after(of + 2, |at| self.is_space(at))
        } else {
            of
        };
        let (month, end) = self.month(at).filter(|_| day.is_short())?;
        let end = self.skip(self.skip(end, b'.'), b',');
        let end = after(end, |at| self.is_space_or_dash(at));
        let year = self.number(end).filter(|n| n.is_year())?;
        Some(Named {
            span: Span::new(day.start, year.end),
            year: year.value,
            month,
            day: day.value,
        })
    }

    /// "2021 Sep 1"
    fn year_first(&self, year: Number) -> Option<Named> {
        let fits = year.is_year() && self.is_space_or_dash(year.end);
        let (month, end) = self.month(year.end + 1).filter(|_| fits)?;
        let end = self.skip(end, b'.');
        let day = self.number(end + 1).filter(|n| n.is_short())?;
        self.is_space_or_dash(end).then_some(Named {
            span: Span::new(year.start, day.end),
            year: year.value,
            month,
            day: day.value,
        })
    }
}

/// The place after signs of a kind.
fn after(mut at: usize, kind: impl Fn(usize) -> bool) -> usize {
    while kind(at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::date_patterns, named, numeric};

    /// Texts in which dates, and what is nearly one, stand close together.
    fn texts() -> impl Strategy<Value = String> {
        let pieces = [
            "1", "09", "31", "2021", "123", "20215", "-", "/", ".", " ", ",", "  ", "\n", "_", "a",
            "é", "²", " / ", "of ", "of", "st", "th", "nd", "jan", "Sept", "sept", "MAY", "july",
            "december", "Jun.", "mar", "march", "sepember", "–", "(", ")",
        ];
        let piece = prop::sample::select(pieces.to_vec());
        prop::collection::vec(piece, 0..14).prop_map(|p| p.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn the_forms_find_what_the_patterns_find(text in texts()) {
            if let Some(found) = numeric(&text) {
                prop_assert_eq!(found, date_patterns::numeric(&text), "{}", text);
            }
            if let Some(found) = named(&text) {
                prop_assert_eq!(found, date_patterns::named(&text), "{}", text);
            }
        }
    }

    #[test]
    fn letters_beyond_ascii_are_left_to_the_patterns_only_beside_a_date() {
        assert!(numeric("é 01/02/2020, 4 mm²").is_some_and(|d| d.len() == 1));
        assert!(numeric("é01/02/2020").is_none());
        assert!(named("le 5 may 2020 à Genève").is_some_and(|d| d.len() == 1));
        assert!(named("5 may 2020é").is_none());
    }
}
