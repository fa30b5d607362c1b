//! What the control words of RTF do.

use super::{Reach, Reader};
use crate::intake::letters;

impl Reader<'_> {
    /// A control word.
    pub(super) fn act(&mut self, word: &str, number: Option<i32>) {
        let fresh = std::mem::replace(&mut self.group.fresh, false);
        if fresh && self.names_group(word) {
            return;
        }
        if fresh && self.group.starred {
            self.group.reach = match (self.group.reach, word) {
                (Reach::Shown, "shpinst") => Reach::Shape,
                _ => Reach::Gone,
            };
            return;
        }
        if word != "u" {
            self.flush();
        }
        let on = number != Some(0);
        match word {
            "u" => {
                self.unicode(number.unwrap_or_default());
                return;
            }
            "bin" => {
                let length = usize::try_from(number.unwrap_or_default()).unwrap_or_default();
                self.at = self.at.saturating_add(length).min(self.bytes.len());
            }
            "uc" => {
                self.group.fallback = u32::try_from(number.unwrap_or(1)).unwrap_or(1).min(64);
            }
            "par" | "line" | "sect" | "page" | "column" | "softline" | "softpage" | "nestrow" => {
                self.line();
            }
            "tab" => self.tab(),
            "trowd" | "intbl" if self.group.reach == Reach::Shown => {
                if !self.layout.is_in_row() {
                    self.layout.fresh_line();
                    self.layout.open_row();
                }
            }
            "cell" if self.group.reach == Reach::Shown => self.layout.end_cell(),
            "row" if self.group.reach == Reach::Shown => self.layout.end_row(),
            "nestcell" => self.sign(' '),
            "v" => self.group.hidden = on,
            "deleted" => self.group.deleted = on,
            "plain" => {
                self.group.hidden = false;
                self.group.deleted = false;
                self.group.font = None;
            }
            "f" => self.group.font = number,
            "fcharset" | "cpg" if self.group.reach == Reach::Fonts => {
                self.font_letters(word, number);
            }
            "deff" => self.standard_font = number,
            "ansi" => self.page = 1252,
            "mac" => self.page = 10000,
            "pc" => self.page = 437,
            "pca" => self.page = 850,
            "ansicpg" => {
                let page = number.and_then(|n| u16::try_from(n).ok());
                self.page = page.filter(|p| *p > 0).unwrap_or(1252);
            }
            _ => {
                if let Some(sign) = sign(word) {
                    self.sign(sign);
                }
            }
        }
        self.pass = 0;
    }

    /// Whether the first word of a group tells what the group is.
    fn names_group(&mut self, word: &str) -> bool {
        let reach = match word {
            "fonttbl" => Reach::Fonts,
            "shptxt" if self.group.reach == Reach::Shape => Reach::Shown,
            "listtext" | "pntext" => {
                self.group.label = true;
                return true;
            }
            // In newer files the same text stands again behind `\ud`, starred.
            "upr" => return true,
            _ if LEFT_OUT.contains(&word) => Reach::Gone,
            _ => return false,
        };
        if self.group.reach != Reach::Gone {
            self.group.reach = reach;
        }
        true
    }

    /// A character by its number; those beyond U+FFFF come in two halves.
    fn unicode(&mut self, number: i32) {
        self.flush();
        let unit = u16::try_from(number & 0xFFFF).unwrap_or_default();
        let half = self.half.take();
        let c = match unit {
            0xD800..=0xDBFF => {
                self.half = Some(unit);
                None
            }
            0xDC00..=0xDFFF => {
                let pair = [half.unwrap_or(unit), unit];
                char::decode_utf16(pair).next().and_then(Result::ok)
            }
            _ => char::from_u32(u32::from(unit)).filter(|c| *c != '\0'),
        };
        if let Some(c) = c
            && self.is_shown()
        {
            let c = self.letters().of_private(c);
            self.layout.push(c);
        }
        self.pass = self.group.fallback;
    }

    fn font_letters(&mut self, word: &str, number: Option<i32>) {
        let (Some(font), Some(number)) = (self.group.font, number) else {
            return;
        };
        let letters = match word {
            "cpg" => u16::try_from(number).ok().map(letters::Letters::Page),
            _ => letters::of_charset(number),
        };
        if let Some(letters) = letters {
            self.fonts.insert(font, letters);
        }
    }
}

/// Groups of which nothing is seen in the text.
const LEFT_OUT: &[&str] = &[
    "annotation",
    "atnauthor",
    "atnid",
    "background",
    "bkmkend",
    "bkmkstart",
    "colorschememapping",
    "colortbl",
    "comment",
    "datafield",
    "datastore",
    "factoidname",
    "filetbl",
    "fldinst",
    "footer",
    "footerf",
    "footerl",
    "footerr",
    "footnote",
    "ftncn",
    "ftnsep",
    "ftnsepc",
    "generator",
    "header",
    "headerf",
    "headerl",
    "headerr",
    "info",
    "latentstyles",
    "listoverridetable",
    "listtable",
    "nonesttables",
    "nonshppict",
    "objdata",
    "pict",
    "private",
    "revtbl",
    "rsidtbl",
    "rxe",
    "stylesheet",
    "tc",
    "tcn",
    "template",
    "themedata",
    "txe",
    "xe",
    "xmlnstbl",
];

/// Words that stand for a character.
fn sign(word: &str) -> Option<char> {
    Some(match word {
        "emdash" => '\u{2014}',
        "endash" => '\u{2013}',
        "lquote" => '\u{2018}',
        "rquote" => '\u{2019}',
        "ldblquote" => '\u{201C}',
        "rdblquote" => '\u{201D}',
        "bullet" => '\u{2022}',
        "emspace" | "enspace" | "qmspace" => ' ',
        _ => return None,
    })
}
