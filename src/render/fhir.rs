//! One FHIR R4 Bundle (`collection`) a report: a `Procedure` for each look, a `ChargeItem` `planned` for each code, a Task for
//! each question, and the Provenance of all. `planned` becomes `billable` by a person alone. Sources: FHIR 4.0.1, pages
//! Bundle, Procedure, `ChargeItem`, Task, Provenance; extension data-absent-reason.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{
    Reading,
    json::{FlagDoc, InterrogationDoc, LineDoc, Quote},
    vessel_words,
};
use crate::{date::Date, text::Standing};

mod decided;

pub use decided::{Charge, decided};

/// Where an extension of ours is named.
const EVIDENCE: &str = "urn:ivus:evidence";

/// What the report alone does not tell.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// The day the results bear; without one, the date of service.
    pub recorded: Option<Date>,
    /// The patient: a reference (`Patient/7`) or an identifier.
    pub patient: Option<&'a str>,
    /// Who wrote the report.
    pub author: Option<&'a str>,
}

/// The bundle of a report as one line. Ids are made from the report's id and text, so the same report gives the same bytes.
#[must_use]
pub fn line(reading: &Reading, context: Context<'_>) -> String {
    bundle(reading, context).to_string() + "\n"
}

/// The bundle of a report.
#[must_use]
pub fn bundle(reading: &Reading, context: Context<'_>) -> Value {
    let writer = Writer::new(reading, context);
    let document = &reading.document;
    let mut entries = Vec::new();
    let mut looks = Vec::new();
    for (number, look) in document.encounter.interrogations.iter().enumerate() {
        if let Some(procedure) = writer.procedure(look) {
            let name = format!("procedure {number}");
            looks.push((look, writer.id(&name)));
            entries.push((name, procedure));
        }
    }
    let lines = document
        .coding
        .lines
        .iter()
        .filter(|l| l.units_supported > 0);
    for (number, line) in lines.enumerate() {
        entries.push((format!("charge {number}"), writer.charge(line, &looks)));
    }
    let questions = document.flags.iter().filter(|f| f.severity != "info");
    for (number, flag) in questions.enumerate() {
        entries.push((format!("task {number}"), writer.task(flag)));
    }
    if let Some(provenance) = writer.provenance(&entries) {
        entries.push(("provenance".to_owned(), provenance));
    }
    writer.collect("bundle", entries)
}

/// What the resources of one report share.
struct Writer<'a> {
    reading: &'a Reading,
    context: Context<'a>,
    seed: Sha256,
}

impl<'a> Writer<'a> {
    fn new(reading: &'a Reading, context: Context<'a>) -> Self {
        let mut seed = Sha256::new();
        for part in [reading.report.id.as_str(), &reading.report.text] {
            seed.update((part.len() as u64).to_le_bytes());
            seed.update(part);
        }
        Self {
            reading,
            context,
            seed,
        }
    }

    /// The id of a resource: a UUID of version 8 (RFC 9562) made from a digest.
    fn id(&self, name: &str) -> String {
        let mut digest = self.seed.clone();
        digest.update(name);
        let mut bytes = digest.finalize();
        bytes[6] = bytes[6] & 0x0F | 0x80;
        bytes[8] = bytes[8] & 0x3F | 0x80;
        let mut id = String::new();
        for (at, byte) in bytes.iter().take(16).enumerate() {
            if matches!(at, 4 | 6 | 8 | 10) {
                id.push('-');
            }
            let _ = write!(id, "{byte:02x}");
        }
        id
    }

    /// The bundle of named resources.
    fn collect(&self, name: &str, entries: Vec<(String, Value)>) -> Value {
        let mut bundle = json!({
            "resourceType": "Bundle",
            "type": "collection",
            "id": self.id(name),
            "identifier": {"system": "urn:ivus:report", "value": self.reading.report.id.as_str()},
        });
        // A Bundle takes no extensions; what a whole resource is marked with are tags.
        if let Some(standing) = self.reading.report.standing {
            bundle["meta"] =
                json!({"tag": [{"system": "urn:ivus:report-status", "code": standing.word()}]});
        }
        // FHIR knows no empty lists.
        if !entries.is_empty() {
            let entries = entries.into_iter().map(|(name, mut resource)| {
                let id = self.id(&name);
                resource["id"] = json!(id);
                json!({"fullUrl": format!("urn:uuid:{id}"), "resource": resource})
            });
            bundle["entry"] = entries.collect();
        }
        bundle
    }

