//! Which columns of a table hold a report's id, text and date of service, and how their cells are read.

use serde_json::{Map, Value};

use super::{Concat, Fault, Record, Status};
use crate::date::Date;

/// The names of the columns; those left open are found by the usual names.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    /// The column of the id.
    pub id: Option<String>,
    /// The column of the text.
    pub text: Option<String>,
    /// The column of the date of service.
    pub date: Option<String>,
    /// The column of the author.
    pub author: Option<String>,
    /// The column of how far the report has come.
    pub status: Option<String>,
    /// How rows that are pieces of a note are put together.
    pub concat: Option<Concat>,
}

/// The usual names, those of OMOP first.
const IDS: &[&str] = &["note_id", "report_id", "id"];
const TEXTS: &[&str] = &["note_text", "report_text", "text"];
const DATES: &[&str] = &["note_date", "date_of_service", "service_date"];

/// A column that only tables of OMOP notes have.
const OMOP: &str = "note_type_concept_id";

/// The longest id. Something longer is more likely a text than an id, and ids are told in errors.
pub(super) const LONGEST_ID: usize = 200;

impl Columns {
    /// Makes a record of the cells of one row; `place` says where the row is, `unnamed` what it is called without an id.
    pub(super) fn record(
        &self,
        mut cells: Map<String, Value>,
        place: &str,
        unnamed: impl FnOnce() -> String,
    ) -> Result<Record, Fault> {
        let id = match take(&mut cells, self.id.as_deref(), IDS) {
            Some(Value::String(id)) => id.trim().to_owned(),
            Some(Value::Number(id)) => id.to_string(),
            None if self.id.is_none() => unnamed(),
            Some(Value::Null) => String::new(),
            Some(_) => return Err(Fault::new(place, "bad-id", "its id is no word or number")),
            None => return Err(missing(place, "id", self.id.as_deref(), IDS)),
        };
        if id.is_empty() {
            return Err(Fault::new(place, "no-id", "its id is blank; give it one"));
        }
        if !is_id(&id) {
            let cause = "its id is longer than 200 characters or has line ends in it; is the column the right one?";
            return Err(Fault::new(place, "bad-id", cause));
        }
        let text = self.take_text(&mut cells, place).map_err(|f| f.of(&id))?;
        if text.trim().is_empty() {
            return Err(Fault::new(place, "empty", "empty, there is no text in it").of(id));
        }
        let date = match take(&mut cells, self.date.as_deref(), DATES) {
            None if self.date.is_some() => {
                return Err(missing(place, "date", self.date.as_deref(), DATES).of(id));
            }
            None | Some(Value::Null) => None,
            Some(Value::String(cell)) if cell.trim().is_empty() => None,
            Some(cell) => {
                let cause =
                    "its date of service is not a date; write it as YYYY-MM-DD or MM/DD/YYYY";
                let date = cell.as_str().and_then(|c| day(c.trim()));
                Some(date.ok_or_else(|| Fault::new(place, "bad-date", cause).of(&id))?)
            }
        };
        let author = self.author(&mut cells, place).map_err(|f| f.of(&id))?;
        let status = self.status(&mut cells, place).map_err(|f| f.of(&id))?;
        Ok(Record {
            id,
            place: place.to_owned(),
            text,
            date,
            author,
            status,
            notes: Vec::new(),
            passthrough: cells,
        })
    }

    /// Takes the text out of the cells of a row.
    pub(super) fn take_text(
        &self,
        cells: &mut Map<String, Value>,
        place: &str,
    ) -> Result<String, Fault> {
        match take(cells, self.text.as_deref(), TEXTS) {
            Some(Value::String(text)) => Ok(text),
            Some(Value::Null) => Ok(String::new()),
            Some(_) => Err(Fault::new(place, "bad-text", "its text is no string")),
            None => Err(missing(place, "text", self.text.as_deref(), TEXTS)),
        }
    }

    /// Puts a text where [`Columns::take_text`] finds it.
    pub(super) fn put_text(&self, cells: &mut Map<String, Value>, text: String) {
        let name = self.text.as_deref().unwrap_or(TEXTS[0]);
        cells.insert(name.to_owned(), Value::String(text));
    }

