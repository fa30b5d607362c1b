//! Working on a report: claim, decide, hold, finish, and go to the next.

use rusqlite::{OptionalExtension, Savepoint};

use super::{Desk, object};
use crate::queue::{
    analyses::{self, Suggestion},
    audit::Event,
    billing::{self, Doubt, Judge},
    board::Filter,
    bound::Kind,
    cited,
    claims::{self, Claim},
    confirmations::{self, Confirmed},
    decisions::{self, Decision, Place, Verdict},
    holds, next,
    refusal::{Conflict, Outcome, Refusal},
    reports::Version,
    rights::{Actor, Right},
    time,
};

impl Desk {
    /// Takes a report in hand.
    ///
    /// # Errors
    /// When the role may not, somebody else has it, or there is no such report for this user.
    pub fn claim(&self, actor: &Actor, report: i64) -> Outcome<Claim> {
        let user = self.worker(actor, "claim", report)?;
        self.visible(actor, "claim", report)?;
        self.write(actor, &Event::done("claim", object(report)), |tx| {
            claims::take(tx, report, user)
        })
    }

    /// Takes the next report in hand, of all or of a list; `None` when there is none left.
    ///
    /// # Errors
    /// When the role may not, or the store fails.
    pub fn claim_next(
        &self,
        actor: &Actor,
        after: i64,
        list: Option<&Filter>,
    ) -> Outcome<Option<Claim>> {
        let user = self.worker(actor, "claim", after)?;
        let price = self.pricing(actor);
        self.work(actor, "claim", "next report", |tx| {
            claims::lapse(tx)?;
            let found = match list {
                Some(list) => next::of_list(tx, actor, after, (list, price.as_deref()))?,
                None => next::report(tx, actor, after)?,
            };
            let Some(report) = found else {
                return Ok(None);
            };
            let claim = claims::take(tx, report, user)?;
            self.append(
                tx,
                actor,
                &Event::done("claim", object(report)).with("next"),
            )?;
            Ok(Some(claim))
        })
    }

    /// Whether there is a report that [`Desk::claim_next`] would find.
    ///
    /// # Errors
    /// When the role may not, or the store fails.
    pub fn has_next(&self, actor: &Actor) -> Outcome<bool> {
        self.allow(actor, Right::Decide, "claim", "next report")?;
        self.store.read(|c| next::is_there(c, actor))
    }

    /// A sign of life: the claim lasts on.
    ///
    /// # Errors
    /// When the claim no longer stands.
    pub fn heartbeat(&self, actor: &Actor, report: i64, fence: i64) -> Outcome<Claim> {
        let user = self.worker(actor, "claim", report)?;
        self.store
            .write(|tx| claims::renew(tx, report, user, fence))
    }

    /// Gives a report back.
    ///
    /// # Errors
    /// When the role may not, or the store fails.
    pub fn release(&self, actor: &Actor, report: i64) -> Outcome<()> {
        let user = self.worker(actor, "release", report)?;
        self.write(actor, &Event::done("release", object(report)), |tx| {
            claims::release(tx, report, user)
        })
    }

    /// Takes a report out of somebody else's hands.
    ///
    /// # Errors
    /// When the role may not, or there is no such report for this user.
    pub fn unlock(&self, actor: &Actor, report: i64) -> Outcome<()> {
        self.allow(actor, Right::Supervise, "unlock", &object(report))?;
        self.visible(actor, "unlock", report)?;
        self.work(actor, "unlock", &object(report), |tx| {
            let from = claims::force(tx, report)?;
            let told =
                from.map_or_else(|| "nobody had it".to_owned(), |name| format!("from {name}"));
            self.append(tx, actor, &Event::done("unlock", object(report)).with(told))
        })
    }

    /// Decides on a suggestion, or adds what was not suggested.
    ///
    /// # Errors
    /// A conflict with both sides when the claim no longer stands; when the verdict cannot be used.
    pub fn decide(
        &self,
        actor: &Actor,
        report: i64,
        fence: i64,
        verdict: &Verdict,
    ) -> Outcome<i64> {
        self.decide_all(actor, report, fence, std::slice::from_ref(verdict))
            .map(|ids| ids.first().copied().unwrap_or_default())
    }

