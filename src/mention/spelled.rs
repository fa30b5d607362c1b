//! Measurements dictated in words: "one hundred fifty square millimeters", "nine point four millimeters", "six by thirteen
//! millimeters". Only what is followed by a unit counts: "two" of "two stents" does not.

use super::measures::{Measure, unit};
use crate::text::Span;

/// Number words up to nineteen, by their value.
const SMALL: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];

/// Number words for tens, from twenty.
const TENS: [&str; 8] = [
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];

/// A word of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Value(u16),
    Hundred,
    Point,
    And,
    By,
}

/// Whether a text tells of units in full, so that its numbers may be told in words, too.
pub(crate) fn has_units(text: &str) -> bool {
    [
        "illimet", "ILLIMET", "entimet", "ENTIMET", "ercent", "ERCENT",
    ]
    .iter()
    .any(|u| memchr::memmem::find(text.as_bytes(), u.as_bytes()).is_some())
}

/// Adds the measurements of `text[span]` that are told in words to those in digits, in order.
pub(super) fn add(text: &str, span: Span, measures: &mut Vec<Measure>) {
    let mut parts: Vec<Part> = Vec::new();
    let mut number = Span::new(span.start, span.start);
    let mut at = span.start;
    while let Some(word) = next_word(text, at, span.end) {
        at = word.end;
        let gap = &text[number.end..word.start];
        let joined = gap.bytes().all(|b| b.is_ascii_whitespace() || b == b'-');
        let part = part(&text[word.start..word.end]);
        if !parts.is_empty() && (!joined || part.is_none()) {
            measures.extend(measure(text, number, span.end, &parts));
            parts.clear();
        }
        if let Some(part) = part {
            if parts.is_empty() {
                number.start = word.start;
            }
            parts.push(part);
            number.end = word.end;
        }
    }
    measures.sort_by_key(|m| m.span.start);
}

/// The next word of plain letters from a place on.
fn next_word(text: &str, from: usize, limit: usize) -> Option<Span> {
    let bytes = &text.as_bytes()[..limit];
    let letter = |b: &u8| b.is_ascii_alphabetic();
    let start = from + bytes[from..].iter().position(letter)?;
    let length = bytes[start..].iter().take_while(|b| letter(b)).count();
    Some(Span::new(start, start + length))
}

fn part(word: &str) -> Option<Part> {
    let value = |words: &[&str]| words.iter().position(|w| w.eq_ignore_ascii_case(word));
    if let Some(n) = value(&SMALL).or_else(|| Some(20 + 10 * value(&TENS)?)) {
        return u16::try_from(n).ok().map(Part::Value);
    }
    let [hundred, point, and, by] =
        ["hundred", "point", "and", "by"].map(|w| w.eq_ignore_ascii_case(word));
    hundred
        .then_some(Part::Hundred)
        .or(point.then_some(Part::Point))
        .or(and.then_some(Part::And))
        .or(by.then_some(Part::By))
}

/// The measurement that the words of a number and the unit after them tell of.
fn measure(text: &str, number: Span, limit: usize, parts: &[Part]) -> Option<Measure> {
    let (quantity, width, scale) = unit(&text[number.end..limit])?;
    // "pulled back and twelve millimeters": what only joins belongs to no number.
    let joins = |p: &&Part| matches!(p, Part::And | Part::By);
    let lead = parts.iter().take_while(joins).count();
    let mut values = parts[lead..].split(|p| *p == Part::By).map(value);
    let first = values.next()??;
    let second = match values.next() {
        Some(second) => Some(second?),
        None => None,
    };
    Some(Measure {
        span: Span::new(number.start, number.end + width),
        quantity,
        value: first * scale,
        second: second.map(|s| s * scale),
    })
}

/// "one hundred fifty", "one seventy one", "nine point four". Nothing when the words make no number.
fn value(parts: &[Part]) -> Option<f64> {
    let mut whole: Option<u16> = None;
    let mut last = 0;
    let mut decimals: Option<(f64, f64)> = None;
    for part in parts {
        match (*part, decimals) {
            (Part::Value(n @ 0..=9), Some((sum, step))) => {
                decimals = Some((sum + f64::from(n) * step, step / 10.0));
            }
            (Part::Point, None) => decimals = Some((0.0, 0.1)),
            (Part::Value(n), None) => {
                whole = Some(match whole {
                    None => n,
                    Some(w) if last == 100 => w.saturating_add(n),
                    Some(w) if (20..100).contains(&last) && n < 10 => w.saturating_add(n),
                    // "one seventy": a hundred and seventy.
                    Some(w @ 1..=9) if n >= 10 => w * 100 + n,
                    Some(_) => return None,
                });
                last = n;
            }
            (Part::Hundred, None) => {
                whole = Some(whole.unwrap_or(1).saturating_mul(100));
                last = 100;
            }
            (Part::And, None) if last == 100 => {}
            _ => return None,
        }
    }
    match (whole, decimals) {
        (None, None) => None,
        (whole, decimals) => {
            Some(f64::from(whole.unwrap_or(0)) + decimals.map_or(0.0, |(sum, _)| sum))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mention::measures::Quantity::{self, Area, Length, Percent};

    fn read(text: &str) -> Vec<(Quantity, f64, Option<f64>)> {
        let mut found = Vec::new();
        add(text, Span::new(0, text.len()), &mut found);
        found
            .into_iter()
            .map(|m| (m.quantity, m.value, m.second))
            .collect()
    }

    #[test]
    fn numbers_in_words_need_a_unit() {
        assert_eq!(
            read("vena cava eighteen millimeters two stents"),
            [(Length, 18.0, None)]
        );
        assert_eq!(
            read(
                "area one hundred and fifty square millimeters below it one seventy one square millimeters"
            ),
            [(Area, 150.0, None), (Area, 171.0, None)]
        );
        assert_eq!(
            read("six by thirteen millimeters, narrowed by seventy-three percent"),
            [(Length, 6.0, Some(13.0)), (Percent, 73.0, None)]
        );
        assert_eq!(
            read("NINE POINT FOUR MILLIMETERS and point nine centimeters"),
            [(Length, 9.4, None), (Length, 9.0, None)]
        );
        assert_eq!(read("twenty thirty millimeters"), []);
    }
}