    /// The author: of the named column, in a table of OMOP notes the provider, who stays among the other columns.
    fn author(&self, cells: &mut Map<String, Value>, place: &str) -> Result<Option<String>, Fault> {
        let cell = match self.author.as_deref() {
            Some(name) => Some(
                cells
                    .remove(name)
                    .ok_or_else(|| missing(place, "author", Some(name), &[]))?,
            ),
            None if named(cells, OMOP).is_some() => named(cells, "provider_id").cloned(),
            None => None,
        };
        let author = match cell {
            Some(Value::String(author)) => author.trim().to_owned(),
            Some(Value::Number(author)) => author.to_string(),
            _ => return Ok(None),
        };
        if author.chars().count() > LONGEST_ID || author.chars().any(char::is_control) {
            let cause = "its author is longer than 200 characters or has line ends in it; is the column the right one?";
            return Err(Fault::new(place, "bad-author", cause));
        }
        Ok((!author.is_empty() && author != "0").then_some(author))
    }

    fn status(&self, cells: &mut Map<String, Value>, place: &str) -> Result<Option<Status>, Fault> {
        let Some(name) = self.status.as_deref() else {
            return Ok(None);
        };
        let cell = cells
            .remove(name)
            .ok_or_else(|| missing(place, "status", Some(name), &[]))?;
        let word = match &cell {
            Value::Null => return Ok(None),
            cell => cell.as_str().map(|w| w.trim().to_lowercase()),
        };
        match word.as_deref() {
            Some("") => Ok(None),
            Some(word) if status(word).is_some() => Ok(status(word)),
            _ => {
                let cause = "its status is none that is known (draft, final, amended, withdrawn and their like)";
                Err(Fault::new(place, "bad-status", cause))
            }
        }
    }

    /// What a header lacks, if anything: told once for the table instead of once for each row.
    pub(super) fn lacking(&self, names: &[String], place: &str) -> Option<Fault> {
        let there = |named: Option<&str>, usual: &[&str]| match named {
            Some(name) => names.iter().any(|n| n == name),
            None => usual
                .iter()
                .any(|u| names.iter().any(|n| n.eq_ignore_ascii_case(u))),
        };
        if !there(self.text.as_deref(), TEXTS) {
            return Some(missing(place, "text", self.text.as_deref(), TEXTS));
        }
        if self.id.is_some() && !there(self.id.as_deref(), IDS) {
            return Some(missing(place, "id", self.id.as_deref(), IDS));
        }
        if self.date.is_some() && !there(self.date.as_deref(), DATES) {
            return Some(missing(place, "date", self.date.as_deref(), DATES));
        }
        let concat = self.concat.as_ref();
        let others = [
            ("author", self.author.as_deref()),
            ("status", self.status.as_deref()),
            ("pieces", concat.map(|c| c.by.as_str())),
            ("pieces", concat.map(|c| c.order.as_str())),
        ];
        let mut lacking = others
            .into_iter()
            .filter(|(_, name)| name.is_some() && !there(*name, &[]));
        lacking
            .next()
            .map(|(what, name)| missing(place, what, name, &[]))
    }
}

/// Whether something can be told as an id, in results and in errors.
pub(super) fn is_id(id: &str) -> bool {
    !id.trim().is_empty() && id.chars().count() <= LONGEST_ID && !id.chars().any(char::is_control)
}

/// What the words of a status column mean: our own, those of HL7 v2 and FHIR, and what systems say besides.
fn status(word: &str) -> Option<Status> {
    Some(match word {
        "draft" | "preliminary" | "partial" | "unsigned" | "incomplete" | "in progress"
        | "dictated" | "transcribed" | "registered" | "p" | "di" | "ip" | "in" | "pa" | "do" => {
            Status::Draft
        }
        "final"
        | "signed"
        | "authenticated"
        | "legally authenticated"
        | "verified"
        | "completed"
        | "f"
        | "au"
        | "la" => Status::Final,
        "amended" | "corrected" | "appended" | "addended" | "c" => Status::Amended,
        "withdrawn" | "cancelled" | "canceled" | "entered-in-error" | "entered in error"
        | "retracted" | "deleted" | "superseded" | "x" => Status::Withdrawn,
        _ => return None,
    })
}

