//! Tables with one column for IVUS and others for other studies: a row's readings count from the IVUS column alone. And those
//! with a column for each side, or with one that says whether a vessel was looked at.

use super::scene::View;
use crate::{
    context::Status,
    lexicon::{Action, Ivus, Modality, SideWord},
    mention::Side,
    text::{Span, says_undone},
};

/// Which columns of a table hold IVUS readings.
pub(super) struct Columns {
    ivus: Vec<bool>,
}

impl Columns {
    /// The columns that a header row names, when it sets IVUS beside another study.
    pub(super) fn of_header(view: &View<'_>) -> Option<Self> {
        let cells = cells(view);
        let read = !view.unit.measures.is_empty() && !view.unit.lists.is_empty();
        // Two columns beside one without a name hold nothing but the names of the studies.
        let words = |c: &Span| view.text[c.start..c.end].split_whitespace().count();
        let few = cells.len() < 3 && cells.iter().any(|c| words(c) > 2);
        if cells.len() < 2 || few || read {
            return None;
        }
        let holds = |cell: &Span, want: &dyn Fn(&crate::mention::Word) -> bool| {
            view.unit
                .words
                .iter()
                .any(|w| cell.contains(w.span) && want(w))
        };
        let ivus: Vec<bool> = cells
            .iter()
            .map(|c| {
                holds(c, &|w| {
                    matches!(w.ivus(), Some(Ivus::Modality | Ivus::Device))
                })
            })
            .collect();
        // "IVUS 2022-05-12 | IVUS today": beside a column of today one with a date is of another day.
        let told = |c: &Span| &view.lower[c.start..c.end];
        let today = |c: &Span| {
            ["today", "now", "this visit"]
                .iter()
                .any(|w| told(c).contains(w))
        };
        let has_today = cells.iter().zip(&ivus).any(|(c, ivus)| *ivus && today(c));
        let earlier = |c: &Span| {
            let year = told(c).bytes().filter(u8::is_ascii_digit).count() >= 4;
            let before = ["prior", "previous", "earlier", "last "];
            has_today && !today(c) && (year || before.iter().any(|w| told(c).contains(w)))
        };
        let days: Vec<bool> = cells.iter().map(earlier).collect();
        let other = days.contains(&true)
            || cells
                .iter()
                .any(|c| holds(c, &|w| w.modality().is_some_and(|m| m != Modality::Phrase)));
        let ivus: Vec<bool> = ivus.iter().zip(&days).map(|(i, d)| *i && !d).collect();
        (other && ivus.contains(&true)).then_some(Self { ivus })
    }

    /// The cells of a row that stand under the named columns. The first column, of the vessels, may be without a name.
    fn cells(&self, view: &View<'_>) -> Option<Vec<Span>> {
        let mut cells = cells(view);
        let more = cells.len().checked_sub(self.ivus.len())?;
        (more <= 1).then(|| cells.split_off(more))
    }

    /// Whether a reading stands in an IVUS column.
    pub(super) fn is_ivus(&self, view: &View<'_>, span: Span) -> bool {
        self.cells(view).is_none_or(|cells| {
            let mut cells = cells.iter().zip(&self.ivus);
            cells.any(|(c, ivus)| *ivus && c.contains(span))
        })
    }

    /// Whether the row says that IVUS was not done: "no", "-", an empty cell.
    pub(super) fn refuses(&self, view: &View<'_>) -> bool {
        self.cells(view).is_some_and(|cells| {
            let cells = cells.iter().zip(&self.ivus);
            let mut cells = cells.filter(|(_, ivus)| **ivus);
            cells.all(|(c, _)| {
                let words = view.lower[c.start..c.end].trim();
                says_undone(words) || ["0", "x"].contains(&words)
            })
        })
    }
}

/// The sides that the last columns of a table stand for: "|  | Left | Right |".
pub(super) struct SideColumns(Vec<Side>);

impl SideColumns {
    /// The sides a header row names, one a column.
    pub(super) fn of_header(view: &View<'_>) -> Option<Self> {
        if !view.unit.lists.is_empty() {
            return None;
        }
        let words = view.unit.words.iter();
        let sides: Vec<Side> = words
            .filter_map(|w| match w.side() {
                Some(SideWord::Left) => Some(Side::Left),
                Some(SideWord::Right) => Some(Side::Right),
                _ => None,
            })
            .collect();
        let both = [Side::Left, Side::Right].iter().all(|s| sides.contains(s));
        both.then_some(Self(sides))
    }

    /// Whether a reading may be of a side: it is of both when it stands in no column of a side.
    pub(super) fn fits(&self, view: &View<'_>, span: Span, side: Side) -> bool {
        let cells = cells(view);
        let Some(first) = cells.len().checked_sub(self.0.len()).filter(|&n| n > 0) else {
            return true;
        };
        cells[first..]
            .iter()
            .zip(&self.0)
            .find(|(c, _)| c.contains(span))
            .is_none_or(|(_, s)| *s == side)
    }
}

/// The vessels that the columns of a table stand for, behind the first, which holds what was measured: "|  | R CIV | L CIV |".
pub(super) struct VesselColumns<T>(Vec<Vec<T>>);

