//! The queue's store through its desk: one item for one report, claims that nobody shares, decisions that stay, an audit
//! table in which every change shows.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    thread,
};

use ivus::{
    Analyzer,
    queue::{
        Actor, Credentials, Desk, Refusal, Right, Role, Store,
        board::Filter,
        decisions::Verdict,
        reports::{Imported, Incoming},
        users::NewUser,
    },
};
use rusqlite::Connection;

const TEXT: &str = "DATE OF SERVICE: 05/02/2024\nINDICATION: Left leg swelling; venogram was equivocal, so IVUS was needed.\n\
    FINDINGS: IVUS of the left common iliac vein showed 78% area stenosis. IVUS of the left external iliac vein showed no \
    stenosis.\nA stent was placed in the left common iliac vein.\n";

struct Place {
    folder: tempfile::TempDir,
    desk: Arc<Desk>,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("q.db")).unwrap();
        let desk = Arc::new(Desk::new(store, Analyzer::builtin()));
        Self { folder, desk }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("q.db")
    }

    fn user(&self, name: &str, role: Role) -> Actor {
        let new = NewUser {
            name: name.to_owned(),
            role,
            physician: (role == Role::Physician).then(|| "Dr. Alder".to_owned()),
            site: None,
        };
        let (id, _) = self.desk.add_user(&Actor::command(), &new).unwrap();
        Actor {
            user: Some(id),
            name: name.to_owned(),
            role,
            physician: new.physician,
            site: None,
            origin: "test".to_owned(),
        }
    }

    fn import(&self, name: &str, text: &str) -> Imported {
        self.desk
            .import(&Actor::command(), incoming(name, text))
            .unwrap()
    }
}

fn incoming(name: &str, text: &str) -> Incoming {
    Incoming {
        patient: None,
        name: name.to_owned(),
        text: text.to_owned(),
        date: None,
        source: "test".to_owned(),
        site: "North".to_owned(),
        physician: "Dr. Alder".to_owned(),
        status: None,
    }
}

#[test]
fn the_same_report_is_one_and_a_changed_one_keeps_its_decisions_as_stale() {
    let place = Place::new();
    let coder = place.user("coder", Role::Coder);
    let first = place.import("a", TEXT);
    let report = first.report();
    assert_eq!(first, Imported::New(report));
    assert_eq!(place.import("a", TEXT), Imported::Known(report));

    let claim = place.desk.claim(&coder, report).unwrap();
    let sheet = place.desk.open(&coder, report).unwrap();
    assert_eq!(sheet.suggestions.len(), 2);
    let key = sheet.suggestions[0].key.clone();
    let accept = Verdict::Accept {
        suggestion: key.clone(),
    };
    place
        .desk
        .decide(&coder, report, claim.fence, &accept)
        .unwrap();
    assert!(!sheet.is_stale(&place.desk.open(&coder, report).unwrap().in_force()[0]));

    let longer = format!("{TEXT}ADDENDUM: none.\n");
    assert_eq!(place.import("a", &longer), Imported::Changed(report));
    let sheet = place.desk.open(&coder, report).unwrap();
    let standing = sheet.in_force();
    assert_eq!((standing.len(), &standing[0].suggestion), (1, &key));
    assert!(sheet.is_stale(&standing[0]));
    assert_eq!((sheet.version.number, sheet.versions.len()), (2, 2));
    // A decision on the older version does not count for finishing the newer one.
    let refusal = place.desk.finish(&coder, report, claim.fence).unwrap_err();
    assert!(matches!(refusal, Refusal::Invalid(_)), "{refusal}");
}

