//! RTF to text. Groups are kept on a list of our own, not by calling ourselves, so that a file of braces cannot break the
//! program. What is not shown on the page (fonts, pictures, headers, hidden and deleted text, field codes) is left out.

mod words;

use std::collections::BTreeMap;

use super::{document::Problem, layout::Layout, letters::Letters};

/// How deep groups may stand in groups. Word stays far below.
const DEEPEST: usize = 1000;

/// The text of an RTF document.
///
/// # Errors
/// When groups are left open at the end (the file is cut short), nested without end, or when text stands behind the end.
pub(in crate::intake) fn text(bytes: &[u8]) -> Result<String, Problem> {
    let mut reader = Reader::new(bytes);
    reader.read()?;
    Ok(reader.layout.finish())
}

/// What becomes of the text of a group.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    Shown,
    /// The font table.
    Fonts,
    /// A drawing: only its text box is shown.
    Shape,
    Gone,
}

/// What a group inherits and gives back at its end.
#[derive(Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one property of RTF text"
)]
struct Group {
    reach: Reach,
    /// How many fallback characters follow a `\u`.
    fallback: u32,
    font: Option<i32>,
    hidden: bool,
    deleted: bool,
    /// The number or bullet of a list entry.
    label: bool,
    /// Nothing of it was read yet: a word here may name what the group is.
    fresh: bool,
    /// Begins with `\*`: to be left out when its name is not known.
    starred: bool,
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    layout: Layout,
    outer: Vec<Group>,
    group: Group,
    /// Bytes that are not decoded yet, and by what.
    pending: Vec<u8>,
    by: Letters,
    /// The first half of a character beyond U+FFFF.
    half: Option<u16>,
    /// Fallback characters still to be passed over.
    pass: u32,
    page: u16,
    fonts: BTreeMap<i32, Letters>,
    font_name: Vec<u8>,
    standard_font: Option<i32>,
    is_utf8: bool,
}

