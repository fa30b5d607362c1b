//! Readings of a clause and the list of vessels each belongs to.

use super::{
    Finding,
    reader::Context,
    scene::{Role, View},
};
use crate::{
    lexicon::{Action, Category, Grammar, Kind, Polarity},
    mention::{Measure, Quantity, unit_name},
    segment::Layout,
    text::{Role as Mark, Span},
};

/// A reading in a clause.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    pub(super) span: Span,
    /// The index of the list it belongs to; `None` when the clause names no vessel for it.
    pub(super) list: Option<usize>,
    measure: Option<Measure>,
    kind: Option<u16>,
    negated: bool,
}

impl Reading {
    /// Whether it is a cross-sectional area: a reading that contrast and pressure do not give.
    pub(super) fn is_area(&self) -> bool {
        self.measure.is_some_and(|m| m.quantity == Quantity::Area)
    }

    /// Whether it is a number.
    pub(super) fn is_measured(&self) -> bool {
        self.measure.is_some()
    }

    /// Whether it says something by itself: a measure, or a lesion by name. "Moderate sedation", "blood loss was minimal" do not.
    pub(super) fn tells(&self, context: &Context<'_>) -> bool {
        let lesion = |k: u16| context.lexicon.findings[usize::from(k)].lesion;
        self.measure.is_some() || self.kind.is_some_and(lesion)
    }

    pub(super) fn finding(&self, context: &Context<'_>) -> Finding {
        let kind = self.kind.map_or_else(
            || "measurement".to_owned(),
            |k| context.lexicon.findings[k as usize].id.clone(),
        );
        Finding {
            kind,
            negated: self.negated,
            value: self.measure.map(|m| m.value),
            unit: self.measure.and_then(|m| unit_name(m.quantity)),
            evidence: context.evidence(self.span, Mark::Finding),
        }
    }
}

/// The readings of a clause, each with its list.
pub(super) fn readings(view: &View<'_>, roles: &[Role]) -> Vec<Reading> {
    let mut found: Vec<Reading> = Vec::new();
    for word in view.clause.of(Kind::Finding) {
        let Some(kind) = word.finding() else { continue };
        let finding = &view.lexicon.findings[kind as usize];
        let treats = word.is_action(Action::Treat) || word.is_treatment_device();
        if matches!(finding.polarity, Polarity::None | Polarity::Neutral)
            || treats
            || word.is_vessel()
            || is_label(view, word.span)
        {
            continue;
        }
        // "plaque burden ____": a field nobody filled.
        if view.text[word.span.end..]
            .trim_start_matches([' ', ':'])
            .starts_with("__")
        {
            continue;
        }
        let negated = negated(view, word.span);
        found.push(Reading {
            span: word.span,
            list: None,
            measure: None,
            kind: Some(kind),
            negated,
        });
    }
    for measure in view.readings() {
        // A number takes the kind of a finding word right beside it.
        let kind = view
            .clause
            .words
            .iter()
            .filter(|w| {
                w.finding().is_some_and(|f| fits(view, f, &measure)) && !negated(view, w.span)
            })
            .find(|w| {
                let gap = if w.span.start >= measure.span.end {
                    &view.text[measure.span.end..w.span.start]
                } else if w.span.end <= measure.span.start {
                    &view.text[w.span.end..measure.span.start]
                } else {
                    ""
                };
                gap.split_whitespace().count() <= 2 && !gap.contains([',', ';', '|'])
            })
            .and_then(super::super::mention::Word::finding);
        found.push(Reading {
            span: measure.span,
            list: None,
            measure: Some(measure),
            kind,
            negated: false,
        });
    }
    found.sort_by_key(|r| r.span);
    for reading in &mut found {
        reading.list = owner(view, roles, reading.span);
    }
    found
}

/// Whether a number may be a reading of a kind: in the columns of a row only a word for a measure names it, and an area
/// is no diameter.
fn fits(view: &View<'_>, kind: u16, measure: &Measure) -> bool {
    let finding = &view.lexicon.findings[kind as usize];
    let named = view.unit.unit.layout != Layout::Row || finding.class == "measure";
    named && !(finding.id == "diameter" && measure.quantity == Quantity::Area)
}

/// A finding word that is only the name of a column or of what follows ("lumen area:").
fn is_label(view: &View<'_>, span: Span) -> bool {
    view.text[span.end..view.clause.span.end]
        .trim_start()
        .starts_with(':')
        && view.text[span.end..view.clause.span.end].trim().len() <= 1
}

