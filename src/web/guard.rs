//! Cookies, the tokens of forms, and the names the server answers to.

use axum::http::{HeaderMap, header};
use cookie::Cookie;

use super::Server;
use crate::queue::{
    Outcome,
    secret::{self, is_same},
    sessions::LONGEST,
    time::SECOND,
};

impl Server {
    /// The name of the session's cookie. Browsers bind the prefix to TLS and to this very host.
    pub(super) fn session_cookie(&self) -> &'static str {
        if self.secure {
            "__Host-ivus"
        } else {
            "ivus-session"
        }
    }

    /// The name of the cookie that goes with the forms of those who have not come in.
    pub(super) fn visitor_cookie(&self) -> &'static str {
        if self.secure {
            "__Host-ivus-visitor"
        } else {
            "ivus-visitor"
        }
    }

    /// A cookie that no script reads and no other site sends.
    pub(super) fn cookie(&self, name: &str, value: &str) -> String {
        let seconds = if value.is_empty() {
            0
        } else {
            LONGEST / SECOND
        };
        let secure = if self.secure { "; Secure" } else { "" };
        format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
    }

    /// A new visitor: the cookie's value and the token of the form.
    pub(super) fn visitor(&self) -> Outcome<(String, String)> {
        let visitor = secret::token()?;
        let token = self.key.sign(&visitor);
        Ok((visitor, token))
    }

    /// Whether a form's token belongs to the visitor who sends it.
    pub(super) fn is_visitor(&self, visitor: Option<&str>, token: &str) -> bool {
        visitor.is_some_and(|v| is_same(&self.key.sign(v), token))
    }

    /// Whether a request is for this server by a name it has; others may be a trick to reach it from a foreign page.
    pub(super) fn is_host(&self, headers: &HeaderMap) -> bool {
        let Some(hosts) = &self.hosts else {
            return true;
        };
        let asked = text(headers, &header::HOST).unwrap_or_default();
        hosts.iter().any(|h| h.eq_ignore_ascii_case(asked))
    }

    /// Whether a request that changes something comes from a page of this server, as far as the browser says.
    pub(super) fn is_own_page(&self, headers: &HeaderMap) -> bool {
        // Pages that send no referrer have forms without an origin ("null"); browsers of today say this instead.
        if let Some(site) = headers.get("sec-fetch-site") {
            return site.as_bytes() == b"same-origin";
        }
        let Some(origin) = text(headers, &header::ORIGIN) else {
            return true;
        };
        let host = text(headers, &header::HOST).unwrap_or_default();
        let scheme = if self.secure { "https" } else { "http" };
        origin.eq_ignore_ascii_case(&format!("{scheme}://{host}"))
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|v| v.to_str().ok())
}

/// By what name the server was asked; of letters that stand in names and addresses alone.
pub(super) fn host(headers: &HeaderMap) -> String {
    let asked = text(headers, &header::HOST).unwrap_or_default();
    let fit = |c: &char| c.is_ascii_alphanumeric() || ".-:[]".contains(*c);
    asked.chars().filter(fit).take(255).collect()
}

/// The value of a cookie.
pub(super) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(Cookie::split_parse)
        .flatten()
        .find(|c| c.name() == name)
        .map(|c| c.value().to_owned())
}
