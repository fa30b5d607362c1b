//! The pages, from the real binary over a real connection: each route for each role, form tokens, headers, hostile text, and
//! the way from the first link to a finished report.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
};

use axum::http::Method;
use ivus::web::routes::{Access, ROUTES, Route};

use super::payloads::filled;

const HOSTILE: &str = "<script>alert(1)</script><img src=x onerror=alert(2)>";

/// A running server; ended when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) host: String,
    pub(crate) told: Vec<String>,
}

/// A browser: the cookies it was given.
#[derive(Default)]
pub(crate) struct Browser {
    pub(crate) cookies: Vec<(String, String)>,
}

pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Server {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        // Tests look faster than people do.
        let pace: &[&str] = if arguments.contains(&"--live-pace") {
            &[]
        } else {
            &["--live-pace", "0"]
        };
        // A release build can stand in, where figures are wanted.
        let program = std::env::var_os("IVUS_PROGRAM");
        let mut child = Command::new(program.unwrap_or(env!("CARGO_BIN_EXE_ivus").into()))
            .arg("serve")
            .args(["--addr", "127.0.0.1:0"])
            .args(pace)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = Vec::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            let last = line.starts_with("Ctrl-C");
            told.push(line);
            if last {
                break;
            }
        }
        let address = told[0].split("http://").nth(1).unwrap();
        let host = address.trim_end_matches('/').to_owned();
        Self { child, host, told }
    }

    /// A server over a store.
    pub(crate) fn over(store: &Path, more: &[&str]) -> Self {
        Self::start(&[&["--store", store.to_str().unwrap()], more].concat())
    }

    /// Ends the server by a signal; what it said on standard error.
    pub(crate) fn end(mut self, signal: &str) -> String {
        let id = self.child.id().to_string();
        Command::new("kill").args([signal, &id]).status().unwrap();
        let mut said = String::new();
        let mut pipe = self.child.stderr.take().unwrap();
        pipe.read_to_string(&mut said).unwrap();
        self.child.wait().unwrap();
        said
    }

    /// Ends the program as a power cut would, while others still ask it.
    pub(crate) fn kill(&self) {
        let id = self.child.id().to_string();
        let done = Command::new("kill").args(["-KILL", &id]).status();
        assert!(done.unwrap().success());
    }

    /// The number of the process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn password(&self) -> &str {
        let line = self.told.iter().find(|l| l.contains("password  ")).unwrap();
        line.split_whitespace().last().unwrap()
    }

    /// A browser in which a user has come in.
    pub(crate) fn log_in(&self, name: &str, password: &str) -> Browser {
        let (browser, page) = self.log_in_with(name, password, "");
        assert_eq!(page.status, 303, "{}", page.body);
        browser
    }

    /// A browser in which a user tried to come in with a code of the second factor, and the answer.
    pub(crate) fn log_in_with(&self, name: &str, password: &str, code: &str) -> (Browser, Page) {
        let mut browser = Browser::default();
        let page = browser.get(self, "/login");
        let form = [
            ("csrf", page.token()),
            ("name", name.to_owned()),
            ("password", password.to_owned()),
            ("code", code.to_owned()),
        ];
        let page = browser.post(self, "/login", &form);
        (browser, page)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Browser {
    pub(crate) fn get(&mut self, server: &Server, path: &str) -> Page {
        self.send(server, "GET", path, &[], b"")
    }

    /// What the browser sends as `Cookie`.
    pub(crate) fn cookie(&self) -> String {
        let cookies = self.cookies.iter().map(|(n, v)| format!("{n}={v}"));
        cookies.collect::<Vec<_>>().join("; ")
    }

    /// Sets a second factor up; the page that offered it, the code that was sent, and the recovery codes.
    pub(crate) fn set_up_factor(&mut self, server: &Server) -> (Page, String, Vec<String>) {
        let page = self.get(server, "/second-factor");
        let code = code_of(&page.body);
        let form = [
            ("csrf", page.token()),
            ("salt", page.value("salt")),
            ("code", code.clone()),
        ];
        let set = self.post(server, "/second-factor", &form);
        let recovery = set.recovery();
        assert_eq!((set.status, recovery.len()), (200, 10));
        (page, code, recovery)
    }

    /// The bytes of a file.
    pub(crate) fn bytes(&self, server: &Server, path: &str) -> Vec<u8> {
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nCookie: {}\r\n\r\n",
            server.host,
            self.cookie()
        );
        let mut stream = TcpStream::connect(&server.host).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        assert!(bytes.starts_with(b"HTTP/1.1 200"));
        let ends = bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
        bytes.split_off(ends + 4)
    }

    pub(crate) fn post(&mut self, server: &Server, path: &str, form: &[(&str, String)]) -> Page {
        let body = serde_urlencoded::to_string(form).unwrap();
        let kind = ("Content-Type", "application/x-www-form-urlencoded");
        self.send(server, "POST", path, &[kind], body.as_bytes())
    }

    /// As [`Browser::try_send`].
    pub(crate) fn try_post(
        &mut self,
        server: &Server,
        path: &str,
        form: &[(&str, String)],
    ) -> Option<Page> {
        let body = serde_urlencoded::to_string(form).unwrap();
        let kind = ("Content-Type", "application/x-www-form-urlencoded");
        self.try_send(server, "POST", path, &[kind], body.as_bytes())
    }

    pub(crate) fn send(
        &mut self,
        server: &Server,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Page {
        self.try_send(server, method, path, headers, body).unwrap()
    }

    /// A request with no head but these lines, so that the name of the server can be another one.
    pub(crate) fn send_as(
        &mut self,
        server: &Server,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Page {
        let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        for (name, value) in headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        head.push_str("\r\n");
        let mut stream = TcpStream::connect(&server.host).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        self.taken(&bytes)
    }

    /// The same to a server that may be gone; an answer that did not come has the status 0.
    pub(crate) fn try_send(
        &mut self,
        server: &Server,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Option<Page> {
        let mut stream = TcpStream::connect(&server.host).ok()?;
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\nCookie: {}\r\n",
            server.host,
            body.len(),
            self.cookie()
        );
        for (name, value) in headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        head.push_str("\r\n");
        // A server that refuses before it reads may close while we write.
        let _ = stream.write_all(head.as_bytes());
        let _ = stream.write_all(body);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        Some(self.taken(&bytes))
    }

    /// An answer, whose cookies are kept.
    fn taken(&mut self, bytes: &[u8]) -> Page {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let mut lines = head.lines();
        let status = lines.next().unwrap_or_default();
        let page = Page {
            status: status.split(' ').nth(1).unwrap_or("0").parse().unwrap(),
            headers: lines
                .filter_map(|l| l.split_once(": "))
                .map(|(n, v)| (n.to_lowercase(), v.to_owned()))
                .collect(),
            body: body.to_owned(),
        };
        for (_, value) in page.headers.iter().filter(|(n, _)| n == "set-cookie") {
            let (name, value) = value.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(n, _)| n != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        page
    }
}

impl Page {
    /// The token of the page's forms.
    pub(crate) fn token(&self) -> String {
        self.value("csrf")
    }

    /// The value of a hidden field.
    pub(crate) fn value(&self, name: &str) -> String {
        let from = format!("name=\"{name}\" value=\"");
        let rest = self.body.split(&from).nth(1).unwrap_or_default();
        rest.split('"').next().unwrap_or_default().to_owned()
    }

    /// The ids of the reports that the page lists, in its order.
    pub(crate) fn names(&self) -> Vec<String> {
        let links = self.body.split("<td><a href=\"/reports/").skip(1);
        let name = |link: &str| link.split(['>', '<']).nth(1).unwrap().to_owned();
        links.map(name).collect()
    }

    /// The recovery codes that the page shows.
    pub(crate) fn recovery(&self) -> Vec<String> {
        let codes = self.body.split("<li><code>").skip(1);
        codes.map(|c| c[..19].to_owned()).collect()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(n, _)| n == name);
        found.map_or("", |(_, v)| v)
    }
}

/// The code an authenticator app shows for the secret of the page.
pub(crate) fn code_of(page: &str) -> String {
    let secret = page.split("type this into it: <code>").nth(1).unwrap();
    let secret: String = secret.split('<').next().unwrap().split(' ').collect();
    let secret = totp_rs::Secret::try_from_base32(&secret).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    let now = std::time::SystemTime::now();
    let now = now.duration_since(std::time::UNIX_EPOCH).unwrap();
    totp.generate(now.as_secs()).to_string()
}

#[test]
fn every_route_lets_in_whom_it_says_and_nobody_else() {
    let server = Server::start(&["--demo=fresh"]);
    let roles = [
        "nobody",
        "viewer",
        "physician",
        "coder",
        "auditor",
        "administrator",
        "disabled",
    ];
    let (mut cells, mut denied) = (0, 0);
    for role in roles {
        let name = match role {
            "administrator" => "admin",
            "disabled" => "coder2",
            role => role,
        };
        let mut browser = if role == "nobody" {
            Browser::default()
        } else {
            server.log_in(name, server.password())
        };
        let token = browser.get(&server, "/reports").token();
        // Who was shut out while being in is nobody from then on, whatever the browser still holds.
        let is_out = ["nobody", "disabled"].contains(&role);
        if role == "disabled" {
            shut_out(&server, name);
        }
        // The one route that ends the session comes last.
        let order = |r: &&ivus::web::Route| r.path == "/logout";
        let (last, first): (Vec<_>, Vec<_>) = ROUTES.iter().partition(order);
        for route in first.into_iter().chain(last) {
            // The sessions that an administrator ends are the viewer's, who was here first.
            let path = route
                .path
                .replace("/people/{id}/sessions", "/people/6/sessions");
            let path = filled(&path, "", "");
            let page = if route.method == Method::POST {
                browser.post(&server, &path, &[("csrf", token.clone())])
            } else {
                browser.get(&server, &path)
            };
            let cell = format!("{role} {} {}: {}", route.method, route.path, page.status);
            let may = match route.access {
                Access::Anyone => true,
                // Programs alone; a session is nothing to it.
                Access::Token => {
                    assert!([401, 429].contains(&page.status), "{cell}");
                    cells += 1;
                    continue;
                }
                Access::User => !is_out,
                Access::Right(right) => {
                    ivus::queue::Role::named(role).is_some_and(|r| r.may(right))
                }
            };
            let to_login = page.status == 303
                && page.header("location") == "/login"
                && route.path != "/logout";
            match (may, is_out, &route.method) {
                (false, true, &Method::GET) => assert!(to_login, "{cell}"),
                (false, true, _) => assert_eq!(page.status, 401, "{cell}"),
                (false, ..) => {
                    assert_eq!(page.status, 403, "{cell}");
                    denied += 1;
                }
                // Without a form of its own nobody gets further than the token.
                (true, true, &Method::POST) => assert_eq!(page.status, 403, "{cell}"),
                (true, ..) => assert!(
                    !to_login && ![401, 403, 500].contains(&page.status) || route.path == "/login",
                    "{cell}"
                ),
            }
            assert!(page.status < 500, "{cell}");
            secured(&page, &cell);
            cells += 1;
        }
    }
    assert_eq!(cells, ROUTES.len() * roles.len());
    println!(
        "{} routes x {} roles: {cells} cells",
        ROUTES.len(),
        roles.len()
    );
    let mut auditor = server.log_in("auditor", server.password());
    let log = auditor.get(&server, "/audit?event=page").body;
    assert_eq!(
        log.matches(">denied<").count(),
        denied,
        "each denial has its row"
    );
}

/// Shuts a user of the demo out, as an administrator does, and sees that the password opens nothing any more.
fn shut_out(server: &Server, name: &str) {
    let mut admin = server.log_in("admin", server.password());
    let page = admin.get(server, "/people");
    let number = ivus::queue::demo::USERS.iter().position(|u| u.0 == name);
    let path = format!("/people/{}/active", number.unwrap() + 1);
    let form = [("csrf", page.token()), ("active", "no".to_owned())];
    assert_eq!(admin.post(server, &path, &form).status, 303, "{path}");
    assert_eq!(
        server.log_in_with(name, server.password(), "").1.status,
        401
    );
}

/// What every answer must have.
fn secured(page: &Page, cell: &str) {
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'") && !policy.contains("unsafe"),
        "{cell}"
    );
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(page.header(name), value, "{cell}: {name}");
    }
}

