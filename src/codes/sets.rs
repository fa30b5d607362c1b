//! The code sets of the dates asked for last. Putting one together costs more than reading a short report.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{CodeBook, CodeSet};
use crate::date::Date;

/// Sets kept; when there are more, all are forgotten.
const MOST: usize = 256;

/// Sets by date, for one book.
#[derive(Debug, Default)]
pub(crate) struct Sets {
    known: Mutex<BTreeMap<Option<Date>, Arc<CodeSet>>>,
}

impl Sets {
    /// The rows of a book in force on `date`, as [`CodeBook::on`]. The book must be the same one each time.
    pub(crate) fn on(&self, book: &CodeBook, date: Option<Date>) -> Arc<CodeSet> {
        // A set is entered whole, so one that a panic left behind is as good as any.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(set) = known.get(&date) {
            return Arc::clone(set);
        }
        if known.len() >= MOST {
            known.clear();
        }
        let set = Arc::new(book.on(date));
        known.insert(date, Arc::clone(&set));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::Sets;
    use crate::codes::CodeBook;

    #[test]
    fn a_kept_set_is_that_of_its_date() {
        let (book, sets) = (CodeBook::builtin(), Sets::default());
        for date in ["2014-03-02", "2024-05-02", "2014-03-02"] {
            let date = date.parse().ok();
            assert_eq!(sets.on(&book, date).name, book.on(date).name);
        }
        assert_eq!(sets.on(&book, None).name, book.on(None).name);
    }
}
