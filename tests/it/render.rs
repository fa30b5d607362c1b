//! Whole renderings of one report that has everything a renderer can meet. The document is written by hand, so that only
//! a change of a renderer changes these.

use ivus::{
    Reading, Report,
    render::{
        Totals, csv,
        html::{self, Content},
        json::{
            AccessDoc, Coding, Document, EncounterDoc, Engine, FindingDoc, FlagDoc,
            InterrogationDoc, LesionDoc, LineDoc, MoveDoc, NecessityDoc, NotCountedDoc,
            PlacementDoc, ProcedureDoc, Quote, ReportHead, Step,
        },
        text::{self, Colour},
    },
};

const TEXT: &str = "\
DATE OF SERVICE: 05/02/2024
INDICATION: Left leg swelling. The duplex <outside> & venogram were equivocal.
DETAILS: The left popliteal vein was entered. Because the venogram was equivocal, IVUS was used; the
IVUS catheter was advanced to the left common
iliac vein. The left common iliac vein showed 78% area stenosis, no thrombus, as a lesion that extends into the left external iliac vein, and because this sentence was dictated without a line break it runs on and on until IVUS of the inferior vena cava is mentioned at its end.
IVUS of the right common iliac vein was not performed. A stent was placed.
";

/// The nth place (from 0) of some words in the text.
fn quote(words: &str, nth: usize, role: &'static str) -> Quote {
    let (at, _) = TEXT.match_indices(words).nth(nth).unwrap();
    let before = &TEXT[..at];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
    let start = before.chars().count();
    Quote {
        start,
        end: start + words.chars().count(),
        line,
        column,
        text: words.to_owned(),
        role,
    }
}

fn finding(
    kind: &str,
    value: Option<f64>,
    unit: Option<&'static str>,
    evidence: Quote,
) -> FindingDoc {
    let negated = kind == "thrombus";
    FindingDoc {
        kind: kind.to_owned(),
        negated,
        value,
        unit,
        evidence,
    }
}

fn look(
    vessel: &str,
    side: &'static str,
    findings: Vec<FindingDoc>,
    reason: Option<Quote>,
    evidence: Vec<Quote>,
) -> InterrogationDoc {
    let state = if reason.is_some() {
        "stated"
    } else {
        "general"
    };
    let necessity = NecessityDoc {
        state,
        evidence: reason.into_iter().collect(),
    };
    InterrogationDoc {
        vessel: vessel.to_owned(),
        side,
        status: "performed",
        basis: "stated",
        findings,
        necessity,
        evidence,
    }
}

fn flag(
    rule: &str,
    name: &'static str,
    severity: &'static str,
    message: &str,
    evidence: Quote,
) -> FlagDoc {
    FlagDoc {
        rule: rule.to_owned(),
        name,
        severity,
        vessel: None,
        message: message.to_owned(),
        evidence: vec![evidence],
    }
}

fn not_counted(vessel: &str, rule: &str, reason: &str, evidence: Quote) -> NotCountedDoc {
    NotCountedDoc {
        vessel: vessel.to_owned(),
        rule: rule.to_owned(),
        reason: reason.to_owned(),
        evidence: vec![evidence],
    }
}

fn line(code: &str, supported: u32, vessel: &str, evidence: Quote) -> LineDoc {
    LineDoc {
        code: code.to_owned(),
        units: 1,
        units_supported: supported,
        vessels: vec![vessel.to_owned()],
        confidence: "high",
        rules: vec!["IVUS101".to_owned()],
        evidence: vec![evidence],
    }
}

fn encounter() -> EncounterDoc {
    let common = "left common\niliac vein";
    let mut right = look(
        "common-iliac-vein",
        "right",
        Vec::new(),
        None,
        vec![quote("right common iliac vein", 0, "vessel")],
    );
    right.status = "negated";
    EncounterDoc {
        ivus: "performed",
        interrogations: vec![
            look(
                "common-iliac-vein",
                "left",
                vec![
                    finding(
                        "area-stenosis",
                        Some(78.0),
                        Some("%"),
                        quote("78% area stenosis", 0, "finding"),
                    ),
                    finding("thrombus", None, None, quote("thrombus", 0, "finding")),
                ],
                Some(quote("venogram was equivocal", 0, "necessity")),
                vec![
                    quote(common, 0, "vessel"),
                    quote("advanced", 0, "movement"),
                    quote("left common iliac vein", 0, "vessel"),
                ],
            ),
            look(
                "inferior-vena-cava",
                "none",
                Vec::new(),
                None,
                vec![
                    quote("inferior vena cava", 0, "vessel"),
                    quote("IVUS", 2, "ivus"),
                ],
            ),
            right,
        ],
        lesions: vec![LesionDoc {
            vessels: vec![
                "left common-iliac-vein".to_owned(),
                "left external-iliac-vein".to_owned(),
            ],
            contiguous: true,
            evidence: vec![quote("extends into", 0, "lesion")],
        }],
        access: vec![AccessDoc {
            vessel: "popliteal-vein".to_owned(),
            side: "left",
            evidence: vec![quote("popliteal vein", 0, "access")],
        }],
        catheter_moves: vec![MoveDoc {
            device: "ivus-catheter",
            action: "advance",
            vessel: "common-iliac-vein".to_owned(),
            side: "left",
            status: "performed",
            evidence: vec![quote(common, 0, "vessel"), quote("advanced", 0, "movement")],
        }],
        procedures: vec![ProcedureDoc {
            procedure: "venous-stent".to_owned(),
            site: None,
            codes: vec!["37238".to_owned()],
            status: "performed",
            evidence: vec![quote("stent was placed", 0, "procedure")],
        }],
    }
}

