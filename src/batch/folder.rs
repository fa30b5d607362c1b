//! The folder of a run: what lies in it, who may write to it, and whether a run may go on.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use rayon::prelude::*;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tempfile::{NamedTempFile, TempPath};

use super::{
    draft::{Draft, Finished, PASSING, sync_folder},
    flaws,
    form::{Form, Forms},
    shard::Commit,
    tree::Tree,
};
use crate::error::{Error, Result};

/// Whether a run begins or goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// A new run; a folder that holds one is refused.
    New,
    /// Goes on with the run in the folder, or begins one where there is none.
    Resume,
}

/// What the results of a run depend on. A run goes on only when all of it is the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Version of the program.
    pub version: String,
    /// Digest of the lexicon.
    pub lexicon: String,
    /// The counting policy, with a digest when it is a file.
    pub policy: String,
    /// The payer profile, with a digest when it is a file.
    pub payer: String,
    /// Digest of the loaded tables.
    pub tables: String,
    /// Columns, date of service, shard size and forms.
    pub options: String,
    /// Digest of the names, sizes and times of the input files.
    pub input: String,
}

impl Head {
    /// What differs from an earlier run, in words.
    fn differences(&self, earlier: &Self) -> Vec<&'static str> {
        let pairs = [
            (
                &self.version,
                &earlier.version,
                "the version of the program",
            ),
            (&self.lexicon, &earlier.lexicon, "the lexicon"),
            (&self.policy, &earlier.policy, "the counting policy"),
            (&self.payer, &earlier.payer, "the payer profile"),
            (&self.tables, &earlier.tables, "the tables"),
            (
                &self.options,
                &earlier.options,
                "the options (columns, dates, shard size, forms)",
            ),
            (
                &self.input,
                &earlier.input,
                "the input (names, sizes or times of its files)",
            ),
        ];
        let changed = pairs.into_iter().filter(|(now, then, _)| now != then);
        changed.map(|(_, _, what)| what).collect()
    }
}

/// The folder of a run, held against other processes while this lives.
pub(super) struct Folder {
    root: PathBuf,
    state: PathBuf,
    /// The folders of the other forms.
    forms: Vec<PathBuf>,
    _lock: File,
}

impl Folder {
    /// Opens or makes the folder, and settles whether this run may write to it.
    pub(super) fn open(root: &Path, start: Start, head: &Head, forms: &Forms) -> Result<Self> {
        let state = root.join("run");
        make(&state)?;
        let folder = Self {
            root: root.to_owned(),
            forms: forms
                .which
                .iter()
                .filter_map(|f| Some(root.join(f.folder()?)))
                .collect(),
            _lock: lock(&state)?,
            state,
        };
        let path = folder.state.join("head.json");
        match (read_json::<Head>(&path)?, start) {
            (Some(_), Start::New) => {
                return Err(Error::report(
                    root,
                    "holds a run already; continue it with --resume, or name another folder",
                ));
            }
            (Some(earlier), Start::Resume) => {
                let changed = head.differences(&earlier);
                if !changed.is_empty() {
                    let cause = format!(
                        "the run cannot go on, this has changed since it began: {}; undo the change, or begin a \
                         new run in another folder",
                        changed.join(", ")
                    );
                    return Err(Error::report(root, cause));
                }
            }
            (None, _) => {
                folder.refuse_strangers()?;
                folder.write_json(&path, head)?;
                sync_folder(&folder.state)?;
                sync_folder(root)?;
            }
        }
        folder.sweep()?;
        for form in &folder.forms {
            make(form)?;
        }
        Ok(folder)
    }

