//! A report's text as it was written, and positions in it. Knows nothing of medicine.

mod decode;
mod fold;
mod lines;
mod pattern;
mod report;
mod span;

pub use decode::decode;
pub(crate) use fold::{Folded, has_columns};
pub use lines::LineIndex;
pub(crate) use pattern::Pattern;
pub use report::{Report, ReportId, Standing};
pub use span::{Evidence, Mark, Role, Span};
