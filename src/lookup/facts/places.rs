//! The numbered facts about where catheters rest and what counts as one vessel, each held to the tables.

use super::{DAY, LIBRARY, modifier, page};
use crate::codes::{CatheterUse, Confidence, Includes, State, expand};

#[test]
fn facts_32_to_35_orders_and_further_branches() {
    let codes = LIBRARY.book.catheters().codes();
    let of = |code: &str| codes.iter().find(|c| c.code == code).unwrap();
    // Cava and aorta are not selective; the order counts from there.
    for (code, order) in [
        ("36010", "0"),
        ("36200", "0"),
        ("36011", "1"),
        ("36012", "2+"),
        ("36215", "1"),
        ("36216", "2"),
        ("36217", "3+"),
        ("36245", "1"),
        ("36246", "2"),
        ("36247", "3+"),
    ] {
        assert_eq!((of(code).order.as_str(), of(code).add_on), (order, false));
    }
    for (code, family) in [("36218", "artery-above"), ("36248", "artery-below")] {
        let row = of(code);
        assert_eq!(
            (row.order.as_str(), row.family.as_str()),
            ("further", family)
        );
        assert!(row.add_on);
    }
}

#[test]
fn facts_37_and_38_what_holds_catheter_work() {
    for (code, day, holds) in [
        ("37241", DAY, Includes::NonSelective),
        ("37244", DAY, Includes::NonSelective),
        ("37220", DAY, Includes::All),
        ("37254", "2026-02-01", Includes::All),
        ("36903", DAY, Includes::All),
        ("36224", DAY, Includes::All),
        ("36252", DAY, Includes::All),
        ("37238", DAY, Includes::Nothing),
    ] {
        let rows = LIBRARY.book.catheters().bundling().iter();
        let day = day.parse().ok();
        let mut rows =
            rows.filter(|b| b.speaks_of(code) && b.standing.state(day) == State::InForce);
        assert_eq!(rows.next().map(|b| b.includes), Some(holds), "{code}");
    }
}

#[test]
fn fact_39_one_circuit_code_and_three_on_top() {
    let codes = LIBRARY.book.catheters().codes();
    for code in expand("36901-36909") {
        let row = codes.iter().find(|c| c.code == code).unwrap();
        let is_on_top = ["36907", "36908", "36909"].contains(&code.as_str());
        assert_eq!((row.purpose, row.add_on), (CatheterUse::Study, is_on_top));
        assert_eq!(row.family, "dialysis-circuit");
    }
}

#[test]
fn fact_40_a_study_beside_a_treatment_needs_a_modifier() {
    for name in ["59", "XU"] {
        assert!(modifier(name).contains("indicator 1"), "{name}");
        let page = page(name, DAY);
        assert!(page.facts.iter().any(|f| f.id == 40), "{name}");
    }
}

/// The unit of a vessel under the society's groups.
fn unit(vessel: &str) -> String {
    let pages = LIBRARY.vessels(vessel);
    let mut counting = pages[0].counting.iter();
    counting.find(|u| u.policy == "sir").unwrap().unit.clone()
}

#[test]
fn facts_42_and_43_the_groups_of_the_society() {
    for (one, other) in [
        ("external iliac artery", "common femoral artery"),
        ("superficial femoral artery", "popliteal artery"),
        ("external iliac vein", "common femoral vein"),
        ("femoral vein", "popliteal vein"),
    ] {
        assert_eq!(unit(one), unit(other), "{one}, {other}");
    }
    for (one, other) in [
        ("common iliac artery", "external iliac artery"),
        ("common iliac vein", "external iliac vein"),
        ("common femoral vein", "femoral vein"),
    ] {
        assert_ne!(unit(one), unit(other), "{one}, {other}");
    }
}

#[test]
fn facts_41_and_44_to_47_who_counts_otherwise_is_told_with_the_vessel() {
    for (vessel, system, confidence) in [
        (
            "common femoral artery",
            "leg codes of 2026",
            Confidence::Uncertain,
        ),
        (
            "common femoral artery",
            "society page",
            Confidence::OneSource,
        ),
        (
            "inferior vena cava",
            "forum practice",
            Confidence::Uncertain,
        ),
        ("abdominal aorta", "nothing found", Confidence::Uncertain),
        ("renal artery", "nothing found", Confidence::Uncertain),
        (
            "tibioperoneal trunk",
            "leg codes of 2026",
            Confidence::Uncertain,
        ),
        (
            "internal iliac vein",
            "common default",
            Confidence::Uncertain,
        ),
    ] {
        let pages = LIBRARY.vessels(vessel);
        let row = pages[0].statements.iter().find(|s| s.system == system);
        assert_eq!(
            row.map(|s| s.confidence),
            Some(confidence),
            "{vessel}: {system}"
        );
    }
    for id in [41, 44, 45, 46] {
        let facts = &LIBRARY.reference.facts;
        let fact = facts.iter().find(|f| f.id == id).unwrap();
        assert!(!fact.conflict.is_empty(), "fact {id}");
    }
}
