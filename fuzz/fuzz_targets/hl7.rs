//! Any bytes taken for HL7 v2 give records or faults, the same ones twice; faults quote nothing that is longer than an id.

#![no_main]

use ivus::intake::{Format, read_messages};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let told = |read: Vec<Result<ivus::intake::Record, ivus::intake::Fault>>| -> Vec<String> {
        let each = read.into_iter().map(|read| match read {
            Ok(record) => format!("{:?}", record.digest()),
            Err(fault) => {
                assert!(fault.cause.len() < 300 && fault.place.len() < 300);
                format!("{fault:?}")
            }
        });
        each.collect()
    };
    let first = told(read_messages(bytes, Format::Hl7));
    assert!(!first.is_empty(), "nothing is passed over in silence");
    assert_eq!(first, told(read_messages(bytes, Format::Hl7)));
});
