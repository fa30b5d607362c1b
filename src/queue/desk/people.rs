//! Coming in and keeping users: set-up links, log-in with a growing wait, sessions.

use super::Desk;
use crate::queue::{
    audit::{self, Event},
    factors,
    refusal::{Outcome, Refusal},
    rights::{Actor, Right},
    secret,
    sessions::{self, Session},
    store::lock,
    users::{self, Change, NewUser, User},
};

/// What a set-up link opens.
#[derive(Clone, Debug)]
pub enum Entrance {
    /// The first administrator chooses a name and a password.
    First,
    /// A user sets a password.
    User(User),
}

/// What somebody comes in with. `Debug` is left out: it holds the password.
pub struct Credentials {
    /// The user's name.
    pub name: String,
    /// The password.
    pub password: String,
    /// The code of the second factor, or a recovery code; empty for who has none.
    pub code: String,
    /// The address it comes from.
    pub origin: String,
}

impl Desk {
    /// The token of a set-up link for the first administrator; `None` when there is one already.
    ///
    /// # Errors
    /// When the store fails.
    pub fn first_link(&self) -> Outcome<Option<String>> {
        if !self.store.read(users::none_yet)? {
            return Ok(None);
        }
        let made = Event::done("link", "first administrator");
        self.write(&Actor::command(), &made, |tx| users::add_link(tx, None))
            .map(Some)
    }

    /// What a link opens.
    ///
    /// # Errors
    /// When it was used, has run out, or never was.
    pub fn entrance(&self, token: &str) -> Outcome<Entrance> {
        let user = self.store.read(|c| users::link(c, token))?;
        Ok(user.map_or(Entrance::First, Entrance::User))
    }

    /// Sets a password with a link. The first link makes the administrator `name` as well; other links ignore it.
    ///
    /// # Errors
    /// When the link cannot be used, or the name or password cannot.
    pub fn set_up(&self, token: &str, credentials: &Credentials) -> Outcome<()> {
        let entrance = self.entrance(token)?;
        let name = match &entrance {
            Entrance::First => credentials.name.trim().to_owned(),
            Entrance::User(user) => user.name.clone(),
        };
        let hash = {
            let _one = lock(&self.hashing);
            secret::hash_password(&name, &credentials.password)?
        };
        let asker = Actor::nobody(&credentials.origin);
        let done = Event::done("set password", format!("user {name}"));
        self.write(&asker, &done, |tx| {
            users::use_link(tx, token)?;
            let id = match entrance {
                Entrance::User(user) => user.id,
                Entrance::First => users::add(
                    tx,
                    &NewUser {
                        name,
                        role: crate::queue::rights::Role::Administrator,
                        physician: None,
                        site: None,
                    },
                )?,
            };
            users::set_password(tx, id, &hash)
        })
    }

    /// Lets somebody in: the token of a new session. Name and password are told apart by nothing.
    ///
    /// # Errors
    /// [`Refusal::Denied`] when they are not right, [`Refusal::Wait`] after too many failures.
    pub fn log_in(&self, credentials: &Credentials) -> Outcome<String> {
        let subjects = [
            sessions::account(&credentials.name),
            format!("{}{}", sessions::ADDRESS, credentials.origin),
        ];
        self.doors().read(|c| sessions::may_try(c, &subjects))?;
        let known = self
            .doors()
            .read(|c| users::by_name(c, &credentials.name))?;
        let hash = known
            .as_ref()
            .filter(|(user, _)| user.active)
            .and_then(|(_, hash)| hash.as_deref());
        let right = {
            let _one = lock(&self.hashing);
            secret::is_password(hash, &credentials.password)
        };
        if right && let Some((user, hash)) = &known {
            let better = hash.as_deref().filter(|h| secret::is_outdated(h));
            let better = better.and_then(|_| {
                let _one = lock(&self.hashing);
                secret::rehash(&credentials.password)
            });
            let begun = self.doors().write_always(|tx| {
                let Some(way) = factors::take(tx, &self.store.key, user.id, &credentials.code)?
                else {
                    return Ok(None);
                };
                if let Some(hash) = &better {
                    users::rehash(tx, user.id, hash)?;
                }
                sessions::succeeded(tx, &subjects[0])?;
                let token = sessions::begin(tx, user.id, &credentials.origin)?;
                let done = Event::done("login", format!("user {}", user.id)).with(way);
                let actor = actor(user, &credentials.origin);
                audit::append(tx, &self.doors().key, &actor, &done)?;
                Ok(Some(token))
            })?;
            if let Some(token) = begun {
                return Ok(token);
            }
        }
        let whom = known.map_or_else(
            || "user unknown".to_owned(),
            |(u, _)| format!("user {}", u.id),
        );
        let denied = Event::denied("login", whom);
        let nobody = Actor::nobody(&credentials.origin);
        self.write(&nobody, &denied, |tx| sessions::failed(tx, &subjects))?;
        Err(Refusal::Denied)
    }

    /// Whether a session may do nothing but set up the second factor that its role needs.
    #[must_use]
    pub fn lacks_factor(&self, session: &Session) -> bool {
        !self.lax && !session.user.has_factor && factors::is_required(session.user.role)
    }

