//! Physical lines to logical lines: joins what a fixed width broke, keeps list entries and table rows apart.

use super::flat;
use crate::{
    lexicon::Lexicon,
    text::{Folded, Span, choices, has_columns, semicolon_rows},
};

/// The spaces between words, breaking and not.
const BLANKS: [char; 2] = [' ', '\u{a0}'];

/// What a logical line looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Plain,
    /// Starts with a bullet, number or letter.
    Item,
    /// Holds columns.
    Row,
}

/// A logical line, in folded offsets.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says one thing of the line"
)]
pub(super) struct Line {
    pub(super) span: Span,
    /// Without the bullet.
    pub(super) content: Span,
    pub(super) shape: Shape,
    pub(super) after_blank: bool,
    pub(super) before_blank: bool,
    /// What stands before the boxes of a line: may be a heading.
    pub(super) before_boxes: bool,
    /// A ticked box.
    pub(super) ticked: bool,
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "each says one thing of the line"
)]
struct Physical<'a> {
    text: &'a str,
    at: usize,
    indent: usize,
    /// With the indent, in characters.
    length: usize,
    bullet: usize,
    shape: Shape,
    after_blank: bool,
    /// A piece of a line of check boxes.
    boxed: bool,
    /// A ticked box begins or ends it.
    ticked: bool,
    /// A piece of a line that holds a whole report.
    flat: bool,
}

/// Cuts a text into logical lines.
pub(super) fn logical_lines(source: &str, folded: &Folded, lexicon: &Lexicon) -> Vec<Line> {
    let mut physical: Vec<Physical<'_>> = Vec::new();
    let mut blank = true;
    let mut blanks_after: Vec<bool> = Vec::new();
    let lines = split_lines(source).flat_map(|(at, line)| {
        let pieces = flat::pieces(at, line, lexicon);
        let flat = pieces.len() > 1;
        pieces.into_iter().map(move |(at, piece)| (at, piece, flat))
    });
    let pieces = lines.flat_map(|(at, line, flat)| {
        let pieces = split_boxes(at, line);
        let boxed = pieces
            .first()
            .is_none_or(|piece| piece.1.len() != line.len());
        pieces
            .into_iter()
            .map(move |(at, piece)| (at, piece, boxed, flat))
    });
    let rows = semicolon_rows(source);
    for (at, raw, boxed, flat) in pieces {
        let trimmed = raw.trim();
        if !trimmed.chars().any(char::is_alphanumeric) {
            // An empty line, or a rule of dashes.
            if let Some(last) = blanks_after.last_mut() {
                *last = true;
            }
            blank = true;
            continue;
        }
        let start = at + (raw.len() - raw.trim_start().len());
        // A space that does not break is one character of several bytes.
        let indent = raw[..start - at].chars().count();
        let bullet = bullet_width(trimmed);
        let behind = boxed && ends_ticked(trimmed);
        let parted = rows.partition_point(|row| row.end <= start);
        let parted = rows.get(parted).is_some_and(|row| row.start <= start);
        let shape = if parted || is_row(&trimmed[bullet..]) {
            Shape::Row
        } else if bullet > 0 || behind {
            Shape::Item
        } else {
            Shape::Plain
        };
        physical.push(Physical {
            text: trimmed,
            at: start,
            indent,
            length: indent + trimmed.chars().count(),
            bullet,
            shape,
            after_blank: blank,
            boxed,
            ticked: boxed && (behind || check_box(trimmed).is_some()),
            flat,
        });
        blanks_after.push(false);
        blank = false;
    }
    let width = wrap_width(&physical);
    let widths = paragraph_widths(&physical);
    let mut lines: Vec<Line> = Vec::new();
    let mut previous: Option<&Physical<'_>> = None;
    for ((line, before_blank), own) in physical.iter().zip(&blanks_after).zip(widths) {
        let joins = previous.is_some_and(|p| continues(p, line, own, width));
        let end = folded.from_source(line.at + line.text.len());
        if joins && let Some(last) = lines.last_mut() {
            last.span.end = end;
            last.content.end = end;
            last.before_blank = *before_blank;
        } else {
            let start = folded.from_source(line.at);
            let content = folded.from_source(line.at + line.bullet).min(end);
            lines.push(Line {
                span: Span::new(start, end),
                content: Span::new(content, end),
                shape: line.shape,
                after_blank: line.after_blank,
                before_blank: *before_blank,
                before_boxes: line.boxed && !line.ticked,
                ticked: line.ticked,
            });
        }
        previous = Some(line);
    }
    lines
}

