//! The words by which a text tells that disease is one, that it goes on, and where it ends.

use crate::{
    lexicon::{Category, Extent, Lexicon},
    mention::Word,
    text::Span,
};

/// What disease is called when it is told as one thing.
const THINGS: [&str; 31] = [
    "band",
    "carpet",
    "cast",
    "clot",
    "column",
    "cord",
    "disease",
    "dissection",
    "flap",
    "hyperplasia",
    "lesion",
    "lining",
    "mass",
    "narrowing",
    "neointima",
    "obstruction",
    "occlusion",
    "plaque",
    "process",
    "rind",
    "rope",
    "scar",
    "sleeve",
    "stenosis",
    "stretch",
    "stricture",
    "thrombosis",
    "thrombus",
    "tissue",
    "tongue",
    "tube",
];

/// Of these the ones that are no disease by themselves: "the same tube" may be a catheter.
const SHAPES: [&str; 6] = ["band", "column", "cord", "process", "stretch", "tube"];

fn is_disease(word: &str) -> bool {
    THINGS.contains(&word) && !SHAPES.contains(&word)
}

/// The words of a text with their places, in lower case, without the marks around them.
fn tokens(lower: &str, within: Span) -> impl Iterator<Item = (&str, Span)> + Clone {
    let text = &lower[within.start..within.end];
    text.split(|c: char| c.is_whitespace() || c == '/')
        .map(|t| t.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '='))
        .filter(|t| !t.is_empty())
        .map(move |t| {
            let at = t.as_ptr() as usize - text.as_ptr() as usize + within.start;
            (t, Span::new(at, at + t.len()))
        })
}

/// "one scarred tube", "a single unbroken cast", "1 continuous thrombus": a number or "same", at most three words, and a thing.
fn counted(
    lower: &str,
    within: Span,
    numbers: &[&str],
    is_thing: impl Fn(&str) -> bool,
) -> Option<Span> {
    const STOP: [&str; 16] = [
        "of", "in", "at", "to", "on", "the", "and", "or", "a", "is", "was", "no", "not", "for",
        "by", "with",
    ];
    let told = &lower[within.start..within.end];
    if !numbers.iter().any(|n| told.contains(n)) {
        return None;
    }
    let mut words = tokens(lower, within);
    while let Some((word, at)) = words.next() {
        if numbers.contains(&word) {
            let rest = words.clone().take(4);
            let mut rest = rest.take_while(|(w, _)| !STOP.contains(w));
            if let Some((_, thing)) = rest.find(|(w, _)| is_thing(w)) {
                return Some(Span::new(at.start, thing.end));
            }
        }
    }
    None
}

/// "is one scarred tube", "as a single plaque", "form one segment", "clot = 1 cast", "a single scar fills them": disease said to be
/// one.
pub(super) fn is_one(lower: &str, within: Span) -> Option<Span> {
    const LINKS: [&str; 18] = [
        "is",
        "are",
        "was",
        "were",
        "as",
        "form",
        "forms",
        "formed",
        "make",
        "makes",
        "=",
        "i.e",
        "be",
        "been",
        "being",
        "proved",
        "represent",
        "represents",
    ];
    const MORE: [&str; 7] = [
        "segment", "sheet", "body", "piece", "tear", "ribbon", "plug",
    ];
    let is_thing = |w: &str| THINGS.contains(&w) || MORE.contains(&w);
    let one = counted(lower, within, &["one", "single", "1"], is_thing)?;
    let before: Vec<&str> = tokens(lower, Span::new(within.start, one.start))
        .map(|(w, _)| w)
        .collect();
    let whole = before.last() == Some(&"in") && lower[one.start..one.end].ends_with("piece");
    let linked = whole
        || before.iter().rev().take(3).any(|w| LINKS.contains(w))
        || takes_up_several(lower, Span::new(one.end, within.end), 3);
    let apart = tokens(lower, within).any(|(w, _)| matches!(w, "each" | "another" | "other"));
    (linked && !apart).then_some(one)
}

/// "fills them", "runs through both", "lines all three": several vessels told of before, in the first words of a stretch.
pub(super) fn takes_up_several(lower: &str, within: Span, first: usize) -> bool {
    let mut words = tokens(lower, within).map(|(w, _)| w).take(first).peekable();
    while let Some(word) = words.next() {
        let next = words.peek();
        let all = word == "all" && next.is_some_and(|n| ["three", "four", "of"].contains(n));
        let both = word == "both" && next.is_none();
        if word == "them" || all || both {
            return true;
        }
    }
    false
}

