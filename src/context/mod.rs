//! Clauses, and what negation, plans, history and doubt do to the acts in them (after ConText: cues with direction,
//! scope and terminators; a longer phrase hides a shorter one inside it).

#![expect(
    clippy::string_slice,
    reason = "spans come from matches and lie on character boundaries; a property test holds it"
)]

mod untold;

use untold::told_around;
pub(crate) use untold::{answers_no, is_put_away};

use crate::{
    lexicon::{Action, Category, Direction, Grammar, Kind, Kinds, Lexicon, Necessity, Targets},
    mention::{UnitMentions, VesselList, Word, kinds},
    text::{Span, ends_in, preceding},
};

/// Whether something was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Done in this session.
    Performed,
    /// Said not to have been done.
    Negated,
    /// Planned, recommended, conditional, or only claimed in a title.
    Planned,
    /// Done on another day.
    Historical,
    /// Tried without success.
    Attempted,
}

impl Status {
    /// The name used in output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Performed => "performed",
            Self::Negated => "negated",
            Self::Planned => "planned",
            Self::Historical => "historical",
            Self::Attempted => "attempted",
        }
    }
}

/// A status and the cue that decided it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Assertion {
    pub(crate) status: Status,
    pub(crate) cue: Option<Span>,
}

/// A clause: a run of words of one unit that is read by itself.
#[derive(Clone, Debug)]
pub(crate) struct Clause<'a> {
    pub(crate) span: Span,
    pub(crate) words: &'a [Word],
    /// Which kinds of meaning its words have.
    kinds: Kinds,
    pub(crate) lists: &'a [VesselList],
    /// The year of the session, when the text gives it.
    pub(crate) service_year: Option<u16>,
}

impl<'a> Clause<'a> {
    /// The words to look through for those of a kind of meaning: all, or none when none has it.
    pub(crate) fn of(&self, kind: Kind) -> &'a [Word] {
        self.of_any(&[kind])
    }

    /// The words to look through for those of some kinds of meaning: all, or none when none has one of them.
    pub(crate) fn of_any(&self, kinds: &[Kind]) -> &'a [Word] {
        if kinds.iter().any(|k| self.kinds.holds(*k)) {
            self.words
        } else {
            &[]
        }
    }
}

/// A year close to the act that is not the session's: "at the 2014 case IVUS showed", "IVUS in 2015".
fn other_year(
    text: &str,
    clause: &Clause<'_>,
    act: Span,
    service_year: Option<u16>,
) -> Option<Span> {
    let body = &text[clause.span.start..clause.span.end];
    let bytes = body.as_bytes();
    let mut at = 0;
    while let Some(four) = bytes.get(at..at + 4) {
        if !four[3].is_ascii_digit() {
            // No year begins at any of the four.
            at += 4;
            continue;
        }
        let digits = four.iter().all(u8::is_ascii_digit)
            && (at == 0 || !(bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'.'))
            && bytes.get(at + 4).is_none_or(|b| !b.is_ascii_alphanumeric());
        if !digits {
            at += 1;
            continue;
        }
        let span = Span::new(clause.span.start + at, clause.span.start + at + 4);
        at += 4;
        let year: u16 = text[span.start..span.end].parse().unwrap_or(0);
        if !(1985..=2040).contains(&year) || service_year == Some(year) {
            continue;
        }
        let (from, to) = if span.end <= act.start {
            (span.end, act.start)
        } else {
            (act.end.min(span.start), span.start)
        };
        // "The IVUS of the left iliac veins in 2023 was unremarkable."
        let between = text[from..to].trim();
        let of_vessel = between.starts_with("of ") && between.ends_with(" in");
        let most = if of_vessel { 8 } else { 4 };
        // "In 2019 a colleague of mine in the same town made an IVUS": the year that the sentence begins with.
        let lead = text[clause.span.start..span.start].trim();
        let leads = ["in", "back in"]
            .iter()
            .any(|l| lead.eq_ignore_ascii_case(l))
            && span.end <= act.start
            && !between.contains(" and ");
        let most = if leads { 12 } else { most };
        let near = between.split_whitespace().count() <= most;
        let apart = clause.words.iter().any(|w| {
            w.span.start >= from
                && w.span.end <= to
                && ((w.is_vessel() && !of_vessel)
                    || w.any_action(&[Action::Place, Action::Treat, Action::Show])
                    || (w.is_action(Action::Perform) && !leads))
        });
        if near && !apart {
            return Some(span);
        }
    }
    None
}

