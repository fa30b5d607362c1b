//! IVUS003 missing-findings: IVUS was done in the vessel, what it showed is not stated.

use super::{Case, Flag, Tally};

declare_rule! {
    /// Flags a vessel examined with IVUS for which the report states no finding.
    ///
    /// ## Why
    /// The service includes interpretation: what was seen must be written, even when it was normal. Without it the unit is
    /// not supported.
    ///
    /// ## Flagged
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein was performed.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein showed no compression.
    /// ```
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein showed a lumen of 14 mm.
    /// ```
    ///
    /// ## How to fix
    /// State for each vessel what IVUS showed (stenosis, compression, thrombus, apposition, or that it was normal), with a
    /// measurement if one was taken.
    ///
    /// ## Sources
    /// - Counting policy of this project, section "What the text must hold for each unit".
    /// - Code facts of this project, fact 12: every vessel needs its name, side, reason and findings.
    RULE = {
        id: 3,
        name: "missing-findings",
        summary: "vessel examined with IVUS has no stated finding",
        severity: Warning,
        since: "0.1.0",
        check: Documentation(check),
    }
}

fn check(case: &Case<'_>, _tally: &Tally, flags: &mut Vec<Flag>) {
    for i in case.encounter.performed().filter(|i| i.findings.is_empty()) {
        let message = format!(
            "{}: IVUS was done but no finding is stated; write what IVUS showed there, with a measurement if one was taken",
            case.name(i.site)
        );
        flags.push(Flag::new(&RULE, Some(i.site), message, i.evidence.clone()));
    }
}
