//! Treatment devices in a clause: put to work, told with their size, or only there.

use super::reading::{PURPOSES, Reading, follows_list_of_findings};
use crate::{
    lexicon::{Grammar, Technique},
    mention::{Measure, Word},
    segment::Layout,
};

/// Verbs that bring a treatment device to work.
const USES: &[&str] = &[
    "placed",
    "deployed",
    "implanted",
    "delivered",
    "released",
    "inserted",
    "positioned",
    "raised",
    "put",
    "laid",
    "landed",
    "mounted",
    "used",
    "inflated",
    "taken",
    "advanced",
    "introduced",
    "employed",
    "set",
    "left",
    "made",
    "run",
    "passed",
    "activated",
    "worked",
    "brought",
    "placing",
    "deploying",
    "inserting",
    "releasing",
    "chosen",
    "dilated",
    "held",
    "applied",
    "fired",
    "performed",
    "done",
    "utilized",
    "added",
    "carried",
    "placement",
    "deployment",
    "implantation",
    "insertion",
    "passes",
    "pass",
    "runs",
    "inflation",
    "inflations",
    "joined",
    "expanded",
    "molded",
    "moulded",
    "flared",
    "place",
    "inflating",
    "sent",
    "overlapped",
    "overlapping",
    "extended",
    "opened",
    "gave",
    "hung",
    "went",
    "treated",
    "x2",
    "x3",
    "twice",
];

/// What may stand inside the noun phrase of a device.
const FILLERS: &[&str] = &[
    "a",
    "an",
    "the",
    "one",
    "two",
    "three",
    "four",
    "single",
    "x",
    "by",
    "mm",
    "cm",
    "french",
    "fr",
    "f",
    "kissing",
    "covered",
    "overlapping",
    "long",
    "short",
    "large",
    "new",
    "second",
    "first",
    "third",
    "another",
    "additional",
    "further",
    "bare",
    "metal",
    "self",
    "drug",
    "paclitaxel",
    "paclitaxel-coated",
    "eluting",
    "coated",
    "drug-coated",
    "drug-eluting",
    "high",
    "pressure",
    "high-pressure",
    "noncompliant",
    "non-compliant",
    "semicompliant",
    "plain",
    "cutting",
    "scoring",
    "tapered",
    "closed-cell",
    "nitinol",
    "venous",
    "arterial",
    "both",
    "and",
    "then",
    "more",
    "gore",
    "bx",
    "x-ray",
    "expandable",
    "balloon-expandable",
    "some",
    "stent",
    "endovascular",
    "diameter",
    "gold",
    "solent",
    "proxi",
    "bold",
    "of",
    "times",
    "several",
    "five",
    "six",
    "separate",
    "side-by-side",
    "inch",
    "standard",
    "dedicated",
    "same",
    "our",
    "this",
    "treated",
    "with",
    "device",
    "vascular",
    "bifurcated",
    "orbital",
    "directional",
    "rotational",
    "mechanical",
    "aspiration",
    "pharmacomechanical",
    "suction",
    "percutaneous",
    "thoracic",
    "aortic",
    "abdominal",
    "retrievable",
    "permanent",
    "ivc",
    "vena",
    "cava",
    "caval",
    "infrarenal",
    "ten",
    "seven",
    "eight",
    "nine",
    "eleven",
    "twelve",
    "fourteen",
    "sixteen",
    "eighteen",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
    "hundred",
    "millimeter",
    "millimeters",
];

