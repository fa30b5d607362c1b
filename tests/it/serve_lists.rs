//! Numbers and lists that belong together: those beside the list, those of the feedback with the reports behind them, and what
//! a physician sees of an own report.

use crate::serve::{Browser, Server};

#[test]
fn the_numbers_beside_the_list_are_those_of_the_list() {
    let server = Server::start(&["--demo=fresh"]);
    let mut viewer = server.log_in("viewer", server.password());
    for state in ["open", "held", "done", "all"] {
        let page = viewer.get(&server, &format!("/reports?state={state}")).body;
        let chips = page.split("<p class=\"chips\">").nth(1).unwrap();
        let chips = chips.split("</p>").next().unwrap();
        let mut sum = 0;
        for chip in chips.split("</a>").filter(|c| c.contains("href")) {
            let count: usize = chip
                .rsplit("</span> ")
                .next()
                .unwrap()
                .trim()
                .parse()
                .unwrap();
            let address = address(chip);
            let rows = viewer.get(&server, &address.replace("&amp;", "&")).body;
            assert_eq!(
                rows.matches("data-l=\"Standing\"").count(),
                count,
                "{address}"
            );
            sum += count;
        }
        assert_eq!(page.matches("data-l=\"Standing\"").count(), sum, "{state}");
    }
}

#[test]
fn what_the_list_is_limited_to_is_shown_also_when_no_report_is_like_it() {
    let server = Server::start(&["--demo=fresh"]);
    let mut viewer = server.log_in("viewer", server.password());
    let path = "/reports?state=done&flag=IVUS003&disposition=query";
    let page = viewer.get(&server, path).body;
    assert!(
        page.contains("<option value=\"IVUS003\" selected>")
            && page.contains("No report is like this.")
    );
    assert!(page.contains("href=\"/reports?state=done&amp;flag=IVUS003\" aria-current=\"true\""));
}

#[test]
fn a_gap_of_the_figures_leads_to_its_reports() {
    let server = Server::start(&["--demo=fresh"]);
    let links = |browser: &mut Browser, path: &str| -> Vec<(usize, String)> {
        let page = browser.get(&server, path).body;
        let gaps = page.split("<ol class=\"gaps\">").nth(1).unwrap();
        let gaps = gaps.split("</ol>").next().unwrap().split("<li>").skip(1);
        gaps.map(|gap| {
            let count = gap.split("</b>: ").nth(1).unwrap();
            let count = count.split(' ').next().unwrap().parse().unwrap();
            let list = address(gap);
            (count, list.replace("&amp;", "&"))
        })
        .collect()
    };
    for (name, path) in [
        ("coder", "/feedback?site=North"),
        ("physician", "/feedback"),
    ] {
        let mut browser = server.log_in(name, server.password());
        let found = links(&mut browser, path);
        assert!(!found.is_empty());
        for (count, list) in found {
            assert_eq!(list.contains("IVUS0"), name == "coder", "{list}");
            let page = browser.get(&server, &list).body;
            assert_eq!(
                page.matches("data-l=\"Standing\"").count(),
                count,
                "{name} {list}"
            );
        }
        // The file that stands by itself leads nowhere.
        assert!(
            !browser
                .get(&server, "/feedback.html")
                .body
                .contains("Show them")
        );
    }
}

#[test]
fn a_physician_sees_what_the_own_report_lacks() {
    let server = Server::start(&["--demo=fresh"]);
    let mut physician = server.log_in("physician", server.password());
    // Report 13 lacks findings; report 1 lacks nothing, and its vessels of one lesion are told of in the words of the lesion.
    let page = physician.get(&server, "/reports/13").body;
    assert!(
        page.contains("Not found in the text")
            && page.contains("IVUS is mentioned, and no finding was found")
    );
    let page = physician.get(&server, "/reports/1").body;
    assert!(page.contains("Nothing to ask about."));
    let table = page.split("in the words of the text").nth(1).unwrap();
    assert!(!table.contains("data-l=\"Where\"><span class=\"note\">not found"));
    assert_eq!(
        table.matches("femoral vein").count(),
        1,
        "once, not once a vessel"
    );
    // No question must not be taken for a good description.
    let form = [
        ("csrf", physician.get(&server, "/check").token()),
        ("text", "Venography was normal.".to_owned()),
    ];
    let seen = physician.post(&server, "/check/marks", &form).body;
    assert!(
        seen.contains("No IVUS that was performed is read in this text.")
            && !seen.contains("Nothing to ask")
    );
}

