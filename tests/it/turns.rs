//! Turns of phrase that decide whether a vessel was looked at, in this session and on which side: each beside one that says
//! something else in nearly the same words.

use std::sync::LazyLock;

use ivus::{Analyzer, Reading, Report, render::json::InterrogationDoc};

static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::builtin);

const HEAD: &str = "Date of procedure: 03/14/2024\n\
    Indication: swollen leg. Venography left the degree of compression open, so IVUS was used to measure it.\n";

/// The vessels looked at, sorted, each with its side.
fn looked(body: &str) -> Vec<String> {
    told(&format!("{HEAD}{body}\n"), |i| {
        format!("{} {}", i.side, i.vessel)
    })
}

/// What a report tells of each vessel looked at, sorted.
fn told(text: &str, tell: impl Fn(&InterrogationDoc) -> String) -> Vec<String> {
    let report = Report::new("turn", text.to_owned());
    let analysis = ANALYZER.analyze(&report);
    let document = Reading::new(&ANALYZER, report, &analysis).document;
    let looks = document.encounter.interrogations.iter();
    let mut found: Vec<String> = looks
        .filter(|i| i.status == "performed")
        .map(tell)
        .collect();
    found.sort();
    found
}

#[test]
fn what_was_seen_on_an_earlier_day_is_not_of_this_one() {
    let earlier = "Details: Venogram with IVUS on 02/01/2024 recorded 44 mm2 in the left common iliac vein. Today the left \
        femoral vein was punctured and the stent dilated under fluoroscopy. IVUS was not repeated.";
    assert!(looked(earlier).is_empty());
    let that_day = "Details: IVUS of the left common iliac vein that day was read as clean inflow. Now the left femoral vein \
        was punctured and a venogram was obtained.";
    assert!(looked(that_day).is_empty());
    let now = "Details: The left femoral vein was punctured. IVUS of the left common iliac vein was recorded and showed 44 mm2.";
    assert_eq!(looked(now), ["left common-iliac-vein"]);
}

#[test]
fn a_list_that_will_be_looked_at_was_not() {
    let plan = "Plan for the next session: IVUS of the right superficial femoral, popliteal and posterior tibial arteries will \
        be done then.";
    assert!(looked(plan).is_empty());
    let told = "Details: To learn how high the stents would have to begin, IVUS was run up from the left groin.\n\
        Left common iliac artery: lumen 3.2 mm, calcium.";
    assert_eq!(looked(told), ["left common-iliac-artery"]);
}

#[test]
fn a_place_is_no_vessel_looked_at() {
    let level = "Details: The IVUS catheter was advanced into the infrarenal aorta to the level of the renal arteries and \
        withdrawn. Infrarenal aorta 22 mm, no thrombus.";
    assert_eq!(looked(level), ["none infrarenal-abdominal-aorta"]);
    let between = "Details: IVUS showed the left common iliac vein flattened between L5 and the right common iliac artery, 41 mm2.";
    assert_eq!(looked(between), ["left common-iliac-vein"]);
    let mouths = "Details: IVUS of the aortic arch: 24 mm. From inside the arch the mouths of the left carotid and left \
        subclavian arteries were visible.";
    assert_eq!(looked(mouths), ["none aortic-arch"]);
}

#[test]
fn a_guide_stands_where_the_next_pullback_looks() {
    let guide = "IVUS:\nThe guide was engaged in the right renal artery. Opticross pullback: five membranes, smallest lumen 5.2 \
        mm2. The guide was then brought over to the left renal artery and the run repeated. Here the lumen was 19 mm2.";
    assert_eq!(looked(guide), ["left renal-artery", "right renal-artery"]);
}

#[test]
fn a_side_over_headings_holds_for_what_stands_below_them() {
    let sides = "LEFT\n Venogram: faint\n IVUS catheter advanced into the IVC, pulled to the sheath\n   CIV    52 mm2\n   EIV    118 mm2\n\
        RIGHT\n Venogram: unremarkable\n IVUS catheter advanced into the IVC, pulled to the sheath\n   CIV    112 mm2\n   EIV    145 mm2";
    assert_eq!(
        looked(sides),
        [
            "left common-iliac-vein",
            "left external-iliac-vein",
            "none inferior-vena-cava",
            "right common-iliac-vein",
            "right external-iliac-vein"
        ]
    );
    let columns = "IVUS\nVessel               Right (mm2)     Left (mm2)\nCommon iliac vein    77              49\n\
        External iliac vein  102             128";
    assert_eq!(
        looked(columns),
        [
            "left common-iliac-vein",
            "left external-iliac-vein",
            "right common-iliac-vein",
            "right external-iliac-vein"
        ]
    );
}

#[test]
fn what_needs_no_treatment_is_read_all_the_same() {
    let read = "Details: IVUS pullback was recorded from the right popliteal artery to the sheath. In the right popliteal artery \
        the lumen was 3.1 mm. In the right common femoral artery a plate left a lumen of 7.1 mm and did not need treatment.";
    assert_eq!(
        looked(read),
        ["right common-femoral-artery", "right popliteal-artery"]
    );
}

#[test]
fn a_vessel_named_in_one_sentence_is_read_in_a_later_one() {
    let taken_up = "Details: The IVUS catheter was advanced to the left innominate vein and drawn back. Innominate vein 13 mm, no \
        web. Lastly the axillary vein. I waited for the arm to settle. It read 8 mm.";
    assert_eq!(
        looked(taken_up),
        ["left axillary-vein", "left brachiocephalic-vein"]
    );
    let goes_on = "Details: The IVUS catheter was advanced to the inferior vena cava. 21 mm, no web. Then on down to the left \
        common iliac vein. I spent some time here. Lumen 44 mm2 under the artery.";
    assert_eq!(
        looked(goes_on),
        ["left common-iliac-vein", "none inferior-vena-cava"]
    );
    let elsewhere = "Details: The IVUS catheter was advanced to the inferior vena cava. 21 mm, no web. The left common iliac vein \
        was next to be seen on the venogram.";
    assert_eq!(looked(elsewhere), ["none inferior-vena-cava"]);
}

#[test]
fn an_addendum_takes_back_what_it_names_and_no_more() {
    let body = "Details: IVUS of the left common iliac vein showed 44 mm2. IVUS of the left external iliac vein showed 120 mm2.";
    let with = |addendum: &str| looked(&format!("{body}\n\n{addendum}"));
    let both = ["left common-iliac-vein", "left external-iliac-vein"];
    assert_eq!(with("ADDENDUM 03/16/2024: The dose was 40 mGy."), both);
    let another = "--- ADDENDUM 03/16/2024 08:14, same surgeon ---\nThe IVUS paragraph above does not belong to this case.";
    assert!(with(another).is_empty());
    let never = "ADDENDUM 03/16/2024: The macro was carried over. No IVUS catheter was opened.";
    assert!(with(never).is_empty());
    let one = "ADDENDUM 03/16/2024: The left external iliac vein was not recorded; the value is that of an earlier note.";
    assert_eq!(with(one), ["left common-iliac-vein"]);
    let treated = "ADDENDUM 03/16/2024: The left external iliac vein was treated without IVUS guidance after that.";
    assert_eq!(with(treated), both);
    let turned = "CORRECTION, entered 03/16/2024. Sides are transposed throughout this report.";
    assert_eq!(
        with(turned),
        ["right common-iliac-vein", "right external-iliac-vein"]
    );
}

#[test]
fn a_field_that_nobody_filled_is_no_look() {
    let blank = "INTRAVASCULAR ULTRASOUND\n IVC: ____ mm\n L common iliac vein: ____ mm   stenosis ____ %\n Catheter: ____";
    assert!(looked(blank).is_empty());
    let rows = "Why IVUS: the venogram was read as 30 and 60 percent by two readers.\n\n| Vein | Venogram | IVUS |\n\
        | L common iliac | 60% | 58 mm2 |\n| L external iliac | normal | n/d |";
    assert_eq!(looked(rows), ["left common-iliac-vein"]);
    let failed = "Details: IVUS was chosen. The console gave an error. No image was obtained from either probe in any vessel. \
        Stent from the left common iliac vein to the left external iliac vein.";
    assert!(looked(failed).is_empty());
}

#[test]
fn labels_of_one_paragraph_are_of_its_study() {
    let labels = "IVUS\n Rationale: the venogram left it open.\n Method: 8.2 Fr catheter over a wire, placed in the left innominate \
        vein and pulled back.\n Left innominate vein: 14 mm, no stenosis";
    assert_eq!(looked(labels), ["left brachiocephalic-vein"]);
}

#[test]
fn both_sides_may_be_read_after_one_name() {
    let each = "Details: IVUS catheter up each side to the IVC and pulled back.\n  CIV - r 148 mm2 / l 52 mm2\n  EIV - r 131 mm2 / \
        l 122 mm2";
    assert_eq!(
        looked(each),
        [
            "left common-iliac-vein",
            "left external-iliac-vein",
            "none inferior-vena-cava",
            "right common-iliac-vein",
            "right external-iliac-vein"
        ]
    );
    let about =
        "Details: IVUS of the left cephalic arch showed 2.4 mm, normal vein on either side 7.5 mm.";
    assert_eq!(looked(about), ["left cephalic-arch"]);
}

#[test]
fn abbreviations_may_stand_in_small_letters() {
    let small = "Details: ivus run down from the ivc. ivc 19 mm no clot. l civ 38 mm2 under the artery. rcfv 12 mm open.";
    assert_eq!(
        looked(small),
        [
            "left common-iliac-vein",
            "none inferior-vena-cava",
            "right common-femoral-vein"
        ]
    );
}

#[test]
fn the_way_in_is_no_vessel_looked_at() {
    let body = "Access: Right common femoral vein, 10 Fr.\nDetails: IVUS was run from the femoral route before and after the stent. Left \
        common iliac vein 48 mm2, reference 170 mm2.";
    assert_eq!(looked(body), ["left common-iliac-vein"]);
    let wire = "Access: Right common femoral vein, 10 Fr.\nDetails: IVUS over the femoral wire, with the catheter in the left common iliac \
        vein: 48 mm2.";
    assert_eq!(looked(wire), ["left common-iliac-vein"]);
    let looked_at = "Details: IVUS of the left femoral vein: 90 mm2. Left common iliac vein: 48 mm2, no thrombus.";
    assert_eq!(
        looked(looked_at),
        ["left common-iliac-vein", "left femoral-vein"]
    );
}

#[test]
fn what_the_sentence_says_was_left_out_is_no_look() {
    let covered = "Details: IVUS from the right groin. Left common iliac artery: lumen 3.1 mm, calcium. The sheath lay in the left \
        external iliac artery on that side, so it was not looked at.";
    assert_eq!(looked(covered), ["left common-iliac-artery"]);
    let brackets = "Details: IVUS was done to measure the left superficial femoral artery (popliteal arteries run 5 mm on duplex). Left \
        superficial femoral artery: lumen 2.2 mm, calcium.";
    assert_eq!(looked(brackets), ["left superficial-femoral-artery"]);
    let films = "Details: IVUS catheter into the left popliteal artery: 5.1 mm, plaque. The left common femoral artery and the left \
        profunda are clean on the angiogram.";
    assert_eq!(looked(films), ["left popliteal-artery"]);
}

#[test]
fn an_addendum_may_take_back_vessels_by_their_region() {
    let body = "IVUS FINDINGS\nLeft common iliac vein: 48 mm2\nRight common iliac vein: 180 mm2\nRight external iliac vein: 150 mm2\n\
        \nADDENDUM: No IVUS of the right iliac veins was made in this session.";
    assert_eq!(looked(body), ["left common-iliac-vein"]);
    let error = "IVUS FINDINGS\nLeft common iliac vein: 48 mm2\nRight common iliac vein: 180 mm2\n\nADDENDUM: The line on the right common \
        iliac vein and the line on the right external iliac vein are an error.";
    assert_eq!(looked(error), ["left common-iliac-vein"]);
}

#[test]
fn readings_may_be_dictated_in_words() {
    let body = "Details: the IVUS catheter was pulled down. Right common femoral vein, thirteen millimeters, free. Left common iliac vein, \
        one hundred ten square millimeters.";
    assert_eq!(
        looked(body),
        ["left common-iliac-vein", "right common-femoral-vein"]
    );
    let size = "Details: the IVUS catheter was pulled down. Left common iliac vein: forty square millimeters. A sixteen by sixty millimeter \
        stent was placed in the left external iliac vein.";
    assert_eq!(looked(size), ["left common-iliac-vein"]);
}

