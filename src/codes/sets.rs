//! The code sets made so far. Putting one together costs more than reading a short report, and the same set holds for all days
//! between two days on which some row begins or ends.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use super::{CodeBook, CodeSet, Tables};
use crate::date::Date;

/// Sets by stretch of days, for one book.
#[derive(Debug, Default)]
pub(crate) struct Sets {
    /// The days on which a stretch begins, in order.
    turns: OnceLock<Vec<Date>>,
    /// By the number of the stretch; none for reports without a date.
    known: Mutex<BTreeMap<Option<usize>, Arc<CodeSet>>>,
}

impl Sets {
    /// The rows of a book in force on `date`, as [`CodeBook::on`]. The book must be the same one each time.
    pub(crate) fn on(&self, book: &CodeBook, date: Option<Date>) -> Arc<CodeSet> {
        let turns = self.turns.get_or_init(|| book.turns());
        let stretch = date.map(|d| turns.partition_point(|t| *t <= d));
        // A set is entered whole, so one that a panic left behind is as good as any.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let set = known
            .entry(stretch)
            .or_insert_with(|| Arc::new(book.on(date)));
        Arc::clone(set)
    }
}

impl CodeBook {
    /// The days on which a row of any table that [`CodeBook::on`] asks begins to hold, or no longer holds.
    fn turns(&self) -> Vec<Date> {
        let rows = self.ivus.iter().map(|r| &r.standing);
        let rows = rows.chain(self.excluded.iter().map(|r| &r.standing));
        let rows = rows.chain(self.base.iter().map(|r| &r.standing));
        let rows = rows.chain(self.procedures.standings());
        let rows = rows.chain(self.catheters.standings());
        let mut periods: Vec<(Option<Date>, Option<Date>)> =
            rows.map(|s| (s.from, s.until)).collect();
        let Tables {
            limits,
            pairs,
            addons,
            ..
        } = &*self.tables;
        periods.extend(limits.rows().iter().map(|r| (Some(r.from), r.until)));
        periods.extend(pairs.rows().iter().map(|r| (r.from, r.until)));
        if let Some(list) = addons {
            periods.push((Some(list.from), None));
            let rows = list.table.rows().iter();
            periods.extend(rows.map(|r| (Some(r.from), r.until)));
        }
        let ends =
            |(from, until): (Option<Date>, Option<Date>)| [from, until.and_then(Date::day_after)];
        let mut turns: Vec<Date> = periods.into_iter().flat_map(ends).flatten().collect();
        turns.sort_unstable();
        turns.dedup();
        turns
    }
}

#[cfg(test)]
mod tests {
    use super::Sets;
    use crate::codes::{CodeBook, CodeSet};

    #[test]
    fn a_kept_set_is_that_of_its_date() {
        let (book, sets) = (CodeBook::builtin(), Sets::default());
        for date in ["2014-03-02", "2024-05-02", "2014-03-02"] {
            let date = date.parse().ok();
            assert_eq!(sets.on(&book, date).name, book.on(date).name);
        }
        assert_eq!(sets.on(&book, None).name, book.on(None).name);
    }

    #[test]
    fn all_days_of_a_stretch_have_one_set() {
        let (book, sets) = (CodeBook::builtin(), Sets::default());
        // What the set holds, and not the day it was asked for.
        let rows = |set: &CodeSet| {
            let tables = (
                set.procedures.rows_in_force(),
                set.catheters.rows_in_force(),
            );
            format!(
                "{} {:?} {:?} {:?} {:?} {tables:?}",
                set.name, set.initial, set.additional, set.excluded, set.base
            )
        };
        let turns = book.turns();
        assert!(turns.len() > 10);
        for turn in turns {
            let days = [turn.day_before(), Some(turn), turn.day_after()];
            for day in days.into_iter().flatten() {
                assert_eq!(
                    rows(&sets.on(&book, Some(day))),
                    rows(&book.on(Some(day))),
                    "{day}"
                );
            }
        }
    }
}
