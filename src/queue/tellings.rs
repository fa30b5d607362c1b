//! What messages told of documents, kept in the order of arrival, and which messages came already.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension, Savepoint};

use super::{
    refusal::{Outcome, Refusal},
    reports, time,
};
use crate::intake::{Record, Telling};

/// Messages of one document and its addenda that are looked at together.
const MOST: usize = 1000;

/// By what a message is known again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Who sent it: application and facility.
    pub sender: String,
    /// The sender's number of it.
    pub control: String,
    /// A digest of all its bytes.
    pub digest: [u8; 32],
}

/// A message in the words of the audit log: who sent it (MSH-3, MSH-4) and its number (MSH-10), each of which may be blank.
#[must_use]
pub fn described(sender: &str, control: &str) -> String {
    let sender = match sender.trim_matches('@') {
        "" => "an unnamed sender",
        _ => sender,
    };
    match control {
        "" => format!("{sender}, without a number"),
        _ => format!("{sender} number {control}"),
    }
}

/// Whether a message came already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// No.
    No,
    /// The same message.
    Same,
    /// Another message under the same number.
    Other,
}

/// Whether a message came already.
pub(super) fn known(connection: &Connection, mark: &Mark) -> Outcome<Known> {
    let mut statement = connection.prepare_cached(
        "SELECT max(digest = ?3) FROM received WHERE sender = ?1 AND control = ?2",
    )?;
    let same: Option<bool> =
        statement.query_row((&mark.sender, &mark.control, mark.digest), |r| r.get(0))?;
    Ok(match same {
        None => Known::No,
        Some(true) => Known::Same,
        Some(false) => Known::Other,
    })
}

/// Notes that a message was kept.
pub(super) fn note(tx: &Savepoint<'_>, mark: &Mark) -> Outcome<()> {
    tx.prepare_cached(
        "INSERT INTO received (sender, control, digest, received_at) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute((&mark.sender, &mark.control, mark.digest, time::now()))?;
    Ok(())
}

/// Keeps what was told of a document at a site, unless it is what was told of it last.
pub(super) fn keep(tx: &Savepoint<'_>, site: &str, telling: &Telling) -> Outcome<()> {
    let body = telling.to_json();
    let last: Option<(Option<String>, String)> = tx
        .prepare_cached(
            "SELECT other, body FROM told WHERE site = ?1 AND document = ?2 ORDER BY id DESC LIMIT 1",
        )?
        .query_row((site, telling.document()), |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?;
    if last.is_some_and(|(other, kept)| other.as_deref() == telling.other() && kept == body) {
        return Ok(());
    }
    tx.prepare_cached(
        "INSERT INTO told (site, document, other, body, received_at) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute((site, telling.document(), telling.other(), body, time::now()))?;
    Ok(())
}

/// The number of the last row; another one means that something came in between.
pub(super) fn stamp(connection: &Connection) -> Outcome<i64> {
    let last = connection
        .prepare_cached("SELECT max(id) FROM told")?
        .query_row([], |r| r.get::<_, Option<i64>>(0))?;
    Ok(last.unwrap_or(0))
}

/// What was told of the documents that new tellings name, and of all that these hang together with.
pub(super) struct Past {
    /// What messages told, in order.
    pub(super) told: Vec<Telling>,
    /// Documents that came otherwise than by a message, as they stand; not kept as told yet.
    pub(super) found: Vec<Telling>,
}

/// Goes through all that hangs together with new tellings of a site.
pub(super) fn past(connection: &Connection, site: &str, new: &[Telling]) -> Outcome<Past> {
    let mut open: Vec<String> = Vec::new();
    let mut told_whole: BTreeSet<String> = BTreeSet::new();
    for telling in new {
        open.push(telling.document().to_owned());
        open.extend(telling.other().map(str::to_owned));
    }
    let mut seen = BTreeSet::new();
    let mut rows = BTreeMap::new();
    let mut statement = connection.prepare_cached(
        "SELECT id, document, other, body FROM told WHERE site = ?1 AND document = ?2 \
         UNION SELECT id, document, other, body FROM told WHERE site = ?1 AND other = ?2",
    )?;
    while let Some(document) = open.pop() {
        if !seen.insert(document.clone()) {
            continue;
        }
        let found = statement.query_map((site, &document), |r| {
            let (id, document, other): (i64, String, Option<String>) =
                (r.get(0)?, r.get(1)?, r.get(2)?);
            Ok((id, document, other, r.get::<_, String>(3)?))
        })?;
        for row in found {
            let (id, document, other, body) = row?;
            let telling =
                Telling::from_json(&document, other.as_deref(), &body).ok_or_else(|| {
                    Refusal::Fault("what a message told cannot be read again".to_owned())
                })?;
            open.push(document);
            open.extend(other);
            rows.insert(id, telling);
        }
        if rows.len() > MOST {
            return Err(Refusal::Invalid(format!(
                "more than {MOST} messages hang together with this document; bring it in by `ivus queue import`"
            )));
        }
    }
    let told: Vec<Telling> = rows.into_values().collect();
    for telling in told.iter().chain(new).filter(|t| t.is_document()) {
        told_whole.insert(telling.document().to_owned());
    }
    let mut found = Vec::new();
    for document in seen.iter().filter(|d| !told_whole.contains(*d)) {
        if let Some(version) = reports::newest(connection, site, document)? {
            found.push(Telling::whole(Record {
                id: document.clone(),
                place: String::new(),
                text: version.text,
                date: version.date,
                author: Some(version.physician).filter(|p| !p.is_empty()),
                status: version.status,
                notes: Vec::new(),
                passthrough: serde_json::Map::new(),
                verbatim: std::collections::BTreeMap::new(),
            }));
        }
    }
    Ok(Past { told, found })
}

/// Whether a report is there and not taken back.
pub(super) fn stands(connection: &Connection, site: &str, name: &str) -> Outcome<bool> {
    let mut statement = connection.prepare_cached(
        "SELECT v.status IS NOT 'withdrawn' FROM versions v JOIN reports r ON r.id = v.report \
         WHERE r.site = ?1 AND r.name = ?2 ORDER BY v.number DESC LIMIT 1",
    )?;
    let found: Option<bool> = statement.query_row((site, name), |r| r.get(0)).optional()?;
    Ok(found.unwrap_or(false))
}
