//! The filter of the list as its address tells it, and the reverse; and the list that somebody works through.

use super::ask::Ask;
use crate::{
    date::Date,
    feedback::GAPS,
    queue::{Shown, board::Filter},
    rules,
};

/// The filter that the address tells.
pub(super) fn filter(ask: &Ask<'_>) -> Filter {
    told(ask, |name| ask.param(name))
}

/// The list that somebody works through, which pages and forms hand on as `list`: what stands behind the `?` of its address.
pub(super) fn list(ask: &Ask<'_>) -> Option<Filter> {
    let handed = match ask.field("list") {
        "" => ask.param("list"),
        field => field,
    };
    let parts: Vec<(String, String)> = serde_urlencoded::from_str(handed).ok()?;
    let part = |name: &str| parts.iter().find(|(n, _)| n == name);
    let mut filter = told(ask, |name| part(name).map_or("", |(_, value)| value.trim()));
    filter.page = 1;
    (filter != Filter::default()).then_some(filter)
}

/// What stands behind the `?` of a list's address; empty for the list as it is at first.
pub(super) fn query(ask: &Ask<'_>, filter: &Filter) -> String {
    let here = address(filter, Shown::to(ask.actor()), "", "");
    let query = here.split_once('?').map_or("", |(_, query)| query);
    query.to_owned()
}

/// A report's address for whoever works through a list.
pub(super) fn report(ask: &Ask<'_>, report: i64) -> String {
    handing_on(ask, format!("/reports/{report}"), &[])
}

/// The address of the page on which a query about a flag of a report is written.
pub(super) fn asking(ask: &Ask<'_>, report: i64, flag: usize) -> String {
    let flag = flag.to_string();
    handing_on(ask, format!("/reports/{report}/ask"), &[("flag", &flag)])
}

/// The address of a report's page with the form open that counts what was left out, told by its place.
pub(super) fn counting(ask: &Ask<'_>, report: i64, entry: usize) -> String {
    let entry = entry.to_string();
    handing_on(ask, format!("/reports/{report}"), &[("count", &entry)]) + "#add"
}

/// A path with what goes behind its `?`, and the list that is worked through if there is one.
fn handing_on(ask: &Ask<'_>, path: String, parts: &[(&str, &str)]) -> String {
    let list = list(ask).map(|list| query(ask, &list));
    let list = list.iter().map(|list| ("list", list.as_str()));
    let parts: Vec<(&str, &str)> = parts.iter().copied().chain(list).collect();
    match serde_urlencoded::to_string(parts) {
        Ok(parts) if !parts.is_empty() => format!("{path}?{parts}"),
        _ => path,
    }
}

/// The filter whose parts are told by name. Who may not see codes cannot ask for them either.
fn told<'a>(ask: &Ask<'_>, part: impl Fn(&str) -> &'a str) -> Filter {
    let coded = Shown::to(ask.actor()) == Shown::Coded;
    let own = |name: &str| part(name).to_owned();
    let own_coded = |name: &str| if coded { own(name) } else { String::new() };
    let number = |name: &str| part(name).parse().ok().filter(|n| *n >= 0);
    let date = |name: &str| Some(own(name)).filter(|d| is_date(d)).unwrap_or_default();
    let state = match part("state") {
        "all" => String::new(),
        "held" | "done" => own("state"),
        "differs" if coded => own("state"),
        _ => "open".to_owned(),
    };
    Filter {
        state,
        disposition: own_coded("disposition"),
        flag: if coded {
            own("flag")
        } else {
            gap_rule(part("gap"))
        },
        physician: own("physician"),
        site: own("site"),
        from: date("from"),
        until: date("until"),
        done_from: None,
        done_before: None,
        name: String::new(),
        older: number("older"),
        units: number("units").filter(|_| coded),
        value: number("value").filter(|_| ask.desk().tells_amounts(ask.actor())),
        assigned: own("assigned"),
        sort: match part("sort") {
            "" => "priority".to_owned(),
            "units" if !coded => "priority".to_owned(),
            "value" if !ask.desk().tells_amounts(ask.actor()) => "priority".to_owned(),
            other => other.to_owned(),
        },
        page: number("page").unwrap_or(1).max(1),
    }
}

