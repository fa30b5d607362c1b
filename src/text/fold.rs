//! A copy of the text for matching: one space for any white space, plain dashes and quotes, no invisible
//! characters; every folded byte knows the character it came from.

use std::cell::OnceCell;

use super::Span;

/// The folded text and the way back.
pub(crate) struct Folded {
    text: String,
    /// For each folded byte, the first byte of its source character; one more entry for the end.
    origin: Vec<u32>,
    /// Some words are read as others.
    misheard: bool,
    /// The text with its ASCII letters in lower case, once somebody asks for it.
    lower: OnceCell<String>,
}

impl Folded {
    /// Folds a text. Texts above 4 GiB are cut: their offsets would not fit.
    pub(crate) fn new(source: &str) -> Self {
        let limit = source.len().min(u32::MAX as usize - 1);
        let mut text = String::with_capacity(limit);
        let mut origin: Vec<u32> = Vec::with_capacity(limit + 1);
        let mut chars = Cursor {
            text: source,
            at: 0,
        };
        let mut line_end = 0;
        let mut drawn = false;
        while let Some((at, c)) = chars.next() {
            if at >= limit {
                break;
            }
            if at >= line_end {
                let rest = source.get(at..).unwrap_or_default();
                let length = memchr::memchr2(b'\n', b'\r', rest.as_bytes());
                let line = rest.get(..length.unwrap_or(rest.len())).unwrap_or_default();
                line_end = at + line.len() + 1;
                drawn = has_columns(line);
            }
            // Most of a text is plain words with one space between: taken over as they are.
            let run = plain(&source.as_bytes()[at..limit], drawn);
            if run > 1 {
                let from = u32::try_from(at).unwrap_or(u32::MAX);
                text.push_str(source.get(at..at + run).unwrap_or_default());
                let next = u32::try_from(at + run).unwrap_or(u32::MAX);
                origin.extend(from..next);
                // One character of the run is taken already; all have one byte.
                chars.at += run - 1;
                continue;
            }
            // Spaces before a word read as one.
            let gap = spaces(&source.as_bytes()[at..limit]);
            if gap > 0 && !drawn {
                if !text.ends_with([' ', '\n']) {
                    text.push(' ');
                    origin.push(u32::try_from(at).unwrap_or(u32::MAX));
                }
                chars.at = at + gap;
                continue;
            }
            // The gap between two columns reads as a line between them.
            if drawn && c.is_whitespace() && !text.ends_with([' ', '\n']) && !text.is_empty() {
                let end = (line_end - 1).min(source.len());
                let rest = source.get(at..end).unwrap_or_default();
                let gap = rest.len() - rest.trim_start().len();
                // In characters: one non-breaking space is two bytes, and no gap.
                let wide = rest.chars().take_while(|c| c.is_whitespace()).count() >= 2;
                if (wide || c == '\t') && gap < rest.len() {
                    let from = u32::try_from(at).unwrap_or(u32::MAX);
                    text.push_str(" | ");
                    origin.resize(text.len(), from);
                    chars.at = chars.at.max(at + gap);
                    continue;
                }
            }
            let Some(folded) = folded(c) else { continue };
            if folded == ' ' && text.ends_with([' ', '\n']) {
                continue;
            }
            // No term goes on over a blank line.
            if c.is_whitespace() && ends_paragraph(source.get(at..).unwrap_or_default()) {
                text.push('\n');
                origin.push(u32::try_from(at).unwrap_or(u32::MAX));
                continue;
            }
            // A hyphen at a line's end joins the word that goes on in the next line.
            let broken = folded == ' '
                && (c == '\n' || c == '\r')
                && text.ends_with('-')
                && text
                    .as_bytes()
                    .iter()
                    .rev()
                    .nth(1)
                    .is_some_and(u8::is_ascii_alphabetic)
                && chars
                    .clone()
                    .map(|(_, c)| c)
                    .find(|c| !c.is_whitespace())
                    .is_some_and(|c| c.is_ascii_lowercase());
            if broken {
                while chars.peek().is_some_and(|(_, c)| c.is_whitespace()) {
                    chars.next();
                }
                continue;
            }
            let from = u32::try_from(at).unwrap_or(u32::MAX);
            text.push(folded);
            origin.resize(text.len(), from);
        }
        origin.push(u32::try_from(limit).unwrap_or(u32::MAX));
        let folded = Self {
            text,
            origin,
            misheard: false,
            lower: OnceCell::new(),
        };
        folded.parted(source.get(..limit).unwrap_or_default())
    }

