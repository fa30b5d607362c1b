//! What each unit names: words with their meanings, vessels with side, measurements, dates. Says what is written, not
//! what it amounts to.

#![expect(
    clippy::string_slice,
    reason = "spans come from matches and lie on character boundaries; a property test holds it"
)]

mod counterparts;
mod date_forms;
mod date_patterns;
mod dates;
mod each_side;
mod measures;
mod sides;
mod spelled;
mod systems;
mod vessels;
mod way_in;

pub(crate) use dates::{DateMention, dates, has_digits, has_foreign_signs, labelled, told};
pub(crate) use measures::{Measure, Quantity, unit_name};
pub(crate) use sides::{Side, SideBasis};
pub(crate) use spelled::has_units;
pub(crate) use systems::crosses;
pub(crate) use vessels::{Atom, VesselList};

use smallvec::{SmallVec, smallvec};

use crate::{
    lexicon::{
        Action, Category, Device, Extent, Grammar, Hit, Ivus, Kind, Kinds, Label, Lexicon,
        Modality, Necessity, ProcedureClass, SideWord,
    },
    segment::{Segmented, Unit},
    text::{Folded, Span, any_run, next},
};

/// A term of the lexicon in the text with everything it may mean.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    pub(crate) span: Span,
    /// Which kinds of meaning it has, so that most questions need no look at the meanings.
    kinds: Kinds,
    labels: SmallVec<[Label; 4]>,
}

macro_rules! first_label {
    ($($name:ident => $variant:ident: $kind:ty),* $(,)?) => {
        impl Word {
            $(
                /// The first meaning of this kind, if any.
                pub(crate) fn $name(&self) -> Option<$kind> {
                    if !self.kinds.holds(Kind::$variant) {
                        return None;
                    }
                    self.labels.iter().find_map(|l| if let Label::$variant(k) = l { Some(*k) } else { None })
                }
            )*
        }
    };
}

first_label! {
    side => Side: SideWord,
    ivus => Ivus: Ivus,
    modality => Modality: Modality,
    device => Device: Device,
    finding => Finding: u16,
    modifier => Modifier: u16,
    grammar => Grammar: Grammar,
    group => Group: u16,
    procedure => Procedure: ProcedureClass,
}

impl Word {
    pub(in crate::mention) fn new(span: Span, label: Label) -> Self {
        Self {
            span,
            kinds: Kinds::of(&[label]),
            labels: smallvec![label],
        }
    }

    /// Everything it may mean.
    pub(crate) fn labels(&self) -> &[Label] {
        &self.labels
    }

    /// Gives it one more meaning.
    fn push(&mut self, label: Label) {
        self.labels.push(label);
        self.kinds.add(label);
    }

    /// Leaves out the meanings that are not to be kept.
    pub(in crate::mention) fn retain(&mut self, mut keep: impl FnMut(&Label) -> bool) {
        self.labels.retain(|label| keep(label));
        self.kinds = Kinds::of(&self.labels);
    }

    pub(crate) fn is_action(&self, action: Action) -> bool {
        self.any_action(&[action])
    }

    pub(crate) fn any_action(&self, actions: &[Action]) -> bool {
        let is = |l: &Label| matches!(l, Label::Action(a) if actions.contains(a));
        self.kinds.holds(Kind::Action) && self.labels.iter().any(is)
    }

    pub(crate) fn is_grammar(&self, grammar: Grammar) -> bool {
        let is = |l: &Label| matches!(l, Label::Grammar(g) if *g == grammar);
        self.kinds.holds(Kind::Grammar) && self.labels.iter().any(is)
    }

    pub(crate) fn is_necessity(&self, necessity: Necessity) -> bool {
        let is = |l: &Label| matches!(l, Label::Necessity(n) if *n == necessity);
        self.kinds.holds(Kind::Necessity) && self.labels.iter().any(is)
    }

    pub(crate) fn is_extent(&self, extent: Extent) -> bool {
        let is = |l: &Label| matches!(l, Label::Extent(e) if *e == extent);
        self.kinds.holds(Kind::Extent) && self.labels.iter().any(is)
    }

