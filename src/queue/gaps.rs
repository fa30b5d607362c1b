//! What a report lacks, in words for the physician who wrote it: a neutral sentence and an open question a rule, and the words
//! of the report they are about. Flags that are the coder's business alone have none.

use super::neutral::is_neutral;
use crate::render::{
    Reading,
    json::{FlagDoc, Quote},
    passage,
};

/// How a gap is told and asked about. None of it names a vessel, a finding, a code or money.
#[derive(Debug)]
pub struct Wording {
    /// The rule it is for.
    pub rule: &'static str,
    /// A few words.
    pub title: &'static str,
    /// What was found, or not.
    pub told: &'static str,
    /// The open question.
    pub question: &'static str,
    /// What can be chosen besides writing; empty when the question is open alone.
    pub choices: &'static [Choice],
    /// Whether the answer may well lower what the report supports.
    pub may_lower: bool,
}

/// One of several answers.
#[derive(Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its name in forms and in the store.
    pub key: &'static str,
    /// The sentence that the addendum gets.
    pub words: &'static str,
    /// Whether it says nothing without words of the physician's own.
    pub needs_words: bool,
}

const fn choice(key: &'static str, words: &'static str) -> Choice {
    Choice {
        key,
        words,
        needs_words: false,
    }
}

const fn begun(key: &'static str, words: &'static str) -> Choice {
    Choice {
        key,
        words,
        needs_words: true,
    }
}

/// The answer in the physician's own words.
pub const OTHER: Choice = begun("other", "Other, told in my own words");
/// That nothing can be said.
pub const UNABLE: Choice = choice("unable", "Unable to determine");

const DONE_OR_NOT: &[Choice] = &[
    choice("done", "IVUS was performed in this session"),
    choice("not-done", "IVUS was not performed in this session"),
];
const NAMED_OR_OTHERS: &[Choice] = &[
    choice("named", "No other vessel was examined during the pullback"),
    begun("others", "Other vessels were examined during the pullback"),
];
const BLANK_OR_FILLED: &[Choice] = &[
    choice("blank", "The blank does not apply"),
    begun("filled", "The blank is completed as follows"),
];
const THIS_OR_ANOTHER: &[Choice] = &[
    choice(
        "this-session",
        "All IVUS examinations told of were done in this session",
    ),
    begun(
        "another-session",
        "Some of the IVUS examinations told of were done in another session",
    ),
];

const fn open(
    rule: &'static str,
    title: &'static str,
    told: &'static str,
    question: &'static str,
) -> Wording {
    Wording {
        rule,
        title,
        told,
        question,
        choices: &[],
        may_lower: false,
    }
}

const fn lower(mut wording: Wording, choices: &'static [Choice]) -> Wording {
    wording.may_lower = true;
    wording.choices = choices;
    wording
}

