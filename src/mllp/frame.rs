//! The framing of messages: a vertical tab, the message, a file separator and a carriage return. Bytes may come in any pieces.

/// The byte before a message.
const START: u8 = 0x0B;
/// The two bytes behind it.
const END: u8 = 0x1C;
const CARRIAGE: u8 = 0x0D;

/// Bytes kept of a message that is too long: enough to tell its number.
const HEAD: usize = 4096;

/// What came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A whole message, without its frame.
    Message(Vec<u8>),
    /// A whole message that is too long; the beginning of it.
    TooLong(Vec<u8>),
}

/// Puts messages together from pieces.
#[derive(Debug)]
pub struct Framer {
    most: usize,
    message: Vec<u8>,
    state: State,
    /// Bytes of the message so far, also of those that are not kept.
    length: usize,
    /// Bytes that belong to no message since the last one.
    stray: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Outside,
    Inside,
    /// Behind a file separator that may be the end.
    Ending,
}

impl Framer {
    /// A framer for messages of at most so many bytes.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self {
            most,
            message: Vec::new(),
            state: State::Outside,
            length: 0,
            stray: 0,
        }
    }

    /// Whether a message has begun and not ended.
    #[must_use]
    pub fn is_inside(&self) -> bool {
        self.state != State::Outside
    }

    /// Bytes that belong to no message since the last one; line ends between messages do not count.
    #[must_use]
    pub fn stray(&self) -> usize {
        self.stray
    }

    /// Takes a byte; what is whole with it.
    pub fn push(&mut self, byte: u8) -> Option<Heard> {
        match (self.state, byte) {
            // Also of a sender that broke off and begins anew: what is there is no message.
            (State::Outside | State::Inside, START) => self.begin(),
            (State::Outside, b'\r' | b'\n') => {}
            (State::Outside, _) => self.stray = self.stray.saturating_add(1),
            (State::Ending, CARRIAGE) => return Some(self.end()),
            // A file separator in the text is text.
            (State::Ending, _) => {
                self.state = State::Inside;
                self.keep(END);
                return self.push(byte);
            }
            (State::Inside, END) => self.state = State::Ending,
            (State::Inside, _) => self.keep(byte),
        }
        None
    }

    fn begin(&mut self) {
        self.message.clear();
        self.length = 0;
        self.stray = 0;
        self.state = State::Inside;
    }

    fn keep(&mut self, byte: u8) {
        self.length = self.length.saturating_add(1);
        if self.length <= self.most {
            self.message.push(byte);
        } else if self.message.len() > HEAD {
            self.message.truncate(HEAD);
            self.message.shrink_to_fit();
        }
    }

    fn end(&mut self) -> Heard {
        self.state = State::Outside;
        let message = std::mem::take(&mut self.message);
        if self.length > self.most {
            Heard::TooLong(message)
        } else {
            Heard::Message(message)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(most: usize, bytes: &[u8]) -> Vec<Heard> {
        let mut framer = Framer::new(most);
        bytes.iter().filter_map(|b| framer.push(*b)).collect()
    }

    fn message(text: &str) -> Heard {
        Heard::Message(text.as_bytes().to_vec())
    }

    #[test]
    fn messages_are_whole_whatever_stands_between() {
        let bytes = b"\r\n\x0BMSH|one\rPID\x1C\r\n\x0BMSH|two\x1C\rgarbage\x0B\x1C\r";
        assert_eq!(
            heard(100, bytes),
            [message("MSH|one\rPID"), message("MSH|two"), message("")]
        );
    }

    #[test]
    fn a_file_separator_alone_ends_nothing() {
        assert_eq!(
            heard(100, b"\x0Ba\x1Cb\x1C\x1C\r"),
            [message("a\u{1C}b\u{1C}")]
        );
        assert!(heard(100, b"\x0Ba\x1C").is_empty());
        assert!(heard(100, b"a\x1C\r").is_empty());
    }

    #[test]
    fn a_message_that_broke_off_is_none() {
        assert_eq!(
            heard(100, b"\x0BMSH|half\x0BMSH|whole\x1C\r"),
            [message("MSH|whole")]
        );
        let mut framer = Framer::new(100);
        for byte in b"\x0BMSH|half" {
            assert_eq!(framer.push(*byte), None);
        }
        assert!(framer.is_inside());
    }

    #[test]
    fn a_message_that_is_too_long_keeps_its_head_alone() {
        let long = [
            b"\x0B".as_slice(),
            &b"x".repeat(10_000),
            b"\x1C\r\x0By\x1C\r",
        ]
        .concat();
        let found = heard(9_999, &long);
        assert_eq!(found[1], message("y"));
        let Heard::TooLong(head) = &found[0] else {
            panic!("not too long");
        };
        assert!(head.len() <= 9_999);
        assert_eq!(heard(10_000, &long)[0], Heard::Message(b"x".repeat(10_000)));
    }

    #[test]
    fn stray_bytes_are_counted_until_a_message_begins() {
        let mut framer = Framer::new(10);
        for byte in b"GET / HTTP/1.1\r\n" {
            framer.push(*byte);
        }
        assert_eq!(framer.stray(), 14);
        framer.push(START);
        assert_eq!(framer.stray(), 0);
    }
}
