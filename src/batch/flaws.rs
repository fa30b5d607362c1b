//! Whether what a run wrote is still what it was: files and folders beside the size and digest they were written with.

use std::{
    fmt,
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

use sha2::{Digest, Sha256};

use super::{draft::Finished, tree};
use crate::intake::hex;

/// How a file differs from what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    Missing,
    /// It cannot be read, or is a folder that lacks a file or has one too many.
    Broken,
    Size,
    Content,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "it is missing",
            Self::Broken => "it cannot be read whole",
            Self::Size => "it has another size",
            Self::Content => "it has another content (SHA-256)",
        })
    }
}

/// How a file or folder differs from what was written; `None` when it does not. Files are read in pieces, since they may be
/// larger than memory.
pub(super) fn find(path: &Path, written: &Finished) -> Option<Flaw> {
    let now = match fs::metadata(path) {
        Err(e) => return Some(told(&e)),
        Ok(known) if known.is_dir() => tree::look(path),
        Ok(known) if known.len() != written.bytes => return Some(Flaw::Size),
        Ok(_) => look(path),
    };
    match now {
        Err(e) => Some(told(&e)),
        Ok(now) if now.bytes != written.bytes => Some(Flaw::Size),
        Ok(now) => (now.digest != written.digest).then_some(Flaw::Content),
    }
}

fn told(error: &io::Error) -> Flaw {
    match error.kind() {
        io::ErrorKind::NotFound => Flaw::Missing,
        _ => Flaw::Broken,
    }
}

/// Size and digest of a file as they are now.
fn look(path: &Path) -> io::Result<Finished> {
    let mut file = File::open(path)?;
    let (mut hash, mut bytes) = (Sha256::new(), 0);
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            read => {
                hash.update(&buffer[..read]);
                bytes += read as u64;
            }
        }
    }
    Ok(Finished {
        bytes,
        digest: hex(&hash.finalize()),
    })
}
