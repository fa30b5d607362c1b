//! What coders decide is billed as it stands, or not at all: entries that cannot be are refused, sets that cannot be billed are
//! not finished, what a person may know better is confirmed, and what was typed is never lost.

use std::{fs, path::Path, process::Command};

use ivus::{
    Analyzer,
    codes::Policy,
    queue::{
        Actor, Credentials, Desk, Refusal, Role, Store, audit::Wanted, board::Filter,
        confirmations::Confirmed, decisions::Verdict, reports::Incoming, users::NewUser,
    },
};
use serde_json::Value;

use super::serve::{Browser, Server};

const PASSWORD: &str = "seven lamps beside an orchard";

/// Two veins, both with findings and a reason.
const BOTH: &str = "DATE OF SERVICE: 05/02/2024\nINDICATION: Left leg swelling; the venogram was equivocal, so IVUS was needed.\n\
    FINDINGS: IVUS of the left common iliac vein showed 78% area stenosis. IVUS of the left external iliac vein showed no \
    stenosis.\nA stent was placed in the left common iliac vein.\n";

/// One of two veins without a finding.
const SHORT: &str = "DATE OF SERVICE: 05/02/2024\nINDICATION: Left leg swelling; the venogram was equivocal, so IVUS was needed.\n\
    FINDINGS: IVUS of the left common iliac vein showed 78% area stenosis. IVUS of the left external iliac vein was performed.\n\
    A stent was placed in the left common iliac vein.\n";

struct Place {
    folder: tempfile::TempDir,
    desk: Desk,
    coder: Actor,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("q.db")).unwrap();
        let desk = Desk::new(store, Analyzer::builtin());
        let new = NewUser {
            name: "ann".to_owned(),
            role: Role::Coder,
            physician: None,
            site: None,
        };
        let (id, link) = desk.add_user(&Actor::command(), &new).unwrap();
        let credentials = Credentials {
            name: "ann".to_owned(),
            password: PASSWORD.to_owned(),
            code: String::new(),
            origin: "test".to_owned(),
        };
        desk.set_up(&link, &credentials).unwrap();
        let coder = Actor {
            user: Some(id),
            name: "ann".to_owned(),
            role: Role::Coder,
            physician: None,
            site: None,
            origin: "test".to_owned(),
        };
        Self {
            folder,
            desk,
            coder,
        }
    }

    fn store(&self) -> std::path::PathBuf {
        self.folder.path().join("q.db")
    }

    /// A report in the coder's hands: its number and the number of the claim.
    fn claimed(&self, text: &str) -> (i64, i64) {
        let incoming = Incoming {
            patient: None,
            name: "a".to_owned(),
            text: text.to_owned(),
            date: None,
            source: "/srv/dictation/033.txt".to_owned(),
            site: "North".to_owned(),
            physician: "Dr. Alder".to_owned(),
            status: None,
        };
        let report = self.desk.import(&Actor::command(), incoming);
        let report = report.unwrap().report();
        (report, self.desk.claim(&self.coder, report).unwrap().fence)
    }

    fn decide(&self, (report, fence): (i64, i64), verdict: &Verdict) -> Result<i64, Refusal> {
        self.desk.decide(&self.coder, report, fence, verdict)
    }

    fn finish(
        &self,
        (report, fence): (i64, i64),
        doubts: &[&str],
        note: &str,
    ) -> Result<(), Refusal> {
        let confirmed = Confirmed {
            doubts: doubts.iter().map(|d| (*d).to_owned()).collect(),
            note: note.to_owned(),
        };
        self.desk
            .finish_confirmed(&self.coder, report, fence, &confirmed)
    }
}

fn add(code: &str, vessel: &str) -> Verdict {
    Verdict::Add {
        code: code.to_owned(),
        vessel: vessel.to_owned(),
        words: None,
        note: "seen in the images".to_owned(),
    }
}

fn accept(suggestion: &str) -> Verdict {
    Verdict::Accept {
        suggestion: suggestion.to_owned(),
    }
}

fn reject(suggestion: &str) -> Verdict {
    Verdict::Reject {
        suggestion: suggestion.to_owned(),
        reason: "negated".to_owned(),
        note: String::new(),
    }
}

const FIRST: &str = "37252 left common-iliac-vein";
const SECOND: &str = "37253 left external-iliac-vein";

