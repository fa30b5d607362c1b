//! The figures as a page: for coders with units, rules and decisions, for physicians with their documentation alone. The body
//! is the same in the browser of the queue and in the file that stands by itself.

use std::collections::BTreeMap;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{
    Element, FEW, Figures, Group, STYLE, Share, gaps,
    periods::Axis,
    pictures::{bar, trend},
};
use crate::{render::html, rules};

mod coders;

/// Who reads the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Coders, auditors and specialists of documentation.
    Coders,
    /// Physicians: no code, unit, rule, payer, and nothing of what coders decided.
    Physicians,
}

/// What stands above the figures.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// What the figures are limited to, a part each: `physician Dr. Alder`.
    pub limits: Vec<String>,
    /// What read the reports, and when or from what.
    pub origin: Vec<(String, String)>,
    /// Where the reports with a gap are listed, by the gap's rule; empty in a file that stands by itself.
    pub lists: BTreeMap<&'static str, String>,
}

/// The most gaps that are shown with an example.
const MOST_GAPS: usize = 8;
/// Physicians beside each other in one table, so that it fits on a sheet.
const PHYSICIANS_A_TABLE: usize = 7;
/// The most physicians in pictures beside each other.
const MOST_PHYSICIANS: usize = 24;

/// The page as one file: the style in it, no script, nothing loaded.
#[must_use]
pub fn page(figures: &Figures, audience: Audience, head: &Head) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                meta name="color-scheme" content="light dark";
                title { "IVUS documentation feedback" }
                style { (PreEscaped(html::STYLE)) (PreEscaped(STYLE)) }
            }
            body {
                h1 { "IVUS documentation feedback" }
                (body(figures, audience, head))
            }
        }
    };
    markup.into_string()
}

/// The figures without a frame and without a title.
#[must_use]
pub fn body(figures: &Figures, audience: Audience, head: &Head) -> Markup {
    let all = &figures.all;
    html! {
        div.feedback {
            p.note { (of_what(figures, head)) }
            @if all.reports == 0 {
                p.empty { "No report with IVUS is among them, so there is nothing to show." }
            } @else {
                (tiles(figures, audience))
                (elements(all))
                (months(figures))
                (missing(figures, head))
                (groups("By physician", "Physician", &figures.physicians, audience))
                (side_by_side(figures))
                (groups("By site", "Site", &figures.sites, audience))
                @if audience == Audience::Coders { (coders::sections(figures)) }
                (method(figures, audience))
            }
            @if !head.origin.is_empty() {
                section.origin {
                    h2 { "What the figures rest on" }
                    dl { @for (what, value) in &head.origin { dt { (what) } dd { (value) } } }
                }
            }
        }
    }
}

/// How many reports, of what time, limited to what.
fn of_what(figures: &Figures, head: &Head) -> String {
    let mut told = counted(figures.all.reports, "report with IVUS", "reports with IVUS");
    let months: Vec<&String> = figures.months.keys().collect();
    match months.as_slice() {
        [] => {}
        [one] => told = format!("{told} of {one}"),
        [first, .., last] => told = format!("{told} from {first} to {last}"),
    }
    if !head.limits.is_empty() {
        told = format!("{told}; {}", head.limits.join(", "));
    }
    told + "."
}

fn tiles(figures: &Figures, audience: Audience) -> Markup {
    let all = &figures.all;
    let gap = figures.gaps().first().and_then(|(rule, n)| {
        let words = gaps::of(rule)?.words;
        Some((words, *n))
    });
    html! {
        div.tiles {
            div.tile { span.figure { (all.reports) } span.what { (if all.reports == 1 { "report" } else { "reports" }) " with IVUS" } }
            div.tile {
                span.figure { (all.whole.words()) }
                span.what { "of the reports hold all five elements: " (all.whole.counts()) (interval(all.whole)) }
            }
            @if audience == Audience::Coders {
                @let units = all.units();
                div.tile {
                    span.figure { (all.supported) " / " (all.performed) }
                    span.what { "units the text supports, of those performed" @if units.of > 0 { ": " (units.words()) (interval(units)) } }
                }
            }
            @if let Some((words, n)) = gap {
                div.tile.wide { span.figure { (n) } span.what { (if n == 1 { "report has" } else { "reports have" }) " the most frequent gap: " (words) } }
            }
        }
    }
}

/// `, 95 % interval 45–94 %`, and whether there are few.
fn interval(share: Share) -> String {
    let few = if share.is_few() {
        ", too few to judge"
    } else {
        ""
    };
    format!(" (95 % interval {}{few})", share.range())
}

fn elements(all: &Group) -> Markup {
    html! {
        section {
            h2 { "What the reports document" }
            table.shares {
                thead { tr {
                    th { "Element" } th { "" } th.number { "Share" } th.number { "Reports" } th.number { "95 % interval" }
                } }
                tbody {
                    @for element in Element::ALL {
                        @let share = all.element(element);
                        tr {
                            td { b { (element.name()) } br; span.note { (element.meaning()) } }
                            (share_cells(share))
                        }
                    }
                    tr.sum { td { b { "All five" } } (share_cells(all.whole)) }
                }
            }
            p.note {
                "The bar is the share of reports that hold the element. The line across it is the 95 % interval: from so many reports \
                alone, the true share is likely to lie between its ends. A report counts for an element only where it can apply. \
                “Few”: fewer than " (FEW) " reports, too few to judge."
            }
        }
    }
}

