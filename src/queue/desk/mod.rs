//! The desk: the one way to the store for pages and commands. Each thing that can be done is a function that first sees
//! whether the asker may, and that writes an audit row in the same transaction. The files beside this one are its parts.

mod assigning;
mod beside;
mod deciding;
mod export;
mod factors;
mod feedback;
mod importing;
mod locking;
mod own;
mod people;
mod queries;
mod reading;
mod receiving;
mod sampling;
mod senders;
mod sessions;
mod worth;

use std::sync::{Mutex, OnceLock};

use rusqlite::Savepoint;

use super::{
    analyses,
    aside::Aside,
    audit::{self, Entry, Event, Wanted},
    board::{self, Filter, Listed},
    counts::{self, Counts},
    progress::{self, Progress},
    refusal::{Outcome, Refusal},
    rights::{Actor, Right},
    store::{Store, lock},
};
use crate::{analyzer::Analyzer, codes::PriceBasis};

pub use assigning::{Assigned, Which};
pub use export::{Exported, ExportedDecision, ExportedProcedure};
pub use feedback::FeedbackFilter;
pub use importing::Tally;
pub use own::{NewPassword, Renewal};
pub use people::{Credentials, Entrance};
pub use queries::{Difference, Draft, NewAnswer, QuerySheet, with_addendum};
pub use reading::{Sheet, Shown};
pub use receiving::{Parcel, Receipt};
pub use sampling::{Draw, Drawn, Per, parse_share};

/// Characters of an id.
const LONGEST_ID: usize = 200;

/// What goes on while the store is only read: coming in, going out, and reading.
const READING: [&str; 5] = ["login", "logout", sessions::END, "list", "read"];

/// The store, and what reads reports for it. Share it between threads.
pub struct Desk {
    store: Store,
    analyzer: Analyzer,
    engine: String,
    /// One password is hashed at a time: hashing takes memory on purpose.
    hashing: Mutex<()>,
    /// One message is taken in at a time: each is settled with those before.
    receiving: Mutex<()>,
    /// On what amounts are told, if at all.
    basis: Option<PriceBasis>,
    /// What takes sessions and audit rows while the store is only read.
    aside: OnceLock<Aside>,
    /// One makes it, when the store fails while it is served.
    turning: Mutex<()>,
    /// Where that is told.
    tell: fn(&str),
    /// Whether roles that need a second factor may do without: in a demo alone.
    lax: bool,
}

impl Desk {
    /// A desk over a store.
    #[must_use]
    pub fn new(store: Store, analyzer: Analyzer) -> Self {
        let engine = analyses::engine(&analyzer);
        Self {
            store,
            analyzer,
            engine,
            hashing: Mutex::new(()),
            receiving: Mutex::new(()),
            basis: None,
            aside: OnceLock::new(),
            turning: Mutex::new(()),
            tell: |_| (),
            lax: false,
        }
    }

    /// The same desk over a store that is only read, if there is reason to.
    #[must_use]
    pub fn with_aside(mut self, aside: Option<Aside>) -> Self {
        self.aside = aside.map_or_else(OnceLock::new, OnceLock::from);
        self
    }

    /// The same desk, which tells it when the store fails.
    #[must_use]
    pub fn with_tell(mut self, tell: fn(&str)) -> Self {
        self.tell = tell;
        self
    }

    /// Why nothing can be saved, if so.
    #[must_use]
    pub fn read_only(&self) -> Option<&str> {
        self.aside()
            .map_or_else(|| self.store.broken(), |a| Some(a.why.as_str()))
    }

    /// The store beside one that is only read. When the store was found to fail it is made now; where that cannot be done it is
    /// tried again by the next who asks.
    fn aside(&self) -> Option<&Aside> {
        if let Some(aside) = self.aside.get() {
            return Some(aside);
        }
        let why = self.store.broken()?;
        let _one = lock(&self.turning);
        if self.aside.get().is_none() {
            let aside = Aside::while_serving(&self.store, why).ok()?;
            (self.tell)(&format!(
                "READ ONLY: {why}. Reports can be read; nothing is saved. Who reads is noted in {}. Free space or restore a \
                 backup, then start the server again.",
                Aside::path(self.store.path()).display()
            ));
            let _ = self.aside.set(aside);
        }
        self.aside.get()
    }

    /// Looks the whole store over, file and audit log; when it is damaged it is only read from now on. What is wrong, if it was
    /// not known yet.
    pub fn look_over(&self) -> Option<String> {
        if self.read_only().is_some() {
            return None;
        }
        let why = self.store.fault()?;
        self.store.give_up(why.clone());
        self.aside();
        Some(why)
    }

    /// What keeps sessions and audit rows: the store, or the one beside a store that is only read.
    fn doors(&self) -> &Store {
        self.aside().map_or(&self.store, |a| &a.store)
    }