#[test]
fn an_entry_that_cannot_be_is_refused_and_says_what_to_do() {
    let place = Place::new();
    let claim = place.claimed(BOTH);
    place.decide(claim, &accept(FIRST)).unwrap();
    for (code, vessel, told) in [
        (
            "99999",
            "left renal-vein",
            "99999 is no code of noncoronary IVUS; the codes of 2024-05-02 are 37252 (first vessel), 37253 (each further vessel)",
        ),
        ("92978", "left renal-vein", "is no unit of noncoronary IVUS"),
        (
            "37250",
            "left renal-vein",
            "not in force on the date of service",
        ),
        (
            "37253",
            "left inferior-vena-cava",
            "inferior vena cava has no side",
        ),
        ("37253", "none renal-vein", "renal vein is left or right"),
        ("37253", "none left-anterior-descending-artery", "coronary"),
        (
            "37253",
            "left common-iliac-vein",
            "is counted already, as 37252",
        ),
        (
            "37252",
            "left renal-vein",
            "37252 is for the first vessel of a session and stands already; use 37253",
        ),
    ] {
        let refusal = place.decide(claim, &add(code, vessel)).unwrap_err();
        assert!(
            matches!(refusal, Refusal::Invalid(_)),
            "{code} {vessel}: {refusal}"
        );
        assert!(
            refusal.to_string().contains(told),
            "{code} {vessel}: {refusal}"
        );
    }
    let change = Verdict::Change {
        suggestion: SECOND.to_owned(),
        code: "75946".to_owned(),
        vessel: "left external-iliac-vein".to_owned(),
        note: String::new(),
    };
    assert!(place.decide(claim, &change).is_err());
    place
        .decide(claim, &add("37253", "none inferior-vena-cava"))
        .unwrap();
}

#[test]
fn before_2016_the_codes_of_then_are_the_ones() {
    let place = Place::new();
    let claim = place.claimed(&BOTH.replace("05/02/2024", "05/02/2015"));
    let refusal = place.decide(claim, &add("37253", "left renal-vein"));
    let told = refusal.unwrap_err().to_string();
    assert!(
        told.contains("37251 (each further vessel), 75946"),
        "{told}"
    );
    for further in ["37251", "75946"] {
        place
            .decide(
                claim,
                &accept(&format!("{further} left external-iliac-vein")),
            )
            .unwrap();
    }
    let sheet = place.desk.open(&place.coder, claim.0).unwrap();
    assert!(sheet.bill.doubts.is_empty(), "{:?}", sheet.bill.doubts);
    let first = "75945 left common-iliac-vein";
    place.decide(claim, &accept(first)).unwrap();
    let sheet = place.desk.open(&place.coder, claim.0).unwrap();
    assert!(
        sheet.bill.doubts[0].key.starts_with("halves "),
        "the images of one vessel more"
    );
    for first in ["37250", "75945"] {
        place
            .decide(claim, &reject(&format!("{first} left common-iliac-vein")))
            .unwrap();
    }
    let told = place.finish(claim, &[], "").unwrap_err().to_string();
    assert!(
        told.contains("37251 x1 without 37250") && told.contains("75946 x1 without 75945"),
        "{told}"
    );
}

#[test]
fn further_vessels_without_a_first_are_not_finished_until_one_becomes_it() {
    let place = Place::new();
    let claim = place.claimed(BOTH);
    place.decide(claim, &reject(FIRST)).unwrap();
    place.decide(claim, &accept(SECOND)).unwrap();
    let sheet = place.desk.open(&place.coder, claim.0).unwrap();
    assert_eq!(sheet.bill.words(), "To be billed: 37253 x1");
    let (first, could) = &sheet.bill.firsts[0];
    assert_eq!((first.as_str(), could[0].key.as_str()), ("37252", SECOND));
    let refusal = place.finish(claim, &[], "").unwrap_err();
    assert!(matches!(refusal, Refusal::Invalid(_)));
    assert!(
        refusal.to_string().contains("37253 x1 without 37252"),
        "{refusal}"
    );
    let change = Verdict::Change {
        suggestion: SECOND.to_owned(),
        code: "37252".to_owned(),
        vessel: "left external-iliac-vein".to_owned(),
        note: String::new(),
    };
    place.decide(claim, &change).unwrap();
    place.finish(claim, &[], "").unwrap();
}

