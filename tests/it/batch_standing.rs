//! What a report's standing does to the results of `ivus batch`: drafts and withdrawn reports have units in no form.

use std::{collections::BTreeMap, fs, path::Path};

use parquet::{
    file::reader::{FileReader, SerializedFileReader},
    record::RowAccessor,
};
use serde_json::{Value, json};

use super::batch::{at, batch, lines};

const REPORT: &str = "DATE OF SERVICE: 05/02/2024\nINDICATION: Leg swelling, venogram equivocal, IVUS to size a stent.\n\
    FINDINGS: IVUS of the left common iliac vein showed 78% area stenosis. IVUS of the left external iliac vein showed \
    60% area stenosis. A stent was placed in the left common iliac vein.\n";

/// The resources of a bundle by their kind.
fn resources(bundle: &Value) -> BTreeMap<String, Vec<&Value>> {
    let mut found: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    for entry in bundle["entry"].as_array().into_iter().flatten() {
        let resource = &entry["resource"];
        let kind = resource["resourceType"].as_str().unwrap().to_owned();
        found.entry(kind).or_default().push(resource);
    }
    found
}

#[expect(clippy::too_many_lines, reason = "one run, looked at in every form")]
#[test]
fn drafts_and_withdrawn_reports_have_no_units_in_any_form() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.jsonl");
    let statuses = ["final", "draft", "withdrawn", "amended"];
    let records = (1..).zip(statuses).map(|(id, status)| {
        let record =
            json!({"note_id": id, "note_text": REPORT, "state": status, "signer": "Dr. 9"});
        record.to_string() + "\n"
    });
    fs::write(&input, records.collect::<String>()).unwrap();
    let out = at(&folder, "out");
    let ran = batch(&[
        input.to_str().unwrap(),
        "--out",
        &out,
        "--status-col",
        "state",
        "--author-col",
        "signer",
        "--write",
        "parquet,omop,fhir,brat,doccano,x12",
        "--run-date",
        "2026-01-02",
    ]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    let out = Path::new(&out);
    let units = [2, 0, 0, 2];

    // JSONL, with the reason.
    let told = lines(&out.join("part-00000.jsonl"));
    for ((report, units), status) in told.iter().zip(units).zip(statuses) {
        assert_eq!(report["report_status"], status);
        let lines = report["coding"]["lines"].as_array().unwrap();
        for field in ["units", "units_supported"] {
            let sum: u64 = lines.iter().map(|l| l[field].as_u64().unwrap()).sum();
            assert_eq!(sum, units, "{status} {field}");
        }
        let declined = report["coding"]["not_counted"].as_array().unwrap();
        let by = |rule: &str| declined.iter().any(|d| d["rule"] == rule);
        assert_eq!(
            (by("IVUS112"), by("IVUS113")),
            (status == "draft", status == "withdrawn")
        );
        // What the text says is told all the same.
        assert_eq!(report["encounter"]["ivus"], "performed");
    }
    // A draft gets the feedback that a signed report gets.
    let rules = |report: &Value| -> Vec<String> {
        let flags = report["flags"].as_array().unwrap();
        flags.iter().map(|f| f["rule"].to_string()).collect()
    };
    for rule in rules(&told[0]) {
        assert!(rules(&told[1]).contains(&rule), "{rule}");
    }

    // Queue rows.
    let mut table = csv::Reader::from_path(out.join("queue.csv")).unwrap();
    let columns = table.headers().unwrap().clone();
    let counts: Vec<usize> = (0..columns.len())
        .filter(|c| columns[*c].starts_with("units_") || columns[*c].starts_with("supported_"))
        .collect();
    assert_eq!(counts.len(), 4, "{columns:?}");
    let codes = columns.iter().position(|c| c == "codes").unwrap();
    assert_eq!(columns.iter().next_back(), Some("report_status"));
    let last = columns.len() - 1;
    for ((row, units), status) in table.records().zip(units).zip(statuses) {
        let row = row.unwrap();
        assert_eq!(&row[last], status);
        let cells = counts.iter().map(|c| row[*c].parse::<u64>().unwrap());
        assert_eq!(cells.sum::<u64>(), 2 * units);
        assert_eq!(row[codes].is_empty(), units == 0);
    }
    let rows = fs::File::open(out.join("queue/part-00000.parquet")).unwrap();
    let rows = SerializedFileReader::new(rows).unwrap();
    for ((row, units), status) in rows.get_row_iter(None).unwrap().zip(units).zip(statuses) {
        let row = row.unwrap();
        assert_eq!(row.get_string(last).unwrap(), status);
        let cells = counts.iter().map(|c| row.get_int(*c).unwrap());
        assert_eq!(cells.sum::<i32>(), 2 * i32::try_from(units).unwrap());
    }

    // FHIR: no charge, and the standing where it has a place.
    for ((bundle, units), status) in lines(&out.join("fhir/part-00000.ndjson"))
        .iter()
        .zip(units)
        .zip(statuses)
    {
        assert_eq!(bundle["meta"]["tag"][0]["code"], status);
        let of = resources(bundle);
        let charges = of.get("ChargeItem").map_or(&[][..], Vec::as_slice);
        let sum: u64 = charges
            .iter()
            .map(|c| c["quantity"]["value"].as_u64().unwrap())
            .sum();
        assert_eq!(sum, units, "{status}");
        let done = if status == "withdrawn" {
            "entered-in-error"
        } else {
            "completed"
        };
        for procedure in &of["Procedure"] {
            assert_eq!(
                (&procedure["status"], &procedure["asserter"]["display"]),
                (&json!(done), &json!("Dr. 9"))
            );
        }
        let source = &of["Provenance"][0]["entity"][0];
        assert_eq!(source["agent"][0]["who"]["display"], "Dr. 9");
        // Nothing is asked of who wrote what was taken back.
        assert_eq!(of.contains_key("Task"), status != "withdrawn", "{status}");
    }

    // The preview of a claim.
    let preview = fs::read_to_string(out.join("x12/part-00000.txt")).unwrap();
    let reports: Vec<&str> = preview.split("\n# report ").skip(1).collect();
    for (report, units) in reports.iter().zip(units) {
        assert_eq!(report.matches("SV1*").count() > 0, units > 0, "{report}");
        assert_eq!(report.contains("# no service lines"), units == 0);
    }

    // Forms that annotate text speak of words, not of units or codes of IVUS.
    for name in ["note_nlp.csv", "doccano/part-00000.jsonl"] {
        let text = fs::read_to_string(out.join(name)).unwrap();
        assert!(!text.contains("37252") && !text.contains("units"), "{name}");
    }

    // Counts.
    let summary = fs::read_to_string(out.join("summary.json")).unwrap();
    let summary: Value = serde_json::from_str(&summary).unwrap();
    assert_eq!(
        (
            &summary["reports"]["units"],
            &summary["codes"]["37252"]["performed"]
        ),
        (&json!(4), &json!(2))
    );
    assert_eq!(
        (
            &summary["declined"]["IVUS112"],
            &summary["declined"]["IVUS113"]
        ),
        (&json!(1), &json!(1))
    );
}
