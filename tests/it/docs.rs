//! The pages under `docs/` that are made from the rules say what the rules say. `UPDATE_DOCS=1 cargo test --test it docs`
//! writes them anew.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use ivus::rules::{self, Rule};

const NOTE: &str =
    "<!-- Made from src/rules by `UPDATE_DOCS=1 cargo test --test it docs`; do not edit. -->\n";

#[test]
fn rule_pages_are_current() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let pages = pages(&folder);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        write(&folder, &pages);
    }
    let mut stale: Vec<String> = Vec::new();
    for (path, page) in &pages {
        // A checkout on Windows may have turned the line ends.
        let there = fs::read_to_string(path)
            .unwrap_or_default()
            .replace("\r\n", "\n");
        if there != *page {
            stale.push(path.display().to_string());
        }
    }
    stale.extend(
        strays(&folder, &pages)
            .iter()
            .map(|p| p.display().to_string()),
    );
    assert!(
        stale.is_empty(),
        "not what src/rules says: {}; run UPDATE_DOCS=1 cargo test --test it docs",
        stale.join(", ")
    );
}

#[test]
fn the_table_has_a_row_for_each_rule() {
    let table = table();
    for rule in rules::all() {
        assert!(
            table.contains(&format!(
                "| [{id}](rules/{id}.md) | {} |",
                rule.name,
                id = rule.id
            )),
            "{rule:?}"
        );
    }
}

#[test]
fn the_readme_shows_what_the_program_prints() {
    const PROMPT: &str = "$ cargo run --release -- ";
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("README.md");
    let readme = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let start = readme.find(PROMPT).expect("the README shows a command");
    let (block, after) = readme[start..].split_once("```").unwrap();
    let (command, shown) = block.split_once('\n').unwrap();
    let output = assert_cmd::Command::new(env!("CARGO_BIN_EXE_ivus"))
        .args(command.strip_prefix(PROMPT).unwrap().split_whitespace())
        .current_dir(root)
        .env_remove("COLUMNS")
        .env_remove("CLICOLOR_FORCE")
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(
            &path,
            format!("{}{command}\n{printed}```{after}", &readme[..start]),
        )
        .unwrap();
        return;
    }
    assert_eq!(
        shown, printed,
        "the README shows old output; run UPDATE_DOCS=1 cargo test --test it docs"
    );
}

#[test]
fn links_of_the_documents_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut dead = Vec::new();
    for name in [
        "README.md",
        "CONTRIBUTING.md",
        "corpus/README.md",
        "docs/accuracy.md",
        "docs/batch.md",
        "docs/coding.md",
        "docs/design.md",
        "docs/lexicons.md",
        "docs/performance.md",
        "docs/rules.md",
    ] {
        let path = root.join(name);
        let text = fs::read_to_string(&path).unwrap();
        for target in text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let file = target.split('#').next().unwrap();
            if !target.contains("://") && !path.parent().unwrap().join(file).exists() {
                dead.push(format!("{name}: {target}"));
            }
        }
    }
    assert!(dead.is_empty(), "{dead:#?}");
}

/// All pages with their paths.
fn pages(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut pages: BTreeMap<PathBuf, String> = rules::all()
        .iter()
        .map(|r| (folder.join("rules").join(format!("{}.md", r.id)), page(r)))
        .collect();
    pages.insert(folder.join("rules.md"), table());
    pages
}

fn table() -> String {
    let mut text = format!(
        "# Rules\n\n{NOTE}\nRules 001 to 099 look at the documentation and add flags. Rules 101 to 199 look at the count: they decline vessels, each\n\
         with its reason, and the last two give units to what is left. `ivus rule IVUS003` prints a rule's page.\n\n| id | name | summary | severity |\n|---|---|---|---|\n"
    );
    for rule in rules::all() {
        let _ = writeln!(
            text,
            "| [{id}](rules/{id}.md) | {} | {} | {} |",
            rule.name,
            rule.summary,
            rule.severity.name(),
            id = rule.id
        );
    }
    text
}

fn page(rule: &Rule) -> String {
    let kind = if rule.is_coding() {
        "Coding"
    } else {
        "Documentation"
    };
    format!(
        "# {} {}\n\n{NOTE}\n{} rule, severity {}, since {}: {}.\n\n{}\n",
        rule.id,
        rule.name,
        kind,
        rule.severity.name(),
        rule.since,
        rule.summary,
        rule.docs()
    )
}

/// Pages of rules that are no more.
fn strays(folder: &Path, pages: &BTreeMap<PathBuf, String>) -> Vec<PathBuf> {
    let mut strays: Vec<PathBuf> = fs::read_dir(folder.join("rules"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.path())
        .filter(|p| !pages.contains_key(p))
        .collect();
    strays.sort();
    strays
}

fn write(folder: &Path, pages: &BTreeMap<PathBuf, String>) {
    fs::create_dir_all(folder.join("rules")).unwrap();
    for stray in strays(folder, pages) {
        fs::remove_file(stray).unwrap();
    }
    for (path, page) in pages {
        fs::write(path, page).unwrap();
    }
}

#[test]
fn the_readme_tells_the_accuracy_of_the_table_of_first_looks() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| fs::read_to_string(root.join(name)).unwrap();
    let table = read("docs/accuracy.md");
    let table = table.split("## First looks").nth(1).unwrap();
    let table = table.split("\n## ").next().unwrap();
    let exact: Vec<f64> = table
        .lines()
        .filter(|l| l.starts_with("| 20"))
        .map(|l| l.split('|').nth(4).unwrap().trim().parse().unwrap())
        .collect();
    let least = exact.iter().copied().fold(f64::MAX, f64::min) * 100.0;
    let most = exact.iter().copied().fold(0.0, f64::max) * 100.0;
    let told = format!(
        "On {} batches of invented reports seen for the first time, the units of {least:.0} to {most:.0} % of the reports",
        exact.len()
    );
    let readme = read("README.md");
    let readme: Vec<&str> = readme.split_whitespace().collect();
    assert!(
        readme.join(" ").contains(&told),
        "the README does not say: {told}"
    );
}
