//! Copies of a running store, proved before they are kept; putting one back; and the drill that proves it can be done.

use std::{fs, path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags, backup::Backup};

use super::{
    Desk,
    audit::{self, Event, Link},
    refusal::{Outcome, Refusal},
    rights::{Actor, Right},
    secret::{self, Key},
    store::Store,
};

/// Pages copied at a time, so that writers get their turn in between.
const PAGES: i32 = 256;

/// Rows of each table that a drill compares one by one.
const COMPARED: i64 = 100;

/// What a copy holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Reports.
    pub reports: i64,
    /// Decisions.
    pub decisions: i64,
    /// The last audit row.
    pub head: Link,
}

/// What a drill found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drill {
    /// What the copy holds.
    pub copied: Copied,
    /// Rows compared with the running store.
    pub compared: i64,
    /// Audit rows that were added since the copy was made.
    pub behind: i64,
}

impl Desk {
    /// Copies the running store to a new file, and proves the copy.
    ///
    /// # Errors
    /// When the role may not, the file is there, or the copy is not whole.
    pub fn backup(&self, actor: &Actor, to: &Path) -> Outcome<Copied> {
        self.allow(actor, Right::Upkeep, "backup", "store")?;
        if to.exists() {
            return Err(Refusal::Invalid(format!(
                "{}: there is a file of this name; choose another",
                to.display()
            )));
        }
        self.note(actor, &Event::done("backup", "store"))?;
        // Written beside its place and named last: what has the name is whole.
        let passing = secret::beside(to, ".passing");
        let _ = fs::remove_file(&passing);
        let done = self.copy_to(&passing);
        match done {
            Ok(copied) => {
                fs::rename(&passing, to).map_err(|e| unwritable(to, &e))?;
                Ok(copied)
            }
            Err(e) => {
                let _ = fs::remove_file(&passing);
                Err(e)
            }
        }
    }

    fn copy_to(&self, to: &Path) -> Outcome<Copied> {
        secret::private(to).map_err(|e| unwritable(to, &e))?;
        self.store().read_raw(|from| {
            let mut copy = Connection::open(to)?;
            Backup::new(from, &mut copy)?.run_to_completion(
                PAGES,
                Duration::from_millis(5),
                None,
            )?;
            // One file, without a log beside it.
            copy.pragma_update(None, "journal_mode", "DELETE")?;
            Ok(())
        })?;
        fs::File::open(to)
            .and_then(|f| f.sync_all())
            .map_err(|e| unwritable(to, &e))?;
        prove(to, &self.store().key)
    }

    /// Puts a copy back in an empty place, proves it, and compares it with the running store.
    ///
    /// # Errors
    /// When the role may not, or the copy is damaged or of another store.
    pub fn drill(&self, actor: &Actor, backup: &Path) -> Outcome<Drill> {
        self.allow(actor, Right::Upkeep, "drill", "store")?;
        let folder =
            tempfile::tempdir().map_err(|e| unwritable(Path::new("temporary folder"), &e))?;
        let place = folder.path().join("drill.db");
        let copied = put_back(backup, &place, &Key::path(self.store().path()))?;
        let copy = open(&place)?;
        let mut compared = 0;
        for sql in [
            "SELECT id, hex(digest) || text FROM versions ORDER BY random() LIMIT ?1",
            "SELECT id, suggestion || class || note || decided_at FROM decisions ORDER BY random() LIMIT ?1",
            "SELECT seq, hex(mac) FROM audit ORDER BY random() LIMIT ?1",
        ] {
            compared += self.compare(&copy, sql)?;
        }
        let now = self.store().audit_head()?;
        let done = Event::done("drill", "store").with(format!("{compared} rows compared"));
        self.note(actor, &done)?;
        Ok(Drill {
            behind: now.seq - copied.head.seq,
            copied,
            compared,
        })
    }

