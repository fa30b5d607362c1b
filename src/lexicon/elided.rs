//! Parts of names that stand for the whole one: "the common iliac was narrow, the external wide", "the left graft limb" of an
//! aortobifemoral graft.

use memchr::memmem;

use crate::text::{Span, holds, preceding, runs};

/// Words that may stand right before a part that stands alone.
const OPENERS: &[&str] = &[
    "the",
    "left",
    "right",
    "lt",
    "rt",
    "l",
    "r",
    "his",
    "her",
    "this",
    "that",
    "same",
    "whole",
    "entire",
    "upper",
    "lower",
    "mid",
    "distal",
    "proximal",
    "both",
    "each",
    "either",
    "opposite",
    "contralateral",
    "stented",
    "diseased",
    "narrowed",
    "compressed",
];

/// Words that may follow a part that stands alone.
const FOLLOWERS: &[&str] = &[
    "was",
    "were",
    "is",
    "are",
    "had",
    "has",
    "showed",
    "shows",
    "measured",
    "measures",
    "read",
    "reads",
    "gave",
    "came",
    "looked",
    "seemed",
    "appeared",
    "remained",
    "stayed",
    "opened",
    "at",
    "in",
    "on",
    "with",
    "by",
    "to",
    "into",
    "from",
    "then",
    "but",
    "below",
    "above",
    "toward",
    "towards",
    "while",
    "where",
    "which",
    "whose",
    "also",
    "too",
    "only",
    "alone",
    "alike",
    "each",
    "both",
    "again",
    "stented",
    "portion",
    "part",
    "segment",
    "there",
    "here",
    "coming",
    "going",
    "running",
    "down",
    "up",
    "inside",
    "within",
    "under",
    "over",
    "as",
    "so",
    "because",
    "when",
    "after",
    "before",
    "until",
    "has",
    "did",
    "does",
    "could",
    "would",
    "can",
    "takes",
    "took",
    "ran",
    "runs",
    "ends",
    "ended",
    "begins",
    "starts",
    "started",
    "stopped",
    "fills",
    "filled",
    "ballooned",
    "dilated",
    "treated",
    "seen",
    "imaged",
    "lay",
    "lies",
    "went",
    "goes",
    "just",
    "behind",
    "beyond",
    "now",
    "still",
    "all",
    "free",
    "open",
    "wide",
    "patent",
    "clean",
    "normal",
    "healthy",
    "smooth",
    "tight",
    "narrow",
    "compressed",
    "narrowed",
];

/// Words after a comma behind which no shared noun comes: "the right common, which measured 15".
const GOES_ON: [&str; 21] = [
    "which", "where", "whose", "so", "but", "with", "though", "this", "it", "inside", "same",
    "not", "no", "now", "open", "wide", "normal", "clean", "free", "patent", "smooth",
];

/// Parts with a head that the same sentence tells.
const HEADED: [(&str, &str); 3] = [
    ("anterior", "tibial"),
    ("posterior", "tibial"),
    ("superficial", "femoral"),
];

/// The names that share the head "iliac".
const PARTS: [&str; 3] = ["common", "external", "internal"];

/// Several of them: "both commons were narrow".
const SEVERAL: [&str; 3] = ["commons", "externals", "internals"];

/// Names whose parts have the same words.
const OTHERS: [&str; 7] = [
    "carotid",
    "common hepatic",
    "hepatic artery",
    "bile duct",
    "external drain",
    "biliary",
    "external jugular",
];

/// The parts of names in a text that are to be read as whole names: their spans in order, and the names.
pub(super) fn elided(text: &str, lower: &str) -> Vec<(Span, String)> {
    let mut found = iliacs(text, lower);
    found.extend(pairs(lower));
    found.extend(limbs(lower));
    found.extend(former(lower));
    found
}

/// "Left common iliac 8 mm, left external 11 mm": the parts that "iliac" belongs to.
fn iliacs(text: &str, lower: &str) -> Vec<(Span, String)> {
    let any = |words: &[&str]| words.iter().any(|w| holds(lower, w));
    let pelvic = || {
        any(&["iliac", "ilioc", "hypogastric"])
            || (any(&["common femoral", "groin"]) && any(&["cava", "ivc", "aorta"]))
    };
    if !any(&PARTS) || !pelvic() || any(&OTHERS) {
        return Vec::new();
    }
    let jugular = holds(lower, "internal jugular");
    let tokens: Vec<(Span, &str)> = runs(lower).collect();
    let mut found: Vec<(Span, String)> = Vec::new();
    for (i, (at, part)) in tokens.iter().enumerate() {
        if PARTS.contains(part)
            && opens(lower, &tokens, i)
            && stands_alone(lower, &tokens, i)
            && belongs(lower, *at, part, jugular)
            && text.is_char_boundary(at.start)
        {
            found.push((*at, format!("{part} iliac")));
        }
        // "right and left externals fill"
        let sided = i
            .checked_sub(1)
            .is_some_and(|p| OPENERS.contains(&tokens[p].1));
        if SEVERAL.contains(part) && sided && text.is_char_boundary(at.start) {
            found.push((*at, format!("{} iliacs", part.trim_end_matches('s'))));
        }
    }
    found
}