#[test]
fn the_column_of_ivus_decides_in_a_table_of_several_studies() {
    let body = "FINDINGS\n             | CT            | IVUS\n-------------+---------------+------------------\n L CIV       | 40 %, oblong  | 52 mm2, web\n \
        L EIV       | 30 %          | not done\n R CIV       | wide          | ---\n";
    assert_eq!(looked(body), ["left common-iliac-vein"]);
    let sides = "IVUS readings:\n\n| vein           | R mm2 | R remark | L mm2 | L remark |\n|----------------|-------|----------|-------|----------|\n\
        | common iliac   |  170  | ok       |  52   | flat     |\n| external iliac |  140  | ok       | 131   | ok       |\n";
    assert_eq!(
        looked(sides),
        [
            "left common-iliac-vein",
            "left external-iliac-vein",
            "right common-iliac-vein",
            "right external-iliac-vein"
        ]
    );
}

#[test]
fn what_was_not_done_may_stand_under_a_heading_or_after_a_label() {
    let heading = "IVUS catheter brought into the left common iliac vein: 131 mm2, no web.\n\nNOT DONE\nIVUS of the cava and of the right iliac \
        veins.";
    assert_eq!(looked(heading), ["left common-iliac-vein"]);
    let label = "IVUS FINDINGS\nIVC 21 mm, normal\nLeft common iliac vein 48 mm2, web\n\n*** ADDENDUM 03/20/2024 ***\nStored loops: the probe \
        did not reach the cava. The IVC was not examined by IVUS; disregard that line.";
    assert_eq!(looked(label), ["left common-iliac-vein"]);
    let denied = "The study of IVUS was denied by the plan. Venogram only.\n\nASSESSMENT\nIVUS of the left common iliac vein is required for a \
        decision.";
    assert!(looked(denied).is_empty());
}

#[test]
fn the_catheter_in_hand_is_that_of_ivus() {
    let origin = "Details: We imaged with IVUS, the catheter brought to the origin of the left subclavian artery. Plaque is 14 mm long, lumen \
        2.2 mm, vessel 8.3 mm. The vertebral take off lies 11 mm further on.";
    assert_eq!(looked(origin), ["left subclavian-artery"]);
    let new = "Details: We imaged with IVUS. Left subclavian artery: lumen 2.2 mm. A 5 F catheter was brought to the left axillary artery and \
        contrast was injected.";
    assert_eq!(looked(new), ["left subclavian-artery"]);
}

#[test]
fn a_lining_that_runs_on_is_one_lesion() {
    let lesions = |body: &str| {
        let report = Report::new("turn", format!("{HEAD}{body}\n"));
        let analysis = ANALYZER.analyze(&report);
        Reading::new(&ANALYZER, report, &analysis)
            .document
            .encounter
            .lesions
            .len()
    };
    let one = "Details: IVUS catheter to the infrarenal cava, 20 mm. The lining of the stents is a single, uninterrupted process: it begins \
        under the cava, extends through the left common iliac vein and continues into the left external iliac vein.";
    assert_eq!(lesions(one), 1);
    let two = "Details: IVUS catheter to the infrarenal cava, 20 mm. The left common iliac vein has a lining of 2 mm. The left external iliac \
        vein has a lining of 1 mm.";
    assert_eq!(lesions(two), 0);
}

#[test]
fn a_filter_that_was_opened_takes_its_ivus_along() {
    let units = |body: &str| {
        let text = format!("{HEAD}{body}\n");
        ANALYZER.analyze(&Report::new("turn", text)).units().0
    };
    let filter = "Details: IVUS catheter to the inferior vena cava: 22 mm, no thrombus. Left common iliac vein 13 mm, clean. Filter sheath put \
        up over the same wire. Filter opened. IVUS again: legs against the wall.";
    assert_eq!(units(filter), 0);
    let none = "Details: IVUS catheter to the inferior vena cava: 22 mm, no thrombus. Left common iliac vein 13 mm, clean.";
    assert_eq!(units(none), 2);
}

#[test]
fn an_addendum_may_give_one_vessel_its_side() {
    let body = "Details: Probe from the left thigh.\n\
        a. Left common iliac vein: 51 mm2.\n\
        b. Right external iliac vein: 122 mm2, clean.\n\
        ADDENDUM 03/16/2024\n\
        A slip of side: entry b should read LEFT external iliac vein.";
    let left = ["left common-iliac-vein", "left external-iliac-vein"];
    assert_eq!(looked(body), left);
    let nothing = format!("{body} Nothing on the right was entered or imaged.");
    assert_eq!(looked(&nothing), left);
    let untouched = body.replace("LEFT", "right");
    assert_eq!(
        looked(&untouched),
        ["left common-iliac-vein", "right external-iliac-vein"]
    );
}

#[test]
fn a_title_in_columns_is_no_look() {
    let body = "Exam .......... Venogram; IVUS of IVC and right CIV\n\
        Access ........ right femoral vein\n\
        FINDINGS\n\
        IVUS catheter to the iliac vein only. Right CIV 47 mm2 on IVUS, flattened.";
    assert_eq!(looked(body), ["right common-iliac-vein"]);
}

#[test]
fn lines_set_in_alike_are_entries() {
    let body = "Details: The IVUS catheter was advanced to the left innominate vein and drawn down. It recorded, from the \
        top, with the arm beside the body and the patient asked to breathe quietly through the nose the whole time:\n\n    \
        left innominate vein, 11 mm, a little rough where the two old catheters had been\n    \
        left subclavian vein, 4 mm, a ring\n    \
        left axillary vein, 9 mm, smooth and without any of the webs or threads that one would fear to find in it\n\n\
        Balloon of the ring to 10 mm.";
    assert_eq!(
        looked(body),
        [
            "left axillary-vein",
            "left brachiocephalic-vein",
            "left subclavian-vein"
        ]
    );
}

#[test]
fn the_bend_of_a_transposed_vein_is_a_part_of_it() {
    let body = "Details: Left basilic fistula entered. IVUS catheter to the left axillary vein, pulled back.\n\
        Left axillary vein 10 mm. Left basilic vein 8 mm; at the swing segment 2.4 mm, a thick valve.";
    assert_eq!(looked(body), ["left axillary-vein", "left basilic-vein"]);
}

#[test]
fn a_side_that_nearly_all_sentences_tell_is_that_of_a_vessel_without_one() {
    let body = "L calf C5. R calf nl.\nUS stick of L popliteal v.\nIVUS run from the cava down:\nCIV 39 mm2\nCFV 120 mm2, no webs\n\
        Stent in CIV. Imp: tight L iliac. R side leave alone.";
    assert_eq!(
        looked(body),
        ["left common-femoral-vein", "left common-iliac-vein"]
    );
    // As often of the one as of the other: nobody can tell.
    let both = "L calf C5, R calf C4.\nUS stick of L and of R popliteal v.\nIVUS run from the cava down:\nCIV 39 mm2";
    assert!(
        !looked(both).contains(&"left common-iliac-vein".to_owned())
            && !looked(both).contains(&"right common-iliac-vein".to_owned())
    );
}

#[test]
fn the_other_limb_is_that_across() {
    let body = "Details: We began on the right. The IVUS catheter was advanced to the confluence and drawn back. The common \
        iliac vein measured 160 mm2.\n\nThe probe was then passed up the other limb. The common iliac vein measured 48 mm2.";
    assert_eq!(
        looked(body),
        ["left common-iliac-vein", "right common-iliac-vein"]
    );
}

#[test]
fn an_addendum_may_say_that_the_side_was_a_slip() {
    let note = "Details: IVUS of the right external iliac vein showed 44 mm2.\n\nADDENDUM\n";
    for slip in [
        "\"Right\" is a slip of the tongue.",
        "The leg treated was the left. Wherever the note has \"right\", it must be read as left.",
        "Every right in this note is to be read as left. Nothing was done on the right.",
    ] {
        assert_eq!(
            looked(&format!("{note}{slip}")),
            ["left external-iliac-vein"],
            "{slip}"
        );
    }
    // What else an addendum tells of sides moves nothing.
    let other = "The right groin has healed. The left leg will be seen next week.";
    assert_eq!(
        looked(&format!("{note}{other}")),
        ["right external-iliac-vein"]
    );
}

#[test]
fn a_question_beyond_the_other_study_asks_for_the_reason() {
    let body = |heading: &str| {
        format!(
            "Date of procedure: 03/14/2024\nDIAGNOSIS: leg swelling\n\nINTRAVASCULAR ULTRASOUND\n{heading}: [x] venogram \
             leaves the degree open  [ ] allergy\n\nIVUS findings:\nLeft common iliac vein 40 mm2, compressed.\n"
        )
    };
    for heading in [
        "Why needed beyond venography",
        "Reason besides the venogram",
    ] {
        assert_eq!(
            told(&body(heading), |i| i.necessity.state.to_owned()),
            ["stated"],
            "{heading}"
        );
    }
    assert_eq!(
        told(&body("Venography today"), |i| i.necessity.state.to_owned()),
        ["general"]
    );
}

#[test]
fn the_number_of_a_row_is_no_reading() {
    let rows = "IVUS FINDINGS\n\
        \x20 1   Left renal vein ............ 4.1 mm at the crossing\n\
        \x20 2   IVC, renal level down ...... 23 x 18, clean\n\
        \x20 3   Left external iliac vein ... n.d.\n\
        \x20 4   Left common femoral vein ... not done\n\
        n.d. = not done";
    assert_eq!(looked(rows), ["left renal-vein", "none inferior-vena-cava"]);
}

#[test]
fn a_try_that_the_next_sentence_calls_vain_is_no_look() {
    let tried = "Details: IVUS of the superior mesenteric artery: 6.2 mm, calcium. The IVUS catheter was then brought to the \
        celiac artery. It bent at the mouth and gave no picture. A stent was placed in the superior mesenteric artery. Ultrasound \
        through it: 6.6 mm.";
    assert_eq!(looked(tried), ["none superior-mesenteric-artery"]);
    let again = tried.replace(
        "gave no picture",
        "would not pass at first, but then it did: 5.1 mm",
    );
    assert_eq!(
        looked(&again),
        ["none celiac-artery", "none superior-mesenteric-artery"]
    );
}

#[test]
fn a_vessel_named_in_one_sentence_is_read_in_the_next() {
    let told = "Details: The right common femoral artery was punctured. The probe was taken up the right side to the aortic \
        bifurcation and drawn down. The common iliac gave no trouble. Its narrowest lumen was 9.1 mm. The external iliac was \
        the culprit. A bar of calcium had narrowed it to 3.8 mm.";
    let both = ["right common-iliac-artery", "right external-iliac-artery"];
    assert_eq!(looked(told), both);
    let dye = told.replace(
        "The probe was taken up the right side to the aortic bifurcation and drawn down.",
        "A pigtail was taken up the right side to the aortic bifurcation for an angiogram.",
    );
    assert!(looked(&dye).is_empty());
}

#[test]
fn a_study_named_as_the_source_does_not_end_the_passage() {
    let told = "Details: The IVUS catheter was used in the left leg only and came to rest at the confluence. The cava above had \
        been cleared by the venogram. In the left external iliac vein the wall is thick and the lumen 52 mm2. The common \
        iliac, above that, is soft. It has 171 mm2.";
    let left = ["left common-iliac-vein", "left external-iliac-vein"];
    assert_eq!(looked(told), left);
}

#[test]
fn where_a_branch_enters_is_a_place() {
    let told = "Details: The IVUS catheter was brought to the left renal vein and drawn back: 2.2 mm at the crossing. The cava \
        was the last stop. It was 21 mm across at the entry of the renal vein.";
    assert_eq!(looked(told), ["left renal-vein", "none inferior-vena-cava"]);
}

#[test]
fn untouched_by_disease_was_looked_at() {
    let told = "Details: From the right groin the IVUS catheter went up. The right common iliac artery is untouched by the \
        dissection. It has 12 mm of lumen.";
    assert_eq!(looked(told), ["right common-iliac-artery"]);
    let left_out = "Details: From the right groin the IVUS catheter went up. The right common iliac artery was 12 mm and \
        smooth. The left common iliac artery was untouched.";
    assert_eq!(looked(left_out), ["right common-iliac-artery"]);
}

