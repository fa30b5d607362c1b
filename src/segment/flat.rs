//! Cuts a line that holds a whole report, its line ends lost: before each heading it knows, each number of a list and each
//! bullet, and behind the value of a heading whose section is over with its line.

use memchr::memmem;

use super::sections::{SectionKind, known};
use crate::{lexicon::Lexicon, text::preceding};

/// A shorter line is a paragraph of its writer.
const SHORTEST: usize = 300;

/// Fewer headings in one line may be a paragraph with labels.
const HEADINGS: usize = 3;

/// The stretches of a line, each with its place; the line as it is when it holds no report.
pub(super) fn pieces<'a>(at: usize, line: &'a str, lexicon: &Lexicon) -> Vec<(usize, &'a str)> {
    let whole = |line| match behind_date(line, lexicon) {
        Some(cut) => vec![(at, &line[..cut]), (at + cut, &line[cut..])],
        None => vec![(at, line)],
    };
    if line.len() < SHORTEST {
        return whole(line);
    }
    let headings = headings(line, lexicon);
    if headings.len() < HEADINGS {
        return whole(line);
    }
    let mut cuts: Vec<usize> = Vec::new();
    for (n, heading) in headings.iter().enumerate() {
        let next = headings.get(n + 1).map_or(line.len(), |h| h.start);
        cuts.push(heading.start);
        if heading.kind.ends_with_line() {
            cuts.push(heading.end + value(&line[heading.end..next]));
        }
    }
    cuts.extend(numbers(line));
    cuts.extend(bullets(line));
    cuts.push(line.len());
    cuts.sort_unstable();
    let mut start = 0;
    let mut found = Vec::new();
    for cut in cuts {
        if cut > start {
            found.push((at + start, &line[start..cut]));
            start = cut;
        }
    }
    found
}

/// "DATE OF SERVICE: 05/02/2024. IVUS of the left renal vein showed …": where the sentences begin behind the date that a line
/// begins with.
fn behind_date(line: &str, lexicon: &Lexicon) -> Option<usize> {
    /// A shorter rest is a remark on the date.
    const SENTENCE: usize = 40;
    let short = |(label, rest): &(&str, &str)| label.len() < 32 && rest.len() >= SENTENCE;
    let (label, rest) = line.split_once(':').filter(short)?;
    let told = &rest[..value(rest)];
    let dated = told.bytes().any(|b| b.is_ascii_digit());
    let after = rest[told.len()..].trim_start();
    let bookkeeping = || known(label.trim(), lexicon) == Some(SectionKind::Bookkeeping);
    let sentence = dated
        && told.trim_end().ends_with(['.', ';'])
        && after.len() >= SENTENCE
        && after.starts_with(|c: char| c.is_uppercase())
        && after.trim_end().contains(' ');
    (sentence && bookkeeping()).then_some(line.len() - after.len())
}

/// A heading with its colon, in bytes of the line.
struct Heading {
    start: usize,
    end: usize,
    kind: SectionKind,
}

/// The known headings of a line: those that have a colon, and those in capitals among words that are not; the longest name of each.
fn headings(line: &str, lexicon: &Lexicon) -> Vec<Heading> {
    /// More words than a known heading has.
    const WORDS: usize = 6;
    let mut found: Vec<Heading> = Vec::new();
    let bytes = line.as_bytes();
    let capital = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_uppercase);
    // Where a name may end: at a colon, or at the end of a word in capitals.
    let ends = memchr::memchr2_iter(b':', b' ', bytes).filter_map(|at| match bytes[at] {
        b':' if at > 0 => Some((at, true)),
        b' ' if at > 4 && capital(at - 1) && capital(at - 2) && capital(at - 3) => {
            Some((at, false))
        }
        _ => None,
    });
    for (at, colon) in ends {
        let next = bytes.get(at + 1);
        if colon && next.is_some_and(|b| !matches!(b, b' ' | b'\t' | b',')) {
            continue;
        }
        let from = found.last().map_or(0, |h| h.end);
        let before = preceding(&line[from..], at - from, 72);
        let marks = before.bytes().enumerate().rev();
        let words = marks.filter(|(_, b)| matches!(b, b' ' | b',' | b'\t'));
        let starts = words.take(WORDS).map(|(i, _)| i + 1).chain([0]);
        let longest = starts
            .map(|i| &before[i..])
            .filter(|name| name.starts_with(|c: char| c.is_uppercase()))
            .filter(|name| colon || is_set_off(line, at - name.len(), at))
            .filter_map(|name| Some((name.len(), known(name, lexicon)?)))
            .max_by_key(|(length, _)| *length);
        found.extend(longest.map(|(length, kind)| Heading {
            start: at - length,
            end: at + usize::from(colon),
            kind,
        }));
    }
    found
}

