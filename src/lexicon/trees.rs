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

/// Most ends of a tree: a bit each tells whether it can still be reached.
const MOST_ENDS: u32 = u32::BITS;

/// The trees. Few features of all stand around a name, so that no tree is walked node by node: each feature that is there
/// rules out the ends of the trees that lie where it is not. Of the ends that are left the first is where the tree ends,
/// since those without a feature stand before those with it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trees {
    /// What each feature rules out, in the order of the features.
    asks: Vec<Ask>,
    /// Where what each feature rules out begins, and where that of the last one ends.
    of_feature: Vec<u32>,
    /// The ends of all trees, tree by tree.
    ends: Vec<f32>,
    /// Where the ends of each tree begin.
    first: Vec<u32>,
}

/// A node that asks for a feature.
#[derive(Clone, Copy, Debug)]
struct Ask {
    feature: Learnt,
    tree: u32,
    /// The ends of the tree that can be reached with the feature.
    left: u32,
}

/// A node of a tree, as the file holds it. The node for those that have its feature stands next to it.
#[derive(Clone, Copy, Debug)]
enum Node {
    /// The feature asked for, and the node for those that do not have it.
    Asks(Learnt, usize),
    Weighs(f32),
}

impl Trees {
    /// Reads `look-trees.tsv`: the nodes of tree 7 are `7`, then `7.y` and all under it, then `7.n`. A node that asks has a
    /// feature, one that ends has a weight. An empty list means that there is no opinion of looks.
    ///
    /// `learn` gives the features their numbers.
    pub(super) fn load(table: &Table<'_>, learn: impl Fn(&str) -> Option<Learnt>) -> Result<Self> {
        let mut trees = Self::default();
        // The nodes of the tree that is read, and those of it still to come, the next one last, each with the node that waits
        // for its place.
        let mut nodes: Vec<Node> = Vec::new();
        let mut awaited: Vec<(String, Option<usize>)> = Vec::new();
        for row in &table.rows {
            let cell = |column| table.cell(row, column);
            let (node, feature, weight) = (cell("node"), cell(FEATURE), cell("weight"));
            let fault = |cure: &str| table.fault(row, cure);
            if let Some((name, waits)) = awaited.pop() {
                if name != node {
                    return Err(fault(&format!("node {name} must stand here")));
                }
                let at = nodes.len();
                if let Some(Node::Asks(_, without)) = waits.map(|w| &mut nodes[w]) {
                    *without = at;
                }
            }
            nodes.push(match (feature, weight) {
                ("", weight) => {
                    let weight: Option<f32> = weight.parse().ok();
                    let weight = weight.filter(|w| w.is_finite());
                    Node::Weighs(weight.ok_or_else(|| {
                        fault("a node without a feature needs a number as weight, such as -0.125")
                    })?)
                }
                (feature, "") => {
                    let dot = if node.contains('.') { "" } else { "." };
                    awaited.push((format!("{node}{dot}n"), Some(nodes.len())));
                    awaited.push((format!("{node}{dot}y"), None));
                    let learnt = learn(feature).ok_or_else(|| fault("the feature is not known"))?;
                    Node::Asks(learnt, 0)
                }
                _ => return Err(fault("a node has a feature or a weight, not both")),
            });
            if awaited.is_empty() {
                trees
                    .take(&nodes)
                    .ok_or_else(|| fault("a tree may end in 32 nodes at the most"))?;
                nodes.clear();
            }
        }
        trees.sort();
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

    /// Takes in a tree; none when it has too many ends.
    fn take(&mut self, nodes: &[Node]) -> Option<()> {
        let tree = u32::try_from(self.first.len()).ok()?;
        let start = self.ends.len();
        self.first.push(u32::try_from(start).ok()?);
        // Without the feature first. What asks is told once both sides are known.
        let mut ahead = vec![(0, None)];
        while let Some((at, since)) = ahead.pop() {
            let here = u32::try_from(self.ends.len() - start).ok()?;
            match (nodes[at], since) {
                (Node::Weighs(weight), _) => self.ends.push(weight),
                (Node::Asks(_, without), None) => {
                    ahead.extend([(at, Some(here)), (without, None)]);
                }
                (Node::Asks(feature, _), Some(first)) => {
                    if here >= MOST_ENDS {
                        return None;
                    }
                    let gone = (1 << here) - (1 << first);
                    self.asks.push(Ask {
                        feature,
                        tree,
                        left: !gone,
                    });
                    ahead.push((at + 1, None));
                }
            }
        }
        (self.ends.len() - start <= MOST_ENDS as usize).then_some(())
    }

    fn sort(&mut self) {
        self.asks
            .sort_unstable_by_key(|ask| (ask.feature, ask.tree));
        let last = self.asks.last().map_or(0, |ask| ask.feature.number() + 1);
        let mut next = 0;
        for feature in 0..=last {
            let own = self.asks[next..]
                .iter()
                .take_while(|ask| ask.feature.number() < feature);
            next += own.count();
            self.of_feature
                .push(u32::try_from(next).unwrap_or(u32::MAX));
        }
    }

    /// How likely a look is, from 0 to 1, for the features of a vessel; none when nothing was learnt.
    pub(crate) fn likely(&self, features: &Features) -> Option<f32> {
        if self.first.is_empty() {
            return None;
        }
        let mut left = vec![u32::MAX; self.first.len()];
        let known = self.of_feature.len().saturating_sub(1);
        for feature in features.numbers().take_while(|f| *f < known) {
            let (from, to) = (self.of_feature[feature], self.of_feature[feature + 1]);
            for ask in &self.asks[from as usize..to as usize] {
                left[ask.tree as usize] &= ask.left;
            }
        }
        let ends = self.first.iter().zip(left);
        let sum: f32 = ends
            .map(|(first, left)| self.ends[(first + left.trailing_zeros()) as usize])
            .sum();
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
