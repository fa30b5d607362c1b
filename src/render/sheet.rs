//! A sheet of text for a screen: titles, entries and wrapped lines of one width.

use std::fmt::Write as _;

use anstyle::Style;

use super::text::Colour;

/// The width that prose and tables are wrapped to.
pub(crate) const WIDTH: usize = 100;

/// The text being written.
pub(crate) struct Sheet {
    pub(crate) out: String,
    pub(crate) colour: Colour,
}

impl Sheet {
    pub(crate) fn new(colour: Colour) -> Self {
        Self {
            out: String::new(),
            colour,
        }
    }

    pub(crate) fn title(&mut self, text: &str) {
        let title = self.bold(text);
        let _ = writeln!(self.out, "\n{title}");
    }

    pub(crate) fn line(&mut self, text: &str) {
        let _ = writeln!(self.out, "{text}");
    }

    pub(crate) fn item(&mut self, text: &str) {
        self.wrapped("  - ", text);
    }

    pub(crate) fn sub(&mut self, text: &str) {
        self.wrapped("    ", text);
    }

    /// Text after a head, wrapped to the width and indented under its own start.
    pub(crate) fn wrapped(&mut self, head: &str, text: &str) {
        let indent = head.chars().count();
        self.out.push_str(head);
        let mut column = indent;
        for word in text.split_whitespace() {
            let width = anstream::adapter::strip_str(word)
                .to_string()
                .chars()
                .count();
            if column > indent && column + 1 + width > WIDTH {
                let _ = write!(self.out, "\n{:indent$}", "");
                column = indent;
            } else if column > indent {
                self.out.push(' ');
                column += 1;
            }
            self.out.push_str(word);
            column += width;
        }
        self.out.push('\n');
    }

    pub(crate) fn bold(&self, text: &str) -> String {
        self.paint(Style::new().bold(), text)
    }

    pub(crate) fn paint(&self, style: Style, text: &str) -> String {
        match self.colour {
            Colour::Plain => text.to_owned(),
            Colour::Ansi => format!("{style}{text}{style:#}"),
        }
    }
}
