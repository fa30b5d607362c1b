//! Stretches of days, both ends included, for rows that a later table replaces in part.

use super::{Fee, Limit, Locality};
use crate::date::Date;

/// From a day to a day, or on without end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) from: Date,
    pub(crate) until: Option<Date>,
}

impl Period {
    /// What is left when the days of another period are taken out: nothing, one stretch or two.
    pub(crate) fn without(self, other: Self) -> Vec<Self> {
        let apart = self.until.is_some_and(|u| u < other.from)
            || other.until.is_some_and(|u| u < self.from);
        if apart {
            return vec![self];
        }
        let mut left = Vec::new();
        if self.from < other.from {
            left.push(Self {
                from: self.from,
                until: other.from.day_before(),
            });
        }
        if let Some(end) = other.until
            && self.until.is_none_or(|u| end < u)
            && let Some(from) = end.day_after()
        {
            left.push(Self {
                from,
                until: self.until,
            });
        }
        left
    }
}

/// A row that is in force for a period.
pub(crate) trait Dated: Clone {
    /// When the row is in force.
    fn period(&self) -> Period;
    /// The same row for another period.
    fn during(&self, period: Period) -> Self;
}

macro_rules! dated {
    ($($row:ty),+) => {$(
        impl Dated for $row {
            fn period(&self) -> Period {
                Period { from: self.from, until: self.until }
            }

            fn during(&self, period: Period) -> Self {
                Self { from: period.from, until: period.until, ..self.clone() }
            }
        }
    )+};
}

dated!(Fee, Limit, Locality);

/// The rows with a period taken out of those that `stream` picks.
pub(crate) fn cut<T: Dated>(rows: &[T], period: Period, stream: impl Fn(&T) -> bool) -> Vec<T> {
    let cut = |row: &T| -> Vec<T> {
        if !stream(row) {
            return vec![row.clone()];
        }
        let left = row.period().without(period);
        left.into_iter().map(|p| row.during(p)).collect()
    };
    rows.iter().flat_map(cut).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: &str, until: &str) -> Period {
        Period {
            from: from.parse().unwrap(),
            until: until.parse().ok(),
        }
    }

    #[test]
    fn what_is_left_of_a_year_is_nothing_one_stretch_or_two() {
        let year = period("2025-01-01", "2025-12-31");
        for (taken, left) in [
            (period("2025-01-01", "2025-12-31"), vec![]),
            (period("2024-01-01", ""), vec![]),
            (period("2026-01-01", ""), vec![year]),
            (
                period("2025-10-01", ""),
                vec![period("2025-01-01", "2025-09-30")],
            ),
            (
                period("2024-10-01", "2025-03-31"),
                vec![period("2025-04-01", "2025-12-31")],
            ),
            (
                period("2025-03-01", "2025-03-31"),
                vec![
                    period("2025-01-01", "2025-02-28"),
                    period("2025-04-01", "2025-12-31"),
                ],
            ),
        ] {
            assert_eq!(year.without(taken), left);
        }
        let open = period("2025-01-01", "");
        assert_eq!(
            open.without(period("2025-01-01", "2025-06-30")),
            [period("2025-07-01", "")]
        );
    }
}
