//! The file behind the queue: opening, its settings, its schema by `user_version`, and transactions. Knows no tables.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

use rusqlite::{Connection, OpenFlags, Savepoint, TransactionBehavior};

use super::{
    audit::Head,
    bound, incident,
    refusal::{Outcome, Refusal},
    secret::{self, Key},
    writer::{PATIENCE, Writer},
};
use crate::error::{Error, Result};

/// The schema, one file a version; `user_version` counts how many were applied.
const SCHEMA: &[&str] = &[
    include_str!("schema/001.sql"),
    include_str!("schema/002.sql"),
    include_str!("schema/003.sql"),
    include_str!("schema/004.sql"),
    include_str!("schema/005.sql"),
    include_str!("schema/006.sql"),
    include_str!("schema/007.sql"),
    include_str!("schema/008.sql"),
    include_str!("schema/009.sql"),
    include_str!("schema/010.sql"),
];

/// The version from which on the audit log vouches for decisions, confirmations and holds.
const VOUCHED: usize = 8;

/// SQLite before this version can damage a store in WAL mode.
const OLDEST_SQLITE: i32 = 3_051_003;

/// Readers kept open.
const READERS: usize = 8;

/// One SQLite file with its audit key. Cheap to share; writers stand in line and are committed together, readers do not wait.
pub struct Store {
    path: PathBuf,
    pub(super) key: Key,
    pub(super) head: Mutex<Head>,
    writer: Writer,
    readers: Mutex<Vec<Connection>>,
    /// Whether nothing is written, whoever asks.
    closed: bool,
    /// Why nothing is written any more, once the file was found damaged, full or not to be read.
    broken: OnceLock<String>,
}

impl Store {
    /// Opens a store, and makes it with its key when there is none.
    ///
    /// # Errors
    /// When it cannot be read or written, is no store, was written by a newer program, or its key is missing.
    pub fn open(path: &Path) -> Result<Self> {
        Self::open_as(path, true)
    }

    /// Opens a store that must exist.
    ///
    /// # Errors
    /// As [`Store::open`], and when there is none.
    pub fn existing(path: &Path) -> Result<Self> {
        Self::open_as(path, false)
    }

    fn open_as(path: &Path, make: bool) -> Result<Self> {
        let sqlite = rusqlite::version_number();
        if sqlite < OLDEST_SQLITE {
            return Err(Error::usage(format!(
                "built with SQLite {}, which can damage a store; build with 3.51.3 or newer",
                rusqlite::version()
            )));
        }
        let there = path.exists();
        if !there {
            if !make {
                return Err(Error::report(
                    path,
                    "no such store; `ivus serve` or `ivus queue import` makes one",
                ));
            }
            // Made before SQLite does, so that nobody else can read it, not for a moment.
            secret::private(path).map_err(|e| Error::write(path, e))?;
        }
        let key = Key::beside(path, !there)?;
        let told = |e: rusqlite::Error| Error::report(path, told(&e));
        refuse_newer(&connect(path, true).map_err(told)?, path)?;
        let mut writer = connect(path, false).map_err(told)?;
        migrate(&mut writer, path, &key)?;
        let head = Head::open(path)?;
        Ok(Self {
            path: path.to_owned(),
            key,
            head: Mutex::new(head),
            writer: Writer::new(writer),
            readers: Mutex::new(Vec::new()),
            closed: false,
            broken: OnceLock::new(),
        })
    }

    /// Opens a store that is there for reading alone, such as a damaged one.
    ///
    /// # Errors
    /// When it cannot be read, is no store, was written by a newer program, or its key is missing.
    pub(super) fn reading(path: &Path) -> Result<Self> {
        let told = |e: rusqlite::Error| Error::report(path, told(&e));
        let key = Key::beside(path, false)?;
        let writer = connect(path, true).map_err(told)?;
        refuse_newer(&writer, path)?;
        Ok(Self {
            path: path.to_owned(),
            key,
            head: Mutex::new(Head::open(path)?),
            writer: Writer::new(writer),
            readers: Mutex::new(Vec::new()),
            closed: true,
            broken: OnceLock::new(),
        })
    }

