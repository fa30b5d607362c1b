//! The answer of `ivus route`: the way of a catheter, drawn for people and as JSON.

use std::fmt::Write as _;

use serde::Serialize;

use super::vessel_words;
use crate::{
    codes::{Before, Route},
    encounter::Aim,
    lexicon::Lexicon,
};

/// The way of a catheter with its answer, as `ivus route --format json` prints it.
#[derive(Debug, Serialize)]
pub struct RouteDoc {
    /// The code; none inside a dialysis circuit, whose codes hold their catheters.
    pub code: Option<String>,
    /// Our own label of the code.
    pub label: Option<String>,
    /// The selective order; 0 when not selective.
    pub order: u32,
    /// The vessels from the puncture to the tip, each with its side.
    pub path: Vec<String>,
    /// The same vessels, each with the order it stands for.
    pub steps: Vec<StepDoc>,
    /// `certain`, `high`, `medium` or `low`.
    pub certainty: &'static str,
    /// The punctured vessel.
    pub from: String,
    /// Where the tip came to rest.
    pub to: String,
    /// The first branch entered, by which further placements are grouped; the last vessel reached when none was.
    pub family: String,
    /// `access`, `non-selective` or `selective`.
    pub selectivity: &'static str,
    /// Whether an antegrade puncture was said.
    pub antegrade: bool,
    /// Whether the catheter was said to have been in the aorta or vena cava first.
    pub root_entered: bool,
    /// What decides.
    pub reason: String,
    /// What would change the code, when the way alone does not tell.
    pub advice: Option<&'static str>,
    /// Where code and order are told.
    pub sources: Vec<String>,
}

/// One vessel of a way.
#[derive(Debug, Serialize)]
pub struct StepDoc {
    /// The vessel with its side.
    pub vessel: String,
    /// The order counted so far; none on the punctured way.
    pub order: Option<u32>,
}

impl RouteDoc {
    /// The document of a way.
    pub(crate) fn new(route: &Route, aim: Option<Aim>, before: Before, lexicon: &Lexicon) -> Self {
        let steps: Vec<StepDoc> = route
            .steps
            .iter()
            .map(|s| StepDoc {
                vessel: s.site.key(lexicon),
                order: s.order,
            })
            .collect();
        Self {
            code: route.code.as_ref().map(|c| c.code.clone()),
            label: route.code.as_ref().map(|c| c.label.clone()),
            order: route.order,
            path: steps.iter().map(|s| s.vessel.clone()).collect(),
            steps,
            certainty: route.certainty.name(),
            from: route.from.key(lexicon),
            to: route.to.key(lexicon),
            family: route.family.key(lexicon),
            selectivity: route.selectivity.name(),
            antegrade: aim == Some(Aim::Antegrade),
            root_entered: before == Before::RootEntered,
            reason: route.reason.clone(),
            advice: route.advice,
            sources: route.sources.clone(),
        }
    }

    /// The way as a drawing, with the order beside each vessel, and why.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = match (&self.code, &self.label) {
            (Some(code), Some(label)) => format!("{code}  {label}\n"),
            _ => "no code of its own\n".to_owned(),
        };
        let _ = writeln!(
            text,
            "{} to {}: {}, order {}, certainty {}\n",
            vessel_words(&self.from),
            vessel_words(&self.to),
            self.selectivity,
            self.order,
            self.certainty
        );
        let rows: Vec<(String, String)> = self
            .steps
            .iter()
            .enumerate()
            .map(|(n, step)| self.row(n, step))
            .collect();
        let width = rows.iter().map(|(v, _)| v.chars().count()).max();
        for (vessel, told) in &rows {
            let line = format!("{vessel:<width$}  {told}", width = width.unwrap_or(0));
            let _ = writeln!(text, "{}", line.trim_end());
        }
        let _ = writeln!(text, "\nwhy: {}", self.reason);
        if let Some(advice) = self.advice {
            let _ = writeln!(text, "but: {advice}");
        }
        for source in &self.sources {
            let _ = writeln!(text, "source: {source}");
        }
        text
    }

    /// A vessel of the drawing, deeper with its order, and what is told beside it.
    fn row(&self, n: usize, step: &StepDoc) -> (String, String) {
        let depth = usize::try_from(step.order.unwrap_or(0)).unwrap_or(0);
        let indent = "  ".repeat(1 + depth);
        let mut told = step
            .order
            .map_or_else(|| "-".to_owned(), |order| order.to_string());
        if n == 0 {
            told.push_str("  puncture");
        }
        if n + 1 == self.steps.len() {
            told.push_str("  tip");
        }
        (format!("{indent}{}", vessel_words(&step.vessel)), told)
    }
}