/// A line of check boxes: what stands before the first, and each ticked box with its text. Boxes left open say
/// nothing and are dropped.
fn split_boxes(at: usize, line: &str) -> Vec<(usize, &str)> {
    // Beyond ASCII all boxes are signs of their own.
    if memchr::memchr2(b'[', b'(', line.as_bytes()).is_none() && line.is_ascii() {
        return vec![(at, line)];
    }
    let marks: Vec<(usize, bool)> = line
        .match_indices(OPENERS)
        .filter_map(|(i, _)| check_box(&line[i..]).map(|(_, ticked)| (i, ticked)))
        .collect();
    if marks.is_empty() {
        return vec![(at, line)];
    }
    if is_answered(line, &marks) {
        return vec![(at, line)];
    }
    if let Some(pieces) = boxes_behind(at, line, &marks) {
        return pieces;
    }
    // A box in a column of a table: the row is told when ticked, and says nothing when open.
    if let [(start, ticked)] = marks[..] {
        let width = check_box(&line[start..]).map_or(0, |(width, _)| width);
        let rest = line[start + width..].trim();
        let before = line[..start].trim();
        if !before.is_empty() && rest.is_empty() && !ticked {
            return Vec::new();
        }
        let gap = line[..start]
            .chars()
            .rev()
            .take_while(|c| c.is_whitespace())
            .count();
        let apart = gap >= 2 && !before.ends_with(':');
        if !before.is_empty() && (columns(rest) || (apart && !rest.is_empty())) {
            return if ticked { vec![(at, line)] } else { Vec::new() };
        }
    }
    let mut pieces = vec![(at, &line[..marks[0].0])];
    for (n, (start, ticked)) in marks.iter().enumerate() {
        let end = marks.get(n + 1).map_or(line.len(), |m| m.0);
        if *ticked {
            pieces.push((at + start, &line[*start..end]));
        }
    }
    pieces.retain(|(_, piece)| piece.chars().any(char::is_alphanumeric) || marks.is_empty());
    pieces
}

/// "IVUS   L subclav [ ]  L innom [x]  SVC [x]": a line whose boxes stand behind what they are of, cut into what stands before
/// the first entry and each ticked entry with its box. "IVUS: ( ) cava ( ) iliac   Not used: (x)" says nothing was done.
fn boxes_behind<'a>(
    at: usize,
    line: &'a str,
    marks: &[(usize, bool)],
) -> Option<Vec<(usize, &'a str)>> {
    const DECLINED: [&str; 5] = ["not used", "not done", "not performed", "none", "n/a"];
    let end = |start: usize| start + check_box(&line[start..]).map_or(0, |(width, _)| width);
    let &[(first, _), .., (last, ticked)] = marks else {
        return None;
    };
    if end(last) < line.trim_end().len() {
        return None;
    }
    let gap = |text: &str| text.chars().rev().take_while(|c| c.is_whitespace()).count();
    let apart = |start: usize| {
        let rest = line[end(start)..].chars();
        rest.take_while(|c| c.is_whitespace()).count() >= 2
    };
    let before = line[..first].trim_end();
    if before.ends_with(':') || before.is_empty() {
        let said = line[..last].trim_end().trim_end_matches(':');
        let said = said.to_ascii_lowercase();
        let open = marks.iter().filter(|(_, t)| *t).count() == 1;
        let declined = ticked && open && DECLINED.iter().any(|w| said.ends_with(w));
        return declined.then(Vec::new);
    }
    // Closer to what stands before than to what follows.
    let behind =
        |&(start, _): &(usize, bool)| gap(&line[..start]) <= 1 && (start == last || apart(start));
    if !marks.iter().all(behind) {
        return None;
    }
    let mut pieces = Vec::new();
    let mut from = 0;
    for (n, (start, ticked)) in marks.iter().enumerate() {
        let words = &line[from..*start];
        // The label of the line stands apart from its first entry.
        let gap = words.trim_end().rfind("  ").map(|i| i + 2);
        let gap = gap.or_else(|| words.trim_end().rfind('\t').map(|i| i + 1));
        let entry = gap.filter(|_| n == 0).map_or(from, |gap| from + gap);
        if entry > from && line[from..entry].chars().any(char::is_alphanumeric) {
            pieces.push((at + from, &line[from..entry]));
        }
        if !line[entry..*start].chars().any(char::is_alphabetic) {
            return None;
        }
        if *ticked {
            pieces.push((at + entry, &line[entry..end(*start)]));
        }
        from = end(*start);
    }
    let any = marks.iter().any(|(_, ticked)| *ticked);
    Some(if any { pieces } else { Vec::new() })
}

