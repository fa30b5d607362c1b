//! Saved views: a limited list under a name, each user's own.

use rusqlite::{Connection, Savepoint};

use super::refusal::{Outcome, Refusal};

/// Views a user may have.
const MOST: i64 = 30;
/// Characters of a name and of what stands behind the `?`.
const LONGEST: (usize, usize) = (60, 1000);

/// A saved view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Its number.
    pub id: i64,
    /// What the user calls it.
    pub name: String,
    /// What stands behind the `?` of the list's address.
    pub query: String,
}

/// A user's views by name.
pub(super) fn list(connection: &Connection, user: i64) -> Outcome<Vec<View>> {
    let mut statement = connection
        .prepare_cached("SELECT id, name, query FROM views WHERE user = ?1 ORDER BY name")?;
    let rows = statement.query_map([user], |r| {
        Ok(View {
            id: r.get(0)?,
            name: r.get(1)?,
            query: r.get(2)?,
        })
    })?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Keeps a view; the same name again is that view changed.
pub(super) fn put(tx: &Savepoint<'_>, user: i64, name: &str, query: &str) -> Outcome<()> {
    let name = name.trim();
    let fit = !name.is_empty()
        && name.chars().count() <= LONGEST.0
        && query.chars().count() <= LONGEST.1
        && !name.chars().chain(query.chars()).any(char::is_control);
    if !fit {
        return Err(Refusal::invalid("a view has a name of 1 to 60 characters"));
    }
    let count: i64 = tx
        .prepare_cached("SELECT count(*) FROM views WHERE user = ?1 AND name <> ?2")?
        .query_row((user, name), |r| r.get(0))?;
    if count >= MOST {
        return Err(Refusal::invalid("you have many views; remove one first"));
    }
    tx.prepare_cached(
        "INSERT INTO views (user, name, query) VALUES (?1, ?2, ?3) ON CONFLICT (user, name) DO UPDATE SET query = ?3",
    )?
    .execute((user, name, query))?;
    Ok(())
}

/// Removes a view of a user.
pub(super) fn remove(tx: &Savepoint<'_>, user: i64, id: i64) -> Outcome<()> {
    let removed = tx
        .prepare_cached("DELETE FROM views WHERE id = ?1 AND user = ?2")?
        .execute((id, user))?;
    if removed == 0 {
        return Err(Refusal::Unknown);
    }
    Ok(())
}
