//! By what documents are known: a number, the namespace that gave it or else who sent it. Two senders may count alike; and
//! one may leave the namespace out where it speaks of a document again.

use std::{
    collections::{BTreeMap, HashMap},
    hash::{DefaultHasher, Hash, Hasher},
};

use super::columns::LONGEST_ID;

/// A digest of a name.
pub(crate) type Key = u64;

/// The kind of what has no number of its own: nothing can speak of it.
pub(super) const UNNUMBERED: &str = "unnumbered";

/// By what a document is known, or spoken of. All but the number may be blank.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Name {
    /// What is counted: blank for documents, `order`, or the type of a resource.
    pub(crate) kind: String,
    pub(crate) number: String,
    /// The namespace of the number.
    pub(crate) space: String,
    /// Where another number of the same message has its namespace.
    pub(crate) near: String,
    /// The facility it was sent from.
    pub(crate) sender: String,
    /// Whose document it is.
    pub(crate) patient: String,
}

impl Name {
    /// A number alone.
    pub(crate) fn plain(number: &str) -> Self {
        Self {
            number: number.to_owned(),
            ..Self::default()
        }
    }

    /// What has no number, by its place and what it is called for want of one.
    pub(super) fn unnumbered(place: &str, called: &str) -> Self {
        Self {
            kind: UNNUMBERED.to_owned(),
            number: format!("{called} {place}"),
            ..Self::default()
        }
    }

    /// Number with namespace or sender, for where the number alone would stand for several documents.
    pub(super) fn whole(&self) -> String {
        let space = if self.space.is_empty() {
            &self.sender
        } else {
            &self.space
        };
        let parts = [&self.number, space, &self.kind];
        let parts: Vec<&str> = parts
            .into_iter()
            .map(String::as_str)
            .filter(|p| !p.is_empty() && !p.contains(char::is_control))
            .collect();
        parts.join("^").chars().take(LONGEST_ID).collect()
    }

    fn by_space(&self, space: &str) -> Key {
        digest(&(&self.kind, &self.number, 's', space))
    }

    fn by_sender(&self) -> Key {
        digest(&(&self.kind, &self.number, 'f', &self.sender))
    }

    fn strict(&self) -> Key {
        if self.space.is_empty() {
            self.by_sender()
        } else {
            self.by_space(&self.space)
        }
    }
}

pub(super) fn digest(of: &(impl Hash + ?Sized)) -> u64 {
    // Its keys are fixed, so that every run sees the same.
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

/// A digest of what may be blank; 0 for blank.
fn digest_of(text: &str) -> u64 {
    if text.is_empty() { 0 } else { digest(&text) }
}

/// What is known of a document may come in parts.
pub(crate) trait Join {
    /// Takes in what else is known of the same document.
    fn join(&mut self, other: Self);
}

/// How many documents something may mean.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    One(Key),
    Several,
}

fn fit(fits: &mut HashMap<u64, Fit>, at: u64, key: Key) {
    let fit = fits.entry(at).or_insert(Fit::One(key));
    if *fit != Fit::One(key) {
        *fit = Fit::Several;
    }
}

struct Known<T> {
    value: T,
    /// Digests: of kind and number, of the number, of the sender, of the patient.
    counted: u64,
    shown: u64,
    sender: u64,
    patient: u64,
    /// Whether its name has a namespace.
    spaced: bool,
}

/// Documents by their names.
pub(crate) struct Names<T> {
    known: BTreeMap<Key, Known<T>>,
    /// Documents with a namespace, by number and sender.
    spaced: HashMap<Key, Fit>,
    /// Documents by kind and number.
    counted: HashMap<u64, Fit>,
    /// Documents by the number alone, as output shows it.
    shown: HashMap<u64, Fit>,
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self {
            known: BTreeMap::new(),
            spaced: HashMap::new(),
            counted: HashMap::new(),
            shown: HashMap::new(),
        }
    }
}

impl<T: Join> Names<T> {
    /// Takes note of what a document's own message tells.
    pub(crate) fn note(&mut self, name: &Name, value: T) {
        let key = name.strict();
        let spaced = !name.space.is_empty();
        if spaced {
            fit(&mut self.spaced, name.by_sender(), key);
        }
        let known = Known {
            value,
            counted: digest(&(&name.kind, &name.number)),
            shown: digest(&name.number),
            sender: digest_of(&name.sender),
            patient: digest_of(&name.patient),
            spaced,
        };
        fit(&mut self.counted, known.counted, key);
        fit(&mut self.shown, known.shown, key);
        match self.known.get_mut(&key) {
            Some(earlier) => earlier.value.join(known.value),
            None => {
                self.known.insert(key, known);
            }
        }
    }