    /// Where words stand that were typed, in code points of the newest version: see [`cited::find`].
    ///
    /// # Errors
    /// When the role may not, or the words do not stand in one place.
    pub fn cite(
        &self,
        actor: &Actor,
        report: i64,
        line: &str,
        words: &str,
    ) -> Outcome<(usize, usize)> {
        self.worker(actor, "decide", report)?;
        let version = self.visible(actor, "decide", report)?;
        cited::find(&version.text, line, words)
    }

    /// Decides on several suggestions at once: all or none.
    ///
    /// # Errors
    /// As [`Desk::decide`].
    pub fn decide_all(
        &self,
        actor: &Actor,
        report: i64,
        fence: i64,
        verdicts: &[Verdict],
    ) -> Outcome<Vec<i64>> {
        let user = self.worker(actor, "decide", report)?;
        let version = self.visible(actor, "decide", report)?;
        for verdict in verdicts {
            check_code(verdict)?;
        }
        let reading = analyses::read(&self.analyzer, &version);
        let suggestions = analyses::suggestions(&reading);
        let judge = Judge::of(&self.analyzer, &reading);
        let saved = self.work(actor, "decide", &object(report), |tx| {
            claims::renew(tx, report, user, fence)?;
            let place = Place {
                report,
                version: version.id,
                analysis: self.standing(tx, &version)?,
                suggestions: &suggestions,
                length: version.text.chars().count(),
            };
            let mut ids = Vec::new();
            for verdict in verdicts {
                let standing = decisions::in_force(tx, report)?;
                check_entry(&judge, &place, &standing, verdict)?;
                let id = decisions::add(tx, &place, user, verdict)?;
                ids.push(id);
                let done = Event::done("decide", object(report)).with(verdict.words());
                self.append(tx, actor, &done.binding(tx, &[(Kind::Decision, id)])?)?;
            }
            Ok(ids)
        });
        match saved {
            Err(Refusal::Conflict(conflict)) => {
                Err(self.both_sides(actor, report, conflict, verdicts)?)
            }
            other => other,
        }
    }

    /// Accepts every suggestion that has no decision on this version: all or none. What the text does not support is confirmed,
    /// or refused.
    ///
    /// # Errors
    /// As [`Desk::decide`]; [`Refusal::Doubts`] when a unit is not supported and not confirmed.
    pub fn accept_open(
        &self,
        actor: &Actor,
        report: i64,
        fence: i64,
        confirmed: &Confirmed,
    ) -> Outcome<usize> {
        let user = self.worker(actor, "decide", report)?;
        let sheet = self.open(actor, report)?;
        // A late save is told as one, whatever is doubted.
        self.heartbeat(actor, report, fence)?;
        let open = sheet.undecided();
        let open: Vec<&Suggestion> = open
            .into_iter()
            .filter_map(|n| sheet.suggestions.get(n))
            .collect();
        let doubts = open.iter().filter(|s| s.lacks.is_some());
        let doubts: Vec<Doubt> = doubts
            .map(|s| billing::unsupported(s))
            .filter(|d| !sheet.is_confirmed(&d.key))
            .collect();
        let doubts = confirmed.meets(doubts)?;
        let accepts: Vec<Verdict> = open
            .iter()
            .map(|s| Verdict::Accept {
                suggestion: s.key.clone(),
            })
            .collect();
        let done = self.decide_all(actor, report, fence, &accepts)?;
        if !doubts.is_empty() {
            let told = Event::done("confirm", object(report)).with(told(&doubts));
            self.work(actor, "confirm", &object(report), |tx| {
                claims::renew(tx, report, user, fence)?;
                let place = (report, sheet.version.id);
                let kept = confirmations::keep(tx, place, user, &doubts, &confirmed.note)?;
                self.append(tx, actor, &told.binding(tx, &kept)?)
            })?;
        }
        Ok(done.len())
    }

