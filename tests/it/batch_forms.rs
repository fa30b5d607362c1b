//! Large runs in other forms than JSONL: what each holds, that all are the same bytes however they came about, and shares.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use assert_cmd::Command;
use serde_json::{Value, json};

use super::batch::{CANARY, at, batch, files, lines, report};

const ALL: [&str; 4] = [
    "--write",
    "parquet,omop,fhir,brat,doccano,x12",
    "--run-date",
    "2026-01-02",
];

/// A JSONL file of reports whose ids are whole numbers.
fn numbered(path: &Path, count: usize) -> String {
    let line = |n: usize| {
        let line = json!({"note_id": 1000 + n, "note_text": report(n), "person_id": 7});
        line.to_string() + "\n"
    };
    fs::write(path, (0..count).map(line).collect::<String>()).unwrap();
    path.display().to_string()
}

fn run(input: &str, out: &str, more: &[&str]) -> BTreeMap<PathBuf, Vec<u8>> {
    let fixed = [input, "--out", out, "--shard-size", "7"];
    let ran = batch(&[&fixed[..], &ALL, more].concat());
    assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{more:?}");
    files(Path::new(out))
}

fn text<'a>(run: &'a BTreeMap<PathBuf, Vec<u8>>, name: &str) -> &'a str {
    std::str::from_utf8(&run[Path::new(name)]).unwrap()
}

#[test]
fn every_form_is_the_same_bytes_for_any_jobs_locale_and_time_zone() {
    let folder = tempfile::tempdir().unwrap();
    let input = numbered(&folder.path().join("in.jsonl"), 40);
    let first = run(&input, &at(&folder, "first"), &["--jobs", "1"]);
    for (number, (jobs, zone, locale)) in [
        ("2", "UTC", "C"),
        ("7", "Pacific/Kiritimati", "tr_TR.UTF-8"),
        ("3", "America/St_Johns", "de_DE.UTF-8"),
    ]
    .into_iter()
    .enumerate()
    {
        let out = at(&folder, &format!("out{number}"));
        let ran = Command::new(env!("CARGO_BIN_EXE_ivus"))
            .args([
                "batch",
                &input,
                "--out",
                &out,
                "--shard-size",
                "7",
                "--jobs",
                jobs,
            ])
            .args(ALL)
            .env("TZ", zone)
            .env("LC_ALL", locale)
            .output()
            .unwrap();
        assert!(ran.status.success());
        assert!(files(Path::new(&out)) == first, "{jobs} {zone} {locale}");
    }
}

