//! Turns of phrase that decide whether a vessel was looked at, in this session and on which side: each beside one that says
//! something else in nearly the same words.

use std::sync::LazyLock;

use ivus::{Analyzer, Reading, Report};

static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::builtin);

const HEAD: &str = "Date of procedure: 03/14/2024\n\
    Indication: swollen leg. Venography left the degree of compression open, so IVUS was used to measure it.\n";

/// The vessels looked at, sorted, each with its side.
fn looked(body: &str) -> Vec<String> {
    let report = Report::new("turn", format!("{HEAD}{body}\n"));
    let analysis = ANALYZER.analyze(&report);
    let document = Reading::new(&ANALYZER, report, &analysis).document;
    let looks = document.encounter.interrogations.iter();
    let mut found: Vec<String> = looks
        .filter(|i| i.status == "performed")
        .map(|i| format!("{} {}", i.side, i.vessel))
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