/// "in continuity with the above", "continuous with the clot above": the disease of the vessel told of before, after the word of
/// continuity.
pub(super) fn joins_the_last(lower: &str, after: Span) -> bool {
    let words: Vec<&str> = tokens(lower, after).map(|(w, _)| w).take(5).collect();
    let rest = words.strip_prefix(&["with"]).unwrap_or(&words);
    matches!(
        rest,
        [
            "the" | "that" | "what",
            "above" | "preceding" | "foregoing",
            ..
        ] | [
            "the",
            "clot" | "thrombus" | "scar" | "one" | "disease" | "plaque" | "lesion",
            "above",
            ..
        ] | ["that" | "what", "is", "above", ..]
    )
}

/// "the same clot", "same lining": the disease told of before.
pub(super) fn is_same(lower: &str, within: Span) -> Option<Span> {
    counted(lower, within, &["same"], is_disease)
}

/// What a healthy piece between two lesions is called.
const SOUND: [&str; 12] = [
    "normal",
    "healthy",
    "spared",
    "clean",
    "clear",
    "free",
    "good",
    "open",
    "uninvolved",
    "intact",
    "sound",
    "disease-free",
];

/// "with no spared segment between them", "without any brake", "not a healthy stretch in between", "never lets up": said to have no gap.
pub(super) fn without_gap(lower: &str, within: Span) -> Option<Span> {
    const GAPS: [&str; 21] = [
        "between",
        "in-between",
        "gap",
        "gaps",
        "break",
        "brake",
        "breaks",
        "skip",
        "skips",
        "interval",
        "interruption",
        "interruptions",
        "seam",
        "island",
        "pause",
        "letup",
        "let-up",
        "intervening",
        "centimeter",
        "centimetre",
        "inch",
    ];
    const KINDS: [&str; 36] = [
        "a",
        "an",
        "any",
        "single",
        "one",
        "normal",
        "healthy",
        "spared",
        "clean",
        "free",
        "clear",
        "good",
        "open",
        "real",
        "visible",
        "segment",
        "segments",
        "vein",
        "vessel",
        "artery",
        "wall",
        "stretch",
        "piece",
        "lumen",
        "area",
        "zone",
        "spot",
        "length",
        "patch",
        "window",
        "in",
        "of",
        "uninvolved",
        "intact",
        "disease-free",
        "sound",
    ];
    let denies = |w: &str| matches!(w, "no" | "without" | "not" | "nor" | "w/o" | "never");
    let mut words = tokens(lower, within);
    std::iter::from_fn(|| {
        let (word, at) = words.find(|(w, _)| denies(w))?;
        Some((word, at, words.clone().take(8).collect::<Vec<_>>()))
    })
    .find_map(|(word, at, rest)| {
        if word == "never" {
            let lets_up = rest.first().zip(rest.get(1));
            return lets_up
                .filter(|(a, b)| {
                    matches!(
                        (a.0, b.0),
                        ("lets" | "let", "up") | ("breaks", "off") | ("a", "gap" | "break")
                    )
                })
                .map(|(_, b)| Span::new(at.start, b.1.end));
        }
        let kinds = rest.iter().take_while(|(w, _)| KINDS.contains(w)).count();
        let (gap, end) = rest.get(kinds)?;
        // "no vein between" tells of vessels, "not in between" and "not an inch" of nothing.
        let told = !["between", "centimeter", "centimetre", "inch"].contains(gap)
            || rest[..kinds].iter().any(|(w, _)| SOUND.contains(w));
        (kinds <= 6 && GAPS.contains(gap) && told).then(|| Span::new(at.start, end.end))
    })
}

/// "upper two thirds belong to the same scar", "both are narrowed by the same plaque": said to be a part of the disease told of before.
pub(super) fn is_part_of_same(lower: &str, within: Span) -> Option<Span> {
    const LINKS: [&str; 9] = [
        "part of",
        "belongs to",
        "belong to",
        "belonging to",
        "one with",
        " by",
        " share",
        " shares",
        " within",
    ];
    let same = is_same(lower, within)?;
    let before = lower[within.start..same.start].trim_end();
    let before = before.trim_end_matches(" the");
    LINKS.iter().any(|l| before.ends_with(l)).then_some(same)
}

