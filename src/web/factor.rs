//! The page on which a user sets up a second factor, with the picture an authenticator app reads.

use axum::http::StatusCode;
use maud::{Markup, PreEscaped, html};
use qrcode::{EcLevel, QrCode, render::svg};

use super::{answer::Answer, ask::Ask, layout};
use crate::queue::{
    Outcome, Refusal, Renewal,
    factors::{self, Offer},
};

/// The page.
pub(super) fn page(ask: &Ask<'_>) -> Outcome<Answer> {
    let Some(left) = ask.desk().factor(ask.actor())? else {
        return form(ask, "");
    };
    let body = html! {
        h1 { "Second factor" }
        p { "Your second factor is set up. " (left) @if left == 1 { " recovery code is left." } @else { " recovery codes are left." } }
        @if ask.is_writing() { p { a href="/second-factor/anew" { "Put another one in its place" } } }
        p.note { "For another device, or when few recovery codes are left. If your device is lost and no recovery code is at hand, ask an administrator to take the second factor away." }
        p { a href="/account" { "To your account" } }
    };
    Ok(layout::page(ask, "Second factor", &body))
}

/// Where no second factor can be set up, since nothing is saved.
fn not_now(ask: &Ask<'_>) -> Answer {
    let words = "No second factor can be set up at the moment, because nothing is saved.";
    let body = html! { h1 { "Second factor" } p.empty { (words) } p { a href="/account" { "To your account" } } };
    layout::page(ask, "Second factor", &body)
}

fn form(ask: &Ask<'_>, wrong: &str) -> Outcome<Answer> {
    if !ask.is_writing() {
        return Ok(not_now(ask));
    }
    let offer = ask.desk().offer_factor(ask.actor(), ask.field("salt"))?;
    let body = html! {
        h1 { "Second factor" }
        @if factors::is_required(ask.actor().role) {
            p { "Your role needs a second factor: besides the password, a code that changes every half minute." }
        } @else {
            p { "With a second factor your password alone does not let anybody in: a code that changes every half minute is needed as well." }
        }
        @if !wrong.is_empty() { p.wrong role="alert" { (wrong) } }
        ol.steps {
            (steps(&offer))
            li {
                "Type the code of six digits that it shows."
                form.one method="post" action="/second-factor" {
                    (layout::token(ask))
                    input type="hidden" name="salt" value=(offer.salt);
                    input.few name="code" aria-label="Code" inputmode="numeric" autocomplete="one-time-code" required maxlength="10" autofocus;
                    button.main type="submit" { "Set up" }
                }
            }
        }
    };
    Ok(layout::page(ask, "Second factor", &body))
}

/// How an app gets to know the secret.
fn steps(offer: &Offer) -> Markup {
    let groups: Vec<String> = offer
        .secret
        .as_bytes()
        .chunks(4)
        .map(|c| String::from_utf8_lossy(c).into_owned())
        .collect();
    html! {
        li {
            "Open an authenticator app on another device and let it read this picture."
            div.code-picture { (picture(&offer.address)) }
            "Where it cannot, type this into it: " code { (groups.join(" ")) }
        }
    }
}

/// The page for another second factor.
pub(super) fn anew_page(ask: &Ask<'_>) -> Outcome<Answer> {
    if ask.desk().factor(ask.actor())?.is_none() {
        return Ok(Answer::to("/second-factor"));
    }
    anew_form(ask, "")
}

fn anew_form(ask: &Ask<'_>, wrong: &str) -> Outcome<Answer> {
    if !ask.is_writing() {
        return Ok(not_now(ask));
    }
    let offer = ask.desk().offer_factor(ask.actor(), ask.field("salt"))?;
    let body = html! {
        h1 { "Another second factor" }
        p { "The new one takes the place of the old one, with new recovery codes. Your other sessions end." }
        @if !wrong.is_empty() { p.wrong role="alert" { (wrong) } }
        ol.steps {
            (steps(&offer))
            li {
                "Show that it is you."
                form.stacked method="post" action="/second-factor/anew" {
                    (layout::token(ask))
                    input type="hidden" name="salt" value=(offer.salt);
                    label for="password" { "Password" }
                    input id="password" name="password" type="password" autocomplete="current-password" required;
                    label for="old" { "Code of the old device, or a recovery code" }
                    input id="old" name="old" autocomplete="one-time-code" required maxlength="40";
                    label for="code" { "Code that the new device shows" }
                    input.few id="code" name="code" inputmode="numeric" autocomplete="off" required maxlength="10";
                    div.acts { button.main type="submit" { "Put it in place" } a href="/second-factor" { "Leave it as it is" } }
                }
            }
        }
    };
    Ok(layout::page(ask, "Second factor", &body))
}

/// Puts another one in place.
pub(super) fn renew(ask: &Ask<'_>) -> Outcome<Answer> {
    let renewal = Renewal {
        password: ask.raw_field("password"),
        old: ask.field("old"),
        salt: ask.field("salt"),
        code: ask.field("code"),
        session: ask.session_token(),
    };
    let again = |words: &str, status| Ok(anew_form(ask, words)?.status(status));
    match ask.desk().renew_factor(ask.actor(), &renewal) {
        Ok(codes) => Ok(done(ask, &codes)),
        Err(Refusal::Denied) => again(
            "The password, or the code of the old device, is not right.",
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        Err(refusal @ Refusal::Wait(_)) => {
            let words = format!("{}.", crate::render::html::capital(&refusal.to_string()));
            again(&words, StatusCode::TOO_MANY_REQUESTS)
        }
        Err(Refusal::Invalid(words)) => {
            let words = format!("{}.", crate::render::html::capital(&words));
            again(&words, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(other) => Err(other),
    }
}

/// An address as a picture.
fn picture(address: &str) -> Markup {
    let Ok(code) = QrCode::with_error_correction_level(address, EcLevel::M) else {
        return html! { p.note { "No picture could be made; type the secret instead." } };
    };
    let drawn = code
        .render::<svg::Color<'_>>()
        .min_dimensions(200, 200)
        .build();
    let drawn = drawn
        .find("<svg")
        .and_then(|at| drawn.get(at..))
        .unwrap_or_default();
    html! { (PreEscaped(drawn)) }
}

/// Sets it up.
pub(super) fn set_up(ask: &Ask<'_>) -> Outcome<Answer> {
    let set = ask
        .desk()
        .set_up_factor(ask.actor(), ask.field("salt"), ask.field("code"));
    let codes = match set {
        Ok(codes) => codes,
        Err(Refusal::Invalid(words)) => {
            let words = format!("{}.", crate::render::html::capital(&words));
            return Ok(form(ask, &words)?.status(StatusCode::UNPROCESSABLE_ENTITY));
        }
        Err(other) => return Err(other),
    };
    Ok(done(ask, &codes))
}

/// The recovery codes, once.
fn done(ask: &Ask<'_>, codes: &[String]) -> Answer {
    let body = html! {
        h1 { "Second factor" }
        p.told role="status" { "Your second factor is set up." }
        p { "Keep these recovery codes where the device is not. Each lets you in once in the place of a code, and they are not shown again." }
        ul.recovery { @for code in codes { li { code { (code) } } } }
        p { a href="/reports" { "To the reports" } }
    };
    layout::page(ask, "Second factor", &body)
}

/// Takes a user's second factor away.
pub(super) fn remove(ask: &Ask<'_>) -> Outcome<Answer> {
    ask.desk().remove_factor(ask.actor(), ask.number("id")?)?;
    Ok(Answer::to("/people"))
}
