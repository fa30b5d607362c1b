//! Picks files out of a listing: for runs that take the files of a folder a few at a time.

use std::path::{Path, PathBuf};

use super::{Listing, list::UNFINISHED};

impl Listing {
    /// The files that hold records, or that would if they could be used.
    pub fn paths(&self) -> impl Iterator<Item = PathBuf> + '_ {
        self.files.iter().filter_map(|file| match file {
            Ok(file) => Some(file.path.clone()),
            // It comes again under its own name.
            Err(fault) if fault.kind == UNFINISHED => None,
            Err(fault) => Some(PathBuf::from(&fault.place)),
        })
    }

    /// Keeps some of the files, and tells of no others.
    pub fn keep(&mut self, wanted: impl Fn(&Path) -> bool) {
        self.files.retain(|file| match file {
            Ok(file) => wanted(&file.path),
            Err(fault) => wanted(Path::new(&fault.place)),
        });
        self.skipped = 0;
    }
}