/// All wordings, by rule.
pub const WORDINGS: &[Wording] = &[
    lower(
        open(
            "IVUS001",
            "IVUS without a description",
            "IVUS is named, and no description of it was found",
            "Please clarify whether IVUS was performed in this session. If it was, please document each vessel examined and what IVUS showed there, if anything.",
        ),
        DONE_OR_NOT,
    ),
    lower(
        open(
            "IVUS002",
            "Title and description differ",
            "What a title says of IVUS was not found in the description",
            "Please clarify which vessels, if any, were examined with IVUS in this session.",
        ),
        &[],
    ),
    open(
        "IVUS003",
        "Findings",
        "IVUS is mentioned, and no finding was found",
        "Please document the IVUS findings, if any, for each vessel examined.",
    ),
    open(
        "IVUS004",
        "Reason for IVUS",
        "IVUS is mentioned, and no reason for it was found",
        "Please document the clinical reason for IVUS, if there was one.",
    ),
    open(
        "IVUS005",
        "Reason for IVUS",
        "The reason found for IVUS is a general one",
        "Please document the clinical reason for IVUS in each vessel examined, if there was one.",
    ),
    open(
        "IVUS006",
        "Access",
        "No access site was found",
        "Please document where access was gained, with the side.",
    ),
    open(
        "IVUS007",
        "Movement of the IVUS catheter",
        "No movement of the IVUS catheter was found",
        "Please document how the IVUS catheter was moved.",
    ),
    open(
        "IVUS008",
        "Side",
        "The side was not found",
        "Please document the side of each vessel examined with IVUS.",
    ),
    open(
        "IVUS009",
        "Vessel",
        "The vessel is not named, or its name does not tell the segment",
        "Please name each vessel examined with IVUS, with its segment and side.",
    ),
    lower(
        open(
            "IVUS010",
            "Pullback",
            "A pullback is mentioned, and not all vessels it looked at were found",
            "Please name the vessels, if any, that were examined during the pullback.",
        ),
        NAMED_OR_OTHERS,
    ),
    lower(
        open(
            "IVUS011",
            "Parts of the report differ",
            "Parts of the report differ in what they say of IVUS",
            "Please clarify which vessels, if any, were examined with IVUS in this session.",
        ),
        &[],
    ),
    open(
        "IVUS012",
        "Procedures",
        "No other procedure of this session was found",
        "Please document which procedures were performed in this session.",
    ),
    open(
        "IVUS013",
        "Date",
        "No date of the procedure was found",
        "Please document the date of the procedure.",
    ),
    lower(
        open(
            "IVUS014",
            "Blank",
            "A blank was not filled",
            "Please complete the blank, or say so when it does not apply.",
        ),
        BLANK_OR_FILLED,
    ),
    lower(
        open(
            "IVUS015",
            "More than one session",
            "The text tells of more than one session",
            "Please clarify which of the IVUS examinations in the report belong to this session.",
        ),
        THIS_OR_ANOTHER,
    ),
    lower(
        open(
            "IVUS018",
            "Extent of IVUS",
            "The words do not tell whether IVUS looked here",
            "Please clarify which vessels, if any, were examined with IVUS, and what it showed there, if anything.",
        ),
        &[],
    ),
    open(
        "IVUS019",
        "Vessel",
        "IVUS is mentioned, and no vessel could be read",
        "Please name each vessel examined with IVUS, with its segment and side.",
    ),
];

/// The wording of a rule; `None` when it is no business of physicians.
#[must_use]
pub fn wording(rule: &str) -> Option<&'static Wording> {
    WORDINGS.iter().find(|w| w.rule == rule)
}

impl Wording {
    /// Whether it is the report as a whole that lacks something: then no words of it are those it is about.
    #[must_use]
    pub fn is_of_report(&self) -> bool {
        ["IVUS006", "IVUS012", "IVUS013"].contains(&self.rule)
    }

    /// Whether what the report tells is at odds with itself or can be read in two ways, rather than not there.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        ["IVUS002", "IVUS011", "IVUS015", "IVUS018"].contains(&self.rule)
    }

    /// What was found, or not, given the words it rests on. A general reason that no words are known for is that of the
    /// procedure alone.
    #[must_use]
    pub fn told_of(&self, quotes: &[Quote]) -> &'static str {
        if self.rule == GENERAL && !quotes.iter().any(|q| q.role == "necessity") {
            return "IVUS is mentioned, and no reason was found for it beside that of the procedure as a whole";
        }
        self.told
    }

    /// The words that a flag of this wording is about: of a general reason the reason, when there are words for it.
    fn words<'a>(&self, evidence: &'a [Quote]) -> Vec<&'a Quote> {
        let reasons: Vec<&Quote> = evidence
            .iter()
            .filter(|q| self.rule == GENERAL && q.role == "necessity")
            .collect();
        if reasons.is_empty() {
            return evidence.iter().collect();
        }
        reasons
    }

    /// All that can be chosen: what the wording has, then the two that always stand. Empty for an open question.
    #[must_use]
    pub fn all_choices(&self) -> Vec<&'static Choice> {
        if self.choices.is_empty() {
            return Vec::new();
        }
        self.choices.iter().chain([&OTHER, &UNABLE]).collect()
    }
}

