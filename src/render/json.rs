//! The JSON of `contract.md`, schema 1: its own structs, so that internal types may change.

use std::{cell::OnceCell, collections::BTreeSet, fmt};

use schemars::JsonSchema;
use serde::Serialize;

use super::explain::Explanation;
use crate::{
    analyzer::{Analysis, Analyzer},
    encounter::{DateSource, Finding, Interrogation, Site},
    lexicon::Lexicon,
    rules::Verdict,
    text::{Evidence, LineIndex, Mark, Report, Role},
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
    /// Why each unit was given or not, when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
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
    /// Name of the payer profile; absent when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payer: Option<String>,
    /// First date of the code set used.
    pub code_set: String,
    /// Which loaded tables were used; absent for the built-in ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tables: Option<TablesDoc>,
}

/// Which loaded tables were used.
#[derive(Debug, Serialize, JsonSchema)]
pub struct TablesDoc {
    /// Digest of their rows.
    pub digest: String,
    /// The published files they come from.
    pub files: Vec<String>,
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
    /// The vessel with its side, when known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
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
    /// The punctured vessel with its side.
    pub from: String,
    /// Where the tip came to rest, with its side.
    pub to: String,
    /// Selective order; 0 when not selective.
    pub order: u32,
    /// `access` (no further than the punctured way), `non-selective` (the root) or `selective`.
    #[schemars(extend("enum" = ["access", "non-selective", "selective"]))]
    pub selectivity: &'static str,
    /// The vessels from the puncture to the tip.
    pub path: Vec<String>,
    /// The code of the session that holds this catheter work.
    pub bundled_by: Option<String>,
    /// `certain`, `high`, `medium` or `low`.
    #[schemars(extend("enum" = ["certain", "high", "medium", "low"]))]
    pub certainty: &'static str,
    /// What decides.
    pub reason: String,
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
    pub why: String,
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
pub fn trace(analyzer: &Analyzer, report: &Report, analysis: &Analysis) -> Vec<Step> {
    let writer = Writer::new(analyzer, report, analysis);
    let at = |span| {
        writer.quote(Mark {
            span,
            role: Role::Vessel,
        })
    };
    analysis
        .trace()
        .iter()
        .map(|(span, why)| Step {
            at: at(*span),
            why: why.clone(),
        })
        .collect()
}

/// The document of one report.
#[must_use]
pub fn document(analyzer: &Analyzer, report: &Report, analysis: &Analysis) -> Document {
    let writer = Writer::new(analyzer, report, analysis);
    let encounter = &analysis.encounter;
    Document {
        schema_version: 1,
        offset_unit: "codepoint",
        engine: Engine {
            version: env!("CARGO_PKG_VERSION"),
            lexicon: analyzer.lexicon().hash().to_owned(),
            policy: analyzer.policy().name.clone(),
            payer: Some(analyzer.payer().name.clone()).filter(|p| !p.is_empty()),
            code_set: analysis.codes.name.clone(),
            tables: analyzer
                .codes()
                .tables()
                .origin
                .as_ref()
                .map(|o| TablesDoc {
                    digest: o.digest.clone(),
                    files: o.files.clone(),
                }),
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
            interrogations: writer.interrogations(),
            lesions: writer.lesions(),
            access: writer.access(),
            catheter_moves: writer.moves(),
            procedures: writer.procedures(),
        },
        coding: Coding {
            lines: writer.lines(),
            not_counted: writer.not_counted(),
            catheter_placements: writer.placements(),
            base_procedures: analysis.base_procedures.clone(),
            disposition: analysis.disposition.name(),
        },
        flags: writer.flags(),
        explanation: None,
    }
}

/// Writes the parts of one document.
pub(super) struct Writer<'a> {
    lexicon: &'a Lexicon,
    report: &'a Report,
    analysis: &'a Analysis,
    /// Made for the first quote: most reports without IVUS have none.
    index: OnceCell<LineIndex>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(analyzer: &'a Analyzer, report: &'a Report, analysis: &'a Analysis) -> Self {
        Self {
            lexicon: analyzer.lexicon(),
            report,
            analysis,
            index: OnceCell::new(),
        }
    }

    /// The words of a mark, with their place counted in code points.
    fn quote(&self, mark: Mark) -> Quote {
        let text = &self.report.text;
        let index = self.index.get_or_init(|| LineIndex::new(text));
        let (line, column, start) = index.position(text, mark.span.start);
        let text = self.report.slice(mark.span).to_owned();
        let end = start + text.chars().count();
        Quote {
            start,
            end,
            line,
            column,
            text,
            role: mark.role.name(),
        }
    }

    pub(super) fn quotes(&self, evidence: &Evidence) -> Vec<Quote> {
        evidence.marks().iter().map(|m| self.quote(*m)).collect()
    }

    fn vessel(&self, site: Site) -> String {
        self.lexicon.vessel(site.vessel).id.clone()
    }

