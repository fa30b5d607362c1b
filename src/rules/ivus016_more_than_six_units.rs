//! IVUS016 more-than-six-units: more vessels were examined than the ceilings allow.

use super::{Case, Flag, RuleId, Tally, Verdict};
use crate::{encounter::Site, text::Evidence};

declare_rule! {
    /// Flags vessels that were not counted because the ceilings of one day were reached.
    ///
    /// ## Why
    /// The medically unlikely edits allow one first and five further vessels. More can be appealed with records; a person
    /// decides.
    ///
    /// ## Flagged
    /// ```report
    /// FINDINGS: IVUS was performed. IVC 20 mm. Right common iliac vein 14 mm. Left common iliac vein 14 mm. Right external iliac vein 12 mm. Left external iliac vein 12 mm. Right femoral vein 9 mm. Left femoral vein 9 mm.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// FINDINGS: IVUS was performed. IVC 20 mm. Right common iliac vein 14 mm. Left common iliac vein 14 mm. Right external iliac vein 12 mm. Left external iliac vein 12 mm. Right femoral vein 9 mm.
    /// ```
    ///
    /// ## How to fix
    /// Nothing to fix in the text. Check that every vessel was needed, and keep the images for an appeal.
    ///
    /// ## Sources
    /// - Code facts of this project, facts 3 and 4: ceilings of 1 and 5 (CMS edits of mid-2024).
    RULE = {
        id: 16,
        name: "more-than-six-units",
        summary: "more vessels were examined than the ceilings allow",
        severity: Review,
        since: "0.1.0",
        check: Documentation(check),
    }
}

/// The coding rule that declines what lies beyond the ceilings.
const OVER_UNIT_LIMIT: RuleId = RuleId(111);

fn check(case: &Case<'_>, tally: &Tally, flags: &mut Vec<Flag>) {
    let mut sites: Vec<Site> = Vec::new();
    let mut all: Option<Evidence> = None;
    for line in &tally.lines {
        let Verdict::NotCounted {
            rule: OVER_UNIT_LIMIT,
            evidence,
            ..
        } = &line.verdict
        else {
            continue;
        };
        sites.extend(line.site);
        match &mut all {
            Some(all) => all.extend(evidence),
            None => all = Some(evidence.clone()),
        }
    }
    let Some(evidence) = all else { return };
    let names: Vec<String> = sites.iter().map(|s| case.name(*s)).collect();
    let (first, further) = case.codes.limits();
    let message = format!(
        "more vessels were examined than the ceilings of {first} + {further} units allow (left out: {}); check that each was needed before more is asked for",
        names.join(", ")
    );
    flags.push(Flag::new(&RULE, None, message, evidence));
}
