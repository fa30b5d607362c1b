//! Numbers with units: lengths, areas, percentages and arcs that can be readings; sizes of devices, doses and
//! pressures that cannot.

use crate::text::Span;

/// What a number measures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Quantity {
    /// Millimetres.
    Length,
    /// Square millimetres.
    Area,
    Percent,
    Degrees,
    /// A number without a unit: a reading only in a table or list of readings.
    Bare,
    /// French, gauge, dose, pressure, time and the like: never a reading.
    Other,
}

/// A measured value: `value` is the first number, scaled to millimetres where it is a length or area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Measure {
    pub(crate) span: Span,
    pub(crate) quantity: Quantity,
    pub(crate) value: f64,
    /// The second number of "14 x 60".
    pub(crate) second: Option<f64>,
}

/// The unit a measurement is written with in output.
pub(crate) fn unit_name(quantity: Quantity) -> Option<&'static str> {
    match quantity {
        Quantity::Length => Some("mm"),
        Quantity::Area => Some("mm2"),
        Quantity::Percent => Some("%"),
        Quantity::Degrees => Some("degree"),
        Quantity::Bare | Quantity::Other => None,
    }
}

/// Every number of `text[span]` with its unit.
pub(crate) fn measures(text: &str, span: Span) -> Vec<Measure> {
    let bytes = &text.as_bytes()[..span.end];
    let mut found = Vec::new();
    let mut at = span.start;
    while at < span.end {
        if !bytes[at].is_ascii_digit() || (at > span.start && is_inner(bytes[at - 1])) {
            at += 1;
            continue;
        }
        if let Some(end) = month_of_year(bytes, at) {
            at = end;
            continue;
        }
        let start = if at > span.start
            && bytes[at - 1] == b'.'
            && !(at > span.start + 1 && bytes[at - 2].is_ascii_digit())
        {
            at - 1
        } else {
            at
        };
        let (value, mut end) = number(text, start, span.end);
        let mut second = None;
        let first_unit = unit(&text[end..span.end]);
        let mut probe = end + first_unit.map_or(0, |(_, w, _)| w);
        while let Some((value, next)) = times(text, probe, span.end) {
            second = second.or(Some(value));
            end = next;
            probe = end + unit(&text[end..span.end]).map_or(0, |(_, w, _)| w);
        }
        let own_unit = if second.is_some() {
            unit(&text[end..span.end])
        } else {
            first_unit
        };
        let (quantity, width, scale) = own_unit.or(first_unit).unwrap_or((Quantity::Bare, 0, 1.0));
        let glued = bytes.get(end).is_some_and(u8::is_ascii_alphabetic) && width == 0;
        end += if own_unit.is_some() { width } else { 0 };
        if !glued {
            found.push(Measure {
                span: Span::new(start, end),
                quantity,
                value: value * scale,
                second: second.map(|s| s * scale),
            });
        }
        at = end.max(at + 1);
    }
    found
}

/// Where "2/2023" ends, a month and its year, or a whole date that ends so.
fn month_of_year(bytes: &[u8], at: usize) -> Option<usize> {
    let digits = |from: usize| {
        let rest = bytes.get(from..).unwrap_or_default().iter();
        rest.take_while(|b| b.is_ascii_digit()).count()
    };
    let mut end = at;
    for _ in 0..2 {
        let short = digits(end);
        if !matches!(short, 1 | 2) || bytes.get(end + short) != Some(&b'/') {
            return None;
        }
        end += short + 1;
        let century = bytes.get(end..end + 2)?;
        if digits(end) == 4 && (century == b"19" || century == b"20") {
            return Some(end + 4);
        }
    }
    None
}

fn is_inner(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_'
}

/// A number at `at` and where it ends.
fn number(text: &str, at: usize, limit: usize) -> (f64, usize) {
    let bytes = &text.as_bytes()[..limit];
    let mut end = at;
    let mut dotted = false;
    while end < limit {
        let b = bytes[end];
        let next_digit = bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if b == b'.' && next_digit && !dotted {
            dotted = true;
        } else if b == b','
            && bytes
                .get(end + 1..end + 4)
                .is_some_and(|d| d.iter().all(u8::is_ascii_digit))
        {
            // A thousands separator.
        } else if !b.is_ascii_digit() {
            break;
        }
        end += 1;
    }
    let written = &text[at..end];
    let value = if written.contains(',') {
        written.replace(',', "").parse()
    } else {
        written.parse()
    };
    (value.unwrap_or(0.0), end)
}

