//! IVUS013 no-date-of-service: the date of service is not known.

use super::{Case, Flag, Tally};
use crate::encounter::{DateSource, IvusState};

declare_rule! {
    /// Flags a report of IVUS without a date of service; the newest code set is used.
    ///
    /// ## Why
    /// Codes, limits and primary procedures change with the date of service. Without one the suggestion may be for the
    /// wrong year.
    ///
    /// ## Flagged
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein showed 80% stenosis.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// DATE OF PROCEDURE: 05/02/2024
    /// FINDINGS: IVUS of the left common iliac vein showed 80% stenosis.
    /// ```
    ///
    /// ## How to fix
    /// Write the date of the procedure, or give it with `--date-of-service`.
    ///
    /// ## Sources
    /// - Code facts of this project, facts 1 and 53: the codes changed on 2016-01-01.
    RULE = {
        id: 13,
        name: "no-date-of-service",
        summary: "the date of service is not stated",
        severity: Info,
        since: "0.1.0",
        check: Documentation(check),
    }
}

fn check(case: &Case<'_>, _tally: &Tally, flags: &mut Vec<Flag>) {
    let encounter = case.encounter;
    if encounter.ivus == IvusState::Performed
        && encounter.date_source == DateSource::None
        && let Some(evidence) = &encounter.ivus_evidence
    {
        let message = "IVUS was done but no date of service is stated, the newest code set is used; write the date of the procedure";
        flags.push(Flag::new(&RULE, None, message.to_owned(), evidence.clone()));
    }
}
