//! Rows of the OMOP table `NOTE_NLP` (common data model 5.4), its columns in its order and no cell longer than its size.
//! Source: the field-level table that OHDSI publishes with the model.

use std::fmt::Write as _;

use super::{
    Reading,
    notes::{self, Note},
};
use crate::date::Date;

/// The columns, with the quotes that the model gives the reserved word.
pub const HEADER: &str = "note_nlp_id,note_id,section_concept_id,snippet,\"offset\",lexical_variant,note_nlp_concept_id,\
note_nlp_source_concept_id,nlp_system,nlp_date,nlp_datetime,term_exists,term_temporal,term_modifiers\n";

/// The most code points of `snippet`, `lexical_variant` and `nlp_system`.
const SHORT: usize = 250;

/// The most code points of `term_modifiers`.
const LONG: usize = 2000;

/// The rows of a report without their first column, `note_nlp_id`, which is a running number over all reports. Each row is
/// one line. Offsets are code points; concepts are 0, since no mapping to a vocabulary is claimed.
#[expect(clippy::missing_panics_doc, reason = "writing to memory does not fail")]
#[must_use]
pub fn rows(reading: &Reading, note_id: i64, day: Date) -> String {
    let engine = &reading.document.engine;
    let system = cut(
        &format!(
            "ivus {}; lexicon {}; policy {}",
            engine.version, engine.lexicon, engine.policy
        ),
        SHORT,
    );
    let points: Vec<char> = reading.report.text.chars().collect();
    let (note_id, day) = (note_id.to_string(), day.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    for note in notes::notes(&reading.document).notes {
        let quote = note.quote;
        writer
            .write_record([
                note_id.as_str(),
                "0",
                &snippet(&points, quote.start, quote.end),
                &quote.start.to_string(),
                &cut(&flat(quote.text.chars()), SHORT),
                "0",
                "0",
                &system,
                &day,
                "",
                if note.exists() { "Y" } else { "N" },
                if note.status == "historical" {
                    "Past"
                } else {
                    "Present"
                },
                &cut(&modifiers(&note), LONG),
            ])
            .expect("writing to memory does not fail");
    }
    let bytes = writer
        .into_inner()
        .expect("writing to memory does not fail");
    String::from_utf8(bytes).expect("the cells are text")
}

/// What else is known, as `name=value` joined by semicolons.
fn modifiers(note: &Note<'_>) -> String {
    let mut told = format!(
        "role={};concept={};end={};status={}",
        note.quote.role, note.concept, note.quote.end, note.status
    );
    for (name, value) in [("vessel", note.vessel), ("side", note.side)] {
        if let Some(value) = value {
            let _ = write!(told, ";{name}={value}");
        }
    }
    if note.negated {
        told.push_str(";negated=true");
    }
    if let Some(value) = note.value {
        let _ = write!(told, ";value={value};unit={}", note.unit.unwrap_or("none"));
    }
    told
}

/// The words around a stretch, as many as fit, cut between words.
fn snippet(points: &[char], start: usize, end: usize) -> String {
    let (start, end) = (start.min(points.len()), end.min(points.len()));
    let spare = SHORT.saturating_sub(end.saturating_sub(start));
    let mut from = start.saturating_sub(spare / 2);
    let mut to = (end + spare / 2).min(points.len());
    if from > 0 {
        from += points[from..start]
            .iter()
            .position(|c| c.is_whitespace())
            .unwrap_or(start - from);
    }
    if to < points.len() {
        let kept = points[end..to].iter().rposition(|c| c.is_whitespace());
        to = end + kept.unwrap_or(0);
    }
    let text = flat(points[from..to].iter().copied());
    // What opens a snippet is a word, so that no spreadsheet takes it for a formula.
    let opened = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    cut(if opened.is_empty() { &text } else { opened }, SHORT)
}

/// The text with each run of white space as one space, so that a row is one line.
fn flat(text: impl Iterator<Item = char>) -> String {
    let text: String = text.collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::notes::tests::reading;

    #[test]
    fn rows_have_the_columns_of_the_model_and_keep_their_sizes() {
        let long = "and then a word more ".repeat(60);
        let read = reading(&format!(
            "HISTORY: {long}🙂\n= FINDINGS: IVUS of the left common\niliac vein showed 78% area stenosis, no thrombus; {long}.\n"
        ));
        let points: Vec<char> = read.report.text.chars().collect();
        let table = format!(
            "{HEADER}{}",
            rows(&read, 17, Date::new(2026, 1, 2).unwrap())
                .lines()
                .flat_map(|l| ["1,", l, "\n"])
                .collect::<String>()
        );
        let mut reader = csv::Reader::from_reader(table.as_bytes());
        let columns = reader.headers().unwrap().clone();
        let column = |name: &str| columns.iter().position(|c| c == name).unwrap();
        let mut absent = 0;
        let mut count = 0;
        for row in reader.records() {
            let row = row.unwrap();
            count += 1;
            let cell = |name: &str| &row[column(name)];
            assert_eq!((cell("note_id"), cell("nlp_date")), ("17", "2026-01-02"));
            for (name, most) in [
                ("snippet", 250),
                ("offset", 50),
                ("lexical_variant", 250),
                ("nlp_system", 250),
                ("term_exists", 1),
                ("term_temporal", 50),
                ("term_modifiers", 2000),
            ] {
                assert!(cell(name).chars().count() <= most, "{name}");
            }
            assert!(cell("snippet").contains(cell("lexical_variant")));
            let start: usize = cell("offset").parse().unwrap();
            let first: String = points[start..start + 3].iter().collect();
            assert!(cell("lexical_variant").starts_with(first.trim_end()));
            absent += usize::from(cell("term_exists") == "N");
        }
        assert!(count > 3 && absent > 0, "{table}");
    }
}
