//! The list of reports: counts, filters, and a row a report.

use maud::{Markup, html};
use rust_decimal::Decimal;

use super::{
    address::{self, address, gap_number},
    answer::Answer,
    ask::Ask,
    assigning, find, layout, views,
};
use crate::{
    feedback::GAPS,
    queue::{
        Outcome, Right, Role, Shown,
        board::{Filter, Listed, PAGE},
        counts::Counts,
        time,
    },
    render::html::{badge, capital},
    rules,
};

/// The start: the list.
#[expect(clippy::unnecessary_wraps, reason = "the type of all page functions")]
pub(super) fn start(_: &Ask<'_>) -> Outcome<Answer> {
    Ok(Answer::to("/reports"))
}

/// The list.
pub(super) fn page(ask: &Ask<'_>) -> Outcome<Answer> {
    draw(ask, &address::filter(ask), &assigning::told(ask)?)
}

/// A list with something new to tell at its top.
pub(super) fn draw(ask: &Ask<'_>, filter: &Filter, news: &Markup) -> Outcome<Answer> {
    let shown = Shown::to(ask.actor());
    let coded = shown == Shown::Coded;
    let (mut rows, total) = ask.desk().list(ask.actor(), filter)?;
    // The flag that is asked for is shown also where it is good to know alone.
    for row in &mut rows {
        if !filter.flag.is_empty() && !row.flags.contains(&filter.flag) {
            row.flags.push(filter.flag.clone());
        }
    }
    let counts = ask.desk().counts(ask.actor(), &filter.state)?;
    let values = ask.desk().values(ask.actor(), &rows)?;
    let many = assigning::form(ask, filter, total)?;
    let body = html! {
        div.head {
            h1 { "Reports" }
            div.acts {
                (find::form(ask))
                @if ask.can(Right::Decide) {
                    @let within = html! { input type="hidden" name="list" value=(address::query(ask, filter)); };
                    (layout::button(ask, "/reports/next", "Take the next report", "main", &within))
                }
            }
        }
        (news)
        (asked(ask)?)
        @if ask.can(Right::Decide) && counts.open > 0 {
            @if !ask.desk().has_next(ask.actor())? {
                p.told role="status" { "No report waits for you: those that are open are with somebody else, or for somebody else." }
            } @else if ask.param("next") == "none" {
                p.told role="status" { "No report of this list waits for you. " a href="/reports" { "Others do." } }
            }
        }
        @let misread = address::misread(ask);
        @if !misread.is_empty() {
            p.wrong role="alert" { "Not understood, and left out: " (misread.join("; ")) "." }
        }
        (states(filter, &counts, shown))
        (limits(ask, filter, &counts, coded)?)
        (views::saved(ask, filter)?)
        p.note role="status" {
            (total) @if total == 1 { " report" } @else { " reports" }
            @if total > PAGE { ", page " (filter.page) " of " ((total + PAGE - 1) / PAGE) }
        }
        @if rows.is_empty() {
            p.empty {
                @if counts.open + counts.held + counts.done == 0 {
                    "There are no reports yet. "
                    @if let (Some(_), Some(name)) = (ask.actor().only_physician(), &ask.actor().physician) { "Reports by “" (name) "” will stand here." }
                    @if ask.can(Right::Import) { a href="/import" { "Import some" } "." }
                } @else { "No report is like this. " a href="/reports?state=all" { "Show all" } "." }
            }
        } @else {
            @if let Some(form) = &many { (form) }
            (table(ask, &rows, values.as_deref(), many.as_ref().map(|_| assigning::FORM)))
        }
        (pages(filter, shown, total))
        (keys(ask))
    };
    Ok(layout::page(ask, "Reports", &body))
}

/// The keys of the list.
fn keys(ask: &Ask<'_>) -> Markup {
    let keys = [
        (
            "j, k",
            "next and previous report of the list; Enter opens it",
            true,
        ),
        (
            "x",
            "choose the report for an assignment",
            ask.can(Right::Supervise),
        ),
        ("n", "take the next report", ask.can(Right::Decide)),
        ("/", "find a report by its id", true),
        ("?", "show these keys", true),
    ];
    layout::keys(
        keys.into_iter()
            .filter(|k| k.2)
            .map(|(key, words, _)| (key, words)),
    )
}

/// Queries that wait for the asker: open ones for the physician, answered ones for coders.
fn asked(ask: &Ask<'_>) -> Outcome<Markup> {
    let (state, words) = match ask.actor().role {
        Role::Physician => (
            "open",
            [
                "question waits for your answer",
                "questions wait for your answer",
            ],
        ),
        role if role.may(Right::Query) => {
            ("answered", ["query was answered", "queries were answered"])
        }
        _ => return Ok(html! {}),
    };
    let waiting = ask.desk().queries_standing(ask.actor(), state)?;
    Ok(html! {
        @if waiting > 0 {
            p.told role="status" {
                a href=(format!("/queries?state={state}")) { (waiting) " " (words[usize::from(waiting != 1)]) } "."
            }
        }
    })
}

