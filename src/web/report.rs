//! A report's page: the text on the left, what the program reads in it on the right, and below what was done with it.

use maud::{Markup, html};

use super::{
    address,
    answer::Answer,
    ask::Ask,
    bill, board, layout,
    live::{from_reader, missing},
    queries,
    told::{LINE, Told},
};
use crate::{
    queue::{Outcome, Right, Sheet, Shown, billing::Doubt, holds, reports::source_name, time},
    render::html::{Content, Mark, badge, legend, marked_text, quotes},
};

/// A report.
pub(super) fn page(ask: &Ask<'_>) -> Outcome<Answer> {
    draw(ask, "", &[])
}

/// The page once more after something was sent that cannot be used, with what is wrong.
pub(super) fn again(ask: &Ask<'_>, wrong: &str) -> Outcome<Answer> {
    draw(ask, wrong, &[])
}

/// The page once more with what has to be confirmed before it is saved.
pub(super) fn doubted(ask: &Ask<'_>, doubts: &[Doubt]) -> Outcome<Answer> {
    draw(ask, "", doubts)
}

fn draw(ask: &Ask<'_>, wrong: &str, doubts: &[Doubt]) -> Outcome<Answer> {
    let sheet = ask.desk().open(ask.actor(), ask.number("id")?)?;
    let title = format!("Report {}", sheet.version.report);
    let body = if Shown::to(ask.actor()) == Shown::Coded {
        coded(ask, &sheet, (wrong, doubts))?
    } else {
        plain(ask, &sheet)?
    };
    Ok(layout::page(ask, &title, &body))
}

fn coded(ask: &Ask<'_>, sheet: &Sheet, (wrong, doubts): (&str, &[Doubt])) -> Outcome<Markup> {
    let mine = sheet
        .holder
        .as_ref()
        .filter(|h| Some(h.user) == ask.actor().user);
    let fence = mine.filter(|_| ask.is_writing()).map(|h| h.fence);
    let told = Told::of(sheet);
    let asked = ask.desk().queries_of(ask.actor(), sheet.version.report)?;
    let beat = fence.map(|_| format!("/reports/{}/heartbeat", sheet.version.report));
    Ok(html! {
        div id="work" data-heartbeat=[beat.as_deref()] data-fence=[fence] data-csrf=(ask.csrf()) {
            (head(ask, sheet))
            (layout::wrong(wrong))
            @if let (Some(fence), false) = (fence, doubts.is_empty()) { (bill::doubts(ask, sheet, fence, doubts)) }
            (bill::otherwise(sheet))
            (actions(ask, sheet, fence)?)
            (bill::told(ask, sheet, fence))
            (legend())
            div.sides {
                section aria-label="Text of the report" { (marked_text(&sheet.version.text, &told.marks(), LINE, true)) }
                section aria-label="What the program reads in it" {
                    (told.draw(ask, fence))
                    (queries::on_report(&asked))
                    (waiting(ask, sheet, fence))
                    (lists(ask))
                }
            }
            (history(sheet))
            (keys())
        }
    })
}

/// What a physician sees: the documentation, without codes and units.
fn plain(ask: &Ask<'_>, sheet: &Sheet) -> Outcome<Markup> {
    let marks: Vec<Mark<'_>> = quotes(&sheet.reading, Content::Extract)
        .into_iter()
        .map(Mark::plain)
        .collect();
    let asked = ask.desk().queries_of(ask.actor(), sheet.version.report)?;
    Ok(html! {
        (head(ask, sheet))
        (legend())
        div.sides {
            section aria-label="Text of the report" { (marked_text(&sheet.version.text, &marks, LINE, true)) }
            section aria-label="What the report tells" {
                (missing(&sheet.reading, &sheet.gaps))
                @if !sheet.gaps.is_empty() {
                    p.note { "What has to be added to this report is asked for under " a href="/queries" { "Queries" } "; your answer becomes its addendum." }
                }
                (queries::on_report(&asked))
                (from_reader(&sheet.reading))
            }
        }
    })
}

fn head(ask: &Ask<'_>, sheet: &Sheet) -> Markup {
    let (version, row) = (&sheet.version, &sheet.row);
    let coded = Shown::to(ask.actor()) == Shown::Coded;
    html! {
        div.head {
            h1 { (version.name) " " @if coded { (badge(&row.disposition)) } }
            p.note {
                @if let Some(date) = &sheet.reading.document.report.date_of_service { "Date of service " (date) } @else { "No date of service" }
                @if !version.physician.is_empty() { " · " (version.physician) }
                @if !version.site.is_empty() { " · " (version.site) }
                " · report " (version.report)
                @if version.number > 1 { " · version " (version.number) }
                " · " (board::standing(ask, row))
            }
        }
    }
}

