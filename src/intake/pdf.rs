//! PDF to text in a process of its own: readers of PDF are known to crash and to run away, and a report lost that way must
//! not take the others with it. Needs the feature `pdf`.

use std::{
    io::{Read, Write},
    path::Path,
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use super::{MAX_BYTES, document::Problem};

/// The hidden verb of the program that reads a PDF document from standard input and writes its text.
pub const VERB: &str = "read-pdf";

/// How long one document may take, also on a machine that has much else to do: the reader ends itself after less work.
const TIME: Duration = Duration::from_secs(30);

/// The text of a PDF document, read by another process.
pub(super) fn text(bytes: &[u8], reader: Option<&Path>) -> Result<String, Problem> {
    let reader = reader.filter(|_| cfg!(feature = "pdf")).ok_or_else(|| {
        let cause = "a PDF document, which this program was built without; build it with --features pdf, or save the \
                     document as plain text";
        Problem::new("unknown-format", cause)
    })?;
    // The end is where the reader begins: what pads the file there would hide it.
    let padding = |b: &&u8| b.is_ascii_whitespace() || **b == 0;
    let padded = bytes.iter().rev().take_while(padding).count();
    let text = run(reader, &bytes[..bytes.len() - padded], TIME)?;
    let text = text.trim_matches(['\n', '\r']).to_owned();
    if text.trim().is_empty() {
        let cause = "a PDF document in which no text was found, perhaps a scanned image; no text is not no IVUS: have \
                     it read by a person, or by a program that reads scans";
        return Err(Problem::new("no-text", cause));
    }
    Ok(text)
}

/// The reader limits its own address space to less than the allocator of the program would reserve ahead for a long run.
const LITTLE_AHEAD: (&str, &str) = ("MIMALLOC_ARENA_RESERVE", "32MiB");

fn run(program: &Path, bytes: &[u8], time: Duration) -> Result<String, Problem> {
    let mut child = Command::new(program)
        .arg(VERB)
        .env(LITTLE_AHEAD.0, LITTLE_AHEAD.1)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|_| Problem::new("internal", "the reader of PDF documents cannot be started"))?;
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(Problem::new(
            "internal",
            "the reader of PDF documents has no input",
        ));
    };
    thread::scope(|scope| {
        let (done, wait) = mpsc::channel();
        // A reader that dies leaves a broken pipe behind, which its status tells better.
        scope.spawn(move || drop(input.write_all(bytes)));
        scope.spawn(move || {
            let mut text = Vec::new();
            let read = output.take(MAX_BYTES as u64 + 1).read_to_end(&mut text);
            let _ = done.send(read.map(|_| text));
        });
        let read = wait.recv_timeout(time);
        if !matches!(read, Ok(Ok(_))) {
            let _ = child.kill();
        }
        let text = match read {
            Ok(Ok(text)) => text,
            Ok(Err(_)) => return Err(failed(None)),
            Err(_) => {
                let _ = child.wait();
                return Err(gave_up("took more than 30 seconds"));
            }
        };
        if text.len() > MAX_BYTES {
            let _ = child.kill();
            let _ = child.wait();
            return Err(Problem::too_long());
        }
        match child.wait() {
            Ok(status) if status.success() => String::from_utf8(text).map_err(|_| failed(Some(0))),
            Ok(status) => Err(failed(status.code())),
            Err(_) => Err(failed(None)),
        }
    })
}

/// Status 2 is an orderly "cannot be read"; all else is a crash.
fn failed(code: Option<i32>) -> Problem {
    match code {
        Some(2) => Problem::damaged("a PDF document that is damaged or locked"),
        _ => gave_up("made the reader fail or run out of memory"),
    }
}

fn gave_up(why: &str) -> Problem {
    let cause = format!("a PDF document that {why}; save it as plain text");
    Problem::new("gave-up", cause)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_document_is_told_where_no_reader_is_built_in() {
        let fault = super::text(b"%PDF-1.7", None).unwrap_err();
        assert_eq!(fault.kind, "unknown-format");
        assert!(fault.cause.contains("--features pdf"));
    }
}