/// "x 17" or "by 17" at `at`: the number and where it ends.
fn times(text: &str, at: usize, limit: usize) -> Option<(f64, usize)> {
    let rest = text.get(at..limit)?;
    let body = rest.trim_start();
    let after = ["x", "X", "×", "by "]
        .iter()
        .find_map(|m| body.strip_prefix(m))?;
    let after = after.trim_start();
    if !after.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    Some(number(text, limit - after.len(), limit))
}

/// A unit as it is written, what it measures, and the factor to millimetres.
type Unit = (&'static str, Quantity, f64);

/// The units that begin with a byte, in lower case.
#[expect(clippy::too_many_lines, reason = "one line for each unit")]
fn units(first: u8) -> &'static [Unit] {
    match first {
        b'%' => &[("%", Quantity::Percent, 1.0)],
        b'a' => &[
            ("atmospheres", Quantity::Other, 1.0),
            ("atm", Quantity::Other, 1.0),
            ("am", Quantity::Other, 1.0),
        ],
        b'c' => &[
            ("cm2", Quantity::Area, 100.0),
            ("cm²", Quantity::Area, 100.0),
            ("cm^2", Quantity::Area, 100.0),
            ("centimeters", Quantity::Length, 10.0),
            ("centimeter", Quantity::Length, 10.0),
            ("cm/s", Quantity::Other, 1.0),
            ("cm", Quantity::Length, 10.0),
            ("cc", Quantity::Other, 1.0),
        ],
        b'd' => &[
            ("degrees", Quantity::Degrees, 1.0),
            ("degree", Quantity::Degrees, 1.0),
            ("days", Quantity::Other, 1.0),
            ("day", Quantity::Other, 1.0),
        ],
        b'f' => &[
            ("french", Quantity::Other, 1.0),
            ("fr", Quantity::Other, 1.0),
            ("f", Quantity::Other, 1.0),
        ],
        b'g' => &[
            ("gauge", Quantity::Other, 1.0),
            ("ga", Quantity::Other, 1.0),
            ("g", Quantity::Other, 1.0),
            ("gy", Quantity::Other, 1.0),
        ],
        b'h' => &[
            ("hours", Quantity::Other, 1.0),
            ("hour", Quantity::Other, 1.0),
            ("hrs", Quantity::Other, 1.0),
            ("h", Quantity::Other, 1.0),
        ],
        b'i' => &[("iu", Quantity::Other, 1.0)],
        b'k' => &[("kg", Quantity::Other, 1.0)],
        b'm' => &[
            ("mm2", Quantity::Area, 1.0),
            ("mm²", Quantity::Area, 1.0),
            ("mm^2", Quantity::Area, 1.0),
            ("mm sq", Quantity::Area, 1.0),
            ("mm squared", Quantity::Area, 1.0),
            ("millimeters squared", Quantity::Area, 1.0),
            ("mmhg", Quantity::Other, 1.0),
            ("mm hg", Quantity::Other, 1.0),
            ("mm of mercury", Quantity::Other, 1.0),
            ("millimeters", Quantity::Length, 1.0),
            ("millimeter", Quantity::Length, 1.0),
            ("millimetres", Quantity::Length, 1.0),
            ("millimetre", Quantity::Length, 1.0),
            ("mm", Quantity::Length, 1.0),
            ("ml", Quantity::Other, 1.0),
            ("mg", Quantity::Other, 1.0),
            ("mcg", Quantity::Other, 1.0),
            ("mgy", Quantity::Other, 1.0),
            ("minutes", Quantity::Other, 1.0),
            ("minute", Quantity::Other, 1.0),
            ("min", Quantity::Other, 1.0),
            ("months", Quantity::Other, 1.0),
            ("month", Quantity::Other, 1.0),
            ("mo", Quantity::Other, 1.0),
            ("mhz", Quantity::Other, 1.0),
        ],
        b'p' => &[
            ("percent", Quantity::Percent, 1.0),
            ("per cent", Quantity::Percent, 1.0),
            ("pct", Quantity::Percent, 1.0),
            ("passes", Quantity::Other, 1.0),
            ("pm", Quantity::Other, 1.0),
        ],
        b's' => &[
            ("sq mm", Quantity::Area, 1.0),
            ("sq. mm", Quantity::Area, 1.0),
            ("square mm", Quantity::Area, 1.0),
            ("square millimeters", Quantity::Area, 1.0),
            ("square millimeter", Quantity::Area, 1.0),
            ("sq cm", Quantity::Area, 100.0),
            ("square cm", Quantity::Area, 100.0),
            ("seconds", Quantity::Other, 1.0),
            ("sec", Quantity::Other, 1.0),
            ("s", Quantity::Other, 1.0),
        ],
        b't' => &[("times", Quantity::Other, 1.0)],
        b'u' => &[("units", Quantity::Other, 1.0), ("u", Quantity::Other, 1.0)],
        b'v' => &[("vessel", Quantity::Other, 1.0)],
        b'w' => &[
            ("weeks", Quantity::Other, 1.0),
            ("week", Quantity::Other, 1.0),
            ("wk", Quantity::Other, 1.0),
        ],
        b'y' => &[
            ("years", Quantity::Other, 1.0),
            ("year", Quantity::Other, 1.0),
            ("yo", Quantity::Other, 1.0),
            ("y/o", Quantity::Other, 1.0),
        ],
        0xC2 => &[("°", Quantity::Degrees, 1.0), ("µg", Quantity::Other, 1.0)],
        _ => &[],
    }
}