    /// Compares rows of a copy with those of the running store.
    fn compare(&self, copy: &Connection, sql: &str) -> Outcome<i64> {
        let one = sql.split(" ORDER BY ").next().unwrap_or(sql);
        let key = if one.contains("FROM audit") {
            "seq"
        } else {
            "id"
        };
        let live = format!("{one} WHERE {key} = ?1");
        let mut statement = copy.prepare(sql)?;
        let mut rows = statement.query([COMPARED])?;
        let mut compared = 0;
        while let Some(row) = rows.next()? {
            let (id, theirs): (i64, String) = (row.get(0)?, row.get(1)?);
            let ours: String = self
                .store()
                .read(|c| Ok(c.prepare_cached(&live)?.query_row([id], |r| r.get(1))?))?;
            if ours != theirs {
                return Err(Refusal::Fault(
                    "the copy differs from the running store; it is of another store, or damaged"
                        .to_owned(),
                ));
            }
            compared += 1;
        }
        Ok(compared)
    }
}

/// Puts a copy in the place of a store that is not there, and proves it.
///
/// `key` is the audit key that was made with the store; without it the copy cannot be proved.
///
/// # Errors
/// When there is a store, the key is missing, or the copy is damaged.
pub fn restore(backup: &Path, to: &Path, key: &Path) -> Outcome<Copied> {
    let copied = put_back(backup, to, key)?;
    // The head beside the place is of the store that was lost; the copy begins anew from its own.
    let _ = fs::remove_file(secret::beside(to, ".head"));
    let store = Store::existing(to).map_err(|e| Refusal::Fault(e.to_string()))?;
    store.write_always(|tx| {
        let done = Event::done("restore", "store").with(format!("to row {}", copied.head.seq));
        audit::append(tx, &store.key, &Actor::command(), &done)
    })?;
    Ok(copied)
}

fn put_back(backup: &Path, to: &Path, key: &Path) -> Outcome<Copied> {
    if to.exists() {
        return Err(Refusal::Invalid(format!(
            "{}: there is a store; move it away first, with the files {0}-wal and {0}-shm",
            to.display()
        )));
    }
    let own = Key::path(to);
    if own != key {
        let bytes = fs::read(key).map_err(|e| unreadable(key, &e))?;
        if !own.exists() {
            write_private(&own, &bytes)?;
        } else if fs::read(&own).map_err(|e| unreadable(&own, &e))? != bytes {
            return Err(Refusal::Invalid(format!(
                "{}: there is another key; move it away first",
                own.display()
            )));
        }
    }
    let key = Key::beside(to, false).map_err(|e| Refusal::Invalid(e.to_string()))?;
    let bytes = fs::read(backup).map_err(|e| unreadable(backup, &e))?;
    write_private(to, &bytes)?;
    let proved = prove(to, &key);
    if proved.is_err() {
        let _ = fs::remove_file(to);
    }
    proved
}

/// Sees that a file is a whole store with an unbroken audit table.
fn prove(path: &Path, key: &Key) -> Outcome<Copied> {
    let damaged = |_| Refusal::Invalid(format!("{}: damaged, or no store", path.display()));
    let copy = open(path)?;
    let sound: String = copy
        .query_row("PRAGMA integrity_check(1)", [], |r| r.get(0))
        .map_err(damaged)?;
    if sound != "ok" {
        return Err(Refusal::Invalid(format!("{}: damaged", path.display())));
    }
    if let Err(broken) = audit::verify(&copy, key, &[])? {
        return Err(Refusal::Invalid(format!(
            "{}: the audit table breaks at row {}: {}",
            path.display(),
            broken.seq,
            broken.words
        )));
    }
    let count = |sql: &str| copy.query_row(sql, [], |r| r.get(0)).map_err(damaged);
    Ok(Copied {
        reports: count("SELECT count(*) FROM reports")?,
        decisions: count("SELECT count(*) FROM decisions")?,
        head: audit::last(&copy)?,
    })
}

fn open(path: &Path) -> Outcome<Connection> {
    Ok(Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY,
    )?)
}

fn write_private(to: &Path, bytes: &[u8]) -> Outcome<()> {
    use std::io::Write as _;
    let mut file = secret::private(to).map_err(|e| unwritable(to, &e))?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(|e| unwritable(to, &e))
}

fn unwritable(path: &Path, error: &std::io::Error) -> Refusal {
    Refusal::Fault(format!("{}: cannot be written: {error}", path.display()))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Refusal {
    Refusal::Invalid(format!("{}: cannot be read: {error}", path.display()))
}
