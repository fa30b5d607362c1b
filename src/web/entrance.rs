//! Coming in and going out: log-in, log-out, and the one-time links with which a password is set.

use axum::http::{StatusCode, header};
use maud::{Markup, html};

use super::{answer::Answer, ask::Ask, layout};
use crate::queue::{
    Credentials, Entrance, Outcome, Refusal,
    secret::{LONGEST_PASSWORD, SHORTEST_PASSWORD},
};

/// The log-in page.
pub(super) fn login_page(ask: &Ask<'_>) -> Outcome<Answer> {
    if ask.session.is_some() {
        return Ok(Answer::to("/reports"));
    }
    form(ask, "")
}

fn form(ask: &Ask<'_>, wrong: &str) -> Outcome<Answer> {
    let (visitor, token) = ask.server.visitor()?;
    let body = html! {
        h1 { "Log in" }
        @if !wrong.is_empty() { p.wrong role="alert" { (wrong) } }
        @else if ask.param("done") == "password" { p.told role="status" { "The password is set. Log in with it." } }
        form method="post" action="/login" {
            input type="hidden" name="csrf" value=(token);
            label for="name" { "Name" }
            input id="name" name="name" autocomplete="username" required autofocus;
            label for="password" { "Password" }
            input id="password" name="password" type="password" autocomplete="current-password" required;
            label for="code" { "Code of your second factor, if you have one" }
            input id="code" name="code" autocomplete="one-time-code" maxlength="40";
            button.main type="submit" { "Log in" }
        }
        p.note { "Suggestions for coders, each with the words it rests on; the decision is the coder's." }
    };
    let cookie = ask.server.cookie(ask.server.visitor_cookie(), &visitor);
    Ok(layout::bare("Log in", &body).with(header::SET_COOKIE, cookie))
}

/// Lets somebody in.
pub(super) fn log_in(ask: &Ask<'_>) -> Outcome<Answer> {
    let credentials = Credentials {
        name: ask.field("name").to_owned(),
        password: ask.raw_field("password").to_owned(),
        code: ask.field("code").to_owned(),
        origin: ask.actor().origin.clone(),
    };
    if credentials.name.is_empty() || credentials.password.is_empty() {
        let form = form(ask, "Type your name and your password.")?;
        return Ok(form.status(StatusCode::UNPROCESSABLE_ENTITY));
    }
    match ask.desk().log_in(&credentials) {
        Ok(token) => {
            // Whoever was in before in this browser is out; the new session has a new token.
            if let Some(old) = ask.token.as_deref().filter(|_| ask.session.is_some()) {
                ask.desk().log_out(ask.actor(), old)?;
            }
            let server = ask.server;
            Ok(Answer::to("/reports")
                .with(
                    header::SET_COOKIE,
                    server.cookie(server.session_cookie(), &token),
                )
                .with(
                    header::SET_COOKIE,
                    server.cookie(server.visitor_cookie(), ""),
                ))
        }
        Err(Refusal::Denied) => Ok(
            form(ask, "Name, password or code are not right.")?.status(StatusCode::UNAUTHORIZED)
        ),
        Err(refusal @ Refusal::Wait(seconds)) => {
            let words = format!("{}.", crate::render::html::capital(&refusal.to_string()));
            Ok(form(ask, &words)?
                .status(StatusCode::TOO_MANY_REQUESTS)
                .with(header::RETRY_AFTER, seconds.to_string()))
        }
        Err(other) => Err(other),
    }
}

/// Lets somebody out.
pub(super) fn log_out(ask: &Ask<'_>) -> Outcome<Answer> {
    if let Some(token) = &ask.token {
        ask.desk().log_out(ask.actor(), token)?;
    }
    let server = ask.server;
    Ok(Answer::to("/login").with(
        header::SET_COOKIE,
        server.cookie(server.session_cookie(), ""),
    ))
}

