//! The incident lock: one step ends every session and lets nothing be saved, seen by a running server at once, and told in
//! the audit log.

use std::path::Path;

use ivus::{
    Analyzer,
    queue::{Actor, Credentials, Desk, Refusal, Role, Store, users::NewUser},
};

use super::{
    mllp::{ask, connect, numbered, start},
    serve::{Browser, Page, Server, on_store},
};

const PASSWORD: &str = "seven lamps beside an orchard";

fn user(desk: &Desk, name: &str, role: Role) {
    let new = NewUser {
        name: name.to_owned(),
        role,
        physician: None,
        site: None,
    };
    let (_, link) = desk.add_user(&Actor::command(), &new).unwrap();
    let credentials = Credentials {
        name: name.to_owned(),
        password: PASSWORD.to_owned(),
        code: String::new(),
        origin: "test".to_owned(),
    };
    desk.set_up(&link, &credentials).unwrap();
}

#[expect(clippy::too_many_lines, reason = "one incident, told in its order")]
#[test]
fn a_lock_from_the_command_line_ends_sessions_and_saving_in_a_running_server() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("q.db");
    let desk = Desk::new(Store::open(&path).unwrap(), Analyzer::builtin());
    user(&desk, "coder", Role::Coder);
    let report =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/reports/302-left-nivl-terse.txt");
    let import = ["queue", "import", report.to_str().unwrap()];
    assert_eq!(on_store(&import, &path).0, Some(0));
    let other = report.with_file_name("301-popliteal-to-cava-thrombus.txt");
    let others = ["queue", "import", other.to_str().unwrap()];
    assert_eq!(on_store(&others, &path).0, Some(0));
    let server = Server::over(&path, &[]);
    let mut browser = server.log_in("coder", PASSWORD);
    let token = browser.get(&server, "/reports").token();
    // One report is finished, so that there is something to export.
    browser.post(&server, "/reports/2/claim", &[("csrf", token.clone())]);
    let fence = browser.get(&server, "/reports/2").value("fence");
    let held = [("csrf", token.clone()), ("fence", fence)];
    for post in ["/reports/2/accept-all", "/reports/2/finish"] {
        assert_eq!(browser.post(&server, post, &held).status, 303, "{post}");
    }
    let claimed = browser.post(&server, "/reports/1/claim", &[("csrf", token)]);
    assert_eq!(claimed.status, 303);
    let fence = browser.get(&server, "/reports/1").value("fence");

    assert_eq!(on_store(&["lock", "--reason", " "], &path).0, Some(2));
    let (status, said) = on_store(&["lock", "--reason", "a <b>laptop</b> is missing"], &path);
    assert_eq!(status, Some(0), "{said}");
    assert_eq!(on_store(&["lock", "--reason", "again"], &path).0, Some(2));
    let sent = browser.get(&server, "/reports");
    assert_eq!((sent.status, sent.header("location")), (303, "/login"));

    // Who comes in again can read, and is told why nothing is saved.
    let mut browser = server.log_in("coder", PASSWORD);
    let page = browser.get(&server, "/reports/1");
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains("Locked.")
            && page.body.contains("a &lt;b&gt;laptop&lt;/b&gt; is missing")
    );
    assert!(!page.body.contains("/lock/end"), "a coder cannot end it");
    let form = |fields: &[(&'static str, &str)]| -> Vec<(&'static str, String)> {
        let own = [("csrf", page.token())].into_iter();
        own.chain(fields.iter().map(|(n, v)| (*n, (*v).to_owned())))
            .collect()
    };
    let fence = ("fence", fence.as_str());
    let suggestion = ("suggestion", "37253 left common-iliac-vein");
    for (post, fields) in [
        ("/reports/1/claim", vec![]),
        ("/reports/next", vec![]),
        (
            "/reports/1/decide",
            vec![fence, ("verdict", "accept"), suggestion],
        ),
        ("/reports/1/hold", vec![fence, ("reason", "second_opinion")]),
        ("/reports/1/release", vec![]),
        ("/import", vec![("name", "x"), ("text", "IVUS")]),
        ("/views", vec![("name", "x"), ("query", "state=all")]),
    ] {
        let page = browser.post(&server, post, &form(&fields));
        let told = page.status == 423 && page.body.contains("not saved");
        assert!(told, "{post}: {} {}", page.status, page.body);
    }
    for path in ["/export/decisions.csv", "/export/decisions.jsonl"] {
        assert_eq!(browser.get(&server, path).status, 423, "{path}");
    }
    let (status, said) = on_store(&import, &path);
    assert!(
        status == Some(2) && said.contains("locked by command line"),
        "{said}"
    );
    assert_eq!(
        on_store(
            &["backup", folder.path().join("b.db").to_str().unwrap()],
            &path
        )
        .0,
        Some(0)
    );
    drop(server);
    let server = Server::over(&path, &[]);
    assert!(
        server.told.iter().any(|l| l.starts_with("LOCKED: ")),
        "{:?}",
        server.told
    );

    assert_eq!(on_store(&["lock", "--end"], &path).0, Some(0));
    assert_eq!(on_store(&["lock", "--end"], &path).0, Some(2));
    let claimed = browser.post(&server, "/reports/1/claim", &form(&[]));
    assert_eq!(claimed.status, 303);
    assert!(!browser.get(&server, "/reports/1").body.contains("Locked."));

    let rows = desk
        .audit(
            &Actor::command(),
            &ivus::queue::audit::Wanted::default(),
            200,
        )
        .unwrap();
    let of = |event: &str, outcome: &str| {
        rows.iter()
            .filter(|r| r.event == event && r.outcome == outcome)
            .count()
    };
    assert_eq!((of("lock", "done"), of("end lock", "done")), (1, 1));
    assert!(
        of("decide", "failed") == 1 && of("import", "failed") == 2 && of("export", "failed") >= 1
    );
    assert!(desk.store().verify_audit(None).unwrap().is_ok());
}

