//! Taking decisions out, one object a report.

use serde::Serialize;

use super::{Desk, object};
use crate::{
    queue::{
        analyses,
        audit::Event,
        board::{self, Filter},
        decisions,
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
    /// The date of service.
    pub service_date: Option<String>,
    /// `open` or `done`.
    pub status: String,
    /// `ready`, `review`, `query` or `no_ivus`.
    pub disposition: String,
    /// The version of the text.
    pub version: i64,
    /// The decisions in force.
    pub decisions: Vec<ExportedDecision>,
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
    /// Who.
    pub decided_by: String,
    /// When, ISO 8601.
    pub decided_at: String,
}

impl Desk {
    /// The decisions of all reports that a filter lets through, handed on one by one; each is noted as exported.
    ///
    /// # Errors
    /// When the role may not, the store fails, or `take` refuses.
    pub fn export(
        &self,
        actor: &Actor,
        filter: &Filter,
        mut take: impl FnMut(Exported) -> Outcome<()>,
    ) -> Outcome<usize> {
        self.export_with(actor, filter, |one, _| take(one))
    }

    /// As [`Desk::export`], each with the text it is about, and what the program reads in it today.
    ///
    /// # Errors
    /// As [`Desk::export`].
    pub fn export_read(
        &self,
        actor: &Actor,
        filter: &Filter,
        mut take: impl FnMut(Exported, &Version, &Reading) -> Outcome<()>,
    ) -> Outcome<usize> {
        self.export_with(actor, filter, |one, version| {
            take(one, version, &analyses::read(&self.analyzer, version))
        })
    }

    fn export_with(
        &self,
        actor: &Actor,
        filter: &Filter,
        mut take: impl FnMut(Exported, &Version) -> Outcome<()>,
    ) -> Outcome<usize> {
        self.allow(actor, Right::Export, "export", "queue")?;
        let mut filter = Filter {
            page: 1,
            ..filter.clone()
        };
        let mut count = 0;
        loop {
            let (rows, _) = self.store.read(|c| board::list(c, actor, &filter, None))?;
            if rows.is_empty() {
                return Ok(count);
            }
            for row in rows {
                let (version, standing) = self.store.read(|c| {
                    Ok((
                        reports::current(c, actor, row.report)?,
                        decisions::in_force(c, row.report)?,
                    ))
                })?;
                self.note(actor, &Event::done("export", object(row.report)))?;
                let one = |d: decisions::Decision| ExportedDecision {
                    stale: d.version != version.id,
                    suggestion: d.suggestion,
                    class: d.class,
                    code: d.code,
                    vessel: d.vessel,
                    reason: d.reason,
                    note: d.note,
                    words: d.words,
                    decided_by: d.by,
                    decided_at: time::iso(d.at),
                };
                let exported = Exported {
                    report_id: row.name,
                    site: row.site,
                    physician: row.physician,
                    service_date: row.date,
                    status: row.state,
                    disposition: row.disposition,
                    version: version.number,
                    decisions: standing.into_iter().map(one).collect(),
                };
                take(exported, &version)?;
                count += 1;
            }
            filter.page += 1;
        }
    }
}