impl Reading<'_> {
    /// A device in a description that is put to work: the object or subject of such a verb, or told with its size.
    pub(super) fn is_used(&self, word: &Word, technique: Technique) -> bool {
        let head = self.head(word);
        let sized = self.is_sized(word, technique);
        match head.as_str() {
            // "in the stent", "edge of the stent": it is a place.
            "of" | "in" | "inside" | "within" | "through" | "into" | "from" | "on" | "at"
            | "above" | "below" | "between" | "under" | "per" | "than" | "beyond" | "behind"
            | "across" | "over" | "before" | "after" | "following" | "during" | "existing"
            | "old" | "prior" | "previous" | "previously" | "where" | "each" | "every" | "no"
            | "upper" | "lower" | "near" | "along" | "either" | "past" | "alongside" | "around"
                if technique != Technique::Thrombectomy || head != "of" =>
            {
                return sized
                    && matches!(
                        head.as_str(),
                        "each" | "upper" | "lower" | "in" | "across" | "from" | "at"
                    );
            }
            _ => {}
        }
        if PURPOSES.contains(&head.as_str()) && !matches!(head.as_str(), "to" | "pre" | "any") {
            return false;
        }
        if head == "to" && !sized {
            return false;
        }
        if technique == Technique::Filter {
            return false;
        }
        // "Cutting balloon of the graft stenosis", "DCB to the SFA": a note without a verb.
        let next = self.after(word).trim_start();
        let clause = &self.record.clause;
        let bare = head.is_empty() && !clause.words.iter().any(|w| w.is_grammar(Grammar::Aux));
        let listed = clause
            .lists
            .iter()
            .any(|l| l.span.start >= word.span.end && l.span.start <= word.span.end + 3)
            && !clause.words.iter().any(|w| w.finding().is_some());
        let graft = matches!(
            technique,
            Technique::Endograft | Technique::ThoracicEndograft
        );
        if bare && (listed || graft || ["of ", "to "].iter().any(|n| next.starts_with(n))) {
            return true;
        }
        // "[x] covered stent 8 x 50": a box of a form that is ticked.
        if self.is_ticked(word) {
            return true;
        }
        if self.is_cell(word) {
            return true;
        }
        if bare && counts_runs(next, technique) {
            return true;
        }
        // "five passes with the coring device", "two runs of the AngioJet".
        let counted = |w: &str| {
            let before = self.before(word).trim_end();
            ["with", "with the", "with a", "of the", "of a", "of"]
                .iter()
                .any(|p| {
                    before
                        .strip_suffix(p)
                        .is_some_and(|b| b.trim_end().ends_with(w))
                })
        };
        if matches!(technique, Technique::Thrombectomy | Technique::Atherectomy)
            && ["passes", "runs", "pulls", "sweeps", "trips"]
                .into_iter()
                .any(counted)
        {
            return true;
        }
        // "treated with the AngioJet".
        if head == "with"
            && [
                "treated ",
                "performed ",
                "removed ",
                "cleared ",
                "aspirated ",
                "extracted ",
                "opened ",
                "done ",
                "lysed ",
                "covered ",
                "sealed ",
                "excluded ",
                "repaired ",
            ]
            .iter()
            .any(|v| self.before(word).contains(v))
        {
            return true;
        }
        // "I treated the stents with a balloon": they were there.
        if technique == Technique::Stent && self.before(word).ends_with("treated the ") {
            return false;
        }
        let left = head == "left" && technique != Technique::Thrombolysis;
        sized || (USES.contains(&head.as_str()) && !left) || self.has_verb(word, technique)
    }

    /// "Left common iliac vein | stent | 16 x 80": a cell of a row that names a vessel first and a size.
    fn is_cell(&self, word: &Word) -> bool {
        let record = self.record;
        let unit = &self.context.units[record.unit];
        let starts = |l: &crate::mention::VesselList| l.span.start < record.clause.span.start + 4;
        let before = self.before(word).trim();
        let after = self.after(word).trim_start();
        // "| Balloon | 5.0 x 20, right |": the row of a step.
        let step = matches!(before, "" | "|")
            && after
                .trim_start_matches(['|', ' '])
                .starts_with(|c: char| c.is_ascii_digit());
        unit.unit.layout == Layout::Row
            && (step || record.clause.lists.first().is_some_and(starts) && before.ends_with('|'))
            && after.starts_with('|')
            && unit
                .measures
                .iter()
                .any(|m| m.second.is_some_and(|s| s >= 10.0))
    }

    /// The word before the noun phrase of a device; empty at the start of a phrase.
    fn head(&self, word: &Word) -> String {
        let mut rest = self.before(word);
        for _ in 0..LONGEST_PHRASE {
            let trimmed = rest.trim_end_matches([' ', '(', '"']);
            if trimmed.is_empty()
                || trimmed.ends_with([',', ':', ';', '.', '|', ']', '*', '/'])
                || trimmed.ends_with(" -")
                || trimmed.ends_with("..")
            {
                return String::new();
            }
            let at = trimmed.rfind([' ', '(']).map_or(0, |i| i + 1);
            let token = &trimmed[at..];
            let offset = self.record.clause.span.start + at;
            let lists = self.record.clause.lists;
            let named = lists[..lists.partition_point(|l| l.span.start <= offset)]
                .last()
                .is_some_and(|l| offset < l.span.end);
            let of_act = token == "of" && {
                let before = trimmed[..at].trim_end();
                let noun = before.rsplit([' ', '(']).next().unwrap_or_default();
                USES.contains(&noun)
            };
            let brand = token.chars().any(|c| c.is_ascii_digit());
            let filler = (token != "of" && token != "with" && FILLERS.contains(&token))
                || of_act
                || named
                || brand;
            if !filler {
                // "I put in a 16 x 80 stent".
                let verb = trimmed[..at].trim_end();
                if token == "in"
                    && ["put", "placed", "we put"]
                        .iter()
                        .any(|v| verb.ends_with(v))
                {
                    return "put".to_owned();
                }
                if token == "with" || token == "using" || token == "by" || token == "via" {
                    return "with".to_owned();
                }
                return token.to_owned();
            }
            rest = &trimmed[..at];
        }
        String::new()
    }

    /// Whether a device's size stands beside it: "16 x 100 mm Venovo", "Abre 16x60", "10 mm balloon".
    pub(super) fn is_sized(&self, word: &Word, technique: Technique) -> bool {
        let text = self.context.text();
        let measures = &self.context.units[self.record.unit].measures;
        let fits = |m: &Measure| match technique {
            Technique::Stent | Technique::Endograft | Technique::ThoracicEndograft => {
                m.second.is_some_and(|s| s >= 10.0) || dotted_size(text, m)
            }
            Technique::Balloon | Technique::Lithotripsy => {
                m.second.is_some_and(|s| s >= 10.0) || (m.value >= 1.0 && m.value < 40.0)
            }
            Technique::Atherectomy => m.value < 3.0,
            Technique::Embolization => true,
            _ => false,
        };
        // "BX stent 8/27"
        let sloped = technique == Technique::Stent
            && text[word.span.end..self.record.clause.span.end]
                .split_whitespace()
                .next()
                .and_then(|t| t.split_once('/'))
                .is_some_and(|(a, b)| {
                    let number = |t: &str| t.parse::<u32>().ok();
                    number(a).is_some_and(|n| n < 40)
                        && number(b).is_some_and(|n| (10..300).contains(&n))
                });
        if sloped {
            return true;
        }
        let span = self.record.clause.span;
        let inside = |m: &&Measure| span.contains(m.span);
        // The further away a measure stands, the more words lie between: the first that stands too far ends the search.
        let (before, after) =
            measures.split_at(measures.partition_point(|m| m.span.start < word.span.start));
        let before = before.iter().rev().filter(inside);
        let before = before.filter(|m| m.span.end <= word.span.start);
        let mut before = before
            .map(|m| (m, &text[m.span.end..word.span.start]))
            .take_while(|(_, gap)| parts(gap).nth(MOST_BEFORE).is_none());
        let after = after.iter().filter(inside);
        let after = after.filter(|m| m.span.start >= word.span.end);
        let mut after = after
            .map(|m| (m, &text[word.span.end..m.span.start]))
            .take_while(|(_, gap)| parts(gap).nth(MOST_AFTER).is_none());
        before.any(|(m, gap)| fits(m) && is_of(gap, technique, true))
            || after.any(|(m, gap)| fits(m) && is_of(gap, technique, false))
    }

    /// Whether a verb of use follows a device: "was placed", "deployed".
    fn has_verb(&self, word: &Word, technique: Technique) -> bool {
        let mut aux = false;
        for (n, raw) in self.after(word).split_whitespace().take(14).enumerate() {
            let token = raw.trim_matches(['(', ')', ',', ':', '.']);
            if matches!(
                token,
                "was"
                    | "were"
                    | "been"
                    | "then"
                    | "next"
                    | "now"
                    | "also"
                    | "again"
                    | "being"
                    | "subsequently"
                    | "successfully"
                    | "each"
                    | "both"
                    | "simultaneously"
                    | "carefully"
                    | "finally"
            ) {
                aux |= matches!(token, "was" | "were" | "been" | "then");
                continue;
            }
            // What is done to a stent that is already there.
            if technique == Technique::Stent
                && matches!(
                    token,
                    "dilated" | "ballooned" | "expanded" | "flared" | "molded" | "moulded"
                )
            {
                return false;
            }
            let verb = USES.contains(&token)
                && !matches!(
                    token,
                    "treated"
                        | "pass"
                        | "run"
                        | "runs"
                        | "place"
                        | "twice"
                        | "opened"
                        | "expanded"
                        | "extended"
                        | "left"
                        | "set"
                )
                || (aux
                    && matches!(
                        token,
                        "opened" | "expanded" | "run" | "closed" | "left" | "set"
                    ));
            if verb {
                return !self.after(word).contains("not ");
            }
            if aux || n > 9 {
                return false;
            }
        }
        false
    }

    /// A device named in a title or list of procedures: "left common iliac vein stent".
    pub(super) fn is_listed(&self, word: &Word) -> bool {
        // "Your patient with the left iliac stent": the stent is there.
        if self.before(word).contains("patient with") {
            return false;
        }
        let head = self.head(word);
        let place = matches!(
            head.as_str(),
            "of" | "in"
                | "inside"
                | "within"
                | "through"
                | "into"
                | "from"
                | "for"
                | "at"
                | "existing"
                | "old"
                | "prior"
                | "previous"
                | "occluded"
                | "no"
                | "failed"
                | "without"
                | "embolized"
                | "migrated"
                | "fractured"
                | "undeployed"
                | "lost"
                | "patent"
                | "underexpanded"
        );
        !place && !follows_list_of_findings(self.after(word))
    }
}

