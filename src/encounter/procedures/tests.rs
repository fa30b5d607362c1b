//! What was done and where, from words to the list of procedures.

use std::sync::LazyLock;

use super::{super::tests::read_text, is_study};
use crate::lexicon::Lexicon;

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::builtin);

/// The procedures of a description, as `"performed venous-stent left common-iliac-vein"`; studies left out.
fn told(text: &str) -> Vec<String> {
    let report = if text.contains(":\n") {
        text.to_owned()
    } else {
        format!("Date of service: 2024-05-06\n\nDESCRIPTION OF PROCEDURE: {text}")
    };
    read_text(&report, &LEXICON)
        .procedures
        .iter()
        .filter(|p| !is_study(p.technique))
        .map(|p| {
            format!(
                "{} {} {}",
                p.status.name(),
                p.id,
                p.site.map(|s| s.key(&LEXICON)).unwrap_or_default()
            )
            .trim_end()
            .to_owned()
        })
        .collect()
}

fn performed(text: &str) -> Vec<String> {
    told(text)
        .iter()
        .filter_map(|t| t.strip_prefix("performed "))
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_stent_counts_when_it_is_put_in() {
    let left = ["venous-stent left common-iliac-vein"];
    for text in [
        "The left common iliac vein was stented.",
        "A 16 x 80 mm Venovo was placed in the left common iliac vein.",
        "Left common iliac vein: Abre 16x80, full expansion.",
        "After stenting of the left common iliac vein IVUS showed a round lumen.",
    ] {
        assert_eq!(performed(text), left, "{text}");
    }
}

#[test]
fn a_stent_that_is_planned_past_or_refused_does_not_count() {
    for text in [
        "A stent of the left common iliac vein is planned for June.",
        "Stenting of the left common iliac vein was considered but deferred.",
        "We discussed a stent in the left common iliac vein.",
        "The left common iliac vein stent placed in 2019 was patent.",
        "The stent in the left common iliac vein had been placed elsewhere.",
        "IVUS of the left common iliac vein was done for stent sizing.",
        "No stent was placed in the left common iliac vein.",
        "Stent placement in the left common iliac vein was not necessary.",
        "The left common iliac vein did not need a stent.",
        "If symptoms return, a 16 x 80 mm stent of the left common iliac vein would fit.",
    ] {
        assert_eq!(performed(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn a_title_counts_unless_the_description_denies_it() {
    let title = "PROCEDURES:\n1. Venogram\n2. Stent, left common iliac vein\n\nDESCRIPTION:\n";
    assert_eq!(
        performed(&format!("{title}Left popliteal vein access.")),
        ["venous-stent left common-iliac-vein"]
    );
    assert_eq!(
        performed(&format!(
            "{title}Left popliteal vein access. No stent was needed."
        )),
        Vec::<String>::new()
    );
    assert_eq!(
        performed(
            "PLANNED PROCEDURE:\nLeft common iliac vein stent\n\nDESCRIPTION:\nThe vein was normal."
        ),
        Vec::<String>::new()
    );
}

#[test]
fn empty_boxes_are_not_done() {
    let form = "TREATMENT:\n[ ] Stent left CIV 16 x 80\n[x] Balloon left CIV 14 mm\n";
    assert_eq!(performed(form), ["venous-balloon left common-iliac-vein"]);
}

#[test]
fn ticked_boxes_are_done() {
    let form = "TREATMENT:\n(x) covered stent   8 x 50 left common iliac artery\n( ) atherectomy\n\nThe left common iliac artery was then dilated.\n";
    assert_eq!(
        performed(form),
        [
            "arterial-stent left common-iliac-artery",
            "arterial-balloon left common-iliac-artery"
        ]
    );
}

#[test]
fn a_vessel_with_a_device_size_is_stented_where_a_stent_is_told_of() {
    let left = ["venous-stent left common-iliac-vein"];
    for text in [
        "Treatment. Left common iliac vein: 16 x 80. The area in the stent was 180 mm2.",
        "Left common iliac vein: 16 x 80 nitinol, wall contact all round.",
    ] {
        assert_eq!(performed(text), left, "{text}");
    }
    for text in [
        "Left common iliac vein: 16 x 80 balloon only.",
        "The left common iliac vein measured 16 x 20 mm, and the stent was open.",
        "No stent was needed. Left common iliac vein: 16 x 80.",
    ] {
        let told = performed(text);
        assert!(
            told.iter().all(|p| !p.contains("stent")),
            "{text}: {told:?}"
        );
    }
}

#[test]
fn a_label_a_row_or_a_spoken_size_puts_a_stent_in() {
    let left = ["venous-stent left common-iliac-vein"];
    for text in [
        "I put in a sixteen by eighty stent in the left common iliac vein.",
        "IVUS:\nLeft common iliac vein | 60 mm2 | flat\n\nTREATMENT:\nLeft common iliac vein | stent | 16 x 80 | 14 atm",
        "Left common iliac vein was flat, cava normal. Extension 16 x 80 into the left common iliac vein.",
    ] {
        assert_eq!(performed(text), left, "{text}");
    }
    // What lies there, and an entry of another sentence.
    assert_eq!(
        performed(
            "Re: your patient with the left common iliac vein stent\n\nFINDINGS:\nIt is open."
        ),
        Vec::<String>::new()
    );
}

#[test]
fn a_device_over_a_finding_lies_where_the_finding_was() {
    let text = "The right popliteal artery showed a dissection. The right peroneal artery was 2.6 mm. A 5.5 x 60 mm Supera was released over the dissection.";
    assert_eq!(performed(text), ["arterial-stent right popliteal-artery"]);
}

#[test]
fn clot_tools_and_counts_in_words_are_work() {
    for text in [
        "Five passes with the coring device in the left femoral vein.",
        "Mechanical extraction of the clot of the left femoral vein.",
    ] {
        assert_eq!(
            performed(text),
            ["venous-thrombectomy left femoral-vein"],
            "{text}"
        );
    }
}

#[test]
fn filter_work_is_told_apart() {
    let cases: &[(&str, &[&str])] = &[
        ("The IVC filter was left alone.", &[]),
        (
            "IVUS was advanced through the IVC filter, which was free of clot.",
            &[],
        ),
        ("She had an IVC filter placed in 2018.", &[]),
        ("The IVC filter could not be retrieved.", &[]),
        ("No filter was placed in the inferior vena cava.", &[]),
        ("The stent was displaced against the IVC filter.", &[]),
        (
            "A Denali filter was deployed below the renal veins.",
            &["filter-insertion"],
        ),
        (
            "The hook was snared and the IVC filter was collapsed into the sheath.",
            &["filter-retrieval"],
        ),
        (
            "The tilted IVC filter was repositioned.",
            &["filter-reposition"],
        ),
        (
            "A filter was opened in the right internal carotid artery and the filter was retrieved at the end.",
            &[],
        ),
    ];
    for (text, want) in cases {
        let got: Vec<String> = performed(text)
            .into_iter()
            .filter(|p| p.starts_with("filter"))
            .collect();
        assert_eq!(&got, want, "{text}");
    }
    assert!(told("HISTORY:\nIVC filter placed 2018, filter removed 2019.\n\nDESCRIPTION:\nIVUS of the cava.").iter().all(|t| t.starts_with("historical")));
}

#[test]
fn a_fragment_pulled_out_with_a_snare_is_a_foreign_body() {
    assert_eq!(
        performed("The catheter fragment was caught with a snare and removed."),
        ["foreign-body-retrieval"]
    );
    assert_eq!(
        performed("The wire was snared in the inferior vena cava and brought out at the neck."),
        Vec::<String>::new()
    );
}

#[test]
fn a_lost_wire_drawn_out_with_a_snare_is_a_foreign_body() {
    for text in [
        "The end of the guidewire was let go by accident. A snare closed on it and the wire was drawn into the sheath.",
        "The line had snapped at the hub. A gooseneck took its tip, and it was brought out whole.",
    ] {
        assert_eq!(performed(text), ["foreign-body-retrieval"], "{text}");
    }
    for title in ["Retrieval of a foreign body", "REMOVAL OF A LOST GUIDEWIRE"] {
        let text = format!(
            "{title}\nDate: 2024-05-06\n\nDescription:\nThe right common femoral vein was entered."
        );
        assert_eq!(performed(&text), ["foreign-body-retrieval"], "{title}");
    }
    for text in [
        "The wire was snared from the neck; the snare closed on it, and it was brought out through the sheath.",
        "Wire access was lost once. The snare held the wire and both ends were drawn into the sheath.",
    ] {
        assert_eq!(performed(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn lysis_starts_and_ends() {
    let start = "An infusion catheter was placed in the left femoral vein and tPA begun at 1 mg/h.";
    assert_eq!(performed(start), ["venous-thrombolysis left femoral-vein"]);
    let end = "Lysis was stopped and the infusion catheter removed from the left femoral vein.";
    assert!(
        performed(end)
            .iter()
            .all(|p| p.starts_with("venous-thrombolysis-end")),
        "{:?}",
        performed(end)
    );
    let pulse = "AngioJet was used in power-pulse mode with 10 mg tPA in the left femoral vein.";
    assert_eq!(performed(pulse), ["venous-thrombectomy left femoral-vein"]);
}

#[test]
fn a_balloon_without_a_vessel_opens_what_the_stent_treats() {
    let text = "A 14 x 60 mm stent was placed in the left common iliac vein. IVUS of the inferior vena cava followed. Post-dilation was done with a 14 mm balloon.";
    assert_eq!(
        performed(text),
        [
            "venous-stent left common-iliac-vein",
            "venous-balloon left common-iliac-vein"
        ]
    );
}

#[test]
fn a_device_told_with_its_runs_or_sizes_was_used() {
    for (text, expected) in [
        (
            "The left popliteal vein was punctured. ClotTriever x 5, much old clot out of the left external iliac vein.",
            "venous-thrombectomy left external-iliac-vein",
        ),
        (
            "HawkOne, 6 cuts, in the left superficial femoral artery.",
            "arterial-atherectomy left superficial-femoral-artery",
        ),
        (
            "Left iliac veins narrowed.\nVenovo stents: 16 x 120, 14 x 80, from the left common iliac vein down.",
            "venous-stent left",
        ),
    ] {
        let told = performed(text);
        assert!(
            told.iter().any(|p| p.starts_with(expected)),
            "{text}: {told:?}"
        );
    }
}

#[test]
fn a_retrievable_filter_is_put_in() {
    let text = "A retrievable IVC filter was placed below the renal veins.";
    assert_eq!(performed(text), ["filter-insertion"]);
}
