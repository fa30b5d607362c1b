//! Malformed messages and tables: each file of a generated folder gives records or typed faults, in bounded memory, and no
//! word of it is told.

use std::{collections::BTreeSet, fmt::Write as _, fs};

use assert_cmd::Command;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

const CANARY: &str = "quetzalcoatlus";

pub(crate) type Files = Vec<(String, Vec<u8>)>;

/// Beginnings of messages.
const HEADS: &[&str] = &[
    "MSH",
    "MSH|",
    "MSH|^",
    "MSH|^~",
    "MSH||||||",
    "MSH|^^^^|",
    "MSH|abcd|",
    "MSHxABCD",
    "MSH\0\0\0\0",
    "MSH|é~\\&|",
    "MSH|^~\\&",
    "MSH|^~\\&|A|B|C|D|E||",
    "MSH|^~\\&|A|B|C|D|E||MDM",
    "MSH|^~\\&|A|B|C|D|E||MDM^T99|",
    "MSH#*+?@#A#B#C#D#E##MDM*T02",
    "FHS",
    "FHS|^~\\&",
    "BHS|^~\\&|A\rBTS",
    "MSH|^~\\&|A|B|C|D|E||ORU^R01",
    "MSH|^~\\&|A|B|C|D|E||QRY^A19",
    "\u{b}\u{b}\u{1c}MSH|^~\\&|",
];

/// What stands where the text of a message is.
const TEXTS: &[&str] = &[
    "\\",
    "\\X",
    "\\Xé\\",
    "\\XFFFF\\",
    "\\X4\\",
    "\\.sp999999999999\\",
    "\\.sp-1\\",
    "\\.\\",
    "\\\\\\\\",
    "~~~~~",
    "^^&&",
    "\0\0",
    "{\\rtf1",
    "{\\rtf1 {{{{{{",
    "\u{202e}\u{200b}\u{feff}",
    "\r\rOBX|\rOBX|||||\rOBX|2|ED|||^^^Base64^!!!",
    "\rOBX|2|ED|||^^^Base64^QUJ",
    "\rOBX|2|ED|||^^^Hex^4142",
    "\rOBX|2|RP|||pointer",
    "\rOBX|99999999999999999999|TX|||x\rOBX|-1|TX|||y",
    "\rTXA|1|OP\rTXA|2",
    "\rMSH|^~\\&|\rMSH|",
    "\rOBX|1|TX|||again",
];

fn hl7() -> Files {
    let message = |head: &str, rest: &str| {
        format!("{head}\rTXA|1|OP|TX||||||||D1|||||AU\rOBX|1|TX|N||{CANARY} {rest}\r")
    };
    let usual = "MSH|^~\\&|A|B|C|D|20240502||MDM^T02|1|P|2.5";
    let mut files = Vec::new();
    let mut add = |bytes: Vec<u8>| files.push((format!("h{:03}.hl7", files.len()), bytes));
    for head in HEADS {
        add((*head).into());
        add(message(head, "x").into_bytes());
    }
    for text in TEXTS {
        add(message(usual, text).into_bytes());
    }
    add([
        usual.as_bytes(),
        b"\rTXA|1|OP|TX||||||||D1|||||AU\rOBX|1|TX|N||mm\xB2\xFF\xFE",
    ]
    .concat());
    for set in [
        "UNICODE UTF-8",
        "8859/1",
        "8859/99",
        "UTF-16",
        "ISO IR87",
        "\u{fffd}",
    ] {
        let head = format!("{usual}||||||{set}");
        add([message(&head, "").as_bytes(), b"\xB2\x81\x9D\xFF"].concat());
    }
    let wide = |little: bool| -> Vec<u8> {
        let text = format!("\u{feff}{}", message(usual, "x"));
        let units = text.encode_utf16();
        units
            .flat_map(|u| {
                if little {
                    u.to_le_bytes()
                } else {
                    u.to_be_bytes()
                }
            })
            .collect()
    };
    add(wide(true));
    add(wide(false));
    add(message(usual, &"|".repeat(2_000_000)).into_bytes());
    add(message(usual, &"~^&\\".repeat(500_000)).into_bytes());
    add(message(usual, "").into_bytes().repeat(3000));
    add(format!("{usual}\r{}", "OBX|1|TX|||x\r".repeat(100_000)).into_bytes());
    add(message(&usual.replace("T02", "T06"), "")
        .replace("D1||", "D1|D1|")
        .into_bytes());
    for long in [
        "x".repeat(300),
        format!("{CANARY}\\.br\\"),
        "x\\X0A\\y".into(),
    ] {
        add(message(usual, "").replace("D1", &long).into_bytes());
    }
    add(message(usual, "")
        .replace("TX||||||||D1", "TX|canaryday|||||||D1")
        .into_bytes());
    files
}

