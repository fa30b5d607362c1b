//! Which lists of vessels are of the heart: IVUS of coronary arteries is another service, told apart from the first word.

use super::View;
use crate::{lexicon::System, mention::VesselList};

impl View<'_> {
    /// The vessels of coronary lists are another service.
    pub(in crate::encounter) fn is_coronary(&self, list: &VesselList) -> bool {
        !list.atoms.is_empty()
            && list.atoms.iter().all(|a| {
                a.vessel()
                    .is_some_and(|v| self.lexicon.vessel(v).system == System::Coronary)
            })
    }

    /// "from the left anterior descending back to the aortic ostium": where a coronary run ends.
    pub(super) fn is_coronary_ostium(&self, list: &VesselList) -> bool {
        !list.atoms.is_empty()
            && list.atoms.iter().all(|a| {
                a.vessel()
                    .is_some_and(|v| self.lexicon.vessel(v).id.split('-').any(|w| w == "aorta"))
            })
            && self.clause.lists.iter().any(|l| self.is_coronary(l))
    }

    /// Whether the clause tells of coronary vessels only.
    pub(in crate::encounter) fn tells_of_the_heart(&self) -> bool {
        let lists = self.clause.lists;
        lists.iter().any(|l| self.is_coronary(l))
            && lists
                .iter()
                .all(|l| self.is_coronary(l) || self.is_coronary_ostium(l))
    }
}
