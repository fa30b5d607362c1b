//! Reading one report: its text, what the program reads in it, decisions, holds, claim and history.

use super::{Desk, importing, object};
use crate::queue::{
    analyses::{self, Kept, Otherwise, Suggestion},
    audit::{self, Entry, Event, Wanted},
    billing::{Bill, Judge},
    board::{self, Listed},
    claims::{self, Holder},
    confirmations::{self, Confirmation},
    decisions::{self, Decision},
    gaps::{self, Gap},
    holds::{self, Hold},
    incident,
    procedures::{self, Decided, Offered},
    refusal::{Outcome, Refusal},
    reports::{self, Version},
    rights::{Actor, Right},
    time::Moment,
};
use crate::render::{Reading, amounts::Amounts};

/// One report with all that its page shows.
pub struct Sheet {
    /// The newest version.
    pub version: Version,
    /// What reads it, as the store names it.
    pub engine: String,
    /// What the program reads in it. Without codes and flags for who may not see codes.
    pub reading: Reading,
    /// What it lacks, in the words for physicians; also where the flags are withheld.
    pub gaps: Vec<Gap>,
    /// What the units are worth, for those who may see it.
    pub amounts: Option<Amounts>,
    /// What is suggested.
    pub suggestions: Vec<Suggestion>,
    /// Where it stands.
    pub row: Listed,
    /// All decisions in order.
    pub decisions: Vec<Decision>,
    /// Codes that are suggested beside the units; none for who may not see codes.
    pub offered: Vec<Offered>,
    /// All decisions on them in order.
    pub beside: Vec<Decided>,
    /// Its holds.
    pub holds: Vec<Hold>,
    /// Who has it now.
    pub holder: Option<Holder>,
    /// All analyses in order, with their differences.
    pub analyses: Vec<Kept>,
    /// How the reading differs from what was decided, when it was read otherwise since.
    pub otherwise: Otherwise,
    /// All versions: key, number, source, when.
    pub versions: Vec<(i64, i64, String, Moment)>,
    /// The codes of the first and of each further vessel on the date of service.
    pub codes: [String; 2],
    /// What somebody stood for.
    pub confirmations: Vec<Confirmation>,
    /// What stands to be billed, and what keeps it from being.
    pub bill: Bill,
    /// What was done with it, the newest first.
    pub history: Vec<Entry>,
}

/// How much of a report is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// With codes, units and flags.
    Coded,
    /// As documentation alone.
    Plain,
}

impl Sheet {
    /// The decisions in force.
    #[must_use]
    pub fn in_force(&self) -> Vec<Decision> {
        decisions::standing(&self.decisions)
    }

    /// Whether a decision was made on an older version.
    #[must_use]
    pub fn is_stale(&self, decision: &Decision) -> bool {
        decision.version != self.version.id
    }

    /// The reading that is shown, as it is kept.
    #[must_use]
    pub fn read_last(&self) -> Option<&Kept> {
        let engine = &self.engine;
        let of = |k: &&Kept| k.version == self.version.number && k.engine == *engine;
        self.analyses.iter().find(of)
    }

    /// Whether somebody stood for a doubt about this version.
    #[must_use]
    pub fn is_confirmed(&self, doubt: &str) -> bool {
        let of = |c: &Confirmation| c.is_of(self.version.id, doubt);
        self.confirmations.iter().any(of)
    }

    /// Whether a person can count all the same what a rule left out: not what is no noncoronary vessel.
    #[must_use]
    pub fn could_count(&self, rule: &str) -> bool {
        !["IVUS102", "IVUS103"].contains(&rule)
    }

    /// The code that one vessel more would have: the first of a session, or that of each further one.
    #[must_use]
    pub fn next_code(&self) -> &str {
        let [first, further] = &self.codes;
        let waits = self
            .undecided()
            .into_iter()
            .filter_map(|n| self.suggestions.get(n));
        let taken =
            self.bill.units.contains_key(first) || waits.into_iter().any(|s| s.code == *first);
        if taken { further } else { first }
    }

    /// The decisions in force on what stands beside the units.
    #[must_use]
    pub fn beside_in_force(&self) -> Vec<Decided> {
        procedures::standing(&self.beside)
    }

    /// What is suggested beside the units and has no decision on this version, by its place in [`Sheet::offered`].
    #[must_use]
    pub fn beside_undecided(&self) -> Vec<usize> {
        let standing = self.beside_in_force();
        let is_decided = |key: &str| {
            let mut on = standing.iter().filter(|d| d.version == self.version.id);
            on.any(|d| d.suggestion == key)
        };
        let all = self.offered.iter().enumerate();
        all.filter(|(_, o)| !is_decided(&o.key))
            .map(|(n, _)| n)
            .collect()
    }

    /// Code points of the text, at most 300.
    #[must_use]
    pub fn cut(&self, start: usize, end: usize) -> String {
        let text = self.version.text.chars().skip(start);
        text.take(end.saturating_sub(start).min(300)).collect()
    }

