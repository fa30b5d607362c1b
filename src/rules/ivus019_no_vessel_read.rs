//! IVUS019 no-vessel-read: IVUS was done, and no vessel could be read as looked at.

use super::{Case, Flag, Tally};
use crate::encounter::IvusState;

declare_rule! {
    /// Flags a report that tells of IVUS in this session while no vessel could be read as looked at.
    ///
    /// ## Why
    /// Either the text names no vessel, and then nothing can be counted, or the program did not understand it. A coder
    /// must look.
    ///
    /// ## Flagged
    /// ```report
    /// TECHNIQUE: The left popliteal vein was punctured. IVUS was performed and showed good stent expansion.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// TECHNIQUE: The left popliteal vein was punctured. IVUS of the left common iliac vein showed 80% stenosis.
    /// ```
    ///
    /// ## How to fix
    /// Name each vessel that IVUS looked at, with its side, in the sentence that tells what it showed.
    ///
    /// ## Sources
    /// - Counting policy of this project, section "What makes a unit", points 1 and 7.
    /// - Code facts of this project, fact 12.
    RULE = {
        id: 19,
        name: "no-vessel-read",
        summary: "IVUS was done, and no vessel could be read as looked at",
        severity: Review,
        since: "0.1.0",
        check: Documentation(check),
    }
}

fn check(case: &Case<'_>, _tally: &Tally, flags: &mut Vec<Flag>) {
    let encounter = case.encounter;
    if encounter.ivus == IvusState::Performed
        && encounter.performed().next().is_none()
        && let Some(evidence) = &encounter.ivus_evidence
    {
        let message = "IVUS is told of, but no vessel could be read as looked at; name each vessel with its side and what IVUS showed";
        flags.push(Flag::new(&RULE, None, message.to_owned(), evidence.clone()));
    }
}
