//! Second factors of users: set up by themselves, taken away by administrators.

use super::Desk;
use crate::queue::{
    audit::Event,
    factors::{self, Offer},
    refusal::{Outcome, Refusal},
    rights::{Actor, Right},
};

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
