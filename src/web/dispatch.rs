//! The way of each request: name of the server, session, right, size, form token; then the page function, on a thread of its
//! own, since the store and the reading of reports do not wait. Nothing is read of a body before the right is known.

use std::{cell::OnceCell, net::SocketAddr, sync::Arc};

use axum::{
    body::{Body, to_bytes},
    extract::{ConnectInfo, FromRequestParts, Query, RawPathParams, Request},
    http::{HeaderMap, Method, Response, StatusCode, header, request::Parts},
};

use super::{
    Server,
    answer::Answer,
    ask::Ask,
    forms::{self, Filled},
    guard, intake, layout,
    routes::{Access, Route},
    strangers::Lack,
};
use crate::queue::{
    Actor, Outcome, Refusal, Right,
    audit::Event,
    secret::{self, is_same},
    sessions::Session,
};

/// Bytes of a form that are read without a session, to be given back.
const MOST_TYPED: usize = 64 << 10;

/// Who sent a request.
struct Sender {
    actor: Actor,
    session: Option<Session>,
    token: Option<String>,
    visitor: Option<String>,
}

/// Answers a request to a route.
pub(super) async fn answer(
    server: Arc<Server>,
    route: &'static Route,
    request: Request,
) -> Response<Body> {
    let (mut parts, body) = request.into_parts();
    let secure = server.secure;
    if route.access == Access::Token {
        let answered = send(&server, route, &mut parts, body).await;
        let answer = answered.unwrap_or_else(|refusal| intake::refused(&server, &refusal));
        return answer.send(secure);
    }
    let mut body = Some(body);
    let answered = match enter(&server, route, &mut parts, &mut body).await {
        Ok(sender) => act(&server, route, &mut parts, body.unwrap_or_default(), sender).await,
        Err(answer) => Ok(answer),
    };
    let answer = answered
        .unwrap_or_else(|refusal| layout::refused(&server, None, parts.uri.path(), &refusal));
    answer.send(secure)
}

/// Answers a request to no route.
pub(super) fn unknown(server: &Server, request: &Request) -> Response<Body> {
    layout::refused(server, None, request.uri().path(), &Refusal::Unknown).send(server.secure)
}

/// Answers a program: its token is seen to before any of the body is read. No form, no cookie, and no page of any site can send
/// a token, so nothing of these is looked at.
async fn send(
    server: &Arc<Server>,
    route: &'static Route,
    parts: &mut Parts,
    body: Body,
) -> Outcome<Answer> {
    if !server.is_host(&parts.headers) {
        turn_away(server, &Actor::nobody(origin(parts)), Lack::Host, route).await;
        let words = "this address is not known here; use the one that was printed at the start";
        return Ok(intake::told(StatusCode::MISDIRECTED_REQUEST, words));
    }
    let token = intake::token(&parts.headers).map(str::to_owned);
    let (entrance, from) = (server.clone(), origin(parts));
    let actor = blocking(move || entrance.desk.sender(token.as_deref(), &from)).await?;
    let Ok(bytes) = to_bytes(body, route.most).await else {
        let words = format!(
            "larger than {} MiB, or it did not come whole; send less at a time",
            route.most >> 20
        );
        return Ok(intake::told(StatusCode::PAYLOAD_TOO_LARGE, &words));
    };
    let kind = parts.headers.get(header::CONTENT_TYPE);
    let kind = kind
        .map_or(Ok(""), |v| v.to_str())
        .unwrap_or("unknown")
        .to_owned();
    let (query, host) = (query(parts), guard::host(&parts.headers));
    let server = server.clone();
    blocking(move || {
        (route.handle)(&Ask {
            server: &server,
            actor,
            session: None,
            token: None,
            at: route.path.to_owned(),
            path: Vec::new(),
            query,
            fields: Vec::new(),
            files: Vec::new(),
            body: bytes.to_vec(),
            kind,
            host,
            lock: OnceCell::new(),
        })
    })
    .await
}

/// The address a request comes from.
fn origin(parts: &Parts) -> String {
    let from = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    from.map_or_else(|| "unknown".to_owned(), |c| c.0.ip().to_string())
}

/// The parameters behind the `?`.
fn query(parts: &Parts) -> Vec<(String, String)> {
    Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map_or_else(|_| Vec::new(), |q| q.0)
}

