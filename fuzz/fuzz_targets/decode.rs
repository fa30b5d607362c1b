//! Any bytes give a text, the text of a text is itself, and a byte-order mark never reaches the analysis.

#![no_main]

use ivus::text::decode;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = decode(bytes);
    if let Ok(plain) = std::str::from_utf8(bytes)
        && !bytes.contains(&0)
    {
        assert_eq!(
            text,
            plain.strip_prefix('\u{FEFF}').unwrap_or(plain),
            "UTF-8 is kept as it is"
        );
    }
    if !text.contains('\0') && !text.starts_with('\u{FEFF}') {
        assert_eq!(
            decode(text.as_bytes()),
            text,
            "decoding twice changes nothing"
        );
    }
});
