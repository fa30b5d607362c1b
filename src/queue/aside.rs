//! What is done when a store is damaged or full, or its audit log broken: it is only read from then on, and a second store beside
//! it takes the sessions and the audit rows of those who read.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use rusqlite::types::Value;

use super::{refusal::Outcome, secret, store::Store};
use crate::error::{Error, Result};

/// A store that is only read, with the one beside it that is written.
pub struct Aside {
    pub(super) store: Store,
    pub(super) why: String,
}

/// Tables that those who come in need, with their columns.
const TABLES: &[(&str, &str)] = &[
    (
        "users",
        "id, name, role, physician, site, password, active, created_at",
    ),
    ("factors", "user, salt, set_up_at, last_step"),
    ("recovery", "digest, user, used_at"),
];

/// Who is in, when the store fails while it is served.
const SESSIONS: (&str, &str) = (
    "sessions",
    "digest, user, csrf, created_at, seen_at, ended_at, origin",
);

/// Bytes that are kept free for the second store, so that who reads can be noted on a full disk as well.
const ROOM: usize = 16 << 20;

impl Aside {
    /// Where the second store of a store lies.
    #[must_use]
    pub fn path(store: &Path) -> PathBuf {
        secret::beside(store, ".aside")
    }

    /// Opens a store for work; when it is damaged or its audit log broken, for reading alone, with what is to be told.
    ///
    /// # Errors
    /// When it can be opened neither way.
    pub fn open(path: &Path) -> Result<(Store, Option<Self>)> {
        let why = match Store::open(path) {
            Ok(store) => match store.fault() {
                None => return Ok((store, None)),
                Some(why) => why,
            },
            // What is not damaged has another reason, such as a newer schema, and stays closed.
            Err(error) => match Store::reading(path).ok().and_then(|s| s.fault()) {
                Some(why) => why,
                None => return Err(error),
            },
        };
        let store = Store::reading(path)?;
        let aside = Self::beside(&store, &why)?;
        Ok((store, Some(aside)))
    }

    /// Makes the second store of one that is only read from now on.
    ///
    /// # Errors
    /// When it cannot be made, or nobody could come in.
    pub(super) fn beside(store: &Store, why: &str) -> Result<Self> {
        let path = store.path();
        // What was kept free for this.
        let _ = fs::remove_file(Self::room(path));
        let beside = Store::open(&Self::path(path))?;
        take(store, &beside, TABLES).map_err(|_| {
            Error::report(path, format!("{why}; restore a backup with `ivus restore`"))
        })?;
        Ok(Self {
            store: beside,
            why: why.to_owned(),
        })
    }

    /// The same for a store that fails while it is served: who is in stays in, as far as that can be read.
    pub(super) fn while_serving(store: &Store, why: &str) -> Result<Self> {
        let aside = Self::beside(store, why)?;
        let _ = take(store, &aside.store, &[SESSIONS]);
        Ok(aside)
    }

    /// The file whose only use is its size.
    fn room(store: &Path) -> PathBuf {
        secret::beside(store, ".room")
    }

    /// Keeps space free for the second store; where that cannot be had there is none.
    pub fn keep_room(store: &Path) {
        let path = Self::room(store);
        if fs::metadata(&path).is_ok_and(|m| m.len() >= ROOM as u64) {
            return;
        }
        let _ = fs::remove_file(&path);
        let kept = secret::private(&path).and_then(|mut file| {
            let block = vec![0xa5; 1 << 20];
            (0..ROOM / block.len()).try_for_each(|_| file.write_all(&block))
        });
        if kept.is_err() {
            let _ = fs::remove_file(&path);
        }
    }
}

