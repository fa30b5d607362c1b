//! The frame around every page: head, navigation, who is in; and the pages of refusals.

use axum::http::{StatusCode, header};
use maud::{DOCTYPE, Markup, html};

use super::{Server, address, answer::Answer, ask::Ask, dispatch::incident};
use crate::queue::{Outcome, Refusal, Right};

/// The pages of the navigation: path, name, right, key.
const PAGES: &[(&str, &str, Right, &str)] = &[
    ("/reports", "Reports", Right::List, "1"),
    ("/queries", "Queries", Right::Read, "4"),
    ("/check", "Live check", Right::LiveCheck, "3"),
    ("/import", "Import", Right::Import, "2"),
    ("/feedback", "Feedback", Right::Feedback, "5"),
    ("/progress", "Progress", Right::Supervise, "0"),
    ("/export", "Export", Right::Export, "6"),
    ("/sample", "Sample", Right::Audit, "7"),
    ("/people", "People", Right::People, "8"),
    ("/audit", "Audit log", Right::Audit, "9"),
];

/// A page for somebody who is in. Titles name no report but by its number.
pub(super) fn page(ask: &Ask<'_>, title: &str, body: &Markup) -> Answer {
    let actor = ask.actor();
    // Who has to set up a second factor first is led to no page that would lead back to it.
    let lacks = ask.session.as_ref().is_some_and(|s| ask.desk().lacks_factor(s))
        // It may have been set up by this very request.
        && matches!(ask.desk().factor(actor), Ok(None));
    // The page itself, or the part of the queue that a page belongs to.
    let here = |path: &str| match ask.at.strip_prefix(path) {
        Some("") => Some("page"),
        Some(rest) if rest.starts_with('/') => Some("true"),
        _ if (path, ask.at.as_str()) == ("/audit", "/refused") => Some("true"),
        _ if path == "/account" && ask.at.starts_with("/second-factor") => Some("true"),
        _ => None,
    };
    frame(
        title,
        &html! {
            header.bar {
                a.skip href="#main" { "Skip to the page" }
                b.name { "ivus" }
                nav aria-label="Pages" {
                    @for (path, name, right, key) in PAGES {
                        @if actor.role.may(*right) && !lacks {
                            a href=(path) accesskey=(key) aria-current=[here(path)] { (name) }
                        }
                    }
                }
                a.who href="/about" aria-current=[here("/about")] { "About" }
                a.who href="/account" title="your account: password, second factor, sessions" aria-current=[here("/account")] { (actor.name) " · " (actor.role.name()) }
                (button(ask, "/logout", "Log out", "quiet", &html! {}))
            }
            @if let Some(why) = ask.desk().read_only() {
                p.banner role="alert" {
                    b { "Read only. " } (crate::render::html::capital(why)) ". Reports can be read; nothing that is done here is saved. Tell whoever runs this server."
                }
            }
            @else { (super::incident::banner(ask)) }
            main id="main" tabindex="-1" { (body) }
        },
    )
}

/// A page for somebody who is not in.
pub(super) fn bare(title: &str, body: &Markup) -> Answer {
    frame(
        title,
        &html! {
            main.narrow id="main" {
                p.brand { b { "ivus" } " " span.note { (env!("CARGO_PKG_VERSION")) } }
                (body)
            }
        },
    )
}

fn frame(title: &str, body: &Markup) -> Answer {
    Answer::page(html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · ivus" }
                link rel="icon" type="image/svg+xml" href="/icon.svg";
                link rel="stylesheet" href="/style.css";
                script src="/app.js" defer {}
            }
            body { (body) }
        }
    })
}

/// A form of one button. `fields` are more inputs.
pub(super) fn button(
    ask: &Ask<'_>,
    path: &str,
    words: &str,
    class: &str,
    fields: &Markup,
) -> Markup {
    html! {
        form.one method="post" action=(path) {
            (token(ask))
            (fields)
            button class=(class) type="submit" { (words) }
        }
    }
}

/// A button that asks once more, with what will come of it, before anything is done.
pub(super) fn sure(
    ask: &Ask<'_>,
    path: &str,
    words: &str,
    consequence: &str,
    fields: &Markup,
) -> Markup {
    html! {
        details.sure {
            summary { (words) }
            form.stack method="post" action=(path) {
                (token(ask))
                (fields)
                p { (consequence) }
                button type="submit" { (words) }
            }
        }
    }
}

