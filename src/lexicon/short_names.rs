//! Names told short of what the report has said before: "infrarenal: 23 mm", "neck 26 mm" of an aneurysm, "left limb: 9 mm" of
//! an endograft, "P1: 5 mm" of the popliteal artery.

use super::elided::REACH;
use crate::text::{Span, holds, preceding, runs};

/// What a name may be told short as.
const SHORT: [&str; 4] = ["infrarenal", "suprarenal", "neck", "limb"];

/// The short names of a text and the words they stand for.
pub(super) fn find(text: &str, lower: &str) -> Vec<(Span, String)> {
    let has = |word: &str| holds(lower, word);
    let any = |words: &[&str]| words.iter().any(|w| has(w));
    let graft =
        has("limb") && has("aort") && any(&["endograft", "evar", "stent-graft", "stent graft"]);
    let repaired = || has("aneurysm") && any(&["endoleak", "main body"]);
    let aortic = || any(&["abdominal aort", "aortic", "endograft", "evar", "aaa"]);
    let necked = has("neck") && (aortic() || repaired());
    let lengthwise = has("infrarenal") || has("suprarenal");
    let popliteal = has("poplit");
    if !(popliteal || graft || lengthwise || necked) {
        return Vec::new();
    }
    let aorta = any(&["aort", "endograft", "evar", "aneurysm"]);
    let cava = any(&["cava", "ivc"]);
    let mut before = "";
    let mut found = Vec::new();
    for (at, token) in runs(text) {
        let small = lower.get(at.start..at.end).unwrap_or_default();
        if small == "p"
            && popliteal
            && let Some(span) = popliteal_part(text, lower, at)
        {
            found.push((span, "popliteal".to_owned()));
        }
        if !SHORT.contains(&small) {
            before = token;
            continue;
        }
        let place = Place::of(text, lower, at, before);
        let meant = match small {
            "infrarenal" | "suprarenal" if aorta != cava && place.is_label() => {
                let whole = if aorta { "aorta" } else { "ivc" };
                found.push((at, format!("{small} {whole}")));
                None
            }
            "neck"
                if necked
                    && !cava
                    && ((place.capital && place.is_label()) || place.is_measured())
                    && !beside_aorta(lower, at) =>
            {
                Some("infrarenal aorta")
            }
            "limb" if graft && place.is_limb() => Some("iliac limb"),
            _ => None,
        };
        if let Some(meant) = meant {
            found.push((at, meant.to_owned()));
        }
        before = token;
    }
    found
}

/// "P1: 5.2 mm", "P2, 2.1 mm" as a label in a report that tells of the popliteal artery.
fn popliteal_part(text: &str, lower: &str, at: Span) -> Option<Span> {
    let number = *text.as_bytes().get(at.end)?;
    let span = Span::new(at.start, at.end + 1);
    let whole = text.as_bytes().get(span.end);
    let part = (b'1'..=b'3').contains(&number) && !whole.is_some_and(u8::is_ascii_alphanumeric);
    let place = Place::of(text, lower, span, "");
    let upper = text.as_bytes().get(at.start) == Some(&b'P');
    let opens = !text.get(..at.start)?.trim_end().ends_with("opliteal");
    // "Beginning at the P1 segment: vessel 5.2 mm"
    let segment = place.after.starts_with(" segment");
    let named = (place.first || place.listed) && place.reads();
    (part && upper && opens && (named || segment)).then_some(span)
}

/// What stands around a word.
struct Place<'t> {
    /// The word before it, in the same sentence and with nothing but a space between.
    before: &'t str,
    /// It begins its line, its sentence or its entry.
    first: bool,
    /// A comma stands before it.
    listed: bool,
    /// It has a capital.
    capital: bool,
    /// What follows, in lower case.
    after: &'t str,
}

impl<'t> Place<'t> {
    fn of(text: &'t str, lower: &'t str, at: Span, before: &'t str) -> Self {
        let lead = text.get(..at.start).unwrap_or_default();
        let beside = lead.ends_with(' ') && lead.trim_end().ends_with(before);
        let last = lead.trim_end();
        let word = last.rsplit([' ', '\n']).next().unwrap_or_default();
        // "a)", "2.", "-". The text is folded: a line may end in a space.
        let bullet = (word.len() <= 3 && word.ends_with([')', '.']))
            || ["-", "*", "\u{2022}", "\u{2013}"].contains(&word);
        let mut letters = text.get(at.start..at.end).unwrap_or_default().chars();
        let capital = letters.next().is_some_and(char::is_uppercase)
            && letters.next().is_some_and(char::is_lowercase);
        Self {
            before: if beside { before } else { "" },
            first: capital
                || bullet
                || last.is_empty()
                || last.ends_with(['.', ';', ':', '|', '\n']),
            capital,
            listed: lead.trim_end().ends_with(','),
            after: lower.get(at.end..).unwrap_or_default(),
        }
    }

    /// Whether a number follows: "2.7", ", 2.7", ": 2.7", "- 2.7".
    fn reads(&self) -> bool {
        let rest = self
            .after
            .trim_start_matches([' ', ',', ':', '=', '-', '(', '\u{2013}', '\u{2014}', '|']);
        rest.starts_with(|c: char| c.is_ascii_digit())
    }

    /// "The neck is 23.8 mm": the subject of a sentence that measures it.
    fn is_measured(&self) -> bool {
        let verb = [" is ", " was ", " measures ", " measured "]
            .iter()
            .find_map(|v| self.after.strip_prefix(v));
        self.before.eq_ignore_ascii_case("the")
            && verb.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    }

    /// Whether the word is a label: it begins its line or entry, and a colon, a dash, or a number follows.
    fn is_label(&self) -> bool {
        let marked = [":", " - ", " -- ", " \u{2013} ", " \u{2014} ", " | "]
            .iter()
            .any(|m| self.after.starts_with(m));
        (self.first && (marked || self.reads())) || (self.listed && self.reads())
    }

    /// "Left limb: folded", "the right limb was 11 mm": of an endograft, not of the body.
    fn is_limb(&self) -> bool {
        let sided = ["left", "right"]
            .iter()
            .any(|w| self.before.eq_ignore_ascii_case(w));
        let told = [":", " was ", " is ", " measured ", " measures ", " showed "];
        sided && (told.iter().any(|t| self.after.starts_with(t)) || self.reads())
    }
}

/// "In the infrarenal aorta. Neck 25 mm" names a part, "infrarenal aorta: neck 25 mm" tells of the aorta that the sentence names.
fn beside_aorta(lower: &str, at: Span) -> bool {
    let before = preceding(lower, at.start, REACH);
    let sentence = before.rsplit(". ").next().unwrap_or_default();
    sentence.contains("aort")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let lower = text.to_ascii_lowercase();
        find(text, &lower).into_iter().map(|(_, w)| w).collect()
    }

    #[test]
    fn short_names_are_of_the_vessels_told_before() {
        assert_eq!(
            read("Abdominal aortic aneurysm. Neck: 26 mm. Infrarenal: 23 mm."),
            ["infrarenal aorta", "infrarenal aorta"]
        );
        assert_eq!(
            read("The popliteal artery. P1: 5.2 mm, P2 2.1 mm."),
            ["popliteal", "popliteal"]
        );
        assert_eq!(read("Aortic endograft. Left limb: folded."), ["iliac limb"]);
    }

    #[test]
    fn the_same_words_with_another_noun_are_none() {
        for plain in [
            "the left limb: swollen for 3 days",
            "EVAR; infrarenal aorta: neck 25 mm",
        ] {
            assert!(read(plain).is_empty(), "{plain}");
        }
    }
}
