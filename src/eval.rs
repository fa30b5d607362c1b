//! Scores the program against gold labels (`gold-schema.md`): the same measures as the project's score script, and every
//! report that differs with the words on both sides. Over-coding and under-coding are counted apart.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Result},
    input::{self, Source},
    lexicon::Lexicon,
    render::{
        Reading,
        json::{Document, InterrogationDoc},
    },
};

/// Whether two good coders would agree on a gold label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Agreement {
    /// Hardly.
    Low,
    /// Probably.
    Medium,
    /// Surely.
    High,
}

/// Units of the first vessel and of the further ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Units {
    initial: u32,
    additional: u32,
}

impl Units {
    fn total(self) -> u32 {
        self.initial + self.additional
    }
}

impl std::fmt::Display for Units {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}+{}", self.initial, self.additional)
    }
}

/// The labels of one report.
#[derive(Clone, Debug, Deserialize)]
struct Gold {
    ivus: String,
    vessels: Vec<GoldVessel>,
    units: Option<Units>,
    #[serde(default)]
    units_supported: Units,
    #[serde(default)]
    one_lesion: Vec<Vec<String>>,
    #[serde(default)]
    access: Vec<GoldSite>,
    #[serde(default)]
    catheter_targets: Vec<GoldSite>,
    #[serde(default)]
    base_codes: Vec<String>,
    #[serde(default = "high")]
    confidence: Agreement,
}

fn high() -> Agreement {
    Agreement::High
}

#[derive(Clone, Debug, Deserialize)]
struct GoldVessel {
    vessel: String,
    side: Option<String>,
    #[serde(default)]
    findings: bool,
    #[serde(default)]
    necessity: String,
    #[serde(default)]
    quote: String,
}

#[derive(Clone, Debug, Deserialize)]
struct GoldSite {
    vessel: String,
    side: Option<String>,
}

/// A report with its labels.
#[derive(Clone, Debug)]
pub struct Case {
    source: Source,
    gold: Gold,
}

impl Case {
    /// Where the report is read from.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }
}

/// The labelled reports of a folder, at any depth, in order of path, and the number of reports without labels. Labels that
/// cannot be read leave their error in their place.
///
/// # Errors
/// When the folder does not exist or holds no labelled report.
pub fn cases(folder: &Path, at_least: Agreement) -> Result<(Vec<Result<Case>>, usize)> {
    if !folder.is_dir() {
        return match fs::metadata(folder) {
            Ok(_) => Err(Error::usage(format!(
                "{}: is a file; name the folder of reports and gold labels",
                folder.display()
            ))),
            Err(e) => Err(Error::read(folder, e)),
        };
    }
    let (mut found, mut unlabelled) = (Vec::new(), 0);
    for source in input::find(&[folder.to_owned()]) {
        let path = match &source {
            Ok(Source::File(path)) => path.with_extension("json"),
            Ok(Source::Stdin) => continue,
            Err(_) => {
                found.extend(source.err().map(Err));
                continue;
            }
        };
        if !path.exists() {
            unlabelled += 1;
            continue;
        }
        match (read_gold(&path), source) {
            (Ok(gold), Ok(source)) if gold.units.is_some() => {
                if gold.confidence >= at_least {
                    found.push(Ok(Case { source, gold }));
                }
            }
            (Ok(_), _) => unlabelled += 1,
            (Err(e), _) => found.push(Err(e)),
        }
    }
    if found.is_empty() {
        let reason = "no report with gold labels; labels of NAME.txt stand beside it in NAME.json";
        return Err(Error::report(folder, reason));
    }
    Ok((found, unlabelled))
}

fn read_gold(path: &PathBuf) -> Result<Gold> {
    let bytes = fs::read(path).map_err(|e| Error::read(path, e))?;
    // The parser's message may quote the file; its place is enough to mend it.
    serde_json::from_slice(&bytes).map_err(|e| {
        let what = if e.is_data() {
            "a label is missing or of the wrong kind"
        } else {
            "is not JSON"
        };
        Error::report(
            path,
            format!("{what} (line {}, column {})", e.line(), e.column()),
        )
    })
}

/// One measure.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// Its name.
    pub name: &'static str,
    /// Its value, 0 to 1.
    pub value: f64,
    /// Numerator and denominator, or precision and recall.
    pub how: String,
}

/// In which way a report differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// More units than the labels have.
    OverCoded,
    /// Fewer units.
    UnderCoded,
    /// The report could not be read.
    NoPrediction,
    /// As many units, but something else differs.
    Other,
}

/// A report that differs from its labels.
#[derive(Clone, Debug, Serialize)]
pub struct Difference {
    /// The report.
    pub id: String,
    /// Whether two good coders would agree on the labels.
    pub confidence: Agreement,
    /// In which way it differs.
    pub kind: Kind,
    /// What differs, each with the words that tell.
    pub differences: Vec<Told>,
}

