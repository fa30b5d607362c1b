//! IVUS105 unspecified-already-counted: an unspecific name or side may mean a vessel that is counted.

use super::{Case, Source, Tally};
use crate::{encounter::Site, mention::Side};

declare_rule! {
    /// Declines a vessel whose segment or side the text leaves open when a named vessel of that group is counted.
    ///
    /// ## Why
    /// "Iliac vein" may be the common iliac vein that is counted already, and a vein without a side may be the left one that
    /// is. A doubtful unit is not suggested.
    ///
    /// ## Flagged
    /// ```report
    /// FINDINGS: IVUS of the left common iliac vein showed 80% stenosis. IVUS of the left iliac vein after stenting showed full expansion.
    /// ```
    ///
    /// ## Accepted
    /// ```report
    /// FINDINGS: IVUS of the left iliac vein showed 80% stenosis.
    /// ```
    ///
    /// ## How to fix
    /// Name the segment (common, external, internal) and the side of every vessel.
    ///
    /// ## Sources
    /// - Counting policy of this project, section "Settled points".
    RULE = {
        id: 105,
        name: "unspecified-already-counted",
        summary: "an unspecific name or side may mean a vessel that is counted",
        severity: Info,
        since: "0.1.0",
        check: Coding(check),
    }
}

fn check(case: &Case<'_>, tally: &mut Tally) {
    let open: Vec<Site> = tally
        .lines
        .iter()
        .filter(|l| l.is_open())
        .filter_map(|l| l.site)
        .collect();
    for line in &mut tally.lines {
        let Some(site) = line.site else { continue };
        let vessel = case.vessel(site);
        let specific = case.policy.more_specific(vessel);
        let named = open.iter().find(|o| {
            let sides = o.side == site.side || site.side == Side::Unknown;
            sides && specific.iter().any(|s| s == case.vessel(**o))
        });
        let sided = open.iter().find(|o| {
            site.side == Side::Unknown && o.side != Side::Unknown && case.vessel(**o) == vessel
        });
        let vague = matches!(line.source, Source::Vague(_))
            .then(|| {
                open.iter()
                    .find(|o| o.side == site.side || site.side == Side::Unknown)
            })
            .flatten();
        if let Some(other) = named.or(sided).or(vague) {
            line.decline(
                &RULE,
                format!("may be the {}, which is counted", case.name(*other)),
                None,
            );
        } else if matches!(line.source, Source::Vague(_)) {
            line.decline(
                &RULE,
                "may be a vessel that is named elsewhere".to_owned(),
                None,
            );
        }
    }
}