    /// The same text with the semicolons that part cells read as the lines between columns.
    fn parted(self, source: &str) -> Self {
        let rows = semicolon_rows(source);
        let marks = rows.iter().flat_map(|row| {
            let cells = source.as_bytes()[row.start..row.end].iter().enumerate();
            let marks = cells.filter(|(_, b)| **b == b';');
            marks.map(|(i, _)| self.from_source(row.start + i))
        });
        let lines: Vec<_> = marks
            .map(|at| (Span::new(at, at + 1), " | ".to_owned()))
            .collect();
        if lines.is_empty() {
            return self;
        }
        self.reading(&lines, false)
    }

    /// Whether some of its words are read as others because they were misheard.
    pub(crate) fn is_misheard(&self) -> bool {
        self.misheard
    }

    /// The same text with some of its words read as others; each still points to what was written.
    pub(crate) fn reading(&self, others: &[(Span, String)], misheard: bool) -> Self {
        let mut text = String::with_capacity(self.text.len());
        let mut origin: Vec<u32> = Vec::with_capacity(self.origin.len());
        let mut at = 0;
        for (span, word) in others {
            if span.start < at {
                continue;
            }
            text.push_str(self.text.get(at..span.start).unwrap_or_default());
            origin.extend(&self.origin[at..span.start]);
            let last = span.end - 1;
            for i in 0..word.len() {
                // The last letter stands for all the letters that are left.
                let from = if i + 1 == word.len() {
                    last
                } else {
                    (span.start + i).min(last)
                };
                origin.push(self.origin[from]);
            }
            text.push_str(word);
            at = span.end;
        }
        text.push_str(self.text.get(at..).unwrap_or_default());
        origin.extend(&self.origin[at..]);
        Self {
            text,
            origin,
            misheard,
            lower: OnceCell::new(),
        }
    }

    /// The same text with the choices of a template as they were made: "{yes | no => no}" reads as "no".
    pub(crate) fn chosen(self) -> Self {
        let left_out: Vec<_> = choices(&self.text)
            .into_iter()
            .map(|span| (span, String::new()))
            .collect();
        if left_out.is_empty() {
            return self;
        }
        self.reading(&left_out, false)
    }

    /// The folded text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The folded text with its ASCII letters in lower case: the same places as in the text itself.
    pub(crate) fn lower(&self) -> &str {
        self.lower.get_or_init(|| self.text.to_ascii_lowercase())
    }

    /// The words of the source that a folded span stands for.
    pub(crate) fn to_source(&self, source: &str, span: Span) -> Span {
        let start = self.origin[span.start] as usize;
        if span.end <= span.start {
            return Span::new(start, start);
        }
        let last = self.origin[span.end - 1] as usize;
        let width = source
            .get(last..)
            .and_then(|s| s.chars().next())
            .map_or(0, char::len_utf8);
        Span::new(start, last + width)
    }

    /// The first folded byte whose source is at or after `offset`.
    #[expect(clippy::wrong_self_convention, reason = "the other way of `to_source`")]
    pub(crate) fn from_source(&self, offset: usize) -> usize {
        self.origin
            .partition_point(|&o| (o as usize) < offset)
            .min(self.text.len())
    }
}

/// The lines of a table whose cells a semicolon parts: three or more one below the other, each with as many as the first, three
/// at least: "seg;done;area;remark". In bytes, with the line's end.
pub(crate) fn semicolon_rows(text: &str) -> Vec<Span> {
    const LEAST: usize = 3;
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = memchr::memchr(b';', bytes);
    while let Some(first) = at {
        let line = |from: usize| {
            let end = memchr::memchr(b'\n', &bytes[from..]).map_or(bytes.len(), |n| from + n + 1);
            (
                Span::new(from, end),
                memchr::memchr_iter(b';', &bytes[from..end]).count(),
            )
        };
        let start = memchr::memrchr(b'\n', &bytes[..first]).map_or(0, |n| n + 1);
        let (head, count) = line(start);
        let mut rows = vec![head];
        let mut end = head.end;
        while count >= LEAST && end < bytes.len() {
            let (next, marks) = line(end);
            if marks != count {
                break;
            }
            rows.push(next);
            end = next.end;
        }
        if rows.len() >= LEAST {
            found.extend(rows);
        }
        at = memchr::memchr(b';', &bytes[end..]).map(|n| end + n);
    }
    found
}