fn states(filter: &Filter, counts: &Counts, shown: Shown) -> Markup {
    let all = counts.open + counts.held + counts.done;
    let mut states = vec![
        ("open", "Open", counts.open),
        ("held", "On hold", counts.held),
        ("done", "Done", counts.done),
        ("all", "All", all),
    ];
    if shown == Shown::Coded && (counts.differs > 0 || filter.state == "differs") {
        states.insert(3, ("differs", "Read otherwise since", counts.differs));
    }
    let chosen = if filter.state.is_empty() {
        "all"
    } else {
        &filter.state
    };
    html! {
        nav.tabs aria-label="Standing" {
            @for (state, name, count) in states {
                a href=(address(filter, shown, "state", state)) aria-current=[(state == chosen).then_some("true")] {
                    (name) " " span.count { (count) }
                }
            }
        }
        @if shown == Shown::Coded { p.chips {
            @for (disposition, count) in &counts.dispositions {
                @let on = filter.disposition == *disposition;
                a.chip href=(address(filter, shown, "disposition", if on { "" } else { disposition })) aria-current=[on.then_some("true")] {
                    (badge(disposition)) " " (count)
                }
            }
            // What is chosen is shown also where it has no report, so that it can be taken back.
            @if ["review", "query", "ready", "no_ivus"].contains(&filter.disposition.as_str()) && !counts.dispositions.iter().any(|(d, _)| *d == filter.disposition) {
                a.chip href=(address(filter, shown, "disposition", "")) aria-current="true" { (badge(&filter.disposition)) " 0" }
            }
        } }
    }
}

fn limits(ask: &Ask<'_>, filter: &Filter, counts: &Counts, coded: bool) -> Outcome<Markup> {
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
    let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
    let valued = ask.desk().tells_amounts(ask.actor());
    let sorts = [
        ("priority", "priority", true),
        ("date", "date of service", true),
        ("age", "longest waiting", true),
        ("units", "units", coded),
        ("value", "value", valued),
        ("name", "report", true),
    ];
    // Who gives reports to others looks also at what each of them has.
    let coders = if ask.actor().role.may(Right::Supervise) {
        ask.desk().coders(ask.actor())?
    } else {
        Vec::new()
    };
    Ok(html! {
        details.limits open {
            summary { "Limit and sort" }
            form.filter method="get" action="/reports" role="search" aria-label="Filter" {
                input type="hidden" name="state" value=(if filter.state.is_empty() { "all" } else { &filter.state });
                input type="hidden" name="disposition" value=(filter.disposition);
                @if coded {
                    label { "Flag"
                        select name="flag" {
                            option value="" { "all" }
                            @for (rule, count) in &counts.flags {
                                option value=(rule) selected[*rule == filter.flag] { (rule) " " (rule_name(rule)) " (" (count) ")" }
                            }
                            @if !rule_name(&filter.flag).is_empty() && !counts.flags.iter().any(|(f, _)| *f == filter.flag) {
                                option value=(filter.flag) selected { (filter.flag) " " (rule_name(&filter.flag)) " (0)" }
                            }
                        }
                    }
                } @else { (gaps(filter, counts)) }
                @if ask.actor().only_physician().is_none() { (chosen(&counts.physicians, &filter.physician, "physician", "Physician")) }
                (chosen(&counts.sites, &filter.site, "site", "Site"))
                label { "Date of service from" input type="date" name="from" value=(filter.from); }
                label { "Until" input type="date" name="until" value=(filter.until); }
                label { "Waiting, days or more" input.few type="number" min="0" name="older" value=(number(filter.older)); }
                @if coded {
                    label { "Units, at least" input.few type="number" min="0" name="units" value=(number(filter.units)); }
                    @if valued {
                        label { "Value, $, at least" input.few type="number" min="0" name="value" value=(number(filter.value)); }
                    }
                    label { "Assigned"
                        select name="assigned" {
                            @for (value, words) in [("", "all"), ("me", "to me"), ("nobody", "to nobody")] {
                                option value=(value) selected[filter.assigned == value] { (words) }
                            }
                            // Somebody else's, as an address or a view may say.
                            @let named = ["", "me", "nobody"].contains(&filter.assigned.as_str()) || coders.iter().any(|(_, name)| *name == filter.assigned);
                            @if !named { option value=(filter.assigned) selected { "to " (filter.assigned) } }
                            @for (_, name) in &coders { option value=(name) selected[filter.assigned == *name] { "to " (name) } }
                        }
                    }
                }
                label { "Sort by"
                    select name="sort" {
                        @for (value, words, _) in sorts.iter().filter(|s| s.2) {
                            option value=(value) selected[filter.sort == *value] { (words) }
                        }
                    }
                }
                button type="submit" { "Show" }
                a href="/reports" { "Reset" }
            }
        }
    })
}