/// The token that a form of this session must bring; on a report's page also the list that is worked through.
pub(super) fn token(ask: &Ask<'_>) -> Markup {
    let report = ask.at.strip_prefix("/reports/");
    let report = report.and_then(|rest| rest.split('/').next()?.parse::<i64>().ok());
    let list = report.and_then(|_| address::list(ask));
    html! {
        input type="hidden" name="csrf" value=(ask.csrf());
        @if let Some(list) = list { input type="hidden" name="list" value=(address::query(ask, &list)); }
    }
}

/// Names of physicians and sites that the reports bear, for the fields into which they are typed: a name that is written otherwise is
/// another one.
pub(super) fn names(ask: &Ask<'_>) -> Outcome<Markup> {
    let counts = ask.desk().counts(ask.actor(), "")?;
    Ok(html! {
        datalist id="physicians" { @for name in &counts.physicians { option value=(name) {} } }
        datalist id="sites" { @for name in &counts.sites { option value=(name) {} } }
    })
}

/// The keys of a page, with what they do.
pub(super) fn keys<'a>(keys: impl IntoIterator<Item = (&'a str, &'a str)>) -> Markup {
    html! {
        details.keys id="keys" {
            summary { "Keys" }
            dl { @for (key, words) in keys { dt { kbd { (key) } } dd { (words) } } }
            p.note { "Tab and Enter do all of it as well." }
        }
    }
}

/// A page that says what went wrong.
pub(super) fn error(status: StatusCode, title: &str, words: &str) -> Answer {
    bare(
        title,
        &html! {
            h1 { (title) }
            p { (words) }
            p { a href="/reports" { "To the reports" } }
        },
    )
    .status(status)
}

/// A page for who sent something after the session had ended, with what was typed.
pub(super) fn out(fields: &[(String, String)]) -> Answer {
    let typed = typed(fields);
    let body = html! {
        h1 { "Log in first" }
        p {
            "Your session has ended, or there was none. What you sent was not saved."
            @if typed.is_some() { " It stands below: copy it before you leave this page." }
        }
        p { a href="/login" target="_blank" rel="noopener" { "Log in" } }
        @if let Some(typed) = &typed { (typed) }
    };
    bare("Log in first", &body).status(StatusCode::UNAUTHORIZED)
}

/// What somebody types into forms, by the name of the field; nothing that lets somebody in.
const TYPED: &[(&str, &str)] = &[
    ("note", "Note"),
    ("words", "Answer"),
    ("question", "Question"),
    ("outcome", "Outcome"),
    ("text", "Text"),
];
/// What is typed besides where a verdict is given.
const TYPED_OF_UNIT: &[(&str, &str)] = &[("code", "Code"), ("side", "Side"), ("vessel", "Vessel")];

/// What was typed into a form that was not saved, to be copied.
fn typed(fields: &[(String, String)]) -> Option<Markup> {
    let of_unit = fields.iter().any(|(name, _)| name == "verdict");
    let names = TYPED.iter();
    let names = names.chain(TYPED_OF_UNIT.iter().filter(|_| of_unit));
    let sent: Vec<(&str, &str)> = names
        .filter_map(|(name, label)| {
            let (_, value) = fields.iter().find(|(n, _)| n == name)?;
            (!value.trim().is_empty()).then_some((*label, value.as_str()))
        })
        .collect();
    (!sent.is_empty()).then(|| {
        html! {
            h2 { "What you typed" }
            @for (label, value) in sent {
                label.typed { (label) textarea readonly rows=(if value.len() > 80 { 6 } else { 1 }) { "\n" (value) } }
            }
        }
    })
}

/// The words of the text that were selected for a form.
fn selected(ask: &Ask<'_>) -> Option<String> {
    let (start, end) = (
        ask.field("start").parse().ok()?,
        ask.field("end").parse().ok()?,
    );
    let sheet = ask.desk().open(ask.actor(), ask.number("id").ok()?).ok()?;
    Some(sheet.cut(start, end)).filter(|words| !words.is_empty())
}

/// What is wrong with what was sent, above the form that it is mended in.
pub(super) fn wrong(words: &str) -> Markup {
    html! {
        @if !words.is_empty() {
            p.wrong role="alert" { (crate::render::html::capital(words)) "." }
        }
    }
}

