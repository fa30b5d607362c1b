//! Hostile words in every field, parameter and path segment of every route: scripts, SQL, paths, line ends. No answer is a
//! fault, none holds a word but escaped, and the store is what it would be had the words been harmless. Fields are read off
//! the pages' sources, so that a new one is tried without being named here.

use std::{collections::BTreeSet, fs, path::Path, thread};

use axum::http::Method;
use ivus::{
    Analyzer,
    queue::{Desk, Role, Store},
    web::routes::{Access, ROUTES},
};
use regex::Regex;
use rusqlite::Connection;

use super::{
    payloads::{Judge, escaped, filled, forms, payloads},
    serve::{Browser, Server},
};

/// The words for one place: all of them with `IVUS_STRESS=full`, else some, others in the next place, so that each is tried.
fn some(words: &[String], place: usize) -> impl Iterator<Item = &String> {
    let step = if std::env::var("IVUS_STRESS").is_ok_and(|v| v == "full") {
        1
    } else {
        8
    };
    words.iter().skip(place % step).step_by(step)
}

/// Names of fields and parameters that any page reads.
fn names() -> Vec<String> {
    let called = Regex::new(
        r#"\b(?:param|field|raw_field|field_number|own|own_coded|number|some|or)\(\s*"([a-z_]+)""#,
    )
    .unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web");
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "rs") {
            let source = fs::read_to_string(path).unwrap();
            names.extend(called.captures_iter(&source).map(|c| c[1].to_owned()));
        }
    }
    assert!(names.len() > 30 && names.contains("physician") && names.contains("question"));
    names.into_iter().collect()
}

