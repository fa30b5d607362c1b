//! IVUS116 addendum-alone: the report is an addendum without the report that it adds to.

use super::{Case, Tally};
use crate::text::Standing;

declare_rule! {
    /// Takes back all units of an addendum whose report did not come with it.
    ///
    /// ## Why
    /// An addendum is a part of its report. Alone it would have a first vessel of its own, beside that of the report: two for
    /// one study. What it lacks may stand in the report, so nothing else is asked of it.
    ///
    /// ## Flagged
    /// ```report addendum
    /// FINDINGS: IVUS of the left common iliac vein showed no compression.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein showed no compression.
    /// ```
    ///
    /// ## How to fix
    /// Read both together: bring the report and its addendum in with one run, or code the report with the addendum beside it.
    ///
    /// ## Sources
    /// - Policy of this project, after the addenda of HL7 v2 (T06, TXA-13) and FHIR R4 (appends).
    RULE = {
        id: 116,
        name: "addendum-alone",
        summary: "the report is an addendum without the report that it adds to",
        severity: Review,
        since: "0.1.0",
        check: Withholding(check),
    }
}

fn check(case: &Case<'_>, _: &Tally) -> Option<&'static str> {
    (case.standing() == Some(Standing::Addendum))
        .then_some("it is an addendum without its report; its units are those of both together")
}
