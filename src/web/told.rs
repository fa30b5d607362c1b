//! The right side of a report's page: suggestions with their forms, what was not counted, flags, catheters and what stands
//! around the study. Each entry is an anchor that the marks in the text lead to.

use maud::{Markup, html};

use super::{address, ask::Ask, beside, layout, verdicts, words};
use crate::{
    queue::{
        Right, Sheet,
        analyses::Suggestion,
        decisions::{self, Decision},
        gaps, procedures,
    },
    render::{
        Declined, SEVERITIES, declined,
        html::{Mark, amounts, links, quotes, reason},
        json::{FlagDoc, InterrogationDoc, Quote},
        vessel_words,
    },
};

/// The anchor of a line of the text, before its number.
pub(super) const LINE: &str = "l";

/// What the marks of a report are made of: the words with the anchors they lead to.
pub(super) struct Told<'a> {
    sheet: &'a Sheet,
    groups: Vec<Declined<'a>>,
    anchors: Vec<(String, Vec<&'a Quote>)>,
}

impl<'a> Told<'a> {
    pub(super) fn of(sheet: &'a Sheet) -> Self {
        let document = &sheet.reading.document;
        let groups = declined(document);
        let mut anchors: Vec<(String, Vec<&Quote>)> = Vec::new();
        for (n, suggestion) in sheet.suggestions.iter().enumerate() {
            anchors.push((format!("u{n}"), words_of(sheet, suggestion)));
        }
        for (n, flag) in document.flags.iter().enumerate() {
            anchors.push((format!("f{n}"), flag.evidence.iter().collect()));
        }
        for (n, group) in groups.iter().enumerate() {
            anchors.push((format!("n{n}"), group.evidence.clone()));
        }
        for (n, placement) in document.coding.catheter_placements.iter().enumerate() {
            anchors.push((format!("c{n}"), placement.evidence.iter().collect()));
        }
        for (n, code) in document.coding.base_procedures.iter().enumerate() {
            anchors.push((
                format!("b{n}"),
                procedures::base_words(&sheet.reading, code),
            ));
        }
        Self {
            sheet,
            groups,
            anchors,
        }
    }

