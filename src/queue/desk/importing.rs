//! Bringing reports in: read, analysed, kept and put on the list in one transaction; and reading all anew after an update.

use rayon::prelude::*;
use rusqlite::Savepoint;

use super::{Desk, object};
use crate::{
    queue::{
        analyses::{self, Sketch},
        audit::{self, Event},
        board,
        refusal::Outcome,
        reports::{self, Imported, Incoming, Version},
        rights::{Actor, Right},
    },
    render::Reading,
    text::Report,
};

/// What became of many reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// New ones.
    pub new: usize,
    /// Known ones with the same text.
    pub known: usize,
    /// Known ones with another text.
    pub changed: usize,
    /// Known ones that their sender took back.
    pub withdrawn: usize,
    /// Ones that their sender took back and that are not there.
    pub absent: usize,
}

impl Tally {
    pub(super) fn add(&mut self, incoming: &Incoming, imported: Imported) {
        match imported {
            Imported::New(_) => self.new += 1,
            Imported::Known(_) => self.known += 1,
            Imported::Changed(_) if incoming.is_withdrawn() => self.withdrawn += 1,
            Imported::Changed(_) => self.changed += 1,
        }
    }
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.new += other.new;
        self.known += other.known;
        self.changed += other.changed;
        self.withdrawn += other.withdrawn;
        self.absent += other.absent;
    }
}

/// Keeps a reading of a version and puts it on the list, unless this engine's reading stands there already.
pub(super) fn file(
    tx: &Savepoint<'_>,
    version: &Version,
    engine: &str,
    reading: &Reading,
) -> Outcome<()> {
    let (analysis, is_new) = analyses::keep(tx, version.id, engine, reading)?;
    let standing: Option<i64> = rusqlite::OptionalExtension::optional(
        tx.prepare_cached("SELECT analysis FROM queue WHERE report = ?1")?
            .query_row([version.report], |r| r.get(0)),
    )?;
    if is_new || standing != Some(analysis) {
        let sketch = Sketch::of(reading);
        board::put(tx, version.report, version.id, analysis, &sketch)?;
        board::mark(tx, version.report)?;
    }
    Ok(())
}

impl Desk {
    /// Brings one report in. It is durable when this returns.
    ///
    /// # Errors
    /// When the role may not, the report cannot be used, or the store fails.
    pub fn import(&self, actor: &Actor, incoming: Incoming) -> Outcome<Imported> {
        self.allow(actor, Right::Import, "import", "queue")?;
        let incoming = incoming.checked()?;
        let reading = self.read_incoming(&incoming);
        self.work(actor, "import", "queue", |tx| {
            self.keep(tx, actor, &incoming, &reading)
        })
    }

    /// Brings reports in, all in one transaction; they are analysed in parallel before it.
    ///
    /// # Errors
    /// As [`Desk::import`]; then none of them is kept.
    pub fn import_all(&self, actor: &Actor, incoming: Vec<Incoming>) -> Outcome<Tally> {
        self.allow(actor, Right::Import, "import", "queue")?;
        let read = self.read_all(incoming)?;
        self.work(actor, "import", "queue", |tx| {
            self.keep_all(tx, actor, read)
        })
    }

    /// Reads reports in parallel; what was taken back is read when it is known whether it is there.
    pub(super) fn read_all(
        &self,
        incoming: Vec<Incoming>,
    ) -> Outcome<Vec<(Incoming, Option<Reading>)>> {
        let read = incoming.into_par_iter().map(|one| {
            let one = one.checked()?;
            let reading = (!one.is_withdrawn()).then(|| self.read_incoming(&one));
            Ok((one, reading))
        });
        read.collect()
    }

    /// Keeps reports that were read.
    pub(super) fn keep_all(
        &self,
        tx: &Savepoint<'_>,
        actor: &Actor,
        read: Vec<(Incoming, Option<Reading>)>,
    ) -> Outcome<Tally> {
        let mut tally = Tally::default();
        for (one, reading) in read {
            let read = match reading {
                Some(reading) => Some((one, reading)),
                None => reports::taken_back(tx, one)?.map(|one| {
                    let reading = self.read_incoming(&one);
                    (one, reading)
                }),
            };
            let Some((one, reading)) = read else {
                tally.absent += 1;
                continue;
            };
            tally.add(&one, self.keep(tx, actor, &one, &reading)?);
        }
        Ok(tally)
    }

    /// Reads a text that is not kept, for the live check. Nothing is written, and nobody is asked.
    #[must_use]
    pub fn look(&self, text: String) -> Reading {
        let report = Report::new("live", text);
        let analysis = self.analyzer.analyze(&report);
        Reading::new(&self.analyzer, report, &analysis)
    }

    /// Reads anew up to so many reports that another version, lexicon, policy, payer or table read last; how many it were.
    /// Decisions stay as they are.
    ///
    /// # Errors
    /// When the role may not, or the store fails.
    pub fn read_anew(&self, actor: &Actor, most: i64) -> Outcome<usize> {
        self.allow(actor, Right::Upkeep, "read anew", "queue")?;
        let versions = self.store.read(|c| board::stale(c, &self.engine, most))?;
        for id in &versions {
            let version = self.store.read(|c| reports::version(c, *id))?;
            let reading = analyses::read(&self.analyzer, &version);
            let done = Event::done("read anew", object(version.report));
            self.write(actor, &done, |tx| {
                file(tx, &version, &self.engine, &reading)
            })?;
        }
        Ok(versions.len())
    }

    pub(super) fn read_incoming(&self, incoming: &Incoming) -> Reading {
        let mut report = Report::new(incoming.name.clone(), incoming.text.clone());
        report.source = Some(reports::source_name(&incoming.source).to_owned());
        report.service_date = incoming.date;
        report.standing = incoming.status;
        let analysis = self.analyzer.analyze(&report);
        let mut reading = Reading::new(&self.analyzer, report, &analysis);
        if incoming.date.is_some() {
            reading.document.report.date_source = "metadata";
        }
        reading
    }

    pub(super) fn keep(
        &self,
        tx: &Savepoint<'_>,
        actor: &Actor,
        incoming: &Incoming,
        reading: &Reading,
    ) -> Outcome<Imported> {
        let (imported, version) = reports::keep(tx, incoming)?;
        let version = reports::version(tx, version)?;
        file(tx, &version, &self.engine, reading)?;
        let what = match imported {
            Imported::New(_) => "new",
            Imported::Known(_) => "known already",
            Imported::Changed(_) if incoming.is_withdrawn() => "withdrawn",
            Imported::Changed(_) => "new version",
        };
        let done = Event::done("import", object(imported.report())).with(what);
        audit::append(tx, &self.store.key, actor, &done)?;
        Ok(imported)
    }
}
