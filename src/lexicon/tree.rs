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

/// The terms below a node, and how many bytes they share.
#[derive(Clone, Copy)]
struct Below {
    from: u32,
    to: u32,
    shared: u32,
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
    words: Words,
}

impl Tree {
    /// The tree of terms in lower case, which must be sorted by their bytes, each once and none empty.
    pub(super) fn new(terms: &[&str]) -> Self {
        let mut tree = Self {
            nodes: Vec::with_capacity(terms.len() * 2),
            keys: Vec::with_capacity(terms.len() * 2),
            labels: Vec::with_capacity(terms.len() * 8),
            roots: [NONE; 256],
            wide: Vec::with_capacity(terms.len() / WIDE),
            first: Beginnings::of(terms),
            words: Words::with_room(terms.chunk_by(same_word).count()),
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
        // Nodes are finished in the order they are made.
        let mut below = Vec::with_capacity(terms.len() * 2);
        below.push(Below {
            from: 0,
            to: place(terms.len()),
            shared: 0,
        });
        let mut next = 0;
        while let Some(here) = below.get(next).copied() {
            tree.grow(terms, here, next, &mut below);
            next += 1;
        }
        for child in tree.children(0) {
            if let Some(root) = tree.roots.get_mut(usize::from(tree.keys[child])) {
                *root = place(child);
            }
        }
        tree.enter_words(terms);
        tree
    }

    /// Gives a node its term and its children.
    fn grow(&mut self, terms: &[&str], here: Below, node: usize, below: &mut Vec<Below>) {
        let mut range = here.from as usize..here.to as usize;
        let depth = here.shared as usize;
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
            below.push(Below {
                from: place(range.start),
                to: place(range.start + group),
                shared: place(shared),
            });
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

    /// Whether a term that begins with a sign may stand at a place, on word boundaries. `false` is sure.
    pub(super) fn may_open(&self, text: &[u8], at: usize) -> bool {
        self.first.may_open(text, at)
    }

    /// Whether some term begins with a byte.
    pub(super) fn is_first(&self, byte: u8) -> bool {
        self.roots[usize::from(byte)] != NONE
    }

    /// The terms that stand at a place of a text in lower case, shortest first: where each ends, and its number.
    pub(super) fn at(&self, text: &[u8], from: usize, found: impl FnMut(usize, usize)) {
        self.walk(text, 0, from, found);
    }

    /// The terms that begin with a word of a text in lower case, which ends at `end`, and do not end inside it.
    #[inline]
    pub(super) fn after(
        &self,
        word: &Word,
        text: &[u8],
        end: usize,
        mut found: impl FnMut(usize, usize),
    ) {
        if !word.goes_on(text, end) {
            if word.term != NONE {
                found(end, word.term as usize);
            }
            return;
        }
        self.go_on(word, text, end, found);
    }

    /// The terms of more than a word.
    fn go_on(&self, word: &Word, text: &[u8], end: usize, mut found: impl FnMut(usize, usize)) {
        let step = &self.nodes[word.node as usize];
        let label = self.label(step);
        let rest = &label[label.len() - word.rest as usize..];
        let at = end + rest.len();
        if text.get(end..at) != Some(rest) {
            return;
        }
        if step.term != NONE {
            found(at, step.term as usize);
        }
        self.walk(text, word.node as usize, at, found);
    }

    /// Goes on from a node as far as the text does.
    fn walk(
        &self,
        text: &[u8],
        mut node: usize,
        mut at: usize,
        mut found: impl FnMut(usize, usize),
    ) {
        while let Some(byte) = text.get(at).copied() {
            let child = self.child(node, byte);
            if child == NONE {
                return;
            }
            node = child as usize;
            let step = &self.nodes[node];
            let label = self.label(step);
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

    fn child(&self, node: usize, byte: u8) -> u32 {
        if node == 0 {
            return self.roots[usize::from(byte)];
        }
        if let Some(table) = self.wide.get(self.nodes[node].wide as usize)
            && byte < 128
        {
            return table[usize::from(byte)];
        }
        let children = self.children(node);
        let keys = &self.keys[children.clone()];
        keys.iter()
            .position(|k| *k == byte)
            .map_or(NONE, |n| place(children.start + n))
    }

    fn label(&self, step: &Node) -> &[u8] {
        &self.labels[step.label as usize..(step.label + step.len) as usize]
    }

    /// Enters the first words of all terms.
    fn enter_words(&mut self, terms: &[&str]) {
        for group in terms.chunk_by(same_word) {
            let Some(first) = group.first() else { continue };
            let word = first_word(first);
            let number = word_at(word, 0);
            // The terms of a word do not stand all side by side: a sign before a letter may come between.
            let known = self.words.place(number, word);
            let entered = known.or_else(|| {
                let (node, rest) = self.locate(word).filter(|_| !word.is_empty())?;
                let alone = self.nodes.get(node as usize).filter(|_| rest == 0);
                let term = alone.map_or(NONE, |n| n.term);
                Some(self.words.enter(number, word, (node, rest), term))
            });
            let Some(entered) = entered.and_then(|n| self.words.list.get_mut(n)) else {
                continue;
            };
            for term in group {
                entered.follow(term.as_bytes());
            }
        }
    }

    /// The node that a beginning of some term leads to, and how much of the node's own letters is left.
    fn locate(&self, beginning: &[u8]) -> Option<(u32, u32)> {
        let mut node = 0;
        let mut at = 0;
        while let Some(byte) = beginning.get(at) {
            let child = self.child(node, *byte);
            let step = self.nodes.get(child as usize)?;
            at += 1;
            let left = beginning.len() - at;
            if left <= step.len as usize {
                return Some((child, step.len - place(left)));
            }
            at += step.len as usize;
            node = child as usize;
        }
        None
    }

    /// The first word of some terms, when a word of a text in lower case is one; by what [`word_at`] says of it.
    #[inline]
    pub(super) fn word(&self, number: Number, word: &[u8]) -> Option<&Word> {
        self.words.get(number, word)
    }

    fn children(&self, node: usize) -> std::ops::Range<usize> {
        let node = &self.nodes[node];
        node.children as usize..(node.children + node.count) as usize
    }
}

/// What a word is looked up by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Number {
    /// Its first eight letters, the first in the lowest byte; zeros after a shorter one.
    first: u64,
    /// Of its first and last eight letters and how many it has, so that it takes as long for any word.
    hash: u32,
    len: usize,
}

impl Number {
    /// How many bytes the word has.
    pub(super) fn len(self) -> usize {
        self.len
    }
}

/// The letters and digits of ASCII that begin at a place of a text in lower case.
#[inline]
pub(super) fn word_at(text: &[u8], from: usize) -> Number {
    let first = eight(text, from);
    let len = wordy(first);
    if len == 8 {
        return long_word(text, from, first);
    }
    let first = first & ((1 << (8 * len)) - 1);
    Number {
        first,
        hash: mixed(first ^ len as u64),
        len,
    }
}

/// The same where eight letters or more begin, which are told.
fn long_word(text: &[u8], from: usize, first: u64) -> Number {
    let mut end = from + 8;
    loop {
        let more = wordy(eight(text, end));
        end += more;
        if more < 8 {
            break;
        }
    }
    let (last, len) = (eight(text, end - 8), end - from);
    Number {
        first,
        hash: mixed(first ^ last.rotate_left(29) ^ len as u64),
        len,
    }
}

/// The eight bytes at a place as a number, the first in the lowest byte; zeros after the end of the text.
fn eight(text: &[u8], from: usize) -> u64 {
    let rest = text.get(from..).unwrap_or_default();
    let all = rest.first_chunk::<8>();
    all.map_or_else(|| few(rest), |all| u64::from_le_bytes(*all))
}

/// How many of eight bytes, from the lowest on, are small letters or digits of ASCII: all are compared at once.
fn wordy(eight: u64) -> usize {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const TOPS: u64 = ONES << 7;
    // The highest bit of a byte tells; without those of the text no byte spills over into the next.
    let low = eight & !TOPS;
    let from = |byte: u8| low + ONES * u64::from(0x80 - byte);
    let letters = from(b'a') & !from(b'z' + 1);
    let digits = from(b'0') & !from(b'9' + 1);
    let others = (eight | !(letters | digits)) & TOPS;
    others.trailing_zeros() as usize / 8
}

fn mixed(all: u64) -> u32 {
    u32::try_from(all.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32).unwrap_or_default()
}

/// Fewer than eight bytes as a number. Only the end of a text asks for it.
#[cold]
fn few(bytes: &[u8]) -> u64 {
    let bytes = bytes.iter().take(8).rev();
    bytes.fold(0, |all, byte| all << 8 | u64::from(*byte))
}

/// The letters and digits that a term begins with.
fn first_word(term: &str) -> &[u8] {
    let term = term.as_bytes();
    term.get(..word_at(term, 0).len).unwrap_or_default()
}

fn same_word(one: &&str, other: &&str) -> bool {
    first_word(one) == first_word(other)
}

/// The first word of some terms.
#[derive(Clone, Debug)]
pub(super) struct Word {
    /// Its first eight letters, as in [`Number`].
    first: u64,
    /// Its letters, in [`Words::letters`].
    from: u32,
    len: u32,
    /// The node it leads to, and how much of the node's own letters comes after it.
    node: u32,
    rest: u32,
    /// The term that is this word alone.
    term: u32,
    /// A bit for the class of each byte that some term has after this word and a space.
    next: u32,
    /// Whether some term has another sign after this word.
    signs: bool,
}

impl Word {
    /// Notes what follows the word in a term that begins with it.
    fn follow(&mut self, term: &[u8]) {
        match term.get(self.len as usize..) {
            Some([b' ', after, ..]) => self.next |= 1 << CLASS[usize::from(*after)],
            Some([b' ']) => self.next = u32::MAX,
            Some([_, ..]) => self.signs = true,
            _ => {}
        }
    }

    /// Whether a term of more than this word may stand where it ends in a text in lower case. `false` is sure.
    fn goes_on(&self, text: &[u8], end: usize) -> bool {
        match text.get(end) {
            Some(b' ') => {
                let class = |b: &u8| CLASS[usize::from(*b)];
                text.get(end + 1)
                    .is_none_or(|b| self.next >> class(b) & 1 == 1)
            }
            Some(_) => self.signs,
            None => false,
        }
    }
}

/// The first words of all terms: one look says whether any term begins with a word of the text, and where to go on.
#[derive(Clone, Debug)]
struct Words {
    /// By the number of a word: its place in `list` and one more, or 0. At least half are 0.
    slots: Vec<u32>,
    list: Vec<Word>,
    letters: Vec<u8>,
}

impl Words {
    /// Room for so many words.
    fn with_room(count: usize) -> Self {
        Self {
            slots: vec![0; (count * 2 + 1).next_power_of_two()],
            list: Vec::with_capacity(count),
            letters: Vec::with_capacity(count * 8),
        }
    }

    fn slot(&self, hash: u32) -> usize {
        hash as usize & (self.slots.len() - 1)
    }

    #[inline]
    fn get(&self, number: Number, word: &[u8]) -> Option<&Word> {
        self.place(number, word).and_then(|n| self.list.get(n))
    }

    /// Where a word stands in the list.
    #[inline]
    fn place(&self, number: Number, word: &[u8]) -> Option<usize> {
        let mut slot = self.slot(number.hash ^ number.hash >> 16);
        loop {
            let found = (*self.slots.get(slot)? as usize).checked_sub(1)?;
            let entry = self.list.get(found)?;
            // Of a word of eight letters or fewer the first eight are all.
            if entry.first == number.first
                && entry.len as usize == number.len
                && (number.len <= 8 || self.letters(entry) == word)
            {
                return Some(found);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    fn letters(&self, word: &Word) -> &[u8] {
        let from = word.from as usize;
        let letters = self.letters.get(from..from + word.len as usize);
        letters.unwrap_or_default()
    }

    /// Enters a word; its place in the list.
    fn enter(
        &mut self,
        number: Number,
        letters: &[u8],
        (node, rest): (u32, u32),
        term: u32,
    ) -> usize {
        let mut slot = self.slot(number.hash ^ number.hash >> 16);
        while self.slots.get(slot).is_some_and(|s| *s != 0) {
            slot = (slot + 1) & (self.slots.len() - 1);
        }
        let entered = self.list.len();
        self.list.push(Word {
            first: number.first,
            from: place(self.letters.len()),
            len: place(letters.len()),
            node,
            rest,
            term,
            next: 0,
            signs: false,
        });
        self.letters.extend_from_slice(letters);
        self.slots[slot] = place(self.list.len());
        entered
    }
}

/// The first four bytes of the terms that begin with a sign, coarsely, so that most signs of a text are told from those.
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
        let signs = |t: &&&str| !t.starts_with(|c: char| c.is_ascii_alphanumeric());
        for term in terms.iter().filter(signs) {
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

    use super::{Tree, word_at};

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
                let lower = text.to_ascii_lowercase();
                let number = word_at(lower.as_bytes(), from);
                let end = from + number.len();
                if end == from {
                    if plain.iter().any(|(end, _)| bounded(end)) {
                        prop_assert!(tree.may_open(text.as_bytes(), from));
                    }
                } else {
                    let mut whole = Vec::new();
                    if let Some(word) = tree.word(number, &lower.as_bytes()[from..end]) {
                        tree.after(word, lower.as_bytes(), end, |end, term| whole.push((end, term)));
                    }
                    let plain: Vec<_> = plain.iter().copied().filter(|(e, _)| *e >= end).collect();
                    prop_assert_eq!(whole, plain);
                }
                prop_assert_eq!(at(&terms, &text, from), plain);
            }
        }
    }
}
