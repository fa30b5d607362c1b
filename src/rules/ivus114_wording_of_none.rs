//! IVUS114 wording-of-none: the report as a whole speaks like those in which no vessel can be counted.

use super::{Case, Tally, confidence::speaks_of_none};

declare_rule! {
    /// Takes back all units of a report whose words, taken together, are those of reports without a vessel to count: filter
    /// work, retrieval, IVUS of the heart, IVUS planned, refused or broken.
    ///
    /// ## Why
    /// Two readers look at each report. The first goes by rules, and a turn of phrase that it does not know can make it take
    /// an earlier study, or one that failed, for one of today. The second one goes by what it learnt from labelled reports:
    /// by all their words, and those of the sentences that name IVUS. Where it is sure that there is nothing to count, a unit
    /// would more likely be wrong than right, and a coder must read the report. A text with few words is left alone, and so is
    /// one that tells of IVUS of the heart beside a vessel that both readers take by a measure: the words of the heart are
    /// those of the other study.
    ///
    /// ## Flagged
    /// ```report
    /// PROCEDURE NOTE. DATE: 03/04/2023.
    /// INDICATION: In-stent restenosis of the left iliac stent from 2021. In that session IVUS of the left common iliac vein had
    /// been done.
    /// TECHNIQUE: The left femoral vein was punctured under ultrasound and a sheath was placed. Venography showed 60% narrowing
    /// of the stent. The old films were reviewed: IVUS of the left common iliac vein showed 140 mm2. The IVUS console could not
    /// be started today and the catheter was returned unopened, so the procedure went on with venography alone. The stent was
    /// dilated with a 16 mm balloon. Final venogram: residual 20%, brisk flow. The sheath was removed.
    /// PLAN: IVUS at the next visit if the swelling returns.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein showed no compression.
    /// ```
    ///
    /// ## How to fix
    /// If IVUS was done in this session as a service of its own, say so in one sentence with the vessels it looked at; a coder
    /// can count them in review.
    ///
    /// ## Sources
    /// - Measured on the labelled reports of this project, docs/design.md, "Two readers".
    RULE = {
        id: 114,
        name: "wording-of-none",
        summary: "the report speaks like those in which no vessel can be counted",
        severity: Review,
        since: "0.1.0",
        check: Withholding(check),
    }
}

fn check(case: &Case<'_>, tally: &Tally) -> Option<&'static str> {
    // Where no unit is suggested the readers agree, and there is nothing to take back.
    let suggests = !tally.suggestions.is_empty();
    (suggests && speaks_of_none(case)).then_some(
        "the words of the report are those of reports without a vessel to count; a coder must read it before anything is billed",
    )
}
