//! Words of a report that a coder names by typing them, with or without their line. Errors tell lines, never words.

use super::refusal::{Outcome, Refusal};

/// Characters the typed words may have.
pub const LONGEST: usize = 1000;
/// Lines that are named when the words stand in several.
const MOST_LINES: usize = 6;

/// Where the typed words stand, in code points of the text: the words as written, or the first and the last ones with `…` or
/// `...` between; without words the whole line. Case, kinds of quotes and dashes, and where lines break do not matter.
///
/// # Errors
/// When they do not stand there, or stand in more than one place.
pub fn find(text: &str, line: &str, words: &str) -> Outcome<(usize, usize)> {
    if words.chars().count() > LONGEST {
        return Err(Refusal::Invalid(format!(
            "more than {LONGEST} characters of words; give the first and the last ones with … between"
        )));
    }
    let text = Folded::of(text);
    let line = number(line, text.lines)?;
    let (first, last) = parts(words);
    if first.is_empty() {
        let line = line.ok_or_else(|| Refusal::invalid("say the words, or their line"))?;
        return text.whole(line);
    }
    let found = text.places(&first, 0);
    let found: Vec<_> = found
        .into_iter()
        .filter(|(start, _)| line.is_none_or(|n| text.signs[*start].line == n))
        .collect();
    let (start, end) = match found.as_slice() {
        [] => return Err(missing(line)),
        [one] => *one,
        several => return Err(text.several(several, line)),
    };
    let end = if last.is_empty() {
        end
    } else {
        let after = text.places(&last, end).into_iter().next();
        let Some((_, end)) = after else {
            return Err(Refusal::invalid(
                "the last words do not stand after the first ones; copy them as the text has them",
            ));
        };
        end
    };
    Ok(text.points(start, end))
}

/// The line that was typed, if one was.
fn number(typed: &str, lines: usize) -> Outcome<Option<usize>> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    match typed.parse() {
        Ok(n) if (1..=lines).contains(&n) => Ok(Some(n)),
        _ => Err(Refusal::Invalid(format!(
            "there is no such line; the text has lines 1 to {lines}"
        ))),
    }
}

/// The typed words, folded: all of them, or the first and the last ones.
fn parts(words: &str) -> (Vec<char>, Vec<char>) {
    let fold = |words: &str| -> Vec<char> {
        let signs = Folded::of(words.trim()).signs;
        signs.into_iter().map(|s| s.letter).collect()
    };
    let gap = words.find('…').map(|at| (at, '…'.len_utf8()));
    match gap.or_else(|| words.find("...").map(|at| (at, 3))) {
        Some((at, width)) => {
            let (first, rest) = words.split_at(at);
            let last = rest.split_at(width).1;
            (fold(first), fold(last))
        }
        None => (fold(words), Vec::new()),
    }
}

fn missing(line: Option<usize>) -> Refusal {
    Refusal::Invalid(match line {
        Some(n) => format!(
            "these words do not begin in line {n}; copy them as the text has them, or leave the line out"
        ),
        None => "these words do not stand in the text; copy them as the text has them".to_owned(),
    })
}

/// A text with one space for any white space, in small letters.
struct Folded {
    signs: Vec<Sign>,
    lines: usize,
}

/// A sign of it, with where it comes from.
#[derive(Clone, Copy)]
struct Sign {
    letter: char,
    /// In code points of the text.
    point: usize,
    /// Numbered from 1.
    line: usize,
}

impl Folded {
    fn of(text: &str) -> Self {
        let (mut signs, mut line): (Vec<Sign>, usize) = (Vec::new(), 1);
        let mut chars = text.chars().enumerate().peekable();
        while let Some((point, c)) = chars.next() {
            let sign = plain(c);
            if sign != ' ' || signs.last().is_some_and(|s| s.letter != ' ') {
                signs.push(Sign {
                    letter: sign,
                    point,
                    line,
                });
            }
            // A line ends as the page counts its lines: with a line feed, a carriage return, or both.
            let ends = c == '\n' || c == '\r' && chars.peek().is_none_or(|(_, next)| *next != '\n');
            line += usize::from(ends && chars.peek().is_some());
        }
        Self { signs, lines: line }
    }

