//! Where things go wrong: for each step of the reading, what the labels allow to be said of it, and for each report with
//! other units than the labels the first step that differs.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{
    compared::{Compared, vessel_of},
    gold::GoldVessel,
    measures::Share,
};
use crate::{
    lexicon::{Label, Lexicon},
    segment::{self, SectionKind},
    text::{Folded, Span},
};

/// One figure of one step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepRow {
    /// The step: segment, mention, encounter, context, rule.
    pub step: &'static str,
    /// What is counted.
    pub what: &'static str,
    /// How many are right.
    pub n: usize,
    /// Of how many.
    pub of: usize,
}

/// Reports with other units than the labels, by the first step that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BlameRow {
    /// The step.
    pub step: &'static str,
    /// What differs.
    pub what: &'static str,
    /// The reports.
    pub reports: Vec<String>,
}

/// What can be asked of each step, in the order of the reading.
const FIGURES: &[(Figure, &str, &str)] = &[
    (
        Figure::OneUnit,
        "segment",
        "quotes of gold vessels that stand in one sentence, list entry or row",
    ),
    (
        Figure::Section,
        "segment",
        "quotes not under a heading of history, plan or consent",
    ),
    (Figure::Date, "mention", "dates of service as labelled"),
    (
        Figure::Named,
        "mention",
        "gold vessels whose name the word lists find in the text",
    ),
    (
        Figure::Tied,
        "encounter",
        "of these, tied to IVUS on any side",
    ),
    (Figure::Sided, "encounter", "of these, on the labelled side"),
    (Figure::Performed, "context", "of these, told as performed"),
    (
        Figure::Looked,
        "encounter",
        "of these, told as looked at and not only passed",
    ),
    (
        Figure::Ivus,
        "context",
        "reports whose IVUS is performed, denied, coronary or absent as labelled",
    ),
    (
        Figure::NotTold,
        "encounter",
        "vessels told as looked at that gold names",
    ),
    (
        Figure::Units,
        "rule",
        "reports with exact units, of those with the labelled vessels and lesions",
    ),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Figure {
    OneUnit,
    Section,
    Date,
    Named,
    Tied,
    Sided,
    Performed,
    Looked,
    Ivus,
    NotTold,
    Units,
}

/// What may differ first, in the order in which it is looked for.
const CAUSES: &[(&str, &str)] = &[
    ("mention", "a gold vessel is not known by name"),
    ("encounter", "a gold vessel is not tied to IVUS"),
    ("mention", "a vessel is told on another side"),
    ("context", "a gold vessel is told as not performed"),
    ("encounter", "a gold vessel is told as passed only"),
    (
        "context",
        "a vessel is told though no IVUS was done in vessels",
    ),
    ("encounter", "a vessel is told that IVUS did not look at"),
    ("encounter", "lesions over several vessels differ"),
    ("rule", "vessels and lesions agree, the count differs"),
];

/// Sums over all reports.
#[derive(Clone, Debug, Default)]
pub(super) struct Steps {
    figures: BTreeMap<Figure, Share>,
    causes: BTreeMap<usize, Vec<String>>,
}

/// How far the reading came with one gold vessel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    Nowhere,
    Named,
    Tied,
    Sided,
    Performed,
    Looked,
}

impl Steps {
    pub(super) fn add(&mut self, id: &str, report: &Compared<'_>) {
        let layout = Layout::of(report.text, report.keys.lexicon);
        for vessel in report.want.values() {
            if let Some(at) = report.text.find(&vessel.quote)
                && !vessel.quote.is_empty()
            {
                let quote = Span::new(at, at + vessel.quote.len());
                self.share(
                    Figure::OneUnit,
                    layout.units.iter().any(|u| u.contains(quote)),
                );
                self.share(
                    Figure::Section,
                    !layout.elsewhere.iter().any(|s| s.contains(quote)),
                );
            }
        }
        let reached: Vec<Reach> = report
            .want
            .iter()
            .map(|(site, vessel)| reach(site, vessel, report, &layout))
            .collect();
        for reach in &reached {
            let way = [
                (Figure::Named, Reach::Named),
                (Figure::Tied, Reach::Tied),
                (Figure::Sided, Reach::Sided),
                (Figure::Performed, Reach::Performed),
                (Figure::Looked, Reach::Looked),
            ];
            for (figure, step) in way {
                self.share(figure, *reach >= step);
                if *reach < step {
                    break;
                }
            }
        }
        for site in report.got.keys() {
            self.share(Figure::NotTold, report.want.contains_key(site));
        }
        self.share(
            Figure::Date,
            report.found.report.date_of_service == report.gold.date_of_service,
        );
        self.share(
            Figure::Ivus,
            report.found.encounter.ivus == report.gold.ivus,
        );
        let (lesions, told) = report.lesions();
        if report.want.keys().eq(report.got.keys()) && lesions == told {
            self.share(Figure::Units, report.is_exact());
        }
        if !report.is_exact() {
            let cause = first_cause(report, &reached, lesions != told);
            self.causes.entry(cause).or_default().push(id.to_owned());
        }
    }

