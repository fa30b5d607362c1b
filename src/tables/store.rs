//! The folder on disk. A manifest, `tables.toml`, names the data files in force by their digest. An import writes new data
//! files beside the old ones and then renames a new manifest into place, so that a reader sees all of it or none.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::layout::{Kind, Release, Rows, Text};
use crate::{
    codes::{
        AddOnList, AddOnTable, FeeTable, LimitTable, Loaded, LocalityTable, Origin, PairTable,
        Tables,
    },
    date::Date,
    error::{Error, Result},
};

const MANIFEST: &str = "tables.toml";
const LOCK: &str = "tables.lock";

/// A tables folder as it stands.
#[derive(Clone, Debug)]
pub struct TablesFolder {
    path: PathBuf,
    pub(super) loaded: Loaded,
    pub(super) imports: Vec<Imported>,
}

/// A file whose rows are in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Imported {
    /// Its table: `fees`, `localities`, `limits`, `pairs` or `addons`.
    pub table: String,
    /// Its name, without folders.
    pub file: String,
    /// Digest of its bytes, `sha256:…`.
    pub digest: String,
    /// When it was imported, in UTC.
    pub imported: String,
    /// Whose claims (limits, pairs) or which factor (fees from 2026 on).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub of: String,
    /// First day its rows are in force; absent where each row has its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Version of a file in parts, such as `v320`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Which part, such as `f2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// Rows of the file.
    pub rows_read: usize,
    /// Rows that were kept: those of codes the program knows.
    pub rows_kept: usize,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    version: u32,
    #[serde(default)]
    tables: Vec<DataFile>,
    #[serde(default)]
    imports: Vec<Imported>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DataFile {
    table: String,
    file: String,
    digest: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<String>,
}

impl Imported {
    pub(super) fn of(text: &Text, release: &Release) -> Self {
        let of = match &release.rows {
            Rows::Fees(factor, _) => factor.name(),
            Rows::Limits(setting, _) | Rows::Pairs(setting, _) => setting.name(),
            Rows::Localities(_) | Rows::AddOns(_) => "",
        };
        Self {
            table: text.kind.name().to_owned(),
            file: text.name.clone(),
            digest: text.digest.clone(),
            imported: jiff::Timestamp::now()
                .strftime("%Y-%m-%dT%H:%M:%SZ")
                .to_string(),
            of: of.to_owned(),
            from: release.from.map(|d| d.to_string()),
            until: release.until.map(|d| d.to_string()),
            version: release.version.clone(),
            part: release.part.clone(),
            rows_read: release.read,
            rows_kept: release.kept,
        }
    }

    /// The first day, where the file has one.
    pub(super) fn first(&self) -> Option<Date> {
        self.from.as_deref().and_then(|d| d.parse().ok())
    }

    /// The last day, where it is known.
    pub(super) fn last(&self) -> Option<Date> {
        self.until.as_deref().and_then(|d| d.parse().ok())
    }
}

impl TablesFolder {
    /// The tables of a folder; `None` when it holds none.
    pub(super) fn open(path: &Path) -> Result<Option<Self>> {
        let found = Self::read(path);
        // Between reading the manifest and a data file an import may have replaced both.
        match found {
            Err(_) => Self::read(path),
            found => found,
        }
    }

    /// The tables of a folder, or an empty folder made for them.
    pub(super) fn open_or_new(path: &Path) -> Result<Self> {
        let new = Self {
            path: path.to_owned(),
            loaded: Loaded::default(),
            imports: Vec::new(),
        };
        Ok(Self::open(path)?.unwrap_or(new))
    }

