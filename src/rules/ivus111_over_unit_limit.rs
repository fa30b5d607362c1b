//! IVUS111 over-unit-limit: more vessels than the unit ceilings allow.

use super::{Case, Tally, is_supported};

declare_rule! {
    /// Declines vessels beyond the ceilings of one day: one first and five further vessels.
    ///
    /// ## Why
    /// The medically unlikely edits allow 1 and 5 units. More can be appealed with records; a person decides. Vessels with
    /// findings and a reason are kept before those without.
    ///
    /// ## Flagged
    /// ```report
    /// FINDINGS: IVUS was performed. IVC 20 mm. Right common iliac vein 14 mm. Left common iliac vein 14 mm. Right external iliac vein 12 mm. Left external iliac vein 12 mm. Right femoral vein 9 mm. Left femoral vein 9 mm.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// FINDINGS: IVUS was performed. IVC 20 mm. Right common iliac vein 14 mm. Left common iliac vein 14 mm.
    /// ```
    ///
    /// ## How to fix
    /// Nothing to fix in the text. Check that every vessel was needed.
    ///
    /// ## Sources
    /// - Code facts of this project, fact 3: ceilings of 1 and 5 (CMS edits of mid-2024).
    RULE = {
        id: 111,
        name: "over-unit-limit",
        summary: "more vessels than the unit ceilings allow",
        severity: Review,
        since: "0.1.0",
        check: Coding(check),
    }
}

fn check(case: &Case<'_>, tally: &mut Tally) {
    let (first, further) = case.codes.limits();
    let allowed = (first + further) as usize;
    let mut open = tally.open();
    open.sort_by_key(|&l| !is_supported(case, tally, l));
    for &l in open.iter().skip(allowed) {
        tally.lines[l].decline(
            &RULE,
            format!("beyond the ceilings of {first} and {further} units"),
            None,
        );
    }
}
