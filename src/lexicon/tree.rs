//! All terms as one tree of shared beginnings. It is quick to make from sorted terms, and quick to walk: a term can only
//! begin where a word does, so most walks end after a letter or two.

/// No node, no term.
const NONE: u32 = u32::MAX;

/// A node with so many children is looked up in a table.
const WIDE: usize = 6;

/// One step of the tree: the children of a node stand side by side.
#[derive(Clone, Debug)]
struct Node {
    children: u32,
    count: u32,
    /// The bytes that follow the first byte of the step, in [`Tree::labels`].
    label: u32,
    len: u32,
    /// Its place in [`Tree::wide`].
    wide: u32,
    /// The term that ends here.
    term: u32,
}

/// The tree of the terms.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// The first byte of the step to each node.
    keys: Vec<u8>,
    labels: Vec<u8>,
    /// The node of each first byte.
    roots: [u32; 256],
    /// For a node with many children, the child of each ASCII byte.
    wide: Vec<[u32; 128]>,
    first: Beginnings,
}

impl Tree {
    /// The tree of terms in lower case, which must be sorted by their bytes, each once and none empty.
    pub(super) fn new(terms: &[&str]) -> Self {
        let mut tree = Self {
            nodes: Vec::with_capacity(terms.len() * 2),
            keys: Vec::with_capacity(terms.len() * 2),
            labels: Vec::new(),
            roots: [NONE; 256],
            wide: Vec::new(),
            first: Beginnings::of(terms),
        };
        tree.nodes.push(Node {
            children: 0,
            count: 0,
            label: 0,
            len: 0,
            wide: NONE,
            term: NONE,
        });
        tree.keys.push(0);
        // The terms below each node, and the bytes they share: nodes are finished in the order they are made.
        let mut below = vec![(0..terms.len(), 0)];
        let mut next = 0;
        while let Some((range, depth)) = below.get(next).cloned() {
            tree.grow(terms, range, depth, next, &mut below);
            next += 1;
        }
        for child in tree.children(0) {
            if let Some(root) = tree.roots.get_mut(usize::from(tree.keys[child])) {
                *root = place(child);
            }
        }
        tree
    }

    /// Gives a node its term and its children.
    fn grow(
        &mut self,
        terms: &[&str],
        mut range: std::ops::Range<usize>,
        depth: usize,
        node: usize,
        below: &mut Vec<(std::ops::Range<usize>, usize)>,
    ) {
        if terms.get(range.start).is_some_and(|t| t.len() == depth) {
            self.nodes[node].term = place(range.start);
            range.start += 1;
        }
        self.nodes[node].children = place(self.nodes.len());
        while let Some(first) = terms.get(range.start).filter(|_| !range.is_empty()) {
            let first = first.as_bytes();
            let same = |t: &&&str| t.as_bytes().get(depth) == first.get(depth);
            let group = terms[range.clone()].iter().take_while(same).count();
            let last = terms[range.start + group - 1].as_bytes();
            let shared = first.iter().zip(last).take_while(|(a, b)| a == b).count();
            self.keys.push(first[depth]);
            self.nodes.push(Node {
                children: 0,
                count: 0,
                label: place(self.labels.len()),
                len: place(shared - depth - 1),
                wide: NONE,
                term: NONE,
            });
            self.labels.extend_from_slice(&first[depth + 1..shared]);
            self.nodes[node].count += 1;
            below.push((range.start..range.start + group, shared));
            range.start += group;
        }
        if self.nodes[node].count as usize >= WIDE {
            let mut table = [NONE; 128];
            for child in self.children(node) {
                if let Some(entry) = table.get_mut(usize::from(self.keys[child])) {
                    *entry = place(child);
                }
            }
            self.nodes[node].wide = place(self.wide.len());
            self.wide.push(table);
        }
    }

    /// Whether a term may stand at a place, on word boundaries. `false` is sure.
    pub(super) fn may_open(&self, text: &[u8], at: usize) -> bool {
        self.first.may_open(text, at)
    }

    /// Whether some term begins with a byte.
    pub(super) fn is_first(&self, byte: u8) -> bool {
        self.roots[usize::from(byte)] != NONE
    }

    /// The terms that stand at a place of a text in lower case, shortest first: where each ends, and its number.
    pub(super) fn at(&self, text: &[u8], from: usize, mut found: impl FnMut(usize, usize)) {
        let mut at = from;
        let mut node = 0;
        while let Some(byte) = text.get(at).copied() {
            let child = if node == 0 {
                self.roots[usize::from(byte)]
            } else if let Some(table) = self.wide.get(self.nodes[node].wide as usize)
                && byte < 128
            {
                table[usize::from(byte)]
            } else {
                let children = self.children(node);
                let keys = &self.keys[children.clone()];
                keys.iter()
                    .position(|k| *k == byte)
                    .map_or(NONE, |n| place(children.start + n))
            };
            if child == NONE {
                return;
            }
            node = child as usize;
            let step = &self.nodes[node];
            let label = &self.labels[step.label as usize..(step.label + step.len) as usize];
            at += 1;
            // Labels are short: byte by byte is faster than a call.
            let rest = text.get(at..).unwrap_or_default();
            if rest.len() < label.len() || label.iter().zip(rest).any(|(a, b)| a != b) {
                return;
            }
            at += label.len();
            if step.term != NONE {
                found(at, step.term as usize);
            }
        }
    }

