//! The axis of time under the pictures: months, or quarters or years when the months are many. Each period between the first
//! and the last has its place on it, also one without a report.

use std::collections::BTreeMap;

use super::Share;

/// The most periods in a picture; older ones are left out, which is told.
const MOST: usize = 24;

/// How long a period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Month,
    Quarter,
    Year,
}

impl Step {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    fn months(self) -> i64 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 12,
        }
    }
}

/// The periods of the pictures of a page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    pub(super) step: Step,
    /// The first and the last period, counted from year 0.
    first: i64,
    last: i64,
    /// Months with reports that are left out.
    pub(super) left_out: usize,
    /// Periods with reports.
    pub(super) told: usize,
}

impl Axis {
    /// The axis of months such as `2024-05`; `None` without any.
    pub(super) fn of<'a>(months: impl Iterator<Item = &'a String>) -> Option<Self> {
        let mut all: Vec<i64> = months.filter_map(|m| number(m)).collect();
        all.sort_unstable();
        let (first, last) = (*all.first()?, *all.last()?);
        let most = i64::try_from(MOST).unwrap_or(i64::MAX);
        let fits =
            |step: &Step| last.div_euclid(step.months()) - first.div_euclid(step.months()) < most;
        let step = [Step::Month, Step::Quarter]
            .into_iter()
            .find(fits)
            .unwrap_or(Step::Year);
        let place = |month: i64| month.div_euclid(step.months());
        let first = place(first).max(place(last) - most + 1);
        let mut told: Vec<i64> = all.iter().map(|m| place(*m)).collect();
        told.retain(|p| *p >= first);
        told.dedup();
        Some(Self {
            step,
            first,
            last: place(last),
            left_out: all.iter().filter(|m| place(**m) < first).count(),
            told: told.len(),
        })
    }

    /// What a period is called.
    fn label(self, period: i64) -> String {
        let month = period * self.step.months();
        let (year, month) = (month.div_euclid(12), month.rem_euclid(12));
        match self.step {
            Step::Month => format!("{year:04}-{:02}", month + 1),
            Step::Quarter => format!("{year:04} Q{}", month / 3 + 1),
            Step::Year => format!("{year:04}"),
        }
    }

    /// The share of each period, from the first to the last; those without a report have a share of nothing.
    pub(super) fn series<'a>(
        self,
        months: impl Iterator<Item = (&'a String, Share)>,
    ) -> Vec<(String, Share)> {
        let mut sums: BTreeMap<i64, Share> = BTreeMap::new();
        for (month, share) in months {
            if let Some(at) = number(month) {
                *sums.entry(at.div_euclid(self.step.months())).or_default() += share;
            }
        }
        (self.first..=self.last)
            .map(|p| (self.label(p), sums.get(&p).copied().unwrap_or_default()))
            .collect()
    }
}

/// A month counted from year 0.
fn number(month: &str) -> Option<i64> {
    let (year, month) = month.split_once('-')?;
    let (year, month) = (year.parse::<i64>().ok()?, month.parse::<i64>().ok()?);
    (1..=12).contains(&month).then_some(year * 12 + month - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(months: &[&str]) -> (Step, Vec<String>, usize) {
        let months: Vec<String> = months.iter().map(|m| (*m).to_owned()).collect();
        let one = Share { part: 1, of: 1 };
        let axis = Axis::of(months.iter()).unwrap();
        let series = axis.series(months.iter().map(|m| (m, one)));
        let told = |(name, share): (String, Share)| format!("{name}:{}", share.of);
        (
            axis.step,
            series.into_iter().map(told).collect(),
            axis.left_out,
        )
    }

    #[test]
    fn months_without_a_report_have_their_place() {
        let (step, series, left) = axis(&["2023-11", "2024-02"]);
        assert_eq!((step, left), (Step::Month, 0));
        assert_eq!(series, ["2023-11:1", "2023-12:0", "2024-01:0", "2024-02:1"]);
    }

    #[test]
    fn a_long_time_is_told_by_quarters_or_years() {
        let (step, series, _) = axis(&["2020-01", "2020-03", "2023-12"]);
        assert_eq!((step, series.len()), (Step::Quarter, 16));
        assert_eq!(
            (series[0].as_str(), series[15].as_str()),
            ("2020 Q1:2", "2023 Q4:1")
        );
        let (step, series, left) = axis(&["1980-05", "2013-10", "2018-07", "2020-06"]);
        assert_eq!((step, series.len(), left), (Step::Year, 24, 1));
        assert_eq!(series[16], "2013:1");
    }
}
