//! The integration tests, as one binary.

#![expect(
    clippy::unwrap_used,
    clippy::string_slice,
    reason = "a test that panics has failed, as it should"
)]

mod cli;
mod docs;
mod layers;
mod privacy;
mod render;
