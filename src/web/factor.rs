//! The page on which a user sets up a second factor, with the picture an authenticator app reads.

use axum::http::StatusCode;
use maud::{Markup, PreEscaped, html};
use qrcode::{EcLevel, QrCode, render::svg};

use super::{answer::Answer, ask::Ask, layout};
use crate::queue::{Outcome, Refusal, factors};

/// The page.
pub(super) fn page(ask: &Ask<'_>) -> Outcome<Answer> {
    if let Some(left) = ask.desk().factor(ask.actor())? {
        let body = html! {
            h1 { "Second factor" }
            p { "Your second factor is set up. " (left) " recovery codes are left." }
            p.note { "If your device is lost, log in with a recovery code, or ask an administrator to take the second factor away, and set it up anew." }
        };
        return Ok(layout::page(ask, "Second factor", &body));
    }
    form(ask, "")
}

fn form(ask: &Ask<'_>, wrong: &str) -> Outcome<Answer> {
    let offer = ask.desk().offer_factor(ask.actor())?;
    let groups: Vec<String> = offer
        .secret
        .as_bytes()
        .chunks(4)
        .map(|c| String::from_utf8_lossy(c).into_owned())
        .collect();
    let body = html! {
        h1 { "Second factor" }
        @if factors::is_required(ask.actor().role) {
            p { "Your role needs a second factor: besides the password, a code that changes every half minute." }
        } @else {
            p { "With a second factor your password alone does not let anybody in: a code that changes every half minute is needed as well." }
        }
        @if !wrong.is_empty() { p.wrong role="alert" { (wrong) } }
        ol.steps {
            li { "Open an authenticator app on another device and let it read this picture." div.code-picture { (picture(&offer.address)) } }
            li { "Or type this into it: " code { (groups.join(" ")) } }
            li {
                "Type the code that it shows."
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
    let body = html! {
        h1 { "Second factor" }
        p.told role="status" { "Your second factor is set up." }
        p { "Keep these recovery codes where the device is not. Each lets you in once in the place of a code, and they are not shown again." }
        ul.recovery { @for code in &codes { li { code { (code) } } } }
        p { a href="/reports" { "To the reports" } }
    };
    Ok(layout::page(ask, "Second factor", &body))
}

/// Takes a user's second factor away.
pub(super) fn remove(ask: &Ask<'_>) -> Outcome<Answer> {
    ask.desk().remove_factor(ask.actor(), ask.number("id")?)?;
    Ok(Answer::to("/people"))
}
