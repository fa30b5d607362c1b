//! The facts of coding, each in a whole short report: what makes a unit, what does not, and what else must be there.

use std::sync::LazyLock;

use ivus::{Analyzer, Reading, Report, render::json::Document};

static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::builtin);

fn read(text: &str) -> Document {
    let report = Report::new("fact", text);
    let analysis = ANALYZER.analyze(&report);
    Reading::new(&ANALYZER, report, &analysis).document
}

/// Codes with their units, as `"37252 x1; 37253 x2"`.
fn codes(document: &Document) -> String {
    let lines = document.coding.lines.iter();
    let lines: Vec<String> = lines.map(|l| format!("{} x{}", l.code, l.units)).collect();
    lines.join("; ")
}

/// Vessels with the rule that declined each.
fn declined(document: &Document) -> Vec<(&str, &str)> {
    let not_counted = document.coding.not_counted.iter();
    not_counted
        .map(|n| (n.vessel.as_str(), n.rule.as_str()))
        .collect()
}

fn flags(document: &Document) -> Vec<&str> {
    document.flags.iter().map(|f| f.name).collect()
}

#[test]
fn a_vessel_counts_once_however_many_passes_were_made() {
    let document = read(
        "Date of procedure: 03/14/2024\n\
         Indication: swollen left leg. Venography left the degree of compression open, so IVUS was used to measure it.\n\
         Details: The left femoral vein was punctured. The IVUS catheter was advanced to the left common iliac vein, where the lumen was\n\
         compressed to 62 mm2. A 16 mm stent was placed in the left common iliac vein. A second IVUS run of the left common iliac\n\
         vein showed full expansion, 181 mm2. After a further dilation, IVUS of the left common iliac vein was repeated: 190 mm2.\n",
    );
    assert_eq!(codes(&document), "37252 x1");
}

#[test]
fn a_lesion_that_runs_through_several_vessels_is_one_unit() {
    let document = read(
        "DATE OF SERVICE: 06/02/2023\n\
         INDICATION: Acute clot of the left leg. IVUS was needed to learn how far up the clot reached.\n\
         DETAILS: Through the left popliteal vein the IVUS catheter was brought up to the inferior vena cava. IVUS showed one\n\
         contiguous thrombus extending from the left femoral vein through the left external iliac vein and the left common iliac\n\
         vein into the inferior vena cava. Mechanical thrombectomy was performed.\n",
    );
    assert_eq!(codes(&document), "37252 x1");
}

#[test]
fn left_and_right_are_two_vessels() {
    let document = read(
        "DATE OF SERVICE: 11/20/2022\n\
         INDICATION: Both legs swell. IVUS was used because the venogram could not grade the narrowing.\n\
         PROCEDURE: The right and left femoral veins were entered. IVUS of the bilateral common iliac veins was performed: 55%\n\
         stenosis on the right and 70% on the left. Stents were placed in both common iliac veins.\n",
    );
    assert_eq!(codes(&document), "37252 x1; 37253 x1");
}

/// A session in which a filter was worked on, as `work` tells.
fn filter_session(work: &str) -> Document {
    read(&format!(
        "DATE OF SERVICE: 09/09/2021\n\
         INDICATION: Clot in the lungs. IVUS was used instead of contrast because of kidney failure.\n\
         DETAILS: The right internal jugular vein was punctured. IVUS of the inferior vena cava showed no thrombus, diameter 21 mm.\n\
         Under IVUS guidance {work}.\n"
    ))
}

fn has_no_unit_for_a_filter(document: &Document) -> bool {
    codes(document).is_empty()
        && declined(document).contains(&("none inferior-vena-cava", "IVUS110"))
}

#[test]
fn a_session_with_a_filter_has_no_unit() {
    for work in [
        "an IVC filter was placed below the renal veins",
        "a retrievable filter was deployed in the inferior vena cava",
        "the IVC filter was repositioned below the renal veins",
        "the IVC filter was snared at its hook, sheathed and retrieved",
    ] {
        let document = filter_session(work);
        assert!(
            has_no_unit_for_a_filter(&document),
            "{work}: {}",
            codes(&document)
        );
    }
}

#[test]
fn a_filter_is_one_when_its_vessel_is_written_out() {
    for work in [
        "an inferior vena cava filter was placed below the renal veins",
        "an inferior vena cava filter was deployed",
        "the inferior vena cava filter was snared at its hook, sheathed and retrieved",
    ] {
        let document = filter_session(work);
        assert!(
            has_no_unit_for_a_filter(&document),
            "{work}: no filter is found, and {} is suggested",
            codes(&document)
        );
    }
}

