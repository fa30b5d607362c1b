//! Reports from other programs by `POST /intake`: tokens, media types, sizes, what is told of each report, and no doubles.

use std::process::Command;

use serde_json::{Value, json};

use super::{
    mllp_settled::{TEXT, document},
    serve::{Browser, Page, Server},
};

const CANARY: &str = "quetzalcoatlus";

struct Place {
    _folder: tempfile::TempDir,
    store: String,
    server: Server,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("q.db").to_str().unwrap().to_owned();
        let server = Server::start(&["--store", &store]);
        Self {
            _folder: folder,
            store,
            server,
        }
    }

    fn run(&self, arguments: &[&str]) -> String {
        let done = Command::new(env!("CARGO_BIN_EXE_ivus"))
            .args(arguments)
            .args(["--store", &self.store])
            .output()
            .unwrap();
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    }

    fn send(&self, token: &str, path: &str, kind: &str, body: &[u8]) -> Page {
        let bearer = format!("Bearer {token}");
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", kind)];
        Browser::default().send(&self.server, "POST", path, &headers, body)
    }

    fn list(&self) -> String {
        self.run(&["queue", "list", "--state", "all"])
    }
}

fn told(page: &Page) -> Value {
    assert_eq!(
        page.header("content-type"),
        "application/json",
        "{}",
        page.body
    );
    serde_json::from_str(&page.body).unwrap()
}

/// New, changed, known, failed.
type Counts = (u64, u64, u64, usize);

fn counts(page: &Page) -> Counts {
    let told = told(page);
    let of = |name: &str| told[name].as_u64().unwrap();
    (
        of("new"),
        of("changed"),
        of("known"),
        told["failed"].as_array().unwrap().len(),
    )
}

#[test]
fn all_forms_are_read_and_nothing_is_doubled() {
    let place = Place::new();
    let token = place.run(&["queue", "token", "add", "dictation"]);
    let csv =
        format!("id,text,site,date\nc1,{TEXT},North,2026-03-10\nc2,{TEXT},South,\nc3,,North,\n");
    let rtf = format!("{{\\rtf1 {TEXT}}}");
    let fhir = json!({
        "resourceType": "DiagnosticReport", "id": "f1", "status": "final", "conclusion": TEXT,
    });
    let jsonl = format!(
        "{}\n{}\n",
        json!({"id": "j1", "text": TEXT}),
        json!({"id": "j2", "text": TEXT})
    );
    let message = document("T02", "1", "h1", "", "AU", TEXT);
    let (fhir, token) = (fhir.to_string(), token.as_str());
    let cases: [(&str, &str, &str, Counts); 6] = [
        ("/intake", "text/csv; charset=utf-8", &csv, (2, 0, 0, 1)),
        ("/intake", "application/x-ndjson", &jsonl, (2, 0, 0, 0)),
        (
            "/intake?id=t1&site=North&physician=Dr.+Alder",
            "text/plain",
            TEXT,
            (1, 0, 0, 0),
        ),
        (
            "/intake?id=r1",
            "application/octet-stream",
            &rtf,
            (1, 0, 0, 0),
        ),
        ("/intake", "application/fhir+json", &fhir, (1, 0, 0, 0)),
        ("/intake", "application/hl7-v2", &message, (1, 0, 0, 0)),
    ];
    for (path, kind, body, found) in cases {
        let page = place.send(token, path, kind, body.as_bytes());
        assert_eq!(
            (page.status, counts(&page)),
            (200, found),
            "{kind} {}",
            page.body
        );
        let again = place.send(token, path, kind, body.as_bytes());
        let (new, _, _, failed) = found;
        assert_eq!(counts(&again), (0, 0, new, failed), "{kind} {}", again.body);
    }
    let list = place.list();
    assert!(list.starts_with("8 reports"), "{list}");
    for id in ["c1", "c2", "j1", "j2", "t1", "r1", "f1", "h1"] {
        assert!(list.contains(&format!(" {id}")), "{id}: {list}");
    }
    // Of many messages the good ones are taken, those that cannot be used are named, and all of it again changes nothing.
    let many: Vec<String> = (0..70)
        .map(|n| document("T02", &n.to_string(), &format!("m{n}"), "", "AU", TEXT))
        .collect();
    let status = document("T03", "99", "nobody", "", "AU", "");
    let many = many.concat() + status.split("OBX").next().unwrap();
    for (new, known) in [(70, 0), (0, 70)] {
        let page = place.send(token, "/intake", "application/hl7-v2", many.as_bytes());
        assert_eq!(counts(&page), (new, 0, known, 1), "{}", page.body);
        assert!(page.body.contains("\"id\":\"nobody\""), "{}", page.body);
    }
    // A changed text is a new version, a cancellation takes the report back.
    let changed = place.send(
        token,
        "/intake?id=t1&site=North",
        "text/plain",
        b"IVUS was not performed.",
    );
    assert_eq!(counts(&changed), (0, 1, 0, 0));
    let cancelled = document("T11", "2", "h1", "", "", "");
    let cancelled = cancelled.split("OBX").next().unwrap();
    let page = place.send(token, "/intake", "application/hl7-v2", cancelled.as_bytes());
    assert_eq!(told(&page)["withdrawn"], 1, "{}", page.body);
    let failed = place.send(
        token,
        "/intake",
        "text/csv",
        format!("id,text\nx1,\n,{CANARY}\n").as_bytes(),
    );
    assert_eq!(
        (failed.status, counts(&failed)),
        (422, (0, 0, 0, 2)),
        "{}",
        failed.body
    );
    assert!(!failed.body.contains(CANARY), "{}", failed.body);
    assert!(failed.body.contains("body.csv:"), "{}", failed.body);
}

