//! Every hostile file on its own: a result or a typed error, within 5 seconds of processor time and 512 MiB. Both limits are
//! the system's, so that whatever passes them is killed, not only told; time is the processor's, so that a busy machine fails nothing.
#![cfg(target_os = "linux")]

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use serde_json::Value;

use super::{malformed, malformed_messages};

/// Seconds of the processor, and KiB of addresses.
const LIMITS: &str = "ulimit -t 5; ulimit -v 524288; exec \"$0\" \"$@\"";

/// What one file took.
#[derive(Clone, Copy, Default)]
struct Took {
    milliseconds: u64,
    kib: u64,
}

/// What a program took until it ended. The system tells the time of one that ended until it is waited for, but its memory only
/// while it runs, so that is looked at again and again; the most it ever had is what is told.
fn watch(child: &mut Child) -> Took {
    let folder = format!("/proc/{}", child.id());
    let mut took = Took::default();
    loop {
        let status = fs::read_to_string(format!("{folder}/status")).unwrap_or_default();
        let field = |name: &str| {
            let line = status.lines().find_map(|l| l.strip_prefix(name))?;
            line.split_whitespace().next().map(str::to_owned)
        };
        // Before it is the program, it is a copy of this one, with all its memory.
        if field("Name:").is_some_and(|name| name == "ivus") {
            let kib = field("VmHWM:").and_then(|kib| kib.parse().ok());
            took.kib = took.kib.max(kib.unwrap_or_default());
        }
        if field("State:").is_none_or(|state| state == "Z") {
            break;
        }
        thread::sleep(Duration::from_micros(500));
    }
    // After the name, which may hold spaces: user and system time, its own and that of what it started, in hundredths.
    let stat = fs::read_to_string(format!("{folder}/stat")).unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks = fields.split_whitespace().skip(11).take(4);
    took.milliseconds = ticks.filter_map(|t| t.parse::<u64>().ok()).sum::<u64>() * 10;
    took
}

/// Reads one file and says what that took.
fn read(folder: &Path, name: &str) -> Took {
    let out = folder.join(format!("{name}.out"));
    let mut child = Command::new("sh")
        .args([
            "-c",
            LIMITS,
            env!("CARGO_BIN_EXE_ivus"),
            "batch",
            "--jobs",
            "1",
        ])
        .arg(folder.join(name))
        .arg("--out")
        .arg(&out)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let took = watch(&mut child);
    let status = child.wait().unwrap().code();
    assert!(
        matches!(status, Some(0 | 2 | 3)),
        "{name}: {status:?} after {} ms and {} KiB",
        took.milliseconds,
        took.kib
    );
    let told = |file: &str| fs::read_to_string(out.join(file)).unwrap_or_default();
    for line in told("errors.jsonl").lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert_ne!(line["kind"], "internal", "{name}");
    }
    let complete: Value = serde_json::from_str(&told("summary.json")).unwrap();
    assert_eq!(complete["complete"], true, "{name}");
    fs::remove_dir_all(&out).unwrap();
    took
}

#[test]
fn each_hostile_file_stays_within_five_seconds_and_half_a_gibibyte() {
    let folder = tempfile::tempdir().unwrap();
    let families = [
        ("documents", malformed::files()),
        ("messages and tables", malformed_messages::files()),
    ];
    let mut all = Vec::new();
    for (family, files) in families {
        for (name, bytes) in files {
            // "rtf-deep.rtf" is of the family "rtf"; messages are named by their number, so their ending tells.
            let kind = match name.split_once('-') {
                Some((kind, _)) => kind.to_owned(),
                None => name.rsplit('.').next().unwrap_or(family).to_owned(),
            };
            fs::write(folder.path().join(&name), bytes).unwrap();
            all.push((kind, name));
        }
    }
    assert!(all.len() >= 400, "{}", all.len());
    let (next, told) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((kind, name)) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let took = read(folder.path(), name);
                    let mut told = told.lock().unwrap();
                    let (count, slowest, largest) =
                        told.entry(kind).or_insert((0, (0, ""), (0, "")));
                    *count += 1;
                    *slowest = (*slowest).max((took.milliseconds, name));
                    *largest = (*largest).max((took.kib, name));
                }
            });
        }
    });
    let told = told.into_inner().unwrap();
    println!(
        "{} hostile files, each with 5 s of processor time and 512 MiB:",
        all.len()
    );
    for (kind, (count, (time, slowest), (kib, largest))) in &told {
        println!(
            "  {kind}: {count} files, at most {time} ms ({slowest}) and {} MiB ({largest})",
            kib / 1024
        );
    }
    assert_eq!(told.values().map(|t| t.0).sum::<usize>(), all.len());
}
