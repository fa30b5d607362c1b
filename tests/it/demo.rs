//! The demo as a newcomer meets it: a queue at work, each page with something to show, made as people would make it.

use ivus::{
    Analyzer,
    queue::{
        Actor, Desk, Store,
        board::Filter,
        demo::{self, Stage},
    },
};

use super::serve::Server;

#[test]
fn a_demo_shows_a_queue_at_work_on_each_page() {
    let server = Server::start(&["--demo"]);
    let mut admin = server.log_in("admin", server.password());
    let mut coder = server.log_in("coder", server.password());
    let mut listed = |state: &str| {
        let page = coder.get(&server, &format!("/reports?state={state}"));
        assert_eq!(page.status, 200, "{state}");
        page.names().len()
    };
    assert!(listed("done") >= 25);
    assert!(listed("held") >= 4);
    assert!(listed("open") >= 15);
    let list = coder.get(&server, "/reports?state=open").body;
    for told in ["coder", "coder2"] {
        assert!(list.contains(told), "{told}");
    }
    let queries = admin.get(&server, "/queries").body;
    for standing in ["open", "answered", "closed", "cancelled"] {
        assert!(queries.contains(standing), "{standing}");
    }
    let progress = admin.get(&server, "/progress").body;
    assert!(!progress.contains("Nothing was finished"), "{progress}");
    let feedback = admin.get(&server, "/feedback").body;
    for told in [
        "Dr. Alder",
        "Dr. Birch",
        "Dr. Cedar",
        "Dr. Dogwood",
        "North",
        "South",
        "West",
        "2024-01",
        "2024-06",
        "No necessity",
    ] {
        assert!(feedback.contains(told), "{told}");
    }
    assert!(!feedback.contains("Nothing was decided"));
    let audit = admin.get(&server, "/audit").body;
    assert!(audit.contains("finish"));
    let mut physician = server.log_in("physician", server.password());
    assert_eq!(physician.get(&server, "/queries").status, 200);
}

/// What is decided in a demo, without when.
fn decided(folder: &std::path::Path) -> Vec<String> {
    let store = Store::open(&folder.join("q.db")).unwrap();
    let desk = Desk::new(store, Analyzer::builtin()).for_showing();
    demo::fill(&desk, "a password for all", Stage::Worked).unwrap();
    assert!(desk.store().verify_audit(None).unwrap().is_ok());
    let filter = Filter {
        state: String::new(),
        sort: "name".to_owned(),
        ..Filter::default()
    };
    let mut told = Vec::new();
    desk.export(&Actor::command(), &filter, "jsonl", |one| {
        told.push(format!(
            "{} {} {}",
            one.report_id, one.status, one.disposition
        ));
        for d in &one.decisions {
            told.push(format!(
                "{} {} {:?} {:?}",
                d.suggestion, d.class, d.reason, d.decided_by
            ));
        }
        Ok(())
    })
    .unwrap();
    told
}

#[test]
fn a_demo_is_the_same_each_time_and_its_audit_log_is_whole() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let told = decided(one.path());
    assert_eq!(told, decided(other.path()));
    for class in ["Accepted", "Edited", "Added", "Rejected"] {
        assert!(told.iter().any(|t| t.contains(class)), "{class}");
    }
}