#[test]
fn a_form_without_its_token_or_from_elsewhere_changes_nothing() {
    let server = Server::start(&["--demo=fresh"]);
    let mut browser = server.log_in("admin", server.password());
    let token = browser.get(&server, "/reports").token();
    let kind = ("Content-Type", "application/x-www-form-urlencoded");
    let good = format!("csrf={token}");
    let forms = |r: &&Route| r.method == Method::POST && r.access != Access::Token;
    for route in ROUTES.iter().filter(forms) {
        let path = filled(route.path, "", "");
        let own = format!("http://{}", server.host);
        for (headers, body) in [
            (vec![kind], "csrf="),
            (vec![kind], "csrf=0000"),
            (vec![kind, ("Origin", "http://evil.example")], &good),
            (vec![kind, ("Origin", "null")], &good),
            (
                vec![kind, ("Origin", &own), ("Sec-Fetch-Site", "cross-site")],
                &good,
            ),
            (vec![("Content-Type", "text/plain")], &good),
            (vec![("Content-Type", "application/json")], &good),
        ] {
            let page = browser.send(&server, "POST", &path, &headers, body.as_bytes());
            assert_eq!(page.status, 403, "{path} {headers:?} {body}");
            secured(&page, &path);
        }
        let page = browser.get(&server, &path);
        assert_ne!(page.status, 500, "{path}");
    }
    let claimed = browser.get(&server, "/reports/1").body;
    assert!(!claimed.contains("Give back"), "no claim was made");
    for method in ["PUT", "DELETE", "TRACE", "OPTIONS"] {
        let page = browser.send(&server, method, "/reports", &[], b"");
        assert_eq!(page.status, 404, "{method}");
        secured(&page, method);
    }
}

