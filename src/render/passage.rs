//! Words of a report as pages show them: the sentence around some words, a vessel with the words for its side, and what stands
//! over a number in a table. For showing alone: what is evidence is told elsewhere.

use std::ops::Range;

use super::json::{InterrogationDoc, Quote};

/// A sentence is shown so many bytes beyond the words it is shown for, on each side.
const REACH: usize = 160;

/// The bytes of a quote in its text.
pub(crate) fn bytes(text: &str, quote: &Quote) -> Range<usize> {
    if text.is_ascii() {
        return quote.start.min(text.len())..quote.end.min(text.len());
    }
    let mut points = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    let start = points.nth(quote.start).unwrap_or(text.len());
    let more = quote.end.saturating_sub(quote.start);
    let end = match more.checked_sub(1) {
        Some(skipped) => points.nth(skipped).unwrap_or(text.len()),
        None => start,
    };
    start..end
}

/// The sentence around some bytes: "Rationale" is the beginning of "Rationale: the venogram was equivocal." A line that is
/// wrapped goes on in the next, and so does a heading that is the reason's own line.
pub(crate) fn sentence(text: &str, at: Range<usize>) -> Range<usize> {
    let bytes = text.as_bytes();
    let mut from = at.start;
    while from > 0 && at.start - from < REACH && !ends(bytes, from - 1) {
        from -= 1;
    }
    if from > 0 && !ends(bytes, from - 1) {
        from = space(bytes, from..at.start).map_or(at.start, |s| s + 1);
    }
    let mut to = at.end;
    let heads = |n: usize| matches!(bytes[n], b'\n' | b'\r') && last(bytes, n) == Some(b':');
    while to < bytes.len() && to - at.end < REACH && (!ends(bytes, to) || heads(to)) {
        to += 1;
    }
    if matches!(bytes.get(to), Some(b'.' | b'!' | b'?')) {
        to += 1;
    } else if to < bytes.len() && !ends(bytes, to) {
        let cut = (at.end..to).rev().find(|n| bytes[*n].is_ascii_whitespace());
        to = cut.unwrap_or(at.end);
    }
    let words = text.get(from..to).unwrap_or_default();
    let start = from + (words.len() - words.trim_start().len());
    start.min(at.start)..(from + words.trim_end().len()).max(at.end)
}

fn space(bytes: &[u8], within: Range<usize>) -> Option<usize> {
    within
        .clone()
        .zip(bytes.get(within)?)
        .find_map(|(n, b)| b.is_ascii_whitespace().then_some(n))
}

/// Whether a sentence ends with a byte.
fn ends(bytes: &[u8], at: usize) -> bool {
    match bytes[at] {
        b'.' | b'!' | b'?' => bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace),
        b'\n' | b'\r' => !is_wrapped(bytes, at),
        _ => false,
    }
}

/// The last byte of the line that ends at a place; `None` of an empty line.
fn last(bytes: &[u8], at: usize) -> Option<u8> {
    let before = bytes[..at].iter().rev();
    let mut before = before.skip_while(|b| matches!(b, b' ' | b'\t' | b'\r'));
    before.next().copied().filter(|b| *b != b'\n')
}

/// Lines of so many bytes were wrapped, unless the next one begins something else.
const LONG: usize = 60;

/// Whether a line goes on in the next: "the venogram was\nequivocal", or a long one before "IVUS".
fn is_wrapped(bytes: &[u8], at: usize) -> bool {
    let mut next = bytes.get(at + 1..).unwrap_or_default();
    if bytes[at] == b'\r' {
        next = next.strip_prefix(b"\n").unwrap_or(next);
    }
    let indent = next.iter().take_while(|b| matches!(b, b' ' | b'\t'));
    let next = next.get(indent.count()..).unwrap_or_default();
    let (Some(last), Some(first)) = (last(bytes, at), next.first()) else {
        return false;
    };
    if matches!(first, b'\n' | b'\r') {
        return false;
    }
    let line = bytes[..at].iter().rev().take(LONG);
    let is_long = line.take_while(|b| **b != b'\n').count() == LONG;
    let is_headed = next.iter().take(LONG / 2).any(|b| *b == b':');
    let runs_on = last.is_ascii_alphanumeric() && first.is_ascii_alphabetic() && !is_headed;
    last == b',' || first.is_ascii_lowercase() || (is_long && runs_on)
}

/// The names of a vessel as the text writes them.
pub(crate) struct Named<'a> {
    /// Each name once, with its side where that stands before it.
    pub(crate) names: Vec<(String, &'a Quote)>,
    /// Words for the side that stand elsewhere.
    pub(crate) side: Option<&'a Quote>,
}