    /// Puts a hold on a report; its key.
    ///
    /// # Errors
    /// When the claim does not stand, or the reason cannot be used.
    pub fn hold(
        &self,
        actor: &Actor,
        report: i64,
        fence: i64,
        reason: &str,
        note: &str,
    ) -> Outcome<i64> {
        let user = self.worker(actor, "hold", report)?;
        self.visible(actor, "hold", report)?;
        let done = Event::done("hold", object(report)).with(reason);
        self.work(actor, "hold", &object(report), |tx| {
            claims::renew(tx, report, user, fence)?;
            let hold = holds::open(tx, report, user, reason, note)?;
            self.append(tx, actor, &done.binding(tx, &[(Kind::Hold, hold)])?)?;
            Ok(hold)
        })
    }

    /// Takes a hold away.
    ///
    /// # Errors
    /// When the role may not, or it was taken away already.
    pub fn unhold(&self, actor: &Actor, report: i64, hold: i64) -> Outcome<()> {
        let user = self.worker(actor, "unhold", report)?;
        self.visible(actor, "unhold", report)?;
        self.work(actor, "unhold", &object(report), |tx| {
            holds::close(tx, report, hold, user)?;
            let done = Event::done("unhold", object(report));
            self.append(tx, actor, &done.binding(tx, &[(Kind::HoldEnd, hold)])?)
        })
    }

    /// Says that a report is done, and gives it back.
    ///
    /// # Errors
    /// When the claim does not stand, a suggestion has no decision on this version, a hold is open, or what was decided cannot be
    /// billed as it stands; [`Refusal::Doubts`] when somebody has to stand for some of it.
    pub fn finish(&self, actor: &Actor, report: i64, fence: i64) -> Outcome<()> {
        self.finish_confirmed(actor, report, fence, &Confirmed::default())
    }

    /// As [`Desk::finish`], with what the actor stands for.
    ///
    /// # Errors
    /// As [`Desk::finish`].
    pub fn finish_confirmed(
        &self,
        actor: &Actor,
        report: i64,
        fence: i64,
        confirmed: &Confirmed,
    ) -> Outcome<()> {
        let user = self.worker(actor, "finish", report)?;
        let version = self.visible(actor, "finish", report)?;
        let reading = analyses::read(&self.analyzer, &version);
        let suggestions = analyses::suggestions(&reading);
        let judge = Judge::of(&self.analyzer, &reading);
        self.write(actor, &Event::done("finish", object(report)), |tx| {
            claims::renew(tx, report, user, fence)?;
            self.standing(tx, &version)?;
            let standing = decisions::in_force(tx, report)?;
            let open = suggestions.iter().filter(|s| {
                !standing
                    .iter()
                    .any(|d| d.suggestion == s.key && d.version == version.id)
            });
            match open.count() {
                0 => {}
                1 => return Err(Refusal::invalid("one suggestion has no decision yet; decide on it, or put the report on hold")),
                n => {
                    return Err(Refusal::Invalid(format!(
                        "{n} suggestions have no decision yet; decide on them, or put the report on hold"
                    )));
                }
            }
            if holds::of_report(tx, report)?
                .iter()
                .any(|h| h.closed.is_none())
            {
                return Err(Refusal::invalid("a hold is open; take it away first"));
            }
            let bill = judge.bill(&suggestions, (&standing, version.id));
            if !bill.wrong.is_empty() {
                return Err(Refusal::Invalid(format!(
                    "this cannot be billed as it stands: {}",
                    bill.wrong.join("; ")
                )));
            }
            let before = confirmations::of_report(tx, report)?;
            let before = |d: &Doubt| before.iter().any(|c| c.is_of(version.id, &d.key));
            let doubts = bill.doubts.into_iter().filter(|d| !before(d)).collect();
            let doubts = confirmed.meets(doubts)?;
            if !doubts.is_empty() {
                let kept =
                    confirmations::keep(tx, (report, version.id), user, &doubts, &confirmed.note)?;
                let told = Event::done("confirm", object(report)).with(told(&doubts));
                self.append(tx, actor, &told.binding(tx, &kept)?)?;
            }
            tx.prepare_cached(
                "UPDATE queue SET state = 'done', done_by = ?2, done_at = ?3, differs = 0 WHERE report = ?1",
            )?
            .execute((report, user, time::now()))?;
            claims::release(tx, report, user)
        })
    }