#[test]
fn a_foreign_name_a_large_body_and_a_lost_path_are_turned_away() {
    let server = Server::start(&["--demo=fresh"]);
    let mut browser = Browser::default();
    let foreign = Server {
        child: Command::new("true").spawn().unwrap(),
        host: server.host.clone(),
        told: Vec::new(),
    };
    let page = browser.send(&foreign, "GET", "/login", &[("X-Own", "1")], b"");
    assert_eq!(page.status, 200);
    let mut stream = TcpStream::connect(&server.host).unwrap();
    stream
        .write_all(b"GET /login HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    assert!(text.starts_with("HTTP/1.1 421"), "{text}");

    let mut coder = server.log_in("coder", server.password());
    let large = format!("csrf=0&note={}", "x".repeat(100 << 10));
    let kind = ("Content-Type", "application/x-www-form-urlencoded");
    let page = coder.send(
        &server,
        "POST",
        "/reports/1/decide",
        &[kind],
        large.as_bytes(),
    );
    assert_eq!(page.status, 413);
    for path in [
        "/reports/99999",
        "/reports/x",
        "/../etc/passwd",
        "/style.css/../../Cargo.toml",
        "/reports/1%00",
    ] {
        assert_eq!(coder.get(&server, path).status, 404, "{path}");
    }
}

#[test]
fn hostile_text_is_shown_and_never_run() {
    let server = Server::start(&["--demo=fresh"]);
    let mut browser = server.log_in("admin", server.password());
    let token = browser.get(&server, "/import").token();
    let text = format!(
        "IMPRESSION {HOSTILE}\nIVUS of the left common iliac vein {HOSTILE} showed \"78%\" stenosis.\n"
    );
    let part = |name: &str, value: &str| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let file = format!(
        "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"<script>alert(3)<.txt\"\r\n\r\n{text}\r\n"
    );
    let pdf = "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"<b>.pdf\"\r\n\r\n%PDF-1.7\r\n";
    let body = [
        part("csrf", &token),
        part("name", HOSTILE),
        part("text", &text),
        part("site", HOSTILE),
        part("physician", HOSTILE),
        file,
        pdf.to_owned(),
        "--b--\r\n".to_owned(),
    ]
    .concat();
    let kind = ("Content-Type", "multipart/form-data; boundary=b");
    let page = browser.send(&server, "POST", "/import", &[kind], body.as_bytes());
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains("2 new"), "{}", page.body);
    let harmless = |page: &Page, path: &str| {
        for bad in [
            "<script>alert",
            "<img src=x",
            "<b>.pdf",
            "onerror=alert(2)>",
        ] {
            let bad_in_text = page.body.contains(bad);
            assert!(!bad_in_text, "{path}: {bad}");
        }
    };
    harmless(&page, "/import");
    let list = browser.get(&server, "/reports?state=all&sort=name");
    assert!(
        list.body.contains("&lt;script&gt;alert(1)"),
        "the words are there"
    );
    let query = serde_urlencoded::to_string([
        ("physician", HOSTILE),
        ("sort", HOSTILE),
        ("flag", HOSTILE),
        ("from", HOSTILE),
    ])
    .unwrap();
    for path in [
        "/reports?state=all",
        "/reports/25",
        "/reports/26",
        "/reports/25/versions/25",
        "/audit",
        &format!("/reports?{query}"),
        &format!("/audit?{}", query.replace("physician", "actor")),
    ] {
        let page = browser.get(&server, path);
        assert_eq!(page.status, 200, "{path}");
        harmless(&page, path);
        assert!(!page.header("content-type").is_empty());
    }
    // Titles and addresses name no report but by its number.
    let report = browser.get(&server, "/reports/25").body;
    let title = report
        .split("<title>")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap();
    assert_eq!(title, "Report 25 · ivus");
}

