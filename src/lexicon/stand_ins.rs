//! Words of one report that stand in for the lexicon's: misheard vessel names ("eileak vein"), read as another word
//! only where a vessel's name must stand, device names told once beside the lexicon's ("the Kestrel IVUS catheter"), and parts of
//! names that stand for the whole.

use std::collections::{BTreeMap, BTreeSet};

use memchr::memmem;

use super::{Grammar, Hit, Ivus, Label, Table, elided::elided, short_names};
use crate::text::{Folded, Span, any_run, runs};

/// The adjectives of vessel names, by their letters and by their sound, and the abbreviations.
#[derive(Clone, Debug, Default)]
pub(crate) struct StandIns {
    words: BTreeSet<String>,
    by_sound: BTreeMap<String, String>,
    /// The abbreviations in capitals of three letters and more.
    abbreviations: BTreeSet<String>,
}

/// Nouns that a vessel's adjective stands before.
const HEADS: &[&str] = &["vein", "veins", "artery", "arteries"];

/// Ordinary words that sound like a vessel's name.
const ORDINARY: &[&str] = &[
    "partial", "table", "tables", "double", "able", "noble", "brittle", "riddle", "elk", "alike",
    "original", "funeral", "tubal", "tubular", "critical", "vertical", "crucial", "common",
];

impl StandIns {
    /// Collects the words that stand right before "vein" or "artery" in the vessel names, and the names of capitals.
    pub(super) fn of(vessels: &Table<'_>) -> Self {
        let mut found = Self::default();
        for row in &vessels.rows {
            let capitals = |t: &&str| t.len() > 2 && t.bytes().all(|b| b.is_ascii_uppercase());
            let short = ["abbreviations", "terms"].map(|c| vessels.list(row, c));
            let short = short.into_iter().flatten();
            found
                .abbreviations
                .extend(short.filter(capitals).map(str::to_owned));
            for term in vessels.list(row, "terms") {
                let words: Vec<&str> = term.split_whitespace().collect();
                for pair in words.windows(2) {
                    let word = pair[0].to_ascii_lowercase();
                    if HEADS.contains(&pair[1]) && word.len() >= 5 && is_plain(&word) {
                        found
                            .by_sound
                            .entry(sound(&word))
                            .or_insert_with(|| word.clone());
                        found.words.insert(word);
                    }
                }
            }
        }
        found
    }

    /// The words of a text to be read as others: their spans in order, and the words meant; and whether any of them was
    /// misheard.
    pub(crate) fn find(&self, folded: &Folded, hits: &[Hit]) -> (Vec<(Span, String)>, bool) {
        let (text, lower) = (folded.text(), folded.lower());
        let mut found = self.misheard(text, lower, hits);
        let misheard = !found.is_empty();
        found.extend(self.veins(lower));
        found.extend(devices(text, hits));
        found.extend(arches(text, lower));
        found.extend(small_sides(text, hits));
        found.extend(self.spelled(text));
        found.extend(short_names::find(text, lower));
        found.extend(elided(text, lower));
        // Whether a sentence is in capitals is asked of it later.
        for (span, meant) in &mut found {
            let written = text.get(span.start..span.end).unwrap_or_default();
            let small = |b: u8| b.is_ascii_lowercase();
            if written.len() > 2 && !written.bytes().any(small) {
                meant.make_ascii_uppercase();
            }
        }
        found.sort_by_key(|(span, _)| span.start);
        found.dedup_by(|b, a| b.0.start < a.0.end);
        (found, misheard)
    }