/// Claim, give back, finish, next.
fn actions(ask: &Ask<'_>, sheet: &Sheet, fence: Option<i64>) -> Outcome<Markup> {
    let role = ask.actor().role;
    if !ask.can(Right::Decide) {
        return Ok(html! {});
    }
    let path = |what: &str| format!("/reports/{}/{what}", sheet.version.report);
    let fenced = html! { input type="hidden" name="fence" value=(fence.unwrap_or_default()); };
    let after = html! { input type="hidden" name="after" value=(sheet.version.report); };
    let done = sheet.row.state == "done";
    let coders = if role.may(Right::Supervise) {
        ask.desk().coders(ask.actor())?
    } else {
        Vec::new()
    };
    Ok(html! {
        div.acts {
            @if done {
                span.told { "This report is done." }
                (layout::button(ask, &path("reopen"), "Open again", "quiet", &html! {}))
            } @else if fence.is_some() {
                @let open = sheet.undecided().len();
                span id="finish" { (layout::button(ask, &path("finish"), "Finish", "main", &fenced)) }
                @if open > 0 { span.note { (open) " to decide" } }
                (layout::button(ask, &path("release"), "Give back", "quiet", &html! {}))
            } @else if let Some(holder) = &sheet.holder {
                span.told { (holder.name) " has this report until " (time::told(holder.until)) " UTC." }
                @if role.may(Right::Supervise) {
                    (layout::sure(ask, &path("unlock"), "Take it from them",
                        &format!("{} can save nothing more on it. This is noted.", holder.name), &html! {}))
                }
            } @else {
                span id="claim" { (layout::button(ask, &path("claim"), "Claim", "main", &html! {})) }
            }
            (layout::button(ask, "/reports/next", "Next report", "quiet next", &after))
            @if let Some(list) = address::list(ask) {
                a.note href=(format!("/reports?{}", address::query(ask, &list))) { "The list you work through" }
            }
            @if !done {
                @if role.may(Right::Supervise) {
                    form.one method="post" action=(path("assign")) {
                        (layout::token(ask))
                        select name="to" aria-label="Assign to" {
                            option value="" { "nobody" }
                            @for (id, name) in &coders {
                                option value=(id) selected[sheet.row.assigned_to.as_ref() == Some(name)] { (name) }
                            }
                        }
                        button.quiet type="submit" { "Assign" }
                    }
                } @else {
                    @let mine = sheet.row.assigned_to.as_ref() == Some(&ask.actor().name);
                    @let to = if mine { String::new() } else { ask.actor().user.unwrap_or_default().to_string() };
                    (layout::button(ask, &path("assign"), if mine { "Not mine any more" } else { "Assign to me" }, "quiet",
                        &html! { input type="hidden" name="to" value=(to); }))
                }
            }
        }
    })
}

/// Holds, and the form for one more.
fn waiting(ask: &Ask<'_>, sheet: &Sheet, fence: Option<i64>) -> Markup {
    let words = |reason: &str| {
        let found = holds::REASONS.iter().find(|(r, _)| *r == reason);
        found.map_or("", |(_, words)| words)
    };
    let report = sheet.version.report;
    html! {
        @if !sheet.holds.is_empty() || fence.is_some() { h3 { "Holds" } }
        ul.holds {
            @for hold in &sheet.holds {
                li.closed[hold.closed.is_some()] {
                    (words(&hold.reason)) @if !hold.note.is_empty() { ": “" (hold.note) "”" }
                    " " span.note { (hold.opened_by) ", " (time::told(hold.opened_at)) }
                    @if let Some((name, at)) = &hold.closed { span.note { "; taken away by " (name) ", " (time::told(*at)) } }
                    @else if ask.can(Right::Decide) {
                        " " (layout::button(ask, &format!("/reports/{report}/unhold"), "Take away", "quiet",
                            &html! { input type="hidden" name="hold" value=(hold.id); }))
                    }
                }
            }
        }
        @if let Some(fence) = fence {
            details.hold {
                summary data-key="h" { "Put on hold" }
                form.stack method="post" action=(format!("/reports/{report}/hold")) {
                    (layout::token(ask))
                    input type="hidden" name="fence" value=(fence);
                    label { "Because" select name="reason" required {
                        option value="" { "choose a reason" }
                        @for (reason, words) in holds::REASONS { option value=(reason) { (words) } }
                    } }
                    label { "Note" input name="note" maxlength="2000"; }
                    button type="submit" { "Put on hold" }
                }
            }
        }
    }
}

