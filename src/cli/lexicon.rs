//! `ivus lexicon`: upkeep of the word lists.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::{
    Out, Outcome,
    args::{LexiconCommand, PlainFormat},
    nearest,
};
use crate::{
    analyzer::Analyzer,
    eval::{self, Agreement, Lessons},
    lexicon::{
        Lexicon, Question,
        lint::{self, Known},
    },
};

pub(super) fn run(command: LexiconCommand, out: Out) -> anyhow::Result<Outcome> {
    match command {
        LexiconCommand::Check { folder } => check(folder.as_deref(), out),
        LexiconCommand::Fit { folders, trees } => fit(&folders, trees, out),
        LexiconCommand::Lookup {
            words,
            lexicon,
            format,
        } => lookup(&words, lexicon.as_deref(), format, out),
    }
}

fn fit(folders: &[PathBuf], trees: bool, mut out: Out) -> anyhow::Result<Outcome> {
    let analyzer = Analyzer::builtin();
    let mut lessons = Lessons::default();
    let mut outcome = Outcome::Clean;
    for folder in folders {
        let (cases, _) = eval::cases(folder, Agreement::Low)?;
        for case in cases {
            let read = case.and_then(|c| c.source().read().map(|report| (c, report)));
            match read {
                Ok((case, report)) => {
                    lessons.add(analyzer.lexicon(), &case, &analyzer.explain(&report));
                }
                Err(error) => {
                    outcome = Outcome::Failed;
                    super::complain(&error.to_string());
                }
            }
        }
    }
    if trees {
        out.line("node\tfeature\tweight")?;
        for (node, feature, weight) in lessons.trees() {
            out.line(&format!("{node}\t{feature}\t{weight}"))?;
        }
    } else {
        print_weights(&lessons, &mut out)?;
    }
    out.finish()?;
    let (reports, vessels) = lessons.counts();
    super::complain(&format!(
        "learnt from {vessels} vessels named in {reports} reports"
    ));
    Ok(outcome)
}

fn print_weights(lessons: &Lessons, out: &mut Out) -> anyhow::Result<()> {
    out.line("feature\tweight")?;
    for question in Question::ALL {
        let (bias, weights) = lessons.fit(question);
        out.line(&format!("{}\t{bias:.3}", question.bias()))?;
        for (feature, weight) in weights {
            let weight = format!("{weight:.3}");
            if !weight.trim_start_matches('-').starts_with("0.00") {
                out.line(&format!("{feature}\t{weight}"))?;
            }
        }
    }
    Ok(())
}

fn load(folder: Option<&Path>) -> anyhow::Result<(Lexicon, Vec<(String, String)>)> {
    let files = match folder {
        Some(folder) => Lexicon::folder_files(folder)?,
        None => Lexicon::builtin_files(),
    };
    Ok((Lexicon::from_files(&files)?, files))
}

fn check(folder: Option<&Path>, mut out: Out) -> anyhow::Result<Outcome> {
    let (lexicon, files) = load(folder)?;
    let faults = lint::lint(&lexicon, &files);
    for fault in &faults {
        out.line(&fault.to_string())?;
    }
    if !faults.is_empty() {
        out.line("")?;
    }
    out.line(&format!(
        "{:<20} {:>7} {:>7} {:>9}",
        "file", "entries", "terms", "examples"
    ))?;
    for file in lint::count(&files) {
        out.line(&format!(
            "{:<20} {:>7} {:>7} {:>9}",
            file.file, file.rows, file.terms, file.examples
        ))?;
    }
    out.line(&format!(
        "\n{} terms with their plurals and sides, {}",
        lexicon.term_count(),
        lexicon.hash()
    ))?;
    let many = if faults.len() == 1 { "fault" } else { "faults" };
    out.line(&format!("{} {many}", faults.len()))?;
    out.finish()?;
    Ok(if faults.is_empty() {
        Outcome::Clean
    } else {
        Outcome::Flagged
    })
}

fn lookup(
    words: &[String],
    folder: Option<&Path>,
    format: PlainFormat,
    mut out: Out,
) -> anyhow::Result<Outcome> {
    let (lexicon, files) = load(folder)?;
    let words = words.join(" ");
    let known = lint::lookup(&lexicon, &files, &words);
    match format {
        PlainFormat::Json => {
            let object = |k: &Known| json!({"words": k.words, "file": k.file, "line": k.line, "id": k.id, "class": k.class, "form": k.form});
            let all: Vec<_> = known.iter().map(object).collect();
            out.line(&serde_json::to_string_pretty(&all)?)?;
        }
        PlainFormat::Text if known.is_empty() => {
            out.line(&format!("\"{words}\" is not known"))?;
            let near = nearest(&words.to_ascii_lowercase(), lexicon.terms());
            if !near.is_empty() {
                out.line(&format!("near it: {}", near.join(", ")))?;
            }
        }
        PlainFormat::Text => {
            for entry in &known {
                let class = if entry.class.is_empty() {
                    String::new()
                } else {
                    format!(" [{}]", entry.class)
                };
                out.line(&format!("{}: {}{class}", entry.words, entry.id))?;
                out.line(&format!(
                    "    {} ({}:{})",
                    entry.form, entry.file, entry.line
                ))?;
            }
        }
    }
    out.finish()?;
    Ok(if known.is_empty() {
        Outcome::Flagged
    } else {
        Outcome::Clean
    })
}
