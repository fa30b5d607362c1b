//! Any bytes taken for a Word document or a clinical document, as a whole or as the part that holds the text, give a text
//! or a fault.

#![no_main]

use std::io::{Cursor, Write};

use ivus::intake::document_of;
use libfuzzer_sys::fuzz_target;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

fn packed(part: &[u8]) -> Option<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    zip.start_file("word/document.xml", stored).ok()?;
    zip.write_all(part).ok()?;
    Some(zip.finish().ok()?.into_inner())
}

fuzz_target!(|bytes: &[u8]| {
    let Some((how, rest)) = bytes.split_first() else {
        return;
    };
    let whole = match how % 3 {
        0 => Some(rest.to_vec()),
        1 => packed(rest),
        _ => Some(
            [
                &b"<?xml version=\"1.0\"?><ClinicalDocument><section><title>x</title><text>"[..],
                rest,
                b"</text></section></ClinicalDocument>",
            ]
            .concat(),
        ),
    };
    let Some(whole) = whole else { return };
    match document_of("r", &whole) {
        Ok(record) => assert!(!record.text.trim().is_empty()),
        Err(fault) => assert_ne!(fault.kind, "internal"),
    }
});