    /// Vessel names that only sound like one.
    fn misheard(&self, text: &str, lower: &str, hits: &[Hit]) -> Vec<(Span, String)> {
        let named = |at: Span| {
            let from = hits.partition_point(|h| h.span.start + 60 < at.start);
            hits[from..]
                .iter()
                .take_while(|h| h.span.start < at.end)
                .any(|h| h.span.end > at.start && matches!(h.label, Label::Vessel { .. }))
        };
        let mut meant: BTreeMap<String, &str> = BTreeMap::new();
        for span in heads(lower) {
            if let Some((at, word)) = word_before(text, span.start)
                && !named(at)
                && !named(span)
            {
                let word = word.to_ascii_lowercase();
                let short = |(_, t): &(Span, &str)| t.len() <= 3;
                let first = word_before(text, at.start).filter(short);
                let joined = first.map(|(f, t)| (f, format!("{}{word}", t.to_ascii_lowercase())));
                // "ill e ack vein"
                let earlier = first.and_then(|(f, _)| word_before(text, f.start));
                let three = earlier.filter(short).zip(first);
                let three =
                    three.map(|((e, a), (_, b))| (e, format!("{a}{b}{word}").to_ascii_lowercase()));
                if let Some((e, all)) = three
                    && let Some(name) = self.meant(&all)
                {
                    let written = text.get(e.start..at.end).unwrap_or_default();
                    meant.insert(written.to_ascii_lowercase(), name);
                } else if let Some(name) = self.meant(&word) {
                    meant.insert(word, name);
                } else if let Some((f, both)) = joined
                    && let Some(name) = self.meant(&both)
                {
                    meant.insert(
                        text.get(f.start..at.end)
                            .unwrap_or_default()
                            .to_ascii_lowercase(),
                        name,
                    );
                }
            }
        }
        if meant.is_empty() {
            return Vec::new();
        }
        // The same word means the same everywhere in the report.
        let mut repairs: Vec<(Span, String)> = Vec::new();
        let mut last: [Option<Span>; 2] = [None, None];
        for (span, token) in runs(text) {
            let whole = |s: Span| {
                text.get(s.start..s.end)
                    .unwrap_or_default()
                    .to_ascii_lowercase()
            };
            let joined = last.map(|l| l.map(|l| Span::new(l.start, span.end)));
            let found = joined
                .into_iter()
                .flatten()
                .find_map(|p| Some((p, *meant.get(&whole(p))?)))
                .or_else(|| Some((span, *meant.get(&token.to_ascii_lowercase())?)));
            if let Some((at, name)) = found
                && repairs.last().is_none_or(|(r, _)| r.end <= at.start)
            {
                repairs.push((at, name.to_owned()));
            }
            last = [last[1], Some(span)];
        }
        repairs
    }

    /// "the left common ileac vain": the noun misheard, where the adjective of a vessel stands before it at least once; never
    /// "in vain".
    fn veins(&self, lower: &str) -> Vec<(Span, String)> {
        const HEARD: [(&str, &str); 4] = [
            ("vain", "vein"),
            ("vains", "veins"),
            ("vane", "vein"),
            ("vanes", "veins"),
        ];
        if !["vain", "vane"]
            .iter()
            .any(|w| memmem::find(lower.as_bytes(), w.as_bytes()).is_some())
        {
            return Vec::new();
        }
        let mut nouns: Vec<(Span, String)> = Vec::new();
        let mut adjectives: Vec<(Span, String)> = Vec::new();
        let mut named = false;
        let mut known: BTreeMap<&str, Option<&str>> = BTreeMap::new();
        for (span, token) in runs(lower) {
            let Some((_, noun)) = HEARD.iter().find(|(heard, _)| *heard == token) else {
                continue;
            };
            let Some((at, word)) = word_before(lower, span.start).filter(|(_, w)| *w != "in")
            else {
                continue;
            };
            nouns.push((span, (*noun).to_owned()));
            if self.words.contains(word) {
                named = true;
            } else if let Some(name) = *known.entry(word).or_insert_with(|| self.meant(word)) {
                adjectives.push((at, name.to_owned()));
                named = true;
            }
        }
        nouns.extend(adjectives);
        if named { nouns } else { Vec::new() }
    }

