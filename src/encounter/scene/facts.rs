//! What the report as a whole says of ultrasound: facts that settle what a single word means.

use crate::{
    lexicon::{Action, Grammar, Ivus, Kind, Modality},
    mention::{UnitMentions, Word},
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
        let is_named = |w: &Word| matches!(w.ivus(), Some(Ivus::Modality | Ivus::Device));
        // "The probe was advanced into the anterior tibial artery": no other ultrasound is brought into a vessel.
        let other_ultrasound = of(Kind::Modality).any(|w| {
            matches!(
                w.modality(),
                Some(Modality::CardiacEcho | Modality::TherapyUltrasound)
            )
        });
        let entered = (!other_ultrasound)
            .then(|| described().find(|u| enters(text, u)))
            .flatten();
        Self {
            strong: words().any(is_named),
            generic: entered.is_some() || words().any(|w| w.ivus() == Some(Ivus::Generic)),
            other_ultrasound,
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

/// Whether a unit says that an ultrasound probe was brought into a vessel.
fn enters(text: &str, unit: &UnitMentions) -> bool {
    let probe = |w: &&Word| {
        let word = &text[w.span.start..w.span.end];
        w.ivus() == Some(Ivus::Weak)
            && ["probe", "transducer", "crystal"]
                .iter()
                .any(|p| word.to_ascii_lowercase().ends_with(p))
    };
    let tokens = |from: usize, to: usize| text[from..to].split_whitespace().count();
    unit.of(&[Kind::Ivus]).iter().filter(probe).any(|p| {
        unit.words.iter().any(|w| {
            w.is_action(Action::Place)
                && w.span.start >= p.span.end
                && tokens(p.span.end, w.span.start) <= 3
                && unit.lists.iter().any(|l| {
                    l.span.start >= w.span.end
                        && matches!(l.prep, Some((Grammar::To, _)))
                        && tokens(w.span.end, l.span.start) <= 6
                })
        })
    })
}
