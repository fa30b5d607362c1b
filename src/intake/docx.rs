//! DOCX to text: the paragraphs and tables of the main part. Headers, footers, notes, comments, deleted and hidden text are
//! left out. The archive is read in memory only: names in it never reach the file system.

use std::io::{self, Cursor, Read};

use zip::ZipArchive;

use super::{
    MAX_BYTES,
    document::Problem,
    layout::Layout,
    letters::Letters,
    xml::{self, Path, Piece, Tag, ends},
};

/// More files than any document has.
const MOST_ENTRIES: usize = 10_000;

/// The usual place of the main part.
const MAIN: &str = "word/document.xml";

/// The text of a Word document.
///
/// # Errors
/// When it is no Word document, is damaged, or unpacks to more than a report can have.
pub(super) fn text(bytes: &[u8]) -> Result<String, Problem> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))
        .map_err(|_| Problem::damaged("a Word document whose archive cannot be opened"))?;
    if archive.len() > MOST_ENTRIES {
        return Err(Problem::too_long());
    }
    let main = main_part(&mut archive)?;
    let Some(part) = part(&mut archive, &main)? else {
        let cause =
            "a zip archive that is no Word document, which is not read; save it as plain text";
        return Err(Problem::new("unknown-format", cause));
    };
    let mut body = Body::default();
    xml::walk(&xml::letters(&part), |path, piece| body.take(path, &piece))?;
    Ok(body.layout.finish())
}

/// The name of the main part, as the relationships of the package tell it.
fn main_part(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<String, Problem> {
    let mut main = None;
    if let Some(relations) = part(archive, "_rels/.rels")? {
        xml::walk(&xml::letters(&relations), |_, piece| {
            if let Piece::Start(tag) = piece
                && tag
                    .attribute("Type")
                    .is_some_and(|t| t.ends_with("/officeDocument"))
            {
                main = tag.attribute("Target");
            }
            Ok(())
        })?;
    }
    Ok(main.map_or_else(
        || MAIN.to_owned(),
        |m| m.trim_start_matches(['/', '.']).to_owned(),
    ))
}

/// A part, unpacked; the size that the archive tells is not relied on.
fn part(archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<Option<Vec<u8>>, Problem> {
    let file = match archive.by_name(name) {
        Ok(file) => file,
        Err(zip::result::ZipError::FileNotFound) => return Ok(None),
        Err(_) => {
            let what = "a Word document packed or locked in a way that is not read";
            return Err(Problem::damaged(what));
        }
    };
    let told = usize::try_from(file.size()).unwrap_or(usize::MAX);
    if told > MAX_BYTES {
        return Err(Problem::too_long());
    }
    let mut bytes = Vec::with_capacity(told.min(1 << 20));
    let read = file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes);
    if bytes.len() > MAX_BYTES {
        return Err(Problem::too_long());
    }
    match read {
        Ok(_) => Ok(Some(bytes)),
        Err(e) if e.kind() == io::ErrorKind::OutOfMemory => Err(Problem::too_long()),
        Err(_) => Err(Problem::damaged("a Word document whose archive is damaged")),
    }
}

/// The text of the main part so far.
#[derive(Default)]
struct Body {
    layout: Layout,
    /// How many elements deep we are in something that is left out.
    left_out: usize,
    hidden: bool,
    entry: bool,
    ticked: bool,
}

impl Body {
    fn take(&mut self, path: &Path, piece: &Piece<'_>) -> Result<(), Problem> {
        match piece {
            Piece::Start(_) if self.left_out > 0 => self.left_out += 1,
            Piece::End if self.left_out > 0 => self.left_out -= 1,
            Piece::Start(tag) => self.start(path, tag),
            Piece::End => self.end(path),
            Piece::Text(text) => {
                let shown = self.left_out == 0 && !self.hidden;
                if shown && path.last().is_some_and(|name| name == "t") {
                    self.begin_entry();
                    self.layout.push_str(text);
                }
            }
        }
        self.layout.check()
    }

    fn start(&mut self, path: &Path, tag: &Tag<'_>) {
        let name = path.last().map(String::as_str).unwrap_or_default();
        let in_run = path.len() > 1 && path[path.len() - 2] == "r";
        match name {
            // Tracked deletions; the older shape of what is drawn; the numbers of a chart.
            "del" | "moveFrom" | "Fallback" | "chart" => self.left_out = 1,
            "p" => self.layout.fresh_line(),
            "tr" => {
                self.layout.fresh_line();
                self.layout.open_row();
            }
            "numId" => self.entry = tag.attribute("val").is_some_and(|v| v != "0"),
            "vanish" if ends(path, &["r", "rPr", "vanish"]) => self.hidden = is_on(tag),
            _ if self.hidden => {}
            "tab" | "ptab" if in_run => self.layout.push('\t'),
            "br" | "cr" if in_run => self.layout.line(),
            "noBreakHyphen" if in_run => self.layout.push('-'),
            "sym" if in_run => self.symbol(tag),
            "checked" | "default" if ends(&path[..path.len() - 1], &["checkBox"]) => {
                self.ticked = is_on(tag);
            }
            _ => {}
        }
    }

    fn end(&mut self, path: &Path) {
        match path.last().map(String::as_str).unwrap_or_default() {
            "p" => {
                self.entry = false;
                self.layout.line();
            }
            "r" => self.hidden = false,
            "tc" => self.layout.end_cell(),
            "tr" => self.layout.end_row(),
            "checkBox" => {
                self.begin_entry();
                let ticked = std::mem::take(&mut self.ticked);
                self.layout
                    .push(if ticked { '\u{2612}' } else { '\u{2610}' });
            }
            _ => {}
        }
    }

    /// The number of a list entry is not in the text; a dash keeps the entries apart.
    fn begin_entry(&mut self) {
        if std::mem::take(&mut self.entry) {
            self.layout.push_str("- ");
        }
    }

    fn symbol(&mut self, tag: &Tag<'_>) {
        let c = tag
            .attribute("char")
            .and_then(|c| u32::from_str_radix(&c, 16).ok())
            .and_then(char::from_u32);
        let font = tag.attribute("font").and_then(|f| Letters::of_font(&f));
        let c = c.map(|c| font.map_or(c, |f| f.of_private(c)));
        self.begin_entry();
        self.layout.push(c.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
}

/// Whether a switch is on: it is when no value says otherwise.
fn is_on(tag: &Tag<'_>) -> bool {
    !matches!(
        tag.attribute("val").as_deref(),
        Some("0" | "false" | "off" | "none")
    )
}

#[cfg(test)]
mod tests;