/// Copies tables, such as those of who may come in.
fn take(from: &Store, to: &Store, tables: &[(&str, &str)]) -> Outcome<()> {
    for (table, columns) in tables {
        let count = columns.split(',').count();
        let rows: Vec<Vec<Value>> = from.read(|c| {
            let mut statement = c.prepare(&format!("SELECT {columns} FROM {table}"))?;
            let rows = statement.query_map([], |r| (0..count).map(|n| r.get(n)).collect())?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })?;
        to.write(|tx| {
            let places: Vec<String> = (1..=count).map(|n| format!("?{n}")).collect();
            // What was used up here stays used up.
            let sql = format!(
                "INSERT OR IGNORE INTO {table} ({columns}) VALUES ({})",
                places.join(", ")
            );
            let mut statement = tx.prepare(&sql)?;
            for row in rows {
                statement.execute(rusqlite::params_from_iter(row))?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analyzer::Analyzer,
        queue::{Actor, Desk, Refusal, Role, audit::Wanted, reports::Incoming, users::NewUser},
    };

    fn report(n: usize) -> Incoming {
        Incoming {
            patient: None,
            name: format!("r{n}"),
            text: "IVUS of the left common iliac vein showed 63% stenosis.\n".repeat(40),
            date: None,
            source: "test".to_owned(),
            site: "North".to_owned(),
            physician: "Dr. Alder".to_owned(),
            status: None,
        }
    }

    /// A desk over a new store with a coder and a report.
    fn desk(path: &Path) -> (Desk, Actor) {
        let desk = Desk::new(Store::open(path).unwrap(), Analyzer::builtin());
        let new = NewUser {
            name: "coder".to_owned(),
            role: Role::Coder,
            physician: None,
            site: None,
        };
        let (id, _) = desk.add_user(&Actor::command(), &new).unwrap();
        desk.import(&Actor::command(), report(0)).unwrap();
        let coder = Actor {
            user: Some(id),
            name: "coder".to_owned(),
            role: Role::Coder,
            ..Actor::nobody("test")
        };
        (desk, coder)
    }

    /// What is done on a store that is only read: a report is opened, and noted beside the store; nothing is saved.
    fn reads_on(desk: &Desk, coder: &Actor, path: &Path, why: &str) {
        assert!(
            desk.read_only().unwrap().contains(why),
            "{:?}",
            desk.read_only()
        );
        let sheet = desk.open(coder, 1).unwrap();
        assert!(sheet.version.text.contains("63% stenosis"));
        for refused in [
            desk.claim(coder, 1).map(|_| ()),
            desk.import(&Actor::command(), report(99)).map(|_| ()),
        ] {
            assert!(
                matches!(&refused, Err(Refusal::ReadOnly(words)) if words.contains(why)),
                "{refused:?}"
            );
        }
        let beside = Store::existing(&Aside::path(path)).unwrap();
        assert!(beside.verify_audit(None).unwrap().is_ok());
        let beside = Desk::new(beside, Analyzer::builtin());
        let rows = beside
            .audit(&Actor::command(), &Wanted::default(), 100)
            .unwrap();
        let has = |event: &str, outcome: &str| {
            rows.iter()
                .any(|r| (r.event.as_str(), r.outcome.as_str()) == (event, outcome))
        };
        assert!(has("read", "done") && has("claim", "failed"), "{rows:?}");
    }

    #[test]
    fn a_full_disk_while_serving_leaves_reports_to_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("q.db");
        let (desk, coder) = desk(&path);
        Aside::keep_room(&path);
        assert!(Aside::room(&path).exists());
        assert!(desk.read_only().is_none());
        desk.store().fill_up();
        let refused = (1..50).find_map(|n| desk.import(&Actor::command(), report(n)).err());
        assert!(matches!(refused, Some(Refusal::ReadOnly(_))), "{refused:?}");
        reads_on(&desk, &coder, &path, "is full");
        assert!(
            !Aside::room(&path).exists(),
            "its space is for the second store"
        );
    }

    #[test]
    fn an_audit_log_changed_at_its_end_is_seen_at_the_next_row() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("q.db");
        let (desk, coder) = desk(&path);
        let raw = rusqlite::Connection::open(&path).unwrap();
        raw.execute_batch(
            "DROP TRIGGER audit_keeps_words; UPDATE audit SET actor = 'x' WHERE seq = (SELECT max(seq) FROM audit)",
        )
        .unwrap();
        assert!(matches!(desk.claim(&coder, 1), Err(Refusal::ReadOnly(_))));
        reads_on(&desk, &coder, &path, "the audit log is broken at row");
    }

    #[test]
    fn what_was_changed_further_back_is_seen_by_the_daily_look() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("q.db");
        let (desk, coder) = desk(&path);
        assert_eq!(desk.look_over(), None);
        let raw = rusqlite::Connection::open(&path).unwrap();
        raw.execute_batch(
            "DROP TRIGGER audit_keeps_words; UPDATE audit SET actor = 'x' WHERE seq = 1",
        )
        .unwrap();
        desk.open(&coder, 1).unwrap();
        assert!(desk.read_only().is_none());
        assert!(desk.look_over().unwrap().contains("row 1"));
        assert_eq!(desk.look_over(), None, "told once");
        reads_on(&desk, &coder, &path, "the audit log is broken at row 1");
    }
}