impl<'a> Reader<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            layout: Layout::default(),
            outer: Vec::new(),
            group: Group {
                reach: Reach::Shown,
                fallback: 1,
                font: None,
                hidden: false,
                deleted: false,
                label: false,
                fresh: false,
                starred: false,
            },
            pending: Vec::new(),
            by: Letters::Page(1252),
            half: None,
            pass: 0,
            page: 1252,
            fonts: BTreeMap::new(),
            font_name: Vec::new(),
            standard_font: None,
            is_utf8: !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok(),
        }
    }

    fn read(&mut self) -> Result<(), Problem> {
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'{' => self.open()?,
                b'}' => {
                    self.close();
                    if self.outer.is_empty() {
                        self.behind()?;
                    }
                }
                b'\\' => self.control(),
                b'\r' | b'\n' | 0 => {}
                b'\t' => self.tab(),
                byte if self.is_utf8 && byte >= 0x80 => self.byte(byte, Letters::Page(65001)),
                byte => self.byte(byte, self.letters()),
            }
            if self.at.is_multiple_of(4096) {
                self.layout.check()?;
            }
        }
        self.flush();
        if self.outer.is_empty() {
            self.layout.check()
        } else {
            Err(Problem::cut_short("RTF document"))
        }
    }

    fn open(&mut self) -> Result<(), Problem> {
        self.flush();
        self.pass = 0;
        if self.outer.len() >= DEEPEST {
            return Err(Problem::too_deep("groups"));
        }
        self.outer.push(self.group);
        self.group.fresh = true;
        self.group.starred = false;
        Ok(())
    }

    fn close(&mut self) {
        self.flush();
        self.pass = 0;
        self.half = None;
        if self.group.reach == Reach::Fonts {
            self.name_font();
        }
        if let Some(outer) = self.outer.pop() {
            self.group = outer;
        }
        self.group.fresh = false;
    }

    /// Behind the last brace stands nothing, filling, or a second document, as in an addendum that was put behind.
    fn behind(&mut self) -> Result<(), Problem> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let filling = rest
            .iter()
            .take_while(|b| b.is_ascii_whitespace() || matches!(**b, 0 | 0x1A))
            .count();
        self.at += filling;
        let rest = &rest[filling..];
        if rest.starts_with(b"{\\rtf") {
            self.layout.fresh_line();
            self.fonts.clear();
            return Ok(());
        }
        if rest.iter().any(u8::is_ascii_alphanumeric) {
            let cause =
                "an RTF document with text behind its end, perhaps a brace too many; save it anew";
            return Err(Problem::new("damaged", cause));
        }
        self.at = self.bytes.len();
        Ok(())
    }

    /// What follows a backslash.
    fn control(&mut self) {
        let Some(&byte) = self.bytes.get(self.at) else {
            return;
        };
        if byte.is_ascii_alphabetic() {
            let (word, number) = self.word();
            self.act(word, number);
            return;
        }
        self.at += 1;
        match byte {
            b'\'' => {
                let digit = |at: usize| {
                    let digit = char::from(*self.bytes.get(at)?).to_digit(16)?;
                    u8::try_from(digit).ok()
                };
                if let (Some(high), Some(low)) = (digit(self.at), digit(self.at + 1)) {
                    self.at += 2;
                    self.byte(high << 4 | low, self.letters());
                }
            }
            b'*' => self.group.starred = self.group.fresh,
            b'~' => self.sign('\u{A0}'),
            b'_' => self.sign('-'),
            b'{' | b'}' | b'\\' => self.byte(byte, self.letters()),
            b'\n' | b'\r' => self.line(),
            b'\t' => self.tab(),
            // A soft hyphen, a formula sign, an index entry: nothing is seen of them.
            _ => self.flush(),
        }
    }

    /// A control word and its number.
    fn word(&mut self) -> (&'a str, Option<i32>) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let letters = rest
            .iter()
            .take(32)
            .take_while(|b| b.is_ascii_alphabetic())
            .count();
        let minus = usize::from(rest.get(letters) == Some(&b'-'));
        let digits = rest[letters + minus..]
            .iter()
            .take(10)
            .take_while(|b| b.is_ascii_digit())
            .count();
        let word = std::str::from_utf8(&rest[..letters]).unwrap_or_default();
        let mut end = letters;
        let mut number = None;
        if digits > 0 {
            end = letters + minus + digits;
            let text = std::str::from_utf8(&rest[letters..end]).unwrap_or_default();
            number = Some(text.parse().unwrap_or(i32::MAX));
        }
        self.at += end + usize::from(rest.get(end) == Some(&b' '));
        (word, number)
    }

    fn is_shown(&self) -> bool {
        self.group.reach == Reach::Shown && !self.group.hidden && !self.group.deleted
    }

    /// The letters of the font in use.
    fn letters(&self) -> Letters {
        let font = self.group.font.or(self.standard_font);
        font.and_then(|f| self.fonts.get(&f).copied())
            .unwrap_or(Letters::Page(self.page))
    }

    /// A byte of text.
    fn byte(&mut self, byte: u8, by: Letters) {
        self.group.fresh = false;
        if self.pass > 0 {
            self.pass -= 1;
            return;
        }
        self.half = None;
        if self.group.reach == Reach::Fonts {
            if byte == b';' {
                self.name_font();
            } else if self.font_name.len() < 64 {
                self.font_name.push(byte);
            }
        } else if self.is_shown() {
            // ASCII is the same in every code page, and may be the second byte of a pair.
            let same = self.by == by || (byte < 0x80 && matches!(by, Letters::Page(_)));
            if !same || self.pending.is_empty() {
                self.flush();
                self.by = by;
            }
            self.pending.push(byte);
        }
    }

    fn flush(&mut self) {
        if !self.pending.is_empty() {
            let text = self.by.decode(&self.pending);
            self.layout.push_str(&text);
            self.pending.clear();
        }
    }

    /// A character that a control word stands for.
    fn sign(&mut self, c: char) {
        self.flush();
        self.pass = 0;
        self.group.fresh = false;
        if self.is_shown() {
            self.layout.push(c);
        }
    }

    fn tab(&mut self) {
        // The tab behind the number of a list entry is no gap between columns.
        self.sign(if self.group.label { ' ' } else { '\t' });
    }

    fn line(&mut self) {
        self.flush();
        self.pass = 0;
        self.group.fresh = false;
        // The end of a paragraph is seen even when it is marked as hidden.
        if self.group.reach == Reach::Shown {
            self.layout.line();
        }
    }

    /// The end of an entry in the font table.
    fn name_font(&mut self) {
        let name = String::from_utf8_lossy(&self.font_name).into_owned();
        self.font_name.clear();
        if let (Some(font), Some(letters)) = (self.group.font, Letters::of_font(&name)) {
            self.fonts.insert(font, letters);
        }
    }
}

#[cfg(test)]
mod tests;