/// One thing that differs.
#[derive(Clone, Debug, Serialize)]
pub struct Told {
    /// What.
    pub what: String,
    /// The words of the report, or the rule and reason, that led to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
}

/// True positives, false positives, false negatives.
#[derive(Clone, Copy, Debug, Default)]
struct Matches {
    tp: usize,
    fp: usize,
    fn_: usize,
}

impl Matches {
    fn add<T: Ord>(&mut self, want: &BTreeSet<T>, got: &BTreeSet<T>) {
        self.tp += want.intersection(got).count();
        self.fp += got.difference(want).count();
        self.fn_ += want.difference(got).count();
    }

    /// Precision, recall and their harmonic mean.
    fn rates(self) -> (f64, f64, f64) {
        let rate = |n: usize, of: usize| if of == 0 { 1.0 } else { ratio(n, of) };
        let (p, r) = (
            rate(self.tp, self.tp + self.fp),
            rate(self.tp, self.tp + self.fn_),
        );
        (
            p,
            r,
            if p + r > 0.0 {
                2.0 * p * r / (p + r)
            } else {
                0.0
            },
        )
    }
}

/// A share: how many of how many.
#[derive(Clone, Copy, Debug, Default)]
struct Share {
    n: usize,
    of: usize,
}

impl Share {
    fn add(&mut self, hit: bool) {
        self.n += usize::from(hit);
        self.of += 1;
    }
}

/// The sums over all reports.
#[derive(Clone, Debug, Default)]
pub struct Evaluation {
    reports: usize,
    missing: usize,
    units: usize,
    over: usize,
    under: usize,
    supported: usize,
    ivus: usize,
    with_ivus: Share,
    false_billing: Share,
    auto: Share,
    findings: Share,
    necessity: Share,
    base: Share,
    vessels: Matches,
    lesions: Matches,
    access: Matches,
    targets: Matches,
    differences: Vec<Difference>,
}

impl Evaluation {
    /// Compares a report with its labels; `reading` is `None` when the report could not be read.
    pub fn add(&mut self, lexicon: &Lexicon, case: &Case, reading: Option<&Reading>) {
        let gold = &case.gold;
        self.reports += 1;
        let Some(reading) = reading else {
            self.missing += 1;
            let differences = vec![told("no prediction", None)];
            self.push(case, Kind::NoPrediction, differences);
            return;
        };
        let keys = Keys { lexicon };
        let document = &reading.document;
        let mut differences = Vec::new();
        if document.encounter.ivus == gold.ivus {
            self.ivus += 1;
        } else {
            differences.push(told(
                format!("ivus is {}, gold {}", document.encounter.ivus, gold.ivus),
                None,
            ));
        }
        let kind = self.compare_units(gold, document, &mut differences);
        self.compare_vessels(&keys, gold, reading, &mut differences);
        let sites = |sites: &[GoldSite]| {
            sites
                .iter()
                .map(|s| keys.key(s.side.as_deref(), &s.vessel))
                .collect()
        };
        let lesion = |vessels: &[String]| -> BTreeSet<String> {
            vessels.iter().map(|v| keys.member(v)).collect()
        };
        let got = document
            .encounter
            .lesions
            .iter()
            .filter(|l| l.contiguous && l.vessels.len() > 1);
        self.lesions.add(
            &gold.one_lesion.iter().map(|l| lesion(l)).collect(),
            &got.map(|l| lesion(&l.vessels)).collect(),
        );
        let got = document
            .encounter
            .access
            .iter()
            .map(|a| keys.key(Some(a.side), &a.vessel));
        self.access.add(&sites(&gold.access), &got.collect());
        let got = document
            .encounter
            .catheter_moves
            .iter()
            .filter(|m| m.status == "performed" && !m.vessel.is_empty());
        self.targets.add(
            &sites(&gold.catheter_targets),
            &got.map(|m| keys.key(Some(m.side), &m.vessel)).collect(),
        );
        if gold.units.unwrap_or_default().total() > 0 && !gold.base_codes.is_empty() {
            self.base.add(
                document
                    .coding
                    .base_procedures
                    .iter()
                    .any(|b| gold.base_codes.contains(b)),
            );
        }
        if !differences.is_empty() {
            self.push(case, kind, differences);
        }
    }

