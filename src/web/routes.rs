//! The table of routes: path, who may, how much may be sent, and the page function. The router and the tests are made from
//! it; there is no other way in.

use axum::http::Method;

use super::{
    about, account, answer::Answer, ask::Ask, assets, assigning, audit, board, entrance, export,
    factor, feedback, find, incident, live, people, progress, queries, report, sample, senders,
    sessions, upload, views, work,
};
use crate::queue::{Outcome, Right};

/// Who may ask for a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody, also before the log-in.
    Anyone,
    /// Every user.
    User,
    /// Users whose role has a right.
    Right(Right),
    /// Programs with a token; sessions and form tokens are nothing to it.
    Token,
}

/// What makes a page.
pub type Handler = fn(&Ask<'_>) -> Outcome<Answer>;

/// A route.
pub struct Route {
    /// GET, which changes nothing, or POST, which needs a form token.
    pub method: Method,
    /// The path, with parts in braces.
    pub path: &'static str,
    /// Who may.
    pub access: Access,
    /// Bytes that may be sent.
    pub most: usize,
    /// What makes the page.
    pub handle: Handler,
}

/// Bytes of an ordinary form.
const FORM: usize = 64 << 10;
/// Bytes of a form that holds a report.
const TEXT: usize = 1 << 20;
/// Bytes of an upload.
const UPLOAD: usize = 32 << 20;
/// Bytes that a program may send at a time: it must be read within the time of a request.
const INTAKE: usize = 8 << 20;

const fn get(path: &'static str, access: Access, handle: Handler) -> Route {
    Route {
        method: Method::GET,
        path,
        access,
        most: 0,
        handle,
    }
}

const fn post(path: &'static str, access: Access, handle: Handler) -> Route {
    Route {
        method: Method::POST,
        path,
        access,
        most: FORM,
        handle,
    }
}

const fn upload(path: &'static str, access: Access, handle: Handler) -> Route {
    Route {
        method: Method::POST,
        path,
        access,
        most: UPLOAD,
        handle,
    }
}

const fn text(path: &'static str, access: Access, handle: Handler) -> Route {
    Route {
        method: Method::POST,
        path,
        access,
        most: TEXT,
        handle,
    }
}

const fn intake(path: &'static str, handle: Handler) -> Route {
    Route {
        method: Method::POST,
        path,
        access: Access::Token,
        most: INTAKE,
        handle,
    }
}

const fn may(right: Right) -> Access {
    Access::Right(right)
}

/// All routes.
pub static ROUTES: &[Route] = &[
    get("/health", Access::Anyone, assets::health),
    get("/style.css", Access::Anyone, assets::style),
    get("/app.js", Access::Anyone, assets::script),
    get("/icon.svg", Access::Anyone, assets::icon),
    get("/login", Access::Anyone, entrance::login_page),
    post("/login", Access::Anyone, entrance::log_in),
    get("/setup/{token}", Access::Anyone, entrance::setup_page),
    post("/setup/{token}", Access::Anyone, entrance::set_up),
    post("/logout", Access::User, entrance::log_out),
    get("/account", Access::User, account::page),
    get("/account/password", Access::User, account::password_page),
    post("/account/password", Access::User, account::change_password),
    post("/account/sessions", Access::User, account::end_sessions),
    post(
        "/account/sessions/{session}/end",
        Access::User,
        account::end_session,
    ),
    get("/second-factor", Access::User, factor::page),
    post("/second-factor", Access::User, factor::set_up),
    get("/second-factor/anew", Access::User, factor::anew_page),
    post("/second-factor/anew", Access::User, factor::renew),
    get("/", Access::User, board::start),
    get("/reports", may(Right::List), board::page),
    post("/views", may(Right::List), views::save),
    post("/views/{id}/remove", may(Right::List), views::remove),
    post("/reports/find", may(Right::List), find::found),
    post("/reports/next", may(Right::Decide), work::next),
    post("/reports/assign", may(Right::Supervise), assigning::assign),
    get("/reports/{id}", may(Right::Read), report::page),
    get(
        "/reports/{id}/versions/{version}",
        may(Right::Read),
        report::version,
    ),
    get(
        "/reports/{id}/analyses/{analysis}",
        may(Right::SeeCodes),
        report::analysis,
    ),
    post("/reports/{id}/claim", may(Right::Decide), work::claim),
    post(
        "/reports/{id}/heartbeat",
        may(Right::Decide),
        work::heartbeat,
    ),
    post("/reports/{id}/release", may(Right::Decide), work::release),
    post("/reports/{id}/unlock", may(Right::Supervise), work::unlock),
    post("/reports/{id}/assign", may(Right::Decide), work::assign),
    post("/reports/{id}/decide", may(Right::Decide), work::decide),
    post(
        "/reports/{id}/procedure",
        may(Right::Decide),
        work::procedure,
    ),
    post(
        "/reports/{id}/accept-all",
        may(Right::Decide),
        work::accept_all,
    ),
    post("/reports/{id}/hold", may(Right::Decide), work::hold),
    post("/reports/{id}/unhold", may(Right::Decide), work::unhold),
    post("/reports/{id}/finish", may(Right::Decide), work::finish),
    post("/reports/{id}/reopen", may(Right::Decide), work::reopen),
    get("/reports/{id}/ask", may(Right::Query), queries::draft),
    post("/reports/{id}/ask", may(Right::Query), queries::send),
    get("/queries", may(Right::Read), queries::list),
    get("/queries/{id}", may(Right::Read), queries::page),
    post("/queries/{id}/answer", may(Right::Answer), queries::answer),
    post("/queries/{id}/end", may(Right::Query), queries::end),
    get("/check", may(Right::LiveCheck), live::page),
    text("/check", may(Right::LiveCheck), live::checked),
    text("/check/marks", may(Right::LiveCheck), live::marks),
    get("/import", may(Right::Import), upload::page),
    upload("/import", may(Right::Import), upload::import),
    intake("/intake", super::intake::take),
    get("/people", may(Right::People), people::page),
    post("/people", may(Right::People), people::add),
    post("/people/{id}", may(Right::People), people::change),
    post("/people/{id}/link", may(Right::People), people::link),
    post(
        "/people/{id}/active",
        may(Right::People),
        people::set_active,
    ),
    get("/people/{id}/sessions", may(Right::People), sessions::page),
    post(
        "/people/{id}/sessions",
        may(Right::People),
        sessions::end_all,
    ),
    post(
        "/people/{id}/sessions/{session}/end",
        may(Right::People),
        sessions::end,
    ),
    post(
        "/people/{id}/second-factor",
        may(Right::People),
        factor::remove,
    ),
    post("/people/senders", may(Right::People), senders::add),
    post(
        "/people/senders/{id}/revoke",
        may(Right::People),
        senders::revoke,
    ),
    post("/lock", may(Right::People), incident::lock),
    post("/lock/end", may(Right::People), incident::end),
    get("/feedback", may(Right::Feedback), feedback::page),
    get("/feedback.html", may(Right::Feedback), feedback::file),
    get("/progress", may(Right::Supervise), progress::page),
    get("/export", may(Right::Export), export::page),
    get("/export/{form}", may(Right::Export), export::file),
    get("/sample", may(Right::Audit), sample::page),
    get("/sample.csv", may(Right::Audit), sample::file),
    get("/about", Access::User, about::page),
    get("/audit", may(Right::Audit), audit::page),
    get("/refused", may(Right::Audit), audit::refused),
];
