//! The way between two vessels of one system: along the punctured way, off it, or through the root.

use super::{
    super::catheters::{CatheterCode, CatheterUse, Catheters},
    Before, Certainty, NoRoute, Route, Selectivity, Step,
    settle::Draft,
};
use crate::{
    encounter::{Aim, Rung, Site, way_to_root},
    lexicon::Lexicon,
    mention::Side,
};

/// The rungs from a vessel to its root.
pub(super) struct Way<'a> {
    pub(super) rungs: Vec<Rung<'a>>,
    pub(super) root: Root,
}

/// What a way ends in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Root {
    Aorta,
    Cava,
    Pulmonary,
    Portal,
}

impl<'a> Way<'a> {
    pub(super) fn of(site: Site, lexicon: &'a Lexicon) -> Result<Self, NoRoute> {
        let rungs = way_to_root(site, lexicon);
        let top = rungs.last().ok_or(NoRoute::Unplaced)?;
        let root = match lexicon.vessel(top.site.vessel).id.as_str() {
            "aorta" => Root::Aorta,
            "inferior-vena-cava" | "superior-vena-cava" | "right-atrium" => Root::Cava,
            "pulmonary-trunk" => Root::Pulmonary,
            "portal-vein" => Root::Portal,
            _ => return Err(NoRoute::Unplaced),
        };
        Ok(Self { rungs, root })
    }

    /// The order of a rung counted from the root.
    pub(super) fn depth(&self, rung: usize) -> u32 {
        self.rungs[rung..].iter().map(|r| r.step).sum()
    }

    fn position(&self, site: Site) -> Option<usize> {
        self.rungs.iter().position(|r| r.site == site)
    }

    /// The first rung that belongs to the root.
    pub(super) fn root_at(&self) -> usize {
        (0..self.rungs.len())
            .find(|i| self.depth(*i) == 0)
            .unwrap_or(self.rungs.len() - 1)
    }
}

/// One question with everything needed to answer it.
pub(super) struct Walk<'a> {
    pub(super) from: Site,
    pub(super) to: Site,
    pub(super) up: Way<'a>,
    pub(super) down: Way<'a>,
    pub(super) aim: Option<Aim>,
    pub(super) before: Before,
    pub(super) catheters: &'a Catheters,
    pub(super) lexicon: &'a Lexicon,
}

