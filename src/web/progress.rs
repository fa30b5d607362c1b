//! How the work goes, for supervisors: what waits, what came and was finished day by day, and what each coder has and did.

use maud::{Markup, html};

use super::{answer::Answer, ask::Ask, layout};
use crate::queue::{
    Outcome,
    counts::Counts,
    progress::{Coder, MONTH, Progress},
    time,
};

/// The page.
pub(super) fn page(ask: &Ask<'_>) -> Outcome<Answer> {
    let progress = ask.desk().progress(ask.actor())?;
    let counts = ask.desk().counts(ask.actor(), "")?;
    let body = html! {
        h1 { "Progress" }
        (standing(&progress, &counts))
        h2.parted { "Coders" }
        (coders(&progress.coders))
        p.note { "What was finished and opened again since then does not count. Days are those of UTC; the figures are of the reports that you may see." }
        h2.parted { "Day by day" }
        (days(&progress))
    };
    Ok(layout::page(ask, "Progress", &body))
}

fn standing(progress: &Progress, counts: &Counts) -> Markup {
    html! {
        p {
            a href="/reports" { (counts.open) " open" } ", " a href="/reports?state=held" { (counts.held) " on hold" } ", "
            a href="/reports?state=done" { (counts.done) " done" } "."
            @if let Some(oldest) = progress.oldest {
                " The one that waits longest came " (before(time::now() - oldest)) "."
            }
        }
        p {
            @if progress.finished == 0 { "None was finished in the last " (MONTH) " days." }
            @else {
                "Of " (progress.finished) " finished in the last " (MONTH) " days, half were within " (lasted(progress.median))
                " of their coming, nine of ten within " (lasted(progress.p90)) "."
            }
        }
    }
}

/// A time in the largest whole unit.
fn lasted(time: time::Moment) -> String {
    match time {
        t if t < time::MINUTE => "a minute".to_owned(),
        t => time::ago(0, t),
    }
}

fn before(time: time::Moment) -> String {
    match time {
        t if t < time::MINUTE => "just now".to_owned(),
        t => format!("{} ago", time::ago(0, t)),
    }
}

fn coders(coders: &[Coder]) -> Markup {
    html! {
        div.scroll { table.list.rows {
            thead { tr {
                th { "Name" } th.number { "For them" } th.number { "In hand" } th.number { "Put on hold" }
                th.number { "Finished today" } th.number { "In 7 days" } th.number { "In " (MONTH) " days" }
            } }
            tbody { @for coder in coders {
                @let list = serde_urlencoded::to_string([("assigned", &coder.name)]).unwrap_or_default();
                tr {
                    td { b { (coder.name) } }
                    td.number data-l="For them" { a href=(format!("/reports?{list}")) { (coder.assigned) } }
                    td.number data-l="In hand" { (coder.in_hand) }
                    td.number data-l="Put on hold" { (coder.held) }
                    td.number data-l="Finished today" { (coder.today) }
                    td.number data-l="In 7 days" { (coder.week) }
                    td.number data-l=(format!("In {MONTH} days")) { (coder.month) }
                }
            } }
        } }
    }
}

fn days(progress: &Progress) -> Markup {
    html! {
        div.scroll.slim { table.list {
            thead { tr { th { "Day" } th.number { "Came" } th.number { "Finished" } } }
            tbody { @for (begins, came, done) in &progress.days {
                tr {
                    td.date { (time::date(*begins)) }
                    td.number { (came) } td.number { (done) }
                }
            } }
        } }
    }
}
