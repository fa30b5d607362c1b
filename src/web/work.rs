//! What is done on a report's page: claim, decide, hold, finish, go on. Each ends with another page to get.

use axum::http::StatusCode;

use super::{address, answer::Answer, ask::Ask, report};
use crate::queue::{
    Outcome, Refusal, confirmations::Confirmed, decisions::Verdict, procedures::Choice,
};

fn back(ask: &Ask<'_>, report: i64) -> Answer {
    Answer::to(address::report(ask, report))
}

/// The next report, of the list that is worked through if there is one, else of all.
fn on(ask: &Ask<'_>, after: i64) -> Outcome<Answer> {
    let list = address::list(ask);
    let claimed = ask.desk().claim_next(ask.actor(), after, list.as_ref())?;
    Ok(match (claimed, list) {
        (Some(claim), _) => back(ask, claim.report),
        (None, Some(list)) => {
            Answer::to(format!("/reports?{}&next=none", address::query(ask, &list)))
        }
        (None, None) => Answer::to("/reports"),
    })
}

/// What was asked for, or the report's page again with what is wrong above it and what was typed still in its form.
fn or_again<T>(
    ask: &Ask<'_>,
    done: Outcome<T>,
    then: impl FnOnce(T) -> Outcome<Answer>,
) -> Outcome<Answer> {
    match done {
        Err(Refusal::Invalid(words)) => {
            let page = report::again(ask, &words).map_err(|_| Refusal::Invalid(words))?;
            Ok(page.status(StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(Refusal::Doubts(doubts)) => {
            let page = report::doubted(ask, &doubts)?;
            Ok(page.status(StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(other) => Err(other),
        Ok(saved) => then(saved),
    }
}

/// The anchor that a form named, to go on at: one of this page's own.
fn anchor(named: &str) -> Option<&str> {
    let is_card = named
        .strip_prefix(['u', 'c', 'b'])
        .is_some_and(|n| !n.is_empty() && n.len() < 5 && n.bytes().all(|b| b.is_ascii_digit()));
    (is_card || named == "finish").then_some(named)
}

/// The next report that waits.
pub(super) fn next(ask: &Ask<'_>) -> Outcome<Answer> {
    on(ask, ask.field("after").parse().unwrap_or(0))
}

/// Takes the report in hand.
pub(super) fn claim(ask: &Ask<'_>) -> Outcome<Answer> {
    let claim = ask.desk().claim(ask.actor(), ask.number("id")?)?;
    Ok(back(ask, claim.report))
}

/// A sign of life of an open page.
pub(super) fn heartbeat(ask: &Ask<'_>) -> Outcome<Answer> {
    let fence = ask.field_number("fence")?;
    let claim = ask
        .desk()
        .heartbeat(ask.actor(), ask.number("id")?, fence)?;
    Ok(Answer::json(format!("{{\"until\":{}}}", claim.until)))
}

/// Gives the report back.
pub(super) fn release(ask: &Ask<'_>) -> Outcome<Answer> {
    ask.desk().release(ask.actor(), ask.number("id")?)?;
    Ok(Answer::to("/reports"))
}

/// Takes the report from somebody else.
pub(super) fn unlock(ask: &Ask<'_>) -> Outcome<Answer> {
    let report = ask.number("id")?;
    ask.desk().unlock(ask.actor(), report)?;
    Ok(back(ask, report))
}

/// Gives the report to somebody to do.
pub(super) fn assign(ask: &Ask<'_>) -> Outcome<Answer> {
    let report = ask.number("id")?;
    let to = match ask.field("to") {
        "" => None,
        _ => Some(ask.field_number("to")?),
    };
    ask.desk().assign(ask.actor(), report, to)?;
    Ok(back(ask, report))
}

/// Decides on one suggestion.
pub(super) fn decide(ask: &Ask<'_>) -> Outcome<Answer> {
    let report = ask.number("id")?;
    let fence = ask.field_number("fence")?;
    let desk = ask.desk();
    let saved = verdict(ask, report).and_then(|v| desk.decide(ask.actor(), report, fence, &v));
    or_again(ask, saved, |_| Ok(decided(ask, report)))
}

/// The report's page where there is something to go on with.
fn decided(ask: &Ask<'_>, report: i64) -> Answer {
    match anchor(ask.field("next")) {
        Some(anchor) => Answer::to(format!("{}#{anchor}", address::report(ask, report))),
        None => back(ask, report),
    }
}

fn unread() -> Refusal {
    Refusal::invalid("the form cannot be read; load the page again")
}

/// Decides on a catheter placement or a base procedure.
pub(super) fn procedure(ask: &Ask<'_>) -> Outcome<Answer> {
    let report = ask.number("id")?;
    let fence = ask.field_number("fence")?;
    let of = ask.field("suggestion");
    let saved = choice(ask).and_then(|choice| {
        ask.desk()
            .decide_procedure(ask.actor(), report, fence, (of, &choice))
    });
    or_again(ask, saved, |_| Ok(decided(ask, report)))
}

fn choice(ask: &Ask<'_>) -> Outcome<Choice> {
    let note = ask.field("note").to_owned();
    Ok(match ask.field("verdict") {
        "accept" => Choice::Accept,
        "reject" => Choice::Reject {
            reason: ask.field("reason").to_owned(),
            note,
        },
        "change" => Choice::Change {
            code: ask.field("code").to_uppercase(),
            note,
        },
        "withdraw" => Choice::Withdraw,
        _ => return Err(unread()),
    })
}

fn verdict(ask: &Ask<'_>, report: i64) -> Outcome<Verdict> {
    let suggestion = ask.field("suggestion").to_owned();
    let note = ask.field("note").to_owned();
    // Vessels are typed in words: "common iliac vein".
    let vessel = || {
        let id = ask.field("vessel").to_lowercase();
        let id: Vec<&str> = id.split([' ', '-']).filter(|w| !w.is_empty()).collect();
        format!("{} {}", ask.field("side"), id.join("-"))
    };
    let code = || ask.field("code").to_uppercase();
    Ok(match ask.field("verdict") {
        "accept" => Verdict::Accept { suggestion },
        "reject" => Verdict::Reject {
            suggestion,
            reason: ask.field("reason").to_owned(),
            note,
        },
        "change" => Verdict::Change {
            suggestion,
            code: code(),
            vessel: vessel(),
            note,
        },
        "withdraw" => Verdict::Withdraw { suggestion },
        "add" => Verdict::Add {
            code: code(),
            vessel: vessel(),
            words: words(ask, report)?,
            note,
        },
        _ => return Err(unread()),
    })
}

/// The words that a vessel rests on: those that were typed, else those that were selected.
fn words(ask: &Ask<'_>, report: i64) -> Outcome<Option<(usize, usize)>> {
    let (line, words) = (ask.field("line"), ask.field("words"));
    if !line.is_empty() || !words.is_empty() {
        return ask.desk().cite(ask.actor(), report, line, words).map(Some);
    }
    let point = |name: &str| ask.field(name).parse().ok();
    Ok(point("start").zip(point("end")))
}

/// What the form confirms.
fn confirmed(ask: &Ask<'_>) -> Confirmed {
    let doubts = ask.fields.iter().filter(|(name, _)| name == "doubt");
    Confirmed {
        doubts: doubts.map(|(_, doubt)| doubt.clone()).collect(),
        note: ask.field("note").to_owned(),
    }
}

/// Accepts every suggestion that has no decision on this version; each is a decision of its own.
pub(super) fn accept_all(ask: &Ask<'_>) -> Outcome<Answer> {
    let report = ask.number("id")?;
    let fence = ask.field_number("fence")?;
    let done = ask
        .desk()
        .accept_open(ask.actor(), report, fence, &confirmed(ask));
    or_again(ask, done, |_| {
        Ok(Answer::to(format!(
            "{}#finish",
            address::report(ask, report)
        )))
    })
}

/// Puts the report on hold.
pub(super) fn hold(ask: &Ask<'_>) -> Outcome<Answer> {
    let report = ask.number("id")?;
    let fence = ask.field_number("fence")?;
    let (reason, note) = (ask.field("reason"), ask.field("note"));
    let held = ask.desk().hold(ask.actor(), report, fence, reason, note);
    or_again(ask, held, |_| Ok(back(ask, report)))
}

/// Takes a hold away.
pub(super) fn unhold(ask: &Ask<'_>) -> Outcome<Answer> {
    let report = ask.number("id")?;
    ask.desk()
        .unhold(ask.actor(), report, ask.field_number("hold")?)?;
    Ok(back(ask, report))
}

/// Says that the report is done, and goes to the next.
pub(super) fn finish(ask: &Ask<'_>) -> Outcome<Answer> {
    let report = ask.number("id")?;
    let fence = ask.field_number("fence")?;
    let done = ask
        .desk()
        .finish_confirmed(ask.actor(), report, fence, &confirmed(ask));
    or_again(ask, done, |()| on(ask, report))
}

/// Opens a report that was done.
pub(super) fn reopen(ask: &Ask<'_>) -> Outcome<Answer> {
    let report = ask.number("id")?;
    ask.desk().reopen(ask.actor(), report)?;
    Ok(back(ask, report))
}
