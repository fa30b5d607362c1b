//! A store that is damaged, or whose audit log was changed, is read and not written; who reads it is noted beside it.

use std::{
    fs,
    io::{Seek, SeekFrom, Write},
    path::Path,
};

use ivus::{
    Analyzer,
    queue::{
        Actor, Aside, Credentials, Desk, Role, Store, audit::Wanted, reports::Incoming,
        users::NewUser,
    },
};
use rusqlite::Connection;

use super::serve::Server;

const PASSWORD: &str = "seven lamps beside an orchard";

/// A store with a coder and reports.
pub(crate) fn store(path: &Path) {
    let desk = Desk::new(Store::open(path).unwrap(), Analyzer::builtin());
    let new = NewUser {
        name: "coder".to_owned(),
        role: Role::Coder,
        physician: None,
        site: None,
    };
    let (_, link) = desk.add_user(&Actor::command(), &new).unwrap();
    let credentials = Credentials {
        name: "coder".to_owned(),
        password: PASSWORD.to_owned(),
        code: String::new(),
        origin: "test".to_owned(),
    };
    desk.set_up(&link, &credentials).unwrap();
    for n in 0..40 {
        let incoming = Incoming {
            patient: None,
            name: format!("r{n}"),
            text: format!("IVUS of the left common iliac vein showed {n}% stenosis.\n").repeat(20),
            date: None,
            source: "test".to_owned(),
            site: "North".to_owned(),
            physician: "Dr. Alder".to_owned(),
            status: None,
        };
        desk.import(&Actor::command(), incoming).unwrap();
    }
}

#[test]
fn a_changed_audit_log_leaves_reports_to_be_read_and_nothing_to_be_saved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("q.db");
    store(&path);
    let raw = Connection::open(&path).unwrap();
    raw.execute_batch(
        "DROP TRIGGER audit_keeps_words; UPDATE audit SET actor = 'somebody else' WHERE seq = 5; PRAGMA wal_checkpoint(TRUNCATE);",
    )
    .unwrap();
    drop(raw);
    let before = fs::read(&path).unwrap();
    let server = Server::over(&path, &[]);
    assert!(
        server
            .told
            .iter()
            .any(|l| l.contains("READ ONLY") && l.contains("row 5")),
        "{:?}",
        server.told
    );
    let mut browser = server.log_in("coder", PASSWORD);
    let page = browser.get(&server, "/reports/1");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Read only.") && page.body.contains("common iliac"));
    assert!(!page.body.contains("/claim") && !page.body.contains("/reports/next"));
    let token = page.token();
    for post in ["/reports/1/claim", "/reports/next", "/import"] {
        let form = [
            ("csrf", token.clone()),
            ("name", "x".to_owned()),
            ("text", "IVUS".to_owned()),
        ];
        assert_eq!(browser.post(&server, post, &form).status, 503, "{post}");
    }
    let account = browser.get(&server, "/account").body;
    assert!(
        account.contains("cannot be changed at the moment")
            && !account.contains("/account/password")
    );
    let change = [
        ("csrf", token.clone()),
        ("password", PASSWORD.to_owned()),
        ("new", "four words in a row".to_owned()),
        ("again", "four words in a row".to_owned()),
    ];
    let sent = browser.post(&server, "/account/password", &change);
    assert_eq!(sent.status, 503);
    assert_eq!(browser.get(&server, "/reports").status, 200);
    assert_eq!(
        browser.post(&server, "/logout", &[("csrf", token)]).status,
        303
    );
    drop(server);
    assert_eq!(before, fs::read(&path).unwrap(), "the store is as it was");
    // The rows of those who read are beside it, in a chain of their own.
    let desk = Desk::new(
        Store::existing(&Aside::path(&path)).unwrap(),
        Analyzer::builtin(),
    );
    assert!(desk.store().verify_audit(None).unwrap().is_ok());
    let rows = desk
        .audit(&Actor::command(), &Wanted::default(), 100)
        .unwrap();
    let has = |event: &str, outcome: &str| {
        rows.iter()
            .any(|r| r.event == event && r.outcome == outcome && r.actor == "coder")
    };
    assert!(has("login", "done") && has("read", "done") && has("claim", "failed"));
}

#[test]
fn a_damaged_file_is_never_opened_for_work() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("q.db");
    store(&path);
    Connection::open(&path)
        .unwrap()
        .execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE;")
        .unwrap();
    let whole = fs::read(&path).unwrap();
    let pages = whole.len() / 4096;
    assert!(pages > 40, "{pages}");
    let mut read = 0;
    for page in (1..pages).step_by(3) {
        let copy = folder.path().join(format!("damaged-{page}.db"));
        let mut bytes = whole.clone();
        for byte in &mut bytes[page * 4096..page * 4096 + 200] {
            *byte = 0xa5;
        }
        fs::write(&copy, bytes).unwrap();
        for ending in [".key", ".head"] {
            let from = format!("{}{ending}", path.display());
            fs::copy(from, format!("{}{ending}", copy.display())).unwrap();
        }
        match Aside::open(&copy) {
            Ok((_, None)) => panic!("page {page} is damaged and the store was opened for work"),
            Ok((_, Some(_))) => read += 1,
            Err(error) => assert!(!error.to_string().contains("stenosis"), "{error}"),
        }
    }
    assert!(read > 5, "{read} of {} could still be read", pages / 3);
}

/// Pages of the file are lost while it is served: what needs them is refused, not failed at, and the rest can be read.
#[test]
fn a_file_damaged_while_it_is_served_is_read_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("q.db");
    store(&path);
    let server = Server::over(&path, &[]);
    let mut browser = server.log_in("coder", PASSWORD);
    assert_eq!(browser.get(&server, "/reports/1").status, 200);
    let raw = Connection::open(&path).unwrap();
    raw.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |r| {
        r.get::<_, i64>(0)
    })
    .unwrap();
    let mut statement = raw
        .prepare(
            "SELECT rootpage FROM sqlite_schema WHERE tbl_name = 'confirmations' AND rootpage > 0",
        )
        .unwrap();
    let pages: Vec<u32> = statement
        .query_map([], |r| r.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    drop(statement);
    drop(raw);
    let mut file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    for page in pages {
        file.seek(SeekFrom::Start(u64::from(page - 1) * 4096))
            .unwrap();
        file.write_all(&[0xa5; 4096]).unwrap();
    }
    drop(file);
    assert_eq!(browser.get(&server, "/reports/1").status, 503);
    // Who is in stays in, is told, and sees what is whole.
    let list = browser.get(&server, "/reports");
    assert_eq!(list.status, 200, "{}", list.body);
    assert!(list.body.contains("Read only.") && list.body.contains("damaged"));
    let token = list.token();
    let form = [("csrf", token)];
    assert_eq!(browser.post(&server, "/reports/2/claim", &form).status, 503);
    assert_eq!(browser.get(&server, "/reports/1").status, 503);
    let said = server.end("-TERM");
    assert!(
        said.contains("READ ONLY: the file of the store is damaged"),
        "{said}"
    );
    assert!(!said.contains("stenosis"));
    let beside = Store::existing(&Aside::path(&path)).unwrap();
    assert!(beside.verify_audit(None).unwrap().is_ok());
}
