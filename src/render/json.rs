//! The JSON of `contract.md`, schema 1: its own structs, so that internal types may change.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    analyzer::{Analysis, Analyzer},
    encounter::DateSource,
    mention::Side,
    rules::Verdict,
    text::{Evidence, LineIndex, Mark, Report, Role, Span},
};

/// One report's analysis.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Document {
    /// Version of this shape.
    pub schema_version: u32,
    /// What offsets count: Unicode code points.
    #[schemars(extend("enum" = ["codepoint"]))]
    pub offset_unit: &'static str,
    /// What read the report.
    pub engine: Engine,
    /// Which report it was.
    pub report: ReportHead,
    /// What was done.
    pub encounter: EncounterDoc,
    /// What that amounts to.
    pub coding: Coding,
    /// What the text lacks.
    pub flags: Vec<FlagDoc>,
}

/// What read the report.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Engine {
    /// Version of the program.
    pub version: &'static str,
    /// Digest of the lexicon.
    pub lexicon: String,
    /// Name of the counting policy.
    pub policy: String,
    /// First date of the code set used.
    pub code_set: String,
}

/// Which report it was.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReportHead {
    /// The file stem.
    pub id: String,
    /// The path, if read from a file.
    pub source: Option<String>,
    /// The date of service, ISO 8601.
    pub date_of_service: Option<String>,
    /// `text`, `option`, `metadata` or `none`.
    #[schemars(extend("enum" = ["text", "option", "metadata", "none"]))]
    pub date_source: &'static str,
}

/// Words of the report. `Debug` shows where they stand, not what they say, so that no report text reaches a log.
#[derive(Clone, Serialize, JsonSchema)]
pub struct Quote {
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
    /// Line, from 1.
    pub line: usize,
    /// Column in code points, from 1.
    pub column: usize,
    /// The words.
    pub text: String,
    /// What they are evidence of.
    #[schemars(extend("enum" = ["ivus", "vessel", "side", "movement", "finding", "necessity", "lesion", "access", "procedure", "modifier", "date"]))]
    pub role: &'static str,
}

impl fmt::Debug for Quote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}..{}", self.role, self.start, self.end)
    }
}

/// What was done.
#[derive(Debug, Serialize, JsonSchema)]
pub struct EncounterDoc {
    /// `performed`, `not_performed`, `coronary_only` or `absent`.
    #[schemars(extend("enum" = ["performed", "not_performed", "coronary_only", "absent"]))]
    pub ivus: &'static str,
    /// Every noncoronary vessel the text ties to IVUS.
    pub interrogations: Vec<InterrogationDoc>,
    /// Lesions over several vessels.
    pub lesions: Vec<LesionDoc>,
    /// Where vessels were entered.
    pub access: Vec<AccessDoc>,
    /// Catheters and where they were brought.
    pub catheter_moves: Vec<MoveDoc>,
    /// Other procedures.
    pub procedures: Vec<ProcedureDoc>,
}

/// IVUS and one vessel.
#[derive(Debug, Serialize, JsonSchema)]
pub struct InterrogationDoc {
    /// Vessel id.
    pub vessel: String,
    /// `left`, `right`, `none` or `unknown`.
    #[schemars(extend("enum" = ["left", "right", "none", "unknown"]))]
    pub side: &'static str,
    /// `performed`, `negated`, `planned`, `historical` or `attempted`.
    #[schemars(extend("enum" = ["performed", "negated", "planned", "historical", "attempted"]))]
    pub status: &'static str,
    /// `stated`, `lesion` or `pullback`.
    #[schemars(extend("enum" = ["stated", "lesion", "pullback"]))]
    pub basis: &'static str,
    /// What was seen.
    pub findings: Vec<FindingDoc>,
    /// Why IVUS was needed.
    pub necessity: NecessityDoc,
    /// The words.
    pub evidence: Vec<Quote>,
}

/// What was seen.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FindingDoc {
    /// Kind of finding.
    pub kind: String,
    /// Whether its absence is stated.
    pub negated: bool,
    /// Measured value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Unit of the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<&'static str>,
    /// The words.
    pub evidence: Quote,
}

/// Why IVUS was needed.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NecessityDoc {
    /// `stated`, `general` or `missing`.
    #[schemars(extend("enum" = ["stated", "general", "missing"]))]
    pub state: &'static str,
    /// The words.
    pub evidence: Vec<Quote>,
}

/// A lesion over several vessels.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LesionDoc {
    /// Its vessels, each with its side.
    pub vessels: Vec<String>,
    /// Whether the text says it runs on from one into the next.
    pub contiguous: bool,
    /// The words.
    pub evidence: Vec<Quote>,
}

/// Where a vessel was entered.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AccessDoc {
    /// Vessel id.
    pub vessel: String,
    /// Its side.
    #[schemars(extend("enum" = ["left", "right", "none", "unknown"]))]
    pub side: &'static str,
    /// The words.
    pub evidence: Vec<Quote>,
}

