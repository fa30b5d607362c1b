//! Words that only look like a vessel or a side: "AT" in a line of capitals, "L" with no vessel after it, "both" of
//! something else. Their meaning is dropped before lists are read.

use super::glue::gap;
use crate::{
    lexicon::{Grammar, Label, SideWord},
    mention::Word,
    text::{Span, ends_in},
};

/// What a side may stand before besides a vessel.
const LIMBS: &[&str] = &[
    "leg",
    "lower",
    "upper",
    "arm",
    "groin",
    "limb",
    "thigh",
    "calf",
    "neck",
    "side",
    "common",
    "external",
    "internal",
    "superficial",
    "iliac",
    "kidney",
    "&",
    "and",
    "hypogastric",
    "foot",
];

/// Drops meanings that the surroundings rule out: "AT" in a line of capitals, "L" with no vessel after it.
pub(in crate::mention) fn drop_doubtful(
    text: &str,
    mut words: Vec<Word>,
    unit: Span,
    capitals: bool,
) -> Vec<Word> {
    left_of_left_main(text, &mut words);
    for i in 0..words.len() {
        let span = words[i].span;
        let name = &text[span.start..span.end];
        // All that is looked at below has a letter or two, or is "both", "each", "either" or "per", alone or first.
        let first = name.bytes().next().map(|b| b.to_ascii_lowercase());
        if name.len() > 2 && !matches!(first, Some(b'b' | b'e' | b'p')) {
            continue;
        }
        let distributes = ["both", "each", "either"]
            .iter()
            .any(|w| name.eq_ignore_ascii_case(w));
        let word = &words[i];
        let short = !distributes && (name.len() <= 2 || name.eq_ignore_ascii_case("per"));
        let no_vessel = short
            && word.is_vessel()
            && (is_time(text, &words, i) || capitals && !is_vessel_in_capitals(text, &words, i));
        // "normal vein on either side": of the stretch, not of the body.
        let named = words[i.saturating_sub(2)..i]
            .iter()
            .any(|w| w.is_vessel() && w.span.end + " on ".len() == span.start);
        let about = name.eq_ignore_ascii_case("either side")
            && ends_in(&text[..span.start], " on ")
            && !named;
        // "both limbs" of a loop graft
        let both_limbs = name.eq_ignore_ascii_case("both limbs")
            || (distributes && begins_with(text[span.end..].trim_start(), "limb"));
        let of_graft = both_limbs && has_limbs(text, span.start);
        let no_side = if about || of_graft {
            true
        } else if distributes {
            !gives_sides(text, &words, i)
        } else {
            name.len() == 1
                && word.side().is_some()
                && !(word.is_vessel() && capitals)
                && !is_side_letter(text, &words, i, unit)
        };
        if no_vessel || no_side {
            words[i].retain(|l| match l {
                Label::Vessel { .. } => !no_vessel,
                Label::Side(_) => !no_side,
                _ => true,
            });
        }
    }
    words.retain(|w| !w.labels().is_empty());
    words
}

/// "the left main renal artery" is no coronary artery: "left" is a side there.
fn left_of_left_main(text: &str, words: &mut [Word]) {
    for i in 0..words.len().saturating_sub(1) {
        let span = words[i].span;
        let name = &text[span.start..span.end];
        let main = name.len() > 5
            && name.is_char_boundary(4)
            && name[..4].eq_ignore_ascii_case("left")
            && name.to_ascii_lowercase().ends_with(" main");
        if main
            && words[i + 1].is_vessel()
            && text[span.end..words[i + 1].span.start].trim().is_empty()
        {
            let left = Span::new(span.start, span.start + 4);
            words[i] = Word::new(left, Label::Side(SideWord::Left));
        }
    }
}

fn tells_of_vessels(word: &Word) -> bool {
    word.is_vessel() || word.side().is_some() || word.group().is_some()
}

/// Whether only a mark stands between two places.
fn is_near(text: &str, from: usize, to: usize) -> bool {
    text[from..to]
        .trim_matches([',', '/', ' ', '(', '&', '.'])
        .is_empty()
}

/// The word right after another, over a mark.
fn next<'w>(text: &str, words: &'w [Word], i: usize) -> Option<&'w Word> {
    let next = words.get(i + 1)?;
    is_near(text, words[i].span.end, next.span.start).then_some(next)
}

fn begins_with(rest: &str, word: &str) -> bool {
    rest.get(..word.len())
        .is_some_and(|r| r.eq_ignore_ascii_case(word))
}

/// What follows a word, without the marks in between.
fn rest_after<'t>(text: &'t str, word: &Word) -> &'t str {
    text[word.span.end..].trim_start_matches(['.', ')', ' ', '/'])
}

/// Whether "both", "each" speaks of sides: not in "both intact", "each of them", "in both arm positions".
fn gives_sides(text: &str, words: &[Word], i: usize) -> bool {
    let end = words[i].span.end;
    let rest = text[end..].trim_start();
    let posture = rest
        .split_whitespace()
        .nth(1)
        .is_some_and(|w| w.starts_with("position") || w.starts_with("maneuver"));
    let after = words
        .get(i + 1)
        .filter(|w| gap(text, end, w.span.start).is_some());
    let named = after.is_some_and(|w| tells_of_vessels(w) || w.is_grammar(Grammar::Partial));
    !posture && (named || LIMBS.iter().any(|l| begins_with(rest, l)))
}

