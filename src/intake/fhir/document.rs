//! `DocumentReference` and `DiagnosticReport`: the text is an attachment, a narrative or a conclusion.

use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};

use super::{
    super::{
        Fault, Status,
        names::Name,
        version::{Link, Version, changed, keep},
    },
    Around, Read, no_json,
    resource::{Attachment, Identifier, Narrative, Period, Reference, author, date, id, status},
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DocumentReference {
    id: Option<String>,
    master_identifier: Option<Identifier>,
    #[serde(default)]
    identifier: Vec<Identifier>,
    status: Option<String>,
    doc_status: Option<String>,
    subject: Option<Reference>,
    #[serde(default)]
    author: Vec<Reference>,
    #[serde(default)]
    relates_to: Vec<Relation>,
    #[serde(default)]
    content: Vec<Content>,
    context: Option<Context>,
}

#[derive(Deserialize)]
struct Content {
    attachment: Attachment,
}

#[derive(Deserialize)]
struct Relation {
    code: Option<String>,
    target: Option<Reference>,
}

#[derive(Deserialize)]
struct Context {
    #[serde(default)]
    encounter: Vec<Reference>,
    period: Option<Period>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DiagnosticReport {
    id: Option<String>,
    #[serde(default)]
    identifier: Vec<Identifier>,
    status: Option<String>,
    subject: Option<Reference>,
    encounter: Option<Reference>,
    effective_date_time: Option<String>,
    effective_period: Option<Period>,
    #[serde(default)]
    performer: Vec<Reference>,
    #[serde(default)]
    results_interpreter: Vec<Reference>,
    text: Option<Narrative>,
    conclusion: Option<String>,
    #[serde(default)]
    presented_form: Vec<Attachment>,
}

/// A `DocumentReference`.
pub(super) fn reference(raw: &RawValue, around: &Around<'_>) -> Read {
    let place = around.place;
    let told: DocumentReference =
        serde_json::from_str(raw.get()).map_err(|e| no_json(&e, place))?;
    let others = told.master_identifier.into_iter().chain(told.identifier);
    let others = others.collect::<Vec<_>>();
    let (id, name) = id("DocumentReference", told.id.as_deref(), &others, around)?;
    let read = || -> Read {
        let codes = [&told.status, &told.doc_status];
        let status = codes.into_iter().flatten().filter_map(|c| status(c));
        // Taken back in one of the two is taken back.
        let status = status.max_by_key(|s| *s == Status::Withdrawn);
        let (link, status) = match relation(&told.relates_to) {
            Some(link @ Link::Replaces(_)) => (link, changed(status)),
            Some(link) => (link, status),
            None => (Link::Whole, status),
        };
        let attachments = told.content.iter().map(|c| &c.attachment);
        let context = told.context.as_ref();
        let start = context.and_then(|c| c.period.as_ref()?.start.as_deref());
        let visit = context.and_then(|c| c.encounter.first());
        Ok(Version {
            text: first_text(attachments, status, around)?,
            date: date(start, place)?,
            author: author(&told.author),
            passthrough: rest("DocumentReference", told.subject.as_ref(), visit),
            id: id.clone(),
            name,
            sent: None,
            place: place.to_owned(),
            status,
            link,
        })
    };
    read().map_err(|fault| fault.of(&id))
}

/// A `DiagnosticReport`.
pub(super) fn diagnostic_report(raw: &RawValue, around: &Around<'_>) -> Read {
    let place = around.place;
    let told: DiagnosticReport = serde_json::from_str(raw.get()).map_err(|e| no_json(&e, place))?;
    let (id, name) = id(
        "DiagnosticReport",
        told.id.as_deref(),
        &told.identifier,
        around,
    )?;
    let read = || -> Read {
        let status = told.status.as_deref().and_then(status);
        let forms = told.presented_form.iter();
        let text = if forms.len() > 0 {
            first_text(forms, status, around)?
        } else {
            let narrative = told.text.as_ref().map(|t| t.text(place)).transpose()?;
            let narrative = narrative.filter(|t| !t.is_empty());
            narrative.or(told.conclusion).unwrap_or_default()
        };
        if text.trim().is_empty() && status != Some(Status::Withdrawn) {
            return Err(Fault::new(place, "empty", "empty, there is no text in it"));
        }
        let period = told
            .effective_period
            .as_ref()
            .and_then(|p| p.start.as_deref());
        Ok(Version {
            date: date(told.effective_date_time.as_deref().or(period), place)?,
            author: author(&told.results_interpreter).or_else(|| author(&told.performer)),
            passthrough: rest(
                "DiagnosticReport",
                told.subject.as_ref(),
                told.encounter.as_ref(),
            ),
            id: id.clone(),
            name,
            sent: None,
            place: place.to_owned(),
            text,
            status,
            link: Link::Whole,
        })
    };
    read().map_err(|fault| fault.of(&id))
}

/// The text of the plainest attachment that can be read; of a document that was taken back it may be missing.
fn first_text<'a>(
    attachments: impl Iterator<Item = &'a Attachment>,
    status: Option<Status>,
    around: &Around<'_>,
) -> Result<String, Fault> {
    let mut attachments: Vec<_> = attachments.collect();
    attachments.sort_by_key(|a| a.rank());
    let mut failed = None;
    for attachment in attachments {
        match attachment.text(around) {
            Ok(text) => return Ok(text),
            Err(fault) => failed = failed.or(Some(fault)),
        }
    }
    match (status, failed) {
        (Some(Status::Withdrawn), _) => Ok(String::new()),
        (_, Some(fault)) => Err(fault),
        (_, None) => Err(Fault::new(
            around.place,
            "empty",
            "empty, there is no text in it",
        )),
    }
}

/// What a document does to another.
fn relation(relations: &[Relation]) -> Option<Link> {
    relations.iter().find_map(|relation| {
        let target = relation.target.as_ref()?.target()?;
        link(relation.code.as_deref()?, target, "DocumentReference")
    })
}

/// What the code of a relation says. A target without a type is of the same type.
pub(super) fn link(code: &str, mut target: Name, kind: &str) -> Option<Link> {
    if target.kind.is_empty() {
        kind.clone_into(&mut target.kind);
    }
    match code {
        "replaces" => Some(Link::Replaces(target)),
        "appends" => Some(Link::Appends(target)),
        _ => None,
    }
}

/// What else is worth keeping of a resource.
pub(super) fn rest(
    kind: &str,
    patient: Option<&Reference>,
    visit: Option<&Reference>,
) -> Map<String, Value> {
    let mut rest = Map::new();
    keep(&mut rest, "resource", kind);
    for (name, reference) in [("patient", patient), ("visit", visit)] {
        let told = reference.and_then(|r| r.name.as_deref());
        keep(&mut rest, name, told.unwrap_or_default());
    }
    rest
}