/// "The tibials: anterior 2.5 mm, posterior 2.8 mm": the parts whose head the same sentence tells.
fn pairs(lower: &str) -> Vec<(Span, String)> {
    if !HEADED
        .iter()
        .any(|(part, head)| holds(lower, head) && holds(lower, part))
    {
        return Vec::new();
    }
    let tokens: Vec<(Span, &str)> = runs(lower).collect();
    let mut found = Vec::new();
    for (i, (at, part)) in tokens.iter().enumerate() {
        let Some((_, head)) = HEADED.iter().find(|(p, _)| p == part) else {
            continue;
        };
        if sentence(lower, *at).contains(head)
            && opens(lower, &tokens, i)
            && stands_alone(lower, &tokens, i)
        {
            found.push((*at, format!("{part} {head}")));
        }
    }
    found
}

/// "First the left, then the right: narrow on the former, wide on the latter": the sides meant.
fn former(lower: &str) -> Vec<(Span, String)> {
    let mut found = Vec::new();
    for start in memmem::find_iter(lower.as_bytes(), b"the former") {
        let at = Span::new(start + 4, start + 10);
        let Some(second) = following(lower, at.end).find("the latter") else {
            continue;
        };
        let latter = Span::new(at.end + second + 4, at.end + second + 10);
        let before = preceding(lower, start, REACH);
        let from = before.rfind(['.', '\n']).unwrap_or(0);
        let told = before.get(from..).unwrap_or_default();
        let sides: Vec<&str> = runs(told)
            .map(|(_, w)| w)
            .filter(|w| ["left", "right"].contains(w))
            .collect();
        if let [a, .., b] = sides[..]
            && a != b
        {
            found.push((at, a.to_owned()));
            found.push((latter, b.to_owned()));
        }
    }
    found
}

/// How far a sentence is followed to either side, in bytes: a text without an end must not be read again for each word.
pub(super) const REACH: usize = 600;

/// What follows a place, as far as it is looked at.
fn following(lower: &str, start: usize) -> &str {
    let most = lower.len().min(start + REACH);
    let to = (start..=most).rev().find(|n| lower.is_char_boundary(*n));
    lower.get(start..to.unwrap_or(start)).unwrap_or_default()
}

/// The sentence that a place stands in, as far as it is looked at.
fn sentence(lower: &str, at: Span) -> &str {
    let before = preceding(lower, at.start, REACH);
    let cut = before.rfind(". ").max(before.rfind('\n')).unwrap_or(0);
    let start = at.start - before.len() + cut;
    let rest = following(lower, at.end);
    let end = [rest.find(". "), rest.find('\n')];
    let end = end.into_iter().flatten().min().unwrap_or(rest.len());
    lower.get(start..at.end + end).unwrap_or_default()
}

/// What stands behind a part that is a label.
const LABELS: [&str; 6] = [": ", " - ", " -- ", " \u{2013} ", " \u{2014} ", " | "];