    /// What was done to one vessel in this session; nothing for what is planned or long past. What a report said that was
    /// taken back does not hold.
    fn procedure(&self, look: &InterrogationDoc) -> Option<Value> {
        let taken_back = self.reading.report.standing == Some(Standing::Withdrawn);
        let status = match look.status {
            "performed" | "negated" | "attempted" if taken_back => "entered-in-error",
            "performed" => "completed",
            "negated" => "not-done",
            "attempted" => "stopped",
            _ => return None,
        };
        let vessel = vessel_words(&super::key(look.side, &look.vessel));
        let mut procedure = json!({
            "resourceType": "Procedure",
            "status": status,
            "subject": self.subject(),
            "code": {"text": format!("IVUS, {vessel}")},
            "bodySite": [{
                "coding": [{"system": "urn:ivus:vessel", "code": super::key(look.side, &look.vessel)}],
                "text": vessel,
            }],
            "report": [self.report()],
        });
        if let Some(day) = self.day() {
            procedure["performedDateTime"] = json!(day);
        }
        if let Some(author) = self.context.author {
            procedure["asserter"] = json!({"display": author});
        }
        let findings = look.findings.iter().map(|f| &f.evidence);
        extend(&mut procedure, look.evidence.iter().chain(findings), &[]);
        Some(procedure)
    }

    /// The units of a code that the text supports.
    fn charge(&self, line: &LineDoc, looks: &[(&InterrogationDoc, String)]) -> Value {
        let mut charge = json!({
            "resourceType": "ChargeItem",
            "status": "planned",
            "subject": self.subject(),
            "code": {"coding": [{"system": "http://www.ama-assn.org/go/cpt", "code": line.code}]},
            "quantity": {"value": line.units_supported},
            "supportingInformation": [self.report()],
        });
        if let Some(day) = self.day() {
            charge["occurrenceDateTime"] = json!(day);
        }
        let counted = |look: &InterrogationDoc| {
            look.status == "performed"
                && line.vessels.contains(&super::key(look.side, &look.vessel))
        };
        let service = looks.iter().filter(|(look, _)| counted(look));
        let service: Vec<Value> = service
            .map(|(_, id)| json!({"reference": format!("urn:uuid:{id}")}))
            .collect();
        if !service.is_empty() {
            charge["service"] = json!(service);
        }
        extend(&mut charge, line.evidence.iter(), &line.rules);
        if line.units != line.units_supported {
            push_extension(
                &mut charge,
                json!({"url": "urn:ivus:units-performed", "valueInteger": line.units}),
            );
        }
        charge
    }

    /// A question to the physician, or to a coder.
    fn task(&self, flag: &FlagDoc) -> Value {
        let code = if flag.severity == "review" {
            "coding-review"
        } else {
            "documentation-query"
        };
        let mut task = json!({
            "resourceType": "Task",
            "status": "requested",
            "intent": "proposal",
            "code": {"text": code},
            "focus": self.report(),
            "description": flag.message,
        });
        if let Some(recorded) = self.recorded() {
            task["authoredOn"] = json!(recorded);
        }
        extend(
            &mut task,
            flag.evidence.iter(),
            std::slice::from_ref(&flag.rule),
        );
        task
    }

    /// Who made all this from what; it must bear a time, so without any date there is none.
    fn provenance(&self, entries: &[(String, Value)]) -> Option<Value> {
        let recorded = self.recorded()?;
        if entries.is_empty() {
            return None;
        }
        let target = |name: &str| json!({"reference": format!("urn:uuid:{}", self.id(name))});
        let targets: Vec<Value> = entries.iter().map(|(name, _)| target(name)).collect();
        let engine = &self.reading.document.engine;
        let who = format!(
            "ivus {}; lexicon {}; policy {}",
            engine.version, engine.lexicon, engine.policy
        );
        let mut source = json!({"role": "source", "what": self.report()});
        if let Some(author) = self.context.author {
            source["agent"] = json!([{"type": {"text": "author"}, "who": {"display": author}}]);
        }
        Some(json!({
            "resourceType": "Provenance",
            "target": targets,
            "recorded": recorded,
            "agent": [{"type": {"text": "assembler"}, "who": {"display": who}}],
            "entity": [source],
        }))
    }

    fn day(&self) -> Option<&str> {
        self.reading.document.report.date_of_service.as_deref()
    }

    fn recorded(&self) -> Option<String> {
        let day = match self.context.recorded {
            Some(day) => day.to_string(),
            None => self.day()?.to_owned(),
        };
        Some(format!("{day}T00:00:00Z"))
    }

    /// The report, by its id; as an address too, where the id can be one.
    fn report(&self) -> Value {
        let id = self.reading.report.id.as_str();
        let mut report = json!({
            "type": "DocumentReference",
            "identifier": {"system": "urn:ivus:report", "value": id},
        });
        if is_id(id) {
            report["reference"] = json!(format!("DocumentReference/{id}"));
        }
        report
    }

    /// The patient, who is never guessed.
    fn subject(&self) -> Value {
        const ABSENT: &str = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
        match self.context.patient {
            Some(patient) if patient.strip_prefix("Patient/").is_some_and(is_id) => {
                json!({"reference": patient})
            }
            Some(patient) => json!({"type": "Patient", "identifier": {"value": patient}}),
            None => json!({"extension": [{"url": ABSENT, "valueCode": "unknown"}]}),
        }
    }
}

