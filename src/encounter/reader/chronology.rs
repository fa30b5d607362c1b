//! What a report tells of other days than the session: lines that begin with a date, and IVUS told with the date of an
//! earlier day.

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

/// Bytes of a sentence that are looked at on either side of a date.
const FAR: usize = 400;

/// A line that begins with a date, up to where the next one begins or the entry ends.
struct Entry {
    date: Date,
    line: Span,
    body: Span,
}

/// Words of an entry in which a vessel is entered.
const ENTERED: &[&str] = &["punctur", "sheath", "access", "cannulat", "needle"];

/// What tells of other days, each with how it is to be read, as spans of the report, in order and apart.
pub(super) fn other_days(
    text: &str,
    found: &[DateMention],
    label: Option<Date>,
) -> Vec<(Span, Mode)> {
    /// Bytes in which a date without a label is that of the report.
    const HEAD: usize = 200;
    let mut days = entries_of_other_days(text, found, label);
    let first = found.first().filter(|d| d.span.start < HEAD);
    let earlier = studies_of_earlier_days(text, found, label.or(first.map(|d| d.date)));
    let entries = days.len();
    for span in earlier.into_iter().chain(told_of_yesterday(text)) {
        let next = days[..entries].partition_point(|(d, _)| d.end <= span.start);
        let apart = days[..entries]
            .get(next)
            .is_none_or(|(d, _)| span.end <= d.start);
        if apart {
            days.push((span, Mode::Past));
        }
    }
    days.sort_by_key(|(span, _)| span.start);
    // Two dates of one sentence, and what is told on after it.
    let mut end = 0;
    days.retain(|(span, _)| {
        let apart = span.start >= end;
        end = end.max(span.end);
        apart
    });
    days
}

/// "Yesterday (reported separately): …", up to the end of the paragraph, in a text that goes on with "Today: …".
fn told_of_yesterday(text: &str) -> Vec<Span> {
    // The day, and maybe something in brackets, right before a colon.
    let labelled = |line: &str, day: &str| {
        let line = line.trim_start();
        let rest = line
            .get(..day.len())
            .filter(|w| w.eq_ignore_ascii_case(day))
            .map(|_| line[day.len()..].trim_start());
        let rest = rest.map(
            |r| match r.strip_prefix('(').and_then(|r| r.split_once(')')) {
                Some((bracketed, after)) if bracketed.len() < 80 => after,
                _ => r,
            },
        );
        rest.is_some_and(|r| r.trim_start().starts_with(':'))
    };
    let mut spans: Vec<Span> = Vec::new();
    let mut open: Option<usize> = None;
    let mut at = 0;
    let mut today = 0;
    for line in text.split_inclusive('\n') {
        let now = labelled(line, "today");
        if now {
            today = at;
        }
        if let Some(start) = open.filter(|_| now || line.trim().is_empty()) {
            spans.push(Span::new(start, at));
            open = None;
        }
        if open.is_none() && labelled(line, "yesterday") {
            open = Some(at);
        }
        at += line.len();
    }
    // What stands behind the last "Today:" is not told on.
    spans.retain(|s| s.end <= today);
    spans
}

