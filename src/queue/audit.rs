//! Who read, decided, exported, came in or was turned away: a table that is only added to, each row bound to the one before
//! it by a keyed digest, and its head noted in a second file, so that a cut or a whole store put back is seen as well.

use std::{
    fs::{self, File, OpenOptions},
    io::{Seek, SeekFrom, Write},
    path::Path,
};

use hmac::{Hmac, KeyInit, Mac};
use rusqlite::{Connection, OptionalExtension, Row, Savepoint, named_params};
use sha2::Sha256;

use super::{
    bound::Vouched,
    refusal::{Outcome, Refusal},
    rights::Actor,
    secret::{self, Key, digits},
    store::{Store, lock},
    time::{self, Moment},
};
use crate::error::{Error, Result};

/// One thing that happened. None of its words may come from a report's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// What: `read`, `decide`, `login`, `export` …
    pub event: &'a str,
    /// Of what: `report 17`, `user 3`, `audit`.
    pub object: String,
    /// `done`, `denied` or `failed`.
    pub outcome: &'a str,
    /// More, such as the reason.
    pub detail: String,
    /// Digests of the rows it vouches for.
    pub(crate) bound: String,
}

impl<'a> Event<'a> {
    /// Something that was done.
    pub fn done(event: &'a str, object: impl Into<String>) -> Self {
        Self {
            event,
            object: object.into(),
            outcome: "done",
            detail: String::new(),
            bound: String::new(),
        }
    }

    /// Something that was refused.
    pub fn denied(event: &'a str, object: impl Into<String>) -> Self {
        Self {
            outcome: "denied",
            ..Self::done(event, object)
        }
    }

    /// The same with more words.
    #[must_use]
    pub fn with(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }
}

/// A row of the table.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its number, from 1.
    pub seq: i64,
    /// When.
    pub at: Moment,
    /// Who, by name.
    pub actor: String,
    /// From where.
    pub origin: String,
    /// What.
    pub event: String,
    /// Of what.
    pub object: String,
    /// How it ended.
    pub outcome: String,
    /// More.
    pub detail: String,
    /// Digests of the rows it vouches for.
    bound: String,
    mac: Vec<u8>,
}

/// The number and digest of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The row's number; 0 before the first.
    pub seq: i64,
    /// Its digest, in digits.
    pub mac: String,
}

/// What is wrong with the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// The first bad row.
    pub seq: i64,
    /// What is wrong.
    pub words: String,
}

impl Entry {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get("seq")?,
            at: row.get("at")?,
            actor: row.get("actor")?,
            origin: row.get("origin")?,
            event: row.get("event")?,
            object: row.get("object")?,
            outcome: row.get("outcome")?,
            detail: row.get("detail")?,
            // A copy that an older program made has none.
            bound: match row.as_ref().column_index("bound") {
                Ok(n) => row.get(n)?,
                Err(_) => String::new(),
            },
            mac: row.get("mac")?,
        })
    }

    /// The digest of this row behind another; each field with its length, so that none can pass into the next.
    fn mac(&self, key: &Key, before: &[u8]) -> Vec<u8> {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key.0) else {
            return Vec::new();
        };
        let (seq, at) = (self.seq.to_le_bytes(), self.at.to_le_bytes());
        let words = [
            &self.actor,
            &self.origin,
            &self.event,
            &self.object,
            &self.outcome,
            &self.detail,
        ];
        // Rows that vouch for nothing are as they were before rows could.
        let bound = Some(&self.bound).filter(|b| !b.is_empty());
        for field in [before, &seq, &at]
            .into_iter()
            .chain(words.into_iter().chain(bound).map(String::as_bytes))
        {
            mac.update(&(field.len() as u64).to_le_bytes());
            mac.update(field);
        }
        mac.finalize().into_bytes().to_vec()
    }
}