/// Cuts a unit into clauses: at semicolons, at "but", "while" and the like, and where a new subject gets its own verb.
pub(crate) fn clauses<'a>(
    text: &str,
    unit: &'a UnitMentions,
    service_year: Option<u16>,
    lexicon: &Lexicon,
) -> Vec<Clause<'a>> {
    let span = unit.unit.span;
    let mut cuts: Vec<usize> = Vec::new();
    cuts.extend(
        text[span.start..span.end]
            .match_indices(';')
            .map(|(i, _)| span.start + i),
    );
    // "… several webs, and what looked like a second vein on the CT was a channel": a subject of its own.
    let body = &text[span.start..span.end];
    let commas = memchr::memchr_iter(b',', body.as_bytes());
    let subjects = commas.filter(|i| body[*i..].starts_with(", and what "));
    cuts.extend(subjects.map(|i| span.start + i));
    let parting = [Kind::Modifier, Kind::Necessity];
    for (i, word) in unit.of(&parting).iter().enumerate() {
        let begins = word.has_category(lexicon, Category::Terminator)
            && clause_word(&text[word.span.start..word.span.end]);
        // "so" and "therefore" start the clause that follows from what was said.
        let inside_verb = i > 0
            && unit.words[i - 1].is_grammar(Grammar::Aux)
            && text[unit.words[i - 1].span.end..word.span.start]
                .trim()
                .is_empty();
        let result = word.is_necessity(Necessity::Result) && i > 0 && !inside_verb;
        if begins || result {
            cuts.push(word.span.start);
        }
    }
    for (i, list) in unit.lists.iter().enumerate() {
        let prep = list.prep.map(|(p, _)| p);
        if prep.is_some() || i == 0 {
            continue;
        }
        // A later subject with its own verb.
        let before = unit
            .words
            .iter()
            .filter(|w| w.span.end <= list.span.start)
            .max_by_key(|w| w.span.end);
        let joined = text[span.start..list.span.start].trim_end().ends_with(',')
            || before.is_some_and(|w| w.is_grammar(Grammar::And));
        let verb = unit
            .words
            .iter()
            .find(|w| w.span.start >= list.span.end)
            .is_some_and(|w| w.is_grammar(Grammar::Aux));
        if joined && verb {
            let start = before
                .filter(|w| w.is_grammar(Grammar::And) && w.span.end + 5 > list.span.start)
                .map_or(list.span.start, |w| w.span.start);
            cuts.push(start);
        }
    }
    cuts.sort_unstable();
    cuts.dedup();
    let mut found = Vec::with_capacity(cuts.len() + 1);
    let mut start = span.start;
    for cut in cuts.into_iter().chain([span.end]) {
        if cut > start {
            found.push(clause(unit, Span::new(start, cut), service_year));
            start = cut;
        }
    }
    found
}

fn clause_word(word: &str) -> bool {
    [
        "but",
        "however",
        "although",
        "though",
        "while",
        "whereas",
        "yet",
        "nevertheless",
        "otherwise",
        "instead",
    ]
    .iter()
    .any(|w| w.eq_ignore_ascii_case(word))
}

fn clause(unit: &UnitMentions, span: Span, service_year: Option<u16>) -> Clause<'_> {
    let words = slice(&unit.words, span, |w| w.span.start);
    let lists = slice(&unit.lists, span, |l| l.span.start);
    Clause {
        span,
        words,
        kinds: if words.len() == unit.words.len() {
            unit.kinds()
        } else {
            kinds(words)
        },
        lists,
        service_year,
    }
}

fn slice<T>(items: &[T], span: Span, at: impl Fn(&T) -> usize) -> &[T] {
    let from = items.partition_point(|t| at(t) < span.start);
    let to = items.partition_point(|t| at(t) < span.end);
    &items[from..to]
}

/// "Had IVUS been at hand, …", "an earlier IVUS": what the words right before an act say of it.
fn told_right_before(text: &str, clause: &Clause<'_>, act: Span) -> Option<Status> {
    const EARLIER: [&str; 6] = [
        "an earlier",
        "outside",
        "old",
        "preoperative",
        "last year's",
        "last month's",
    ];
    let lead = text[clause.span.start..act.start].trim();
    if lead.eq_ignore_ascii_case("had") && text[act.end..].starts_with(" been") {
        return Some(Status::Planned);
    }
    let earlier = |w: &&str| {
        let before = lead.len().checked_sub(w.len() + 1);
        let word = before.is_none_or(|at| !lead.as_bytes()[at].is_ascii_alphanumeric());
        ends_in(lead, w) && word
    };
    EARLIER.iter().any(earlier).then_some(Status::Historical)
}

