//! Reports of one file of any form that the program reads, brought in: what came of them, and what could not be used. The same
//! for programs and for browsers.

use std::{collections::BTreeMap, path::Path, slice};

use serde_json::Value;

use super::ask::Ask;
use crate::{
    intake::{self, Columns, Fault, Items, Listing, Telling},
    queue::{Outcome, Parcel, Refusal, Tally, reports::Incoming},
};

/// What reports are called until they are named; ids that begin like it are none.
pub(super) const UNNAMED: &str = "-unnamed-";

/// Reports brought in with one transaction.
const CHUNK: usize = 64;

/// What becomes of what was sent.
pub(super) struct Taking<'a> {
    ask: &'a Ask<'a>,
    /// The site and the physician of reports that tell none.
    site: String,
    physician: &'a str,
    /// What the store calls the way by which they came.
    source: String,
    /// What was taken.
    pub(super) tally: Tally,
    /// What could not be used.
    pub(super) failed: Vec<Fault>,
}

impl<'a> Taking<'a> {
    /// Nothing yet. Who sees one site alone brings in reports of that site.
    pub(super) fn new(
        ask: &'a Ask<'a>,
        (site, physician): (&'a str, &'a str),
        source: String,
    ) -> Self {
        let own = ask.actor.site.clone();
        Self {
            ask,
            site: own.unwrap_or_else(|| site.to_owned()),
            physician,
            source,
            tally: Tally::default(),
            failed: Vec::new(),
        }
    }

    /// Takes a file in. What cannot be used of it does not keep the rest out.
    pub(super) fn file(&mut self, name: &Path, content: &[u8]) -> Outcome<()> {
        let listing = Listing::of_bytes(name, content);
        let reader = &self.ask.server.pdf_reader;
        match intake::tell(&listing, reader) {
            Some(tellings) => self.messages(tellings),
            None => self.records(
                Items::new(listing, Columns::default()).with_pdf_reader(reader.as_deref()),
            ),
        }
    }

    /// One report a record.
    fn records(&mut self, items: Items) -> Outcome<()> {
        let mut chunk = Vec::new();
        for item in items {
            match item.load() {
                // What counts of it comes later.
                Ok(record) if record.is_superseded() => {}
                Ok(record) if record.id.starts_with(UNNAMED) => {
                    let cause = "the report has no id; send one in the column `id`, or behind the address as ?id=…";
                    self.fail(Fault::new(record.place, "no-id", cause));
                }
                Ok(record) => {
                    let place = record.place.clone();
                    match Incoming::of(record, &self.site, self.physician)
                        .within(&self.ask.actor)
                        .checked()
                    {
                        Ok(one) => chunk.push(Incoming {
                            source: self.source.clone(),
                            ..one
                        }),
                        Err(refusal) => {
                            self.fail(Fault::new(place, "unusable", refusal.to_string()));
                        }
                    }
                }
                Err(fault) => self.fail(fault),
            }
            if chunk.len() == CHUNK {
                self.keep(std::mem::take(&mut chunk))?;
            }
        }
        self.keep(chunk)
    }

    fn keep(&mut self, chunk: Vec<Incoming>) -> Outcome<()> {
        self.tally += self.ask.desk().import_all(&self.ask.actor, chunk)?;
        Ok(())
    }

    /// Messages, settled with those that came before.
    fn messages(&mut self, tellings: Vec<Result<Telling, Fault>>) -> Outcome<()> {
        let mut by_site: BTreeMap<String, Vec<Telling>> = BTreeMap::new();
        for telling in tellings {
            match telling {
                Ok(telling) => {
                    let told = telling.columns().get("facility").and_then(Value::as_str);
                    let site = match (&self.ask.actor.site, told) {
                        (None, Some(told)) if self.site.is_empty() => told,
                        _ => &self.site,
                    };
                    by_site.entry(site.to_owned()).or_default().push(telling);
                }
                Err(fault) => self.fail(fault),
            }
        }
        for (site, tellings) in by_site {
            for chunk in tellings.chunks(CHUNK) {
                match self.parcel(&site, chunk) {
                    // One of them cannot be used; the others can.
                    Err(Refusal::Invalid(_)) => self.one_by_one(&site, chunk)?,
                    done => done?,
                }
            }
        }
        Ok(())
    }

    fn one_by_one(&mut self, site: &str, tellings: &[Telling]) -> Outcome<()> {
        for one in tellings {
            match self.parcel(site, slice::from_ref(one)) {
                Err(Refusal::Invalid(words)) => {
                    self.fail(Fault::new("", "unusable", words).of(one.document()));
                }
                done => done?,
            }
        }
        Ok(())
    }

    fn parcel(&mut self, site: &str, tellings: &[Telling]) -> Outcome<()> {
        let parcel = Parcel {
            mark: None,
            site: site.to_owned(),
            physician: self.physician.to_owned(),
            source: self.source.clone(),
            tellings: tellings.to_vec(),
        };
        self.tally += self.ask.desk().receive(&self.ask.actor, &parcel)?.tally;
        Ok(())
    }

    fn fail(&mut self, fault: Fault) {
        self.failed.push(Fault {
            id: fault.id.filter(|id| !id.starts_with(UNNAMED)),
            place: fault.place.replace(UNNAMED, "body"),
            cause: fault.cause.replace(UNNAMED, "body"),
            ..fault
        });
    }
}
