//! brat standoff: the annotations of a report's text as lines. The text itself goes into a file beside it, unchanged.

use std::fmt::Write as _;

use super::{
    Reading,
    notes::{self, Note},
};

/// What brat must know of the annotations, for the file `annotation.conf` in a folder above.
pub const CONFIGURATION: &str = "\
[entities]
IVUS
VESSEL
SIDE
MOVEMENT
FINDING
NECESSITY
LESION
ACCESS
PROCEDURE
MODIFIER
DATE

[relations]
EXAMINED Arg1:IVUS, Arg2:VESSEL
SHOWS Arg1:VESSEL, Arg2:FINDING

[events]

[attributes]
Side Arg:<ENTITY>, Value:left|right|none|unknown
Status Arg:<ENTITY>, Value:performed|negated|planned|historical|attempted
Negated Arg:<ENTITY>
";

/// The `.ann` file of a report. Offsets are code points, ends exclusive; what is broken over lines is in several pieces.
#[must_use]
pub fn annotations(reading: &Reading) -> String {
    let points: Vec<char> = reading.report.text.chars().collect();
    let notes = notes::notes(&reading.document);
    let mut out = String::new();
    let mut attributes = 0;
    for (number, note) in (1..).zip(&notes.notes) {
        let pieces = pieces(&points, note);
        let places: Vec<String> = pieces.iter().map(|(s, e)| format!("{s} {e}")).collect();
        let words: Vec<String> = pieces
            .iter()
            .map(|(s, e)| points[*s..*e].iter().collect())
            .collect();
        let _ = writeln!(
            out,
            "T{number}\t{} {}\t{}",
            note.label(),
            places.join(";"),
            words.join(" ")
        );
        let said = [
            note.side.map(|s| format!("Side T{number} {s}")),
            Some(format!("Status T{number} {}", note.status)),
            note.negated.then(|| format!("Negated T{number}")),
        ];
        for attribute in said.into_iter().flatten() {
            attributes += 1;
            let _ = writeln!(out, "A{attributes}\t{attribute}");
        }
        let _ = writeln!(out, "#{number}\tAnnotatorNotes T{number}\t{}", remark(note));
    }
    for (number, tie) in (1..).zip(&notes.ties) {
        let (from, to) = (tie.from + 1, tie.to + 1);
        let _ = writeln!(out, "R{number}\t{} Arg1:T{from} Arg2:T{to}", tie.kind);
    }
    out
}

/// The concept, with a measurement if one was taken.
fn remark(note: &Note<'_>) -> String {
    match (note.value, note.unit) {
        (Some(value), Some(unit)) => format!("{} {value} {unit}", note.concept),
        (Some(value), None) => format!("{} {value}", note.concept),
        _ => note.concept.to_owned(),
    }
}

/// The stretches of a note, none with a line break in it.
fn pieces(points: &[char], note: &Note<'_>) -> Vec<(usize, usize)> {
    let end = note.quote.end.min(points.len());
    let mut pieces = Vec::new();
    let mut start = note.quote.start;
    while start < end {
        let broken = |c: &char| matches!(c, '\n' | '\r');
        let length = points[start..end].iter().position(broken);
        let stop = length.map_or(end, |l| start + l);
        // The indent of the next line and the blanks before a break are no part of the words.
        let blank = |i: &usize| points[*i].is_whitespace();
        let from = (start..stop).find(|i| !blank(i)).unwrap_or(stop);
        let to = (from..stop)
            .rev()
            .find(|i| !blank(i))
            .map_or(from, |i| i + 1);
        if from < to {
            pieces.push((from, to));
        }
        start = stop + 1;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::notes::tests::reading;

    #[test]
    fn the_pieces_are_the_words_of_the_text() {
        let read = reading(
            "FINDINGS: 🙂 IVUS of the left common\r\niliac vein showed 78% area stenosis, no thrombus.\n",
        );
        let told = annotations(&read);
        let points: Vec<char> = read.report.text.chars().collect();
        let mut split = 0;
        for line in told.lines().filter(|l| l.starts_with('T')) {
            let cells: Vec<&str> = line.split('\t').collect();
            let (label, places) = cells[1].split_once(' ').unwrap();
            assert!(CONFIGURATION.lines().any(|l| l == label), "{label}");
            let words: Vec<String> = places
                .split(';')
                .map(|p| {
                    let (s, e) = p.split_once(' ').unwrap();
                    points[s.parse().unwrap()..e.parse().unwrap()]
                        .iter()
                        .collect()
                })
                .collect();
            assert_eq!(words.join(" "), cells[2]);
            split += usize::from(words.len() > 1);
        }
        assert!(split > 0, "{told}");
        assert!(told.contains("\tSHOWS Arg1:T"), "{told}");
        assert!(told.contains("\tNegated T"), "{told}");
    }
}
