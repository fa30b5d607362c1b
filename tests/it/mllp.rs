//! The port for messages, from the real binary: frames in pieces, garbage, limits, several senders, kills between receipt and
//! acknowledgement, and an orderly end.

use std::{
    io::{Read, Write},
    net::TcpStream,
    process::Command,
    thread,
    time::Duration,
};

use super::{
    mllp_settled::{TEXT, document},
    serve::Server,
};

const CANARY: &str = "quetzalcoatlus";

/// The address of the port, from what the server prints.
fn port(server: &Server) -> &str {
    let line = server.told.iter().find(|l| l.contains("mllp://")).unwrap();
    line.split("mllp://").nth(1).unwrap()
}

pub(crate) fn start(store: &str, more: &[&str]) -> Server {
    let arguments = [&["--store", store, "--mllp", "127.0.0.1:0"], more].concat();
    Server::start(&arguments)
}

pub(crate) fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(port(server)).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    stream
}

pub(crate) fn framed(message: &str) -> Vec<u8> {
    [b"\x0B", message.as_bytes(), b"\x1C\r"].concat()
}

/// The next answer; what came until the connection ended, when it does.
pub(crate) fn answer(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while matches!(stream.read(&mut byte), Ok(1)) {
        bytes.push(byte[0]);
        if bytes.ends_with(b"\x1C\r") {
            break;
        }
    }
    String::from_utf8(bytes).unwrap()
}

pub(crate) fn ask(stream: &mut TcpStream, message: &str) -> String {
    stream.write_all(&framed(message)).unwrap();
    answer(stream)
}

/// Ids of the reports in a store, with how many versions there are.
fn listed(store: &str) -> Vec<String> {
    let done = Command::new(env!("CARGO_BIN_EXE_ivus"))
        .args([
            "queue", "list", "--state", "all", "--limit", "100000", "--store", store,
        ])
        .output()
        .unwrap();
    let told = String::from_utf8(done.stdout).unwrap();
    let mut ids: Vec<String> = told
        .lines()
        .skip(1)
        .map(|l| l.split_whitespace().last().unwrap().to_owned())
        .collect();
    ids.sort();
    ids
}

pub(crate) fn numbered(n: usize) -> String {
    document("T02", &n.to_string(), &format!("D{n}"), "", "AU", TEXT)
}

#[test]
fn frames_in_pieces_garbage_and_broken_frames() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("q.db");
    let store = store.to_str().unwrap();
    let server = start(store, &[]);
    let mut stream = connect(&server);
    // One byte at a time, then two messages at once.
    stream.set_nodelay(true).unwrap();
    for byte in framed(&numbered(1)) {
        stream.write_all(&[byte]).unwrap();
    }
    assert!(answer(&mut stream).contains("\rMSA|AA|1\r"));
    let two = [framed(&numbered(2)), b"\r\n".to_vec(), framed(&numbered(3))].concat();
    stream.write_all(&two).unwrap();
    assert!(answer(&mut stream).contains("\rMSA|AA|2\r"));
    assert!(answer(&mut stream).contains("\rMSA|AA|3\r"));
    // What has no end is never acknowledged and never kept; a sender that begins anew is heard.
    let half = numbered(4);
    stream
        .write_all(format!("\u{B}{}", &half[..half.len() - 20]).as_bytes())
        .unwrap();
    assert!(ask(&mut stream, &numbered(5)).contains("\rMSA|AA|5\r"));
    stream.write_all(format!("\u{B}{half}").as_bytes()).unwrap();
    drop(stream);
    // Not a message, on a connection of its own: closed without an answer.
    let mut stream = connect(&server);
    let junk = format!("{CANARY} ").repeat(1000);
    let _ = stream.write_all(junk.as_bytes());
    assert_eq!(answer(&mut stream), "");
    // A frame around what is no message is answered, and the connection goes on.
    let mut stream = connect(&server);
    assert!(ask(&mut stream, CANARY).contains("\rMSA|AR|"));
    assert!(ask(&mut stream, &numbered(6)).contains("\rMSA|AA|6\r"));
    assert_eq!(listed(store), ["D1", "D2", "D3", "D5", "D6"]);
    let said = server.end("-TERM");
    assert!(
        !said.contains(CANARY) && !said.contains("stenosis"),
        "{said}"
    );
    assert!(said.contains("sends what is no message"), "{said}");
}

#[test]
fn what_is_too_large_is_refused_and_what_is_idle_closed() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("q.db");
    let store = store.to_str().unwrap();
    let server = start(store, &["--mllp-idle", "1"]);
    let mut stream = connect(&server);
    let large = document("T02", "1", "D1", "", "AU", &"IVUS ".repeat(3_400_000));
    let told = ask(&mut stream, &large);
    assert!(told.contains("\rMSA|AR|1|larger than 16 MiB"), "{told}");
    assert!(ask(&mut stream, &numbered(2)).contains("\rMSA|AA|2\r"));
    assert_eq!(answer(&mut stream), "", "closed when nothing comes");
    assert_eq!(listed(store), ["D2"]);
}

#[test]
fn several_senders_at_once_are_each_answered_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("q.db");
    let store = store.to_str().unwrap();
    let server = start(store, &[]);
    thread::scope(|scope| {
        for sender in 0..4 {
            let mut stream = connect(&server);
            scope.spawn(move || {
                for n in 0..15 {
                    let message = numbered(sender * 100 + n);
                    let told = ask(&mut stream, &message);
                    assert!(
                        told.contains(&format!("\rMSA|AA|{}\r", sender * 100 + n)),
                        "{told}"
                    );
                }
            });
        }
    });
    assert_eq!(listed(store).len(), 60);
}