    fn read(path: &Path) -> Result<Option<Self>> {
        let place = path.join(MANIFEST);
        let text = match fs::read_to_string(&place) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::read(place, error)),
        };
        let manifest: Manifest = toml::from_str(&text).map_err(|e| {
            let at = e.span().map_or(0, |s| s.start);
            let line = text.bytes().take(at).filter(|b| *b == b'\n').count() + 1;
            Error::lexicon(&place.display().to_string(), line, "", e.message())
        })?;
        let mut loaded = Loaded::default();
        for data in &manifest.tables {
            let place = path.join(&data.file);
            let text = fs::read_to_string(&place).map_err(|e| Error::read(&place, e))?;
            if digest(text.as_bytes()) != data.digest {
                return Err(Error::report(
                    place,
                    "changed since its import; remove the folder and import the published files again",
                ));
            }
            let name = place.display().to_string();
            match Kind::ALL.into_iter().find(|k| k.name() == data.table) {
                Some(Kind::Fees) => loaded.fees = FeeTable::parse(&name, &text)?.rows().to_vec(),
                Some(Kind::Limits) => {
                    loaded.limits = LimitTable::parse(&name, &text)?.rows().to_vec();
                }
                Some(Kind::Pairs) => loaded.pairs = PairTable::parse(&name, &text)?.rows().to_vec(),
                Some(Kind::Localities) => {
                    loaded.localities = LocalityTable::parse(&name, &text)?.rows().to_vec();
                }
                Some(Kind::AddOns) => {
                    let from = data.from.as_deref().and_then(|d| d.parse().ok());
                    let table = AddOnTable::parse(&name, &text)?;
                    loaded.addons = from.map(|from| AddOnList { table, from });
                }
                None => {
                    return Err(Error::report(
                        path.join(MANIFEST),
                        "names a table this version does not know; use the version that wrote it",
                    ));
                }
            }
        }
        Ok(Some(Self {
            path: path.to_owned(),
            loaded,
            imports: manifest.imports,
        }))
    }

    /// The files whose rows are in force, in the order of their import.
    #[must_use]
    pub fn imports(&self) -> &[Imported] {
        &self.imports
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The tables in force: the folder's rows over the built-in ones.
    #[must_use]
    pub fn tables(&self) -> Tables {
        let mut all = Sha256::new();
        for (_, text) in self.texts() {
            all.update(text.as_bytes());
        }
        let origin = Origin {
            digest: told(all),
            files: self.imports.iter().map(|i| i.file.clone()).collect(),
        };
        Tables::over_builtin(self.loaded.clone(), origin)
    }

    /// The tables as files in our layout, those that have rows.
    pub(super) fn texts(&self) -> Vec<(Kind, String)> {
        let loaded = &self.loaded;
        let addons = loaded.addons.as_ref().map(|l| l.table.to_tsv());
        let all = [
            (Kind::Fees, FeeTable::from(loaded.fees.clone()).to_tsv()),
            (
                Kind::Localities,
                LocalityTable::from(loaded.localities.clone()).to_tsv(),
            ),
            (
                Kind::Limits,
                LimitTable::from(loaded.limits.clone()).to_tsv(),
            ),
            (Kind::Pairs, PairTable::from(loaded.pairs.clone()).to_tsv()),
            (Kind::AddOns, addons.unwrap_or_default()),
        ];
        let has_rows = |(_, text): &(Kind, String)| text.lines().count() > 1;
        all.into_iter().filter(has_rows).collect()
    }
}

/// Keeps other imports out of a folder, which is made when it does not exist.
pub(super) fn lock(folder: &Path) -> Result<File> {
    fs::create_dir_all(folder).map_err(|e| Error::read(folder, e))?;
    let place = folder.join(LOCK);
    let file = File::create(&place).map_err(|e| Error::read(&place, e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::report(
            folder,
            "another import is at work in this folder; wait for its end",
        )),
        Err(TryLockError::Error(error)) => Err(Error::read(place, error)),
    }
}

/// Puts the tables into their folder. Until the last rename the old ones are in force.
pub(super) fn write(tables: &TablesFolder) -> Result<()> {
    let folder = &tables.path;
    let mut data = Vec::new();
    for (kind, text) in tables.texts() {
        let digest = digest(text.as_bytes());
        let short: String = digest.chars().skip("sha256:".len()).take(12).collect();
        let file = format!("{}-{short}.tsv", kind.name());
        put(folder, &file, &text)?;
        let from = tables.loaded.addons.as_ref().map(|l| l.from.to_string());
        data.push(DataFile {
            table: kind.name().to_owned(),
            file,
            digest,
            from: from.filter(|_| kind == Kind::AddOns),
        });
    }
    let manifest = Manifest {
        version: 1,
        tables: data,
        imports: tables.imports.clone(),
    };
    let text = toml::to_string(&manifest)
        .map_err(|_| Error::report(folder, "the list of tables cannot be written"))?;
    let note = "# Written by `ivus tables import`; the files it names are in force together.\n";
    put(folder, MANIFEST, &format!("{note}{text}"))?;
    sweep(folder, &manifest);
    Ok(())
}

/// Writes a file beside its place, to the disk, and renames it there.
fn put(folder: &Path, name: &str, text: &str) -> Result<()> {
    let place = folder.join(name);
    let failed = |e: io::Error| Error::write(&place, e);
    let mut beside = tempfile::Builder::new();
    beside.prefix(".import-");
    // Whoever may read the folder may read its files; a temporary file would be its owner's alone.
    #[cfg(unix)]
    beside.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = beside.tempfile_in(folder).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.as_file().sync_all().map_err(failed)?;
    file.persist(&place).map_err(|e| failed(e.error))?;
    // The rename itself reaches the disk with the folder; systems that cannot open a folder do that on their own.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// Removes data files that are in force no more. What cannot be removed does no harm.
fn sweep(folder: &Path, manifest: &Manifest) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let stem = name.strip_suffix(".tsv").and_then(|n| n.split_once('-'));
        let ours = stem.is_some_and(|(table, digest)| {
            Kind::ALL.iter().any(|k| k.name() == table)
                && digest.len() == 12
                && digest.bytes().all(|b| b.is_ascii_hexdigit())
        });
        if ours && manifest.tables.iter().all(|t| t.file != name) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// The digest of bytes, `sha256:…`.
pub(super) fn digest(bytes: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(bytes);
    told(hash)
}

fn told(hash: Sha256) -> String {
    use std::fmt::Write as _;
    let mut text = String::from("sha256:");
    for byte in hash.finalize() {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
