//! The forms in which decisions leave: JSONL, CSV, FHIR charge items, HL7 charges, and gold labels for the program's own
//! scores. A form decides nothing; a decision on an older text never leaves as a charge or a label.

pub mod archive;
pub mod csv;
pub mod dft;
pub mod gold;

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Exported, ExportedDecision, ExportedProcedure};
use crate::render::{
    Reading,
    fhir::{self, Charge, Context},
};

/// The decisions that a charge or a label may rest on: those on the newest text.
pub(super) fn standing(one: &Exported) -> impl Iterator<Item = &ExportedDecision> {
    one.decisions.iter().filter(|d| !d.stale)
}

/// The same of what stands beside the units.
pub(super) fn beside(one: &Exported) -> impl Iterator<Item = &ExportedProcedure> {
    one.procedures.iter().filter(|d| !d.stale)
}

/// The codes that coders used, each with its vessels; catheter placements and base procedures as far as they were decided here.
#[must_use]
pub fn charges(one: &Exported) -> Vec<Charge> {
    let mut codes: BTreeMap<&str, Charge> = BTreeMap::new();
    for decision in standing(one).filter(|d| d.class != "Rejected") {
        let (Some(code), Some(vessel)) = (&decision.code, &decision.vessel) else {
            continue;
        };
        let charge = codes.entry(code).or_insert_with(|| Charge::of(code));
        charge.vessels.push(vessel.clone());
        charge.last(&decision.decided_by, &decision.decided_at);
    }
    for decision in beside(one).filter(|d| d.class != "Rejected") {
        let Some(code) = &decision.code else { continue };
        let charge = codes.entry(code).or_insert_with(|| Charge::of(code));
        charge.more += 1;
        charge.last(&decision.decided_by, &decision.decided_at);
    }
    codes.into_values().collect()
}

/// A report's decisions as a FHIR bundle.
#[must_use]
pub fn bundle(one: &Exported, reading: &Reading) -> Value {
    let finished = one.status == "done";
    let context = Context {
        patient: one.patient.as_deref(),
        ..Context::default()
    };
    fhir::decided(reading, context, &charges(one), finished)
}
