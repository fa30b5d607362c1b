//! Taking decisions out, one object a report.

use rusqlite::Connection;
use serde::Serialize;
use serde_json::Value;

use super::{Desk, object};
use crate::{
    queue::{
        analyses,
        audit::{self, Event},
        board::{self, Filter, Listed},
        confirmations, decisions, procedures,
        refusal::Outcome,
        reports::{self, Version},
        rights::{Actor, Right},
        time,
    },
    render::Reading,
};

/// A report's decisions as they leave. No text of the report, but ids, vessels and notes.
#[derive(Clone, Debug, Serialize)]
pub struct Exported {
    /// The report's id where it comes from.
    pub report_id: String,
    /// The site.
    pub site: String,
    /// The physician.
    pub physician: String,
    /// The patient's number as the sender told it; it leaves with charges alone.
    #[serde(skip)]
    pub patient: Option<String>,
    /// The date of service.
    pub service_date: Option<String>,
    /// `open` or `done`.
    pub status: String,
    /// `ready`, `review`, `query` or `no_ivus`.
    pub disposition: String,
    /// The version of the text.
    pub version: i64,
    /// What made the reading that stands: program, lexicon, policy, payer, tables and code set.
    pub engine: Value,
    /// The decisions in force.
    pub decisions: Vec<ExportedDecision>,
    /// The decisions in force on catheter placements and base procedures.
    pub procedures: Vec<ExportedProcedure>,
    /// What somebody stood for on this version.
    pub confirmed: Vec<ExportedConfirmation>,
}

/// A confirmation as it leaves.
#[derive(Clone, Debug, Serialize)]
pub struct ExportedConfirmation {
    /// What was doubted, in words.
    pub words: String,
    /// Why it is right all the same.
    pub note: String,
    /// Who.
    pub confirmed_by: String,
    /// When, ISO 8601.
    pub confirmed_at: String,
}

/// A decision as it leaves.
#[derive(Clone, Debug, Serialize)]
pub struct ExportedDecision {
    /// The suggestion, or the code and vessel of an added one.
    pub suggestion: String,
    /// `Accepted`, `Edited`, `Added`, `Direct` or `Rejected`.
    pub class: String,
    /// The code that is used.
    pub code: Option<String>,
    /// The vessel that is used, with its side.
    pub vessel: Option<String>,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// More words.
    pub note: String,
    /// The words it rests on, in code points of the text.
    pub words: Option<(usize, usize)>,
    /// Whether it was made on an older version of the text.
    pub stale: bool,
    /// What made the reading it was made on, as for the report.
    pub engine: Value,
    /// Who.
    pub decided_by: String,
    /// When, ISO 8601.
    pub decided_at: String,
}

/// A decision on a catheter placement or a base procedure as it leaves.
#[derive(Clone, Debug, Serialize)]
pub struct ExportedProcedure {
    /// `catheter` or `base`.
    pub part: String,
    /// The suggestion.
    pub suggestion: String,
    /// `Accepted`, `Edited` or `Rejected`.
    pub class: String,
    /// The code that is used.
    pub code: Option<String>,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// More words.
    pub note: String,
    /// Whether it was made on an older version of the text.
    pub stale: bool,
    /// What made the reading it was made on, as for the report.
    pub engine: Value,
    /// Who.
    pub decided_by: String,
    /// When, ISO 8601.
    pub decided_at: String,
}

/// Reports that leave with one transaction for the rows that tell of it.
const AT_ONCE: usize = 100;

impl Desk {
    /// How many reports an export of this filter would hold, and how many of them have no date of service.
    ///
    /// # Errors
    /// When the role may not, or the store fails.
    pub fn to_export(&self, actor: &Actor, filter: &Filter) -> Outcome<(i64, i64)> {
        self.allow(actor, Right::Export, "export", "queue")?;
        self.store.read(|c| board::size(c, actor, filter))
    }

    /// The decisions of all reports that a filter lets through, handed on one by one; each is noted as exported in a `form`.
    ///
    /// # Errors
    /// When the role may not, the store fails, or `take` refuses.
    pub fn export(
        &self,
        actor: &Actor,
        filter: &Filter,
        form: &str,
        mut take: impl FnMut(Exported) -> Outcome<()>,
    ) -> Outcome<usize> {
        self.export_with(actor, filter, form, |one, _| take(one))
    }

