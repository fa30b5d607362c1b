//! Holds: why a report waits. It cannot be finished while one is open.

use rusqlite::{Connection, Row, Savepoint};

use super::{
    refusal::{Outcome, Refusal},
    time::{self, Moment},
};

/// Why a report may wait, each with its words.
pub const REASONS: &[(&str, &str)] = &[
    ("physician_query", "an answer of the physician is awaited"),
    ("missing_addendum", "an addendum is announced but not there"),
    ("missing_document", "another document is needed"),
    ("second_opinion", "a second coder is to look"),
    ("payer_question", "a question to the payer is open"),
    ("other", "another reason, told in the note"),
];

/// A hold.
#[derive(Clone, Debug)]
pub struct Hold {
    /// Its key.
    pub id: i64,
    /// One of [`REASONS`].
    pub reason: String,
    /// More words.
    pub note: String,
    /// Who put it.
    pub opened_by: String,
    /// When.
    pub opened_at: Moment,
    /// Who took it away, and when.
    pub closed: Option<(String, Moment)>,
}

/// Puts a hold on a report.
pub(super) fn open(
    tx: &Savepoint<'_>,
    report: i64,
    user: i64,
    reason: &str,
    note: &str,
) -> Outcome<i64> {
    if !REASONS.iter().any(|(r, _)| *r == reason) {
        return Err(Refusal::invalid("choose a reason for the hold"));
    }
    if reason == "other" && note.is_empty() {
        return Err(Refusal::invalid("say in the note why the report waits"));
    }
    tx.prepare_cached(
        "INSERT INTO holds (report, reason, note, opened_by, opened_at) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute((report, reason, note, user, time::now()))?;
    Ok(tx.last_insert_rowid())
}

/// Takes a hold away.
pub(super) fn close(tx: &Savepoint<'_>, report: i64, hold: i64, user: i64) -> Outcome<()> {
    let closed = tx
        .prepare_cached(
            "UPDATE holds SET closed_by = ?3, closed_at = ?4 WHERE id = ?2 AND report = ?1 AND closed_at IS NULL",
        )?
        .execute((report, hold, user, time::now()))?;
    if closed == 0 {
        return Err(Refusal::conflict("this hold was taken away already"));
    }
    Ok(())
}

/// The holds of a report, the open ones first.
pub(super) fn of_report(connection: &Connection, report: i64) -> Outcome<Vec<Hold>> {
    let mut statement = connection.prepare_cached(
        "SELECT h.id, h.reason, h.note, o.name, h.opened_at, c.name, h.closed_at FROM holds h \
         JOIN users o ON o.id = h.opened_by LEFT JOIN users c ON c.id = h.closed_by \
         WHERE h.report = ?1 ORDER BY h.closed_at IS NOT NULL, h.id",
    )?;
    let one = |r: &Row<'_>| {
        let (name, at): (Option<String>, Option<Moment>) = (r.get(5)?, r.get(6)?);
        Ok(Hold {
            id: r.get(0)?,
            reason: r.get(1)?,
            note: r.get(2)?,
            opened_by: r.get(3)?,
            opened_at: r.get(4)?,
            closed: name.zip(at),
        })
    };
    let rows = statement.query_map([report], one)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
