//! What was entered, and where catheters came to rest.

use crate::{encounter::tests::read_text, lexicon::Lexicon};

fn entered(text: &str, lexicon: &Lexicon) -> String {
    let encounter = read_text(text, lexicon);
    let keys: Vec<String> = encounter
        .access
        .iter()
        .map(|a| a.site.key(lexicon))
        .collect();
    keys.join(", ")
}

fn reached(text: &str, lexicon: &Lexicon) -> String {
    let encounter = read_text(text, lexicon);
    let moves = encounter
        .moves
        .iter()
        .filter(|m| m.status == crate::context::Status::Performed);
    let keys: Vec<String> = moves.map(|m| m.site.key(lexicon)).collect();
    keys.join(", ")
}

#[test]
fn what_was_entered() {
    let lexicon = Lexicon::builtin();
    for (text, expected) in [
        (
            "DETAILS: US-guided RIJ, 10F sheath.",
            "right internal-jugular-vein",
        ),
        // A title gives way to the description.
        (
            "PROCEDURES: Right femoral vein access.\nDETAILS: The right common femoral vein was punctured.",
            "right common-femoral-vein",
        ),
        // Scanned first, punctured in the same breath.
        (
            "DETAILS: The left popliteal vein was scanned, found compressible, and punctured.",
            "left popliteal-vein",
        ),
        // A sheath taken on is no second entry.
        (
            "DETAILS: The right internal jugular vein was punctured. A sheath was introduced into the inferior vena cava.",
            "right internal-jugular-vein",
        ),
        (
            "DETAILS: Micropuncture of the left common femoral artery, crossover with a rim catheter, and a 6F sheath carried into \
             the right common femoral artery.",
            "left common-femoral-artery",
        ),
        // What a graft joins was not entered.
        (
            "ACCESS: Left upper arm AV graft, brachial artery to axillary vein.\nDETAILS: The graft was punctured.",
            "left av-graft",
        ),
        // A site that was given up.
        (
            "ACCESS: Left common femoral artery, 6 Fr, after the right radial artery proved occluded.",
            "left common-femoral-artery",
        ),
        // A size ends no sentence.
        (
            "ACCESS: Left common femoral artery, antegrade, 6 Fr. Support catheter advanced to the left popliteal artery.",
            "left common-femoral-artery",
        ),
        (
            "DETAILS: The 6F right femoral artery sheath left by cardiology was upsized to 8F.",
            "right common-femoral-artery",
        ),
    ] {
        assert_eq!(entered(text, &lexicon), expected, "{text}");
    }
}

#[test]
fn where_catheters_came_to_rest() {
    let lexicon = Lexicon::builtin();
    for (text, expected) in [
        // Looked at and reached in one.
        (
            "IVUS: IVUS cath up to IVC, slow pullback.",
            "none inferior-vena-cava",
        ),
        (
            "DETAILS: The left common femoral artery was punctured. 6F crossover sheath, tip in the right common femoral artery.",
            "right common-femoral-artery",
        ),
        (
            "DETAILS: The right internal jugular vein was punctured. An 11F sheath was taken to the inferior vena cava.",
            "none inferior-vena-cava",
        ),
        // Pressures say where something was measured.
        (
            "DETAILS: I measured a resting gradient with the 4F catheter of 1 mm Hg from the left external iliac vein to the cava.",
            "",
        ),
        (
            "DETAILS: A multipurpose catheter selected the superior mesenteric artery. The celiac artery could not be engaged.",
            "none superior-mesenteric-artery",
        ),
        (
            "DETAILS: The IVUS catheter was advanced into the left subclavian vein and drawn back into the left axillary vein.",
            "left subclavian-vein",
        ),
    ] {
        assert_eq!(reached(text, &lexicon), expected, "{text}");
    }
}

#[test]
fn entry_told_in_notes() {
    let lexicon = Lexicon::builtin();
    for (text, expected) in [
        // A note of the vessel, the needle and the size.
        (
            "Acc: supine, L pop v, US, 10F sheath.",
            "left popliteal-vein",
        ),
        (
            "Course: Left common femoral vein under ultrasound, 9 Fr, then the IVUS catheter was passed to the cava.",
            "left common-femoral-vein",
        ),
        (
            "Steps: both groins, right and left common femoral vein, eight french each, sono guidance.",
            "right common-femoral-vein, left common-femoral-vein",
        ),
        (
            "DETAILS: Both common femoral arteries percutaneously, closure devices placed first.",
            "right common-femoral-artery, left common-femoral-artery",
        ),
        (
            "DETAILS: Right popliteal vein, then left popliteal vein, both by ultrasound; 9 Fr each.",
            "right popliteal-vein, left popliteal-vein",
        ),
        // Given up for another.
        (
            "ACCESS: R PTV at the ankle too small -> R pop v, US, 12F.",
            "right popliteal-vein",
        ),
        // The verb follows.
        (
            "DETAILS: We came from the arm. The right brachial artery was cut down upon, and a 7F sheath lay in the aorta.",
            "right brachial-artery",
        ),
        (
            "DETAILS: By way of the left common femoral artery, entered under ultrasound, a wire went over the bifurcation.",
            "left common-femoral-artery",
        ),
        // Only a place, a pulse, or a second heading.
        (
            "ACCESS: L pop v, US, 12F.\nIVUS: clot in the FV, stops 2 cm above the stick.",
            "left popliteal-vein",
        ),
        (
            "DETAILS: The left brachial artery was punctured. Sheath out by cutdown, radial and ulnar pulses kept.",
            "left brachial-artery",
        ),
        (
            "2. ENTRY\nRight femoral vein at mid thigh, needle seen on ultrasound.\n\n3. WHAT THE PROBE SHOWED\nStation 1, right \
             common iliac vein: 60 mm2.",
            "right femoral-vein",
        ),
        // A catheter led on from a vein above the puncture is no second entry.
        (
            "DETAILS: The right small saphenous vein was punctured. A catheter was positioned from the right popliteal vein up to \
             the right external iliac vein.",
            "right small-saphenous-vein",
        ),
    ] {
        assert_eq!(entered(text, &lexicon), expected, "{text}");
    }
}

#[test]
fn fistulas_by_other_names() {
    let lexicon = Lexicon::builtin();
    for (text, expected) in [
        (
            "HISTORY: Right brachiocephalic fistula, swollen arm.\nTECHNIQUE: Fistula cannulated antegrade, 7F.",
            "right brachiocephalic-fistula",
        ),
        (
            "DETAILS: The left cephalic vein fistula was punctured near the elbow.",
            "left brachiocephalic-fistula",
        ),
        (
            "Access: RIGHT upper arm transposed basilic AVF\nStick: AVF near elbow, antegrade. 6F.",
            "right brachiobasilic-fistula",
        ),
    ] {
        assert_eq!(entered(text, &lexicon), expected, "{text}");
    }
}
