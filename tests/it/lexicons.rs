//! The lexicons that are shipped have no fault that `ivus lexicon check` would tell.

use std::collections::BTreeSet;

use ivus::lexicon::{Lexicon, lint};

/// Faults that were there when this test was written, without their line numbers. The list may only shrink.
const KNOWN: &[&str] = &[];

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

#[test]
fn a_vessel_that_is_a_part_of_itself_is_refused() {
    // Looking for its whole ran until the stack was full.
    let mut files = Lexicon::builtin_files();
    let (_, vessels) = files.iter_mut().find(|(n, _)| n == "vessels.tsv").unwrap();
    let rows = vessels.lines().map(|line| {
        let mut cells: Vec<&str> = line.split('\t').collect();
        match cells[0] {
            "infrarenal-inferior-vena-cava" => cells[6] = "suprarenal-inferior-vena-cava",
            "suprarenal-inferior-vena-cava" => cells[6] = "infrarenal-inferior-vena-cava",
            _ => {}
        }
        cells.join("\t")
    });
    *vessels = rows.collect::<Vec<_>>().join("\n");
    let error = Lexicon::from_files(&files).unwrap_err().to_string();
    assert!(error.contains("part_of leads back"), "{error}");
}
