//! Facts as every answer tells them: with the documents they were read in.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Confidence, Fact, Reference};

/// A fact with the documents it was read in.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FactTold {
    /// Its permanent number.
    pub id: u16,
    /// What it is about, in one word.
    pub topic: String,
    /// The fact in a sentence or two.
    pub statement: String,
    /// Where sources differ.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub conflict: String,
    /// More about it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The documents.
    pub sources: Vec<SourceTold>,
    /// How well they back it.
    pub confidence: Confidence,
}

/// A document.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SourceTold {
    /// The short name that rows use.
    pub name: String,
    /// What it is, in words.
    pub document: String,
    /// Its year or years; empty when not known.
    pub year: String,
}

impl SourceTold {
    /// The short name with its year: `CCO 2022`, `SIR (year not known)`.
    #[must_use]
    pub fn dated(&self) -> String {
        if self.year.is_empty() {
            format!("{} (year not known)", self.name)
        } else if self.name.contains(&self.year) {
            self.name.clone()
        } else {
            format!("{} ({})", self.name, self.year)
        }
    }
}

/// A fact as answers tell it.
pub(crate) fn told(fact: &Fact, reference: &Reference) -> FactTold {
    let source = |name: &String| {
        let (document, year) = reference.document(name);
        SourceTold {
            name: name.clone(),
            document: document.to_owned(),
            year: year.to_owned(),
        }
    };
    FactTold {
        id: fact.id,
        topic: fact.topic.clone(),
        statement: fact.statement.clone(),
        conflict: fact.conflict.clone(),
        note: fact.note.clone(),
        sources: fact.sources.iter().map(source).collect(),
        confidence: fact.confidence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_told_with_its_year() {
        let source = |name: &str, year: &str| SourceTold {
            name: name.to_owned(),
            document: String::new(),
            year: year.to_owned(),
        };
        assert_eq!(source("CCO 2022", "2022").dated(), "CCO 2022");
        assert_eq!(source("DOJ", "2018-2022").dated(), "DOJ (2018-2022)");
        assert_eq!(source("SIR", "").dated(), "SIR (year not known)");
    }
}
