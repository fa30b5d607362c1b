//! Bringing reports in from a browser: files of any form that the program reads, or one text that is typed or pasted.

use std::path::Path;

use maud::html;

use super::{answer::Answer, ask::Ask, layout, taking::Taking};
use crate::{
    intake::Fault,
    queue::{Outcome, Refusal, Tally, reports::Incoming},
};

/// The most that is told of what could not be used.
const MOST_TOLD: usize = 50;

/// The import page.
pub(super) fn page(ask: &Ask<'_>) -> Outcome<Answer> {
    draw(ask, None, &[])
}

fn draw(ask: &Ask<'_>, tally: Option<Tally>, faults: &[String]) -> Outcome<Answer> {
    // A typed text that could not be used is still there to be mended.
    let typed = !faults.is_empty() && !ask.field("text").is_empty();
    let kept = |name: &str| if typed { ask.raw_field(name) } else { "" };
    let body = html! {
        h1 { "Import" }
        @if let Some(tally) = tally {
            p.told role="status" {
                "Imported: " (tally.new) " new, " (tally.changed) " with another text, " (tally.known) " known already"
                @if tally.withdrawn > 0 { ", " (tally.withdrawn) " withdrawn by the sender" }
                @if tally.absent > 0 { ", " (tally.absent) " withdrawn by the sender and not taken in" }
                ". "
                a href="/reports" { "To the reports" }
            }
        }
        @if !faults.is_empty() {
            div.wrong role="alert" {
                p { "Not imported:" }
                ul { @for fault in faults.iter().take(MOST_TOLD) { li { (fault) } } }
                @if faults.len() > MOST_TOLD { p { "and " (faults.len() - MOST_TOLD) " more" } }
            }
        }
        @if !ask.is_writing() { p.empty { "Nothing can be imported at the moment, because nothing is saved." } }
        @else { (layout::names(ask)?) div.halves {
            form method="post" action="/import" enctype="multipart/form-data" {
                (layout::token(ask))
                h2 { "Files" }
                p.note { "Documents of one report each (text, RTF, DOCX, C-CDA), which are called by their own id, else by the file's name; tables (CSV, JSONL); \
                    messages (HL7 v2, FHIR). 32 MiB at a time; for more, and for whole folders, use " code { "ivus queue import" } "." }
                label for="files" { "Files" }
                input id="files" type="file" name="files" multiple required;
                (origin(ask, "f", |_| "", ", of reports that tell none"))
                button.main type="submit" { "Import the files" }
            }
            form method="post" action="/import" enctype="multipart/form-data" {
                (layout::token(ask))
                h2 { "One text" }
                label for="id" { "Id of the report" }
                input id="id" name="name" required maxlength="200" autocomplete="off" value=(kept("name"));
                label for="text" { "Text of the report" }
                textarea id="text" name="text" rows="12" required spellcheck="false" { "\n" (kept("text")) }
                (origin(ask, "t", kept, ""))
                button.main type="submit" { "Import the text" }
            }
        } }
    };
    Ok(layout::page(ask, "Import", &body))
}

/// Where reports come from, and who wrote them. Who sees one site alone brings in reports of that site.
fn origin<'a>(
    ask: &Ask<'_>,
    form: &str,
    kept: impl Fn(&str) -> &'a str,
    which: &str,
) -> maud::Markup {
    html! {
        @if let Some(site) = &ask.actor().site { p.note { "Site: " (site) } }
        @else {
            label for=(format!("{form}-site")) { "Site" (which) }
            input id=(format!("{form}-site")) name="site" maxlength="200" list="sites" autocomplete="off" value=(kept("site"));
        }
        label for=(format!("{form}-physician")) { "Physician" (which) }
        input id=(format!("{form}-physician")) name="physician" maxlength="200" list="physicians" autocomplete="off" value=(kept("physician"));
    }
}

/// Imports what was sent. A file that cannot be used does not keep the others out.
pub(super) fn import(ask: &Ask<'_>) -> Outcome<Answer> {
    if ask.files().is_empty() && ask.field("text").is_empty() {
        return Err(Refusal::invalid(
            "nothing was sent; choose files or type a text",
        ));
    }
    let stand_in = (ask.field("site"), ask.field("physician"));
    let mut taking = Taking::new(ask, stand_in, "upload".to_owned());
    for file in ask.files() {
        // A name may come with the folders of the sender's machine.
        let name = file.name.rsplit(['/', '\\']).next().unwrap_or_default();
        taking.file(Path::new(name), &file.bytes)?;
    }
    let told = |fault: &Fault| match fault.place.as_str() {
        "" => format!(
            "{}: {}",
            fault.id.as_deref().unwrap_or("a message"),
            fault.cause
        ),
        place => format!("{place}: {}", fault.cause),
    };
    let (mut tally, mut faults) = (
        taking.tally,
        taking.failed.iter().map(told).collect::<Vec<_>>(),
    );
    if !ask.field("text").is_empty() {
        let one = Incoming {
            patient: None,
            name: ask.field("name").to_owned(),
            text: ask.raw_field("text").to_owned(),
            date: None,
            source: "upload".to_owned(),
            site: own_site(ask),
            physician: ask.field("physician").to_owned(),
            status: None,
        };
        let name = one.name.clone();
        match ask.desk().import_all(ask.actor(), vec![one]) {
            Ok(added) => tally += added,
            Err(Refusal::Invalid(words)) => faults.push(format!("{name}: {words}")),
            Err(other) => return Err(other),
        }
    }
    draw(ask, Some(tally), &faults)
}

/// Who may see one site alone brings reports of that site in.
fn own_site(ask: &Ask<'_>) -> String {
    let site = ask.actor().site.clone();
    site.unwrap_or_else(|| ask.field("site").to_owned())
}
