//! What the second reader has learnt: trees that ask for features of a vessel's name, and a weight for each feature of a report.
//! Positive weights speak for a report with vessels to count, with a reason, or with a lesion that runs on; negative ones against.

use super::{
    table::Table,
    trees::{self, Trees},
};
use crate::error::{Error, Result};

pub(super) const COLUMNS: &[&str] = &["feature", "weight"];

/// What the second reader is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// Whether a report holds a vessel to count.
    Countable,
    /// Whether a report says why IVUS was needed.
    Reason,
    /// Whether a report that tells of several vessels tells of one lesion in several of them.
    Lesion,
}

impl Question {
    pub(crate) const ALL: [Self; 3] = [Self::Countable, Self::Reason, Self::Lesion];

    /// The feature that everything asked about has.
    pub(crate) fn bias(self) -> &'static str {
        match self {
            Self::Countable => "report bias",
            Self::Reason => "reason bias",
            Self::Lesion => "lesion bias",
        }
    }
}

/// Bits of a hash by which [`Weights::first`] tells where to look: about one feature has each.
const LEADING: u32 = 13;

/// The weights of the features, in the order of their hashes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Weights {
    biases: [f32; Question::ALL.len()],
    hashes: Vec<u64>,
    by_number: Vec<f32>,
    /// For each value of the leading bits of a hash the first feature whose hash has it, or a greater one; empty when nothing
    /// was learnt.
    first: Vec<u32>,
    /// Of looks at vessels.
    looks: Trees,
}

impl Weights {
    /// Reads `second-reader.tsv` and `look-trees.tsv`. Empty lists mean that there is no second reader.
    pub(super) fn load(table: &Table<'_>, looks: &Table<'_>) -> Result<Self> {
        let mut biases = [0.0; Question::ALL.len()];
        let mut entries = Vec::with_capacity(table.rows.len());
        for row in &table.rows {
            let feature = table.cell(row, "feature");
            let weight: f32 = table
                .cell(row, "weight")
                .parse()
                .ok()
                .filter(|w: &f32| w.is_finite())
                .ok_or_else(|| {
                    let cure = "the weight must be a number, such as -0.125";
                    Error::lexicon(&table.file, row.line, feature, cure)
                })?;
            match Question::ALL.iter().position(|q| q.bias() == feature) {
                Some(question) => biases[question] = weight,
                None => entries.push((hash(&[feature]), weight, row.line)),
            }
        }
        let asked = looks.rows.iter().map(|row| looks.cell(row, trees::FEATURE));
        let mut asked: Vec<u64> = asked
            .filter(|f| !f.is_empty())
            .map(|f| hash(&[f]))
            .collect();
        asked.sort_unstable();
        asked.dedup();
        entries.extend(asked.into_iter().map(|hash| (hash, 0.0, 0)));
        let first = sort(&mut entries);
        if let Some(twice) = entries.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            let (.., line) = twice[1];
            let row = table.rows.iter().find(|row| row.line == line);
            let feature = row.map_or("", |row| table.cell(row, "feature"));
            let cure = "the feature stands here twice; keep one row";
            return Err(Error::lexicon(&table.file, line, feature, cure));
        }
        let mut weights = Self {
            biases,
            hashes: entries.iter().map(|(hash, ..)| *hash).collect(),
            by_number: entries.iter().map(|(_, weight, _)| *weight).collect(),
            first,
            looks: Trees::default(),
        };
        weights.looks = Trees::load(looks, |feature| weights.feature(&[feature]))?;
        Ok(weights)
    }

    /// Whether nothing was learnt.
    pub(crate) fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// The feature whose name is made of these parts; none where it was not learnt.
    pub(crate) fn feature(&self, parts: &[&str]) -> Option<Learnt> {
        self.number(hash(parts))
    }

    /// The feature whose name is made of a beginning and a word.
    pub(crate) fn feature_of(&self, beginning: &Beginning, word: &str) -> Option<Learnt> {
        self.number(on(beginning.hash, word))
    }

    fn number(&self, hash: u64) -> Option<Learnt> {
        let (from, to) = (leading(hash), leading(hash) + 1);
        let (from, to) = (*self.first.get(from)?, *self.first.get(to)?);
        let beside = self.hashes.get(from as usize..to as usize)?;
        let at = beside.iter().position(|known| *known == hash)?;
        Some(Learnt(from + u32::try_from(at).ok()?))
    }

    /// What features weigh together.
    pub(crate) fn sum(&self, features: &Features) -> f32 {
        // The order of the hashes is part of the sum.
        features.numbers().map(|n| self.by_number[n]).sum()
    }

    /// How likely it is, from 0 to 1, that IVUS looked at a vessel with these features; none when nothing was learnt of looks.
    pub(crate) fn look(&self, features: &Features) -> Option<f32> {
        self.looks.likely(features)
    }

    /// How likely a question is to be answered with yes, from 0 to 1, for features.
    pub(crate) fn likely(&self, question: Question, features: &Features) -> f32 {
        let logit = self.biases[question as usize] + self.sum(features);
        1.0 / (1.0 + (-logit).exp())
    }
}

