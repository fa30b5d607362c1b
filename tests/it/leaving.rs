//! Decisions on their way out: each form from the real binary over a store with decided reports, gold labels read back by
//! `ivus eval`; and samples for audits.

use std::{fs, path::Path};

use assert_cmd::Command;
use ivus::{
    Analyzer,
    queue::{
        Actor, Desk, Role, Store, confirmations::Confirmed, decisions::Verdict, reports::Incoming,
        users::NewUser,
    },
};
use serde_json::Value;

const TEXT: &str = "DATE OF SERVICE: 05/02/2024\nINDICATION: Left leg swelling; venogram was equivocal, so IVUS was needed.\n\
    FINDINGS: IVUS of the left common iliac vein showed 78% area stenosis. IVUS of the left external iliac vein showed no \
    stenosis.\nA stent was placed in the left common iliac vein.\n";

/// A store with twelve reports of two physicians; the first is finished with both units accepted, the second with one
/// accepted, one rejected as another side and one added, the third is held by nobody and open.
pub(crate) fn store() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("q.db")).unwrap();
    let desk = Desk::new(store, Analyzer::builtin());
    let command = Actor::command();
    let new = NewUser {
        name: "ann".to_owned(),
        role: Role::Coder,
        physician: None,
        site: None,
    };
    let (id, _) = desk.add_user(&command, &new).unwrap();
    let ann = Actor {
        user: Some(id),
        name: "ann".to_owned(),
        role: Role::Coder,
        ..Actor::command()
    };
    let incoming = (1..=12).map(|n| Incoming {
        patient: None,
        name: format!("case-{n}"),
        text: TEXT.to_owned(),
        date: None,
        source: "test".to_owned(),
        site: "North".to_owned(),
        physician: if n % 2 == 0 { "Dr. Alder" } else { "Dr. Birch" }.to_owned(),
        status: None,
    });
    desk.import_all(&command, incoming.collect()).unwrap();
    let first = "37252 left common-iliac-vein".to_owned();
    let second = "37253 left external-iliac-vein".to_owned();
    let accept = |suggestion: &String| Verdict::Accept {
        suggestion: suggestion.clone(),
    };
    let decided = [
        vec![accept(&first), accept(&second)],
        vec![
            accept(&first),
            Verdict::Reject {
                suggestion: second.clone(),
                reason: "wrong_side".to_owned(),
                note: "=1+1".to_owned(),
            },
            Verdict::Add {
                code: "37253".to_owned(),
                vessel: "right external-iliac-vein".to_owned(),
                words: Some((0, 4)),
                note: String::new(),
            },
        ],
    ];
    for (report, verdicts) in (1..).zip(decided) {
        let claim = desk.claim(&ann, report).unwrap();
        desk.decide_all(&ann, report, claim.fence, &verdicts)
            .unwrap();
        desk.finish(&ann, report, claim.fence).unwrap();
    }
    folder
}

fn ivus(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let done = Command::cargo_bin("ivus")
        .unwrap()
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap();
    (done.status.code(), String::from_utf8(done.stdout).unwrap())
}

fn export(folder: &Path, more: &[&str]) -> String {
    let (status, told) = ivus(
        folder,
        &[&["queue", "export", "--store", "q.db"], more].concat(),
    );
    assert_eq!(status, Some(0), "{more:?}: {told}");
    told
}

#[test]
fn decisions_leave_in_each_form() {
    let folder = store();
    let folder = folder.path();
    assert_eq!(
        export(folder, &[]).lines().count(),
        2,
        "finished ones alone"
    );
    assert_eq!(export(folder, &["--state", "all"]).lines().count(), 12);

    let csv = export(folder, &["--format", "csv"]);
    let rows: Vec<&str> = csv.lines().collect();
    assert_eq!(rows.len(), 6, "{csv}");
    assert!(rows[0].starts_with("report_id,site,physician"));
    assert!(
        csv.contains(",Rejected,,,wrong_side,'=1+1,no,ann,"),
        "{csv}"
    );

    let fhir = export(folder, &["--format", "fhir"]);
    let bundles: Vec<Value> = fhir
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let charges = |bundle: &Value| -> Vec<(String, String, u64)> {
        let entries = bundle["entry"].as_array().unwrap();
        let resources = entries.iter().map(|e| &e["resource"]);
        let charges = resources.filter(|r| r["resourceType"] == "ChargeItem");
        let text = |v: &Value| v.as_str().unwrap().to_owned();
        charges
            .map(|c| {
                assert_eq!(c["enterer"]["display"], "ann");
                assert!(!c["service"].as_array().unwrap().is_empty());
                let code = text(&c["code"]["coding"][0]["code"]);
                (
                    text(&c["status"]),
                    code,
                    c["quantity"]["value"].as_u64().unwrap(),
                )
            })
            .collect()
    };
    let billable = |code: &str| ("billable".to_owned(), code.to_owned(), 1);
    assert_eq!(bundles.len(), 2);
    assert_eq!(charges(&bundles[0]), [billable("37252"), billable("37253")]);

    let dft = export(folder, &["--format", "dft"]);
    assert_eq!(dft.matches("MSH|").count(), 2);
    assert_eq!(dft.matches("\rFT1|").count(), 4);
    assert!(dft.contains("|CG|37252^^C4|"), "{dft}");
    assert_eq!(
        dft,
        export(folder, &["--format", "dft"]),
        "the same decisions, the same bytes"
    );
    let open = [
        "queue", "export", "--store", "q.db", "--format", "dft", "--state", "open",
    ];
    assert_eq!(
        ivus(folder, &open).0,
        Some(2),
        "no charge before a report is finished"
    );
}

