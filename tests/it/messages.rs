//! Message formats of `ivus batch`: HL7 v2 and FHIR R4, and what later messages do to earlier documents.

use std::{fs, path::Path};

use assert_cmd::Command;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

const CANARY: &str = "quetzalcoatlus";
const LOOK: &str =
    "FINDINGS: IVUS of the left common iliac vein showed 78% area stenosis, quetzalcoatlus.";
const MORE: &str = "FINDINGS: IVUS of the right common iliac vein showed 60% area stenosis.";

/// What a run told: records, faults, and the exit status.
struct Ran {
    told: Vec<Value>,
    faults: Vec<Value>,
    status: i32,
}

impl Ran {
    fn of(files: &[(&str, &[u8])], options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (input, out) = (folder.path().join("in"), folder.path().join("out"));
        for (name, bytes) in files {
            let path = input.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_ivus"));
        let output = command
            .arg("batch")
            .arg(&input)
            .arg("--out")
            .arg(&out)
            .args(options)
            .output()
            .unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        let listed = fs::read_to_string(out.join("errors.jsonl")).unwrap_or_default();
        assert!(
            !err.contains(CANARY) && !listed.contains(CANARY),
            "{err}{listed}"
        );
        Self {
            told: lines(&out.join("part-00000.jsonl")),
            faults: lines(&out.join("errors.jsonl")),
            status: output.status.code().unwrap(),
        }
    }

    /// Id, status, units and next step of each record.
    fn heads(&self) -> Vec<String> {
        self.told.iter().map(head).collect()
    }

    fn kinds(&self) -> Vec<&str> {
        self.faults
            .iter()
            .map(|f| f["kind"].as_str().unwrap())
            .collect()
    }
}

fn head(told: &Value) -> String {
    let lines = told["coding"]["lines"].as_array().unwrap();
    let units: u64 = lines.iter().map(|l| l["units"].as_u64().unwrap()).sum();
    format!(
        "{} {} {units} {}",
        told["report"]["id"].as_str().unwrap(),
        told["report_status"].as_str().unwrap_or("-"),
        told["coding"]["disposition"].as_str().unwrap()
    )
}

fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect()
}

/// A document message: event, own number, number of the parent, completion status, text.
fn mdm(event: &str, id: &str, parent: &str, status: &str, text: &str) -> String {
    let observation = if text.is_empty() {
        String::new()
    } else {
        format!("OBX|1|TX|NOTE||{text}||||||F\r")
    };
    format!(
        "MSH|^~\\&|DICT|H|IVUS|H|20240502||MDM^{event}^MDM_T02|C{id}|P|2.5\rEVN|{event}|20240502\rPID|1||P77^^^H\r\
         PV1|1||||||||||||||||||V9\rTXA|1|OP|TX|20240502101112|D1^Roe^Ann||||D2^Doe^Jo|||{id}^DICT|{parent}^DICT||||{status}\r{observation}"
    )
}

#[test]
fn a_document_message_becomes_a_record() {
    let text = "IVUS of the left common iliac vein\\.br\\showed 78% stenosis \\T\\ thrombus.~No \\XE9\\~lumen ~70 mm2";
    let ran = Ran::of(
        &[("a.hl7", mdm("T02", "D1", "", "AU", text).as_bytes())],
        &[],
    );
    assert_eq!(ran.status, 0);
    let told = &ran.told[0];
    assert_eq!(told["report"]["id"], "D1");
    assert_eq!(told["report"]["date_of_service"], "2024-05-02");
    assert_eq!(told["report"]["date_source"], "metadata");
    assert_eq!(told["author"], "Doe, Jo");
    assert_eq!(told["report_status"], "final");
    assert_eq!(
        told["passthrough"],
        json!({"message": "CD1", "event": "MDM^T02", "sent": "20240502", "facility": "H", "document_type": "OP", "patient": "P77", "visit": "V9", "namespace": "DICT"})
    );
    assert_eq!(head(told), "D1 final 1 review");
}

