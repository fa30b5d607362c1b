//! What a run came to, as one page for a browser or a printer: pictures in the page itself, no script, nothing loaded. It
//! tells counts alone, no report and no id.

use std::collections::BTreeMap;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::summary::Summary;
use crate::{render::vessel_words, rules};

const STYLE: &str = include_str!("../render/page.css");
const OWN_STYLE: &str = include_str!("page.css");

/// The most vessels that are shown; the others are told as a number.
const MOST_VESSELS: usize = 15;

/// The page.
pub(super) fn page(summary: &Summary) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                meta name="color-scheme" content="light dark";
                title { "IVUS run summary" }
                style { (PreEscaped(STYLE)) (PreEscaped(OWN_STYLE)) }
            }
            body.run {
                header {
                    h1 { "IVUS run summary" }
                    p.note { (state(summary)) " Suggestions for coders; each report's decision is the coder's." }
                }
                (tiles(summary))
                (steps(summary))
                div.columns {
                    div { (codes(summary)) (vessels(summary)) (failures(summary)) }
                    div { (flags(summary)) (declined(summary)) }
                }
                (origin(summary))
            }
        }
    };
    markup.into_string()
}

/// How far the run came, in a sentence.
fn state(summary: &Summary) -> String {
    let share = summary
        .shard
        .as_ref()
        .map_or_else(String::new, |s| format!(", share {s} of the input"));
    if summary.complete {
        format!("Complete{share}.")
    } else {
        format!("Not complete{share}: the run was stopped, and --resume goes on.")
    }
}

fn tiles(summary: &Summary) -> Markup {
    let reports = &summary.counts.reports;
    let (performed, supported) = reports.units();
    let tiles = [
        (number(summary.records), "records", ""),
        (number(reports.reports() as u64), "reports read", ""),
        (
            number(summary.failed),
            "failed",
            if summary.failed > 0 { "bad" } else { "" },
        ),
        (number(reports.flagged() as u64), "need a look", ""),
        (number(u64::from(performed)), "units performed", ""),
        (
            number(u64::from(supported)),
            "units the text supports",
            "good",
        ),
        (
            number(u64::from(performed.saturating_sub(supported))),
            "units a text lacks words for",
            "",
        ),
    ];
    html! {
        div.tiles {
            @for (figure, what, class) in tiles {
                div.tile.(class) { span.figure { (figure) } span.what { (what) } }
            }
        }
    }
}

/// The reports by next step, as one bar.
fn steps(summary: &Summary) -> Markup {
    let reports = &summary.counts.reports;
    let all = reports.reports() as u64;
    let steps = [
        (
            "ready",
            "READY",
            "nothing is left to ask or to decide",
            reports.ready(),
        ),
        (
            "query",
            "QUERY",
            "an addendum could support more",
            reports.to_query(),
        ),
        (
            "review",
            "REVIEW",
            "a coder must decide",
            reports.to_review(),
        ),
        ("none", "NO IVUS", "nothing to code", reports.without_ivus()),
    ]
    .map(|(class, name, meaning, count)| (class, name, meaning, count as u64));
    let mut from = 0.0;
    let parts: Vec<(&str, f64, f64)> = steps
        .iter()
        .map(|(class, _, _, count)| {
            let wide = share(*count, all) * 10.0;
            let at = from;
            from += wide;
            (*class, at, wide)
        })
        .collect();
    html! {
        section {
            h2 { "Next step" }
            @if all == 0 { p.note { "No report was read." } } @else {
                svg.whole viewBox="0 0 1000 28" preserveAspectRatio="none" role="img" aria-label="Reports by next step" {
                    @for (class, at, wide) in parts {
                        rect class=(class) x=(at) y="0" width=(wide) height="28" {}
                    }
                }
                div.steps {
                    @for (class, name, meaning, count) in steps {
                        div {
                            span class={ "badge " (class) } { (name) } " "
                            b { (number(count)) } " " span.note { (percent(count, all)) }
                            br; span.note { (meaning) }
                        }
                    }
                }
            }
        }
    }
}

fn codes(summary: &Summary) -> Markup {
    let codes = &summary.counts.codes;
    let most = codes.values().map(|u| u.performed).max().unwrap_or(0);
    html! {
        section {
            h2 { "Units by code" }
            @if codes.is_empty() { p.note { "No units." } } @else {
                table {
                    thead { tr { th { "Code" } th { "" } th.number { "performed" } th.number { "supported" } th.number { "share" } } }
                    tbody {
                        @for (code, units) in codes {
                            tr {
                                td.code { (code) }
                                td.picture { (pair(units.performed, units.supported, most)) }
                                td.number { (number(units.performed)) }
                                td.number { (number(units.supported)) }
                                td.number { (percent(units.supported, units.performed)) }
                            }
                        }
                    }
                }
                p.note { "Pale: performed. Full: supported by the text as it stands." }
            }
        }
    }
}

fn vessels(summary: &Summary) -> Markup {
    let rows = by_count(&summary.counts.vessels);
    let left = rows.len().saturating_sub(MOST_VESSELS);
    let rows: Vec<Row> = rows
        .into_iter()
        .take(MOST_VESSELS)
        .map(|(key, count)| Row {
            name: html! { (vessel_words(key)) },
            class: "vessel",
            count,
        })
        .collect();
    html! {
        section {
            h2 { "Vessels counted" }
            (chart(&rows, "reports", "No vessel was counted."))
            @if left > 0 { p.note { "And " (left) " more vessels; summary.json lists all." } }
        }
    }
}