/// Whether a negation stands close before a finding.
fn negated(view: &View<'_>, span: Span) -> bool {
    view.clause.words.iter().any(|w| {
        w.span.end <= span.start
            && w.has_category(view.lexicon, Category::Negated)
            && view.text[w.span.end..span.start].split_whitespace().count() <= 5
            && !view.text[w.span.end..span.start].contains([',', ';'])
    })
}

/// The list a reading at `span` belongs to.
fn owner(view: &View<'_>, roles: &[Role], span: Span) -> Option<usize> {
    let lists = view.clause.lists;
    let is_place = |l: usize| matches!(lists[l].prep, Some((Grammar::At | Grammar::With, _)));
    let other_subject = |l: usize| {
        lists.iter().enumerate().any(|(o, _)| {
            o != l && !is_place(o) && matches!(roles[o], Role::Subject | Role::Ivus(_))
        })
    };
    let named = |l: usize| {
        lists[l]
            .atoms
            .iter()
            .any(|a| a.vessel().is_some() || a.group.is_some())
    };
    let subject = |l: usize| {
        let aside = is_place(l) && other_subject(l);
        !aside && !matches!(roles[l], Role::Landmark | Role::Origin | Role::Access(_))
    };
    let next = lists.iter().position(|l| l.span.start >= span.end);
    if let Some(n) = next {
        let gap = &view.text[span.end..lists[n].span.start];
        let tokens = gap.split_whitespace().count();
        let tied = match lists[n].prep {
            Some((Grammar::Of | Grammar::In | Grammar::For, at)) => at.start >= span.start,
            // "24 mm at the renal level", "healthy from the confluence to …" tell where, when the clause has a subject.
            Some((Grammar::At | Grammar::From | Grammar::Through, at)) => {
                at.start >= span.start
                    && !lists.iter().zip(roles).any(|(l, r)| {
                        l.span.end <= span.start && matches!(r, Role::Subject | Role::Ivus(_))
                    })
            }
            _ => false,
        };
        if (tied && tokens <= 6 && !gap.contains([';', ':']) && !gap.contains(", "))
            || (gap.trim().is_empty() && lists[n].prep.is_none())
        {
            return subject(n).then_some(n);
        }
    }
    let previous = (0..lists.len())
        .rev()
        .find(|&l| lists[l].span.end <= span.start && named(l));
    // "Venous anastomosis of the graft: 2.1 mm": of the part, not of the whole.
    let part = |p: usize| {
        p.checked_sub(1).filter(|&q| {
            matches!(lists[p].prep, Some((Grammar::Of, _)))
                && lists[p].atoms.len() == 1
                && matches!(
                    view.text[lists[q].span.end..lists[p].span.start].trim(),
                    "of" | "of the"
                )
        })
    };
    let previous = previous.map(|p| part(p).unwrap_or(p));
    if let Some(p) = previous {
        // "The cava is healthy from the confluence to the renal veins, 18 mm": the range is the subject's.
        let range = |l: usize| {
            roles[l] == Role::Subject
                && matches!(
                    lists[l].prep,
                    Some((Grammar::From | Grammar::To | Grammar::Through, _))
                )
        };
        let start = (0..=p).rev().find(|&l| !range(l));
        if let Some(q) = start.filter(|&q| {
            q < p
                && roles[q] == Role::Subject
                && lists[q].prep.is_none()
                && !view.text[lists[q].span.end..span.start].contains([';', ':'])
        }) {
            return Some(q);
        }
        // A landmark between subject and reading ("the cava below the renal veins measured …") does not own it.
        if subject(p) {
            return Some(p);
        }
        return (0..p)
            .rev()
            .find(|&l| subject(l) && !matches!(roles[l], Role::Target(..) | Role::Passed(..)));
    }
    let inside = lists.iter().position(|l| l.span.contains(span));
    if inside.is_some() {
        return inside.filter(|&l| subject(l));
    }
    next.filter(|&n| {
        // "showed 80% narrowing at the left common iliac vein": ahead, in the same clause, with nothing between.
        subject(n)
            && lists[n]
                .prep
                .is_some_and(|(p, _)| !matches!(p, Grammar::To | Grammar::Landmark))
            && !matches!(roles[n], Role::Target(..) | Role::Treated(_))
    })
}
