//! What later messages say of earlier documents: addenda go to their document, what was sent again, replaced or cancelled
//! counts no more. The message files of a run are read once ahead for it; kept are the addenda and a few numbers a document.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    Fault, Record, Status,
    names::{Join, Key, Name, Names, UNNUMBERED},
    order::{Order, Position},
    version::{Link, Version, keep},
};

/// The note of what was told anew.
pub(super) const SENT_AGAIN: &str = "sent again by a later message, which counts";

/// The note of what another document took the place of.
pub(super) const REPLACED: &str = "replaced by a later document";

/// The most addenda of addenda that are followed.
const LONGEST_CHAIN: usize = 16;

/// What is known of all message files together. Noted first, then settled, then asked.
#[derive(Default)]
pub(super) struct Links {
    names: Names<Told>,
    /// What was noted and is not settled yet.
    facts: Vec<Fact>,
    /// Addenda by the document they add to.
    addenda: HashMap<Key, Vec<Addendum>>,
    /// The document that an addendum adds to.
    parents: HashMap<Key, Key>,
    /// Documents that take the place of others.
    replacing: HashSet<Key>,
    /// Documents whose place another one took.
    replaced: HashSet<Key>,
    /// When documents were cancelled.
    cancelled: HashMap<Key, Vec<Order>>,
    /// New statuses of documents: when, and which.
    restated: HashMap<Key, (Order, Option<Status>)>,
}

/// What is known of the versions of a document.
#[derive(Clone, Copy)]
struct Told {
    last: Order,
    /// Whether one of them is more than an addendum that names no document.
    whole: bool,
}

impl Join for Told {
    fn join(&mut self, other: Self) {
        self.last = self.last.max(other.last);
        self.whole |= other.whole;
    }
}

/// What a version says of another document, or of its own beside the text.
struct Fact {
    id: String,
    name: Name,
    order: Order,
    status: Option<Status>,
    link: Link,
    /// Of what may be an addendum.
    text: String,
}

struct Addendum {
    id: String,
    key: Key,
    order: Order,
    text: String,
}

impl Links {
    /// Takes note of a version.
    pub(super) fn note(&mut self, version: &Version, at: Position) {
        let order = Order::of(version, at);
        let text = match &version.link {
            Link::Appends(_) | Link::Edits(_) => version.text.clone(),
            _ => String::new(),
        };
        if !matches!(version.link, Link::Withdraws | Link::Restates) {
            let told = Told {
                last: order,
                whole: version.link != Link::Adds,
            };
            self.names.note(&version.name, told);
        }
        if !matches!(version.link, Link::Whole | Link::Adds) {
            self.facts.push(Fact {
                id: version.id.clone(),
                name: version.name.clone(),
                order,
                status: version.status,
                link: version.link.clone(),
                text,
            });
        }
    }

    /// Settles what all that was noted comes to.
    pub(super) fn settled(mut self) -> Self {
        self.names.settle();
        let facts = std::mem::take(&mut self.facts);
        for fact in &facts {
            match &fact.link {
                Link::Withdraws => {
                    if let Some(key) = self.names.find(&fact.name) {
                        self.cancelled.entry(key).or_default().push(fact.order);
                    }
                }
                Link::Restates => self.restate(fact),
                Link::Replaces(_) => {
                    self.replacing.insert(self.names.key(&fact.name));
                }
                _ => {}
            }
        }
        for fact in facts {
            self.relate(fact);
        }
        self
    }

    fn restate(&mut self, fact: &Fact) {
        if let Some(key) = self.names.find(&fact.name) {
            let new = (fact.order, fact.status);
            let entry = self.restated.entry(key).or_insert(new);
            if entry.0 < new.0 {
                *entry = new;
            }
        }
    }

