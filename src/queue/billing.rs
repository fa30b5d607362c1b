//! Whether what coders decide can be billed: each entry by itself, and all that stands together. The facts come from the code
//! book. What cannot be is wrong, with what to do; what a person may know better is a doubt that somebody can stand for.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    analyses::Suggestion,
    decisions::Decision,
    refusal::{Outcome, Refusal},
};
use crate::{
    analyzer::Analyzer,
    codes::{CodeRole, CodeSet, IvusCode},
    lexicon::Scope,
    render::{Reading, vessel_words},
};

/// Rules that let no unit of a session stand; a person may know better.
const SESSION: [&str; 3] = ["IVUS110", "IVUS112", "IVUS113"];

/// What is doubted, and can be confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// Its name: the same for the same doubt.
    pub key: String,
    /// In words.
    pub words: String,
    /// Whether it is confirmed with a reason alone.
    pub needs_reason: bool,
}

/// What stands to be billed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bill {
    /// The vessels of each code.
    pub units: BTreeMap<String, Vec<String>>,
    /// Suggestions without a decision.
    pub open: usize,
    /// Units to be billed that the text does not support.
    pub unsupported: usize,
    /// Why it cannot be billed as it stands, each with what to do.
    pub wrong: Vec<String>,
    /// What has to be confirmed.
    pub doubts: Vec<Doubt>,
    /// Codes of the first vessel that are missing, each with the suggestions that could become it.
    pub firsts: Vec<(String, Vec<Suggestion>)>,
}

impl Bill {
    /// What was decided so far, in one line.
    #[must_use]
    pub fn words(&self) -> String {
        let units: Vec<String> = self
            .units
            .iter()
            .map(|(code, vessels)| format!("{code} x{}", vessels.len()))
            .collect();
        let mut parts = vec![if units.is_empty() {
            "nothing".to_owned()
        } else {
            units.join(", ")
        }];
        if self.open > 0 {
            parts.push(format!("{} open", self.open));
        }
        if self.unsupported > 0 {
            parts.push(format!("{} not supported by the text", self.unsupported));
        }
        format!("To be billed: {}", parts.join("; "))
    }
}

/// What a report's entries are judged by.
pub(super) struct Judge<'a> {
    analyzer: &'a Analyzer,
    reading: &'a Reading,
    codes: CodeSet,
}

/// A unit that was decided to be billed.
#[derive(Clone, Copy)]
struct Unit<'a> {
    suggestion: &'a str,
    code: &'a str,
    vessel: &'a str,
}

/// The units of the decisions on a version.
fn units(standing: &[Decision], version: i64) -> Vec<Unit<'_>> {
    standing
        .iter()
        .filter(|d| d.version == version && d.class != "Rejected")
        .filter_map(|d| {
            Some(Unit {
                suggestion: &d.suggestion,
                code: d.code.as_deref()?,
                vessel: d.vessel.as_deref()?,
            })
        })
        .collect()
}

impl<'a> Judge<'a> {
    pub(super) fn of(analyzer: &'a Analyzer, reading: &'a Reading) -> Self {
        let date = reading.document.report.date_of_service.as_deref();
        let date = date.and_then(|d| d.parse().ok());
        Self {
            analyzer,
            reading,
            codes: analyzer.codes().on(date),
        }
    }

