//! Answers what a coder looks up: a code, a vessel, or words, in everything the tables, the rules and the lexicon hold.
//! Puts rows together and decides nothing.

mod about;
mod code;
mod entries;
#[cfg(test)]
mod facts;
mod find;
pub(crate) mod made_of;
mod text;
mod vessel;
mod yearly;
mod yearly_text;

use crate::{
    codes::{CodeBook, Policy, Reference, Tables},
    lexicon::Lexicon,
};

pub(crate) use find::Index;
pub(crate) use text::found;

/// Everything that can be looked up.
pub(crate) struct Library {
    book: CodeBook,
    reference: Reference,
    lexicon: Lexicon,
    /// The lexicon's files, for the names of its entries.
    files: Vec<(String, String)>,
    policies: Vec<Policy>,
    /// Every code that can be looked up, in order, and whether it is a service.
    codes: Vec<(String, bool)>,
}

impl Library {
    /// What is built into the program.
    ///
    /// # Panics
    /// Never in a tested build: the tests load the tables and the policies.
    pub(crate) fn builtin() -> Self {
        let policies = Policy::builtin_names();
        let mut library = Self {
            book: CodeBook::builtin(),
            reference: Reference::builtin(),
            lexicon: Lexicon::builtin(),
            files: Lexicon::builtin_files(),
            policies: policies
                .map(|n| Policy::named(n).expect("the built-in policies are loaded by the tests"))
                .collect(),
            codes: Vec::new(),
        };
        library.codes = library.gather();
        library
    }

    /// The same with loaded fees, limits, code pairs and base codes.
    pub(crate) fn with_tables(mut self, tables: Tables) -> Self {
        self.book = self.book.with_tables(tables);
        self.codes = self.gather();
        self
    }
}
