//! The folder of a demo, which is to be gone with it: also when a signal comes before the server listens for one, and, at the
//! next demo, when the program was killed.

use std::{
    env,
    fs::{self, File},
    path::Path,
    sync::{Arc, atomic::AtomicBool},
    time::{Duration, SystemTime},
};

use anyhow::Context;
use signal_hook::{
    consts::{SIGINT, SIGTERM},
    flag,
};
use tempfile::TempDir;

const PREFIX: &str = "ivus-demo-";
const LOCK: &str = "lock";

/// A folder in use is locked; one that was made just now may not be locked yet.
const YOUNG: Duration = Duration::from_secs(60);

/// A folder that is removed when this is dropped.
pub(super) struct Passing {
    folder: TempDir,
    /// Held while the folder is in use.
    _lock: File,
}

impl Passing {
    /// Makes a folder, after those that killed demos left were removed.
    pub(super) fn new() -> anyhow::Result<Self> {
        sweep(&env::temp_dir());
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir()?;
        let lock = File::create(folder.path().join(LOCK))?;
        lock.lock()?;
        Ok(Self {
            folder,
            _lock: lock,
        })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Becomes true when a signal asks the program to end, which it then does by itself.
pub(super) fn asked_to_end() -> anyhow::Result<Arc<AtomicBool>> {
    let asked = Arc::new(AtomicBool::new(false));
    for number in [SIGINT, SIGTERM] {
        flag::register(number, asked.clone()).context("cannot listen for signals")?;
    }
    Ok(asked)
}

/// Removes folders of demos that run no more. What cannot be removed stays.
fn sweep(root: &Path) {
    for entry in fs::read_dir(root).into_iter().flatten().flatten() {
        let is_ours = entry
            .file_name()
            .as_encoded_bytes()
            .starts_with(PREFIX.as_bytes());
        let age = entry.metadata().and_then(|m| m.modified()).ok();
        let age = age.and_then(|at| SystemTime::now().duration_since(at).ok());
        if !is_ours || age.is_none_or(|a| a < YOUNG) {
            continue;
        }
        let lock = File::open(entry.path().join(LOCK));
        if lock.is_ok_and(|l| l.try_lock().is_ok()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_folders_of_demos_that_run_no_more_are_removed() {
        let root = tempfile::tempdir().unwrap();
        let old = SystemTime::now() - 2 * YOUNG;
        let make = |name: &str| {
            let path = root.path().join(name);
            fs::create_dir(&path).unwrap();
            let lock = File::create(path.join(LOCK)).unwrap();
            File::open(&path).unwrap().set_modified(old).unwrap();
            lock
        };
        drop(make("ivus-demo-left"));
        drop(make("another"));
        let held = make("ivus-demo-running");
        held.lock().unwrap();
        drop(make("ivus-demo-new"));
        let new = root.path().join("ivus-demo-new");
        File::open(new)
            .unwrap()
            .set_modified(SystemTime::now())
            .unwrap();
        sweep(root.path());
        let mut left: Vec<_> = fs::read_dir(root.path())
            .unwrap()
            .map(|e| e.unwrap().file_name())
            .collect();
        left.sort();
        assert_eq!(left, ["another", "ivus-demo-new", "ivus-demo-running"]);
    }
}
