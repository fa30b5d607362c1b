//! The queue under load and under SIGKILL: many clients after the same reports, and a server that is killed while it commits.
//! Small in the ordinary run; `scripts/queue-stress` runs it in full size against a release build.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use ivus::{
    Analyzer,
    queue::{Actor, Credentials, Desk, Role, Store, reports::Incoming, users::NewUser},
};
use rusqlite::Connection;

use super::serve::{Browser, Server};

const PASSWORD: &str = "seven lamps beside an orchard";
const TEXT: &str = "DATE OF SERVICE: 05/02/2024\nINDICATION: Left leg swelling; venogram was equivocal, so IVUS was needed.\n\
    FINDINGS: IVUS of the left common iliac vein showed 78% area stenosis.\n";

/// A size from the environment, such as `IVUS_CLIENTS=50`, else that of the ordinary run.
pub(crate) fn size(name: &str, ordinary: usize) -> usize {
    std::env::var(name)
        .ok()
        .and_then(|v| v.parse().ok())
        .unwrap_or(ordinary)
}

/// A store with coders `coder0`, `coder1` … and reports.
fn store(path: &Path, coders: usize, reports: usize, text: &str) {
    let desk = Desk::new(Store::open(path).unwrap(), Analyzer::builtin());
    for n in 0..coders {
        let name = format!("coder{n}");
        let new = NewUser {
            name: name.clone(),
            role: Role::Coder,
            physician: None,
            site: None,
        };
        let (_, link) = desk.add_user(&Actor::command(), &new).unwrap();
        let credentials = Credentials {
            name,
            password: PASSWORD.to_owned(),
            code: String::new(),
            origin: "test".to_owned(),
        };
        desk.set_up(&link, &credentials).unwrap();
    }
    let incoming = |n: usize| Incoming {
        patient: None,
        name: format!("r{n}"),
        text: text.to_owned(),
        date: None,
        source: "test".to_owned(),
        site: "North".to_owned(),
        physician: "Dr. Alder".to_owned(),
        status: None,
    };
    let all: Vec<usize> = (0..reports).collect();
    for some in all.chunks(500) {
        desk.import_all(
            &Actor::command(),
            some.iter().map(|n| incoming(*n)).collect(),
        )
        .unwrap();
    }
}

/// That the file is whole, the chain holds, and the head beside it is that of the chain.
pub(crate) fn sound(path: &Path, when: &str) {
    let raw = Connection::open(path).unwrap();
    let told: String = raw
        .query_row("PRAGMA integrity_check", [], |r| r.get(0))
        .unwrap();
    assert_eq!(told, "ok", "{when}");
    drop(raw);
    let verified = Store::existing(path).unwrap().verify_audit(None).unwrap();
    assert!(verified.is_ok(), "{when}: {verified:?}");
}

/// The time below which a share of the times lies.
pub(crate) fn within(times: &mut [Duration], share: usize) -> Duration {
    times.sort_unstable();
    times[(times.len() * share / 100).min(times.len() - 1)]
}

#[test]
fn of_many_clients_after_many_reports_no_two_hold_one() {
    let (clients, reports) = (size("IVUS_CLIENTS", 12), size("IVUS_REPORTS", 150));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("q.db");
    store(&path, clients, reports, "Nothing was done.");
    let server = Server::over(&path, &[]);
    let browsers: Vec<Browser> = (0..clients)
        .map(|n| server.log_in(&format!("coder{n}"), PASSWORD))
        .collect();
    let held: Mutex<BTreeMap<String, Vec<usize>>> = Mutex::default();
    let times: Mutex<Vec<Duration>> = Mutex::default();
    let start = Instant::now();
    thread::scope(|scope| {
        for (n, mut browser) in browsers.into_iter().enumerate() {
            let (server, held, times) = (&server, &held, &times);
            scope.spawn(move || {
                let token = browser.get(server, "/about").token();
                let mut mine = BTreeSet::new();
                loop {
                    let asked = Instant::now();
                    let page = browser.post(server, "/reports/next", &[("csrf", token.clone())]);
                    times.lock().unwrap().push(asked.elapsed());
                    assert_eq!(page.status, 303, "{}", page.body);
                    let to = page.header("location").to_owned();
                    // When no other is left, one that is in hand already comes again.
                    if to == "/reports" || !mine.insert(to.clone()) {
                        break;
                    }
                    held.lock().unwrap().entry(to).or_default().push(n);
                }
            });
        }
    });
    let took = start.elapsed();
    let held = held.into_inner().unwrap();
    let doubles = held.values().filter(|h| h.len() > 1).count();
    let mut times = times.into_inner().unwrap();
    println!(
        "{clients} clients, {reports} reports: {} claimed, {doubles} held by two, in {:.1} s; a claim took {:.0} ms in the median, 99 of 100 {:.0} ms or less",
        held.len(),
        took.as_secs_f64(),
        within(&mut times, 50).as_secs_f64() * 1e3,
        within(&mut times, 99).as_secs_f64() * 1e3,
    );
    assert_eq!((held.len(), doubles), (reports, 0));
    drop(server);
    let raw = Connection::open(&path).unwrap();
    // The store tells the same: each is in somebody's hands, with the first number.
    let in_hand: i64 = raw
        .query_row(
            "SELECT count(*) FROM queue WHERE claimed_by IS NOT NULL AND fence = 1",
            [],
            |r| r.get(0),
        )
        .unwrap();
    assert_eq!(usize::try_from(in_hand).unwrap(), reports);
    drop(raw);
    sound(&path, "after the claims");
}

