//! What the report as a whole says of ultrasound: facts that settle what a single word means.

use crate::{
    lexicon::{Action, Grammar, Ivus, Kind, Modality},
    mention::{Quantity, UnitMentions, Word},
};

/// Facts about the whole report that settle single words.
#[derive(Clone, Copy, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says one thing of the report"
)]
pub(in crate::encounter) struct Facts {
    /// IVUS is named outright somewhere.
    pub(in crate::encounter) strong: bool,
    /// An "ultrasound catheter" is named somewhere.
    pub(in crate::encounter) generic: bool,
    /// Therapeutic ultrasound or intracardiac echo is used.
    pub(in crate::encounter) other_ultrasound: bool,
    /// Echo from inside the heart or the cava is told of, and IVUS is nowhere called by its name.
    pub(in crate::encounter) echo: bool,
    /// Optical coherence tomography is told of.
    pub(in crate::encounter) light: bool,
    /// Where the description first names IVUS outright: "ultrasound" told before is another one.
    pub(in crate::encounter) told_from: usize,
    /// The description names IVUS outright.
    pub(in crate::encounter) told: bool,
}

impl Facts {
    /// `told` says whether a unit is part of the description, no title, plan or history.
    pub(in crate::encounter) fn of(
        text: &str,
        units: &[UnitMentions],
        told: impl Fn(&UnitMentions) -> bool,
    ) -> Self {
        let of = |kind| units.iter().flat_map(move |u| u.of(&[kind]));
        let words = || of(Kind::Ivus);
        let described = || units.iter().filter(|u| told(u));
        let first = described().flat_map(|u| u.of(&[Kind::Ivus])).find(|w| {
            matches!(
                w.ivus(),
                Some(Ivus::Modality | Ivus::Device | Ivus::Generic)
            )
        });
        let of_echo = of(Kind::Modality).any(|w| w.modality() == Some(Modality::CardiacEcho));
        let echo = of_echo && !words().any(|w| is_named(w) && !is_described(text, w));
        let is_named = |w: &Word| is_named(w) && !echo;
        // "The probe was advanced into the anterior tibial artery": no other ultrasound is brought into a vessel.
        let other_ultrasound = of(Kind::Modality).any(|w| {
            matches!(
                w.modality(),
                Some(Modality::CardiacEcho | Modality::TherapyUltrasound | Modality::Optical)
            )
        });
        let entered = (!other_ultrasound)
            .then(|| described().find(|u| enters(text, u) || measures_the_wall(text, u)))
            .flatten();
        Self {
            strong: words().any(is_named),
            generic: entered.is_some() || words().any(|w| w.ivus() == Some(Ivus::Generic)),
            other_ultrasound,
            echo,
            light: of(Kind::Modality).any(|w| w.modality() == Some(Modality::Optical)),
            told_from: first
                .map(|w| w.span.start)
                .into_iter()
                .chain(entered.map(|u| u.unit.span.start))
                .min()
                .unwrap_or(0),
            told: described().flat_map(|u| u.of(&[Kind::Ivus])).any(is_named),
        }
    }
}

/// Whether a word names IVUS outright.
fn is_named(word: &Word) -> bool {
    matches!(word.ivus(), Some(Ivus::Modality | Ivus::Device))
}

/// "imaging probe", "ultrasound from within the vein": words that would fit an echo catheter as well.
fn is_described(text: &str, word: &Word) -> bool {
    const WORDS: [&str; 4] = ["imaging ", "from within", "from the inside", "from inside"];
    let name = text[word.span.start..word.span.end].to_ascii_lowercase();
    !name.contains("ivus")
        && !name.contains("intravascular")
        && WORDS.iter().any(|w| name.contains(w))
}

