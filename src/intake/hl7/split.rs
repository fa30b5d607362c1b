//! Cuts a file into messages: at each MSH, without the lines of batches (FHS, BHS, BTS, FTS). Holds one message at a time.

use std::io::{self, BufRead};

use super::super::{Fault, MAX_BYTES, lines::cut_short, list::Listed, open::Reader, too_long};

/// The messages of a file with their numbers, from 1.
pub(super) struct Messages {
    reader: Reader,
    file: Listed,
    number: u64,
    /// The first line of the next message.
    ahead: Option<Vec<u8>>,
    done: bool,
}

impl Messages {
    pub(super) fn new(reader: Reader, file: &Listed) -> Self {
        Self {
            reader,
            file: file.clone(),
            number: 0,
            ahead: None,
            done: false,
        }
    }

    /// The lines up to the next message.
    fn read(&mut self) -> io::Result<Option<Result<Vec<u8>, Fault>>> {
        let mut message = self.ahead.take().unwrap_or_default();
        let mut long = false;
        while let Some(line) = line(&mut self.reader)? {
            match kind(&line) {
                Kind::Message if message.is_empty() && !long => message = line,
                Kind::Message => {
                    self.ahead = Some(line);
                    break;
                }
                Kind::Batch => {}
                // What stands before the first message belongs to none.
                Kind::Other if message.is_empty() => {}
                Kind::Other if message.len() + line.len() > MAX_BYTES => long = true,
                Kind::Other if long => {}
                Kind::Other => message.extend_from_slice(&line),
            }
        }
        if long {
            return Ok(Some(Err(too_long(self.place()))));
        }
        Ok((!message.is_empty()).then_some(Ok(message)))
    }

    fn place(&self) -> String {
        format!("{}:{}", self.file.path.display(), self.number)
    }
}

impl Iterator for Messages {
    type Item = Result<(u64, Vec<u8>), Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        self.number += 1;
        match self.read() {
            Ok(Some(message)) => Some(message.map(|bytes| (self.number, bytes))),
            Ok(None) => {
                self.done = true;
                None
            }
            Err(e) => {
                self.done = true;
                Some(Err(cut_short(&self.file, self.place(), e)))
            }
        }
    }
}

enum Kind {
    Message,
    Batch,
    Other,
}

/// What a line begins, when the bytes of the transport (vertical tab, file separator) are passed over.
fn kind(line: &[u8]) -> Kind {
    let skipped = line.iter().take_while(|b| matches!(b, 0x0B | 0x1C | b' '));
    let line = line.get(skipped.count()..).unwrap_or_default();
    let ends = line.get(3).is_none_or(|b| !b.is_ascii_alphanumeric());
    match line.get(..3) {
        Some(b"MSH") if ends => Kind::Message,
        Some(b"FHS" | b"BHS" | b"BTS" | b"FTS") if ends => Kind::Batch,
        _ => Kind::Other,
    }
}

/// The next line with its end, which is CR, LF or both; one that goes on and on comes in pieces.
fn line(reader: &mut Reader) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    loop {
        let buffer = reader.fill_buf()?;
        if buffer.is_empty() {
            return Ok((!line.is_empty()).then_some(line));
        }
        let end = buffer.iter().position(|b| matches!(b, b'\r' | b'\n'));
        let used = end.map_or(buffer.len(), |e| e + 1);
        line.extend_from_slice(&buffer[..used]);
        reader.consume(used);
        if end.is_some() || line.len() > MAX_BYTES {
            return Ok(Some(line));
        }
    }
}
