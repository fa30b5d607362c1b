//! Decisions on what stands beside the units: catheter placements and base procedures. As with units rows are only added, and the
//! last one of a suggestion is in force; nothing of it is needed to finish a report, since others may charge for it elsewhere.

use rusqlite::{Connection, Row, Savepoint, named_params};

use super::{
    decisions::{LONGEST_NOTE, REASONS, reason_words},
    refusal::{Outcome, Refusal},
    time::{self, Moment},
};
use crate::render::{Reading, json::Quote, placements};

/// What a suggestion is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A catheter placement.
    Catheter,
    /// A procedure that IVUS is added to.
    Base,
}

impl Part {
    /// The name in the store and in exports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Catheter => "catheter",
            Self::Base => "base",
        }
    }

    fn named(name: &str) -> Self {
        if name == "base" {
            Self::Base
        } else {
            Self::Catheter
        }
    }
}

/// One code that is suggested beside the units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// Its name in the store: `catheter 36012 right common-femoral-vein > left external-iliac-vein`, `base 37238`.
    pub key: String,
    /// What it is of.
    pub part: Part,
    /// The code.
    pub code: String,
    /// In words: "36012 right common femoral vein to left external iliac vein".
    pub words: String,
    /// The vessel it reaches, with its side, for a placement.
    pub target: Option<String>,
    /// Its place in the reading's list.
    pub at: usize,
}

/// The codes of a reading that a coder can decide on; a placement that another code includes is none.
#[must_use]
pub fn offered(reading: &Reading) -> Vec<Offered> {
    let coding = &reading.document.coding;
    let mut all: Vec<Offered> = Vec::new();
    for (at, p) in coding.catheter_placements.iter().enumerate() {
        if p.bundled_by.is_none() {
            all.push(Offered {
                key: format!("catheter {} {} > {}", p.code, p.from, p.to),
                part: Part::Catheter,
                code: p.code.clone(),
                words: format!("{} {}", p.code, placements::way(p)),
                target: Some(p.to.clone()),
                at,
            });
        }
    }
    for (at, code) in coding.base_procedures.iter().enumerate() {
        all.push(Offered {
            key: format!("base {code}"),
            part: Part::Base,
            code: code.clone(),
            words: format!("base procedure {code}"),
            target: None,
            at,
        });
    }
    number_alike(&mut all);
    all
}

/// Gives each of several alike a name of its own.
fn number_alike(all: &mut [Offered]) {
    for n in 1..all.len() {
        let (before, rest) = all.split_at_mut(n);
        let Some(one) = rest.first_mut() else { return };
        let alike = before
            .iter()
            .filter(|b| b.key == one.key || b.key.starts_with(&format!("{} #", one.key)));
        let alike = alike.count();
        if alike > 0 {
            one.key = format!("{} #{}", one.key, alike + 1);
        }
    }
}

/// The words that a base procedure rests on.
#[must_use]
pub fn base_words<'a>(reading: &'a Reading, code: &str) -> Vec<&'a Quote> {
    let told = &reading.document.encounter.procedures;
    let of = told
        .iter()
        .filter(|p| p.status == "performed" && p.codes.iter().any(|c| c == code));
    of.flat_map(|p| &p.evidence).collect()
}

/// What a coder makes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Used as suggested.
    Accept,
    /// Used with another code.
    Change {
        /// The code in its place.
        code: String,
        /// More words.
        note: String,
    },
    /// Not used.
    Reject {
        /// One of [`REASONS`].
        reason: String,
        /// More words.
        note: String,
    },
    /// Open again.
    Withdraw,
}

impl Choice {
    /// The choice in words, for the audit table and for conflicts.
    #[must_use]
    pub fn words(&self, of: &str) -> String {
        match self {
            Self::Accept => format!("accept {of}"),
            Self::Change { code, .. } => format!("change {of} to {code}"),
            Self::Reject { reason, .. } => format!("reject {of}: {}", reason_words(reason)),
            Self::Withdraw => format!("withdraw the decision on {of}"),
        }
    }
}

/// A decision on a placement or a base procedure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// Its key.
    pub id: i64,
    /// The version it was made on.
    pub version: i64,
    /// That version's number.
    pub version_number: i64,
    /// The analysis it was made on.
    pub analysis: i64,
    /// What it is of.
    pub part: Part,
    /// The suggestion.
    pub suggestion: String,
    /// `Accepted`, `Edited`, `Rejected` or `Withdrawn`.
    pub class: String,
    /// The code that is used.
    pub code: Option<String>,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// More words.
    pub note: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: Moment,
}

impl Decided {
    /// The decision in words: what, who, when.
    #[must_use]
    pub fn words(&self) -> String {
        let of = match (self.class.as_str(), &self.code, &self.reason) {
            ("Edited", Some(code), _) => format!(" to {code}"),
            ("Rejected", _, Some(reason)) => format!(", {}", reason_words(reason)),
            _ => String::new(),
        };
        format!(
            "{}: {}{of}, by {} on {} UTC",
            key_words(&self.suggestion),
            self.class,
            self.by,
            time::told(self.at)
        )
    }
}

