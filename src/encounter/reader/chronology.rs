//! Records that tell of several days in lines that begin with a date: which of them tell of another day than the session.

use super::Mode;
use crate::{date::Date, mention::DateMention, text::Span};

/// Words of a line that tells of the session itself.
const NOW: &[&str] = &[
    "today",
    "present",
    "this report",
    "this session",
    "this procedure",
];

/// Words of a line that tells of a day to come.
const BOOKED: &[&str] = &[
    "book",
    "plan",
    "schedul",
    "next",
    "due",
    "follow-up",
    "to come",
];

/// A line that begins with a date, up to where the next one begins or the entry ends.
struct Entry {
    date: Date,
    line: Span,
    body: Span,
}

/// Words of an entry in which a vessel is entered.
const ENTERED: &[&str] = &["punctur", "sheath", "access", "cannulat", "needle"];

/// The entries of other days, each with how it is to be read, as spans of the report. Empty when fewer than two days have
/// lines of their own.
pub(super) fn other_days(
    text: &str,
    found: &[DateMention],
    label: Option<Date>,
) -> Vec<(Span, Mode)> {
    let entries = entries(text, found);
    let first = entries.first().map(|e| e.date);
    if entries.iter().all(|e| Some(e.date) == first) {
        return Vec::new();
    }
    let says = |span: Span, words: &[&str]| {
        let told = text.get(span.start..span.end).unwrap_or_default();
        let told: Vec<&str> = told.split_whitespace().collect();
        let told = told.join(" ").to_ascii_lowercase();
        words.iter().any(|w| told.contains(w))
    };
    let done = || entries.iter().filter(|e| !says(e.line, BOOKED));
    let entered = || done().filter(|e| says(e.body, ENTERED)).map(|e| e.date);
    let now = || entries.iter().find(|e| says(e.line, NOW)).map(|e| e.date);
    let session = label
        .or_else(|| entered().max())
        .or_else(now)
        .or_else(|| done().map(|e| e.date).max());
    let Some(session) = session else {
        return Vec::new();
    };
    entries
        .into_iter()
        .filter(|e| e.date != session)
        .map(|e| {
            let mode = if e.date < session {
                Mode::Past
            } else {
                Mode::Plan
            };
            (e.body, mode)
        })
        .collect()
}

fn entries(text: &str, found: &[DateMention]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for date in found {
        let start = text
            .get(..date.span.start)
            .and_then(|t| t.rfind('\n'))
            .map_or(0, |n| n + 1);
        let end = text
            .get(date.span.end..)
            .and_then(|t| t.find('\n'))
            .map_or(text.len(), |n| date.span.end + n);
        let before = text.get(start..date.span.start).unwrap_or_default();
        let after = text.get(date.span.end..end).unwrap_or_default();
        let opens = before
            .chars()
            .all(|c| c.is_whitespace() || "|-=*#>[(".contains(c));
        let tells = after.chars().filter(|c| c.is_alphabetic()).count() >= 3;
        if !opens || !tells {
            continue;
        }
        if let Some(last) = entries.last_mut() {
            last.body.end = last.body.end.min(start);
        }
        // Under a drawn heading the entry goes on over blank lines.
        let heading = before.trim_start().starts_with(['=', '#']);
        let rest = text.get(end..).unwrap_or_default();
        let body_end = if heading {
            text.len()
        } else if before.contains('|') {
            // A row of a table is all of its entry.
            end
        } else {
            let lines = rest.split_inclusive('\n').skip(1);
            let body: usize = lines
                .take_while(|l| !l.trim().is_empty())
                .map(str::len)
                .sum();
            (end + 1 + body).min(text.len())
        };
        entries.push(Entry {
            date: date.date,
            line: Span::new(start, end),
            body: Span::new(start, body_end),
        });
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::{Mode, other_days};
    use crate::mention::{dates, labelled};

    fn told(text: &str) -> Vec<(String, Mode)> {
        let found = dates(text);
        let label = labelled(text, &found).first().map(|l| l.date);
        other_days(text, &found, label)
            .into_iter()
            .map(|(s, m)| (text[s.start..s.end].trim().to_owned(), m))
            .collect()
    }

    #[test]
    fn lines_of_other_days_are_past_or_plan() {
        let text = "2019-02-01 IVUS of the aorta.\n2021-03-04 Sheath in the groin. IVUS of the cava.\n2021-09-09 IVUS to follow.\n\nEnd.";
        assert_eq!(
            told(text),
            [
                ("2019-02-01 IVUS of the aorta.".to_owned(), Mode::Past),
                ("2021-09-09 IVUS to follow.".to_owned(), Mode::Plan)
            ]
        );
    }

    #[test]
    fn a_drawn_heading_holds_its_lines_and_the_newest_day_is_the_session() {
        let text = "=== 2024-10-15 Room ===\nVenogram.\n\n=== 2019-05-21 Stent ===\nUnder IVUS.\n\nIVC normal.";
        let told = told(text);
        assert_eq!(told.len(), 1);
        assert!(told[0].0.ends_with("IVC normal."), "{told:?}");
    }

    #[test]
    fn one_day_is_no_chronology() {
        assert!(told("2024-10-15 Venogram.\n2024-10-15 IVUS of the cava.").is_empty());
        assert!(told("Date of service: 2024-10-15\nIVUS, as on 2019-01-01.").is_empty());
    }
}
