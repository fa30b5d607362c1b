//! The seam for files that are one report each: the bytes of a file become what they tell, and that becomes a record.

use std::fs;

use serde_json::Map;

use super::{Fault, MAX_BYTES, Record, Status, changed, list::Listed, sniff::Format, too_long};
use crate::{
    date::Date,
    error::Error,
    input::{self, Source},
};

/// What a document tells.
#[derive(Default)]
pub(super) struct Told {
    pub(super) text: String,
    /// Its own id, where it has one; else it is called by the file.
    pub(super) id: Option<String>,
    pub(super) date: Option<Date>,
    pub(super) author: Option<String>,
    pub(super) status: Option<Status>,
}

/// The one report of a file.
pub(super) fn load(file: &Listed) -> Result<Record, Fault> {
    let place = file.path.display().to_string();
    let id = Source::File(file.path.clone()).id();
    if file.size > MAX_BYTES as u64 {
        return Err(too_long(place).of(id));
    }
    let told = read(file).map_err(|fault| fault.of(&id))?;
    if file.has_changed() {
        return Err(changed(place).of(id));
    }
    Ok(Record {
        id: told.id.unwrap_or(id),
        place,
        text: told.text,
        date: told.date,
        author: told.author,
        status: told.status,
        passthrough: Map::new(),
    })
}

fn read(file: &Listed) -> Result<Told, Fault> {
    let failed = |e: Error| Fault::from_error(&file.path, &e);
    let bytes = || fs::read(&file.path).map_err(|e| failed(Error::read(&file.path, e)));
    match file.format {
        // The others are files of many records.
        Format::Text | Format::Lines | Format::Table => Ok(Told {
            text: input::plain_text(&file.path, &bytes()?).map_err(failed)?,
            ..Told::default()
        }),
        // Left out silently, its report would be taken for one without IVUS.
        Format::Unread(what) => {
            let place = file.path.display().to_string();
            let cause = format!("{what}, which is not read; save it as plain text");
            Err(Fault::new(place, "unknown-format", cause))
        }
    }
}
