//! Stores of each older schema are brought to the present one with what they hold, and a program that is killed on the way leaves
//! the old or the new, never something between.

use std::{
    fmt::Write as _,
    fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use ivus::queue::Store;
use rusqlite::{Connection, OpenFlags};
use sha2::{Digest, Sha256};

/// The schema files, and what was released of them: what a store was made with is never edited.
const SCHEMA: &[(&str, &str)] = &[
    (
        include_str!("../../src/queue/schema/001.sql"),
        "ec9717534e1c6577",
    ),
    (
        include_str!("../../src/queue/schema/002.sql"),
        "ad5650069057474b",
    ),
    (
        include_str!("../../src/queue/schema/003.sql"),
        "65fb0282c4151c8d",
    ),
    (
        include_str!("../../src/queue/schema/004.sql"),
        "994965421f4c1f2c",
    ),
    (
        include_str!("../../src/queue/schema/005.sql"),
        "c6bee7cb09568a43",
    ),
    (
        include_str!("../../src/queue/schema/006.sql"),
        "c72a64f60e327c1b",
    ),
    (
        include_str!("../../src/queue/schema/007.sql"),
        "53df8aa7e863aa8d",
    ),
    (
        include_str!("../../src/queue/schema/008.sql"),
        "b785c799f96cecac",
    ),
    (
        include_str!("../../src/queue/schema/009.sql"),
        "1472c7abb5694d88",
    ),
    (
        include_str!("../../src/queue/schema/010.sql"),
        "238a6893bc3a8bb4",
    ),
];

/// The version from which on a decision that the audit log does not know of is one that was put in past the program.
const VOUCHED: usize = 8;

/// One row in each table that there was from the first version on. The audit row is left out: its digest is of the program.
const ROWS: &str = "
    INSERT INTO users (id, name, role, created_at) VALUES (1, 'ann', 'coder', 1);
    INSERT INTO sessions (digest, user, csrf, created_at, seen_at) VALUES (x'01', 1, 'c', 1, 1);
    INSERT INTO reports (id, name, site, physician, received_at) VALUES (1, 'r1', 'North', 'Dr. Alder', 1);
    INSERT INTO versions (id, report, number, text, digest, source, received_at)
      VALUES (1, 1, 1, 'IVUS of the left common iliac vein.', x'02', 'test', 1);
    INSERT INTO analyses (id, version, engine, made_at, document)
      VALUES (1, 1, 'e', 1, '{\"coding\": {\"lines\": [{\"code\": \"37252\", \"units\": 1}]}}');
    INSERT INTO queue (report, version, analysis, disposition, units, supported, priority, claimed_by)
      VALUES (1, 1, 1, 'query', 1, 0, 5, 1);";

/// What the audit log vouches for from the eighth version on.
const WORK: &str = "
    INSERT INTO decisions (id, report, version, analysis, suggestion, class, code, vessel, note, decided_by, decided_at)
      VALUES (1, 1, 1, 1, '37252 left common-iliac-vein', 'Accepted', '37252', 'left common-iliac-vein', 'kept', 1, 7);
    INSERT INTO holds (id, report, reason, opened_by, opened_at) VALUES (1, 1, 'second_opinion', 1, 7);
    INSERT INTO holds (id, report, reason, opened_by, opened_at, closed_by, closed_at) VALUES (2, 1, 'other', 1, 7, 1, 8);";

/// A store as a program of an older version left it, with its key.
fn older(path: &Path, version: usize, more: &str) {
    let raw = Connection::open(path).unwrap();
    raw.pragma_update(None, "journal_mode", "WAL").unwrap();
    raw.execute_batch("BEGIN").unwrap();
    for (sql, _) in &SCHEMA[..version] {
        raw.execute_batch(sql).unwrap();
    }
    raw.execute_batch(ROWS).unwrap();
    if version < VOUCHED {
        raw.execute_batch(WORK).unwrap();
    }
    raw.execute_batch(more).unwrap();
    let count = i64::try_from(version).unwrap();
    raw.pragma_update(None, "user_version", count).unwrap();
    raw.execute_batch("COMMIT; PRAGMA wal_checkpoint(TRUNCATE);")
        .unwrap();
    drop(raw);
    // A key as the program makes it.
    let other = path.with_extension("other");
    drop(Store::open(&other).unwrap());
    let key = |of: &Path| format!("{}.key", of.display());
    fs::copy(key(&other), key(path)).unwrap();
}

fn text(connection: &Connection, sql: &str) -> String {
    let mut statement = connection.prepare(sql).unwrap();
    let count = statement.column_count();
    let mut rows = statement.query([]).unwrap();
    let mut all = String::new();
    while let Some(row) = rows.next().unwrap() {
        for n in 0..count {
            let value: rusqlite::types::Value = row.get(n).unwrap();
            let _ = write!(all, "{value:?}|");
        }
        all.push('\n');
    }
    all
}

const TABLES: &str =
    "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name";
const KEPT: [&str; 6] = [
    "SELECT id, name, role, created_at FROM users",
    "SELECT id, name, site, physician FROM reports",
    "SELECT id, report, number, text, digest FROM versions",
    "SELECT report, disposition, units, priority FROM queue",
    "SELECT * FROM decisions",
    "SELECT * FROM holds",
];

/// What a store is made of, and what it holds.
fn seen(path: &Path) -> (i64, String, Vec<String>) {
    let raw = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let sound: String = raw
        .query_row("PRAGMA integrity_check", [], |r| r.get(0))
        .unwrap();
    assert_eq!(sound, "ok");
    let version = raw
        .pragma_query_value(None, "user_version", |r| r.get(0))
        .unwrap();
    let kept = KEPT.iter().map(|sql| text(&raw, sql)).collect();
    (version, text(&raw, TABLES), kept)
}

#[test]
fn each_older_store_ends_at_the_present_schema_with_its_rows() {
    let folder = tempfile::tempdir().unwrap();
    let new = folder.path().join("new.db");
    drop(Store::open(&new).unwrap());
    let (present, tables, _) = seen(&new);
    assert_eq!(present, i64::try_from(SCHEMA.len()).unwrap());
    for version in 1..SCHEMA.len() {
        let path = folder.path().join(format!("v{version}.db"));
        older(&path, version, "");
        let before = seen(&path);
        assert_eq!(before.0, i64::try_from(version).unwrap());
        let store = Store::open(&path).unwrap();
        // What was there is vouched for from now on.
        assert!(store.verify_audit(None).unwrap().is_ok(), "{version}");
        drop(store);
        let after = seen(&path);
        assert_eq!((after.0, &after.2), (present, &before.2), "{version}");
        let names = |sql: &str| -> Vec<String> {
            sql.lines()
                .map(|l| l.split(',').next().unwrap().to_owned())
                .collect()
        };
        assert_eq!(names(&after.1), names(&tables), "{version}");
        let raw = Connection::open(&path).unwrap();
        assert_eq!(
            text(&raw, "SELECT code, units FROM queue_lines").contains("37252"),
            version < 4
        );
        assert!(text(&raw, "SELECT free FROM queue").contains("Integer(0)") || version >= 5);
        if version >= VOUCHED {
            continue;
        }
        raw.execute_batch(
            "DROP TRIGGER decisions_keep_words; UPDATE decisions SET note = 'changed'",
        )
        .unwrap();
        drop(raw);
        let found = Store::open(&path).unwrap().verify_audit(None).unwrap();
        assert!(found.unwrap_err().words.contains("decision 1"), "{version}");
    }
}

#[test]
fn what_was_vouched_for_is_vouched_for_after_a_migration() {
    let folder = super::leaving::store();
    let path = folder.path().join("q.db");
    let (_, tables, before) = seen(&path);
    let raw = Connection::open(&path).unwrap();
    raw.execute_batch(
        "DROP TABLE procedure_decisions; ALTER TABLE reports DROP COLUMN patient; PRAGMA user_version = 8;",
    )
        .unwrap();
    drop(raw);
    let store = Store::open(&path).unwrap();
    assert!(store.verify_audit(None).unwrap().is_ok());
    drop(store);
    let (version, now, after) = seen(&path);
    assert_eq!(version, i64::try_from(SCHEMA.len()).unwrap());
    assert_eq!((now, after), (tables, before));
}

#[test]
fn a_released_schema_is_never_edited() {
    for (n, (sql, released)) in SCHEMA.iter().enumerate() {
        let digest = Sha256::digest(sql.replace('\r', "").as_bytes());
        let told = digest.iter().take(8).fold(String::new(), |mut told, b| {
            let _ = write!(told, "{b:02x}");
            told
        });
        assert_eq!(
            &told,
            released,
            "{:03}.sql; put a change into a file of its own",
            n + 1
        );
    }
}

/// Killed after ever longer times, until once it comes to its end.
#[test]
fn a_kill_in_a_migration_leaves_the_old_or_the_new() {
    let folder = tempfile::tempdir().unwrap();
    // As many readings as make it last for some time.
    let many = "
        WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
        INSERT INTO reports (id, name, site, physician, received_at) SELECT i, 'r' || i, 'North', '', 1 FROM n;
        INSERT INTO versions (id, report, number, text, digest, source, received_at)
          SELECT id, id, 1, 'text', x'02', 'test', 1 FROM reports WHERE id > 1;
        INSERT INTO analyses (id, version, engine, made_at, document)
          SELECT v.id, v.id, 'e', 1, a.document FROM versions v, analyses a WHERE v.id > 1 AND a.id = 1;
        INSERT INTO queue (report, version, analysis, disposition, units, supported, priority)
          SELECT id, id, id, 'query', 1, 0, 5 FROM versions WHERE id > 1;
        INSERT INTO decisions (report, version, analysis, suggestion, class, decided_by, decided_at)
          SELECT id, id, id, 's', 'Rejected', 1, 7 FROM versions WHERE id > 1;";
    let whole = folder.path().join("whole.db");
    older(&whole, 3, many);
    let old = seen(&whole);
    let (mut were_old, mut is_new) = (0, false);
    for n in 0..400_u32 {
        let path = folder.path().join("q.db");
        for ending in ["", "-wal", "-shm", ".key", ".head"] {
            let _ = fs::remove_file(format!("{}{ending}", path.display()));
        }
        fs::copy(&whole, &path).unwrap();
        fs::copy(
            format!("{}.key", whole.display()),
            format!("{}.key", path.display()),
        )
        .unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_ivus"))
            .args(["queue", "list", "--store"])
            .arg(&path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_millis(u64::from(n) * 6));
        let ended = child.try_wait().unwrap().is_some();
        let _ = child.kill();
        child.wait().unwrap();
        let (version, tables, kept) = seen(&path);
        assert_eq!(kept, old.2, "after {n}");
        if version == 3 {
            assert_eq!(tables, old.1, "after {n}");
            were_old += 1;
        } else {
            assert_eq!(version, i64::try_from(SCHEMA.len()).unwrap(), "after {n}");
            let store = Store::existing(&path).unwrap();
            assert!(store.verify_audit(None).unwrap().is_ok(), "after {n}");
            is_new = true;
        }
        if ended {
            break;
        }
    }
    assert!(were_old > 0 && is_new, "{were_old} were old; new: {is_new}");
}
