//! Reads the lexicon's files as tables once more, to check what loading alone does not and to say what is known of some
//! words. Everything here serves `ivus lexicon`; analysis never comes this way.

use std::collections::{BTreeMap, BTreeSet};

use super::{Form, Hit, Label, Lexicon, SideWord};
use crate::{error::Error, text::Folded};

/// The columns that hold terms, with what a term in them is.
const TERM_COLUMNS: &[(&str, &str)] = &[
    ("terms", "term, any case"),
    ("abbreviations", "abbreviation, this case only"),
    ("exact", "term, this case only"),
    (
        "bare_forms",
        "bare form, needs artery or vein from elsewhere",
    ),
    ("misspellings", "misspelling, needs a vessel beside it"),
    ("hidden_by", "longer phrase that is not this entry"),
];

/// The columns that tell what class an entry is of, in the order in which they are told.
const CLASS_COLUMNS: &[&str] = &[
    "class",
    "system",
    "scope",
    "kind",
    "category",
    "direction",
    "polarity",
];

/// One file, as rows of named cells.
struct Sheet<'a> {
    file: &'a str,
    columns: Vec<&'a str>,
    /// Line number and cells.
    rows: Vec<(usize, Vec<&'a str>)>,
}

impl<'a> Sheet<'a> {
    fn new(file: &'a str, text: &'a str) -> Self {
        let mut lines = text.lines().enumerate();
        let columns = lines.next().map_or_else(Vec::new, |(_, l)| {
            l.trim_start_matches('\u{FEFF}').split('\t').collect()
        });
        let rows = lines.filter(|(_, l)| !l.trim().is_empty());
        Self {
            file,
            columns,
            rows: rows
                .map(|(n, l)| (n + 1, l.split('\t').map(str::trim).collect()))
                .collect(),
        }
    }

