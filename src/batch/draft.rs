//! A file in the making: written under a passing name, made durable, and only then given its own name. Whoever sees a
//! file under its own name sees it whole.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use crate::{
    error::{Error, Result},
    intake::hex,
};

/// How passing names begin; what a killed run left behind is known by it.
pub(super) const PASSING: &str = ".passing-";

/// A file in the making.
pub(super) struct Draft {
    file: BufWriter<NamedTempFile>,
    hash: Sha256,
    bytes: u64,
}

/// What a finished file holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Finished {
    pub(super) bytes: u64,
    pub(super) digest: String,
}

impl Draft {
    /// A draft in a folder of the same file system as its place to be.
    pub(super) fn new(folder: &Path) -> Result<Self> {
        let file = tempfile::Builder::new()
            .prefix(PASSING)
            .tempfile_in(folder)
            .map_err(|e| Error::write(folder, e))?;
        Ok(Self {
            file: BufWriter::with_capacity(1 << 16, file),
            hash: Sha256::new(),
            bytes: 0,
        })
    }

    pub(super) fn write(&mut self, text: &[u8]) -> Result<()> {
        self.hash.update(text);
        self.bytes += text.len() as u64;
        self.file.write_all(text).map_err(|e| self.failed(e))
    }

    /// Makes the content durable and gives the file its name. The name is durable after [`sync_folder`].
    pub(super) fn finish(self, to: &Path) -> Result<Finished> {
        let told = |e| Error::write(to, e);
        let file = self.file.into_inner().map_err(|e| told(e.into_error()))?;
        file.as_file().sync_all().map_err(told)?;
        file.persist(to).map_err(|e| told(e.error))?;
        Ok(Finished {
            bytes: self.bytes,
            digest: hex(&self.hash.finalize()),
        })
    }

    fn failed(&self, error: io::Error) -> Error {
        Error::write(self.file.get_ref().path(), error)
    }
}

/// Makes the names in a folder durable.
pub(super) fn sync_folder(folder: &Path) -> Result<()> {
    // Only Unix opens folders as files; elsewhere the file system sees to it.
    if cfg!(unix) {
        let synced = File::open(folder).and_then(|f| f.sync_all());
        synced.map_err(|e| Error::write(folder, e))?;
    }
    Ok(())
}