/// A suggestion's name in words: "catheter 36012 right common femoral vein to left external iliac vein".
#[must_use]
pub fn key_words(key: &str) -> String {
    key.replace(" > ", " to ")
        .replace('-', " ")
        .replace("none ", "")
}

/// What a decision is about.
pub(super) struct Spot<'a> {
    pub(super) report: i64,
    pub(super) version: i64,
    pub(super) analysis: i64,
    pub(super) of: &'a Offered,
}

/// Adds a decision; its key.
pub(super) fn add(tx: &Savepoint<'_>, spot: &Spot<'_>, user: i64, choice: &Choice) -> Outcome<i64> {
    let (class, code, reason, note) = match choice {
        Choice::Accept => ("Accepted", Some(&spot.of.code), None, ""),
        Choice::Change { code, .. } if *code == spot.of.code => {
            return Err(Refusal::invalid(
                "nothing was changed; accept the suggestion, or choose another code",
            ));
        }
        Choice::Change { code, note } => ("Edited", Some(code), None, note.as_str()),
        Choice::Reject { reason, note } => {
            if !REASONS.iter().any(|(r, _)| r == reason) {
                return Err(Refusal::invalid("choose a reason for the rejection"));
            }
            if reason == "other" && note.is_empty() {
                return Err(Refusal::invalid("say the reason in the note"));
            }
            ("Rejected", None, Some(reason), note.as_str())
        }
        Choice::Withdraw => {
            let standing = in_force(tx, spot.report)?;
            if !standing.iter().any(|d| d.suggestion == spot.of.key) {
                return Err(Refusal::conflict("there is no decision to withdraw"));
            }
            ("Withdrawn", None, None, "")
        }
    };
    if note.chars().count() > LONGEST_NOTE {
        return Err(Refusal::Invalid(format!(
            "the note has more than {LONGEST_NOTE} characters; shorten it"
        )));
    }
    tx.prepare_cached(
        "INSERT INTO procedure_decisions (report, version, analysis, part, suggestion, class, code, reason, note, decided_by, \
           decided_at) VALUES (:report, :version, :analysis, :part, :suggestion, :class, :code, :reason, :note, :user, :at)",
    )?
    .execute(named_params! {
        ":report": spot.report, ":version": spot.version, ":analysis": spot.analysis, ":part": spot.of.part.name(),
        ":suggestion": spot.of.key, ":class": class, ":code": code, ":reason": reason, ":note": note, ":user": user,
        ":at": time::now(),
    })?;
    Ok(tx.last_insert_rowid())
}

/// All decisions of a report in order, those that were replaced or withdrawn as well.
pub(super) fn of_report(connection: &Connection, report: i64) -> Outcome<Vec<Decided>> {
    let mut statement = connection.prepare_cached(
        "SELECT d.id, d.version, v.number, d.analysis, d.part, d.suggestion, d.class, d.code, d.reason, d.note, u.name, \
           d.decided_at FROM procedure_decisions d JOIN users u ON u.id = d.decided_by JOIN versions v ON v.id = d.version \
         WHERE d.report = ?1 ORDER BY d.id",
    )?;
    let one = |r: &Row<'_>| {
        Ok(Decided {
            id: r.get(0)?,
            version: r.get(1)?,
            version_number: r.get(2)?,
            analysis: r.get(3)?,
            part: Part::named(&r.get::<_, String>(4)?),
            suggestion: r.get(5)?,
            class: r.get(6)?,
            code: r.get(7)?,
            reason: r.get(8)?,
            note: r.get(9)?,
            by: r.get(10)?,
            at: r.get(11)?,
        })
    };
    let rows = statement.query_map([report], one)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The decisions in force: of each suggestion the last one, unless it was withdrawn.
pub(super) fn in_force(connection: &Connection, report: i64) -> Outcome<Vec<Decided>> {
    Ok(standing(&of_report(connection, report)?))
}

/// Of decisions in order those in force.
#[must_use]
pub fn standing(all: &[Decided]) -> Vec<Decided> {
    let last = |d: &&Decided| {
        let mut later = all.iter().filter(|l| l.id > d.id);
        !later.any(|l| l.suggestion == d.suggestion)
    };
    let last = all.iter().filter(last);
    last.filter(|d| d.class != "Withdrawn").cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_alike_each_has_a_name_of_its_own() {
        let one = |code: &str| Offered {
            key: format!("catheter {code} left a > left b"),
            part: Part::Catheter,
            code: code.to_owned(),
            words: String::new(),
            target: None,
            at: 0,
        };
        let mut all = [one("36011"), one("36012"), one("36011"), one("36011")];
        number_alike(&mut all);
        let keys: Vec<&str> = all.iter().map(|o| o.key.as_str()).collect();
        assert_eq!(
            keys,
            [
                "catheter 36011 left a > left b",
                "catheter 36012 left a > left b",
                "catheter 36011 left a > left b #2",
                "catheter 36011 left a > left b #3",
            ]
        );
    }

    #[test]
    fn a_name_is_told_in_words() {
        assert_eq!(
            key_words("catheter 36010 left popliteal-vein > none inferior-vena-cava"),
            "catheter 36010 left popliteal vein to inferior vena cava"
        );
    }
}
