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
