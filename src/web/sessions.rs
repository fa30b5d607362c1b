//! Sessions that run, one by one: the table on the own account, and the page of a user's for administrators.

use maud::{Markup, html};

use super::{answer::Answer, ask::Ask, layout};
use crate::queue::{Outcome, sessions::Running, time};

/// The sessions, each with a button that ends it but for the asker's own; the button sends to `path`, the number and `end`.
pub(super) fn table(ask: &Ask<'_>, running: &[Running], path: &str) -> Markup {
    let now = time::now();
    html! {
        div.scroll.slim { table.list.rows {
            thead { tr { th { "Began (UTC)" } th { "From" } th { "Last used" } th { span.unseen { "What to do" } } } }
            tbody { @for one in running {
                tr {
                    td.date data-l="Began (UTC)" { (time::told(one.created_at)) }
                    td data-l="From" { @if one.origin.is_empty() { span.note { "not kept" } } @else { (one.origin) } }
                    td.date data-l="Last used" { (last_used(one, now)) }
                    td.acts {
                        @if one.is_here { span.note { "this one" } }
                        @else { (layout::button(ask, &format!("{path}/{}/end", one.id), "End it", "quiet", &html! {})) }
                    }
                }
            } }
        } }
    }
}

fn last_used(one: &Running, now: time::Moment) -> String {
    match time::ago(one.seen_at, now).as_str() {
        now @ "just now" => now.to_owned(),
        gone => format!("{gone} ago"),
    }
}

/// The sessions of a user.
pub(super) fn page(ask: &Ask<'_>) -> Outcome<Answer> {
    let id = ask.number("id")?;
    let (user, running) = ask.desk().sessions(ask.actor(), id, ask.session_token())?;
    let path = format!("/people/{id}/sessions");
    let body = html! {
        h1 { "Sessions of " (user.name) }
        @match ask.param("done") {
            "one" => p.told role="status" { "The session has ended." },
            "all" => p.told role="status" { "All sessions have ended." },
            _ => {}
        }
        @if running.is_empty() { p.empty { "None runs." } }
        @else {
            (table(ask, &running, &path))
            @if running.iter().all(|one| !one.is_here) { (layout::button(ask, &path, "End all", "", &html! {})) }
            p.note { "Who knows the password can come in again; to prevent that, shut the user out under People." }
        }
        p { a href="/people" { "To the people" } }
    };
    Ok(layout::page(ask, "Sessions", &body))
}

/// Ends one session of a user.
pub(super) fn end(ask: &Ask<'_>) -> Outcome<Answer> {
    ended(ask, Some(ask.number("session")?), "one")
}

/// Ends all sessions of a user.
pub(super) fn end_all(ask: &Ask<'_>) -> Outcome<Answer> {
    ended(ask, None, "all")
}

fn ended(ask: &Ask<'_>, session: Option<i64>, told: &str) -> Outcome<Answer> {
    let id = ask.number("id")?;
    ask.desk().end_sessions(ask.actor(), id, session)?;
    Ok(Answer::to(format!("/people/{id}/sessions?done={told}")))
}
