//! IVUS101 not-performed: IVUS of the vessel was not done in this session.

use super::{Case, Source, Tally};
use crate::{context::Status, encounter::Strength};

declare_rule! {
    /// Declines a vessel that IVUS did not look at in this session: negated, planned, recommended, historical, attempted, or
    /// named only in a title.
    ///
    /// ## Why
    /// Only a study that was done is reported. A title or a plan is a claim; the description of the procedure is the proof.
    ///
    /// ## Flagged
    /// ```report
    /// TECHNIQUE: The IVUS catheter was advanced. IVUS of the right common iliac vein was not performed.
    /// ```
    /// ```report
    /// PLAN: IVUS of the left common iliac vein at the next visit.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// TECHNIQUE: IVUS of the right common iliac vein showed no compression.
    /// ```
    ///
    /// ## How to fix
    /// If IVUS was done in the vessel, say so in the description of the procedure and give the reading.
    ///
    /// ## Sources
    /// - Counting policy of this project, section "What makes a unit", point 5.
    RULE = {
        id: 101,
        name: "not-performed",
        summary: "IVUS of the vessel was not done in this session",
        severity: Info,
        since: "0.1.0",
        check: Coding(check),
    }
}

fn check(case: &Case<'_>, tally: &mut Tally) {
    for line in &mut tally.lines {
        let Source::Interrogation(n) = line.source else {
            continue;
        };
        let interrogation = &case.encounter.interrogations[n];
        let why = match interrogation.status {
            Status::Performed => continue,
            Status::Negated => "the text says that IVUS was not done there",
            Status::Planned if interrogation.strength == Strength::Claim => {
                "named only in a title or list of procedures"
            }
            Status::Planned => "planned, recommended or conditional, not done in this session",
            Status::Historical => "done on another day",
            Status::Attempted => "attempted, no images obtained",
        };
        line.decline(&RULE, why.to_owned(), None);
    }
}