/// The rule for a reason that is a general one.
const GENERAL: &str = "IVUS005";

impl Gap {
    /// What was found, or not.
    #[must_use]
    pub fn told(&self) -> &'static str {
        self.wording.told_of(&self.quotes)
    }
}

/// A gap of a report with the words it is about.
pub struct Gap {
    /// How it is told.
    pub wording: &'static Wording,
    /// The words of the report.
    pub quotes: Vec<Quote>,
}

/// The gaps of a reading, one a wording, in the order of the rules. To be taken before codes are withheld, which takes the flags.
#[must_use]
pub fn gaps(flags: &[FlagDoc]) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = Vec::new();
    for wording in WORDINGS {
        let mut quotes: Vec<Quote> = Vec::new();
        let flagged = || flags.iter().filter(|f| f.rule == wording.rule);
        for quote in flagged().flat_map(|f| wording.words(&f.evidence)) {
            let known = quotes
                .iter()
                .any(|q| q.start <= quote.start && quote.end <= q.end);
            if !known && is_neutral(&quote.text) {
                quotes.push(quote.clone());
            }
        }
        if flagged().next().is_none() {
            continue;
        }
        // The same question is asked once, about the words of both.
        let asked = |g: &&mut Gap| {
            (g.wording.title, g.wording.question) == (wording.title, wording.question)
        };
        match gaps.iter_mut().find(asked) {
            Some(gap) => gap.quotes.extend(quotes),
            None => gaps.push(Gap { wording, quotes }),
        }
    }
    gaps
}

/// Words of a report as an indicator of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indicator {
    /// The line they stand on, from 1.
    pub line: usize,
    /// The words, as they stand in the report.
    pub words: String,
}

/// The sentences of the report a flag rests on, as they stand there; those that name codes or money are left out.
#[must_use]
pub fn indicators(reading: &Reading, flag: &FlagDoc) -> Vec<Indicator> {
    let text = &reading.report.text;
    let mut all: Vec<Indicator> = Vec::new();
    let words = wording(&flag.rule).map(|w| w.words(&flag.evidence));
    for quote in words.unwrap_or_default() {
        let sentence = passage::sentence(text, passage::bytes(text, quote));
        let sentence = text.get(sentence).unwrap_or_default();
        let words = if is_neutral(sentence) {
            sentence.to_owned()
        } else {
            quote.text.clone()
        };
        let fit = is_neutral(&words) && !words.trim().is_empty();
        if fit && !all.iter().any(|i| i.words.contains(&words)) && all.len() < 4 {
            all.push(Indicator {
                line: quote.line,
                words,
            });
        }
    }
    all
}

/// Vessels that a query names at most.
const MOST_NAMES: usize = 12;

/// The vessels that flags of a rule are about, each once, as the text writes them: “R CIV”, or “CIV” (side: “left”). None
/// for a rule that is not about vessels.
#[must_use]
pub fn vessels(reading: &Reading, rule: &str) -> Vec<String> {
    if !["IVUS003", "IVUS004", GENERAL].contains(&rule) {
        return Vec::new();
    }
    let flags = reading.document.flags.iter().filter(|f| f.rule == rule);
    let mut names: Vec<String> = Vec::new();
    for key in flags.filter_map(|f| f.vessel.as_deref()) {
        let looks = reading.document.encounter.interrogations.iter();
        let mut looks = looks.filter(|l| l.status == "performed");
        let Some(look) = looks.find(|l| format!("{} {}", l.side, l.vessel) == key) else {
            continue;
        };
        let named = passage::named(&reading.report.text, look);
        let Some((name, _)) = named.names.first() else {
            continue;
        };
        let side = named
            .side
            .map_or_else(String::new, |s| format!(" (side: “{}”)", s.text));
        let name = format!("“{name}”{side}");
        if is_neutral(&name) && !names.contains(&name) && names.len() < MOST_NAMES {
            names.push(name);
        }
    }
    names
}
