//! The gold corpus: its labels are sound, and the scores of the program on it keep above the floors of
//! `corpus/floors.toml`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use ivus::{
    Analyzer, Reading,
    eval::{self, Agreement, Evaluation, Measure},
    lexicon::Lexicon,
};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Floors {
    /// How much better than its row a score may be before the row must follow.
    margin: f64,
    /// One set of rows for each part of the corpus: reports added later do not lower what is asked of earlier ones.
    corpus: Vec<Part>,
    /// Short reports, whose labels hold vessels, lesions and units alone: rows for the measures of these.
    short: Rows,
    devset: Rows,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    /// The first and the last number of its reports.
    reports: [u32; 2],
    floors: BTreeMap<String, f64>,
    ceilings: BTreeMap<String, f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    floors: BTreeMap<String, f64>,
    ceilings: BTreeMap<String, f64>,
}

fn floors() -> Floors {
    let text = fs::read_to_string(root().join("corpus/floors.toml")).unwrap();
    toml::from_str(&text).unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

#[test]
fn scores_on_the_corpus_do_not_fall() {
    let folder = root().join("corpus/reports");
    let floors = floors();
    let mut faults = Vec::new();
    let mut scored = 0;
    for part in floors.corpus {
        let [first, last] = part.reports;
        let evaluation = evaluate(&folder, |id| (first..=last).contains(&number(id)));
        scored += evaluation.reports().0;
        let rows = Rows {
            floors: part.floors,
            ceilings: part.ceilings,
        };
        for fault in compare(&evaluation, &rows, floors.margin, Measured::All) {
            faults.push(format!("reports {first} to {last}: {fault}"));
        }
    }
    let all = fs::read_dir(&folder).unwrap().flatten();
    let labels = all.filter(|file| file.path().extension().is_some_and(|e| e == "json"));
    assert_eq!(scored, labels.count(), "a report is in no part or in two");
    none(&faults);
}

/// The number an id begins with.
fn number(id: &str) -> u32 {
    let digits = id.split('-').next().unwrap_or_default();
    digits.parse().expect("an id begins with a number")
}

#[test]
fn scores_on_the_development_set_do_not_fall() {
    let folder = root().join("../shared/devset");
    if !folder.is_dir() {
        println!("skipped: {} is not there", folder.display());
        return;
    }
    let floors = floors();
    let evaluation = evaluate(&folder, |_| true);
    none(&compare(
        &evaluation,
        &floors.devset,
        floors.margin,
        Measured::All,
    ));
}

#[test]
fn scores_on_the_short_reports_do_not_fall() {
    let floors = floors();
    let evaluation = evaluate(&root().join("corpus/short"), |_| true);
    assert!(evaluation.reports().0 >= 600, "reports are missing");
    none(&compare(
        &evaluation,
        &floors.short,
        floors.margin,
        Measured::WithRow,
    ));
}

/// Fails with every row that is not kept.
fn none(faults: &[String]) {
    assert!(
        faults.is_empty(),
        "scores and corpus/floors.toml differ:\n{}",
        faults.join("\n")
    );
}

/// Which measures need a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Measured {
    All,
    WithRow,
}

/// Tells every row that is not kept, or that should follow a better score.
fn compare(evaluation: &Evaluation, rows: &Rows, margin: f64, measured: Measured) -> Vec<String> {
    let mut scores = scores(&evaluation.measures());
    let mut faults = Vec::new();
    let known: BTreeSet<&String> = rows.floors.keys().chain(rows.ceilings.keys()).collect();
    if measured == Measured::WithRow {
        scores.retain(|name, _| known.contains(name));
    }
    for name in known.iter().filter(|n| !scores.contains_key(**n)) {
        faults.push(format!(
            "{name}: floors.toml has a row, but there is no such measure"
        ));
    }
    for (name, &score) in &scores {
        if let Some(&floor) = rows.floors.get(name) {
            if score < floor {
                faults.push(format!("{name}: {score:.4} is below its floor {floor}"));
            } else if score > floor + margin {
                faults.push(format!(
                    "{name}: raise the floor from {floor} to {:.2}",
                    (score * 100.0).floor() / 100.0
                ));
            }
        } else if let Some(&ceiling) = rows.ceilings.get(name) {
            if score > ceiling {
                faults.push(format!("{name}: {score:.4} is above its ceiling {ceiling}"));
            } else if score < ceiling - margin {
                faults.push(format!(
                    "{name}: lower the ceiling from {ceiling} to {:.3}",
                    (score * 1000.0).ceil() / 1000.0
                ));
            }
        } else {
            faults.push(format!("{name}: {score:.4} has no row in floors.toml"));
        }
    }
    for difference in evaluation.differences() {
        let told: Vec<&str> = difference
            .differences
            .iter()
            .map(|d| d.what.as_str())
            .collect();
        println!(
            "{} {:?}: {}",
            difference.id,
            difference.kind,
            told.join("; ")
        );
    }
    faults
}

/// Scores the labelled reports of a folder whose ids are asked for, as `ivus eval` does.
fn evaluate(folder: &Path, asked: impl Fn(&str) -> bool) -> Evaluation {
    let analyzer = Analyzer::builtin();
    let (cases, _) = eval::cases(folder, Agreement::Low).unwrap();
    let mut evaluation = Evaluation::default();
    for case in cases {
        let case = case.unwrap();
        let report = case.source().read().unwrap();
        if !asked(report.id.as_str()) {
            continue;
        }
        let analysis = analyzer.analyze(&report);
        let reading = Reading::new(&analyzer, report, &analysis);
        evaluation.add(analyzer.lexicon(), &case, Some(&reading));
    }
    evaluation
}