/// Whether what stands before a part lets it be a name: an article, a side, another part, or nothing when a reading follows.
fn opens(lower: &str, tokens: &[(Span, &str)], i: usize) -> bool {
    let (at, _) = tokens[i];
    let before = lower.get(..at.start).unwrap_or_default();
    let marks = before.trim_end_matches([' ', '-', '\u{2022}', '*']);
    // "a) common - 4 mm"
    let last = marks.rsplit([' ', '\n']).next().unwrap_or_default();
    let bullet = last.len() <= 3 && last.ends_with(')');
    let first = marks.is_empty() || bullet || marks.ends_with(['\n', ':', ';', ',', '.', '|']);
    let after = lower.get(at.end..).unwrap_or_default();
    let reading = after
        .trim_start_matches([' ', ':', '=', '-', '~', '('])
        .starts_with(|c: char| c.is_ascii_digit());
    // "a. common - ostial stenosis", "External: patent"
    let marked = || LABELS.iter().any(|m| after.starts_with(m)) && !marks.ends_with(',');
    // "Common there is 15.5 mm"
    let told = || {
        [" there ", " here ", " is ", " was "]
            .iter()
            .any(|w| after.starts_with(w))
            && marks.ends_with(['\n', '.'])
    };
    if first && (reading || marked() || told()) {
        return true;
    }
    let Some((last, word)) = i.checked_sub(1).map(|p| tokens[p]) else {
        return false;
    };
    let between = lower.get(last.end..at.start).unwrap_or_default();
    let near = between
        .trim_matches([' ', '/', '&', '-', '.', '('])
        .is_empty();
    if near && OPENERS.contains(&word) {
        return true;
    }
    if PARTS.contains(&word) {
        return near || between.trim() == ",";
    }
    // "for common and external", "of external"
    let joins = ["and", "or", "for", "of", "in", "from", "through"];
    near && joins.contains(&word) && in_pair(lower, at)
}

/// Whether another part stands in the same sentence.
fn in_pair(lower: &str, at: Span) -> bool {
    let own = lower.get(at.start..at.end).unwrap_or_default();
    let told = sentence(lower, at);
    let mut others = PARTS.into_iter().filter(|w| *w != own);
    others.any(|w| told.contains(w))
}

/// Whether what follows a part is no noun that it belongs to.
fn stands_alone(lower: &str, tokens: &[(Span, &str)], i: usize) -> bool {
    let (at, part) = tokens[i];
    let after = lower.get(at.end..).unwrap_or_default();
    let trimmed = after.trim_start_matches(' ');
    let Some(sign) = trimmed.chars().next() else {
        return true;
    };
    let next = tokens.get(i + 1);
    let near = next.is_some_and(|(n, _)| n.start == at.end + after.len() - trimmed.len());
    match (sign, next) {
        ('.', _) => {
            !after.starts_with('.')
                || trimmed
                    .get(1..)
                    .unwrap_or_default()
                    .starts_with([' ', '\n'])
                || trimmed.len() == 1
        }
        (
            '(' | ';' | ':' | ')' | '|' | '\n' | '0'..='9' | '=' | '~' | '\u{2013}' | '\u{2014}',
            _,
        ) => true,
        // "in the left external, 2.7"
        (',', _)
            if trimmed[1..]
                .trim_start()
                .starts_with(|c: char| c.is_ascii_digit()) =>
        {
            true
        }
        (',', Some((_, word))) if GOES_ON.contains(word) => true,
        (',' | '/' | '&' | '+', _) => is_last(lower, tokens, i),
        (_, Some((_, word))) if near && ["and", "or"].contains(word) => is_last(lower, tokens, i),
        (_, Some((_, word))) if near => {
            let of = ["portion", "part", "segment"].contains(word)
                && tokens.get(i + 2).is_some_and(|(_, w)| *w == "of");
            FOLLOWERS.contains(word) && !(part == "common" && *word == "to") && !of
        }
        ('-', _) => after.starts_with(" - "),
        _ => false,
    }
}

/// So many words of a list of parts are looked at.
const LONGEST_LIST: usize = 16;

/// Whether a list of parts ends without the noun that they share: not "external" of "external and internal iliac veins".
fn is_last(lower: &str, tokens: &[(Span, &str)], i: usize) -> bool {
    const SKIPPED: [&str; 12] = [
        "and", "or", "the", "left", "right", "l", "r", "lt", "rt", "then", "both", "distal",
    ];
    let mut told = false;
    let mut last = tokens[i].0;
    for (at, word) in tokens[i + 1..].iter().take(LONGEST_LIST) {
        let between = lower.get(last.end..at.start).unwrap_or_default();
        let goes_on = between.trim_matches([' ', ',', '/', '&', '+']).is_empty();
        if !goes_on {
            // "common and external. Then", "common, 12 mm"
            return told
                || tokens[i].1 == "external"
                || between.contains(|c: char| c.is_ascii_digit());
        }
        if PARTS.contains(word) || HEADED.iter().any(|(p, _)| p == word) {
            told = true;
        } else if !SKIPPED.contains(word) {
            let own = HEADED.iter().find(|(p, _)| *p == tokens[i].1);
            let head = own.map_or("iliac", |(_, head)| head);
            let nouns = ["ileac", "illiac", "vein", "veins", "artery", "arteries"];
            let shared = word.trim_end_matches('s') == head || nouns.contains(word);
            let other = [
                "femoral",
                "femorals",
                "cfv",
                "cfa",
                "popliteal",
                "cava",
                "ivc",
                "aorta",
            ];
            return !shared
                && (FOLLOWERS.contains(word) && told
                    || tokens[i].1 == "external" && other.contains(word));
        }
        last = *at;
    }
    told
}