/// "… was closed. FINDINGS The left …": a name in capitals behind a sentence, before one that is in small letters.
fn is_set_off(line: &str, start: usize, end: usize) -> bool {
    let name = &line[start..end];
    let ended = start == 0 || line[..start].trim_end().ends_with(['.', ':', ')', '?']);
    let mut next = line[end..].trim_start().chars();
    let begins = next
        .next()
        .is_some_and(|c| c.is_uppercase() || c.is_ascii_digit());
    let small = next
        .next()
        .is_some_and(|c| c.is_lowercase() || c.is_ascii_digit() || c == ' ');
    ended && begins && small && !name.bytes().any(|b| b.is_ascii_lowercase())
}

/// How far the value of a heading goes: over a date, or to the end of its sentence.
fn value(rest: &str) -> usize {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let dated = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_digit())
            || word
                .get(..3)
                .is_some_and(|w| MONTHS.iter().any(|m| w.eq_ignore_ascii_case(m)))
    };
    let mut end = 0;
    for word in rest.split_inclusive(' ') {
        if !word.trim().is_empty() && !dated(word) {
            break;
        }
        end += word.len();
    }
    if rest[..end].bytes().any(|b| b.is_ascii_digit()) {
        return end;
    }
    let ends = memmem::find_iter(rest.as_bytes(), ". ").find(|i| {
        // "Dr. A. Attending" ends no sentence.
        let word = rest[..*i].rsplit(' ').next().unwrap_or_default();
        word.len() > 2 && rest[*i + 2..].starts_with(char::is_uppercase)
    });
    ends.map_or(rest.len(), |i| i + 2)
}

/// Where the numbers of a list stand that count up from one: "1. … 2. …", "1) … 2) …".
fn numbers(line: &str) -> Vec<usize> {
    let mut found = Vec::new();
    for close in [". ", ") "] {
        let mut at = 0;
        let mut list = Vec::new();
        for n in 1..100 {
            let mark = format!("{n}{close}");
            let next = memmem::find_iter(&line.as_bytes()[at..], &mark)
                .map(|i| at + i)
                .find(|i| *i == 0 || matches!(line.as_bytes()[i - 1], b' ' | b',' | b'('));
            let Some(next) = next else { break };
            list.push(next);
            at = next + mark.len();
        }
        if list.len() > 1 {
            found.extend(list);
        }
    }
    found
}

/// Where the bullets of a list stand, of two entries or more; not in "16 * 90 mm".
fn bullets(line: &str) -> Vec<usize> {
    let signs = line.match_indices([' ']).map(|(i, _)| i + 1);
    let found: Vec<usize> = signs
        .filter(|i| {
            let rest = &line[*i..];
            let before = &line[..i - 1];
            let number = |c: char| c.is_ascii_digit();
            let product =
                |rest: &str| before.ends_with(number) && rest.trim_start().starts_with(number);
            rest.strip_prefix("* ").is_some_and(|rest| !product(rest))
                || rest.starts_with("\u{2022} ")
                || (rest.starts_with("- ") && before.ends_with(['.', ':', ')', ']']))
        })
        .collect();
    if found.len() > 1 { found } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_in_one_line_is_cut_at_its_headings() {
        let line = "DATE OF SERVICE: March 3, 2024 Reason for exam: a swollen left leg since the summer, with a venogram that told us little. \
                    SURGEON: Dr. A. Someone. ACCESS: left femoral vein, 9F. FINDINGS The cava was 20 mm. * left common iliac vein 60 mm2 \
                    * left external iliac vein 150 mm2. PLAN: 1. Stockings 2. A duplex in a month, and earlier when the leg swells.";
        let pieces = pieces(0, line, &Lexicon::builtin());
        let begin = |text: &str| pieces.iter().any(|(_, p)| p.starts_with(text));
        for piece in [
            "DATE OF SERVICE: March",
            "Reason for exam:",
            "SURGEON: Dr. A. Someone.",
            "ACCESS:",
            "FINDINGS The",
            "* left external",
            "PLAN:",
            "2. A duplex",
        ] {
            assert!(begin(piece), "{piece}: {pieces:?}");
        }
        let whole: String = pieces.iter().map(|(_, p)| *p).collect();
        assert_eq!(whole, line);
    }

    #[test]
    fn a_product_is_no_bullet_and_any_sign_may_follow_a_space() {
        let line = "INDICATION: swelling \u{2013} both legs. \u{2026} ACCESS: left femoral vein, 9F. FINDINGS: a stent of 16 * 90 mm and one of \
                    14 * 60 mm lie in the vein, both open; \u{bb} no clot, no narrowing. * cava 20 mm * left common iliac vein 90 mm2. PLAN: stockings. "
            .repeat(2);
        let pieces = pieces(0, &line, &Lexicon::builtin());
        assert!(
            pieces.iter().any(|(_, p)| p.starts_with("* cava")),
            "{pieces:?}"
        );
        assert!(
            !pieces.iter().any(|(_, p)| p.starts_with("* 90")),
            "{pieces:?}"
        );
    }

    #[test]
    fn a_long_paragraph_stays_whole() {
        let line = "The catheter was brought to the cava and drawn back. ".repeat(20);
        assert_eq!(pieces(7, &line, &Lexicon::builtin()), [(7, &*line)]);
    }
}
