//! `ivus eval`: the program against gold labels, and against an earlier run.

mod text;

use rayon::prelude::*;
use serde_json::{Map, Value, json};

use super::{
    Out, Outcome,
    args::{EvalArgs, Level, PlainFormat},
    run::{self, Trace},
};
use crate::{
    error::{Error, Result},
    eval::{self, Agreement, Baseline, Case, Changes, Evaluation},
};

pub(super) fn run(args: &EvalArgs, mut out: Out) -> anyhow::Result<Outcome> {
    let at_least = match args.min_confidence {
        Level::Low => Agreement::Low,
        Level::Medium => Agreement::Medium,
        Level::High => Agreement::High,
    };
    let (cases, unlabelled) = eval::cases(&args.folder, at_least)?;
    let analyzer = run::analyzer(&args.knowledge)?;
    let baseline = args
        .baseline
        .as_ref()
        .map(|path| Baseline::read(path, analyzer.lexicon(), &cases))
        .transpose()?;
    let (evaluation, mut outcome) = evaluate(&analyzer, &cases);
    if unlabelled > 0 {
        super::complain(&format!(
            "{unlabelled} reports have no gold labels and were left out"
        ));
    }
    let changes = baseline.map(|b| b.compare(&evaluation));
    if changes.as_ref().is_some_and(|c| !c.broken.is_empty()) {
        outcome = outcome.max(Outcome::Flagged);
    }
    match args.format {
        PlainFormat::Text => text::print(&evaluation, changes.as_ref(), args, &mut out)?,
        PlainFormat::Json => out.line(&serde_json::to_string_pretty(&object(
            &evaluation,
            changes.as_ref(),
            args,
        )?)?)?,
    }
    out.finish()?;
    Ok(outcome)
}

/// Reads and scores the reports in parallel. What cannot be read is said on standard error.
fn evaluate(analyzer: &crate::analyzer::Analyzer, cases: &[Result<Case>]) -> (Evaluation, Outcome) {
    let mut outcome = Outcome::Clean;
    let mut complain = |error: &Error| {
        outcome = Outcome::Failed;
        super::complain(&error.to_string());
    };
    let read: Vec<_> = cases
        .par_iter()
        .map(|c| {
            c.as_ref()
                .map(|c| (c, run::read(analyzer, c.source(), None, Trace::Brief)))
        })
        .collect();
    let mut evaluation = Evaluation::default();
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
    (evaluation, outcome)
}

fn object(
    evaluation: &Evaluation,
    changes: Option<&Changes>,
    args: &EvalArgs,
) -> anyhow::Result<Value> {
    let (reports, missing) = evaluation.reports();
    let mut object = Map::new();
    for measure in evaluation.measures() {
        // Four digits, as the score script prints them.
        let value: f64 = format!("{:.4}", measure.value).parse()?;
        object.insert(measure.name.to_owned(), json!(value));
    }
    object.insert("reports".to_owned(), json!(reports));
    object.insert("missing".to_owned(), json!(missing));
    let mut add = |name: &str, value: Value| object.insert(name.to_owned(), value);
    if !args.measures_only {
        add("steps", serde_json::to_value(evaluation.steps())?);
        add("blame", serde_json::to_value(evaluation.blame())?);
        add("rules", serde_json::to_value(evaluation.rules())?);
        add(
            "calibration",
            serde_json::to_value(evaluation.calibration())?,
        );
        add("differing", serde_json::to_value(evaluation.differences())?);
        add("results", serde_json::to_value(evaluation.results())?);
    }
    if args.confusion {
        add("confusion", serde_json::to_value(evaluation.confusion())?);
    }
    if let Some(changes) = changes {
        add("changes", serde_json::to_value(changes)?);
    }
    Ok(Value::Object(object))
}
