//! Sessions one by one: their user sees and ends each, and administrators those of anybody, also while everything is locked.

use super::serve::{Browser, Page, Server, on_store};

/// The rows of the table of sessions.
fn rows(page: &Page) -> Vec<String> {
    let table = page.body.split("<tbody>").nth(1).unwrap_or_default();
    let table = table.split("</tbody>").next().unwrap();
    table.split("<tr>").skip(1).map(str::to_owned).collect()
}

/// Where the buttons of a page send that end one session.
fn ends(page: &Page) -> Vec<String> {
    let forms = page.body.split("action=\"").skip(1);
    let paths = forms.map(|f| f.split('"').next().unwrap().to_owned());
    paths.filter(|p| p.ends_with("/end")).collect()
}

fn is_in(browser: &mut Browser, server: &Server) -> bool {
    browser.get(server, "/reports").status == 200
}

#[test]
fn a_user_sees_the_own_sessions_and_ends_one() {
    let server = Server::start(&["--demo=fresh"]);
    let password = server.password().to_owned();
    let mut coder = server.log_in("coder", &password);
    let mut first = server.log_in("coder", &password);
    let mut second = server.log_in("coder", &password);
    let mut other = server.log_in("coder2", &password);
    let page = coder.get(&server, "/account");
    let told = rows(&page);
    assert_eq!(told.len(), 3, "of the own user alone");
    for row in &told {
        assert!(
            row.contains("127.0.0.1") && row.contains("just now"),
            "{row}"
        );
    }
    let own = told.iter().filter(|r| r.contains("this one"));
    assert!(own.clone().count() == 1 && own.clone().all(|r| !r.contains("End it")));
    let form = [("csrf", page.token())];
    // The last used first: the one that came last is at the top.
    let one = &ends(&page)[0];
    let sent = coder.post(&server, one, &form);
    assert_eq!(
        (sent.status, sent.header("location")),
        (303, "/account?done=session")
    );
    assert!(!is_in(&mut second, &server));
    assert!(is_in(&mut first, &server) && is_in(&mut coder, &server));
    let page = coder.get(&server, "/account?done=session");
    assert!(page.body.contains("The session has ended.") && rows(&page).len() == 2);
    // Once more is no harm; nobody ends the session of another user so, nor one that is not there.
    assert_eq!(coder.post(&server, one, &form).status, 303);
    let foreign = other.get(&server, "/account");
    let form = [("csrf", foreign.token())];
    for path in [&ends(&page)[0], "/account/sessions/999/end"] {
        assert_eq!(other.post(&server, path, &form).status, 404, "{path}");
    }
    assert!(is_in(&mut first, &server));
    let mut admin = server.log_in("admin", &password);
    let log = admin.get(&server, "/audit?event=logout").body;
    assert!(log.contains(">session 3<"), "{log}");
}

#[test]
fn an_administrator_sees_and_ends_the_sessions_of_anybody() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("q.db");
    let server = Server::over(&store, &["--demo=fresh"]);
    let password = server.password().to_owned();
    let mut viewer = server.log_in("viewer", &password);
    let mut elsewhere = server.log_in("viewer", &password);
    let mut admin = server.log_in("admin", &password);
    let people = admin.get(&server, "/people");
    let link = people.body.split("<b>viewer</b>").nth(1).unwrap();
    let link = link.split("<a href=\"").nth(1).unwrap();
    let path = link.split('"').next().unwrap().to_owned();
    let page = admin.get(&server, &path);
    assert!(page.body.contains("Sessions of viewer") && !page.body.contains("this one"));
    assert_eq!(rows(&page).len(), 2);
    let form = [("csrf", page.token())];
    let sent = admin.post(&server, &ends(&page)[0], &form);
    assert_eq!(
        (sent.status, sent.header("location")),
        (303, format!("{path}?done=one").as_str())
    );
    assert!(is_in(&mut viewer, &server) && !is_in(&mut elsewhere, &server));
    // By the number of another user it is none.
    let other = ends(&page)[1].replace("/people/6/", "/people/2/");
    assert_eq!(admin.post(&server, &other, &form).status, 404);
    // Nobody else sees or ends them.
    let token = [("csrf", viewer.get(&server, "/reports").token())];
    assert_eq!(viewer.get(&server, &path).status, 403);
    assert_eq!(viewer.post(&server, &path, &token).status, 403);
    assert_eq!(admin.post(&server, &path, &form).status, 303);
    assert!(!is_in(&mut viewer, &server));
    assert!(admin.get(&server, &path).body.contains("None runs."));
    assert_eq!(admin.get(&server, "/people/999/sessions").status, 404);
    // While everything is locked, who came in again can still be put out.
    let locked = ["lock", "--reason", "a laptop is missing"];
    assert_eq!(on_store(&locked, &store).0, Some(0));
    let mut viewer = server.log_in("viewer", &password);
    let mut admin = server.log_in("admin", &password);
    let page = admin.get(&server, &path);
    let form = [("csrf", page.token())];
    assert_eq!(admin.post(&server, &path, &form).status, 303);
    assert!(!is_in(&mut viewer, &server));
    let log = admin.get(&server, "/audit?event=end+session").body;
    assert_eq!(log.matches(">user 6<").count(), 3, "{log}");
    assert!(
        log.contains(">all<") && log.contains(">session 2<"),
        "{log}"
    );
}