    /// The measures, in the order and with the names of the score script.
    #[must_use]
    pub fn measures(&self) -> Vec<Measure> {
        let of_all = |name, n: usize| Measure {
            name,
            value: ratio(n, self.reports),
            how: format!("{n}/{}", self.reports),
        };
        let share = |name, s: Share| Measure {
            name,
            value: ratio(s.n, s.of),
            how: format!("{}/{}", s.n, s.of),
        };
        let f1 = |name, m: Matches, counts: bool| {
            let (p, r, value) = m.rates();
            let tail = if counts {
                format!(" tp {} fp {} fn {}", m.tp, m.fp, m.fn_)
            } else {
                String::new()
            };
            Measure {
                name,
                value,
                how: format!("p {p:.3} r {r:.3}{tail}"),
            }
        };
        vec![
            of_all("units_exact", self.units),
            share("units_exact_with_ivus", self.with_ivus),
            share("false_billing", self.false_billing),
            of_all("over_coded", self.over),
            of_all("under_coded", self.under),
            of_all("units_supported_exact", self.supported),
            of_all("auto_coverage", self.auto.of),
            share("auto_units_exact", self.auto),
            of_all("ivus_status", self.ivus),
            f1("vessel_f1", self.vessels, true),
            share("findings_accuracy", self.findings),
            share("necessity_accuracy", self.necessity),
            f1("lesion_f1", self.lesions, true),
            f1("access_f1", self.access, false),
            f1("catheter_target_f1", self.targets, false),
            share("base_procedure_hit", self.base),
        ]
    }

    /// How many reports were scored, and how many of them could not be read.
    #[must_use]
    pub fn reports(&self) -> (usize, usize) {
        (self.reports, self.missing)
    }

    /// The reports that differ: over-coded first, then under-coded, then the others, each in order of path.
    #[must_use]
    pub fn differences(&self) -> Vec<&Difference> {
        let mut all: Vec<&Difference> = self.differences.iter().collect();
        all.sort_by_key(|d| d.kind);
        all
    }

    fn push(&mut self, case: &Case, kind: Kind, differences: Vec<Told>) {
        let (id, confidence) = (case.source.id(), case.gold.confidence);
        self.differences.push(Difference {
            id,
            confidence,
            kind,
            differences,
        });
    }

    fn compare_units(
        &mut self,
        gold: &Gold,
        document: &Document,
        differences: &mut Vec<Told>,
    ) -> Kind {
        let (want, want_supported) = (gold.units.unwrap_or_default(), gold.units_supported);
        let (got, supported) = suggested(document);
        let exact = got == want;
        self.units += usize::from(exact);
        if want.total() > 0 {
            self.with_ivus.add(exact);
        } else {
            self.false_billing.add(got.total() > 0);
        }
        let sure = document.coding.lines.iter().all(|l| l.confidence == "high");
        if sure && document.coding.disposition != "review" {
            self.auto.add(exact);
        }
        if !exact {
            let declined = document
                .coding
                .not_counted
                .iter()
                .filter(|n| !n.vessel.is_empty());
            let reasons: Vec<String> = declined
                .map(|n| format!("{} {}: {}", n.rule, n.vessel, n.reason))
                .collect();
            let evidence =
                (!reasons.is_empty()).then(|| format!("declined: {}", reasons.join("; ")));
            differences.push(told(format!("units {got}, gold {want}"), evidence));
        }
        if supported == want_supported {
            self.supported += 1;
        } else {
            differences.push(told(
                format!("supported units {supported}, gold {want_supported}"),
                None,
            ));
        }
        match got.total().cmp(&want.total()) {
            std::cmp::Ordering::Greater => {
                self.over += 1;
                Kind::OverCoded
            }
            std::cmp::Ordering::Less => {
                self.under += 1;
                Kind::UnderCoded
            }
            std::cmp::Ordering::Equal => Kind::Other,
        }
    }

    fn compare_vessels(
        &mut self,
        keys: &Keys<'_>,
        gold: &Gold,
        reading: &Reading,
        differences: &mut Vec<Told>,
    ) {
        let want: BTreeMap<String, &GoldVessel> = gold
            .vessels
            .iter()
            .map(|v| (keys.key(v.side.as_deref(), &v.vessel), v))
            .collect();
        let looks = reading.document.encounter.interrogations.iter();
        let got: BTreeMap<String, &InterrogationDoc> = looks
            .filter(|i| i.status == "performed" && i.basis != "pullback")
            .map(|i| (keys.key(Some(i.side), &i.vessel), i))
            .collect();
        self.vessels
            .add(&want.keys().collect(), &got.keys().collect());
        for (key, look) in got.iter().filter(|(k, _)| !want.contains_key(*k)) {
            let words = look.evidence.first().map(|q| at_line(q.line, &q.text));
            differences.push(told(format!("extra vessel {key}"), words));
        }
        for (key, vessel) in want.iter().filter(|(k, _)| !got.contains_key(*k)) {
            let line = reading
                .report
                .text
                .find(&vessel.quote)
                .and_then(|at| reading.report.text.get(..at));
            let line = line.map_or(0, |before| before.matches('\n').count() + 1);
            let words = (!vessel.quote.is_empty()).then(|| at_line(line, &vessel.quote));
            differences.push(told(format!("missed vessel {key}"), words));
        }
        for (key, vessel) in &want {
            let Some(look) = got.get(key) else { continue };
            let findings = !look.findings.is_empty();
            self.findings.add(findings == vessel.findings);
            if findings != vessel.findings {
                let words = look
                    .findings
                    .first()
                    .map(|f| at_line(f.evidence.line, &f.evidence.text));
                let said = |f: bool| if f { "stated" } else { "not stated" };
                differences.push(told(
                    format!(
                        "findings of {key} {}, gold {}",
                        said(findings),
                        said(vessel.findings)
                    ),
                    words,
                ));
            }
            let (state, right) = (look.necessity.state, vessel.necessity.as_str());
            self.necessity
                .add((state == "stated") == (right == "stated"));
            if (state == "stated") != (right == "stated") {
                let words = look
                    .necessity
                    .evidence
                    .first()
                    .map(|q| at_line(q.line, &q.text));
                differences.push(told(
                    format!("necessity of {key} {state}, gold {right}"),
                    words,
                ));
            }
        }
    }
}