    fn children(&self, node: usize) -> std::ops::Range<usize> {
        let node = &self.nodes[node];
        node.children as usize..(node.children + node.count) as usize
    }
}

/// The first four bytes of all terms, coarsely: most words of a text begin no term, and are told from those that do by one
/// look into 8 KiB.
#[derive(Clone, Debug)]
struct Beginnings {
    set: Vec<u64>,
    /// The signs that are terms of their own: anything may follow them.
    signs: [bool; 256],
}

/// What a byte is to [`Beginnings`]: a letter of any case, a digit, a sign, part of a character beyond ASCII.
const CLASS: [u8; 256] = {
    let mut class = [0; 256];
    let mut byte: u8 = 0;
    loop {
        class[byte as usize] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' => byte & 31,
            b'0'..=b'9' => 27,
            0x80..=0xFF => 28,
            _ => 0,
        };
        if byte == u8::MAX {
            break;
        }
        byte += 1;
    }
    class
};

impl Beginnings {
    fn of(terms: &[&str]) -> Self {
        let mut found = Self {
            set: vec![0; 1 << 10],
            signs: [false; 256],
        };
        for term in terms {
            if let [sign] = term.as_bytes()
                && CLASS[usize::from(*sign)] == 0
            {
                found.signs[usize::from(*sign)] = true;
                continue;
            }
            let mut key = [0; 4];
            for (key, byte) in key.iter_mut().zip(term.bytes()) {
                *key = CLASS[usize::from(byte)];
            }
            let wordy = term
                .bytes()
                .last()
                .is_some_and(|b| CLASS[usize::from(b)] != 0);
            found.enter(key, term.len(), wordy);
        }
        found
    }

    /// Enters a beginning; what follows a short term is anything, but no letter or digit after one.
    fn enter(&mut self, key: [u8; 4], len: usize, wordy: bool) {
        if len >= 4 {
            let place = Self::place(key);
            self.set[place >> 6] |= 1 << (place & 63);
            return;
        }
        for class in 0..29 {
            if !wordy || class == 0 || class == 28 {
                let mut longer = key;
                longer[len] = class;
                self.enter(longer, len + 1, false);
            }
        }
    }

    fn may_open(&self, text: &[u8], at: usize) -> bool {
        let class = |n: usize| text.get(at + n).map_or(0, |b| CLASS[usize::from(*b)]);
        let place = Self::place([class(0), class(1), class(2), class(3)]);
        text.get(at).is_some_and(|b| self.signs[usize::from(*b)])
            || self.set[place >> 6] & (1 << (place & 63)) != 0
    }

    fn place(key: [u8; 4]) -> usize {
        let packed = key.iter().fold(0_u32, |all, k| all << 5 | u32::from(*k));
        (packed.wrapping_mul(0x9E37_79B1) >> 16) as usize
    }
}

/// A place in the tree. A word list of 4 GiB fits no memory this is used in; its rest would be left out.
fn place(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(NONE)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Tree;

    fn at(terms: &[&str], text: &str, from: usize) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let lower = text.to_ascii_lowercase();
        Tree::new(terms).at(lower.as_bytes(), from, |end, term| found.push((end, term)));
        found
    }

    #[test]
    fn terms_that_begin_alike_are_all_found() {
        let terms = ["external", "external iliac", "external iliac a", "ivus"];
        let found = at(&terms, "the External ILIAC and", 4);
        assert_eq!(found, [(12, 0), (18, 1), (20, 2)]);
        assert!(at(&terms, "exterior", 0).is_empty());
        assert!(at(&[], "ivus", 0).is_empty());
        assert_eq!(at(&terms, "ivus", 0), [(4, 3)]);
    }

    proptest! {
        /// The tree finds what a plain comparison with each term finds.
        #[test]
        fn finds_what_a_plain_comparison_finds(
            terms in prop::collection::btree_set("[ab é]{1,4}", 0..20),
            text in "[abAB é]{0,12}",
        ) {
            let terms: Vec<&str> = terms.iter().map(String::as_str).collect();
            for from in 0..text.len() {
                let mut plain: Vec<(usize, usize)> = terms
                    .iter()
                    .enumerate()
                    .filter(|(_, t)| {
                        let there = text.as_bytes().get(from..from + t.len());
                        there.is_some_and(|w| w.eq_ignore_ascii_case(t.as_bytes()))
                    })
                    .map(|(n, t)| (from + t.len(), n))
                    .collect();
                plain.sort_unstable();
                let tree = Tree::new(&terms);
                let bounded = |end: &usize| {
                    let next = text.as_bytes().get(*end);
                    next.is_none_or(|b| !b.is_ascii_alphanumeric()) || text.as_bytes()[end - 1] == b' '
                };
                if plain.iter().any(|(end, _)| bounded(end)) {
                    prop_assert!(tree.may_open(text.as_bytes(), from));
                }
                prop_assert_eq!(at(&terms, &text, from), plain);
            }
        }
    }
}
