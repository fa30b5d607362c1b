//! Any text in the place of a lexicon file gives an error or a lexicon that can be checked, looked up and read with.
//! The first byte picks the file; a small sample of the built-in lexicon stands for the others, so that loading is quick.

#![no_main]

use std::sync::LazyLock;

use ivus::{
    Analyzer, Report,
    codes::Policy,
    lexicon::{Lexicon, lint},
};
use libfuzzer_sys::fuzz_target;

/// What is read with every lexicon that loads.
const TEXT: &str = "DATE: 05/02/2024\nPROCEDURE: IVUS of the left CIV.\nFINDINGS: IVUS pullback from the inferior vena cava \
    to the left external iliac vein showed 78% stenosis extending into the cava; the right common iliac vein was not imaged.\n\
    | vein | IVUS |\n| left common iliac vein | 48 mm2 |\nADDENDUM: a stent was placed to the common iliac.\n";

/// The vessels of the sample.
const VESSELS: &[&str] = &[
    "common-iliac-vein",
    "external-iliac-vein",
    "inferior-vena-cava",
    "infrarenal-inferior-vena-cava",
];

/// Rows kept of each other file.
const ROWS: usize = 3;

/// Entries kept of each list in a cell.
const ENTRIES: usize = 3;

static SAMPLE: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let files = Lexicon::builtin_files().into_iter();
    let sample: Vec<(String, String)> = files
        .map(|(name, text)| (name.clone(), cut(&name, &text)))
        .collect();
    assert!(
        Lexicon::from_files(&sample).is_ok(),
        "the sample must load, or nothing is tested"
    );
    sample
});

/// The header and some rows of a file, their lists shortened; names of vessels outside the sample are taken out.
fn cut(name: &str, text: &str) -> String {
    let mut lines = text.lines();
    let header = lines.next().unwrap_or_default();
    let columns: Vec<&str> = header.split('\t').collect();
    let mut kept = vec![header.to_owned()];
    for line in lines {
        let mut cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
        let known = |id: &str| VESSELS.contains(&id.trim());
        for (column, cell) in columns.iter().zip(&mut cells) {
            let ids = ["part_of", "neighbours", "members"].contains(column);
            let entries = cell.split(';').map(str::trim);
            let entries: Vec<&str> = entries.filter(|e| !ids || known(e)).take(ENTRIES).collect();
            *cell = entries.join("; ");
        }
        let keep = match name {
            "vessels.tsv" => known(&cells[0]),
            "tree.tsv" => known(&cells[0]) && known(&cells[2]),
            _ => kept.len() <= ROWS,
        };
        if keep {
            kept.push(cells.join("\t"));
        }
    }
    kept.join("\n") + "\n"
}

fuzz_target!(|input: (u8, &str)| {
    let (pick, text) = input;
    let mut files = SAMPLE.clone();
    let number = usize::from(pick >> 1) % files.len();
    let header = files[number]
        .1
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned();
    // Half of the inputs bring their own header.
    files[number].1 = if pick & 1 == 0 {
        format!("{header}\n{text}")
    } else {
        text.to_owned()
    };
    let Ok(lexicon) = Lexicon::from_files(&files) else {
        return;
    };
    let _ = lint::lint(&lexicon, &files);
    let _ = lint::lookup(&lexicon, &files, "left CIV");
    let analyzer = Analyzer::new(lexicon, Policy::sir());
    let _ = analyzer.explain(&Report::new("x", TEXT));
});
