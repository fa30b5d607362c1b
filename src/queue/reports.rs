//! Reports and their versions: the same text twice is one, a changed text is a new version.

use rusqlite::{Connection, OptionalExtension, Row, Savepoint, named_params};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{
    refusal::{Outcome, Refusal},
    rights::Actor,
    time::{self, Moment},
};
use crate::{date::Date, intake::Record, text::Standing};

/// Columns that hold the patient; messages tell it under the last name.
const PATIENT: [&str; 4] = ["patient_ref", "patient_id", "person_id", "patient"];

/// Characters an id, site, physician or source may have.
const LONGEST_NAME: usize = 200;

/// A report on its way in. `Debug` is left out: it holds the text.
#[derive(Clone)]
pub struct Incoming {
    /// Its id where it comes from; one id at one site is one report.
    pub name: String,
    /// The text.
    pub text: String,
    /// The date of service that came with it.
    pub date: Option<Date>,
    /// Where it came from: a file, `upload`, a sender.
    pub source: String,
    /// The site.
    pub site: String,
    /// The physician.
    pub physician: String,
    /// The patient's number, where its source tells one.
    pub patient: Option<String>,
    /// How far it had come, where its source tells that. A withdrawn one may be without text.
    pub status: Option<Standing>,
}

/// Where a report came from, as it is shown: of a file its name, not the folders of the server.
#[must_use]
pub fn source_name(source: &str) -> &str {
    let name = source.rsplit(['/', '\\']).next().unwrap_or_default();
    if name.is_empty() { source } else { name }
}

/// What became of an incoming report; the number is the queue's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imported {
    /// It was not there.
    New(i64),
    /// It was there with this text and date.
    Known(i64),
    /// It was there with another text or date; decisions stay with the older version.
    Changed(i64),
}

impl Imported {
    /// The report's number.
    #[must_use]
    pub fn report(self) -> i64 {
        match self {
            Self::New(n) | Self::Known(n) | Self::Changed(n) => n,
        }
    }
}

/// One version of a report, with what is known of the report.
#[derive(Clone)]
pub struct Version {
    /// The report's number in the queue.
    pub report: i64,
    /// The report's id where it comes from.
    pub name: String,
    /// The site.
    pub site: String,
    /// The physician.
    pub physician: String,
    /// The version's key.
    pub id: i64,
    /// The version's number, from 1.
    pub number: i64,
    /// The text.
    pub text: String,
    /// Where it came from.
    pub source: String,
    /// The date of service that came with it.
    pub date: Option<Date>,
    /// When it came.
    pub received_at: Moment,
    /// How far it had come.
    pub status: Option<Standing>,
}

impl Version {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            report: row.get("report")?,
            name: row.get("name")?,
            site: row.get("site")?,
            physician: row.get("physician")?,
            id: row.get("id")?,
            number: row.get("number")?,
            text: row.get("text")?,
            source: row.get("source")?,
            date: row
                .get::<_, Option<String>>("date_of_service")?
                .and_then(|d| d.parse().ok()),
            received_at: row.get("received_at")?,
            status: row
                .get::<_, Option<String>>("status")?
                .and_then(|s| Standing::named(&s)),
        })
    }
}

const VERSION: &str = "SELECT v.id, v.report, v.number, v.text, v.source, v.date_of_service, v.received_at, v.status, \
     r.name, r.site, r.physician FROM versions v JOIN reports r ON r.id = v.report ";

impl Incoming {
    /// A record as the queue takes it: with the site and physician of its columns or its author, else the given ones.
    #[must_use]
    pub fn of(record: Record, site: &str, physician: &str) -> Self {
        let columns = &record.passthrough;
        let told_site = cell(columns, &["site", "care_site_id", "facility"]);
        let told_physician = cell(columns, &["physician", "provider_id", "provider"]);
        Self {
            patient: patient(columns),
            name: record.id,
            text: record.text,
            date: record.date,
            source: record.place,
            site: told_site.unwrap_or_else(|| site.to_owned()),
            physician: told_physician
                .or(record.author)
                .unwrap_or_else(|| physician.to_owned()),
            status: kept(record.status),
        }
    }

    /// The same at the one site of who brings it, if there is such a one.
    #[must_use]
    pub fn within(mut self, actor: &Actor) -> Self {
        if let Some(site) = &actor.site {
            site.clone_into(&mut self.site);
        }
        self
    }

