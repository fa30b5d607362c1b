//! The own account: another password with the one in force and nothing less, under the rules and the waits of the log-in; and
//! an end to all sessions left open elsewhere.

use ivus::{
    Analyzer,
    queue::{Actor, Desk, Store},
};

use super::serve::{Browser, Page, Server, on_store};

const NEW: &str = "seven lamps beside an orchard";
const PATH: &str = "/account/password";

fn change(page: &Page, password: &str, new: &str, again: &str) -> Vec<(&'static str, String)> {
    vec![
        ("csrf", page.token()),
        ("password", password.to_owned()),
        ("new", new.to_owned()),
        ("again", again.to_owned()),
    ]
}

fn log_in(server: &Server, name: &str, password: &str, code: &str) -> u16 {
    server.log_in_with(name, password, code).1.status
}

fn rows(server: &Server, password: &str) -> (usize, usize) {
    let mut admin = server.log_in("admin", password);
    let log = admin.get(server, "/audit?event=change+password").body;
    let table = log.split("<tbody").nth(1).unwrap_or_default().to_owned();
    (
        table.matches(">done<").count(),
        table.matches(">denied<").count(),
    )
}

#[test]
fn a_password_is_changed_with_the_one_in_force_and_other_sessions_end() {
    let server = Server::start(&["--demo=fresh"]);
    let old = server.password().to_owned();
    let mut coder = server.log_in("coder", &old);
    let mut elsewhere = server.log_in("coder", &old);
    let account = coder.get(&server, "/account");
    let ends = |page: &Page| page.body.matches(">End it<").count();
    assert_eq!(
        (ends(&account), account.body.matches("this one").count()),
        (1, 1)
    );
    let before = coder.cookies.clone();
    let page = coder.get(&server, PATH);
    assert!(
        !page.body.contains("name=\"code\""),
        "there is no second factor to ask for"
    );
    for (password, new, again, told) in [
        ("not the password it is", NEW, NEW, "is not right"),
        ("", NEW, NEW, "Type the password"),
        (&old, "", "", "Type the password"),
        (&old, NEW, "seven lamps beside an orcharb", "differ"),
        (&old, "short", "short", "The password has 5 characters"),
        (
            &old,
            "passwordpassword",
            "passwordpassword",
            "easily guessed",
        ),
        (&old, &old, &old, "the password you have already"),
    ] {
        let sent = coder.post(&server, PATH, &change(&page, password, new, again));
        assert_eq!(sent.status, 422, "{told}");
        assert!(
            sent.body.contains(told) || sent.body.contains(&told.replace("the ", "The ")),
            "{told}: {}",
            sent.body
        );
        assert!(
            !sent.body.contains(NEW) && !sent.body.contains(&old),
            "no password comes back"
        );
    }
    assert_eq!(
        elsewhere.get(&server, "/reports").status,
        200,
        "nothing changed yet"
    );
    let sent = coder.post(&server, PATH, &change(&page, &old, NEW, NEW));
    assert_eq!(
        (sent.status, sent.header("location")),
        (303, "/account?done=password")
    );
    assert_ne!(before, coder.cookies, "the session has another token");
    let told = coder.get(&server, "/account?done=password").body;
    assert!(told.contains("Your password is changed.") && told.contains("the only one that runs"));
    assert_eq!(
        elsewhere.get(&server, "/reports").status,
        303,
        "other sessions end"
    );
    let mut stolen = Browser { cookies: before };
    assert_eq!(
        stolen.get(&server, "/reports").status,
        303,
        "the old token as well"
    );
    assert_eq!(coder.get(&server, "/reports").status, 200);
    assert_eq!(
        (
            log_in(&server, "coder", &old, ""),
            log_in(&server, "coder", NEW, "")
        ),
        (401, 303)
    );
    // It is in the log, what failed as well; what was merely not usable is not.
    assert_eq!(rows(&server, &old), (1, 1));
    // Guessing is slowed down, as at the log-in, and there too.
    let page = coder.get(&server, PATH);
    let guess = |coder: &mut Browser| {
        let form = change(&page, "guess", "four words in a row", "four words in a row");
        let sent = coder.post(&server, PATH, &form);
        (sent.status, sent.header("retry-after").is_empty())
    };
    let answers: Vec<_> = (0..8).map(|_| guess(&mut coder)).collect();
    assert!(
        answers.contains(&(422, true)) && answers.contains(&(429, false)),
        "{answers:?}"
    );
    assert_eq!(log_in(&server, "coder", NEW, ""), 429);
}

