//! Finds every term of the lexicon in a folded text: one automaton, word boundaries, longest match first.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::Label;
use crate::text::Span;

/// A term with everything it may mean.
#[derive(Clone, Debug)]
pub(crate) struct Term {
    pub(crate) text: String,
    /// The meaning, and the exact spelling it needs when case matters.
    pub(crate) meanings: Vec<(Label, Option<String>)>,
}

/// A place where a term stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Hit {
    pub(crate) span: Span,
    pub(crate) label: Label,
}

/// The automaton over all terms.
pub(crate) struct Matcher {
    automaton: AhoCorasick,
    terms: Vec<Term>,
}

impl Matcher {
    /// Builds the automaton. Every term is matched in any ASCII case; case is checked afterwards.
    pub(crate) fn new(
        terms: Vec<Term>,
        kind: AhoCorasickKind,
    ) -> Result<Self, aho_corasick::BuildError> {
        let automaton = AhoCorasick::builder()
            .kind(Some(kind))
            .match_kind(MatchKind::Standard)
            .ascii_case_insensitive(true)
            .build(terms.iter().map(|t| t.text.as_str()))?;
        Ok(Self { automaton, terms })
    }

    /// The terms, for look-ups and lints.
    pub(crate) fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Every term of `text` on word boundaries; of overlapping ones the leftmost, then the longest. A term with
    /// several meanings gives several hits of one span.
    pub(crate) fn find(&self, text: &str) -> Vec<Hit> {
        let mut found: Vec<(usize, usize, usize)> = self
            .automaton
            .find_overlapping_iter(text)
            .filter(|m| on_boundaries(text, m.start(), m.end()))
            .map(|m| (m.start(), m.end(), m.pattern().as_usize()))
            .collect();
        found.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
        let mut hits = Vec::with_capacity(found.len());
        let mut free = 0;
        for (start, end, term) in found {
            if start < free {
                continue;
            }
            let before = hits.len();
            let words = &text.as_bytes()[start..end];
            for (label, exact) in &self.terms[term].meanings {
                if exact.as_ref().is_none_or(|e| e.as_bytes() == words) {
                    hits.push(Hit {
                        span: Span::new(start, end),
                        label: *label,
                    });
                }
            }
            if hits.len() > before {
                free = end;
            }
        }
        hits
    }
}

/// Whether a match neither starts nor ends inside a word. Looks at whole characters only next to a non-ASCII byte.
fn on_boundaries(text: &str, start: usize, end: usize) -> bool {
    let bytes = text.as_bytes();
    let inner = |b: u8| b.is_ascii_alphanumeric() || b >= 0x80;
    let before = !inner(bytes[start])
        || match start.checked_sub(1).map(|i| bytes[i]) {
            None => true,
            Some(b) if b < 0x80 => !b.is_ascii_alphanumeric(),
            Some(_) => !text[..start]
                .chars()
                .next_back()
                .is_some_and(char::is_alphanumeric),
        };
    let after = !inner(bytes[end - 1])
        || match bytes.get(end) {
            None => true,
            Some(&b) if b < 0x80 => !b.is_ascii_alphanumeric(),
            Some(_) => !text[end..]
                .chars()
                .next()
                .is_some_and(|c| c.is_alphanumeric() && c != '²'),
        };
    before && after
}
