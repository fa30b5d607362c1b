//! The forms with which a coder decides: accept, reject and change on a suggestion, add what was missed, and undo.

use maud::{Markup, html};

use super::{ask::Ask, layout};
use crate::queue::{
    Sheet,
    analyses::Suggestion,
    cited,
    decisions::{self, Decision},
};

/// Where to go on when a suggestion is decided: at the next one that is open, else at the button that ends the report.
fn next(sheet: &Sheet, n: usize) -> String {
    let open = sheet.undecided();
    let behind = open.iter().find(|o| **o > n);
    let next = behind.or_else(|| open.iter().find(|o| **o != n));
    next.map_or_else(|| "finish".to_owned(), |n| format!("u{n}"))
}

/// The forms on a suggestion that is open, which has a place among all.
pub(super) fn on(
    ask: &Ask<'_>,
    sheet: &Sheet,
    fence: i64,
    (n, suggestion): (usize, &Suggestion),
) -> Markup {
    let open = Open {
        key: &suggestion.key,
        action: format!("/reports/{}/decide", sheet.version.report),
        fence,
        next: next(sheet, n),
    };
    let changed = |sent| {
        if sent {
            typed_code_and_vessel(ask)
        } else {
            code_and_vessel(&suggestion.code, &suggestion.vessel)
        }
    };
    html! { div.verdicts { (open.forms(ask, changed)) } }
}

/// What a coder can decide on, and where the decision goes.
pub(super) struct Open<'a> {
    pub key: &'a str,
    /// The address that takes the decision.
    pub action: String,
    /// The number of the claim.
    pub fence: i64,
    /// The anchor to go on at.
    pub next: String,
}

impl Open<'_> {
    /// Accept, reject and change. What can be changed is asked for with whether a change was sent that could not be used.
    pub(super) fn forms(&self, ask: &Ask<'_>, changed: impl Fn(bool) -> Markup) -> Markup {
        let hidden = |verdict: &str| {
            html! {
                (layout::token(ask))
                input type="hidden" name="fence" value=(self.fence);
                input type="hidden" name="suggestion" value=(self.key);
                input type="hidden" name="verdict" value=(verdict);
                input type="hidden" name="next" value=(self.next);
            }
        };
        // What was sent and could not be used is still there to be mended.
        let sent =
            |verdict: &str| ask.field("suggestion") == self.key && ask.field("verdict") == verdict;
        let note = |verdict: &str| {
            html! {
                label { "Note" input name="note" maxlength=(decisions::LONGEST_NOTE) value=[sent(verdict).then(|| ask.field("note"))]; }
            }
        };
        html! {
            form.one method="post" action=(self.action) {
                (hidden("accept"))
                button.yes type="submit" data-key="a" { "Accept" }
            }
            details open[sent("reject")] {
                summary data-key="r" { "Reject" }
                form.stack method="post" action=(self.action) {
                    (hidden("reject"))
                    label { "Reason"
                        select name="reason" required {
                            option value="" { "choose a reason" }
                            @for (reason, words) in decisions::REASONS {
                                option value=(reason) selected[sent("reject") && ask.field("reason") == *reason] { (words) }
                            }
                        }
                    }
                    (note("reject"))
                    button type="submit" { "Reject" }
                }
            }
            details open[sent("change")] {
                summary data-key="c" { "Change" }
                form.stack method="post" action=(self.action) {
                    (hidden("change"))
                    (changed(sent("change")))
                    (note("change"))
                    button type="submit" { "Use this instead" }
                }
            }
        }
    }
}

/// What the form for a missed vessel holds at first.
#[derive(Default)]
struct Filled {
    code: String,
    vessel: String,
    words: Option<(usize, usize)>,
    /// Why it was left out, to be answered in the note.
    why: String,
}

/// What the address asks to be counted although it was left out: of the entries that are there, with their words.
fn to_count(ask: &Ask<'_>, sheet: &Sheet) -> Option<Filled> {
    let at: usize = ask.param("count").parse().ok()?;
    let entry = sheet.reading.document.coding.not_counted.get(at)?;
    let can = sheet.could_count(&entry.rule) && !entry.vessel.is_empty();
    can.then(|| Filled {
        code: sheet.next_code().to_owned(),
        vessel: entry.vessel.clone(),
        words: entry.evidence.first().map(|q| (q.start, q.end)),
        why: entry.reason.clone(),
    })
}

