//! Whether an act was done in this session: negation, plans, the past, empty boxes, other years.

use super::{
    super::reader::{Context, Mode},
    reading::Reading,
};
use crate::{
    context::{Status, assert_act},
    lexicon::{Category, Technique, WordForm},
    mention::{Word, dates, labelled},
    text::{Span, preceding},
};

/// Cues of the past that also stand in a plain description.
const HARMLESS: &[&str] = &[
    "was placed in",
    "were placed in",
    "had an",
    "at the time",
    "at that time",
];

/// Boxes of a form.
const EMPTY: &[&str] = &["[ ]", "[]", "[_]", "[  ]", "( )", "(_)"];
const TICKED: &[&str] = &["[x]", "(x)", "[*]", "[yes]"];

/// Cues of a plan that, beside a study, speak of its result.
const OF_RESULTS: &[&str] = &[
    "could",
    "could be",
    "possible",
    "possibly",
    "might",
    "may",
    "would have",
    "would be",
    "if",
    "brought back",
    "discussed",
];

impl Reading<'_> {
    /// Whether it was done today, and the words that say otherwise.
    pub(super) fn status(&self, word: &Word, form: WordForm) -> (Status, Option<Span>) {
        let clause = &self.record.clause;
        let is_graft = word.procedure().is_some_and(|p| {
            matches!(
                p.technique,
                Technique::Endograft | Technique::ThoracicEndograft
            )
        });
        let mut asserted = assert_act(self.context.text(), clause, word.span, self.context.lexicon);
        let cue = asserted
            .cue
            .map(|c| &self.context.lower()[c.start..c.end])
            .unwrap_or_default();
        // "a catheter was placed in the cava for a cavogram"; "the venogram could not show".
        let harmless = asserted.status == Status::Historical && HARMLESS.contains(&cue);
        let result = form == WordForm::Study
            && asserted.status == Status::Planned
            && OF_RESULTS.contains(&cue);
        // "not deployed because it responded to angioplasty": a reason is a clause of its own.
        let reasoned = asserted
            .cue
            .filter(|c| asserted.status == Status::Negated && c.end <= word.span.start)
            .is_some_and(|c| {
                let between = &self.context.lower()[c.end..word.span.start];
                [
                    " because", " since ", " as the ", " due to ", " given ", " after ",
                ]
                .iter()
                .any(|w| between.contains(w))
            });
        // "endovascular repair, left subclavian artery not covered": said of the branch, not of the graft.
        let of_branch = is_graft
            && asserted
                .cue
                .filter(|c| c.start >= word.span.end)
                .is_some_and(|c| self.tells_of_coverage(word.span.end, c.end));
        // "no overlap with the upper stent": there are two.
        let of_gap = asserted.status == Status::Negated
            && asserted.cue.is_some_and(|c| {
                let next = self.context.lower()[c.end..].trim_start();
                next.starts_with("overlap") || next.starts_with("gap")
            });
        // "10 mm post. Central veins left untouched": the next sentence.
        let of_next = asserted
            .cue
            .filter(|c| c.start >= word.span.end)
            .is_some_and(|c| {
                let between = &self.context.text()[word.span.end..c.start];
                let mut sentences = between.split(". ").skip(1);
                sentences.any(|s| s.starts_with(|c: char| c.is_ascii_uppercase()))
            });
        if harmless || result || reasoned || of_branch || of_gap || of_next {
            asserted.status = Status::Performed;
            asserted.cue = None;
        }
        if self.is_unticked(word) || self.is_refused(word) {
            return (Status::Negated, asserted.cue);
        }
        let next = self.after(word).trim_start();
        if [
            "will ",
            "would ",
            "should ",
            "may ",
            "might ",
            "is planned",
            "is recommended",
            "to be ",
            "can be ",
            "if ",
        ]
        .iter()
        .any(|n| next.starts_with(n))
            && self.record.mode != Mode::Claim
            && form != WordForm::Study
        {
            return (Status::Planned, asserted.cue);
        }
        if asserted.status == Status::Negated {
            return (Status::Negated, asserted.cue);
        }
        if let Some(status) = self.told_otherwise(word) {
            return (status, asserted.cue);
        }
        let status = match self.record.mode {
            Mode::Past => Status::Historical,
            Mode::Plan | Mode::Reason => Status::Planned,
            Mode::Live | Mode::Summary | Mode::Claim | Mode::Off => asserted.status,
        };
        if status == Status::Performed {
            if let Some(cue) = self.past_cue(word) {
                return (Status::Historical, Some(cue));
            }
            if self.is_of_another_year() {
                return (Status::Historical, None);
            }
        }
        (status, asserted.cue)
    }

    /// "was planned", "was considered", "was abandoned": the verb of the word says that it was not done.
    fn told_otherwise(&self, word: &Word) -> Option<Status> {
        let mut aux = false;
        for raw in self.after(word).split_whitespace().take(14) {
            let token = raw.trim_matches(['(', ')', ',', ':', '.']);
            if matches!(token, "was" | "were" | "is" | "been" | "being" | "are") {
                aux = true;
                continue;
            }
            if !aux
                || matches!(
                    token,
                    "then"
                        | "also"
                        | "initially"
                        | "originally"
                        | "therefore"
                        | "again"
                        | "only"
                        | "now"
                )
            {
                continue;
            }
            return match token {
                "planned" | "considered" | "contemplated" | "discussed" | "intended"
                | "offered" | "recommended" | "suggested" | "scheduled" | "reserved"
                | "proposed" | "advised" | "foreseen" => Some(Status::Planned),
                "deferred" | "declined" | "postponed" | "withheld" | "avoided" | "omitted"
                | "refused" | "rejected" | "unnecessary" => Some(Status::Negated),
                "unsuccessful" | "abandoned" | "aborted" | "attempted" => Some(Status::Attempted),
                _ => None,
            };
        }
        None
    }

    /// Whether the words after a graft, to `end` and a little on, say which branch it covers or spares.
    fn tells_of_coverage(&self, start: usize, end: usize) -> bool {
        let stop = (end + 60).min(self.record.clause.span.end);
        let said = self.context.lower().get(start..stop).unwrap_or_default();
        (said.contains("cover") || said.contains("spar") || said.contains("preserv"))
            && ["subclavian", "carotid", "celiac", "branch"]
                .iter()
                .any(|b| said.contains(b))
    }

    /// An empty tick box stands before the word, or before the line it stands in.
    fn is_unticked(&self, word: &Word) -> bool {
        let unit = self.context.units[self.record.unit].unit.span;
        let before = &self.context.lower()[unit.start..word.span.start];
        let boxed = memchr::memrchr2(b'[', b'(', before.as_bytes()).is_some();
        let last = |boxes: &[&str]| {
            let boxes = boxes.iter().filter(|_| boxed);
            boxes.filter_map(|b| before.rfind(b)).max()
        };
        match (last(EMPTY), last(TICKED)) {
            (None, None) => self.follows_box(EMPTY),
            (empty, ticked) => empty > ticked,
        }
    }

    /// "[x] covered stent 8 x 50": a ticked box stands right before the word.
    pub(super) fn is_ticked(&self, word: &Word) -> bool {
        let before = self.before(word).trim_end();
        TICKED.iter().any(|b| before.ends_with(b)) || before.is_empty() && self.follows_box(TICKED)
    }

    /// Whether one of these boxes stands before the unit, on the same line.
    fn follows_box(&self, boxes: &[&str]) -> bool {
        // A box and the blanks after it; a line may hold a whole report.
        const REACH: usize = 64;
        let unit = self.context.units[self.record.unit].unit.span;
        let at = self.context.source(unit).start;
        let text = preceding(&self.context.report.text, at, REACH);
        let line = text.rsplit('\n').next().unwrap_or_default();
        let line = line.trim_end().to_ascii_lowercase();
        boxes.iter().any(|b| line.ends_with(b))
    }

    /// "not required", "none", "was deferred" right after the word; "no" or "without" right before it.
    fn is_refused(&self, word: &Word) -> bool {
        let next = self
            .after(word)
            .trim_start_matches([' ', '.', ':', '-', '|']);
        let after = [
            "not required",
            "was neither",
            "were neither",
            "not needed",
            "not performed",
            "not done",
            "not used",
            "not necessary",
            "not indicated",
            "none",
            "was not",
            "were not",
            "deferred",
            "was deferred",
            "n/a",
            "not placed",
            "declined",
        ];
        let exact = next == "no" || next.starts_with("no\n") || next.starts_with("no.");
        let before = self.before(word).trim_end();
        let denied = [
            "no",
            "no new",
            "without",
            "without a",
            "no further",
            "neither",
            "nor",
            "nothing",
            "nothing was",
            "nothing else was",
            "no additional",
            "instead of",
            "rather than",
            "instead of a",
            "rather than a",
            "not a",
            "not to",
            "not need a",
            "no need for",
        ];
        exact
            || after.iter().any(|a| next.starts_with(a))
            || denied.iter().any(|d| {
                before == *d
                    || before
                        .strip_suffix(d)
                        .is_some_and(|b| b.ends_with([' ', '(', ',', ':', ';']))
            })
    }

    /// "placed elsewhere", "eleven months ago": a cue of the past after the word.
    fn past_cue(&self, word: &Word) -> Option<Span> {
        let text = self.context.text();
        let times = [
            "ago",
            "before",
            "earlier",
            "elsewhere",
            "outside",
            "another hospital",
            "last year",
            "last month",
            "last week",
            "yesterday",
            "in the past",
            "since 20",
        ];
        self.record
            .clause
            .words
            .iter()
            .filter(|w| {
                w.span.start >= word.span.end
                    && w.has_category(self.context.lexicon, Category::Historical)
            })
            .find(|w| {
                let said = text[w.span.start..w.span.end].to_ascii_lowercase();
                times.iter().any(|t| said.contains(t))
                    && text[word.span.end..w.span.start].split_whitespace().count() <= 10
            })
            .map(|w| w.span)
    }

    /// The clause names a year before that of the service, and not that of the service.
    fn is_of_another_year(&self) -> bool {
        if self.record.mode == Mode::Claim {
            return false;
        }
        let years: Vec<u16> = years(self.lower).collect();
        if years.is_empty() {
            return false;
        }
        match *self.year.get_or_init(|| service_year(self.context)) {
            Some(service) => !years.contains(&service) && years.iter().any(|y| *y < service),
            // Without a date of service a year is worth naming only for another day.
            None => true,
        }
    }
}

/// Four-digit years in a text.
fn years(text: &str) -> impl Iterator<Item = u16> {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(b'1', b'2', bytes).filter_map(move |i| {
        let digits = bytes.get(i..i + 4)?;
        // Few places begin so: what stands around them is not asked of the others.
        if !digits.starts_with(b"19") && !digits.starts_with(b"20") {
            return None;
        }
        let alone = (i == 0 || !bytes[i - 1].is_ascii_alphanumeric())
            && bytes.get(i + 4).is_none_or(|b| !b.is_ascii_alphanumeric());
        (alone && digits.iter().all(u8::is_ascii_digit)).then(|| {
            digits
                .iter()
                .fold(0u16, |n, d| n * 10 + u16::from(d - b'0'))
        })
    })
}

/// The year of the service, for telling earlier years apart. Only asked where a clause names a year.
fn service_year(context: &Context<'_>) -> Option<u16> {
    if let Some(date) = context.report.service_date {
        return Some(date.year());
    }
    let part = &context.text()
        [context.units.first()?.unit.span.start..context.units.last()?.unit.span.end];
    let found = dates(part);
    labelled(part, &found)
        .first()
        .or(found.first())
        .map(|d| d.date.year())
}
