//! What is done when a store is damaged or its audit log broken: it is opened for reading alone, and a second store beside it
//! takes the sessions and the audit rows of those who read.

use std::path::{Path, PathBuf};

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
        let beside = Store::open(&Self::path(path))?;
        take_users(&store, &beside).map_err(|_| {
            Error::report(path, format!("{why}; restore a backup with `ivus restore`"))
        })?;
        Ok((store, Some(Self { store: beside, why })))
    }
}

/// Copies those who may come in.
fn take_users(from: &Store, to: &Store) -> Outcome<()> {
    for (table, columns) in TABLES {
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