    /// A file among the results.
    pub(super) fn result(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// A file among the state of the run.
    pub(super) fn state(&self, name: &str) -> PathBuf {
        self.state.join(name)
    }

    /// A new file that will be given a name in this folder.
    pub(super) fn draft(&self) -> Result<Draft> {
        Draft::new(&self.state)
    }

    /// A new file that is gone when the run ends.
    pub(super) fn passing(&self) -> Result<TempPath> {
        let file = tempfile::Builder::new()
            .prefix(PASSING)
            .tempfile_in(&self.state);
        file.map(NamedTempFile::into_temp_path)
            .map_err(|e| Error::write(&self.state, e))
    }

    /// A new folder that will be given a name in this folder.
    pub(super) fn tree(&self) -> Result<Tree> {
        Tree::new(&self.state)
    }

    /// The numbers of the shards that were entered, in order.
    pub(super) fn entered(&self) -> Result<Vec<usize>> {
        let names = entries(&self.state)?;
        let numbers = names.iter().filter_map(|name| {
            let number = name.to_str()?.strip_suffix(".json")?;
            number.parse().ok()
        });
        let mut numbers: Vec<usize> = numbers.collect();
        numbers.sort_unstable();
        Ok(numbers)
    }

    /// How many shards the whole input has, once its end was reached.
    pub(super) fn end(&self) -> Result<Option<usize>> {
        read_json(&self.state("end"))
    }

    /// Notes how many shards the whole input has.
    pub(super) fn write_end(&self, shards: usize) -> Result<()> {
        if self.end()? == Some(shards) {
            return Ok(());
        }
        self.write_json(&self.state("end"), &shards)?;
        sync_folder(&self.state)
    }

    /// The entry of a shard; `None` when not all of it was written.
    pub(super) fn committed(&self, number: usize) -> Result<Option<Commit>> {
        read_json::<Commit>(&self.entry(number))
    }

    /// Refuses to go on with parts that are not as they were written, in whatever form.
    pub(super) fn check(&self) -> Result<()> {
        let checked: Vec<Result<()>> = self
            .entered()?
            .into_par_iter()
            .map(|number| self.check_part(number))
            .collect();
        checked.into_iter().collect()
    }

    fn check_part(&self, number: usize) -> Result<()> {
        // A shard cut by --limit may have been written anew before its entry was; it is done again anyway.
        let Some(commit) = self.committed(number)?.filter(|c| c.whole) else {
            return Ok(());
        };
        for (name, written) in commit.files() {
            let path = self.result(&name);
            if let Some(flaw) = flaws::find(&path, &written) {
                let cure = format!(
                    "{flaw}; put it back as it was, or remove {} to have --resume do this part again",
                    self.entry(number).display()
                );
                return Err(Error::altered(path, cure));
            }
        }
        Ok(())
    }

    /// Takes the entry of a shard back, so that it is done again.
    pub(super) fn forget(&self, number: usize) -> Result<()> {
        let entry = self.entry(number);
        fs::remove_file(&entry).map_err(|e| Error::write(&entry, e))?;
        sync_folder(&self.state)
    }

    /// Where a shard is entered.
    pub(super) fn entry(&self, number: usize) -> PathBuf {
        self.state(&format!("{number:05}.json"))
    }

    /// Writes a value under its final name, durably but for the name.
    pub(super) fn write_json(&self, path: &Path, value: &impl Serialize) -> Result<Finished> {
        let mut draft = self.draft()?;
        let text = serde_json::to_vec_pretty(value).map_err(|e| Error::write(path, e.into()))?;
        draft.write(&text)?;
        draft.write(b"\n")?;
        draft.finish(path)
    }

    /// Makes all names durable.
    pub(super) fn sync(&self) -> Result<()> {
        for form in &self.forms {
            sync_folder(form)?;
        }
        sync_folder(&self.state)?;
        sync_folder(&self.root)
    }

    /// Refuses to write among results that no run here accounts for.
    fn refuse_strangers(&self) -> Result<()> {
        for entry in entries(&self.root)? {
            let name = entry.to_string_lossy();
            let form = Form::ALL.iter().any(|f| f.folder() == Some(&*name));
            if form
                || name.ends_with(".jsonl")
                || matches!(&*name, "queue.csv" | "note_nlp.csv" | "manifest.json")
            {
                return Err(Error::report(
                    &self.root,
                    "holds results that are of no run that can be continued; name another folder",
                ));
            }
        }
        Ok(())
    }

    /// Removes what a killed run left half-written.
    fn sweep(&self) -> Result<()> {
        for name in entries(&self.state)? {
            if name.as_encoded_bytes().starts_with(PASSING.as_bytes()) {
                let path = self.state.join(name);
                let removed = if path.is_dir() {
                    fs::remove_dir_all(&path)
                } else {
                    fs::remove_file(&path)
                };
                removed.map_err(|e| Error::write(path, e))?;
            }
        }
        Ok(())
    }
}

/// Makes a folder, and those above it, that others cannot write to, whatever the mask of this process leaves open.
pub(super) fn make(folder: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o755);
    }
    builder.create(folder).map_err(|e| Error::write(folder, e))
}

/// The names in a folder.
pub(super) fn entries(folder: &Path) -> Result<Vec<std::ffi::OsString>> {
    let names = fs::read_dir(folder).and_then(|entries| {
        let names = entries.map(|e| e.map(|e| e.file_name()));
        names.collect::<io::Result<Vec<_>>>()
    });
    names.map_err(|e| Error::read(folder, e))
}

/// Keeps other processes out. The system lets go of the lock when this process ends, however it ends.
pub(super) fn lock(state: &Path) -> Result<File> {
    let path = state.join("lock");
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let file = options.open(&path).map_err(|e| Error::write(&path, e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::report(
            path,
            "another process is writing to this folder; wait until it ends",
        )),
        Err(TryLockError::Error(e)) => Err(Error::write(path, e)),
    }
}

/// A value of the run's state; `None` when it was never written.
pub(super) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(Error::read(path, e)),
    };
    serde_json::from_slice(&bytes).map(Some).map_err(|_| {
        Error::report(
            path,
            "damaged, or written by another version; begin a new run in another folder",
        )
    })
}
