// The one list of rules, in order of id.
rules![
    ivus001_ivus_only_in_title,
    ivus002_title_and_body_disagree,
    ivus003_missing_findings,
    ivus004_missing_necessity,
    ivus005_general_necessity,
    ivus101_not_performed,
    ivus102_coronary_vessel,
    ivus103_look_alike,
    ivus104_same_vessel_again,
    ivus105_unspecified_already_counted,
    ivus106_same_counting_unit,
    ivus107_contiguous_lesion,
    ivus108_passed_not_imaged,
    ivus110_session_includes_ivus,
    ivus111_over_unit_limit,
];