#[test]
fn a_message_that_was_killed_before_its_answer_is_kept_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("q.db");
    let store = store.to_str().unwrap();
    let (mut taken, mut wanted) = (Vec::new(), Vec::new());
    for round in 0..6 {
        let server = start(store, &[]);
        let mut stream = connect(&server);
        // What was not acknowledged is sent again, as senders do.
        let again: Vec<usize> = wanted
            .iter()
            .filter(|n| !taken.contains(*n))
            .copied()
            .collect();
        for n in again {
            assert!(ask(&mut stream, &numbered(n)).contains(&format!("\rMSA|AA|{n}\r")));
            taken.push(n);
        }
        let killer = thread::spawn(move || {
            thread::sleep(Duration::from_millis(15 * (round + 1)));
            server.end("-KILL");
        });
        for n in 0..200 {
            let n = usize::try_from(round).unwrap() * 1000 + n;
            wanted.push(n);
            if stream.write_all(&framed(&numbered(n))).is_err() {
                break;
            }
            if !answer(&mut stream).contains(&format!("\rMSA|AA|{n}\r")) {
                break;
            }
            taken.push(n);
        }
        killer.join().unwrap();
    }
    let server = start(store, &[]);
    let mut stream = connect(&server);
    for n in &wanted {
        assert!(ask(&mut stream, &numbered(*n)).contains("\rMSA|AA|"));
    }
    let mut ids: Vec<String> = wanted.iter().map(|n| format!("D{n}")).collect();
    ids.sort();
    assert_eq!(listed(store), ids, "each once, and none lost");
    drop(server);
    let done = Command::new(env!("CARGO_BIN_EXE_ivus"))
        .args(["audit", "verify", "--store", store])
        .output()
        .unwrap();
    assert_eq!(done.status.code(), Some(0));
}

#[test]
fn an_orderly_end_answers_the_message_in_work() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("q.db");
    let store = store.to_str().unwrap();
    let server = start(store, &[]);
    let mut stream = connect(&server);
    let long = document("T02", "1", "D1", "", "AU", &format!("{TEXT} ").repeat(300));
    stream.write_all(&framed(&long)).unwrap();
    thread::sleep(Duration::from_millis(100));
    let ended = thread::spawn(move || server.end("-TERM"));
    let told = answer(&mut stream);
    ended.join().unwrap();
    // Either the whole message was there before the end, and it is kept and answered; or it was not taken up at all.
    let kept = listed(store);
    assert_eq!(
        told.contains("\rMSA|AA|1\r"),
        !kept.is_empty(),
        "{told} {kept:?}"
    );
}

#[test]
fn what_was_refused_is_listed_without_a_word_of_it() {
    let server = Server::start(&["--demo=fresh", "--mllp", "127.0.0.1:0"]);
    let mut stream = connect(&server);
    let of_no_kind = numbered(7).replace("MDM^T02", "ADT^A01<b>");
    assert!(ask(&mut stream, &of_no_kind).contains("\rMSA|AR|7|"));
    let empty = document("T02", "8", "D8", "", "AU", "");
    assert!(ask(&mut stream, &empty).contains("\rMSA|AE|8|"));
    let mut auditor = server.log_in("auditor", server.password());
    let page = auditor.get(&server, "/refused");
    assert_eq!(page.status, 200);
    for words in ["DICT@NORTH number 7: AR 200", "DICT@NORTH number 8: AE "] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert!(!page.body.contains("stenosis") && !page.body.contains("A01<b>"));
    let mut coder = server.log_in("coder", server.password());
    assert_eq!(coder.get(&server, "/refused").status, 403);
    // The audit log shows the same rows when it is limited to them.
    let log = auditor.get(&server, "/audit?event=receive&outcome=failed");
    assert_eq!(log.body.matches("DICT@NORTH number").count(), 2);
    let log = auditor.get(&server, "/audit?event=receive&outcome=done");
    assert_eq!(log.body.matches("DICT@NORTH number").count(), 0);
}

#[test]
fn beyond_this_machine_it_must_be_said_who_and_how() {
    let folder = tempfile::tempdir().unwrap();
    for (more, told) in [
        (&[][..], "unencrypted"),
        (&["--mllp-from", "10.0.0.1"], "unencrypted"),
        (&["--mllp-in-clear"], "--mllp-from"),
    ] {
        let done = Command::new(env!("CARGO_BIN_EXE_ivus"))
            .args(["serve", "--addr", "127.0.0.1:0", "--mllp", "0.0.0.0:0"])
            .args(more)
            .arg("--store")
            .arg(folder.path().join("q.db"))
            .output()
            .unwrap();
        let said = String::from_utf8(done.stderr).unwrap();
        assert_eq!(done.status.code(), Some(2));
        assert!(said.contains(told), "{said}");
    }
    let store = folder.path().join("q.db");
    let store = store.to_str().unwrap();
    // Who is not named is turned away before a word is read.
    let server = start(store, &["--mllp-from", "10.0.0.1"]);
    let mut stream = connect(&server);
    let _ = stream.write_all(&framed(&numbered(1)));
    assert_eq!(answer(&mut stream), "");
    assert!(server.end("-TERM").contains("may not send messages"));
    assert!(listed(store).is_empty());
}
