//! The count: a line for each site IVUS is tied to, what was declined and why, and the one function that gives units
//! to what stays open.

use super::{Case, RuleId};
use crate::{
    codes::CodeRole,
    context::Status,
    encounter::{Basis, Site},
    text::Evidence,
};

/// What became of a line.
#[derive(Clone, Debug)]
pub(crate) enum Verdict {
    Open,
    Counted,
    NotCounted {
        rule: RuleId,
        reason: String,
        evidence: Evidence,
    },
}

/// Where a line comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// An interrogation, by index.
    Interrogation(usize),
    /// A further segment named in an interrogation.
    Segment(usize),
    /// A coronary vessel, by index.
    Coronary(usize),
    /// A vessel the IVUS catheter only passed, by index.
    Passed(usize),
    /// A name that leaves the segment open, by index.
    Vague(usize),
    /// A side branch seen from its parent, by index.
    Branch(usize),
    /// A vessel whose words are not those of a look, by index.
    Doubted(usize),
    /// A look-alike study, by index.
    Lookalike(usize),
}

/// One site on the tally.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) site: Option<Site>,
    pub(crate) source: Source,
    pub(crate) evidence: Evidence,
    pub(crate) verdict: Verdict,
    /// The counting unit of the vessel and side, for lines of vessels IVUS looked at.
    pub(crate) unit: Option<String>,
    /// Lines of one counting unit or one lesion, directly or through others, share a number.
    pub(crate) group: Option<usize>,
    /// Whether the text supports the unit of a counted line.
    pub(crate) supported: bool,
}

impl Line {
    fn new(site: Option<Site>, source: Source, evidence: Evidence) -> Self {
        Self {
            site,
            source,
            evidence,
            verdict: Verdict::Open,
            unit: None,
            group: None,
            supported: false,
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        matches!(self.verdict, Verdict::Open)
    }

    pub(crate) fn decline(
        &mut self,
        rule: &super::Rule,
        reason: String,
        evidence: Option<Evidence>,
    ) {
        if self.is_open() {
            let evidence = evidence.unwrap_or_else(|| self.evidence.clone());
            self.verdict = Verdict::NotCounted {
                rule: rule.id,
                reason,
                evidence,
            };
        }
    }
}

/// How sure a suggestion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Confidence {
    Low,
    Medium,
    High,
}

impl Confidence {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Units of one code.
#[derive(Clone, Debug)]
pub(crate) struct Suggestion {
    pub(crate) code: String,
    pub(crate) units: u32,
    pub(crate) units_supported: u32,
    pub(crate) sites: Vec<Site>,
    pub(crate) confidence: Confidence,
    pub(crate) rules: Vec<RuleId>,
    pub(crate) evidence: Vec<Evidence>,
}

/// All lines, and after allocation the suggestions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) lines: Vec<Line>,
    pub(crate) suggestions: Vec<Suggestion>,
}

impl Tally {
    /// The indices of open lines.
    pub(crate) fn open(&self) -> Vec<usize> {
        (0..self.lines.len())
            .filter(|&i| self.lines[i].is_open())
            .collect()
    }

    /// Takes all units back.
    pub(crate) fn withhold(&mut self, rule: RuleId, reason: &str) {
        for line in &mut self.lines {
            if matches!(line.verdict, Verdict::Counted) {
                line.supported = false;
                line.verdict = Verdict::NotCounted {
                    rule,
                    reason: reason.to_owned(),
                    evidence: line.evidence.clone(),
                };
            }
        }
        self.suggestions.clear();
    }

    /// Units suggested and supported: first and further vessels.
    pub(crate) fn units(&self) -> (u32, u32) {
        let main = || self.suggestions.iter().filter(|s| !s.code.starts_with('7'));
        (
            main().map(|s| s.units).sum(),
            main().map(|s| s.units_supported).sum(),
        )
    }
}

/// Opens the tally: a line for each site the encounter ties to IVUS.
pub(crate) fn open_lines(case: &Case<'_>) -> Tally {
    let encounter = case.encounter;
    let mut lines = Vec::new();
    for (n, i) in encounter.interrogations.iter().enumerate() {
        if i.basis == Basis::Pullback {
            continue;
        }
        lines.push(Line::new(
            Some(i.site),
            Source::Interrogation(n),
            i.evidence.clone(),
        ));
        for (segment, evidence) in &i.segments {
            let site = Site {
                vessel: *segment,
                side: i.site.side,
            };
            lines.push(Line::new(Some(site), Source::Segment(n), evidence.clone()));
        }
    }
    for (n, (site, evidence)) in encounter.coronary.iter().enumerate() {
        if lines.iter().any(|l| l.site == Some(*site)) {
            continue;
        }
        lines.push(Line::new(
            Some(*site),
            Source::Coronary(n),
            evidence.clone(),
        ));
    }
    for (n, (site, span)) in encounter.passed.iter().enumerate() {
        if lines
            .iter()
            .any(|l| l.site.is_some_and(|s| case.whole(s) == case.whole(*site)))
        {
            continue;
        }
        let evidence = Evidence::new(*span, crate::text::Role::Movement);
        lines.push(Line::new(Some(*site), Source::Passed(n), evidence));
    }
    for (n, (site, evidence)) in encounter.vague.iter().enumerate() {
        lines.push(Line::new(Some(*site), Source::Vague(n), evidence.clone()));
    }
    for (n, (site, span)) in encounter.branches.iter().enumerate() {
        if lines
            .iter()
            .any(|l| l.site.is_some_and(|s| case.whole(s) == case.whole(*site)))
        {
            continue;
        }
        lines.push(Line::new(
            Some(*site),
            Source::Branch(n),
            Evidence::new(*span, crate::text::Role::Vessel),
        ));
    }
    for (n, (site, evidence)) in encounter.doubted.iter().enumerate() {
        lines.push(Line::new(Some(*site), Source::Doubted(n), evidence.clone()));
    }
    for (n, (_, span)) in encounter.lookalikes.iter().enumerate() {
        let evidence = Evidence::new(*span, crate::text::Role::Modifier);
        lines.push(Line::new(None, Source::Lookalike(n), evidence));
    }
    group(case, &mut lines);
    Tally {
        lines,
        ..Tally::default()
    }
}

