//! Deciding on what stands beside the units: catheter placements and base procedures.

use super::{Desk, deciding::check_form, object};
use crate::queue::{
    analyses,
    audit::Event,
    billing::Judge,
    bound::Kind,
    claims,
    procedures::{self, Choice, Decided, Offered, Spot},
    refusal::{Outcome, Refusal},
    rights::Actor,
};

impl Desk {
    /// Decides on a suggested placement or base procedure by its name.
    ///
    /// # Errors
    /// A conflict with both sides when the claim no longer stands; when the choice cannot be used.
    pub fn decide_procedure(
        &self,
        actor: &Actor,
        report: i64,
        fence: i64,
        (suggestion, choice): (&str, &Choice),
    ) -> Outcome<i64> {
        let user = self.worker(actor, "decide", report)?;
        let version = self.visible(actor, "decide", report)?;
        let reading = analyses::read(&self.analyzer, &version);
        if let Choice::Change { code, .. } = choice {
            check_form(code)?;
            Judge::of(&self.analyzer, &reading).beside(code)?;
        }
        let offered = procedures::offered(&reading);
        let told = choice.words(&procedures::key_words(suggestion));
        let saved = self.work(actor, "decide", &object(report), |tx| {
            claims::renew(tx, report, user, fence)?;
            let standing = procedures::in_force(tx, report)?;
            let spot = Spot {
                report,
                version: version.id,
                analysis: self.standing(tx, &version)?,
                of: &known(&offered, &standing, (suggestion, choice))?,
            };
            let id = procedures::add(tx, &spot, user, choice)?;
            let done = Event::done("decide", object(report)).with(told.as_str());
            self.append(tx, actor, &done.binding(tx, &[(Kind::Procedure, id)])?)?;
            Ok(id)
        });
        match saved {
            Err(Refusal::Conflict(mut conflict)) => {
                conflict.yours = told;
                let standing = self.store.read(|c| procedures::in_force(c, report))?;
                conflict.stands = standing.iter().map(Decided::words).collect();
                self.note_late(actor, report)?;
                Err(Refusal::Conflict(conflict))
            }
            other => other,
        }
    }
}

/// The suggestion of a name; a decision on one that is made no longer can still be taken back.
fn known(
    offered: &[Offered],
    standing: &[Decided],
    (key, choice): (&str, &Choice),
) -> Outcome<Offered> {
    if let Some(found) = offered.iter().find(|o| o.key == key) {
        return Ok(found.clone());
    }
    let decided = standing.iter().find(|d| d.suggestion == key);
    match decided.filter(|_| *choice == Choice::Withdraw) {
        Some(decided) => Ok(Offered {
            key: decided.suggestion.clone(),
            part: decided.part,
            code: decided.code.clone().unwrap_or_default(),
            words: String::new(),
            target: None,
            at: 0,
        }),
        None => Err(Refusal::conflict(
            "this is not suggested any more; load the report again",
        )),
    }
}