#[test]
fn a_draft_keeps_its_feedback_and_gets_no_units() {
    let draft = "FINDINGS: IVUS of the left common iliac vein was performed.";
    for status in ["DI", "IP", "IN", "PA", "??"] {
        let ran = Ran::of(
            &[("a.hl7", mdm("T02", "D1", "", status, draft).as_bytes())],
            &[],
        );
        assert_eq!(ran.heads(), ["D1 draft 0 review"], "{status}");
        let told = &ran.told[0];
        let flags: Vec<&str> = told["flags"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| f["rule"].as_str().unwrap())
            .collect();
        assert!(
            flags.contains(&"IVUS003") && flags.contains(&"IVUS012"),
            "{flags:?}"
        );
        assert_eq!(told["coding"]["not_counted"][0]["rule"], "IVUS112");
        assert_eq!(told["coding"]["catheter_placements"], json!([]));
    }
}

#[test]
fn addenda_are_joined_across_files_and_cancellations_tell() {
    let files = [
        ("1.hl7", mdm("T06", "A1", "D1", "AU", MORE)),
        (
            "2.hl7",
            mdm("T02", "D1", "", "AU", LOOK) + &mdm("T02", "D2", "", "LA", LOOK),
        ),
        ("3.hl7", mdm("T11", "D2", "", "", "")),
        ("4.hl7", mdm("T06", "A2", "D1", "DI", MORE)),
        ("5.hl7", mdm("T06", "A3", "elsewhere", "AU", MORE)),
        ("6.hl7", mdm("T11", "gone", "", "", "")),
        (
            "7.hl7",
            mdm("T10", "D4", "D3", "AU", MORE) + &mdm("T02", "D3", "", "AU", LOOK),
        ),
        (
            "8.hl7",
            mdm("T02", "D5", "", "DI", LOOK) + &mdm("T08", "D5", "", "AU", MORE),
        ),
        (
            "9.hl7",
            mdm("T02", "D6", "", "PA", LOOK) + &mdm("T03", "D6", "", "AU", ""),
        ),
        (
            "91.hl7",
            mdm("T06", "X1", "X2", "AU", LOOK) + &mdm("T06", "X2", "X1", "AU", MORE),
        ),
    ];
    let files: Vec<_> = files.iter().map(|(n, t)| (*n, t.as_bytes())).collect();
    let ran = Ran::of(&files, &[]);
    assert_eq!(ran.kinds(), Vec::<&str>::new());
    assert_eq!(
        ran.heads(),
        [
            "D1 amended 2 review",
            "D2 withdrawn 0 review",
            "A2 draft 0 review",
            "A3 addendum 0 review",
            "gone withdrawn 0 no_ivus",
            "D4 amended 1 review",
            "D3 withdrawn 0 review",
            "D5 withdrawn 0 review",
            "D5 amended 1 review",
            "D6 final 1 review",
            "X1 addendum 0 review",
            "X2 addendum 0 review",
        ]
    );
    assert_eq!(ran.told[0]["notes"], json!(["with addenda: A1"]));
    assert_eq!(
        ran.told[1]["notes"],
        json!(["cancelled by a later message"])
    );
    assert_eq!(
        ran.told[3]["notes"],
        json!([
            "adds to elsewhere, which is not in the input; it has no units of its own: join it to that report"
        ])
    );
    assert_eq!(ran.told[3]["coding"]["not_counted"][0]["rule"], "IVUS116");
    assert_eq!(ran.told[3]["flags"], json!([]));
}

/// The same message, sent at another moment.
fn at(moment: &str, message: &str) -> String {
    message.replace("IVUS|H|20240502||", &format!("IVUS|H|{moment}||"))
}

/// A run over files that are named in the order given, and one in the other order.
fn both_orders(messages: &[String]) -> [Ran; 2] {
    let run = |messages: Vec<&String>| {
        let names: Vec<String> = (0..messages.len()).map(|n| format!("{n}.hl7")).collect();
        let files = names.iter().zip(messages);
        let files: Vec<_> = files.map(|(n, m)| (n.as_str(), m.as_bytes())).collect();
        Ran::of(&files, &[])
    };
    [
        run(messages.iter().collect()),
        run(messages.iter().rev().collect()),
    ]
}

fn sorted(ran: &Ran) -> Vec<String> {
    let mut heads = ran.heads();
    heads.sort();
    heads
}