/// Picture, share, counts and interval of a share.
fn share_cells(share: Share) -> Markup {
    html! {
        td.picture { (bar(share)) }
        td.number { b { (share.words()) } }
        td.number { (share.counts()) @if share.is_few() { br; span.note { "few" } } }
        td.number { (share.range()) }
    }
}

fn months(figures: &Figures) -> Markup {
    let axis = Axis::of(figures.months.keys()).filter(|a| a.told > 1);
    let Some(axis) = axis else {
        return html! {
            section {
                h2 { "Over time" }
                p.note { "There is one month at most, so no trend can be shown." }
            }
        };
    };
    let step = axis.step.name();
    let picture = |name: &str, of: &dyn Fn(&Group) -> Share| {
        let series = axis.series(figures.months.iter().map(|(m, g)| (m, of(g))));
        html! { figure { figcaption { (name) } (trend(name, step, &series)) } }
    };
    html! {
        section {
            h2 { (html::capital(step)) " by " (step) }
            div.trends {
                @for element in Element::ALL { (picture(element.name(), &|g| g.element(element))) }
                (picture("All five", &|g| g.whole))
            }
            (month_table(figures, axis))
            p.note {
                "A dot is a " (step) " of service, the line through it its 95 % interval; a hollow dot stands for fewer than "
                (FEW) " reports. A " (step) " without a report has no dot, and no line runs across it. Where the intervals of two "
                (step) "s overlap widely, the difference may be chance."
                @if axis.left_out > 0 { " " (counted(axis.left_out as u64, "earlier month is", "earlier months are")) " left out of the pictures." }
                @if figures.undated > 0 { " " (counted(figures.undated, "report has", "reports have")) " no date." }
            }
        }
    }
}

/// What the pictures over time show, in figures that can be read on paper: a row a period with reports.
fn month_table(figures: &Figures, axis: Axis) -> Markup {
    let series = |of: &dyn Fn(&Group) -> Share| {
        axis.series(
            figures
                .months
                .iter()
                .map(|(month, group)| (month, of(group))),
        )
    };
    let mut columns: Vec<(&str, Vec<(String, Share)>)> = Element::ALL
        .into_iter()
        .map(|element| (element.name(), series(&|g| g.element(element))))
        .collect();
    let whole = series(&|g| g.whole);
    columns.push(("All five", whole.clone()));
    html! {
        div.scroll { table.matrix.periods {
            thead { tr {
                th { (html::capital(axis.step.name())) } th.number { "Reports" }
                @for (name, _) in &columns { th { (name) } }
            } }
            tbody {
                @for (n, (period, all)) in whole.iter().enumerate().filter(|(_, (_, all))| all.of > 0) {
                    tr {
                        td { b { (period) } }
                        td.number data-l="Reports" { (all.of) }
                        @for (name, shares) in &columns {
                            (cell(name, shares.get(n).map(|s| s.1).unwrap_or_default()))
                        }
                    }
                }
            }
        } }
    }
}

/// The same of the pictures of physicians, so many beside each other as fit on a sheet.
fn physician_tables(figures: &Figures, axis: Axis) -> Markup {
    let told: Vec<(&str, Vec<(String, Share)>)> = figures
        .physician_months
        .iter()
        .take(MOST_PHYSICIANS)
        .map(|(name, own)| (name.as_str(), axis.series(own.iter().map(|(m, s)| (m, *s)))))
        .collect();
    html! {
        @for some in told.chunks(PHYSICIANS_A_TABLE) {
            @let periods: &[(String, Share)] = some.first().map_or(&[], |(_, series)| series);
            div.scroll { table.matrix.periods {
                thead { tr {
                    th { (html::capital(axis.step.name())) }
                    @for (name, _) in some { th { (name) } }
                } }
                tbody {
                    @for (n, (period, _)) in periods.iter().enumerate() {
                        @let row: Vec<Share> = some.iter().filter_map(|(_, s)| s.get(n).map(|s| s.1)).collect();
                        @if row.iter().any(|s| s.of > 0) {
                            tr {
                                td { b { (period) } }
                                @for ((name, _), share) in some.iter().zip(row) { (cell(name, share)) }
                            }
                        }
                    }
                }
            } }
        }
    }
}

