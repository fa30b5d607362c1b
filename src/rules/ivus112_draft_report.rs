//! IVUS112 draft-report: the report is not signed yet.

use super::{Case, Tally};
use crate::text::Standing;

declare_rule! {
    /// Takes back all units of a report that came as a draft: dictated, preliminary, not yet signed. Everything else is
    /// judged as if it were final, so that the writer can mend it before signing.
    ///
    /// ## Why
    /// A draft may still change, and a code rests on a signed report.
    ///
    /// ## Flagged
    /// ```report draft
    /// FINDINGS: IVUS of the left common iliac vein showed no compression.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein showed no compression.
    /// ```
    ///
    /// ## How to fix
    /// Sign the report; the signed version is coded when it comes.
    ///
    /// ## Sources
    /// - Policy of this project, after the completion statuses of HL7 v2 (TXA-17, OBR-25) and FHIR R4 (docStatus, status).
    RULE = {
        id: 112,
        name: "draft-report",
        summary: "the report is a draft",
        severity: Review,
        since: "0.1.0",
        check: Withholding(check),
    }
}

fn check(case: &Case<'_>, _: &Tally) -> Option<&'static str> {
    (case.standing() == Some(Standing::Draft))
        .then_some("the report came as a draft; its units are suggested when it is signed")
}