    /// Settles what a version does to the document it names.
    fn relate(&mut self, fact: Fact) {
        let Some(other) = fact.link.other() else {
            return;
        };
        let key = self.names.key(&fact.name);
        let target = self.names.find(other).filter(|target| *target != key);
        let Some(target) = target.filter(|_| counts(self.status(key, fact.order, fact.status)))
        else {
            return;
        };
        if self.adds(&fact.link, key) {
            self.parents.insert(key, target);
            let addendum = Addendum {
                id: self.shown(&fact.id, &fact.name),
                key,
                order: fact.order,
                text: fact.text,
            };
            self.addenda.entry(target).or_default().push(addendum);
        } else {
            self.replaced.insert(target);
        }
    }

    /// Whether a version that names another document adds to it; otherwise it takes its place.
    fn adds(&self, link: &Link, key: Key) -> bool {
        match link {
            Link::Appends(_) => true,
            // It does what the version did that it edits.
            Link::Edits(_) => !self.replacing.contains(&key),
            _ => false,
        }
    }

    /// The status of a version, as a later message may have told it anew.
    fn status(&self, key: Key, order: Order, told: Option<Status>) -> Option<Status> {
        match self.restated.get(&key) {
            Some((at, status @ Some(_))) if self.is_last(key, order) && at.follows(&order) => {
                *status
            }
            _ => told,
        }
    }

    fn is_last(&self, key: Key, order: Order) -> bool {
        self.names.get(key).is_none_or(|told| told.last == order)
    }

    /// What output calls a document: its number, with what tells it from others of the same number.
    fn shown(&self, id: &str, name: &Name) -> String {
        if name.kind != UNNUMBERED && self.names.is_shared(&name.number) {
            name.whole()
        } else {
            id.to_owned()
        }
    }

    /// The record that a version comes to; none when it went to another one.
    pub(super) fn settle(
        &self,
        mut version: Version,
        at: Position,
    ) -> Option<Result<Record, Fault>> {
        let order = Order::of(&version, at);
        let id = self.shown(&version.id, &version.name);
        if matches!(version.link, Link::Withdraws | Link::Restates) {
            // It is told with its document.
            if self.names.find(&version.name).is_some() {
                return None;
            }
            if version.link == Link::Restates {
                let cause = "a new status of a document that is not in the input";
                return Some(Err(Fault::new(version.place, "no-report", cause).of(id)));
            }
            let note = format!("cancels {}", self.missing(&version.name));
            version.status = Some(Status::Withdrawn);
            return Some(Ok(record(version, id, vec![note])));
        }
        let key = self.names.key(&version.name);
        let told = version.status;
        version.status = self.status(key, order, told);
        let mut notes = Vec::new();
        if version.status != told {
            notes.push("its status is that of a later message".to_owned());
        }
        if !self.is_last(key, order) {
            version.status = Some(Status::Withdrawn);
            notes.push(SENT_AGAIN.to_owned());
            return Some(Ok(record(version, id, notes)));
        }
        if let Some(alone) = self.alone(&version, key) {
            let Alone::Told(status, note) = alone else {
                return None;
            };
            version.status = status.filter(|_| counts(version.status)).or(version.status);
            notes.push(note);
        }
        if let Some(why) = self.end(key, order) {
            version.status = Some(Status::Withdrawn);
            notes.push(why.to_owned());
        } else {
            self.append(key, &mut version, &mut notes);
        }
        Some(Ok(record(version, id, notes)))
    }

    /// What becomes of the last version of a document that speaks of another one; none when it stands for itself.
    fn alone(&self, version: &Version, key: Key) -> Option<Alone> {
        let missing = |verb: &str, other: &Name| format!("{verb} {}", self.missing(other));
        let note = match &version.link {
            Link::Whole | Link::Withdraws | Link::Restates => return None,
            Link::Adds if self.names.get(key).is_some_and(|told| told.whole) => return None,
            Link::Adds => {
                let note = "an addendum that names no document; it has no units of its own";
                note.to_owned()
            }
            link @ (Link::Appends(other) | Link::Edits(other) | Link::Replaces(other)) => {
                if !self.adds(link, key) {
                    let known = self.names.find(other).is_some();
                    return (!known).then(|| Alone::Told(None, missing("replaces", other)));
                }
                if !counts(version.status) {
                    let note = "an addendum that is not signed; not joined to its document";
                    return Some(Alone::Told(None, note.to_owned()));
                }
                if self.parents.contains_key(&key) && self.root(key).is_some() {
                    return Some(Alone::Joined);
                }
                let note = match self.names.find(other).filter(|found| *found != key) {
                    None => missing("adds to", other),
                    Some(_) => "an addendum to addenda alone".to_owned(),
                };
                format!("{note}; it has no units of its own: join it to that report")
            }
        };
        Some(Alone::Told(Some(Status::Addendum), note))
    }

