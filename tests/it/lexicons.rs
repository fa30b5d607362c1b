//! The lexicons that are shipped have no fault that `ivus lexicon check` would tell.

use std::collections::BTreeSet;

use ivus::lexicon::{Lexicon, lint};

/// Faults that were there when this test was written, without their line numbers. The list may only shrink.
const KNOWN: &[&str] = &[
    r#"actions.tsv: entry "perform": the term "taken" stands in "advance" too; keep one"#,
    r#"actions.tsv: entry "perform": the term "turned to" stands in "advance" too; keep one"#,
    r#"devices.tsv: entry "catheter": the term "rim catheter" stands twice in this row; keep one"#,
    r#"devices.tsv: entry "catheter": the term "glide catheter" stands twice in this row; keep one"#,
    r#"devices.tsv: entry "stent": the term "Stents" stands twice in this row; keep one"#,
    r#"devices.tsv: entry "thrombectomy": the term "Angiojet" stands twice in this row; keep one"#,
    r#"extent.tsv: entry "separate": the term "spared" stands in "limit" too; keep one"#,
    r#"findings.tsv: entry "normal": the term "WNL" stands twice in this row; keep one"#,
    r#"findings.tsv: entry "patent": the term "disease-free" stands in "normal" too; keep one"#,
    r#"findings.tsv: entry "wall": the term "in-stent tissue" stands in "restenosis" too; keep one"#,
    r#"grammar.tsv: entry "aux": the term "also" stands in "also" too; keep one"#,
    r#"grammar.tsv: entry "landmark": example "just [above] the renal veins": [above] is not matched by this entry"#,
    r#"grammar.tsv: entry "landmark": example "just [above] the renal veins": "just above" is matched but stands outside the brackets"#,
    r#"ivus.tsv: entry "pullback": example "a slow manual [pullback] was recorded": [pullback] is not matched by this entry"#,
    r#"ivus.tsv: entry "pullback": example "a slow manual [pullback] was recorded": "manual pullback" is matched but stands outside the brackets"#,
    r#"modalities.tsv: entry "optical": example "[OCT] guided": [OCT] is not matched by this entry"#,
    r#"modalities.tsv: entry "optical": example "[OCT] guided": "OCT guided" is matched but stands outside the brackets"#,
    r#"modifiers.tsv: entry "pseudo": example "[prior to] stenting": [prior to] is not matched by this entry"#,
    r#"modifiers.tsv: entry "pseudo": example "[prior to] stenting": "prior to stenting" is matched but stands outside the brackets"#,
    r#"sides.tsv: entry "left": example "the [left] leg, the filter was left alone": [left] is not matched by this entry"#,
    r#"sides.tsv: entry "left": example "the [left] leg, the filter was left alone": "left leg" is matched but stands outside the brackets"#,
    r#"vessels.tsv: entry "dialysis-circuit": the term "arteriovenous graft" stands in "av-graft" too; keep one"#,
    r#"vessels.tsv: entry "dialysis-circuit": the term "AVG" stands in "av-graft" too; keep one"#,
    r#"vessels.tsv: entry "internal-thoracic-artery": the term "IMA" stands in "inferior-mesenteric-artery" too; keep one"#,
];

#[test]
fn the_shipped_lexicons_have_no_new_fault() {
    let files = Lexicon::builtin_files();
    let lexicon = Lexicon::from_files(&files).unwrap();
    let faults: BTreeSet<String> = lint::lint(&lexicon, &files)
        .iter()
        .map(|f| without_line(&f.to_string()))
        .collect();
    let new: Vec<&String> = faults
        .iter()
        .filter(|f| !KNOWN.contains(&f.as_str()))
        .collect();
    assert!(
        new.is_empty(),
        "new faults, see ivus lexicon check: {new:#?}"
    );
    let mended: Vec<&&str> = KNOWN.iter().filter(|k| !faults.contains(**k)).collect();
    assert!(
        mended.is_empty(),
        "mended; take them out of KNOWN: {mended:#?}"
    );
}

/// `file.tsv:12: told` as `file.tsv: told`: line numbers change with every new row.
fn without_line(fault: &str) -> String {
    let (file, rest) = fault.split_once(':').unwrap();
    format!("{file}: {}", rest.split_once(": ").unwrap().1)
}

#[test]
fn every_lexicon_has_entries() {
    for file in lint::count(&Lexicon::builtin_files()) {
        assert!(file.rows > 0, "{} is empty", file.file);
    }
}
