//! IVUS017 bundled: a procedure of the session includes the IVUS that was done.

use super::{Case, Flag, RuleId, Source, Tally, Verdict};
use crate::context::Status;

declare_rule! {
    /// Flags vessels examined with IVUS that give no unit because a procedure of the session includes IVUS.
    ///
    /// ## Why
    /// Vena cava filter work and retrieval of a foreign body include IVUS. The edits carry indicator 1, so a person may
    /// open one for a truly distinct service; the program does not.
    ///
    /// ## Flagged
    /// ```report
    /// TECHNIQUE: IVUS of the IVC showed 20 mm. A filter was deployed below the renal veins.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// TECHNIQUE: IVUS of the IVC showed 20 mm. The left common iliac vein was stented.
    /// ```
    /// ```report
    /// TECHNIQUE: A filter was deployed below the renal veins.
    /// ```
    ///
    /// ## How to fix
    /// If IVUS was a distinct service, in other vessels or for another reason, say so; a coder then decides about the edit.
    ///
    /// ## Sources
    /// - Code facts of this project, facts 25 and 26: the code text is flat, the edits allow a modifier (sources differ).
    RULE = {
        id: 17,
        name: "bundled",
        summary: "a procedure of the session includes the IVUS that was done",
        severity: Review,
        since: "0.1.0",
        check: Documentation(check),
    }
}

/// The coding rule that declines vessels because a procedure includes IVUS.
const SESSION_INCLUDES_IVUS: RuleId = RuleId(110);

fn check(case: &Case<'_>, tally: &Tally, flags: &mut Vec<Flag>) {
    let mut declined = tally.lines.iter().filter(|l| {
        let performed = matches!(l.source, Source::Interrogation(n) if case.encounter.interrogations[n].status == Status::Performed);
        performed && matches!(l.verdict, Verdict::NotCounted { rule: SESSION_INCLUDES_IVUS, .. })
    });
    let Some(first) = declined.next() else { return };
    for procedure in case
        .encounter
        .procedures
        .iter()
        .filter(|p| p.status == Status::Performed)
    {
        let Some(code) = case.codes.excluding(&procedure.id) else {
            continue;
        };
        let edit = if code.can_be_opened {
            "the edit has indicator 1, so a person may open it for a distinct service"
        } else {
            "the edit cannot be opened"
        };
        let message = format!(
            "{} ({}) in this session includes IVUS, no unit is suggested; {edit}",
            code.code, code.label
        );
        let mut evidence = procedure.evidence.clone();
        evidence.extend(&first.evidence);
        flags.push(Flag::new(&RULE, None, message, evidence));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::Trial;

    #[test]
    fn each_procedure_that_includes_ivus_is_told() {
        let trial = Trial::of(
            "TECHNIQUE: IVUS of the IVC showed 20 mm. The old filter was retrieved. A filter was deployed below the renal veins.",
        );
        let flags = trial.flags(&RULE);
        assert_eq!(
            flags.iter().map(|f| &f.message[..5]).collect::<Vec<_>>(),
            ["37193", "37191"]
        );
    }
}