/// Adds a row, in the transaction of what it tells of: neither is kept without the other.
pub(super) fn append(
    tx: &Savepoint<'_>,
    key: &Key,
    actor: &Actor,
    event: &Event<'_>,
) -> Outcome<()> {
    let before = sound_last(tx, key)?;
    // A clock that was set back shows in the detail, and the order stays that of the numbers.
    let now = time::now();
    let skew = before.as_ref().filter(|b| b.at > now).map(|b| b.at - now);
    let mut entry = Entry {
        seq: before.as_ref().map_or(1, |b| b.seq + 1),
        at: now,
        actor: actor.name.clone(),
        origin: actor.origin.clone(),
        event: event.event.to_owned(),
        object: event.object.clone(),
        outcome: event.outcome.to_owned(),
        detail: match skew {
            Some(skew) => format!("{} [clock {skew} ms behind the row before]", event.detail),
            None => event.detail.clone(),
        },
        bound: event.bound.clone(),
        mac: Vec::new(),
    };
    entry.mac = entry.mac(key, before.as_ref().map_or(&[][..], |b| &b.mac));
    tx.prepare_cached(
        "INSERT INTO audit (seq, at, actor, origin, event, object, outcome, detail, bound, mac) \
         VALUES (:seq, :at, :actor, :origin, :event, :object, :outcome, :detail, :bound, :mac)",
    )?
    .execute(named_params! {
        ":seq": entry.seq, ":at": entry.at, ":actor": entry.actor, ":origin": entry.origin,
        ":event": entry.event, ":object": entry.object, ":outcome": entry.outcome,
        ":detail": entry.detail, ":bound": entry.bound, ":mac": entry.mac,
    })?;
    Ok(())
}

/// The last row, seen to hang on the one before it: nothing is added to a chain whose end was changed.
fn sound_last(connection: &Connection, key: &Key) -> Outcome<Option<Entry>> {
    let mut statement =
        connection.prepare_cached("SELECT * FROM audit ORDER BY seq DESC LIMIT 2")?;
    let rows = statement.query_map([], Entry::of)?;
    let mut rows = rows.collect::<rusqlite::Result<Vec<_>>>()?.into_iter();
    let (last, before) = (rows.next(), rows.next());
    if let Some(last) = &last {
        let follows = before.as_ref().map_or(0, |b| b.seq) + 1 == last.seq;
        let mac = last.mac(key, before.as_ref().map_or(&[][..], |b| &b.mac));
        if !follows || mac != last.mac {
            return Err(Refusal::Broken(format!(
                "the audit log is broken at row {}, its last one",
                last.seq
            )));
        }
    }
    Ok(last)
}

fn last_row(connection: &Connection) -> Outcome<Option<Entry>> {
    let mut statement =
        connection.prepare_cached("SELECT * FROM audit ORDER BY seq DESC LIMIT 1")?;
    Ok(statement.query_row([], Entry::of).optional()?)
}

/// The last row's number and digest.
pub(super) fn last(connection: &Connection) -> Outcome<Link> {
    Ok(last_row(connection)?.map_or(
        Link {
            seq: 0,
            mac: String::new(),
        },
        |row| Link {
            seq: row.seq,
            mac: digits(&row.mac),
        },
    ))
}

/// What a listing of rows is limited to; an empty text limits nothing.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Who.
    pub actor: String,
    /// Of what.
    pub object: String,
    /// What.
    pub event: String,
    /// How it ended: `done`, `denied` or `failed`.
    pub outcome: String,
    /// Rows before this number alone.
    pub before: Option<i64>,
    /// Rows of this moment or later.
    pub from: Option<Moment>,
    /// Rows before this moment.
    pub until: Option<Moment>,
}

