//! IVUS010 pullback-unnamed-vessels: the pullback passes vessels nobody named.

use super::{Case, Flag, Tally};
use crate::text::{Evidence, Role};

declare_rule! {
    /// Flags an IVUS pullback between two vessels when vessels that lie between them are not named.
    ///
    /// ## Why
    /// A vessel counts only when the text says that IVUS looked at it. Those in between were probably imaged, but are never
    /// counted unnamed.
    ///
    /// ## Flagged
    /// ```report
    /// TECHNIQUE: IVUS pullback was performed from the IVC to the left common femoral vein.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// TECHNIQUE: IVUS pullback was performed from the left external iliac vein to the left common femoral vein.
    /// ```
    /// ```report
    /// FINDINGS: IVUS of the left common femoral vein showed 12 mm.
    /// ```
    ///
    /// ## How to fix
    /// Name each vessel that was imaged in the pullback, with what IVUS showed there.
    ///
    /// ## Sources
    /// - Counting policy of this project, section "What makes a unit", point 6.
    RULE = {
        id: 10,
        name: "pullback-unnamed-vessels",
        summary: "the pullback passes vessels that are not named",
        severity: Info,
        since: "0.1.0",
        check: Documentation(check),
    }
}

fn check(case: &Case<'_>, _tally: &Tally, flags: &mut Vec<Flag>) {
    for (sites, span) in case
        .encounter
        .pullbacks
        .iter()
        .filter(|(sites, _)| !sites.is_empty())
    {
        let names: Vec<String> = sites.iter().map(|s| case.name(*s)).collect();
        let message = format!(
            "the IVUS pullback passes vessels that the text does not name ({}); name those that were imaged, with what IVUS showed there",
            names.join(", ")
        );
        flags.push(Flag::new(
            &RULE,
            None,
            message,
            Evidence::new(*span, Role::Ivus),
        ));
    }
}