    /// As [`Desk::export`], each with the text it is about, and what the program reads in it today.
    ///
    /// # Errors
    /// As [`Desk::export`].
    pub fn export_read(
        &self,
        actor: &Actor,
        filter: &Filter,
        form: &str,
        mut take: impl FnMut(Exported, &Version, &Reading) -> Outcome<()>,
    ) -> Outcome<usize> {
        self.export_with(actor, filter, form, |one, version| {
            take(one, version, &analyses::read(&self.analyzer, version))
        })
    }

    fn export_with(
        &self,
        actor: &Actor,
        filter: &Filter,
        form: &str,
        mut take: impl FnMut(Exported, &Version) -> Outcome<()>,
    ) -> Outcome<usize> {
        self.allow(actor, Right::Export, "export", "queue")?;
        // All at once: what is finished meanwhile neither comes twice nor pushes others out.
        let rows = self.store.read(|c| board::all(c, actor, filter, None))?;
        for chunk in rows.chunks(AT_ONCE) {
            let told = self.store.read(|c| {
                let one = |row: &Listed| {
                    let version = reports::current(c, actor, row.report)?;
                    Ok((exported(c, row, &version)?, version))
                };
                chunk.iter().map(one).collect::<Outcome<Vec<_>>>()
            })?;
            self.note_left(actor, chunk, form)?;
            for (one, version) in told {
                take(one, &version)?;
            }
        }
        Ok(rows.len())
    }

    /// Notes of each report that it leaves; of all of them or of none.
    fn note_left(&self, actor: &Actor, rows: &[Listed], form: &str) -> Outcome<()> {
        let left = |row: &Listed| Event::done("export", object(row.report)).with(form);
        let Some((last, others)) = rows.split_last() else {
            return Ok(());
        };
        self.write(actor, &left(last), |tx| {
            let key = &self.doors().key;
            let each = |row| audit::append(tx, key, actor, &left(row));
            others.iter().try_for_each(each)
        })
    }
}

/// A report's decisions as they leave.
fn exported(c: &Connection, row: &Listed, version: &Version) -> Outcome<Exported> {
    let one = |d: decisions::Decision| {
        Ok(ExportedDecision {
            stale: d.version != version.id,
            engine: analyses::engine_of(c, d.analysis)?,
            suggestion: d.suggestion,
            class: d.class,
            code: d.code,
            vessel: d.vessel,
            reason: d.reason,
            note: d.note,
            words: d.words,
            decided_by: d.by,
            decided_at: time::iso(d.at),
        })
    };
    let beside = |d: procedures::Decided| {
        Ok(ExportedProcedure {
            stale: d.version != version.id,
            engine: analyses::engine_of(c, d.analysis)?,
            part: d.part.name().to_owned(),
            suggestion: d.suggestion,
            class: d.class,
            code: d.code,
            reason: d.reason,
            note: d.note,
            decided_by: d.by,
            decided_at: time::iso(d.at),
        })
    };
    let standing = decisions::in_force(c, row.report)?.into_iter();
    let procedures = procedures::in_force(c, row.report)?.into_iter();
    let confirmed = confirmations::of_report(c, row.report)?.into_iter();
    Ok(Exported {
        report_id: row.name.clone(),
        site: row.site.clone(),
        physician: row.physician.clone(),
        patient: reports::patient_of(c, row.report)?,
        service_date: row.date.clone(),
        status: row.state.clone(),
        disposition: row.disposition.clone(),
        version: version.number,
        engine: analyses::engine_of(c, board::analysis(c, row.report)?)?,
        decisions: standing.map(one).collect::<Outcome<_>>()?,
        procedures: procedures.map(beside).collect::<Outcome<_>>()?,
        confirmed: confirmed
            .filter(|c| c.version == version.id)
            .map(|c| ExportedConfirmation {
                words: c.words,
                note: c.note,
                confirmed_by: c.by,
                confirmed_at: time::iso(c.at),
            })
            .collect(),
    })
}
