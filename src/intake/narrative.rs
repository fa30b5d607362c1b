//! XHTML and plain HTML to text: blocks become lines, cells of a row are parted by pipes.

use std::borrow::Cow;

use quick_xml::{Reader, escape::resolve_html5_entity, events::Event};

use super::Fault;

/// Elements that stand on lines of their own.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "blockquote",
    "caption",
    "dd",
    "div",
    "dl",
    "dt",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tbody",
    "thead",
    "tr",
    "ul",
];

/// Elements whose content is no text.
const SILENT: &[&str] = &["head", "script", "style", "title"];

/// The text of a narrative.
pub(super) fn text_of(markup: &str, place: &str) -> Result<String, Fault> {
    let markup = with_signs(markup);
    let mut reader = Reader::from_str(&markup);
    let config = reader.config_mut();
    // Pages leave ends out and ampersands alone.
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut text = Text::default();
    let mut silent = 0_usize;
    loop {
        // The message of the reader quotes the narrative.
        let event = reader.read_event().map_err(|_| {
            let cause = "its narrative is no XHTML from some point on";
            Fault::new(place, "bad-markup", cause)
        })?;
        match event {
            Event::Eof => break,
            Event::Start(tag) if is(SILENT, tag.name().as_ref()) => silent += 1,
            Event::End(tag) if is(SILENT, tag.name().as_ref()) => silent = silent.saturating_sub(1),
            _ if silent > 0 => {}
            Event::Start(tag) => text.open(tag.name().as_ref()),
            Event::Empty(tag) => {
                text.open(tag.name().as_ref());
                text.close(tag.name().as_ref());
            }
            Event::End(tag) => text.close(tag.name().as_ref()),
            Event::Text(words) => text.add(&words),
            Event::CData(words) => text.add(&words),
            Event::GeneralRef(name) => match name.resolve_char_ref() {
                Ok(Some(letter)) => text.add(letter.encode_utf8(&mut [0; 4])),
                _ => match resolve_html5_entity(&name) {
                    Some(letters) => text.add(letters),
                    None => text.add(&format!("&{};", &*name)),
                },
            },
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    Ok(text.finish())
}

/// The same with each `<` that begins no tag ("area <50 %") as a sign: as a tag it would take the words up to the next `>` with it.
fn with_signs(markup: &str) -> Cow<'_, str> {
    let begins_tag = |next: char| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?');
    let mut pieces = markup.split('<').peekable();
    let mut written = pieces.next().unwrap_or_default().to_owned();
    let mut any = false;
    while let Some(piece) = pieces.next() {
        // At the very end it is neither: the page was cut there.
        let is_tag = match piece.chars().next() {
            Some(next) => begins_tag(next),
            None => pieces.peek().is_none(),
        };
        any |= !is_tag;
        written.push_str(if is_tag { "<" } else { "&lt;" });
        written.push_str(piece);
    }
    if any {
        Cow::Owned(written)
    } else {
        Cow::Borrowed(markup)
    }
}

/// Whether a tag, with or without its namespace, is one of a list.
fn is(names: &[&str], tag: &str) -> bool {
    let name = tag.rsplit(':').next().unwrap_or_default();
    names.iter().any(|n| n.eq_ignore_ascii_case(name))
}

/// Text in the making.
#[derive(Default)]
struct Text {
    out: String,
    /// Nesting of elements that keep their line ends.
    kept: usize,
    /// Whether a blank is due before the next word.
    blank: bool,
    /// Whether the row has a cell already.
    cells: bool,
}

impl Text {
    fn open(&mut self, tag: &str) {
        if is(&["br"], tag) {
            self.out.push('\n');
            self.blank = false;
        } else if is(BLOCKS, tag) {
            self.line();
            self.kept += usize::from(is(&["pre"], tag));
            self.cells = false;
        } else if is(&["td", "th"], tag) {
            if self.cells {
                self.out.push_str(" |");
                self.blank = true;
            }
            self.cells = true;
        }
    }

    fn close(&mut self, tag: &str) {
        if is(&["pre"], tag) {
            self.kept = self.kept.saturating_sub(1);
        }
        if is(BLOCKS, tag) {
            self.line();
            // A blank line parts paragraphs.
            if is(&["p", "table", "pre"], tag)
                && !self.out.is_empty()
                && !self.out.ends_with("\n\n")
            {
                self.out.push('\n');
            }
        }
    }

    fn line(&mut self) {
        self.blank = false;
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    fn add(&mut self, words: &str) {
        if self.kept > 0 {
            self.out.push_str(words);
            return;
        }
        for letter in words.chars() {
            if letter.is_ascii_whitespace() {
                self.blank = true;
                continue;
            }
            if self.blank && !self.out.is_empty() && !self.out.ends_with('\n') {
                self.out.push(' ');
            }
            self.blank = false;
            self.out.push(letter);
        }
    }

    fn finish(self) -> String {
        self.out.trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_lines_and_cells_are_parted() {
        for (markup, text) in [
            (
                "<div xmlns=\"http://www.w3.org/1999/xhtml\"><h2>Findings</h2><p>IVUS of the <b>left</b>\n iliac&nbsp;vein.</p><p>No&#xA0;thrombus.</p></div>",
                "Findings\nIVUS of the left iliac\u{a0}vein.\n\nNo\u{a0}thrombus.",
            ),
            (
                "<table><tr><th>Vessel</th><th>Area</th></tr><tr><td>CIV</td><td>78 % &lt; normal</td></tr></table>",
                "Vessel | Area\nCIV | 78 % < normal",
            ),
            ("a<br>b<br/>c", "a\nb\nc"),
            ("<pre>a\n  b</pre>c", "a\n  b\n\nc"),
            (
                "<style>p {}</style><script>x</script>A & B &unknown; C",
                "A & B &unknown; C",
            ),
            ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
            ("vein</b></p> end", "vein\n\nend"),
            (
                "<p>area <50 %, < 3 mm, <<b>left</b></p>",
                "area <50 %, < 3 mm, <left",
            ),
        ] {
            assert_eq!(text_of(markup, "n").unwrap(), text, "{markup}");
        }
        assert_eq!(text_of("<p>canary <", "n").unwrap_err().kind, "bad-markup");
    }
}