/// Physicians beside each other, each with the share of whole reports over the same time.
fn side_by_side(figures: &Figures) -> Markup {
    let axis = Axis::of(figures.months.keys()).filter(|a| a.told > 1);
    let many = figures.physician_months.len();
    let (Some(axis), true) = (axis, many > 1) else {
        return html! {};
    };
    let step = axis.step.name();
    let most = figures.physician_months.iter().take(MOST_PHYSICIANS);
    html! {
        section {
            h2 { "Physicians, " (step) " by " (step) }
            div.trends {
                @for (name, own) in most {
                    @let series = axis.series(own.iter().map(|(m, s)| (m, *s)));
                    figure { figcaption { (name) } (trend(name, step, &series)) }
                }
            }
            (physician_tables(figures, axis))
            p.note {
                "All five elements, over the same time for each. A " (step) " without a dot has no report of theirs."
                @if many > MOST_PHYSICIANS {
                    " The first " (MOST_PHYSICIANS) " of " (many) " names are shown; limit the page to one to see another."
                }
            }
        }
    }
}

/// The most frequent gaps, each with an example.
fn missing(figures: &Figures, head: &Head) -> Markup {
    let rows = figures.gaps();
    let left = rows.len().saturating_sub(MOST_GAPS);
    html! {
        section {
            h2 { "Most frequent gaps, and how they can be written" }
            @if rows.is_empty() { p.note { "No gap was found." } } @else {
                ol.gaps {
                    @for (rule, n) in rows.into_iter().take(MOST_GAPS) {
                        @if let Some(gap) = gaps::of(rule) {
                            @let share = Share { part: n, of: figures.all.reports };
                            li {
                                p {
                                    b { (html::capital(gap.words)) } ": " (share.counts()) " reports, " (share.words()) (interval(share))
                                    @if let Some(list) = head.lists.get(gap.rule) { " " a.screen href=(list) { "Show them" } }
                                }
                                p.example { span.label { "For example" } (gap.example) }
                            }
                        }
                    }
                }
                @if left > 0 { p.note { (counted(left as u64, "rarer gap is", "rarer gaps are")) " not shown." } }
                p.note {
                    "The examples are invented and show the form alone. Write what was seen and done, and nothing else; what was \
                    normal is a finding too."
                }
            }
        }
    }
}

fn groups(title: &str, what: &str, groups: &BTreeMap<String, Group>, audience: Audience) -> Markup {
    // One row would tell what stands above already.
    if groups.len() == 1 {
        return html! {};
    }
    html! {
        section {
            h2 { (title) }
            div.scroll { table.matrix {
                thead { tr {
                    th { (what) } th.number { "Reports" }
                    @for element in Element::ALL { th { (element.name()) } }
                    th { "All five" }
                    @if audience == Audience::Coders { th { "Units supported of performed" } }
                    th { "Most frequent gap" }
                } }
                tbody {
                    @for (name, group) in groups {
                        tr {
                            td { b { (name) } }
                            td.number data-l="Reports" { (group.reports) }
                            @for element in Element::ALL { (cell(element.name(), group.element(element))) }
                            (cell("All five", group.whole))
                            @if audience == Audience::Coders {
                                (cell("Units supported of performed", group.units()))
                            }
                            td.note data-l="Most frequent gap" {
                                @if let Some((gap, n)) = group.first_gap().and_then(|(rule, n)| Some((gaps::of(rule)?, n))) {
                                    (gap.words) " (" (n) ")"
                                } @else { "none" }
                            }
                        }
                    }
                }
            } }
        }
    }
}

/// A share in a cell of a table, under the name of its column.
fn cell(column: &str, share: Share) -> Markup {
    html! {
        td.share.thin[share.is_few()] data-l=(column) {
            @if share.of == 0 { span.note { "–" } } @else {
                b { (share.words()) }
                (bar(share))
                span.note { (share.counts()) @if share.is_few() { ", few" } br; (share.range()) }
            }
        }
    }
}

fn method(figures: &Figures, audience: Audience) -> Markup {
    html! {
        section.method {
            h2 { "How it is counted" }
            ul {
                li { "A report has an element when nothing of it is missing for any of its vessels. Where an element cannot apply, \
                     as the side of the inferior vena cava, the report is not counted for it." }
                li { "Each share stands with its counts and the 95 % interval after Wilson: where the true share lies, as far as so \
                     few reports can tell. Shares of fewer than " (FEW) " reports are marked as few and drawn pale: one report \
                     more or less changes them much. Names are in the order of the alphabet; this is no ranking." }
                li { "Reports were read by a program. It misreads some; what it takes for a gap may be written in words that it does \
                     not know. A look at the report decides." }
                @if figures.withdrawn > 0 { li { (counted(figures.withdrawn, "report was", "reports were")) " taken back by the sender and not counted." } }
                @if figures.doubles > 0 { li { (counted(figures.doubles, "result", "results")) " came twice and " (if figures.doubles == 1 { "counts" } else { "count" }) " once." } }
                @if audience == Audience::Coders {
                    li { "Units of one report are not independent of each other: the interval of their share is rather too narrow." }
                    li { (figures.read - figures.withdrawn - figures.all.reports) " of " (figures.read) " results tell of no IVUS outside the heart." }
                }
            }
        }
    }
}

/// A count with its noun.
fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// What a rule looks for, in a few words.
fn rule_words(id: &str) -> &'static str {
    rules::find(id).map_or("not among the vessels that were read", |r| r.summary)
}
