//! IVUS113 withdrawn-report: the report was taken back.

use super::{Case, Tally};
use crate::text::Standing;

declare_rule! {
    /// Takes back all units of a report that was cancelled, entered in error, or replaced by a later version.
    ///
    /// ## Why
    /// Nothing may rest on a report that no longer stands. What was suggested for it earlier must be looked at again.
    ///
    /// ## Flagged
    /// ```report withdrawn
    /// FINDINGS: IVUS of the left common iliac vein showed no compression.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein showed no compression.
    /// ```
    ///
    /// ## How to fix
    /// Nothing to fix in the text. Code from the version that stands, and take back what was billed from this one.
    ///
    /// ## Sources
    /// - Policy of this project, after the cancellations and replacements of HL7 v2 (T10, T11) and FHIR R4 (entered-in-error).
    RULE = {
        id: 113,
        name: "withdrawn-report",
        summary: "the report was taken back",
        severity: Review,
        since: "0.1.0",
        check: Withholding(check),
    }
}

fn check(case: &Case<'_>, _: &Tally) -> Option<&'static str> {
    (case.standing() == Some(Standing::Withdrawn))
        .then_some("the report was withdrawn or replaced; nothing is coded from it")
}
