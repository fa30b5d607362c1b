//! Messages into the queue, without the connection: which are taken, how each kind is answered, and what becomes of documents
//! that later messages add to, change, replace or cancel.

use std::sync::Arc;

use ivus::{
    Analyzer,
    mllp::{Heard, Receiver},
    queue::{Actor, Desk, Store, audit::Wanted, board::Filter},
};

const CANARY: &str = "quetzalcoatlus";

pub(crate) struct Place {
    _folder: tempfile::TempDir,
    pub(crate) desk: Arc<Desk>,
    receiver: Receiver,
}

/// A document message; `end` are the segments behind TXA.
pub(crate) fn document(
    event: &str,
    control: &str,
    id: &str,
    parent: &str,
    status: &str,
    text: &str,
) -> String {
    format!(
        "MSH|^~\\&|DICT|NORTH|IVUS|X|20260310||MDM^{event}^MDM_{event}|{control}|P|2.5.1\rEVN|{event}|20260310\r\
         PID|1||{CANARY}||{CANARY}\rTXA|1|OP|TX|20260310|77^Alder^A|||||||{id}|{parent}||||{status}\r\
         OBX|1|TX|||{text}\r"
    )
}

pub(crate) const TEXT: &str =
    "IVUS of the left common iliac vein showed 78% stenosis. Indication: leg swelling.";

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("q.db")).unwrap();
        let desk = Arc::new(Desk::new(store, Analyzer::builtin()));
        Self {
            _folder: folder,
            receiver: Receiver::new(desk.clone(), None),
            desk,
        }
    }

    fn answer(&self, message: &str) -> String {
        let heard = Heard::Message(message.as_bytes().to_vec());
        let (answer, trouble) = self.receiver.take(&heard, "127.0.0.1");
        assert_eq!(trouble, None);
        String::from_utf8(answer.unwrap()).unwrap()
    }

    fn code(&self, message: &str) -> String {
        let answer = self.answer(message);
        assert!(!answer.contains(CANARY), "{answer}");
        let msa = answer.split("\rMSA|").nth(1).unwrap();
        msa.split('|').next().unwrap().trim_end().to_owned()
    }

    /// Ids on the list with units and next step.
    fn list(&self) -> Vec<(String, i64, String)> {
        let all = Filter {
            state: String::new(),
            sort: "name".to_owned(),
            ..Filter::default()
        };
        let (rows, _) = self.desk.list(&Actor::command(), &all).unwrap();
        rows.into_iter()
            .map(|r| (r.name, r.units, r.disposition))
            .collect()
    }

    fn text(&self, report: i64) -> String {
        let sheet = self.desk.open(&Actor::command(), report).unwrap();
        sheet.version.text
    }

    fn units(&self) -> Vec<(String, i64)> {
        self.list().into_iter().map(|(n, u, _)| (n, u)).collect()
    }
}

fn one(id: &str, units: i64) -> (String, i64) {
    (id.to_owned(), units)
}