/// What was typed into an ordinary form of ours whose session has ended, so that it can be given back. Nothing else is read.
async fn typed(server: &Server, parts: &Parts, body: Option<Body>) -> Vec<(String, String)> {
    let kind = parts.headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|v| v.to_str().ok()).unwrap_or_default();
    let is_form = kind.starts_with("application/x-www-form-urlencoded");
    let Some(body) = body.filter(|_| is_form && server.is_own_page(&parts.headers)) else {
        return Vec::new();
    };
    let Ok(bytes) = to_bytes(body, MOST_TYPED).await else {
        return Vec::new();
    };
    forms::read(kind, bytes)
        .await
        .map_or_else(|_| Vec::new(), |f| f.fields)
}

/// Sees who asks and whether they may, before any of the body is read; it is taken only to be given back.
async fn enter(
    server: &Arc<Server>,
    route: &'static Route,
    parts: &mut Parts,
    body: &mut Option<Body>,
) -> Result<Sender, Answer> {
    let refuse = |refusal: &Refusal| layout::refused(server, None, parts.uri.path(), refusal);
    if !server.is_host(&parts.headers) {
        turn_away(server, &Actor::nobody(origin(parts)), Lack::Host, route).await;
        let words = "this address is not known here; use the one that was printed at the start";
        return Err(refuse(&Refusal::invalid(words)).status(StatusCode::MISDIRECTED_REQUEST));
    }
    let origin = origin(parts);
    let token = guard::cookie(&parts.headers, server.session_cookie());
    let visitor = guard::cookie(&parts.headers, server.visitor_cookie());
    // Too short to be worth a thread of its own, but for the mark now and then.
    let found = match &token {
        Some(token) => server
            .desk
            .session(token, &origin)
            .map_err(|e| refuse(&e))?,
        None => None,
    };
    let (actor, session) = match found {
        Some((session, actor, old)) => {
            if let Some(token) = token.clone().filter(|_| old) {
                let server = server.clone();
                let marked = blocking(move || server.desk.seen(&token)).await;
                marked.map_err(|e| refuse(&e))?;
            }
            (actor, Some(session))
        }
        None => (Actor::nobody(origin), None),
    };
    let right = match route.access {
        Access::Anyone => None,
        // Programs come in by another way.
        Access::User | Access::Token => Some(None),
        Access::Right(right) => Some(Some(right)),
    };
    if right.is_some() && session.is_none() {
        turn_away(server, &actor, Lack::Session, route).await;
        return Err(if parts.method == Method::GET {
            Answer::to("/login")
        } else {
            layout::out(&typed(server, parts, body.take()).await)
        });
    }
    let lacks = session
        .as_ref()
        .is_some_and(|s| server.desk.lacks_factor(s));
    if lacks && matches!(route.access, Access::Right(_)) {
        turn_away(server, &actor, Lack::Factor, route).await;
        return Err(if parts.method == Method::GET {
            Answer::to("/second-factor")
        } else {
            refuse(&Refusal::Denied)
        });
    }
    // Refusing writes to the store, so it is for a thread that may wait.
    if let Some(Some(right)) = right
        && !actor.role.may(right)
    {
        let (noting, asking) = (server.clone(), actor.clone());
        let object = format!("{} {}", route.method, route.path);
        let denied = blocking(move || noting.desk.allow(&asking, right, "page", &object)).await;
        if let Err(refusal) = denied {
            return Err(turned_away(server, actor, session, parts, &refusal));
        }
    }
    Ok(Sender {
        actor,
        session,
        token,
        visitor,
    })
}

/// The page of a refusal for somebody who is in, with the way to all other pages.
fn turned_away(
    server: &Server,
    actor: Actor,
    session: Option<Session>,
    parts: &Parts,
    refusal: &Refusal,
) -> Answer {
    let ask = Ask {
        server,
        actor,
        session,
        token: None,
        at: parts.uri.path().to_owned(),
        path: Vec::new(),
        query: Vec::new(),
        fields: Vec::new(),
        files: Vec::new(),
        body: Vec::new(),
        kind: String::new(),
        host: guard::host(&parts.headers),
        lock: OnceCell::new(),
    };
    layout::refused(server, Some(&ask), &ask.at, refusal)
}