/// What the cues of a clause say about the act at `act`.
pub(crate) fn assert_act(
    text: &str,
    clause: &Clause<'_>,
    act: Span,
    lexicon: &Lexicon,
) -> Assertion {
    let service_year = clause.service_year;
    let mut best = Assertion {
        status: Status::Performed,
        cue: None,
    };
    if let Some(year) = other_year(text, clause, act, service_year) {
        best = Assertion {
            status: Status::Historical,
            cue: Some(year),
        };
    }
    // Of IVUS alone: an "old filter" was taken out today.
    let ivus = || {
        clause
            .words
            .iter()
            .any(|w| w.span == act && w.ivus().is_some())
    };
    if ivus()
        && let Some(status) =
            told_right_before(text, clause, act).or_else(|| told_around(text, clause, act))
    {
        best = Assertion { status, cue: None };
    }
    for word in clause.words {
        let Some(modifier) = word.modifier().map(|m| lexicon.modifiers[m as usize]) else {
            continue;
        };
        if modifier.targets == Targets::Findings || modifier.targets == Targets::Historical {
            continue;
        }
        if tells_ability(text, clause, word)
            || (modifier.category == Category::Attempted && is_of_the_way(text, word.span))
            || is_of_other(text, clause, word, modifier.category)
            || is_bracketed(text, clause, word.span, act)
            || is_legend(text, clause, word.span)
            || is_said_before(text, word.span, act)
        {
            continue;
        }
        let before = word.span.end <= act.start;
        let after = word.span.start >= act.end;
        let reaches = match modifier.direction {
            Direction::Forward => {
                before && reaches_forward(text, clause, word.span, act, modifier.category, lexicon)
            }
            Direction::Backward => {
                let by = text.get(word.span.end..act.start).is_some_and(|t| {
                    ["with", "by", "using", "with the", "by the", "on"]
                        .contains(&t.trim().to_ascii_lowercase().as_str())
                });
                (after && free_of_acts(clause, act.end, word.span.start, lexicon)) || (before && by)
            }
            Direction::Both => {
                (before
                    && reaches_forward(text, clause, word.span, act, modifier.category, lexicon))
                    || (after
                        && (matches!(
                            modifier.category,
                            Category::Attempted | Category::Historical
                        ) || (!performed_after(clause, act, lexicon)
                            && !is_in_a_cause(text, act, word.span))))
            }
            Direction::None => false,
        } || (after
            && modifier.direction == Direction::Forward
            && negates_predicate(text, clause, act, word, modifier.category)
            && (modifier.category == Category::Negated || !performed_after(clause, act, lexicon)))
            || (after
                && modifier.category == Category::Historical
                && tells_the_day(text, clause, act, word));
        if !reaches {
            continue;
        }
        let status = match modifier.category {
            Category::Negated => Status::Negated,
            Category::Attempted => Status::Attempted,
            Category::Planned
            | Category::Conditional
            | Category::Recommended
            | Category::General => Status::Planned,
            Category::Historical | Category::OtherPerson => Status::Historical,
            Category::Uncertain | Category::Pseudo | Category::Terminator => continue,
        };
        let rank = |s: Status| match s {
            Status::Performed => 0,
            Status::Planned => 1,
            Status::Historical => 2,
            Status::Negated => 3,
            Status::Attempted => 4,
        };
        if rank(status) > rank(best.status) {
            best = Assertion {
                status,
                cue: Some(word.span),
            };
        }
    }
    best
}

/// "Through the cava, no recording made on the way, to the femoral vein": what was not tried there says nothing of the end.
fn is_of_the_way(text: &str, cue: Span) -> bool {
    const WAYS: [&str; 5] = [
        "on the way",
        "along the way",
        "en route",
        "in passing",
        "in transit",
    ];
    let told = text[cue.end..]
        .split([',', '.', ';'])
        .next()
        .filter(|told| told.len() <= 32)
        .unwrap_or_default()
        .to_ascii_lowercase();
    WAYS.iter().any(|w| told.contains(w))
}

