//! The live check under load: as many requests as a few connections can have answered, and a fixed number a second, whose
//! times count from when each was due. Prints the figures; no time is asserted. Small in the ordinary run.

use std::{
    io::{Read, Write},
    net::TcpStream,
    process::Command,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use super::{
    live::corpus,
    serve::{Browser, Server},
    stress::{size, within},
};

/// A connection that is kept, with the request that it sends again and again.
struct Client {
    stream: TcpStream,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl Client {
    fn new(server: &Server, browser: &Browser, body: &str) -> Self {
        let head = format!(
            "POST /check/marks HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
            server.host,
            browser.cookie(),
            body.len()
        );
        let stream = TcpStream::connect(&server.host).unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            request: [head.as_bytes(), body.as_bytes()].concat(),
            answer: Vec::new(),
        }
    }

    /// Sends the request and reads the whole answer; its bytes.
    fn ask(&mut self) -> usize {
        self.stream.write_all(&self.request).unwrap();
        self.answer.clear();
        let mut buffer = [0; 1 << 14];
        loop {
            let read = self.stream.read(&mut buffer).unwrap();
            assert_ne!(read, 0, "the connection was closed");
            self.answer.extend_from_slice(&buffer[..read]);
            let Some(end) = self.answer.windows(4).position(|w| w == b"\r\n\r\n") else {
                continue;
            };
            let head = String::from_utf8_lossy(&self.answer[..end]).to_lowercase();
            assert!(head.starts_with("http/1.1 200"), "{head}");
            let length = head.split("content-length: ").nth(1).unwrap();
            let length: usize = length.lines().next().unwrap().parse().unwrap();
            if self.answer.len() == end + 4 + length {
                return length;
            }
        }
    }
}

/// Seconds of processor time that a program has used, of the kernel's count; 0 where it cannot be told.
fn processor(id: u32) -> f64 {
    let told = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let fields: Vec<f64> = told
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .filter_map(|f| f.parse().ok())
        .collect();
    // Behind the state: user and system time are the 14th and 15th of all, in hundredths.
    fields
        .get(10)
        .zip(fields.get(11))
        .map_or(0.0, |(user, system)| (user + system) / 100.0)
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn loaded() -> String {
    let told = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    told.split(' ').next().unwrap_or("unknown").to_owned()
}

#[test]
fn the_live_check_answers_many() {
    let clients = size("IVUS_CONNECTIONS", 2);
    let (seconds, rate) = (size("IVUS_SECONDS", 0), size("IVUS_RATE", 200));
    let server = Server::start(&["--demo=fresh"]);
    let mut text = String::new();
    for report in corpus() {
        if text.len() + report.len() < 10_240 {
            text.push_str(&report);
            text.push('\n');
        }
    }
    for role in ["physician", "coder"] {
        let mut browser = server.log_in(role, server.password());
        let token = browser.get(&server, "/check").token();
        let body = serde_urlencoded::to_string([("csrf", &token), ("text", &text)]).unwrap();
        let mut client = Client::new(&server, &browser, &body);
        let answer = client.ask();
        for _ in 0..4 {
            assert_eq!(client.ask(), answer, "the same text, the same answer");
        }
        let mut alone: Vec<Duration> = (0..5 + 40 * seconds.min(5))
            .map(|_| {
                let asked = Instant::now();
                client.ask();
                asked.elapsed()
            })
            .collect();
        println!(
            "live check of a {role}: {} bytes of text, {answer} of answer; one after the other {:.1} ms at best, {:.1} ms in the median; load {}",
            text.len(),
            ms(within(&mut alone, 0)),
            ms(within(&mut alone, 50)),
            loaded(),
        );
        if seconds == 0 {
            continue;
        }
        let length = Duration::from_secs(seconds as u64);

        // As many as can be answered.
        let (before, start) = (processor(server.id()), Instant::now());
        let times: Mutex<Vec<Duration>> = Mutex::default();
        thread::scope(|scope| {
            for _ in 0..clients {
                scope.spawn(|| {
                    let mut client = Client::new(&server, &browser, &body);
                    let mut own = Vec::new();
                    while start.elapsed() < length {
                        let asked = Instant::now();
                        client.ask();
                        own.push(asked.elapsed());
                    }
                    times.lock().unwrap().extend(own);
                });
            }
        });
        told(
            &format!("{clients} connections, as fast as can be"),
            times,
            start,
            processor(server.id()) - before,
        );

        let words = wrk(&server, &browser, &body, clients, seconds);
        println!("  wrk, {clients} connections: {words}");

        // So many a second, whether those before were answered or not.
        let (before, start) = (processor(server.id()), Instant::now());
        let times: Mutex<Vec<Duration>> = Mutex::default();
        let due = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..32 {
                scope.spawn(|| {
                    let mut client = Client::new(&server, &browser, &body);
                    let mut own = Vec::new();
                    loop {
                        let number = due.fetch_add(1, Ordering::Relaxed);
                        if number >= rate * seconds {
                            break;
                        }
                        let micros = number as u64 * 1_000_000 / rate as u64;
                        let at = start + Duration::from_micros(micros);
                        thread::sleep(at.saturating_duration_since(Instant::now()));
                        client.ask();
                        own.push(at.elapsed());
                    }
                    times.lock().unwrap().extend(own);
                });
            }
        });
        told(
            &format!("{rate} a second"),
            times,
            start,
            processor(server.id()) - before,
        );
    }
}

fn told(what: &str, times: Mutex<Vec<Duration>>, start: Instant, processor: f64) {
    let took = start.elapsed().as_secs_f64();
    let mut times = times.into_inner().unwrap();
    let count = f64::from(u32::try_from(times.len()).unwrap());
    println!(
        "  {what}: {:.0} requests/s over {took:.0} s; {:.1} ms in the median, {:.1} ms 99 of 100 or less, {:.1} ms at most; {:.2} ms of the server's processor time a request; load {}",
        count / took,
        ms(within(&mut times, 50)),
        ms(within(&mut times, 99)),
        ms(within(&mut times, 100)),
        processor * 1e3 / count,
        loaded(),
    );
}

/// What `wrk` says of the same request, where it is installed.
fn wrk(server: &Server, browser: &Browser, body: &str, clients: usize, seconds: usize) -> String {
    let cookies: Vec<String> = browser
        .cookies
        .iter()
        .map(|(n, v)| format!("{n}={v}"))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("request.lua");
    let lines = format!(
        "wrk.method = 'POST'\nwrk.headers['Cookie'] = '{}'\nwrk.headers['Content-Type'] = 'application/x-www-form-urlencoded'\nwrk.body = '{body}'\n",
        cookies.join("; ")
    );
    std::fs::write(&script, lines).unwrap();
    let done = Command::new("wrk")
        .args(["--threads", "1", "--latency", "--script"])
        .arg(&script)
        .args([format!("-c{clients}"), format!("-d{seconds}s")])
        .arg(format!("http://{}/check/marks", server.host))
        .output();
    let Ok(done) = done else {
        return "not installed, SKIPPED".to_owned();
    };
    let told = String::from_utf8_lossy(&done.stdout).into_owned();
    let line = |name: &str| {
        let found = told.lines().find(|l| l.trim_start().starts_with(name));
        found.map(|l| l.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    let lines = ["Requests/sec", "50%", "99%", "Non-2xx"].map(line);
    lines.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