#[test]
fn a_cancellation_counts_whatever_its_file_is_called() {
    let document = at("202405021200", &mdm("T02", "C1", "", "AU", LOOK));
    for moment in ["202405021201", "202405021200", ""] {
        let cancel = at(moment, &mdm("T11", "C1", "", "", ""));
        for ran in both_orders(&[document.clone(), cancel.clone()]) {
            assert_eq!(ran.heads(), ["C1 withdrawn 0 review"], "{moment}");
        }
    }
    // Sent anew after it was cancelled, it is alive: by the clock, and within a file by its order.
    let cancel = at("202405021159", &mdm("T11", "C1", "", "", ""));
    for ran in both_orders(&[document.clone(), cancel]) {
        assert_eq!(ran.heads(), ["C1 final 1 review"]);
    }
    let cancel = at("202405021200", &mdm("T11", "C1", "", "", ""));
    let ran = Ran::of(&[("a.hl7", (cancel + &document).as_bytes())], &[]);
    assert_eq!(ran.heads(), ["C1 final 1 review"]);
}

#[test]
fn the_version_that_was_sent_last_counts() {
    let first = at("202405020800", &mdm("T02", "E1", "", "AU", LOOK));
    let edited = at("202405031200", &mdm("T08", "E1", "", "AU", MORE));
    for ran in both_orders(&[first, edited]) {
        assert_eq!(
            sorted(&ran),
            ["E1 amended 1 review", "E1 withdrawn 0 review"]
        );
    }
    let result = |moment: &str, status: &str| {
        format!(
            "MSH|^~\\&|RIS|H|||{moment}||ORU^R01|M|P|2.3\rOBR|1||R1|IR1\rOBX|1|TX|A||{LOOK}||||||{status}\r"
        )
    };
    // Of one moment the signed one counts.
    for moment in ["20240502080000", "20240502120000", "20240502150000+0300"] {
        for ran in both_orders(&[result(moment, "P"), result("20240502120000.0", "F")]) {
            assert_eq!(sorted(&ran), ["R1 final 1 review", "R1 withdrawn 0 review"]);
        }
    }
    // A status without text counts likewise.
    let draft = at("202405021200", &mdm("T02", "S1", "", "DI", LOOK));
    let signed = at("202405021300", &mdm("T03", "S1", "", "AU", ""));
    for ran in both_orders(&[draft.clone(), signed]) {
        assert_eq!(ran.heads(), ["S1 final 1 review"]);
    }
    let before = at("202405021100", &mdm("T03", "S1", "", "AU", ""));
    for ran in both_orders(&[draft, before]) {
        assert_eq!(ran.heads(), ["S1 draft 0 review"]);
    }
    let stored = |moment: &str, text: &str| {
        json!({"resourceType": "DiagnosticReport", "id": "f1", "status": "final", "meta": {"lastUpdated": moment}, "conclusion": text})
            .to_string()
    };
    let lines = [
        stored("2024-05-02T12:00:00Z", LOOK),
        stored("2024-05-02T13:00:00+02:00", MORE),
    ];
    let ran = Ran::of(&[("a.ndjson", lines.join("\n").as_bytes())], &[]);
    assert_eq!(ran.heads(), ["f1 final 1 review", "f1 withdrawn 0 review"]);
}

#[test]
fn a_number_belongs_to_its_namespace_or_sender() {
    let north = mdm("T02", "1", "", "AU", LOOK);
    let south = north
        .replace("1^DICT", "1^RADSYS")
        .replace("|DICT|H|", "|DICT|CLINIC|");
    let result = |facility: &str| {
        format!(
            "MSH|^~\\&|RIS|{facility}|||20240502||ORU^R01|M|P|2.3\rOBR|1||5|IR1\rOBX|1|TX|A||{LOOK}||||||F\r"
        )
    };
    let unnumbered = mdm("T02", "", "", "AU", LOOK);
    let resource = |kind: &str| {
        json!({"resourceType": kind, "id": "7", "status": "final", "conclusion": LOOK, "title": LOOK,
            "section": [{"title": "Findings", "text": {"div": "<div>IVUS of the left common iliac vein.</div>"}}]})
        .to_string()
    };
    let both = [resource("DiagnosticReport"), resource("Composition")].join("\n");
    let ran = Ran::of(
        &[
            ("a.hl7", (north + &south).as_bytes()),
            ("b.hl7", (result("NORTH") + &result("SOUTH")).as_bytes()),
            ("c.hl7", unnumbered.repeat(2).as_bytes()),
            ("d.ndjson", both.as_bytes()),
        ],
        &[],
    );
    assert_eq!(
        ran.heads(),
        [
            "1^DICT final 1 review",
            "1^RADSYS final 1 review",
            "5^NORTH^order final 1 review",
            "5^SOUTH^order final 1 review",
            "c:1 final 1 review",
            "c:2 final 1 review",
            "7^DiagnosticReport final 1 review",
            "7^Composition final 1 review",
        ]
    );
    assert_eq!(ran.told[0]["passthrough"]["document"], "1");
    assert_eq!(ran.told[1]["passthrough"]["namespace"], "RADSYS");
}

