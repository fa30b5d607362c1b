//! What stands to be billed, above the report: the running total, what keeps it from being finished, and the form on which
//! somebody stands for what is doubted.

use maud::{Markup, html};

use super::{ask::Ask, layout};
use crate::{
    queue::{
        Right, Sheet,
        analyses::Suggestion,
        billing::Doubt,
        decisions::{LONGEST_NOTE, suggestion_words},
        time,
    },
    render::{html::capital, vessel_words},
};

/// The running total, and what is wrong with it.
pub(super) fn told(ask: &Ask<'_>, sheet: &Sheet, fence: Option<i64>) -> Markup {
    let bill = &sheet.bill;
    let beside: Vec<String> = sheet
        .beside_in_force()
        .into_iter()
        .filter(|d| d.version == sheet.version.id)
        .filter_map(|d| d.code)
        .collect();
    if sheet.suggestions.is_empty() && bill.units.is_empty() && beside.is_empty() {
        return html! {};
    }
    html! {
        div.bill {
            p role="status" { b { (bill.words()) "." } @if !beside.is_empty() { " Beside the units: " (beside.join(", ")) "." } }
            @for wrong in &bill.wrong { p.wrong { (capital(wrong)) "." } }
            @if let Some(fence) = fence {
                @for (first, could) in &bill.firsts {
                    @if could.is_empty() {
                        p.note { "Undo one of them, and add it again as " (first) "." }
                    } @else { (becomes(ask, sheet, fence, (first, could))) }
                }
            }
            @for doubt in bill.doubts.iter().filter(|d| !sheet.is_confirmed(&d.key)) {
                p.note { "To be confirmed at the end: " (doubt.words) "." }
            }
        }
    }
}

/// Suggestions in words.
pub(super) fn suggestions(keys: &[String]) -> String {
    let words: Vec<String> = keys.iter().map(|k| suggestion_words(k)).collect();
    words.join(", ")
}

/// That the report was read otherwise since it was decided, and how.
pub(super) fn otherwise(sheet: &Sheet) -> Markup {
    let (differs, read) = (&sheet.otherwise, sheet.read_last());
    html! {
        @if !differs.is_none() {
            section.otherwise role="status" aria-label="Read otherwise" {
                h2 { "Read again since it was decided" }
                p {
                    @if let Some(read) = read { "On " (time::told(read.made_at)) " UTC with " (read.read_by) ". " }
                    "That differs from what was decided:"
                }
                ul {
                    @if !differs.fewer.is_empty() { li { "suggested no longer: " (suggestions(&differs.fewer)) } }
                    @if !differs.more.is_empty() { li { "suggested now, and not decided: " (suggestions(&differs.more)) } }
                }
                p.note {
                    @if sheet.row.state == "done" { "The decisions stand as they are. To change them, open the report again; when it is finished again, this mark is gone." }
                    @else { "No decision was changed. This mark is gone when the report is finished." }
                }
            }
        }
    }
}

/// The form with which one of the further vessels becomes the first.
fn becomes(
    ask: &Ask<'_>,
    sheet: &Sheet,
    fence: i64,
    (first, could): (&str, &[Suggestion]),
) -> Markup {
    let path = format!("/reports/{}/decide", sheet.version.report);
    html! {
        div.firsts {
            @for suggestion in could {
                @let (side, vessel) = suggestion.vessel.split_once(' ').unwrap_or_default();
                (layout::button(ask, &path, &format!("Count {} as {first}", vessel_words(&suggestion.vessel)), "quiet", &html! {
                    input type="hidden" name="fence" value=(fence);
                    input type="hidden" name="verdict" value="change";
                    input type="hidden" name="suggestion" value=(suggestion.key);
                    input type="hidden" name="code" value=(first);
                    input type="hidden" name="side" value=(side);
                    input type="hidden" name="vessel" value=(vessel);
                    input type="hidden" name="note" value=(format!("first vessel, as no other stands as {first}"));
                }))
            }
        }
    }
}

/// What has to be confirmed before what was sent is saved. The form sends the same again, with what is confirmed.
pub(super) fn doubts(ask: &Ask<'_>, sheet: &Sheet, fence: i64, doubts: &[Doubt]) -> Markup {
    let accepting = ask.at.ends_with("/accept-all");
    let needs_reason = doubts.iter().any(|d| d.needs_reason);
    let of = |doubt: &Doubt| {
        let is_of = |s: &Suggestion| doubt.key.strip_prefix("support ") == Some(s.key.as_str());
        sheet.suggestions.iter().position(is_of)
    };
    html! {
        section.doubts role="alert" aria-label="To be confirmed" tabindex="-1" autofocus {
            h2 { "Confirm this, or decide otherwise" }
            p {
                @if accepting { "Nothing was accepted yet." } @else { "The report is not finished yet." }
                @if needs_reason { " Say why it is right all the same." }
            }
            ul { @for doubt in doubts {
                li {
                    (capital(&doubt.words)) "."
                    @if let Some(n) = of(doubt) { " " a href=(format!("#u{n}")) { "Show" } }
                }
            } }
            @if ask.can(Right::Query) && !sheet.version.physician.is_empty() {
                p.note { "What the text lacks can be asked for: “Ask the physician” stands beside the flags below." }
            }
            form.stack method="post" action=(ask.at) {
                (layout::token(ask))
                input type="hidden" name="fence" value=(fence);
                @for doubt in doubts { input type="hidden" name="doubt" value=(doubt.key); }
                label { @if needs_reason { "Reason" } @else { "Note" }
                    input name="note" maxlength=(LONGEST_NOTE) value=(ask.field("note")) required[needs_reason];
                }
                button type="submit" { @if accepting { "Confirm and accept them" } @else { "Confirm and finish" } }
            }
        }
    }
}
