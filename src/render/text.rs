//! The text format, for people: a report's suggestion on one screen, with the words that led to it.

use std::{collections::BTreeMap, fmt::Write as _, ops::Range};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use anstyle::{AnsiColor, Style};

use super::{
    Page, Reading, SEVERITIES, declined, disposition_words, findings_words, ivus_words,
    line_numbers, placements, role_words, vessel_words,
};
use crate::codes::Confidence;
use crate::render::{
    amounts::{AmountLine, Amounts, Sum},
    json::{Coding, InterrogationDoc, Quote},
    sheet::{Sheet, WIDTH},
};

/// Whether output carries terminal colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Letters only.
    Plain,
    /// With ANSI escapes.
    Ansi,
}

/// The most rows of the report that are shown for one vessel.
const ROWS_SHOWN: usize = 4;
/// The most marks on one row.
const MARKS_SHOWN: usize = 4;

/// A report with its suggested units, the evidence, what was not counted, and the flags.
#[must_use]
pub fn check(reading: &Reading, colour: Colour) -> String {
    let mut sheet = Sheet::new(colour);
    let (word, meaning) = disposition_words(reading.document.coding.disposition);
    let paint = match reading.document.coding.disposition {
        "ready" => AnsiColor::Green.on_default().bold(),
        "query" => AnsiColor::Yellow.on_default().bold(),
        "review" => AnsiColor::Red.on_default().bold(),
        _ => Style::new().dimmed(),
    };
    let verdict = format!("{}: {meaning}", sheet.paint(paint, word));
    head(&mut sheet, reading, &verdict);
    units(&mut sheet, reading);
    vessels(&mut sheet, reading);
    not_counted(&mut sheet, reading);
    flags(&mut sheet, reading);
    around(&mut sheet, reading, Some(&reading.document.coding));
    catheters(&mut sheet, &reading.document.coding);
    sheet.out
}

/// The encounter alone: what was done, without codes and flags.
#[must_use]
pub fn extract(reading: &Reading, colour: Colour) -> String {
    let mut sheet = Sheet::new(colour);
    let encounter = &reading.document.encounter;
    head(&mut sheet, reading, ivus_words(encounter.ivus));
    if !encounter.interrogations.is_empty() {
        sheet.title("Vessels tied to IVUS");
        for look in &encounter.interrogations {
            let how = match look.basis {
                "lesion" => ", in the range of a lesion that IVUS followed",
                "pullback" => ", on the way of a pullback but not named",
                _ => "",
            };
            let name = vessel_words(&super::key(look.side, &look.vessel));
            let name = sheet.bold(&name);
            sheet.item(&format!(
                "{name}: {}{how} ({})",
                look.status,
                lines(look.evidence.iter())
            ));
            sheet.sub(&told(look));
        }
    }
    if !encounter.lesions.is_empty() {
        sheet.title("Lesions over several vessels");
        for lesion in &encounter.lesions {
            let names: Vec<String> = lesion.vessels.iter().map(|v| vessel_words(v)).collect();
            let how = if lesion.contiguous {
                "one contiguous lesion"
            } else {
                "not contiguous"
            };
            sheet.item(&format!(
                "{}: {how} ({})",
                names.join(", "),
                lines(lesion.evidence.iter())
            ));
        }
    }
    around(&mut sheet, reading, None);
    sheet.out
}

/// Why each vessel was taken or left, in report order.
#[must_use]
pub fn trace(reading: &Reading, colour: Colour) -> String {
    let mut sheet = Sheet::new(colour);
    sheet.title("Why each vessel was taken or left");
    for step in &reading.trace {
        // What is told of the report as a whole has no words of its own.
        if step.at.text.is_empty() {
            sheet.item(&step.why);
            continue;
        }
        sheet.item(&format!(
            "line {}, \"{}\": {}",
            step.at.line,
            short(&step.at.text),
            step.why
        ));
    }
    if reading.trace.is_empty() {
        sheet.item("no vessel is named where the procedure is told");
    }
    sheet.out
}

