//! The numbered facts about codes and their status, each held to the tables by a test: what a fact says in words, the rows
//! must say, too. Facts about counting are held by whole reports in `tests/it/facts.rs`.

use std::sync::LazyLock;

use super::{Library, code::CodePage};
use crate::codes::{CodeBook, CodeRole, Confidence, expand};

static LIBRARY: LazyLock<Library> = LazyLock::new(Library::builtin);
static BOOK: LazyLock<CodeBook> = LazyLock::new(CodeBook::builtin);

/// A day on which the list of mid-2024 and the codes of 2016 are in force.
const DAY: &str = "2024-07-15";

fn page(code: &str, on: &str) -> CodePage {
    LIBRARY.code(code, on.parse().ok()).unwrap()
}

/// Whether IVUS may be added to a code, and how sure that is.
fn base(code: &str, on: &str) -> Option<Confidence> {
    let set = BOOK.on(on.parse().ok());
    set.base(code).map(|b| b.standing.confidence)
}

fn says(code: &str, words: &str) -> bool {
    page(code, DAY)
        .entries
        .iter()
        .any(|e| e.says.contains(words) || e.note.contains(words))
}

fn modifier(name: &str) -> String {
    let page = page("37252", DAY);
    let row = page.modifiers.iter().find(|m| m.code == name);
    row.unwrap_or_else(|| panic!("nothing on modifier {name}"))
        .usage
        .clone()
}

#[test]
fn facts_1_to_3_first_and_further_vessels_and_their_ceilings() {
    let set = BOOK.on(DAY.parse().ok());
    assert_eq!(set.role("37252"), Some(CodeRole::Initial));
    assert_eq!(set.role("37253"), Some(CodeRole::Additional));
    assert_eq!(set.limits(), (1, 5));
}

#[test]
fn facts_8_to_10_modifiers() {
    assert!(modifier("50").starts_with("never"));
    for name in ["26", "TC"] {
        assert!(modifier(name).contains("does not apply"), "{name}");
    }
    assert!(modifier("62").contains("indicator 1") && modifier("66").contains("indicator 0"));
    assert!(modifier("80").contains("indicator 0"));
}

#[test]
fn fact_15_the_list_holds_200_codes() {
    let page = page("37253", DAY);
    let listed = page
        .base_codes
        .iter()
        .filter(|f| f.confidence != Confidence::Uncertain);
    assert_eq!(listed.map(|f| f.codes.len()).sum::<usize>(), 200);
}

#[test]
fn fact_16_catheter_codes_alone_are_bases() {
    for range in [
        "36010-36015",
        "36100-36100",
        "36140-36140",
        "36160-36160",
        "36200-36200",
        "36215-36218",
        "36245-36248",
    ] {
        for code in expand(range) {
            assert!(base(&code, DAY) > Some(Confidence::Uncertain), "{code}");
        }
    }
}

#[test]
fn facts_17_to_19_what_is_no_base() {
    assert_eq!(base("36005", DAY), Some(Confidence::Uncertain));
    for code in [
        "36500", "37217", "36836", "36837", "61624", "61626", "61630", "61635", "61640", "61645",
        "61650",
    ] {
        assert_eq!(base(code, DAY), None, "{code}");
        assert!(says(code, "not on the list"), "{code}");
    }
    for code in ["37215", "37216", "37218", "61623"] {
        assert!(base(code, DAY) > Some(Confidence::Uncertain), "{code}");
    }
}

#[test]
fn fact_20_some_add_on_codes_are_on_the_list() {
    for code in ["36218", "37185", "37237"] {
        assert!(base(code, DAY).is_some(), "{code}");
    }
}

#[test]
fn facts_21_and_22_the_leg_codes_change_with_2026() {
    for code in expand("37220-37235") {
        assert_eq!(
            base(&code, "2025-12-31"),
            Some(Confidence::Confirmed),
            "{code}"
        );
        assert_eq!(base(&code, "2026-01-01"), None, "{code}");
        assert_eq!(page(&code, "2026-01-01").state, "deleted", "{code}");
        assert!(!page(&code, "2026-01-01").successors.is_empty(), "{code}");
    }
    for code in expand("37254-37299") {
        assert_eq!(base(&code, "2025-12-31"), None, "{code}");
        assert_eq!(
            base(&code, "2026-01-01"),
            Some(Confidence::Uncertain),
            "{code}"
        );
    }
}

#[test]
fn facts_23_and_24_territories_and_lesions_of_2026() {
    let legs = &LIBRARY.reference.legs;
    for (territory, further) in [
        ("iliac", 2),
        ("femoral-popliteal", 1),
        ("tibial-peroneal", 2),
        ("inframalleolar", 1),
    ] {
        let mut rows = legs.iter().filter(|l| l.territory == territory);
        assert!(rows.clone().count() > 0);
        assert!(rows.all(|l| l.max_additional == further), "{territory}");
    }
    for (code, territory) in [("37262", "iliac"), ("37279", "femoral-popliteal")] {
        let row = legs.iter().find(|l| l.code == code).unwrap();
        assert_eq!(
            (row.territory.as_str(), row.technique.as_str()),
            (territory, "lithotripsy")
        );
    }
    assert!(
        !legs
            .iter()
            .any(|l| l.territory == "iliac" && l.technique.contains("atherectomy"))
    );
    assert_eq!(page("0238T", "2026-06-01").state, "in force");
}

#[test]
fn facts_25_to_27_what_includes_ivus() {
    for code in ["37191", "37192", "37193", "37197", "33275", "0645T"] {
        assert!(
            says(code, "includes IVUS") && says(code, "indicator 1"),
            "{code}"
        );
        assert_eq!(base(code, DAY), None, "{code}");
    }
    for code in ["C9754", "C9755"] {
        assert_eq!(page(code, "2020-06-30").state, "in force", "{code}");
        assert_eq!(page(code, "2020-07-01").state, "deleted", "{code}");
    }
    // The four of the code book are read from the text.
    let read: Vec<&str> = LIBRARY
        .book
        .against()
        .iter()
        .filter(|c| !c.procedure.is_empty())
        .map(|c| c.code.as_str())
        .collect();
    assert_eq!(read, ["37191", "37192", "37193", "37197"]);
}

#[test]
fn fact_53_two_codes_a_vessel_before_2016() {
    let set = BOOK.on("2015-12-31".parse().ok());
    let codes = |rows: &[crate::codes::IvusCode]| -> Vec<String> {
        rows.iter().map(|c| c.code.clone()).collect()
    };
    assert_eq!(codes(set.initial()), ["37250", "75945"]);
    assert_eq!(codes(set.additional()), ["37251", "75946"]);
}

#[test]
fn fact_54_coronary_and_cardiac_ultrasound_never_count() {
    for code in ["92978", "92979", "93662"] {
        assert!(says(code, "makes no unit"), "{code}");
        assert!(!BOOK.on(None).is_ivus(code));
    }
}

#[test]
fn fact_55_no_diagnosis_is_said_to_be_covered() {
    for family in &LIBRARY.reference.families {
        assert_eq!(family.support, Confidence::Uncertain, "{}", family.prefix);
    }
    assert_eq!(
        (
            LIBRARY.reference.families.len(),
            LIBRARY.reference.diagnoses.len()
        ),
        (65, 616)
    );
}

#[test]
fn facts_56_and_57_are_told_with_the_codes() {
    let page = page("37252", DAY);
    for document in ["LCD L37893", "S-115", "OEI-01-24-00250", "W-00-24-35914"] {
        assert!(
            page.publications.iter().any(|p| p.document == document),
            "{document}"
        );
    }
}
