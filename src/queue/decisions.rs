//! Decisions: what a coder made of each suggestion. Rows are only added; the last one of a suggestion is in force.

use rusqlite::{Connection, Row, Savepoint, named_params};

use super::{
    analyses::Suggestion,
    refusal::{Outcome, Refusal},
    time::{self, Moment},
};
use crate::render::vessel_words;

/// Why a suggestion may be rejected, each with its words.
pub const REASONS: &[(&str, &str)] = &[
    ("not_performed", "not performed"),
    ("history_only", "earlier session"),
    ("coronary", "coronary vessel"),
    ("same_lesion", "lesion that is counted already"),
    ("bundled_with_base", "part of another procedure"),
    ("negated", "denied in the text"),
    ("wrong_vessel", "vessel is another"),
    ("wrong_side", "side is the other"),
    ("no_necessity", "reason for IVUS not documented"),
    ("no_finding", "finding not documented"),
    ("duplicate", "twice, counted already"),
    ("other", "other, told in the note"),
];

/// Characters a note may have.
pub const LONGEST_NOTE: usize = 2000;

/// What a coder makes of a suggestion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Used as suggested.
    Accept {
        /// The suggestion.
        suggestion: String,
    },
    /// Used with another code or vessel.
    Change {
        /// The suggestion.
        suggestion: String,
        /// The code in its place.
        code: String,
        /// The vessel in its place, with its side.
        vessel: String,
        /// More words.
        note: String,
    },
    /// Not used.
    Reject {
        /// The suggestion.
        suggestion: String,
        /// One of [`REASONS`].
        reason: String,
        /// More words.
        note: String,
    },
    /// Used without having been suggested.
    Add {
        /// The code.
        code: String,
        /// The vessel with its side.
        vessel: String,
        /// The words it rests on, in code points.
        words: Option<(usize, usize)>,
        /// More words.
        note: String,
    },
    /// Open again.
    Withdraw {
        /// The suggestion.
        suggestion: String,
    },
}

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Its key.
    pub id: i64,
    /// The version it was made on.
    pub version: i64,
    /// That version's number.
    pub version_number: i64,
    /// The analysis it was made on.
    pub analysis: i64,
    /// The suggestion, or the code and vessel of an added one.
    pub suggestion: String,
    /// `Accepted`, `Edited`, `Added`, `Direct`, `Rejected` or `Withdrawn`.
    pub class: String,
    /// The code that is used.
    pub code: Option<String>,
    /// The vessel that is used.
    pub vessel: Option<String>,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// More words.
    pub note: String,
    /// The words it rests on.
    pub words: Option<(usize, usize)>,
    /// Who.
    pub by: String,
    /// When.
    pub at: Moment,
}

/// What a decision is about.
pub(super) struct Place<'a> {
    pub(super) report: i64,
    pub(super) version: i64,
    pub(super) analysis: i64,
    pub(super) suggestions: &'a [Suggestion],
    /// Code points of the text.
    pub(super) length: usize,
}

/// The columns a verdict fills.
#[derive(Default)]
struct Columns {
    suggestion: String,
    class: &'static str,
    code: Option<String>,
    vessel: Option<String>,
    reason: Option<String>,
    note: String,
    words: Option<(usize, usize)>,
}

impl Verdict {
    /// The verdict in words, for the audit table and for conflicts.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Accept { suggestion } => format!("accept {}", suggestion_words(suggestion)),
            Self::Change {
                suggestion,
                code,
                vessel,
                ..
            } => format!(
                "change {} to {code} {}",
                suggestion_words(suggestion),
                vessel_words(vessel)
            ),
            Self::Reject {
                suggestion, reason, ..
            } => format!(
                "reject {}: {}",
                suggestion_words(suggestion),
                reason_words(reason)
            ),
            Self::Add { code, vessel, .. } => format!("add {code} {}", vessel_words(vessel)),
            Self::Withdraw { suggestion } => {
                format!("withdraw the decision on {}", suggestion_words(suggestion))
            }
        }
    }

    fn columns(&self, place: &Place<'_>) -> Outcome<Columns> {
        let known = |key: &str| {
            let found = place.suggestions.iter().find(|s| s.key == key);
            found.ok_or_else(|| {
                Refusal::conflict("this is not suggested any more; load the report again")
            })
        };
        Ok(match self {
            Self::Accept { suggestion } => {
                let known = known(suggestion)?;
                Columns {
                    suggestion: known.key.clone(),
                    class: "Accepted",
                    code: Some(known.code.clone()),
                    vessel: Some(known.vessel.clone()),
                    ..Columns::default()
                }
            }
            Self::Change {
                suggestion,
                code,
                vessel,
                note,
            } => {
                let known = known(suggestion)?;
                if known.code == *code && known.vessel == *vessel {
                    return Err(Refusal::invalid(
                        "nothing was changed; accept the suggestion, or choose another code or vessel",
                    ));
                }
                Columns {
                    suggestion: known.key.clone(),
                    class: "Edited",
                    code: Some(code.clone()),
                    vessel: Some(vessel.clone()),
                    note: note.clone(),
                    ..Columns::default()
                }
            }
            Self::Reject {
                suggestion,
                reason,
                note,
            } => {
                let known = known(suggestion)?;
                if !REASONS.iter().any(|(r, _)| r == reason) {
                    return Err(Refusal::invalid("choose a reason for the rejection"));
                }
                if reason == "other" && note.is_empty() {
                    return Err(Refusal::invalid("say the reason in the note"));
                }
                Columns {
                    suggestion: known.key.clone(),
                    class: "Rejected",
                    reason: Some(reason.clone()),
                    note: note.clone(),
                    ..Columns::default()
                }
            }
            Self::Add {
                code,
                vessel,
                words,
                note,
            } => {
                if words.is_some_and(|(start, end)| start >= end || end > place.length) {
                    return Err(Refusal::invalid("the selected words are not in the text"));
                }
                if words.is_none() && note.is_empty() {
                    return Err(Refusal::invalid(
                        "select or type the words in the text that show it, or say in the note what shows it",
                    ));
                }
                let key = format!("{code} {vessel}");
                let suggested = place.suggestions.iter().any(|s| s.key == key);
                Columns {
                    suggestion: key,
                    class: if suggested { "Direct" } else { "Added" },
                    code: Some(code.clone()),
                    vessel: Some(vessel.clone()),
                    note: note.clone(),
                    words: *words,
                    ..Columns::default()
                }
            }
            Self::Withdraw { suggestion } => Columns {
                suggestion: suggestion.clone(),
                class: "Withdrawn",
                ..Columns::default()
            },
        })
    }
}