#[test]
fn a_document_is_found_with_its_namespace_or_without() {
    let bare = |message: String| message.replace("^DICT", "");
    let whole = mdm("T02", "D1", "", "AU", LOOK);
    let addendum = mdm("T06", "A1", "D1", "AU", MORE);
    let other = whole
        .replace("D1^DICT", "D1^RADSYS")
        .replace("|DICT|H|", "|DICT|CLINIC|");
    let cases = [
        [whole.clone(), bare(addendum.clone())],
        [bare(whole.clone()), addendum.clone()],
        [whole.clone(), addendum.replace("D1^DICT", "D1")],
    ];
    for case in cases {
        for ran in both_orders(&case) {
            assert_eq!(ran.heads(), ["D1 amended 2 review"]);
        }
    }
    // Of two documents of the number the sender's own is meant, or that in the addendum's own namespace.
    for addendum in [bare(addendum.clone()), addendum.replace("D1^DICT", "D1")] {
        for ran in both_orders(&[whole.clone(), other.clone(), addendum]) {
            assert_eq!(
                sorted(&ran),
                ["D1^DICT amended 2 review", "D1^RADSYS final 1 review"]
            );
        }
    }
    // Where neither tells, nothing is guessed.
    let stray = bare(addendum).replace("|DICT|H|", "|DICT||");
    for ran in both_orders(&[whole.clone(), other, stray]) {
        assert_eq!(
            sorted(&ran),
            [
                "A1 addendum 0 review",
                "D1^DICT final 1 review",
                "D1^RADSYS final 1 review"
            ]
        );
    }
    let cancel = mdm("T11", "D1", "", "", "");
    for ran in both_orders(&[whole.clone(), bare(cancel)]) {
        assert_eq!(ran.heads(), ["D1 withdrawn 0 review"]);
    }
    let edited = bare(mdm("T08", "D1", "", "AU", MORE));
    for ran in both_orders(&[whole, at("20240503", &edited)]) {
        assert_eq!(
            sorted(&ran),
            ["D1 amended 1 review", "D1 withdrawn 0 review"]
        );
    }
}

#[test]
fn the_last_version_of_an_addendum_is_joined() {
    let whole = at("202405021200", &mdm("T02", "P2", "", "AU", LOOK));
    let first = mdm("T06", "P2A", "P2", "AU", "Nothing was added.");
    let first = at("202405021300", &first);
    let edited = at("202405021400", &mdm("T08", "P2A", "P2", "AU", MORE));
    for ran in both_orders(&[whole.clone(), first, edited.clone()]) {
        assert_eq!(
            sorted(&ran),
            ["P2 amended 2 review", "P2A withdrawn 0 no_ivus"]
        );
        let old = ran.told.iter().find(|t| t["report"]["id"] == "P2A");
        assert_eq!(
            old.unwrap()["notes"],
            json!(["sent again by a later message, which counts"])
        );
    }
    // Without the first version it adds as well; with a replacement before it, it replaces.
    for ran in both_orders(&[whole.clone(), edited.clone()]) {
        assert_eq!(ran.heads(), ["P2 amended 2 review"]);
    }
    let replacing = at("202405021300", &mdm("T10", "P2A", "P2", "AU", LOOK));
    for ran in both_orders(&[whole, replacing, edited]) {
        assert_eq!(
            sorted(&ran),
            [
                "P2 withdrawn 0 review",
                "P2A amended 1 review",
                "P2A withdrawn 0 review"
            ]
        );
    }
    // An addendum is joined once it is signed, also without its text; one that names no document has no units.
    let draft = mdm("T06", "A7", "D7", "DI", MORE);
    let signed = mdm("T03", "A7", "", "AU", "");
    let ran = Ran::of(
        &[(
            "a.hl7",
            (mdm("T02", "D7", "", "AU", LOOK)
                + &draft
                + &signed
                + &mdm("T06", "A8", "", "AU", LOOK))
                .as_bytes(),
        )],
        &[],
    );
    assert_eq!(ran.heads(), ["D7 amended 2 review", "A8 addendum 0 review"]);
}

