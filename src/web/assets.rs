//! The style sheet and the script, which are part of the program; and whether the server is there.

use super::{answer::Answer, ask::Ask};
use crate::{queue::Outcome, render::html::STYLE};

const OWN_STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("app.js");

/// The style sheet: that of single pages first, then that of the queue.
#[expect(clippy::unnecessary_wraps, reason = "the type of all page functions")]
pub(super) fn style(_: &Ask<'_>) -> Outcome<Answer> {
    Ok(Answer::file(
        "text/css; charset=utf-8",
        format!("{STYLE}\n{OWN_STYLE}"),
    ))
}

/// The script. Every page works without it.
#[expect(clippy::unnecessary_wraps, reason = "the type of all page functions")]
pub(super) fn script(_: &Ask<'_>) -> Outcome<Answer> {
    Ok(Answer::file("text/javascript; charset=utf-8", SCRIPT))
}

/// Says that the server is there, and nothing else.
#[expect(clippy::unnecessary_wraps, reason = "the type of all page functions")]
pub(super) fn health(_: &Ask<'_>) -> Outcome<Answer> {
    Ok(Answer::file("text/plain; charset=utf-8", "ok\n"))
}
