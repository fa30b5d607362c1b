//! Payer profiles: what a payer wants beyond the code book.

use std::fs;

use assert_cmd::Command;
use serde_json::{Value, json};

/// Four vessels: two with a reading, one without; a reason that covers the study; two that the default policy joins.
const REPORT: &str = "DATE OF SERVICE: 05/02/2024\n\
    INDICATION: Left leg swelling. Venography left the degree of compression open, so IVUS was used to measure it.\n\
    DETAILS: The left femoral vein was punctured. IVUS of the left common iliac vein showed 78% area stenosis. IVUS of the \
    left external iliac vein showed 60% area stenosis. IVUS of the left common femoral vein showed no stenosis. IVUS of the \
    right common iliac vein was performed. A stent was placed in the left common iliac vein.\n";

/// Checks the report with a profile of these lines.
fn check(profile: &str, more: &[&str]) -> (Value, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.toml");
    fs::write(
        &path,
        format!("name = \"plan\"\nlabel = \"a plan\"\n{profile}"),
    )
    .unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_ivus"))
        .args(["check", "-", "--format", "json", "--payer"])
        .arg(&path)
        .args(more)
        .write_stdin(REPORT)
        .output()
        .unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    let err = err.replace(&path.display().to_string(), "plan.toml");
    (
        serde_json::from_slice(&output.stdout).unwrap_or_default(),
        err,
    )
}

fn units(document: &Value) -> Vec<(u64, u64)> {
    let lines = document["coding"]["lines"].as_array().unwrap().iter();
    let number = |line: &Value, key: &str| line[key].as_u64().unwrap();
    lines
        .map(|l| (number(l, "units"), number(l, "units_supported")))
        .collect()
}

fn flags(document: &Value) -> Vec<(&str, &str)> {
    let flags = document["flags"].as_array().unwrap().iter();
    flags
        .map(|f| (f["name"].as_str().unwrap(), f["severity"].as_str().unwrap()))
        .collect()
}

#[test]
fn an_empty_profile_changes_nothing_but_its_name() {
    let (document, _) = check("", &[]);
    assert_eq!(document["engine"]["payer"], "plan");
    assert_eq!(document["engine"]["policy"], "sir");
    assert_eq!(units(&document), [(1, 1), (2, 1)]);
    assert_eq!(
        flags(&document),
        [
            ("missing-findings", "warning"),
            ("no-catheter-movement", "info")
        ]
    );
    assert_eq!(document["coding"]["disposition"], "query");
}

#[test]
fn its_policy_counts_unless_another_is_asked_for() {
    let (document, _) = check("policy = \"anatomic\"\n", &[]);
    assert_eq!(
        (units(&document), &document["engine"]["policy"]),
        (vec![(1, 1), (3, 2)], &json!("anatomic"))
    );
    let (document, _) = check("policy = \"anatomic\"\n", &["--policy", "sir"]);
    assert_eq!(
        (units(&document), &document["engine"]["policy"]),
        (vec![(1, 1), (2, 1)], &json!("sir"))
    );
}

#[test]
fn its_limits_and_base_codes_stand_above_the_tables() {
    let (document, _) = check("[limits]\n37253 = 1\n", &[]);
    assert_eq!(units(&document), [(1, 1), (1, 1)]);
    assert!(flags(&document).contains(&("more-than-six-units", "review")));
    let (document, _) = check("[base]\nremove = [\"37238\"]\n", &[]);
    assert!(
        !document["coding"]["base_procedures"]
            .to_string()
            .contains("37238")
    );
}

#[test]
fn what_it_does_not_ask_for_is_neither_flagged_nor_missing() {
    let (document, _) = check("[rules]\noff = [\"missing-findings\", \"IVUS007\"]\n", &[]);
    assert_eq!(flags(&document), []);
    assert_eq!(units(&document), [(1, 1), (2, 2)]);
    assert_eq!(document["coding"]["disposition"], "ready");
    let (document, _) = check("[severity]\nmissing-findings = \"review\"\n", &[]);
    assert!(flags(&document).contains(&("missing-findings", "review")));
    assert_eq!(document["coding"]["disposition"], "review");
}

#[test]
fn a_fault_is_told_with_its_line() {
    let (_, error) = check("[rules]\noff = [\"missing-finding\"]\n", &[]);
    assert_eq!(
        error,
        "ivus: plan.toml:4: entry \"missing-finding\": no such rule; `ivus rule` lists them\n"
    );
}

#[test]
fn the_shipped_example_can_be_looked_at() {
    let told = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_ivus"))
            .args(arguments)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(told(&["payer"]).starts_with("example-plan   invented plan"));
    insta::assert_snapshot!(told(&["payer", "example-plan"]), @r"
    example-plan: invented plan, an example of every key
      counting policy        anatomic (every named vessel and side on its own)
      base codes added       36005
      base codes removed     36140
      most units in a day    37253: 3
      rules switched off     IVUS007 no-catheter-movement
      rules weighed anew     IVUS005 general-necessity: info, IVUS006 no-access-site: review
    ");
}