/// The unit at the start of `rest`: what it measures, its width in bytes, and the factor to millimetres.
pub(super) fn unit(rest: &str) -> Option<(Quantity, usize, f64)> {
    let body = rest.trim_start_matches([' ', '-']);
    let lead = rest.len() - body.len();
    if lead > 2 {
        return None;
    }
    let mut best: Option<(Quantity, usize, f64)> = None;
    let first = body.bytes().next()?.to_ascii_lowercase();
    for (word, quantity, scale) in units(first) {
        let Some(head) = body.get(..word.len()) else {
            continue;
        };
        if !head.eq_ignore_ascii_case(word) {
            continue;
        }
        let after = body[word.len()..].chars().next();
        let whole = !word.ends_with(|c: char| c.is_ascii_alphabetic())
            || after.is_none_or(|c| !c.is_alphanumeric() && c != '²');
        if whole && best.is_none_or(|(_, width, _)| width < lead + word.len()) {
            best = Some((*quantity, lead + word.len(), *scale));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(Quantity, f64, Option<f64>)> {
        measures(text, Span::new(0, text.len()))
            .into_iter()
            .map(|m| (m.quantity, m.value, m.second))
            .collect()
    }

    #[test]
    fn units_decide_what_a_number_is() {
        use Quantity::{Area, Bare, Length, Other, Percent};
        assert_eq!(
            read("5 x 17 mm, area 61 mm2"),
            [(Length, 5.0, Some(17.0)), (Area, 61.0, None)]
        );
        assert_eq!(read("9 mm x 12 mm"), [(Length, 9.0, Some(12.0))]);
        assert_eq!(
            read("142 mm² or 1.4 cm², 78%"),
            [
                (Area, 142.0, None),
                (Area, 140.0, None),
                (Percent, 78.0, None)
            ]
        );
        assert_eq!(
            read("84 PERCENT, 6 Fr, 12 atm, 3 mm Hg"),
            [
                (Percent, 84.0, None),
                (Other, 6.0, None),
                (Other, 12.0, None),
                (Other, 3.0, None)
            ]
        );
        assert_eq!(
            read("1.5 cm; 0.035; 71 | 209"),
            [
                (Length, 15.0, None),
                (Bare, 0.035, None),
                (Bare, 71.0, None),
                (Bare, 209.0, None)
            ]
        );
        assert_eq!(read("L3 P1 3D 16x100"), [(Bare, 16.0, Some(100.0))]);
        assert_eq!(
            read("since 2/2023, 75/194, on 03/14/2024"),
            [(Bare, 75.0, None), (Bare, 194.0, None)]
        );
    }
}
