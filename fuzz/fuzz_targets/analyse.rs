//! Any text gives a sound analysis: no panic, evidence that stands where it says, units within their limits, the same
//! answer twice.

#![no_main]

use std::sync::LazyLock;

use ivus::Analyzer;
use libfuzzer_sys::fuzz_target;

#[path = "../../tests/it/sound.rs"]
mod sound;

static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::builtin);

fuzz_target!(|text: &str| {
    assert_eq!(sound::check(&ANALYZER, text).err(), None);
});