#[test]
fn a_filter_that_was_not_worked_on_declines_nothing() {
    for work in [
        "the IVC filter was seen in good position and was left alone",
        "no filter was placed; the left common iliac vein was stented",
        "the stent was placed in the left common iliac vein. An IVC filter had been placed in 2015",
        "a Wallstent was placed across the filter within the cava",
        "stents were released in the cava through a retained caval filter",
        "an IVC filter is present below the renal veins; the left common iliac vein was stented",
    ] {
        let document = filter_session(work);
        assert_eq!(
            codes(&document),
            "37252 x1",
            "{work}: {:?}",
            declined(&document)
        );
        assert!(!flags(&document).contains(&"bundled"), "{work}");
    }
}

/// The reason says which code includes IVUS, and that a person may open the edit for a distinct service.
#[test]
fn what_includes_ivus_is_told_with_its_code_and_edit() {
    for (work, code) in [
        ("an IVC filter was placed below the renal veins", "37191"),
        (
            "the IVC filter was repositioned below the renal veins",
            "37192",
        ),
        (
            "the IVC filter was snared at its hook, sheathed and retrieved",
            "37193",
        ),
    ] {
        let document = filter_session(work);
        let entry = &document.coding.not_counted[0];
        assert!(entry.reason.starts_with(code), "{work}: {}", entry.reason);
        assert!(
            entry.reason.contains("indicator 1") && entry.reason.contains("distinct service"),
            "{}",
            entry.reason
        );
        assert!(flags(&document).contains(&"bundled"), "{work}");
        // IVUS looked at the cava alone, so there is no distinct service to decide about.
        assert_eq!(document.coding.disposition, "ready", "{work}");
    }
}

#[test]
fn a_session_with_retrieval_of_a_foreign_body_has_no_unit() {
    let document = read(
        "DATE OF SERVICE: 02/17/2020\n\
         INDICATION: A piece of a broken port catheter lies in the superior vena cava. IVUS was used to see whether it was fixed to the wall.\n\
         DETAILS: The right common femoral vein was entered. IVUS of the superior vena cava showed the fragment free in the lumen.\n\
         The catheter fragment was caught with a snare and removed through the sheath.\n",
    );
    assert_eq!(codes(&document), "");
    assert!(
        declined(&document).contains(&("none superior-vena-cava", "IVUS110")),
        "{:?}",
        declined(&document)
    );
}

#[test]
fn no_more_than_one_first_and_five_further_units() {
    let document = read(
        "DATE OF SERVICE: 10/10/2024\n\
         INDICATION: Blocked veins of both legs. IVUS was used since the venogram did not show the ends of the diseased segments.\n\
         DETAILS: Both popliteal veins were entered. IVUS was performed of the inferior vena cava (22 mm, normal), the right common\n\
         iliac vein (60% stenosis), the left common iliac vein (80% stenosis), the right external iliac vein (normal), the left\n\
         external iliac vein (50% stenosis), the right femoral vein (webs) and the left femoral vein (webs). Stents were placed in\n\
         both common iliac veins.\n",
    );
    assert_eq!(codes(&document), "37252 x1; 37253 x5");
    assert!(
        flags(&document).contains(&"more-than-six-units"),
        "{:?}",
        flags(&document)
    );
}

#[test]
fn a_session_without_a_base_procedure_is_flagged() {
    let document = read(
        "DATE OF SERVICE: 04/04/2024\n\
         INDICATION: Leg swelling. IVUS was used because an earlier venogram could not grade the narrowing.\n\
         DETAILS: The left femoral vein was punctured. IVUS of the left common iliac vein showed 40% stenosis. Nothing else was done.\n",
    );
    assert_eq!(codes(&document), "37252 x1");
    assert!(
        flags(&document).contains(&"no-base-procedure"),
        "{:?}",
        flags(&document)
    );
}

#[test]
fn two_separate_lesions_are_two_units() {
    let document = read(
        "DATE OF SERVICE: 08/21/2023\n\
         INDICATION: Right leg pain on walking. IVUS was used to size the stents, as the angiogram was blurred by calcium.\n\
         DETAILS: The left common femoral artery was entered. IVUS of the right common iliac artery showed a 75% stenosis. IVUS of the\n\
         right superficial femoral artery showed a separate, discrete stenosis of 80%. The two lesions are not contiguous.\n\
         A stent was placed in each.\n",
    );
    assert_eq!(codes(&document), "37252 x1; 37253 x1");
}

#[test]
fn what_was_planned_or_left_undone_is_no_unit() {
    let document = read(
        "DATE OF SERVICE: 01/30/2025\n\
         PLAN BEFORE THE PROCEDURE: venography, and IVUS of the left common iliac vein if needed.\n\
         DETAILS: The left femoral vein was entered. The venogram showed a wide open left common iliac vein. IVUS was therefore not\n\
         performed. IVUS of the right common iliac vein may be considered at a later visit.\n",
    );
    assert_eq!(codes(&document), "");
    assert!(
        declined(&document)
            .iter()
            .all(|(_, rule)| *rule == "IVUS101"),
        "{:?}",
        declined(&document)
    );
}

