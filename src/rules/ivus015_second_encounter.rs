//! IVUS015 second-encounter: the text tells of more than one session.

use super::{Case, Flag, Tally};
use crate::{
    encounter::IvusState,
    text::{Evidence, Role},
};

declare_rule! {
    /// Flags a text that tells of more than one session; only one of them is counted.
    ///
    /// ## Why
    /// Units are counted for each session. When two are told in one text, a person must see which words belong to which.
    ///
    /// ## Flagged
    /// ```report
    /// DATE OF PROCEDURE: 05/02/2024
    /// TECHNIQUE: The left popliteal vein was punctured.
    /// FINDINGS: IVUS of the left common iliac vein showed 80% stenosis.
    ///
    /// DATE OF PROCEDURE: 06/02/2024
    /// TECHNIQUE: The right popliteal vein was punctured.
    /// FINDINGS: IVUS of the right common iliac vein showed 80% stenosis.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// DATE OF PROCEDURE: 05/02/2024
    /// TECHNIQUE: The left popliteal vein was punctured.
    /// FINDINGS: IVUS of the left common iliac vein showed 80% stenosis.
    /// ```
    ///
    /// ## How to fix
    /// Write one report for each session.
    ///
    /// ## Sources
    /// - Counting policy of this project, section "Settled points": two encounters in one text are two.
    RULE = {
        id: 15,
        name: "second-encounter",
        summary: "the text tells of more than one session",
        severity: Review,
        since: "0.1.0",
        check: Documentation(check),
    }
}

fn check(case: &Case<'_>, _tally: &Tally, flags: &mut Vec<Flag>) {
    let encounter = case.encounter;
    if encounter.ivus != IvusState::Absent
        && let Some(span) = encounter.second_encounter
    {
        let message = "the text tells of a second session, only one is counted; give each session a report of its own, or count the other by hand";
        flags.push(Flag::new(
            &RULE,
            None,
            message.to_owned(),
            Evidence::new(span, Role::Date),
        ));
    }
}
