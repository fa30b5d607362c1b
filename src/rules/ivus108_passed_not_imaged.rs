//! IVUS108 passed-not-imaged: the IVUS catheter only passed through the vessel.

use super::{Case, Source, Tally};

declare_rule! {
    /// Declines a vessel the IVUS catheter was only passed through.
    ///
    /// ## Why
    /// Crossing a vessel is not a study of it: the text must say that IVUS looked at it.
    ///
    /// ## Flagged
    /// ```report
    /// TECHNIQUE: The IVUS catheter was advanced through the left common femoral vein into the left common iliac vein. IVUS of the left common iliac vein showed 80% stenosis.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// TECHNIQUE: IVUS of the left common femoral vein showed 12 mm.
    /// ```
    ///
    /// ## How to fix
    /// If the vessel was examined on the way, say so and give the reading.
    ///
    /// ## Sources
    /// - Counting policy of this project, section "What makes a unit", point 6.
    RULE = {
        id: 108,
        name: "passed-not-imaged",
        summary: "the IVUS catheter only passed through the vessel",
        severity: Info,
        since: "0.1.0",
        check: Coding(check),
    }
}

fn check(_case: &Case<'_>, tally: &mut Tally) {
    for line in &mut tally.lines {
        if matches!(line.source, Source::Passed(_)) {
            line.decline(
                &RULE,
                "the IVUS catheter only passed through it".to_owned(),
                None,
            );
        }
    }
}