/// Whether the text holds a word of disease that goes through several vessels, also one of them that is no finding by itself.
pub(super) fn names_disease(lower: &str, within: Span) -> bool {
    tokens(lower, within).any(|(w, _)| is_disease(w))
}

/// "it continues", "from there the clot goes on": the disease told of before is what goes on.
pub(super) fn is_known(lower: &str, within: Span) -> bool {
    let mut words = tokens(lower, within)
        .map(|(w, _)| w)
        .skip_while(|w| {
            matches!(
                *w,
                "and" | "then" | "but" | "here" | "again" | "from" | "there" | "thence"
            )
        })
        .peekable();
    // "On the left it keeps going into …"
    if words.peek() == Some(&"on") {
        words.next();
        let side = |w: &str| matches!(w, "the" | "that" | "this" | "left" | "right" | "side");
        while words.peek().copied().is_some_and(side) {
            words.next();
        }
    }
    match words.next() {
        Some("it" | "this" | "that" | "its" | "which") => true,
        Some("the" | "these") => words.take(3).any(|w| THINGS.contains(&w)),
        // "Stricture crosses the confluence …", in telegraphic style.
        Some(word) => is_disease(word),
        None => false,
    }
}

/// "goes on", "carries on", "continues": a cue that what is told of before goes on, not one of a beginning or an end.
pub(super) fn goes_on(cue: &str) -> bool {
    const BOUNDS: [&str; 5] = ["beg", "start", "end", "tail", "involv"];
    !BOUNDS.iter().any(|b| cue.starts_with(b))
}

/// Whether a word of separation only tells where the disease ends: "ends above the saphenous", "does not extend into".
pub(super) fn is_end(lower: &str, word: &Word) -> bool {
    let told = &lower[word.span.start..word.span.end];
    [
        "end",
        "stop",
        "does not",
        "did not",
        "not extend",
        "not continue",
        "not part",
    ]
    .iter()
    .any(|p| told.starts_with(p))
}

/// "over a second wire", "on a second pass": no second lesion.
const TOOLS: [&str; 8] = [
    "wire", "catheter", "sheath", "pass", "run", "look", "pullback", "stent",
];

/// Whether a word of separation sets lesions apart, and is not taken back: "no normal skip", "the two ends 4 cm apart".
pub(super) fn separates(lower: &str, word: &Word, gapless: Option<Span>) -> bool {
    if !word.is_extent(Extent::Separate) || is_end(lower, word) {
        return false;
    }
    let start = (0..=word.span.start.saturating_sub(40))
        .rev()
        .find(|n| lower.is_char_boundary(*n))
        .unwrap_or(0);
    let before: Vec<&str> = lower[start..word.span.start].split_whitespace().collect();
    let tail = || before.iter().rev();
    let told = &lower[word.span.start..word.span.end];
    let denied = gapless.is_some_and(|g| g.start < word.span.end && word.span.start < g.end);
    let length = told == "apart" && tail().take(6).any(|w| *w == "ends");
    let next = lower[word.span.end..]
        .split_whitespace()
        .next()
        .unwrap_or_default();
    let thing = told == "a second" && TOOLS.iter().any(|t| next.starts_with(t));
    !denied && !length && !thing
}

/// "whether the clot was continuous", "I had expected one scar", "on CT": not what IVUS told.
pub(super) fn is_doubtful(lower: &str, within: Span) -> bool {
    let mut words = tokens(lower, within).map(|(w, _)| w);
    words.any(|w| matches!(w, "whether" | "expected" | "unclear" | "supposed"))
}

/// "It was continued into": something that was moved.
pub(super) fn is_passive(lower: &str, cue: Span) -> bool {
    let before = lower[..cue.start].trim_end();
    [" was", " were", " be", " been"]
        .iter()
        .any(|w| before.ends_with(w))
}

/// "ends", "tails off": no cue that disease goes on.
pub(super) fn is_only_end(cue: &str) -> bool {
    ["end", "tail"].iter().any(|w| cue.starts_with(w))
}

/// Whether a cue is denied: "not contiguous", "no extension".
pub(super) fn is_denied(text: &str, words: &[&Word], cue: Span, lexicon: &Lexicon) -> bool {
    words.iter().any(|m| {
        m.span.end <= cue.start
            && m.has_category(lexicon, Category::Negated)
            && text[m.span.end..cue.start].split_whitespace().count() <= 2
    })
}