#[test]
fn each_way_to_decide_has_its_class_and_nothing_is_lost() {
    let place = Place::new();
    let coder = place.user("coder", Role::Coder);
    let report = place.import("a", TEXT).report();
    let fence = place.desk.claim(&coder, report).unwrap().fence;
    let sheet = place.desk.open(&coder, report).unwrap();
    let (one, two) = (&sheet.suggestions[0].key, &sheet.suggestions[1].key);
    let decide = |verdict: Verdict| place.desk.decide(&coder, report, fence, &verdict);
    let add = |vessel: &str, words| Verdict::Add {
        code: "37253".to_owned(),
        vessel: vessel.to_owned(),
        words,
        note: String::new(),
    };
    decide(Verdict::Accept {
        suggestion: one.clone(),
    })
    .unwrap();
    decide(Verdict::Reject {
        suggestion: two.clone(),
        reason: "negated".to_owned(),
        note: String::new(),
    })
    .unwrap();
    decide(Verdict::Change {
        suggestion: one.clone(),
        code: "37252".to_owned(),
        vessel: "right common-iliac-vein".to_owned(),
        note: String::new(),
    })
    .unwrap();
    decide(add("none inferior-vena-cava", Some((0, 4)))).unwrap();
    let (code, vessel) = two.split_once(' ').unwrap();
    decide(Verdict::Add {
        code: code.to_owned(),
        vessel: vessel.to_owned(),
        words: None,
        note: "typed".to_owned(),
    })
    .unwrap();
    let sheet = place.desk.open(&coder, report).unwrap();
    let classes: Vec<&str> = sheet.decisions.iter().map(|d| d.class.as_str()).collect();
    assert_eq!(
        classes,
        ["Accepted", "Rejected", "Edited", "Added", "Direct"]
    );
    let standing: Vec<String> = sheet.in_force().into_iter().map(|d| d.class).collect();
    assert_eq!(standing, ["Edited", "Added", "Direct"]);

    // What cannot be used is refused, and says what to change.
    for verdict in [
        add("none inferior-vena-cava", None),
        add("none inferior-vena-cava", Some((0, 1_000_000))),
        add("none no-such-vessel", Some((0, 4))),
        add("sideways inferior-vena-cava", Some((0, 4))),
        Verdict::Reject {
            suggestion: one.clone(),
            reason: "whim".to_owned(),
            note: String::new(),
        },
        Verdict::Reject {
            suggestion: one.clone(),
            reason: "other".to_owned(),
            note: String::new(),
        },
    ] {
        let refusal = decide(verdict).unwrap_err();
        assert!(matches!(refusal, Refusal::Invalid(_)), "{refusal}");
    }
    let gone = Verdict::Accept {
        suggestion: "37253 left renal-vein".to_owned(),
    };
    assert!(matches!(decide(gone).unwrap_err(), Refusal::Conflict(_)));

    place.desk.finish(&coder, report, fence).unwrap();
    let mut lines = Vec::new();
    let all = Filter {
        state: String::new(),
        ..Filter::default()
    };
    place
        .desk
        .export(&Actor::command(), &all, "jsonl", |e| {
            lines.push(serde_json::to_value(e).unwrap());
            Ok(())
        })
        .unwrap();
    assert_eq!(lines[0]["status"], "done");
    assert_eq!(lines[0]["decisions"].as_array().unwrap().len(), 3);
}

#[test]
fn a_report_on_hold_or_without_decisions_is_not_finished() {
    let place = Place::new();
    let coder = place.user("coder", Role::Coder);
    let report = place.import("a", "FINDINGS: nothing of note.\n").report();
    let fence = place.desk.claim(&coder, report).unwrap().fence;
    assert!(
        place
            .desk
            .hold(&coder, report, fence, "no_such_reason", "")
            .is_err()
    );
    let hold = place
        .desk
        .hold(&coder, report, fence, "second_opinion", "")
        .unwrap();
    assert!(place.desk.finish(&coder, report, fence).is_err());
    place.desk.unhold(&coder, report, hold).unwrap();
    assert!(place.desk.unhold(&coder, report, hold).is_err());
    place.desk.finish(&coder, report, fence).unwrap();
    let (rows, _) = place.desk.list(&coder, &Filter::default()).unwrap();
    assert!(rows.is_empty());
}