#[test]
fn what_a_physician_sees_names_no_code_and_no_unit() {
    let server = Server::start(&["--demo=fresh"]);
    let mut browser = server.log_in("physician", server.password());
    let list = browser
        .get(
            &server,
            "/reports?state=all&units=1&sort=units&disposition=query",
        )
        .body;
    for id in [1, 4, 7, 10, 13, 16, 19, 22] {
        assert!(
            list.contains(&format!("/reports/{id}\"")),
            "the own report {id} is listed"
        );
        let page = browser.get(&server, &format!("/reports/{id}")).body;
        // The text itself may say anything; the rest of the page may not.
        let around: String = page
            .split("<div class=\"text\">")
            .enumerate()
            .map(|(n, part)| {
                if n == 0 {
                    part
                } else {
                    part.split("</section>").nth(1).unwrap_or_default()
                }
            })
            .collect();
        for bad in [
            "3725", "3723", "units", "Units", "fee", "payer", "IVUS0", "QUERY", "READY",
        ] {
            // The page Feedback is in the navigation.
            let around = around.replace("feedback", "").replace("Feedback", "");
            assert!(!around.contains(bad), "report {id}: {bad}");
        }
    }
    assert!(
        !list.contains("/reports/2\""),
        "the report of another physician is not"
    );
    assert_eq!(browser.get(&server, "/reports/2").status, 404);
    assert!(!list.contains("QUERY") && !list.contains("Units"));
}