    /// Joins what is told with a namespace and without one, once all is noted.
    pub(crate) fn settle(&mut self) {
        let bare = self.known.iter().filter(|(_, known)| !known.spaced);
        let same: Vec<(Key, Key)> = bare
            .filter_map(|(key, _)| match self.spaced.get(key) {
                Some(Fit::One(with)) => Some((*key, *with)),
                _ => None,
            })
            .collect();
        for (key, with) in same {
            if let Some(bare) = self.known.remove(&key)
                && let Some(known) = self.known.get_mut(&with)
            {
                known.value.join(bare.value);
            }
        }
        self.counted.clear();
        self.shown.clear();
        for (key, known) in &self.known {
            fit(&mut self.counted, known.counted, *key);
            fit(&mut self.shown, known.shown, *key);
        }
    }

    /// The key of a document by its own name.
    pub(crate) fn key(&self, name: &Name) -> Key {
        match self.spaced.get(&name.by_sender()) {
            Some(Fit::One(with)) if name.space.is_empty() => *with,
            _ => name.strict(),
        }
    }

    /// The document that has a name, which may tell a namespace that earlier messages of the sender did not.
    pub(crate) fn same(&self, name: &Name) -> Option<Key> {
        let known = |key: Key| self.known.contains_key(&key).then_some(key);
        known(self.key(name)).or_else(|| known(name.by_sender()))
    }

    /// The document that a message speaks of, when only one fits.
    pub(crate) fn find(&self, name: &Name) -> Option<Key> {
        if name.space.is_empty() && !name.near.is_empty() {
            let key = name.by_space(&name.near);
            if self.known.contains_key(&key) {
                return Some(key);
            }
        }
        self.same(name).or_else(|| {
            let counted = digest(&(&name.kind, &name.number));
            let Some(Fit::One(key)) = self.counted.get(&counted) else {
                return None;
            };
            let known = self.known.get(key)?;
            let (sender, patient) = (digest_of(&name.sender), digest_of(&name.patient));
            let other_space = known.spaced && !name.space.is_empty();
            let fits = sender == 0 || known.sender == 0 || sender == known.sender;
            let fits = fits || (patient != 0 && patient == known.patient);
            (fits && !other_space).then_some(*key)
        })
    }

    pub(crate) fn get(&self, key: Key) -> Option<&T> {
        self.known.get(&key).map(|k| &k.value)
    }

    pub(crate) fn get_mut(&mut self, key: Key) -> Option<&mut T> {
        self.known.get_mut(&key).map(|k| &mut k.value)
    }

    /// Whether several documents have the number.
    pub(crate) fn is_shared(&self, number: &str) -> bool {
        self.shown.get(&digest(&number)) == Some(&Fit::Several)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Count(usize);

    impl Join for Count {
        fn join(&mut self, other: Self) {
            self.0 += other.0;
        }
    }

    fn name(number: &str, space: &str, sender: &str) -> Name {
        Name {
            space: space.to_owned(),
            sender: sender.to_owned(),
            ..Name::plain(number)
        }
    }

    #[test]
    fn a_reference_finds_the_only_document_that_fits() {
        let mut names = Names::default();
        for (number, space, sender) in [
            ("1", "DICT", "NORTH"),
            ("1", "RAD", "SOUTH"),
            ("2", "DICT", "NORTH"),
            ("2", "", "NORTH"),
            ("3", "", "NORTH"),
            ("3", "", "SOUTH"),
            ("4", "DICT", "NORTH"),
            ("4", "RAD", "NORTH"),
        ] {
            names.note(&name(number, space, sender), Count(1));
        }
        names.settle();
        let found = |number, space, sender| {
            let key = names.find(&name(number, space, sender))?;
            names.get(key).map(|c| c.0)
        };
        assert_eq!(found("1", "DICT", "SOUTH"), Some(1));
        assert_eq!(found("1", "", "SOUTH"), Some(1));
        assert_eq!(found("1", "", ""), None, "two fit");
        assert_eq!(found("1", "LAB", "NORTH"), None, "another namespace");
        assert_eq!(found("2", "", "NORTH"), Some(2), "told with and without");
        assert_eq!(found("2", "", ""), Some(2));
        assert_eq!(found("2", "", "SOUTH"), None, "another sender");
        assert_eq!(found("3", "DICT", "SOUTH"), Some(1));
        assert_eq!(found("4", "", "NORTH"), None, "two fit");
        let near = Name {
            near: "RAD".to_owned(),
            ..name("4", "", "NORTH")
        };
        assert!(names.find(&near).is_some());
        assert!(names.is_shared("1") && !names.is_shared("2"));
        assert_eq!(name("3", "", "SOUTH").whole(), "3^SOUTH");
    }
}