#[test]
fn what_senders_send_while_the_lock_stands_is_refused_noted_and_taken_later() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("q.db");
    let desk = Desk::new(Store::open(&path).unwrap(), Analyzer::builtin());
    let command = Actor::command();
    let token = desk.add_sender(&command, "dictation", None).unwrap();
    user(&desk, "auditor", Role::Auditor);
    let server = start(path.to_str().unwrap(), &[]);
    let bearer = format!("Bearer {token}");
    let headers = [
        ("Authorization", bearer.as_str()),
        ("Content-Type", "text/plain"),
    ];
    let send = |id: &str| -> Page {
        let path = format!("/intake?id={id}");
        Browser::default().send(&server, "POST", &path, &headers, b"IVUS of the cava.")
    };
    let mut stream = connect(&server);
    assert!(ask(&mut stream, &numbered(1)).contains("\rMSA|AA|1\r"));
    assert_eq!(send("t1").status, 200);

    desk.lock(&command, "a laptop is missing").unwrap();
    // The connection stays, and nothing of the reason is told outside.
    let told = ask(&mut stream, &numbered(2));
    assert!(told.contains("\rMSA|AR|2|"), "{told}");
    assert!(told.contains("|207^") && !told.contains("laptop"), "{told}");
    // The same message as before is known, but nothing may be written, not even that.
    assert!(ask(&mut stream, &numbered(1)).contains("\rMSA|AR|1|"));
    let page = send("t2");
    assert_eq!((page.status, page.header("retry-after")), (503, "60"));
    assert!(
        page.body.contains("the queue is locked") && !page.body.contains("laptop"),
        "{}",
        page.body
    );
    let wanted = ivus::queue::audit::Wanted {
        event: "receive".to_owned(),
        outcome: "failed".to_owned(),
        ..ivus::queue::audit::Wanted::default()
    };
    let rows = desk.audit(&command, &wanted, 100).unwrap();
    let of = |name: &str| rows.iter().filter(|r| r.actor == name).count();
    assert!(of("mllp") >= 2, "{rows:?}");
    let tried = ivus::queue::audit::Wanted {
        actor: "sender dictation".to_owned(),
        outcome: "failed".to_owned(),
        ..ivus::queue::audit::Wanted::default()
    };
    assert_eq!(desk.audit(&command, &tried, 100).unwrap().len(), 1);

    desk.end_lock(&command).unwrap();
    assert!(ask(&mut stream, &numbered(2)).contains("\rMSA|AA|2\r"));
    assert!(ask(&mut stream, &numbered(1)).contains("\rMSA|AA|1\r"));
    assert_eq!(send("t2").status, 200);
    // Of a kind that is not taken: it stands on the list of refused messages with those before.
    let other = numbered(3).replace("MDM^T02", "ADT^A01");
    assert!(ask(&mut stream, &other).contains("\rMSA|AR|3|"));
    assert_eq!(send("t3%2F").status, 422);
    let csv = [headers[0], ("Content-Type", "text/csv")];
    let page = Browser::default().send(
        &server,
        "POST",
        "/intake",
        &csv,
        b"id,text\nc1,IVUS.\nc2,\n",
    );
    assert_eq!(page.status, 200, "{}", page.body);
    let rows = desk.audit(&command, &wanted, 100).unwrap();
    assert!(rows[0].detail.starts_with("1 of what it sent at once; "));
    assert!(
        rows[1].detail.contains("number 3: AR 200; MDM and ORU"),
        "{rows:?}"
    );
    for row in &rows {
        assert!(!row.detail.contains("stenosis"), "{row:?}");
    }
    assert!(desk.store().verify_audit(None).unwrap().is_ok());
}