#[test]
fn a_ticked_row_without_a_reading_is_a_look() {
    let form = "IVUS  [X] performed  [ ] not performed\n\
        \x20 Vessel              Diam      Finding\n\
        \x20 [X] L popliteal artery   5.1       plaque 30%\n\
        \x20 [X] L CFA           ____      __________\n\
        \x20 [ ] L EIA\n\
        \x20 [ ] L CIA\n";
    assert_eq!(
        looked(form),
        ["left common-femoral-artery", "left popliteal-artery"]
    );
}

#[test]
fn what_could_be_advanced_was() {
    let able = "Details: After a small balloon the IVUS catheter could be advanced into the inferior vena cava. There it was 22 mm, clean.";
    assert_eq!(looked(able), ["none inferior-vena-cava"]);
    let open = "Details: Left femoral vein access. If the wire had passed, the IVUS catheter could be advanced into the cava.";
    assert!(looked(open).is_empty());
}

#[test]
fn what_was_seen_on_film_only_is_no_look() {
    let film = "Details: IVUS of the left superficial femoral artery: 5.8 mm, calcium.\n\n\
        Seen by the way, on film only. Tibioperoneal trunk 30 percent.";
    assert_eq!(looked(film), ["left superficial-femoral-artery"]);
}

#[test]
fn ivus_may_be_misheard_as_ivis() {
    let heard = "Details: ivis catheter advanced into the left common iliac vein and pulled back. It is 12 mm, no compression.";
    assert_eq!(looked(heard), ["left common-iliac-vein"]);
}

#[test]
fn the_anastomosis_of_a_graft_told_after_a_vein_is_the_venous_one() {
    let graft = "Details: Left forearm loop graft, PTFE, punctured for dialysis access. The IVUS catheter was advanced into the left \
        axillary vein and withdrawn. The vein is 9 mm, clean. Next is the anastomosis. It is 2.4 mm, a ring which the dye had \
        hidden.";
    assert_eq!(
        looked(graft),
        ["left av-venous-anastomosis", "left axillary-vein"]
    );
}

#[test]
fn the_vessels_of_other_patients_are_none_of_this_one() {
    let habit = "Details: Left thigh graft punctured. We then did IVUS as is our way in all our thigh grafts. IVUS catheter to the \
        left common iliac vein, pulled back: 12 mm, no compression.";
    assert_eq!(looked(habit), ["left common-iliac-vein"]);
}

#[test]
fn several_vessels_named_in_one_sentence_are_read_in_the_next() {
    let told = "Details: The IVUS catheter was worked down to the right thigh and read on the way back:\n\
        - Femoral vein. Two channels, the wider 6 mm.\n\
        - Common femoral and external iliac vein. A single scar fills them, nowhere better than 28 mm2.";
    let right = [
        "right common-femoral-vein",
        "right external-iliac-vein",
        "right femoral-vein",
    ];
    assert_eq!(looked(told), right);
}

#[test]
fn the_probe_goes_where_the_guide_stands() {
    let told = "Details: The left renal artery was engaged with a guide catheter. Contrast could not tell how tight the webs \
        are. An Eagle Eye was taken to the first branch and back. Two webs, the tighter with a 1.6 mm hole.";
    assert_eq!(looked(told), ["left renal-artery"]);
    let other = told.replace(
        "An Eagle Eye",
        "The right renal artery was filled by another injection. An Eagle Eye",
    );
    assert!(looked(&other).is_empty());
}

#[test]
fn an_aorta_not_recorded_was_not_looked_at() {
    let told = "Details: IVUS of the left iliac arteries, Eagle Eye taken up to the terminal aorta and dragged back.\n\
        Left external iliac artery: 2.8 mm lumen, plaque.\n\
        Aorta not recorded, that was not the question.";
    assert_eq!(looked(told), ["left external-iliac-artery"]);
}

#[test]
fn an_addendum_may_say_of_which_vessel_a_reading_was() {
    let body = "Details: Probe up over the wire. Right common iliac vein 74 mm2, narrow. Right external iliac vein 128 mm2, \
        smooth.\n\
        ADDENDUM 03/16/2024\n\
        The 128 mm2 loop is the right common femoral vein. I misspoke when I said external iliac.";
    assert_eq!(
        looked(body),
        ["right common-femoral-vein", "right common-iliac-vein"]
    );
    let other = body.replace("The 128 mm2 loop", "The 90 mm2 loop");
    assert_eq!(looked(&other), ["right common-iliac-vein"]);
}

// The frame of an IVUS study, taken up again.

#[test]
fn an_area_is_of_ivus_wherever_it_stands_after_the_study_began() {
    let told = "Details: The IVUS catheter was advanced to the inferior vena cava and withdrawn.\n\n\
        The inferior vena cava was 20 mm and soft.\n\n\
        At the left common iliac vein lay the trouble. Below the artery the lumen was a slit of 3 by 17 mm.\n\n\
        The left external iliac vein was 139 mm2 and quiet. Contrast had not told us so, and the venogram was kept short.\n\n\
        The left common femoral vein was 122 square millimeters.";
    let looked_at = looked(told);
    assert!(looked_at.contains(&"left external-iliac-vein".to_owned()));
    assert!(looked_at.contains(&"left common-femoral-vein".to_owned()));
    // Of a vessel that is treated, the numbers are of the balloon.
    let treated = told.replace("was 122 square millimeters.", "was ballooned to 12 mm.");
    assert!(!looked(&treated).contains(&"left common-femoral-vein".to_owned()));
}

#[test]
fn numbers_without_a_unit_are_readings_in_notes_of_a_study() {
    let told = "Details: Probe to the left popliteal artery and back up.\n\nNumbers:\n\
        L pop 5.2, clean.\nL SFA 5.9. 70 percent.\nL EIA 7.4. No disease.";
    assert!(looked(told).contains(&"left external-iliac-artery".to_owned()));
    let sheath = told.replace("L EIA 7.4. No disease.", "L EIA 7F sheath.");
    assert!(!looked(&sheath).contains(&"left external-iliac-artery".to_owned()));
}

#[test]
fn the_label_of_one_line_is_over_where_the_description_begins() {
    let told = "Title: right iliac stent\nHx: DVT after a fall, ulcer.\n\
        Right mid-thigh femoral vein, 9F. IVUS of the right common iliac vein showed a web, 60 mm2.\nNo complication.";
    assert_eq!(looked(told), ["right common-iliac-vein"]);
    // What was done on another day stays history.
    let past = "Title: clinic letter\nHx: DVT after a fall.\n\
        In 2019 the right femoral vein was punctured, 9F, and IVUS of the right common iliac vein showed a web.";
    assert!(looked(past).is_empty());
}

#[test]
fn a_vessel_told_with_its_sheath_alone_is_the_way_in() {
    let told = "Details: Right internal jugular vein, 10F, 90 cm. The venogram grades no web: IVUS. The left common iliac vein \
        came out narrow on intravascular ultrasound, 70 mm2.";
    assert_eq!(looked(told), ["left common-iliac-vein"]);
}

#[test]
fn ivus_and_its_reading_are_of_the_only_vessel_named_before() {
    let told = "Details: Right leg. The superficial femoral artery looked 40 percent one way and 80 the other, so a 0.014 Eagle \
        Eye went in: 85 percent fibrous plaque, vessel 5.6 mm.";
    assert_eq!(looked(told), ["right superficial-femoral-artery"]);
    let headed = "Details: below-knee work, left.\nTarget: left posterior tibial artery. IVUS 2.9 mm. Balloon 3.0 x 150.";
    assert_eq!(looked(headed), ["left posterior-tibial-artery"]);
    // A vessel that was only entered, or two at once, are not meant.
    let entered = "Details: Left common femoral vein punctured. IVUS: 12 mm, smooth.";
    assert!(looked(entered).is_empty());
}

// Layouts and names told short.

#[test]
fn ivus_told_behind_a_label_is_of_what_it_names() {
    let lines = "Details: Right leg, toe wound. IVUS was used to size the balloons.\n\
        SFA - film: open\n\
        POPLITEAL - film: hazy; IVUS after the balloon: 4.3 mm, no flap\n\
        PERONEAL - film only\n\
        POST. TIBIAL - film: long stenosis; IVUS for the size: 2.6 mm";
    assert_eq!(
        looked(lines),
        ["right popliteal-artery", "right posterior-tibial-artery"]
    );
    let targets = "Details: IVUS was used to size the balloons.\n\
        RIGHT LEG. Target: posterior tibial artery. IVUS 2.8 mm. Balloon 3 x 100.\n\
        LEFT LEG. Target: anterior tibial artery. IVUS not used. Balloon 3 x 120.";
    assert_eq!(looked(targets), ["right posterior-tibial-artery"]);
    let headed = "RIGHT EXTERNAL ILIAC VEIN\nSmooth on the venogram.\n\n\
        RIGHT COMMON ILIAC VEIN\nHazy on the venogram. The IVUS probe was brought here: scar, channel 6 mm.\n\n\
        IVC\nContrast only.";
    assert_eq!(looked(headed), ["right common-iliac-vein"]);
    let below = "Details:\nSites of the IVUS run, left side\n  Common iliac vein\n    Before: 42 mm2\n    After: 168 mm2\n  \
        External iliac vein\n    Before: 120 mm2";
    assert_eq!(
        looked(below),
        ["left common-iliac-vein", "left external-iliac-vein"]
    );
}

#[test]
fn a_line_on_ivus_opens_the_entries_below_it() {
    let stops = "Details: Right arm graft, swollen arm.\nIVUS pullback from the chest to the sheath, the stops noted:\n\
        stop 1 - innominate, 13 mm\nstop 2 - axillary, 9 mm, valve";
    assert_eq!(
        looked(stops),
        ["right axillary-vein", "right brachiocephalic-vein"]
    );
    let needed = "Details: Left calf arteries.\nIVUS was needed for the size of the balloons as no healthy stretch is left.\n\
        - first stop, AT: 2.8 mm\n- second stop, PT: 2.6 mm";
    assert_eq!(
        looked(needed),
        [
            "left anterior-tibial-artery",
            "left posterior-tibial-artery"
        ]
    );
}

#[test]
fn a_column_may_say_what_was_looked_at() {
    let table = "IVUS WORKSHEET\n\
        | Vessel           | Examined | Result |\n\
        | L common iliac   |   Yes    | 43 mm2 |\n\
        | L external iliac |   Yes    | 131 mm2 |\n\
        | R common iliac   |   No     | -- |\n\
        | R external iliac |   No     | -- |";
    assert_eq!(
        looked(table),
        ["left common-iliac-vein", "left external-iliac-vein"]
    );
}

#[test]
fn boxes_may_stand_behind_what_they_are_of() {
    let behind = "Access: fistula 8F\n\
        Venogram  L subclav ☒  L innom ☒  SVC ☒\n\
        IVUS      L subclav ☐  L innom ☒  SVC ☒\n\
        Readings: L innom 6 mm, fibrotic; SVC 14 mm";
    assert_eq!(
        looked(behind),
        ["left brachiocephalic-vein", "none superior-vena-cava"]
    );
    let unused = "Venogram: (x) femoral (x) iliac\n\
        IVUS: ( ) femoral ( ) ext iliac ( ) com iliac   Not used: (x)\n\
        PTA: (x) R com iliac 14 mm";
    assert!(looked(unused).is_empty());
}

#[test]
fn names_may_be_told_short() {
    let list = "IVUS of the left iliac veins (May-Thurner suspected):\na) common - 39 mm2, flat\nb) external - 138 mm2";
    assert_eq!(
        looked(list),
        ["left common-iliac-vein", "left external-iliac-vein"]
    );
    let once = "Details: IVUS from the left groin: the left common iliac artery has a tight spot of 3 mm, then a second spot in the left \
        external, 2.7.";
    assert_eq!(
        looked(once),
        ["left common-iliac-artery", "left external-iliac-artery"]
    );
    let limb = "Details: Aortic endograft of 2019. Left groin. The IVUS catheter was advanced to the flow divider and pulled back.\n\
        Left limb: folded, 4 x 9 mm.\nLeft external iliac artery: plaque, 2.9 mm.";
    assert_eq!(
        looked(limb),
        ["left external-iliac-artery", "left iliac-limb-endograft"]
    );
    let stents = "Details: IVUS on the left, from the top: CIV stent cross-section 166 mm2, EIV stent cross-section 148 mm2.";
    assert_eq!(
        looked(stents),
        ["left common-iliac-vein", "left external-iliac-vein"]
    );
}