    /// "S F A", "I.V.C.": an abbreviation told letter by letter, with the letter of a side before it.
    #[expect(
        clippy::needless_bitwise_bool,
        reason = "without a branch the machine looks at many bytes at once"
    )]
    fn spelled(&self, text: &str) -> Vec<(Span, String)> {
        let bytes = text.as_bytes();
        let mut found = Vec::new();
        // An abbreviation has three letters or more.
        let three = |[a, x, b, y, c]: [u8; 5]| {
            let mark = |b| (b == b' ') | (b == b'.');
            let capital = |b: u8| b.is_ascii_uppercase();
            capital(a) & mark(x) & capital(b) & mark(y) & capital(c)
        };
        if !any_run(bytes, three) {
            return found;
        }
        let mut letters: Vec<usize> = Vec::new();
        let mut take = |letters: &mut Vec<usize>| {
            let word: String = letters.iter().map(|&at| char::from(bytes[at])).collect();
            let sided = word.strip_prefix(['L', 'R']).unwrap_or_default();
            if word.len() > 2
                && (self.abbreviations.contains(&word) || self.abbreviations.contains(sided))
            {
                found.push((Span::new(letters[0], letters[letters.len() - 1] + 1), word));
            }
            letters.clear();
        };
        for at in memchr::memchr2_iter(b' ', b'.', bytes) {
            let alone = |i: usize| {
                let before = i.checked_sub(1).map(|j| bytes[j]);
                bytes.get(i).is_some_and(u8::is_ascii_uppercase)
                    && !before.is_some_and(|b| b.is_ascii_alphanumeric())
            };
            let Some(letter) = at.checked_sub(1).filter(|&i| alone(i)) else {
                continue;
            };
            if letters.last().is_none_or(|&l| l + 2 != letter) {
                take(&mut letters);
            }
            letters.push(letter);
            // The last letter may end its line or stand before a mark.
            let next = at + 1;
            let ends = bytes
                .get(next + 1)
                .is_none_or(|b| !b.is_ascii_alphanumeric() && !matches!(b, b' ' | b'.'));
            if alone(next) && ends {
                letters.push(next);
                take(&mut letters);
            }
        }
        take(&mut letters);
        found
    }

    /// The vessel word that a word stands for, when it is none itself.
    fn meant(&self, word: &str) -> Option<&str> {
        if word.len() < 5 || self.words.contains(word) || ORDINARY.contains(&word) {
            return None;
        }
        let other = letters(word);
        let near = |name: &str| {
            let reach = if name.len() >= 9 { 2 } else { 1 };
            // An edit brings in or takes out one letter and changes the length by one, so most names need no comparing.
            if name.len() < 6 || name.len().abs_diff(word.len()) > reach {
                return false;
            }
            let own = letters(name);
            (own & !other).count_ones() as usize <= reach
                && (other & !own).count_ones() as usize <= reach
                && strsim::damerau_levenshtein(name, word) <= reach
        };
        self.by_sound
            .get(&sound(word))
            .filter(|name| name.len().abs_diff(word.len()) <= 3)
            .or_else(|| self.words.iter().find(|name| near(name)))
            .map(String::as_str)
    }
}

/// The letters of a word, a bit each.
fn letters(word: &str) -> u32 {
    word.bytes().fold(0, |set, b| set | 1 << (b & 31))
}

/// Where the words of [`HEADS`] stand in a text in lower case, in order.
fn heads(lower: &str) -> Vec<Span> {
    let bytes = lower.as_bytes();
    let veins = memmem::find_iter(bytes, "vein");
    let arteries = memmem::find_iter(bytes, "arter");
    let begins = |at: usize, letters: &[u8]| {
        let there = bytes.get(at..at + letters.len());
        there == Some(letters)
    };
    let is_letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
    let whole = |start: usize| {
        let head = HEADS
            .iter()
            .find(|h| begins(start, h.as_bytes()) && !is_letter(start + h.len()))?;
        let opens = start.checked_sub(1).is_none_or(|before| !is_letter(before));
        opens.then(|| Span::new(start, start + head.len()))
    };
    let mut found: Vec<Span> = veins.chain(arteries).filter_map(whole).collect();
    found.sort_unstable();
    found
}

/// The word that ends one sign before a place.
fn word_before(text: &str, at: usize) -> Option<(Span, &str)> {
    let before = text.as_bytes().get(..at)?;
    let (gap, before) = before.split_last()?;
    let letters = before.iter().rev().take_while(|b| b.is_ascii_alphabetic());
    let span = Span::new(before.len() - letters.count(), before.len());
    let word = text.get(span.start..span.end).filter(|w| !w.is_empty())?;
    (!gap.is_ascii_alphabetic()).then_some((span, word))
}

