//! Whoever is turned away before coming in has a row in the audit log, and a flood of them has few.

use super::serve::{Browser, Server};

/// The rows of an outcome that the audit page lists.
fn rows(server: &Server, more: &str) -> (String, usize) {
    let mut auditor = server.log_in("auditor", server.password());
    let page = auditor
        .get(server, &format!("/audit?event=enter{more}"))
        .body;
    let count = page.matches(">denied<").count();
    (page, count)
}

#[test]
fn who_is_turned_away_is_noted_and_a_flood_has_few_rows() {
    let server = Server::start(&["--demo=fresh"]);
    let mut browser = Browser::default();
    for _ in 0..150 {
        assert_eq!(browser.get(&server, "/reports").status, 303);
        let form = [("text", "canary words".to_owned())];
        assert_eq!(browser.post(&server, "/check", &form).status, 401);
        let foreign = [("Host", "evil.example")];
        let page = browser.send_as(&server, "GET", "/login", &foreign);
        assert_eq!(page.status, 421);
        let form = [("csrf", "none".to_owned())];
        assert_eq!(browser.post(&server, "/login", &form).status, 403);
    }
    let (page, count) = rows(&server, "");
    for words in [
        "no session",
        "asked by a name that this server has not",
        "a form without a session",
        "GET /reports",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("canary") && !page.contains("evil.example"));
    // Two a minute and reason; the test may run across the turn of some minutes.
    assert!((3..=24).contains(&count), "{count} rows of 600 requests");
}

/// The last minute is told when the server ends; the log is whole.
#[test]
fn what_was_counted_is_told_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("q.db");
    super::read_only::store(&path);
    let server = Server::over(&path, &[]);
    for _ in 0..40 {
        Browser::default().get(&server, "/reports");
    }
    server.end("-TERM");
    let store = ivus::queue::Store::existing(&path).unwrap();
    assert!(store.verify_audit(None).unwrap().is_ok());
    let desk = ivus::queue::Desk::new(store, ivus::Analyzer::builtin());
    let wanted = ivus::queue::audit::Wanted {
        event: "enter".to_owned(),
        ..Default::default()
    };
    let rows = desk
        .audit(&ivus::queue::Actor::command(), &wanted, 100)
        .unwrap();
    let more = |detail: &str| -> u64 {
        let told = detail.strip_prefix("no session; ").unwrap_or("0 more");
        told.split(' ').next().unwrap().parse().unwrap()
    };
    let (first, others): (Vec<_>, Vec<_>) = rows.iter().partition(|r| r.detail == "no session");
    let counted: u64 = others.iter().map(|r| more(&r.detail)).sum();
    assert_eq!(first.len() as u64 + counted, 40, "{rows:?}");
    assert!(rows.len() <= 6, "{rows:?}");
}

/// Whoever lacks the second factor that the role needs is turned away, and that is noted with the name.
#[test]
fn a_missing_second_factor_is_noted_with_the_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("q.db");
    let server = Server::over(&path, &[]);
    let link = server.told.iter().find_map(|l| l.split("/setup/").nth(1));
    let link = format!("/setup/{}", link.unwrap().trim());
    let mut browser = Browser::default();
    let page = browser.get(&server, &link);
    let word = "seven lamps beside an orchard".to_owned();
    let form = [
        ("csrf", page.token()),
        ("name", "alma".to_owned()),
        ("password", word.clone()),
        ("again", word.clone()),
    ];
    assert_eq!(browser.post(&server, &link, &form).status, 303);
    let mut browser = server.log_in("alma", &word);
    for _ in 0..5 {
        let page = browser.get(&server, "/people");
        assert_eq!(page.header("location"), "/second-factor");
    }
    browser.set_up_factor(&server);
    let log = browser.get(&server, "/audit?event=enter&actor=alma").body;
    assert!(
        log.contains("no second factor") && log.contains("GET /people"),
        "{log}"
    );
    assert_eq!(log.matches(">denied<").count(), 1);
}
