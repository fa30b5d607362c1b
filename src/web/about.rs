//! What the program's judgement is made of, for everybody who uses it. Physicians are told of its documents and days as well, but
//! of none that is about codes or money.

use maud::{Markup, html};

use super::{answer::Answer, ask::Ask, layout};
use crate::{
    feedback::Share,
    lookup::made_of::MadeOf,
    queue::{Outcome, Right, neutral::is_neutral},
};

/// The page. Who may not see codes is not told of tables of codes.
#[expect(clippy::unnecessary_wraps, reason = "the type of all page functions")]
pub(super) fn page(ask: &Ask<'_>) -> Outcome<Answer> {
    let made = MadeOf::builtin();
    let coded = ask.actor().role.may(Right::SeeCodes);
    let body = html! {
        h1 { "About" }
        p { "ivus " (made.version) ", lexicon " span.note { (made.lexicon) } }
        h2 { "Limits" }
        ul {
            @for limit in made.limits.iter().filter(|l| coded || is_neutral(l)) {
                li { (limit) }
            }
        }
        @if coded { (accuracy(&made)) (tables(&made)) } @else { (based_on(&made)) }
    };
    Ok(layout::page(ask, "About", &body))
}

/// What physicians are told of days and documents.
fn based_on(made: &MadeOf) -> Markup {
    let (reports, _, first, last) = made.exact();
    let asked = made.documentation.iter();
    let asked = asked.filter(|a| is_neutral(&a.statement) && is_neutral(&a.documents.join("; ")));
    html! {
        h2 { "What it asks for, and where that is from" }
        ul {
            @for fact in asked {
                li { (fact.statement) " " span.note { (fact.documents.join("; ")) " (" (fact.confidence) ")" } }
            }
        }
        h2 { "Days" }
        p {
            "It was tried on " (made.first_looks.len()) " batches of invented reports, " (reports) " in all, each seen for the first time, from "
            (first) " to " (last) "."
            @if let Some(newest) = made.newest() { " The newest day in what it knows is " (newest) "." }
        }
    }
}

fn accuracy(made: &MadeOf) -> Markup {
    let (reports, exact, first, last) = made.exact();
    let share = Share {
        part: u64::from(exact),
        of: u64::from(reports),
    };
    html! {
        h2 { "Accuracy" }
        p {
            "On " (made.first_looks.len()) " batches of invented reports, each seen for the first time (" (first) " to " (last)
            "), the units of " b { (share.counts()) } " reports were exactly right: " (share.words()) ", 95 % interval "
            (share.range()) ". A real office's reports may differ more from these than the interval tells."
        }
        details {
            summary { "Each batch" }
            div.scroll { table.rows {
                thead { tr { th { "Day" } th { "Batch" } th.number { "Reports" } th.number { "Units exact" } } }
                tbody {
                    @for look in &made.first_looks {
                        tr {
                            td.date data-l="Day" { (look.date) } td data-l="Batch" { (look.batch) } td.number data-l="Reports" { (look.reports) }
                            td.number data-l="Units exact" { (format!("{} %", crate::feedback::rounded(look.exact * 100.0))) }
                        }
                    }
                }
            } }
        }
    }
}

fn tables(made: &MadeOf) -> Markup {
    let (documentation, counting) = made.rules;
    html! {
        h2 { "Rules and tables" }
        p {
            (documentation) " rules look at the documentation, " (counting) " at the count; "
            @match made.without_source.len() {
                0 => { "each rests on a named source" }
                1 => { "one of them rests on no named source" }
                n => { (n) " of them rest on no named source" }
            }
            ". The numbered facts name " (made.sources.len()) " documents."
        }
        div.scroll { table.list.rows {
            thead { tr { th { "Table" } th { "What" } th.number { "Rows" } th { "Newest day" } th { "How sure its sources are" } } }
            tbody {
                @for table in &made.tables {
                    tr {
                        td { b { (table.name) } } td data-l="What" { (table.what) } td.number data-l="Rows" { (table.rows) }
                        td.date data-l=[table.newest.as_ref().map(|_| "Newest day")] { (table.newest.as_deref().unwrap_or("")) }
                        td data-l="How sure its sources are" { @for (n, (sure, rows)) in table.confidence.iter().enumerate() { @if n > 0 { ", " } (rows) " " (sure) } }
                    }
                }
            }
        } }
        details {
            summary { "Documents" }
            div.scroll { table.rows {
                thead { tr { th { "Name" } th { "Document" } th { "Year" } } }
                tbody { @for (name, document, year) in &made.sources { tr { td { b { (name) } } td { (document) } td.date data-l="Year" { (year) } } } }
            } }
        }
    }
}
