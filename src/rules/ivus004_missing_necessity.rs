//! IVUS004 missing-necessity: the text gives no reason for IVUS in the vessel.

use super::{Case, Flag, Tally};
use crate::encounter::NecessityState;

declare_rule! {
    /// Flags a vessel examined with IVUS when the text gives neither a reason for IVUS nor an indication of the patient.
    ///
    /// ## Why
    /// The report must say why IVUS was needed besides the angiogram or venogram. Without a reason the unit is not
    /// supported.
    ///
    /// ## Flagged
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein showed 80% stenosis.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein was performed to size the stent and showed 80% stenosis.
    /// ```
    ///
    /// ## How to fix
    /// State why IVUS was needed: to size a stent, because the venogram was equivocal, to see how far the thrombus reached,
    /// because of a contrast allergy, to confirm apposition.
    ///
    /// ## Sources
    /// - Counting policy of this project, section "What the text must hold for each unit".
    /// - Code facts of this project, fact 12: the reason must say why IVUS was needed beyond the angiogram.
    RULE = {
        id: 4,
        name: "missing-necessity",
        summary: "no reason for IVUS in the vessel is stated",
        severity: Warning,
        since: "0.1.0",
        check: Documentation(check),
    }
}

fn check(case: &Case<'_>, _tally: &Tally, flags: &mut Vec<Flag>) {
    for i in case
        .encounter
        .performed()
        .filter(|i| i.necessity == NecessityState::Missing)
    {
        let message = format!(
            "{}: IVUS was done but no reason for it is stated; write why IVUS was needed there besides the contrast study",
            case.name(i.site)
        );
        flags.push(Flag::new(&RULE, Some(i.site), message, i.evidence.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::Trial;

    #[test]
    fn a_vessel_without_any_reason_is_flagged() {
        let mut trial =
            Trial::of("FINDINGS: IVUS of the left common iliac vein showed 80% stenosis.");
        trial.analysis.encounter.interrogations[0].necessity = NecessityState::Missing;
        assert_eq!(trial.flags(&RULE).len(), 1);
    }
}
