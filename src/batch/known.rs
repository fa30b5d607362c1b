//! The records of a run so far, by digest, so that one that comes twice counts once wherever it stands. They lie on disk, in
//! order, and a cache of fixed size is all that is in memory; where there are few, nothing is written. Nothing outlives the run:
//! one that goes on reads the input of its finished parts anyway, and fills this again.

use rusqlite::{Connection, params};
use tempfile::TempPath;

use super::{
    folder::Folder,
    read::{Digest, Seen},
};
use crate::error::{Error, Result};

/// The first bytes of a digest that tell records apart: among a billion records two are alike by chance once in 10^20.
const WIDTH: usize = 16;

/// As the table is gone when the run ends, nothing of it need be durable.
const SCHEMA: &str = "PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA cache_size = -256;
    BEGIN;
    CREATE TABLE seen (content BLOB PRIMARY KEY) WITHOUT ROWID;";

/// The records so far.
pub(super) struct Known {
    // Closed before its file is removed.
    table: Connection,
    path: TempPath,
}

impl Known {
    pub(super) fn new(folder: &Folder) -> Result<Self> {
        let path = folder.passing()?;
        let opened = Connection::open(&path).and_then(|table| {
            table.execute_batch(SCHEMA)?;
            Ok(table)
        });
        match opened {
            Ok(table) => Ok(Self { table, path }),
            Err(e) => Err(failed(&path, e)),
        }
    }

    /// Takes a record in and says whether it was there before. What could not be read is like nothing else.
    pub(super) fn is_twice(&mut self, seen: &Seen) -> Result<bool> {
        match &seen.content {
            Some(content) => Ok(!self.insert(content)?),
            None => Ok(seen.is_twice),
        }
    }

    fn insert(&mut self, content: &Digest) -> Result<bool> {
        let inserted = self
            .table
            .prepare_cached("INSERT OR IGNORE INTO seen VALUES (?1)")
            .and_then(|mut insert| insert.execute(params![&content[..WIDTH]]));
        inserted
            .map(|rows| rows == 1)
            .map_err(|e| failed(&self.path, e))
    }
}

fn failed(path: &TempPath, error: rusqlite::Error) -> Error {
    Error::write(path.to_path_buf(), std::io::Error::other(error))
}
