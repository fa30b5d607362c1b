//! Learns the trees of the second reader: gradient boosting for the logistic loss. Each tree grows leaf by leaf, where it gains
//! most. The same rows give the same trees, bit for bit.

use std::collections::BTreeMap;

use super::fit::Row;

/// How many trees, how many leaves each may have, and the share of each that is believed. 200 to 1200 trees of 8 to 31 leaves at
/// 0.03 to 0.1 were tried on reports that neither reader had seen (docs/design.md).
const TREES: u64 = 300;
const LEAVES: usize = 15;
const RATE: f64 = 0.1;

/// The penalty on the weight of a leaf, and the fewest rows that one may hold.
const PENALTY: f64 = 1.0;
const LEAST_ROWS: usize = 8;

/// Each tree sees so many of ten rows, and may ask for so many of ten features: trees that differ err less together.
const ROWS: u64 = 8;
const FEATURES: u64 = 3;

/// A node of a tree: what it asks for, with the node for those that have it and the one for those that do not; or a weight.
enum Node {
    Asks(usize, Box<Self>, Box<Self>),
    Weighs(f64),
}

/// Rows with their features as numbers, ascending, and the slope and curvature of each one's loss.
struct Data {
    features: Vec<Vec<usize>>,
    slopes: Vec<f64>,
    curvatures: Vec<f64>,
}

/// What would be gained by asking some rows for a feature.
struct Split {
    gain: f64,
    feature: usize,
}

/// A leaf that may be split: its rows, its place among the nodes, and what splitting it would gain.
struct Leaf {
    rows: Vec<usize>,
    at: usize,
    split: Option<Split>,
}

/// A node of a tree that grows, its children by their places.
enum Growing {
    Asks(usize, [usize; 2]),
    Leaf(f64),
}

/// The nodes of all trees, in the order and with the names of `look-trees.tsv`: node, feature, weight.
pub(super) fn boost(rows: &[Row], least_reports: usize) -> Vec<(String, String, String)> {
    let names = names(rows, least_reports);
    let numbers: BTreeMap<&str, usize> = names.iter().copied().zip(0..).collect();
    let known = |row: &Row| -> Vec<usize> {
        let numbers = row.features.iter().filter_map(|f| numbers.get(f.as_str()));
        let mut numbers: Vec<usize> = numbers.copied().collect();
        numbers.sort_unstable();
        numbers
    };
    let mut data = Data {
        features: rows.iter().map(known).collect(),
        slopes: vec![0.0; rows.len()],
        curvatures: vec![0.0; rows.len()],
    };
    let looked = rows.iter().filter(|row| row.yes).count();
    let (yes, no) = (looked.max(1), (rows.len() - looked).max(1));
    let bias = (f64::from(u32::try_from(yes).unwrap_or(u32::MAX))
        / f64::from(u32::try_from(no).unwrap_or(u32::MAX)))
    .ln();
    let mut told = vec![("0".to_owned(), String::new(), format!("{bias:.4}"))];
    let mut margins = vec![bias; rows.len()];
    for tree in 1..=TREES {
        for (n, row) in rows.iter().enumerate() {
            let likely = 1.0 / (1.0 + (-margins[n]).exp());
            data.slopes[n] = likely - f64::from(u8::from(row.yes));
            data.curvatures[n] = likely * (1.0 - likely);
        }
        let root = data.grow(tree, names.len());
        for (margin, features) in margins.iter_mut().zip(&data.features) {
            *margin += root.weight(features);
        }
        root.tell(&tree.to_string(), &names, &mut told);
    }
    told
}

/// The features that enough reports have, in order.
fn names(rows: &[Row], least_reports: usize) -> Vec<&str> {
    // Rows stand in the order of their reports.
    let mut reports: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for row in rows {
        for feature in &row.features {
            let (count, last) = reports.entry(feature).or_insert((0, usize::MAX));
            if *last != row.report {
                (*count, *last) = (*count + 1, row.report);
            }
        }
    }
    reports.retain(|_, (count, _)| *count >= least_reports);
    reports.into_keys().collect()
}

/// Whether a tree may use the `n`th of something, `of_ten` of ten times: by a fixed mixing of both numbers (splitmix64).
fn is_drawn(tree: u64, n: usize, of_ten: u64) -> bool {
    let n = u64::try_from(n).unwrap_or_default();
    let mut x = (tree << 32 ^ n).wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (x ^ (x >> 31)) % 10 < of_ten
}

impl Data {
    fn grow(&self, tree: u64, features: usize) -> Node {
        // Other numbers than those of the rows.
        let drawn: Vec<bool> = (0..features)
            .map(|f| is_drawn(tree + TREES, f, FEATURES))
            .collect();
        let rows: Vec<usize> = (0..self.features.len())
            .filter(|n| is_drawn(tree, *n, ROWS))
            .collect();
        let mut grown = Vec::new();
        let mut open = vec![self.leaf(rows, &mut grown, &drawn)];
        let mut leaves = 1;
        while leaves < LEAVES {
            let gain = |leaf: &Leaf| leaf.split.as_ref().map_or(0.0, |s| s.gain);
            let best = (0..open.len()).max_by(|a, b| {
                // Of several alike the first.
                gain(&open[*a]).total_cmp(&gain(&open[*b])).then(b.cmp(a))
            });
            let Some(best) = best else { break };
            let Leaf { rows, at, split } = open.swap_remove(best);
            let Some(Split { feature, .. }) = split else {
                break;
            };
            let has = |n: &usize| self.features[*n].binary_search(&feature).is_ok();
            let (with, without): (Vec<usize>, Vec<usize>) = rows.into_iter().partition(has);
            let with = self.leaf(with, &mut grown, &drawn);
            let without = self.leaf(without, &mut grown, &drawn);
            grown[at] = Growing::Asks(feature, [with.at, without.at]);
            open.extend([with, without]);
            leaves += 1;
        }
        Node::of(&grown, 0)
    }

