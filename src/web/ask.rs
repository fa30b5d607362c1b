//! What a browser asks, as page functions see it: who, which path, which fields. Bytes were read and limits kept before.

use std::cell::OnceCell;

use super::Server;
use crate::queue::{Actor, Desk, Outcome, Refusal, Right, incident::Locked, sessions::Session};

/// A request on its way to a page function.
pub struct Ask<'a> {
    pub(super) server: &'a Server,
    pub(super) actor: Actor,
    pub(super) session: Option<Session>,
    /// The session's token.
    pub(super) token: Option<String>,
    /// The path as it was asked for.
    pub(super) at: String,
    /// The parts of it that the route names.
    pub(super) path: Vec<(String, String)>,
    pub(super) query: Vec<(String, String)>,
    pub(super) fields: Vec<(String, String)>,
    pub(super) files: Vec<Sent>,
    /// What a program sent that is no form, with its media type.
    pub(super) body: Vec<u8>,
    pub(super) kind: String,
    /// By what name the server was asked.
    pub(super) host: String,
    /// The lock of the whole queue, once it was looked for.
    pub(super) lock: OnceCell<Option<Locked>>,
}

/// A file that was sent in a form.
pub struct Sent {
    /// Its name on the sender's machine.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

fn of<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    pairs
        .iter()
        .find(|(n, _)| n == name)
        .map_or("", |(_, value)| value.trim())
}

impl Ask<'_> {
    /// The desk.
    #[must_use]
    pub fn desk(&self) -> &Desk {
        self.server.desk()
    }

    /// The address of this server as the asker knows it, without a slash at its end.
    #[must_use]
    pub fn address(&self) -> String {
        let scheme = if self.server.secure { "https" } else { "http" };
        format!("{scheme}://{}", self.host)
    }

    /// Whether the asker may change something now: the role has the right, and what is done is saved.
    #[must_use]
    pub fn can(&self, right: Right) -> bool {
        self.actor.role.may(right) && self.is_writing()
    }

    /// Whether what is done here is saved: the store can be written, and is not locked.
    #[must_use]
    pub fn is_writing(&self) -> bool {
        self.desk().read_only().is_none() && self.locked().is_none()
    }

    /// The lock of the whole queue, if it stands; a store that cannot tell has a page of its own for it.
    #[must_use]
    pub fn locked(&self) -> Option<&Locked> {
        let look = || self.desk().locked().unwrap_or_default();
        self.lock.get_or_init(look).as_ref()
    }

    /// Who asks.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The token of this session; empty without one.
    #[must_use]
    pub fn session_token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// What forms of this session must bring; empty without a session.
    #[must_use]
    pub fn csrf(&self) -> &str {
        self.session.as_ref().map_or("", |s| s.csrf.as_str())
    }

    /// A part of the path by its name in the route, such as `id`.
    #[must_use]
    pub fn part(&self, name: &str) -> &str {
        of(&self.path, name)
    }

    /// A number in the path.
    ///
    /// # Errors
    /// [`Refusal::Unknown`] when it is none.
    pub fn number(&self, name: &str) -> Outcome<i64> {
        self.part(name).parse().map_err(|_| Refusal::Unknown)
    }

    /// A parameter behind the `?`; empty when it is not there.
    #[must_use]
    pub fn param(&self, name: &str) -> &str {
        of(&self.query, name)
    }

    /// A field of the form; empty when it is not there.
    #[must_use]
    pub fn field(&self, name: &str) -> &str {
        of(&self.fields, name)
    }

    /// A field of the form as it was typed, with white space at its ends.
    #[must_use]
    pub fn raw_field(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(n, _)| n == name);
        found.map_or("", |(_, value)| value)
    }

    /// A number in the form.
    ///
    /// # Errors
    /// When it is none.
    pub fn field_number(&self, name: &str) -> Outcome<i64> {
        let none = || {
            Refusal::Invalid(format!(
                "the field {name} is no number; load the page again"
            ))
        };
        self.field(name).parse().map_err(|_| none())
    }

    /// All numbers that the form holds under a name.
    ///
    /// # Errors
    /// When one of them is none.
    pub fn field_numbers(&self, name: &str) -> Outcome<Vec<i64>> {
        let numbers = self.fields.iter().filter(|(n, _)| n == name);
        numbers
            .map(|(_, value)| value.trim().parse())
            .collect::<Result<_, _>>()
            .map_err(|_| Refusal::invalid("the form cannot be read; load the page again"))
    }

    /// The files of the form.
    #[must_use]
    pub fn files(&self) -> &[Sent] {
        &self.files
    }
}
