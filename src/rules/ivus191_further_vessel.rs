//! IVUS191 further-vessel: each further vessel that is counted takes the additional code.

use crate::codes::CodeRole;

declare_rule! {
    /// Gives each further vessel that is counted the additional code of the date of service.
    ///
    /// ## Why
    /// Separate lesions in separate vessels count separately, the left and the right vessel as two: 37253 since 2016; 37251,
    /// with its imaging half 75946, before.
    ///
    /// ## Flagged
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein showed 80% stenosis. IVUS of the right common iliac vein showed 14 mm.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein showed 80% stenosis.
    /// ```
    ///
    /// ## How to fix
    /// Nothing to fix in the text.
    ///
    /// ## Sources
    /// - Code facts of this project, facts 1, 7, 8 and 53: further vessels, sides, the codes before 2016.
    RULE = {
        id: 191,
        name: "further-vessel",
        summary: "each further vessel counted takes the additional code",
        severity: Info,
        since: "0.1.0",
        check: Allocation(CodeRole::Additional),
    }
}