#[test]
fn ivus_later_in_a_sentence_is_of_the_only_vessel_it_names() {
    let told = "Details: The left SFA looked 40% in one view and 90% in the other, so an Eagle Eye went in: 86%, lumen 2.1 mm.";
    assert_eq!(looked(told), ["left superficial-femoral-artery"]);
    let entered =
        "Details: The right femoral vein was punctured, so that IVUS could be used: sheath 9F.";
    assert!(looked(entered).is_empty());
}

#[test]
fn what_was_scanned_may_be_listed_behind_a_colon() {
    let scanned = "Details: Scanned by IVUS and free of narrowing on this day: the IVC, both common iliac, both external iliac and \
        both common femoral veins.";
    assert_eq!(looked(scanned).len(), 7);
    let under_a_reason = "Reason for visit: swelling on both sides.\n\
        Scanned by IVUS and free of narrowing: the left common and external iliac veins.";
    assert_eq!(
        looked(under_a_reason),
        ["left common-iliac-vein", "left external-iliac-vein"]
    );
}

#[test]
fn areas_among_findings_are_of_the_vessels_that_the_title_says_ivus_looked_at() {
    let brief = "Proc: L leg venogram, IVUS LCIV/LEIV, stent LCIV.\nAccess: L CFV 8F.\n\
        Findings: LCIV 41 mm2 (ref 188), LEIV 130 mm2.\nEBL min.";
    assert_eq!(
        looked(brief),
        ["left common-iliac-vein", "left external-iliac-vein"]
    );
    let other = brief.replace("IVUS LCIV/LEIV", "IVUS LCIV");
    assert_eq!(looked(&other), ["left common-iliac-vein"]);
}

#[test]
fn fields_below_a_vessel_are_told_of_it() {
    let fields = "Details:\nSegment of interest: right external iliac artery.\nIVUS: area 9 mm2, reference 7 mm.\nStent 7 x 40.";
    assert_eq!(looked(fields), ["right external-iliac-artery"]);
    let parts = "Details: Right popliteal artery entrapment. IVUS run with the foot down. P1: 5.2 mm. P2: 2.1 mm. P3: 4.9 mm.";
    assert_eq!(looked(parts), ["right popliteal-artery"]);
    let sheet = "IVUS sheet, left leg\nIVC: not examined\nCommon iliac: 48 mm2\nExternal iliac: 122 mm2\nCommon femoral: --";
    assert!(!looked(sheet).contains(&"none inferior-vena-cava".to_owned()));
}

// Sides and systems.

/// The vessels looked at in a report without the usual head, sorted, each with its side.
fn plain(text: &str) -> Vec<String> {
    told(text, |i| format!("{} {}", i.side, i.vessel))
}

#[test]
fn a_part_of_a_name_stands_for_the_iliac_vessel() {
    let left = ["left common-iliac-vein", "left external-iliac-vein"];
    for body in [
        "Details: IVUS of the left common iliac vein: 52 mm2. The external was 128 mm2.",
        "Details: IVUS of the left common (15 mm; narrowest 4 mm) and external (12 mm) iliac veins.",
        "Details: By IVUS the left iliac vein was scarred: left common 52 mm2, left external 70 mm2.",
    ] {
        assert_eq!(looked(body), left, "{body}");
    }
    let other =
        "Details: IVUS of the left common iliac vein: 52 mm2, external compression by the artery.";
    assert_eq!(looked(other), ["left common-iliac-vein"]);
}

#[test]
fn a_reading_for_each_side_follows_one_name() {
    let both = ["left common-iliac-vein", "right common-iliac-vein"];
    for body in [
        "Both groins were used. On IVUS the common iliac vein measured 15 mm on the right and 9 mm on the left.",
        "Both groins were used. IVUS images of the common iliac vein were stored, first right, then left: 15 and 9 mm.",
        "Both groins were used. The right common iliac vein on IVUS was 15 mm, the left one 9 mm with a spur.",
        "Both groins were used. IVUS of the right common iliac vein: 15 mm. The corresponding vein on the left was 9 mm.",
        "Both groins were used. IVUS of the left common iliac vein: 9 mm. Opposite side: 15 mm.",
    ] {
        assert_eq!(plain(body), both, "{body}");
    }
}

#[test]
fn the_same_done_on_the_other_side_is_of_the_same_vessel() {
    let told = "Claudication of both legs. Through the right sheath IVUS of the right external iliac artery showed 7 mm and \
        plaque. The same was repeated on the other side, with 6.5 mm and plaque.";
    assert_eq!(
        plain(told),
        ["left external-iliac-artery", "right external-iliac-artery"]
    );
}

#[test]
fn a_way_over_the_bifurcation_leads_to_the_other_leg() {
    let title = "Ulcer of the left heel, PAD.\n\n";
    for way in [
        "Crossover from the right femoral artery, balloon of the SFA. IVUS of the SFA: 5.4 mm, plaque.",
        "Right common femoral artery 6F, up and over. IVUS of the SFA: 5.4 mm, plaque.",
        "Access: right CFA, up-and-over. The SFA was examined with IVUS, 5.4 mm, plaque.",
    ] {
        let found = plain(&format!("{title}{way}"));
        assert_eq!(found, ["left superficial-femoral-artery"], "{way}");
    }
}

#[test]
fn the_side_of_the_way_in_is_not_that_of_another_part_of_the_body() {
    let renal = "Renal artery stent.\nRight common femoral artery, 6F; guide to the renal ostium. IVUS of the renal artery: 5 mm2, vessel 6 mm.";
    assert_eq!(plain(renal), ["unknown renal-artery"]);
    let flank = "Left flank pain. Right internal jugular vein, 8F. IVUS of the renal vein: 2 mm at the crossing.";
    assert_eq!(plain(flank), ["left renal-vein"]);
}

#[test]
fn one_sentence_may_tell_the_side_of_all_vessels() {
    let told = "Left groin used before. IVUS of the common iliac vein 60 mm2 and the external iliac vein 90 mm2. All right-sided.";
    assert_eq!(
        plain(told),
        ["right common-iliac-vein", "right external-iliac-vein"]
    );
    let title = "TIBIAL INTERVENTION L\nIVUS of the peroneal artery: 2.4 mm, calcified.";
    assert_eq!(plain(title), ["left peroneal-artery"]);
}

#[test]
fn the_words_of_the_report_tell_artery_or_vein() {
    let artery = "R ILIAC LITHOTRIPSY\nPAD, planned TAVR. IVUS of the external iliac: 4.8 mm, calcium all around.";
    assert_eq!(plain(artery), ["right external-iliac-artery"]);
    let vein = "Right leg, old DVT. IVUS of the external iliac: 80 mm2, synechiae.";
    assert_eq!(plain(vein), ["right external-iliac-vein"]);
    let limb = "Ischemic left leg, occluded limb of an aortobifemoral graft. IVUS of the left graft limb: 8 mm, smooth.";
    assert_eq!(plain(limb), ["left aortofemoral-graft-limb"]);
}

// Whether IVUS is told of, and as done.

#[test]
fn ultrasound_that_a_wire_or_a_sheath_carries_is_ivus() {
    const HEAD: &str = "Left iliac vein stent\nLeft femoral vein, 9F sheath. Venogram equivocal. ";
    for told in [
        "A slow ultrasound pullback through the left common iliac vein gave 48 mm2.",
        "The left common iliac vein was measured endosonographically at 5 mm.",
        "The left common iliac vein was scanned from inside the vessel: lumen 45 mm2.",
        "Ultrasound over the 0.018 wire: left common iliac vein 5 mm.",
        "The ultrasound was then slid up the wire. Left common iliac vein 5 mm with a scar.",
        "True size by ultrasound catheter: left common iliac vein 5 mm.",
        "An 8.2F ultrasound probe followed the wire in. Left common iliac vein 5 mm.",
        "EEM by ultrasound in the left common iliac vein 9 mm, lumen 5 mm.",
    ] {
        let looks = looked(&format!("{HEAD}{told}"));
        assert_eq!(looks, ["left common-iliac-vein"], "{told}");
    }
    for told in [
        "Surface ultrasound showed a left common femoral vein of 9 mm.",
        "By ultrasound the sheath was placed in the left common femoral vein, 9 mm.",
        "Intravascular imaging: OCT pullback of the left common iliac vein, 5 mm.",
    ] {
        assert!(looked(&format!("{HEAD}{told}")).is_empty(), "{told}");
    }
}

#[test]
fn ivus_told_as_reason_or_aside_was_done() {
    const HEAD: &str = "Left iliac vein stent\nLeft femoral vein, 9F sheath. Venogram equivocal. ";
    for told in [
        "Contrast allergy is why IVUS carried the sizing: left common iliac vein 5 mm.",
        "Only IVUS could tell, and it did: the left common iliac vein was 5 mm.",
        "Were it not for IVUS we would have missed the left common iliac vein, 5 mm at the crossing.",
        "IVUS was needed since no contrast could be given. Left common iliac vein 5 mm.",
        "According to the IVUS run the left common iliac vein is 5 mm wide.",
        "IVUS was done once the wire was down; the left common iliac vein had a 5 mm lumen.",
        "Since contrast would not go past the groin, IVUS of the left common iliac vein was done: 5 mm.",
        "The left common iliac vein was pale on contrast, so IVUS here and only here, 5 mm.",
        "Contrast showed the left common iliac vein open, IVUS showed it narrowed to 5 mm.",
        "IVUS confirmed that the wire lay in the true lumen of the left common iliac vein.",
    ] {
        let looks = looked(&format!("{HEAD}{told}"));
        assert_eq!(looks, ["left common-iliac-vein"], "{told}");
    }
}

#[test]
fn ivus_of_another_day_put_off_or_left_out_is_none() {
    const HEAD: &str = "Left iliac vein stent\nLeft femoral vein, 9F sheath. Venogram equivocal. ";
    for told in [
        "Tomorrow: venogram and IVUS of the left common iliac vein.",
        "We have left IVUS of the left common iliac vein for the second session.",
        "IVUS of the left common iliac vein was cancelled because of the time.",
        "IVUS of the left common iliac vein can wait.",
        "Had IVUS been at hand, the left common iliac vein would have been measured.",
        "The IVUS of the left common iliac vein in March of last year had shown 5 mm.",
        "An earlier IVUS gave 5 mm for the left common iliac vein.",
        "Copied forward from the last note: IVUS of the left common iliac vein 5 mm.",
        "An attempt with IVUS in the left common iliac vein gave only noise.",
        "IVUS of the left common iliac vein was held in reserve.",
    ] {
        assert!(looked(&format!("{HEAD}{told}")).is_empty(), "{told}");
    }
    let foreign = format!(
        "{HEAD}IVUS: left common iliac vein 5 mm.\nNOTE\nThe sentence on IVUS belongs to the next patient and was pasted \
         here by mistake."
    );
    assert!(looked(&foreign).is_empty());
}

#[test]
fn a_reading_with_another_source_is_not_of_ivus() {
    let told =
        "Details: Left common iliac vein: 5 mm (IVUS). Right common iliac vein: 15 mm (venogram).";
    assert_eq!(looked(told), ["left common-iliac-vein"]);
}

#[test]
fn a_title_of_one_line_is_over_where_sentences_follow() {
    let told = "Title: left iliac vein stent check\nTight again for a year.\nLeft CFV 9F. IVUS of the left common iliac vein \
                was done: 5 mm.";
    assert_eq!(looked(told), ["left common-iliac-vein"]);
}

// What a report tells must not hang on what stands beside it.

/// The units suggested for a text.
fn units(text: &str) -> u32 {
    ANALYZER.analyze(&Report::new("turn", text)).units().0
}