#[expect(
    clippy::too_many_lines,
    reason = "one way through the pages, told in its order"
)]
#[test]
fn from_the_first_link_to_a_finished_report() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("q.db");
    let server = Server::over(&store, &[]);
    let link = server.told.iter().find(|l| l.contains("/setup/")).unwrap();
    let path = link.split(&server.host).nth(1).unwrap().trim();
    let mut browser = Browser::default();
    let form = |page: &Page, password: &str| {
        vec![
            ("csrf", page.token()),
            ("name", "ann".to_owned()),
            ("password", password.to_owned()),
            ("again", password.to_owned()),
        ]
    };
    let page = browser.get(&server, path);
    let weak = browser.post(&server, path, &form(&page, "short"));
    assert_eq!(weak.status, 422);
    let page = browser.get(&server, path);
    let set = browser.post(&server, path, &form(&page, "four words in a row"));
    let to = "/login?done=password";
    assert_eq!((set.status, set.header("location")), (303, to));
    assert_eq!(
        browser.get(&server, path).status,
        410,
        "a link is used once"
    );
    let mut browser = server.log_in("ann", "four words in a row");

    // An administrator needs a second factor before anything else.
    let sent = browser.get(&server, "/reports");
    assert_eq!(
        (sent.status, sent.header("location")),
        (303, "/second-factor")
    );
    let page = browser.get(&server, "/second-factor");
    assert_eq!(
        browser
            .post(&server, "/people", &[("csrf", page.token())])
            .status,
        403
    );
    assert!(page.body.contains("<svg"), "the picture for the app");
    let wrong = [
        ("csrf", page.token()),
        ("salt", page.value("salt")),
        ("code", "000000".to_owned()),
    ];
    assert_eq!(browser.post(&server, "/second-factor", &wrong).status, 422);
    let (_, code, recovery) = browser.set_up_factor(&server);
    // The password alone, the code that was taken, and a recovery code for the second time let nobody in.
    let log_in = |code: &str| {
        let (_, page) = server.log_in_with("ann", "four words in a row", code);
        page.status
    };
    assert_eq!(log_in(""), 401);
    assert_eq!(log_in(&code), 401);
    assert_eq!(log_in(&recovery[0]), 303);
    assert_eq!(log_in(&recovery[0]), 401);

    // The command line brings reports in while the server runs.
    let reports =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/reports/302-left-nivl-terse.txt");
    let import = || {
        let report = reports.to_str().unwrap();
        ivus(&["queue", "import", report, "--site", "North"], &store)
    };
    assert!(import().starts_with("1 new, 0 with another text, 0 known already, 0 failed"));
    assert!(import().starts_with("0 new, 0 with another text, 1 known already, 0 failed"));
    let token = browser.get(&server, "/reports").token();
    let next = browser.post(&server, "/reports/next", &[("csrf", token.clone())]);
    assert_eq!(next.header("location"), "/reports/1");
    let page = browser.get(&server, "/reports/1");
    assert!(
        page.body.contains("data-of=\"u"),
        "the words lead to the units"
    );
    assert!(page.body.contains("id=\"u0\""));
    let fence = page.value("fence");
    let all = [("csrf", token.clone()), ("fence", fence.clone())];
    let early = browser.post(&server, "/reports/1/finish", &all);
    assert_eq!(early.status, 422);
    assert_eq!(
        browser.post(&server, "/reports/1/accept-all", &all).status,
        303
    );
    assert_eq!(
        browser.post(&server, "/reports/1/heartbeat", &all).status,
        200
    );
    let done = browser.post(&server, "/reports/1/finish", &all);
    assert_eq!(done.header("location"), "/reports");
    let late = [
        ("csrf", token.clone()),
        ("fence", fence),
        ("verdict", "accept".to_owned()),
        ("suggestion", "37253 left common-iliac-vein".to_owned()),
    ];
    let late = browser.post(&server, "/reports/1/decide", &late);
    assert_eq!(late.status, 409);
    assert!(late.body.contains("Accepted"), "what stands is shown");
    assert!(
        browser
            .get(&server, "/reports?state=done")
            .body
            .contains("302-left-nivl-terse")
    );
    browser.post(&server, "/logout", &[("csrf", token)]);
    assert_eq!(browser.get(&server, "/reports").status, 303);

    let backup = folder.path().join("b.db");
    let backup = backup.to_str().unwrap();
    let told = ivus(&["queue", "export"], &store);
    assert_eq!(told.matches("\"class\":\"Accepted\"").count(), 3, "{told}");
    let told = ivus(&["queue", "list", "--state", "all"], &store);
    assert!(told.starts_with("1 reports"), "{told}");
    ivus(&["audit", "verify"], &store);
    ivus(&["backup", backup], &store);
    ivus(&["drill", backup], &store);
    drop(server);
    for ending in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{ending}", store.display()));
    }
    ivus(&["restore", backup], &store);
}

