//! IVUS014 unfilled-blank: a blank of a template was left unfilled.

use super::{Case, Flag, Tally};
use crate::{
    encounter::IvusState,
    text::{Evidence, Role},
};

declare_rule! {
    /// Flags blanks of a template that nobody filled.
    ///
    /// ## Why
    /// An unfilled blank leaves open what was meant, often the side, the vessel or a measurement, and puts the whole text
    /// in doubt.
    ///
    /// ## Flagged
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein showed ____ mm.
    /// ```
    /// ```report
    /// FINDINGS: IVUS of the [side] common iliac vein showed 80% stenosis.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein showed 14 mm.
    /// ```
    ///
    /// ## How to fix
    /// Fill the blanks, or take out the lines that do not apply.
    ///
    /// ## Sources
    /// - Reading notes of this project: an unfilled blank lowers the confidence.
    RULE = {
        id: 14,
        name: "unfilled-blank",
        summary: "a blank of a template was left unfilled",
        severity: Warning,
        since: "0.1.0",
        check: Documentation(check),
    }
}

fn check(case: &Case<'_>, _tally: &Tally, flags: &mut Vec<Flag>) {
    let encounter = case.encounter;
    // A report without IVUS is not ours to mend.
    if encounter.ivus == IvusState::Absent {
        return;
    }
    let Some((first, rest)) = encounter.blanks.split_first() else {
        return;
    };
    let evidence = rest
        .iter()
        .fold(Evidence::new(*first, Role::Modifier), |e, span| {
            e.with(*span, Role::Modifier)
        });
    let count = encounter.blanks.len();
    let blanks = if count == 1 {
        "a blank of the template is".to_owned()
    } else {
        format!("{count} blanks of the template are")
    };
    flags.push(Flag::new(
        &RULE,
        None,
        format!("{blanks} not filled in; write what belongs there, or take the line out"),
        evidence,
    ));
}
