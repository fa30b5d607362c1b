//! A walk through the pages in a real Chromium, with the keyboard alone: from the first link to the feedback page, hostile
//! text, and two browsers after one report. Without a browser the walk is left out, which is said loudly; with
//! `IVUS_BROWSER=needed` it fails. `IVUS_PICTURES=DIR` keeps a picture of each step.

use std::{ffi::OsStr, path::PathBuf, sync::Arc, time::Duration};

use headless_chrome::{
    Browser, LaunchOptions, Tab, browser::default_executable,
    protocol::cdp::Page::CaptureScreenshotFormatOption,
};

use crate::serve::{Server, code_of};

const NOTE: &str = "DATE OF SERVICE: 05/02/2024\nINDICATION: Left leg swelling; the venogram was equivocal, so IVUS was needed. \
    <script>window.ran = 1</script><img src=x onerror='window.ran = 1'>\nFINDINGS: IVUS of the left common iliac vein showed 78% \
    area stenosis. IVUS of the left external iliac vein showed no stenosis.\nA stent was placed in the left common iliac \
    vein.\n";
const ANSWER: &str = "Access was gained in the left femoral vein. <script>window.ran = 1</script>";
const PASSWORD: &str = "four words in a row";

/// A browser, or `None` when this machine has none.
pub(crate) fn browser() -> Option<Browser> {
    let Ok(path) = default_executable() else {
        let needed = std::env::var("IVUS_BROWSER").is_ok_and(|v| v == "needed");
        assert!(
            !needed,
            "IVUS_BROWSER=needed, and no Chromium or Chrome was found"
        );
        // Past the capture of the test runner, so that it is seen in the log.
        let _ = std::io::Write::write_fmt(
            &mut std::io::stderr().lock(),
            format_args!(
                "SKIPPED: no Chromium or Chrome was found; the walk through the pages was NOT tested\n"
            ),
        );
        return None;
    };
    let options = LaunchOptions {
        path: Some(path),
        // In containers there is often no user namespace for the sandbox; only our own pages are opened.
        sandbox: false,
        window_size: Some((1280, 1000)),
        args: vec![OsStr::new("--disable-dev-shm-usage")],
        idle_browser_timeout: Duration::from_secs(300),
        ..LaunchOptions::default()
    };
    Some(Browser::new(options).expect("the browser starts"))
}

/// One page in the browser.
pub(crate) struct Walk {
    pub(crate) tab: Arc<Tab>,
    host: String,
    name: &'static str,
}

impl Walk {
    pub(crate) fn new(tab: Arc<Tab>, server: &Server, name: &'static str) -> Self {
        tab.set_default_timeout(Duration::from_secs(30));
        let host = server.host.clone();
        Self { tab, host, name }
    }

    pub(crate) fn open(&self, path: &str) {
        let url = format!("http://{}{path}", self.host);
        self.tab.navigate_to(&url).unwrap();
        self.tab.wait_until_navigated().unwrap();
    }

    /// What a script says of the page.
    pub(crate) fn ask(&self, script: &str) -> serde_json::Value {
        let told = self.tab.evaluate(script, false).unwrap().value;
        told.unwrap_or_default()
    }

