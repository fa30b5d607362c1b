//! Tables of `ivus batch`: author and status columns, notes cut in pieces, OMOP notes, Parquet.

use std::{fs, path::Path, sync::Arc};

use assert_cmd::Command;
use parquet::{
    basic::{Compression, ZstdLevel},
    data_type::{ByteArray, ByteArrayType, Int32Type, Int64Type},
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::parser::parse_message_type,
};
use serde_json::{Value, json};

const LOOK: &str = "FINDINGS: IVUS of the left common iliac vein showed 78% area stenosis.";

/// Records and faults of a run over one file.
pub(crate) fn run(name: &str, bytes: &[u8], options: &[&str]) -> (Vec<Value>, Vec<Value>) {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join(name), folder.path().join("out"));
    fs::write(&input, bytes).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_ivus"));
    command.arg("batch").arg(&input).arg("--out").arg(&out);
    let output = command.args(options).output().unwrap();
    assert!(output.status.code().unwrap() != 101);
    (
        lines(&out.join("part-00000.jsonl")),
        lines(&out.join("errors.jsonl")),
    )
}

fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect()
}

#[test]
fn author_and_status_columns_are_used() {
    let csv = format!(
        "id,text,by,state\n1,{LOOK},Roe,Preliminary\n2,{LOOK},,Signed\n3,{LOOK},Doe,entered-in-error\n4,{LOOK},Doe,canary\n"
    );
    let (told, faults) = run(
        "n.csv",
        csv.as_bytes(),
        &["--author-col", "by", "--status-col", "state"],
    );
    let heads: Vec<_> = told
        .iter()
        .map(|t| {
            (
                t["author"].as_str(),
                t["report_status"].as_str(),
                t["coding"]["lines"].as_array().unwrap().len(),
            )
        })
        .collect();
    assert_eq!(
        heads,
        [
            (Some("Roe"), Some("draft"), 0),
            (None, Some("final"), 1),
            (Some("Doe"), Some("withdrawn"), 0)
        ]
    );
    assert_eq!(faults[0]["kind"], "bad-status");
    assert!(!faults[0].to_string().contains("canary"));
    let (_, faults) = run("n.csv", csv.as_bytes(), &["--status-col", "nowhere"]);
    assert_eq!((faults.len(), &faults[0]["kind"]), (1, &json!("no-column")));
}