#[test]
fn a_late_save_is_refused_with_both_sides() {
    let place = Place::new();
    let (ann, bob) = (
        place.user("ann", Role::Coder),
        place.user("bob", Role::Coder),
    );
    let boss = place.user("boss", Role::Administrator);
    let report = place.import("a", TEXT).report();
    let old = place.desk.claim(&ann, report).unwrap();
    assert!(matches!(
        place.desk.claim(&bob, report),
        Err(Refusal::Conflict(_))
    ));
    assert!(matches!(
        place.desk.unlock(&bob, report),
        Err(Refusal::Denied)
    ));
    place.desk.unlock(&boss, report).unwrap();
    let new = place.desk.claim(&bob, report).unwrap();
    assert!(new.fence > old.fence);
    let sheet = place.desk.open(&bob, report).unwrap();
    let key = sheet.suggestions[0].key.clone();
    let accept = Verdict::Accept {
        suggestion: key.clone(),
    };
    place.desk.decide(&bob, report, new.fence, &accept).unwrap();
    let reject = Verdict::Reject {
        suggestion: key,
        reason: "negated".to_owned(),
        note: String::new(),
    };
    let Err(Refusal::Conflict(conflict)) = place.desk.decide(&ann, report, old.fence, &reject)
    else {
        panic!("the late save went through");
    };
    assert!(conflict.yours.contains("reject"), "{conflict:?}");
    assert!(
        conflict.stands[0].contains("Accepted, by bob"),
        "{conflict:?}"
    );
    assert!(place.desk.heartbeat(&ann, report, old.fence).is_err());
    assert_eq!(place.desk.open(&bob, report).unwrap().decisions.len(), 1);
}

#[test]
fn many_coders_at_once_never_share_a_report() {
    const REPORTS: usize = 60;
    const CODERS: usize = 8;
    let place = Place::new();
    let all = (0..REPORTS)
        .map(|n| incoming(&format!("r{n}"), "Nothing was done."))
        .collect();
    assert_eq!(
        place.desk.import_all(&Actor::command(), all).unwrap().new,
        REPORTS
    );
    let taken: Arc<Mutex<BTreeMap<i64, usize>>> = Arc::default();
    let workers: Vec<_> = (0..CODERS)
        .map(|n| {
            let coder = place.user(&format!("coder{n}"), Role::Coder);
            let (desk, taken) = (place.desk.clone(), taken.clone());
            thread::spawn(move || {
                while let Some(claim) = desk.claim_next(&coder, 0, None).unwrap() {
                    *taken.lock().unwrap().entry(claim.report).or_default() += 1;
                    desk.finish(&coder, claim.report, claim.fence).unwrap();
                }
            })
        })
        .collect();
    for worker in workers {
        worker.join().unwrap();
    }
    let taken = taken.lock().unwrap();
    assert_eq!(taken.len(), REPORTS);
    assert!(taken.values().all(|n| *n == 1), "{taken:?}");
    assert!(place.desk.store().verify_audit(None).unwrap().is_ok());
}

#[test]
fn the_next_report_is_one_that_is_not_in_hand_already() {
    let place = Place::new();
    let coder = place.user("coder", Role::Coder);
    for name in ["a", "b", "c"] {
        place.import(name, TEXT);
    }
    let mut seen = Vec::new();
    let mut last = 0;
    for _ in 0..3 {
        last = place
            .desk
            .claim_next(&coder, last, None)
            .unwrap()
            .unwrap()
            .report;
        seen.push(last);
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 3);
    let other = place.user("other", Role::Coder);
    assert!(place.desk.claim_next(&other, 0, None).unwrap().is_none());
    // What is given back goes to whom it was assigned, before what nobody was.
    for report in &seen {
        place.desk.release(&coder, *report).unwrap();
    }
    let boss = place.user("boss", Role::Administrator);
    place.desk.assign(&boss, seen[1], other.user).unwrap();
    place.desk.assign(&boss, seen[2], coder.user).unwrap();
    let of = |actor: &Actor| {
        place
            .desk
            .claim_next(actor, 0, None)
            .unwrap()
            .unwrap()
            .report
    };
    assert_eq!(
        (of(&other), of(&other), of(&coder)),
        (seen[1], seen[0], seen[2])
    );
}