#[test]
fn what_is_not_taken_is_told_in_a_status_and_a_sentence() {
    let place = Place::new();
    let token = place.run(&["queue", "token", "add", "dictation"]);
    for (path, kind, body, status) in [
        ("/intake", "application/x-www-form-urlencoded", TEXT, 415),
        ("/intake", "multipart/form-data; boundary=x", TEXT, 415),
        ("/intake", "image/png", TEXT, 415),
        ("/intake", "text/plain", "", 422),
        ("/intake", "text/plain", TEXT, 422),
        ("/intake?id=../x", "text/plain", TEXT, 422),
        ("/intake", "text/plain", "<!doctype html><p>x", 422),
    ] {
        let page = place.send(&token, path, kind, body.as_bytes());
        assert_eq!(page.status, status, "{path} {kind}: {}", page.body);
        assert!(!page.body.contains("stenosis"), "{}", page.body);
        told(&page);
    }
    let large = vec![b'x'; (8 << 20) + 1];
    let page = place.send(&token, "/intake?id=a", "text/plain", &large);
    assert!([413, 0].contains(&page.status), "{}", page.status);
    // A page of any site could send a form, but no token; a session is none.
    let mut browser = Browser::default();
    assert_eq!(browser.get(&place.server, "/intake").status, 404);
    assert!(place.list().starts_with("0 reports"));
}

#[test]
fn a_token_is_kept_as_a_digest_and_can_be_taken_back() {
    let place = Place::new();
    let token = place.run(&["queue", "token", "add", "dictation", "--site", "North"]);
    assert!(
        token.starts_with("ivus-") && token.len() == 69,
        "{}",
        token.len()
    );
    let page = place.send(
        &token,
        "/intake?id=a&site=South",
        "text/plain",
        TEXT.as_bytes(),
    );
    assert_eq!(page.status, 200);
    let bytes = std::fs::read(&place.store).unwrap();
    let wal = std::fs::read(format!("{}-wal", place.store)).unwrap_or_default();
    let kept = String::from_utf8_lossy(&[bytes, wal].concat()).into_owned();
    assert!(
        !kept.contains(&token[5..]),
        "the token itself is nowhere in the store"
    );
    let listed = place.run(&["queue", "token", "list"]);
    assert!(
        listed.starts_with("dictation  (site North)") && !listed.contains("never"),
        "{listed}"
    );
    // Twice the name, and a name that is none, are refused.
    assert_eq!(place.run(&["queue", "token", "add", "Dictation"]), "");
    assert_eq!(place.run(&["queue", "token", "add", "a/b"]), "");
    assert_eq!(
        place.run(&["queue", "token", "revoke", "dictation"]),
        "the token of dictation is revoked"
    );
    let page = place.send(&token, "/intake?id=b", "text/plain", TEXT.as_bytes());
    assert_eq!(
        (page.status, page.header("www-authenticate")),
        (401, "Bearer realm=\"ivus\"")
    );
    // Wrong tokens from one address must wait; a right one need not.
    let right = place.run(&["queue", "token", "add", "other"]);
    let tries: Vec<u16> = (0..8)
        .map(|n| {
            place
                .send(&format!("ivus-{n}"), "/intake", "text/plain", b"x")
                .status
        })
        .collect();
    assert_eq!((tries[0], *tries.last().unwrap()), (401, 429), "{tries:?}");
    let page = place.send(&right, "/intake?id=c", "text/plain", TEXT.as_bytes());
    assert_eq!(page.status, 200, "{}", page.body);
    let page = Browser::default().send(&place.server, "POST", "/intake", &[], b"x");
    assert_eq!(page.status, 429);
    let log = place.run(&["audit", "verify"]);
    assert!(log.starts_with("the audit log is whole"), "{log}");
}