    /// Who a session's token belongs to, if the session still runs; and whether it should be marked as seen. Reads a row or two
    /// by their keys, and waits for nobody.
    ///
    /// # Errors
    /// When the store fails.
    pub fn session(&self, token: &str, origin: &str) -> Outcome<Option<(Session, Actor, bool)>> {
        let found = match self.doors().read(|c| sessions::get(c, token)) {
            // The store has just failed; who is in is known beside it.
            Err(Refusal::ReadOnly(_)) => self.doors().read(|c| sessions::get(c, token))?,
            found => found?,
        };
        Ok(found.map(|(session, old)| {
            let actor = actor(&session.user, origin);
            (session, actor, old)
        }))
    }

    /// Marks a session as seen, so that it does not end for idleness.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn seen(&self, token: &str) -> Outcome<()> {
        self.doors().write_always(|tx| sessions::seen(tx, token))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the store fails.
    pub fn log_out(&self, actor: &Actor, token: &str) -> Outcome<()> {
        let done = Event::done("logout", whom(actor));
        self.write(actor, &done, |tx| sessions::end(tx, token))
    }

    /// All users.
    ///
    /// # Errors
    /// When the role may not, or the store fails.
    pub fn users(&self, actor: &Actor) -> Outcome<Vec<User>> {
        self.allow(actor, Right::People, "read", "users")?;
        self.write(actor, &Event::done("read", "users"), |_| Ok(()))?;
        self.store.read(users::list)
    }

    /// Those to whom a report can be assigned: number and name.
    ///
    /// # Errors
    /// When the role may not, or the store fails.
    pub fn coders(&self, actor: &Actor) -> Outcome<Vec<(i64, String)>> {
        self.allow(actor, Right::List, "read", "users")?;
        let all = self.store.read(users::list)?;
        let fit = |u: &User| u.active && u.role.may(Right::Decide);
        Ok(all
            .into_iter()
            .filter(fit)
            .map(|u| (u.id, u.name))
            .collect())
    }

    /// Adds a user: the number, and the token of a link to hand over.
    ///
    /// # Errors
    /// When the role may not, or the name is taken or none.
    pub fn add_user(&self, actor: &Actor, new: &NewUser) -> Outcome<(i64, String)> {
        self.allow(actor, Right::People, "add user", "users")?;
        let done =
            Event::done("add user", "users").with(format!("{} {}", new.role.name(), new.name));
        self.write(actor, &done, |tx| {
            let id = users::add(tx, new)?;
            Ok((id, users::add_link(tx, Some(id))?))
        })
    }

    /// A new link for a user who has none or forgot the password; sessions go on until it is used.
    ///
    /// # Errors
    /// When the role may not, or there is no such user.
    pub fn add_link(&self, actor: &Actor, user: i64) -> Outcome<String> {
        let object = format!("user {user}");
        self.allow(actor, Right::People, "link", &object)?;
        self.write(actor, &Event::done("link", object), |tx| {
            users::get(tx, user)?;
            users::add_link(tx, Some(user))
        })
    }

    /// Lets a user in, or no longer. Sessions end at once.
    ///
    /// # Errors
    /// When the role may not, or it is the last administrator.
    pub fn set_active(&self, actor: &Actor, user: i64, active: bool) -> Outcome<()> {
        let object = format!("user {user}");
        self.allow(actor, Right::People, "set active", &object)?;
        let done = Event::done("set active", object).with(if active { "yes" } else { "no" });
        self.write(actor, &done, |tx| users::set_active(tx, user, active))
    }

    /// Gives a user another role, physician or site. Sessions end at once, so that nothing goes on under the rights of before.
    ///
    /// # Errors
    /// When the role may not, it is the asker, it would leave no administrator, or a physician has no name.
    pub fn change_user(&self, actor: &Actor, user: i64, change: &Change) -> Outcome<()> {
        let object = format!("user {user}");
        self.allow(actor, Right::People, "change user", &object)?;
        if actor.user == Some(user) {
            return Err(Refusal::invalid(
                "nobody changes the own role; ask another administrator",
            ));
        }
        let of = |words: &Option<String>| words.clone().unwrap_or_else(|| "all".to_owned());
        let before = self.store.read(|c| users::get(c, user))?;
        let detail = format!(
            "{} to {}; physician {} to {}; site {} to {}",
            before.role.name(),
            change.role.name(),
            of(&before.physician),
            of(&change.physician),
            of(&before.site),
            of(&change.site),
        );
        let done = Event::done("change user", object).with(detail);
        self.write(actor, &done, |tx| users::change(tx, user, change))
    }

    /// Adds a user with a password at once, for a store that is made for showing.
    ///
    /// # Errors
    /// When the name or the password cannot be used.
    pub(in crate::queue) fn add_user_with(&self, new: &NewUser, password: &str) -> Outcome<()> {
        let hash = secret::hash_password(&new.name, password)?;
        let done =
            Event::done("add user", "users").with(format!("{} {}", new.role.name(), new.name));
        self.write(&Actor::command(), &done, |tx| {
            let id = users::add(tx, new)?;
            users::set_password(tx, id, &hash)
        })
    }
}

/// A user who has come in.
fn actor(user: &User, origin: &str) -> Actor {
    Actor {
        user: Some(user.id),
        name: user.name.clone(),
        role: user.role,
        physician: user.physician.clone(),
        site: user.site.clone(),
        origin: origin.to_owned(),
    }
}

fn whom(actor: &Actor) -> String {
    actor
        .user
        .map_or_else(|| actor.name.clone(), |id| format!("user {id}"))
}
