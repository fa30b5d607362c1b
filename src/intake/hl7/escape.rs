//! The delimiters of a message and the escapes that stand for them, for line ends and for bytes.

use encoding_rs::Encoding;

use crate::text::decode;

/// The delimiters of a message, as its MSH segment names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Delimiters {
    pub(super) field: char,
    pub(super) component: char,
    pub(super) repetition: char,
    pub(super) escape: char,
    pub(super) subcomponent: char,
}

impl Delimiters {
    /// The delimiters that the first line of a message names; those left out are the usual ones.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        let field = *head.get(3)?;
        let named = head.get(4..)?.split(|b| *b == field).next()?;
        let other = |at: usize, usual: u8| named.get(at).copied().unwrap_or(usual);
        if named.is_empty() {
            return None;
        }
        let all = [
            field,
            other(0, b'^'),
            other(1, b'~'),
            other(2, b'\\'),
            other(3, b'&'),
        ];
        let usable = all.iter().all(u8::is_ascii_punctuation);
        let distinct = (1..all.len()).all(|n| !all[..n].contains(&all[n]));
        let [field, component, repetition, escape, subcomponent] = all.map(char::from);
        (usable && distinct).then_some(Self {
            field,
            component,
            repetition,
            escape,
            subcomponent,
        })
    }
}

/// The longest escape: hex bytes may be many.
const LONGEST: usize = 4096;

/// The most lines or blanks one escape may stand for.
const MOST: usize = 80;

/// Resolves the escapes of a text. What is no escape stays as it stands, so that nothing dictated is lost.
pub(super) fn unescape(
    text: &str,
    delimiters: Delimiters,
    charset: Option<&'static Encoding>,
) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(delimiters.escape) {
        out.push_str(before);
        let end = after
            .bytes()
            .take(LONGEST)
            .position(|b| b == delimiters.escape as u8);
        let meant = end
            .and_then(|e| Some((after.get(..e)?, after.get(e + 1..)?)))
            .and_then(|(code, behind)| Some((meaning(code, delimiters, charset)?, behind)));
        if let Some((meant, behind)) = meant {
            out.push_str(&meant);
            rest = behind;
        } else {
            out.push(delimiters.escape);
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// What an escape stands for.
fn meaning(
    code: &str,
    delimiters: Delimiters,
    charset: Option<&'static Encoding>,
) -> Option<String> {
    let one = |c: char| Some(c.to_string());
    match code {
        "F" => return one(delimiters.field),
        "S" => return one(delimiters.component),
        "T" => return one(delimiters.subcomponent),
        "R" => return one(delimiters.repetition),
        "E" => return one(delimiters.escape),
        // Emphasis on and off.
        "H" | "N" => return Some(String::new()),
        _ => {}
    }
    if let Some(digits) = code.strip_prefix('X') {
        return bytes(digits).map(|bytes| match charset {
            Some(charset) => charset.decode_without_bom_handling(&bytes).0.into_owned(),
            None => decode(&bytes),
        });
    }
    let command = code.strip_prefix('.')?;
    let count = |rest: &str| rest.trim().parse().unwrap_or(1_usize).clamp(1, MOST);
    match command.get(..2)? {
        "br" | "ce" => Some("\n".to_owned()),
        "sp" => Some("\n".repeat(count(command.get(2..)?))),
        "sk" => Some(" ".repeat(count(command.get(2..)?))),
        // Indents and filling do not change the words.
        "in" | "ti" | "fi" | "nf" => Some(String::new()),
        _ => None,
    }
}

/// The bytes that pairs of hex digits stand for.
fn bytes(digits: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = digits
        .chars()
        .map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()))
        .collect();
    let digits = digits?;
    let pairs = digits.chunks_exact(2);
    let whole = pairs.remainder().is_empty() && !digits.is_empty();
    whole.then(|| pairs.map(|p| p[0] << 4 | p[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_resolved_and_the_rest_is_kept() {
        let usual = Delimiters::of(b"MSH|^~\\&|").unwrap();
        let latin = Some(encoding_rs::WINDOWS_1252);
        for (written, meant) in [
            (r"a\F\b\S\c\T\d\R\e\E\f", r"a|b^c&d~e\f"),
            (r"one\.br\two\.sp2\three", "one\ntwo\n\nthree"),
            (r"\H\bold\N\ \.in+4\text", "bold text"),
            (r"mm\XB2\ \X0D0A\x", "mm² \r\nx"),
            (r"\Xaéa\ \X4\ \X\ \.zz\", r"\Xaéa\ \X4\ \X\ \.zz\"),
            (r"w\ contrast \F\ no\", r"w\ contrast | no\"),
            (r"\.sp99999999\", &"\n".repeat(80)),
        ] {
            assert_eq!(unescape(written, usual, latin), meant, "{written}");
        }
    }
}
