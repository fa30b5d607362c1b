//! IVUS011 claim-disagrees: printed IVUS codes and the description do not agree.

use super::{Case, Flag, Tally};
use crate::{
    codes::CodeRole,
    encounter::PrintedCode,
    text::{Evidence, Role},
};

declare_rule! {
    /// Flags IVUS codes printed in the report whose units differ from those the description gives, or that are not in the
    /// code set of its date.
    ///
    /// ## Why
    /// A printed code is a claim. When it says more than the description the claim cannot be defended; when it says less, a
    /// vessel may have been left out.
    ///
    /// ## Flagged
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein showed 80% stenosis.
    /// CODES: 37252, 37253 x 2
    /// ```
    /// ```report
    /// DATE OF PROCEDURE: 05/02/2024
    /// FINDINGS: IVUS of the left common iliac vein showed 80% stenosis.
    /// CODES: 37250, 75945
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein showed 80% stenosis. IVUS of the left external iliac vein showed 14 mm.
    /// CODES: 37252, 37253
    /// ```
    /// ```report
    /// DATE OF PROCEDURE: 05/02/2014
    /// FINDINGS: IVUS of the left common iliac vein showed 80% stenosis.
    /// CODES: 37250, 75945
    /// ```
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein showed 80% stenosis.
    /// ```
    ///
    /// ## How to fix
    /// Compare the vessels on the tally with the printed codes; correct the codes, or describe the vessels that are
    /// missing.
    ///
    /// ## Sources
    /// - Counting policy of this project, section "What makes a unit", points 1 and 2.
    /// - Code facts of this project, facts 1, 2 and 53.
    RULE = {
        id: 11,
        name: "claim-disagrees",
        summary: "printed IVUS codes and the description do not agree",
        severity: Review,
        since: "0.1.0",
        check: Documentation(check),
    }
}

fn check(case: &Case<'_>, tally: &Tally, flags: &mut Vec<Flag>) {
    let printed: Vec<&PrintedCode> = case
        .encounter
        .printed
        .iter()
        .filter(|p| case.codes.is_ivus(&p.code))
        .collect();
    let (valid, foreign): (Vec<&PrintedCode>, Vec<&PrintedCode>) = printed
        .into_iter()
        .partition(|p| case.codes.ivus(&p.code).is_some());
    if let Some(evidence) = evidence(&foreign) {
        let mut codes: Vec<&str> = foreign.iter().map(|p| p.code.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        let message = format!(
            "the report prints IVUS codes that are not in the code set in force ({}); print the codes of the date of service",
            codes.join(", ")
        );
        flags.push(Flag::new(&RULE, None, message, evidence));
    }
    let Some(evidence) = evidence(&valid) else {
        return;
    };
    let claimed = claimed(case, &valid);
    let found = suggested(case, tally);
    if claimed != found {
        let message = format!(
            "the printed IVUS codes claim {} + {} units (first + further vessels), the description gives {} + {}; correct the codes, or describe the vessels that are missing",
            claimed.0, claimed.1, found.0, found.1
        );
        flags.push(Flag::new(&RULE, None, message, evidence));
    }
}

/// The words of all printed codes.
fn evidence(printed: &[&PrintedCode]) -> Option<Evidence> {
    let (first, rest) = printed.split_first()?;
    let evidence = Evidence::new(first.span, Role::Procedure);
    Some(
        rest.iter()
            .fold(evidence, |e, p| e.with(p.span, Role::Procedure)),
    )
}

/// The units the report prints. A report may print its codes twice, in the title and at the end: each initial code opens
/// a new list, and the list that claims most is the claim.
fn claimed(case: &Case<'_>, printed: &[&PrintedCode]) -> (u32, u32) {
    let mut lists = vec![(0, 0)];
    for code in printed {
        match case.codes.role(&code.code) {
            Some(CodeRole::Initial) => match lists.last_mut() {
                Some(list) if list.0 == 0 => list.0 = code.units,
                _ => lists.push((code.units, 0)),
            },
            Some(CodeRole::Additional) => {
                if let Some(list) = lists.last_mut() {
                    list.1 += code.units;
                }
            }
            None => {}
        }
    }
    let most = |of: fn(&(u32, u32)) -> u32| lists.iter().map(of).max().unwrap_or(0);
    (most(|l| l.0), most(|l| l.1))
}

/// The units of the tally. The imaging half of the old codes does not count twice.
fn suggested(case: &Case<'_>, tally: &Tally) -> (u32, u32) {
    let units = |role| {
        tally
            .suggestions
            .iter()
            .filter(|s| case.codes.role(&s.code) == Some(role))
            .map(|s| s.units)
            .sum()
    };
    (units(CodeRole::Initial), units(CodeRole::Additional))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::Trial;

    const TWO: &str = "FINDINGS: IVUS of the left common iliac vein showed 80% stenosis. IVUS of the left external iliac vein showed 14 mm.\n";

    #[test]
    fn codes_printed_twice_are_one_claim() {
        let flags = |codes: &str| {
            Trial::of(&format!("PROCEDURES: 37252\n{TWO}CODES: {codes}"))
                .flags(&RULE)
                .len()
        };
        assert_eq!(flags("37252, 37253"), 0);
        assert_eq!(flags("37252, 37253, 37253"), 1);
    }

    #[test]
    fn the_imaging_half_of_the_old_codes_is_no_unit_of_its_own() {
        let text = format!("DATE OF PROCEDURE: 05/02/2014\n{TWO}CODES: 37250, 75945, 37251, 75946");
        assert!(Trial::of(&text).flags(&RULE).is_empty());
    }
}
