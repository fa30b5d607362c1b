//! What the reader holds in mind while going down a report, and how the words of a clause govern its vessels.
//!
//! A clause is looked at through a [`View`]: its words and lists, and the scene they stand in (which study is told of,
//! which device is in hand). Its questions build on each other from the top of this list down:
//!
//! | file | answers |
//! |---|---|
//! | `facts` | what the whole report says of ultrasound |
//! | `ivus` | which words speak of IVUS here |
//! | `movers` | which device a word names, and whether it is the IVUS catheter |
//! | `coronary`, `aside` | which lists are of the heart; what is told only by the way |
//! | `subject`, `movement`, `governor` | what a verb after a list, a verb of movement, the nearest word before it make of it |
//! | `role` | the role of a list, asked in order of the above |
//! | `readings` | which measurements can be readings |

mod aside;
mod coronary;
mod facts;
mod governor;
mod ivus;
mod movement;
mod movers;
mod readings;
mod role;
mod subject;

use crate::{
    context::Clause,
    lexicon::{Form, Lexicon, Modality, Scope, System},
    mention::{Atom, UnitMentions, VesselList, Word},
    text::Span,
};

pub(super) use facts::Facts;
pub(super) use ivus::Known;

/// Which study the text is telling about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    None,
    /// IVUS. `weak`: carried over a blank line. `coronary`: of coronary vessels.
    Ivus {
        weak: bool,
        coronary: bool,
    },
    Other(Modality),
    Treatment,
}

impl Frame {
    pub(super) fn is_ivus(self) -> bool {
        matches!(
            self,
            Self::Ivus {
                coronary: false,
                ..
            }
        )
    }
}

/// A device that can be moved to a vessel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mover {
    Ivus,
    Catheter,
    LongSheath,
    Sheath,
    Wire,
    Treatment,
    Needle,
}

impl Mover {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ivus => "ivus-catheter",
            Self::Catheter => "catheter",
            Self::LongSheath => "long-sheath",
            Self::Sheath => "sheath",
            Self::Wire => "wire",
            Self::Treatment => "treatment-device",
            Self::Needle => "needle",
        }
    }
}

/// What a list of vessels is to its clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// IVUS looked at it; the span is the act.
    Ivus(Span),
    /// A study other than IVUS looked at it.
    Other(Modality),
    /// The subject of a reading, or nothing governs it.
    Subject,
    /// A vessel that was entered.
    Access(Span),
    /// A device was brought there.
    Target(Mover, Span),
    /// A device came from there.
    Origin,
    /// A device went through.
    Passed(Mover, Span),
    /// Treated, or a treatment device lies there.
    Treated(Span),
    /// Named to tell a place.
    Landmark,
}

impl Role {
    /// The role as the second reader knows it.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Ivus(_) => "ivus",
            Self::Other(_) => "other",
            Self::Subject => "subject",
            Self::Access(_) => "access",
            Self::Target(Mover::Ivus, _) => "reached by ivus",
            Self::Target(..) => "reached",
            Self::Origin => "origin",
            Self::Passed(Mover::Ivus, _) => "passed by ivus",
            Self::Passed(..) => "passed",
            Self::Treated(_) => "treated",
            Self::Landmark => "landmark",
        }
    }

    /// The role in a few words, for the trace.
    pub(super) fn describe(self) -> String {
        match self {
            Self::Ivus(_) => "IVUS looked at it".to_owned(),
            Self::Other(modality) => format!("seen by another study ({modality:?})"),
            Self::Subject => "subject of a reading, or nothing governs it".to_owned(),
            Self::Access(_) => "entered".to_owned(),
            Self::Target(mover, _) => format!("{} brought there", mover.name()),
            Self::Origin => "a device came from there".to_owned(),
            Self::Passed(mover, _) => format!("{} passed through", mover.name()),
            Self::Treated(_) => "treated".to_owned(),
            Self::Landmark => "named to tell a place".to_owned(),
        }
    }
}