    fn share(&mut self, figure: Figure, right: bool) {
        self.figures.entry(figure).or_default().add(right);
    }

    pub(super) fn rows(&self) -> Vec<StepRow> {
        FIGURES
            .iter()
            .map(|(figure, step, what)| {
                let share = self.figures.get(figure).copied().unwrap_or_default();
                StepRow {
                    step,
                    what,
                    n: share.n,
                    of: share.of,
                }
            })
            .collect()
    }

    pub(super) fn blame(&self) -> Vec<BlameRow> {
        let causes = CAUSES.iter().enumerate();
        causes
            .filter_map(|(n, (step, what))| {
                let reports = self.causes.get(&n)?.clone();
                Some(BlameRow {
                    step,
                    what,
                    reports,
                })
            })
            .collect()
    }
}

/// How far the reading came with one gold vessel.
fn reach(site: &str, vessel: &GoldVessel, report: &Compared<'_>, layout: &Layout) -> Reach {
    if report.got.contains_key(site) {
        return Reach::Looked;
    }
    let looks = &report.found.encounter.interrogations;
    let key = |side: &str, vessel: &str| report.keys.key(Some(side), vessel);
    let here: Vec<_> = looks
        .iter()
        .filter(|i| key(&i.side, &i.vessel) == site)
        .collect();
    let same = |v: &str| vessel_of(&key("none", v)) == vessel_of(site);
    if here.iter().any(|i| i.status == "performed") {
        Reach::Performed
    } else if !here.is_empty() {
        Reach::Sided
    } else if looks.iter().any(|i| same(&i.vessel)) {
        Reach::Tied
    } else if layout.names.iter().any(|n| n == &vessel.vessel || same(n)) {
        Reach::Named
    } else {
        Reach::Nowhere
    }
}

/// The place in [`CAUSES`] of the first thing that differs.
fn first_cause(report: &Compared<'_>, reached: &[Reach], lesions_differ: bool) -> usize {
    let stopped = |at: Reach| reached.contains(&at);
    let other_side = |site: &str| {
        report.want.keys().any(|w| vessel_of(w) == vessel_of(site))
            && !report.want.contains_key(site)
    };
    let extra: Vec<&String> = report.extra().map(|(s, _)| s).collect();
    let differs = [
        stopped(Reach::Nowhere),
        stopped(Reach::Named),
        stopped(Reach::Tied) || extra.iter().any(|s| other_side(s)),
        stopped(Reach::Sided),
        stopped(Reach::Performed),
        !extra.is_empty() && report.want.is_empty(),
        !extra.is_empty(),
        lesions_differ,
    ];
    differs.iter().position(|d| *d).unwrap_or(CAUSES.len() - 1)
}

/// What the first steps make of a text.
struct Layout {
    /// Sentences, list entries, rows and headings.
    units: Vec<Span>,
    /// Sections that tell of another time.
    elsewhere: Vec<Span>,
    /// Ids of the vessels that are named, members of groups among them.
    names: BTreeSet<String>,
}

impl Layout {
    fn of(text: &str, lexicon: &Lexicon) -> Self {
        let folded = Folded::new(text);
        let hits = lexicon.matcher.find(&folded);
        let segmented = segment::segment(text, &folded, &hits, lexicon);
        let source = |span: Span| folded.to_source(text, span);
        let elsewhere = [
            SectionKind::History,
            SectionKind::Background,
            SectionKind::Comparison,
            SectionKind::Plan,
            SectionKind::Planned,
            SectionKind::Consent,
        ];
        let sections = segmented.sections.iter();
        let mut names = BTreeSet::new();
        for hit in &hits {
            match hit.label {
                Label::Vessel { id, .. } => {
                    names.insert(lexicon.vessel(id).id.clone());
                }
                Label::Group(group) => {
                    let members = lexicon.groups.get(usize::from(group));
                    let members = members.into_iter().flat_map(|g| &g.members);
                    names.extend(members.map(|m| lexicon.vessel(*m).id.clone()));
                }
                _ => {}
            }
        }
        Self {
            units: segmented.units.iter().map(|u| source(u.span)).collect(),
            elsewhere: sections
                .filter(|s| elsewhere.contains(&s.kind))
                .map(|s| source(s.body))
                .collect(),
            names,
        }
    }
}
