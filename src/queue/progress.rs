//! How the work goes: what waits, what came and was finished day by day, and what each coder has and did.

use rusqlite::{Connection, named_params};

use super::{
    refusal::Outcome,
    rights::{Actor, Right, Role},
    time::{self, DAY, Moment},
};

/// Days that are told one by one, today with them.
pub const DAYS: i64 = 14;
/// Days over which is told how long reports took.
pub const MONTH: i64 = 30;

/// How the work goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// When the report came that waits longest, open and without a hold.
    pub oldest: Option<Moment>,
    /// Reports finished in the last [`MONTH`] days, and since then not opened again.
    pub finished: usize,
    /// Half of them were finished within so many milliseconds of their coming; 0 without any.
    pub median: Moment,
    /// Nine of ten of them were finished within so many milliseconds.
    pub p90: Moment,
    /// The last [`DAYS`] days, today first: when each began (UTC), reports that came, reports that were finished.
    pub days: Vec<(Moment, i64, i64)>,
    /// What each coder has and did, by name.
    pub coders: Vec<Coder>,
}

/// What a coder has and did, in reports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coder {
    /// The name.
    pub name: String,
    /// Open ones without a hold that are for this coder.
    pub assigned: i64,
    /// Those that this coder has claimed now.
    pub in_hand: i64,
    /// Those that this coder put on hold and that wait.
    pub held: i64,
    /// Finished today (UTC).
    pub today: i64,
    /// Finished within seven days, today with them.
    pub week: i64,
    /// Finished within [`MONTH`] days, today with them.
    pub month: i64,
}

/// How it goes with the reports a user may see.
pub(super) fn of(connection: &Connection, actor: &Actor) -> Outcome<Progress> {
    let now = time::now();
    let today = now - now.rem_euclid(DAY);
    let since = today - (MONTH - 1) * DAY;
    let oldest = connection
        .prepare_cached(
            "SELECT min(r.received_at) FROM queue q JOIN reports r ON r.id = q.report WHERE q.state = 'open' \
             AND (?1 IS NULL OR r.site = ?1) \
             AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.report = q.report AND h.closed_at IS NULL)",
        )?
        .query_row([&actor.site], |r| r.get(0))?;
    let mut took: Vec<Moment> = connection
        .prepare_cached(
            "SELECT max(q.done_at - r.received_at, 0) FROM queue q JOIN reports r ON r.id = q.report \
             WHERE q.state = 'done' AND q.done_at >= ?2 AND (?1 IS NULL OR r.site = ?1)",
        )?
        .query_map((&actor.site, since), |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    took.sort_unstable();
    Ok(Progress {
        oldest,
        finished: took.len(),
        median: time::within(&took, 5),
        p90: time::within(&took, 9),
        days: days(connection, actor, today)?,
        coders: coders(connection, actor, (today, since))?,
    })
}

fn days(connection: &Connection, actor: &Actor, today: Moment) -> Outcome<Vec<(Moment, i64, i64)>> {
    let mut days: Vec<(Moment, i64, i64)> = (0..DAYS).map(|n| (today - n * DAY, 0, 0)).collect();
    let mut statement = connection.prepare_cached(
        "SELECT day, sum(came), sum(done) FROM ( \
           SELECT r.received_at / :length AS day, 1 AS came, 0 AS done FROM reports r \
             WHERE r.received_at >= :first AND (:site IS NULL OR r.site = :site) \
           UNION ALL \
           SELECT q.done_at / :length, 0, 1 FROM queue q JOIN reports r ON r.id = q.report \
             WHERE q.state = 'done' AND q.done_at >= :first AND (:site IS NULL OR r.site = :site)) GROUP BY day",
    )?;
    let first = today - (DAYS - 1) * DAY;
    let limits = named_params! {":length": DAY, ":first": first, ":site": actor.site};
    let rows = statement.query_map(limits, |r| {
        Ok((
            r.get::<_, i64>(0)?,
            r.get::<_, i64>(1)?,
            r.get::<_, i64>(2)?,
        ))
    })?;
    for row in rows {
        let (day, came, done) = row?;
        if let Some(found) = days.iter_mut().find(|(begins, ..)| *begins == day * DAY) {
            (found.1, found.2) = (came, done);
        }
    }
    Ok(days)
}

/// Those who may decide and come in, and those who have or did something.
fn coders(
    connection: &Connection,
    actor: &Actor,
    (today, since): (Moment, Moment),
) -> Outcome<Vec<Coder>> {
    let mut statement = connection.prepare_cached(
        "WITH seen AS (SELECT q.*, r.site FROM queue q JOIN reports r ON r.id = q.report WHERE :site IS NULL OR r.site = :site), \
         each (user, assigned, hand, held, today, week, month) AS ( \
           SELECT assigned_to, 1, 0, 0, 0, 0, 0 FROM seen WHERE state = 'open' AND assigned_to IS NOT NULL \
             AND NOT EXISTS (SELECT 1 FROM holds h WHERE h.report = seen.report AND h.closed_at IS NULL) \
           UNION ALL SELECT claimed_by, 0, 1, 0, 0, 0, 0 FROM seen WHERE lease_until > :now AND claimed_by IS NOT NULL \
           UNION ALL SELECT DISTINCT h.opened_by, 0, 0, h.report, 0, 0, 0 FROM holds h JOIN seen s ON s.report = h.report \
             WHERE h.closed_at IS NULL AND s.state = 'open' \
           UNION ALL SELECT done_by, 0, 0, 0, done_at >= :today, done_at >= :week, 1 FROM seen \
             WHERE state = 'done' AND done_at >= :since AND done_by IS NOT NULL) \
         SELECT u.name, u.role, u.active, coalesce(sum(assigned), 0), coalesce(sum(hand), 0), count(nullif(held, 0)), \
           coalesce(sum(today), 0), coalesce(sum(week), 0), coalesce(sum(month), 0), count(each.user) \
         FROM users u LEFT JOIN each ON each.user = u.id GROUP BY u.id ORDER BY u.name",
    )?;
    let limits = named_params! {
        ":site": actor.site, ":now": time::now(), ":today": today, ":week": today - 6 * DAY, ":since": since,
    };
    let rows = statement.query_map(limits, |r| {
        let role = Role::named(&r.get::<_, String>(1)?);
        let works = r.get(2)? && role.is_some_and(|role| role.may(Right::Decide));
        let coder = Coder {
            name: r.get(0)?,
            assigned: r.get(3)?,
            in_hand: r.get(4)?,
            held: r.get(5)?,
            today: r.get(6)?,
            week: r.get(7)?,
            month: r.get(8)?,
        };
        Ok((coder, works || r.get::<_, i64>(9)? > 0))
    })?;
    let told: Vec<(Coder, bool)> = rows.collect::<rusqlite::Result<_>>()?;
    Ok(told
        .into_iter()
        .filter_map(|(coder, is_told)| is_told.then_some(coder))
        .collect())
}
