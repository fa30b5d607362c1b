//! A drop folder: which of its files wait, and which a round has taken. A round is a run of its own; the list of its files
//! is durable before it begins, so a file is neither lost nor done twice when the program is stopped in between.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use serde::{Deserialize, Serialize};

use super::{draft, folder};
use crate::{
    error::{Error, Result},
    intake::Listing,
};

/// A file as it was when it was seen. Written anew under the same name it is another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dropped {
    path: String,
    size: u64,
    /// Nanoseconds since 1970.
    written: u64,
}

/// The files of a round.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Taken {
    files: BTreeSet<Dropped>,
}

/// What of a run's manifest tells whether it is done.
#[derive(Deserialize)]
struct Done {
    complete: bool,
}

/// The rounds over a drop folder, held against other processes while this lives.
pub struct Rounds {
    out: PathBuf,
    /// The files of each round, by its number.
    files: BTreeMap<usize, BTreeSet<Dropped>>,
    /// The highest number that was ever given.
    last: usize,
    /// What the last look saw, to know what is still being written.
    seen: BTreeSet<Dropped>,
    _lock: File,
}

/// What a look into the drop folder came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// A new round, with its number.
    Round(usize),
    /// There are new files, which may still be written to.
    Unsettled,
    /// There is nothing new.
    Nothing,
}

impl Rounds {
    /// Opens or makes the folder of the rounds.
    ///
    /// # Errors
    /// When it cannot be written, is in use, or holds damaged lists.
    pub fn open(out: &Path) -> Result<Self> {
        folder::make(out)?;
        let mut rounds = Self {
            _lock: folder::lock(out)?,
            out: out.to_owned(),
            files: BTreeMap::new(),
            last: 0,
            seen: BTreeSet::new(),
        };
        for name in folder::entries(out)? {
            let Some(number) = name.to_str().and_then(number) else {
                continue;
            };
            rounds.last = rounds.last.max(number);
            let list = rounds.list(number);
            if list.file_name() != Some(&name) {
                continue;
            }
            if let Some(taken) = folder::read_json::<Taken>(&list)? {
                rounds.files.insert(number, taken.files);
            }
        }
        Ok(rounds)
    }

    /// The rounds that were begun and not finished.
    ///
    /// # Errors
    /// When a manifest is damaged.
    pub fn unfinished(&self) -> Result<Vec<usize>> {
        let mut numbers = Vec::new();
        for number in self.files.keys() {
            let manifest = self.folder(*number).join("manifest.json");
            let done = folder::read_json::<Done>(&manifest)?;
            if !done.is_some_and(|d| d.complete) {
                numbers.push(*number);
            }
        }
        Ok(numbers)
    }

    /// The numbers of all rounds, in order.
    #[must_use]
    pub fn numbers(&self) -> Vec<usize> {
        self.files.keys().copied().collect()
    }

    /// Whether there is such a round, which was not given up.
    #[must_use]
    pub fn has(&self, number: usize) -> bool {
        self.files.contains_key(&number)
    }

    /// The folder that the results of a round are written to.
    #[must_use]
    pub fn folder(&self, number: usize) -> PathBuf {
        self.out.join(format!("round-{number:05}"))
    }

    /// The files of a round, as they are now.
    #[must_use]
    pub fn listing(&self, number: usize, watched: &Path) -> Listing {
        let none = BTreeSet::new();
        let files = self.files.get(&number).unwrap_or(&none);
        let paths: BTreeSet<&str> = files.iter().map(|f| f.path.as_str()).collect();
        let mut listing = Listing::of(&[watched.to_owned()], &self.out);
        listing.keep(|path| paths.contains(&*path.to_string_lossy()));
        listing
    }

    /// Looks for files that no round has taken. Those that two looks saw alike become a round.
    ///
    /// # Errors
    /// When the list of the round cannot be written.
    pub fn look(&mut self, watched: &Path) -> Result<Look> {
        let taken: BTreeSet<&Dropped> = self.files.values().flatten().collect();
        let listing = Listing::of(&[watched.to_owned()], &self.out);
        let new: BTreeSet<Dropped> = listing
            .paths()
            .filter_map(|path| dropped(&path))
            .filter(|file| !taken.contains(file))
            .collect();
        let files: BTreeSet<Dropped> = new.intersection(&self.seen).cloned().collect();
        if files.is_empty() {
            let look = if new.is_empty() {
                Look::Nothing
            } else {
                Look::Unsettled
            };
            self.seen = new;
            return Ok(look);
        }
        self.seen = new;
        let number = self.last + 1;
        let taken = Taken { files };
        self.write(number, &taken)?;
        self.files.insert(number, taken.files);
        self.last = number;
        Ok(Look::Round(number))
    }

    /// Whether a file of a round is no longer what it was when the round took it.
    #[must_use]
    pub fn has_changed(&self, number: usize) -> bool {
        let files = self.files.get(&number).into_iter().flatten();
        let mut now = files.map(|f| (f, dropped(Path::new(&f.path))));
        now.any(|(then, now)| now.as_ref() != Some(then))
    }

    /// Gives a round up that cannot go on because its files have changed: they wait again. Its results stay where they are.
    ///
    /// # Errors
    /// When its list cannot be renamed.
    pub fn give_up(&mut self, number: usize) -> Result<()> {
        let list = self.list(number);
        let to = list.with_extension("given-up");
        fs::rename(&list, &to).map_err(|e| Error::write(&list, e))?;
        let folder = self.folder(number);
        if folder.exists() {
            let aside = self.out.join(format!("given-up-{number:05}"));
            fs::rename(&folder, aside).map_err(|e| Error::write(&folder, e))?;
        }
        draft::sync_folder(&self.out)?;
        self.files.remove(&number);
        Ok(())
    }

    fn list(&self, number: usize) -> PathBuf {
        self.out.join(format!("round-{number:05}.json"))
    }

    fn write(&self, number: usize, taken: &Taken) -> Result<()> {
        let path = self.list(number);
        let text = serde_json::to_vec_pretty(taken).map_err(|e| Error::write(&path, e.into()))?;
        let mut draft = draft::Draft::new(&self.out)?;
        draft.write(&text)?;
        draft.finish(&path)?;
        draft::sync_folder(&self.out)
    }
}

/// The number in the name of a round's list or folder, also of one that was given up.
fn number(name: &str) -> Option<usize> {
    let rest = name
        .strip_prefix("round-")
        .or_else(|| name.strip_prefix("given-up-"))?;
    let digits = rest.split('.').next()?;
    digits.parse().ok()
}

/// A file as it is now; none when it is gone.
fn dropped(path: &Path) -> Option<Dropped> {
    let known = fs::metadata(path).ok()?;
    let written = known.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(Dropped {
        path: path.to_string_lossy().into_owned(),
        size: known.len(),
        written: u64::try_from(written.as_nanos()).ok()?,
    })
}
