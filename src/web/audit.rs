//! The audit log: who did what, the newest first; and of it, what senders of reports were refused.

use maud::{Markup, html};

use super::{answer::Answer, ask::Ask, layout};
use crate::queue::{
    Outcome,
    audit::{Entry, Wanted},
    time,
};

/// Rows on a page.
const ROWS: u32 = 200;

/// The audit log.
pub(super) fn page(ask: &Ask<'_>) -> Outcome<Answer> {
    // A day that is none limits nothing; browsers send none such.
    let day = |name: &str| time::day(ask.param(name));
    let wanted = Wanted {
        from: day("from"),
        until: day("until").map(|begins| begins + time::DAY),
        actor: ask.param("actor").to_owned(),
        object: ask.param("object").to_owned(),
        event: ask.param("event").to_owned(),
        outcome: ask.param("outcome").to_owned(),
        before: ask.param("before").parse().ok(),
    };
    let rows = ask.desk().audit(ask.actor(), &wanted, ROWS)?;
    let older = older(&rows).map(|before| {
        let parts = [
            ("actor", wanted.actor.as_str()),
            ("object", &wanted.object),
            ("event", &wanted.event),
            ("outcome", &wanted.outcome),
            ("from", ask.param("from")),
            ("until", ask.param("until")),
            ("before", &before),
        ];
        let parts = serde_urlencoded::to_string(parts).unwrap_or_default();
        format!("/audit?{parts}")
    });
    let body = html! {
        h1 { "Audit log" }
        p.note {
            "Rows are only ever added, and each is bound to the one before it. " code { "ivus audit verify" }
            " sees whether any was changed. Reports are named by their number in the queue; times are UTC. "
            a href="/refused" { "Messages that were refused" } " have a list of their own."
        }
        form.filter method="get" action="/audit" role="search" {
            label { "Who" input name="actor" value=(wanted.actor); }
            label { "What" input name="event" value=(wanted.event) placeholder="read, decide, login"; }
            label { "Of what" input name="object" value=(wanted.object) placeholder="report 7"; }
            label { "Outcome" select name="outcome" {
                option value="" { "any" }
                @for (outcome, words) in [("done", "was done"), ("denied", "not allowed"), ("failed", "could not be done")] {
                    option value=(outcome) selected[wanted.outcome == outcome] { (words) }
                }
            } }
            label { "From (UTC)" input type="date" name="from" value=(ask.param("from")); }
            label { "Until" input type="date" name="until" value=(ask.param("until")); }
            button type="submit" { "Show" }
            a href="/audit" { "Reset" }
        }
        div.scroll { table.list.rows {
            thead { tr { th.number { "Row" } th { "When" } th { "Who" } th { "From" } th { "What" } th { "Of what" } th { "Outcome" } th { "More" } } }
            tbody {
                @for row in &rows {
                    tr {
                        td.number data-l="Row" { (row.seq) } td.date data-l="When" { (time::told(row.at)) } td data-l="Who" { (row.actor) }
                        td data-l="From" { (row.origin) } td data-l="What" { (row.event) } td.date data-l="Of what" { (object(&row.object)) }
                        td.short[row.outcome != "done"] data-l="Outcome" { (row.outcome) }
                        td data-l=[(!row.detail.is_empty()).then_some("More")] { (row.detail) }
                    }
                }
            }
        } }
        @if rows.is_empty() { p.empty { "No row is like this." } }
        @if let Some(older) = &older { p { a rel="next" href=(older) { "Older rows" } } }
    };
    Ok(layout::page(ask, "Audit log", &body))
}

/// Of what a row tells; a report leads to its page.
fn object(named: &str) -> Markup {
    let report = named
        .strip_prefix("report ")
        .and_then(|n| n.parse::<i64>().ok());
    html! {
        @if let Some(report) = report { a href=(format!("/reports/{report}")) { (named) } } @else { (named) }
    }
}

/// The number before which the next page goes on, when there may be one.
fn older(rows: &[Entry]) -> Option<String> {
    let last = rows.last().filter(|_| rows.len() == ROWS as usize)?;
    Some(last.seq.to_string())
}

/// What senders of reports were not let do: messages that were answered with AE or AR, and what of a request could not be used.
pub(super) fn refused(ask: &Ask<'_>) -> Outcome<Answer> {
    let wanted = Wanted {
        event: "receive".to_owned(),
        outcome: "failed".to_owned(),
        before: ask.param("before").parse().ok(),
        ..Wanted::default()
    };
    let rows = ask.desk().audit(ask.actor(), &wanted, ROWS)?;
    let body = html! {
        h1 { "Refused messages" }
        p.note {
            "What interfaces and programs sent and the queue did not take, the newest first, from the " a href="/audit?event=receive" { "audit log" }
            ". A message is named by its sender and number (MSH-3, MSH-4, MSH-10); nothing of what it holds is kept. Times are UTC."
        }
        ul.note {
            li { b { "AE" } " (or CE): something in it cannot be used. Look it up in the sending system, mend it there, and send it again." }
            li { b { "AR 207" } " (or CR): it could not be kept just then. The sender sends it again by itself; if not, send it again." }
            li { b { "AR" } " with another number: not of a kind that is taken. Leave it out in the interface." }
        }
        @if rows.is_empty() { p.empty { "Nothing was refused." } }
        @else { div.scroll { table.list.rows {
            thead { tr { th { "When" } th { "From" } th { "Message" } th { "Why" } } }
            tbody { @for row in &rows {
                @let (what, why) = row.detail.split_once("; ").unwrap_or((&row.detail, ""));
                tr {
                    td.date data-l="When" { (time::told(row.at)) } td data-l="From" { (row.actor) " " span.note { (row.origin) } }
                    td data-l="Message" { (what) } td data-l="Why" { (why) }
                }
            } }
        } } }
        @if let Some(before) = older(&rows) { p { a rel="next" href=(format!("/refused?before={before}")) { "Older ones" } } }
    };
    Ok(layout::page(ask, "Refused messages", &body))
}
