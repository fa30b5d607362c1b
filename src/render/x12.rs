//! A preview of the service lines of an X12 837P claim (005010X222A1, loop 2400), for a coder to look at. It is no claim:
//! it has no charges, payer, provider or diagnoses, and shows only the units that the text supports today.

use std::fmt::Write as _;

use super::{Reading, disposition_words, vessel_words};

/// What stands above the previews of many reports.
pub const HEADER: &str = "\
# PREVIEW of 837P service lines (loop 2400). Not a claim and not to be sent: no charges (0 stands in their place), payer,
# provider, place of service or diagnoses (1 stands for the pointer). Units are those the text supports. A coder decides.
";

/// The preview of one report. Both sides of a vessel are two vessels, so there is never modifier 50.
#[must_use]
pub fn preview(reading: &Reading) -> String {
    let document = &reading.document;
    let coding = &document.coding;
    let day = document.report.date_of_service.as_deref();
    let (word, meaning) = disposition_words(coding.disposition);
    // An id may hold a line break; what follows it must not look like a segment.
    let id: String = document
        .report
        .id
        .chars()
        .map(|c| if c.is_control() { '?' } else { c })
        .collect();
    let mut out = format!(
        "\n# report {id}, date of service {}\n# {word}: {meaning}\n",
        day.unwrap_or("not known: the DTP segments are missing")
    );
    let mut number = 0;
    for line in &coding.lines {
        let vessels: Vec<String> = line.vessels.iter().map(|v| vessel_words(v)).collect();
        let _ = writeln!(
            out,
            "# {}: {} performed, {} supported: {}",
            line.code,
            line.units,
            line.units_supported,
            vessels.join(", ")
        );
        if line.units_supported == 0 {
            continue;
        }
        number += 1;
        let _ = writeln!(out, "LX*{number}~");
        let _ = writeln!(
            out,
            "SV1*HC:{}*0*UN*{}***1~",
            line.code, line.units_supported
        );
        if let Some(day) = day {
            let _ = writeln!(out, "DTP*472*D8*{}~", day.replace('-', ""));
        }
    }
    if coding.lines.is_empty() {
        out.push_str("# no service lines\n");
    }
    for (what, codes) in [
        ("base procedures found", coding.base_procedures.clone()),
        (
            "catheter placements not held by another code",
            coding
                .catheter_placements
                .iter()
                .filter(|p| p.bundled_by.is_none())
                .map(|p| format!("{} ({})", p.code, p.certainty))
                .collect(),
        ),
    ] {
        if !codes.is_empty() {
            let _ = writeln!(out, "# {what}: {}", codes.join(", "));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::notes::tests::reading;

    const BOTH: &str = "DATE OF SERVICE: 05/02/2024\nINDICATION: Leg swelling, venogram equivocal, IVUS to size a stent.\n\
        FINDINGS: IVUS of the left common iliac vein showed 78% area stenosis. IVUS of the right common iliac vein showed \
        60% area stenosis. A stent was placed in the left common iliac vein.\n";

    #[test]
    fn both_sides_are_two_units_and_never_modifier_50() {
        let read = reading(BOTH);
        let told = preview(&read);
        let supported: u32 = read
            .document
            .coding
            .lines
            .iter()
            .map(|l| l.units_supported)
            .sum();
        assert_eq!(supported, 2, "{told}");
        assert!(
            told.contains("LX*1~\nSV1*HC:37252*0*UN*1***1~\nDTP*472*D8*20240502~\n"),
            "{told}"
        );
        assert!(told.contains("LX*2~\nSV1*HC:37253*0*UN*1***1~\n"), "{told}");
        assert!(!told.contains(":50"), "{told}");
    }

    #[test]
    fn what_the_text_does_not_support_has_no_line() {
        let told = preview(&reading(
            "DETAILS: IVUS of the left common iliac vein was performed.\n",
        ));
        assert!(!told.contains("SV1*"), "{told}");
        assert!(told.contains("1 performed, 0 supported"), "{told}");
    }
}
