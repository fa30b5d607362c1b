//! What the second reader has learnt: a weight for each feature. Positive weights speak for a look at a vessel, or for a
//! report with vessels to count; negative ones against.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

use super::table::Table;
use crate::error::{Error, Result};

pub(super) const COLUMNS: &[&str] = &["feature", "weight"];

/// What the second reader is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Question {
    /// Whether IVUS looked at a vessel.
    Look,
    /// Whether a report holds a vessel to count.
    Countable,
    /// Whether a report says why IVUS was needed.
    Reason,
}

impl Question {
    pub(crate) const ALL: [Self; 3] = [Self::Look, Self::Countable, Self::Reason];

    /// The feature that everything asked about has.
    pub(crate) fn bias(self) -> &'static str {
        match self {
            Self::Look => "bias",
            Self::Countable => "report bias",
            Self::Reason => "reason bias",
        }
    }
}

/// The weights by the hash of their feature.
#[derive(Clone, Debug, Default)]
pub(crate) struct Weights {
    biases: [f32; Question::ALL.len()],
    by_hash: HashMap<FeatureHash, f32, BuildHasherDefault<Same>>,
}

impl Weights {
    /// Reads `second-reader.tsv`. An empty list means that there is no second reader.
    pub(super) fn load(table: &Table<'_>) -> Result<Self> {
        let mut weights = Self::default();
        weights.by_hash.reserve(table.rows.len());
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
            let hash = FeatureHash::of(&[feature]);
            if let Some(question) = Question::ALL.iter().position(|q| q.bias() == feature) {
                weights.biases[question] = weight;
            } else if weights.by_hash.insert(hash, weight).is_some() {
                let cure = "the feature stands here twice; keep one row";
                return Err(Error::lexicon(&table.file, row.line, feature, cure));
            }
        }
        Ok(weights)
    }

    /// Whether nothing was learnt.
    pub(crate) fn is_empty(&self) -> bool {
        self.by_hash.is_empty()
    }

    /// The weight of a feature; none where it was not learnt.
    pub(crate) fn of(&self, feature: FeatureHash) -> Option<f32> {
        self.by_hash.get(&feature).copied()
    }

    /// How likely a question is to be answered with yes, from 0 to 1, for features with their weights. Puts them in order, each
    /// once.
    pub(crate) fn likely(&self, question: Question, features: &mut Vec<(FeatureHash, f32)>) -> f32 {
        let logit = self.biases[question as usize] + sum(features);
        1.0 / (1.0 + (-logit).exp())
    }
}

/// What features weigh together. Puts them in order, each once.
pub(crate) fn sum(features: &mut Vec<(FeatureHash, f32)>) -> f32 {
    // The order is part of the sum.
    features.sort_unstable_by_key(|(feature, _)| *feature);
    features.dedup_by_key(|(feature, _)| *feature);
    features.iter().map(|(_, weight)| weight).sum()
}

/// The hash of a feature's name (FNV-1a).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct FeatureHash(u64);

impl FeatureHash {
    /// The hash of the name made of these parts, which is not put together for it.
    pub(crate) fn of(parts: &[&str]) -> Self {
        let bytes = parts.iter().flat_map(|p| p.as_bytes());
        let mixed = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        Self(bytes.fold(0xcbf2_9ce4_8422_2325, mixed))
    }
}

/// Takes a hash for what it is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 << 8) | u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
