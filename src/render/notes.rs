//! Every stretch of a report that something rests on, once each, and how they belong together: what the formats that
//! annotate text (OMOP, brat, doccano) are made from.

use std::collections::BTreeMap;

use super::json::{Document, InterrogationDoc, Quote};

/// A stretch of the text and what it tells.
#[derive(Clone, Copy, Debug)]
pub struct Note<'a> {
    /// The stretch, in code points.
    pub quote: &'a Quote,
    /// What it is about: the kind of a finding, the id of a procedure, a device or a vessel, else the role.
    pub concept: &'a str,
    /// The vessel it is about.
    pub vessel: Option<&'a str>,
    /// The side of that vessel.
    pub side: Option<&'a str>,
    /// `performed`, `negated`, `planned`, `historical` or `attempted`.
    pub status: &'static str,
    /// Whether the absence of a finding is stated.
    pub negated: bool,
    /// The value of a measurement.
    pub value: Option<f64>,
    /// Its unit.
    pub unit: Option<&'static str>,
}

impl Note<'_> {
    /// Whether what it tells was there or was done.
    #[must_use]
    pub fn exists(&self) -> bool {
        !self.negated && matches!(self.status, "performed" | "historical")
    }

    /// What annotation tools call it: its role in capitals.
    #[must_use]
    pub fn label(&self) -> String {
        self.quote.role.to_ascii_uppercase()
    }
}

/// Two notes that belong together, by their place in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tie {
    /// `EXAMINED` (IVUS and a vessel) or `SHOWS` (a vessel and a finding).
    pub kind: &'static str,
    /// The first of the two.
    pub from: usize,
    /// The second.
    pub to: usize,
}

/// The notes of a report by place, and what ties them.
#[derive(Debug, Default)]
pub struct Notes<'a> {
    /// By their first code point.
    pub notes: Vec<Note<'a>>,
    /// In the order of their notes.
    pub ties: Vec<Tie>,
}

type Key<'a> = (
    usize,
    usize,
    &'static str,
    &'a str,
    Option<&'a str>,
    Option<&'a str>,
);

/// The notes of a report.
#[must_use]
pub fn notes(document: &Document) -> Notes<'_> {
    let mut list = List::default();
    let encounter = &document.encounter;
    for look in &encounter.interrogations {
        list.look(look);
    }
    for lesion in &encounter.lesions {
        for quote in &lesion.evidence {
            list.add(plain(quote));
        }
    }
    for access in &encounter.access {
        for quote in &access.evidence {
            list.add(of_vessel(quote, &access.vessel, access.side));
        }
    }
    for step in &encounter.catheter_moves {
        for quote in &step.evidence {
            let about = of_vessel(quote, &step.vessel, step.side);
            let concept = if quote.role == "movement" {
                step.device
            } else {
                about.concept
            };
            list.add(Note {
                concept,
                status: step.status,
                ..about
            });
        }
    }
    for procedure in &encounter.procedures {
        let site = procedure.site.as_deref().and_then(|s| s.split_once(' '));
        for quote in &procedure.evidence {
            list.add(Note {
                concept: &procedure.procedure,
                vessel: site.map(|(_, vessel)| vessel),
                side: site.map(|(side, _)| side),
                status: procedure.status,
                ..plain(quote)
            });
        }
    }
    list.sorted()
}

fn plain(quote: &Quote) -> Note<'_> {
    Note {
        quote,
        concept: quote.role,
        vessel: None,
        side: None,
        status: "performed",
        negated: false,
        value: None,
        unit: None,
    }
}

/// Words that name a vessel carry it; those that stand for several vessels at once, such as "IVUS", carry none.
fn of_vessel<'a>(quote: &'a Quote, vessel: &'a str, side: &'a str) -> Note<'a> {
    match quote.role {
        "vessel" | "access" => Note {
            concept: vessel,
            vessel: Some(vessel),
            side: Some(side),
            ..plain(quote)
        },
        "side" | "movement" => Note {
            vessel: Some(vessel),
            side: Some(side),
            ..plain(quote)
        },
        _ => plain(quote),
    }
}

