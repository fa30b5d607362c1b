//! IVUS007 no-catheter-movement: the text does not say where a catheter went.

use super::{Case, Flag, Tally};
use crate::{context::Status, encounter::IvusState};

declare_rule! {
    /// Flags a report of IVUS that tells of no catheter's way: none advanced, placed or drawn back.
    ///
    /// ## Why
    /// The way of the catheter shows that IVUS reached the vessel, and catheter codes need it: entry, path and end.
    ///
    /// ## Flagged
    /// ```report
    /// TECHNIQUE: The left popliteal vein was punctured. IVUS of the left common iliac vein showed 80% stenosis.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// TECHNIQUE: The left popliteal vein was punctured. The IVUS catheter was advanced into the left common iliac vein. IVUS of the left common iliac vein showed 80% stenosis.
    /// ```
    ///
    /// ## How to fix
    /// Say into which vessels the IVUS catheter and other catheters were advanced.
    ///
    /// ## Sources
    /// - Counting policy of this project, section "What else must be there".
    /// - Code facts of this project, fact 13: catheter movement must be told when catheter codes are claimed.
    RULE = {
        id: 7,
        name: "no-catheter-movement",
        summary: "no movement of a catheter is described",
        severity: Info,
        since: "0.1.0",
        check: Documentation(check),
    }
}

fn check(case: &Case<'_>, _tally: &Tally, flags: &mut Vec<Flag>) {
    let encounter = case.encounter;
    let moved = encounter
        .moves
        .iter()
        .any(|m| m.status == Status::Performed)
        || !encounter.passed.is_empty()
        || !encounter.pullbacks.is_empty();
    if encounter.ivus == IvusState::Performed
        && !moved
        && let Some(evidence) = &encounter.ivus_evidence
    {
        let message = "IVUS was done but no movement of a catheter is described; write into which vessels the IVUS catheter was advanced";
        flags.push(Flag::new(&RULE, None, message.to_owned(), evidence.clone()));
    }
}
