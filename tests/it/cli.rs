//! The command line: wiring, exit statuses, every kind of bad input, help.

use std::{fmt::Write as _, fs, path::Path, process::Stdio};

use assert_cmd::Command;
use serde_json::Value;

/// A report without IVUS: nothing to look at.
const NOTHING: &str =
    "DATE OF SERVICE: 05/02/2024\nPROCEDURE: Venogram of the left leg. No stenosis was seen.\n";
/// A report with IVUS of a vessel, but neither a reading nor a reason.
const LACKING: &str =
    "DATE OF SERVICE: 05/02/2024\nDETAILS: IVUS of the left common iliac vein was performed.\n";

fn ivus() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ivus"));
    command
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .env_remove("COLUMNS");
    command
}

struct Ran {
    status: i32,
    out: String,
    err: String,
}

fn run(arguments: &[&str], stdin: &str) -> Ran {
    let output = ivus().args(arguments).write_stdin(stdin).output().unwrap();
    Ran {
        status: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A folder of reports, and the path of each by name.
fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

fn at(folder: &tempfile::TempDir, name: &str) -> String {
    folder.path().join(name).display().to_string()
}

#[test]
fn the_exit_status_says_whether_something_is_flagged() {
    for (text, arguments, status) in [
        (NOTHING, &["check", "-"][..], 0),
        (LACKING, &["check", "-"], 1),
        (LACKING, &["check"], 1),
        (LACKING, &["check", "--exit-zero", "-"], 0),
        (LACKING, &["check", "--format", "json", "-"], 1),
        (LACKING, &["extract", "-"], 0),
        ("", &["check", "-"], 2),
        ("", &["check", "--exit-zero", "-"], 2),
    ] {
        assert_eq!(run(arguments, text).status, status, "{arguments:?}");
    }
}

#[test]
fn bad_input_is_told_in_one_line_each_and_the_rest_is_read() {
    let folder = folder(&[
        ("a.txt", NOTHING.as_bytes()),
        ("empty.txt", b""),
        ("blank.txt", b"\xEF\xBB\xBF \r\n"),
        ("binary.txt", b"IVUS\0\x01\x02\x03"),
        ("old.doc", b"\xD0\xCF\x11\xE0IVUS"),
        ("none/notes.md", b"no report"),
        (
            "utf16.txt",
            &[0xFF, 0xFE]
                .into_iter()
                .chain(LACKING.encode_utf16().flat_map(u16::to_le_bytes))
                .collect::<Vec<_>>(),
        ),
    ]);
    let names = [
        "empty.txt",
        "blank.txt",
        "a.txt",
        "binary.txt",
        "old.doc",
        "none",
        "missing.txt",
        "utf16.txt",
    ];
    let paths: Vec<String> = names.iter().map(|n| at(&folder, n)).collect();
    let mut arguments = vec!["check", "--format", "jsonl"];
    arguments.extend(paths.iter().map(String::as_str));
    let ran = run(&arguments, "");
    assert_eq!(ran.status, 2);
    let ids: Vec<Value> = ran
        .out
        .lines()
        .map(|l| serde_json::from_str::<Value>(l).unwrap()["report"]["id"].take())
        .collect();
    assert_eq!(ids, ["a", "utf16"]);
    let told = ran.err.replace(&folder.path().display().to_string(), "DIR");
    insta::assert_snapshot!(told, @r"
    ivus: DIR/empty.txt: empty, there is no text in it
    ivus: DIR/blank.txt: empty, there is no text in it
    ivus: DIR/binary.txt: not plain text but binary content; save the report as a text file
    ivus: DIR/old.doc: not plain text but an old Word document; save the report as a text file
    ivus: DIR/none: no reports in this folder; reports are files that end in .txt
    ivus: DIR/missing.txt: no such file or folder
    ");
}

#[test]
fn bad_options_say_what_to_do() {
    let folder = folder(&[
        ("a.txt", NOTHING.as_bytes()),
        ("policy.toml", b"name = 'x'\n"),
        ("lists/extra.tsv", b"id\n"),
    ]);
    let told = |arguments: &[&str]| {
        let ran = run(arguments, NOTHING);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{arguments:?}");
        ran.err.replace(&folder.path().display().to_string(), "DIR")
    };
    insta::assert_snapshot!(told(&["check", "-", "--policy", "siir"]), @r#"ivus: policy "siir" is not known; use sir, anatomic or the path of a policy file (TOML)"#);
    insta::assert_snapshot!(told(&["check", "-", "--policy", &at(&folder, "policy.toml")]), @r#"ivus: DIR/policy.toml:1: entry "policy": missing field `label`"#);
    assert!(
        told(&["check", "-", "--lexicon", &at(&folder, "lists")]).contains("is not a lexicon file")
    );
    assert!(
        told(&["check", "-", "--date-of-service", "02/05/2024"]).contains("write it as YYYY-MM-DD")
    );
    insta::assert_snapshot!(told(&["rule", "not-preformed"]), @r#"ivus: there is no rule "not-preformed"; did you mean not-performed? `ivus rule` lists all rules"#);
    insta::assert_snapshot!(told(&["man", "chekc"]), @r#"ivus: there is no command "chekc"; did you mean check? (`ivus --help` lists the commands)"#);
    insta::assert_snapshot!(told(&["eval", &at(&folder, "missing")]), @"ivus: DIR/missing: no such file or folder");
    insta::assert_snapshot!(told(&["eval", &at(&folder, "")]), @"ivus: DIR/: no report with gold labels; labels of NAME.txt stand beside it in NAME.json");
}

#[test]
fn json_is_an_object_for_one_report_and_an_array_for_several() {
    let folder = folder(&[
        ("b.txt", LACKING.as_bytes()),
        ("sub/a.txt", NOTHING.as_bytes()),
    ]);
    let json = |arguments: &[&str]| -> Value {
        serde_json::from_str(&run(arguments, LACKING).out).unwrap()
    };
    let root = at(&folder, "");
    let all = json(&["check", "--format", "json", &root]);
    let ids: Vec<&str> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["report"]["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["b", "a"]);
    let one = json(&["check", "--format", "json", &at(&folder, "b.txt")]);
    assert_eq!(one["report"]["id"], "b");
    let stdin = json(&["extract", "--format", "json", "--explain", "-"]);
    assert_eq!(stdin["report"]["id"], "stdin");
    assert!(
        stdin["report"]["source"].is_null()
            && stdin.get("coding").is_none()
            && stdin.get("flags").is_none()
    );
    assert!(stdin["trace"][0]["why"].is_string());
}

#[test]
fn output_keeps_the_order_of_input_in_large_folders() {
    let names: Vec<String> = (0..600).map(|n| format!("{n:04}.txt")).collect();
    let files: Vec<(&str, &[u8])> = names
        .iter()
        .map(|n| {
            (
                n.as_str(),
                if n.ends_with("7.txt") {
                    LACKING
                } else {
                    NOTHING
                }
                .as_bytes(),
            )
        })
        .collect();
    let folder = folder(&files);
    let ran = run(&["check", "--format", "csv", &at(&folder, "")], "");
    let ids: Vec<String> = ran
        .out
        .lines()
        .skip(1)
        .map(|l| format!("{}.txt", l.split(',').next().unwrap()))
        .collect();
    assert_eq!(ids, names);
}

#[test]
fn the_date_of_service_picks_the_codes() {
    let codes = |date: &str| {
        run(
            &["check", "--format", "csv", "--date-of-service", date, "-"],
            LACKING,
        )
        .out
    };
    assert!(codes("2015-12-31").contains("37250 x1; 75945 x1"));
    assert!(codes("2016-01-01").contains("37252 x1"));
}

#[test]
fn colour_only_when_wanted() {
    let coloured = |arguments: &[&str], no_color: bool| {
        let mut command = ivus();
        if no_color {
            command.env("NO_COLOR", "1");
        }
        let output = command
            .args(arguments)
            .write_stdin(LACKING)
            .output()
            .unwrap();
        output.stdout.contains(&0x1B)
    };
    assert!(!coloured(&["check", "-"], false), "a pipe is no terminal");
    assert!(coloured(&["--color", "always", "check", "-"], false));
    assert!(!coloured(&["check", "-", "--color", "never"], false));
    assert!(!coloured(&["check", "-"], true));
}

#[test]
fn a_closed_pipe_is_a_normal_end() {
    let files: Vec<(String, &str)> = (0..200).map(|n| (format!("{n}.txt"), LACKING)).collect();
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(n, t)| (n.as_str(), t.as_bytes()))
        .collect();
    let folder = folder(&files);
    for format in ["text", "json", "html"] {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_ivus"))
            .args(["check", "--format", format, &at(&folder, "")])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let ended = child.wait_with_output().unwrap();
        assert_eq!(
            (
                ended.status.code(),
                String::from_utf8_lossy(&ended.stderr).as_ref()
            ),
            (Some(0), ""),
            "{format}"
        );
    }
}

#[test]
fn rules_are_shown_by_id_and_name_and_all_at_once() {
    let by_id = run(&["rule", "ivus101"], "").out;
    assert!(by_id.starts_with("IVUS101 not-performed\n") && by_id.contains("## How to fix"));
    assert_eq!(run(&["rule", "not-performed"], "").out, by_id);
    assert_eq!(run(&["rule", "101"], "").out, by_id);
    let list = run(&["rule"], "").out;
    assert_eq!(list.lines().count(), ivus::rules::all().len());
    assert_eq!(
        run(&["rule", "--all"], "")
            .out
            .matches("## Sources")
            .count(),
        ivus::rules::all().len()
    );
    let json: Value =
        serde_json::from_str(&run(&["rule", "--all", "--format", "json"], "").out).unwrap();
    assert_eq!(json.as_array().unwrap().len(), ivus::rules::all().len());
    assert_eq!(
        json.as_array()
            .unwrap()
            .iter()
            .find(|r| r["id"] == "IVUS101")
            .unwrap()["kind"],
        "coding"
    );
}

#[test]
fn the_lexicon_tells_what_it_knows() {
    insta::assert_snapshot!(run(&["lexicon", "lookup", "LCIV"], "").out.replace(char::is_numeric, "N"), @r"
    LCIV: common-iliac-vein [vein, vessel]
        abbreviation with L for left (vessels.tsv:NN)
    ");
    let unknown = run(&["lexicon", "lookup", "common", "iliac", "vien"], "");
    assert_eq!(
        unknown.status, 0,
        "common iliac is known without the misspelt vein"
    );
    let unknown = run(&["lexicon", "lookup", "thrombus"], "");
    assert_eq!(unknown.status, 0);
    let unknown = run(&["lexicon", "lookup", "quetzalcoatlus"], "");
    assert_eq!(
        (unknown.status, unknown.out.as_str()),
        (1, "\"quetzalcoatlus\" is not known\n")
    );
    let json: Value =
        serde_json::from_str(&run(&["lexicon", "lookup", "CIV", "--format", "json"], "").out)
            .unwrap();
    assert_eq!(json[0]["id"], "common-iliac-vein");
    let checked = run(&["lexicon", "check"], "");
    assert!(checked.out.contains("vessels.tsv") && checked.out.contains("sha256:"));
}

#[test]
fn the_schema_describes_the_output() {
    let schema: Value = serde_json::from_str(&run(&["schema"], "").out).unwrap();
    let document: Value =
        serde_json::from_str(&run(&["check", "--format", "json", "-"], LACKING).out).unwrap();
    let properties = schema["properties"].as_object().unwrap();
    for key in document.as_object().unwrap().keys() {
        assert!(properties.contains_key(key), "{key}");
    }
    let dispositions = &schema["$defs"]["Coding"]["properties"]["disposition"]["enum"];
    assert!(
        dispositions
            .as_array()
            .unwrap()
            .contains(&document["coding"]["disposition"])
    );
}

#[test]
fn completions_and_manual_pages_are_printed() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = run(&["completions", shell], "");
        assert!(ran.status == 0 && ran.out.contains("extract"), "{shell}");
    }
    assert!(run(&["man"], "").out.contains(".TH ivus 1"));
    assert!(
        run(&["man", "check"], "")
            .out
            .contains("date\\-of\\-service")
    );
}

#[test]
fn eval_gives_the_figures_of_the_score_script() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let script = root.join("../shared/tools/score.py");
    if !script.is_file() {
        println!("skipped: {} is not there", script.display());
        return;
    }
    for gold in ["corpus/reports", "../shared/devset"] {
        let gold = root.join(gold);
        if gold.is_dir() {
            compare_with_script(&script, &gold);
        } else {
            println!("skipped: {} is not there", gold.display());
        }
    }
}

/// Scores a folder with `ivus eval` and with the script, in text and JSON, with all labels and with the sure ones.
fn compare_with_script(script: &Path, gold: &Path) {
    let gold = gold.display().to_string();
    let folder = tempfile::tempdir().unwrap();
    let predictions = folder.path().join("p.jsonl");
    let checked = run(&["check", "--exit-zero", "--format", "jsonl", &gold], "");
    fs::write(&predictions, checked.out).unwrap();
    for level in ["low", "high"] {
        let python = |extra: &[&str]| -> Option<String> {
            let mut command = std::process::Command::new("python3");
            command
                .arg(script)
                .arg(&gold)
                .arg(&predictions)
                .args(["--min-confidence", level])
                .args(extra);
            let output = command.output().ok()?;
            let told = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "the score script failed: {told}");
            String::from_utf8(output.stdout).ok()
        };
        let ours = |extra: &[&str]| {
            let mut arguments = vec!["eval", "--measures-only", "--min-confidence", level];
            arguments.extend(extra);
            arguments.push(&gold);
            run(&arguments, "").out
        };
        let Some(figures) = python(&[]) else {
            println!("skipped: python3 is not there");
            return;
        };
        assert_eq!(ours(&[]), figures, "{gold} {level}");
        let theirs: Value = serde_json::from_str(&python(&["--json"]).unwrap()).unwrap();
        let ours: Value = serde_json::from_str(&ours(&["--format", "json"])).unwrap();
        assert_eq!(ours, theirs, "{gold} {level}");
    }
}

#[test]
fn eval_tells_what_differs_over_coding_first() {
    let gold = |units: &str| {
        format!(
            r#"{{"ivus": "absent", "vessels": [], "units": {units}, "units_supported": {units}}}"#
        )
    };
    let folder = folder(&[
        ("a.txt", NOTHING.as_bytes()),
        (
            "a.json",
            gold(r#"{"initial": 1, "additional": 0}"#).as_bytes(),
        ),
        ("b.txt", LACKING.as_bytes()),
        (
            "b.json",
            gold(r#"{"initial": 0, "additional": 0}"#).as_bytes(),
        ),
        ("c.txt", NOTHING.as_bytes()),
    ]);
    let ran = run(&["eval", &at(&folder, "")], "");
    assert_eq!(
        (ran.status, ran.err.as_str()),
        (0, "ivus: 1 reports have no gold labels and were left out\n")
    );
    let told = &ran.out[ran.out.find("Over-coded").unwrap()..];
    insta::assert_snapshot!(told, @r#"
    Over-coded: more units than gold (1)
      b [high]
        ivus is performed, gold absent
        units 1+0, gold 0+0
        extra vessel left common-iliac-vein (line 2 "common iliac vein")

    Under-coded: fewer units than gold (1)
      a [high]
        units 0+0, gold 1+0
        supported units 0+0, gold 1+0
    "#);
}

/// A folder with one report that IVUS was done in, labelled with the units given.
fn labelled(text: &str) -> tempfile::TempDir {
    let gold = r#"{"ivus": "performed", "units": {"initial": 1, "additional": 0}, "vessels":
        [{"vessel": "common-iliac-vein", "side": "left", "quote": "left common iliac vein"}]}"#;
    folder(&[("a.txt", text.as_bytes()), ("a.json", gold.as_bytes())])
}

#[test]
fn eval_tells_steps_rules_calibration_and_confusion() {
    let folder = labelled(&LACKING.replace("left", "right"));
    let ran = run(&["eval", "--confusion", &at(&folder, "")], "");
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    for told in [
        "  encounter     0 of     1  of these, on the labelled side",
        "  IVUS004 missing-necessity                  1       1      0      1      0         0    0",
        "      review             1      1     0      0  1.000",
        "      1  left common-iliac-vein                   right common-iliac-vein  (a)",
    ] {
        assert!(ran.out.contains(told), "{told}\n{}", ran.out);
    }
    let json = run(&["eval", "--format", "json", &at(&folder, "")], "").out;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["results"][0]["units"]["initial"], 1);
    assert_eq!(json["steps"][0]["step"], "segment");
    assert!(json.get("confusion").is_none() && json.get("changes").is_none());
}

#[test]
fn eval_tells_what_changed_since_an_earlier_run_of_either_kind() {
    let (good, bad) = (
        labelled(LACKING),
        labelled(&LACKING.replace("left", "right")),
    );
    let (good, bad) = (at(&good, ""), at(&bad, ""));
    let kept = folder(&[]);
    let keep = |name: &str, arguments: &[&str]| {
        let path = kept.path().join(name);
        fs::write(&path, run(arguments, "").out).unwrap();
        path.display().to_string()
    };
    for earlier in [
        keep("run.json", &["eval", "--format", "json", &bad]),
        keep("run.jsonl", &["check", "--format", "jsonl", &bad]),
    ] {
        let ran = run(&["eval", "--baseline", &earlier, &good], "");
        assert_eq!((ran.status, ran.err.as_str()), (0, ""));
        let told = &ran.out[ran.out.find("Measures").unwrap()..];
        insta::allow_duplicates! {
            insta::assert_snapshot!(told, @r"
            Measures that moved
              findings_accuracy: 0.0000 -> 1.0000 (+1.0000)
              necessity_accuracy: 0.0000 -> 1.0000 (+1.0000)
              vessel_f1: 0.0000 -> 1.0000 (+1.0000)

            Fixed: agrees better with gold now (1)
              a
                - extra vessel right common-iliac-vein
                - missed vessel left common-iliac-vein
                - units 1+0 (supported 0+0), confidence medium, review
                + units 1+0 (supported 0+0), confidence high, review
            ");
        }
    }
    let earlier = keep("good.json", &["eval", "--format", "json", &good]);
    let ran = run(&["eval", "--baseline", &earlier, &bad], "");
    assert_eq!(ran.status, 1);
    assert!(
        ran.out
            .contains("Broken: agreed better with gold before (1)\n  a\n")
    );
    let ran = run(&["eval", "--baseline", &earlier, &good], "");
    assert_eq!(ran.status, 0);
    assert!(ran.out.ends_with("\nNothing changed since the baseline\n"));
    let measures = keep(
        "measures.json",
        &["eval", "--measures-only", "--format", "json", &good],
    );
    let other = keep("other.json", &["schema"]);
    for (file, told) in [
        (
            measures,
            "holds measures only; make it with `ivus eval DIR --format json` without --measures-only",
        ),
        (
            other,
            "line 1 is no report; a baseline is the output of `ivus eval --format json` or `ivus check --format jsonl`",
        ),
        (at(&kept, "none"), "no such file or folder"),
    ] {
        let ran = run(&["eval", "--baseline", &file, &good], "");
        assert_eq!(
            (ran.status, ran.err),
            (2, format!("ivus: {file}: {told}\n"))
        );
    }
}

#[test]
fn help_is_complete() {
    let mut told = String::new();
    for verb in [
        "",
        "check",
        "extract",
        "eval",
        "rule",
        "code",
        "vessel",
        "find",
        "route",
        "lexicon",
        "lexicon check",
        "lexicon lookup",
        "payer",
        "tables",
        "tables import",
        "tables list",
        "schema",
        "completions",
        "man",
    ] {
        let mut arguments: Vec<&str> = verb.split_whitespace().collect();
        arguments.push("--help");
        let ran = run(&arguments, "");
        assert_eq!(ran.status, 0);
        writeln!(told, "$ ivus {}\n{}", arguments.join(" "), ran.out).unwrap();
    }
    insta::assert_snapshot!("help", told);
}

#[test]
fn the_way_of_a_catheter_is_found_by_any_name_of_its_vessels() {
    for (from, to) in [
        ("right common-femoral-vein", "left external-iliac-vein"),
        ("right CFV", "left EIV"),
        ("rcfv", "left external iliac"),
        ("Rt. common femoral vein", "LEIV"),
    ] {
        let ran = run(
            &["route", "--from", from, "--to", to, "--format", "json"],
            "",
        );
        assert_eq!(ran.status, 0, "{from} to {to}: {}", ran.err);
        let answer: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(answer["code"], "36012");
        assert_eq!(answer["order"], 2);
        assert_eq!(answer["certainty"], "certain");
        assert_eq!(
            answer["path"],
            serde_json::json!([
                "right common-femoral-vein",
                "right external-iliac-vein",
                "right common-iliac-vein",
                "none inferior-vena-cava",
                "left common-iliac-vein",
                "left external-iliac-vein"
            ])
        );
    }
    let drawn = run(&["route", "--from", "RCFV", "--to", "LEIV"], "").out;
    assert!(drawn.starts_with("36012  "), "{drawn}");
    assert!(
        drawn.contains("\n      left external iliac vein  2  tip\n"),
        "{drawn}"
    );
}

#[test]
fn what_was_entered_first_and_the_direction_change_the_way() {
    let code = |more: &[&str], to: &str| {
        let mut arguments = vec![
            "route",
            "--from",
            "right CFA",
            "--to",
            to,
            "--format",
            "json",
        ];
        arguments.extend(more);
        let ran = run(&arguments, "");
        let answer: Value = serde_json::from_str(&ran.out).unwrap();
        format!(
            "{} {}",
            answer["code"].as_str().unwrap(),
            answer["certainty"].as_str().unwrap()
        )
    };
    let internal = "right internal iliac artery";
    assert_eq!(code(&[], internal), "36245 medium");
    assert_eq!(code(&["--root-entered"], internal), "36246 medium");
    assert_eq!(code(&["--antegrade"], "right SFA"), "36245 high");
    assert_eq!(code(&["--antegrade"], "left SFA"), "36247 low");
}

#[test]
fn a_way_that_cannot_be_found_says_what_to_write() {
    for (from, to, told) in [
        ("right CFV", "CFV", "write \"left common femoral vein\""),
        (
            "right CFV",
            "right comon femral vein",
            "did you mean common femoral vein",
        ),
        ("rigt CFV", "aorta", "did you mean right CFV?"),
        ("right CFV", "aorta", "different systems"),
        (
            "common iliac",
            "common iliac",
            "common iliac artery or common iliac vein",
        ),
        (
            "right CFA",
            "left main coronary artery",
            "codes of their own",
        ),
    ] {
        let ran = run(&["route", "--from", from, "--to", to], "");
        assert_eq!(ran.status, 2, "{from} to {to}");
        assert!(ran.out.is_empty());
        assert!(ran.err.contains(told), "{}", ran.err);
    }
}
