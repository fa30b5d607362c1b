//! IVUS104 same-vessel-again: the vessel is counted already.

use super::{Case, Source, Tally};

declare_rule! {
    /// Declines a further segment of a vessel that is on the tally already.
    ///
    /// ## Why
    /// A vessel counts once in a session, however many passes are made and however many of its segments are named.
    ///
    /// ## Flagged
    /// ```report
    /// FINDINGS: IVUS of the infrarenal IVC showed 20 mm and IVUS of the suprarenal IVC showed 24 mm.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein showed 14 mm.
    /// ```
    ///
    /// ## How to fix
    /// Nothing to fix in the text.
    ///
    /// ## Sources
    /// - Code facts of this project, fact 5: one unit per vessel and encounter, whatever the number of passes.
    RULE = {
        id: 104,
        name: "same-vessel-again",
        summary: "the vessel is counted already",
        severity: Info,
        since: "0.1.0",
        check: Coding(check),
    }
}

fn check(case: &Case<'_>, tally: &mut Tally) {
    for line in &mut tally.lines {
        if let Source::Segment(n) = line.source {
            let first = case.name(case.encounter.interrogations[n].site);
            line.decline(&RULE, format!("same vessel as the {first}"), None);
        }
    }
}
