//! Cuts dictation without any punctuation: at spoken marks ("period", "next line") and before a new subject with its verb.

use super::{sections::hits_in, sentences::push};
use crate::{
    lexicon::{Action, Grammar, Hit, Label},
    text::{Span, count},
};

/// Fewer words than this are one sentence, whatever they lack.
const FEWEST_WORDS: usize = 40;

/// More words than this are no subject: looking further at each word of a text of names would take their square.
const LONGEST_SUBJECT: usize = 40;

/// Marks that are spoken where none are typed.
const SPOKEN: &[&[&str]] = &[
    &["period"],
    &["comma"],
    &["semicolon"],
    &["full", "stop"],
    &["new", "line"],
    &["next", "line"],
    &["new", "paragraph"],
    &["next", "paragraph"],
];

/// Words after which a subject is no new one: "into the cava", "which on IVUS is …".
const TIES: &[&str] = &[
    "in", "on", "of", "to", "into", "from", "with", "by", "for", "at", "through", "up", "that",
    "which", "where", "when", "if", "because", "as", "than", "both", "or", "inside", "within",
    "via", "over", "under", "above", "below",
];

/// A sentence as it is, or cut where a speaker would have paused.
pub(super) fn parts(text: &str, span: Span, hits: &[Hit]) -> Vec<Span> {
    // A word takes a letter and the space before it at least.
    if span.end - span.start + 1 < FEWEST_WORDS * 2 {
        return vec![span];
    }
    let said = &text.as_bytes()[span.start..span.end];
    // The white space of folded text is spaces and line ends: there are no more words than that and one.
    let most = count(said, |b| matches!(b, b' ' | b'\n')) + 1;
    if most < FEWEST_WORDS {
        return vec![span];
    }
    let marks = count(said, |b| matches!(b, b',' | b';' | b':' | b'|' | b'.'));
    let dictated = |words: usize| words >= FEWEST_WORDS && marks * 40 <= words;
    if !dictated(most) {
        return vec![span];
    }
    let tokens = tokens(text, span);
    if !dictated(tokens.len()) {
        return vec![span];
    }
    let hits = hits_in(hits, span);
    let mut found = Vec::new();
    let mut start = span.start;
    let mut n = 0;
    // The hits that may say something of the words an opening looks at; both ends only go on.
    let mut near = 0..0;
    while n < tokens.len() {
        if let Some(mark) = spoken(text, &tokens[n..]) {
            push(&mut found, text, start, tokens[n].start);
            n += mark;
            start = tokens.get(n).map_or(span.end, |t| t.start);
            continue;
        }
        let first = tokens[n.saturating_sub(2)];
        let last = tokens[(n + LONGEST_SUBJECT).min(tokens.len()) - 1];
        let past = hits[near.start..].iter();
        near.start += past.take_while(|h| h.span.end <= first.start).count();
        let ahead = hits[near.end..].iter();
        near.end += ahead.take_while(|h| h.span.start <= last.start).count();
        let verb = opening(text, &tokens, n, &hits[near.clone()]);
        if verb.is_some() && tokens[n].start > start {
            push(&mut found, text, start, tokens[n].start);
            start = tokens[n].start;
        }
        n = verb.unwrap_or(n) + 1;
    }
    push(&mut found, text, start, span.end);
    found
}

fn tokens(text: &str, span: Span) -> Vec<Span> {
    let mut found = Vec::new();
    let mut start = None;
    for (i, c) in text[span.start..span.end].char_indices() {
        let at = span.start + i;
        if c.is_whitespace() {
            if let Some(from) = start.take() {
                found.push(Span::new(from, at));
            }
        } else {
            start.get_or_insert(at);
        }
    }
    found.extend(start.map(|from| Span::new(from, span.end)));
    found
}

/// How many words a spoken mark has, when one starts here.
fn spoken(text: &str, ahead: &[Span]) -> Option<usize> {
    let says = |mark: &&&[&str]| {
        mark.len() <= ahead.len()
            && mark
                .iter()
                .zip(ahead)
                .all(|(w, t)| text[t.start..t.end].eq_ignore_ascii_case(w))
    };
    SPOKEN.iter().find(says).map(|m| m.len())
}

