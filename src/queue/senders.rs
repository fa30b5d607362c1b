//! Programs that may send reports by HTTP: each with a token, of which only the digest is kept.

use rusqlite::{Connection, OptionalExtension, Row, Savepoint};

use super::{
    refusal::{Outcome, Refusal},
    secret,
    time::{self, Moment},
};

/// How tokens begin, so that one that lies about is known for what it is.
pub const PREFIX: &str = "ivus-";

/// A program that may send reports, or might once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The number.
    pub id: i64,
    /// The name.
    pub name: String,
    /// The site of all that it sends; `None` when each report tells its own.
    pub site: Option<String>,
    /// When the token was made.
    pub created_at: Moment,
    /// When it was used last.
    pub used_at: Option<Moment>,
    /// When it was taken back.
    pub revoked_at: Option<Moment>,
}

const SENDER: &str = "SELECT id, name, site, created_at, used_at, revoked_at FROM senders ";

impl Sender {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            name: row.get(1)?,
            site: row.get(2)?,
            created_at: row.get(3)?,
            used_at: row.get(4)?,
            revoked_at: row.get(5)?,
        })
    }
}

/// Adds a sender; its token, which cannot be shown again.
pub(super) fn add(tx: &Savepoint<'_>, name: &str, site: Option<&str>) -> Outcome<String> {
    let name = name.trim();
    let fit = |c: char| c.is_alphanumeric() || " .-_@".contains(c);
    if name.is_empty() || name.chars().count() > 60 || !name.chars().all(fit) {
        return Err(Refusal::invalid(
            "a name has 1 to 60 letters, digits, spaces and . - _ @",
        ));
    }
    let site = site.map(str::trim).filter(|s| !s.is_empty());
    if site.is_some_and(|s| s.chars().count() > 200 || s.chars().any(char::is_control)) {
        return Err(Refusal::invalid("a site has at most 200 characters"));
    }
    let known: bool = tx
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM senders WHERE name = ?1)")?
        .query_row([name], |r| r.get(0))?;
    if known {
        return Err(Refusal::invalid(
            "there is or was a sender of this name; choose another one",
        ));
    }
    let token = format!("{PREFIX}{}", secret::token()?);
    tx.prepare_cached(
        "INSERT INTO senders (name, site, digest, created_at) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute((name, site, secret::digest(&token), time::now()))?;
    Ok(token)
}

/// All senders by name.
pub(super) fn list(connection: &Connection) -> Outcome<Vec<Sender>> {
    let sql = format!("{SENDER} ORDER BY name");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([], Sender::of)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// The sender of a token that is in force.
pub(super) fn by_token(connection: &Connection, token: &str) -> Outcome<Option<Sender>> {
    let sql = format!("{SENDER} WHERE digest = ?1 AND revoked_at IS NULL");
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_row([secret::digest(token)], Sender::of);
    Ok(found.optional()?)
}

/// Notes that a token was used.
pub(super) fn used(tx: &Savepoint<'_>, id: i64) -> Outcome<()> {
    tx.prepare_cached("UPDATE senders SET used_at = ?2 WHERE id = ?1")?
        .execute((id, time::now()))?;
    Ok(())
}

/// Takes a token back.
pub(super) fn revoke(tx: &Savepoint<'_>, id: i64) -> Outcome<()> {
    let changed = tx
        .prepare_cached("UPDATE senders SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL")?
        .execute((id, time::now()))?;
    if changed == 0 {
        return Err(Refusal::Unknown);
    }
    Ok(())
}