    /// Whether an entry can be at all, beside what stands; `suggestion` is the one it takes the place of, if it does.
    pub(super) fn entry(
        &self,
        (code, vessel): (&str, &str),
        suggestion: Option<&Suggestion>,
        (standing, version): (&[Decision], i64),
    ) -> Outcome<()> {
        let known = self.code(code)?;
        if suggestion.is_none_or(|s| s.vessel != vessel) {
            self.vessel(vessel)?;
        }
        let own = format!("{code} {vessel}");
        let own = suggestion.map_or(own.as_str(), |s| s.key.as_str());
        let others: Vec<Unit<'_>> = units(standing, version)
            .into_iter()
            .filter(|u| u.suggestion != own)
            .collect();
        let alike = |u: &&Unit<'_>| {
            let other = self.codes.ivus(u.code);
            other.is_some_and(|o| o.imaging == known.imaging)
        };
        if let Some(same) = others.iter().filter(alike).find(|u| u.vessel == vessel) {
            return Err(Refusal::Invalid(format!(
                "{} is counted already, as {}; undo that decision first, or choose another vessel",
                vessel_words(vessel),
                same.code
            )));
        }
        let taken = others.iter().filter(|u| u.code == code).count();
        if known.role == CodeRole::Initial && taken >= known.max_units as usize {
            let further = self.of_role(CodeRole::Additional, known.imaging);
            return Err(Refusal::Invalid(format!(
                "{code} is for the first vessel of a session and stands already; use {further}, or undo the other {code} first"
            )));
        }
        Ok(())
    }

    /// A code of the family in force on the day.
    fn code(&self, code: &str) -> Outcome<&IvusCode> {
        if let Some(known) = self.codes.ivus(code) {
            return Ok(known);
        }
        let book = self.analyzer.codes();
        let what = if self.codes.is_ivus(code) {
            format!("{code} is not in force on the date of service")
        } else if let Some(other) = book.against().iter().find(|c| c.code == code) {
            format!(
                "{code} ({}) is no unit of noncoronary IVUS, and is not billed from here",
                other.label
            )
        } else {
            format!("{code} is no code of noncoronary IVUS")
        };
        Err(Refusal::Invalid(format!("{what}; {}", self.choices())))
    }

    /// Whether a code can stand beside the units, for a catheter placement or a base procedure.
    pub(super) fn beside(&self, code: &str) -> Outcome<()> {
        if self.codes.is_ivus(code) {
            return Err(Refusal::Invalid(format!(
                "{code} counts vessels looked at with IVUS; add it among the units"
            )));
        }
        Ok(())
    }

    /// The codes of the day, to choose from.
    fn choices(&self) -> String {
        let role = |c: &IvusCode| {
            let role = match c.role {
                CodeRole::Initial => "first vessel",
                CodeRole::Additional => "each further vessel",
            };
            let part = if c.imaging { ", imaging part" } else { "" };
            format!("{} ({role}{part})", c.code)
        };
        let all = self.codes.initial().iter().chain(self.codes.additional());
        let all: Vec<String> = all.map(role).collect();
        let day = self.reading.document.report.date_of_service.as_deref();
        let day = day.map_or_else(|| "of today".to_owned(), |d| format!("of {d}"));
        format!("the codes {day} are {}", all.join(", "))
    }

    /// A vessel that can be counted, and on this side.
    fn vessel(&self, key: &str) -> Outcome<()> {
        let unknown =
            || Refusal::invalid("this vessel is not known; choose one of the list, and a side");
        let (side, id) = key.split_once(' ').ok_or_else(unknown)?;
        let lexicon = self.analyzer.lexicon();
        let vessel = lexicon.vessel(lexicon.vessel_id(id).ok_or_else(unknown)?);
        let name = vessel_words(&format!("none {id}"));
        match (side, vessel.sided) {
            _ if vessel.scope == Scope::Coronary => Err(Refusal::Invalid(format!(
                "{name} is a coronary vessel, and no unit of noncoronary IVUS"
            ))),
            ("none", true) => Err(Refusal::Invalid(format!(
                "{name} is left or right; choose the side, or “not stated” when the report does not tell it"
            ))),
            ("left" | "right" | "unknown", false) => Err(Refusal::Invalid(format!(
                "{name} has no side; choose “has no side”, or another vessel"
            ))),
            ("none" | "left" | "right" | "unknown", _) => Ok(()),
            _ => Err(unknown()),
        }
    }

    /// The codes of the first and of each further vessel on the day.
    pub(super) fn first_and_further(&self) -> [String; 2] {
        [CodeRole::Initial, CodeRole::Additional].map(|role| self.of_role(role, false).to_owned())
    }

    /// The code of a role.
    fn of_role(&self, role: CodeRole, imaging: bool) -> &str {
        let codes = match role {
            CodeRole::Initial => self.codes.initial(),
            CodeRole::Additional => self.codes.additional(),
        };
        let found = codes.iter().find(|c| c.imaging == imaging);
        found.map_or("", |c| c.code.as_str())
    }

    /// What stands to be billed, and what is wrong with it or doubted.
    pub(super) fn bill(
        &self,
        suggestions: &[Suggestion],
        (standing, version): (&[Decision], i64),
    ) -> Bill {
        let units = units(standing, version);
        let is_decided = |s: &&Suggestion| {
            let mut on = standing.iter().filter(|d| d.version == version);
            on.any(|d| d.suggestion == s.key)
        };
        let mut bill = Bill {
            open: suggestions.iter().filter(|s| !is_decided(s)).count(),
            ..Bill::default()
        };
        for unit in &units {
            let vessels = bill.units.entry(unit.code.to_owned()).or_default();
            vessels.push(unit.vessel.to_owned());
        }
        let used = |s: &&Suggestion| units.iter().any(|u| u.suggestion == s.key);
        let short: Vec<&Suggestion> = suggestions
            .iter()
            .filter(used)
            .filter(|s| s.lacks.is_some())
            .collect();
        bill.unsupported = short.len();
        self.foreign(&units, &mut bill);
        self.counts(&units, &mut bill);
        self.firsts(&units, suggestions, (standing, version), &mut bill);
        self.twice(&units, &mut bill);
        self.halves(&units, &mut bill);
        self.session(&units, &mut bill);
        bill.doubts.extend(short.into_iter().map(unsupported));
        bill
    }

    /// Codes that are none of the day, as when the date of service was corrected.
    fn foreign(&self, units: &[Unit<'_>], bill: &mut Bill) {
        for unit in units {
            if let Err(refusal) = self.code(unit.code) {
                let vessel = vessel_words(unit.vessel);
                bill.wrong.push(format!("{vessel}: {refusal}"));
            }
        }
    }

    /// More units than pass in one day, and further vessels without a first.
    fn counts(&self, units: &[Unit<'_>], bill: &mut Bill) {
        for code in self.codes.initial().iter().chain(self.codes.additional()) {
            let n = units.iter().filter(|u| u.code == code.code).count();
            if n <= code.max_units as usize {
                continue;
            }
            let (name, most) = (&code.code, code.max_units);
            if code.role == CodeRole::Initial {
                let further = self.of_role(CodeRole::Additional, code.imaging);
                bill.wrong.push(format!(
                    "{name} x{n}: one vessel of a session is the first; change the others to {further}"
                ));
            } else {
                bill.doubts.push(Doubt {
                    key: format!("limit {name} {n}"),
                    words: format!(
                        "{name} x{n}: no more than {most} pass in one day, unless the payer has another limit or an appeal with records succeeds"
                    ),
                    needs_reason: true,
                });
            }
        }
    }

    /// The codes of the first vessel that are missing beside those of further ones.
    fn firsts(
        &self,
        units: &[Unit<'_>],
        suggestions: &[Suggestion],
        (standing, version): (&[Decision], i64),
        bill: &mut Bill,
    ) {
        let on = |s: &Suggestion| {
            let mut on = standing.iter().filter(|d| d.version == version);
            on.find(|d| d.suggestion == s.key)
        };
        let rejected = |s: &Suggestion| on(s).is_some_and(|d| d.class == "Rejected");
        for first in self.codes.initial() {
            let further = self.of_role(CodeRole::Additional, first.imaging);
            let n = units.iter().filter(|u| u.code == further).count();
            let used = units.iter().any(|u| u.code == first.code);
            if used || n == 0 {
                continue;
            }
            let mut firsts = suggestions.iter().filter(|s| s.code == first.code);
            let waits = firsts.any(|s| on(s).is_none());
            if waits {
                continue;
            }
            bill.wrong.push(format!(
                "{further} x{n} without {0}: the first vessel of a session is {0}; change one of them to it",
                first.code
            ));
            let could: Vec<Suggestion> = suggestions
                .iter()
                .filter(|s| s.code == further && !rejected(s))
                .cloned()
                .collect();
            bill.firsts.push((first.code.clone(), could));
        }
    }

    /// Vessels that are counted more than once, by themselves or as parts of one unit.
    fn twice(&self, units: &[Unit<'_>], bill: &mut Bill) {
        let part = |u: &Unit<'_>| self.codes.ivus(u.code).is_some_and(|c| c.imaging);
        let mut told: Vec<String> = Vec::new();
        for (n, one) in units.iter().enumerate() {
            for other in &units[n + 1..] {
                if part(one) != part(other) {
                    continue;
                }
                if one.vessel == other.vessel {
                    bill.wrong.push(format!(
                        "{} is counted twice, as {} and as {}; undo one of them",
                        vessel_words(one.vessel),
                        one.code,
                        other.code
                    ));
                } else if self.is_one(one.vessel, other.vessel, units) {
                    let key = format!("unit {} + {}", one.vessel, other.vessel);
                    if told.contains(&key) {
                        continue;
                    }
                    bill.doubts.push(Doubt {
                        words: format!(
                            "{} and {} are one unit under the counting policy {}",
                            vessel_words(one.vessel),
                            vessel_words(other.vessel),
                            self.analyzer.policy().name
                        ),
                        key: key.clone(),
                        needs_reason: true,
                    });
                    told.push(key);
                }
            }
        }
    }

    /// Before 2016 the study and its imaging part had a code each; they may be told of different vessels when somebody else read
    /// the images.
    fn halves(&self, units: &[Unit<'_>], bill: &mut Bill) {
        let of = |imaging: bool| -> BTreeSet<&str> {
            let is_of = |u: &&Unit<'_>| {
                self.codes
                    .ivus(u.code)
                    .is_some_and(|c| c.imaging == imaging)
            };
            units.iter().filter(is_of).map(|u| u.vessel).collect()
        };
        let (study, images) = (of(false), of(true));
        if self.codes.initial().iter().any(|c| c.imaging) && study != images {
            bill.doubts.push(Doubt {
                key: format!("halves {} {}", study.len(), images.len()),
                words:
                    "The codes of the study and those of its imaging part are for different vessels"
                        .to_owned(),
                needs_reason: true,
            });
        }
    }

    /// Whether two vessels make one unit under the counting policy, given what is counted on their side.
    fn is_one(&self, one: &str, other: &str, units: &[Unit<'_>]) -> bool {
        let (Some((side, one)), Some((other_side, other))) =
            (one.split_once(' '), other.split_once(' '))
        else {
            return false;
        };
        let on_side = |u: &Unit<'_>| {
            let (of, id) = u.vessel.split_once(' ').unwrap_or_default();
            (of == side).then(|| id.to_owned())
        };
        let beside: Vec<String> = units.iter().filter_map(on_side).collect();
        let beside: Vec<&str> = beside.iter().map(String::as_str).collect();
        let policy = self.analyzer.policy();
        side == other_side && policy.unit(one, &beside) == policy.unit(other, &beside)
    }

    /// What lets no unit of this session stand: a procedure that includes IVUS, a draft, a report that was taken back.
    fn session(&self, units: &[Unit<'_>], bill: &mut Bill) {
        if units.is_empty() {
            return;
        }
        for entry in &self.reading.document.coding.not_counted {
            let key = format!("session {}", entry.rule);
            let told = bill.doubts.iter().any(|d| d.key == key);
            if SESSION.contains(&entry.rule.as_str()) && !told {
                bill.doubts.push(Doubt {
                    key,
                    words: format!("No unit is suggested: {}", entry.reason),
                    needs_reason: true,
                });
            }
        }
    }
}

/// A unit that the text does not support.
pub(super) fn unsupported(suggestion: &Suggestion) -> Doubt {
    Doubt {
        key: format!("support {}", suggestion.key),
        words: format!(
            "{} {}: {} in the text",
            suggestion.code,
            vessel_words(&suggestion.vessel),
            suggestion.lacks.unwrap_or("not supported")
        ),
        needs_reason: false,
    }
}
