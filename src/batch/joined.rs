//! The files that join what all shards hold: the failures, the queue rows, the rows of `NOTE_NLP`.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
};

use super::{
    draft::Draft,
    folder::Folder,
    form::{Form, Forms},
    manifest::Joint,
    shard::{self, Commit},
};
use crate::{
    error::{Error, Result},
    render::{brat, csv, omop},
};

/// The joined files in the making.
pub(super) struct Joined {
    errors: Draft,
    queue: Draft,
    note_nlp: Option<(Draft, i64)>,
    /// What brat must know of the annotations.
    brat: Option<Draft>,
}

impl Joined {
    pub(super) fn new(folder: &Folder, forms: &Forms) -> Result<Self> {
        let mut queue = folder.draft()?;
        queue.write(csv::header(csv::QUEUE_COLUMNS).as_bytes())?;
        let note_nlp = if forms.which.contains(&Form::Omop) {
            let mut table = folder.draft()?;
            table.write(omop::HEADER.as_bytes())?;
            Some((table, forms.note_nlp_id))
        } else {
            None
        };
        Ok(Self {
            errors: folder.draft()?,
            queue,
            note_nlp,
            brat: if forms.which.contains(&Form::Brat) {
                Some(folder.draft()?)
            } else {
                None
            },
        })
    }

    /// Takes a shard in; shards come in order.
    pub(super) fn add(&mut self, folder: &Folder, commit: &Commit) -> Result<()> {
        for fault in &commit.faults {
            let line = serde_json::to_vec(fault)
                .map_err(|e| Error::write(folder.result("errors.jsonl"), e.into()))?;
            self.errors.write(&line)?;
            self.errors.write(b"\n")?;
        }
        copy(folder, commit.shard, &mut self.queue)?;
        if let Some((table, id)) = &mut self.note_nlp {
            number(folder, commit.shard, table, id)?;
        }
        Ok(())
    }

    /// Gives the files their names, and says what they hold.
    pub(super) fn finish(self, folder: &Folder) -> Result<Vec<Joint>> {
        let mut files = vec![("errors.jsonl", self.errors), ("queue.csv", self.queue)];
        if let Some((table, _)) = self.note_nlp {
            files.push(("note_nlp.csv", table));
        }
        if let Some(mut file) = self.brat {
            file.write(brat::CONFIGURATION.as_bytes())?;
            files.push(("brat/annotation.conf", file));
        }
        let finish = |(name, file): (&str, Draft)| {
            let written = file.finish(&folder.result(name))?;
            Ok(Joint::of(name, written))
        };
        files.into_iter().map(finish).collect()
    }
}

/// Appends the queue rows of a shard.
fn copy(folder: &Folder, number: usize, to: &mut Draft) -> Result<()> {
    let path = folder.state(&shard::rows(number));
    let told = |e| Error::read(&path, e);
    let mut rows = BufReader::new(File::open(&path).map_err(told)?);
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = rows.read(&mut buffer).map_err(told)?;
        if read == 0 {
            return Ok(());
        }
        to.write(&buffer[..read])?;
    }
}

/// Appends the rows of `NOTE_NLP` of a shard, one line each, with their running number in front.
fn number(folder: &Folder, shard: usize, to: &mut Draft, id: &mut i64) -> Result<()> {
    let path = folder.result(&Form::Omop.file(shard));
    let told = |e| Error::read(&path, e);
    let mut rows = BufReader::new(File::open(&path).map_err(told)?);
    let mut line = Vec::new();
    while rows.read_until(b'\n', &mut line).map_err(told)? > 0 {
        to.write(format!("{id},").as_bytes())?;
        to.write(&line)?;
        *id = id.saturating_add(1);
        line.clear();
    }
    Ok(())
}