/// The cell of a name in any case of letters.
fn named<'a>(cells: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let mut cells = cells.iter();
    let found = cells.find(|(k, _)| k.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value)
}

/// Takes a cell out: that of the named column, else that of the first usual name there is.
fn take(cells: &mut Map<String, Value>, named: Option<&str>, usual: &[&str]) -> Option<Value> {
    if let Some(name) = named {
        return cells.remove(name);
    }
    let name = usual
        .iter()
        .find_map(|u| cells.keys().find(|k| k.eq_ignore_ascii_case(u)).cloned())?;
    cells.remove(&name)
}

/// The header of a table without one is a row of a report, so the names that are there are not told.
fn missing(place: &str, what: &str, named: Option<&str>, usual: &[&str]) -> Fault {
    let cause = match named {
        Some(name) if what == "pieces" => {
            format!("no column \"{name}\" for the pieces; see --concat-by and --order-by")
        }
        Some(name) => format!("no column \"{name}\" for the {what}; see --{what}-col"),
        None => format!(
            "no column for the {what} ({}); name it with --{what}-col",
            usual.join(", ")
        ),
    };
    Fault::new(place, "no-column", cause)
}

/// A day as tables write it: `2024-05-02`, perhaps with a time behind it, `20240502`, `5/2/2024`.
pub(super) fn day(cell: &str) -> Option<Date> {
    let head = cell.split(['T', ' ']).next().unwrap_or_default();
    if let Ok(date) = head.parse() {
        return Some(date);
    }
    let parts: Vec<&str> = head.split('/').collect();
    if let [month, day, year] = parts[..] {
        let short = |p: &str| (p.len() <= 2).then(|| p.parse().ok()).flatten();
        let year = (year.len() == 4).then(|| year.parse().ok()).flatten()?;
        return Date::new(year, short(month)?, short(day)?);
    }
    let digits = head
        .get(..8)
        .filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
    let number = |from, to| digits.get(from..to)?.parse::<u16>().ok();
    let small = |from, to| u8::try_from(number(from, to)?).ok();
    Date::new(number(0, 4)?, small(4, 6)?, small(6, 8)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_tables_write_them() {
        for (cell, told) in [
            ("2024-05-02", Some("2024-05-02")),
            ("2024-05-02T10:11:12Z", Some("2024-05-02")),
            ("2024-05-02 10:11", Some("2024-05-02")),
            ("5/2/2024", Some("2024-05-02")),
            ("20240502101112", Some("2024-05-02")),
            ("13/2/2024", None),
            ("02.05.2024", None),
            ("soon", None),
        ] {
            let found = day(cell).map(|d| d.to_string());
            assert_eq!(found.as_deref(), told, "{cell}");
        }
    }

    #[test]
    fn a_row_tells_what_it_lacks_without_its_text() {
        let columns = Columns::default();
        for (row, kind) in [
            (r#"{"id": "1", "text": "IVUS", "ward": 3}"#, "ok"),
            (r#"{"id": 1, "NOTE_TEXT": "IVUS"}"#, "ok"),
            (r#"{"text": "IVUS"}"#, "ok"),
            (r#"{"id": " ", "text": "canary"}"#, "no-id"),
            (r#"{"id": ["canary"], "text": "canary"}"#, "bad-id"),
            (r#"{"id": "canary\ncanary", "text": "canary"}"#, "bad-id"),
            (r#"{"id": "1", "text": 5}"#, "bad-text"),
            (r#"{"id": "1", "text": "\n "}"#, "empty"),
            (r#"{"id": "1", "canary": "canary"}"#, "no-column"),
            (
                r#"{"id": "1", "text": "canary", "note_date": "canary"}"#,
                "bad-date",
            ),
        ] {
            let cells: Map<String, Value> = serde_json::from_str(row).unwrap();
            match columns.record(cells, "t:1", || "t:1".to_owned()) {
                Ok(record) => assert_eq!((kind, record.text.as_str()), ("ok", "IVUS")),
                Err(fault) => {
                    assert_eq!(fault.kind, kind, "{row}");
                    assert!(!format!("{fault:?}").contains("canary"), "{fault:?}");
                }
            }
        }
    }
}
