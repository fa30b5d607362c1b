//! Decisions, confirmations and holds are vouched for by the audit log: a row that is changed, put in or taken out in the store
//! itself is found and named, also where its trigger was dropped first.

use std::path::Path;

use ivus::{
    Analyzer,
    queue::{
        Actor, Aside, Desk, Role, Store, confirmations::Confirmed, decisions::Verdict,
        reports::Incoming, users::NewUser,
    },
};
use rusqlite::Connection;

const TEXT: &str = "DATE OF SERVICE: 05/02/2024\nINDICATION: Left leg swelling; the venogram was equivocal, so IVUS was needed.\n\
    DESCRIPTION: Access was gained in the left femoral vein. IVUS of the left common iliac vein was performed. A stent was placed \
    in the left common iliac vein.\n";

/// A store with a decision, a confirmation, a hold that was ended and one that stands.
fn store(path: &Path) {
    let desk = Desk::new(Store::open(path).unwrap(), Analyzer::builtin());
    let new = NewUser {
        name: "coder".to_owned(),
        role: Role::Coder,
        physician: None,
        site: None,
    };
    let (id, _) = desk.add_user(&Actor::command(), &new).unwrap();
    let coder = Actor {
        user: Some(id),
        role: Role::Coder,
        ..Actor::nobody("test")
    };
    for name in ["a", "b"] {
        let incoming = Incoming {
            patient: None,
            name: name.to_owned(),
            text: TEXT.to_owned(),
            date: None,
            source: "test".to_owned(),
            site: "North".to_owned(),
            physician: "Dr. Alder".to_owned(),
            status: None,
        };
        desk.import(&Actor::command(), incoming).unwrap();
    }
    let claim = desk.claim(&coder, 1).unwrap();
    let sheet = desk.open(&coder, 1).unwrap();
    let suggestion = sheet.suggestions[0].key.clone();
    let accept = Verdict::Accept { suggestion };
    desk.decide(&coder, 1, claim.fence, &accept).unwrap();
    let hold = desk
        .hold(&coder, 1, claim.fence, "second_opinion", "")
        .unwrap();
    desk.unhold(&coder, 1, hold).unwrap();
    let doubts = match desk.finish(&coder, 1, claim.fence) {
        Err(ivus::queue::Refusal::Doubts(doubts)) => doubts,
        other => panic!("{other:?}"),
    };
    let confirmed = Confirmed {
        doubts: doubts.into_iter().map(|d| d.key).collect(),
        note: "seen in the images".to_owned(),
    };
    desk.finish_confirmed(&coder, 1, claim.fence, &confirmed)
        .unwrap();
    let claim = desk.claim(&coder, 2).unwrap();
    desk.hold(&coder, 2, claim.fence, "second_opinion", "")
        .unwrap();
}

fn found(path: &Path) -> Result<i64, String> {
    let store = Store::existing(path).unwrap();
    store.verify_audit(None).unwrap().map_err(|b| b.words)
}

#[test]
fn a_row_that_was_changed_past_the_program_is_named() {
    for (sql, name) in [
        (
            "DROP TRIGGER decisions_keep_words; UPDATE decisions SET code = '37253' WHERE id = 1",
            "decision 1 is not as this row vouches for",
        ),
        (
            "DROP TRIGGER decisions_keep_words; UPDATE decisions SET decided_by = 99 WHERE id = 1",
            "decision 1 is not",
        ),
        (
            "DROP TRIGGER decisions_keep_rows; DELETE FROM decisions WHERE id = 1",
            "decision 1 is gone",
        ),
        (
            "INSERT INTO decisions (report, version, analysis, suggestion, class, decided_by, decided_at) \
             VALUES (1, 1, 1, '37253 left common-iliac-vein', 'Rejected', 1, 1)",
            "no row vouches for decision 2",
        ),
        (
            "DROP TRIGGER confirmations_keep_words; UPDATE confirmations SET note = 'none' WHERE id = 1",
            "confirmation 1 is not",
        ),
        (
            "DROP TRIGGER holds_keep_words; UPDATE holds SET reason = 'payer_question' WHERE id = 2",
            "hold 2 is not",
        ),
        (
            "UPDATE holds SET closed_by = 1, closed_at = 1 WHERE id = 2",
            "no row vouches for end-of-hold 2",
        ),
        (
            "DROP TRIGGER holds_keep_ends; UPDATE holds SET closed_by = NULL, closed_at = NULL WHERE id = 1",
            "end-of-hold 1 is gone",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("q.db");
        store(&path);
        assert!(found(&path).is_ok(), "{:?}", found(&path));
        let raw = Connection::open(&path).unwrap();
        raw.pragma_update(None, "foreign_keys", false).unwrap();
        raw.execute_batch(sql).unwrap();
        drop(raw);
        let words = found(&path).unwrap_err();
        assert!(words.contains(name), "{sql}: {words}");
        // A server does not work on such a store.
        let (_, aside) = Aside::open(&path).unwrap();
        assert!(aside.is_some(), "{sql}");
    }
}

#[test]
fn what_was_confirmed_and_held_stays_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("q.db");
    store(&path);
    let raw = Connection::open(&path).unwrap();
    for sql in [
        "UPDATE confirmations SET note = ''",
        "DELETE FROM confirmations",
        "DELETE FROM holds",
        "UPDATE holds SET note = 'x' WHERE id = 2",
        "UPDATE holds SET closed_at = 7 WHERE id = 1",
    ] {
        let refused = raw.execute_batch(sql).unwrap_err().to_string();
        assert!(refused.contains("stay"), "{sql}: {refused}");
    }
    assert!(found(&path).is_ok());
}
