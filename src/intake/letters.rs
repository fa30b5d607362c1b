//! Letters of documents that name a code page or a symbol font.

use std::borrow::Cow;

use oem_cp::code_table::DECODING_TABLE_CP_MAP;

/// What a byte beyond ASCII stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Letters {
    /// A Windows, Mac or DOS code page by its number.
    Page(u16),
    /// The font Symbol.
    Symbol,
    /// The fonts Wingdings and Webdings: boxes and ticks.
    Wingdings,
}

impl Letters {
    /// The letters of a font that has its own, by the font's name.
    pub(super) fn of_font(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase();
        if name.starts_with("wingdings") || name.starts_with("webdings") {
            Some(Self::Wingdings)
        } else if name.starts_with("symbol") {
            Some(Self::Symbol)
        } else {
            None
        }
    }

    /// The text of some bytes. What the letters do not have becomes U+FFFD.
    pub(super) fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Self::Page(65001) => String::from_utf8_lossy(bytes),
            Self::Page(number) => match codepage::to_encoding(number) {
                Some(encoding) => encoding.decode_without_bom_handling(bytes).0,
                None => match DECODING_TABLE_CP_MAP.get(&number) {
                    Some(table) => Cow::Owned(table.decode_string_lossy(bytes)),
                    None => {
                        encoding_rs::WINDOWS_1252
                            .decode_without_bom_handling(bytes)
                            .0
                    }
                },
            },
            Self::Symbol | Self::Wingdings => {
                Cow::Owned(bytes.iter().map(|b| self.symbol(*b)).collect())
            }
        }
    }

    /// A character of a document: symbol fonts are written in the private use area, U+F000 and on.
    pub(super) fn of_private(self, c: char) -> char {
        match u32::from(c).checked_sub(0xF000).map(u8::try_from) {
            Some(Ok(byte)) => self.symbol(byte),
            _ => c,
        }
    }

    /// The signs that reports use: measures, comparisons, bullets and boxes.
    fn symbol(self, byte: u8) -> char {
        match self {
            Self::Wingdings => match byte {
                0x6F | 0x71 | 0x72 | 0xA8 => '\u{2610}',
                0xFE | 0x52 => '\u{2611}',
                0x78 | 0xFD => '\u{2612}',
                0xFC => '\u{2713}',
                0xFB => '\u{2717}',
                0xE0 => '\u{2192}',
                _ if byte >= 0x80 => '\u{2022}',
                _ => char::from(byte),
            },
            _ => match byte {
                0xA3 => '\u{2264}',
                0xB3 => '\u{2265}',
                0xB0 => '°',
                0xB1 => '±',
                0xB4 => '×',
                0xB7 => '\u{2022}',
                0xB8 => '÷',
                0xB9 => '\u{2260}',
                0xBB => '\u{2248}',
                0xAE => '\u{2192}',
                0xA2 => '\u{2032}',
                0xB2 => '\u{2033}',
                0xC6 => 'Ø',
                0x6D => 'µ',
                _ if byte >= 0x80 => char::REPLACEMENT_CHARACTER,
                _ => char::from(byte),
            },
        }
    }
}

/// The code page of a font's character set, after the list in the RTF specification; `None` for the document's own.
pub(super) fn of_charset(number: i32) -> Option<Letters> {
    Some(Letters::Page(match number {
        2 => return Some(Letters::Symbol),
        77 => 10000,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        254 => 437,
        255 => 850,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_page_has_its_letters() {
        for (page, bytes, text) in [
            (1252, &b"\x92\x96\xB2"[..], "\u{2019}\u{2013}²"),
            (437, b"\xFD\xF2\xF8", "²≥°"),
            (850, b"\xFD\xF8", "²°"),
            (10000, b"\xD5\xB3", "\u{2019}≥"),
            (1251, b"\xEC\xEC", "мм"),
            (932, b"\x83\x5C", "ソ"),
            (65001, b"\xC2\xB2", "²"),
            (9, b"\xB2", "²"),
        ] {
            assert_eq!(Letters::Page(page).decode(bytes), text, "{page}");
        }
        assert_eq!(Letters::Symbol.decode(b"\xB3 50"), "≥ 50");
        assert_eq!(Letters::Wingdings.of_private('\u{F0FE}'), '\u{2611}');
    }
}
