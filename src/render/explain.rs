//! Why each unit was given or not: rule, one-sentence reason, the facts and sources behind the rule, and the words of the
//! report.

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::Serialize;

use super::{
    json::{Quote, Writer},
    sheet::Sheet,
    text::{Colour, short},
    vessel_words,
};
use crate::{
    analyzer::{Analysis, Analyzer},
    codes::{FactTold, Reference, told},
    encounter::NecessityState,
    rules::{self, Line, RuleId, Source, Verdict},
    text::{Evidence, Report},
};

static REFERENCE: LazyLock<Reference> = LazyLock::new(Reference::builtin);

/// The reasons behind an analysis.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Explanation {
    /// Each counted vessel, in the order in which units were given.
    pub units: Vec<UnitWhy>,
    /// What no unit takes in, and why.
    pub not_counted: Vec<Why>,
    /// Flags that belong to no single unit.
    pub flags: Vec<Why>,
}

/// One unit.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UnitWhy {
    /// The code; two before 2016, when the imaging half had its own.
    pub codes: Vec<String>,
    /// The vessel with its side.
    pub vessel: String,
    /// Whether the text supports it as it stands.
    pub supported: bool,
    /// The rule that gives the unit, then those that drew other vessels into it, then the flags about it.
    pub why: Vec<Why>,
}

/// One rule's part.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Why {
    /// The rule.
    pub rule: String,
    /// Its name.
    pub name: &'static str,
    /// The vessel it speaks of, with its side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vessel: Option<String>,
    /// The reason in one sentence.
    pub reason: String,
    /// The facts the rule rests on, with their sources.
    pub facts: Vec<FactTold>,
    /// The words of the report.
    pub evidence: Vec<Quote>,
}

/// Why each unit of an analysis was given or not.
#[must_use]
pub fn explain(analyzer: &Analyzer, report: &Report, analysis: &Analysis) -> Explanation {
    let writer = Writer::new(analyzer, report, analysis);
    let lines = &analysis.tally.lines;
    let mut taken = vec![false; lines.len()];
    let mut told = vec![false; analysis.flags.len()];
    let mut units = Vec::new();
    for (codes, rule, site) in given(analysis) {
        let at = lines
            .iter()
            .position(|l| l.site == Some(site) && matches!(l.verdict, Verdict::Counted));
        let Some(at) = at else { continue };
        let line = &lines[at];
        let key = site.key(analyzer.lexicon());
        let backing = if line.supported {
            "the text gives a finding and a reason for the unit"
        } else {
            "the text does not yet give both a finding and a reason for IVUS"
        };
        let summary = rules::find(&rule.to_string()).map_or("", |r| r.summary);
        let reason = format!("{summary}; {backing}");
        let mut why = vec![part(&writer, rule, None, reason, &grounds(analysis, line))];
        for (n, other) in lines.iter().enumerate() {
            if joins(analysis, line, other)
                && let Some(more) = declined(&writer, analyzer, other)
            {
                taken[n] = true;
                why.push(more);
            }
        }
        for (n, flag) in analysis.flags.iter().enumerate() {
            if flag.site == Some(site) {
                told[n] = true;
                why.push(part(
                    &writer,
                    flag.rule,
                    None,
                    flag.message.clone(),
                    &flag.evidence,
                ));
            }
        }
        let supported = line.supported;
        units.push(UnitWhy {
            codes,
            vessel: key,
            supported,
            why,
        });
    }
    let rest = lines.iter().zip(&taken).filter(|(_, taken)| !**taken);
    let flags = analysis.flags.iter().zip(&told).filter(|(_, told)| !**told);
    Explanation {
        units,
        not_counted: rest
            .filter_map(|(l, _)| declined(&writer, analyzer, l))
            .collect(),
        flags: flags
            .map(|(f, _)| {
                let vessel = f.site.map(|s| s.key(analyzer.lexicon()));
                part(&writer, f.rule, vessel, f.message.clone(), &f.evidence)
            })
            .collect(),
    }
}

/// The vessels that were given a unit, each with its codes and the rule that gave it.
fn given(analysis: &Analysis) -> Vec<(Vec<String>, RuleId, crate::encounter::Site)> {
    let mut units: Vec<(Vec<String>, RuleId, crate::encounter::Site)> = Vec::new();
    for suggestion in &analysis.tally.suggestions {
        let Some(&rule) = suggestion.rules.iter().find(|r| rules::is_allocation(**r)) else {
            continue;
        };
        for &site in &suggestion.sites {
            match units.iter_mut().find(|(_, r, s)| *s == site && *r == rule) {
                // The imaging half of the old codes.
                Some((codes, _, _)) => codes.push(suggestion.code.clone()),
                None => units.push((vec![suggestion.code.clone()], rule, site)),
            }
        }
    }
    units
}