/// What can be typed into the fields for codes and vessels.
fn lists(ask: &Ask<'_>) -> Markup {
    let analyzer = ask.desk().analyzer();
    html! {
        datalist id="codes" {
            @for code in analyzer.codes().family() { option value=(code.code) { (code.label) } }
        }
        datalist id="vessels" {
            @for vessel in &analyzer.lexicon().vessels { option value=(vessel.id.replace('-', " ")) {} }
        }
    }
}

/// What was done with the report: versions, analyses with their differences, decisions, and everything else.
fn history(sheet: &Sheet) -> Markup {
    let report = sheet.version.report;
    html! {
        details.history {
            summary { "History" }
            h3 { "Versions of the text" }
            ul { @for (id, number, source, at) in &sheet.versions {
                li { a href=(format!("/reports/{report}/versions/{id}")) { "Version " (number) } " "
                    span.note { (time::told(*at)) " UTC, " (source_name(source)) } }
            } }
            h3 { "Readings" }
            ul { @for kept in &sheet.analyses {
                li {
                    "Version " (kept.version) ", " (time::told(kept.made_at)) " UTC "
                    span.note { (kept.read_by) }
                    " " a href=(format!("/reports/{report}/analyses/{}", kept.id)) download=(format!("reading-{report}-{}.json", kept.id)) { "JSON" }
                    @if !kept.more.is_empty() { ": more than before: " (bill::suggestions(&kept.more)) }
                    @if !kept.fewer.is_empty() { "; no longer: " (bill::suggestions(&kept.fewer)) }
                }
            } }
            @if !sheet.decisions.is_empty() {
                h3 { "Decisions" }
                ul { @for decision in &sheet.decisions { li { (decision.words()) } } }
            }
            @if !sheet.beside.is_empty() {
                h3 { "Decisions on placements and base procedures" }
                ul { @for decision in &sheet.beside { li { (decision.words()) } } }
            }
            @if !sheet.confirmations.is_empty() {
                h3 { "Confirmed" }
                ul { @for c in &sheet.confirmations {
                    li { (c.words) " " span.note { "by " (c.by) ", " (time::told(c.at)) " UTC" } @if !c.note.is_empty() { ": “" (c.note) "”" } }
                } }
            }
            h3 { "Everything" }
            div.scroll { table.list.rows {
                thead { tr { th { "When (UTC)" } th { "Who" } th { "What" } th { "Outcome" } th { "More" } } }
                tbody { @for row in &sheet.history {
                    tr {
                        td.date data-l="When (UTC)" { (time::told(row.at)) } td data-l="Who" { (row.actor) } td data-l="What" { (row.event) }
                        td data-l="Outcome" { (row.outcome) } td data-l=[(!row.detail.is_empty()).then_some("More")] { (row.detail) }
                    }
                } }
            } }
        }
    }
}

/// The keys of the page.
fn keys() -> Markup {
    layout::keys([
        ("t", "take the report in hand"),
        (
            "j, k",
            "next and previous suggestion: units, then placements and base procedures",
        ),
        ("a", "accept it, the one that is outlined"),
        ("r", "reject it"),
        ("c", "change it"),
        ("u", "undo the decision on it"),
        ("A", "accept all that are open"),
        (
            "+",
            "add what was missed; the words that show it are typed, or taken along when they are selected in the text",
        ),
        (
            "q",
            "ask the physician about the flag; of several, go to the next that can be asked about",
        ),
        ("h", "put the report on hold"),
        (
            "f",
            "go to Finish; Enter ends the report and takes the next",
        ),
        ("n", "next report"),
        ("?", "show these keys"),
    ])
}

/// An older version of a report's text.
pub(super) fn version(ask: &Ask<'_>) -> Outcome<Answer> {
    let report = ask.number("id")?;
    let (version, reading) =
        ask.desk()
            .open_version(ask.actor(), report, ask.number("version")?)?;
    let content = match Shown::to(ask.actor()) {
        Shown::Coded => Content::Check,
        Shown::Plain => Content::Extract,
    };
    let marks: Vec<Mark<'_>> = quotes(&reading, content)
        .into_iter()
        .map(Mark::plain)
        .collect();
    let body = html! {
        h1 { (version.name) ", version " (version.number) }
        p.note { "Came " (time::told(version.received_at)) " UTC from " (source_name(&version.source)) ". "
            a href=(format!("/reports/{report}")) { "To the newest version" } }
        (legend())
        (marked_text(&version.text, &marks, LINE, false))
    };
    let title = format!("Report {report}, version {}", version.number);
    Ok(layout::page(ask, &title, &body))
}

/// A reading of the report as it was kept, as JSON.
pub(super) fn analysis(ask: &Ask<'_>) -> Outcome<Answer> {
    let document = ask
        .desk()
        .analysis(ask.actor(), ask.number("id")?, ask.number("analysis")?)?;
    Ok(Answer::json(document))
}