/// Reads the form, sees to its token, and calls the page function.
async fn act(
    server: &Arc<Server>,
    route: &'static Route,
    parts: &mut Parts,
    body: Body,
    sender: Sender,
) -> Outcome<Answer> {
    let filled = if route.method == Method::POST {
        let Ok(bytes) = to_bytes(body, route.most).await else {
            let words = format!(
                "What was sent is larger than {} KiB, or did not come whole.",
                route.most / 1024
            );
            return Ok(layout::error(
                StatusCode::PAYLOAD_TOO_LARGE,
                "Too large",
                &words,
            ));
        };
        let kind = parts
            .headers
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default();
        let known = ["application/x-www-form-urlencoded", "multipart/form-data"];
        if !known.iter().any(|k| kind.starts_with(k)) || !server.is_own_page(&parts.headers) {
            return forged(server, route, &sender).await;
        }
        let filled = forms::read(kind, bytes).await?;
        if !is_own_form(server, &parts.headers, &sender, &filled) {
            return forged(server, route, &sender).await;
        }
        filled
    } else {
        Filled::default()
    };
    let path = match RawPathParams::from_request_parts(parts, &()).await {
        Ok(found) => found
            .iter()
            .map(|(n, v)| (n.to_owned(), v.to_owned()))
            .collect(),
        Err(_) => Vec::new(),
    };
    let (query, host) = (query(parts), guard::host(&parts.headers));
    let _turn = match route.access {
        Access::Right(Right::LiveCheck) => server.readers.acquire().await.ok(),
        _ => None,
    };
    let (server, at) = (server.clone(), parts.uri.path().to_owned());
    blocking(move || {
        let ask = Ask {
            server: &server,
            actor: sender.actor,
            session: sender.session,
            token: sender.token,
            at,
            path,
            query,
            fields: filled.fields,
            files: filled.files,
            body: Vec::new(),
            kind: String::new(),
            host,
            lock: OnceCell::new(),
        };
        let answered = (route.handle)(&ask);
        Ok(answered.unwrap_or_else(|r| layout::refused(&server, Some(&ask), &ask.at, &r)))
    })
    .await
}

/// Whether a form came from a page of this session; before the log-in, from a page this browser was given.
fn is_own_form(server: &Server, headers: &HeaderMap, sender: &Sender, filled: &Filled) -> bool {
    let header = headers.get("x-csrf-token").and_then(|v| v.to_str().ok());
    let field = filled.fields.iter().find(|(n, _)| n == "csrf");
    let sent = header
        .or(field.map(|(_, value)| value.as_str()))
        .unwrap_or_default();
    let of_session = sender.session.as_ref().map(|s| is_same(&s.csrf, sent));
    of_session == Some(true) || server.is_visitor(sender.visitor.as_deref(), sent)
}

/// Refuses a form that came from elsewhere, and notes it.
async fn forged(server: &Arc<Server>, route: &'static Route, sender: &Sender) -> Outcome<Answer> {
    if sender.session.is_none() {
        turn_away(server, &sender.actor, Lack::Form, route).await;
    } else {
        let (server, actor) = (server.clone(), sender.actor.clone());
        blocking(move || {
            let denied = Event::denied("form", format!("{} {}", route.method, route.path));
            server.desk.note(&actor, &denied)
        })
        .await?;
    }
    Ok(layout::error(
        StatusCode::FORBIDDEN,
        "Not from this page",
        "The form did not come from a page of this session. Nothing was changed; load the page again.",
    ))
}

/// Notes that somebody was turned away; it writes to the store, so it is for a thread that may wait.
async fn turn_away(server: &Arc<Server>, actor: &Actor, lack: Lack, route: &'static Route) {
    let (server, actor) = (server.clone(), actor.clone());
    let noted = blocking(move || {
        server.turned_away(&actor, lack, &format!("{} {}", route.method, route.path));
        Ok(())
    });
    let _ = noted.await;
}

/// Runs what blocks on a thread for it. A panic is a fault like others; its words were withheld.
async fn blocking<T: Send + 'static>(
    act: impl FnOnce() -> Outcome<T> + Send + 'static,
) -> Outcome<T> {
    tokio::task::spawn_blocking(act)
        .await
        .unwrap_or_else(|_| Err(Refusal::Fault("a page failed".to_owned())))
}

/// A short random number by which an error page and the log find each other.
pub(super) fn incident() -> String {
    secret::token().map_or_else(|_| "none".to_owned(), |t| t.chars().take(8).collect())
}
