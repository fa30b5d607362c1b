//! Tables that are not what they should be: a quote too few, a file cut short, names twice, rows twice. Nothing is mixed, and
//! nothing is left out silently.

use std::{fs, path::Path, sync::Arc};

use parquet::{
    data_type::{ByteArray, ByteArrayType, Int64Type},
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::parser::parse_message_type,
};
use serde_json::{Value, json};

use super::{
    batch::{at, batch, lines},
    tables_in::run,
};

const VESSELS: [&str; 5] = [
    "common iliac",
    "external iliac",
    "common femoral",
    "renal",
    "popliteal",
];

fn look(number: usize) -> String {
    let vessel = VESSELS[number % VESSELS.len()];
    format!("FINDINGS: IVUS of the left {vessel} vein showed 7{number}% area stenosis.")
}

/// A table of ten rows, its cells of text with or without quotes.
fn table(quote: &str) -> Vec<String> {
    let head = std::iter::once("note_id,note_text".to_owned());
    let rows = (0..10).map(|n| format!("{n},{quote}{}{quote}", look(n)));
    head.chain(rows).collect()
}

fn ids(told: &[Value]) -> Vec<String> {
    let ids = told.iter().map(|t| t["report"]["id"].as_str().unwrap());
    ids.map(str::to_owned).collect()
}

/// Runs a table and says which reports came out, after a look that each holds only its own vessel, and what failed.
fn strict(name: &str, rows: &[String]) -> (String, Vec<(String, String)>) {
    let (told, faults) = run(name, (rows.join("\n") + "\n").as_bytes(), &[]);
    for report in &told {
        let number: usize = report["report"]["id"].as_str().unwrap().parse().unwrap();
        let found = report["encounter"]["interrogations"].as_array().unwrap();
        assert_eq!(found.len(), 1, "{name}: {report}");
        let vessel = found[0]["vessel"].as_str().unwrap().replace('-', " ");
        assert_eq!(vessel, format!("{} vein", VESSELS[number % 5]), "{name}");
    }
    let faults = faults.iter().map(|f| {
        let place = f["place"].as_str().unwrap().rsplit(':').next().unwrap();
        (place.to_owned(), f["kind"].as_str().unwrap().to_owned())
    });
    (ids(&told).concat(), faults.collect())
}

fn fault(row: usize, kind: &str) -> (String, String) {
    (row.to_string(), kind.to_owned())
}

#[test]
fn a_quote_too_few_or_too_many_mixes_no_reports() {
    let change = |quote: &str, row: usize, change: &dyn Fn(&str) -> String| {
        let mut rows = table(quote);
        rows[row] = change(&rows[row]);
        rows
    };
    let unclosed = |row: &str| row.trim_end_matches('"').to_owned();
    let opened = |row: &str| row.replacen(',', ",\"", 1);
    // The closing quote of row 3 (id 2) is missing; the next row's opening quote shows it.
    let (told, faults) = strict("a.csv", &change("\"", 3, &unclosed));
    assert_eq!(
        (told.as_str(), faults),
        ("013456789", vec![fault(4, "bad-quotes")])
    );
    // No other quotes: only the end of the file shows it, and the rows in between come out all the same.
    let (told, faults) = strict("b.csv", &change("", 3, &opened));
    assert_eq!(
        (told.as_str(), faults),
        ("013456789", vec![fault(4, "cut-short")])
    );
    // A quote ends a later row, so all in between is one well-formed cell; it may not be one report.
    let mut rows = change("", 3, &opened);
    rows[6].push('"');
    let (told, faults) = strict("c.csv", &rows);
    assert_eq!(
        (told.as_str(), faults),
        ("016789", vec![fault(4, "bad-quotes")])
    );
    // A quote in a cell that has none, and one that is not doubled.
    let (told, faults) = strict(
        "d.csv",
        &change("", 3, &|row| row.replace("FINDINGS", "5\" sheath")),
    );
    assert_eq!(
        (told.as_str(), faults),
        ("013456789", vec![fault(4, "bad-quotes")])
    );
    let (told, faults) = strict(
        "e.csv",
        &change("\"", 3, &|row| row.replace("FINDINGS", "Said \"so\"")),
    );
    assert_eq!(
        (told.as_str(), faults),
        ("013456789", vec![fault(4, "bad-quotes")])
    );
    // A cell with several lines that ends too early: neither its beginning nor its end is a report.
    let lines = change("\"", 3, &|row| {
        row.replace("IVUS", "none.\"\nIVUS, as told,")
    });
    let (told, faults) = strict("f.csv", &lines);
    assert_eq!(
        (told.as_str(), faults),
        (
            "013456789",
            vec![fault(4, "bad-row"), fault(5, "bad-quotes")]
        )
    );
    // What is sound stays so: line ends, commas and doubled quotes in cells.
    let sound = change("\"", 3, &|row| {
        row.replace("FINDINGS:", "Said \"\"so\"\",\n1. then,\r\n")
    });
    assert_eq!(
        strict("g.csv", &sound),
        ("0123456789".to_owned(), Vec::new())
    );
}

