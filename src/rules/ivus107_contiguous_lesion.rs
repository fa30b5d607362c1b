//! IVUS107 contiguous-lesion: one lesion runs through the vessels.

use super::{Case, Tally};

declare_rule! {
    /// Declines the further vessels of one contiguous lesion.
    ///
    /// ## Why
    /// A lesion or thrombus that runs from one vessel into the next makes those vessels one unit, whatever their number.
    ///
    /// ## Flagged
    /// ```report
    /// FINDINGS: IVUS showed thrombus extending from the left popliteal vein through the left common iliac vein.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein showed 80% stenosis. IVUS of the left external iliac vein showed a separate 60% stenosis.
    /// ```
    ///
    /// ## How to fix
    /// If there are two lesions, say that they are separate and what lies between them.
    ///
    /// ## Sources
    /// - Code facts of this project, fact 6: a lesion that runs into the next vessel counts as one.
    RULE = {
        id: 107,
        name: "contiguous-lesion",
        summary: "one lesion runs through the vessels",
        severity: Info,
        since: "0.1.0",
        check: Coding(check),
    }
}

fn check(case: &Case<'_>, tally: &mut Tally) {
    for i in 0..tally.lines.len() {
        let line = &tally.lines[i];
        let earlier = (0..i).find(|&j| {
            tally.lines[j].is_open() && line.group.is_some() && tally.lines[j].group == line.group
        });
        let Some(first) = earlier.and_then(|j| tally.lines[j].site) else {
            continue;
        };
        let evidence = case
            .encounter
            .lesions
            .iter()
            .find(|l| {
                line.site
                    .is_some_and(|s| l.sites.iter().any(|o| case.whole(*o) == case.whole(s)))
            })
            .map(|l| l.evidence.clone());
        let reason = format!("one contiguous lesion with the {}", case.name(first));
        tally.lines[i].decline(&RULE, reason, evidence);
    }
}
