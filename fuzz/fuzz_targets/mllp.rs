//! Any bytes on a connection for messages: the framing finds what a slow reading by its rules finds, in whatever state it is a
//! whole message brings it back to rest, and each answer is one frame that says AA, AE or AR (or CA, CE, CR) once.

#![no_main]

use std::sync::{Arc, OnceLock};

use ivus::{
    Analyzer,
    mllp::{Framer, Heard, Receiver},
    queue::{Desk, Store},
};
use libfuzzer_sys::fuzz_target;

const MOST: usize = 2000;

/// A queue in a folder that goes with the machine's temporary ones.
fn receiver() -> &'static Receiver {
    static RECEIVER: OnceLock<Receiver> = OnceLock::new();
    RECEIVER.get_or_init(|| {
        let path = std::env::temp_dir().join(format!("ivus-fuzz-{}.db", std::process::id()));
        let store = Store::open(&path).expect("a temporary store");
        Receiver::new(Arc::new(Desk::new(store, Analyzer::builtin())), None)
    })
}

/// The messages by the rules of the frame, looked for with whole slices.
fn framed(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut rest = bytes;
    while let Some(start) = rest.iter().position(|b| *b == 0x0B) {
        rest = &rest[start + 1..];
        // A sender that begins anew before the end breaks the first one off.
        let end = rest.windows(2).position(|w| w == [0x1C, 0x0D]);
        let anew = rest.iter().position(|b| *b == 0x0B);
        match (end, anew) {
            (None, _) => break,
            (Some(end), Some(anew)) if anew < end => {}
            (Some(end), _) => {
                found.push(rest[..end].to_vec());
                rest = &rest[end + 2..];
            }
        }
    }
    found
}

fuzz_target!(|bytes: &[u8]| {
    let mut framer = Framer::new(MOST);
    let heard: Vec<Heard> = bytes.iter().filter_map(|b| framer.push(*b)).collect();
    let wanted = framed(bytes);
    assert_eq!(heard.len(), wanted.len());
    for (heard, wanted) in heard.iter().zip(&wanted) {
        match heard {
            Heard::Message(message) => assert_eq!(message, wanted),
            Heard::TooLong(head) => assert!(wanted.len() > MOST && wanted.starts_with(head)),
        }
    }
    let again: Vec<Heard> = b"\x0Bx\x1C\r".iter().filter_map(|b| framer.push(*b)).collect();
    assert_eq!(again, [Heard::Message(b"x".to_vec())]);
    assert!(!framer.is_inside() && framer.stray() == 0);
    for heard in &heard {
        let (answer, trouble) = receiver().take(heard, "fuzz");
        assert_eq!(trouble, None);
        let Some(answer) = answer else { continue };
        let frames = framed(&answer);
        assert!(frames.len() == 1 && frames[0].len() + 3 == answer.len(), "one whole frame");
        let told = frames[0].split(|b| *b == b'\r').filter(|s| s.starts_with(b"MSA"));
        let codes: Vec<&[u8]> = told.filter_map(|s| s.get(4..6)).collect();
        let known: [&[u8]; 6] = [b"AA", b"AE", b"AR", b"CA", b"CE", b"CR"];
        assert!(codes.len() == 1 && known.contains(&codes[0]), "one verdict");
    }
});
