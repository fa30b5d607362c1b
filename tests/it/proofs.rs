//! Which test proves which numbered fact of `lexicons/codes/facts.tsv`. A fact without a row, or a row whose test is gone,
//! fails here.

use std::{collections::BTreeSet, fs, path::Path};

/// A fact, and the tests that prove it: file and function.
const PROOFS: &[(u16, &[(&str, &str)])] = &[
    (
        1,
        &[(
            BOOK,
            "facts_1_to_3_first_and_further_vessels_and_their_ceilings",
        )],
    ),
    (
        2,
        &[
            (
                BOOK,
                "facts_1_to_3_first_and_further_vessels_and_their_ceilings",
            ),
            (REPORTS, "no_more_than_one_first_and_five_further_units"),
        ],
    ),
    (
        3,
        &[
            (BOOK, "facts_3_and_4_a_limit_adds_up_the_lines_of_the_day"),
            (LIMITS, "one_first_and_five_further_vessels_pass_in_a_day"),
        ],
    ),
    (
        4,
        &[(BOOK, "facts_3_and_4_a_limit_adds_up_the_lines_of_the_day")],
    ),
    (
        5,
        &[(
            REPORTS,
            "a_vessel_counts_once_however_many_passes_were_made",
        )],
    ),
    (
        6,
        &[(
            REPORTS,
            "a_lesion_that_runs_through_several_vessels_is_one_unit",
        )],
    ),
    (7, &[(REPORTS, "two_separate_lesions_are_two_units")]),
    (
        8,
        &[
            (REPORTS, "left_and_right_are_two_vessels"),
            (BOOK, "facts_8_to_10_modifiers"),
        ],
    ),
    (
        9,
        &[
            (BOOK, "facts_8_to_10_modifiers"),
            (
                BOOK,
                "facts_9_and_10_the_payment_indicators_of_every_known_year",
            ),
        ],
    ),
    (
        10,
        &[(
            BOOK,
            "facts_9_and_10_the_payment_indicators_of_every_known_year",
        )],
    ),
    (11, &[(BOOK, "fact_11_catheters_and_studies_are_apart")]),
    (
        12,
        &[(
            REPORTS,
            "units_without_a_finding_or_a_reason_are_performed_but_not_supported",
        )],
    ),
    (13, &[(RULES, "every_example_does_what_its_heading_says")]),
    (
        14,
        &[
            (BOOK, "fact_14_the_list_is_closed"),
            (REPORTS, "a_session_without_a_base_procedure_is_flagged"),
        ],
    ),
    (15, &[(BOOK, "fact_15_the_list_holds_200_codes")]),
    (16, &[(BOOK, "fact_16_catheter_codes_alone_are_bases")]),
    (17, &[(BOOK, "facts_17_to_19_what_is_no_base")]),
    (
        18,
        &[
            (BOOK, "facts_17_to_19_what_is_no_base"),
            (BOOK, "fact_18_a_sampling_catheter_is_column_2"),
        ],
    ),
    (19, &[(BOOK, "facts_17_to_19_what_is_no_base")]),
    (20, &[(BOOK, "fact_20_some_add_on_codes_are_on_the_list")]),
    (
        21,
        &[(BOOK, "facts_21_and_22_the_leg_codes_change_with_2026")],
    ),
    (
        22,
        &[(BOOK, "facts_21_and_22_the_leg_codes_change_with_2026")],
    ),
    (
        23,
        &[(BOOK, "facts_23_and_24_territories_and_lesions_of_2026")],
    ),
    (
        24,
        &[
            (BOOK, "facts_23_and_24_territories_and_lesions_of_2026"),
            (
                BOOK,
                "fact_24_straightforward_is_stenosis_and_complex_occlusion",
            ),
        ],
    ),
    (
        25,
        &[
            (BOOK, "facts_25_to_27_what_includes_ivus"),
            (REPORTS, "a_session_with_a_filter_has_no_unit"),
            (
                REPORTS,
                "a_session_with_retrieval_of_a_foreign_body_has_no_unit",
            ),
        ],
    ),
    (
        26,
        &[
            (
                PAIRS,
                "filters_and_retrieval_take_ivus_in_but_can_be_opened",
            ),
            (REPORTS, "what_includes_ivus_is_told_with_its_code_and_edit"),
        ],
    ),
    (
        27,
        &[
            (BOOK, "facts_25_to_27_what_includes_ivus"),
            (
                PAIRS,
                "filters_and_retrieval_take_ivus_in_but_can_be_opened",
            ),
        ],
    ),
    (
        28,
        &[
            (
                PAIRS,
                "the_first_vessel_takes_in_minor_work_that_the_further_ones_do_not",
            ),
            (BOOK, "fact_28_what_the_further_vessel_does_not_take_in"),
        ],
    ),
    (
        29,
        &[(PAIRS, "pairs_with_three_imaging_codes_ended_with_2017")],
    ),
    (
        30,
        &[(BOOK, "fact_30_the_manual_that_is_silent_on_ivus_is_told")],
    ),
    (31, &[(PAIRS, "no_first_day_of_a_pair_is_known")]),
    (
        32,
        &[
            (PLACES, "facts_32_to_35_orders_and_further_branches"),
            (ROUTES, "every_worked_example_comes_out_as_it_is_told"),
        ],
    ),
    (
        33,
        &[
            (PLACES, "facts_32_to_35_orders_and_further_branches"),
            (CATHETERS, "a_text_gives_the_codes_of_its_catheters"),
        ],
    ),
    (
        34,
        &[(CATHETERS, "a_text_gives_the_codes_of_its_catheters")],
    ),
    (
        35,
        &[
            (PLACES, "facts_32_to_35_orders_and_further_branches"),
            (
                REPORTS,
                "a_catheter_goes_from_the_right_groin_to_the_left_external_iliac_vein",
            ),
        ],
    ),
    (
        36,
        &[(CATHETERS, "a_text_gives_the_codes_of_its_catheters")],
    ),
    (37, &[(PLACES, "facts_37_and_38_what_holds_catheter_work")]),
    (
        38,
        &[
            (PLACES, "facts_37_and_38_what_holds_catheter_work"),
            (
                CATHETERS,
                "the_treatment_of_a_leg_holds_its_catheters_but_not_those_of_the_other",
            ),
        ],
    ),
    (39, &[(PLACES, "fact_39_one_circuit_code_and_three_on_top")]),
    (
        40,
        &[(
            PLACES,
            "fact_40_a_study_beside_a_treatment_needs_a_modifier",
        )],
    ),
    (
        41,
        &[(
            PLACES,
            "facts_41_and_44_to_47_who_counts_otherwise_is_told_with_the_vessel",
        )],
    ),
    (
        42,
        &[
            (PLACES, "facts_42_and_43_the_groups_of_the_society"),
            (REPORTS, "vessels_of_one_counting_unit_are_one"),
        ],
    ),
    (43, &[(PLACES, "facts_42_and_43_the_groups_of_the_society")]),
    (
        44,
        &[(
            PLACES,
            "facts_41_and_44_to_47_who_counts_otherwise_is_told_with_the_vessel",
        )],
    ),
    (
        45,
        &[(
            PLACES,
            "facts_41_and_44_to_47_who_counts_otherwise_is_told_with_the_vessel",
        )],
    ),
    (
        46,
        &[(
            PLACES,
            "facts_41_and_44_to_47_who_counts_otherwise_is_told_with_the_vessel",
        )],
    ),
    (
        47,
        &[(
            PLACES,
            "facts_41_and_44_to_47_who_counts_otherwise_is_told_with_the_vessel",
        )],
    ),
    (
        48,
        &[
            (FEES, "the_amounts_of_2022_and_2024_are_those_published"),
            (
                FEES,
                "the_office_total_of_the_first_vessel_fell_from_33_29_to_26_60",
            ),
        ],
    ),
    (
        49,
        &[(FEES, "the_factor_of_2024_changes_on_the_ninth_of_march")],
    ),
    (50, &[(FEES, "in_2026_there_are_two_factors_and_no_amount")]),
    (51, &[(FEES, "in_2026_there_are_two_factors_and_no_amount")]),
    (52, &[(FEES, "the_hospital_status_is_known_for_2024_alone")]),
    (
        53,
        &[
            (BOOK, "fact_53_two_codes_a_vessel_before_2016"),
            (REPORTS, "before_2016_the_older_codes_apply"),
        ],
    ),
    (
        54,
        &[
            (BOOK, "fact_54_coronary_and_cardiac_ultrasound_never_count"),
            (REPORTS, "coronary_vessels_are_no_unit"),
        ],
    ),
    (55, &[(BOOK, "fact_55_no_diagnosis_is_said_to_be_covered")]),
    (56, &[(BOOK, "facts_56_and_57_are_told_with_the_codes")]),
    (57, &[(BOOK, "facts_56_and_57_are_told_with_the_codes")]),
    (
        58,
        &[(
            FORMS,
            "drafts_and_withdrawn_reports_have_no_units_in_any_form",
        )],
    ),
];

