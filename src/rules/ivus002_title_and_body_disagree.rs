//! IVUS002 title-and-body-disagree: a title claims IVUS of a vessel that the description leaves out.

use super::{Case, Flag, Tally};
use crate::{context::Status, encounter::Site, mention::Side};

declare_rule! {
    /// Flags a vessel that a title or list of procedures claims for IVUS, while the description tells of IVUS in other
    /// vessels only.
    ///
    /// ## Why
    /// Payers compare the list of procedures with the description. A vessel that only the title names is not counted, and
    /// the difference invites a denial.
    ///
    /// ## Flagged
    /// ```report
    /// PROCEDURES: IVUS of the left common iliac vein and the left external iliac vein.
    /// FINDINGS: IVUS of the left common iliac vein showed 80% stenosis.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// PROCEDURES: IVUS of the left common iliac vein and the left external iliac vein.
    /// FINDINGS: IVUS of the left common iliac vein showed 80% stenosis. IVUS of the left external iliac vein showed 14 mm.
    /// ```
    /// ```report
    /// PROCEDURES: IVUS of the left iliac vein.
    /// FINDINGS: IVUS of the left common iliac vein showed 80% stenosis.
    /// ```
    ///
    /// ## How to fix
    /// Describe what IVUS showed in the vessel, or take it out of the title.
    ///
    /// ## Sources
    /// - Counting policy of this project, section "What makes a unit", point 6.
    /// - Reading notes of this project: a conflict of title and body sends the report to review.
    RULE = {
        id: 2,
        name: "title-and-body-disagree",
        summary: "a title claims IVUS of a vessel that the description leaves out",
        severity: Warning,
        since: "0.1.0",
        check: Documentation(check),
    }
}

fn check(case: &Case<'_>, _tally: &Tally, flags: &mut Vec<Flag>) {
    let performed: Vec<Site> = case.encounter.performed().map(|i| i.site).collect();
    if performed.is_empty() {
        return;
    }
    for claim in case.claims() {
        if performed
            .iter()
            .any(|p| may_be_the_same(case, *p, claim.site))
        {
            continue;
        }
        // "not imaged" in the description belongs to the evidence.
        let mut evidence = claim.evidence.clone();
        let denied = case.encounter.interrogations.iter().filter(|i| {
            i.status == Status::Negated && case.whole(i.site) == case.whole(claim.site)
        });
        for other in denied {
            evidence.extend(&other.evidence);
        }
        let message = format!(
            "{}: a title or list of procedures claims IVUS there, the description tells of IVUS in other vessels only; describe what IVUS showed there, or take it out of the title",
            case.name(claim.site)
        );
        flags.push(Flag::new(&RULE, Some(claim.site), message, evidence));
    }
}

/// Whether two names may mean one vessel: the same name, or one that leaves the segment open, with sides that agree.
fn may_be_the_same(case: &Case<'_>, a: Site, b: Site) -> bool {
    let sides = a.side == b.side || a.side == Side::Unknown || b.side == Side::Unknown;
    let (one, other) = (case.vessel(a), case.vessel(b));
    let covers =
        |wide: &str, narrow: &str| case.policy.more_specific(wide).iter().any(|v| v == narrow);
    sides && (one == other || covers(one, other) || covers(other, one))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::Trial;

    #[test]
    fn a_denial_in_the_description_is_part_of_the_evidence() {
        let trial = Trial::of(
            "PROCEDURES: IVUS of the left common iliac vein and the right common iliac vein.\n\
             FINDINGS: IVUS of the left common iliac vein showed 80% stenosis. IVUS of the right common iliac vein was not performed.",
        );
        let flags = trial.flags(&RULE);
        assert_eq!(flags.len(), 1);
        let body = trial.span("FINDINGS").start;
        assert!(
            flags[0]
                .evidence
                .marks()
                .iter()
                .any(|m| m.span.start > body)
        );
    }
}
