//! A report by its id, or a part of it.

use axum::http::StatusCode;
use maud::{Markup, html};

use super::{answer::Answer, ask::Ask, board, layout};
use crate::queue::{Outcome, Refusal, board::PAGE};

/// The form that finds reports by their id. It is sent and not asked for, so that no id stands in an address.
pub(super) fn form(ask: &Ask<'_>) -> Markup {
    html! {
        form.one method="post" action="/reports/find" role="search" aria-label="Find a report" {
            (layout::token(ask))
            input name="id" aria-label="Id of a report, or a part of it" placeholder="Id of a report" required maxlength="200"
                autocomplete="off" spellcheck="false" value=(ask.field("id"));
            button type="submit" { "Find" }
        }
    }
}

/// The report of an id; where several have such a one, their list.
pub(super) fn found(ask: &Ask<'_>) -> Outcome<Answer> {
    let (rows, total, wrong) = match ask.desk().find(ask.actor(), ask.field("id")) {
        Ok((rows, total)) => (rows, total, String::new()),
        Err(Refusal::Invalid(words)) => (Vec::new(), 0, words),
        Err(other) => return Err(other),
    };
    if let [one] = rows.as_slice() {
        return Ok(Answer::to(format!("/reports/{}", one.report)));
    }
    let values = ask.desk().values(ask.actor(), &rows)?;
    let body = html! {
        div.head { h1 { "Find a report" } (form(ask)) }
        (layout::wrong(&wrong))
        @if rows.is_empty() {
            @if wrong.is_empty() { p.empty { "No report has such an id, or none that you may see." } }
        } @else {
            p.note role="status" {
                (total) " reports have such an id"
                @if total > PAGE { "; the first " (PAGE) " are shown, type more of it" }
                "."
            }
            (board::table(ask, &rows, values.as_deref(), None))
        }
        p { a href="/reports" { "To the reports" } }
    };
    let page = layout::page(ask, "Find a report", &body);
    Ok(if wrong.is_empty() {
        page
    } else {
        page.status(StatusCode::UNPROCESSABLE_ENTITY)
    })
}
