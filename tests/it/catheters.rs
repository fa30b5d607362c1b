//! Catheter placements of short texts: the codes with their punctures and tips, and what holds them.

use ivus::{Analyzer, Reading, Report};

/// "36012 right common-femoral-vein > left external-iliac-vein certain 37226" for every placement of a text.
fn placed(text: &str) -> Vec<String> {
    let analyzer = Analyzer::builtin();
    let report = Report::new("test", text);
    let analysis = analyzer.analyze(&report);
    let reading = Reading::new(&analyzer, report, &analysis);
    let placements = reading.document.coding.catheter_placements.iter();
    placements
        .map(|p| {
            let held = p.bundled_by.as_deref().unwrap_or("-");
            assert!(!p.evidence.is_empty() && !p.path.is_empty());
            format!("{} {} > {} {} {held}", p.code, p.from, p.to, p.certainty)
        })
        .collect()
}

#[test]
fn a_text_gives_the_codes_of_its_catheters() {
    let cases: &[(&str, &[&str])] = &[
        // The published example.
        (
            "DETAILS: The right common femoral vein was punctured. The IVUS catheter was advanced into the left external iliac vein.",
            &["36012 right common-femoral-vein > left external-iliac-vein certain -"],
        ),
        // No puncture is told: nothing to count from.
        (
            "DETAILS: The IVUS catheter was advanced into the left external iliac vein.",
            &[],
        ),
        // A wire is no catheter.
        (
            "DETAILS: The right common femoral vein was punctured. A glidewire was advanced into the left external iliac vein.",
            &[],
        ),
        // Selective stands for non-selective of the same entry; the deepest of a family stands for the family.
        (
            "DETAILS: The right common femoral artery was punctured. A pigtail catheter was advanced to the abdominal aorta. A \
             catheter was advanced into the left common iliac artery. The catheter was advanced into the left external iliac artery.",
            &["36246 right common-femoral-artery > left external-iliac-artery high -"],
        ),
        // The study and the treatment of one vessel are one placement.
        (
            "DETAILS: The right common femoral artery was punctured. A catheter was advanced into the superior mesenteric artery. \
             Angiography of the superior mesenteric artery showed a stenosis. A balloon catheter was advanced into the superior \
             mesenteric artery and inflated.",
            &["36245 right common-femoral-artery > none superior-mesenteric-artery high -"],
        ),
        // Two families of one puncture.
        (
            "DETAILS: The right internal jugular vein was punctured. A catheter was advanced into the left gonadal vein. A catheter \
             was advanced into the right gonadal vein.",
            &[
                "36012 right internal-jugular-vein > left gonadal-vein high -",
                "36011 right internal-jugular-vein > right gonadal-vein high -",
            ],
        ),
        // One more branch of an artery's family takes the add-on.
        (
            "DETAILS: The right common femoral artery was punctured. A catheter was advanced into the left superficial femoral \
             artery. A catheter was advanced into the left profunda femoris artery.",
            &[
                "36247 right common-femoral-artery > left superficial-femoral-artery high -",
                "36248 right common-femoral-artery > left profunda-femoris-artery high -",
            ],
        ),
        // The punctured way is not selective, and IVUS takes plain access in.
        (
            "INDICATION: Stenosis.\nDETAILS: The left common femoral vein was punctured. The IVUS catheter was advanced into the \
             left common iliac vein. IVUS showed 70% stenosis of the left common iliac vein.",
            &["36000 left common-femoral-vein > left common-iliac-vein medium 37252"],
        ),
        // Each puncture by itself.
        (
            "DETAILS: The right common femoral vein and the left common femoral vein were punctured. Through the right common \
             femoral sheath a catheter was advanced into the left common iliac vein. Through the left common femoral sheath a \
             catheter was advanced into the inferior vena cava.",
            &[
                "36011 right common-femoral-vein > left common-iliac-vein high -",
                "36010 left common-femoral-vein > none inferior-vena-cava certain -",
            ],
        ),
        // Nothing is contralateral unless the text says so.
        (
            "DETAILS: The right common femoral vein and the left common femoral vein were punctured. A catheter was advanced into \
             the left common iliac vein.",
            &["36000 left common-femoral-vein > left common-iliac-vein low -"],
        ),
        // A side branch entered after the root is counted from the root.
        (
            "DETAILS: The right common femoral artery was punctured. A catheter was advanced into the right internal iliac artery.",
            &["36245 right common-femoral-artery > right internal-iliac-artery medium -"],
        ),
        (
            "DETAILS: The right common femoral artery was punctured. A catheter was advanced into the abdominal aorta. The \
             catheter was then advanced into the right internal iliac artery.",
            &["36246 right common-femoral-artery > right internal-iliac-artery medium -"],
        ),
        // A variant makes the order doubtful; a denied one does not.
        (
            "DETAILS: The right common femoral artery was punctured. There is a bovine arch. A catheter was advanced into the left \
             common carotid artery.",
            &["36215 right common-femoral-artery > left common-carotid-artery low -"],
        ),
        (
            "DETAILS: The right common femoral artery was punctured. There is no bovine arch. A catheter was advanced into the left \
             common carotid artery.",
            &["36215 right common-femoral-artery > left common-carotid-artery high -"],
        ),
        // What was only planned is no placement.
        (
            "DETAILS: The right common femoral vein was punctured.\nPLAN: A catheter will be advanced into the left external iliac vein.",
            &[],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(placed(text), *expected, "{text}");
    }
}

#[test]
fn the_treatment_of_a_leg_holds_its_catheters_but_not_those_of_the_other() {
    let told = |day: &str| {
        placed(&format!(
            "DATE OF SERVICE: {day}\nDETAILS: The right common femoral artery was punctured. A catheter was advanced into the left \
             superficial femoral artery. Balloon angioplasty of the left superficial femoral artery was performed for stenosis."
        ))
    };
    assert_eq!(
        told("2025-05-02"),
        ["36247 right common-femoral-artery > left superficial-femoral-artery high 37224"]
    );
    let after = told("2026-05-02");
    assert!(after[0].contains("high 372"), "{after:?}");
    let other = placed(
        "DATE OF SERVICE: 2025-05-02\nDETAILS: The right common femoral artery was punctured. A catheter was advanced into the \
         left renal artery. Balloon angioplasty of the right common iliac artery was performed.",
    );
    assert_eq!(
        other,
        ["36245 right common-femoral-artery > left renal-artery high -"]
    );
}
