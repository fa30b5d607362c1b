//! Which vessels are one lesion: many ways to say that disease runs on from one into the next, each family with its opposite.

use std::sync::LazyLock;

use ivus::{Analyzer, Reading, Report};

static ANALYZER: LazyLock<Analyzer> = LazyLock::new(Analyzer::builtin);

const HEAD: &str = "Date of procedure: 03/14/2024\n\
    Indication: swelling. Contrast left the extent open, so IVUS was used to measure it.\n";

/// The lesions over several vessels, each as its vessels in order.
fn lesions(body: &str) -> Vec<String> {
    let report = Report::new("lesion", format!("{HEAD}{body}\n"));
    let analysis = ANALYZER.analyze(&report);
    let document = Reading::new(&ANALYZER, report, &analysis).document;
    let told = document.encounter.lesions.iter().map(|lesion| {
        let mut vessels = lesion.vessels.clone();
        vessels.sort();
        vessels.join(", ")
    });
    told.collect()
}

/// Checks bodies against the lesions they tell of, and lists all that differ.
fn check(table: &[(&str, &[&str])]) {
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|(body, told)| {
            let found = lesions(body);
            (found != *told).then(|| format!("{body}\n  told {told:?}\n  read {found:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn disease_said_to_be_one_thing_joins_the_vessels_before() {
    check(&[
        (
            "IVUS findings:\n- Left common iliac vein, in stent: rind, 61 mm2.\n- Left external iliac vein, in stent: same lining, 52 mm2.\n\
             It is a single sheet of tissue with nowhere a clean stretch.\n- Left femoral vein: 88 mm2, normal.",
            &["left common-iliac-vein, left external-iliac-vein"],
        ),
        (
            "Details: IVUS catheter from the groin to the cava. The left common iliac vein is scarred, 40 mm2. The left external iliac vein is \
             scarred too, 38 mm2. Both together are one long scar.",
            &["left common-iliac-vein, left external-iliac-vein"],
        ),
        (
            "IVUS findings:\nIVC: 20 mm, clean\nRight common iliac v: webs, 44 mm2\nRight external iliac v: webs, 41 mm2\n\
             Right common iliac and external iliac disease form one fibrous tube, no healthy vein in between.",
            &["right common-iliac-vein, right external-iliac-vein"],
        ),
        (
            "IVUS FINDINGS\n1. IVC: patent, 22 mm.\n2. Left CIV: occlusive thrombus.\n3. Left EIV: occlusive thrombus.\n4. Left CFV: occlusive \
             thrombus.\nThe thrombus in 2 through 4 is contiguous.",
            &["left common-femoral-vein, left common-iliac-vein, left external-iliac-vein"],
        ),
        (
            "IVUS findings:\nRight common iliac v: web, 44 mm2\nRight external iliac v: clean, 140 mm2\nIt is a single web.",
            &[],
        ),
        (
            "IVUS findings:\nLeft common iliac v: compression, 44 mm2\nLeft external iliac v: clot, 70 mm2\nThese are two separate lesions.",
            &[],
        ),
        (
            "IVUS findings:\nLeft common iliac v: web, 44 mm2\nLeft external iliac v: web, 70 mm2\nOne stent was placed.",
            &[],
        ),
    ]);
}

#[test]
fn disease_told_on_in_the_next_sentence_is_the_same() {
    check(&[
        (
            "Details: IVUS was performed. Clot fills the right common iliac vein. It keeps going into the right external iliac vein.",
            &["right common-iliac-vein, right external-iliac-vein"],
        ),
        (
            "Details: IVUS was performed. The cava is 21 mm and clean. In the left common iliac vein there is a scar of 5 mm. The same scar, \
             without a gap, is found in the left external iliac vein.",
            &["left common-iliac-vein, left external-iliac-vein"],
        ),
        (
            "IVUS findings:\n- L CIV: thrombus, lumen 30 mm2\n- L EIV: same thrombus goes on unbroken, lumen 33 mm2\n- L FV: 70 mm2, normal",
            &["left common-iliac-vein, left external-iliac-vein"],
        ),
        (
            "Details: IVUS was run. It is one stricture. It begins in the upper right innominate vein and is continuous with the narrowing of the \
             superior vena cava, the two ends 5 cm apart.",
            &["none superior-vena-cava, right brachiocephalic-vein"],
        ),
        (
            "Details: IVUS was run. The flap starts in the right common iliac artery. From there it carries on without pause into the right \
             external iliac artery.",
            &["right common-iliac-artery, right external-iliac-artery"],
        ),
        (
            "Details: IVUS was performed. The right common iliac vein is free of clot, 14 mm. It was pulled on into the right external iliac vein, \
             which holds clot.",
            &[],
        ),
        (
            "IVUS findings:\n- L CIV: clean, 15 mm\n- L EIV: clot, lumen 33 mm2\n- L FV: another clot, 20 mm2",
            &[],
        ),
        (
            "IVUS findings:\n- R CIV: plaque-like scar, 50 mm2\n- R EIV: the same scar without a break, 61 mm2\n- R CFV: its upper third is \
             part of the same scar, 66 mm2\n- R FV: a web of its own, 60 mm2",
            &["right common-femoral-vein, right common-iliac-vein, right external-iliac-vein"],
        ),
        (
            "IVUS: SVC 15 mm ok. R BCV: stricture 4 mm. Stricture crosses the confluence and involves the R SCV too - one long stricture.",
            &["right brachiocephalic-vein, right subclavian-vein"],
        ),
        (
            "Details: IVUS was performed. The left common iliac vein was compressed. It was continued into the left external iliac vein, \
             which measured 12 mm.",
            &[],
        ),
        (
            "IVUS findings:\n- R CIV: scar, 50 mm2\n- R EIV: a scar of its own, 61 mm2\n- R FV: normal, 70 mm2",
            &[],
        ),
    ]);
}

#[test]
fn a_range_of_disease_is_one_lesion() {
    check(&[
        (
            "IVUS findings: clot = one solid cast, from L CIV -> L EIV -> L CFV. IVC 20 mm, clean.",
            &["left common-femoral-vein, left common-iliac-vein, left external-iliac-vein"],
        ),
        (
            "Details: IVUS was performed. Thrombus starts under the filter, fills the inferior vena cava and carries on without any brake into both \
             common iliac veins.",
            &["left common-iliac-vein, none inferior-vena-cava, right common-iliac-vein"],
        ),
        (
            "Details: IVUS was performed. There was a single unbroken cast of clot: it filled the inferior vena cava, forked into both common iliac \
             veins and kept going into the right external iliac vein.",
            &[
                "left common-iliac-vein, none inferior-vena-cava, right common-iliac-vein, right external-iliac-vein",
            ],
        ),
        (
            "Details: IVUS was performed. So this is one dissection from the right common iliac artery to the right external iliac artery.",
            &["right common-iliac-artery, right external-iliac-artery"],
        ),
        (
            "Details: IVUS was performed. Old thrombus starts right at the right common iliac origin and runs down continuously into the right \
             external iliac vein, ends above the common femoral vein.",
            &["right common-iliac-vein, right external-iliac-vein"],
        ),
        (
            "Details: IVUS was performed. The tumor wraps the left brachiocephalic vein and, with no normal interval, the left subclavian vein.",
            &["left brachiocephalic-vein, left subclavian-vein"],
        ),
        (
            "Details: IVUS was performed. There is no gap in the scar between the left common iliac vein and the left external iliac vein.",
            &["left common-iliac-vein, left external-iliac-vein"],
        ),
        (
            "Details: IVUS was performed. The dissection that begins in the descending thoracic aorta does not stop at the bifurcation but \
             proceeds into the right common iliac artery.",
            &["none abdominal-aorta, none descending-thoracic-aorta, right common-iliac-artery"],
        ),
        (
            "Details: IVUS was performed. Clot in the left common iliac vein ends at the confluence with the external iliac vein. The left \
             external iliac vein is clean, 12 mm.",
            &[],
        ),
        (
            "Details: IVUS was performed. Whether the clot of the left common iliac vein was continuous with that of the left external iliac \
             vein could not be seen.",
            &[],
        ),
        (
            "Details: IVUS was performed from the right common iliac vein to the right external iliac vein. A stent was laid from the right common \
             iliac vein to the right external iliac vein as one piece.",
            &[],
        ),
        (
            "Details: The IVUS catheter was run without interruption from the inferior vena cava through the left common iliac vein into the left \
             external iliac vein. The left common iliac vein has a web, 50 mm2.",
            &[],
        ),
        (
            "Details: IVUS was performed. Clot fills the left common iliac vein and runs into the left external iliac vein without a pause.",
            &["left common-iliac-vein, left external-iliac-vein"],
        ),
    ]);
}

#[test]
fn what_only_tells_an_end_is_no_part_of_it() {
    check(&[
        (
            "Details: IVUS was performed. Superior vena cava 17 mm, normal. The scar is one continuous stretch from the junction with the cava all \
             through the left innominate vein into the left subclavian vein.",
            &["left brachiocephalic-vein, left subclavian-vein"],
        ),
        (
            "IVUS findings:\n  aorta 16 mm, smooth\n  plaque runs unbroken from L CIA into L EIA, 50 mm. aorta not involved",
            &["left common-iliac-artery, left external-iliac-artery"],
        ),
        (
            "Details: IVUS was performed. The clot extends continuously from the left common femoral vein into the left external iliac vein but does \
             not reach the left common iliac vein. The left common iliac vein measures 14 mm.",
            &["left common-femoral-vein, left external-iliac-vein"],
        ),
        (
            "Details: IVUS was performed. One unbroken plaque goes from the right common iliac artery into the right external iliac artery, sparing \
             the right common femoral artery. The right common femoral artery is 8 mm.",
            &["right common-iliac-artery, right external-iliac-artery"],
        ),
        (
            "Details: IVUS was performed. The ring is confined to the superior vena cava, 6 mm; the right innominate vein is 13 mm and normal.",
            &[],
        ),
        (
            "Details: IVUS was performed. The left common iliac vein holds a web. It does not extend into the left external iliac vein, 150 mm2.",
            &[],
        ),
    ]);
}

#[test]
fn disease_may_end_in_the_vessel_told_of_before() {
    check(&[
        (
            "Details: The IVUS catheter was drawn through the abdominal aorta, where the flap was seen throughout. It was then \
             advanced into the right common iliac artery. The flap goes on from the aorta into this vessel and ends 2 cm lower.",
            &["none aorta, right common-iliac-artery"],
        ),
        (
            "Details: The IVUS catheter was drawn through the abdominal aorta, where the flap was seen throughout. It was then \
             advanced into the right common iliac artery. The flap does not go on from the aorta into this vessel.",
            &[],
        ),
        // The one that the sentence names itself.
        (
            "IVUS findings:\n  infrarenal aorta: 22 mm, no clot\n  right common iliac artery: clot on the wall\n  right external \
             iliac artery: the same clot carries on without a break into this vessel",
            &["right common-iliac-artery, right external-iliac-artery"],
        ),
    ]);
}

#[test]
fn disease_may_be_told_of_vessels_named_before() {
    check(&[
        (
            "IVUS findings:\n- Right common femoral, external iliac and common iliac vein. A single scar fills them.",
            &["right common-femoral-vein, right common-iliac-vein, right external-iliac-vein"],
        ),
        (
            "IVUS findings:\n- Right common femoral and external iliac vein. Scar. It goes up through both without a clean inch.",
            &["right common-femoral-vein, right external-iliac-vein"],
        ),
        (
            "IVUS findings:\n- Right common femoral and external iliac vein. A single web in one of them.",
            &[],
        ),
        (
            "IVUS findings:\n- Right common femoral and external iliac vein. Scar. The probe was moved not an inch.",
            &[],
        ),
    ]);
}

#[test]
fn disease_may_join_what_stands_above() {
    check(&[
        (
            "Details: By IVUS there is clot from the left common iliac vein without a break into the common femoral vein. The femoral \
             vein has clot too, in continuity with the above.",
            &[
                "left common-femoral-vein, left common-iliac-vein, left external-iliac-vein, left femoral-vein",
            ],
        ),
        (
            "Details: By IVUS there is clot from the left common iliac vein without a break into the common femoral vein. The femoral \
             vein has clot too, not in continuity with the above.",
            &["left common-femoral-vein, left common-iliac-vein, left external-iliac-vein"],
        ),
        (
            "Details: The IVUS catheter stood in the cava. A tongue of clot waved above the confluence, and could be followed without a \
             break through the left common iliac into the left external iliac vein.",
            &["left common-iliac-vein, left external-iliac-vein"],
        ),
    ]);
}
