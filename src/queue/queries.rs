//! Queries to physicians: what was asked, with the words of the report it rests on, what was answered, and how it ended.

use rusqlite::{Connection, Row, Savepoint, named_params};
use serde_json::{Value, json};

use super::{
    gaps::{self, Choice, Indicator, OTHER, UNABLE},
    refusal::{Outcome, Refusal},
    rights::Actor,
    time::{self, Moment},
};

/// A query as it is kept.
#[derive(Clone, Debug)]
pub struct Query {
    /// Its number.
    pub id: i64,
    /// The report's number.
    pub report: i64,
    /// The report's id where it comes from.
    pub name: String,
    /// The site.
    pub site: String,
    /// The physician who is asked.
    pub physician: String,
    /// The key of the version that is quoted.
    pub version: i64,
    /// The rule whose flag led to it.
    pub rule: String,
    /// A few words.
    pub title: String,
    /// What was found, or not.
    pub told: String,
    /// The question.
    pub question: String,
    /// Words of the report.
    pub indicators: Vec<Indicator>,
    /// What can be chosen; empty for an open question.
    pub choices: Vec<&'static Choice>,
    /// `open`, `answered`, `closed` or `cancelled`.
    pub state: String,
    /// Who asked, and when.
    pub asked: (String, Moment),
    /// The answer.
    pub answer: Option<Answer>,
    /// How it ended: who, when, and what for.
    pub ended: Option<(String, Moment, String)>,
    pub(super) hold: i64,
}

/// An answer as it is kept.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What was chosen, if there was a choice.
    pub choice: Option<String>,
    /// The physician's words.
    pub words: String,
    /// The key of the version with the addendum.
    pub addendum: i64,
    /// Who answered.
    pub by: String,
    /// When.
    pub at: Moment,
}

/// A query to be kept.
pub(super) struct NewQuery<'a> {
    pub(super) report: i64,
    pub(super) version: i64,
    pub(super) rule: &'a str,
    pub(super) title: &'a str,
    pub(super) told: &'a str,
    pub(super) question: &'a str,
    pub(super) indicators: &'a [Indicator],
    pub(super) choices: &'a [&'static Choice],
    pub(super) hold: i64,
}

/// How many queries stand where, of those a user may see, and how long answers took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turnaround {
    /// States with their counts, in the order of a query's life.
    pub states: Vec<(&'static str, usize)>,
    /// How many were answered.
    pub answered: usize,
    /// Half of the answers came within so many milliseconds; 0 without answers.
    pub median: Moment,
    /// Nine of ten answers came within so many milliseconds.
    pub p90: Moment,
    /// When the oldest open one was asked.
    pub oldest: Option<Moment>,
}

/// The states in the order of a query's life.
pub const STATES: [&str; 4] = ["open", "answered", "closed", "cancelled"];

fn choice(name: &str) -> Option<&'static Choice> {
    let own = gaps::WORDINGS.iter().flat_map(|w| w.choices);
    own.chain([&OTHER, &UNABLE]).find(|c| c.key == name)
}

impl Query {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        let kept: Value =
            serde_json::from_str(&row.get::<_, String>("indicators")?).unwrap_or_default();
        let indicators = kept
            .as_array()
            .into_iter()
            .flatten()
            .map(|i| Indicator {
                line: i["line"]
                    .as_u64()
                    .and_then(|n| n.try_into().ok())
                    .unwrap_or(1),
                words: i["words"].as_str().unwrap_or_default().to_owned(),
            })
            .collect();
        let choices: String = row.get("choices")?;
        let at: Option<Moment> = row.get("answered_at")?;
        let answer = match at {
            Some(at) => Some(Answer {
                choice: row.get("choice")?,
                words: row.get("answer")?,
                addendum: row.get("addendum")?,
                by: row.get("answerer")?,
                at,
            }),
            None => None,
        };
        let ended: (Option<String>, Option<Moment>, Option<String>) =
            (row.get("ender")?, row.get("ended_at")?, row.get("outcome")?);
        Ok(Self {
            id: row.get("id")?,
            report: row.get("report")?,
            name: row.get("name")?,
            site: row.get("site")?,
            physician: row.get("physician")?,
            version: row.get("version")?,
            rule: row.get("rule")?,
            title: row.get("title")?,
            told: row.get("told")?,
            question: row.get("question")?,
            indicators,
            choices: choices.split_whitespace().filter_map(choice).collect(),
            state: row.get("state")?,
            asked: (row.get("asker")?, row.get("asked_at")?),
            answer,
            ended: ended
                .0
                .zip(ended.1)
                .map(|(by, at)| (by, at, ended.2.unwrap_or_default())),
            hold: row.get("hold")?,
        })
    }

    /// How long the answer took, or how long it has been waited for.
    #[must_use]
    pub fn waited(&self, now: Moment) -> Moment {
        let until = self.answer.as_ref().map(|a| a.at);
        let until = until.or(self.ended.as_ref().map(|e| e.1));
        (until.unwrap_or(now) - self.asked.1).max(0)
    }
}

impl Turnaround {
    /// Of some queries.
    #[must_use]
    pub fn of(queries: &[Query]) -> Self {
        let mut took: Vec<Moment> = queries
            .iter()
            .filter(|q| q.answer.is_some())
            .map(|q| q.waited(0))
            .collect();
        took.sort_unstable();
        let count = |state: &str| queries.iter().filter(|q| q.state == state).count();
        Self {
            states: STATES.iter().map(|s| (*s, count(s))).collect(),
            answered: took.len(),
            median: time::within(&took, 5),
            p90: time::within(&took, 9),
            oldest: queries
                .iter()
                .filter(|q| q.state == "open")
                .map(|q| q.asked.1)
                .min(),
        }
    }
}