impl Walk<'_> {
    pub(super) fn answer(&self) -> Result<Route, NoRoute> {
        if self.in_circuit(&self.up) || self.in_circuit(&self.down) {
            return Ok(self.circuit());
        }
        match (self.up.root, self.down.root) {
            (Root::Portal | Root::Cava, Root::Portal) => Ok(self.portal()),
            (Root::Cava | Root::Pulmonary, Root::Pulmonary) => Ok(self.pulmonary()),
            (Root::Aorta, Root::Aorta) | (Root::Cava, Root::Cava) => Ok(self.systemic()),
            _ => Err(NoRoute::Apart),
        }
    }

    /// Arteries and systemic veins.
    fn systemic(&self) -> Route {
        if self.down.depth(0) == 0 {
            return self.to_root();
        }
        match self.meeting() {
            Some((i, 0)) => self.along(i),
            Some((i, j)) if self.before == Before::Nothing && self.up.depth(i) > 0 => {
                self.off_conduit(i, j)
            }
            _ => self.through_root(),
        }
    }

    /// Where the two ways meet: the rung of the way up and that of the way down.
    fn meeting(&self) -> Option<(usize, usize)> {
        self.up
            .rungs
            .iter()
            .enumerate()
            .find_map(|(i, r)| self.down.position(r.site).map(|j| (i, j)))
    }

    /// The way over the root, with the order at each vessel from the root on.
    fn over_root(&self) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        let top = match self.meeting() {
            Some((i, j)) if self.up.depth(i) == 0 => {
                steps.extend(self.upward(i));
                j
            }
            // Met below the root, which the catheter entered first.
            Some(_) => {
                steps.extend(self.upward(self.up.root_at()));
                self.down.root_at()
            }
            None => {
                steps.extend(self.upward(self.up.root_at()));
                steps.extend(self.atrium());
                self.down.rungs.len()
            }
        };
        steps.extend(self.outward(top));
        // "Aorta" without a segment is its first part on the way.
        if self.lexicon.vessel(self.to.vessel).id == "aorta" {
            steps.retain(|s| s.order.is_none());
            steps.push(Step {
                site: self.to,
                order: Some(0),
            });
        }
        steps.dedup_by_key(|s| s.site);
        steps
    }

    /// The vessels from the puncture to a rung of the way up.
    pub(super) fn upward(&self, end: usize) -> Vec<Step> {
        let order = |n| (self.up.depth(n) == 0).then_some(0);
        (0..=end)
            .map(|n| Step {
                site: self.up.rungs[n].site,
                order: order(n),
            })
            .collect()
    }

    /// The vessels below a rung of the way down, outward, with their running order.
    pub(super) fn outward(&self, top: usize) -> Vec<Step> {
        let mut order = 0;
        self.down.rungs[..top]
            .iter()
            .rev()
            .map(|rung| {
                order += rung.step;
                Step {
                    site: rung.site,
                    order: Some(order),
                }
            })
            .collect()
    }

    /// The right atrium, by which one vena cava is reached from the other.
    pub(super) fn atrium(&self) -> Option<Step> {
        let vessel = self.lexicon.vessel_id("right-atrium")?;
        let site = Site {
            vessel,
            side: Side::None,
        };
        Some(Step {
            site,
            order: Some(0),
        })
    }

    /// The root: aorta or vena cava.
    fn to_root(&self) -> Route {
        let arterial = self.up.root == Root::Aorta;
        let mut selectivity = Selectivity::NonSelective;
        let mut certainty = Certainty::High;
        let (code, scale, mut reason) = if arterial && self.up.depth(0) == 0 {
            selectivity = Selectivity::Access;
            let code = self.catheters.any_order(CatheterUse::Access, "aorta");
            (code, "aorta", "the aorta itself was punctured".to_owned())
        } else if arterial {
            let reason = "the catheter came to the aorta: not selective";
            (self.placement("aorta", 0), "aorta", reason.to_owned())
        } else {
            let reason = "the catheter came to the vena cava: not selective";
            (self.placement("vein", 0), "vein", reason.to_owned())
        };
        if self.lexicon.vessel(self.to.vessel).id == "right-atrium" {
            reason.push_str("; the right atrium is one entry with its caval junction here: 36013 when the tip lay in the right heart");
            certainty = Certainty::Low;
        }
        self.finish(Draft {
            code: code.cloned(),
            order: 0,
            selectivity,
            steps: self.over_root(),
            scale,
            certainty,
            reason,
        })
    }

    /// The punctured vessel and its way to the root.
    fn along(&self, at: usize) -> Route {
        let steps = self.upward(at);
        let artery = self.up.root == Root::Aorta;
        if self.before == Before::RootEntered {
            let (scale, place) = if artery {
                ("aorta", "aorta")
            } else {
                ("vein", "vena cava")
            };
            return self.finish(Draft {
                code: self.placement(scale, 0).cloned(),
                order: 0,
                selectivity: Selectivity::NonSelective,
                steps,
                scale,
                certainty: Certainty::Medium,
                reason: format!("on the punctured way, not selective; the catheter was in the {place} before, whose code stands"),
            });
        }
        let id = &self.lexicon.vessel(self.from.vessel).id;
        let neck = ["carotid", "vertebral"].iter().any(|n| id.contains(n));
        let scale = match (artery, neck) {
            (true, true) => "neck-artery",
            (true, false) => "limb-artery",
            (false, _) => "limb-vein",
        };
        let leg = self.up.rungs[0].family == "abdominal-pelvic-leg";
        let reason = "in the punctured vessel or on its way to the root: not selective".to_owned();
        let mut route = self.finish(Draft {
            code: self
                .catheters
                .any_order(CatheterUse::Access, scale)
                .cloned(),
            order: 0,
            selectivity: Selectivity::Access,
            steps,
            scale,
            certainty: if artery && leg {
                Certainty::High
            } else {
                Certainty::Medium
            },
            reason,
        });
        route.advice = (!artery).then_some("36005 instead when a limb venogram was injected there");
        route
    }

    /// A side branch of the punctured way, or a vessel beyond the puncture: counted from where they part.
    fn off_conduit(&self, i: usize, j: usize) -> Route {
        let mut steps = self.upward(i);
        if let Some(apex) = steps.last_mut() {
            apex.order = Some(0);
        }
        steps.extend(self.outward(j));
        let name_only = steps.last().is_some_and(|s| s.order == Some(0));
        if let Some(last) = steps.last_mut().filter(|_| name_only) {
            last.order = Some(1);
        }
        let beyond = i == 0;
        let apex = self.words(self.up.rungs[i].site);
        let artery = self.up.root == Root::Aorta;
        let mut certainty = if beyond && artery && j == 1 {
            Certainty::High
        } else {
            Certainty::Medium
        };
        let mut reason = if beyond {
            format!("beyond the puncture, away from the root: counted from the {apex}")
        } else {
            format!(
                "a side branch of the punctured way, the root was not entered: counted from the {apex}"
            )
        };
        if beyond && artery && self.aim.is_none() {
            reason.push_str(", as of an antegrade puncture");
        }
        if beyond && artery && self.aim == Some(Aim::Retrograde) {
            reason.push_str(", which a retrograde puncture does not fit (check the direction)");
            certainty = Certainty::Low;
        }
        if name_only {
            reason.push_str(", where only the name changes, so that the first order is doubtful");
            certainty = Certainty::Low;
        }
        self.selective(steps, certainty, reason)
    }

    /// A branch of the root, or one reached after the root.
    fn through_root(&self) -> Route {
        let root = if self.up.root == Root::Aorta {
            "aorta"
        } else {
            "vena cava"
        };
        let mut reason = format!("counted from the {root}");
        let mut certainty = Certainty::High;
        if self.meeting().is_some_and(|(i, _)| self.up.depth(i) > 0) {
            reason.push_str(", where the catheter was first");
            certainty = Certainty::Medium;
        }
        if self.aim == Some(Aim::Antegrade) && self.up.root == Root::Aorta {
            reason.push_str(", which an antegrade puncture does not fit (check the direction)");
            certainty = Certainty::Low;
        }
        self.selective(self.over_root(), certainty, reason)
    }

    fn selective(&self, steps: Vec<Step>, certainty: Certainty, mut reason: String) -> Route {
        let scale = match self.down.rungs[0].family {
            "abdominal-pelvic-leg" => "artery-below",
            "thoracic-brachiocephalic" | "arterial" => "artery-above",
            _ => "vein",
        };
        let order = steps.last().and_then(|s| s.order).unwrap_or(1).max(1);
        let counted: Vec<String> = steps
            .iter()
            .filter_map(|s| Some((s.site, s.order.filter(|o| *o > 0)?)))
            .map(|(site, order)| format!("{} {order}", self.words(site)))
            .collect();
        reason.push_str(": ");
        reason.push_str(&counted.join(", "));
        self.finish(Draft {
            code: self.placement(scale, order).cloned(),
            order,
            selectivity: Selectivity::Selective,
            steps,
            scale,
            certainty,
            reason,
        })
    }

    pub(super) fn placement(&self, family: &str, order: u32) -> Option<&CatheterCode> {
        self.catheters.code(CatheterUse::Placement, family, order)
    }
}