/// The clause being read with what is needed to judge it.
pub(super) struct View<'a> {
    pub(super) text: &'a str,
    /// The text with its ASCII letters in lower case.
    pub(super) lower: &'a str,
    pub(super) clause: &'a Clause<'a>,
    pub(super) unit: &'a UnitMentions,
    pub(super) lexicon: &'a Lexicon,
    pub(super) facts: Facts,
    pub(super) frame: Frame,
    pub(super) in_hand: Option<Mover>,
    /// Under a heading about access.
    pub(super) at_access: bool,
    /// What is asked of the clause for each of its lists, once it is known.
    pub(super) known: Known,
}

/// The words as they stand. Places are bytes of the text, on character boundaries.
impl View<'_> {
    pub(super) fn word(&self, word: &Word) -> &str {
        &self.text[word.span.start..word.span.end]
    }

    /// A word with its ASCII letters in lower case.
    pub(super) fn small(&self, word: &Word) -> &str {
        &self.lower[word.span.start..word.span.end]
    }

    /// Whether a word begins in one of these ways; `stems` in lower case.
    pub(super) fn begins(&self, word: &Word, stems: &[&str]) -> bool {
        let word = self.small(word);
        stems.iter().any(|s| word.starts_with(s))
    }

    /// The clause up to a place, in lower case, without the space at its end.
    pub(super) fn lead(&self, to: usize) -> &str {
        self.lower[self.clause.span.start..to].trim_end()
    }

    /// How many words stand between two places, whatever they mean.
    pub(super) fn distance(&self, from: usize, to: usize) -> usize {
        self.text[from..to].split_whitespace().count()
    }

    /// The words known to the lexicon that lie wholly between two places.
    pub(super) fn words_between(&self, from: usize, to: usize) -> impl Iterator<Item = &Word> {
        self.clause
            .words
            .iter()
            .filter(move |w| w.span.start >= from && w.span.end <= to)
    }

    /// Whether a word stands between two places of the text.
    pub(super) fn has_word_between(&self, from: usize, to: usize, word: &str) -> bool {
        self.text[from..to]
            .split(|c: char| !c.is_alphanumeric())
            .any(|w| w.eq_ignore_ascii_case(word))
    }

    /// Whether the clause holds a phrase, given in lower case.
    pub(super) fn has_phrase(&self, phrase: &str) -> bool {
        self.lower[self.clause.span.start..self.clause.span.end].contains(phrase)
    }

    /// Whether a word names something that is seen in a vessel: a stenosis, clot, a web.
    pub(super) fn is_lesion(&self, word: &Word) -> bool {
        word.finding()
            .is_some_and(|f| self.lexicon.findings[f as usize].lesion)
    }
}

/// Whether a list names only vessels that are punctured more often than anything else is done to them.
pub(super) fn is_usual_entry(list: &VesselList, lexicon: &Lexicon) -> bool {
    const ENTERED: [&str; 8] = [
        "radial-artery",
        "brachial-artery",
        "common-femoral-artery",
        "common-femoral-vein",
        "internal-jugular-vein",
        "basilic-vein",
        "popliteal-vein",
        "dorsalis-pedis-artery",
    ];
    let usual = |v| ENTERED.contains(&lexicon.vessel(v).id.as_str());
    !list.atoms.is_empty() && list.atoms.iter().all(|a| a.vessel().is_some_and(usual))
}

/// Whether an atom names a vessel that can be counted.
pub(super) fn countable(atom: &Atom, lexicon: &Lexicon) -> bool {
    atom.vessel().is_some_and(|v| {
        let vessel = lexicon.vessel(v);
        let coronary = atom.form == Form::Misspelt && vessel.system == System::Coronary;
        !coronary && !matches!(vessel.scope, Scope::Landmark | Scope::Coronary)
    })
}
