//! What is done with one message: whether it is of a kind that is taken, what it tells, and the queue's word on it.

use std::{path::Path, sync::Arc};

use sha2::{Digest, Sha256};

use super::{acknowledge::Told, frame::Heard, head::Head};
use crate::{
    intake::{self, Fault},
    queue::{
        Actor, Desk, Parcel, Refusal,
        audit::Event,
        secret,
        tellings::{self, Mark},
    },
};

/// Bytes of a message.
pub(super) const MOST_BYTES: usize = 16 << 20;

/// Takes messages into the queue of a desk.
#[derive(Clone)]
pub struct Receiver {
    desk: Arc<Desk>,
    pdf_reader: Option<Arc<Path>>,
}

impl Receiver {
    /// Takes messages into the queue of a desk; `pdf_reader` as in [`intake::Items::with_pdf_reader`].
    #[must_use]
    pub fn new(desk: Arc<Desk>, pdf_reader: Option<Arc<Path>>) -> Self {
        Self { desk, pdf_reader }
    }

    /// Takes a message from an address; what to answer, if anything, and what is to be told on standard error, if anything.
    #[must_use]
    pub fn take(&self, heard: &Heard, origin: &str) -> (Option<Vec<u8>>, Option<String>) {
        let bytes = match heard {
            Heard::Message(bytes) | Heard::TooLong(bytes) => bytes,
        };
        let head = Head::of(bytes);
        let mut trouble = None;
        let told = match (heard, &head) {
            (Heard::TooLong(_), _) => Told::refused(
                100,
                format!("larger than {} MiB, which no report is", MOST_BYTES >> 20),
            ),
            (_, None) => Told::refused(100, "no HL7 v2 message with a usable MSH segment"),
            (Heard::Message(bytes), Some(head)) => self.read(head, bytes, origin, &mut trouble),
        };
        let head = head.unwrap_or_else(Head::none);
        if told.reason.is_some() {
            trouble = trouble.or(self.noted(&head, &told, origin));
        }
        let number = secret::token().unwrap_or_default();
        let number: String = number.chars().take(20).collect();
        (told.answer(&head, &number), trouble)
    }

    /// Reads a message and keeps what it tells.
    fn read(&self, head: &Head, bytes: &[u8], origin: &str, trouble: &mut Option<String>) -> Told {
        let (kind, event) = (head.words(9, 1), head.words(9, 2));
        match (kind.as_str(), event.as_str()) {
            (
                "MDM",
                "" | "T01" | "T02" | "T03" | "T04" | "T05" | "T06" | "T07" | "T08" | "T09" | "T10"
                | "T11",
            )
            | ("ORU", "" | "R01") => {}
            ("MDM" | "ORU", _) => {
                return Told::refused(201, "of MDM the events T01 to T11 are taken, of ORU R01");
            }
            _ => return Told::refused(200, "MDM and ORU messages are taken, no others"),
        }
        if head.control().is_empty() {
            return Told::refused(
                101,
                "without a message control id (MSH-10) it would not be known again",
            );
        }
        let unnamed = format!("{}-{}", head.sender(), head.control());
        let told = match intake::tell_message(bytes, &unnamed, &self.pdf_reader) {
            Ok(told) => told,
            Err(fault) => return Told::refused(100, fault.cause),
        };
        let tellings = match told.into_iter().collect::<Result<Vec<_>, Fault>>() {
            Ok(tellings) => tellings,
            Err(fault) => return Told::wrong(code(&fault), fault.cause),
        };
        let parcel = Parcel {
            mark: Some(Mark {
                sender: head.sender(),
                control: head.control(),
                digest: Sha256::digest(bytes).into(),
            }),
            site: head.words(4, 1),
            physician: String::new(),
            source: format!("hl7 {kind} {event}").trim_end().to_owned(),
            tellings,
        };
        match self.desk.receive(&sender(origin), &parcel) {
            Ok(_) => Told::taken(),
            Err(Refusal::Invalid(words)) => Told::wrong(102, words),
            Err(Refusal::Busy) => Told::refused(207, "the store is in use; send it again"),
            // Told at the start; each refusal is in the log beside the store.
            Err(Refusal::ReadOnly(_)) if self.desk.read_only().is_some() => Told::refused(
                207,
                "the store is open for reading alone; send it again later",
            ),
            Err(refusal) => {
                *trouble = Some(format!("a message was not kept: {refusal}"));
                Told::refused(207, "it cannot be kept now; send it again later")
            }
        }
    }

    /// Notes a message that was not taken; what is to be told when that cannot be noted.
    fn noted(&self, head: &Head, told: &Told, origin: &str) -> Option<String> {
        let reason = told.reason.as_ref()?;
        let words = format!(
            "{}: {} {}; {}",
            tellings::described(&head.sender(), &head.control()),
            told.code(head),
            reason.code,
            reason.words
        );
        let event = Event {
            outcome: "failed",
            ..Event::done("receive", "message")
        };
        let noted = self.desk.note(&sender(origin), &event.with(words));
        noted
            .err()
            .map(|e| format!("a message that was not taken could not be noted: {e}"))
    }
}

fn sender(origin: &str) -> Actor {
    Actor::sender("mllp", None, origin)
}

/// The number in table 0357 for what cannot be read.
fn code(fault: &Fault) -> u16 {
    match fault.kind.as_str() {
        "empty" => 101,
        "no-report" => 204,
        "bad-message" => 100,
        _ => 102,
    }
}
