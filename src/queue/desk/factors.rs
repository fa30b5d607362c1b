//! Second factors of users: set up by themselves, taken away by administrators.

use super::Desk;
use crate::queue::{
    audit::Event,
    factors::{self, Offer},
    refusal::{Outcome, Refusal},
    rights::{Actor, Right},
    secret, sessions,
    store::lock,
    users,
};

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
    /// A second factor for the asker to set up, or the same one once more when its salt came back; nothing is kept until the
    /// first code comes back.
    ///
    /// # Errors
    /// When a command asks, or the system gives no random numbers.
    pub fn offer_factor(&self, actor: &Actor, again: &str) -> Outcome<Offer> {
        let user = actor.user.ok_or(Refusal::Denied)?;
        factors::offer(&self.store.key, user, &actor.name, again)
    }

    /// Sets the asker's second factor up; the recovery codes, which cannot be shown again.
    ///
    /// # Errors
    /// When the code is not right, or there is a second factor already.
    pub fn set_up_factor(&self, actor: &Actor, salt: &str, code: &str) -> Outcome<Vec<String>> {
        let user = actor.user.ok_or(Refusal::Denied)?;
        let done = Event::done("set second factor", format!("user {user}"));
        self.write(actor, &done, |tx| {
            factors::set_up(tx, &self.store.key, user, salt, code)
        })
    }

    /// Puts another second factor in the place of the asker's; the recovery codes, which cannot be shown again. The asker's other
    /// sessions end.
    ///
    /// # Errors
    /// [`Refusal::Denied`] when the password, or the code of the old one, is not right; [`Refusal::Wait`] after too many of
    /// these; when the code of the new one is not right, or there is no old one.
    pub fn renew_factor(&self, actor: &Actor, renewal: &Renewal<'_>) -> Outcome<Vec<String>> {
        let user = actor.user.ok_or(Refusal::Denied)?;
        let subjects = [sessions::account(&actor.name)];
        self.store.read(|c| sessions::may_try(c, &subjects))?;
        if self.factor(actor)?.is_none() {
            return Err(Refusal::invalid("there is no second factor yet"));
        }
        let known = self.store.read(|c| users::by_name(c, &actor.name))?;
        let hash = known.and_then(|(_, hash)| hash);
        let right = {
            let _one = lock(&self.hashing);
            secret::is_password(hash.as_deref(), renewal.password)
        };
        let object = format!("user {user}");
        if right {
            let done = Event::done("renew second factor", object.clone());
            let renewed = self.write(actor, &done, |tx| {
                let key = &self.store.key;
                // Taken before it is gone; when the new code is wrong, the old one is not used up.
                factors::take(tx, key, user, renewal.old)?.ok_or(Refusal::Denied)?;
                let codes = factors::renew(tx, key, user, renewal.salt, renewal.code)?;
                sessions::end_others(tx, user, renewal.session)?;
                sessions::succeeded(tx, &subjects[0])?;
                Ok(codes)
            });
            if !matches!(renewed, Err(Refusal::Denied)) {
                return renewed;
            }
        }
        let denied = Event::denied("renew second factor", object);
        self.write(actor, &denied, |tx| sessions::failed(tx, &subjects))?;
        Err(Refusal::Denied)
    }

    /// Whether the asker has a second factor, and how many recovery codes are left.
    ///
    /// # Errors
    /// When the store fails.
    pub fn factor(&self, actor: &Actor) -> Outcome<Option<i64>> {
        let user = actor.user.ok_or(Refusal::Denied)?;
        self.store.read(|c| {
            if factors::has(c, user)? {
                Ok(Some(factors::left(c, user)?))
            } else {
                Ok(None)
            }
        })
    }

    /// Takes a user's second factor away, such as when the device is lost; sessions end at once.
    ///
    /// # Errors
    /// When the role may not, or the user has none.
    pub fn remove_factor(&self, actor: &Actor, user: i64) -> Outcome<()> {
        let object = format!("user {user}");
        self.allow(actor, Right::People, "remove second factor", &object)?;
        let done = Event::done("remove second factor", object);
        self.write(actor, &done, |tx| factors::remove(tx, user))
    }
}