#[test]
fn vessels_that_words_alone_speak_for_share_a_lesion_too() {
    let text = format!(
        "{HEAD}Details: The left popliteal vein was punctured and a 13F sheath was placed. The upper end of the clot could not be \
         seen on venography, so intravascular ultrasound was performed to find it. The IVUS catheter was not taken above the \
         renal veins. The vena cava was normal, 20 mm, without clot. Fresh thrombus was continuous from the left common iliac \
         vein through the left external iliac vein into the left common femoral vein and filled the whole lumen, 15 mm. \
         Thrombectomy followed with four passes. IVUS repeated: the left common iliac vein 40 mm2.\n"
    );
    assert_eq!(units(&text), 2);
    let apart = text.replace("was continuous from", "was seen in");
    assert_eq!(units(&apart), 3);
    let each = "Details: 10F in both popliteal veins. IVUS was the only way to tell lumen from wall. On the right side IVUS showed \
        one contiguous scar from the right external iliac vein into the right common iliac vein, and the same on the left, from \
        the left external iliac vein into the left common iliac vein.";
    assert_eq!(units(&format!("{HEAD}{each}\n")), 2);
}

#[test]
fn words_of_the_heart_do_not_speak_against_the_leg() {
    let text = "CATH LAB REPORT, TWO PARTS\nDate: 05/11/2022\n\
        Unstable angina. Claudication of the right hip: the haze of the right common iliac could be plaque or thrombus.\n\
        ACCESS: left radial 6F for the heart, right CFA 6F for the leg.\n\
        PART 1, HEART\n\
        Left main normal, LVEDP 14 mmHg. LAD 80% mid, RCA dominant, 30%. Circumflex 20%. OCT was not used.\n\
        IVUS of the LAD with an Opticross: MLA 2.4 mm2. PCI: Xience 3.0 x 23 at 12 atm, residual none, no waist. IVUS of the \
        LAD again: MSA 7.1.\n\
        PART 2, LEG\n\
        Pigtail in the aorta, runoff. Peak gradient 12 mmHg. Right common iliac hazy, 40 to 70% in two projections.\n\
        IVUS was run in the right iliac arteries for the size of the stent:\n\
        \x20 Right common iliac artery - calcified, MLA 13 mm2, reference 9.1 mm\n\
        \x20 Right external iliac artery - 7.4 mm, plaque burden 35%\n\
        Right common iliac stented, 9 x 38, residual none. IVUS again in the right common iliac artery: 52 mm2, round.\n\
        END\n\
        Radial band, device in the right groin. Ticagrelor for a year. Fluoro time 21 minutes.\n";
    assert_eq!(units(text), 2);
}

#[test]
fn ivus_told_behind_a_vessel_left_out_is_not_of_it() {
    let told = "Details: Right CFA 6F, up and over. IVUS of the left common femoral artery: 7.5 mm, plaque. Left profunda not \
        entered. IVUS 2nd look: MLA 15 mm2, no tear.";
    assert_eq!(looked(told), ["left common-femoral-artery"]);
    let entered = told.replace("not entered", "wide");
    assert_eq!(
        looked(&entered),
        ["left common-femoral-artery", "left profunda-femoris-artery"]
    );
}

#[test]
fn a_name_that_dictation_cut_is_of_the_vein_as_well() {
    let vein = "right arm fistula gram period the fistula was stuck with a micro puncture needle period contrast was blurred so I \
        asked for the eye vus period the eye vus catheter was advanced to the right innominate vein period the right in nominate \
        measured five millimeters period eye vus again in the right in nominate after the balloon showed eleven period";
    assert_eq!(looked(vein), ["right brachiocephalic-vein"]);
}

// Layouts, stents that stand for vessels, ways back and labels.

#[test]
fn ivus_of_the_stent_is_of_the_only_vessel_with_one() {
    for told in [
        "Left common iliac vein stent put in elsewhere, leg tight again.\nLeft femoral vein, 8F. IVUS of the stent showed a 4 mm \
         layer of tissue, lumen 10 mm.",
        "Left leg tight again. The stent placed in 2019 in the left common iliac vein is dark on duplex.\nLeft femoral vein, 8F. \
         The IVUS probe was drawn through the old stent: ingrowth 3 mm.",
    ] {
        assert_eq!(looked(told), ["left common-iliac-vein"], "{told}");
    }
    let two = "Stents in the left common iliac vein and in the left subclavian vein.\nLeft femoral vein, 8F. IVUS of the stent \
               showed 4 mm of tissue.";
    assert!(looked(two).is_empty());
    let rim = "Shuttle in the superior mesenteric artery. A stent was set, 2 mm out in the aorta. IVUS in the stent: 6 mm round.";
    assert!(!looked(rim).iter().any(|v| v.contains("aorta")));
}

#[test]
fn a_name_that_a_line_breaks_goes_on_in_the_next() {
    let told = "IVUS TODAY: THE PROBE WAS PASSED INTO THE LEFT COMMON ILIAC VEIN.\nLEFT COMMON ILIAC VEIN: 60 MM2, SCAR. LEFT \
                COMMON FEMORAL\nVEIN: 120 MM2, NO WEB.";
    assert_eq!(
        looked(told),
        ["left common-femoral-vein", "left common-iliac-vein"]
    );
}

#[test]
fn a_numbered_heading_stands_above_ticked_answers() {
    let told = "3. ANGIOGRAM\n   [x] done\n\n4. INTRAVASCULAR ULTRASOUND\n   [x] done   [ ] not done\n   Reason:\n   [x] needed for \
                stent size\n   Right\n   [x] Common iliac vein        reading: 60 mm2, spur\n   [ ] External iliac vein      \
                reading:\n\n5. TREATMENT\n   [x] stent";
    assert_eq!(looked(told), ["right common-iliac-vein"]);
}

#[test]
fn a_reason_is_over_where_the_probe_is_brought_somewhere() {
    for told in [
        "Indication: swelling after surgery.\nFrom the right femoral vein the ultrasound probe was placed into the right external \
         iliac vein. External iliac vein: encased, 40 mm2.",
        "Indication: heavy leg.\nThe IVUS catheter was advanced into the right external iliac vein. It was 45 mm2 there.",
    ] {
        assert_eq!(looked(told), ["right external-iliac-vein"], "{told}");
    }
}

#[test]
fn the_way_in_and_a_place_that_was_left_are_no_looks() {
    let back = "Right jugular access. IVUS of the left renal vein: 3 mm at the crossing. The ultrasound catheter was then backed \
                into the cava.";
    assert_eq!(looked(back), ["left renal-vein"]);
    let heart = "Right radial. IVUS of the LAD: 2.9 mm2. IVUS-guided dilatation, MSA 7.1.";
    assert!(looked(heart).is_empty());
    let sizes = "IVUS: left innominate vein 7 mm, fibrotic.\nPTA: left innominate 12 mm, left subclavian 10 mm.";
    assert_eq!(looked(sizes), ["left brachiocephalic-vein"]);
}

#[test]
fn a_summary_may_tell_the_only_look_and_its_reading() {
    let told = "TECHNIQUE: Left CFV access. Pelvic venogram. IVUS with pullback. Stent 16 x 70 mm.\nFINDINGS: Venogram with \
                collaterals.\nIMPRESSION:\n1. IVUS showed 80% compression of the left common iliac vein.\n2. Stent placed.";
    assert_eq!(looked(told), ["left common-iliac-vein"]);
}

#[test]
fn sides_that_are_to_be_read_otherwise() {
    for added in [
        "Wherever the report says left, right is to be read.",
        "For every left in this report right is meant.",
    ] {
        let told = format!(
            "IVUS of the left common iliac vein: 55 mm2. The left external iliac vein was 130 mm2.\n\nADDENDUM: {added}"
        );
        assert_eq!(
            plain(&told),
            ["right common-iliac-vein", "right external-iliac-vein"],
            "{added}"
        );
    }
}

#[test]
fn a_filter_that_is_there_already_in_a_title_declines_nothing() {
    let filters = |title: &str| {
        let text = format!(
            "{title}\nDate: 03/04/2024\nLeft popliteal vein, 8F. IVUS of the left common iliac vein: 50 mm2, scar. Stent 16 mm in \
             the left common iliac vein.\n"
        );
        let report = Report::new("turn", text);
        let analysis = ANALYZER.analyze(&report);
        let document = Reading::new(&ANALYZER, report, &analysis).document;
        let procedures = document.encounter.procedures.iter();
        procedures
            .filter(|p| p.procedure.contains("filter"))
            .count()
    };
    for title in [
        "FILTER-BEARING CAVA, LEFT LEG SWOLLEN",
        "Iliocaval scar after infected filter",
        "Caval filter thrombosis, left leg",
    ] {
        assert_eq!(filters(title), 0, "{title}");
    }
    assert_eq!(filters("Caval filter, left iliac stent"), 1);
}

#[test]
fn the_way_down_a_side_is_no_lesion() {
    let told = "The ultrasound catheter was pushed up into the aorta. The sac had a lumen of 34 mm in a rim of old clot. Continuing \
                down the right side, the right common iliac artery was 14 mm and the right external iliac artery was 8 mm.";
    let report = Report::new("turn", format!("{HEAD}{told}\n"));
    let analysis = ANALYZER.analyze(&report);
    let document = Reading::new(&ANALYZER, report, &analysis).document;
    assert!(document.encounter.lesions.is_empty());
}

// Sides, abbreviations and ways in of terse dictation.

#[test]
fn a_side_of_one_small_letter_is_a_side() {
    let told = "details: ivus catheter to the r innominate and back. r innominate 13 mm. r \
                subclavian 9 mm, clean. l common iliac vein not entered.";
    assert_eq!(
        looked(told),
        ["right brachiocephalic-vein", "right subclavian-vein"]
    );
}

#[test]
fn abbreviations_told_letter_by_letter() {
    let told = "THE IVUS CATHETER WAS PULLED BACK FROM THE RIGHT POPLITEAL ARTERY. POPLITEAL AT FIVE MILLIMETERS. S F A SIX POINT ONE \
                MILLIMETERS, PLAQUE.";
    assert_eq!(
        looked(told),
        ["right popliteal-artery", "right superficial-femoral-artery"]
    );
}

#[test]
fn a_sheath_told_by_its_size_alone_is_a_way_in() {
    let told = "R CFV 10F + L basilic v. 5F (US both)\nvenogram unclear -> IVUS for size\nIVUS of the L innominate: 12 mm.\nTurned \
                supine, R CFV 8F, probe placed in R CIV from there: 178 mm2, no clot.";
    assert_eq!(
        looked(told),
        ["left brachiocephalic-vein", "right common-iliac-vein"]
    );
}

#[test]
fn a_cell_that_says_not_done_is_no_look() {
    let told = "IVUS run: probe parked in the right innominate vein, hand pull to the groove.\n\nVESSEL | DSA | IVUS | RX\nSubclavian \
                v. | hidden | 12.1 mm, lead on wall | -\nSVC | brisk | nd | -\nRight internal jugular v. | open, 11 mm | n.d. | -\n";
    let seen = looked(told);
    assert!(
        seen.contains(&"right subclavian-vein".to_owned()),
        "{seen:?}"
    );
    for none in ["none superior-vena-cava", "right internal-jugular-vein"] {
        assert!(!seen.contains(&none.to_owned()), "{seen:?}");
    }
}

#[test]
fn a_branch_told_as_not_covered_was_not_looked_at() {
    let told = "The IVUS catheter was drawn back through the left subclavian artery: 2.4 mm. Stent 7 mm. IVUS repeated, 7.3 mm, \
                vertebral not covered.";
    assert_eq!(looked(told), ["left subclavian-artery"]);
}

#[test]
fn what_was_to_be_learnt_makes_no_look_conditional() {
    let told = "The IVUS catheter was pulled back through the right common iliac artery: 9 mm. To learn if the other leg could serve \
                as a way in the probe was moved to the left sheath and advanced into the left common iliac artery. It was 11 mm.";
    assert_eq!(
        looked(told),
        ["left common-iliac-artery", "right common-iliac-artery"]
    );
}

#[test]
fn a_lesion_that_begins_in_the_vessel_told_before() {
    let told = "Details: The IVUS catheter was pulled back from the left brachiocephalic vein to the right atrium. Left brachiocephalic vein: \
                patent at its upper end (13 mm). Its last 2 cm are narrowed by tumor, and this narrowing continues directly into the \
                superior vena cava over 3 cm. Superior vena cava: 17 mm lower down.";
    let report = Report::new("turn", format!("{HEAD}{told}\n"));
    let analysis = ANALYZER.analyze(&report);
    let document = Reading::new(&ANALYZER, report, &analysis).document;
    assert_eq!(document.encounter.lesions.len(), 1);
}

