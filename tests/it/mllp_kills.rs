//! Messages to a server that is killed at random moments: each that was acknowledged is there, and each is there once. Small in
//! the ordinary run; `scripts/queue-stress` sends 10,000.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use rusqlite::Connection;

use super::{
    mllp::{answer, connect, framed, numbered, start},
    stress::{size, sound, within},
};

const SENDERS: usize = 4;

/// The numbers of the documents in a store, each as often as it has a version.
fn kept(path: &Path) -> Vec<usize> {
    let raw = Connection::open(path).unwrap();
    let mut statement = raw
        .prepare("SELECT r.name FROM versions v JOIN reports r ON r.id = v.report")
        .unwrap();
    let names = statement.query_map([], |r| r.get::<_, String>(0)).unwrap();
    let numbers = names.map(|n| n.unwrap().trim_start_matches('D').parse().unwrap());
    numbers.collect()
}

#[test]
fn of_messages_to_a_server_killed_at_random_each_acknowledged_is_kept_once() {
    let messages = size("IVUS_MESSAGES", 120);
    let kills = size("IVUS_MESSAGE_KILLS", 3);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("q.db");
    let taken: Mutex<BTreeSet<usize>> = Mutex::default();
    let times: Mutex<Vec<Duration>> = Mutex::default();
    let sent = AtomicUsize::new(0);
    let begun = Instant::now();
    for round in 0..=kills {
        let server = start(path.to_str().unwrap(), &[]);
        thread::scope(|scope| {
            for sender in 0..SENDERS {
                let (server, taken, times, sent) = (&server, &taken, &times, &sent);
                scope.spawn(move || {
                    // What was not acknowledged is sent again, as senders do.
                    let done = taken.lock().unwrap().clone();
                    let mine = (sender..messages).step_by(SENDERS);
                    let mut stream = connect(server);
                    for n in mine.filter(|n| !done.contains(n)) {
                        sent.fetch_add(1, Ordering::Relaxed);
                        let asked = Instant::now();
                        let _ = std::io::Write::write_all(&mut stream, &framed(&numbered(n)));
                        let told = answer(&mut stream);
                        if !told.contains(&format!("\rMSA|AA|{n}\r")) {
                            assert_eq!(told, "", "message {n} was not taken");
                            break;
                        }
                        times.lock().unwrap().push(asked.elapsed());
                        taken.lock().unwrap().insert(n);
                    }
                });
            }
            if round < kills {
                // Spread over all messages, at moments that are never the same.
                while taken.lock().unwrap().len() < round * messages / kills + 1 {
                    thread::sleep(Duration::from_millis(1));
                }
                let wait = (u64::try_from(round).unwrap() * 7919) % 97;
                thread::sleep(Duration::from_millis(wait));
                server.kill();
            }
        });
        drop(server);
        sound(&path, &format!("after kill {round}"));
        let there: BTreeSet<usize> = kept(&path).into_iter().collect();
        let lost: Vec<usize> = taken.lock().unwrap().difference(&there).copied().collect();
        assert!(lost.is_empty(), "kill {round}: {lost:?}");
    }
    let mut there = kept(&path);
    there.sort_unstable();
    assert_eq!(there, (0..messages).collect::<Vec<_>>(), "each once");
    assert_eq!(taken.lock().unwrap().len(), messages);
    let mut times = times.into_inner().unwrap();
    let again = sent.into_inner() - messages;
    println!(
        "{messages} messages by {SENDERS} connections, {kills} kills: each acknowledged and kept once, {again} sent again, in {:.0} s; an answer took {:.1} ms in the median, 99 of 100 {:.1} ms or less",
        begun.elapsed().as_secs_f64(),
        within(&mut times, 50).as_secs_f64() * 1e3,
        within(&mut times, 99).as_secs_f64() * 1e3,
    );
}