/// What a report can lack, for physicians.
fn gaps(filter: &Filter, counts: &Counts) -> Markup {
    let count = |rule: &str| {
        let found = counts.flags.iter().find(|(r, _)| r == rule);
        found.map_or(0, |(_, n)| *n)
    };
    html! {
        label { "What is not found"
            select name="gap" {
                option value="" { "all" }
                @for gap in GAPS {
                    @if count(gap.rule) > 0 || gap.rule == filter.flag {
                        option value=(gap_number(gap.rule)) selected[gap.rule == filter.flag] { (capital(gap.words)) " (" (count(gap.rule)) ")" }
                    }
                }
            }
        }
    }
}

/// A rule's name: `missing-findings`.
fn rule_name(id: &str) -> &'static str {
    rules::all()
        .iter()
        .find(|r| r.id.to_string() == id)
        .map_or("", |r| r.name)
}

/// A row a report, each with a box to choose it for the form of a name, if there is one.
pub(super) fn table(
    ask: &Ask<'_>,
    rows: &[Listed],
    values: Option<&[Option<Decimal>]>,
    form: Option<&str>,
) -> Markup {
    let now = time::now();
    let coded = Shown::to(ask.actor()) == Shown::Coded;
    let others = ask.actor().only_physician().is_none();
    html! {
        div.scroll {
            table.list.rows {
                thead { tr {
                    th { "Report" } th { "Date of service" } @if others { th { "Physician" } } th { "Site" } th { "Waiting" }
                    @if coded {
                        th { "Next step" }
                        th.number title="units performed" { "Units" }
                        th.number title="units the text supports as it stands" { "Supported" }
                        @if values.is_some() { th.number title="what the units performed are worth, US dollars" { "Value, $" } }
                        th { "Flags" }
                    } @else { th { "Not found in it" } }
                    th { "Standing" }
                } }
                tbody {
                    @for (n, row) in rows.iter().enumerate() {
                        tr {
                            td {
                                @if let Some(form) = form {
                                    input.choice type="checkbox" name="report" form=(form) value=(row.report) aria-label=(format!("Choose {}", row.name));
                                }
                                a href=(format!("/reports/{}", row.report)) { (row.name) }
                            }
                            td.date data-l="Date of service" { (row.date.as_deref().unwrap_or("not known")) }
                            @if others { td data-l="Physician" { (row.physician) } }
                            td data-l="Site" { (row.site) }
                            td.date data-l="Waiting" { (time::ago(row.received_at, now)) }
                            @if coded {
                                td data-l="Next step" { (badge(&row.disposition)) }
                                td.number data-l="Units" { (row.units) }
                                td.number.short[row.supported < row.units] data-l="Supported" { (row.supported) }
                                @if let Some(value) = values.and_then(|v| v.get(n)) {
                                    td.number data-l="Value, $" { @if let Some(value) = value { (format!("{value:.2}")) } @else { "unknown" } }
                                }
                                td.flags-cell data-l=[(!row.flags.is_empty()).then_some("Flags")] {
                                    @for (n, rule) in row.flags.iter().enumerate() {
                                        @if n > 0 { ", " }
                                        span title=(rule) { (rule_name(rule)) }
                                    }
                                }
                            } @else {
                                @let lacks: Vec<&str> = GAPS.iter().filter(|gap| row.flags.iter().any(|f| f == gap.rule)).map(|gap| gap.words).collect();
                                td.flags-cell data-l=[(!lacks.is_empty()).then_some("Not found in it")] { (lacks.join("; ")) }
                            }
                            td data-l="Standing" { (standing(ask, row)) }
                        }
                    }
                }
            }
        }
    }
}

/// Where a report stands, in words.
pub(super) fn standing(ask: &Ask<'_>, row: &Listed) -> Markup {
    let me = &ask.actor().name;
    let whom = |name: &String| {
        if name == me {
            "you".to_owned()
        } else {
            name.clone()
        }
    };
    html! {
        @if let Some(word) = &row.unsettled { b { (word) } ", " }
        @if row.state == "done" { "done" }
        @else if row.holds > 0 { "on hold" }
        @else if let Some(name) = &row.claimed_by { "with " (whom(name)) }
        @else if let Some(name) = &row.assigned_to { "for " (whom(name)) }
        @else { "open" }
        @if row.differs && Shown::to(ask.actor()) == Shown::Coded { ", " b { "read otherwise since" } }
    }
}

fn pages(filter: &Filter, shown: Shown, total: i64) -> Markup {
    let last = (total + PAGE - 1) / PAGE;
    html! {
        @if last > 1 {
            nav.pages aria-label="Pages of the list" {
                @if filter.page > 1 { a rel="prev" href=(address(filter, shown, "page", &(filter.page - 1).to_string())) { "Previous" } }
                @if filter.page < last { a rel="next" href=(address(filter, shown, "page", &(filter.page + 1).to_string())) { "Next" } }
            }
        }
    }
}
