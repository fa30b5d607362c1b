//! How long the live check takes in a real Chromium, from the end of the pause until the marks are painted. Prints the
//! figures; the parts are those of the browser's own clock. No time is asserted: that depends on the machine.

use headless_chrome::protocol::cdp::Page::AddScriptToEvaluateOnNewDocument;

use super::{
    browser::{Walk, browser},
    live::corpus,
    serve::Server,
};

/// Notes when the text is asked about, when the answer is there, when it is in the page, and when that is painted.
const HOOK: &str = "window.times = []; const plain = window.fetch; \
    window.fetch = async (...all) => { \
      const time = { asked: performance.now() }; \
      const answer = await plain(...all); time.head = performance.now(); \
      const read = answer.text.bind(answer); \
      answer.text = async () => { const text = await read(); time.body = performance.now(); time.bytes = text.length; return text; }; \
      new MutationObserver((_, o) => { o.disconnect(); time.put = performance.now(); \
        requestAnimationFrame(() => { const c = new MessageChannel(); c.port1.onmessage = () => { time.painted = performance.now(); times.push(time); }; c.port2.postMessage(0); }); \
      }).observe(document.querySelector('#seen'), { childList: true, subtree: true }); \
      return answer; };";

#[test]
fn what_is_typed_is_marked_soon() {
    const KEYS: usize = 30;
    let Some(browser) = browser() else { return };
    let server = Server::start(&["--demo=fresh"]);
    let walk = Walk::new(browser.new_tab().unwrap(), &server, "live");
    walk.tab
        .call_method(AddScriptToEvaluateOnNewDocument {
            source: HOOK.to_owned(),
            world_name: None,
            include_command_line_api: None,
            run_immediately: None,
        })
        .unwrap();
    walk.log_in("coder", server.password(), "/reports");
    let mut text = String::new();
    for report in corpus() {
        if text.len() + report.len() < 10_240 {
            text.push_str(&report);
            text.push('\n');
        }
    }
    walk.open("/check");
    walk.tab_to("#live");
    walk.tab.send_character(&text).unwrap();
    walk.until("times.length === 1");
    for key in 0..KEYS {
        walk.press(if key % 6 == 5 { "." } else { "x" });
        walk.until(&format!("times.length === {}", key + 2));
    }
    walk.picture("1-checked");
    assert_eq!(
        walk.ask("document.querySelectorAll('#seen mark').length > 10"),
        true
    );
    let part = |what: &str| {
        let script = format!(
            "(() => {{ const all = times.slice(1).map((t) => {what}).sort((a, b) => a - b); return [all[0], all[all.length >> 1], all[Math.floor(all.length * 0.9)]].map((t) => t.toFixed(1)).join(' / '); }})()"
        );
        walk.ask(&script).as_str().unwrap().to_owned()
    };
    println!(
        "live check in the browser, {} bytes of text, {KEYS} keys, ms at best / in the median / nine of ten: from the end of the pause until painted {}; \
         answered {}, read {}, put in {}, painted {}",
        text.len(),
        part("t.painted - t.asked"),
        part("t.head - t.asked"),
        part("t.body - t.head"),
        part("t.put - t.body"),
        part("t.painted - t.put"),
    );
}
