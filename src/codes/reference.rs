//! What a coder looks up and no judgement reads: facts in words, what followed what, modifiers, diagnoses, counting
//! systems, publications. Loaded only where it is asked for.

use super::{
    counting::{self, CountingStatement},
    diagnoses::{self, Diagnosis, DiagnosisFamily},
    facts::{self, Fact, SourceRow},
    history::{self, Succession},
    legs::{self, LegCode},
    modifiers::{self, Modifier},
    oversight::{self, Oversight},
};
use crate::error::Result;

/// All reference tables.
#[derive(Debug)]
pub(crate) struct Reference {
    pub(crate) facts: Vec<Fact>,
    pub(crate) documents: Vec<SourceRow>,
    pub(crate) history: Vec<Succession>,
    pub(crate) legs: Vec<LegCode>,
    pub(crate) modifiers: Vec<Modifier>,
    pub(crate) families: Vec<DiagnosisFamily>,
    pub(crate) diagnoses: Vec<Diagnosis>,
    pub(crate) counting: Vec<CountingStatement>,
    pub(crate) oversight: Vec<Oversight>,
}

impl Reference {
    /// The tables built into the program.
    ///
    /// # Panics
    /// Never in a tested build: the tests load the tables.
    pub(crate) fn builtin() -> Self {
        Self::load().expect("the built-in tables are loaded by the tests")
    }

    fn load() -> Result<Self> {
        let documents = facts::documents()?;
        let families = diagnoses::families()?;
        Ok(Self {
            facts: facts::load(&documents)?,
            history: history::load()?,
            legs: legs::load()?,
            modifiers: modifiers::load()?,
            diagnoses: diagnoses::codes(&families)?,
            counting: counting::load()?,
            oversight: oversight::load()?,
            documents,
            families,
        })
    }

    /// The facts that a rule rests on, in order.
    pub(crate) fn facts_of(&self, rule: &str) -> impl Iterator<Item = &Fact> {
        self.facts.iter().filter(move |f| f.backs(rule))
    }

    /// A source as a reader needs it: the document behind a short name, with its year, or the words as they are.
    pub(crate) fn document<'a>(&'a self, name: &'a str) -> (&'a str, &'a str) {
        self.documents
            .iter()
            .find(|d| d.name == name)
            .map_or((name, ""), |d| (d.document.as_str(), d.year.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_facts_are_numbered_from_1_to_58() {
        let reference = Reference::load().unwrap();
        let ids: Vec<u16> = reference.facts.iter().map(|f| f.id).collect();
        assert_eq!(ids, (1..=58).collect::<Vec<u16>>());
    }

    #[test]
    fn facts_on_which_sources_differ_say_so() {
        let reference = Reference::builtin();
        for id in [15, 17, 25, 26, 41, 42, 44, 46] {
            let fact = reference.facts.iter().find(|f| f.id == id).unwrap();
            assert!(!fact.conflict.is_empty(), "fact {id}");
        }
    }

    #[test]
    fn every_document_is_used() {
        let reference = Reference::builtin();
        let history = reference.history.iter().map(|h| h.source.as_str());
        let counting = reference.counting.iter().map(|c| c.source.as_str());
        let oversight = reference.oversight.iter().map(|o| o.source.as_str());
        let others: Vec<&str> = history.chain(counting).chain(oversight).collect();
        for document in &reference.documents {
            let name = &document.name;
            let used = reference.facts.iter().any(|f| f.sources.contains(name))
                || others.iter().any(|o| o.split("; ").any(|s| s == name));
            assert!(used, "{name}");
        }
    }
}