/// How the names of many features begin.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Beginning {
    pub(crate) text: &'static str,
    hash: u64,
}

impl Beginning {
    pub(crate) const fn new(text: &'static str) -> Self {
        Self {
            text,
            hash: on(EMPTY, text),
        }
    }
}

/// A feature that was learnt: its number in the order of hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Learnt(u32);

impl Learnt {
    pub(super) fn number(self) -> usize {
        self.0 as usize
    }
}

/// A set of features that were learnt, a bit each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Features(Vec<u64>);

impl Features {
    pub(crate) fn insert(&mut self, feature: Learnt) {
        let word = feature.0 as usize / 64;
        if word >= self.0.len() {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (feature.0 % 64);
    }

    /// Takes in all of another set.
    pub(crate) fn join(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (own, other) in self.0.iter_mut().zip(&other.0) {
            *own |= other;
        }
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// The numbers of the features, ascending.
    pub(super) fn numbers(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(at, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros() as usize)?;
                rest &= rest - 1;
                Some(at * 64 + bit)
            })
        })
    }
}

/// A feature of the file: its hash, its weight and its line.
type Entry = (u64, f32, usize);

/// Puts features in the order of their hashes; where those of each value of the leading bits begin, for [`Weights::first`].
/// The leading bits nearly tell the place of each, so that little is left to compare.
fn sort(entries: &mut Vec<Entry>) -> Vec<u32> {
    if entries.is_empty() {
        return Vec::new();
    }
    let mut first = vec![0; (1 << LEADING) + 1];
    for (hash, ..) in entries.iter() {
        first[leading(*hash) + 1] += 1;
    }
    for n in 1..first.len() {
        first[n] += first[n - 1];
    }
    let mut next = first.clone();
    let mut sorted = entries.clone();
    for entry in entries.iter() {
        let place = &mut next[leading(entry.0)];
        sorted[*place as usize] = *entry;
        *place += 1;
    }
    for ends in first.windows(2) {
        let same = &mut sorted[ends[0] as usize..ends[1] as usize];
        same.sort_unstable_by_key(|(hash, _, line)| (*hash, *line));
    }
    *entries = sorted;
    first
}

fn leading(hash: u64) -> usize {
    usize::try_from(hash >> (u64::BITS - LEADING)).unwrap_or_default()
}

/// The hash of the name made of these parts (FNV-1a), which is not put together for it.
fn hash(parts: &[&str]) -> u64 {
    parts.iter().fold(EMPTY, |hash, part| on(hash, part))
}

/// The hash of no name.
const EMPTY: u64 = 0xcbf2_9ce4_8422_2325;

/// The hash of a name that goes on with a part.
const fn on(mut hash: u64, part: &str) -> u64 {
    let bytes = part.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::{Features, Learnt, leading, sort};

    #[test]
    fn a_set_tells_its_features_once_and_in_order() {
        let mut one = Features::default();
        for n in [300, 5, 64, 5, 63] {
            one.insert(Learnt(n));
        }
        let mut other = Features::default();
        other.insert(Learnt(7));
        other.join(&one);
        assert_eq!(other.numbers().collect::<Vec<_>>(), [5, 7, 63, 64, 300]);
        assert_eq!(one.len(), 4);
    }

    #[test]
    fn each_hash_stands_in_order_where_its_leading_bits_tell() {
        let hashes = [u64::MAX, 1 << 60, 3, (1 << 52) + 1, 1 << 52];
        let mut entries: Vec<_> = hashes.iter().map(|hash| (*hash, 0.0, 1)).collect();
        let first = sort(&mut entries);
        assert!(entries.is_sorted_by_key(|(hash, ..)| *hash));
        for (n, (hash, ..)) in (0..).zip(&entries) {
            let at = leading(*hash);
            assert!(first[at] <= n && n < first[at + 1], "{hash}");
        }
    }
}
