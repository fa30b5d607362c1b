//! The style sheet and the script, which are part of the program; and whether the server is there.

use super::{answer::Answer, ask::Ask};
use crate::{feedback, queue::Outcome, render::html::STYLE};

const OWN_STYLE: &str = include_str!("style.css");
/// A vessel with the probe in it.
const ICON: &str = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><circle cx='16' cy='16' r='14' fill='#0b5cad'/>\
    <circle cx='16' cy='16' r='9' fill='#bfe0ff'/><circle cx='18' cy='14' r='3' fill='#0b5cad'/></svg>";
const SCRIPT: &str = include_str!("app.js");

/// The style sheet: that of single pages first, then that of the queue, then that of the figures.
#[expect(clippy::unnecessary_wraps, reason = "the type of all page functions")]
pub(super) fn style(_: &Ask<'_>) -> Outcome<Answer> {
    Ok(Answer::file(
        "text/css; charset=utf-8",
        format!("{STYLE}\n{OWN_STYLE}\n{}", feedback::STYLE),
    ))
}

/// The script. Every page works without it.
#[expect(clippy::unnecessary_wraps, reason = "the type of all page functions")]
pub(super) fn script(_: &Ask<'_>) -> Outcome<Answer> {
    Ok(Answer::file("text/javascript; charset=utf-8", SCRIPT))
}

/// The icon.
#[expect(clippy::unnecessary_wraps, reason = "the type of all page functions")]
pub(super) fn icon(_: &Ask<'_>) -> Outcome<Answer> {
    Ok(Answer::file("image/svg+xml", ICON))
}

/// Says that the server is there, and nothing else.
#[expect(clippy::unnecessary_wraps, reason = "the type of all page functions")]
pub(super) fn health(_: &Ask<'_>) -> Outcome<Answer> {
    Ok(Answer::file("text/plain; charset=utf-8", "ok\n"))
}
