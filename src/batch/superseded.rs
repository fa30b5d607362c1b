//! Which rows of the rounds over a drop folder no longer tell the whole, because a document was cancelled, replaced, sent
//! again or added to in another round. The results of a round are never changed; what others did to them stands beside them.

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{draft, folder};
use crate::{
    error::{Error, Result},
    intake::{Join, Name, Names, Sent},
};

/// The file, beside the folders of the rounds.
const FILE: &str = "superseded.jsonl";

/// What is read of a report's line in the results.
#[derive(Deserialize)]
struct Line {
    report: Told,
    report_status: Option<String>,
    #[serde(default)]
    passthrough: Columns,
}

#[derive(Deserialize)]
struct Told {
    id: String,
    source: Option<String>,
}

/// The columns by which messages and resources are known. Those of tables may have these names and hold anything.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Columns {
    resource: serde_json::Value,
    event: serde_json::Value,
    sent: serde_json::Value,
    facility: serde_json::Value,
    patient: serde_json::Value,
    document: serde_json::Value,
    namespace: serde_json::Value,
    relation: serde_json::Value,
    parent: serde_json::Value,
    parent_namespace: serde_json::Value,
}

fn told(value: &serde_json::Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// A row of a round.
#[derive(Clone)]
struct Row {
    id: String,
    round: usize,
    place: String,
    sent: Option<Sent>,
}

/// Two parts of one round are settled already.
impl Join for Row {
    fn join(&mut self, other: Self) {
        *self = other;
    }
}

/// What a row says of a document in another round.
struct Saying {
    by: Row,
    of: Name,
    how: &'static str,
}

/// A line of the file.
#[derive(Serialize)]
struct Entry<'a> {
    /// The row that no longer tells the whole.
    id: &'a str,
    round: usize,
    /// `cancelled`, `replaced`, `sent-again`, `addendum`.
    how: &'static str,
    /// The row that says so.
    by: &'a str,
    by_round: usize,
    by_place: &'a str,
}

/// What is known of all rounds.
pub struct Superseded {
    path: PathBuf,
    rows: Names<Row>,
    /// What speaks of documents that have not come yet.
    waiting: Vec<Saying>,
    text: String,
    lines: usize,
}

impl Superseded {
    /// Knows of no round yet.
    #[must_use]
    pub fn new(out: &Path) -> Self {
        Self {
            path: out.join(FILE),
            rows: Names::default(),
            waiting: Vec::new(),
            text: String::new(),
            lines: 0,
        }
    }

    /// Takes the results of a round in and says how many rows were superseded by it or in it. Rounds come in order.
    ///
    /// # Errors
    /// When its results cannot be read.
    pub fn take(&mut self, round: usize, results: &Path) -> Result<usize> {
        let before = self.lines;
        let mut names: Vec<_> = folder::entries(results)?
            .into_iter()
            .filter(|n| {
                let name = n.to_string_lossy();
                name.starts_with("part-") && name.ends_with(".jsonl")
            })
            .collect();
        names.sort_by_key(|n| (n.len(), n.clone()));
        for name in names {
            let path = results.join(name);
            let failed = |e| Error::read(&path, e);
            let part = BufReader::new(File::open(&path).map_err(failed)?);
            for line in part.lines() {
                let line = line.map_err(failed)?;
                let line: Line = serde_json::from_str(&line).map_err(|_| {
                    Error::report(&path, "damaged; a line of it is not as a run writes it")
                })?;
                self.line(round, line);
            }
        }
        self.heard();
        Ok(self.lines - before)
    }

