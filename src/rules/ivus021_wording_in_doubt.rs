//! IVUS021 wording-in-doubt: the report as a whole speaks otherwise than what was read in it.

use super::{Case, Flag, Tally, confidence};

/// The side of doubt where units are suggested.
const EVEN: f32 = 0.5;

/// The side of doubt where none is: unseen reports without a vessel to count lay at 0.85 and less, most below 0.6; those with
/// vessels to count that were told without units lay above 0.9. (A limit of 0.7 sends three of 24 more of them to review.)
const LIKE_COUNTABLE: f32 = 0.9;

declare_rule! {
    /// Flags a report whose words, taken together, do not go with what was read: units in a report that speaks like those with
    /// nothing to count, or none in one that speaks like those with vessels to count; or several vessels, each of its own, in one
    /// that speaks like those with one lesion through several vessels, which is one unit.
    ///
    /// ## Why
    /// Two readers look at each report (see IVUS114). Where the second one leans to the other side, a coder should read the
    /// report before it is billed, or before it is laid aside.
    ///
    /// ## Flagged
    /// ```report
    /// PROCEDURE: Left iliac venography. DATE OF SERVICE: 03/04/2024.
    /// INDICATION: Left leg swelling and pain for six months, suspected May-Thurner compression. Duplex was inconclusive.
    /// TECHNIQUE: The left femoral vein was punctured under ultrasound and a 9 French sheath was placed. Venography showed
    /// collaterals and a broad impression. Because venography could not grade the lesion, the imaging probe was used. The
    /// crossing segment of the left side measured 42 mm2 against 160 mm2 above, 74% area stenosis. The segment below was
    /// smooth. On IVUS pullback the lumen was flattened by the artery and the reference area was normal. A 16 x 90 mm stent was
    /// deployed and dilated to 16 mm. IVUS afterwards showed good expansion, 150 mm2. The final venogram showed brisk flow
    /// without collaterals. The sheath was removed and pressure was held.
    /// IVUS catheter: single use, opened.
    /// PLAN: Anticoagulation, duplex in four weeks.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein showed no compression.
    /// ```
    ///
    /// ## How to fix
    /// Say in one sentence which vessels IVUS looked at in this session and what it showed, or that it was not used.
    ///
    /// ## Sources
    /// - Measured on the labelled reports of this project, docs/design.md, "Two readers".
    RULE = {
        id: 21,
        name: "wording-in-doubt",
        summary: "the report as a whole speaks otherwise than what was read in it",
        severity: Review,
        since: "0.1.0",
        check: Documentation(check),
    }
}

fn check(case: &Case<'_>, tally: &Tally, flags: &mut Vec<Flag>) {
    let encounter = case.encounter;
    let Some(countable) = encounter.countable else {
        return;
    };
    let units = tally.units().0;
    let counts = units > 0;
    let message = if units > 1 && confidence::has_lesion_in_doubt(case) {
        "the words of the report are like those of reports with one lesion through several vessels, and none was read; such a \
         lesion is one unit"
    } else if counts && countable < EVEN && !confidence::speaks_of_none(case) {
        "units are suggested, but the words of the report are more like those of reports without a vessel to count; read it \
         before it is billed"
    } else if !counts && countable >= LIKE_COUNTABLE {
        "no unit is suggested, but the words of the report are more like those of reports with vessels to count; read it before \
         it is laid aside"
    } else {
        return;
    };
    let looked = encounter.performed().map(|i| &i.evidence).next();
    let access = || encounter.access.first().map(|a| &a.evidence);
    let words = looked.or(encounter.ivus_evidence.as_ref()).or_else(access);
    if let Some(evidence) = words {
        flags.push(Flag::new(&RULE, None, message.to_owned(), evidence.clone()));
    }
}
