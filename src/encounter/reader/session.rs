//! Which part of a text is the session that is coded: several dates of service, and the date of the one that is told.

use super::{
    super::{DateSource, Encounter, printed, scene::Facts},
    Context, Detail, chronology, read_part, sided,
};
use crate::{
    date::Date,
    lexicon::{Category, Grammar, Lexicon},
    mention::{DateMention, UnitMentions, dates, labelled, told},
    segment::{Layout, SectionKind, Segmented},
    text::{Folded, Report, Span},
};

/// Reads an encounter out of a report's mentions.
pub(crate) fn read(
    report: &Report,
    folded: &Folded,
    segmented: &Segmented,
    units: &[UnitMentions],
    lexicon: &Lexicon,
    detail: Detail,
) -> Encounter {
    let found_dates = dates(folded.text());
    let labels = labelled(folded.text(), &found_dates);
    let service_year = report
        .service_date
        .map(Date::year)
        .or_else(|| labels.first().map(|l| l.date.year()));
    let parts = split_encounters(units, &labels);
    let mut best: Option<Encounter> = None;
    // The text may hold many encounters: what is true of the whole is looked up once.
    let sections = || segmented.sections.iter();
    let addenda: Vec<Span> = sections()
        .filter(|s| s.kind == SectionKind::Addendum)
        .map(|s| folded.to_source(&report.text, s.body))
        .collect();
    let indicated = sections().any(|s| {
        matches!(
            s.kind,
            SectionKind::Indication | SectionKind::Diagnosis | SectionKind::History
        )
    });
    let in_report = |d: &DateMention| DateMention {
        span: folded.to_source(&report.text, d.span),
        ..*d
    };
    let mut dates_told: Vec<DateMention> = found_dates.iter().map(in_report).collect();
    dates_told.sort_by_key(|d| d.span.start);
    let label = labels.first().map(|l| l.date);
    let other_days = chronology::other_days(&report.text, &dates_told, label);
    let read_units = |units: &[UnitMentions]| {
        let context = Context {
            report,
            folded,
            segmented,
            units,
            lexicon,
            facts: Facts::of(folded.text(), units, |u| is_described(u, segmented)),
            addenda: &addenda,
            indicated,
            service_year,
            other_days: &other_days,
            detail,
        };
        let mut encounter = read_part(&context);
        sided::note(&context, &mut encounter);
        encounter
    };
    for part in &parts {
        let encounter = read_units(&units[part.clone()]);
        let performs = encounter.performed().next().is_some();
        // Of several encounters the one with IVUS is told; of several with IVUS the last.
        if best.is_none()
            || performs
            || (best
                .as_ref()
                .is_some_and(|b| b.performed().next().is_none()))
        {
            best = Some(encounter);
        }
    }
    let encounter = best.unwrap_or_else(|| read_units(units));
    let days = Days {
        found: found_dates,
        labels,
        parts,
    };
    days.settle(encounter, report, folded, segmented, units, lexicon)
}

/// An encounter of nothing, with what the dates, codes and blanks of the text add to it.
pub(in crate::encounter) fn dated(
    encounter: Encounter,
    report: &Report,
    folded: &Folded,
    segmented: &Segmented,
    units: &[UnitMentions],
    lexicon: &Lexicon,
) -> Encounter {
    let found = dates(folded.text());
    let labels = labelled(folded.text(), &found);
    let days = Days {
        parts: split_encounters(units, &labels),
        found,
        labels,
    };
    days.settle(encounter, report, folded, segmented, units, lexicon)
}

/// The dates of a text, those that a label names as dates of service, and the units that belong to each of those.
struct Days {
    found: Vec<DateMention>,
    labels: Vec<DateMention>,
    parts: Vec<std::ops::Range<usize>>,
}

impl Days {
    /// Adds to an encounter where the next one begins, the date of service, printed codes and blanks.
    fn settle(
        &self,
        mut encounter: Encounter,
        report: &Report,
        folded: &Folded,
        segmented: &Segmented,
        units: &[UnitMentions],
        lexicon: &Lexicon,
    ) -> Encounter {
        let next = self.parts.get(1).and_then(|part| units.get(part.start));
        encounter.second_session = next.map(|u| folded.to_source(&report.text, u.unit.span));
        service_date(
            &mut encounter,
            report,
            folded,
            segmented,
            &self.found,
            &self.labels,
            &self.parts,
            units,
            lexicon,
        );
        encounter.printed = printed::codes(report, folded, units);
        encounter.blanks = printed::blanks(&report.text);
        encounter
    }
}