/// Whether a ticked box ends a text that does not begin with one.
fn ends_ticked(text: &str) -> bool {
    let last = text.rfind(OPENERS);
    check_box(text).is_none()
        && last
            .and_then(|at| check_box(&text[at..]).map(|(width, ticked)| (at + width, ticked)))
            .is_some_and(|(end, ticked)| ticked && end == text.len())
}

/// "Left common iliac   (x) yes ( ) no   158 mm2": a row of a table that a pair of boxes says yes to, and what was read.
fn is_answered(line: &str, marks: &[(usize, bool)]) -> bool {
    let &[(yes, true), (no, false)] = marks else {
        return false;
    };
    let said = |at: usize, end: usize| {
        let width = check_box(&line[at..]).map_or(0, |(width, _)| width);
        line[at + width..end].trim_start()
    };
    let after = said(no, line.len());
    let result = after.get(2..).unwrap_or_default();
    !line[..yes].trim().is_empty()
        && said(yes, no).trim_end().eq_ignore_ascii_case("yes")
        && after.get(..2).is_some_and(|w| w.eq_ignore_ascii_case("no"))
        && result.chars().take(2).filter(|c| c.is_whitespace()).count() == 2
        && !result.trim().is_empty()
}

/// Whether a text starts with a reading in columns: "198             182         normal".
fn columns(text: &str) -> bool {
    let gap = text.chars().scan(0, |run, c| {
        *run = if c.is_whitespace() { *run + 1 } else { 0 };
        Some(*run)
    });
    gap.max() >= Some(3) && text.starts_with(|c: char| c.is_ascii_digit() || "-_".contains(c))
}

/// What a check box starts with.
const OPENERS: [char; 6] = ['[', '(', '\u{2610}', '\u{25A1}', '\u{2611}', '\u{2612}'];

/// The width of a check box at the start of a text ("[ ]", "( x )", "☑") and whether it is ticked.
fn check_box(text: &str) -> Option<(usize, bool)> {
    let first = text.chars().next()?;
    let close = match first {
        '\u{2610}' | '\u{25A1}' => return Some((first.len_utf8(), false)),
        '\u{2611}' | '\u{2612}' => return Some((first.len_utf8(), true)),
        '[' => ']',
        '(' => ')',
        _ => return None,
    };
    let end = text.bytes().take(11).position(|b| char::from(b) == close)?;
    let inside = text[1..end].trim_matches(|c: char| c.is_whitespace() || c == '_');
    let empty = inside.is_empty() && (first == '[' || end > 1);
    let ticked = inside.eq_ignore_ascii_case("x");
    (empty || ticked).then_some((end + 1, ticked))
}

/// Lines with their byte offsets, for `\n`, `\r\n`, `\r` and form feeds.
fn split_lines(source: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = source.get(at..).filter(|rest| !rest.is_empty())?;
        let end = memchr::memchr3(b'\n', b'\r', 0x0C, rest.as_bytes()).map_or(rest.len(), |i| {
            if rest[i..].starts_with("\r\n") {
                i + 2
            } else {
                i + 1
            }
        });
        let start = at;
        at += end;
        Some((start, &rest[..end]))
    })
}