/// What the units of a report are worth, for coders; empty when there are none.
#[must_use]
pub fn amounts(amounts: &Amounts, colour: Colour) -> String {
    let mut sheet = Sheet::new(colour);
    if amounts.lines.is_empty() {
        return sheet.out;
    }
    sheet.title(&format!("Amounts in US dollars ({})", amounts.words()));
    let known = |l: &&AmountLine| l.unknown.is_none();
    let told = |amount: &Option<String>| amount.clone().unwrap_or_else(|| "unknown".to_owned());
    let row = |sheet: &mut Sheet, head: &str, each: &str, sum: &Sum| {
        let (performed, supported, more) = (
            told(&sum.performed),
            told(&sum.supported),
            told(&sum.recoverable),
        );
        sheet.line(&format!(
            "  {head:<7}{each:>10}  {performed:>10}  {supported:>10}  {more:>19}"
        ));
    };
    if amounts.lines.iter().any(|l| known(&l)) {
        sheet.line("  code      one unit   performed   supported  query could recover");
        for line in &amounts.lines {
            row(&mut sheet, &line.code, &told(&line.each), &line.sum);
        }
        if amounts.lines.len() > 1 {
            row(&mut sheet, "all", "", &amounts.sum);
        }
    }
    for reason in amounts.unknown() {
        sheet.item(&format!("unknown: {reason}"));
    }
    let sources = amounts.lines.iter().filter(known).map(|l| {
        let (source, confidence) = (l.source.as_deref(), l.confidence.map(Confidence::name));
        format!(
            "{} ({})",
            source.unwrap_or_default(),
            confidence.unwrap_or_default()
        )
    });
    let mut sources: Vec<String> = sources.collect();
    sources.dedup();
    for source in sources {
        sheet.wrapped("  source  ", &source);
    }
    sheet.out
}

fn units(sheet: &mut Sheet, reading: &Reading) {
    let document = &reading.document;
    if document.coding.lines.is_empty() {
        let why = match (
            document.encounter.ivus,
            document
                .coding
                .not_counted
                .iter()
                .any(|n| !n.vessel.is_empty()),
        ) {
            ("performed", true) => "no vessel can be counted, see below",
            ("performed", false) => "the text names no vessel that IVUS looked at",
            (other, _) => ivus_words(other),
        };
        sheet.title("No units suggested");
        sheet.item(why);
        return;
    }
    sheet.title("Suggested units");
    sheet.line("  code   performed  supported  confidence  vessels");
    for line in &document.coding.lines {
        let vessels: Vec<String> = line.vessels.iter().map(|v| vessel_words(v)).collect();
        let head = format!(
            "  {:<7}{:>9}  {:>9}  {:<12}",
            line.code, line.units, line.units_supported, line.confidence
        );
        sheet.wrapped(&head, &vessels.join("; "));
    }
}

fn vessels(sheet: &mut Sheet, reading: &Reading) {
    let counted = reading.counted();
    if counted.is_empty() {
        return;
    }
    sheet.title("Counted, with the words of the report");
    let page = Page::new(&reading.report.text);
    let mut reasons: Vec<(usize, usize)> = Vec::new();
    for (vessel, look) in counted {
        let Some(look) = look else {
            sheet.item(&vessel_words(vessel));
            continue;
        };
        sheet.item(&format!(
            "{}: {}",
            sheet.bold(&vessel_words(vessel)),
            told(look)
        ));
        // The reason for a study covers many vessels; its words are shown once.
        let known = look
            .necessity
            .evidence
            .iter()
            .all(|q| reasons.contains(&(q.start, q.end)));
        reasons.extend(look.necessity.evidence.iter().map(|q| (q.start, q.end)));
        let marks = choose(&page, look, known);
        sheet.out.push_str(&snippets(&page, &marks, sheet.colour));
    }
}

/// What the text tells of a vessel: its readings and the reason for IVUS.
fn told(look: &InterrogationDoc) -> String {
    let findings = findings_words(look);
    let showed = if findings.is_empty() {
        "no finding stated".to_owned()
    } else {
        format!("showed {findings}")
    };
    let reason = match look.necessity.state {
        "stated" => format!(
            "reason for IVUS stated ({})",
            lines(look.necessity.evidence.iter())
        ),
        "general" => "reason for IVUS only general".to_owned(),
        _ => "no reason for IVUS stated".to_owned(),
    };
    format!("{showed}; {reason}")
}