    /// Sees to it that names are names.
    ///
    /// # Errors
    /// When one is empty, too long to be a name, or holds control characters.
    pub fn checked(mut self) -> Outcome<Self> {
        for (what, name) in [
            ("id", &mut self.name),
            ("site", &mut self.site),
            ("physician", &mut self.physician),
            ("source", &mut self.source),
        ] {
            *name = name.trim().to_owned();
            if name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
                return Err(Refusal::Invalid(format!(
                    "the {what} is longer than {LONGEST_NAME} characters or holds control characters; it should be a name"
                )));
            }
        }
        // A patient's number that is none is left out; the report counts more.
        let is_name = |p: &String| {
            !p.is_empty() && p.chars().count() <= LONGEST_NAME && !p.chars().any(char::is_control)
        };
        self.patient = self.patient.map(|p| p.trim().to_owned()).filter(is_name);
        if self.name.is_empty() {
            return Err(Refusal::invalid("the report has no id"));
        }
        if self.text.trim().is_empty() && !self.is_withdrawn() {
            return Err(Refusal::invalid("the report has no text"));
        }
        if self.text.contains('\0') {
            return Err(Refusal::invalid("the report holds binary content"));
        }
        Ok(self)
    }

    /// Whether its sender took it back.
    #[must_use]
    pub fn is_withdrawn(&self) -> bool {
        self.status == Some(Standing::Withdrawn)
    }

    fn digest(&self) -> Vec<u8> {
        let date = self.date.map(|d| d.to_string()).unwrap_or_default();
        let mut hash = Sha256::new();
        hash.update((date.len() as u64).to_le_bytes());
        hash.update(date);
        hash.update(&self.text);
        // What units rest on; between signed, amended and not told there is no difference for that.
        if let Some(status @ (Standing::Draft | Standing::Withdrawn)) = self.status {
            hash.update(b"\0");
            hash.update(status.word());
        }
        hash.finalize().to_vec()
    }
}

/// The patient, when a column that usually holds one came along.
pub(super) fn patient(columns: &Map<String, Value>) -> Option<String> {
    cell(columns, &PATIENT)
}

/// The status that the store keeps. An addendum whose report has not come is not all there yet, as a draft is; it goes to its
/// report when that comes.
pub(super) fn kept(status: Option<Standing>) -> Option<Standing> {
    match status {
        Some(Standing::Addendum) => Some(Standing::Draft),
        status => status,
    }
}

/// The first of some columns that says something, in any case of letters.
fn cell(columns: &Map<String, Value>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| {
        let (_, value) = columns.iter().find(|(n, _)| n.eq_ignore_ascii_case(name))?;
        let text = match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        (!text.is_empty()).then_some(text)
    })
}

/// What is to be kept of a report that its sender took back: its newest text, when it came without one; `None` when it is not
/// there.
pub(super) fn taken_back(
    connection: &Connection,
    mut incoming: Incoming,
) -> Outcome<Option<Incoming>> {
    let Some(newest) = newest(connection, &incoming.site, &incoming.name)? else {
        return Ok(None);
    };
    if incoming.text.trim().is_empty() {
        incoming.text = newest.text;
        incoming.date = incoming.date.or(newest.date);
    }
    Ok(Some(incoming))
}

/// The newest version that came from outside of a report by its site and id.
pub(super) fn newest(connection: &Connection, site: &str, name: &str) -> Outcome<Option<Version>> {
    let sql = format!(
        "{VERSION} WHERE r.site = ?1 AND r.name = ?2 AND v.source <> 'addendum' ORDER BY v.number DESC LIMIT 1"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement.query_row((site, name), Version::of).optional()?)
}

