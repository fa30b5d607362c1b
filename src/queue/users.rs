//! Users, and the one-time links with which they set a password.

use rusqlite::{Connection, OptionalExtension, Row, Savepoint};

use super::{
    refusal::{Outcome, Refusal},
    rights::Role,
    secret,
    time::{self, DAY},
};

/// How long a set-up link can be used.
const LINK_LASTS: i64 = DAY;

/// A user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The number.
    pub id: i64,
    /// The name to log in with.
    pub name: String,
    /// What the user may do.
    pub role: Role,
    /// The physician's name in reports, for physicians.
    pub physician: Option<String>,
    /// The one site the user may see.
    pub site: Option<String>,
    /// Whether the user may come in.
    pub active: bool,
    /// Whether a password was set.
    pub has_password: bool,
    /// Whether a second factor was set up.
    pub has_factor: bool,
}

/// A user to be made.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// The name to log in with.
    pub name: String,
    /// What the user may do.
    pub role: Role,
    /// The physician's name in reports, for physicians.
    pub physician: Option<String>,
    /// The one site the user may see.
    pub site: Option<String>,
}

/// What a user is to be from now on.
#[derive(Clone, Debug)]
pub struct Change {
    /// What the user may do.
    pub role: Role,
    /// The physician's name in reports, for physicians.
    pub physician: Option<String>,
    /// The one site the user may see.
    pub site: Option<String>,
}

const USER: &str = "SELECT id, name, role, physician, site, active, password IS NOT NULL, \
     EXISTS (SELECT 1 FROM factors f WHERE f.user = users.id) FROM users ";

impl User {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            name: row.get(1)?,
            role: Role::named(&row.get::<_, String>(2)?).unwrap_or(Role::Viewer),
            physician: row.get(3)?,
            site: row.get(4)?,
            active: row.get(5)?,
            has_password: row.get(6)?,
            has_factor: row.get(7)?,
        })
    }
}

/// Adds a user without a password.
pub(super) fn add(tx: &Savepoint<'_>, new: &NewUser) -> Outcome<i64> {
    let name = new.name.trim();
    let fit = |c: char| c.is_alphanumeric() || " .-_@".contains(c);
    if name.is_empty() || name.chars().count() > 60 || !name.chars().all(fit) {
        return Err(Refusal::invalid(
            "a name has 1 to 60 letters, digits, spaces and . - _ @",
        ));
    }
    has_physician(new.role, new.physician.as_deref())?;
    let known: bool = tx
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM users WHERE name = ?1)")?
        .query_row([name], |r| r.get(0))?;
    if known {
        return Err(Refusal::invalid("there is a user of this name already"));
    }
    let some = |text: &Option<String>| text.clone().filter(|t| !t.trim().is_empty());
    tx.prepare_cached(
        "INSERT INTO users (name, role, physician, site, created_at) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute((
        name,
        new.role.name(),
        some(&new.physician),
        some(&new.site),
        time::now(),
    ))?;
    Ok(tx.last_insert_rowid())
}

/// All users by name.
pub(super) fn list(connection: &Connection) -> Outcome<Vec<User>> {
    let sql = format!("{USER} ORDER BY name");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([], User::of)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// A user by number.
pub(super) fn get(connection: &Connection, id: i64) -> Outcome<User> {
    let sql = format!("{USER} WHERE id = ?1");
    Ok(connection.prepare_cached(&sql)?.query_row([id], User::of)?)
}

/// A user by name, with the kept password.
pub(super) fn by_name(
    connection: &Connection,
    name: &str,
) -> Outcome<Option<(User, Option<String>)>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, name, role, physician, site, active, password IS NOT NULL, \
         EXISTS (SELECT 1 FROM factors f WHERE f.user = users.id), password FROM users WHERE name = ?1",
    )?;
    let found = statement.query_row([name.trim()], |r| Ok((User::of(r)?, r.get(8)?)));
    Ok(found.optional()?)
}

/// Whether there is no user yet who could come in.
pub(super) fn none_yet(connection: &Connection) -> Outcome<bool> {
    let mut statement = connection.prepare_cached(
        "SELECT NOT EXISTS (SELECT 1 FROM users WHERE role = 'administrator' AND password IS NOT NULL)",
    )?;
    Ok(statement.query_row([], |r| r.get(0))?)
}

