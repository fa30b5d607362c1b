//! What the cells of a table's id and date look like, learnt from its rows: tells whether a line begins a row where quotes do
//! not tell it.

use csv::ByteRecord;

/// The most kinds of cells that are told apart in a column; a column with more is no help.
const KINDS: usize = 16;

/// A cell that is longer is neither id nor date.
const LONGEST: usize = 200;

/// The columns by which rows are known.
#[derive(Default)]
pub(super) struct Anchors(Vec<Anchor>);

struct Anchor {
    column: usize,
    /// As `kind` tells them: `9-9-9`.
    kinds: Vec<String>,
    shortest: usize,
    longest: usize,
    /// Whether a cell had white space in it.
    spaced: bool,
}

impl Anchors {
    pub(super) fn new(columns: impl IntoIterator<Item = usize>) -> Self {
        let anchors = columns.into_iter().map(|column| Anchor {
            column,
            kinds: Vec::new(),
            shortest: usize::MAX,
            longest: 0,
            spaced: false,
        });
        Self(anchors.collect())
    }

    /// Whether cells are like those of the rows so far, or of the row in hand; `None` where nothing can be compared.
    pub(super) fn fits(&self, cells: &ByteRecord, or: Option<&ByteRecord>) -> Option<bool> {
        let mut told = None;
        for anchor in &self.0 {
            let Some(cell) = cells.get(anchor.column) else {
                continue;
            };
            let own = or.and_then(|c| c.get(anchor.column));
            if anchor.kinds.is_empty() && own.is_none() {
                continue;
            }
            if !(anchor.fits(cell) || own.is_some_and(|own| is_like(cell, own))) {
                return Some(false);
            }
            told = Some(true);
        }
        told
    }

    /// Whether cells can be no row of the table: words where there were none before.
    pub(super) fn is_text(&self, cells: &ByteRecord) -> bool {
        self.0.iter().any(|anchor| {
            let cell = cells.get(anchor.column).unwrap_or_default();
            !anchor.kinds.is_empty() && !anchor.spaced && is_words(cell)
        })
    }

    /// Learns from a row that is sound.
    pub(super) fn learn(&mut self, cells: &ByteRecord) {
        for anchor in &mut self.0 {
            let Some(cell) = cells.get(anchor.column).filter(|c| c.len() <= LONGEST) else {
                continue;
            };
            anchor.shortest = anchor.shortest.min(cell.len());
            anchor.longest = anchor.longest.max(cell.len());
            anchor.spaced |= is_spaced(cell);
            if anchor.kinds.len() < KINDS && !anchor.kinds.iter().any(|k| is_of(cell, k)) {
                anchor.kinds.push(kind(cell));
            }
        }
    }
}

impl Anchor {
    fn fits(&self, cell: &[u8]) -> bool {
        let length = self.shortest.saturating_sub(1)..=self.longest.saturating_add(1);
        length.contains(&cell.len())
            && (self.kinds.len() == KINDS || self.kinds.iter().any(|k| is_of(cell, k)))
    }
}

fn is_spaced(cell: &[u8]) -> bool {
    cell.trim_ascii().iter().any(u8::is_ascii_whitespace)
}

/// Whether a cell has two words at least ("the vein"; "2 May 2024" has one).
fn is_words(cell: &[u8]) -> bool {
    let words = cell.split(u8::is_ascii_whitespace);
    let words = words.filter(|w| w.iter().any(|b| is_word(*b) && !b.is_ascii_digit()));
    words.take(2).count() == 2
}

/// Whether two cells could stand in one column.
fn is_like(cell: &[u8], other: &[u8]) -> bool {
    cell.len().abs_diff(other.len()) <= 1 && other.len() <= LONGEST && is_of(cell, &kind(other))
}

/// The kind of a cell: `9` for a run of digits, `a` of letters, `x` of both, other signs as they are ("OP-77" is `a-9`).
fn kind(cell: &[u8]) -> String {
    let mut kind = String::new();
    for run in cell.chunk_by(|a, b| is_word(*a) && is_word(*b)) {
        kind.push(match run {
            _ if run.iter().all(u8::is_ascii_digit) => '9',
            _ if run.iter().all(|b| is_word(*b) && !b.is_ascii_digit()) => 'a',
            [sign] if !is_word(*sign) => char::from(*sign),
            _ => 'x',
        });
    }
    kind
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

/// Whether a cell is of a kind; runs of letters and digits may by chance have only one of them.
fn is_of(cell: &[u8], wanted: &str) -> bool {
    if cell.len() > LONGEST {
        return false;
    }
    let own = kind(cell);
    own.chars().count() == wanted.chars().count()
        && own
            .chars()
            .zip(wanted.chars())
            .all(|(own, wanted)| own == wanted || (wanted == 'x' && matches!(own, '9' | 'a')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_fits_by_its_kind_and_length() {
        let row = |id: &str| ByteRecord::from(vec![id, "text"]);
        let mut anchors = Anchors::new([0]);
        assert_eq!(anchors.fits(&row("1"), None), None);
        anchors.learn(&row("OP-77"));
        anchors.learn(&row("4711a"));
        for (id, fits) in [
            ("MR-78", true),
            ("4712b", true),
            ("12345", true),
            ("the vein", false),
            ("OP-7777777", false),
            ("", false),
        ] {
            assert_eq!(anchors.fits(&row(id), None), Some(fits), "{id}");
        }
        assert!(anchors.is_text(&row("the vein")) && !anchors.is_text(&row("99")));
        assert_eq!(anchors.fits(&row("8.9"), Some(&row("1.2"))), Some(true));
    }
}