    /// Where words stand as words, from a sign on.
    fn places(&self, words: &[char], from: usize) -> Vec<(usize, usize)> {
        let letter = |at: Option<&Sign>| at.is_some_and(|s| s.letter.is_alphanumeric());
        let cuts = |end: usize| {
            let before = end.checked_sub(1).and_then(|n| self.signs.get(n));
            letter(before) && letter(self.signs.get(end))
        };
        let windows = self
            .signs
            .windows(words.len().max(1))
            .enumerate()
            .skip(from);
        let same = |signs: &[Sign]| signs.iter().zip(words).all(|(s, w)| s.letter == *w);
        windows
            .filter(|(_, signs)| same(signs))
            .map(|(at, signs)| (at, at + signs.len()))
            .filter(|(start, end)| !cuts(*start) && !cuts(*end))
            .collect()
    }

    fn points(&self, start: usize, end: usize) -> (usize, usize) {
        (self.signs[start].point, self.signs[end - 1].point + 1)
    }

    /// All words of a line.
    fn whole(&self, line: usize) -> Outcome<(usize, usize)> {
        let mut of = self
            .signs
            .iter()
            .filter(|s| s.line == line && s.letter != ' ');
        let Some(first) = of.next() else {
            return Err(Refusal::Invalid(format!(
                "line {line} is empty; choose another"
            )));
        };
        let last = of.next_back().unwrap_or(first);
        Ok((first.point, last.point + 1))
    }

    fn several(&self, places: &[(usize, usize)], line: Option<usize>) -> Refusal {
        let mut lines: Vec<usize> = places.iter().map(|(s, _)| self.signs[*s].line).collect();
        lines.dedup();
        if line.is_some() || lines.len() == 1 {
            return Refusal::Invalid(format!(
                "these words stand in line {} more than once; take some around them along",
                lines[0]
            ));
        }
        let more = if lines.len() > MOST_LINES {
            ", …"
        } else {
            ""
        };
        lines.truncate(MOST_LINES);
        let told: Vec<String> = lines.iter().map(usize::to_string).collect();
        Refusal::Invalid(format!(
            "these words stand in lines {}{more}; say which line",
            told.join(", ")
        ))
    }
}

/// A sign as it is compared.
fn plain(c: char) -> char {
    match c {
        _ if c.is_whitespace() => ' ',
        '\u{2018}' | '\u{2019}' => '\'',
        '\u{201c}' | '\u{201d}' => '"',
        '\u{2010}'..='\u{2015}' => '-',
        _ => c.to_lowercase().next().unwrap_or(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "IVUS of the left CIV:\r\n  78% area\r\n  stenosis.\r\n\r\nIVUS of the cava \u{2013} no web. The cava is “wide”.";

    fn cut(line: &str, words: &str) -> Result<String, String> {
        let (start, end) = find(TEXT, line, words).map_err(|r| r.to_string())?;
        Ok(TEXT.chars().skip(start).take(end - start).collect())
    }

    #[test]
    fn words_are_found_as_written_however_they_are_typed() {
        for (line, words, found) in [
            ("", "left civ", "left CIV"),
            ("2", "78% AREA stenosis", "78% area\r\n  stenosis"),
            (
                "",
                "left … stenosis",
                "left CIV:\r\n  78% area\r\n  stenosis",
            ),
            ("", "left...78%", "left CIV:\r\n  78%"),
            ("", "cava - no", "cava – no"),
            ("5", "\"wide\"", "“wide”"),
            (" 3 ", "", "stenosis."),
            ("5", "IVUS of", "IVUS of"),
        ] {
            assert_eq!(cut(line, words).as_deref(), Ok(found), "{line} {words}");
        }
    }

    #[test]
    fn what_is_not_found_or_stands_twice_is_told_without_a_word_of_the_text() {
        for (line, words, told) in [
            ("", "renal vein", "do not stand in the text"),
            ("", "CI", "do not stand in the text"),
            ("2", "left CIV", "do not begin in line 2"),
            ("", "IVUS of the", "in lines 1, 5; say which line"),
            ("5", "cava", "in line 5 more than once"),
            ("", "stenosis … left", "do not stand after the first"),
            ("", "left … CI", "do not stand after the first"),
            ("4", "", "line 4 is empty"),
            ("6", "", "lines 1 to 5"),
            ("two", "left", "lines 1 to 5"),
            ("", "…", "say the words, or their line"),
        ] {
            let refused = cut(line, words).unwrap_err();
            assert!(refused.contains(told), "{line} {words}: {refused}");
            assert!(!refused.to_lowercase().contains("civ"), "{refused}");
        }
    }
}