fn deep(depth: usize, open: &str, close: &str) -> Vec<u8> {
    let inside = open.repeat(depth) + &close.repeat(depth);
    format!("{{\"resourceType\": \"Composition\", \"id\": \"d\", \"section\": {inside}}}")
        .into_bytes()
}

fn fhir() -> Files {
    let mut files = Vec::new();
    let mut add =
        |name: &str, bytes: Vec<u8>| files.push((format!("f{:03}.{name}", files.len()), bytes));
    let data = |text: &[u8]| BASE64_STANDARD.encode(text);
    let with = |attachment: Value| {
        json!({"resourceType": "DocumentReference", "id": "x", "content": [{"attachment": attachment}]}).to_string()
    };
    for depth in [100, 127, 128, 1000, 200_000] {
        add("json", deep(depth, "[", "]"));
        add("json", deep(depth, "[{\"section\":", "}]"));
        add("ndjson", deep(depth, "{\"a\":", "}"));
    }
    for kind in [
        "text/plain",
        "text/plain; charset=utf-16",
        "text/plain; charset=nonsense",
        "application/pdf",
        "text/html",
        "application/rtf",
        "",
    ] {
        for bytes in [
            &b"%PDF-1.7"[..],
            b"PK\x03\x04",
            b"{\\rtf1",
            b"\0\0\0",
            b"<html><p",
            b"\xFF\xFEx\0",
            b"",
            b"PAR1",
            b"\x1F\x8B",
            b"<?xml",
            b"<ClinicalDocument",
        ] {
            add(
                "json",
                with(json!({"contentType": kind, "data": data(bytes)})).into_bytes(),
            );
        }
    }
    for attachment in [
        json!({}),
        json!(null),
        json!([]),
        json!({"data": 5}),
        json!({"data": "@@"}),
        json!({"data": "QUJ"}),
        json!({"url": "http://x"}),
        json!({"data": CANARY.repeat(3)}),
    ] {
        add("json", with(attachment).into_bytes());
    }
    for text in [
        "{\"resourceType\"",
        "{\"resourceType\": \"Bundle\"}",
        "{\"resourceType\": \"Bundle\", \"entry\": 5}",
        "{\"resourceType\": 5}",
        "{\"resourceType\": \"Bundle\", \"entry\": [null]}",
        "{\"resourceType\": \"Bundle\", \"entry\": [{\"resource\": null}]}",
        "{\"resourceType\": \"Bundle\", \"entry\": [{\"resource\": \"quetzalcoatlus\"}]}",
        "{\"resourceType\": \"Composition\", \"resourceType\": \"Composition\"}",
        "{\"resourceType\": \"DiagnosticReport\", \"status\": \"quetzalcoatlus\"}",
        "{\"resourceType\": \"DiagnosticReport\", \"conclusion\": \"\\ud800\"}",
        "{\"resourceType\": \"DiagnosticReport\", \"conclusion\": \"x\", \"effectiveDateTime\": \"quetzalcoatlus\"}",
        "{\"resourceType\": \"DiagnosticReport\", \"text\": {\"div\": \"<div><p>quetzalcoatlus<\"}}",
        "{\"resourceType\": \"DiagnosticReport\", \"conclusion\": \"x\", \"id\": \"a\\nb\"}",
        "{\"resourceType\": \"Patient\"} quetzalcoatlus",
        "{\"resourceType\": \"Composition\", \"id\": \"x\", \"relatesTo\": [{\"code\": \"appends\", \"targetReference\": {\"reference\": \"Composition/x\"}}]}",
    ] {
        add("json", text.into());
        add("ndjson", format!("{text}\n{text}\n\0\n").into());
    }
    let mut nested = json!({"resourceType": "Composition"});
    for _ in 0..20 {
        nested = json!({"resourceType": "Bundle", "entry": [{"resource": nested}]});
    }
    add("json", nested.to_string().into_bytes());
    let div = "<div>".repeat(100_000) + CANARY;
    add(
        "json",
        json!({"resourceType": "DiagnosticReport", "id": "n", "text": {"div": div}})
            .to_string()
            .into_bytes(),
    );
    let wide: Vec<u8> = "\u{feff}{\"resourceType\": \"Patient\"}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    add("json", wide);
    files
}

