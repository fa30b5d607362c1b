//! What the second reader has learnt of looks at vessels: boosted trees. Each asks for one feature after another of what stands
//! around a vessel's name and ends in a weight; the weights of all trees together say how likely a look is.

use super::{
    table::Table,
    weights::{Features, Learnt},
};
use crate::error::{Error, Result};

pub(super) const COLUMNS: &[&str] = &["node", FEATURE, "weight"];

/// The column of the features that are asked for.
pub(super) const FEATURE: &str = "feature";

/// A node of a tree. The node for those that have its feature stands next to it.
#[derive(Clone, Copy, Debug)]
enum Node {
    /// The feature asked for, and the node for those that do not have it.
    Asks(Learnt, u32),
    Weighs(f32),
}

/// The trees, their nodes in the order of the file: each with what hangs under "with it" before what hangs under "without it".
#[derive(Clone, Debug, Default)]
pub(crate) struct Trees {
    nodes: Vec<Node>,
    roots: Vec<u32>,
}

impl Trees {
    /// Reads `look-trees.tsv`: the nodes of tree 7 are `7`, then `7.y` and all under it, then `7.n`. A node that asks has a
    /// feature, one that ends has a weight. An empty list means that there is no opinion of looks.
    ///
    /// `learn` gives the features their numbers.
    pub(super) fn load(table: &Table<'_>, learn: impl Fn(&str) -> Option<Learnt>) -> Result<Self> {
        let mut trees = Self::default();
        // The nodes still to come, the next one last, each with the node that waits for its place.
        let mut awaited: Vec<(String, Option<usize>)> = Vec::new();
        for row in &table.rows {
            let cell = |column| table.cell(row, column);
            let (node, feature, weight) = (cell("node"), cell(FEATURE), cell("weight"));
            let fault = |cure: &str| table.fault(row, cure);
            let at = trees.nodes.len();
            let place = u32::try_from(at).map_err(|_| fault("there are too many nodes"))?;
            match awaited.pop() {
                Some((name, _)) if name != node => {
                    return Err(fault(&format!("node {name} must stand here")));
                }
                Some((_, waits)) => {
                    if let Some(Node::Asks(_, without)) = waits.map(|w| &mut trees.nodes[w]) {
                        *without = place;
                    }
                }
                None => trees.roots.push(place),
            }
            trees.nodes.push(match (feature, weight) {
                ("", weight) => {
                    let weight: Option<f32> = weight.parse().ok();
                    let weight = weight.filter(|w| w.is_finite());
                    Node::Weighs(weight.ok_or_else(|| {
                        fault("a node without a feature needs a number as weight, such as -0.125")
                    })?)
                }
                (feature, "") => {
                    let dot = if node.contains('.') { "" } else { "." };
                    awaited.push((format!("{node}{dot}n"), Some(at)));
                    awaited.push((format!("{node}{dot}y"), None));
                    let learnt = learn(feature).ok_or_else(|| fault("the feature is not known"))?;
                    Node::Asks(learnt, 0)
                }
                _ => return Err(fault("a node has a feature or a weight, not both")),
            });
        }
        match awaited.pop() {
            None => Ok(trees),
            Some((name, _)) => Err(Error::lexicon(
                &table.file,
                table.rows.last().map_or(1, |r| r.line),
                &name,
                "the file ends before this node; print it anew with `ivus lexicon fit --trees`",
            )),
        }
    }

    /// How likely a look is, from 0 to 1, for the features of a vessel; none when nothing was learnt.
    pub(crate) fn likely(&self, features: &Features) -> Option<f32> {
        if self.roots.is_empty() {
            return None;
        }
        let mut sum = 0.0;
        for root in &self.roots {
            let mut at = *root as usize;
            sum += loop {
                match self.nodes[at] {
                    Node::Weighs(weight) => break weight,
                    Node::Asks(feature, without) => {
                        at = if features.has(feature) {
                            at + 1
                        } else {
                            without as usize
                        };
                    }
                }
            };
        }
        Some(1.0 / (1.0 + (-sum).exp()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::weights::{COLUMNS as WEIGHTS, Weights};

    const ONE: &str = "node\tfeature\tweight\n0\t\t-1\n1\tframe ivus\t\n1.y\tplace\t\n1.yy\t\t0.5\n1.yn\t\t3\n1.n\t\t-2\n";

    fn load(trees: &str) -> Result<Weights> {
        let none = Table::parse("second-reader.tsv", "feature\tweight\n", WEIGHTS)?;
        Weights::load(&none, &Table::parse("look-trees.tsv", trees, COLUMNS)?)
    }

    #[test]
    fn the_leaves_that_the_features_lead_to_add_up() {
        let weights = load(ONE).unwrap();
        for (features, sum) in [
            (&["frame ivus"][..], 2.0),
            (&["frame ivus", "place"], -0.5),
            (&["place"], -3.0),
            (&[], -3.0),
        ] {
            let mut set = Features::default();
            for name in features {
                set.insert(weights.feature(&[name]).unwrap());
            }
            let told: f32 = weights.look(&set).unwrap();
            assert!(
                (told - 1.0 / (1.0 + f32::exp(-sum))).abs() < 1e-6,
                "{features:?}"
            );
        }
        assert!(
            load("node\tfeature\tweight\n")
                .unwrap()
                .look(&Features::default())
                .is_none()
        );
    }

    #[test]
    fn a_tree_that_is_not_whole_is_refused_with_its_line() {
        for (broken, told) in [
            (ONE.replace("1.yn\t\t3\n", ""), "tsv:6"),
            (ONE.replace("1.n\t\t-2\n", ""), "1.n"),
            (ONE.replace("\t-2", "\tmuch"), "number"),
            (ONE.replace("frame ivus\t", "frame ivus\t1"), "not both"),
        ] {
            let error = load(&broken).unwrap_err().to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