/// Adds a decision; its key.
pub(super) fn add(
    tx: &Savepoint<'_>,
    place: &Place<'_>,
    user: i64,
    verdict: &Verdict,
) -> Outcome<i64> {
    let columns = verdict.columns(place)?;
    if columns.note.chars().count() > LONGEST_NOTE {
        return Err(Refusal::Invalid(format!(
            "the note has more than {LONGEST_NOTE} characters; shorten it"
        )));
    }
    if columns.class == "Withdrawn" {
        let standing = in_force(tx, place.report)?;
        if !standing.iter().any(|d| d.suggestion == columns.suggestion) {
            return Err(Refusal::conflict("there is no decision to withdraw"));
        }
    }
    let point = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    tx.prepare_cached(
        "INSERT INTO decisions (report, version, analysis, suggestion, class, code, vessel, reason, note, words_start, \
           words_end, decided_by, decided_at) VALUES (:report, :version, :analysis, :suggestion, :class, :code, :vessel, \
           :reason, :note, :start, :end, :user, :at)",
    )?
    .execute(named_params! {
        ":report": place.report, ":version": place.version, ":analysis": place.analysis,
        ":suggestion": columns.suggestion, ":class": columns.class, ":code": columns.code, ":vessel": columns.vessel,
        ":reason": columns.reason, ":note": columns.note, ":start": columns.words.map(|w| point(w.0)),
        ":end": columns.words.map(|w| point(w.1)), ":user": user, ":at": time::now(),
    })?;
    Ok(tx.last_insert_rowid())
}

/// All decisions of a report in order, those that were replaced or withdrawn as well.
pub(super) fn of_report(connection: &Connection, report: i64) -> Outcome<Vec<Decision>> {
    let mut statement = connection.prepare_cached(
        "SELECT d.id, d.version, v.number, d.suggestion, d.class, d.code, d.vessel, d.reason, d.note, d.words_start, \
           d.words_end, u.name, d.decided_at, d.analysis FROM decisions d JOIN users u ON u.id = d.decided_by \
         JOIN versions v ON v.id = d.version WHERE d.report = ?1 ORDER BY d.id",
    )?;
    let one = |r: &Row<'_>| {
        let (start, end): (Option<u32>, Option<u32>) = (r.get(9)?, r.get(10)?);
        Ok(Decision {
            id: r.get(0)?,
            version: r.get(1)?,
            version_number: r.get(2)?,
            suggestion: r.get(3)?,
            class: r.get(4)?,
            code: r.get(5)?,
            vessel: r.get(6)?,
            reason: r.get(7)?,
            note: r.get(8)?,
            words: start.zip(end).map(|(s, e)| (s as usize, e as usize)),
            by: r.get(11)?,
            at: r.get(12)?,
            analysis: r.get(13)?,
        })
    };
    let rows = statement.query_map([report], one)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The decisions in force: of each suggestion the last one, unless it was withdrawn.
pub(super) fn in_force(connection: &Connection, report: i64) -> Outcome<Vec<Decision>> {
    Ok(standing(&of_report(connection, report)?))
}

/// Of decisions in order those in force.
#[must_use]
pub fn standing(all: &[Decision]) -> Vec<Decision> {
    let last = |d: &&Decision| {
        !all.iter()
            .any(|later| later.id > d.id && later.suggestion == d.suggestion)
    };
    all.iter()
        .filter(last)
        .filter(|d| d.class != "Withdrawn")
        .cloned()
        .collect()
}

impl Decision {
    /// The decision in words: what, who, when.
    #[must_use]
    pub fn words(&self) -> String {
        let of = match (self.class.as_str(), &self.code, &self.vessel) {
            ("Edited", Some(code), Some(vessel)) => format!(" to {code} {}", vessel_words(vessel)),
            ("Rejected", ..) => self
                .reason
                .as_ref()
                .map_or_else(String::new, |r| format!(", {}", reason_words(r))),
            _ => String::new(),
        };
        format!(
            "{}: {}{of}, by {} on {} UTC",
            suggestion_words(&self.suggestion),
            self.class,
            self.by,
            time::told(self.at)
        )
    }
}

/// A suggestion's key, `37253 left common-iliac-vein`, in words.
#[must_use]
pub fn suggestion_words(key: &str) -> String {
    match key.split_once(' ') {
        Some((code, vessel)) => format!("{code} {}", vessel_words(vessel)),
        None => key.to_owned(),
    }
}

/// A reason in words.
#[must_use]
pub fn reason_words(reason: &str) -> &str {
    REASONS
        .iter()
        .find(|(r, _)| *r == reason)
        .map_or(reason, |(_, words)| words)
}