/// Units suggested and supported.
fn suggested(document: &Document) -> (Units, Units) {
    let (mut units, mut supported) = (Units::default(), Units::default());
    for line in &document.coding.lines {
        match line.code.as_str() {
            "37252" | "37250" => {
                units.initial += line.units;
                supported.initial += line.units_supported;
            }
            "37253" | "37251" => {
                units.additional += line.units;
                supported.additional += line.units_supported;
            }
            _ => {}
        }
    }
    (units, supported)
}

/// Writes vessels so that a segment and its vessel are the same.
struct Keys<'a> {
    lexicon: &'a Lexicon,
}

impl Keys<'_> {
    fn key(&self, side: Option<&str>, vessel: &str) -> String {
        let whole = match self.lexicon.whole_id(vessel) {
            "abdominal-aorta" | "descending-thoracic-aorta" | "ascending-aorta" | "aortic-arch" => {
                "aorta"
            }
            other => other,
        };
        format!(
            "{} {whole}",
            side.filter(|s| !s.is_empty()).unwrap_or("none")
        )
    }

    fn member(&self, text: &str) -> String {
        let (side, vessel) = text.split_once(' ').unwrap_or((text, ""));
        self.key(Some(side), vessel)
    }
}

fn told(what: impl Into<String>, evidence: Option<String>) -> Told {
    Told {
        what: what.into(),
        evidence,
    }
}

fn at_line(line: usize, words: &str) -> String {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if line == 0 {
        format!("\"{words}\"")
    } else {
        format!("line {line} \"{words}\"")
    }
}

/// A quotient, 0 when there is nothing to divide by.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of reports and vessels are far below 2^52"
)]
fn ratio(n: usize, of: usize) -> f64 {
    if of == 0 { 0.0 } else { n as f64 / of as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyzer::Analyzer;

    fn evaluate(text: &str, gold: &str) -> Evaluation {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.txt"), text).unwrap();
        fs::write(folder.path().join("a.json"), gold).unwrap();
        let analyzer = Analyzer::builtin();
        let (cases, _) = cases(folder.path(), Agreement::Low).unwrap();
        let case = cases.into_iter().next().unwrap().unwrap();
        let report = case.source().read().unwrap();
        let analysis = analyzer.analyze(&report);
        let mut evaluation = Evaluation::default();
        evaluation.add(
            analyzer.lexicon(),
            &case,
            Some(&Reading::new(&analyzer, report, &analysis)),
        );
        evaluation
    }

    #[test]
    fn more_units_than_gold_are_over_coding_and_told_with_their_words() {
        let gold = r#"{"ivus": "absent", "vessels": [], "units": {"initial": 0, "additional": 0}}"#;
        let evaluation = evaluate(
            "FINDINGS: IVUS of the left common iliac vein showed 80% stenosis.\n",
            gold,
        );
        let value = |name: &str| {
            evaluation
                .measures()
                .into_iter()
                .find(|m| m.name == name)
                .unwrap()
                .how
        };
        assert_eq!(value("false_billing"), "1/1");
        assert_eq!(value("over_coded"), "1/1");
        let difference = evaluation.differences()[0];
        assert_eq!(difference.kind, Kind::OverCoded);
        assert!(
            difference
                .differences
                .iter()
                .any(|d| d.what == "extra vessel left common-iliac-vein" && d.evidence.is_some())
        );
    }

    #[test]
    fn a_segment_counts_as_its_vessel() {
        let lexicon = Lexicon::builtin();
        let keys = Keys { lexicon: &lexicon };
        assert_eq!(
            keys.key(None, "infrarenal-inferior-vena-cava"),
            "none inferior-vena-cava"
        );
        assert_eq!(keys.member("none abdominal-aorta"), "none aorta");
    }
}