#[test]
fn a_signed_correction_takes_back_a_side() {
    let told = "IVUS of the left common iliac vein: 40 mm2, clot. Right external iliac vein 12 mm and normal.\n\n--- Attending \
                attestation and correction, 6 Feb 2020, 07:55 ---\nI agree but for one thing. The right side was never entered or \
                imaged; the 12 mm listed as right external iliac vein does not belong to this study and should be struck.";
    assert_eq!(plain(told), ["left common-iliac-vein"]);
}

#[test]
fn a_filter_that_comes_out_unnamed_is_retrieved() {
    let text = "IR note 01/23/2023\nHistory: retrievable filter from 2021. Plan: filter out.\nRight IJ, 11F. IVUS of the infrarenal \
                IVC because the film showed a gray cone: no clot, 19 mm.\nEnSnare on the hook, second try. 11F over. Out in 1 piece.\n";
    let report = Report::new("turn", text);
    let analysis = ANALYZER.analyze(&report);
    let document = Reading::new(&ANALYZER, report, &analysis).document;
    assert!(document.coding.lines.is_empty());
}

// Whether IVUS was performed at all.

/// What a report says of IVUS as a whole.
fn state(body: &str) -> String {
    let head = "Date of procedure: 03/14/2024\nIndication: swollen leg.\n";
    let report = Report::new("turn", format!("{head}{body}\n"));
    let analysis = ANALYZER.analyze(&report);
    let document = Reading::new(&ANALYZER, report, &analysis).document;
    document.encounter.ivus.to_owned()
}

#[test]
fn talk_of_ivus_is_no_ivus() {
    for told in [
        "Right CFA, 6F. The nurse asked about setting up the IVUS. Two views agreed.",
        "Left CFV, 8F. Whether the left innominate vein is tight can be settled only by IVUS, which gives the area.",
        "Left CFV, 8F.\nINTRAVASCULAR ULTRASOUND   used:  ( ) yes   (x) no",
        "Left CFV, 8F. We did not open an IVUS catheter.",
        "Left CFV, 8F. The IVUS probe from the booking went back unopened.",
        "Left CFV, 8F. In 2015 a surgeon of another town made an IVUS of the left common iliac vein.",
        "Left CFV, 8F. IVUS is performed when the venogram leaves a question.",
        "IVUS: NOT DONE. No console in the house.",
    ] {
        assert_eq!(state(told), "not_performed", "{told}");
    }
}

#[test]
fn a_catheter_that_showed_nothing_looked_at_nothing() {
    for told in [
        "IVUS probe no. 1: advanced to the left popliteal artery, screen black. IVUS probe no. 2 caught in the left SFA. Not one frame was \
         saved from either. So by eye: left popliteal artery 5 mm.",
        "The IVUS catheter was flushed, but the console knew nothing of it. The catheter never entered the patient.\n\nThe size came from \
         the pigtail: left common iliac vein 15 mm.",
    ] {
        assert!(looked(told).is_empty(), "{told}");
        assert_eq!(state(told), "not_performed", "{told}");
    }
    let second = "The first IVUS catheter never gave a picture. A second IVUS catheter was advanced: left common iliac vein 44 mm2.";
    assert_eq!(looked(second), ["left common-iliac-vein"]);
}

#[test]
fn an_echo_catheter_is_no_ivus() {
    let told = "Shunt with ultrasound from within the vein. Right common femoral vein, 8F, for the imaging probe. The intracardiac echo \
                catheter showed the needle. Cava 20 mm on the echo picture.";
    assert_eq!(state(told), "absent");
}

#[test]
fn an_addendum_takes_back_a_vessel_that_was_not_looked_at() {
    let body = "The IVUS catheter was advanced into the inferior vena cava and pulled back. The cava is 19 mm. The left common iliac vein \
                is 42 mm2.";
    for added in [
        "There is no clip of the inferior vena cava and I did not look at it live.",
        "The probe never reached the cava.",
        "Please strike the cava from the list.",
        "The 19 mm given for the cava is the CT value.",
    ] {
        let told = format!("{body}\n\nADDENDUM: {added}");
        assert_eq!(looked(&told), ["left common-iliac-vein"], "{added}");
    }
    let more = format!("{body}\n\nADDENDUM: The cava was not looked at again after the stent.");
    assert_eq!(looked(&more).len(), 2);
}

#[test]
fn columns_of_a_table_may_be_vessels_or_days() {
    let upright = "IVUS:\n\n\
        | | IVC | L CIV | R CIV |\n\
        | Least area, mm2 | 240 | 51 | behind the sheath, not seen |\n\
        | After stenting, mm2 | | 170 | |\n\n\
        The sheath was taken out.";
    assert_eq!(
        looked(upright),
        ["left common-iliac-vein", "none inferior-vena-cava"]
    );
    let days = "Details: The IVUS catheter was advanced to the left common iliac vein.\n\n\
        vein | IVUS 2021-03-02 | IVUS today\n\
        IVC | 20 mm | not repeated\n\
        L common iliac | 160 mm2 | 58 mm2, ingrowth\n\
        L external iliac | 150 mm2 | picture off\n";
    assert_eq!(looked(days), ["left common-iliac-vein"]);
}

#[test]
fn of_the_choices_of_a_template_the_one_made_counts() {
    let filled = "IVUS: the catheter was brought to the {IVC | R CIV => IVC} and pulled back.\n\
        Left CIV ..... {yes | no => yes}  Finding: 47 mm2\n\
        Right CIV .... {yes | no => no}   Finding: n/a\n";
    let found = looked(filled);
    assert!(found.contains(&"left common-iliac-vein".to_owned()));
    assert!(!found.contains(&"right common-iliac-vein".to_owned()));
}

#[test]
fn part_of_a_stent_in_a_vessel_is_no_look_at_it() {
    let told = "Details: The IVUS catheter was advanced into the left renal artery: lumen 5 mm, 2 mm of the stent in the aorta.";
    assert_eq!(looked(told), ["left renal-artery"]);
    let both = "Details: The IVUS catheter was advanced into the left renal artery: lumen 5 mm, and 19 mm in the aorta.";
    assert_eq!(looked(both), ["left renal-artery", "none aorta"]);
}

#[test]
fn no_recording_on_the_way_says_nothing_of_the_end() {
    let told = "Details: The IVUS catheter went through the cava, no recording made on the way, to the left common femoral vein and \
        was pulled back. The left common femoral vein was 40 mm2.";
    assert_eq!(looked(told), ["left common-femoral-vein"]);
    let why = "Details: That, and two failed stents without a culprit, is why IVUS was used. The probe was taken into the left \
        common iliac vein, 60 mm2.";
    assert_eq!(looked(why), ["left common-iliac-vein"]);
}

#[test]
fn a_line_of_a_template_is_taken_back() {
    let told = "Details: The IVUS catheter was advanced into the cava and pulled back.\nIVC 20 mm, patent.\nLeft common iliac vein 50 mm2.\n\n\
        ADDENDUM: The IVC line was brought over from the clinic template and is not of this study.";
    assert_eq!(looked(told), ["left common-iliac-vein"]);
}

#[test]
fn what_another_study_seemed_to_show_takes_no_reading_away() {
    let told = "Details: The IVUS catheter was pulled back. The left common iliac vein was 55 mm2. The left femoral vein held some webs, and \
        what looked like a second vein on the CT was a channel inside it.";
    assert_eq!(
        looked(told),
        ["left common-iliac-vein", "left femoral-vein"]
    );
}

#[test]
fn a_time_in_capitals_is_no_vessel() {
    let told = "IVUS: The catheter was pulled back from the left common iliac vein, 60 mm2.\nPAIN AT END .... 2 of 10\nAT REST: none, left and right leg warm\n";
    assert_eq!(looked(told), ["left common-iliac-vein"]);
}

#[test]
fn a_report_without_line_ends_is_read_as_with_them() {
    let told = "DATE OF SERVICE: 2024-03-05\nSURGEON: Dr. A. Someone\nINDICATION: Swelling of the left leg. The venogram was \
        equivocal, so IVUS was used.\nACCESS: Left femoral vein, 9F.\nIVUS FINDINGS:\n- Left common iliac vein: 52 mm2, 70% stenosis\n\
        - Left external iliac vein: 140 mm2, normal\nPLAN: Apixaban for three months and a duplex in four weeks at our clinic.\n";
    let flat = told.replace('\n', " ");
    assert_eq!(looked(&flat), looked(told));
    assert_eq!(looked(told).len(), 2);
}

#[test]
fn an_addendum_puts_a_reading_to_the_other_side() {
    let body = "Details: The IVUS catheter was brought to the confluence and drawn back. The left common iliac vein was 50 mm2. The right \
        external iliac vein measured 13 mm and was clean.\n\nADDENDUM 03/02/2024\n";
    for told in [
        "There is a slip of side above: the external iliac vein that measured 13 mm is the LEFT external iliac vein.",
        "The line with \"right external iliac vein\" is a slip of the pen and must read left external iliac vein.",
        "The vessel with the 13 mm reading is the left external iliac vein.",
    ] {
        let found = looked(&format!("{body}{told}"));
        assert_eq!(
            found,
            ["left common-iliac-vein", "left external-iliac-vein"],
            "{told}"
        );
    }
    let reason = "Reason: a copied side. Every \"right\" in this note should read \"left\". The left leg was operated on.";
    let right = body.replace("left common", "right common");
    let found = looked(&format!("{right}{reason}"));
    assert_eq!(
        found,
        ["left common-iliac-vein", "left external-iliac-vein"]
    );
}

#[test]
fn a_value_copied_from_elsewhere_is_no_look() {
    let told = "Details: The IVUS catheter was brought to the confluence and drawn back. The left common iliac vein was 50 mm2. The \
        inferior vena cava was 21 mm.\n\nADDENDUM 03/02/2024\nThe cava diameter was copied from the scan of January, and the cava was not studied.";
    assert_eq!(looked(told), ["left common-iliac-vein"]);
}

#[test]
fn only_the_mouth_of_a_vein_in_view_is_no_look_at_it() {
    let told = "Details: The IVUS catheter was pulled back through the superior vena cava, 15 mm. The mouth of the left brachiocephalic \
        vein could be seen and is open.";
    assert_eq!(looked(told), ["none superior-vena-cava"]);
    let ends = "Details: The IVUS catheter was pulled back. Abdominal aorta: the flap ends above the celiac artery, diameter 22 mm.";
    assert_eq!(looked(ends), ["none abdominal-aorta"]);
    let inside = "Details: The ultrasound catheter was slid out to the first branching. In the left renal artery the mouth was narrowed to 2 mm by \
        plaque.";
    assert_eq!(looked(inside), ["left renal-artery"]);
}

#[test]
fn what_was_only_wished_or_failed_is_no_look() {
    let told = "Details: Now the ultrasound catheter. The console threw a hardware fault twice. The catheter never left its hoop and nothing was \
        imaged from inside the vein. I'd have liked to look at the left external iliac vein with it.";
    assert!(looked(told).is_empty());
    let planned = "Details: We had planned to do IVUS in the left common iliac vein for measurement. The venogram told enough.";
    assert!(looked(planned).is_empty());
    let none = "Details: The balloon gave a good result. I saw no need to open an IVUS catheter for the left common iliac vein.";
    assert!(looked(none).is_empty());
}

#[test]
fn how_far_a_stent_reaches_is_no_look() {
    let told = "Details: The IVUS catheter went into the superior mesenteric artery, 1.9 mm.\nIVUS after: superior mesenteric artery, 6.8 mm, 2 mm \
        into aorta.";
    assert_eq!(looked(told), ["none superior-mesenteric-artery"]);
    let keyed =
        "Details: IVUS was used.\nivus_vessel_1: left renal artery, 5 mm\nivus_aorta: not recorded";
    assert_eq!(looked(keyed), ["left renal-artery"]);
}

#[test]
fn rows_that_semicolons_part_are_a_table() {
    let told = "Details: IVUS cath -> IVC, pulled back by hand.\nareas in mm2\nseg;done;pre;post;txt\nIVC;N;;;passed\nR CIV;Y;161;158;free of scar\n\
        R EIV;Y;58;142;scar\nL CIV;N;;;\n";
    assert_eq!(
        looked(told),
        ["right common-iliac-vein", "right external-iliac-vein"]
    );
    let asked = "Details: IVUS was done from both groins.\n| Vein | IVUS done | Area | Remark |\n|---|---|---|---|\n| L common iliac | yes | 44 | tight |\n\
        | R common iliac | yes | images archived | n/a |\n| R external iliac | no | n/a | |\n";
    assert_eq!(
        looked(asked),
        ["left common-iliac-vein", "right common-iliac-vein"]
    );
}