/// The verb of a new statement, when one starts at word `n`: a vessel or device that is the subject of a verb, or "then".
fn opening(text: &str, tokens: &[Span], n: usize, hits: &[Hit]) -> Option<usize> {
    let word = |i: usize| &text[tokens[i].start..tokens[i].end];
    let is = |word: &str, one_of: &[&str]| one_of.iter().any(|w| w.eq_ignore_ascii_case(word));
    let before = n.checked_sub(1).map_or("", word);
    if is(before, TIES) {
        return None;
    }
    if is(word(n), &["then"]) {
        return Some(n);
    }
    let article = is(word(n), &["the", "a", "an", "this"]);
    if is(before, &["the", "a", "an", "this", "and"]) && !article {
        return None;
    }
    let subject = |i: usize| {
        around(tokens[i], hits).iter().find(|h| {
            matches!(
                h.label,
                Label::Vessel { .. }
                    | Label::Group(_)
                    | Label::Side(_)
                    | Label::Ivus(_)
                    | Label::Device(_)
                    | Label::Modality(_)
            )
        })
    };
    // "through the innominate and the subclavian and the arch": one of a list.
    let vessel = |i: usize| subject(i).is_some_and(|h| matches!(h.label, Label::Vessel { .. }));
    if n > 1 && is(before, &["and"]) && vessel(n - 2) {
        return None;
    }
    let starts = |i: usize| subject(i).is_some_and(|h| h.span.start == tokens[i].start);
    if !article && !starts(n) {
        return None;
    }
    // The subject: words the lists know, one after another, with at most one other word among them.
    let mut at = tokens[n].start;
    let mut named = false;
    let mut loose = 0;
    let mut i = n + usize::from(article);
    while i < tokens.len().min(n + LONGEST_SUBJECT) {
        if let Some(hit) = subject(i) {
            // "the arch subclavian was smooth": the second is the subject.
            if named && i > n && matches!(hit.label, Label::Vessel { .. }) && vessel(i - 1) {
                return None;
            }
            named |= !matches!(hit.label, Label::Side(_));
            at = hit.span.end;
        } else if is_verb(tokens[i], hits) {
            return named.then_some(i);
        } else if named || loose > 0 {
            loose += 1;
            if loose > 1 {
                return None;
            }
        } else {
            loose += 1;
        }
        i += 1;
        while i < tokens.len() && tokens[i].end <= at {
            i += 1;
        }
    }
    None
}

/// The hits of the one place that a word lies wholly in. Hits stand in order, and those of two places never overlap.
fn around(token: Span, hits: &[Hit]) -> &[Hit] {
    let until = hits.partition_point(|h| h.span.start <= token.start);
    let Some(last) = until.checked_sub(1).map(|n| hits[n].span) else {
        return &[];
    };
    let from = hits[..until].partition_point(|h| h.span.start < last.start);
    if last.end >= token.end {
        &hits[from..until]
    } else {
        &[]
    }
}

/// "is", "was", "shows", "measured".
fn is_verb(token: Span, hits: &[Hit]) -> bool {
    let from = hits.partition_point(|h| h.span.start < token.start);
    let here = hits[from..].iter();
    here.take_while(|h| h.span.start == token.start).any(|h| {
        matches!(
            h.label,
            Label::Grammar(Grammar::Aux) | Label::Action(Action::Show)
        )
    })
}

#[cfg(test)]
mod tests {
    use crate::{
        lexicon::Lexicon,
        segment::segment,
        text::{Folded, Report},
    };

    fn cut(text: &str) -> Vec<String> {
        let report = Report::new("r", text);
        let lexicon = Lexicon::builtin();
        let (folded, hits) = lexicon.find(Folded::new(&report.text));
        let segmented = segment(&report.text, &folded, &hits, &lexicon);
        let text = folded.text();
        let units = segmented.units.iter();
        units
            .map(|u| text[u.span.start..u.span.end].to_owned())
            .collect()
    }

    #[test]
    fn dictation_without_marks_is_cut_before_a_subject_with_its_verb() {
        let units = cut(
            "the ivus catheter was advanced into the inferior vena cava and the wall there looked fine to all of us \
             the left common iliac vein is squeezed to a slit of some millimeters under the artery \
             the left external iliac vein is round and open and the run ended there and the sheath was pulled by the nurse",
        );
        assert!(
            units
                .iter()
                .any(|u| u.starts_with("the left common iliac vein is"))
                && units
                    .iter()
                    .any(|u| u.starts_with("the left external iliac vein is")),
            "{units:?}"
        );
        assert!(
            units[0].contains("into the inferior vena cava"),
            "{units:?}"
        );
    }

    #[test]
    fn spoken_marks_end_a_sentence_and_short_text_is_left_alone() {
        let long = "probe advanced to the cava and it was normal period ".repeat(6);
        assert!(cut(&long).len() >= 6);
        let short = "the left common iliac vein is narrow the left external iliac vein is open";
        assert_eq!(cut(short).len(), 1);
    }
}
