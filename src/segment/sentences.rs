//! Sentence ends inside a logical line.

use std::borrow::Cow;

use crate::text::{Span, count};

/// How a text marks the ends of its sentences.
#[derive(Clone, Copy)]
pub(super) struct Style {
    /// Typed without capitals: none can be asked for after a full stop.
    lower_case: bool,
    /// Dictated with the full stops spoken: "period".
    spoken: bool,
}

impl Style {
    pub(super) fn of(text: &str) -> Self {
        let upper = count(text.as_bytes(), |b| b.is_ascii_uppercase());
        let lower = count(text.as_bytes(), |b| b.is_ascii_lowercase());
        Self {
            lower_case: upper.saturating_mul(60) < lower || goes_on_small(text),
            spoken: memchr::memmem::find_iter(text.as_bytes(), " period ")
                .nth(2)
                .is_some(),
        }
    }
}

/// Whether most sentences begin with a small letter, whatever capitals the titles have.
fn goes_on_small(text: &str) -> bool {
    let (mut small, mut large) = (0_u32, 0_u32);
    let bytes = text.as_bytes();
    for at in memchr::memmem::find_iter(bytes, ". ") {
        match bytes.get(at + 2) {
            Some(b) if b.is_ascii_lowercase() => small += 1,
            Some(b) if b.is_ascii_uppercase() => large += 1,
            _ => {}
        }
    }
    small >= 4 && 2 * small > 3 * large
}

/// Cuts `span` of `text` into sentences. Decimals, list numbers and `abbreviations` do not end one.
pub(super) fn sentences(
    text: &str,
    span: Span,
    style: Style,
    abbreviations: &[String],
) -> Vec<Span> {
    let mut found = Vec::new();
    let mut start = span.start;
    let body = &text[span.start..span.end];
    let bytes = body.as_bytes();
    // A dictation with its full stops spoken.
    if style.spoken {
        for (i, _) in body.match_indices(" period") {
            let whole = body[i + 7..]
                .chars()
                .next()
                .is_none_or(|c| !c.is_alphanumeric());
            if whole && span.start + i > start {
                push(&mut found, text, start, span.start + i);
                start = span.start + i + 7;
            }
        }
        push(&mut found, text, start, span.end);
        return found;
    }
    for i in memchr::memchr3_iter(b'.', b'!', b'?', bytes) {
        let b = bytes[i];
        // Dot leaders are no full stops.
        let leader =
            b == b'.' && (bytes.get(i + 1) == Some(&b'.') || (i > 0 && bytes[i - 1] == b'.'));
        if leader {
            continue;
        }
        let mut after = i + 1;
        while after < bytes.len() && matches!(bytes[after], b'"' | b'\'' | b')' | b']') {
            after += 1;
        }
        if after < bytes.len() && bytes[after] != b' ' {
            continue;
        }
        let next = body[after..]
            .trim_start()
            .trim_start_matches(['"', '\'', '(', '['])
            .chars()
            .next();
        let Some(next) = next else { break };
        let word = body[start - span.start..i]
            .rsplit([' ', '(', '/'])
            .next()
            .unwrap_or_default();
        if b == b'.' && !ends_after(word, next, style.lower_case, abbreviations) {
            continue;
        }
        push(&mut found, text, start, span.start + after);
        start = span.start + after;
    }
    push(&mut found, text, start, span.end);
    found
}

/// Whether a full stop after `word` and before `next` ends a sentence.
fn ends_after(word: &str, next: char, lower_case: bool, abbreviations: &[String]) -> bool {
    if next.is_lowercase() && !lower_case {
        return false;
    }
    let inside = |c: &char| c.is_alphanumeric() || *c == '.';
    let letters = if word.chars().all(|c| inside(&c)) {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(word.chars().filter(inside).collect::<String>())
    };
    let known = abbreviations
        .iter()
        .any(|a| a.eq_ignore_ascii_case(&letters));
    if !known {
        return true;
    }
    let capitals = letters.len() > 1 && letters.chars().all(|c| c.is_ascii_uppercase());
    match letters.to_ascii_lowercase().as_str() {
        // "No. 4" is a number; "no." ends a sentence. "PT." is a vessel, "pt." a patient.
        "no" => !next.is_ascii_digit(),
        "pt" | "art" | "ca" | "st" => capitals,
        _ => false,
    }
}

pub(super) fn push(found: &mut Vec<Span>, text: &str, start: usize, end: usize) {
    let words = &text[start..end];
    let lead = words.len() - words.trim_start().len();
    let tail = words.len() - words.trim_end().len();
    if start + lead < end - tail {
        found.push(Span::new(start + lead, end - tail));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        let abbreviations: Vec<String> = ["dr", "rt", "l", "no", "vs", "pt"]
            .map(str::to_owned)
            .to_vec();
        let whole = Span::new(0, text.len());
        sentences(text, whole, Style::of(text), &abbreviations)
            .into_iter()
            .map(|s| &text[s.start..s.end])
            .collect()
    }

    #[test]
    fn abbreviations_and_decimals_do_not_end_a_sentence() {
        assert_eq!(
            cut("Dr. A placed it. The Rt. CIV was 12.5 mm. Done.").len(),
            3
        );
        assert_eq!(cut("Stent No. 2 was used. There was no. Clot").len(), 3);
    }

    #[test]
    fn titles_in_capitals_do_not_hide_that_a_text_goes_on_small() {
        let text = "ACCESS CENTER NOTE. graft stuck. ivus done. cava clear at 12 mm elsewhere. on the way back the vein was open.";
        assert_eq!(cut(text).len(), 5);
        let once = "ACCESS CENTER NOTE. Graft stuck at approx. two cm. Cava clear.";
        assert_eq!(cut(once).len(), 3);
    }

    #[test]
    fn text_without_capitals_is_cut_at_full_stops() {
        assert_eq!(
            cut("fistula punctured. ivus done over the wire. right axillary ok"),
            [
                "fistula punctured.",
                "ivus done over the wire.",
                "right axillary ok"
            ]
        );
    }
}
