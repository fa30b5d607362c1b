//! What reports lack, in words for physicians, each with an example of good wording. The examples are our own and show the
//! form alone; a test reads each with the program and sees that the gap is closed.

use super::Element;

/// A gap that a rule finds.
#[derive(Debug)]
pub struct Gap {
    /// The rule.
    pub rule: &'static str,
    /// The element of documentation it belongs to, if it is one of the five.
    pub element: Option<Element>,
    /// What is missing, in words for the writer.
    pub words: &'static str,
    /// How it can be written.
    pub example: &'static str,
}

/// All gaps that a writer can close.
pub static GAPS: &[Gap] = &[
    Gap {
        rule: "IVUS001",
        element: Some(Element::Vessel),
        words: "IVUS stands in the title, and the description does not tell of it",
        example: "The IVUS catheter was advanced into the left common iliac vein. IVUS of the left common iliac vein showed \
            compression to 40 mm².",
    },
    Gap {
        rule: "IVUS002",
        element: Some(Element::Vessel),
        words: "the title names a vessel that the description leaves out",
        example: "IVUS of the left common iliac vein showed compression to 40 mm². IVUS of the left external iliac vein showed \
            no narrowing.",
    },
    Gap {
        rule: "IVUS003",
        element: Some(Element::Findings),
        words: "what IVUS showed in a vessel is not stated",
        example: "IVUS of the left common iliac vein showed a lumen of 62 mm² and no thrombus. IVUS of the left external iliac \
            vein was normal.",
    },
    Gap {
        rule: "IVUS004",
        element: Some(Element::Necessity),
        words: "it is not said why IVUS was needed in a vessel",
        example: "Venography could not tell how tight the left common iliac vein was, so IVUS of the left common iliac vein was \
            performed; it showed a lumen of 62 mm².",
    },
    Gap {
        rule: "IVUS005",
        element: Some(Element::Necessity),
        words: "the reason for IVUS is general and names no vessel",
        example: "The venogram of the left common iliac vein was equivocal, so IVUS of the left common iliac vein was \
            performed; it showed a lumen of 62 mm².",
    },
    Gap {
        rule: "IVUS006",
        element: None,
        words: "the vessel that was entered is not named",
        example: "The left popliteal vein was punctured under ultrasound guidance. IVUS of the left common iliac vein showed a \
            lumen of 62 mm².",
    },
    Gap {
        rule: "IVUS007",
        element: Some(Element::Movement),
        words: "no movement of the IVUS catheter is described",
        example: "The IVUS catheter was advanced into the inferior vena cava and pulled back through the left common iliac \
            vein. IVUS of the inferior vena cava was normal. IVUS of the left common iliac vein showed a lumen of 62 mm².",
    },
    Gap {
        rule: "IVUS008",
        element: Some(Element::Side),
        words: "left or right is not stated",
        example: "IVUS of the left common iliac vein showed a lumen of 62 mm².",
    },
    Gap {
        rule: "IVUS009",
        element: Some(Element::Vessel),
        words: "the vessel, or which part of it, is not named",
        example: "IVUS of the left external iliac vein showed no narrowing.",
    },
    Gap {
        rule: "IVUS010",
        element: Some(Element::Vessel),
        words: "the catheter was pulled back through vessels that are not named",
        example: "The IVUS catheter was pulled back from the inferior vena cava through the left common iliac vein, the left \
            external iliac vein and the left common femoral vein. IVUS showed a lumen of 62 mm² in the left common iliac vein; \
            the inferior vena cava, the left external iliac vein and the left common femoral vein were normal.",
    },
    Gap {
        rule: "IVUS013",
        element: None,
        words: "the date of the procedure is not stated",
        example: "IVUS of the left common iliac vein showed a lumen of 62 mm².\nDATE OF PROCEDURE: 05/02/2024",
    },
    Gap {
        rule: "IVUS014",
        element: None,
        words: "a blank of the template was left unfilled",
        example: "IVUS of the left common iliac vein showed 62 % area stenosis.",
    },
];

/// The gap of a rule.
pub(super) fn of(rule: &str) -> Option<&'static Gap> {
    GAPS.iter().find(|g| g.rule == rule)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{analyzer::Analyzer, render::Reading, rules, text::Report};

    #[test]
    fn each_example_closes_its_gap() {
        let analyzer = Analyzer::builtin();
        for gap in GAPS {
            assert!(rules::find(gap.rule).is_some(), "{}", gap.rule);
            let text = format!("FINDINGS:\n{}\n", gap.example);
            let report = Report::new("example", text);
            let analysis = analyzer.analyze(&report);
            let document = Reading::new(&analyzer, report, &analysis).document;
            assert_eq!(document.encounter.ivus, "performed", "{}", gap.rule);
            let left: Vec<&str> = document.flags.iter().map(|f| f.rule.as_str()).collect();
            assert!(!left.contains(&gap.rule), "{}: {left:?}", gap.rule);
        }
    }

    #[test]
    fn words_for_physicians_name_no_code_rule_or_unit() {
        for gap in GAPS {
            for words in [gap.words, gap.example] {
                let low = words.to_lowercase();
                for bad in ["3725", "code", "unit", "bill", "payer", "ivus0", "claim"] {
                    assert!(!low.contains(bad), "{}: {bad}", gap.rule);
                }
            }
        }
    }
}
