//! FHIR R4: resources that hold a report, alone, in a Bundle, or one a line. Only what is needed of a resource is read.

mod composition;
mod document;
mod resource;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    Fault,
    embedded::PdfReader,
    order::Sent,
    version::{Version, keep},
};
use resource::Head;

type Read = Result<Version, Fault>;

/// How deep Bundles may lie in Bundles.
const DEEPEST: usize = 4;

/// A Bundle with its entries unread, so that one that cannot be read does not take the others with it.
#[derive(Deserialize)]
struct Bundle<'a> {
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(borrow, default)]
    entry: Vec<Entry<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    full_url: Option<String>,
    #[serde(borrow)]
    resource: Option<&'a RawValue>,
}

/// Data that an attachment only links to.
#[derive(Deserialize)]
struct Binary {
    id: Option<String>,
    data: Option<String>,
}

/// What can be said of all resources of a file.
struct Around<'a> {
    place: &'a str,
    /// What a resource is called that has no id.
    unnamed: &'a str,
    /// The Binary resources beside it, by the name others call them.
    beside: &'a [(String, &'a RawValue)],
    pdf_reader: &'a PdfReader,
}

/// The versions that the resources of a text tell of, which may stand one behind the other; none when no resource is of a
/// kind that holds a report.
pub(super) fn versions(
    text: &str,
    place: &str,
    unnamed: &str,
    pdf_reader: &PdfReader,
) -> Vec<Read> {
    let mut found = Vec::new();
    let around = Around {
        place,
        unnamed,
        beside: &[],
        pdf_reader,
    };
    for raw in serde_json::Deserializer::from_str(text).into_iter::<&RawValue>() {
        match raw {
            Ok(raw) => found.extend(resource(raw, &around, DEEPEST)),
            Err(e) => {
                found.push(Err(no_json(&e, place)));
                break;
            }
        }
    }
    found
}

/// The message of the JSON reader may quote the text, so only the place is told.
fn no_json(error: &serde_json::Error, place: &str) -> Fault {
    let cause = format!(
        "no FHIR resource that can be read (at line {}, column {})",
        error.line(),
        error.column()
    );
    Fault::new(place, "bad-json", cause)
}

fn resource(raw: &RawValue, around: &Around<'_>, depth: usize) -> Vec<Read> {
    let head: Head = match serde_json::from_str(raw.get()) {
        Ok(head) => head,
        Err(e) => return vec![Err(no_json(&e, around.place))],
    };
    let sent = |mut read: Read| {
        if let Ok(version) = &mut read {
            let updated = head.last_updated().unwrap_or_default();
            keep(&mut version.passthrough, "sent", updated);
            version.sent = Sent::read(updated);
        }
        vec![read]
    };
    match head.resource_type.as_str() {
        "DocumentReference" => sent(document::reference(raw, around)),
        "DiagnosticReport" => sent(document::diagnostic_report(raw, around)),
        "Composition" => sent(composition::composition(raw, around)),
        "Bundle" if depth == 0 => {
            let cause = "Bundles in Bundles, too deep";
            vec![Err(Fault::new(around.place, "bad-json", cause))]
        }
        "Bundle" => bundle(raw, around, depth - 1),
        _ => Vec::new(),
    }
}

/// The reports of a Bundle; of a document its Composition alone, to which the other resources belong.
fn bundle(raw: &RawValue, around: &Around<'_>, depth: usize) -> Vec<Read> {
    let bundle: Bundle<'_> = match serde_json::from_str(raw.get()) {
        Ok(bundle) => bundle,
        Err(e) => return vec![Err(no_json(&e, around.place))],
    };
    let beside = beside(&bundle);
    let is_document = bundle.kind.as_deref() == Some("document");
    let mut found = Vec::new();
    for (n, entry) in bundle.entry.iter().enumerate() {
        let Some(raw) = entry.resource else { continue };
        let place = format!("{}#{}", around.place, n + 1);
        let unnamed = format!("{}#{}", around.unnamed, n + 1);
        let inner = Around {
            place: &place,
            unnamed: &unnamed,
            beside: &beside,
            pdf_reader: around.pdf_reader,
        };
        found.extend(resource(raw, &inner, depth));
        if is_document && !found.is_empty() {
            break;
        }
    }
    found
}

/// The Binary resources of a Bundle by all names that attachments use for them.
fn beside<'a>(bundle: &Bundle<'a>) -> Vec<(String, &'a RawValue)> {
    let mut beside = Vec::new();
    for entry in &bundle.entry {
        let Some(raw) = entry.resource else { continue };
        let head = serde_json::from_str::<Head>(raw.get());
        if !head.is_ok_and(|h| h.resource_type == "Binary") {
            continue;
        }
        if let Some(url) = &entry.full_url {
            beside.push((url.clone(), raw));
        }
        if let Ok(Binary { id: Some(id), .. }) = serde_json::from_str(raw.get()) {
            beside.push((format!("Binary/{id}"), raw));
        }
    }
    beside
}
