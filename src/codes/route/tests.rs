//! Ways with their answers.

use std::sync::Arc;

use super::*;
use crate::codes::CatheterTables;

fn site(key: &str, lexicon: &Lexicon) -> Site {
    let (side, id) = key.split_once(' ').unwrap();
    let side = match side {
        "left" => Side::Left,
        "right" => Side::Right,
        "none" => Side::None,
        _ => Side::Unknown,
    };
    Site {
        vessel: lexicon.vessel_id(id).unwrap(),
        side,
    }
}

struct Desk {
    lexicon: Lexicon,
    catheters: Catheters,
}

impl Desk {
    fn new() -> Self {
        let tables = Arc::new(CatheterTables::builtin().unwrap());
        Self {
            lexicon: Lexicon::builtin(),
            catheters: Catheters::new(tables, None),
        }
    }

    fn way(&self, from: &str, to: &str, before: Before) -> Result<Route, NoRoute> {
        let (from, to) = (site(from, &self.lexicon), site(to, &self.lexicon));
        safest(from, to, None, before, &self.catheters, &self.lexicon)
    }

    fn answer(&self, from: &str, to: &str) -> (String, u32, &'static str) {
        let route = self.way(from, to, Before::Nothing).unwrap();
        let code = code_of(&route).unwrap_or_default().to_owned();
        (code, route.order, route.certainty.name())
    }
}

#[test]
fn every_worked_example_comes_out_as_it_is_told() {
    let desk = Desk::new();
    let examples = desk.catheters.examples();
    assert!(examples.len() >= 51);
    for e in examples {
        let before = if e.root_entered {
            Before::RootEntered
        } else {
            Before::Nothing
        };
        let route = desk.way(&e.from, &e.to, before).unwrap();
        let told = (
            code_of(&route).unwrap_or_default(),
            route.order,
            route.certainty.name(),
        );
        assert_eq!(
            told,
            (e.code.as_str(), e.order, e.certainty.as_str()),
            "{} to {}",
            e.from,
            e.to
        );
    }
}

#[test]
fn the_mirror_image_of_a_known_way_is_as_sure() {
    let desk = Desk::new();
    assert_eq!(
        desk.answer("left common-femoral-vein", "right external-iliac-vein"),
        ("36012".to_owned(), 2, "certain")
    );
    // The arch has no mirror: the left carotid leaves the aorta, the right one does not.
    assert_eq!(
        desk.answer("left common-femoral-artery", "left internal-carotid-artery"),
        ("36216".to_owned(), 2, "high")
    );
}

#[test]
fn the_path_is_drawn_from_the_puncture_to_the_tip() {
    let desk = Desk::new();
    let path = |from: &str, to: &str| -> Vec<String> {
        let route = desk.way(from, to, Before::Nothing).unwrap();
        route
            .steps
            .iter()
            .map(|s| {
                let order = s.order.map_or("-".to_owned(), |o| o.to_string());
                format!("{} {order}", desk.lexicon.vessel(s.site.vessel).id)
            })
            .collect()
    };
    assert_eq!(
        path("right common-femoral-vein", "left external-iliac-vein"),
        [
            "common-femoral-vein -",
            "external-iliac-vein -",
            "common-iliac-vein -",
            "inferior-vena-cava 0",
            "common-iliac-vein 1",
            "external-iliac-vein 2"
        ]
    );
    assert_eq!(
        path("right internal-jugular-vein", "right renal-vein"),
        [
            "internal-jugular-vein -",
            "brachiocephalic-vein -",
            "superior-vena-cava 0",
            "right-atrium 0",
            "inferior-vena-cava 0",
            "renal-vein 1"
        ]
    );
    assert_eq!(
        path("right common-femoral-artery", "none aorta"),
        [
            "common-femoral-artery -",
            "external-iliac-artery -",
            "common-iliac-artery -",
            "aorta 0"
        ]
    );
    assert_eq!(
        path("right common-femoral-artery", "left subclavian-artery"),
        [
            "common-femoral-artery -",
            "external-iliac-artery -",
            "common-iliac-artery -",
            "abdominal-aorta 0",
            "descending-thoracic-aorta 0",
            "aortic-arch 0",
            "subclavian-artery 1"
        ]
    );
    assert_eq!(
        path("left common-femoral-artery", "left anterior-tibial-artery"),
        [
            "common-femoral-artery 0",
            "superficial-femoral-artery 1",
            "popliteal-artery 1",
            "anterior-tibial-artery 2"
        ]
    );
}