#[test]
fn a_table_that_was_cut_loses_its_last_row_and_says_so() {
    let whole = table("\"").join("\n");
    for cut in [2, 20, 60] {
        let (told, faults) = run("a.csv", &whole.as_bytes()[..whole.len() - cut], &[]);
        assert_eq!(ids(&told).concat(), "012345678");
        assert_eq!((faults.len(), &faults[0]["kind"]), (1, &json!("cut-short")));
        assert_eq!(faults[0]["id"], "9");
        assert!(faults[0]["cause"].as_str().unwrap().contains("line 11"));
    }
}

#[test]
fn tables_with_other_separators_are_read_as_tables() {
    let rows = |separator: &str| {
        let rows = table("").join("\n") + "\n";
        rows.replace("note_id,", &format!("note_id{separator}"))
            .replace(",FINDINGS", &format!("{separator}FINDINGS"))
    };
    for (name, separator) in [
        ("a.tsv", "\t"),
        ("a.csv", "\t"),
        ("a.csv", ";"),
        ("a.csv", "|"),
        ("a.txt", "\t"),
        ("a", ","),
        ("a.dat", ";"),
    ] {
        let (told, faults) = run(name, rows(separator).as_bytes(), &[]);
        assert_eq!((told.len(), faults.len()), (10, 0), "{name} {separator}");
    }
    let (told, _) = run("a.csv", format!("sep=;\r\n{}", rows(";")).as_bytes(), &[]);
    assert_eq!(told.len(), 10);
    // Tables with tabs mostly have no quoting.
    let inches = rows("\t").replace("FINDINGS", "5\" sheath. FINDINGS");
    assert_eq!(run("a.tsv", inches.as_bytes(), &[]).0.len(), 10);
    let (told, faults) = run("a.tsv", b"one\ttwo\nx\ty\n", &[]);
    assert_eq!((told.len(), &faults[0]["kind"]), (0, &json!("no-column")));
}

#[test]
fn names_that_come_twice_are_refused_and_the_exact_name_wins() {
    let csv = format!("note_id,note_text,note_id\n1,{},2\n", look(0));
    let (told, faults) = run("a.csv", csv.as_bytes(), &[]);
    assert_eq!(
        (told.len(), &faults[0]["kind"]),
        (0, &json!("doubled-column"))
    );
    assert!(faults[0]["cause"].as_str().unwrap().contains("\"note_id\""));
    let rows = format!(
        "{{\"note_id\": 1, \"note_id\": 2, \"note_text\": \"x\"}}\n{}\n",
        json!({"NOTE_ID": 7, "note_id": 8, "NOTE_TEXT": "Nothing.", "note_text": look(0)})
    );
    let (told, faults) = run("a.jsonl", rows.as_bytes(), &[]);
    assert_eq!(faults[0]["kind"], "doubled-column");
    assert_eq!(ids(&told), ["8"]);
    assert_eq!(told[0]["coding"]["lines"][0]["units"], 1);
}

#[test]
fn numbers_leave_as_they_were_written() {
    let row = |id: &str| {
        format!(
            "{{\"note_id\": {id}, \"note_text\": \"{}\", \"a\": 1e5, \"b\": [0.10, {{\"c\": 12345678901234567890123}}]}}\n",
            look(0)
        )
    };
    let rows = row("123456789012345678901") + &row("123456789012345678902");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("in.jsonl"), rows).unwrap();
    let out = at(&folder, "out");
    assert_eq!(batch(&[&at(&folder, "in.jsonl"), "--out", &out]).status, 0);
    let part = fs::read_to_string(Path::new(&out).join("part-00000.jsonl")).unwrap();
    for (line, id) in part
        .lines()
        .zip(["123456789012345678901", "123456789012345678902"])
    {
        assert!(line.contains(&format!("\"id\":\"{id}\"")), "{line}");
        let rest = r#""passthrough":{"a":1e5,"b":[0.10,{"c":12345678901234567890123}]}}"#;
        assert!(line.ends_with(rest), "{line}");
    }
}