    /// Waits until something is so on the page, which may be another one by then.
    pub(crate) fn until(&self, what: &str) {
        for _ in 0..1200 {
            let so = self.tab.evaluate(what, false).ok().and_then(|t| t.value);
            if so == Some(true.into()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        self.picture("lost");
        panic!(
            "{}: not so after 60 seconds: {what}; {}",
            self.name,
            self.tab.get_url()
        );
    }

    /// Waits for a page by its path.
    fn at(&self, path: &str) {
        self.until(&format!(
            "location.pathname === '{path}' && document.readyState === 'complete'"
        ));
    }

    pub(crate) fn press(&self, key: &str) {
        self.tab.press_key(key).unwrap();
    }

    /// Goes on with Tab until a thing has the focus.
    pub(crate) fn tab_to(&self, selector: &str) {
        for _ in 0..150 {
            let there = format!("document.activeElement.matches({selector:?})");
            if self.ask(&there) == true {
                return;
            }
            self.press("Tab");
        }
        self.picture("lost");
        panic!("{}: {selector} cannot be reached with Tab", self.name);
    }

    pub(crate) fn types(&self, selector: &str, text: &str) {
        self.tab_to(selector);
        // What is long is pasted, as people do.
        if text.len() > 20 {
            self.tab.send_character(text).unwrap();
        } else {
            self.tab.type_str(text).unwrap();
        }
    }

    pub(crate) fn enter(&self, selector: &str) {
        self.tab_to(selector);
        self.press("Enter");
    }

    /// Keeps a picture, where pictures are asked for.
    pub(crate) fn picture(&self, step: &str) {
        let Some(folder) = std::env::var_os("IVUS_PICTURES").map(PathBuf::from) else {
            return;
        };
        std::fs::create_dir_all(&folder).unwrap();
        let png = CaptureScreenshotFormatOption::Png;
        let bytes = self.tab.capture_screenshot(png, None, None, true).unwrap();
        std::fs::write(folder.join(format!("{}-{step}.png", self.name)), bytes).unwrap();
    }

    pub(crate) fn log_in(&self, name: &str, password: &str, lands: &str) {
        self.open("/login");
        self.types("#name", name);
        self.types("#password", password);
        self.press("Enter");
        self.at(lands);
    }
}

/// A physician who is let in by the administrator, in a browser of their own.
fn physician(browser: &Browser, admin: &Walk, server: &Server) -> Walk {
    admin.enter("nav a[href='/people']");
    admin.at("/people");
    admin.types(".filter input[name=name]", "doctor");
    admin.tab_to(".filter select[name=role]");
    admin.tab.type_str("physician").unwrap();
    admin.types(".filter input[name=physician]", "Dr. Alder");
    admin.press("Enter");
    admin.until("document.querySelector('.told code') !== null");
    admin.picture("8-people");
    let link = admin.ask("document.querySelector('.told code').textContent");
    let own = browser.new_context().unwrap().new_tab().unwrap();
    let walk = Walk::new(own, server, "physician");
    let link = link.as_str().unwrap();
    walk.open(link.split(&server.host).nth(1).unwrap_or(link));
    walk.types("#password", PASSWORD);
    walk.types("#again", PASSWORD);
    walk.press("Enter");
    walk.at("/login");
    walk.log_in("doctor", PASSWORD, "/reports");
    walk
}

#[expect(
    clippy::too_many_lines,
    reason = "one way through the pages, told in its order"
)]
#[test]
fn a_coder_walks_from_the_first_link_to_the_feedback_with_the_keyboard() {
    let Some(browser) = browser() else { return };
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("q.db");
    let server = Server::over(&store, &[]);
    let walk = Walk::new(browser.new_tab().unwrap(), &server, "walk");

    // The first administrator.
    let link = server.told.iter().find(|l| l.contains("/setup/")).unwrap();
    walk.open(link.split(&server.host).nth(1).unwrap().trim());
    walk.picture("1-first");
    walk.types("#name", "ann");
    walk.types("#password", PASSWORD);
    walk.types("#again", PASSWORD);
    walk.press("Enter");
    walk.at("/login");
    // An administrator needs a second factor before anything else.
    walk.log_in("ann", PASSWORD, "/second-factor");
    let page = walk.ask("document.body.innerHTML");
    walk.types("input[name=code]", &code_of(page.as_str().unwrap()));
    walk.press("Enter");
    walk.until("document.querySelectorAll('li > code').length === 10");
    walk.picture("1-second-factor");

    // Import, hostile text and all.
    walk.enter("nav a[href='/import']");
    walk.at("/import");
    walk.types("#id", "<script>window.ran = 1</script>");
    walk.types("#text", NOTE);
    walk.types(
        "#id ~ input[name=physician], #text ~ input[name=physician]",
        "Dr. Alder",
    );
    walk.picture("2-import");
    walk.enter("form:has(#text) button.main");
    walk.until("document.body.textContent.includes('1 new')");
    walk.picture("3-imported");

    // The next report, its evidence, and the decisions.
    walk.enter("nav a[href='/reports']");
    walk.at("/reports");
    walk.picture("4-list");
    walk.press("n");
    walk.at("/reports/1");
    assert_eq!(
        walk.ask("typeof window.ran"),
        "undefined",
        "hostile text ran"
    );
    assert_eq!(
        walk.ask("document.querySelectorAll('.text script, .text img').length"),
        0
    );
    walk.press("j");
    walk.until("document.querySelectorAll('mark.lit').length > 0");
    walk.picture("5-evidence");
    walk.press("a");
    walk.until("document.querySelectorAll('.decided.accepted').length === 1");
    // Behind the units stand placements and base procedures; the next unit has the focus.
    walk.press("j");
    walk.press("k");
    walk.press("r");
    walk.until("document.activeElement.matches('select[name=reason]')");
    walk.tab.type_str("not").unwrap();
    walk.picture("6-reject");
    walk.enter(".card details[open] button[type=submit]");
    walk.until("document.querySelectorAll('.decided.rejected').length === 1");
    walk.picture("7-decided");

    // A query to the physician, who answers in a browser of their own; the report is read anew, and decided on again.
    let physician = physician(&browser, &walk, &server);
    walk.open("/reports/1");
    walk.enter("a.asks");
    walk.at("/reports/1/ask");
    walk.picture("8-query");
    walk.enter("form.asking button.main");
    walk.at("/reports/1");
    physician.open("/queries");
    physician.enter("table.list td a");
    physician.at("/queries/1");
    physician.types("#words", ANSWER);
    physician.types("#password", PASSWORD);
    physician.picture("1-question");
    physician.enter("form.asking button.main");
    physician.until("document.body.textContent.includes('Signed by')");
    physician.picture("2-answered");
    let told =
        physician.ask("document.querySelector('section[aria-label=\"The query\"]').textContent");
    assert!(!told.as_str().unwrap().contains("3725"), "{told}");
    walk.open("/queries/1");
    walk.picture("9-answer");
    walk.types("input[name=outcome]", "seen");
    walk.press("Enter");
    walk.until("document.body.textContent.includes('Closed by ann')");
    walk.open("/reports/1");
    walk.until("document.querySelectorAll('.decided').length === 2 && document.querySelectorAll('.stale').length === 2");
    walk.press("j");
    walk.press("a");
    walk.until("document.querySelectorAll('.stale').length === 1");
    // Behind the units stand placements and base procedures; the next unit has the focus.
    walk.press("j");
    walk.press("k");
    walk.press("r");
    walk.until("document.activeElement.matches('select[name=reason]')");
    walk.tab.type_str("not").unwrap();
    walk.enter(".card details[open] button[type=submit]");
    walk.until("document.querySelectorAll('.stale').length === 0");
    walk.enter("form[action$='/finish'] button");
    walk.at("/reports");

    // What it came to.
    walk.enter("nav a[href='/feedback']");
    walk.at("/feedback");
    for words in [
        "1 report with IVUS",
        "Agreement of the program with coders",
        "Not performed",
        "1 of 2",
    ] {
        walk.until(&format!("document.body.textContent.includes({words:?})"));
    }
    assert_eq!(
        walk.ask("document.querySelectorAll('svg.share-bar').length > 5"),
        true
    );
    let bar = "document.querySelector('svg.share-bar .part').getBoundingClientRect().height > 5";
    assert_eq!(walk.ask(bar), true, "the bars can be seen");
    walk.picture("10-feedback");
    assert_eq!(
        walk.ask("typeof window.ran"),
        "undefined",
        "hostile text ran"
    );
}