fn not_counted(sheet: &mut Sheet, reading: &Reading) {
    let groups = declined(&reading.document);
    let (studies, vessels): (Vec<_>, Vec<_>) = groups.iter().partition(|g| g.vessels.is_empty());
    if groups.is_empty() {
        return;
    }
    sheet.title("Not counted");
    for group in vessels {
        let names: Vec<String> = group.vessels.iter().map(|v| vessel_words(v)).collect();
        let quote = match group.evidence.as_slice() {
            [quote] => format!("line {} \"{}\"", quote.line, short(&quote.text)),
            quotes => lines(quotes.iter().copied()),
        };
        sheet.item(&format!(
            "{}: {} ({}; {quote})",
            names.join(", "),
            group.reason,
            group.rule
        ));
    }
    if !studies.is_empty() {
        let kinds: Vec<String> = studies
            .iter()
            .map(|g| format!("{} ({})", g.reason, lines(g.evidence.iter().copied())))
            .collect();
        sheet.item(&format!("{} ({})", kinds.join("; "), studies[0].rule));
    }
}

fn flags(sheet: &mut Sheet, reading: &Reading) {
    for (severity, title) in SEVERITIES {
        let mut open = false;
        for flag in reading
            .document
            .flags
            .iter()
            .filter(|f| f.severity == severity)
        {
            if !open {
                sheet.title(title);
                open = true;
            }
            let place = flag.evidence.first().map_or_else(String::new, |q| {
                format!(" (line {} \"{}\")", q.line, short(&q.text))
            });
            sheet.item(&format!(
                "{} {}: {}{place}",
                flag.rule, flag.name, flag.message
            ));
        }
    }
}

/// What stands around the IVUS study: access, catheters and procedures, and what they amount to.
fn around(sheet: &mut Sheet, reading: &Reading, coding: Option<&Coding>) {
    let encounter = &reading.document.encounter;
    let mut rows: Vec<(&str, Vec<String>)> = Vec::new();
    match coding {
        Some(coding) if !coding.base_procedures.is_empty() => {
            rows.push(("base procedures", vec![coding.base_procedures.join(", ")]));
        }
        Some(coding) if !coding.lines.is_empty() => {
            rows.push(("base procedures", vec!["none found".to_owned()]));
        }
        _ => {}
    }
    let procedures = encounter.procedures.iter().map(|p| {
        let codes = if p.codes.is_empty() {
            String::new()
        } else {
            format!(" {}", p.codes.join("/"))
        };
        let status = if p.status == "performed" {
            String::new()
        } else {
            format!(" {}", p.status)
        };
        let place = p
            .site
            .as_deref()
            .map_or_else(String::new, |s| format!(", {}", vessel_words(s)));
        format!(
            "{}{place}{codes}{status} ({})",
            p.procedure.replace('-', " "),
            lines(p.evidence.iter())
        )
    });
    rows.push(("procedures", procedures.collect()));
    let access = encounter.access.iter().map(|a| {
        format!(
            "{} ({})",
            vessel_words(&super::key(a.side, &a.vessel)),
            lines(a.evidence.iter())
        )
    });
    rows.push(("access", access.collect()));
    let moves = encounter.catheter_moves.iter().map(|m| {
        let device = m.device.replace('-', " ").replace("ivus", "IVUS");
        let status = if m.status == "performed" {
            String::new()
        } else {
            format!(" ({})", m.status)
        };
        format!(
            "{device} to {}{status} ({})",
            vessel_words(&super::key(m.side, &m.vessel)),
            lines(m.evidence.iter())
        )
    });
    rows.push(("catheters", moves.collect()));
    rows.retain(|(_, told)| !told.is_empty());
    if rows.is_empty() {
        return;
    }
    sheet.title("Around the IVUS study");
    for (name, told) in rows {
        sheet.wrapped(&format!("  {name:<17}"), &told.join("; "));
    }
}

/// The catheter placements with their codes: the way, how sure it is, what holds it, and why.
fn catheters(sheet: &mut Sheet, coding: &Coding) {
    if coding.catheter_placements.is_empty() {
        return;
    }
    sheet.title("Catheter placement");
    for p in &coding.catheter_placements {
        let told = format!(
            "{}: {} ({})",
            placements::way(p),
            placements::order(p),
            lines(p.evidence.iter())
        );
        sheet.wrapped(&format!("  {:<7}", p.code), &told);
        for line in placements::held(p).iter().chain([&p.reason]) {
            sheet.wrapped("         ", line);
        }
    }
}

/// "line 4" or "lines 4, 9".
fn lines<'a>(quotes: impl IntoIterator<Item = &'a Quote>) -> String {
    let numbers: Vec<String> = line_numbers(quotes).iter().map(usize::to_string).collect();
    let many = if numbers.len() == 1 { "line" } else { "lines" };
    format!("{many} {}", numbers.join(", "))
}