#[test]
fn keys_left_out_are_null_and_a_key_that_no_row_has_is_told() {
    let rows = [
        json!({"note_id": 1, "note_text": look(0), "D": "2-MAY-24", "S": "final"}),
        json!({"note_id": 2, "note_text": look(1)}),
    ]
    .map(|r| r.to_string() + "\n");
    let columns = ["--date-col", "D", "--status-col", "S"];
    let (told, faults) = run("a.jsonl", rows.concat().as_bytes(), &columns);
    assert_eq!((told.len(), faults.len()), (2, 0));
    assert_eq!(told[0]["report"]["date_of_service"], "2024-05-02");
    assert_eq!(told[1]["report"]["date_of_service"], Value::Null);
    let (told, faults) = run("a.jsonl", rows.concat().as_bytes(), &["--author-col", "By"]);
    assert_eq!((told.len(), &faults[0]["kind"]), (2, &json!("no-column")));
    assert!(
        faults[0]["cause"]
            .as_str()
            .unwrap()
            .contains("--author-col")
    );
}

/// A table with moments in nanoseconds, as pandas writes them.
fn nanos(is_utc: bool) -> Vec<u8> {
    let schema = format!(
        "message note {{ required int64 note_id; required int64 note_date (TIMESTAMP(NANOS,{is_utc})); \
         required binary note_text (UTF8); }}"
    );
    let schema = Arc::new(parse_message_type(&schema).unwrap());
    let properties = Arc::new(WriterProperties::builder().build());
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for column in 0..3 {
        let mut writer = group.next_column().unwrap().unwrap();
        match column {
            0 => writer.typed::<Int64Type>().write_batch(&[1], None, None),
            1 => {
                let moment = 1_714_644_672_000_000_000;
                writer
                    .typed::<Int64Type>()
                    .write_batch(&[moment], None, None)
            }
            _ => {
                let text = ByteArray::from(look(0).as_str());
                writer
                    .typed::<ByteArrayType>()
                    .write_batch(&[text], None, None)
            }
        }
        .unwrap();
        writer.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    bytes
}

#[test]
fn dates_in_nanoseconds_are_read() {
    for is_utc in [true, false] {
        let (told, faults) = run("a.parquet", &nanos(is_utc), &[]);
        assert_eq!((told.len(), faults.len()), (1, 0), "{faults:?}");
        assert_eq!(told[0]["report"]["date_of_service"], "2024-05-02");
    }
}

#[test]
fn what_comes_twice_counts_once() {
    let folder = tempfile::tempdir().unwrap();
    let row = |id: usize, look: &str| json!({"note_id": id, "note_text": look}).to_string() + "\n";
    let rows = row(1, &look(0)) + &row(1, &look(0)) + &row(1, &look(1)) + &row(2, &look(0));
    fs::write(folder.path().join("in.jsonl"), rows).unwrap();
    let (input, out) = (at(&folder, "in.jsonl"), at(&folder, "out"));
    let here = folder.path().join("./in.jsonl").display().to_string();
    assert_eq!(batch(&[&input, &here, "--out", &out]).status, 3);
    assert_eq!(
        ids(&lines(&Path::new(&out).join("part-00000.jsonl"))),
        ["1", "1", "2"]
    );
    let faults = lines(&Path::new(&out).join("errors.jsonl"));
    let kinds: Vec<_> = faults.iter().map(|f| f["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["duplicate", "duplicate"]);
    assert!(faults[0]["place"].as_str().unwrap().ends_with("in.jsonl:2"));
    assert!(faults[1]["cause"].as_str().unwrap().contains("twice"));
}

#[test]
fn a_folder_leaves_out_nothing_without_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| {
        let path = folder.path().join("in").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    };
    let wide: Vec<u8> = look(1).encode_utf16().flat_map(u16::to_le_bytes).collect();
    put("r.rpt", look(0).as_bytes());
    put("plain", &wide);
    put("r.log", look(2).as_bytes());
    put(
        "rows.dat",
        format!("{}\n", json!({"id": "row", "text": look(3)})).as_bytes(),
    );
    put("picture.jpg", b"\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\x01");
    put("set.json", b"{\n  \"a\": 1\n}\n");
    put("list.json", b"[\n {\"a\": 1}]\n");
    put("r.txt.part", look(4).as_bytes());
    put("_SUCCESS", b"");
    put(".hidden/r.txt", look(4).as_bytes());
    let out = at(&folder, "out");
    assert_eq!(batch(&[&at(&folder, "in"), "--out", &out]).status, 3);
    let told = lines(&Path::new(&out).join("part-00000.jsonl"));
    assert_eq!(ids(&told), ["plain", "r", "r", "row"]);
    assert!(told.iter().all(|t| t["coding"]["lines"][0]["units"] == 1));
    let faults = lines(&Path::new(&out).join("errors.jsonl"));
    let told: Vec<_> = faults
        .iter()
        .map(|f| {
            let place = Path::new(f["place"].as_str().unwrap());
            let name = place.file_name().unwrap().to_str().unwrap().to_owned();
            (name, f["kind"].as_str().unwrap())
        })
        .collect();
    let wanted = [
        ("list.json", "unknown-format"),
        ("picture.jpg", "binary"),
        ("r.txt.part", "unfinished"),
        ("set.json", "unknown-format"),
    ];
    assert_eq!(told, wanted.map(|(name, kind)| (name.to_owned(), kind)));
}

#[test]
fn an_input_without_a_record_is_told_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    fs::write(folder.path().join("head.csv"), "note_id,note_text\n").unwrap();
    fs::write(
        folder.path().join("one.csv"),
        format!("note_id,note_text\n1,{}\n", look(0)),
    )
    .unwrap();
    for (number, (input, more, told)) in [
        ("empty", &[][..], "no report in the input"),
        ("head.csv", &[], "no report in the input"),
        ("one.csv", &["--limit", "0"], "--limit"),
    ]
    .into_iter()
    .enumerate()
    {
        let out = at(&folder, &format!("out{number}"));
        let ran = batch(&[&[at(&folder, input).as_str(), "--out", &out], more].concat());
        assert_eq!(ran.status, 2, "{input}");
        assert!(ran.err.contains(told), "{input}: {}", ran.err);
        assert!(!ran.err.contains("errors.jsonl"), "{input}: {}", ran.err);
        let summary = fs::read_to_string(Path::new(&out).join("summary.json")).unwrap();
        assert!(
            !summary.contains("Some(") && !summary.contains("None"),
            "{summary}"
        );
    }
}

#[test]
fn a_clinical_document_that_another_replaces_has_no_units() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("in")).unwrap();
    let note = |id: &str, head: &str| {
        format!(
            "<?xml version=\"1.0\"?><ClinicalDocument xmlns=\"urn:hl7-org:v3\"><id root=\"1.2\" extension=\"{id}\"/>\
             <recordTarget><patientRole><id root=\"1.9\" extension=\"MRN5\"/></patientRole></recordTarget>\
             <legalAuthenticator/>{head}<component><structuredBody><component><section><title>Findings</title>\
             <text>{}</text></section></component></structuredBody></component></ClinicalDocument>",
            look(0)
        )
    };
    let replaces = |kind: &str, root: &str, id: &str| {
        format!(
            "<relatedDocument typeCode=\"{kind}\"><parentDocument><id root=\"{root}\" extension=\"{id}\"/></parentDocument></relatedDocument>"
        )
    };
    let draft = "<statusCode code=\"active\"/>".to_owned();
    for (id, head) in [
        ("A", String::new()),
        ("B", replaces("RPLC", "1.2", "A")),
        ("C", replaces("RPLC", "7.7", "B")),
        ("D", draft + &replaces("RPLC", "1.2", "B")),
        ("E", replaces("APND", "1.2", "B")),
    ] {
        fs::write(folder.path().join(format!("in/{id}.xml")), note(id, &head)).unwrap();
    }
    let out = at(&folder, "out");
    let input = at(&folder, "in");
    let ran = batch(&[
        &input,
        "--out",
        &out,
        "--write",
        "fhir",
        "--run-date",
        "2026-01-02",
    ]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    let told = lines(&Path::new(&out).join("part-00000.jsonl"));
    let heads: Vec<_> = told
        .iter()
        .map(|t| {
            let id = t["report"]["id"].as_str().unwrap();
            let lines = t["coding"]["lines"].as_array().unwrap().len();
            (id, t["report_status"].as_str().unwrap(), lines)
        })
        .collect();
    assert_eq!(
        heads,
        [
            ("A", "withdrawn", 0),
            ("B", "amended", 1),
            ("C", "amended", 1),
            ("D", "draft", 0),
            ("E", "amended", 1)
        ]
    );
    assert!(told[0]["notes"][0].as_str().unwrap().contains("replaced"));
    let bundle = fs::read_to_string(Path::new(&out).join("fhir/part-00000.ndjson")).unwrap();
    assert!(bundle.contains("\"MRN5\""), "the patient is told");
}