/// Whether FHIR allows a text as an id.
fn is_id(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.');
    (1..=64).contains(&text.len()) && text.bytes().all(allowed)
}

/// Adds the words that a resource rests on: offsets in code points, the words, their role, and the rules.
fn extend<'q>(resource: &mut Value, quotes: impl Iterator<Item = &'q Quote>, rules: &[String]) {
    for quote in quotes {
        let mut parts: Vec<Value> = rules
            .iter()
            .map(|r| json!({"url": "rule", "valueString": r}))
            .collect();
        parts.extend([
            json!({"url": "role", "valueString": quote.role}),
            json!({"url": "start", "valueInteger": quote.start}),
            json!({"url": "end", "valueInteger": quote.end}),
            json!({"url": "quote", "valueString": quote.text}),
        ]);
        push_extension(resource, json!({"url": EVIDENCE, "extension": parts}));
    }
}

fn push_extension(resource: &mut Value, extension: Value) {
    let empty = || Value::Array(Vec::new());
    if let Some(Value::Array(list)) = resource
        .as_object_mut()
        .map(|r: &mut Map<String, Value>| r.entry("extension").or_insert_with(empty))
    {
        list.push(extension);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::notes::tests::reading;

    const REPORT: &str = "DATE OF SERVICE: 05/02/2024\nINDICATION: Leg swelling, venogram equivocal, IVUS to size a stent.\n\
        FINDINGS: IVUS of the left common iliac vein showed 78% area stenosis. IVUS of the left external iliac vein was \
        performed. IVUS of the right common iliac vein was not performed. A stent was placed in the left common iliac \
        vein.\n";

    fn of(bundle: &Value, kind: &str) -> Vec<Value> {
        let entries = bundle["entry"].as_array().unwrap();
        let resources = entries.iter().map(|e| e["resource"].clone());
        resources.filter(|r| r["resourceType"] == kind).collect()
    }

    #[test]
    fn references_lead_to_entries_and_nothing_is_empty() {
        let read = reading(REPORT);
        let bundle = bundle(&read, Context::default());
        let urls: Vec<&str> = bundle["entry"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| e["fullUrl"].as_str().unwrap())
            .collect();
        let mut pending = vec![&bundle];
        while let Some(value) = pending.pop() {
            match value {
                Value::Array(list) => {
                    assert!(!list.is_empty(), "FHIR knows no empty lists");
                    pending.extend(list);
                }
                Value::Object(object) => {
                    assert!(!object.is_empty());
                    if let Some(to) = object.get("reference").and_then(Value::as_str) {
                        assert!(
                            urls.contains(&to) || to == "DocumentReference/17",
                            "{to} leads nowhere"
                        );
                    }
                    pending.extend(object.values());
                }
                _ => {}
            }
        }
        let charge = &of(&bundle, "ChargeItem")[0];
        assert_eq!(
            (&charge["status"], &charge["code"]["coding"][0]["code"]),
            (&json!("planned"), &json!("37252"))
        );
        assert_eq!(charge["service"].as_array().unwrap().len(), 1);
        let statuses: Vec<_> = of(&bundle, "Procedure")
            .iter()
            .map(|p| p["status"].clone())
            .collect();
        assert_eq!(statuses, ["completed", "completed", "not-done"]);
        assert!(!of(&bundle, "Task").is_empty());
        assert_eq!(
            of(&bundle, "Provenance")[0]["recorded"],
            "2024-05-02T00:00:00Z"
        );
    }

    #[test]
    fn patients_and_times_are_told_or_absent_and_never_guessed() {
        let read = reading("DETAILS: IVUS of the left common iliac vein was performed.\n");
        let told = bundle(&read, Context::default());
        assert!(of(&told, "Provenance").is_empty(), "there is no date");
        let absent = &of(&told, "Procedure")[0]["subject"]["extension"][0]["valueCode"];
        assert_eq!(absent, "unknown");
        let context = Context {
            recorded: Date::new(2026, 1, 2),
            patient: Some("Patient/7"),
            author: Some("Ann Roe"),
        };
        let told = bundle(&read, context);
        assert_eq!(
            of(&told, "Provenance")[0]["entity"][0]["agent"][0]["who"]["display"],
            "Ann Roe"
        );
        assert_eq!(of(&told, "Procedure")[0]["asserter"]["display"], "Ann Roe");
        assert_eq!(
            of(&told, "Provenance")[0]["recorded"],
            "2026-01-02T00:00:00Z"
        );
        assert_eq!(
            of(&told, "Procedure")[0]["subject"]["reference"],
            "Patient/7"
        );
        assert_eq!(line(&read, context), line(&read, context));
        let none = bundle(&reading("Chest film, two views.\n"), context);
        assert!(none.get("entry").is_none());
    }
}
