//! The incident lock at the desk: put on and taken away by administrators, and seen by everything that saves.

use rusqlite::Savepoint;

use super::Desk;
use crate::queue::{
    audit::{self, Event},
    incident::{self, Locked},
    refusal::{Outcome, Refusal},
    rights::{Actor, Right},
    sessions,
};

/// Characters of a reason.
const LONGEST_REASON: usize = 200;

/// What goes on while the lock stands: coming in, going out, reading, keeping a copy, and the lock itself.
const GOES_ON: [&str; 9] = [
    "login",
    "logout",
    super::sessions::END,
    "list",
    "read",
    "backup",
    "drill",
    incident::LOCK,
    incident::END,
];

impl Desk {
    /// The lock, if it stands.
    ///
    /// # Errors
    /// When the store fails.
    pub fn locked(&self) -> Outcome<Option<Locked>> {
        self.store.read(incident::standing)
    }

    /// Ends all sessions at once and lets nothing be saved until [`Desk::end_lock`]: for when an account or a machine may be in
    /// wrong hands. One audit row tells of it.
    ///
    /// # Errors
    /// When the role may not, it is locked already, or the reason is empty or too long.
    pub fn lock(&self, actor: &Actor, reason: &str) -> Outcome<()> {
        self.allow(actor, Right::People, incident::LOCK, incident::OBJECT)?;
        let reason = reason.trim();
        let fit = !reason.is_empty() && reason.chars().count() <= LONGEST_REASON;
        if !fit || reason.chars().any(char::is_control) {
            return Err(Refusal::Invalid(format!(
                "say why the queue is locked, in 1 to {LONGEST_REASON} characters"
            )));
        }
        let done = Event::done(incident::LOCK, incident::OBJECT).with(reason);
        self.write(actor, &done, |tx| {
            if let Some(locked) = incident::standing(tx)? {
                return Err(Refusal::Conflict(crate::queue::Conflict {
                    words: format!("the queue is {} already", locked.words()),
                    ..crate::queue::Conflict::default()
                }));
            }
            sessions::end_everybodys(tx)
        })
    }

    /// Takes the lock away.
    ///
    /// # Errors
    /// When the role may not, or there is none.
    pub fn end_lock(&self, actor: &Actor) -> Outcome<()> {
        self.allow(actor, Right::People, incident::END, incident::OBJECT)?;
        let done = Event::done(incident::END, incident::OBJECT);
        self.write(actor, &done, |tx| {
            if incident::standing(tx)?.is_none() {
                return Err(Refusal::invalid("the queue is not locked"));
            }
            Ok(())
        })
    }

    /// Whether something goes on while the lock stands.
    pub(super) fn goes_on(event: &Event<'_>) -> bool {
        event.outcome != "done" || GOES_ON.contains(&event.event)
    }

    /// Saves what has audit rows of its own; that it was tried while the lock stands is noted.
    pub(super) fn work<T>(
        &self,
        actor: &Actor,
        event: &str,
        object: &str,
        act: impl FnOnce(&Savepoint<'_>) -> Outcome<T>,
    ) -> Outcome<T> {
        let done = self.store.write(act);
        if matches!(done, Err(Refusal::ReadOnly(_))) {
            let _ = self.tried(actor, event, object);
        }
        done
    }

    /// Notes what was tried while nothing can be saved.
    pub(super) fn tried(&self, actor: &Actor, event: &str, object: &str) -> Outcome<()> {
        let failed = Event {
            outcome: "failed",
            ..Event::done(event, object)
        };
        let doors = self.doors();
        doors.write_always(|tx| audit::append(tx, &doors.key, actor, &failed))
    }
}