/// "The probe could be advanced into the cava": a movement that was possible was made, unless the clause makes it hang on
/// something or asks for it.
pub(crate) fn tells_ability(text: &str, clause: &Clause<'_>, cue: &Word) -> bool {
    const MOVED: [&str; 10] = [
        "advanced", "passed", "brought", "taken", "led", "carried", "moved", "drawn", "pulled",
        "pushed",
    ];
    const BETWEEN: [&str; 8] = [
        "be", "then", "now", "also", "only", "easily", "readily", "finally",
    ];
    const OPEN: [&str; 12] = [
        "if", "whether", "before", "until", "unless", "when", "once", "that", "how", "needed",
        "later", "so",
    ];
    let told = &text[cue.span.start..clause.span.end];
    let cue = told.get(..6).filter(|t| t.eq_ignore_ascii_case("could "));
    let Some(rest) = cue.map(|c| told[c.len()..].to_ascii_lowercase()) else {
        return false;
    };
    let word = |w: &str| w.trim_matches([',', '.', ';', ':']).to_ascii_lowercase();
    let able = rest.contains("be ")
        && rest
            .split_whitespace()
            .take(5)
            .find(|w| !BETWEEN.contains(w))
            .is_some_and(|w| MOVED.contains(&word(w).as_str()));
    able && !text[clause.span.start..clause.span.end]
        .split_whitespace()
        .any(|w| OPEN.contains(&word(w).as_str()))
}

/// "since contrast would not go past the knee", "where the catheter would not go, …", "for a possible flap": a cue that speaks of
/// something else than the act.
fn is_of_other(text: &str, clause: &Clause<'_>, cue: &Word, category: Category) -> bool {
    const STUDIES: [&str; 10] = [
        "contrast",
        "dye",
        "venogram",
        "venography",
        "angiogram",
        "angiography",
        "arteriogram",
        "film",
        "films",
        "duplex",
    ];
    let before = &text[clause.span.start..cue.span.start];
    let last = before.split_whitespace().next_back().unwrap_or_default();
    let last = last.to_ascii_lowercase();
    let told = text[cue.span.start..cue.span.end].to_ascii_lowercase();
    match category {
        // "once the wire was down"
        Category::Attempted if told == "was down" => [
            "wire", "sheath", "guide", "catheter", "balloon", "leg", "arm",
        ]
        .contains(&last.as_str()),
        Category::Attempted | Category::Conditional => {
            // "Since the management would be different, IVUS was asked for": of what is told as the cause.
            let causes = ["since ", "because ", "as ", "given that "];
            let opening = text[clause.span.start..cue.span.start].trim_start();
            let small = opening.get(..12).unwrap_or(opening).to_ascii_lowercase();
            let behind = &text[cue.span.end..clause.span.end];
            let caused = causes.iter().any(|c| small.starts_with(c))
                && !opening.contains(", ")
                && opening.len() < 120
                && behind.contains(", ");
            if caused
                && clause.words.iter().any(|w| {
                    w.ivus().is_some()
                        && text[cue.span.end..w.span.start.max(cue.span.end)].contains(", ")
                })
            {
                return true;
            }
            let of_study = STUDIES.contains(&last.as_str())
                && ["would", "could", "might"]
                    .iter()
                    .any(|m| told.starts_with(m));
            let noun =
                told == "possible" && ["for", "a", "of", "the", "any"].contains(&last.as_str());
            // "To learn if the other leg could serve, the probe was advanced": of what was to be learnt.
            let lead = &text[clause.span.start..cue.span.end];
            let aim = lead.len() < 120
                && lead.get(..3).is_some_and(|t| t.eq_ignore_ascii_case("to "))
                && [" if", " whether ", " how ", " what ", " which "]
                    .iter()
                    .any(|w| lead.contains(w));
            of_study || noun || aim
        }
        _ => false,
    }
}

/// Whether a cue stands in a relative clause that is over before the act: "where the catheter would not go, the vein was opened by
/// IVUS".
fn is_bracketed(text: &str, clause: &Clause<'_>, cue: Span, act: Span) -> bool {
    const RELATIVES: [&str; 4] = ["where ", "which ", "who ", "whose "];
    if cue.end > act.start {
        return false;
    }
    // A relative clause is short; a sentence without an end may hold many cues.
    let before = preceding(
        &text[clause.span.start..],
        cue.start - clause.span.start,
        240,
    );
    let comma = memchr::memrchr(b',', before.as_bytes());
    let opens = comma.is_some_and(|at| {
        let told = before[at + 1..].trim_start();
        let begins = |r: &&str| {
            told.get(..r.len())
                .is_some_and(|t| t.eq_ignore_ascii_case(r))
        };
        RELATIVES.iter().any(begins)
    });
    opens && text[cue.end..act.start].contains(", ")
}