    pub(crate) fn is_vessel(&self) -> bool {
        self.kinds.holds(Kind::Vessel)
    }

    /// The context cue of this word, if it is of `category`.
    pub(crate) fn has_category(&self, lexicon: &Lexicon, category: Category) -> bool {
        self.modifier()
            .is_some_and(|m| lexicon.modifiers[m as usize].category == category)
    }

    /// A device that treats rather than looks.
    pub(crate) fn is_treatment_device(&self) -> bool {
        matches!(
            self.device(),
            Some(
                Device::Balloon
                    | Device::Stent
                    | Device::Thrombectomy
                    | Device::Atherectomy
                    | Device::Snare
                    | Device::Filter
            )
        )
    }
}

/// A unit with what it names.
#[derive(Clone, Debug)]
pub(crate) struct UnitMentions {
    pub(crate) unit: Unit,
    pub(crate) words: Vec<Word>,
    /// Which kinds of meaning its words have.
    kinds: Kinds,
    pub(crate) lists: Vec<VesselList>,
    pub(crate) measures: Vec<Measure>,
}

impl UnitMentions {
    /// Which kinds of meaning its words have.
    pub(crate) fn kinds(&self) -> Kinds {
        self.kinds
    }

    /// The words to look through for those of some kinds of meaning: all, or none when none has one of them.
    pub(crate) fn of(&self, kinds: &[Kind]) -> &[Word] {
        if kinds.iter().any(|k| self.kinds.holds(*k)) {
            &self.words
        } else {
            &[]
        }
    }
}

/// Which kinds of meaning some words have.
pub(crate) fn kinds(words: &[Word]) -> Kinds {
    words
        .iter()
        .fold(Kinds::default(), |all, w| all.with(w.kinds))
}

/// Reads every unit of a report.
pub(crate) fn mentions(
    folded: &Folded,
    segmented: &Segmented,
    hits: &[Hit],
    lexicon: &Lexicon,
) -> Vec<UnitMentions> {
    let text = folded.text();
    let spelled = has_units(text);
    let mut units: Vec<UnitMentions> = segmented
        .units
        .iter()
        .map(|unit| {
            let words = sure_words(text, hits, unit.span);
            let lists = vessels::lists(text, &words, unit.span, lexicon);
            UnitMentions {
                unit: *unit,
                kinds: kinds(&words),
                words,
                lists,
                measures: measured(text, unit.span, spelled),
            }
        })
        .collect();
    systems::resolve(folded, &mut units, lexicon);
    sides::resolve(folded, &mut units, segmented, lexicon);
    counterparts::add(folded, &mut units);
    units
}

/// The measures of a unit, in digits and, where the text has such at all, in words.
fn measured(text: &str, unit: Span, spelled: bool) -> Vec<Measure> {
    let mut found = if has_digit(&text[unit.start..unit.end]) {
        measures::measures(text, unit)
    } else {
        Vec::new()
    };
    if spelled {
        spelled::add(text, unit, &mut found);
    }
    found
}

/// Whether a unit gives the size of a device: "16 x 80", "8/27"; `spelled` says that the text [`has_units`] in full.
pub(crate) fn tells_size(text: &str, unit: Span, spelled: bool) -> bool {
    let sloped = |[before, sign, after]: [u8; 3]| {
        before.is_ascii_digit() && sign == b'/' && after.is_ascii_digit()
    };
    let measures = measured(text, unit, spelled);
    measures.iter().any(|m| m.second.is_some())
        || any_run(&text.as_bytes()[unit.start..unit.end], sloped)
}

/// Every unit, with its words only where it holds digits: enough to tell dates and codes by.
pub(crate) fn bare(folded: &Folded, segmented: &Segmented, hits: &[Hit]) -> Vec<UnitMentions> {
    let text = folded.text();
    let ascii = text.is_ascii();
    let units = segmented.units.iter().map(|unit| {
        let body = &text[unit.span.start..unit.span.end];
        let words = if !ascii || has_digit(body) {
            sure_words(text, hits, unit.span)
        } else {
            Vec::new()
        };
        UnitMentions {
            unit: *unit,
            kinds: kinds(&words),
            words,
            lists: Vec::new(),
            measures: Vec::new(),
        }
    });
    units.collect()
}

