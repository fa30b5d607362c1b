//! What goes back to the browser: a page, a redirection, a file; and what a refusal looks like. The headers that every
//! answer has are added in one place.

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Response, StatusCode, header},
};
use maud::Markup;

/// What may be loaded by a page, and from where: from this server alone, no script or style in the page itself.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
     form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'";

/// An answer.
#[derive(Debug)]
pub struct Answer {
    status: StatusCode,
    kind: &'static str,
    body: Vec<u8>,
    headers: Vec<(HeaderName, String)>,
}

impl Answer {
    /// A page.
    #[must_use]
    pub fn page(markup: Markup) -> Self {
        Self::file(
            "text/html; charset=utf-8",
            markup.into_string().into_bytes(),
        )
    }

    /// Another page, which the browser is to get.
    #[must_use]
    pub fn to(path: impl Into<String>) -> Self {
        let mut answer = Self::file("text/plain; charset=utf-8", Vec::new());
        answer.status = StatusCode::SEE_OTHER;
        answer.with(header::LOCATION, path)
    }

    /// A file of some media type.
    #[must_use]
    pub fn file(kind: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: StatusCode::OK,
            kind,
            body: body.into(),
            headers: Vec::new(),
        }
    }

    /// JSON that is written already.
    #[must_use]
    pub fn json(text: impl Into<String>) -> Self {
        Self::file("application/json", text.into().into_bytes())
    }

    /// A file to be kept under a name; the name must be of letters, digits, `-` and `.` alone.
    #[must_use]
    pub fn download(self, name: &str) -> Self {
        self.with(
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        )
    }

    /// The same with another status.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// The same with a header more.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// As it is sent, with the headers that every answer has.
    pub(super) fn send(self, secure: bool) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        let fixed = [
            (header::CONTENT_TYPE, self.kind),
            (header::CONTENT_SECURITY_POLICY, POLICY),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::X_FRAME_OPTIONS, "DENY"),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::CACHE_CONTROL, "no-store"),
            (
                HeaderName::from_static("cross-origin-opener-policy"),
                "same-origin",
            ),
            (
                HeaderName::from_static("cross-origin-resource-policy"),
                "same-origin",
            ),
            (
                HeaderName::from_static("permissions-policy"),
                "camera=(), geolocation=(), microphone=()",
            ),
        ];
        for (name, value) in fixed {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if secure {
            headers.insert(
                header::STRICT_TRANSPORT_SECURITY,
                HeaderValue::from_static("max-age=63072000"),
            );
        }
        for (name, value) in self.headers {
            // A value that cannot stand in a header is left out; none of ours is such a one.
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.append(name, value);
            }
        }
        response
    }
}