/// The form for a vessel that was missed, or was left out and is to be counted all the same.
pub(super) fn add(ask: &Ask<'_>, sheet: &Sheet, fence: i64) -> Markup {
    let sent = ask.field("verdict") == "add";
    let counted = to_count(ask, sheet).filter(|_| !sent);
    let is_counting = counted.is_some();
    let filled = counted.unwrap_or_default();
    let point = |of: fn((usize, usize)) -> usize, name: &str| match filled.words {
        Some(words) => of(words).to_string(),
        None if sent => ask.field(name).to_owned(),
        None => String::new(),
    };
    let (start, end) = (point(|w| w.0, "start"), point(|w| w.1, "end"));
    html! {
        details.add id="add" open[sent || is_counting] {
            summary data-key="+" { "Add a vessel that was missed" }
            form.stack method="post" action=(format!("/reports/{}/decide", sheet.version.report)) {
                (layout::token(ask))
                input type="hidden" name="fence" value=(fence);
                input type="hidden" name="verdict" value="add";
                input type="hidden" name="start" value=(start);
                input type="hidden" name="end" value=(end);
                @if is_counting { p.note { "It was left out, since: " (filled.why) ". Say in the note why it counts all the same." } }
                p.note id="selected" {
                    @if let Some((start, end)) = filled.words { "It rests on “" (sheet.cut(start, end)) "”; other words can be selected in the text, or typed." }
                    @else { "Select the words in the text that show it, or type them, or say it in the note." }
                }
                (typed_words(ask, sent))
                @if sent { (typed_code_and_vessel(ask)) }
                @else if is_counting { (code_and_vessel(&filled.code, &filled.vessel)) }
                @else { (code_and_vessel("", "left ")) }
                label { "Note" input name="note" maxlength=(decisions::LONGEST_NOTE) value=(if sent { ask.field("note") } else { "" })
                    required[is_counting] autofocus[is_counting]; }
                button type="submit" { @if is_counting { "Count it" } @else { "Add" } }
            }
        }
    }
}

/// Fields for the words it rests on, for those who do not select them in the text.
fn typed_words(ask: &Ask<'_>, sent: bool) -> Markup {
    let value = |name: &str| if sent { ask.field(name) } else { "" };
    html! {
        label { "Line" input.few name="line" value=(value("line")) inputmode="numeric" autocomplete="off"; }
        label { "Words" input name="words" value=(value("words")) maxlength=(cited::LONGEST) autocomplete="off"
            aria-describedby="words-hint"; }
        p.note id="words-hint" { "The words as the text has them, or the first and the last ones with ... between; with the line \
            where they begin when they stand in several. A line without words is all of it." }
    }
}

/// The fields with what was typed into them.
fn typed_code_and_vessel(ask: &Ask<'_>) -> Markup {
    let vessel = ask.field("vessel").replace(' ', "-");
    code_and_vessel(
        ask.field("code"),
        &format!("{} {vessel}", ask.field("side")),
    )
}

/// Fields for a code and a vessel.
fn code_and_vessel(code: &str, vessel: &str) -> Markup {
    let (side, id) = vessel.split_once(' ').unwrap_or(("", ""));
    let sides = [
        ("left", "left"),
        ("right", "right"),
        ("none", "has no side"),
        ("unknown", "not stated"),
    ];
    html! {
        label { "Code" input.few name="code" value=(code) required maxlength="5" pattern="[0-9A-Z]{5}" list="codes"; }
        label { "Side" select name="side" required {
            @for (value, words) in sides { option value=(value) selected[value == side] { (words) } }
        } }
        label { "Vessel" input name="vessel" value=(id.replace('-', " ")) required list="vessels" autocomplete="off"; }
    }
}

/// The button that takes a decision back; the suggestion is where to go on.
pub(super) fn withdraw(ask: &Ask<'_>, sheet: &Sheet, fence: i64, decision: &Decision) -> Markup {
    let mut keys = sheet.suggestions.iter().map(|s| &s.key);
    let at = keys.position(|key| *key == decision.suggestion);
    let fields = html! {
        input type="hidden" name="fence" value=(fence);
        input type="hidden" name="suggestion" value=(decision.suggestion);
        input type="hidden" name="verdict" value="withdraw";
        @if let Some(n) = at { input type="hidden" name="next" value={ "u" (n) }; }
    };
    let path = format!("/reports/{}/decide", sheet.version.report);
    layout::button(ask, &path, "Undo", "quiet", &fields)
}
