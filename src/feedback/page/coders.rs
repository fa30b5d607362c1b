//! What coders, auditors and specialists see beyond the documentation: lesions taken together, rules, decisions.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::{counted, rule_words, share_cells};
use crate::{
    feedback::{Coders, Figures, Share},
    render::html::capital,
};

/// The classes of decisions in the order of the columns.
const CLASSES: [&str; 5] = ["Accepted", "Edited", "Rejected", "Direct", "Added"];

/// All of it.
pub(super) fn sections(figures: &Figures) -> Markup {
    html! {
        (collapses(figures))
        div.halves {
            (flags(figures))
            (declined(figures))
        }
        @match &figures.coders {
            Some(coders) => { (agreement(coders)) (outcomes(coders)) }
            None => {
                section {
                    h2 { "Agreement with coders" }
                    p.note { "Nothing was decided on these reports. Coders decide in the review queue (" code { "ivus serve" } "); its page of feedback then shows how far they agree." }
                }
            }
        }
    }
}

fn collapses(figures: &Figures) -> Markup {
    let (reports, vessels) = figures.declined.get("IVUS107").copied().unwrap_or_default();
    let share = Share {
        part: figures.all.collapsed,
        of: figures.all.reports,
    };
    html! {
        section {
            h2 { "Lesions that run through several vessels" }
            @if reports == 0 { p.note { "In no report were vessels taken together as one lesion (IVUS107)." } } @else {
                p {
                    "In " b { (share.counts()) } " reports with IVUS (" (share.words()) ", 95 % interval " (share.range())
                    ") vessels of one lesion were counted as one (IVUS107): " (counted(vessels, "vessel was", "vessels were"))
                    " left out for it. A separate lesion in a vessel counts, when the text says that it is one."
                }
            }
        }
    }
}

fn flags(figures: &Figures) -> Markup {
    let all = figures.read - figures.withdrawn;
    let mut rows: Vec<(&String, &u64)> = figures.flags.iter().collect();
    rows.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    html! {
        section {
            h2 { "Flags by rule" }
            @if rows.is_empty() { p.note { "Nothing is flagged." } } @else {
                table.shares {
                    thead { tr { th { "Rule" } th { "" } th.number { "Share" } th.number { "Reports" } th.number { "95 % interval" } } }
                    tbody {
                        @for (rule, n) in rows {
                            tr {
                                td { span.code { (rule) } " " (rule_words(rule)) }
                                (share_cells(Share { part: *n, of: all }))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn declined(figures: &Figures) -> Markup {
    let all = figures.read - figures.withdrawn;
    let mut rows: Vec<(&String, &(u64, u64))> = figures.declined.iter().collect();
    rows.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    html! {
        section {
            h2 { "Vessels not counted, by rule" }
            @if rows.is_empty() { p.note { "No vessel was declined." } } @else {
                table.shares {
                    thead { tr {
                        th { "Rule" } th { "" } th.number { "Share" } th.number { "Reports" } th.number { "95 % interval" }
                        th.number { "Vessels" }
                    } }
                    tbody {
                        @for (rule, (reports, vessels)) in rows {
                            tr {
                                td { span.code { (rule) } " " (rule_words(rule)) }
                                (share_cells(Share { part: *reports, of: all }))
                                td.number data-l="Vessels" { (vessels) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn agreement(coders: &Coders) -> Markup {
    let confidences = ["high", "medium", "low"]
        .into_iter()
        .filter_map(|c| Some((c, coders.confidences.get(c)?)));
    html! {
        section {
            h2 { "Agreement of the program with coders" }
            table.shares {
                thead { tr { th { "" } th { "" } th.number { "Share" } th.number { "Counts" } th.number { "95 % interval" } } }
                tbody {
                    tr { td { b { "Finished reports left as they were suggested" } } (share_cells(coders.unchanged)) }
                    tr { td { b { "Suggested units that coders used as they were" } } (share_cells(coders.accepted)) }
                    @for (confidence, share) in confidences {
                        tr { td.inner { "of those with " (confidence) " confidence" } (share_cells(*share)) }
                    }
                    tr { td { b { "Units coders used that had been suggested" } } (share_cells(coders.suggested)) }
                }
            }
            p.note {
                "Of decisions in force on the newest text of a report; those made on an older text do not count. A coder sees the \
                suggestion before deciding, so agreement is higher than that of two who read alone."
            }
        }
    }
}

fn outcomes(coders: &Coders) -> Markup {
    let rejected: u64 = coders.reasons.values().sum();
    let mut reasons: Vec<(&String, &u64)> = coders.reasons.iter().collect();
    reasons.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    html! {
        section {
            h2 { "What became of suggestions, by rule" }
            @if coders.rules.is_empty() { p.note { "Nothing was decided yet." } } @else {
                table.shares.classes {
                    thead { tr {
                        th { "Rule" } @for class in CLASSES { th.number { (class) } }
                        th { "" } th.number { "Used as suggested" } th.number { "Decided" } th.number { "95 % interval" }
                    } }
                    tbody {
                        @for (rule, classes) in &coders.rules {
                            tr {
                                td { span.code { @if rule != "none" { (rule) } } " " (rule_words(rule)) }
                                @for class in CLASSES { td.number data-l=(class) { (classes.get(class).copied().unwrap_or(0)) } }
                                (share_cells(used(classes)))
                            }
                        }
                        tr.sum {
                            td { b { "All decisions" } }
                            @for class in CLASSES { td.number data-l=(class) { (coders.classes.get(class).copied().unwrap_or(0)) } }
                            (share_cells(used(&coders.classes)))
                        }
                    }
                }
                p.note { "A suggestion stands with each rule that shaped it. Added units stand with the rule that had declined the vessel." }
            }
        }
        section {
            h2 { "Why suggestions were rejected" }
            @if reasons.is_empty() { p.note { "None was rejected." } } @else {
                table.shares {
                    thead { tr { th { "Reason" } th { "" } th.number { "Share" } th.number { "Rejections" } th.number { "95 % interval" } } }
                    tbody {
                        @for (reason, n) in reasons {
                            tr { td { (capital(&reason.replace('_', " "))) } (share_cells(Share { part: *n, of: rejected })) }
                        }
                    }
                }
            }
        }
    }
}

/// Those used as suggested, of all decided.
fn used(classes: &BTreeMap<String, u64>) -> Share {
    let of = |class: &str| classes.get(class).copied().unwrap_or(0);
    Share {
        part: of("Accepted") + of("Direct"),
        of: CLASSES.iter().map(|c| of(c)).sum(),
    }
}