#[test]
fn batches_results_and_odd_delimiters_are_read() {
    let result = |id: &str, status: &str, text: &str| {
        format!(
            "MSH|^~\\&|RIS||||||ORU^R01|M|P|2.3\rPID|1||P1\rOBR|1||{id}|IR1|||20240502||||||||||||||||||{status}|||||||R7&Roe&Ann\r\
             OBX|2|TX|B||{text}||||||{status}\rOBX|1|TX|A||DATE OF SERVICE 2024||||||{status}\rOBX|3|NM|C||78|%|||||F\r"
        )
    };
    let batch = format!(
        "FHS|^~\\&|A\rBHS|^~\\&|A\r\x0B{}\x1C\r{}{}BTS|3\rFTS|1\r",
        result("R1", "F", LOOK),
        result("R2", "P", LOOK),
        result("R3", "X", LOOK)
    );
    let odd = mdm(
        "T02",
        "D1",
        "",
        "AU",
        "IVUS of the left common iliac vein\nshowed\n\n78% stenosis#T#",
    )
    .replace('&', "@")
    .replace('#', "\\")
    .replace('|', "$");
    let adt = "MSH|^~\\&|A||||||ADT^A01|1|P|2.3\rPID|1\r";
    let ran = Ran::of(
        &[
            ("a.dat", batch.as_bytes()),
            ("b.txt", odd.as_bytes()),
            ("c.hl7", adt.as_bytes()),
        ],
        &[],
    );
    assert_eq!(
        ran.heads(),
        [
            "R1 final 1 review",
            "R2 draft 0 review",
            "R3 withdrawn 0 review",
            "D1 final 1 review"
        ]
    );
    assert_eq!(ran.told[0]["author"], "Roe, Ann");
    assert_eq!(ran.kinds(), ["no-report"]);
}

#[test]
fn a_result_is_as_settled_as_the_least_settled_part_that_stands() {
    let result = |id: &str, first: &str, second: &str| {
        format!(
            "MSH|^~\\&|RIS||||||ORU^R01|M|P|2.3\rOBR|1||{id}|IR1|||20240502\r\
             OBX|1|TX|A||{LOOK}||||||{first}\rOBX|2|TX|B||{MORE}||||||{second}\rOBX|3|TX|C||No leak.||||||F\r"
        )
    };
    let messages = [
        result("R1", "F", "D"),
        // The part that was deleted does not make a preliminary one final.
        result("R2", "P", "D"),
        result("R3", "F", "P"),
        result("R4", "C", "W"),
    ];
    let ran = Ran::of(&[("a.hl7", messages.concat().as_bytes())], &[]);
    assert_eq!(
        ran.heads(),
        [
            "R1 amended 1 review",
            "R2 draft 0 review",
            "R3 draft 0 review",
            "R4 amended 1 review"
        ]
    );
}

#[test]
fn embedded_documents_are_read_by_what_they_are() {
    let data = |text: &[u8]| BASE64_STANDARD.encode(text);
    let ed = |data: &str| {
        mdm("T02", "D1", "", "AU", "x").replace(
            "|TX|NOTE||x|",
            &format!("|ED|NOTE||a^text^plain^Base64^{data}|"),
        )
    };
    let ran = Ran::of(
        &[
            ("a.hl7", ed(&data(LOOK.as_bytes())).as_bytes()),
            (
                "b.hl7",
                ed(&data(b"%PDF-1.7 quetzalcoatlus"))
                    .replace("D1", "D2")
                    .as_bytes(),
            ),
            (
                "c.hl7",
                ed("quetzalcoatlus!").replace("D1", "D3").as_bytes(),
            ),
        ],
        &[],
    );
    assert_eq!(ran.heads(), ["D1 final 1 review"]);
    assert_eq!(ran.faults[1]["kind"], "bad-encoding");
    assert_eq!(ran.faults[1]["id"], "D3");
    assert_eq!(ran.faults.len(), 2);
}

fn attachment(kind: &str, text: &[u8]) -> Value {
    json!({"attachment": {"contentType": kind, "data": BASE64_STANDARD.encode(text)}})
}