/// Where somebody can go on who was refused at a path.
fn back(path: &str) -> Option<(String, &'static str)> {
    let mut parts = path.split('/').skip(1);
    let (place, id) = (parts.next()?, parts.next().unwrap_or_default());
    let numbered = id.parse::<i64>().is_ok();
    match place {
        "reports" if numbered => Some((format!("/reports/{id}"), "Back to the report")),
        "queries" if numbered => Some((format!("/queries/{id}"), "Back to the query")),
        "account" => Some(("/account".to_owned(), "Back to your account")),
        "people" | "lock" => Some(("/people".to_owned(), "Back to the people")),
        "import" => Some(("/import".to_owned(), "Back to the import")),
        "sample" => Some(("/sample".to_owned(), "Back to the sample")),
        _ => None,
    }
}

/// What a refusal looks like, in the frame of all pages for who is in. A fault is told in the log, and by its number alone on
/// the page.
pub(super) fn refused(
    server: &Server,
    who: Option<&Ask<'_>>,
    path: &str,
    refusal: &Refusal,
) -> Answer {
    let back = back(path);
    let told = |status, title: &str, body: Markup| {
        let body = html! {
            h1 { (title) }
            (body)
            @if let Some(ask) = who {
                @if let Some(typed) = typed(&ask.fields) { (typed) }
                @if let Some(words) = selected(ask) { label.typed { "Selected words" textarea readonly rows="2" { "\n" (words) } } }
            }
            p {
                @if let Some((path, words)) = &back { a href=(path) { (words) } " · " }
                a href="/reports" { "To the reports" }
            }
        };
        let page = match who {
            Some(ask) if ask.session.is_some() => page(ask, title, &body),
            _ => bare(title, &body),
        };
        page.status(status)
    };
    let sentence = |words: &str| html! { p { (crate::render::html::capital(words)) "." } };
    match refusal {
        Refusal::Denied => told(
            StatusCode::FORBIDDEN,
            "Not allowed",
            sentence("your role may not do this; an administrator can give you another one"),
        ),
        Refusal::Unknown => told(
            StatusCode::NOT_FOUND,
            "Not here",
            sentence("there is no such page, or none for you"),
        ),
        Refusal::Invalid(words) => told(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Please change something",
            sentence(words),
        ),
        Refusal::Doubts(doubts) => told(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Please confirm",
            html! { ul { @for doubt in doubts { li { (doubt.words) } } } },
        ),
        Refusal::Conflict(conflict) => told(
            StatusCode::CONFLICT,
            "Not saved",
            html! {
                (sentence(&conflict.words))
                @if !conflict.yours.is_empty() {
                    h2 { "What you wanted to save" }
                    p { (crate::render::html::capital(&conflict.yours)) }
                    h2 { "What stands now" }
                    @if conflict.stands.is_empty() { p { "No decision." } }
                    ul { @for line in &conflict.stands { li { (line) } } }
                }
            },
        ),
        Refusal::Wait(seconds) => told(
            StatusCode::TOO_MANY_REQUESTS,
            "Too many attempts",
            html! { p { "Try again in " (seconds) " seconds." } },
        )
        .with(header::RETRY_AFTER, seconds.to_string()),
        Refusal::Busy => told(
            StatusCode::SERVICE_UNAVAILABLE,
            "Busy",
            sentence("another program holds the store; try again"),
        )
        .with(header::RETRY_AFTER, "2"),
        Refusal::ReadOnly(words) if matches!(server.desk.locked(), Ok(Some(_))) => {
            // The reason is for those who are in.
            let is_in = who.is_some_and(|ask| ask.session.is_some());
            let words = if is_in { words } else { "the queue is locked" };
            let saved = html! { (sentence(words)) p { "What you sent was not saved." } };
            told(StatusCode::LOCKED, "Locked", saved)
        }
        Refusal::ReadOnly(words) | Refusal::Broken(words) => {
            let number = incident();
            (server.log)(&format!("incident {number}: {words}"));
            told(
                StatusCode::SERVICE_UNAVAILABLE,
                "Cannot be saved",
                html! { p { "The store cannot be used for that now; what you sent was not saved. Reports can still be read, as far as they are whole: load the page again. Incident " (number) "." } },
            )
        }
        Refusal::Fault(words) => {
            let number = incident();
            (server.log)(&format!("incident {number}: {words}"));
            told(
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something failed",
                html! { p { "The program could not do this; incident " (number) " is in its log." } },
            )
        }
    }
}
