//! Which columns of a table hold a report's id, text and date of service, and how their cells are read.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{Concat, Fault, Record, Status, embedded};
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

/// The longest name of a column that is told.
const LONGEST_NAME: usize = 64;

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
        let text = self.take_text(&mut cells, place);
        let text = text.and_then(|text| embedded::text_of_cell(text, place));
        let text = text.map_err(|f| f.of(&id))?;
        if text.trim().is_empty() {
            return Err(Fault::new(place, "empty", "empty, there is no text in it").of(id));
        }
        let date = match take(&mut cells, self.date.as_deref(), DATES) {
            None | Some(Value::Null) => None,
            Some(Value::String(cell)) if cell.trim().is_empty() => None,
            Some(cell) => {
                let cause = "its date of service is not a date; write it as YYYY-MM-DD, MM/DD/YYYY or with the month's name";
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
            verbatim: BTreeMap::new(),
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
            Some(name) => cells.remove(name),
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
        let word = match cells.remove(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(cell) => cell.as_str().map(|w| w.trim().to_lowercase()),
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
            .or_else(|| doubled(names, place))
    }

    /// Whether a column holds the text.
    pub(super) fn is_text(&self, name: &str) -> bool {
        match &self.text {
            Some(text) => text == name,
            None => TEXTS.iter().any(|t| t.eq_ignore_ascii_case(name)),
        }
    }

    /// The columns by which the rows of a table are known: that of the id and that of the date.
    pub(super) fn anchors(&self, names: &[String]) -> [Option<usize>; 2] {
        let cells: Map<String, Value> = names
            .iter()
            .zip(0_usize..)
            .map(|(name, at)| (name.clone(), at.into()))
            .collect();
        let at = |named: Option<&str>, usual: &[&str]| {
            let at = take(&mut cells.clone(), named, usual)?.as_u64()?;
            usize::try_from(at).ok()
        };
        [at(self.id.as_deref(), IDS), at(self.date.as_deref(), DATES)]
    }

    /// The named columns that an object may lack, since some writers leave out what is null.
    pub(super) fn may_lack(&self) -> Vec<(&'static str, String)> {
        let named = [
            ("date", &self.date),
            ("author", &self.author),
            ("status", &self.status),
        ];
        let named = named.into_iter();
        named
            .filter_map(|(what, name)| Some((what, name.clone()?)))
            .collect()
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

/// Whether a first line of cells names an id and a text as tables do.
pub(super) fn is_header(cells: &[&str]) -> bool {
    let any = |usual: &[&str]| {
        let named = |cell: &&str| usual.iter().any(|u| u.eq_ignore_ascii_case(cell));
        cells.iter().any(named)
    };
    any(IDS) && any(TEXTS)
}

/// A name that two columns have.
fn doubled(names: &[String], place: &str) -> Option<Fault> {
    let mut sorted: Vec<&str> = names.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    let pair = sorted.windows(2).find(|pair| pair[0] == pair[1])?;
    let named = Some(pair[0]).filter(|name| name.chars().count() <= LONGEST_NAME);
    let cause = match named {
        Some(name) => format!("two columns are named \"{name}\"; rename or remove one"),
        None => "two columns have the same name; rename or remove one".to_owned(),
    };
    Some(Fault::new(place, "doubled-column", cause))
}

/// The cell of a name, as it is written or in any case of letters.
fn named<'a>(cells: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let mut others = cells.iter();
    cells.get(name).or_else(|| {
        let found = others.find(|(k, _)| k.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    })
}

/// Takes a cell out: that of the named column, else that of the first usual name there is.
fn take(cells: &mut Map<String, Value>, named: Option<&str>, usual: &[&str]) -> Option<Value> {
    if let Some(name) = named {
        return cells.remove(name);
    }
    let name = usual.iter().find_map(|u| {
        let mut others = cells.keys();
        let exact = cells.contains_key(*u).then(|| (*u).to_owned());
        exact.or_else(|| others.find(|k| k.eq_ignore_ascii_case(u)).cloned())
    })?;
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

/// A day as tables write it: `2024-05-02`, perhaps with a time behind it, `20240502`, `5/2/2024`, `2024/5/2`, `2-May-24`.
pub(super) fn day(cell: &str) -> Option<Date> {
    let head = cell.split(['T', ' ']).next().unwrap_or_default();
    if let Ok(date) = head.parse() {
        return Some(date);
    }
    if let Some(date) = with_month(cell) {
        return Some(date);
    }
    let signs: &[char] = match head.find(['/', '-']) {
        // The year first, or a month of one digit would be taken for a day.
        Some(4) => &['/', '-'],
        _ => &['/'],
    };
    let parts: Vec<&str> = head.split(signs).collect();
    if let [first, second, third] = parts[..] {
        let short = |p: &str| (p.len() <= 2).then(|| p.parse().ok()).flatten();
        let (year, month, day) = match first.len() {
            4 => (first, second, third),
            _ => (third, first, second),
        };
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

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The number of a month's name, whole or short ("May", "SEPT").
fn month(word: &str) -> Option<u8> {
    let word = word.to_ascii_lowercase();
    let found = MONTHS.iter().zip(1..);
    let mut found = found.filter(|(name, _)| word.len() >= 3 && name.starts_with(&word));
    found.next().map(|(_, number)| number)
}

/// A day with its month by name, whose parts cannot be taken for each other: "02-MAY-24", "2 May 2024", "May 2, 2024",
/// "02MAY2024". Two digits of a year are of this century.
fn with_month(cell: &str) -> Option<Date> {
    let kind = |c: char| (c.is_ascii_digit(), c.is_ascii_alphabetic());
    let mut parts: Vec<&str> = Vec::new();
    let mut rest = cell;
    while parts.len() < 3 {
        rest = rest.trim_start_matches([' ', '-', '/', ',', '.']);
        let first = rest.chars().next()?;
        if kind(first) == (false, false) {
            return None;
        }
        let end = rest.find(|c| kind(c) != kind(first)).unwrap_or(rest.len());
        let (part, behind) = rest.split_at(end);
        parts.push(part);
        rest = behind;
    }
    let (day, month, year) = match (month(parts[0]), month(parts[1])) {
        (None, Some(month)) => (parts[0], month, parts[2]),
        (Some(month), None) => (parts[1], month, parts[2]),
        _ => return None,
    };
    let day = (day.len() <= 2).then(|| day.parse().ok()).flatten()?;
    let year: u16 = match year.len() {
        2 => 2000 + year.parse::<u16>().ok()?,
        4 => year.parse().ok()?,
        _ => return None,
    };
    Date::new(year, month, day)
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
            ("2024/05/02", Some("2024-05-02")),
            ("2024-5-2", Some("2024-05-02")),
            ("5-2-2024", None),
            ("2024/5/2 10:11", Some("2024-05-02")),
            ("02-MAY-24", Some("2024-05-02")),
            ("02-MAY-24 10.11.12 AM", Some("2024-05-02")),
            ("2-May-2024", Some("2024-05-02")),
            ("2 May 2024", Some("2024-05-02")),
            ("May 2, 2024", Some("2024-05-02")),
            ("Sept. 2, 2024", Some("2024-09-02")),
            ("02MAY2024:10:11:12", Some("2024-05-02")),
            ("31-APR-24", None),
            ("2-Mai-2024", None),
            ("05/02/24", None),
            ("2/May", None),
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
