//! Reads what a form sends, by its media type; nothing else is taken.

use axum::{
    Form,
    body::{Body, Bytes},
    extract::{FromRequest, Multipart},
    http::{Request, header},
};

use super::ask::Sent;
use crate::queue::{Outcome, Refusal};

/// Files in one form.
const MOST_FILES: usize = 500;

/// What a form sent.
#[derive(Default)]
pub(super) struct Filled {
    pub(super) fields: Vec<(String, String)>,
    pub(super) files: Vec<Sent>,
}

/// Reads a form; other media types are refused.
pub(super) async fn read(kind: &str, body: Bytes) -> Outcome<Filled> {
    let request = Request::post("/")
        .header(header::CONTENT_TYPE, kind)
        .body(Body::from(body))
        .map_err(|_| broken())?;
    if kind.starts_with("application/x-www-form-urlencoded") {
        let Form(fields) = Form::<Vec<(String, String)>>::from_request(request, &())
            .await
            .map_err(|_| broken())?;
        return Ok(Filled {
            fields,
            files: Vec::new(),
        });
    }
    if kind.starts_with("multipart/form-data") {
        return parts(request).await;
    }
    Err(Refusal::invalid(
        "this is no form; send application/x-www-form-urlencoded or multipart/form-data",
    ))
}

async fn parts(mut request: Request<Body>) -> Outcome<Filled> {
    // The whole body was limited when it was read.
    axum::extract::DefaultBodyLimit::disable().apply(&mut request);
    let mut parts = Multipart::from_request(request, &())
        .await
        .map_err(|_| broken())?;
    let mut filled = Filled::default();
    while let Some(part) = parts.next_field().await.map_err(|_| broken())? {
        let name = part.name().unwrap_or_default().to_owned();
        if let Some(file) = part.file_name().map(str::to_owned) {
            let bytes = part.bytes().await.map_err(|_| broken())?.to_vec();
            if file.is_empty() && bytes.is_empty() {
                continue;
            }
            if filled.files.len() == MOST_FILES {
                return Err(Refusal::Invalid(format!(
                    "more than {MOST_FILES} files; send fewer at a time, or use `ivus queue import`"
                )));
            }
            filled.files.push(Sent { name: file, bytes });
        } else {
            let text = part.text().await.map_err(|_| broken())?;
            filled.fields.push((name, text));
        }
    }
    Ok(filled)
}

fn broken() -> Refusal {
    Refusal::invalid("the form cannot be read; load the page again")
}
