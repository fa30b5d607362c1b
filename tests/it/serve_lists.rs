//! Numbers and lists that belong together: those beside the list, those of the feedback with the reports behind them, and what
//! a physician sees of an own report.

use crate::serve::{Browser, Server};

#[test]
fn the_numbers_beside_the_list_are_those_of_the_list() {
    let server = Server::start(&["--demo"]);
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
    let server = Server::start(&["--demo"]);
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
    let server = Server::start(&["--demo"]);
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
    let server = Server::start(&["--demo"]);
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
