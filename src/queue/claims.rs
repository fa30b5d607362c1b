//! Claims: one coder at a time has a report, for as long as the lease runs. Each claim has a number that grows; a save must
//! bring the number it was given, so that a late one is seen.

use rusqlite::{Connection, OptionalExtension, Savepoint};

use super::{
    refusal::{Outcome, Refusal},
    time::{self, MINUTE, Moment},
};

/// How long a claim lasts after the last sign of life.
pub const LEASE: i64 = 10 * MINUTE;

/// A report in somebody's hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The report.
    pub report: i64,
    /// The number a save must bring.
    pub fence: i64,
    /// When it ends, unless it is renewed.
    pub until: Moment,
}

/// Who has a report now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The user's number.
    pub user: i64,
    /// The user's name.
    pub name: String,
    /// The claim's number.
    pub fence: i64,
    /// When it ends.
    pub until: Moment,
}

/// Who has a report now, if anybody.
pub(super) fn holder(connection: &Connection, report: i64) -> Outcome<Option<Holder>> {
    let mut statement = connection.prepare_cached(
        "SELECT u.id, u.name, q.fence, q.lease_until FROM queue q JOIN users u ON u.id = q.claimed_by \
         WHERE q.report = ?1 AND q.lease_until > ?2",
    )?;
    let found = statement.query_row((report, time::now()), |r| {
        Ok(Holder {
            user: r.get(0)?,
            name: r.get(1)?,
            fence: r.get(2)?,
            until: r.get(3)?,
        })
    });
    Ok(found.optional()?)
}

/// Takes a report, if nobody else has it. Who has it already keeps the number.
pub(super) fn take(tx: &Savepoint<'_>, report: i64, user: i64) -> Outcome<Claim> {
    let now = time::now();
    let until = now + LEASE;
    let fence: Option<i64> = tx
        .prepare_cached(
            "UPDATE queue SET fence = CASE WHEN claimed_by = ?2 AND lease_until > ?3 THEN fence ELSE fence + 1 END, \
               claimed_by = ?2, lease_until = ?4, free = 0 \
             WHERE report = ?1 AND (claimed_by IS NULL OR claimed_by = ?2 OR lease_until <= ?3) RETURNING fence",
        )?
        .query_row((report, user, now, until), |r| r.get(0))
        .optional()?;
    match fence {
        Some(fence) => Ok(Claim {
            report,
            fence,
            until,
        }),
        None => Err(taken(tx, report)?),
    }
}

/// Sees that a claim still stands, and renews it. One that ran out without anybody else taking the report stands.
pub(super) fn renew(tx: &Savepoint<'_>, report: i64, user: i64, fence: i64) -> Outcome<Claim> {
    let until = time::now() + LEASE;
    let renewed = tx
        .prepare_cached(
            "UPDATE queue SET lease_until = ?4, free = 0 WHERE report = ?1 AND claimed_by = ?2 AND fence = ?3",
        )?
        .execute((report, user, fence, until))?;
    if renewed == 0 {
        return Err(taken(tx, report)?);
    }
    Ok(Claim {
        report,
        fence,
        until,
    })
}

/// Gives a report back. A claim that no longer stands is none to give back.
pub(super) fn release(tx: &Savepoint<'_>, report: i64, user: i64) -> Outcome<()> {
    tx.prepare_cached(
        "UPDATE queue SET claimed_by = NULL, lease_until = NULL, free = 1 WHERE report = ?1 AND claimed_by = ?2",
    )?
    .execute((report, user))?;
    Ok(())
}

/// Lets reports whose lease ran out be found by those who take the next one. The claim itself stands until somebody does.
pub(super) fn lapse(tx: &Savepoint<'_>) -> Outcome<()> {
    tx.prepare_cached("UPDATE queue SET free = 1 WHERE free = 0 AND lease_until <= ?1")?
        .execute([time::now()])?;
    Ok(())
}

/// Takes a report out of somebody's hands; their number is void.
pub(super) fn force(tx: &Savepoint<'_>, report: i64) -> Outcome<Option<String>> {
    let held = holder(tx, report)?;
    tx.prepare_cached(
        "UPDATE queue SET claimed_by = NULL, lease_until = NULL, free = 1, fence = fence + 1 WHERE report = ?1",
    )?
    .execute([report])?;
    Ok(held.map(|h| h.name))
}

fn taken(connection: &Connection, report: i64) -> Outcome<Refusal> {
    if let Some(holder) = holder(connection, report)? {
        return Ok(Refusal::conflict(format!(
            "this report is with {} now, until {} UTC unless that is renewed",
            holder.name,
            time::told(holder.until)
        )));
    }
    let there: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM queue WHERE report = ?1)")?
        .query_row([report], |r| r.get(0))?;
    Ok(if there {
        Refusal::conflict("your claim no longer stands; claim the report again")
    } else {
        Refusal::Unknown
    })
}
