//! Ways with rules of their own: pulmonary arteries, the portal vein, dialysis circuits.

use super::{
    super::catheters::CatheterUse,
    Certainty, Route, Selectivity, Step,
    settle::Draft,
    walk::{Root, Walk, Way},
};
use crate::{encounter::Rung, lexicon::System};

impl Walk<'_> {
    /// The pulmonary arteries have a scale of their own: trunk, one side, lobe or segment.
    pub(super) fn pulmonary(&self) -> Route {
        let mut steps = self.way_to_cava();
        if !steps.is_empty() {
            steps.extend(self.atrium());
        }
        steps.extend(self.outward(self.down.rungs.len()));
        let order = self.down.depth(0);
        self.finish(Draft {
            code: self.placement("pulmonary", order).cloned(),
            order,
            selectivity: if order == 0 {
                Selectivity::NonSelective
            } else {
                Selectivity::Selective
            },
            steps,
            scale: "pulmonary",
            certainty: Certainty::Medium,
            reason: "the pulmonary arteries have their own scale: trunk, one side, lobe or segment"
                .to_owned(),
        })
    }

    /// The portal vein has one code, by whatever way the liver was crossed.
    pub(super) fn portal(&self) -> Route {
        let mut steps = self.way_to_cava();
        steps.extend(self.outward(self.down.rungs.len()));
        let code = self.catheters.any_order(CatheterUse::Placement, "portal");
        self.finish(Draft {
            code: code.cloned(),
            order: self.down.depth(0),
            selectivity: Selectivity::Selective,
            steps,
            scale: "portal",
            certainty: Certainty::Low,
            reason: "the portal vein through the liver has one code by any method".to_owned(),
        })
    }

    /// Fistula or graft: its codes hold their catheters; the vena cava from there is not selective.
    pub(super) fn circuit(&self) -> Route {
        let cava = self.down.root == Root::Cava && self.down.depth(0) == 0;
        let mut steps = vec![Step {
            site: self.from,
            order: None,
        }];
        if self.to != self.from {
            steps.push(Step {
                site: self.to,
                order: cava.then_some(0),
            });
        }
        let (code, selectivity, reason) = if cava {
            (
                self.placement("vein", 0),
                Selectivity::NonSelective,
                "the catheter came to the vena cava from the dialysis circuit",
            )
        } else {
            (
                None,
                Selectivity::Access,
                "within reach of the dialysis circuit: 36901 to 36909 hold its catheter work",
            )
        };
        self.finish(Draft {
            code: code.cloned(),
            order: 0,
            selectivity,
            steps,
            scale: "dialysis-circuit",
            certainty: Certainty::Low,
            reason: reason.to_owned(),
        })
    }

    pub(super) fn in_circuit(&self, way: &Way<'_>) -> bool {
        let vessel = |r: &Rung<'_>| self.lexicon.vessel(r.site.vessel);
        let first = way.rungs.first();
        first.is_some_and(|r| vessel(r).system == System::Access)
            || way.rungs.iter().any(|r| vessel(r).id == "dialysis-circuit")
    }

    /// The way to the vena cava, when that is where the puncture leads.
    fn way_to_cava(&self) -> Vec<Step> {
        if self.up.root == Root::Cava {
            self.upward(self.up.root_at())
        } else {
            Vec::new()
        }
    }
}