/// Keeps a report; the version's key as well.
pub(super) fn keep(tx: &Savepoint<'_>, incoming: &Incoming) -> Outcome<(Imported, i64)> {
    let digest = incoming.digest();
    let known: Option<i64> = tx
        .prepare_cached("SELECT id FROM reports WHERE site = ?1 AND name = ?2")?
        .query_row((&incoming.site, &incoming.name), |r| r.get(0))
        .optional()?;
    let Some(report) = known else {
        tx.prepare_cached(
            "INSERT INTO reports (name, site, physician, received_at, patient) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute((
            &incoming.name,
            &incoming.site,
            &incoming.physician,
            time::now(),
            incoming.patient.as_deref().unwrap_or_default(),
        ))?;
        let report = tx.last_insert_rowid();
        let version = add_version(tx, report, 1, incoming, &digest)?;
        return Ok((Imported::New(report), version));
    };
    // A physician who was not known yet is taken over; the newest version says who it was.
    if !incoming.physician.is_empty() {
        tx.prepare_cached("UPDATE reports SET physician = ?2 WHERE id = ?1 AND physician <> ?2")?
            .execute((report, &incoming.physician))?;
    }
    if let Some(patient) = &incoming.patient {
        tx.prepare_cached("UPDATE reports SET patient = ?2 WHERE id = ?1 AND patient <> ?2")?
            .execute((report, patient))?;
    }
    let (version, number, kept): (i64, i64, Vec<u8>) = tx
        .prepare_cached(
            "SELECT id, number, digest FROM versions WHERE report = ?1 ORDER BY number DESC LIMIT 1",
        )?
        .query_row([report], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
    // A sender who repeats the text to which addenda were added here brings nothing new.
    let answered_on: Option<Vec<u8>> = tx
        .prepare_cached(
            "SELECT digest FROM versions WHERE report = ?1 AND source <> 'addendum' ORDER BY number DESC LIMIT 1",
        )?
        .query_row([report], |r| r.get(0))
        .optional()?;
    if kept == digest || answered_on.as_deref() == Some(&digest) {
        return Ok((Imported::Known(report), version));
    }
    let version = add_version(tx, report, number + 1, incoming, &digest)?;
    Ok((Imported::Changed(report), version))
}

fn add_version(
    tx: &Savepoint<'_>,
    report: i64,
    number: i64,
    incoming: &Incoming,
    digest: &[u8],
) -> Outcome<i64> {
    tx.prepare_cached(
        "INSERT INTO versions (report, number, text, digest, source, date_of_service, received_at, status) \
         VALUES (:report, :number, :text, :digest, :source, :date, :at, :status)",
    )?
    .execute(named_params! {
        ":report": report, ":number": number, ":text": incoming.text, ":digest": digest,
        ":source": incoming.source, ":date": incoming.date.map(|d| d.to_string()), ":at": time::now(),
        ":status": incoming.status.map(Standing::word),
    })?;
    Ok(tx.last_insert_rowid())
}

/// The newest version of a report, if this user may see it.
pub(super) fn current(connection: &Connection, actor: &Actor, report: i64) -> Outcome<Version> {
    let sql = format!(
        "{VERSION} WHERE v.report = ?1 AND (?2 IS NULL OR r.site = ?2) AND (?3 IS NULL OR r.physician = ?3) \
         ORDER BY v.number DESC LIMIT 1"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement.query_row(
        (report, actor.site.as_deref(), actor.only_physician()),
        Version::of,
    )?)
}

/// The patient's number of a report, if one was told.
pub(super) fn patient_of(connection: &Connection, report: i64) -> Outcome<Option<String>> {
    let mut statement =
        connection.prepare_cached("SELECT nullif(patient, '') FROM reports WHERE id = ?1")?;
    Ok(statement.query_row([report], |r| r.get(0))?)
}

/// A version by its key.
pub(super) fn version(connection: &Connection, id: i64) -> Outcome<Version> {
    let sql = format!("{VERSION} WHERE v.id = ?1");
    Ok(connection
        .prepare_cached(&sql)?
        .query_row([id], Version::of)?)
}

/// The version before another one, or that one itself when it is the first.
pub(super) fn before(connection: &Connection, version: &Version) -> Outcome<Version> {
    let sql = format!(
        "{VERSION} WHERE v.report = ?1 AND v.number <= max(?2 - 1, 1) ORDER BY v.number DESC LIMIT 1"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement.query_row((version.report, version.number), Version::of)?)
}

/// All versions of a report without their texts: key, number, source, when.
pub(super) fn versions(
    connection: &Connection,
    report: i64,
) -> Outcome<Vec<(i64, i64, String, Moment)>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, number, source, received_at FROM versions WHERE report = ?1 ORDER BY number",
    )?;
    let rows = statement.query_map([report], |r| {
        Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?))
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
