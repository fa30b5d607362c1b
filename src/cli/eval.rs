//! `ivus eval`: the program against gold labels.

use rayon::prelude::*;
use serde_json::{Map, Value, json};

use super::{
    Out, Outcome,
    args::{EvalArgs, Level, PlainFormat},
    complain,
    run::{self, Trace},
};
use crate::eval::{self, Agreement, Evaluation, Kind};

pub(super) fn run(args: &EvalArgs, mut out: Out) -> anyhow::Result<Outcome> {
    let at_least = match args.min_confidence {
        Level::Low => Agreement::Low,
        Level::Medium => Agreement::Medium,
        Level::High => Agreement::High,
    };
    let (cases, unlabelled) = eval::cases(&args.folder, at_least)?;
    let analyzer = run::analyzer(&args.knowledge, 0)?;
    let mut outcome = Outcome::Clean;
    let mut complain = |error: &crate::error::Error| {
        outcome = Outcome::Failed;
        complain(&error.to_string());
    };
    let mut evaluation = Evaluation::default();
    let read: Vec<_> = cases
        .par_iter()
        .map(|c| {
            c.as_ref()
                .map(|c| (c, run::read(&analyzer, c.source(), None, Trace::Brief)))
        })
        .collect();
    for case in read {
        match case {
            Ok((case, Ok(reading))) => evaluation.add(analyzer.lexicon(), case, Some(&reading)),
            Ok((case, Err(e))) => {
                complain(&e);
                evaluation.add(analyzer.lexicon(), case, None);
            }
            Err(e) => complain(e),
        }
    }
    if unlabelled > 0 {
        super::complain(&format!(
            "{unlabelled} reports have no gold labels and were left out"
        ));
    }
    match args.format {
        PlainFormat::Text => text(&evaluation, args.measures_only, &mut out)?,
        PlainFormat::Json => out.line(&serde_json::to_string_pretty(&object(
            &evaluation,
            args.measures_only,
        )?)?)?,
    }
    out.finish()?;
    Ok(outcome)
}

fn text(evaluation: &Evaluation, measures_only: bool, out: &mut Out) -> anyhow::Result<()> {
    let (reports, missing) = evaluation.reports();
    out.line(&format!("reports: {reports} (missing {missing})"))?;
    for measure in evaluation.measures() {
        out.line(&format!(
            "{}: {:.3} ({})",
            measure.name, measure.value, measure.how
        ))?;
    }
    if measures_only {
        return Ok(());
    }
    let differences = evaluation.differences();
    for group in differences.chunk_by(|a, b| a.kind == b.kind) {
        let title = match group[0].kind {
            Kind::OverCoded => "Over-coded: more units than gold",
            Kind::UnderCoded => "Under-coded: fewer units than gold",
            Kind::NoPrediction => "Not read",
            Kind::Other => "Units agree, something else differs",
        };
        out.line(&format!("\n{title} ({})", group.len()))?;
        for difference in group {
            let confidence = format!("{:?}", difference.confidence).to_lowercase();
            out.line(&format!("  {} [{confidence}]", difference.id))?;
            for told in &difference.differences {
                match &told.evidence {
                    Some(evidence) => out.line(&format!("    {} ({evidence})", told.what))?,
                    None => out.line(&format!("    {}", told.what))?,
                }
            }
        }
    }
    Ok(())
}

fn object(evaluation: &Evaluation, measures_only: bool) -> anyhow::Result<Value> {
    let (reports, missing) = evaluation.reports();
    let mut object = Map::new();
    for measure in evaluation.measures() {
        // Four digits, as the score script prints them.
        let value: f64 = format!("{:.4}", measure.value).parse()?;
        object.insert(measure.name.to_owned(), json!(value));
    }
    object.insert("reports".to_owned(), json!(reports));
    object.insert("missing".to_owned(), json!(missing));
    if !measures_only {
        object.insert(
            "differing".to_owned(),
            serde_json::to_value(evaluation.differences())?,
        );
    }
    Ok(Value::Object(object))
}