/// The last place up to here at which a character begins, or the text ends.
fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// "Venogram with IVUS on 2025-02-11 recorded …": the sentences that tell of IVUS on a day before that of service.
fn studies_of_earlier_days<'a>(
    text: &'a str,
    found: &'a [DateMention],
    label: Option<Date>,
) -> impl Iterator<Item = Span> + 'a {
    const NAMES: [&str; 2] = ["ivus", "intravascular ultrasound"];
    const OF: [&str; 4] = [" on", " of", " from", " dated"];
    /// Words of a sentence that sets an earlier day beside this one.
    const BESIDE: [&str; 4] = ["today", "now", "compar", "since"];
    let sentence = |date: &DateMention| {
        let from = boundary(text, date.span.start.saturating_sub(FAR));
        let to = boundary(text, (date.span.end + FAR).min(text.len()));
        let before = text.get(from..date.span.start)?;
        let after = text.get(date.span.end..to)?;
        let ends = |s: &str| s.rfind(['\n', ';']).max(s.rfind(". ")).map_or(0, |n| n + 1);
        let start = from + ends(before);
        let end = after.find('\n').into_iter().chain(after.find(". ")).min();
        let end = date.span.end + end.unwrap_or(after.len());
        let lead = text.get(start..date.span.start)?.to_ascii_lowercase();
        let lead = lead.trim_end().trim_end_matches(" the");
        // "Session 1 was 01/28/2025: venogram plus IVUS of …"
        let rest = text.get(date.span.end..end)?.to_ascii_lowercase();
        let opens = [":", ", at which time", ", when"]
            .iter()
            .any(|w| rest.starts_with(w));
        if opens && lead.len() > 3 && NAMES.iter().any(|n| rest.contains(n)) {
            return Some(Span::new(start, told_on(text, end)));
        }
        let named = NAMES
            .iter()
            .filter_map(|n| Some(lead.rfind(n)? + n.len()))
            .max()?;
        let near = lead.len() - named <= 40;
        let told = text.get(start..end)?.to_ascii_lowercase();
        // "those numbers served for today's choice of device" sets nothing beside.
        let told = told.replace("today's", "");
        let beside = BESIDE.iter().any(|w| told.contains(w));
        let of = OF.iter().any(|w| lead.ends_with(w)) && !lead.ends_with("as on");
        (near && of && !beside).then(|| Span::new(start, told_on(text, end)))
    };
    found
        .iter()
        .filter(move |d| label.is_some_and(|l| d.date < l))
        .filter_map(sentence)
}

/// Where what is told of a study ends, the full stop included: after "That IVUS showed …", if that is the next sentence.
fn told_on(text: &str, end: usize) -> usize {
    const THAT: &str = ". That ";
    let stopped = |at: usize| {
        let dot = text.get(at..).is_some_and(|t| t.starts_with('.'));
        at + usize::from(dot)
    };
    let rest = text.get(end..).unwrap_or_default();
    let Some(next) = rest.strip_prefix(THAT) else {
        return stopped(end);
    };
    let next = &next[..boundary(next, FAR.min(next.len()))];
    let stop = next.find('\n').into_iter().chain(next.find(". ")).min();
    stopped(end + THAT.len() + stop.unwrap_or(next.len()))
}

/// The entries of other days. Empty when fewer than two days have lines of their own.
fn entries_of_other_days(
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
    // Where the block ends that the last entry stands in: entries may stand in one block of many lines.
    let mut block_end = 0;
    for date in found {
        // A line may be as long as the text, so what stands before a date is looked at only as far as it is marks and blanks.
        let told = text.get(..date.span.start).unwrap_or_default();
        let before = told
            .trim_end_matches(|c: char| c != '\n' && (c.is_whitespace() || "|-=*#>[(".contains(c)));
        if !before.is_empty() && !before.ends_with('\n') {
            continue;
        }
        let start = before.len();
        let before = &told[start..];
        let end = text
            .get(date.span.end..)
            .and_then(|t| t.find('\n'))
            .map_or(text.len(), |n| date.span.end + n);
        let after = text.get(date.span.end..end).unwrap_or_default();
        let tells = after.chars().filter(|c| c.is_alphabetic()).take(3).count() == 3;
        if !tells {
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
            if block_end <= end {
                let lines = rest.split_inclusive('\n').skip(1);
                let body: usize = lines
                    .take_while(|l| !l.trim().is_empty())
                    .map(str::len)
                    .sum();
                block_end = (end + 1 + body).min(text.len());
            }
            block_end
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
    fn ivus_of_a_day_before_the_date_of_service_is_past() {
        let head = "Date of service: 2024-10-15\n";
        let past = |sentence: &str| told(&format!("{head}Seen. {sentence} Sheath placed."));
        let earlier = "IVUS on 2024-09-02 showed 44 mm2 in the iliac vein.";
        assert_eq!(past(earlier), [(earlier.to_owned(), Mode::Past)]);
        assert!(past("IVUS on 2024-10-15 showed 44 mm2.").is_empty());
        assert!(past("Compared with IVUS of 2024-09-02 the vein is larger.").is_empty());
        assert!(past("CT on 2024-09-02 showed a web.").is_empty());
    }

    #[test]
    fn one_day_is_no_chronology() {
        assert!(told("2024-10-15 Venogram.\n2024-10-15 IVUS of the cava.").is_empty());
        assert!(told("Date of service: 2024-10-15\nIVUS, as on 2019-01-01.").is_empty());
    }
}