#[test]
fn who_has_a_second_factor_brings_a_code_of_it() {
    let server = Server::start(&["--demo=fresh"]);
    let old = server.password().to_owned();
    let mut auditor = server.log_in("auditor", &old);
    let (_, _, codes) = auditor.set_up_factor(&server);
    let page = auditor.get(&server, PATH);
    assert!(page.body.contains("name=\"code\""));
    let with = |code: &str, new: &str| {
        let mut form = change(&page, &old, new, new);
        form.push(("code", code.to_owned()));
        form
    };
    for code in ["", "000000", "aaaa-bbbb-cccc-dddd"] {
        assert_eq!(
            auditor.post(&server, PATH, &with(code, NEW)).status,
            422,
            "{code}"
        );
    }
    // A code is not used up by a new password that cannot be used.
    assert_eq!(
        auditor
            .post(&server, PATH, &with(&codes[0], "short"))
            .status,
        422
    );
    assert_eq!(
        auditor.post(&server, PATH, &with(&codes[0], NEW)).status,
        303
    );
    assert_eq!(rows(&server, &old), (1, 3));
    assert_eq!(
        log_in(&server, "auditor", NEW, &codes[0]),
        401,
        "a recovery code is used once"
    );
    assert_eq!(log_in(&server, "auditor", NEW, &codes[1]), 303);
}

#[test]
fn other_sessions_are_ended_and_a_link_for_the_old_password_is_void() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("q.db");
    let server = Server::over(&store, &["--demo=fresh"]);
    let password = server.password().to_owned();
    let mut viewer = server.log_in("viewer", &password);
    let mut others = [(); 2].map(|()| server.log_in("viewer", &password));
    let page = viewer.get(&server, "/account");
    assert_eq!(page.body.matches(">End it<").count(), 2);
    let sent = viewer.post(&server, "/account/sessions", &[("csrf", page.token())]);
    assert_eq!(
        (sent.status, sent.header("location")),
        (303, "/account?done=sessions")
    );
    assert_eq!(viewer.get(&server, "/reports").status, 200);
    for other in &mut others {
        assert_eq!(other.get(&server, "/reports").status, 303);
    }
    let desk = Desk::new(Store::existing(&store).unwrap(), Analyzer::builtin());
    let users = desk.users(&Actor::command()).unwrap();
    let user = users.into_iter().find(|u| u.name == "viewer").unwrap();
    let link = desk.add_link(&Actor::command(), user.id).unwrap();
    assert!(desk.entrance(&link).is_ok());
    let page = viewer.get(&server, PATH);
    let sent = viewer.post(&server, PATH, &change(&page, &password, NEW, NEW));
    assert_eq!(sent.status, 303);
    assert!(desk.entrance(&link).is_err());
    // While everything is locked no password is changed or set, and a stranger with a link is not told why.
    let link = desk.add_link(&Actor::command(), user.id).unwrap();
    let mut stranger = Browser::default();
    let open = stranger.get(&server, &format!("/setup/{link}"));
    assert!(open.body.contains("name=\"again\""));
    let page = viewer.get(&server, PATH);
    desk.lock(&Actor::command(), "a laptop is missing").unwrap();
    let closed = stranger.get(&server, &format!("/setup/{link}"));
    assert_eq!(closed.status, 503);
    let form = [
        ("csrf", open.token()),
        ("password", "four words beside a brook".to_owned()),
        ("again", "four words beside a brook".to_owned()),
    ];
    let refused = stranger.post(&server, &format!("/setup/{link}"), &form);
    assert_eq!(refused.status, 423);
    for page in [&closed, &refused] {
        assert!(
            !page.body.contains("laptop") && !page.body.contains("name=\"again\""),
            "{}",
            page.body
        );
    }
    let mut viewer = server.log_in("viewer", NEW);
    let form = viewer.get(&server, PATH);
    assert!(form.body.contains("Locked.") && !form.body.contains("name=\"new\""));
    let sent = viewer.post(&server, PATH, &change(&form, NEW, &password, &password));
    assert_eq!(sent.status, 423, "{}", page.status);
    desk.end_lock(&Actor::command()).unwrap();
    // After the lock the link is good; then it is void, which is told as such.
    let form = [
        (
            "csrf",
            stranger.get(&server, &format!("/setup/{link}")).token(),
        ),
        ("password", NEW.to_owned()),
        ("again", NEW.to_owned()),
    ];
    let done = stranger.post(&server, &format!("/setup/{link}"), &form);
    assert_eq!(
        (done.status, done.header("location")),
        (303, "/login?done=password")
    );
    assert!(
        stranger
            .get(&server, "/login?done=password")
            .body
            .contains("The password is set.")
    );
    let mut form = form;
    form[0].1 = stranger.get(&server, "/login").token();
    for page in [
        stranger.get(&server, &format!("/setup/{link}")),
        stranger.post(&server, &format!("/setup/{link}"), &form),
    ] {
        assert_eq!(page.status, 410);
        assert!(page.body.contains("This link is void") && page.body.contains("href=\"/login\""));
    }
    assert_eq!(log_in(&server, "viewer", NEW, ""), 303);
}