#[test]
fn keys_choose_reports_for_somebody_and_do_a_report_from_its_claim_to_its_end() {
    let Some(browser) = browser() else { return };
    let server = Server::start(&["--demo=fresh"]);
    let new = |name| {
        let tab = browser.new_context().unwrap().new_tab().unwrap();
        let walk = Walk::new(tab, &server, name);
        walk.log_in(name, server.password(), "/reports");
        walk
    };
    let admin = new("admin");
    for key in ["j", "x", "j", "j", "x"] {
        admin.press(key);
    }
    let chosen = "[...document.querySelectorAll('.choice')].map(b => b.checked).slice(0, 4).join()";
    assert_eq!(admin.ask(chosen), "true,false,true,false");
    let told = "document.querySelector('#many button').textContent";
    assert_eq!(admin.ask(told), "Those chosen (2)");
    admin.tab_to("#many select");
    admin.tab.type_str("coder2").unwrap();
    admin.enter("#many button");
    admin.until("document.body.textContent.includes('2 reports are now for coder2.')");
    // The box in the head is for the whole page; the way back to nobody.
    admin.tab_to(".choice-all");
    admin.press(" ");
    assert_eq!(
        admin.ask("document.querySelectorAll('.choice:not(:checked)').length"),
        0
    );

    let coder = new("coder");
    coder.press("j");
    coder.press("j");
    let at = "[...document.querySelectorAll('tbody tr')].findIndex(r => r.contains(document.activeElement))";
    assert_eq!(coder.ask(at), 1);
    coder.press("/");
    assert_eq!(coder.ask("document.activeElement.name"), "id");
    coder.open("/reports/2");
    coder.press("t");
    coder.until("document.querySelector('#work[data-heartbeat]') !== null");
    coder.press("A");
    let at_end = "document.activeElement.closest('#finish') !== null";
    coder.until(&format!("location.hash === '#finish' && {at_end}"));
    let open = "document.querySelectorAll('.card[id^=u] [data-key=a]').length";
    assert_eq!(coder.ask(open), 0);
    coder.press("j");
    coder.press("u");
    coder.until(&format!("{open} === 1"));
    coder.press("a");
    coder.until(&format!(
        "{open} === 0 && document.readyState === 'complete'"
    ));
    coder.press("f");
    assert_eq!(coder.ask(at_end), true);
    coder.press("Enter");
    coder.until(
        "/^\\/reports\\/\\d+$/.test(location.pathname) && location.pathname !== '/reports/2'",
    );
}

