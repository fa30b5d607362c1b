//! The terms of all files: collected while the files are read, then put in order, each with everything it may mean. All letters
//! stand in one text, since thousands of small texts take longer to make than to search.

use super::{Label, Row, Table};
use crate::{error::Result, text::Folded};

/// A part of the letters.
#[derive(Clone, Copy, Debug)]
struct Place {
    start: u32,
    len: u32,
}

impl Place {
    fn of(self, letters: &str) -> &str {
        let (start, len) = (self.start as usize, self.len as usize);
        letters.get(start..start + len).unwrap_or_default()
    }
}

/// The terms as the files tell them; the same words with several meanings stand in several places.
#[derive(Default)]
pub(super) struct Collector {
    collected: Vec<Collected>,
    letters: String,
}

/// A term with one of its meanings.
struct Collected {
    /// The first bytes of the term, so that most comparisons need no more.
    key: u64,
    /// In lower case.
    term: Place,
    meaning: Meaning,
}

/// What a term may mean.
#[derive(Clone, Copy, Debug)]
struct Meaning {
    label: Label,
    /// Where the exact spelling stands that it needs when case matters; it is as long as the term.
    exact: Option<u32>,
}

/// The terms in the order of their bytes.
#[derive(Clone, Debug)]
pub(crate) struct Terms {
    letters: String,
    list: Vec<Term>,
    meanings: Vec<Meaning>,
}

#[derive(Clone, Debug)]
struct Term {
    text: Place,
    /// Where its meanings begin; they end where those of the next term begin.
    meanings: u32,
}

impl Collector {
    /// A collector for files of so many bytes.
    pub(super) fn for_files(bytes: usize) -> Self {
        Self {
            // Room for all at once; what is not used costs nothing.
            collected: Vec::with_capacity(bytes / 24),
            letters: String::with_capacity(bytes),
        }
    }

    pub(super) fn add(
        &mut self,
        table: &Table<'_>,
        row: &Row,
        term: &str,
        label: Label,
        exact: bool,
    ) -> Result<()> {
        if term.is_empty() || !(is_plain(term) || Folded::new(term).text() == term) {
            return Err(table.fault(
                row,
                format!("write the term \"{term}\" with single spaces and plain quotes and dashes"),
            ));
        }
        let start = self.letters.len();
        let place = |n: usize| {
            let cure = "the lists hold 4 GiB of terms or more; leave some out";
            u32::try_from(n).map_err(|_| table.fault(row, cure))
        };
        let text = Place {
            start: place(start)?,
            len: place(term.len())?,
        };
        self.letters.push_str(term);
        if let Some(letters) = self.letters.get_mut(start..) {
            letters.make_ascii_lowercase();
        }
        let mut key = [0; 8];
        for (key, byte) in key.iter_mut().zip(term.bytes()) {
            *key = byte.to_ascii_lowercase();
        }
        let exact = exact.then(|| place(self.letters.len())).transpose()?;
        if exact.is_some() {
            self.letters.push_str(term);
        }
        self.collected.push(Collected {
            key: u64::from_be_bytes(key),
            term: text,
            meaning: Meaning { label, exact },
        });
        Ok(())
    }

    /// The terms in the order of their bytes; each meaning of a term once, in the order they were added.
    pub(super) fn sorted(mut self) -> Terms {
        let letters = self.letters.as_str();
        let of = |c: &Collected| c.term.of(letters);
        self.collected.sort_unstable_by(|a, b| {
            let words = || of(a).cmp(of(b));
            let added = || a.term.start.cmp(&b.term.start);
            a.key.cmp(&b.key).then_with(words).then_with(added)
        });
        let count = self.collected.len();
        let mut list = Vec::with_capacity(count);
        let mut meanings: Vec<Meaning> = Vec::with_capacity(count);
        for group in self
            .collected
            .chunk_by(|a, b| a.key == b.key && of(a) == of(b))
        {
            let Some(first) = group.first() else { continue };
            let from = meanings.len();
            list.push(Term {
                text: first.term,
                meanings: u32::try_from(from).unwrap_or(u32::MAX),
            });
            let exact = |m: &Meaning| {
                let len = first.term.len;
                m.exact.map(|start| Place { start, len }.of(letters))
            };
            for Collected { meaning, .. } in group {
                let mut known = meanings.get(from..).unwrap_or_default().iter();
                if !known.any(|m| m.label == meaning.label && exact(m) == exact(meaning)) {
                    meanings.push(*meaning);
                }
            }
        }
        Terms {
            letters: self.letters,
            list,
            meanings,
        }
    }
}

impl Terms {
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// The terms in lower case.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(|t| t.text.of(&self.letters))
    }

    /// What a term may mean in a spelling.
    pub(super) fn labels(&self, term: usize, written: &[u8]) -> impl Iterator<Item = Label> {
        let place = |n: usize| self.list.get(n).map(|t| t.meanings as usize);
        let from = place(term).unwrap_or(self.meanings.len());
        let to = place(term + 1).unwrap_or(self.meanings.len());
        let meanings = self.meanings.get(from..to).unwrap_or_default();
        let letters = self.letters.as_bytes();
        let fits = move |m: &&Meaning| {
            m.exact.is_none_or(|start| {
                let start = start as usize;
                letters.get(start..start + written.len()) == Some(written)
            })
        };
        meanings.iter().filter(fits).map(|m| m.label)
    }
}

/// Whether folding surely leaves a term as it is: ASCII without control characters and wide gaps.
fn is_plain(term: &str) -> bool {
    term.bytes().all(|b| matches!(b, b' '..=b'~')) && !term.contains("  ")
}