#[test]
fn coronary_vessels_are_no_unit() {
    let document = read(
        "DATE OF SERVICE: 05/19/2022\n\
         INDICATION: Chest pain. IVUS was used to size the stent.\n\
         DETAILS: The right radial artery was entered. IVUS of the left anterior descending artery showed an 80% stenosis with a\n\
         reference diameter of 3.5 mm. A drug-eluting stent was placed in the left anterior descending artery.\n",
    );
    assert_eq!(codes(&document), "");
    assert_eq!(document.encounter.ivus, "coronary_only");
}

#[test]
fn before_2016_the_older_codes_apply() {
    let document = read(
        "DATE OF SERVICE: 07/08/2014\n\
         INDICATION: Left leg swelling. IVUS was used to grade what the venogram left in doubt.\n\
         DETAILS: The left femoral vein was entered. IVUS of the left common iliac vein showed 70% stenosis; IVUS of the inferior vena\n\
         cava was normal. A stent was placed in the left common iliac vein.\n",
    );
    let pairs = |codes: [&str; 4]| {
        codes.iter().all(|c| {
            document
                .coding
                .lines
                .iter()
                .any(|l| l.code == *c && l.units == 1)
        })
    };
    assert!(
        pairs(["37250", "75945", "37251", "75946"]),
        "{}",
        codes(&document)
    );
    assert_eq!(document.coding.lines.len(), 4, "{}", codes(&document));
    assert_eq!(
        document.report.date_of_service.as_deref(),
        Some("2014-07-08")
    );
}

#[test]
fn a_catheter_goes_from_the_right_groin_to_the_left_external_iliac_vein() {
    let document = read(
        "DATE OF SERVICE: 12/05/2024\n\
         INDICATION: Left leg swelling. IVUS was used because the venogram did not show the narrowing well.\n\
         DETAILS: The right common femoral vein was punctured. Over the bifurcation the IVUS catheter was advanced into the left external\n\
         iliac vein. IVUS of the left external iliac vein showed a 65% stenosis. Balloon dilation to 12 mm followed.\n",
    );
    assert_eq!(codes(&document), "37252 x1");
    let access: Vec<(&str, &str)> = document
        .encounter
        .access
        .iter()
        .map(|a| (a.side, a.vessel.as_str()))
        .collect();
    assert_eq!(access, [("right", "common-femoral-vein")]);
    let moves = &document.encounter.catheter_moves;
    let arrival = moves
        .iter()
        .find(|m| m.device == "ivus-catheter" && m.status == "performed")
        .unwrap();
    assert_eq!(
        (arrival.side, arrival.vessel.as_str()),
        ("left", "external-iliac-vein")
    );
    let looks: Vec<&str> = document
        .encounter
        .interrogations
        .iter()
        .map(|i| i.vessel.as_str())
        .collect();
    assert_eq!(looks, ["external-iliac-vein"]);
}

#[test]
fn vessels_of_one_counting_unit_are_one() {
    let document = read(
        "DATE OF SERVICE: 03/03/2024\n\
         INDICATION: Left leg pain. IVUS was used to size the balloon.\n\
         DETAILS: The right common femoral artery was entered. IVUS of the left superficial femoral artery showed 70% stenosis. IVUS of\n\
         the left popliteal artery was normal. The left superficial femoral artery was dilated with a 5 mm balloon.\n",
    );
    assert_eq!(codes(&document), "37252 x1");
}

#[test]
fn a_vessel_between_the_ends_of_a_pullback_counts_only_when_named() {
    let document = read(
        "DATE OF SERVICE: 02/02/2024\n\
         INDICATION: Left leg swelling. IVUS was used to grade what the venogram left in doubt.\n\
         DETAILS: The left popliteal vein was entered. An IVUS pullback was recorded from the inferior vena cava to the left common\n\
         femoral vein. The cava was normal, 22 mm. The left common femoral vein was normal, 11 mm. Venography followed.\n",
    );
    assert_eq!(codes(&document), "37252 x1; 37253 x1");
    assert!(
        flags(&document).contains(&"pullback-unnamed-vessels"),
        "{:?}",
        flags(&document)
    );
}

