//! The treatments and studies the clauses of a report tell of, in report order. Knows nothing of codes.

use std::cell::OnceCell;

use super::{
    super::reader::{Context, Mode, Record},
    reading::Reading,
    sizes, thoracic,
};
use crate::{
    context::Status,
    lexicon::{Grammar, Kind, Technique, WordForm},
    segment::{Layout, SectionKind},
    text::Span,
};

/// A treatment or study that a clause tells of.
#[derive(Clone, Debug)]
pub(super) struct Act {
    pub(super) technique: Technique,
    pub(super) status: Status,
    /// From a title or list of procedures, or a summary: yields to what the description says.
    pub(super) claim: bool,
    /// The record it stands in.
    pub(super) record: usize,
    /// The word, in the folded text.
    pub(super) word: Span,
    pub(super) cue: Option<Span>,
}

/// Every act of the records, in report order.
pub(super) fn acts(context: &Context<'_>, records: &[Record<'_>]) -> Vec<Act> {
    let year = OnceCell::new();
    let mut found = Vec::new();
    for (n, record) in records.iter().enumerate() {
        if let Some((technique, word)) = heads_sizes(context, record) {
            found.push(Act {
                technique,
                status: Status::Performed,
                claim: false,
                record: n,
                word,
                cue: None,
            });
            continue;
        }
        if record.clause.of(Kind::Procedure).is_empty() || !speaks(context, record) {
            continue;
        }
        let reading = Reading::new(context, record, &year);
        for word in record.clause.words {
            let Some(named) = word
                .procedure()
                .filter(|p| p.technique != Technique::Filter)
            else {
                continue;
            };
            if let Some((technique, status, cue)) = reading.act(word, named) {
                let claim = matches!(record.mode, Mode::Claim | Mode::Summary | Mode::Off)
                    || is_title(context, record);
                // Of a heading over findings only the study counts.
                if context.units[record.unit].unit.layout == Layout::Heading
                    && record.unit >= 4
                    && named.form != WordForm::Study
                {
                    continue;
                }
                found.push(Act {
                    technique,
                    status,
                    claim,
                    record: n,
                    word: word.span,
                    cue,
                });
            }
        }
    }
    thoracic::name_grafts(context, records, &mut found);
    sizes::bare(context, records, &mut found);
    found
}

/// "Abre stents: 18 x 120, 16 x 120", "Stents: 16 x 60 common iliac", "Angioplasty" over "12 x 40, 24 atm": a heading or
/// label over the sizes of what was put in or inflated.
fn heads_sizes(context: &Context<'_>, record: &Record<'_>) -> Option<(Technique, Span)> {
    let unit = &context.units[record.unit].unit;
    let kind = context.kind(record.unit);
    let done = !matches!(
        kind,
        SectionKind::History
            | SectionKind::Background
            | SectionKind::Comparison
            | SectionKind::Plan
            | SectionKind::Planned
            | SectionKind::Indication
            | SectionKind::Implants
    );
    if !done || record.unit < 4 {
        return None;
    }
    let (word, named) = record.clause.words.iter().find_map(|w| {
        let named = w.procedure()?;
        let heads = match named.technique {
            Technique::Stent => named.form == WordForm::Device,
            Technique::Balloon => true,
            _ => false,
        };
        heads.then_some((w, named))
    })?;
    // A label is all there is to its unit: "Balloon |", "STEP 5. Balloon."
    let bare = unit.span.end - unit.span.start <= word.span.end - word.span.start + 4;
    if unit.layout != Layout::Heading && !bare {
        return None;
    }
    let next = context.units.get(record.unit + 1)?;
    let first = next.measures.first()?;
    let start = first.span.start <= next.unit.span.start + 1;
    let sized = if named.technique == Technique::Stent {
        start && first.second.is_some_and(|second| second >= 10.0) && first.value < 40.0
    } else {
        // "Innominate 12 mm" below it: a vessel and a width.
        let lead = context.lower()[next.unit.span.start..first.span.start].trim();
        let named = next.lists.iter().any(|l| l.span.end <= first.span.start);
        (1.0..40.0).contains(&first.value)
            && (start && first.second.is_some_and(|second| second >= 10.0)
                || named && lead.len() < 30)
    };
    sized.then_some((named.technique, word.span))
}

/// Whether a record's words can tell of procedures at all.
fn speaks(context: &Context<'_>, record: &Record<'_>) -> bool {
    let kind = context.kind(record.unit);
    if context.units[record.unit].unit.layout == Layout::Heading {
        // "VENOGRAM:" stands over what the study showed.
        let study = record
            .clause
            .words
            .iter()
            .any(|w| w.procedure().is_some_and(|p| p.form == WordForm::Study));
        if kind == SectionKind::OtherModality && study {
            return true;
        }
        // Only the heading at the top is a title; the others name a section.
        let reasons = matches!(
            kind,
            SectionKind::History
                | SectionKind::Background
                | SectionKind::Comparison
                | SectionKind::Plan
                | SectionKind::Planned
        );
        return record.unit < 4
            && !reasons
            && !matches!(
                kind,
                SectionKind::Diagnosis | SectionKind::Indication | SectionKind::Necessity
            );
    }
    match record.mode {
        Mode::Off => kind == SectionKind::Implants,
        Mode::Reason => false,
        _ => true,
    }
}

/// Whether a clause stands in the report's title: its first line, or an entry of the list of procedures. A lone "venogram"
/// or "IVUS" in that list looks like a heading and cuts it off from its section.
pub(super) fn is_title(context: &Context<'_>, record: &Record<'_>) -> bool {
    if record.mode == Mode::Claim {
        return true;
    }
    let unit = &context.units[record.unit].unit;
    if unit.layout == Layout::Item && unit.span.end - unit.span.start < 120 {
        for back in (record.unit.saturating_sub(8)..record.unit).rev() {
            let (before, after) = (&context.units[back].unit, &context.units[back + 1].unit);
            let gap = context
                .report
                .text
                .get(context.source(before.span).end..context.source(after.span).start)
                .unwrap_or_default();
            if gap.contains("\n\n") || gap.contains("\r\n\r\n") {
                break;
            }
            if matches!(
                context.kind(back),
                SectionKind::Procedures | SectionKind::Exam
            ) {
                return true;
            }
            if gap.contains(':') {
                break;
            }
        }
    }
    record.unit == 0
        && context.kind(0) == SectionKind::Header
        && unit.span.end - unit.span.start < 120
        && !record
            .clause
            .words
            .iter()
            .any(|w| w.is_grammar(Grammar::Aux))
}
