//! ivus
pub mod analyzer;
pub mod codes;
pub mod context;
pub mod date;
mod encounter;
pub mod error;
pub mod lexicon;
mod mention;
pub mod render;
pub mod rules;
mod segment;
pub mod text;