fn flags(summary: &Summary) -> Markup {
    html! {
        section {
            h2 { "Flags" }
            (chart(&of_rules(&summary.counts.flags), "reports", "Nothing is flagged."))
            @if !summary.counts.flags.is_empty() {
                p.note {
                    span.key.review {} "for a coder to decide " span.key.query {} "missing or unclear in the text "
                    span.key.none {} "good to know. " code { "ivus rule ID" } " tells what each means."
                }
            }
        }
    }
}

fn declined(summary: &Summary) -> Markup {
    html! {
        section {
            h2 { "Vessels not counted, by rule" }
            (chart(&of_rules(&summary.counts.declined), "reports", "No vessel was declined."))
        }
    }
}

fn failures(summary: &Summary) -> Markup {
    let rows: Vec<Row> = by_count(&summary.counts.failures)
        .into_iter()
        .map(|(kind, count)| Row {
            name: html! { (kind) },
            class: "review",
            count,
        })
        .collect();
    html! {
        section {
            h2 { "Records that failed" }
            (chart(&rows, "records", "None."))
            @if !rows.is_empty() { p.note { "errors.jsonl names each with its place and cause." } }
            @if summary.skipped_files > 0 {
                p.note {
                    @match summary.skipped_files {
                        1 => "1 file of the system was left out.",
                        n => { (number(n as u64)) " files of the system were left out." }
                    }
                }
            }
        }
    }
}

/// What the figures depend on.
fn origin(summary: &Summary) -> Markup {
    let engine = &summary.engine;
    html! {
        section.origin {
            h2 { "What read the reports" }
            dl {
                @for (what, value) in [
                    ("Program", format!("ivus {}", engine.version)),
                    ("Lexicon", engine.lexicon.clone()),
                    ("Counting policy", engine.policy.clone()),
                    ("Payer profile", engine.payer.clone()),
                    ("Tables", engine.tables.clone()),
                    ("Input", engine.input.clone()),
                ] {
                    @if !value.is_empty() { dt { (what) } dd { (value) } }
                }
            }
        }
    }
}

/// A row of a chart.
struct Row {
    name: Markup,
    class: &'static str,
    count: u64,
}

/// The rules by how often they spoke, each with its condition.
fn of_rules(counts: &BTreeMap<String, u64>) -> Vec<Row> {
    let rows = by_count(counts).into_iter().map(|(id, count)| {
        let rule = rules::find(id);
        Row {
            name: html! {
                span.code { (id) }
                @if let Some(rule) = rule { " " (rule.summary) }
            },
            class: match rule.map(|r| r.severity.name()) {
                Some("review") => "review",
                Some("warning") => "query",
                _ => "none",
            },
            count,
        }
    });
    rows.collect()
}

/// A table of names, bars and counts.
fn chart(rows: &[Row], unit: &str, nothing: &str) -> Markup {
    let most = rows.iter().map(|r| r.count).max().unwrap_or(0);
    html! {
        @if rows.is_empty() { p.note { (nothing) } } @else {
            table {
                thead { tr { th { "" } th { "" } th.number { (unit) } } }
                tbody {
                    @for row in rows {
                        tr {
                            td { (row.name) }
                            td.picture {
                                svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" {
                                    rect class=(row.class) width=(share(row.count, most)) height="10" {}
                                }
                            }
                            td.number { (number(row.count)) }
                        }
                    }
                }
            }
        }
    }
}

/// Two bars, the second within the first.
fn pair(whole: u64, part: u64, most: u64) -> Markup {
    html! {
        svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" {
            rect.pale width=(share(whole, most)) height="10" {}
            rect.ready width=(share(part, most)) height="10" {}
        }
    }
}

/// The most frequent first, then by name.
fn by_count(counts: &BTreeMap<String, u64>) -> Vec<(&str, u64)> {
    let mut rows: Vec<(&str, u64)> = counts.iter().map(|(n, c)| (n.as_str(), *c)).collect();
    rows.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    rows
}

/// A part of a whole in per cent, with one decimal.
#[expect(
    clippy::cast_precision_loss,
    reason = "a picture needs no more than three digits"
)]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    (part as f64 / whole as f64 * 1000.0).round() / 10.0
}

fn percent(part: u64, whole: u64) -> String {
    format!("{:.1} %", share(part, whole))
}

/// A count with its thousands set apart.
fn number(count: u64) -> String {
    let digits = count.to_string();
    let mut told = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            told.push(',');
        }
        told.push(digit);
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        for (count, told) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(number(count), told);
        }
    }

    #[test]
    fn the_most_frequent_come_first_and_a_share_of_nothing_is_nothing() {
        let counts = [("a", 1), ("b", 3), ("c", 3)].map(|(n, c)| (n.to_owned(), c));
        assert_eq!(by_count(&counts.into()), [("b", 3), ("c", 3), ("a", 1)]);
        assert_eq!((share(1, 0), percent(1, 3)), (0.0, "33.3 %".to_owned()));
    }
}