/// "Angiography is known to be blind to webs, and we performed IVUS": a statement of its own before the act.
fn is_said_before(text: &str, cue: Span, act: Span) -> bool {
    const OURS: [&str; 6] = [
        ", and we ",
        ", and i ",
        ", so we ",
        ", so i ",
        "; we ",
        "; i ",
    ];
    const FAR: usize = 160;
    if cue.end > act.start || act.start - cue.end > FAR {
        return false;
    }
    let between = text[cue.end..act.start].to_ascii_lowercase();
    OURS.iter().any(|w| {
        between.rfind(w).is_some_and(|at| {
            let told = &between[at + w.len()..];
            [
                "performed",
                "used",
                "did",
                "made",
                "ran",
                "carried out",
                "proceeded",
                "added",
            ]
            .iter()
            .any(|v| told.starts_with(v))
        })
    })
}

/// "(n/e = not examined)": what a sign stands for says nothing of the act.
fn is_legend(text: &str, clause: &Clause<'_>, cue: Span) -> bool {
    let before = preceding(
        &text[clause.span.start..],
        cue.start - clause.span.start,
        40,
    );
    before.trim_end().ends_with('=') && before.contains(['(', ';', ','])
}

/// Whether a cause or a time of its own stands between the act and a cue after it: "IVUS of the left side only, as the catheter
/// kinked before the rest could be done".
fn is_in_a_cause(text: &str, act: Span, cue: Span) -> bool {
    // "switch to apixaban tomorrow" at the end of a dictation without marks is not of the act at its beginning.
    const DAYS: [&str; 7] = [
        "tomorrow",
        "next ",
        "on ",
        "at the ",
        "at another",
        "in the ",
        "in a",
    ];
    let told = text[cue.start..cue.end].to_ascii_lowercase();
    let far = text[act.end..cue.start].split_whitespace().take(9).count() > 8;
    if far && DAYS.iter().any(|d| told.starts_with(d)) {
        return true;
    }
    let between = text[act.end..cue.start].to_ascii_lowercase();
    [", as ", " because ", ", since ", " before "]
        .iter()
        .any(|c| between.contains(c))
}

/// "The IVUS of the left iliac vein in March of last year had shown a web": a time told after the act and before what it showed.
fn tells_the_day(text: &str, clause: &Clause<'_>, act: Span, cue: &Word) -> bool {
    const MOST: usize = 9;
    let told = text[cue.span.start..cue.span.end].to_ascii_lowercase();
    let day = told.starts_with("last ")
        || told.ends_with(" ago")
        || told.ends_with(" earlier")
        || told.starts_with("from ")
        || told.starts_with("in ")
        || told.starts_with("before ")
        || told.ends_with(" hospital")
        || told.ends_with(" center")
        || told == "yesterday"
        // "IVUS at that time had shown a 5 mm vessel"
        || (told.starts_with("at th") && text[cue.span.end..].starts_with(" had "));
    day && text[act.end..cue.span.start]
        .split_whitespace()
        .take(MOST + 1)
        .count()
        <= MOST
        && !clause.words.iter().any(|w| {
            w.span.start >= act.end
                && w.span.end <= cue.span.start
                && (w.device().is_some()
                    || w.any_action(&[Action::Show, Action::Treat, Action::Place]))
        })
}

/// More words than any cue reaches over.
const FAR: usize = 16;

