//! What users do with their own account for which the password is asked once more: another password, another second factor.

use super::Desk;
use crate::queue::{
    audit::Event,
    factors,
    refusal::{Outcome, Refusal},
    rights::Actor,
    secret, sessions,
    store::lock,
    users,
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

/// What a user brings for another second factor. `Debug` is left out: it holds the password.
pub struct Renewal<'a> {
    /// The password.
    pub password: &'a str,
    /// A code of the old second factor, or a recovery code.
    pub old: &'a str,
    /// The salt of the new one.
    pub salt: &'a str,
    /// The first code of the new one.
    pub code: &'a str,
    /// The token of the session that goes on.
    pub session: &'a str,
}

impl Desk {
    /// Puts another password in the place of the asker's, and hands on the token of a new session: all others end, this one as
    /// well, and a link with which the password could be set is void.
    ///
    /// # Errors
    /// [`Refusal::Denied`] when the password that is in force, or the code, is not right; [`Refusal::Wait`] after too many of
    /// these, log-ins counted; [`Refusal::Invalid`] when the new one cannot be used.
    pub fn change_password(&self, actor: &Actor, change: &NewPassword<'_>) -> Outcome<String> {
        self.with_password(actor, "change password", change.password, |user, done| {
            if change.new == change.password {
                return Err(Refusal::invalid("this is the password you have already"));
            }
            let hash = {
                let _one = lock(&self.hashing);
                secret::hash_password(&actor.name, change.new)?
            };
            self.write(actor, done, |tx| {
                let key = &self.store.key;
                factors::take(tx, key, user, change.code)?.ok_or(Refusal::Denied)?;
                users::set_password(tx, user, &hash)?;
                users::drop_links(tx, user)?;
                sessions::succeeded(tx, &sessions::account(&actor.name))?;
                sessions::begin(tx, user, &actor.origin)
            })
        })
    }

    /// Puts another second factor in the place of the asker's; the recovery codes, which cannot be shown again. The asker's other
    /// sessions end.
    ///
    /// # Errors
    /// [`Refusal::Denied`] when the password, or the code of the old one, is not right; [`Refusal::Wait`] after too many of
    /// these; when the code of the new one is not right, or there is no old one.
    pub fn renew_factor(&self, actor: &Actor, renewal: &Renewal<'_>) -> Outcome<Vec<String>> {
        if self.factor(actor)?.is_none() {
            return Err(Refusal::invalid("there is no second factor yet"));
        }
        let event = "renew second factor";
        self.with_password(actor, event, renewal.password, |user, done| {
            self.write(actor, done, |tx| {
                let key = &self.store.key;
                // Taken before it is gone; when the new code is wrong, the old one is not used up.
                factors::take(tx, key, user, renewal.old)?.ok_or(Refusal::Denied)?;
                let codes = factors::renew(tx, key, user, renewal.salt, renewal.code)?;
                sessions::end_others(tx, user, renewal.session)?;
                sessions::succeeded(tx, &sessions::account(&actor.name))?;
                Ok(codes)
            })
        })
    }

    /// Does what the asker's password is needed for once more. A wrong one, and what `act` denies, is noted and counts as a
    /// failed log-in. Who tries has come in as this user: an address can try no other account here.
    fn with_password<T>(
        &self,
        actor: &Actor,
        event: &str,
        password: &str,
        act: impl FnOnce(i64, &Event<'_>) -> Outcome<T>,
    ) -> Outcome<T> {
        let user = actor.user.ok_or(Refusal::Denied)?;
        let subjects = [sessions::account(&actor.name)];
        self.doors().read(|c| sessions::may_try(c, &subjects))?;
        let known = self.store.read(|c| users::by_name(c, &actor.name))?;
        let hash = known.and_then(|(_, hash)| hash);
        let right = {
            let _one = lock(&self.hashing);
            secret::is_password(hash.as_deref(), password)
        };
        let object = format!("user {user}");
        if right {
            let done = act(user, &Event::done(event, object.clone()));
            if !matches!(done, Err(Refusal::Denied)) {
                return done;
            }
        }
        let denied = Event::denied(event, object);
        self.write(actor, &denied, |tx| sessions::failed(tx, &subjects))?;
        Err(Refusal::Denied)
    }
}
