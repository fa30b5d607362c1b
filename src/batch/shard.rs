//! A stretch of the input and what is written of it. Its entry in the state is written last, so a shard either counts as
//! a whole or is done again.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    counts::Counts,
    draft::{Draft, Finished},
    feed::{Done, Task},
    folder::Folder,
    form::{Form, Forms},
    known::Known,
    output::Output,
    read::Written,
};
use crate::{
    error::{Error, Result},
    intake::{DUPLICATE, Fault, hex},
};

/// The entry of a shard that was written.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Commit {
    pub(super) shard: usize,
    /// Records read, with those that failed.
    pub(super) records: usize,
    /// Whether it reaches to its end; not when `--limit` cut it.
    pub(super) whole: bool,
    /// Size and digest of its JSONL.
    pub(super) bytes: u64,
    pub(super) digest: String,
    /// Those of its queue rows.
    pub(super) rows: Finished,
    /// Digest of the records.
    pub(super) input: String,
    pub(super) counts: Counts,
    pub(super) faults: Vec<Fault>,
    /// What was written of it in other forms.
    pub(super) forms: Vec<FormPart>,
}

/// A part in one of the other forms.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FormPart {
    pub(super) form: Form,
    /// Below the folder of the results.
    pub(super) file: String,
    pub(super) bytes: u64,
    pub(super) digest: String,
}

impl FormPart {
    /// Its size and digest.
    pub(super) fn written(&self) -> Finished {
        Finished {
            bytes: self.bytes,
            digest: self.digest.clone(),
        }
    }
}

impl Commit {
    /// The name of its JSONL.
    pub(super) fn file(&self) -> String {
        file(self.shard)
    }

    /// All that was written of it, below the folder of the results.
    pub(super) fn files(&self) -> Vec<(String, Finished)> {
        let json = Finished {
            bytes: self.bytes,
            digest: self.digest.clone(),
        };
        let rows = format!("run/{}", rows(self.shard));
        let fixed = [(self.file(), json), (rows, self.rows.clone())];
        let forms = self.forms.iter().map(|f| (f.file.clone(), f.written()));
        fixed.into_iter().chain(forms).collect()
    }
}

fn file(number: usize) -> String {
    format!("part-{number:05}.jsonl")
}

/// The name of a shard's queue rows among the state.
pub(super) fn rows(number: usize) -> String {
    format!("{number:05}.csv")
}

/// Whether a shard reaches to its end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    /// It is full, or the input ended.
    Yes,
    /// A limit cut it.
    Cut,
}

/// A shard in work.
pub(super) struct Shard {
    records: usize,
    input: Sha256,
    act: Act,
}

enum Act {
    /// Writes it.
    Write(Box<Writing>),
    /// Only looks whether its records are what they were, and counts those that were there before.
    Look(Box<Commit>, u64),
}

struct Writing {
    number: usize,
    json: Draft,
    rows: Draft,
    outputs: Vec<Output>,
    counts: Counts,
    faults: Vec<Fault>,
}

/// What is told of a record that was there before, whatever came of it then: its units would count twice.
fn twice(written: std::result::Result<Written, Fault>) -> Fault {
    let cause = "a record with the same id and the same content came before; it counts once";
    match written {
        Ok(written) => Fault::new(written.place, DUPLICATE, cause).of(written.id),
        Err(fault) if fault.kind == DUPLICATE => fault,
        Err(fault) => Fault {
            kind: DUPLICATE.to_owned(),
            cause: cause.to_owned(),
            ..fault
        },
    }
}

/// How a shard was closed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Closed {
    /// It is written and entered.
    Entered,
    /// It was written by a share, which did not know that records of it are in parts before it, too.
    Unaware,
}

impl Shard {
    /// A shard that is to be written.
    pub(super) fn new(folder: &Folder, number: usize, forms: &Forms) -> Result<Self> {
        Ok(Self::doing(Act::Write(Box::new(Writing {
            number,
            json: folder.draft()?,
            rows: folder.draft()?,
            outputs: forms
                .which
                .iter()
                .map(|form| Output::new(folder, *form))
                .collect::<Result<_>>()?,
            counts: Counts::default(),
            faults: Vec::new(),
        }))))
    }

