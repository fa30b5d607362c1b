//! `ivus feedback`: figures over results of `ivus batch` or `ivus check`, as one page.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use super::{
    Out, Outcome,
    args::{FeedbackArgs, Reader},
    complain,
};
use crate::{
    error::Error,
    feedback::{Audience, Figures, Head, Told, page},
};

/// The longest line that is read: a result is far shorter than its report, which may have 64 MiB.
const LONGEST: u64 = 256 << 20;

pub(super) fn run(args: &FeedbackArgs, mut out: Out) -> anyhow::Result<Outcome> {
    let files = files(&args.results)?;
    let (mut figures, mut failed) = (Figures::default(), 0_u64);
    let mut engines = BTreeSet::new();
    for file in &files {
        failed += read(file, args, &mut figures, &mut engines)?;
    }
    if figures.read == 0 {
        let words = if failed > 0 {
            "no line is a result of `ivus batch` or `ivus check --format jsonl`"
        } else {
            "no result is left to count; see --physician, --site, --from and --until"
        };
        return Err(Error::usage(words).into());
    }
    let (audience, figures) = match args.audience {
        Reader::Coders => (Audience::Coders, figures),
        Reader::Physicians => (Audience::Physicians, figures.for_physicians()),
    };
    // How units are counted is nothing for physicians.
    let engines = engines.into_iter().map(|e| match audience {
        Audience::Coders => e.in_full(),
        Audience::Physicians => format!("ivus {}", e.version),
    });
    let engines: BTreeSet<String> = engines.collect();
    let read_by = |engine| ("Read by".to_owned(), engine);
    let origin = engines.into_iter().map(read_by).collect();
    let head = Head {
        limits: limits(args),
        origin,
        ..Head::default()
    };
    fs::write(&args.out, page(&figures, audience, &head))
        .map_err(|e| Error::write(&args.out, e))?;
    out.line(&format!(
        "{} results, {} reports with IVUS, {failed} lines that are no result; {}",
        figures.read,
        figures.all.reports,
        args.out.display()
    ))?;
    out.finish()?;
    Ok(if failed > 0 {
        Outcome::Partly
    } else {
        Outcome::Clean
    })
}

/// What the figures are limited to, in words.
fn limits(args: &FeedbackArgs) -> Vec<String> {
    let mut told = Vec::new();
    for (what, name) in [("physician", &args.physician), ("site", &args.site)] {
        if let Some(name) = name {
            told.push(format!("{what} {name}"));
        }
    }
    for (what, day) in [("from", args.from), ("until", args.until)] {
        if let Some(day) = day {
            told.push(format!("{what} {day}"));
        }
    }
    told
}

/// The files of results: those that are named, and of a folder its `*.jsonl` without the list of failures.
fn files(named: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in named {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let entries = fs::read_dir(path).map_err(|e| Error::read(path, e))?;
        let mut found = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|e| Error::read(path, e))?.path();
            let is_result = entry.extension().is_some_and(|e| e == "jsonl")
                && entry.file_name().is_some_and(|n| n != "errors.jsonl");
            if is_result {
                found.push(entry);
            }
        }
        if found.is_empty() {
            let words = "holds no *.jsonl of `ivus batch`";
            return Err(Error::report(path, words).into());
        }
        found.sort();
        files.extend(found);
    }
    Ok(files)
}

/// Reads a file line by line; how many lines are no results.
fn read(
    path: &Path,
    args: &FeedbackArgs,
    figures: &mut Figures,
    engines: &mut BTreeSet<Engine>,
) -> anyhow::Result<u64> {
    let input: Box<dyn Read> = if path == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(File::open(path).map_err(|e| Error::read(path, e))?)
    };
    let mut input = BufReader::new(input);
    let (mut failed, mut number, mut line) = (0, 0_u64, Vec::new());
    loop {
        line.clear();
        let length = (&mut input)
            .take(LONGEST)
            .read_until(b'\n', &mut line)
            .map_err(|e| Error::read(path, e))?;
        if length == 0 {
            return Ok(failed);
        }
        number += 1;
        if line.trim_ascii().is_empty() {
            continue;
        }
        match Told::of(&line) {
            Ok(told) if is_wanted(args, &told) => {
                if let Some(engine) = engine(&line) {
                    engines.insert(engine);
                }
                figures.add(&told);
            }
            Ok(_) => {}
            Err(_) => {
                failed += 1;
                complain(&format!(
                    "{}:{number}: is no result of `ivus batch` or `ivus check --format jsonl`",
                    path.display()
                ));
            }
        }
    }
}

fn is_wanted(args: &FeedbackArgs, told: &Told) -> bool {
    let is = |wanted: &Option<String>, name: &str| wanted.as_ref().is_none_or(|w| w == name);
    let date: Option<crate::date::Date> = told.date.as_deref().and_then(|d| d.parse().ok());
    is(&args.physician, &told.physician)
        && is(&args.site, &told.site)
        && args.from.is_none_or(|from| date.is_some_and(|d| d >= from))
        && args
            .until
            .is_none_or(|until| date.is_some_and(|d| d <= until))
}

/// What read a report.
#[derive(PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
struct Engine {
    version: String,
    lexicon: String,
    policy: String,
}

impl Engine {
    fn in_full(&self) -> String {
        format!(
            "ivus {}, lexicon {}, counting policy {}",
            self.version, self.lexicon, self.policy
        )
    }
}

/// What read a report, if the line tells it.
fn engine(line: &[u8]) -> Option<Engine> {
    #[derive(serde::Deserialize)]
    struct Line {
        engine: Engine,
    }
    serde_json::from_slice(line).ok().map(|l: Line| l.engine)
}