#[test]
fn resources_become_records() {
    let reference = json!({
        "resourceType": "DocumentReference", "id": "r1", "status": "current", "docStatus": "final",
        "subject": {"reference": "Patient/1"}, "author": [{"reference": "Practitioner/2", "display": "Ann Roe"}],
        "content": [attachment("application/pdf", b"%PDF-1.4"), attachment("text/plain; charset=windows-1252", b"IVUS of the left common iliac vein showed 34 mm\xB2.")],
        "context": {"period": {"start": "2024-05-02T10:00:00Z"}, "encounter": [{"reference": "Encounter/3"}]}});
    let report = json!({
        "resourceType": "DiagnosticReport", "id": "r2", "status": "preliminary", "effectiveDateTime": "2024-05",
        "text": {"div": format!("<div><p>{LOOK}</p></div>")}});
    let concluded = json!({"resourceType": "DiagnosticReport", "id": "r3", "status": "final", "conclusion": LOOK});
    let section = |title: &str, text: &str| json!({"title": title, "text": {"div": format!("<div>{text}</div>")}});
    let composition = json!({
        "resourceType": "Composition", "id": "r4", "status": "amended", "title": "Operative note",
        "section": [{"title": "Body", "section": [section("Findings", "IVUS of the left common iliac vein &gt; 50 % stenosis.")]}]});
    let document = json!({"resourceType": "Bundle", "type": "document", "entry": [{"resource": composition}, {"resource": concluded}]});
    let wrong = json!({"resourceType": "DocumentReference", "id": "w", "status": "entered-in-error", "content": []});
    let linked = json!({"resourceType": "DocumentReference", "id": "l", "content": [{"attachment": {"url": "Binary/b"}}]});
    let binary = json!({"resourceType": "Binary", "id": "b", "contentType": "text/html", "data": BASE64_STANDARD.encode(format!("<html><body>{LOOK}</body></html>"))});
    let broken =
        json!({"resourceType": "DiagnosticReport", "id": 5, "conclusion": "quetzalcoatlus"});
    let collection = json!({"resourceType": "Bundle", "type": "collection", "entry": [
        {"resource": {"resourceType": "Patient", "id": "p"}}, {"resource": linked}, {"resource": binary}, {"resource": broken}, {"resource": concluded}]});
    let lines = [&reference, &json!({"resourceType": "Patient"}), &report]
        .map(Value::to_string)
        .join("\n");
    let ran = Ran::of(
        &[
            ("a.ndjson", lines.as_bytes()),
            (
                "b.json",
                serde_json::to_string_pretty(&document).unwrap().as_bytes(),
            ),
            ("c.json", collection.to_string().as_bytes()),
            ("d.json", wrong.to_string().as_bytes()),
            (
                "e.json",
                linked.to_string().replace("\"l\"", "\"l2\"").as_bytes(),
            ),
            ("f.json", br#"{"resourceType": "Patient"}"#),
        ],
        &[],
    );
    assert_eq!(
        ran.heads(),
        [
            "r1 final 1 review",
            "r2 draft 0 review",
            "r4 amended 1 review",
            "l - 1 review",
            "r3 final 1 review",
            "w withdrawn 0 no_ivus",
        ]
    );
    assert_eq!(ran.told[0]["author"], "Ann Roe");
    assert_eq!(ran.told[0]["report"]["date_of_service"], "2024-05-02");
    assert_eq!(
        ran.told[0]["passthrough"],
        json!({"resource": "DocumentReference", "patient": "Patient/1", "visit": "Encounter/3"})
    );
    assert_eq!(ran.kinds(), ["bad-json", "unresolved", "no-report"]);
}

#[test]
fn related_resources_are_joined_and_replaced() {
    let document = |id: &str, text: &str, code: &str, target: &str| {
        json!({"resourceType": "DocumentReference", "id": id, "docStatus": "final", "content": [attachment("text/plain", text.as_bytes())],
            "relatesTo": [{"code": code, "target": {"reference": target}}]})
        .to_string()
    };
    let lines = [
        document("a", LOOK, "signs", "DocumentReference/z"),
        document(
            "b",
            MORE,
            "appends",
            "https://fhir.example/DocumentReference/a/_history/2",
        ),
        document("c", MORE, "replaces", "DocumentReference/d"),
        document("d", LOOK, "transforms", "DocumentReference/z"),
    ];
    let ran = Ran::of(&[("a.ndjson", lines.join("\n").as_bytes())], &[]);
    assert_eq!(
        ran.heads(),
        [
            "a amended 2 review",
            "c amended 1 review",
            "d withdrawn 0 review"
        ]
    );
}