#[test]
fn an_administrator_locks_and_unlocks_on_the_page_and_nobody_else_does() {
    let server = Server::start(&["--demo=fresh"]);
    let mut coder = server.log_in("coder", server.password());
    let mut admin = server.log_in("admin", server.password());
    let page = admin.get(&server, "/people");
    let reason = ("reason", "a test".to_owned());
    let theirs = [
        ("csrf", coder.get(&server, "/reports").token()),
        reason.clone(),
    ];
    assert_eq!(coder.post(&server, "/lock", &theirs).status, 403);
    assert_eq!(
        admin
            .post(&server, "/lock", &[("csrf", page.token())])
            .status,
        422
    );
    let locked = admin.post(&server, "/lock", &[("csrf", page.token()), reason]);
    assert_eq!((locked.status, locked.header("location")), (303, "/login"));
    for browser in [&mut coder, &mut admin] {
        assert_eq!(
            browser.get(&server, "/reports").status,
            303,
            "every session has ended"
        );
    }
    let mut coder = server.log_in("coder", server.password());
    let page = coder.get(&server, "/reports");
    assert!(
        page.body.contains("locked by admin") || page.body.contains("Locked by admin"),
        "{}",
        page.body
    );
    assert_eq!(
        coder
            .post(&server, "/lock/end", &[("csrf", page.token())])
            .status,
        403
    );
    // What would not be saved is not offered.
    for (path, gone) in [
        ("/reports", "/reports/next"),
        ("/reports/5", "/claim"),
        ("/import", "name=\"files\""),
        ("/account", "/account/password"),
        ("/account/password", "name=\"new\""),
        ("/second-factor", "name=\"code\""),
    ] {
        let page = coder.get(&server, path);
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.body.contains(gone), "{path}: {}", page.body);
    }
    let mut admin = server.log_in("admin", server.password());
    let page = admin.get(&server, "/people");
    assert!(!page.body.contains("action=\"/lock\"") && !page.body.contains("New password link"));
    let page = admin.get(&server, "/reports");
    assert!(page.body.contains("action=\"/lock/end\""));
    assert_eq!(
        admin
            .post(&server, "/lock/end", &[("csrf", page.token())])
            .status,
        303
    );
    assert!(
        coder
            .get(&server, "/reports")
            .body
            .contains("/reports/next")
    );
    let token = coder.get(&server, "/reports").token();
    let next = coder.post(&server, "/reports/next", &[("csrf", token)]);
    assert_eq!(next.status, 303);
}

#[test]
fn only_who_may_keep_users_locks() {
    let folder = tempfile::tempdir().unwrap();
    let desk = Desk::new(
        Store::open(&folder.path().join("q.db")).unwrap(),
        Analyzer::builtin(),
    );
    for role in Role::ALL {
        let actor = Actor {
            role,
            ..Actor::command()
        };
        let may = role == Role::Administrator;
        let locked = desk.lock(&actor, "a test");
        assert!(
            locked.is_ok() == may && (may || matches!(locked, Err(Refusal::Denied))),
            "{role:?}"
        );
        assert_eq!(desk.locked().unwrap().is_some(), may);
        assert_eq!(desk.end_lock(&actor).is_ok(), may);
    }
}
