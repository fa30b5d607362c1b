//! Queries to physicians: the list with its turnaround, the page on which one is written, and the page on which it is read,
//! answered and ended. What physicians see of them holds no code and no money.

use axum::http::StatusCode;
use maud::{Markup, html};

use super::{address, answer::Answer, ask::Ask, layout, told::LINE};
use crate::{
    queue::{
        Difference, NewAnswer, Outcome, QuerySheet, Refusal, Right, Shown,
        gaps::Indicator,
        queries::{Query, Turnaround},
        time,
    },
    render::html::{Content, Mark, capital, legend, marked_text, quotes},
};

/// The list.
pub(super) fn list(ask: &Ask<'_>) -> Outcome<Answer> {
    let all = ask.desk().queries(ask.actor())?;
    let state = match ask.param("state") {
        "" => "open",
        other => other,
    };
    let now = time::now();
    let turnaround = Turnaround::of(&all);
    let shown: Vec<&Query> = all
        .iter()
        .filter(|q| state == "all" || q.state == state)
        .collect();
    let tabs = turnaround.states.iter().map(|(s, n)| (*s, *n));
    let body = html! {
        h1 { "Queries" }
        nav.tabs aria-label="Standing" {
            @for (name, count) in tabs.chain([("all", all.len())]) {
                a href=(format!("/queries?state={name}")) aria-current=[(name == state).then_some("true")] {
                    (capital(name)) " " span.count { (count) }
                }
            }
        }
        p.note {
            @if turnaround.answered == 0 { "No query was answered yet" }
            @else {
                "Answered: " (turnaround.answered) ". Half of the answers came within " (lasted(turnaround.median))
                ", nine of ten within " (lasted(turnaround.p90))
            }
            @if let Some(oldest) = turnaround.oldest { ". The oldest open one waits for " (lasted(now - oldest)) }
            "."
        }
        @if shown.is_empty() { p.empty {
                "No query stands here. "
                @if ask.can(Right::Query) { "A query to a physician is written on a report's page, beside what is missing." }
                @else if ask.can(Right::Answer) { "When a coder asks you about a report, the question stands here." }
            } }
        @else {
            div.scroll { table.list.rows {
                thead { tr { th { "About" } th { "Report" } th { "Physician" } th { "Asked (UTC)" } th { "By" } th { "Waited" } th { "Standing" } } }
                tbody { @for query in shown {
                    tr {
                        td { a href=(format!("/queries/{}", query.id)) { (query.title) } }
                        td data-l="Report" { a href=(format!("/reports/{}", query.report)) { (query.name) } }
                        td data-l="Physician" { (query.physician) }
                        td.date data-l="Asked (UTC)" { (time::told(query.asked.1)) }
                        td data-l="By" { (query.asked.0) }
                        td.date data-l="Waited" { (lasted(query.waited(now))) }
                        td data-l="Standing" { (query.state) }
                    }
                } }
            } }
        }
    };
    Ok(layout::page(ask, "Queries", &body))
}

/// A time in the largest whole unit.
fn lasted(time: time::Moment) -> String {
    match time {
        t if t < time::MINUTE => "less than a minute".to_owned(),
        t => time::ago(0, t),
    }
}

/// The page on which a query is written, from a flag.
pub(super) fn draft(ask: &Ask<'_>) -> Outcome<Answer> {
    let flag = ask.param("flag").parse().unwrap_or(usize::MAX);
    draft_form(ask, flag, "")
}

/// The form, with what was typed when something is wrong with it.
fn draft_form(ask: &Ask<'_>, flag: usize, wrong: &str) -> Outcome<Answer> {
    let report = ask.number("id")?;
    let draft = ask.desk().draft(ask.actor(), report, flag)?;
    let choices = draft.wording.all_choices();
    let question = match ask.field("question") {
        "" => draft.question.as_str(),
        typed => typed,
    };
    let body = html! {
        h1 { "Ask " (draft.version.physician) }
        p.note { "About " a href=(address::report(ask, report)) { (draft.version.name) } ". The report waits on hold until the answer is there." }
        form.asking method="post" action=(format!("/reports/{report}/ask")) {
            (layout::token(ask))
            input type="hidden" name="flag" value=(flag);
            h2 { (draft.wording.title) }
            p { (draft.told) "." }
            p.note { "In the report:" }
            (said(&draft.indicators))
            (layout::wrong(wrong))
            label for="question" { "Question" }
            textarea id="question" name="question" rows="4" required autofocus[!wrong.is_empty()] { "\n" (question) }
            p.note {
                "Ask openly. What names a code, money or a payer, a vessel, side or finding that is not in the report, or what asks for a yes, is not sent."
            }
            @if !choices.is_empty() {
                p { "To choose from:" }
                ul { @for choice in &choices { li { (choice.words) } } }
            }
            div.acts { button.main type="submit" { "Send" } a href=(address::report(ask, report)) { "Back without sending" } }
        }
    };
    Ok(layout::page(
        ask,
        &format!("Report {report}: a query"),
        &body,
    ))
}

