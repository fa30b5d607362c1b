//! Those who are turned away before anybody knows who they are: no session, no second factor, a foreign name of the server, a form
//! of nowhere. Each has a row in the audit log, but a flood must not fill the disk: a minute has one row for each address and
//! reason, and a second one with how many more there were; beyond some addresses a minute the others are counted together.

use std::{collections::BTreeMap, sync::Mutex};

use super::Server;
use crate::queue::{
    Actor,
    audit::Event,
    store::lock,
    time::{self, MINUTE},
};

/// How these rows are called in the audit log.
pub(super) const EVENT: &str = "enter";

/// Addresses with rows of their own in a minute.
const MOST_ADDRESSES: usize = 50;

/// What the others are counted as.
const OTHERS: &str = "other addresses";

/// Why somebody was turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lack {
    Session,
    Factor,
    Host,
    Form,
}

impl Lack {
    fn words(self) -> &'static str {
        match self {
            Self::Session => "no session",
            Self::Factor => "no second factor",
            Self::Host => "asked by a name that this server has not",
            Self::Form => "a form without a session's token",
        }
    }
}

/// Who, from where, and what was not there.
type Key = (String, String, Lack);

/// The present minute: how many came after the first of each.
#[derive(Debug, Default)]
pub(super) struct Strangers(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    minute: i64,
    more: BTreeMap<Key, u64>,
}

/// Rows to write.
#[derive(Debug, PartialEq, Eq)]
struct Due {
    name: String,
    origin: String,
    lack: Lack,
    /// How many more of them came in the minute before; `None` for the first.
    more: Option<u64>,
}

impl Counted {
    /// What is to be told of a minute that is over.
    fn turn(&mut self, minute: i64) -> Vec<Due> {
        if minute == self.minute {
            return Vec::new();
        }
        self.minute = minute;
        let past = std::mem::take(&mut self.more).into_iter();
        past.filter(|(_, more)| *more > 0)
            .map(|((name, origin, lack), more)| Due {
                name,
                origin,
                lack,
                more: Some(more),
            })
            .collect()
    }

    /// Counts one who was turned away; what is to be told now.
    fn count(&mut self, minute: i64, name: &str, origin: &str, lack: Lack) -> Vec<Due> {
        let mut due = self.turn(minute);
        let mut key = (name.to_owned(), origin.to_owned(), lack);
        if !self.more.contains_key(&key) && self.more.len() >= MOST_ADDRESSES {
            key = (name_of_others(), OTHERS.to_owned(), lack);
        }
        if let Some(more) = self.more.get_mut(&key) {
            *more += 1;
            return due;
        }
        self.more.insert(key.clone(), 0);
        due.push(Due {
            name: key.0,
            origin: key.1,
            lack,
            more: None,
        });
        due
    }
}

fn name_of_others() -> String {
    Actor::nobody("").name
}

impl Server {
    /// Notes that somebody was turned away. `object` is the route, not what was sent. Where it cannot be noted nobody is let in
    /// either, so that is told and no more.
    pub(super) fn turned_away(&self, actor: &Actor, lack: Lack, object: &str) {
        let minute = time::now() / MINUTE;
        let due = lock(&self.strangers.0).count(minute, &actor.name, &actor.origin, lack);
        self.tell_strangers(due, object);
    }

    /// Notes what was counted in minutes that are over.
    pub(super) fn sweep(&self, minute: i64) {
        let due = lock(&self.strangers.0).turn(minute);
        self.tell_strangers(due, "pages");
    }

    fn tell_strangers(&self, due: Vec<Due>, object: &str) {
        for row in due {
            let (object, words) = match row.more {
                None => (object, row.lack.words().to_owned()),
                Some(more) => (
                    "pages",
                    format!("{}; {more} more in one minute", row.lack.words()),
                ),
            };
            let actor = Actor {
                name: row.name,
                ..Actor::nobody(row.origin)
            };
            let denied = Event::denied(EVENT, object).with(words);
            if let Err(refusal) = self.desk.note(&actor, &denied) {
                (self.log)(&format!(
                    "somebody turned away could not be noted: {refusal}"
                ));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_one_address_has_two_rows_a_minute() {
        let mut counted = Counted::default();
        let mut rows = Vec::new();
        for minute in 1..=3 {
            for _ in 0..1000 {
                rows.extend(counted.count(minute, "nobody", "10.0.0.1", Lack::Session));
            }
        }
        rows.extend(counted.turn(4));
        let more: Vec<_> = rows.iter().map(|r| r.more).collect();
        let of_one = [None, Some(999)];
        assert_eq!(more, [of_one; 3].concat());
        assert!(counted.turn(5).is_empty(), "told once");
    }

    #[test]
    fn a_flood_of_many_addresses_is_counted_together() {
        let mut counted = Counted::default();
        let mut rows = Vec::new();
        for n in 0..10_000 {
            rows.extend(counted.count(1, "nobody", &format!("::{n:x}"), Lack::Host));
        }
        rows.extend(counted.turn(2));
        assert_eq!(rows.len(), MOST_ADDRESSES + 2);
        let last = rows.last().unwrap();
        let others = 10_000 - MOST_ADDRESSES as u64 - 1;
        assert_eq!((last.origin.as_str(), last.more), (OTHERS, Some(others)));
    }

    #[test]
    fn each_lack_of_an_address_is_told() {
        let mut counted = Counted::default();
        for lack in [Lack::Session, Lack::Factor, Lack::Host, Lack::Form] {
            assert_eq!(counted.count(1, "nobody", "::1", lack).len(), 1);
            assert!(counted.count(1, "nobody", "::1", lack).is_empty());
        }
    }
}
