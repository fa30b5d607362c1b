//! Decisions on catheter placements and base procedures: made on the page, kept beside those on units, bound by the audit log, and
//! in each form in which decisions leave.

use std::path::Path;

use ivus::{
    Analyzer,
    queue::{
        Actor, Desk, Exported, Refusal, Role, Store,
        board::Filter,
        confirmations::Confirmed,
        leaving,
        procedures::{Choice, Part},
        reports::Incoming,
        users::NewUser,
    },
};
use rusqlite::Connection;

use super::serve::Server;

const TEXT: &str = "DATE OF SERVICE: 05/02/2024\nINDICATION: Left leg swelling; venogram was equivocal, so IVUS was needed.\n\
    DESCRIPTION: The right common femoral vein was punctured. A catheter was advanced over the bifurcation into the left \
    external iliac vein. IVUS of the left common iliac vein showed 78% area stenosis. A stent was placed in the left common \
    iliac vein.\n";

fn incoming(text: &str) -> Incoming {
    Incoming {
        patient: None,
        name: "case-1".to_owned(),
        text: text.to_owned(),
        date: None,
        source: "test".to_owned(),
        site: "North".to_owned(),
        physician: "Dr. Alder".to_owned(),
        status: None,
    }
}

/// A desk with one report, and a coder.
fn desk(path: &Path) -> (Desk, Actor) {
    let desk = Desk::new(Store::open(path).unwrap(), Analyzer::builtin());
    let new = NewUser {
        name: "ann".to_owned(),
        role: Role::Coder,
        physician: None,
        site: None,
    };
    let (id, _) = desk.add_user(&Actor::command(), &new).unwrap();
    desk.import(&Actor::command(), incoming(TEXT)).unwrap();
    let ann = Actor {
        user: Some(id),
        name: "ann".to_owned(),
        role: Role::Coder,
        ..Actor::nobody("test")
    };
    (desk, ann)
}

fn exported(desk: &Desk) -> Exported {
    let mut all = Vec::new();
    let filter = Filter {
        state: String::new(),
        ..Filter::default()
    };
    desk.export(&Actor::command(), &filter, "test", |one| {
        all.push(one);
        Ok(())
    })
    .unwrap();
    all.remove(0)
}

#[expect(
    clippy::too_many_lines,
    reason = "one report, from its decisions to each form"
)]
#[test]
fn they_are_decided_like_units_kept_over_a_new_version_and_leave() {
    let folder = tempfile::tempdir().unwrap();
    let (desk, ann) = desk(&folder.path().join("q.db"));
    let sheet = desk.open(&ann, 1).unwrap();
    let key = |part: Part| {
        let found = sheet.offered.iter().find(|o| o.part == part);
        found.unwrap().key.clone()
    };
    let (catheter, base) = (key(Part::Catheter), key(Part::Base));
    assert_eq!(
        catheter,
        "catheter 36012 right common-femoral-vein > left external-iliac-vein"
    );
    assert_eq!(base, "base 37238");
    let fence = desk.claim(&ann, 1).unwrap().fence;
    let decide = |key: &str, choice: &Choice| desk.decide_procedure(&ann, 1, fence, (key, choice));
    let change = |code: &str| Choice::Change {
        code: code.to_owned(),
        note: String::new(),
    };
    for (code, told) in [
        ("36012", "nothing was changed"),
        ("37253", "add it among the units"),
        ("3601", "five digits"),
    ] {
        match decide(&catheter, &change(code)) {
            Err(Refusal::Invalid(words)) => assert!(words.contains(told), "{words}"),
            other => panic!("{code}: {other:?}"),
        }
    }
    let reject = |reason: &str| Choice::Reject {
        reason: reason.to_owned(),
        note: String::new(),
    };
    assert!(decide(&base, &reject("")).is_err());
    assert!(decide(&base, &reject("other")).is_err(), "without a note");
    assert!(matches!(
        decide("base 37239", &Choice::Accept),
        Err(Refusal::Conflict(_))
    ));
    decide(&catheter, &change("36011")).unwrap();
    decide(&base, &reject("duplicate")).unwrap();
    decide(&base, &Choice::Withdraw).unwrap();
    decide(&base, &Choice::Accept).unwrap();
    match desk.decide_procedure(&ann, 1, fence + 1, (&base, &Choice::Withdraw)) {
        Err(Refusal::Conflict(conflict)) => {
            assert!(conflict.yours.contains("withdraw"), "{conflict:?}");
            assert_eq!(conflict.stands.len(), 2, "{conflict:?}");
        }
        other => panic!("{other:?}"),
    }
    let sheet = desk.open(&ann, 1).unwrap();
    assert_eq!((sheet.beside.len(), sheet.beside_in_force().len()), (4, 2));
    assert!(sheet.beside_undecided().is_empty());
    desk.accept_open(&ann, 1, fence, &Confirmed::default())
        .unwrap();
    desk.finish(&ann, 1, fence).unwrap();

    let one = exported(&desk);
    let codes: Vec<_> = one.procedures.iter().map(|p| p.code.clone()).collect();
    assert_eq!(codes, [Some("36011".to_owned()), Some("37238".to_owned())]);
    let csv = leaving::csv::rows(&one);
    assert!(
        csv.contains(",catheter\n") || csv.contains(",catheter\r\n"),
        "{csv}"
    );
    assert!(csv.contains("Edited,36011"), "{csv}");
    let message = leaving::dft::message(&one).unwrap().unwrap();
    for code in ["36011^^C4", "37238^^C4", "37252^^C4"] {
        assert!(message.contains(code), "{code}: {message}");
    }
    let mut told = None;
    desk.export_read(
        &Actor::command(),
        &Filter {
            state: String::new(),
            ..Filter::default()
        },
        "gold",
        |one, _, reading| {
            let bundle = leaving::bundle(&one, reading).to_string();
            told = leaving::gold::labels(&one, reading, "case-1").map(|labels| (labels, bundle));
            Ok(())
        },
    )
    .unwrap();
    let (labels, bundle) = told.unwrap();
    assert_eq!(labels["base_codes"][0], "37238");
    assert_eq!(
        labels["catheter_targets"][0]["vessel"],
        "external-iliac-vein"
    );
    assert!(!labels["as_read"].to_string().contains("base_codes"));
    assert!(
        bundle.contains("36011") && !bundle.contains("36012"),
        "{bundle}"
    );

    // Another text: what was decided stands with its version, and is to be decided again.
    let longer = format!("{TEXT}No complications.\n");
    desk.import(&Actor::command(), incoming(&longer)).unwrap();
    let sheet = desk.open(&ann, 1).unwrap();
    assert_eq!(sheet.beside_undecided().len(), sheet.offered.len());
    assert_eq!(sheet.beside_in_force().len(), 2);
    let one = exported(&desk);
    assert!(one.procedures.iter().all(|p| p.stale));
    assert!(leaving::charges(&one).is_empty());
    assert!(desk.store().verify_audit(None).unwrap().is_ok());
}