/// "The Kestrel IVUS catheter was advanced … Kestrel showed": a name told once beside the device's is the device's.
fn devices(text: &str, hits: &[Hit]) -> Vec<(Span, String)> {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    let device = |h: &&Hit| matches!(h.label, Label::Ivus(Ivus::Device));
    for hit in hits.iter().filter(device) {
        let before = text.get(..hit.span.start).unwrap_or_default();
        let Some(before) = before.strip_suffix(' ') else {
            continue;
        };
        let last = before.rsplit(' ').next().unwrap_or_default();
        let name = last.split('-').next().unwrap_or_default();
        let article = before[..before.len() - last.len()]
            .trim_end()
            .rsplit(' ')
            .next()
            .unwrap_or_default();
        let at = before.len() - last.len();
        let near = hits.partition_point(|h| h.span.start + name.len() < at);
        let known = hits[near..]
            .iter()
            .take_while(|h| h.span.start < hit.span.start)
            .any(|h| h.span.end > at);
        if is_name(name) && ["the", "The", "a", "A", "an", "An"].contains(&article) && !known {
            names.insert(name);
        }
    }
    if names.is_empty() {
        return Vec::new();
    }
    let beside = |at: Span| {
        let after = hits.partition_point(|h| h.span.start < at.end);
        hits[after..]
            .iter()
            .take_while(|h| h.span.start <= at.end + 8)
            .any(|h| device(&h))
    };
    runs(text)
        .filter(|(at, token)| names.contains(token) && !beside(*at))
        .map(|(at, _)| (at, "IVUS catheter".to_owned()))
        .collect()
}

/// "r subclavian 10 mm", "l common iliac", "r and l renal", "l leg": a side of one small letter right before what has sides.
#[expect(
    clippy::needless_bitwise_bool,
    reason = "without a branch the machine looks at many bytes at once"
)]
fn small_sides(text: &str, hits: &[Hit]) -> Vec<(Span, String)> {
    const BODY: [&str; 10] = [
        "arm", "leg", "groin", "thigh", "calf", "foot", "neck", "limb", "side", "heel",
    ];
    const LETTERS: [(&str, &str); 2] = [("r", "right"), ("l", "left")];
    let named = |at: usize| {
        let from = hits.partition_point(|h| h.span.start < at);
        let mut here = hits[from..].iter().take_while(|h| h.span.start == at);
        here.any(|h| {
            matches!(
                h.label,
                Label::Vessel { side: None, .. }
                    | Label::Group(_)
                    | Label::Grammar(Grammar::Partial)
            )
        })
    };
    let body = |rest: &str| {
        let end = rest.find(|c: char| !c.is_ascii_lowercase());
        BODY.contains(&&rest[..end.unwrap_or(rest.len())])
    };
    let mut found = Vec::new();
    let alone = |[before, letter, after]: [u8; 3]| {
        let opens = (before == b' ') | (before == b'\n') | (before == b'(');
        opens & ((letter == b'r') | (letter == b'l')) & (after == b' ')
    };
    if !any_run(text.as_bytes(), alone) {
        return found;
    }
    for (letter, side) in LETTERS {
        for before in [' ', '\n', '('] {
            let cue = format!("{before}{letter} ");
            for at in memmem::find_iter(text.as_bytes(), cue.as_bytes()) {
                let at = Span::new(at + 1, at + 2);
                let mut next = at.end + 1;
                // "r and l common iliac"
                for joined in ["and r ", "and l ", "& r ", "& l ", "+ r ", "+ l "] {
                    if text[next..].starts_with(joined) {
                        next += joined.len();
                        break;
                    }
                }
                let litres = text[..at.start]
                    .trim_end()
                    .ends_with(|c: char| c.is_ascii_digit());
                if !litres && (named(next) || body(&text[next..])) {
                    found.push((at, side.to_owned()));
                }
            }
        }
    }
    found
}

/// "Cephalic arch … the arch was 2 mm": the arch of a report that names that one and not the aorta's.
fn arches(text: &str, lower: &str) -> Vec<(Span, String)> {
    const FULL: &str = "cephalic arch";
    if memmem::find(lower.as_bytes(), b"cephalic").is_none() {
        return Vec::new();
    }
    let named = lower.contains(FULL) || lower.contains("arch of the cephalic");
    if !named || lower.contains("aortic arch") || lower.contains("arch aorto") {
        return Vec::new();
    }
    let mut before = "";
    let mut found = Vec::new();
    for (at, token) in runs(text) {
        if token.eq_ignore_ascii_case("arch") {
            let alone = before.eq_ignore_ascii_case("the") || !line_before(text, at.start);
            let next = lower.get(at.end..).unwrap_or_default().trim_start();
            let adjective = ["of", "run", "study", "vein", "aort"];
            if alone && !adjective.iter().any(|w| next.starts_with(w)) {
                found.push((at, FULL.to_owned()));
            }
        }
        before = token;
    }
    found
}