/// Where the first link of a piece of a page leads.
fn address(piece: &str) -> &str {
    let link = piece.split("href=\"").nth(1).unwrap();
    link.split('"').next().unwrap()
}

#[test]
fn a_report_is_found_by_its_id_and_by_nobody_who_may_not_see_it() {
    let server = Server::start(&["--demo=fresh"]);
    let mut coder = server.log_in("coder", server.password());
    let all = coder.get(&server, "/reports?state=all&sort=name").names();
    assert!(all.len() > 20);
    let token = coder.get(&server, "/reports").token();
    let find = |browser: &mut Browser, token: &str, id: &str| {
        let form = [("csrf", token.to_owned()), ("id", id.to_owned())];
        browser.post(&server, "/reports/find", &form)
    };
    // The whole id, in any case, and a part that only one has.
    let one = &all[3];
    for id in [
        one.clone(),
        format!("  {} ", one.to_uppercase()),
        one[..4].to_owned(),
    ] {
        let sent = find(&mut coder, &token, &id);
        let to = sent.header("location").to_owned();
        assert_eq!(sent.status, 303, "{id}");
        assert!(
            coder.get(&server, &to).body.contains(&format!("<h1>{one}")),
            "{id}: {to}"
        );
    }
    // A part that several have: their list; and words that none has.
    let several = find(&mut coder, &token, "3");
    assert_eq!(several.status, 200);
    let holds: Vec<&String> = all.iter().filter(|n| n.contains('3')).collect();
    assert_eq!(several.names().iter().collect::<Vec<_>>(), holds);
    for none in ["no such id", "%", "_", "' OR 1=1 --"] {
        let page = find(&mut coder, &token, none);
        assert!(
            page.status == 200 && page.body.contains("No report has such an id"),
            "{none}"
        );
    }
    assert_eq!(find(&mut coder, &token, " ").status, 422);
    assert_eq!(find(&mut coder, &token, &"x".repeat(201)).status, 422);
    // A physician finds the own ones alone.
    let mut physician = server.log_in("physician", server.password());
    let own = physician.get(&server, "/reports?state=all").names();
    let token = physician.get(&server, "/reports").token();
    let foreign = all.iter().find(|n| !own.contains(n)).unwrap();
    assert!(
        find(&mut physician, &token, foreign)
            .body
            .contains("none that you may see")
    );
    assert_eq!(find(&mut physician, &token, &own[0]).status, 303);
}

#[test]
fn a_filter_that_is_not_understood_is_told_and_the_flag_asked_for_is_shown() {
    let server = Server::start(&["--demo=fresh"]);
    let mut coder = server.log_in("coder", server.password());
    let page = coder.get(
        &server,
        "/reports?state=all&units=abc&from=notadate&flag=IVUS003",
    );
    assert_eq!(page.status, 200);
    let told = "Not understood, and left out: Date of service from; Units, at least.";
    assert!(page.body.contains(told), "{}", page.body);
    let plain = coder.get(&server, "/reports?state=all&flag=IVUS003").body;
    assert!(!plain.contains("Not understood"));
    assert_eq!(
        page.body.matches("class=\"choice\"").count(),
        plain.matches("class=\"choice\"").count()
    );
    // A flag that is good to know alone stands in the rows when it is asked for.
    let info = coder.get(&server, "/reports?state=all&flag=IVUS017").body;
    let rows = info.matches("class=\"flags-cell\"").count();
    assert!(rows > 0, "{info}");
    assert_eq!(info.matches("title=\"IVUS017\"").count(), rows);
    // What is no word of theirs is left out for physicians without a word.
    let own = server
        .log_in("physician", server.password())
        .get(&server, "/reports?units=abc&until=2024-13-01")
        .body;
    assert!(
        own.contains("Not understood, and left out: Until."),
        "{own}"
    );
}