    /// The same desk for a store that is made for showing: no role needs a second factor.
    #[must_use]
    pub fn for_showing(mut self) -> Self {
        self.lax = true;
        self
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What reads reports.
    #[must_use]
    pub fn analyzer(&self) -> &Analyzer {
        &self.analyzer
    }

    /// One page of the list, and how many reports there are on all pages.
    ///
    /// # Errors
    /// When the role may not, or the store fails.
    pub fn list(&self, actor: &Actor, filter: &Filter) -> Outcome<(Vec<Listed>, i64)> {
        self.allow(actor, Right::List, "list", "queue")?;
        self.write(actor, &Event::done("list", "queue"), |_| Ok(()))?;
        let price = self.pricing(actor);
        self.store
            .read(|c| board::list(c, actor, filter, price.as_deref()))
    }

    /// The reports whose id holds these words, wherever they stand: those of this very id alone, if there are any; else a page of
    /// them, and how many there are.
    ///
    /// # Errors
    /// As [`Desk::list`]; when no words are given.
    pub fn find(&self, actor: &Actor, words: &str) -> Outcome<(Vec<Listed>, i64)> {
        let words = words.trim();
        if words.is_empty() || words.chars().count() > LONGEST_ID {
            return Err(Refusal::Invalid(format!(
                "type the id of a report or a part of it, in 1 to {LONGEST_ID} characters"
            )));
        }
        let filter = Filter {
            state: String::new(),
            name: words.to_owned(),
            sort: "name".to_owned(),
            ..Filter::default()
        };
        self.allow(actor, Right::List, "list", "queue")?;
        self.write(actor, &Event::done("list", "queue").with("by id"), |_| {
            Ok(())
        })?;
        self.store.read(|c| {
            let (mut found, total) = board::list(c, actor, &filter, None)?;
            // Those of this very id come first.
            let same = |row: &&Listed| row.name.to_lowercase() == words.to_lowercase();
            let very = found.iter().take_while(same).count();
            if very == 0 {
                return Ok((found, total));
            }
            found.truncate(very);
            Ok((found, i64::try_from(very).unwrap_or(total)))
        })
    }

    /// The counts beside the list.
    ///
    /// # Errors
    /// As [`Desk::list`].
    pub fn counts(&self, actor: &Actor, state: &str) -> Outcome<Counts> {
        self.allow(actor, Right::List, "list", "queue")?;
        self.store.read(|c| counts::counts(c, actor, state))
    }

    /// How the work goes.
    ///
    /// # Errors
    /// When the role may not, or the store fails.
    pub fn progress(&self, actor: &Actor) -> Outcome<Progress> {
        self.allow(actor, Right::Supervise, "read", "progress")?;
        self.write(actor, &Event::done("read", "progress"), |_| Ok(()))?;
        self.store.read(|c| progress::of(c, actor))
    }

    /// Rows of the audit table, the newest first.
    ///
    /// # Errors
    /// When the role may not, or the store fails.
    pub fn audit(&self, actor: &Actor, wanted: &Wanted, most: u32) -> Outcome<Vec<Entry>> {
        self.allow(actor, Right::Audit, "read", "audit")?;
        self.write(actor, &Event::done("read", "audit"), |_| Ok(()))?;
        self.store.read(|c| audit::list(c, wanted, most))
    }

    /// Notes something that was done outside of the other functions, such as an export of another format.
    ///
    /// # Errors
    /// When the store cannot be written: then it must not be done.
    pub fn note(&self, actor: &Actor, event: &Event<'_>) -> Outcome<()> {
        self.write(actor, event, |_| Ok(()))
    }

    /// Refuses what the role may not, and notes that it was tried.
    ///
    /// # Errors
    /// [`Refusal::Denied`].
    pub fn allow(&self, actor: &Actor, right: Right, event: &str, object: &str) -> Outcome<()> {
        if actor.role.may(right) {
            return Ok(());
        }
        self.note(actor, &Event::denied(event, object))?;
        Err(Refusal::Denied)
    }

    /// Does something with its audit row: both or neither.
    fn write<T>(
        &self,
        actor: &Actor,
        event: &Event<'_>,
        act: impl FnOnce(&Savepoint<'_>) -> Outcome<T>,
    ) -> Outcome<T> {
        let doors = self.doors();
        if let Some(aside) = self.aside()
            && event.outcome == "done"
            && !READING.contains(&event.event)
        {
            self.tried(actor, event.event, &event.object)?;
            return Err(Refusal::ReadOnly(aside.why.clone()));
        }
        let both = |tx: &Savepoint<'_>| {
            let done = act(tx)?;
            audit::append(tx, &doors.key, actor, event)?;
            Ok(done)
        };
        let done = if Self::goes_on(event) {
            doors.write_always(both)
        } else {
            doors.write(both)
        };
        if matches!(done, Err(Refusal::ReadOnly(_))) {
            // Where not even this can be written, the refusal tells why.
            let _ = self.tried(actor, event.event, &event.object);
        }
        done
    }

    /// Sees that a report is one this user may see; notes it when not.
    fn visible(&self, actor: &Actor, event: &str, report: i64) -> Outcome<super::reports::Version> {
        match self
            .store
            .read(|c| super::reports::current(c, actor, report))
        {
            Err(Refusal::Unknown) => {
                let tried =
                    Event::denied(event, object(report)).with("not there, or not to be seen");
                self.note(actor, &tried)?;
                Err(Refusal::Unknown)
            }
            found => found,
        }
    }
}

/// How a report is called in the audit table.
fn object(report: i64) -> String {
    format!("report {report}")
}