#[test]
fn a_server_killed_while_it_commits_keeps_every_decision_it_acknowledged() {
    const CODERS: usize = 4;
    let kills = size("IVUS_KILLS", 4);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("q.db");
    store(&path, CODERS, CODERS, TEXT);
    let mut browsers: Vec<Browser> = Vec::new();
    let mut acknowledged: BTreeSet<String> = BTreeSet::new();
    let (mut sent, mut in_commit) = (0, 0);
    for kill in 0..kills {
        let server = Server::over(&path, &[]);
        assert!(
            !server.told.iter().any(|l| l.contains("READ ONLY")),
            "{:?}",
            server.told
        );
        if browsers.is_empty() {
            browsers.extend((0..CODERS).map(|n| server.log_in(&format!("coder{n}"), PASSWORD)));
        }
        let over = AtomicBool::new(false);
        let told: Mutex<Vec<String>> = Mutex::default();
        let asked: Mutex<usize> = Mutex::default();
        thread::scope(|scope| {
            for (n, browser) in browsers.iter_mut().enumerate() {
                let (server, over, told, asked) = (&server, &over, &told, &asked);
                scope.spawn(move || {
                    let report = format!("/reports/{}", n + 1);
                    let Some(page) = browser.try_send(server, "GET", &report, &[], b"") else {
                        return;
                    };
                    let token = page.token();
                    browser.try_post(
                        server,
                        &format!("{report}/claim"),
                        &[("csrf", token.clone())],
                    );
                    let Some(page) = browser.try_send(server, "GET", &report, &[], b"") else {
                        return;
                    };
                    let fence = page.value("fence");
                    for m in 0.. {
                        if over.load(Ordering::Relaxed) {
                            break;
                        }
                        let note = format!("decision {kill}-{n}-{m}");
                        let form = [
                            ("csrf", token.clone()),
                            ("fence", fence.clone()),
                            ("suggestion", "37252 left common-iliac-vein".to_owned()),
                            ("verdict", "reject".to_owned()),
                            ("reason", "other".to_owned()),
                            ("note", note.clone()),
                        ];
                        *asked.lock().unwrap() += 1;
                        let page = browser.try_post(server, &format!("{report}/decide"), &form);
                        match page.map_or(0, |p| p.status) {
                            303 => told.lock().unwrap().push(note),
                            0 => break,
                            other => panic!("a decision was answered with {other}"),
                        }
                    }
                });
            }
            // From when decisions are made, moments spread evenly and never the same.
            while told.lock().unwrap().len() < CODERS {
                thread::sleep(Duration::from_millis(5));
            }
            let wait = (u64::try_from(kill).unwrap() * 7919) % 251;
            thread::sleep(Duration::from_millis(wait));
            server.kill();
            over.store(true, Ordering::Relaxed);
        });
        drop(server);
        let told = told.into_inner().unwrap();
        sent += asked.into_inner().unwrap();
        acknowledged.extend(told);
        sound(&path, &format!("after kill {kill}"));
        let raw = Connection::open(&path).unwrap();
        let mut statement = raw.prepare("SELECT note FROM decisions").unwrap();
        let kept: BTreeSet<String> = statement
            .query_map([], |r| r.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        let lost: Vec<_> = acknowledged.difference(&kept).collect();
        assert!(lost.is_empty(), "kill {kill}: {lost:?}");
        // Kept without having been acknowledged: the kill came between commit and answer.
        in_commit += kept.len() - acknowledged.len();
        acknowledged.extend(kept);
    }
    println!(
        "{kills} kills, {sent} decisions sent, {} kept, {in_commit} of them without the answer having come; none acknowledged was lost",
        acknowledged.len()
    );
}
