//! Finds the files of a run, in order.

use std::{
    collections::HashSet,
    fs::{self, Metadata},
    io,
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
    time::UNIX_EPOCH,
};

use rayon::prelude::*;
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use super::{DUPLICATE, Fault, open, sniff, sniff::Format};
use crate::error::Error;

/// The kind of fault of a file that is not taken yet.
pub(super) const UNFINISHED: &str = "unfinished";

/// A file of the run.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Where it is.
    pub path: PathBuf,
    /// How it is read.
    pub format: Format,
    /// Its size in bytes when it was found.
    pub size: u64,
    written: Option<u128>,
    /// What is in it, when it is no file.
    content: Option<Arc<[u8]>>,
    /// Where it is told how much of it was read, when that is asked.
    count: Option<open::Count>,
}

impl Listed {
    pub(super) fn new(path: PathBuf, format: Format, known: &Metadata) -> Self {
        Self {
            path,
            format,
            size: known.len(),
            written: written(known),
            content: None,
            count: None,
        }
    }

    /// Stands for bytes that are in no file.
    pub(super) fn in_memory(name: &Path, format: Format, content: Arc<[u8]>) -> Self {
        Self {
            path: name.to_owned(),
            format,
            size: content.len() as u64,
            written: None,
            content: Some(content),
            count: None,
        }
    }

    /// The same file, of which each byte is counted as it is read.
    pub(super) fn counted(self, count: &open::Count) -> Self {
        Self {
            count: Some(count.clone()),
            ..self
        }
    }

    /// Counts bytes that are read in another way than from the first on.
    pub(super) fn count(&self, bytes: u64) {
        if let Some(count) = &self.count {
            count.fetch_add(bytes, Ordering::Relaxed);
        }
    }

    /// Opens it for reading line by line, unpacked.
    pub(super) fn open(&self) -> io::Result<open::Reader> {
        match (&self.content, &self.count) {
            (Some(content), _) => open::unpack(io::Cursor::new(content.clone())),
            (None, Some(count)) => open::open_counted(&self.path, count.clone()),
            (None, None) => open::open(&self.path),
        }
    }

    pub(super) fn is_in_memory(&self) -> bool {
        self.content.is_some()
    }

    /// All its bytes as they stand.
    pub(super) fn bytes(&self) -> io::Result<Arc<[u8]>> {
        match &self.content {
            Some(content) => Ok(content.clone()),
            None => fs::read(&self.path).map(Arc::from),
        }
    }

    /// Whether the file is no longer what it was when it was found.
    #[must_use]
    pub fn has_changed(&self) -> bool {
        if self.content.is_some() {
            return false;
        }
        fs::metadata(&self.path).map_or(true, |m| {
            m.len() != self.size || written(&m) != self.written
        })
    }

    /// What a report is called that has no id: the file stem and its line.
    pub(super) fn id_of(&self, line: u64) -> String {
        format!("{}:{line}", self.stem())
    }

    /// The name of the file without its extension.
    pub(super) fn stem(&self) -> String {
        let stem = self.path.file_stem().unwrap_or_default();
        stem.to_string_lossy().into_owned()
    }
}

/// When the file was last written, in nanoseconds.
fn written(known: &Metadata) -> Option<u128> {
    let since = known.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(since.as_nanos())
}

/// The files of a run, in order, with what could not be used in its place.
#[derive(Debug, Default)]
pub struct Listing {
    pub(super) files: Vec<Result<Listed, Fault>>,
    /// Files of a folder that by their names are no reports.
    pub skipped: usize,
    /// The files so far, by what tells them from others under any name.
    known: HashSet<Known>,
}

/// What tells a file from others under any name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Known {
    #[cfg(unix)]
    Number(u64, u64),
    Path(PathBuf),
}

impl Known {
    fn of(path: &Path, known: &Metadata) -> Self {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            // With several names in folders (hard links) it may be meant several times.
            if known.nlink() == 1 {
                return Self::Number(known.dev(), known.ino());
            }
        }
        let _ = known;
        Self::Path(path.canonicalize().unwrap_or_else(|_| path.to_owned()))
    }
}