/// Whether a forward cue reaches the act: nothing that ends its scope stands between, and the act is near enough.
fn reaches_forward(
    text: &str,
    clause: &Clause<'_>,
    cue: Span,
    act: Span,
    category: Category,
    lexicon: &Lexicon,
) -> bool {
    let between = || {
        clause
            .words
            .iter()
            .filter(|w| w.span.start >= cue.end && w.span.end <= act.start)
    };
    // No category asks for more than this many words between.
    let tokens = text[cue.end..act.start]
        .split_whitespace()
        .take(FAR)
        .count();
    match category {
        // "no thrombus … IVUS": a finding takes the negation for itself.
        Category::Negated => {
            let word = text[cue.start..cue.end].to_ascii_lowercase();
            // "Neither in the right gonadal vein nor, …, in either internal iliac vein was IVUS performed.", but not "So that we
            // would neither leave clot nor treat a wall, IVUS was done".
            let opens = text[clause.span.start..cue.start].trim().is_empty();
            if opens && (word.starts_with("neither") || word.starts_with("on neither")) {
                return !between().any(|w| w.is_action(Action::Show));
            }
            if tokens > 9 {
                return false;
            }
            let joined = text[cue.end..act.start].contains(", and")
                || text[cue.end..act.start].contains(" and ");
            let determiner = word == "no"
                || word.starts_with("no ")
                || word.starts_with("without")
                || word == "none of";
            // "That, and the three clots without a culprit, is why IVUS was used": the phrase is over.
            let over = [", is why ", ", led to "];
            if over.iter().any(|w| text[cue.end..act.end].contains(w)) {
                return false;
            }
            // "was not dissected, 12 mm, on the first pullback".
            if !determiner && text[cue.end..act.start].contains(", ") {
                return false;
            }
            if (joined && !determiner_list(text, cue, act))
                || (tokens > 3 && performed_after(clause, act, lexicon))
            {
                return false;
            }
            tokens <= if determiner { 6 } else { 9 }
                && !between().any(|w| {
                    w.finding().is_some()
                        || w.is_action(Action::Show)
                        || w.has_category(lexicon, Category::Terminator)
                })
        }
        // "planned stent; IVUS was performed": a completed act between ends a plan.
        Category::Planned | Category::Conditional | Category::Recommended => {
            // "so that a stent could be sized, an IVUS catheter was advanced": told as done, in a part of its own.
            let told = text[..act.start].trim_end();
            let done =
                told.ends_with(" was") || told.ends_with(" were") || told.ends_with(" was then");
            if done && text[cue.end..act.start].contains(',') {
                return false;
            }
            // "I would have opened the IVUS catheter and measured …": what did not happen.
            (text[cue.start..cue.end]
                .to_ascii_lowercase()
                .starts_with("would have")
                && !text[cue.end..].trim_start().starts_with("to "))
                || !performed_after(clause, act, lexicon)
                || tokens <= 3 && matches!(category, Category::Recommended)
        }
        Category::Historical => {
            // "had a reaction in the past, IVUS was used": the words before the comma are over.
            let told = text[clause.span.start..cue.start]
                .split_whitespace()
                .count();
            let over = told >= 3
                && text[cue.start..cue.end].starts_with("in the past")
                && text[cue.end..act.start].starts_with(',');
            // "According to the IVUS run, the lesion is 11 cm long": what it says of itself.
            let source = text[cue.start..cue.end]
                .to_ascii_lowercase()
                .starts_with("according to")
                && tokens <= 1;
            !over
                && !source
                && tokens <= 14
                && !between().any(|w| {
                    w.has_category(lexicon, Category::Terminator) || w.is_action(Action::Show)
                })
        }
        _ => true,
    }
}

/// "no IVUS or venogram and …", "neither A nor B": a short list of things denied.
fn determiner_list(text: &str, cue: Span, act: Span) -> bool {
    text[cue.end..act.start].split_whitespace().count() <= 3
}

/// Whether the act is followed by "was performed" and the like, which ends a plan's reach.
fn performed_after(clause: &Clause<'_>, act: Span, lexicon: &Lexicon) -> bool {
    let mut aux = false;
    let mut pending = false;
    // "We had planned IVUS of the cava for measurement": what it was for, not what it showed.
    let mut purpose = false;
    for word in clause.words.iter().filter(|w| w.span.start >= act.end) {
        let meant = std::mem::replace(&mut purpose, word.is_grammar(Grammar::For));
        let open = [
            Category::Planned,
            Category::Conditional,
            Category::Recommended,
            Category::Negated,
        ];
        // "was considered necessary and was performed": a second verb may still tell of the act.
        if open.iter().any(|c| word.has_category(lexicon, *c)) {
            pending = true;
            aux = false;
            continue;
        }
        if pending {
            pending = !word.is_grammar(Grammar::And);
            continue;
        }
        if word.is_grammar(Grammar::Aux) {
            aux = true;
        } else if (word.is_action(Action::Show) && !meant)
            || (aux && word.any_action(&[Action::Perform, Action::Image, Action::Place]))
        {
            return true;
        }
    }
    false
}