fn reading() -> Reading {
    let coding = Coding {
        lines: vec![
            line(
                "37252",
                1,
                "left common-iliac-vein",
                quote("left common iliac vein", 0, "vessel"),
            ),
            line(
                "37253",
                0,
                "none inferior-vena-cava",
                quote("inferior vena cava", 0, "vessel"),
            ),
        ],
        not_counted: vec![
            not_counted(
                "right common-iliac-vein",
                "IVUS101",
                "the text says that IVUS was not done there",
                quote("right common iliac vein", 0, "vessel"),
            ),
            not_counted(
                "",
                "IVUS103",
                "duplex is not IVUS",
                quote("duplex", 0, "modifier"),
            ),
        ],
        catheter_placements: vec![PlacementDoc {
            code: "36012".to_owned(),
            from: "left popliteal-vein".to_owned(),
            to: "left common-iliac-vein".to_owned(),
            order: 2,
            selectivity: "selective",
            path: Vec::new(),
            bundled_by: Some("37238".to_owned()),
            certainty: "certain",
            reason: "counted from the vena cava".to_owned(),
            evidence: vec![quote("left common", 0, "vessel")],
        }],
        base_procedures: vec!["37238".to_owned()],
        disposition: "query",
    };
    let document = Document {
        schema_version: 1,
        offset_unit: "codepoint",
        engine: Engine {
            version: "0.0.0",
            lexicon: "sha256:0".to_owned(),
            policy: "sir".to_owned(),
            code_set: "2016-01-01".to_owned(),
            payer: None,
            tables: None,
        },
        report: ReportHead {
            id: "=101".to_owned(),
            source: Some("reports/=101.txt".to_owned()),
            date_of_service: Some("2024-05-02".to_owned()),
            date_source: "text",
        },
        encounter: encounter(),
        coding,
        flags: vec![
            flag(
                "IVUS009",
                "more-to-know",
                "info",
                "an IVUS catheter was used",
                quote("IVUS catheter", 0, "ivus"),
            ),
            flag(
                "IVUS003",
                "missing-findings",
                "warning",
                "inferior vena cava: IVUS was done but no finding is stated; write what it showed, also when it was normal",
                quote("inferior vena cava", 0, "vessel"),
            ),
        ],
        explanation: None,
    };
    let trace = vec![Step {
        at: quote("left common iliac vein", 0, "vessel"),
        why: "a reading in an IVUS passage".to_owned(),
    }];
    Reading {
        report: Report::new("=101", TEXT),
        document,
        trace,
    }
}

#[test]
fn text_for_a_coder() {
    insta::assert_snapshot!("check_text", text::check(&reading(), Colour::Plain));
}

#[test]
fn text_of_the_encounter_and_its_trace() {
    let reading = reading();
    insta::assert_snapshot!(
        "extract_text",
        text::extract(&reading, Colour::Plain) + &text::trace(&reading, Colour::Plain)
    );
}

#[test]
fn colour_changes_no_letter() {
    let reading = reading();
    let coloured = text::check(&reading, Colour::Ansi);
    assert!(coloured.contains('\u{1b}'));
    assert_eq!(
        anstream::adapter::strip_str(&coloured).to_string(),
        text::check(&reading, Colour::Plain)
    );
}

#[test]
fn one_row_a_report_or_a_vessel() {
    let reading = reading();
    let check = csv::header(csv::CHECK_COLUMNS) + &csv::check(&reading);
    let extract = csv::header(csv::EXTRACT_COLUMNS) + &csv::extract(&reading);
    insta::assert_snapshot!("csv", format!("{check}\n{extract}"));
}

#[test]
fn a_page_that_stands_alone() {
    let reading = reading();
    let parts = [html::part(&reading, 1, Content::Check)];
    let page = html::page(&parts, &Totals::of(&reading), Content::Check);
    for foreign in [
        "<script",
        "http://",
        "https://",
        "src=",
        "url(",
        "@import",
        "<outside>",
    ] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    // The styles are left out, and each tag of the body begins a line, so that a change can be read.
    let body = page.split_once("<body>").unwrap().1;
    insta::assert_snapshot!(
        "html",
        body.replace(env!("CARGO_PKG_VERSION"), "VERSION")
            .replace("><", ">\n<")
    );
}

#[test]
fn the_encounter_alone_has_no_codes() {
    let reading = reading();
    let json = serde_json::to_value(reading.document.extract(Some(&reading.trace))).unwrap();
    let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "encounter",
            "engine",
            "offset_unit",
            "report",
            "schema_version",
            "trace"
        ]
    );
    let page = html::page(
        &[html::part(&reading, 1, Content::Extract)],
        &Totals::of(&reading),
        Content::Extract,
    );
    assert!(!page.contains("37252") && page.contains("Vessels tied to IVUS"));
}