/// Whether words of the same sentence or line stand before a place.
fn line_before(text: &str, at: usize) -> bool {
    let before = text
        .get(..at)
        .unwrap_or_default()
        .trim_end_matches([' ', '-', '\u{2022}', '*']);
    !(before.is_empty() || before.ends_with(['\n', '.', ';', ':', '|']))
}

/// A proper name: a capital, then small letters, no ordinary word in capitals.
fn is_name(word: &str) -> bool {
    word.len() >= 4
        && word.bytes().all(|b| b.is_ascii_alphabetic())
        && word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.bytes().any(|b| b.is_ascii_lowercase())
}

fn is_plain(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_alphabetic())
        && ![
            "common",
            "external",
            "internal",
            "anterior",
            "posterior",
            "superior",
            "inferior",
            "great",
            "small",
            "lateral",
            "medial",
            "middle",
            "superficial",
            "accessory",
            "lower",
            "upper",
            "right",
            "lesser",
            "greater",
            "proper",
            "ascending",
            "descending",
            "distal",
            "proximal",
            "segmental",
            "perforating",
            "circumflex",
        ]
        .contains(&word)
}

/// How a word sounds, coarsely: its consonants in groups, and whether it starts with a vowel.
fn sound(word: &str) -> String {
    let bytes = word.as_bytes();
    let mut key = String::with_capacity(bytes.len());
    for (i, b) in bytes.iter().enumerate() {
        let next = bytes.get(i + 1).copied().unwrap_or(b' ');
        let class = match b {
            b'a' | b'e' | b'i' | b'o' | b'u' | b'y' if i == 0 => 'A',
            b'a' | b'e' | b'i' | b'o' | b'u' | b'y' | b'h' | b'w' => continue,
            b'c' if matches!(next, b'e' | b'i' | b'y') => 'S',
            b'c' | b'k' | b'q' | b'g' => 'K',
            b'p' if next == b'h' => 'F',
            b'f' | b'v' => 'F',
            b's' | b'z' => 'S',
            b'x' => {
                key.push('K');
                'S'
            }
            b'd' => 'D',
            b't' => 'T',
            other => char::from(other.to_ascii_uppercase()),
        };
        if !key.ends_with(class) {
            key.push(class);
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use crate::{lexicon::Lexicon, text::Folded};

    #[test]
    fn a_word_before_vein_or_artery_is_read_by_its_sound() {
        let lexicon = Lexicon::builtin();
        let read = |text: &str| -> Vec<String> {
            let folded = Folded::new(text);
            let hits = lexicon.matcher.find(&folded);
            lexicon
                .stand_ins
                .find(&folded, &hits)
                .0
                .into_iter()
                .map(|(_, w)| w)
                .collect()
        };
        assert_eq!(
            read("left common eileak vein, and again the eileak"),
            ["iliac", "iliac"]
        );
        assert_eq!(read("the right pop lital artery"), ["popliteal"]);
        assert_eq!(read("the femerol vein"), ["femoral"]);
        assert_eq!(
            read("UPPER S F A SIX, THE I V C, R C I V"),
            ["SFA", "IVC", "RCIV"]
        );
        assert_eq!(
            read("ivus of r subclavian, l and r renal, 2 l iliac"),
            ["right", "left", "right"]
        );
        assert!(read("HEPATITIS A B C, T I M I 3, r wave, 1 l in").is_empty());
        let told = "The Kestrel-18 IVUS catheter was advanced. Kestrel showed plaque.";
        assert_eq!(read(told), ["IVUS catheter"]);
        for plain in [
            "the stented vein",
            "partial vein thrombosis",
            "the iliac vein",
            "each target artery",
            "deep veins",
        ] {
            assert!(read(plain).is_empty(), "{plain}");
        }
    }
}