/// The width at which the text was wrapped, or `None` when its lines are as long as their paragraphs.
fn wrap_width(lines: &[Physical<'_>]) -> Option<usize> {
    const WIDEST: usize = 140;
    // How many lines are at most so long; the last entry counts all.
    let mut up_to = [0_usize; WIDEST + 2];
    for line in lines {
        up_to[line.length.min(WIDEST + 1)] += 1;
    }
    for length in 1..up_to.len() {
        up_to[length] += up_to[length - 1];
    }
    (45..=WIDEST).rev().find(|&w| {
        let near = up_to[w] - up_to[w - 10];
        near >= 3 && (lines.len() - up_to[w]) * 8 <= near
    })
}

/// For each line the width its own paragraph was filled to, when it was filled: of three lines or more each, but the last,
/// ends only where the next word would not have fitted. A report may hold one such paragraph among lines of any length.
fn paragraph_widths(lines: &[Physical<'_>]) -> Vec<Option<usize>> {
    let length = |l: &Physical<'_>| l.length;
    let word = |l: &Physical<'_>| l.text.split(BLANKS).next().map_or(0, |w| w.chars().count());
    let mut widths = Vec::new();
    for paragraph in lines.chunk_by(|_, next| !next.after_blank) {
        let widest = paragraph.iter().map(length).max().unwrap_or(0);
        let plain =
            |l: &&Physical<'_>| l.shape == Shape::Plain && !l.boxed && !l.text.ends_with(':');
        // One line may start with what looks like an entry's number: "… in zone / 3. Above it …".
        let numbers = paragraph
            .iter()
            .skip(1)
            .filter(|l| l.shape == Shape::Item)
            .count();
        let prose = paragraph.iter().filter(plain).count() + numbers == paragraph.len()
            && numbers * 4 <= paragraph.len().min(4);
        let full = paragraph
            .windows(2)
            .all(|two| length(&two[0]) + 1 + word(&two[1]) >= widest);
        let filled = prose && full && paragraph.len() >= 3 && (45..=150).contains(&widest);
        widths.extend(paragraph.iter().map(|_| filled.then_some(widest)));
    }
    widths
}

/// Whether a line begins with a short label: "Indication: …".
fn is_field(text: &str) -> bool {
    const LONGEST: usize = 28;
    text.starts_with(char::is_uppercase)
        && text.split_once(": ").is_some_and(|(label, _)| {
            label.len() <= LONGEST && label.split(BLANKS).count() <= 3 && !label.contains('.')
        })
}

/// Whether `next` goes on with what `line` began.
fn continues(
    line: &Physical<'_>,
    next: &Physical<'_>,
    own: Option<usize>,
    width: Option<usize>,
) -> bool {
    let width = own.or(width);
    if line.boxed || next.boxed || next.flat {
        return false;
    }
    let entry = next.bullet > 0 && (own.is_none() || line.text.ends_with(['.', ':']));
    if next.after_blank || entry || next.shape == Shape::Row || line.shape == Shape::Row {
        return false;
    }
    if parts_a_name(line.text, next.text) {
        return true;
    }
    let first = next.text.chars().next().unwrap_or(' ');
    // "Vessels recorded:" is a label of its own. "Side: {left}" is a field that was filled in.
    let label = next.text.ends_with(':') && next.text.split_whitespace().count() <= 3;
    if first.is_uppercase() && (label || line.text.ends_with('}')) {
        return false;
    }
    let ended = line.text.ends_with(['.', ':', '!', '?', '}']);
    // "Indication: swelling." above "Details: …", and a title between stars.
    let fields = ended && is_field(line.text) && is_field(next.text);
    if fields || ["***", "===", "---"].iter().any(|r| line.text.ends_with(r)) {
        return false;
    }
    // A line that ends in "to" or "the" goes on, whatever its width.
    if line.shape == Shape::Plain && ends_open(line.text) {
        return true;
    }
    // Short indented lines one below the other, or below the label they stand under, are fields.
    let short = |l: &Physical<'_>| l.length * 3 < width.unwrap_or(100) * 2;
    let under = next.indent >= line.indent + 2 && line.shape == Shape::Plain;
    let beside = next.indent >= 2 && next.indent == line.indent;
    if short(line) && (under || beside) && !line.text.ends_with(',') && line.bullet == 0 {
        return false;
    }
    // What stands further left than an indented entry, and did not have to be broken off, is no part of it.
    if line.bullet > 0 && next.indent + 2 <= line.indent && short(line) {
        return false;
    }
    // "axillary vein -- 10.5 mm"
    let labelled = |text: &str| {
        // The first byte of the long dashes, which other signs share.
        if memchr::memchr2(b'-', 0xE2, text.as_bytes()).is_none() {
            return false;
        }
        [" -- ", " - ", " \u{2013} ", " \u{2014} "]
            .iter()
            .filter_map(|dash| text.find(dash))
            .any(|at| at < 40 && text[..at].split(BLANKS).count() <= 5)
    };
    if labelled(line.text) && labelled(next.text) {
        return false;
    }
    // Where nothing is wrapped, lines set in alike are entries, however long.
    if width.is_none() && beside {
        return false;
    }
    // "Date: 5/22/23", and a dictation without capitals below it
    let dated = line.text.split_once(':').is_some_and(|(_, value)| {
        let value = value.trim();
        !value.is_empty()
            && value
                .chars()
                .all(|c| c.is_ascii_digit() || "/-. ".contains(c))
    });
    if dated {
        return false;
    }
    if first.is_lowercase() && !ended {
        // "limb: right" is a field of its own, unless its line was full before it.
        let full = width.is_some_and(|w| {
            let word = next.text.split(BLANKS).next().unwrap_or_default();
            line.length + 1 + word.chars().count() >= w
        });
        return full
            || !next
                .text
                .split_once(':')
                .is_some_and(|(label, _)| label.len() < 32 && label.split(BLANKS).count() <= 4);
    }
    if line.shape == Shape::Item && next.indent > line.indent && !ended {
        return true;
    }
    // The next line's first word would not have fitted: the break is the width's, not the writer's.
    let word = next
        .text
        .split(BLANKS)
        .next()
        .unwrap_or_default()
        .chars()
        .count();
    let length = line.length;
    width.is_some_and(|w| {
        length + 1 + word > w
            || (!ended && !line.text.ends_with(',') && length * 5 > w * 4)
            || (line.text.ends_with(',') && length * 10 > w * 9)
    })
}

/// Whether a line of several words ends in one that cannot end a sentence: "to", "the", "external".
fn ends_open(text: &str) -> bool {
    const OPEN: [&str; 23] = [
        "to",
        "the",
        "of",
        "into",
        "from",
        "with",
        "and",
        "a",
        "an",
        "was",
        "were",
        "in",
        "that",
        "by",
        "for",
        "infrarenal",
        "suprarenal",
        "common",
        "external",
        "internal",
        "superficial",
        "distal",
        "proximal",
    ];
    let last = text.rsplit_once(BLANKS).map(|(_, word)| word);
    last.is_some_and(|last| OPEN.iter().any(|w| last.eq_ignore_ascii_case(w)))
}

/// The first words of vessels' names.
const NAMES: [&str; 30] = [
    "common",
    "external",
    "internal",
    "superficial",
    "deep",
    "profunda",
    "femoral",
    "iliac",
    "popliteal",
    "subclavian",
    "axillary",
    "innominate",
    "brachiocephalic",
    "cephalic",
    "basilic",
    "brachial",
    "radial",
    "ulnar",
    "jugular",
    "carotid",
    "renal",
    "gonadal",
    "ovarian",
    "hypogastric",
    "saphenous",
    "tibial",
    "peroneal",
    "portal",
    "hepatic",
    "mesenteric",
];

/// Whether a vessel's name goes on in the next line: "LEFT COMMON FEMORAL" and "VEIN: 118 MM2", or, behind a preposition, "3 cm
/// past the left" and "subclavian artery". "Common iliac vein, left" is whole.
fn parts_a_name(text: &str, next: &str) -> bool {
    const NOUNS: [&str; 4] = ["vein", "veins", "artery", "arteries"];
    const LEADS: [&str; 16] = [
        "past", "beyond", "behind", "below", "above", "beneath", "under", "over", "across",
        "through", "to", "into", "from", "of", "in", "near",
    ];
    let one_of = |words: &[&str], word: &str| words.iter().any(|w| word.eq_ignore_ascii_case(w));
    let first = next.split(|c: char| !c.is_alphabetic()).next();
    let begins = |words: &[&str]| first.is_some_and(|w| one_of(words, w));
    let mut words = text.rsplit(BLANKS).filter(|w| !w.is_empty());
    let last = words.next().unwrap_or_default();
    if one_of(&NAMES, last) {
        return begins(&NOUNS);
    }
    let led = words.find(|w| !w.eq_ignore_ascii_case("the"));
    one_of(&["left", "right"], last) && begins(&NAMES) && led.is_some_and(|w| one_of(&LEADS, w))
}

/// "4.2 Left common iliac vein: 50 %": the number of an entry within an entry, not "4.2 mm".
fn nested_number(text: &str) -> Option<usize> {
    const UNITS: [&str; 7] = ["mm", "cm", "f", "fr", "french", "x", "ml"];
    let (number, rest) = text.split_once(' ')?;
    let parts: Vec<&str> = number.trim_end_matches('.').split('.').collect();
    let numbers = parts.iter().all(|p| {
        (1..=2).contains(&p.len()) && !p.starts_with('0') && p.bytes().all(|b| b.is_ascii_digit())
    });
    let rest = rest.trim_start();
    let word = rest.split(|c: char| !c.is_alphabetic()).next()?;
    let unit = UNITS.iter().any(|u| word.eq_ignore_ascii_case(u));
    ((2..=4).contains(&parts.len())
        && numbers
        && rest.starts_with(|c: char| c.is_uppercase())
        && !unit)
        .then_some(number.len())
}

/// The bytes of a bullet, number or letter that starts a list entry; 0 without one.
fn bullet_width(text: &str) -> usize {
    let after = |mark: usize| -> usize {
        let rest = &text[mark..];
        let spaces = rest.len() - rest.trim_start().len();
        if spaces > 0 { mark + spaces } else { 0 }
    };
    let first = text.chars().next().unwrap_or(' ');
    if let Some((width, _)) = check_box(text) {
        return after(width);
    }
    if let Some(arrow) = ["->", "=>", "→", "⇒"]
        .iter()
        .find(|a| text.starts_with(**a))
    {
        return after(arrow.len());
    }
    if "*-•–—·▪◦●■□☐☑☒✓✔>+»›‣".contains(first) {
        return after(first.len_utf8());
    }
    if let Some(rest) = text.strip_prefix('[')
        && let Some(close) = rest.find(']').filter(|&c| c <= 2)
    {
        return after(close + 2);
    }
    let open = usize::from(first == '(');
    let body = &text[open..];
    let digits = body.bytes().take_while(u8::is_ascii_digit).count();
    let letters = body.bytes().take_while(u8::is_ascii_alphabetic).count();
    let roman = letters > 0
        && letters <= 4
        && body[..letters]
            .bytes()
            .all(|b| matches!(b, b'i' | b'v' | b'x' | b'I' | b'V' | b'X'));
    let label = if digits > 0 && digits <= 2 {
        digits
    } else if letters == 1 || (roman && (open == 1 || body.as_bytes().get(letters) == Some(&b')')))
    {
        letters
    } else {
        return 0;
    };
    let close = body.as_bytes().get(label).copied();
    if digits > 0
        && open == 0
        && close == Some(b'.')
        && let Some(number) = nested_number(text)
    {
        return after(number);
    }
    // "5b. R brachiocephalic", "2a) Cava"
    let sublettered = digits > 0 && open == 0 && close.is_some_and(|b| b.is_ascii_lowercase());
    if sublettered && matches!(body.as_bytes().get(label + 1), Some(b'.' | b')')) {
        return after(label + 2);
    }
    let side = letters == 1 && matches!(first, 'L' | 'R' | 'l' | 'r') && close == Some(b'.');
    match close {
        Some(b')') => after(open + label + 1),
        Some(b'.') if open == 0 && !side => after(label + 1),
        _ => 0,
    }
}

/// Whether a line holds columns: pipes, tabs, dot leaders, or wide gaps.
fn is_row(text: &str) -> bool {
    // The pipes of "{yes | no => no}" stand between the choices of a template.
    let choices = choices(text);
    if !choices.is_empty() {
        let mut made = text.to_owned();
        for span in choices.iter().rev() {
            made.replace_range(span.start..span.end, "");
        }
        return is_row(&made);
    }
    let bytes = text.as_bytes();
    let pipes = memchr::memchr_iter(b'|', bytes).take(2).count();
    let tab = || memchr::memchr(b'\t', bytes).is_some();
    if pipes >= 2 || (pipes == 1 && text.len() < 90) || tab() {
        return true;
    }
    let leads = |at: usize| {
        let rest = bytes.get(at..).unwrap_or_default();
        let spaced = || at > 0 && bytes.get(at - 1) == Some(&b' ') && rest.starts_with(b". . .");
        rest.starts_with(b"....") || spaced()
    };
    if memchr::memchr_iter(b'.', bytes).any(leads) {
        return true;
    }
    has_columns(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        let folded = Folded::new(text);
        logical_lines(text, &folded, &Lexicon::builtin())
            .iter()
            .map(|l| folded.text()[l.content.start..l.content.end].to_owned())
            .collect()
    }

    #[test]
    fn wrapped_lines_are_joined_and_list_entries_are_not() {
        let text = "The catheter was advanced over the wire into the left common\niliac vein and drawn back slowly while the\npictures were kept.\n1. Left CIV open\n2. Left EIV\n   narrow\n- IVC";
        assert_eq!(lines(text).len(), 4);
        assert_eq!(lines(text)[2], "Left EIV narrow");
    }

    #[test]
    fn a_paragraph_filled_to_its_own_width_is_one_line() {
        // Capitals and a number at the start of a line were taken for a heading and for a new entry.
        let filled = "THE IVUS CATHETER WAS ADVANCED OVER THE WIRE AND\nPULLBACK SHOWED THE VEIN TO MEASURE THROUGHOUT\n12 MM WITHOUT STENOSIS.";
        assert_eq!(lines(filled).len(), 1);
        let number = "The descending thoracic aorta measured 31 mm in zone\n3. The true lumen was slit-like and 6 mm wide, in the\nabdominal aorta at the level of the celiac artery as\nwell as below it.";
        assert_eq!(lines(number).len(), 1);
        let entries = "THE LEFT COMMON ILIAC VEIN MEASURED 12 MM IN ALL\nTHE LEFT EXTERNAL ILIAC VEIN\nTHE CAVA";
        assert_eq!(lines(entries).len(), 3);
    }

    #[test]
    fn a_side_is_joined_to_the_name_it_belongs_to() {
        let broken = "ENTRY TEAR 3 CM PAST LEFT\nSUBCLAVIAN, WALL TO WALL 31 MM.\nNO BALLOON.";
        assert_eq!(lines(broken).len(), 2);
        let entries = "Common iliac vein, left\nCommon femoral vein, left\nSwelling on the left\nFemoral pulses full";
        assert_eq!(lines(entries).len(), 4);
    }

    #[test]
    fn a_side_letter_with_a_dot_is_no_list_letter() {
        assert_eq!(bullet_width("L. CIV 14 mm"), 0);
        assert_eq!(bullet_width("A. Reason"), 3);
        assert_eq!(bullet_width("(2) Left"), 4);
        assert_eq!(bullet_width("12 mm vein"), 0);
        assert_eq!(bullet_width("-> celiac artery: 5 mm"), 3);
    }

    #[test]
    fn a_row_that_boxes_say_yes_to_keeps_its_result() {
        let row = "Left common iliac   (x) yes ( ) no     158 mm2, thin wall";
        assert_eq!(lines(row).len(), 1);
        assert_eq!(lines("IVUS used  [x] yes [ ] no").len(), 2);
    }

    #[test]
    fn columns_are_rows() {
        assert!(is_row("IVC | 288 | 290"));
        assert!(is_row("Radial artery ...... 2.9 mm"));
        assert!(is_row("R common iliac      9.4 mm, 70%"));
        assert!(!is_row("One sentence.  Another one."));
    }
}
