//! The page *Export*: what it tells of the reports that would leave, what limits them, and the files, gold labels among them.

use std::{fs, io::Read, path::Path, process::Command};

use ivus::{
    Analyzer,
    queue::{
        Actor, Credentials, Desk, Store,
        audit::{Entry, Wanted},
        board::Filter,
        time::{self, DAY},
    },
};
use zip::ZipArchive;

use super::{
    leaving::store,
    serve::{Browser, Page, Server},
};

const PASSWORD: &str = "seven lamps beside an orchard";

fn desk(folder: &Path) -> Desk {
    let store = Store::existing(&folder.join("q.db")).unwrap();
    Desk::new(store, Analyzer::builtin())
}

/// A server over the store of two finished reports among twelve, and its coder's browser.
fn open(folder: &Path) -> (Server, Browser) {
    let desk = desk(folder);
    let ann = desk.users(&Actor::command()).unwrap()[0].id;
    let link = desk.add_link(&Actor::command(), ann).unwrap();
    let credentials = Credentials {
        name: "ann".to_owned(),
        password: PASSWORD.to_owned(),
        code: String::new(),
        origin: "test".to_owned(),
    };
    desk.set_up(&link, &credentials).unwrap();
    let server = Server::over(&folder.join("q.db"), &[]);
    let browser = server.log_in("ann", PASSWORD);
    (server, browser)
}

fn lines(page: &Page) -> usize {
    assert_eq!(page.status, 200, "{}", page.body);
    page.body.lines().count()
}

#[test]
fn what_leaves_is_limited_counted_and_noted() {
    let folder = store();
    let (server, mut ann) = open(folder.path());
    let page = ann.get(&server, "/export").body;
    assert!(page.contains("2 reports are finished; "), "{page}");
    let of_one = "physician=Dr.+Birch";
    let page = ann.get(&server, &format!("/export?{of_one}")).body;
    assert!(page.contains("1 of 2 finished reports is chosen"), "{page}");
    assert!(page.contains("/export/decisions.jsonl?physician=Dr.+Birch"));
    assert!(page.contains("/reports?state=done&amp;physician=Dr.+Birch"));
    let mut got =
        |limits: &str| lines(&ann.get(&server, &format!("/export/decisions.jsonl?{limits}")));
    let day = |days: i64| time::iso(time::now() + days * DAY)[..10].to_owned();
    let (yesterday, today, tomorrow) = (day(-1), day(0), day(1));
    for (limits, reports) in [
        (String::new(), 2),
        (of_one.to_owned(), 1),
        ("physician=Dr.+Elm".to_owned(), 0),
        ("site=North".to_owned(), 2),
        ("site=South".to_owned(), 0),
        ("from=2024-05-02&until=2024-05-02".to_owned(), 2),
        ("from=2024-05-03".to_owned(), 0),
        (format!("done_from={yesterday}&done_until={tomorrow}"), 2),
        (format!("done_until={yesterday}"), 0),
        (format!("done_from={tomorrow}"), 0),
    ] {
        assert_eq!(got(&limits), reports, "{limits}");
    }
    // The same on the command line.
    let command = |more: &[&str]| {
        let done = Command::new(env!("CARGO_BIN_EXE_ivus"))
            .args(["queue", "export", "--store"])
            .arg(folder.path().join("q.db"))
            .args(more)
            .output()
            .unwrap();
        assert!(done.status.success(), "{more:?}");
        String::from_utf8(done.stdout).unwrap().lines().count()
    };
    assert_eq!(command(&["--physician", "Dr. Birch"]), 1);
    assert_eq!(command(&["--site", "South"]), 0);
    assert_eq!(command(&["--from", "2024-05-03"]), 0);
    assert_eq!(
        command(&["--finished-from", &yesterday, "--finished-until", &tomorrow]),
        2
    );
    assert_eq!(command(&["--finished-until", &yesterday]), 0);
    assert_eq!(
        command(&["--finished-from", &today]),
        command(&["--finished-until", &today])
    );
    // What is no day limits nothing by being left out: it is told, and no file is made.
    for bad in ["from=05/02/2024", "done_from=2024-02-30", "done_until=x"] {
        let page = ann.get(&server, &format!("/export?{bad}"));
        assert!(
            page.body.contains("A day is written as 2026-11-22.")
                && !page.body.contains("/export/gold.zip")
        );
        let file = ann.get(&server, &format!("/export/gold.zip?{bad}"));
        assert_eq!(file.status, 422, "{bad}");
    }
    // Each report that left has a row with the form.
    let wanted = Wanted {
        event: "export".to_owned(),
        ..Wanted::default()
    };
    let rows = desk(folder.path())
        .audit(&Actor::command(), &wanted, 100)
        .unwrap();
    let of = |object: &str| {
        let own = |r: &&_| is_row_of(r, object);
        rows.iter().filter(own).count()
    };
    assert_eq!((of("report 1"), of("report 2")), (5, 4));
    assert!(
        rows.iter()
            .any(|r| r.actor == "command line" && r.detail == "jsonl")
    );
}

fn is_row_of(row: &Entry, object: &str) -> bool {
    let left = row.detail == "decisions.jsonl" && row.outcome == "done";
    row.actor == "ann" && row.object == object && left
}

#[test]
fn gold_labels_leave_as_one_file_that_eval_reads_when_it_is_unpacked() {
    let folder = store();
    let (server, ann) = open(folder.path());
    let file = ann.bytes(&server, "/export/gold.zip");
    assert_eq!(
        file,
        ann.bytes(&server, "/export/gold.zip"),
        "the same bytes again"
    );
    let gold = folder.path().join("gold");
    fs::create_dir(&gold).unwrap();
    let mut archive = ZipArchive::new(std::io::Cursor::new(file)).unwrap();
    let mut names = Vec::new();
    for n in 0..archive.len() {
        let mut one = archive.by_index(n).unwrap();
        let mut text = String::new();
        one.read_to_string(&mut text).unwrap();
        let name = one.name().unwrap().into_owned();
        fs::write(gold.join(&name), text).unwrap();
        names.push(name);
    }
    assert_eq!(
        names,
        ["case-1.txt", "case-1.json", "case-2.txt", "case-2.json"]
    );
    let ivus = |arguments: &[&str]| {
        let done = Command::new(env!("CARGO_BIN_EXE_ivus"))
            .current_dir(folder.path())
            .args(arguments)
            .output()
            .unwrap();
        assert_eq!(done.status.code(), Some(0), "{arguments:?}");
    };
    ivus(&["eval", "gold"]);
    // They are those of the command, byte for byte.
    ivus(&[
        "queue", "export", "--store", "q.db", "--format", "gold", "--out", "other",
    ]);
    for name in &names {
        let read = |at: &str| fs::read(folder.path().join(at).join(name)).unwrap();
        assert_eq!(read("gold"), read("other"), "{name}");
    }
    let filter = Filter {
        state: "done".to_owned(),
        ..Filter::default()
    };
    assert_eq!(
        desk(folder.path())
            .to_export(&Actor::command(), &filter)
            .unwrap(),
        (2, 0)
    );
}