/// Whether a short name in a line of capitals is a vessel: beside another, or beside the word artery or vein.
fn is_vessel_in_capitals(text: &str, words: &[Word], i: usize) -> bool {
    let rest = rest_after(text, &words[i]);
    // "COMMON FEMORAL AT THE LOWER END"
    if ["the ", "its ", "this ", "that ", "each ", "both "]
        .iter()
        .any(|w| begins_with(rest, w))
        || is_pressure(rest)
        || is_level(rest)
        || is_place_of_reading(text, words, i)
    {
        return false;
    }
    let before = i
        .checked_sub(1)
        .map(|j| &words[j])
        .filter(|w| is_near(text, w.span.end, words[i].span.start));
    before.is_some_and(|w| {
        (tells_of_vessels(w) && w.side() != Some(SideWord::Both)) || w.is_grammar(Grammar::And)
    }) || next(text, words, i).is_some_and(tells_of_vessels)
        || begins_with(rest, "art")
        || begins_with(rest, "vei")
}

/// Whether "L" or "R" is a side: before a vessel or a limb, or in a cell of its own.
fn is_side_letter(text: &str, words: &[Word], i: usize, unit: Span) -> bool {
    let span = words[i].span;
    let rest = rest_after(text, &words[i]);
    next(text, words, i).is_some_and(tells_of_vessels)
        || LIMBS.iter().any(|l| begins_with(rest, l))
        || text[..span.start].ends_with("| ")
        || text[span.end..].starts_with(" |")
        || ends_title(text, span, unit)
}

/// "TIBIAL INTERVENTION L": a letter that ends the first line, after a word.
fn ends_title(text: &str, letter: Span, unit: Span) -> bool {
    let rest = text[letter.end..unit.end].trim_matches([' ', '.', ')']);
    let title = &text[unit.start..letter.start];
    let before = title.trim_end_matches([' ', ',', '-', '(', ':']);
    rest.is_empty()
        && text[..unit.start].trim().is_empty()
        && before.len() < title.len()
        && before.ends_with(|c: char| c.is_ascii_alphabetic())
}

/// Whether the text around a place tells of a loop graft, which has limbs of its own.
fn has_limbs(text: &str, at: usize) -> bool {
    const WORDS: [&str; 6] = [
        "AVG",
        "loop graft",
        "Loop graft",
        "arterial limb",
        "venous limb",
        "arterial plug",
    ];
    // A report holds few bytes; an endless text is not searched whole for each limb.
    let around = &text.as_bytes()[at.saturating_sub(4000)..text.len().min(at + 2000)];
    let holds = |w: &&str| memchr::memmem::find(around, w.as_bytes()).is_some();
    WORDS.iter().any(holds)
}

/// "POPLITEAL AT 5 MM", "LOWER POPLITEAL AT FIVE MILLIMETERS": what follows is read in the vessel before, with no mark in between.
fn is_place_of_reading(text: &str, words: &[Word], i: usize) -> bool {
    const NUMBERS: [&str; 13] = [
        "one ", "two ", "three ", "four ", "five ", "six ", "seven ", "eight ", "nine ", "ten ",
        "eleven ", "twelve ", "about ",
    ];
    let at = words[i].span;
    let rest = text[at.end..].trim_start();
    let number = rest.starts_with(|c: char| c.is_ascii_digit())
        || NUMBERS.iter().any(|n| begins_with(rest, n));
    let before = i.checked_sub(1).map(|j| &words[j]);
    let beside = |w: &Word| w.is_vessel() && text[w.span.end..at.start].trim().is_empty();
    let place = || {
        ["confluence", "bifurcation", "junction"]
            .iter()
            .any(|p| ends_in(text[..at.start].trim_end(), p))
    };
    text[at.start..at.end].eq_ignore_ascii_case("at")
        && number
        && (before.is_some_and(beside) || place() || is_clock(&text[at.end..]))
}

/// "THROMBUS AT 4 O'CLOCK": a place in the wall.
fn is_clock(rest: &str) -> bool {
    let rest = rest.trim_start();
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let clock = rest.get(..8).unwrap_or_default();
    clock.trim_start().to_ascii_lowercase().starts_with("o'cl")
}

/// "PAIN AT END", "AT DISCHARGE": a time, not the anterior tibial artery; "the left AT at rest" is that.
fn is_time(text: &str, words: &[Word], i: usize) -> bool {
    const TIMES: [&str; 8] = [
        "end",
        "start",
        "onset",
        "rest",
        "discharge",
        "arrival",
        "closure",
        "conclusion",
    ];
    let at = words[i].span;
    let next = text[at.end..]
        .trim_start()
        .split(|c: char| !c.is_ascii_alphabetic())
        .next();
    let before = text[..at.start].trim_end();
    let named = [" the", " of", "The"].iter().any(|w| before.ends_with(w))
        || i.checked_sub(1).is_some_and(|j| {
            tells_of_vessels(&words[j]) && is_near(text, words[j].span.end, at.start)
        });
    text[at.start..at.end].eq_ignore_ascii_case("at")
        && !named
        && next.is_some_and(|n| TIMES.iter().any(|t| n.eq_ignore_ascii_case(t)))
}

/// "AORTA AT T7": the height of a vertebra.
fn is_level(rest: &str) -> bool {
    let mut bytes = rest.bytes();
    matches!(bytes.next(), Some(b'T' | b'L')) && bytes.next().is_some_and(|b| b.is_ascii_digit())
}

/// "AT 22 ATM": what follows is a pressure.
fn is_pressure(rest: &str) -> bool {
    let mut words = rest.split_whitespace();
    let number = |t: &str| t.chars().all(|c| c.is_ascii_digit() || c == '-');
    words.next().is_some_and(number)
        && words
            .next()
            .is_some_and(|t| t.get(..3).is_some_and(|u| u.eq_ignore_ascii_case("atm")))
}
