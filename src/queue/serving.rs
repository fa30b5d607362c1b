//! One server a store: a lock beside the store, held as long as the process lives, that tells a second one to stay away.
//! Commands such as `ivus queue import` work beside a server and take no part in it.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
};

use crate::error::{Error, Result};

/// The lock; it ends with the process, also with one that is killed.
#[derive(Debug)]
pub struct Serving(#[expect(dead_code, reason = "held, not used")] Option<File>);

impl Serving {
    /// Takes the lock of a store. Where no lock can be kept, as in a folder that is only read, there is none.
    ///
    /// # Errors
    /// When another process serves the store.
    pub fn of(store: &Path) -> Result<Self> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let Ok(file) = options.open(Self::path(store)) else {
            return Ok(Self(None));
        };
        match file.try_lock() {
            Ok(()) => Ok(Self(Some(file))),
            Err(TryLockError::WouldBlock) => Err(Error::report(
                store,
                "another `ivus serve` serves this store; use that one, end it first, or name another store with --store",
            )),
            Err(TryLockError::Error(_)) => Ok(Self(None)),
        }
    }

    /// The file beside the store.
    fn path(store: &Path) -> PathBuf {
        let mut name = store.as_os_str().to_owned();
        name.push(".serving");
        name.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_has_one_server_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("q.db");
        let first = Serving::of(&store).unwrap();
        let refused = Serving::of(&store).unwrap_err();
        assert!(
            refused.to_string().contains("another `ivus serve`"),
            "{refused}"
        );
        drop(first);
        Serving::of(&store).unwrap();
    }
}
