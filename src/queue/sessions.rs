//! Sessions: who has come in and until when; and failed attempts, which make the next one wait.

use rusqlite::{Connection, OptionalExtension, Savepoint};

use super::{
    refusal::{Outcome, Refusal},
    secret,
    time::{self, DAY, MINUTE, SECOND},
    users::{self, User},
};

/// How the subjects begin that are addresses; the others are accounts.
pub(super) const ADDRESS: &str = "address ";

/// A session ends after so long without a request.
pub const IDLE: i64 = 15 * MINUTE;
/// A session ends after so long in any case.
pub const LONGEST: i64 = 12 * 60 * MINUTE;

/// Attempts that may fail before the next one has to wait.
const FREE_ATTEMPTS: u32 = 5;
/// The same for an address, behind which there may be many users.
const FREE_ATTEMPTS_OF_ADDRESS: u32 = 50;
/// The longest wait; nobody is locked out for good.
const LONGEST_WAIT: i64 = 5 * MINUTE;

/// A session and its user.
#[derive(Clone, Debug)]
pub struct Session {
    /// The user.
    pub user: User,
    /// What forms must bring.
    pub csrf: String,
    /// When it began.
    pub created_at: time::Moment,
}

/// A session that runs, as it is told to its user and to administrators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    /// Its number.
    pub id: i64,
    /// When it began.
    pub created_at: time::Moment,
    /// When something was last asked for in it, to half a minute.
    pub seen_at: time::Moment,
    /// The address it began from; empty when an older version of the program kept none.
    pub origin: String,
    /// Whether it is the asker's own.
    pub is_here: bool,
}

/// Begins a session; its token goes to the browser alone.
pub(super) fn begin(tx: &Savepoint<'_>, user: i64, origin: &str) -> Outcome<String> {
    let (token, csrf, now) = (secret::token()?, secret::token()?, time::now());
    tx.prepare_cached(
        "INSERT INTO sessions (digest, user, csrf, created_at, seen_at, origin) VALUES (?1, ?2, ?3, ?4, ?4, ?5)",
    )?
    .execute((secret::digest(&token), user, csrf, now, origin))?;
    tx.prepare_cached("DELETE FROM sessions WHERE created_at < ?1")?
        .execute([now - DAY])?;
    Ok(token)
}

/// The session of a token, if it still runs, and whether it should be marked as seen.
pub(super) fn get(connection: &Connection, token: &str) -> Outcome<Option<(Session, bool)>> {
    let now = time::now();
    let mut statement = connection.prepare_cached(
        "SELECT s.user, s.csrf, s.created_at, s.seen_at FROM sessions s JOIN users u ON u.id = s.user \
         WHERE s.digest = ?1 AND s.ended_at IS NULL AND u.active = 1 AND s.seen_at > ?2 AND s.created_at > ?3",
    )?;
    let found: Option<(i64, String, i64, i64)> = statement
        .query_row((secret::digest(token), now - IDLE, now - LONGEST), |r| {
            Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?))
        })
        .optional()?;
    let Some((user, csrf, created_at, seen_at)) = found else {
        return Ok(None);
    };
    let session = Session {
        user: users::get(connection, user)?,
        csrf,
        created_at,
    };
    Ok(Some((session, now - seen_at > 30 * SECOND)))
}