/// Whether a unit says that an ultrasound probe was brought into a vessel.
fn enters(text: &str, unit: &UnitMentions) -> bool {
    let ends = |w: &Word, names: &[&str]| {
        let word = text[w.span.start..w.span.end].to_ascii_lowercase();
        w.ivus() == Some(Ivus::Weak) && names.iter().any(|p| word.ends_with(p))
    };
    let tokens = |from: usize, to: usize| text[from..to].split_whitespace().count();
    let into = |verb: &Word| {
        unit.lists.iter().any(|l| {
            l.span.start >= verb.span.end
                && matches!(l.prep, Some((Grammar::To, _)))
                && tokens(verb.span.end, l.span.start) <= 6
        })
    };
    // "The ultrasound was then slid up the wire", but not "By ultrasound the sheath was placed".
    let plain = |from: usize, to: usize| {
        const BETWEEN: [&str; 10] = [
            "was", "were", "then", "is", "next", "now", "again", "also", "has", "been",
        ];
        text[from..to]
            .split_whitespace()
            .all(|t| BETWEEN.contains(&t))
    };
    let verb_after = |p: &Word| {
        let mut after = unit.words.iter().filter(|w| w.span.start >= p.span.end);
        after.find(|w| w.is_action(Action::Place))
    };
    unit.of(&[Kind::Ivus]).iter().any(|w| {
        let probe = ends(w, &["probe", "transducer", "crystal"]);
        if w.ivus() == Some(Ivus::Weak) && is_carried(&text[w.span.end..unit.unit.span.end]) {
            return true;
        }
        let Some(verb) = verb_after(w) else {
            return false;
        };
        let near = probe && tokens(w.span.end, verb.span.start) <= 3;
        let moved = ends(w, &["ultrasound"]) && plain(w.span.end, verb.span.start);
        (near && into(verb)) || ((near || moved) && goes_inside(text, unit, verb))
    })
}

/// "Ultrasound of the right posterior tibial artery: 2.8 mm media to media", "lumen 45 mm2 by ultrasound": no probe on the skin
/// gives the area of a deep vessel or the width of its wall.
fn measures_the_wall(text: &str, unit: &UnitMentions) -> bool {
    const WALLS: [&str; 3] = ["media to media", "media-to-media", "external elastic"];
    let weak = |w: &Word| w.ivus() == Some(Ivus::Weak);
    let other = |w: &Word| {
        w.modality().is_some_and(|m| m != Modality::Phrase) || w.is_action(Action::Access)
    };
    if !unit.of(&[Kind::Ivus]).iter().any(weak) || unit.words.iter().any(other) {
        return false;
    }
    let told = text[unit.unit.span.start..unit.unit.span.end].to_ascii_lowercase();
    WALLS.iter().any(|w| told.contains(w))
        || told.split(|c: char| !c.is_alphabetic()).any(|w| w == "eem")
        || unit.measures.iter().any(|m| m.quantity == Quantity::Area)
}

/// "ultrasound over the 0.018 wire", "ultrasound, passed through the sheath": what follows the word says that a wire or a sheath
/// carries it. Takes the text after the word.
pub(super) fn is_carried(after: &str) -> bool {
    const MOST: usize = 9;
    const WAYS: [&str; 6] = ["over", "through", "via", "along", "up", "down"];
    const ENDS: [&str; 7] = [
        "wire",
        "wires",
        "guidewire",
        "sheath",
        "sheaths",
        "guide",
        "microwire",
    ];
    const BETWEEN: [&str; 34] = [
        "was", "were", "is", "then", "now", "next", "passed", "run", "sent", "taken", "brought",
        "advanced", "threaded", "slid", "led", "put", "carried", "in", "the", "a", "an", "this",
        "that", "each", "his", "her", "same", "existing", "stiff", "second", "first", "both",
        "long", "inch",
    ];
    let mut way = false;
    for token in after.split_whitespace().take(MOST) {
        let token = token
            .trim_matches([',', '.', ';', ':'])
            .to_ascii_lowercase();
        if ENDS.contains(&token.as_str()) {
            return way;
        }
        let size = token.starts_with(|c: char| c.is_ascii_digit());
        if WAYS.contains(&token.as_str()) {
            way = true;
        } else if !size && !BETWEEN.contains(&token.as_str()) {
            return false;
        }
    }
    false
}

/// "The probe was sent in from the arm", "a probe went up each side", "the ultrasound followed the wire in": a way that nothing
/// on the skin takes.
fn goes_inside(text: &str, unit: &UnitMentions, verb: &Word) -> bool {
    const WAYS: [&str; 16] = [
        "over the wire",
        "over a wire",
        "over each wire",
        "along the wire",
        "up the wire",
        "the wire in",
        "the wire up",
        "through the sheath",
        "up the sheath",
        "in from the",
        "up from the",
        "in through the",
        "up each side",
        "up both sides",
        "up the right side",
        "up the left side",
    ];
    const NEAR: usize = 60;
    let rest = text[verb.span.start..unit.unit.span.end].to_ascii_lowercase();
    WAYS.iter()
        .any(|w| rest.find(w).is_some_and(|at| at <= NEAR))
}