#[test]
fn of_two_browsers_after_one_report_one_has_it() {
    let Some(browser) = browser() else { return };
    let server = Server::start(&["--demo=fresh"]);
    let contexts = [
        browser.new_context().unwrap(),
        browser.new_context().unwrap(),
    ];
    let walks: Vec<Walk> = contexts
        .iter()
        .zip(["coder", "coder2"])
        .map(|(context, name)| Walk::new(context.new_tab().unwrap(), &server, name))
        .collect();
    for walk in &walks {
        walk.log_in(walk.name, server.password(), "/reports");
        walk.open("/reports/1");
        walk.tab_to("form[action$='/claim'] button");
    }
    std::thread::scope(|scope| {
        for walk in &walks {
            scope.spawn(|| walk.press("Enter"));
        }
    });
    let has = "document.querySelector('#work[data-heartbeat]') !== null";
    let settled = format!(
        "document.readyState === 'complete' && ({has} || location.pathname.endsWith('/claim') && document.title.includes('Not saved'))"
    );
    for walk in &walks {
        walk.until(&settled);
        walk.picture("race");
    }
    let holders = walks.iter().filter(|w| w.ask(has) == true).count();
    assert_eq!(holders, 1, "one of two has the report");
    // The other one sees who has it.
    for walk in walks.iter().filter(|w| w.ask(has) != true) {
        walk.open("/reports/1");
        let other = if walk.name == "coder" {
            "coder2"
        } else {
            "coder"
        };
        walk.until(&format!(
            "document.querySelector('main').textContent.includes('{other}')"
        ));
        assert_eq!(
            walk.ask("document.querySelector(\"form[action$='/decide']\") === null"),
            true
        );
    }
}