#[test]
fn the_audit_table_shows_every_change_cut_and_rollback() {
    let place = Place::new();
    for n in 0..20 {
        place.import(&format!("r{n}"), TEXT);
    }
    let rows = place.desk.store().verify_audit(None).unwrap().unwrap();
    assert_eq!(rows, 20);
    let head = place.desk.store().audit_head().unwrap();
    let path = place.path();
    let raw = Connection::open(&path).unwrap();
    assert!(
        raw.execute("UPDATE audit SET actor = 'x' WHERE seq = 3", [])
            .is_err()
    );
    assert!(raw.execute("DELETE FROM audit WHERE seq = 3", []).is_err());
    drop(raw);
    place
        .desk
        .backup(&Actor::command(), &place.folder.path().join("old.db"))
        .unwrap();
    let folder = place.folder.path().to_owned();
    drop(place.desk);
    for (n, (sql, row)) in [
        ("UPDATE audit SET detail = 'known already' WHERE seq = 7", 7),
        ("UPDATE audit SET at = at + 1 WHERE seq = 12", 12),
        (
            "UPDATE audit SET event = '', object = 'import' || object WHERE seq = 4",
            4,
        ),
        ("DELETE FROM audit WHERE seq = 9", 9),
        ("DELETE FROM audit WHERE seq > 15", 16),
        ("DELETE FROM audit", 1),
    ]
    .into_iter()
    .enumerate()
    {
        let copy = copied(&path, &folder.join(format!("t{n}")));
        let raw = Connection::open(&copy).unwrap();
        raw.execute_batch("DROP TRIGGER audit_keeps_rows; DROP TRIGGER audit_keeps_words;")
            .unwrap();
        raw.execute(sql, []).unwrap();
        drop(raw);
        let broken = Store::existing(&copy)
            .unwrap()
            .verify_audit(None)
            .unwrap()
            .unwrap_err();
        assert_eq!(broken.seq, row, "{sql}: {}", broken.words);
    }
    // The whole store put back: sound in itself, but the head that was noted, here or elsewhere, is beyond it.
    let copy = copied(&path, &folder.join("rolled"));
    let raw = Connection::open(&copy).unwrap();
    raw.execute_batch("DROP TRIGGER audit_keeps_rows; DELETE FROM audit WHERE seq > 10;")
        .unwrap();
    drop(raw);
    fs::remove_file(folder.join("rolled/q.db.head")).unwrap();
    let store = Store::existing(&copy).unwrap();
    assert!(store.verify_audit(None).unwrap().is_ok());
    assert_eq!(store.verify_audit(Some(head)).unwrap().unwrap_err().seq, 11);
}

/// A store with its key and head in another folder.
fn copied(store: &Path, to: &Path) -> PathBuf {
    fs::create_dir_all(to).unwrap();
    for ending in ["", ".key", ".head", "-wal"] {
        let from = PathBuf::from(format!("{}{ending}", store.display()));
        if from.exists() {
            fs::copy(&from, to.join(format!("q.db{ending}"))).unwrap();
        }
    }
    to.join("q.db")
}

#[test]
fn a_backup_is_proved_put_back_and_drilled() {
    let place = Place::new();
    let coder = place.user("coder", Role::Coder);
    let report = place.import("a", TEXT).report();
    let fence = place.desk.claim(&coder, report).unwrap().fence;
    let key = place.desk.open(&coder, report).unwrap().suggestions[0]
        .key
        .clone();
    place
        .desk
        .decide(&coder, report, fence, &Verdict::Accept { suggestion: key })
        .unwrap();
    let backup = place.folder.path().join("backup.db");
    let copied = place.desk.backup(&Actor::command(), &backup).unwrap();
    assert_eq!((copied.reports, copied.decisions), (1, 1));
    assert!(place.desk.backup(&Actor::command(), &backup).is_err());
    place.import("b", TEXT);
    let drill = place.desk.drill(&Actor::command(), &backup).unwrap();
    assert!(drill.behind > 0 && drill.compared > 0, "{drill:?}");

    let to = place.folder.path().join("new/q.db");
    fs::create_dir(to.parent().unwrap()).unwrap();
    let own_key = place.folder.path().join("q.db.key");
    assert_eq!(
        ivus::queue::restore(&backup, &to, &own_key).unwrap(),
        copied
    );
    let again = Desk::new(Store::existing(&to).unwrap(), Analyzer::builtin());
    assert!(again.store().verify_audit(None).unwrap().is_ok());
    assert_eq!(again.open(&coder, report).unwrap().decisions.len(), 1);
    assert!(ivus::queue::restore(&backup, &to, &own_key).is_err());

    let mut bytes = fs::read(&backup).unwrap();
    for at in (4096..bytes.len()).step_by(511) {
        bytes[at] ^= 0x55;
    }
    fs::write(&backup, bytes).unwrap();
    assert!(place.desk.drill(&Actor::command(), &backup).is_err());
}

