//! What later messages say of earlier documents: addenda go to their document, what was sent again, replaced or cancelled
//! counts no more. The message files of a run are read once ahead for it; kept are the addenda and a number a document.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use super::{
    Fault, Record, Status,
    version::{Link, Version},
};

/// Where a version is: file and number in it, in input order.
pub(super) type Position = (u32, u32);

/// The note of what was told anew.
pub(super) const SENT_AGAIN: &str = "sent again by a later message, which counts";

/// The most addenda of addenda that are followed.
const LONGEST_CHAIN: usize = 16;

/// What is known of all message files together.
#[derive(Default)]
pub(super) struct Links {
    /// Where the last version of each document is, by a digest of its id.
    last: HashMap<u64, Position>,
    /// Addenda by the document they add to, in input order.
    addenda: HashMap<String, Vec<Addendum>>,
    /// The document that an addendum adds to.
    parents: HashMap<String, String>,
    /// Documents that were cancelled or replaced: where, and in what words.
    withdrawn: HashMap<String, (Position, &'static str)>,
    /// New statuses of documents: where, and which.
    restated: HashMap<String, (Position, Option<Status>)>,
}

struct Addendum {
    id: String,
    at: Position,
    text: String,
}

fn digest(id: &str) -> u64 {
    // Its keys are fixed, so that every run sees the same.
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

impl Links {
    /// Takes note of a version.
    pub(super) fn note(&mut self, version: &Version, at: Position) {
        let Version { id, link, .. } = version;
        match link {
            Link::Withdraws => {
                let entry = (at, "cancelled by a later message");
                self.withdrawn.insert(id.clone(), entry);
                return;
            }
            Link::Restates => {
                self.restated.insert(id.clone(), (at, version.status));
                return;
            }
            Link::Replaces(target) if counts(version) && target != id => {
                let entry = (at, "replaced by a later document");
                self.withdrawn.insert(target.clone(), entry);
            }
            Link::Appends(target) if counts(version) && target != id => {
                self.parents.insert(id.clone(), target.clone());
                let addendum = Addendum {
                    id: id.clone(),
                    at,
                    text: version.text.clone(),
                };
                self.addenda
                    .entry(target.clone())
                    .or_default()
                    .push(addendum);
            }
            _ => {}
        }
        self.last.insert(digest(id), at);
    }

    /// The record that a version comes to; none when it went to another one.
    pub(super) fn settle(&self, version: Version, at: Position) -> Option<Result<Record, Fault>> {
        let known = |id: &str| self.last.contains_key(&digest(id));
        let is_last = self.last.get(&digest(&version.id)).is_none_or(|p| *p == at);
        let mut notes = Vec::new();
        match &version.link {
            // What cancels or restates a document of the input is told with that document.
            Link::Withdraws | Link::Restates if known(&version.id) => return None,
            Link::Restates => {
                let cause = "a new status of a document that is not in the input";
                return Some(Err(
                    Fault::new(version.place, "no-report", cause).of(version.id)
                ));
            }
            Link::Withdraws => notes.push("cancels a document that is not in the input".to_owned()),
            Link::Appends(_) if counts(&version) => {
                if is_last && self.root(&version.id).is_some_and(known) {
                    return None;
                }
                let alone = "an addendum on its own: its document is not in the input";
                notes.push(alone.to_owned());
            }
            Link::Appends(_) => {
                notes.push("an addendum that is not signed; not joined to its document".to_owned());
            }
            Link::Replaces(target) if !known(target) => {
                notes.push("replaces a document that is not in the input".to_owned());
            }
            Link::Replaces(_) | Link::Whole => {}
        }
        Some(Ok(self.record(version, at, is_last, notes)))
    }

    fn record(
        &self,
        version: Version,
        at: Position,
        is_last: bool,
        mut notes: Vec<String>,
    ) -> Record {
        let mut record = Record {
            id: version.id,
            place: version.place,
            text: version.text,
            date: version.date,
            author: version.author,
            status: version.status,
            notes: Vec::new(),
            passthrough: version.passthrough,
        };
        let restated = self.restated.get(&record.id);
        if let Some((_, status @ Some(_))) = restated.filter(|e| is_last && e.0 > at) {
            record.status = *status;
            notes.push("its status is that of a later message".to_owned());
        }
        let gone = self.withdrawn.get(&record.id);
        // A document that was sent anew after its end is alive; a replacement may come before what it replaces.
        let replaced = gone.is_some_and(|(_, why)| why.starts_with("replaced"));
        if version.link == Link::Withdraws {
            record.status = Some(Status::Withdrawn);
        } else if !is_last {
            record.status = Some(Status::Withdrawn);
            notes.push(SENT_AGAIN.to_owned());
        } else if let Some((_, why)) = gone.filter(|e| e.0 > at || replaced) {
            record.status = Some(Status::Withdrawn);
            notes.push((*why).to_owned());
        } else {
            self.append(&mut record, &mut notes);
        }
        record.notes = notes;
        record
    }

    /// Adds the addenda of a document to its text, those of addenda behind them.
    fn append(&self, record: &mut Record, notes: &mut Vec<String>) {
        let mut joined = Vec::new();
        self.collect(&record.id, LONGEST_CHAIN, &mut joined);
        joined.sort_by_key(|a| a.at);
        if joined.is_empty() {
            return;
        }
        for addendum in &joined {
            record.text.push_str("\n\nADDENDUM:\n");
            record.text.push_str(&addendum.text);
        }
        if record.status == Some(Status::Final) {
            record.status = Some(Status::Amended);
        }
        let ids: Vec<&str> = joined.iter().map(|a| a.id.as_str()).collect();
        notes.push(format!("with addenda: {}", ids.join(", ")));
    }

    fn collect<'a>(&'a self, id: &str, depth: usize, into: &mut Vec<&'a Addendum>) {
        for addendum in self.addenda.get(id).map_or(&[][..], Vec::as_slice) {
            let is_last = self.last.get(&digest(&addendum.id)) == Some(&addendum.at);
            let cancelled = self
                .withdrawn
                .get(&addendum.id)
                .is_some_and(|e| e.0 > addendum.at);
            if is_last && !cancelled && self.root(&addendum.id).is_some() {
                into.push(addendum);
                if depth > 0 {
                    self.collect(&addendum.id, depth - 1, into);
                }
            }
        }
    }

    /// The document at the root of addenda; none when they lead back to themselves or on and on.
    fn root<'a>(&'a self, id: &'a str) -> Option<&'a str> {
        let mut at = id;
        for _ in 0..LONGEST_CHAIN {
            match self.parents.get(at) {
                Some(parent) => at = parent,
                None => return Some(at),
            }
        }
        None
    }
}

/// Whether a version may change another document: drafts may not.
fn counts(version: &Version) -> bool {
    !matches!(version.status, Some(Status::Draft | Status::Withdrawn))
}
