//! IVUS005 general-necessity: the only reason in the text is the patient's indication or routine.

use super::{Case, Flag, Tally};
use crate::encounter::NecessityState;

declare_rule! {
    /// Flags a vessel examined with IVUS when the only reason in the text is the patient's indication or words such as
    /// "routinely".
    ///
    /// ## Why
    /// An indication says why the patient came, not why the angiogram or venogram was not enough. Such a unit is not
    /// supported as the text stands.
    ///
    /// ## Flagged
    /// ```report
    /// INDICATION: Left leg swelling.
    /// FINDINGS: IVUS of the left common iliac vein showed 80% stenosis.
    /// ```
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein was routinely performed and showed 80% stenosis.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// INDICATION: Left leg swelling.
    /// FINDINGS: IVUS of the left common iliac vein was performed to size the stent and showed 80% stenosis.
    /// ```
    ///
    /// ## How to fix
    /// State why IVUS was needed besides the contrast study: to size a stent, because the venogram was equivocal, to see
    /// how far the thrombus reached, because of a contrast allergy, to confirm apposition.
    ///
    /// ## Sources
    /// - Counting policy of this project, section "What the text must hold for each unit".
    /// - Counting policy of this project, section "Settled points": "routinely" and "for completeness" are general.
    RULE = {
        id: 5,
        name: "general-necessity",
        summary: "only a general reason for IVUS in the vessel is stated",
        severity: Warning,
        since: "0.1.0",
        check: Documentation(check),
    }
}

fn check(case: &Case<'_>, _tally: &Tally, flags: &mut Vec<Flag>) {
    for i in case
        .encounter
        .performed()
        .filter(|i| i.necessity == NecessityState::General)
    {
        let mut evidence = i.evidence.clone();
        if let Some(reason) = &i.necessity_evidence {
            evidence.extend(reason);
        }
        let message = format!(
            "{}: IVUS was done but no reason beyond the patient's indication or routine is stated; write why IVUS was needed there besides the contrast study",
            case.name(i.site)
        );
        flags.push(Flag::new(&RULE, Some(i.site), message, evidence));
    }
}
