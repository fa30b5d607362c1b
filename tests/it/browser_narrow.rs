//! Every page on a screen as narrow as a telephone's and as wide as a desk's, in a real Chromium: nothing is wider than the
//! screen, each field has a name, each page one heading; and a form that a key opened is left with a key.

use headless_chrome::{Tab, protocol::cdp::Emulation::SetDeviceMetricsOverride};

use crate::{
    browser::{Walk, browser},
    serve::Server,
};

/// The pages, each for a role that sees most of it.
const PAGES: &[(&str, &[&str])] = &[
    (
        "admin",
        &[
            "/reports?state=all&flag=IVUS003",
            "/reports/5",
            "/reports/5/ask?flag=0",
            "/queries?state=all",
            "/queries/1",
            "/check",
            "/import",
            "/feedback",
            "/progress",
            "/export",
            "/sample?per=site&percent=50&seed=7&state=all",
            "/people",
            "/people/1/sessions",
            "/audit",
            "/refused",
            "/about",
            "/account",
            "/account/password",
            "/second-factor",
            "/nothing",
        ],
    ),
    (
        "physician",
        &[
            "/reports",
            "/reports/1",
            "/queries",
            "/queries/1",
            "/check",
            "/feedback",
            "/about",
        ],
    ),
];

/// Fields without a name for those who do not see them.
const UNNAMED: &str = "[...document.querySelectorAll('input:not([type=hidden]):not([hidden]), select, textarea')]\
    .filter(f => !f.labels.length && !f.getAttribute('aria-label')).map(f => f.name).join()";

pub(crate) fn screen(tab: &Tab, width: u32) {
    screen_of(tab, width, 900);
}

pub(crate) fn screen_of(tab: &Tab, width: u32, height: u32) {
    tab.call_method(SetDeviceMetricsOverride {
        width,
        height,
        device_scale_factor: 1.0,
        mobile: width < 600,
        scale: None,
        screen_width: None,
        screen_height: None,
        position_x: None,
        position_y: None,
        dont_set_visible_size: None,
        screen_orientation: None,
        viewport: None,
        display_feature: None,
        device_posture: None,
    })
    .unwrap();
}

#[test]
fn no_page_is_wider_than_its_screen_and_each_field_is_named() {
    let Some(browser) = browser() else { return };
    let server = Server::start(&["--demo=fresh", "--site", "facility"]);
    for (role, paths) in PAGES {
        let tab = browser.new_context().unwrap().new_tab().unwrap();
        let walk = Walk::new(tab, &server, role);
        walk.log_in(role, server.password(), "/reports");
        for path in *paths {
            for width in [390, 1280] {
                screen(&walk.tab, width);
                walk.open(path);
                walk.until("document.readyState === 'complete'");
                let wide = walk.ask("document.documentElement.scrollWidth");
                assert!(
                    wide.as_f64().unwrap() <= f64::from(width),
                    "{role} {path}: {wide} on {width}"
                );
                assert_eq!(walk.ask("innerWidth"), width, "{role} {path}");
            }
            assert_eq!(walk.ask(UNNAMED), "", "{role} {path}");
            assert_eq!(
                walk.ask("document.querySelectorAll('h1').length"),
                1,
                "{role} {path}"
            );
        }
    }
}

#[test]
fn keys_open_and_leave_a_form_and_a_decision_goes_on() {
    let Some(browser) = browser() else { return };
    let server = Server::start(&["--demo=fresh"]);
    let walk = Walk::new(browser.new_tab().unwrap(), &server, "keys");
    walk.log_in("coder", server.password(), "/reports");
    walk.open("/reports/5");
    walk.enter("form[action$='/claim'] button");
    walk.until("document.querySelector('#work[data-heartbeat]') !== null");
    walk.press("j");
    walk.press("r");
    walk.until("document.activeElement.matches('select[name=reason]')");
    walk.press("Escape");
    walk.until("document.activeElement.matches('#u0 summary') && !document.querySelector('#u0 details[open]')");
    walk.press("a");
    walk.until("document.querySelectorAll('.decided.accepted').length === 1");
    // The next one has the focus, and its words are lit.
    walk.until(
        "document.activeElement.id === 'u1' && document.querySelectorAll('mark.lit').length > 0",
    );
    for n in 2..6 {
        walk.press("a");
        walk.until(&format!(
            "document.querySelectorAll('.decided.accepted').length === {n}"
        ));
        let next = if n == 5 {
            "matches('#finish button')".to_owned()
        } else {
            format!("matches('#u{n}')")
        };
        walk.until(&format!("document.activeElement.{next}"));
    }
    walk.press("Enter");
    // One of them has no findings in the text: that is confirmed first, where the focus is.
    walk.until("document.activeElement.matches('.doubts')");
    walk.enter(".doubts form button");
    walk.until("!location.pathname.startsWith('/reports/5')");
    walk.open("/reports/5");
    walk.until("document.querySelector('main').textContent.includes('This report is done')");
}

