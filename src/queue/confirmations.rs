//! Confirmations: what somebody stands for although the program doubts it, with name, time and reason. Rows are only added.

use rusqlite::{Connection, Row, Savepoint};

use super::{
    billing::Doubt,
    bound::Kind,
    decisions::LONGEST_NOTE,
    refusal::{Outcome, Refusal},
    time::{self, Moment},
};

/// What somebody confirms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confirmed {
    /// The names of the doubts.
    pub doubts: Vec<String>,
    /// Why it is right all the same.
    pub note: String,
}

/// A confirmation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
    /// The version it is about.
    pub version: i64,
    /// What was doubted, by its name.
    pub doubt: String,
    /// And in words.
    pub words: String,
    /// Why it is right all the same.
    pub note: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: Moment,
}

impl Confirmation {
    /// Whether it is of a doubt about a version.
    #[must_use]
    pub fn is_of(&self, version: i64, doubt: &str) -> bool {
        self.version == version && self.doubt == doubt
    }
}

impl Confirmed {
    /// The doubts that are confirmed here.
    ///
    /// # Errors
    /// [`Refusal::Doubts`] with all of them when one is not; when the note that one of them needs is not there.
    pub(super) fn meets(&self, doubts: Vec<Doubt>) -> Outcome<Vec<Doubt>> {
        if !doubts.iter().all(|d| self.doubts.contains(&d.key)) {
            return Err(Refusal::Doubts(doubts));
        }
        if self.note.chars().count() > LONGEST_NOTE {
            return Err(Refusal::Invalid(format!(
                "the note has more than {LONGEST_NOTE} characters; shorten it"
            )));
        }
        if self.note.is_empty() && doubts.iter().any(|d| d.needs_reason) {
            return Err(Refusal::Doubts(doubts));
        }
        Ok(doubts)
    }
}

/// Keeps what was confirmed; the rows.
pub(super) fn keep(
    tx: &Savepoint<'_>,
    (report, version): (i64, i64),
    user: i64,
    doubts: &[Doubt],
    note: &str,
) -> Outcome<Vec<(Kind, i64)>> {
    let mut kept = Vec::new();
    for doubt in doubts {
        tx.prepare_cached(
            "INSERT INTO confirmations (report, version, doubt, words, note, confirmed_by, confirmed_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute((report, version, &doubt.key, &doubt.words, note, user, time::now()))?;
        kept.push((Kind::Confirmation, tx.last_insert_rowid()));
    }
    Ok(kept)
}

/// All of a report, in order.
pub(super) fn of_report(connection: &Connection, report: i64) -> Outcome<Vec<Confirmation>> {
    let mut statement = connection.prepare_cached(
        "SELECT c.version, c.doubt, c.words, c.note, u.name, c.confirmed_at FROM confirmations c \
         JOIN users u ON u.id = c.confirmed_by WHERE c.report = ?1 ORDER BY c.id",
    )?;
    let one = |r: &Row<'_>| {
        Ok(Confirmation {
            version: r.get(0)?,
            doubt: r.get(1)?,
            words: r.get(2)?,
            note: r.get(3)?,
            by: r.get(4)?,
            at: r.get(5)?,
        })
    };
    let rows = statement.query_map([report], one)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
