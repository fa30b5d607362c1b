//! Records on their way: the next ones are read and analysed while those before them are written and made durable. What is
//! written, and when, stays with the thread that asks: nothing here touches a file of the results.

use std::{
    iter::Peekable,
    sync::mpsc::{Receiver, channel},
};

use rayon::{Scope, prelude::*};

use super::read::{self, Reader};
use crate::intake::{Item, Items};

/// What is asked of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Task {
    /// To be analysed.
    Analyse,
    /// Only whether they are what they were.
    Look,
}

/// What came of some records.
pub(super) enum Done {
    Analysed(Vec<read::Read>),
    Seen(Vec<read::Seen>),
}

/// Some records that are being read.
pub(super) struct Chunk {
    /// How many they are.
    pub(super) records: usize,
    /// The bytes of the input that were read up to the last of them.
    pub(super) position: u64,
    done: Receiver<Done>,
}

impl Chunk {
    /// Waits until they are read; `None` when the worker died, which ends the run with its panic.
    pub(super) fn wait(self) -> Option<Done> {
        self.done.recv().ok()
    }
}

/// The records of a run, in order.
pub(super) struct Feed<'a, 'scope> {
    pub(super) items: Peekable<Items>,
    /// Where the workers are.
    pub(super) workers: &'a Scope<'scope>,
    pub(super) reader: Reader<'scope>,
    /// The first records of the shard after the one in work.
    ahead: Option<Chunk>,
    /// How many bytes of the input were read.
    pub(super) position: Box<dyn Fn() -> u64>,
}

impl<'a, 'scope> Feed<'a, 'scope> {
    pub(super) fn new(items: Items, workers: &'a Scope<'scope>, reader: Reader<'scope>) -> Self {
        Self {
            position: Box::new(items.position()),
            items: items.peekable(),
            workers,
            reader,
            ahead: None,
        }
    }

    /// Whether no record is left.
    pub(super) fn is_done(&mut self) -> bool {
        self.ahead.is_none() && self.items.peek().is_none()
    }

    /// The first records of a shard of so many, `first` being the place of the first of them in the run.
    pub(super) fn open(&mut self, most: usize, first: u64, task: Task) -> Option<Chunk> {
        self.ahead.take().or_else(|| self.begin(most, first, task))
    }

    /// Begins with the first records of the shard after the one in work.
    pub(super) fn run_ahead(&mut self, most: usize, first: u64) {
        self.ahead = self.begin(most, first, Task::Analyse);
    }

    /// Begins with the next records, `most` of them or as many as may be in memory together; none when there are no more.
    pub(super) fn begin(&mut self, most: usize, first: u64, task: Task) -> Option<Chunk> {
        let items = read::chunk(&mut self.items, most.min(super::CHUNK));
        if items.is_empty() {
            return None;
        }
        let (told, done) = channel();
        let chunk = Chunk {
            records: items.len(),
            position: (self.position)(),
            done,
        };
        let reader = self.reader;
        self.workers.spawn(move |_| {
            // Nobody waits for it any more when the run has ended.
            let _ = told.send(read_all(&reader, items, first, task));
        });
        Some(chunk)
    }
}

fn read_all(reader: &Reader<'_>, items: Vec<Item>, first: u64, task: Task) -> Done {
    let items = items.into_par_iter();
    match task {
        Task::Look => Done::Seen(items.map(read::seen).collect()),
        Task::Analyse => {
            let numbered = items.enumerate();
            let read = numbered.map(|(at, item)| read::read(reader, item, first + at as u64));
            Done::Analysed(read.collect())
        }
    }
}