/// Whether a declined line was drawn into the unit of a counted one.
fn joins(analysis: &Analysis, counted: &Line, other: &Line) -> bool {
    let grouped = other.group.is_some() && other.group == counted.group;
    let segment = match (counted.source, other.source) {
        (Source::Interrogation(n), Source::Segment(m)) => {
            n == m
                || analysis.encounter.interrogations[n].site
                    == analysis.encounter.interrogations[m].site
        }
        _ => false,
    };
    grouped || segment
}

/// The words that tie IVUS to a vessel, what was seen there, and why IVUS was needed.
/// Where those stand with another vessel of the unit, its words follow.
fn grounds(analysis: &Analysis, line: &Line) -> Evidence {
    let looks = &analysis.encounter.interrogations;
    let backed = |l: &&Line| {
        matches!(l.source, Source::Interrogation(n)
            if !looks[n].findings.is_empty() && looks[n].necessity == NecessityState::Stated)
    };
    let mates = analysis.tally.lines.iter();
    let mut mates = mates.filter(|l| l.group.is_some() && l.group == line.group);
    let backing = if line.supported && !backed(&line) {
        mates.find(backed)
    } else {
        None
    };
    let mut evidence = line.evidence.clone();
    for line in [Some(line), backing].into_iter().flatten() {
        let Source::Interrogation(n) = line.source else {
            continue;
        };
        evidence.extend(&line.evidence);
        let look = &looks[n];
        for finding in &look.findings {
            evidence.extend(&finding.evidence);
        }
        if let Some(reason) = &look.necessity_evidence {
            evidence.extend(reason);
        }
    }
    evidence
}

fn declined(writer: &Writer<'_>, analyzer: &Analyzer, line: &Line) -> Option<Why> {
    let Verdict::NotCounted {
        rule,
        reason,
        evidence,
    } = &line.verdict
    else {
        return None;
    };
    let vessel = line.site.map(|s| s.key(analyzer.lexicon()));
    Some(part(writer, *rule, vessel, reason.clone(), evidence))
}

fn part(
    writer: &Writer<'_>,
    rule: RuleId,
    vessel: Option<String>,
    reason: String,
    evidence: &Evidence,
) -> Why {
    let id = rule.to_string();
    Why {
        name: rules::find(&id).map_or("", |r| r.name),
        vessel,
        reason,
        facts: REFERENCE
            .facts_of(&id)
            .map(|f| told(f, &REFERENCE))
            .collect(),
        evidence: writer.quotes(evidence),
        rule: id,
    }
}

/// The reasons for a screen.
#[must_use]
pub fn text(explanation: &Explanation, colour: Colour) -> String {
    let mut sheet = Sheet::new(colour);
    if !explanation.units.is_empty() {
        sheet.title("Why, unit by unit");
    }
    for unit in &explanation.units {
        let state = if unit.supported {
            "supported"
        } else {
            "not yet supported"
        };
        let head = format!(
            "{} {}",
            unit.codes.join(" with "),
            vessel_words(&unit.vessel)
        );
        let head = sheet.bold(&head);
        sheet.wrapped("  ", &format!("{head}: {state}"));
        for why in &unit.why {
            print(&mut sheet, why);
        }
    }
    for (title, parts) in [
        ("Why not counted", &explanation.not_counted),
        ("Why flagged", &explanation.flags),
    ] {
        if !parts.is_empty() {
            sheet.title(title);
        }
        for why in parts {
            print(&mut sheet, why);
        }
    }
    sheet.out
}

/// The most facts of a rule and words of the report that are shown for one reason; JSON has all.
const SHOWN: usize = 3;

fn print(sheet: &mut Sheet, why: &Why) {
    let vessel = why.vessel.as_ref().filter(|v| !v.is_empty());
    let vessel = vessel.map_or_else(String::new, |v| format!("{}: ", vessel_words(v)));
    sheet.wrapped(
        "    - ",
        &format!("{} {}: {vessel}{}", why.rule, why.name, why.reason),
    );
    for fact in why.facts.iter().take(SHOWN) {
        let names: Vec<String> = fact
            .sources
            .iter()
            .map(crate::codes::SourceTold::dated)
            .collect();
        let conflict = if fact.conflict.is_empty() {
            ""
        } else {
            "; sources differ"
        };
        sheet.wrapped(
            "        source  ",
            &format!(
                "{} (fact {}, {}{conflict})",
                names.join("; "),
                fact.id,
                fact.confidence
            ),
        );
    }
    if why.facts.len() > SHOWN {
        let more: Vec<String> = why
            .facts
            .iter()
            .skip(SHOWN)
            .map(|f| f.id.to_string())
            .collect();
        sheet.wrapped(
            "                ",
            &format!(
                "and fact{} {}",
                if more.len() == 1 { "" } else { "s" },
                more.join(", ")
            ),
        );
    }
    let shown = why.evidence.iter().take(2 * SHOWN);
    let mut words: Vec<String> = shown
        .map(|q| format!("line {} \"{}\"", q.line, short(&q.text)))
        .collect();
    if why.evidence.len() > 2 * SHOWN {
        words.push(format!("{} more", why.evidence.len() - 2 * SHOWN));
    }
    sheet.wrapped("        words   ", &words.join("; "));
}