    /// Writes what is known, all of it anew; nothing when there is nothing to tell.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self) -> Result<()> {
        let Some(out) = self
            .path
            .parent()
            .filter(|_| self.lines > 0 || self.path.exists())
        else {
            return Ok(());
        };
        let mut draft = draft::Draft::new(out)?;
        draft.write(self.text.as_bytes())?;
        draft.finish(&self.path)?;
        draft::sync_folder(out)
    }

    fn line(&mut self, round: usize, line: Line) {
        let columns = line.passthrough;
        let row = Row {
            round,
            place: line.report.source.unwrap_or_default(),
            sent: Sent::read(told(&columns.sent)),
            id: line.report.id,
        };
        let name = name(&row, &columns);
        let parent = Name {
            number: told(&columns.parent).to_owned(),
            space: told(&columns.parent_namespace).to_owned(),
            near: name.space.clone(),
            ..name.clone()
        };
        let (is_cancel, replaces) = (
            told(&columns.relation) == "withdraws",
            told(&columns.relation) == "replaces",
        );
        let is_addendum = line.report_status.as_deref() == Some("addendum");
        let mut say = |of: Name, how: &'static str| {
            let by = row.clone();
            self.waiting.push(Saying { by, of, how });
        };
        if is_cancel {
            say(name, "cancelled");
            return;
        }
        if !parent.number.is_empty() && (is_addendum || replaces) {
            say(parent, if is_addendum { "addendum" } else { "replaced" });
        }
        self.document(&name, row);
    }

    /// A row of a document: of two rounds the version that was sent last counts.
    fn document(&mut self, name: &Name, row: Row) {
        let Some(key) = self.rows.same(name) else {
            self.rows.note(name, row);
            return;
        };
        let Some(known) = self.rows.get(key).cloned() else {
            return;
        };
        // Within a round this is settled, and the row says so itself.
        let older = matches!((row.sent, known.sent), (Some(a), Some(b)) if a < b);
        if known.round != row.round {
            if older {
                self.enter(&row, "sent-again", &known);
            } else {
                self.enter(&known, "sent-again", &row);
            }
        }
        if let Some(known) = self.rows.get_mut(key).filter(|_| !older) {
            *known = row;
        }
    }

    /// Tells what rows say of documents that have come by now.
    fn heard(&mut self) {
        for saying in std::mem::take(&mut self.waiting) {
            let found = self
                .rows
                .find(&saying.of)
                .and_then(|key| self.rows.get(key));
            let Some(row) = found.cloned() else {
                self.waiting.push(saying);
                continue;
            };
            // What was sent anew after its end is alive.
            let alive = saying.how == "cancelled"
                && matches!((saying.by.sent, row.sent), (Some(by), Some(row)) if by < row);
            if row.round != saying.by.round && !alive {
                self.enter(&row, saying.how, &saying.by);
            }
        }
    }

    fn enter(&mut self, row: &Row, how: &'static str, by: &Row) {
        let entry = Entry {
            id: &row.id,
            round: row.round,
            how,
            by: &by.id,
            by_round: by.round,
            by_place: &by.place,
        };
        if let Ok(line) = serde_json::to_string(&entry) {
            self.text.push_str(&line);
            self.text.push('\n');
            self.lines += 1;
        }
    }
}

/// By what the document of a row is known: messages by what they tell, all else by its file and id.
fn name(row: &Row, columns: &Columns) -> Name {
    let (file, line) = match row.place.rsplit_once([':', '#']) {
        Some((file, line)) if line.bytes().all(|b| b.is_ascii_digit()) => (file, line),
        _ => (row.place.as_str(), ""),
    };
    let (resource, event) = (told(&columns.resource), told(&columns.event));
    let stem = Path::new(file).file_stem().unwrap_or_default();
    let unnumbered = !line.is_empty() && row.id == format!("{}:{line}", stem.to_string_lossy());
    if unnumbered || (resource.is_empty() && !event.contains('^')) {
        return Name {
            kind: "file".to_owned(),
            space: file.to_owned(),
            ..Name::plain(&row.id)
        };
    }
    let kind = match (resource, event.starts_with("ORU")) {
        ("", true) => "order",
        (resource, _) => resource,
    };
    let number = match told(&columns.document) {
        "" => &row.id,
        number => number,
    };
    Name {
        kind: kind.to_owned(),
        number: number.to_owned(),
        space: told(&columns.namespace).to_owned(),
        near: String::new(),
        sender: told(&columns.facility).to_owned(),
        patient: told(&columns.patient).to_owned(),
    }
}
