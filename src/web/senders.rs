//! Programs that send reports, on the page of people: their tokens are made here, shown once, and taken back.

use maud::{Markup, html};

use super::{answer::Answer, ask::Ask, layout, people};
use crate::queue::{Outcome, Refusal, senders::Sender, time};

/// The part of the page.
pub(super) fn part<'a>(ask: &Ask<'_>, kept: impl Fn(&str) -> &'a str) -> Outcome<Markup> {
    let senders = ask.desk().senders(ask.actor())?;
    Ok(html! {
        h2.parted { "Programs that send reports" }
        p.note { "A program sends reports to " code { (ask.address()) "/intake" } " with its token, in all forms that " code { "ivus queue import" } " reads. HL7 messages by MLLP need none. " a href="/refused" { "What was refused" } "." }
        @if !senders.is_empty() {
            div.scroll { table.rows {
                thead { tr { th { "Name" } th { "Site" } th { "Token made" } th { "Last used" } th { "Standing" } th { "" } } }
                tbody { @for sender in &senders { (row(ask, sender)) } }
            } }
        }
        @if ask.is_writing() { form.filter method="post" action="/people/senders" {
            (layout::token(ask))
            label { "Name" input name="name" required maxlength="60" autocomplete="off" value=(kept("name")); }
            label { "Site of all it sends" input name="site" maxlength="200" list="sites" autocomplete="off" placeholder="as each report tells" value=(kept("site")); }
            button type="submit" { "Make a token" }
        } }
    })
}

fn row(ask: &Ask<'_>, sender: &Sender) -> Markup {
    html! {
        tr {
            td { b { (sender.name) } }
            td data-l="Site" { (sender.site.as_deref().unwrap_or("as each report tells")) }
            td.date data-l="Token made" { (time::told(sender.created_at)) }
            td.date data-l="Last used" { @if let Some(at) = sender.used_at { (time::told(at)) } @else { "never" } }
            td data-l="Standing" { @if let Some(at) = sender.revoked_at { "revoked " (time::told(at)) } @else { "in force" } }
            td.acts {
                @if sender.revoked_at.is_none() && ask.is_writing() {
                    (layout::sure(ask, &format!("/people/senders/{}/revoke", sender.id), "Revoke",
                        &format!("What {} sends from now on is refused. This cannot be undone; a new token can be made.", sender.name), &html! {}))
                }
            }
        }
    }
}

/// Adds a sender, and shows its token.
pub(super) fn add(ask: &Ask<'_>) -> Outcome<Answer> {
    let name = ask.field("name");
    let site = Some(ask.field("site")).filter(|s| !s.is_empty());
    let token = match ask.desk().add_sender(ask.actor(), name, site) {
        Err(Refusal::Invalid(words)) => return people::again(ask, &words),
        made => made?,
    };
    let news = html! {
        p.told role="status" {
            "The token of " b { (name) } ". It is not shown again; keep it where that program keeps its secrets: "
            code.secret { (token) }
        }
    };
    people::draw(ask, &news)
}

/// Takes a token back.
pub(super) fn revoke(ask: &Ask<'_>) -> Outcome<Answer> {
    ask.desk().revoke_sender(ask.actor(), ask.number("id")?)?;
    Ok(Answer::to("/people"))
}