#[test]
fn a_decision_key_acts_on_the_suggestion_in_focus_or_on_none() {
    let Some(browser) = browser() else { return };
    let server = Server::start(&["--demo=fresh"]);
    let walk = Walk::new(browser.new_tab().unwrap(), &server, "focus");
    walk.log_in("coder", server.password(), "/reports");
    walk.open("/reports/5");
    let said = |words: &str| {
        walk.until(&format!(
            "document.querySelector('#said[role=status]').textContent.includes({words:?})"
        ));
        assert_eq!(
            walk.ask("document.querySelectorAll('.decided').length"),
            0,
            "{words}"
        );
    };
    walk.press("a");
    said("Take the report in hand first");
    walk.press("t");
    walk.until("document.querySelector('#work[data-heartbeat]') !== null");
    walk.press("a");
    said("No suggestion has the focus");
    for _ in 0..3 {
        walk.press("j");
    }
    walk.until("document.activeElement.id === 'u2'");
    // A row that is no suggestion takes the focus away.
    walk.ask("(document.activeElement.blur(), document.querySelector('#n0').click())");
    walk.press("a");
    said("No suggestion has the focus");
    walk.press("j");
    walk.until("document.activeElement.id === 'u3'");
    walk.press("a");
    walk.until("document.querySelector('#u3 .decided.accepted') !== null && document.activeElement.id === 'u4'");
    // Undone with the mouse, the suggestion has the focus again.
    walk.ask("document.querySelector('#u3 form:has([value=withdraw]) button').click()");
    walk.until("location.hash === '#u3' && document.activeElement.id === 'u3' && !document.querySelector('.decided')");
    // All are accepted from within a suggestion, also when one alone is open.
    for open in [5, 1] {
        walk.until(&format!(
            "document.readyState === 'complete' && document.querySelectorAll('.card[id^=u] [data-key=a]').length === {open}"
        ));
        walk.press("A");
        if open > 1 {
            // One of them has no findings in the text: that is confirmed once.
            walk.until("document.activeElement.matches('.doubts')");
            walk.enter(".doubts form button");
        }
        walk.until(
            "location.hash === '#finish' && document.querySelectorAll('.decided').length === 5",
        );
        walk.until("document.readyState === 'complete' && document.activeElement.closest('#finish') !== null");
        if open > 1 {
            walk.ask("document.querySelector('#u4').focus()");
            walk.press("u");
        }
    }
    walk.press("A");
    walk.until("document.querySelector('#said').textContent.includes('No suggestion is open')");
}

#[test]
fn bars_of_one_scale_have_one_length_and_the_amounts_fit() {
    let Some(browser) = browser() else { return };
    let server = Server::start(&["--demo=fresh", "--site", "facility"]);
    let walk = Walk::new(browser.new_tab().unwrap(), &server, "bars");
    walk.log_in("coder", server.password(), "/reports");
    for width in [390, 1280] {
        screen(&walk.tab, width);
        walk.open("/feedback");
        walk.until("document.readyState === 'complete'");
        // In each table; tables beside each other have their own widths.
        let lengths = "Math.max(...[...document.querySelectorAll('table.shares')].map(t => new Set([...t.querySelectorAll('svg.share-bar')]\
            .map(b => Math.round(b.getBoundingClientRect().width))).size))";
        assert_eq!(walk.ask(lengths), 1, "{width}");
        // Counts and interval of each dot are told where the pointer rests.
        let titles = "[...document.querySelectorAll('svg.trend circle')].every(c => / of .*95 % interval/.test(c.parentNode.querySelector('title').textContent))";
        assert_eq!(walk.ask(titles), true, "{width}");
        walk.open("/reports/5");
        walk.until("document.readyState === 'complete'");
        let cut = "[...document.querySelectorAll('main .scroll')].filter(s => s.scrollWidth > s.clientWidth).length";
        assert_eq!(walk.ask(cut), 0, "{width}");
    }
}
