//! IVUS008 unspecified-side: the vessel exists on both sides and the text names none.

use super::{Case, Flag, Tally};
use crate::{encounter::Site, mention::Side};

declare_rule! {
    /// Flags a vessel examined with IVUS whose side the text leaves open.
    ///
    /// ## Why
    /// Left and right are two vessels. Without a side nobody can tell how many were examined, and a second mention may be
    /// the same vessel.
    ///
    /// ## Flagged
    /// ```report
    /// FINDINGS: IVUS of the common iliac vein showed 80% stenosis.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein showed 80% stenosis.
    /// ```
    /// ```report
    /// FINDINGS: IVUS of the inferior vena cava showed 20 mm.
    /// ```
    ///
    /// ## How to fix
    /// Write left or right before the vessel's name.
    ///
    /// ## Sources
    /// - Counting policy of this project, section "What makes a unit", points 3 and 7.
    RULE = {
        id: 8,
        name: "unspecified-side",
        summary: "the side of a vessel examined with IVUS is not stated",
        severity: Warning,
        since: "0.1.0",
        check: Documentation(check),
    }
}

fn check(case: &Case<'_>, _tally: &Tally, flags: &mut Vec<Flag>) {
    for i in case
        .encounter
        .performed()
        .filter(|i| i.site.side == Side::Unknown)
    {
        let bare = case.name(Site {
            side: Side::None,
            ..i.site
        });
        let message = format!(
            "{bare}: IVUS was done but no side is stated; write left or right before the vessel's name"
        );
        flags.push(Flag::new(&RULE, Some(i.site), message, i.evidence.clone()));
    }
}
