//! The figures: how well reports are documented, and for coders how suggestions fare; in the browser and as one file.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::{answer::Answer, ask::Ask, layout};
use crate::{
    feedback::{Audience, GAPS, Gap, Head, body, page as whole_page},
    queue::{FeedbackFilter, Outcome, Right, time},
};

fn filter(ask: &Ask<'_>) -> FeedbackFilter {
    let own = |name: &str| ask.param(name).to_owned();
    FeedbackFilter {
        physician: own("physician"),
        site: own("site"),
        from: own("from"),
        until: own("until"),
    }
}

fn audience(ask: &Ask<'_>) -> Audience {
    if ask.actor().role.may(Right::SeeCodes) {
        Audience::Coders
    } else {
        Audience::Physicians
    }
}

fn head(ask: &Ask<'_>, filter: &FeedbackFilter) -> Head {
    let actor = ask.actor();
    let mut limits = filter.words();
    if let (Some(_), Some(name)) = (actor.only_physician(), &actor.physician) {
        limits.insert(0, format!("physician {name}"));
    }
    if let Some(site) = &actor.site {
        limits.insert(0, format!("site {site}"));
    }
    Head {
        limits,
        origin: vec![
            (
                "Reports".to_owned(),
                "the newest text of each report in the queue".to_owned(),
            ),
            (
                "Read by".to_owned(),
                format!("ivus {}", env!("CARGO_PKG_VERSION")),
            ),
            (
                "Made".to_owned(),
                format!("{} UTC", time::told(time::now())),
            ),
        ],
        lists: BTreeMap::new(),
    }
}

/// Where the list shows the reports with each gap, within the same limits.
fn lists(ask: &Ask<'_>, filter: &FeedbackFilter) -> BTreeMap<&'static str, String> {
    let own = audience(ask) == Audience::Physicians;
    let limits = parts(filter);
    let list = |(n, gap): (usize, &'static Gap)| {
        let number = (n + 1).to_string();
        let which = if own {
            ("gap", number.as_str())
        } else {
            ("flag", gap.rule)
        };
        let all = [("state", "all"), which];
        let all: Vec<_> = all.into_iter().chain(limits.iter().copied()).collect();
        let query = serde_urlencoded::to_string(all).unwrap_or_default();
        (gap.rule, format!("/reports?{query}"))
    };
    GAPS.iter().enumerate().map(list).collect()
}

/// The page.
pub(super) fn page(ask: &Ask<'_>) -> Outcome<Answer> {
    let filter = filter(ask);
    let figures = ask.desk().feedback(ask.actor(), &filter)?;
    let own = audience(ask) == Audience::Physicians;
    let mut head = head(ask, &filter);
    head.lists = lists(ask, &filter);
    let markup = html! {
        div.head {
            h1 { @if own { "How your reports are documented" } @else { "Feedback" } }
            a.screen href=(address("/feedback.html", &filter)) { "Keep as one file" }
        }
        (limits(ask, &filter)?)
        (body(&figures, audience(ask), &head))
    };
    Ok(layout::page(ask, "Feedback", &markup))
}

/// The same as one file that stands by itself.
pub(super) fn file(ask: &Ask<'_>) -> Outcome<Answer> {
    let filter = filter(ask);
    let figures = ask.desk().feedback(ask.actor(), &filter)?;
    let page = whole_page(&figures, audience(ask), &head(ask, &filter));
    Ok(Answer::file("text/html; charset=utf-8", page).download("feedback.html"))
}

/// What the figures are limited to, for an address.
fn parts(filter: &FeedbackFilter) -> Vec<(&'static str, &str)> {
    let parts = [
        ("physician", filter.physician.as_str()),
        ("site", &filter.site),
        ("from", &filter.from),
        ("until", &filter.until),
    ];
    parts.into_iter().filter(|(_, v)| !v.is_empty()).collect()
}

fn address(path: &str, filter: &FeedbackFilter) -> String {
    match serde_urlencoded::to_string(parts(filter)) {
        Ok(query) if !query.is_empty() => format!("{path}?{query}"),
        _ => path.to_owned(),
    }
}

fn limits(ask: &Ask<'_>, filter: &FeedbackFilter) -> Outcome<Markup> {
    let counts = ask.desk().counts(ask.actor(), "")?;
    let chosen = |options: &[String], value: &str, name: &str, label: &str| -> Markup {
        html! {
            label { (label)
                select name=(name) {
                    option value="" { "all" }
                    @for option in options { option value=(option) selected[option == value] { (option) } }
                }
            }
        }
    };
    Ok(html! {
        form.filter method="get" action="/feedback" role="search" aria-label="Filter" {
            @if ask.actor().only_physician().is_none() { (chosen(&counts.physicians, &filter.physician, "physician", "Physician")) }
            (chosen(&counts.sites, &filter.site, "site", "Site"))
            label { "Date of service from" input type="date" name="from" value=(filter.from); }
            label { "Until" input type="date" name="until" value=(filter.until); }
            button type="submit" { "Show" }
            a href="/feedback" { "Reset" }
        }
    })
}