/// Whether the iliac vessels are what a part is of: "common" may be of the femoral ones, "internal" of the neck.
fn belongs(lower: &str, at: Span, part: &str, jugular: bool) -> bool {
    match part {
        "internal" => !jugular && in_pair(lower, at),
        "common" => {
            // "the superficial and the common": of the thigh.
            const BESIDE: [&str; 4] = ["superficial", "profunda", "deep fem", "sfa"];
            const REGION: usize = 60;
            let close = [preceding(lower, at.start, REGION), {
                let after = following(lower, at.end);
                let end = (0..=REGION.min(after.len()))
                    .rev()
                    .find(|n| after.is_char_boundary(*n));
                after.get(..end.unwrap_or(0)).unwrap_or_default()
            }];
            in_pair(lower, at) || !BESIDE.iter().any(|w| close.iter().any(|c| c.contains(w)))
        }
        _ => true,
    }
}

/// "The left graft limb" in a report of an aortobifemoral graft.
fn limbs(lower: &str) -> Vec<(Span, String)> {
    if !holds(lower, "limb") {
        return Vec::new();
    }
    let grafted = [
        "aortobifem",
        "aorto-bifem",
        "aortofemoral",
        "aorto-femoral",
        "aortobiiliac",
        "aorto-biiliac",
    ];
    if !grafted.iter().any(|w| holds(lower, w)) {
        return Vec::new();
    }
    let names = [
        "graft limb",
        "limb of the graft",
        "bypass limb",
        "limb of aortobifemoral graft",
        "limb of the aortobifemoral graft",
        "limb of the bypass",
    ];
    let mut found = Vec::new();
    for name in names {
        let starts = memmem::find_iter(lower.as_bytes(), name.as_bytes());
        found
            .extend(starts.map(|s| (Span::new(s, s + name.len()), "aortofemoral limb".to_owned())));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::elided;

    fn read(text: &str) -> Vec<String> {
        let lower = text.to_ascii_lowercase();
        elided(text, &lower).into_iter().map(|(_, w)| w).collect()
    }

    #[test]
    fn a_part_alone_is_of_the_iliac_vessels() {
        let external = ["external iliac"];
        let both = ["common iliac", "external iliac"];
        assert_eq!(
            read("The left common iliac was 4 mm, the external 12 mm."),
            external
        );
        assert_eq!(
            read("Common iliac, then the left external, 2.5 mm."),
            external
        );
        assert_eq!(
            read("from the external into the common iliac vein"),
            external
        );
        assert_eq!(
            read("The left iliac veins. The common was 4 mm; the external, 13 mm, was free."),
            both
        );
        assert_eq!(
            read("Iliac veins: a) common - 38 mm2 b) external - 140 mm2 and more"),
            both
        );
        assert_eq!(
            read("Right iliac:\n a. common - ostial stenosis\n b. external - open"),
            both
        );
        assert_eq!(
            read("left common (14 mm) and external (12 mm) iliac veins"),
            both
        );
        assert_eq!(read("Iliac veins.\nCommon: 14 mm\nExternal: 12 mm"), both);
        assert_eq!(
            read("tibials: anterior 2.5 mm, posterior 2.8 mm"),
            ["anterior tibial", "posterior tibial"]
        );
        assert_eq!(
            read("First the left, then the right: narrow on the former, wide on the latter."),
            ["left", "right"]
        );
        assert_eq!(
            read("iliac run complete for common and external. Cava open."),
            both
        );
    }

    #[test]
    fn a_part_before_its_noun_is_left_alone() {
        for plain in [
            "the common and external iliac veins",
            "the external and internal iliac arteries",
            "the common iliac vein, external compression by a mass",
            "the iliac vein; the common femoral vein was open",
            "the iliac artery and the common and superficial femoral arteries",
            "the right internal jugular vein and the iliac vein",
            "an external iliac lesion, more common in women",
            "the common iliac and the external carotid. The external was open",
            "the iliac vein, by external compression",
            "iliac stent; the external ultrasound was 3 days old",
            "iliac artery; common carotid 4 mm, the external was open",
        ] {
            assert!(read(plain).is_empty(), "{plain}");
        }
    }
}
