//! Programs that send reports: made and taken back by administrators, known by their tokens.

use super::Desk;
use crate::queue::{
    audit::Event,
    refusal::{Outcome, Refusal},
    rights::{Actor, Right},
    senders::{self, Sender},
    sessions,
    time::{self, MINUTE},
};

impl Desk {
    /// Adds a sender; its token, which cannot be shown again.
    ///
    /// # Errors
    /// When the role may not, or the name is taken or none.
    pub fn add_sender(&self, actor: &Actor, name: &str, site: Option<&str>) -> Outcome<String> {
        self.allow(actor, Right::People, "add sender", "senders")?;
        let done = Event::done("add sender", "senders").with(name.trim());
        self.write(actor, &done, |tx| senders::add(tx, name, site))
    }

    /// All senders.
    ///
    /// # Errors
    /// When the role may not, or the store fails.
    pub fn senders(&self, actor: &Actor) -> Outcome<Vec<Sender>> {
        self.allow(actor, Right::People, "read", "senders")?;
        self.store.read(senders::list)
    }

    /// Takes a sender's token back, at once and for good.
    ///
    /// # Errors
    /// When the role may not, or there is no such token in force.
    pub fn revoke_sender(&self, actor: &Actor, id: i64) -> Outcome<()> {
        let object = format!("sender {id}");
        self.allow(actor, Right::People, "revoke sender", &object)?;
        let done = Event::done("revoke sender", object);
        self.write(actor, &done, |tx| senders::revoke(tx, id))
    }

    /// Who sends with a token. A right token is never kept waiting: it cannot be guessed.
    ///
    /// # Errors
    /// [`Refusal::Denied`] when there is none or it is not right, [`Refusal::Wait`] after too many of these from an address.
    pub fn sender(&self, token: Option<&str>, origin: &str) -> Outcome<Actor> {
        let known = match token {
            Some(token) => self.store.read(|c| senders::by_token(c, token))?,
            None => None,
        };
        if let Some(sender) = known {
            let is_new = sender.used_at.is_none_or(|at| time::now() - at > MINUTE);
            let actor = Actor::sender(format!("sender {}", sender.name), sender.site, origin);
            if is_new && self.read_only().is_none() {
                self.work(&actor, "receive", "message", |tx| {
                    senders::used(tx, sender.id)
                })?;
            }
            return Ok(actor);
        }
        let subjects = [format!("tokens from {origin}")];
        self.doors().read(|c| sessions::may_try(c, &subjects))?;
        let denied = Event::denied("send", "queue").with("no token, or none in force");
        self.write(&Actor::nobody(origin), &denied, |tx| {
            sessions::failed(tx, &subjects)
        })?;
        Err(Refusal::Denied)
    }
}