/// Lets a user in, or no longer; ends the sessions either way. The last administrator stays.
pub(super) fn set_active(tx: &Savepoint<'_>, id: i64, active: bool) -> Outcome<()> {
    let changed = tx
        .prepare_cached("UPDATE users SET active = ?2 WHERE id = ?1")?
        .execute((id, active))?;
    if changed == 0 {
        return Err(Refusal::Unknown);
    }
    an_administrator_stays(tx)?;
    super::sessions::end_all(tx, id)
}

/// Refuses what leaves nobody who could keep users.
fn an_administrator_stays(tx: &Savepoint<'_>) -> Outcome<()> {
    let left: bool = tx
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM users WHERE role = 'administrator' AND active = 1 AND password IS NOT NULL)",
        )?
        .query_row([], |r| r.get(0))?;
    if !left {
        return Err(Refusal::invalid(
            "this is the last administrator; make another one first",
        ));
    }
    Ok(())
}

/// Gives a user another role, physician or site; ends the sessions. The last administrator stays one.
pub(super) fn change(tx: &Savepoint<'_>, id: i64, change: &Change) -> Outcome<()> {
    let some = |text: &Option<String>| text.clone().filter(|t| !t.trim().is_empty());
    let physician = some(&change.physician);
    has_physician(change.role, physician.as_deref())?;
    let changed = tx
        .prepare_cached("UPDATE users SET role = ?2, physician = ?3, site = ?4 WHERE id = ?1")?
        .execute((id, change.role.name(), physician, some(&change.site)))?;
    if changed == 0 {
        return Err(Refusal::Unknown);
    }
    an_administrator_stays(tx)?;
    super::sessions::end_all(tx, id)
}

fn has_physician(role: Role, physician: Option<&str>) -> Outcome<()> {
    if role == Role::Physician && physician.is_none_or(|p| p.trim().is_empty()) {
        return Err(Refusal::invalid(
            "a physician needs the name that stands in the reports, else there are none to see",
        ));
    }
    Ok(())
}

/// Keeps the same password hashed with more work; sessions go on.
pub(super) fn rehash(tx: &Savepoint<'_>, id: i64, hash: &str) -> Outcome<()> {
    tx.prepare_cached("UPDATE users SET password = ?2 WHERE id = ?1")?
        .execute((id, hash))?;
    Ok(())
}

/// Keeps a hashed password and ends all sessions of the user.
pub(super) fn set_password(tx: &Savepoint<'_>, id: i64, hash: &str) -> Outcome<()> {
    tx.prepare_cached("UPDATE users SET password = ?2 WHERE id = ?1")?
        .execute((id, hash))?;
    super::sessions::end_all(tx, id)
}

/// A new set-up link's token, for a user, or for the first administrator. Older links of the same kind are void.
pub(super) fn add_link(tx: &Savepoint<'_>, user: Option<i64>) -> Outcome<String> {
    let token = secret::token()?;
    tx.prepare_cached("DELETE FROM links WHERE user IS ?1")?
        .execute([user])?;
    tx.prepare_cached("INSERT INTO links (digest, user, expires_at) VALUES (?1, ?2, ?3)")?
        .execute((secret::digest(&token), user, time::now() + LINK_LASTS))?;
    Ok(token)
}

/// Makes the links of a user void.
pub(super) fn drop_links(tx: &Savepoint<'_>, user: i64) -> Outcome<()> {
    tx.prepare_cached("DELETE FROM links WHERE user = ?1")?
        .execute([user])?;
    Ok(())
}

/// Whom a link is for; `None` in it is the first administrator.
pub(super) fn link(connection: &Connection, token: &str) -> Outcome<Option<User>> {
    let mut statement = connection.prepare_cached(
        "SELECT user FROM links WHERE digest = ?1 AND used_at IS NULL AND expires_at > ?2",
    )?;
    let user: Option<i64> =
        statement.query_row((secret::digest(token), time::now()), |r| r.get(0))?;
    user.map(|id| get(connection, id)).transpose()
}

/// Uses a link up.
pub(super) fn use_link(tx: &Savepoint<'_>, token: &str) -> Outcome<()> {
    let used = tx
        .prepare_cached(
            "UPDATE links SET used_at = ?2 WHERE digest = ?1 AND used_at IS NULL AND expires_at > ?2",
        )?
        .execute((secret::digest(token), time::now()))?;
    if used == 0 {
        return Err(Refusal::Unknown);
    }
    Ok(())
}