#[test]
fn one_that_is_changed_in_the_store_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("q.db");
    let (desk, ann) = desk(&path);
    let fence = desk.claim(&ann, 1).unwrap().fence;
    desk.decide_procedure(&ann, 1, fence, ("base 37238", &Choice::Accept))
        .unwrap();
    drop(desk);
    let raw = Connection::open(&path).unwrap();
    let change = "UPDATE procedure_decisions SET code = '37239'";
    assert!(
        raw.execute_batch(change).is_err(),
        "without its trigger gone"
    );
    raw.execute_batch(&format!(
        "DROP TRIGGER procedure_decisions_keep_words; {change}"
    ))
    .unwrap();
    drop(raw);
    let found = Store::open(&path).unwrap().verify_audit(None).unwrap();
    let words = found.unwrap_err().words;
    assert!(words.contains("procedure-decision 1"), "{words}");
}

#[test]
fn on_the_page_each_is_accepted_changed_or_rejected() {
    let server = Server::start(&["--demo=fresh"]);
    let mut coder = server.log_in("coder", server.password());
    let path = "/reports/4";
    let page = coder.get(&server, path);
    let claim = [("csrf", page.token())];
    coder.post(&server, "/reports/4/claim", &claim);
    let page = coder.get(&server, path);
    let name = |prefix: &str| {
        let from = format!("name=\"suggestion\" value=\"{prefix} ");
        let rest = page.body.split(&from).nth(1).unwrap();
        format!("{prefix} {}", rest.split('"').next().unwrap()).replace("&gt;", ">")
    };
    let (catheter, base) = (name("catheter"), name("base"));
    let fence = page.value("fence");
    let mut decide = |of: &str, verdict: &str, more: &[(&'static str, &str)]| {
        let mut form = vec![
            ("csrf", page.token()),
            ("fence", fence.clone()),
            ("suggestion", of.to_owned()),
            ("verdict", verdict.to_owned()),
        ];
        form.extend(more.iter().map(|(n, v)| (*n, (*v).to_owned())));
        coder.post(&server, "/reports/4/procedure", &form)
    };
    let refused = decide(&catheter, "change", &[("code", "37252"), ("note", "typed")]);
    assert_eq!(refused.status, 422);
    assert!(
        refused.body.contains("value=\"typed\""),
        "what was typed is kept"
    );
    let done = decide(
        &catheter,
        "reject",
        &[("reason", "not_performed"), ("next", "b0")],
    );
    assert_eq!(
        (done.status, done.header("location")),
        (303, "/reports/4#b0")
    );
    assert_eq!(decide(&base, "accept", &[("next", "finish")]).status, 303);
    let page = coder.get(&server, path).body;
    assert!(page.contains("Decisions on placements and base procedures"));
    assert!(page.contains("not performed"));
    let mut physician = server.log_in("physician", server.password());
    for report in 1..=24 {
        let page = physician.get(&server, &format!("/reports/{report}")).body;
        assert!(!page.contains("/procedure"), "{report}");
    }
}