impl Listing {
    /// The files that the arguments stand for. A folder stands for its files at any depth, sorted by path; hidden ones and
    /// those below `out` are left out.
    #[must_use]
    pub fn of(arguments: &[PathBuf], out: &Path) -> Self {
        let mut listing = Self::default();
        let out = out.canonicalize().ok();
        for argument in arguments {
            if argument.as_os_str() == "-" {
                let cause = "standard input cannot be read again after a stop; write it to a file and name that, or use \"ivus check -\"";
                listing.files.push(Err(Fault::new("-", "usage", cause)));
            } else if argument.is_dir() {
                listing.folder(argument, out.as_deref());
            } else {
                listing.named(argument);
            }
        }
        listing
    }

    /// Bytes that are in no file, under a name by which they are told and read as a file of that name would be.
    #[must_use]
    pub fn of_bytes(name: &Path, content: &[u8]) -> Self {
        let format = sniff::of_bytes(name, content);
        let listed = Listed::in_memory(name, format, content.into());
        Self {
            files: vec![Ok(listed)],
            ..Self::default()
        }
    }

    /// How the first file is read.
    #[must_use]
    pub fn format(&self) -> Option<Format> {
        self.files.first()?.as_ref().ok().map(|f| f.format)
    }

    /// The bytes of all files together, as they lie on the disk.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().flatten().map(|f| f.size).sum()
    }

    /// A digest of the names, sizes and times of all files: another digest means another input.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for file in self.files.iter().flatten() {
            let path = file.path.as_os_str().as_encoded_bytes();
            hash.update((path.len() as u64).to_le_bytes());
            hash.update(path);
            hash.update(file.size.to_le_bytes());
            hash.update(file.written.unwrap_or_default().to_le_bytes());
        }
        super::hex(&hash.finalize())
    }

    fn named(&mut self, path: &Path) {
        let format = sniff::of(path).unwrap_or_else(|| sniff::of_unknown(path));
        self.add(path, format);
    }

    fn add(&mut self, path: &Path, format: Format) {
        let listed = match fs::metadata(path) {
            Err(e) => Err(Fault::from_error(path, &Error::read(path, e))),
            Ok(known) if !known.is_file() => {
                let cause = "a pipe, socket or device, which cannot be read again after a stop; write what comes from it to a file and name that";
                Err(Fault::new(path.display().to_string(), "unusable", cause))
            }
            Ok(known) if !self.known.insert(Known::of(path, &known)) => {
                let cause = "this file stands in the input twice; it is read once";
                Err(Fault::new(path.display().to_string(), DUPLICATE, cause))
            }
            Ok(known) => Ok(Listed::new(path.to_owned(), format, &known)),
        };
        self.files.push(listed);
    }

    fn folder(&mut self, root: &Path, out: Option<&Path>) {
        let hidden = |name: &std::ffi::OsStr| name.as_encoded_bytes().starts_with(b".");
        let own = |e: &walkdir::DirEntry| {
            out.is_some_and(|o| {
                e.file_type().is_dir() && e.path().canonicalize().is_ok_and(|p| p == o)
            })
        };
        let mut files = Vec::new();
        let walk = WalkDir::new(root).follow_links(true);
        for entry in walk
            .into_iter()
            .filter_entry(|e| e.depth() == 0 || !(hidden(e.file_name()) || own(e)))
        {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                // Pipes, sockets and devices too: they are told as what cannot be used.
                Ok(entry) => files.push(entry.into_path()),
                Err(e) => {
                    let path = e.path().unwrap_or(root).to_owned();
                    let fault = match e.into_io_error() {
                        Some(e) => Fault::from_error(&path, &Error::read(&path, e)),
                        None => Fault::new(
                            path.display().to_string(),
                            "unusable",
                            "the link leads back to a folder above it",
                        ),
                    };
                    self.files.push(Err(fault));
                }
            }
        }
        files.sort();
        let before = files.len();
        files.retain(|path| !sniff::is_no_report(path));
        self.skipped += before - files.len();
        let formats: Vec<_> = files.par_iter().map(|path| sniff::of(path)).collect();
        for (path, format) in files.iter().zip(formats) {
            match format {
                Some(format) => self.add(path, format),
                None if sniff::is_unfinished(path) => {
                    let cause = "left out, since its name is that of a file in the making or of a spare copy; name it to have it read";
                    let fault = Fault::new(path.display().to_string(), UNFINISHED, cause);
                    self.files.push(Err(fault));
                }
                // What is no text is found to be none when it is read.
                None => self.add(path, sniff::of_unknown(path)),
            }
        }
    }
}