fn counted(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |r| r.get::<_, String>(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn hostile_words_anywhere_are_told_escaped_and_do_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("q.db");
    let server = Server::over(&store, &["--demo=fresh"]);
    let schema = "SELECT type || name || coalesce(sql, '') FROM sqlite_master ORDER BY 1";
    let before = counted(&Connection::open(&store).unwrap(), schema);
    let (words, names) = (payloads(), names());
    let judge = Judge::new();
    let mut tried = 0;
    // The second half of the users comes in first: wrong passwords make an address wait.
    let mut browsers =
        ["admin", "coder", "auditor", "physician"].map(|n| server.log_in(n, server.password()));
    let [admin, coder, auditor, physician] = &mut browsers;
    thread::scope(|scope| {
        let parts = [
            scope.spawn(|| segments(&server, admin, &words, &judge)),
            scope.spawn(|| parameters(&server, (auditor, Role::Auditor), &words, &names, &judge)),
            scope.spawn(|| fields(&server, coder, &words, &names, &judge)),
            scope.spawn(|| {
                parameters(
                    &server,
                    (physician, Role::Physician),
                    &words,
                    &names,
                    &judge,
                )
            }),
        ];
        for part in parts {
            tried += part.join().unwrap();
        }
    });
    tried += kept(&server, &mut browsers, &words, &judge);
    tried += strangers(&server, &words, &judge);
    println!("{} hostile words, {tried} requests", words.len());

    drop(server);
    let connection = Connection::open(&store).unwrap();
    assert_eq!(
        before,
        counted(&connection, schema),
        "the tables are as they were"
    );
    assert_eq!(counted(&connection, "PRAGMA integrity_check"), ["ok"]);
    assert_eq!(
        counted(
            &connection,
            "SELECT name FROM users WHERE password IS NOT NULL AND active = 1"
        )
        .len(),
        6,
        "nobody came in"
    );
    drop(connection);
    let desk = Desk::new(Store::existing(&store).unwrap(), Analyzer::builtin());
    assert!(desk.store().verify_audit(None).unwrap().is_ok());
    let left: Vec<String> = fs::read_dir(folder.path())
        .unwrap()
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert!(left.iter().all(|n| n.starts_with("q.db")), "{left:?}");
}

/// Each word in each part of each path.
fn segments(server: &Server, browser: &mut Browser, words: &[String], judge: &Judge) -> usize {
    let token = browser.get(server, "/reports").token();
    let mut tried = 0;
    for (place, route) in ROUTES.iter().enumerate() {
        for part in route.path.split('/').filter(|s| s.starts_with('{')) {
            for word in some(words, place) {
                let path = filled(route.path, part, word);
                let page = if route.method == Method::POST {
                    browser.post(server, &path, &[("csrf", token.clone())])
                } else {
                    browser.get(server, &path)
                };
                judge.judge(&page, &format!("{} {} {word}", route.method, route.path));
                assert!(!page.body.contains("root:x:"), "{path}");
                tried += 1;
            }
        }
    }
    tried
}

/// Each word as each parameter of each page, all of them at once and one alone.
fn parameters(
    server: &Server,
    (browser, role): (&mut Browser, Role),
    words: &[String],
    names: &[String],
    judge: &Judge,
) -> usize {
    let mut tried = 0;
    let may = |access| !matches!(access, Access::Right(right) if !role.may(right));
    let pages = ROUTES
        .iter()
        .filter(|r| r.method == Method::GET && !r.path.contains("{token}") && may(r.access));
    for (place, route) in pages.enumerate() {
        let path = filled(route.path, "", "");
        for (n, word) in some(words, place).enumerate() {
            let all: Vec<(&str, &str)> = names
                .iter()
                .map(|name| (name.as_str(), word.as_str()))
                .collect();
            // Which one is alone goes round.
            let alone = [all[n % all.len()]];
            // An address of all the long ones would be too long for any server.
            let all = if word.len() < 500 { &all[..] } else { &alone };
            for query in [all, &alone] {
                let query = serde_urlencoded::to_string(query).unwrap();
                let page = browser.get(server, &format!("{path}?{query}"));
                judge.judge(&page, &format!("GET {path} {word}"));
                tried += 1;
            }
        }
    }
    for (place, name) in ["physician", "site", "flag", "disposition", "assigned"]
        .into_iter()
        .enumerate()
    {
        for word in some(words, place).filter(|w| !w.trim().is_empty() && w.len() < 1000) {
            let query =
                serde_urlencoded::to_string([(name, word.as_str()), ("state", "all")]).unwrap();
            let page = browser.get(server, &format!("/reports?{query}"));
            judge.judge(&page, &format!("/reports {name} {word}"));
            let coded = page.body.contains("name=\"flag\"") || name == "site";
            assert!(
                !coded || page.body.contains("No report is like this."),
                "{name}={word} is a literal"
            );
            tried += 1;
        }
    }
    tried
}

/// Each word in each field of each form that otherwise goes through.
fn fields(
    server: &Server,
    browser: &mut Browser,
    words: &[String],
    names: &[String],
    judge: &Judge,
) -> usize {
    let mut tried = 0;
    let token = browser.get(server, "/reports").token();
    browser.post(server, "/reports/2/claim", &[("csrf", token.clone())]);
    let fence = browser.get(server, "/reports/2").value("fence");
    assert!(!fence.is_empty());
    let posts = ROUTES.iter().filter(|r| {
        let elsewhere = ["/login", "/logout", "/import", "/people/{id}/sessions"];
        r.method == Method::POST && !elsewhere.contains(&r.path)
    });
    let mut place = 0;
    for route in posts {
        let path = filled(&route.path.replace("/reports/{id}", "/reports/2"), "", "");
        for form in forms(route.path) {
            let own: Vec<String> = form.iter().map(|(n, _)| (*n).to_owned()).collect();
            // A form of no known fields gets all names at once.
            let tries: Vec<Vec<String>> = if own.is_empty() {
                vec![names.to_vec()]
            } else {
                own.iter().map(|n| vec![n.clone()]).collect()
            };
            for hostile in &tries {
                place += 1;
                for word in some(words, place) {
                    let mut sent: Vec<(&str, String)> = vec![("csrf", token.clone())];
                    for (name, value) in &form {
                        if !hostile.iter().any(|h| h == name) {
                            sent.push((name, value.replace("{fence}", &fence)));
                        }
                    }
                    sent.extend(hostile.iter().map(|h| (h.as_str(), word.clone())));
                    let page = browser.post(server, &path, &sent);
                    judge.judge(&page, &format!("POST {path} {hostile:?} {word}"));
                    tried += 1;
                }
            }
        }
    }
    let page = browser.get(server, "/reports/2");
    judge.judge(&page, "/reports/2");
    assert_eq!(page.status, 200);
    tried + 1
}

/// Each word kept where words are kept: ids, sites, physicians, texts, names of files and users, questions, outcomes; then
/// every page on which it may stand.
#[expect(clippy::too_many_lines, reason = "one form after another")]
fn kept(server: &Server, browsers: &mut [Browser; 4], words: &[String], judge: &Judge) -> usize {
    let mut tried = 0;
    let [admin, coder, auditor, physician] = browsers;
    let (admins, coders) = (
        admin.get(server, "/reports").token(),
        coder.get(server, "/reports").token(),
    );
    for (n, word) in words.iter().enumerate() {
        let text = format!("IVUS of the left common iliac vein {word} showed {word}.");
        let part = |name: &str, more: &str, value: &str| {
            format!(
                "--b--b\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n{value}\r\n"
            )
        };
        let file = format!(
            "; filename=\"{n}-{}.txt\"",
            word.replace(['\r', '\n', '"', '\\', '\0'], "_")
        );
        let mut body = [
            ("csrf", coders.as_str()),
            ("name", word),
            ("site", word),
            ("physician", word),
            ("text", &text),
        ]
        .map(|(n, v)| part(n, "", v))
        .concat();
        body.push_str(&part("files", &file, &text));
        body.push_str("--b--b--\r\n");
        let kind = ("Content-Type", "multipart/form-data; boundary=b--b");
        let page = coder.send(server, "POST", "/import", &[kind], body.as_bytes());
        judge.judge(&page, &format!("import {word}"));
        let user = [
            ("csrf", admins.clone()),
            ("name", word.clone()),
            ("role", "physician".to_owned()),
            ("physician", word.clone()),
            ("site", word.clone()),
        ];
        judge.judge(
            &admin.post(server, "/people", &user),
            &format!("people {word}"),
        );
        let ask = [
            ("csrf", coders.clone()),
            ("flag", "0".to_owned()),
            ("question", word.clone()),
        ];
        for report in 3..=5 {
            judge.judge(
                &coder.post(server, &format!("/reports/{report}/ask"), &ask),
                word,
            );
        }
        let end = [("csrf", coders.clone()), ("outcome", word.clone())];
        for query in [n + 3, n + 4] {
            judge.judge(
                &coder.post(server, &format!("/queries/{query}/end"), &end),
                word,
            );
        }
        tried += 7;
    }
    // The answer to a query is signed; many words are told at once.
    let doctors = physician.get(server, "/reports").token();
    let answer = [
        ("csrf", doctors),
        (
            "words",
            words
                .iter()
                .filter(|w| w.len() < 1000)
                .take(40)
                .cloned()
                .collect::<Vec<_>>()
                .join("\n")
                .chars()
                .take(1900)
                .collect(),
        ),
        ("choice", "other".to_owned()),
        ("password", server.password().to_owned()),
    ];
    judge.judge(
        &physician.post(server, "/queries/1/answer", &answer),
        "answer",
    );
    let mut paths = [
        "/people",
        "/audit",
        "/feedback",
        "/feedback.html",
        "/queries?state=all",
        "/queries/1",
        "/export",
        "/sample?seed=7&state=all&percent=100",
    ]
    .map(str::to_owned)
    .to_vec();
    paths.extend((1..=12).map(|n| format!("/reports?state=all&sort=name&page={n}")));
    paths.extend(
        (25..60)
            .chain((60..560).step_by(9))
            .map(|n| format!("/reports/{n}")),
    );
    paths.extend((3..40).map(|n| format!("/queries/{n}")));
    paths.extend(
        [
            "decisions.csv",
            "decisions.jsonl",
            "decisions.fhir.ndjson",
            "decisions.hl7",
            "gold.zip",
        ]
        .map(|f| format!("/export/{f}")),
    );
    let mut shown = 0;
    for path in paths {
        for browser in [&mut *admin, &mut *auditor, &mut *physician] {
            let page = browser.get(server, &path);
            judge.judge(&page, &path);
            shown += usize::from(page.body.contains("&lt;script&gt;window.ran=1"));
            tried += 1;
        }
    }
    assert!(shown > 20, "the words stand on {shown} pages");
    tried + 1
}

/// Each word from those who are not in: as name, cookie, form token and address.
fn strangers(server: &Server, words: &[String], judge: &Judge) -> usize {
    let mut tried = 0;
    let mut browser = Browser::default();
    let token = browser.get(server, "/login").token();
    for word in some(words, 1) {
        for form in [
            [
                ("csrf", token.clone()),
                ("name", word.clone()),
                ("password", "x".to_owned()),
                ("code", String::new()),
            ],
            [
                ("csrf", token.clone()),
                ("name", "admin".to_owned()),
                ("password", word.clone()),
                ("code", word.clone()),
            ],
            [
                ("csrf", word.clone()),
                ("name", word.clone()),
                ("password", word.clone()),
                ("code", word.clone()),
            ],
        ] {
            let page = browser.post(server, "/login", &form);
            judge.judge(&page, &format!("login {word}"));
            assert_ne!(page.status, 303, "{word}");
            tried += 1;
        }
        let line: String = word.chars().filter(|c| !c.is_control()).collect();
        let mut other = Browser {
            cookies: vec![("ivus-session".to_owned(), line.clone())],
        };
        let page = other.send(
            server,
            "GET",
            "/reports",
            &[
                ("X-CSRF-Token", &line),
                ("Origin", &line),
                ("X-Forwarded-For", &line),
            ],
            b"",
        );
        judge.judge(&page, &format!("cookie {word}"));
        judge.judge(&other.get(server, &format!("/{}", escaped(word))), word);
        tried += 2;
    }
    tried
}