#[test]
fn a_user_gets_another_role_and_site_and_nobody_changes_the_own() {
    let server = Server::start(&["--demo=fresh"]);
    let mut admin = server.log_in("admin", server.password());
    let mut viewer = server.log_in("viewer", server.password());
    let page = admin.get(&server, "/people");
    let row = page.body.split("<b>viewer</b>").nth(1).unwrap();
    let id = row.split("action=\"/people/").nth(1).unwrap();
    let id = id.split('"').next().unwrap().to_owned();
    // Names are offered as the reports bear them: another spelling would be another physician.
    for name in ["Dr. Alder", "Dr. Birch", "North", "South"] {
        assert!(
            page.body.contains(&format!("<option value=\"{name}\">")),
            "{name}"
        );
    }
    let own = "1".to_owned();
    assert!(
        !page.body.contains(&format!("action=\"/people/{own}\"")),
        "the own row has no form"
    );
    let change = |role: &str, physician: &str, site: &str| {
        vec![
            ("csrf", page.token()),
            ("role", role.to_owned()),
            ("physician", physician.to_owned()),
            ("site", site.to_owned()),
        ]
    };
    let path = format!("/people/{id}");
    for (path, form, told) in [
        (path.as_str(), change("king", "", ""), "Choose a role"),
        (
            &path,
            change("physician", " ", ""),
            "A physician needs the name",
        ),
        (
            &format!("/people/{own}"),
            change("viewer", "", ""),
            "nobody changes the own role",
        ),
    ] {
        let sent = admin.post(&server, path, &form);
        assert_eq!(sent.status, 422, "{told}");
        assert!(
            sent.body.to_lowercase().contains(&told.to_lowercase()),
            "{told}: {}",
            sent.body
        );
    }
    assert_eq!(
        admin
            .post(&server, "/people/999", &change("viewer", "", ""))
            .status,
        404
    );
    assert_eq!(
        viewer.get(&server, "/reports").status,
        200,
        "nothing changed yet"
    );
    assert_eq!(
        admin
            .post(&server, &path, &change("coder", "", "South"))
            .status,
        303
    );
    assert_eq!(viewer.get(&server, "/reports").status, 303, "sessions end");
    let mut viewer = server.log_in("viewer", server.password());
    let reports = viewer.get(&server, "/reports?state=all").body;
    assert!(
        reports.contains(">South<")
            && !reports.contains(">North<")
            && reports.contains("/reports/next")
    );
    let log = admin.get(&server, "/audit?event=change+user").body;
    assert!(
        log.contains("viewer to coder; physician all to all; site all to South"),
        "{log}"
    );
}

#[test]
fn the_command_line_helps_the_only_administrator_who_lost_everything() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("q.db");
    let server = Server::over(&store, &[]);
    let link = server.told.iter().find(|l| l.contains("/setup/")).unwrap();
    let first = format!("/setup/{}", link.split("/setup/").nth(1).unwrap());
    let set = |path: &str, password: &str| {
        let mut browser = Browser::default();
        let form = [
            ("csrf", browser.get(&server, path).token()),
            ("name", "ann".to_owned()),
            ("password", password.to_owned()),
            ("again", password.to_owned()),
        ];
        browser.post(&server, path, &form).status
    };
    assert_eq!(set(&first, NEW), 303);
    let mut ann = server.log_in("ann", NEW);
    let (page, ..) = ann.set_up_factor(&server);
    assert!(
        !page.body.contains("href=\"/people\""),
        "no way but this one"
    );
    assert!(
        ann.get(&server, "/reports")
            .body
            .contains("href=\"/people\"")
    );
    let user = |arguments: &[&str]| on_store(&[&["queue", "user"], arguments].concat(), &store);
    assert_eq!(
        user(&["list"]),
        (Some(0), "ann  administrator, second factor\n".to_owned())
    );
    for command in ["link", "no-factor"] {
        let (status, told) = user(&[command, "bob"]);
        assert!(
            status == Some(2) && told.contains("no user of this name"),
            "{told}"
        );
    }
    let (status, told) = user(&["link", "Ann"]);
    assert_eq!(status, Some(0), "{told}");
    let path = told.lines().last().unwrap().trim();
    assert_eq!(set(path, "four words beside a brook"), 303);
    assert_eq!(user(&["no-factor", "ann"]).0, Some(0));
    assert_eq!(user(&["no-factor", "ann"]).0, Some(2), "there is none left");
    let mut ann = server.log_in("ann", "four words beside a brook");
    assert_eq!(
        ann.get(&server, "/reports").header("location"),
        "/second-factor"
    );
}
