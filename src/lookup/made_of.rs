//! What the program's judgement is made of: tables with their days and how sure their sources are, rules, documents, how
//! accurate it was and when that was measured, and what it cannot do. All of it is counted from what is built in.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::{lexicon::Lexicon, rules};

macro_rules! tables {
    ($($name:literal: $what:literal)*) => {
        &[$(($name, $what, include_str!(concat!("../../lexicons/codes/", $name, ".tsv")))),*]
    };
}

/// The dated tables: name, what they hold, text.
const TABLES: &[(&str, &str, &str)] = tables! {
    "ivus": "codes of IVUS"
    "history": "predecessors and successors of codes"
    "base": "procedures IVUS may be added to"
    "bundling": "procedures that include others"
    "excluded": "procedures that include IVUS"
    "legs": "leg procedures"
    "procedures": "codes of procedures by what is read"
    "catheters": "codes of catheter work"
    "catheter_examples": "worked examples of catheter order"
    "counting": "systems of counting vessels"
    "territories": "vessels that count as one"
    "limits": "unit limits"
    "pairs": "code pairs"
    "fees": "fees"
    "localities": "fee localities"
    "modifiers": "modifiers"
    "diagnoses": "diagnosis codes"
    "diagnosis_families": "families of diagnoses"
    "oversight": "publications of payers and authorities"
    "facts": "numbered facts"
};

const FACTS: &str = include_str!("../../lexicons/codes/facts.tsv");
const SOURCES: &str = include_str!("../../lexicons/codes/sources.tsv");
const ACCURACY: &str = include_str!("../../docs/accuracy.md");

/// What it cannot do.
const LIMITS: &[&str] = &[
    "It suggests; a person decides on each unit.",
    "It reads English text alone: no scans, no images, no coronary IVUS.",
    "It was scored on invented reports alone; how it does on a hospital's own is not known until they are scored.",
    "What is missing in a table is told as unknown; rows of an uncertain source are marked as such.",
    "Payers differ; a payer's own rules count only when its profile is given.",
    "It knows rules up to the last day in its tables; what was published later has to be loaded.",
];

/// All of it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct MadeOf {
    /// Version of the program.
    pub(crate) version: &'static str,
    /// Digest of the built-in lexicon.
    pub(crate) lexicon: String,
    /// The tables.
    pub(crate) tables: Vec<TableOf>,
    /// Rules that look at documentation, and those that count.
    pub(crate) rules: (usize, usize),
    /// Rules whose page names no source.
    pub(crate) without_source: Vec<String>,
    /// Documents the facts rest on: name, document, year.
    pub(crate) sources: Vec<(String, String, String)>,
    /// What a report must tell.
    pub(crate) documentation: Vec<Asked>,
    /// What each batch of reports gave at first sight.
    pub(crate) first_looks: Vec<Look>,
    /// What cannot be done.
    pub(crate) limits: &'static [&'static str],
}

/// A table.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TableOf {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it holds.
    pub(crate) what: &'static str,
    /// Rows.
    pub(crate) rows: usize,
    /// Documents named in its rows.
    pub(crate) documents: usize,
    /// Rows by how sure their source is.
    pub(crate) confidence: BTreeMap<String, usize>,
    /// The last day from which a row counts or which it is of.
    pub(crate) newest: Option<String>,
}

/// A numbered fact of what a report must tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Asked {
    /// In words.
    pub(crate) statement: String,
    /// The documents it rests on, with their years.
    pub(crate) documents: Vec<String>,
    /// How sure these are.
    pub(crate) confidence: String,
}

/// A batch of reports that the program had not seen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Look {
    /// When.
    pub(crate) date: String,
    /// Which.
    pub(crate) batch: String,
    /// How many reports.
    pub(crate) reports: u32,
    /// The share with exactly the units of the labels.
    pub(crate) exact: f64,
}

impl MadeOf {
    /// Counts what is built in.
    pub(crate) fn builtin() -> Self {
        let all = rules::all();
        let looking = all.iter().filter(|r| !r.is_coding()).count();
        let sources = SOURCES.lines().skip(1).map(|line| {
            let mut cells = line.split('\t').map(str::to_owned);
            let mut next = || cells.next().unwrap_or_default();
            (next(), next(), next())
        });
        let sources: Vec<_> = sources.collect();
        Self {
            version: env!("CARGO_PKG_VERSION"),
            lexicon: Lexicon::builtin().hash().to_owned(),
            tables: TABLES
                .iter()
                .map(|(n, w, text)| table(n, w, text))
                .collect(),
            rules: (looking, all.len() - looking),
            without_source: all
                .iter()
                .filter(|r| !r.docs().contains("## Sources\n"))
                .map(|r| r.id.to_string())
                .collect(),
            documentation: documentation(&sources),
            sources,
            first_looks: looks(ACCURACY),
            limits: LIMITS,
        }
    }

    /// The newest day in any table.
    pub(crate) fn newest(&self) -> Option<&str> {
        self.tables.iter().filter_map(|t| t.newest.as_deref()).max()
    }

