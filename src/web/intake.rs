//! Reports from other programs: `POST /intake` with a token, the body in any form that the program reads, the answer as JSON with
//! what became of each report. The same body again changes nothing.

use std::{collections::BTreeSet, path::Path};

use axum::http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};

use super::{
    Server,
    answer::Answer,
    ask::Ask,
    dispatch::incident,
    taking::{Taking, UNNAMED},
};
use crate::{
    intake::Fault,
    queue::{Outcome, Refusal, Tally, audit::Event},
};

/// Media types with the ending under which files of the kind go; what they hold tells more than what they are called.
const KINDS: &[(&str, &str)] = &[
    ("", "txt"),
    ("application/octet-stream", "txt"),
    ("text/plain", "txt"),
    ("text/csv", "csv"),
    ("application/json", "json"),
    ("application/fhir+json", "json"),
    ("application/x-ndjson", "jsonl"),
    ("application/ndjson", "jsonl"),
    ("application/jsonl", "jsonl"),
    ("application/fhir+ndjson", "jsonl"),
    ("application/hl7-v2", "hl7"),
    ("application/hl7-v2+er7", "hl7"),
    ("x-application/hl7-v2+er7", "hl7"),
    ("text/rtf", "rtf"),
    ("application/rtf", "rtf"),
    ("application/pdf", "pdf"),
    ("application/xml", "xml"),
    ("text/xml", "xml"),
    ("application/hl7-cda+xml", "xml"),
    (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "docx",
    ),
    ("application/vnd.apache.parquet", "parquet"),
];

/// The token of a request: `Authorization: Bearer …`.
pub(super) fn token(headers: &HeaderMap) -> Option<&str> {
    let told = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = told.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// A refusal in the form that programs read.
pub(super) fn refused(server: &Server, refusal: &Refusal) -> Answer {
    let status = match refusal {
        Refusal::Denied => {
            let words = "a token is needed: Authorization: Bearer ivus-…; an administrator makes one under People, or with \
                         ivus queue token add";
            return told(StatusCode::UNAUTHORIZED, words)
                .with(header::WWW_AUTHENTICATE, "Bearer realm=\"ivus\"");
        }
        Refusal::Unknown => StatusCode::NOT_FOUND,
        Refusal::Invalid(_) | Refusal::Doubts(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::Conflict(_) => StatusCode::CONFLICT,
        Refusal::Wait(seconds) => {
            return told(StatusCode::TOO_MANY_REQUESTS, &refusal.to_string())
                .with(header::RETRY_AFTER, seconds.to_string());
        }
        Refusal::Busy => {
            return told(StatusCode::SERVICE_UNAVAILABLE, &refusal.to_string())
                .with(header::RETRY_AFTER, "2");
        }
        Refusal::ReadOnly(words) | Refusal::Broken(words) => {
            // Why it is locked is nothing to those who send.
            let locked = matches!(server.desk.locked(), Ok(Some(_)));
            let words = if locked {
                "the queue is locked; send it again later"
            } else {
                words
            };
            return told(StatusCode::SERVICE_UNAVAILABLE, words).with(header::RETRY_AFTER, "60");
        }
        Refusal::Fault(words) => {
            let incident = incident();
            (server.log)(&format!("incident {incident}: {words}"));
            let words = format!("something failed here; incident {incident}");
            return told(StatusCode::INTERNAL_SERVER_ERROR, &words);
        }
    };
    told(status, &refusal.to_string())
}

/// An error in the form that programs read.
pub(super) fn told(status: StatusCode, words: &str) -> Answer {
    Answer::json(json!({ "error": words }).to_string()).status(status)
}

/// Takes reports in.
pub(super) fn take(ask: &Ask<'_>) -> Outcome<Answer> {
    let kind = ask.kind.split(';').next().unwrap_or_default().trim();
    let known = KINDS.iter().find(|(k, _)| k.eq_ignore_ascii_case(kind));
    let Some((_, ending)) = known else {
        let words = "this media type is not read; send the report itself (curl --data-binary @FILE) as text/plain, text/csv, \
                     application/x-ndjson, application/fhir+json, application/hl7-v2, or as a document";
        return Ok(told(StatusCode::UNSUPPORTED_MEDIA_TYPE, words));
    };
    if ask.body.is_empty() {
        return Err(Refusal::invalid("nothing was sent"));
    }
    let id = ask.param("id");
    if id.contains(['/', '\\']) {
        return Err(Refusal::invalid("an id holds no slashes"));
    }
    let name = if id.is_empty() { UNNAMED } else { id };
    let mut taken = Taking::new(
        ask,
        (ask.param("site"), ask.param("physician")),
        ask.actor().name.clone(),
    );
    taken.file(Path::new(&format!("{name}.{ending}")), &ask.body)?;
    noted(ask, &taken.failed)?;
    Ok(answer(taken.tally, taken.failed))
}

/// Notes what could not be used, by the kinds of what is wrong alone.
fn noted(ask: &Ask<'_>, failed: &[Fault]) -> Outcome<()> {
    if failed.is_empty() {
        return Ok(());
    }
    let kinds: BTreeSet<&str> = failed.iter().map(|f| f.kind.as_str()).collect();
    let kinds: Vec<&str> = kinds.into_iter().collect();
    let event = Event {
        outcome: "failed",
        ..Event::done("receive", "message")
    };
    let words = format!(
        "{} of what it sent at once; {}",
        failed.len(),
        kinds.join(", ")
    );
    ask.desk().note(ask.actor(), &event.with(words))
}

/// 200 when anything was taken, 422 when nothing could be.
fn answer(tally: Tally, failed: Vec<Fault>) -> Answer {
    let Tally {
        new,
        known,
        changed,
        withdrawn,
        absent,
    } = tally;
    let none = tally == Tally::default() && !failed.is_empty();
    let told = |f: Fault| json!({ "id": f.id, "place": f.place, "kind": f.kind, "cause": f.cause });
    let failed: Vec<Value> = failed.into_iter().map(told).collect();
    let body = json!({
        "new": new, "changed": changed, "known": known, "withdrawn": withdrawn, "absent": absent, "failed": failed,
    });
    let status = if none {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Answer::json(body.to_string() + "\n").status(status)
}