#[test]
fn more_than_pass_in_a_day_are_confirmed_with_a_reason_that_is_kept() {
    let place = Place::new();
    let claim = place.claimed(BOTH);
    place.decide(claim, &accept(FIRST)).unwrap();
    place.decide(claim, &accept(SECOND)).unwrap();
    for vessel in [
        "none inferior-vena-cava",
        "left renal-vein",
        "right renal-vein",
        "right common-iliac-vein",
        "right external-iliac-vein",
    ] {
        place.decide(claim, &add("37253", vessel)).unwrap();
    }
    let refused = place.finish(claim, &[], "").unwrap_err();
    let Refusal::Doubts(doubts) = &refused else {
        panic!("{refused}");
    };
    assert_eq!(doubts.len(), 1);
    assert!(
        doubts[0]
            .words
            .contains("37253 x6: no more than 5 pass in one day"),
        "{doubts:?}"
    );
    let key = doubts[0].key.as_str();
    assert!(
        place.finish(claim, &[key], "").is_err(),
        "it needs its reason"
    );
    assert!(
        place
            .finish(claim, &["limit 37253 7"], "the plan allows ten")
            .is_err()
    );
    place.finish(claim, &[key], "the plan allows ten").unwrap();
    let sheet = place.desk.open(&place.coder, claim.0).unwrap();
    let kept = &sheet.confirmations[0];
    assert_eq!(
        (kept.by.as_str(), kept.note.as_str()),
        ("ann", "the plan allows ten")
    );
    let log = place
        .desk
        .audit(&Actor::command(), &Wanted::default(), 50)
        .unwrap();
    assert!(
        log.iter()
            .any(|row| row.event == "confirm" && row.detail.contains("37253 x6"))
    );
}

#[test]
fn what_the_text_does_not_support_is_confirmed_once() {
    let place = Place::new();
    let claim = place.claimed(SHORT);
    let accept_open = |confirmed: &Confirmed| {
        place
            .desk
            .accept_open(&place.coder, claim.0, claim.1, confirmed)
    };
    let refused = accept_open(&Confirmed::default()).unwrap_err();
    let Refusal::Doubts(doubts) = &refused else {
        panic!("{refused}");
    };
    assert_eq!(
        doubts[0].words,
        "37253 left external iliac vein: no findings in the text"
    );
    assert!(
        place
            .desk
            .open(&place.coder, claim.0)
            .unwrap()
            .decisions
            .is_empty()
    );
    // Accepted one by one, it is asked for at the end.
    place.decide(claim, &accept(SECOND)).unwrap();
    let words = place.desk.open(&place.coder, claim.0).unwrap().bill.words();
    assert_eq!(
        words,
        "To be billed: 37253 x1; 1 open; 1 not supported by the text"
    );
    place.decide(claim, &accept(FIRST)).unwrap();
    assert!(matches!(
        place.finish(claim, &[], ""),
        Err(Refusal::Doubts(_))
    ));
    place.finish(claim, &[&doubts[0].key], "").unwrap();
    // It was confirmed for this text, so that it is not asked again.
    place.desk.reopen(&place.coder, claim.0).unwrap();
    let again = place.desk.claim(&place.coder, claim.0).unwrap();
    place.finish((claim.0, again.fence), &[], "").unwrap();
}

#[test]
fn a_finished_report_that_is_read_otherwise_is_marked_until_it_is_finished_again() {
    let text = BOTH.replace(
        "left common iliac vein showed",
        "left common femoral vein showed",
    );
    let place = Place::new();
    let (report, fence) = place.claimed(&text);
    place
        .desk
        .accept_open(&place.coder, report, fence, &Confirmed::default())
        .unwrap();
    place.desk.finish(&place.coder, report, fence).unwrap();
    let before = place.desk.open(&place.coder, report).unwrap();
    assert!(before.otherwise.is_none());
    // Another policy counts the two veins apart.
    let store = Store::existing(&place.store()).unwrap();
    let analyzer = Analyzer::new(
        ivus::lexicon::Lexicon::builtin(),
        Policy::named("anatomic").unwrap(),
    );
    let desk = Desk::new(store, analyzer);
    let marked = Filter {
        state: "differs".to_owned(),
        ..Filter::default()
    };
    assert_eq!(desk.list(&place.coder, &marked).unwrap().1, 0);
    desk.read_anew(&Actor::command(), 100).unwrap();
    let (rows, total) = desk.list(&place.coder, &marked).unwrap();
    assert_eq!((total, rows[0].state.as_str()), (1, "done"));
    let sheet = desk.open(&place.coder, report).unwrap();
    assert!(!sheet.otherwise.is_none());
    let read_by = &sheet.read_last().unwrap().read_by;
    let (before, lexicon) = read_by.split_once(", lexicon ").unwrap();
    assert!(before.ends_with("policy anatomic"), "{read_by}");
    assert!(lexicon.len() == 8 && !lexicon.contains(':'), "{read_by}");
    desk.reopen(&place.coder, report).unwrap();
    let fence = desk.claim(&place.coder, report).unwrap().fence;
    desk.accept_open(&place.coder, report, fence, &Confirmed::default())
        .unwrap();
    desk.finish(&place.coder, report, fence).unwrap();
    assert_eq!(desk.list(&place.coder, &marked).unwrap().1, 0);
}

