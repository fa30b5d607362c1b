//! Calendar dates: ordered, printed as ISO 8601, read from the forms clinicians write.

use std::{fmt, str::FromStr};

use crate::error::Error;

/// A day of the Gregorian calendar. Ordered by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The date, or `None` when the day does not exist (31 February, month 13, year outside 1900–2199).
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let last = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        ((1900..2200).contains(&year) && (1..=last).contains(&day)).then_some(Self {
            year,
            month,
            day,
        })
    }

    /// The calendar year.
    #[must_use]
    pub fn year(self) -> u16 {
        self.year
    }

    /// The day before; `None` before 1900.
    #[must_use]
    pub fn day_before(self) -> Option<Self> {
        let (year, month) = match (self.day, self.month) {
            (2.., _) => return Self::new(self.year, self.month, self.day - 1),
            (_, 1) => (self.year - 1, 12),
            (_, month) => (self.year, month - 1),
        };
        (28..=31).rev().find_map(|day| Self::new(year, month, day))
    }

    /// The day after; `None` after 2199.
    #[must_use]
    pub fn day_after(self) -> Option<Self> {
        let next_month = if self.month == 12 {
            Self::new(self.year + 1, 1, 1)
        } else {
            Self::new(self.year, self.month + 1, 1)
        };
        Self::new(self.year, self.month, self.day + 1).or(next_month)
    }

    /// The date with a number within its year, 1 being the first of January.
    #[must_use]
    pub fn of_year_day(year: u16, number: u16) -> Option<Self> {
        let mut left = number.checked_sub(1)?;
        for month in 1..=12 {
            let days = (28..=31)
                .rev()
                .find(|d| Self::new(year, month, *d).is_some())?;
            if left < u16::from(days) {
                return Self::new(year, month, u8::try_from(left + 1).ok()?);
            }
            left -= u16::from(days);
        }
        None
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl serde::Serialize for Date {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for Date {
    type Err = Error;

    /// Reads `YYYY-MM-DD`.
    fn from_str(s: &str) -> Result<Self, Error> {
        let mut parts = s.splitn(3, '-');
        let mut next = |width: usize| {
            parts
                .next()
                .filter(|p| p.len() == width)
                .and_then(|p| p.parse::<u16>().ok())
        };
        let (y, m, d) = (next(4), next(2), next(2));
        if let (Some(y), Some(m), Some(d)) = (y, m, d)
            && let (Ok(m), Ok(d)) = (u8::try_from(m), u8::try_from(d))
            && let Some(date) = Self::new(y, m, d)
        {
            return Ok(date);
        }
        Err(Error::usage(format!(
            "\"{s}\" is not a date; write it as YYYY-MM-DD, for example 2024-05-02"
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_iso_and_refuses_days_that_do_not_exist() {
        assert_eq!(
            "2024-02-29".parse::<Date>().unwrap().to_string(),
            "2024-02-29"
        );
        for bad in [
            "2023-02-29",
            "2024-13-01",
            "24-1-1",
            "2024/01/01",
            "",
            "2024-01-01-01",
        ] {
            assert!(bad.parse::<Date>().is_err(), "{bad}");
        }
    }

    #[test]
    fn orders_by_time() {
        assert!(Date::new(2015, 12, 31) < Date::new(2016, 1, 1));
    }

    #[test]
    fn the_day_before_crosses_months_and_years() {
        for (day, before) in [
            ("2024-03-01", "2024-02-29"),
            ("2023-03-01", "2023-02-28"),
            ("2024-01-01", "2023-12-31"),
            ("2024-05-31", "2024-05-30"),
        ] {
            let day: Date = day.parse().unwrap();
            let before: Date = before.parse().unwrap();
            assert_eq!(
                (day.day_before(), before.day_after()),
                (Some(before), Some(day))
            );
        }
        assert_eq!(Date::new(1900, 1, 1).unwrap().day_before(), None);
    }

    #[test]
    fn the_number_of_a_day_counts_leap_days() {
        for (year, number, date) in [
            (2024, 1, Some("2024-01-01")),
            (2024, 366, Some("2024-12-31")),
            (2023, 366, None),
            (2023, 60, Some("2023-03-01")),
            (2023, 0, None),
        ] {
            let found = Date::of_year_day(year, number).map(|d| d.to_string());
            assert_eq!(found.as_deref(), date);
        }
    }
}