#[test]
fn own_scales_and_own_entries() {
    let desk = Desk::new();
    let cases = [
        (
            "right common-femoral-vein",
            "none pulmonary-trunk",
            "36013",
            0,
        ),
        (
            "right common-femoral-vein",
            "none left-pulmonary-artery",
            "36014",
            1,
        ),
        (
            "right internal-jugular-vein",
            "right lobar-pulmonary-artery",
            "36015",
            2,
        ),
        (
            "right internal-jugular-vein",
            "none portal-vein",
            "36481",
            0,
        ),
        (
            "right common-carotid-artery",
            "right common-carotid-artery",
            "36100",
            0,
        ),
        ("none abdominal-aorta", "none abdominal-aorta", "36160", 0),
        ("left axillary-vein", "left axillary-vein", "36000", 0),
    ];
    for (from, to, code, order) in cases {
        let told = desk.answer(from, to);
        assert_eq!((told.0.as_str(), told.1), (code, order), "{from} to {to}");
    }
}

#[test]
fn the_cava_reached_first_stands_for_a_vessel_of_the_punctured_way() {
    let desk = Desk::new();
    let route = desk
        .way(
            "left common-femoral-vein",
            "left common-iliac-vein",
            Before::RootEntered,
        )
        .unwrap();
    assert_eq!(code_of(&route), Some("36010"));
    assert_eq!(route.selectivity, Selectivity::NonSelective);
}

#[test]
fn a_circuit_holds_its_catheters_but_for_the_cava() {
    let desk = Desk::new();
    let inside = desk
        .way(
            "left dialysis-circuit",
            "left cephalic-vein",
            Before::Nothing,
        )
        .unwrap();
    assert_eq!(code_of(&inside), None);
    let cava = desk.answer("left dialysis-circuit", "none superior-vena-cava");
    assert_eq!(cava, ("36010".to_owned(), 0, "low"));
}

#[test]
fn an_open_side_takes_the_least_selective_reading() {
    let desk = Desk::new();
    assert_eq!(
        desk.answer("unknown common-femoral-vein", "left common-iliac-vein"),
        ("36000".to_owned(), 0, "low")
    );
    assert_eq!(
        desk.answer("unknown internal-jugular-vein", "left common-iliac-vein"),
        ("36011".to_owned(), 1, "medium")
    );
}

#[test]
fn a_direction_that_does_not_fit_makes_the_order_doubtful() {
    let desk = Desk::new();
    let way = |to: &str, aim| {
        let from = site("right common-femoral-artery", &desk.lexicon);
        let to = site(to, &desk.lexicon);
        route(
            from,
            to,
            aim,
            Before::Nothing,
            &desk.catheters,
            &desk.lexicon,
        )
        .unwrap()
        .certainty
    };
    let (below, across) = (
        "right superficial-femoral-artery",
        "left external-iliac-artery",
    );
    assert_eq!(way(below, Some(Aim::Antegrade)), Certainty::High);
    assert_eq!(way(below, Some(Aim::Retrograde)), Certainty::Low);
    assert_eq!(way(across, Some(Aim::Antegrade)), Certainty::Low);
    assert_eq!(way(across, Some(Aim::Retrograde)), Certainty::High);
}

#[test]
fn arteries_veins_and_the_heart_are_apart() {
    let desk = Desk::new();
    let way = |from: &str, to: &str| desk.way(from, to, Before::Nothing).unwrap_err();
    assert_eq!(
        way("right common-femoral-vein", "none aorta"),
        NoRoute::Apart
    );
    assert_eq!(
        way("right radial-artery", "none left-main-coronary-artery"),
        NoRoute::Coronary
    );
    assert_eq!(
        way("right common-femoral-vein", "right pulmonary-vein"),
        NoRoute::Unplaced
    );
}