#[test]
fn decisions_leave_with_what_made_them() {
    let place = Place::new();
    let claim = place.claimed(BOTH);
    let words = Verdict::Add {
        code: "37253".to_owned(),
        vessel: "none inferior-vena-cava".to_owned(),
        words: Some((3, 9)),
        note: String::new(),
    };
    place.decide(claim, &words).unwrap();
    let open = Filter::default();
    let (mut json, mut csv) = (Value::Null, ivus::queue::leaving::csv::header());
    place
        .desk
        .export(&Actor::command(), &open, "jsonl", |one| {
            csv += &ivus::queue::leaving::csv::rows(&one);
            json = serde_json::to_value(one).unwrap();
            Ok(())
        })
        .unwrap();
    let decided = &json["decisions"][0];
    for engine in [&json["engine"], &decided["engine"]] {
        assert_eq!(engine["version"], env!("CARGO_PKG_VERSION"));
        assert_eq!(
            (&engine["policy"], &engine["code_set"]),
            (&"sir".into(), &"2016-01-01".into())
        );
        assert_eq!(engine["lexicon"], Analyzer::builtin().lexicon().hash());
    }
    let mut rows = csv.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let (header, row) = (rows.next().unwrap(), rows.next().unwrap());
    let cell = |name: &str| row[header.iter().position(|h| *h == name).unwrap()];
    assert_eq!(
        (cell("words_start"), cell("words_end"), cell("policy")),
        ("3", "9", "sir")
    );
}

/// A server over the place's store with the coder in, and the report in hand: its path, token and claim.
fn served(place: &Place, report: i64) -> (Server, Browser, String, String, String) {
    let server = Server::over(&place.store(), &[]);
    let mut ann = server.log_in("ann", PASSWORD);
    let path = format!("/reports/{report}");
    let page = ann.get(&server, &path);
    let (token, fence) = (page.token(), page.value("fence"));
    (server, ann, path, token, fence)
}

#[test]
fn the_page_tells_the_total_and_asks_for_what_is_doubted() {
    let place = Place::new();
    let (report, _) = place.claimed(SHORT);
    let (server, mut ann, path, token, fence) = served(&place, report);
    let all = [("csrf", token.clone()), ("fence", fence.clone())];
    let page = ann.post(&server, &format!("{path}/accept-all"), &all);
    assert_eq!(page.status, 422);
    for told in [
        "Nothing was accepted yet",
        "37253 left external iliac vein: no findings in the text",
        "To be billed: nothing; 2 open",
    ] {
        assert!(page.body.contains(told), "{told}: {}", page.body);
    }
    let mut sure = all.to_vec();
    sure.push(("doubt", page.value("doubt")));
    let page = ann.post(&server, &format!("{path}/accept-all"), &sure);
    assert_eq!(page.status, 303);
    let page = ann.get(&server, &path).body;
    assert!(
        page.contains("To be billed: 37252 x1, 37253 x1; 1 not supported by the text."),
        "{page}"
    );
    // What stands in History names the file, not where it lies.
    assert!(
        page.contains("033.txt") && !page.contains("/srv/dictation"),
        "{page}"
    );
    assert_eq!(
        ann.post(&server, &format!("{path}/finish"), &all).status,
        303
    );
}

