//! The incident lock on pages: the form that puts it on, the banner that tells of it, and the button that takes it away.

use maud::{Markup, html};

use super::{answer::Answer, ask::Ask, layout};
use crate::{
    queue::{Outcome, Right},
    render::html::capital,
};

/// The form, for the page of users.
pub(super) fn form(ask: &Ask<'_>) -> Markup {
    html! {
        h2.parted { "Lock everything" }
        p.note {
            "For when an account or a machine may be in wrong hands: everybody is logged out at once, you as well, and nothing can be \
            saved, imported or exported until an administrator ends the lock. Reports can still be read after a new log-in."
        }
        form.filter method="post" action="/lock" {
            (layout::token(ask))
            label { "Why" input name="reason" required maxlength="200" autocomplete="off"; }
            button type="submit" { "Log everybody out and lock" }
        }
    }
}

/// What is shown on top of each page while the lock stands.
pub(super) fn banner(ask: &Ask<'_>) -> Markup {
    let Some(locked) = ask.locked() else {
        return html! {};
    };
    html! {
        div.banner role="alert" {
            b { "Locked. " } (capital(&locked.words())) ". Reports can be read; nothing that is done here is saved. "
            @if ask.actor().role.may(Right::People) { (layout::button(ask, "/lock/end", "End the lock", "", &html! {})) }
        }
    }
}

/// Puts the lock on, which ends this session too.
pub(super) fn lock(ask: &Ask<'_>) -> Outcome<Answer> {
    ask.desk().lock(ask.actor(), ask.field("reason"))?;
    Ok(Answer::to("/login"))
}

/// Takes the lock away.
pub(super) fn end(ask: &Ask<'_>) -> Outcome<Answer> {
    ask.desk().end_lock(ask.actor())?;
    Ok(Answer::to("/people"))
}
