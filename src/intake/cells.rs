//! A row of a table whose cells are read already.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Columns, Fault, Record};

/// The cells of one row, by column.
pub(super) struct Cells {
    pub(super) by_column: Map<String, Value>,
    pub(super) place: String,
    /// What the record is called without an id.
    pub(super) unnamed: String,
    pub(super) columns: Arc<Columns>,
}

impl std::fmt::Debug for Cells {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({} bytes)", self.place, self.bytes())
    }
}

impl Cells {
    pub(super) fn bytes(&self) -> usize {
        let texts = self.by_column.values().filter_map(Value::as_str);
        texts.map(str::len).sum()
    }

    pub(super) fn load(self) -> Result<Record, Fault> {
        self.columns
            .record(self.by_column, &self.place, || self.unnamed)
    }
}
