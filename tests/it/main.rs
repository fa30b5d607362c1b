//! The integration tests, as one binary.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::string_slice,
    reason = "a test that panics has failed, as it should, and a skipped one says so"
)]

mod amounts;
mod cli;
mod docs;
mod facts;
mod gold;
mod invariants;
mod layers;
mod lexicons;
mod lookup;
mod payers;
mod privacy;
mod published;
mod render;
mod sound;
mod tables;