    fn interrogations(&self) -> Vec<InterrogationDoc> {
        let finding = |f: &Finding| FindingDoc {
            kind: f.kind.clone(),
            negated: f.negated,
            value: f.value,
            unit: f.unit,
            evidence: self.quote(f.evidence.primary()),
        };
        let looks = self.analysis.encounter.interrogations.iter();
        looks
            .map(|i| InterrogationDoc {
                vessel: self.vessel(i.site),
                side: i.site.side.name(),
                status: i.status.name(),
                basis: i.basis.name(),
                findings: i.findings.iter().map(finding).collect(),
                necessity: NecessityDoc {
                    state: i.necessity.name(),
                    evidence: i
                        .necessity_evidence
                        .as_ref()
                        .map_or_else(Vec::new, |e| self.quotes(e)),
                },
                evidence: self.with_side(i),
            })
            .collect()
    }

    /// The words for a vessel, and those that tell its side.
    fn with_side(&self, look: &Interrogation) -> Vec<Quote> {
        let marks = look.evidence.marks();
        let sides = marks.iter().filter(|m| m.role == Role::Side);
        let known: BTreeSet<_> = sides.map(|m| m.span).collect();
        let more = look.side_words.iter().filter(|s| !known.contains(*s));
        let more = more.map(|span| Mark {
            span: *span,
            role: Role::Side,
        });
        let all = marks.iter().copied().chain(more);
        all.map(|m| self.quote(m)).collect()
    }

    fn lesions(&self) -> Vec<LesionDoc> {
        let lesions = self.analysis.encounter.lesions.iter();
        lesions
            .map(|l| LesionDoc {
                vessels: l.sites.iter().map(|s| s.key(self.lexicon)).collect(),
                contiguous: l.contiguous,
                evidence: self.quotes(&l.evidence),
            })
            .collect()
    }

    fn access(&self) -> Vec<AccessDoc> {
        let access = self.analysis.encounter.access.iter();
        access
            .map(|a| AccessDoc {
                vessel: self.vessel(a.site),
                side: a.site.side.name(),
                evidence: self.quotes(&a.evidence),
            })
            .collect()
    }

    fn moves(&self) -> Vec<MoveDoc> {
        let moves = self.analysis.encounter.moves.iter();
        moves
            .map(|m| MoveDoc {
                device: m.device,
                action: m.action,
                vessel: self.vessel(m.site),
                side: m.site.side.name(),
                status: m.status.name(),
                evidence: self.quotes(&m.evidence),
            })
            .collect()
    }

    fn procedures(&self) -> Vec<ProcedureDoc> {
        let procedures = self.analysis.encounter.procedures.iter();
        procedures
            .zip(&self.analysis.procedure_codes)
            .map(|(p, codes)| ProcedureDoc {
                procedure: p.id.clone(),
                site: p.site.map(|s| s.key(self.lexicon)),
                codes: codes.clone(),
                status: p.status.name(),
                evidence: self.quotes(&p.evidence),
            })
            .collect()
    }

    fn lines(&self) -> Vec<LineDoc> {
        let suggestions = self.analysis.tally.suggestions.iter();
        suggestions
            .map(|s| LineDoc {
                code: s.code.clone(),
                units: s.units,
                units_supported: s.units_supported,
                vessels: s.sites.iter().map(|s| s.key(self.lexicon)).collect(),
                confidence: s.confidence.name(),
                rules: s.rules.iter().map(ToString::to_string).collect(),
                evidence: s.evidence.iter().flat_map(|e| self.quotes(e)).collect(),
            })
            .collect()
    }

    fn not_counted(&self) -> Vec<NotCountedDoc> {
        let lines = self.analysis.tally.lines.iter();
        lines
            .filter_map(|l| match &l.verdict {
                Verdict::NotCounted {
                    rule,
                    reason,
                    evidence,
                } => Some(NotCountedDoc {
                    vessel: l.site.map(|s| s.key(self.lexicon)).unwrap_or_default(),
                    rule: rule.to_string(),
                    reason: reason.clone(),
                    evidence: self.quotes(evidence),
                }),
                _ => None,
            })
            .collect()
    }

    fn placements(&self) -> Vec<PlacementDoc> {
        let placements = self.analysis.placements.iter();
        placements
            .map(|p| PlacementDoc {
                code: p.code.clone(),
                from: p.from.key(self.lexicon),
                to: p.to.key(self.lexicon),
                order: p.order,
                selectivity: p.selectivity.name(),
                path: p.steps.iter().map(|s| s.site.key(self.lexicon)).collect(),
                bundled_by: p.bundled_by.clone(),
                certainty: p.certainty.name(),
                reason: p.reason.clone(),
                evidence: self.quotes(&p.evidence),
            })
            .collect()
    }

    fn flags(&self) -> Vec<FlagDoc> {
        let flags = self.analysis.flags.iter();
        flags
            .map(|f| FlagDoc {
                rule: f.rule.to_string(),
                name: f.name,
                severity: f.severity.name(),
                vessel: f.site.map(|s| s.key(self.lexicon)),
                message: f.message.clone(),
                evidence: self.quotes(&f.evidence),
            })
            .collect()
    }
}
