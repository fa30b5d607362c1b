//! An evaluation as text for people: measures, figures by step and rule, calibration, confusion, and what differs or
//! changed, report by report.

use crate::{
    cli::{Out, args::EvalArgs},
    eval::{Change, Changes, ConfusionRow, Evaluation, Kind, RuleRow},
};

pub(super) fn print(
    evaluation: &Evaluation,
    changes: Option<&Changes>,
    args: &EvalArgs,
    out: &mut Out,
) -> anyhow::Result<()> {
    measures(evaluation, out)?;
    // Beside an earlier run, what stayed the same is not told again.
    if !args.measures_only && changes.is_none() {
        steps(evaluation, out)?;
        rules(&evaluation.rules(), out)?;
        calibration(evaluation, out)?;
    }
    if args.confusion {
        confusion(&evaluation.confusion(), out)?;
    }
    match changes {
        Some(changes) => changed(changes, out),
        None if args.measures_only => Ok(()),
        None => differences(evaluation, out),
    }
}

fn measures(evaluation: &Evaluation, out: &mut Out) -> anyhow::Result<()> {
    let (reports, missing) = evaluation.reports();
    out.line(&format!("reports: {reports} (missing {missing})"))?;
    for measure in evaluation.measures() {
        out.line(&format!(
            "{}: {:.3} ({})",
            measure.name, measure.value, measure.how
        ))?;
    }
    Ok(())
}

fn steps(evaluation: &Evaluation, out: &mut Out) -> anyhow::Result<()> {
    out.line("\nBy step")?;
    for row in evaluation.steps() {
        out.line(&format!(
            "  {:<10}{:>5} of {:>5}  {}",
            row.step, row.n, row.of, row.what
        ))?;
    }
    let blame = evaluation.blame();
    if !blame.is_empty() {
        out.line("\nReports with other units than gold, by the first step that differs")?;
        for row in blame {
            let (step, n, what) = (row.step, row.reports.len(), row.what);
            out.line(&format!("  {step:<10}{n:>5}  {what}"))?;
            out.line(&format!("                   {}", row.reports.join(", ")))?;
        }
    }
    Ok(())
}

fn rules(rows: &[RuleRow], out: &mut Out) -> anyhow::Result<()> {
    out.line(
        "\nBy rule: how often it declined a vessel, set a flag or gave units, and what the labels say of it",
    )?;
    out.line("  rule                                   fired reports  right  wrong unsaid  labelled  met")?;
    for row in rows.iter().filter(|r| r.fired > 0 || r.labelled > 0) {
        let name = format!("{} {}", row.rule, row.name);
        out.line(&format!(
            "  {name:<39}{:>5}{:>8}{:>7}{:>7}{:>7}{:>10}{:>5}",
            row.fired, row.reports, row.right, row.wrong, row.unsaid, row.labelled, row.met
        ))?;
    }
    let silent: Vec<&str> = rows
        .iter()
        .filter(|r| r.fired == 0 && r.labelled == 0)
        .map(|r| r.rule.as_str())
        .collect();
    if !silent.is_empty() {
        out.line(&format!("  never: {}", silent.join(", ")))?;
    }
    Ok(())
}

fn calibration(evaluation: &Evaluation, out: &mut Out) -> anyhow::Result<()> {
    out.line("\nConfidence and disposition against exact units (* needs no coder)")?;
    out.line("  confidence  disposition  reports  exact  over  under  share")?;
    for row in evaluation.calibration() {
        let star = if row.automatic { "*" } else { " " };
        out.line(&format!(
            "{star} {:<12}{:<11}{:>9}{:>7}{:>6}{:>7}{:>7.3}",
            row.confidence,
            row.disposition,
            row.reports,
            row.exact,
            row.over_coded,
            row.under_coded,
            row.share
        ))?;
    }
    Ok(())
}

fn confusion(rows: &[ConfusionRow], out: &mut Out) -> anyhow::Result<()> {
    let site = |s: &Option<String>| s.clone().unwrap_or_else(|| "-".to_owned());
    out.line(
        "\nConfusion: vessels of the labels by vessels told (- none), cells that differ first",
    )?;
    out.line("  count  gold                                     found")?;
    for row in rows {
        let line = format!(
            "  {:>5}  {:<40} {}",
            row.count,
            site(&row.gold),
            site(&row.found)
        );
        let reports = row.reports.join(", ");
        let tail = if reports.is_empty() {
            reports
        } else {
            format!("  ({reports})")
        };
        out.line(&format!("{line}{tail}"))?;
    }
    Ok(())
}

fn changed(changes: &Changes, out: &mut Out) -> anyhow::Result<()> {
    if changes.is_empty() {
        return out.line("\nNothing changed since the baseline");
    }
    if !changes.measures.is_empty() {
        out.line("\nMeasures that moved")?;
        for (name, (before, after)) in &changes.measures {
            let moved = after - before;
            out.line(&format!(
                "  {name}: {before:.4} -> {after:.4} ({moved:+.4})"
            ))?;
        }
    }
    let groups = [
        ("Broken: agreed better with gold before", &changes.broken),
        ("Fixed: agrees better with gold now", &changes.fixed),
        ("Changed otherwise", &changes.changed),
    ];
    for (title, group) in groups {
        changed_group(title, group, out)?;
    }
    let groups = [
        ("Only in the baseline", &changes.only_before),
        ("Not in the baseline", &changes.only_now),
    ];
    for (title, ids) in groups.into_iter().filter(|(_, ids)| !ids.is_empty()) {
        out.line(&format!("\n{title} ({})\n  {}", ids.len(), ids.join(", ")))?;
    }
    Ok(())
}

fn changed_group(title: &str, group: &[Change], out: &mut Out) -> anyhow::Result<()> {
    if group.is_empty() {
        return Ok(());
    }
    out.line(&format!("\n{title} ({})", group.len()))?;
    for change in group {
        out.line(&format!("  {}", change.id))?;
        for gone in &change.gone {
            out.line(&format!("    - {gone}"))?;
        }
        for new in &change.new {
            out.line(&format!("    + {new}"))?;
        }
    }
    Ok(())
}

fn differences(evaluation: &Evaluation, out: &mut Out) -> anyhow::Result<()> {
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