/// A catheter brought to a vessel.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MoveDoc {
    /// Device class.
    pub device: &'static str,
    /// `advance`.
    pub action: &'static str,
    /// Vessel id.
    pub vessel: String,
    /// Its side.
    #[schemars(extend("enum" = ["left", "right", "none", "unknown"]))]
    pub side: &'static str,
    /// Whether it was done.
    #[schemars(extend("enum" = ["performed", "negated", "planned", "historical", "attempted"]))]
    pub status: &'static str,
    /// The words.
    pub evidence: Vec<Quote>,
}

/// A procedure other than IVUS.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProcedureDoc {
    /// Procedure id.
    pub procedure: String,
    /// Codes it maps to on the date.
    pub codes: Vec<String>,
    /// Whether it was done.
    #[schemars(extend("enum" = ["performed", "negated", "planned", "historical", "attempted"]))]
    pub status: &'static str,
    /// The words.
    pub evidence: Vec<Quote>,
}

/// What it amounts to.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Coding {
    /// Suggested units.
    pub lines: Vec<LineDoc>,
    /// Vessels not counted, and why.
    pub not_counted: Vec<NotCountedDoc>,
    /// Selective catheter placements.
    pub catheter_placements: Vec<PlacementDoc>,
    /// Base procedures found.
    pub base_procedures: Vec<String>,
    /// `ready`, `review`, `query` or `no_ivus`.
    #[schemars(extend("enum" = ["ready", "review", "query", "no_ivus"]))]
    pub disposition: &'static str,
}

/// Units of one code.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LineDoc {
    /// The code.
    pub code: String,
    /// Units performed.
    pub units: u32,
    /// Units the text supports today.
    pub units_supported: u32,
    /// The vessels.
    pub vessels: Vec<String>,
    /// `high`, `medium` or `low`.
    #[schemars(extend("enum" = ["high", "medium", "low"]))]
    pub confidence: &'static str,
    /// Rules that shaped the count.
    pub rules: Vec<String>,
    /// The words.
    pub evidence: Vec<Quote>,
}

/// A vessel not counted.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NotCountedDoc {
    /// The vessel with its side; empty for a study that is not IVUS.
    pub vessel: String,
    /// The rule.
    pub rule: String,
    /// Why.
    pub reason: String,
    /// The words.
    pub evidence: Vec<Quote>,
}

/// A catheter placement.
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlacementDoc {
    /// The code.
    pub code: String,
    /// Entry vessel.
    pub from: String,
    /// Resting place.
    pub to: String,
    /// Selective order.
    pub order: u32,
    /// The way.
    pub path: Vec<String>,
    /// What includes it.
    pub bundled_by: Option<String>,
    /// How sure.
    pub certainty: String,
    /// The words.
    pub evidence: Vec<Quote>,
}

/// Something the text lacks, or that needs a look.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FlagDoc {
    /// The rule.
    pub rule: String,
    /// Its name.
    pub name: &'static str,
    /// `info`, `warning` or `review`.
    #[schemars(extend("enum" = ["info", "warning", "review"]))]
    pub severity: &'static str,
    /// The vessel with its side, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vessel: Option<String>,
    /// What and what to do.
    pub message: String,
    /// The words.
    pub evidence: Vec<Quote>,
}

/// The encounter of one report by itself, as `ivus extract` prints it.
#[derive(Debug, Serialize)]
pub struct Extract<'a> {
    schema_version: u32,
    offset_unit: &'static str,
    engine: &'a Engine,
    report: &'a ReportHead,
    encounter: &'a EncounterDoc,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<&'a [Step]>,
}

/// Why a vessel was taken or left.
#[derive(Debug, Serialize)]
pub struct Step {
    /// Words of the report.
    #[serde(flatten)]
    pub at: Quote,
    /// What was made of them.
    pub why: &'static str,
}

impl Document {
    /// The encounter by itself, with the trace if one is given.
    #[must_use]
    pub fn extract<'a>(&'a self, trace: Option<&'a [Step]>) -> Extract<'a> {
        Extract {
            schema_version: self.schema_version,
            offset_unit: self.offset_unit,
            engine: &self.engine,
            report: &self.report,
            encounter: &self.encounter,
            trace,
        }
    }
}

/// Why each vessel was taken or left, in report order.
#[must_use]
pub fn trace(report: &Report, analysis: &Analysis) -> Vec<Step> {
    let index = LineIndex::new(&report.text);
    let steps = analysis.trace();
    steps.into_iter().map(|(span, why)| Step { at: quote(report, &index, span, Role::Vessel), why }).collect()
}