fn free_of_acts(clause: &Clause<'_>, from: usize, to: usize, lexicon: &Lexicon) -> bool {
    !clause
        .words
        .iter()
        .filter(|w| w.span.start >= from && w.span.end <= to)
        .any(|w| {
            w.ivus().is_some()
                || w.has_category(lexicon, Category::Terminator)
                || w.is_action(Action::Show)
        })
}

/// "IVUS was not performed": a forward negation that stands between the act and its verb.
fn negates_predicate(
    text: &str,
    clause: &Clause<'_>,
    act: Span,
    cue: &Word,
    category: Category,
) -> bool {
    if matches!(
        category,
        Category::Planned | Category::Conditional | Category::Recommended
    ) {
        // "IVUS will be performed", "IVUS was considered".
        let acts = [Action::Perform, Action::Show, Action::Image, Action::Place];
        let gap = &text[act.end..cue.span.start];
        let mut tokens = gap.split_whitespace();
        // "IVUS of the left iliac veins is recommended": what is to be imaged stands between.
        let of = tokens.next() == Some("of");
        let reach = if of { 12 } else { 4 };
        if gap.split_whitespace().take(FAR).count() > reach || (gap.contains(',') && !of) {
            return false;
        }
        return !clause.words.iter().any(|w| {
            w.span.start >= act.end && w.span.end <= cue.span.start && w.any_action(&acts)
        });
    }
    if category != Category::Negated {
        return false;
    }
    let negator = text[cue.span.start..cue.span.end].to_ascii_lowercase();
    if !negator.ends_with("not") && negator != "never" && !negator.ends_with("n't") {
        return false;
    }
    let gap = &text[act.end..cue.span.start];
    if gap.split_whitespace().take(FAR).count() > 6 {
        return false;
    }
    let between = clause.words.iter().any(|w| {
        w.span.start >= act.end
            && w.span.end <= cue.span.start
            && w.any_action(&[Action::Perform, Action::Show, Action::Image])
    });
    let verb = clause
        .words
        .iter()
        .filter(|w| w.span.start >= cue.span.end)
        .take(3)
        .any(|w| {
            w.any_action(&[Action::Perform, Action::Image, Action::Place])
                && text[cue.span.end..w.span.start].split_whitespace().count() <= 3
        });
    verb && !between
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mention::tests::{LEXICON, read};

    /// What the cues say of the first IVUS word of a text.
    fn status(sentence: &str) -> Status {
        let (folded, units) = read(&format!("DETAILS: {sentence}"));
        let text = folded.text();
        units
            .iter()
            .flat_map(|u| clauses(text, u, Some(2024), &LEXICON))
            .find_map(|c| {
                let ivus = c.words.iter().find(|w| w.ivus().is_some())?.span;
                Some(assert_act(text, &c, ivus, &LEXICON).status)
            })
            .unwrap()
    }

    #[test]
    fn cues_reach_the_act_they_speak_of_and_no_further() {
        use Status as S;
        let cases = [
            (
                "IVUS of the left common iliac vein was performed.",
                S::Performed,
            ),
            ("IVUS was not performed.", S::Negated),
            ("No IVUS was done.", S::Negated),
            (
                "There was no thrombus, and IVUS was performed.",
                S::Performed,
            ),
            ("IVUS will be performed next month.", S::Planned),
            ("IVUS of the left side is recommended.", S::Planned),
            (
                "The planned stent was placed and IVUS was performed.",
                S::Performed,
            ),
            ("It was our intention to measure with IVUS.", S::Planned),
            ("Previous IVUS showed a web.", S::Historical),
            ("At the 2019 case IVUS showed a web.", S::Historical),
            ("The IVUS catheter could not be advanced.", S::Attempted),
            (
                "The IVUS catheter could now be advanced into the cava.",
                S::Performed,
            ),
            (
                "The IVUS catheter could be advanced later if needed.",
                S::Planned,
            ),
            ("IVUS could be considered.", S::Planned),
            ("IVUS of the cava was abandoned.", S::Attempted),
            ("IVUS was used without difficulty.", S::Performed),
            (
                "Neither in the right gonadal vein nor in the left was IVUS performed.",
                S::Negated,
            ),
            (
                "I would have opened the IVUS catheter and measured the vein.",
                S::Planned,
            ),
        ];
        for (sentence, expected) in cases {
            assert_eq!(status(sentence), expected, "{sentence}");
        }
    }
}