/// A noun phrase of more words than these is none.
const LONGEST_PHRASE: usize = 40;

/// So many words may stand between a size and its device, and between a device and its size.
const MOST_BEFORE: usize = 5;
const MOST_AFTER: usize = 4;

/// The words of a gap, without signs.
fn parts(gap: &str) -> impl Iterator<Item = &str> {
    gap.split_whitespace()
        .map(|t| t.trim_matches(['(', ')', '-', ':']))
        .filter(|t| !t.is_empty())
}

/// Whether what stands between a device and a size lets the size be of it; `before` when the size comes first.
fn is_of(gap: &str, technique: Technique, before: bool) -> bool {
    let gap = gap.to_ascii_lowercase();
    // "14 x 60 Atlas in the iliac stent", "the stent ballooned 14 x 60": sizes of something else.
    let other = technique == Technique::Stent
        && (before && gap.contains(" the ")
            || gap.trim_start().starts_with("ballooned")
            || gap.trim_start().starts_with("dilated"));
    let apart =
        other || [";", "|", ". "].iter().any(|c| gap.contains(c)) || (before && gap.contains(','));
    let phrase = parts(&gap).all(|t| {
        let t = t.trim_end_matches(',');
        FILLERS.contains(&t)
            || matches!(
                t,
                "was"
                    | "were"
                    | "graft"
                    | "stents"
                    | "sizes"
                    | "@"
                    | "at"
                    | "to"
                    | "flexible"
                    | "device"
                    | "angioplasty"
            )
            || t.chars().any(|c| c.is_ascii_digit())
            || before
            || t.len() <= 9
    });
    let read = [
        "lumen",
        "area",
        "stenosis",
        "residual",
        "lining",
        "diameter of",
        "measur",
        "mm2",
        "%",
        "frame",
        "wall",
    ]
    .iter()
    .any(|r| gap.contains(r));
    !apart && phrase && !read
}

