//! How the work goes: for supervisors alone, counted by coder and by day.

use super::serve::{Page, Server};

/// The numbers of a row that begins with a name.
fn row(page: &Page, name: &str) -> Vec<usize> {
    let row = page.body.split("<tr>").find(|r| r.contains(name)).unwrap();
    let cells = row.split("</td>").skip(1).filter(|c| c.contains("number"));
    let text = |c: &str| -> String {
        let plain = c.split('<').filter_map(|p| p.split_once('>'));
        plain.map(|(_, text)| text).collect()
    };
    cells.map(|c| text(c).trim().parse().unwrap()).collect()
}

#[test]
fn supervisors_see_what_each_coder_has_and_did() {
    let server = Server::start(&["--demo=fresh"]);
    let mut admin = server.log_in("admin", server.password());
    let page = admin.get(&server, "/progress");
    let all = page.body.matches("None was finished").count();
    assert!(all == 1 && page.body.contains("The one that waits longest came"));
    for name in ["<b>admin</b>", "<b>coder2</b>"] {
        assert_eq!(row(&page, name), [0; 6], "{name}");
    }
    // Who only reads is no coder.
    for name in ["<b>auditor</b>", "<b>viewer</b>", "<b>physician</b>"] {
        assert!(!page.body.contains(name), "{name}");
    }
    // The demo's query was asked by a coder, whose report is on hold.
    assert_eq!(row(&page, "<b>coder</b>"), [0, 0, 1, 0, 0, 0]);
    let token = page.token();
    for report in ["2", "3", "5"] {
        let form = [("csrf", token.clone()), ("to", "3".to_owned())];
        admin.post(&server, &format!("/reports/{report}/assign"), &form);
    }
    let mut coder = server.log_in("coder2", server.password());
    let token = coder.get(&server, "/reports").token();
    // One without a unit is finished at once; two are in hand, one of which is on hold.
    for report in ["3", "2", "5"] {
        let claim = [("csrf", token.clone())];
        coder.post(&server, &format!("/reports/{report}/claim"), &claim);
    }
    let send = |coder: &mut super::serve::Browser, report: &str, what: &str| {
        let path = format!("/reports/{report}");
        let fence = coder.get(&server, &path).value("fence");
        let form = [
            ("csrf", token.clone()),
            ("fence", fence),
            ("reason", "second_opinion".to_owned()),
        ];
        let sent = coder.post(&server, &format!("{path}/{what}"), &form);
        assert_eq!(sent.status, 303, "{report} {what}");
    };
    send(&mut coder, "2", "hold");
    send(&mut coder, "3", "finish");
    // The next report was claimed in the same step.
    let page = admin.get(&server, "/progress");
    let told = row(&page, "<b>coder2</b>");
    assert_eq!((&told[..3], &told[4..]), (&[1, 3, 1][..], &[1, 1][..]));
    assert!(page.body.contains("Of 1 finished in the last 30 days"));
    // Whatever the hour: a day may end while this is tried.
    let day = |n: i64| {
        let at = ivus::queue::time::now() - n * ivus::queue::time::DAY;
        row(&page, &format!(">{}<", ivus::queue::time::date(at)))
    };
    let (today, before) = (day(0), day(1));
    assert_eq!((today[0] + before[0], today[1] + before[1]), (24, 1));
    let list = admin.get(&server, "/reports?assigned=coder2").body;
    assert_eq!(list.matches("data-l=\"Standing\"").count(), 1);
    // Opened again it is not finished.
    send(&mut coder, "3", "reopen");
    let page = admin.get(&server, "/progress");
    assert_eq!(row(&page, "<b>coder2</b>")[3..], [0, 0, 0]);
    assert_eq!(coder.get(&server, "/progress").status, 403);
}
