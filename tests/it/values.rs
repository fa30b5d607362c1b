//! The list by what reports are worth: for those who may see amounts, and for nobody else; and the pace of the live check.

use super::serve::{Browser, Page, Server};

/// The column of values of a page, in the order of the rows.
fn values(page: &Page) -> Vec<Option<f64>> {
    let rows = page.body.split("<td><a href=\"/reports/").skip(1);
    rows.map(|r| {
        let cells: Vec<&str> = r.split("<td class=\"number").collect();
        let value = cells[3].split('>').nth(1).unwrap();
        value.split('<').next().unwrap().parse().ok()
    })
    .collect()
}

#[test]
fn the_list_is_sorted_and_limited_by_value_for_who_may_see_amounts() {
    let server = Server::start(&["--demo=fresh", "--site", "office"]);
    let mut coder = server.log_in("coder", server.password());
    let sorted = coder.get(&server, "/reports?state=all&sort=value");
    let all = values(&sorted);
    assert!(
        all.len() > 20 && all.iter().flatten().count() > 3,
        "{all:?}"
    );
    let known: Vec<f64> = all.iter().flatten().copied().collect();
    assert!(known.is_sorted_by(|a, b| a >= b), "{all:?}");
    let first_unknown = all.iter().position(Option::is_none).unwrap_or(all.len());
    assert_eq!(
        first_unknown,
        known.len(),
        "what is not known comes last: {all:?}"
    );
    let limited = coder.get(&server, "/reports?state=all&value=900&sort=name");
    let kept = values(&limited);
    assert_eq!(kept.len(), known.iter().filter(|v| **v >= 900.0).count());
    assert!(
        kept.iter().all(|v| v.is_some_and(|v| v >= 900.0)),
        "{kept:?}"
    );
    let order = limited.names();
    assert!(order.is_sorted() && !order.is_empty(), "{order:?}");
    assert!(limited.body.contains(&format!("{} report", kept.len())));
    assert!(limited.body.contains("name=\"value\" value=\"900\""));
    let beyond = coder.get(&server, "/reports?state=all&sort=value&page=2");
    assert!(beyond.names().is_empty());
    // Who may not see amounts is shown the list as if nothing had been asked.
    let mut viewer = server.log_in("viewer", server.password());
    let plain = viewer.get(&server, "/reports?state=all").names();
    for path in [
        "/reports?state=all&value=900",
        "/reports?state=all&sort=value",
    ] {
        let page = viewer.get(&server, path);
        assert_eq!(page.names(), plain, "{path}");
        assert!(!page.body.contains("name=\"value\""));
    }
}

#[test]
fn a_session_that_looks_too_often_is_asked_to_wait() {
    let server = Server::start(&["--demo=fresh", "--live-pace", "1"]);
    let look = |browser: &mut Browser| {
        let token = browser.get(&server, "/check").token();
        let form = [("csrf", token), ("text", "IVUS was performed.".to_owned())];
        let pages: Vec<Page> = (0..12)
            .map(|_| browser.post(&server, "/check/marks", &form))
            .collect();
        pages
    };
    let mut coder = server.log_in("coder", server.password());
    let pages = look(&mut coder);
    assert_eq!(pages[0].status, 200);
    let late = pages.iter().find(|p| p.status == 429).unwrap();
    assert_eq!(late.header("retry-after"), "1");
    assert_eq!(
        coder.get(&server, "/reports").status,
        200,
        "the rest goes on"
    );
    let mut physician = server.log_in("physician", server.password());
    assert_eq!(
        look(&mut physician)[0].status,
        200,
        "others have their own pace"
    );
}
