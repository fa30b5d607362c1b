//! Gold labels with their texts in one ZIP file: what `ivus queue export --format gold` writes into a folder.

use std::io::{Cursor, Write};

use serde_json::Value;
use zip::{ZipWriter, result::ZipError, write::SimpleFileOptions};

use crate::queue::{Outcome, Refusal};

/// A ZIP file that is being written. No time is in it: the same labels give the same bytes.
pub struct Archive(ZipWriter<Cursor<Vec<u8>>>);

impl Default for Archive {
    fn default() -> Self {
        Self(ZipWriter::new(Cursor::new(Vec::new())))
    }
}

impl Archive {
    /// Adds a report and its labels as `STEM.txt` and `STEM.json`.
    ///
    /// # Errors
    /// When there is one of this stem already, or the file would be larger than a ZIP file can be.
    pub fn add(&mut self, stem: &str, text: &str, labels: &Value) -> Outcome<()> {
        let labels = serde_json::to_string_pretty(labels).map_err(|_| failed())? + "\n";
        for (ending, content) in [("txt", text), ("json", &labels)] {
            let options = SimpleFileOptions::default();
            self.0
                .start_file(format!("{stem}.{ending}"), options)
                .map_err(told)?;
            self.0.write_all(content.as_bytes()).map_err(|_| failed())?;
        }
        Ok(())
    }

    /// The bytes of the file.
    ///
    /// # Errors
    /// As [`Archive::add`].
    pub fn finish(self) -> Outcome<Vec<u8>> {
        Ok(self.0.finish().map_err(told)?.into_inner())
    }
}

fn failed() -> Refusal {
    Refusal::Fault("the labels cannot be put into one file".to_owned())
}

// Its own words may name a file, which is called by a report's id.
fn told(_: ZipError) -> Refusal {
    failed()
}