    /// What is wrong with the file or its audit log, if anything.
    pub(super) fn fault(&self) -> Option<String> {
        let sound = self.read_raw(|c| {
            let told: String = c.query_row("PRAGMA quick_check(1)", [], |r| r.get(0))?;
            Ok(told == "ok")
        });
        if matches!(sound, Err(Refusal::Busy)) {
            return None;
        }
        if !matches!(sound, Ok(true)) {
            return Some("the file of the store is damaged".to_owned());
        }
        match self.verify_audit(None) {
            // Another program holds it; the next look will tell.
            Ok(Ok(_)) | Err(Refusal::Busy) => None,
            Ok(Err(broken)) => Some(format!(
                "the audit log is broken at row {}: {}",
                broken.seq, broken.words
            )),
            Err(_) => Some("the audit log cannot be read".to_owned()),
        }
    }

    /// Where the store lies.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes: all that `act` does, or nothing of it; nothing while the incident lock stands.
    ///
    /// # Errors
    /// Those of `act`, and when the store cannot be written or is locked.
    pub(super) fn write<T>(&self, act: impl FnOnce(&Savepoint<'_>) -> Outcome<T>) -> Outcome<T> {
        self.write_always(|tx| {
            incident::refuse(tx)?;
            act(tx)
        })
    }

    /// Writes what goes on while the incident lock stands: log-ins, audit rows, the lock itself.
    ///
    /// # Errors
    /// Those of `act`, and when the store cannot be written.
    pub(super) fn write_always<T>(
        &self,
        act: impl FnOnce(&Savepoint<'_>) -> Outcome<T>,
    ) -> Outcome<T> {
        if self.closed {
            return Err(Refusal::ReadOnly(
                "the store is open for reading alone".to_owned(),
            ));
        }
        if let Some(why) = self.broken() {
            return Err(Refusal::ReadOnly(why.to_owned()));
        }
        let note = |last: &_| lock(&self.head).note(last);
        self.judged(self.writer.write(act, super::audit::last, note))
    }

    /// Why nothing is written any more, if so.
    pub(super) fn broken(&self) -> Option<&str> {
        self.broken.get().map(String::as_str)
    }

    /// Writes nothing from now on.
    pub(super) fn give_up(&self, why: String) {
        let _ = self.broken.set(why);
    }

    /// Takes a failure that will not pass for the end of writing.
    fn judged<T>(&self, done: Outcome<T>) -> Outcome<T> {
        done.map_err(|refusal| match refusal {
            Refusal::Broken(why) => {
                self.give_up(why.clone());
                Refusal::ReadOnly(why)
            }
            other => other,
        })
    }

    /// Hands out a connection for reading outside of a transaction.
    ///
    /// # Errors
    /// Those of `act`, and when the store cannot be read.
    pub(super) fn read_raw<T>(&self, act: impl FnOnce(&Connection) -> Outcome<T>) -> Outcome<T> {
        let done = connect(&self.path, true).map_err(Refusal::from);
        self.judged(done.and_then(|connection| act(&connection)))
    }

    /// Reads one consistent state.
    ///
    /// # Errors
    /// Those of `act`, and when the store cannot be read.
    pub(super) fn read<T>(&self, act: impl FnOnce(&Connection) -> Outcome<T>) -> Outcome<T> {
        let kept = lock(&self.readers).pop();
        let reader = match kept {
            Some(reader) => reader,
            None => self.judged(connect(&self.path, true).map_err(Refusal::from))?,
        };
        let done = reader
            .unchecked_transaction()
            .map_err(Refusal::from)
            .and_then(|tx| act(&tx));
        let mut readers = lock(&self.readers);
        if readers.len() < READERS {
            readers.push(reader);
        }
        drop(readers);
        self.judged(done)
    }

    /// Lets the file grow no further, as on a full disk.
    #[cfg(test)]
    pub(super) fn fill_up(&self) {
        self.writer.look(|c| {
            let pages: i64 = c
                .pragma_query_value(None, "page_count", |r| r.get(0))
                .unwrap();
            c.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
                .unwrap();
        });
    }
}

/// A lock that a panic elsewhere does not take away: the transaction of whoever panicked was rolled back.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn connect(path: &Path, read_only: bool) -> rusqlite::Result<Connection> {
    let access = if read_only {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    } else {
        OpenFlags::SQLITE_OPEN_READ_WRITE
    };
    let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "mmap_size", 0)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    if !read_only {
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "secure_delete", true)?;
        private_rights(path);
    }
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Takes everybody else's rights to the store's files away.
fn private_rights(path: &Path) {
    #[cfg(unix)]
    for file in [
        path.to_owned(),
        secret::beside(path, "-wal"),
        secret::beside(path, "-shm"),
    ] {
        use std::os::unix::fs::PermissionsExt;
        let _ = fs::set_permissions(&file, fs::Permissions::from_mode(0o600));
    }
    #[cfg(not(unix))]
    let _ = (path, fs::metadata(path));
}