/// What a command on a store prints; it must succeed.
fn ivus(arguments: &[&str], store: &Path) -> String {
    let (status, told) = on_store(arguments, store);
    assert_eq!(status, Some(0), "{arguments:?}: {told}");
    told
}

/// Runs a command on a store; how it ended and all that it said.
pub(crate) fn on_store(arguments: &[&str], store: &Path) -> (Option<i32>, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_ivus"))
        .args(arguments)
        .arg("--store")
        .arg(store)
        .output()
        .unwrap();
    let said = [done.stdout, done.stderr].concat();
    (done.status.code(), String::from_utf8(said).unwrap())
}

#[test]
fn elsewhere_than_on_this_machine_tls_is_needed() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        vec!["serve", "--addr", "0.0.0.0:0"],
        vec!["serve", "--addr", "0.0.0.0:0", "--demo=fresh"],
        vec!["serve", "--addr", "nowhere"],
        vec!["serve", "--cert", "c.pem"],
        vec![
            "serve",
            "--addr",
            "0.0.0.0:0",
            "--cert",
            "c.pem",
            "--key",
            "k.pem",
        ],
    ] {
        let done = Command::new(env!("CARGO_BIN_EXE_ivus"))
            .args(&arguments)
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert_eq!(done.status.code(), Some(2), "{arguments:?}");
    }
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        0,
        "nothing was made"
    );
}

