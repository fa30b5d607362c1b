//! The audit log: who did what, the newest first.

use maud::html;

use super::{answer::Answer, ask::Ask, layout};
use crate::queue::{Outcome, audit::Wanted, time};

/// Rows on a page.
const ROWS: u32 = 200;

/// The audit log.
pub(super) fn page(ask: &Ask<'_>) -> Outcome<Answer> {
    let wanted = Wanted {
        actor: ask.param("actor").to_owned(),
        object: ask.param("object").to_owned(),
        event: ask.param("event").to_owned(),
        before: ask.param("before").parse().ok(),
    };
    let rows = ask.desk().audit(ask.actor(), &wanted, ROWS)?;
    let older = rows
        .last()
        .filter(|_| rows.len() == ROWS as usize)
        .map(|last| {
            let parts = [
                ("actor", wanted.actor.as_str()),
                ("object", &wanted.object),
                ("event", &wanted.event),
                ("before", &last.seq.to_string()),
            ]
            .map(|(n, v)| (n, v.to_owned()));
            format!(
                "/audit?{}",
                serde_urlencoded::to_string(parts).unwrap_or_default()
            )
        });
    let body = html! {
        h1 { "Audit log" }
        p.note {
            "Rows are only ever added, and each is bound to the one before it. " code { "ivus audit verify" }
            " sees whether any was changed. Reports are named by their number in the queue; times are UTC."
        }
        form.filter method="get" action="/audit" role="search" {
            label { "Who" input name="actor" value=(wanted.actor); }
            label { "What" input name="event" value=(wanted.event) placeholder="read, decide, login"; }
            label { "Of what" input name="object" value=(wanted.object) placeholder="report 7"; }
            button type="submit" { "Show" }
            a href="/audit" { "Reset" }
        }
        div.scroll { table.list {
            thead { tr { th.number { "Row" } th { "When" } th { "Who" } th { "From" } th { "What" } th { "Of what" } th { "Outcome" } th { "More" } } }
            tbody {
                @for row in &rows {
                    tr {
                        td.number { (row.seq) } td.date { (time::told(row.at)) } td { (row.actor) } td { (row.origin) }
                        td { (row.event) } td.date { (row.object) }
                        td.short[row.outcome != "done"] { (row.outcome) } td { (row.detail) }
                    }
                }
            }
        } }
        @if let Some(older) = &older { p { a rel="next" href=(older) { "Older rows" } } }
    };
    Ok(layout::page(ask, "Audit log", &body))
}
