//! What users do with their own account: another password, and an end to the sessions they left open elsewhere.

use super::Desk;
use crate::queue::{
    audit::Event,
    factors,
    refusal::{Outcome, Refusal},
    rights::Actor,
    secret, sessions,
    store::lock,
    users::{self, User},
};

/// What a user brings for another password. `Debug` is left out: it holds both.
pub struct NewPassword<'a> {
    /// The password that is in force.
    pub password: &'a str,
    /// A code of the second factor, or a recovery code; empty for who has none.
    pub code: &'a str,
    /// The password that is to be in force.
    pub new: &'a str,
}

impl Desk {
    /// The asker, and how many sessions of the asker run.
    ///
    /// # Errors
    /// When a command asks, or the store fails.
    pub fn own(&self, actor: &Actor) -> Outcome<(User, i64)> {
        let user = actor.user.ok_or(Refusal::Denied)?;
        let known = self.store.read(|c| users::get(c, user))?;
        Ok((known, self.doors().read(|c| sessions::running(c, user))?))
    }

    /// Puts another password in the place of the asker's, and hands on the token of a new session: all others end, this one as
    /// well, and a link with which the password could be set is void.
    ///
    /// # Errors
    /// [`Refusal::Denied`] when the password that is in force, or the code, is not right; [`Refusal::Wait`] after too many of
    /// these, log-ins counted; [`Refusal::Invalid`] when the new one cannot be used.
    pub fn change_password(&self, actor: &Actor, change: &NewPassword<'_>) -> Outcome<String> {
        let user = actor.user.ok_or(Refusal::Denied)?;
        // Who tries has come in as this user: an address can try no other account here.
        let subjects = [sessions::account(&actor.name)];
        self.doors().read(|c| sessions::may_try(c, &subjects))?;
        let known = self.store.read(|c| users::by_name(c, &actor.name))?;
        let hash = known.and_then(|(_, hash)| hash);
        let right = {
            let _one = lock(&self.hashing);
            secret::is_password(hash.as_deref(), change.password)
        };
        let object = format!("user {user}");
        if right {
            if change.new == change.password {
                return Err(Refusal::invalid("this is the password you have already"));
            }
            let hash = {
                let _one = lock(&self.hashing);
                secret::hash_password(&actor.name, change.new)?
            };
            let done = Event::done("change password", object.clone());
            let changed = self.write(actor, &done, |tx| {
                let key = &self.store.key;
                factors::take(tx, key, user, change.code)?.ok_or(Refusal::Denied)?;
                users::set_password(tx, user, &hash)?;
                users::drop_links(tx, user)?;
                sessions::succeeded(tx, &subjects[0])?;
                sessions::begin(tx, user)
            });
            if !matches!(changed, Err(Refusal::Denied)) {
                return changed;
            }
        }
        let denied = Event::denied("change password", object);
        self.write(actor, &denied, |tx| sessions::failed(tx, &subjects))?;
        Err(Refusal::Denied)
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
}