fn tables() -> Files {
    let mut files: Files = Vec::new();
    let mut add =
        |name: &str, bytes: Vec<u8>| files.push((format!("t{:03}.{name}", files.len()), bytes));
    for bytes in [
        &b"PAR1"[..],
        b"PAR1PAR1",
        b"PAR1\xFF\xFF\xFF\x7FPAR1",
        b"PAR1\0\0\0\0PAR1",
        b"PARE",
        b"",
        b"PAR1\x15\x00\x15\x02\x19\xFC\xFF\xFF\xFF\x7F\x0A\0\0\0PAR1",
    ] {
        add("parquet", bytes.to_vec());
    }
    for text in [
        "note_id\n1\n",
        "note_text,note_text\na,b\n",
        "note_id,note_text\n1,\n",
        "note_id,note_text\n\0,\0\n",
        "note_id,note_text,note_date\n1,x,2024-13-99\n",
        "\n\n\n",
    ] {
        add("csv", text.into());
    }
    let mut same = "note_id,note_text\n".to_owned();
    for _ in 0..200 {
        let _ = writeln!(same, "1,{CANARY}");
    }
    add("csv", same.into_bytes());
    add("jsonl", deep(200_000, "[", "]"));
    add("jsonl.gz", b"\x1F\x8B\x08\0\0\0\0\0".to_vec());
    add("ndjson.zst", b"\x28\xB5\x2F\xFD\xFF\xFF".to_vec());
    files
}

/// All of them, by name.
pub(crate) fn files() -> Files {
    [hl7(), fhir(), tables()].into_iter().flatten().collect()
}

#[test]
fn malformed_files_give_records_or_faults() {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    fs::create_dir(&input).unwrap();
    let files = files();
    assert!(files.len() >= 230);
    for (name, bytes) in &files {
        fs::write(input.join(name), bytes).unwrap();
    }
    // Half a gibibyte of memory, two threads' stacks among it; limits on addresses are kept on Linux alone.
    let limit = if cfg!(target_os = "linux") {
        "ulimit -v 524288; "
    } else {
        ""
    };
    let call =
        format!("{limit}exec \"$0\" batch \"$1\" --out \"$2\" --jobs 2 --shard-size 1000000");
    let output = Command::new("sh")
        .args(["-c", &call, env!("CARGO_BIN_EXE_ivus")])
        .args([&input, &out])
        .output()
        .unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(3), "{err}");
    let read = |name: &str| fs::read_to_string(out.join(name)).unwrap();
    let (told, faults) = (read("part-00000.jsonl"), read("errors.jsonl"));
    assert!(!err.contains(CANARY) && !faults.contains(CANARY), "{err}");
    let mut seen = BTreeSet::new();
    let mut kinds = BTreeSet::new();
    for line in told.lines().chain(faults.lines()) {
        let line: Value = serde_json::from_str(line).unwrap();
        let place = line["place"]
            .as_str()
            .or(line["report"]["source"].as_str())
            .unwrap();
        let place = place.rsplit('/').next().unwrap();
        seen.insert(place.split([':', '#']).next().unwrap().to_owned());
        kinds.extend(line["kind"].as_str().map(str::to_owned));
    }
    assert!(!kinds.contains("internal"), "{faults}");
    let passed: Vec<_> = files
        .iter()
        .map(|(name, _)| name)
        .filter(|n| !seen.contains(*n))
        .collect();
    // A table without rows and a file without reports in it are told in the summary alone.
    println!(
        "{} malformed files: {} records, {} faults of {} kinds; {} without either",
        files.len(),
        told.lines().count(),
        faults.lines().count(),
        kinds.len(),
        passed.len()
    );
    assert!(passed.len() <= 6, "{passed:?}");
}
