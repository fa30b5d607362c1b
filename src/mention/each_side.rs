//! One name with a reading for each side: "civ - r 148 mm2 / l 52 mm2", "was 14 mm on the right and 13 mm on the left".

use super::sides::Side;
use crate::text::Span;

/// A sign of what follows a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Number,
    Side(Side),
}

/// Whether a reading for each side follows a name, up to `end`.
pub(super) fn each_read(text: &str, name: Span, end: usize) -> bool {
    let after = text
        .get(name.end..end.max(name.end))
        .unwrap_or_default()
        .to_ascii_lowercase();
    let tokens = after
        .split(|c: char| c.is_whitespace() || "/,:;()=".contains(c))
        .filter(|t| !t.is_empty());
    let mut signs: Vec<Sign> = Vec::new();
    // Words that stand before the second sign.
    let mut words = 0;
    for token in tokens {
        let sign = match token.trim_end_matches('.') {
            "r" | "rt" | "right" | "right-sided" => Sign::Side(Side::Right),
            "l" | "lt" | "left" | "left-sided" => Sign::Side(Side::Left),
            t if t.starts_with(|c: char| c.is_ascii_digit()) => Sign::Number,
            _ => {
                words += usize::from(signs.len() < 2);
                continue;
            }
        };
        if sign != Sign::Number || signs.last() != Some(&sign) {
            signs.push(sign);
        }
    }
    let opposite = |a: Side, b: Side| a.other() == Some(b);
    match signs[..] {
        // "r 148 / l 52", "right leg 5.0 mm, left leg 5.5 mm"
        [Sign::Side(a), Sign::Number, Sign::Side(b), Sign::Number, ..]
        // "14 mm on the right and 13 mm on the left"
        | [Sign::Number, Sign::Side(a), Sign::Number, Sign::Side(b), ..] => opposite(a, b),
        // "R / L .. 88 / 140"
        [Sign::Side(a), Sign::Side(b), Sign::Number, ..] => words == 0 && opposite(a, b),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::each_read;
    use crate::text::Span;

    #[test]
    fn a_reading_for_each_side_follows_one_name() {
        let read = |text: &str| each_read(text, Span::new(0, 3), text.len());
        assert!(read("CIV - r 148 mm2 / l 52 mm2"));
        assert!(read(
            "CIV measured 14 mm on the right and 13 mm on the left."
        ));
        assert!(read("SFA in each leg: right leg 5.0 mm, left leg 5.5 mm"));
        assert!(read("CIV R / L .... 17 / 15"));
        assert!(!read("CIV 14 mm on the right."));
        assert!(!read(
            "CIV 14 mm at 3 cm on the right, to the right of the spine."
        ));
        assert!(!read("CIV of the right leg, not the left, 14 mm"));
    }
}