#[test]
fn units_without_a_finding_or_a_reason_are_performed_but_not_supported() {
    for (reason, reading, supported) in [
        ("IVUS was used to size the stent.", "showed 70% stenosis", 1),
        ("IVUS was used to size the stent.", "was performed", 0),
        ("", "showed 70% stenosis", 0),
    ] {
        let document = read(&format!(
            "DATE OF SERVICE: 03/03/2024\n\
             INDICATION: Left leg swelling. {reason}\n\
             DETAILS: The left femoral vein was entered. IVUS of the left common iliac vein {reading}. A stent was placed in the left\n\
             common iliac vein.\n"
        ));
        let line = &document.coding.lines[0];
        assert_eq!(
            (line.units, line.units_supported),
            (1, supported),
            "{reason} {reading}"
        );
    }
}

#[test]
fn a_vessel_that_was_entered_is_the_access_site() {
    let document = read(
        "DATE OF SERVICE: 12/05/2024\n\
         INDICATION: Left leg swelling. IVUS was used to size the stent.\n\
         DETAILS: The right common femoral vein was entered. IVUS of the left common iliac vein showed a 65% stenosis. A stent was\n\
         placed there.\n",
    );
    let access: Vec<&str> = document
        .encounter
        .access
        .iter()
        .map(|a| a.vessel.as_str())
        .collect();
    assert_eq!(
        access,
        ["common-femoral-vein"],
        "\"entered\" is read as the goal of a catheter"
    );
}

#[test]
fn what_was_done_counts_though_no_heading_parts_it_from_the_indication() {
    let document = read(
        "Date of procedure: 03/14/2024\n\
         Indication: swollen left leg. IVUS was used to size the stent.\n\
         The left femoral vein was punctured. IVUS of the left common iliac vein showed a 70% stenosis, and a stent was placed there.\n",
    );
    assert_eq!(
        codes(&document),
        "37252 x1",
        "acts below an indication are read as planned"
    );
}

#[test]
fn a_ticked_row_of_a_table_was_read_and_an_open_one_was_not() {
    let document = read(
        "DATE OF SERVICE: 04/09/2024\n\
         ACCESS   [x] R common femoral vein, 9F\n\n\
         INTRAVASCULAR ULTRASOUND\n\
         Performed   [x] yes   [ ] no\n\
         Reason      [x] stent size   [ ] other\n\
         Vessel     Seen    Area mm2    Remark\n\
         IVC         [x]      261         round\n\
         R CIV       [x]       74         webs\n\
         R EIV       [ ]\n\
         L CIV       [ ]\n",
    );
    assert_eq!(codes(&document), "37252 x1; 37253 x1");
}

#[test]
fn a_look_that_was_given_up_is_no_unit() {
    let document = read(
        "DATE OF SERVICE: 04/09/2024\n\
         INDICATION: Left leg swelling. IVUS was needed to size a stent.\n\
         DETAILS: The left popliteal vein was punctured. The IVUS catheter was advanced into the left femoral vein, which\n\
         measured 7 mm with webs. Advancing it into the left common iliac vein was unsuccessful and IVUS of the iliac veins and\n\
         the cava was abandoned.\n",
    );
    assert_eq!(codes(&document), "37252 x1");
}

#[test]
fn that_side_is_the_side_told_last() {
    let document = read(
        "DATE OF SERVICE: 04/09/2024\n\
         INDICATION: Swelling of both legs. IVUS was needed to size stents.\n\
         DETAILS: Both femoral veins were punctured. On the right, IVUS showed a 60% narrowing of the external iliac vein. On the\n\
         left, IVUS showed a 40% narrowing of the common iliac vein. The external iliac vein on that side was normal.\n",
    );
    let told: Vec<String> = document
        .encounter
        .interrogations
        .iter()
        .map(|i| format!("{} {}", i.side, i.vessel))
        .collect();
    assert!(
        told.contains(&"left external-iliac-vein".to_owned()),
        "{told:?}"
    );
    assert!(
        told.contains(&"right external-iliac-vein".to_owned()),
        "{told:?}"
    );
}

#[test]
fn an_earlier_operation_is_not_this_one() {
    let document = read(
        "DATE OF SERVICE: 04/09/2024\n\
         Stents were put into both common iliac veins in 2019. At that operation IVUS of the cava and both common iliac veins\n\
         guided the sizes. Today the left femoral vein was punctured and a venogram showed open stents.\n",
    );
    assert_eq!(codes(&document), "");
}

#[test]
fn a_vessel_told_healthy_is_no_part_of_the_lesion_told_after_it() {
    let document = read(
        "DATE OF SERVICE: 04/09/2024\n\
         INDICATION: Left leg swelling. IVUS was needed to size a stent.\n\
         DETAILS: The left popliteal vein was punctured. The IVUS catheter was taken up to the cava which was clean at 20 mm and\n\
         then IVUS showed one continuous clot that began in the left external iliac vein and ran down through the left common\n\
         femoral vein into the left femoral vein.\n",
    );
    assert_eq!(codes(&document), "37252 x1; 37253 x1");
}
