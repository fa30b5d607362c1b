//! Another second factor in the place of the old one, by the user: with the password and a code of the old one, or a recovery
//! code, and with nothing less.

use std::process::Command;

use super::serve::{Page, Server, code_of};

fn form(page: &Page, password: &str, old: &str, code: &str) -> Vec<(&'static str, String)> {
    vec![
        ("csrf", page.token()),
        ("salt", page.value("salt")),
        ("password", password.to_owned()),
        ("old", old.to_owned()),
        ("code", code.to_owned()),
    ]
}

#[test]
fn the_second_factor_is_set_up_anew_with_password_and_code() {
    let server = Server::start(&["--demo=fresh"]);
    let password = server.password().to_owned();
    let mut coder = server.log_in("coder", &password);
    let mut elsewhere = server.log_in("coder", &password);
    let sent = coder.get(&server, "/second-factor/anew");
    assert_eq!(
        (sent.status, sent.header("location")),
        (303, "/second-factor"),
        "there is none yet"
    );
    let page = coder.get(&server, "/second-factor");
    let wrong = [
        ("csrf", page.token()),
        ("salt", page.value("salt")),
        ("code", "000000".to_owned()),
    ];
    let again = coder.post(&server, "/second-factor", &wrong);
    assert_eq!(
        (again.status, again.value("salt")),
        (422, page.value("salt")),
        "the picture stays"
    );
    let mut set = wrong;
    set[2].1 = code_of(&page.body);
    let first = coder.post(&server, "/second-factor", &set).recovery();
    assert_eq!(first.len(), 10);

    let path = "/second-factor/anew";
    let page = coder.get(&server, path);
    let new = code_of(&page.body);
    // Neither without the password, nor without a code of the old one, nor with a wrong code of the new one.
    for (word, old, code, told) in [
        (
            "not the password it is",
            first[0].as_str(),
            new.as_str(),
            "is not right",
        ),
        (&password, "000000", &new, "is not right"),
        (&password, "", &new, "is not right"),
        (&password, &first[0], "000000", "This code is not right"),
    ] {
        let page = coder.post(&server, path, &form(&page, word, old, code));
        assert_eq!(page.status, 422, "{told}");
        assert!(page.body.contains(told), "{}", page.body);
        assert!(!page.body.contains(&password) && !page.body.contains(&first[0]));
    }
    assert_eq!(elsewhere.get(&server, "/reports").status, 200);
    // The recovery code was not used up by what failed.
    let done = coder.post(&server, path, &form(&page, &password, &first[0], &new));
    let second = done.recovery();
    assert_eq!((done.status, second.len()), (200, 10));
    assert_eq!(
        elsewhere.get(&server, "/reports").status,
        303,
        "other sessions end"
    );
    assert_eq!(coder.get(&server, "/reports").status, 200);
    let log_in = |code: &str| server.log_in_with("coder", &password, code).1.status;
    assert_eq!((log_in(&first[1]), log_in(&second[0])), (401, 303));
    // It is in the log, what failed as well.
    let mut admin = server.log_in("admin", &password);
    let log = admin.get(&server, "/audit?event=renew+second+factor").body;
    assert_eq!(
        log.matches("renew second factor").count(),
        4 + usize::from(log.contains("value=\"renew second factor\"")),
        "{log}"
    );
    // Guessing is slowed down.
    let page = coder.get(&server, path);
    let statuses: Vec<u16> = (0..8)
        .map(|_| {
            coder
                .post(&server, path, &form(&page, "guess", "000000", "000000"))
                .status
        })
        .collect();
    assert!(statuses.contains(&429), "{statuses:?}");
}

#[test]
fn a_demo_that_is_ended_leaves_nothing_behind() {
    let temp = tempfile::tempdir().unwrap();
    for (signal, wait) in [("-TERM", 50), ("-INT", 50), ("-TERM", 400), ("-TERM", 4000)] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ivus"))
            .args(["serve", "--demo=fresh", "--addr", "127.0.0.1:0"])
            .env("TMPDIR", temp.path())
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(wait));
        Command::new("kill")
            .args([signal, &child.id().to_string()])
            .status()
            .unwrap();
        child.wait().unwrap();
        let left: Vec<_> = std::fs::read_dir(temp.path()).unwrap().collect();
        assert!(left.is_empty(), "{signal} after {wait} ms: {left:?}");
    }
}
