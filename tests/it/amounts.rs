//! Amounts for coders: what units are worth, what a query could recover, and what is not known.

use assert_cmd::Command;
use serde_json::Value;

/// Three vessels, of which the text supports one.
const REPORT: &str = "DATE OF SERVICE: 05/02/2024\n\
    INDICATION: Left leg swelling. Venography left the degree of compression open, so IVUS was used to measure it.\n\
    DETAILS: The left femoral vein was punctured. IVUS of the left common iliac vein showed 78% area stenosis. IVUS of the \
    left external iliac vein and the right common iliac vein was performed. A stent was placed in the left common iliac vein.\n";

/// Runs `ivus` and gives its standard output and error.
fn ivus(arguments: &[&str]) -> (String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_ivus"))
        .args(arguments)
        .write_stdin(REPORT)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr))
}

fn amounts(arguments: &[&str]) -> Value {
    let mut all = vec!["check", "-", "--format", "json"];
    all.extend(arguments);
    let (out, _) = ivus(&all);
    serde_json::from_str::<Value>(&out).unwrap()["amounts"].take()
}

#[test]
fn the_difference_is_what_a_query_could_recover() {
    for (site, expected) in [
        ("office", ["1267.92", "927.06", "340.86"]),
        ("facility", ["223.35", "86.21", "137.14"]),
    ] {
        let found = amounts(&["--site", site]);
        let sums = ["performed", "supported", "recoverable"].map(|k| found[k].as_str().unwrap());
        assert_eq!(sums, expected);
        assert_eq!(found["lines"][1]["code"], "37253");
        assert_eq!(found["lines"][0]["confidence"], "confirmed");
    }
}

#[test]
fn what_is_not_known_is_said_and_not_guessed() {
    for (date, reason) in [
        (
            "2026-03-01",
            "the relative values of 37252 are not known for 2026",
        ),
        (
            "2017-03-01",
            "the relative values of 37252 are not known for 2017",
        ),
        ("2014-03-01", "no fee of 37250 is known for 2014-03-01"),
    ] {
        let found = amounts(&["--site", "office", "--date-of-service", date]);
        assert_eq!(found["lines"][0]["unknown"], reason);
        assert!(found.get("performed").is_none() && found["lines"][0].get("each").is_none());
    }
}

#[test]
fn a_locality_adjusts_the_amounts_of_its_own_year() {
    let found = amounts(&[
        "--site",
        "office",
        "--locality",
        "ak-01",
        "--date-of-service",
        "2025-03-03",
    ]);
    assert_eq!(
        (&found["area"], &found["lines"][0]["each"]),
        (&"AK-01".into(), &"948.81".into())
    );
    let found = amounts(&["--site", "office", "--locality", "AK-01"]);
    assert_eq!(
        found["lines"][0]["unknown"],
        "the indices of locality AK-01 are not known for 2024"
    );
    let (_, error) = ivus(&["check", "-", "--site", "office", "--locality", "AK-02"]);
    assert_eq!(
        error,
        "ivus: locality \"AK-02\" is not known; the state has AK-01 (ALASKA)\n"
    );
}

#[test]
fn every_format_of_check_shows_amounts_when_asked_and_no_other_output_does() {
    for format in ["text", "json", "jsonl", "csv", "html"] {
        let (with, _) = ivus(&["check", "-", "--format", format, "--site", "office"]);
        assert!(with.contains("340.86"), "{format}");
        let (without, _) = ivus(&["check", "-", "--format", format]);
        assert!(
            !without.contains("amount") && !without.contains("340.86"),
            "{format}"
        );
        let (_, error) = ivus(&["extract", "-", "--format", format, "--site", "office"]);
        assert!(error.contains("--site"), "{format}");
    }
}

#[test]
fn the_text_shows_a_line_a_code_and_the_sum() {
    let (out, _) = ivus(&["check", "-", "--site", "office"]);
    let at = out.find("Amounts in").unwrap();
    insta::assert_snapshot!(out.split_at(at).1, @r"
    Amounts in US dollars (Medicare physician fee schedule, national, office)
      code      one unit   performed   supported  query could recover
      37252      927.06      927.06      927.06                 0.00
      37253      170.43      340.86        0.00               340.86
      all                   1267.92      927.06               340.86
      source  PPRRVU file of that year via andrewallenbruce/arkrvu; Boston Scientific 2024 guide
              (confirmed)
    ");
}
