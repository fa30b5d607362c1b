//! What changed between two runs, report by report: the tool by which an edit of a word list is judged.
//! The earlier run is the output of `ivus eval --format json`, or of `ivus check --format jsonl`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Evaluation,
    found::Found,
    gold::{Case, Units},
};
use crate::{
    error::{Error, Result},
    lexicon::Lexicon,
};

/// What one report came to in one run, as a later run is compared with it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Scored {
    /// The report.
    pub id: String,
    /// Units suggested.
    pub units: Units,
    /// Units the text supports.
    pub supported: Units,
    /// Whether the units are those of the labels.
    pub exact: bool,
    /// Of the least sure line.
    pub confidence: String,
    /// What should happen with the report next.
    pub disposition: String,
    /// What differs from the labels.
    pub differences: Vec<String>,
}

/// An earlier run.
#[derive(Clone, Debug)]
pub struct Baseline {
    measures: BTreeMap<String, f64>,
    results: Vec<Scored>,
}

/// How a report changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The report.
    pub id: String,
    /// What is no longer told.
    pub gone: Vec<String>,
    /// What is told now.
    pub new: Vec<String>,
}

/// All that changed between two runs.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Changes {
    /// Measures whose value moved: before and after.
    pub measures: BTreeMap<String, (f64, f64)>,
    /// Reports that differed from their labels and no longer do, or whose units are now exact.
    pub fixed: Vec<Change>,
    /// Reports that agreed with their labels and no longer do, or whose units no longer are exact.
    pub broken: Vec<Change>,
    /// Reports that changed otherwise.
    pub changed: Vec<Change>,
    /// Reports of the earlier run only.
    pub only_before: Vec<String>,
    /// Reports of this run only.
    pub only_now: Vec<String>,
}

impl Baseline {
    /// Reads an earlier run and, where it is no evaluation yet, scores it against the same labels.
    ///
    /// # Errors
    /// When the file cannot be read or is neither form.
    pub fn read(path: &Path, lexicon: &Lexicon, cases: &[Result<Case>]) -> Result<Self> {
        let text = fs::read_to_string(path).map_err(|e| Error::read(path, e))?;
        let unusable = |reason: &str| Error::report(path, reason);
        if let Ok(Value::Object(run)) = serde_json::from_str(&text)
            && run.contains_key("units_exact")
        {
            let results = run.get("results").cloned().ok_or_else(|| {
                unusable("holds measures only; make it with `ivus eval DIR --format json` without --measures-only")
            })?;
            let results = serde_json::from_value(results).map_err(|_| {
                unusable("its `results` are not those of `ivus eval --format json`")
            })?;
            let measures = run
                .into_iter()
                .filter(|(name, _)| !COUNTS.contains(&name.as_str()));
            let measures = measures.filter_map(|(name, value)| Some((name, value.as_f64()?)));
            return Ok(Self {
                measures: measures.collect(),
                results,
            });
        }
        let mut found = BTreeMap::new();
        for (number, line) in text
            .lines()
            .enumerate()
            .filter(|(_, l)| !l.trim().is_empty())
        {
            let document: Found = serde_json::from_str(line).map_err(|_| {
                unusable(&format!(
                    "line {} is no report; a baseline is the output of `ivus eval --format json` or `ivus check --format jsonl`",
                    number + 1
                ))
            })?;
            found.insert(key(&document), document);
        }
        if found.is_empty() {
            return Err(unusable(
                "is empty; a baseline is the output of `ivus eval --format json` or `ivus check --format jsonl`",
            ));
        }
        Ok(Self::scored(lexicon, cases, &found))
    }

    /// Scores the reports of a `check` run against the labels.
    fn scored(lexicon: &Lexicon, cases: &[Result<Case>], found: &BTreeMap<String, Found>) -> Self {
        let mut evaluation = Evaluation::default();
        for case in cases.iter().flatten() {
            let id = case.source().id();
            let (Some(found), Ok(report)) = (found.get(&id), case.source().read()) else {
                continue;
            };
            evaluation.add_found(lexicon, case, &report.text, found);
        }
        Self::of(&evaluation)
    }

    /// A run as one that a later run is compared with.
    #[must_use]
    pub fn of(evaluation: &Evaluation) -> Self {
        let measures = evaluation.measures().into_iter();
        Self {
            measures: measures.map(|m| (m.name.to_owned(), m.value)).collect(),
            results: evaluation.results().to_vec(),
        }
    }

    /// What changed since: every report of either run that is not the same in both.
    #[must_use]
    pub fn compare(&self, now: &Evaluation) -> Changes {
        let mut changes = Changes::default();
        for measure in now.measures() {
            if let Some(&before) = self.measures.get(measure.name)
                && (before - measure.value).abs() > 5e-5
            {
                let after = (measure.value * 1e4).round() / 1e4;
                let before = (before * 1e4).round() / 1e4;
                changes
                    .measures
                    .insert(measure.name.to_owned(), (before, after));
            }
        }
        let (before, after) = (by_id(&self.results), by_id(now.results()));
        for (id, old) in &before {
            match after.get(id) {
                None => changes.only_before.push(id.clone()),
                Some(new) => changes.add(id, old, new),
            }
        }
        let new = after.into_keys().filter(|id| !before.contains_key(id));
        changes.only_now = new.collect();
        changes
    }
}

impl Changes {
    /// Whether the two runs are the same in all that is compared.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn add(&mut self, id: &str, old: &Scored, new: &Scored) {
        let (told_before, told_now) = (told(old), told(new));
        if told_before == told_now {
            return;
        }
        let change = Change {
            id: id.to_owned(),
            gone: told_before.difference(&told_now).cloned().collect(),
            new: told_now.difference(&told_before).cloned().collect(),
        };
        let clean = |s: &Scored| s.differences.is_empty();
        let rank = |s: &Scored| u8::from(s.exact) + u8::from(clean(s));
        match rank(new).cmp(&rank(old)) {
            std::cmp::Ordering::Greater => self.fixed.push(change),
            std::cmp::Ordering::Less => self.broken.push(change),
            std::cmp::Ordering::Equal => self.changed.push(change),
        }
    }
}

/// Numbers of an evaluation that are no measures.
const COUNTS: &[&str] = &["reports", "missing"];

/// The name by which a report of a `check` run is known to the labels: the stem of its file.
fn key(found: &Found) -> String {
    let source = found.report.source.as_deref().map(Path::new);
    let stem = source.and_then(Path::file_stem);
    stem.map_or_else(
        || found.report.id.clone(),
        |s| s.to_string_lossy().into_owned(),
    )
}

/// Results by report; a name that stands in several folders is counted up.
fn by_id(results: &[Scored]) -> BTreeMap<String, &Scored> {
    let mut all = BTreeMap::new();
    for scored in results {
        let mut id = scored.id.clone();
        let mut number = 1;
        while all.contains_key(&id) {
            number += 1;
            id = format!("{} ({number})", scored.id);
        }
        all.insert(id, scored);
    }
    all
}

/// All that is compared of a report, in words.
fn told(scored: &Scored) -> BTreeSet<String> {
    let mut all: BTreeSet<String> = scored.differences.iter().cloned().collect();
    all.insert(format!(
        "units {} (supported {}), confidence {}, {}",
        scored.units, scored.supported, scored.confidence, scored.disposition
    ));
    all
}