    /// The suggestions without a decision on this version, by their place in [`Sheet::suggestions`].
    #[must_use]
    pub fn undecided(&self) -> Vec<usize> {
        let standing = self.in_force();
        let is_decided = |key: &str| {
            standing
                .iter()
                .any(|d| d.suggestion == key && !self.is_stale(d))
        };
        let all = self.suggestions.iter().enumerate();
        all.filter(|(_, s)| !is_decided(&s.key))
            .map(|(n, _)| n)
            .collect()
    }
}

impl Shown {
    /// What a user may see.
    #[must_use]
    pub fn to(actor: &Actor) -> Self {
        if actor.role.may(Right::SeeCodes) {
            Self::Coded
        } else {
            Self::Plain
        }
    }
}

impl Desk {
    /// A report with all that its page shows. Read anew first, when another engine read it last.
    ///
    /// # Errors
    /// When the role may not, there is no such report for this user, or the audit row cannot be written.
    pub fn open(&self, actor: &Actor, report: i64) -> Outcome<Sheet> {
        self.allow(actor, Right::Read, "read", &object(report))?;
        let version = self.visible(actor, "read", report)?;
        let mut reading = analyses::read(&self.analyzer, &version);
        self.write(actor, &Event::done("read", object(report)), |tx| {
            if self.read_only().is_some() || incident::standing(tx)?.is_some() {
                return Ok(());
            }
            importing::file(tx, &version, &self.engine, &reading)
        })?;
        let mut suggestions = analyses::suggestions(&reading);
        let amounts = self.amounts(actor, &reading);
        let gaps = gaps::gaps(&reading.document.flags);
        let coded = Shown::to(actor) == Shown::Coded;
        let mut offered = procedures::offered(&reading);
        if !coded {
            suggestions.clear();
            offered.clear();
            withhold_codes(&mut reading);
        }
        self.store.read(|c| {
            let past = Wanted {
                object: object(report),
                ..Wanted::default()
            };
            let (decisions, confirmations) = if coded {
                (
                    decisions::of_report(c, report)?,
                    confirmations::of_report(c, report)?,
                )
            } else {
                (Vec::new(), Vec::new())
            };
            let judge = Judge::of(&self.analyzer, &reading);
            let bill = if coded {
                let standing = decisions::standing(&decisions);
                judge.bill(&suggestions, (&standing, version.id))
            } else {
                Bill::default()
            };
            let codes = if coded {
                judge.first_and_further()
            } else {
                <[String; 2]>::default()
            };
            let row = board::row(c, report)?;
            let otherwise = if coded && row.differs {
                analyses::otherwise(c, report)?
            } else {
                Otherwise::default()
            };
            Ok(Sheet {
                row,
                engine: self.engine.clone(),
                otherwise,
                decisions,
                offered,
                beside: if coded {
                    procedures::of_report(c, report)?
                } else {
                    Vec::new()
                },
                confirmations,
                bill,
                codes,
                holds: if coded {
                    holds::of_report(c, report)?
                } else {
                    Vec::new()
                },
                holder: claims::holder(c, report)?,
                analyses: if coded {
                    analyses::of_report(c, report)?
                } else {
                    Vec::new()
                },
                versions: reports::versions(c, report)?,
                history: if coded {
                    audit::list(c, &past, 100)?
                } else {
                    Vec::new()
                },
                version,
                reading,
                gaps,
                amounts,
                suggestions,
            })
        })
    }

    /// A version of a report by its key, read by the program of today.
    ///
    /// # Errors
    /// As [`Desk::open`].
    pub fn open_version(&self, actor: &Actor, report: i64, id: i64) -> Outcome<(Version, Reading)> {
        self.allow(actor, Right::Read, "read", &object(report))?;
        self.visible(actor, "read", report)?;
        let version = self.store.read(|c| reports::version(c, id))?;
        if version.report != report {
            return Err(Refusal::Unknown);
        }
        let done = Event::done("read", object(report)).with(format!("version {}", version.number));
        self.write(actor, &done, |_| Ok(()))?;
        let mut reading = analyses::read(&self.analyzer, &version);
        if Shown::to(actor) == Shown::Plain {
            withhold_codes(&mut reading);
        }
        Ok((version, reading))
    }

    /// The kept JSON of an analysis of a report, as it was when it was made.
    ///
    /// # Errors
    /// As [`Desk::open`].
    pub fn analysis(&self, actor: &Actor, report: i64, id: i64) -> Outcome<String> {
        self.allow(actor, Right::SeeCodes, "read", &object(report))?;
        self.visible(actor, "read", report)?;
        let done = Event::done("read", object(report)).with(format!("analysis {id}"));
        self.write(actor, &done, |_| Ok(()))?;
        self.store.read(|c| {
            if !analyses::of_report(c, report)?.iter().any(|a| a.id == id) {
                return Err(Refusal::Unknown);
            }
            analyses::document(c, id)
        })
    }
}

/// Takes out of a reading what a physician must not see.
pub(super) fn withhold_codes(reading: &mut Reading) {
    let coding = &mut reading.document.coding;
    coding.lines.clear();
    coding.not_counted.clear();
    coding.catheter_placements.clear();
    coding.base_procedures.clear();
    for procedure in &mut reading.document.encounter.procedures {
        procedure.codes.clear();
    }
    reading.document.flags.clear();
    reading.document.explanation = None;
}