/// The notes while they are collected.
#[derive(Default)]
struct List<'a> {
    notes: Vec<Note<'a>>,
    known: BTreeMap<Key<'a>, usize>,
    ties: Vec<Tie>,
}

impl<'a> List<'a> {
    fn add(&mut self, note: Note<'a>) -> usize {
        let quote = note.quote;
        let key = (
            quote.start,
            quote.end,
            quote.role,
            note.concept,
            note.vessel,
            note.side,
        );
        let next = self.notes.len();
        let at = *self.known.entry(key).or_insert(next);
        if at == next {
            self.notes.push(note);
        }
        at
    }

    fn look(&mut self, look: &'a InterrogationDoc) {
        let (mut ivus, mut vessel) = (None, None);
        let mut named = Vec::new();
        for quote in &look.evidence {
            let at = self.add(Note {
                status: look.status,
                ..of_vessel(quote, &look.vessel, look.side)
            });
            match quote.role {
                "ivus" => ivus = ivus.or(Some(at)),
                "vessel" => {
                    vessel = vessel.or(Some(at));
                    named.push(at);
                }
                _ => {}
            }
        }
        for to in named {
            self.tie("EXAMINED", ivus, to);
        }
        for finding in &look.findings {
            let at = self.add(Note {
                concept: &finding.kind,
                vessel: Some(&look.vessel),
                side: Some(look.side),
                status: look.status,
                negated: finding.negated,
                value: finding.value,
                unit: finding.unit,
                ..plain(&finding.evidence)
            });
            self.tie("SHOWS", vessel, at);
        }
        for quote in &look.necessity.evidence {
            self.add(plain(quote));
        }
    }

    fn tie(&mut self, kind: &'static str, from: Option<usize>, to: usize) {
        if let Some(from) = from.filter(|f| *f != to) {
            self.ties.push(Tie { kind, from, to });
        }
    }

    /// By place in the text, whatever was collected first.
    fn sorted(self) -> Notes<'a> {
        let mut order: Vec<usize> = (0..self.notes.len()).collect();
        order.sort_by_key(|i| {
            let note = &self.notes[*i];
            (note.quote.start, note.quote.end, note.quote.role, *i)
        });
        let mut place = vec![0; order.len()];
        for (new, old) in order.iter().enumerate() {
            place[*old] = new;
        }
        let moved = self.ties.iter().map(|t| Tie {
            from: place[t.from],
            to: place[t.to],
            ..*t
        });
        let mut ties: Vec<Tie> = moved.collect();
        ties.sort_by_key(|t| (t.from, t.to, t.kind));
        ties.dedup();
        Notes {
            notes: order.iter().map(|i| self.notes[*i]).collect(),
            ties,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{analyzer::Analyzer, render::Reading, text::Report};

    /// A reading of an invented report.
    pub(crate) fn reading(text: &str) -> Reading {
        let analyzer = Analyzer::builtin();
        let report = Report::new("17", text);
        let analysis = analyzer.analyze(&report);
        Reading::new(&analyzer, report, &analysis)
    }

    #[test]
    fn each_stretch_stands_once_and_findings_belong_to_their_vessel() {
        let read = reading(
            "DATE OF SERVICE: 05/02/2024\nFINDINGS: IVUS 🙂 of the left common iliac vein showed 78% area stenosis. \
             IVUS of the right common iliac vein was not performed.\n",
        );
        let notes = notes(&read.document);
        let points: Vec<char> = read.report.text.chars().collect();
        for note in &notes.notes {
            let quoted: String = points[note.quote.start..note.quote.end].iter().collect();
            assert_eq!(quoted, note.quote.text);
        }
        let shows = notes.ties.iter().find(|t| t.kind == "SHOWS").unwrap();
        assert_eq!(notes.notes[shows.from].vessel, Some("common-iliac-vein"));
        assert_eq!(notes.notes[shows.to].concept, "area-stenosis");
        assert_eq!(notes.notes[shows.to].value, Some(78.0));
        let right = notes
            .notes
            .iter()
            .find(|n| n.side == Some("right") && n.quote.role == "vessel");
        assert!(!right.unwrap().exists());
    }
}
