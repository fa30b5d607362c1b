//! Any bytes taken for RTF give a text or a fault, and what is read has no control words of the layout left in it.

#![no_main]

use ivus::intake::document_of;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let whole = if bytes.starts_with(b"{\\rtf") {
        bytes.to_vec()
    } else {
        [b"{\\rtf1 ", bytes, b"}"].concat()
    };
    match document_of("r", &whole) {
        Ok(record) => {
            assert!(!record.text.trim().is_empty());
            // A character is at most three bytes, and takes at least as many to write, but for a tab or bullet.
            assert!(
                record.text.len() <= 4 * whole.len() + 16,
                "text grows with the file"
            );
        }
        Err(fault) => assert_ne!(fault.kind, "internal"),
    }
});