/// Whether a unit is part of the description of what was done.
fn is_described(unit: &UnitMentions, segmented: &Segmented) -> bool {
    use SectionKind as K;
    let kind = segmented.sections[unit.unit.section].kind;
    !matches!(
        kind,
        K::Diagnosis
            | K::Procedures
            | K::Planned
            | K::Consent
            | K::Exam
            | K::Indication
            | K::History
            | K::Background
            | K::Comparison
            | K::Plan
            | K::Codes
            | K::Implants
    ) && (unit.unit.layout != Layout::Heading || kind == K::Ivus)
}

/// The ranges of units that belong to one date of service each.
fn split_encounters(units: &[UnitMentions], labels: &[DateMention]) -> Vec<std::ops::Range<usize>> {
    let mut cuts = vec![0];
    let mut last: Option<Date> = None;
    for label in labels {
        // Units stand in order and apart, so the first that does not end before the label is the only one to hold it.
        let n = units.partition_point(|u| u.unit.span.end + 2 < label.span.end);
        if units
            .get(n)
            .is_none_or(|u| u.unit.span.start > label.span.start)
        {
            continue;
        }
        // Only a date that stands at the start of its line opens an encounter.
        let early = label.span.start.saturating_sub(units[n].unit.span.start) < 40;
        if last.is_some_and(|d| d != label.date) && early && n > 3 {
            let heading = (1..=2)
                .rev()
                .find(|back| n >= *back && units[n - back].unit.layout == Layout::Heading)
                .unwrap_or(0);
            cuts.push(n - heading);
        }
        if early {
            last = Some(label.date);
        }
    }
    cuts.push(units.len());
    cuts.windows(2)
        .map(|w| w[0]..w[1])
        .filter(|r| !r.is_empty())
        .collect()
}

/// The unit that a byte of the folded text lies in.
fn unit_at(units: &[UnitMentions], at: usize) -> Option<&UnitMentions> {
    let n = units.partition_point(|u| u.unit.span.end <= at);
    units.get(n).filter(|u| u.unit.span.start <= at)
}

/// A date in a history, a plan or a sentence of the past.
fn is_of_another_day(
    date: &DateMention,
    units: &[UnitMentions],
    segmented: &Segmented,
    lexicon: &Lexicon,
) -> bool {
    unit_at(units, date.span.start).is_some_and(|u| {
        let kind = segmented.sections[u.unit.section].kind;
        matches!(
            kind,
            SectionKind::History
                | SectionKind::Background
                | SectionKind::Comparison
                | SectionKind::Plan
                | SectionKind::Signature
        ) || u.words.iter().any(|w| {
            w.has_category(lexicon, Category::Historical)
                || w.has_category(lexicon, Category::Planned)
        })
    })
}

#[expect(
    clippy::too_many_arguments,
    reason = "one look at everything a date may come from"
)]
fn service_date(
    encounter: &mut Encounter,
    report: &Report,
    folded: &Folded,
    segmented: &Segmented,
    found: &[DateMention],
    labels: &[DateMention],
    parts: &[std::ops::Range<usize>],
    units: &[UnitMentions],
    lexicon: &Lexicon,
) {
    if let Some(date) = report.service_date {
        encounter.service_date = Some(date);
        encounter.date_source = DateSource::Option;
        return;
    }
    // The part of the text the encounter was read from.
    let anchor = encounter
        .interrogations
        .first()
        .map_or(0, |i| i.evidence.primary().span.start);
    let part = parts
        .iter()
        .filter_map(|p| {
            Some(Span::new(
                units.get(p.start)?.unit.span.start,
                units.get(p.end.checked_sub(1)?)?.unit.span.end,
            ))
        })
        .find(|s| parts.len() > 1 && folded.to_source(&report.text, *s).end > anchor);
    let inside = |d: &&DateMention| part.is_none_or(|p| p.contains(d.span));
    // A date in the header that stands alone, or early in the text.
    let header_end = segmented
        .sections
        .first()
        .map_or(0, |s| s.body.end)
        .max(200);
    let alone = found.iter().filter(inside).find(|d| {
        d.span.start < header_end
            && unit_at(units, d.span.start).is_some_and(|u| {
                let rest =
                    (u.unit.span.end - u.unit.span.start).saturating_sub(d.span.end - d.span.start);
                rest < 60 && !u.words.iter().any(|w| w.is_grammar(Grammar::Aux))
            })
    });
    let told = told(folded.text(), found)
        .filter(|d| inside(&d))
        .filter(|d| !is_of_another_day(d, units, segmented, lexicon));
    let chosen = labels.iter().find(inside).or(told.as_ref()).or(alone);
    match chosen {
        Some(mention) => {
            encounter.service_date = Some(mention.date);
            encounter.date_source = DateSource::Text;
            encounter.date_span = Some(folded.to_source(&report.text, mention.span));
        }
        None => encounter.date_source = DateSource::None,
    }
}