/// How many files of the schema were applied.
fn version(connection: &Connection) -> rusqlite::Result<usize> {
    let kept: i64 = connection.pragma_query_value(None, "user_version", |r| r.get(0))?;
    Ok(usize::try_from(kept).unwrap_or(usize::MAX))
}

/// Looks at a store before anything is written to it.
fn refuse_newer(connection: &Connection, path: &Path) -> Result<()> {
    let version = version(connection).map_err(|e| Error::report(path, told(&e)))?;
    if version <= SCHEMA.len() {
        return Ok(());
    }
    Err(Error::report(
        path,
        format!(
            "written by a newer version of ivus (schema {version}; this one knows {}); it was left as it is",
            SCHEMA.len()
        ),
    ))
}

/// Brings a store to the newest schema, in one transaction: a program that is killed leaves the old or the new.
fn migrate(connection: &mut Connection, path: &Path, key: &Key) -> Result<()> {
    let failed = |e: rusqlite::Error| Error::report(path, told(&e));
    let mut tx = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(failed)?;
    let version = version(&tx).map_err(failed)?;
    for sql in SCHEMA.iter().skip(version) {
        tx.execute_batch(sql).map_err(failed)?;
    }
    if version < SCHEMA.len() {
        tx.pragma_update(
            None,
            "user_version",
            i64::try_from(SCHEMA.len()).unwrap_or(i64::MAX),
        )
        .map_err(failed)?;
    }
    if (1..VOUCHED).contains(&version) {
        let part = tx.savepoint().map_err(failed)?;
        bound::take_over(&part, key).map_err(|e| Error::report(path, e.to_string()))?;
        part.commit().map_err(failed)?;
    }
    tx.commit().map_err(failed)
}

/// What is wrong with a file, without the words of SQLite, which may quote what is in it.
fn told(error: &rusqlite::Error) -> String {
    use rusqlite::ErrorCode;
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => "is no store of ivus".to_owned(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "in use by another program; end it, or try again".to_owned()
        }
        Some(ErrorCode::DatabaseCorrupt) => {
            "damaged; restore a backup with `ivus restore`".to_owned()
        }
        _ => match error.sqlite_error() {
            Some(e) => format!("cannot be used as a store (SQLite {})", e.extended_code),
            None => "cannot be used as a store".to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_store_is_private_durable_and_in_wal_mode() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("q.db");
        let store = Store::open(&path).unwrap();
        let text = |name: &str| -> String {
            store.writer.look(|writer| {
                let value = |r: &rusqlite::Row<'_>| r.get::<_, rusqlite::types::Value>(0);
                let told = writer.pragma_query_value(None, name, value).unwrap();
                format!("{told:?}")
            })
        };
        assert!(text("journal_mode").contains("wal"));
        assert!(text("synchronous").contains('2'));
        assert!(text("foreign_keys").contains('1'));
        assert!(text("mmap_size").contains('0'));
        #[cfg(unix)]
        for file in ["q.db", "q.db.key", "q.db-wal"] {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join(file))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600, "{file}");
        }
    }

    #[test]
    fn a_newer_store_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("q.db");
        drop(Store::open(&path).unwrap());
        let raw = Connection::open(&path).unwrap();
        raw.pragma_update(None, "user_version", 99).unwrap();
        raw.pragma_update(None, "journal_mode", "DELETE").unwrap();
        drop(raw);
        let before = fs::read(&path).unwrap();
        let error = Store::open(&path).map(|_| ()).unwrap_err();
        assert!(error.to_string().contains("newer version"), "{error}");
        let now = fs::read(&path).unwrap();
        assert_eq!(before, now);
    }

    #[test]
    fn what_is_no_store_is_refused_and_the_key_must_be_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("q.db");
        fs::write(&path, "canary ".repeat(500)).unwrap();
        let error = Store::open(&path).map(|_| ()).unwrap_err().to_string();
        assert!(!error.contains("canary "), "{error}");
        fs::remove_file(&path).unwrap();
        drop(Store::open(&path).unwrap());
        fs::remove_file(Key::path(&path)).unwrap();
        assert!(Store::open(&path).is_err());
        assert!(Store::existing(&folder.path().join("none.db")).is_err());
    }
}
