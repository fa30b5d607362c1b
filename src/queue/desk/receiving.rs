//! Taking messages in, one at a time: what each tells of documents is kept, and settled with what earlier ones told, so that an
//! addendum goes to its document and what is cancelled or replaced counts no more, whenever the messages come.

use std::collections::BTreeMap;

use super::{Desk, Tally};
use crate::{
    intake::{self, Record, Status, Telling},
    queue::{
        audit::{self, Event},
        refusal::{Outcome, Refusal},
        reports::{self, Incoming},
        rights::{Actor, Right},
        store::lock,
        tellings::{self, Known, Mark},
    },
};

/// What one message brings.
pub struct Parcel {
    /// By what it is known again; `None` when it cannot be.
    pub mark: Option<Mark>,
    /// The site of its reports.
    pub site: String,
    /// The physician of reports that tell none.
    pub physician: String,
    /// Where it came from, for the history: `hl7`, `intake NAME`.
    pub source: String,
    /// What it tells of documents.
    pub tellings: Vec<Telling>,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// Whether the same message was kept before; then nothing was done.
    pub repeated: bool,
    /// Whether another message came under the same number before.
    pub reused: bool,
    /// What became of its reports.
    pub tally: Tally,
}

impl Desk {
    /// Takes a message in: all of it, or nothing. It is durable when this returns.
    ///
    /// # Errors
    /// When the role may not, something in the message cannot be used, or the store cannot be written.
    pub fn receive(&self, actor: &Actor, parcel: &Parcel) -> Outcome<Receipt> {
        self.allow(actor, Right::Import, "receive", "message")?;
        let _one = lock(&self.receiving);
        let known = |c: &rusqlite::Connection| {
            let mark = parcel.mark.as_ref();
            mark.map_or(Ok(Known::No), |m| tellings::known(c, m))
        };
        let (standing, stamp, past) = self.store.read(|c| {
            let past = tellings::past(c, &parcel.site, &parcel.tellings)?;
            Ok((known(c)?, tellings::stamp(c)?, past))
        })?;
        let done = Event::done("receive", "message");
        if standing == Known::Same {
            let told = format!("{}; the same as before", described(parcel));
            self.write(actor, &done.with(told), |_| Ok(()))?;
            return Ok(Receipt {
                repeated: true,
                ..Receipt::default()
            });
        }
        let (kept, new) = ([past.told, past.found.clone()].concat(), &parcel.tellings);
        let incoming = self.settled(parcel, kept, new.clone())?;
        let read = self.read_all(incoming)?;
        let reused = standing == Known::Other;
        self.store.write(|tx| {
            if tellings::stamp(tx)? != stamp || known(tx)? != standing {
                return Err(Refusal::Busy);
            }
            if let Some(mark) = &parcel.mark {
                tellings::note(tx, mark)?;
            }
            for telling in past.found.iter().chain(new) {
                tellings::keep(tx, &parcel.site, telling)?;
            }
            let tally = self.keep_all(tx, actor, read)?;
            let note = if reused {
                "; its number was used before, for another message"
            } else {
                ""
            };
            let told = format!("{}{note}", described(parcel));
            audit::append(tx, &self.store.key, actor, &done.with(told))?;
            Ok(Receipt {
                repeated: false,
                reused,
                tally,
            })
        })
    }

    /// What all tellings together come to: one report a document.
    fn settled(
        &self,
        parcel: &Parcel,
        kept: Vec<Telling>,
        new: Vec<Telling>,
    ) -> Outcome<Vec<Incoming>> {
        let first_new = kept.len();
        let all = [kept, new].concat();
        let mut order: Vec<String> = Vec::new();
        for telling in &all {
            if !order.iter().any(|d| d == telling.document()) {
                order.push(telling.document().to_owned());
            }
        }
        let mut records: BTreeMap<String, Record> = BTreeMap::new();
        for (n, settled) in intake::settle(all).into_iter().enumerate() {
            match settled {
                Some(Ok(record)) => {
                    records.insert(record.id.clone(), record);
                }
                Some(Err(fault)) if n >= first_new => return Err(Refusal::Invalid(fault.cause)),
                Some(Err(_)) | None => {}
            }
        }
        let mut incoming = Vec::new();
        for document in order {
            let patient = told_patient(&parcel.tellings, &document);
            let one = |text, date, author: Option<String>, status| Incoming {
                patient: patient.clone(),
                name: document.clone(),
                text,
                date,
                source: parcel.source.clone(),
                site: parcel.site.clone(),
                physician: author.unwrap_or_else(|| parcel.physician.clone()),
                status: reports::kept(status),
            };
            if let Some(record) = records.remove(&document) {
                incoming.push(one(record.text, record.date, record.author, record.status));
            } else if self
                .store
                .read(|c| tellings::stands(c, &parcel.site, &document))?
            {
                // What stood alone and now belongs to another document must not count twice.
                let taken = one(String::new(), None, None, Some(Status::Withdrawn));
                incoming.push(taken);
            }
        }
        Ok(incoming)
    }
}

/// The patient that new tellings of a document name, or of what goes to it. It is kept of the report, not of what was told.
fn told_patient(new: &[Telling], document: &str) -> Option<String> {
    let of = |t: &&Telling| t.document() == document || t.other() == Some(document);
    new.iter()
        .filter(of)
        .find_map(|t| reports::patient(t.columns()))
}

/// A message in the words of the audit log: who sent it and its number, nothing of what it holds.
fn described(parcel: &Parcel) -> String {
    match &parcel.mark {
        Some(mark) => tellings::described(&mark.sender, &mark.control),
        None => parcel.source.clone(),
    }
}