    /// A new leaf, put among the nodes.
    fn leaf(&self, rows: Vec<usize>, grown: &mut Vec<Growing>, drawn: &[bool]) -> Leaf {
        let slope: f64 = rows.iter().map(|n| self.slopes[*n]).sum();
        let curvature: f64 = rows.iter().map(|n| self.curvatures[*n]).sum();
        grown.push(Growing::Leaf(-RATE * slope / (curvature + PENALTY)));
        Leaf {
            split: self.split(&rows, (slope, curvature), drawn),
            rows,
            at: grown.len() - 1,
        }
    }

    /// The feature by which most is gained; of several alike the first. None where nothing is.
    fn split(
        &self,
        rows: &[usize],
        (slope, curvature): (f64, f64),
        drawn: &[bool],
    ) -> Option<Split> {
        let mut sums = vec![(0.0, 0.0, 0usize); drawn.len()];
        for n in rows {
            for feature in self.features[*n].iter().filter(|f| drawn[**f]) {
                let (slopes, curvatures, count) = &mut sums[*feature];
                *slopes += self.slopes[*n];
                *curvatures += self.curvatures[*n];
                *count += 1;
            }
        }
        let worth = |slope: f64, curvature: f64| slope * slope / (curvature + PENALTY);
        let whole = worth(slope, curvature);
        let mut best: Option<Split> = None;
        for (feature, (with, curved, count)) in sums.into_iter().enumerate() {
            if count < LEAST_ROWS || rows.len() - count < LEAST_ROWS {
                continue;
            }
            let gain = worth(with, curved) + worth(slope - with, curvature - curved) - whole;
            if gain > best.as_ref().map_or(1e-9, |b| b.gain) {
                best = Some(Split { gain, feature });
            }
        }
        best
    }
}

impl Node {
    fn of(grown: &[Growing], at: usize) -> Self {
        match grown[at] {
            Growing::Leaf(weight) => Self::Weighs(weight),
            Growing::Asks(feature, [with, without]) => {
                let [with, without] = [with, without].map(|n| Box::new(Self::of(grown, n)));
                Self::Asks(feature, with, without)
            }
        }
    }

    fn weight(&self, features: &[usize]) -> f64 {
        match self {
            Self::Weighs(weight) => *weight,
            Self::Asks(feature, with, _) if features.binary_search(feature).is_ok() => {
                with.weight(features)
            }
            Self::Asks(_, _, without) => without.weight(features),
        }
    }

    fn tell(&self, name: &str, names: &[&str], told: &mut Vec<(String, String, String)>) {
        match self {
            Self::Weighs(weight) => {
                told.push((name.to_owned(), String::new(), format!("{weight:.4}")));
            }
            Self::Asks(feature, with, without) => {
                told.push((name.to_owned(), names[*feature].to_owned(), String::new()));
                let dot = if name.contains('.') { "" } else { "." };
                with.tell(&format!("{name}{dot}y"), names, told);
                without.tell(&format!("{name}{dot}n"), names, told);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looks are told by "a" without "b", or by "c": no weight of one feature tells that.
    fn rows() -> Vec<Row> {
        let row = |report: usize| {
            let has = |n: usize| report / n % 2 == 1;
            let names = [(1, "a"), (2, "b"), (4, "c"), (8, "d")];
            let features = names.iter().filter(|(n, _)| has(*n));
            Row {
                report,
                features: features.map(|(_, f)| (*f).to_owned()).collect(),
                yes: (has(1) && !has(2)) || has(4),
            }
        };
        (0..320).map(row).collect()
    }

    #[test]
    fn trees_learn_what_no_single_feature_tells() {
        let told = boost(&rows(), 3);
        assert_eq!(told, boost(&rows(), 3));
        assert_eq!(told[0].0, "0");
        // Each tree is told whole: as many leaves as questions, and one.
        let asks = told
            .iter()
            .filter(|(_, feature, _)| !feature.is_empty())
            .count();
        assert_eq!(told.len(), 2 * asks + usize::try_from(TREES).unwrap() + 1);
        let weigh = |features: &[&str]| -> f64 {
            let mut sum = 0.0;
            let mut at = 0;
            while let Some((node, feature, weight)) = told.get(at) {
                if feature.is_empty() {
                    sum += weight.parse::<f64>().unwrap();
                    // What hangs under "without it" of the nodes above was not asked for.
                    let tree = node.split('.').next();
                    at += 1;
                    while told.get(at).is_some_and(|t| t.0.split('.').next() == tree) {
                        at += 1;
                    }
                } else if features.contains(&feature.as_str()) {
                    at += 1;
                } else {
                    let dot = if node.contains('.') { "" } else { "." };
                    let without = format!("{node}{dot}n");
                    at = told.iter().position(|t| t.0 == without).unwrap();
                }
            }
            sum
        };
        for (features, looked) in [
            (&["a"][..], true),
            (&["a", "b"], false),
            (&["a", "b", "c"], true),
            (&["b", "d"], false),
        ] {
            assert_eq!(weigh(features) > 0.0, looked, "{features:?}");
        }
    }

    #[test]
    fn a_feature_of_few_reports_is_not_asked_for() {
        let mut rows = rows();
        for row in rows.iter_mut().filter(|row| row.yes).take(2) {
            row.features.push("rare".to_owned());
        }
        assert_eq!(names(&rows, 3), ["a", "b", "c", "d"]);
    }
}
