//! Finds every term of the lexicon in a folded text: one walk from each word, word boundaries, longest match first.

use super::{
    Label,
    terms::Terms,
    tree::{Tree, word_at},
};
use crate::text::{Folded, Span};

/// A place where a term stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Hit {
    pub(crate) span: Span,
    pub(crate) label: Label,
}

/// Finds the terms.
pub(crate) struct Matcher {
    tree: Tree,
    terms: Terms,
}

impl Matcher {
    /// Every term is matched in any ASCII case; case is checked afterwards.
    pub(crate) fn new(terms: Terms) -> Self {
        let texts: Vec<&str> = terms.texts().collect();
        let tree = Tree::new(&texts);
        Self { tree, terms }
    }

    /// The terms, for look-ups and lints.
    pub(crate) fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Every term of a text on word boundaries; of overlapping ones the leftmost, then the longest. A term with
    /// several meanings gives several hits of one span.
    pub(crate) fn find(&self, folded: &Folded) -> Vec<Hit> {
        let text = folded.text();
        let bytes = folded.lower().as_bytes();
        let mut hits = Vec::with_capacity(text.len() / 16);
        let mut here: Vec<(usize, usize)> = Vec::new();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let mut next = at + 1;
            if byte == b' ' {
                // No term begins with a space.
                at = next;
                continue;
            }
            here.clear();
            if byte.is_ascii_alphanumeric() {
                // No term begins in the rest of the word, so only a letter beyond ASCII may stand before.
                let number = word_at(bytes, at);
                let end = at + number.len();
                next = end;
                if let Some(word) = self.tree.word(number, &bytes[at..end])
                    && (at == 0 || bytes[at - 1].is_ascii() || begins(text, at))
                {
                    let found = |end, term| here.push((end, term));
                    self.tree.after(word, bytes, end, found);
                }
            } else if self.tree.is_first(byte)
                && self.tree.may_open(bytes, at)
                && text.is_char_boundary(at)
                && begins(text, at)
            {
                self.tree.at(bytes, at, |end, term| here.push((end, term)));
            }
            let found = here.iter().rev().find(|(end, term)| {
                ends(text, *end) && self.tell(text, at, *end, *term, &mut hits)
            });
            at = found.map_or(next, |(end, _)| *end);
        }
        hits
    }

    /// Adds what a term means in this spelling; whether it means anything.
    fn tell(&self, text: &str, start: usize, end: usize, term: usize, hits: &mut Vec<Hit>) -> bool {
        let before = hits.len();
        let words = &text.as_bytes()[start..end];
        let span = Span::new(start, end);
        let labels = self.terms.labels(term, words);
        hits.extend(labels.map(|label| Hit { span, label }));
        hits.len() > before
    }
}

/// Whether a byte may be part of a word.
fn inner(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b >= 0x80
}

/// Whether a match that starts here does not start inside a word. Looks at whole characters only next to a non-ASCII byte.
fn begins(text: &str, start: usize) -> bool {
    let bytes = text.as_bytes();
    !inner(bytes[start])
        || match start.checked_sub(1).map(|i| bytes[i]) {
            None => true,
            Some(b) if b < 0x80 => !b.is_ascii_alphanumeric(),
            Some(_) => !text[..start]
                .chars()
                .next_back()
                .is_some_and(char::is_alphanumeric),
        }
}

/// Whether a match that ends here does not end inside a word.
fn ends(text: &str, end: usize) -> bool {
    let bytes = text.as_bytes();
    !inner(bytes[end - 1])
        || match bytes.get(end) {
            None => true,
            Some(&b) if b < 0x80 => !b.is_ascii_alphanumeric(),
            Some(_) => !text[end..]
                .chars()
                .next()
                .is_some_and(|c| c.is_alphanumeric() && c != '²'),
        }
}
