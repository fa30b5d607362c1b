//! What the text must hold for a unit to be supported: findings and a reason of the vessel's own, unless a payer does not
//! ask for one of them.

use std::collections::BTreeSet;

use super::RuleId;
use crate::encounter::NecessityState;

const MISSING_FINDINGS: RuleId = RuleId(3);
const MISSING_NECESSITY: RuleId = RuleId(4);
const GENERAL_NECESSITY: RuleId = RuleId(5);

/// What a unit needs. The default asks for all.
#[derive(Clone, Debug, Default)]
pub(crate) struct Needs {
    waived: BTreeSet<RuleId>,
}

impl Needs {
    /// All but what the rules that are switched off ask for.
    pub(crate) fn without(off: &BTreeSet<RuleId>) -> Self {
        Self {
            waived: off.clone(),
        }
    }

    /// Whether a vessel has what is asked for.
    pub(crate) fn met(&self, has_findings: bool, necessity: NecessityState) -> bool {
        let waived = |rule| self.waived.contains(&rule);
        let reason = match necessity {
            NecessityState::Stated => true,
            NecessityState::General => waived(GENERAL_NECESSITY) || waived(MISSING_NECESSITY),
            NecessityState::Missing => waived(MISSING_NECESSITY),
        };
        reason && (has_findings || waived(MISSING_FINDINGS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_waived_are_those_of_the_names() {
        for (id, name) in [
            (MISSING_FINDINGS, "missing-findings"),
            (MISSING_NECESSITY, "missing-necessity"),
            (GENERAL_NECESSITY, "general-necessity"),
        ] {
            assert_eq!(crate::rules::find(name).unwrap().id, id);
        }
    }

    #[test]
    fn what_is_not_asked_for_need_not_be_there() {
        let without = |id: &[RuleId]| Needs::without(&id.iter().copied().collect());
        let (all, findings, reason, general) = (
            Needs::default(),
            without(&[MISSING_FINDINGS]),
            without(&[MISSING_NECESSITY]),
            without(&[GENERAL_NECESSITY]),
        );
        let cases = [
            (true, NecessityState::Stated, [true, true, true, true]),
            (false, NecessityState::Stated, [false, true, false, false]),
            (true, NecessityState::General, [false, false, true, true]),
            (true, NecessityState::Missing, [false, false, true, false]),
            (false, NecessityState::Missing, [false, false, false, false]),
        ];
        for (has_findings, necessity, expected) in cases {
            let met = [&all, &findings, &reason, &general].map(|n| n.met(has_findings, necessity));
            assert_eq!(met, expected);
        }
    }
}