/// Words of a report on one line, without control characters, cut when long.
pub(super) fn short(text: &str) -> String {
    let words = plain(text);
    if words.chars().count() <= 60 {
        words
    } else {
        words.chars().take(57).chain("...".chars()).collect()
    }
}

/// Text without control characters, which could steer a terminal; runs of white space become one space.
fn plain(text: &str) -> String {
    let clean: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A stretch of one row with what it is evidence of.
struct Marked {
    line: usize,
    /// The part of the line that is shown as a row: all of it unless it is long.
    row: Range<usize>,
    at: Range<usize>,
    role: &'static str,
    primary: bool,
}

/// The marks that tell most about a vessel, on few rows: what ties IVUS to it, a reading, the reason; then whatever else
/// stands on those rows, then the rest while there is room.
fn choose(page: &Page<'_>, look: &InterrogationDoc, reason_known: bool) -> Vec<Marked> {
    let tie = look.evidence.iter();
    let readings = look.findings.iter().map(|f| &f.evidence);
    let reasons = || look.necessity.evidence.iter().filter(|_| !reason_known);
    let first = tie
        .clone()
        .take(1)
        .chain(readings.clone().take(1))
        .chain(reasons().take(1));
    let mut chosen: Vec<Marked> = Vec::new();
    let mut shown: Vec<(usize, usize)> = Vec::new();
    let mut cuts: BTreeMap<usize, Vec<Range<usize>>> = BTreeMap::new();
    for quote in first.chain(tie).chain(readings).chain(reasons()) {
        let parts: Vec<Marked> = page
            .parts(quote)
            .into_iter()
            .flat_map(|(n, at)| {
                let rows = cuts.entry(n).or_insert_with(|| rows(page.line(n)));
                by_row(rows, n, &at, quote.role)
            })
            .collect();
        let fresh = parts
            .iter()
            .filter(|m| !shown.contains(&(m.line, m.row.start)))
            .count();
        // Of a quote that is longer than there is room for, its beginning is shown.
        let room = ROWS_SHOWN.saturating_sub(shown.len());
        if fresh > room && room < 2 {
            continue;
        }
        for mark in parts {
            let row = (mark.line, mark.row.start);
            if !shown.contains(&row) {
                if shown.len() == ROWS_SHOWN {
                    break;
                }
                shown.push(row);
            }
            let mut here = chosen.iter().filter(|m| (m.line, m.row.start) == row);
            let known = here
                .clone()
                .any(|m| m.at.start < mark.at.end && mark.at.start < m.at.end);
            if !known && here.by_ref().count() < MARKS_SHOWN {
                chosen.push(mark);
            }
        }
    }
    join_neighbours(page, chosen)
}

/// A marked stretch of a line, cut where the line's rows end.
fn by_row(
    rows: &[Range<usize>],
    number: usize,
    at: &Range<usize>,
    role: &'static str,
) -> Vec<Marked> {
    let primary = matches!(role, "vessel" | "lesion");
    let cut = |row: Range<usize>| {
        let inside = at.start.max(row.start)..at.end.min(row.end);
        (inside.start < inside.end).then_some(Marked {
            line: number,
            row,
            at: inside,
            role,
            primary,
        })
    };
    let first = rows.partition_point(|row| row.end <= at.start);
    let met = rows[first..].iter().take_while(|row| row.start < at.end);
    met.cloned().filter_map(cut).collect()
}

/// The rows a line is shown in: one, or for a long line (a whole dictated paragraph) as many as the width needs, cut after
/// a sentence where that leaves no row half empty.
fn rows(line: &str) -> Vec<Range<usize>> {
    let mut rows = Vec::new();
    let mut start = 0;
    loop {
        let rest = line.get(start..).unwrap_or_default();
        let Some((limit, _)) = rest.char_indices().nth(WIDTH) else {
            rows.push(start..line.len());
            return rows;
        };
        let reach = rest.get(..limit).unwrap_or_default();
        let sentence = reach.rfind(". ").map(|i| i + 1).filter(|i| *i > limit / 2);
        let cut = sentence
            .or_else(|| reach.rfind(char::is_whitespace))
            .filter(|i| *i > 0)
            .unwrap_or(limit);
        rows.push(start..start + cut);
        let space = rest
            .get(cut..)
            .map_or(0, |s| s.len() - s.trim_start().len());
        start += cut + space;
    }
}

/// Marks of one role that nearly touch become one; a side is told with its vessel.
fn join_neighbours(page: &Page<'_>, mut marks: Vec<Marked>) -> Vec<Marked> {
    marks.sort_by_key(|m| (m.line, m.at.start));
    let mut joined: Vec<Marked> = Vec::new();
    for mark in marks {
        if let Some(last) = joined.last_mut()
            && (last.line, last.row.start) == (mark.line, mark.row.start)
        {
            let between = page
                .line(mark.line)
                .get(last.at.end..mark.at.start)
                .unwrap_or_default();
            let same =
                last.role == mark.role && between.len() <= 16 && !between.contains(['.', ';']);
            let named = last.role == "side" && mark.role == "vessel" && between.trim().is_empty();
            if same || named {
                last.at.end = mark.at.end;
                last.role = mark.role;
                last.primary |= mark.primary;
                continue;
            }
        }
        joined.push(mark);
    }
    joined
}

/// The marked rows, underlined and labelled.
fn snippets(page: &Page<'_>, marks: &[Marked], colour: Colour) -> String {
    const GAP: &str = "... ";
    let mut group = Group::with_level(Level::NOTE);
    for run in marks.chunk_by(|a, b| (a.line, a.row.start) == (b.line, b.row.start)) {
        let (line, row) = (page.line(run[0].line), run[0].row.clone());
        let before = if row.start > 0 { GAP } else { "" };
        let after = if row.end < line.len() { " ..." } else { "" };
        let source = format!(
            "{before}{}{after}",
            line.get(row.clone()).unwrap_or_default()
        );
        let annotations = run.iter().map(|mark| {
            let kind = if mark.primary {
                AnnotationKind::Primary
            } else {
                AnnotationKind::Context
            };
            let place = |at: usize| at - row.start + before.len();
            kind.span(place(mark.at.start)..place(mark.at.end))
                .label(role_words(mark.role))
        });
        group = group.element(
            Snippet::source(source)
                .line_start(run[0].line)
                .annotations(annotations),
        );
    }
    let renderer = match colour {
        Colour::Plain => Renderer::plain(),
        Colour::Ansi => Renderer::styled(),
    };
    let drawn = renderer.term_width(WIDTH * 2).render(&[group]);
    // Spacer lines and the arrow of an unnamed file say nothing here.
    let mut out = String::new();
    for line in drawn.lines() {
        let bare = anstream::adapter::strip_str(line).to_string();
        if !matches!(bare.trim(), "|" | ":::" | "-->" | "...") {
            let _ = writeln!(out, "    {}", line.trim_end());
        }
    }
    out
}

/// Who the report is, when it was, and what should happen with it.
fn head(sheet: &mut Sheet, reading: &Reading, verdict: &str) {
    let (head, engine) = (&reading.document.report, &reading.document.engine);
    let date = match (&head.date_of_service, head.date_source) {
        (Some(date), "option") => format!("{date} (as given)"),
        (Some(date), _) => date.clone(),
        (None, _) => "no date of service".to_owned(),
    };
    let id = sheet.bold(&plain(&head.id));
    sheet.line(&format!("{id}   {date}   {verdict}"));
    let source = head
        .source
        .as_deref()
        .map_or_else(String::new, |s| format!("{}, ", plain(s)));
    let payer = engine
        .payer
        .as_deref()
        .map_or_else(String::new, |p| format!("payer {}, ", plain(p)));
    let tables = engine.tables.as_ref().map_or_else(String::new, |t| {
        format!(", tables {}", plain(&t.files.join(", ")))
    });
    let details = format!(
        "{source}{payer}policy {}, code set {}{tables}",
        engine.policy, engine.code_set
    );
    sheet.line(&sheet.paint(Style::new().dimmed(), &details));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_cut_into_rows_that_lose_nothing() {
        let line = format!(
            "{}. {} {}",
            "word ".repeat(15),
            "é".repeat(130),
            "left iliac vein ".repeat(20)
        );
        let rows = rows(&line);
        assert!(
            rows.iter()
                .all(|r| line.get(r.clone()).unwrap().chars().count() <= WIDTH)
        );
        let words: Vec<&str> = rows
            .iter()
            .flat_map(|r| line.get(r.clone()).unwrap().split_whitespace())
            .collect();
        assert_eq!(words.concat(), line.replace(' ', ""));
    }

    #[test]
    fn control_characters_of_a_report_do_not_reach_the_terminal() {
        assert_eq!(short("left\u{1b}[31m\r\n iliac"), "left [31m iliac");
    }
}