#[test]
fn pieces_of_notes_are_joined_in_order_or_not_at_all() {
    let (head, tail) = LOOK.split_at(30);
    let row = |note: &str, line: &str, text: &str| {
        json!({"NOTE_ID": note, "LINE": line, "text": text, "ward": note}).to_string()
    };
    let rows = [
        row("a", "2", tail),
        row("b", "1", LOOK),
        row("a", "1", head),
        row("c", "1", head),
        row("c", "3", tail),
        row("d", "1", head),
        row("d", "1", head),
        row("e", "2", LOOK),
        row("f", "x", LOOK),
        row("", "1", LOOK),
        row("g", "0", head),
        row("g", "1", tail),
    ];
    let options = [
        "--concat-by",
        "NOTE_ID",
        "--order-by",
        "LINE",
        "--id-col",
        "NOTE_ID",
    ];
    let (told, faults) = run("n.jsonl", rows.join("\n").as_bytes(), &options);
    let heads: Vec<_> = told
        .iter()
        .map(|t| {
            (
                &t["report"]["id"],
                &t["coding"]["lines"][0]["units"],
                &t["passthrough"]["ward"],
            )
        })
        .collect();
    assert_eq!(
        heads,
        [("a", 1), ("b", 1), ("g", 1)]
            .map(|(id, n)| (json!(id), json!(n)))
            .iter()
            .map(|(id, n)| (id, n, id))
            .collect::<Vec<_>>()
    );
    let kinds: Vec<_> = faults.iter().map(|f| f["kind"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        [
            "bad-pieces",
            "no-id",
            "bad-pieces",
            "bad-pieces",
            "bad-pieces"
        ]
    );
    let causes: Vec<_> = faults
        .iter()
        .map(|f| f["cause"].as_str().unwrap())
        .collect();
    assert!(causes[2].contains("between 1 and 3"), "{causes:?}");
    assert!(
        causes[3].contains("twice") && causes[4].contains("before 2"),
        "{causes:?}"
    );
    // The column of the note is the id when none is named.
    let (told, _) = run("n.jsonl", rows[..3].join("\n").as_bytes(), &options[..4]);
    assert_eq!(told[0]["report"]["id"], "a");
}

/// An OMOP table in Parquet.
fn omop(rows: usize, compression: Compression) -> Vec<u8> {
    let schema = "message note { required int64 note_id; optional int32 note_date (DATE); required int32 note_type_concept_id; \
                  optional int64 provider_id; required binary note_text (UTF8); optional binary raw; }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .build();
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::new(properties)).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let ids: Vec<i64> = (1..=i64::try_from(rows).unwrap()).collect();
    let texts: Vec<ByteArray> = ids.iter().map(|_| ByteArray::from(LOOK)).collect();
    let none = vec![0; rows];
    let some = vec![1; rows];
    for column in 0.. {
        let Some(mut writer) = group.next_column().unwrap() else {
            break;
        };
        match column {
            0 => writer.typed::<Int64Type>().write_batch(&ids, None, None),
            1 => writer
                .typed::<Int32Type>()
                .write_batch(&vec![19845; rows], Some(&some), None),
            2 => writer
                .typed::<Int32Type>()
                .write_batch(&vec![44_814_637; rows], None, None),
            3 => writer
                .typed::<Int64Type>()
                .write_batch(&ids, Some(&some), None),
            4 => writer
                .typed::<ByteArrayType>()
                .write_batch(&texts, None, None),
            _ => writer
                .typed::<ByteArrayType>()
                .write_batch(&[], Some(&none), None),
        }
        .unwrap();
        writer.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    bytes
}

#[test]
fn omop_notes_are_read_from_parquet_and_csv() {
    let zstd = Compression::ZSTD(ZstdLevel::default());
    let gzip = Compression::GZIP(parquet::basic::GzipLevel::default());
    for compression in [Compression::UNCOMPRESSED, Compression::SNAPPY, zstd, gzip] {
        let (told, faults) = run("note.parquet", &omop(300, compression), &[]);
        assert_eq!((told.len(), faults.len()), (300, 0), "{compression}");
        assert_eq!(told[299]["report"]["id"], "300");
        assert_eq!(told[299]["report"]["date_of_service"], "2024-05-02");
        assert_eq!(told[299]["author"], "300");
        assert_eq!(
            told[299]["passthrough"],
            json!({"note_type_concept_id": 44_814_637, "provider_id": 300, "raw": null})
        );
    }
    let csv = format!(
        "note_id,person_id,note_date,note_type_concept_id,note_text,provider_id\n7,1,2024-05-02,44814637,{LOOK},9\n"
    );
    let (told, _) = run("note.csv", csv.as_bytes(), &[]);
    assert_eq!(
        (&told[0]["report"]["id"], &told[0]["author"]),
        (&json!("7"), &json!("9"))
    );
}

#[test]
fn damaged_parquet_is_a_fault() {
    let whole = omop(300, Compression::SNAPPY);
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    fs::create_dir(&input).unwrap();
    let mut names = Vec::new();
    for at in (0..whole.len()).step_by(whole.len() / 40) {
        let mut flipped = whole.clone();
        flipped[at] ^= 0xFF;
        for (kind, bytes) in [
            ("flip", &flipped[..]),
            ("head", &whole[..at]),
            ("tail", &whole[at..]),
        ] {
            let name = format!("{kind}{at}.parquet");
            fs::write(input.join(&name), bytes).unwrap();
            names.push(name);
        }
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_ivus"));
    command.arg("batch").arg(&input).arg("--out").arg(&out);
    command.args(["--shard-size", "1000000"]);
    assert_eq!(command.output().unwrap().status.code(), Some(3));
    let (told, faults) = (
        fs::read_to_string(out.join("part-00000.jsonl")).unwrap(),
        fs::read_to_string(out.join("errors.jsonl")).unwrap(),
    );
    for name in &names {
        let rows = told.lines().filter(|l| l.contains(name.as_str())).count();
        assert!(
            rows >= 299 || faults.contains(name.as_str()),
            "{name}: {rows} rows"
        );
    }
    println!(
        "{} damaged Parquet tables: a fault each, or all rows",
        names.len()
    );
}

#[test]
fn rtf_and_html_in_cells_are_read_as_their_text() {
    let rtf = format!(
        "{{\\rtf1\\ansi {{\\b FINDINGS:}} {}\\par}}",
        LOOK.trim_start_matches("FINDINGS: ")
    );
    let html = format!("<div><p>{LOOK}</p><p>Area &lt;50 mm&sup2;.</p></div>");
    let rows = [
        ("plain", LOOK),
        ("rtf", &rtf),
        ("html", &html),
        ("cut", "{\\rtf1 canary"),
    ];
    let lines = rows.map(|(id, text)| json!({"id": id, "text": text}).to_string() + "\n");
    let cells = rows.map(|(id, text)| format!("{id},\"{text}\"\n"));
    let csv = format!("id,text\n{}", cells.concat());
    for (name, bytes) in [("n.jsonl", lines.concat()), ("n.csv", csv)] {
        let (told, faults) = run(name, bytes.as_bytes(), &[]);
        let coding: Vec<String> = told
            .iter()
            .map(|t| t["coding"]["lines"][0]["vessels"].to_string())
            .collect();
        assert_eq!(coding, vec!["[\"left common-iliac-vein\"]"; 3], "{name}");
        // Spans are places in the text as it was read: no mark of RTF or HTML is before them.
        let start =
            |at: usize| told[at]["encounter"]["interrogations"][0]["evidence"][0]["start"].clone();
        assert!(start(0) == start(1) && start(0) == start(2), "{name}");
        assert_eq!(
            (faults.len(), &faults[0]["kind"], &faults[0]["id"]),
            (1, &json!("cut-short"), &json!("cut"))
        );
        assert!(!faults[0].to_string().contains("canary"));
    }
}

#[test]
fn notes_whose_pieces_lie_in_several_files_are_joined_for_any_jobs() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in");
    fs::create_dir(&input).unwrap();
    let (head, tail) = LOOK.split_at(30);
    let row = |note: &str, line: u32, text: &str| {
        json!({"note": note, "line": line, "text": text, "file": line}).to_string() + "\n"
    };
    let write = |name: &str, rows: &[String]| fs::write(input.join(name), rows.concat()).unwrap();
    // b goes on in the next file, c backwards over three, d lacks a piece, e has one twice.
    write(
        "1.jsonl",
        &[
            row("a", 1, LOOK),
            row("b", 1, head),
            row("c", 3, "Done."),
            row("d", 1, head),
        ],
    );
    write(
        "2.jsonl",
        &[
            row("b", 2, tail),
            row("f", 1, LOOK),
            row("c", 2, tail),
            row("e", 1, LOOK),
        ],
    );
    write(
        "3.jsonl",
        &[
            row("d", 3, tail),
            row("c", 1, head),
            row("e", 1, LOOK),
            row("g", 1, LOOK),
        ],
    );
    let mut runs = Vec::new();
    for jobs in ["1", "4"] {
        let out = folder.path().join(jobs);
        let mut command = Command::new(env!("CARGO_BIN_EXE_ivus"));
        command.arg("batch").arg(&input).arg("--out").arg(&out);
        command.args([
            "--id-col",
            "note",
            "--concat-by",
            "note",
            "--order-by",
            "line",
        ]);
        let output = command.args(["--jobs", jobs]).output().unwrap();
        assert_eq!(
            output.status.code(),
            Some(3),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        runs.push(["part-00000.jsonl", "errors.jsonl"].map(|name| lines(&out.join(name))));
    }
    assert_eq!(runs[0], runs[1]);
    let [told, faults] = &runs[0];
    let heads: Vec<_> = told
        .iter()
        .map(|t| {
            let place = t["report"]["source"]
                .as_str()
                .unwrap()
                .rsplit('/')
                .next()
                .unwrap();
            let vessel = t["coding"]["lines"][0]["vessels"][0].as_str();
            (
                t["report"]["id"].as_str().unwrap(),
                place,
                vessel,
                t["passthrough"]["file"].as_u64(),
            )
        })
        .collect();
    let vein = Some("left common-iliac-vein");
    assert_eq!(
        heads,
        [
            ("a", "1.jsonl:1", vein, Some(1)),
            ("f", "2.jsonl:2", vein, Some(1)),
            ("b", "1.jsonl:2", vein, Some(1)),
            ("g", "3.jsonl:4", vein, Some(1)),
            ("c", "1.jsonl:3", vein, Some(1)),
        ]
    );
    let faults: Vec<_> = faults
        .iter()
        .map(|f| (f["kind"].as_str(), f["id"].as_str()))
        .collect();
    assert_eq!(
        faults,
        [
            (Some("bad-pieces"), Some("d")),
            (Some("bad-pieces"), Some("e"))
        ]
    );
}