    /// A document that none, or more than one, of the input fits.
    fn missing(&self, name: &Name) -> String {
        let number = &name.number;
        if name.kind == UNNUMBERED {
            "a document that it does not name".to_owned()
        } else if self.names.is_shared(number) {
            format!("{number}, a number that several documents of the input have")
        } else {
            format!("{number}, which is not in the input")
        }
    }

    /// Why a document counts no more. What was sent anew after it was cancelled is alive.
    fn end(&self, key: Key, order: Order) -> Option<&'static str> {
        let mut cancelled = self.cancelled.get(&key).into_iter().flatten();
        if cancelled.any(|at| at.follows(&order)) {
            Some("cancelled by a later message")
        } else {
            let replaced = self.replaced.contains(&key);
            replaced.then_some(REPLACED)
        }
    }

    /// Adds the addenda of a document to its text, those of addenda behind them.
    fn append(&self, key: Key, version: &mut Version, notes: &mut Vec<String>) {
        let mut joined = Vec::new();
        self.collect(key, LONGEST_CHAIN, &mut joined);
        joined.sort_by_key(|a| a.order);
        if joined.is_empty() {
            return;
        }
        for addendum in &joined {
            version.text.push_str("\n\nADDENDUM:\n");
            version.text.push_str(&addendum.text);
        }
        if version.status == Some(Status::Final) {
            version.status = Some(Status::Amended);
        }
        let ids: Vec<&str> = joined.iter().map(|a| a.id.as_str()).collect();
        notes.push(format!("with addenda: {}", ids.join(", ")));
    }

    fn collect<'a>(&'a self, key: Key, depth: usize, into: &mut Vec<&'a Addendum>) {
        for addendum in self.addenda.get(&key).map_or(&[][..], Vec::as_slice) {
            let stands = self.is_last(addendum.key, addendum.order)
                && self.end(addendum.key, addendum.order).is_none();
            if stands && self.root(addendum.key).is_some() {
                into.push(addendum);
                if depth > 0 {
                    self.collect(addendum.key, depth - 1, into);
                }
            }
        }
    }

    /// The document at the root of addenda; none when they lead back to themselves or on and on.
    fn root(&self, key: Key) -> Option<Key> {
        let mut at = key;
        for _ in 0..LONGEST_CHAIN {
            match self.parents.get(&at) {
                Some(parent) => at = *parent,
                None => return Some(at),
            }
        }
        None
    }
}

/// What becomes of a version that speaks of another document.
enum Alone {
    /// It went to that document.
    Joined,
    /// It is a record of its own, with a note and perhaps another status.
    Told(Option<Status>, String),
}

/// A version as a record, with its names and what it does to which document among the columns.
fn record(version: Version, id: String, notes: Vec<String>) -> Record {
    let Version {
        name, link, place, ..
    } = &version;
    let mut columns = version.passthrough.clone();
    if id != version.id {
        keep(&mut columns, "document", &version.id);
    }
    keep(&mut columns, "namespace", &name.space);
    keep(&mut columns, "relation", link.word());
    if let Some(other) = link.other() {
        keep(&mut columns, "parent", &other.number);
        keep(&mut columns, "parent_namespace", &other.space);
    }
    Record {
        id,
        place: place.clone(),
        text: version.text,
        date: version.date,
        author: version.author,
        status: version.status,
        notes,
        passthrough: columns,
        verbatim: BTreeMap::new(),
    }
}

/// Whether a version of a status may change another document: drafts may not.
fn counts(status: Option<Status>) -> bool {
    !matches!(status, Some(Status::Draft | Status::Withdrawn))
}
