//! IVUS012 no-base-procedure: no procedure was found that IVUS may be added to.

use super::{Case, Flag, Tally};
use crate::codes::Confidence;

declare_rule! {
    /// Flags units of IVUS for which the session holds no procedure that accepts them.
    ///
    /// ## Why
    /// The IVUS codes are add-on codes: they are paid only beside a primary procedure of a closed list, in the same
    /// session.
    ///
    /// ## Flagged
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein showed 80% stenosis.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein was not performed.
    /// ```
    ///
    /// ## How to fix
    /// Describe the procedure IVUS was part of (catheter placement, venogram, angioplasty, stent …), or let a coder find it
    /// in another report of the session. A procedure that is told but not on the list, as the revision of a portosystemic
    /// shunt, is named in the flag: whether a payer takes IVUS beside it is for a coder to find out.
    ///
    /// ## Sources
    /// - Counting policy of this project, section "What else must be there".
    /// - Code facts of this project, facts 14 to 20: the list of primary codes, and code 36005, on which sources differ.
    RULE = {
        id: 12,
        name: "no-base-procedure",
        summary: "no procedure was found that IVUS may be added to",
        severity: Review,
        since: "0.1.0",
        check: Documentation(check),
    }
}

fn check(case: &Case<'_>, tally: &Tally, flags: &mut Vec<Flag>) {
    let (units, _) = tally.units();
    // A code on which sources differ is not accepted as the only base.
    let accepted = |code: &String| {
        case.codes
            .base(code)
            .is_some_and(|b| b.standing.confidence != Confidence::Uncertain)
    };
    if units == 0 || case.base_codes().iter().any(accepted) {
        return;
    }
    let Some(evidence) = tally.suggestions.iter().find_map(|s| s.evidence.first()) else {
        return;
    };
    let unlisted: Vec<&str> = case
        .base_codes()
        .iter()
        .filter(|c| case.codes.base(c).is_none())
        .map(String::as_str)
        .collect();
    let message = if unlisted.is_empty() {
        "units of IVUS are suggested but no procedure was found that they may be added to; name the primary procedure of the session".to_owned()
    } else {
        format!(
            "units of IVUS are suggested beside {}, which the known list of primary codes does not hold; check whether the payer accepts it, or name another procedure of the session",
            unlisted.join(", ")
        )
    };
    flags.push(Flag::new(&RULE, None, message, evidence.clone()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::Trial;

    const TEXT: &str = "FINDINGS: IVUS of the left common iliac vein showed 80% stenosis.";

    #[test]
    fn a_procedure_on_the_list_is_enough() {
        let mut trial = Trial::of(TEXT);
        trial.base_codes = vec!["37238".to_owned()];
        assert!(trial.flags(&RULE).is_empty());
    }

    #[test]
    fn a_procedure_off_the_list_is_named_and_not_accepted() {
        let mut trial = Trial::of(TEXT);
        trial.base_codes = vec!["37183".to_owned()];
        let flags = trial.flags(&RULE);
        assert_eq!(flags.len(), 1);
        assert!(flags[0].message.contains("37183"), "{}", flags[0].message);
    }

    #[test]
    fn a_code_on_which_sources_differ_is_not_enough_alone() {
        let mut trial = Trial::of(TEXT);
        trial.base_codes = vec!["36005".to_owned()];
        assert_eq!(trial.flags(&RULE).len(), 1);
    }
}
