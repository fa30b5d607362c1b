//! IVUS190 first-vessel: the first vessel that is counted takes the initial code.

use crate::codes::CodeRole;

declare_rule! {
    /// Gives the first vessel that is counted the initial code of the date of service.
    ///
    /// ## Why
    /// The first noncoronary vessel of a session has a code of its own, once a session: 37252 since 2016; 37250, with its
    /// imaging half 75945, before.
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
    /// Nothing to fix in the text.
    ///
    /// ## Sources
    /// - Code facts of this project, facts 1, 2 and 53: first and further vessels, now and before 2016.
    RULE = {
        id: 190,
        name: "first-vessel",
        summary: "the first vessel counted takes the initial code",
        severity: Info,
        since: "0.1.0",
        check: Allocation(CodeRole::Initial),
    }
}