const BOOK: &str = "src/lookup/facts.rs";
const PLACES: &str = "src/lookup/facts/places.rs";
const FORMS: &str = "tests/it/batch_standing.rs";
const REPORTS: &str = "tests/it/facts.rs";
const CATHETERS: &str = "tests/it/catheters.rs";
const RULES: &str = "src/rules/mod.rs";
const ROUTES: &str = "src/codes/route/tests.rs";
const FEES: &str = "src/codes/fees/mod.rs";
const LIMITS: &str = "src/codes/limits.rs";
const PAIRS: &str = "src/codes/pairs.rs";

fn source(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}

#[test]
fn every_fact_has_a_proof() {
    let table = source("lexicons/codes/facts.tsv");
    let ids = table.lines().skip(1).filter_map(|l| l.split('\t').next());
    let facts: BTreeSet<u16> = ids.map(|id| id.parse().unwrap()).collect();
    let proved: BTreeSet<u16> = PROOFS.iter().map(|(id, _)| *id).collect();
    assert_eq!(facts, proved);
}

#[test]
fn every_proof_is_a_test() {
    for (id, tests) in PROOFS {
        assert!(!tests.is_empty(), "fact {id}");
        for (file, name) in *tests {
            let text = source(file);
            let at = text.find(&format!("fn {name}()"));
            let at = at.unwrap_or_else(|| panic!("fact {id}: no {name} in {file}"));
            let before = text[..at].trim_end();
            assert!(before.ends_with("#[test]"), "fact {id}: {name} is no test");
        }
    }
}
