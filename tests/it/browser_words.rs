//! The words of a report in a real Chromium: a missed vessel added with the keyboard alone and with the mouse, and the way
//! between marks and what they are evidence for.

use headless_chrome::protocol::cdp::Input::{
    DispatchMouseEvent, DispatchMouseEventTypeOption, MouseButton,
};
use ivus::{
    Analyzer,
    queue::{Actor, Credentials, Desk, Role, Store, reports::Incoming, users::NewUser},
};

use super::{
    browser::{Walk, browser},
    serve::Server,
};

const PASSWORD: &str = "four words in a row";
const TEXT: &str = "DATE OF SERVICE: 05/02/2024\nINDICATION: Left leg swelling; venogram was equivocal, so IVUS was needed.\n\
    FINDINGS: IVUS of the left common iliac vein showed 78% area stenosis.\nThe big one above it had no name in this dictation;\n\
    no web was seen there.\nA stent was placed in the left common iliac vein.\n";

/// A server over a report that a coder has in hand, and the coder's browser on its page.
fn at_work(
    name: &'static str,
) -> Option<(headless_chrome::Browser, tempfile::TempDir, Server, Walk)> {
    let browser = browser()?;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("q.db");
    let desk = Desk::new(Store::open(&path).unwrap(), Analyzer::builtin());
    let new = NewUser {
        name: "ann".to_owned(),
        role: Role::Coder,
        physician: None,
        site: None,
    };
    let (_, link) = desk.add_user(&Actor::command(), &new).unwrap();
    let credentials = Credentials {
        name: "ann".to_owned(),
        password: PASSWORD.to_owned(),
        code: String::new(),
        origin: "test".to_owned(),
    };
    desk.set_up(&link, &credentials).unwrap();
    let report = Incoming {
        patient: None,
        name: "case".to_owned(),
        text: TEXT.to_owned(),
        date: None,
        source: "test".to_owned(),
        site: String::new(),
        physician: String::new(),
        status: None,
    };
    desk.import_all(&Actor::command(), vec![report]).unwrap();
    drop(desk);
    let server = Server::over(&path, &[]);
    let walk = Walk::new(browser.new_tab().unwrap(), &server, name);
    walk.log_in("ann", PASSWORD, "/reports");
    walk.open("/reports/1");
    walk.press("t");
    walk.until("document.querySelector('#work[data-heartbeat]') !== null");
    Some((browser, folder, server, walk))
}

/// Fills code, side and vessel of the form with the keyboard.
fn name_the_cava(walk: &Walk) {
    walk.types("#add input[name=code]", "37253");
    walk.tab_to("#add select[name=side]");
    walk.tab.type_str("has").unwrap();
    walk.types("#add input[name=vessel]", "inferior vena cava");
}

const ADDED: &str = "document.querySelectorAll('.decided.added').length === 1";
const RESTS_ON: &str = "[...document.querySelectorAll('.card .note')].map(n => n.textContent).find(t => t.startsWith('Rests on'))";

#[test]
fn a_missed_vessel_is_added_with_the_keyboard_alone() {
    let Some((_browser, _folder, _server, walk)) = at_work("typed") else {
        return;
    };
    walk.press("+");
    walk.until("document.activeElement.closest('#add') !== null");
    walk.types("#add input[name=line]", "2");
    walk.types("#add input[name=words]", "big one ... web");
    name_the_cava(&walk);
    walk.picture("1-form");
    walk.press("Enter");
    // What does not stand there is refused; what was typed is still there to be mended.
    walk.until("document.body.textContent.includes('These words do not begin in line 2')");
    assert_eq!(walk.ask("document.querySelector('#add').open"), true);
    let kept = "[...document.querySelectorAll('#add input:not([type=hidden])')].map(i => i.value).join('|')";
    assert_eq!(
        walk.ask(kept),
        "2|big one ... web|37253|inferior vena cava|"
    );
    walk.picture("2-refused");
    walk.tab_to("#add input[name=line]");
    walk.press("Backspace");
    walk.press("Delete");
    walk.tab.type_str("4").unwrap();
    walk.press("Enter");
    walk.until(ADDED);
    assert_eq!(
        walk.ask(RESTS_ON),
        "Rests on: “big one above it had no name in this dictation;\nno web”"
    );
    walk.picture("3-added");
}

