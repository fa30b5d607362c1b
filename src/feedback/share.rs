//! A share with its counts and its 95 % interval.

/// A share of fewer than so many is told as such: it may be chance.
pub const FEW: u64 = 10;

/// The normal quantile of a two-sided 95 % interval.
const Z: f64 = 1.959_963_984_540_054;

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Those that have it.
    pub part: u64,
    /// All that could have it.
    pub of: u64,
}

impl Share {
    /// Counts one more.
    pub fn count(&mut self, has: bool) {
        self.of += 1;
        self.part += u64::from(has);
    }

    /// The share in per cent; `None` of nothing.
    #[must_use]
    pub fn percent(self) -> Option<f64> {
        (self.of > 0).then(|| float(self.part) / float(self.of) * 100.0)
    }

    /// The 95 % interval after Wilson (1927), in per cent; `None` of nothing. One formula: a crate for it would be more to
    /// trust than it saves.
    #[must_use]
    pub fn interval(self) -> Option<(f64, f64)> {
        if self.of == 0 {
            return None;
        }
        let (n, p) = (float(self.of), float(self.part) / float(self.of));
        let square = Z * Z;
        let middle = p + square / (2.0 * n);
        let half = Z * (p * (1.0 - p) / n + square / (4.0 * n * n)).sqrt();
        let whole = 1.0 + square / n;
        let bound = |x: f64| (x / whole * 100.0).clamp(0.0, 100.0);
        Some((bound(middle - half), bound(middle + half)))
    }

    /// Whether there are too few to judge.
    #[must_use]
    pub fn is_few(self) -> bool {
        self.of < FEW
    }

    /// The share in words: `78 %`. All and none are said of all and none alone.
    #[must_use]
    pub fn words(self) -> String {
        match self.percent() {
            None => "–".to_owned(),
            Some(p) if p > 99.5 && self.part < self.of => "> 99 %".to_owned(),
            Some(p) if p < 0.5 && self.part > 0 => "< 1 %".to_owned(),
            Some(p) => format!("{} %", rounded(p)),
        }
    }

    /// The counts in words: `7 of 9`.
    #[must_use]
    pub fn counts(self) -> String {
        format!("{} of {}", self.part, self.of)
    }

    /// All of it in words: `7 of 9, 78 %, 95 % interval 45–94 %`.
    #[must_use]
    pub fn told(self) -> String {
        if self.of == 0 {
            return self.counts();
        }
        format!(
            "{}, {}, 95 % interval {}",
            self.counts(),
            self.words(),
            self.range()
        )
    }

    /// The interval in words: `45–94 %`.
    #[must_use]
    pub fn range(self) -> String {
        self.interval().map_or_else(String::new, |(low, high)| {
            format!("{}–{} %", rounded(low), rounded(high))
        })
    }
}

/// A percentage without decimals; halves go up, as readers of a table expect: 3 of 24 is 13 %.
pub(crate) fn rounded(percent: f64) -> f64 {
    // Counts leave halves exact; what a sum of floats loses must not turn one down.
    (percent + 0.5 + 1e-9).floor()
}

impl std::ops::AddAssign for Share {
    fn add_assign(&mut self, other: Self) {
        self.part += other.part;
        self.of += other.of;
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of reports are far below 2^52"
)]
fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R. G. Newcombe, Statistics in Medicine 17 (1998) 857–872, table I, method 3 (score without correction).
    #[test]
    fn intervals_are_those_of_the_published_table() {
        for (part, of, low, high) in [
            (81, 263, 25.53, 36.62),
            (15, 148, 6.24, 16.05),
            (0, 20, 0.0, 16.11),
            (1, 29, 0.61, 17.18),
        ] {
            let (found_low, found_high) = Share { part, of }.interval().unwrap();
            assert!(
                (found_low - low).abs() < 0.005 && (found_high - high).abs() < 0.005,
                "{part} of {of}: {found_low} to {found_high}"
            );
        }
    }

    #[test]
    fn an_interval_holds_its_share_and_is_mirrored() {
        for of in 1..60 {
            for part in 0..=of {
                let share = Share { part, of };
                let (low, high) = share.interval().unwrap();
                let percent = share.percent().unwrap();
                assert!(low <= percent + 1e-9 && percent <= high + 1e-9);
                let (other_low, other_high) = Share {
                    part: of - part,
                    of,
                }
                .interval()
                .unwrap();
                assert!((low + other_high - 100.0).abs() < 1e-9);
                assert!((high + other_low - 100.0).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn all_and_none_are_said_of_all_and_none_alone() {
        for (part, of, words) in [
            (399, 400, "> 99 %"),
            (400, 400, "100 %"),
            (1, 400, "< 1 %"),
            (0, 400, "0 %"),
            (7, 9, "78 %"),
            // Halves go up.
            (3, 24, "13 %"),
            (7, 8, "88 %"),
            (1, 40, "3 %"),
            (1, 200, "1 %"),
        ] {
            assert_eq!(Share { part, of }.words(), words);
        }
    }

    #[test]
    fn a_share_of_nothing_is_told_as_none() {
        let none = Share::default();
        assert_eq!((none.percent(), none.interval()), (None, None));
        assert_eq!((none.words().as_str(), none.range().as_str()), ("–", ""));
        assert!(none.is_few());
    }
}
