//! What holds for any text: no panic, evidence that stands where it says, units within their limits. And changes of a
//! report that change nothing in its meaning change nothing in its units.

use std::{collections::BTreeSet, fs, path::Path, sync::LazyLock};

use ivus::{Analyzer, text};
use proptest::{prelude::*, sample::Index};
use rayon::prelude::*;
use serde_json::Value;

use crate::{
    corpus::CORPUS,
    sound::{self, Checked, Units},
};

static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::builtin);

/// Analyses a text and checks all that must hold for any text.
fn check(text: &str) -> Checked<Units> {
    sound::check(&ANALYZER, text)
}

/// A change of a text.
#[derive(Clone, Debug)]
enum Change {
    /// Keeps the part between two places.
    Cut(Index, Index),
    /// Adds another report.
    Join(Index),
    /// Puts the lines in another order.
    Shuffle(Vec<Index>),
    /// Repeats one line.
    Repeat(Index),
    /// Ends lines as Windows does.
    Crlf,
    /// Writes all in capitals.
    Upper,
    /// Puts some characters in at some places.
    Insert(Vec<Index>, &'static str),
    /// Puts one character in the place of all spaces.
    Spaces(&'static str),
}

fn change() -> impl Strategy<Value = Change> {
    let places = || prop::collection::vec(any::<Index>(), 1..12);
    let inserted = prop::sample::select(vec![
        "\u{AD}",
        "\u{A0}",
        "\u{200B}",
        "\u{FEFF}",
        "\n",
        "\r",
        "\t",
        "\0",
        "e\u{301}",
        "ß",
        "İ",
        "—",
        "|",
        "[ ] ",
        "not ",
        "\u{1F4A9}",
    ]);
    prop_oneof![
        (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Change::Cut(a, b)),
        any::<Index>().prop_map(Change::Join),
        places().prop_map(Change::Shuffle),
        any::<Index>().prop_map(Change::Repeat),
        Just(Change::Crlf),
        Just(Change::Upper),
        (places(), inserted).prop_map(|(at, what)| Change::Insert(at, what)),
        prop::sample::select(vec!["\u{A0}", "  ", "\t", ""]).prop_map(Change::Spaces),
    ]
}

fn apply(text: &str, change: &Change) -> String {
    let characters: Vec<char> = text.chars().collect();
    match change {
        Change::Cut(a, b) => {
            let (a, b) = (a.index(characters.len() + 1), b.index(characters.len() + 1));
            characters[a.min(b)..a.max(b)].iter().collect()
        }
        Change::Join(other) => format!("{text}{}", other.get(&CORPUS[..]).1),
        Change::Shuffle(places) => {
            let mut lines: Vec<&str> = text.lines().collect();
            for (n, place) in places.iter().enumerate().take(lines.len()) {
                let other = place.index(lines.len());
                lines.swap(n, other);
            }
            lines.join("\n")
        }
        Change::Repeat(line) => {
            let mut lines: Vec<&str> = text.lines().collect();
            if !lines.is_empty() {
                let n = line.index(lines.len());
                lines.insert(n, lines[n]);
            }
            lines.join("\n")
        }
        Change::Crlf => text.replace('\n', "\r\n"),
        Change::Upper => text.to_uppercase(),
        Change::Insert(places, what) => {
            let at: BTreeSet<usize> = places
                .iter()
                .map(|p| p.index(characters.len() + 1))
                .collect();
            let mut changed = String::new();
            for n in 0..=characters.len() {
                if at.contains(&n) {
                    changed.push_str(what);
                }
                changed.extend(characters.get(n));
            }
            changed
        }
        Change::Spaces(what) => text.replace(' ', what),
    }
}

/// Words the program looks for, to make texts of them that no person would write.
const WORDS: &[&str] = &[
    "IVUS",
    "intravascular ultrasound",
    "left",
    "right",
    "bilateral",
    "common iliac vein",
    "CIV",
    "IVC",
    "iliac",
    "SFA",
    "stenosis",
    "78%",
    "12 mm",
    "not",
    "was performed",
    "planned",
    "filter",
    "stent",
    "pullback from",
    "to",
    "and",
    ",",
    ";",
    ".",
    ":",
    "\n",
    "\n\n",
    "FINDINGS:",
    "PROCEDURE:",
    "|",
    "[x]",
    "[ ]",
    "37253 x 3",
    "05/02/2024",
    "2014-02-30",
    "extending into",
    "LAD",
    "advanced",
    "no",
    "___",
    "1.",
    "-",
    "due to",
    "to size the stent",
    "ADDENDUM:",
    "\u{A0}",
    "\u{AD}",
    "é",
    "(",
    ")",
    "\"",
];

/// Cases of each property: `PROPTEST_CASES`, or so few that the tests stay quick.
fn cases() -> u32 {
    let asked = std::env::var("PROPTEST_CASES");
    asked.ok().and_then(|n| n.parse().ok()).unwrap_or(64)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_give_a_sound_analysis(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert_eq!(check(&text::decode(&bytes)).err(), None);
    }

    #[test]
    fn any_text_gives_a_sound_analysis(text in "\\PC{0,200}") {
        prop_assert_eq!(check(&text).err(), None);
    }

    #[test]
    fn any_words_give_a_sound_analysis(words in prop::collection::vec(prop::sample::select(WORDS), 0..120), glue in prop::sample::select(vec![" ", "", "\n"])) {
        prop_assert_eq!(check(&words.join(glue)).err(), None);
    }

    #[test]
    fn any_change_of_a_report_gives_a_sound_analysis(which in any::<Index>(), changes in prop::collection::vec(change(), 1..4)) {
        let text = changes.iter().fold(which.get(&CORPUS[..]).1.clone(), |text, change| apply(&text, change));
        prop_assert_eq!(check(&text).err(), None);
    }
}

#[test]
fn every_report_of_the_corpus_gives_a_sound_analysis() {
    for (name, text) in CORPUS.iter() {
        assert_eq!(check(text).err(), None, "{name}");
        // As it comes out of a table that lost the line ends.
        let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(check(&flat).err(), None, "{name} in one line");
    }
}

/// Fails when `change` changes the units of a report that is not among `known`, or of none that is.
fn same_units(what: &str, known: &[&str], change: impl Fn(&str) -> String + Sync) {
    let told: Vec<(String, String)> = CORPUS
        .par_iter()
        .filter_map(|(name, text)| {
            let (plain, changed) = (check(text).unwrap(), check(&change(text)).unwrap());
            (plain != changed).then(|| {
                (
                    name.clone(),
                    format!("{name}: {plain:?} became {changed:?}"),
                )
            })
        })
        .collect();
    let touched = CORPUS
        .iter()
        .filter(|(_, text)| change(text) != *text)
        .count();
    assert!(touched > 10, "{what} changes {touched} reports only");
    let new: Vec<&String> = told
        .iter()
        .filter(|(n, _)| !known.contains(&n.as_str()))
        .map(|(_, t)| t)
        .collect();
    assert!(new.is_empty(), "{what} changed the units of {new:#?}");
    let mended: Vec<&&str> = known
        .iter()
        .filter(|k| told.iter().all(|(n, _)| n != *k))
        .collect();
    assert!(
        mended.is_empty(),
        "{what}: mended; take them out of the list: {mended:?}"
    );
}

#[test]
fn line_ends_of_windows_do_not_change_the_units() {
    same_units("CRLF", &[], |text| text.replace('\n', "\r\n"));
}

#[test]
fn headings_in_capitals_do_not_change_the_units() {
    same_units("capital headings", &[], |text| {
        text.split_inclusive('\n').map(capital_heading).collect()
    });
}

/// The line with its heading, the words before the first colon, in capitals when it is one of a section.
fn capital_heading(line: &str) -> String {
    const HEADINGS: &[&str] = &[
        "procedure",
        "procedures",
        "procedures performed",
        "operation",
        "indication",
        "indications",
        "history",
        "clinical history",
        "technique",
        "description",
        "description of procedure",
        "details",
        "procedure details",
        "findings",
        "ivus",
        "ivus findings",
        "venogram",
        "venography",
        "angiography",
        "access",
        "impression",
        "conclusion",
        "complications",
        "plan",
        "anesthesia",
        "sedation",
        "contrast",
        "diagnosis",
        "preoperative diagnosis",
        "postoperative diagnosis",
        "comparison",
        "addendum",
        "summary",
        "intervention",
        "closure",
        "date of service",
        "recommendation",
        "recommendations",
        "consent",
        "medications",
        "disposition",
        "attestation",
        "results",
        "reason for exam",
    ];
    let (title, rest) = line
        .split_once(':')
        .unwrap_or((line.trim_end(), &line[line.trim_end().len()..]));
    if !HEADINGS.contains(&title.trim().to_lowercase().as_str()) {
        return line.to_owned();
    }
    let colon = if line.contains(':') { ":" } else { "" };
    format!("{}{colon}{rest}", title.to_uppercase())
}

#[test]
fn non_breaking_spaces_do_not_change_the_units() {
    same_units("non-breaking spaces", &[], |text| {
        text.replace(' ', "\u{A0}")
    });
}

#[test]
fn soft_hyphens_do_not_change_the_units() {
    same_units("soft hyphens", &[], |text| {
        text.replace("iliac", "il\u{AD}iac")
            .replace("ultrasound", "ultra\u{AD}sound")
    });
}

#[test]
fn a_signature_at_the_end_does_not_change_the_units() {
    same_units("a signature", &[], |text| {
        format!(
            "{}\n\nElectronically signed by A. Example, MD, 04:12 PM\n",
            text.trim_end()
        )
    });
}

#[test]
fn published_reports_without_vessel_ivus_get_no_units() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/real/notes");
    if !folder.is_dir() {
        println!("skipped: {} is not there", folder.display());
        return;
    }
    let mut faults = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "txt") {
            continue;
        }
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = text::decode(&fs::read(&path).unwrap());
        let labels: Value =
            serde_json::from_slice(&fs::read(path.with_extension("json")).unwrap()).unwrap();
        let none = labels["units_37252"] == 0 && labels["units_37253"] == 0;
        match check(&text) {
            Ok((0, 0)) => {}
            Ok(units) if none => faults.push(format!(
                "{name}: units {units:?}, IVUS is {}",
                labels["ivus"]
            )),
            Ok(_) => {}
            Err(e) => faults.push(format!("{name}: {e}")),
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_large_collection_of_other_reports_gets_no_units() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/real/mtsamples.csv");
    if !path.is_file() {
        println!("skipped: {} is not there", path.display());
        return;
    }
    let mut table = csv::Reader::from_path(path).unwrap();
    let column = table
        .headers()
        .unwrap()
        .iter()
        .position(|h| h == "transcription")
        .unwrap();
    // The site files many reports under several specialties.
    let texts: BTreeSet<String> = table
        .records()
        .map(|r| r.unwrap()[column].to_owned())
        .collect();
    let texts: Vec<String> = texts.into_iter().collect();
    let faults: Vec<String> = texts
        .par_iter()
        .enumerate()
        .filter_map(|(n, text)| match check(text) {
            Ok((0, 0)) => None,
            Ok(units) => Some(format!("text {n} of the sorted texts: units {units:?}")),
            Err(e) => Some(format!("text {n} of the sorted texts: {e}")),
        })
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
}
