//! A folder with this year's tables: reads the files CMS publishes, keeps what concerns IVUS, and puts it in the place of
//! what was there in one step. A file that is damaged or of another kind is refused, and the tables in force stay.

mod addons;
mod cells;
mod fees;
mod layout;
mod limits;
mod localities;
mod merge;
mod pairs;
mod store;

use std::path::{Path, PathBuf};

pub use layout::{Given, Kind};
pub use merge::Changes;
pub use store::{Imported, TablesFolder};

use crate::{
    codes::CodeBook,
    error::{Error, Result},
};
use layout::Release;

/// What an import did.
#[derive(Debug)]
pub struct Report {
    /// The files in the order they were read, each with its kind, days and counts of rows.
    pub files: Vec<Imported>,
    /// What became of the rows of each table.
    pub changes: Vec<(Kind, Changes)>,
    /// What a person should look at.
    pub notes: Vec<String>,
}

/// Reads files and puts their rows into a folder, all or none.
///
/// # Errors
/// When a file cannot be read, is of no known layout, or a row of it is damaged: the row's number and the reason. The
/// folder is then as it was.
pub fn import(files: &[PathBuf], folder: &Path, given: &Given) -> Result<Report> {
    let _lock = store::lock(folder)?;
    let before = TablesFolder::open_or_new(folder)?;
    let mut texts = Vec::new();
    for path in files {
        texts.push(layout::read(path)?);
    }
    // The list of base codes comes first: of fees and limits, the codes it names are kept.
    texts.sort_by_key(|t| t.kind != Kind::AddOns);
    let mut after = before.clone();
    let mut done = Vec::new();
    let mut notes = Vec::new();
    for text in &texts {
        let codes = CodeBook::builtin().with_tables(after.tables());
        let release: Release = layout::parse(text, given, &codes)?;
        let imported = Imported::of(text, &release);
        merge::check(&after, &imported)?;
        notes.extend(merge::shrunk(&after, &imported));
        notes.extend(merge::told_amounts(&after, &release));
        merge::put(&mut after, release, imported.clone());
        done.push(imported);
    }
    notes.extend(merge::incomplete_pairs(&after));
    let changes = merge::changes(&before, &after);
    store::write(&after)?;
    Ok(Report {
        files: done,
        changes,
        notes,
    })
}

/// The tables of a folder, for [`CodeBook::with_tables`].
///
/// # Errors
/// When the folder holds no tables, or a file of it was changed or damaged since its import.
pub fn load(folder: &Path) -> Result<TablesFolder> {
    let found = TablesFolder::open(folder)?;
    found.ok_or_else(|| {
        Error::usage(format!(
            "{}: no tables in this folder; `ivus tables import FILE --tables {}` puts them there",
            folder.display(),
            folder.display()
        ))
    })
}
