//! Composition: the narratives of its sections, each below its title.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    super::{
        Fault, Status,
        names::Name,
        version::{Link, Version, changed},
    },
    Around, Read,
    document::{link, rest},
    no_json,
    resource::{Identifier, Narrative, Period, Reference, author, date, id, status},
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Composition {
    id: Option<String>,
    identifier: Option<Identifier>,
    status: Option<String>,
    title: Option<String>,
    subject: Option<Reference>,
    encounter: Option<Reference>,
    #[serde(default)]
    author: Vec<Reference>,
    #[serde(default)]
    relates_to: Vec<Relation>,
    #[serde(default)]
    event: Vec<Event>,
    text: Option<Narrative>,
    #[serde(default)]
    section: Vec<Section>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Relation {
    code: Option<String>,
    target_reference: Option<Reference>,
    target_identifier: Option<Identifier>,
}

#[derive(Deserialize)]
struct Event {
    period: Option<Period>,
}

/// Nested only as deep as the JSON reader goes (128).
#[derive(Deserialize)]
struct Section {
    title: Option<String>,
    text: Option<Narrative>,
    #[serde(default, rename = "section")]
    inner: Vec<Self>,
}

/// A Composition.
pub(super) fn composition(raw: &RawValue, around: &Around<'_>) -> Read {
    let place = around.place;
    let told: Composition = serde_json::from_str(raw.get()).map_err(|e| no_json(&e, place))?;
    let others: Vec<Identifier> = told.identifier.into_iter().collect();
    let (id, name) = id("Composition", told.id.as_deref(), &others, around)?;
    let read = || -> Read {
        let status = told.status.as_deref().and_then(status);
        let mut parts = Vec::new();
        for section in &told.section {
            narrate(section, place, &mut parts)?;
        }
        if parts.is_empty() {
            let whole = told.text.as_ref().map(|t| t.text(place)).transpose()?;
            parts.extend(whole.filter(|t| !t.is_empty()));
        }
        if parts.is_empty() && status != Some(Status::Withdrawn) {
            return Err(Fault::new(place, "empty", "empty, there is no text in it"));
        }
        if let Some(title) = told.title.as_deref().filter(|t| !t.trim().is_empty()) {
            parts.insert(0, title.trim().to_owned());
        }
        let relation = told.relates_to.iter().find_map(|relation| {
            let by_name = relation
                .target_reference
                .as_ref()
                .and_then(Reference::target);
            let by_value = relation.target_identifier.as_ref();
            let target = by_name.or_else(|| by_value?.value.as_deref().map(Name::plain))?;
            link(relation.code.as_deref()?, target, "Composition")
        });
        let mut starts = told.event.iter();
        let start = starts.find_map(|e| e.period.as_ref()?.start.as_deref());
        let status = match relation {
            Some(Link::Replaces(_)) => changed(status),
            _ => status,
        };
        Ok(Version {
            text: parts.join("\n\n"),
            date: date(start, place)?,
            author: author(&told.author),
            passthrough: rest(
                "Composition",
                told.subject.as_ref(),
                told.encounter.as_ref(),
            ),
            id: id.clone(),
            name,
            sent: None,
            place: place.to_owned(),
            status,
            link: relation.unwrap_or(Link::Whole),
        })
    };
    read().map_err(|fault| fault.of(&id))
}

/// A section as "TITLE:" and its text, then those within it.
fn narrate(section: &Section, place: &str, parts: &mut Vec<String>) -> Result<(), Fault> {
    let text = section.text.as_ref().map(|t| t.text(place)).transpose()?;
    let text = text.unwrap_or_default();
    let title = section.title.as_deref().unwrap_or_default().trim();
    let title = title.trim_end_matches(':');
    match (title.is_empty(), text.is_empty()) {
        (false, false) => parts.push(format!("{title}:\n{text}")),
        (false, true) if !section.inner.is_empty() => parts.push(format!("{title}:")),
        (true, false) => parts.push(text),
        _ => {}
    }
    for inner in &section.inner {
        narrate(inner, place, parts)?;
    }
    Ok(())
}