/// The measures by name. One that joins precision and recall is told as the two.
fn scores(measures: &[Measure]) -> BTreeMap<String, f64> {
    let mut scores = BTreeMap::new();
    for measure in measures {
        let words: Vec<&str> = measure.how.split_whitespace().collect();
        match (measure.name.strip_suffix("_f1"), words.as_slice()) {
            (Some(name), ["p", precision, "r", recall, ..]) => {
                scores.insert(format!("{name}_precision"), precision.parse().unwrap());
                scores.insert(format!("{name}_recall"), recall.parse().unwrap());
            }
            _ => {
                scores.insert(measure.name.to_owned(), measure.value);
            }
        }
    }
    scores
}

#[test]
fn every_report_has_sound_labels() {
    let lexicon = Lexicon::builtin_files();
    let vessels = &lexicon
        .iter()
        .find(|(name, _)| name.ends_with("vessels.tsv"))
        .unwrap()
        .1;
    let vessels: BTreeSet<&str> = vessels
        .lines()
        .skip(1)
        .filter_map(|l| l.split('\t').next())
        .collect();
    let mut faults = Vec::new();
    let mut reports = 0;
    let mut stems: BTreeMap<PathBuf, usize> = BTreeMap::new();
    for entry in fs::read_dir(root().join("corpus/reports")).unwrap() {
        *stems
            .entry(entry.unwrap().path().with_extension(""))
            .or_default() += 1;
    }
    for stem in stems.keys() {
        let name = stem.file_name().unwrap().to_string_lossy().into_owned();
        let (Ok(text), Ok(labels)) = (
            fs::read_to_string(stem.with_extension("txt")),
            fs::read_to_string(stem.with_extension("json")),
        ) else {
            faults.push(format!("{name}: the report or its labels are missing"));
            continue;
        };
        reports += 1;
        match serde_json::from_str::<Value>(&labels) {
            Ok(gold) => faults.extend(
                faults_of(&name, &gold, &text, &vessels)
                    .into_iter()
                    .map(|f| format!("{name}: {f}")),
            ),
            Err(e) => faults.push(format!("{name}: {e}")),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(reports >= 76, "reports are missing: {reports}");
}

/// What is wrong with the labels of one report.
fn faults_of(name: &str, gold: &Value, text: &str, vessels: &BTreeSet<&str>) -> Vec<String> {
    let mut faults = Vec::new();
    let mut check = |good: bool, what: String| {
        if !good {
            faults.push(what);
        }
    };
    check(gold["id"] == name, format!("id {}", gold["id"]));
    let one_of = |value: &Value, names: &[&str]| value.as_str().is_some_and(|v| names.contains(&v));
    check(
        one_of(
            &gold["ivus"],
            &["performed", "not_performed", "coronary_only", "absent"],
        ),
        format!("ivus {}", gold["ivus"]),
    );
    check(
        one_of(&gold["confidence"], &["high", "medium", "low"]),
        format!("confidence {}", gold["confidence"]),
    );
    let units = |key: &str| (gold[key]["initial"].as_u64()).zip(gold[key]["additional"].as_u64());
    match (units("units"), units("units_supported")) {
        (Some((initial, additional)), Some((first, further))) => {
            check(
                initial <= 1 && additional <= 5,
                "more than 1 + 5 units".to_owned(),
            );
            check(
                initial == 1 || additional == 0,
                "further units without a first".to_owned(),
            );
            check(
                first + further <= initial + additional,
                "more units supported than performed".to_owned(),
            );
        }
        _ => check(false, "units or units_supported are missing".to_owned()),
    }
    let sides = ["left", "right", "none", "unknown"];
    for list in ["vessels", "access", "catheter_targets"] {
        let Some(places) = gold[list].as_array() else {
            check(false, format!("{list} is missing"));
            continue;
        };
        for site in places {
            check(
                site["vessel"].as_str().is_some_and(|v| vessels.contains(v)),
                format!("{list}: vessel {} is not known", site["vessel"]),
            );
            check(
                one_of(&site["side"], &sides),
                format!("{list}: side {}", site["side"]),
            );
        }
    }
    for vessel in gold["vessels"].as_array().into_iter().flatten() {
        check(
            vessel["findings"].is_boolean(),
            format!("findings {}", vessel["findings"]),
        );
        check(
            one_of(&vessel["necessity"], &["stated", "general", "missing"]),
            format!("necessity {}", vessel["necessity"]),
        );
        check(
            vessel["quote"]
                .as_str()
                .is_some_and(|q| !q.is_empty() && text.contains(q)),
            format!(
                "{} {}: the quote is not in the report",
                vessel["side"], vessel["vessel"]
            ),
        );
    }
    let lesions = gold["one_lesion"].as_array();
    check(lesions.is_some(), "one_lesion is missing".to_owned());
    for member in lesions
        .into_iter()
        .flatten()
        .filter_map(Value::as_array)
        .flatten()
    {
        let parts = member.as_str().and_then(|m| m.split_once(' '));
        check(
            parts.is_some_and(|(side, vessel)| sides.contains(&side) && vessels.contains(vessel)),
            format!("one_lesion: {member}"),
        );
    }
    faults
}