#[test]
fn rights_are_checked_at_the_desk_and_denials_are_noted() {
    let place = Place::new();
    let report = place.import("a", TEXT).report();
    for role in Role::ALL {
        let actor = place.user(role.name(), role);
        let claimed = place.desk.claim(&actor, report);
        assert_eq!(claimed.is_ok(), role.may(Right::Decide), "{role:?}");
        if claimed.is_ok() {
            place.desk.release(&actor, report).unwrap();
        } else {
            assert!(matches!(claimed, Err(Refusal::Denied)));
        }
        let sheet = place.desk.open(&actor, report).unwrap();
        let coded = role.may(Right::SeeCodes);
        assert_eq!(sheet.suggestions.is_empty(), !coded, "{role:?}");
        let told = serde_json::to_string(&sheet.reading.document).unwrap();
        assert_eq!(told.contains("37252"), coded, "{role:?}");
    }
    let other = Actor {
        site: Some("South".to_owned()),
        ..place.user("south", Role::Coder)
    };
    assert!(matches!(
        place.desk.open(&other, report),
        Err(Refusal::Unknown)
    ));
    assert!(
        place
            .desk
            .list(&other, &Filter::default())
            .unwrap()
            .0
            .is_empty()
    );
    let stranger = Actor {
        physician: Some("Dr. Birch".to_owned()),
        ..place.user("birch", Role::Physician)
    };
    assert!(matches!(
        place.desk.open(&stranger, report),
        Err(Refusal::Unknown)
    ));
    let rows = place
        .desk
        .audit(
            &Actor::command(),
            &ivus::queue::audit::Wanted::default(),
            100,
        )
        .unwrap();
    let denied = rows.iter().filter(|r| r.outcome == "denied").count();
    assert_eq!(
        denied,
        3 + 2,
        "three roles may not claim; two users may not see the report"
    );
}

#[test]
fn five_wrong_passwords_make_the_next_one_wait_and_tell_nothing() {
    let place = Place::new();
    let token = place.desk.first_link().unwrap().unwrap();
    let words = |name: &str, password: &str| Credentials {
        name: name.to_owned(),
        password: password.to_owned(),
        code: String::new(),
        origin: format!("from {name}"),
    };
    let right = words("first", "four words in a row");
    place.desk.set_up(&token, &right).unwrap();
    assert!(
        place.desk.set_up(&token, &right).is_err(),
        "a link is used once"
    );
    assert!(place.desk.first_link().unwrap().is_none());
    let session = place.desk.log_in(&right).unwrap();
    let (_, actor, _) = place.desk.session(&session, "x").unwrap().unwrap();
    assert_eq!(actor.role, Role::Administrator);
    place.desk.log_out(&actor, &session).unwrap();
    assert!(place.desk.session(&session, "x").unwrap().is_none());
    for name in ["first", "nobody at all"] {
        let wrong = words(name, "no such words here");
        for _ in 0..5 {
            assert!(matches!(place.desk.log_in(&wrong), Err(Refusal::Denied)));
        }
        assert!(matches!(place.desk.log_in(&wrong), Err(Refusal::Wait(_))));
    }
    assert!(matches!(place.desk.log_in(&right), Err(Refusal::Wait(_))));
}

#[test]
fn shutting_a_user_out_ends_sessions_and_the_last_administrator_stays() {
    let place = Place::new();
    let token = place.desk.first_link().unwrap().unwrap();
    let credentials = |name: &str| Credentials {
        name: name.to_owned(),
        password: "four words in a row".to_owned(),
        code: String::new(),
        origin: "test".to_owned(),
    };
    place.desk.set_up(&token, &credentials("boss")).unwrap();
    let boss = place.desk.log_in(&credentials("boss")).unwrap();
    let (_, boss, _) = place.desk.session(&boss, "test").unwrap().unwrap();
    let new = NewUser {
        name: "ann".to_owned(),
        role: Role::Coder,
        physician: None,
        site: None,
    };
    let (id, link) = place.desk.add_user(&boss, &new).unwrap();
    place.desk.set_up(&link, &credentials("ignored")).unwrap();
    let session = place.desk.log_in(&credentials("ann")).unwrap();
    assert!(place.desk.session(&session, "test").unwrap().is_some());
    place.desk.set_active(&boss, id, false).unwrap();
    assert!(place.desk.session(&session, "test").unwrap().is_none());
    assert!(place.desk.log_in(&credentials("ann")).is_err());
    assert!(
        place
            .desk
            .set_active(&boss, boss.user.unwrap(), false)
            .is_err()
    );
}
