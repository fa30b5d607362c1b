//! IVUS115 unlike-a-look: a vessel is told of in words that are not those of a look.

use super::{Case, Source, Tally};

declare_rule! {
    /// Declines a vessel that the second reader is sure IVUS did not look at.
    ///
    /// ## Why
    /// Two readers look at each report: the first by rules, the second by what it learnt from labelled reports: which words
    /// stand around the names of vessels that IVUS looked at, and which around others. The names of branches that end a
    /// stretch, of what a stent spares, of landmarks and of veins in the title deceive the first one now and then. Of eight vessels
    /// on 144 unseen reports that an act named and the second reader was this sure of, none was looked at. What an act names is
    /// declined only beside a vessel that was looked at, never because its side is missing, and where a finding is told of it
    /// only if it is such a branch. A vessel that a clause right in an IVUS passage measures is kept, unless it is a branch, a
    /// vertebral artery, or named by no more than "the aorta": of 21 vessels declined on 120 reports it had not learnt from, nine
    /// had been looked at.
    ///
    /// ## Flagged
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein showed 80% stenosis, minimum area 40 mm2. IVUS was done of the left common
    /// iliac vein and, not by contrast, of the left gonadal vein.
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
    /// - Measured on the labelled reports of this project, docs/design.md, "Two readers".
    RULE = {
        id: 115,
        name: "unlike-a-look",
        summary: "a vessel is told of in words that are not those of a look",
        severity: Info,
        since: "0.1.0",
        check: Coding(check),
    }
}

fn check(_case: &Case<'_>, tally: &mut Tally) {
    for line in &mut tally.lines {
        if matches!(line.source, Source::Doubted(_)) {
            line.decline(
                &RULE,
                "the words around its name are not those of a look".to_owned(),
                None,
            );
        }
    }
}
