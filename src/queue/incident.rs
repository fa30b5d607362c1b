//! The incident lock: after it nothing is saved until it is taken away. A row of the audit log itself says whether it stands,
//! so that nobody can lift it unseen.

use rusqlite::{Connection, OptionalExtension};

use super::{
    refusal::{Outcome, Refusal},
    time::{self, Moment},
};

/// How the lock is called in the audit log.
pub(super) const OBJECT: &str = "whole queue";
/// The two things that can be done with it.
pub(super) const LOCK: &str = "lock";
pub(super) const END: &str = "end lock";

/// A lock that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locked {
    /// Who put it on.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Why.
    pub reason: String,
}

impl Locked {
    /// The lock in a sentence, without an end.
    #[must_use]
    pub fn words(&self) -> String {
        format!(
            "locked by {}, {} UTC: {}",
            self.by,
            time::told(self.at),
            self.reason
        )
    }
}

/// The lock, if it stands.
pub(super) fn standing(connection: &Connection) -> Outcome<Option<Locked>> {
    let mut statement = connection.prepare_cached(
        "SELECT event, actor, at, detail FROM audit WHERE object = ?1 AND outcome = 'done' ORDER BY seq DESC LIMIT 1",
    )?;
    let found: Option<(String, Locked)> = statement
        .query_row([OBJECT], |r| {
            let locked = Locked {
                by: r.get(1)?,
                at: r.get(2)?,
                reason: r.get(3)?,
            };
            Ok((r.get(0)?, locked))
        })
        .optional()?;
    Ok(found
        .filter(|(event, _)| event == LOCK)
        .map(|(_, locked)| locked))
}

/// Refuses while the lock stands.
pub(super) fn refuse(connection: &Connection) -> Outcome<()> {
    match standing(connection)? {
        Some(locked) => Err(Refusal::ReadOnly(format!(
            "the queue is {}",
            locked.words()
        ))),
        None => Ok(()),
    }
}
