//! IVUS006 no-access-site: the text does not say where the vessel was entered.

use super::{Case, Flag, Tally};
use crate::encounter::IvusState;

declare_rule! {
    /// Flags a report of IVUS that does not say which vessel was entered.
    ///
    /// ## Why
    /// Catheter codes are counted from the vessel that was entered, and auditors look for it.
    ///
    /// ## Flagged
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein showed 80% stenosis.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// TECHNIQUE: The left popliteal vein was punctured. IVUS of the left common iliac vein showed 80% stenosis.
    /// ```
    ///
    /// ## How to fix
    /// Name the vessel that was entered, with its side.
    ///
    /// ## Sources
    /// - Counting policy of this project, section "What else must be there".
    /// - Code facts of this project, facts 13 and 32.
    RULE = {
        id: 6,
        name: "no-access-site",
        summary: "the vessel that was entered is not named",
        severity: Warning,
        since: "0.1.0",
        check: Documentation(check),
    }
}

fn check(case: &Case<'_>, _tally: &Tally, flags: &mut Vec<Flag>) {
    let encounter = case.encounter;
    if encounter.ivus == IvusState::Performed
        && encounter.access.is_empty()
        && let Some(evidence) = &encounter.ivus_evidence
    {
        let message = "IVUS was done but no access site is stated; write which vessel was entered, with its side";
        flags.push(Flag::new(&RULE, None, message.to_owned(), evidence.clone()));
    }
}
