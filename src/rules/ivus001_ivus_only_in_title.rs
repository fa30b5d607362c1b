//! IVUS001 ivus-only-in-title: a title or list of procedures names IVUS, the description does not.

use super::{Case, Flag, Tally};
use crate::encounter::IvusState;

declare_rule! {
    /// Flags IVUS that stands only in a title or list of procedures, when no vessel is described as examined.
    ///
    /// ## Why
    /// A title is a claim. What was done is what the description tells; without it no unit is suggested.
    ///
    /// ## Flagged
    /// ```report
    /// PROCEDURES: IVUS of the left common iliac vein.
    /// TECHNIQUE: The left popliteal vein was punctured. A venogram showed 80% stenosis of the left common iliac vein.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// PROCEDURES: IVUS of the left common iliac vein.
    /// TECHNIQUE: The left popliteal vein was punctured. IVUS of the left common iliac vein showed 80% stenosis.
    /// ```
    /// ```report
    /// TECHNIQUE: The left popliteal vein was punctured. IVUS was not used.
    /// ```
    ///
    /// ## How to fix
    /// Describe which vessels IVUS looked at and what it showed, or take IVUS out of the title.
    ///
    /// ## Sources
    /// - Counting policy of this project, section "What makes a unit", points 5 and 6.
    /// - Reading notes of this project: a title, a list or a printed code is never enough by itself.
    RULE = {
        id: 1,
        name: "ivus-only-in-title",
        summary: "IVUS stands only in a title or list of procedures",
        severity: Warning,
        since: "0.1.0",
        check: Documentation(check),
    }
}

fn check(case: &Case<'_>, _tally: &Tally, flags: &mut Vec<Flag>) {
    let encounter = case.encounter;
    if encounter.performed().next().is_some() {
        return;
    }
    for claim in case.claims() {
        let message = format!(
            "{}: IVUS stands only in a title or list of procedures; describe what IVUS showed there, or take it out of the title",
            case.name(claim.site)
        );
        flags.push(Flag::new(
            &RULE,
            Some(claim.site),
            message,
            claim.evidence.clone(),
        ));
    }
    // The title may name no vessel: "venogram with IVUS".
    if case.claims().next().is_none()
        && encounter.ivus == IvusState::NotPerformed
        && let Some(evidence) = &encounter.ivus_evidence
        && case.is_title(evidence.primary().span)
    {
        let message = "IVUS stands only in a title or list of procedures; describe which vessels it looked at and what it showed, or take it out of the title";
        flags.push(Flag::new(&RULE, None, message.to_owned(), evidence.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::Trial;

    #[test]
    fn a_title_may_name_no_vessel() {
        let mut trial = Trial::of(
            "PROCEDURES: Left iliac venogram with IVUS.\nTECHNIQUE: A venogram showed 80% stenosis of the left common iliac vein.",
        );
        assert!(
            trial.flags(&RULE).is_empty(),
            "nobody said that the words are a title"
        );
        trial.titles = vec![trial.span("PROCEDURES: Left iliac venogram with IVUS.")];
        assert_eq!(trial.flags(&RULE).len(), 1);
    }
}