/// Numbers the lines that make one unit together.
fn group(case: &Case<'_>, lines: &mut [Line]) {
    let encounter = case.encounter;
    let performed = |l: &Line| match l.source {
        Source::Interrogation(n) => encounter.interrogations[n].status == Status::Performed,
        _ => false,
    };
    for i in 0..lines.len() {
        if !performed(&lines[i]) {
            continue;
        }
        let Some(site) = lines[i].site else { continue };
        let beside: Vec<&str> = lines
            .iter()
            .filter(|l| performed(l))
            .filter_map(|l| l.site)
            .filter(|s| s.side == site.side)
            .map(|s| case.vessel(s))
            .collect();
        let unit = case.policy.unit(case.vessel(site), &beside);
        lines[i].unit = Some(format!("{} {unit}", site.side.name()));
        lines[i].group = Some(i);
    }
    let lesions: Vec<Vec<Site>> = encounter
        .lesions
        .iter()
        .filter(|l| l.contiguous)
        .map(|l| l.sites.iter().map(|s| case.whole(*s)).collect())
        .collect();
    for i in 0..lines.len() {
        for j in 0..i {
            let (Some(a), Some(b)) = (lines[i].group, lines[j].group) else {
                continue;
            };
            let same_unit = lines[i].unit == lines[j].unit;
            let in_one = |s: Option<Site>, lesion: &Vec<Site>| {
                s.is_some_and(|s| lesion.contains(&case.whole(s)))
            };
            let same_lesion = lesions
                .iter()
                .any(|l| in_one(lines[i].site, l) && in_one(lines[j].site, l));
            if a != b && (same_unit || same_lesion) {
                for line in lines.iter_mut().filter(|l| l.group == Some(a)) {
                    line.group = Some(b);
                }
            }
        }
    }
}

/// Gives units to the lines that stayed open: the first to the initial code, the rest to the additional code. The same
/// for every date.
pub(crate) fn settle(case: &Case<'_>, mut tally: Tally) -> Tally {
    let open = tally.open();
    let (first, _) = case.codes.limits();
    for &line in &open {
        tally.lines[line].verdict = Verdict::Counted;
    }
    let supported: Vec<bool> = open
        .iter()
        .map(|&l| is_supported(case, &tally, l))
        .collect();
    for (&line, &ok) in open.iter().zip(&supported) {
        tally.lines[line].supported = ok;
    }
    // Supported units fill the initial code first, whichever vessel they come from.
    let total = open.len();
    let backed = supported.iter().filter(|s| **s).count();
    let split = |n: usize| (n.min(first as usize), n.saturating_sub(first as usize));
    let ((units_first, units_further), (ok_first, ok_further)) = (split(total), split(backed));
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    for (role, codes, units, ok, lines) in [
        (
            CodeRole::Initial,
            case.codes.initial(),
            units_first,
            ok_first,
            &open[..units_first.min(open.len())],
        ),
        (
            CodeRole::Additional,
            case.codes.additional(),
            units_further,
            ok_further,
            &open[units_first.min(open.len())..],
        ),
    ] {
        if units == 0 {
            continue;
        }
        let confidence = lines
            .iter()
            .map(|&l| super::confidence::confidence(case, &tally, l))
            .min()
            .unwrap_or(Confidence::Low);
        for code in codes.iter().filter(|c| c.role == role) {
            tally.suggestions.push(Suggestion {
                code: code.code.clone(),
                units: number(units),
                units_supported: number(ok),
                sites: lines.iter().filter_map(|&l| tally.lines[l].site).collect(),
                confidence,
                rules: super::allocation(role).into_iter().collect(),
                evidence: lines
                    .iter()
                    .map(|&l| tally.lines[l].evidence.clone())
                    .collect(),
            });
        }
    }
    // The rules that shaped the count, besides the one that gives it.
    let mut rules: Vec<RuleId> = tally
        .lines
        .iter()
        .filter_map(|l| match &l.verdict {
            Verdict::NotCounted { rule, .. } if l.site.is_some() => Some(*rule),
            _ => None,
        })
        .collect();
    rules.sort_unstable();
    rules.dedup();
    for suggestion in &mut tally.suggestions {
        suggestion.rules.extend(&rules);
        suggestion.rules.sort_unstable();
    }
    tally
}

/// A unit is supported when one of its vessels has findings and a stated reason, or what the payer asks for.
pub(crate) fn is_supported(case: &Case<'_>, tally: &Tally, l: usize) -> bool {
    let group = tally.lines[l].group;
    tally
        .lines
        .iter()
        .filter(|o| o.group.is_some() && o.group == group)
        .any(|o| match o.source {
            Source::Interrogation(n) => {
                let i = &case.encounter.interrogations[n];
                case.needs.met(!i.findings.is_empty(), i.necessity)
            }
            _ => false,
        })
}
