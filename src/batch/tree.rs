//! A folder in the making, as `draft.rs` does it for a file: all that is in it is durable before it gets its name.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io::{self, Write as _},
    path::Path,
};

use sha2::{Digest, Sha256};
use tempfile::TempDir;

use super::{
    draft::{Finished, PASSING, sync_folder},
    form::Files,
};
use crate::{
    error::{Error, Result},
    intake::hex,
};

/// A folder in the making.
pub(super) struct Tree {
    folder: TempDir,
    index: String,
    hash: Sha256,
    bytes: u64,
}

impl Tree {
    /// A folder below one of the same file system as its place to be.
    pub(super) fn new(below: &Path) -> Result<Self> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(PASSING);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o700));
        }
        let folder = builder
            .tempdir_in(below)
            .map_err(|e| Error::write(below, e))?;
        Ok(Self {
            folder,
            index: "name\tid\tplace\n".to_owned(),
            hash: Sha256::new(),
            bytes: 0,
        })
    }

    /// Takes a record in.
    pub(super) fn add(&mut self, files: &Files) -> Result<()> {
        let Files {
            name, id, place, ..
        } = files;
        // A tab or line break in an id would shift the columns.
        let cell = |text: &str| text.replace(|c: char| c.is_control(), " ");
        let _ = writeln!(self.index, "{name}\t{}\t{}", cell(id), cell(place));
        self.write(&format!("{name}.txt"), files.text.as_bytes())?;
        self.write(&format!("{name}.ann"), files.annotations.as_bytes())
    }

    fn write(&mut self, name: &str, content: &[u8]) -> Result<()> {
        count_in(&mut self.hash, name, content);
        self.bytes += content.len() as u64;
        let path = self.folder.path().join(name);
        let written = private(&path).and_then(|mut file| {
            file.write_all(content)?;
            file.sync_all()
        });
        written.map_err(|e| Error::write(path, e))
    }

    /// Makes the content durable and gives the folder its name.
    pub(super) fn finish(mut self, to: &Path) -> Result<Finished> {
        let index = std::mem::take(&mut self.index);
        self.write("index.tsv", index.as_bytes())?;
        sync_folder(self.folder.path())?;
        let told = |e| Error::write(to, e);
        if to.exists() {
            // A part that a limit cut; a folder cannot take the name of one that holds files.
            let below = self.folder.path().parent().unwrap_or(to);
            let old = tempfile::Builder::new().prefix(PASSING).tempdir_in(below);
            let old = old.map_err(told)?;
            fs::rename(to, old.path().join("old")).map_err(told)?;
        }
        fs::rename(self.folder.path(), to).map_err(told)?;
        // It has another name now, there is nothing left to remove.
        let _ = self.folder.keep();
        Ok(Finished {
            bytes: self.bytes,
            digest: hex(&self.hash.finalize()),
        })
    }
}

/// Size and digest of a finished folder as they are now, worked out as they were when it was written.
pub(super) fn look(folder: &Path) -> io::Result<Finished> {
    let index = fs::read_to_string(folder.join("index.tsv"))?;
    let records = index.lines().skip(1).filter_map(|l| l.split('\t').next());
    let files = records.flat_map(|name| [format!("{name}.txt"), format!("{name}.ann")]);
    let (mut hash, mut bytes, mut count) = (Sha256::new(), 0, 0);
    for name in files.chain(["index.tsv".to_owned()]) {
        let content = fs::read(folder.join(&name))?;
        count_in(&mut hash, &name, &content);
        bytes += content.len() as u64;
        count += 1;
    }
    if fs::read_dir(folder)?.count() != count {
        return Err(io::Error::other(
            "there are files that are not in its index",
        ));
    }
    Ok(Finished {
        bytes,
        digest: hex(&hash.finalize()),
    })
}

fn count_in(hash: &mut Sha256, name: &str, content: &[u8]) {
    hash.update((name.len() as u64).to_le_bytes());
    hash.update(name);
    hash.update((content.len() as u64).to_le_bytes());
    hash.update(content);
}

/// A new file that its owner alone can read.
fn private(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}
