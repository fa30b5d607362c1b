//! What reports are worth, for those who may see amounts, when the server was told for which site of service; and saved views.

use rust_decimal::Decimal;

use super::Desk;
use crate::{
    codes::PriceBasis,
    queue::{
        analyses,
        audit::Event,
        board::Listed,
        refusal::{Outcome, Refusal},
        rights::{Actor, Right},
        views::{self, View},
    },
    render::{Reading, amounts::Amounts},
};

/// What units of a date are worth, as the list asks it; owned.
type Price<'a> = dyn Fn(&[(String, u32)], Option<&str>) -> Option<Decimal> + 'a;

impl Desk {
    /// The same desk, telling amounts on a basis.
    #[must_use]
    pub fn with_amounts(mut self, basis: Option<PriceBasis>) -> Self {
        self.basis = basis;
        self
    }

    /// The basis, for those who may see amounts.
    fn basis_for(&self, actor: &Actor) -> Option<&PriceBasis> {
        let may = actor.role.may(Right::SeeAmounts);
        self.basis.as_ref().filter(|_| may)
    }

    /// What the units of a reading are worth; `None` for who may not see it.
    pub(super) fn amounts(&self, actor: &Actor, reading: &Reading) -> Option<Amounts> {
        let basis = self.basis_for(actor)?;
        Some(Amounts::of(&reading.document, self.analyzer.codes(), basis))
    }

    /// Whether the asker sees what reports are worth.
    #[must_use]
    pub fn tells_amounts(&self, actor: &Actor) -> bool {
        self.basis_for(actor).is_some()
    }

    /// What tells the list of what reports are worth, for those who may see it.
    pub(super) fn pricing<'a>(&'a self, actor: &'a Actor) -> Option<Box<Price<'a>>> {
        self.basis_for(actor)?;
        Some(Box::new(|lines, date| self.worth(actor, lines, date)))
    }

    /// What units performed on a day are worth, in dollars; `None` when that is not known or not for the asker.
    pub(super) fn worth(
        &self,
        actor: &Actor,
        lines: &[(String, u32)],
        date: Option<&str>,
    ) -> Option<Decimal> {
        let basis = self.basis_for(actor)?;
        let date = date.and_then(|d| d.parse().ok());
        let mut sum = Decimal::ZERO;
        for (code, units) in lines {
            let price = self.analyzer.codes().price(code, date, basis).ok()?;
            sum += price.each * Decimal::from(*units);
        }
        Some(sum)
    }

    /// What the units performed of listed reports are worth, in dollars, in the order of the rows; `None` for who may not see
    /// amounts, and in it for a report whose amount is not known.
    ///
    /// # Errors
    /// When the store fails.
    pub fn values(&self, actor: &Actor, rows: &[Listed]) -> Outcome<Option<Vec<Option<Decimal>>>> {
        if !self.tells_amounts(actor) {
            return Ok(None);
        }
        let values = self.store.read(|c| {
            rows.iter()
                .map(|row| {
                    let lines = analyses::lines(c, row.report)?;
                    Ok(self.worth(actor, &lines, row.date.as_deref()))
                })
                .collect::<Outcome<Vec<_>>>()
        })?;
        Ok(Some(values))
    }

    /// The asker's saved views.
    ///
    /// # Errors
    /// When the store fails.
    pub fn views(&self, actor: &Actor) -> Outcome<Vec<View>> {
        match actor.user {
            Some(user) => self.store.read(|c| views::list(c, user)),
            None => Ok(Vec::new()),
        }
    }

    /// Saves a view of the list, or changes the one of that name.
    ///
    /// # Errors
    /// When the name cannot be used.
    pub fn save_view(&self, actor: &Actor, name: &str, query: &str) -> Outcome<()> {
        self.allow(actor, Right::List, "save view", "queue")?;
        let user = actor.user.ok_or(Refusal::Denied)?;
        self.write(actor, &Event::done("save view", "queue"), |tx| {
            views::put(tx, user, name, query)
        })
    }

    /// Removes a view of the asker's own.
    ///
    /// # Errors
    /// When there is none.
    pub fn remove_view(&self, actor: &Actor, id: i64) -> Outcome<()> {
        self.allow(actor, Right::List, "remove view", "queue")?;
        let user = actor.user.ok_or(Refusal::Denied)?;
        self.write(actor, &Event::done("remove view", "queue"), |tx| {
            views::remove(tx, user, id)
        })
    }
}
