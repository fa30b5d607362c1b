//! What may stand between the names of a list without ending it: small words, commas, brackets.

use std::sync::LazyLock;

/// Words that may stand between the parts of a list without ending it.
const GLUE: &[&str] = &[
    "the",
    "last",
    "lowest",
    "a",
    "an",
    "her",
    "his",
    "its",
    "their",
    "this",
    "that",
    "native",
    "entire",
    "whole",
    "rest",
    "remaining",
    "adjacent",
    "main",
    "upper",
    "lower",
    "middle",
    "mid-",
    "terminal",
    "of",
    "treated",
    "untreated",
    "stented",
    "dominant",
    "single",
    "second",
    "first",
    "third",
    "more",
    "most",
    "very",
    "small",
    "large",
    "tiny",
    "old",
    "new",
    "existing",
    "recipient",
    "neighboring",
    "patient's",
    "two",
    "three",
    "four",
    "all",
    "cranial",
    "caudal",
    "central",
    "peripheral",
    "ipsilateral",
    "thoracic",
    "lowest",
    "uppermost",
    "visible",
    "imaged",
    "long",
    "transposed",
    "previously",
    "respective",
    "same",
    "segment",
    "segments",
    "portion",
    "portions",
    "part",
    "distal",
    "proximal",
    "mid",
    "ostial",
    "juxtarenal",
    "infrarenal",
    "suprarenal",
    "occluded",
    "stenotic",
    "diseased",
    "compressed",
    "thrombosed",
    "narrowed",
    "next",
    "length",
    "vein",
    "artery",
    "veins",
    "arteries",
    "venous",
    "arterial",
];

/// Whether a word may stand between the parts of a list.
pub(super) fn is_glue(word: &str) -> bool {
    static BY_LETTER: LazyLock<[Vec<&str>; 32]> = LazyLock::new(|| {
        let begins = |n: usize, word: &&&str| word.bytes().next().is_some_and(|b| letter(b) == n);
        std::array::from_fn(|n| GLUE.iter().filter(|w| begins(n, w)).copied().collect())
    });
    let first = word.bytes().next().map_or(0, letter);
    let known = BY_LETTER.get(first).map_or(&[][..], Vec::as_slice);
    known.iter().any(|g| g.eq_ignore_ascii_case(word))
}

/// A number for a sign, the same for a letter in both cases.
fn letter(sign: u8) -> usize {
    usize::from(sign & 31)
}

/// What stands between two parts of a list.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    Close,
    /// A comma, slash or bracket.
    Separator,
}

/// Reads the text between two words of a list; `None` when it ends the list.
pub(super) fn gap(text: &str, from: usize, to: usize) -> Option<Gap> {
    let between = &text[from..to.max(from)];
    let mut separated = false;
    for token in between
        .split([' ', '(', ')', '-', '[', ']'])
        .filter(|t| !t.is_empty())
    {
        let token = token.trim_end_matches('.');
        let bare = token.trim_matches([',', '/', '+']);
        if token.contains([',', '/', '+']) {
            separated = true;
        }
        if !bare.is_empty() && !is_glue(bare) {
            return None;
        }
    }
    Some(if separated {
        Gap::Separator
    } else {
        Gap::Close
    })
}
