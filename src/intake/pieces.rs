//! Notes cut in pieces: rows of one key become one record, in the order of their numbers. Pieces need not be adjacent, so
//! the rows of a whole file are held; a note with a missing or doubled piece is a fault and is never joined.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use serde_json::{Map, Value};

use super::{Columns, Fault, Item, Listed, cells::Cells, lines::Unseen, names::digest};

/// How pieces are put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concat {
    /// The column that is the same in all pieces of a note.
    pub by: String,
    /// The column of a piece's number.
    pub order: String,
    /// What stands between pieces: nothing where words are cut in two.
    pub between: String,
}

/// Digests of the notes whose pieces lie in several files.
pub(super) type Scattered = HashSet<u64>;

/// Reads tables ahead for the notes whose pieces lie in several of them. What cannot be read is told when its turn comes.
pub(super) fn scattered(
    files: impl Iterator<Item = Listed>,
    concat: &Concat,
    columns: &Arc<Columns>,
) -> Scattered {
    let (mut first, mut scattered) = (HashMap::new(), Scattered::new());
    let files: Vec<Listed> = files.collect();
    if files.len() < 2 {
        return scattered;
    }
    for (at, file) in files.into_iter().enumerate() {
        let Ok(rows) = super::single(file, columns, &Unseen::default()) else {
            continue;
        };
        for cells in rows.filter_map(|row| row.into_cells().ok()) {
            let Some(key) = word(cells.get(&concat.by)) else {
                continue;
            };
            let key = digest(&key);
            if *first.entry(key).or_insert(at) != at {
                scattered.insert(key);
            }
        }
    }
    scattered
}

/// A key or number of a piece.
fn word(cell: Option<&Value>) -> Option<String> {
    match cell {
        Some(Value::String(word)) => Some(word.trim().to_owned()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    }
}

/// The pieces of a note.
struct Note {
    key: String,
    /// Where its first row is.
    place: String,
    pieces: Vec<Piece>,
}

struct Piece {
    number: u32,
    text: String,
    /// The other cells; of all pieces but the first in number they are dropped.
    cells: Map<String, Value>,
}

/// The records of a table whose rows are pieces, in the order of their first rows; rows that cannot be used come first.
pub(super) fn joined(
    rows: Box<dyn Iterator<Item = Item>>,
    concat: &Concat,
    columns: &Arc<Columns>,
    scattered: &Arc<Scattered>,
) -> impl Iterator<Item = Item> + use<> {
    let mut notes: Vec<Note> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut found = Vec::new();
    for row in rows {
        let place = row.place();
        let piece = row
            .into_cells()
            .and_then(|cells| piece(cells, &place, concat, columns));
        match piece {
            Err(fault) => found.push(Item::fault(fault)),
            Ok((key, piece)) => {
                let at = *places.entry(key.clone()).or_insert_with(|| {
                    let pieces = Vec::new();
                    notes.push(Note { key, place, pieces });
                    notes.len() - 1
                });
                if let Some(note) = notes.get_mut(at) {
                    note.add(piece);
                }
            }
        }
    }
    let (columns, between) = (columns.clone(), concat.between.clone());
    let scattered = scattered.clone();
    let notes = notes.into_iter().map(move |note| {
        let is_whole = !scattered.contains(&digest(&note.key));
        note.item(&columns, &between, is_whole)
    });
    found.into_iter().chain(notes)
}

/// A row as a piece, with the key of its note.
fn piece(
    mut cells: Map<String, Value>,
    place: &str,
    concat: &Concat,
    columns: &Columns,
) -> Result<(String, Piece), Fault> {
    let key = word(cells.get(&concat.by)).filter(|k| !k.is_empty());
    let key = key.ok_or_else(|| {
        let cause = "no key of its note, in the column of --concat-by";
        Fault::new(place, "no-id", cause)
    })?;
    let number = word(cells.remove(&concat.order).as_ref()).and_then(|n| n.parse().ok());
    let number = number.ok_or_else(|| {
        let cause = "no whole number of the piece, in the column of --order-by";
        Fault::new(place, "bad-pieces", cause)
    })?;
    let text = columns.take_text(&mut cells, place)?;
    Ok((
        key,
        Piece {
            number,
            text,
            cells,
        },
    ))
}

impl Note {
    fn add(&mut self, mut piece: Piece) {
        if let Some(first) = self.pieces.first_mut() {
            if piece.number < first.number {
                std::mem::swap(&mut piece, first);
            }
            piece.cells = Map::new();
        }
        self.pieces.push(piece);
    }

    fn item(mut self, columns: &Arc<Columns>, between: &str, is_whole: bool) -> Item {
        self.pieces.sort_by_key(|p| p.number);
        let numbers = self.pieces.iter().map(|p| p.number);
        let gap = numbers
            .clone()
            .zip(numbers.clone().skip(1))
            .find(|(a, b)| a.checked_add(1) != Some(*b));
        let cause = match (gap, numbers.clone().next()) {
            _ if !is_whole => {
                Some("other pieces of it lie in another file; put all into one".to_owned())
            }
            (Some((a, b)), _) if a == b => Some(format!("piece {a} is there twice")),
            (Some((a, b)), _) => Some(format!("no piece between {a} and {b}")),
            (None, Some(first)) if first > 1 => Some(format!("no piece before {first}")),
            _ => None,
        };
        if let Some(cause) = cause {
            let cause = format!("{cause}; its note is not joined");
            let fault = Fault::new(self.place, "bad-pieces", cause);
            // A key that is too long to be an id is more likely a text.
            let told = self.key.chars().count() <= super::columns::LONGEST_ID;
            return Item::fault(if told { fault.of(self.key) } else { fault });
        }
        let mut pieces = self.pieces.into_iter();
        let Some(mut first) = pieces.next() else {
            return Item::fault(Fault::new(self.place, "empty", "no piece"));
        };
        for piece in pieces {
            first.text.push_str(between);
            first.text.push_str(&piece.text);
        }
        columns.put_text(&mut first.cells, first.text);
        Item::cells(Cells {
            by_column: first.cells,
            place: self.place,
            unnamed: self.key,
            columns: columns.clone(),
        })
    }
}
