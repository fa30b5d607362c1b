//! Figures over the queue: what reports document, and what coders made of suggestions.

use rusqlite::{Connection, named_params};

use super::Desk;
use crate::{
    feedback::{Decided, Figures, Made, Told},
    queue::{
        audit::Event,
        decisions,
        refusal::{Outcome, Refusal},
        rights::{Actor, Right},
    },
};

/// What figures are limited to. An empty text limits nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedbackFilter {
    /// A physician.
    pub physician: String,
    /// A site.
    pub site: String,
    /// First date of service, ISO 8601.
    pub from: String,
    /// Last date of service.
    pub until: String,
}

impl FeedbackFilter {
    /// What it limits, in words.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let parts = [
            ("physician", &self.physician),
            ("site", &self.site),
            ("from", &self.from),
            ("until", &self.until),
        ];
        let told = parts.into_iter().filter(|(_, value)| !value.is_empty());
        told.map(|(what, value)| format!("{what} {value}"))
            .collect()
    }
}

impl Desk {
    /// Figures over the newest versions of the reports this user may see; without units, rules and decisions for who may not
    /// see codes.
    ///
    /// # Errors
    /// When the role may not, or the store fails.
    pub fn feedback(&self, actor: &Actor, filter: &FeedbackFilter) -> Outcome<Figures> {
        self.allow(actor, Right::Feedback, "read", "feedback")?;
        self.note(actor, &Event::done("read", "feedback"))?;
        let figures = self.store.read(|c| sum(c, actor, filter))?;
        Ok(if actor.role.may(Right::SeeCodes) {
            figures
        } else {
            figures.for_physicians()
        })
    }
}

fn sum(connection: &Connection, actor: &Actor, filter: &FeedbackFilter) -> Outcome<Figures> {
    let mut statement = connection.prepare_cached(
        "SELECT r.id, r.physician, r.site, q.version, q.state, a.document FROM queue q JOIN reports r ON r.id = q.report \
           JOIN analyses a ON a.id = q.analysis \
         WHERE (:only_site IS NULL OR r.site = :only_site) AND (:only_physician IS NULL OR r.physician = :only_physician) \
           AND (:physician = '' OR r.physician = :physician) AND (:site = '' OR r.site = :site) \
           AND (:from = '' OR q.service_date >= :from) AND (:until = '' OR q.service_date <= :until) ORDER BY r.id",
    )?;
    let mut rows = statement.query(named_params! {
        ":only_site": actor.site, ":only_physician": actor.only_physician(),
        ":physician": filter.physician, ":site": filter.site, ":from": filter.from, ":until": filter.until,
    })?;
    let mut figures = Figures::default();
    while let Some(row) = rows.next()? {
        let (report, version): (i64, i64) = (row.get(0)?, row.get(3)?);
        let document: String = row.get(5)?;
        let mut told = Told::of(document.as_bytes()).map_err(|_| {
            Refusal::Fault(format!(
                "the kept analysis of report {report} cannot be read"
            ))
        })?;
        told.id = report.to_string();
        told.physician = row.get(1)?;
        told.site = row.get(2)?;
        let state: String = row.get(4)?;
        let made: Vec<Made> = decisions::in_force(connection, report)?
            .into_iter()
            .filter(|d| d.version == version)
            .map(|d| Made {
                suggestion: d.suggestion,
                class: d.class,
                vessel: d.vessel,
                reason: d.reason,
            })
            .collect();
        let finished = state == "done";
        told.decided = (finished || !made.is_empty()).then_some(Decided { finished, made });
        figures.add(&told);
    }
    Ok(figures)
}
