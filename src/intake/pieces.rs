//! Notes cut in pieces: rows of one key become one record, in the order of their numbers. Pieces need not be adjacent, so
//! the rows of a whole file are held, and those of notes that go on in a later file until that one was read; a note with a
//! missing or doubled piece is a fault and is never joined.

use std::{collections::HashMap, sync::Arc};

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

/// The most bytes of notes that go on in a later file that are held.
const MOST_HELD: usize = 64 << 20;

/// Digests of the notes whose pieces lie in several files, each with the number of the last of these, counted in tables.
pub(super) type Scattered = HashMap<u64, usize>;

/// Reads tables ahead for the notes whose pieces lie in several of them. What cannot be read is told when its turn comes.
pub(super) fn scattered(
    files: impl Iterator<Item = Listed>,
    concat: &Concat,
    columns: &Arc<Columns>,
) -> Scattered {
    let (mut seen, mut scattered) = (HashMap::new(), Scattered::new());
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
            if *seen.entry(key).or_insert(at) != at {
                scattered.insert(key, at);
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
    /// Its pieces were let go, since more was held than may be.
    is_dropped: bool,
}

/// Notes by the order of their first rows.
#[derive(Default)]
struct Notes {
    list: Vec<Note>,
    places: HashMap<String, usize>,
}

impl Notes {
    /// The note of a key; `place` is where its first row is, if this is it.
    fn of(&mut self, key: String, place: String) -> Option<&mut Note> {
        let at = *self.places.entry(key.clone()).or_insert_with(|| {
            self.list.push(Note {
                key,
                place,
                pieces: Vec::new(),
                is_dropped: false,
            });
            self.list.len() - 1
        });
        self.list.get_mut(at)
    }
}

/// Notes that go on in a later file.
#[derive(Default)]
pub(super) struct Held {
    notes: Notes,
    /// The bytes of their texts.
    bytes: usize,
}

impl Held {
    fn add(&mut self, key: String, place: String, piece: Piece) {
        let Some(note) = self.notes.of(key, place) else {
            return;
        };
        if note.is_dropped {
            return;
        }
        if self.bytes + piece.bytes() > MOST_HELD {
            self.bytes -= note.pieces.iter().map(Piece::bytes).sum::<usize>();
            (note.is_dropped, note.pieces) = (true, Vec::new());
            return;
        }
        self.bytes += piece.bytes();
        note.add(piece);
    }

    /// All notes that are held: what went wrong with the file they end in is told there.
    pub(super) fn rest(&mut self, columns: &Arc<Columns>) -> Vec<Item> {
        let between = columns.concat.as_ref().map_or("", |c| c.between.as_str());
        let notes = std::mem::take(&mut self.notes).list.into_iter();
        notes.map(|note| note.item(columns, between)).collect()
    }

    /// The notes that do not go on behind a table.
    fn done(&mut self, scattered: &Scattered, table: usize) -> Vec<Note> {
        let is_done = |note: &Note| {
            let last = scattered.get(&digest(&note.key));
            last.is_none_or(|last| *last <= table)
        };
        let all = std::mem::take(&mut self.notes);
        let (done, rest): (Vec<Note>, Vec<Note>) = all.list.into_iter().partition(is_done);
        let freed = done.iter().flat_map(|n| &n.pieces).map(Piece::bytes);
        self.bytes -= freed.sum::<usize>();
        self.notes.places = rest.iter().map(|n| n.key.clone()).zip(0..).collect();
        self.notes.list = rest;
        done
    }
}

struct Piece {
    number: u32,
    text: String,
    /// The other cells; of all pieces but the first in number they are dropped.
    cells: Map<String, Value>,
}

impl Piece {
    fn bytes(&self) -> usize {
        let cells = self.cells.values().filter_map(Value::as_str);
        self.text.len() + cells.map(str::len).sum::<usize>()
    }
}

/// What is known of the notes beyond one table.
pub(super) struct Beyond<'a> {
    pub(super) scattered: &'a Scattered,
    pub(super) held: &'a mut Held,
    /// Which table this is.
    pub(super) table: usize,
}

/// The records of a table whose rows are pieces: rows that cannot be used, then the notes in the order of their first rows, then
/// those that began in a table before and end here.
pub(super) fn joined(
    rows: Box<dyn Iterator<Item = Item>>,
    concat: &Concat,
    columns: &Arc<Columns>,
    beyond: Beyond<'_>,
) -> impl Iterator<Item = Item> + use<> {
    let Beyond {
        scattered,
        held,
        table,
    } = beyond;
    let mut notes = Notes::default();
    let mut found = Vec::new();
    for row in rows {
        let place = row.place();
        let piece = row
            .into_cells()
            .and_then(|cells| piece(cells, &place, concat, columns));
        match piece {
            Err(fault) => found.push(Item::fault(fault)),
            Ok((key, piece)) if scattered.contains_key(&digest(&key)) => {
                held.add(key, place, piece);
            }
            Ok((key, piece)) => {
                if let Some(note) = notes.of(key, place) {
                    note.add(piece);
                }
            }
        }
    }
    let (columns, between) = (columns.clone(), concat.between.clone());
    let notes = notes.list.into_iter().chain(held.done(scattered, table));
    let notes = notes.map(move |note| note.item(&columns, &between));
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

    fn item(mut self, columns: &Arc<Columns>, between: &str) -> Item {
        self.pieces.sort_by_key(|p| p.number);
        let numbers = self.pieces.iter().map(|p| p.number);
        let gap = numbers
            .clone()
            .zip(numbers.clone().skip(1))
            .find(|(a, b)| a.checked_add(1) != Some(*b));
        let cause = match (gap, numbers.clone().next()) {
            _ if self.is_dropped => Some(format!(
                "its pieces lie in several files, with more than {} MiB of such notes between them; put its pieces into one file",
                MOST_HELD >> 20
            )),
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