    /// A shard that is written already.
    pub(super) fn again(commit: Commit) -> Self {
        Self::doing(Act::Look(Box::new(commit), 0))
    }

    fn doing(act: Act) -> Self {
        Self {
            records: 0,
            input: Sha256::new(),
            act,
        }
    }

    /// How many records it has so far.
    pub(super) fn records(&self) -> usize {
        self.records
    }

    /// What is asked of its records.
    pub(super) fn task(&self) -> Task {
        match self.act {
            Act::Write(_) => Task::Analyse,
            Act::Look(..) => Task::Look,
        }
    }

    /// Takes the next records in and says how many failed.
    pub(super) fn add(&mut self, done: Done, known: &mut Known) -> Result<u64> {
        let (read, writing) = match (done, &mut self.act) {
            (Done::Analysed(read), Act::Write(writing)) => (read, writing),
            (done, act) => {
                let seen = match done {
                    Done::Analysed(read) => read.into_iter().map(|r| r.seen).collect(),
                    Done::Seen(seen) => seen,
                };
                self.records += seen.len();
                let mut before = 0;
                for seen in &seen {
                    self.input.update(seen.record);
                    before += u64::from(known.is_twice(seen)?);
                }
                if let Act::Look(_, twice) = act {
                    *twice += before;
                }
                return Ok(0);
            }
        };
        self.records += read.len();
        let mut failed = 0;
        for read in read {
            self.input.update(read.seen.record);
            let written = if known.is_twice(&read.seen)? {
                Err(twice(read.written))
            } else {
                read.written
            };
            match written {
                Ok(written) => {
                    writing.json.write(&written.json)?;
                    writing.rows.write(written.row.as_bytes())?;
                    writing.counts.add(&written.counts);
                    for (output, piece) in writing.outputs.iter_mut().zip(written.pieces) {
                        piece.map_or(Ok(()), |piece| output.add(piece))?;
                    }
                    for fault in written.faults {
                        writing.counts.fail(&fault);
                        writing.faults.push(fault);
                        failed += 1;
                    }
                }
                Err(fault) => {
                    writing.counts.fail(&fault);
                    writing.faults.push(fault);
                    failed += 1;
                }
            }
        }
        Ok(failed)
    }

    /// Gives its files their names, then enters it; or checks that nothing changed. It is `whole` unless a limit cut it.
    pub(super) fn close(self, folder: &Folder, whole: Whole) -> Result<Closed> {
        let input = hex(&self.input.finalize());
        match self.act {
            Act::Look(commit, twice) if commit.input == input => {
                let told = commit.counts.failures.get(DUPLICATE).copied();
                Ok(if told.unwrap_or_default() == twice {
                    Closed::Entered
                } else {
                    Closed::Unaware
                })
            }
            Act::Look(commit, _) => Err(Error::report(
                folder.result(&commit.file()),
                "the run cannot go on, the input of this part has changed since it was written; undo the change, or \
                 begin a new run in another folder",
            )),
            Act::Write(writing) => {
                let Writing {
                    number,
                    json,
                    rows: csv,
                    outputs,
                    counts,
                    faults,
                } = *writing;
                let written = json.finish(&folder.result(&file(number)))?;
                let rows = csv.finish(&folder.state(&rows(number)))?;
                let forms = outputs.into_iter().map(|o| o.finish(folder, number));
                let forms = forms.collect::<Result<_>>()?;
                folder.sync()?;
                let commit = Commit {
                    shard: number,
                    records: self.records,
                    whole: whole == Whole::Yes,
                    bytes: written.bytes,
                    digest: written.digest,
                    rows,
                    input,
                    counts,
                    faults,
                    forms,
                };
                folder.write_json(&folder.entry(number), &commit)?;
                folder.sync()?;
                Ok(Closed::Entered)
            }
        }
    }
}
