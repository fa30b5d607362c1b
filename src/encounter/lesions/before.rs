//! The vessels that the sentences before told of, where a sentence tells on of the disease seen there.

use super::{is_told_healthy, wording};
use crate::{
    encounter::{
        Site,
        reader::{Context, Mode, Record},
        scene::Role,
        tree::touch,
    },
    lexicon::{Category, Lexicon},
    mention::Word,
    text::Span,
};

/// So many sentences or entries are looked back over.
const BACK: usize = 8;

/// The records of the unit that ends before `end`.
fn unit_before<'r, 'a>(records: &'r [Record<'a>], end: usize) -> Option<(usize, &'r [Record<'a>])> {
    let last = records[..end].last()?;
    let start = records.partition_point(|r| r.unit < last.unit);
    Some((start, &records[start..end]))
}

/// The vessels of a unit in which disease was seen.
fn diseased(context: &Context<'_>, unit: &[Record<'_>]) -> Vec<(Site, Span)> {
    let lexicon = context.lexicon;
    let mut sites = Vec::new();
    for record in unit {
        for (l, (list, role)) in record.clause.lists.iter().zip(&record.roles).enumerate() {
            let named_for_place = matches!(role, Role::Landmark | Role::Access(_) | Role::Origin)
                || wording::is_met(&context.lower()[record.clause.span.start..list.span.start]);
            if named_for_place || is_told_healthy(context, &record.clause, l) {
                continue;
            }
            let named = context.sites(list).into_iter();
            sites.extend(named.map(|(site, at, _)| (site.whole(lexicon), at)));
        }
    }
    sites
}

/// Whether a unit tells of disease first of all: "soft lining, 58 mm2", not "clean, no clot".
fn tells_disease(context: &Context<'_>, unit: &[Record<'_>]) -> bool {
    let lexicon: &Lexicon = context.lexicon;
    let denied = |record: &Record<'_>, word: &Word| {
        let words: Vec<&Word> = record.clause.words.iter().collect();
        wording::is_denied(context.text(), &words, word.span, lexicon)
    };
    let first = unit.iter().find_map(|r| {
        r.clause.words.iter().find_map(|w| {
            let finding = &lexicon.findings[w.finding()? as usize];
            let healthy = matches!(finding.class.as_str(), "normal" | "patency");
            (finding.lesion || healthy).then(|| finding.lesion && !denied(r, w))
        })
    });
    let all = Span::new(
        unit[0].clause.span.start,
        unit[unit.len() - 1].clause.span.end,
    );
    first.unwrap_or_else(|| {
        let negated = |r: &Record<'_>| {
            let mut words = r.clause.words.iter();
            words.any(|w| w.has_category(lexicon, Category::Negated))
        };
        // "true lumen 9 x 24 mm": a dissection runs there.
        let told = &context.lower()[all.start..all.end];
        let lumens = ["true lumen", "false lumen"]
            .iter()
            .any(|w| told.contains(w));
        (lumens || wording::names_disease(context.lower(), all)) && !unit.iter().any(negated)
    })
}

/// The vessel told of last, if disease was seen in it: where the clot that "goes on" comes from.
pub(super) fn nearest(
    context: &Context<'_>,
    records: &[Record<'_>],
    start: usize,
) -> Vec<(Site, Span)> {
    let mut end = start;
    for _ in 0..BACK {
        let Some((first, unit)) = unit_before(records, end) else {
            break;
        };
        end = first;
        if unit.iter().all(|r| r.clause.lists.is_empty()) {
            continue;
        }
        if !is_told(unit) || !tells_disease(context, unit) {
            break;
        }
        return diseased(context, unit);
    }
    Vec::new()
}

/// The vessels of the sentences or entries just before, as long as each tells of disease and they hang together. The disease may
/// stand in a sentence after the vessels: "Common and external iliac vein. A scar fills them." `told` says that the sentence
/// at `start` is such a one.
pub(super) fn run(
    context: &Context<'_>,
    records: &[Record<'_>],
    start: usize,
    mut told: bool,
) -> Vec<(Site, Span)> {
    let mut found: Vec<(Site, Span)> = Vec::new();
    let mut end = start;
    for _ in 0..BACK {
        let Some((first, unit)) = unit_before(records, end) else {
            break;
        };
        end = first;
        if unit.iter().all(|r| r.clause.lists.is_empty()) {
            told |= tells_disease(context, unit);
            continue;
        }
        let mut words = unit.iter().flat_map(|r| r.clause.words);
        let bare = words.all(|w| w.finding().is_none());
        if !is_told(unit) || !(tells_disease(context, unit) || (told && bare)) {
            break;
        }
        told = false;
        let sites = diseased(context, unit);
        let joins = |s: &Site| found.iter().any(|(f, _)| touch(*s, *f, context.lexicon));
        if !found.is_empty() && !sites.iter().any(|(s, _)| joins(s)) {
            break;
        }
        found.extend(sites);
    }
    found
}

/// Whether a unit tells what IVUS saw in this session.
fn is_told(unit: &[Record<'_>]) -> bool {
    unit.iter().all(|r| r.mode == Mode::Live) && unit.iter().any(|r| r.frame.is_ivus())
}