#[test]
fn a_probe_put_there_too_looks_at_the_vessel_before() {
    let told = "Details: IVUS was run in the left anterior tibial artery, 2.9 mm. Rewired to the left peroneal artery. Put the probe down there too. \
        Vessel 2.4 mm.";
    assert_eq!(
        looked(told),
        ["left anterior-tibial-artery", "left peroneal-artery"]
    );
}

#[test]
fn a_legend_in_brackets_denies_nothing() {
    let told = "Details: The catheter was withdrawn.\n\nIVUS AREA, mm2 (n/e = not examined)\nSegment | RIGHT | LEFT\nCommon iliac vein | 142 | 61\n\
        External iliac vein | n/e | 149\n";
    assert_eq!(
        looked(told),
        [
            "left common-iliac-vein",
            "left external-iliac-vein",
            "right common-iliac-vein"
        ]
    );
}

#[test]
fn a_look_told_where_the_report_is_signed_counts() {
    let told = "Details: The IVUS catheter was withdrawn. The left common iliac vein was 60 mm2.\n\nATTESTATION\nThe left femoral vein was recorded \
        by IVUS on the way to the sheath.";
    assert!(looked(told).contains(&"left femoral-vein".to_owned()));
}

#[test]
fn a_lesion_begins_below_an_origin_and_away_from_another_vessel() {
    let told = format!(
        "{HEAD}Details: The IVUS catheter was pulled back. Calcified atheroma starts 1 cm below the origin of the right common iliac artery and \
         carries on over the hypogastric takeoff into the right external iliac artery. The lumen was 8 mm in the common iliac and 7 mm in the \
         external iliac.\n"
    );
    assert_eq!(units(&told), 1);
    let away = format!(
        "{HEAD}Details: The IVUS catheter was pulled back. The superior vena cava is 17 mm and soft. The stenosis is one dense scar that \
         commences in the right innominate vein 1 cm from the cava and proceeds without a gap into the right subclavian vein.\n"
    );
    assert_eq!(units(&away), 2);
    let flap = format!(
        "{HEAD}Details: The IVUS catheter was pulled back. Abdominal aorta, true lumen sickle shaped, 22 mm. The flap goes on unbroken past the \
         bifurcation into the right common iliac artery. The right external iliac artery is 8 mm, not dissected.\n"
    );
    assert_eq!(units(&flap), 2);
}

#[test]
fn a_paragraph_headed_yesterday_is_of_another_day() {
    let told = "Yesterday (reported separately): IVUS of the right external iliac vein for the extent of clot. It ended there; the right common \
        iliac vein was clear.\n\nToday: The infusion catheter was taken out. The venogram was clear. There was no need for another ultrasound catheter.\n";
    assert!(looked(told).is_empty());
    let log = "Leg: left\n\nUltrasound log (0.014, manual)\nRun | Where the probe went | Vessel | Comment\n1 | anterior tibial, left | 2.8 mm | calcium\n\
        2 | popliteal, left | 5.4 mm | thin plaque\n";
    assert_eq!(
        looked(log),
        ["left anterior-tibial-artery", "left popliteal-artery"]
    );
}

#[test]
fn the_wire_a_probe_goes_along_is_its_way() {
    let told = "Details: The ultrasound catheter was threaded over the groin wire and carried to the aortic arch, 31 mm.";
    assert_eq!(looked(told), ["none aortic-arch"]);
    let down = "Details: The IVUS catheter was brought down the wire to the left popliteal artery and drawn back.";
    assert_eq!(looked(down), ["left popliteal-artery"]);
}

#[test]
fn words_that_sound_alike_take_no_look_away_and_add_none() {
    let within = "Details: IVUS was used in the left external iliac vein, area 90 mm2. A balloon was advanced into the right common iliac vein. The IVUS \
        catheter was then withdrawn without there being any complication.";
    assert_eq!(looked(within), ["left external-iliac-vein"]);
    let came = "Details: The patient came in\nyesterday at 10:30 with worse swelling.\nIVUS of the left common iliac vein showed 80% stenosis.\n\
        Today a stent was placed.";
    assert_eq!(looked(came), ["left common-iliac-vein"]);
    let leg = "Details: IVUS of the left leg in the common femoral vein showed chronic thrombus, area 60 mm2.";
    assert_eq!(looked(leg), ["left common-femoral-vein"]);
    let treated = "Details: IVUS of the left common iliac vein and left external iliac vein was performed and showed compression of both.\n\n\
        | Stent | Done | Size |\n|---|---|---|\n| L CIV | yes | 16 mm |\n| L EIV | no | |\n";
    assert_eq!(looked(treated).len(), 2);
    let again =
        "Details: IVUS was performed of the left AT once more after the balloon, lumen 2.4 mm.";
    assert_eq!(looked(again), ["left anterior-tibial-artery"]);
    let copied = "Details: IVUS of the left external iliac vein, 120 mm2.\n\nADDENDUM: The indication for the left external iliac vein stent was copied from \
        my clinic note.";
    assert_eq!(looked(copied), ["left external-iliac-vein"]);
}

#[test]
fn an_attestation_of_presence_tells_of_no_look() {
    let told = "Details: IVUS of the left common iliac vein, area 40 mm2.\n\nATTESTATION: I was present for the IVUS imaging of the left common iliac vein \
        and the right common iliac vein was to be imaged at the next visit.";
    assert_eq!(looked(told), ["left common-iliac-vein"]);
}

#[test]
fn numbers_before_their_vessels_are_readings() {
    let told = "Details: IVUS catheter from the cava to the right sheath; areas were 188 in the common iliac, 160 in the external iliac and 133 in the \
        common femoral.";
    let read = self::told(&format!("{HEAD}{told}\n"), |i| {
        format!("{} {}", i.vessel, !i.findings.is_empty())
    });
    let right = [
        "common-femoral-vein true",
        "common-iliac-vein true",
        "external-iliac-vein true",
    ];
    assert!(
        right.iter().all(|r| read.contains(&(*r).to_owned())),
        "{read:?}"
    );
}

#[test]
fn diffuse_plaque_of_one_vessel_is_no_lesion_of_all() {
    let told = format!(
        "{HEAD}Details: IVUS of the left leg: popliteal artery 5.1 mm clean, SFA 5.8 mm diffuse fibrous plaque, common femoral artery 8.0 mm eccentric \
         plaque.\n"
    );
    // The artery of the thigh and that of the knee count as one.
    assert_eq!(units(&told), 2);
}

#[test]
fn what_is_told_beside_a_look_is_no_look() {
    let after = "Details: IVUS of the aortic arch, 32 mm, no tear. The flap starts 3 cm after the subclavian and ends in the descending thoracic aorta.";
    assert!(!looked(after).iter().any(|v| v.contains("subclavian")));
    let inside = "Findings: IVUS of the superior mesenteric artery showed 2.2 mm, plaque; after stenting 6.5 mm, 3 mm of stent in the aorta.";
    assert_eq!(looked(inside), ["none superior-mesenteric-artery"]);
    let back = "Findings: IVUS of the celiac artery: 4.1 mm. Details: The guide engaged the celiac artery and the ultrasound catheter was drawn back to \
        the aorta.";
    assert_eq!(looked(back), ["none celiac-artery"]);
    let jailed = "Details: IVUS of the left common iliac vein, 60 mm2. Stent placed. IVUS again: EIV 130 mm2, stent round, not jailing the other side.";
    assert!(looked(jailed).iter().all(|v| v.starts_with("left")));
}

#[test]
fn the_access_side_may_be_looked_at() {
    let told = "Details: The IVUS catheter was passed to the aortic arch. Arch 30 mm; CT had said 27. On the way out we looked at the access side too, \
        left common iliac 9 mm and the external iliac 7 mm, no disease.";
    let seen = looked(told);
    assert!(
        seen.contains(&"left common-iliac-artery".to_owned()),
        "{seen:?}"
    );
    assert!(
        seen.contains(&"left external-iliac-artery".to_owned()),
        "{seen:?}"
    );
}

#[test]
fn the_crossing_of_an_artery_moves_no_wire() {
    let told = "IVUS\nLeft common iliac vein 9 x 16 mm at the artery crossing, area reduced by 30%, IVC 21 mm and clean.";
    assert_eq!(
        looked(told),
        ["left common-iliac-vein", "none inferior-vena-cava"]
    );
}

#[test]
fn a_denial_of_the_session_holds_for_what_was_told_before() {
    let told = "Dear colleague, The record of that day tells of an intravascular ultrasound with an area of 40 mm2 in the left common iliac vein and a \
        normal cava.\n\nThe right common femoral vein was punctured and a venogram made. The stent is open, so no IVUS was done today.";
    assert!(looked(told).is_empty());
    let side = "Details: IVUS of the left common iliac vein showed 70% stenosis. No IVUS of the right side was done today.";
    assert_eq!(looked(side), ["left common-iliac-vein"]);
}

#[test]
fn an_addendum_names_the_right_side_with_one_and_takes_a_value_back() {
    let told = "Details: The left femoral vein was accessed. IVUS: left common iliac vein 40 mm2, fibrotic. Right external iliac vein 12 mm, no \
        thrombus. Left common femoral vein 11 mm, patent.\n\nADDENDUM: The external iliac vein that was measured is the LEFT one. The right limb was \
        not accessed and not imaged. The caliber given for the common femoral vein was taken from the venogram, not from IVUS.";
    assert_eq!(
        looked(told),
        ["left common-iliac-vein", "left external-iliac-vein"]
    );
}

#[test]
fn veins_heard_as_vain_are_veins() {
    let told = "Details: eye vus catheter up to the caver and back. In the left common ileac vain it was fifty square millimeters, the left external \
        ileac was one hundred forty square millimeters.";
    let seen = looked(told);
    assert!(
        seen.contains(&"left common-iliac-vein".to_owned()),
        "{seen:?}"
    );
    assert!(
        seen.contains(&"left external-iliac-vein".to_owned()),
        "{seen:?}"
    );
    let vain = "Details: The IVUS catheter was advanced in vain to the left renal artery.";
    assert!(!looked(vain).iter().any(|v| v.contains("vein")));
}

#[test]
fn a_graft_beside_an_empty_box_is_the_stent_graft() {
    let told = "Access: [x] AVF   [ ] AVG   Side: [x] left\n\nIVUS\n[x] cephalic arch ...... 3 mm at the tightest\n\nTREATMENT\n[x] stent graft 9 x 50, \
        cephalic arch\nIVUS after: [x] yes, graft 8.5 mm round\n";
    assert!(
        !looked(told)
            .iter()
            .any(|v| v.contains("graft") || v.contains("circuit"))
    );
}

#[test]
fn a_date_before_the_sentences_of_a_line_hides_none() {
    let told = "DATE OF SERVICE: 03/04/2024. IVUS of the left common iliac vein showed 60% stenosis, minimum area 60 mm2.";
    assert_eq!(looked(told), ["left common-iliac-vein"]);
}

#[test]
fn a_second_heading_of_surgery_is_the_description() {
    let told = "Surgery: Revision of iliac vein stents\n\nReason for surgery\nUlcer opened again.\n\nSurgery\nPuncture of left popliteal vein. Prone \
        position. The probe of IVUS was passed from there.\n\nBy the left: femoral vein 8 mm with some synechiae, external iliac 13 mm.\n";
    let seen = looked(told);
    assert!(seen.contains(&"left femoral-vein".to_owned()), "{seen:?}");
}

#[test]
fn a_vein_imaged_on_the_way_back_is_a_look() {
    let told = "Details:\n- IVUS catheter over the wire to the left brachiocephalic vein.\n     L BCV: open, 15 mm\n     L SCV: imaged on the way back\n     \
        L cephalic arch: 2.9 mm, wall thick\n";
    assert!(looked(told).contains(&"left subclavian-vein".to_owned()));
    let first = "Details: First IVUS, left popliteal: popliteal and femoral veins free of clot.";
    assert_eq!(looked(first), ["left femoral-vein", "left popliteal-vein"]);
}

