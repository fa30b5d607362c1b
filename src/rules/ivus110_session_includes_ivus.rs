//! IVUS110 session-includes-ivus: a procedure of the session includes IVUS.

use super::{Case, Source, Tally};
use crate::context::Status;

declare_rule! {
    /// Declines all vessels when filter work or foreign-body retrieval was done in the session.
    ///
    /// ## Why
    /// Vena cava filter insertion, repositioning and retrieval and intravascular foreign-body retrieval include IVUS. The edit
    /// carries indicator 1: for a truly distinct service a person may open it with a modifier; the program does not.
    ///
    /// ## Flagged
    /// ```report
    /// TECHNIQUE: IVUS of the IVC showed 20 mm. A filter was deployed below the renal veins.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// TECHNIQUE: IVUS of the IVC showed 20 mm. The old IVC filter was in good position and was left alone.
    /// ```
    ///
    /// ## How to fix
    /// If IVUS was a distinct service in other vessels for another reason, say so; a coder then decides about the edit.
    ///
    /// ## Sources
    /// - Code facts of this project, facts 25 and 26: the code text is flat, the edits allow a modifier (sources differ).
    RULE = {
        id: 110,
        name: "session-includes-ivus",
        summary: "a procedure of the session includes IVUS",
        severity: Review,
        since: "0.1.0",
        check: Coding(check),
    }
}

fn check(case: &Case<'_>, tally: &mut Tally) {
    let excluding = case
        .encounter
        .procedures
        .iter()
        .filter(|p| p.status == Status::Performed)
        .find_map(|p| case.codes.excluding(&p.id).map(|c| (c, p)));
    let Some((code, procedure)) = excluding else {
        return;
    };
    let open = if code.can_be_opened {
        "; the edit has indicator 1: a person may open it for a distinct service"
    } else {
        ""
    };
    for line in &mut tally.lines {
        if matches!(line.source, Source::Interrogation(_)) {
            let reason = format!(
                "{} ({}) in the session includes IVUS{open}",
                code.code, code.label
            );
            line.decline(&RULE, reason, Some(procedure.evidence.clone()));
        }
    }
}