#[test]
fn a_decided_report_is_a_gold_label_that_eval_reads() {
    let folder = store();
    let folder = folder.path();
    export(folder, &["--format", "gold", "--out", "gold"]);
    let mut files: Vec<String> = fs::read_dir(folder.join("gold"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert_eq!(
        files,
        ["case-1.json", "case-1.txt", "case-2.json", "case-2.txt"]
    );
    assert_eq!(
        fs::read_to_string(folder.join("gold/case-1.txt")).unwrap(),
        TEXT
    );
    let labels: Value =
        serde_json::from_slice(&fs::read(folder.join("gold/case-2.json")).unwrap()).unwrap();
    let vessels: Vec<(&str, &str)> = labels["vessels"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| (v["side"].as_str().unwrap(), v["vessel"].as_str().unwrap()))
        .collect();
    assert_eq!(
        vessels,
        [
            ("left", "common-iliac-vein"),
            ("right", "external-iliac-vein")
        ]
    );
    assert_eq!(labels["vessels"][1]["quote"], "DATE");
    let (status, told) = ivus(folder, &["eval", "gold", "--format", "json"]);
    assert_eq!(status, Some(0), "{told}");
    let scored: Value = serde_json::from_str(&told).unwrap();
    let exact = |id: &str| {
        let results = scored["results"].as_array().unwrap();
        let one = results.iter().find(|r| r["id"] == id);
        one.map(|r| r["exact"].as_bool().unwrap())
    };
    assert_eq!(exact("case-1"), Some(true), "{told}");
    // The coder used as many units, but of another vessel.
    assert!(exact("case-2").is_some());
    let again = [
        "queue", "export", "--store", "q.db", "--format", "gold", "--out", "gold",
    ];
    assert_eq!(ivus(folder, &again).0, Some(3), "nothing is written over");
}

#[test]
fn the_same_seed_draws_the_same_sample() {
    let folder = store();
    let folder = folder.path();
    let draw = |seed: &str, more: &[&str]| {
        let fixed = [
            "queue",
            "sample",
            "--per",
            "physician",
            "--percent",
            "10",
            "--seed",
            seed,
            "--store",
            "q.db",
        ];
        let (status, told) = ivus(folder, &[&fixed[..], more].concat());
        assert_eq!(status, Some(0), "{told}");
        told
    };
    let first = draw("7", &["--state", "all"]);
    assert_eq!(first, draw("7", &["--state", "all"]));
    assert!(
        first.contains("Dr. Alder: 1 of 6\n") && first.contains("Dr. Birch: 1 of 6\n"),
        "{first}"
    );
    let seeds: Vec<String> = (0..8)
        .map(|n| draw(&n.to_string(), &["--state", "all"]))
        .collect();
    assert!(
        seeds.iter().any(|s| *s != seeds[0]),
        "another seed draws another sample"
    );
    let json = draw("7", &["--format", "jsonl"]);
    assert_eq!(json.lines().count(), 2, "finished ones alone: {json}");
    for bad in [["--percent", "0"], ["--percent", "200"], ["--seed", "x"]] {
        let arguments = [
            &["queue", "sample", "--seed", "7", "--store", "q.db"][..],
            &bad,
        ]
        .concat();
        assert_eq!(ivus(folder, &arguments).0, Some(2), "{bad:?}");
    }
}

/// The patient comes with a row or a message and leaves with charges, and nowhere else.
#[test]
fn the_patient_leaves_with_charges_where_the_sender_told_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let rows = [("row-1", "4711"), ("row-2", "")]
        .map(|(id, patient)| format!("{id},{patient},North,Dr. Alder,\"{TEXT}\"\n"));
    let table = format!("id,patient_id,site,physician,text\n{}", rows.concat());
    fs::write(path.join("notes.csv"), table).unwrap();
    let text = TEXT.replace('\n', "\\.br\\");
    let message = format!(
        "MSH|^~\\&|DICT|NORTH|||20260310||MDM^T02|1|P|2.5\rPID|||77^^^H\rTXA||OP||||||||||doc-1|||||AU\rOBX|1|TX|||{text}\r"
    );
    fs::write(path.join("one.hl7"), message).unwrap();
    for file in ["notes.csv", "one.hl7"] {
        let (status, told) = ivus(path, &["queue", "import", file, "--store", "q.db"]);
        assert_eq!(status, Some(0), "{file}: {told}");
    }
    let desk = Desk::new(
        Store::open(&path.join("q.db")).unwrap(),
        Analyzer::builtin(),
    );
    let new = NewUser {
        name: "ann".to_owned(),
        role: Role::Coder,
        physician: None,
        site: None,
    };
    let (id, _) = desk.add_user(&Actor::command(), &new).unwrap();
    let ann = Actor {
        user: Some(id),
        role: Role::Coder,
        ..Actor::nobody("test")
    };
    for report in 1..=3 {
        let fence = desk.claim(&ann, report).unwrap().fence;
        desk.accept_open(&ann, report, fence, &Confirmed::default())
            .unwrap();
        desk.finish(&ann, report, fence).unwrap();
    }
    drop(desk);
    let charges = export(path, &["--format", "dft"]);
    let patients: Vec<&str> = charges
        .split(['\r', '\n'])
        .filter(|s| s.starts_with("PID"))
        .collect();
    assert_eq!(patients, ["PID|1||4711", "PID|1", "PID|1||77"], "{charges}");
    let bundles = export(path, &["--format", "fhir"]);
    for told in ["\"value\":\"4711\"", "\"value\":\"77\""] {
        assert!(bundles.contains(told), "{told}");
    }
    for form in ["jsonl", "csv"] {
        let told = export(path, &["--format", form]);
        assert!(!told.contains("4711") && !told.contains("\"77\""), "{form}");
    }
}
