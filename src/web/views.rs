//! Views: lists that a user keeps under a name.

use maud::{Markup, html};

use super::{address, answer::Answer, ask::Ask, layout};
use crate::queue::{Outcome, board::Filter};

/// The user's own views, and the form for one more.
pub(super) fn saved(ask: &Ask<'_>, filter: &Filter) -> Outcome<Markup> {
    let query = address::query(ask, filter);
    let query = query.as_str();
    let views = ask.desk().views(ask.actor())?;
    let known = views.iter().any(|v| v.query == query);
    Ok(html! {
        @if !views.is_empty() || !query.is_empty() {
            div.views {
                @for view in &views {
                    span.view {
                        a.chip href=(format!("/reports?{}", view.query)) aria-current=[(view.query == query).then_some("true")] { (view.name) }
                        @if view.query == query && ask.is_writing() {
                            (layout::button(ask, &format!("/views/{}/remove", view.id), "Remove this view", "quiet", &html! {}))
                        }
                    }
                }
                @if !known && !query.is_empty() && ask.is_writing() {
                    form.one method="post" action="/views" {
                        (layout::token(ask))
                        input type="hidden" name="query" value=(query);
                        input name="name" required maxlength="60" placeholder="Name of this view" aria-label="Name of this view";
                        button.quiet type="submit" { "Save this view" }
                    }
                }
            }
        }
    })
}

/// Saves a view.
pub(super) fn save(ask: &Ask<'_>) -> Outcome<Answer> {
    let query = ask.field("query");
    ask.desk()
        .save_view(ask.actor(), ask.field("name"), query)?;
    Ok(Answer::to(format!("/reports?{query}")))
}

/// Removes a view.
pub(super) fn remove(ask: &Ask<'_>) -> Outcome<Answer> {
    ask.desk().remove_view(ask.actor(), ask.number("id")?)?;
    Ok(Answer::to("/reports"))
}