/// What the choices of a template hold besides the one made: of "{yes | no => no}" all but the last "no".
pub(crate) fn choices(text: &str) -> Vec<Span> {
    /// More bytes than the choices of one field take.
    const FIELD: usize = 240;
    let bytes = text.as_bytes();
    let mut found: Vec<Span> = Vec::new();
    for arrow in memchr::memmem::find_iter(bytes, b"=>") {
        let from = found
            .last()
            .map_or(0, |last| last.end)
            .max(arrow.saturating_sub(FIELD));
        let made = arrow + 2;
        let Some(before) = bytes.get(from..arrow) else {
            continue;
        };
        let open = memchr::memrchr2(b'{', b'}', before).map(|n| from + n);
        let after = &bytes[made..bytes.len().min(made + FIELD)];
        let close = memchr::memchr3(b'}', b'{', b'\n', after).map(|n| made + n);
        if let (Some(open), Some(close)) = (open, close)
            && bytes[open] == b'{'
            && bytes[close] == b'}'
        {
            let spaces = after.iter().take_while(|b| **b == b' ').count();
            found.push(Span::new(open, made + spaces));
            found.push(Span::new(close, close + 1));
        }
    }
    found
}

/// The characters of a text with their places, from any place on.
#[derive(Clone)]
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<(usize, char)> {
        Some((self.at, self.text.get(self.at..)?.chars().next()?))
    }
}

impl Iterator for Cursor<'_> {
    type Item = (usize, char);

    fn next(&mut self) -> Option<Self::Item> {
        let (at, c) = self.peek()?;
        self.at += c.len_utf8();
        Some((at, c))
    }
}

/// What a character reads as; nothing for one that is never part of a word.
fn folded(c: char) -> Option<char> {
    Some(match c {
        // Soft hyphen, zero-width characters, bidi controls, byte-order mark.
        '\u{AD}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2064}'
        | '\u{FEFF}' => return None,
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{2018}' | '\u{2019}' | '\u{201A}' | '\u{2032}' => '\'',
        '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{2033}' => '"',
        '\0' => ' ',
        c if c.is_whitespace() => ' ',
        c => c,
    })
}

/// The spaces at the start of a text before a visible sign of ASCII; none where anything else follows them.
fn spaces(bytes: &[u8]) -> usize {
    let gap = bytes.iter().take_while(|b| **b == b' ').count();
    let before_word = bytes.get(gap).is_some_and(u8::is_ascii_graphic);
    if before_word { gap } else { 0 }
}

/// The length of the words at the start of a text that folding leaves as they are: visible ASCII with one space between
/// two words; in a line of columns, where spaces may mean more, one word.
fn plain(bytes: &[u8], drawn: bool) -> usize {
    let mut at = 0;
    if !drawn && bytes.first() != Some(&b' ') {
        at = stretches::<32>(bytes, at);
        at = stretches::<8>(bytes, at);
    }
    // A stretch may end before a space, which is taken only with the word after it.
    if at > 0 && bytes.get(at) == Some(&b' ') {
        at -= 1;
    }
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let word = rest
            .iter()
            .position(|b| !b.is_ascii_graphic())
            .unwrap_or(rest.len());
        at += word;
        let gap =
            rest.get(word) == Some(&b' ') && rest.get(word + 1).is_some_and(u8::is_ascii_graphic);
        if drawn || word == 0 || !gap {
            return at;
        }
        at += 1;
    }
}

/// Where the stretches of `N` bytes end, from a place on, in which no sign, nor the one after, is anything but a visible sign
/// of ASCII or one space.
fn stretches<const N: usize>(bytes: &[u8], mut at: usize) -> usize {
    while let Some(stretch) = bytes.get(at..=at + N) {
        let pairs = stretch.iter().zip(stretch.get(1..).unwrap_or_default());
        // As numbers and without an early end, so that the machine compares all pairs at once.
        let broken = pairs.fold(0, |any, (a, b)| {
            any | odd(*a) | odd(*b) | both_spaces(*a, *b)
        });
        if broken != 0 {
            break;
        }
        at += N;
    }
    at
}