fn mouse(walk: &Walk, kind: DispatchMouseEventTypeOption, (x, y): (f64, f64)) {
    walk.tab
        .call_method(DispatchMouseEvent {
            Type: kind,
            x,
            y,
            modifiers: None,
            timestamp: None,
            button: Some(MouseButton::Left),
            buttons: Some(1),
            click_count: Some(1),
            force: None,
            tangential_pressure: None,
            tilt_x: None,
            tilt_y: None,
            twist: None,
            delta_x: None,
            delta_y: None,
            pointer_Type: None,
        })
        .unwrap();
}

/// A place on the page that a script tells as `[x, y]`.
fn spot(walk: &Walk, script: &str) -> (f64, f64) {
    let told = walk.ask(&format!("JSON.stringify({script})"));
    serde_json::from_str(told.as_str().unwrap()).unwrap()
}

#[test]
fn words_that_the_mouse_selects_go_with_a_missed_vessel() {
    let Some((_browser, _folder, _server, walk)) = at_work("selected") else {
        return;
    };
    walk.ask("document.querySelector('#l4').scrollIntoView({ block: 'center' })");
    // The left edge of “big” and the right edge of “one”.
    let edge = |word: &str, side: &str| {
        spot(
            &walk,
            &format!(
                "(() => {{ const walker = document.createTreeWalker(document.querySelector('#l4 .t'), 4); \
                 for (let n; (n = walker.nextNode());) {{ const at = n.data.indexOf('{word}'); if (at < 0) continue; \
                 const r = document.createRange(); r.setStart(n, at); r.setEnd(n, at + {}); const b = r.getBoundingClientRect(); \
                 return [b.{side}, b.top + b.height / 2]; }} }})()",
                word.len()
            ),
        )
    };
    let (from, to) = (edge("big", "left"), edge("one", "right"));
    mouse(&walk, DispatchMouseEventTypeOption::MousePressed, from);
    mouse(&walk, DispatchMouseEventTypeOption::MouseMoved, to);
    mouse(&walk, DispatchMouseEventTypeOption::MouseReleased, to);
    walk.until("document.querySelector('#selected').textContent === 'Selected: “big one”'");
    walk.press("+");
    name_the_cava(&walk);
    walk.picture("1-form");
    walk.press("Enter");
    walk.until(ADDED);
    assert_eq!(walk.ask(RESTS_ON), "Rests on: “big one”");
}

#[test]
fn a_click_on_a_mark_puts_its_suggestion_in_focus_and_the_reverse() {
    let Some((_browser, _folder, _server, walk)) = at_work("marks") else {
        return;
    };
    let middle = |of: &str| {
        spot(
            &walk,
            &format!(
                "(() => {{ const b = {of}.getBoundingClientRect(); return [b.right - 4, b.top + b.height / 2]; }})()"
            ),
        )
    };
    let click = |at| {
        mouse(&walk, DispatchMouseEventTypeOption::MousePressed, at);
        mouse(&walk, DispatchMouseEventTypeOption::MouseReleased, at);
    };
    click(middle(
        "document.querySelector(\"#l3 mark[data-of='u0'].finding\")",
    ));
    walk.until("document.activeElement.id === 'u0'");
    assert_eq!(
        walk.ask("document.querySelector('#u0').matches('.lit')"),
        true
    );
    walk.picture("1-mark");
    // The keys act on it now.
    walk.press("a");
    walk.until("document.querySelectorAll('#u0 .decided.accepted').length === 1");
    // The reverse: a click on the suggestion lights its words.
    walk.open("/reports/1");
    assert_eq!(walk.ask("document.querySelectorAll('mark.lit').length"), 0);
    walk.ask("document.querySelector('#u0').scrollIntoView({ block: 'center' })");
    click(middle("document.querySelector('#u0 .card-head')"));
    walk.until("document.activeElement.id === 'u0'");
    let lit = "[...document.querySelectorAll('mark.lit')].every(m => m.dataset.of.split(' ').includes('u0'))";
    assert_eq!(walk.ask(lit), true);
    assert_eq!(
        walk.ask("document.querySelector('#l3 mark.finding.lit') !== null"),
        true
    );
    walk.picture("2-suggestion");
}
