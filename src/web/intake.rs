//! Reports from other programs: `POST /intake` with a token, the body in any form that the program reads, the answer as JSON with
//! what became of each report. The same body again changes nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use axum::http::{HeaderMap, StatusCode, header};
use serde_json::{Value, json};

use super::{Server, answer::Answer, ask::Ask, dispatch::incident};
use crate::{
    intake::{self, Columns, Fault, Items, Listing, Telling},
    queue::{Outcome, Parcel, Refusal, Tally, audit::Event, reports::Incoming},
};

/// What reports are called until they are named; ids that begin like it are none.
const UNNAMED: &str = "-unnamed-";

/// Reports brought in with one transaction.
const CHUNK: usize = 64;

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
        Refusal::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::Conflict(_) => StatusCode::CONFLICT,
        Refusal::Wait(seconds) => {
            return told(StatusCode::TOO_MANY_REQUESTS, &refusal.to_string())
                .with(header::RETRY_AFTER, seconds.to_string());
        }
        Refusal::Busy => {
            return told(StatusCode::SERVICE_UNAVAILABLE, &refusal.to_string())
                .with(header::RETRY_AFTER, "2");
        }
        Refusal::ReadOnly(words) => {
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
    let listing = Listing::of_bytes(Path::new(&format!("{name}.{ending}")), &ask.body);
    let mut taken = Taken::default();
    let reader = &ask.server.pdf_reader;
    match intake::tell(&listing, reader) {
        Some(tellings) => taken.messages(ask, tellings)?,
        None => taken.records(
            ask,
            Items::new(listing, Columns::default()).with_pdf_reader(reader.as_deref()),
        )?,
    }
    taken.noted(ask)?;
    Ok(taken.answer())
}

/// What became of what was sent.
#[derive(Default)]
struct Taken {
    tally: Tally,
    failed: Vec<Value>,
}

impl Taken {
    /// One report a record. One that cannot be used does not keep the others out.
    fn records(&mut self, ask: &Ask<'_>, items: Items) -> Outcome<()> {
        let mut chunk = Vec::new();
        for item in items {
            match item.load() {
                Ok(record) if record.id.starts_with(UNNAMED) => {
                    let cause = "the report has no id; send one in the column `id`, or behind the address as ?id=…";
                    self.fail(Fault::new(record.place, "no-id", cause));
                }
                Ok(record) => {
                    let place = record.place.clone();
                    match Incoming::of(record, &site(ask), ask.param("physician"))
                        .within(&ask.actor)
                        .checked()
                    {
                        Ok(one) => chunk.push(Incoming {
                            source: source(ask),
                            ..one
                        }),
                        Err(refusal) => {
                            self.fail(Fault::new(place, "unusable", refusal.to_string()));
                        }
                    }
                }
                Err(fault) => self.fail(fault),
            }
            if chunk.len() == CHUNK {
                self.tally += ask
                    .desk()
                    .import_all(&ask.actor, std::mem::take(&mut chunk))?;
            }
        }
        self.tally += ask.desk().import_all(&ask.actor, chunk)?;
        Ok(())
    }

    /// Messages, settled with those that came before.
    fn messages(&mut self, ask: &Ask<'_>, tellings: Vec<Result<Telling, Fault>>) -> Outcome<()> {
        let mut by_site: BTreeMap<String, Vec<Telling>> = BTreeMap::new();
        for telling in tellings {
            match telling {
                Ok(telling) => {
                    let told = telling.columns().get("facility").and_then(Value::as_str);
                    let site = match (&ask.actor.site, told, site(ask)) {
                        (Some(own), ..) => own.clone(),
                        (None, Some(told), typed) if typed.is_empty() => told.to_owned(),
                        (None, _, typed) => typed,
                    };
                    by_site.entry(site).or_default().push(telling);
                }
                Err(fault) => self.fail(fault),
            }
        }
        for (site, tellings) in by_site {
            for chunk in tellings.chunks(CHUNK) {
                match self.parcel(ask, &site, chunk) {
                    // One of them cannot be used; the others can.
                    Err(Refusal::Invalid(_)) => self.one_by_one(ask, &site, chunk)?,
                    done => done?,
                }
            }
        }
        Ok(())
    }

    fn one_by_one(&mut self, ask: &Ask<'_>, site: &str, tellings: &[Telling]) -> Outcome<()> {
        for one in tellings {
            match self.parcel(ask, site, std::slice::from_ref(one)) {
                Err(Refusal::Invalid(words)) => {
                    self.fail(Fault::new("", "unusable", words).of(one.document()));
                }
                done => done?,
            }
        }
        Ok(())
    }

    fn parcel(&mut self, ask: &Ask<'_>, site: &str, tellings: &[Telling]) -> Outcome<()> {
        let parcel = Parcel {
            mark: None,
            site: site.to_owned(),
            physician: ask.param("physician").to_owned(),
            source: source(ask),
            tellings: tellings.to_vec(),
        };
        self.tally += ask.desk().receive(&ask.actor, &parcel)?.tally;
        Ok(())
    }

    fn fail(&mut self, fault: Fault) {
        let place = fault.place.replace(UNNAMED, "body");
        let id = fault.id.filter(|id| !id.starts_with(UNNAMED));
        self.failed.push(json!({ "id": id, "place": place, "kind": fault.kind, "cause": fault.cause.replace(UNNAMED, "body") }));
    }

    /// Notes what could not be used, by the kinds of what is wrong alone.
    fn noted(&self, ask: &Ask<'_>) -> Outcome<()> {
        if self.failed.is_empty() {
            return Ok(());
        }
        let kinds = self.failed.iter().filter_map(|f| f["kind"].as_str());
        let kinds: BTreeSet<&str> = kinds.collect();
        let kinds: Vec<&str> = kinds.into_iter().collect();
        let failed = Event {
            outcome: "failed",
            ..Event::done("receive", "message")
        };
        let words = format!(
            "{} of what it sent at once; {}",
            self.failed.len(),
            kinds.join(", ")
        );
        ask.desk().note(ask.actor(), &failed.with(words))
    }

    /// 200 when anything was taken, 422 when nothing could be.
    fn answer(self) -> Answer {
        let Tally {
            new,
            known,
            changed,
            withdrawn,
            absent,
        } = self.tally;
        let none = self.tally == Tally::default() && !self.failed.is_empty();
        let body = json!({
            "new": new, "changed": changed, "known": known, "withdrawn": withdrawn, "absent": absent, "failed": self.failed,
        });
        let status = if none {
            StatusCode::UNPROCESSABLE_ENTITY
        } else {
            StatusCode::OK
        };
        Answer::json(body.to_string() + "\n").status(status)
    }
}

/// The site of reports that tell none; that of the sender, where it has one.
fn site(ask: &Ask<'_>) -> String {
    let own = ask.actor.site.clone();
    own.unwrap_or_else(|| ask.param("site").to_owned())
}

fn source(ask: &Ask<'_>) -> String {
    ask.actor.name.clone()
}
