//! The own account: who one is here, another password, the sessions that run; and the way to the second factor.

use axum::http::{StatusCode, header};
use maud::{Markup, html};

use super::{answer::Answer, ask::Ask, layout, sessions};
use crate::queue::{
    NewPassword, Outcome, Refusal, Role, factors,
    secret::{LONGEST_PASSWORD, SHORTEST_PASSWORD},
    users::User,
};

/// The page.
pub(super) fn page(ask: &Ask<'_>) -> Outcome<Answer> {
    let (user, running) = ask.desk().own(ask.actor(), ask.session_token())?;
    let body = html! {
        h1 { "Your account" }
        @match ask.param("done") {
            "password" => p.told role="status" { "Your password is changed. All other sessions have ended." },
            "sessions" => p.told role="status" { "Your other sessions have ended." },
            "session" => p.told role="status" { "The session has ended." },
            _ => {}
        }
        (who(&user))
        h2.parted { "Password" }
        @if ask.is_writing() { p { a href="/account/password" { "Change your password" } } }
        @else { p.note { (NOT_NOW) } }
        h2.parted { "Second factor" }
        p {
            @if user.has_factor { "It is set up. " } @else if factors::is_required(user.role) { "Your role needs one. " } @else { "None is set up. " }
            @if ask.is_writing() { a href="/second-factor" { @if user.has_factor { "See to it" } @else { "Set it up" } } }
        }
        h2.parted { "Sessions" }
        (sessions::table(ask, &running, "/account/sessions"))
        @if running.len() > 1 {
            p { "If you do not know of one, end it, and change your password." }
            (layout::button(ask, "/account/sessions", "End all others", "", &html! {}))
        } @else { p { "This is the only one that runs." } }
    };
    Ok(layout::page(ask, "Your account", &body))
}

const NOT_NOW: &str = "It cannot be changed at the moment, because nothing is saved.";

fn who(user: &User) -> Markup {
    html! {
        p {
            "You are " b { (user.name) } ", " (user.role.name()) ": " (user.role.words()) "."
            @if let Some(physician) = &user.physician { " Your reports are those by “" (physician) "”." }
            @if let Some(site) = &user.site { " You see the site “" (site) "” alone." }
        }
        p.note { @if user.role == Role::Administrator { "Another" } @else { "An" } " administrator can change this under People." }
    }
}

/// The page for another password.
pub(super) fn password_page(ask: &Ask<'_>) -> Outcome<Answer> {
    form(ask, "")
}

fn form(ask: &Ask<'_>, wrong: &str) -> Outcome<Answer> {
    let has_factor = ask.desk().factor(ask.actor())?.is_some();
    if !ask.is_writing() {
        let body = html! { h1 { "Another password" } p.empty { (NOT_NOW) } p { a href="/account" { "To your account" } } };
        return Ok(layout::page(ask, "Another password", &body));
    }
    let body = html! {
        h1 { "Another password" }
        p { "Your other sessions end, and this one goes on." }
        @if !wrong.is_empty() { p.wrong role="alert" { (wrong) } }
        form.stacked method="post" action="/account/password" {
            (layout::token(ask))
            // For programs that keep passwords: whose this is.
            input type="hidden" name="username" value=(ask.actor().name) autocomplete="username";
            label for="password" { "Password that you have now" }
            input id="password" name="password" type="password" autocomplete="current-password" required autofocus;
            @if has_factor {
                label for="code" { "Code of your second factor, or a recovery code" }
                input id="code" name="code" autocomplete="one-time-code" required maxlength="40";
            }
            label for="new" { "New password, " (SHORTEST_PASSWORD) " characters or more" }
            input id="new" name="new" type="password" autocomplete="new-password" required
                minlength=(SHORTEST_PASSWORD) maxlength=(LONGEST_PASSWORD);
            label for="again" { "The same once more" }
            input id="again" name="again" type="password" autocomplete="new-password" required;
            div.acts { button.main type="submit" { "Change the password" } a href="/account" { "Leave it as it is" } }
        }
        p.note { "Any characters will do; four words in a row are better than one with signs in it." }
    };
    Ok(layout::page(ask, "Another password", &body))
}

/// Puts another password in place.
pub(super) fn change_password(ask: &Ask<'_>) -> Outcome<Answer> {
    let again = |words: &str, status| Ok(form(ask, words)?.status(status));
    let change = NewPassword {
        password: ask.raw_field("password"),
        code: ask.field("code"),
        new: ask.raw_field("new"),
    };
    let unusable = StatusCode::UNPROCESSABLE_ENTITY;
    if change.password.is_empty() || change.new.is_empty() {
        return again(
            "Type the password that you have, and the new one.",
            unusable,
        );
    }
    if change.new != ask.raw_field("again") {
        return again("The two new passwords differ.", unusable);
    }
    match ask.desk().change_password(ask.actor(), &change) {
        Ok(token) => {
            let cookie = ask.server.cookie(ask.server.session_cookie(), &token);
            Ok(Answer::to("/account?done=password").with(header::SET_COOKIE, cookie))
        }
        Err(Refusal::Denied) => again(
            "The password that you have now, or the code, is not right.",
            unusable,
        ),
        Err(refusal @ Refusal::Wait(seconds)) => {
            let words = format!("{}.", crate::render::html::capital(&refusal.to_string()));
            let told = again(&words, StatusCode::TOO_MANY_REQUESTS)?;
            Ok(told.with(header::RETRY_AFTER, seconds.to_string()))
        }
        Err(Refusal::Invalid(words)) => {
            let words = format!("{}.", crate::render::html::capital(&words));
            again(&words, unusable)
        }
        Err(other) => Err(other),
    }
}

/// Ends the other sessions.
pub(super) fn end_sessions(ask: &Ask<'_>) -> Outcome<Answer> {
    ask.desk()
        .end_own_sessions(ask.actor(), ask.session_token())?;
    Ok(Answer::to("/account?done=sessions"))
}

/// Ends one session.
pub(super) fn end_session(ask: &Ask<'_>) -> Outcome<Answer> {
    ask.desk()
        .end_own_session(ask.actor(), ask.number("session")?)?;
    Ok(Answer::to("/account?done=session"))
}
