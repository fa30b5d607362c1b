//! Decisions as HL7 v2.5.1 DFT^P03 messages, one a finished report, one FT1 a code. PID-3 is the
//! patient's number as the report's sender told it; where none was told, whoever takes the message finds the patient by the
//! report's id in FT1-23. Source: HL7 2.5.1, chapters 2 and 6.

use sha2::{Digest, Sha256};

use super::{Exported, charges};
use crate::intake::hex;

/// The message of a report; `None` when no code was used.
///
/// # Errors
/// When the report is not finished, or has no date of service, which FT1-4 needs; says so.
pub fn message(one: &Exported) -> Result<Option<String>, &'static str> {
    if one.status != "done" {
        return Err("is not finished; charges leave for finished reports alone");
    }
    let charges = charges(one);
    let Some(last) = charges.iter().map(|c| c.at.as_str()).max() else {
        return Ok(None);
    };
    let Some(day) = &one.service_date else {
        return Err("has no date of service, which a charge needs");
    };
    let (day, at) = (digits(day), format!("{}+0000", digits(last)));
    let control = control(one);
    let mut segments = vec![
        format!(
            "MSH|^~\\&|IVUS|{}|||{at}||DFT^P03^DFT_P03|{control}|P|2.5.1||||||UNICODE UTF-8",
            escaped(&one.site)
        ),
        format!("EVN|P03|{at}"),
        patient(one),
        "PV1|1|U".to_owned(),
    ];
    for (n, charge) in charges.iter().enumerate() {
        let mut fields = vec![String::new(); 27];
        let code = format!("{}^^C4", escaped(&charge.code));
        for (at, value) in [
            (0, "FT1".to_owned()),
            (1, (n + 1).to_string()),
            (2, format!("{control}-{}", n + 1)),
            (4, day.clone()),
            (6, "CG".to_owned()),
            (7, code.clone()),
            (10, charge.units().to_string()),
            (20, named(&one.physician)),
            (23, escaped(&one.report_id)),
            (24, named(&charge.by)),
            (25, code),
        ] {
            fields[at] = value;
        }
        segments.push(fields.join("|").trim_end_matches('|').to_owned());
    }
    Ok(Some(segments.join("\r") + "\r"))
}

/// PID with the number alone; a reference to a FHIR resource is told by its id.
fn patient(one: &Exported) -> String {
    let number = one.patient.as_deref().unwrap_or_default();
    let number = number.strip_prefix("Patient/").unwrap_or(number);
    format!("PID|1||{}", escaped(number))
        .trim_end_matches('|')
        .to_owned()
}

/// A name as the family name of an XCN; nothing for none.
fn named(name: &str) -> String {
    if name.is_empty() {
        String::new()
    } else {
        format!("^{}", escaped(name))
    }
}

/// The same decisions give the same control id (MSH-10 has at most 20 characters).
fn control(one: &Exported) -> String {
    let mut digest = Sha256::new();
    let mut add = |part: &str| {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    };
    add(&one.site);
    add(&one.report_id);
    add(&one.version.to_string());
    for charge in charges(one) {
        add(&charge.code);
        add(&charge.at);
        for vessel in &charge.vessels {
            add(vessel);
        }
        if charge.more > 0 {
            add(&charge.more.to_string());
        }
    }
    if let Some(patient) = &one.patient {
        add("patient");
        add(patient);
    }
    hex(&digest.finalize()).chars().take(20).collect()
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Text with HL7's own characters escaped.
fn escaped(text: &str) -> String {
    let mut told = String::new();
    for c in text.chars() {
        match c {
            '|' => told.push_str("\\F\\"),
            '^' => told.push_str("\\S\\"),
            '~' => told.push_str("\\R\\"),
            '\\' => told.push_str("\\E\\"),
            '&' => told.push_str("\\T\\"),
            c if c.is_control() => told.push(' '),
            c => told.push(c),
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::queue::desk::ExportedDecision;

    fn decision(class: &str, code: &str, vessel: &str, stale: bool) -> ExportedDecision {
        ExportedDecision {
            suggestion: format!("{code} {vessel}"),
            class: class.to_owned(),
            code: (class != "Rejected").then(|| code.to_owned()),
            vessel: (class != "Rejected").then(|| vessel.to_owned()),
            reason: None,
            note: String::new(),
            words: None,
            stale,
            engine: serde_json::Value::Null,
            decided_by: "ann".to_owned(),
            decided_at: "2026-01-02T03:04:05Z".to_owned(),
        }
    }

    fn report() -> Exported {
        Exported {
            report_id: "a|b^c&d~e\\f".to_owned(),
            site: "North".to_owned(),
            physician: "Dr. Alder".to_owned(),
            service_date: Some("2024-05-02".to_owned()),
            status: "done".to_owned(),
            disposition: "ready".to_owned(),
            version: 1,
            engine: serde_json::Value::Null,
            confirmed: Vec::new(),
            procedures: Vec::new(),
            patient: None,
            decisions: vec![
                decision("Accepted", "37252", "left common-iliac-vein", false),
                decision("Accepted", "37253", "left external-iliac-vein", false),
                decision("Added", "37253", "none inferior-vena-cava", false),
                decision("Rejected", "37253", "right common-iliac-vein", false),
                decision("Accepted", "37253", "right external-iliac-vein", true),
            ],
        }
    }

    #[test]
    fn a_finished_report_is_one_message_with_a_charge_a_code() {
        let message = message(&report()).unwrap().unwrap();
        let segments: Vec<&str> = message.trim_end_matches('\r').split('\r').collect();
        let names: Vec<&str> = segments.iter().filter_map(|s| s.get(..3)).collect();
        assert_eq!(names, ["MSH", "EVN", "PID", "PV1", "FT1", "FT1"]);
        let head: Vec<&str> = segments[0].split('|').collect();
        // MSH-1 is the separator itself, so field n stands at n - 1.
        assert_eq!(
            (head[8], head[9].len(), head[11]),
            ("DFT^P03^DFT_P03", 20, "2.5.1")
        );
        assert_eq!(
            (head[6], head[17]),
            ("20260102030405+0000", "UNICODE UTF-8")
        );
        let charge: Vec<&str> = segments[5].split('|').collect();
        assert_eq!(
            (charge[1], charge[4], charge[6], charge[7], charge[10]),
            ("2", "20240502", "CG", "37253^^C4", "2")
        );
        assert_eq!(
            (charge[20], charge[23], charge[25]),
            ("^Dr. Alder", "a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f", "37253^^C4")
        );
    }

    #[test]
    fn the_patient_is_told_where_the_sender_told_one() {
        let none = message(&report()).unwrap().unwrap();
        assert!(none.contains("\rPID|1\rPV1"), "{none}");
        let mut told = report();
        told.patient = Some("77^x".to_owned());
        let with = message(&told).unwrap().unwrap();
        assert!(with.contains("\rPID|1||77\\S\\x\rPV1"), "{with}");
        assert_ne!(control(&told), control(&report()));
        told.patient = Some("Patient/7".to_owned());
        assert!(message(&told).unwrap().unwrap().contains("PID|1||7\r"));
    }

    #[test]
    fn no_charge_without_a_finished_report_a_date_and_a_code() {
        let mut open = report();
        open.status = "open".to_owned();
        assert!(message(&open).is_err());
        let mut undated = report();
        undated.service_date = None;
        assert!(message(&undated).is_err());
        let mut none = report();
        none.decisions.clear();
        assert_eq!(message(&none), Ok(None));
    }
}