/// The names of the vessel of a look. A vessel that a lesion runs through is told of in the words of the lesion.
pub(crate) fn named<'a>(text: &str, look: &'a InterrogationDoc) -> Named<'a> {
    let of_role = |role: &str| -> Vec<&'a Quote> {
        let quotes = look.evidence.iter();
        quotes.filter(|q| q.role == role).collect()
    };
    let mut vessels = of_role("vessel");
    if vessels.is_empty() {
        vessels = of_role("lesion");
    }
    let sides = of_role("side");
    let mut names: Vec<(String, &Quote)> = Vec::new();
    let mut joined = false;
    for vessel in vessels {
        let own = bytes(text, vessel);
        let before = sides
            .iter()
            .filter(|s| s.end <= vessel.start)
            .find_map(|s| {
                let side = bytes(text, s);
                let between = text.get(side.end..own.start)?;
                (between.len() <= 3 && between.trim_matches([' ', '-', '\n', '\r']).is_empty())
                    .then_some(side.start)
            });
        joined |= before.is_some();
        let words = text.get(before.unwrap_or(own.start)..own.end);
        let words = words.unwrap_or_default().split_whitespace();
        let words = words.collect::<Vec<_>>().join(" ");
        if !words.is_empty() && !names.iter().any(|(n, _)| n.eq_ignore_ascii_case(&words)) {
            names.push((words, vessel));
        }
    }
    let side = if joined { None } else { sides.first().copied() };
    Named { names, side }
}

/// What stands over a number in a table: "area mm2" over 372. The number says by itself neither what it is nor its unit.
pub(crate) fn head_of(text: &str, number: Range<usize>) -> Option<&str> {
    let start = text.get(..number.start)?.rfind('\n').map_or(0, |n| n + 1);
    let end = text.get(number.end..)?.find('\n');
    let end = end.map_or(text.len(), |n| number.end + n);
    let own = cells(text.get(start..end)?);
    let column = number.start - start;
    let at = own.iter().position(|c| c.contains(&column))?;
    if own.len() < 2 || at == 0 {
        return None;
    }
    let above: Vec<&str> = text.get(..start)?.lines().rev().take(16).collect();
    let table = above.iter().take_while(|l| !l.trim().is_empty());
    let head = table.filter(|l| cells(l).len() > 1).last()?;
    let columns = cells(head);
    // Between bars a column is told by its number, else by what stands over it.
    let cell = if head.contains('|') {
        columns.get(at)?.clone()
    } else {
        let over = |c: &&Range<usize>| c.start < column + number.len() + 4 && column < c.end + 4;
        columns.iter().find(over)?.clone()
    };
    let words = head.get(cell)?.trim();
    let fit = words.chars().any(|c| c.is_alphabetic() || c == '%') && words.len() <= 40;
    let unlike_a_row = !words.starts_with(|c: char| c.is_ascii_digit());
    (fit && unlike_a_row).then_some(words)
}

/// The cells of a line: between bars, else between gaps of two and more spaces.
fn cells(line: &str) -> Vec<Range<usize>> {
    let mut cells = Vec::new();
    let mut start = 0;
    if line.contains('|') {
        for (at, _) in line.match_indices('|').chain([(line.len(), "")]) {
            cells.push(start..at);
            start = at + 1;
        }
        cells.retain(|c| c.end > c.start);
        return cells;
    }
    let bytes = line.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let gap = bytes[at..].iter().take_while(|b| matches!(b, b' ' | b'\t'));
        let gap = gap.count();
        if gap > 1 || (gap == 1 && bytes[at] == b'\t') || (gap > 0 && at + gap == bytes.len()) {
            if at > start {
                cells.push(start..at);
            }
            start = at + gap;
        }
        at += gap.max(1);
    }
    if start < bytes.len() {
        cells.push(start..bytes.len());
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around(text: &str, cue: &str) -> String {
        let at = text.find(cue).unwrap();
        let shown = sentence(text, at..at + cue.len());
        text.get(shown).unwrap().to_owned()
    }

    #[test]
    fn a_cue_is_shown_in_its_sentence() {
        for (text, cue, shown) in [
            (
                "A stent was placed. Because the venogram was equivocal, IVUS was used. It was fine.",
                "Because",
                "Because the venogram was equivocal, IVUS was used.",
            ),
            (
                "RATIONALE:\nThe film could not tell the size.\nNext line.",
                "RATIONALE",
                "RATIONALE:\nThe film could not tell the size.",
            ),
            (
                "Wire went up\r\nIVUS was used since the venogram was\r\nequivocal in the cava.\r\n\r\nPlan",
                "since",
                "IVUS was used since the venogram was\r\nequivocal in the cava.",
            ),
            (
                "café – IVUS to size it",
                "to size",
                "café – IVUS to size it",
            ),
            ("", "", ""),
        ] {
            assert_eq!(around(text, cue), shown);
        }
        let long = format!("{} because {}", "é word ".repeat(60), "word é ".repeat(60));
        let shown = around(&long, "because");
        assert!(shown.len() < 340 && shown.contains(" because "), "{shown}");
    }

    #[test]
    fn a_number_of_a_table_is_shown_with_its_head() {
        let head = |text: &str, number: &str| {
            let at = text.find(number).unwrap();
            head_of(text, at..at + number.len()).map(str::to_owned)
        };
        let bars = "| | area mm2 | % | comment |\n|---|---|---|---|\n| IVC | 372 | 3 | normal |\n";
        assert_eq!(head(bars, "372").as_deref(), Some("area mm2"));
        assert_eq!(head(bars, "3 ").as_deref(), Some("%"));
        let gaps =
            "            Right (mm²)     Left (mm²)\nCommon iliac         77              49\n";
        assert_eq!(head(gaps, "49").as_deref(), Some("Left (mm²)"));
        assert_eq!(head("IVUS showed\nthe cava, 14 across.", "14"), None);
    }
}
