//! A sample of reports for an audit, drawn by a seed.

use axum::http::StatusCode;
use maud::{Markup, html};

use super::{answer::Answer, ask::Ask, layout};
use crate::{
    queue::{Draw, Drawn, Outcome, Per, Refusal, parse_share},
    render::csv::row,
};

/// The page: what is drawn, and, when a seed is given, the sample.
pub(super) fn page(ask: &Ask<'_>) -> Outcome<Answer> {
    let (sample, wrong) = match ask.param("seed") {
        "" => (None, String::new()),
        seed => match drawn(ask, seed) {
            Err(Refusal::Invalid(words)) => (None, words),
            sample => (Some(sample?), String::new()),
        },
    };
    let body = html! {
        h1 { "Sample for an audit" }
        p.note {
            "Of each group some per cent are drawn, rounded up, at least one. The same seed draws the same sample from the same \
            reports again; write it down with the audit. Any whole number will do for a seed."
        }
        (layout::wrong(&wrong))
        (form(ask))
        @if let Some(sample) = &sample { (table(ask, sample)) }
        @if sample.is_some_and(|s| !s.is_empty()) { p { a href=(file_address(ask)) { "Keep as a table (CSV)" } } }
    };
    let page = layout::page(ask, "Sample", &body);
    Ok(if wrong.is_empty() {
        page
    } else {
        page.status(StatusCode::UNPROCESSABLE_ENTITY)
    })
}

/// The same sample as a table to tick off.
pub(super) fn file(ask: &Ask<'_>) -> Outcome<Answer> {
    let sample = drawn(ask, ask.param("seed"))?;
    let head = COLUMNS.map(str::to_owned);
    let rows = sample.into_iter().map(|one| {
        [
            one.group,
            one.of.to_string(),
            one.report.to_string(),
            one.report_id,
            one.service_date.unwrap_or_default(),
            one.physician,
            one.site,
            one.status,
            one.coder.unwrap_or_default(),
        ]
    });
    let text: String = std::iter::once(head).chain(rows).map(row).collect();
    Ok(Answer::file("text/csv; charset=utf-8", text).download("sample.csv"))
}

/// The columns of the table: `report` is the number in the queue.
const COLUMNS: [&str; 9] = [
    "drawn_for",
    "of",
    "report",
    "report_id",
    "service_date",
    "physician",
    "site",
    "status",
    "finished_by",
];

fn file_address(ask: &Ask<'_>) -> String {
    let own = ["per", "percent", "seed", "state", "from", "until"];
    let own = own.map(|name| (name, ask.param(name)));
    let query = serde_urlencoded::to_string(own).unwrap_or_default();
    format!("/sample.csv?{query}")
}

fn drawn(ask: &Ask<'_>, seed: &str) -> Outcome<Vec<Drawn>> {
    let per = Per::ALL.iter().find(|(name, _)| *name == ask.param("per"));
    let draw = Draw {
        per: per.map_or(Per::Physician, |(_, per)| *per),
        share: parse_share(ask.param("percent")).map_err(Refusal::Invalid)?,
        seed: seed
            .parse()
            .map_err(|_| Refusal::invalid("the seed should be a whole number, such as 7"))?,
        state: match ask.param("state") {
            "all" => String::new(),
            "open" => "open".to_owned(),
            _ => "done".to_owned(),
        },
        from: ask.param("from").to_owned(),
        until: ask.param("until").to_owned(),
    };
    ask.desk().sample(ask.actor(), &draw)
}

fn form(ask: &Ask<'_>) -> Markup {
    let or = |name: &str, other: &'static str| match ask.param(name) {
        "" => other.to_owned(),
        given => given.to_owned(),
    };
    let choice = |name: &str, label: &str, options: &[(&str, &str)], value: &str| -> Markup {
        html! {
            label { (label)
                select name=(name) {
                    @for (option, words) in options { option value=(option) selected[*option == value] { (words) } }
                }
            }
        }
    };
    html! {
        form.filter method="get" action="/sample" aria-label="Sample" {
            (choice("per", "Of each", &[("physician", "physician"), ("site", "site"), ("coder", "coder"), ("all", "all together")],
                &or("per", "physician")))
            label { "Per cent" input.few name="percent" inputmode="decimal" value=(or("percent", "10")); }
            label { "Seed" input.few name="seed" inputmode="numeric" required value=(ask.param("seed")); }
            (choice("state", "Reports", &[("done", "finished"), ("open", "open"), ("all", "all")], &or("state", "done")))
            label { "Date of service from" input type="date" name="from" value=(ask.param("from")); }
            label { "Until" input type="date" name="until" value=(ask.param("until")); }
            button type="submit" { "Draw" }
        }
    }
}

fn table(ask: &Ask<'_>, sample: &[Drawn]) -> Markup {
    html! {
        @if sample.is_empty() { p.empty { "No report is like this. By default finished reports alone are drawn: choose all under “Reports” to draw from the others as well." } } @else {
            p.note role="status" { (sample.len()) @if sample.len() == 1 { " report" } @else { " reports" } " drawn" }
            div.scroll { table.list.rows {
                thead { tr {
                    th { "Drawn for" } th.number { "Of so many" } th { "Report" } th { "Date of service" } th { "Physician" } th { "Site" }
                    th { "Finished by" }
                } }
                tbody {
                    @for one in sample {
                        tr {
                            td data-l="Drawn for" { @if !one.group.is_empty() { (one.group) } @else if ask.param("per") == "all" { "all" } @else { span.note { "not named" } } } td.number data-l="Of so many" { (one.of) }
                            td data-l="Report" { a href=(format!("/reports/{}", one.report)) { (one.report_id) } }
                            td.date data-l="Date of service" { (one.service_date.as_deref().unwrap_or("not known")) }
                            td data-l="Physician" { (one.physician) } td data-l="Site" { (one.site) } td data-l=[one.coder.as_ref().map(|_| "Finished by")] { (one.coder.as_deref().unwrap_or("")) }
                        }
                    }
                }
            } }
        }
    }
}