/// Words of the report.
fn said(indicators: &[Indicator]) -> Markup {
    html! {
        @for indicator in indicators {
            blockquote { (indicator.words) " " span.note { "line " (indicator.line) } }
        }
    }
}

/// Sends a query.
pub(super) fn send(ask: &Ask<'_>) -> Outcome<Answer> {
    let report = ask.number("id")?;
    let flag = usize::try_from(ask.field_number("flag")?).unwrap_or(usize::MAX);
    let sent = ask
        .desk()
        .ask(ask.actor(), report, flag, ask.field("question"));
    match sent {
        // What was typed stays, to be put in other words.
        Err(Refusal::Invalid(words)) => {
            let form = draft_form(ask, flag, &words).map_err(|_| Refusal::Invalid(words))?;
            Ok(form.status(StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(other) => Err(other),
        Ok(_) => Ok(Answer::to(address::report(ask, report))),
    }
}

/// A query with the report it is about.
pub(super) fn page(ask: &Ask<'_>) -> Outcome<Answer> {
    draw(ask, "")
}

/// The page, with what was typed when something is wrong with it.
fn draw(ask: &Ask<'_>, wrong: &str) -> Outcome<Answer> {
    let sheet = ask.desk().query(ask.actor(), ask.number("id")?)?;
    let content = match Shown::to(ask.actor()) {
        Shown::Coded => Content::Check,
        Shown::Plain => Content::Extract,
    };
    let (version, reading) = (&sheet.version, &sheet.reading);
    let marks: Vec<Mark<'_>> = quotes(reading, content)
        .into_iter()
        .map(Mark::plain)
        .collect();
    let query = &sheet.query;
    let answers = query.state == "open" && ask.can(Right::Answer);
    let body = html! {
        div.head {
            h1 { "Query: " (query.title) }
            p.note {
                a href=(format!("/reports/{}", query.report)) { (query.name) }
                " · asked by " (query.asked.0) ", " (time::told(query.asked.1)) " UTC"
                @if query.answer.is_some() { " · answered after " } @else { " · waited for " } (lasted(query.waited(time::now())))
                @if query.state != "answered" { " · " (query.state) }
            }
        }
        (legend())
        div.sides.asked {
            section aria-label="Text of the report" { (marked_text(&version.text, &marks, LINE, false)) }
            section aria-label="The query" {
                @if !answers { (layout::wrong(wrong)) }
                h2 { "Question" }
                p { (query.told) "." }
                p.note { "In the report:" }
                @for indicator in &query.indicators {
                    blockquote { (indicator.words) " " a.note href=(format!("#{LINE}{}", indicator.line)) { "line " (indicator.line) } }
                }
                p.question { (query.question) }
                (answered(ask, &sheet))
                @if answers { (answer_form(ask, query, wrong)) }
                @if let Some((by, at, outcome)) = &query.ended {
                    p.told {
                        (capital(&query.state)) " by " (by) ", " (time::told(*at)) " UTC"
                        @if !outcome.is_empty() { ": " (outcome) }
                    }
                } @else if ask.can(Right::Query) { (end_form(ask, query)) }
            }
        }
    };
    Ok(layout::page(ask, &format!("Query {}", query.id), &body))
}

fn answered(ask: &Ask<'_>, sheet: &QuerySheet) -> Markup {
    let Some(answer) = &sheet.query.answer else {
        return html! {};
    };
    let chosen = answer.choice.as_deref().and_then(|name| {
        let choices = &sheet.query.choices;
        choices.iter().find(|c| c.key == name)
    });
    html! {
        h2 { "Answer" }
        @if let Some(choice) = chosen { p { b { (choice.words) } } }
        @if !answer.words.is_empty() { blockquote.said { (answer.words) } }
        p.note {
            "Signed by " (answer.by) ", " (time::told(answer.at)) " UTC. "
            @if let Some((version, _)) = &sheet.after {
                a href=(format!("/reports/{}/versions/{}", sheet.query.report, version.id)) { "The report with the addendum" }
            }
        }
        @if let Some((_, difference)) = &sheet.after { (changed(ask, difference)) }
    }
}

/// What the addendum changed.
fn changed(ask: &Ask<'_>, difference: &Difference) -> Markup {
    let [before, after] = difference.units;
    html! {
        h3 { "What changed with it" }
        ul {
            @if Shown::to(ask.actor()) == Shown::Coded {
                li { "Units performed: " (before.0) " before, " (after.0) " now; supported by the text: " (before.1) " before, " (after.1) " now" }
                @if !difference.more.is_empty() { li { "More: " (difference.more.join(", ")) } }
                @if !difference.fewer.is_empty() { li { "No longer: " (difference.fewer.join(", ")) } }
            }
            @if !difference.closed.is_empty() { li { "Not asked about any more: " (difference.closed.join(", ")) } }
            @if difference.left.is_empty() { li { "Nothing is left to ask about" } }
            @else { li { "Still not found: " (difference.left.join(", ")) } }
        }
    }
}

/// The form for an answer. What was typed before stays in it, but for the password.
fn answer_form(ask: &Ask<'_>, query: &Query, wrong: &str) -> Markup {
    let (chosen, words) = (ask.field("choice"), ask.raw_field("words"));
    html! {
        form.asking method="post" action=(format!("/queries/{}/answer", query.id)) {
            (layout::token(ask))
            h2 { "Your answer" }
            (layout::wrong(wrong))
            @if !query.choices.is_empty() {
                fieldset {
                    legend { "Choose one" }
                    @for choice in &query.choices {
                        label.option { input type="radio" name="choice" value=(choice.key) required checked[choice.key == chosen]; " " (choice.words) }
                    }
                }
            }
            label for="words" { "Addendum to the report, in your own words" }
            textarea id="words" name="words" rows="6" required[query.choices.is_empty()] { "\n" (words) }
            // Keepers of passwords look for the name beside it.
            input type="text" hidden autocomplete="username" value=(ask.actor().name);
            label for="password" { "Your password, to sign it" }
            input id="password" name="password" type="password" autocomplete="current-password" required autofocus[!wrong.is_empty()];
            p.note { "The addendum is put under the report with your name and the time. The report as it was stays in the history." }
            button.main type="submit" { "Sign and add" }
        }
    }
}

fn end_form(ask: &Ask<'_>, query: &Query) -> Markup {
    let open = query.state == "open";
    html! {
        form.stack method="post" action=(format!("/queries/{}/end", query.id)) {
            (layout::token(ask))
            label { @if open { "Why it is taken back" } @else { "Outcome" } input name="outcome" maxlength="2000" required[open]; }
            button type="submit" { @if open { "Cancel the query" } @else { "Close the query" } }
        }
    }
}

/// Takes an answer.
pub(super) fn answer(ask: &Ask<'_>) -> Outcome<Answer> {
    let id = ask.number("id")?;
    let new = NewAnswer {
        choice: ask.field("choice").to_owned(),
        words: ask.field("words").replace("\r\n", "\n"),
        password: ask.raw_field("password").to_owned(),
    };
    match ask.desk().answer(ask.actor(), id, &new) {
        Err(Refusal::Invalid(words)) => {
            let page = draw(ask, &words)?;
            Ok(page.status(StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(Refusal::Conflict(conflict)) => {
            let page = draw(ask, &conflict.words)?;
            Ok(page.status(StatusCode::CONFLICT))
        }
        Err(refusal @ Refusal::Wait(_)) => {
            let page = draw(ask, &refusal.to_string())?;
            Ok(page.status(StatusCode::TOO_MANY_REQUESTS))
        }
        Err(other) => Err(other),
        Ok(()) => Ok(Answer::to(format!("/queries/{id}"))),
    }
}

/// Ends a query.
pub(super) fn end(ask: &Ask<'_>) -> Outcome<Answer> {
    let id = ask.number("id")?;
    ask.desk()
        .end_query(ask.actor(), id, ask.field("outcome"))?;
    Ok(Answer::to(format!("/queries/{id}")))
}

/// The queries on a report's page.
pub(super) fn on_report(queries: &[Query]) -> Markup {
    html! {
        @if !queries.is_empty() {
            h3 { "Queries" }
            ul {
                @for query in queries {
                    li {
                        a href=(format!("/queries/{}", query.id)) { (query.title) } ": "
                        (query.state) " " span.note { (query.asked.0) ", " (time::told(query.asked.1)) }
                    }
                }
            }
        }
    }
}