/// What stands between two lists says that the disease does not come to the second: "without reaching the", "short of the".
pub(super) fn stays_out_of(between: &str) -> bool {
    const WORDS: [&str; 26] = [
        "not reach",
        "not involv",
        "not includ",
        "not enter",
        "not extend",
        "not continue",
        "not part of",
        "not into",
        "but not",
        "never reach",
        "without reaching",
        "without involving",
        "without entering",
        "without going into",
        "short of",
        "spares",
        "spared",
        "sparing",
        "ends before",
        "ends above",
        "ended above",
        "ended before",
        "stops before",
        "stopped before",
        "stops above",
        "stops below",
    ];
    WORDS.iter().any(|w| between.contains(w))
}

/// "the aorta not involved", "the cava is no part of it": what follows a vessel says that the disease does not come there.
pub(super) fn stays_out(after: &str) -> bool {
    const SKIP: [&str; 14] = [
        "itself", "is", "was", "are", "were", "remains", "remained", "stays", "being", "has",
        "have", "had", "been", "vein",
    ];
    const OUT: [&str; 9] = [
        "uninvolved",
        "spared",
        "unaffected",
        "untouched",
        "clear",
        "free",
        "clean",
        "healthy",
        "normal",
    ];
    let after = after.strip_prefix(',').unwrap_or(after);
    let mut words = after
        .split_whitespace()
        .map(|w| w.trim_matches(|c: char| !c.is_ascii_alphanumeric()))
        .skip_while(|w| SKIP.contains(w));
    match words.next() {
        Some("not") => matches!(
            words.next(),
            Some(
                "involved" | "affected" | "part" | "reached" | "included" | "touched" | "diseased"
            )
        ),
        Some("no") => words.next() == Some("part"),
        Some(word) => OUT.contains(&word),
        None => false,
    }
}

/// "from the junction with the cava": a vessel by which a place on its neighbour is told.
pub(super) fn is_met(before: &str) -> bool {
    const WORDS: [&str; 12] = [
        "junction with",
        "confluence with",
        "union with",
        "border with",
        "boundary with",
        "meeting with",
        "angle with",
        "where it joins",
        "where it meets",
        "where they join",
        "entry into",
        "opening into",
    ];
    let before = before.trim_end().trim_end_matches(" the");
    WORDS.iter().any(|w| before.ends_with(w))
}

/// "begins in the left popliteal vein": the words right before the preposition.
pub(super) fn begins_in(before: &str) -> bool {
    [
        "begins",
        "began",
        "starts",
        "started",
        "commences",
        "commenced",
        "arises",
    ]
    .iter()
    .any(|w| before.trim_end().ends_with(w))
}

/// "peters out at the", "stops at the": disease ends there.
pub(super) fn ends_at(before: &str) -> bool {
    const WORDS: [&str; 8] = [
        "stop",
        "end",
        "peter",
        "taper",
        "tails off",
        "thins out",
        "finish",
        "dies out",
    ];
    WORDS.iter().any(|w| before.contains(w))
}

/// "Continuing down the right side, the external iliac artery was 8 mm": a way that somebody went, and not the disease.
pub(super) fn is_a_way(lower: &str, within: Span) -> bool {
    let told = &lower[within.start..within.end];
    let Some((way, rest)) = told.split_once(',') else {
        return false;
    };
    let goes = way.split(' ').next().is_some_and(|w| w.ends_with("ing"));
    let start = within.end - rest.len();
    let mut subject = tokens(lower, Span::new(start, within.end))
        .map(|(w, _)| w)
        .take(4)
        .peekable();
    let known = matches!(subject.peek(), Some(&("it" | "this" | "which")));
    goes && !known
        && !subject.any(|w| THINGS.contains(&w))
        && !names_disease(way, Span::new(0, way.len()))
}

/// "starts at the mouth of", "begins right at the … origin": disease begins there, so the vessel is part of it.
pub(super) fn begins(before: &str) -> bool {
    const WORDS: [&str; 8] = [
        "start",
        "begin",
        "began",
        "commenc",
        "originat",
        "arises",
        "arising",
        "from there",
    ];
    WORDS.iter().any(|w| before.contains(w))
}