/// The page behind a set-up link.
pub(super) fn setup_page(ask: &Ask<'_>) -> Outcome<Answer> {
    match ask.desk().entrance(ask.part("token")) {
        Ok(_) if !ask.is_writing() => Ok(shut(StatusCode::SERVICE_UNAVAILABLE, "Not now", NOT_NOW)),
        Ok(entrance) => setup_form(ask, &entrance, "", ""),
        Err(Refusal::Unknown) => Ok(void()),
        Err(other) => Err(other),
    }
}

const NOT_NOW: &str = "No password can be set at the moment, because nothing is saved. The link stays good for its day; ask an \
     administrator when to try again.";

/// A link that cannot be used.
fn void() -> Answer {
    let words = "It was used, has run out, or a newer one was made. Ask an administrator for another one; if you have set your \
         password with it, log in.";
    shut(StatusCode::GONE, "This link is void", words)
}

/// A page without the form, for who cannot go on to the reports.
fn shut(status: StatusCode, title: &str, words: &str) -> Answer {
    let body = html! {
        h1 { (title) }
        p { (words) }
        p { a href="/login" { "Log in" } }
    };
    layout::bare(title, &body).status(status)
}

fn setup_form(ask: &Ask<'_>, entrance: &Entrance, name: &str, wrong: &str) -> Outcome<Answer> {
    let (visitor, token) = ask.server.visitor()?;
    let who: Markup = match entrance {
        Entrance::First => html! {
            p { "You are the first administrator. Choose the name and the password with which you will log in. After that a second factor is set up: have a device with an authenticator app at hand." }
            label for="name" { "Name" }
            input id="name" name="name" value=(name) autocomplete="username" required maxlength="60" autofocus[name.is_empty()];
        },
        Entrance::User(user) => html! {
            p { "Set the password of " b { (user.name) } " (" (user.role.name()) ": " (user.role.words()) ")." }
            input type="hidden" name="username" value=(user.name) autocomplete="username";
        },
    };
    let body = html! {
        h1 { "Set a password" }
        @if !wrong.is_empty() { p.wrong role="alert" { (wrong) } }
        form method="post" action=(format!("/setup/{}", ask.part("token"))) {
            input type="hidden" name="csrf" value=(token);
            (who)
            label for="password" { "Password, " (SHORTEST_PASSWORD) " characters or more" }
            input id="password" name="password" type="password" autocomplete="new-password" required
                minlength=(SHORTEST_PASSWORD) maxlength=(LONGEST_PASSWORD) autofocus[!name.is_empty() || matches!(entrance, Entrance::User(_))];
            label for="again" { "The same once more" }
            input id="again" name="again" type="password" autocomplete="new-password" required;
            button.main type="submit" { "Set the password" }
        }
        p.note { "Any characters will do; four words in a row are better than one with signs in it. The link can be used once." }
    };
    let cookie = ask.server.cookie(ask.server.visitor_cookie(), &visitor);
    Ok(layout::bare("Set a password", &body).with(header::SET_COOKIE, cookie))
}

/// Sets a password with a link.
pub(super) fn set_up(ask: &Ask<'_>) -> Outcome<Answer> {
    let entrance = match ask.desk().entrance(ask.part("token")) {
        Err(Refusal::Unknown) => return Ok(void()),
        known => known?,
    };
    let again = |words: &str| {
        let form = setup_form(ask, &entrance, ask.field("name"), words)?;
        Ok(form.status(StatusCode::UNPROCESSABLE_ENTITY))
    };
    if ask.raw_field("password") != ask.raw_field("again") {
        return again("The two passwords differ.");
    }
    let credentials = Credentials {
        name: ask.field("name").to_owned(),
        password: ask.raw_field("password").to_owned(),
        code: String::new(),
        origin: ask.actor().origin.clone(),
    };
    match ask.desk().set_up(ask.part("token"), &credentials) {
        Ok(()) => Ok(Answer::to("/login?done=password")),
        Err(Refusal::Invalid(words)) => {
            again(&format!("{}.", crate::render::html::capital(&words)))
        }
        Err(other) => Err(other),
    }
}