#[test]
fn each_kind_of_message_has_its_answer() {
    let place = Place::new();
    let head = |kind: &str| format!("MSH|^~\\&|DICT|NORTH|||20260310||{kind}|1|P|2.5.1\r");
    let cases = [
        ("AA", document("T02", "1", "A", "", "AU", TEXT)),
        (
            "AA",
            format!(
                "{}OBR|1||R1|IVUS|||20260310||||||||||||||||||F\rOBX|1|TX|||{TEXT}||||||F\r",
                head("ORU^R01").replace("|1|P", "|2|P")
            ),
        ),
        ("AR", head("ADT^A01")),
        ("AR", head("MDM^T99")),
        ("AR", head("ORU^R30")),
        ("AR", head("")),
        ("AR", document("T02", "", "A", "", "AU", TEXT)),
        (
            "AR",
            format!("{0}{0}", document("T02", "3", "A", "", "AU", TEXT)),
        ),
        ("AE", head("MDM^T02")),
        ("AE", document("T02", "4", "A", "", "AU", "")),
        ("AE", document("T02", "5", &"9".repeat(300), "", "AU", TEXT)),
        (
            "AE",
            document("T02", "6", "A", "", "AU", "x").replace("|20260310|77", "|nonsense|77"),
        ),
        (
            "AE",
            document("T03", "7", "Z", "", "AU", "")
                .split("OBX")
                .next()
                .unwrap()
                .to_owned(),
        ),
    ];
    for (code, message) in cases {
        assert_eq!(place.code(&message), code, "{message}");
    }
    for bytes in ["", "GET / HTTP/1.1", "MSH", "MSH|", "\u{0}\u{1}", CANARY] {
        assert_eq!(place.code(bytes), "AR", "{bytes:?}");
    }
    let long = Heard::TooLong(document("T02", "8", "A", "", "AU", TEXT).into_bytes());
    let answer = place.receiver.take(&long, "127.0.0.1").0.unwrap();
    assert!(
        String::from_utf8(answer)
            .unwrap()
            .contains("MSA|AR|8|larger than 16 MiB")
    );
    assert_eq!(place.units(), [one("A", 1), one("R1", 1)]);
    // Each is in the log, those that were not taken with the reason, none with anything of the patient or the text.
    let wanted = Wanted {
        event: "receive".to_owned(),
        ..Wanted::default()
    };
    let rows = place.desk.audit(&Actor::command(), &wanted, 100).unwrap();
    assert_eq!(rows.len(), 20);
    assert_eq!(rows.iter().filter(|r| r.outcome == "done").count(), 2);
    for row in &rows {
        let told = format!("{row:?}");
        assert!(
            !told.contains(CANARY) && !told.contains("stenosis") && !told.contains("nonsense"),
            "{told}"
        );
    }
    assert!(rows.iter().any(|r| r.detail == "DICT@NORTH number 1"));
    assert!(place.desk.store().verify_audit(None).unwrap().is_ok());
}

#[test]
fn the_same_message_again_is_acknowledged_and_kept_once() {
    let place = Place::new();
    let message = document("T02", "17", "A", "", "AU", TEXT);
    for _ in 0..3 {
        assert_eq!(place.code(&message), "AA");
    }
    let sheet = place.desk.open(&Actor::command(), 1).unwrap();
    assert_eq!(
        (place.units(), sheet.versions.len()),
        (vec![one("A", 1)], 1)
    );
    // Another message under the same number is taken, and noted.
    assert_eq!(
        place.code(&document("T02", "17", "B", "", "AU", TEXT)),
        "AA"
    );
    assert_eq!(place.units(), [one("A", 1), one("B", 1)]);
    let rows = place
        .desk
        .audit(&Actor::command(), &Wanted::default(), 100)
        .unwrap();
    let told = |words: &str| rows.iter().filter(|r| r.detail.ends_with(words)).count();
    assert_eq!(told("; the same as before"), 2);
    assert_eq!(told("used before, for another message"), 1);
    // Another sender numbers as it likes.
    let other = document("T02", "17", "A", "", "AU", TEXT).replace("NORTH", "SOUTH");
    assert_eq!(place.code(&other), "AA");
    assert_eq!(place.list().len(), 3);
}

#[test]
fn an_addendum_goes_to_its_document_whichever_comes_first() {
    let addendum = document(
        "T06",
        "2",
        "A2",
        "A",
        "AU",
        "IVUS of the right common iliac vein showed 60% stenosis.",
    );
    let whole = document("T02", "1", "A", "", "AU", TEXT);
    for order in [[&whole, &addendum], [&addendum, &whole]] {
        let place = Place::new();
        for message in order {
            assert_eq!(place.code(message), "AA");
        }
        let listed = place.units();
        assert_eq!(listed[0], one("A", 2), "{listed:?}");
        // What stood alone before counts no more.
        assert_eq!(listed.iter().map(|(_, u)| u).sum::<i64>(), 2, "{listed:?}");
        // An addendum to the addendum, and the document edited, keep all that was added.
        let more = document("T06", "3", "A3", "A2", "AU", "Signed by telephone.");
        let edited = document("T08", "4", "A", "", "AU", &TEXT.replace("78%", "79%"));
        assert_eq!(
            (place.code(&more), place.code(&edited)),
            ("AA".into(), "AA".into())
        );
        let report = if order[0] == &whole { 1 } else { 2 };
        let text = place.text(report);
        assert!(text.starts_with(&TEXT.replace("78%", "79%")), "{text}");
        assert!(
            text.contains("\n\nADDENDUM:\nIVUS of the right")
                && text.ends_with("ADDENDUM:\nSigned by telephone."),
            "{text}"
        );
    }
}

