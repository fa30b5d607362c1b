//! Giving reports to somebody to do: one by whoever works on it, many at once by supervisors.

use rusqlite::Savepoint;

use super::{Desk, object};
use crate::queue::{
    audit::Event,
    board::{self, Filter, Listed},
    refusal::{Outcome, Refusal},
    rights::{Actor, Right},
    users::{self, User},
};

/// Which reports are given to somebody.
#[derive(Clone, Copy, Debug)]
pub enum Which<'a> {
    /// Those of these numbers.
    These(&'a [i64]),
    /// All of a list, on whatever page of it.
    Listed(&'a Filter),
}

/// What came of it, in reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Assigned {
    /// Given to whom they were to be given.
    pub given: usize,
    /// Left as they were: done, or given so already.
    pub left: usize,
}

impl Desk {
    /// Gives a report to a user, or to nobody. Coders take and give back for themselves, supervisors for anybody.
    ///
    /// # Errors
    /// When the role may not, there is no such report or user, or the user cannot decide on it.
    pub fn assign(&self, actor: &Actor, report: i64, to: Option<i64>) -> Outcome<()> {
        let user = self.worker(actor, "assign", report)?;
        let version = self.visible(actor, "assign", report)?;
        if to.is_some_and(|t| t != user) {
            self.allow(actor, Right::Supervise, "assign", &object(report))?;
        }
        let done = Event::done("assign", object(report)).with(whom(to));
        self.write(actor, &done, |tx| {
            let to = assignee(tx, to)?;
            if !sees(to.as_ref(), &version.site) {
                return Err(Refusal::invalid(
                    "this user does not see the site of this report",
                ));
            }
            put(tx, report, to.as_ref())
        })
    }

    /// Gives many reports to a user, or to nobody: all or none. Each that changes has its audit row; those that are done, or given
    /// so already, are left as they are.
    ///
    /// # Errors
    /// When the role may not, there is no such report or user, or the user cannot decide on one of them.
    pub fn assign_many(
        &self,
        actor: &Actor,
        which: Which<'_>,
        to: Option<i64>,
    ) -> Outcome<Assigned> {
        self.allow(actor, Right::Supervise, "assign", "queue")?;
        if let Which::These(reports) = which {
            for report in reports {
                self.visible(actor, "assign", *report)?;
            }
        }
        let price = self.pricing(actor);
        self.work(actor, "assign", "queue", |tx| {
            let rows: Vec<Listed> = match which {
                Which::These(reports) => reports
                    .iter()
                    .map(|report| board::row(tx, *report))
                    .collect::<Outcome<_>>()?,
                Which::Listed(filter) => board::all(tx, actor, filter, price.as_deref())?,
            };
            let user = assignee(tx, to)?;
            let name = user.as_ref().map(|u| &u.name);
            let change = |row: &&Listed| row.state != "done" && row.assigned_to.as_ref() != name;
            let changed: Vec<&Listed> = rows.iter().filter(change).collect();
            let unseen = changed.iter().filter(|row| !sees(user.as_ref(), &row.site));
            if let (unseen @ 1.., Some(user)) = (unseen.count(), &user) {
                let site = user.site.as_deref().unwrap_or_default();
                return Err(Refusal::Invalid(format!(
                    "nothing was changed: {} sees the site {site} alone, and {unseen} of these reports are of another",
                    user.name
                )));
            }
            let told = format!("{}, one of {} at once", whom(to), changed.len());
            for row in &changed {
                put(tx, row.report, user.as_ref())?;
                let done = Event::done("assign", object(row.report)).with(told.clone());
                self.append(tx, actor, &done)?;
            }
            Ok(Assigned {
                given: changed.len(),
                left: rows.len() - changed.len(),
            })
        })
    }
}

/// The user to whom reports are given, if it is somebody who can work on them.
fn assignee(tx: &Savepoint<'_>, to: Option<i64>) -> Outcome<Option<User>> {
    let Some(user) = to.map(|id| users::get(tx, id)).transpose()? else {
        return Ok(None);
    };
    if user.active && user.role.may(Right::Decide) {
        return Ok(Some(user));
    }
    Err(Refusal::Invalid(format!(
        "nothing was changed: {} cannot decide on reports; choose somebody who can",
        user.name
    )))
}

/// Whether a user sees the reports of a site; nobody is no hindrance.
fn sees(user: Option<&User>, site: &str) -> bool {
    let only = user.and_then(|u| u.site.as_deref());
    only.is_none_or(|only| only == site)
}

fn put(tx: &Savepoint<'_>, report: i64, to: Option<&User>) -> Outcome<()> {
    tx.prepare_cached("UPDATE queue SET assigned_to = ?2 WHERE report = ?1")?
        .execute((report, to.map(|u| u.id)))?;
    Ok(())
}

fn whom(to: Option<i64>) -> String {
    to.map_or_else(|| "to nobody".to_owned(), |u| format!("to user {u}"))
}
