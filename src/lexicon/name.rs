//! Which vessel a name means: an id, a term, an abbreviation, with or without its side. For look-ups; reports are read
//! by `mention`.

use super::{Label, Lexicon, SideWord, VesselId};
use crate::text::Folded;

/// What a name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// One vessel, and the side the name says.
    Vessel(VesselId, Option<SideWord>),
    /// Several vessels may be meant ("left common iliac"), and the side the name says.
    Several(Vec<VesselId>, Option<SideWord>),
    /// No vessel has this name.
    Unknown,
}

/// Words that say a side by themselves in a look-up.
const SIDES: &[(&str, Option<SideWord>)] = &[
    ("left", Some(SideWord::Left)),
    ("l", Some(SideWord::Left)),
    ("lt", Some(SideWord::Left)),
    ("right", Some(SideWord::Right)),
    ("r", Some(SideWord::Right)),
    ("rt", Some(SideWord::Right)),
    ("none", None),
    ("the", None),
];

impl Lexicon {
    /// The vessel a name means: `left common-iliac-vein`, `left common iliac vein`, `LCIV`, `right cfv`.
    pub(crate) fn named(&self, name: &str) -> Named {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let name = name.trim_end_matches('.');
        let mut side = None;
        let mut rest = name;
        loop {
            match self.plainly(rest) {
                Named::Unknown => {}
                Named::Vessel(id, own) => return Named::Vessel(id, own.or(side)),
                Named::Several(ids, own) => return Named::Several(ids, own.or(side)),
            }
            let Some((first, after)) = rest.split_once(' ') else {
                return Named::Unknown;
            };
            let first = first.trim_end_matches('.').to_ascii_lowercase();
            match SIDES.iter().find(|(word, _)| *word == first) {
                Some((_, said)) => side = side.or(*said),
                None => return Named::Unknown,
            }
            rest = after;
        }
    }

    /// A name without a side word before it: an id, or a term in any case that is the whole of it.
    fn plainly(&self, name: &str) -> Named {
        let id = name.to_ascii_lowercase().replace(' ', "-");
        if let Some(vessel) = self.vessel_id(&id) {
            return Named::Vessel(vessel, None);
        }
        let spaced = name.replace('-', " ");
        for spelling in [spaced.clone(), spaced.to_ascii_uppercase()] {
            let folded = Folded::new(&spelling);
            let mut found: Vec<(VesselId, Option<SideWord>)> = Vec::new();
            for hit in self.matcher.find(&folded) {
                if let Label::Vessel { id, side, .. } = hit.label
                    && hit.span.start == 0
                    && hit.span.end == folded.text().len()
                    && found.iter().all(|(known, _)| *known != id)
                {
                    found.push((id, side));
                }
            }
            match found.as_slice() {
                [] => {}
                [(id, side)] => {
                    return Named::Vessel(*id, *side);
                }
                several => {
                    return Named::Several(several.iter().map(|(id, _)| *id).collect(), None);
                }
            }
        }
        Named::Unknown
    }

    /// The names of all vessels, for suggestions beside a mistyped one.
    pub(crate) fn vessel_names(&self) -> impl Iterator<Item = &str> {
        self.vessels.iter().map(|v| v.name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_terms_and_abbreviations_are_names() {
        let lexicon = Lexicon::builtin();
        let told = |name: &str| match lexicon.named(name) {
            Named::Vessel(id, side) => format!("{side:?} {}", lexicon.vessel(id).id),
            Named::Several(ids, _) => ids
                .iter()
                .map(|id| lexicon.vessel(*id).id.as_str())
                .collect::<Vec<_>>()
                .join(" or "),
            Named::Unknown => "unknown".to_owned(),
        };
        for (name, expected) in [
            (
                "right common-femoral-vein",
                "Some(Right) common-femoral-vein",
            ),
            (
                "right common femoral vein",
                "Some(Right) common-femoral-vein",
            ),
            ("right CFV", "Some(Right) common-femoral-vein"),
            ("rt. cfv", "Some(Right) common-femoral-vein"),
            ("LCIV", "Some(Left) common-iliac-vein"),
            ("lciv", "Some(Left) common-iliac-vein"),
            ("RIJ", "Some(Right) internal-jugular-vein"),
            ("LRA", "Some(Left) renal-artery"),
            ("IVC", "None inferior-vena-cava"),
            ("none inferior-vena-cava", "None inferior-vena-cava"),
            ("right-hepatic-vein", "None right-hepatic-vein"),
            ("none right-hepatic-vein", "None right-hepatic-vein"),
            ("common iliac", "common-iliac-artery or common-iliac-vein"),
            ("left toe", "unknown"),
            ("", "unknown"),
        ] {
            assert_eq!(told(name), expected, "{name}");
        }
    }
}
