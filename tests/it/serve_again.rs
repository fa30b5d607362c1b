//! What people stumble over in the pages: a refusal keeps the way to all pages and what was typed, a decision goes on to the
//! next suggestion, and what cannot be undone asks once more.

use std::io::{Read, Write};

use crate::serve::{Browser, Page, Server};

/// What stands in a `<textarea>` of a name.
fn typed<'a>(page: &'a Page, name: &str) -> &'a str {
    let start = format!("name=\"{name}\"");
    let rest = page.body.split("<textarea").find(|t| t.contains(&start));
    let rest = rest.and_then(|t| t.split_once('>')).unwrap().1;
    rest.split("</textarea>").next().unwrap().trim_start()
}

fn is_framed(page: &Page) -> bool {
    page.body.contains("aria-label=\"Pages\"") && page.body.contains("Log out")
}

/// A report in a coder's hands: its path and the number of the claim.
fn claimed(browser: &mut Browser, server: &Server, report: i64) -> (String, String, String) {
    let path = format!("/reports/{report}");
    let token = browser.get(server, &path).token();
    let form = [("csrf", token.clone())];
    assert_eq!(
        browser.post(server, &format!("{path}/claim"), &form).status,
        303
    );
    let fence = browser.get(server, &path).value("fence");
    (path, token, fence)
}

#[test]
fn refusals_keep_the_way_to_the_other_pages() {
    let server = Server::start(&["--demo=fresh"]);
    let mut coder = server.log_in("coder", server.password());
    for (path, status, words) in [
        ("/people", 403, "Not allowed"),
        ("/reports/999", 404, "Back to the report"),
        ("/queries/999", 404, "Back to the query"),
    ] {
        let page = coder.get(&server, path);
        assert_eq!(page.status, status, "{path}");
        assert!(is_framed(&page) && page.body.contains(words), "{path}");
    }
    // Who is not in sees no names of pages.
    let page = Browser::default().get(&server, "/nothing");
    assert!(page.status == 404 && !is_framed(&page));
    // After the session there is one way, and it is named.
    let token = coder.get(&server, "/reports").token();
    let form = [("csrf", token)];
    coder.post(&server, "/logout", &form);
    let page = coder.post(&server, "/reports/next", &form);
    assert_eq!(page.status, 401);
    assert!(page.body.contains("href=\"/login\""));
}

#[test]
fn the_navigation_tells_which_part_a_page_belongs_to() {
    let server = Server::start(&["--demo=fresh"]);
    let mut auditor = server.log_in("auditor", server.password());
    for (path, part) in [
        (
            "/reports",
            "<a href=\"/reports\" accesskey=\"1\" aria-current=\"page\">",
        ),
        (
            "/reports/1",
            "<a href=\"/reports\" accesskey=\"1\" aria-current=\"true\">",
        ),
        (
            "/queries/1",
            "<a href=\"/queries\" accesskey=\"4\" aria-current=\"true\">",
        ),
        (
            "/refused",
            "<a href=\"/audit\" accesskey=\"9\" aria-current=\"true\">",
        ),
    ] {
        let page = auditor.get(&server, path).body;
        assert!(page.contains(part), "{path}");
        assert_eq!(
            page.split("</nav>")
                .next()
                .unwrap()
                .matches("aria-current")
                .count(),
            1
        );
    }
}