#[test]
fn a_stop_and_shares_come_to_the_bytes_of_one_run() {
    let folder = tempfile::tempdir().unwrap();
    let input = numbered(&folder.path().join("in.jsonl"), 40);
    let whole = run(&input, &at(&folder, "whole"), &[]);

    let stopped = at(&folder, "stopped");
    for limit in ["10", "3", "24", "33"] {
        run(&input, &stopped, &["--resume", "--limit", limit]);
    }
    assert!(run(&input, &stopped, &["--resume"]) == whole);

    let joined = folder.path().join("joined");
    for share in ["1/4", "2/4", "3/4", "4/4"] {
        let out = at(&folder, &share.replace('/', "-"));
        let part = run(&input, &out, &["--shard", share]);
        let summary: Value = serde_json::from_str(text(&part, "summary.json")).unwrap();
        assert_eq!(
            (&summary["shard"], &summary["complete"]),
            (&json!(share), &json!(true))
        );
        for (name, bytes) in &part {
            let is_part = name.to_string_lossy().contains("part-");
            assert!(
                !is_part || whole.get(name) == Some(bytes),
                "{}",
                name.display()
            );
            let to = joined.join(name);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::write(to, bytes).unwrap();
        }
        // Each goes on by itself as well.
        assert!(run(&input, &out, &["--resume", "--shard", share]) == part);
    }
    assert!(run(&input, &joined.display().to_string(), &["--resume"]) == whole);

    // More shares than parts: the last has nothing to do.
    let out = at(&folder, "none");
    let ran = batch(&[&input, "--out", &out, "--shard", "3/64"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(
        ran.err.contains("no record falls in this share"),
        "{}",
        ran.err
    );
    assert_eq!(
        batch(&[&input, "--out", &out, "--shard", "65/64"]).status,
        2
    );
}

#[test]
fn the_forms_tell_of_every_report_what_the_jsonl_tells() {
    let folder = tempfile::tempdir().unwrap();
    let input = numbered(&folder.path().join("in.jsonl"), 12);
    let out = at(&folder, "out");
    let made = run(&input, &out, &["--note-nlp-id-start", "500"]);
    let told = lines(&Path::new(&out).join("part-00000.jsonl"));

    let mut table = csv::Reader::from_reader(text(&made, "note_nlp.csv").as_bytes());
    let columns: Vec<String> = table.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(
        columns.join(","),
        "note_nlp_id,note_id,section_concept_id,snippet,offset,lexical_variant,note_nlp_concept_id,\
         note_nlp_source_concept_id,nlp_system,nlp_date,nlp_datetime,term_exists,term_temporal,term_modifiers"
    );
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    for (row, id) in rows.iter().zip(500..) {
        assert_eq!((&row[0], &row[9]), (id.to_string().as_str(), "2026-01-02"));
    }
    assert!(rows.iter().any(|r| &r[1] == "1011"), "the last report");

    let bundles = text(&made, "fhir/part-00000.ndjson");
    for (bundle, report) in bundles.lines().zip(&told) {
        let bundle: Value = serde_json::from_str(bundle).unwrap();
        assert_eq!(bundle["identifier"]["value"], report["report"]["id"]);
        let empty = Vec::new();
        let entries = bundle["entry"].as_array().unwrap_or(&empty);
        let charges = entries
            .iter()
            .filter(|e| e["resource"]["resourceType"] == "ChargeItem");
        let units: u64 = charges
            .map(|c| c["resource"]["quantity"]["value"].as_u64().unwrap())
            .sum();
        let lines = report["coding"]["lines"].as_array().unwrap();
        let supported: u64 = lines
            .iter()
            .map(|l| l["units_supported"].as_u64().unwrap())
            .sum();
        assert_eq!(units, supported);
    }
    for (number, example) in (1..).zip(text(&made, "doccano/part-00000.jsonl").lines()) {
        let example: Value = serde_json::from_str(example).unwrap();
        assert_eq!(
            (&example["id"], &example["text"]),
            (&json!(number), &json!(report(number - 1)))
        );
        let name = format!("brat/part-{:05}/{number:09}", 0);
        assert_eq!(text(&made, &format!("{name}.txt")), report(number - 1));
        assert!(made.contains_key(Path::new(&format!("{name}.ann"))));
    }
    assert!(text(&made, "brat/annotation.conf").contains("EXAMINED"));
    assert!(text(&made, "x12/part-00000.txt").starts_with("# PREVIEW"));
    assert!(made[Path::new("queue/part-00001.parquet")].starts_with(b"PAR1"));
    for (name, bytes) in &made {
        assert!(!name.to_string_lossy().contains(CANARY));
        let holds = bytes.windows(CANARY.len()).any(|w| w == CANARY.as_bytes());
        let may = [
            "brat/",
            "doccano/",
            "note_nlp.csv",
            ".note_nlp.csv",
            "fhir/",
            "part-",
        ];
        let may = may.iter().any(|m| name.to_string_lossy().contains(m));
        assert!(!holds || may, "{} holds text of a report", name.display());
    }
}

#[test]
fn ids_that_are_no_numbers_are_listed_for_omop_and_stay_in_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let input = super::batch::jsonl(&folder.path().join("in.jsonl"), 3);
    let out = at(&folder, "out");
    let ran = batch(&[&[input.as_str(), "--out", &out][..], &ALL].concat());
    assert_eq!(ran.status, 3, "{}", ran.err);
    let told = "3 records, 3 failed (3 of them for OMOP alone)";
    assert!(ran.out.contains(told), "{}", ran.out);
    let errors = lines(&Path::new(&out).join("errors.jsonl"));
    assert_eq!(
        (errors.len(), &errors[0]["kind"], &errors[0]["id"]),
        (3, &json!("no-note-id"), &json!("r0"))
    );
    assert_eq!(lines(&Path::new(&out).join("part-00000.jsonl")).len(), 3);
    assert_eq!(
        lines(&Path::new(&out).join("fhir/part-00000.ndjson")).len(),
        3
    );
    let ran = batch(&[&input, "--out", &at(&folder, "dateless"), "--write", "omop"]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("--run-date"), "{}", ran.err);
}

#[test]
fn check_prints_bundles_and_previews_of_single_reports() {
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ivus"));
        let output = command
            .args(arguments)
            .write_stdin(report(1))
            .output()
            .unwrap();
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    let (_, bundle) = run(&["check", "-", "--format", "fhir"]);
    let bundle: Value = serde_json::from_str(&bundle).unwrap();
    assert_eq!(
        (&bundle["resourceType"], &bundle["type"]),
        (&json!("Bundle"), &json!("collection"))
    );
    let (_, preview) = run(&["check", "-", "--format", "x12"]);
    assert!(preview.starts_with("# PREVIEW"), "{preview}");
    assert_eq!(run(&["extract", "-", "--format", "fhir"]).0, 2);
}