    /// Reports of the first looks, those with exact units, and the first and last day. Shares are kept with three decimals,
    /// so each count is the nearest whole one.
    pub(crate) fn exact(&self) -> (u32, u32, &str, &str) {
        let reports = self.first_looks.iter().map(|l| l.reports).sum();
        let exact: f64 = self
            .first_looks
            .iter()
            .map(|l| (l.exact * f64::from(l.reports)).round())
            .sum();
        let days: BTreeSet<&str> = self.first_looks.iter().map(|l| l.date.as_str()).collect();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a sum of counts of reports"
        )]
        let exact = exact as u32;
        (
            reports,
            exact,
            days.first().copied().unwrap_or_default(),
            days.last().copied().unwrap_or_default(),
        )
    }
}

fn table(name: &'static str, what: &'static str, text: &str) -> TableOf {
    let mut lines = text.lines().filter(|l| !l.trim().is_empty());
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let at = |column: &str| header.iter().position(|h| *h == column);
    let (source, sure) = (at("source"), at("confidence"));
    let days = [at("from"), at("date")];
    let (mut rows, mut confidence, mut documents) = (0, BTreeMap::new(), BTreeSet::new());
    let mut newest = None;
    for line in lines {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |at: Option<usize>| at.and_then(|at| cells.get(at)).copied().unwrap_or_default();
        rows += 1;
        *confidence.entry(cell(sure).to_owned()).or_default() += 1;
        for document in cell(source).split("; ").filter(|d| !d.is_empty()) {
            documents.insert(document.to_owned());
        }
        for day in days.map(cell).into_iter().filter(|d| !d.is_empty()) {
            newest = newest.max(Some(day.to_owned()));
        }
    }
    TableOf {
        name,
        what,
        rows,
        documents: documents.len(),
        confidence,
        newest,
    }
}

/// The facts of what a report must tell.
fn documentation(sources: &[(String, String, String)]) -> Vec<Asked> {
    let mut lines = FACTS.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let at = |column: &str| header.iter().position(|h| *h == column);
    let columns = ["topic", "statement", "source", "confidence"].map(at);
    let rows = lines.map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        columns.map(|at| at.and_then(|at| cells.get(at)).copied().unwrap_or_default())
    });
    // Names often hold the year already.
    let dated = |name: &str| {
        let known = sources.iter().find(|(known, ..)| known == name);
        let year = known.map_or("", |(.., year)| year.as_str());
        match year {
            _ if name.ends_with(year) => name.to_owned(),
            _ => format!("{name}, {year}"),
        }
    };
    rows.filter(|[topic, ..]| *topic == "documentation")
        .map(|[_, statement, documents, confidence]| Asked {
            statement: statement.to_owned(),
            documents: documents.split("; ").map(dated).collect(),
            confidence: confidence.to_owned(),
        })
        .collect()
}

/// The rows of the table of first looks in `docs/accuracy.md`.
fn looks(text: &str) -> Vec<Look> {
    let part = text.split("## First looks").nth(1).unwrap_or_default();
    let part = part.split("\n## ").next().unwrap_or_default();
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        Some(Look {
            date: cells
                .get(1)
                .copied()
                .filter(|d| d.starts_with("20"))?
                .to_owned(),
            batch: (*cells.get(2)?).to_owned(),
            reports: cells.get(3)?.parse().ok()?,
            exact: cells.get(4)?.parse().ok()?,
        })
    };
    part.lines().filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_counted_from_what_is_built_in() {
        let made = MadeOf::builtin();
        for table in &made.tables {
            assert!(table.rows > 0 && table.documents > 0, "{}", table.name);
            let sure: usize = table.confidence.values().sum();
            assert_eq!(sure, table.rows, "{}", table.name);
            assert!(
                !table.confidence.contains_key(""),
                "{}: a row without confidence",
                table.name
            );
        }
        assert!(made.without_source.is_empty(), "{:?}", made.without_source);
        assert!(
            made.sources
                .iter()
                .all(|(n, d, _)| !n.is_empty() && !d.is_empty())
        );
        assert!(!made.documentation.is_empty());
        for fact in &made.documentation {
            let told = !fact.statement.is_empty() && fact.documents.iter().all(|d| !d.is_empty());
            assert!(told && !fact.confidence.is_empty(), "{fact:?}");
        }
        let (reports, exact, first, last) = made.exact();
        assert!(made.first_looks.len() > 20 && reports > exact && exact > reports / 2);
        assert!(first <= last && first.starts_with("20"));
    }

    #[test]
    fn every_table_of_codes_is_told() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/lexicons/codes");
        let mut there: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .filter_map(|e| e.unwrap().path().file_stem()?.to_str().map(str::to_owned))
            .filter(|n| n != "sources")
            .collect();
        there.sort();
        let mut told: Vec<&str> = TABLES.iter().map(|t| t.0).collect();
        told.sort_unstable();
        assert_eq!(there, told);
    }
}
