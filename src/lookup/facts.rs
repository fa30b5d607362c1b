//! The numbered facts about codes and their status, each held to the tables by a test: what a fact says in words, the rows
//! must say, too. Facts about counting are held by whole reports in `tests/it/facts.rs`.

mod places;

use std::sync::LazyLock;

use super::{Library, code::CodePage, yearly::Side};
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
fn facts_3_and_4_a_limit_adds_up_the_lines_of_the_day() {
    for (code, units, indicator) in [("37252", 1, 2), ("37253", 5, 3)] {
        let page = page(code, DAY);
        let limits = page.limits.iter().filter(|l| l.in_force);
        let mut settings = Vec::new();
        for limit in limits {
            assert_eq!((limit.max_units, limit.indicator), (units, Some(indicator)));
            assert!(limit.meaning.starts_with("all lines of a day together"));
            settings.push(limit.setting);
        }
        assert_eq!(settings, ["practitioner", "outpatient"]);
    }
}

#[test]
fn facts_9_and_10_the_payment_indicators_of_every_known_year() {
    for code in ["37252", "37253"] {
        let page = page(code, DAY);
        let known: Vec<_> = page.fees.iter().filter(|f| f.units.is_some()).collect();
        assert_eq!(known.len(), 7, "2020 to 2025, 2024 in two parts");
        for fee in known {
            for (name, digit) in [
                ("pc_tc", "0"),
                ("multiple", "0"),
                ("bilateral", "0"),
                ("global", "ZZZ"),
                ("assistant", "0"),
                ("co_surgeon", "1"),
                ("team", "0"),
            ] {
                assert_eq!(fee.indicators[name], digit, "{code} {name}");
            }
        }
    }
}

#[test]
fn fact_11_catheters_and_studies_are_apart() {
    for code in ["37252", "37253"] {
        let said = page(code, DAY);
        let mut entries = said.entries.iter();
        assert!(
            entries.any(|e| e.says.contains("IVUS leaves catheters separate")
                && e.note.contains("diagnostic angiography is separate"))
        );
    }
}

#[test]
fn fact_14_the_list_is_closed() {
    for code in ["99291", "93000", "37182", "37252"] {
        assert_eq!(base(code, DAY), None, "{code}");
    }
    for code in ["37252", "37253"] {
        assert_eq!(page(code, DAY).fees[6].indicators["global"], "ZZZ");
    }
}

#[test]
fn fact_18_a_sampling_catheter_is_column_2() {
    let page = page("36500", DAY);
    let with: Vec<(&str, u8)> = page
        .pairs
        .iter()
        .filter(|p| p.in_force && p.relation == Side::IncludedBy)
        .map(|p| (p.code.as_str(), p.indicator))
        .collect();
    assert_eq!(with, [("37252", 1), ("37252", 1)], "in both settings");
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
    // All of them are read from the text.
    let mut read: Vec<&str> = LIBRARY
        .book
        .against()
        .iter()
        .filter(|c| !c.procedure.is_empty())
        .map(|c| c.code.as_str())
        .collect();
    read.sort_unstable();
    assert_eq!(
        read,
        [
            "0645T", "33275", "37191", "37192", "37193", "37197", "C9754", "C9755"
        ]
    );
}

#[test]
fn fact_24_straightforward_is_stenosis_and_complex_occlusion() {
    for (code, lesion, words) in [
        ("37254", "straightforward", "stenosis"),
        ("37256", "complex", "occlusion"),
    ] {
        let row = LIBRARY.reference.legs.iter().find(|l| l.code == code);
        let row = row.unwrap();
        assert_eq!(row.lesion, lesion);
        assert!(row.label().contains(words), "{}", row.label());
    }
}

#[test]
fn fact_28_what_the_further_vessel_does_not_take_in() {
    let taken = |code: &str| -> Vec<String> {
        let page = page(code, DAY);
        let pairs = page.pairs.into_iter();
        pairs
            .filter(|p| p.in_force && p.relation == Side::Includes)
            .map(|p| p.code)
            .collect()
    };
    let (first, further) = (taken("37252"), taken("37253"));
    for code in [
        "35201", "35206", "35226", "35261", "35266", "35286", "36005", "36500", "36591", "36592",
        "76376", "76377", "76942", "76998", "77002", "93978", "93979", "01924", "01930",
    ] {
        assert!(first.contains(&code.to_owned()), "{code}");
        assert!(!further.contains(&code.to_owned()), "{code}");
    }
}

#[test]
fn fact_30_the_manual_that_is_silent_on_ivus_is_told() {
    let page = page("37252", DAY);
    let fact = page.facts.iter().find(|f| f.id == 30).unwrap();
    assert!(fact.sources.iter().any(|s| s.name == "NCCI 2026"));
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