/// The sessions of a user that run, the last used first; `token` is that of the asker's own.
pub(super) fn running(connection: &Connection, user: i64, token: &str) -> Outcome<Vec<Running>> {
    let now = time::now();
    let mut statement = connection.prepare_cached(
        "SELECT rowid, created_at, seen_at, origin, digest = ?4 FROM sessions \
         WHERE user = ?1 AND ended_at IS NULL AND seen_at > ?2 AND created_at > ?3 ORDER BY seen_at DESC, rowid DESC",
    )?;
    let limits = (user, now - IDLE, now - LONGEST, secret::digest(token));
    let rows = statement.query_map(limits, |r| {
        Ok(Running {
            id: r.get(0)?,
            created_at: r.get(1)?,
            seen_at: r.get(2)?,
            origin: r.get(3)?,
            is_here: r.get(4)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Marks a session as seen.
pub(super) fn seen(tx: &Savepoint<'_>, token: &str) -> Outcome<()> {
    tx.prepare_cached("UPDATE sessions SET seen_at = ?2 WHERE digest = ?1 AND ended_at IS NULL")?
        .execute((secret::digest(token), time::now()))?;
    Ok(())
}

/// Ends a session.
pub(super) fn end(tx: &Savepoint<'_>, token: &str) -> Outcome<()> {
    tx.prepare_cached("UPDATE sessions SET ended_at = ?2 WHERE digest = ?1 AND ended_at IS NULL")?
        .execute((secret::digest(token), time::now()))?;
    Ok(())
}

/// Ends the session of a user that has a number; one that has ended stays so.
pub(super) fn end_one(tx: &Savepoint<'_>, user: i64, id: i64) -> Outcome<()> {
    let found = tx
        .prepare_cached(
            "UPDATE sessions SET ended_at = coalesce(ended_at, ?3) WHERE rowid = ?1 AND user = ?2",
        )?
        .execute((id, user, time::now()))?;
    if found == 0 {
        return Err(Refusal::Unknown);
    }
    Ok(())
}

/// Ends all sessions of a user.
pub(super) fn end_all(tx: &Savepoint<'_>, user: i64) -> Outcome<()> {
    tx.prepare_cached("UPDATE sessions SET ended_at = ?2 WHERE user = ?1 AND ended_at IS NULL")?
        .execute((user, time::now()))?;
    Ok(())
}

/// Ends all sessions of a user but one.
pub(super) fn end_others(tx: &Savepoint<'_>, user: i64, token: &str) -> Outcome<()> {
    tx.prepare_cached(
        "UPDATE sessions SET ended_at = ?3 WHERE user = ?1 AND digest <> ?2 AND ended_at IS NULL",
    )?
    .execute((user, secret::digest(token), time::now()))?;
    Ok(())
}

/// By what failed attempts of an account are counted.
pub(super) fn account(name: &str) -> String {
    let account = format!("user {}", name.trim().to_lowercase());
    account.chars().take(80).collect()
}

/// Ends all sessions of all users.
pub(super) fn end_everybodys(tx: &Savepoint<'_>) -> Outcome<()> {
    tx.prepare_cached("UPDATE sessions SET ended_at = ?1 WHERE ended_at IS NULL")?
        .execute([time::now()])?;
    Ok(())
}

/// Refuses while one of the subjects (an account, an address) has to wait.
pub(super) fn may_try(connection: &Connection, subjects: &[String]) -> Outcome<()> {
    let now = time::now();
    let mut statement =
        connection.prepare_cached("SELECT count, last_at FROM failures WHERE subject = ?1")?;
    let mut wait = 0;
    for subject in subjects {
        let found: Option<(u32, i64)> = statement
            .query_row([subject], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()?;
        if let Some((count, last)) = found {
            wait = wait.max(last + delay(subject, count) - now);
        }
    }
    if wait > 0 {
        let seconds = u64::try_from(wait.div_euclid(SECOND) + 1).unwrap_or(1);
        return Err(Refusal::Wait(seconds));
    }
    Ok(())
}

/// How long a subject has to wait after so many failures.
fn delay(subject: &str, failures: u32) -> i64 {
    let free = if subject.starts_with(ADDRESS) {
        FREE_ATTEMPTS_OF_ADDRESS
    } else {
        FREE_ATTEMPTS
    };
    match failures.checked_sub(free) {
        None => 0,
        Some(beyond) => (SECOND << beyond.min(20)).min(LONGEST_WAIT),
    }
}

/// Counts a failed attempt.
pub(super) fn failed(tx: &Savepoint<'_>, subjects: &[String]) -> Outcome<()> {
    let now = time::now();
    tx.prepare_cached("DELETE FROM failures WHERE last_at < ?1")?
        .execute([now - DAY])?;
    for subject in subjects {
        tx.prepare_cached(
            "INSERT INTO failures (subject, count, last_at) VALUES (?1, 1, ?2) \
             ON CONFLICT (subject) DO UPDATE SET count = count + 1, last_at = ?2",
        )?
        .execute((subject, now))?;
    }
    Ok(())
}

/// Forgets failed attempts of an account after a good one.
pub(super) fn succeeded(tx: &Savepoint<'_>, subject: &str) -> Outcome<()> {
    tx.prepare_cached("DELETE FROM failures WHERE subject = ?1")?
        .execute([subject])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_and_ends() {
        let of = |failures| delay("user ann", failures);
        assert_eq!((of(0), of(4)), (0, 0));
        assert_eq!((of(5), of(6), of(8)), (1000, 2000, 8000));
        assert_eq!(of(1000), LONGEST_WAIT);
        assert_eq!(delay("address ::1", 49), 0);
    }
}
