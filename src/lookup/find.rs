//! Full text over codes, rules, vessels, facts and publications, the best first. The ranking is Okapi BM25 over stemmed
//! words (crate `bm25`).

use bm25::{Document, Language, SearchEngine, SearchEngineBuilder};
use serde::Serialize;

use super::{
    Library,
    code::{CodePage, without_label},
};
use crate::rules;

/// How many of the words of a title count beside those of the text.
const TITLE_WEIGHT: usize = 3;

/// How many times the number of a code counts: who asks for a number wants its page first.
const CODE_WEIGHT: usize = 8;

/// Something that can be found.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Entry {
    /// `code`, `diagnosis`, `rule`, `vessel`, `fact` or `publication`.
    pub(crate) kind: &'static str,
    /// What to look it up by.
    pub(crate) id: String,
    /// What it is, in a phrase.
    pub(crate) title: String,
    #[serde(skip)]
    text: String,
}

/// An entry and how well it fits.
#[derive(Debug, Serialize)]
pub(crate) struct Ranked<'a> {
    #[serde(flatten)]
    pub(crate) entry: &'a Entry,
    /// From 0; comparable within one search only.
    pub(crate) score: f32,
}

/// The index over everything.
pub(crate) struct Index {
    entries: Vec<Entry>,
    engine: SearchEngine<usize>,
}

impl Index {
    /// Indexes all that a library holds.
    pub(crate) fn new(library: &Library) -> Self {
        let entries = entries(library);
        let documents = entries.iter().enumerate().map(|(n, e)| Document {
            id: n,
            contents: if [true, false].map(without_label).contains(&e.title.as_str()) {
                e.text.clone()
            } else {
                let title = [e.title.as_str()].repeat(TITLE_WEIGHT).join(" ");
                format!("{title} {}", e.text)
            },
        });
        let documents: Vec<Document<usize>> = documents.collect();
        let engine = SearchEngineBuilder::with_documents(Language::English, documents).build();
        Self { entries, engine }
    }

    /// The entries that share a word with the words asked for, the best first, at most `limit`.
    pub(crate) fn search(&self, words: &str, limit: usize) -> Vec<Ranked<'_>> {
        let found = self.engine.search(words, self.entries.len());
        let mut ranked: Vec<(usize, f32)> = found
            .into_iter()
            // Sums of one score may differ in the last digits from run to run; the order must not.
            .map(|r| (r.document.id, (r.score * 100.0).round() / 100.0))
            .collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked.truncate(limit);
        ranked
            .into_iter()
            .map(|(n, score)| Ranked {
                entry: &self.entries[n],
                score,
            })
            .collect()
    }

    /// The words of all entries, once each, for suggestions.
    pub(crate) fn vocabulary(&self) -> std::collections::BTreeSet<String> {
        let words = self.entries.iter().flat_map(|e| {
            let all = format!("{} {}", e.title, e.text).to_lowercase();
            let words = all.split(|c: char| !c.is_alphanumeric());
            words
                .filter(|w| w.len() > 3)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        });
        words.collect()
    }
}

fn entries(library: &Library) -> Vec<Entry> {
    let mut entries = Vec::new();
    for fact in &library.reference.facts {
        entries.push(Entry {
            kind: "fact",
            id: fact.id.to_string(),
            title: fact.statement.clone(),
            text: format!(
                "{} {} {} {}",
                fact.topic,
                fact.conflict,
                fact.note,
                fact.sources.join(" ")
            ),
        });
    }
    for rule in rules::all() {
        entries.push(Entry {
            kind: "rule",
            id: rule.id.to_string(),
            title: format!("{}: {}", rule.name, rule.summary),
            text: rule.docs(),
        });
    }
    for code in library.codes() {
        let Some(page) = library.code(code, None) else {
            continue;
        };
        let rows: Vec<String> = page
            .entries
            .iter()
            .map(|e| format!("{} {}", e.says, e.note))
            .collect();
        entries.push(Entry {
            kind: if library.is_service(code) || page.family.is_none() {
                "code"
            } else {
                "diagnosis"
            },
            title: page.title().to_owned(),
            text: format!(
                "{} {} {}",
                [code].repeat(CODE_WEIGHT).join(" "),
                rows.join(" "),
                yearly_words(&page)
            ),
            id: code.to_owned(),
        });
    }
    for vessel in library.all_vessels() {
        let names: Vec<String> = vessel.names.iter().flat_map(|n| n.names.clone()).collect();
        entries.push(Entry {
            kind: "vessel",
            text: format!("{} {} {}", names.join(" "), vessel.system, vessel.region),
            title: vessel.name,
            id: vessel.id,
        });
    }
    for row in &library.reference.oversight {
        entries.push(Entry {
            kind: "publication",
            id: [row.body.as_str(), &row.document]
                .join(" ")
                .trim()
                .to_owned(),
            title: row.statement.clone(),
            text: format!("{} {}", row.topic, row.date),
        });
    }
    entries
}

/// The words by which coders ask for what the yearly tables hold on the IVUS codes. Other codes do without: there are
/// too many of them.
fn yearly_words(page: &CodePage) -> String {
    if page.publications.is_empty() {
        return String::new();
    }
    let words = [
        (page.fees.is_empty(), "fee payment RVU conversion factor"),
        (page.limits.is_empty(), "MUE MAI unit limit"),
        (page.pairs.is_empty(), "NCCI PTP code pair edit"),
    ];
    let held = words.into_iter().filter(|(is_empty, _)| !is_empty);
    held.map(|(_, words)| words).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_best_comes_first_whatever_its_ending() {
        let index = Index::new(&Library::builtin());
        let first = |words: &str| {
            let found = index.search(words, 1);
            found
                .first()
                .map(|r| r.entry.id.clone())
                .unwrap_or_default()
        };
        assert_eq!(first("filter retrieval"), "37193");
        assert_eq!(first("filters retrieved"), "37193");
        assert_eq!(first("May-Thurner"), "I87.1");
        assert_eq!(first("foreign body"), "37197");
        assert_eq!(first("36005"), "36005");
        let kinds = |words: &str| -> Vec<String> {
            let found = index.search(words, 5);
            found
                .iter()
                .map(|r| format!("{} {}", r.entry.kind, r.entry.id))
                .collect()
        };
        for (words, among) in [("MUE", "fact 3"), ("PTP", "fact 29"), ("fee", "code 37252")] {
            assert!(
                kinds(words).contains(&among.to_owned()),
                "{words}: {:?}",
                kinds(words)
            );
        }
        assert!(index.search("zebedee", 5).is_empty());
    }

    #[test]
    fn two_searches_give_one_order() {
        let library = Library::builtin();
        let order = || {
            let index = Index::new(&library);
            let found = index.search("iliac vein stent", 200);
            found.iter().map(|r| r.entry.id.clone()).collect::<Vec<_>>()
        };
        assert_eq!(order(), order());
    }
}
