//! IVUS017 bundled: a procedure of the session includes the IVUS that was done.

use super::{Case, Flag, RuleId, Severity, Source, Tally, Verdict};
use crate::{context::Status, encounter::Site};

declare_rule! {
    /// Flags vessels examined with IVUS that give no unit because a procedure of the session includes IVUS.
    ///
    /// ## Why
    /// Vena cava filter work and retrieval of a foreign body include IVUS. The edits carry indicator 1, so a person may
    /// open one for a truly distinct service; the program does not.
    ///
    /// Where IVUS looked at nothing but what a filter is placed by, the vena cava and the renal veins, the text tells of no
    /// distinct service: the flag is for information. Where it looked at other vessels, too, or a foreign body was
    /// retrieved, a coder decides.
    ///
    /// ## Flagged
    /// ```report
    /// TECHNIQUE: IVUS of the IVC showed 20 mm. A filter was deployed below the renal veins.
    /// ```
    /// ```report
    /// TECHNIQUE: IVUS of the IVC and the left common iliac vein showed no clot. A filter was deployed below the renal veins.
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

/// The vessels a filter is placed by: a look at these is no service of its own beside the filter.
const OF_FILTERS: [&str; 2] = ["vena-cava", "renal-vein"];

fn check(case: &Case<'_>, tally: &Tally, flags: &mut Vec<Flag>) {
    let declined: Vec<_> = tally
        .lines
        .iter()
        .filter(|l| {
            let performed = matches!(l.source, Source::Interrogation(n) if case.encounter.interrogations[n].status == Status::Performed);
            performed && matches!(l.verdict, Verdict::NotCounted { rule: SESSION_INCLUDES_IVUS, .. })
        })
        .collect();
    let Some(first) = declined.first() else {
        return;
    };
    let is_of_filters = |site: Site| {
        let vessel = case.vessel(site);
        OF_FILTERS.iter().any(|v| vessel.ends_with(v))
    };
    let plain = declined.iter().filter_map(|l| l.site).all(is_of_filters);
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
        let mut flag = Flag::new(&RULE, None, message, evidence);
        if plain && procedure.id.starts_with("filter-") {
            flag.severity = Severity::Info;
        }
        flags.push(flag);
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
            flags
                .iter()
                .map(|f| f.message.split(' ').next().unwrap_or_default())
                .collect::<Vec<_>>(),
            ["37193", "37191"]
        );
    }

    #[test]
    fn a_coder_decides_only_where_a_distinct_service_may_be() {
        let severity = |text: &str| {
            let flags = Trial::of(text).flags(&RULE);
            flags.iter().map(|f| f.severity).collect::<Vec<_>>()
        };
        let filter = "A filter was deployed below the renal veins.";
        assert_eq!(
            severity(&format!(
                "TECHNIQUE: IVUS of the IVC showed 20 mm. IVUS of the left renal vein showed 8 mm. {filter}"
            )),
            [Severity::Info]
        );
        assert_eq!(
            severity(&format!(
                "TECHNIQUE: IVUS of the IVC showed 20 mm. IVUS of the left common iliac vein showed 9 mm. {filter}"
            )),
            [Severity::Review]
        );
        assert_eq!(
            severity(
                "TECHNIQUE: IVUS of the IVC showed 20 mm. The foreign body was retrieved with a snare."
            ),
            [Severity::Review]
        );
    }
}
