//! Catheter placements and base procedures on a report's page, and the forms with which a coder decides on them. The keys of
//! suggestions act on them as well.

use maud::{Markup, html};

use super::{ask::Ask, layout, told::LINE, verdicts::Open};
use crate::{
    queue::{
        Sheet,
        decisions::reason_words,
        procedures::{self, Decided, Offered, Part},
        time,
    },
    render::{
        html::{capital, links},
        json::PlacementDoc,
        placements,
    },
};

/// All of it; `fence` is the number of the claim, when the asker has the report.
pub(super) fn draw(ask: &Ask<'_>, sheet: &Sheet, fence: Option<i64>) -> Markup {
    let coding = &sheet.reading.document.coding;
    let standing = sheet.beside_in_force();
    let of = |part: Part, at: usize| {
        let mut all = sheet.offered.iter();
        all.find(|o| o.part == part && o.at == at)
    };
    html! {
        @if !coding.catheter_placements.is_empty() {
            h3 { "Catheter placement" }
            ol.cards {
                @for (n, p) in coding.catheter_placements.iter().enumerate() {
                    (card(ask, sheet, fence, (&format!("c{n}"), of(Part::Catheter, n)), &standing, &placement(p)))
                }
            }
        }
        @if !coding.base_procedures.is_empty() {
            h3 { "Base procedures" }
            ol.cards {
                @for (n, code) in coding.base_procedures.iter().enumerate() {
                    (card(ask, sheet, fence, (&format!("b{n}"), of(Part::Base, n)), &standing, &base(ask, sheet, code)))
                }
            }
        }
        (no_longer(ask, sheet, fence, &standing))
        @if fence.is_some() && !sheet.offered.is_empty() {
            p.note { "These need no decision to finish the report. What is accepted or changed leaves as a charge; leave alone what is charged elsewhere." }
            datalist id="procedures" {
                @for (code, label) in codes(ask) { option value=(code) { (label) } }
            }
        }
    }
}

/// Codes that can be typed in the place of another.
fn codes<'a>(ask: &'a Ask<'_>) -> impl Iterator<Item = (&'a str, &'a str)> {
    let bases = ask.desk().analyzer().codes().bases().iter();
    bases.map(|b| (b.code.as_str(), b.label.as_str()))
}

/// What a placement is, and what it rests on.
fn placement(p: &PlacementDoc) -> Markup {
    html! {
        p.card-head {
            b.code { (p.code) } " " (placements::way(p)) " "
            span.note { (placements::order(p)) } " "
            (links(LINE, p.evidence.iter()))
        }
        p.note {
            @if let Some(held) = placements::held(p) { (capital(&held)) ". " }
            (capital(&p.reason)) "."
        }
    }
}

/// What a base procedure is, and what it rests on.
fn base(ask: &Ask<'_>, sheet: &Sheet, code: &str) -> Markup {
    let label = codes(ask)
        .find(|(c, _)| *c == code)
        .map_or("", |(_, label)| label);
    html! {
        p.card-head {
            b.code { (code) } " " (label) " "
            (links(LINE, procedures::base_words(&sheet.reading, code)))
        }
    }
}

/// One entry: what it is, what was decided, and the forms. One that another code includes has none.
fn card(
    ask: &Ask<'_>,
    sheet: &Sheet,
    fence: Option<i64>,
    (id, offered): (&str, Option<&Offered>),
    standing: &[Decided],
    told: &Markup,
) -> Markup {
    let decision = offered.and_then(|o| standing.iter().find(|d| d.suggestion == o.key));
    let stale = decision.is_some_and(|d| d.version != sheet.version.id);
    html! {
        li.card[offered.is_some()] id=(id) data-entry=(id) tabindex="-1" {
            (told)
            @if let Some(decision) = decision {
                (decided(decision, stale))
                @if let (Some(fence), false) = (fence, stale) { (undo(ask, sheet, fence, (id, &decision.suggestion))) }
            }
            @if let (Some(fence), Some(offered), true) = (fence, offered, decision.is_none() || stale) {
                (forms(ask, sheet, fence, (id, offered)))
            }
        }
    }
}

/// A decision in words.
fn decided(decision: &Decided, stale: bool) -> Markup {
    html! {
        p class=(format!("decided {}", decision.class.to_lowercase())) {
            b { (decision.class) }
            @if let ("Edited", Some(code)) = (decision.class.as_str(), &decision.code) { " to " (code) }
            @if let Some(reason) = &decision.reason { ": " (reason_words(reason)) }
            " " span.note { "by " (decision.by) ", " (time::told(decision.at)) " UTC" }
            @if stale { " " span.stale { "on version " (decision.version_number) " of the text; decide again" } }
            @if !decision.note.is_empty() { br; span.note { "“" (decision.note) "”" } }
        }
    }
}

/// What was decided on suggestions that are made no longer.
fn no_longer(ask: &Ask<'_>, sheet: &Sheet, fence: Option<i64>, standing: &[Decided]) -> Markup {
    let is_there = |d: &&Decided| sheet.offered.iter().any(|o| o.key == d.suggestion);
    let others: Vec<&Decided> = standing.iter().filter(|d| !is_there(d)).collect();
    html! {
        @if !others.is_empty() {
            h3 { "Decided, and suggested no longer" }
            ol.cards {
                @for decision in others {
                    li.card {
                        p.card-head { (capital(&procedures::key_words(&decision.suggestion))) }
                        (decided(decision, decision.version != sheet.version.id))
                        @if let Some(fence) = fence { (undo(ask, sheet, fence, ("", &decision.suggestion))) }
                    }
                }
            }
        }
    }
}

/// The button that takes a decision back.
fn undo(ask: &Ask<'_>, sheet: &Sheet, fence: i64, (id, suggestion): (&str, &str)) -> Markup {
    let fields = html! {
        input type="hidden" name="fence" value=(fence);
        input type="hidden" name="suggestion" value=(suggestion);
        input type="hidden" name="verdict" value="withdraw";
        input type="hidden" name="next" value=(id);
    };
    layout::button(ask, &action(sheet), "Undo", "quiet", &fields)
}

fn action(sheet: &Sheet) -> String {
    format!("/reports/{}/procedure", sheet.version.report)
}

/// The anchor of the next entry that is open, else the button that ends the report.
fn next(sheet: &Sheet, offered: &Offered) -> String {
    let open = sheet.beside_undecided().into_iter();
    let mut open = open.filter_map(|n| sheet.offered.get(n));
    let behind = open.find(|o| (o.part as usize, o.at) > (offered.part as usize, offered.at));
    behind.map_or_else(
        || "finish".to_owned(),
        |o| match o.part {
            Part::Catheter => format!("c{}", o.at),
            Part::Base => format!("b{}", o.at),
        },
    )
}

/// The forms on an entry that is open.
fn forms(ask: &Ask<'_>, sheet: &Sheet, fence: i64, (id, offered): (&str, &Offered)) -> Markup {
    let open = Open {
        key: &offered.key,
        action: action(sheet),
        fence,
        next: next(sheet, offered),
    };
    let changed = |sent| {
        html! {
            label { "Code" input.few name="code" value=(if sent { ask.field("code") } else { &offered.code }) required
                maxlength="5" pattern="[0-9A-Z]{5}" list="procedures"; }
        }
    };
    html! { div.verdicts id=(format!("{id}-forms")) { (open.forms(ask, changed)) } }
}
