//! IVUS109 side-branch: a side branch was only seen from its parent.

use super::{Case, Source, Tally};

declare_rule! {
    /// Declines a side branch that IVUS saw from its parent vessel without entering it.
    ///
    /// ## Why
    /// Renal, hepatic and other ostia show up on every pullback through the aorta or the cava. Only a vessel the
    /// IVUS catheter looked at from inside is examined.
    ///
    /// ## Flagged
    /// ```report
    /// TECHNIQUE: IVUS of the abdominal aorta showed 22 mm. The renal ostia were seen from the aorta by IVUS.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// TECHNIQUE: IVUS of the left renal artery showed 5 mm.
    /// ```
    ///
    /// ## How to fix
    /// If the branch was entered with the IVUS catheter, say so and give the reading.
    ///
    /// ## Sources
    /// - Counting policy of this project, section "What makes a unit", point 6.
    RULE = {
        id: 109,
        name: "side-branch",
        summary: "a side branch was only seen from its parent",
        severity: Info,
        since: "0.1.0",
        check: Coding(check),
    }
}

fn check(_case: &Case<'_>, tally: &mut Tally) {
    for line in &mut tally.lines {
        if matches!(line.source, Source::Branch(_)) {
            line.decline(&RULE, "seen from its parent, not entered".to_owned(), None);
        }
    }
}