/// The words at a span, with their place counted in code points.
fn quote(report: &Report, index: &LineIndex, span: Span, role: Role) -> Quote {
    let (line, column, start) = index.position(&report.text, span.start);
    let text = report.slice(span).to_owned();
    Quote { start, end: start + text.chars().count(), line, column, text, role: role.name() }
}

/// The document of one report.
#[must_use]
pub fn document(analyzer: &Analyzer, report: &Report, analysis: &Analysis) -> Document {
    let lexicon = analyzer.lexicon();
    let index = LineIndex::new(&report.text);
    let quote = |mark: &Mark| quote(report, &index, mark.span, mark.role);
    let quotes = |evidence: &Evidence| -> Vec<Quote> { evidence.marks().iter().map(quote).collect() };
    let encounter = &analysis.encounter;
    let vessel = |v| lexicon.vessel(v).id.clone();
    let side = |s: Side| s.name();
    Document {
        schema_version: 1,
        offset_unit: "codepoint",
        engine: Engine {
            version: env!("CARGO_PKG_VERSION"),
            lexicon: lexicon.hash().to_owned(),
            policy: analyzer.policy().name.clone(),
            code_set: analysis.codes.name.clone(),
        },
        report: ReportHead {
            id: report.id.to_string(),
            source: report.source.clone(),
            date_of_service: encounter.service_date.map(|d| d.to_string()),
            date_source: match encounter.date_source {
                DateSource::Text => "text",
                DateSource::Option => "option",
                DateSource::None => "none",
            },
        },
        encounter: EncounterDoc {
            ivus: encounter.ivus.name(),
            interrogations: encounter
                .interrogations
                .iter()
                .map(|i| InterrogationDoc {
                    vessel: vessel(i.site.vessel),
                    side: side(i.site.side),
                    status: i.status.name(),
                    basis: i.basis.name(),
                    findings: i
                        .findings
                        .iter()
                        .map(|f| FindingDoc { kind: f.kind.clone(), negated: f.negated, value: f.value, unit: f.unit, evidence: quote(&f.evidence.primary()) })
                        .collect(),
                    necessity: NecessityDoc { state: i.necessity.name(), evidence: i.necessity_evidence.as_ref().map(quotes).unwrap_or_default() },
                    evidence: quotes(&i.evidence),
                })
                .collect(),
            lesions: encounter
                .lesions
                .iter()
                .map(|l| LesionDoc { vessels: l.sites.iter().map(|s| s.key(lexicon)).collect(), contiguous: l.contiguous, evidence: quotes(&l.evidence) })
                .collect(),
            access: encounter
                .access
                .iter()
                .map(|a| AccessDoc { vessel: vessel(a.site.vessel), side: side(a.site.side), evidence: quotes(&a.evidence) })
                .collect(),
            catheter_moves: encounter
                .moves
                .iter()
                .map(|m| MoveDoc {
                    device: m.device,
                    action: m.action,
                    vessel: vessel(m.site.vessel),
                    side: side(m.site.side),
                    status: m.status.name(),
                    evidence: quotes(&m.evidence),
                })
                .collect(),
            procedures: encounter
                .procedures
                .iter()
                .map(|p| ProcedureDoc {
                    procedure: p.id.clone(),
                    codes: analysis.codes.excluding(&p.id).map(|c| c.code.clone()).into_iter().collect(),
                    status: p.status.name(),
                    evidence: quotes(&p.evidence),
                })
                .collect(),
        },
        coding: Coding {
            lines: analysis
                .tally
                .suggestions
                .iter()
                .map(|s| LineDoc {
                    code: s.code.clone(),
                    units: s.units,
                    units_supported: s.units_supported,
                    vessels: s.sites.iter().map(|s| s.key(lexicon)).collect(),
                    confidence: s.confidence.name(),
                    rules: s.rules.iter().map(ToString::to_string).collect(),
                    evidence: s.evidence.iter().flat_map(&quotes).collect(),
                })
                .collect(),
            not_counted: analysis
                .tally
                .lines
                .iter()
                .filter_map(|l| match &l.verdict {
                    Verdict::NotCounted { rule, reason, evidence } => Some(NotCountedDoc {
                        vessel: l.site.map(|s| s.key(lexicon)).unwrap_or_default(),
                        rule: rule.to_string(),
                        reason: reason.clone(),
                        evidence: quotes(evidence),
                    }),
                    _ => None,
                })
                .collect(),
            catheter_placements: Vec::new(),
            base_procedures: analysis.base_procedures.clone(),
            disposition: analysis.disposition.name(),
        },
        flags: analysis
            .flags
            .iter()
            .map(|f| FlagDoc {
                rule: f.rule.to_string(),
                name: f.name,
                severity: f.severity.name(),
                vessel: f.site.map(|s| s.key(lexicon)),
                message: f.message.clone(),
                evidence: quotes(&f.evidence),
            })
            .collect(),
    }
}