/// A field of an address, its label on the page, and what it takes.
type Limit<'a> = (&'static str, &'static str, &'a dyn Fn(&str) -> bool);

/// What of an address cannot be understood and is left out of its filter, by the names of the fields.
pub(super) fn misread(ask: &Ask<'_>) -> Vec<&'static str> {
    let number = |value: &str| value.parse::<i64>().is_ok_and(|n| n >= 0);
    let flag = |value: &str| rules::all().iter().any(|r| r.id.to_string() == value);
    let one_of = |all: &'static [&'static str]| move |value: &str| all.contains(&value);
    let fields: [Limit<'_>; 10] = [
        (
            "state",
            "Standing",
            &one_of(&["open", "held", "done", "all"]),
        ),
        (
            "disposition",
            "Next step",
            &one_of(&["review", "query", "ready", "no_ivus"]),
        ),
        ("flag", "Flag", &flag),
        ("gap", "What is not found", &|value| {
            !gap_rule(value).is_empty()
        }),
        ("from", "Date of service from", &is_date),
        ("until", "Until", &is_date),
        ("older", "Waiting, days or more", &number),
        ("units", "Units, at least", &number),
        ("value", "Value, $, at least", &number),
        (
            "sort",
            "Sort by",
            &one_of(&["priority", "date", "age", "units", "value", "name"]),
        ),
    ];
    let coded = Shown::to(ask.actor()) == Shown::Coded;
    let fields = fields
        .into_iter()
        .filter(|(name, ..)| coded || !["disposition", "flag", "units", "value"].contains(name));
    let wrong = fields.filter(|(name, _, fits)| {
        let value = ask.param(name);
        !value.is_empty() && !fits(value)
    });
    wrong.map(|(_, label, _)| label).collect()
}

fn is_date(value: &str) -> bool {
    value.parse::<Date>().is_ok_and(|d| d.to_string() == value)
}

/// The rule of a gap by its number, from 1. Physicians ask by number: rules are no words of theirs.
fn gap_rule(number: &str) -> String {
    let at = number.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
    let gap = at.and_then(|at| GAPS.get(at));
    gap.map_or_else(String::new, |gap| gap.rule.to_owned())
}

/// The number of a rule's gap, from 1; empty for a rule that is no business of physicians.
pub(super) fn gap_number(rule: &str) -> String {
    let at = GAPS.iter().position(|gap| gap.rule == rule);
    at.map_or_else(String::new, |at| (at + 1).to_string())
}

/// The filter as an address, with one part changed.
pub(super) fn address(filter: &Filter, shown: Shown, changed: &str, to: &str) -> String {
    let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
    let state = if filter.state.is_empty() {
        "all"
    } else {
        &filter.state
    };
    let page = filter.page.to_string();
    let gap = gap_number(&filter.flag);
    let (flag, gap) = match shown {
        Shown::Coded => (filter.flag.as_str(), ""),
        Shown::Plain => ("", gap.as_str()),
    };
    let (older, units, value) = (
        number(filter.older),
        number(filter.units),
        number(filter.value),
    );
    let parts = [
        ("state", state),
        ("disposition", &filter.disposition),
        ("flag", flag),
        ("gap", gap),
        ("physician", &filter.physician),
        ("site", &filter.site),
        ("from", &filter.from),
        ("until", &filter.until),
        ("older", &older),
        ("units", &units),
        ("value", &value),
        ("assigned", &filter.assigned),
        ("sort", &filter.sort),
        ("page", if changed == "page" { &page } else { "" }),
    ];
    let told: Vec<(&str, &str)> = parts
        .into_iter()
        .map(|(name, value)| (name, if name == changed { to } else { value }))
        .filter(|(name, value)| {
            !value.is_empty()
                && (*name, *value) != ("state", "open")
                && (*name, *value) != ("sort", "priority")
        })
        .collect();
    let query = serde_urlencoded::to_string(told).unwrap_or_default();
    if query.is_empty() {
        "/reports".to_owned()
    } else {
        format!("/reports?{query}")
    }
}