fn has_digit(text: &str) -> bool {
    next(text.as_bytes(), 0, |b| b.is_ascii_digit()).is_some()
}

/// The words of a unit without those that are likely to mean something else.
fn sure_words(text: &str, hits: &[Hit], unit: Span) -> Vec<Word> {
    let body = &text[unit.start..unit.end];
    // Most units hold a small letter near their beginning, so that nothing is counted.
    let letters = || body.bytes().filter(u8::is_ascii_alphabetic).count();
    let capitals = !body.bytes().any(|b| b.is_ascii_lowercase()) && letters() > 12;
    vessels::drop_doubtful(text, words(hits, unit), unit, capitals)
}

/// The terms that lie wholly in a unit, grouped by span.
fn words(hits: &[Hit], span: Span) -> Vec<Word> {
    let from = hits.partition_point(|h| h.span.start < span.start);
    let to = from + hits[from..].partition_point(|h| h.span.start < span.end);
    let mut words: Vec<Word> = Vec::with_capacity(to - from);
    for hit in &hits[from..to] {
        if !span.contains(hit.span) || hit.label == Label::Hidden {
            continue;
        }
        match words.last_mut() {
            Some(last) if last.span == hit.span => last.push(hit.label),
            _ => words.push(Word::new(hit.span, hit.label)),
        }
    }
    words
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::{segment, text::Report};

    pub(crate) static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::builtin);

    /// The mentions of a text, with the folded text.
    pub(crate) fn read(text: &str) -> (Folded, Vec<UnitMentions>) {
        let report = Report::new("test", text);
        let (folded, hits) = LEXICON.find(Folded::new(&report.text));
        let segmented = segment::segment(&report.text, &folded, &hits, &LEXICON);
        let units = mentions(&folded, &segmented, &hits, &LEXICON);
        (folded, units)
    }

    /// "left common-iliac-vein" for every vessel named.
    fn named(text: &str) -> Vec<String> {
        let (_, units) = read(text);
        let atoms = units.iter().flat_map(|u| &u.lists).flat_map(|l| &l.atoms);
        atoms
            .flat_map(|a| {
                let vessel = a.vessel();
                a.sides.iter().filter_map(move |side| {
                    Some(format!("{} {}", side.name(), LEXICON.vessel(vessel?).id))
                })
            })
            .collect()
    }

    #[test]
    fn heads_and_sides_are_shared_in_a_list() {
        let cases: &[(&str, &[&str])] = &[
            (
                "FINDINGS: The left common and external iliac veins were narrow.",
                &["left common-iliac-vein", "left external-iliac-vein"],
            ),
            (
                "FINDINGS: The right CIV/EIV/CFV were open.",
                &[
                    "right common-iliac-vein",
                    "right external-iliac-vein",
                    "right common-femoral-vein",
                ],
            ),
            (
                "FINDINGS: Bilateral renal arteries were narrow.",
                &["right renal-artery", "left renal-artery"],
            ),
            (
                "FINDINGS: L subclavian art 7 mm.",
                &["left subclavian-artery"],
            ),
            (
                "FINDINGS: The right popliteal vein was open. The femoral vein had webs.",
                &["right popliteal-vein", "right femoral-vein"],
            ),
            ("FINDINGS: The IVC filter was tilted.", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(named(text), *expected, "{text}");
        }
    }

    #[test]
    fn a_row_without_a_side_under_rows_of_both_sides_has_none() {
        let told = named(
            "FINDINGS:\nRight common iliac vein    60 mm2    narrow\nLeft common iliac vein    40 mm2    narrow\n\
             Common femoral vein    90 mm2    open\n",
        );
        assert_eq!(told.last().unwrap(), "unknown common-femoral-vein");
    }
}