#[test]
fn figures_and_samples_are_shown_to_whom_they_concern() {
    let server = Server::start(&["--demo=fresh"]);
    let mut coder = server.log_in("coder", server.password());
    let page = coder.get(&server, "/feedback").body;
    for words in [
        "By physician",
        "Dr. Birch",
        "Flags by rule",
        "95 % interval",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let file = coder.get(&server, "/feedback.html?site=North");
    assert!(file.header("content-disposition").contains("feedback.html"));
    assert!(file.body.contains("site North") && file.body.contains("<style>"));
    assert_eq!(coder.get(&server, "/sample").status, 403);

    let mut physician = server.log_in("physician", server.password());
    for path in [
        "/feedback?physician=Dr.+Birch",
        "/feedback",
        "/feedback.html",
    ] {
        let page = physician.get(&server, path).body;
        assert!(
            !page.contains("Dr. Birch</b>") && !page.contains("Dr. Cedar"),
            "{path}"
        );
        let body = page
            .split("</style>")
            .last()
            .unwrap()
            .replace("feedback", "");
        for bad in [
            "37252", "37253", "unit", "Unit", "fee", "payer", "IVUS0", "IVUS1", "QUERY", "coder",
        ] {
            assert!(!body.contains(bad), "{path}: {bad}");
        }
    }

    let mut auditor = server.log_in("auditor", server.password());
    let path = "/sample?per=physician&percent=10&seed=7&state=all";
    let drawn = |page: &Page| page.body.matches("href=\"/reports/").count();
    let first = auditor.get(&server, path);
    assert_eq!(
        drawn(&first),
        3,
        "8 reports of each of three physicians, one of each"
    );
    assert_eq!(
        first.body,
        auditor.get(&server, path).body,
        "the same seed, the same sample"
    );
    let page = auditor.get(&server, path);
    let file = page.body.split("href=\"/sample.csv").nth(1).unwrap();
    let file = file.split('"').next().unwrap().replace("&amp;", "&");
    let file = auditor.get(&server, &format!("/sample.csv{file}"));
    assert!(file.header("content-disposition").contains("sample.csv"));
    let rows: Vec<&str> = file.body.lines().collect();
    assert!(
        rows[0].starts_with("drawn_for,of,report,report_id,"),
        "{rows:?}"
    );
    assert!(
        rows.len() == 4 && rows[1].starts_with("Dr. Alder,8,"),
        "{rows:?}"
    );
    assert_eq!(
        auditor.get(&server, "/sample.csv?per=site&seed=x").status,
        422
    );
    for bad in ["seed=x", "seed=7&percent=0", "seed=7&percent=101"] {
        let page = auditor.get(&server, &format!("/sample?per=site&{bad}"));
        assert_eq!(page.status, 422, "{bad}");
    }
    let log = auditor.get(&server, "/audit").body;
    assert!(log.contains(">sample<") && log.contains("seed 7, all reports"));
    // The log leads to the reports it names, and can be limited to days.
    assert!(log.contains("<a href=\"/reports/24\">report 24</a>"));
    let day = ivus::queue::time::date(ivus::queue::time::now());
    let rows = |from: &str, until: &str| {
        let mut auditor = server.log_in("auditor", server.password());
        let path = format!("/audit?from={from}&until={until}&event=sample");
        auditor.get(&server, &path).body.matches(">sample<").count()
    };
    assert!(rows("2020-01-01", &day) > 3 && rows(&day, "") > 3);
    assert_eq!((rows("", "2020-01-01"), rows("2999-01-01", "")), (0, 0));
}

#[test]
fn amounts_are_told_to_those_who_may_see_them_and_views_are_ones_own() {
    let server = Server::start(&["--demo=fresh", "--site", "facility"]);
    let mut shown = Vec::new();
    for role in ["viewer", "physician", "coder", "auditor", "admin"] {
        let mut browser = server.log_in(role, server.password());
        // A report with units, of the physician's own.
        let pages = [
            browser.get(&server, "/reports?state=all").body,
            browser.get(&server, "/reports/1").body,
        ];
        let told = pages.map(|p| p.contains("Value, $") || p.contains("US dollars"));
        shown.push((role, told));
    }
    assert_eq!(
        shown,
        [
            ("viewer", [false, false]),
            ("physician", [false, false]),
            ("coder", [true, true]),
            ("auditor", [true, true]),
            ("admin", [true, true]),
        ]
    );
    let mut coder = server.log_in("coder", server.password());
    let page = coder.get(&server, "/reports?state=all&sort=units");
    let form = [
        ("csrf", page.token()),
        ("query", "state=all&sort=units".to_owned()),
        ("name", "by <units>".to_owned()),
    ];
    assert_eq!(coder.post(&server, "/views", &form).status, 303);
    let body = coder.get(&server, "/reports").body;
    assert!(
        body.contains("by &lt;units&gt;") && body.contains("/reports?state=all&amp;sort=units")
    );
    let mut other = server.log_in("coder2", server.password());
    assert!(
        !other
            .get(&server, "/reports")
            .body
            .contains("&lt;units&gt;")
    );
    let remove = [("csrf", other.get(&server, "/reports").token())];
    assert_eq!(other.post(&server, "/views/1/remove", &remove).status, 404);
    let remove = [("csrf", page.token())];
    assert_eq!(coder.post(&server, "/views/1/remove", &remove).status, 303);
}
