//! IVUS018 weak-evidence: the vessel is counted on words that leave room for doubt.

use super::{Case, Flag, Source, Tally, Verdict};
use crate::{encounter::Strength, mention::SideBasis};

declare_rule! {
    /// Flags a counted vessel that the words tie to IVUS only loosely, or whose side comes from the rest of the report.
    ///
    /// ## Why
    /// Such a vessel is counted as the best reading of the text. A clearer sentence would make it safe.
    ///
    /// ## Flagged
    /// ```report
    /// FINDINGS: IVUS was performed.
    ///
    /// The left common iliac vein measured 8 mm.
    /// ```
    /// ```report
    /// TECHNIQUE: The left popliteal vein was punctured. IVUS of the common iliac vein showed 80% stenosis.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein showed 8 mm.
    /// ```
    ///
    /// ## How to fix
    /// Say in one sentence that IVUS looked at the vessel, with its side, and what it showed.
    ///
    /// ## Sources
    /// - Counting policy of this project, section "What makes a unit", points 6 and 7.
    RULE = {
        id: 18,
        name: "weak-evidence",
        summary: "a vessel is counted on words that leave room for doubt",
        severity: Info,
        since: "0.1.0",
        check: Documentation(check),
    }
}

fn check(case: &Case<'_>, tally: &Tally, flags: &mut Vec<Flag>) {
    for line in tally
        .lines
        .iter()
        .filter(|l| matches!(l.verdict, Verdict::Counted(_)))
    {
        let Source::Interrogation(n) = line.source else {
            continue;
        };
        let i = &case.encounter.interrogations[n];
        let loose = i.strength <= Strength::Weak;
        let borrowed = i.side_basis == SideBasis::Report;
        let doubt = match (loose, borrowed) {
            (false, false) => continue,
            (true, false) => {
                "the words tie IVUS to it only loosely; write in one sentence that IVUS looked at it and what it showed"
            }
            (false, true) => {
                "its side is taken from the rest of the report; write left or right before the vessel's name"
            }
            (true, true) => {
                "the words tie IVUS to it only loosely, and its side is taken from the rest of the report; write in one sentence that IVUS looked at it, with its side, and what it showed"
            }
        };
        flags.push(Flag::new(
            &RULE,
            Some(i.site),
            format!("{}: {doubt}", case.name(i.site)),
            i.evidence.clone(),
        ));
    }
}
