//! Looking things up from the command line: `ivus code`, `ivus vessel`, `ivus find`.

use assert_cmd::Command;
use serde_json::Value;

struct Ran {
    status: i32,
    out: String,
    err: String,
}

fn run(arguments: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_ivus"))
        .env_remove("CLICOLOR_FORCE")
        .args(arguments)
        .output()
        .unwrap();
    Ran {
        status: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn json(arguments: &[&str]) -> Value {
    let mut all = arguments.to_vec();
    all.extend(["--format", "json"]);
    let ran = run(&all);
    assert_eq!(ran.status, 0, "{arguments:?}: {}", ran.err);
    serde_json::from_str(&ran.out).unwrap()
}

#[test]
fn a_deleted_code_names_its_successors() {
    let ran = run(&["code", "37220", "--on", "2026-02-01"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    for words in [
        "deleted (on 2026-02-01)",
        "37254",
        "to 2025-12-31",
        "IVUS012",
    ] {
        assert!(ran.out.contains(words), "{words}");
    }
}

#[test]
fn the_page_of_a_code_has_what_a_registration_hides_elsewhere() {
    let page = json(&["code", "37253", "--on", "2024-05-02"]);
    assert_eq!(page["state"], "in force");
    for list in [
        "entries",
        "predecessors",
        "neighbours",
        "base_codes",
        "included_by",
        "modifiers",
        "publications",
        "facts",
        "rules",
    ] {
        assert!(
            page[list].as_array().is_some_and(|l| !l.is_empty()),
            "{list}"
        );
    }
    assert_eq!(page["entries"][0]["from"], "2016-01-01");
    assert_eq!(page["entries"][0]["confidence"], "confirmed");
    assert_eq!(page["facts"][0]["sources"][0]["name"], "PPRRVU 2020-2024");
}

#[test]
fn fees_limits_and_pairs_are_on_the_page() {
    let page = json(&["code", "37252", "--on", "2024-03-09"]);
    let fees = page["fees"].as_array().unwrap();
    assert_eq!(fees.len(), 13);
    let now = fees.iter().find(|f| f["in_force"] == true).unwrap();
    assert_eq!(
        (&now["office"], &now["facility"]),
        (&"927.06".into(), &"86.21".into())
    );
    assert_eq!(now["units"]["total_office"], "27.85");
    assert!(fees[0].get("office").is_none() && fees[0]["conversion_factor"] == "35.8043");
    let limit = |l: &&Value| l["setting"] == "practitioner";
    let limits = page["limits"].as_array().unwrap();
    assert_eq!(limits.iter().find(limit).unwrap()["indicator"], 2);
    let pairs = page["pairs"].as_array().unwrap();
    let with = |code: &str| pairs.iter().find(|p| p["code"] == code).unwrap();
    assert_eq!(with("36005")["relation"], "includes");
    assert_eq!(with("37191")["relation"], "included-by");
    assert_eq!(with("76000")["until"], "2017-12-31");
    assert_eq!(with("76000")["in_force"], false);
    let text = run(&["code", "37252", "--on", "2024-03-09"]).out;
    for words in [
        "  > 2024-03-09 to 12-31          927.06      86.21        27.85       2.59   33.2875",
        "    2026 qualifying                                                          33.5675",
        "1 (hospital outpatient); indicator (MAI) 2",
        "37252 is not paid beside: 0645T, 33275, 37191-37193, 37197; indicator 1",
        "ended 2017-12-31, in one setting at least: 75893, 76000, 77001",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[test]
fn a_code_that_stands_in_pairs_alone_is_answered() {
    let ran = run(&["code", "36591"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    for words in [
        "no table says whether it is in force",
        "with 37252 (noncoronary IVUS, first vessel): 37252 is paid, 36591 is not; indicator 0",
    ] {
        assert!(ran.out.contains(words), "{words}: {}", ran.out);
    }
}

#[test]
fn an_unknown_code_or_vessel_gets_the_nearest_ones() {
    for (arguments, near) in [
        (["code", "37258x"], "37258"),
        (["code", "87252"], "37252"),
        (["vessel", "comon iliak vein"], "common iliac vein"),
    ] {
        let ran = run(&arguments);
        assert_eq!(ran.status, 2, "{arguments:?}");
        assert!(ran.out.is_empty());
        assert!(
            ran.err.contains("did you mean") && ran.err.contains(near),
            "{}",
            ran.err
        );
        assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    }
    let ran = run(&["code", "zzz"]);
    assert_eq!((ran.status, ran.err.contains("lists all codes")), (2, true));
}

#[test]
fn without_an_argument_everything_is_listed() {
    let codes = run(&["code"]);
    for code in ["37252", "75946", "37299", "I87.1", "59", "0238T"] {
        assert!(codes.out.lines().any(|l| l.starts_with(code)), "{code}");
    }
    let all = json(&["code"]);
    assert_eq!(all.as_array().unwrap().len(), codes.out.lines().count());
    assert!(run(&["vessel"]).out.contains("common-iliac-vein "));
}

#[test]
fn a_vessel_is_shown_by_its_abbreviation() {
    let page = json(&["vessel", "LCIV"]);
    assert_eq!(page["id"], "common-iliac-vein");
    assert_eq!(page["side"], "left");
    assert_eq!(page["counting"][0]["policy"], "sir");
    assert_eq!(page["parents"][0]["vessel"], "inferior-vena-cava");
    let text = run(&["vessel", "left", "CFV"]).out;
    assert!(text.contains("some coders"), "{text}");
}

#[test]
fn words_are_found_ranked() {
    let found = json(&["find", "filter", "retrieval", "--limit", "3"]);
    let ids: Vec<&str> = found
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|f| f["id"].as_str())
        .collect();
    assert_eq!(ids.len(), 3);
    assert_eq!(ids[0], "37193");
    let nothing = run(&["find", "thrombektomy"]);
    assert_eq!(nothing.status, 1);
    assert!(nothing.out.contains("thrombectomy"), "{}", nothing.out);
}

/// A study of two vessels, one of them without a finding, and one that a policy takes together with it.
const REPORT: &str = "DATE OF SERVICE: 05/02/2024\n\
    INDICATION: Swollen left leg. IVUS was used because the venogram did not show the narrowing.\n\
    DETAILS: Through the left popliteal vein the IVUS catheter was advanced to the left common iliac vein. IVUS of the left common\n\
    iliac vein showed 80% stenosis. IVUS of the left external iliac vein was performed. IVUS of the left common femoral vein showed\n\
    12 mm. IVUS of the right common iliac vein was not performed. A stent was placed in the left common iliac vein.\n";

fn check(arguments: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_ivus"))
        .args(["check", "-", "--exit-zero"])
        .args(arguments)
        .write_stdin(REPORT)
        .output()
        .unwrap();
    Ran {
        status: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn each_unit_is_explained_by_rule_reason_source_and_words() {
    let ran = check(&["--explain", "--format", "json"]);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    let units = document["explanation"]["units"].as_array().unwrap();
    assert_eq!(units.len(), 2, "{}", ran.err);
    let rules = |unit: &Value| -> Vec<String> {
        let why = unit["why"].as_array().unwrap().iter();
        why.map(|w| w["rule"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(units[0]["codes"][0], "37252");
    assert_eq!(rules(&units[0])[0], "IVUS190");
    assert_eq!(rules(&units[1]), ["IVUS191", "IVUS106", "IVUS003"]);
    let parts = ["units", "not_counted", "flags"]
        .into_iter()
        .flat_map(|part| {
            let list = document["explanation"][part].as_array().unwrap().iter();
            list.flat_map(|p| {
                p["why"]
                    .as_array()
                    .cloned()
                    .unwrap_or_else(|| vec![p.clone()])
            })
        });
    for part in parts {
        assert!(!part["reason"].as_str().unwrap().is_empty());
        assert!(!part["evidence"].as_array().unwrap().is_empty(), "{part}");
        for fact in part["facts"].as_array().unwrap() {
            assert!(!fact["sources"].as_array().unwrap().is_empty());
        }
        assert!(!part["facts"].as_array().unwrap().is_empty(), "{part}");
    }
    let text = check(&["--explain"]).out;
    for words in [
        "Why, unit by unit",
        "IVUS191 further-vessel",
        "(fact 42",
        "line 4 \"stenosis\"",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!check(&[]).out.contains("Why, unit by unit"));
}

#[test]
fn every_suggested_line_names_the_rule_that_gives_it() {
    let ran = check(&["--format", "json"]);
    let document: Value = serde_json::from_str(&ran.out).unwrap();
    let lines = document["coding"]["lines"].as_array().unwrap();
    let rules: Vec<String> = lines.iter().map(|l| l["rules"].to_string()).collect();
    assert_eq!(rules.len(), 2);
    assert!(
        rules[0].contains("IVUS190") && rules[1].contains("IVUS191"),
        "{rules:?}"
    );
    assert!(document.get("explanation").is_none());
}