/// "8-6 x 40": a tapered size.
fn dotted_size(text: &str, measure: &Measure) -> bool {
    let before = &text[..measure.span.start];
    measure.second.is_some() && before.ends_with('-')
}

/// "Rotarex x 4, lots of red", "Penumbra, 2 runs each way", "Jetstream, right superficial femoral artery, 8 cuts": a device
/// with the number of its runs.
fn counts_runs(next: &str, technique: Technique) -> bool {
    if !matches!(technique, Technique::Thrombectomy | Technique::Atherectomy) {
        return false;
    }
    let next = next.trim_start_matches([',', ':', '-', ' ']);
    let mut words = next.split([' ', ',', ';', '.']).filter(|w| !w.is_empty());
    let numbered = |w: &str| {
        w.starts_with(|c: char| c.is_ascii_digit())
            || matches!(
                w,
                "one" | "two" | "three" | "four" | "five" | "six" | "seven" | "eight" | "several"
            )
    };
    match words.next() {
        Some("x") => words.next().is_some_and(numbered),
        Some(first) if first.strip_prefix('x').is_some_and(numbered) => true,
        Some(first) => {
            let rest: Vec<&str> = std::iter::once(first).chain(words).take(10).collect();
            rest.windows(2).any(|pair| {
                numbered(pair[0])
                    && matches!(
                        pair[1],
                        "runs"
                            | "passes"
                            | "cuts"
                            | "pulls"
                            | "run"
                            | "pass"
                            | "aspirations"
                            | "sweeps"
                            | "trips"
                            | "activations"
                            | "extractions"
                    )
            })
        }
        None => false,
    }
}