/// Rows, the newest first.
pub(super) fn list(connection: &Connection, wanted: &Wanted, most: u32) -> Outcome<Vec<Entry>> {
    let mut statement = connection.prepare_cached(
        "SELECT * FROM audit WHERE (:actor = '' OR actor = :actor) AND (:object = '' OR object = :object) \
         AND (:event = '' OR event = :event) AND (:outcome = '' OR outcome = :outcome) AND seq < :before \
         AND (:from IS NULL OR at >= :from) AND (:until IS NULL OR at < :until) ORDER BY seq DESC LIMIT :most",
    )?;
    let rows = statement.query_map(
        named_params! {
            ":actor": wanted.actor, ":object": wanted.object, ":event": wanted.event,
            ":outcome": wanted.outcome, ":before": wanted.before.unwrap_or(i64::MAX), ":most": most,
            ":from": wanted.from, ":until": wanted.until,
        },
        Entry::of,
    )?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Goes through the whole chain and the rows it vouches for; the number of audit rows, or the first break.
pub(super) fn verify(
    connection: &Connection,
    key: &Key,
    noted: &[Link],
) -> Outcome<std::result::Result<i64, Break>> {
    let mut statement = connection.prepare("SELECT * FROM audit ORDER BY seq")?;
    let mut rows = statement.query([])?;
    let (mut before, mut seq) = (Vec::new(), 0);
    let mut vouched = Vouched::default();
    let broken = |seq, words: &str| {
        Ok(Err(Break {
            seq,
            words: words.to_owned(),
        }))
    };
    while let Some(row) = rows.next()? {
        let Ok(entry) = Entry::of(row) else {
            return broken(seq + 1, "the row holds a value of another kind");
        };
        seq += 1;
        if entry.seq != seq {
            return broken(seq, "the row is missing");
        }
        if entry.mac(key, &before) != entry.mac {
            return broken(
                seq,
                "the row, or the one before it, is not as it was written, or the key is another",
            );
        }
        let mac = digits(&entry.mac);
        if noted.iter().any(|n| n.seq == seq && n.mac != mac) {
            return broken(
                seq,
                "the row differs from the head that was noted outside the store",
            );
        }
        vouched.take(seq, &entry.bound);
        before = entry.mac;
    }
    if let Some(beyond) = noted.iter().find(|n| n.seq > seq) {
        let words = format!(
            "the table ends at row {seq}, but row {} was noted outside the store: rows were cut off, or an older store was put back",
            beyond.seq
        );
        return broken(seq + 1, &words);
    }
    // A copy that an older program made vouches for none.
    let vouches = connection
        .prepare("SELECT bound FROM audit LIMIT 0")
        .is_ok();
    if vouches && let Some(differing) = vouched.differing(connection, seq)? {
        return Ok(Err(differing));
    }
    Ok(Ok(seq))
}

/// The file beside the store in which the last row is noted after each commit.
pub(super) struct Head {
    file: File,
}

impl Head {
    pub(super) fn open(store: &Path) -> Result<Self> {
        let path = Self::path(store);
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(|e| Error::write(&path, e))?;
        Ok(Self { file })
    }

    fn path(store: &Path) -> std::path::PathBuf {
        secret::beside(store, ".head")
    }

    /// Notes a row. A failure costs nothing but the note: the next one tries again.
    pub(super) fn note(&mut self, link: &Link) {
        if link.seq > 0 {
            let line = format!("{:020} {}\n", link.seq, link.mac);
            let _ = self
                .file
                .seek(SeekFrom::Start(0))
                .and_then(|_| self.file.write_all(line.as_bytes()));
        }
    }

    /// The row that was noted, if any.
    pub(super) fn read(store: &Path) -> Option<Link> {
        parse(fs::read_to_string(Self::path(store)).ok()?.trim())
    }
}

/// Reads a noted row: its number and its digest.
#[must_use]
pub fn parse(text: &str) -> Option<Link> {
    let (seq, mac) = text.split_once([' ', ':'])?;
    let seq = seq.trim_start_matches('0').parse().ok()?;
    Some(Link {
        seq,
        mac: mac.trim().to_owned(),
    })
}

impl Store {
    /// Goes through the audit chain, and compares it with the head beside the store and another one that was kept elsewhere.
    ///
    /// # Errors
    /// When the store cannot be read. A break in the chain is the inner error.
    pub fn verify_audit(&self, kept: Option<Link>) -> Outcome<std::result::Result<i64, Break>> {
        // The note is read first: rows may be added meanwhile, and none is taken away.
        let noted: Vec<Link> = {
            let _held = lock(&self.head);
            Head::read(self.path()).into_iter().chain(kept).collect()
        };
        self.read(|connection| verify(connection, &self.key, &noted))
    }

    /// The number and digest of the last row.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn audit_head(&self) -> Outcome<Link> {
        self.read(last)
    }
}