const QUERY: &str = "SELECT q.*, r.name, r.site, r.physician, a.name AS asker, w.name AS answerer, e.name AS ender \
     FROM queries q JOIN reports r ON r.id = q.report JOIN users a ON a.id = q.asked_by \
     LEFT JOIN users w ON w.id = q.answered_by LEFT JOIN users e ON e.id = q.ended_by \
     WHERE (?1 IS NULL OR r.site = ?1) AND (?2 IS NULL OR r.physician = ?2) ";

/// The queries a user may see, those that wait longest first, then the others by their last change.
pub(super) fn list(connection: &Connection, actor: &Actor) -> Outcome<Vec<Query>> {
    let sql = format!(
        "{QUERY} ORDER BY CASE q.state WHEN 'open' THEN 1 WHEN 'answered' THEN 2 ELSE 3 END, \
         CASE q.state WHEN 'open' THEN q.asked_at WHEN 'answered' THEN q.answered_at ELSE -q.ended_at END, q.id"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map((actor.site.as_deref(), actor.only_physician()), Query::of)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// How many queries in a state a user may see.
pub(super) fn standing(connection: &Connection, actor: &Actor, state: &str) -> Outcome<i64> {
    let mut statement = connection.prepare_cached(
        "SELECT count(*) FROM queries q JOIN reports r ON r.id = q.report \
         WHERE q.state = ?3 AND (?1 IS NULL OR r.site = ?1) AND (?2 IS NULL OR r.physician = ?2)",
    )?;
    let seen = (actor.site.as_deref(), actor.only_physician(), state);
    Ok(statement.query_row(seen, |r| r.get(0))?)
}

/// The queries on a report, in order.
pub(super) fn of_report(
    connection: &Connection,
    actor: &Actor,
    report: i64,
) -> Outcome<Vec<Query>> {
    let sql = format!("{QUERY} AND q.report = ?3 ORDER BY q.id");
    let mut statement = connection.prepare_cached(&sql)?;
    let seen = (actor.site.as_deref(), actor.only_physician(), report);
    let rows = statement.query_map(seen, Query::of)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A query by its number.
pub(super) fn get(connection: &Connection, actor: &Actor, id: i64) -> Outcome<Query> {
    let sql = format!("{QUERY} AND q.id = ?3");
    let mut statement = connection.prepare_cached(&sql)?;
    let seen = (actor.site.as_deref(), actor.only_physician(), id);
    Ok(statement.query_row(seen, Query::of)?)
}

/// Keeps a query; its number.
pub(super) fn add(tx: &Savepoint<'_>, user: i64, new: &NewQuery<'_>) -> Outcome<i64> {
    let known: bool = tx
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM queries WHERE report = ?1 AND rule = ?2 AND state IN ('open', 'answered'))",
        )?
        .query_row((new.report, new.rule), |r| r.get(0))?;
    if known {
        return Err(Refusal::invalid(
            "a query of this kind is under way on this report; close or cancel it first",
        ));
    }
    let indicators: Vec<Value> = new
        .indicators
        .iter()
        .map(|i| json!({ "line": i.line, "words": i.words }))
        .collect();
    let choices: Vec<&str> = new.choices.iter().map(|c| c.key).collect();
    tx.prepare_cached(
        "INSERT INTO queries (report, version, rule, title, told, question, indicators, choices, hold, asked_by, asked_at) \
         VALUES (:report, :version, :rule, :title, :told, :question, :indicators, :choices, :hold, :by, :at)",
    )?
    .execute(named_params! {
        ":report": new.report, ":version": new.version, ":rule": new.rule, ":title": new.title, ":told": new.told,
        ":question": new.question, ":indicators": Value::from(indicators).to_string(), ":choices": choices.join(" "),
        ":hold": new.hold, ":by": user, ":at": time::now(),
    })?;
    Ok(tx.last_insert_rowid())
}

/// Keeps an answer; only an open query takes one.
pub(super) fn answer(
    tx: &Savepoint<'_>,
    id: i64,
    user: i64,
    (choice, words): (Option<&str>, &str),
    addendum: i64,
) -> Outcome<()> {
    let changed = tx
        .prepare_cached(
            "UPDATE queries SET state = 'answered', choice = ?2, answer = ?3, addendum = ?4, answered_by = ?5, answered_at = ?6 \
             WHERE id = ?1 AND state = 'open'",
        )?
        .execute((id, choice, words, addendum, user, time::now()))?;
    if changed == 0 {
        return Err(Refusal::conflict("this query is not open any more"));
    }
    Ok(())
}

/// Ends a query: an answered one is closed, an open one cancelled.
pub(super) fn end(tx: &Savepoint<'_>, query: &Query, user: i64, outcome: &str) -> Outcome<()> {
    let to = if query.state == "answered" {
        "closed"
    } else {
        "cancelled"
    };
    let changed = tx
        .prepare_cached(
            "UPDATE queries SET state = ?3, outcome = ?4, ended_by = ?5, ended_at = ?6 WHERE id = ?1 AND state = ?2 \
             AND state IN ('open', 'answered')",
        )?
        .execute((query.id, &query.state, to, outcome, user, time::now()))?;
    if changed == 0 {
        return Err(Refusal::conflict("this query has changed; load it again"));
    }
    Ok(())
}