    fn cell(&self, row: &[&'a str], column: &str) -> &'a str {
        self.columns
            .iter()
            .position(|c| *c == column)
            .and_then(|i| row.get(i))
            .copied()
            .unwrap_or_default()
    }

    fn list(&self, row: &[&'a str], column: &str) -> Vec<&'a str> {
        self.cell(row, column)
            .split(';')
            .map(str::trim)
            .filter(|t| !t.is_empty())
            .collect()
    }

    /// The terms of a row with their columns.
    fn terms(&self, row: &[&'a str]) -> Vec<(&'static str, &'a str)> {
        TERM_COLUMNS
            .iter()
            .flat_map(|(column, _)| {
                self.list(row, column)
                    .into_iter()
                    .map(move |t| (*column, t))
            })
            .collect()
    }

    /// Whether the rows are entries of their own, by the name of the first column.
    fn has_entries(&self) -> bool {
        matches!(self.columns.first(), Some(&("id" | "term")))
    }

    fn class(&self, row: &[&'a str]) -> String {
        let cells = CLASS_COLUMNS
            .iter()
            .map(|c| self.cell(row, c))
            .filter(|c| !c.is_empty());
        cells.collect::<Vec<_>>().join(", ")
    }
}

/// How much a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileCount {
    /// The file's name.
    pub file: String,
    /// Its rows below the header.
    pub rows: usize,
    /// The terms in them.
    pub terms: usize,
    /// The examples in them.
    pub examples: usize,
}

/// What is known of some words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The words.
    pub words: String,
    /// The file of the entry.
    pub file: String,
    /// Its line.
    pub line: usize,
    /// The entry's id.
    pub id: String,
    /// Its class: "vein, vessel", "place".
    pub class: String,
    /// What form of the entry the words are.
    pub form: String,
}

/// Counts what each file holds.
#[must_use]
pub fn count(files: &[(String, String)]) -> Vec<FileCount> {
    let count = |(file, text): &(String, String)| {
        let sheet = Sheet::new(file, text);
        let terms = sheet.rows.iter().map(|(_, r)| sheet.terms(r).len()).sum();
        let examples = sheet
            .rows
            .iter()
            .map(|(_, r)| sheet.list(r, "examples").len())
            .sum();
        FileCount {
            file: file.clone(),
            rows: sheet.rows.len(),
            terms,
            examples,
        }
    };
    files.iter().map(count).collect()
}

/// Checks loaded files: ids unique and sorted, no term twice in a file, every term matches itself, every example matches
/// exactly what is in its brackets.
#[must_use]
pub fn lint(lexicon: &Lexicon, files: &[(String, String)]) -> Vec<Error> {
    let mut faults = Vec::new();
    for (file, text) in files {
        let sheet = Sheet::new(file, text);
        if sheet.has_entries() {
            check_ids(&sheet, &mut faults);
        }
        check_terms(lexicon, &sheet, &mut faults);
        check_examples(lexicon, &sheet, &mut faults);
    }
    faults
}

fn check_ids(sheet: &Sheet<'_>, faults: &mut Vec<Error>) {
    for pair in sheet.rows.windows(2) {
        let [(_, above), (line, row)] = pair else {
            continue;
        };
        let (above, id) = (above[0], row[0]);
        if above == id {
            faults.push(Error::lexicon(
                sheet.file,
                *line,
                id,
                "stands twice; keep one row",
            ));
        } else if above > id {
            faults.push(Error::lexicon(
                sheet.file,
                *line,
                id,
                format!("is out of order; sort it before \"{above}\""),
            ));
        }
    }
}

fn check_terms(lexicon: &Lexicon, sheet: &Sheet<'_>, faults: &mut Vec<Error>) {
    // "common iliac" may be an artery or a vein; the words around it decide. Elsewhere a term has one entry.
    let mut seen: BTreeMap<(bool, &str, String), &str> = BTreeMap::new();
    for (line, row) in &sheet.rows {
        for (column, term) in sheet.terms(row) {
            let exact = matches!(column, "abbreviations" | "exact");
            let spelt = if exact {
                term.to_owned()
            } else {
                term.to_ascii_lowercase()
            };
            if let Some(other) = seen.insert((exact, sheet.cell(row, "system"), spelt), row[0])
                && column != "hidden_by"
            {
                let place = if other == row[0] {
                    "twice in this row".to_owned()
                } else {
                    format!("in \"{other}\" too")
                };
                faults.push(Error::lexicon(
                    sheet.file,
                    *line,
                    row[0],
                    format!("the term \"{term}\" stands {place}; keep one"),
                ));
            }
            // Headings are looked up by themselves, not as terms.
            if sheet.file != "sections.tsv" && !matches_itself(lexicon, sheet, row, column, term) {
                let cure = format!(
                    "the term \"{term}\" does not match itself; it must be whole words, without brackets or signs at its ends"
                );
                faults.push(Error::lexicon(sheet.file, *line, row[0], cure));
            }
        }
    }
}

fn matches_itself(
    lexicon: &Lexicon,
    sheet: &Sheet<'_>,
    row: &[&str],
    column: &str,
    term: &str,
) -> bool {
    let folded = Folded::new(term);
    lexicon.matcher.find(&folded).iter().any(|hit| {
        let whole = hit.span.start == 0 && hit.span.end == folded.text().len();
        whole
            && (if column == "hidden_by" {
                hit.label == Label::Hidden
            } else {
                is_of(lexicon, sheet, row, folded.text(), hit)
            })
    })
}

fn check_examples(lexicon: &Lexicon, sheet: &Sheet<'_>, faults: &mut Vec<Error>) {
    let examples = sheet.rows.iter().flat_map(|(line, row)| {
        let examples = sheet.list(row, "examples").into_iter();
        examples.map(move |e| (*line, row, e))
    });
    for (line, row, example) in examples {
        let mut fault = |cure: String| {
            let entry = sheet.cell(row, "id");
            let cure = format!("example \"{example}\": {cure}");
            faults.push(Error::lexicon(sheet.file, line, entry, cure));
        };
        let Some((text, wanted)) = unbracket(example) else {
            fault(
                "the brackets do not pair; write [ before and ] after the words that must match"
                    .to_owned(),
            );
            continue;
        };
        let folded = Folded::new(&text);
        let found: BTreeSet<(usize, usize)> = lexicon
            .matcher
            .find(&folded)
            .iter()
            .filter(|hit| is_of(lexicon, sheet, row, folded.text(), hit))
            .map(|hit| folded.to_source(&text, hit.span))
            .map(|span| (span.start, span.end))
            .collect();
        let words =
            |(from, to): &(usize, usize)| text.get(*from..*to).unwrap_or_default().to_owned();
        if let Some(missed) = wanted.difference(&found).next() {
            fault(format!("[{}] is not matched by this entry", words(missed)));
        }
        if let Some(extra) = found.difference(&wanted).next() {
            fault(format!(
                "\"{}\" is matched but stands outside the brackets",
                words(extra)
            ));
        }
    }
}

/// An example without its brackets, and the bytes that stood in them.
fn unbracket(example: &str) -> Option<(String, BTreeSet<(usize, usize)>)> {
    let (mut text, mut spans, mut open) = (String::new(), BTreeSet::new(), None);
    for c in example.chars() {
        match (c, open) {
            ('[', None) => open = Some(text.len()),
            (']', Some(start)) => {
                spans.insert((start, text.len()));
                open = None;
            }
            ('[' | ']', _) => return None,
            _ => text.push(c),
        }
    }
    open.is_none().then_some((text, spans))
}

/// Whether a match means the entry of this row.
fn is_of(lexicon: &Lexicon, sheet: &Sheet<'_>, row: &[&str], text: &str, hit: &Hit) -> bool {
    if file_of(hit.label) != Some(sheet.file) {
        return false;
    }
    if let Label::Vessel { id, .. } = hit.label {
        return lexicon.vessel(id).id == row[0];
    }
    let words = text.get(hit.span.start..hit.span.end).unwrap_or_default();
    sheet
        .terms(row)
        .iter()
        .any(|(column, term)| *column != "hidden_by" && term.eq_ignore_ascii_case(words))
}

/// The file whose entries a meaning comes from. A hiding phrase may come from several.
fn file_of(label: Label) -> Option<&'static str> {
    Some(match label {
        Label::Vessel { .. } => "vessels.tsv",
        Label::Group(_) => "groups.tsv",
        Label::Side(_) => "sides.tsv",
        Label::Ivus(_) => "ivus.tsv",
        Label::Modality(_) => "modalities.tsv",
        Label::Action(_) => "actions.tsv",
        Label::Device(_) => "devices.tsv",
        Label::Finding(_) => "findings.tsv",
        Label::Necessity(_) => "necessity.tsv",
        Label::Extent(_) => "extent.tsv",
        Label::Modifier(_) => "modifiers.tsv",
        Label::Grammar(_) => "grammar.tsv",
        Label::Procedure(_) => "procedures.tsv",
        Label::Hidden => return None,
    })
}

/// The names of an entry of a file by form: `("abbreviation, this case only", ["CIV"])`.
pub(crate) fn names(
    files: &[(String, String)],
    file: &str,
    id: &str,
) -> Vec<(String, Vec<String>)> {
    let sheets = files.iter().filter(|(name, _)| name == file);
    let mut found = Vec::new();
    for sheet in sheets.map(|(f, t)| Sheet::new(f, t)) {
        for (_, row) in sheet.rows.iter().filter(|(_, r)| r.first() == Some(&id)) {
            for (column, form) in TERM_COLUMNS.iter().filter(|(c, _)| *c != "hidden_by") {
                let terms = sheet.list(row, column);
                if !terms.is_empty() {
                    let terms = terms.into_iter().map(str::to_owned).collect();
                    found.push(((*form).to_owned(), terms));
                }
            }
        }
    }
    found
}

/// What the program knows of some words: every entry that matches a part of them, in order, and headings they are.
#[must_use]
pub fn lookup(lexicon: &Lexicon, files: &[(String, String)], words: &str) -> Vec<Known> {
    let folded = Folded::new(words);
    let sheets: Vec<Sheet<'_>> = files.iter().map(|(f, t)| Sheet::new(f, t)).collect();
    let mut known: Vec<Known> = Vec::new();
    let mut add = |words: &str, sheet: &Sheet<'_>, line: usize, row: &[&str], form: &str| {
        let (file, id, class) = (sheet.file.to_owned(), row[0].to_owned(), sheet.class(row));
        let entry = Known {
            words: words.to_owned(),
            file,
            line,
            id,
            class,
            form: form.to_owned(),
        };
        if !known.contains(&entry) {
            known.push(entry);
        }
    };
    for hit in lexicon.matcher.find(&folded) {
        let text = folded
            .text()
            .get(hit.span.start..hit.span.end)
            .unwrap_or_default();
        for sheet in &sheets {
            for (line, row) in &sheet.rows {
                let column = sheet.terms(row).into_iter().find(|(column, term)| {
                    let exact = matches!(*column, "abbreviations" | "exact");
                    if exact {
                        *term == text
                    } else {
                        term.eq_ignore_ascii_case(text)
                    }
                });
                let form =
                    column.and_then(|(c, _)| TERM_COLUMNS.iter().find(|(name, _)| *name == c));
                match (hit.label, form) {
                    (Label::Hidden, Some(("hidden_by", form))) => {
                        add(text, sheet, *line, row, form);
                    }
                    (Label::Hidden, _) => {}
                    (_, Some((_, form))) if is_of(lexicon, sheet, row, folded.text(), &hit) => {
                        add(text, sheet, *line, row, form);
                    }
                    (
                        Label::Vessel {
                            id,
                            form,
                            side,
                            plural,
                        },
                        None,
                    ) if sheet.file == "vessels.tsv" && lexicon.vessel(id).id == row[0] => {
                        add(text, sheet, *line, row, &derived(form, side, plural));
                    }
                    _ => {}
                }
            }
        }
    }
    let heading = folded.text().trim_end_matches(':').trim();
    for sheet in sheets.iter().filter(|s| s.file == "sections.tsv") {
        for (line, row) in &sheet.rows {
            if sheet
                .list(row, "terms")
                .iter()
                .any(|t| t.eq_ignore_ascii_case(heading))
            {
                add(heading, sheet, *line, row, "section heading");
            }
        }
    }
    known
}

/// A form that is made from a term rather than written in the file.
fn derived(form: Form, side: Option<SideWord>, plural: bool) -> String {
    let base = match form {
        Form::Full => "term",
        Form::Abbreviation => "abbreviation",
        Form::Bare => "bare form",
        Form::Misspelt => "misspelling",
    };
    match side {
        Some(SideWord::Left) => format!("{base} with L for left"),
        Some(SideWord::Right) => format!("{base} with R for right"),
        _ if plural => format!("plural of a {base}"),
        _ => base.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn builtin() -> (Lexicon, Vec<(String, String)>) {
        (Lexicon::builtin(), Lexicon::builtin_files())
    }

    #[test]
    fn an_abbreviation_is_known_with_and_without_its_side() {
        let (lexicon, files) = builtin();
        for (words, form) in [
            ("CIV", "abbreviation, this case only"),
            ("LCIV", "abbreviation with L for left"),
            ("civ", "abbreviation, this case only"),
        ] {
            let known = lookup(&lexicon, &files, words);
            assert_eq!(known.len(), 1, "{known:?}");
            assert_eq!(
                (known[0].id.as_str(), known[0].form.as_str()),
                ("common-iliac-vein", form)
            );
        }
        assert!(lookup(&lexicon, &files, "Civ").is_empty());
    }

    #[test]
    fn a_wrong_example_and_a_row_out_of_order_are_told() {
        let (_, mut files) = builtin();
        let sides = files.iter_mut().find(|(f, _)| f == "sides.tsv").unwrap();
        sides.1 = "id\tterms\texact\thidden_by\texamples\tsource\n\
                   right\tright\t\t\tthe [right iliac] vein\tx\n\
                   left\tleft; left\t\t\tthe left vein\tx\n"
            .to_owned();
        let lexicon = Lexicon::from_files(&files).unwrap();
        let told: Vec<String> = lint(&lexicon, &files)
            .iter()
            .map(ToString::to_string)
            .filter(|t| t.starts_with("sides"))
            .collect();
        assert_eq!(
            told,
            [
                "sides.tsv:3: entry \"left\": is out of order; sort it before \"right\"",
                "sides.tsv:3: entry \"left\": the term \"left\" stands twice in this row; keep one",
                "sides.tsv:2: entry \"right\": example \"the [right iliac] vein\": [right iliac] is not matched by this entry",
                "sides.tsv:2: entry \"right\": example \"the [right iliac] vein\": \"right\" is matched but stands outside the brackets",
                "sides.tsv:3: entry \"left\": example \"the left vein\": \"left\" is matched but stands outside the brackets",
            ]
        );
    }
}