#[test]
fn ct_told_to_compare_ends_no_passage() {
    let told = "Details: IVUS of the left leg. The common iliac vein got down to 60 mm2, well beyond what the CT had suggested, and the external iliac \
        was 140 mm2 and smooth. The common femoral was 130 mm2.";
    assert_eq!(
        looked(told),
        [
            "left common-femoral-vein",
            "left common-iliac-vein",
            "left external-iliac-vein"
        ]
    );
    let source = "Details: IVUS of the left common iliac vein showed 60 mm2. The left external iliac vein was 8 mm on CT.";
    assert_eq!(looked(source), ["left common-iliac-vein"]);
}

#[test]
fn a_sentence_of_a_side_alone_stands_over_its_paragraph() {
    let told = "IVUS\n  Left side. CIV minimal area 66 against 180 mm2. EIV 136, patent.\n  Right side. CIV 149, EIV 142, all patent.\n";
    assert_eq!(
        looked(told),
        [
            "left common-iliac-vein",
            "left external-iliac-vein",
            "right common-iliac-vein",
            "right external-iliac-vein"
        ]
    );
}

#[test]
fn earlier_studies_and_a_probe_that_could_not_be_used_are_no_looks() {
    let told = "PREVIOUS STUDIES (copied here because the patient came from another practice)\n1. Venogram and IVUS. Left CIV 56 mm2, compressed.\n\n\
        TODAY'S PROCEDURE\nThe left femoral vein was entered. Venography: the stents are open.\n";
    assert!(looked(told).is_empty());
    let console = "Details: The console was away for repair, so the IVUS could not be made. Phlebography of the left common iliac vein shows 80%.";
    assert!(looked(console).is_empty());
}

#[test]
fn names_in_the_order_of_other_languages_are_known() {
    let told =
        "IVUS\nVein iliac common left: reduced to 38 mm2\nVein iliac external left: 49 mm2\n";
    assert_eq!(
        looked(told),
        ["left common-iliac-vein", "left external-iliac-vein"]
    );
}

#[test]
fn oblique_views_tell_no_side() {
    let told = "Details: Plaque of the left subclavian artery. In left oblique it seems 50%, in right oblique 80%. IVUS was made, pullback from the \
        subclavian: area 9 mm2 with calcium.";
    assert_eq!(looked(told), ["left subclavian-artery"]);
}

#[test]
fn what_is_sought_as_a_mark_or_named_in_a_cause_is_no_look() {
    let mark = "Details: Location of the renal arteries was settled by IVUS. The ultrasound catheter was pulled from the aorta: neck 21 mm.";
    assert!(!looked(mark).iter().any(|v| v.contains("renal-artery")));
    let cause = "Details: Because coiling the ovarian vein would do harm if the kidney drains through it, IVUS of the left renal vein was added: 5 mm.";
    assert_eq!(looked(cause), ["left renal-vein"]);
}

#[test]
fn a_clause_that_begins_with_where_may_hold_a_reading() {
    let told = "Details: IVUS was run from the right groin. The catheter went over to the left, where the left common iliac artery was 12 mm, \
        and the hypogastric artery came off 45 mm below the bifurcation.";
    assert_eq!(looked(told), ["left common-iliac-artery"]);
}

#[test]
fn a_probe_that_does_not_go_beyond_a_vessel_came_there() {
    let told = "Details: IVUS over the wire. Right common femoral vein: 10 mm. Right external iliac vein: thick wall, channel 4 mm. Probe would \
        not go beyond the upper external iliac vein; the common iliac was not reached. \
        Will discuss sharp recanalization; IVUS of the cava then.";
    assert_eq!(
        looked(told),
        ["right common-femoral-vein", "right external-iliac-vein"]
    );
}

#[test]
fn a_question_that_ivus_had_to_answer_ends_no_passage() {
    let told = "Details: IVUS over the wire. Wanted to know whether the common femoral vein would take a stent, which the venogram could not \
        answer. Left common femoral vein: 11 mm. Left external iliac vein: 4 mm.";
    assert_eq!(
        looked(told),
        ["left common-femoral-vein", "left external-iliac-vein"]
    );
}

#[test]
fn rows_of_pressures_are_no_readings_of_ivus() {
    let told = "Technique:\n- IVUS over a wire\n\nManometry (mean, mmHg):\n  SSS ......... 28\n  Torcula ..... 27\n\nIVUS:\n  R sigmoid sinus - 8 mm, round\n";
    assert_eq!(looked(told), ["right sigmoid-sinus"]);
}

#[test]
fn an_idea_that_was_raised_and_a_study_of_that_time_are_no_looks() {
    let raised = "Details: The question of an IVUS of the iliac axes was raised; the scanner being good, it was left. Left common iliac artery 8 mm.";
    assert!(looked(raised).is_empty());
    let before = "Last spring a colleague treated the left superficial femoral artery; intravascular ultrasound at that time had shown a 5 mm vessel.";
    assert!(looked(before).is_empty());
    let console = "Details: The IVUS console reported a fault and could not be restarted. The left common iliac vein was 15 mm.";
    assert!(looked(console).is_empty());
}

#[test]
fn an_addendum_may_call_the_side_that_was_told_an_error() {
    let told = "Details: IVUS of the right common iliac vein: 62 mm2. IVUS of the right external iliac vein: 118 mm2.\n\n\
        ADDENDUM #1   03/15/2024 08:40\nThe body of the report states RIGHT. This is a dictation error.\n\n\
        ADDENDUM #2   03/15/2024 09:05\nThe inferior vena cava, which I omitted, was interrogated with IVUS in the same run and measured 19 mm.";
    assert_eq!(
        looked(told),
        [
            "left common-iliac-vein",
            "left external-iliac-vein",
            "none inferior-vena-cava"
        ]
    );
}

#[test]
fn a_procedure_copied_from_before_is_of_its_own_day() {
    let text = "VASCULAR LAB\n\n***** PREVIOUS PROCEDURE, kept for continuity *****\nDate 10/02/2023. IVUS of the right SFA, 6 mm.\n\
        ***** END OF WHAT WAS COPIED *****\n\nCURRENT PROCEDURE, 10/16/2023\nIVUS was performed in the left external iliac artery: lumen 3 mm.\n";
    let looks = told(text, |i| format!("{} {}", i.side, i.vessel));
    assert_eq!(looks, ["left external-iliac-artery"]);
}

#[test]
fn commons_and_externals_told_short_are_of_the_pelvis() {
    let told = "Details: IVUS was run from the groin to the cava. The common on the left had a thick rind, 38 mm2. The external inside its stent was 150 mm2. \
        The catheter went to the right common, which measured 15 mm.";
    assert_eq!(
        looked(told),
        [
            "left common-iliac-vein",
            "left external-iliac-vein",
            "none inferior-vena-cava",
            "right common-iliac-vein"
        ]
    );
}

#[test]
fn a_cause_or_a_statement_before_the_act_leaves_it_done() {
    let cause = "Details: Since the plan would be another for a kink, the intravascular ultrasound was asked for. It was passed through the left \
        popliteal artery: 5 mm with plaque.";
    assert_eq!(looked(cause), ["left popliteal-artery"]);
    let known = "Details: In this disease angiography is known to be blind, and we performed IVUS of the right renal artery: four webs, 2.2 mm.";
    assert_eq!(looked(known), ["right renal-artery"]);
}

#[test]
fn what_is_seen_at_an_origin_is_of_the_vessel() {
    let told = "Details: IVUS from the left groin. At the origin of the common iliac artery there is a ring of calcium with a lumen of 3.1 x 3.4 mm.";
    assert_eq!(looked(told), ["left common-iliac-artery"]);
}

#[test]
fn what_was_carried_over_from_another_sheet_is_no_look() {
    let told = "Comments (carried over from the sheet of 02/01/2024, left leg): IVUS L SFA 5.5 mm, L pop 5.0 mm.";
    assert!(looked(told).is_empty());
}

#[test]
fn an_old_stent_may_stand_for_its_vessel_after_the_act() {
    let told = "I put a stent in her superior mesenteric artery in 2019.\n\nDetails: Intravascular ultrasound was passed over the wire and pulled back twice. \
        At the ostium there is dense tissue inside the stent and the lumen is 2.4 mm.";
    assert_eq!(looked(told), ["none superior-mesenteric-artery"]);
}

#[test]
fn filters_and_fragments_told_in_plain_words_are_known() {
    let excluded = |text: &str| {
        let report = Report::new("turn", text.to_owned());
        let analysis = ANALYZER.analyze(&report);
        let document = Reading::new(&ANALYZER, report, &analysis).document;
        document.coding.lines.is_empty()
    };
    let filter = "Date of procedure: 03/14/2024\nFilter was therefore done in the bed with intravascular ultrasound as the only guidance.\n\
        The cava was 21 mm below the renals, no clot. A Denali was loaded, and with the IVUS beside it I watched the hook come out and released.\n";
    assert!(excluded(filter));
    let port = "Date of procedure: 03/14/2024\nFractured port catheter. An IVUS catheter was put up to the superior vena cava: 17 mm, thin sleeve.\n\
        A snare was closed over the end. The upper end came off the wall and the fragment was brought out folded through the sheath.\n";
    assert!(excluded(port));
}

#[test]
fn the_other_side_is_gone_to_without_its_vessels_name() {
    let first = "Details: The right renal artery was engaged with a guide. IVUS of the right renal artery showed three webs, lumen 2.1 mm.\n";
    let moved = format!(
        "{first}The guide was then moved to the other side. The probe found an artery of 5.5 mm without webs."
    );
    let both = ["left renal-artery", "right renal-artery"];
    assert_eq!(looked(&moved), both);
    let also = format!("{first}I ran the probe down the left also. The wall is thin, 5.4 mm.");
    assert_eq!(looked(&also), both);
    let likewise = format!(
        "{first}The guide was taken to the left renal artery, and this one was examined likewise: 5.6 mm, smooth."
    );
    assert_eq!(looked(&likewise), both);
    // Nothing was looked at there.
    let films = format!(
        "{first}The guide was then moved to the other side. Contrast showed a smooth artery."
    );
    assert_eq!(looked(&films), ["right renal-artery"]);
}

#[test]
fn what_a_probe_does_not_fit_is_no_look() {
    let small = "Details: The right anterior tibial artery was crossed. The IVUS probe went into the right popliteal artery: 5.0 mm. \
        The right anterior tibial artery was too small for the probe, 2 mm on the film.";
    assert_eq!(looked(small), ["right popliteal-artery"]);
}

#[test]
fn what_presses_on_a_vein_is_not_looked_at() {
    let dent = "IVUS findings:\nLeft common iliac vein: 15 x 12 mm, mild indentation from the right common iliac artery.\n\
        Left external iliac vein: 13 mm.";
    assert_eq!(
        looked(dent),
        ["left common-iliac-vein", "left external-iliac-vein"]
    );
}

#[test]
fn a_branch_that_tells_where_is_no_look() {
    let places = "IVUS of the left subclavian artery:\nSubclavian, after vertebral: 7.2 mm, mild plaque\n\
        Distance lesion end to vertebral ostium 9 mm\n\nIVUS after: expansion 8.0 mm, vertebral origin not jailed.";
    assert_eq!(looked(places), ["left subclavian-artery"]);
    let below = "Details: IVUS showed: Left common femoral vein 12 mm. Below the profunda confluence the left femoral vein is healthy, 11 mm.";
    assert_eq!(
        looked(below),
        ["left common-femoral-vein", "left femoral-vein"]
    );
}

#[test]
fn an_entry_beside_those_that_name_ivus_is_of_another_study() {
    let list = "Technique: IVUS of the left renal vein and the left common iliac vein was performed.\n\nFindings:\n\
        - Left gonadal vein: 9 mm with reflux.\n- Left renal vein: On IVUS 7 mm at the crossing.\n\
        - Left common iliac vein: On IVUS 140 mm2.\n";
    assert_eq!(looked(list), ["left common-iliac-vein", "left renal-vein"]);
}

#[test]
fn a_filters_removal_talked_of_is_of_another_day() {
    let talked = "Details: IVUS of the right common iliac vein showed clot, 9 mm.\n\
        We talked with him about filter removal as a separate procedure in two months.";
    assert_eq!(units(talked), 1);
}

#[test]
fn words_as_speech_recognition_hears_them_are_known() {
    let heard = "Details: I've us was done. Left common alley act vein three millimeters, left external ill yak vein fifteen millimeters.";
    assert_eq!(
        looked(heard),
        ["left common-iliac-vein", "left external-iliac-vein"]
    );
}
