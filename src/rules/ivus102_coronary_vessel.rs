//! IVUS102 coronary-vessel: IVUS was done in a coronary vessel.

use super::{Case, Source, Tally};

declare_rule! {
    /// Declines coronary vessels: coronary IVUS is another service with codes of its own.
    ///
    /// ## Why
    /// The noncoronary codes do not cover coronary arteries and bypass grafts to them.
    ///
    /// ## Flagged
    /// ```report
    /// FINDINGS: IVUS of the left anterior descending artery showed 60% stenosis.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// FINDINGS: IVUS of the left renal artery showed 60% stenosis.
    /// ```
    ///
    /// ## How to fix
    /// Nothing to fix in the text: a coder reports coronary IVUS with its own codes.
    ///
    /// ## Sources
    /// - Code facts of this project, fact 54: coronary IVUS never counts here.
    RULE = {
        id: 102,
        name: "coronary-vessel",
        summary: "IVUS was done in a coronary vessel",
        severity: Info,
        since: "0.1.0",
        check: Coding(check),
    }
}

fn check(_case: &Case<'_>, tally: &mut Tally) {
    for line in &mut tally.lines {
        if matches!(line.source, Source::Coronary(_)) {
            line.decline(&RULE, "coronary IVUS is another service".to_owned(), None);
        }
    }
}
