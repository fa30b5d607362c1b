//! IVUS106 same-counting-unit: the counting policy takes the vessels together.

use super::{Case, Tally};

declare_rule! {
    /// Declines a vessel that shares its counting unit with one that is counted.
    ///
    /// ## Why
    /// The policy in force takes some neighbouring vessels of one side as one, for instance the external iliac and the common
    /// femoral vein. A healthy vessel that shares its unit with a vessel inside a lesion adds nothing of its own.
    ///
    /// ## Flagged
    /// ```report
    /// FINDINGS: IVUS of the left external iliac vein showed 14 mm. IVUS of the left common femoral vein showed 12 mm.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein showed 14 mm. IVUS of the left external iliac vein showed 12 mm.
    /// ```
    ///
    /// ## How to fix
    /// Nothing to fix in the text. `--policy anatomic` counts every named vessel.
    ///
    /// ## Sources
    /// - Code facts of this project, facts 42 and 43 (one source): society grouping of leg vessels.
    RULE = {
        id: 106,
        name: "same-counting-unit",
        summary: "the counting policy takes the vessels together",
        severity: Info,
        since: "0.1.0",
        check: Coding(check),
    }
}

fn check(case: &Case<'_>, tally: &mut Tally) {
    for i in 0..tally.lines.len() {
        let line = &tally.lines[i];
        let in_lesion = line.site.is_some_and(|s| {
            case.encounter
                .lesions
                .iter()
                .any(|l| l.contiguous && l.sites.iter().any(|o| case.whole(*o) == case.whole(s)))
        });
        if in_lesion {
            continue;
        }
        let earlier = (0..i).find(|&j| {
            tally.lines[j].is_open() && line.group.is_some() && tally.lines[j].group == line.group
        });
        let mate = tally
            .lines
            .iter()
            .enumerate()
            .find(|(j, o)| *j != i && o.group == line.group && o.unit == line.unit);
        if let (Some(_), Some((_, mate))) = (earlier, mate)
            && let Some(site) = mate.site
        {
            let reason = format!(
                "counts as one with the {} (policy {})",
                case.name(site),
                case.policy.name
            );
            tally.lines[i].decline(&RULE, reason, None);
        }
    }
}
