//! Any bytes taken for FHIR, as one resource and as one a line, give records or faults; faults quote nothing that is longer
//! than an id.

#![no_main]

use ivus::intake::{Format, read_messages};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for format in [Format::Resource, Format::Resources] {
        let read = read_messages(bytes, format);
        assert!(format == Format::Resources || !read.is_empty(), "nothing is passed over in silence");
        for read in read {
            match read {
                Ok(record) => assert!(!record.id.is_empty() && record.id.chars().count() <= 240),
                Err(fault) => assert!(fault.cause.len() < 300 && fault.place.len() < 300),
            }
        }
    }
});