/// Whether the white space a text starts with holds a blank line.
fn ends_paragraph(text: &str) -> bool {
    let space = || text.chars().take_while(|c| c.is_whitespace());
    let breaks = space().filter(|c| *c == '\n').count();
    breaks >= 2 || (breaks == 0 && space().filter(|c| *c == '\r').count() >= 2)
}

/// 1 for a byte that is neither a visible sign of ASCII nor a space, else 0.
fn odd(byte: u8) -> u8 {
    u8::from(!matches!(byte, b' '..=b'~'))
}

/// 1 for two spaces, else 0.
fn both_spaces(first: u8, second: u8) -> u8 {
    u8::from(first == b' ') & u8::from(second == b' ')
}

/// Whether a line is a row of columns drawn with spaces: at least two wide gaps, or one of three spaces.
pub(crate) fn has_columns(line: &str) -> bool {
    let line = line.trim();
    let bytes = line.as_bytes();
    // No character has more than four bytes.
    if bytes.len() >= 4 * 160 {
        return false;
    }
    // Most lines are visible signs of ASCII and spaces.
    if bytes.iter().fold(0, |any, b| any | odd(*b)) == 0 {
        return bytes.len() < 160 && has_gaps(bytes) && memchr::memchr(b'|', bytes).is_none();
    }
    if memchr::memchr(b'|', bytes).is_some() || line.chars().count() >= 160 {
        return false;
    }
    if line.contains('\t') {
        return true;
    }
    // As in `has_gaps`, of any white space.
    let mut gaps = 0;
    let mut run = 0;
    let mut before = ' ';
    for c in line.chars() {
        if c.is_whitespace() {
            run += 1;
        } else {
            let ends = matches!(before, '.' | '!' | '?' | ':');
            if run >= 3 || (run == 2 && !ends) {
                gaps += if run >= 3 { 2 } else { 1 };
            }
            run = 0;
            before = c;
        }
    }
    gaps >= 2
}

/// Whether a line of visible signs of ASCII and spaces, none of these at its ends, has at least two wide gaps, or one of three
/// spaces. Two after a full stop are none.
fn has_gaps(line: &[u8]) -> bool {
    let wide = line.iter().zip(line.get(1..).unwrap_or_default());
    // Most lines have one space between two words.
    if wide.fold(0, |any, (a, b)| any | both_spaces(*a, *b)) == 0 {
        return false;
    }
    let mut gaps = 0;
    let mut rest = line;
    while let Some(at) = rest.windows(2).position(|two| two == b"  ") {
        let (before, gap) = rest.split_at(at);
        let run = gap.iter().take_while(|b| **b == b' ').count();
        let ends = matches!(before.last(), Some(b'.' | b'!' | b'?' | b':'));
        gaps += match run {
            2 if ends => 0,
            2 => 1,
            _ => 2,
        };
        rest = gap.get(run..).unwrap_or_default();
    }
    gaps >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invisible_characters_and_line_breaks_do_not_hide_a_term() {
        let source = "left\u{a0}common il\u{ad}iac\r\n\tve\u{200b}in";
        let folded = Folded::new(source);
        assert_eq!(folded.text(), "left common iliac vein");
        let at = folded.text().find("common").unwrap();
        let span = folded.to_source(source, Span::new(at, folded.text().len()));
        assert_eq!(
            source.get(span.start..span.end).unwrap(),
            "common il\u{ad}iac\r\n\tve\u{200b}in"
        );
    }

    #[test]
    fn one_non_breaking_space_is_no_gap_between_columns() {
        let plain = "Left common iliac vein   12 mm   patent";
        assert_eq!(
            Folded::new(plain).text(),
            Folded::new(&plain.replace(' ', "\u{a0}")).text()
        );
    }

    #[test]
    fn a_word_read_as_another_points_to_what_was_written() {
        let source = "left eileak vein";
        let folded = Folded::new(source).reading(&[(Span::new(5, 11), "iliac".to_owned())], true);
        assert_eq!(folded.text(), "left iliac vein");
        assert_eq!(folded.to_source(source, Span::new(5, 10)), Span::new(5, 11));
        assert_eq!(
            folded.to_source(source, Span::new(11, 15)),
            Span::new(12, 16)
        );
    }

    #[test]
    fn a_word_broken_at_a_hyphen_is_joined() {
        assert_eq!(Folded::new("post-\n  thrombotic").text(), "post-thrombotic");
        assert_eq!(Folded::new("values -\n  see").text(), "values - see");
    }
}
