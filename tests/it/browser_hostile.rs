//! Hostile words in a real Chromium: with every one of them kept in the store, no page runs a script, asks for anything
//! elsewhere, or has anything for its policy to stop.

use headless_chrome::protocol::cdp::Page::AddScriptToEvaluateOnNewDocument;

use super::{
    browser::{Walk, browser},
    payloads::payloads,
    serve::Server,
};

/// Notes whatever runs, and whatever the policy stops.
const HOOK: &str = "window.stopped = []; \
    addEventListener('securitypolicyviolation', (e) => stopped.push(`${e.violatedDirective} ${e.blockedURI}`)); \
    for (const box of ['alert', 'confirm', 'prompt']) window[box] = () => { window.ran = 1; };";

/// What must hold on each page.
const HARMLESS: &str = "typeof window.ran === 'undefined' && stopped.length === 0 \
    && document.querySelectorAll('script').length === 1 \
    && document.querySelectorAll('img, iframe, object, embed, base, meta[http-equiv], [onload], [onerror], [onfocus], [ontoggle]').length === 0 \
    && [...document.querySelectorAll('a[href], form[action], input[formaction], button[formaction]')].every((e) => (e.href || e.action).startsWith(location.origin))";

#[test]
fn no_hostile_word_runs_in_a_browser() {
    let Some(browser) = browser() else { return };
    let server = Server::start(&["--demo=fresh"]);
    let words: Vec<String> = payloads()
        .into_iter()
        .filter(|w| w.len() < 200 && !w.contains(['\r', '\0']))
        .collect();
    let mut coder = server.log_in("admin", server.password());
    let token = coder.get(&server, "/import").token();
    let import = |name: &str, text: &str| {
        let part = |name: &str, value: &str| {
            format!("--b--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let fields = [
            ("csrf", token.as_str()),
            ("name", name),
            ("site", name),
            ("physician", name),
            ("text", text),
        ];
        format!("{}--b--b--\r\n", fields.map(|(n, v)| part(n, v)).concat())
    };
    let kind = ("Content-Type", "multipart/form-data; boundary=b--b");
    let all = format!(
        "IVUS of the left common iliac vein showed 78% stenosis.\n{}\n",
        words.join("\nIVUS of the vein ")
    );
    let mut kept = 0;
    for body in words
        .iter()
        .step_by(6)
        .map(|w| import(w, w))
        .chain([import("all of them", &all)])
    {
        kept += usize::from(
            coder
                .send(&server, "POST", "/import", &[kind], body.as_bytes())
                .body
                .contains("1 new"),
        );
    }
    assert!(kept > 30, "{kept}");
    for word in words.iter().step_by(9) {
        let form = [
            ("csrf", token.clone()),
            ("name", word.clone()),
            ("role", "physician".to_owned()),
            ("physician", word.clone()),
            ("site", word.clone()),
        ];
        coder.post(&server, "/people", &form);
    }

    let walk = Walk::new(browser.new_tab().unwrap(), &server, "hostile");
    walk.tab
        .call_method(AddScriptToEvaluateOnNewDocument {
            source: HOOK.to_owned(),
            world_name: None,
            include_command_line_api: None,
            run_immediately: None,
        })
        .unwrap();
    walk.log_in("admin", server.password(), "/reports");
    let mut paths: Vec<String> = [
        "/reports?state=all&sort=name",
        "/reports?state=all&sort=name&page=2",
        "/people",
        "/audit",
        "/feedback",
        "/queries?state=all",
        "/feedback.html",
    ]
    .map(str::to_owned)
    .to_vec();
    paths.extend((25..25 + kept).map(|n| format!("/reports/{n}")));
    for word in words.iter().step_by(12) {
        let query = |name: &str| serde_urlencoded::to_string([(name, word)]).unwrap();
        paths.push(format!("/reports?{}", query("physician")));
        paths.push(format!("/audit?{}", query("actor")));
    }
    for path in paths.iter().filter(|p| *p != "/feedback.html") {
        walk.open(path);
        walk.until("document.readyState === 'complete'");
        assert_eq!(
            walk.ask(HARMLESS),
            true,
            "{path}: {}",
            walk.ask("JSON.stringify([window.ran, stopped])")
        );
    }
    // What is typed is put into the page by its script.
    walk.open("/check");
    walk.tab_to("#live");
    walk.tab.send_character(&all).unwrap();
    walk.until("document.querySelector('#seen').dataset.read > 0");
    assert_eq!(walk.ask(HARMLESS), true, "/check");
    assert_eq!(
        walk.ask("document.querySelector('#seen').textContent.includes('window.ran=1')"),
        true
    );
    // The hook sees what is tried, and the policy stops it.
    walk.ask("document.body.insertAdjacentHTML('beforeend', '<img src=//evil.example/x onerror=window.ran=1>')");
    walk.until("stopped.length > 0");
    assert_eq!(walk.ask("typeof window.ran"), "undefined");
}
