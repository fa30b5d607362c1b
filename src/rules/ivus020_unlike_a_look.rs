//! IVUS020 unlike-a-look: a counted vessel is told of in words that are not those of a look.

use super::{Case, Flag, Source, Tally, Verdict};

/// Below this the second reader is sure that IVUS did not look at a vessel.
const AGAINST: f32 = 0.1;

declare_rule! {
    /// Flags a counted vessel that the second reader is sure IVUS did not look at.
    ///
    /// ## Why
    /// Two readers look at each report: the first by rules, the second by what it learnt from labelled reports: which words
    /// stand around the names of vessels that IVUS looked at, and which around others. Where the second one is sure that
    /// IVUS did not look at a vessel that an act names, a person should read the words before it is billed. It takes no unit
    /// away: on 72 unseen reports that would have cost four units that were right, for one that was wrong (docs/design.md).
    ///
    /// ## Flagged
    /// ```report
    /// FINDINGS: IVUS was done of the left common iliac vein and, not by contrast, of the left gonadal vein.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein showed 80% stenosis.
    /// ```
    ///
    /// ## How to fix
    /// Say in one sentence that IVUS looked at the vessel, and what it showed.
    ///
    /// ## Sources
    /// - Measured on the labelled reports of this project, docs/accuracy.md.
    RULE = {
        id: 20,
        name: "unlike-a-look",
        summary: "a counted vessel is told of in words that are not those of a look",
        severity: Info,
        since: "0.1.0",
        check: Documentation(check),
    }
}

fn check(case: &Case<'_>, tally: &Tally, flags: &mut Vec<Flag>) {
    let counted = tally.lines.iter();
    for line in counted.filter(|l| matches!(l.verdict, Verdict::Counted)) {
        let Source::Interrogation(n) = line.source else {
            continue;
        };
        let i = &case.encounter.interrogations[n];
        if i.likely.is_some_and(|l| l < AGAINST) {
            let what = "the words around its name are not those of a look; read them before it is billed, and say in one \
                        sentence that IVUS looked at it and what it showed";
            flags.push(Flag::new(
                &RULE,
                Some(i.site),
                format!("{}: {what}", case.name(i.site)),
                i.evidence.clone(),
            ));
        }
    }
}
