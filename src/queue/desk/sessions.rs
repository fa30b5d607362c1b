//! The sessions that run, one by one: their own user sees and ends them, and administrators those of anybody.

use super::Desk;
use crate::queue::{
    audit::Event,
    refusal::{Outcome, Refusal},
    rights::{Actor, Right},
    sessions::{self, Running},
    users::{self, User},
};

/// How it is called in the audit log that an administrator ends somebody's session.
pub(super) const END: &str = "end session";

impl Desk {
    /// The asker, and the asker's sessions that run, the last used first; `session` is the token of this one.
    ///
    /// # Errors
    /// When a command asks, or the store fails.
    pub fn own(&self, actor: &Actor, session: &str) -> Outcome<(User, Vec<Running>)> {
        let user = actor.user.ok_or(Refusal::Denied)?;
        let known = self.store.read(|c| users::get(c, user))?;
        let running = self.doors().read(|c| sessions::running(c, user, session))?;
        Ok((known, running))
    }

    /// Ends one of the asker's sessions.
    ///
    /// # Errors
    /// When a command asks, it is none of the asker's, or the store cannot be written.
    pub fn end_own_session(&self, actor: &Actor, id: i64) -> Outcome<()> {
        let user = actor.user.ok_or(Refusal::Denied)?;
        let done = Event::done("logout", format!("user {user}")).with(format!("session {id}"));
        self.write(actor, &done, |tx| sessions::end_one(tx, user, id))
    }

    /// Ends the asker's sessions but the one of a token.
    ///
    /// # Errors
    /// When a command asks, or the store cannot be written.
    pub fn end_own_sessions(&self, actor: &Actor, session: &str) -> Outcome<()> {
        let user = actor.user.ok_or(Refusal::Denied)?;
        let done = Event::done("logout", format!("user {user}")).with("all other sessions");
        self.write(actor, &done, |tx| sessions::end_others(tx, user, session))
    }

    /// A user, and the user's sessions that run, the last used first; `session` is the token of the asker's.
    ///
    /// # Errors
    /// When the role may not, there is no such user, or the store fails.
    pub fn sessions(
        &self,
        actor: &Actor,
        user: i64,
        session: &str,
    ) -> Outcome<(User, Vec<Running>)> {
        let object = format!("user {user}");
        self.allow(actor, Right::People, "read", &object)?;
        let known = self.store.read(|c| users::get(c, user))?;
        self.write(actor, &Event::done("read", object).with("sessions"), |_| {
            Ok(())
        })?;
        let running = self.doors().read(|c| sessions::running(c, user, session))?;
        Ok((known, running))
    }

    /// Ends a session of a user, or all of them.
    ///
    /// # Errors
    /// When the role may not, there is no such user or session, or the store cannot be written.
    pub fn end_sessions(&self, actor: &Actor, user: i64, id: Option<i64>) -> Outcome<()> {
        let object = format!("user {user}");
        self.allow(actor, Right::People, END, &object)?;
        self.store.read(|c| users::get(c, user))?;
        let which = id.map_or_else(|| "all".to_owned(), |id| format!("session {id}"));
        let done = Event::done(END, object).with(which);
        self.write(actor, &done, |tx| match id {
            Some(id) => sessions::end_one(tx, user, id),
            None => sessions::end_all(tx, user),
        })
    }
}
