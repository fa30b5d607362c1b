//! Output formats. A renderer prints an analysis; it decides nothing.

pub mod json;
