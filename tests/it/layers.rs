//! Who may import whom: a module of `src/` imports only from modules to its left.

use std::{fs, path::Path};

use walkdir::WalkDir;

/// The modules from the bottom up. Those of one entry may use each other.
const ORDER: &[&[&str]] = &[
    &["error", "date", "text"],
    &["lexicon"],
    &["segment"],
    &["mention"],
    &["context"],
    &["encounter"],
    &["codes"],
    &["rules"],
    &["payer"],
    &["analyzer"],
    &["render"],
    &["lookup"],
    &["input", "tables"],
    &["intake"],
    &["batch"],
    &["eval"],
    &["feedback"],
    &["queue"],
    &["mllp"],
    &["web"],
    &["cli"],
];

fn level(module: &str) -> Option<usize> {
    ORDER.iter().position(|names| names.contains(&module))
}

/// The modules of this crate that a source text names: `crate::x`, `crate::{x, y::z}`.
fn imports(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        if text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let line = text[..at].matches('\n').count() + 1;
        let rest = &text[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut name = String::new();
            for c in list.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => found.push((line, std::mem::take(&mut name))),
                    c if depth == 0 => name.push(c),
                    _ => {}
                }
            }
            found.push((line, name));
        } else {
            found.push((line, rest.to_owned()));
        }
    }
    let first = |path: String| -> String {
        path.trim_start()
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect()
    };
    found
        .into_iter()
        .map(|(line, path)| (line, first(path)))
        .filter(|(_, name)| !name.is_empty())
        .collect()
}

#[test]
fn modules_import_only_from_their_left() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut faults = Vec::new();
    let mut seen = 0;
    for entry in WalkDir::new(&src).sort_by_file_name() {
        let entry = entry.unwrap();
        let path = entry.path().strip_prefix(&src).unwrap();
        if path.extension().is_none_or(|e| e != "rs")
            || path == Path::new("lib.rs")
            || path == Path::new("main.rs")
        {
            continue;
        }
        let top = path
            .components()
            .next()
            .unwrap()
            .as_os_str()
            .to_string_lossy();
        let module = top.trim_end_matches(".rs");
        let Some(own) = level(module) else {
            faults.push(format!(
                "{}: module {module} has no place in the order",
                path.display()
            ));
            continue;
        };
        // `super::super::x` in a file of a folder is `crate::x`; one folder deeper it is a sibling. Tests may look at all.
        let text = fs::read_to_string(entry.path()).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap();
        let text = if path.components().count() == 2 {
            text.replace("super::super::", "crate::")
        } else {
            text.to_owned()
        };
        for (line, name) in imports(&text) {
            seen += 1;
            match level(&name) {
                Some(other) if other > own => {
                    faults.push(format!(
                        "{}:{line}: {module} imports {name}, which is to its right",
                        path.display()
                    ));
                }
                Some(_) => {}
                None => faults.push(format!(
                    "{}:{line}: {name} has no place in the order",
                    path.display()
                )),
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(seen > 50, "only {seen} imports found; the search is broken");
}

#[test]
fn imports_are_found_in_every_form() {
    let text = "use crate::{\n    a::{B, C},\n    d,\n};\npub(crate) fn f(x: &crate::e::G) { $crate::no::x() }";
    let names: Vec<String> = imports(text).into_iter().map(|(_, n)| n).collect();
    assert_eq!(names, ["a", "d", "e"]);
}