impl<T: Clone> VesselColumns<T> {
    /// The vessels that a header row names, one a column and nothing else; `sites` tells what a list stands for.
    pub(super) fn of_header(view: &View<'_>, sites: impl Fn(usize) -> Vec<T>) -> Option<Self> {
        /// More words than the name of a vessel takes.
        const WORDS: usize = 4;
        let lists = &view.clause.lists;
        if lists.len() < 2 || !view.readings().is_empty() {
            return None;
        }
        let own = |c: &Span| lists.iter().position(|l| c.contains(l.span));
        let plain = |c: &Span| view.text[c.start..c.end].split_whitespace().count() <= WORDS;
        let columns = columns(view);
        let (label, heads) = columns.split_first()?;
        let apart = heads.iter().filter_map(own).count() == lists.len();
        let named = heads.iter().map(|c| own(c).map_or_else(Vec::new, &sites));
        (own(label).is_none() && apart && heads.iter().all(plain)).then(|| Self(named.collect()))
    }

    /// What a reading in a row below is of; `None` where the row has other columns or is of another study.
    pub(super) fn of(&self, view: &View<'_>, span: Span) -> Option<&[T]> {
        let columns = columns(view);
        let (label, cells) = columns.split_first()?;
        let other = |w: &crate::mention::Word| {
            label.contains(w.span) && w.modality().is_some_and(|m| m != Modality::Phrase)
        };
        // Empty cells at the end of a row may be left out.
        if cells.len() > self.0.len()
            || !view.unit.lists.is_empty()
            || view.unit.words.iter().any(other)
        {
            return None;
        }
        let (cell, named) = cells.iter().zip(&self.0).find(|(c, _)| c.contains(span))?;
        let told = view.lower[cell.start..cell.end].trim();
        (!says_undone(told)).then_some(&named[..])
    }
}

/// The column that says of each row whether it was looked at: "| Vessel | Examined | Result |".
pub(super) struct Asked {
    column: usize,
    /// How many columns the table has.
    columns: usize,
}

impl Asked {
    /// The column that a header row asks in.
    pub(super) fn of_header(view: &View<'_>) -> Option<Self> {
        const HEADS: [&str; 16] = [
            "examined",
            "imaged",
            "scanned",
            "interrogated",
            "evaluated",
            "studied",
            "surveyed",
            "assessed",
            "viewed",
            "seen",
            "recorded",
            "looked at",
            "ivus",
            "ivus done",
            "ivus used",
            "ivus performed",
        ];
        if !view.unit.lists.is_empty() || !view.unit.measures.is_empty() {
            return None;
        }
        // "| Stent | Done | Size |": of a treatment.
        let words = &view.unit.words;
        let treats = |w: &crate::mention::Word| w.is_action(Action::Treat) || w.device().is_some();
        if words.iter().any(treats) {
            return None;
        }
        let of_ivus = view.frame.is_ivus() || words.iter().any(|w| w.ivus().is_some());
        let cells = columns(view);
        let asks = |c: &Span| {
            let head = view.lower[c.start..c.end].trim();
            let head = head.trim_end_matches(['?', ':', ' ']);
            HEADS.contains(&head) || (of_ivus && ["done", "performed"].contains(&head))
        };
        let column = cells.iter().position(asks).filter(|at| *at > 0)?;
        Some(Self {
            column,
            columns: cells.len(),
        })
    }

    /// What the column says of a row: "no", "--", an open box; "yes", a ticked box.
    pub(super) fn says(&self, view: &View<'_>) -> Option<Status> {
        const NO: [&str; 4] = ["n", "[ ]", "( )", "\u{2610}"];
        const YES: [&str; 9] = [
            "yes", "y", "x", "[x]", "(x)", "done", "\u{2611}", "\u{2612}", "\u{2713}",
        ];
        let cells = columns(view);
        let cell = cells.get(self.column);
        // Empty cells at the end of a row may be left out.
        let cell = cell.filter(|_| cells.len() <= self.columns)?;
        let said = view.lower[cell.start..cell.end].trim();
        if NO.contains(&said) || says_undone(said) {
            Some(Status::Negated)
        } else if YES.contains(&said) {
            Some(Status::Performed)
        } else {
            None
        }
    }
}

/// The cells of a row drawn with pipes.
fn cells(view: &View<'_>) -> Vec<Span> {
    let span = view.unit.unit.span;
    let row = &view.text[span.start..span.end];
    if !row.contains('|') {
        return Vec::new();
    }
    let inner = row.trim_matches(['|', ' ']);
    let start = span.start + (row.len() - row.trim_start_matches(['|', ' ']).len());
    let mut at = start;
    inner
        .split('|')
        .map(|cell| {
            let found = Span::new(at, at + cell.len());
            at += cell.len() + 1;
            found
        })
        .collect()
}

/// The columns of a row drawn with pipes; those that are empty count, but for the last.
fn columns(view: &View<'_>) -> Vec<Span> {
    let start = view.unit.unit.span.start;
    let row = &view.text[start..view.unit.unit.span.end];
    let filled = cells(view);
    let lead = filled.first().map_or(0, |c| c.start - start);
    let empty = row[..lead].matches('|').count();
    // A pipe at the edge begins the first column.
    let empty = empty.saturating_sub(usize::from(row.starts_with('|')));
    let empty = std::iter::repeat_n(Span::new(start, start), empty);
    empty.chain(filled).collect()
}