#[test]
fn what_is_cancelled_or_replaced_counts_no_more() {
    let place = Place::new();
    assert_eq!(place.code(&document("T02", "1", "A", "", "AU", TEXT)), "AA");
    assert_eq!(
        place.code(&document("T10", "2", "B", "A", "AU", TEXT)),
        "AA"
    );
    assert_eq!(place.units(), [one("A", 0), one("B", 1)]);
    let cancelled = document("T11", "3", "B", "", "", "");
    let cancelled = cancelled.split("OBX").next().unwrap();
    assert_eq!(place.code(cancelled), "AA");
    let listed = place.list();
    assert_eq!(place.units(), [one("A", 0), one("B", 0)]);
    assert!(
        listed.iter().all(|(_, _, step)| step == "review"),
        "{listed:?}"
    );
    assert!(
        place.text(2).starts_with("IVUS"),
        "the text stays to be seen"
    );
    // A cancellation of what is not there changes nothing.
    assert_eq!(
        place.code(&cancelled.replace("||B|", "||Z|").replace("|3|P", "|4|P")),
        "AA"
    );
    assert_eq!(place.list().len(), 2);
    // Sent anew after its end, it is alive.
    assert_eq!(place.code(&document("T02", "5", "B", "", "AU", TEXT)), "AA");
    assert_eq!(place.units(), [one("A", 0), one("B", 1)]);
}

#[test]
fn a_draft_has_no_units_until_it_is_signed() {
    let place = Place::new();
    assert_eq!(place.code(&document("T02", "1", "A", "", "DI", TEXT)), "AA");
    assert_eq!(place.units(), [one("A", 0)]);
    let sheet = place.desk.open(&Actor::command(), 1).unwrap();
    assert_eq!(sheet.row.unsettled.as_deref(), Some("draft"));
    // The signature comes without the text.
    let signed = document("T03", "2", "A", "", "AU", "");
    assert_eq!(place.code(signed.split("OBX").next().unwrap()), "AA");
    assert_eq!(place.units(), [one("A", 1)]);
}

#[test]
fn messages_speak_of_reports_that_came_otherwise() {
    use ivus::queue::reports::Incoming;
    let place = Place::new();
    let incoming = Incoming {
        patient: None,
        name: "A".to_owned(),
        text: TEXT.to_owned(),
        date: None,
        source: "notes.csv:1".to_owned(),
        site: "NORTH".to_owned(),
        physician: "Dr. Alder".to_owned(),
        status: None,
    };
    place.desk.import(&Actor::command(), incoming).unwrap();
    let added = document(
        "T06",
        "1",
        "A2",
        "A",
        "AU",
        "IVUS of the right common iliac vein showed 60% stenosis.",
    );
    let more = document("T06", "2", "A3", "A", "AU", "Nothing else.");
    assert_eq!(
        (place.code(&added), place.code(&more)),
        ("AA".into(), "AA".into())
    );
    assert_eq!(place.units(), [one("A", 2)]);
    assert_eq!(
        place.text(1).matches("ADDENDUM:").count(),
        2,
        "each is added once"
    );
    let cancelled = document("T11", "3", "A", "", "", "");
    assert_eq!(place.code(cancelled.split("OBX").next().unwrap()), "AA");
    assert_eq!(place.units(), [one("A", 0)]);
}

#[test]
fn whatever_is_sent_has_one_answer_that_quotes_nothing() {
    use proptest::prelude::*;
    let place = Place::new();
    let good = document("T02", "1", "A", "", "AU", TEXT).into_bytes();
    let change = (0..good.len(), any::<u8>(), 0..3_usize);
    let config = ProptestConfig::with_cases(96);
    proptest!(config, |(changes in proptest::collection::vec(change, 1..6))| {
        let mut bytes = good.clone();
        for (at, byte, how) in changes {
            let at = at.min(bytes.len() - 1);
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => bytes.truncate(at.max(1)),
            }
        }
        let (answer, trouble) = place.receiver.take(&Heard::Message(bytes), "127.0.0.1");
        prop_assert_eq!(trouble, None);
        let answer = answer.unwrap_or_default();
        let told = String::from_utf8_lossy(&answer).into_owned();
        prop_assert!(answer.is_empty() || answer.starts_with(b"\x0B") && answer.ends_with(b"\x1C\r"), "{told}");
        prop_assert!(!told.contains(CANARY) && !told.contains("stenosis"), "{told}");
    });
    assert!(place.desk.store().verify_audit(None).unwrap().is_ok());
}
