//! What must hold for the analysis of any text at all. Shared by the property tests and the fuzz targets (`fuzz/`), so it
//! uses the public names of the crate only.

use ivus::{Analyzer, Reading, Report, render::json::Document};
use serde_json::Value;

/// Units of the first vessel and of further ones.
pub(crate) type Units = (u32, u32);

/// A fault in the analysis of a text, told without the text.
pub(crate) type Checked<T> = Result<T, String>;

/// Analyses a text and checks all that must hold for any text.
///
/// # Errors
/// What does not hold, told without the text.
pub(crate) fn check(analyzer: &Analyzer, text: &str) -> Checked<Units> {
    let report = Report::new("x", text);
    let analysis = analyzer.explain(&report);
    for (span, _) in analysis.trace() {
        if span.start > span.end || text.get(span.start..span.end).is_none() {
            return Err(format!(
                "trace {span:?} is no part of a text of {} bytes",
                text.len()
            ));
        }
    }
    let reading = Reading::new(analyzer, report.clone(), &analysis);
    let json = serde_json::to_value(&reading.document).unwrap();
    let again = Reading::new(analyzer, report.clone(), &analyzer.analyze(&report));
    if serde_json::to_value(&again.document).unwrap() != json {
        return Err("the second analysis differs from the first".to_owned());
    }
    check_quotes(&json, &text.chars().collect::<Vec<char>>(), "document")?;
    check_evidence(&reading.document)?;
    check_units(&reading.document)
}

/// Every quote says what stands at its place, counted in code points.
fn check_quotes(value: &Value, text: &[char], path: &str) -> Checked<()> {
    match value {
        Value::Array(all) => {
            for (n, value) in all.iter().enumerate() {
                check_quotes(value, text, &format!("{path}[{n}]"))?;
            }
        }
        Value::Object(fields) => {
            if let (Some(start), Some(end), Some(Value::String(quoted))) =
                (fields.get("start"), fields.get("end"), fields.get("text"))
            {
                let at = |v: &Value| usize::try_from(v.as_u64().unwrap()).unwrap();
                let (start, end) = (at(start), at(end));
                let there = text.get(start..end).map(|c| c.iter().collect::<String>());
                if there.as_ref() != Some(quoted) || start == end {
                    return Err(format!(
                        "{path}: evidence {start}..{end} is not what it quotes"
                    ));
                }
                let before = &text[..start];
                let line = before.iter().filter(|c| **c == '\n').count() + 1;
                if fields["line"] != line && !before.contains(&'\r') {
                    return Err(format!("{path}: line {} is line {line}", fields["line"]));
                }
            }
            for (name, value) in fields {
                check_quotes(value, text, &format!("{path}.{name}"))?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// Nothing is suggested or flagged without evidence.
fn check_evidence(document: &Document) -> Checked<()> {
    let coding = &document.coding;
    let lines = coding
        .lines
        .iter()
        .map(|l| (l.code.as_str(), l.evidence.len()));
    let declined = coding
        .not_counted
        .iter()
        .map(|n| (n.rule.as_str(), n.evidence.len()));
    let flags = document
        .flags
        .iter()
        .map(|f| (f.rule.as_str(), f.evidence.len()));
    let looks = document
        .encounter
        .interrogations
        .iter()
        .map(|i| (i.vessel.as_str(), i.evidence.len()));
    match lines
        .chain(declined)
        .chain(flags)
        .chain(looks)
        .find(|(_, n)| *n == 0)
    {
        Some((name, _)) => Err(format!("{name} has no evidence")),
        None => Ok(()),
    }
}

/// Units keep their limits, and no unit is without a vessel that IVUS looked at.
fn check_units(document: &Document) -> Checked<Units> {
    let (mut initial, mut additional) = (0, 0);
    for line in &document.coding.lines {
        match line.code.as_str() {
            "37252" | "37250" => initial += line.units,
            "37253" | "37251" => additional += line.units,
            "75945" | "75946" => {}
            other => return Err(format!("code {other} is suggested")),
        }
        if line.units_supported > line.units {
            return Err(format!(
                "{}: more units supported than performed",
                line.code
            ));
        }
    }
    if initial > 1 || additional > 5 || (additional > 0 && initial == 0) {
        return Err(format!("units {initial}+{additional}"));
    }
    let looks = &document.encounter.interrogations;
    if initial > 0 && !looks.iter().any(|i| i.status == "performed") {
        return Err("units without a vessel that IVUS looked at".to_owned());
    }
    Ok((initial, additional))
}
