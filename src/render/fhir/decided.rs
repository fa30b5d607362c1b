//! What coders decided, as FHIR: a `ChargeItem` `billable` for each code of a finished report, with who entered it and when,
//! the `Procedure` of each vessel it stands for, and the Provenance.

use serde_json::{Value, json};

use super::{Context, Reading, Writer, extend};

/// A code that coders used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// The code.
    pub code: String,
    /// The vessels, each with its side; one unit each.
    pub vessels: Vec<String>,
    /// Units that stand for no vessel: catheter placements and base procedures.
    pub more: usize,
    /// Who decided, the last of them.
    pub by: String,
    /// When, ISO 8601.
    pub at: String,
}

impl Charge {
    /// A charge without a unit.
    #[must_use]
    pub fn of(code: &str) -> Self {
        Self {
            code: code.to_owned(),
            vessels: Vec::new(),
            more: 0,
            by: String::new(),
            at: String::new(),
        }
    }

    /// How many units.
    #[must_use]
    pub fn units(&self) -> usize {
        self.vessels.len() + self.more
    }

    /// Takes over who decided, and when, if nobody did later.
    pub fn last(&mut self, by: &str, at: &str) {
        if at >= self.at.as_str() {
            by.clone_into(&mut self.by);
            at.clone_into(&mut self.at);
        }
    }
}

/// The bundle of a decided report. `finished` makes charges `billable`; they are `planned` before.
#[must_use]
pub fn decided(
    reading: &Reading,
    context: Context<'_>,
    charges: &[Charge],
    finished: bool,
) -> Value {
    let writer = Writer::new(reading, context);
    let mut entries = Vec::new();
    let mut looks = Vec::new();
    for (number, look) in reading.document.encounter.interrogations.iter().enumerate() {
        let vessel = super::super::key(look.side, &look.vessel);
        let is_used = charges.iter().any(|c| c.vessels.contains(&vessel));
        if look.status != "performed" || !is_used {
            continue;
        }
        if let Some(procedure) = writer.procedure(look) {
            let name = format!("procedure {number}");
            looks.push((vessel, writer.id(&name)));
            entries.push((name, procedure));
        }
    }
    for charge in charges {
        let name = format!("decided {}", charge.code);
        entries.push((name, writer.decided_charge(charge, &looks, finished)));
    }
    if let Some(last) = charges.iter().max_by(|a, b| a.at.cmp(&b.at)) {
        let names: Vec<&str> = entries.iter().map(|(name, _)| name.as_str()).collect();
        let provenance = writer.decided_provenance(&names, last);
        entries.push(("decided provenance".to_owned(), provenance));
    }
    writer.collect("decided bundle", entries)
}

impl Writer<'_> {
    fn decided_charge(&self, charge: &Charge, looks: &[(String, String)], finished: bool) -> Value {
        let mut told = json!({
            "resourceType": "ChargeItem",
            "status": if finished { "billable" } else { "planned" },
            "subject": self.subject(),
            "code": {"coding": [{"system": "http://www.ama-assn.org/go/cpt", "code": charge.code}]},
            "quantity": {"value": charge.units()},
            "enterer": {"display": charge.by},
            "enteredDate": charge.at,
            "supportingInformation": [self.report()],
        });
        if let Some(day) = self.day() {
            told["occurrenceDateTime"] = json!(day);
        }
        let service = looks.iter().filter(|(v, _)| charge.vessels.contains(v));
        let service: Vec<Value> = service
            .map(|(_, id)| json!({"reference": format!("urn:uuid:{id}")}))
            .collect();
        if !service.is_empty() {
            told["service"] = json!(service);
        }
        let lines = &self.reading.document.coding.lines;
        if let Some(line) = lines.iter().find(|l| l.code == charge.code) {
            extend(&mut told, line.evidence.iter(), &line.rules);
        }
        told
    }

    fn decided_provenance(&self, names: &[&str], last: &Charge) -> Value {
        let target = |name: &&str| json!({"reference": format!("urn:uuid:{}", self.id(name))});
        let targets: Vec<Value> = names.iter().map(target).collect();
        json!({
            "resourceType": "Provenance",
            "target": targets,
            "recorded": last.at,
            "agent": [
                {"type": {"text": "author"}, "who": {"display": last.by}},
                {"type": {"text": "assembler"}, "who": {"display": format!("ivus {}", env!("CARGO_PKG_VERSION"))}},
            ],
            "entity": [{"role": "source", "what": self.report()}],
        })
    }
}
