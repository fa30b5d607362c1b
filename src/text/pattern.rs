//! A pattern for shapes (dates, code numbers, blanks), made when it is first needed.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

/// A pattern made twice: for texts of ASCII alone, where it takes a fraction of the time to make, and for any other text,
/// where letters and digits are those of all scripts. Over ASCII both find the same.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// How it is written. What may match beyond ASCII stands within `(?u:…)`.
    written: fn() -> String,
    ascii: OnceLock<Regex>,
    any: OnceLock<Regex>,
}

impl Pattern {
    pub(crate) const fn new(written: fn() -> String) -> Self {
        Self {
            written,
            ascii: OnceLock::new(),
            any: OnceLock::new(),
        }
    }

    /// The pattern to search a text with.
    ///
    /// # Panics
    /// Never in a tested build: the tests search both kinds of text with every pattern.
    pub(crate) fn for_text(&self, text: &str) -> &Regex {
        let (made, unicode) = if text.is_ascii() {
            (&self.ascii, false)
        } else {
            (&self.any, true)
        };
        made.get_or_init(|| {
            RegexBuilder::new(&(self.written)())
                .unicode(unicode)
                .build()
                .expect("tested")
        })
    }
}
