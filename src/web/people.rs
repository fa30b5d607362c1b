//! Users: who may come in as what, and links with which they set a password.

use axum::http::StatusCode;
use maud::{Markup, html};

use super::{answer::Answer, ask::Ask, incident, layout, senders};
use crate::queue::{
    Outcome, Refusal, Role, factors,
    users::{Change, NewUser, User},
};

/// The users.
pub(super) fn page(ask: &Ask<'_>) -> Outcome<Answer> {
    draw(ask, &html! {})
}

/// The page with something new to tell at its top.
pub(super) fn draw(ask: &Ask<'_>, news: &Markup) -> Outcome<Answer> {
    whole(ask, news, |_| "")
}

/// The page after something was sent that cannot be used: what is wrong, and what was typed.
pub(super) fn again(ask: &Ask<'_>, wrong: &str) -> Outcome<Answer> {
    let page = whole(ask, &layout::wrong(wrong), |name| ask.field(name))?;
    Ok(page.status(StatusCode::UNPROCESSABLE_ENTITY))
}

fn whole<'a>(ask: &Ask<'_>, news: &Markup, kept: impl Fn(&str) -> &'a str) -> Outcome<Answer> {
    // There are two forms with names on the page; what was typed goes back to the one it came from.
    let of = |path: &str| ask.at == path;
    let users = ask.desk().users(ask.actor())?;
    let body = html! {
        h1 { "People" }
        (news)
        div.scroll { table.rows {
            thead { tr { th { "Name" } th { "Role" } th { "Physician" } th { "Site" } th { "Standing" } th { "Second factor" } th { span.unseen { "What to do" } } } }
            tbody { @for user in &users { (row(ask, user)) } }
        } }
        @if ask.is_writing() { (add_form(ask, |name| if of("/people") { kept(name) } else { "" })) }
        (senders::part(ask, |name| if of("/people/senders") { kept(name) } else { "" })?)
        @if ask.is_writing() { (layout::names(ask)?) (incident::form(ask)) }
    };
    Ok(layout::page(ask, "People", &body))
}

fn add_form<'a>(ask: &Ask<'_>, kept: impl Fn(&str) -> &'a str) -> Markup {
    let role = Role::named(kept("role")).unwrap_or(Role::Coder);
    html! {
        h2.parted { "Add somebody" }
        form.filter method="post" action="/people" {
            (layout::token(ask))
            label { "Name" input name="name" required maxlength="60" autocomplete="off" value=(kept("name")); }
            label { "Role" select name="role" {
                @for one in &Role::ALL { option value=(one.name()) selected[*one == role] { (one.name()) } }
            } }
            label { "Physician's name in the reports" input name="physician" maxlength="200" list="physicians" autocomplete="off" value=(kept("physician")); }
            label { "This site alone" input name="site" maxlength="200" list="sites" autocomplete="off" placeholder="all" value=(kept("site")); }
            button.main type="submit" { "Add" }
        }
        ul.note.roles { @for role in Role::ALL { li { b { (role.name()) } " " (role.words()) } } }
    }
}

fn row(ask: &Ask<'_>, user: &User) -> Markup {
    let standing = match (user.active, user.has_password) {
        (false, _) => "shut out",
        (true, false) => "has not set a password",
        (true, true) => "may come in",
    };
    let (word, to) = if user.active {
        ("Shut out", "no")
    } else {
        ("Let in", "yes")
    };
    let is_me = ask.actor().user == Some(user.id);
    html! {
        tr {
            td { b { (user.name) } @if is_me { span.note { " (you)" } } }
            td data-l="Role" { (user.role.name()) }
            td data-l=[user.physician.as_ref().map(|_| "Physician")] { (user.physician.as_deref().unwrap_or("")) }
            td data-l="Site" { (user.site.as_deref().unwrap_or("all")) }
            td data-l="Standing" { (standing) }
            td data-l="Second factor" { @if user.has_factor { "yes" } @else if factors::is_required(user.role) { span.short { "not yet" } } @else { "no" } }
            td.acts {
                a href=(format!("/people/{}/sessions", user.id)) { "Sessions" }
                @if ask.is_writing() {
                @if !is_me { (change_form(ask, user)) }
                (layout::button(ask, &format!("/people/{}/link", user.id), "New password link", "quiet", &html! {}))
                @if user.has_factor {
                    (layout::sure(ask, &format!("/people/{}/second-factor", user.id), "Take second factor away",
                        &format!("{} comes in with the password alone until another one is set up.", user.name), &html! {}))
                }
                // Nobody is to shut the own door by a slip.
                @if !is_me {
                    @let fields = html! { input type="hidden" name="active" value=(to); };
                    @let path = format!("/people/{}/active", user.id);
                    @if user.active {
                        (layout::sure(ask, &path, word, &format!("{} is logged out at once and cannot come in until let in again.", user.name), &fields))
                    } @else { (layout::button(ask, &path, word, "quiet", &fields)) }
                }
            } }
        }
    }
}

