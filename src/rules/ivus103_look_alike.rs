//! IVUS103 look-alike: another study was done that resembles IVUS.

use super::{Case, Source, Tally};

declare_rule! {
    /// Declines studies that resemble IVUS: intracardiac echo, optical coherence tomography, duplex, ultrasound-guided access,
    /// ultrasound-assisted lysis, lithotripsy.
    ///
    /// ## Why
    /// Only ultrasound imaging from inside a noncoronary vessel is IVUS.
    ///
    /// ## Flagged
    /// ```report
    /// TECHNIQUE: The intracardiac echo catheter was placed in the right atrium.
    /// ```
    /// ```report
    /// TECHNIQUE: The right common femoral vein was punctured under ultrasound guidance.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// TECHNIQUE: IVUS of the left common iliac vein showed no compression.
    /// ```
    ///
    /// ## How to fix
    /// Nothing to fix in the text.
    ///
    /// ## Sources
    /// - Look-alike list of the anatomy notes; code facts of this project, fact 54.
    RULE = {
        id: 103,
        name: "look-alike",
        summary: "another study was done that resembles IVUS",
        severity: Info,
        since: "0.1.0",
        check: Coding(check),
    }
}

fn check(case: &Case<'_>, tally: &mut Tally) {
    for line in &mut tally.lines {
        if let Source::Lookalike(n) = line.source {
            line.decline(
                &RULE,
                format!("{} is not IVUS", case.encounter.lookalikes[n].0),
                None,
            );
        }
    }
}
