//! The dated tables under `lexicons/codes/`: every row has a source and a known confidence, and no code is told twice
//! of one day.

use std::{collections::BTreeMap, fs, path::Path};

/// A table as rows of named cells.
struct Sheet {
    name: String,
    rows: Vec<BTreeMap<String, String>>,
}

fn sheets() -> Vec<Sheet> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("lexicons/codes");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "tsv"))
        .collect();
    paths.sort();
    let sheet = |path: &std::path::PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        let mut lines = text.lines();
        let columns: Vec<&str> = lines.next().unwrap().split('\t').collect();
        let row = |line: &str| {
            let cells = line.split('\t').map(|c| c.trim().to_owned());
            columns.iter().map(|c| (*c).to_owned()).zip(cells).collect()
        };
        Sheet {
            name: path.file_name().unwrap().to_string_lossy().into_owned(),
            rows: lines.map(row).collect(),
        }
    };
    paths.iter().map(sheet).collect()
}

fn cell<'a>(row: &'a BTreeMap<String, String>, column: &str) -> &'a str {
    row.get(column).map_or("", String::as_str)
}

fn sheet(name: &str) -> Sheet {
    let found = sheets().into_iter().find(|s| s.name == name);
    found.unwrap_or_else(|| panic!("there is no {name}"))
}

#[test]
fn every_row_has_a_source_and_a_known_confidence() {
    let mut faults = Vec::new();
    for sheet in sheets().iter().filter(|s| s.name != "sources.tsv") {
        assert!(!sheet.rows.is_empty(), "{}", sheet.name);
        for (n, row) in sheet.rows.iter().enumerate() {
            let known = ["confirmed", "one source", "uncertain"];
            if cell(row, "source").is_empty() || !known.contains(&cell(row, "confidence")) {
                faults.push(format!("{}:{}", sheet.name, n + 2));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn no_code_is_in_force_twice_on_a_day_with_different_facts() {
    // In these a code has one row a day; in procedures.tsv a code may stand for several procedures.
    for name in [
        "ivus.tsv",
        "base.tsv",
        "legs.tsv",
        "diagnoses.tsv",
        "modifiers.tsv",
        "excluded.tsv",
    ] {
        let mut days: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for row in sheet(name).rows {
            let code = [cell(&row, "code"), cell(&row, "modifier")].concat();
            let until = match cell(&row, "until") {
                "" => "9999",
                day => day,
            };
            let known = days.entry(code.clone()).or_default();
            known.push((cell(&row, "from").to_owned(), until.to_owned()));
            known.sort();
            assert!(
                known.windows(2).all(|w| w[0].1 < w[1].0),
                "{name}: {code} has two rows on one day"
            );
        }
    }
}

/// The last and first days of the codes of a range in a table.
fn days(name: &str, first: &str, last: &str, column: &str) -> Vec<String> {
    let rows = sheet(name).rows;
    let inside = rows
        .iter()
        .filter(|r| (first..=last).contains(&cell(r, "code")));
    inside.map(|r| cell(r, column).to_owned()).collect()
}

#[test]
fn the_ivus_family_of_2016_begins_the_day_after_the_older_one_ends() {
    assert_eq!(
        days("ivus.tsv", "37250", "37251", "until"),
        ["2015-12-31"; 2]
    );
    assert_eq!(
        days("ivus.tsv", "75945", "75946", "until"),
        ["2015-12-31"; 2]
    );
    assert_eq!(
        days("ivus.tsv", "37252", "37253", "from"),
        ["2016-01-01"; 2]
    );
    assert_eq!(days("ivus.tsv", "37252", "37253", "until"), [""; 2]);
}

#[test]
fn the_leg_codes_of_2026_begin_the_day_after_the_older_ones_end() {
    for name in ["base.tsv", "legs.tsv"] {
        assert_eq!(
            days(name, "37254", "37299", "from"),
            ["2026-01-01"; 46],
            "{name}"
        );
    }
    assert_eq!(
        days("base.tsv", "37220", "37235", "until"),
        ["2025-12-31"; 16]
    );
    let gone: Vec<String> = sheet("history.tsv")
        .rows
        .iter()
        .map(|r| cell(r, "code").to_owned())
        .collect();
    for code in 37220..=37235 {
        assert!(gone.contains(&code.to_string()), "{code} has no successor");
    }
}

/// What procedures are mapped to and what the sources tell of the leg codes is the same.
#[test]
fn the_leg_codes_of_2026_are_mapped_as_the_sources_tell_them() {
    let mapped = sheet("procedures.tsv").rows;
    for leg in sheet("legs.tsv").rows {
        let role = match cell(&leg, "role") {
            "initial" => "first",
            other => other,
        };
        let variant = if cell(&leg, "lesion") == "complex" {
            "occlusion"
        } else {
            ""
        };
        let found = mapped
            .iter()
            .filter(|r| cell(r, "code") == cell(&leg, "code"));
        let found: Vec<_> = found.collect();
        assert_eq!(found.len(), 1, "{}", cell(&leg, "code"));
        for (column, want) in [
            ("procedure", cell(&leg, "technique")),
            ("territory", cell(&leg, "territory")),
            ("role", role),
            ("variant", variant),
            ("from", "2026-01-01"),
        ] {
            assert_eq!(
                cell(found[0], column),
                want,
                "{}: {column}",
                cell(&leg, "code")
            );
        }
    }
}

#[test]
fn the_base_list_is_whole() {
    let rows = sheet("base.tsv").rows;
    let count = |test: &dyn Fn(&str) -> bool| rows.iter().filter(|r| test(cell(r, "code"))).count();
    let leg = |code: &str| ("37254"..="37299").contains(&code);
    assert_eq!(count(&|c| !leg(c) && c != "36005"), 200);
    assert_eq!(count(&leg), 46);
    assert_eq!(count(&|c| c.starts_with('C')), 8);
}
