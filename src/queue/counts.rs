//! How many reports stand where: the numbers beside the list.

use rusqlite::Connection;

use super::{board::standing, refusal::Outcome, rights::Actor};

/// How many reports stand where, of those a user may see.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Open, without a hold.
    pub open: i64,
    /// Open with a hold.
    pub held: i64,
    /// Finished.
    pub done: i64,
    /// Read otherwise since they were decided.
    pub differs: i64,
    /// Of those that stand as was asked: by disposition.
    pub dispositions: Vec<(String, i64)>,
    /// Of those that stand as was asked: by flag.
    pub flags: Vec<(String, i64)>,
    /// Physicians of any report.
    pub physicians: Vec<String>,
    /// Sites of any report.
    pub sites: Vec<String>,
}

/// The counts that stand beside the list, by disposition and flag of the reports in a state of [`super::board::Filter::state`].
pub(super) fn counts(connection: &Connection, actor: &Actor, state: &str) -> Outcome<Counts> {
    let seen = (actor.site.as_deref(), actor.only_physician());
    let pairs = |sql: &str| -> Outcome<Vec<(String, i64)>> {
        let mut statement = connection.prepare_cached(sql)?;
        let rows = statement.query_map(seen, |r| Ok((r.get(0)?, r.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    };
    let of_state = |sql: &str| -> Outcome<Vec<(String, i64)>> {
        let mut statement = connection.prepare_cached(sql)?;
        let rows = statement.query_map((seen.0, seen.1, state), |r| Ok((r.get(0)?, r.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    };
    let states = pairs(
        "SELECT CASE WHEN q.state = 'open' AND EXISTS (SELECT 1 FROM holds h WHERE h.report = q.report AND h.closed_at IS NULL) \
           THEN 'held' ELSE q.state END AS standing, count(*) FROM queue q JOIN reports r ON r.id = q.report \
         WHERE (?1 IS NULL OR r.site = ?1) AND (?2 IS NULL OR r.physician = ?2) GROUP BY standing",
    )?;
    let of = |name: &str| {
        states
            .iter()
            .find(|(s, _)| s == name)
            .map_or(0, |(_, n)| *n)
    };
    let names = |pairs: Vec<(String, i64)>| pairs.into_iter().map(|(name, _)| name).collect();
    let differs = pairs(
        "SELECT '', count(*) FROM queue q JOIN reports r ON r.id = q.report WHERE q.differs = 1 \
         AND (?1 IS NULL OR r.site = ?1) AND (?2 IS NULL OR r.physician = ?2)",
    )?;
    Ok(Counts {
        differs: differs.first().map_or(0, |(_, n)| *n),
        open: of("open"),
        held: of("held"),
        done: of("done"),
        dispositions: of_state(concat!(
            "SELECT q.disposition, count(*) FROM queue q JOIN reports r ON r.id = q.report WHERE ",
            standing!("?3"),
            "AND (?1 IS NULL OR r.site = ?1) AND (?2 IS NULL OR r.physician = ?2) GROUP BY q.disposition \
             ORDER BY CASE q.disposition WHEN 'review' THEN 1 WHEN 'query' THEN 2 WHEN 'ready' THEN 3 ELSE 4 END",
        ))?,
        flags: of_state(concat!(
            "SELECT f.rule, count(*) FROM queue_flags f JOIN queue q ON q.report = f.report JOIN reports r ON r.id = q.report \
             WHERE ",
            standing!("?3"),
            "AND (?1 IS NULL OR r.site = ?1) AND (?2 IS NULL OR r.physician = ?2) \
             GROUP BY f.rule ORDER BY f.rule",
        ))?,
        physicians: names(pairs(
            "SELECT r.physician, 0 FROM reports r WHERE r.physician <> '' AND (?1 IS NULL OR r.site = ?1) \
             AND (?2 IS NULL OR r.physician = ?2) GROUP BY r.physician ORDER BY r.physician",
        )?),
        sites: names(pairs(
            "SELECT r.site, 0 FROM reports r WHERE r.site <> '' AND (?1 IS NULL OR r.site = ?1) \
             AND (?2 IS NULL OR r.physician = ?2) GROUP BY r.site ORDER BY r.site",
        )?),
    })
}
