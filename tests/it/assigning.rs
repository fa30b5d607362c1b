//! Many reports given to somebody at once, and the list that somebody works through.

use super::serve::{Browser, Page, Server};

type Form = Vec<(&'static str, String)>;

/// The numbers of the reports that a page lists.
fn numbers(page: &Page) -> Vec<i64> {
    let boxes = page.body.split("name=\"report\"").skip(1);
    let number = |b: &str| b.split("value=\"").nth(1)?.split('"').next()?.parse().ok();
    boxes.filter_map(number).collect()
}

fn form(page: &Page, to: &str, which: &str, list: &str, reports: &[i64]) -> Form {
    let mut form = vec![
        ("csrf", page.token()),
        ("to", to.to_owned()),
        ("which", which.to_owned()),
        ("list", list.to_owned()),
    ];
    form.extend(reports.iter().map(|r| ("report", r.to_string())));
    form
}

/// The number of a user in the form.
fn user(page: &Page, name: &str) -> String {
    let form = page.body.split("id=\"many\"").nth(1).unwrap();
    let option = form.split("<option value=\"");
    let found = option
        .into_iter()
        .find(|o| o.contains(&format!(">{name}<")));
    found.unwrap().split('"').next().unwrap().to_owned()
}

#[test]
fn a_supervisor_gives_what_is_chosen_or_all_of_a_list_to_somebody_and_takes_it_back() {
    let server = Server::start(&["--demo=fresh"]);
    let mut admin = server.log_in("admin", server.password());
    let page = admin.get(&server, "/reports");
    let (coder, all) = (user(&page, "coder"), numbers(&page));
    let path = "/reports/assign";
    for (sent, told) in [
        (form(&page, "", "chosen", "", &all[..2]), "Choose whom"),
        (form(&page, &coder, "chosen", "", &[]), "Choose reports"),
        (
            form(&page, "4", "chosen", "", &all[..2]),
            "auditor cannot decide",
        ),
        (form(&page, "x", "chosen", "", &all[..2]), "is no number"),
    ] {
        let sent = admin.post(&server, path, &sent);
        assert_eq!(sent.status, 422, "{told}");
        assert!(
            sent.body.contains(told) && sent.body.contains("id=\"many\""),
            "{told}"
        );
    }
    // One that is not there: none of them is given.
    let unknown = form(&page, &coder, "chosen", "", &[all[0], 999]);
    assert_eq!(admin.post(&server, path, &unknown).status, 404);
    let mine = |browser: &mut Browser| browser.get(&server, "/reports?assigned=me").names();
    let mut browser = server.log_in("coder", server.password());
    assert!(mine(&mut browser).is_empty());
    let sent = admin.post(&server, path, &form(&page, &coder, "chosen", "", &all[..2]));
    let to = sent.header("location").to_owned();
    assert_eq!(sent.status, 303);
    assert!(
        admin
            .get(&server, &to)
            .body
            .contains("2 reports are now for coder."),
        "{to}"
    );
    assert_eq!(mine(&mut browser).len(), 2);
    // Whose reports the list is limited to is shown, whoever it is.
    for (who, path) in [(&mut admin, "coder"), (&mut browser, "coder2")] {
        let page = who.get(&server, &format!("/reports?assigned={path}")).body;
        assert!(page.contains(&format!("<option value=\"{path}\" selected>to {path}<")));
    }
    // All of a list, whatever is chosen; those that are so already are left.
    let list = "site=North";
    let north = admin.get(&server, &format!("/reports?{list}"));
    let north = numbers(&north);
    let already = north.iter().filter(|n| all[..2].contains(n)).count();
    let sent = admin.post(&server, path, &form(&page, &coder, "all", list, &all[..1]));
    let to = sent.header("location").to_owned();
    assert!(to.contains("site=North"), "the list is still limited: {to}");
    let told = admin.get(&server, &to).body;
    assert!(told.contains(&format!(
        "{} reports are now for coder.",
        north.len() - already
    )));
    assert!(told.contains(" left: done, or so already."));
    let list = format!("/reports?assigned=coder&{list}");
    assert_eq!(numbers(&admin.get(&server, &list)), north);
    // Each has its row in the history.
    let log = admin.get(&server, "/audit?event=assign").body;
    let each = format!("to user {coder}, one of {} at once", north.len() - already);
    assert_eq!(log.matches(&each).count(), north.len() - already);
    // Back to nobody.
    admin.post(
        &server,
        path,
        &form(&page, "nobody", "all", "state=all", &[]),
    );
    assert!(mine(&mut browser).is_empty());
    // Coders have neither the boxes nor the right.
    let page = browser.get(&server, "/reports");
    assert!(numbers(&page).is_empty() && !page.body.contains("id=\"many\""));
    let sent = browser.post(&server, path, &form(&page, &coder, "chosen", "", &all[..2]));
    assert_eq!(sent.status, 403);
}

#[test]
fn nobody_is_given_reports_of_a_site_that_they_do_not_see() {
    let server = Server::start(&["--demo=fresh"]);
    let mut admin = server.log_in("admin", server.password());
    let page = admin.get(&server, "/people");
    let change = [
        ("csrf", page.token()),
        ("role", "coder".to_owned()),
        ("physician", String::new()),
        ("site", "North".to_owned()),
    ];
    assert_eq!(admin.post(&server, "/people/3", &change).status, 303);
    let page = admin.get(&server, "/reports");
    let refused = admin.post(
        &server,
        "/reports/assign",
        &form(&page, "3", "all", "", &[]),
    );
    assert_eq!(refused.status, 422);
    assert!(
        refused
            .body
            .contains("Nothing was changed: coder2 sees the site North alone")
    );
    let of = |admin: &mut Browser| numbers(&admin.get(&server, "/reports?assigned=coder2")).len();
    assert_eq!(of(&mut admin), 0);
    let list = "site=North";
    let given = admin.post(
        &server,
        "/reports/assign",
        &form(&page, "3", "all", list, &[]),
    );
    assert_eq!(given.status, 303);
    assert!(of(&mut admin) > 2);
    // The same for one report on its own page.
    let south = numbers(&admin.get(&server, "/reports?site=South"))[0];
    let one = [("csrf", page.token()), ("to", "3".to_owned())];
    let path = format!("/reports/{south}/assign");
    assert_eq!(admin.post(&server, &path, &one).status, 422);
}

#[test]
fn who_works_through_a_list_stays_in_it() {
    let server = Server::start(&["--demo=fresh"]);
    let mut coder = server.log_in("coder", server.password());
    let list = "site=North&sort=name";
    let path = format!("/reports?{list}");
    let page = coder.get(&server, &path);
    assert_eq!(page.value("list"), list.replace('&', "&amp;"));
    let names = page.names();
    assert!(names.len() > 5);
    let token = page.token();
    let next = |coder: &mut Browser, after: &str| {
        let form = [
            ("csrf", token.clone()),
            ("after", after.to_owned()),
            ("list", list.to_owned()),
        ];
        let sent = coder.post(&server, "/reports/next", &form);
        assert_eq!(sent.status, 303);
        sent.header("location").to_owned()
    };
    let heading = |page: &Page| {
        let name = page.body.split("<h1>").nth(1).unwrap();
        name.split([' ', '<']).next().unwrap().to_owned()
    };
    // In the order of the list, and each page hands the list on.
    let mut after = String::from("0");
    for name in &names[..3] {
        let to = next(&mut coder, &after);
        assert!(to.ends_with("?list=site%3DNorth%26sort%3Dname"), "{to}");
        let page = coder.get(&server, &to);
        assert_eq!(&heading(&page), name);
        assert!(page.body.contains("The list you work through"));
        assert_eq!(page.value("list"), list.replace('&', "&amp;"));
        let asks = format!("/reports/{}/ask?flag=", page.value("after"));
        for link in page.body.split("href=\"").filter(|l| l.starts_with(&asks)) {
            assert!(
                link.split('"').next().unwrap().contains("&amp;list="),
                "{link}"
            );
        }
        after = to["/reports/".len()..]
            .split('?')
            .next()
            .unwrap()
            .to_owned();
    }
    // A decision and the end of a report go on in it.
    let path = format!("/reports/{after}");
    let fence = coder.get(&server, &path).value("fence");
    let all = [
        ("csrf", token.clone()),
        ("fence", fence),
        ("list", list.to_owned()),
    ];
    let sent = coder.post(&server, &format!("{path}/accept-all"), &all);
    assert!(
        sent.header("location").contains("?list=") && sent.header("location").ends_with("#finish")
    );
    let sent = coder.post(&server, &format!("{path}/finish"), &all);
    assert_eq!(sent.status, 303);
    let page = coder.get(&server, sent.header("location"));
    assert_eq!(heading(&page), names[3]);
    // Another coder gets none that somebody has, and is told when none is left.
    let mut other = server.log_in("coder2", server.password());
    let token = other.get(&server, "/reports").token();
    let mut seen = Vec::new();
    let end = loop {
        let form = [("csrf", token.clone()), ("list", list.to_owned())];
        let to = other.post(&server, "/reports/next", &form);
        let to = to.header("location").to_owned();
        let page = other.get(&server, &to);
        if !to.starts_with("/reports/") {
            break page;
        }
        seen.push(heading(&page));
        let number = to["/reports/".len()..]
            .split('?')
            .next()
            .unwrap()
            .to_owned();
        let done = [
            ("csrf", token.clone()),
            ("fence", page.value("fence")),
            ("reason", "second_opinion".to_owned()),
        ];
        let held = other.post(&server, &format!("/reports/{number}/hold"), &done);
        assert_eq!(held.status, 303);
    };
    assert_eq!(seen, names[4..]);
    assert!(end.body.contains("No report of this list waits for you."));
}
