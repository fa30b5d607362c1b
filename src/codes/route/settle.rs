//! What a way amounts to: how sure its order is, and where that is told.

use super::{
    super::catheters::{CatheterCode, Example},
    Before, Certainty, Route, Selectivity, Step,
    walk::Walk,
};
use crate::{
    codes::Confidence,
    encounter::{Rung, Site},
    mention::Side,
};

/// An answer before its certainty is settled.
pub(super) struct Draft {
    pub(super) code: Option<CatheterCode>,
    pub(super) order: u32,
    pub(super) selectivity: Selectivity,
    pub(super) steps: Vec<Step>,
    pub(super) scale: &'static str,
    pub(super) certainty: Certainty,
    pub(super) reason: String,
}

impl Walk<'_> {
    pub(super) fn words(&self, site: Site) -> String {
        let name = &self.lexicon.vessel(site.vessel).name;
        match site.side {
            Side::Left | Side::Right => format!("{} {name}", site.side.name()),
            Side::None | Side::Unknown => name.clone(),
        }
    }

    /// Settles certainty and sources.
    pub(super) fn finish(&self, draft: Draft) -> Route {
        let mut certainty = draft.certainty;
        let mut sources = Vec::new();
        if let Some(code) = &draft.code {
            sources.push(format!(
                "{}: {} ({})",
                code.code, code.standing.source, code.standing.confidence
            ));
            let most = match code.standing.confidence {
                Confidence::Confirmed => Certainty::Certain,
                Confidence::OneSource => Certainty::High,
                Confidence::Uncertain => Certainty::Low,
            };
            certainty = certainty.min(most);
        }
        let walked = |r: &&Rung<'_>| draft.steps.iter().any(|s| s.site == r.site);
        let doubtful = self
            .up
            .rungs
            .iter()
            .chain(&self.down.rungs)
            .filter(walked)
            .any(|r| r.doubtful);
        let mut reason = draft.reason.clone();
        if doubtful && certainty > Certainty::Low {
            certainty = Certainty::Low;
            reason.push_str("; a vessel on the way is not specified, or its anatomy varies");
        }
        if let Some((told, example)) = self.known(&draft) {
            if certainty > Certainty::Low {
                certainty = told;
            }
            sources.push(format!("way: {}", example.standing.source));
        } else {
            sources.push("order: lexicons/tree.tsv and the method of docs/coding.md".to_owned());
        }
        let family = draft
            .steps
            .iter()
            .find(|s| s.order.is_some_and(|o| o > 0))
            .map_or(draft.steps.last().map_or(self.to, |s| s.site), |s| s.site);
        Route {
            from: self.from,
            to: self.to,
            code: draft.code,
            order: draft.order,
            selectivity: draft.selectivity,
            steps: draft.steps,
            family,
            scale: draft.scale,
            certainty,
            reason,
            advice: None,
            sources,
        }
    }

    /// A worked example of the same way, or of its mirror image with the same answer.
    fn known(&self, draft: &Draft) -> Option<(Certainty, &Example)> {
        let code = draft.code.as_ref()?;
        let keys = |mirror: bool| {
            [self.from, self.to].map(|s| {
                let side = match (s.side, mirror) {
                    (Side::Left, true) => Side::Right,
                    (Side::Right, true) => Side::Left,
                    (side, _) => side,
                };
                Site { side, ..s }.key(self.lexicon)
            })
        };
        let entered = self.before == Before::RootEntered;
        [keys(false), keys(true)]
            .into_iter()
            .find_map(|[from, to]| {
                let found = self.catheters.examples().iter().find(|e| {
                    e.order == draft.order
                        && e.root_entered == entered
                        && e.code == code.code
                        && e.from == from
                        && e.to == to
                })?;
                Some((Certainty::named(&found.certainty)?, found))
            })
    }
}
