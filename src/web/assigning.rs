//! Many reports of the list given to somebody at once, or to nobody: those that are chosen, or all that the list shows.

use axum::http::StatusCode;
use maud::{Markup, html};

use super::{address, answer::Answer, ask::Ask, board, layout};
use crate::queue::{Outcome, Refusal, Right, Which, board::Filter};

/// The name of the form, to which the boxes of the rows belong.
pub(super) const FORM: &str = "many";

/// The form above the list, for those who may; finished reports are for nobody.
pub(super) fn form(ask: &Ask<'_>, filter: &Filter, total: i64) -> Outcome<Option<Markup>> {
    if !ask.can(Right::Supervise) || filter.state == "done" {
        return Ok(None);
    }
    let coders = ask.desk().coders(ask.actor())?;
    let to = ask.field("to");
    Ok(Some(html! {
        form.many id=(FORM) method="post" action="/reports/assign" {
            (layout::token(ask))
            input type="hidden" name="list" value=(address::query(ask, filter));
            label { "Assign to "
                select name="to" required {
                    option value="" { "choose whom" }
                    @for (id, name) in &coders { option value=(id) selected[to == id.to_string()] { (name) } }
                    option value="nobody" selected[to == "nobody"] { "nobody, take it back" }
                }
            }
            button type="submit" name="which" value="chosen" { "Those chosen" span.count {} }
            details.sure {
                summary { "All " (total) " of this list" }
                div.stack {
                    p { "On all pages of the list. What is done already, or assigned so, is left as it is." }
                    button type="submit" name="which" value="all" { "All " (total) }
                }
            }
        }
    }))
}

/// What came of it, as the address of the list tells it.
pub(super) fn told(ask: &Ask<'_>) -> Outcome<Markup> {
    let number = |name: &str| ask.param(name).parse::<u32>().ok();
    let (Some(given), Some(left)) = (number("given"), number("left")) else {
        return Ok(html! {});
    };
    if !ask.actor().role.may(Right::Supervise) {
        return Ok(html! {});
    }
    let coders = ask.desk().coders(ask.actor())?;
    let name = coders
        .iter()
        .find(|(id, _)| id.to_string() == ask.param("to"));
    let name = name.map_or("nobody", |(_, name)| name.as_str());
    Ok(html! {
        p.told role="status" {
            (given) @if given == 1 { " report is" } @else { " reports are" } " now for " (name) "."
            @if left > 0 { " " (left) @if left == 1 { " was" } @else { " were" } " left: done, or so already." }
        }
    })
}

/// Gives the reports to somebody.
pub(super) fn assign(ask: &Ask<'_>) -> Outcome<Answer> {
    let list = address::list(ask).unwrap_or_default();
    match given(ask, &list) {
        Err(Refusal::Invalid(words)) => {
            let page = board::draw(ask, &list, &layout::wrong(&words))?;
            Ok(page.status(StatusCode::UNPROCESSABLE_ENTITY))
        }
        other => other,
    }
}

fn given(ask: &Ask<'_>, list: &Filter) -> Outcome<Answer> {
    let to = match ask.field("to") {
        "nobody" => None,
        "" => return Err(Refusal::invalid("choose whom the reports are for")),
        _ => Some(ask.field_number("to")?),
    };
    let mut which = match ask.field("which") {
        "all" => Vec::new(),
        _ => ask.field_numbers("report")?,
    };
    which.sort_unstable();
    which.dedup();
    let which = match (ask.field("which"), which.as_slice()) {
        ("all", _) => Which::Listed(list),
        (_, []) => {
            return Err(Refusal::invalid("choose reports in the list first"));
        }
        (_, reports) => Which::These(reports),
    };
    let done = ask.desk().assign_many(ask.actor(), which, to)?;
    let mut query = address::query(ask, list);
    if !query.is_empty() {
        query.push('&');
    }
    let to = to.unwrap_or_default();
    Ok(Answer::to(format!(
        "/reports?{query}given={}&left={}&to={to}",
        done.given, done.left
    )))
}