/// The form that gives a user another role, physician or site.
fn change_form(ask: &Ask<'_>, user: &User) -> Markup {
    html! {
        details.sure {
            summary { "Change" }
            form.stack method="post" action=(format!("/people/{}", user.id)) {
                (layout::token(ask))
                label { "Role" select name="role" {
                    @for one in &Role::ALL { option value=(one.name()) selected[*one == user.role] { (one.name()) } }
                } }
                label { "Physician's name in the reports" input name="physician" maxlength="200" list="physicians" autocomplete="off" value=(user.physician.as_deref().unwrap_or("")); }
                label { "This site alone" input name="site" maxlength="200" list="sites" autocomplete="off" placeholder="all" value=(user.site.as_deref().unwrap_or("")); }
                p { (user.name) " is logged out, and is this after the next log-in." }
                button type="submit" { "Change" }
            }
        }
    }
}

/// Gives somebody another role, physician or site.
pub(super) fn change(ask: &Ask<'_>) -> Outcome<Answer> {
    let role = Role::named(ask.field("role")).ok_or_else(|| Refusal::invalid("choose a role"))?;
    let some = |name: &str| Some(ask.field(name).to_owned()).filter(|t| !t.is_empty());
    let change = Change {
        role,
        physician: some("physician"),
        site: some("site"),
    };
    match ask
        .desk()
        .change_user(ask.actor(), ask.number("id")?, &change)
    {
        Ok(()) => Ok(Answer::to("/people")),
        Err(Refusal::Invalid(words)) => again(ask, &words),
        Err(other) => Err(other),
    }
}

/// Adds somebody, and shows the link to hand over.
pub(super) fn add(ask: &Ask<'_>) -> Outcome<Answer> {
    let role = Role::named(ask.field("role")).ok_or_else(|| Refusal::invalid("choose a role"))?;
    let some = |name: &str| Some(ask.field(name).to_owned()).filter(|t| !t.is_empty());
    let new = NewUser {
        name: ask.field("name").to_owned(),
        role,
        physician: some("physician"),
        site: some("site"),
    };
    match ask.desk().add_user(ask.actor(), &new) {
        Ok((_, token)) => draw(ask, &link_told(ask, &new.name, &token)),
        Err(Refusal::Invalid(words)) => again(ask, &words),
        Err(other) => Err(other),
    }
}

/// A new link for somebody.
pub(super) fn link(ask: &Ask<'_>) -> Outcome<Answer> {
    let user = ask.number("id")?;
    let token = ask.desk().add_link(ask.actor(), user)?;
    let users = ask.desk().users(ask.actor())?;
    let name = users.into_iter().find(|u| u.id == user).map(|u| u.name);
    draw(ask, &link_told(ask, &name.unwrap_or_default(), &token))
}

fn link_told(ask: &Ask<'_>, name: &str, token: &str) -> Markup {
    html! {
        p.told role="status" {
            "Hand this link to " b { (name) } ". With it a password is set. It can be used once, for a day, and is not shown again: "
            code.secret { (ask.address()) "/setup/" (token) }
        }
    }
}

/// Lets somebody in, or no longer.
pub(super) fn set_active(ask: &Ask<'_>) -> Outcome<Answer> {
    let active = ask.field("active") == "yes";
    ask.desk()
        .set_active(ask.actor(), ask.number("id")?, active)?;
    Ok(Answer::to("/people"))
}
