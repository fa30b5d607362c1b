//! Report text never leaves by the side door: not on standard error, not in errors, not in `Debug`.

use std::{fs, path::Path};

use assert_cmd::Command;
use ivus::{Analyzer, Reading, Report};

const CANARY: &str = "quetzalcoatlus";

/// A report with the canary beside, between and inside everything the program looks for.
fn report() -> String {
    format!(
        "DATE OF SERVICE: 05/02/2024\nPROCEDURE {CANARY}: IVUS, {CANARY} of the left iliac {CANARY} vein.\n\
         INDICATION: {CANARY} leg swelling.\n\
         DETAILS: Because the {CANARY} venogram was equivocal, the IVUS catheter was advanced through {CANARY} the left \
         common femoral vein into the left common iliac vein. It showed 78% {CANARY} area stenosis; thrombus extended \
         from the left {CANARY} external iliac vein into the inferior vena cava. IVUS of the right common iliac vein was \
         not {CANARY} performed. ___ [side] 37253 x 3 {CANARY}.\n"
    )
}

fn stderr(arguments: &[&str], stdin: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_ivus"))
        .args(arguments)
        .write_stdin(stdin)
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn no_command_says_a_word_of_a_report_on_standard_error() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let write = |name: &str, text: &str| -> String {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let good = write("good.txt", &report());
    let binary = write("binary.txt", &format!("{CANARY}\0{}", report()));
    let pdf = write("paper.pdf", &format!("%PDF-1.7 {CANARY}"));
    let labelled = |name: &str, labels: &str| {
        write(&format!("{name}/a.txt"), &report());
        write(&format!("{name}/a.json"), labels);
        root.join(name).display().to_string()
    };
    let broken = labelled("broken", &format!("{{\"{CANARY}\""));
    let wrong = labelled(
        "wrong",
        &format!("{{\"ivus\": \"absent\", \"units\": \"{CANARY}\", \"vessels\": []}}"),
    );
    let policy = write("policy.toml", "name = 3\n");
    for format in ["text", "json", "jsonl", "csv", "html"] {
        for verb in ["check", "extract"] {
            let told = stderr(
                &[
                    verb,
                    "--format",
                    format,
                    &good,
                    &binary,
                    &pdf,
                    "-",
                    "/no/such/file",
                ],
                &report(),
            );
            assert!(
                told.contains("binary.txt") && told.contains("paper.pdf"),
                "{told}"
            );
            assert!(!told.contains(CANARY), "{verb} {format}: {told}");
        }
    }
    for arguments in [
        vec!["extract", "--explain", good.as_str()],
        vec!["eval", &broken],
        vec!["eval", &wrong],
        vec!["check", "--policy", &policy, &good],
        vec!["check", "--policy", &good, &good],
        vec!["check", "--lexicon", root.to_str().unwrap(), &good],
    ] {
        let told = stderr(&arguments, "");
        assert!(!told.contains(CANARY), "{arguments:?}: {told}");
    }
}

#[test]
fn errors_and_debug_tell_ids_and_places_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("r.txt");
    fs::write(&path, format!("{CANARY}\0")).unwrap();
    let error = ivus::input::Source::File(path).read().unwrap_err();
    assert!(!format!("{error} {error:?}").contains(CANARY));

    let analyzer = Analyzer::builtin();
    let read = Report::new("r", report());
    let analysis = analyzer.analyze(&read);
    assert!(!format!("{read:?} {analysis:?}").contains(CANARY));
    let reading = Reading::new(&analyzer, read, &analysis);
    let quoted = serde_json::to_string(&reading.document).unwrap();
    assert!(
        quoted.contains("iliac"),
        "the report's words are in the output"
    );
    assert!(!format!("{reading:?}").contains(CANARY));
}

#[test]
fn report_ids_come_from_file_names_alone() {
    let source = ivus::input::Source::File(Path::new("reports/101.txt").to_owned());
    assert_eq!(source.id(), "101");
}