#[test]
fn what_a_coder_typed_is_there_again_when_it_cannot_be_used() {
    let server = Server::start(&["--demo=fresh"]);
    let mut coder = server.log_in("coder", server.password());
    let (path, token, fence) = claimed(&mut coder, &server, 5);
    let post = |coder: &mut Browser, what: &str, more: &[(&'static str, &str)]| {
        let mut form = vec![("csrf", token.clone()), ("fence", fence.clone())];
        form.extend(more.iter().map(|(n, v)| (*n, (*v).to_owned())));
        coder.post(&server, &format!("{path}/{what}"), &form)
    };

    let page = post(&mut coder, "finish", &[]);
    assert_eq!(page.status, 422);
    assert!(page.body.contains("5 suggestions have no decision yet"));
    assert!(page.body.contains("data-heartbeat") && page.body.contains("5 to decide"));

    let add = [
        ("verdict", "add"),
        ("code", "37253"),
        ("side", "right"),
        ("vessel", "no such vein"),
        ("note", "seen on the pullback"),
        ("start", ""),
        ("end", ""),
    ];
    let page = post(&mut coder, "decide", &add);
    assert_eq!(page.status, 422);
    let form = page.body.split("id=\"add\"").nth(1).unwrap();
    for kept in [
        "value=\"37253\"",
        "value=\"no such vein\"",
        "value=\"seen on the pullback\"",
        "<option value=\"right\" selected>",
    ] {
        assert!(form.contains(kept), "{kept}");
    }

    let change = [
        ("verdict", "change"),
        ("suggestion", "37252 none inferior-vena-cava"),
        ("code", "bad"),
        ("side", "none"),
        ("vessel", "inferior vena cava"),
        ("note", "kept"),
    ];
    let page = post(&mut coder, "decide", &change);
    let opened = page.body.matches("<details open>").count();
    assert_eq!(
        (page.status, opened),
        (422, 1),
        "the form that was sent is open, no other"
    );
    assert!(page.body.contains("value=\"kept\""));

    // A question that may not be asked is still there to be put in other words.
    let flag = page.body.split("/ask?flag=").nth(1).unwrap();
    let flag: String = flag.chars().take_while(char::is_ascii_digit).collect();
    let question = "Please confirm the code 37253 for the payer.";
    let form = [
        ("csrf", token.clone()),
        ("flag", flag),
        ("question", question.to_owned()),
    ];
    let page = coder.post(&server, &format!("{path}/ask"), &form);
    assert_eq!((page.status, typed(&page, "question")), (422, question));
    assert!(page.body.contains("This cannot be sent to a physician") && is_framed(&page));
}

#[test]
fn an_answer_with_a_wrong_password_is_not_lost() {
    let server = Server::start(&["--demo=fresh"]);
    let mut physician = server.log_in("physician", server.password());
    let list = physician.get(&server, "/reports").body;
    assert!(list.contains("href=\"/queries?state=open\">1 question waits for your answer</a>"));
    let page = physician.get(&server, "/queries/1");
    let answer = "The left external iliac vein was <normal>.";
    let form = |password: &str| {
        [
            ("csrf", page.token()),
            ("words", answer.to_owned()),
            ("choice", String::new()),
            ("password", password.to_owned()),
        ]
    };
    let wrong = physician.post(&server, "/queries/1/answer", &form("not the password"));
    assert_eq!(wrong.status, 422);
    assert_eq!(
        typed(&wrong, "words"),
        "The left external iliac vein was &lt;normal&gt;."
    );
    assert!(!wrong.body.contains("not the password"));
    assert!(wrong.body.contains("The password is not right"));
    let right = physician.post(&server, "/queries/1/answer", &form(server.password()));
    assert_eq!(right.header("location"), "/queries/1");
    assert!(
        !physician
            .get(&server, "/reports")
            .body
            .contains("waits for your answer")
    );
    let mut coder = server.log_in("coder", server.password());
    assert!(
        coder
            .get(&server, "/reports")
            .body
            .contains("1 query was answered")
    );
}

#[test]
fn a_decision_goes_on_to_the_next_suggestion_that_is_open() {
    let server = Server::start(&["--demo=fresh"]);
    let mut coder = server.log_in("coder", server.password());
    let (path, token, fence) = claimed(&mut coder, &server, 5);
    let mut decided = 0;
    loop {
        let page = coder.get(&server, &path).body;
        // The last card that is open first: the way goes round.
        let Some(card) = page
            .split("<li class=\"card\"")
            .filter(|c| c.contains("value=\"accept\"") && c.contains("/decide\""))
            .last()
        else {
            break;
        };
        let of = |name: &str| {
            let rest = card
                .split(&format!("name=\"{name}\" value=\""))
                .nth(1)
                .unwrap();
            rest.split('"').next().unwrap().to_owned()
        };
        let (suggestion, next) = (of("suggestion"), of("next"));
        let form = [
            ("csrf", token.clone()),
            ("fence", fence.clone()),
            ("verdict", "accept".to_owned()),
            ("suggestion", suggestion),
            ("next", next.clone()),
        ];
        let sent = coder.post(&server, &format!("{path}/decide"), &form);
        let aim = if decided == 4 { "finish" } else { "u0" };
        assert_eq!(
            (next.as_str(), sent.header("location")),
            (aim, format!("{path}#{aim}").as_str())
        );
        decided += 1;
    }
    assert_eq!(decided, 5);
    let page = coder.get(&server, &path).body;
    assert!(page.contains("id=\"finish\"") && !page.contains("to decide"));
    // The history names vessels in words.
    assert!(page.contains("37252 inferior vena cava: Accepted, by coder"));
    // An address is made of what this page names, and of nothing else.
    let form = [
        ("csrf", token),
        ("fence", fence),
        ("verdict", "withdraw".to_owned()),
        ("suggestion", "37252 none inferior-vena-cava".to_owned()),
        ("next", "//elsewhere".to_owned()),
    ];
    let sent = coder.post(&server, &format!("{path}/decide"), &form);
    assert_eq!(sent.header("location"), path);
}

#[test]
fn what_an_administrator_typed_is_there_again_and_what_ends_access_asks_once_more() {
    let server = Server::start(&["--demo=fresh"]);
    let mut admin = server.log_in("admin", server.password());
    let token = admin.get(&server, "/people").token();
    let form = [
        ("csrf", token.clone()),
        ("name", "coder".to_owned()),
        ("role", "auditor".to_owned()),
        ("physician", String::new()),
        ("site", "North".to_owned()),
    ];
    let page = admin.post(&server, "/people", &form);
    assert_eq!(page.status, 422);
    assert!(page.body.contains("There is a user of this name already."));
    for kept in [
        "autocomplete=\"off\" value=\"coder\"",
        "<option value=\"auditor\" selected>",
        "value=\"North\"",
    ] {
        assert!(page.body.contains(kept), "{kept}");
    }
    for button in page.body.split("<details class=\"sure\">").skip(1) {
        assert!(button.starts_with("<summary>") && button.contains("<button type=\"submit\">"));
    }
    assert_eq!(
        page.body
            .matches("<details class=\"sure\"><summary>Shut out")
            .count(),
        5,
        "all but the own name"
    );
    // A sample that cannot be drawn leaves the form.
    let page = admin.get(&server, "/sample?per=site&seed=7&percent=101");
    assert_eq!(page.status, 422);
    assert!(page.body.contains("value=\"101\"") && page.body.contains("role=\"alert\""));
    // A text that cannot be imported is not lost.
    let page = import(&mut admin, &server, &token, &"x".repeat(201));
    assert!(page.body.contains("Not imported:"), "{}", page.body);
    assert_eq!(
        typed(&page, "text"),
        "IVUS of the <left> common iliac vein."
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    );
    let page = import(&mut admin, &server, &token, "North");
    assert!(page.body.contains("Imported: 1 new") && typed(&page, "text").is_empty());
}

/// Sends a typed text as the page does.
fn import(browser: &mut Browser, server: &Server, token: &str, site: &str) -> Page {
    let text = "IVUS of the <left> common iliac vein.";
    let parts = [
        ("csrf", token),
        ("name", "r1"),
        ("text", text),
        ("site", site),
    ];
    let parts: Vec<String> = parts
        .iter()
        .map(|(name, value)| {
            format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        })
        .collect();
    let body = parts.concat() + "--b--\r\n";
    let headers = [("content-type", "multipart/form-data; boundary=b")];
    browser.send(server, "POST", "/import", &headers, body.as_bytes())
}

#[test]
fn refused_messages_name_their_sender_or_say_that_there_is_none() {
    let server = Server::start(&["--demo=fresh", "--mllp", "127.0.0.1:0"]);
    let line = server.told.iter().find(|l| l.contains("mllp://")).unwrap();
    let address = line.split("mllp://").nth(1).unwrap().trim();
    let head = |control: &str| {
        format!("MSH|^~\\&|DICTATE|NORTH|I|Q|20240502||MDM^T02|{control}|P|2.5\rTXA|1|OP|TX\r")
    };
    for message in [head("M2"), head(""), "rubbish".to_owned()] {
        let mut line = std::net::TcpStream::connect(address).unwrap();
        line.write_all(format!("\x0b{message}\x1c\r").as_bytes())
            .unwrap();
        let mut answer = [0; 4];
        line.read_exact(&mut answer).unwrap();
    }
    let mut auditor = server.log_in("auditor", server.password());
    let page = auditor.get(&server, "/refused").body;
    for words in [
        "DICTATE@NORTH number M2: A",
        "DICTATE@NORTH, without a number: A",
        "an unnamed sender, without a number: A",
    ] {
        assert!(page.contains(words), "{words}");
    }
}
