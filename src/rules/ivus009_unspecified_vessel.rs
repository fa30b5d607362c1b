//! IVUS009 unspecified-vessel: the name leaves open which vessel is meant.

use super::{Case, Flag, Tally};
use crate::encounter::IvusState;

declare_rule! {
    /// Flags a vessel examined with IVUS whose name leaves the segment open, such as "iliac vein", and IVUS to which no
    /// vessel is tied at all.
    ///
    /// ## Why
    /// Vessels are counted by name. An unspecific name counts once at most, and not at all when a named vessel of its group
    /// is counted. Without a name nothing is counted.
    ///
    /// ## Flagged
    /// ```report
    /// FINDINGS: IVUS of the left iliac vein showed 80% stenosis.
    /// ```
    /// ```report
    /// TECHNIQUE: The left popliteal vein was punctured. IVUS was performed.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein showed 80% stenosis.
    /// ```
    ///
    /// ## How to fix
    /// Name each vessel with its segment (common, external, internal) and side.
    ///
    /// ## Sources
    /// - Counting policy of this project, section "Which vessels are one unit", last row.
    RULE = {
        id: 9,
        name: "unspecified-vessel",
        summary: "the vessel examined with IVUS is not named, or its name leaves the segment open",
        severity: Warning,
        since: "0.1.0",
        check: Documentation(check),
    }
}

fn check(case: &Case<'_>, _tally: &Tally, flags: &mut Vec<Flag>) {
    let encounter = case.encounter;
    if encounter.ivus == IvusState::Performed
        && encounter.interrogations.is_empty()
        && encounter.coronary.is_empty()
        && let Some(evidence) = &encounter.ivus_evidence
    {
        let message = "IVUS was done but no vessel is tied to it; name each vessel that was imaged, with its side";
        flags.push(Flag::new(&RULE, None, message.to_owned(), evidence.clone()));
    }
    for i in case
        .encounter
        .performed()
        .filter(|i| case.policy.is_unspecified(case.vessel(i.site)))
    {
        let message = format!(
            "{}: IVUS was done but the name leaves open which vessel is meant; name the vessel that was imaged",
            case.name(i.site)
        );
        flags.push(Flag::new(&RULE, Some(i.site), message, i.evidence.clone()));
    }
}