    /// Opens a report that was done.
    ///
    /// # Errors
    /// When the role may not, or there is no such report for this user.
    pub fn reopen(&self, actor: &Actor, report: i64) -> Outcome<()> {
        self.worker(actor, "reopen", report)?;
        self.visible(actor, "reopen", report)?;
        self.write(actor, &Event::done("reopen", object(report)), |tx| {
            tx.prepare_cached(
                "UPDATE queue SET state = 'open', done_by = NULL, done_at = NULL WHERE report = ?1",
            )?
            .execute([report])?;
            Ok(())
        })
    }

    /// The number of a user who may work on reports.
    pub(super) fn worker(&self, actor: &Actor, event: &str, report: i64) -> Outcome<i64> {
        self.allow(actor, Right::Decide, event, &object(report))?;
        actor.user.ok_or(Refusal::Denied)
    }

    pub(super) fn append(
        &self,
        tx: &Savepoint<'_>,
        actor: &Actor,
        event: &Event<'_>,
    ) -> Outcome<()> {
        crate::queue::audit::append(tx, &self.store.key, actor, event)
    }

    /// Notes a save that came too late.
    pub(super) fn note_late(&self, actor: &Actor, report: i64) -> Outcome<()> {
        let failed = Event {
            outcome: "failed",
            ..Event::done("decide", object(report)).with("late save")
        };
        self.note(actor, &failed)
    }

    /// The analysis that stands on the list, if it is the one of this version that was read; else it is to be read again.
    pub(super) fn standing(&self, tx: &Savepoint<'_>, version: &Version) -> Outcome<i64> {
        let found: Option<i64> = tx
            .prepare_cached(
                "SELECT q.analysis FROM queue q JOIN analyses a ON a.id = q.analysis \
                 WHERE q.report = ?1 AND q.version = ?2 AND a.engine = ?3",
            )?
            .query_row((version.report, version.id, &self.engine), |r| r.get(0))
            .optional()?;
        found.ok_or_else(|| {
            Refusal::conflict("the report has changed since it was loaded; load it again")
        })
    }

    /// A conflict with what was to be saved and what stands.
    fn both_sides(
        &self,
        actor: &Actor,
        report: i64,
        mut conflict: Conflict,
        verdicts: &[Verdict],
    ) -> Outcome<Refusal> {
        let yours: Vec<String> = verdicts.iter().map(Verdict::words).collect();
        conflict.yours = yours.join("; ");
        let standing = self.store.read(|c| decisions::in_force(c, report))?;
        conflict.stands = standing.iter().map(Decision::words).collect();
        self.note_late(actor, report)?;
        Ok(Refusal::Conflict(conflict))
    }
}

/// Sees that the code of a verdict is one by its form.
fn check_code(verdict: &Verdict) -> Outcome<()> {
    let (Verdict::Change { code, .. } | Verdict::Add { code, .. }) = verdict else {
        return Ok(());
    };
    check_form(code)
}

/// Sees that a code is one by its form.
pub(super) fn check_form(code: &str) -> Outcome<()> {
    let is_letter = |b: u8| b.is_ascii_digit() || b.is_ascii_uppercase();
    if code.len() != 5 || !code.bytes().all(is_letter) {
        return Err(Refusal::invalid(
            "a code has five digits or capital letters, such as 37253",
        ));
    }
    Ok(())
}

/// Sees that a code and a vessel can be billed in this session, beside what stands.
fn check_entry(
    judge: &Judge<'_>,
    place: &Place<'_>,
    standing: &[Decision],
    verdict: &Verdict,
) -> Outcome<()> {
    let beside = (standing, place.version);
    match verdict {
        Verdict::Change {
            suggestion,
            code,
            vessel,
            ..
        } => {
            let of = place.suggestions.iter().find(|s| s.key == *suggestion);
            judge.entry((code, vessel), of, beside)
        }
        Verdict::Add { code, vessel, .. } => judge.entry((code, vessel), None, beside),
        _ => Ok(()),
    }
}

/// Doubts in words, for the audit table.
fn told(doubts: &[Doubt]) -> String {
    let words: Vec<&str> = doubts.iter().map(|d| d.words.as_str()).collect();
    words.join("; ")
}
