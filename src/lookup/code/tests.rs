//! The pages of codes: which are told, and what each holds.

use std::sync::LazyLock;

use super::*;

static LIBRARY: LazyLock<Library> = LazyLock::new(Library::builtin);

fn page(code: &str, on: &str) -> CodePage {
    LIBRARY.code(code, on.parse().ok()).unwrap()
}

#[test]
fn every_code_of_every_table_is_answered_on_any_day() {
    for code in LIBRARY.codes() {
        for on in [
            "2010-06-30",
            "2015-12-31",
            "2016-01-01",
            "2024-05-02",
            "2026-02-01",
            "",
        ] {
            let page = LIBRARY.code(code, on.parse().ok());
            let page = page.unwrap_or_else(|| panic!("nothing is told of {code} on {on}"));
            assert!(
                !page.entries.is_empty()
                    || !page.facts.is_empty()
                    || !page.fees.is_empty()
                    || !page.limits.is_empty()
                    || !page.pairs.is_empty(),
                "{code} on {on}"
            );
            let sources = (page.entries.iter().map(|e| &e.standing))
                .chain(page.fees.iter().map(|f| &f.standing))
                .chain(page.limits.iter().map(|l| &l.standing))
                .chain(page.pairs.iter().map(|p| &p.standing));
            for standing in sources {
                assert!(!standing.source.is_empty(), "{code}");
            }
            assert!(!page.text(crate::render::text::Colour::Plain).is_empty());
        }
    }
}

#[test]
fn every_code_of_the_yearly_tables_is_among_them() {
    let codes: Vec<&str> = LIBRARY.codes().collect();
    let tables = LIBRARY.book.tables();
    let pairs = tables.pairs.rows().iter();
    let named = pairs
        .flat_map(|p| [&p.column_1, &p.column_2])
        .chain(tables.limits.rows().iter().map(|l| &l.code))
        .chain(tables.fees.rows().iter().map(|f| &f.code));
    for code in named {
        assert!(codes.contains(&code.as_str()), "{code}");
    }
    let only_in_pairs = page("64493", "2024-07-01");
    assert_eq!(
        only_in_pairs.title(),
        "a code of the code pairs, limits or fees"
    );
    assert_eq!(only_in_pairs.state, "not told");
    assert!(
        only_in_pairs
            .pairs
            .iter()
            .any(|p| p.code == "37252" && p.in_force)
    );
}

#[test]
fn a_code_is_found_in_any_case_and_an_unknown_one_is_not() {
    assert_eq!(page(" i87.1 ", "").code, "I87.1");
    assert_eq!(page("0238t", "").code, "0238T");
    assert!(LIBRARY.code("99999", None).is_none());
}

#[test]
fn a_deleted_code_says_what_took_its_place() {
    let page = page("37220", "2026-02-01");
    assert_eq!(page.state, "deleted");
    let next: Vec<&str> = page.successors.iter().map(|l| l.code.as_str()).collect();
    assert_eq!(next, ["37254", "37256"]);
    assert_eq!(super::tests::page("37220", "2025-12-31").state, "in force");
    assert_eq!(
        super::tests::page("37254", "2025-12-31").state,
        "not yet in force"
    );
}

#[test]
fn the_further_vessel_is_told_with_all_that_the_tables_have() {
    let page = page("37253", "2024-05-02");
    assert_eq!(page.state, "in force");
    assert!(page.entries[0].says.contains("at most 5 units a day"));
    let before: Vec<&str> = page.predecessors.iter().map(|l| l.code.as_str()).collect();
    assert_eq!(before, ["37251", "75946"]);
    let bases: Vec<&String> = page.base_codes.iter().flat_map(|f| &f.codes).collect();
    // The list of mid-2024, and the code on which sources differ.
    assert_eq!(bases.len(), 201);
    let including: Vec<&str> = page.included_by.iter().map(|i| i.code.as_str()).collect();
    assert_eq!(
        including,
        ["0645T", "33275", "37191", "37192", "37193", "37197"]
    );
    assert_eq!(page.modifiers.len(), 20);
    assert!(page.rules.iter().any(|r| r.id == "IVUS111"));
}

#[test]
fn a_row_without_days_on_catheter_work_puts_no_code_in_force() {
    let page = page("37252", "2015-06-01");
    assert_eq!(page.state, "not yet in force");
    assert_eq!(page.label, "noncoronary IVUS, first vessel");
}

#[test]
fn the_leg_codes_before_2026_are_told_apart_by_their_labels() {
    assert_eq!(
        page("37228", "2025-06-01").label,
        "leg arterial revascularization (2011-2025 code set): balloon, tibial peroneal, first vessel"
    );
}

#[test]
fn the_older_imaging_half_is_told_to_be_gone() {
    let page = page("75946", "");
    assert_eq!(page.state, "deleted");
    assert_eq!(page.successors[0].code, "37253");
    assert!(page.base_codes.is_empty());
    let near: Vec<&str> = page.neighbours.iter().map(|n| n.code.as_str()).collect();
    assert!(near.contains(&"75945"));
}

#[test]
fn the_leg_codes_of_2026_are_uncertain_bases() {
    let page = page("37258", "2026-02-01");
    let base = page.entries.iter().find(|e| e.table == BASE).unwrap();
    assert_eq!(base.standing.confidence, Confidence::Uncertain);
    assert_eq!(page.label, "leg: iliac stent, stenosis, first vessel");
}