    /// The marks of the text.
    pub(super) fn marks(&self) -> Vec<Mark<'_>> {
        let mut marks: Vec<Mark<'_>> =
            quotes(&self.sheet.reading, crate::render::html::Content::Check)
                .into_iter()
                .map(Mark::plain)
                .collect();
        for (anchor, words) in &self.anchors {
            marks.extend(words.iter().map(|quote| Mark {
                quote,
                of: Some(anchor.as_str()),
            }));
        }
        marks
    }

    /// All of the right side. `fence` is the number of the claim, when the asker has the report.
    pub(super) fn draw(&self, ask: &Ask<'_>, fence: Option<i64>) -> Markup {
        let standing = self.sheet.in_force();
        html! {
            (self.suggested(ask, fence, &standing))
            (self.added(ask, fence, &standing))
            @if let Some(fence) = fence { (verdicts::add(ask, self.sheet, fence)) }
            (self.flags(ask))
            (self.not_counted(ask, fence.is_some()))
            (beside::draw(ask, self.sheet, fence))
            @if let Some(worth) = self.sheet.amounts.as_ref().filter(|w| !w.lines.is_empty()) { (amounts(worth)) }
            (crate::render::html::around(&self.sheet.reading, LINE, crate::render::html::Content::Check))
        }
    }

    fn suggested(&self, ask: &Ask<'_>, fence: Option<i64>, standing: &[Decision]) -> Markup {
        let sheet = self.sheet;
        let lines = &sheet.reading.document.coding.lines;
        let open = sheet.undecided().len();
        html! {
            h2 { "Suggested units" }
            @if sheet.suggestions.is_empty() { p { "No unit is suggested." } }
            @else {
                p.note {
                    @for (n, line) in lines.iter().enumerate() {
                        @if n > 0 { "; " }
                        b { (line.code) } ": " (line.units) " performed, "
                        span.short[line.units_supported < line.units] { (line.units_supported) " supported" }
                    }
                    "."
                }
            }
            ol.cards {
                @for (n, suggestion) in sheet.suggestions.iter().enumerate() {
                    (self.card(ask, fence, n, suggestion, standing))
                }
            }
            @if let (Some(fence), true) = (fence, open > 0) {
                form.one method="post" action=(format!("/reports/{}/accept-all", sheet.version.report)) {
                    (layout::token(ask))
                    input type="hidden" name="fence" value=(fence);
                    button type="submit" data-key="A" { @if open == 1 { "Accept the one that is open" } @else { "Accept the " (open) " that are open" } }
                }
            }
        }
    }

    fn card(
        &self,
        ask: &Ask<'_>,
        fence: Option<i64>,
        n: usize,
        suggestion: &Suggestion,
        standing: &[Decision],
    ) -> Markup {
        let look = look_of(self.sheet, suggestion);
        let decision = standing.iter().find(|d| d.suggestion == suggestion.key);
        let stale = decision.is_some_and(|d| self.sheet.is_stale(d));
        html! {
            li.card id=(format!("u{n}")) data-entry=(format!("u{n}")) tabindex="-1" {
                p.card-head {
                    b.code { (suggestion.code) } " " (vessel_words(&suggestion.vessel)) " "
                    span.note { (suggestion.confidence) " confidence" } " "
                    (links(LINE, words_of(self.sheet, suggestion)))
                }
                @if let Some(look) = look {
                    p.note {
                        "IVUS showed: "
                        @if look.findings.is_empty() { span.short { "not stated" } } @else { (words::showed(&self.sheet.version.text, look)) }
                        ". Reason for IVUS: "
                        span.short[look.necessity.state != "stated"] { (reason(look.necessity.state)) }
                        @if look.necessity.evidence.is_empty() { "." }
                        @else { ": " (words::reasons(&self.sheet.version.text, &look.necessity.evidence)) }
                    }
                }
                @if let Some(decision) = decision {
                    (decided(decision, stale))
                    @if let (Some(fence), false) = (fence, stale) { (verdicts::withdraw(ask, self.sheet, fence, decision)) }
                }
                @if let (Some(fence), true) = (fence, decision.is_none() || stale) {
                    (verdicts::on(ask, self.sheet, fence, (n, suggestion)))
                }
            }
        }
    }

    /// What coders used that is not suggested, or not any more.
    fn added(&self, ask: &Ask<'_>, fence: Option<i64>, standing: &[Decision]) -> Markup {
        let suggested =
            |d: &&Decision| self.sheet.suggestions.iter().any(|s| s.key == d.suggestion);
        let others: Vec<&Decision> = standing.iter().filter(|d| !suggested(d)).collect();
        html! {
            @if !others.is_empty() {
                h3 { "Decided without a suggestion" }
                ol.cards {
                    @for decision in others {
                        li.card {
                            p.card-head {
                                b.code { (decision.code.as_deref().unwrap_or("")) } " "
                                (decision.vessel.as_deref().map_or_else(|| decision.suggestion.clone(), vessel_words))
                            }
                            (decided(decision, self.sheet.is_stale(decision)))
                            @if let (Some((start, end)), false) = (decision.words, self.sheet.is_stale(decision)) {
                                p.note { "Rests on: “" (self.sheet.cut(start, end)) "”" }
                            }
                            @if let Some(fence) = fence { (verdicts::withdraw(ask, self.sheet, fence, decision)) }
                        }
                    }
                }
            }
        }
    }

    fn flags(&self, ask: &Ask<'_>) -> Markup {
        let asks = ask.can(Right::Query) && !self.sheet.version.physician.is_empty();
        let report = self.sheet.version.report;
        let all: Vec<(usize, &FlagDoc)> = self
            .sheet
            .reading
            .document
            .flags
            .iter()
            .enumerate()
            .collect();
        html! {
            @for (severity, title) in SEVERITIES {
                @let flags: Vec<_> = all.iter().filter(|(_, f)| f.severity == severity).collect();
                @if !flags.is_empty() {
                    h3 { (title) }
                    ul class=(format!("flags {severity}")) {
                        @for (n, flag) in flags {
                            li id=(format!("f{n}")) data-entry=(format!("f{n}")) tabindex="-1" {
                                (flag.message) " " span.note { (flag.rule) " " (flag.name) } " "
                                (links(LINE, flag.evidence.iter()))
                                @if asks && gaps::wording(&flag.rule).is_some() {
                                    " " a.asks href=(address::asking(ask, report, *n)) { "Ask the physician" }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn not_counted(&self, ask: &Ask<'_>, mine: bool) -> Markup {
        let report = self.sheet.version.report;
        html! {
            @if !self.groups.is_empty() {
                h3 { "Not counted" }
                ul {
                    @for (n, group) in self.groups.iter().enumerate() {
                        li id=(format!("n{n}")) data-entry=(format!("n{n}")) tabindex="-1" {
                            @if !group.vessels.is_empty() {
                                (group.vessels.iter().map(|v| vessel_words(v)).collect::<Vec<_>>().join(", ")) ": "
                            }
                            (group.reason) " " span.note { (group.rule) } " "
                            (links(LINE, group.evidence.iter().copied()))
                            @if mine && self.sheet.could_count(group.rule) {
                                @for vessel in &group.vessels {
                                    @let many = group.vessels.len() > 1;
                                    @if let Some(n) = self.place(group.rule, vessel) {
                                        " " a.asks href=(address::counting(ask, report, n)) { "Count " @if many { (vessel_words(vessel)) } @else { "it" } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The place of a vessel that a rule left out among all such.
    fn place(&self, rule: &str, vessel: &str) -> Option<usize> {
        let mut all = self.sheet.reading.document.coding.not_counted.iter();
        all.position(|e| e.rule == rule && e.vessel == vessel)
    }
}

/// A decision in words.
fn decided(decision: &Decision, stale: bool) -> Markup {
    html! {
        p class=(format!("decided {}", decision.class.to_lowercase())) {
            b { (decision.class) }
            @if decision.class == "Edited" {
                " to " (decision.code.as_deref().unwrap_or("")) " "
                (decision.vessel.as_deref().map(vessel_words).unwrap_or_default())
            }
            @if let Some(reason) = &decision.reason { ": " (decisions::reason_words(reason)) }
            " " span.note { "by " (decision.by) ", " (crate::queue::time::told(decision.at)) " UTC" }
            @if stale { " " span.stale { "on version " (decision.version_number) " of the text; decide again" } }
            @if !decision.note.is_empty() { br; span.note { "“" (decision.note) "”" } }
        }
    }
}

/// The look at a suggestion's vessel.
fn look_of<'a>(sheet: &'a Sheet, suggestion: &Suggestion) -> Option<&'a InterrogationDoc> {
    let counted = sheet.reading.counted();
    let found = counted.into_iter().find(|(v, _)| *v == suggestion.vessel);
    found.and_then(|(_, look)| look)
}

/// The words a suggestion rests on: those of its look, else those of its line.
fn words_of<'a>(sheet: &'a Sheet, suggestion: &Suggestion) -> Vec<&'a Quote> {
    if let Some(look) = look_of(sheet, suggestion) {
        return look
            .evidence
            .iter()
            .chain(look.findings.iter().map(|f| &f.evidence))
            .chain(&look.necessity.evidence)
            .collect();
    }
    let line = sheet.reading.document.coding.lines.get(suggestion.line);
    line.map_or_else(Vec::new, |l| l.evidence.iter().collect())
}