#[test]
fn what_was_typed_is_given_back_when_it_is_too_late() {
    let place = Place::new();
    let (report, _) = place.claimed(BOTH);
    let (server, mut ann, path, token, fence) = served(&place, report);
    let form = |fence: &str| {
        vec![
            ("csrf", token.clone()),
            ("fence", fence.to_owned()),
            ("verdict", "add".to_owned()),
            ("code", "37253".to_owned()),
            ("side", "left".to_owned()),
            ("vessel", "renal vein".to_owned()),
            ("start", "0".to_owned()),
            ("end", "15".to_owned()),
            ("note", "the <b>second</b> run shows it".to_owned()),
            ("password", "not to be shown".to_owned()),
        ]
    };
    let decide = format!("{path}/decide");
    let late = ann.post(&server, &decide, &form("99"));
    assert_eq!(late.status, 409);
    assert!(
        late.body
            .contains("the &lt;b&gt;second&lt;/b&gt; run shows it"),
        "{}",
        late.body
    );
    assert!(
        late.body.contains("DATE OF SERVICE</textarea>"),
        "the selected words"
    );
    // The session ends while the form is filled in.
    ann.post(&server, "/logout", &[("csrf", token.clone())]);
    let out = ann.post(&server, &decide, &form(&fence));
    assert_eq!(out.status, 401);
    assert!(
        out.body
            .contains("the &lt;b&gt;second&lt;/b&gt; run shows it"),
        "{}",
        out.body
    );
    assert!(out.body.contains("renal vein") && !out.body.contains("not to be shown"));
    // A page of elsewhere has nothing of its own shown here.
    let headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Sec-Fetch-Site", "cross-site"),
    ];
    let out = ann.send(&server, "POST", &decide, &headers, b"note=planted");
    assert!(out.status == 401 && !out.body.contains("planted"));
}

#[test]
fn what_was_left_out_can_be_counted_with_a_reason() {
    let place = Place::new();
    let text = BOTH.replace(
        "A stent was",
        "IVUS of the right common iliac vein was not performed.\nA stent was",
    );
    let (report, _) = place.claimed(&text);
    let (server, mut ann, path, token, fence) = served(&place, report);
    let page = ann.get(&server, &path).body;
    assert!(page.contains("?count=0#add\">Count it</a>"), "{page}");
    let page = ann.get(&server, &format!("{path}?count=0"));
    assert!(
        page.body
            .contains("Say in the note why it counts all the same"),
        "{}",
        page.body
    );
    let add = page.body.split("id=\"add\"").nth(1).unwrap();
    for filled in [
        "value=\"37253\"",
        "value=\"right\" selected",
        "value=\"common iliac vein\"",
        "It rests on “",
    ] {
        assert!(add.contains(filled), "{filled}: {add}");
    }
    let value = |name: &str| {
        let field = add
            .split(&format!("name=\"{name}\" value=\""))
            .nth(1)
            .unwrap();
        field.split('"').next().unwrap().to_owned()
    };
    let form = [
        ("csrf", token),
        ("fence", fence),
        ("verdict", "add".to_owned()),
        ("code", "37253".to_owned()),
        ("side", "right".to_owned()),
        ("vessel", "common iliac vein".to_owned()),
        ("start", value("start")),
        ("end", value("end")),
        ("note", "the images are there".to_owned()),
    ];
    assert_eq!(
        ann.post(&server, &format!("{path}/decide"), &form).status,
        303
    );
    assert!(
        ann.get(&server, &path)
            .body
            .contains("Decided without a suggestion")
    );
}

#[test]
fn a_store_is_served_once_and_a_cut_list_says_so() {
    let place = Place::new();
    place.claimed(BOTH);
    let other = Incoming {
        patient: None,
        name: "b".to_owned(),
        text: SHORT.to_owned(),
        date: None,
        source: "test".to_owned(),
        site: String::new(),
        physician: String::new(),
        status: None,
    };
    place.desk.import(&Actor::command(), other).unwrap();
    let server = Server::over(&place.store(), &[]);
    let ivus = |arguments: &[&str], store: &Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ivus"));
        let done = command
            .args(arguments)
            .arg("--store")
            .arg(store)
            .output()
            .unwrap();
        (
            done.status.success(),
            String::from_utf8(done.stdout).unwrap(),
            String::from_utf8(done.stderr).unwrap(),
        )
    };
    let (done, told, why) = ivus(&["serve", "--addr", "127.0.0.1:0"], &place.store());
    assert!(
        !done && told.is_empty() && why.contains("another `ivus serve`"),
        "{told} {why}"
    );
    let (_, told, _) = ivus(&["queue", "list", "--limit", "1"], &place.store());
    assert!(told.contains("and 1 more; --limit 2 shows all"), "{told}");
    let (_, told, _) = ivus(&["queue", "list"], &place.store());
    assert!(!told.contains("more;"), "{told}");
    server.end("-TERM");
    assert!(fs::metadata(place.store()).is_ok());
}
