//! HL7 v2: documents (MDM) and results (ORU) as they come from an interface, one message or many in a file.

mod escape;
mod message;
mod report;
mod split;

use super::{Fault, embedded::PdfReader, list::Listed, open::Reader, version::Version};

/// The versions of documents that one message tells of; none when it is of a kind that holds no report.
pub(super) fn message(
    bytes: &[u8],
    unnamed: &str,
    pdf_reader: &PdfReader,
) -> Result<Vec<Result<Version, Fault>>, Fault> {
    let message = message::Message::parse(bytes, unnamed, pdf_reader)?;
    if message.segments().filter(|s| s.is("MSH")).count() != 1 {
        let cause = "more than one MSH segment in what should be one message";
        return Err(Fault::new(unnamed, "bad-message", cause));
    }
    Ok(report::versions(&message, unnamed, unnamed))
}

/// The versions of documents that a file of messages tells of, in order.
pub(super) fn versions(
    reader: Reader,
    file: Listed,
    pdf_reader: PdfReader,
) -> impl Iterator<Item = Result<Version, Fault>> {
    let mut messages = split::Messages::new(reader, &file);
    let mut waiting = Vec::new().into_iter();
    let mut any = false;
    std::iter::from_fn(move || {
        loop {
            if let Some(version) = waiting.next() {
                any = true;
                return Some(version);
            }
            let Some(message) = messages.next() else {
                if any {
                    return None;
                }
                any = true;
                let cause = "no document or result (MDM or ORU) in it";
                return Some(Err(Fault::new(
                    file.path.display().to_string(),
                    "no-report",
                    cause,
                )));
            };
            let read = match message {
                Err(fault) => vec![Err(fault)],
                Ok((number, bytes)) => {
                    let place = format!("{}:{number}", file.path.display());
                    match message::Message::parse(&bytes, &place, &pdf_reader) {
                        Err(fault) => vec![Err(fault)],
                        Ok(message) => report::versions(&message, &place, &file.id_of(number)),
                    }
                }
            };
            waiting = read.into_iter();
        }
    })
}
